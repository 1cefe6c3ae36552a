#include "deploy/journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "base/error.h"
#include "base/file.h"
#include "base/format.h"
#include "base/text.h"

namespace kairon::deploy {

namespace {

std::string root_of(const std::string& common_dir) { return common_dir + "/kairon/deploy"; }

void check(const Result<void>& result, const std::string& path) {
  if (!result.ok())
    throw environment_error(format("the deploy journal {} cannot be written: {}", path, result.failure().text),
                            "free space or permissions in the git folder, then repeat the command");
}

void append_line(const std::string& path, std::string_view line) {
  const file::Descriptor out(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!out) check(Failure{file::last_error()}, path);
  const off_t end = ::lseek(out.get(), 0, SEEK_END);
  Result<void> written = file::write_all(out.get(), std::string(line) + "\n");
  if (written.ok() && ::fsync(out.get()) != 0) written = Failure{file::last_error()};
  // Half a line would swallow the next one.
  if (!written.ok() && end >= 0 && ::ftruncate(out.get(), end) != 0)
    written = Failure{written.failure().text + ", and half a line stayed"};
  check(written, path);
}

}  // namespace

Journal::Journal(const std::string& common_dir, std::string environment)
    : environment_(std::move(environment)), folder_(root_of(common_dir) + "/" + environment_) {}

std::string Journal::file(std::string_view name) const { return format("{}/{}", folder_, name); }

void Journal::make_folder() const {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error) check(Failure{error.message()}, folder_);
  std::filesystem::permissions(folder_, std::filesystem::perms::owner_all, error);
}

file::Descriptor Journal::hold() {
  make_folder();
  const std::string path = file("lock");
  file::Descriptor lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock) check(Failure{file::last_error()}, path);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0)
    throw environment_error(
        format("another process of this repository ({}) is deploying to {}", holder(), environment_),
        "wait until it has ended");
  // Who it is, for the other one's message only.
  if (::ftruncate(lock.get(), 0) == 0) static_cast<void>(file::write_all(lock.get(), std::to_string(::getpid())).ok());
  return lock;
}

int Journal::holder() const {
  const file::Descriptor lock(::open(file("lock").c_str(), O_RDONLY | O_CLOEXEC));
  if (!lock || ::flock(lock.get(), LOCK_SH | LOCK_NB) == 0) return 0;
  const Result<std::string> pid = file::read(file("lock"), 32);
  return pid.ok() && !pid->empty() ? std::atoi(pid->c_str()) : -1;
}

std::optional<std::string> Journal::open_record() const {
  const std::string path = file("open.json");
  if (!file::exists(path)) return std::nullopt;
  Result<std::string> text = file::read(path);
  if (!text.ok()) throw environment_error("the deploy journal cannot be read: " + text.failure().text);
  return std::move(text).value();
}

void Journal::begin(std::string_view record) {
  make_folder();
  check(file::write_atomic(file("open.json"), record, 0600), file("open.json"));
}

void Journal::end(std::string_view history_line) {
  note(history_line);
  if (::unlink(file("open.json").c_str()) != 0 && errno != ENOENT)
    check(Failure{file::last_error()}, file("open.json"));
}

void Journal::note(std::string_view history_line) {
  make_folder();
  const std::string path = file("history.jsonl");
  const bool fresh = !file::exists(path);
  append_line(path, history_line);
  if (fresh) check(file::sync_folder(folder_), folder_);
}

void Journal::note_in(std::string_view name, std::string_view text) const noexcept {
  const file::Descriptor out(::open(file(name).c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (out) static_cast<void>(file::write_all(out.get(), text).ok());
}

void Journal::set_sent(std::string_view write) const noexcept { note_in("sent.json", write); }

void Journal::set_lock_tag(std::string_view tag) const noexcept { note_in("lock-tag", tag); }

std::string Journal::lock_tag() const {
  const Result<std::string> text = file::read(file("lock-tag"), 256);
  return text.ok() ? *text : std::string();
}

std::string Journal::sent() const {
  const Result<std::string> text = file::read(file("sent.json"));
  return text.ok() ? *text : std::string();
}

std::string Journal::state() const {
  const std::string path = file("state.json");
  if (!file::exists(path)) return {};
  Result<std::string> text = file::read(path);
  if (!text.ok()) throw environment_error("the deploy journal cannot be read: " + text.failure().text);
  return std::move(text).value();
}

void Journal::set_state(std::string_view state) {
  make_folder();
  check(file::write_atomic(file("state.json"), state, 0600), file("state.json"));
}

std::string Journal::descriptions() const {
  const Result<std::string> text = file::read(file("descriptions.json"));
  return text.ok() ? *text : std::string();
}

void Journal::set_descriptions(std::string_view text) {
  const std::string path = file("descriptions.json");
  if (text.empty() && !file::exists(path)) return;
  make_folder();
  check(file::write_atomic(path, text, 0600), path);
}

std::vector<std::string> Journal::history() const {
  std::vector<std::string> out;
  const Result<std::string> text = file::read(file("history.jsonl"));
  if (!text.ok()) return out;
  for (const std::string_view line : text::lines(*text)) out.emplace_back(line);
  return out;
}

}  // namespace kairon::deploy
