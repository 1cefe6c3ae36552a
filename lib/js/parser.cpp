#include <tree_sitter/api.h>

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>

#include "js/internal.h"

extern "C" const TSLanguage* tree_sitter_javascript();

namespace kairon::js::internal {
namespace {

/// A text that keeps the parser busy longer than this is refused (it needs megabytes of garbage).
constexpr std::uint64_t kPatienceMicroseconds = 5'000'000;

struct Tables {
  std::vector<Kind> kinds;            ///< by symbol
  std::array<Field, 64> fields = {};  ///< by field id
};

Tables make_tables() {
  const std::unordered_map<std::string_view, Kind> names = {
#define KAIRON_JS_KIND(name, enumerator) {name, Kind::enumerator},
#include "js/kinds.inc"
#undef KAIRON_JS_KIND
      {"comment", Kind::none}, {"html_comment", Kind::none}, {"hash_bang_line", Kind::none}};
  const std::unordered_map<std::string_view, Field> field_names = {
#define KAIRON_JS_FIELD(name, enumerator) {name, Field::enumerator},
#include "js/fields.inc"
#undef KAIRON_JS_FIELD
  };
  const TSLanguage* language = tree_sitter_javascript();
  Tables tables;
  for (std::uint32_t symbol = 0; symbol < ts_language_symbol_count(language); ++symbol) {
    Kind kind = Kind::token;
    if (ts_language_symbol_type(language, static_cast<TSSymbol>(symbol)) == TSSymbolTypeRegular) {
      const auto found = names.find(ts_language_symbol_name(language, static_cast<TSSymbol>(symbol)));
      kind = found == names.end() ? Kind::other : found->second;
    }
    tables.kinds.push_back(kind);
  }
  for (std::uint32_t id = 1; id <= ts_language_field_count(language); ++id) {
    const auto found = field_names.find(ts_language_field_name_for_id(language, static_cast<TSFieldId>(id)));
    if (id < tables.fields.size() && found != field_names.end()) tables.fields[id] = found->second;
  }
  return tables;
}

const Tables& tables() {
  static const Tables kTables = make_tables();
  return kTables;
}

class Parser {
 public:
  Parser() : parser_(ts_parser_new()) {
    ts_parser_set_language(parser_, tree_sitter_javascript());
    ts_parser_set_timeout_micros(parser_, kPatienceMicroseconds);
  }
  ~Parser() { ts_parser_delete(parser_); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;
  TSTree* parse(std::string_view text) {
    ts_parser_reset(parser_);
    return ts_parser_parse_string(parser_, nullptr, text.data(), static_cast<std::uint32_t>(text.size()));
  }

 private:
  TSParser* parser_;
};

using TreePointer = std::unique_ptr<TSTree, decltype(&ts_tree_delete)>;

class Cursor {
 public:
  explicit Cursor(TSNode root) : cursor_(ts_tree_cursor_new(root)) {}
  ~Cursor() { ts_tree_cursor_delete(&cursor_); }
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;
  [[nodiscard]] TSNode node() const { return ts_tree_cursor_current_node(&cursor_); }
  [[nodiscard]] TSFieldId field() const { return ts_tree_cursor_current_field_id(&cursor_); }
  bool to_child() { return ts_tree_cursor_goto_first_child(&cursor_); }
  bool to_sibling() { return ts_tree_cursor_goto_next_sibling(&cursor_); }
  bool to_parent() { return ts_tree_cursor_goto_parent(&cursor_); }

 private:
  TSTreeCursor cursor_;
};

/// `async` and `await` are the only keywords that rules ask for and that carry no field.
bool is_kept_token(std::string_view text) { return text == "async" || text == "await"; }

/// Copies tree-sitter's tree into records, pre-order. `shift`: bytes put before the source.
class Copier {
 public:
  Copier(Tree& tree, std::uint32_t shift) : tree_(tree), shift_(shift) {}

