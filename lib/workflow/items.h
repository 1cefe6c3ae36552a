#pragma once
#include <cstdint>
#include <vector>

#include "workflow/code.h"
#include "workflow/workflow.h"

namespace kairon::workflow {

/// How many items flow at once: at least `least`, at most `most`.
struct ItemCount {
  static constexpr std::uint32_t kMany = 0xFFFF;
  bool reached = false;
  std::uint32_t least = 0;
  std::uint32_t most = kMany;
  /// More than one is what the node is for (Split Out, a mapped list), or certain.
  bool plural = false;

  void join(const ItemCount& other);
  friend bool operator==(const ItemCount&, const ItemCount&) = default;
};

/// What a node does with the pairing between the items that come in and those that go out
/// (assignPairedItems of n8n-core).
enum class Pairing : std::uint8_t {
  kept,     ///< each item that goes out names the one that it was made from
  all,      ///< each names all that came in (Aggregate, Summarize)
  dropped,  ///< new items without a name of where they come from
  unknown
};

/// How the number of items that leave a node follows from the number that enters.
enum class Follows : std::uint8_t {
  nothing,  ///< it does not, or that is not known
  exactly,  ///< as many as come in
  at_most   ///< none, some or all of those that come in
};

/// How many items each node gives, and what becomes of their pairing. What is not understood is unknown.
class Items {
 public:
  Items(const Workflow& workflow, const Code& code);
  /// Of all outputs together, except that a loop gives a batch at its loop output.
  [[nodiscard]] const ItemCount& output(NodeIndex node) const { return outputs_[node]; }
  [[nodiscard]] ItemCount input(NodeIndex node) const;
  /// Of one `main` output.
  [[nodiscard]] ItemCount leaving(NodeIndex node, std::size_t output) const;
  [[nodiscard]] Follows follows(NodeIndex node, std::size_t output) const;
  [[nodiscard]] Pairing pairing(NodeIndex node) const { return pairings_[node]; }
  /// True for a Code node whose new items are a selection or groups of those that came in: their number differs
  /// from the input's as soon as the selection leaves one out.
  [[nodiscard]] bool regroups(NodeIndex node) const;

 private:
  [[nodiscard]] bool is_error_output(const Node& node, std::size_t output) const;
  [[nodiscard]] ItemCount emitted(const Node& node, const ItemCount& incoming) const;
  [[nodiscard]] ItemCount of_code(const Node& node, const ItemCount& in) const;
  [[nodiscard]] Pairing pairing_of(const Node& node) const;

  const Workflow& workflow_;
  const Code& code_;
  std::vector<ItemCount> outputs_;
  std::vector<Pairing> pairings_;
};

}  // namespace kairon::workflow
