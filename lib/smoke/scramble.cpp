#include "smoke/scramble.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <random>
#include <set>
#include <utility>

#include "base/text.h"
#include "smoke/deciding_words.h"

namespace kairon::smoke {

namespace {

using n8n::Tree;
using std::string_view;

constexpr string_view kRunPlace = "{{run}}";
constexpr std::size_t kLongNumber = 7;

bool is_ascii_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_decimal(char c) { return c >= '0' && c <= '9'; }

/// Draws without end from a state.
class Dice {
 public:
  explicit Dice(std::uint64_t state) : state_(state) {}
  int draw(int count) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<int>((state_ >> 33U) % static_cast<unsigned>(count));
  }

 private:
  std::uint64_t state_;
};

/// Length of the text at `at` that has the form of `pattern`, in which 0 is a digit; 0 when there is none.
std::size_t matches(string_view text, std::size_t at, string_view pattern) {
  const string_view part = text.substr(at, pattern.size());
  if (part.size() < pattern.size()) return 0;
  for (std::size_t i = 0; i < pattern.size(); ++i)
    if (pattern[i] == '0' ? !is_decimal(part[i]) : part[i] != pattern[i]) return 0;
  return pattern.size();
}

constexpr auto kDates =
    std::to_array<string_view>({"0000-00-00", "0000/00/00", "00.00.0000", "00/00/0000", "00-00-0000", "0.00.0000",
                                "00.0.0000", "0.0.0000", "0/00/0000", "00/0/0000", "0/0/0000"});

/// Length of the date at `at`, that is not a part of a longer number.
std::size_t date_size(string_view text, std::size_t at) {
  if (at > 0 && is_decimal(text[at - 1])) return 0;
  for (const string_view form : kDates)
    if (const std::size_t size = matches(text, at, form);
        size > 0 && (at + size == text.size() || !is_decimal(text[at + size])))
      return size;
  return 0;
}

/// Length of what follows a date in a timestamp: "T10:11:12.123Z".
std::size_t time_size(string_view text, std::size_t at) {
  if (at >= text.size() || (text[at] != 'T' && text[at] != ' ')) return 0;
  std::size_t end = at + 1;
  const std::size_t minutes = matches(text, end, "00:00");
  if (minutes == 0) return 0;
  end += minutes;
  end += matches(text, end, ":00");
  if (end + 1 < text.size() && text[end] == '.' && is_decimal(text[end + 1])) {
    ++end;
    while (end < text.size() && is_decimal(text[end])) ++end;
  }
  if (end < text.size() && text[end] == 'Z') return end + 1 - at;
  for (const string_view zone : {"+00:00", "-00:00", "+0000", "-0000"})
    if (const std::size_t size = matches(text, end, zone); size > 0) return end + size - at;
  return end - at;
}

/// True for a text that is wholly a timestamp. One of midnight may be a birthday, and one before 2010 as well.
bool is_timestamp(const std::string& text) {
  const std::size_t date = matches(text, 0, "0000-00-00");
  const std::size_t time = date == 0 || text < "2010" ? 0 : time_size(text, date);
  return time > 0 && date + time == text.size() && !text::contains(text, "T00:00") && !text::contains(text, " 00:00");
}

/// True for a number of seconds or milliseconds, from 2010 to 2037, by its name as well.
bool is_time_number(const std::string& name, const std::string& digits) {
  const std::string lower = text::lower(name);
  const auto names = [&lower](string_view part) { return text::contains(lower, part); };
  const bool named = names("date") || names("time") || names("stamp") || names("created") || names("updated") ||
                     names("expir") || lower.ends_with("_at") || lower == "ts" || lower == "iat" || lower == "exp" ||
                     name.ends_with("At");
  if (!named || (digits.size() != 10 && digits.size() != 13)) return false;
  const string_view seconds = string_view(digits).substr(0, 10);
  return seconds >= "1262304000" && seconds < "2145916800";
}

/// Length of the number at `at` that is written in groups, "+43 660 123 45 67" or "529.982.247-25"; 0 when its digits
/// are too few to be somebody's.
std::size_t grouped_number_size(string_view text, std::size_t at) {
  if (!is_decimal(text[at]) || (at > 0 && (is_decimal(text[at - 1]) || is_ascii_letter(text[at - 1])))) return 0;
  std::size_t digits = 0;
  std::size_t end = at;
  for (std::size_t i = at;
       i < text.size() && (is_decimal(text[i]) || string_view(" -./()").find(text[i]) != string_view::npos); ++i) {
    if (!is_decimal(text[i])) {
      if (i - end >= 2) break;
      continue;
    }
    if (i > at && date_size(text, i) > 0) break;
    ++digits;
    end = i + 1;
  }
  const bool in_word = end < text.size() && is_ascii_letter(text[end]);
  const bool grouped = digits < end - at;  // one group is a word
  return digits >= kLongNumber && grouped && !in_word ? end - at : 0;
}

/// Length of the UUID at `at`, 0 when there is none.
std::size_t uuid_size(string_view text, std::size_t at) {
  constexpr string_view kForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  if (text.size() - at < kForm.size()) return 0;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    const char c = text[at + i];
    const bool hex = is_decimal(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    if (kForm[i] == 'x' ? !hex : c != '-') return 0;
  }
  return kForm.size();
}

/// Two digits from 01 to `most`, or one digit when the part has one.
std::string day_or_month(std::size_t width, int most, Dice& dice) {
  const int drawn = 1 + dice.draw(width == 1 ? 9 : most);
  const std::string digits = std::to_string(drawn);
  return digits.size() < width ? "0" + digits : digits;
}

/// Names that fields have: `user_id`, `chatInput`, codes and columns like "AT"; not "Anna", not an address.
bool is_field_name(const std::string& key) {
  constexpr std::size_t kLongestName = 64;
  constexpr std::size_t kLongestCode = 2;
  if (!key.empty() && key.size() <= kLongestCode) return true;
  if (key.empty() || key.size() > kLongestName || is_decimal(key[0]) || (key[0] >= 'A' && key[0] <= 'Z')) return false;
  std::size_t digits = 0;
  for (const char c : key) {
    digits = is_decimal(c) ? digits + 1 : 0;
    if (digits >= kLongNumber || !(is_ascii_letter(c) || is_decimal(c) || c == '_' || c == '$' || c == '-'))
      return false;
  }
  return true;
}

}  // namespace

