#include "migration/sections.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/format.h"
#include "base/text.h"
#include "sql/token.h"

namespace kairon::migration {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

struct Line {
  std::string_view text;
  std::size_t begin = 0;
  std::size_t end = 0;  ///< behind its line end
};

std::vector<Line> lines_of(std::string_view text) {
  std::vector<Line> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t newline = text.find('\n', at);
    const std::size_t end = newline == std::string_view::npos ? text.size() : newline + 1;
    std::string_view line = text.substr(at, (newline == std::string_view::npos ? end : newline) - at);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back({line, at, end});
    at = end;
  }
  return lines;
}

/// What a line says to the tool; no direction for a line that is not a mark.
struct Mark {
  std::optional<Direction> direction;
  std::string_view rest;  ///< behind the mark's word
};

Mark mark_with(std::string_view rest, std::string_view up, std::string_view down) {
  for (const auto& [word, direction] : {std::pair(up, Direction::forward), std::pair(down, Direction::rollback)}) {
    if (!text::equal_ignoring_case(rest.substr(0, word.size()), word)) continue;
    const std::string_view behind = rest.substr(word.size());
    if (behind.empty() || behind.front() == ' ' || behind.front() == '\t') return {direction, behind};
  }
  return {};
}

/// `-- migrate:up transaction:false`: case counts, and nothing is before the dashes.
Mark dbmate_mark(std::string_view line) {
  if (!line.starts_with("--")) return {};
  const std::string_view rest = text::trim(line.substr(2));
  if (!rest.starts_with("migrate:up") && !rest.starts_with("migrate:down")) return {};
  return mark_with(rest, "migrate:up", "migrate:down");
}

/// `-- Up Migration`, in any case, with more dashes.
Mark node_mark(std::string_view line) {
  std::string_view rest = text::trim(line);
  if (!rest.starts_with("--")) return {};
  rest.remove_prefix(std::min(rest.find_first_not_of("- \t"), rest.size()));
  const Mark mark = mark_with(rest, "up", "down");
  const std::string_view behind = text::trim(mark.rest);
  if (!mark.direction || !text::equal_ignoring_case(behind.substr(0, 9), "migration")) return {};
  return mark;
}

/// Gives the ranges of the text that are not of one direction, and what is before the first mark.
class Reader {
 public:
  Reader(Direction direction, std::string_view text) : direction_(direction), text_(text), lines_(lines_of(text)) {}

  Section dbmate() {
    refuse_mark("dbmate");
    split(dbmate_mark);
    bool up = false;
    bool down = false;
    for (const Line& line : lines_) {
      const Mark mark = dbmate_mark(line.text);
      if (!mark.direction) {
        const std::string_view shown = text::trim(line.text);
        if (!up && !shown.empty() && !shown.starts_with("--") && section_.problems.empty())
          problem(line.begin, "dbmate refuses statements before -- migrate:up");
        continue;
      }
      up = up || mark.direction == Direction::forward;
      down = down || mark.direction == Direction::rollback;
      if (mark.direction == direction_ && text::contains(mark.rest, "transaction:false"))
        section_.no_transaction = true;
    }
    if (!up) problem(0, "dbmate refuses the file: it has no line -- migrate:up");
    if (up && !down) problem(0, "dbmate refuses the file: it has no line -- migrate:down (nothing need follow it)");
    return std::move(section_);
  }

  Section node_pg_migrate() {
    const bool any = std::any_of(lines_.begin(), lines_.end(),
                                 [](const Line& line) { return node_mark(line.text).direction.has_value(); });
    if (any) split(node_mark);
    if (!any && direction_ == Direction::rollback) nothing();
    return std::move(section_);
  }

