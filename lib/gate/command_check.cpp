#include <chrono>
#include <filesystem>

#include "base/format.h"
#include "base/terminal.h"
#include "base/text.h"
#include "gate/baseline.h"
#include "gate/check.h"
#include "gate/command.h"
#include "gate/guard.h"
#include "gate/migration_check.h"
#include "report/findings.h"

namespace kairon::gate {

namespace {

using Clock = std::chrono::steady_clock;
using terminal::Channel;

constexpr OptionSpec kOptions[] = {
    {"--all", "", "the whole work tree (the default without PATH)"},
    {"--staged", "", "what is staged, against HEAD: what pre-commit looks at"},
    {"--range", "A..B", "what B changes against A, with B's content"},
    {"--format", "text|json|sarif|github", "how to print the findings"},
    {"--shard", "I/N", "only the I-th of N parts of the files"},
    {"--ruleset", "kairon|n8n", "n8n = without the ctx conventions"},
    {"--rule", "ID=SEVERITY", "error, warning, info or off for one rule; repeatable"},
    {"--pg-version", "N[.M]", "the PostgreSQL version that migrations are for"},
    {"--transaction", "yes|no|auto", "whether the runner wraps a migration into a transaction"},
    {"--baseline", "FILE", "findings of an earlier JSON report do not count"},
    {"--timings", "", "where the time went, on stderr"},
    {"--verbose", "", "also findings of severity info"},
};

double milliseconds(Clock::duration duration) { return std::chrono::duration<double, std::milli>(duration).count(); }

/// The states and the paths that a command line asks for.
struct Selection {
  Snapshot now;
  std::optional<Snapshot> base;
  std::optional<std::set<std::string>> only;
};

std::map<std::string, std::string> command_line_settings(const Options& options) {
  std::map<std::string, std::string> settings;
  if (const auto ruleset = options.value("--ruleset")) settings["kairon.ruleset"] = *ruleset;
  if (const auto pg = options.value("--pg-version")) settings["kairon.postgresVersion"] = *pg;
  for (const std::string& rule : options.values("--rule")) {
    const std::size_t equals = rule.find('=');
    if (equals == std::string::npos) throw usage_error(format("--rule {}: write ID=SEVERITY", text::printable(rule)));
    if (lint::find_rule(rule.substr(0, equals)) == nullptr)
      lint::Ruleset().override_severity(rule.substr(0, equals), "off", "--rule");
    settings["lint." + rule.substr(0, equals) + ".severity"] = rule.substr(equals + 1);
  }
  return settings;
}

git::GitSource& required(const std::unique_ptr<git::GitSource>& source, std::string_view option) {
  if (!source) throw usage_error(format("{} needs a git repository, and this folder lies in none", option));
  return *source;
}

std::pair<std::string, std::string> split_range(git::GitSource& source, const std::string& range) {
  const std::size_t dots = range.find("..");
  if (dots == std::string::npos) throw usage_error(format("--range {}: write A..B", text::printable(range)));
  const auto commit = [&](const std::string& revision) {
    const auto oid = source.resolve_commit(revision.empty() ? "HEAD" : revision);
    if (!oid)
      throw usage_error(format("--range: '{}' names no commit", text::printable(revision)),
                        "in CI, fetch enough history (fetch-depth: 0)");
    return *oid;
  };
  const std::string first = commit(range.substr(0, dots));
  const bool three = range.substr(dots).starts_with("...");
  const std::string second = commit(range.substr(dots + (three ? 3 : 2)));
  return {three ? source.merge_base(first, second).value_or("") : first, second};
}

/// PATHs inside the repository are judged beside the rest of the work tree; others by themselves.
Selection select_paths(const std::vector<std::string>& paths, git::GitSource* source,
                       const config::Settings& settings) {
  namespace fs = std::filesystem;
  Selection selection;
  if (source == nullptr || source->top().empty()) return {path_snapshot(paths), std::nullopt, std::nullopt};
  const Snapshot tree = work_tree_snapshot(source->top(), settings);
  std::set<std::string> only;
  for (const std::string& path : paths) {
    std::error_code failed;
    const std::string inside = fs::weakly_canonical(path, failed).lexically_relative(source->top()).generic_string();
    if (failed || inside.empty() || inside.starts_with("..")) return {path_snapshot(paths), std::nullopt, std::nullopt};
    bool any = false;
    for (const auto* files : {&tree.workflows, &tree.migrations}) {
      for (const SnapshotFile& file : *files) {
        if (inside != "." && file.path != inside && !file.path.starts_with(inside + "/")) continue;
        only.insert(file.path);
        any = true;
      }
    }
    // Named by hand but not covered by the settings: still checked, by itself.
    if (!any) return {path_snapshot(paths), std::nullopt, std::nullopt};
  }
  selection.now = tree;
  selection.only = std::move(only);
  return selection;
}

Selection select(const Options& options, const std::unique_ptr<git::GitSource>& source,
                 const config::Settings& settings) {
  Selection selection;
  if (options.has("--staged")) {
    git::GitSource& repository = required(source, "--staged");
    selection.now = index_snapshot(repository, settings);
    selection.base = tree_snapshot(repository, repository.resolve_commit("HEAD").value_or(""), settings);
    selection.only = changed_paths(*selection.base, selection.now);
  } else if (const auto range = options.value("--range")) {
    git::GitSource& repository = required(source, "--range");
    const auto [from, to] = split_range(repository, *range);
    selection.now = tree_snapshot(repository, to, settings);
    selection.base = tree_snapshot(repository, from, settings);
    selection.only = changed_paths(*selection.base, selection.now);
  } else if (!options.positional().empty() && !options.has("--all")) {
    selection = select_paths(options.positional(), source.get(), settings);
  } else if (source && !source->top().empty()) {
    selection.now = work_tree_snapshot(source->top(), settings);
  } else {
    selection.now = path_snapshot({"."});
  }
  return selection;
}

config::Settings load_settings(const Options& options, const std::unique_ptr<git::GitSource>& source) {
  std::optional<std::string> file;
  if (options.has("--staged")) file = read_index_file(required(source, "--staged"), ".kairon").value_or("");
  if (const auto range = options.value("--range")) {
    git::GitSource& repository = required(source, "--range");
    file = read_tree_file(repository, split_range(repository, *range).second, ".kairon").value_or("");
  }
  return config::load(source.get(), std::move(file), command_line_settings(options));
}

void parse_transaction(const Options& options, CheckRequest& request) {
  const auto wanted = options.value("--transaction");
  if (!wanted || *wanted == "auto") return;
  if (*wanted != "yes" && *wanted != "no") {
    throw usage_error(format("--transaction {}: use yes, no or auto", text::printable(*wanted)));
  }
  request.migration_options.transaction = *wanted == "yes" ? lint::RunsInTransaction::yes : lint::RunsInTransaction::no;
}

void parse_shard(const Options& options, CheckRequest& request) {
  const auto shard = options.value("--shard");
  if (!shard) return;
  const auto parts = text::split(*shard, '/');
  if (parts.size() == 2) {
    request.shard = std::atoi(std::string(parts[0]).c_str()) - 1;
    request.shards = std::atoi(std::string(parts[1]).c_str());
  }
  if (request.shards < 1 || request.shard < 0 || request.shard >= request.shards) {
    throw usage_error(format("--shard {}: write I/N with I from 1 to N", text::printable(*shard)));
  }
}

ExitCode run(const Options& options) {
  const Clock::time_point begun = Clock::now();
  report::Format format_wanted = report::Format::text;
  if (const auto name = options.value("--format"); name && !report::parse_format(*name, format_wanted)) {
    throw usage_error(format("--format {}: use text, json, sarif or github", text::printable(*name)));
  }
  const std::unique_ptr<git::GitSource> source = git::open();
  const config::Settings settings = load_settings(options, source);
  for (const config::Notice& notice : settings.notices()) {
    terminal::print(Channel::err, format("kairon: {}\nhelp: {}", notice.message, notice.remedy));
  }
  const lint::Ruleset ruleset = ruleset_of(settings);
  const Clock::time_point set_up = Clock::now();
  const Selection selection = select(options, source, settings);
  const Clock::time_point listed = Clock::now();

  CheckRequest request;
  request.now = &selection.now;
  request.base = selection.base ? &*selection.base : nullptr;
  request.only = selection.only;
  parse_shard(options, request);
  parse_transaction(options, request);
  configure_migrations(request, settings);
  std::optional<Snapshot> published;
  if (options.has("--staged")) published = tree_snapshot(*source, published_commit(*source, settings), settings);
  request.published = published ? &*published : request.base;
  const catalogue::Choice nodes = catalogue_of(settings);
  request.catalogue = nodes.catalogue.get();
  VerdictCache cache(source ? verdict_path(*source) : std::string(), "");
  CheckResult result = run_check(request, ruleset, cache);
  cache.save();

  report::CheckReport report;
  report.findings = std::move(result.findings);
  report.files = result.files;
  report.suppressed = result.suppressed;
  report.tool_version = version();
  if (const auto baseline = options.value("--baseline")) report.baseline = apply_baseline(*baseline, report.findings);
  if (!options.has("--verbose")) {
    std::erase_if(report.findings, [&](const lint::Finding& f) { return f.severity == lint::Severity::info; });
  }
  report::count(report);
  report.elapsed_ms = milliseconds(Clock::now() - begun);
  terminal::write(Channel::out, report::render(report, format_wanted));
  if (!nodes.catalogue) terminal::print(Channel::err, format("kairon: {} (rules that need it are off)", nodes.note));
  if (options.has("--timings")) {
    terminal::print(Channel::err,
                    format("timings: set up {:.1f} ms, listed and read {:.1f} ms, rules {:.1f} ms ({})",
                           milliseconds(set_up - begun), milliseconds(listed - set_up),
                           milliseconds(Clock::now() - listed), source ? source->implementation() : "no repository"));
  }
  return report.errors == 0 ? ExitCode::passed : ExitCode::blocked;
}

}  // namespace

extern const Command kCommandCheck;
const Command kCommandCheck{"check", "[PATH...] [OPTIONS]", "judge workflows and migrations", kOptions, run};

}  // namespace kairon::gate
