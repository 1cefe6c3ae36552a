#include "base/text.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <numeric>
#include <utility>
#include <vector>

namespace kairon::text {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }

char lower_char(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
char upper_char(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

/// Length of the valid UTF-8 sequence at `s`, 0 when there is none.
std::size_t sequence_length(std::string_view s) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xC2 && lead <= 0xDF   ? 2
                             : lead >= 0xE0 && lead <= 0xEF ? 3
                             : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                            : 0;
  if (length == 0 || s.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const unsigned char second = byte(1);
  const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool outside = (lead == 0xED && second > 0x9F) || (lead == 0xF4 && second > 0x8F);
  return overlong || outside ? 0 : length;
}

/// Matches the `[...]` at the head of `pattern` against `c`; returns what follows it, or npos
/// when the set is not closed.
std::size_t set_end(std::string_view pattern, char c, bool& matched) {
  std::size_t i = 1;
  const bool negated = i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^');
  if (negated) ++i;
  bool found = false;
  for (const std::size_t first = i; i < pattern.size() && (pattern[i] != ']' || i == first); ++i) {
    if (i + 2 < pattern.size() && pattern[i + 1] == '-' && pattern[i + 2] != ']') {
      found = found || (pattern[i] <= c && c <= pattern[i + 2]);
      i += 2;
    } else {
      found = found || pattern[i] == c;
    }
  }
  if (i >= pattern.size()) return std::string_view::npos;
  matched = found != negated;
  return i + 1;
}

/// Goes through the pattern once and keeps every place of the path that its begin can end at. A pattern of many stars,
/// which a repository may hold, takes trying out one star after the other years.
bool match_many_stars(std::string_view pattern, std::string_view path) {
  constexpr std::size_t kLongest = 4096;
  if (pattern.size() > kLongest) return false;
  std::vector<char> ends(path.size() + 1, 0);
  ends[0] = 1;
  while (!pattern.empty()) {
    const bool star = pattern.front() == '*';
    const bool any = pattern.starts_with("**");
    const bool folders = pattern.starts_with("**/");
    std::vector<char> next(ends.size(), 0);
    if (star) next[0] = ends[0];
    std::size_t used = folders ? 3 : any ? 2 : 1;
    bool before = false;  // the begin can end before i
    for (std::size_t i = 0; i < path.size(); ++i) {
      const char c = path[i];
      before = before || ends[i] != 0;
      bool matched = pattern.front() == c || (pattern.front() == '?' && c != '/');
      if (pattern.front() == '[') {
        used = set_end(pattern, c, matched);
        if (used == std::string_view::npos) return false;
        matched = matched && c != '/';
      }
      const bool goes_on = folders ? before && c == '/' : next[i] != 0 && (any || c != '/');
      next[i + 1] = (star ? ends[i + 1] != 0 || goes_on : ends[i] != 0 && matched) ? 1 : 0;
    }
    if (pattern.front() == '[' && path.empty()) return false;
    if (std::find(next.begin(), next.end(), 1) == next.end()) return false;
    ends = std::move(next);
    pattern.remove_prefix(used);
  }
  return ends.back() != 0;
}

bool match_double_star(std::string_view pattern, std::string_view path) {
  std::string_view rest = pattern.substr(2);
  if (!rest.empty() && rest.front() == '/') {
    rest.remove_prefix(1);
    if (glob_match(rest, path)) return true;
    for (std::size_t i = 0; i < path.size(); ++i) {
      if (path[i] == '/' && glob_match(rest, path.substr(i + 1))) return true;
    }
    return false;
  }
  for (std::size_t i = 0; i <= path.size(); ++i) {
    if (glob_match(rest, path.substr(i))) return true;
  }
  return false;
}

}  // namespace

std::string_view trim(std::string_view s) {
  while (!s.empty() && is_blank(s.front())) s.remove_prefix(1);
  while (!s.empty() && is_blank(s.back())) s.remove_suffix(1);
  return s;
}

std::vector<std::string_view> split(std::string_view s, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t start = 0;;) {
    const std::size_t end = s.find(separator, start);
    parts.push_back(s.substr(start, end == std::string_view::npos ? end : end - start));
    if (end == std::string_view::npos) return parts;
    start = end + 1;
  }
}