  Section goose() {
    refuse_mark("goose");
    split([](std::string_view line) { return goose_mark(line); });
    bool up = false;
    constexpr std::size_t kNone = std::string_view::npos;
    std::size_t block = kNone;
    for (const Line& line : lines_) {
      if (goose_word(line.text).empty() && text::trim(line.text).starts_with("--") && !line.text.starts_with("--") &&
          text::contains(text::lower(line.text), "+goose"))
        problem(line.begin, "goose refuses a mark that does not begin its line");
      const std::string word = goose_word(line.text);
      if (word.empty()) continue;
      up = up || word == "up";
      if (word == "no transaction") section_.no_transaction = true;
      if (word == "statementbegin") block = line.begin;
      if (word == "statementend" && block != kNone) {
        section_.blocks.push_back({block, line.end, ""});
        block = kNone;
      }
      if (!is_known(word))
        problem(line.begin, format("goose refuses the unknown mark +goose {}", text::printable(word)));
    }
    if (block != kNone) problem(block, "goose refuses the file: +goose StatementBegin is never ended");
    if (!up) problem(0, "goose refuses the file: it has no line -- +goose Up");
    return std::move(section_);
  }

  Section plain(const Layout& layout) {
    if (layout.name == "sqlx") section_.no_transaction = text_.starts_with("-- no-transaction");
    if (layout.name == "atlas") {
      for (const std::string_view line : atlas_head(text_))
        section_.no_transaction = section_.no_transaction || line == "atlas:txmode none";
    }
    return std::move(section_);
  }

 private:
  static std::string goose_word(std::string_view line) {
    const std::string lower = text::lower(line);
    const std::size_t at = lower.find("+goose");
    if (!lower.starts_with("--") || at == std::string::npos) return {};
    return std::string(text::trim(std::string_view(lower).substr(at + 6)));
  }
  static Mark goose_mark(std::string_view line) {
    const std::string word = goose_word(line);
    if (word == "up") return {Direction::forward, {}};
    if (word == "down") return {Direction::rollback, {}};
    return {};
  }
  static bool is_known(std::string_view word) {
    return word == "up" || word == "down" || word == "no transaction" || word == "statementbegin" ||
           word == "statementend" || word == "envsub on" || word == "envsub off";
  }

  void problem(std::size_t offset, std::string message) { section_.problems.push_back({offset, std::move(message)}); }

  void refuse_mark(std::string_view tool) {
    if (text_.starts_with(kByteOrderMark))
      problem(0, format("{} refuses the file: it begins with a byte order mark", tool));
  }

  void nothing() {
    section_.marked = false;
    section_.others.push_back({0, text_.size(), ""});
  }

  /// What is before the first mark is comments of the forward section.
  template <typename MarkOf>
  void split(const MarkOf& mark_of) {
    Direction now = Direction::forward;
    bool found = false;
    std::size_t begin = 0;
    const auto leave_out = [&](std::size_t end) {
      if (now != direction_ && end > begin) section_.others.push_back({begin, end, ""});
      begin = end;
    };
    for (const Line& line : lines_) {
      const Mark mark = mark_of(line.text);
      if (!mark.direction) continue;
      leave_out(line.begin);
      now = *mark.direction;
      found = found || now == direction_;
    }
    leave_out(text_.size());
    section_.marked = found;
  }

  Direction direction_;
  std::string_view text_;
  std::vector<Line> lines_;
  Section section_;
};

/// The end of `${name}` or `{{ name }}` at `at`; nothing when none begins there.
std::optional<std::size_t> end_of_placeholder(std::string_view text, std::size_t at) {
  const bool braces = text.substr(at).starts_with("{{");
  if (!braces && !text.substr(at).starts_with("${")) return std::nullopt;
  const std::size_t end = text.find(braces ? "}}" : "}", at + 2);
  constexpr std::size_t kLongest = 200;
  if (end == std::string_view::npos || end == at + 2 || end - at > kLongest) return std::nullopt;
  return end + (braces ? 2 : 1);
}

bool is_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

