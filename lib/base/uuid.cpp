#include "base/uuid.h"

#include "base/format.h"
#include "base/hash.h"

namespace kairon {

std::string stable_uuid(std::string_view key) {
  std::string hex = hash::sha256(key).substr(0, 32);
  hex[12] = '4';  // version and variant of a random UUID
  hex[16] = '8';
  return format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4), hex.substr(12, 4), hex.substr(16, 4),
                hex.substr(20));
}

}  // namespace kairon
