#include "deploy/rollback.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/format.h"
#include "base/text.h"
#include "deploy/canonical.h"
#include "deploy/verify.h"
#include "deploy/write_order.h"
#include "n8n/content.h"
#include "n8n/credentials.h"
#include "n8n/references.h"

namespace kairon::deploy {

namespace {

std::string by_id(const n8n::Reference& reference) { return reference.id; }

const std::string& id_of(const n8n::Tree& workflow) { return workflow["id"].string(); }
bool is_active(const n8n::Tree& workflow) { return workflow["active"].boolean_or(false); }

/// The workflows of the snapshot and what the server has of each now. What was deleted gets another id when it is
/// made again, by this rollback or by an earlier one that was cut short.
class Counterparts {
 public:
  Counterparts(std::vector<n8n::Tree> remotes, const Record& record) : remotes_(std::move(remotes)) {
    for (const n8n::Tree& old : record.snapshot) {
      if (remote(id_of(old)) != nullptr) continue;
      std::string& id = new_ids_[id_of(old)];
      for (const n8n::Tree& one : remotes_)
        if (one["name"] == old["name"] && !one["isArchived"].boolean_or(false) &&
            !record.known_ids.contains(id_of(one)))
          id = id_of(one);
    }
  }

  const std::vector<n8n::Tree>& remotes() const { return remotes_; }

  const n8n::Tree* remote(const std::string& id) const {
    const auto found =
        std::find_if(remotes_.begin(), remotes_.end(), [&](const n8n::Tree& one) { return id_of(one) == id; });
    return found == remotes_.end() ? nullptr : &*found;
  }

  /// Returns "" for a workflow that was deleted and does not exist again.
  const std::string& now_id(const n8n::Tree& old) const {
    const auto found = new_ids_.find(id_of(old));
    return found == new_ids_.end() ? id_of(old) : found->second;
  }

  /// Returns the old version, with its references to recreated workflows set to their new ids.
  n8n::Tree wanted(const n8n::Tree& old) const {
    n8n::Tree out = old;
    n8n::rewrite_references(out, [this](const n8n::Reference& reference) -> std::optional<n8n::Callee> {
      const auto found = new_ids_.find(reference.id);
      if (found == new_ids_.end() || found->second.empty()) return std::nullopt;
      return n8n::Callee{found->second, reference.cached_name};
    });
    return out;
  }

  bool calls_pruned(const n8n::Tree& old) const {
    bool calls = false;
    n8n::each_reference(old, [&](const n8n::Reference& reference) {
      const auto found = new_ids_.find(reference.id);
      calls = calls || (found != new_ids_.end() && found->second.empty());
    });
    return calls;
  }

  /// Notes the id that a workflow got when it was created again.
  void recreated(const n8n::Tree& old, std::string id) { new_ids_[id_of(old)] = std::move(id); }

 private:
  std::vector<n8n::Tree> remotes_;
  std::map<std::string, std::string> new_ids_;  ///< of what was deleted; "" until it exists again
};

/// The body that restores `old`.
n8n::Tree body_for(const n8n::Tree& old, const Counterparts& counterparts, n8n::Dialect dialect) {
  n8n::Tree body = n8n::sanitised(counterparts.wanted(old), dialect);
  n8n::rewrite_credentials(body, [](const n8n::CredentialUse& use) {
    return n8n::Credential{use.id, use.name, use.type};
  });
  const n8n::Tree* now = counterparts.remote(counterparts.now_id(old));
  if (now == nullptr) {
    if (const n8n::Tree* data = old.find("staticData"); data != nullptr && !data->is_null())
      body.set("staticData", *data);
    return body;
  }
  // What is still there has gone on counting (polls, static data) since the snapshot.
  n8n::Tree& settings = *body.find("settings");
  for (const auto& [key, value] : (*now)["settings"].members())
    if (!settings.has(key) && !n8n::neutral_setting(key).is_null()) settings.set(key, n8n::neutral_setting(key));
  return body;
}

/// 2.x activates a workflow only when those it calls are active.
std::vector<const n8n::Tree*> sorted_callees_first(const std::vector<const n8n::Tree*>& workflows) {
  CallGraph graph;
  for (const n8n::Tree* old : workflows) {
    std::set<std::string>& callees = graph[id_of(*old)];
    n8n::each_reference(*old, [&](const n8n::Reference& reference) { callees.insert(reference.id); });
  }
  std::vector<const n8n::Tree*> sorted;
  for (const auto& group : callees_first(graph))
    for (const std::string& id : group)
      sorted.push_back(
          *std::find_if(workflows.begin(), workflows.end(), [&](const n8n::Tree* one) { return id_of(*one) == id; }));
  return sorted;
}

class Rollback {
 public:
  Rollback(n8n::Api& api, const Record& record)
      : api_(api),
        record_(record),
        dialect_(api.publishes() ? n8n::Dialect::two : n8n::Dialect::one),
        now_(api.workflows(), record) {}

  RollbackReport run() {
    for (const n8n::Tree& old : record_.snapshot)
      if (needs_restoring(old)) todo_.push_back(&old);
    todo_ = sorted_callees_first(todo_);
    for (auto old = todo_.rbegin(); old != todo_.rend(); ++old) release(**old);
    delete_created();
    for (const n8n::Tree* old : todo_)
      if (now_.now_id(*old).empty()) create_again(*old);
    for (const n8n::Tree* old : todo_) restore(*old);
    for (const n8n::Tree* old : todo_) activate(*old);
    for (const n8n::Tree* old : todo_) verify(*old);
    for (const n8n::Tree& old : record_.snapshot) restore_tags(old);
    return std::move(report_);
  }

