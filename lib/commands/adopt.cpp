#include "commands/adopt.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "base/environment.h"
#include "base/environments.h"
#include "base/file.h"
#include "base/format.h"
#include "base/kairon_child.h"
#include "base/terminal.h"
#include "base/text.h"
#include "catalogue/fetch.h"
#include "catalogue/store.h"
#include "check/baseline.h"
#include "config/settings.h"
#include "git/source.h"
#include "install/replaced.h"
#include "json/document.h"
#include "trial/input.h"

namespace kairon::commands {

namespace {

using terminal::Channel;

constexpr const char* kBaselineFile = ".kairon-baseline.json";
constexpr const char* kSettingsFile = ".kairon";
constexpr std::string_view kNewestMajor = "2";

void say(std::string_view topic, std::string_view line) {
  terminal::print(Channel::out, text::printable(format("{:<11} {}", topic, line)));
}

bool is_whole(std::string_view version) { return std::count(version.begin(), version.end(), '.') == 2; }

/// The newest catalogue here of `version`, which may be a part of one ("1.123") or "".
std::string newest_cached(const std::string& version) {
  for (const std::string& cached : catalogue::cached_versions())
    if (version.empty() || cached == version || cached.starts_with(version + ".")) return cached;
  return {};
}

/// Fetches a release, or the newest one of a major version. Returns its whole version.
Result<std::string> fetch(const std::string& version) {
  terminal::Progress progress("kairon: fetching n8n's node descriptions");
  progress.update(version);
  const Result<catalogue::Source> source = catalogue::fetch_release(version);
  if (!source.ok()) return source.failure();
  const Result<std::string> path = catalogue::keep(*source, source->n8n_version);
  if (!path.ok()) return path.failure();
  return source->n8n_version;
}

/// What adoption found out, for its last lines.
struct Outcome {
  std::vector<std::string> written;
  std::vector<std::string> off;
  std::string server;  ///< "embedded PostgreSQL 15.14"; "" when no migration can be tried
  std::string base;    ///< what it holds
};

void set(const std::string& top, const std::string& key, const std::string& value) {
  static_cast<void>(install::ask_git(top, {"config", "-f", kSettingsFile, key, value}));
}

config::Settings settings_of(git::GitSource& source) { return config::load(&source); }

/// Loads what is committed on a trial server, as a push will do it. Fails with the reason.
Result<void> try_base(git::GitSource& source, const config::Settings& settings, Outcome& outcome) {
  terminal::Progress progress("kairon: building the trial server");
  progress.update("PostgreSQL");
  try {
    const std::string head = source.resolve_commit("HEAD").value_or("");
    std::vector<std::string> bases;
    for (const config::Settings& history : settings.histories()) {
      const trial::TrialOptions input = trial::trial_input(&source, history, {{}, head, head});
      const trial::Scratch scratch(input.base, input.major);
      outcome.server = scratch.shown();
      bases.push_back(history.history_lead() + trial::describe(input.base));
    }
    outcome.base = text::join(bases, ", ");
    return {};
  } catch (const Error& error) {
    if (error.code() == ExitCode::interrupted) throw;
    return Failure{error.message()};
  }
}

/// A trial that cannot run would block every push of a migration: what stands in its way goes into `.kairon`,
/// where a review sees it, together with the cause.
void prepare_trial(const std::string& top, git::GitSource& source, Outcome& outcome) {
  Result<void> tried = try_base(source, settings_of(source), outcome);
  if (!tried.ok() && text::contains(tried.failure().text, "is not installed on the trial server")) {
    set(top, "kairon.missingExtensions", "stub");
    outcome.off.push_back(
        format("real extensions in trials: {}; stand-ins take their place ([kairon] "
               "missingExtensions = stub)",
               tried.failure().text));
    tried = try_base(source, settings_of(source), outcome);
  }
  if (tried.ok()) return;
  if (!text::contains(tried.failure().text, "load")) {
    outcome.off.push_back(format("trials here: {}; {}", tried.failure().text, tried.failure().remedy));
    return;
  }
  set(top, "gate.trial", "off");
  outcome.off.push_back(format("trial of migrations: {}; {}; then remove [gate] trial = off from .kairon",
                               tried.failure().text, tried.failure().remedy));
}

/// The findings of a JSON report, as far as a baseline needs them; nothing for another text.
std::optional<std::vector<lint::Finding>> findings_of(const std::string& report) {
  const auto parsed = json::Document::parse(report);
  if (!parsed.document || !parsed.document->root()["summary"].present()) return std::nullopt;
  std::vector<lint::Finding> findings;
  for (const json::Value one : parsed.document->root()["findings"]) {
    lint::Finding finding;
    finding.rule = one["rule"].string();
    finding.path = one["path"].string();
    finding.node = one["node"].string();
    finding.message.text = one["message"].string();
    static_cast<void>(lint::parse_severity(one["severity"].string(), finding.severity));
    findings.push_back(std::move(finding));
  }
  return findings;
}

std::string catalogue_version(const config::Settings& settings) {
  const catalogue::Choice nodes = catalogue::choose(settings.value(config::kN8nVersion));
  return nodes.catalogue ? std::string(nodes.catalogue->version()) : std::string();
}

/// The first line that a child wrote to stderr, for a message of ours.
std::string cause(const process::Outcome& child) {
  const auto lines = text::lines(child.errors);
  return lines.empty() ? format("exit status {}", child.status) : std::string(lines.front());
}

void write_first_baseline(const std::string& top, const config::Settings& settings, bool with_schema,
                          Outcome& outcome) {
  if (!settings.value(config::kBaseline).empty()) {
    say("baseline", format("{} is kept", settings.value(config::kBaseline)));
    return;
  }
  std::vector<std::string> words = {"check", "--all", "--format", "json"};
  if (with_schema) words.emplace_back("--schema");
  const process::Outcome child = ask_kairon(words, "kairon: judging what is there");
  const std::optional<std::vector<lint::Finding>> findings = findings_of(child.output);
  if (!findings) {
    outcome.off.push_back(format("baseline: {}", cause(child)));
    return;
  }
  if (findings->empty()) {
    say("baseline", "not needed: no findings");
    return;
  }
  const auto errors = static_cast<std::size_t>(std::count_if(
      findings->begin(), findings->end(), [](const auto& one) { return one.severity == lint::Severity::error; }));
  const auto written = file::write_atomic(format("{}/{}", top, kBaselineFile),
                                          check::baseline_text(*findings, catalogue_version(settings)));
  if (!written.ok()) throw environment_error(written.failure().text, "make the folder writable");
  set(top, "kairon.baseline", kBaselineFile);
  outcome.written.emplace_back(kBaselineFile);
  say("baseline", format("{}: {} and {} that are there already do not count", kBaselineFile,
                         text::counted(errors, "error"), text::counted(findings->size() - errors, "warning")));
}

/// Says that a part of a file was turned off, or that a person has to do it.
void report_part(const install::Replaced& part, std::string_view kind, Outcome& outcome) {
  const std::string what = format("{}:{}: {}{}: {}", part.path, part.line, kind, part.name, part.reason);
  if (part.off.empty()) {
    say("by hand", format("{}: turn it off, or {}", what,
                          part.reason.starts_with("works") ? "a commit checks twice" : "a push deploys twice"));
    return;
  }
  say("retired", what);
  if (std::find(outcome.written.begin(), outcome.written.end(), part.path) == outcome.written.end())
    outcome.written.push_back(part.path);
}

void retire(const std::string& top, const install::Watched& watched, Outcome& outcome) {
  const install::WorkTree tree = install::work_tree_at(top);
  const std::vector<install::Replaced> hooks = install::replaced_hooks(tree, watched);
  const std::vector<install::Replaced> commands = install::replaced_commands(watched);
  install::retire_hooks(tree, hooks);
  install::retire_commands(top, commands);
  const std::vector<install::Replaced> jobs = install::replaced_jobs(watched);
  install::retire_jobs(top, jobs);
  for (const install::Replaced& hook : hooks)
    say("retired", format("{}: {}; it does not run any more", hook.path, hook.reason));
  for (const install::Replaced& command : commands) report_part(command, "", outcome);
  for (const install::Replaced& job : jobs) report_part(job, "job ", outcome);
}

void install_hooks(const std::string& top) {
  for (const install::HookChange& change : install::install_hooks(top, install::installed_hooks_folder()))
    say("hooks", change.where == top ? change.action : format("{}: {}", change.where, change.action));
}

void note_deployment(const config::Settings& settings, Outcome& outcome) {
  const bool configured = std::any_of(std::begin(kEnvironments), std::end(kEnvironments),
                                      [&](std::string_view name) { return settings.target(name).configured(); });
  if (!configured)
    outcome.off.emplace_back("deployment and smoke tests: no environment yet; git config kairon.env-dev.n8nUrl URL");
}

void stage(const std::string& top, const Outcome& outcome) {
  std::vector<std::string> words = {"add", "--"};
  words.insert(words.end(), outcome.written.begin(), outcome.written.end());
  static_cast<void>(install::ask_git(top, words));
  say("staged", text::join(outcome.written, ", "));
}

void summarize(const config::Settings& settings, const install::Survey& found, const Outcome& outcome) {
  terminal::print(Channel::out, "");
  say("gated now", format("each commit: workflows in {}{}, migrations in {}{}, secrets",
                          install::first_few(settings.workflow_globs()), found.workflows > 0 ? "" : " (none yet)",
                          install::first_few(settings.migration_folders()),
                          found.migration_count > 0 || !found.named_histories.empty() ? "" : " (none yet)"));
  say("", "each push: the same, and secrets in everything that leaves");
  if (!outcome.server.empty() && settings.value(config::kGateTrial))
    say("", format("each push: new migrations are tried on {} with {}", outcome.server, outcome.base));
  for (const std::string& line : outcome.off) say("off", line);
  terminal::print(Channel::out, "");
  terminal::print(Channel::out,
                  "next: git commit -m 'Adopt Kairon Gate' && git push    (undo: kairon hooks uninstall)");
}

}  // namespace

std::string pin_catalogue(install::Survey& found, CatalogueAccess access) {
  const std::string stated = found.n8n_version();
  const std::string place =
      found.n8n_versions.empty() ? "no file here states a version" : found.n8n_versions.front().place;
  if (stated.empty() && (found.workflows == 0 || access == CatalogueAccess::cached)) return {};
  std::string version = is_whole(stated) ? stated : newest_cached(stated);
  bool present = !version.empty() && file::exists(catalogue::index_path(version));
  std::string problem;
  if (!present && access == CatalogueAccess::fetched) {
    const std::string wanted = is_whole(stated) ? stated : std::string(stated.substr(0, stated.find('.')));
    const Result<std::string> fetched = fetch(wanted.empty() ? std::string(kNewestMajor) : wanted);
    present = fetched.ok();
    if (fetched.ok()) version = *fetched;
    if (!fetched.ok()) problem = fetched.failure().text;
  }
  found.n8n_versions.erase(found.n8n_versions.begin(),
                           found.n8n_versions.begin() + (found.n8n_versions.empty() ? 0 : 1));
  // A push does not judge with fewer rules than are pinned: what cannot be had is not pinned.
  const bool pinned = !version.empty() && (present || access == CatalogueAccess::cached);
  if (pinned) found.n8n_versions.insert(found.n8n_versions.begin(), {version, place});
  if (present) return format("{} ({}); its node catalogue is here", version, place);
  if (pinned) return format("{} ({}); kairon catalogue update fetches its node catalogue", version, place);
  found.n8n_versions.clear();
  if (problem.empty()) problem = format("kairon catalogue update --npm {}", stated);
  const std::string said = version.empty() ? stated : version;
  return format("{}; not pinned, its node catalogue cannot be had: {}",
                said.empty() ? "no file here states a version" : format("{} ({})", said, place), problem);
}

void adopt(const std::string& top, const install::Survey& found) {
  const std::unique_ptr<git::GitSource> source = git::open(top);
  Outcome outcome;
  outcome.written.emplace_back(kSettingsFile);
  const config::Settings surveyed = settings_of(*source);
  const bool has_sql = found.migration_count > 0 || file::exists(top + "/" + surveyed.schema_file());
  if (has_sql) prepare_trial(top, *source, outcome);
  const config::Settings settings = settings_of(*source);
  write_first_baseline(top, settings, has_sql && found.workflows > 0 && !outcome.server.empty(), outcome);
  retire(top, install::watched_by(top, settings), outcome);
  install_hooks(top);
  stage(top, outcome);
  const catalogue::Choice nodes = catalogue::choose(settings.value(config::kN8nVersion));
  if (found.workflows > 0 && !nodes.catalogue) outcome.off.push_back(format("rules about node types: {}", nodes.note));
  note_deployment(settings, outcome);
  summarize(settings, found, outcome);
}

}  // namespace kairon::commands
