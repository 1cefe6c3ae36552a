#pragma once
#include <ctime>
#include <string>
#include <string_view>

#include "base/result.h"

namespace kairon::deploy {

/// A daily span of local time: "02:00-06:00 Europe/Vienna" (past midnight: "22:00-04:00 UTC").
struct Window {
  int begin = 0;  ///< minutes after midnight
  int end = 0;    ///< excluded; equal to begin = the whole day
  std::string zone;
};

/// Fails when the text is not a window or the time zone is unknown to this system (tzdata).
[[nodiscard]] Result<Window> parse_window(std::string_view text);

/// Whether `now` lies in it.
[[nodiscard]] bool is_inside(const Window& window, std::time_t now);

}  // namespace kairon::deploy
