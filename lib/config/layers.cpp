#include "config/layers.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <map>
#include <utility>

#include "base/environment.h"
#include "base/environments.h"
#include "base/error.h"
#include "base/format.h"
#include "base/text.h"
#include "config/keys.h"

namespace kairon::config {

namespace {

using Lookup = std::function<std::optional<std::string>(std::string_view)>;

/// Kairon's own variable names, each for one key.
struct OldName {
  std::string_view variable;
  std::string_view section;
  std::string_view subsection;
  std::string_view key;
};

constexpr OldName kOldNames[] = {
    {"N8N_API_URL", "env", "prod", "n8nUrl"},           {"N8N_API_KEY", "env", "prod", "n8nApiKey"},
    {"N8N_DEV_API_URL", "env", "dev", "n8nUrl"},        {"N8N_DEV_API_KEY", "env", "dev", "n8nApiKey"},
    {"N8N_DEV_SSH_HOST", "env", "dev", "sshHost"},      {"BACKUP_DIR", "backup", "", "directory"},
    {"BACKUP_KEEP_HOURLY", "backup", "", "keepHourly"}, {"BACKUP_KEEP_DAILY", "backup", "", "keepDaily"},
    {"BACKUP_KEEP_WEEKLY", "backup", "", "keepWeekly"}, {"WEBHOOK_PATH", "smoke", "", "webhookPath"},
};

std::string in_quotes(std::string_view value) {
  return "'" + text::replace_all(text::replace_all(value, "\\", "\\\\"), "'", "\\'") + "'";
}

/// DB_HOST, DB_PORT, DB_USER and DB_NAME (DB_NAME_DEV) as a libpq connection string.
std::optional<std::string> database_string(const Lookup& lookup, std::string_view name_variable) {
  const auto name = lookup(name_variable);
  if (!name || name->empty()) return std::nullopt;
  std::string conninfo = "dbname=" + in_quotes(*name);
  constexpr std::pair<std::string_view, std::string_view> kParts[] = {
      {"DB_HOST", "host"}, {"DB_PORT", "port"}, {"DB_USER", "user"}, {"DB_PASSWORD", "password"}};
  for (const auto& [variable, part] : kParts) {
    if (const auto value = lookup(variable); value && !value->empty())
      conninfo += " " + std::string(part) + "=" + in_quotes(*value);
  }
  return conninfo;
}

struct Found {
  std::string value;
  std::string variable;
};

std::optional<Found> notification(const Lookup& lookup, std::string_view key) {
  const auto discord = lookup("DISCORD_KAIRON_LOGS_WEBHOOK");
  const auto url = lookup("NTFY_URL");
  const auto topic = lookup("NTFY_TOPIC");
  if (discord && !discord->empty()) return Found{key == "url" ? *discord : "discord", "DISCORD_KAIRON_LOGS_WEBHOOK"};
  if (!topic || topic->empty()) return std::nullopt;
  std::string base = url && !url->empty() ? *url : "https://ntfy.sh";
  while (base.ends_with('/')) base.pop_back();
  return Found{key == "url" ? base + "/" + *topic : "ntfy", "NTFY_TOPIC"};
}

std::optional<Found> old_name(const Lookup& lookup, std::string_view section, std::string_view subsection,
                              std::string_view key) {
  for (const OldName& old : kOldNames) {
    if (old.section != section || old.subsection != subsection || !text::equal_ignoring_case(old.key, key)) continue;
    if (auto value = lookup(old.variable); value && !value->empty()) return Found{*value, std::string(old.variable)};
  }
  if (section == "notify" && (key == "url" || key == "kind")) return notification(lookup, key);
  if (section == "env" && key == "database" && (subsection == "prod" || subsection == "dev")) {
    const std::string_view variable = subsection == "prod" ? "DB_NAME" : "DB_NAME_DEV";
    if (auto value = database_string(lookup, variable)) return Found{*value, std::string(variable)};
  }
  return std::nullopt;
}

void add_unknown(const git::ConfigEntry& entry, std::vector<Notice>& notices) {
  std::vector<std::string_view> names;
  for (const KeyRow* key : known_keys()) {
    if (key->section == entry.section) names.push_back(key->name);
  }
  const std::string_view near = text::nearest(entry.key, names);
  std::string remedy = near.empty() ? "kairon help settings lists the known ones" : format("did you mean {}?", near);
  if (names.empty()) {
    for (const KeyRow* key : known_keys()) names.push_back(key->section);
    const std::string_view section = text::nearest(entry.section, names);
    if (!section.empty()) remedy = format("did you mean the section {}?", section);
  }
  notices.push_back({{format("{}: unknown setting {}", entry.origin,
                             text::printable(shown_key(entry.section, entry.subsection, entry.key))),
                      remedy}});
}

}  // namespace

git::ConfigEntry command_line_entry(std::string_view name, const std::string& value) {
  const std::size_t first = name.find('.');
  const std::size_t last = name.rfind('.');
  git::ConfigEntry entry;
  entry.section = name.substr(0, first);
  entry.key = text::lower(name.substr(last + 1));
  if (last > first) entry.subsection = name.substr(first + 1, last - first - 1);
  entry.value = value;
  entry.origin = "command line";
  return entry;
}

std::vector<git::ConfigEntry> git_layer(const std::vector<git::ConfigEntry>& config, std::vector<Notice>& notices) {
  std::vector<git::ConfigEntry> entries;
  for (git::ConfigEntry entry : config) {
    if (entry.section != "kairon") continue;
    const std::string place = entry.subsection;
    const std::size_t dash = place.find('-');
    if (!place.empty()) {
      entry.section = text::lower(place.substr(0, dash));
      entry.subsection = dash == std::string::npos ? std::string() : place.substr(dash + 1);
    }
    if (entry.origin.empty()) entry.origin = "git config";
    if (find_key(entry.section, entry.subsection, entry.key) == nullptr) add_unknown(entry, notices);
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::vector<git::ConfigEntry> dotenv_layer(std::string_view content) {
  const auto pairs = parse_dotenv(content);
  const Lookup lookup = [&pairs](std::string_view name) -> std::optional<std::string> {
    for (auto pair = pairs.rbegin(); pair != pairs.rend(); ++pair) {
      if (pair->first == name) return pair->second;
    }
    return std::nullopt;
  };
  std::vector<git::ConfigEntry> entries;
  if (pairs.empty()) return entries;
  const auto add = [&](const KeyRow& key, std::string_view subsection) {
    std::optional<Found> found;
    const std::string variable = variable_name(key.section, subsection, key.name);
    if (const auto value = lookup(variable)) found = Found{*value, variable};
    if (!found) found = old_name(lookup, key.section, subsection, key.name);
    if (found) {
      entries.push_back({std::string(key.section), std::string(subsection), text::lower(key.name), found->value, 0,
                         ".env: " + found->variable});
    }
  };
  for (const KeyRow* row : known_keys()) {
    const KeyRow& key = *row;
    if (key.subsection.empty()) add(key, "");
    if ((key.section == "health" || key.section == "migrations") && !key.subsection.empty()) {
      for (const auto& [variable, value] : pairs)
        if (const auto name = subsection_of_variable(key.section, key.name, variable)) add(key, *name);
    }
    if (key.section != "env") continue;
    for (const std::string_view name : kEnvironments) add(key, name);
  }
  return entries;
}

/// Keys whose value is a path or pattern of the repository's own files.
bool names_own_files(const KeyRow& key) {
  const KeyRow* paths[] = {&kWorkflows, &kMigrations,    &kSchema,       &kBaseline,
                           &kSmokePath, &kHistoryFolder, &kHistorySchema};
  return std::ranges::find(paths, &key) != std::end(paths);
}

bool leads_out(std::string_view path) {
  return path.starts_with('/') || text::contains(kairon::format("/{}/", path), "/../");
}

std::vector<git::ConfigEntry> repository_layer(const std::optional<std::string>& content,
                                               std::vector<Notice>& notices) {
  if (!content || content->empty()) return {};
  const auto parsed = git::parse_config(*content, ".kairon");
  if (!parsed.ok()) throw usage_error(parsed.failure().text, "correct .kairon; its syntax is that of git-config");
  std::vector<git::ConfigEntry> entries;
  for (git::ConfigEntry entry : *parsed) {
    entry.origin = ".kairon";
    const KeyRow* key = find_key(entry.section, entry.subsection, entry.key);
    if (key == nullptr) {
      add_unknown(entry, notices);
      continue;
    }
    if (key->trust == Trust::user_only) {
      const std::string git_key = entry.section == "kairon" ? format("kairon.{}", key->name)
                                  : entry.subsection.empty()
                                      ? format("kairon.{}.{}", entry.section, key->name)
                                      : format("kairon.{}-{}.{}", entry.section, entry.subsection, key->name);
      notices.push_back(
          {{format("{} is not taken from the committed .kairon: it decides where secrets go or what is executed",
                   shown_key(entry.section, entry.subsection, key->name)),
            format("set it for yourself: git config {} VALUE", git_key)},
           true});
      continue;
    }
    if (names_own_files(*key) && leads_out(entry.value)) {
      notices.push_back(
          {{kairon::format("{} = {} leads out of the repository, so it is not taken from the committed .kairon",
                           shown_key(entry.section, entry.subsection, key->name), text::printable(entry.value)),
            "name files of the repository, relative to its top"},
           true});
      continue;
    }
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::optional<Setting> known_variable(std::string_view section, std::string_view subsection, std::string_view key) {
  const Lookup lookup = [](std::string_view name) { return environment::get(name); };
  const auto found = old_name(lookup, section, subsection, key);
  if (!found) return std::nullopt;
  return Setting{found->value, Origin::environment, "variable " + found->variable};
}

std::optional<long long> parse_integer(std::string_view text) {
  long long number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  constexpr std::pair<std::string_view, long long> kUnits[] = {{"ms", 1},      {"s", 1000},     {"m", 60000},
                                                               {"h", 3600000}, {"d", 86400000}, {"", 1000}};
  for (const auto& [unit, factor] : kUnits) {
    if (!text.ends_with(unit)) continue;
    const auto number = parse_integer(text::trim(text.substr(0, text.size() - unit.size())));
    if (number && *number >= 0 && *number < 1'000'000'000) return std::chrono::milliseconds(*number * factor);
  }
  return std::nullopt;
}

std::optional<bool> parse_boolean(std::string_view text) {
  for (const std::string_view yes : {"on", "true", "yes", "1"}) {
    if (text::equal_ignoring_case(text, yes)) return true;
  }
  for (const std::string_view no : {"off", "false", "no", "0"}) {
    if (text::equal_ignoring_case(text, no)) return false;
  }
  return std::nullopt;
}

}  // namespace kairon::config
