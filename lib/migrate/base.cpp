#include "migrate/base.h"

#include "base/error.h"
#include "base/format.h"
#include "base/hash.h"
#include "base/process.h"
#include "base/text.h"
#include "migrate/run_steps.h"
#include "migrate/seed.h"
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

Reply run_step(Connection& db, const std::string& sql) {
  for (int tries = 0;; ++tries) {
    Reply reply = db.execute(sql);
    if (reply.ok() || tries > 20) return reply;
    refuse_missing_extension(reply.error(), db.server_version());
    if (!make_missing_role(db, reply.error())) return reply;
  }
}

std::optional<FileFailure> load_file(Connection& db, const migration::File& file) {
  const std::vector<Step> steps = steps_of(file, db.server_version());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Reply reply = run_step(db, steps[i].text);
    if (!reply.ok()) return failure_at(file, steps[i], i, reply.error());
  }
  return std::nullopt;
}

void load_chain(Connection& db, const std::vector<Source>& chain) {
  for (const Source& source : chain) {
    const auto failure = load_file(db, *source.forward);
    reset_session(db);
    if (!failure) continue;
    throw Error(ExitCode::blocked, format("the base does not load: {}", failure->text(source.forward->path())),
                "mend that migration, or keep the schema in the file that [kairon] schema names");
  }
}

/// Back to an empty database after a schema file that failed half-way.
void wipe(Connection& db) {
  reset_session(db);
  db.must(
      "DO $$ DECLARE r record; BEGIN FOR r IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> "
      "'information_schema' LOOP EXECUTE format('DROP SCHEMA %I CASCADE', r.nspname); END LOOP; END $$");
  db.must("CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC");
}

void restore(const std::string& path, const std::string& conninfo, const postgres::Binaries* binaries) {
  const std::string program = binaries == nullptr ? "pg_restore" : binaries->folder + "/pg_restore";
  const Result<process::Outcome> outcome =
      process::run({.argv = {program, "--no-owner", "--no-acl", "--exit-on-error", "-d", conninfo, path},
                    .timeout = std::chrono::hours(1)});
  if (!outcome.ok()) throw environment_error(format("cannot restore {}: {}", path, outcome.failure().message));
  if (!outcome->ok())
    throw environment_error(format("cannot restore {}: {}", path, text::printable(text::trim(outcome->errors))),
                            "check the backup with kairon drill");
}

}  // namespace

std::string base_key(const Base& base) {
  std::string content = "revision 1\n" + base.schema_path + "\n" + base.schema.value_or("");
  for (const Source& source : base.chain) content += "\n" + source.version.stem + " " + source.forward->checksum();
  return hash::sha256(content);
}

void refuse_missing_extension(const postgres::SqlError& error, int server_version) {
  const bool missing =
      text::contains(error.message, "extension") &&
      (text::contains(error.message, "is not available") || text::contains(error.message, "control file"));
  if (!missing) return;
  std::string name = "NAME";
  if (const std::size_t from = error.message.find("extension \""); from != std::string::npos)
    name = error.message.substr(from + 11, error.message.find('"', from + 11) - from - 11);
  const std::string package = name == "vector"    ? "pgvector"
                              : name == "postgis" ? "postgis-3"
                                                  : text::replace_all(name, "_", "-");
  throw environment_error(format("the extension {} is not installed on the trial server", text::printable(name)),
                          format("sudo apt-get install -y postgresql-{}-{}", server_version / 10000, package));
}

bool make_missing_role(Connection& db, const postgres::SqlError& error) {
  const std::string_view message = error.message;
  if (error.sqlstate != "42704" || !message.starts_with("role \"") || !message.ends_with("\" does not exist"))
    return false;
  const std::string role = postgres::quote_identifier(message.substr(6, message.size() - 6 - 16));
  if (db.state() != postgres::TransactionState::idle) return false;
  return db.execute(format("CREATE ROLE {}", role)).ok() && db.execute(format("GRANT {} TO {}", role, kTrialRole)).ok();
}

std::vector<std::string> load_base(const Base& base, const std::string& conninfo, const postgres::Binaries* binaries) {
  std::vector<std::string> notes;
  Connection db = Connection::require({.conninfo = conninfo});
  const bool superuser = db.parameter("is_superuser") == "on" && binaries != nullptr;
  if (superuser)
    db.must(format("CREATE ROLE {0}; GRANT CREATE ON DATABASE {1} TO {0}; ALTER DATABASE {1} OWNER TO {0}", kTrialRole,
                   "kairon"));
  bool loaded = false;
  if (!base.backup.empty()) {
    restore(base.backup, conninfo, binaries);
    loaded = true;
  } else if (base.schema) {
    const migration::File file(base.schema_path, *base.schema);
    const auto failure = load_file(db, file);
    reset_session(db);
    loaded = !failure;
    if (failure && base.chain.empty())
      throw Error(ExitCode::blocked, format("the schema does not load: {}", failure->text(base.schema_path)),
                  "mend the schema file");
    if (failure)
      notes.push_back(format("the schema does not load, so the chain of migrations is the base: {}",
                             failure->text(base.schema_path)));
    if (failure) wipe(db);
  }
  if (!loaded) load_chain(db, base.chain);
  VersionTable(db).ensure();
  if (superuser) db.must(kHandOver);
  for (const std::string& table : seed_empty_tables(db))
    notes.push_back(format("no row could be made for {}: it is tried empty", table));
  return notes;
}

}  // namespace kairon::migrate
