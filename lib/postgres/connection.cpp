#include "postgres/connection.h"

#include <libpq-fe.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/error.h"
#include "base/file.h"
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
constexpr std::size_t kMaxNoticeBytes = 8192;
constexpr unsigned kTurnsBetweenLooks = 64;
constexpr milliseconds kShortTurn{2};
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
  const std::string_view text = message == nullptr ? "" : message;
  notices->push_back(format("{}: {}", severity == nullptr ? "NOTICE" : severity, text.substr(0, kMaxNoticeBytes)));
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

namespace {

/// Bytes of this process that no file holds (proc(5), statm); 0 where /proc cannot be read.
std::size_t own_memory() {
  const Result<std::string> pages = file::read("/proc/self/statm", 256);
  if (!pages.ok()) return 0;
  std::array<std::size_t, 3> numbers{};  // size, resident, shared
  const char* at = pages->data();
  const char* end = at + pages->size();
  for (std::size_t& number : numbers) {
    at = std::from_chars(at, end, number).ptr;
    at += at == end ? 0 : 1;
  }
  return (numbers[1] - std::min(numbers[1], numbers[2])) * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

/// One answer while it arrives.
struct Arrival {
  std::optional<Clock::time_point> leave = {};    ///< after a signal: when we no longer wait for the end
  std::optional<Clock::time_point> overdue = {};  ///< when the statement is cancelled, or the session given up
  bool cancelled = false;
  unsigned turns = 0;
  Clock::time_point last_turn = Clock::now();
  std::size_t memory_before = 0;
  std::string given_up = {};  ///< why
};

}  // namespace

struct Connection::Impl {
  Handle handle;
  std::string shown;
  std::string conninfo;
  std::vector<std::string> notices;
  milliseconds limit{0};
  std::size_t answer_limit = 0;

  void cancel() const noexcept {
    const std::unique_ptr<PGcancel, decltype(&PQfreeCancel)> ticket(PQgetCancel(handle.get()), PQfreeCancel);
    std::array<char, 256> reason{};
    if (ticket) PQcancel(ticket.get(), reason.data(), static_cast<int>(reason.size()));
  }

  void consider_signals(Arrival& arrival) const {
    if (signals::interrupted() && !arrival.leave) {
      try {
        signals::check();
      } catch (...) {
        cancel();
        arrival.leave = Clock::now() + kCancelPatience;
      }
    }
    if (arrival.leave && Clock::now() > *arrival.leave) signals::check();
  }

  /// True when the session is to be given up.
  bool is_too_much(Arrival& arrival) const {
    if (arrival.overdue && Clock::now() > *arrival.overdue) {
      if (arrival.cancelled) arrival.given_up = "no answer, not even to a cancel request";
      if (!arrival.cancelled) cancel();
      arrival.cancelled = true;
      arrival.overdue = Clock::now() + kCancelPatience;
    }
    if (arrival.turns == 0) arrival.memory_before = own_memory();
    // Of one long field libpq reads in one turn what the server has ready.
    const Clock::time_point before = std::exchange(arrival.last_turn, Clock::now());
    const bool look = ++arrival.turns % kTurnsBetweenLooks == 0 || arrival.last_turn - before > kShortTurn;
    if (look && own_memory() > arrival.memory_before + answer_limit)
      arrival.given_up = kairon::format("the server's answer needs more than {} MiB of memory", answer_limit >> 20U);
    return !arrival.given_up.empty();
  }

  /// Waits for the server once; false when nothing more comes.
  bool turn(Arrival& arrival) const {
    PGconn* connection = handle.get();
    consider_signals(arrival);
    if (is_too_much(arrival)) return false;
    const bool more_to_send = PQflush(connection) == 1;
    if (!wait_for(connection, static_cast<short>(more_to_send ? POLLIN | POLLOUT : POLLIN), milliseconds(200)))
      return true;
    const bool readable = PQconsumeInput(connection) == 1;
    while (PGnotify* notification = PQnotifies(connection)) PQfreemem(notification);
    return readable;
  }

  /// Answers a COPY that nobody feeds or reads; false when nothing more comes.
  bool end_copy(ExecStatusType status, Arrival& arrival) const {
    PGconn* connection = handle.get();
    if (status == PGRES_COPY_IN) return PQputCopyEnd(connection, "COPY FROM STDIN has no data here") >= 0;
    if (status == PGRES_COPY_BOTH) arrival.given_up = "the server speaks another protocol";
    if (status != PGRES_COPY_OUT) return arrival.given_up.empty();
    for (;;) {
      char* row = nullptr;
      const int size = PQgetCopyData(connection, &row, 1);
      if (size > 0) PQfreemem(row);
      if (size < 0) return true;
      if (size == 0 && !turn(arrival)) return false;
    }
  }
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
  impl->answer_limit = options.answer_limit;
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
    throw environment_error(connection.failure().text,
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

Reply Connection::perform(const std::string& sql) {
  PGconn* connection = impl_->handle.get();
  const bool sent = PQsendQuery(connection, sql.c_str()) == 1;
  return collect(sent && PQsetSingleRowMode(connection) == 1);
}

Reply Connection::prepare(const std::string& sql) {
  return collect(PQsendPrepare(impl_->handle.get(), "", sql.c_str(), 0, nullptr) == 1);
}

Reply Connection::describe() { return collect(PQsendDescribePrepared(impl_->handle.get(), "") == 1); }

Reply Connection::must(const std::string& sql, std::span<const Parameter> parameters) {
  Reply reply = parameters.empty() ? execute(sql) : query(sql, parameters);
  if (!reply.ok()) throw environment_error(format("{}: {}", impl_->shown, reply.error().text()));
  return reply;
}

Reply Connection::collect(bool sent) {
  PGconn* connection = impl_->handle.get();
  Reply reply;
  Arrival arrival;
  if (impl_->limit.count() > 0) arrival.overdue = Clock::now() + impl_->limit;
  bool readable = sent;
  while (readable) {
    while (readable && PQisBusy(connection) == 1) readable = impl_->turn(arrival);
    PGresult* result = readable ? PQgetResult(connection) : nullptr;
    if (result == nullptr) break;
    const ExecStatusType status = PQresultStatus(result);
    if (!reply.error_ && (status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE)) reply.error_ = error_of(result);
    reply.rows_ = std::make_shared<Reply::Rows>(result);
    readable = impl_->end_copy(status, arrival);
  }
  if (arrival.leave) signals::check();
  if (!arrival.given_up.empty()) {
    impl_->handle.reset();
    reply = Reply();
    reply.error_ = SqlError{};
    reply.error_->message = arrival.given_up;
    reply.error_->connection_lost = true;
    return reply;
  }
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

void Connection::cancel_after(milliseconds limit) noexcept { impl_->limit = limit; }

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
