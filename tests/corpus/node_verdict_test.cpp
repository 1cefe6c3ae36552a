#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/file.h"
#include "base/process.h"
#include "base/text.h"
#include "fuzz/mutate.h"
#include "js/script.h"
#include "json/document.h"
#include "support/skip.h"

// The verdict of js::Script next to that of Node.js, over every Code node of the corpus (it stands
// next to the source tree) and over damaged copies of them.
using namespace kairon;

namespace {

/// Reads a JSON array of texts, wraps each as n8n does and prints an array of messages, "" = fine.
constexpr std::string_view kJudge =
    "const vm = require('vm');"
    "const codes = JSON.parse(require('fs').readFileSync(0, 'utf8'));"
    "console.log(JSON.stringify(codes.map(code => {"
    "  try { new vm.Script('(async function () {' + code + '\\n})'); return ''; } catch (e) { return e.message; }"
    "})));";

void collect(const json::Value& value, std::set<std::string>& codes) {
  if (value.is_string() && (value.key() == "jsCode" || value.key() == "functionCode")) codes.emplace(value.string());
  for (const json::Value child : value) collect(child, codes);
}

std::vector<std::string> corpus_codes() {
  std::set<std::string> codes;
  for (const char* folder : {"audited", "cases/blobs", "third-party"}) {
    const std::filesystem::path path = std::string(KAIRON_SOURCE_DIR "/../shared/corpus/") + folder;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(path, ignored)) {
      auto content = file::read(entry.path().string());
      if (!content) continue;
      const auto parsed = json::Document::parse(std::move(content).value());
      if (parsed.document) collect(parsed.document->root(), codes);
    }
  }
  return {codes.begin(), codes.end()};
}

/// Node's messages, one for each code; empty when Node.js is not there.
std::vector<std::string> node_verdicts(const std::vector<std::string>& codes) {
  json::Writer writer;
  writer.begin_array();
  for (const std::string& code : codes) writer.string(code);
  process::Command command;
  command.argv = {"node", "-e", std::string(kJudge)};
  command.input = writer.end_array().take();
  const auto outcome = process::run(command);
  if (!outcome || !outcome->ok()) return {};
  const auto parsed = json::Document::parse(outcome->output);
  REQUIRE(parsed.document);
  std::vector<std::string> verdicts;
  for (const json::Value verdict : parsed.document->root()) verdicts.emplace_back(verdict.string());
  return verdicts;
}

struct Score {
  std::size_t wrong_alarms = 0;
  std::size_t misses = 0;
};

Score compare(const std::vector<std::string>& codes, const std::vector<std::string>& verdicts) {
  REQUIRE(codes.size() == verdicts.size());
  Score score;
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const js::Script script(codes[i], js::Goal::function_body);
    if (script.error() && verdicts[i].empty()) ++score.wrong_alarms;
    if (!script.error() && !verdicts[i].empty()) ++score.misses;
  }
  return score;
}

}  // namespace

TEST_CASE("the verdict on real Code nodes is that of Node.js") {
  const auto codes = corpus_codes();
  if (codes.empty()) return test::skip("corpus not found");
  const auto verdicts = node_verdicts(codes);
  if (verdicts.empty()) return test::skip("node is not installed");
  CHECK(codes.size() > 500);
  CHECK(std::any_of(verdicts.begin(), verdicts.end(), [](const std::string& v) { return !v.empty(); }));
  const Score score = compare(codes, verdicts);
  CHECK(score.wrong_alarms == 0);
  CHECK(score.misses == 0);
}

TEST_CASE("the verdict on damaged Code nodes is nearly always that of Node.js") {
  auto codes = corpus_codes();
  std::erase_if(codes, [](const std::string& code) { return code.size() > 4000; });
  if (codes.empty()) return test::skip("corpus not found");
  test::Mutator mutator(7);
  std::vector<std::string> damaged;
  for (int i = 0; i < 4000; ++i)
    damaged.push_back(mutator.damaged(codes[mutator.below(codes.size())], test::kJavaScriptTokens));
  // Node.js gets them through JSON, which needs UTF-8.
  std::erase_if(damaged, [](const std::string& code) { return text::invalid_utf8(code) != std::string::npos; });
  const auto verdicts = node_verdicts(damaged);
  if (verdicts.empty()) return test::skip("node is not installed");
  const Score score = compare(damaged, verdicts);
  const auto broken = std::count_if(verdicts.begin(), verdicts.end(), [](const std::string& v) { return !v.empty(); });
  MESSAGE(damaged.size() << " texts, " << broken << " broken: " << score.wrong_alarms << " wrong alarms, "
                         << score.misses << " misses");
  CHECK(broken > 1000);
  CHECK(score.wrong_alarms <= 4);
  CHECK(score.misses <= 8);
}
