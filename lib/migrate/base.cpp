#include "migrate/base.h"

#include <sys/stat.h>

#include <algorithm>
#include <ctime>

#include "base/error.h"
#include "base/format.h"
#include "base/hash.h"
#include "base/process.h"
#include "base/text.h"
#include "migrate/run_steps.h"
#include "migrate/seed.h"
#include "migrate/stand_in_parts.h"
#include "postgres/client.h"
#include "postgres/quote.h"

namespace kairon::migrate {

namespace {

using postgres::Connection;
using postgres::Reply;

/// Everything that the superuser made becomes the trial role's, except what belongs to an extension.
constexpr const char* kHandOver = R"sql(
DO $$ DECLARE r record; BEGIN
FOR r IN SELECT format('ALTER SCHEMA %I OWNER TO kairon_trial', nspname) AS q FROM pg_namespace n WHERE (n.oid >= 16384 OR nspname = 'public')
  AND nspname !~ '^pg_' AND nspowner IN (10, 6171) AND n.oid NOT IN (SELECT objid FROM pg_depend WHERE deptype = 'e') LOOP EXECUTE r.q; END LOOP;
FOR r IN SELECT format('ALTER %s %s OWNER TO kairon_trial', CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN
  'SEQUENCE' WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'c' THEN 'TYPE' ELSE 'TABLE' END, c.oid::regclass) AS q FROM pg_class c WHERE c.oid >= 16384 AND
  relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c') AND relowner = 10 AND relnamespace::regnamespace::text !~ '^pg_' AND c.oid NOT IN
  (SELECT objid FROM pg_depend WHERE deptype IN ('e', 'i') OR (deptype = 'a' AND classid = 'pg_class'::regclass AND refclassid =
  'pg_class'::regclass)) LOOP EXECUTE r.q; END LOOP;
FOR r IN SELECT format('ALTER ROUTINE %s OWNER TO kairon_trial', oid::regprocedure) AS q FROM pg_proc WHERE oid >= 16384 AND proowner = 10 AND
  oid NOT IN (SELECT objid FROM pg_depend WHERE deptype = 'e') LOOP EXECUTE r.q; END LOOP;
FOR r IN SELECT format('ALTER TYPE %s OWNER TO kairon_trial', oid::regtype) AS q FROM pg_type t WHERE oid >= 16384 AND typowner = 10 AND typtype
  IN ('e', 'd', 'r') AND oid NOT IN (SELECT objid FROM pg_depend WHERE deptype = 'e') LOOP EXECUTE r.q; END LOOP;
END $$)sql";

bool is_missing_role(const postgres::SqlError& error) {
  return error.sqlstate == "42704" && error.message.starts_with("role \"") &&
         error.message.ends_with("\" does not exist");
}

/// Loads files, each statement by itself; makes the roles, and with `stand_in` the parts of extensions,
/// that they miss.
class Loader {
 public:
  Loader(Connection& db, StandIn* stand_in, MissingRoles roles) : db_(db), stand_in_(stand_in), roles_(roles) {}

  std::optional<FileFailure> file(const migration::File& file) {
    const std::vector<Step> steps = steps_of(file, db_.server_version());
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const Reply reply = step(file, steps[i], i);
      if (!reply.ok()) return failure_at(file, steps[i], i, reply.error());
    }
    return std::nullopt;
  }

  void chain(const std::vector<Source>& sources) {
    for (const Source& source : sources) {
      const auto failure = file(*source.forward);
      reset_session(db_);
      if (!failure) continue;
      throw Error(ExitCode::blocked, format("the base does not load: {}", failure->text(source.forward->path())),
                  "mend that migration, or keep the schema in the file that [kairon] schema names");
    }
  }

 private:
  Reply step(const migration::File& file, const Step& step, std::size_t index) {
    for (int tries = 0;; ++tries) {
      const std::string sql = stand_in_ == nullptr ? step.text : stand_in_->instead_of(file, step, index).text;
      Reply reply = db_.execute(sql);
      if (reply.ok() || tries > 50) return reply;
      if (stand_in_ == nullptr) refuse_missing_extension(reply.error(), db_.server_version());
      if (roles_ == MissingRoles::skip && is_missing_role(reply.error())) {
        if (only_about_roles(step.node)) return {};
        throw environment_error(
            format("the base does not load on {}: {}", db_.shown(),
                   failure_at(file, step, index, reply.error()).text(file.path())),
            "create that role on the test server, or unset KAIRON_TEST_DATABASE_URL for the embedded one");
      }
      const bool role = roles_ == MissingRoles::make && make_missing_role(db_, reply.error());
      if (!role && (stand_in_ == nullptr || !stand_in_->learn(reply.error()))) return reply;
    }
  }

