#include "ops/journal.h"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>

#include "base/error.h"
#include "base/file.h"
#include "base/format.h"
#include "base/text.h"

namespace kairon::ops {

namespace {

std::string root_of(const std::string& common_dir) { return common_dir + "/kairon/deploy"; }

void check(const Result<void>& result, const std::string& path) {
  if (!result.ok())
    throw environment_error(format("the deploy journal {} cannot be written: {}", path, result.failure().message),
                            "free space or permissions in the git folder, then repeat the command");
}

void append_line(const std::string& path, std::string_view line) {
  const file::Descriptor out(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!out) check(Failure{file::last_error()}, path);
  check(file::write_all(out.get(), std::string(line) + "\n"), path);
  if (::fsync(out.get()) != 0) check(Failure{file::last_error()}, path);
}

}  // namespace

Journal::Journal(const std::string& common_dir, std::string environment)
    : environment_(std::move(environment)), folder_(root_of(common_dir) + "/" + environment_) {}

std::string Journal::file(std::string_view name) const { return format("{}/{}", folder_, name); }

std::optional<std::string> Journal::open_record() const {
  const std::string path = file("open.json");
  if (!file::exists(path)) return std::nullopt;
  Result<std::string> text = file::read(path);
  if (!text.ok()) throw environment_error("the deploy journal cannot be read: " + text.failure().message);
  return std::move(text).value();
}

void Journal::begin(std::string_view record) {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error) check(Failure{error.message()}, folder_);
  std::filesystem::permissions(folder_, std::filesystem::perms::owner_all, error);
  check(file::write_atomic(file("open.json"), record, 0600), file("open.json"));
}

void Journal::end(std::string_view history_line) {
  note(history_line);
  if (::unlink(file("open.json").c_str()) != 0 && errno != ENOENT)
    check(Failure{file::last_error()}, file("open.json"));
}

void Journal::note(std::string_view history_line) {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error) check(Failure{error.message()}, folder_);
  append_line(file("history.jsonl"), history_line);
}

std::string Journal::state() const {
  const std::string path = file("state.json");
  if (!file::exists(path)) return {};
  Result<std::string> text = file::read(path);
  if (!text.ok()) throw environment_error("the deploy journal cannot be read: " + text.failure().message);
  return std::move(text).value();
}

void Journal::set_state(std::string_view state) {
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error) check(Failure{error.message()}, folder_);
  check(file::write_atomic(file("state.json"), state, 0600), file("state.json"));
}

std::vector<std::string> Journal::history() const {
  std::vector<std::string> out;
  const Result<std::string> text = file::read(file("history.jsonl"));
  if (!text.ok()) return out;
  for (const std::string_view line : text::lines(*text)) out.emplace_back(line);
  return out;
}

std::vector<std::string> open_journals(const std::string& common_dir) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(root_of(common_dir), error))
    if (file::exists(entry.path().string() + "/open.json")) names.push_back(entry.path().filename().string());
  return names;
}

}  // namespace kairon::ops
