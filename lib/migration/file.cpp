#include "migration/file.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/format.h"
#include "base/hash.h"
#include "base/text.h"

namespace kairon::migration {
namespace {

struct Word {
  std::string_view text;
  DirectiveKind kind;
};
constexpr std::array<Word, 5> kWords = {{{"no-transaction", DirectiveKind::no_transaction},
                                         {"irreversible", DirectiveKind::irreversible},
                                         {"not-idempotent", DirectiveKind::not_idempotent},
                                         {"allow", DirectiveKind::allow},
                                         {"lock-budget", DirectiveKind::lock_budget}}};

// Splits off the first word.
std::string_view take_word(std::string_view& text) {
  text = text::trim(text);
  const std::size_t end = std::min(text.find_first_of(" \t\r\n"), text.size());
  const std::string_view word = text.substr(0, end);
  text = text::trim(text.substr(end));
  return word;
}

std::optional<std::chrono::milliseconds> parse_time(std::string_view text) {
  long long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || number < 0 || number > 86'400'000) return std::nullopt;
  const std::string_view unit = text::trim(text.substr(static_cast<std::size_t>(end - text.data())));
  if (unit == "ms") return std::chrono::milliseconds(number);
  if (unit == "s" || unit.empty()) return std::chrono::seconds(number);
  if (unit == "min" || unit == "m") return std::chrono::minutes(number);
  return std::nullopt;
}

std::string problem_of(const Directive& directive) {
  switch (directive.kind) {
    case DirectiveKind::unknown: {
      std::vector<std::string_view> words;
      for (const Word& word : kWords) words.push_back(word.text);
      const std::string_view near = text::nearest(directive.word, words);
      return format("unknown directive '{}'{}", directive.word,
                    near.empty() ? std::string() : format("; did you mean {}?", near));
    }
    case DirectiveKind::allow:
      if (directive.rule.empty()) return "it names no rule: -- kairon: allow RULE REASON";
      [[fallthrough]];
    case DirectiveKind::irreversible:
    case DirectiveKind::not_idempotent:
      return directive.argument.empty() ? format("'{}' wants a reason", directive.word) : std::string();
    case DirectiveKind::lock_budget:
      return parse_time(directive.argument) ? std::string() : "lock-budget wants a time such as 500ms or 2s";
    case DirectiveKind::no_transaction:
      break;
  }
  return {};
}

Directive parse_directive(std::string_view text, std::size_t offset) {
  Directive directive;
  directive.offset = offset;
  directive.word = take_word(text);
  for (const Word& word : kWords) {
    if (word.text == directive.word) directive.kind = word.kind;
  }
  if (directive.kind == DirectiveKind::allow) {
    directive.rule = take_word(text);
    // "allow RULE: reason" and "allow RULE - reason" are what people write.
    if (directive.rule.ends_with(':')) directive.rule.pop_back();
  }
  while (!text.empty() && (text.front() == '-' || text.front() == ':')) text = text::trim(text.substr(1));
  directive.argument = text;
  directive.problem = problem_of(directive);
  return directive;
}

constexpr std::string_view kMark = "kairon:";

// The text behind "Migration:" or "Migration 007:"; "" for another comment.
std::string_view migration_title(std::string_view comment) {
  constexpr std::string_view kTitle = "migration";
  if (!text::equal_ignoring_case(comment.substr(0, kTitle.size()), kTitle)) return {};
  const std::size_t colon = comment.find(':');
  if (colon == std::string_view::npos) return {};
  std::string_view between = text::trim(comment.substr(kTitle.size(), colon - kTitle.size()));
  if (take_word(between); !between.empty()) return {};
  return text::trim(comment.substr(colon + 1));
}

FileName named(const Layout& layout, std::string_view path, Direction direction) {
  FileName name = file_name(layout, path);
  if (name.role == Role::both) name.is_rollback = direction == Direction::rollback;
  return name;
}

}  // namespace

File::File(std::string path, std::string text, Form form)
    : path_(std::move(path)),
      form_(form),
      name_(named(*form.layout, path_, form.direction)),
      text_(std::move(text)),
      section_(read_section(*form.layout, name_.is_rollback ? Direction::rollback : Direction::forward, text_)),
      psql_commands_(sql::psql_commands(sql::without_psql_commands(text_, section_.others))),
      script_(sql::without_psql_commands(sql::without_psql_commands(text_, section_.others), psql_commands_)),
      comments_(sql::comments(script_.text())),
      placeholders_(migration::placeholders(*form.layout, script_.text(), script_.ok())) {
  if (form.layout->name == "goose") find_goose_cuts();
  const std::size_t mark = text_.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  const std::size_t first = sql::skip_blank(script_.text(), mark, text_.size());
  for (const sql::Comment& comment : comments_) {
    if (!text::equal_ignoring_case(comment.text.substr(0, kMark.size()), kMark)) continue;
    Directive directive = parse_directive(comment.text.substr(kMark.size()), comment.begin);
    if (directive.problem.empty() && directive.kind != DirectiveKind::allow && comment.begin > first) {
      directive.problem = "directives after the first statement are ignored, except allow";
    }
    directives_.push_back(std::move(directive));
  }
}