  static bool only_about_roles(std::string_view node) {
    return node == "GrantStmt" || node == "AlterOwnerStmt" || node == "AlterDefaultPrivilegesStmt" ||
           node == "GrantRoleStmt";
  }

  Connection& db_;
  StandIn* stand_in_;
  MissingRoles roles_;
};

/// Back to an empty database after a schema file that failed half-way.
void wipe(Connection& db) {
  reset_session(db);
  db.must(
      "DO $$ DECLARE r record; BEGIN FOR r IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> "
      "'information_schema' LOOP EXECUTE format('DROP SCHEMA %I CASCADE', r.nspname); END LOOP; END $$");
  db.must("CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC");
}

/// A pg_dump -Fc file. The schema goes through the loader, which makes the roles (and stand-ins) that it
/// misses; owners are left out, because all becomes the trial role's.
class Restore {
 public:
  Restore(std::string path, std::string conninfo, const postgres::Binaries* binaries)
      : path_(std::move(path)),
        conninfo_(std::move(conninfo)),
        program_(binaries == nullptr ? "pg_restore" : binaries->folder + "/pg_restore") {}

  void into(Loader& loader) {
    schema("pre-data", loader);
    run({"--exit-on-error", "--section=data", "-d", postgres::ClientAccess(conninfo_).conninfo()});
    schema("post-data", loader);
  }

 private:
  [[noreturn]] void refuse(std::string_view why) const {
    throw environment_error(format("cannot restore {}: {}", path_, text::printable(text::trim(why))),
                            "check the backup with kairon drill");
  }

  std::string run(std::vector<std::string> arguments) {
    const postgres::ClientAccess access(conninfo_);
    arguments.insert(arguments.begin(), {program_, "--no-owner", "--no-tablespaces", "--no-password"});
    arguments.push_back(path_);
    Result<process::Outcome> outcome = process::run(
        {.argv = std::move(arguments), .environment = access.environment(), .timeout = std::chrono::hours(1)});
    if (!outcome.ok()) refuse(outcome.failure().message);
    if (!outcome->ok()) refuse(outcome->errors);
    return std::move(outcome->output);
  }

  void schema(const std::string& section, Loader& loader) {
    const migration::File file(section, run({"--section=" + section, "-f", "-"}));
    if (const auto failure = loader.file(file)) refuse(failure->text(section));
  }

  std::string path_;
  std::string conninfo_;
  std::string program_;
};

