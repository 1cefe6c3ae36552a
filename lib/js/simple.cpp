#include <algorithm>
#include <array>
#include <optional>

#include "js/internal.h"

// Most expressions of a workflow read a field: `$json.a.b`, `$('X').item.json.c`. The records made
// here are the ones that the grammar would give (a test compares the two).
namespace kairon::js::internal {
namespace {

bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// One `.name`, `?.name`, `["x"]` or `("x")` after the first name.
struct Step {
  Kind kind = Kind::none;
  std::uint32_t optional = 0;  ///< begin of `?.`, 0 when there is none
  std::uint32_t begin = 0;     ///< of the name, the literal, or the argument list
  std::uint32_t end = 0;
  Record literal = {};  ///< the argument of a call
  std::uint32_t step_end = 0;
};

/// A first name and the steps after it.
struct Chain {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  Record first = {};
  std::array<Step, 12> steps = {};
  std::size_t count = 0;
};

Field role_in(const Step& outer) { return outer.kind == Kind::call_expression ? Field::function : Field::object; }

void add_literal(std::vector<Record>& records, Record literal, std::uint32_t parent, Field field) {
  const auto index = static_cast<std::uint32_t>(records.size());
  literal.parent = parent;
  literal.field = field;
  const bool fragment = literal.kind == Kind::string && literal.end - literal.begin > 2;
  literal.next = index + (fragment ? 2 : 1);
  records.push_back(literal);
  if (fragment) {
    records.push_back({literal.begin + 1, literal.end - 1, index, index + 2, Kind::string_fragment, Field::none});
  }
}

void add_step(const Chain& chain, std::size_t i, std::vector<Record>& records) {
  const Step& step = chain.steps[i];
  // The step's own node is the (count - i)-th one after program and statement.
  const auto owner = static_cast<std::uint32_t>(2 + chain.count - 1 - i);
  const auto push = [&](Record record, std::uint32_t parent) {
    record.parent = parent;
    record.next = static_cast<std::uint32_t>(records.size() + 1);
    records.push_back(record);
  };
  if (step.optional != 0) {
    push({step.optional, step.optional + 2, 0, 0, Kind::optional_chain, Field::optional_chain}, owner);
  }
  if (step.kind == Kind::member_expression) {
    push({step.begin, step.end, 0, 0, Kind::property_identifier, Field::property}, owner);
  } else if (step.kind == Kind::subscript_expression) {
    add_literal(records, step.literal, owner, Field::index);
  } else {
    push({step.begin, step.end, 0, 0, Kind::arguments, Field::arguments}, owner);
    const auto list = static_cast<std::uint32_t>(records.size() - 1);
    if (step.literal.kind != Kind::none) add_literal(records, step.literal, list, Field::none);
    records[list].next = static_cast<std::uint32_t>(records.size());
  }
  records[owner].next = static_cast<std::uint32_t>(records.size());
}

void build(const Chain& chain, Tree& tree) {
  auto& records = tree.records;
  records.clear();
  records.reserve(3 + 5 * chain.count);
  records.push_back({chain.begin, chain.end, 0, 0, Kind::program, Field::none});
  records.push_back({chain.begin, chain.end, 0, 0, Kind::expression_statement, Field::none});
  std::uint32_t parent = 1;
  for (std::size_t i = chain.count; i > 0; --i) {
    const Field field = i == chain.count ? Field::none : role_in(chain.steps[i]);
    records.push_back({chain.begin, chain.steps[i - 1].step_end, parent, 0, chain.steps[i - 1].kind, field});
    parent = static_cast<std::uint32_t>(records.size() - 1);
  }
  Record first = chain.first;
  first.parent = parent;
  first.field = chain.count == 0 ? Field::none : role_in(chain.steps[0]);
  first.next = static_cast<std::uint32_t>(records.size() + 1);
  records.push_back(first);
  for (std::size_t i = 0; i < chain.count; ++i) add_step(chain, i, records);
  records[0].next = records[1].next = static_cast<std::uint32_t>(records.size());
}

/// Reads a text that is one chain.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  /// Returns nothing when the text is anything else.
  std::optional<Chain> read() { return reads_chain() ? std::optional(chain_) : std::nullopt; }

