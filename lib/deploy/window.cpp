#include "deploy/window.h"

#include <cstdlib>
#include <optional>

#include "base/environment.h"
#include "base/file.h"
#include "base/format.h"
#include "base/text.h"

namespace kairon::deploy {

namespace {

std::optional<int> minutes(std::string_view text) {
  const bool shaped = text.size() == 5 && text[2] == ':';
  if (!shaped || text.find_first_not_of("0123456789:") != std::string_view::npos) return std::nullopt;
  const int hour = (text[0] - '0') * 10 + text[1] - '0';
  const int minute = (text[3] - '0') * 10 + text[4] - '0';
  if (hour > 24 || minute > 59 || (hour == 24 && minute != 0)) return std::nullopt;
  return hour * 60 + minute;
}

// The C library reads a zone only from TZ; put back before anybody else looks. One thread.
class ZoneScope {
 public:
  explicit ZoneScope(const std::string& zone) : before_(environment::get("TZ")) {
    ::setenv("TZ", zone.c_str(), 1);
    ::tzset();
  }
  ~ZoneScope() {
    if (before_) {
      ::setenv("TZ", before_->c_str(), 1);
    } else {
      ::unsetenv("TZ");
    }
    ::tzset();
  }
  ZoneScope(const ZoneScope&) = delete;
  ZoneScope& operator=(const ZoneScope&) = delete;

 private:
  std::optional<std::string> before_;
};

// An unknown TZ silently means UTC, so the file has to be there.
bool zone_exists(std::string_view zone) {
  if (zone == "UTC") return true;
  if (zone.empty() || zone.front() == '/' || text::contains(zone, "..")) return false;
  return file::exists("/usr/share/zoneinfo/" + std::string(zone));
}

}  // namespace

Result<Window> parse_window(std::string_view text) {
  const std::string shown = text::printable(text);
  const std::string_view trimmed = text::trim(text);
  const std::size_t blank = trimmed.find(' ');
  const std::string_view span = trimmed.substr(0, blank);
  const std::size_t dash = span.find('-');
  const std::optional<int> begin = minutes(span.substr(0, dash));
  const std::optional<int> end = dash == std::string_view::npos ? std::nullopt : minutes(span.substr(dash + 1));
  if (!begin || !end) return Failure{format("invalid window '{}'", shown), "write it like 02:00-06:00 Europe/Vienna"};
  const std::string_view zone = blank == std::string_view::npos ? "UTC" : text::trim(trimmed.substr(blank));
  if (!zone_exists(zone))
    return Failure{format("'{}': time zone unknown on this system", shown),
                   "install tzdata, or write the window in UTC"};
  return Window{*begin % 1440, *end % 1440, std::string(zone)};
}

bool is_inside(const Window& window, std::time_t now) {
  std::tm local{};
  {
    const ZoneScope scope(window.zone);
    localtime_r(&now, &local);
  }
  const int minute = local.tm_hour * 60 + local.tm_min;
  if (window.begin == window.end) return true;
  if (window.begin < window.end) return minute >= window.begin && minute < window.end;
  return minute >= window.begin || minute < window.end;
}

}  // namespace kairon::deploy
