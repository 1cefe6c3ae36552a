#include "lint/support/secrets.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/format.h"
#include "lint/reporter.h"
#include "workflow/workflow.h"

namespace kairon::lint {
namespace {

/// Rules by anchor byte.
using Table = std::array<std::vector<const SecretRule*>, 256>;

const Table& anchor_table() {
  static const Table kTable = [] {
    Table table;
    for (const SecretRule* rule : secret_rules()) {
      for (const char anchor : rule->anchors) table[static_cast<unsigned char>(anchor)].push_back(rule);
    }
    return table;
  }();
  return kTable;
}

std::size_t priority_of(const SecretRule* rule) {
  const auto rules = secret_rules();
  return static_cast<std::size_t>(std::find(rules.begin(), rules.end(), rule) - rules.begin());
}

/// How much of a secret may be shown. Of a short one less: four characters of eight would be half of it.
std::size_t shown_of(std::size_t length) { return std::min<std::size_t>(4, length / 4); }

/// The longest piece of a secret that stands at `at` of the text; of its beginning some may be shown.
struct Piece {
  std::size_t length = 0;
  std::size_t shown = 0;
};

Piece piece_at(std::string_view text, std::size_t at, const std::vector<std::string>& secrets) {
  constexpr std::size_t kTelling = 8;
  Piece best;
  for (const std::string& secret : secrets) {
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

std::string hidden(std::string_view text, const std::vector<std::string>& secrets) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const Piece piece = piece_at(text, at, secrets);
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

bool overlap(const SecretMatch& a, const SecretMatch& b) { return a.begin < b.end && b.begin < a.end; }

/// Scans the strings of one workflow.
class Walk {
 public:
  Walk(const std::string& path, std::string_view workflow, Reporter& report)
      : path_(path), workflow_(workflow), report_(report) {}

  [[nodiscard]] std::vector<std::string> secrets() const { return {seen_.begin(), seen_.end()}; }

  /// `copy`: only secrets that were not met before are reported.
  void visit(const json::Value& value, const workflow::Node* node, bool copy) {
    if (value.is_string()) return scan(value, node, copy);
    for (const json::Value child : value) visit(child, node, copy);
  }

 private:
  void scan(const json::Value& value, const workflow::Node* node, bool copy) {
    const std::string_view text = value.string();
    if (text.size() < 12) return;
    for (const Secret& secret : find_secrets(text)) {
      const std::string_view token = text.substr(secret.match.begin, secret.match.end - secret.match.begin);
      if (!seen_.emplace(token).second && copy) continue;
      report_.enter(secret.rule->info, path_, std::string(workflow_));
      report_.in_string(value, secret.match.begin, node, secret_message(secret, text), std::string(kSecretHelp));
    }
  }

  const std::string& path_;
  std::string_view workflow_;
  Reporter& report_;
  std::set<std::string, std::less<>> seen_;
};

}  // namespace

std::vector<Secret> find_secrets(std::string_view text) {
  std::vector<Secret> found;
  const Table& table = anchor_table();
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (const SecretRule* rule : table[static_cast<unsigned char>(text[at])]) {
      if (const auto match = rule->match(text, at)) found.push_back({rule, *match});
    }
  }
  if (found.size() < 2) return found;
  std::stable_sort(found.begin(), found.end(),
                   [](const Secret& a, const Secret& b) { return priority_of(a.rule) < priority_of(b.rule); });
  std::vector<Secret> kept;
  for (const Secret& secret : found) {
    if (std::none_of(kept.begin(), kept.end(), [&](const Secret& k) { return overlap(k.match, secret.match); })) {
      kept.push_back(secret);
    }
  }
  std::sort(kept.begin(), kept.end(), [](const Secret& a, const Secret& b) { return a.match.begin < b.match.begin; });
  return kept;
}

std::string secret_message(const Secret& secret, std::string_view text) {
  const std::size_t length = secret.match.end - secret.match.begin;
  const std::string_view shown = text.substr(secret.match.begin, shown_of(length));
  return kairon::format("{} is committed in plain text: {}... ({} characters)", secret.match.what, shown, length);
}

void hide_secrets(const std::vector<std::string>& secrets, std::vector<Finding>& findings) {
  if (secrets.empty()) return;
  for (Finding& finding : findings) {
    finding.message = hidden(finding.message, secrets);
    finding.help = hidden(finding.help, secrets);
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
