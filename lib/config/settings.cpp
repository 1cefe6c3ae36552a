#include "config/settings.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/environment.h"
#include "base/environments.h"
#include "base/error.h"
#include "base/format.h"
#include "base/text.h"
#include "config/keys.h"
#include "config/layers.h"
#include "config/workflow_paths.h"

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

/// Words of KAIRON_SKIP that are not a stage: their stages run.
void add_unknown_stages(Settings& settings) {
  std::vector<std::string_view> stages;
  for (const KeyRow* key : known_keys())
    if (key->section == "gate" && key->trust == Trust::anyone) stages.push_back(key->name);
  const std::string skipped = environment::get("KAIRON_SKIP").value_or("");
  for (std::string_view word : text::split(skipped, ',')) {
    word = text::trim(word);
    if (word.empty() || std::find(stages.begin(), stages.end(), word) != stages.end()) continue;
    const std::string_view near = text::nearest(word, stages);
    settings.add_notice(
        {{format("KAIRON_SKIP: unknown stage '{}' is ignored, all stages run", text::printable(word)),
          near.empty() ? format("use {}", text::alternatives(stages)) : format("did you mean {}?", near)}});
  }
}

/// A key that counts once and is written twice in `.kairon`: the last value wins, which nobody sees.
void add_repeated(Settings& settings, const std::vector<git::ConfigEntry>& entries) {
  std::map<std::string, std::vector<std::string>> values;
  for (const git::ConfigEntry& entry : entries) {
    const KeyRow* key = find_key(entry.section, entry.subsection, entry.key);
    if (key != nullptr && !key->repeatable)
      values[shown_key(key->section, entry.subsection, key->name)].push_back(entry.value);
  }
  for (const auto& [name, given] : values)
    if (given.size() > 1)
      settings.add_notice({{format(".kairon: {} is set {} times; '{}' counts", text::printable(name), given.size(),
                                   text::printable(given.back())),
                            "keep one of the lines"}});
}

/// Sections that name no history, and the short form, which does not count next to them.
void add_history_notices(Settings& settings) {
  const std::vector<std::string> named = settings.subsections(kHistoryFolder);
  for (const KeyRow* key : known_keys()) {
    if (key->section != kHistoryFolder.section) continue;
    for (const std::string& name : settings.subsections(*key))
      if (!std::ranges::binary_search(named, name))
        settings.add_notice({{format("[migrations \"{}\"] has no folder: it is left out", text::printable(name)),
                              format("git config -f .kairon \"migrations.{}.folder\" FOLDER", text::printable(name))},
                             true});
  }
  const auto single = settings.find(kMigrations);
  if (!named.empty() && single && single->origin != Origin::built_in)
    settings.add_notice({{format("{}: [kairon] migrations does not count next to [migrations \"{}\"]", single->source,
                                 text::printable(named.front())),
                          "give that folder a section [migrations \"NAME\"] too, or remove the line"},
                         true});
}

/// What a history's section says in place of a key of [kairon]; null for other keys.
const KeyRow* key_of_history(const KeyRow& key) {
  if (&key == &kMigrations) return &kHistoryFolder;
  if (&key == &kLayout) return &kHistoryLayout;
  if (&key == &kVersionTable) return &kHistoryTable;
  return &key == &kSchema ? &kHistorySchema : nullptr;
}

std::string without_slashes(std::string folder) {
  while (folder.ends_with('/')) folder.pop_back();
  return folder;
}

std::string describe_setting(const KeyRow& key, std::string_view subsection, const Setting& setting) {
  return format("{} ({})", shown_key(key.section, subsection, key.name), setting.source);
}

/// The value without what is before the @ of an url: people write passwords there.
std::string without_user(const std::string& value) {
  const std::size_t begin = value.find("://");
  if (begin == std::string::npos) return value;
  const std::size_t at = value.substr(0, value.find('/', begin + 3)).rfind('@');
  return at == std::string::npos || at < begin ? value : value.substr(0, begin + 3) + "***" + value.substr(at);
}

std::string mask(const KeyRow& key, const std::string& value) {
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
  add_repeated(settings, settings.layers_.back().entries);
  add_unknown_stages(settings);
  if (settings.names_histories()) {
    settings.history_names_ = settings.subsections(kHistoryFolder);
    add_history_notices(settings);
  }
  return settings;
}

/// Asked first, because looking for each key's sections takes a while and most repositories have none.
bool Settings::names_histories() const {
  const auto is_named = [](const git::ConfigEntry& entry) { return entry.section == kHistoryFolder.section; };
  for (const Layer& layer : layers_)
    if (std::ranges::any_of(layer.entries, is_named)) return true;
  return std::ranges::any_of(environment::all(),
                             [](const std::string& variable) { return variable.starts_with("KAIRON_MIGRATIONS_"); });
}

