#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/environment.h"
#include "base/file.h"
#include "fuzz/mutate.h"
#include "json/document.h"
#include "lint/check.h"
#include "lint/support/search.h"
#include "lint/tree.h"
#include "workflow/facts_pack.h"

// Damages the shape of the rule examples: values replaced by every other type, keys removed, renamed and doubled,
// members moved, texts cut. Ends with 1 when a promise of lint/check.h or workflow/facts.h is broken; a crash is a
// crash. Usage: fuzz_workflow [ITERATIONS] [SEED] [EXAMPLES]; 20,000 inputs, a million with KAIRON_FULL=1.
using namespace kairon;

namespace {

constexpr auto kValues =
    std::to_array<std::string_view>({"null",
                                     "true",
                                     "false",
                                     "0",
                                     "-1",
                                     "1e308",
                                     "12345678901234567890",
                                     "\"\"",
                                     "\"x\"",
                                     "\"={{ $json.a }}\"",
                                     "\"={{ $('\"",
                                     "\"\\ud83d\\ude00\"",
                                     "[]",
                                     "[null]",
                                     "[[]]",
                                     "[[[{}]]]",
                                     "{}",
                                     "{\"\": {}}",
                                     "{\"name\": 1}",
                                     "[{\"node\": \"Start\", \"type\": \"main\", \"index\": -1}]"});

constexpr auto kKeys = std::to_array<std::string_view>(
    {"",         "name",       "type",      "nodes",       "connections", "parameters",   "main",
     "values",   "conditions", "__proto__", "typeVersion", "jsCode",      "query",        "pinData",
     "settings", "notes",      "rules",     "assignments", "credentials", "activeVersion"});

/// Writes a document anew and breaks its shape at a few places.
class Breaker {
 public:
  Breaker(test::Mutator& mutator, std::size_t nodes) : mutator_(mutator) {
    for (std::size_t n = 1 + mutator.below(3); n > 0; --n) targets_.push_back(mutator.below(nodes));
  }

  void write(const json::Value& value, std::string& out) {
    const bool hit = std::find(targets_.begin(), targets_.end(), next_++) != targets_.end();
    if (hit && mutator_.below(2) == 0) {
      out += kValues[mutator_.below(kValues.size())];
      skip(value);
      return;
    }
    if (!value.is_array() && !value.is_object()) {
      write_leaf(value, hit, out);
      return;
    }
    write_container(value, hit, out);
  }

 private:
  void skip(const json::Value& value) {
    for (const json::Value child : value) {
      ++next_;
      skip(child);
    }
  }

  void write_leaf(const json::Value& value, bool hit, std::string& out) {
    if (!hit || !value.is_string()) {
      out += value.raw();
      return;
    }
    const std::string text(value.string());
    out += json::Writer().string(mutator_.damaged(text, test::kJavaScriptTokens)).take();
  }

  void write_container(const json::Value& value, bool hit, std::string& out) {
    const std::size_t victim = hit ? mutator_.below(value.size() + 1) : value.size();
    const std::size_t how = mutator_.below(4);
    out += value.is_array() ? '[' : '{';
    std::size_t index = 0;
    bool first = true;
    for (const json::Value child : value) {
      const bool chosen = index++ == victim;
      if (chosen && how == 0) {
        ++next_;
        skip(child);
        continue;
      }
      for (std::size_t times = chosen && how == 1 ? 2 : 1; times > 0; --times) {
        if (!first) out += ',';
        first = false;
        if (value.is_object()) out += key(child, chosen && how == 2) + ":";
        const std::size_t begin = next_;
        write(child, out);
        if (times == 2) next_ = begin;
      }
    }
    out += value.is_array() ? ']' : '}';
  }

  std::string key(const json::Value& member, bool renamed) {
    return json::Writer().string(renamed ? kKeys[mutator_.below(kKeys.size())] : member.key()).take();
  }

  test::Mutator& mutator_;
  std::vector<std::size_t> targets_;
  std::size_t next_ = 0;
};

std::size_t count_nodes(const json::Value& value) {
  std::size_t count = 1;
  for (const json::Value child : value) count += count_nodes(child);
  return count;
}

struct Seed {
  std::unique_ptr<json::Document> document;
  std::size_t nodes = 0;
};

std::vector<Seed> seeds_below(const std::string& folder) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.path().extension() == ".json") paths.push_back(entry.path().string());
  std::sort(paths.begin(), paths.end());
  std::vector<Seed> seeds;
  for (const std::string& path : paths) {
    auto content = file::read(path);
    if (!content.ok()) continue;
    auto parsed = json::Document::parse(std::move(*content));
    if (!parsed.document) continue;
    const std::size_t nodes = count_nodes(parsed.document->root());
    seeds.push_back({std::move(parsed.document), nodes});
  }
  return seeds;
}

int fail(const char* what, const std::string& text) {
  std::printf("broken: %s\n%s\n", what, text.c_str());
  return 1;
}

std::string packed(const workflow::Facts& facts) {
  std::string text;
  pack::Writer out(text);
  out(facts);
  return text;
}

int check(const std::string& text) {
  lint::FileVerdict verdict = lint::check_workflow(text, "W.json");
  for (const lint::Finding& finding : verdict.findings) {
    if (finding.line != 1 || finding.column == 0 || finding.column > text.size() + 1)
      return fail("a finding outside of the file", text);
    if (finding.message.text.empty()) return fail("a finding without a message", text);
  }
  const std::string facts = packed(verdict.facts);
  workflow::Facts back;
  pack::Reader in(facts);
  in(back);
  if (!in.ok() || !in.at_end() || packed(back) != facts) return fail("facts that do not survive the cache", text);
  static_cast<void>(lint::search_workflow(text, "W.json"));
  lint::Tree tree;
  tree.files.push_back({"W.json", "1", verdict.facts, true});
  tree.files.push_back({"V.json", "2", std::move(verdict.facts), true});
  static_cast<void>(lint::check_tree(tree));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const long usual = environment::flag("KAIRON_FULL") ? 1'000'000 : 20'000;
  const long iterations = argc > 1 && std::atol(argv[1]) > 0 ? std::atol(argv[1]) : usual;
  test::Mutator mutator(argc > 2 ? static_cast<std::uint32_t>(std::atol(argv[2])) : 1);
  const std::vector<Seed> seeds = seeds_below(argc > 3 ? argv[3] : KAIRON_SOURCE_DIR "/tests/fixtures/rules");
  if (seeds.size() < 50) return fail("too few examples to begin with", "");
  for (long i = 0; i < iterations; ++i) {
    const Seed& seed = seeds[mutator.below(seeds.size())];
    std::string text;
    Breaker(mutator, seed.nodes).write(seed.document->root(), text);
    if (mutator.below(50) == 0) text.resize(mutator.below(text.size() + 1));
    if (const int status = check(text); status != 0) return status;
  }
  std::printf("%ld broken workflows from %zu examples, no promise broken\n", iterations, seeds.size());
  return 0;
}
