#include <algorithm>
#include <array>

#include "base/text.h"
#include "lint/support/secrets.h"

namespace kairon::lint {
namespace secret_keyed_value {
namespace {

using namespace secret;
using std::string_view;

constexpr string_view kKeyedWhat = "a password or key";
constexpr std::size_t kLongestName = 64;
constexpr std::size_t kLongestValue = 512;
constexpr std::size_t kShortestQuoted = 12;
constexpr std::size_t kShortestBare = 16;

bool is_name_byte(char c) { return is_token_byte(c) || c == '.'; }

/// Values that say where the secret is kept, or are made from it.
constexpr std::array<string_view, 16> kReferences = {"/",      "./",      "../",   "~/",   "arn:", "projects/",
                                                     "vault:", "op:",     "enc[",  "ref+", "env.", "process.",
                                                     "os.",    "config.", "self.", "this."};

bool is_reference(string_view value) {
  const std::string lower = text::lower(value.substr(0, 16));
  return std::any_of(kReferences.begin(), kReferences.end(), [&](string_view one) { return lower.starts_with(one); }) ||
         value.find("://") != string_view::npos;
}

bool is_uuid(string_view value) {
  return value.size() == 36 && value[8] == '-' && value[13] == '-' && value[18] == '-' && value[23] == '-';
}

int character_kind(char c) {
  if (c >= '0' && c <= '9') return 1;
  if (c >= 'a' && c <= 'z') return 2;
  return c >= 'A' && c <= 'Z' ? 3 : 0;
}

/// How often an unbroken stretch of letters and digits changes between the two: words and numbers do it
/// once or twice.
std::size_t most_changes(string_view value) {
  std::size_t most = 0;
  std::size_t changes = 0;
  int before = 0;
  for (const char c : value) {
    const int kind = character_kind(c);
    const bool change = before != 0 && kind != 0 && (kind == 1) != (before == 1);
    changes = kind == 0 ? 0 : changes + (change ? 1U : 0U);
    most = std::max(most, changes);
    before = kind;
  }
  return most;
}

bool may_be_in_value(char c) {
  constexpr string_view kSigns = "-_./+=~!@#^&*:";
  return is_alphanumeric(c) || kSigns.find(c) != string_view::npos;
}

/// True for a value that nobody would make up: letters and digits in no order that has a meaning.
bool is_secret_value(string_view value) {
  if (value.size() > kLongestValue || !std::all_of(value.begin(), value.end(), may_be_in_value)) return false;
  constexpr std::size_t kFewestChanges = 4;
  return is_mixed(value) && most_changes(value) >= kFewestChanges && looks_random(value) && !is_reference(value) &&
         !is_uuid(value);
}

/// The name that holds the byte at `at`: [begin, end).
struct KeyedName {
  std::size_t begin = 0;
  std::size_t end = 0;
};

std::optional<KeyedName> name_at(string_view text, std::size_t at) {
  KeyedName name{at, at};
  const std::size_t last = std::min(text.size(), at + kLongestName);
  while (name.end < last && is_name_byte(text[name.end])) ++name.end;
  while (name.begin > 0 && at - name.begin < kLongestName && is_name_byte(text[name.begin - 1])) --name.begin;
  return name.end == last && last < text.size() ? std::nullopt : std::optional(name);
}

std::size_t skip_any_of(string_view text, std::size_t at, string_view what) {
  constexpr std::size_t kMost = 8;
  for (std::size_t n = 0; n < kMost && at < text.size() && what.find(text[at]) != string_view::npos; ++n) ++at;
  return at;
}

bool is_quote(char c) { return c == '"' || c == '\'' || c == '`'; }

/// Where the value after a name begins; npos when nothing is assigned there.
std::size_t value_begin(string_view text, const KeyedName& name) {
  std::size_t at = name.end;
  if (text.substr(at, 2) == "\\\"") at += 2;  // a quote inside of a quoted text
  if (at < text.size() && (is_quote(text[at]) || text[at] == ']')) at = skip_any_of(text, at, "\"'`]");
  const std::size_t sign = skip_any_of(text, at, " \t");
  if (sign >= text.size()) return string_view::npos;
  if (text[sign] == ':' || text[sign] == '=') return skip_any_of(text, skip_any_of(text, sign, ":=>"), " \t");
  // SQL: CREATE ROLE r PASSWORD '...'
  const string_view word = text.substr(name.begin, name.end - name.begin);
  const bool sql = sign > name.end && text[sign] == '\'' && kairon::text::equal_ignoring_case(word, "password");
  return sql ? sign : string_view::npos;
}

std::size_t value_end(string_view text, std::size_t begin) {
  const std::size_t last = std::min(text.size(), begin + kLongestValue + 1);
  std::size_t end = begin;
  while (end < last && may_be_in_value(text[end])) ++end;
  return end;
}

/// A value without quotes ends with its line or its parameter; else it is an expression of a language.
bool ends_plainly(string_view text, std::size_t end) {
  constexpr string_view kEnds = "\r\n \"'`&\\";
  return end >= text.size() || kEnds.find(text[end]) != string_view::npos;
}

std::optional<SecretMatch> match_keyed(string_view text, std::size_t at) {
  const auto name = name_at(text, at);
  if (!name) return std::nullopt;
  std::size_t begin = value_begin(text, *name);
  if (begin >= text.size() || !secret::names_secret(text.substr(name->begin, name->end - name->begin)))
    return std::nullopt;
  const std::size_t unescaped = text.substr(begin, 2) == "\\\"" ? begin + 1 : begin;
  const bool quoted = is_quote(text[unescaped]);
  if (quoted) begin = unescaped + 1;
  std::size_t end = value_end(text, begin);
  if (quoted) {
    const bool closed = end < text.size() && (is_quote(text[end]) || text.substr(end, 2) == "\\\"");
    if (!closed || end - begin < kShortestQuoted) return std::nullopt;
  } else {
    const std::size_t joined = text.substr(begin, end - begin).find('&');  // the next parameter of a url
    if (joined != string_view::npos) end = begin + joined;
    if (!ends_plainly(text, end) || end - begin < kShortestBare) return std::nullopt;
  }
  if (!is_secret_value(text.substr(begin, end - begin))) return std::nullopt;
  return accept(text, begin, end, kKeyedWhat);
}

}  // namespace

}  // namespace secret_keyed_value

std::optional<SecretMatch> keyed_secret(std::string_view name, std::string_view value) {
  using namespace secret_keyed_value;
  if (value.size() < kShortestQuoted || value.front() == '=' || !secret::names_secret(name) || !is_secret_value(value))
    return std::nullopt;
  return secret::accept(value, 0, value.size(), kKeyedWhat);
}

extern const SecretRule kSecretKeyedValue;
const SecretRule kSecretKeyedValue = {
    {"secret/keyed-value", Severity::error, Scope::always,
     "gives a random value to a name like password or client_secret",
     "Most credentials have no shape of their own: a name such as N8N_ENCRYPTION_KEY, aws_secret_access_key, "
     "client_secret or password says what the value is, and the value looks drawn by lot. Words, numbers, references "
     "and placeholders are left alone.",
     "Change it where it is in force, and refer to an n8n credential or an environment variable instead."},
    {},
    "key sec tok pas pwd",
    secret_keyed_value::match_keyed,
    SecretShape::name,
    true};

}  // namespace kairon::lint
