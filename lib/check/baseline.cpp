#include "check/baseline.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/error.h"
#include "base/format.h"
#include "base/shell_word.h"
#include "base/text.h"
#include "json/document.h"

namespace kairon::check {

namespace {

/// Returns the text as a report writes it. JSON holds valid UTF-8 only; a file's name may hold other bytes.
std::string as_read_back(const std::string& text) {
  if (text::invalid_utf8(text) == std::string::npos) return text;
  const auto parsed = json::Document::parse(json::Writer().string(text).take());
  return parsed.document ? std::string(parsed.document->root().string()) : text;
}

/// What a finding is known by.
using Identity = std::tuple<std::string, std::string, std::string, std::string>;

/// A conflict of two workflows is reported at the one that changed, so it is known by both paths in either order:
/// "POST webhook/in of 'A' belongs to 'B' in n8n-workflows/B.json too".
Identity identity_of(std::string rule, std::string path, std::string node, std::string message) {
  constexpr std::string_view kIn = " in ";
  constexpr std::string_view kToo = " too";
  const std::size_t node_at = message.find(" of '");
  const std::size_t in = message.rfind(kIn);
  const bool conflict = rule == "workflow/webhook-conflict" && message.ends_with(kToo) &&
                        node_at != std::string::npos && in != std::string::npos && node_at < in;
  if (!conflict) return {std::move(rule), std::move(path), std::move(node), std::move(message)};
  std::string other = message.substr(in + kIn.size(), message.size() - in - kIn.size() - kToo.size());
  if (other == path) return {std::move(rule), std::move(path), std::move(node), std::move(message)};
  if (other < path) std::swap(other, path);
  return {std::move(rule), std::move(path), std::move(other), message.substr(0, node_at)};
}

}  // namespace

bool must_stay_out_of_history(const lint::Finding& finding) {
  return finding.rule.starts_with("secret/") || finding.rule == "workflow/pin-data";
}

std::optional<BaselineFile> configured_baseline(
    const config::Settings& settings, const std::function<std::optional<std::string>(const std::string&)>& read) {
  const std::string path = settings.value(config::kBaseline);
  if (path.empty()) return std::nullopt;
  std::string shown = format("[kairon] baseline = {}", text::printable(path));
  if (path.starts_with('/') || text::contains("/" + path + "/", "/../"))
    throw usage_error(format("{} leads out of the repository", shown), "name a committed file, relative to its top");
  auto content = read(path);
  if (!content)
    throw usage_error(format("{} names no file (a link is not followed)", shown),
                      format("kairon check --write-baseline {0} && git add {0}", shell_word(path)));
  return BaselineFile{std::move(shown), std::move(*content)};
}

std::string baseline_text(const std::vector<lint::Finding>& findings, std::string_view catalogue_version) {
  std::vector<std::string> lines;
  for (const lint::Finding& finding : findings) {
    json::Writer line;
    line.begin_object().key("path").string(finding.path).key("rule").string(finding.rule);
    line.key("node").string(finding.node).key("message").string(finding.message.text);
    line.key("severity").string(lint::severity_name(finding.severity)).end_object();
    lines.push_back(line.take());
  }
  std::sort(lines.begin(), lines.end());
  json::Writer version;
  version.string(catalogue_version);
  return format("{{\"version\":1,\"catalogue\":{},\"findings\":[\n{}\n]}}\n", version.take(), text::join(lines, ",\n"));
}

std::size_t apply_baseline(const BaselineFile& baseline, std::vector<lint::Finding>& findings,
                           const std::function<bool(const std::string&)>& untouched) {
  const auto parsed = json::Document::parse(baseline.content);
  if (!parsed.document || !parsed.document->root()["findings"].is_array()) {
    throw usage_error(format("{} is not a report of `kairon check --format json`", baseline.shown));
  }
  std::map<Identity, std::size_t> known;
  for (const json::Value f : parsed.document->root()["findings"]) {
    ++known[identity_of(std::string(f["rule"].string()), std::string(f["path"].string()),
                        std::string(f["node"].string()), std::string(f["message"].string()))];
  }
  return std::erase_if(findings, [&](const lint::Finding& f) {
    const auto hit =
        known.find(identity_of(f.rule, as_read_back(f.path), as_read_back(f.node), as_read_back(f.message.text)));
    if (hit == known.end() || hit->second == 0) return false;
    if (must_stay_out_of_history(f) && !untouched(f.path)) return false;
    --hit->second;
    return true;
  });
}

}  // namespace kairon::check
