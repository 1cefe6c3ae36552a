#include "base/utc.h"

#include <array>

namespace kairon {

std::string utc_now() { return utc_time(std::time(nullptr)); }

std::string utc_time(std::time_t time) {
  std::tm parts{};
  gmtime_r(&time, &parts);
  std::array<char, 32> buffer{};
  return {buffer.data(), std::strftime(buffer.data(), buffer.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

}  // namespace kairon
