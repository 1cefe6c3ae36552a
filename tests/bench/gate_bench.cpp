// What the commit gate costs, each figure next to its budget. Runs of the things compared alternate,
// medians are taken, so that the ratios hold on a noisy machine.
#include <sched.h>
#include <sys/resource.h>
#include <tree_sitter/api.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <functional>
#include <vector>

#include "base/environment.h"
#include "base/file.h"
#include "base/format.h"
#include "base/process.h"
#include "base/temp.h"
#include "bench/bench.h"
#include "bench/rows.h"
#include "catalogue/catalogue.h"
#include "catalogue/sources.h"
#include "json/document.h"
#include "lint/support/flow_reads.h"
#include "workflow/code.h"
#include "workflow/workflow.h"

extern "C" const TSLanguage* tree_sitter_javascript();

namespace {

using namespace kairon;
using namespace kairon::bench;
/// About 1.1 KB of the JavaScript that people write into Code nodes.
std::string sample_code(int seed) {
  return format(
      "const rows = $input.all().map(item => item.json);\nconst limit{0} = 10 + {0};\nlet total = 0;\nconst groups = "
      "{{}};\n"
      "for (const row of rows) {{\n  const key = row.kind ?? 'other';\n  if (!groups[key]) groups[key] = [];\n"
      "  groups[key].push({{ id: row.id, text: String(row.text || '').trim(), at: new Date(row.at).toISOString() }});\n"
      "  total += Number(row.weight || 0);\n}}\nconst lines = Object.entries(groups)\n"
      "  .sort((a, b) => b[1].length - a[1].length)\n  .slice(0, limit{0})\n"
      "  .map(([kind, list]) => `${{kind}}: ${{list.length}} (${{list.map(e => e.text).join(', ')}})`);\n"
      "function describe(count) {{\n  if (count === 0) return 'nothing';\n  return count === 1 ? 'one entry' : "
      "`${{count}} entries`;\n}}\n"
      "const summary = describe(rows.length) + (total > 100 ? ' (heavy)' : '');\n"
      "try {{\n  JSON.parse(rows[0] ? JSON.stringify(rows[0]) : 'null');\n}} catch (error) {{\n  lines.push(`broken: "
      "${{error.message}}`);\n}}\n"
      "return [{{ json: {{ id: 1, at: 0, text: summary, kind: 'note', weight: 2, summary, lines, total }} }}];\n",
      seed);
}

/// A workflow of the audited size: a webhook, five Code nodes (5.7 KB of JavaScript), Set nodes with expressions.
std::string sample_workflow(const std::string& name, int seed, std::vector<std::string>* codes) {
  json::Writer out(json::Writer::Style::pretty);
  out.begin_object().key("name").string(name).key("nodes").begin_array();
  const auto node = [&](const std::string& title, std::string_view type, double version) -> json::Writer& {
    out.begin_object().key("name").string(title).key("id").string(title).key("type").string(
        format("n8n-nodes-base.{}", type));
    return out.key("typeVersion")
        .number(version)
        .key("position")
        .begin_array()
        .integer(0)
        .integer(0)
        .end_array()
        .key("parameters")
        .begin_object();
  };
  std::vector<std::string> titles{"Start"};
  node("Start", "manualTrigger", 1).end_object().end_object();
  for (int i = 0; i < 5; ++i) {
    const std::string code = sample_code(seed * 10 + i);
    if (codes != nullptr) codes->push_back(code);
    titles.push_back(format("Work {}", i));
    node(titles.back(), "code", 2).key("jsCode").string(code).end_object().end_object();
    titles.push_back(format("Shape {}", i));
    node(titles.back(), "set", 3.4).key("assignments").begin_object().key("assignments").begin_array();
    for (const char* field : {"id", "at", "text", "kind", "weight", "summary", "lines", "total"}) {
      out.begin_object().key("id").string(field).key("name").string(field).key("type").string("string");
      out.key("value").string(format("={{{{ $json.{} }}}}", field)).end_object();
    }
    out.end_array().end_object().end_object().end_object();
  }
  out.end_array().key("connections").begin_object();
  for (std::size_t i = 0; i + 1 < titles.size(); ++i) {
    out.key(titles[i]).begin_object().key("main").begin_array().begin_array().begin_object().key("node").string(
        titles[i + 1]);
    out.key("type").string("main").key("index").integer(0).end_object().end_array().end_array().end_object();
  }
  return out.end_object().key("settings").begin_object().end_object().key("active").boolean(false).end_object().take() +
         "\n";
}

void start_up(int rounds) {
  const Repository repository;
  std::vector<double> hook;
  std::vector<double> noop;
  for (int i = 0; i < rounds * 4; ++i) {
    hook.push_back(timed([&] { repository.run({kBuild + "/pre-commit"}); }));
    noop.push_back(timed([&] { repository.run({KAIRON_NOOP}); }));
  }
  std::printf(
      "start    hook with nothing to do, libgit2 initialised  %6.2f ms = %4.2f x a static no-op   (budget 2 ms, 3 x)\n",
      median(hook), median(hook) / median(noop));
}

void commits(int rounds, int staged, const char* budget) {
  const Repository repository;
  std::vector<double> with;
  std::vector<double> without;
  for (int i = 0; i < 2 * rounds; ++i) {
    for (int w = 0; w < staged; ++w)
      write(format("{}/n8n-workflows/W{}.json", repository.path(), w),
            sample_workflow(format("W{}", w), i * 100 + w, nullptr));
    if (staged == 0) write(repository.path() + "/notes.txt", std::to_string(i));
    repository.git({"add", "-A", "n8n-workflows", staged == 0 ? "notes.txt" : "n8n-workflows"});
    const bool hooked = i % 2 == 0;
    const std::string hooks = hooked ? repository.hooks() : std::string("/dev/null");
    (hooked ? with : without).push_back(timed([&] {
      repository.git({"-c", "core.hooksPath=" + hooks, "commit", "-q", "-m", "x"});
    }));
  }
  std::printf(
      "commit   %2d workflows staged   %6.1f ms, without a hook %6.1f ms: ratio %4.2f, added %5.1f ms   (budget %s)\n",
      staged, median(with), median(without), median(with) / median(without), median(with) - median(without), budget);
}

double bare_parse(const std::vector<std::string>& codes) {
  TSParser* parser = ts_parser_new();
  ts_parser_set_language(parser, tree_sitter_javascript());
  const std::clock_t begun = std::clock();
  for (const std::string& code : codes)
    ts_tree_delete(ts_parser_parse_string(parser, nullptr, code.data(), static_cast<std::uint32_t>(code.size())));
  const std::clock_t used = std::clock() - begun;
  ts_parser_delete(parser);
  return static_cast<double>(used) * 1000 / CLOCKS_PER_SEC;
}

/// While it lives, this process and its children have one core: check would share the work among all.
class OneCore {
 public:
  OneCore() {
    if (::sched_getaffinity(0, sizeof former_, &former_) != 0) std::abort();
    cpu_set_t one;
    CPU_ZERO(&one);
    for (int core = 0; core < CPU_SETSIZE && CPU_COUNT(&one) == 0; ++core)
      if (CPU_ISSET(core, &former_)) CPU_SET(core, &one);
    if (::sched_setaffinity(0, sizeof one, &one) != 0) std::abort();
  }
  ~OneCore() { ::sched_setaffinity(0, sizeof former_, &former_); }
  OneCore(const OneCore&) = delete;
  OneCore& operator=(const OneCore&) = delete;

