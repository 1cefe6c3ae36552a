#include "lint/support/body_hazards.h"

#include <algorithm>
#include <set>

#include "sql/plpgsql.h"

namespace kairon::lint {
namespace {

/// A statement of the body, and its place in the outer statement.
struct BodyPiece {
  std::string text;
  std::size_t outer = 0;
  std::size_t begin = 0;  ///< in the joined text
};

using Names = std::set<std::string, std::less<>>;

void note_created(const sql::Node& node, Names& created) {
  if (node.key() == "CreateStmt") created.emplace(node["relation"]["relname"].string());
  if (node.key() == "CreateTableAsStmt") created.emplace(node["into"]["rel"]["relname"].string());
  if (node.key() == "SelectStmt") created.emplace(node["intoClause"]["rel"]["relname"].string());
}

// True when everything that the statement acts on was created in the body or the file.
bool is_scratch(const sql::Node& node, const Names& created, const MigrationInput& input) {
  const auto made_here = [&](std::string_view name) {
    return !name.empty() && (created.contains(name) || input.created_here(name));
  };
  if (node.key() == "DropStmt") {
    return std::all_of(node["objects"].begin(), node["objects"].end(),
                       [&](const sql::Node& object) { return made_here(object["List"]["items"].last().name()); });
  }
  if (node.key() == "TruncateStmt") {
    return std::all_of(node["relations"].begin(), node["relations"].end(),
                       [&](const sql::Node& relation) { return made_here(relation["RangeVar"]["relname"].string()); });
  }
  return node.key() != "CreateStmt" && made_here(node["relation"]["relname"].string());
}

// The body's statements, one after the other as one script.
std::string joined(const MigrationStatement& outer, const MigrationInput& input, std::vector<BodyPiece>& pieces) {
  Names created;
  std::vector<std::pair<sql::Script, std::size_t>> scripts;
  for (sql::EmbeddedSql& part : sql::embedded_sql(outer.text, outer.wrapper)) {
    scripts.emplace_back(sql::Script(std::move(part.text)), part.offset);
  }
  for (const auto& [script, offset] : scripts) {
    for (std::size_t i = 0; i < script.statements().size(); ++i) note_created(script.tree(i).inner(), created);
  }
  std::string text;
  for (const auto& [script, offset] : scripts) {
    for (std::size_t i = 0; i < script.statements().size(); ++i) {
      if (is_scratch(script.tree(i).inner(), created, input)) continue;
      BodyPiece piece{std::string(script.text_of(i)), offset + script.statements()[i].begin, text.size()};
      text += piece.text + ";\n";
      pieces.push_back(std::move(piece));
    }
  }
  return text;
}

std::size_t outer_offset(const std::vector<BodyPiece>& pieces, std::size_t offset, std::size_t limit) {
  std::size_t outer = 0;
  for (const BodyPiece& piece : pieces) {
    if (piece.begin <= offset) outer = piece.outer + (offset - piece.begin);
  }
  return std::min(outer, limit);
}

}  // namespace

std::vector<BodyHazard> body_hazards(const MigrationStatement& outer, const MigrationInput& input) {
  std::vector<BodyPiece> pieces;
  const migration::File file("body.sql", joined(outer, input, pieces));
  if (pieces.empty()) return {};
  const MigrationInput body(file, input.version(), RunsInTransaction::yes);
  std::vector<Finding> findings;
  Reporter reporter(findings);
  MigrationReporter report(reporter, file);
  for (const MigrationRule* rule : migration_rules()) {
    if (rule->bodies == InBodies::no) continue;
    report.enter(rule->info);
    rule->check(body, report);
  }
  const sql::Lines lines(file.text());
  std::vector<BodyHazard> all;
  for (Finding& finding : findings) {
    const std::size_t offset = lines.begin_of(finding.line) + finding.column - 1;
    all.push_back({std::move(finding.rule), std::move(finding.message.text),
                   outer_offset(pieces, offset, outer.text.size()), finding.severity});
  }
  return all;
}

}  // namespace kairon::lint
