#include <doctest/doctest.h>

#include <algorithm>

#include "lint/rule.h"

using namespace kairon;

TEST_CASE("A rule's summary begins with a verb in the third person: it goes on from \"the file\"") {
  for (const lint::RuleInfo* rule : lint::all_rules()) {
    CAPTURE(rule->id);
    CAPTURE(rule->summary);
    const std::string_view verb = rule->summary.substr(0, rule->summary.find_first_of(" ,"));
    CHECK(verb.ends_with('s'));
    CHECK(std::ranges::all_of(verb, [](char c) { return c >= 'a' && c <= 'z'; }));
    CHECK_FALSE(rule->summary.ends_with('.'));
  }
}
