#include "postgres/binaries.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <optional>
#include <tuple>

#include "base/environment.h"
#include "base/error.h"
#include "base/file.h"
#include "base/format.h"
#include "base/process.h"
#include "base/text.h"

namespace kairon::postgres {

namespace {

namespace fs = std::filesystem;

/// A program's version does not change while size and time of its file stay: asking costs 25 ms.
class VersionCache {
 public:
  VersionCache() : path_(environment::cache_folder() + "/postgres-versions") {
    const Result<std::string> content = file::read(path_);
    if (!content.ok()) return;
    for (const std::string_view line : text::lines(*content)) {
      const std::size_t tab = line.rfind('\t');
      if (tab != std::string_view::npos) known_[std::string(line.substr(0, tab))] = line.substr(tab + 1);
    }
  }

  /// "15.20", or "" when `postgres --version` does not answer like a server.
  std::string version_of(const std::string& program) {
    struct stat info {};
    if (::stat(program.c_str(), &info) != 0) return {};
    const std::string key = format("{}\t{}\t{}.{}", program, info.st_size, info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
    if (const auto found = known_.find(key); found != known_.end()) return found->second;
    const std::optional<std::string> version = ask(program);
    if (!version) return {};
    known_[key] = *version;
    std::string content;
    for (const auto& [name, value] : known_) content += name + '\t' + value + '\n';
    // Losing the cache costs time only.
    static_cast<void>(file::write_atomic(path_, content, 0600).ok());
    return *version;
  }

 private:
  /// Nothing when it did not answer in time: that says nothing of the program.
  static std::optional<std::string> ask(const std::string& program) {
    const Result<process::Outcome> outcome = process::run(
        {.argv = {program, "--version"}, .environment = environment::for_tools(), .timeout = std::chrono::seconds(10)});
    if (!outcome.ok() || outcome->timed_out) return std::nullopt;
    if (!outcome->ok()) return std::string();
    // "postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)", "postgres (PostgreSQL) 18beta1"
    const std::size_t mark = outcome->output.find("(PostgreSQL) ");
    if (mark == std::string::npos) return std::string();
    std::string_view rest = std::string_view(outcome->output).substr(mark + 13);
    return std::string(rest.substr(0, rest.find_first_not_of("0123456789.")));
  }

  std::string path_;
  std::map<std::string, std::string> known_;
};

void add_globbed(std::vector<std::string>& folders, const std::string& parent, std::string_view prefix) {
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(parent, failed)) {
    if (entry.path().filename().string().starts_with(prefix)) folders.push_back(entry.path().string() + "/bin");
  }
}

std::vector<std::string> candidate_folders() {
  if (const auto forced = environment::get("KAIRON_POSTGRES_BIN"); forced && !forced->empty()) return {*forced};
  std::vector<std::string> folders;
  add_globbed(folders, "/usr/lib/postgresql", "");
  add_globbed(folders, "/usr", "pgsql-");
  folders.emplace_back("/usr/local/pgsql/bin");
  const std::string path = environment::get("PATH").value_or("");
  for (const std::string_view part : text::split(path, ':')) {
    for (const char* name : {"/postgres", "/pg_dump"}) {
      const std::string program = std::string(part) + name;
      if (!part.starts_with('/') || ::access(program.c_str(), X_OK) != 0) continue;
      std::error_code failed;
      const fs::path real = fs::canonical(program, failed);
      if (!failed) folders.push_back(real.parent_path().string());
      folders.emplace_back(part);
    }
  }
  return folders;
}

void add_pg_config(std::vector<std::string>& folders) {
  const Result<process::Outcome> outcome = process::run({.argv = {"pg_config", "--bindir"},
                                                         .environment = environment::for_tools(),
                                                         .timeout = std::chrono::seconds(10)});
  if (outcome.ok() && outcome->ok()) folders.emplace_back(text::trim(outcome->output));
}

std::tuple<int, int> numbers(const std::string& version) {
  int major = 0;
  int minor = 0;
  const char* end = version.data() + version.size();
  const char* next = std::from_chars(version.data(), end, major).ptr;
  if (next != end) std::from_chars(next + 1, end, minor);
  return {major, minor};
}

/// Folders that hold both programs; the version is the first one's.
std::vector<Binaries> usable(const std::vector<std::string>& folders, const char* first, const char* second) {
  std::vector<Binaries> found;
  VersionCache versions;
  for (const std::string& folder : folders) {
    const bool seen = std::any_of(found.begin(), found.end(), [&](const Binaries& b) { return b.folder == folder; });
    if (seen || ::access(format("{}/{}", folder, first).c_str(), X_OK) != 0 ||
        ::access(format("{}/{}", folder, second).c_str(), X_OK) != 0)
      continue;
    const std::string version = versions.version_of(format("{}/{}", folder, first));
    if (!version.empty()) found.push_back({folder, version, std::get<0>(numbers(version))});
  }
  return found;
}

std::vector<Binaries> find_both(const char* first, const char* second) {
  std::vector<std::string> folders = candidate_folders();
  std::vector<Binaries> found = usable(folders, first, second);
  if (found.empty() && !environment::get("KAIRON_POSTGRES_BIN")) {
    add_pg_config(folders);
    found = usable(folders, first, second);
  }
  // Stable: of equal versions the distribution's own folder stays before PATH's.
  std::stable_sort(found.begin(), found.end(),
                   [](const Binaries& a, const Binaries& b) { return numbers(a.version) > numbers(b.version); });
  return found;
}

}  // namespace

std::vector<Binaries> find_binaries() { return find_both("postgres", "initdb"); }

Binaries require_binaries(int major) {
  const std::vector<Binaries> all = find_binaries();
  for (const Binaries& binaries : all) {
    if (major == 0 || binaries.major == major) return binaries;
  }
  const std::string package = major == 0 ? "postgresql" : format("postgresql-{}", major);
  const std::string wanted =
      major == 0 ? "no PostgreSQL server is installed here" : format("PostgreSQL {} is not installed here", major);
  std::string other;
  if (!all.empty())
    other =
        format(", or try on the PostgreSQL {0} that is here: git config kairon.postgresVersion {0}", all.front().major);
  throw environment_error(
      wanted + ", so neither migrations nor the SQL of workflows can be tried",
      format("install it: sudo apt-get install -y {}{} (or set KAIRON_TEST_DATABASE_URL to a server "
             "where scratch databases may be made)",
             package, other));
}

Binaries require_clients(int major) {
  const std::vector<Binaries> all = find_both("pg_dump", "pg_restore");
  std::string here;
  for (const Binaries& binaries : all) {
    if (binaries.major == major) return binaries;
    here += (here.empty() ? "" : ", ") + binaries.version;
  }
  throw environment_error(format("the server is PostgreSQL {}, and pg_dump {} is not installed here{}", major, major,
                                 here.empty() ? "" : format(" (found: {})", here)),
                          format("install it: sudo apt-get install -y postgresql-client-{}", major));
}

}  // namespace kairon::postgres
