#include "health/records.h"

#include <ctime>
#include <optional>

#include "backup/safety.h"
#include "base/format.h"
#include "base/text.h"
#include "deploy/journal.h"
#include "deploy/not_on_remote.h"
#include "health/n8n.h"
#include "install/git_config.h"
#include "json/document.h"

namespace kairon::health {

namespace {

/// The commit's first characters, or what was deployed instead of one.
std::string shown_commit(std::string_view commit) {
  constexpr std::size_t kShort = 12;
  return commit.empty() ? "the work tree" : "commit " + text::printable(commit.substr(0, kShort));
}

/// The last deployment of the history that was completed and whole.
struct Deployed {
  std::string commit;
  std::string at;
};
std::optional<Deployed> last_deployed(const deploy::Journal& journal) {
  const std::vector<std::string> history = journal.history();
  for (auto line = history.rbegin(); line != history.rend(); ++line) {
    const auto parsed = json::Document::parse(*line);
    if (!parsed.document) continue;
    const json::Value root = parsed.document->root();
    if (root["result"].string() == "deployed" && !root["partial"].boolean())
      return Deployed{std::string(root["commit"].string()), std::string(root["at"].string())};
  }
  return std::nullopt;
}

bool is_commit_id(std::string_view text) {
  return (text.size() == 40 || text.size() == 64) &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// Whether some remote branch has the commit; nothing when there are no remote branches, or the commit is
/// not in this repository.
std::optional<bool> is_on_remote(git::GitSource& source, const std::string& commit) {
  if (!is_commit_id(commit) || !source.resolve_commit(commit)) return std::nullopt;
  const std::string folder = source.top().empty() ? source.git_dir() : source.top();
  const auto any = install::ask_git(folder, {"for-each-ref", "--count=1", "refs/remotes"});
  if (!any || any->empty()) return std::nullopt;
  const auto having = install::ask_git(folder, {"for-each-ref", "--count=1", "--contains=" + commit, "refs/remotes"});
  return having && !having->empty();
}

void look_at_open_record(const deploy::Journal& journal, const std::string& record, HealthLines& lines) {
  if (const int holder = journal.holder(); holder != 0)
    return lines.ok("journal", format("a deployment is running (process {})", holder));
  const auto parsed = json::Document::parse(record);
  const json::Value root = parsed.document ? parsed.document->root() : json::Value();
  std::vector<std::string> late;
  for (const json::Value write : root["unanswered"])
    late.push_back(format("the {} of '{}'", write["kind"].string(), text::printable(write["name"].string())));
  if (!late.empty())
    return lines.degraded("journal",
                          format("a deployment of {} by {}, begun {}, failed, and {} was not answered and may still be "
                                 "carried out",
                                 shown_commit(root["commit"].string()), root["by"].string(), root["begun"].string(),
                                 text::join(late, ", ")),
                          format("kairon deploy {} --rollback", lines.environment()));
  lines.degraded("journal",
                 format("a deployment of {} by {}, begun {}, was not finished", shown_commit(root["commit"].string()),
                        root["by"].string(), root["begun"].string()),
                 format("kairon deploy {0} --resume, or kairon deploy {0} --rollback", lines.environment()));
}

void look_at_drill(const config::Settings& settings, const backup::BackupHealth& health, HealthLines& lines) {
  const std::string drill = "kairon drill " + lines.environment();
  const auto limit = std::chrono::duration_cast<std::chrono::seconds>(settings.value(config::kBackupDrillMaxAge));
  if (!health.last_drill || !health.drill_age)
    return lines.degraded("drill", "no backup was ever restored to see whether it can be", drill);
  const std::string age = shown_duration(*health.drill_age);
  if (!health.last_drill->passed)
    return lines.degraded("drill",
                          format("the backup {} could not be restored {} ago: {}", health.last_drill->backup, age,
                                 health.last_drill->reason),
                          drill);
  if (*health.drill_age > limit)
    return lines.degraded("drill", format("the last one was {} ago, and {} is the limit", age, shown_duration(limit)),
                          drill);
  lines.ok("drill", format("a backup was restored {} ago, in {:.1f} s", age, health.last_drill->seconds));
}

}  // namespace

void look_at_journal(git::GitSource& source, HealthLines& lines) {
  try {
    const deploy::Journal journal(source.common_dir(), lines.environment());
    if (const auto record = journal.open_record()) return look_at_open_record(journal, *record, lines);
    if (const auto ahead = deploy::unpushed(source, lines.environment()))  // of a push, which knows its remote
      return lines.degraded("journal",
                            format("{} runs {} since {}: deployed, not on remote {}", lines.environment(),
                                   shown_commit(ahead->commit), ahead->at, text::printable(ahead->remote)),
                            format("push it, or: kairon deploy {} --commit COMMIT", lines.environment()));
    const auto deployed = last_deployed(journal);
    if (deployed && is_on_remote(source, deployed->commit) == false)
      return lines.degraded(
          "journal", format("{}, deployed {}, is on no remote branch", shown_commit(deployed->commit), deployed->at),
          "push it, or deploy what the remote has: kairon deploy " + lines.environment());
    lines.ok("journal",
             deployed ? format("{} was deployed {}; nothing is left open", shown_commit(deployed->commit), deployed->at)
                      : "no deployment is left open");
  } catch (const Error& error) {
    if (error.code() == ExitCode::interrupted) throw;
    lines.failed("journal", error);
  }
}

void look_at_backups(const config::Settings& settings, const std::string& top, HealthLines& lines) {
  try {
    const backup::BackupHealth health = backup::backup_health(settings, top, lines.environment(), std::time(nullptr));
    if (!health.configured) {
      if (lines.environment() == "prod")
        lines.unknown("backup", "[backup] directory is not set", "git config --global kairon.backup.directory DIR");
      return;
    }
    const std::string backup = "kairon backup " + lines.environment();
    if (!health.newest_good)
      lines.degraded("backup", "no good backup", backup);
    else if (health.too_old)
      lines.degraded("backup",
                     format("the newest good one is {} old, and {} is the limit", shown_duration(*health.newest_good),
                            shown_duration(backup::max_backup_age(settings))),
                     backup);
    else if (!health.shortfall.empty())
      lines.degraded("backup", format("the newest one is incomplete: {}", text::printable(health.shortfall)), backup);
    else
      lines.ok("backup", format("the newest good one is {} old", shown_duration(*health.newest_good)));
    look_at_drill(settings, health, lines);
  } catch (const Error& error) {
    if (error.code() == ExitCode::interrupted) throw;
    lines.failed("backup", error);
  }
}

}  // namespace kairon::health
