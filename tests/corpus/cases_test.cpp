#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>

#include "base/file.h"
#include "base/format.h"
#include "base/text.h"
#include "catalogue/store.h"
#include "corpus/classes.h"
#include "json/document.h"
#include "lint/support.h"
#include "support/skip.h"

// The corpus stands next to the source tree and is never part of it.
using namespace kairon;
using lint::Finding;

namespace {

const std::string kCorpus = KAIRON_SOURCE_DIR "/../shared/corpus";

bool corpus_found() {
  if (file::exists(kCorpus + "/cases/cases.jsonl")) return true;
  test::skip("corpus not found");
  return false;
}

std::string read(const std::string& path) {
  auto content = file::read(path);
  REQUIRE_MESSAGE(content.ok(), path);
  return std::move(content).value();
}

std::string blob(const std::string& oid) { return kCorpus + "/cases/blobs/" + oid + ".json"; }

struct Case {
  std::string group, kind, path, bad, good, wrong, visible;
  std::vector<lint::TreeFile> siblings;
};

lint::TreeFile sibling_of(const json::Value& entry) {
  lint::TreeFile file;
  file.path = entry["path"].string();
  file.changed = false;
  file.facts.valid = true;
  file.facts.name = entry["name"].string();
  file.facts.has_subworkflow_trigger = entry["executeWorkflowTrigger"].boolean();
  if (!entry["inputs"].is_array()) return file;
  file.facts.declared_inputs.emplace();
  for (const json::Value name : entry["inputs"]) file.facts.declared_inputs->emplace_back(name.string());
  return file;
}

std::vector<Case> read_cases() {
  std::vector<Case> cases;
  const std::string content = read(kCorpus + "/cases/cases.jsonl");
  for (const std::string_view line : text::lines(content)) {
    const auto parsed = json::Document::parse(std::string(line));
    REQUIRE(parsed.document);
    const json::Value row = parsed.document->root();
    Case one;
    one.group = row["group"].string();
    one.kind = row["class"].string();
    one.path = row["path"].string();
    one.bad = row["bad_oid"].string();
    one.good = row["good_oid"].string();
    one.wrong = row["what_was_wrong"].string();
    one.visible = row["statically_detectable"].string();
    for (const json::Value entry : row["siblings"]) {
      if (entry["path"].string() != one.path) one.siblings.push_back(sibling_of(entry));
    }
    cases.push_back(std::move(one));
  }
  return cases;
}

/// The description of n8n's nodes for which the errors were judged, null when this machine has not cached it.
const catalogue::Catalogue* catalogue_in_cache() {
  static const catalogue::Choice kChoice = catalogue::choose("1.123.81");
  return kChoice.catalogue.get();
}

std::vector<Finding> findings_of(const Case& one, const std::string& oid) {
  lint::FileVerdict verdict = lint::check_workflow(read(blob(oid)), one.path, catalogue_in_cache());
  std::vector<Finding> findings = std::move(verdict.findings);
  lint::Tree tree;
  tree.files = one.siblings;
  tree.declared_variables.emplace();
  tree.files.push_back({one.path, oid, std::move(verdict.facts), true});
  for (Finding& finding : lint::check_tree(tree)) {
    if (finding.path == one.path) findings.push_back(std::move(finding));
  }
  lint::Ruleset(lint::RulesetName::kairon).apply(findings);
  return findings;
}

/// Names of the nodes of a file.
void add_node_names(const std::string& oid, std::set<std::string>& names) {
  const auto parsed = json::Document::parse(read(blob(oid)));
  if (!parsed.document) return;
  for (const json::Value node : parsed.document->root()["nodes"]) {
    if (node["name"].string().size() > 2) names.emplace(node["name"].string());
  }
}

/// The nodes, of the file before or after the repair, that the description names.
std::vector<std::string> named_nodes(const Case& one) {
  std::set<std::string> names;
  add_node_names(one.bad, names);
  add_node_names(one.good, names);
  std::vector<std::string> named;
  for (const std::string& name : names) {
    if (text::contains(one.wrong, name)) named.push_back(name);
  }
  return named;
}

/// A finding about the file as a whole is where it belongs; one about a node must be at a named one,
/// or name it.
bool at_named_place(const std::vector<std::string>& named, const Finding& finding) {
  if (named.empty() || finding.node.empty()) return true;
  return std::any_of(named.begin(), named.end(), [&](const std::string& name) {
    return finding.node == name || text::contains(finding.message.text, "'" + name + "'");
  });
}

bool is_seen(const Case& one, const std::vector<std::string_view>& fitting) {
  const auto good = findings_of(one, one.good);
  const auto named = named_nodes(one);
  for (const Finding& finding : findings_of(one, one.bad)) {
    if (std::find(fitting.begin(), fitting.end(), finding.rule) == fitting.end()) continue;
    const bool stays = std::any_of(good.begin(), good.end(), [&](const Finding& other) {
      return other.rule == finding.rule && other.node == finding.node && other.message.text == finding.message.text;
    });
    if (!stays && at_named_place(named, finding)) return true;
  }
  return false;
}

/// Errors by rule that were read one by one and are right.
using Judged = std::map<std::string, std::size_t>;

/// Prints errors by rule. More of a rule, or of another rule, than was judged: somebody has to read those
/// (KAIRON_TEST_VERBOSE=1).
void check_judged(const std::map<std::string, std::size_t>& errors, const Judged& judged) {
  for (const auto& [rule, count] : errors) {
    std::printf("%5zu %s\n", count, rule.c_str());
    const auto known = judged.find(rule);
    CHECK_MESSAGE(count <= (known == judged.end() ? 0 : known->second), rule, ": ", count);
  }
}

struct Score {
  std::set<std::string> visible;
  std::set<std::string> seen;
};

}  // namespace

