#include "lint/support/schema_probe.h"

#include <algorithm>
#include <unordered_map>

#include "base/signals.h"
#include "base/text.h"
#include "lint/schema_rule.h"

namespace kairon::lint {

namespace {

/// The name in `relation "public.x" does not exist`, `function x(unknown) does not exist`, without its
/// schema; "" when the message has none.
std::string_view missing_name(std::string_view message) {
  const std::size_t quote = message.find('"');
  std::string_view name;
  if (quote != std::string_view::npos) {
    name = message.substr(quote + 1, message.find('"', quote + 1) - quote - 1);
  } else if (message.starts_with("function ")) {
    name = message.substr(9, message.find('(') - 9);
  }
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? name : name.substr(dot + 1);
}

bool names_no_table(const StatementVerdict& verdict) {
  return verdict.sqlstate == "42P01" || verdict.sqlstate == "3F000";
}

/// Byte of the text that a verdict points at, which counts characters; 0 when the server named none.
std::size_t failing_byte(const SchemaStatement& statement) {
  std::size_t characters = statement.verdict.position;
  for (std::size_t byte = 0; byte < statement.text.size() && characters > 0; ++byte) {
    const bool continues = (static_cast<unsigned char>(statement.text[byte]) & 0xC0U) == 0x80U;
    if (!continues && --characters == 0) return byte;
  }
  return 0;
}

}  // namespace

SchemaProbe::SchemaProbe(SchemaStatements statements) : all_(std::move(statements)) {}

/// PostgreSQL docs, appendix A: class 42 and 3F are what a schema decides, 0A000 also means a name
/// in another database. Class 22 is a literal that its type refuses: when it holds a hole, nobody wrote it.
bool SchemaProbe::proves_nothing(const SchemaStatement& statement, const StatementVerdict& verdict) const {
  const std::string_view state = verdict.sqlstate;
  const bool of_schema = state.starts_with("42") || state.starts_with("3F") || state == "0A000";
  if (!of_schema && (statement.holes || !state.starts_with("22"))) return true;
  // 'NULL' replaces a text that only the run knows the text: nextval('{{ }}')
  if (statement.holes && text::contains(text::lower(verdict.message), "\"null")) return true;
  const bool missing = state == "42P01" || state == "42883";
  return missing && all_.made_by_workflows.contains(missing_name(verdict.message));
}

std::vector<StatementVerdict> SchemaProbe::ask(StatementChecker& checker) const {
  std::unordered_map<std::string_view, StatementVerdict> known;
  std::vector<StatementVerdict> verdicts;
  for (const SchemaStatement& statement : all_.statements) {
    signals::check();
    auto asked = known.find(statement.text);
    if (asked == known.end()) asked = known.emplace(statement.text, checker.prepare(statement.text)).first;
    verdicts.push_back(asked->second);
    if (!verdicts.back().ok && proves_nothing(statement, verdicts.back())) verdicts.back() = {};
  }
  return verdicts;
}

void SchemaProbe::start(StatementChecker& checker) {
  std::vector<StatementVerdict> verdicts = ask(checker);
  for (std::size_t i = 0; i < verdicts.size(); ++i) all_.statements[i].verdict = std::move(verdicts[i]);
}

void SchemaProbe::step(StatementChecker& checker, const std::string& cause) {
  std::vector<StatementVerdict> verdicts = ask(checker);
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    SchemaStatement& statement = all_.statements[i];
    if (verdicts[i].ok) {
      statement.broken_by.clear();
    } else if (statement.verdict.ok) {
      statement.broken_by = cause;
    }
    statement.verdict = std::move(verdicts[i]);
  }
}

void SchemaProbe::second(StatementChecker& checker, const std::string& cause) {
  std::vector<StatementVerdict> verdicts = ask(checker);
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    SchemaStatement& statement = all_.statements[i];
    if (verdicts[i].ok != statement.verdict.ok && statement.broken_by.empty()) {
      if (!verdicts[i].ok) statement.broken_by = cause;
      statement.verdict = std::move(verdicts[i]);
    }
  }
}

bool SchemaProbe::fails_from_the_start() const {
  return std::any_of(all_.statements.begin(), all_.statements.end(),
                     [](const SchemaStatement& one) { return !one.verdict.ok && one.broken_by.empty(); });
}

void SchemaProbe::pardon(StatementChecker& checker) {
  for (SchemaStatement& statement : all_.statements) {
    if (statement.verdict.ok || !statement.broken_by.empty()) continue;
    if (checker.prepare(statement.text).ok) statement.verdict = {};
  }
}

void SchemaProbe::describe_start(StatementChecker& checker) { describe(checker, &SchemaStatement::columns_before); }

void SchemaProbe::describe(StatementChecker& checker) { describe(checker, &SchemaStatement::columns); }

void SchemaProbe::describe(StatementChecker& checker, std::vector<workflow::ResultColumn> SchemaStatement::*columns) {
  std::unordered_map<std::string_view, std::vector<workflow::ResultColumn>> known;
  for (SchemaStatement& statement : all_.statements) {
    signals::check();
    if (statement.result.empty() || !statement.verdict.ok || may_mean_another_database(statement)) continue;
    auto asked = known.find(statement.result);
    if (asked == known.end()) asked = known.emplace(statement.result, checker.columns(statement.result)).first;
    statement.*columns = asked->second;
  }
}

/// A table of the same name may be another one there.
bool SchemaProbe::may_mean_another_database(const SchemaStatement& statement) const {
  return std::any_of(all_.statements.begin(), all_.statements.end(), [&](const SchemaStatement& other) {
    return other.credential == statement.credential && names_no_table(other.verdict);
  });
}

/// A credential without a table that is known here, next to one whose tables are, belongs to another
/// database: nothing can be said of its statements.
bool SchemaProbe::speaks_of_another_database(std::size_t index) const {
  const SchemaStatement& statement = all_.statements[index];
  if (statement.credential.empty() || statement.verdict.ok || !statement.broken_by.empty()) return false;
  bool others_known = false;
  for (const SchemaStatement& other : all_.statements) {
    const bool known = !names_no_table(other.verdict);
    if (other.credential == statement.credential && known) return false;
    others_known = others_known || known;
  }
  return others_known;
}

void SchemaProbe::judge(const SchemaStatement& statement, std::vector<Finding>& found) {
  if (statement.verdict.ok) return;
  Reporter report(found);
  for (const SchemaRule* rule : schema_rules()) {
    report.enter(rule->info, statement.path, statement.workflow);
    rule->check(statement, failing_byte(statement), report);
  }
}

}  // namespace kairon::lint
