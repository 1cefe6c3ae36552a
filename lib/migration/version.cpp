#include "migration/version.h"

#include <algorithm>

#include "base/text.h"

namespace kairon::migration {
namespace {

constexpr std::string_view kVersionDigits = "0123456789";

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_separator(char c) { return c == '_' || c == '-' || c == '.' || c == ' '; }

// Numbers of any length: the longer one is the larger one, as neither has leading zeros.
std::strong_ordering compare_numbers(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return a.size() <=> b.size();
  return a <=> b;
}

}  // namespace

bool Version::same_number(const Version& other) const {
  return !number.empty() && number == other.number && suffix == other.suffix;
}

Version parse_version(std::string_view stem) {
  Version version;
  version.stem = stem;
  std::string_view rest = stem;
  // Flyway's V1__name: the letter says what the file is, not which.
  if (rest.size() > 1 && (rest[0] == 'V' || rest[0] == 'v') && kVersionDigits.find(rest[1]) != std::string_view::npos) {
    rest.remove_prefix(1);
  }
  const std::size_t digits = std::min(rest.find_first_not_of(kVersionDigits), rest.size());
  if (digits != 0) {
    const std::string_view number = rest.substr(0, digits);
    version.number = number.substr(std::min(number.find_first_not_of('0'), number.size() - 1));
    rest.remove_prefix(digits);
    std::size_t letters = 0;
    while (letters < rest.size() && is_letter(rest[letters])) ++letters;
    if (letters <= 3 && (letters == rest.size() || is_separator(rest[letters]))) {
      version.suffix = text::lower(rest.substr(0, letters));
      rest.remove_prefix(letters);
    }
  }
  while (!rest.empty() && is_separator(rest.front())) rest.remove_prefix(1);
  version.name = rest;
  return version;
}

std::strong_ordering compare(const Version& a, const Version& b) {
  if (const auto order = a.key <=> b.key; order != 0) return order;
  if (a.number.empty() != b.number.empty())
    return a.number.empty() ? std::strong_ordering::greater : std::strong_ordering::less;
  if (const auto order = compare_numbers(a.number, b.number); order != 0) return order;
  if (const auto order = a.suffix <=> b.suffix; order != 0) return order;
  if (const auto order = a.name <=> b.name; order != 0) return order;
  return a.stem <=> b.stem;
}

FileName parse_file_name(std::string_view path) {
  FileName name;
  std::string_view stem = path.substr(path.rfind('/') + 1);
  if (!stem.ends_with(".sql") || stem.size() == 4) return name;
  name.is_sql = true;
  stem.remove_suffix(4);
  for (const std::string_view ending : {"_rollback", ".down"}) {
    if (!stem.ends_with(ending) || stem.size() == ending.size()) continue;
    stem.remove_suffix(ending.size());
    name.is_rollback = true;
    break;
  }
  if (!name.is_rollback && stem.ends_with(".up") && stem.size() > 3) stem.remove_suffix(3);
  name.stem = stem;
  name.role = name.is_rollback ? Role::rollback : Role::forward;
  return name;
}

}  // namespace kairon::migration
