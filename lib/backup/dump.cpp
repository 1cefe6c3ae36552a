#include "backup/dump.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <span>

#include "backup/measure.h"
#include "backup/store.h"
#include "base/environment.h"
#include "base/error.h"
#include "base/format.h"
#include "base/signals.h"
#include "base/temp.h"
#include "base/text.h"
#include "postgres/binaries.h"
#include "postgres/client.h"

namespace kairon::backup {

namespace {

using postgres::Connection;

constexpr std::chrono::milliseconds kTurn{200};

/// A pg_dump at work, its messages in a log elsewhere: next to the dump the disk may be full.
class DumpProcess {
 public:
  DumpProcess(const postgres::Binaries& clients, const DumpRequest& request, const std::string& snapshot)
      : access_(request.conninfo), logs_("dump"), log_(logs_.path() + "/log") {
    command_.argv = {clients.folder + "/pg_dump",  "--format=custom",        "--no-password",
                     "--lock-wait-timeout=600000", "--snapshot=" + snapshot, "--dbname=" + access_.conninfo()};
    command_.environment = access_.environment();
    command_.errors = process::Stream::capture;
    command_.in_child = postgres::die_with_parent;
  }

  void write_to(const std::string& path) {
    command_.argv.push_back("--file=" + path);
    start();
  }
  /// Writes to a pipe whose other end is returned.
  file::Descriptor write_to_pipe() {
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0) throw environment_error("pipe: " + file::last_error());
    const file::Descriptor to(ends[1]);
    file::Descriptor from(ends[0]);
    command_.output_fd = to.get();
    start();
    return from;
  }
  [[nodiscard]] std::optional<int> wait(std::chrono::milliseconds patience) { return child_->wait(patience); }
  void require_success(const std::optional<int>& status) const {
    if (status == 0) return;
    signals::check();  // Ctrl-C on a terminal ends pg_dump as well
    const Result<std::string> said = file::read(log_, std::size_t{1} << 20U);
    throw environment_error(
        format("pg_dump failed: {}", said.ok() && !said->empty() ? last_lines(*said) : "it said nothing"),
        "kairon doctor checks the database's rights; free space of the backup folder: df -h");
  }

 private:
  void start() {
    Result<process::Child> child = process::Child::start(command_, log_);
    if (!child.ok()) throw environment_error("cannot start pg_dump: " + child.failure().text);
    child_.emplace(std::move(*child));
  }
  postgres::ClientAccess access_;
  process::Command command_;
  TempFolder logs_;
  std::string log_;
  std::optional<process::Child> child_;
};

/// `pg_restore --list` fed with the head of a dump while it passes by; it ends when it has read the
/// table of contents.
class ContentsCheck {
 public:
  explicit ContentsCheck(const postgres::Binaries& clients) : logs_("dump"), log_(logs_.path() + "/log") {
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0) throw environment_error("pipe: " + file::last_error());
    const file::Descriptor from(ends[0]);
    to_ = file::Descriptor(ends[1]);
    process::Command command;
    command.argv = {clients.folder + "/pg_restore", "--list"};
    command.environment = environment::for_tools();
    command.input_fd = from.get();
    command.output = process::Stream::discard;
    command.in_child = postgres::die_with_parent;
    Result<process::Child> child = process::Child::start(command, log_);
    if (!child.ok()) throw environment_error("cannot start pg_restore: " + child.failure().text);
    child_.emplace(std::move(*child));
  }
  void add(std::string_view bytes) {
    if (to_ && !file::write_all(to_.get(), bytes).ok()) to_.reset();
  }
  void finish() {
    to_.reset();
    std::optional<int> status;
    while (!(status = child_->wait(kTurn))) signals::check();
    const Result<std::string> said = file::read(log_, std::size_t{1} << 20U);
    if (*status != 0)
      throw environment_error(format("the dump cannot be read back: {}", last_lines(said.ok() ? *said : "")));
  }

 private:
  TempFolder logs_;
  std::string log_;
  file::Descriptor to_;
  std::optional<process::Child> child_;
};

