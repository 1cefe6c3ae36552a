#include "n8n/rollback.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/format.h"
#include "base/text.h"
#include "n8n/canonical.h"
#include "n8n/credentials.h"
#include "n8n/verify.h"

namespace kairon::n8n {

namespace {

std::string by_id(const Reference& reference) { return reference.id; }

class Rollback {
 public:
  Rollback(Api& api, const Record& record) : api_(api), record_(record) {}

  RollbackReport run() {
    remotes_ = api_.workflows();
    for (const Tree& old : record_.snapshot)
      if (needs_restoring(old)) todo_.push_back(&old);
    for (const Tree* old : todo_) release(*old);
    delete_created();
    for (const Tree* old : todo_) restore(*old);
    for (const Tree* old : todo_) activate(*old);
    for (const Tree* old : todo_) verify(*old);
    return std::move(report_);
  }

 private:
  static const std::string& id_of(const Tree& workflow) { return workflow["id"].string(); }
  static bool is_active(const Tree& workflow) { return workflow["active"].boolean_or(false); }

  const Tree* remote(const std::string& id) const {
    const auto found =
        std::find_if(remotes_.begin(), remotes_.end(), [&](const Tree& one) { return id_of(one) == id; });
    return found == remotes_.end() ? nullptr : &*found;
  }

  void check(const Tree& workflow, std::string_view doing, const Reply& reply) {
    if (!reply.ok())
      report_.problems.push_back(
          format("'{}' could not be {}: {}", text::printable(workflow["name"].string()), doing, reply.message));
  }

  bool needs_restoring(const Tree& old) {
    const Tree* now = remote(id_of(old));
    if (now == nullptr || is_active(*now) != is_active(old)) return true;
    if (canonical(*now, by_id) != canonical(old, by_id)) return true;
    // A PUT that failed half-way shows in the single read only.
    return is_active(old) && !verify_workflow(api_, id_of(old), old, true).ok();
  }

  // What is active may hold a webhook that another one needs back.
  void release(const Tree& old) {
    const Tree* now = remote(id_of(old));
    if (now != nullptr && is_active(*now)) check(old, "deactivated", api_.deactivate(id_of(old)));
  }

  void delete_created() {
    std::vector<const Tree*> ours;
    for (const Tree& one : remotes_) {
      const bool is_created =
          std::find(record_.created.begin(), record_.created.end(), one["name"].string()) != record_.created.end();
      if (is_created && !record_.known_ids.contains(id_of(one))) ours.push_back(&one);
    }
    for (const Tree* one : ours)
      if (is_active(*one)) check(*one, "deactivated", api_.deactivate(id_of(*one)));
    for (const Tree* one : ours) {
      const Reply reply = api_.remove(id_of(*one));
      check(*one, "deleted", reply);
      if (reply.ok()) report_.done.push_back(format("{}: deleted again", text::printable((*one)["name"].string())));
    }
  }

  Tree body_for(const Tree& old) const {
    Tree body = sanitised(old, api_is_new_ ? Dialect::two : Dialect::one);
    if (const Tree* data = old.find("staticData"); data != nullptr && !data->is_null()) body.set("staticData", *data);
    rewrite_credentials(body, [](const CredentialUse& use) { return Credential{use.id, use.name, use.type}; });
    const Tree* now = remote(id_of(old));
    if (now == nullptr) return body;
    Tree& settings = *body.find("settings");
    for (const auto& [key, value] : (*now)["settings"].members())
      if (!settings.has(key) && !neutral_setting(key).is_null()) settings.set(key, neutral_setting(key));
    return body;
  }

  void restore(const Tree& old) {
    const std::string& name = old["name"].string();
    api_is_new_ = api_.publishes();
    if (remote(id_of(old)) == nullptr) {  // pruned
      const Reply reply = api_.create(body_for(old));
      check(old, "created again", reply);
      if (!reply.ok()) return;
      new_ids_[id_of(old)] = reply.json["id"].string();
      report_.done.push_back(format("{}: created again with a new id", text::printable(name)));
      return;
    }
    // Two writes: only one that really changes the nodes makes a new version (see write.cpp).
    Tree other = body_for(old);
    const bool half_way =
        remote(id_of(old)) != nullptr && (*remote(id_of(old)))["nodes"] == old["nodes"] && is_active(old);
    if (half_way) {
      other.set("nodes", Tree::array());
      other.set("connections", Tree::object());
      check(old, "restored", api_.update(id_of(old), other));
    }
    const Reply reply = api_.update(id_of(old), body_for(old));
    check(old, "restored", reply);
    if (reply.ok()) report_.done.push_back(format("{}: restored", text::printable(name)));
  }

  const std::string& now_id(const Tree& old) const {
    const auto found = new_ids_.find(id_of(old));
    return found == new_ids_.end() ? id_of(old) : found->second;
  }

  void activate(const Tree& old) {
    if (is_active(old)) check(old, "activated", api_.activate(now_id(old)));
  }

  void verify(const Tree& old) {
    const Result<void> right = verify_workflow(api_, now_id(old), old, is_active(old));
    if (!right.ok())
      report_.problems.push_back(format("'{}': {}", text::printable(old["name"].string()), right.failure().message));
  }

  Api& api_;
  const Record& record_;
  RollbackReport report_;
  std::vector<Tree> remotes_;
  std::vector<const Tree*> todo_;
  std::map<std::string, std::string> new_ids_;
  bool api_is_new_ = false;
};

}  // namespace

RollbackReport roll_back(Api& api, const Record& record) { return Rollback(api, record).run(); }

}  // namespace kairon::n8n
