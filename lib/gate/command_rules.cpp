#include <algorithm>

#include "base/error.h"
#include "base/format.h"
#include "base/terminal.h"
#include "base/text.h"
#include "gate/command.h"
#include "json/document.h"
#include "lint/rule.h"

namespace kairon::gate {

namespace {

using terminal::Channel;

constexpr OptionSpec kOptions[] = {{"--format", "text|json", "how to print the list"}};

std::string as_json() {
  json::Writer out(json::Writer::Style::pretty);
  out.begin_array();
  for (const lint::RuleInfo* rule : lint::all_rules()) {
    out.begin_object().key("id").string(rule->id).key("severity").string(lint::severity_name(rule->severity));
    out.key("group").string(rule->group()).key("summary").string(rule->summary).end_object();
  }
  return out.end_array().take() + "\n";
}

ExitCode run(const Options& options) {
  const std::string wanted = options.value("--format").value_or("text");
  if (wanted == "json") {
    terminal::write(Channel::out, as_json());
    return ExitCode::passed;
  }
  if (wanted != "text") throw usage_error(format("--format {}: use text or json", text::printable(wanted)));
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
const Command kCommandRules{"rules", "[--format text|json]", "every rule: id, default severity, when it fires",
                            kOptions, run};

}  // namespace kairon::gate
