#include <algorithm>
#include <map>

#include "base/format.h"
#include "deploy/read_back.h"
#include "deploy/transaction.h"

namespace kairon::deploy {

// A write whose connection broke and that was sent again may be carried out a second time, late. Most do no harm then.
// A creation makes a twin, and a deactivation takes back what came after it.
Result<void> Deployment::refuse_late(const Plan& plan) {
  api_.time().wait(api_.patience().settle);
  const auto end = api_.time().now() + api_.patience().late;
  const std::vector<n8n::Unanswered> possible = api_.possible();
  const bool waits = std::any_of(possible.begin(), possible.end(), [this](const n8n::Unanswered& write) {
    return write.kind == n8n::WriteKind::create || !api_.shows_effect(write);
  });
  for (;;) {
    if (Result<void> whole = refuse_undone(plan); !whole.ok() || !waits || api_.time().now() >= end) return whole;
    api_.time().wait(api_.patience().look);
  }
}

Result<void> Deployment::refuse_undone(const Plan& plan) {
  std::map<std::string, int> count;
  std::map<std::string, n8n::Tree> now;
  for (n8n::Tree& one : api_.workflows()) {
    if (!one["isArchived"].boolean_or(false)) ++count[one["name"].string()];
    const std::string id = one["id"].string();
    now.emplace(id, std::move(one));
  }
  for (const Step& step : plan.steps) {
    if (step.action == Action::create && count[step.name] != 1)
      return Failure{format("'{}' is there {} times after a lost connection", step.name, count[step.name]),
                     "repeat the command"};
    if (step.action != Action::create && step.action != Action::update) continue;
    const n8n::Tree& there = now[step.id];
    if (there["active"].boolean_or(false) != step.active || !check_stored(there, bind(plan, step)).ok())
      return Failure{format("'{}' was changed by a request whose connection had broken", step.name),
                     "repeat the command"};
  }
  return {};
}

}  // namespace kairon::deploy
