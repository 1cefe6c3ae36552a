#include <algorithm>
#include <ctime>
#include <exception>
#include <set>
#include <utility>

#include "base/text.h"
#include "n8n/api.h"
#include "n8n/repeats.h"

namespace kairon::n8n {

namespace {

using Clock = std::chrono::steady_clock;

/// Tells about a write from before it is sent until it is answered or given up.
class SentNote {
 public:
  SentNote(const std::function<void(const Unanswered*)>& tell, const Unanswered& write) : tell_(tell) {
    if (tell_) tell_(&write);
  }
  ~SentNote() {
    if (std::uncaught_exceptions() == 0 && tell_) tell_(nullptr);
  }
  SentNote(const SentNote&) = delete;
  SentNote& operator=(const SentNote&) = delete;

 private:
  const std::function<void(const Unanswered*)>& tell_;
};

}  // namespace

// A write to a workflow that exists.
Reply Api::change(const std::string& method, const std::string& path, Unanswered write, const Tree* body) {
  unanswered_.complete(write);
  write.sent = std::time(nullptr);
  if (body == nullptr && !write.body.is_null()) body = &write.body;
  const SentNote note(on_sent_, write);
  bool lost = false;
  Reply reply = repeat(method, path, body, Timeout::give_up, &lost);
  if (lost && !reply.timed_out) keep_lost(write, reply);
  if (!reply.timed_out) return reply;
  if (std::optional<Reply> done = arrives(std::move(write))) return std::move(*done);
  return reply;
}

// A write whose connection broke may still be carried out. When it was sent again and answered, its effect cannot be
// told from that of the second one.
void Api::keep_lost(Unanswered write, const Reply& reply) {
  if (reply.ok())
    masked_.push_back(std::move(write));
  else
    unanswered_.add(std::move(write));
  if (on_unanswered_) on_unanswered_();
}

bool Api::expect_masked() {
  unanswered_.ignore_stamps();
  for (Unanswered& write : std::exchange(masked_, {})) unanswered_.add(std::move(write));
  const std::size_t missing = unanswered().size();
  look_for_unanswered();
  return unanswered().size() < missing;
}

bool Api::shows_effect(const Unanswered& write) {
  const Reply reply = exchange("GET", workflow_path(write.id), nullptr);
  return reply.verdict == Verdict::not_found || (reply.ok() && has_effect(reply.json, write));
}

std::vector<Unanswered> Api::possible() const {
  std::vector<Unanswered> all = unanswered();
  all.insert(all.end(), masked_.begin(), masked_.end());
  return all;
}

// The workflow as the server has it once it shows that the write was carried out; nothing when it does not in time.
std::optional<Reply> Api::arrives(Unanswered write) {
  const Clock::time_point end = time_.now() + patience_.late;
  const std::size_t number = unanswered_.add(write);
  if (on_unanswered_) on_unanswered_();
  for (;;) {
    Reply reply;
    if (write.kind == WriteKind::create) {
      if (std::vector<Tree> rows = named(write.name); !rows.empty()) reply.json = std::move(rows.front());
    } else {
      reply = exchange("GET", workflow_path(write.id), nullptr);
      if (reply.verdict == Verdict::not_found) unanswered_.see_absent(write.id);
    }
    if (!unanswered_.waits_for(number)) return reply;
    if (time_.now() >= end) return std::nullopt;
    time_.wait(patience_.look);
  }
}

void Api::expect(std::vector<Unanswered> writes) {
  for (Unanswered& write : writes) unanswered_.add(std::move(write));
}

void Api::look_for_unanswered() {
  std::set<std::string> ids;
  for (const Unanswered& write : unanswered()) ids.insert(write.id);
  for (const std::string& id : ids) {
    const std::string path = id.empty() ? "/workflows?excludePinnedData=true&limit=250" : workflow_path(id);
    if (exchange("GET", path, nullptr).verdict == Verdict::not_found) unanswered_.see_absent(id);
  }
}

std::vector<Tree> Api::named(const std::string& name) {
  std::vector<Tree> rows = workflows();
  std::erase_if(
      rows, [&name](const Tree& row) { return row["name"].string() != name || row["isArchived"].boolean_or(false); });
  return rows;
}

Reply Api::create(const Tree& body) {
  const Clock::time_point end = time_.now() + patience_.mend;
  const std::string& name = body["name"].string();
  Repeats repeats(patience_, time_);
  for (bool was_uncertain = false;;) {
    const Unanswered write{WriteKind::create, "", name, body, "", std::time(nullptr)};
    const SentNote note(on_sent_, write);
    Reply reply = exchange("POST", "/workflows", &body);
    if (reply.timed_out) {
      if (std::optional<Reply> done = arrives(write)) return std::move(*done);
      return reply;
    }
    const bool uncertain = may_be_done(reply);
    if (uncertain) {
      masked_.push_back(write);
      if (on_unanswered_) on_unanswered_();
    }
    if (!uncertain && !server_is_away(reply.verdict)) {
      // The first request may have been done after we looked for its workflow.
      if (reply.ok() && was_uncertain && named(name).size() > 1)
        return {Verdict::refused, reply.status, {}, "a request whose answer was lost made it a second time"};
      return reply;
    }
    was_uncertain = was_uncertain || uncertain;
    if (!uncertain) {
      if (!repeats.another(reply)) return reply;
    } else {
      if (time_.now() >= end) return reply;
      time_.wait(patience_.settle);
    }
    if (!was_uncertain) continue;
    if (std::vector<Tree> rows = named(name); !rows.empty()) return {Verdict::ok, 200, std::move(rows.front()), {}};
  }
}

Reply Api::update(const std::string& id, const Tree& body) {
  return change("PUT", workflow_path(id), {WriteKind::update, id, body["name"].string(), body});
}

// Older ones: "Unknown query parameter 'publishIfActive'".
Reply Api::save_draft(const std::string& id, const Tree& body) {
  Reply reply =
      change("PUT", workflow_path(id) + "?publishIfActive=false", {WriteKind::update, id, body["name"].string(), body});
  if (reply.verdict == Verdict::refused && text::contains(reply.message, "publishIfActive")) drafts_ = false;
  return reply;
}

// "/activate" with a version is what every 2.x has.
Reply Api::publish(const std::string& id, const std::string& version) {
  Unanswered write{WriteKind::activate, id, ""};
  write.version = version;
  Tree body = Tree::object();
  body.set("versionId", version);
  return change("POST", workflow_path(id) + "/activate", std::move(write), &body);
}

Reply Api::activate(const std::string& id) {
  return change("POST", workflow_path(id) + "/activate", {WriteKind::activate, id, ""});
}

Reply Api::deactivate(const std::string& id) {
  return change("POST", workflow_path(id) + "/deactivate", {WriteKind::deactivate, id, ""});
}

Reply Api::set_tags(const std::string& id, const Tree& tags) {
  return repeat("PUT", workflow_path(id) + "/tags", &tags, Timeout::resend);
}

Reply Api::remove(const std::string& id) {
  Reply reply = change("DELETE", workflow_path(id), {WriteKind::remove, id, ""});
  // A second one does no harm: ids are never used again.
  if (reply.timed_out) reply = change("DELETE", workflow_path(id), {WriteKind::remove, id, ""});
  if (reply.verdict == Verdict::not_found) reply.verdict = Verdict::ok;
  if (reply.ok()) unanswered_.see_absent(id);
  return reply;
}

}  // namespace kairon::n8n
