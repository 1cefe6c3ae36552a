#pragma once
#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "migration/file.h"
#include "postgres/connection.h"

namespace kairon::migrate {

/// Why a file did not run to its end, with the place in the file.
struct FileFailure {
  postgres::SqlError error;
  std::size_t statement = 0;  ///< 0-based
  sql::Position position;     ///< of the token the server names, else of the statement
  std::string excerpt;        ///< the statement's beginning, on one line
  std::size_t stayed = 0;     ///< how many statements before it are done for good
  /// "path:line:column: message".
  [[nodiscard]] std::string text(const std::string& path) const;
};

/// One text that goes to the server by itself.
struct Step {
  std::string text;
  std::string node;       ///< type of its parse tree: "IndexStmt"; "" when the tree could not be made
  std::size_t begin = 0;  ///< byte in the file
};

/// The statements of a file in order. When the server is newer than our parser and the file does not
/// parse here, the whole text is one step and the server decides.
[[nodiscard]] std::vector<Step> steps_of(const migration::File& file, int server_version);

/// Throws Error(blocked) (with path, line, remedy) for a file that cannot be sent as it is: psql commands,
/// text that is not SQL, nothing at all.
void require_runnable(const migration::File& file, int server_version);

/// Why a statement acts on the machine or on other databases (COPY ... PROGRAM, DROP DATABASE, ALTER SYSTEM,
/// CREATE TABLESPACE, LOAD, COPY with a file); "" for all others. `index` is the statement's.
[[nodiscard]] std::string escape_of(const migration::File& file, std::size_t index);

/// True when the file says "-- kairon: allow RULE REASON".
[[nodiscard]] bool allows(const migration::File& file, std::string_view rule);

/// Throws Error(blocked) for the first such statement, unless the file allows migration/server-escape.
void refuse_escapes(const migration::File& file);

/// Sends one step; the way a caller watches statements or repeats them as another role.
using Send = std::function<postgres::Reply(const Step& step, std::size_t index)>;

/// Runs a file inside one transaction: BEGIN, the steps, `before_commit`, COMMIT. Nothing stays of a
/// failure. When a step ended the transaction, that is a failure too.
[[nodiscard]] std::optional<FileFailure> run_wrapped(postgres::Connection& db, const migration::File& file,
                                                     const Send& send,
                                                     const std::function<postgres::Reply()>& before_commit);

/// The failure of step `index`.
[[nodiscard]] FileFailure failure_at(const migration::File& file, const Step& step, std::size_t index,
                                     const postgres::SqlError& error);

/// Undoes what a file left in the session: roles, settings, temporary tables, cursors, prepared statements.
void reset_session(postgres::Connection& db);

}  // namespace kairon::migrate