std::optional<Setting> Settings::find(const KeyRow& key, std::string_view subsection) const {
  if (const KeyRow* own = history_.empty() ? nullptr : key_of_history(key)) {
    auto setting = find(*own, history_);
    // A schema file is of one history only.
    if (setting || &key == &kSchema) return setting;
  }
  for (const Layer& layer : layers_) {
    if (layer.origin == Origin::git_config) {
      if (auto setting = from_environment(key.section, subsection, key.name)) return setting;
      if (const auto known = known_variable(key.section, subsection, key.name)) return known;
    }
    const auto hit = std::find_if(layer.entries.rbegin(), layer.entries.rend(), [&](const git::ConfigEntry& entry) {
      return matches(entry, key.section, subsection, key.name);
    });
    if (hit != layer.entries.rend()) return Setting{hit->value, layer.origin, hit->origin};
  }
  if (key.fallback.empty()) return std::nullopt;
  return Setting{std::string(key.fallback), Origin::built_in, "default"};
}

Text Settings::value(const Key<Text>& key, std::string_view subsection) const {
  const auto setting = find(key, subsection);
  return setting ? setting->value : Text();
}

List Settings::value(const Key<List>& key, std::string_view subsection) const {
  const auto strongest = find(key, subsection);
  if (!strongest) return {};
  List values;
  for (const Layer& layer : layers_) {
    if (layer.origin != strongest->origin) continue;
    for (const git::ConfigEntry& entry : layer.entries) {
      if (matches(entry, key.section, subsection, key.name)) values.push_back(entry.value);
    }
  }
  if (values.empty()) values.push_back(strongest->value);
  return values;
}

Number Settings::value(const Key<Number>& key, std::string_view subsection) const {
  const auto setting = find(key, subsection);
  if (!setting) return 0;
  if (const auto number = parse_integer(setting->value)) return *number;
  throw usage_error(
      format("{}: invalid number '{}'", describe_setting(key, subsection, *setting), text::printable(setting->value)));
}

Duration Settings::value(const Key<Duration>& key, std::string_view subsection) const {
  const auto setting = find(key, subsection);
  if (!setting) return Duration(0);
  if (const auto duration = parse_duration(setting->value)) return *duration;
  throw usage_error(
      format("{}: invalid duration '{}'", describe_setting(key, subsection, *setting), text::printable(setting->value)),
      "use 500ms, 30s, 5m or 2h");
}

bool Settings::value(const Key<bool>& key, std::string_view subsection) const {
  const auto setting = find(key, subsection);
  if (!setting) return false;
  if (const auto flag = parse_boolean(setting->value)) return *flag;
  throw usage_error(format("{}: '{}' is neither on nor off", describe_setting(key, subsection, *setting),
                           text::printable(setting->value)));
}

std::vector<std::string> Settings::subsections(const KeyRow& key) const {
  std::set<std::string> names;
  for (const Layer& layer : layers_)
    for (const git::ConfigEntry& entry : layer.entries)
      if (entry.section == key.section && !entry.subsection.empty() && text::equal_ignoring_case(entry.key, key.name))
        names.insert(entry.subsection);
  for (const std::string& variable : environment::all())
    if (const auto name = subsection_of_variable(key.section, key.name, variable.substr(0, variable.find('='))))
      if (std::ranges::none_of(names, [&](const std::string& n) {
            return variable_name(key.section, n, key.name) == variable_name(key.section, *name, key.name);
          }))
        names.insert(*name);
  return {names.begin(), names.end()};
}

std::vector<std::string> Settings::workflow_globs() const { return value(kWorkflows); }
std::vector<std::string> Settings::smoke_globs() const { return value(kSmokePath); }
std::string Settings::schema_file() const { return value(kSchema); }

int Settings::postgres_major() const {
  const Text version = value(kPostgresVersion);
  if (version.empty()) return 0;
  const auto major = parse_integer(std::string_view(version).substr(0, version.find('.')));
  if (major && *major > 0 && *major < 1000) return static_cast<int>(*major);
  throw usage_error(format("invalid PostgreSQL version '{}'", text::printable(version)), "write it like 15 or 15.4");
}

std::string Settings::migrations_folder() const { return without_slashes(value(kMigrations)); }

std::vector<Settings> Settings::histories() const {
  if (history_names_.empty()) return {*this};
  std::vector<Settings> all;
  for (const std::string& name : history_names_) {
    Settings& one = all.emplace_back(*this);
    one.history_ = name;
    one.history_names_.clear();
  }
  return all;
}

