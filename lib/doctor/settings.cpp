#include "doctor/settings.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "base/environment.h"
#include "base/environments.h"
#include "base/file.h"
#include "base/format.h"
#include "base/text.h"
#include "check/unmatched.h"
#include "config/keys.h"
#include "deploy/window.h"
#include "http/url.h"
#include "lint/migration_rule.h"
#include "lint/rule.h"
#include "lint/ruleset.h"
#include "postgres/conninfo.h"

namespace kairon::doctor {

namespace {

/// Variables that are not the override of a key.
constexpr std::array kOtherVariables = {std::string_view("KAIRON_SKIP"),
                                        std::string_view("KAIRON_APPROVE"),
                                        std::string_view("KAIRON_GIT_SOURCE"),
                                        std::string_view("KAIRON_POSTGRES_BIN"),
                                        std::string_view("KAIRON_VERBOSE"),
                                        std::string_view("KAIRON_RUNNING_HOOKS"),
                                        std::string_view("KAIRON_STAGE"),
                                        std::string_view("KAIRON_BUILD_DIR"),
                                        std::string_view("KAIRON_FULL"),
                                        std::string_view("KAIRON_SOURCE_DIR"),
                                        std::string_view("KAIRON_TEST_DATABASE_URL")};

/// Why a value that is of its kind still cannot work; "" when nothing is known against it.
std::string meaning_problem(const config::Settings::Row& row) {
  const std::string& value = row.setting.value;
  const std::string_view name = row.known->name;
  if (name == "n8nUrl" || (row.known->section == "notify" && name == "url"))
    return http::parse_url(text::trim(value)) ? "" : "is not an http or https URL without user and password";
  if ((name == "database" && row.known->section == "env") || name == "n8nDatabase")
    return postgres::parse_conninfo(value) ? "" : "is not a libpq connection string or url";
  if (name == "window" && row.known->section == "env") {
    const auto window = deploy::parse_window(value);
    return window.ok() ? "" : window.failure().text;
  }
  if (name == "requires" && std::find(kEnvironments.begin(), kEnvironments.end(), value) == kEnvironments.end())
    return "names no environment: dev, staging or prod";
  return "";
}

std::string suggestion(std::string_view word, std::span<const std::string_view> candidates, std::string otherwise) {
  const std::string_view near = text::nearest(word, candidates);
  return near.empty() ? std::move(otherwise) : format("did you mean {}?", near);
}

std::optional<report::Diagnosis> check_name(const config::Settings::Row& row) {
  const auto known = [&](std::span<const std::string_view> names) {
    return std::find(names.begin(), names.end(), row.subsection) != names.end();
  };
  if (row.known->section == "env" && !known(kEnvironments))
    return report::Diagnosis{report::Health::warn,
                             "settings",
                             {format("{} ({}): unknown environment {}", row.key, row.setting.source, row.subsection),
                              suggestion(row.subsection, kEnvironments, "dev, staging or prod")}};
  if (row.known->section == "lint" && !row.subsection.empty()) {
    std::vector<std::string_view> ids;
    for (const lint::RuleInfo* info : lint::all_rules()) ids.push_back(info->id);
    if (!known(ids))
      return report::Diagnosis{report::Health::warn,
                               "settings",
                               {format("{} ({}): unknown rule {}", row.key, row.setting.source, row.subsection),
                                suggestion(row.subsection, ids, "kairon rules lists them")}};
  }
  return std::nullopt;
}

/// The file's mode when others may read it; nothing when they may not, or there is no such file.
std::optional<unsigned> open_mode(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return std::nullopt;
  const unsigned mode = info.st_mode & 0777U;
  return (mode & 077U) == 0 ? std::nullopt : std::optional(mode);
}

/// Files that the settings' secrets were read from.
std::set<std::string> secret_sources(const config::Settings& settings) {
  std::set<std::string> files;
  for (const config::Settings::Row& row : settings.rows()) {
    const bool holds = row.known->secrecy == config::Secrecy::secret && !row.setting.value.empty();
    if (holds && row.setting.origin == config::Origin::git_config && row.setting.source.starts_with('/'))
      files.insert(row.setting.source);
  }
  return files;
}

}  // namespace

std::vector<report::Diagnosis> check_matches(const config::Settings& settings, const std::string& top) {
  std::vector<report::Diagnosis> out;
  for (const config::Notice& notice :
       check::unmatched_settings(settings, repository::work_tree_snapshot(top, settings)))
    out.push_back({report::Health::fail, "settings", notice.message});
  return out;
}

std::vector<report::Diagnosis> check_values(const config::Settings& settings) {
  std::vector<report::Diagnosis> out;
  for (const config::Settings::Row& row : settings.rows()) {
    if (const auto name = check_name(row)) {
      out.push_back(*name);
      continue;
    }
    if (row.setting.value.empty()) continue;
    std::string problem = config::kind_problem(*row.known, row.setting.value);
    if (problem.empty()) problem = meaning_problem(row);
    if (problem.empty()) continue;
    const std::string shown = row.known->secrecy == config::Secrecy::secret ? "the value" : "'" + row.shown + "'";
    out.push_back({report::Health::fail,
                   "settings",
                   {format("{} ({}): {} {}", row.key, row.setting.source, shown, problem),
                    format("correct it in {}", row.setting.source)}});
  }
  return out;
}

std::vector<report::Diagnosis> check_variables(std::span<const std::string> variables, const std::string& place) {
  std::vector<std::string> known(kOtherVariables.begin(), kOtherVariables.end());
  for (const config::KeyRow* row : config::known_keys()) {
    const config::KeyRow& key = *row;
    if (key.subsection.empty()) known.push_back(config::variable_name(key.section, "", key.name));
    if (key.section != "env") continue;
    for (const std::string_view name : kEnvironments) known.push_back(config::variable_name("env", name, key.name));
  }
  for (const lint::RuleInfo* info : lint::all_rules())
    known.push_back(config::variable_name(config::kLintSeverity.section, info->id, config::kLintSeverity.name));
  const std::vector<std::string_view> candidates(known.begin(), known.end());
  std::vector<report::Diagnosis> out;
  for (const std::string& variable : variables) {
    const std::string name = variable.substr(0, variable.find('='));
    const bool ours = name.starts_with("KAIRON_") && !name.starts_with("KAIRON_TEST_");
    const bool probe =
        config::subsection_of_variable(config::kHealthQuery.section, config::kHealthQuery.name, name).has_value();
    if (!ours || probe || std::find(known.begin(), known.end(), name) != known.end()) continue;
    out.push_back({report::Health::warn,
                   "settings",
                   {format("{}: nothing reads {}", place, text::printable(name)),
                    suggestion(name, candidates, "kairon help settings lists the keys")}});
  }
  return out;
}

std::vector<report::Diagnosis> check_secret_files(const config::Settings& settings, const std::string& top) {
  std::vector<report::Diagnosis> out;
  std::set<std::string> files = secret_sources(settings);
  const std::string home = environment::get("HOME").value_or("");
  const std::string passwords = environment::get("PGPASSFILE").value_or(home + "/.pgpass");
  if (file::exists(passwords)) files.insert(passwords);
  for (const std::string& path : files) {
    const auto mode = open_mode(path);
    if (!mode)
      out.push_back({report::Health::ok, "credentials", {path + " is readable by its owner alone"}});
    else
      out.push_back({report::Health::warn,
                     "credentials",
                     {format("{} holds secrets and has mode {:04o}: others can read it", path, *mode),
                      format("chmod 600 {}", path)}});
  }
  std::string backups = settings.value(config::kBackupDirectory);
  if (backups.starts_with("~/")) backups = home + backups.substr(1);
  if (!backups.empty() && !backups.starts_with('/')) backups = top + "/" + backups;
  if (const auto mode = backups.empty() ? std::nullopt : open_mode(backups))
    out.push_back({report::Health::warn,
                   "credentials",
                   {format("the backups' folder {} has mode {:04o}: others can read it", backups, *mode),
                    format("chmod 700 {}", backups)}});
  return out;
}

}  // namespace kairon::doctor
