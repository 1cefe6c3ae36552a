#include "commands/migrate_base.h"

#include <algorithm>

#include "migrate/state.h"
#include "repository/published.h"
#include "trial/input.h"

namespace kairon::commands {

namespace {

/// True when the work tree has a migration that HEAD does not have.
bool writes_migrations(git::GitSource& source, const config::Settings& settings, const std::string& top,
                       const git::Oid& head) {
  const std::vector<config::Settings> histories = settings.histories();
  return std::any_of(histories.begin(), histories.end(), [&](const config::Settings& history) {
    const auto committed = trial::read_commit(source, head, history);
    const auto present = migrate::read_folder(top, history);
    return std::any_of(present.begin(), present.end(), [&committed](const migrate::Source& one) {
      return std::none_of(committed.begin(), committed.end(),
                          [&one](const migrate::Source& other) { return other.version.stem == one.version.stem; });
    });
  });
}

}  // namespace

std::string base_by_hand(git::GitSource& source, const config::Settings& settings, const std::string& top) {
  const git::Oid published = repository::published_commit(source, settings);
  const auto head = source.resolve_commit("HEAD");
  if (!published.empty() || !head || top.empty()) return published;
  return writes_migrations(source, settings, top, *head) ? *head : std::string();
}

}  // namespace kairon::commands
