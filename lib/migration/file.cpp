#include "migration/file.h"

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
      return format("'{}' is no directive{}", directive.word,
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

}  // namespace

File::File(std::string path, std::string text)
    : path_(std::move(path)),
      name_(parse_file_name(path_)),
      text_(std::move(text)),
      psql_commands_(sql::psql_commands(text_)),
      script_(sql::without_psql_commands(text_, psql_commands_)),
      comments_(sql::comments(script_.text())) {
  const std::size_t mark = text_.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  const std::size_t first = sql::skip_blank(script_.text(), mark, text_.size());
  for (const sql::Comment& comment : comments_) {
    if (!text::equal_ignoring_case(comment.text.substr(0, kMark.size()), kMark)) continue;
    Directive directive = parse_directive(comment.text.substr(kMark.size()), comment.begin);
    if (directive.problem.empty() && directive.kind != DirectiveKind::allow && comment.begin > first) {
      directive.problem = "it stands behind the first statement, where only allow counts";
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

bool File::runs_in_transaction() const {
  return directive(DirectiveKind::no_transaction) == nullptr && !has_own_transaction();
}

std::string File::checksum() const { return hash::sha256(text_); }

}  // namespace kairon::migration
