#include <algorithm>

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

constexpr OptionSpec kOptions[] = {{"--format", "text|json|markdown", "how to print the list"}};

std::string as_json() {
  json::Writer out(json::Writer::Style::pretty);
  out.begin_array();
  for (const lint::RuleInfo* rule : lint::all_rules()) {
    out.begin_object().key("id").string(rule->id).key("severity").string(lint::severity_name(rule->severity));
    out.key("group").string(rule->group()).key("summary").string(rule->summary).end_object();
  }
  return out.end_array().take() + "\n";
}

/// The table lib/lint/RULES.md.
std::string as_markdown() {
  std::string out =
      "# Every rule\n\nMade by `kairon rules --format markdown`; a test keeps it equal to the registry. `kairon "
      "explain RULE` says more.\n\n"
      "| id | severity | in ruleset n8n | fires when |\n|---|---|---|---|\n";
  for (const lint::RuleInfo* rule : lint::all_rules()) {
    const lint::Severity n8n = lint::Ruleset(lint::RulesetName::n8n).effective(rule->id, rule->severity);
    out += format("| {} | {} | {} | {} |\n", rule->id, lint::severity_name(rule->severity),
                  n8n == rule->severity ? std::string_view("the same") : lint::severity_name(n8n),
                  text::replace_all(rule->summary, "|", "\\|"));
  }
  return out;
}

ExitCode run(const Options& options) {
  no_more_words(options, 0);
  const std::string wanted = options.value("--format").value_or("text");
  if (wanted == "json") {
    terminal::write(Channel::out, as_json());
    return ExitCode::passed;
  }
  if (wanted == "markdown") {
    terminal::write(Channel::out, as_markdown());
    return ExitCode::passed;
  }
  std::size_t width = 0;
  for (const lint::RuleInfo* rule : lint::all_rules()) width = std::max(width, rule->id.size());
  for (const lint::RuleInfo* rule : lint::all_rules()) {
    terminal::print(Channel::out,
                    format("{:{}}  {:7}  {}", rule->id, width, lint::severity_name(rule->severity), rule->summary));
  }
  return ExitCode::passed;
}

}  // namespace

extern const Command kCommandRules;
const Command kCommandRules{"rules", "", "List every rule: id, default severity, when it fires.", kOptions, run};

}  // namespace kairon::commands
