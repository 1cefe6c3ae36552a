#include "trial/last_trial.h"

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "base/format.h"
#include "json/document.h"

namespace kairon::trial {

namespace {

std::string record_path(const std::string& common_dir) { return common_dir + "/kairon/last-trial.json"; }

TriedMigration read_migration(const json::Value& migration) {
  TriedMigration tried;
  tried.path = migration["path"].string();
  tried.sha256 = migration["sha256"].string();
  for (const json::Value statement : migration["statements"]) {
    tried.milliseconds += statement["ms"].number();
    for (const json::Value lock : statement["locks"]) {
      std::string said = format("{} on {}", lock["mode"].string(), lock["relation"].string());
      const bool known = std::find(tried.locks.begin(), tried.locks.end(), said) != tried.locks.end();
      if (!known && lock["mode"].string() != "ACCESS SHARE") tried.locks.push_back(std::move(said));
    }
  }
  for (const json::Value change : migration["changes"]) tried.schema_changes.emplace_back(change.string());
  return tried;
}

}  // namespace

void keep_last_trial(const std::string& common_dir, const TrialReport& report) {
  if (report.migrations.empty()) return;
  std::error_code failed;
  std::filesystem::create_directories(common_dir + "/kairon", failed);
  static_cast<void>(file::write_atomic(record_path(common_dir), trial_json(report)));
}

std::optional<LastTrial> read_last_trial(const std::string& common_dir) {
  auto content = file::read(record_path(common_dir));
  if (!content.ok()) return std::nullopt;
  const json::Document::Parsed parsed = json::Document::parse(std::move(*content));
  if (!parsed.document) return std::nullopt;
  const json::Value root = parsed.document->root();
  LastTrial trial;
  trial.server = root["server"].string();
  trial.base = root["base"].string();
  trial.passed = root["passed"].boolean();
  for (const json::Value migration : root["migrations"])
    if (migration["tried"].boolean()) trial.migrations.push_back(read_migration(migration));
  return trial;
}

}  // namespace kairon::trial
