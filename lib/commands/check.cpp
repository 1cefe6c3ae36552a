#include "check/check.h"

#include <chrono>
#include <filesystem>
#include <map>
#include <set>

#include "base/file.h"
#include "base/format.h"
#include "base/guard.h"
#include "base/message.h"
#include "base/note.h"
#include "base/terminal.h"
#include "base/text.h"
#include "catalogue/store.h"
#include "check/judge.h"
#include "check/repairable.h"
#include "check/selection.h"
#include "check/unmatched.h"
#include "commands/command.h"
#include "commands/upgrade_target.h"
#include "config/layers.h"
#include "report/findings.h"
#include "report/statistics.h"
#include "smoke/coverage.h"

namespace kairon::commands {

namespace {

using Clock = std::chrono::steady_clock;
using terminal::Channel;

constexpr OptionSpec kCheckOptions[] = {
    {"--all", "", "the whole work tree (the default without PATH)"},
    {"--staged", "", "what is staged, against HEAD: what pre-commit looks at"},
    {"--range", "A..B", "what B changes against A, with B's content"},
    {"--format", "text|json|sarif|github|gitlab|junit", "how to print the findings"},
    {"--stdin-filename", "PATH", "with -: the file that stdin holds, judged in its place in the work tree"},
    {"--shard", "I/N", "only the I-th of N parts of the files"},
    {"--ruleset", "kairon|n8n", "n8n = without the ctx conventions"},
    {"--target", "VERSION", "what an upgrade to that n8n changes: its node descriptions, and upgrade/*"},
    {"--rule", "ID=SEVERITY", "error, warning, info or off for one rule; repeatable"},
    {"--pg-version", "N[.M]", "the PostgreSQL version that migrations are for"},
    {"--transaction", "yes|no|auto", "whether the runner wraps a migration into a transaction"},
    {"--schema", "",
     "also prepare the SQL of the workflows on a throw-away PostgreSQL (sql/schema, sql/drift, sql/column-use)"},
    {"--coverage", "", "instead: what the last smoke run of the work tree's content executed, and what it can reach"},
    {"--min", "PERCENT", "with --coverage: exit 1 when fewer workflows were executed"},
    {"--baseline", "FILE", "findings of an earlier JSON report do not count (default: [kairon] baseline)"},
    {"--write-baseline", "FILE", "write today's findings to FILE, for [kairon] baseline"},
    {"--statistics", "", "only how often each rule reports"},
    {"--timings", "", "where the time went, on stderr"},
    {"--push", "BASE..TIP", "what a push would bring, TIP as a whole (used by pre-push)"},
    {"--hook", "", "only what the database says, silent when that is nothing (used by the hooks)"},
    {"--verbose", "", "all findings, however many, those of severity info too"},
};

double milliseconds(Clock::duration duration) { return std::chrono::duration<double, std::milli>(duration).count(); }

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

std::optional<lint::RunsInTransaction> transaction_of(const Options& options) {
  const auto wanted = options.value("--transaction");
  if (!wanted || *wanted == "auto") return std::nullopt;
  return *wanted == "yes" ? lint::RunsInTransaction::yes : lint::RunsInTransaction::no;
}

void parse_shard(const Options& options, check::JudgeOptions& wanted) {
  const auto shard = options.value("--shard");
  if (!shard) return;
  const auto parts = text::split(*shard, '/');
  const auto part = config::parse_integer(parts.front()).value_or(0);
  const auto count = config::parse_integer(parts.back()).value_or(0);
  constexpr long long kMost = 1000;
  if (parts.size() != 2 || part < 1 || count < part || count > kMost) {
    throw usage_error(format("--shard {}: write I/N with I from 1 to N", text::printable(*shard)));
  }
  wanted.shard = static_cast<int>(part) - 1;
  wanted.shards = static_cast<int>(count);
}

config::Settings settings_for(const Options& options, git::GitSource* source) {
  config::Settings settings = check::load_settings(options, source, command_line_settings(options));
  for (const config::Notice& notice : check::notices_of(settings)) {
    terminal::print(Channel::err, rendered("kairon: ", notice.message));
  }
  return settings;
}

/// --baseline, in place of the setting's file.
std::optional<check::BaselineFile> named_baseline(const Options& options) {
  const auto path = options.value("--baseline");
  if (!path) return std::nullopt;
  auto content = file::read(*path);
  if (!content.ok()) throw usage_error(format("--baseline: {}", content.failure().text));
  return check::BaselineFile{"--baseline " + text::printable(*path), std::move(*content)};
}

/// [kairon] baseline goes by the repository's top, --write-baseline by the folder it is called in.
void write_baseline(const std::string& path, const git::GitSource* source, const report::CheckReport& report,
                    std::string_view catalogue_version) {
  namespace fs = std::filesystem;
  const auto written = file::write_atomic(path, check::baseline_text(report.findings, catalogue_version));
  if (!written.ok()) throw environment_error(format("--write-baseline: {}", written.failure().text));
  std::error_code failed;
  const std::string top = source == nullptr ? std::string() : source->top();
  const std::string inside = fs::weakly_canonical(path, failed).lexically_relative(top).generic_string();
  const bool settable = !top.empty() && !failed && !inside.empty() && !inside.starts_with("..");
  terminal::print(
      Channel::err,
      format("kairon: {} written to {}; {}", text::counted(report.findings.size(), "finding"), text::printable(path),
             settable ? format("git config -f .kairon kairon.baseline '{}' at the top puts it in force",
                               text::printable(inside))
                      : "--baseline reads it; as [kairon] baseline it has to lie in the repository"));
}

/// A check of nothing is most often one in the wrong folder, or of files that no setting names.
void say_when_empty(const Options& options, const config::Settings& settings, const repository::Snapshot& now) {
  if (options.has("--staged") || !now.workflows.empty() || !now.migrations.empty()) return;
  terminal::note(
      format("kairon: nothing to check: no workflow ({}) and no migration ({}/*.sql) here; `kairon init` "
             "looks for them",
             text::join(settings.workflow_globs(), ", "), text::join(settings.migration_folders(), "/*.sql, ")));
}

check::SchemaFindings ask_database(const Options& options, git::GitSource* source, const config::Settings& settings,
                                   const check::Subject& selection) {
  std::optional<repository::Snapshot> base;
  check::SchemaRequest request;
  request.now = &selection.now;
  request.only = selection.only;
  if (source != nullptr) {
    request.source = source;
    request.base_commit = check::schema_base(options, *source, settings);
    base = repository::tree_snapshot(*source, request.base_commit, settings);
    request.base = &*base;
  }
  request.top = source == nullptr ? "." : source->top();
  return check::check_schema(request, settings);
}

/// At commit a server that cannot answer is not a reason to block: pre-push asks again.
bool asks_database(const Options& options, git::GitSource* source, const config::Settings& settings,
                   const check::Subject& selection, check::SchemaFindings& findings) {
  const bool at_commit = options.has("--hook") && options.has("--staged");
  try {
    if (at_commit && !check::schema_server_is_cached(settings))
      throw environment_error("no trial server is cached yet (kairon check --schema makes it)");
    findings = ask_database(options, source, settings, selection);
    return true;
  } catch (const Error& error) {
    if (!at_commit || error.code() == ExitCode::interrupted) throw;
    terminal::print(Channel::err,
                    format("kairon: SQL of the workflows not judged at commit: {}; pre-push judges it", error.what()));
    return false;
  }
}

/// The node descriptions of the target: of that very version, else the newest of its major in the cache.
catalogue::Choice target_catalogue(const std::string& wanted) {
  const std::vector<std::string> cached = catalogue::cached_versions();
  for (const std::string& one : cached)
    if (one == wanted || one.starts_with(wanted + ".")) return catalogue::choose(one);
  catalogue::Choice none;
  none.note =
      major_of(wanted) < 3
          ? format("no node descriptions of n8n {} are cached; kairon catalogue update --npm brings them", wanted)
          : format(
                "the packages n8n-nodes-base and @n8n/n8n-nodes-langchain of n8n {} are not "
                "published: only the announced changes were judged",
                wanted);
  return none;
}

/// What an upgrade changes on a server, where no file shows it.
void print_server_changes(const lint::Upgrade& upgrade) {
  if (lint::crosses(upgrade, 2))
    terminal::note(
        "kairon: not in a file, changed by n8n 2: OAuth callbacks need a login, MySQL and MariaDB as n8n's own "
        "database "
        "end, binary data in memory ends, --tunnel ends, settings files need mode 0600, the task runner has an image "
        "of "
        "its own");
  if (lint::crosses(upgrade, 3))
    terminal::note(
        "kairon: not in a file, announced for n8n 3: installs by npm end, the binaryData folder is renamed, Chat Hub "
        "and "
        "the offloading of manual runs change, imports from a URL end");
}

/// The newest major version of n8n whose changes the rules know.
constexpr int kNewestKnown = 3;

/// How often each change of an upgrade concerns the files.
void print_changes(const Options& options, const std::vector<lint::Finding>& findings) {
  const auto target = options.value("--target");
  if (!target) return;
  if (major_of(*target) > kNewestKnown)
    terminal::print(Channel::err,
                    format("nothing is known of what n8n {} changes: the changes up to n8n {} were judged",
                           major_of(*target), kNewestKnown));
  std::map<std::string, std::pair<std::size_t, std::set<std::string>>> changes;
  for (const lint::Finding& finding : findings) {
    if (!finding.rule.starts_with("upgrade/")) continue;
    auto& [count, files] = changes[finding.rule];
    ++count;
    files.insert(finding.path);
  }
  terminal::print(Channel::err, format("upgrade to n8n {}: {}", text::printable(*target),
                                       changes.empty() ? std::string("no change concerns these files")
                                                       : text::counted(changes.size(), "change")));
  for (const auto& [rule, found] : changes)
    terminal::print(Channel::err, format("  {} {} in {}", rule, text::counted(found.first, "place"),
                                         text::counted(found.second.size(), "file")));
}

check::Judgement judge(const Options& options, git::GitSource* source, const config::Settings& settings,
                       const check::Subject& selection) {
  check::JudgeOptions wanted;
  parse_shard(options, wanted);
  wanted.transaction = transaction_of(options);
  wanted.target = target_of(options, settings);
  std::optional<catalogue::Choice> nodes;
  if (const auto target = options.value("--target")) wanted.catalogue = &nodes.emplace(target_catalogue(*target));
  wanted.baseline = named_baseline(options);
  wanted.without_baseline = options.has("--write-baseline");
  wanted.without_history = options.has("--hook");
  wanted.infos = options.has("--verbose") || options.has("--hook");
  check::SchemaFindings schema;
  if (options.has("--schema") && !selection.empty && selection.unmerged.empty() &&
      asks_database(options, source, settings, selection, schema))
    wanted.schema = &schema;
  return check::judge(source, selection, settings, wanted);
}

/// For the hooks, which have judged everything else themselves: only what a database says, nothing when
/// it says nothing.
ExitCode answer_hook(report::CheckReport& report) {
  std::erase_if(report.findings, [](const lint::Finding& f) { return !lint::needs_database(f.rule); });
  report::count(report);
  terminal::write(Channel::err, report::findings_text(report.findings, Channel::err));
  return report.errors == 0 ? ExitCode::passed : ExitCode::blocked;
}

std::optional<long long> least_coverage(const Options& options) {
  const auto wanted = options.value("--min");
  if (!wanted) return std::nullopt;
  const auto percent = config::parse_integer(*wanted);
  if (!percent || *percent < 0 || *percent > 100)
    throw usage_error(format("--min {}: not a share", text::printable(*wanted)), "a whole number from 0 to 100");
  return percent;
}

ExitCode gate_coverage(const smoke::CoverageReport& coverage, long long least) {
  if (!coverage.run)
    throw environment_error("no smoke run of this content is recorded, so its coverage is not known",
                            "kairon smoke dev, or kairon smoke local");
  if (coverage.executed_percent() >= static_cast<double>(least)) return ExitCode::passed;
  terminal::print(Channel::err, format("kairon: {:.1f} % of the workflows were executed, --min wants {} %",
                                       coverage.executed_percent(), least));
  return ExitCode::blocked;
}

ExitCode show_coverage(const Options& options, git::GitSource* source, report::Format wanted) {
  if (source == nullptr || source->top().empty()) throw usage_error("--coverage needs the work tree of a repository");
  if (options.has("--staged") || options.has("--range") || options.has("--push") || !options.positional().empty())
    throw usage_error("--coverage looks at the whole work tree", "leave out PATH, --staged and --range");
  if (wanted != report::Format::text && wanted != report::Format::json)
    throw usage_error("--coverage prints text or json");
  const config::Settings settings = settings_for(options, source);
  const std::optional<long long> least = least_coverage(options);
  const smoke::CoverageReport coverage = smoke::work_tree_coverage(*source, settings);
  for (const smoke::CaseProblem& one : coverage.problems)
    terminal::print(Channel::err,
                    format("{}:{}: not counted: {}", text::printable(one.path), one.line, one.message.text));
  terminal::write(Channel::out,
                  wanted == report::Format::json ? smoke::coverage_json(coverage) : smoke::coverage_text(coverage));
  if (!coverage.problems.empty()) return ExitCode::usage;
  return least ? gate_coverage(coverage, *least) : ExitCode::passed;
}

/// What a person does next, after the verdict.
void point_onwards(git::GitSource* source, const repository::Snapshot& now, const report::CheckReport& report,
                   bool has_baseline) {
  constexpr std::size_t kMany = 50;
  if (report.errors + report.warnings == 0) return;
  const auto say = [](const std::string& line) { terminal::note("kairon: " + line); };
  if (const std::size_t repairable = check::count_repairable(source, now, report.findings); repairable > 0)
    say(format("{} can be repaired: kairon fix --write", text::counted(repairable, "finding")));
  if (report.findings.size() > kMany && !has_baseline)
    say("next: kairon init --adopt writes a baseline, so that only new findings block");
  else
    say(format("next: kairon explain {}", report::most_frequent_rule(report.findings)));
}

/// Which rules did not run, and why.
void say_what_is_off(const Options& options, const config::Settings& settings, const check::Judgement& judgement) {
  if (!judgement.no_catalogue.empty()) {
    std::size_t rules = 0;
    for (const lint::WorkflowRule* rule : lint::workflow_rules())
      if (rule->needs == lint::Needs::catalogue) ++rules;
    terminal::note(format("kairon: {} off: {}", text::counted(rules, "rule"), judgement.no_catalogue));
  }
  std::vector<std::string> off;
  for (const std::string& rule : settings.subsections(config::kLintSeverity))
    if (settings.value(config::kLintSeverity, rule) == "off") off.push_back(rule);
  if (!off.empty() && options.has("--verbose"))
    terminal::print(Channel::err, format("kairon: off by [lint]: {}", text::join(off, ", ")));
}

ExitCode run_check(const Options& options) {
  const Clock::time_point begun = Clock::now();
  const report::Format format_wanted = report::parse_format(options.value("--format").value_or("text"));
  // What pre-commit looks at; hook managers run it in pre-commit's stead.
  const git::Network network = options.has("--staged") ? git::Network::forbidden : git::Network::allowed;
  const std::unique_ptr<git::GitSource> source = git::open({}, network);
  if (options.has("--min") && !options.has("--coverage"))
    throw usage_error("--min needs --coverage", "kairon check --coverage --min 80");
  if (options.has("--coverage")) return show_coverage(options, source.get(), format_wanted);
  const config::Settings settings = settings_for(options, source.get());
  const Clock::time_point set_up = Clock::now();
  const check::Subject selection = check::select(options, source.get(), settings);
  const Clock::time_point listed = Clock::now();
  check::Judgement judgement = judge(options, source.get(), settings, selection);
  report::CheckReport& report = judgement.report;
  if (options.has("--hook")) return answer_hook(report);
  report.elapsed_ms = milliseconds(Clock::now() - begun);
  if (const auto path = options.value("--write-baseline")) {
    write_baseline(*path, source.get(), report, judgement.catalogue_version);
    return ExitCode::passed;
  }
  if (options.has("--verbose")) report.listing = report::Listing::all;
  if (options.has("--statistics")) report.listing = report::Listing::statistics;
  terminal::write(Channel::out, report::render(report, format_wanted));
  print_changes(options, report.findings);
  print_server_changes(target_of(options, settings));
  say_when_empty(options, settings, selection.now);
  // Of a commit that touches nothing of ours no file was listed.
  if (selection.unmerged.empty() && (!options.has("--staged") || !selection.only->empty()))
    for (const config::Notice& notice : check::unmatched_settings(settings, selection.now))
      terminal::print(Channel::err, rendered("kairon: ", notice.message));
  for (const std::string& note : judgement.notes) terminal::note(format("kairon: {}", note));
  say_what_is_off(options, settings, judgement);
  if (format_wanted == report::Format::text)
    point_onwards(source.get(), selection.now, report,
                  options.has("--baseline") || !settings.value(config::kBaseline).empty());
  if (options.has("--timings")) {
    terminal::print(Channel::err,
                    format("timings: set up {:.1f} ms, listed and read {:.1f} ms, rules {:.1f} ms ({})",
                           milliseconds(set_up - begun), milliseconds(listed - set_up),
                           milliseconds(Clock::now() - listed), source ? source->implementation() : "no repository"));
  }
  return judgement.exit_code();
}

}  // namespace

extern const Command kCommandCheck;
const Command kCommandCheck{"check", "[PATH... | -]", "Judge workflows and migrations.", kCheckOptions, run_check};

}  // namespace kairon::commands