TEST_CASE("defects that were really committed are seen") {
  if (!corpus_found()) return;
  std::map<std::string, Score> classes;
  Score all;
  for (const Case& one : read_cases()) {
    if (one.visible != "yes") continue;
    const auto& fitting = lint_test::fitting_rules(one.kind);
    const bool seen = is_seen(one, fitting);
    for (Score* score : {&classes[one.kind], &all}) {
      score->visible.insert(one.group);
      if (seen) score->seen.insert(one.group);
    }
    if (!seen) std::printf("not seen: %-45s %s\n", one.group.c_str(), one.path.c_str());
  }
  for (const auto& [kind, score] : classes) {
    std::printf("%3zu / %-3zu %s\n", score.seen.size(), score.visible.size(), kind.c_str());
  }
  std::printf("%3zu / %-3zu groups in all\n", all.seen.size(), all.visible.size());
  // Without the descriptions of n8n's nodes the rules that need them see nothing.
  const std::size_t percent = catalogue_in_cache() == nullptr ? 75 : 92;
  CHECK(100 * all.seen.size() >= percent * all.visible.size());
}

TEST_CASE("files as they were repaired: errors by rule") {
  if (!corpus_found()) return;
  std::set<std::string> seen;
  std::map<std::string, std::set<std::string>> errors;
  for (const Case& one : read_cases()) {
    if (!seen.insert(one.good).second) continue;
    auto findings = findings_of(one, one.good);
    std::erase_if(findings, [](const Finding& finding) { return finding.severity != lint::Severity::error; });
    for (const Finding& finding : findings) errors[finding.rule].insert(one.good);
    if (std::getenv("KAIRON_TEST_VERBOSE") != nullptr && !findings.empty())
      std::printf("%s\n%s\n", one.good.c_str(), lint_test::describe(findings).c_str());
  }
  std::printf("\n%zu repaired files, files with errors by rule:\n", seen.size());
  std::map<std::string, std::size_t> files;
  for (const auto& [rule, where] : errors) files[rule] = where.size();
  // A repaired file may hold other defects than the one that was repaired in it.
  check_judged(files, {{"call/by-id", 9},          {"call/no-trigger", 2},         {"call/unknown-workflow", 8},
                       {"code/mode", 5},           {"code/return-shape", 1},       {"code/syntax", 6},
                       {"connection/port", 6},     {"flow/ctx-lost", 9},           {"flow/missing-field", 11},
                       {"node/ai-model", 2},       {"node/duplicate-name", 4},     {"node/filter-shape", 10},
                       {"node/invalid-option", 6}, {"node/required-parameter", 8}, {"node/unknown-parameter", 19},
                       {"node/unreachable", 2},    {"reference/missing-node", 10}, {"sql/placeholders", 19},
                       {"workflow/name", 30},      {"workflow/no-trigger", 1},     {"workflow/pin-data", 2}});
}