const Directive* File::directive(DirectiveKind kind) const {
  for (const Directive& directive : directives_) {
    if (directive.kind == kind && directive.problem.empty()) return &directive;
  }
  return nullptr;
}

std::optional<std::chrono::milliseconds> File::lock_budget() const {
  const Directive* budget = directive(DirectiveKind::lock_budget);
  return budget == nullptr ? std::nullopt : parse_time(budget->argument);
}

std::string File::description() const {
  std::string_view first;
  for (const sql::Comment& comment : comments_) {
    if (const std::string_view title = migration_title(comment.text); !title.empty()) return std::string(title);
    const std::string_view line = text::trim(comment.text.substr(0, comment.text.find('\n')));
    const bool directive = text::equal_ignoring_case(line.substr(0, kMark.size()), kMark);
    if (first.empty() && !directive && line.find_first_not_of("-=*# ") != std::string_view::npos) first = line;
  }
  if (!first.empty()) return std::string(first);
  const Version version = parse_version(name_.stem);
  return text::replace_all(version.name.empty() ? version.stem : version.name, "_", " ");
}

bool File::has_own_transaction() const {
  for (std::size_t i = 0; i < script_.statements().size(); ++i) {
    // Only these words begin such a statement: most trees need not be made for the question.
    sql::Lexer lexer(script_.text_of(i));
    sql::Token token;
    if (!lexer.next(token)) continue;
    const std::string word = text::lower(script_.text_of(i).substr(0, token.end));
    if (word != "begin" && word != "start" && word != "commit" && word != "end" && word != "rollback" &&
        word != "abort") {
      continue;
    }
    const std::string_view kind = script_.tree(i)["TransactionStmt"]["kind"].string();
    if (kind != "TRANS_STMT_ROLLBACK_TO" && !kind.empty()) return true;
  }
  return false;
}

/// goose ends a statement at each line that ends in a semicolon, also inside of a function's body.
void File::find_goose_cuts() {
  const auto in_block = [this](std::size_t offset) {
    return std::any_of(section_.blocks.begin(), section_.blocks.end(),
                       [offset](const auto& block) { return block.begin <= offset && offset < block.end; });
  };
  for (std::size_t i = 0; i < script_.statements().size(); ++i) {
    const sql::Statement& statement = script_.statements()[i];
    if (in_block(statement.begin)) continue;
    std::size_t at = statement.begin;
    for (const std::string_view line : text::lines(script_.text_of(i))) {
      const std::string_view code = text::trim(line.substr(0, line.find("--")));
      const bool last = at + line.size() >= statement.end;
      if (!last && code.ends_with(';')) {
        section_.problems.push_back({at,
                                     "goose ends the statement at this line's semicolon: put it between -- +goose "
                                     "StatementBegin and StatementEnd"});
        break;
      }
      at = script_.text().find('\n', at) + 1;
      if (at == 0) break;
    }
  }
  if (script_.statements().empty() || !script_.ok()) return;
  const sql::Statement& last = script_.statements().back();
  if (!in_block(last.begin) && script_.text().find(';', last.end) == std::string::npos)
    section_.problems.push_back({last.begin, "goose refuses the last statement: no semicolon ends it"});
}

/// Flyway runs a file without transaction when one of its statements cannot run in one.
bool File::avoids_transaction() const {
  for (std::size_t i = 0; i < script_.statements().size(); ++i) {
    const std::string words = text::lower(script_.text_of(i));
    for (const std::string_view start : {"vacuum", "create database", "create tablespace", "alter system", "reindex"})
      if (words.starts_with(start)) return true;
    const bool index = words.starts_with("create") || words.starts_with("drop index");
    if (index && text::contains(words, "index concurrently")) return true;
  }
  return false;
}

bool File::runs_in_transaction() const {
  if (has_own_transaction()) return false;
  if (layout().is_ours()) return directive(DirectiveKind::no_transaction) == nullptr;
  const bool off = section_.no_transaction || form_.no_transaction;
  if (layout().wraps && !off) return layout().name != "flyway" || !avoids_transaction();
  return layout().one_query && script_.statements().size() > 1;
}

std::string File::checksum() const { return hash::sha256(text_); }

bool File::has_checksum(std::string_view checksum) const {
  if (checksum == hash::sha256(text_)) return true;
  if (text_.find('\n') == std::string::npos) return false;
  const std::string plain = text::replace_all(text_, "\r\n", "\n");
  return checksum == hash::sha256(plain) || checksum == hash::sha256(text::replace_all(plain, "\n", "\r\n"));
}

}  // namespace kairon::migration
