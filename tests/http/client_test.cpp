#include "http/client.h"

#include <doctest/doctest.h>

#include <cstdlib>

#include "http/url.h"
#include "support/loopback.h"

using namespace kairon;

namespace {

constexpr const char* kAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";

class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) { ::setenv(name, value.c_str(), 1); }
  ~Variable() { ::unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
};

http::Request get(const std::string& url) {
  http::Request request;
  request.url = url;
  return request;
}

}  // namespace

TEST_CASE("through a tunnel nothing goes to a proxy: it would see the key") {
  test::Loopback proxy(kAnswer);
  test::Loopback server(kAnswer);
  const Variable use("http_proxy", proxy.url(""));
  http::ClientOptions options;
  options.secret = {"http://n8n.invalid:80", "X-N8N-API-KEY", "the-key"};
  options.connect_to = "n8n.invalid:80:127.0.0.1:" + std::to_string(http::parse_url(server.url("/"))->port);
  http::Client client(std::move(options));
  CHECK(client.send(get("http://n8n.invalid/api")).answered());
  CHECK(proxy.requests().empty());
  REQUIRE(server.requests().size() == 1);
  CHECK(server.requests().front().find("X-N8N-API-KEY: the-key") != std::string::npos);
}

TEST_CASE("no_proxy counts") {
  test::Loopback proxy(kAnswer);
  const Variable use("http_proxy", proxy.url(""));
  http::Client client({});
  CHECK(client.send(get("http://other.invalid/")).answered());
  CHECK(proxy.requests().size() == 1);
  for (const char* hosts : {"example.org,n8n.invalid", "*"}) {
    const Variable none("no_proxy", hosts);
    CHECK(client.send(get("http://n8n.invalid/")).fault == http::Fault::not_resolved);
  }
  CHECK(proxy.requests().size() == 1);
}
