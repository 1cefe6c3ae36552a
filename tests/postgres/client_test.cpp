#include "postgres/client.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>

#include "base/error.h"
#include "base/file.h"
#include "postgres/conninfo.h"

using namespace kairon;
using namespace kairon::postgres;

namespace {

std::string variable(const ClientAccess& access, std::string_view name) {
  std::string value;
  int count = 0;
  for (const std::string& one : access.environment())
    if (one.starts_with(std::string(name) + "=")) {
      value = one.substr(name.size() + 1);
      ++count;
    }
  CHECK(count <= 1);
  return value;
}

}  // namespace

TEST_CASE("a client program gets everything but the secrets as arguments") {
  const ClientAccess access(
      "postgresql://app:s3cr'et%20word@db.example.org:6432/shop?sslmode=verify-full&sslrootcert=/x.pem");
  CHECK(access.conninfo().find("s3cr") == std::string::npos);
  CHECK(variable(access, "PGPASSWORD") == "s3cr'et word");
  const auto keywords = parse_conninfo(access.conninfo());
  REQUIRE(keywords);
  CHECK(keywords->at("host") == "db.example.org");
  CHECK(keywords->at("port") == "6432");
  CHECK(keywords->at("user") == "app");
  CHECK(keywords->at("dbname") == "shop");
  CHECK(keywords->at("sslmode") == "verify-full");
  CHECK(keywords->at("sslrootcert") == "/x.pem");
  CHECK(variable(access, "LC_ALL") == "C");
}

TEST_CASE("a client program does not get the secrets of others") {
  ::setenv("AWS_SECRET_ACCESS_KEY", "hunter2", 1);  // NOLINT(concurrency-mt-unsafe): one thread
  ::setenv("PGSSLMODE", "require", 1);              // NOLINT(concurrency-mt-unsafe): one thread
  const ClientAccess access("host=db dbname=shop");
  ::unsetenv("AWS_SECRET_ACCESS_KEY");  // NOLINT(concurrency-mt-unsafe): one thread
  ::unsetenv("PGSSLMODE");              // NOLINT(concurrency-mt-unsafe): one thread
  CHECK(variable(access, "AWS_SECRET_ACCESS_KEY").empty());
  CHECK(variable(access, "PGSSLMODE") == "require");
  CHECK_FALSE(variable(access, "PATH").empty());
}

TEST_CASE("a key's passphrase goes into a private service file") {
  const ClientAccess access("host=db dbname=shop sslkey=/k.pem sslpassword=hidden");
  CHECK(access.conninfo().find("hidden") == std::string::npos);
  CHECK(parse_conninfo(access.conninfo())->at("service") == "kairon");
  const std::string path = variable(access, "PGSERVICEFILE");
  struct stat info {};
  REQUIRE(::stat(path.c_str(), &info) == 0);
  CHECK((info.st_mode & 0777U) == 0600);
  CHECK(file::read(path).value() == "[kairon]\nsslpassword=hidden\n");
  CHECK_THROWS_AS(ClientAccess("service=x sslpassword=hidden"), Error);
}

TEST_CASE("a bare name is a database, and what cannot be read is refused without being quoted") {
  CHECK(parse_conninfo(ClientAccess("shop").conninfo())->at("dbname") == "shop");
  try {
    const ClientAccess access("host=db password='hidden");
    FAIL("it was taken");
  } catch (const Error& error) {
    CHECK(error.message().text.find("hidden") == std::string::npos);
  }
}
