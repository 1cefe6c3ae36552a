#include "base/arguments.h"
#include "base/error.h"
#include "base/file.h"
#include "base/format.h"
#include "base/terminal.h"
#include "base/text.h"
#include "commands/command.h"
#include "commands/explain_example.h"
#include "commands/shape_report.h"
#include "lint/rule.h"
#include "lint/trial_rules.h"
#include "repository/snapshot.h"

namespace kairon::commands {

namespace {

using terminal::Channel;
using terminal::Style;

std::string_view scope_text(lint::Scope scope) {
  if (scope == lint::Scope::kairon_only) return "only in ruleset kairon";
  if (scope == lint::Scope::by_evidence) return "an error with [lint] profile = strict, or when a trial confirms it";
  if (scope == lint::Scope::style) return "reported with [lint] profile = strict only";
  return scope == lint::Scope::softer_in_n8n ? "a warning in ruleset n8n" : "in both rule sets";
}

const lint::RuleInfo& find(const std::string& id) {
  if (const lint::RuleInfo* rule = lint::find_rule(id)) return *rule;
  std::vector<std::string_view> ids;
  for (const lint::RuleInfo* info : lint::all_rules()) ids.push_back(info->id);
  for (const lint::TrialRule& rule : lint::trial_rules()) ids.push_back(rule.id);
  const std::string_view near = text::nearest(id, ids);
  std::vector<std::string_view> family;
  for (const std::string_view known : ids)
    if (known.starts_with(id + "/")) family.push_back(known);
  if (!family.empty()) throw usage_error(format("'{}' is a family of rules", id), text::alternatives(family));
  std::vector<std::string_view> same_name;
  for (const std::string_view known : ids)
    if (known.ends_with("/" + id)) same_name.push_back(known);
  if (!same_name.empty())
    throw usage_error(format("no rule '{}'", id), format("did you mean {}?", text::alternatives(same_name)));
  throw usage_error(format("no rule '{}'", text::printable(id)),
                    near.empty() ? std::string("`kairon rules` lists them") : format("did you mean {}?", near));
}

/// A path as it is, else the file of the workflow of that name in this repository.
std::string workflow_path(const std::string& name) {
  if (file::exists(name)) return name;
  const auto source = git::open();
  if (!source || source->top().empty()) return name;
  const repository::Snapshot snapshot = repository::work_tree_snapshot(source->top(), config::load(source.get()));
  const repository::SnapshotFile* found = snapshot.workflow(name);
  if (found == nullptr) throw repository::unknown_workflow(snapshot, name);
  return source->top() + "/" + found->path;
}

constexpr OptionSpec kExplainOptions[] = {
    {"--shape", "", "WORKFLOW NODE: what the gate believes the node receives and emits"},
    {"--format", "text|json", "how to print what --shape says"}};

ExitCode run_explain(const Options& options) {
  if (options.has("--shape")) {
    if (options.positional().size() != 2) throw usage_error("write: kairon explain --shape WORKFLOW NODE");
    const ShapeReport report = shape_report(workflow_path(options.positional()[0]), options.positional()[1]);
    terminal::write(Channel::out, wants_json(options) ? shape_json(report) : shape_text(report));
    return ExitCode::passed;
  }
  if (wants_json(options)) throw usage_error("--format json needs --shape");
  if (options.positional().size() != 1) throw usage_error("name one rule", "`kairon rules` lists them");
  if (const lint::TrialRule* rule = lint::find_trial_rule(options.positional().front())) {
    terminal::print(Channel::out,
                    format("{} (found by `kairon migrate test` and at push)\n\n{}\n\nFix: {}\n\nIn one file: "
                           "`-- kairon: allow {} REASON`.",
                           terminal::styled(Channel::out, Style::bold, rule->id), rule->summary, rule->fix, rule->id));
    return ExitCode::passed;
  }
  const lint::RuleInfo& rule = find(options.positional().front());
  terminal::print(Channel::out, format("{} ({}, {})", terminal::styled(Channel::out, Style::bold, rule.id),
                                       lint::severity_name(rule.severity), scope_text(rule.scope)));
  terminal::print(Channel::out, format("\n{}\n\nWhy: {}\n\nFix: {}", rule_sentence(rule.summary), rule.why, rule.fix));
  terminal::write(Channel::out, example_text(rule.id));
  terminal::print(Channel::out, format("\n{}\nFor all places: `[lint \"{}\"] severity = warning` in .kairon.",
                                       suppression_text(rule.id), rule.id));
  return ExitCode::passed;
}

}  // namespace

extern const Command kCommandExplain;
const Command kCommandExplain{"explain", "RULE | --shape WORKFLOW NODE",
                              "Say why a rule matters, with a bad and a good example, and how to fix it.",
                              kExplainOptions, run_explain};

}  // namespace kairon::commands
