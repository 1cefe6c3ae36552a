#include "doctor/checks.h"

#include <sys/stat.h>

#include <algorithm>
#include <charconv>

#include "base/environment.h"
#include "base/environments.h"
#include "base/file.h"
#include "base/format.h"
#include "base/process.h"
#include "base/text.h"
#include "doctor/settings.h"
#include "postgres/binaries.h"
#include "postgres/fence_check.h"
#include "sql/statement.h"

namespace kairon::doctor {

namespace {

constexpr auto kPatience = std::chrono::seconds(10);

/// `git worktree list -z` came with 2.36.
constexpr Version kOldestGit{2, 36};

report::Diagnosis ok(std::string topic, std::string detail) {
  return {report::Health::ok, std::move(topic), {std::move(detail)}};
}

std::string first_line(const std::string& program) {
  const Result<process::Outcome> outcome =
      process::run({.argv = {program, "--version"}, .environment = environment::for_tools(), .timeout = kPatience});
  if (!outcome.ok() || !outcome->ok()) return {};
  const std::vector<std::string_view> lines = text::lines(outcome->output);
  return lines.empty() ? std::string() : std::string(lines.front());
}

report::Diagnosis check_git() {
  const std::string line = first_line("git");
  const std::optional<Version> version = find_version(line);
  if (!version) return {report::Health::fail, "tools", {"git does not run", "apt-get install git"}};
  if (version->major < kOldestGit.major || (version->major == kOldestGit.major && version->minor < kOldestGit.minor))
    return {report::Health::fail,
            "tools",
            {line + " is too old", format("git {}.{} or newer", kOldestGit.major, kOldestGit.minor)}};
  return ok("tools", line);
}

report::Diagnosis check_server(const config::Settings& settings) {
  const std::string wanted = settings.value(config::kPostgresVersion);
  const std::optional<Version> version = find_version(wanted + ".0");  // "15" and "15.3" are both allowed
  std::vector<std::string> found;
  bool fits = !version.has_value();
  for (const postgres::Binaries& server : postgres::find_binaries()) {
    fits = fits || server.major == version->major;
    if (std::find(found.begin(), found.end(), server.version) == found.end()) found.push_back(server.version);
  }
  const std::string list = text::join(found, ", ");
  if (found.empty())
    return {report::Health::warn,
            "tools",
            {"no PostgreSQL server: migrations cannot be tried out",
             "apt-get install postgresql, or: git config kairon.gate.trial off"}};
  if (!fits)
    return {report::Health::warn,
            "tools",
            {format("no PostgreSQL {} here (found {})", wanted, list),
             format("apt-get install postgresql-{}", version->major)}};
  return ok("tools", format("PostgreSQL server {}", list));
}

report::Diagnosis check_fence(const config::Settings& settings) {
  if (!settings.value(config::kGateFence))
    return {report::Health::warn,
            "tools",
            {"[gate] fence = off: SQL of this repository runs on this machine with your rights",
             "git config --unset kairon.gate.fence"}};
  const std::string why = postgres::broken_fence();
  if (why.empty()) return ok("tools", "the fence around trial servers holds");
  return {report::Health::warn,
          "tools",
          {format("the fence around trial servers does not hold, so no SQL is run: {}", why),
           "a kernel of 5.13 or newer with landlock in lsm=, or KAIRON_TEST_DATABASE_URL"}};
}

report::Diagnosis check_program(const std::string& program, std::string_view purpose, std::string_view package) {
  const std::string line = first_line(program);
  if (!line.empty() || environment::find_program(program)) return ok("tools", line.empty() ? program : line);
  return {report::Health::warn,
          "tools",
          {format("{} is not installed: {}", program, purpose), format("apt-get install {}", package)}};
}

bool is_ignored(const std::string& top, const std::string& name) {
  const Result<process::Outcome> outcome = process::run({.argv = {"git", "-C", top, "check-ignore", "-q", name}});
  return outcome.ok() && outcome->ok();
}

report::Diagnosis check_mode(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0)
    return {report::Health::fail, "credentials", {path + ": " + file::last_error()}};
  const unsigned mode = info.st_mode & 0777U;
  if ((mode & 077U) == 0) return ok("credentials", format("{} is readable by its owner alone", path));
  return {report::Health::warn,
          "credentials",
          {format("{} has mode {:04o}: others can read it", path, mode), format("chmod 600 {}", path)}};
}

}  // namespace

