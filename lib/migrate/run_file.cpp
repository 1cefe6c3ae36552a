#include "migrate/run_file.h"

#include <algorithm>

#include "base/error.h"
#include "base/format.h"
#include "base/text.h"
#include "sql/newer_syntax.h"

namespace kairon::migrate {

namespace {

/// Byte offset of the 1-based character `position`.
std::size_t byte_of(std::string_view text, std::size_t position) {
  std::size_t at = 0;
  for (std::size_t seen = 1; seen < position && at < text.size(); ++seen) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U) ++at;
  }
  return at;
}

std::string excerpt_of(std::string_view sql) {
  std::string out;
  for (const char c : sql.substr(0, 300)) {
    const bool blank = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (!blank) out += c;
    if (blank && !out.empty() && out.back() != ' ') out += ' ';
  }
  std::size_t cut = std::min<std::size_t>(out.size(), 72);
  while (cut < out.size() && cut > 0 && (static_cast<unsigned char>(out[cut]) & 0xC0U) == 0x80U) --cut;
  return text::printable(cut < out.size() ? out.substr(0, cut) + "..." : out);
}

bool server_decides(const migration::File& file, int server_version) {
  return !file.script().ok() && server_version / 10000 > sql::parser_version();
}

}  // namespace

std::string FileFailure::text(const std::string& path) const {
  return format("{}:{}:{}: {}", path, position.line, position.column, error.text());
}

void require_runnable(const migration::File& file, int server_version) {
  if (!file.psql_commands().empty()) {
    const sql::PsqlCommand& command = file.psql_commands().front();
    const sql::Position at = file.script().position(command.begin);
    throw Error(
        ExitCode::blocked,
        format("{}:{}: {} is a command of psql, not SQL", file.path(), at.line, text::printable(command.name)),
        "write it in SQL: migrations are sent to the server as they are. A published file stays; the schema file "
        "([kairon] schema) then takes its place in trials");
  }
  if (file.script().ok() && file.script().statements().empty())
    throw Error(ExitCode::blocked, format("{} holds no statement", file.path()), "write its SQL, or remove it");
  if (file.script().ok() || server_decides(file, server_version)) return;
  const sql::SyntaxError& error = file.script().errors().front();
  const sql::Position at = file.script().position(error.offset);
  const auto newer = sql::newer_syntax(file.script().text(), error.offset, error.message);
  throw Error(ExitCode::blocked,
              format("{}:{}:{}: {}", file.path(), at.line, at.column, text::printable(error.message)),
              newer && newer->major > server_version / 10000
                  ? format("PostgreSQL reads {} from version {} on, and this server is version {}", newer->shown,
                           newer->major, server_version / 10000)
                  : std::string("kairon check shows every such place"));
}

std::vector<Step> steps_of(const migration::File& file, int server_version) {
  const sql::Script& script = file.script();
  if (server_decides(file, server_version)) {
    const std::size_t mark = script.text().starts_with("\xEF\xBB\xBF") ? 3 : 0;
    return {{script.text().substr(mark), "", mark}};
  }
  std::vector<Step> steps;
  for (std::size_t i = 0; i < script.statements().size(); ++i) {
    steps.push_back(
        {std::string(script.text_of(i)), std::string(script.tree(i).inner().key()), script.statements()[i].begin});
  }
  return steps;
}

std::string escape_of(const migration::File& file, std::size_t index) {
  if (index >= file.script().statements().size()) return "";
  const sql::Node tree = file.script().tree(index).inner();
  const std::string_view node = tree.key();
  if (node == "AlterSystemStmt") return "ALTER SYSTEM changes the whole server";
  if (node == "DropdbStmt") return "DROP DATABASE acts on another database";
  if (node == "CreateTableSpaceStmt") return "CREATE TABLESPACE writes to the server's disk";
  if (node == "LoadStmt") return "LOAD runs a library in the server";
  if (node != "CopyStmt") return "";
  if (tree["is_program"].boolean()) return "COPY ... PROGRAM runs a program on the server";
  return tree["filename"].present() ? "COPY with a file name reads or writes the server's disk" : "";
}

bool allows(const migration::File& file, std::string_view rule) {
  return std::any_of(file.directives().begin(), file.directives().end(), [&](const migration::Directive& directive) {
    return directive.kind == migration::DirectiveKind::allow && directive.problem.empty() && directive.rule == rule;
  });
}

void refuse_escapes(const migration::File& file) {
  if (allows(file, "migration/server-escape")) return;
  for (std::size_t i = 0; i < file.script().statements().size(); ++i) {
    const std::string escape = escape_of(file, i);
    if (escape.empty()) continue;
    const sql::Position at = file.script().position(file.script().statements()[i].begin);
    throw Error(
        ExitCode::blocked, format("{}:{}:{}: {}", file.path(), at.line, at.column, escape),
        "a migration stays inside its database; when it is meant: -- kairon: allow migration/server-escape REASON");
  }
}

FileFailure failure_at(const migration::File& file, const Step& step, std::size_t index,
                       const postgres::SqlError& error) {
  const std::size_t within = error.position > 0 ? byte_of(step.text, error.position) : 0;
  return {error, index, file.script().position(step.begin + within), excerpt_of(step.text)};
}

std::optional<FileFailure> run_wrapped(postgres::Connection& db, const migration::File& file, const Send& send,
                                       const std::function<postgres::Reply()>& before_commit) {
  const std::vector<Step> steps = steps_of(file, db.server_version());
  const Step ending{"COMMIT", "TransactionStmt", file.script().text().size()};
  const auto give_up = [&](const Step& step, std::size_t index, const postgres::SqlError& error) {
    if (!db.lost()) static_cast<void>(db.execute("ROLLBACK"));
    return failure_at(file, step, index, error);
  };
  postgres::Reply reply = db.execute("BEGIN");
  if (!reply.ok()) return give_up(ending, 0, reply.error());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    reply = send(steps[i], i);
    if (!reply.ok()) return give_up(steps[i], i, reply.error());
    if (db.state() == postgres::TransactionState::open) continue;
    postgres::SqlError ended;
    ended.message = "this statement ended the transaction that the migration runs in";
    return give_up(steps[i], i, ended);
  }
  reply = before_commit ? before_commit() : postgres::Reply();
  if (!reply.ok()) return give_up(ending, steps.size(), reply.error());
  reply = db.execute("COMMIT");
  if (!reply.ok()) return give_up(ending, steps.size(), reply.error());
  return std::nullopt;
}

void reset_session(postgres::Connection& db) {
  if (db.lost()) return;
  if (db.state() != postgres::TransactionState::idle) static_cast<void>(db.execute("ROLLBACK"));
  // DISCARD ALL without its pg_advisory_unlock_all().
  db.must(
      "RESET SESSION AUTHORIZATION; RESET ALL; CLOSE ALL; UNLISTEN *; DEALLOCATE ALL; DISCARD TEMP; DISCARD SEQUENCES");
}

}  // namespace kairon::migrate
