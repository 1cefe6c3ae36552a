#include "base/conflict_marker.h"

namespace kairon::text {

std::optional<std::size_t> conflict_marker(std::string_view text, std::size_t until) {
  for (const std::string_view marker : {"<<<<<<< ", "||||||| ", ">>>>>>> "}) {
    for (std::size_t at = text.find(marker); at != std::string_view::npos && at <= until;
         at = text.find(marker, at + 1)) {
      if (at == 0 || text[at - 1] == '\n') return at;
    }
  }
  return std::nullopt;
}

}  // namespace kairon::text
