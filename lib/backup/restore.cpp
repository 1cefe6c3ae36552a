#include "backup/restore.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <thread>

#include "backup/database_swap.h"
#include "backup/dump.h"
#include "backup/measure.h"
#include "backup/restored_size.h"
#include "base/error.h"
#include "base/format.h"
#include "base/process.h"
#include "base/signals.h"
#include "base/text.h"
#include "postgres/binaries.h"
#include "postgres/client.h"
#include "postgres/conninfo.h"
#include "postgres/fenced_client.h"
#include "postgres/quote.h"

namespace kairon::backup {

namespace {

using postgres::Connection;
using postgres::quote_identifier;
using postgres::quote_literal;
using postgres::Reply;

/// What marks a database that a restore is filling.
constexpr const char* kMark = "kairon: being restored";
constexpr std::size_t kLongestBase = 36;  ///< of 63 bytes: the rest is "_restore_20261125T130000Z"

std::string database_of(const std::string& conninfo) {
  const bool bare_name = conninfo.find('=') == std::string::npos && !text::contains(conninfo, "://");
  if (bare_name && !conninfo.empty()) return conninfo;
  const auto keywords = postgres::parse_conninfo(conninfo);
  const auto found = keywords ? keywords->find("dbname") : std::map<std::string, std::string>::const_iterator();
  if (!keywords || found == keywords->end() || found->second.empty())
    throw usage_error("the database setting names no database", "write it as postgresql://user@host/NAME");
  return found->second;
}

/// A session on another database of that server, and how to get a second one.
struct Maintenance {
  std::string conninfo;
  Connection db;
};
Maintenance maintenance(const std::string& conninfo, const std::string& database) {
  std::string reason;
  for (const char* name : {"postgres", "template1"}) {
    if (database == name) continue;
    const std::string elsewhere = postgres::with_database(conninfo, name);
    Result<Connection> db = Connection::open({.conninfo = elsewhere, .application_name = "kairon restore"});
    if (db.ok()) return {elsewhere, std::move(*db)};
    reason = db.failure().text;
  }
  throw environment_error(reason,
                          "check that the server runs, and that this user may connect to the database postgres");
}

std::string short_name(const std::string& database) {
  std::string name = database.substr(0, kLongestBase);
  while (!name.empty() && text::invalid_utf8(name) != std::string::npos) name.pop_back();
  return name;
}

/// The database that is being filled; dropped unless it took its place.
class Candidate {
 public:
  Candidate(Connection& db, std::string name) : db_(db), name_(std::move(name)) {}
  ~Candidate() {
    if (!made_) return;
    const signals::Shield shield;
    static_cast<void>(db_.execute(drop_statement(name_) + " WITH (FORCE)"));
  }
  Candidate(const Candidate&) = delete;
  Candidate& operator=(const Candidate&) = delete;

