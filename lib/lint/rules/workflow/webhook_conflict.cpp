#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/format.h"
#include "lint/reporter.h"
#include "lint/rule.h"
#include "lint/support/calls.h"

namespace kairon::lint {
namespace workflow_webhook_conflict {
namespace {

struct Owner {
  const TreeFile* file = nullptr;
  const workflow::WebhookFact* hook = nullptr;
};
using Key = std::tuple<std::string, std::string, std::string>;
using Told = std::set<std::pair<const TreeFile*, std::string>>;

/// The owner to name with `owner`: one whose conflict is an error goes first.
const Owner& rival_of(const Owner& owner, const std::vector<Owner>& owners) {
  const Owner* rival = nullptr;
  for (const Owner& other : owners) {
    if (other.hook == owner.hook) continue;
    const bool surer = rival != nullptr && rival->file != owner.file &&
                       (other.file == owner.file || (other.file->facts.active && !rival->file->facts.active));
    if (rival == nullptr || surer) rival = &other;
  }
  return *rival;
}

void report_owners(const std::vector<Owner>& owners, Told& told, Reporter& report) {
  bool said = false;
  for (std::size_t i = owners.size(); i-- > 0;) {
    const Owner& owner = owners[i];
    // The first owner is reported only when no later one could be.
    if (!owner.file->changed || (i == 0 && said)) continue;
    said = true;
    // A node that takes several methods is reported once.
    if (!told.emplace(owner.file, owner.hook->place.node).second) continue;
    const Owner& rival = rival_of(owner, owners);
    const bool one_file = rival.file == owner.file;
    const bool certain = one_file || (owner.file->facts.active && rival.file->facts.active);
    report.at_place(owner.file->path, owner.file->facts.name, owner.hook->place,
                    kairon::format("{} {}/{} of '{}' belongs to '{}' in {} too", owner.hook->method, owner.hook->space,
                                   owner.hook->path, owner.hook->place.node, rival.hook->place.node, rival.file->path),
                    "give one of them another path, or disable it",
                    certain ? std::nullopt : std::optional(Severity::warning));
  }
}

void check(const Tree& tree, Reporter& report) {
  std::map<Key, std::vector<Owner>> owners;
  for (const TreeFile& file : tree.files) {
    if (!is_live(file)) continue;
    for (const workflow::WebhookFact& hook : file.facts.webhooks) {
      if (hook.path.empty()) continue;
      auto& group = owners[{hook.space, hook.path, hook.method}];
      const bool again =
          !group.empty() && group.back().file == &file && group.back().hook->place.node == hook.place.node;
      if (!again) group.push_back({&file, &hook});
    }
  }
  Told told;
  for (const auto& [key, group] : owners) {
    if (group.size() > 1) report_owners(group, told, report);
  }
}

}  // namespace

}  // namespace workflow_webhook_conflict

extern const TreeRule kWorkflowWebhookConflict = {
    {"workflow/webhook-conflict", Severity::error, Scope::always,
     "shares method and path of an enabled webhook with another (warning for two workflows that are not both active)",
     "n8n keys registered webhooks by path and method. Within one workflow 1.x registers both and only the last node "
     "answers; 2.x refuses to publish the workflow. Of two workflows the second fails to activate (WebhookPathTaken), "
     "and when n8n itself starts, the conflict is swallowed and one of them is not registered. Slashes at the ends do "
     "not count, an empty path means the webhookId, a path with \"/:\" is prefixed by it; forms, chats and MCP servers "
     "have paths of their own.",
     "Give one of them another path or method."},
    workflow_webhook_conflict::check};

}  // namespace kairon::lint