TextScrambler::TextScrambler(const std::vector<n8n::Local>& workflows) : salt_(std::random_device{}()) {
  for (const n8n::Local& local : workflows) add_deciding_words(local.tree, known_);
}

std::uint64_t TextScrambler::seed(string_view text) const {
  std::uint64_t state = salt_ ^ 14695981039346656037ULL;
  for (const char c : text) state = (state ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return state;
}

std::string TextScrambler::word(const std::string& text) const {
  constexpr std::size_t kShortNumber = 3;
  const bool number = std::all_of(text.begin(), text.end(), is_decimal);
  const std::string lower = text::lower(text);
  if ((number && text.size() <= kShortNumber) || known_.contains(lower)) return text;
  Dice dice(seed(lower));
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (is_decimal(text[i])) {
      // Numbers of 16 digits stay below 2^53, beyond which JavaScript rounds.
      out += static_cast<char>('0' + (i == 0 && text.size() > 1 ? 1 + dice.draw(8) : dice.draw(10)));
    } else if (is_ascii_letter(text[i])) {
      out += static_cast<char>((text[i] >= 'a' ? 'a' : 'A') + dice.draw(26));
    } else if (byte < 0x80) {
      out += text[i];
    } else {
      // The lead byte stays, so that the script does; the last byte is drawn anew.
      const bool last = i + 1 == text.size() || (static_cast<unsigned char>(text[i + 1]) & 0xC0U) != 0x80U;
      out += last && byte < 0xC0 ? static_cast<char>(0xA0 + dice.draw(16)) : text[i];
    }
  }
  // By chance the digits may be the same.
  if (number && out == text) out.back() = out.back() == '9' ? '0' : static_cast<char>(out.back() + 1);
  return out;
}

std::string TextScrambler::date(const std::string& text) const {
  Dice dice(seed(text));
  const char separator = *std::find_if_not(text.begin(), text.end(), is_decimal);
  std::string out;
  do {
    out.clear();
    for (const string_view part : text::split(text, separator)) {
      if (!out.empty()) out += separator;
      if (part.size() == 4) {  // recent years decide whether something is due; a year of birth is somebody's
        out += part.substr(0, 3);
        out += part >= "2020" ? part[3] : static_cast<char>('0' + dice.draw(10));
      } else {
        out += day_or_month(part.size(), 12, dice);  // the day as well: either may come first
      }
    }
  } while (out == text);
  return out;
}

std::string TextScrambler::grouped_number(const std::string& text) const {
  std::string digits;
  std::copy_if(text.begin(), text.end(), std::back_inserter(digits), is_decimal);
  Dice dice(seed(digits));
  std::string out = text;
  bool first = true;
  for (char& c : out)
    if (is_decimal(c)) c = static_cast<char>('0' + (std::exchange(first, false) ? 1 + dice.draw(8) : dice.draw(10)));
  return out;
}

