#include "deploy/publish.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/format.h"
#include "base/signals.h"
#include "base/text.h"
#include "deploy/read_back.h"
#include "deploy/tags.h"
#include "deploy/verify.h"
#include "deploy/write_checks.h"

namespace kairon::deploy {

namespace {

bool writes_content(const Step& step) {
  return step.action == Action::create || step.action == Action::update || step.action == Action::switch_state;
}

bool needs_draft(const Step& step) {
  if (step.action == Action::create) return true;
  const bool stores = step.has_content || !step.extras.empty() || (step.has_settings && !step.was_active);
  return step.action == Action::update && stores;
}

bool puts_version_live(const Step& step) {
  return step.active && (!step.was_active || step.has_content || step.is_unpublished);
}

/// Names of published workflows whose settings differ: they wait for the second step.
std::set<std::string> held_back(const Plan& plan) {
  std::set<std::string> names;
  for (const Step& step : plan.steps)
    if (step.action == Action::update && step.was_active && step.has_settings) names.insert(step.name);
  return names;
}

Failure named(const Step& step, const Failure& failure) {
  return {format("'{}': {}", text::printable(step.name), failure.text), failure.remedy};
}

template <typename Act>
Result<void> for_each_step(Plan& plan, const Act& act) {
  for (Step& step : plan.steps) {
    signals::check();
    if (Result<void> result = act(step); !result.ok()) return result;
  }
  return {};
}

/// The first step: nothing of it changes what runs.
class Drafts {
 public:
  Drafts(n8n::Api& api, Plan& plan) : api_(api), plan_(plan), tags_(api), held_back_(held_back(plan)) {}

  Result<void> store() {
    for (const Phase phase : {&Drafts::stub, &Drafts::draft, &Drafts::tag}) {
      Result<void> result = for_each_step(plan_, [&](Step& step) { return (this->*phase)(step); });
      if (!result.ok()) return result;
    }
    return check_drafts();
  }

  /// The drafts as n8n has them, by id.
  [[nodiscard]] std::map<std::string, n8n::Tree> stored() && { return std::move(stored_); }

 private:
  using Phase = Result<void> (Drafts::*)(Step&);

  Result<void> create(Step& step, const n8n::Tree& body) {
    const n8n::Reply reply = api_.create(body);
    if (!reply.ok()) return refused(step, "created", reply);
    step.id = reply.json["id"].string();
    step.version = reply.json["versionId"].string();
    plan_.ids[step.name] = step.id;
    return {};
  }

  Result<void> stub(Step& step) {
    if (step.action != Action::create || !step.needs_stub) return {};
    return create(step, empty_workflow(step.name));
  }

  Result<void> draft(Step& step) {
    if (step.action != Action::create) step.version = step.before["versionId"].string();
    if (!needs_draft(step)) return {};
    n8n::Tree body = bind(plan_, step);
    if (held_back_.contains(step.name)) body.set("settings", n8n::Tree::object());
    if (step.action == Action::create && !step.needs_stub) {
      n8n::Tree first = body;
      first.erase("description");  // which only a PUT takes
      if (Result<void> created = create(step, first); !created.ok() || !body.has("description")) return created;
    }
    n8n::Reply reply = api_.save_draft(step.id, body);
    if (!reply.ok()) return refused(step, "updated", reply);
    step.version = reply.json["versionId"].string();
    keep_answer(std::move(reply), stored_);
    return {};
  }

  Result<void> tag(Step& step) {
    if (!writes_content(step) || step.tags.empty()) return {};
    if (const Result<void> given = tags_.give(step.id, step.tags); !given.ok()) return named(step, given.failure());
    return {};
  }

  Result<void> check_drafts() {
    std::vector<std::string> ids;
    for (const Step& step : plan_.steps)
      if (needs_draft(step) && !stored_.contains(step.id)) ids.push_back(step.id);
    stored_.merge(read_back(api_, ids));
    for (const Step& step : plan_.steps) {
      if (!needs_draft(step)) continue;
      const Result<void> right = check_draft(step, stored_[step.id]);
      if (!right.ok()) return named(step, right.failure());
    }
    return {};
  }

  [[nodiscard]] Result<void> check_draft(const Step& step, const n8n::Tree& there) const {
    n8n::Tree sent = bind(plan_, step);
    if (held_back_.contains(step.name)) sent.set("settings", there["settings"]);
    if (Result<void> same = check_stored(there, sent); !same.ok()) return same;
    if (there["active"].boolean_or(false) != step.was_active ||
        (step.was_active && there["activeVersionId"] != step.before["activeVersionId"]))
      return Failure{"it was published or unpublished on the server meanwhile"};
    return check_credentials(there, plan_.credentials);
  }

