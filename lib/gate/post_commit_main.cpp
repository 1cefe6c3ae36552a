// post-commit runs at every commit only to find that what was committed is what pre-commit judged. So that this costs
// next to nothing, it is a program of its own which uses neither libgit2 nor the rest of lib/.
// Whatever is not plain here (a packed commit, reftable, sha256, a merge, a hook to hand on to) is post-merge's work.
#include <fcntl.h>
#include <strings.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "gate/main.h"

namespace kairon::gate {

namespace {

constexpr std::size_t kDigits = 40;
constexpr std::size_t kLongestPath = 4096;
/// More than any configuration that people write; a longer one is left to post-merge.
constexpr std::size_t kLongestFile = 65536;

/// A path put together of parts; "" when it would be too long.
class Path {
 public:
  Path(std::string_view folder, const char* name, std::string_view rest = {}, std::string_view last = {}) {
    for (const std::string_view part : {folder, std::string_view(name), rest, last}) append(part);
  }
  [[nodiscard]] const char* text() const { return text_; }

 private:
  void append(std::string_view part) {
    if (size_ + part.size() >= sizeof text_) {
      text_[0] = '\0';
      size_ = sizeof text_;  // nothing fits any more
      return;
    }
    std::memcpy(text_ + size_, part.data(), part.size());
    size_ += part.size();
    text_[size_] = '\0';
  }

