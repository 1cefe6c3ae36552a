#include "postgres/connection.h"

#include <libpq-fe.h>
#include <poll.h>

#include <array>
#include <charconv>
#include <utility>

#include "base/error.h"
#include "base/format.h"
#include "base/signals.h"
#include "base/text.h"
#include "postgres/conninfo.h"
#include "postgres/reply.h"
#include "postgres/watchdog.h"

namespace kairon::postgres {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr std::size_t kMaxNotices = 200;
/// How long a cancelled statement may take to answer before we leave without its answer.
constexpr milliseconds kCancelPatience{5000};

struct Closer {
  void operator()(PGconn* connection) const noexcept { PQfinish(connection); }
};
using Handle = std::unique_ptr<PGconn, Closer>;

/// Waits for the socket; false when `patience` is over. A signal ends the wait early.
bool wait_for(const PGconn* connection, short events, milliseconds patience) {
  pollfd fd{PQsocket(connection), events, 0};
  return ::poll(&fd, 1, static_cast<int>(patience.count())) > 0;
}

void remember_notice(void* target, const PGresult* result) {
  auto* notices = static_cast<std::vector<std::string>*>(target);
  if (notices->size() >= kMaxNotices) return;
  const char* severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
  const char* message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  notices->push_back(format("{}: {}", severity == nullptr ? "NOTICE" : severity, message == nullptr ? "" : message));
}

milliseconds connect_patience(const ConnectOptions& options) {
  const auto keywords = parse_conninfo(options.conninfo);
  if (!keywords) return options.connect_timeout;
  const auto found = keywords->find("connect_timeout");
  if (found == keywords->end()) return options.connect_timeout;
  int seconds = 0;
  std::from_chars(found->second.data(), found->second.data() + found->second.size(), seconds);
  return seconds > 0 ? std::chrono::seconds(seconds) : options.connect_timeout;
}

std::string connect_failure(PGconn* connection, const ConnectOptions& options) {
  const std::string shown = redacted(options.conninfo);
  // A string that libpq cannot parse may hold the password anywhere, and libpq's message quotes it.
  const bool is_name = !text::contains(options.conninfo, "=") && !text::contains(options.conninfo, "://");
  if (!is_name && !parse_conninfo(options.conninfo)) return format("cannot connect: {}", shown);
  // libpq's second line is its question, indented: "Is the server running on that host ...?"
  const std::string said = text::replace_all(text::trim(PQerrorMessage(connection)), "\n\t", " ");
  const std::string reason = text::replace_all(said, "\n", " ");
  return format("cannot connect to {}: {}", shown, text::printable(scrubbed(reason, options.conninfo)));
}

Result<void> finish_connecting(PGconn* connection, const ConnectOptions& options) {
  const milliseconds patience = connect_patience(options);
  const Clock::time_point end = Clock::now() + patience;
  PostgresPollingStatusType status = PGRES_POLLING_WRITING;
  while (status != PGRES_POLLING_OK) {
    if (status == PGRES_POLLING_FAILED || PQstatus(connection) == CONNECTION_BAD)
      return Failure{connect_failure(connection, options)};
    signals::check();
    if (Clock::now() >= end)
      return Failure{
          format("cannot connect to {}: no answer within {} ms", redacted(options.conninfo), patience.count())};
    if (wait_for(connection, status == PGRES_POLLING_READING ? POLLIN : POLLOUT, milliseconds(50)))
      status = PQconnectPoll(connection);
  }
  return {};
}

}  // namespace

struct Connection::Impl {
  Handle handle;
  std::string shown;
  std::string conninfo;
  std::vector<std::string> notices;
  milliseconds limit{0};
};