std::optional<Version> find_version(std::string_view output) {
  const std::size_t begin = output.find_first_of("0123456789");
  if (begin == std::string_view::npos) return std::nullopt;
  Version version;
  const char* end = output.data() + output.size();
  const auto major = std::from_chars(output.data() + begin, end, version.major);
  if (major.ec != std::errc() || major.ptr == end || *major.ptr != '.') return std::nullopt;
  if (std::from_chars(major.ptr + 1, end, version.minor).ec != std::errc()) return std::nullopt;
  return version;
}

std::vector<std::string> missing_names(std::string_view example, std::string_view actual) {
  const auto given = config::parse_dotenv(actual);
  std::vector<std::string> missing;
  for (const auto& [name, value] : config::parse_dotenv(example)) {
    const auto hit =
        std::find_if(given.begin(), given.end(), [&name = name](const auto& pair) { return pair.first == name; });
    if (hit == given.end() || (hit->second.empty() && !value.empty())) missing.push_back(name);
  }
  return missing;
}

std::vector<report::Diagnosis> check_tools(const config::Settings& settings) {
  std::vector<report::Diagnosis> out = {check_git(), ok("tools", "SQL parser: " + sql::parser_name())};
  if (settings.stage_enabled(config::kGateTrial)) out.push_back(check_server(settings));
  out.push_back(check_fence(settings));
  if (!settings.value(config::kBackupDirectory).empty())
    out.push_back(check_program("pg_dump", "no backups", "postgresql-client"));
  if (std::ranges::any_of(kEnvironments, [&](auto name) { return !settings.target(name).ssh_host.empty(); }))
    out.push_back(check_program("ssh", "sshHost is set and cannot be used", "openssh-client"));
  return out;
}

std::vector<report::Diagnosis> check_settings(const config::Settings& settings) {
  std::vector<report::Diagnosis> out;
  for (const config::Notice& notice : settings.notices())
    out.push_back({notice.is_error ? report::Health::fail : report::Health::warn, "settings", notice.message});
  std::size_t defaults = 0;
  for (const config::Settings::Row& row : settings.rows()) {
    if (row.setting.origin == config::Origin::built_in) {
      ++defaults;
      continue;
    }
    out.push_back(ok("settings", format("{} = {} ({})", row.key, row.shown, row.setting.source)));
  }
  out.push_back(ok("settings", format("{} more at their defaults", defaults)));
  for (const std::string_view name : kEnvironments) {
    const bool configured = settings.target(name).configured();
    out.push_back(ok("settings", format("environment {} is {}", name,
                                        configured ? "configured" : "not configured: nothing is deployed there")));
  }
  return out;
}

std::vector<report::Diagnosis> check_dotenv(const std::string& top) {
  const std::string path = top + "/.env";
  const Result<std::string> example = file::read_below(top, ".env.example");
  if (!file::exists(path)) {
    if (!example.ok()) return {};
    return {{report::Health::warn,
             "credentials",
             {"there is a .env.example and no .env", format("cp {0}.example {0} && chmod 600 {0}", path)}}};
  }
  std::vector<report::Diagnosis> out = {check_mode(path)};
  if (!is_ignored(top, ".env"))
    out.push_back(
        {report::Health::warn,
         "credentials",
         {".env is not ignored by git: one `git add .` commits it", format("echo .env >> {}/.gitignore", top)}});
  const Result<std::string> actual = file::read(path);
  if (!actual.ok()) {
    out.push_back({report::Health::fail, "credentials", {actual.failure().text, "make it readable for you"}});
    return out;
  }
  std::vector<std::string> names;
  for (const auto& [name, value] : config::parse_dotenv(*actual)) names.push_back(name);
  for (report::Diagnosis& unread : check_variables(names, ".env")) out.push_back(std::move(unread));
  if (!example.ok()) return out;
  const std::vector<std::string> missing = missing_names(*example, *actual);
  if (missing.empty()) out.push_back(ok("credentials", ".env has every name of .env.example"));
  if (!missing.empty())
    out.push_back({report::Health::warn,
                   "credentials",
                   {format(".env lacks {} of .env.example", text::join(missing, ", ")), "add them to " + path}});
  return out;
}

}  // namespace kairon::doctor
