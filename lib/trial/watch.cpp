#include "trial/watch.h"

#include "base/error.h"
#include "base/format.h"

namespace kairon::trial {

namespace {

constexpr const char* kLocks =
    "SELECT relation, mode FROM "
    "pg_catalog.pg_locks WHERE pid = pg_catalog.pg_backend_pid() AND locktype = 'relation' AND relation >= 16384";
constexpr const char* kRelations =
    "SELECT c.oid, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname), "
    "pg_catalog.pg_relation_filenode(c.oid), "
    "pg_catalog.pg_stat_get_xact_numscans(c.oid), pg_catalog.pg_stat_get_xact_tuples_returned(c.oid), "
    "pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid), pg_catalog.pg_stat_get_xact_tuples_updated(c.oid), "
    "pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid), c.relkind FROM pg_catalog.pg_class c JOIN "
    "pg_catalog.pg_namespace n ON n.oid = "
    "c.relnamespace WHERE c.oid >= 16384 AND n.nspname !~ '^pg_'";

/// What another session's statement holds on relations that others may use.
constexpr const char* kHeld =
    "SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname), l.mode FROM pg_catalog.pg_locks l JOIN "
    "pg_catalog.pg_class c ON c.oid = l.relation JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE l.pid "
    "= {} "
    "AND l.granted AND l.locktype = 'relation' AND l.relation >= 16384 AND n.nspname !~ '^pg_'";
constexpr std::chrono::milliseconds kSnapshotHeld{100};

/// Counters of a transaction begin anew, and the session's when the server has taken them over.
long long grown(long long now, long long before) { return now >= before ? now - before : now; }

}  // namespace

OutsideWatch::OutsideWatch(const std::string& conninfo, int pid)
    : db_(postgres::Connection::require({.conninfo = conninfo, .application_name = "kairon watch"})), pid_(pid) {
  db_.must("BEGIN ISOLATION LEVEL REPEATABLE READ");
  db_.must("SELECT 1");
  thread_ = std::thread([this] { poll(); });
}

OutsideWatch::~OutsideWatch() {
  done_ = true;
  if (thread_.joinable()) thread_.join();
}

std::vector<Effects::Lock> OutsideWatch::finish() {
  done_ = true;
  thread_.join();
  std::vector<Effects::Lock> locks;
  for (const auto& [relation, mode] : seen_) locks.push_back({relation, mode});
  return locks;
}

void OutsideWatch::poll() {
  const auto begun = std::chrono::steady_clock::now();
  const std::string query = format(kHeld, pid_);
  bool holding = true;
  try {
    while (!done_) {
      const postgres::Reply reply = db_.execute(query);
      if (!reply.ok()) return;
      for (std::size_t row = 0; row < reply.size(); ++row) seen_.emplace(reply.text(row, 0), reply.text(row, 1));
      if (holding && (reply.size() > 0 || std::chrono::steady_clock::now() - begun > kSnapshotHeld)) {
        static_cast<void>(db_.execute("COMMIT"));
        holding = false;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  } catch (const Error&) {
    // A signal: the main thread sees it too, and says so.
    return;
  }
}

std::string lock_name(const std::string& mode) {
  std::string out;
  for (const char c : mode.substr(0, mode.rfind("Lock"))) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper && !out.empty()) out += ' ';
    out += upper ? c : static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

Watch::Relations Watch::read_relations() {
  Relations relations;
  const postgres::Reply reply = db_.execute(kRelations);
  if (!reply.ok()) return relations;
  for (std::size_t row = 0; row < reply.size(); ++row) {
    const auto number = [&](std::size_t column) { return reply.integer(row, column); };
    // An index's counters repeat its table's.
    const bool counts = reply.text(row, 8) != "i" && reply.text(row, 8) != "I";
    relations[std::string(reply.text(row, 0))] = {
        std::string(reply.text(row, 1)), std::string(reply.text(row, 2)), !counts,
        counts ? number(3) : 0,          counts ? number(4) : 0,          counts ? number(5) : 0,
        counts ? number(6) : 0,          counts ? number(7) : 0};
  }
  return relations;
}

std::set<std::pair<std::string, std::string>> Watch::read_locks() {
  std::set<std::pair<std::string, std::string>> locks;
  const postgres::Reply reply = db_.execute(kLocks);
  for (std::size_t row = 0; row < reply.size(); ++row) locks.emplace(reply.text(row, 0), reply.text(row, 1));
  return locks;
}

void Watch::begin() {
  old_ = read_relations();
  last_ = old_;
  locks_ = read_locks();
}

Effects Watch::after_statement() {
  Effects effects;
  if (db_.lost() || db_.state() == postgres::TransactionState::failed) return effects;
  auto locks = read_locks();
  for (const auto& [oid, mode] : locks) {
    const auto known = old_.find(oid);
    if (known != old_.end() && !locks_.contains({oid, mode}))
      effects.locks.push_back({known->second.name, mode, known->second.is_index});
  }
  Relations now = read_relations();
  std::vector<std::string> indexes;
  for (const auto& [oid, relation] : now) {
    const auto before = last_.find(oid);
    const Relation zero;
    const Relation& was = before == last_.end() ? zero : before->second;
    effects.inserted += grown(relation.inserted, was.inserted);
    effects.updated += grown(relation.updated, was.updated);
    effects.deleted += grown(relation.deleted, was.deleted);
    if (before == last_.end() || !old_.contains(oid)) continue;
    if (relation.filenode != was.filenode) (relation.is_index ? indexes : effects.rewritten).push_back(relation.name);
    if (grown(relation.scans, was.scans) > 0) effects.scans.push_back({relation.name, grown(relation.read, was.read)});
  }
  // The indexes of a table that is rewritten are too.
  if (effects.rewritten.empty()) effects.rewritten = std::move(indexes);
  last_ = std::move(now);
  locks_ = std::move(locks);
  return effects;
}

}  // namespace kairon::trial