std::vector<std::string_view> lines(std::string_view s) {
  std::vector<std::string_view> parts = split(s, '\n');
  if (parts.back().empty()) parts.pop_back();
  for (std::string_view& part : parts) {
    if (!part.empty() && part.back() == '\r') part.remove_suffix(1);
  }
  return parts;
}

std::string join(std::span<const std::string> parts, std::string_view separator) {
  std::string out;
  for (const std::string& part : parts) {
    if (&part != parts.data()) out += separator;
    out += part;
  }
  return out;
}

std::string counted(std::size_t number, std::string_view noun) {
  return std::to_string(number).append(" ").append(noun).append(number == 1 ? "" : "s");
}

std::string alternatives(std::span<const std::string_view> words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? " or " : ", ";
    out += words[i];
  }
  return out;
}

std::string replace_all(std::string_view s, std::string_view from, std::string_view to) {
  std::string out;
  for (std::size_t start = 0;;) {
    const std::size_t hit = s.find(from, start);
    out += s.substr(start, hit == std::string_view::npos ? hit : hit - start);
    if (hit == std::string_view::npos) return out;
    out += to;
    start = hit + from.size();
  }
}

std::string lower(std::string_view s) {
  std::string out(s);
  std::transform(out.begin(), out.end(), out.begin(), lower_char);
  return out;
}

std::string upper(std::string_view s) {
  std::string out(s);
  std::transform(out.begin(), out.end(), out.begin(), upper_char);
  return out;
}

bool contains(std::string_view s, std::string_view part) { return s.find(part) != std::string_view::npos; }

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower_char(x) == lower_char(y); });
}

bool glob_match(std::string_view pattern, std::string_view path) {
  constexpr std::ptrdiff_t kFewStars = 3;
  while (!pattern.empty()) {
    if (pattern.front() == '*' && std::count(pattern.begin(), pattern.end(), '*') > kFewStars)
      return match_many_stars(pattern, path);
    if (pattern.starts_with("**")) return match_double_star(pattern, path);
    if (pattern.front() == '*') {
      const std::string_view rest = pattern.substr(1);
      for (std::size_t i = 0; i <= path.size(); ++i) {
        if (glob_match(rest, path.substr(i))) return true;
        if (i < path.size() && path[i] == '/') return false;
      }
      return false;
    }
    if (path.empty()) return false;
    std::size_t used = 1;
    if (pattern.front() == '[') {
      bool matched = false;
      used = set_end(pattern, path.front(), matched);
      if (used == std::string_view::npos || !matched || path.front() == '/') return false;
    } else if (pattern.front() == '?') {
      if (path.front() == '/') return false;
    } else if (pattern.front() != path.front()) {
      return false;
    }
    pattern.remove_prefix(used);
    path.remove_prefix(1);
  }
  return path.empty();
}

std::size_t code_points(std::string_view utf8) {
  std::size_t count = 0;
  for (const char c : utf8) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1U : 0U;
  return count;
}

std::size_t invalid_utf8(std::string_view s) {
  std::size_t i = 0;
  while (i < s.size()) {
    // Most text is ASCII: eight bytes at a time.
    constexpr std::uint64_t kHighBits = 0x8080808080808080U;
    std::uint64_t word = 0;
    if (i + sizeof word <= s.size()) {
      std::memcpy(&word, s.data() + i, sizeof word);
      if ((word & kHighBits) == 0) {
        i += sizeof word;
        continue;
      }
    }
    const std::size_t length = sequence_length(s.substr(i));
    if (length == 0) return i;
    i += length;
  }
  return std::string_view::npos;
}

namespace {

/// Levenshtein distance in bytes; `limit` for every distance that is not below it.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    std::size_t least = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
      least = std::min(least, row[j]);
    }
    // From one row to the next the least value never falls.
    if (least >= limit) return limit;
  }
  return std::min(row[b.size()], limit);
}

}  // namespace

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
  std::string_view best;
  std::size_t best_distance = (word.size() <= 3 ? 1 : std::max<std::size_t>(2, word.size() / 3)) + 1;
  const std::string wanted = lower(word);
  for (const std::string_view candidate : candidates) {
    // The distance is at least the difference in length.
    if (std::max(word.size(), candidate.size()) - std::min(word.size(), candidate.size()) >= best_distance) continue;
    const std::size_t distance = edit_distance(wanted, lower(candidate), best_distance);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace kairon::text
