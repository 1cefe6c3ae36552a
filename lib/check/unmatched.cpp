#include "check/unmatched.h"

#include <algorithm>

#include "base/format.h"
#include "base/text.h"

namespace kairon::check {

namespace {

config::Notice notice(const config::Settings& settings, const config::KeyRow& key, const std::string& value,
                      const std::string& subsection = {}) {
  const auto setting = settings.find(key, subsection);
  return {{format("{}: {} = {} matches no file", setting ? setting->source : "settings",
                  text::printable(config::shown_key(key.section, subsection, key.name)), text::printable(value)),
           "correct the path, relative to the repository's top; kairon init --dry-run shows what is there"}};
}

bool is_set(const config::Settings& settings, const config::KeyRow& key, const std::string& subsection = {}) {
  const auto setting = settings.find(key, subsection);
  return setting && setting->origin != config::Origin::built_in && !setting->value.empty();
}

/// Folder and schema file of a history, by its section or the short form.
void add_of_history(const config::Settings& history, const repository::Snapshot& now,
                    std::vector<config::Notice>& notices) {
  const bool several = !history.history().empty();
  const config::KeyRow& folder_key = several ? config::kHistoryFolder : config::kMigrations;
  const config::KeyRow& schema_key = several ? config::kHistorySchema : config::kSchema;
  const std::string folder = history.migrations_folder();
  const bool none = std::none_of(now.migrations.begin(), now.migrations.end(),
                                 [&](const auto& file) { return history.is_below_migrations(file.path); });
  if (is_set(history, folder_key, history.history()) && none)
    notices.push_back(notice(history, folder_key, folder, history.history()));
  if (is_set(history, schema_key, history.history()) && now.other(history.schema_file()) == nullptr)
    notices.push_back(notice(history, schema_key, history.schema_file(), history.history()));
}

}  // namespace

std::vector<config::Notice> unmatched_settings(const config::Settings& settings, const repository::Snapshot& now) {
  std::vector<config::Notice> notices;
  if (!now.complete) return notices;
  if (is_set(settings, config::kWorkflows))
    for (const std::string& glob : settings.workflow_globs())
      if (std::none_of(now.workflows.begin(), now.workflows.end(),
                       [&](const auto& file) { return text::glob_match(glob, file.path); }))
        notices.push_back(notice(settings, config::kWorkflows, glob));
  for (const config::Settings& one : settings.histories()) add_of_history(one, now, notices);
  return notices;
}

}  // namespace kairon::check
