#include "base/format.h"
#include "base/text.h"
#include "base/unseen.h"
#include "smoke/report.h"

namespace kairon::smoke {

namespace {

std::string exact_seconds(std::chrono::milliseconds time) {
  return format("{:.3f}", static_cast<double>(time.count()) / 1000.0);
}

std::string class_of(const CaseOutcome& outcome) {
  const std::string& path = outcome.test.path;
  const std::size_t slash = path.rfind('/');
  std::string stem = slash == std::string::npos ? path : path.substr(slash + 1);
  if (stem.ends_with(".json")) stem.resize(stem.size() - 5);
  return stem;
}

std::string test_case(const CaseOutcome& outcome) {
  std::string out = format("    <testcase name=\"{}\" classname=\"{}\" time=\"{}\"", xml_text(outcome.test.name),
                           xml_text(class_of(outcome)), exact_seconds(outcome.elapsed));
  if (outcome.result == CaseResult::passed) return out + "/>\n";
  out += ">\n";
  if (outcome.result == CaseResult::skipped) out += "      <skipped message=\"not for this environment\"/>\n";
  if (outcome.result == CaseResult::failed) {
    const std::string first = outcome.failures.empty() ? "" : outcome.failures.front();
    const std::string all = text::join(outcome.failures, "\n") + "\n" + smoke_tree_text(outcome.tree);
    out += format("      <failure message=\"{}\" type=\"smoke\">{}</failure>\n", xml_text(first), xml_text(all));
  }
  return out + "    </testcase>\n";
}

}  // namespace

std::string xml_text(std::string_view raw) {
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
  const std::string named = text::unseen_named(raw);
  std::string_view text = named;
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t bad = text::invalid_utf8(text);
    for (const char c : text.substr(0, bad)) {
      const auto byte = static_cast<unsigned char>(c);
      if (c == '<') {
        out += "&lt;";
      } else if (c == '>') {
        out += "&gt;";
      } else if (c == '&') {
        out += "&amp;";
      } else if (c == '"') {
        out += "&quot;";
      } else if (byte < 0x20 && c != '\n' && c != '\t') {
        out += kReplacement;
      } else {
        out += c;
      }
    }
    if (bad == std::string_view::npos) break;
    out += kReplacement;
    text.remove_prefix(bad + 1);
  }
  // The two code points of the plane that UTF-8 can write and XML cannot.
  for (const std::string_view odd : {std::string_view("\xEF\xBF\xBE"), std::string_view("\xEF\xBF\xBF")})
    out = text::replace_all(out, odd, kReplacement);
  return out;
}

std::string smoke_junit(const SmokeReport& report) {
  const std::size_t problems = report.problems.size();
  const std::string counts =
      format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{}\"", report.outcomes.size() + problems,
             report.count(CaseResult::failed), problems, report.count(CaseResult::skipped), exact_seconds(report.elapsed));
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  out += format("<testsuites name=\"kairon smoke\" {}>\n", counts);
  out += format("  <testsuite name=\"smoke {}\" {}>\n", xml_text(report.environment), counts);
  for (const std::string& problem : report.problems)
    out += format(
        "    <testcase name=\"the server\" classname=\"{}\" time=\"0\">\n      <error message=\"{}\" "
        "type=\"server\"/>\n    </testcase>\n",
        xml_text(report.environment), xml_text(problem));
  for (const CaseOutcome& outcome : report.outcomes) out += test_case(outcome);
  return out + "  </testsuite>\n</testsuites>\n";
}

}  // namespace kairon::smoke