// The version and the variant stay, so that it is one.
std::string TextScrambler::uuid(const std::string& text) const {
  constexpr std::size_t kVersion = 14;
  constexpr std::size_t kVariant = 19;
  Dice dice(seed(text::lower(text)));
  std::string out = text;
  for (std::size_t i = 0; i < out.size(); ++i)
    if (out[i] != '-' && i != kVersion && i != kVariant) out[i] = "0123456789abcdef"[dice.draw(16)];
  return out;
}

std::string TextScrambler::line(const std::string& text) const {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (text.compare(at, kRunPlace.size(), kRunPlace) == 0) {
      out += kRunPlace;
      at += kRunPlace.size();
    } else if (const std::size_t size = date_size(text, at); size > 0) {
      const std::size_t time = time_size(text, at + size);
      out += date(text.substr(at, size)) + text.substr(at + size, time);
      at += size + time;
    } else if (const std::size_t id = uuid_size(text, at); id > 0) {
      out += uuid(text.substr(at, id));
      at += id;
    } else if (const std::size_t number = grouped_number_size(text, at); number > 0) {
      out += grouped_number(text.substr(at, number));
      at += number;
    } else if (text[at] == '\\' && at + 1 < text.size() && is_ascii_letter(text[at + 1])) {
      out += text.substr(at, 2);  // the escape of a text inside of a text
      at += 2;
    } else {
      const std::size_t end = word_end(text, at);
      out += end > at ? word(text.substr(at, end - at)) : text.substr(at, 1);
      at = end > at ? end : at + 1;
    }
  }
  return out;
}

std::string TextScrambler::any_text(const std::string& text) const {
  if (is_timestamp(text)) return text;
  const string_view trimmed = text::trim(text);
  if (trimmed.starts_with('{') || trimmed.starts_with('[')) {
    Result<Tree> inner = Tree::parse(text);
    if (inner.ok()) {
      apply(*inner);
      return inner->dump();
    }
  }
  return line(text);
}

std::string TextScrambler::key(const std::string& text) const {
  return is_field_name(text) || known_.contains(text::lower(text)) ? text : line(text);
}

std::string TextScrambler::number(const std::string& text) const {
  const auto digits = static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_decimal));
  if (digits < kLongNumber || text.find_first_of("eE") != std::string::npos) return text;
  const std::string sign = text.starts_with('-') ? "-" : "";
  const std::string rest = text.substr(sign.size());
  const std::size_t point = rest.find('.');
  constexpr string_view kMostInt4 = "2147483647";
  if (point == std::string::npos) {
    std::string out = word(rest);
    if (rest.size() == kMostInt4.size() && rest <= kMostInt4) out[0] = '1';  // a column may be an int4
    return sign + out;
  }
  if (point >= kLongNumber) return sign + word(rest.substr(0, point)) + rest.substr(point);
  // A share or a price keeps its size; a place on the map is moved by some kilometres.
  const std::size_t kept = std::min(point + 2, rest.size());
  std::string out = rest.substr(0, kept);
  Dice dice(seed(rest));
  while (out.size() < rest.size()) out += static_cast<char>('0' + dice.draw(10));
  if (out == rest) out.back() = out.back() == '9' ? '8' : static_cast<char>(out.back() + 1);
  return sign + out;
}

void TextScrambler::apply_named(Tree& value, const std::string& name) const {
  if (value.is_string()) value = Tree(any_text(value.string()));
  if (value.is_number()) {
    const std::string text = value.dump();
    if (is_time_number(name, text)) return;
    if (Result<Tree> other = Tree::parse(number(text)); other.ok()) value = std::move(*other);
  }
  if (value.is_array())
    for (Tree& one : value.items()) apply_named(one, name);
  if (!value.is_object()) return;
  std::set<std::string> used;
  for (auto& [key_text, one] : value.members()) {
    apply_named(one, key_text);
    const std::string other = key(key_text);
    key_text = other;
    for (int number = 2; !used.insert(key_text).second; ++number) key_text = other + std::to_string(number);
  }
}

void TextScrambler::apply(Tree& value) const { apply_named(value, {}); }

void TextScrambler::apply_to_mocks(Tree& mocks) const {
  if (!mocks.is_object()) return;
  for (auto& [node, entries] : mocks.members()) {
    if (!entries.is_array()) continue;
    for (Tree& entry : entries.items())
      if (entry.is_object())
        for (auto& [part, value] : entry.members()) apply_named(value, part);
  }
}

}  // namespace kairon::smoke
