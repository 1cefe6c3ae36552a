#include "n8n/lock.h"

#include <array>

#include "base/error.h"
#include "base/format.h"
#include "base/signals.h"
#include "base/text.h"
#include "n8n/repeats.h"

namespace kairon::n8n {

namespace {

// "kairon" as a 32-bit number, and the use of it: the two-key form does not meet one-key locks.
constexpr const char* kKeys = "1801546098, 1";

class DatabaseLock final : public Lock {
 public:
  explicit DatabaseLock(postgres::Connection connection) : connection_(std::move(connection)) {}

 private:
  postgres::Connection connection_;
};

class TagLock final : public Lock {
 public:
  /// The lock's own tag comes last.
  TagLock(Api& api, std::vector<std::string> ids, LockNote note)
      : api_(api), ids_(std::move(ids)), note_(std::move(note)) {}
  ~TagLock() override {
    const signals::Shield shield;
    try {
      Reply gone;
      for (const std::string& id : ids_) gone = api_.send("DELETE", "/tags/" + id);
      if (gone.ok() || gone.verdict == Verdict::not_found) note_.write("");
    } catch (const std::exception&) {
      return;  // the tag stays, and the next run of this repository takes it over
    }
  }
  TagLock(const TagLock&) = delete;
  TagLock& operator=(const TagLock&) = delete;