  n8n::Api& api_;
  Plan& plan_;
  Tags tags_;
  const std::set<std::string> held_back_;
  std::map<std::string, n8n::Tree> stored_;
};

/// The second step.
class Publisher {
 public:
  Publisher(n8n::Api& api, Plan& plan, const std::function<void(const Step&)>& done,
            std::map<std::string, n8n::Tree> stored)
      : api_(api), plan_(plan), done_(done), held_back_(held_back(plan)), stored_(std::move(stored)) {}

  Result<void> publish() {
    for (const Phase phase : {&Publisher::release, &Publisher::publish_step, &Publisher::retire})
      if (Result<void> result = each(phase); !result.ok()) return result;
    if (Result<void> right = check_live(); !right.ok()) return right;
    return each(&Publisher::prune);
  }

 private:
  using Phase = Result<void> (Publisher::*)(Step&);

  Result<void> each(Phase phase) {
    return for_each_step(plan_, [&](Step& step) { return (this->*phase)(step); });
  }

  Result<void> release(Step& step) {
    if (!step.release_first || !step.was_active || step.action == Action::keep) return {};
    const n8n::Reply reply = api_.deactivate(step.id);
    if (!reply.ok()) return refused(step, "unpublished", reply);
    step.was_active = false;
    return {};
  }

  Result<void> publish_step(Step& step) {
    if (!writes_content(step)) return {};
    if (step.was_active && !step.active)
      if (const n8n::Reply reply = api_.deactivate(step.id); !reply.ok()) return refused(step, "unpublished", reply);
    bool is_live = false;
    if (held_back_.contains(step.name)) {
      is_live = step.was_active && puts_version_live(step);
      if (Result<void> put = put_settings(step, is_live); !put.ok()) return put;
    }
    if (puts_version_live(step) && !is_live)
      if (const n8n::Reply reply = api_.publish(step.id, step.version); !reply.ok())
        return refused(step, "published", reply);
    if (done_) done_(step);
    return {};
  }

  // One request, so that new nodes never run with old settings. The nodes are those that n8n has: others would be a
  // new version.
  Result<void> put_settings(const Step& step, bool goes_live) {
    n8n::Tree body = bind(plan_, step);
    if (const auto stored = stored_.find(step.id); stored != stored_.end())
      body.set("nodes", n8n::sanitised(stored->second, plan_.dialect)["nodes"]);
    const n8n::Reply reply = goes_live ? api_.update(step.id, body) : api_.save_draft(step.id, body);
    if (!reply.ok()) return refused(step, goes_live ? "published" : "updated", reply);
    return {};
  }

  Result<void> retire(Step& step) { return stop_retired(api_, step, "unpublished", done_); }

  Result<void> check_live() {
    std::vector<std::string> ids;
    const auto is_concerned = [this](const Step& step) {
      return writes_content(step) &&
             (step.active || step.action == Action::switch_state || held_back_.contains(step.name));
    };
    for (const Step& step : plan_.steps)
      if (is_concerned(step) && !step.only_tags) ids.push_back(step.id);
    const std::map<std::string, n8n::Tree> now = read_back(api_, ids);
    for (const Step& step : plan_.steps) {
      if (!is_concerned(step) || step.only_tags) continue;
      const auto there = now.find(step.id);
      const Result<void> right =
          check_published(api_, there == now.end() ? n8n::Tree() : there->second, bind(plan_, step), step.active);
      if (!right.ok()) return named(step, right.failure());
    }
    return {};
  }

  Result<void> prune(Step& step) { return delete_pruned(api_, step, "unpublished", done_); }

  n8n::Api& api_;
  Plan& plan_;
  const std::function<void(const Step&)>& done_;
  const std::set<std::string> held_back_;
  const std::map<std::string, n8n::Tree> stored_;
};

}  // namespace

Result<void> publish_plan(n8n::Api& api, Plan& plan, const std::function<void(const Step&)>& done) {
  Drafts drafts(api, plan);
  if (Result<void> stored = drafts.store(); !stored.ok()) return stored;
  return Publisher(api, plan, done, std::move(drafts).stored()).publish();
}

}  // namespace kairon::deploy
