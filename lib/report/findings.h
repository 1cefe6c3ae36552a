#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/terminal.h"
#include "lint/finding.h"

namespace kairon::report {

enum class Format { text, json, sarif, github, gitlab, junit };

/// Returns the form named json, sarif, github, gitlab or junit; text for every other name.
[[nodiscard]] Format parse_format(std::string_view name);

/// How much of a long list of findings a text shows. `brief` ends lists of more than 50 with a table by rule,
/// and of more than 200 it lists only the first 50.
enum class Listing { brief, all, statistics };

/// The outcome of a check: what to print and how it ended.
struct CheckReport {
  std::vector<lint::Finding> findings;  ///< sorted, severity info left out unless asked for
  std::size_t files = 0;                ///< files looked at
  std::size_t errors = 0;
  std::size_t warnings = 0;
  std::size_t infos = 0;
  std::size_t suppressed = 0;  ///< allowed by notes or comments
  std::size_t baseline = 0;    ///< known from the baseline file, not blocking
  double elapsed_ms = 0;
  std::string tool_version;
  Listing listing = Listing::brief;
};

/// Counts the findings per severity into the report's fields.
void count(CheckReport& report);

/// The finding's message, with the history of migrations that it is about where there are several.
[[nodiscard]] std::string message_of(const lint::Finding& finding);

/// `path:line:column: error[rule]: message`, `help: ...`, and a closing one-line verdict.
[[nodiscard]] std::string to_text(const CheckReport& report, terminal::Channel channel);
/// Returns the findings alone, without the verdict line.
[[nodiscard]] std::string findings_text(const std::vector<lint::Finding>& findings, terminal::Channel channel,
                                        Listing listing = Listing::brief);
/// "2 errors, 1 warning in 22 files (3.1 ms)".
[[nodiscard]] std::string verdict_line(const CheckReport& report);
/// The stable JSON of DESIGN section 2, version 1.
[[nodiscard]] std::string to_json(const CheckReport& report);
/// SARIF 2.1.0 with the metadata of every rule that has a result; columns are unicodeCodePoints.
[[nodiscard]] std::string to_sarif(const CheckReport& report);
/// GitHub's workflow commands: `::error file=,line=,col=,title=::message`.
[[nodiscard]] std::string to_github(const CheckReport& report);

/// GitLab's code quality report; fingerprints do not depend on lines.
[[nodiscard]] std::string to_gitlab(const CheckReport& report);
/// JUnit XML: each error is a failed case of its file's suite.
[[nodiscard]] std::string to_junit(const CheckReport& report);

[[nodiscard]] std::string render(const CheckReport& report, Format format);

}  // namespace kairon::report