Connection::Connection(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Connection::Connection(Connection&& other) noexcept = default;
Connection& Connection::operator=(Connection&& other) noexcept = default;
Connection::~Connection() = default;

Result<Connection> Connection::open(const ConnectOptions& options) {
  // Keywords after dbname override what the string says; keepalives find a dead peer within ~1 minute.
  const std::array<const char*, 8> names = {
      "keepalives_idle", "keepalives_interval",       "keepalives_count", "tcp_user_timeout",
      "dbname",          "fallback_application_name", "client_encoding",  nullptr};
  const std::array<const char*, 8> values = {
      "20", "10", "4", "60000", options.conninfo.c_str(), options.application_name.c_str(), "UTF8", nullptr};
  auto impl = std::make_unique<Impl>();
  impl->conninfo = options.conninfo;
  impl->shown = redacted(options.conninfo);
  impl->handle.reset(PQconnectStartParams(names.data(), values.data(), 1));
  if (!impl->handle) return Failure{"out of memory"};
  const Result<void> connected = finish_connecting(impl->handle.get(), options);
  if (!connected.ok()) return connected.failure();
  PQsetNoticeReceiver(impl->handle.get(), remember_notice, &impl->notices);
  return Connection(std::move(impl));
}

Connection Connection::require(const ConnectOptions& options) {
  Result<Connection> connection = open(options);
  if (!connection.ok()) {
    throw environment_error(connection.failure().message,
                            "check that the server runs and that the connection string (or PGPASSFILE) is right");
  }
  return std::move(*connection);
}

Reply Connection::query(const std::string& sql, std::span<const Parameter> parameters) {
  std::vector<const char*> values;
  for (const Parameter& parameter : parameters) values.push_back(parameter ? parameter->c_str() : nullptr);
  return collect(PQsendQueryParams(impl_->handle.get(), sql.c_str(), static_cast<int>(values.size()), nullptr,
                                   values.data(), nullptr, nullptr, 0) == 1);
}

Reply Connection::execute(const std::string& sql) {
  return collect(PQsendQuery(impl_->handle.get(), sql.c_str()) == 1);
}

Reply Connection::prepare(const std::string& sql) {
  return collect(PQsendPrepare(impl_->handle.get(), "", sql.c_str(), 0, nullptr) == 1);
}

Reply Connection::must(const std::string& sql, std::span<const Parameter> parameters) {
  Reply reply = parameters.empty() ? execute(sql) : query(sql, parameters);
  if (!reply.ok()) throw environment_error(format("{}: {}", impl_->shown, reply.error().text()));
  return reply;
}

namespace {

/// Answers a COPY that nobody feeds or reads.
void end_copy(PGconn* connection, ExecStatusType status) {
  if (status == PGRES_COPY_IN) PQputCopyEnd(connection, "COPY FROM STDIN has no data here");
  if (status == PGRES_COPY_OUT) {
    char* row = nullptr;
    while (PQgetCopyData(connection, &row, 0) > 0) PQfreemem(row);
  }
}

}  // namespace

Reply Connection::collect(bool sent) {
  PGconn* connection = impl_->handle.get();
  Reply reply;
  std::optional<Clock::time_point> leave;
  std::optional<Clock::time_point> overdue;
  bool cancelled = false;
  if (impl_->limit.count() > 0) overdue = Clock::now() + impl_->limit;
  bool readable = sent;
  while (readable) {
    while (readable && PQisBusy(connection) == 1) {
      if (signals::interrupted() && !leave) {
        try {
          signals::check();
        } catch (...) {
          cancel();
          leave = Clock::now() + kCancelPatience;
        }
      }
      if (leave && Clock::now() > *leave) signals::check();
      if (overdue && Clock::now() > *overdue) {
        if (cancelled) return give_up();
        cancel();
        cancelled = true;
        overdue = Clock::now() + kCancelPatience;
      }
      const bool more_to_send = PQflush(connection) == 1;
      if (wait_for(connection, static_cast<short>(more_to_send ? POLLIN | POLLOUT : POLLIN), milliseconds(200)))
        readable = PQconsumeInput(connection) == 1;
    }
    PGresult* result = readable ? PQgetResult(connection) : nullptr;
    if (result == nullptr) break;
    const ExecStatusType status = PQresultStatus(result);
    if (!reply.error_ && (status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE)) reply.error_ = error_of(result);
    reply.rows_ = std::make_shared<Reply::Rows>(result);
    end_copy(connection, status);
  }
  if (leave) signals::check();
  const bool gone = lost();
  if (!reply.error_ && (!sent || !readable || gone)) {
    reply.error_ = SqlError{};
    reply.error_->message = text::trim(PQerrorMessage(connection));
  }
  if (reply.error_ && gone) {
    reply.error_->connection_lost = true;
    if (reply.error_->message.empty()) reply.error_->message = "the connection was lost";
    if (const auto why = reason_of_end(impl_->conninfo)) reply.error_->message = *why;
  }
  if (reply.error_) reply.error_->message = scrubbed(reply.error_->message, impl_->conninfo);
  return reply;
}

Reply Connection::give_up() {
  impl_->handle.reset();
  Reply reply;
  reply.error_ = SqlError{};
  reply.error_->message = "no answer, not even to a cancel request";
  reply.error_->connection_lost = true;
  return reply;
}

void Connection::cancel_after(milliseconds limit) noexcept { impl_->limit = limit; }

void Connection::cancel() noexcept {
  const std::unique_ptr<PGcancel, decltype(&PQfreeCancel)> ticket(PQgetCancel(impl_->handle.get()), PQfreeCancel);
  std::array<char, 256> reason{};
  if (ticket) PQcancel(ticket.get(), reason.data(), static_cast<int>(reason.size()));
}

TransactionState Connection::state() const noexcept {
  switch (PQtransactionStatus(impl_->handle.get())) {
    case PQTRANS_IDLE:
      return TransactionState::idle;
    case PQTRANS_ACTIVE:
      return TransactionState::active;
    case PQTRANS_INTRANS:
      return TransactionState::open;
    case PQTRANS_INERROR:
      return TransactionState::failed;
    default:
      return TransactionState::unknown;
  }
}

bool Connection::lost() const noexcept { return PQstatus(impl_->handle.get()) != CONNECTION_OK; }
int Connection::server_version() const noexcept { return PQserverVersion(impl_->handle.get()); }
int Connection::backend_pid() const noexcept { return PQbackendPID(impl_->handle.get()); }
const std::string& Connection::shown() const noexcept { return impl_->shown; }

std::string Connection::parameter(const std::string& name) const {
  const char* value = PQparameterStatus(impl_->handle.get(), name.c_str());
  return value == nullptr ? std::string() : std::string(value);
}

std::vector<std::string> Connection::take_notices() { return std::exchange(impl_->notices, {}); }

}  // namespace kairon::postgres
