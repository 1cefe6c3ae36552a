#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace kairon::postgres {

/// What the server (or libpq) said when a statement failed. PostgreSQL docs: "Error and Notice
/// Message Fields".
struct SqlError {
  std::string sqlstate;  ///< five characters; "" when the error is libpq's own (connection lost)
  std::string message;   ///< primary message, without severity
  std::string detail;
  std::string hint;
  std::string context;
  std::size_t position = 0;      ///< 1-based CHARACTER of the statement's text, 0 = unknown
  bool connection_lost = false;  ///< the session is gone; what it had not committed is undone
  /// "message (detail; hint) [SQLSTATE]" on one line.
  [[nodiscard]] std::string text() const;
};

/// The answer to one statement: rows, or an error. Cheap to copy.
class Reply {
 public:
  Reply();
  [[nodiscard]] bool ok() const noexcept { return !error_; }
  explicit operator bool() const noexcept { return ok(); }
  [[nodiscard]] const SqlError& error() const { return error_.value(); }

  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] std::size_t columns() const noexcept;
  [[nodiscard]] std::string_view column(std::size_t index) const noexcept;
  /// Object id of a column's type (a domain's base type), 0 when out of range.
  [[nodiscard]] std::uint32_t type(std::size_t column) const noexcept;
  /// True when a column is one of a table as it is, not an expression.
  [[nodiscard]] bool of_table(std::size_t column) const noexcept;
  /// Text of a field, "" when NULL or out of range; views into the reply.
  [[nodiscard]] std::string_view text(std::size_t row, std::size_t column) const noexcept;
  [[nodiscard]] bool null(std::size_t row, std::size_t column) const noexcept;
  /// Field as a whole number, 0 when NULL or none.
  [[nodiscard]] long long integer(std::size_t row, std::size_t column) const noexcept;
  /// True for "t".
  [[nodiscard]] bool boolean(std::size_t row, std::size_t column) const noexcept;
  /// Command tag, e.g. "UPDATE 3"; rows that the command says it touched.
  [[nodiscard]] std::string_view tag() const noexcept;
  [[nodiscard]] long long affected() const noexcept;

 private:
  friend class Connection;
  struct Rows;
  std::shared_ptr<Rows> rows_;
  std::optional<SqlError> error_;
};

/// A bound parameter ($1, $2 ...): text form, or NULL.
using Parameter = std::optional<std::string>;

/// State of the session's transaction (PQtransactionStatus).
enum class TransactionState { idle, active, open, failed, unknown };

/// How to connect. `conninfo` is a libpq connection string or url; service and password files and
/// all TLS options are libpq's business.
struct ConnectOptions {
  std::string conninfo;
  std::string application_name = "kairon";
  /// For the whole attempt; `connect_timeout` of the connection string wins when it is there.
  std::chrono::milliseconds connect_timeout{10000};
  /// Bytes of our memory that one answer may take. A server that sends more is given up.
  std::size_t answer_limit = std::size_t{512} << 20U;
};

/// A session. Waits in poll(2): SIGINT/SIGTERM cancel the running statement on the server, drain its
/// answer and throw Error(interrupted). No thread safety.
class Connection {
 public:
  /// Connects; the failure's text carries no password.
  [[nodiscard]] static Result<Connection> open(const ConnectOptions& options);
  /// Connects or throws Error(environment) that names the target and the reason.
  [[nodiscard]] static Connection require(const ConnectOptions& options);
  Connection(Connection&& other) noexcept;
  Connection& operator=(Connection&& other) noexcept;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  /// One statement with parameters (extended protocol).
  [[nodiscard]] Reply query(const std::string& sql, std::span<const Parameter> parameters = {});
  /// Text sent as one simple query: it may hold several statements, which are then one implicit
  /// transaction. The reply is the first error, else the last statement's. COPY FROM STDIN is ended
  /// with an error (there is no data), the output of COPY TO STDOUT is dropped.
  [[nodiscard]] Reply execute(const std::string& sql);
  /// execute() for text of others, of whose rows nothing is wanted: they are dropped as they come, so that no
  /// answer is too large.
  [[nodiscard]] Reply perform(const std::string& sql);
  /// Parses and analyses a statement without running it (an unnamed prepared statement).
  [[nodiscard]] Reply prepare(const std::string& sql);
  /// Asks for the columns of what prepare() analysed last.
  [[nodiscard]] Reply describe();
  /// query()/execute() for statements of our own that must work: Error(environment) otherwise.
  Reply must(const std::string& sql, std::span<const Parameter> parameters = {});

  /// Cancels every later statement that takes longer, whatever the session's statement_timeout is (the
  /// server answers 57014), and gives the session up when nobody answers to that; 0 = never.
  void cancel_after(std::chrono::milliseconds limit) noexcept;

  [[nodiscard]] TransactionState state() const noexcept;
  /// True when the session ended without our asking.
  [[nodiscard]] bool lost() const noexcept;
  /// Server version as 150020.
  [[nodiscard]] int server_version() const noexcept;
  /// A parameter the server reported ("server_version", "is_superuser" ...), "" when none.
  [[nodiscard]] std::string parameter(const std::string& name) const;
  /// Process id that the server (or a pooler in between) gave at connect time.
  [[nodiscard]] int backend_pid() const noexcept;
  /// The target without its password, for messages.
  [[nodiscard]] const std::string& shown() const noexcept;
  /// WARNING and NOTICE texts since the last call, at most 200 ("WARNING: ...").
  [[nodiscard]] std::vector<std::string> take_notices();

 private:
  struct Impl;
  explicit Connection(std::unique_ptr<Impl> impl);
  [[nodiscard]] Reply collect(bool sent);
  std::unique_ptr<Impl> impl_;
};

}  // namespace kairon::postgres
