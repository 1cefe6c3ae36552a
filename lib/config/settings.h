#pragma once
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/message.h"
#include "config/keys.h"
#include "git/source.h"

namespace kairon::config {

/// Where a value came from, strongest first (DESIGN section 3).
enum class Origin { command_line, environment, git_config, dot_env, repository_file, built_in };

/// One setting in force.
struct Setting {
  std::string value;
  Origin origin = Origin::built_in;
  std::string source;  ///< the variable, file or option, for `kairon doctor`
};

/// What is known of a deployment target. Strings are empty when not set.
struct Target {
  std::string name;  ///< "dev", "staging", "prod"
  std::string n8n_url;
  std::string n8n_api_key;
  std::string n8n_database;
  std::string database;  ///< libpq connection string or url
  std::string ssh_host;
  std::string ca_file;    ///< PEM file of the authorities that its certificate may be of, "" = the system's
  std::string approval;   ///< "prompt" or "none"
  std::string requires_;  ///< "staging" or ""
  std::string window;     ///< "02:00-06:00 Europe/Vienna" or ""
  [[nodiscard]] bool configured() const { return !n8n_url.empty(); }
};

/// A setting that was refused or not understood, for doctor and the first line of a hook.
struct Notice {
  Message message;
  bool is_error = false;
};

/// Everything that steers a run, merged from all layers. Secrets and whatever decides where secrets
/// go or what is executed are never taken from the committed `.kairon`.
class Settings {
 public:
  /// What to merge. `repository_file` is the committed `.kairon`'s text (of the index, the pushed
  /// tip or the work tree: the caller chooses), `dot_env` the untracked `.env`'s.
  struct Layers {
    std::optional<std::string> repository_file;
    std::optional<std::string> dot_env;
    std::vector<git::ConfigEntry> git_config;
    std::map<std::string, std::string> command_line;  ///< "lint.node/unreachable.severity" -> "off"
  };
  /// Throws Error(usage) when `.kairon` does not parse.
  [[nodiscard]] static Settings merge(const Layers& layers);

  /// Returns the value in force; `subsection` is the environment, the rule or the probe. Without one and
  /// without a default: "", an empty list, 0 or off. Throws Error(usage) naming key and source when the
  /// value is not of the key's type.
  [[nodiscard]] Text value(const Key<Text>& key, std::string_view subsection = {}) const;
  [[nodiscard]] List value(const Key<List>& key, std::string_view subsection = {}) const;
  [[nodiscard]] Number value(const Key<Number>& key, std::string_view subsection = {}) const;
  /// "30s", "500ms", "5m", "2h", "8d", or plain seconds.
  [[nodiscard]] Duration value(const Key<Duration>& key, std::string_view subsection = {}) const;
  /// on/off, true/false, yes/no, 1/0.
  [[nodiscard]] bool value(const Key<bool>& key, std::string_view subsection = {}) const;
  /// Returns the value as it was written, and where; nothing when it has neither value nor default.
  [[nodiscard]] std::optional<Setting> find(const KeyRow& key, std::string_view subsection = {}) const;
  /// Returns the subsections that have `key` in any layer, sorted: the names of the health probes.
  [[nodiscard]] std::vector<std::string> subsections(const KeyRow& key) const;

  // What most callers ask for.
  [[nodiscard]] std::vector<std::string> workflow_globs() const;     ///< default n8n-workflows/*.json
  [[nodiscard]] std::vector<std::string> smoke_globs() const;        ///< default n8n-workflows/tests/regression/*.json
  [[nodiscard]] std::string migrations_folder() const;               ///< default db/migrations
  [[nodiscard]] std::string schema_file() const;                     ///< default db/schema.sql
  [[nodiscard]] bool kairon_ruleset() const;                         ///< ruleset = kairon (default) or n8n
  [[nodiscard]] bool is_workflow_path(std::string_view path) const;  ///< matches a glob and is not below a tests folder
  [[nodiscard]] bool is_migration_path(std::string_view path) const;  ///< *.sql in the folder, as its layout reads it
  [[nodiscard]] bool is_schema_path(std::string_view path) const;     ///< the schema file of a history
  /// True for a path below the migrations folder, whatever the layout makes of it.
  [[nodiscard]] bool is_below_migrations(std::string_view path) const;
  [[nodiscard]] std::vector<std::string> migration_folders() const;  ///< of all histories
  [[nodiscard]] std::vector<std::string> sql_places() const;         ///< those folders and the schema files

  /// The settings as they are for each history of migrations, by name: folder, layout, schema and version table are
  /// those of its section `[migrations "NAME"]`, and paths of other histories are none of its own. Without such a
  /// section there is one history, with these settings as they are.
  [[nodiscard]] std::vector<Settings> histories() const;
  /// The name of the history whose settings these are; "" where there is one for all.
  [[nodiscard]] const std::string& history() const { return history_; }
  /// "history NAME: " before what is said of one of several; "" where there is one for all.
  [[nodiscard]] std::string history_lead() const;

  [[nodiscard]] int postgres_major() const;  ///< of postgresVersion; 0 = any server
  [[nodiscard]] Target target(std::string_view name) const;
  /// False when a key of [gate] is off or KAIRON_SKIP names it; `why` then says which.
  [[nodiscard]] bool stage_enabled(const Key<bool>& stage, std::string* why = nullptr) const;

  [[nodiscard]] const std::vector<Notice>& notices() const { return notices_; }
  void add_notice(Notice notice) { notices_.push_back(std::move(notice)); }
  /// Every known key with its value in force, in a stable order: also of every rule, probe and environment
  /// that is named anywhere.
  struct Row {
    std::string key;    ///< `[env "prod"] n8nUrl`
    std::string shown;  ///< the value, masked when it is a secret
    Setting setting;
    const KeyRow* known = nullptr;
    std::string subsection;
  };
  [[nodiscard]] std::vector<Row> rows() const;

 private:
  struct Layer {
    Origin origin;
    std::vector<git::ConfigEntry> entries;
  };
  [[nodiscard]] bool names_histories() const;
  [[nodiscard]] bool holds_migration(std::string_view path, std::string_view history) const;
  std::vector<Layer> layers_;               ///< strongest first
  std::vector<std::string> history_names_;  ///< of several histories; empty in the settings of one
  std::string history_;
  std::vector<Notice> notices_;
};

/// Reads all layers for a repository: `.kairon` from the work tree unless `repository_file` is
/// given, `.env` from the top of the work tree, the user's git config. `source` may be null
/// (outside a repository: environment and defaults only).
[[nodiscard]] Settings load(git::GitSource* source, std::optional<std::string> repository_file = std::nullopt,
                            std::map<std::string, std::string> command_line = {});

/// True for the migration layouts (values of [kairon] layout) whose files lie in sub-folders.
[[nodiscard]] constexpr bool has_deep_layout(std::string_view layout) {
  return layout == "diesel" || layout == "prisma" || layout == "flyway" || layout == "sqitch";
}

/// Parses a dotenv file: KEY=value lines, optional `export`, single or double quotes, comments.
/// Nothing is ever executed or expanded.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> parse_dotenv(std::string_view content);

}  // namespace kairon::config
