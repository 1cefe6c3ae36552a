#include "migration/set.h"

#include <algorithm>

namespace kairon::migration {

Set::Set(std::string folder, const std::vector<Entry>& entries) {
  if (!folder.empty() && !folder.ends_with('/')) folder += '/';
  std::vector<std::pair<FileName, Entry>> rollbacks;
  for (const Entry& entry : entries) {
    const FileName name = parse_file_name(entry.path);
    if (!name.is_sql || !entry.path.starts_with(folder)) continue;
    if (entry.path.find('/', folder.size()) != std::string::npos) {
      archived_.push_back(entry);
    } else if (name.is_rollback) {
      rollbacks.emplace_back(name, entry);
    } else {
      migrations_.push_back({parse_version(name.stem), entry, {}});
    }
  }
  std::stable_sort(migrations_.begin(), migrations_.end(),
                   [](const Migration& a, const Migration& b) { return a.version < b.version; });
  for (auto& [name, entry] : rollbacks) {
    const auto hit = std::find_if(migrations_.begin(), migrations_.end(),
                                  [&stem = name.stem](const Migration& one) { return one.version.stem == stem; });
    if (hit == migrations_.end()) {
      orphans_.push_back(std::move(entry));
    } else {
      hit->rollbacks.push_back(std::move(entry));
    }
  }
}

const Migration* Set::find(std::string_view stem) const {
  const auto hit = std::find_if(migrations_.begin(), migrations_.end(),
                                [stem](const Migration& one) { return one.version.stem == stem; });
  return hit == migrations_.end() ? nullptr : &*hit;
}

}  // namespace kairon::migration
