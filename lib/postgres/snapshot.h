#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "postgres/connection.h"

namespace kairon::postgres {

/// What a snapshot covers.
enum class SnapshotScope {
  database,  ///< one database: for a scratch database on somebody's server
  cluster    ///< also roles, memberships, tablespaces: for a server of our own
};

/// One object of the schema, e.g. kind "index", name "public.t_pkey". Attributes are what can differ:
/// "definition", "owner", "grants", "options" ...
struct SchemaObject {
  std::string kind;
  std::string name;
  std::map<std::string, std::string, std::less<>> attributes;
  friend bool operator==(const SchemaObject&, const SchemaObject&) = default;
};

/// The whole schema, read from the catalogs with an empty search_path (so that every name is written in
/// full) and without what changes by itself: PostgreSQL 15.14 and later keep a `pg_attver` in
/// pg_attribute.attoptions that a correct rollback does not restore. Objects that belong to an
/// extension are left to the extension's row. Sorted by kind and name.
struct Snapshot {
  std::vector<SchemaObject> objects;
  friend bool operator==(const Snapshot&, const Snapshot&) = default;
};

/// Takes a snapshot. Needs a session outside of a failed transaction; a superuser sees everything.
/// Throws Error(environment) when the catalogs cannot be read.
[[nodiscard]] Snapshot take_snapshot(Connection& db, SnapshotScope scope);

enum class Difference : std::uint8_t { added, removed, changed };

/// How bad a difference is when a rollback left it behind (README.md says why).
enum class DifferenceWeight : std::uint8_t { warning, error };

/// One line of a schema diff.
struct SchemaChange {
  Difference difference = Difference::changed;
  std::string kind;
  std::string name;
  std::string detail;  ///< what it is, or "owner: a -> b"
  DifferenceWeight weight = DifferenceWeight::error;
  /// What a partition's part belongs to: the parent of a table or index; "*" for a column or constraint that a parent
  /// has too; "" for others.
  std::string parent = {};
  /// "+ index public.x: CREATE INDEX ...", "- column public.t.c: integer", "~ table public.t: owner: a -> b".
  [[nodiscard]] std::string line() const;
};

/// What has to happen to `before` to become `after`, sorted by kind and name.
[[nodiscard]] std::vector<SchemaChange> difference(const Snapshot& before, const Snapshot& after);

/// A change together with those that merely follow from it: a table's columns, constraints and indexes, the index of a
/// constraint, everything in a schema.
struct SchemaCause {
  SchemaChange change;
  std::size_t parts = 0;
  /// As SchemaChange::line(), and how many parts there are.
  [[nodiscard]] std::string line() const;
};

/// Folds the changes of parts into the change of the whole that they came or went with; the order stays.
[[nodiscard]] std::vector<SchemaCause> causes_of(const std::vector<SchemaChange>& changes);

/// The query that take_snapshot runs, for a server of that version (150020).
[[nodiscard]] std::string snapshot_query(int server_version, SnapshotScope scope);

}  // namespace kairon::postgres
