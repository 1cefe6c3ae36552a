#include "smoke/watch.h"

#include <algorithm>
#include <set>

#include "base/text.h"

namespace kairon::smoke {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

bool ExecutionTree::finished() const {
  return std::all_of(members.begin(), members.end(), [](const n8n::Execution& one) { return one.finished(); });
}

std::vector<const n8n::Execution*> ExecutionTree::roots() const {
  std::vector<const n8n::Execution*> out;
  for (const n8n::Execution& one : members)
    if (!one.mark.empty()) out.push_back(&one);
  return out;
}

const n8n::Execution* ExecutionTree::find(long long id) const {
  const auto found =
      std::find_if(members.begin(), members.end(), [id](const n8n::Execution& one) { return one.id == id; });
  return found == members.end() ? nullptr : &*found;
}

std::vector<const n8n::Execution*> ExecutionTree::unhandled() const {
  std::vector<const n8n::Execution*> out;
  for (const n8n::Execution& failed : members) {
    if (failed.status != "error" || failed.error_workflow.empty() || failed.mode == "error") continue;
    const bool handled = std::any_of(members.begin(), members.end(),
                                     [&failed](const n8n::Execution& one) { return one.handles == failed.id; });
    if (!handled) out.push_back(&failed);
  }
  return out;
}

ExecutionTree caused_by(const std::vector<n8n::Execution>& all, const std::string& mark, const std::string& id) {
  ExecutionTree tree;
  std::set<long long> ours;
  for (const n8n::Execution& one : all) {
    const bool entered = one.parent == 0 && one.handles == 0 && text::contains(one.started, id);
    const bool mine =
        one.mark == mark || ours.contains(one.parent) || ours.contains(one.handles) || (one.mark.empty() && entered);
    if (!mine) continue;
    ours.insert(one.id);
    tree.members.push_back(one);
  }
  return tree;
}

namespace {

std::vector<long long> ids_of(const ExecutionTree& tree) {
  std::vector<long long> ids;
  for (const n8n::Execution& one : tree.members) ids.push_back(one.id);
  return ids;
}

// The pause grows: most messages are done in a fraction of a second.
milliseconds next_pause(milliseconds pause) { return std::min(pause * 3 / 2, milliseconds(400)); }

}  // namespace

ExecutionTree watch(n8n::ExecutionLog& log, const WatchOrder& order,
                    const std::function<void(const ExecutionTree&)>& say) {
  const Clock::time_point begun = Clock::now();
  Clock::time_point settled = begun;
  milliseconds wait(30);
  std::vector<long long> before;
  for (;;) {
    const ExecutionTree tree = caused_by(log.since(order.after), order.mark, order.id);
    const Clock::time_point now = Clock::now();
    const std::vector<long long> ids = ids_of(tree);
    const bool quiet = !tree.roots().empty() && tree.finished();
    if (!quiet || ids != before) settled = now;
    // A callee's row exists before its caller ends, so a second look that finds nothing more has
    // seen everything. Error workflows are started after the failure was saved.
    const bool twice = quiet && ids == before;
    if (twice && (tree.unhandled().empty() || now - settled >= order.handling)) return tree;
    if (tree.roots().empty() && now - begun >= order.silence) return tree;
    if (now >= order.deadline) return tree;
    if (say) say(tree);
    before = quiet ? ids : std::vector<long long>{};
    if (!quiet) n8n::pause(std::exchange(wait, next_pause(wait)));
    if (twice) n8n::pause(milliseconds(100));
  }
}

}  // namespace kairon::smoke
