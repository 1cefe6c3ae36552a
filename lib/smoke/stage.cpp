#include "smoke/stage.h"

#include <algorithm>
#include <memory>

#include "base/environment.h"
#include "base/format.h"
#include "base/signals.h"
#include "base/terminal.h"
#include "base/text.h"
#include "base/utc.h"
#include "config/keys.h"
#include "deploy/order.h"
#include "smoke/local_server.h"
#include "smoke/proof.h"
#include "smoke/report.h"
#include "smoke/run.h"
#include "target/session.h"

namespace kairon::smoke {

namespace {

using terminal::Channel;

std::vector<SmokeCase> read_all(const repository::DeployContent& content, const config::Settings& settings) {
  std::vector<SmokeCase> cases;
  std::string problems;
  const auto complain = [&problems](const CaseProblem& one) {
    problems += format("\n  {}:{}: {}", text::printable(one.path), one.line, one.message.text);
    if (!one.message.remedy.empty()) problems += format(" ({})", one.message.remedy);
  };
  if (content.smoke_files.empty())
    throw usage_error(format("no smoke test file matches {}", text::join(settings.smoke_globs(), ", ")),
                      "kairon new test WORKFLOW writes a first one");
  for (const repository::ContentFile& file : content.smoke_files) {
    CaseFile read = read_cases(file.path, file.text);
    for (const CaseProblem& one : read.problems) complain(one);
    for (SmokeCase& one : read.cases) {
      const auto twin =
          std::find_if(cases.begin(), cases.end(), [&one](const auto& other) { return other.name == one.name; });
      if (twin != cases.end())
        complain({one.path,
                  one.line,
                  {format("a second case '{}'", text::printable(one.name)),
                   format("the first is at {}:{}", twin->path, twin->line)}});
      cases.push_back(std::move(one));
    }
  }
  if (!problems.empty()) throw usage_error("the smoke tests cannot be read:" + problems);
  put_recorded_last(cases);
  return cases;
}

void keep_chosen(std::vector<SmokeCase>& cases, const std::vector<std::string>& wanted) {
  if (wanted.empty()) return;
  std::vector<std::string_view> names;
  for (const SmokeCase& one : cases) names.push_back(one.name);
  const auto fits = [](const std::string& pattern, std::string_view name) {
    return pattern == name || text::glob_match(pattern, name);
  };
  for (const std::string& pattern : wanted) {
    if (std::any_of(names.begin(), names.end(), [&](std::string_view name) { return fits(pattern, name); })) continue;
    const std::string_view near = text::nearest(pattern, names);
    throw usage_error(
        format("no smoke test case '{}'", text::printable(pattern)),
        near.empty() ? "--case takes a test_name or a pattern with *" : format("did you mean '{}'?", near));
  }
  std::erase_if(cases, [&](const SmokeCase& one) {
    return std::none_of(wanted.begin(), wanted.end(),
                        [&](const std::string& pattern) { return fits(pattern, one.name); });
  });
}

std::unique_ptr<RowReader> reader_for(const std::vector<SmokeCase>& cases, const config::Target& target) {
  const auto asks = std::find_if(cases.begin(), cases.end(), [](const auto& one) { return one.asks_database(); });
  if (asks == cases.end()) return nullptr;
  if (target.database.empty())
    throw usage_error(format("{}:{}: the case asserts rows, but the environment {} has no database",
                             text::printable(asks->path), asks->line, target.name),
                      format("git config kairon.env-{}.database postgresql://...", target.name));
  return std::make_unique<RowReader>(target.database);
}

class Smoke {
 public:
  Smoke(const std::string& environment, const SmokeFlags& flags) : environment_(environment), flags_(flags) {}

  SmokeReport run(target::DeploySession& session, const std::vector<SmokeCase>& cases, SmokeOrder order) {
    {
      terminal::Progress progress(environment_ + ": waiting for n8n,");
      session.api().wait_ready([&progress](std::string_view what) { progress.update(what); });
    }
    const std::unique_ptr<RowReader> rows = reader_for(cases, session.target());
    total_ = cases.size();
    return SmokeRun(session.api(), rows.get(), std::move(order)).run(cases, listener());
  }

 private:
  SmokeRun::Listener listener() {
    SmokeRun::Listener out;
    out.doing = [this](const SmokeCase& test, const std::string& what) {
      if (!progress_) progress_.emplace(environment_ + ": smoke test");
      progress_->update(format("{} of {}, {}: {}", done_ + 1, total_, text::printable(test.name), what));
    };
    out.done = [this](const CaseOutcome& outcome) {
      progress_.reset();
      ++done_;
      if (flags_.format != SmokeFormat::text) return;
      terminal::write(Channel::out,
                      smoke_case_text(outcome, Channel::out, flags_.verbose ? Detail::trees : Detail::brief));
    };
    return out;
  }

  const std::string& environment_;
  const SmokeFlags& flags_;
  std::optional<terminal::Progress> progress_;
  std::size_t done_ = 0;
  std::size_t total_ = 0;
};

/// The environment that the settings name, or one for this run alone.
class SmokedServer {
 public:
  SmokedServer(const LocalOrder& order, const std::string& environment) {
    if (environment != kLocalEnvironment) {
      remote_.emplace(target::required_target(order.settings, environment));
      return;
    }
    {
      terminal::Progress progress(environment);
      local_.emplace(order, [&progress](std::string_view what) { progress.update(what); });
    }
    for (const std::string& note : local_->notes()) terminal::print(Channel::err, "note: " + text::printable(note));
  }
  [[nodiscard]] target::DeploySession& session() { return local_ ? local_->session() : *remote_; }

