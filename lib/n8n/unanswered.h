#pragma once
#include <cstddef>
#include <ctime>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "n8n/tree.h"

namespace kairon::n8n {

/// What a write does to a workflow.
enum class WriteKind { create, update, activate, deactivate, remove };

/// The name of a WriteKind for messages: "creation", "update", "activation" ...
[[nodiscard]] std::string_view to_string(WriteKind kind);

/// A write that was sent and not answered in time. n8n, or a proxy with a queue, may carry it out at
/// any later moment.
struct Unanswered {
  WriteKind kind = WriteKind::update;
  std::string id;          ///< of the workflow, "" for a creation
  std::string name;        ///< of the workflow
  Tree body = {};          ///< of a creation or an update, else null
  std::string stamp = {};  ///< the workflow's updatedAt before the write, "" when unknown
  std::time_t sent = 0;
  bool had_nodes = false;    ///< when last seen, the workflow had the nodes of `body`
  std::size_t number = 0;    ///< among those of a run
  std::string version = {};  ///< that an activation puts live (2.x), "" = the newest
};

/// "the update of 'Entry' that was sent at 2026-01-31T12:00:00Z"
[[nodiscard]] std::string described(const Unanswered& write);

/// Whether a workflow, as the server has it, is what the write would make of it.
[[nodiscard]] bool has_effect(const Tree& workflow, const Unanswered& write);

/// For the journal.
[[nodiscard]] Tree to_tree(const Unanswered& write);
[[nodiscard]] Unanswered unanswered_from(const Tree& tree);

/// The unanswered writes of a run. Every workflow that the run reads passes here, and a write whose
/// effect it shows is settled: it was carried out and cannot arrive any more.
class UnansweredWrites {
 public:
  /// Adds what is known of the workflow (name, updatedAt) to a write that is about to be sent.
  void complete(Unanswered& write) const;
  /// Returns the write's number.
  std::size_t add(Unanswered write);
  /// From now on a workflow that is as the write would make it settles the write, whenever it became so.
  void ignore_stamps() noexcept { ignores_stamps_ = true; }
  [[nodiscard]] bool waits_for(std::size_t number) const;

  /// A workflow as the server has it now.
  void see(const Tree& workflow);
  /// A workflow that the server does not have (any more): no write to it can do anything, because ids
  /// are never used again.
  void see_absent(const std::string& id);

  [[nodiscard]] const std::vector<Unanswered>& list() const noexcept { return waiting_; }

 private:
  struct Seen {
    std::string name;
    std::string stamp;
    Tree nodes;
  };
  std::vector<Unanswered> waiting_;
  std::size_t added_ = 0;
  bool ignores_stamps_ = false;
  std::map<std::string, Seen> seen_;  ///< by id
};

}  // namespace kairon::n8n
