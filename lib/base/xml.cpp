#include "base/xml.h"

#include "base/text.h"
#include "base/unseen.h"

namespace kairon {

std::string xml_text(std::string_view raw) {
  constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
  const std::string named = text::unseen_named(raw);
  std::string_view text = named;
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t bad = text::invalid_utf8(text);
    for (const char c : text.substr(0, bad)) {
      const auto byte = static_cast<unsigned char>(c);
      if (c == '<') {
        out += "&lt;";
      } else if (c == '>') {
        out += "&gt;";
      } else if (c == '&') {
        out += "&amp;";
      } else if (c == '"') {
        out += "&quot;";
      } else if (byte < 0x20 && c != '\n' && c != '\t') {
        out += kReplacement;
      } else {
        out += c;
      }
    }
    if (bad == std::string_view::npos) break;
    out += kReplacement;
    text.remove_prefix(bad + 1);
  }
  // The two code points of the plane that UTF-8 can write and XML cannot.
  for (const std::string_view odd : {std::string_view("\xEF\xBF\xBE"), std::string_view("\xEF\xBF\xBF")})
    out = text::replace_all(out, odd, kReplacement);
  return out;
}

}  // namespace kairon
