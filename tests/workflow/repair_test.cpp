#include "workflow/repair.h"

#include <doctest/doctest.h>

using namespace kairon;

namespace {

std::string repaired(const std::string& text) {
  auto parsed = json::Document::parse(text);
  REQUIRE(parsed.document);
  const workflow::Workflow workflow(std::move(parsed.document), "W.json");
  const std::string out = workflow::apply(text, workflow::safe_repairs(workflow));
  REQUIRE(json::Document::parse(out).document);
  return out;
}

}  // namespace

TEST_CASE("safe_repairs") {
  SUBCASE("what gives something away goes") {
    CHECK(
        repaired(
            R"({"nodes":[],"connections":{},"pinData":{"A":[1]},"staticData":{"x":1},"shared":[1],"activeVersion":{"n":1},"name":"W"})") ==
        R"({"nodes":[],"connections":{},"pinData":{},"staticData":null,"name":"W"})");
    CHECK(repaired(R"({"nodes":[],"connections":{},"staticData":"{\"x\":1}"})") ==
          R"({"nodes":[],"connections":{},"staticData":null})");
    CHECK(repaired(R"({"nodes":[],"connections":{},"staticData":"{}"})") ==
          R"({"nodes":[],"connections":{},"staticData":"{}"})");
    CHECK(repaired(R"({"nodes":[],"ownedBy":{},"homeProject":{"name":"N <n@x>"},"connections":{}})") ==
          R"({"nodes":[],"connections":{}})");
  }
  SUBCASE("first and last members take their comma along") {
    CHECK(repaired(R"({"shared":[1],"nodes":[],"connections":{}})") == R"({"nodes":[],"connections":{}})");
    CHECK(repaired(R"({"nodes":[],"connections":{},"shared":[1]})") == R"({"nodes":[],"connections":{}})");
    CHECK(repaired(R"({"shared":[],"activeVersion":null,"nodes":[],"connections":{}})") ==
          R"({"nodes":[],"connections":{}})");
  }
  SUBCASE("credentials are looked up by name: the id is null, never absent") {
    CHECK(
        repaired(
            R"({"nodes":[{"name":"A","credentials":{"postgres":{"id":"7","name":"P"},"x":{"name":"Q"}}}],"connections":{}})") ==
        R"({"nodes":[{"name":"A","credentials":{"postgres":{"id":null,"name":"P"},"x":{"id": null, "name":"Q"}}}],"connections":{}})");
  }
  SUBCASE("a clean file stays byte for byte") {
    const std::string clean = "{\n  \"nodes\": [],\n  \"connections\": {},\n  \"pinData\": {}\n}\n";
    CHECK(repaired(clean) == clean);
  }
}
