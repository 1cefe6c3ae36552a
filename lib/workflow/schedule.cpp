#include "workflow/schedule.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>
#include <vector>

#include "base/format.h"
#include "base/text.h"

namespace kairon::workflow {

namespace {

using std::string_view;

struct CronUnit {
  string_view name;
  int low;
  int high;
};

constexpr std::array<CronUnit, 6> kUnits = {{{"second", 0, 59},
                                             {"minute", 0, 59},
                                             {"hour", 0, 23},
                                             {"day of month", 1, 31},
                                             {"month", 1, 12},
                                             {"day of week", 0, 7}}};

constexpr auto kPresets = std::to_array<string_view>(
    {"@yearly", "@monthly", "@weekly", "@daily", "@hourly", "@minutely", "@secondly", "@weekdays", "@weekends"});
constexpr auto kMonths =
    std::to_array<string_view>({"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"});
constexpr auto kDays = std::to_array<string_view>({"sun", "mon", "tue", "wed", "thu", "fri", "sat"});

constexpr auto kTimeZones = std::to_array<string_view>({
#include "workflow/time_zones.inc"
});

std::vector<string_view> fields_of(string_view expression) {
  std::vector<string_view> fields;
  constexpr string_view kBlanks = " \t\r\n";
  for (std::size_t at = expression.find_first_not_of(kBlanks); at != string_view::npos;) {
    const std::size_t end = expression.find_first_of(kBlanks, at);
    fields.push_back(expression.substr(at, end == string_view::npos ? end : end - at));
    at = end == string_view::npos ? end : expression.find_first_not_of(kBlanks, end);
  }
  return fields;
}

/// Replaces names of months and days by their numbers; nothing when a word is not one of them.
std::optional<std::string> without_names(string_view field) {
  std::string out;
  for (std::size_t i = 0; i < field.size();) {
    if (std::isalpha(static_cast<unsigned char>(field[i])) == 0) {
      out += field[i++];
      continue;
    }
    // The package looks at one to three letters at a time.
    std::string word;
    while (i < field.size() && word.size() < 3 && std::isalpha(static_cast<unsigned char>(field[i])) != 0)
      word += static_cast<char>(std::tolower(static_cast<unsigned char>(field[i++])));
    const auto month = std::find(kMonths.begin(), kMonths.end(), word);
    const auto day = std::find(kDays.begin(), kDays.end(), word);
    if (month == kMonths.end() && day == kDays.end()) return std::nullopt;
    out += std::to_string(month != kMonths.end() ? month - kMonths.begin() + 1 : day - kDays.begin());
  }
  return out;
}

/// Digits at the front of `text`, taken off it; nothing when there are none.
std::optional<long> take_number(string_view& text) {
  long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + std::min<std::size_t>(text.size(), 9), number);
  if (error != std::errc() || text.empty() || std::isdigit(static_cast<unsigned char>(text.front())) == 0)
    return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

/// One `A`, `A-B`, `A/S` or `A-B/S`, where `*` has become the unit's whole range.
std::string range_problem(string_view range, const CronUnit& unit) {
  const auto unreadable = [&] { return kairon::format("the {} '{}' cannot be read", unit.name, range); };
  string_view rest = range;
  const auto lower = take_number(rest);
  if (!lower) return unreadable();
  std::optional<long> upper;
  if (rest.starts_with('-')) {
    rest.remove_prefix(1);
    upper = take_number(rest);
    if (!upper) return unreadable();
  }
  if (rest.starts_with('/')) {
    rest.remove_prefix(1);
    const auto step = take_number(rest);
    if (!step) return unreadable();
    if (*step == 0) return kairon::format("the {} has a step of 0", unit.name);
  }
  if (!rest.empty()) return unreadable();
  if (upper && *lower > *upper) return kairon::format("the {} range {} runs backwards", unit.name, range);
  if (*lower < unit.low || upper.value_or(*lower) > unit.high)
    return kairon::format("the {} {} is out of range ({}-{})", unit.name, range, unit.low, unit.high);
  return {};
}

std::string field_problem(string_view field, const CronUnit& unit) {
  for (const string_view range : text::split(field, ',')) {
    if (const std::size_t star = range.find('*'); star != string_view::npos && star != 0)
      return kairon::format("the {} '{}' has a * after other characters", unit.name, range);
    const std::string whole = text::replace_all(range, "*", kairon::format("{}-{}", unit.low, unit.high));
    const auto numbers = without_names(whole);
    if (!numbers) return kairon::format("the {} '{}' holds a name or letter that cron does not know", unit.name, range);
    if (std::string problem = range_problem(*numbers, unit); !problem.empty()) return problem;
  }
  return {};
}

}  // namespace

std::string cron_problem(string_view expression) {
  const string_view trimmed = text::trim(expression);
  if (trimmed.starts_with('@')) {
    const bool known = std::find(kPresets.begin(), kPresets.end(), text::lower(trimmed)) != kPresets.end();
    return known ? std::string() : kairon::format("cron does not know '{}'", trimmed);
  }
  const std::vector<string_view> fields = fields_of(trimmed);
  if (fields.empty()) return "it is empty";
  if (fields.size() < 5 || fields.size() > 6)
    return kairon::format("it has {}, cron takes 5 or 6", text::counted(fields.size(), "field"));
  const std::size_t skip = fields.size() == 5 ? 1 : 0;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (std::string problem = field_problem(fields[i], kUnits[i + skip]); !problem.empty()) return problem;
  }
  return {};
}

bool is_time_zone(string_view name) {
  if (name == "DEFAULT" || name.starts_with('+') || name.starts_with('-')) return true;
  return std::any_of(kTimeZones.begin(), kTimeZones.end(),
                     [&](string_view zone) { return text::equal_ignoring_case(zone, name); });
}

}  // namespace kairon::workflow
