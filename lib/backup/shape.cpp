#include "backup/shape.h"

#include "base/format.h"
#include "base/text.h"
#include "postgres/quote.h"

namespace kairon::backup {

namespace {

using postgres::Connection;
using postgres::quote_identifier;
using postgres::quote_literal;
using postgres::Reply;

void execute(Connection& db, const std::string& statement, std::vector<std::string>& notes) {
  if (const Reply reply = db.execute(statement); !reply.ok())
    notes.push_back(format("not set: {} ({})", text::printable(statement), reply.error().message));
}

/// `a, "b"` as the catalog keeps a list setting, as literals: 'a', 'b' (pg_dump does the same for the
/// variables marked GUC_LIST_QUOTE).
std::string list_literals(const std::string& value) {
  std::string out;
  std::string word;
  bool quoted = false;
  const auto flush = [&] {
    out += (out.empty() ? "" : ", ") + quote_literal(word);
    word.clear();
  };
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (c == '"' && quoted && i + 1 < value.size() && value[i + 1] == '"') {
      word += value[++i];
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      flush();
    } else if (quoted || c != ' ') {
      word += c;
    }
  }
  flush();
  return out;
}

std::string set_clause(const std::string& setting) {
  const std::size_t mark = setting.find('=');
  const std::string name = setting.substr(0, mark);
  const std::string value = mark == std::string::npos ? "" : setting.substr(mark + 1);
  const bool list = name == "search_path" || name == "temp_tablespaces" || name.ends_with("_preload_libraries");
  std::string quoted_name;
  for (const std::string_view part : text::split(name, '.'))
    quoted_name += (quoted_name.empty() ? "" : ".") + quote_identifier(part);
  return format("SET {} TO {}", quoted_name, list ? list_literals(value) : quote_literal(value));
}

}  // namespace

void apply_shape(Connection& db, const std::string& database, const DatabaseShape& shape,
                 std::vector<std::string>& notes) {
  const std::string name = quote_identifier(database);
  std::vector<std::string> statements;
  for (const auto& [role, setting] : shape.settings)
    statements.push_back(
        role.empty() ? format("ALTER DATABASE {} {}", name, set_clause(setting))
                     : format("ALTER ROLE {} IN DATABASE {} {}", quote_identifier(role), name, set_clause(setting)));
  for (const std::string& grant : shape.grants) statements.push_back(text::replace_all(grant, "%DB%", name));
  if (!shape.owner.empty())
    statements.push_back(format("ALTER DATABASE {} OWNER TO {}", name, quote_identifier(shape.owner)));
  for (const std::string& statement : statements) execute(db, statement, notes);
}

void set_limits(Connection& db, const std::string& database, const DatabaseShape& shape,
                std::vector<std::string>& notes) {
  std::string options;
  if (shape.connection_limit >= 0) options += format(" CONNECTION LIMIT {}", shape.connection_limit);
  if (shape.is_template) options += " IS_TEMPLATE true";
  if (options.empty()) return;
  execute(db, format("ALTER DATABASE {}{}", quote_identifier(database), options), notes);
}

Room room_for(Connection& db, const DatabaseRecord* record, std::vector<std::string>& notes) {
  Room room;
  if (record == nullptr) return room;
  const auto is_here = [&](const std::string& tablespace) {
    const std::vector<postgres::Parameter> name = {tablespace};
    return db.must("SELECT 1 FROM pg_tablespace WHERE spcname = $1", name).size() > 0;
  };
  std::vector<std::string> absent;
  for (const std::string& tablespace : record->shape.tablespaces)
    if (!is_here(tablespace)) absent.push_back(text::printable(tablespace));
  if (!absent.empty()) {
    room.others = Tablespaces::ignored;
    notes.push_back(format("not on this server: the tablespaces {}; all tables and indexes are in the database's own",
                           text::join(absent, ", ")));
  }
  const std::string& own = record->shape.tablespace;
  if (own.empty() || is_here(own)) return {own, room.others};
  notes.push_back(
      format("not on this server: the database's tablespace {}; it is in the default one", text::printable(own)));
  return room;
}

}  // namespace kairon::backup
