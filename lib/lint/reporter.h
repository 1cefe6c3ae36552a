#pragma once
#include <optional>
#include <string>
#include <vector>

#include "json/document.h"
#include "lint/finding.h"
#include "lint/rule.h"

namespace kairon::workflow {
struct Node;
struct Place;
}  // namespace kairon::workflow

namespace kairon::lint {

/// Collects what one rule finds. The driver sets rule and file before calling the rule. Of one rule and one file a
/// thousand findings are kept; the last one says that there are more.
class Reporter {
 public:
  explicit Reporter(std::vector<Finding>& findings) : findings_(findings) {}

  /// Set by the driver: the rule whose findings follow, the file and the workflow's name.
  void enter(const RuleInfo& rule, std::string path, std::string workflow);

  /// A finding at a JSON value; `node` is the node it is about, null for the file as a whole.
  /// `severity` overrides the rule's default where RULES gives two.
  void at(const json::Value& where, const workflow::Node* node, std::string message, std::string help = {},
          std::optional<Severity> severity = std::nullopt);
  /// A finding inside a string: `offset` is a byte of the decoded string.
  void in_string(const json::Value& string, std::size_t offset, const workflow::Node* node, std::string message,
                 std::string help = {}, std::optional<Severity> severity = std::nullopt);
  /// A finding of a tree rule, at a place recorded in the facts.
  void at_place(const std::string& path, const std::string& workflow, const workflow::Place& place, std::string message,
                std::string help = {}, std::optional<Severity> severity = std::nullopt);
  /// The bare form.
  void add(json::Position position, std::string_view node, std::string message, std::string help,
           std::optional<Severity> severity = std::nullopt);

 private:
  std::vector<Finding>& findings_;
  const RuleInfo* rule_ = nullptr;
  std::string path_;
  std::string workflow_;
  std::size_t of_this_rule_ = 0;  ///< findings in this file
};

}  // namespace kairon::lint
