#include "notify/notification.h"

#include <algorithm>

#include "base/environments.h"
#include "base/format.h"
#include "base/text.h"
#include "config/keys.h"
#include "lint/support/secrets.h"
#include "postgres/conninfo.h"

namespace kairon::notify {

namespace {

constexpr std::size_t kShortestSecret = 4;  // "***" for every "ab" would only make texts unreadable

std::string_view verb(JobOutcome outcome) {
  switch (outcome) {
    case JobOutcome::done:
      return "done";
    case JobOutcome::failed:
      return "failed";
    case JobOutcome::recovered:
      return "works again";
  }
  return {};
}

/// One printable line of at most kMaxLineBytes, cut between characters.
std::string line_of(std::string text) {
  text = text::replace_all(text::trim(text), "\n", " ");
  text = text::printable(text);
  if (text.size() <= kMaxLineBytes) return text;
  std::size_t end = kMaxLineBytes - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "...";
}

std::string named(const Notice& notice) {
  return notice.environment.empty() ? notice.job : format("{} ({})", notice.job, notice.environment);
}

JobOutcome worst(std::span<const Notice> notices) {
  const auto any = [&](JobOutcome outcome) {
    return std::any_of(notices.begin(), notices.end(), [&](const Notice& n) { return n.outcome == outcome; });
  };
  if (any(JobOutcome::failed)) return JobOutcome::failed;
  return any(JobOutcome::recovered) ? JobOutcome::recovered : JobOutcome::done;
}

Notification single(const Notice& notice, const Scrubber& scrubber) {
  Notification message;
  message.job = notice.job;
  message.environment = notice.environment;
  message.outcome = notice.outcome;
  message.title = format("Kairon: {} {}", notice.job, verb(notice.outcome));
  if (!notice.environment.empty()) message.title += format(" ({})", notice.environment);
  message.summary = line_of(scrubber.scrub(notice.summary));
  for (const std::string& detail : notice.details) message.lines.push_back(line_of(scrubber.scrub(detail)));
  return message;
}

Notification several(std::span<const Notice> notices, const Scrubber& scrubber) {
  Notification message;
  message.job = "several";
  message.outcome = worst(notices);
  const bool same_place = std::all_of(notices.begin(), notices.end(),
                                      [&](const Notice& n) { return n.environment == notices.front().environment; });
  if (same_place) message.environment = notices.front().environment;
  std::vector<std::string> counts;
  for (const JobOutcome outcome : {JobOutcome::failed, JobOutcome::recovered, JobOutcome::done}) {
    const auto count =
        std::count_if(notices.begin(), notices.end(), [&](const Notice& n) { return n.outcome == outcome; });
    if (count == 0) continue;
    counts.push_back(format("{} {}", count, verb(outcome)));
    for (const Notice& notice : notices)  // the failed ones first: they must not be cut away
      if (notice.outcome == outcome)
        message.lines.push_back(
            line_of(scrubber.scrub(format("{} {}: {}", named(notice), verb(outcome), notice.summary))));
  }
  message.summary = format("{} jobs: {}", notices.size(), text::join(counts, ", "));
  message.title = "Kairon: " + message.summary;
  return message;
}

}  // namespace

Scrubber::Scrubber(const config::Settings& settings) {
  for (const config::KeyRow* row : config::known_keys()) {
    const config::KeyRow& key = *row;
    if (key.secrecy != config::Secrecy::secret) continue;
    constexpr std::string_view kNone[] = {""};
    const std::span<const std::string_view> names = key.subsection.empty()
                                                        ? std::span<const std::string_view>(kNone)
                                                        : std::span<const std::string_view>(kEnvironments);
    for (const std::string_view name : names) {
      const auto setting = settings.find(key, name);
      const std::string value(setting ? text::trim(setting->value) : std::string_view());
      if (value.size() < kShortestSecret) continue;
      // A connection string's host and database are worth reading; its password is the secret.
      if (postgres::parse_conninfo(value)) databases_.push_back(value);
      secrets_.push_back(value);
    }
  }
  std::sort(secrets_.begin(), secrets_.end(),
            [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
}

std::string Scrubber::scrub(std::string text) const {
  for (const std::string& secret : secrets_) text = text::replace_all(text, secret, "***");
  for (const std::string& database : databases_) text = postgres::scrubbed(std::move(text), database);
  const std::vector<lint::Secret> found = lint::find_secrets(text);
  for (auto secret = found.rbegin(); secret != found.rend(); ++secret)
    text.replace(secret->match.begin, secret->match.end - secret->match.begin, "***");
  return text;
}

Notification fold(std::span<const Notice> notices, const Scrubber& scrubber) {
  Notification message = notices.size() == 1 ? single(notices.front(), scrubber) : several(notices, scrubber);
  if (message.lines.size() > kMaxLines) {
    message.omitted = message.lines.size() - kMaxLines;
    message.lines.resize(kMaxLines);
  }
  return message;
}

}  // namespace kairon::notify
