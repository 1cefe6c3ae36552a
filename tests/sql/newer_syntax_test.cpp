#include "sql/newer_syntax.h"

#include <doctest/doctest.h>

#include <string>

#include "sql/statement.h"

using namespace kairon;

namespace {

/// "18 NOT ENFORCED" for a text that the parser does not read; "" when it does, or nothing is known of it.
std::string newer(const std::string& text) {
  const sql::Script script(text);
  if (script.ok()) return {};
  const auto found = sql::newer_syntax(script.text(), script.errors().front().offset, script.errors().front().message);
  return found ? std::to_string(found->major) + " " + std::string(found->shown) : std::string("unknown");
}

}  // namespace

TEST_CASE("newer_syntax names the version that reads a statement") {
  CHECK(newer("ALTER TABLE t ADD CONSTRAINT c CHECK (n > 0) NOT ENFORCED;") == "18 NOT ENFORCED");
  CHECK(newer("CREATE TABLE t (n int, v int GENERATED ALWAYS AS (n + 1) VIRTUAL);") == "18 VIRTUAL");
  CHECK(newer("CREATE TABLE t (n int, v int GENERATED ALWAYS AS (n + 1));") == "18 a generated column without STORED");
  CHECK(newer("ALTER TABLE t ADD PRIMARY KEY (id, span WITHOUT OVERLAPS);") == "18 WITHOUT OVERLAPS");
  CHECK(newer("ALTER TABLE t ADD CONSTRAINT c NOT NULL n NOT VALID;") == "18 a named NOT NULL constraint");
  CHECK(newer("UPDATE t SET n = 1 RETURNING WITH (OLD AS o) o.n;") == "18 RETURNING WITH (OLD AS ...)");
  CHECK(newer("MERGE INTO t USING u ON t.i = u.i WHEN NOT MATCHED BY SOURCE THEN DELETE;") ==
        "17 WHEN NOT MATCHED BY SOURCE");
  CHECK(newer("ALTER TABLE t ALTER COLUMN v SET EXPRESSION AS (n + 2);") == "17 SET EXPRESSION AS");
  CHECK(newer("SELECT * FROM JSON_TABLE('[]', '$[*]' COLUMNS (a int PATH '$.a'));") == "17 JSON_TABLE");
  CHECK(newer("SELECT * FROM (SELECT 1);") == "16 a subquery without an alias");
  CHECK(newer("SELECT '{}' IS JSON;") == "16 IS JSON");
  CHECK(newer("GRANT a TO b WITH INHERIT TRUE;") == "16 GRANT ... WITH INHERIT");
  CHECK(newer("ALTER TABLE t SPLIT PARTITION p INTO (PARTITION a DEFAULT);") == "19 SPLIT PARTITION");
}

TEST_CASE("newer_syntax looks at the statement that does not parse, and at no string or comment") {
  CHECK(newer("CREATE TABEL t (n int);") == "unknown");
  CHECK(newer("SELECT 'x NOT ENFORCED y' FROM; -- NOT ENFORCED") == "unknown");
  CHECK(newer("SELEC 1; ALTER TABLE t ADD CONSTRAINT c CHECK (n > 0) NOT ENFORCED;") == "unknown");
  // What the parser reads is not a newer syntax.
  CHECK(newer("CREATE TABLE t (n int, v int GENERATED ALWAYS AS (n + 1) STORED);").empty());
}