  /// `tablespace`: "" is the server's default.
  void create(const DatabaseShape* shape, const std::string& tablespace, std::vector<std::string>& notes);
  void took_its_place() { made_ = false; }
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  Connection& db_;
  std::string name_;
  bool made_ = false;
};

void Candidate::create(const DatabaseShape* shape, const std::string& tablespace, std::vector<std::string>& notes) {
  std::string plain = format("CREATE DATABASE {} TEMPLATE template0", quote_identifier(name_));
  if (!tablespace.empty()) plain += " TABLESPACE " + quote_identifier(tablespace);
  std::string whole = plain;
  if (shape != nullptr && !shape->encoding.empty()) {
    whole += format(" ENCODING {} LC_COLLATE {} LC_CTYPE {}", quote_literal(shape->encoding),
                    quote_literal(shape->collate), quote_literal(shape->ctype));
    if (shape->provider == "i") whole += " LOCALE_PROVIDER icu ICU_LOCALE " + quote_literal(shape->locale);
    if (shape->provider == "b") whole += " LOCALE_PROVIDER builtin BUILTIN_LOCALE " + quote_literal(shape->locale);
  }
  Reply made = db_.execute(whole);
  if (!made.ok() && shape != nullptr && made.error().sqlstate == "22023") {
    notes.push_back(
        format("the locale of the former server is not here, the server's own is used: {}", made.error().message));
    made = db_.execute(plain + " ENCODING " + quote_literal(shape->encoding));
    if (!made.ok()) made = db_.execute(plain);
  }
  if (!made.ok())
    throw environment_error(format("cannot create a database on {}: {}", db_.shown(), made.error().text()),
                            "the user of [env] database needs CREATEDB: ALTER ROLE name CREATEDB");
  made_ = true;
  db_.must(format("COMMENT ON DATABASE {} IS {}", quote_identifier(name_), quote_literal(kMark)));
}

/// What a run that was killed left: of our name, which ends with a moment, and the lock says that nobody is
/// at it. The mark may be missing: CREATE DATABASE goes on when its client is gone.
void drop_stale(Connection& db, const std::string& database) {
  const std::vector<postgres::Parameter> parameters = {short_name(database) + "_restore_", std::string(kMark)};
  const Reply stale = db.must(
      "SELECT datname FROM pg_database WHERE starts_with(datname, $1) AND substr(datname, length($1) + 1) ~ "
      "'^[0-9]{8}t[0-9]{6}z$' AND coalesce(shobj_description(oid, 'pg_database'), $2) = $2",
      parameters);
  for (std::size_t row = 0; row < stale.size(); ++row)
    db.must(drop_statement(std::string(stale.text(row, 0))) + " WITH (FORCE)");
}

/// One restore of a database at a time, and of those whose names begin alike: they share the names made here,
/// which drop_stale goes by. The session of a run that was killed may need a moment to end.
void lock_restore(Connection& db, const std::string& database) {
  const std::vector<postgres::Parameter> key = {"kairon restore " + short_name(database)};
  constexpr int kTries = 50;
  for (int tries = 0; tries < kTries; ++tries) {
    if (db.must("SELECT pg_try_advisory_lock(hashtextextended($1, 0))", key).boolean(0, 0)) return;
    signals::check();
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  throw environment_error(format("another restore of {} is running on that server", database),
                          "wait until it has ended");
}

/// The moment that names both databases, in lower case: names that need no quotes. A restore within the second
/// of an earlier one takes the next second that is free.
std::string free_stamp(Connection& db, const std::string& base) {
  for (std::time_t time = std::time(nullptr);; ++time) {
    std::string stamp = text::lower(stamp_of(time));
    const std::vector<postgres::Parameter> names = {format("{}_restore_{}", base, stamp),
                                                    format("{}_before_{}", base, stamp)};
    if (db.must("SELECT 1 FROM pg_database WHERE datname IN ($1, $2)", names).size() == 0) return stamp;
  }
}

/// Rows and schema of the new database against what was recorded.
void prove(const std::string& conninfo, const RestoreRequest& request, RestoreResult& result) {
  Connection db = Connection::require({.conninfo = conninfo, .application_name = "kairon restore"});
  lift_limits(db);
  db.must("SET row_security = off");
  if (request.say) request.say("counting");
  const std::vector<TableRows> rows = count_rows(db);
  result.tables = rows.size();
  for (const TableRows& table : rows) result.rows += table.rows;
  if (const DatabaseRecord* record = request.dump.record()) {
    const bool same_major = db.server_version() / 10000 == record->major;
    const std::vector<ObjectSum> schema = same_major ? read_schema(db) : record->schema;
    if (!same_major) result.notes.push_back("another major version: rows were compared, the schema was not");
    const std::vector<std::string> lines = differences(*record, rows, schema);
    if (!lines.empty())
      throw Error(ExitCode::blocked,
                  format("what was restored is not what was backed up, so nothing was changed: {}",
                         text::join(std::span(lines).first(std::min<std::size_t>(lines.size(), 8)), "; ")),
                  "kairon restore list shows older backups; kairon drill tests them");
  } else {
    result.notes.push_back("this dump has no manifest: there was nothing to compare its rows with");
  }
  if (request.say) request.say("analyzing");
  db.must("ANALYZE");
}

/// For pg_restore, some of whose sessions wait for the others: a server that ends idle sessions would end them. The
/// other limits it switches off by itself (pg_backup_archiver.c, _doSetFixedOutputState).
std::string without_idle_limit(Connection& db, const std::string& conninfo) {
  const Reply limit = db.must("SELECT reset_val FROM pg_settings WHERE name = 'idle_session_timeout'");
  if (limit.size() == 0 || limit.text(0, 0) == "0") return conninfo;  // none before PostgreSQL 14
  auto keywords = postgres::parse_conninfo(conninfo);
  if (!keywords) return conninfo;
  std::string& options = (*keywords)["options"];
  options += std::string(options.empty() ? "" : " ") + "-c idle_session_timeout=0";
  return postgres::make_conninfo(*keywords);
}

/// The swap, and what the database in its place has to have; a signal comes before or after all of it.
void put_in_place(Connection& db, const std::string& conninfo, Candidate& candidate, const std::string& kept_as,
                  const DatabaseRecord* record, RestoreResult& result) {
  const signals::Shield shield;
  const std::string comment = record == nullptr ? std::string() : record->shape.comment;
  result.kept_as = take_place(db, conninfo, {result.database, candidate.name(), kept_as, comment});
  candidate.took_its_place();
  if (record != nullptr) set_limits(db, result.database, record->shape, result.notes);
  const std::vector<postgres::Parameter> name = {result.kept_as};
  const Reply kept = db.query("SELECT 1 FROM pg_database WHERE datname = $1 AND datistemplate", name);
  result.kept_is_template = kept.ok() && kept.size() > 0;
}

void refuse_older_server(const DatabaseRecord* record, const Connection& db) {
  const int here = db.server_version() / 10000;
  if (record != nullptr && here < record->major)
    throw environment_error(
        format("the backup is of PostgreSQL {}, the server is {}: an older server cannot take it", record->major, here),
        format("restore to a server of version {} or later", record->major));
}

}  // namespace

std::string drop_statement(const std::string& database) {
  return format("DROP DATABASE {}", quote_identifier(database));
}

namespace {

Result<process::Outcome> pg_restore_of_the_user(const PgRestore& request, std::vector<std::string> arguments,
                                                unsigned jobs) {
  const postgres::ClientAccess access(request.conninfo);
  process::Command command;
  command.argv = {request.clients.folder + "/pg_restore", format("--jobs={}", jobs), "--dbname=" + access.conninfo()};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  command.argv.push_back(request.dump);
  command.environment = access.environment();
  command.output = process::Stream::discard;
  command.in_child = postgres::die_with_parent;
  command.on_tick = request.on_tick;
  return process::run(command);
}

}  // namespace

void run_pg_restore(const PgRestore& request) {
  std::vector<std::string> arguments = {"--exit-on-error", "--no-password"};
  if (request.tablespaces == Tablespaces::ignored) arguments.emplace_back("--no-tablespaces");
  const unsigned jobs = std::clamp(std::thread::hardware_concurrency(), 1U, 4U);
  if (request.fence) arguments.push_back("--dbname=" + request.conninfo);
  const Result<process::Outcome> outcome = request.fence ? postgres::run_fenced({.clients = request.clients,
                                                                                 .arguments = std::move(arguments),
                                                                                 .dump = request.dump,
                                                                                 .jobs = jobs,
                                                                                 .fence = *request.fence,
                                                                                 .on_tick = request.on_tick})
                                                         : pg_restore_of_the_user(request, std::move(arguments), jobs);
  if (!outcome.ok()) throw environment_error("cannot start pg_restore: " + outcome.failure().text);
  if (outcome->ok()) return;
  signals::check();  // Ctrl-C on a terminal ends pg_restore as well
  const bool extension =
      text::contains(outcome->errors, "extension") &&
      (text::contains(outcome->errors, "control file") || text::contains(outcome->errors, "is not available"));
  const bool tablespace = text::contains(outcome->errors, "default_tablespace");
  const std::string said = last_lines(postgres::scrubbed(outcome->errors, request.conninfo));
  throw environment_error(
      format("pg_restore failed: {}", said.empty() ? format("exit status {}", outcome->status) : said),
      extension    ? "install that extension's package on the server"
      : tablespace ? "as a superuser: CREATE TABLESPACE name LOCATION 'folder'"
                   : "kairon restore list shows older backups; of a damaged dump --salvage takes out what it yields");
}

std::vector<std::string> make_missing_roles(Connection& db, const DatabaseRecord& record, RoleKind kind) {
  std::vector<std::string> made;
  for (const std::string& role : record.shape.roles) {
    const std::vector<postgres::Parameter> name = {role};
    if (db.must("SELECT 1 FROM pg_roles WHERE rolname = $1", name).size() > 0) continue;
    const Reply reply = db.execute(
        format("CREATE ROLE {} {}", quote_identifier(role), kind == RoleKind::superuser ? "SUPERUSER" : "NOLOGIN"));
    if (!reply.ok())
      throw environment_error(format("the role {} is not on the server, and this user may not create it: {}",
                                     text::printable(role), reply.error().message),
                              format("as a superuser: CREATE ROLE {} LOGIN PASSWORD '...'", quote_identifier(role)));
    made.push_back(role);
  }
  return made;
}

RestoreOutlook look_at_target(const std::string& conninfo) {
  RestoreOutlook outlook;
  outlook.database = database_of(conninfo);
  outlook.server = postgres::redacted(conninfo);
  Connection db = maintenance(conninfo, outlook.database).db;
  const std::vector<postgres::Parameter> name = {outlook.database};
  outlook.major = db.server_version() / 10000;
  outlook.exists = db.must("SELECT 1 FROM pg_database WHERE datname = $1", name).size() > 0;
  const Reply sessions = db.must(
      "SELECT usename || coalesce(' (' || nullif(application_name, '') || ')', '') FROM pg_stat_activity WHERE datname "
      "= $1 "
      "AND backend_type = 'client backend' ORDER BY 1",
      name);
  for (std::size_t row = 0; row < sessions.size(); ++row) outlook.sessions.emplace_back(sessions.text(row, 0));
  return outlook;
}

RestoreResult restore(const RestoreRequest& request) {
  const auto begun = std::chrono::steady_clock::now();
  RestoreResult result;
  result.database = database_of(request.conninfo);
  if (!request.dump.note.empty())
    result.notes.push_back(format("only the database of that backup is whole: {}", request.dump.note));
  Maintenance side = maintenance(request.conninfo, result.database);
  Connection& db = side.db;
  lift_limits(db);  // it has nothing to do while pg_restore works, and holds the lock all the time
  const DatabaseRecord* record = request.dump.record();
  refuse_older_server(record, db);
  const postgres::Binaries clients = postgres::require_clients(db.server_version() / 10000);
  lock_restore(db, result.database);
  drop_stale(db, result.database);
  if (record != nullptr) {
    for (const std::string& role : make_missing_roles(db, *record, RoleKind::plain))
      result.notes.push_back(format("the role {0} was made without a password: ALTER ROLE {0} LOGIN PASSWORD '...'",
                                    text::printable(quote_identifier(role))));
  }
  const std::string base = short_name(result.database);
  const std::string stamp = free_stamp(db, base);
  Candidate candidate(db, format("{}_restore_{}", base, stamp));
  const Room room = room_for(db, record, result.notes);
  candidate.create(record == nullptr ? nullptr : &record->shape, room.own, result.notes);
  const std::string conninfo = postgres::with_database(request.conninfo, candidate.name());
  if (request.say) request.say("restoring");
  RestoredSize size(db, candidate.name(), record == nullptr ? 0 : record->shape.bytes, request.say);
  run_pg_restore(
      {clients, without_idle_limit(db, conninfo), request.dump.path, room.others, {}, [&size] { size.tick(); }});
  prove(conninfo, request, result);
  if (record != nullptr) apply_shape(db, candidate.name(), record->shape, result.notes);
  signals::check();
  if (request.say) request.say("taking its place");
  put_in_place(db, side.conninfo, candidate, format("{}_before_{}", base, stamp), record, result);
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  return result;
}

}  // namespace kairon::backup
