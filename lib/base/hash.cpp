#include "base/hash.h"

namespace kairon::hash {

std::string hex(std::uint64_t value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out(16, '0');
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = kDigits[(value >> (60U - 4U * i)) & 0xFU];
  return out;
}

}  // namespace kairon::hash
