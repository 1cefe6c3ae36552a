#include "trial/base.h"

#include <sys/stat.h>

#include <algorithm>
#include <ctime>

#include "base/error.h"
#include "base/format.h"
#include "base/hash.h"
#include "base/process.h"
#include "base/signals.h"
#include "base/text.h"
#include "migrate/run_steps.h"
#include "migrate/tool_table.h"
#include "postgres/client.h"
#include "postgres/fenced_client.h"
#include "postgres/launch.h"
#include "trial/database_name.h"
#include "trial/extension_stub_objects.h"
#include "trial/hosts.h"
#include "trial/loader.h"
#include "trial/seed.h"
#include "trial/superuser_step.h"

namespace kairon::trial {

namespace {

using postgres::Connection;
using postgres::Reply;

/// Back to an empty database after a schema file that failed half-way.
void wipe(Connection& db) {
  migrate::reset_session(db);
  db.must(
      "DO $$ DECLARE r record; BEGIN FOR r IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> "
      "'information_schema' LOOP EXECUTE format('DROP SCHEMA %I CASCADE', r.nspname); END LOOP; END $$");
  db.must("CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC");
}

/// A pg_dump -Fc file. The schema goes through the loader, which makes the roles (and stand-ins) that it
/// misses; owners are left out, because all becomes the trial role's.
class Restore {
 public:
  /// `binaries` is null on a server of somebody else, where nothing is fenced.
  Restore(const Base& base, std::string conninfo, const postgres::Binaries* binaries)
      : path_(base.backup), conninfo_(std::move(conninfo)), binaries_(binaries), fence_(base.fence) {}

  /// `admin` is the superuser of a server of ours, else null. The data is the plain role's, who may not copy into a
  /// table whose policies bind its owner.
  void into(Loader& loader, Connection* admin) {
    schema("pre-data", loader);
    if (admin != nullptr) admin->must(format("ALTER ROLE {} BYPASSRLS", kTrialRole));
    run({"--exit-on-error", "--section=data", "--dbname"}, Target::database);
    if (admin != nullptr) admin->must(format("ALTER ROLE {} NOBYPASSRLS", kTrialRole));
    schema("post-data", loader);
  }

 private:
  [[noreturn]] void refuse(std::string_view why) const {
    throw environment_error(format("cannot restore {}: {}", path_, text::printable(text::trim(why))),
                            "check the backup with kairon drill");
  }

  enum class Target { text, database };

  std::string run(std::vector<std::string> arguments, Target target) {
    arguments.insert(arguments.begin(), {"--no-owner", "--no-tablespaces", "--no-password"});
    Result<process::Outcome> outcome =
        binaries_ == nullptr ? elsewhere(std::move(arguments), target) : here(std::move(arguments), target);
    if (!outcome.ok()) refuse(outcome.failure().text);
    signals::check();  // Ctrl-C on a terminal ends pg_restore as well
    if (!outcome->ok()) refuse(outcome->errors);
    return std::move(outcome->output);
  }

  Result<process::Outcome> here(std::vector<std::string> arguments, Target target) const {
    if (target == Target::database) arguments.push_back(conninfo_);
    return postgres::run_fenced({.clients = *binaries_,
                                 .arguments = std::move(arguments),
                                 .dump = path_,
                                 .fence = fence_,
                                 .timeout = std::chrono::hours(1)});
  }

  Result<process::Outcome> elsewhere(std::vector<std::string> arguments, Target target) const {
    const postgres::ClientAccess access(conninfo_);
    if (target == Target::database) arguments.push_back(access.conninfo());
    arguments.insert(arguments.begin(), "pg_restore");
    arguments.push_back(path_);
    return process::run(
        {.argv = std::move(arguments), .environment = access.environment(), .timeout = std::chrono::hours(1)});
  }

  void schema(const std::string& section, Loader& loader) {
    const migration::File file(section, run({"--section=" + section, "--file", "-"}, Target::text));
    if (const auto failure = loader.file(file)) refuse(failure->text(section));
  }