namespace {

/// Workflow files below a folder of the corpus, sorted.
std::vector<std::string> files_below(const std::string& folder) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kCorpus + "/" + folder)) {
    if (entry.path().extension() == ".json") paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

/// Checks the files as one tree and prints the errors by rule; each of them with KAIRON_TEST_VERBOSE.
std::map<std::string, std::size_t> errors_of(const std::vector<std::string>& paths, lint::RulesetName ruleset,
                                             bool complete) {
  lint::Tree tree;
  tree.complete = complete;
  std::vector<Finding> findings;
  for (const std::string& path : paths) {
    const std::string name = std::filesystem::path(path).filename().string();
    lint::FileVerdict verdict = lint::check_workflow(read(path), name, catalogue_in_cache());
    findings.insert(findings.end(), verdict.findings.begin(), verdict.findings.end());
    tree.files.push_back({name, name, std::move(verdict.facts), true});
  }
  for (Finding& finding : lint::check_tree(tree)) findings.push_back(std::move(finding));
  lint::Ruleset(ruleset).apply(findings);
  const char* verbose = std::getenv("KAIRON_TEST_VERBOSE");
  const auto least =
      verbose != nullptr && std::string_view(verbose) == "2" ? lint::Severity::info : lint::Severity::error;
  std::erase_if(findings, [&](const Finding& finding) { return finding.severity < least; });
  lint::sort_findings(findings);
  if (verbose != nullptr && !findings.empty()) std::printf("%s\n", lint_test::describe(findings).c_str());
  std::map<std::string, std::size_t> errors;
  for (const Finding& finding : findings) {
    if (finding.severity == lint::Severity::error) ++errors[finding.rule];
  }
  return errors;
}

}  // namespace

TEST_CASE("workflows of strangers: no crash, errors by rule") {
  if (!corpus_found()) return;
  const auto paths = files_below("third-party");
  CHECK(paths.size() > 100);
  std::map<std::string, std::size_t> errors;
  for (const std::string& path : paths) {
    for (const auto& [rule, count] : errors_of({path}, lint::RulesetName::n8n, false)) errors[rule] += count;
  }
  std::printf("\n%zu files of strangers, errors by rule:\n", paths.size());
  check_judged(errors, {{"code/syntax", 1},
                        {"code/undeclared", 1},
                        {"connection/port", 7},
                        {"connection/type", 1},
                        {"expression/syntax", 2},
                        {"flow/missing-field", 12},
                        {"node/filter-shape", 3},
                        {"node/invalid-option", 3},
                        {"node/required-parameter", 35},
                        {"node/unknown-parameter", 30},
                        {"node/webhook-response", 1},
                        {"reference/missing-node", 10},
                        {"reference/not-upstream", 2},
                        {"secret/keyed-value", 4},
                        {"workflow/name", 101}});
}

TEST_CASE("the audited system: errors by rule") {
  if (!corpus_found()) return;
  const auto paths = files_below("audited");
  CHECK(paths.size() == 22);
  const auto errors = errors_of(paths, lint::RulesetName::kairon, true);
  std::printf("\n%zu audited files, errors by rule:\n", paths.size());
  check_judged(errors, {{"code/const-assign", 2},
                        {"code/return-shape", 4},
                        {"code/syntax", 2},
                        {"connection/port", 4},
                        {"ctx/flat-return", 1},
                        {"flow/ctx-lost", 3},
                        {"flow/missing-field", 5},
                        {"node/invalid-option", 1},
                        {"node/required-parameter", 1},
                        {"node/unknown-parameter", 16},
                        {"reference/missing-node", 12},
                        {"sql/placeholders", 20}});
}
