#include "backup/retention.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

using namespace kairon::backup;

namespace {

constexpr std::time_t kHour = 3600;
constexpr std::time_t kDay = 24 * kHour;

std::time_t at(int year, int month, int day, int hour = 0, int minute = 0) {
  std::tm utc{};
  utc.tm_year = year - 1900;
  utc.tm_mon = month - 1;
  utc.tm_mday = day;
  utc.tm_hour = hour;
  utc.tm_min = minute;
  return ::timegm(&utc);
}

std::tm utc_calendar(std::time_t time) {
  std::tm date{};
  ::gmtime_r(&time, &date);
  return date;
}

/// Central Europe's summer time of 2026: 29 March 01:00 UTC to 25 October 01:00 UTC.
std::tm vienna(std::time_t time) {
  const bool summer = time >= at(2026, 3, 29, 1) && time < at(2026, 10, 25, 1);
  return utc_calendar(time + (summer ? 2 : 1) * kHour);
}

/// A folder of backups with a clock: what a run adds and what it deletes.
struct Folder {
  Retention retention;
  Calendar calendar = utc_calendar;
  std::vector<Age> backups = {};

  void run(std::time_t now, bool good = true, bool pinned = false) {
    backups.push_back({now, good, pinned});
    rotate(now);
  }
  void rotate(std::time_t now) {
    const std::vector<bool> keep = to_keep(backups, retention, now, calendar);
    std::vector<Age> rest;
    for (std::size_t i = 0; i < backups.size(); ++i)
      if (keep[i]) rest.push_back(backups[i]);
    backups = rest;
  }
  [[nodiscard]] std::set<std::time_t> times() const {
    std::set<std::time_t> out;
    for (const Age& backup : backups) out.insert(backup.taken);
    return out;
  }
};

/// The documented set, worked out the slow way from every run that ever was.
std::set<std::time_t> documented(const std::vector<std::time_t>& runs, const Retention& retention,
                                 const Calendar& calendar) {
  std::set<std::time_t> kept;
  const auto newest_of = [&](int count, const std::function<std::time_t(std::time_t)>& span) {
    std::map<std::time_t, std::time_t> newest;
    for (const std::time_t run : runs) newest[span(run)] = std::max(newest[span(run)], run);
    for (auto it = newest.rbegin(); it != newest.rend() && count > 0; ++it, --count) kept.insert(it->second);
  };
  const auto day = [&](std::time_t time) {
    const std::tm date = calendar(time);
    return at(date.tm_year + 1900, date.tm_mon + 1, date.tm_mday) / kDay;
  };
  newest_of(retention.hourly, [](std::time_t time) { return time / kHour; });
  newest_of(retention.daily, day);
  newest_of(retention.weekly, [&](std::time_t time) { return (day(time) + 3) / 7; });
  return kept;
}

}  // namespace

TEST_CASE("a year of hourly runs keeps what the documentation says, every single hour") {
  for (const Calendar& calendar : {Calendar(utc_calendar), Calendar(vienna)}) {
    Folder folder{{}, calendar};
    std::vector<std::time_t> runs;
    std::size_t most = 0;
    for (std::time_t now = at(2026, 1, 1, 0, 3); now < at(2027, 1, 1); now += kHour) {
      folder.run(now);
      runs.push_back(now);
      // What older runs than these can only be gone: the slow way looks at five weeks.
      if (runs.size() > 40U * 24U) runs.erase(runs.begin(), runs.begin() + 24);
      REQUIRE(folder.times() == documented(runs, folder.retention, calendar));
      most = std::max(most, folder.backups.size());
    }
    CHECK(most == 33);  // 24 hours; of 7 days and 4 weeks the latest ones are among them
  }
}

TEST_CASE("the last day of the year, by name") {
  Folder folder;
  for (std::time_t now = at(2026, 1, 1); now <= at(2026, 12, 31, 12); now += kHour) folder.run(now);
  const std::set<std::time_t> kept = folder.times();
  for (int hour = 13; hour < 24; ++hour) CHECK(kept.count(at(2026, 12, 30, hour)) == 1);
  for (int hour = 0; hour <= 12; ++hour) CHECK(kept.count(at(2026, 12, 31, hour)) == 1);
  for (int day = 25; day < 30; ++day) CHECK(kept.count(at(2026, 12, day, 23)) == 1);
  CHECK(kept.count(at(2026, 12, 20, 23)) == 1);  // Sundays
  CHECK(kept.count(at(2026, 12, 13, 23)) == 1);
  CHECK(kept.count(at(2026, 12, 27, 23)) == 1);
  CHECK(kept.size() == 24 + 5 + 2);
}

TEST_CASE("a pause of any length deletes nothing but what newer ones replace") {
  Folder folder;
  for (std::time_t now = at(2026, 1, 1); now < at(2026, 3, 1); now += kHour) folder.run(now);
  const std::size_t before = folder.backups.size();
  folder.rotate(at(2026, 9, 1));
  CHECK(folder.backups.size() == before);
  folder.run(at(2026, 9, 1, 7));
  // One hour, one day and one week are new: each pushes out at most one old one.
  CHECK(folder.backups.size() >= before - 2);
  CHECK(folder.times().count(at(2026, 2, 28, 23)) == 1);
}