  std::string path_;
  std::string conninfo_;
  const postgres::Binaries* binaries_;
  postgres::FenceMode fence_;
};

void complete_schema(PlainSession& session, const Base& base, StandIn* stand_in, std::vector<std::string>& notes) {
  std::vector<std::string> held;
  for (const migrate::Source& source : base.since_schema) {
    if (!run_migration(session, *source.forward, stand_in).ok()) held.push_back(source.forward->path());
  }
  constexpr std::size_t kNamed = 3;
  if (held.size() > kNamed)
    notes.push_back(format("{} migrations from {} to {} do not run on {} and are taken as part of it", held.size(),
                           held.front(), held.back(), base.schema_path));
  else
    for (const std::string& path : held)
      notes.push_back(format("{} does not run on {} and is taken as part of it", path, base.schema_path));
}

/// Migrations that the database of the backup got after it was taken: what its version table does not have.
/// A database that records none of them is taken as it is.
void complete_backup(PlainSession& session, const Base& base, StandIn* stand_in, std::vector<std::string>& notes) {
  if (!migrate::is_foreign(base.chain) && migrate::VersionTable(session.db()).foreign()) return;
  const std::vector<migrate::StateLine> state = migrate::current_state(session.db(), base.chain);
  const auto is_recorded = [](const migrate::StateLine& line) {
    return line.source != nullptr && line.standing != migrate::Standing::pending;
  };
  if (std::none_of(state.begin(), state.end(), is_recorded)) return;
  std::vector<std::string> run;
  for (const migrate::StateLine& line : state) {
    if (line.standing != migrate::Standing::pending || line.source->forward->is_program()) continue;
    const Result<void> done = run_migration(session, *line.source->forward, stand_in);
    if (!done.ok())
      throw Error(ExitCode::blocked,
                  format("the base does not load: {}, which is younger than the backup, fails on it: {}",
                         line.source->forward->path(), done.failure().text),
                  "take a new backup: kairon backup");
    run.push_back(line.version);
  }
  if (!run.empty()) notes.push_back(format("younger than the backup, and run on it first: {}", text::join(run, ", ")));
}

/// "3 h": since a file was written.
std::string age_of(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return "unknown time";
  const long long minutes = std::max<long long>(0, ::time(nullptr) - info.st_mtim.tv_sec) / 60;
  if (minutes < 120) return format("{} min", minutes);
  return minutes < 48 * 60 ? format("{} h", minutes / 60) : format("{} days", minutes / (24 * 60));
}

}  // namespace

std::string describe(const Base& base) {
  const std::string& stored = base.backup_origin.empty() ? base.backup : base.backup_origin;
  if (!base.backup.empty()) return format("backup {}, {} old", stored, age_of(stored));
  std::string shown = base.schema ? base.schema_path : text::counted(base.chain.size(), "earlier migration");
  if (base.schema && !base.since_schema.empty())
    shown = format("{} and {}", base.schema_path, text::counted(base.since_schema.size(), "later migration"));
  if (base.archived > 0)
    return format("{} (as a new database begins: {} in the archive)", shown, text::counted(base.archived, "migration"));
  return base.backup_note.empty() ? shown : format("{} ({})", shown, base.backup_note);
}

std::string base_key(const Base& base) {
  std::string content = "revision 7\n" + base.schema_path + "\n" + base.schema.value_or("");
  if (!base.layout->is_ours()) content += format("\nlayout {} {}", base.layout->name, base.layout->table);
  if (!base.host.empty()) content += "\nhost 1 " + base.host;
  if (base.missing == MissingExtensions::stub) content += "\nstand-ins 1";
  std::vector<const std::vector<migrate::Source>*> parts = {&base.chain, &base.since_schema};
  for (const std::vector<migrate::Source>& other : base.others) parts.push_back(&other);
  for (const std::vector<migrate::Source>* sources : parts) {
    content += "\n--";
    for (const migrate::Source& source : *sources)
      content += "\n" + source.version.stem + " " + source.forward->checksum();
  }
  return hash::sha256(content);
}

Reply send_replaced(PlainSession& session, StandIn* stand_in, const migration::File& file, const migrate::Step& step,
                    std::size_t index) {
  if (index < file.script().statements().size() && !named_database(file.script().tree(index).inner()).empty())
    return session.send(file, index, on_this_database(step.text, file.script().tree(index).inner(), session.db()));
  if (stand_in == nullptr) return session.send(file, index, step.text);
  const StandIn::Replacement replacement = stand_in->instead_of(file, step, index);
  return replacement.as_superuser ? session.as_superuser(file, index, replacement.text)
                                  : session.send(file, index, replacement.text);
}

Result<void> run_migration(PlainSession& session, const migration::File& file, StandIn* stand_in, bool repeated) {
  Connection& db = session.db();
  try {
    migrate::require_runnable(file, db.server_version());
  } catch (const Error& error) {
    return Failure{error.message()};
  }
  const migrate::Send send = [&](const migrate::Step& step, std::size_t i) {
    if (repeated && (step.node == "CreateRoleStmt" || step.node == "DropRoleStmt")) return Reply();
    return send_replaced(session, stand_in, file, step, i);
  };
  for (int tries = 0;; ++tries) {
    const auto failure = file.runs_in_transaction() ? migrate::run_wrapped(db, file, send, nullptr)
                                                    : migrate::run_stepwise(db, file, send, nullptr, nullptr, nullptr);
    migrate::reset_session(db);
    if (!failure) return {};
    if (stand_in == nullptr) refuse_missing_extension(failure->error, db.server_version());
    const bool again = session.make_missing_role(failure->error).has_value() ||
                       (stand_in != nullptr && stand_in->learn(failure->error));
    if (!again || tries > 50 || !file.runs_in_transaction()) return Failure{failure->text(file.path())};
  }
}

void refuse_missing_extension(const postgres::SqlError& error, int server_version) {
  const std::string name = missing_extension(error);
  if (name.empty()) return;
  throw environment_error(
      format("the extension {} is not installed on the trial server", text::printable(name)),
      extension_remedy(name, server_version) + ", or let stand-ins take its place: [kairon] missingExtensions = stub");
}

std::string extension_remedy(const std::string& name, int server_version) {
  const std::string package = name == "vector"    ? "pgvector"
                              : name == "postgis" ? "postgis-3"
                                                  : text::replace_all(name, "_", "-");
  return format("sudo apt-get install -y postgresql-{}-{}", server_version / 10000, text::printable(package));
}

namespace {

/// The plain role, and what it must own: the database, and the schema that every database has. The reader sees all
/// rows and owns nothing.
void make_plain_roles(Connection& admin) {
  admin.must(
      format("CREATE ROLE {0} LOGIN; GRANT CREATE ON DATABASE {1} TO {0}; ALTER DATABASE {1} OWNER TO {0}; ALTER "
             "SCHEMA public OWNER TO {0}; CREATE ROLE {2} LOGIN BYPASSRLS",
             kTrialRole, postgres::kDatabase, kReaderRole));
  if (admin.server_version() >= kFirstWithReadAll) admin.must(format("GRANT pg_read_all_data TO {}", kReaderRole));
}

/// Loads the chain of migrations. Another tool makes its table before the first, and some migrations refer to it.
/// A schema file that did not load took away what the host makes.
void load_chain(PlainSession& session, Loader& loader, const Base& base, Connection* admin,
                std::vector<std::string>& notes) {
  if (admin != nullptr) make_host(base.host, *admin, HostRole::superuser);
  migrate::make_tool_table(session.db(), *base.layout);
  loader.chains(base.others, base.chain, notes);
}

/// What the programs of a chain do is not in the base.
void tell_programs(const Base& base, std::vector<std::string>& notes) {
  std::vector<std::string> paths;
  for (const migrate::Source& source : base.chain)
    if (source.forward->is_program()) paths.push_back(source.forward->path());
  if (!paths.empty())
    notes.push_back(format("programs, which only {} runs, are not part of the base: {}", base.layout->tool,
                           text::join(paths, ", ")));
}

/// Statements of the schema file that do not parse are not sent: what they make is missing.
void tell_unread(const migration::File& file, int server_version, std::vector<std::string>& notes) {
  const std::vector<migrate::Step> steps = migrate::steps_of(file, server_version);
  if (steps.size() == 1 && steps.front().node.empty()) return;  // a newer server read the text as a whole
  for (const sql::SyntaxError& error : file.script().errors()) {
    const sql::Position at = file.script().position(error.offset);
    notes.push_back(format("{}:{}:{}: {}: this statement is not part of the base", file.path(), at.line, at.column,
                           text::printable(error.message)));
  }
}

/// Loads the schema file. Where it does not load, the chain of migrations takes its place on an empty database, with a
/// note; where the chain does not load either, the schema file is the first cause.
void load_schema(PlainSession& session, Loader& loader, const Base& base, Connection* admin, StandIn* stand_in,
                 std::vector<std::string>& notes) {
  const migration::File file(base.schema_path, *base.schema);
  const auto failure = loader.file(file);
  migrate::reset_session(session.db());
  if (!failure) {
    tell_unread(file, session.db().server_version(), notes);
    return complete_schema(session, base, stand_in, notes);
  }
  const std::string cause = format("the schema does not load: {}", cause_of(file, base.schema_path, *failure));
  const std::string remedy = format("fix {}", base.schema_path);
  if (base.chain.empty()) throw Error(ExitCode::blocked, cause, remedy);
  wipe(session.db());
  try {
    load_chain(session, loader, base, admin, notes);
  } catch (const Error& error) {
    if (error.code() != ExitCode::blocked) throw;
    throw Error(ExitCode::blocked, format("{}; without it, {}", cause, error.message().text), remedy);
  }
  notes.push_back(format("{}; the chain of migrations is the base instead", cause));
}

}  // namespace

std::vector<std::string> load_base(const Base& base, const std::string& conninfo, const postgres::Binaries* binaries) {
  std::vector<std::string> notes;
  std::optional<Connection> admin;
  if (binaries != nullptr) {
    admin.emplace(Connection::require({.conninfo = admin_conninfo(conninfo)}));
    make_plain_roles(*admin);
  }
  const std::string plain = admin ? plain_conninfo(conninfo) : conninfo;
  if (admin && base.backup.empty()) make_host(base.host, *admin, HostRole::superuser);
  Connection db = Connection::require({.conninfo = plain});
  if (base.backup.empty()) db.cancel_after(kLongestOnEmptyTables);
  PlainSession session(db, admin ? &*admin : nullptr);
  const std::unique_ptr<StandIn> stand_in = StandIn::make(base.missing, conninfo);
  Loader loader(session, stand_in.get());
  if (!admin) make_host(base.host, db, HostRole::owner);
  if (!base.backup.empty()) {
    Restore(base, plain, binaries).into(loader, admin ? &*admin : nullptr);
    migrate::reset_session(db);
    complete_backup(session, base, stand_in.get(), notes);
  } else if (base.schema) {
    load_schema(session, loader, base, admin ? &*admin : nullptr, stand_in.get(), notes);
  } else {
    load_chain(session, loader, base, admin ? &*admin : nullptr, notes);
    tell_programs(base, notes);
  }
  if (base.layout->is_ours()) migrate::VersionTable(db).ensure();
  if (!base.host.empty() && base.backup.empty())
    notes.push_back(
        format("roles, schemas and tables of {} are stand-ins: what they do there is not tried", base.host));
  db.cancel_after(kLongestRow);
  for (const std::string& table : seed_empty_tables(db))
    notes.push_back(format("no row could be made for {}: it is tried empty", table));
  return notes;
}

}  // namespace kairon::trial
