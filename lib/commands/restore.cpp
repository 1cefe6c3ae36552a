#include "backup/restore.h"

#include <array>
#include <optional>

#include "backup/dump.h"
#include "backup/place.h"
#include "backup/restore_credentials.h"
#include "backup/salvage.h"
#include "base/environment.h"
#include "base/format.h"
#include "base/terminal.h"
#include "base/text.h"
#include "commands/command.h"
#include "postgres/binaries.h"
#include "postgres/quote.h"
#include "target/tunnel.h"

namespace kairon::commands {

namespace {

using terminal::Channel;

constexpr std::array kRestoreOptions = {
    OptionSpec{"--dry-run", "", "check the backup and the target, change nothing", "-"},
    OptionSpec{"--salvage", "", "of a damaged dump: what it still yields, into a new database; lists what is missing",
               "-"},
    OptionSpec{"--template", "", "print a form for those that the workflows use and n8n lacks", "credentials"},
    OptionSpec{"--verify", "", "read every file and compare its checksum", "list"},
    OptionSpec{"--format", "text|json", "form of the report", "list"},
};

constexpr std::array kRestoreSubcommands = {
    Subcommand{"list", "[ENV]", "List the backups, and which of them are good."},
    Subcommand{"credentials", "FILE|--template [ENV]", "Create the credentials of a file in n8n."},
};

/// What the user has to say, on the terminal or in KAIRON_APPROVE.
void require_confirmation(const config::Target& target, const backup::RestoreOutlook& outlook,
                          const std::string& shown) {
  if (target.approval == "none") return;
  const std::string wanted = format("{}:restore:{}", target.name, shown);
  if (environment::get("KAIRON_APPROVE").value_or("") == wanted) return;
  terminal::print(Channel::err, format("{} will take the place of {}", shown, outlook.server));
  if (outlook.exists)
    terminal::print(Channel::err, "the present database is kept under another name; it is not dropped");
  for (const std::string& session : outlook.sessions)
    terminal::print(Channel::err, "will be disconnected: " + text::printable(session));
  const auto answer = terminal::ask(format("Type {} to restore there: ", target.name));
  if (answer && text::trim(*answer) == target.name) return;
  throw Error(ExitCode::blocked, format("restoring to {} was not confirmed", target.name),
              format("type {} on a terminal, or set KAIRON_APPROVE={}", target.name, wanted));
}

/// Sole right to the environment's backups while one of them is restored.
file::Descriptor locked(backup::BackupStore& store) {
  store.prepare();
  file::Descriptor lock = store.try_lock();
  if (!lock)
    throw environment_error(format("a backup or another restore of {} is running", store.environment()),
                            "wait until it has ended");
  store.reap();
  return lock;
}

/// A dump without a manifest has no checksum that is known here: only reading all of it shows that it is whole.
void require_readable(const backup::ReadyDump& dump, int major) {
  const Result<void> readable = backup::read_whole_dump(postgres::require_clients(major).folder, dump.path);
  if (readable.ok()) return;
  throw Error(ExitCode::blocked, format("{} is damaged: {}", text::printable(dump.shown), readable.failure().text),
              format("kairon restore {} --salvage takes out what it still yields", text::printable(dump.shown)));
}

backup::ReadyDump ready(backup::BackupStore& store, const std::string& identity, const std::string& word) {
  if (word == "latest") {
    if (const std::string note = backup::future_note(store.list(), std::time(nullptr)); !note.empty())
      terminal::print(Channel::err, "note: " + note);
    const auto newest = store.newest_good(std::time(nullptr), backup::Holding::database);
    if (!newest)
      throw environment_error(format("there is no good backup of {} in {}", store.environment(), store.folder()),
                              "kairon restore list shows what is there; or name a dump's file");
    return backup::ready_backup(store, *newest, identity);
  }
  return backup::ready_file(backup::parse_stamp(word) ? store.folder() + "/" + word : word, identity);
}

void report(const backup::RestoreResult& result, const std::string& environment) {
  for (const std::string& note : result.notes) terminal::print(Channel::err, "note: " + text::printable(note));
  terminal::print(Channel::out,
                  format("restore {}: ok, {}, {} in {:.1f} s", environment, text::counted(result.tables, "table"),
                         text::counted(static_cast<std::size_t>(result.rows), "row"), result.seconds));
  if (result.kept_as.empty()) return;
  terminal::print(Channel::out, format("the former database is kept as {}", text::printable(result.kept_as)));
  std::string command = "psql -d postgres";
  std::vector<std::string> statements = {backup::drop_statement(result.kept_as)};
  if (result.kept_is_template)
    statements.insert(statements.begin(),
                      format("ALTER DATABASE {} IS_TEMPLATE false", postgres::quote_identifier(result.kept_as)));
  for (const std::string& statement : statements)
    command += format(" -c '{}'", text::replace_all(statement, "'", "'\\''"));
  terminal::print(Channel::out, "when nobody misses anything: " + command);
}

/// `credentials FILE [ENV]`, `credentials --template [ENV]`.
ExitCode credentials(const Options& options) {
  const std::vector<std::string>& words = options.positional();
  const std::size_t files = options.has("--template") ? 0 : 1;
  if (words.size() < 1 + files || words.size() > 2 + files)
    throw usage_error("kairon restore credentials FILE [ENV]",
                      "kairon restore credentials --template prints such a file");
  const std::string environment = words.size() > 1 + files ? words.back() : "";
  return files == 0 ? backup::print_credential_template(environment)
                    : backup::restore_credentials(words[1], environment);
}

/// The file of a dump, damaged or not, and what is known of its content.
backup::StoredBackup damaged_backup(const backup::BackupStore& store, const std::string& word) {
  for (backup::StoredBackup& one : store.list()) {
    const bool has_dump = one.manifest && one.manifest->database;
    if (has_dump && (word == "latest" || one.stamp == word)) return std::move(one);
  }
  throw usage_error(format("there is no backup {} of {}", text::printable(word), store.environment()),
                    "kairon restore list shows what is there; or name a dump's file");
}

ExitCode salvage(const backup::BackupStore& store, const std::string& word, const config::Target& target) {
  backup::SalvageRequest request;
  std::optional<backup::StoredBackup> stored;
  request.dump = word;
  if (word == "latest" || backup::parse_stamp(word)) {
    stored = damaged_backup(store, word);
    if (stored->manifest->encryption != backup::Encryption::none)
      throw usage_error("an encrypted dump that is damaged cannot be decrypted",
                        "kairon restore list shows older backups");
    request.dump = stored->dump();
    request.record = &*stored->manifest->database;
  }
  const target::Route route(target.database, target.ssh_host);
  request.conninfo = route.conninfo();
  std::optional<terminal::Progress> progress;
  progress.emplace("salvage " + target.name);
  request.say = [&](const std::string& what) { progress->update(what); };
  const backup::SalvageResult result = backup::salvage(request);
  progress.reset();
  for (const std::string& line : result.missing) terminal::print(Channel::out, "missing: " + line);
  terminal::print(
      Channel::out,
      format("salvage {}: {} and {} are in the new database {}; {}", target.name, text::counted(result.tables, "table"),
             text::counted(static_cast<std::size_t>(result.rows), "row"), result.database,
             result.missing.empty() ? "nothing is missing"
                                    : text::counted(result.missing.size(), "line") + " above: missing"));
  if (!result.missing.empty())
    terminal::print(Channel::out, "rows of damaged parts may be altered or there twice: compare before you use them");
  return result.missing.empty() ? ExitCode::passed : ExitCode::blocked;
}

ExitCode run_restore(const Options& options) {
  const std::vector<std::string>& words = options.positional();
  if (!words.empty() && words.front() == "credentials") return credentials(options);
  if (words.empty() || words.size() > 2)
    throw usage_error("say what to restore", "kairon restore list, kairon restore latest, or kairon restore FILE");
  const std::string environment_word = words.size() > 1 ? words[1] : "";
  if (words.front() == "list") return backup::list_backups(options, environment_word);
  const backup::BackupPlace place = backup::find_backup_place();
  const std::string environment = backup::backup_environment(place.settings, environment_word);
  config::Target target = place.settings.target(environment);
  target.name = environment;
  if (target.database.empty())
    throw usage_error(format("no database is known for {}", environment),
                      format("git config kairon.env-{}.database postgresql://user@host/name", environment));
  backup::BackupStore store = backup::backup_store(place, environment);
  if (options.has("--salvage")) {
    if (options.has("--dry-run")) throw usage_error("--dry-run cannot be used with --salvage");
    return salvage(store, words.front(), target);
  }
  const file::Descriptor lock = locked(store);
  terminal::Progress progress("restore " + environment);
  progress.update("checksums");
  backup::RestoreRequest request;
  request.dump = ready(store, place.settings.value(config::kBackupIdentity), words.front());
  const target::Route route(target.database, target.ssh_host);
  request.conninfo = route.conninfo();
  request.say = [&](const std::string& what) { progress.update(what); };
  const backup::RestoreOutlook outlook = backup::look_at_target(request.conninfo);
  if (options.has("--dry-run")) {
    progress.update("reading the dump");
    if (!request.dump.manifest) require_readable(request.dump, outlook.major);
    const std::string whole =
        request.dump.note.empty() ? "is whole" : format("has a whole database ({})", request.dump.note);
    terminal::print(Channel::out, format("{} {}; it would take the place of {}{}", request.dump.shown, whole,
                                         outlook.server, outlook.exists ? "" : ", which does not exist"));
    return ExitCode::passed;
  }
  require_confirmation(target, outlook, request.dump.shown);
  report(backup::restore(request), environment);
  return ExitCode::passed;
}

}  // namespace

extern const Command kCommandRestore;
const Command kCommandRestore = {"restore",
                                 "latest|STAMP|FILE [ENV]",
                                 "Restore a backup into a new database, prove it, then swap.",
                                 kRestoreOptions,
                                 run_restore,
                                 kRestoreSubcommands};

}  // namespace kairon::commands
