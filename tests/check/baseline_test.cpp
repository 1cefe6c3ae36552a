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

TEST_CASE("a webhook conflict is known at either of its two workflows") {
  const auto conflict = [](const std::string& path, const std::string& node, const std::string& other,
                           const std::string& there) {
    lint::Finding one{"workflow/webhook-conflict", lint::Severity::warning, path, 1, 1, "", node, "", ""};
    one.message.text = "POST webhook/in of '" + node + "' belongs to '" + other + "' in " + there + " too";
    return one;
  };
  const std::string text = check::baseline_text({conflict("w/B.json", "Hook B", "Hook A", "w/A.json")}, "");
  const auto untouched = [](const std::string&) { return true; };
  std::vector<lint::Finding> swapped = {conflict("w/A.json", "Hook A", "Hook B", "w/B.json")};
  CHECK(check::apply_baseline({"baseline", text}, swapped, untouched) == 1);
  std::vector<lint::Finding> renamed = {conflict("w/A.json", "Hook A", "Hook X", "w/B.json")};
  CHECK(check::apply_baseline({"baseline", text}, renamed, untouched) == 1);
  std::vector<lint::Finding> third = {conflict("w/A.json", "Hook A", "Hook C", "w/C.json")};
  CHECK(check::apply_baseline({"baseline", text}, third, untouched) == 0);
  // Two webhooks of one workflow are known by their node.
  const std::string own = check::baseline_text({conflict("w/B.json", "Hook 1", "Hook 2", "w/B.json")}, "");
  std::vector<lint::Finding> another = {conflict("w/B.json", "Hook 3", "Hook 2", "w/B.json")};
  CHECK(check::apply_baseline({"baseline", own}, another, untouched) == 0);
}
