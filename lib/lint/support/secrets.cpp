#include "lint/support/secrets.h"

#include <algorithm>
#include <set>
#include <unordered_set>

#include "base/format.h"
#include "lint/reporter.h"
#include "workflow/workflow.h"

namespace kairon::lint {
namespace {

/// How much of a secret may be shown. Of a short one less: four characters of eight would be half of it.
std::size_t shown_of(std::size_t length) { return std::min<std::size_t>(4, length / 4); }

/// Returns the longest piece of a secret that begins at `at` of the text; some of its beginning may be shown.
struct Piece {
  std::size_t length = 0;
  std::size_t shown = 0;
};

/// Takes pieces of secrets out of texts.
class Hider {
 public:
  explicit Hider(const std::vector<std::string>& secrets) : secrets_(secrets) {
    for (const std::string_view secret : secrets_) {
      if (secret.size() < kTelling) short_.push_back(secret);
      for (std::size_t from = 0; from + kTelling <= secret.size(); ++from)
        begins_.insert(secret.substr(from, kTelling));
    }
  }

  [[nodiscard]] std::string hidden(std::string_view text) const {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
      const Piece piece = may_begin(text.substr(at)) ? piece_at(text, at) : Piece{};
      if (piece.length == 0) {
        out += text[at++];
        continue;
      }
      out += text.substr(at, piece.shown);
      out += "...";
      at += piece.length;
    }
    return out;
  }

 private:
  static constexpr std::size_t kTelling = 8;

  /// False where no piece begins: a thousand secrets are not looked for at each place of a thousand messages.
  [[nodiscard]] bool may_begin(std::string_view text) const {
    return begins_.contains(text.substr(0, kTelling)) ||
           std::any_of(short_.begin(), short_.end(), [&](std::string_view secret) { return text.starts_with(secret); });
  }

  [[nodiscard]] Piece piece_at(std::string_view text, std::size_t at) const {
    Piece best;
    for (const std::string& secret : secrets_) {
      const std::size_t least = std::min(kTelling, secret.size());
      const std::string_view start = text.substr(at, least);
      if (start.size() < least) continue;
      for (std::size_t from = secret.find(start); from != std::string::npos; from = secret.find(start, from + 1)) {
        std::size_t length = least;
        while (at + length < text.size() && from + length < secret.size() && text[at + length] == secret[from + length])
          ++length;
        if (length > best.length) best = {length, from == 0 ? shown_of(secret.size()) : 0};
      }
    }
    return best;
  }

  const std::vector<std::string>& secrets_;
  std::unordered_set<std::string_view> begins_;  ///< what pieces begin with
  std::vector<std::string_view> short_;
};

/// Of one file; hiding each of them in each finding takes its time.
constexpr std::size_t kMostSecrets = 1000;
constexpr std::size_t kLongestWorkflow = 1000;

/// Scans the strings of one workflow.
class Walk {
 public:
  Walk(const std::string& path, std::string_view workflow, Reporter& report)
      : path_(path),
        workflow_(workflow.size() > kLongestWorkflow ? std::string_view("(a long name)") : workflow),
        report_(report) {}

  [[nodiscard]] std::vector<std::string> secrets() const { return {seen_.begin(), seen_.end()}; }

  /// `copy`: only secrets that were not met before are reported.
  void visit(const json::Value& value, const workflow::Node* node, bool copy) {
    if (!value.key().empty()) scan(value.key_value(), node, copy);
    if (value.is_string()) {
      if (!scan(value, node, copy)) by_name(value.key(), value, node, copy);
      return;
    }
    // n8n keeps headers, query parameters and fields as pairs of a name and a value.
    const json::Value named = value["value"];
    if (named.is_string() && find_secrets(named.string()).empty()) by_name(value["name"].string(), named, node, copy);
    for (const json::Value child : value) visit(child, node, copy);
  }

 private:
  bool scan(const json::Value& value, const workflow::Node* node, bool copy) {
    const std::string_view text = value.string();
    constexpr std::size_t kShortest = 12;
    if (text.size() < kShortest) return false;
    const std::vector<Secret> found = find_secrets(text);
    for (const Secret& secret : found) report(value, secret, node, copy);
    return !found.empty();
  }

  void by_name(std::string_view name, const json::Value& value, const workflow::Node* node, bool copy) {
    if (const auto match = keyed_secret(name, value.string())) report(value, {&kSecretKeyedValue, *match}, node, copy);
  }

  void report(const json::Value& value, const Secret& secret, const workflow::Node* node, bool copy) {
    const std::string_view text = value.string();
    if (seen_.size() == kMostSecrets) return;
    const std::string_view token = text.substr(secret.match.begin, secret.match.end - secret.match.begin);
    if (!seen_.emplace(token).second && copy) return;
    report_.enter(secret.rule->info, path_, std::string(workflow_));
    report_.in_string(value, secret.match.begin, node, secret_message(secret, text), std::string(kSecretHelp));
  }

  const std::string& path_;
  std::string_view workflow_;
  Reporter& report_;
  std::set<std::string, std::less<>> seen_;
};

}  // namespace

std::string secret_message(const Secret& secret, std::string_view text) {
  const std::size_t length = secret.match.end - secret.match.begin;
  const std::string_view shown = text.substr(secret.match.begin, shown_of(length));
  if (secret.match.encoded)
    return kairon::format("{} is committed in base64: {}... ({} characters)", secret.match.what, shown, length);
  return kairon::format("{} is committed in plain text: {}... ({} characters)", secret.match.what, shown, length);
}

void hide_secrets(const std::vector<std::string>& secrets, std::vector<Finding>& findings) {
  if (secrets.empty()) return;
  const Hider hider(secrets);
  for (Finding& finding : findings) {
    finding.message.text = hider.hidden(finding.message.text);
    finding.message.remedy = hider.hidden(finding.message.remedy);
  }
}

std::vector<std::string> report_secrets(const workflow::Workflow& workflow, const std::string& path, Reporter& report) {
  Walk walk(path, workflow.name(), report);
  const json::Value nodes = workflow.root()["nodes"];
  std::size_t next = 0;
  for (const json::Value json : nodes) {
    // Workflow::nodes() leaves out what has no name; both lists are in file order.
    const bool listed = next < workflow.nodes().size() && workflow.nodes()[next].json == json;
    walk.visit(json, listed ? &workflow.nodes()[next] : nullptr, false);
    if (listed) ++next;
  }
  for (const json::Value member : workflow.root()) {
    if (!(member == nodes) && member.key() != "activeVersion") walk.visit(member, nullptr, false);
  }
  walk.visit(workflow.root()["activeVersion"], nullptr, true);
  return walk.secrets();
}

}  // namespace kairon::lint
