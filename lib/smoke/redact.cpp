#include "smoke/redact.h"

#include <random>

#include "base/text.h"
#include "lint/support/secrets.h"

namespace kairon::smoke {

namespace {

using n8n::Tree;

constexpr const char* kRedacted = "redacted";
constexpr std::string_view kRunMark = "{{run}}";

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
/// The first byte of a letter beyond ASCII, by its UTF-8: symbols (U+2000 to U+2FFF) and emojis are none.
bool is_wide_letter(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 0xC3 && byte < 0xE2) || (byte >= 0xE3 && byte < 0xEE);
}
bool is_word_byte(char c) { return is_letter(c) || is_digit(c) || is_wide_letter(c); }

bool is_time(const std::string& text) {
  return text.size() >= 10 && is_digit(text[0]) && is_digit(text[3]) && text[4] == '-' && is_digit(text[5]) &&
         text[7] == '-';
}

/// The bytes of the word that begins at `at`.
std::size_t word_end(const std::string& text, std::size_t at) {
  while (at < text.size() && is_word_byte(text[at])) {
    const bool wide = is_wide_letter(text[at]);
    ++at;
    while (wide && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
  }
  return at;
}

void add_words(const Tree& value, std::set<std::string>& words) {
  for (const Tree& one : value.items()) add_words(one, words);
  for (const auto& [key, one] : value.members()) {
    words.insert(text::lower(key));
    add_words(one, words);
  }
  const std::string& text = value.string();
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = word_end(text, at);
    if (end > at) words.insert(text::lower(text.substr(at, end - at)));
    at = end > at ? end : at + 1;
  }
}

}  // namespace

std::size_t redact_secrets(Tree& value, const std::string& key) {
  std::size_t changed = 0;
  if (value.is_string()) {
    std::string text = value.string();
    if (!text.empty() && (lint::secret::names_secret(key) || lint::keyed_secret(key, text))) {
      value = Tree(kRedacted);
      return 1;
    }
    const std::vector<lint::Secret> found = lint::find_secrets(text);
    for (auto one = found.rbegin(); one != found.rend(); ++one)
      text.replace(one->match.begin, one->match.end - one->match.begin, kRedacted);
    if (!found.empty()) value = Tree(text);
    return found.size();
  }
  if (value.is_array())
    for (Tree& one : value.items()) changed += redact_secrets(one, key);
  if (!value.is_object()) return changed;
  const bool headers = text::lower(key) == "headers";
  for (auto& [name, one] : value.members()) {
    if (headers && text::lower(name) != "content-type" && !one.is_null()) {
      one = Tree(kRedacted);
      ++changed;
    } else {
      changed += redact_secrets(one, name);
    }
  }
  return changed;
}

TextScrambler::TextScrambler(const std::vector<n8n::Local>& workflows) : salt_(std::random_device{}()) {
  for (const n8n::Local& local : workflows) add_words(local.tree["nodes"], known_);
}

std::string TextScrambler::word(const std::string& text) const {
  constexpr std::size_t kShortNumber = 3;
  bool number = true;
  for (const char c : text) number = number && is_digit(c);
  if ((number && text.size() <= kShortNumber) || known_.contains(text::lower(text))) return text;
  std::uint64_t state = salt_ ^ 14695981039346656037ULL;
  for (const char c : text::lower(text)) state = (state ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    const auto draw = [state](unsigned count) { return static_cast<char>((state >> 33U) % count); };
    const auto byte = static_cast<unsigned char>(text[i]);
    if (is_digit(text[i])) {
      out += static_cast<char>('0' + (i == 0 && text.size() > 1 ? 1 + draw(9) : draw(10)));
    } else if (is_letter(text[i])) {
      out += static_cast<char>((text[i] >= 'a' ? 'a' : 'A') + draw(26));
    } else if (byte < 0x80) {
      out += text[i];
    } else {
      // The lead byte stays, so that the script does; the last byte is drawn anew.
      const bool last = i + 1 == text.size() || (static_cast<unsigned char>(text[i + 1]) & 0xC0U) != 0x80U;
      out += last && byte < 0xC0 ? static_cast<char>(0xA0 + draw(16)) : text[i];
    }
  }
  return out;
}

std::string TextScrambler::line(const std::string& text) const {
  if (is_time(text)) return text;
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (text.compare(at, kRunMark.size(), kRunMark) == 0) {
      out += kRunMark;
      at += kRunMark.size();
      continue;
    }
    const std::size_t end = word_end(text, at);
    out += end > at ? word(text.substr(at, end - at)) : text.substr(at, 1);
    at = end > at ? end : at + 1;
  }
  return out;
}

void TextScrambler::apply(Tree& value) const {
  if (value.is_string()) value = Tree(line(value.string()));
  if (value.is_array())
    for (Tree& one : value.items()) apply(one);
  if (value.is_object())
    for (auto& [key, one] : value.members()) apply(one);
}

}  // namespace kairon::smoke
