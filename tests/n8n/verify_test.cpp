#include "n8n/verify.h"

#include <doctest/doctest.h>

using namespace kairon;

namespace {

/// An n8n that has these methods registered on every path, in n8n's words.
class Server final : public http::Transport {
 public:
  explicit Server(std::string body, int status = 404) : body_(std::move(body)), status_(status) {}
  http::Response send(const http::Request& request) override {
    last = request;
    http::Response response;
    response.status = status_;
    response.body = body_;
    return response;
  }
  http::Request last;

 private:
  std::string body_;
  int status_;
};

using Methods = std::vector<std::string>;

std::optional<Methods> ask(Server& server, const Methods& served) {
  n8n::Api api(server, "http://n8n.test");
  return n8n::registered_methods(api, "hook", served);
}

}  // namespace

TEST_CASE("registered_methods reads what n8n would have served") {
  Server one(
      R"({"code":404,"message":"This webhook is not registered for PATCH requests. Did you mean to make a POST request?"})");
  CHECK(ask(one, {"POST"}) == Methods{"POST"});
  CHECK(one.last.url == "http://n8n.test/webhook/hook");
  Server two(
      R"({"message":"This webhook is not registered for PATCH requests. Did you mean to make a GET, PUT or POST request?","hint":"DELETE?"})");
  CHECK(ask(two, {"POST"}) == Methods{"PUT", "GET", "POST"});
  Server none(R"({"message":"The requested webhook \"PATCH hook\" is not registered."})");
  CHECK(ask(none, {"POST"}) == Methods{});
  Server other("<html>404 nginx</html>");
  CHECK_FALSE(ask(other, {"POST"}));
}

TEST_CASE("registered_methods runs nothing: never with a served method, never with the key") {
  Server server("{}", 200);
  CHECK_FALSE(ask(server, {"PATCH", "PUT"}));
  CHECK(server.last.method == "DELETE");
  CHECK(server.last.identity == http::Identity::anonymous);
  server.last.method = "nothing was sent";
  CHECK_FALSE(ask(server, {"GET", "POST", "PUT", "PATCH", "DELETE"}));
  CHECK(server.last.method == "nothing was sent");
}