void complete_schema(Connection& db, const Base& base, StandIn* stand_in, MissingRoles roles,
                     std::vector<std::string>& notes) {
  std::vector<std::string> held;
  for (const Source& source : base.since_schema) {
    if (!run_migration(db, *source.forward, stand_in, roles).ok()) held.push_back(source.forward->path());
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
void complete_backup(Connection& db, const Base& base, StandIn* stand_in, MissingRoles roles,
                     std::vector<std::string>& notes) {
  VersionTable table(db);
  if (table.foreign()) return;
  const std::vector<StateLine> state = compare_state(base.chain, table.rows());
  const auto is_recorded = [](const StateLine& line) {
    return line.source != nullptr && line.standing != Standing::pending;
  };
  if (std::none_of(state.begin(), state.end(), is_recorded)) return;
  std::vector<std::string> run;
  for (const StateLine& line : state) {
    if (line.standing != Standing::pending) continue;
    const Result<void> done = run_migration(db, *line.source->forward, stand_in, roles);
    if (!done.ok())
      throw Error(ExitCode::blocked,
                  format("the base does not load: {}, which is younger than the backup, fails on it: {}",
                         line.source->forward->path(), done.failure().message),
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
  std::string shown = base.schema ? base.schema_path : format("{} earlier migrations", base.chain.size());
  if (base.schema && !base.since_schema.empty())
    shown = format("{} and {} later migrations", base.schema_path, base.since_schema.size());
  return base.backup_note.empty() ? shown : format("{} ({})", shown, base.backup_note);
}

std::string base_key(const Base& base) {
  std::string content = "revision 3\n" + base.schema_path + "\n" + base.schema.value_or("");
  if (base.missing == MissingExtensions::stub) content += "\nstand-ins 1";
  for (const auto* sources : {&base.chain, &base.since_schema}) {
    content += "\n--";
    for (const Source& source : *sources) content += "\n" + source.version.stem + " " + source.forward->checksum();
  }
  return hash::sha256(content);
}

Result<void> run_migration(Connection& db, const migration::File& file, StandIn* stand_in, MissingRoles roles) {
  require_runnable(file, db.server_version());
  const Send send = [&](const Step& step, std::size_t i) {
    return db.execute(stand_in == nullptr ? step.text : stand_in->instead_of(file, step, i).text);
  };
  for (int tries = 0;; ++tries) {
    const auto failure = file.runs_in_transaction() ? run_wrapped(db, file, send, nullptr)
                                                    : run_stepwise(db, file, send, nullptr, nullptr, nullptr);
    reset_session(db);
    if (!failure) return {};
    if (stand_in == nullptr) refuse_missing_extension(failure->error, db.server_version());
    const bool mended = (roles == MissingRoles::make && make_missing_role(db, failure->error).has_value()) ||
                        (stand_in != nullptr && stand_in->learn(failure->error));
    if (!mended || tries > 50 || !file.runs_in_transaction()) return Failure{failure->text(file.path())};
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

std::optional<std::string> make_missing_role(Connection& db, const postgres::SqlError& error) {
  if (!is_missing_role(error) || db.state() != postgres::TransactionState::idle) return std::nullopt;
  const std::string_view message = error.message;
  std::string name(message.substr(6, message.size() - 6 - 16));
  const std::string role = postgres::quote_identifier(name);
  const bool made =
      db.execute(format("CREATE ROLE {}", role)).ok() && db.execute(format("GRANT {} TO {}", role, kTrialRole)).ok();
  return made ? std::optional(std::move(name)) : std::nullopt;
}

std::vector<std::string> load_base(const Base& base, const std::string& conninfo, const postgres::Binaries* binaries) {
  std::vector<std::string> notes;
  Connection db = Connection::require({.conninfo = conninfo});
  const bool superuser = db.parameter("is_superuser") == "on" && binaries != nullptr;
  if (superuser)
    db.must(format("CREATE ROLE {0} LOGIN; GRANT CREATE ON DATABASE {1} TO {0}; ALTER DATABASE {1} OWNER TO {0}",
                   kTrialRole, "kairon"));
  const std::unique_ptr<StandIn> stand_in = StandIn::make(base.missing, conninfo);
  const MissingRoles roles = binaries == nullptr ? MissingRoles::skip : MissingRoles::make;
  Loader loader(db, stand_in.get(), roles);
  bool loaded = false;
  if (!base.backup.empty()) {
    Restore(base.backup, conninfo, binaries).into(loader);
    reset_session(db);
    complete_backup(db, base, stand_in.get(), roles, notes);
    loaded = true;
  } else if (base.schema) {
    const migration::File file(base.schema_path, *base.schema);
    const auto failure = loader.file(file);
    reset_session(db);
    loaded = !failure;
    if (failure && base.chain.empty())
      throw Error(ExitCode::blocked, format("the schema does not load: {}", failure->text(base.schema_path)),
                  "mend the schema file");
    if (failure)
      notes.push_back(format("the schema does not load, so the chain of migrations is the base: {}",
                             failure->text(base.schema_path)));
    if (failure) {
      wipe(db);
    } else {
      complete_schema(db, base, stand_in.get(), roles, notes);
    }
  }
  if (!loaded) loader.chain(base.chain);
  if (VersionTable table(db); !table.foreign()) table.ensure();
  if (superuser) db.must(kHandOver);
  for (const std::string& table : seed_empty_tables(db))
    notes.push_back(format("no row could be made for {}: it is tried empty", table));
  return notes;
}

}  // namespace kairon::migrate
