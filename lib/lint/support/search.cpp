#include "lint/support/search.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "base/utf16.h"
#include "json/document.h"
#include "json/work.h"
#include "lint/check.h"
#include "lint/reporter.h"
#include "lint/support/secrets.h"
#include "workflow/workflow.h"

namespace kairon::lint {

void report_pin_data(const workflow::Workflow& workflow, Reporter& report);
extern const WorkflowRule kWorkflowPinData;

namespace {

/// At most so many secrets of one file are reported.
constexpr std::size_t kMostOfFile = 1000;
constexpr std::string_view kAllow = "kairon: allow ";

/// Lines and columns of rising offsets, counted in one pass over the bytes.
class LineCounter {
 public:
  /// `start`: the position of the first byte.
  explicit LineCounter(std::string_view bytes, json::Position start = {})
      : bytes_(bytes), line_(start.line), passed_(start.column - 1) {}

  json::Position position(std::size_t offset) {
    for (; at_ < offset; ++at_) {
      const auto byte = static_cast<unsigned char>(bytes_[at_]);
      if (byte == '\n') ++line_;
      passed_ = byte == '\n' ? 0 : passed_ + ((byte & 0xC0U) == 0x80U ? 0U : 1U);
    }
    return {line_, passed_ + 1};
  }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::size_t passed_ = 0;  ///< code points of the line
};

/// The lines before and around an offset, as far as a comment on them may reach.
std::string_view nearby(std::string_view bytes, std::size_t offset) {
  constexpr std::size_t kReach = 512;
  const std::size_t first = offset - std::min(offset, kReach);
  const std::string_view before = bytes.substr(first, offset - first);
  const std::string_view after = bytes.substr(offset, kReach);
  std::size_t begin = 0;
  const std::size_t line = before.rfind('\n');
  if (line != std::string_view::npos && line != 0) begin = before.rfind('\n', line - 1) + 1;  // npos + 1 is 0
  return bytes.substr(first + begin, before.size() - begin + std::min(after.find('\n'), after.size()));
}

bool is_allowed(std::string_view text, std::string_view rule) {
  for (std::size_t at = text.find(kAllow); at != std::string_view::npos; at = text.find(kAllow, at + 1)) {
    const std::string_view rest = text.substr(at + kAllow.size());
    if (rest.starts_with(rule) && (rest.size() == rule.size() || !secret::is_token_byte(rest[rule.size()])))
      return true;
  }
  return false;
}

void add_bytes(std::string_view bytes, const std::string& path, std::vector<Secret> secrets,
               std::vector<Finding>& findings, json::Position start = {}) {
  if (secrets.empty()) return;
  Reporter report(findings);
  LineCounter lines(bytes, start);
  const bool any_allowed = text::contains(bytes, kAllow);
  const std::size_t before = findings.size();
  for (const Secret& secret : secrets) {
    if (findings.size() - before == kMostOfFile) return;
    if (any_allowed && is_allowed(nearby(bytes, secret.match.begin), secret.rule->info.id)) continue;
    report.enter(secret.rule->info, path, {});
    report.add(lines.position(secret.match.begin), {}, secret_message(secret, bytes), std::string(kSecretHelp));
  }
}

/// What an environment file may give away in addition to any other file.
std::vector<Secret> all_secrets(std::string_view bytes, const std::string& path) {
  std::vector<Secret> secrets = find_secrets(bytes);
  if (!is_env_file(path)) return secrets;
  secrets.resize(std::min(secrets.size(), kMostOfFile));
  std::vector<Secret> by_name = find_env_secrets(bytes);
  by_name.resize(std::min(by_name.size(), kMostOfFile));
  for (const Secret& secret : by_name) {
    const auto same = [&](const Secret& other) {
      return other.match.begin < secret.match.end && secret.match.begin < other.match.end;
    };
    if (std::none_of(secrets.begin(), secrets.end(), same)) secrets.push_back(secret);
  }
  std::sort(secrets.begin(), secrets.end(),
            [](const Secret& a, const Secret& b) { return a.match.begin < b.match.begin; });
  return secrets;
}

}  // namespace

std::vector<Finding> search_bytes(std::string_view bytes, const std::string& path) {
  std::vector<Finding> findings;
  add_bytes(bytes, path, all_secrets(bytes, path), findings);
  // Programs of Windows write UTF-16; its columns count the same characters.
  if (const std::optional<std::string> narrow = text::from_utf16(bytes))
    add_bytes(*narrow, path, all_secrets(*narrow, path), findings);
  return findings;
}

void PartSearch::take(std::string_view part) {
  constexpr std::size_t kWindow = std::size_t{8} << 20U;
  // Longer than any secret that a shape describes: what begins in it is searched with the next part.
  constexpr std::size_t kTail = std::size_t{64} << 10U;
  if (!begun_) mark_ = text::utf16_mark(part).value_or("");
  begun_ = true;
  window_ += mark_.empty() ? std::string(part) : text::from_utf16(mark_ + std::string(part)).value_or("");
  if (window_.size() >= kWindow) search(window_.size() - kTail);
}

std::vector<Finding> PartSearch::finish() {
  search(window_.size());
  return std::move(findings_);
}

void PartSearch::search(std::size_t end) {
  // A note on the line before and the end of a word decide as well.
  constexpr std::size_t kContext = std::size_t{4} << 10U;
  std::vector<Secret> secrets = all_secrets(window_, path_);
  std::erase_if(secrets,
                [&](const Secret& secret) { return secret.match.begin < searched_ || secret.match.begin >= end; });
  add_bytes(window_, path_, std::move(secrets), findings_, start_);
  const std::size_t gone = end - std::min(end, kContext);
  start_ = LineCounter(window_, start_).position(gone);
  window_.erase(0, gone);
  searched_ = end - gone;
}

std::vector<Finding> search_workflow(const std::string& text, const std::string& path) {
  if (json::is_laborious(text)) return search_bytes(text, path);
  auto parsed = json::Document::parse(text);
  if (!parsed.document || !workflow::Workflow::looks_like_workflow(parsed.document->root()))
    return search_bytes(text, path);
  FileVerdict verdict;
  Reporter report(verdict.findings);
  const workflow::Workflow workflow(std::move(parsed.document), path);
  report_secrets(workflow, path, report);
  report.enter(kWorkflowPinData.info, path, std::string(workflow.name()));
  report_pin_data(workflow, report);
  if (verdict.findings.empty()) return {};
  verdict.facts = workflow::collect_facts(workflow);
  static_cast<void>(apply_suppressions(verdict.facts, path, verdict.findings, {}));
  std::erase_if(verdict.findings, [](const Finding& finding) { return finding.rule == "suppression/unused"; });
  return std::move(verdict.findings);
}

std::vector<Finding> search_migration(std::string_view text, const std::string& path) {
  std::vector<Finding> findings = search_bytes(text, path);
  std::map<std::string, bool, std::less<>> allowed;
  std::erase_if(findings, [&](const Finding& finding) {
    const auto [known, fresh] = allowed.try_emplace(finding.rule, false);
    if (fresh) known->second = is_allowed(text, finding.rule);
    return known->second;
  });
  return findings;
}

}  // namespace kairon::lint