  void copy(TSNode root) {
    tree_.records.clear();
    tree_.records.reserve(tree_.source.size() / 4 + 8);
    Cursor cursor(root);
    std::vector<std::uint32_t> open;
    for (bool more = true; more;) {
      const bool kept = add(cursor, open);
      if (kept) open.push_back(static_cast<std::uint32_t>(tree_.records.size() - 1));
      if (kept && cursor.to_child()) continue;
      if (kept) close(open);
      while (!cursor.to_sibling()) {
        if (!cursor.to_parent()) {
          more = false;
          break;
        }
        close(open);
      }
    }
  }

 private:
  bool add(const Cursor& cursor, const std::vector<std::uint32_t>& open) {
    const TSNode node = cursor.node();
    const Kind kind = tables().kinds[ts_node_symbol(node)];
    if (kind == Kind::none) return false;
    Record record;
    record.begin = clamp(ts_node_start_byte(node));
    record.end = clamp(ts_node_end_byte(node));
    record.field = tables().fields[cursor.field()];
    if (kind == Kind::token && record.field != Field::operator_ && record.field != Field::kind &&
        !is_kept_token(tree_.source.substr(record.begin, record.end - record.begin))) {
      return false;
    }
    record.kind = kind;
    record.parent = open.empty() ? 0 : open.back();
    tree_.records.push_back(record);
    return true;
  }

  void close(std::vector<std::uint32_t>& open) {
    tree_.records[open.back()].next = static_cast<std::uint32_t>(tree_.records.size());
    open.pop_back();
  }

  [[nodiscard]] std::uint32_t clamp(std::uint32_t byte) const {
    const auto size = static_cast<std::uint32_t>(tree_.source.size());
    return std::min(byte < shift_ ? 0 : byte - shift_, size);
  }

  Tree& tree_;
  std::uint32_t shift_;
};

/// The innermost first place where the grammar gave up.
SyntaxError describe_error(TSNode root, std::string_view text) {
  Cursor cursor(root);
  for (;;) {
    const TSNode node = cursor.node();
    const std::uint32_t begin = ts_node_start_byte(node);
    if (ts_node_is_missing(node)) return {begin, std::string("`") + ts_node_type(node) + "` is missing here"};
    const bool is_error = ts_node_type(node) == std::string_view("ERROR");
    bool inner = false;
    if (ts_node_has_error(node) && cursor.to_child()) {
      do {
        inner = ts_node_has_error(cursor.node()) || ts_node_is_missing(cursor.node());
      } while (!inner && cursor.to_sibling());
      if (!inner) cursor.to_parent();
    }
    if (inner) continue;
    const std::string_view rest = text.substr(std::min<std::size_t>(begin, text.size()));
    const std::string_view shown = rest.substr(0, std::min<std::size_t>(rest.find('\n'), 24));
    if (shown.empty()) return {begin, "the code ends before it is complete"};
    return {begin, (is_error ? "unexpected `" : "cannot read `") + std::string(shown) + "`"};
  }
}

}  // namespace

void reset(Tree& tree) {
  tree.records.assign(1, Record{0, static_cast<std::uint32_t>(tree.source.size()), 0, 1, Kind::program, Field::none});
}

std::optional<SyntaxError> parse(Tree& tree, Goal goal) {
  reset(tree);
  thread_local Parser parser;
  std::string wrapped;
  std::string_view text = tree.source;
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  // n8n puts an expression that begins with a brace into parentheses (Tournament, maybeWrapExpr).
  const bool wrap = goal == Goal::expression && first != std::string_view::npos && text[first] == '{';
  if (wrap) text = wrapped.append("(").append(text).append("\n)");
  const std::uint32_t shift = wrap ? 1 : 0;
  const TreePointer parsed(parser.parse(text), &ts_tree_delete);
  if (!parsed) return SyntaxError{0, "the code is too large or too broken to be read"};
  const TSNode root = ts_tree_root_node(parsed.get());
  if (ts_node_has_error(root)) {
    SyntaxError error = describe_error(root, text);
    error.offset = std::min<std::size_t>(error.offset < shift ? 0 : error.offset - shift, tree.source.size());
    return error;
  }
  Copier(tree, shift).copy(root);
  return std::nullopt;
}

}  // namespace kairon::js::internal
