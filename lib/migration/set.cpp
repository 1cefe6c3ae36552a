#include "migration/set.h"

#include <algorithm>
#include <map>
#include <string>

namespace kairon::migration {

Set::Set(std::string folder, const std::vector<Entry>& entries, const Layout& layout) : layout_(&layout) {
  if (!folder.empty() && !folder.ends_with('/')) folder += '/';
  std::vector<std::pair<FileName, Entry>> rollbacks;
  std::map<std::string, Entry> checks;
  for (const Entry& entry : entries) {
    if (!entry.path.starts_with(folder)) continue;
    const FileName name = file_name(layout, entry.path);
    const bool below = entry.path.find('/', folder.size()) != std::string::npos;
    if (below && !layout.deep()) {
      if (entry.path.ends_with(".sql")) archived_.push_back(entry);
    } else if (name.role == Role::rollback) {
      rollbacks.emplace_back(name, entry);
    } else if (name.role == Role::verify) {
      checks.emplace(name.stem, entry);
    } else if (name.role == Role::forward || name.role == Role::both || name.role == Role::repeatable) {
      migrations_.push_back({version_of(layout, name.stem), entry, {}});
      migrations_.back().repeatable = name.role == Role::repeatable;
      if (name.role == Role::both) migrations_.back().rollbacks.push_back(entry);
    }
  }
  std::stable_sort(migrations_.begin(), migrations_.end(),
                   [](const Migration& a, const Migration& b) { return a.version < b.version; });
  for (auto& [name, entry] : rollbacks) pair(name, std::move(entry));
  for (Migration& one : migrations_) {
    if (const auto check = checks.find(one.version.stem); check != checks.end()) one.verify = check->second;
    const std::string wanted = companion_of(layout, one.forward.path);
    const auto hit = std::find_if(entries.begin(), entries.end(),
                                  [&](const Entry& entry) { return !wanted.empty() && entry.path == wanted; });
    if (hit != entries.end()) one.companion = *hit;
  }
}

void Set::follow(const std::vector<PlannedChange>& plan) {
  std::vector<Migration> ordered;
  for (const PlannedChange& change : plan) {
    std::vector<std::string> stems;
    for (const std::string& tag : change.tags) stems.push_back(change.name + "@" + tag);
    if (stems.empty()) stems.push_back(change.name);
    for (const std::string& stem : stems) {
      const Migration* found = find(stem);
      if (found == nullptr) continue;
      ordered.push_back(*found);
      ordered.back().version.key =
          std::string(8 - std::to_string(ordered.size()).size(), '0') + std::to_string(ordered.size());
      break;
    }
  }
  migrations_ = std::move(ordered);
}

void Set::pair(const FileName& name, Entry rollback) {
  const Version version = version_of(*layout_, name.stem);
  const auto hit = std::find_if(migrations_.begin(), migrations_.end(), [&](const Migration& one) {
    return one.version.stem == name.stem || (!layout_->is_ours() && one.version.same_number(version));
  });
  if (hit == migrations_.end()) {
    orphans_.push_back(std::move(rollback));
  } else {
    hit->rollbacks.push_back(std::move(rollback));
  }
}

const Migration* Set::find(std::string_view stem) const {
  const auto hit = std::find_if(migrations_.begin(), migrations_.end(),
                                [stem](const Migration& one) { return one.version.stem == stem; });
  return hit == migrations_.end() ? nullptr : &*hit;
}

}  // namespace kairon::migration
