#include "deploy/verify.h"

#include <doctest/doctest.h>

#include <span>

#include "base/text.h"
#include "deploy/world.h"

using namespace kairon;

namespace {

using Methods = std::vector<std::string>;

/// An n8n with one workflow whose webhook serves `methods`, and that answers a probe with these words.
class Server final : public http::Transport {
 public:
  Server(const Methods& methods, std::string body, int status = 404) : body_(std::move(body)), status_(status) {
    workflow_ =
        R"({"id":"7","name":"W","active":true,"nodes":[{"name":"In","type":"n8n-nodes-base.webhook","parameters":)"
        R"({"path":"hook","multipleMethods":true,"httpMethod":[")" +
        text::join(methods, R"(",")") + R"("]}}]})";
  }
  http::Response send(const http::Request& request) override {
    http::Response response;
    const bool is_api = request.url.find("/api/v1/") != std::string::npos;
    if (!is_api) last = request;
    response.status = is_api ? 200 : status_;
    response.body = is_api ? R"({"data":[)" + workflow_ + R"(],"nextCursor":null})" : body_;
    return response;
  }
  http::Request last;

 private:
  std::string workflow_;
  std::string body_;
  int status_;
};

std::optional<Methods> ask(Server& server) {
  n8n::Api api(server, "http://n8n.test");
  (void)api.workflows();
  return deploy::registered_methods(api, "hook");
}

}  // namespace

TEST_CASE("registered_methods reads what n8n would have served") {
  Server one(
      {"POST"},
      R"({"code":404,"message":"This webhook is not registered for PATCH requests. Did you mean to make a POST request?"})");
  CHECK(ask(one) == Methods{"POST"});
  CHECK(one.last.url == "http://n8n.test/webhook/hook");
  Server two(
      {"POST"},
      R"({"message":"This webhook is not registered for PATCH requests. Did you mean to make a GET, PUT or POST request?","hint":"DELETE?"})");
  CHECK(ask(two) == Methods{"PUT", "GET", "POST"});
  Server none({"POST"}, R"({"message":"The requested webhook \"PATCH hook\" is not registered."})");
  CHECK(ask(none) == Methods{});
  Server other({"POST"}, "<html>404 nginx</html>");
  CHECK_FALSE(ask(other));
}

TEST_CASE("registered_methods runs nothing: never with a served method, never with the key") {
  Server server({"PATCH", "PUT"}, "{}", 200);
  CHECK_FALSE(ask(server));
  CHECK(server.last.method == "DELETE");
  CHECK(server.last.identity == http::Identity::anonymous);
  Server full({"GET", "POST", "PUT", "PATCH", "DELETE"}, "{}", 200);
  CHECK_FALSE(ask(full));
  CHECK(full.last.url.empty());
  Server unlisted({"POST"}, "{}", 200);
  n8n::Api api(unlisted, "http://n8n.test");
  CHECK_FALSE(deploy::registered_methods(api, "hook"));
  CHECK(unlisted.last.url.empty());
}

namespace {

// The webhook nodes of a small API: one path, and one node for each method.
std::string served(const std::string& path, const Methods& methods) {
  std::string nodes;
  for (const std::string& method : methods)
    nodes += (nodes.empty() ? "" : ",") + (R"({"name":"On )" + method + R"(","id":")" + method +
                                           R"(","webhookId":"c2a1","type":"n8n-nodes-base.webhook","typeVersion":2,)"
                                           R"("position":[0,0],"parameters":{"httpMethod":")" +
                                           method + R"(","path":")" + path + R"("}})");
  return nodes;
}

}  // namespace

TEST_CASE("a deployment starts no execution, whatever methods the workflows of the server serve on a path") {
  const Methods all = {"PATCH", "PUT", "DELETE", "GET", "POST"};
  for (const n8n::Dialect dialect : {n8n::Dialect::one, n8n::Dialect::two})
    for (const char* path : {"orders", "people/:id"})
      for (std::size_t ours = 1; ours <= all.size(); ++ours) {
        CAPTURE(path);
        CAPTURE(ours);
        const std::span<const std::string> methods(all);
        const auto part = [](std::span<const std::string> some) { return Methods(some.begin(), some.end()); };
        deploy::World world(dialect);
        const std::string others = served(path, part(methods.subspan(ours)));
        if (!others.empty()) {
          n8n::Tree theirs = deploy::workflow("Theirs", true, others).tree;
          world.server.put(theirs);
        }
        const auto file = [&](const char* text) {
          return deploy::workflow("Orders", true, served(path, part(methods.first(ours))) + "," + deploy::code(text));
        };
        for (const char* text : {"one", "two"}) CHECK(world.deploy({file(text)}).outcome == deploy::Outcome::deployed);
        CHECK(world.server.runs() == 0);
      }
}

namespace {

/// One workflow as n8n reads it back, and what its webhook answers.
class Instance final : public http::Transport {
 public:
  Instance(std::string workflow, std::string webhook) : workflow_(std::move(workflow)), webhook_(std::move(webhook)) {}
  http::Response send(const http::Request& request) override {
    http::Response response;
    const bool is_api = request.url.find("/api/v1/") != std::string::npos;
    const bool is_list = request.url.find("/workflows?") != std::string::npos;
    response.status = is_api ? 200 : 404;
    response.body = is_list ? R"({"data":[)" + workflow_ + "]}" : is_api ? workflow_ : webhook_;
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
  (void)api.workflows();
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
