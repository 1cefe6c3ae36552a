#include "deploy/rollback_versions.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/format.h"
#include "deploy/canonical.h"
#include "deploy/read_back.h"
#include "deploy/restorer.h"
#include "deploy/verify.h"

namespace kairon::deploy {

namespace {

constexpr std::array kExtras = {"nodeGroups", "description"};

std::string stored_id(const n8n::Reference& reference) { return reference.id; }

// Settings are not versioned.
n8n::Tree live_form(const n8n::Tree& workflow) {
  n8n::Tree form = canonical(n8n::live_version(workflow), stored_id);
  form.erase("settings");
  return form;
}

class VersionRollback : private Restorer {
 public:
  VersionRollback(n8n::Api& api, const Record& record) : Restorer(api, record) {}

  RollbackReport run() {
    for (const n8n::Tree& old : record_.snapshot)
      if (now_of(old) == nullptr || lost_live(old) || lost_draft(old) || now_.calls_pruned(old)) todo_.push_back(&old);
    todo_ = sorted_callees_first(todo_);
    release();
    for (const n8n::Tree* old : todo_) publish_old(*old);
    for (auto old = todo_.rbegin(); old != todo_.rend(); ++old) unpublish(**old);
    delete_created();
    for (const n8n::Tree* old : todo_)
      if (now_.now_id(*old).empty()) create_again(*old);
    for (const n8n::Tree* old : todo_) restore_draft(*old);
    for (const n8n::Tree* old : todo_) publish_draft(*old);
    verify();
    for (const n8n::Tree& old : record_.snapshot) restore_tags(old);
    return std::move(report_);
  }

 private:
  [[nodiscard]] const n8n::Tree* now_of(const n8n::Tree& old) const { return now_.remote(now_.now_id(old)); }

  [[nodiscard]] bool lost_draft(const n8n::Tree& old) const {
    const n8n::Tree& now = *now_of(old);
    for (const char* key : kExtras)
      if (old.has(key) && now[key] != old[key]) return true;
    return canonical(now, stored_id) != canonical(now_.wanted(old), stored_id);
  }

  [[nodiscard]] bool lost_live(const n8n::Tree& old) const {
    const n8n::Tree* now = now_of(old);
    if (now == nullptr || is_active(*now) != is_active(old)) return true;
    if (!is_active(old) || (*now)["activeVersionId"] == old["activeVersionId"]) return false;
    return live_form(*now) != live_form(now_.wanted(old));
  }

  // A path that an old version needs back is given up by who has it now.
  void release() {
    std::map<n8n::TakenPath, std::string> needed;
    for (const n8n::Tree* old : todo_)
      if (is_active(*old))
        for (const n8n::TakenPath& path : n8n::taken_paths(n8n::live_version(*old)))
          needed.emplace(path, now_.now_id(*old));
    std::vector<const n8n::Tree*> holders = created();
    for (const n8n::Tree* old : todo_)
      if (const n8n::Tree* now = now_of(*old); now != nullptr) holders.push_back(now);
    for (const n8n::Tree* holder : holders) {
      if (!is_active(*holder)) continue;
      const std::string& id = (*holder)["id"].string();
      const std::vector<n8n::TakenPath> held = n8n::taken_paths(n8n::live_version(*holder));
      const bool gives_up = std::any_of(held.begin(), held.end(), [&](const n8n::TakenPath& path) {
        const auto owner = needed.find(path);
        return owner != needed.end() && owner->second != id;
      });
      if (gives_up) check(*holder, "unpublished", api_.deactivate(id));
    }
  }

  void publish_old(const n8n::Tree& old) {
    if (!is_active(old) || !lost_live(old)) return;
    if (now_of(old) != nullptr && !now_.calls_recreated(old)) {
      const n8n::Reply reply = api_.publish(now_.now_id(old), old["activeVersionId"].string());
      if (reply.ok()) return done(old, "published again");
      refusals_[old["id"].string()] = reply;
    }
    unpublished_.insert(old["id"].string());
  }

  void unpublish(const n8n::Tree& old) {
    const n8n::Tree* now = now_of(old);
    if (now == nullptr || is_active(old) || !is_active(*now)) return;
    const n8n::Reply reply = api_.deactivate(now_.now_id(old));
    check(old, "unpublished", reply);
    if (reply.ok()) done(old, "unpublished again");
  }

  void restore_draft(const n8n::Tree& old) {
    const std::string& id = now_.now_id(old);
    if (id.empty()) return;
    const n8n::Tree* now = now_of(old);
    std::string& version = drafts_[old["id"].string()];
    if (now != nullptr) version = (*now)["versionId"].string();
    if (now != nullptr && !lost_draft(old) && !now_.calls_recreated(old)) return;
    n8n::Tree body = now_.body_for(old, dialect_);
    for (const char* key : kExtras)
      if (old.has(key) && now != nullptr && (*now)[key] != old[key])
        body.set(key, old[key].is_null() ? n8n::Tree("") : old[key]);  // which a PUT does not take
    n8n::Reply reply = api_.save_draft(id, body);
    if (!reply.ok() && !api_.drafts()) reply = api_.update(id, now_.body_for(old, dialect_));
    check(old, "restored", reply);
    if (!reply.ok()) return;
    version = reply.json["versionId"].string();
    if (now != nullptr) done(old, "restored");
  }

  // Of what has no old version any more: the old content is a new one.
  void publish_draft(const n8n::Tree& old) {
    const std::string& id = old["id"].string();
    if (!unpublished_.contains(id) || failed_.contains(id) || now_.now_id(old).empty()) return;
    n8n::Reply reply;
    if (n8n::has_unpublished_draft(old) && refusals_.contains(id))
      reply = refusals_[id];  // the draft was never live
    else
      reply = api_.publish(now_.now_id(old), drafts_[id]);
    check(old, "published again", reply);
  }

  void verify() {
    std::vector<std::string> ids;
    for (const n8n::Tree* old : todo_)
      if (!now_.now_id(*old).empty()) ids.push_back(now_.now_id(*old));
    std::map<std::string, n8n::Tree> now = read_back(api_, ids);
    for (const n8n::Tree* old : todo_) {
      if (now_.now_id(*old).empty() || failed_.contains((*old)["id"].string())) continue;  // the cause is said already
      if (const Result<void> right = check_restored(*old, now[now_.now_id(*old)]); !right.ok())
        problem(*old, right.failure().text);
    }
  }

  [[nodiscard]] Result<void> check_restored(const n8n::Tree& old, const n8n::Tree& now) {
    const n8n::Tree wanted = now_.wanted(old);
    if (Result<void> same = check_stored(now, wanted); !same.ok()) return same;
    if (is_active(now) != is_active(old))
      return Failure{is_active(old) ? "n8n did not publish it" : "n8n left it published"};
    if (!is_active(old)) return {};
    if (live_form(now) != live_form(wanted)) return Failure{"n8n runs another version than before"};
    return check_webhooks_live(api_, n8n::live_version(wanted));
  }

  std::set<std::string> unpublished_;           ///< ids of the snapshot's that have to be published as new versions
  std::map<std::string, n8n::Reply> refusals_;  ///< why, by id
  std::map<std::string, std::string> drafts_;   ///< versions of the drafts, by id of the snapshot
};

}  // namespace

bool knows_versions(const Record& record) {
  return std::all_of(record.snapshot.begin(), record.snapshot.end(),
                     [](const n8n::Tree& old) { return old.has("activeVersionId"); });
}

RollbackReport roll_back_versions(n8n::Api& api, const Record& record) { return VersionRollback(api, record).run(); }

}  // namespace kairon::deploy