  char text_[kLongestPath] = {};
  std::size_t size_ = 0;
};

/// A file's bytes, as far as they fit.
class Content {
 public:
  explicit Content(const Path& path) {
    const int file = path.text()[0] == '\0' ? -1 : ::open(path.text(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    exists_ = true;
    ssize_t got = 0;
    while (size_ < sizeof bytes_ && (got = ::read(file, bytes_ + size_, sizeof bytes_ - size_)) > 0)
      size_ += static_cast<std::size_t>(got);
    ::close(file);
  }
  [[nodiscard]] bool exists() const { return exists_; }
  [[nodiscard]] bool whole() const { return size_ < sizeof bytes_; }
  [[nodiscard]] std::string_view text() const { return {bytes_, size_}; }

 private:
  char bytes_[kLongestFile];
  std::size_t size_ = 0;
  bool exists_ = false;
};

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

/// An object id and a line end; "" for anything else.
std::string_view id_of(std::string_view line) {
  if (line.size() != kDigits + 1 || line.back() != '\n') return {};
  const std::string_view id = line.substr(0, kDigits);
  return id.find_first_not_of("0123456789abcdef") == std::string_view::npos ? id : std::string_view();
}

/// The id of HEAD's commit; copied to `out`.
bool read_head(std::string_view git_dir, std::string_view common_dir, char (&out)[kDigits]) {
  constexpr std::string_view kBranch = "ref: refs/heads/";
  const Content head(Path(git_dir, "/HEAD"));
  std::string_view line = head.text();
  std::string_view id = id_of(line);
  if (id.empty() && line.substr(0, kBranch.size()) == kBranch && line.back() == '\n') {
    line = line.substr(5, line.size() - 6);
    const Content branch(Path(common_dir, "/", line));
    id = id_of(branch.text());
    if (!id.empty()) std::memcpy(out, id.data(), kDigits);
    return !id.empty();
  }
  if (!id.empty()) std::memcpy(out, id.data(), kDigits);
  return !id.empty();
}

/// The beginning of a loose object (gitformat: zlib over "TYPE SIZE\0" and the content).
std::size_t inflate_start(std::string_view packed, unsigned char* out, std::size_t room) {
  z_stream stream = {};
  if (inflateInit(&stream) != Z_OK) return 0;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));  // NOLINT: zlib only reads it
  stream.avail_in = static_cast<uInt>(packed.size());
  stream.next_out = out;
  stream.avail_out = static_cast<uInt>(room);
  const int code = inflate(&stream, Z_SYNC_FLUSH);
  const std::size_t made = room - stream.avail_out;
  inflateEnd(&stream);
  return code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR ? made : 0;
}

/// True when the commit is loose, has at most one parent, and its tree is `tree`.
bool is_commit_of(std::string_view tree, std::string_view common_dir, std::string_view commit) {
  const Path path(Path(common_dir, "/objects/", commit.substr(0, 2)).text(), "/", commit.substr(2));
  const Content object(path);
  unsigned char start[4096];
  const std::size_t size = inflate_start(object.text(), start, sizeof start);
  std::string_view text(reinterpret_cast<const char*>(start), size);  // NOLINT: the same bytes
  const std::size_t nul = text.find('\0');
  if (text.substr(0, 7) != "commit " || nul == std::string_view::npos) return false;
  text.remove_prefix(nul + 1);
  constexpr std::size_t kTreeLine = 5 + kDigits + 1;  // "tree ID\n"
  constexpr std::size_t kParentLine = 7 + kDigits + 1;
  if (text.substr(0, 5) != "tree " || text.substr(5, kDigits) != tree) return false;
  text.remove_prefix(kTreeLine);
  if (text.substr(0, 7) == "parent " && text.size() > kParentLine) text.remove_prefix(kParentLine);
  return text.substr(0, 7) == "author ";
}

bool contains_word(std::string_view text, std::string_view lower) {
  for (std::size_t i = 0; i + lower.size() <= text.size(); ++i)
    if (::strncasecmp(text.data() + i, lower.data(), lower.size()) == 0) return true;
  return false;
}

/// True when this configuration may name an earlier folder of hooks.
bool may_name_hooks(const Path& path) {
  const Content config(path);
  if (!config.exists()) return false;
  return !config.whole() || contains_word(config.text(), "previoushookspath") ||
         contains_word(config.text(), "[include");
}

bool user_may_name_hooks() {
  const std::string_view home = variable("HOME");
  const std::string_view xdg = variable("XDG_CONFIG_HOME");
  const std::string_view system = variable("GIT_CONFIG_SYSTEM");
  if (variable("GIT_CONFIG_NOSYSTEM").empty() &&
      may_name_hooks(Path(system.empty() ? std::string_view("/etc/gitconfig") : system, "")))
    return true;
  if (std::getenv("GIT_CONFIG_GLOBAL") != nullptr) return may_name_hooks(Path(variable("GIT_CONFIG_GLOBAL"), ""));
  if (!xdg.empty() ? may_name_hooks(Path(xdg, "/git/config")) : may_name_hooks(Path(home, "/.config/git/config")))
    return true;
  return may_name_hooks(Path(home, "/.gitconfig"));
}

/// True when the commit is what pre-commit judged and no other hook has to run.
bool nothing_to_do() {
  // What makes objects or settings come from elsewhere, or is set by somebody who looks at the gate itself.
  for (const char* name : {"GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR", "KAIRON_GIT_SOURCE", "KAIRON_VERBOSE"})
    if (std::getenv(name) != nullptr) return false;
  std::string_view git_dir = variable("GIT_DIR");
  if (git_dir.empty()) git_dir = ".git";
  const Content common(Path(git_dir, "/commondir"));
  std::string_view shared = common.text();
  if (!shared.empty() && shared.back() == '\n') shared.remove_suffix(1);
  const bool absolute = !shared.empty() && shared.front() == '/';
  const Path relative(git_dir, "/", shared);
  const std::string_view common_dir = shared.empty() ? git_dir : absolute ? shared : std::string_view(relative.text());

  const Content note(Path(git_dir, "/kairon/judged"));
  const std::string_view tree = id_of(note.text().substr(0, kDigits + 1));
  char head[kDigits];
  if (tree.empty() || !read_head(git_dir, common_dir, head)) return false;
  if (!is_commit_of(tree, common_dir, std::string_view(head, kDigits))) return false;
  if (::access(Path(common_dir, "/hooks/post-commit").text(), X_OK) == 0) return false;
  return !may_name_hooks(Path(common_dir, "/config")) && !may_name_hooks(Path(git_dir, "/config.worktree")) &&
         !user_may_name_hooks();
}

}  // namespace

int post_commit_main(int argc, char** argv) {
  if (argc == 1 && nothing_to_do()) return 0;
  const std::string_view self = argc > 0 ? std::string_view(argv[0]) : std::string_view();
  const std::size_t slash = self.rfind('/');
  const Path next(slash == std::string_view::npos ? std::string_view(".") : self.substr(0, slash), "/post-merge");
  ::execv(next.text(), argv);
  std::fprintf(stderr, "kairon: error: cannot start %s: %s\nhelp: run install.sh again\n", next.text(),
               std::strerror(errno));
  return 3;
}

}  // namespace kairon::gate
