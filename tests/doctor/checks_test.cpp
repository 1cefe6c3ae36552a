#include "doctor/checks.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/temp.h"

using namespace kairon;
using Names = std::vector<std::string>;

TEST_CASE("missing_names") {
  CHECK(doctor::missing_names("A=1\nB=\nC=x\n", "A=2\nB=\n") == Names{"C"});
  CHECK(doctor::missing_names("A=1\n", "A=\n") == Names{"A"});
  CHECK(doctor::missing_names("A=\n", "A=\n").empty());
  CHECK(doctor::missing_names("", "A=1\n").empty());
}

TEST_CASE("find_version") {
  const auto version = doctor::find_version("git version 2.39.5");
  REQUIRE(version.has_value());
  CHECK(version->major == 2);
  CHECK(version->minor == 39);
  CHECK_FALSE(doctor::find_version("no number").has_value());
  CHECK_FALSE(doctor::find_version("15").has_value());
}

TEST_CASE("check_dotenv shows names and never values") {
  const TempFolder temp("test");
  CHECK(doctor::check_dotenv(temp.path()).empty());
  REQUIRE(file::write_atomic(temp.path() + "/.env.example", "A=\nTOKEN=change-me\n").ok());
  CHECK(doctor::check_dotenv(temp.path()).front().health == report::Health::warn);
  REQUIRE(file::write_atomic(temp.path() + "/.env", "A=hidden-value\n").ok());
  REQUIRE(::chmod((temp.path() + "/.env").c_str(), 0644) == 0);
  bool mode = false;
  bool missing = false;
  for (const report::Diagnosis& d : doctor::check_dotenv(temp.path())) {
    mode = mode || (d.health == report::Health::warn && d.message.text.find("0644") != std::string::npos);
    missing = missing || d.message.text.find("lacks TOKEN") != std::string::npos;
    CHECK(d.message.text.find("hidden-value") == std::string::npos);
  }
  CHECK(mode);
  CHECK(missing);
  REQUIRE(::chmod((temp.path() + "/.env").c_str(), 0600) == 0);
  CHECK(doctor::check_dotenv(temp.path()).front().health == report::Health::ok);
}