 private:
  std::optional<LocalServer> local_;
  std::optional<target::DeploySession> remote_;
};

void print_report(const SmokeReport& report, SmokeFormat format) {
  switch (format) {
    case SmokeFormat::text:
      return terminal::write(Channel::out, smoke_summary_text(report, Channel::out));
    case SmokeFormat::json:
      return terminal::write(Channel::out, smoke_json(report));
    case SmokeFormat::junit:
      break;
  }
  terminal::write(Channel::out, smoke_junit(report));
}

/// For other clones, which `requires` this environment.
void record(const config::Target& target, const std::string& commit, const SmokeReport& report) {
  deploy::DeploymentRow row;
  row.environment = target.name;
  row.commit = commit;
  row.by = deploy::deployer();
  row.result = report.passed() ? "smoke passed" : "smoke failed";
  deploy::write_row(target, row);
}

std::string n8n_folder(const config::Settings& settings, const SmokeFlags& flags) {
  return flags.n8n_folder.empty() ? settings.value(config::kSmokeN8nFolder) : flags.n8n_folder;
}

std::vector<RecordedAnswer> answers_of(const std::vector<SmokeCase>& cases, const std::string& environment) {
  std::vector<RecordedAnswer> out;
  for (const SmokeCase& test : cases) {
    if (!test.is_for(environment)) continue;
    for (const auto& [node, entries] : test.mocks.members()) out.push_back({node, entries.dump()});
  }
  return out;
}

/// A run of chosen cases adds to what the others executed with the same content; a case that failed proves nothing.
void keep_coverage(const std::string& common_dir, const repository::DeployContent& content, const SmokeReport& report) {
  const std::string key = coverage_key(content);
  CoverageRecord record = read_coverage(common_dir, key).value_or(CoverageRecord{});
  record.commit = content.commit;
  record.environment = report.environment;
  record.at = utc_now();
  for (const CaseOutcome& outcome : report.outcomes) {
    if (outcome.result == CaseResult::failed) record.cases.erase(outcome.test.name);
    if (outcome.result == CaseResult::passed) record.cases[outcome.test.name] = outcome.ran;
  }
  write_coverage(common_dir, key, record);
}

}  // namespace

void require_consent(const config::Settings& settings, const std::string& environment, std::size_t cases,
                     const Ask& ask) {
  if (environment != "prod" || cases == 0 || settings.value(config::kEnvSmoke, environment)) return;
  const std::string wanted = environment + ":smoke";
  if (environment::get("KAIRON_APPROVE").value_or("") == wanted) return;
  const auto answer = ask(format("{} will send messages to the workflows of {}. Type {} to send them: ",
                                 text::counted(cases, "smoke test case"), environment, environment));
  signals::check();  // Ctrl-C at the question
  if (answer && text::trim(*answer) == environment) return;
  throw Error(ExitCode::blocked, "sending test messages to production was not confirmed",
              "type prod on a terminal, set KAIRON_APPROVE=prod:smoke, or git config kairon.env-prod.smoke on");
}

ExitCode smoke(git::GitSource& source, const config::Settings& settings, const repository::DeployContent& content,
               const std::string& environment, const SmokeFlags& flags) {
  std::vector<SmokeCase> cases = read_all(content, settings);
  const bool all = flags.cases.empty();
  keep_chosen(cases, flags.cases);
  deploy::Journal journal(source.common_dir(), environment);
  const std::string key = smoke_key(source, settings, content.commit);
  if (const auto when = proven_at(journal, key); when && all && flags.proof == Proof::accept) {
    terminal::print(Channel::out, format("{}: {} passed for this content at {}, and nothing was deployed since",
                                         environment, text::counted(cases.size(), "case"), *when));
    return ExitCode::passed;
  }
  const auto sent =
      std::count_if(cases.begin(), cases.end(), [&](const SmokeCase& one) { return one.is_for(environment); });
  require_consent(settings, environment, static_cast<std::size_t>(sent),
                  [](const std::string& question) { return terminal::ask(question); });
  const LocalOrder local_order{source, settings, content, cases, content.commit, n8n_folder(settings, flags)};
  SmokedServer server(local_order, environment);
  target::DeploySession& session = server.session();
  SmokeOrder order;
  order.environment = environment;
  order.webhook_path = trimmed_path(settings.value(config::kSmokeWebhookPath));
  order.patience = settings.value(config::kSmokeTimeout);
  for (const n8n::Local& workflow : content.workflows) order.deployed.insert(workflow.name);
  order.workflows = &content.workflows;
  order.recorded = answers_of(cases, environment);
  const SmokeReport report = Smoke(environment, flags).run(session, cases, std::move(order));
  print_report(report, flags.format);
  keep_coverage(source.common_dir(), content, report);
  if (all) {
    note_smoke(journal, key, content.commit, report.passed() ? SmokeVerdict::passed : SmokeVerdict::failed);
    if (environment != kLocalEnvironment) record(session.target(), content.commit, report);
  }
  return report.passed() ? ExitCode::passed : ExitCode::blocked;
}

}  // namespace kairon::smoke
