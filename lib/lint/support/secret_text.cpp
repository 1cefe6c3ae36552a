#include <algorithm>
#include <array>
#include <cstdint>

#include "base/text.h"
#include "lint/support/secrets.h"

namespace kairon::lint::secret {
namespace {

/// Parts of texts that mark where a secret is filled in later.
constexpr std::array<std::string_view, 28> kFillIns = {
    "abcdefgh", "1234567890", "0123456789", "xxx",      "your",  "example", "placeholder",
    "changeme", "change_me",  "change-me",  "redacted", "dummy", "sample",  "insert",
    "replace",  "...",        "***",        "<",        ">",     "{{",      "}}",
    "${",       "$(",         "my_token",   "my-token", "_here", "-here",   "api_key"};

/// Keys that a manual prints for everybody: those of the Azure storage and Cosmos DB emulators, in small letters.
constexpr std::array<std::string_view, 2> kPublishedKeys = {"eby8vdm02xnocqflquwjpllmetlcdxj1",
                                                            "c2y6ydjf5/r+ob0n8a7cgv30vrdjiweh"};

/// More of a token is not looked at when it is compared with fill-ins.
constexpr std::size_t kLongestToken = 512;

constexpr std::array<std::int8_t, 256> kBase64Values = [] {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < kAlphabet.size(); ++i)
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
  values[static_cast<unsigned char>('-')] = 62;
  values[static_cast<unsigned char>('_')] = 63;
  return values;
}();

int base64_value(char c) { return kBase64Values[static_cast<unsigned char>(c)]; }

bool is_scheme_byte(char c) { return is_alphanumeric(c) || c == '+' || c == '.' || c == '-'; }

bool ends_authority(char c) {
  static constexpr std::string_view kEnds = "/?#\"'`<> \t\r\n\\,;()";
  return kEnds.find(c) != std::string_view::npos;
}

}  // namespace

bool is_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

bool is_token_byte(char c) { return is_alphanumeric(c) || c == '-' || c == '_'; }

std::size_t run_end(std::string_view text, std::size_t from, bool (*is)(char)) {
  while (from < text.size() && is(text[from])) ++from;
  return from;
}

bool inside_word(std::string_view text, std::size_t at) {
  if (at == 0 || !is_token_byte(text[at - 1])) return false;
  const auto before = [&](std::size_t back) { return at >= back ? text[at - back] : ' '; };
  constexpr std::string_view kEscapes = "nrtbf";
  if (before(2) == '\\' && kEscapes.find(before(1)) != std::string_view::npos) return false;
  return !(before(3) == '%' && is_alphanumeric(before(2)) && is_alphanumeric(before(1)));
}

bool is_placeholder(std::string_view token) {
  const std::string lower = text::lower(token.substr(0, kLongestToken));
  const auto holds = [&](std::string_view part) { return text::contains(lower, part); };
  if (std::any_of(kFillIns.begin(), kFillIns.end(), holds)) return true;
  if (std::any_of(kPublishedKeys.begin(), kPublishedKeys.end(), holds)) return true;
  std::array<bool, 256> used{};
  for (const char c : lower) used[static_cast<unsigned char>(c)] = true;
  const auto different = std::count(used.begin(), used.end(), true);
  return token.size() >= 12 && different < 6;
}

bool is_mixed(std::string_view token) {
  const bool digit = std::any_of(token.begin(), token.end(), [](char c) { return c >= '0' && c <= '9'; });
  return digit && std::any_of(token.begin(), token.end(), [](char c) { return is_alphanumeric(c) && c > '9'; });
}

bool looks_random(std::string_view token) {
  // Six letters that spell a word were written by somebody, not drawn.
  static constexpr auto kWords = std::to_array<std::string_view>(
      {"secret", "token", "passw", "fake", "test", "demo", "foobar", "deadbeef", "cafebabe", "lorem"});
  const std::string lower = text::lower(token.substr(0, kLongestToken));
  if (std::any_of(kWords.begin(), kWords.end(), [&](std::string_view word) { return text::contains(lower, word); }))
    return false;
  std::array<bool, 256> used{};
  for (const char c : token) used[static_cast<unsigned char>(c)] = true;
  const auto different = static_cast<std::size_t>(std::count(used.begin(), used.end(), true));
  const bool hex = std::all_of(token.begin(), token.end(),
                               [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == '-'; });
  return different >= (hex ? 7 : std::min<std::size_t>(12, token.size() / 2)) && !is_placeholder(token);
}