 private:
  cpu_set_t former_ = {};
};

void whole_tree(int rounds) {
  constexpr int kFiles = 100;
  const Repository repository;
  std::vector<std::string> codes;
  for (int i = 0; i < kFiles; ++i)
    write(format("{}/n8n-workflows/W{}.json", repository.path(), i), sample_workflow(format("W{}", i), i, &codes));
  std::size_t bytes = 0;
  for (const std::string& code : codes) bytes += code.size();
  const auto check = [&] { repository.run({kBuild + "/kairon", "check"}); };
  const auto forget = [&] { std::filesystem::remove_all(repository.path() + "/.git/kairon"); };
  std::vector<double> cold;
  std::vector<double> alone;
  std::vector<double> shared;
  std::vector<double> warm;
  std::vector<double> bare;
  std::vector<double> nothing;
  for (int i = 0; i < rounds; ++i) {
    forget();
    shared.push_back(timed(check));
    forget();
    const OneCore one;
    alone.push_back(timed([&] { cold.push_back(cpu_of(check)); }));
    warm.push_back(cpu_of(check));
    nothing.push_back(cpu_of([&] { repository.run({kBuild + "/kairon", "--version"}); }));
    bare.push_back(bare_parse(codes));
  }
  const double start = median(nothing);
  std::printf(
      "tree     %d files, %.1f KB of JavaScript each, CPU: %5.2f ms a file = %4.2f x bare tree-sitter   (budget 2 ms, "
      "2 x)\n",
      kFiles, static_cast<double>(bytes) / kFiles / 1000, (median(cold) - start) / kFiles,
      (median(cold) - start) / median(bare));
  std::printf("tree     on all cores, by the clock: %4.2f x one core\n", median(shared) / median(alone));
  std::printf("tree     nothing changed, CPU: %5.3f ms a file   (budget 0.05 ms)\n", (median(warm) - start) / kFiles);
}

void memory() {
  const Repository repository;
  for (int w = 0; w < 22; ++w)
    write(format("{}/n8n-workflows/W{}.json", repository.path(), w), sample_workflow(format("W{}", w), w, nullptr));
  repository.git({"add", "-A", "n8n-workflows"});
  process::Command command;
  command.argv = {"/usr/bin/env", kBuild + "/pre-commit"};
  command.folder = repository.path();
  command.environment = clean_environment(repository.path());
  struct rusage before {};
  ::getrusage(RUSAGE_CHILDREN, &before);
  static_cast<void>(process::run(command));
  struct rusage usage {};
  ::getrusage(RUSAGE_CHILDREN, &usage);
  // The largest child so far: git itself needs less than this.
  std::printf("memory   pre-commit over 22 workflows: at most %.1f MiB   (budget 32 MiB)\n",
              static_cast<double>(usage.ru_maxrss) / 1024);
}

/// What the flow rules cost a file, next to reading it (JSON, graph, JavaScript).
void flow(int rounds) {
  std::vector<double> read;
  std::vector<double> analysed;
  for (int i = 0; i < rounds * 20; ++i) {
    std::string text = sample_workflow("Flow", i, nullptr);
    const auto begun = Clock::now();
    auto parsed = json::Document::parse(std::move(text));
    const workflow::Workflow one(std::move(parsed.document), "w/Flow.json");
    const workflow::Code code(one);
    read.push_back(milliseconds(Clock::now() - begun));
    analysed.push_back(timed([&] { static_cast<void>(lint::flow_facts({one, code})); }));
  }
  std::printf("flow     %5.3f ms a file, reading it %5.3f ms\n", median(analysed), median(read));
}

/// The index of a whole n8n, when one is installed in the cache.
void catalogue_load(int rounds) {
  const auto source = catalogue::read_folder(environment::cache_folder() + "/n8n-1.123.81");
  if (!source.ok()) {
    std::printf("nodes    left out: no n8n 1.123.81 in the cache\n");
    return;
  }
  const auto bytes = catalogue::reduce(source->files, "1.123.81");
  if (!bytes.ok()) std::abort();
  const TempFolder folder("bench");
  const std::string path = folder.path() + "/1.123.81.idx";
  write(path, *bytes);
  std::vector<double> opened;
  for (int i = 0; i < rounds * 20; ++i) {
    opened.push_back(timed([&] {
      const auto catalogue = catalogue::Catalogue::open(path);
      if (!catalogue.ok() || (*catalogue)->type_count() == 0) std::abort();
    }));
  }
  std::printf("nodes    catalogue of %zu KiB opened in %5.3f ms   (budget 1 ms)\n", bytes->size() / 1024,
              median(opened));
}

}  // namespace

/// bench_gate [ROW...]: all rows, or those whose first word is named.
int main(int argc, char** argv) {
  const bool full = environment::flag("KAIRON_FULL");
  const int rounds = full ? 25 : 5;
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  const auto commit_rows = [&] {
    commits(rounds, 0, "as start");
    commits(rounds, 1, "of CPU, see below");
    commits(rounds, 22, "60 x a static no-op");
    hook_rows(rounds, full);
  };
  const std::vector<std::pair<std::string, std::function<void()>>> rows = {
      {"memory", [] { memory(); }},
      {"start", [&] { start_up(rounds); }},
      {"commit", commit_rows},
      {"trial", [&] { trial_rows(rounds, full); }},
      {"tree", [&] { whole_tree(rounds); }},
      {"large", [&] { large_repositories(rounds, full); }},
      {"size", [] { sizes(); }},
      {"flow", [&] { flow(rounds); }},
      {"nodes", [&] { catalogue_load(rounds); }},
      {"others", [&] { other_managers(rounds, full); }}};
  const std::vector<std::string> wanted(argv + 1, argv + argc);
  for (const auto& [name, run] : rows)
    if (wanted.empty() || std::find(wanted.begin(), wanted.end(), name) != wanted.end()) run();
  return 0;
}
