#pragma once
#include <ctime>
#include <functional>
#include <vector>

namespace kairon::backup {

/// How many backups stay.
struct Retention {
  int hourly = 24;
  int daily = 7;
  int weekly = 4;
};

/// A backup as the rotation sees it.
struct Age {
  std::time_t taken = 0;
  bool good = true;     ///< complete as far as can be seen without reading it whole
  bool pinned = false;  ///< taken before something risky
  bool database = true;
  bool workflows = false;
};

/// A moment as a local date; localtime_r(3) is the real one.
using Calendar = std::function<std::tm(std::time_t)>;
[[nodiscard]] std::tm local_calendar(std::time_t time);

/// Later than this beyond `now`, a backup is from the future: the clock was wrong then, or is now.
inline constexpr std::time_t kClockTolerance = 3600;

/// Which of `backups` stay (any order; the answer is parallel to it). Of the good ones, seen from the
/// newest backwards: the newest of each of the `hourly` latest hours, of each of the `daily` latest
/// calendar days and of each of the `weekly` latest weeks (Monday to Sunday) THAT HAVE ONE, so that a
/// pause of any length deletes nothing. Hours are counted in UTC (no hour comes twice when summer time
/// ends); days and weeks are local dates as `calendar` tells them. The newest good one that
/// holds a database always stays, whatever the numbers, so does the newest good one that holds workflows (a run may
/// have had only one of them), and what is younger than an hour. Pinned: stays `daily` days (at least one) and
/// is counted. From the future: stays and is not counted. Damaged: is not counted, and goes `daily` days after it was
/// taken (at least one), when a good one is newer than it.
[[nodiscard]] std::vector<bool> to_keep(const std::vector<Age>& backups, const Retention& retention, std::time_t now,
                                        const Calendar& calendar = local_calendar);

}  // namespace kairon::backup
