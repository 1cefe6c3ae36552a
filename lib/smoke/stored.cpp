#include "smoke/stored.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>
#include <set>

#include "base/error.h"
#include "base/format.h"
#include "base/signals.h"
#include "base/text.h"
#include "base/utc.h"

namespace kairon::smoke {

namespace {

using n8n::Tree;

constexpr std::size_t kMostExecutions = 2000;
constexpr const char* kKept =
    "n8n keeps an execution when its workflow's settings saveDataSuccessExecution and saveDataErrorExecution are all "
    "(unset: EXECUTIONS_DATA_SAVE_ON_SUCCESS, EXECUTIONS_DATA_SAVE_ON_ERROR), for EXECUTIONS_DATA_MAX_AGE hours";

long long id_of(const Tree& row) {
  return row["id"].is_string() ? std::atoll(row["id"].string().c_str()) : row["id"].integer_or(0);
}

enum class Fetched { whole, absent, too_large, unreadable };

Fetched how_fetched(const n8n::Reply& reply) {
  if (reply.verdict == n8n::Verdict::not_found) return Fetched::absent;
  if (reply.too_large) return Fetched::too_large;
  // What n8n itself cannot parse: a row that was cut or edited in its database. 1.x answers 400.
  if (reply.verdict == n8n::Verdict::refused) return Fetched::unreadable;
  return Fetched::whole;
}

/// Nothing when n8n does not have it or cannot read it, or when its data is larger than an answer may be.
std::optional<StoredExecution> fetch_stored(n8n::Api& api, long long id, Fetched* how = nullptr,
                                            std::string* cause = nullptr) {
  signals::check();
  n8n::Reply reply = api.get(format("/executions/{}?includeData=true", id));
  const Fetched fetched = how_fetched(reply);
  if (how != nullptr) *how = fetched;
  if (cause != nullptr) *cause = n8n::cause(reply);
  if (fetched != Fetched::whole) return std::nullopt;
  if (!reply.ok()) n8n::fail(reply, "reading an execution", api.base_url());
  StoredExecution out{n8n::read_execution(reply.json), std::move(reply.json)};
  return out;
}

/// A failure's handler is started after the failure was stored; nothing between us and n8n takes longer.
bool began_long_after(const StoredExecution& one, const std::string& stopped) {
  // ISO 8601 with the same zone: the minute is close enough.
  return !stopped.empty() && one.raw["startedAt"].string().substr(0, 15) > stopped.substr(0, 15);
}

bool belongs(const StoredExecution& one, const std::set<long long>& ours) {
  return ours.contains(one.seen.parent) || ours.contains(one.seen.handles);
}

std::vector<Tree> rows_since(n8n::Api& api, const std::string& from, bool& cut) {
  std::vector<Tree> out;
  std::string cursor;
  for (;;) {
    const n8n::Reply reply = api.get("/executions?limit=100" + (cursor.empty() ? "" : "&cursor=" + cursor));
    if (!reply.ok() || !reply.json["data"].is_array()) n8n::fail(reply, "reading the executions", api.base_url());
    for (const Tree& row : reply.json["data"].items()) {
      if (row["startedAt"].string() < from && !row["startedAt"].string().empty()) return out;
      if (out.size() == kMostExecutions) {
        cut = true;
        return out;
      }
      out.push_back(row);
    }
    cursor = reply.json["nextCursor"].string();
    if (cursor.empty()) return out;
  }
}

}  // namespace

bool StoredExecution::is_whole() const {
  const Tree& ran = raw["data"]["resultData"]["runData"];
  return ran.is_object() && !ran.members().empty();
}

bool StoredTree::finished() const {
  return std::all_of(members.begin(), members.end(), [](const auto& one) { return one.seen.finished(); });
}

StoredTree stored_tree(n8n::Api& api, long long id) {
  Fetched how{};
  std::string cause;
  std::optional<StoredExecution> root = fetch_stored(api, id, &how, &cause);
  if (how == Fetched::too_large)
    throw usage_error(format("the data of execution {} is larger than 64 MB", id), "record one that handles less data");
  if (how == Fetched::unreadable)
    throw usage_error(format("n8n cannot read the data of execution {}: {}", id, cause), "record another one");
  if (!root) throw usage_error(format("n8n keeps no execution {}", id), kKept);
  while (root->seen.parent != 0 || root->seen.handles != 0) {
    const long long above = root->seen.parent != 0 ? root->seen.parent : root->seen.handles;
    root = fetch_stored(api, above);
    if (!root) throw usage_error(format("n8n keeps no execution {}, which caused {}", above, id), kKept);
  }
  if (!root->is_whole()) throw usage_error(format("n8n stored no data of execution {}", root->seen.id), kKept);
  StoredTree tree;
  std::set<long long> ours{root->seen.id};
  const std::string stopped = root->raw["stoppedAt"].string();
  long long next = root->seen.id + 1;
  tree.members.push_back(std::move(*root));
  constexpr long long kFarthest = 400;
  constexpr int kGaps = 20;
  const long long end = next + kFarthest;
  for (int missing = 0; missing < kGaps && next < end; ++next) {
    std::optional<StoredExecution> one = fetch_stored(api, next);
    missing = one ? 0 : missing + 1;
    if (!one) continue;
    if (began_long_after(*one, stopped)) break;
    if (!belongs(*one, ours)) continue;
    ours.insert(one->seen.id);
    tree.members.push_back(std::move(*one));
  }
  if (!tree.finished()) throw usage_error(format("execution {} has not ended yet", id), "repeat the command later");
  return tree;
}

StoredRuns stored_since(n8n::Api& api, std::time_t from, const std::function<void(std::string_view)>& say) {
  StoredRuns runs;
  bool cut = false;
  std::vector<Tree> rows = rows_since(api, utc_time(from), cut);
  if (cut) runs.notes.push_back(format("only the newest {} executions were read", kMostExecutions));
  std::reverse(rows.begin(), rows.end());
  std::map<long long, std::size_t> tree_of;
  std::size_t partial = 0;
  std::size_t by_hand = 0;
  std::size_t too_large = 0;
  std::size_t unreadable = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (say) say(format("execution {} of {}", i + 1, rows.size()));
    Fetched how{};
    std::optional<StoredExecution> one = fetch_stored(api, id_of(rows[i]), &how);
    if (how == Fetched::too_large) ++too_large;
    if (how == Fetched::unreadable) ++unreadable;
    if (!one) continue;
    const long long above = one->seen.parent != 0 ? one->seen.parent : one->seen.handles;
    const long long id = one->seen.id;
    if (above != 0) {
      const auto found = tree_of.find(above);
      if (found == tree_of.end()) continue;
      tree_of[id] = found->second;
      runs.trees[found->second].members.push_back(std::move(*one));
      continue;
    }
    if (one->seen.mode == "manual" || one->seen.mode == "cli") {
      ++by_hand;
    } else if (!one->is_whole()) {
      ++partial;
    } else {
      tree_of[id] = runs.trees.size();
      runs.trees.push_back({});
      runs.trees.back().members.push_back(std::move(*one));
    }
  }
  std::erase_if(runs.trees, [](const StoredTree& tree) { return !tree.finished(); });
  if (partial > 0)
    runs.notes.push_back(format("{} stored without data: {}", text::counted(partial, "execution"), kKept));
  if (too_large > 0) runs.notes.push_back(format("{} larger than 64 MB", text::counted(too_large, "execution")));
  if (unreadable > 0)
    runs.notes.push_back(format("{} whose data n8n cannot read", text::counted(unreadable, "execution")));
  if (by_hand > 0)
    runs.notes.push_back(format("{} started by hand in the editor", text::counted(by_hand, "execution")));
  return runs;
}

std::vector<std::string> not_kept(n8n::Api& api, const std::vector<n8n::Local>& workflows) {
  std::vector<std::string> out;
  for (const Tree& row : api.workflows()) {
    const std::string& name = row["name"].string();
    const bool ours = std::any_of(workflows.begin(), workflows.end(),
                                  [&name](const n8n::Local& local) { return local.name == name; });
    if (!ours || row["isArchived"].boolean_or(false)) continue;
    for (const char* key : {"saveDataSuccessExecution", "saveDataErrorExecution"})
      if (row["settings"][key].string() == "none")
        out.push_back(
            format("{} keeps no executions: its setting {} is none, all keeps them", text::printable(name), key));
  }
  return out;
}

}  // namespace kairon::smoke
