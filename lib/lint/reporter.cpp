#include "lint/reporter.h"

#include "workflow/facts.h"
#include "workflow/workflow.h"

namespace kairon::lint {

namespace {

constexpr std::size_t kMostOfOneRule = 1000;

}  // namespace

void Reporter::enter(const RuleInfo& rule, std::string path, std::string workflow) {
  if (rule_ != &rule || path_ != path) of_this_rule_ = 0;
  rule_ = &rule;
  path_ = std::move(path);
  workflow_ = std::move(workflow);
}

void Reporter::at(const json::Value& where, const workflow::Node* node, std::string message, std::string help,
                  std::optional<Severity> severity) {
  add(where.position(), node == nullptr ? std::string_view() : node->name, std::move(message), std::move(help),
      severity);
}

void Reporter::in_string(const json::Value& string, std::size_t offset, const workflow::Node* node, std::string message,
                         std::string help, std::optional<Severity> severity) {
  add(string.position_in_string(offset), node == nullptr ? std::string_view() : node->name, std::move(message),
      std::move(help), severity);
}

void Reporter::at_place(const std::string& path, const std::string& workflow, const workflow::Place& place,
                        std::string message, std::string help, std::optional<Severity> severity) {
  if (path_ != path) of_this_rule_ = 0;
  path_ = path;
  workflow_ = workflow;
  add({place.line, place.column}, place.node, std::move(message), std::move(help), severity);
}

void Reporter::add(json::Position position, std::string_view node, std::string message, std::string help,
                   std::optional<Severity> severity) {
  if (of_this_rule_ == kMostOfOneRule) return;
  if (++of_this_rule_ == kMostOfOneRule) message += "; there are more in this file, which are not listed";
  Finding finding;
  finding.rule = rule_->id;
  finding.severity = severity.value_or(rule_->severity);
  finding.path = path_;
  finding.line = position.line;
  finding.column = position.column;
  finding.workflow = workflow_;
  finding.node = node;
  finding.message.text = std::move(message);
  finding.message.remedy = std::move(help);
  findings_.push_back(std::move(finding));
}

}  // namespace kairon::lint
