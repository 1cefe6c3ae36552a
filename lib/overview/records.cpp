#include "health/records.h"

#include <algorithm>
#include <ctime>

#include "backup/store.h"
#include "base/environments.h"
#include "base/error.h"
#include "base/format.h"
#include "deploy/journal.h"
#include "json/document.h"
#include "overview/facts.h"

namespace kairon::overview {

namespace {

constexpr std::size_t kMostEvents = 100;

/// "2026-11-25T13:00:00Z"; 0 for anything else.
std::time_t parse_time(const std::string& text) {
  std::tm parts{};
  if (::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts) == nullptr) return 0;
  return ::timegm(&parts);
}

void add_deployments(const deploy::Journal& journal, Facts& facts) {
  for (const std::string& line : journal.history()) {
    const json::Document::Parsed parsed = json::Document::parse(line);
    if (!parsed.document) continue;
    const json::Value root = parsed.document->root();
    const std::string result(root["result"].string());
    if (result == "unchanged" || result.empty()) continue;
    facts.deployments.push_back(deployment_event(journal.environment(), parse_time(std::string(root["at"].string())),
                                                 result, root["commit"].string(), root["by"].string()));
  }
}

void add_backups(const backup::BackupStore& store, Facts& facts) {
  for (const backup::StoredBackup& one : store.list()) {
    long long bytes = 0;
    if (one.manifest && one.manifest->database) bytes += one.manifest->database->file.bytes;
    if (one.manifest && one.manifest->workflows) bytes += one.manifest->workflows->file.bytes;
    facts.backups.push_back({store.environment(), one.taken, one.good() && one.shortfall.empty(),
                             !one.good()             ? "damaged: " + one.damage + one.workflows_damage
                             : one.shortfall.empty() ? backup::shown_bytes(bytes)
                                                     : "incomplete: " + one.shortfall});
  }
  if (const auto drill = store.last_drill())
    facts.backups.push_back({store.environment(), drill->tested, drill->passed,
                             drill->passed ? format("drill of {} passed in {:.1f} s", drill->backup, drill->seconds)
                                           : format("drill of {} failed: {}", drill->backup, drill->reason)});
}

}  // namespace

EventFact deployment_event(std::string environment, std::time_t at, std::string_view result, std::string_view commit,
                           std::string_view by) {
  const std::string_view what = commit.empty() ? std::string_view("the work tree") : commit.substr(0, 12);
  const bool good = result == "deployed" || result == "smoke passed";
  return {std::move(environment), at, good, format("{}: {} by {}", result, what, by)};
}

void tidy(std::vector<EventFact>& events) {
  std::stable_sort(events.begin(), events.end(), [](const EventFact& a, const EventFact& b) { return a.at < b.at; });
  if (events.size() > kMostEvents) events.erase(events.begin(), events.end() - kMostEvents);
}

void gather_records(git::GitSource& source, const config::Settings& settings, Facts& facts) {
  facts.trial = trial::read_last_trial(source.common_dir());
  const std::string directory = backup::backup_directory(settings, source.top());
  for (const std::string_view name : kEnvironments) {
    const std::string environment(name);
    if (!settings.target(environment).configured()) continue;
    add_deployments(deploy::Journal(source.common_dir(), environment), facts);
    if (!directory.empty()) add_backups(backup::BackupStore(directory, environment), facts);
  }
  tidy(facts.deployments);
  tidy(facts.backups);
  health::HealthLines lines("prod");
  if (settings.target("prod").configured()) {
    lines.attempt("journal", [&] { health::look_at_journal(source, lines); });
    lines.attempt("backup", [&] { health::look_at_backups(settings, source.top(), lines); });
  }
  facts.health = lines.take();
}

}  // namespace kairon::overview
