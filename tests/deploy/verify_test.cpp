#include "deploy/verify.h"

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
  return deploy::registered_methods(api, "hook", served);
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

namespace {

/// One workflow as n8n reads it back, and what its webhook answers.
class Instance final : public http::Transport {
 public:
  Instance(std::string workflow, std::string webhook) : workflow_(std::move(workflow)), webhook_(std::move(webhook)) {}
  http::Response send(const http::Request& request) override {
    http::Response response;
    const bool is_api = request.url.find("/api/v1/") != std::string::npos;
    response.status = is_api ? 200 : 404;
    response.body = is_api ? workflow_ : webhook_;
    return response;
  }

 private:
  std::string workflow_;
  std::string webhook_;
};

std::string verdict(const std::string& remote, const std::string& webhook, bool active) {
  const auto sent = n8n::Tree::parse(
      R"({"name":"W","connections":{},"settings":{},"nodes":[{"id":"1","name":"In","type":"n8n-nodes-base.webhook",)"
      R"("typeVersion":2,"position":[0,0],"parameters":{"httpMethod":"POST","path":"in"}}]})");
  REQUIRE(sent.ok());
  Instance instance(remote, webhook);
  n8n::Patience patience;
  patience.webhooks = std::chrono::milliseconds(0);
  n8n::Api api(instance, "http://n8n.test", patience);
  const Result<n8n::Tree> right = deploy::verify_workflow(api, "7", *sent, active);
  return right.ok() ? "right" : right.failure().text;
}

std::string remote(const std::string& active, const std::string& more) {
  return R"({"id":"7","name":"W","connections":{},"settings":{},"active":)" + active +
         R"(,"nodes":[{"id":"1","name":"In","type":"n8n-nodes-base.webhook","typeVersion":2,"position":[0,0],)"
         R"("parameters":{"httpMethod":"POST","path":"in"}}])" +
         more + "}";
}

}  // namespace

TEST_CASE("a workflow is right when n8n runs what was sent, and its webhook is registered") {
  const std::string live =
      R"({"message":"This webhook is not registered for GET requests. Did you mean to make a POST request?"})";
  const std::string dead = R"({"message":"The requested webhook \"PATCH in\" is not registered."})";
  CHECK(verdict(remote("true", ""), live, true) == "right");
  CHECK(verdict(remote("true", ""), dead, true) == "n8n says it is active, but its webhook in is not registered");
  CHECK(verdict(remote("false", ""), dead, false) == "right");
  CHECK(verdict(remote("false", ""), live, true) == "n8n did not activate it");
  CHECK(verdict(remote("true", ""), live, false) == "n8n left it active");
  CHECK(verdict(remote("true", R"(,"activeVersion":{"nodes":[]})"), live, true) ==
        "n8n runs other nodes than it shows (activeVersion differs)");
  std::string other = remote("true", "");
  other.replace(other.find("POST"), 4, "PUT");
  CHECK(verdict(other, live, true).starts_with("n8n stored something else: node 'In'"));
}
