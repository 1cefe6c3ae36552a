#include "smoke/proof.h"

#include "base/hash.h"
#include "base/text.h"
#include "base/utc.h"
#include "deploy/record.h"
#include "json/document.h"
#include "repository/snapshot.h"

namespace kairon::smoke {

std::string smoke_key(git::GitSource& source, const config::Settings& settings, const std::string& commit) {
  if (commit.empty()) return {};
  std::vector<std::string> folders = settings.sql_places();
  folders.emplace_back(".kairon");
  for (const auto& globs : {settings.workflow_globs(), settings.smoke_globs()})
    for (const std::string& glob : globs) folders.push_back(repository::fixed_folder(glob));
  for (const std::string& folder : folders)
    if (folder.empty()) return hash::sha256("commit " + commit);
  // mocks.json is next to the smoke tests' folder, below the workflows'.
  std::string all;
  for (const git::Entry& entry : source.tree_entries(commit, folders)) all += entry.oid + " " + entry.path + "\n";
  return hash::sha256(all);
}

std::optional<std::string> proven_at(const deploy::Journal& journal, const std::string& key) {
  if (key.empty()) return std::nullopt;
  const std::vector<std::string> history = journal.history();
  for (auto line = history.rbegin(); line != history.rend(); ++line) {
    const Result<n8n::Tree> entry = n8n::Tree::parse(*line);
    if (!entry.ok()) return std::nullopt;
    const std::string& result = (*entry)["result"].string();
    if (result == "unchanged" || text::contains(result, "remote")) continue;
    const bool passed = result == "smoke passed" && (*entry)["key"].string() == key;
    return passed ? std::optional((*entry)["at"].string()) : std::nullopt;
  }
  return std::nullopt;
}

void note_smoke(deploy::Journal& journal, const std::string& key, const std::string& commit, SmokeVerdict verdict) {
  json::Writer writer;
  writer.begin_object().key("at").string(utc_now()).key("environment").string(journal.environment());
  writer.key("commit").string(commit).key("key").string(key);
  writer.key("result").string(verdict == SmokeVerdict::passed ? "smoke passed" : "smoke failed");
  journal.note(writer.end_object().take());
}

}  // namespace kairon::smoke
