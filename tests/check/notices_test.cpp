#include <doctest/doctest.h>

#include "check/check.h"

using namespace kairon;

namespace {

std::vector<config::Notice> notices(const char* repository_file) {
  config::Settings::Layers layers;
  layers.repository_file = repository_file;
  return check::notices_of(config::Settings::merge(layers));
}

}  // namespace

TEST_CASE("the severity of a rule that does not exist is told of, wherever settings are read for a check") {
  const auto found =
      notices("[lint \"node/unreachble\"]\nseverity = off\n[lint \"node/unreachable\"]\nseverity = off\n");
  REQUIRE(found.size() == 1);
  CHECK(found[0].message == ".kairon: [lint \"node/unreachble\"] severity: there is no rule of that name");
  CHECK(found[0].remedy == "did you mean node/unreachable?");
  CHECK(notices("[lint \"sql/drift\"]\nseverity = warning\n").empty());
}
