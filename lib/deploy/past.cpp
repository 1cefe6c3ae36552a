#include "deploy/past.h"

#include <utility>

#include "base/signals.h"
#include "deploy/canonical.h"

namespace kairon::deploy {

namespace {

constexpr std::size_t kMaxFile = std::size_t{32} << 20U;

}  // namespace

Past::Past(git::GitSource* source, std::string tip, std::function<bool(std::string_view)> is_workflow,
           std::function<void(n8n::Tree&)> transform)
    : source_(source), tip_(std::move(tip)), is_workflow_(std::move(is_workflow)), transform_(std::move(transform)) {}

void Past::read() {
  if (std::exchange(read_, true) || source_ == nullptr || tip_.empty()) return;
  std::set<git::Oid> seen;
  for (const git::Oid& commit : source_->new_commits(tip_, {}, "")) {
    signals::check();
    for (const git::Entry& entry : source_->tree_entries(commit, {})) {
      if (!entry.is_file() || !is_workflow_(entry.path) || !seen.insert(entry.oid).second) continue;
      Result<std::string> text = source_->read_blob(entry.oid, kMaxFile);
      if (!text.ok()) continue;
      Result<n8n::Local> local = n8n::read_local(entry.path, std::move(text).value());
      if (!local.ok()) continue;
      if (!local->id.empty()) names_by_id_.emplace(local->id, local->name);  // the newest commit comes first
      known_.insert(local->name);
      std::vector<n8n::Local>& versions = versions_[local->name];
      versions.push_back(std::move(local).value());
    }
  }
}

bool Past::has(const std::string& name, const std::string& fingerprint_wanted) {
  return find(name, fingerprint_wanted).has_value();
}

std::optional<n8n::Tree> Past::find(const std::string& name, const std::string& fingerprint_wanted) {
  read();
  const auto found = versions_.find(name);
  if (found == versions_.end()) return std::nullopt;
  const n8n::Naming naming(names_by_id_, known_);
  const NameOf name_of = [&naming](const n8n::Reference& reference) {
    const Result<std::string> callee = naming.name_of(reference);
    return callee.ok() ? *callee : "id:" + reference.id;
  };
  for (const n8n::Local& local : found->second) {
    n8n::Tree tree = local.tree;
    if (transform_) transform_(tree);
    n8n::give_webhook_ids(local.tree, tree);
    n8n::Tree form = canonical(tree, name_of);
    if (fingerprint(form) == fingerprint_wanted) return form;
  }
  return std::nullopt;
}

std::set<std::string> Past::names() {
  read();
  return known_;
}

}  // namespace kairon::deploy
