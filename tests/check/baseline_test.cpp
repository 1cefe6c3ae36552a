#include "check/baseline.h"

#include <doctest/doctest.h>

#include "base/text.h"

using namespace kairon;

TEST_CASE("baseline_text writes one sorted line for each finding, without positions") {
  lint::Finding b{"rule/b", lint::Severity::warning, "b.json", 3, 4, "B", "Node \"x\"", "bad\nthing", "help"};
  lint::Finding a{"rule/a", lint::Severity::error, "a.json", 1, 1, "A", "", "wrong", ""};
  const std::string text = check::baseline_text({b, a}, "1.123.81");
  CHECK(text::lines(text).size() == 4);
  CHECK(text.find("\"catalogue\":\"1.123.81\"") != std::string::npos);
  CHECK(text.find("a.json") < text.find("b.json"));
  b.line = 77;
  CHECK(check::baseline_text({a, b}, "1.123.81") == text);

  std::vector<lint::Finding> findings = {a, b, b};
  const auto untouched = [](const std::string&) { return true; };
  CHECK(check::apply_baseline({"baseline", text}, findings, untouched) == 2);
  CHECK(findings.size() == 1);  // each counts as often as it is listed
}

TEST_CASE("baseline_text of no findings can be read") {
  std::vector<lint::Finding> none;
  CHECK(check::apply_baseline({"baseline", check::baseline_text({}, "")}, none,
                              [](const std::string&) { return true; }) == 0);
}
