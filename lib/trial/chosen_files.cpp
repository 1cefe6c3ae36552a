#include "trial/chosen_files.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/error.h"
#include "base/format.h"
#include "base/text.h"
#include "migration/file.h"

namespace kairon::trial {

namespace fs = std::filesystem;

namespace {

/// True when the file of a migration lies in `named`, which is a folder.
bool lies_in(const migrate::Source& source, const std::string& top, const std::string& named) {
  std::error_code failed;
  const fs::path above = fs::weakly_canonical(named, failed);
  const fs::path inside =
      fs::weakly_canonical(fs::path(top) / source.forward->path(), failed).lexically_relative(above);
  return !inside.empty() && *inside.begin() != "..";
}

/// Names of all files below the migrations folder at the tip, those of its archives too.
std::set<std::string> names_below(git::GitSource& source, const config::Settings& settings,
                                  const TrialRequest& request) {
  std::set<std::string> names;
  const std::vector<std::string> folders = {settings.migrations_folder()};
  if (!request.tip.empty()) {
    for (const git::Entry& entry : source.tree_entries(request.tip, folders))
      names.insert(fs::path(entry.path).filename().string());
    return names;
  }
  std::error_code failed;
  for (auto at = fs::recursive_directory_iterator(source.top() + "/" + folders.front(), failed);
       at != fs::recursive_directory_iterator(); at.increment(failed))
    names.insert(at->path().filename().string());
  return names;
}

}  // namespace

bool holds(const std::vector<migrate::Source>& sources, const migrate::Source& wanted) {
  return std::any_of(sources.begin(), sources.end(),
                     [&](const migrate::Source& s) { return s.version.stem == wanted.version.stem; });
}

std::vector<migrate::Source> named_files(const std::string& top, const std::string& folder,
                                         const std::vector<std::string>& files, const migration::Layout& layout) {
  std::vector<migrate::Source> wanted;
  const std::vector<migrate::Source> all = migrate::read_folder(top, folder, layout);
  const auto add = [&wanted](const migrate::Source& source) {
    if (!holds(wanted, source)) wanted.push_back(source);
  };
  for (const std::string& path : files) {
    if (std::error_code failed; fs::is_directory(path, failed)) {
      const std::size_t before = wanted.size();
      for (const migrate::Source& source : all)
        if (lies_in(source, top, path)) add(source);
      if (wanted.size() == before && folder.empty()) throw usage_error(format("no migration in {}", path));
      if (wanted.size() == before)
        throw usage_error(format("no migration in {}", path), format("those of this history are in {}", folder));
      continue;
    }
    const std::string stem = file_name(layout, path).stem;
    const auto hit =
        std::find_if(all.begin(), all.end(), [&](const migrate::Source& s) { return s.version.stem == stem; });
    if (hit == all.end()) throw usage_error(format("no migration {} in {}", path, folder.empty() ? "." : folder));
    add(*hit);
  }
  migrate::sort_by_version(wanted);
  return wanted;
}

void stand_on_earlier(TrialOptions& options, const std::vector<migrate::Source>& present) {
  Base& base = options.base;
  const migration::Version first = options.fresh.front().version;
  const migration::Version last = options.fresh.back().version;
  for (const migrate::Source& one : present) {
    if (holds(options.fresh, one)) continue;
    if (first < one.version && one.version < last) options.fresh.push_back(one);
    if (!(one.version < first) || holds(base.chain, one)) continue;
    base.chain.push_back(one);
    if (base.schema) base.since_schema.push_back(one);
  }
  for (auto* sources : {&base.chain, &base.since_schema}) {
    std::erase_if(*sources, [&first](const migrate::Source& one) { return !(one.version < first); });
    migrate::sort_by_version(*sources);
  }
  migrate::sort_by_version(options.fresh);
}

bool begin_anew(TrialOptions& options, const std::vector<migrate::Source>& present, git::GitSource& source,
                const config::Settings& settings, const TrialRequest& request) {
  Base& base = options.base;
  const auto stays = [&](const migrate::Source& one) { return holds(present, one); };
  if (options.fresh.empty() || std::all_of(base.chain.begin(), base.chain.end(), stays)) return false;
  const std::set<std::string> names = names_below(source, settings, request);
  std::size_t gone = 0;
  for (const migrate::Source& one : base.chain) {
    if (stays(one)) continue;
    if (!names.contains(fs::path(one.forward->path()).filename().string())) return false;
    ++gone;
  }
  std::erase_if(base.chain, [&](const migrate::Source& one) {
    return !stays(one) || !(one.version < options.fresh.front().version);
  });
  base.schema.reset();
  base.since_schema.clear();
  base.archived = gone;
  return true;
}

}  // namespace kairon::trial
