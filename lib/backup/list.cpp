#include "backup/place.h"
#include "base/arguments.h"
#include "base/format.h"
#include "base/terminal.h"
#include "base/text.h"
#include "json/document.h"

namespace kairon::backup {

namespace {

using terminal::Channel;

std::string verified(const StoredBackup& backup, bool verify) {
  if (!backup.damage.empty()) return "DAMAGED: " + backup.damage;
  if (verify)
    if (const Result<void> sums = verify_sums(backup, Part::database); !sums.ok())
      return "DAMAGED: " + sums.failure().text;
  std::string workflows = backup.workflows_damage;
  if (verify && workflows.empty())
    if (const Result<void> sums = verify_sums(backup, Part::workflows); !sums.ok()) workflows = sums.failure().text;
  const char* rest = backup.manifest->database ? " (the database is whole)" : "";
  if (!workflows.empty()) return format("DAMAGED: {}{}", workflows, rest);
  if (!backup.shortfall.empty()) return "INCOMPLETE: " + backup.shortfall;
  return verify ? "checksums right" : "complete";
}

void list_json(const std::vector<StoredBackup>& backups, const std::vector<std::string>& verdicts,
               const std::optional<DrillRecord>& drill) {
  json::Writer out(json::Writer::Style::pretty);
  out.begin_object().key("version").integer(1).key("backups").begin_array();
  for (std::size_t i = 0; i < backups.size(); ++i) {
    const StoredBackup& backup = backups[i];
    out.begin_object();
    out.key("stamp").string(backup.stamp).key("path").string(backup.path);
    out.key("good").boolean(!verdicts[i].starts_with("DAMAGED")).key("state").string(verdicts[i]);
    if (backup.manifest) {
      out.key("encryption").string(name_of(backup.manifest->encryption));
      if (backup.manifest->database) {
        out.key("tables").integer(static_cast<long long>(backup.manifest->database->tables.size()));
        out.key("rows").integer(backup.manifest->database->rows());
        out.key("bytes").integer(backup.manifest->database->file.bytes);
      }
      if (backup.manifest->workflows) out.key("workflows").integer(backup.manifest->workflows->workflows);
    }
    out.end_object();
  }
  out.end_array();
  if (drill) {
    out.key("last_drill").begin_object();
    out.key("tested").string(stamp_of(drill->tested)).key("backup").string(drill->backup);
    out.key("passed").boolean(drill->passed).key("seconds").number(drill->seconds);
    out.end_object();
  }
  terminal::print(Channel::out, out.end_object().take());
}

}  // namespace

std::string backup_contents(const Manifest& manifest) {
  std::string out;
  if (manifest.database)
    out = format("{}, {}, {}", shown_bytes(manifest.database->file.bytes),
                 text::counted(manifest.database->tables.size(), "table"),
                 text::counted(static_cast<std::size_t>(manifest.database->rows()), "row"));
  if (manifest.workflows) {
    if (!out.empty()) out += ", ";
    out += format("{}, {}", text::counted(static_cast<std::size_t>(manifest.workflows->workflows), "workflow"),
                  text::counted(static_cast<std::size_t>(manifest.workflows->tags), "tag"));
  }
  return out;
}

ExitCode list_backups(const Options& options, const std::string& word) {
  const BackupPlace place = find_backup_place();
  const std::string environment = backup_environment(place.settings, word);
  const BackupStore store = backup_store(place, environment);
  const std::vector<StoredBackup> backups = store.list();
  const std::optional<DrillRecord> drill = store.last_drill();
  std::vector<std::string> verdicts;
  bool all_good = true;
  for (const StoredBackup& backup : backups) {
    verdicts.push_back(verified(backup, options.has("--verify")));
    all_good = all_good && !verdicts.back().starts_with("DAMAGED");
  }
  const std::time_t now = std::time(nullptr);
  if (wants_json(options)) {
    list_json(backups, verdicts, drill);
  } else {
    for (std::size_t i = 0; i < backups.size(); ++i) {
      const StoredBackup& backup = backups[i];
      const std::string what = backup.manifest ? backup_contents(*backup.manifest) : std::string("unknown content");
      const std::string sealed = backup.manifest && backup.manifest->encryption != Encryption::none
                                     ? format(", {}", name_of(backup.manifest->encryption))
                                     : std::string();
      terminal::print(Channel::out, format("{}  {:>8}  {}{}  {}", backup.stamp, shown_age(now - backup.taken), what,
                                           sealed, text::printable(verdicts[i])));
    }
    if (backups.empty()) terminal::print(Channel::out, format("no backup of {} in {}", environment, store.folder()));
    terminal::print(Channel::out, !drill
                                      ? std::string("last tested: never (kairon drill)")
                                      : format("last tested: {} ago, {} {} in {:.1f} s", shown_age(now - drill->tested),
                                               drill->backup, drill->passed ? "restored" : "FAILED", drill->seconds));
  }
  return all_good ? ExitCode::passed : ExitCode::blocked;
}

}  // namespace kairon::backup
