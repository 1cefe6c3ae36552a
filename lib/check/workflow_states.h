#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "check/check.h"
#include "lint/check.h"
#include "lint/links.h"
#include "lint/tree.h"

namespace kairon::check {

/// The workflows of the state that is judged: verdicts of those that are looked at, and the facts of all. Facts that
/// the cache knows are read when somebody asks for them.
class WorkflowStates {
 public:
  WorkflowStates(const CheckRequest& request, VerdictCache& cache);

  /// Judges what is looked at, and what the cache knows nothing of.
  void judge();
  [[nodiscard]] bool is_reported(const std::string& path) const { return is_selected(path) && is_in_shard(path); }
  [[nodiscard]] bool is_in_shard(const std::string& path) const;

  /// By path: what was judged, and what verdict_at() was asked for.
  [[nodiscard]] std::map<std::string, lint::FileVerdict>& verdicts() { return verdicts_; }
  /// The verdict to which findings of other files' making are added; null for a path that is not in the state.
  [[nodiscard]] lint::FileVerdict* verdict_at(const std::string& path);

  /// Of each file of the state, in its order.
  [[nodiscard]] std::span<const std::span<const std::uint64_t>> links() const { return links_; }
  [[nodiscard]] workflow::Facts facts(std::size_t file);
  /// The facts of a file of the state before that differs from the one here: the cached ones, else read without judging
  /// it.
  [[nodiscard]] workflow::Facts facts_before(const repository::SnapshotFile& file);
  /// What the rules over values find in a file with what called workflows give back, and not without it.
  [[nodiscard]] std::vector<lint::Finding> findings_by(const workflow::Surroundings& results,
                                                       const lint::TreeFile& file);

 private:
  [[nodiscard]] bool is_selected(const std::string& path) const {
    return !request_.only || request_.only->contains(path);
  }
  [[nodiscard]] std::vector<std::size_t> look_up();
  void keep(std::size_t file, lint::FileVerdict verdict);

  const CheckRequest& request_;
  VerdictCache& cache_;
  std::string variant_;  ///< what decides a verdict besides the file's content
  std::vector<std::optional<VerdictCache::KnownFacts>> known_;
  std::vector<std::span<const std::uint64_t>> links_;
  std::deque<lint::Links> own_links_;  ///< of what was judged
  std::map<std::string, lint::FileVerdict> verdicts_;
};

}  // namespace kairon::check
