#include "trial/input.h"

#include <doctest/doctest.h>

#include "support/repository.h"

using namespace kairon;

namespace {

std::string stems_since_schema(const test::Repository& repository) {
  const auto source = git::open();
  const config::Settings settings = config::load(source.get());
  const std::string head = repository.git({"rev-parse", "HEAD"});
  const auto chain = trial::read_commit(*source, head, settings);
  std::string stems;
  for (const migrate::Source& one : trial::since_schema(*source, head, settings, chain))
    stems += one.version.stem + " ";
  return stems;
}

}  // namespace

TEST_CASE("migrations younger than the schema file are not in it") {
  const test::Repository repository;
  repository.commit("db/migrations/001_a.sql", "SELECT 1;");
  CHECK(stems_since_schema(repository).empty());  // there is no schema file: the chain is the base
  repository.commit("db/schema.sql", "CREATE TABLE a (id int);");
  CHECK(stems_since_schema(repository).empty());
  repository.commit("db/migrations/002_b.sql", "SELECT 2;");
  repository.commit("db/migrations/003_c.sql", "SELECT 3;");
  CHECK(stems_since_schema(repository) == "002_b 003_c ");
  repository.write("db/migrations/004_d.sql", "SELECT 4;");
  repository.commit("db/schema.sql", "CREATE TABLE a (id int, b int);");
  repository.git({"add", "."});
  repository.git({"commit", "-q", "--amend", "--no-edit"});
  CHECK(stems_since_schema(repository) == "004_d ");  // written in the same commit: in it or on it
}
