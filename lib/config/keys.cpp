#include "config/keys.h"

#include "base/format.h"
#include "base/text.h"
#include "config/layers.h"

namespace kairon::config {

namespace {

constexpr const KeyRow* kRows[] = {
#define KAIRON_KEY(constant, ...) &constant,
#include "config/keys.inc"
#undef KAIRON_KEY
};

}  // namespace

std::span<const KeyRow* const> known_keys() { return kRows; }

const KeyRow* find_key(std::string_view section, std::string_view subsection, std::string_view name) {
  for (const KeyRow* key : kRows) {
    const bool place = key->section == section && (key->subsection == "*" ? !subsection.empty() : subsection.empty());
    if (place && text::equal_ignoring_case(key->name, name)) return key;
  }
  return nullptr;
}

std::string variable_name(std::string_view section, std::string_view subsection, std::string_view name) {
  std::string key = section == "kairon" ? "KAIRON" : "KAIRON_" + std::string(section);
  if (!subsection.empty()) key += "_" + std::string(subsection);
  if (section != "lint" || subsection.empty()) key += "_" + std::string(name);
  key = text::upper(key);
  for (char& c : key) {
    const bool plain = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!plain) c = '_';
  }
  return key;
}

std::optional<std::string> subsection_of_variable(std::string_view section, std::string_view name,
                                                  std::string_view variable) {
  const std::string begin = text::upper(format("KAIRON_{}_", section));
  const std::string end = text::upper(format("_{}", name));
  if (variable.size() <= begin.size() + end.size() || !variable.starts_with(begin) || !variable.ends_with(end))
    return std::nullopt;
  return text::lower(variable.substr(begin.size(), variable.size() - begin.size() - end.size()));
}

std::string kind_problem(const KeyRow& key, std::string_view value) {
  if (key.kind == "text") return {};
  if (key.kind == "on|off") return parse_boolean(value) ? "" : "is neither on nor off";
  if (key.kind == "duration") return parse_duration(value) ? "" : "is not a valid duration: write 500ms, 30s, 5m or 2h";
  if (key.kind == "number") {
    const auto number = parse_integer(value);
    return number && *number >= 0 ? "" : "is not a whole number";
  }
  const std::vector<std::string_view> words = text::split(key.kind, '|');
  for (const std::string_view word : words)
    if (word == value) return {};
  const std::string_view near = text::nearest(value, words);
  return near.empty() ? format("is not one of {}", text::replace_all(key.kind, "|", ", "))
                      : format("is not one of {}; did you mean {}?", text::replace_all(key.kind, "|", ", "), near);
}

std::string shown_key(std::string_view section, std::string_view subsection, std::string_view name) {
  return subsection.empty() ? format("[{}] {}", section, name) : format("[{} \"{}\"] {}", section, subsection, name);
}

}  // namespace kairon::config
