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

}  // namespace

std::string state_text(const std::vector<migrate::StateLine>& state) {
  std::string out;
  std::size_t pending = 0;
  for (const migrate::StateLine& line : state) {
    if (line.standing == migrate::Standing::pending) ++pending;
    out += format("{:12} {}{}{}{}\n", migrate::standing_name(line.standing), text::printable(line.version),
                  line.row.applied_at.empty() ? "" : "  " + line.row.applied_at,
                  line.out_of_order ? "  (out of order)" : "", begun_text(line));
  }
  return out + format("{}, {} pending\n", text::counted(state.size(), "migration"), pending);
}

std::string state_json(const std::vector<migrate::StateLine>& state) {
  json::Writer json(json::Writer::Style::pretty);
  json.begin_object().key("version").integer(1).key("migrations").begin_array();
  for (const migrate::StateLine& line : state) {
    json.begin_object().key("version").string(line.version).key("state").string(migrate::standing_name(line.standing));
    json.key("path")
        .string(line.source == nullptr ? "" : line.source->forward->path())
        .key("applied_at")
        .string(line.row.applied_at);
    json.key("out_of_order").boolean(line.out_of_order);
    if (line.begun) json.key("begun").string(line.begun->direction).key("statements_done").integer(line.begun->done);
    json.end_object();
  }
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
