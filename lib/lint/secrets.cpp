#include "lint/secrets.h"

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

bool overlap(const SecretMatch& a, const SecretMatch& b) { return a.begin < b.end && b.begin < a.end; }

/// Scans the strings of one workflow.
class Walk {
 public:
  Walk(const std::string& path, std::string_view workflow, Reporter& report)
      : path_(path), workflow_(workflow), report_(report) {}

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
  // Of a short one less is shown: four characters of eight would be half of it.
  const std::string_view shown = text.substr(secret.match.begin, std::min<std::size_t>(4, length / 4));
  return kairon::format("{} is committed in plain text: {}... ({} characters)", secret.match.what, shown, length);
}

void report_secrets(const workflow::Workflow& workflow, const std::string& path, Reporter& report) {
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
}

}  // namespace kairon::lint
