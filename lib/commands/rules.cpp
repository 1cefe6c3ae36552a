#include <algorithm>
#include <string>
#include <vector>

#include "base/arguments.h"
#include "base/error.h"
#include "base/format.h"
#include "base/terminal.h"
#include "base/text.h"
#include "commands/command.h"
#include "json/document.h"
#include "lint/rule.h"
#include "lint/ruleset.h"

namespace kairon::commands {

namespace {

using terminal::Channel;

constexpr OptionSpec kRulesOptions[] = {{"--format", "text|json|markdown", "how to print the list"}};

using Rules = std::vector<const lint::RuleInfo*>;

/// Returns the rules whose id begins with the prefix that was typed, all without one.
Rules wanted_rules(const Options& options) {
  no_more_words(options, 1);
  const std::string prefix = options.positional().empty() ? std::string() : options.positional().front();
  Rules rules;
  for (const lint::RuleInfo* rule : lint::all_rules())
    if (rule->id.starts_with(prefix)) rules.push_back(rule);
  if (rules.empty())
    throw usage_error(format("no rule's id begins with '{}'", text::printable(prefix)), "kairon rules lists all");
  return rules;
}

std::string as_json(const Rules& rules) {
  json::Writer out(json::Writer::Style::pretty);
  out.begin_array();
  for (const lint::RuleInfo* rule : rules) {
    out.begin_object().key("id").string(rule->id).key("severity").string(lint::severity_name(rule->severity));
    out.key("group").string(rule->group()).key("summary").string(rule->summary).end_object();
  }
  return out.end_array().take() + "\n";
}

/// The table lib/lint/RULES.md.
std::string as_markdown(const Rules& rules) {
  std::string out =
      "# Every rule\n\nMade by `kairon rules --format markdown`; a test keeps it equal to the registry. `kairon "
      "explain RULE` explains one.\n\n"
      "| id | severity | in ruleset n8n | reports a file that |\n|---|---|---|---|\n";
  for (const lint::RuleInfo* rule : rules) {
    const lint::Severity n8n = lint::Ruleset(lint::RulesetName::n8n).effective(rule->id, rule->severity);
    out += format("| {} | {} | {} | {} |\n", rule->id, lint::severity_name(rule->severity),
                  n8n == rule->severity ? std::string_view("the same") : lint::severity_name(n8n),
                  text::replace_all(rule->summary, "|", "\\|"));
  }
  return out;
}

ExitCode run_rules(const Options& options) {
  const Rules rules = wanted_rules(options);
  const std::string wanted = options.value("--format").value_or("text");
  if (wanted == "json") {
    terminal::write(Channel::out, as_json(rules));
    return ExitCode::passed;
  }
  if (wanted == "markdown") {
    terminal::write(Channel::out, as_markdown(rules));
    return ExitCode::passed;
  }
  std::size_t width = 0;
  for (const lint::RuleInfo* rule : rules) width = std::max(width, rule->id.size());
  for (const lint::RuleInfo* rule : rules) {
    terminal::print(Channel::out,
                    format("{:{}}  {:7}  {}", rule->id, width, lint::severity_name(rule->severity), rule->summary));
  }
  return ExitCode::passed;
}

}  // namespace

extern const Command kCommandRules;
const Command kCommandRules{"rules", "[PREFIX]",
                            "List every rule, or those of PREFIX: id, default severity, what it reports.",
                            kRulesOptions, run_rules};

}  // namespace kairon::commands
