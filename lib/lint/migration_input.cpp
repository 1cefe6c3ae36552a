#include "lint/migration_input.h"

#include <charconv>

#include "base/text.h"

namespace kairon::lint {
namespace {

// Where the comma-separated actions of an ALTER TABLE begin, as bytes of its text.
std::vector<std::size_t> action_offsets(std::string_view text) {
  std::vector<std::size_t> all;
  sql::Lexer lexer(text);
  sql::Token token;
  std::size_t depth = 0;
  bool pending = false;
  bool named = false;
  std::size_t words = 0;
  while (lexer.next(token)) {
    if (token.kind == sql::TokenKind::line_comment || token.kind == sql::TokenKind::block_comment) continue;
    const std::string_view word = text.substr(token.begin, token.end - token.begin);
    if (!named) {
      // ALTER [FOREIGN] TABLE [IF EXISTS] [ONLY] name[.name] [*]
      ++words;
      const bool keyword = token.kind == sql::TokenKind::word &&
                           (text::equal_ignoring_case(word, "if") || text::equal_ignoring_case(word, "exists") ||
                            text::equal_ignoring_case(word, "only") || text::equal_ignoring_case(word, "table"));
      named = words > 2 && !keyword;
      pending = named;
      continue;
    }
    const bool continues_name =
        word == "." || word == "*" || (all.empty() && token.begin > 0 && text[token.begin - 1] == '.');
    if (pending && !(all.empty() && continues_name)) {
      all.push_back(token.begin);
      pending = false;
    }
    if (word == "(" || word == "[") ++depth;
    if ((word == ")" || word == "]") && depth != 0) --depth;
    if (word == "," && depth == 0) pending = true;
  }
  return all;
}

bool is_create_table(const MigrationStatement& statement) { return statement.is("CreateStmt"); }

}  // namespace

std::optional<PgVersion> parse_pg_version(std::string_view text) {
  PgVersion version;
  const char* end = text.data() + text.size();
  auto [at, error] = std::from_chars(text.data(), end, version.major);
  if (error != std::errc() || version.major < 1) return std::nullopt;
  while (at != end && *at == '.') {
    int part = 0;
    const auto next = std::from_chars(at + 1, end, part);
    if (next.ec != std::errc() || part < 0) return std::nullopt;
    if (!version.minor) version.minor = part;
    at = next.ptr;
  }
  return at == end ? std::optional(version) : std::nullopt;
}

std::size_t MigrationStatement::offset(const sql::Node& part) const {
  const long long location = part["location"].integer(0);
  return begin + (location < 0 ? 0 : static_cast<std::size_t>(location));
}

std::size_t MigrationStatement::offset_of_word(std::string_view word) const {
  sql::Lexer lexer(text);
  sql::Token token;
  while (lexer.next(token)) {
    if (token.kind == sql::TokenKind::word &&
        text::equal_ignoring_case(text.substr(token.begin, token.end - token.begin), word)) {
      return begin + token.begin;
    }
  }
  return begin;
}

std::size_t first_action(const MigrationStatement& statement) {
  const std::vector<std::size_t> offsets = action_offsets(statement.text);
  return statement.begin + (offsets.empty() ? 0 : offsets.front());
}

std::size_t option_offset(const AlterAction& action) {
  const std::string_view text = action.statement->text;
  sql::Lexer lexer(text, action.offset - action.statement->begin);
  sql::Token token;
  bool named = false;
  for (int words = 0; lexer.next(token);) {
    if (token.kind == sql::TokenKind::line_comment || token.kind == sql::TokenKind::block_comment) continue;
    if (named) return action.statement->begin + token.begin;
    const std::string_view word = text.substr(token.begin, token.end - token.begin);
    ++words;
    if (words == 1 && !text::equal_ignoring_case(word, "alter")) break;
    named = words > 1 && !(words == 2 && text::equal_ignoring_case(word, "column"));
  }
  return action.offset;
}

std::string_view transaction_kind(const MigrationStatement& statement) {
  constexpr std::string_view kPrefix = "TRANS_STMT_";
  if (!statement.is("TransactionStmt")) return {};
  std::string_view kind = statement.node["kind"].string();
  if (kind.starts_with(kPrefix)) kind.remove_prefix(kPrefix.size());
  return kind == "START" ? "BEGIN" : kind;
}

MigrationInput::MigrationInput(const migration::File& file, PgVersion version, RunsInTransaction transaction)
    : file_(file),
      version_(version),
      assumes_transaction_(transaction == RunsInTransaction::automatic ? file.runs_in_transaction()
                                                                       : transaction == RunsInTransaction::yes),
      open_(assumes_transaction_) {
  read_statements();
  for (const MigrationStatement& statement : statements_) read_actions(statement);
  read_columns();
}

void MigrationInput::read_statements() {
  const sql::Script& script = file_.script();
  statements_.reserve(script.statements().size());
  bool wrapped = assumes_transaction_;
  for (std::size_t i = 0; i < script.statements().size(); ++i) {
    MigrationStatement statement;
    statement.wrapper = script.tree(i);
    statement.node = statement.wrapper.inner();
    statement.text = script.text_of(i);
    statement.begin = script.statements()[i].begin;
    statement.wrapped = wrapped;
    const std::string_view kind = transaction_kind(statement);
    if (kind == "BEGIN") wrapped = open_ = true;
    if (kind == "COMMIT") open_ = false;
    if (kind == "COMMIT" || kind == "ROLLBACK" || kind == "PREPARE") {
      wrapped = assumes_transaction_ || statement.node["chain"].boolean();
    }
    note_new_table(statement);
    statements_.push_back(statement);
  }
}

void MigrationInput::note_new_table(const MigrationStatement& statement) {
  if (is_create_table(statement)) {
    const std::string name(statement.node["relation"]["relname"].string());
    if (open_) new_tables_.insert(name);
    created_.insert(name);
  } else if (statement.is("CreateTableAsStmt")) {
    created_.emplace(statement.node["into"]["rel"]["relname"].string());
  } else if (statement.is("SelectStmt")) {
    created_.emplace(statement.node["intoClause"]["rel"]["relname"].string());
  }
}

void MigrationInput::read_actions(const MigrationStatement& statement) {
  if (!statement.is("AlterTableStmt")) return;
  const std::string_view object = statement.node["objtype"].string();
  if (object != "OBJECT_TABLE" && statement.node["relkind"].string() != "OBJECT_TABLE") return;
  const std::vector<std::size_t> offsets = action_offsets(statement.text);
  std::size_t index = 0;
  for (const sql::Node command : statement.node["cmds"]) {
    AlterAction action;
    action.statement = &statement;
    action.relation = statement.node["relation"];
    action.command = command["AlterTableCmd"];
    action.offset = statement.begin + (index < offsets.size() ? offsets[index] : 0);
    actions_.push_back(action);
    ++index;
  }
}

void MigrationInput::read_columns() {
  std::size_t next = 0;
  for (const MigrationStatement& statement : statements_) {
    if (is_create_table(statement)) {
      for (const sql::Node element : statement.node["tableElts"]) {
        if (const sql::Node column = element["ColumnDef"]) {
          columns_.push_back({&statement, statement.node["relation"], column, nullptr});
        }
      }
    }
    for (; next < actions_.size() && actions_[next].statement == &statement; ++next) {
      const AlterAction& action = actions_[next];
      if (action.is("AT_AddColumn") || action.is("AT_AlterColumnType")) {
        columns_.push_back({&statement, action.relation, action.command["def"]["ColumnDef"], &action});
      }
    }
  }
}

bool MigrationInput::is_new_table(const sql::Node& relation) const {
  return new_tables_.contains(relation["relname"].string());
}

bool MigrationInput::created_here(const sql::Node& relation) const {
  return created_.contains(relation["relname"].string());
}

sql::Node column_constraint(const sql::Node& column, std::string_view kind) {
  for (const sql::Node constraint : column["constraints"]) {
    if (constraint["Constraint"]["contype"].string() == kind) return constraint["Constraint"];
  }
  return {};
}

std::string_view type_name(const sql::Node& type) { return type["names"].last().name(); }

std::string qualified_name(const sql::Node& relation) {
  std::string name(relation["schemaname"].string());
  if (!name.empty()) name += '.';
  return name += relation["relname"].string();
}

}  // namespace kairon::lint
