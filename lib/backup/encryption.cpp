#include "backup/encryption.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/child_log.h"
#include "base/environment.h"
#include "base/error.h"
#include "base/format.h"
#include "base/signals.h"
#include "base/text.h"
#include "postgres/client.h"

namespace kairon::backup {

namespace {

std::vector<std::string> encrypt_command(const Recipient& recipient) {
  if (recipient.kind == Encryption::gpg)
    return {"gpg",    "--batch",         "--no-tty", "--quiet",   "--yes",       "--trust-model",
            "always", "--compress-algo", "none",     "--encrypt", "--recipient", recipient.name};
  return {"age", recipient.name.find('/') == std::string::npos ? "-r" : "-R", recipient.name};
}

Error cannot_write(const std::string& path) {
  return environment_error(format("cannot write {}: {}", path, file::last_error()),
                           "free space in the folder that [backup] directory names");
}

}  // namespace

Encryption encryption_of(std::string_view setting) {
  const std::string_view name = text::trim(setting);
  if (name.empty()) return Encryption::none;
  const bool age = name.starts_with("age1") || name.starts_with("ssh-") || name.find('/') != std::string_view::npos;
  return age ? Encryption::age : Encryption::gpg;
}

Recipient parse_recipient(const std::string& setting) {
  const std::string name(text::trim(setting));
  if (name.empty()) return {};
  if (name.front() == '-') throw usage_error("[backup] encryptTo is not a recipient", "age1..., or a gpg user id");
  const bool age = encryption_of(name) == Encryption::age;
  const std::string program = age ? "age" : "gpg";
  if (!environment::find_program(program))
    throw environment_error(format("[backup] encryptTo asks for {}, which is not installed", program),
                            format("sudo apt-get install -y {}", age ? "age" : "gnupg"));
  return {age ? Encryption::age : Encryption::gpg, name};
}

SealedFile::SealedFile(std::string path, const Recipient& recipient) : path_(std::move(path)) {
  file_ = file::Descriptor(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file_) throw cannot_write(path_);
  if (recipient.kind == Encryption::none) return;
  encrypted_ = true;
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) throw cannot_write(path_);
  const file::Descriptor from(ends[0]);
  to_encryptor_ = file::Descriptor(ends[1]);
  process::Command command;
  command.argv = encrypt_command(recipient);
  command.input_fd = from.get();
  command.output_fd = file_.get();
  command.errors = process::Stream::capture;
  command.environment = environment::for_tools();
  command.in_child = postgres::die_with_parent;
  logs_.emplace("encrypt");
  log_ = logs_->path() + "/log";
  Result<process::Child> child = process::Child::start(command, log_);
  if (!child.ok()) throw environment_error("cannot encrypt: " + child.failure().text);
  encryptor_.emplace(std::move(*child));
}

void SealedFile::write(std::string_view bytes) {
  content_.add(bytes);
  const int target = encrypted_ ? to_encryptor_.get() : file_.get();
  while (!bytes.empty()) {
    signals::check();
    const ssize_t n = ::write(target, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && encrypted_)
      throw environment_error(format("{} failed: {}", path_, cause_in_log_file(log_)),
                              "check [backup] encryptTo and the free space of [backup] directory");
    if (n < 0) throw cannot_write(path_);
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

StoredFile SealedFile::finish() {
  if (encrypted_) {
    to_encryptor_.reset();
    std::optional<int> status;
    while (!(status = encryptor_->wait(std::chrono::milliseconds(200)))) signals::check();
    if (*status != 0)
      throw environment_error(format("cannot encrypt {}: {}", path_, cause_in_log_file(log_)),
                              "check [backup] encryptTo and the free space of [backup] directory");
  }
  struct stat info {};
  if (::fsync(file_.get()) != 0 || ::fstat(file_.get(), &info) != 0) throw cannot_write(path_);
  file_.reset();
  const Result<std::string> sum = hash::sha256_of_file(path_);
  if (!sum.ok()) throw environment_error(sum.failure().text);
  return {path_.substr(path_.rfind('/') + 1), info.st_size, *sum, content_.finish()};
}

void unseal(const std::string& path, Encryption encryption, const std::string& identity, const std::string& target) {
  const bool age = encryption == Encryption::age;
  if (age && identity.empty())
    throw environment_error(format("{} is encrypted, and no identity is known", path),
                            "git config kairon.backup.identity /path/of/the/age/identity");
  const file::Descriptor out(::open(target.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!out) throw cannot_write(target);
  process::Command command;
  command.argv = age ? std::vector<std::string>{"age", "--decrypt", "-i", identity, path}
                     : std::vector<std::string>{"gpg", "--batch", "--no-tty", "--quiet", "--decrypt", path};
  command.output_fd = out.get();
  command.environment = environment::for_tools();
  command.in_child = postgres::die_with_parent;
  const Result<process::Outcome> outcome = process::run(command);
  if (!outcome.ok()) throw environment_error("cannot decrypt: " + outcome.failure().text);
  if (!outcome->ok())
    throw environment_error(format("cannot decrypt {}: {}", path,
                                   text::printable(text::replace_all(text::trim(outcome->errors), "\n", "; "))),
                            age ? "check [backup] identity" : "import the secret key, and unlock it for gpg-agent");
}

}  // namespace kairon::backup
