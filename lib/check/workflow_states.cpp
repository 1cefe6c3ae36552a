#include "check/workflow_states.h"

#include <algorithm>
#include <mutex>

#include "base/format.h"
#include "base/hash.h"
#include "base/parallel.h"
#include "base/signals.h"
#include "base/terminal.h"
#include "lint/support/called_results.h"

namespace kairon::check {

namespace {

using lint::FileVerdict;
using repository::SnapshotFile;

/// Another catalogue may judge the same content differently.
std::string variant_of(const CheckRequest& request) {
  std::string id;
  if (request.catalogue != nullptr) id = "+" + request.catalogue->fingerprint();
  if (request.target.to != 0) id += kairon::format("+target{}-{}", request.target.from, request.target.to);
  return id;
}

}  // namespace

WorkflowStates::WorkflowStates(const CheckRequest& request, VerdictCache& cache)
    : request_(request),
      cache_(cache),
      variant_(variant_of(request)),
      known_(request.now->workflows.size()),
      links_(request.now->workflows.size()) {}

bool WorkflowStates::is_in_shard(const std::string& path) const {
  return request_.shards == 1 ||
         hash::fnv1a(path) % static_cast<std::uint64_t>(request_.shards) == static_cast<std::uint64_t>(request_.shard);
}

/// Returns the files that have to be judged.
std::vector<std::size_t> WorkflowStates::look_up() {
  std::vector<std::size_t> missing;
  for (std::size_t i = 0; i < known_.size(); ++i) {
    const SnapshotFile& file = request_.now->workflows[i];
    known_[i] = cache_.find_facts(file.identity, variant_);
    if (known_[i]) links_[i] = known_[i]->links;
    if (!known_[i] || is_reported(file.path)) missing.push_back(i);
  }
  return missing;
}

void WorkflowStates::keep(std::size_t file, FileVerdict verdict) {
  links_[file] = own_links_.emplace_back(lint::links_of(verdict.facts));
  verdicts_.emplace(request_.now->workflows[file].path, std::move(verdict));
}

/// Files are read one after another (libgit2's handles are not shared) and judged side by side.
void WorkflowStates::judge() {
  const std::vector<std::size_t> files = look_up();
  std::vector<FileVerdict> judged(files.size());
  std::mutex reading;
  terminal::Progress progress("kairon: judging");
  std::size_t read = 0;
  parallel::for_each(files.size(), [&](std::size_t i) {
    const SnapshotFile& file = request_.now->workflows[files[i]];
    const std::string identity = file.identity + variant_;
    signals::check();
    if (auto known = cache_.find(identity, file.path)) {
      judged[i] = std::move(*known);
    } else {
      std::unique_lock lock(reading);
      progress.update(format("{} of {} files", ++read, files.size()));
      std::string text = request_.now->read(file);
      lock.unlock();
      judged[i] = lint::check_workflow(std::move(text), file.path, request_.catalogue, request_.target);
      cache_.remember(identity, file.path, judged[i]);
    }
    if (!known_[files[i]]) cache_.remember_facts(file.identity, variant_, judged[i].facts);
  });
  for (std::size_t i = 0; i < files.size(); ++i) keep(files[i], std::move(judged[i]));
}

workflow::Facts WorkflowStates::facts(std::size_t file) {
  const SnapshotFile& listed = request_.now->workflows[file];
  const auto judged = verdicts_.find(listed.path);
  if (judged != verdicts_.end()) return judged->second.facts;
  if (auto facts = cache_.read_facts(*known_[file], listed.identity, variant_)) return std::move(*facts);
  // The record is damaged.
  FileVerdict verdict =
      lint::check_workflow(request_.now->read(listed), listed.path, request_.catalogue, request_.target);
  cache_.remember_facts(listed.identity, variant_, verdict.facts);
  return std::move(verdict.facts);
}

workflow::Facts WorkflowStates::facts_before(const SnapshotFile& file) {
  if (const auto known = cache_.find_facts(file.identity, variant_))
    if (auto facts = cache_.read_facts(*known, file.identity, variant_)) return std::move(*facts);
  return lint::read_facts(request_.base->read(file), file.path);
}

std::vector<lint::Finding> WorkflowStates::findings_by(const workflow::Surroundings& results,
                                                       const lint::TreeFile& file) {
  const std::string identity = file.oid + "+results" + hash::sha256(lint::fingerprint(results));
  if (auto known = cache_.find(identity, file.path)) return std::move(known->findings);
  FileVerdict verdict;
  verdict.facts.name = file.facts.name;
  verdict.findings = lint::findings_by(results, request_.now->read({file.path, file.oid}), file.path);
  cache_.remember(identity, file.path, verdict);
  return std::move(verdict.findings);
}

FileVerdict* WorkflowStates::verdict_at(const std::string& path) {
  const auto judged = verdicts_.find(path);
  if (judged != verdicts_.end()) return &judged->second;
  const auto& files = request_.now->workflows;
  const auto file = std::ranges::find(files, path, &SnapshotFile::path);
  if (file == files.end()) return nullptr;
  FileVerdict verdict;
  verdict.facts = facts(static_cast<std::size_t>(file - files.begin()));
  return &verdicts_.emplace(path, std::move(verdict)).first->second;
}

}  // namespace kairon::check
