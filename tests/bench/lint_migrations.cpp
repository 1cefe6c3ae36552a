// Time of the migration lint over 1,000 different files, next to the bare parser over the same text.
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "base/format.h"
#include "lint/migration_lint.h"
#include "sql/statement.h"

using namespace kairon;

namespace {

constexpr int kFiles = 1000;

// About the shape of real migrations: a table, its indexes, a comment, a function, some rows.
std::string migration_text(int number) {
  std::string text = format("-- Migration {0}: table_{0}\n\n", number);
  text += format("CREATE TABLE IF NOT EXISTS shop.table_{} (\n  id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n",
                 number);
  for (int column = 0; column < 12; ++column) {
    text += format("  column_{} TEXT NOT NULL DEFAULT 'value {}' CHECK (length(column_{}) < 100),\n", column, number,
                   column);
  }
  text += "  created_at TIMESTAMPTZ NOT NULL DEFAULT now()\n);\n\n";
  for (int column = 0; column < 6; ++column) {
    text += format("CREATE INDEX IF NOT EXISTS idx_{0}_{1} ON shop.table_{0} (column_{1}) WHERE column_{1} <> '';\n",
                   number, column);
  }
  text += format("COMMENT ON TABLE shop.table_{} IS 'what it holds';\n", number);
  text += format(
      "CREATE OR REPLACE FUNCTION shop.touch_{0}() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  NEW.created_at := "
      "now();\n"
      "  INSERT INTO shop.log (what) SELECT 'table_{0}' WHERE EXISTS (SELECT 1 FROM shop.table_{0} WHERE id = "
      "NEW.id);\n  RETURN "
      "NEW;\nEND $$;\n",
      number);
  text += format("INSERT INTO shop.table_{} (column_0, column_1) VALUES\n", number);
  for (int row = 0; row < 20; ++row) text += format("  ('row {}', 'something'),\n", row);
  return text + "  ('last', 'row');\n";
}

template <typename Work>
double microseconds_per_file(const std::vector<std::string>& texts, Work work) {
  const auto begun = std::chrono::steady_clock::now();
  for (const std::string& text : texts) work(text);
  const std::chrono::duration<double, std::micro> spent = std::chrono::steady_clock::now() - begun;
  return spent.count() / static_cast<double>(texts.size());
}

}  // namespace

int main() {
  std::vector<std::string> texts;
  std::size_t bytes = 0;
  for (int i = 0; i < kFiles; ++i) {
    texts.push_back(migration_text(i));
    bytes += texts.back().size();
  }
  std::size_t findings = 0;
  std::size_t statements = 0;
  const double parsed = microseconds_per_file(texts, [&](const std::string& text) {
    const sql::Script script(text);
    for (std::size_t i = 0; i < script.statements().size(); ++i) statements += script.tree(i).present() ? 1 : 0;
  });
  const double linted = microseconds_per_file(texts, [&](const std::string& text) {
    findings += lint::lint_migration_file("db/migrations/001_x.sql", text, {}).findings.size();
  });
  std::printf("%d files of %zu bytes: %zu statements, %zu findings\n", kFiles, bytes / kFiles, statements, findings);
  std::printf("parse and tree  %8.1f us a file\n", parsed);
  std::printf("lint            %8.1f us a file (%.2f x the parser)\n", linted, linted / parsed);
  return statements == 0 ? 1 : 0;
}