TEST_CASE("missing hours: every third one fails") {
  Folder folder;
  std::vector<std::time_t> runs;
  int count = 0;
  for (std::time_t now = at(2026, 1, 1); now < at(2026, 4, 1); now += kHour) {
    if (++count % 3 == 0) continue;
    folder.run(now);
    runs.push_back(now);
    REQUIRE(folder.times() == documented(runs, folder.retention, utc_calendar));
  }
}

TEST_CASE("the hour that comes twice and the hour that never comes") {
  for (const std::time_t change : {at(2026, 3, 29, 1), at(2026, 10, 25, 1)}) {
    Folder folder{{24, 7, 4}, vienna};
    for (std::time_t now = change - 12 * kHour; now < change + 12 * kHour; now += kHour) folder.run(now);
    std::size_t near = 0;
    for (const Age& backup : folder.backups)
      if (backup.taken >= change - 12 * kHour && backup.taken < change + 12 * kHour) ++near;
    CHECK(near == 24);
  }
}

TEST_CASE("a clock that runs ahead and is set back: nothing good is lost, and the future does not count") {
  Folder folder;
  for (std::time_t now = at(2026, 5, 1); now < at(2026, 6, 1); now += kHour) folder.run(now);
  const std::set<std::time_t> before = folder.times();
  // One run dated four years ahead. Seen from there, everything old is still the newest of its span.
  folder.run(at(2030, 6, 1));
  std::size_t lost = 0;
  for (const std::time_t time : before) lost += folder.times().count(time) == 0 ? 1U : 0U;
  CHECK(lost <= 3);
  CHECK(folder.times().count(at(2026, 5, 31, 23)) == 1);
  // The clock is right again.
  for (std::time_t now = at(2026, 6, 1); now < at(2026, 7, 1); now += kHour) folder.run(now);
  CHECK(folder.times().count(at(2030, 6, 1)) == 1);
  std::vector<std::time_t> runs;
  for (std::time_t now = at(2026, 5, 20); now < at(2026, 7, 1); now += kHour) runs.push_back(now);
  std::set<std::time_t> wanted = documented(runs, folder.retention, utc_calendar);
  wanted.insert(at(2030, 6, 1));
  CHECK(folder.times() == wanted);
}

TEST_CASE("the last good one stays, whatever the settings and however broken the rest") {
  Folder folder{{0, 0, 0}, utc_calendar, {}};
  folder.run(at(2026, 1, 1));
  CHECK(folder.backups.size() == 1);
  for (int day = 2; day < 31; ++day) folder.run(at(2026, 1, day), false);
  CHECK(folder.times().count(at(2026, 1, 1)) == 1);
  folder.run(at(2026, 2, 20));
  CHECK(folder.times() == std::set<std::time_t>{at(2026, 2, 20)});
}

TEST_CASE("runs that had only the workflows, or only the database, push out the last of the other kind never") {
  Folder folder;
  const std::time_t both = at(2026, 1, 1);
  folder.backups.push_back({both, true, false, true, true});
  const std::time_t dump = both + kHour;
  folder.backups.push_back({dump, true, false, true, false});
  for (std::time_t now = both + 2 * kHour; now < at(2026, 4, 1); now += kHour) {
    folder.backups.push_back({now, true, false, false, true});
    folder.rotate(now);
  }
  CHECK(folder.times().count(dump) == 1);
  CHECK(folder.times().count(both) == 0);
  for (std::time_t now = at(2026, 4, 1); now < at(2026, 7, 1); now += kHour) folder.run(now);
  CHECK(folder.times().count(at(2026, 3, 31, 23)) == 1);
  CHECK(folder.times().count(dump) == 0);
}

TEST_CASE("damaged ones take no place and go after the days that dailies stay") {
  Folder folder{{2, 2, 0}, utc_calendar, {}};
  folder.run(at(2026, 1, 1, 1));
  folder.run(at(2026, 1, 1, 2));
  folder.rotate(at(2026, 1, 1, 12));
  for (int hour = 3; hour < 9; ++hour) folder.run(at(2026, 1, 1, hour), false);
  CHECK(folder.times().count(at(2026, 1, 1, 1)) == 1);
  CHECK(folder.times().count(at(2026, 1, 1, 2)) == 1);
  folder.run(at(2026, 1, 5));
  CHECK(folder.times() == std::set<std::time_t>{at(2026, 1, 1, 2), at(2026, 1, 5)});
}

TEST_CASE("a pinned one outlives the hour's later ones, for the days that dailies stay") {
  Folder folder;
  folder.run(at(2026, 1, 1, 10, 5), true, true);
  folder.run(at(2026, 1, 1, 10, 30));
  CHECK(folder.backups.size() == 2);
  for (std::time_t now = at(2026, 1, 1, 11); now < at(2026, 1, 8, 10); now += kHour) folder.run(now);
  CHECK(folder.times().count(at(2026, 1, 1, 10, 5)) == 1);
  folder.run(at(2026, 1, 8, 11));
  CHECK(folder.times().count(at(2026, 1, 1, 10, 5)) == 0);
}

TEST_CASE("two runs in one hour: the later one is the hour's, once the other is no longer fresh") {
  Folder folder;
  folder.run(at(2026, 1, 1, 10, 5));
  folder.run(at(2026, 1, 1, 10, 55));
  CHECK(folder.backups.size() == 2);
  folder.run(at(2026, 1, 1, 11, 5));
  CHECK(folder.times() == std::set<std::time_t>{at(2026, 1, 1, 10, 55), at(2026, 1, 1, 11, 5)});
}
