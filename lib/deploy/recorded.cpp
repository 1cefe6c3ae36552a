#include "deploy/recorded.h"

#include <cstdint>

#include "base/format.h"

namespace kairon::deploy {

namespace {

using n8n::Tree;

// Where no id is in sight (a sub-workflow that gets one field, an error workflow), the first case whose answer fits the
// input counts.
constexpr std::string_view kReplay =
    "const asJson = (items) => JSON.stringify(items.map((one) => one.json));\n"
    "const shown = asJson($input.all());\n"
    "const caseId = (text) => (text.match(/(?<![0-9])91[0-9]{17}(?![0-9])/) || [''])[0];\n"
    "let run = caseId(shown);\n"
    "for (const name of triggers) {\n"
    "  if (run) break;\n"
    "  try { run = caseId(asJson($(name).all())); } catch (error) { /* this trigger did not start it */ }\n"
    "}\n"
    "const fits = (list) => list.filter((one) => !one.when || "
    "shown.includes(JSON.stringify(one.when).slice(1, -1)));\n"
    "const lists = run ? [recorded[run.slice(2, 9)] || []] : Object.values(recorded);\n"
    "const entries = lists.map(fits).find((list) => list.length > 0) || [];\n"
    "const entry = entries[Math.min($runIndex, entries.length - 1)];\n"
    "const replay = () => {\n"
    "  if (entry.error !== undefined) throw new Error(entry.error);\n"
    "  const here = JSON.parse(JSON.stringify(entry).replaceAll('{{run}}', run));\n"
    "  const good = here.items || here.outputs[0];\n"
    "  const failed = ((here.outputs || [])[1] || []).map((json) => ({ error: json.error }));\n"
    "  const inputs = $input.all().length;\n"
    "  return [...good, ...failed].map((json, index) => ({ json, pairedItem: { item: index < inputs ? index : 0 } "
    "}));\n"
    "};\n"
    "if (entry) return replay();\n";

}  // namespace

std::string case_tag(std::string_view test_name) {
  std::uint64_t hash = 14695981039346656037ULL;  // FNV-1a: the same on every machine, and in every version
  for (const char c : test_name) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  constexpr std::uint64_t kTags = 10'000'000;
  return format("{:07}", hash % kTags);
}

std::map<std::string, Tree> recorded_answers(const repository::DeployContent& content) {
  std::map<std::string, Tree> out;
  for (const repository::ContentFile& file : content.smoke_files) {
    const Result<Tree> cases = Tree::parse(file.text);
    if (!cases.ok()) continue;
    for (const Tree& one : cases->items())
      for (const auto& [node, entries] : one["mocks"].members()) {
        Tree& by_case = out[node];
        if (!by_case.is_object()) by_case = Tree::object();
        by_case.set(case_tag(one["test_name"].string()), entries);
      }
  }
  return out;
}

std::string replay_code(const Tree& recorded, const Tree& triggers) {
  return format("const recorded = {};\nconst triggers = {};\n{}", recorded.dump(), triggers.dump(), kReplay);
}

}  // namespace kairon::deploy
