#include "base/shell_word.h"

#include "base/text.h"

namespace kairon {

std::string shell_word(std::string_view text) {
  constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./:@%+,";
  const std::string shown = text::printable(text);
  if (!shown.empty() && shown.find_first_not_of(kPlain) == std::string::npos) return shown;
  return "'" + text::replace_all(shown, "'", "'\\''") + "'";
}

}  // namespace kairon
