#include "check/unmatched.h"

#include <algorithm>

#include "base/format.h"
#include "base/text.h"

namespace kairon::check {

namespace {

config::Notice notice(const config::Settings& settings, const config::KeyRow& key, const std::string& value) {
  const auto setting = settings.find(key);
  return {{format("{}: {} = {} matches no file", setting ? setting->source : "settings",
                  config::shown_key(key.section, "", key.name), text::printable(value)),
           "correct the path, relative to the repository's top; kairon init --dry-run shows what is there"}};
}

bool is_set(const config::Settings& settings, const config::KeyRow& key) {
  const auto setting = settings.find(key);
  return setting && setting->origin != config::Origin::built_in && !setting->value.empty();
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
  if (is_set(settings, config::kMigrations) && now.migrations.empty())
    notices.push_back(notice(settings, config::kMigrations, settings.migrations_folder()));
  if (is_set(settings, config::kSchema) && now.other(settings.schema_file()) == nullptr)
    notices.push_back(notice(settings, config::kSchema, settings.schema_file()));
  return notices;
}

}  // namespace kairon::check
