#include "backup/retention.h"

#include <algorithm>
#include <numeric>
#include <set>

namespace kairon::backup {

namespace {

constexpr std::time_t kHour = 3600;
constexpr std::time_t kDay = 24 * kHour;

/// Days since 1970-01-01 of the local date.
std::time_t day_number(std::time_t time, const Calendar& calendar) {
  std::tm date = calendar(time);
  date.tm_hour = 12;
  date.tm_min = date.tm_sec = 0;
  date.tm_isdst = 0;
  return ::timegm(&date) / kDay;
}

/// 1970-01-01 was a Thursday; weeks begin on Monday.
std::time_t week_number(std::time_t day) { return (day + 3) / 7; }

/// One rule: the first backup of each of the first `limit` different spans.
class Rule {
 public:
  explicit Rule(int limit) : limit_(static_cast<std::size_t>(std::max(limit, 0))) {}
  bool takes(std::time_t span) {
    if (seen_.size() >= limit_ || seen_.count(span) != 0) return false;
    seen_.insert(span);
    return true;
  }

 private:
  std::size_t limit_;
  std::set<std::time_t> seen_;
};

}  // namespace

std::tm local_calendar(std::time_t time) {
  std::tm date{};
  ::localtime_r(&time, &date);
  return date;
}

std::vector<bool> to_keep(const std::vector<Age>& backups, const Retention& retention, std::time_t now,
                          const Calendar& calendar) {
  std::vector<bool> keep(backups.size(), false);
  std::vector<std::size_t> order(backups.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return backups[a].taken > backups[b].taken; });
  Rule hourly(retention.hourly);
  Rule daily(retention.daily);
  Rule weekly(retention.weekly);
  bool database_seen = false;
  bool workflows_seen = false;
  for (const std::size_t index : order) {
    const Age& backup = backups[index];
    if (backup.taken > now + kClockTolerance) {
      keep[index] = true;
      continue;
    }
    const bool recent = now - backup.taken < std::max(retention.daily, 1) * kDay;
    if (!backup.good) {
      keep[index] = !(database_seen || workflows_seen) || recent;
      continue;
    }
    const std::time_t day = day_number(backup.taken, calendar);
    // Each rule has to see every backup: no short circuit.
    const bool by_hour = hourly.takes(backup.taken / kHour);
    const bool by_day = daily.takes(day);
    const bool by_week = weekly.takes(week_number(day));
    const bool fresh = now - backup.taken < kHour;
    const bool last = (backup.database && !database_seen) || (backup.workflows && !workflows_seen);
    keep[index] = last || fresh || by_hour || by_day || by_week || (backup.pinned && recent);
    database_seen = database_seen || backup.database;
    workflows_seen = workflows_seen || backup.workflows;
  }
  return keep;
}

}  // namespace kairon::backup