 private:
  Api& api_;
  std::vector<std::string> ids_;
  LockNote note_;
};

constexpr std::string_view kTag = "kairon-lock";
constexpr std::string_view kBy = "kairon-by ";
constexpr std::string_view kAt = "kairon-at ";  // up to version 0.1: from which repository
constexpr std::string_view kSent = "sent";      // a note: n8n has not said yet which tag it is
constexpr std::size_t kTagLimit = 24;           // n8n: TagEntity, Length(1, 24)

struct Holder {
  std::vector<std::string> ids;
  std::string lock;  ///< id of the lock's own tag
  std::string by;
  std::string since;
};

Holder read_holder(Api& api) {
  Holder holder;
  for (const Tree& tag : api.tags()) {
    const std::string& name = tag["name"].string();
    const std::string& id = tag["id"].string();
    if (name == kTag) holder.since = tag["createdAt"].string();
    if (name == kTag) holder.lock = id;
    if (name.starts_with(kBy)) holder.by = name.substr(kBy.size());
    if (name == kTag || name.starts_with(kBy) || name.starts_with(kAt)) holder.ids.push_back(id);
  }
  return holder;
}

std::string by_tag(const std::string& by) { return (std::string(kBy) + by).substr(0, kTagLimit); }

Reply make_tag(Api& api, std::string_view name) {
  Tree body = Tree::object();
  body.set("name", name);
  return api.send("POST", "/tags", &body);
}

Error locked(const std::string& by, const std::string& since) {
  return environment_error(format("another deployment to this environment is running: {} since {}",
                                  by.empty() ? "somebody" : text::printable(by), since),
                           "wait until it has ended; if it was killed, run kairon deploy ENV --rollback where it ran");
}

}  // namespace

std::unique_ptr<Lock> lock_in_database(const std::string& conninfo, const std::string& by) {
  postgres::ConnectOptions options;
  options.conninfo = conninfo;
  options.application_name = ("kairon deploy by " + by).substr(0, 63);
  postgres::Connection connection = postgres::Connection::require(options);
  const std::string take = format("select pg_try_advisory_lock({})", kKeys);
  // The session of a run that was killed a moment ago may not have ended yet.
  constexpr int kTries = 20;
  for (int i = 0; i < kTries; ++i) {
    if (i > 0) pause(std::chrono::milliseconds(100));
    if (connection.must(take).boolean(0, 0)) return std::make_unique<DatabaseLock>(std::move(connection));
  }
  const postgres::Reply holder = connection.must(
      "select a.application_name, to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS TZ') from pg_locks l "
      "join pg_stat_activity a on a.pid = l.pid where l.locktype = 'advisory' and l.classid = 1801546098 and l.objid = "
      "1 "
      "and l.granted and l.database = (select oid from pg_database where datname = current_database())");
  throw locked(std::string(holder.text(0, 0)), std::string(holder.text(0, 1)));
}

bool remove_own_tag(Api& api, const std::string& by) {
  const Holder holder = read_holder(api);
  if (holder.since.empty()) return false;
  if (std::string(kBy) + holder.by != by_tag(by) && !holder.by.empty())
    throw environment_error(
        format("the deployment lock of this environment belongs to {} since {}", text::printable(holder.by),
               holder.since),
        format("when that run is dead: delete the tags {} and {}{} in n8n", kTag, kBy, text::printable(holder.by)));
  for (const std::string& id : holder.ids) (void)api.send("DELETE", "/tags/" + id);
  return true;
}

std::unique_ptr<Lock> lock_with_tag(Api& api, const std::string& by, LockNote note, StaleLock stale) {
  const std::string noted = note.read();
  if (noted.empty()) note.write(kSent);  // before the lock itself, so that a lock of ours is never without it
  Reply made = make_tag(api, kTag);
  if (made.status == 409) {
    Holder holder = read_holder(api);
    // A run of this repository that was killed between its tags, or one of another that is about to say who it is.
    if (noted == kSent && holder.by.empty()) {
      api.time().wait(api.patience().settle);
      holder = read_holder(api);
    }
    const bool may_be_ours = holder.by.empty() || std::string(kBy) + holder.by == by_tag(by);
    const bool is_ours = !noted.empty() && (noted == holder.lock || (noted == kSent && may_be_ours));
    if (!is_ours && stale == StaleLock::respect) {
      note.write("");
      throw locked(holder.by, holder.since);
    }
    for (const std::string& id : holder.ids) (void)api.send("DELETE", "/tags/" + id);
    note.write(kSent);
    made = make_tag(api, kTag);
  }
  if (!made.ok()) {
    if (!may_be_done(made)) note.write("");
    fail(made, "the deployment lock (a workflow tag) cannot be taken", api.base_url());
  }
  const std::string lock = made.json["id"].string();
  note.write(lock);
  std::vector<std::string> ids;
  if (const Reply who = make_tag(api, by_tag(by)); who.ok()) ids.push_back(who.json["id"].string());
  ids.push_back(lock);
  return std::make_unique<TagLock>(api, std::move(ids), std::move(note));
}

std::set<std::pair<std::string, std::string>> webhooks_in_database(const std::string& conninfo) {
  postgres::Connection connection =
      postgres::Connection::require({.conninfo = conninfo, .connect_timeout = std::chrono::seconds(5)});
  const postgres::Reply rows = connection.must("SELECT \"workflowId\", node FROM webhook_entity");
  std::set<std::pair<std::string, std::string>> nodes;
  for (std::size_t i = 0; i < rows.size(); ++i) nodes.emplace(rows.text(i, 0), rows.text(i, 1));
  return nodes;
}

std::vector<Credential> credentials_in_database(const std::string& conninfo) {
  postgres::ConnectOptions options;
  options.conninfo = conninfo;
  postgres::Connection connection = postgres::Connection::require(options);
  const postgres::Reply rows = connection.query("select id, name, type from credentials_entity order by id");
  if (!rows.ok())
    throw environment_error(format("{} is not an n8n database: {}", connection.shown(), rows.error().text()),
                            "correct kairon.env-NAME.n8nDatabase");
  std::vector<Credential> credentials;
  for (std::size_t i = 0; i < rows.size(); ++i)
    credentials.push_back({std::string(rows.text(i, 0)), std::string(rows.text(i, 1)), std::string(rows.text(i, 2))});
  return credentials;
}

}  // namespace kairon::n8n