 private:
  void check(const n8n::Tree& workflow, std::string_view doing, const n8n::Reply& reply) {
    if (!reply.ok())
      report_.problems.push_back(
          format("'{}' could not be {}: {}", text::printable(workflow["name"].string()), doing, n8n::cause(reply)));
    if (!reply.ok()) failed_.insert(id_of(workflow));
  }

  bool needs_restoring(const n8n::Tree& old) {
    const n8n::Tree* now = now_.remote(now_.now_id(old));
    if (now == nullptr || is_active(*now) != is_active(old)) return true;
    if (canonical(*now, by_id) != canonical(now_.wanted(old), by_id) || now_.calls_pruned(old)) return true;
    // A PUT that failed half-way shows in the single read only.
    return is_active(old) && !verify_workflow(api_, now_.now_id(old), now_.wanted(old), true).ok();
  }

  // What is active may hold a webhook that another one needs back.
  void release(const n8n::Tree& old) {
    const n8n::Tree* now = now_.remote(now_.now_id(old));
    if (now != nullptr && is_active(*now)) check(old, "deactivated", api_.deactivate(now_.now_id(old)));
  }

  void delete_created() {
    std::vector<const n8n::Tree*> ours;
    for (const n8n::Tree& one : now_.remotes()) {
      const bool is_created =
          std::find(record_.created.begin(), record_.created.end(), one["name"].string()) != record_.created.end();
      if (is_created && !record_.known_ids.contains(id_of(one))) ours.push_back(&one);
    }
    for (const n8n::Tree* one : ours)
      if (is_active(*one)) check(*one, "deactivated", api_.deactivate(id_of(*one)));
    for (const n8n::Tree* one : ours) {
      const n8n::Reply reply = api_.remove(id_of(*one));
      check(*one, "deleted", reply);
      if (reply.ok()) report_.done.push_back(format("{}: deleted again", text::printable((*one)["name"].string())));
    }
  }

  void create_again(const n8n::Tree& old) {
    const n8n::Reply reply = api_.create(body_for(old, now_, dialect_));
    check(old, "created again", reply);
    if (!reply.ok()) return;
    now_.recreated(old, reply.json["id"].string());
    if (!n8n::tag_names(old).empty()) give_tags(old);
    report_.done.push_back(format("{}: created again with a new id", text::printable(old["name"].string())));
  }

  void give_tags(const n8n::Tree& old) {
    n8n::Tree ids = n8n::Tree::array();
    for (const n8n::Tree& tag : old["tags"].items()) {
      n8n::Tree one = n8n::Tree::object();
      one.set("id", tag["id"]);
      ids.push(std::move(one));
    }
    check(old, "tagged again", api_.set_tags(now_.now_id(old), ids));
  }

  void restore_tags(const n8n::Tree& old) {
    const n8n::Tree* now = now_.remote(now_.now_id(old));
    if (now != nullptr && n8n::tag_names(*now) != n8n::tag_names(old)) give_tags(old);
  }

  void restore(const n8n::Tree& old) {
    const std::string& id = now_.now_id(old);
    if (id.empty()) return;
    const n8n::Tree* now = now_.remote(id);
    // Two writes: only one that really changes the nodes makes a new version (see write.cpp).
    if (now != nullptr && (*now)["nodes"] == old["nodes"] && is_active(old)) {
      n8n::Tree other = body_for(old, now_, dialect_);
      other.set("nodes", n8n::Tree::array());
      other.set("connections", n8n::Tree::object());
      check(old, "restored", api_.update(id, other));
    }
    const n8n::Reply reply = api_.update(id, body_for(old, now_, dialect_));
    check(old, "restored", reply);
    if (reply.ok() && now != nullptr)
      report_.done.push_back(format("{}: restored", text::printable(old["name"].string())));
  }

  void activate(const n8n::Tree& old) {
    if (is_active(old) && !now_.now_id(old).empty()) check(old, "activated", api_.activate(now_.now_id(old)));
  }

  void verify(const n8n::Tree& old) {
    if (now_.now_id(old).empty() || failed_.contains(id_of(old))) return;  // the cause is said already
    const Result<n8n::Tree> right = verify_workflow(api_, now_.now_id(old), now_.wanted(old), is_active(old));
    if (!right.ok())
      report_.problems.push_back(format("'{}': {}", text::printable(old["name"].string()), right.failure().text));
  }

  n8n::Api& api_;
  const Record& record_;
  n8n::Dialect dialect_;
  Counterparts now_;
  RollbackReport report_;
  std::set<std::string> failed_;  ///< ids of the snapshot's
  std::vector<const n8n::Tree*> todo_;
};

// A write that arrives meanwhile may undo what was restored before it.
void restore_all(n8n::Api& api, const Record& record, RollbackReport& report) {
  std::size_t missing = 0;
  do {
    missing = api.unanswered().size();
    RollbackReport one = Rollback(api, record).run();
    report.done.insert(report.done.end(), one.done.begin(), one.done.end());
    report.problems = std::move(one.problems);
  } while (api.unanswered().size() < missing);
}

}  // namespace

RollbackReport roll_back(n8n::Api& api, const Record& record, Inflight inflight) {
  RollbackReport report;
  restore_all(api, record, report);
  if (inflight == Inflight::possible || api.lost_writes() > 0) {
    api.time().wait(api.patience().settle);
    restore_all(api, record, report);
  }
  const auto end = api.time().now() + api.patience().late;
  while (!api.unanswered().empty() && api.time().now() < end) {
    api.time().wait(api.patience().look);
    const std::size_t missing = api.unanswered().size();
    api.look_for_unanswered();
    if (api.unanswered().size() < missing) restore_all(api, record, report);
  }
  for (const n8n::Unanswered& write : api.unanswered()) report.unsettled.push_back(n8n::described(write));
  report.note = record.note;
  return report;
}

}  // namespace kairon::deploy
