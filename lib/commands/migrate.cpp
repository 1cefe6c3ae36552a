#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <filesystem>
#include <memory>
#include <optional>

#include "backup/safety.h"
#include "base/arguments.h"
#include "base/file.h"
#include "base/format.h"
#include "base/guard.h"
#include "base/kairon_child.h"
#include "base/message.h"
#include "base/terminal.h"
#include "base/text.h"
#include "check/history_trials.h"
#include "commands/command.h"
#include "commands/migrate_base.h"
#include "commands/migrate_report.h"
#include "config/settings.h"
#include "git/source.h"
#include "migrate/runner.h"
#include "migrate/tool_table.h"
#include "migration/new_files.h"
#include "postgres/conninfo.h"
#include "repository/published.h"
#include "repository/snapshot.h"
#include "target/history_database.h"
#include "target/tunnel.h"
#include "trial/input.h"

namespace kairon::commands {

namespace {

using terminal::Channel;

constexpr std::string_view kOnServer = "status|up|down|verify|baseline";

constexpr std::array kMigrateOptions = {
    OptionSpec{"--env", "NAME", "whose database: [env \"NAME\"] database (default dev)", kOnServer},
    OptionSpec{"--database", "URL", "this database instead", kOnServer},
    OptionSpec{"--history", "NAME", "of several, the one of [migrations \"NAME\"] (status, test default to all)", ""},
    OptionSpec{"--to", "VERSION", "up to that version; down: undo what came after it", "up|down|baseline"},
    OptionSpec{"--dry-run", "", "say what would run, change nothing", "up|down|baseline"},
    OptionSpec{"--allow-out-of-order", "", "run pending migrations that sort before applied ones", "up"},
    OptionSpec{"--accept", "VERSION", "take the changed file of an applied migration as right", "verify"},
    OptionSpec{"--reason", "TEXT", "why, for the log", "verify"},
    OptionSpec{"--yes", "", "do not ask", "down"},
    OptionSpec{"--no-backup", "", "run without the backup that comes first where the environment has backups",
               "up|down"},
    OptionSpec{"--lock-timeout", "TIME", "how long one attempt waits for a lock (5s; six attempts)", "up|down"},
    OptionSpec{"--statement-timeout", "TIME", "end statements that take longer (test: 60s)", "up|down|test"},
    OptionSpec{"--push", "BASE..TIP", "what a push would bring (used by pre-push)", "test"},
    OptionSpec{"--format", "text|json|junit", "form of the report; junit: of test only",
               "status|up|down|verify|baseline|test"},
};

constexpr std::array kMigrateSubcommands = {
    Subcommand{"status", "", "Say which migrations the database has, and which are pending."},
    Subcommand{"up", "", "Run the pending migrations."},
    Subcommand{"down", "", "Undo applied migrations with their rollback files."},
    Subcommand{"verify", "", "Compare what was applied with the files as they are now."},
    Subcommand{"baseline", "", "Record migrations as applied without running them."},
    Subcommand{"new", "NAME", "Write an empty migration and its rollback, with the next version."},
    Subcommand{"test", "[FILE...]", "Try migrations on a throw-away PostgreSQL: forward, back, forward again."},
};

struct Place {
  std::unique_ptr<git::GitSource> source;
  config::Settings settings;
  std::string top;
  mutable std::unique_ptr<target::Route> route = {};  ///< to the environment's database, while the command runs
};

/// With the settings of the work tree, or of the commit `tip` when it is given.
Place find_place(const std::string& tip = {}) {
  auto source = git::open();
  std::optional<std::string> file;
  if (source && !tip.empty()) file = repository::read_tree_file(*source, tip, ".kairon").value_or("");
  config::Settings settings = config::load(source.get(), std::move(file));
  std::string top = source ? source->top() : ".";
  return {std::move(source), std::move(settings), std::move(top)};
}

/// The histories that --history names; all without.
std::vector<config::Settings> chosen_histories(const Options& options, const config::Settings& settings) {
  std::vector<config::Settings> all = settings.histories();
  const auto wanted = options.value("--history");
  if (!wanted) return all;
  std::vector<std::string> names;
  for (const config::Settings& one : all)
    if (!one.history().empty()) names.push_back(one.history());
  std::erase_if(all, [&wanted](const config::Settings& one) { return one.history() != *wanted; });
  if (!all.empty() && !wanted->empty()) return all;
  throw usage_error(format("no history of migrations '{}'", text::printable(*wanted)),
                    names.empty() ? std::string("leave out --history: .kairon has no section [migrations \"NAME\"]")
                                  : format("use one of {}", text::join(names, ", ")));
}

void tell_missing_folder(const Place& place, const config::Settings& history) {
  const std::string folder = history.migrations_folder();
  if (place.source && !file::exists(place.top + "/" + folder))
    terminal::print(Channel::err, format("kairon: there is no folder {} for the migrations (kairon.migrations; kairon "
                                         "doctor shows what is set)",
                                         text::printable(folder)));
}

/// For what is done to one history: the only one, or that of --history.
Place find_history(const Options& options) {
  Place place = find_place();
  std::vector<config::Settings> histories = chosen_histories(options, place.settings);
  std::vector<std::string> names;
  for (const config::Settings& one : histories) names.push_back(one.history());
  if (histories.size() > 1)
    throw usage_error("this repository has several histories of migrations",
                      format("name one: --history {}", text::join(names, "|")));
  place.settings = std::move(histories.front());
  tell_missing_folder(place, place.settings);
  return place;
}

std::chrono::milliseconds time_of(const std::string& value) {
  std::size_t digits = value.find_first_not_of("0123456789");
  if (digits == 0 || value.size() > 9)
    throw usage_error(format("invalid duration '{}'", text::printable(value)), "write 500ms, 30s or 5m");
  const std::string unit = digits == std::string::npos ? "s" : value.substr(digits);
  const long long number = std::stoll(value.substr(0, digits));
  if (unit == "ms") return std::chrono::milliseconds(number);
  if (unit == "s") return std::chrono::seconds(number);
  if (unit == "m") return std::chrono::minutes(number);
  throw usage_error(format("invalid duration '{}'", text::printable(value)), "write 500ms, 30s or 5m");
}

migrate::RunOptions run_options(const Options& options, const Place& place) {
  migrate::RunOptions run;
  const std::string environment = options.value("--env").value_or("dev");
  run.target.conninfo =
      options.value("--database")
          .value_or(target::database_of_history(place.settings, place.settings.target(environment).database));
  if (run.target.conninfo.empty())
    throw usage_error(format("no database is known for {}", text::printable(environment)),
                      format("git config kairon.env-{}.database postgresql://user@host/name, or --database URL",
                             text::printable(environment)));
  if (const std::string host = place.settings.target(environment).ssh_host;
      !host.empty() && !options.has("--database")) {
    place.route = std::make_unique<target::Route>(run.target.conninfo, host);
    run.target.conninfo = place.route->conninfo();
  }
  run.to = options.value("--to").value_or("");
  run.allow_out_of_order = options.has("--allow-out-of-order");
  if (const auto limit = options.value("--lock-timeout")) run.lock_timeout = time_of(*limit);
  if (const auto limit = options.value("--statement-timeout")) run.statement_timeout = time_of(*limit);
  run.say = [](const std::string& line) { terminal::print(Channel::err, line); };
  return run;
}

ExitCode finish(const migrate::RunOutcome& outcome, std::string_view verb, bool json) {
  terminal::write(Channel::out, json ? outcome_json(outcome) : outcome_text(outcome, verb));
  if (outcome.ok()) return ExitCode::passed;
  if (!json) terminal::print(Channel::err, rendered("kairon: error: ", outcome.failure));
  return ExitCode::blocked;
}

ExitCode show_plan(const std::vector<const migrate::Source*>& plan, std::string_view verb, bool down,
                   const migrate::RunOptions& run) {
  const int version = postgres::Connection::require(run.target).server_version();
  migrate::require_plan(plan, down ? migrate::Direction::down : migrate::Direction::up, version);
  for (const migrate::Source* source : plan) {
    const migration::File& file = down ? *source->rollback : *source->forward;
    terminal::print(Channel::out, format("would {} {}: {}, {}", verb, file.path(),
                                         text::counted(file.script().statements().size(), "statement"),
                                         file.runs_in_transaction() ? "one transaction" : "statement by statement"));
  }
  if (plan.empty()) terminal::print(Channel::out, "nothing to do");
  return ExitCode::passed;
}

ExitCode accept(const Options& options, const std::string& version) {
  const std::string reason = options.value("--reason").value_or("");
  if (reason.empty()) throw usage_error("--accept needs --reason TEXT");
  const Place place = find_history(options);
  const migrate::RunOptions run = run_options(options, place);
  migrate::accept_change(migrate::read_folder(place.top, place.settings), run, version, reason);
  terminal::print(Channel::out, format("accepted the present content of {}", text::printable(version)));
  return ExitCode::passed;
}

ExitCode status(const Options& options, bool verify) {
  if (const auto version = options.value("--accept"); verify && version) return accept(options, *version);
  Place place = find_place();
  std::vector<HistoryState> states;
  for (config::Settings& one : chosen_histories(options, place.settings)) {
    place.settings = std::move(one);
    const migrate::RunOptions run = run_options(options, place);
    HistoryState& history = states.emplace_back();
    history.name = place.settings.history();
    history.sources = migrate::read_folder(place.top, place.settings);
    history.state = migrate::read_state(run.target, history.sources);
  }
  terminal::write(Channel::out, wants_json(options) ? state_json(states) : state_text(states));
  const auto is_bad = [verify](const migrate::StateLine& line) {
    return line.standing == migrate::Standing::changed || line.standing == migrate::Standing::failed ||
           line.standing == (verify ? migrate::Standing::missing_file : migrate::Standing::pending);
  };
  const bool bad = std::any_of(states.begin(), states.end(), [&is_bad](const HistoryState& history) {
    return std::any_of(history.state.begin(), history.state.end(), is_bad);
  });
  return bad ? ExitCode::blocked : ExitCode::passed;
}

/// An hourly timer's backup is young enough to migrate on.
constexpr std::chrono::hours kYoungEnough{1};

/// Before the first migration (or rollback) of an environment that has backups, one is taken unless the newest
/// is young.
void take_backup_first(const Options& options, const Place& place, migrate::RunOptions& run) {
  const std::string environment = options.value("--env").value_or("dev");
  if (options.has("--database") || options.has("--no-backup") ||
      !backup::backups_configured(place.settings, place.top, environment))
    return;
  run.before_first = [&place, environment] {
    backup::BackupRequest request = backup::backup_request(place.settings, place.top, environment);
    request.reason = "before migrations";
    request.tool = format("kairon {}", version());
    terminal::Progress progress("backup " + environment);
    request.say = [&](const std::string& what) { progress.update(what); };
    terminal::print(Channel::err, backup::ensure_backup(request, kYoungEnough).shown);
  };
}

ExitCode up(const Options& options) {
  const Place place = find_history(options);
  const auto sources = migrate::read_folder(place.top, place.settings);
  migrate::refuse_foreign_layout(sources, &migration::Layout::up);
  migrate::RunOptions run = run_options(options, place);
  take_backup_first(options, place, run);
  if (options.has("--dry-run")) {
    const auto state = migrate::read_state(run.target, sources);
    return show_plan(migrate::plan_up(state, run), "run", false, run);
  }
  return finish(migrate::run_up(sources, run), "applied", wants_json(options));
}

/// Throws Error(usage) where nobody types the name of what is undone.
void confirm(std::string_view where, std::string_view what, const std::string& name) {
  if (terminal::ask(format("undo migrations {} {}? Type its name: ", where, name)) != name)
    throw usage_error("not confirmed", format("type the {}'s name, or pass --yes", what));
}

ExitCode down(const Options& options) {
  const Place place = find_history(options);
  const auto sources = migrate::read_folder(place.top, place.settings);
  migrate::refuse_foreign_layout(sources, &migration::Layout::down);
  migrate::RunOptions run = run_options(options, place);
  take_backup_first(options, place, run);
  if (options.has("--dry-run")) {
    const auto state = migrate::read_state(run.target, sources);
    return show_plan(migrate::plan_down(state, run), "run", true, run);
  }
  const std::string environment = options.value("--env").value_or("dev");
  const bool guarded = environment == "prod" || environment == "staging";
  if (guarded && !options.has("--yes")) {
    confirm("on", "environment", environment);
  }
  // An address may lead anywhere; a script has said which one it means.
  if (options.has("--database") && !options.has("--yes") && ::isatty(STDIN_FILENO) == 1) {
    auto words = postgres::parse_conninfo(run.target.conninfo);
    confirm("in the database", "database", words ? (*words)["dbname"] : std::string());
  }
  return finish(migrate::run_down(sources, run), "undone", wants_json(options));
}

ExitCode baseline(const Options& options) {
  const Place place = find_history(options);
  const auto sources = migrate::read_folder(place.top, place.settings);
  migrate::refuse_foreign_layout(sources, &migration::Layout::baseline);
  migrate::RunOptions run = run_options(options, place);
  if (!options.has("--dry-run")) return finish(migrate::run_baseline(sources, run), "recorded", wants_json(options));
  run.allow_out_of_order = true;
  const auto plan = migrate::plan_up(migrate::read_state(run.target, sources), run);
  for (const migrate::Source* source : plan)
    terminal::print(Channel::out, format("would record {} as applied, without running it", source->forward->path()));
  if (plan.empty()) terminal::print(Channel::out, "nothing to do");
  return ExitCode::passed;
}

ExitCode make_new(const Options& options) {
  if (options.positional().size() < 2) throw usage_error("say what it is about", "kairon migrate new NAME");
  if (options.positional().size() > 2)
    throw usage_error(format("unexpected argument '{}'", text::printable(options.positional()[2])),
                      "kairon migrate new add_tags, or in quotes: kairon migrate new \"add tags\"");
  const Place place = find_history(options);
  const migration::Layout& layout = migration::layout_of(place.settings);
  if (layout.psql) throw usage_error("a Sqitch change is more than a file", "sqitch add NAME -n NOTE");
  std::vector<migration::Version> existing;
  for (const migrate::Source& source : migrate::read_folder(place.top, place.settings))
    existing.push_back(source.version);
  for (const auto& [path, content] : migration::new_files(layout, place.settings.migrations_folder(), existing,
                                                          options.positional()[1], std::time(nullptr))) {
    const std::filesystem::path whole = place.top + "/" + path;
    std::filesystem::create_directories(whole.parent_path());
    const Result<void> written = file::write_atomic(whole.string(), content);
    if (!written.ok()) throw environment_error(format("cannot write {}: {}", path, written.failure().text));
    terminal::print(Channel::out, path);
  }
  return ExitCode::passed;
}

/// TIP of --push BASE..TIP, "" without.
std::string pushed_tip(const Options& options) {
  const std::string range = options.value("--push").value_or("");
  const std::size_t dots = range.find("..");
  return dots == std::string::npos ? std::string() : range.substr(dots + 2);
}

trial::TrialRequest trial_request(const Options& options, const Place& place) {
  trial::TrialRequest request;
  request.files.assign(options.positional().begin() + 1, options.positional().end());
  if (!place.source) return request;
  if (const auto range = options.value("--push")) {
    const std::size_t dots = range->find("..");
    if (dots == std::string::npos) throw usage_error("--push takes BASE..TIP");
    request.base = range->substr(0, dots);
    request.tip = pushed_tip(options);
    if (request.base.find_first_not_of('0') == std::string::npos) request.base.clear();
    return request;
  }
  request.base = base_by_hand(*place.source, place.settings, place.top);
  return request;
}

std::string none_is_new(const Options& options, const trial::TrialRequest& request, const std::string& folder) {
  if (options.has("--push") || request.base.empty()) return "migrations: none is new";
  const std::string_view since = std::string_view(request.base).substr(0, 12);
  return format("migrations: none is new since {}, which is published; to try them again: kairon migrate test {}",
                since, folder.empty() ? "FILE..." : text::printable(folder));
}

ExitCode test(const Options& options) {
  const Place place = find_place(pushed_tip(options));
  const trial::TrialRequest request = trial_request(options, place);
  std::optional<std::chrono::milliseconds> limit;
  if (const auto given = options.value("--statement-timeout")) limit = time_of(*given);
  const std::vector<config::Settings> histories = chosen_histories(options, place.settings);
  if (!options.has("--push"))
    for (const config::Settings& history : histories) tell_missing_folder(place, history);
  check::HistoryTrials trials(place.source.get(), histories, request,
                              options.has("--push") ? check::Verdicts::remembered : check::Verdicts::ignored, limit);
  if (trials.migrations() == 0) {
    terminal::print(Channel::out, none_is_new(options, request, place.settings.migrations_folder()));
    return ExitCode::passed;
  }
  trials.read_workflows();
  if (trials.proven()) {
    terminal::print(Channel::out, format("migrations: {} proven before", trials.migrations()));
    return ExitCode::passed;
  }
  const trial::TrialReport report = trials.run();
  const auto verdict = is_stage_child() ? trial::VerdictLine::left_out : trial::VerdictLine::shown;
  terminal::write(Channel::out, options.value("--format") == "junit" ? trial::trial_junit(report)
                                : wants_json(options)                ? trial::trial_json(report)
                                                                     : trial::trial_text(report, verdict));
  return report.passed() ? ExitCode::passed : ExitCode::blocked;
}

ExitCode run_migrate(const Options& options) {
  const std::string what = subcommand("migrate", options, kMigrateSubcommands);
  if (options.value("--format") == "junit" && what != "test")
    throw usage_error("--format junit goes with test", "use text or json");
  if (what == "new") return make_new(options);
  if (what == "test") return test(options);
  no_more_words(options, 1);
  if (what == "status") return status(options, false);
  if (what == "verify") return status(options, true);
  if (what == "up") return up(options);
  if (what == "down") return down(options);
  return baseline(options);
}

}  // namespace

extern const Command kCommandMigrate;
const Command kCommandMigrate = {
    "migrate",       "",          "Run SQL migrations, or try them on a throw-away database.",
    kMigrateOptions, run_migrate, kMigrateSubcommands};

}  // namespace kairon::commands
