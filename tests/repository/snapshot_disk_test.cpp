#include <doctest/doctest.h>

#include <filesystem>

#include "base/error.h"
#include "repository/snapshot.h"
#include "support/repository.h"

using namespace kairon;

TEST_CASE("a file of the work tree is judged as it was listed, or not at all") {
  const test::Repository repository({"-b", "main"});
  const std::string path = "n8n-workflows/A.json";
  repository.write(path, "{}");
  const repository::Snapshot snapshot = repository::path_snapshot({path});
  REQUIRE(snapshot.workflows.size() == 1);
  CHECK(snapshot.read(snapshot.workflows.front()) == "{}");
  repository.write(path, "[]");
  try {
    static_cast<void>(snapshot.read(snapshot.workflows.front()));
    FAIL("what was read is not what was listed");
  } catch (const Error& error) {
    CHECK(error.code() == ExitCode::environment);
    CHECK(error.message().text == "n8n-workflows/A.json was changed while it was judged");
  }
  std::filesystem::remove(path);
  CHECK_THROWS_AS(static_cast<void>(snapshot.read(snapshot.workflows.front())), Error);
}