std::optional<SecretMatch> accept(std::string_view text, std::size_t begin, std::size_t end, std::string_view what) {
  if (is_placeholder(text.substr(begin, end - begin))) return std::nullopt;
  return SecretMatch{begin, end, what};
}

std::optional<std::string> decode_base64(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string bytes;
  unsigned bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const int value = base64_value(c);
    if (value < 0) return std::nullopt;
    bits = (bits << 6U | static_cast<unsigned>(value)) & 0xFFFFU;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push_back(static_cast<char>(bits >> count & 0xFFU));
  }
  return bytes;
}

std::optional<UrlPassword> url_password(std::string_view text, std::size_t at) {
  if (text.substr(at, 3) != "://") return std::nullopt;
  UrlPassword url;
  std::size_t start = at;
  constexpr std::size_t kLongestScheme = 32;
  while (start > 0 && at - start < kLongestScheme && is_scheme_byte(text[start - 1])) --start;
  url.scheme = text.substr(start, at - start);
  const std::size_t authority = at + 3;
  std::size_t end = authority;
  std::size_t sign = std::string_view::npos;
  constexpr std::size_t kLongestAuthority = 1024;
  const std::size_t last = std::min(text.size(), authority + kLongestAuthority);
  for (; end < last && !ends_authority(text[end]); ++end) {
    if (text[end] == '@') sign = end;
  }
  if (sign == std::string_view::npos || sign + 1 >= end) return std::nullopt;
  const std::size_t length = text.substr(authority, sign - authority).find(':');
  if (length == std::string_view::npos) return std::nullopt;
  const std::size_t colon = authority + length;
  url.user = text.substr(authority, colon - authority);
  url.begin = colon + 1;
  url.end = sign;
  return url.begin < url.end ? std::optional(url) : std::nullopt;
}

bool is_database_scheme(std::string_view scheme) {
  static constexpr std::array<std::string_view, 15> kSchemes = {
      "postgres", "postgresql", "mysql", "mariadb",   "mongodb",    "mongodb+srv", "redis", "rediss",
      "amqp",     "amqps",      "mssql", "sqlserver", "clickhouse", "cockroachdb", "neo4j"};
  // SQLAlchemy writes the driver after a plus sign: postgresql+psycopg2.
  const std::string lower = text::lower(scheme);
  const std::string base = lower.substr(0, lower.find('+'));
  return std::any_of(kSchemes.begin(), kSchemes.end(),
                     [&](std::string_view one) { return one == lower || one == base; });
}

bool is_default_password(std::string_view text, const UrlPassword& url) {
  static constexpr std::array<std::string_view, 12> kDefaults = {
      "password", "passwd",           "pass", "pwd", "pw", "secret", "postgres", "root", "admin",
      "guest",    "mysecretpassword", "test"};
  const std::string_view password = text.substr(url.begin, url.end - url.begin);
  static constexpr std::string_view kVariable = "$%{}[]*:";
  if (kVariable.find(password.front()) != std::string_view::npos) return true;
  // "user[:password]@" and "{password}" describe the form; "my-secret-pw" comes from a manual.
  if (password.find_first_of("[]{}<>") != std::string_view::npos) return true;
  const std::string lower = text::lower(password);
  // "user:pass123" says what belongs there.
  static constexpr std::array<std::string_view, 4> kUsers = {"user", "username", "usr", "login"};
  const bool any_user = std::find(kUsers.begin(), kUsers.end(), text::lower(url.user)) != kUsers.end();
  if (any_user && (lower.starts_with("pass") || lower.starts_with("pwd"))) return true;
  const bool words =
      std::all_of(lower.begin(), lower.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '-' || c == '_'; });
  const auto names_itself = [&](std::string_view word) { return text::contains(lower, word); };
  if (words && (names_itself("pass") || names_itself("secret") || names_itself("pwd"))) return true;
  return lower == text::lower(url.user) || std::find(kDefaults.begin(), kDefaults.end(), lower) != kDefaults.end();
}

}  // namespace kairon::lint::secret
