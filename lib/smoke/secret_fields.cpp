#include "smoke/secret_fields.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"
#include "lint/support/secrets.h"

namespace kairon::smoke {

namespace {

using std::string_view;

constexpr auto kWholeNames =
    std::to_array<string_view>({"sid", "sig", "session", "pin", "otp", "tan", "cvv", "cvc", "connectsid",
                                "xamzcredential", "xgoogcredential", "awsaccesskeyid", "googleaccessid"});

constexpr auto kEndings = std::to_array<string_view>(
    {"token", "kennwort", "passwort", "cookie", "cookies", "authorization", "signature", "sessionid", "sessid"});

/// Names of places in a list: what they hold is handed back as it came.
constexpr auto kPlaces = std::to_array<string_view>({"pagetoken", "nexttoken", "continuationtoken", "synctoken"});

constexpr auto kOfDigits = std::to_array<string_view>({"pin", "otp", "tan", "cvv", "cvc"});
constexpr auto kPasswords = std::to_array<string_view>({"password", "passwort", "kennwort", "passwd", "pwd"});

/// Headers whose values have blanks.
constexpr auto kHeaders = std::to_array<string_view>({"authorization", "cookie"});

template <typename List>
bool is_one_of(string_view text, const List& list) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

template <typename List>
bool ends_with_one_of(string_view text, const List& endings) {
  return std::any_of(endings.begin(), endings.end(), [text](string_view one) { return text.ends_with(one); });
}

std::string squeezed(string_view name) {
  std::string out = text::lower(name);
  std::erase_if(out, [](char c) { return !lint::secret::is_alphanumeric(c); });
  return out;
}

bool is_field_byte(char c) { return lint::secret::is_token_byte(c) || c == '.'; }
bool is_line_blank(char c) { return c == ' ' || c == '\t'; }
bool is_any_quote(char c) { return c == '"' || c == '\'' || c == '`'; }

/// A quote with the backslashes before it, which a text inside of a text has; empty when there is none at `at`.
string_view quote_at(string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && text[end] == '\\') ++end;
  return end < text.size() && is_any_quote(text[end]) ? text.substr(at, end + 1 - at) : string_view();
}

class NamedValueReader {
 public:
  explicit NamedValueReader(string_view text) : text_(text) {}

  std::vector<NamedValue> read() {
    for (std::size_t at = 0; at < text_.size();) {
      if (!is_field_byte(text_[at])) {
        ++at;
        continue;
      }
      const std::size_t end = lint::secret::run_end(text_, at, is_field_byte);
      const NamedValue value = value_of(text_.substr(at, end - at), end);
      if (value.end > value.begin) out_.push_back(value);
      at = std::max(end, value.end);
    }
    return std::move(out_);
  }

 private:
  NamedValue value_of(string_view name, std::size_t at) const {
    constexpr std::size_t kLongestName = 64;
    if (name.size() > kLongestName) return {};
    at += quote_at(text_, at).size();
    if (at < text_.size() && text_[at] == ']') ++at;
    at = lint::secret::run_end(text_, at, is_line_blank);
    if (at >= text_.size() || (text_[at] != ':' && text_[at] != '=')) return {};
    if (at + 1 < text_.size() && (text_[at + 1] == '=' || text_[at + 1] == '>')) return {};  // code compares
    const bool field = text_[at] == ':';
    const std::string lower = squeezed(without_escape(name));
    if (!says_secret(lower)) return {};
    at = lint::secret::run_end(text_, at + 1, is_line_blank);
    const string_view quote = quote_at(text_, at);
    if (!quote.empty()) {
      const std::size_t begin = at + quote.size();
      return {begin, std::min(text_.find(quote, begin), text_.size())};
    }
    const string_view ends = !field                              ? "&;,#<>()\"'`\\ \t\r\n"
                             : ends_with_one_of(lower, kHeaders) ? "\"'`\\\r\n"
                                                                 : "&;,<>{}[]()\"'`\\ \t\r\n";
    return {at, std::min(text_.find_first_of(ends, at), text_.size())};
  }

  /// The letter of `\n` before a name belongs to the line end.
  string_view without_escape(string_view name) const {
    const auto begin = static_cast<std::size_t>(name.data() - text_.data());
    const bool escaped = begin > 0 && text_[begin - 1] == '\\' && (name[0] == 'n' || name[0] == 'r' || name[0] == 't');
    return escaped ? name.substr(1) : name;
  }

  string_view text_;
  std::vector<NamedValue> out_;
};

}  // namespace

bool says_secret(string_view name) {
  const std::string plain = squeezed(name);
  if (ends_with_one_of(plain, kPlaces)) return false;
  return lint::secret::names_secret(name) || is_one_of(plain, kWholeNames) || ends_with_one_of(plain, kEndings);
}

bool says_short_secret(string_view name) {
  const std::string plain = squeezed(name);
  return is_one_of(plain, kOfDigits) || ends_with_one_of(plain, kPasswords);
}

std::vector<NamedValue> named_values(string_view text) { return NamedValueReader(text).read(); }

}  // namespace kairon::smoke
