#include "catalogue/server.h"

#include <doctest/doctest.h>

using namespace kairon;

namespace {

/// An n8n that has one account and keeps what it was asked.
class Server final : public http::Transport {
 public:
  http::Response send(const http::Request& request) override {
    asked.push_back(request.method + " " + request.url);
    http::Response response;
    response.status = 200;
    if (request.url.ends_with("/rest/login")) {
      const bool right = request.body && request.body->find("\"password\":\"right\"") != std::string::npos;
      response.status = right ? 200 : 401;
      if (right) response.headers = {{"Set-Cookie", "other=1"}, {"set-cookie", "n8n-auth=abc; Path=/; HttpOnly"}};
      return response;
    }
    const bool known = !request.headers.empty() && request.headers.front().value == "n8n-auth=abc";
    if (!known) response.status = 401;
    if (known && request.url.ends_with("/rest/settings")) response.body = R"({"data": {"versionCli": "1.123.81"}})";
    if (known && request.url.ends_with("/types/nodes.json")) {
      response.status = ui_off ? 404 : 200;
      response.body = "[]";
    }
    return response;
  }
  bool ui_off = false;
  std::vector<std::string> asked;
};

}  // namespace

TEST_CASE("a running n8n is asked with the session of a login") {
  Server server;
  const auto source = catalogue::fetch_server(server, "http://127.0.0.1:5678/", {"a@example.org", "right"});
  REQUIRE(source.ok());
  CHECK(source->n8n_version == "1.123.81");
  REQUIRE(source->files.size() == 1);
  CHECK(source->files.front().text == "[]");
  CHECK(server.asked == std::vector<std::string>{"POST http://127.0.0.1:5678/rest/login",
                                                 "GET http://127.0.0.1:5678/rest/settings",
                                                 "GET http://127.0.0.1:5678/types/nodes.json"});
}

TEST_CASE("what goes wrong is said, without the password") {
  Server server;
  const auto wrong = catalogue::fetch_server(server, "http://localhost", {"a@example.org", "hunter2"});
  REQUIRE_FALSE(wrong.ok());
  CHECK(wrong.failure().text.find("does not accept this login") != std::string::npos);
  CHECK((wrong.failure().text + wrong.failure().remedy).find("hunter2") == std::string::npos);
  server.ui_off = true;
  const auto no_ui = catalogue::fetch_server(server, "https://n8n.example.org", {"a@example.org", "right"});
  REQUIRE_FALSE(no_ui.ok());
  CHECK(no_ui.failure().remedy.find("--npm") != std::string::npos);
}

TEST_CASE("a password does not go over an open line") {
  Server server;
  for (const char* url :
       {"http://n8n.example.org", "http://127.example.org.evil", "ftp://127.0.0.1", "https://a:b@c"}) {
    CAPTURE(url);
    CHECK_FALSE(catalogue::fetch_server(server, url, {"a", "right"}).ok());
  }
  CHECK(server.asked.empty());
}
