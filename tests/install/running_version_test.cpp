#include "install/running_version.h"

#include <doctest/doctest.h>

#include "config/settings.h"
#include "git/source.h"
#include "support/loopback.h"
#include "support/repository.h"

using namespace kairon;

namespace {

/// The start page of n8n 1.123.81 as far as it matters: {"environment":"development","release":"n8n@1.123.81"}.
constexpr const char* kPage =
    "<!DOCTYPE html><html><head><meta name=\"n8n:config:rest-endpoint\" content=\"cmVzdA==\">"
    "<meta name=\"n8n:config:sentry\" "
    "content=\"eyJlbnZpcm9ubWVudCI6ImRldmVsb3BtZW50IiwicmVsZWFzZSI6Im44bkAxLjEyMy44MSJ9\"></head></html>";

std::string answer(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body;
}

std::vector<install::RunningVersion> asked(const test::Repository& repository) {
  const auto source = git::open(repository.path());
  return install::running_versions(config::load(source.get()));
}

}  // namespace

TEST_CASE("version_in_page") {
  CHECK(install::version_in_page(kPage) == "1.123.81");
  CHECK_FALSE(install::version_in_page("<html>n8n@1.2.3</html>").has_value());
  CHECK_FALSE(install::version_in_page("<meta name=\"n8n:config:sentry\" content=\"").has_value());
  CHECK_FALSE(install::version_in_page("<meta name=\"n8n:config:sentry\" content=\"e30=\">").has_value());
}

TEST_CASE("running_versions asks only servers of the user's own settings, without the API key") {
  const test::Loopback server(answer(kPage));
  const test::Repository repository;
  repository.commit(".kairon", "[env \"prod\"]\n\tn8nUrl = " + server.url("/") + "\n");
  CHECK(asked(repository).empty());
  CHECK(server.requests().empty());

  repository.git({"config", "kairon.env-prod.n8nUrl", server.url("/")});
  repository.git({"config", "kairon.env-prod.n8nApiKey", "hidden"});
  const auto running = asked(repository);
  REQUIRE(running.size() == 1);
  CHECK(running.front().environment == "prod");
  CHECK(running.front().version == "1.123.81");
  REQUIRE(server.requests().size() == 1);
  CHECK(server.requests().front().find("hidden") == std::string::npos);
}

TEST_CASE("running_versions says why a server has no version") {
  const test::Loopback server(answer("<html>a login page</html>"));
  const test::Repository repository;
  const test::Variable dev("KAIRON_ENV_DEV_N8NURL", "http://127.0.0.1:1");
  const test::Variable prod("KAIRON_ENV_PROD_N8NURL", server.url(""));
  const auto running = asked(repository);
  REQUIRE(running.size() == 2);
  CHECK(running[0].problem == "its start page (status 200) names no version");
  CHECK(running[1].environment == "dev");
  CHECK_FALSE(running[1].problem.empty());
}

TEST_CASE("add_running_versions") {
  install::Survey found;
  install::add_running_versions({{"prod", "2.41.1", {}}, {"dev", {}, "no answer"}}, found);
  REQUIRE(found.n8n_versions.size() == 1);
  CHECK(found.n8n_versions.front().place == "the n8n of prod");
  SUBCASE("what a file states comes first") {
    found.n8n_versions = {{"1.123.81", "docker-compose.yml:1"}};
    install::add_running_versions({{"prod", "2.41.1", {}}}, found);
    CHECK(found.n8n_version() == "1.123.81");
    CHECK(found.n8n_versions.size() == 2);
  }
  SUBCASE("a part of a version is completed by the server") {
    found.n8n_versions = {{"2", "docker-compose.yml:1"}};
    install::add_running_versions({{"prod", "2.41.1", {}}}, found);
    CHECK(found.n8n_version() == "2.41.1");
  }
}
