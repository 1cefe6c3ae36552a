#include "diff/listing.h"

#include <doctest/doctest.h>

#include "diff/support.h"

namespace kairon {
namespace {

TEST_CASE("listing_of: a paragraph for each node, without what moves or what a server gives") {
  const std::string text =
      test::workflow({test::node("a", "Start", "webhook", R"({"path":"orders","options":{}})", "[7, 9]"),
                      test::node("b", "Parse", "code", R"({"jsCode":"const a = 1;\nreturn a;"})")},
                     {"Start>Parse"}, R"(,"versionId":"x","settings":{"timezone":"UTC"})");
  CHECK(diff::listing_of(text) == R"(workflow W
  settings.timezone: UTC

node Start (webhook)
  path: orders
  options: {}
  -> Parse

node Parse (code)
  jsCode:
    const a = 1;
    return a;
)");
}

TEST_CASE("listing_of: what is not a workflow stays as it is") {
  CHECK(diff::listing_of("{\"a\": 1}\n") == "{\"a\": 1}\n");
  CHECK(diff::listing_of("{ broken") == "{ broken");
}

}  // namespace
}  // namespace kairon
