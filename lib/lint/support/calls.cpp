#include "lint/support/calls.h"

namespace kairon::lint {

std::string_view called_name(const TreeFile& file) {
  if (!file.facts.name.empty()) return file.facts.name;
  std::string_view stem = file.path;
  if (const std::size_t slash = stem.rfind('/'); slash != std::string_view::npos) stem.remove_prefix(slash + 1);
  if (stem.ends_with(".json")) stem.remove_suffix(5);
  return stem;
}

CallIndex::CallIndex(const Tree& tree) {
  for (const TreeFile& file : tree.files) {
    if (!is_live(file)) continue;
    by_name_[called_name(file)].push_back(&file);
    if (!file.facts.id.empty()) by_id_.emplace(file.facts.id, &file);
  }
}

const std::vector<const TreeFile*>& CallIndex::named(std::string_view name) const {
  static const std::vector<const TreeFile*> kNone;
  const auto hit = by_name_.find(name);
  return hit == by_name_.end() ? kNone : hit->second;
}

const TreeFile* CallIndex::callee(const TreeFile& caller, const workflow::CallFact& call) const {
  if (call.self) return &caller;
  if (!call.name.empty()) {
    const auto& files = named(call.name);
    return files.size() == 1 ? files.front() : nullptr;
  }
  const auto hit = by_id_.find(call.id);
  return hit == by_id_.end() ? nullptr : hit->second;
}

void for_each_changed_call(const Tree& tree, const VisitCall& visit) {
  const CallIndex index(tree);
  for (const TreeFile& file : tree.files) {
    if (!is_live(file)) continue;
    for (const workflow::CallFact& call : file.facts.calls) {
      const TreeFile* callee = index.callee(file, call);
      if (callee != nullptr && (file.changed || callee->changed)) visit(file, call, *callee);
    }
  }
}

}  // namespace kairon::lint
