#include "deploy/write.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/format.h"
#include "base/signals.h"
#include "base/text.h"
#include "deploy/publish.h"
#include "deploy/read_back.h"
#include "deploy/tags.h"
#include "deploy/verify.h"
#include "deploy/write_checks.h"

namespace kairon::deploy {

namespace {

class Carrier {
 public:
  Carrier(n8n::Api& api, Plan& plan, const std::function<void(const Step&)>& done)
      : api_(api), plan_(plan), done_(done), tags_(api) {}

  Result<void> run() {
    for (const Phase phase : {&Carrier::release, &Carrier::stub, &Carrier::write})
      if (Result<void> result = each(phase); !result.ok()) return result;
    if (Result<void> right = verify_inactive(); !right.ok()) return right;
    for (const Phase phase : {&Carrier::retire, &Carrier::prune})
      if (Result<void> result = each(phase); !result.ok()) return result;
    return {};
  }

 private:
  using Phase = Result<void> (Carrier::*)(Step&);

  Result<void> each(Phase phase) {
    for (Step& step : plan_.steps) {
      signals::check();
      if (Result<void> result = (this->*phase)(step); !result.ok()) return result;
    }
    return {};
  }

  Result<void> release(Step& step) {
    const bool changes = step.action == Action::update || step.action == Action::switch_state ||
                         step.action == Action::retire || step.action == Action::prune;
    if (!step.release_first || !changes) return {};
    const n8n::Reply reply = api_.deactivate(step.id);
    if (!reply.ok()) return refused(step, "deactivated", reply);
    step.was_active = false;
    return {};
  }

  Result<void> stub(Step& step) {
    if (step.action != Action::create || !step.needs_stub || !step.id.empty()) return {};
    return create(step, empty_workflow(step.name));
  }

  Result<void> create(Step& step, const n8n::Tree& body) {
    const n8n::Reply reply = api_.create(body);
    if (!reply.ok()) return refused(step, "created", reply);
    step.id = reply.json["id"].string();
    plan_.ids[step.name] = step.id;
    return {};
  }

  Result<void> write(Step& step) {
    const bool creates = step.action == Action::create;
    if (!creates && step.action != Action::update && step.action != Action::switch_state) return {};
    if (step.only_tags) return tag(step);
    step.extras = n8n::Tree::object();  // a server that takes them has drafts
    const n8n::Tree body = bind(plan_, step);
    if (step.was_active && !step.active)
      if (const n8n::Reply reply = api_.deactivate(step.id); !reply.ok()) return refused(step, "deactivated", reply);
    Result<void> stored;
    if (creates && !step.needs_stub) stored = create(step, body);
    if (step.action == Action::update || (creates && step.needs_stub)) stored = put(step, body);
    if (!stored.ok()) return stored;
    if (!step.active && !step.was_active) {
      inactive_.push_back(&step);
      return tag(step);
    }
    // What is activated may call them.
    if (Result<void> right = verify_inactive(); !right.ok()) return right;
    if (step.active && !step.was_active)
      if (const n8n::Reply reply = api_.activate(step.id); !reply.ok()) return refused(step, "activated", reply);
    if (Result<void> right = verify(step, body); !right.ok()) return right;
    return tag(step);
  }

  Result<void> tag(const Step& step) {
    if (!step.tags.empty())
      if (const Result<void> given = tags_.give(step.id, step.tags); !given.ok())
        return Failure{format("'{}': {}", text::printable(step.name), given.failure().text)};
    if (done_) done_(step);
    return {};
  }

  Result<void> put(const Step& step, const n8n::Tree& body) {
    n8n::Reply reply = api_.update(step.id, body);
    if (!reply.ok()) return refused(step, "updated", reply);
    keep_answer(std::move(reply), answers_);
    return {};
  }

  // One list for all that were created instead of a request for each.
  Result<void> verify_inactive() {
    std::vector<std::string> ids;
    for (const Step* step : inactive_)
      if (!answers_.contains(step->id)) ids.push_back(step->id);
    std::map<std::string, n8n::Tree> stored = read_back(api_, ids);
    stored.merge(std::exchange(answers_, {}));
    for (const Step* step : std::exchange(inactive_, {})) {
      const auto there = stored.find(step->id);
      const n8n::Tree now = there == stored.end() ? n8n::Tree() : there->second;
      Result<void> right = check_published(api_, now, bind(plan_, *step), false);
      if (right.ok()) right = check_credentials(now, plan_.credentials);
      if (!right.ok())
        return Failure{format("'{}': {}", text::printable(step->name), right.failure().text), right.failure().remedy};
    }
    return {};
  }

  Result<void> verify(const Step& step, const n8n::Tree& body) {
    Result<n8n::Tree> right = verify_workflow(api_, step.id, body, step.active);
    if (!right.ok() && step.active) {
      if (Result<void> healed = heal(step, body); !healed.ok()) return healed;
      right = verify_workflow(api_, step.id, body, step.active);
    }
    if (!right.ok())
      return Failure{format("'{}': {}", text::printable(step.name), right.failure().text), right.failure().remedy};
    return check_credentials(*right, plan_.credentials);
  }

  // n8n 1.x after a PUT that failed half-way keeps the old version id next to the new nodes; only a
  // PUT that really changes the nodes makes a new version.
  Result<void> heal(const Step& step, const n8n::Tree& body) {
    if (const n8n::Reply reply = api_.deactivate(step.id); !reply.ok()) return refused(step, "deactivated", reply);
    n8n::Tree other = body;
    other.set("nodes", n8n::Tree::array());
    other.set("connections", n8n::Tree::object());
    for (const n8n::Tree* version : {&std::as_const(other), &body})
      if (Result<void> stored = put(step, *version); !stored.ok()) return stored;
    if (const n8n::Reply reply = api_.activate(step.id); !reply.ok()) return refused(step, "activated", reply);
    return {};
  }

  Result<void> retire(Step& step) { return stop_retired(api_, step, "deactivated", done_); }

  Result<void> prune(Step& step) { return delete_pruned(api_, step, "deactivated", done_); }

  n8n::Api& api_;
  Plan& plan_;
  const std::function<void(const Step&)>& done_;
  Tags tags_;
  std::vector<const Step*> inactive_;         ///< written and not yet verified
  std::map<std::string, n8n::Tree> answers_;  ///< to the PUTs, by id
};

}  // namespace

Result<void> carry_out_plan(n8n::Api& api, Plan& plan, const std::function<void(const Step&)>& done) {
  if (plan.dialect == n8n::Dialect::two) {
    Result<void> published = publish_plan(api, plan, done);
    if (published.ok() || api.drafts()) return published;
    // A 2.x without drafts. What was created meanwhile exists now.
    for (Step& step : plan.steps)
      if (step.action == Action::create && !step.id.empty()) step.needs_stub = true;
  }
  return Carrier(api, plan, done).run();
}

}  // namespace kairon::deploy
