#include <doctest/doctest.h>

#include "base/format.h"
#include "base/text.h"
#include "config/keys.h"
#include "support/generated.h"

using namespace kairon;

namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

/// The values that a kind allows, as a JSON schema: git config keeps all of them as text.
std::string value_schema(const config::KeyRow& key) {
  std::string type = R"("type": "string")";
  if (key.kind == "number") type += R"(, "pattern": "^[0-9]+$")";
  if (key.kind == "on|off") type += R"(, "enum": ["on", "off", "true", "false", "yes", "no", "1", "0"])";
  if (text::contains(key.kind, "|") && key.kind != "on|off") {
    std::vector<std::string> words;
    for (const std::string_view word : text::split(key.kind, '|')) words.push_back(quoted(word));
    type += format(R"(, "enum": [{}])", text::join(words, ", "));
  }
  if (!key.repeatable) return type;
  return format(R"("type": ["string", "array"], "items": {{{}}})", type);
}

std::string row(const config::KeyRow& key) {
  const std::string name = text::lower(key.name);
  const std::string path =
      key.subsection.empty() ? format("{}.{}", key.section, name) : format("^{}\\\\..+\\\\.{}$", key.section, name);
  std::string out = format("    \"{}\": {{{}, \"description\": {}", path, value_schema(key), quoted(key.help));
  if (!key.fallback.empty() && !key.repeatable) out += format(", \"default\": {}", quoted(key.fallback));
  return out + "}";
}

std::string rows(bool of_subsections) {
  std::vector<std::string> out;
  for (const config::KeyRow* key : config::known_keys())
    if (key->trust == config::Trust::anyone && key->subsection.empty() != of_subsections) out.push_back(row(*key));
  return text::join(out, ",\n");
}

}  // namespace

TEST_CASE("The schema of .kairon has every key that a committed file may set, its values and its default") {
  const std::string expected = format(
      R"({{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": ".kairon of Kairon Gate",
  "description": "The settings as `git config -f .kairon --list` prints them: section.name or section.subsection.name, the first and the last part in lower case. Whoever commits may set these; all others count from git config and the environment only.",
  "type": "object",
  "properties": {{
{}
  }},
  "patternProperties": {{
{}
  }},
  "additionalProperties": false
}}
)",
      rows(false), rows(true));
  test::expect_generated("lib/config/settings.schema.json", expected);
}