/// psql's :name, :'name', :"name"; not the :: of a cast nor the : of an array's slice.
std::optional<std::size_t> end_of_variable(std::string_view text, std::size_t at) {
  if (text[at] != ':' || (at > 0 && (text[at - 1] == ':' || is_name(text[at - 1]))) || at + 1 >= text.size())
    return std::nullopt;
  std::size_t end = at + 1;
  const char quote = text[end] == '\'' || text[end] == '"' ? text[end] : '\0';
  if (quote != '\0') ++end;
  const std::size_t name = end;
  while (end < text.size() && is_name(text[end])) ++end;
  if (end == name || (text[name] >= '0' && text[name] <= '9')) return std::nullopt;
  return quote == '\0' ? end : end + 1;
}

/// Between ENVSUB ON and OFF goose replaces $NAME and ${NAME}.
std::vector<std::pair<std::size_t, std::size_t>> substituted(std::string_view text) {
  std::vector<std::pair<std::size_t, std::size_t>> ranges;
  std::optional<std::size_t> on;
  for (const Line& line : lines_of(text)) {
    const std::string lower = text::lower(line.text);
    if (!lower.starts_with("--") || !text::contains(lower, "+goose envsub")) continue;
    if (text::contains(lower, "envsub on")) on = line.end;
    if (text::contains(lower, "envsub off") && on) ranges.emplace_back(*std::exchange(on, std::nullopt), line.begin);
  }
  if (on) ranges.emplace_back(*on, text.size());
  return ranges;
}

/// Comments hold no placeholder that matters, strings only for a tool that is known to look into them.
bool is_passed_over(sql::TokenKind kind, bool looks_into_strings) {
  if (kind == sql::TokenKind::line_comment || kind == sql::TokenKind::block_comment) return true;
  return !looks_into_strings && (kind == sql::TokenKind::string || kind == sql::TokenKind::dollar_string);
}

}  // namespace

std::vector<std::string_view> atlas_head(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::vector<std::string_view> comments;
  for (const Line& line : lines_of(text)) {
    if (!line.text.starts_with("--")) return text::trim(line.text).empty() ? comments : std::vector<std::string_view>();
    comments.push_back(text::trim(line.text.substr(2)));
  }
  return {};
}

Section read_section(const Layout& layout, Direction direction, std::string_view text) {
  if (!layout.sections && layout.name != "sqlx" && layout.name != "atlas") return {};
  Reader reader(direction, text);
  if (layout.name == "dbmate") return reader.dbmate();
  if (layout.name == "goose") return reader.goose();
  if (layout.name == "node-pg-migrate") return reader.node_pg_migrate();
  return reader.plain(layout);
}

std::vector<Remark> placeholders(const Layout& layout, std::string_view text, bool parses) {
  std::vector<Remark> found;
  if (layout.is_ours()) return found;
  const bool flyway = layout.name == "flyway";
  const auto ranges = layout.name == "goose" ? substituted(text) : std::vector<std::pair<std::size_t, std::size_t>>{};
  if (parses && !flyway && ranges.empty()) return found;
  const std::vector<sql::Token> tokens = sql::tokens(text);
  auto token = tokens.begin();
  for (std::size_t at = 0; at < text.size(); ++at) {
    while (token != tokens.end() && token->end <= at) ++token;
    const bool inside = std::any_of(ranges.begin(), ranges.end(),
                                    [at](const auto& range) { return range.first <= at && at < range.second; });
    if (token != tokens.end() && token->begin <= at && is_passed_over(token->kind, flyway || inside)) {
      at = token->end - 1;
      continue;
    }
    std::optional<std::size_t> end;
    if (text[at] == '$' || text[at] == '{')
      end = parses && !flyway && !inside ? std::nullopt : end_of_placeholder(text, at);
    const bool named = at + 1 < text.size() && is_name(text[at + 1]) && (text[at + 1] < '0' || text[at + 1] > '9');
    if (!end && inside && text[at] == '$' && named) {
      end = at + 1;
      while (*end < text.size() && is_name(text[*end])) ++*end;
    }
    if (!end && layout.psql && !parses) end = end_of_variable(text, at);
    if (!end) continue;
    found.push_back({at, std::string(text.substr(at, *end - at))});
    at = *end - 1;
  }
  return found;
}

}  // namespace kairon::migration
