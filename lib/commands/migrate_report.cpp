#include "commands/migrate_report.h"

#include "base/format.h"
#include "base/text.h"
#include "json/document.h"

namespace kairon::commands {

namespace {

std::string begun_text(const migrate::StateLine& line) {
  if (!line.begun) return {};
  return format("  ({}: {} done)", line.begun->direction == "down" ? "undoing was begun" : "begun",
                text::counted(static_cast<std::size_t>(line.begun->done), "statement"));
}

void write_line(json::Writer& json, const std::string& history, const migrate::StateLine& line) {
  json.begin_object();
  if (!history.empty()) json.key("history").string(history);
  json.key("version").string(line.version).key("state").string(migrate::standing_name(line.standing));
  json.key("path")
      .string(line.source == nullptr ? "" : line.source->forward->path())
      .key("applied_at")
      .string(line.row.applied_at);
  json.key("out_of_order").boolean(line.out_of_order);
  if (line.begun) json.key("begun").string(line.begun->direction).key("statements_done").integer(line.begun->done);
  json.end_object();
}

}  // namespace

std::string state_text(const std::vector<HistoryState>& histories) {
  std::string out;
  for (const HistoryState& history : histories) {
    if (!history.name.empty()) out += format("history {}:\n", text::printable(history.name));
    std::size_t pending = 0;
    for (const migrate::StateLine& line : history.state) {
      if (line.standing == migrate::Standing::pending) ++pending;
      out += format("{:12} {}{}{}{}\n", migrate::standing_name(line.standing), text::printable(line.version),
                    line.row.applied_at.empty() ? "" : "  " + line.row.applied_at,
                    line.out_of_order ? "  (out of order)" : "", begun_text(line));
    }
    out += format("{}, {} pending\n", text::counted(history.state.size(), "migration"), pending);
  }
  return out;
}

std::string state_json(const std::vector<HistoryState>& histories) {
  json::Writer json(json::Writer::Style::pretty);
  json.begin_object().key("version").integer(1).key("migrations").begin_array();
  for (const HistoryState& history : histories)
    for (const migrate::StateLine& line : history.state) write_line(json, history.name, line);
  return json.end_array().end_object().take() + "\n";
}

std::string outcome_text(const migrate::RunOutcome& outcome, std::string_view verb) {
  std::string out;
  for (const migrate::RunStep& step : outcome.done)
    out += format("{} {} ({} ms)\n", verb, step.path, step.duration.count());
  return out.empty() && outcome.ok() ? "nothing to do\n" : out;
}

std::string outcome_json(const migrate::RunOutcome& outcome) {
  json::Writer json(json::Writer::Style::pretty);
  json.begin_object().key("version").integer(1).key("ok").boolean(outcome.ok()).key("done").begin_array();
  for (const migrate::RunStep& step : outcome.done) {
    json.begin_object().key("version").string(step.version).key("path").string(step.path);
    json.key("ms").integer(step.duration.count()).end_object();
  }
  return json.end_array()
             .key("failure")
             .string(outcome.failure.text)
             .key("remedy")
             .string(outcome.failure.remedy)
             .end_object()
             .take() +
         "\n";
}

}  // namespace kairon::commands
