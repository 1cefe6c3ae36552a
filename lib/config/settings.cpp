#include "config/settings.h"

#include <algorithm>
#include <set>

#include "base/environment.h"
#include "base/error.h"
#include "base/format.h"
#include "base/text.h"
#include "config/keys.h"
#include "config/layers.h"

namespace kairon::config {

namespace {

bool matches(const git::ConfigEntry& entry, std::string_view section, std::string_view subsection,
             std::string_view key) {
  return entry.section == section && entry.subsection == subsection && text::equal_ignoring_case(entry.key, key);
}

std::optional<Setting> from_environment(std::string_view section, std::string_view subsection, std::string_view key) {
  const std::string variable = variable_name(section, subsection, key);
  const auto value = environment::get(variable);
  if (!value) return std::nullopt;
  return Setting{*value, Origin::environment, "variable " + variable};
}

std::string describe_setting(std::string_view section, std::string_view subsection, std::string_view key,
                             const Setting& setting) {
  return format("{} ({})", shown_key(section, subsection, key), setting.source);
}

/// The value without what stands before the @ of an url: people write passwords there.
std::string without_user(const std::string& value) {
  const std::size_t begin = value.find("://");
  if (begin == std::string::npos) return value;
  const std::size_t at = value.substr(0, value.find('/', begin + 3)).rfind('@');
  return at == std::string::npos || at < begin ? value : value.substr(0, begin + 3) + "***" + value.substr(at);
}

std::string mask(const Key& key, const std::string& value) {
  if (key.secrecy == Secrecy::open || value.empty()) return without_user(value);
  return "(set, " + std::to_string(value.size()) + " characters)";
}

}  // namespace

Settings Settings::merge(const Layers& layers) {
  Settings settings;
  Layer command_line{Origin::command_line, {}};
  for (const auto& [name, value] : layers.command_line) command_line.entries.push_back(command_line_entry(name, value));
  settings.layers_.push_back(std::move(command_line));
  settings.layers_.push_back({Origin::git_config, git_layer(layers.git_config, settings.notices_)});
  settings.layers_.push_back({Origin::dot_env, dotenv_layer(layers.dot_env.value_or(""))});
  settings.layers_.push_back({Origin::repository_file, repository_layer(layers.repository_file, settings.notices_)});
  return settings;
}

std::optional<Setting> Settings::get(std::string_view section, std::string_view subsection,
                                     std::string_view key) const {
  for (const Layer& layer : layers_) {
    if (layer.origin == Origin::git_config) {
      if (auto setting = from_environment(section, subsection, key)) return setting;
      if (const auto known = known_variable(section, subsection, key)) return known;
    }
    const auto hit = std::find_if(layer.entries.rbegin(), layer.entries.rend(), [&](const git::ConfigEntry& entry) {
      return matches(entry, section, subsection, key);
    });
    if (hit != layer.entries.rend()) return Setting{hit->value, layer.origin, hit->origin};
  }
  const Key* known = find_key(section, subsection, key);
  if (known == nullptr || known->fallback.empty()) return std::nullopt;
  return Setting{std::string(known->fallback), Origin::built_in, "default"};
}

std::vector<std::string> Settings::all(std::string_view section, std::string_view subsection,
                                       std::string_view key) const {
  const auto strongest = get(section, subsection, key);
  if (!strongest) return {};
  std::vector<std::string> values;
  for (const Layer& layer : layers_) {
    if (layer.origin != strongest->origin) continue;
    for (const git::ConfigEntry& entry : layer.entries) {
      if (matches(entry, section, subsection, key)) values.push_back(entry.value);
    }
  }
  if (values.empty()) values.push_back(strongest->value);
  return values;
}

std::vector<std::string> Settings::subsections(std::string_view section, std::string_view key) const {
  std::set<std::string> names;
  for (const Layer& layer : layers_)
    for (const git::ConfigEntry& entry : layer.entries)
      if (entry.section == section && !entry.subsection.empty() && text::equal_ignoring_case(entry.key, key))
        names.insert(entry.subsection);
  for (const std::string& variable : environment::all())
    if (const auto name = subsection_of_variable(section, key, variable.substr(0, variable.find('='))))
      if (!std::any_of(names.begin(), names.end(), [&](const std::string& n) {
            return variable_name(section, n, key) == variable_name(section, *name, key);
          }))
        names.insert(*name);
  return {names.begin(), names.end()};
}

std::string Settings::text(std::string_view section, std::string_view subsection, std::string_view key,
                           std::string_view otherwise) const {
  const auto setting = get(section, subsection, key);
  return setting ? setting->value : std::string(otherwise);
}

long long Settings::integer(std::string_view section, std::string_view subsection, std::string_view key,
                            long long otherwise) const {
  const auto setting = get(section, subsection, key);
  if (!setting) return otherwise;
  if (const auto number = parse_integer(setting->value)) return *number;
  throw usage_error(format("{}: '{}' is no whole number", describe_setting(section, subsection, key, *setting),
                           text::printable(setting->value)));
}

std::chrono::milliseconds Settings::duration(std::string_view section, std::string_view subsection,
                                             std::string_view key, std::chrono::milliseconds otherwise) const {
  const auto setting = get(section, subsection, key);
  if (!setting) return otherwise;
  if (const auto duration = parse_duration(setting->value)) return *duration;
  throw usage_error(format("{}: '{}' is no duration", describe_setting(section, subsection, key, *setting),
                           text::printable(setting->value)),
                    "write 500ms, 30s, 5m or 2h");
}

bool Settings::enabled(std::string_view section, std::string_view subsection, std::string_view key,
                       bool otherwise) const {
  const auto setting = get(section, subsection, key);
  if (!setting) return otherwise;
  if (const auto flag = parse_boolean(setting->value)) return *flag;
  throw usage_error(format("{}: '{}' is neither on nor off", describe_setting(section, subsection, key, *setting),
                           text::printable(setting->value)));
}

std::vector<std::string> Settings::workflow_globs() const { return all("kairon", "", "workflows"); }
std::vector<std::string> Settings::smoke_globs() const { return all("smoke", "", "path"); }
std::string Settings::schema_file() const { return text("kairon", "", "schema"); }

std::string Settings::migrations_folder() const {
  std::string folder = text("kairon", "", "migrations");
  while (folder.ends_with('/')) folder.pop_back();
  return folder;
}

bool Settings::kairon_ruleset() const {
  const Setting setting = *get("kairon", "", "ruleset");
  if (setting.value == "kairon") return true;
  if (setting.value == "n8n") return false;
  throw usage_error(format("{}: no rule set '{}'", describe_setting("kairon", "", "ruleset", setting),
                           text::printable(setting.value)),
                    "use kairon or n8n");
}

bool Settings::is_workflow_path(std::string_view path) const {
  if (!path.ends_with(".json")) return false;
  for (const std::string& glob : workflow_globs()) {
    const std::string folder = glob.substr(0, glob.rfind('/') + 1);
    const bool payload = path.starts_with(folder + "tests/") && !glob.starts_with(folder + "tests/");
    if (!payload && text::glob_match(glob, path)) return true;
  }
  return false;
}

bool Settings::is_migration_path(std::string_view path) const {
  const std::string folder = migrations_folder() + "/";
  return path.ends_with(".sql") && path.starts_with(folder) && path.find('/', folder.size()) == std::string_view::npos;
}

Target Settings::target(std::string_view name) const {
  const auto read = [&](std::string_view key) { return text("env", name, key); };
  Target target;
  target.name = name;
  target.n8n_url = read("n8nUrl");
  target.n8n_api_key = read("n8nApiKey");
  target.n8n_database = read("n8nDatabase");
  target.database = read("database");
  target.ssh_host = read("sshHost");
  target.approval = read("approval");
  target.requires_ = read("requires");
  target.window = read("window");
  while (target.n8n_url.ends_with('/')) target.n8n_url.pop_back();
  return target;
}

bool Settings::stage_enabled(std::string_view stage, std::string* why) const {
  const std::string skipped = environment::get("KAIRON_SKIP").value_or("");
  for (const std::string_view name : text::split(skipped, ',')) {
    if (text::trim(name) != stage) continue;
    if (why != nullptr) *why = "KAIRON_SKIP";
    return false;
  }
  if (enabled("gate", "", stage, true)) return true;
  if (why != nullptr) *why = format("{} = off ({})", shown_key("gate", "", stage), get("gate", "", stage)->source);
  return false;
}

std::vector<Settings::Row> Settings::rows() const {
  std::vector<Row> rows;
  const auto add = [&](const Key& key, std::string_view subsection, bool only_when_set) {
    const auto setting = get(key.section, subsection, key.name);
    if (!setting || (only_when_set && setting->origin == Origin::built_in)) return;
    rows.push_back({shown_key(key.section, subsection, key.name), mask(key, setting->value), *setting, &key,
                    std::string(subsection)});
  };
  for (const Key& key : known_keys()) {
    if (key.subsection.empty()) {
      add(key, "", false);
      continue;
    }
    std::vector<std::string> names = subsections(key.section, key.name);
    if (key.section == "env")
      for (const char* name : {"dev", "staging", "prod"})
        if (std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
    for (const std::string& name : names)
      add(key, name, key.section != "env" || (target(name).n8n_url.empty() && target(name).database.empty()));
  }
  return rows;
}

}  // namespace kairon::config
