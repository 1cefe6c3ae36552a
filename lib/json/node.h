#pragma once
#include "json/document.h"

namespace kairon::json {

/// One value or key in a Document's flat, file-ordered list. Private to lib/json.
struct Document::Node {
  static constexpr std::uint32_t kNone = static_cast<std::uint32_t>(-1);
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t next = kNone;  ///< next sibling
  std::uint32_t first_child = kNone;
  std::uint32_t key = kNone;      ///< the key's node when this is a member
  std::uint32_t decoded = kNone;  ///< index into decoded_ when the string holds escapes
  std::uint32_t count = 0;        ///< children
  Type type = Type::null;
  bool flag = false;
  bool is_key = false;
};

}  // namespace kairon::json
