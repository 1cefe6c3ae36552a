#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "diff/change.h"
#include "diff/nodes.h"
#include "diff/reach.h"
#include "workflow/workflow.h"

namespace kairon::diff {

enum class State : std::uint8_t { same, added, removed, changed };

/// Returns the class that drawings give to what is in this state: "added", "removed", "changed" or "same".
[[nodiscard]] std::string_view class_of(State state);

/// A node on both sides. A node that only moved is State::same.
struct NodeDiff {
  const NodeView* before = nullptr;  ///< null: added
  const NodeView* after = nullptr;   ///< null: removed
  std::vector<Change> changes;       ///< all members but name, position and id
  std::vector<Change> quiet;         ///< `id`: equal for people, and yet another value

  [[nodiscard]] State state() const;
  [[nodiscard]] bool renamed() const { return before && after && before->name != after->name; }
  [[nodiscard]] bool moved() const { return before && after && before->position != after->position; }
  /// The newest state of the node.
  [[nodiscard]] const NodeView& view() const { return after != nullptr ? *after : *before; }
};

/// A connection. Names are those of `after`; a removed node has its old one.
struct Link {
  std::size_t from = kNone;  ///< index in WorkflowDiff::nodes; kNone: no node has the name
  std::size_t to = kNone;
  std::string from_name;
  std::string to_name;
  std::string type;  ///< "main" or "ai_*"
  std::size_t output = 0;
  std::size_t input = 0;
  std::string input_type;
  State state = State::same;     ///< same, added or removed
  std::string output_name = {};  ///< as n8n's editor shows it: "false"; "" when it has none
};

/// Numbers of a change, for one line.
struct Counts {
  std::size_t nodes_before = 0, nodes_after = 0;
  std::size_t added = 0, removed = 0;
  std::size_t renamed = 0;          ///< renamed ones, changed or not
  std::size_t renamed_changed = 0;  ///< those of them that changed besides
  std::size_t changed = 0;          ///< changed and not renamed
  std::size_t moved = 0;
  std::size_t links_added = 0, links_removed = 0;
  std::size_t settings = 0;
};

/// What a change does to one workflow. Either side may be missing. Owns both documents.
class WorkflowDiff {
 public:
  WorkflowDiff(std::unique_ptr<json::Document> before, std::unique_ptr<json::Document> after);
  WorkflowDiff(const WorkflowDiff&) = delete;
  WorkflowDiff& operator=(const WorkflowDiff&) = delete;

  /// Those of `after` in its order, then the removed ones.
  [[nodiscard]] const std::vector<NodeDiff>& nodes() const { return nodes_; }
  [[nodiscard]] const std::vector<Link>& links() const { return links_; }
  /// Settings, name, active, tags, pinned data: every other member that people set.
  [[nodiscard]] const std::vector<Change>& settings() const { return settings_; }
  /// Members that n8n writes (versionId, meta, ...).
  [[nodiscard]] const std::vector<Change>& quiet() const { return quiet_; }
  [[nodiscard]] const std::vector<Reach>& reached() const { return reached_; }      ///< only after the change
  [[nodiscard]] const std::vector<Reach>& unreached() const { return unreached_; }  ///< only before it
  [[nodiscard]] Counts counts() const;
  /// The workflow's name, after the change when there is one.
  [[nodiscard]] std::string name() const;
  [[nodiscard]] bool has_before() const { return before_.has_value(); }
  [[nodiscard]] bool has_after() const { return after_.has_value(); }
  /// True when nothing differs that people look at; moves count.
  [[nodiscard]] bool empty() const;

 private:
  void compare_nodes();
  void compare_links();
  void compare_settings();
  void compare_reach();
  [[nodiscard]] json::Value old_root() const { return before_ ? before_->root() : json::Value{}; }
  [[nodiscard]] json::Value new_root() const { return after_ ? after_->root() : json::Value{}; }

  std::optional<workflow::Workflow> before_;
  std::optional<workflow::Workflow> after_;
  std::vector<NodeView> old_nodes_;
  std::vector<NodeView> new_nodes_;
  std::vector<NodeDiff> nodes_;
  std::vector<Link> links_;
  std::vector<Change> settings_;
  std::vector<Change> quiet_;
  std::vector<Reach> reached_;
  std::vector<Reach> unreached_;
};

}  // namespace kairon::diff