/// Waits for data, waking up for signals; false at the end.
bool read_some(int fd, std::string& buffer) {
  for (;;) {
    signals::check();
    pollfd wait{fd, POLLIN, 0};
    if (::poll(&wait, 1, static_cast<int>(kTurn.count())) <= 0) continue;
    buffer.resize(std::size_t{1} << 18U);
    const ssize_t n = ::read(fd, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    buffer.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    return n > 0;
  }
}

StoredFile dump_sealed(DumpProcess& dump, const postgres::Binaries& clients, const DumpRequest& request,
                       const std::string& path) {
  SealedFile sealed(path, request.recipient);
  ContentsCheck contents(clients);
  const file::Descriptor from = dump.write_to_pipe();
  std::string buffer;
  long long passed = 0;
  while (read_some(from.get(), buffer)) {
    sealed.write(buffer);
    contents.add(buffer);
    passed += static_cast<long long>(buffer.size());
    if (request.say) request.say("dumping, " + shown_bytes(passed));
  }
  std::optional<int> status;
  while (!(status = dump.wait(kTurn))) signals::check();
  dump.require_success(status);
  contents.finish();
  return sealed.finish();
}

void await(DumpProcess& dump, const DumpRequest& request, const std::string& path) {
  std::optional<int> status;
  while (!(status = dump.wait(kTurn))) {
    signals::check();
    struct stat info {};
    if (request.say && ::stat(path.c_str(), &info) == 0) request.say("dumping, " + shown_bytes(info.st_size));
  }
  dump.require_success(status);
}

StoredFile stored(const std::string& path) {
  make_durable(path);
  struct stat info {};
  if (::chmod(path.c_str(), 0600) != 0 || ::stat(path.c_str(), &info) != 0)
    throw environment_error(format("cannot read {}: {}", path, file::last_error()));
  const Result<std::string> sum = hash::sha256_of_file(path);
  if (!sum.ok()) throw environment_error(sum.failure().text);
  return {path.substr(path.rfind('/') + 1), info.st_size, *sum, *sum};
}

void measure(Connection& db, DatabaseRecord& record, const DumpRequest& request) {
  record.shape = read_shape(db);
  record.schema = read_schema(db);
  record.schema_sum = sum_over(record.schema);
  record.tables = count_rows(db, [&](const std::string& table) {
    if (request.say) request.say("counting " + text::printable(table));
  });
}

}  // namespace

std::string last_lines(std::string_view text) {
  std::vector<std::string> lines;
  std::size_t error = std::string::npos;
  for (const std::string_view line : text::lines(text)) {
    if (text::trim(line).empty()) continue;
    if (error == std::string::npos && text::contains(line, "error:")) error = lines.size();
    lines.emplace_back(text::trim(line));
  }
  constexpr std::size_t kMost = 4;
  const std::size_t from = std::min(error, lines.size() > kMost ? lines.size() - kMost : 0);
  return text::printable(text::join(std::span(lines).subspan(from, std::min(kMost, lines.size() - from)), "; "));
}

std::string plain_version(std::string_view version) { return std::string(version.substr(0, version.find(' '))); }

namespace {

Result<void> read_dump(const std::string& folder_of_programs, const char* how, const std::string& path) {
  const Result<process::Outcome> outcome = process::run({.argv = {folder_of_programs + "/pg_restore", how, path},
                                                         .environment = environment::for_tools(),
                                                         .output = process::Stream::discard});
  if (!outcome.ok()) return outcome.failure();
  if (!outcome->ok()) return Failure{last_lines(outcome->errors)};
  return {};
}

}  // namespace

Result<void> check_dump(const std::string& folder_of_programs, const std::string& path) {
  return read_dump(folder_of_programs, "--list", path);
}

Result<void> read_whole_dump(const std::string& folder_of_programs, const std::string& path) {
  return read_dump(folder_of_programs, "--file=/dev/null", path);
}

DatabaseRecord dump_database(const DumpRequest& request) {
  Connection db = Connection::require({.conninfo = request.conninfo, .application_name = "kairon backup"});
  DatabaseRecord record;
  record.server_version = plain_version(db.parameter("server_version"));
  record.major = db.server_version() / 10000;
  const postgres::Binaries clients = postgres::require_clients(record.major);
  record.pg_dump_version = clients.version;
  lift_limits(db);
  db.must("SET row_security = off");
  db.must("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  const std::string snapshot(db.must("SELECT pg_export_snapshot()").text(0, 0));
  const std::string path = request.folder + "/database.dump" + ending_of(request.recipient.kind);
  DumpProcess dump(clients, request, snapshot);
  if (request.recipient.kind == Encryption::none) {
    dump.write_to(path);
    // pg_dump needs a moment to take the snapshot over; the counting keeps it alive until the end.
    measure(db, record, request);
    await(dump, request, path);
    record.file = stored(path);
    const Result<void> readable = check_dump(clients.folder, path);
    if (!readable.ok()) throw environment_error("the dump cannot be read back: " + readable.failure().text);
  } else {
    record.file = dump_sealed(dump, clients, request, path);
    measure(db, record, request);
  }
  db.must("COMMIT");
  return record;
}

}  // namespace kairon::backup
