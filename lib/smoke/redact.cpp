#include "smoke/redact.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "lint/support/secrets.h"
#include "smoke/secret_fields.h"

namespace kairon::smoke {

namespace {

using n8n::Tree;
using std::string_view;

constexpr const char* kRedacted = "redacted";
constexpr string_view kRunMark = "{{run}}";

/// Texts that hide nothing, or that the case needs.
bool stays(string_view text) {
  return text.empty() || text == kRedacted || text::contains(text, kRunMark) || text == "null" || text == "true" ||
         text == "false";
}

/// Replaces every private key in PEM form, to the end of the text when its last line is missing. The rules of the gate
/// leave out examples; here nothing of such a block may stay.
std::size_t redact_private_keys(std::string& text) {
  constexpr string_view kBegin = "-----BEGIN";
  constexpr string_view kDashes = "-----";
  constexpr std::size_t kLongestLabel = 64;
  std::size_t changed = 0;
  for (std::size_t at = text.find(kBegin); at != std::string::npos; at = text.find(kBegin, at)) {
    const std::size_t label = at + kBegin.size();
    const std::size_t dashes = text.find(kDashes, label);
    const std::string name = text.substr(label, std::min(dashes, label + kLongestLabel) - label);
    at = label;
    if (!text::contains(name, "PRIVATE")) continue;
    const std::size_t last = dashes == std::string::npos ? dashes : text.find("-----END", dashes + kDashes.size());
    const std::size_t close = last == std::string::npos ? last : text.find(kDashes, last + kDashes.size());
    const std::size_t end = close == std::string::npos ? text.size() : close + kDashes.size();
    const std::size_t begin = label - kBegin.size();
    text.replace(begin, end - begin, kRedacted);
    at = begin;
    ++changed;
  }
  return changed;
}

std::size_t redact_known_shapes(std::string& text) {
  const std::vector<lint::Secret> found = lint::find_secrets(text);
  for (auto one = found.rbegin(); one != found.rend(); ++one)
    text.replace(one->match.begin, one->match.end - one->match.begin, kRedacted);
  return found.size();
}

/// Replaces what a text gives to a name like `sig` or `authorization`.
std::size_t redact_named_values(std::string& text) {
  std::size_t changed = 0;
  std::string out;
  std::size_t copied = 0;
  for (const NamedValue& one : named_values(text)) {
    if (stays(string_view(text).substr(one.begin, one.end - one.begin))) continue;
    out.append(text, copied, one.begin - copied);
    out += kRedacted;
    copied = one.end;
    ++changed;
  }
  if (changed == 0) return 0;
  out.append(text, copied);
  text = std::move(out);
  return changed;
}

/// A text that is JSON itself is redacted as a value.
std::size_t redact_text(std::string& text) {
  const string_view trimmed = text::trim(text);
  if (trimmed.starts_with('{') || trimmed.starts_with('[') || trimmed.starts_with('"')) {
    Result<Tree> inner = Tree::parse(text);
    if (inner.ok()) {
      const std::size_t changed = redact_secrets(*inner);
      if (changed > 0) text = inner->dump();
      return changed;
    }
  }
  return redact_private_keys(text) + redact_known_shapes(text) + redact_named_values(text);
}

/// Replaces every text below a name that says secret.
std::size_t redact_all(Tree& value) {
  std::size_t changed = 0;
  if (value.is_string() && !stays(value.string())) {
    value = Tree(kRedacted);
    return 1;
  }
  if (value.is_array())
    for (Tree& one : value.items()) changed += redact_all(one);
  if (value.is_object())
    for (auto& [name, one] : value.members()) changed += redact_all(one);
  return changed;
}

/// A private key that is given line by line: every entry from its first line to its last.
std::size_t redact_key_lines(Tree& list) {
  std::size_t changed = 0;
  bool inside = false;
  for (Tree& one : list.items()) {
    if (!one.is_string()) continue;
    const std::string line = one.string();
    inside = inside || (text::contains(line, "-----BEGIN") && text::contains(line, "PRIVATE"));
    if (!inside) continue;
    inside = !text::contains(line, "-----END");
    one = Tree(kRedacted);
    ++changed;
  }
  return changed;
}

bool is_headers(const std::string& key) { return text::lower(key).ends_with("headers"); }

std::size_t redact_members(Tree& value, const std::string& key) {
  const bool headers = is_headers(key);
  // n8n keeps headers, query parameters and fields as pairs of a name and a value.
  const bool pair = value["value"].is_string() && says_secret(value["name"].string());
  std::size_t changed = 0;
  for (auto& [name, one] : value.members()) {
    if (headers && text::lower(name) != "content-type" && !one.is_null()) {
      one = Tree(kRedacted);
      ++changed;
    } else if (pair && name == "value") {
      changed += redact_all(one);
    } else {
      changed += redact_secrets(one, name);
    }
  }
  return changed;
}

}  // namespace

std::size_t redact_secrets(Tree& value, const std::string& key) {
  if (value.is_string()) {
    if (says_secret(key) || lint::keyed_secret(key, value.string())) return redact_all(value);
    std::string text = value.string();
    const std::size_t changed = redact_text(text);
    if (changed > 0) value = Tree(std::move(text));
    return changed;
  }
  if (value.is_number() && says_short_secret(key)) {
    value = Tree::integer(0);
    return 1;
  }
  // What a session holds is not secret, only its id.
  if ((value.is_array() || value.is_object()) && says_secret(key) && text::lower(key) != "session")
    return redact_all(value);
  std::size_t changed = value.is_array() ? redact_key_lines(value) : 0;
  if (value.is_array())
    for (Tree& one : value.items())
      changed += is_headers(key) && one.is_string() ? redact_all(one) : redact_secrets(one, key);
  if (value.is_object()) changed += redact_members(value, key);
  return changed;
}

}  // namespace kairon::smoke
