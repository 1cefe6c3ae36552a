#include "report/markup.h"

#include <algorithm>
#include <cctype>

#include "base/format.h"
#include "base/text.h"
#include "base/unseen.h"

namespace kairon::report {

namespace {

std::size_t longest_run(std::string_view text, char of) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == of ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

bool is_plain_in_mermaid(unsigned char c) {
  return c >= 0x80U || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == ' ' ||
         c == ',' || c == '.' || c == '-';
}

}  // namespace

std::string escape_xml(std::string_view raw) {
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

std::string escape_markup(std::string_view raw) {
  const std::string text = text::unseen_named(raw);
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        // XML 1.0 has no way to write the other control characters.
        out += static_cast<unsigned char>(c) < 0x20U && c != '\n' && c != '\t' ? ' ' : c;
    }
  }
  return out;
}

// Mermaid reads a label as Markdown after it resolved the entities: these signs are written as their doubles.
std::string escape_mermaid(std::string_view text) {
  const auto is_word = [&text](std::size_t at) {
    return at < text.size() && std::isalnum(static_cast<unsigned char>(text[at])) != 0;
  };
  // A number or a sign at the start would make a list or a heading; a word joiner has no width.
  const bool begins_block =
      !text.empty() && (text::contains("-+#>", text.substr(0, 1)) || (text[0] >= '0' && text[0] <= '9'));
  std::string out = begins_block ? "\u2060" : "";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte == '*') {
      out += "\u2217";
    } else if (byte == '~') {
      out += "\u223c";
    } else if (byte == '_') {
      out += i > 0 && is_word(i - 1) && is_word(i + 1) ? "_" : "\uff3f";
    } else {
      out += is_plain_in_mermaid(byte) ? std::string(1, text[i]) : format("#{};", static_cast<unsigned>(byte));
    }
  }
  return out;
}

std::string code_span(std::string_view text) {
  const std::string line = text::replace_all(text::replace_all(text, "\r", " "), "\n", " ");
  const std::string fence(longest_run(line, '`') + 1, '`');
  // One blank on both sides is not part of the content; it keeps a backtick at an end apart from the fence.
  const bool pad = line.empty() || line.starts_with('`') || line.ends_with('`') || line.starts_with(' ');
  return fence + (pad ? " " : "") + line + (pad ? " " : "") + fence;
}

std::string fence_for(std::string_view content) {
  return std::string(std::max<std::size_t>(3, longest_run(content, '`') + 1), '`');
}

void Markup::begin(std::string_view element, const Attributes& attributes) {
  out_ += format("<{}", element);
  for (const Attribute& attribute : attributes)
    out_ += format(" {}=\"{}\"", attribute.name, escape_markup(attribute.value));
}

Markup& Markup::open(std::string_view element, const Attributes& attributes) {
  begin(element, attributes);
  out_ += ">";
  open_.emplace_back(element);
  return *this;
}

Markup& Markup::close() {
  if (open_.empty()) return *this;
  out_ += format("</{}>", open_.back());
  open_.pop_back();
  return *this;
}

Markup& Markup::text(std::string_view content) {
  out_ += escape_markup(content);
  return *this;
}

Markup& Markup::leaf(std::string_view element, const Attributes& attributes, std::string_view content) {
  return open(element, attributes).text(content).close();
}

Markup& Markup::empty(std::string_view element, const Attributes& attributes) {
  begin(element, attributes);
  out_ += "/>";
  return *this;
}

Markup& Markup::trusted(std::string_view markup) {
  out_ += markup;
  return *this;
}

}  // namespace kairon::report
