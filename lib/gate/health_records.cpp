#include "gate/health_records.h"

#include "base/format.h"
#include "base/text.h"
#include "gate/push_record.h"
#include "json/document.h"
#include "ops/journal.h"

namespace kairon::gate {

namespace {

/// The commit's first characters, or what was deployed instead of one.
std::string shown_commit(std::string_view commit) {
  constexpr std::size_t kShort = 12;
  return commit.empty() ? "the work tree" : "commit " + text::printable(commit.substr(0, kShort));
}

}  // namespace

void look_at_journal(git::GitSource& source, HealthLines& lines) {
  const std::string& environment = lines.environment();
  try {
    const ops::Journal journal(source.common_dir(), environment);
    const auto record = journal.open_record();
    if (!record) {
      const auto ahead = unpushed(source, environment);
      if (!ahead) return lines.ok("journal", "no deployment is left open");
      return lines.degraded("journal",
                            format("{} runs {} since {}: deployed, not on remote {}", environment,
                                   shown_commit(ahead->commit), ahead->at, text::printable(ahead->remote)),
                            format("push it, or: kairon deploy {} --commit COMMIT", environment));
    }
    const auto parsed = json::Document::parse(*record);
    const json::Value root = parsed.document ? parsed.document->root() : json::Value();
    lines.degraded("journal",
                   format("a deployment of {} by {}, begun {}, was not finished", shown_commit(root["commit"].string()),
                          root["by"].string(), root["begun"].string()),
                   format("kairon deploy {0} --resume, or kairon deploy {0} --rollback", environment));
  } catch (const Error& error) {
    lines.failed("journal", error);
  }
}

}  // namespace kairon::gate