 private:
  bool reads_chain() {
    skip_blanks();
    chain_.begin = at_;
    if (!read_name(chain_.first)) return false;
    if (is_word(text_.substr(chain_.first.begin, chain_.first.end - chain_.first.begin))) return false;
    while (at_ < text_.size() && !is_blank(text_[at_])) {
      if (chain_.count == chain_.steps.size() || !read_step(chain_.steps[chain_.count])) return false;
      ++chain_.count;
    }
    chain_.end = at_;
    skip_blanks();
    return at_ == text_.size();
  }

  static bool is_word(std::string_view name) {
    constexpr std::array<std::string_view, 43> kWords = {
        "async",   "await",     "break",  "case",   "catch",  "class",      "const",   "continue", "debugger",
        "default", "delete",    "do",     "else",   "enum",   "export",     "extends", "false",    "finally",
        "for",     "function",  "if",     "import", "in",     "instanceof", "let",     "new",      "null",
        "of",      "return",    "static", "super",  "switch", "this",       "throw",   "true",     "try",
        "typeof",  "undefined", "var",    "void",   "while",  "with",       "yield"};
    return std::find(kWords.begin(), kWords.end(), name) != kWords.end();
  }

  void skip_blanks() {
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }

  bool read_name(Record& record) {
    record.begin = at_;
    if (at_ >= text_.size() || !is_name_start(text_[at_])) return false;
    while (at_ < text_.size() && (is_name_start(text_[at_]) || is_digit(text_[at_]))) ++at_;
    record.end = at_;
    record.kind = Kind::identifier;
    return true;
  }

  bool read_literal(Record& record) {
    if (at_ >= text_.size()) return false;
    record.begin = at_;
    const char c = text_[at_];
    if (c == '"' || c == '\'') {
      const std::size_t stop = text_.find_first_of(c == '"' ? "\"\\\n\r" : "'\\\n\r", at_ + 1);
      if (stop == std::string_view::npos || text_[stop] != c) return false;
      at_ = static_cast<std::uint32_t>(stop + 1);
      record.kind = Kind::string;
    } else if (is_digit(c)) {
      while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
      if (c == '0' && at_ - record.begin > 1) return false;
      record.kind = Kind::number;
    } else {
      return false;
    }
    record.end = at_;
    return true;
  }

  bool read_step(Step& step) {
    const char c = text_[at_];
    if (c == '.' || (c == '?' && at_ + 1 < text_.size() && text_[at_ + 1] == '.')) {
      if (c == '?') step.optional = at_;
      at_ += c == '?' ? 2 : 1;
      Record name;
      if (!read_name(name)) return false;
      step.kind = Kind::member_expression;
      step.begin = name.begin;
      step.end = name.end;
    } else if (c == '[') {
      ++at_;
      if (!read_literal(step.literal) || at_ >= text_.size() || text_[at_] != ']') return false;
      ++at_;
      step.kind = Kind::subscript_expression;
    } else if (c == '(') {
      step.begin = at_++;
      if (at_ < text_.size() && text_[at_] != ')' && !read_literal(step.literal)) return false;
      if (at_ >= text_.size() || text_[at_] != ')') return false;
      step.end = ++at_;
      step.kind = Kind::call_expression;
    } else {
      return false;
    }
    step.step_end = at_;
    return true;
  }

  std::string_view text_;
  std::uint32_t at_ = 0;
  Chain chain_;
};

}  // namespace

bool parse_simple(Tree& tree) {
  if (tree.source.size() > 512) return false;
  const std::optional<Chain> chain = Reader(tree.source).read();
  if (chain) build(*chain, tree);
  return chain.has_value();
}

}  // namespace kairon::js::internal
