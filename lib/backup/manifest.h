#pragma once
#include <ctime>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "postgres/snapshot.h"

namespace kairon::backup {

enum class Encryption { none, age, gpg };

/// "none", "age", "gpg"; the ending of an encrypted file (".age", ".gpg", "").
[[nodiscard]] std::string_view name_of(Encryption encryption);
[[nodiscard]] std::string ending_of(Encryption encryption);

/// One file of a backup as it lies on the disk.
struct StoredFile {
  std::string name;  ///< within the backup's folder: "database.dump.age"
  long long bytes = 0;
  std::string sha256;
  std::string content_sha256;  ///< before encryption; equals sha256 without
};

/// Rows of one table, counted in the dump's own snapshot.
struct TableRows {
  std::string name;  ///< "public.t", quoted where needed
  long long rows = 0;
  friend bool operator==(const TableRows&, const TableRows&) = default;
};

/// One object of the schema: its definition is kept as a hash, so that a manifest tells nobody what
/// is in an encrypted dump, and yet a difference can be named.
struct ObjectSum {
  std::string kind;
  std::string name;
  std::string sum;
};

/// What pg_dump leaves out because it belongs to the cluster: what a new database has to be made with.
struct DatabaseShape {
  std::string name;
  std::string owner;
  std::string encoding;
  std::string collate;
  std::string ctype;
  std::string provider;  ///< "c" libc, "i" icu, "b" builtin; "" before PostgreSQL 15
  std::string locale;    ///< of icu or builtin
  std::string comment;
  std::vector<std::pair<std::string, std::string>> settings;  ///< role ("" = everybody), "work_mem=64MB"
  std::vector<std::string> grants;                            ///< statements with %DB% for the name
  std::vector<std::string> roles;                             ///< roles that own or may use something in it
  std::string tablespace;                                     ///< its own, "" = pg_default
  std::vector<std::string> tablespaces;                       ///< others that something in it lies in
  int connection_limit = -1;                                  ///< -1 = none
  bool is_template = false;
  long long bytes = 0;  ///< pg_database_size
};

struct DatabaseRecord {
  StoredFile file;
  DatabaseShape shape;
  std::string server_version;  ///< "15.20"
  int major = 0;
  std::string pg_dump_version;
  std::vector<TableRows> tables;  ///< by name
  std::string schema_sum;         ///< over `schema`
  std::vector<ObjectSum> schema;
  [[nodiscard]] long long rows() const;
};

struct WorkflowsRecord {
  StoredFile file;
  std::string url;
  long long workflows = 0;
  long long tags = 0;
};

/// What is next to a dump: enough to tell later whether a restored database is the one that was
/// dumped. JSON, version 1.
struct Manifest {
  std::string environment;
  std::time_t begun = 0;
  std::time_t ended = 0;
  std::string tool;
  std::string reason;  ///< "before migrations"; "" for a backup of routine
  Encryption encryption = Encryption::none;
  std::optional<DatabaseRecord> database;
  std::optional<WorkflowsRecord> workflows;
};

[[nodiscard]] std::string to_json(const Manifest& manifest);
/// Fails when the text is not a manifest that this version understands.
[[nodiscard]] Result<Manifest> parse_manifest(std::string text);

/// The comparable part of a schema: without the database's own name and settings, without what only
/// superusers can read, and without tablespaces, which are the server's. Sorted as the snapshot is.
[[nodiscard]] std::vector<ObjectSum> sums_of(const postgres::Snapshot& snapshot);
[[nodiscard]] std::string sum_over(const std::vector<ObjectSum>& objects);

/// What differs, one line each: "- table public.t", "rows of public.t: 3 were recorded, 2 are there".
/// An extension of another version is not a difference: the server's packages decide it.
[[nodiscard]] std::vector<std::string> differences(const DatabaseRecord& recorded, const std::vector<TableRows>& tables,
                                                   const std::vector<ObjectSum>& schema);

/// "20261125T130000Z" and back; nothing when the text is no such stamp.
[[nodiscard]] std::string stamp_of(std::time_t time);
[[nodiscard]] std::optional<std::time_t> parse_stamp(std::string_view text);

}  // namespace kairon::backup
