#include "backup/measure.h"

#include "base/format.h"
#include "base/text.h"

namespace kairon::backup {

namespace {

using postgres::Reply;

constexpr const char* kTables = R"sql(
SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND c.oid >= 16384 AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
ORDER BY 1
)sql";

// The name of the column that holds an ICU or builtin locale changed twice: ask the row for both.
constexpr const char* kShape = R"sql(
SELECT d.datname, pg_get_userbyid(d.datdba), pg_encoding_to_char(d.encoding), d.datcollate, d.datctype,
  coalesce(to_jsonb(d) ->> 'datlocprovider', ''), coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale', ''),
  coalesce(shobj_description(d.oid, 'pg_database'), ''), coalesce(nullif(t.spcname, 'pg_default'), ''), pg_database_size(d.oid),
  d.datconnlimit, d.datistemplate
FROM pg_database d JOIN pg_tablespace t ON t.oid = d.dattablespace WHERE d.datname = current_database()
)sql";

constexpr const char* kSettings = R"sql(
SELECT coalesce(r.rolname, ''), s.one
FROM (SELECT setdatabase, setrole, unnest(setconfig) AS one FROM pg_db_role_setting) s
  JOIN pg_database d ON d.oid = s.setdatabase AND d.datname = current_database() LEFT JOIN pg_roles r ON r.oid = s.setrole
ORDER BY 1, 2
)sql";

constexpr const char* kGrants = R"sql(
SELECT 'REVOKE ALL ON DATABASE %DB% FROM PUBLIC' FROM pg_database WHERE datname = current_database() AND datacl IS NOT NULL
UNION ALL
(SELECT format('GRANT %s ON DATABASE %%DB%% TO %s%s', a.privilege_type,
  CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END, CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
FROM pg_database d, aclexplode(d.datacl) a WHERE d.datname = current_database() ORDER BY 1)
)sql";

// pg_shdepend does not list the bootstrap superuser (oid 10), who may own everything.
constexpr const char* kRoles = R"sql(
SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' AND (oid = 10
  OR oid IN (SELECT s.refobjid FROM pg_shdepend s JOIN pg_database d ON d.datname = current_database()
    WHERE s.refclassid = 'pg_authid'::regclass AND (s.dbid = d.oid OR (s.classid = 'pg_database'::regclass AND s.objid = d.oid)))
  OR oid IN (SELECT datdba FROM pg_database WHERE datname = current_database())
  OR oid IN (SELECT s.setrole FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase WHERE d.datname = current_database()))
ORDER BY 1
)sql";

constexpr const char* kTablespaces = R"sql(
SELECT DISTINCT t.spcname FROM pg_class c JOIN pg_tablespace t ON t.oid = c.reltablespace WHERE c.oid >= 16384 ORDER BY 1
)sql";

constexpr const char* kInvalidIndexes = R"sql(
SELECT 'index ' || indexrelid::regclass || ' is not valid' FROM pg_index WHERE NOT indisvalid AND indexrelid >= 16384 ORDER BY 1
)sql";

constexpr const char* kOwnedSequences = R"sql(
SELECT d.objid::regclass::text, d.refobjid::regclass::text, quote_ident(a.attname)
FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
  JOIN pg_class c ON c.oid = d.refobjid AND c.relkind IN ('r', 'p')
  JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
  JOIN pg_sequence q ON q.seqrelid = s.oid AND q.seqincrement > 0 AND NOT q.seqcycle
WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
  AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
ORDER BY 1
)sql";

std::vector<std::string> first_column(const Reply& reply) {
  std::vector<std::string> out;
  for (std::size_t row = 0; row < reply.size(); ++row) out.emplace_back(reply.text(row, 0));
  return out;
}

}  // namespace

void lift_limits(postgres::Connection& db) {
  db.must(
      "SELECT set_config(name, '0', false) FROM pg_settings WHERE name IN ('statement_timeout', 'lock_timeout', "
      "'idle_session_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout')");
}

std::vector<TableRows> count_rows(postgres::Connection& db, const std::function<void(const std::string&)>& say) {
  std::vector<TableRows> tables;
  for (const std::string& name : first_column(db.must(kTables))) {
    if (say) say(name);
    tables.push_back({name, db.must("SELECT count(*) FROM ONLY " + name).integer(0, 0)});
  }
  return tables;
}

std::vector<ObjectSum> read_schema(postgres::Connection& db) {
  return sums_of(postgres::take_snapshot(db, postgres::SnapshotScope::database));
}

DatabaseShape read_shape(postgres::Connection& db) {
  DatabaseShape shape;
  const Reply row = db.must(kShape);
  std::string* const texts[] = {&shape.name,     &shape.owner,  &shape.encoding, &shape.collate,   &shape.ctype,
                                &shape.provider, &shape.locale, &shape.comment,  &shape.tablespace};
  for (std::size_t i = 0; i < std::size(texts); ++i) *texts[i] = row.text(0, i);
  shape.bytes = row.integer(0, std::size(texts));
  shape.connection_limit = static_cast<int>(row.integer(0, std::size(texts) + 1));
  shape.is_template = row.boolean(0, std::size(texts) + 2);
  const Reply settings = db.must(kSettings);
  for (std::size_t i = 0; i < settings.size(); ++i)
    shape.settings.emplace_back(settings.text(i, 0), settings.text(i, 1));
  shape.grants = first_column(db.must(kGrants));
  shape.roles = first_column(db.must(kRoles));
  shape.tablespaces = first_column(db.must(kTablespaces));
  return shape;
}

std::vector<std::string> failed_built_in_probes(postgres::Connection& db) {
  std::vector<std::string> failed = first_column(db.must(kInvalidIndexes));
  const Reply owned = db.must(kOwnedSequences);
  for (std::size_t row = 0; row < owned.size(); ++row) {
    const std::string sequence(owned.text(row, 0));
    const std::string table(owned.text(row, 1));
    const std::string column(owned.text(row, 2));
    const Reply behind =
        db.must(format("SELECT coalesce(max({}), 0) > (SELECT last_value FROM {}) FROM {}", column, sequence, table));
    if (behind.boolean(0, 0))
      failed.push_back(format("sequence {} is lower than the highest {}.{}", text::printable(sequence),
                              text::printable(table), column));
  }
  return failed;
}

}  // namespace kairon::backup
