#include "lint/support.h"

#include <algorithm>

#include "base/format.h"
#include "config/settings.h"
#include "json/document.h"
#include "lint/support/called_results.h"

namespace kairon::lint_test {

using lint::Finding;

namespace {

/// What check/workflow_check.h adds for the results of called workflows.
void add_called_values(const lint::Tree& tree, const std::vector<File>& files, std::vector<Finding>& all) {
  const lint::CallIndex index(tree);
  for (const lint::TreeFile& file : tree.files) {
    const auto results = lint::called_results(index, file);
    if (results.results.empty()) continue;
    const auto text = std::find_if(files.begin(), files.end(), [&](const File& one) { return one.first == file.path; });
    for (Finding& finding : lint::findings_by(results, text->second, file.path)) {
      const bool known = std::any_of(all.begin(), all.end(), [&](const Finding& one) {
        return one.path == finding.path && one.rule == finding.rule && one.line == finding.line &&
               one.column == finding.column;
      });
      if (!known) all.push_back(std::move(finding));
    }
  }
}

}  // namespace

std::vector<Finding> findings_of(const std::vector<File>& files, lint::RulesetName ruleset,
                                 const catalogue::Catalogue* catalogue, lint::Upgrade target) {
  std::vector<Finding> all;
  lint::Tree tree;
  tree.target = target;
  for (const auto& [path, content] : files) {
    if (path.ends_with(".env.example")) {
      tree.declared_variables.emplace();
      for (const auto& [name, value] : config::parse_dotenv(content)) tree.declared_variables->push_back(name);
      continue;
    }
    lint::FileVerdict verdict = lint::check_workflow(content, path, catalogue, target);
    if (path.starts_with("removed/")) {
      tree.removed.push_back({path, verdict.facts.name, verdict.facts.id});
      continue;
    }
    all.insert(all.end(), verdict.findings.begin(), verdict.findings.end());
    tree.files.push_back({path, path, std::move(verdict.facts), true});
  }
  for (Finding& finding : lint::check_tree(tree)) all.push_back(std::move(finding));
  add_called_values(tree, files, all);
  lint::Ruleset(ruleset).apply(all);
  lint::sort_findings(all);
  return all;
}

std::vector<Finding> of_rule(std::vector<Finding> findings, std::string_view rule) {
  std::erase_if(findings, [&](const Finding& finding) { return finding.rule != rule; });
  return findings;
}

std::vector<Finding> check_rule(std::string_view rule, std::string workflow) {
  return of_rule(findings_of({{"Demo.json", std::move(workflow)}}), rule);
}

std::string describe(const std::vector<Finding>& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text += format("\n  {}:{}:{}: {}[{}] {}: {}", finding.path, finding.line, finding.column,
                   lint::severity_name(finding.severity), finding.rule, finding.node, finding.message.text);
  }
  return text;
}

std::string workflow_text(std::string_view nodes, std::string_view connections, std::string_view more) {
  return format("{{\"name\": \"Demo\", {}\"nodes\": [{}], \"connections\": {{{}}}}}", more, nodes, connections);
}

std::string node(std::string_view name, std::string_view type, std::string_view parameters, std::string_view version,
                 std::string_view more) {
  const std::string full =
      type.find('.') == std::string_view::npos ? "n8n-nodes-base." + std::string(type) : std::string(type);
  return format(
      "{{\"name\": \"{}\", \"type\": \"{}\", \"typeVersion\": {}, \"position\": [0, 0], \"parameters\": {}{}}}", name,
      full, version, parameters, more);
}

std::string wire(std::string_view from, std::string_view to, std::string_view type) {
  return format("\"{}\": {{\"{}\": [[{{\"node\": \"{}\", \"type\": \"{}\", \"index\": 0}}]]}}", from, type, to, type);
}

}  // namespace kairon::lint_test
