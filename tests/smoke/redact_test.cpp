#include "smoke/redact.h"

#include <doctest/doctest.h>

using namespace kairon;
using n8n::Tree;

TEST_CASE("secrets and headers are redacted, the rest stays") {
  Tree value = *Tree::parse(
      R"({"headers": {"authorization": "Bearer abc", "x-request-id": "7", "content-type": "application/json"},
          "password": "hunter2-Really99", "text": "hello", "list": [{"note": "see @"}]})");
  value.find("list")->items()[0].set("note", std::string("see ghp_") + "Zq81kXw0PbT5yLr7Vn" + "E3cUjH9sMd2FgA6oKi");
  CHECK(smoke::redact_secrets(value) == 4);
  CHECK(value["headers"]["authorization"].string() == "redacted");
  CHECK(value["headers"]["content-type"].string() == "application/json");
  CHECK(value["password"].string() == "redacted");
  CHECK(value["text"].string() == "hello");
  CHECK(value["list"].items()[0]["note"].string() == "see redacted");
}

TEST_CASE("texts keep their shape, and the words that workflows contain") {
  std::vector<n8n::Local> workflows(1);
  workflows[0].tree = *Tree::parse(R"({"nodes": [{"parameters": {"jsCode": "if (text.startsWith('todo')) {}"}}]})");
  const smoke::TextScrambler scrambler(workflows);
  Tree value = *Tree::parse(
      R"(["todo Call Anna: 0664 1234567!", "Anna", "{{run}}-x", "2026-01-02T03:04:05Z", "Zoë 東京 🔵", "::todo 12"])");
  scrambler.apply(value);
  const auto at = [&value](std::size_t i) { return value.items()[i].string(); };
  CHECK(at(0).starts_with("todo "));
  CHECK(at(0).size() == std::string("todo Call Anna: 0664 1234567!").size());
  CHECK(at(0).find("Anna") == std::string::npos);
  CHECK(at(0).find("1234567") == std::string::npos);
  CHECK(at(0).find(at(1) + ":") != std::string::npos);  // the same word by the same one
  CHECK(at(2).starts_with("{{run}}-"));
  CHECK(at(3) == "2026-01-02T03:04:05Z");
  CHECK(at(4).find("東京") == std::string::npos);
  CHECK(at(4).ends_with("🔵"));
  CHECK(at(4).size() == std::string("Zoë 東京 🔵").size());
  CHECK(at(5) == "::todo 12");
}
