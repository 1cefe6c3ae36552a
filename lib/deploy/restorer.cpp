#include "deploy/restorer.h"

#include <algorithm>

#include "base/format.h"
#include "base/text.h"

namespace kairon::deploy {

Restorer::Restorer(n8n::Api& api, const Record& record)
    : api_(api),
      record_(record),
      dialect_(api.publishes() ? n8n::Dialect::two : n8n::Dialect::one),
      now_(api.workflows(), record) {}

void Restorer::check(const n8n::Tree& workflow, std::string_view doing, const n8n::Reply& reply) {
  if (reply.ok()) return;
  report_.problems.push_back(
      format("'{}' could not be {}: {}", text::printable(workflow["name"].string()), doing, n8n::cause(reply)));
  failed_.insert(workflow["id"].string());
}

void Restorer::problem(const n8n::Tree& workflow, std::string_view message) {
  report_.problems.push_back(format("'{}': {}", text::printable(workflow["name"].string()), message));
}

void Restorer::done(const n8n::Tree& workflow, std::string_view what) {
  std::string line = format("{}: {}", text::printable(workflow["name"].string()), what);
  if (std::find(report_.done.begin(), report_.done.end(), line) == report_.done.end())
    report_.done.push_back(std::move(line));
}

std::vector<const n8n::Tree*> Restorer::created() const {
  std::vector<const n8n::Tree*> ours;
  for (const n8n::Tree& one : now_.remotes()) {
    const bool is_created =
        std::find(record_.created.begin(), record_.created.end(), one["name"].string()) != record_.created.end();
    if (is_created && !record_.known_ids.contains(one["id"].string())) ours.push_back(&one);
  }
  return ours;
}

void Restorer::delete_created() {
  const std::vector<const n8n::Tree*> ours = created();
  for (const n8n::Tree* one : ours)
    if (is_active(*one)) check(*one, "deactivated", api_.deactivate((*one)["id"].string()));
  for (const n8n::Tree* one : ours) {
    const n8n::Reply reply = api_.remove((*one)["id"].string());
    check(*one, "deleted", reply);
    if (reply.ok()) done(*one, "deleted again");
  }
}

void Restorer::create_again(const n8n::Tree& old) {
  const n8n::Reply reply = api_.create(now_.body_for(old, dialect_));
  check(old, "created again", reply);
  if (!reply.ok()) return;
  now_.recreated(old, reply.json["id"].string());
  if (!n8n::tag_names(old).empty()) give_tags(old);
  done(old, "created again with a new id");
}

void Restorer::give_tags(const n8n::Tree& old) {
  n8n::Tree ids = n8n::Tree::array();
  for (const n8n::Tree& tag : old["tags"].items()) {
    n8n::Tree one = n8n::Tree::object();
    one.set("id", tag["id"]);
    ids.push(std::move(one));
  }
  check(old, "tagged again", api_.set_tags(now_.now_id(old), ids));
}

void Restorer::restore_tags(const n8n::Tree& old) {
  const n8n::Tree* now = now_.remote(now_.now_id(old));
  if (now != nullptr && n8n::tag_names(*now) != n8n::tag_names(old)) give_tags(old);
}

}  // namespace kairon::deploy
