#include "notify/told.h"

#include <doctest/doctest.h>

#include "base/file.h"
#include "base/temp.h"
#include "support/loopback.h"

using namespace kairon::notify;

namespace {

constexpr std::time_t kNow = 1800000000;
constexpr std::time_t kHour = 3600;

Notice notice(JobOutcome outcome, const std::string& summary) { return {"backup", "prod", outcome, summary, {}}; }
Notice failed(const std::string& summary) { return notice(JobOutcome::failed, summary); }

}  // namespace

TEST_CASE("a failure that lasts is told at most once a day, another one at once") {
  const News first = compare_with_told(std::nullopt, failed("disk full: 12 MB free"), kNow);
  REQUIRE(first.notice);
  REQUIRE(first.after);
  for (std::time_t hour = 1; hour < 24; ++hour) {
    const News again = compare_with_told(first.after, failed("disk full: 7 MB free"), kNow + hour * kHour);
    CHECK_FALSE(again.notice);
    REQUIRE(again.after);
    CHECK(again.after->at == kNow);
  }
  const News next_day = compare_with_told(first.after, failed("disk full: 7 MB free"), kNow + 24 * kHour);
  CHECK(next_day.notice);
  CHECK(next_day.after->at == kNow + 24 * kHour);
  CHECK(compare_with_told(first.after, failed("cannot connect"), kNow + kHour).notice);
  // A clock that was set back.
  CHECK(compare_with_told(first.after, failed("disk full: 7 MB free"), kNow - kHour).notice);
}

TEST_CASE("the first success after a failure is a recovery, the next one is not") {
  const News first = compare_with_told(std::nullopt, failed("disk full"), kNow);
  const News over = compare_with_told(first.after, notice(JobOutcome::done, "3 tables"), kNow + kHour);
  REQUIRE(over.notice);
  CHECK(over.notice->outcome == JobOutcome::recovered);
  CHECK_FALSE(over.after);
  const News later = compare_with_told(over.after, notice(JobOutcome::done, "3 tables"), kNow + 2 * kHour);
  REQUIRE(later.notice);
  CHECK(later.notice->outcome == JobOutcome::done);
}

TEST_CASE("what could not be sent is news the next time; the memory holds no words of a message") {
  const kairon::TempFolder folder("told-test");
  const auto tell = [&](const std::string& url, const Notice& notice) {
    kairon::config::Settings::Layers layers;
    layers.dot_env = "KAIRON_NOTIFY_URL=" + url + "\nKAIRON_NOTIFY_KIND=json\n";
    return notify_news(kairon::config::Settings::merge(layers), notice, folder.path()).state;
  };
  const kairon::test::Loopback server("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
  const std::string url = server.url("/hook");
  CHECK(tell("http://127.0.0.1:1/x", failed("disk full")) == Delivery::State::failed);
  CHECK(tell(url, failed("disk full")) == Delivery::State::sent);
  CHECK(tell(url, failed("disk full")) == Delivery::State::not_wanted);
  const auto memory = kairon::file::read(folder.path() + "/kairon/notify/told.json");
  REQUIRE(memory.ok());
  CHECK(memory->find("disk") == std::string::npos);
  CHECK(tell(url, notice(JobOutcome::done, "3 tables")) == Delivery::State::sent);
  CHECK(tell(url, notice(JobOutcome::done, "3 tables")) == Delivery::State::not_wanted);
  REQUIRE(server.requests().size() == 2);
  CHECK(server.requests()[1].find("works again") != std::string::npos);
}