std::string Settings::history_lead() const {
  return history_.empty() ? std::string() : format("history {}: ", text::printable(history_));
}

std::vector<std::string> Settings::migration_folders() const {
  if (history_names_.empty()) return {migrations_folder()};
  std::vector<std::string> folders;
  for (const std::string& name : history_names_) folders.push_back(without_slashes(value(kHistoryFolder, name)));
  return folders;
}

std::vector<std::string> Settings::sql_places() const {
  std::vector<std::string> places = migration_folders();
  if (history_names_.empty()) places.push_back(schema_file());
  for (const std::string& name : history_names_) places.push_back(value(kHistorySchema, name));
  std::erase(places, "");
  return places;
}

bool Settings::kairon_ruleset() const {
  const Setting setting = *find(kRuleset);
  if (setting.value == "kairon") return true;
  if (setting.value == "n8n") return false;
  throw usage_error(
      format("{}: no rule set '{}'", describe_setting(kRuleset, "", setting), text::printable(setting.value)),
      "use kairon or n8n");
}

bool Settings::is_workflow_path(std::string_view path) const {
  return path.ends_with(".json") && WorkflowPaths(*this).contain(path);
}

bool Settings::holds_migration(std::string_view path, std::string_view history) const {
  const std::string folder =
      (history.empty() ? migrations_folder() : without_slashes(value(kHistoryFolder, history))) + "/";
  if (!path.starts_with(folder)) return false;
  if (path.find('/', folder.size()) == std::string_view::npos) return true;
  const Text layout = history.empty() ? Text() : value(kHistoryLayout, history);
  return has_deep_layout(layout.empty() ? value(kLayout) : layout);
}

bool Settings::is_migration_path(std::string_view path) const {
  if (!path.ends_with(".sql")) return false;
  if (history_names_.empty()) return holds_migration(path, "");
  return std::ranges::any_of(history_names_, [&](const std::string& name) { return holds_migration(path, name); });
}

bool Settings::is_schema_path(std::string_view path) const {
  if (history_names_.empty()) return path == schema_file();
  return std::ranges::any_of(history_names_,
                             [&](const std::string& name) { return path == value(kHistorySchema, name); });
}

bool Settings::is_below_migrations(std::string_view path) const {
  return std::ranges::any_of(migration_folders(),
                             [path](const std::string& folder) { return path.starts_with(folder + "/"); });
}

Target Settings::target(std::string_view name) const {
  const auto read = [&](const Key<Text>& key) { return value(key, name); };
  Target target;
  target.name = name;
  target.n8n_url = read(kEnvN8nUrl);
  target.n8n_api_key = read(kEnvN8nApiKey);
  target.n8n_database = read(kEnvN8nDatabase);
  target.database = read(kEnvDatabase);
  target.ssh_host = read(kEnvSshHost);
  target.ca_file = read(kEnvCaFile);
  target.approval = read(kEnvApproval);
  target.requires_ = read(kEnvRequires);
  target.window = read(kEnvWindow);
  while (target.n8n_url.ends_with('/')) target.n8n_url.pop_back();
  return target;
}

bool Settings::stage_enabled(const Key<bool>& stage, std::string* why) const {
  const std::string skipped = environment::get("KAIRON_SKIP").value_or("");
  for (const std::string_view name : text::split(skipped, ',')) {
    if (text::trim(name) != stage.name) continue;
    if (why != nullptr) *why = "KAIRON_SKIP";
    return false;
  }
  if (value(stage)) return true;
  if (why != nullptr) *why = format("{} = off ({})", shown_key(stage.section, "", stage.name), find(stage)->source);
  return false;
}

std::vector<Settings::Row> Settings::rows() const {
  std::vector<Row> rows;
  const auto add = [&](const KeyRow& key, std::string_view subsection, bool only_when_set) {
    const auto setting = find(key, subsection);
    if (!setting || (only_when_set && setting->origin == Origin::built_in)) return;
    std::string shown = mask(key, setting->value);
    if (key.repeatable) shown = text::join(value(static_cast<const Key<List>&>(key), subsection), ", ");
    rows.push_back(
        {shown_key(key.section, subsection, key.name), std::move(shown), *setting, &key, std::string(subsection)});
  };
  for (const KeyRow* row : known_keys()) {
    const KeyRow& key = *row;
    if (key.subsection.empty()) {
      add(key, "", false);
      continue;
    }
    std::vector<std::string> names = subsections(key);
    if (key.section == "env")
      for (const std::string_view name : kEnvironments)
        if (std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
    for (const std::string& name : names)
      add(key, name, key.section != "env" || (target(name).n8n_url.empty() && target(name).database.empty()));
  }
  return rows;
}

}  // namespace kairon::config
