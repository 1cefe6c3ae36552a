#include "deploy/rollback.h"

#include <utility>

#include "deploy/canonical.h"
#include "deploy/restorer.h"
#include "deploy/rollback_versions.h"
#include "deploy/verify.h"

namespace kairon::deploy {

namespace {

std::string by_id(const n8n::Reference& reference) { return reference.id; }

/// One way back on n8n 1.x, and on a 2.x that does not tell which versions it ran.
class Rollback : private Restorer {
 public:
  Rollback(n8n::Api& api, const Record& record) : Restorer(api, record) {}

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

  void restore(const n8n::Tree& old) {
    const std::string& id = now_.now_id(old);
    if (id.empty()) return;
    const n8n::Tree* now = now_.remote(id);
    // Two writes: only one that really changes the nodes makes a new version (see write.cpp).
    if (now != nullptr && (*now)["nodes"] == old["nodes"] && is_active(old)) {
      n8n::Tree other = now_.body_for(old, dialect_);
      other.set("nodes", n8n::Tree::array());
      other.set("connections", n8n::Tree::object());
      check(old, "restored", api_.update(id, other));
    }
    const n8n::Reply reply = api_.update(id, now_.body_for(old, dialect_));
    check(old, "restored", reply);
    if (reply.ok() && now != nullptr) done(old, "restored");
  }

  void activate(const n8n::Tree& old) {
    if (is_active(old) && !now_.now_id(old).empty()) check(old, "activated", api_.activate(now_.now_id(old)));
  }

  void verify(const n8n::Tree& old) {
    if (now_.now_id(old).empty() || failed_.contains(old["id"].string())) return;  // the cause is said already
    const Result<n8n::Tree> right = verify_workflow(api_, now_.now_id(old), now_.wanted(old), is_active(old));
    if (!right.ok()) problem(old, right.failure().text);
  }
};

RollbackReport one_way_back(n8n::Api& api, const Record& record) {
  if (api.publishes() && knows_versions(record)) return roll_back_versions(api, record);
  return Rollback(api, record).run();
}

// A write that arrives meanwhile may undo what was restored before it.
void restore_all(n8n::Api& api, const Record& record, RollbackReport& report) {
  std::size_t missing = 0;
  do {
    missing = api.unanswered().size();
    RollbackReport one = one_way_back(api, record);
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
  if (api.expect_masked()) restore_all(api, record, report);
  const auto end = api.time().now() + api.patience().late;
  while (!api.unanswered().empty() && api.time().now() < end) {
    api.time().wait(api.patience().look);
    const std::size_t missing = api.unanswered().size();
    api.look_for_unanswered();
    if (api.unanswered().size() < missing || api.expect_masked()) restore_all(api, record, report);
  }
  for (const n8n::Unanswered& write : api.unanswered()) report.unsettled.push_back(n8n::described(write));
  report.note = record.note;
  return report;
}

}  // namespace kairon::deploy
