#include "health/state.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/environment.h"
#include "base/error.h"
#include "base/format.h"
#include "json/document.h"

namespace kairon::health {

namespace {

std::vector<std::string> alerts_of(const HealthLine& line) {
  if (line.condition != Condition::degraded) return {};
  if (line.subjects.empty()) return {line.check};
  std::vector<std::string> alerts;
  for (const std::string& subject : line.subjects) alerts.push_back(line.check + "/" + subject);
  return alerts;
}

bool belongs_to(const std::string& alert, const HealthLine& line) {
  return alert == line.check || alert.starts_with(line.check + "/");
}

}  // namespace

HealthMemory read_memory(std::string text) {
  HealthMemory memory;
  const auto parsed = json::Document::parse(std::move(text));
  if (!parsed.document) return memory;
  const json::Value root = parsed.document->root();
  memory.looked_at = root["looked_at"].string();
  for (const json::Value alert : root["alerts"]) memory.alerts.emplace(alert.key(), alert.string());
  return memory;
}

std::string to_text(const HealthMemory& memory) {
  json::Writer out(json::Writer::Style::pretty);
  out.begin_object().key("version").integer(1).key("looked_at").string(memory.looked_at);
  out.key("alerts").begin_object();
  for (const auto& [alert, since] : memory.alerts) out.key(alert).string(since);
  out.end_object().end_object();
  return out.take() + "\n";
}

HealthTurn compare_looks(const HealthMemory& before, std::span<const HealthLine> lines, const std::string& now) {
  HealthTurn turn;
  turn.after.looked_at = now;
  std::set<std::string> present;
  for (const HealthLine& line : lines) {
    for (const std::string& alert : alerts_of(line)) {
      if (!present.insert(alert).second) continue;
      const auto known = before.alerts.find(alert);
      if (known == before.alerts.end()) turn.begun.push_back(alert);
      turn.after.alerts[alert] = known == before.alerts.end() ? now : known->second;
    }
  }
  for (const auto& [alert, since] : before.alerts) {
    if (present.contains(alert)) continue;
    const auto line = std::find_if(lines.begin(), lines.end(),
                                   [&name = alert](const HealthLine& one) { return belongs_to(name, one); });
    if (line == lines.end()) continue;
    if (line->condition == Condition::unknown)
      turn.after.alerts[alert] = since;
    else
      turn.over.push_back(alert);
  }
  return turn;
}

std::string memory_file(const std::string& common_dir, std::string_view environment) {
  const std::string folder =
      common_dir.empty() ? environment::cache_folder() + "/health" : common_dir + "/kairon/health";
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw environment_error(format("{}: {}", folder, error.message()), "make the folder writable");
  return format("{}/{}.json", folder, environment);
}

}  // namespace kairon::health
