#include "n8n/credential_store.h"

#include <doctest/doctest.h>

#include "n8n/fake_server.h"

using namespace kairon;
using namespace kairon::n8n;

namespace {

Tree parsed(const char* text) {
  Result<Tree> tree = Tree::parse(text);
  REQUIRE(tree.ok());
  return std::move(*tree);
}

}  // namespace

TEST_CASE("a blank form has the fields that the schema wants, its conditions followed") {
  // The shape of n8n's schema of a postgres credential.
  const Tree schema = parsed(R"({"type": "object", "required": [], "properties": {
    "host": {"type": "string"}, "maxConnections": {"type": "number"}, "allowUnauthorizedCerts": {"type": "boolean"},
    "ssl": {"type": "string", "enum": ["allow", "disable"]}, "sshTunnel": {"type": "boolean"},
    "sshAuthenticateWith": {"type": "string", "enum": ["password", "privateKey"]}, "sshPassword": {"type": "string"}},
    "allOf": [
      {"if": {"properties": {"allowUnauthorizedCerts": {"enum": [false]}}}, "then": {"allOf": [{"required": ["ssl"]}]},
       "else": {"allOf": [{"not": {"required": ["ssl"]}}]}},
      {"if": {"properties": {"sshTunnel": {"enum": [true]}}}, "then": {"allOf": [{"required": ["sshAuthenticateWith"]}]}},
      {"if": {"properties": {"sshAuthenticateWith": {"enum": ["password"]}}}, "then": {"allOf": [{"required": ["sshPassword"]}]}}]})");
  CHECK(
      blank_data_of(schema) ==
      parsed(
          R"({"host": "", "maxConnections": 0, "allowUnauthorizedCerts": false, "ssl": "allow", "sshTunnel": false})"));
  CHECK(blank_data_of(parsed("{}")).members().empty());
}

TEST_CASE("a condition that another one brings in is followed") {
  const Tree schema =
      parsed(R"({"properties": {"a": {"type": "boolean"}, "b": {"enum": ["x", "y"]}, "c": {"type": "string"}},
    "allOf": [{"if": {"properties": {"b": {"enum": ["x"]}}}, "then": {"allOf": [{"required": ["c"]}]}},
              {"if": {"properties": {"a": {"enum": [false]}}}, "then": {"allOf": [{"required": ["b"]}]}}]})");
  CHECK(blank_data_of(schema) == parsed(R"({"a": false, "b": "x", "c": ""})"));
}

TEST_CASE("a file of credentials is read, and refused without quoting what is secret") {
  const auto good = parse_credentials(R"([{"id": "1", "name": "N", "type": "t", "data": {"password": "hidden"}}])");
  REQUIRE(good.ok());
  CHECK(good->front().name == "N");
  for (const char* text : {"", "{}", R"([{"name": "N", "data": {"password": "hidden"}}])",
                           R"([{"name": "N", "type": "t", "data": "U2FsdGVkX1hidden"}])", R"([{"a": "hidden",}])"}) {
    CAPTURE(text);
    const auto bad = parse_credentials(text);
    REQUIRE_FALSE(bad.ok());
    CHECK(bad.failure().text.find("hidden") == std::string::npos);
  }
}

TEST_CASE("used credentials: each once, of enabled nodes, with a name") {
  Local local;
  local.tree = parsed(R"({"nodes": [
    {"name": "A", "credentials": {"postgres": {"id": "1", "name": "Main"}, "x": "Old form"}},
    {"name": "B", "credentials": {"postgres": {"id": null, "name": "Main"}, "y": {"id": "1"}}},
    {"name": "C", "disabled": true, "credentials": {"z": {"name": "Off"}}}]})");
  using Pair = std::pair<std::string, std::string>;
  CHECK(used_credentials({local, local}) == std::vector<Pair>{{"postgres", "Main"}, {"x", "Old form"}});
}

TEST_CASE("a credential that was made is in the list that is read after it") {
  FakeServer server(Dialect::two);
  Api api(server, "http://n8n.example");
  REQUIRE(api.credentials()->empty());
  REQUIRE(create_credential(api, {"postgres", "Main", Tree::object()}).ok());
  REQUIRE(api.credentials()->size() == 1);
  CHECK(api.credentials()->front().name == "Main");
}
