// Files that nobody writes by hand are an error instead of minutes of work; their secrets are found all the same.
#include <doctest/doctest.h>

#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "lint/check.h"
#include "lint/migration_lint.h"
#include "lint/support/search.h"
#include "lint/support/secrets.h"
#include "sql/work.h"

using namespace kairon;
using lint::Finding;

namespace {

std::string repeated(std::size_t times, const std::string& unit) {
  std::string out;
  out.reserve(times * unit.size());
  for (std::size_t i = 0; i < times; ++i) out += unit;
  return out;
}

/// Put together here, so that this file holds none.
const std::string kToken = std::string("gh") + "p_" + "q7Rk2Vb9Xc4Nd8Ls1Wm6" + "Tz3Hy5Jf0Gp2Ke7A";

bool has(const std::vector<Finding>& findings, std::string_view rule, std::string_view message = "") {
  return std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
    return finding.rule == rule && finding.severity == lint::Severity::error &&
           text::contains(finding.message.text, message);
  });
}

std::vector<Finding> judged(std::size_t nodes, const std::string& more, const std::string& name = "N{}") {
  std::string text = R"({"name":"W","nodes":[)";
  for (std::size_t i = 0; i < nodes; ++i)
    text += kairon::format(R"({}{{"id":"{}","name":"{}","type":"n8n-nodes-base.noOp","typeVersion":1,"position":[0,0],)"
                           R"("parameters":{{{}}}}})",
                           i == 0 ? "" : ",", i, text::replace_all(name, "{}", std::to_string(i)), i == 0 ? more : "");
  return lint::check_workflow(text + R"(],"connections":{},"settings":{},"active":false})", "n8n-workflows/W.json")
      .findings;
}

}  // namespace

TEST_CASE("work of SQL is counted in tokens, statements and bodies") {
  CHECK_FALSE(sql::is_laborious("SELECT 1;"));
  CHECK_FALSE(sql::is_laborious(repeated(120'000, "SELECT 1;")));
  CHECK(sql::is_laborious(repeated(130'000, "SELECT 1;")));
  CHECK_FALSE(sql::is_laborious("SELECT '" + repeated(5'000'000, "a") + "';"));
  CHECK(sql::is_laborious(repeated((16U << 20U) + 1, "-")));
  CHECK(sql::is_laborious("DO $$" + repeated(5'000'000, "a") + "$$;"));
}

TEST_CASE("a migration that is too much work is an error, and its secrets are found") {
  const std::string rows = repeated(300'000, "(1),\n");
  const auto found =
      lint::lint_migration_file("db/migrations/001_x.sql", "INSERT INTO t VALUES\n" + rows + "('" + kToken + "');", {})
          .findings;
  CHECK(found.size() == 2);
  CHECK(has(found, "migration/not-judged", "more than a million"));
  CHECK(has(found, "secret/github"));
  CHECK(found.back().line == 300'002);
  CHECK(found.back().column == 3);
}

TEST_CASE("a workflow that is too large is an error, and its secrets are found") {
  CHECK_FALSE(has(judged(5000, ""), "json/shape"));
  const auto many = judged(5001, "\"token\":\"" + kToken + "\"");
  CHECK(has(many, "json/shape", "not judged"));
  CHECK(has(many, "secret/github"));
  CHECK(has(judged(1, "", repeated(1001, "x")), "json/shape", "not judged"));
  CHECK(has(judged(1, "\"v\":\"=" + repeated(10'001, "{{ $json.a }}") + "\""), "json/shape", "not judged"));
  CHECK_FALSE(has(judged(1, "\"v\":\"=" + repeated(9'000, "{{ $json.a }}") + "\""), "json/shape", "not judged"));
}

TEST_CASE("a workflow of too much SQL is an error") {
  const auto with_query = [](std::size_t statements) {
    return judged(1, "\"query\":\"" + repeated(statements, "SELECT 1;") + "\"");
  };
  CHECK_FALSE(has(with_query(200'000), "json/shape", "not judged"));
  CHECK(has(with_query(250'000), "json/shape", "not judged"));
}

TEST_CASE("a workflow of too many connections is an error") {
  const auto connected = [](std::size_t edges) {
    const std::string node = R"({"id":"{}","name":"{}","type":"n8n-nodes-base.noOp","typeVersion":1,"position":[0,0]})";
    const std::string edge = R"({"node":"B","type":"main","index":0})";
    return lint::check_workflow(R"({"name":"W","nodes":[)" + text::replace_all(node, "{}", "A") + "," +
                                    text::replace_all(node, "{}", "B") + R"(],"connections":{"A":{"main":[[)" +
                                    repeated(edges - 1, edge + ",") + edge + "]]}}}",
                                "n8n-workflows/W.json")
        .findings;
  };
  CHECK_FALSE(has(connected(20'000), "json/shape", "not judged"));
  CHECK(has(connected(20'001), "json/shape", "not judged"));
}

TEST_CASE("a JSON text of too many values is an error, and its secrets are found") {
  const auto rows = [](std::size_t count) {
    return lint::check_workflow("[" + repeated(count, "1,") + "\"" + kToken + "\"]", "n8n-workflows/W.json").findings;
  };
  CHECK_FALSE(has(rows(1'400'000), "json/shape", "more than 1.5 million"));
  const auto many = rows(1'600'000);
  CHECK(many.size() == 2);
  CHECK(has(many, "json/shape", "more than 1.5 million"));
  CHECK(has(many, "secret/github"));
}

TEST_CASE("pieces of a thousand secrets are taken out of a thousand findings") {
  std::vector<std::string> secrets;
  std::vector<Finding> findings(1000);
  for (std::size_t i = 0; i < findings.size(); ++i) {
    secrets.push_back(kairon::format("s{:04}-0123456789-{:04}", i, i));
    findings[i].message.text = "in " + secrets.back().substr(6) + " and more " + repeated(200, "words ");
  }
  secrets.emplace_back("short");
  findings[0].message.remedy = "not short, shorten";
  lint::hide_secrets(secrets, findings);
  CHECK(findings[7].message.text.starts_with("in ... and more words"));
  CHECK(findings[0].message.remedy == "not s..., s...en");
}

TEST_CASE("of one rule and one file a thousand findings are told, and that there are more") {
  const auto found =
      lint::lint_migration_file("db/migrations/001_x.sql", repeated(3000, "DROP TABLE t;\n"), {}).findings;
  const auto drops = std::count_if(found.begin(), found.end(),
                                   [](const Finding& finding) { return finding.rule == "migration/ban-drop-table"; });
  CHECK(drops == 1000);
  const auto last = std::find_if(found.rbegin(), found.rend(),
                                 [](const Finding& finding) { return finding.rule == "migration/ban-drop-table"; });
  CHECK(text::contains(last->message.text, "there are more in this file"));
  CHECK(lint::search_bytes(repeated(3000, kToken + "\n"), "a.txt").size() == 1000);
}

TEST_CASE("positions in one long line and in many short ones") {
  std::string text = "\xC3\xBC " + kToken + " " + repeated(100'000, "\xC3\xA4") + " " + kToken;
  auto found = lint::search_bytes(text, "a.txt");
  REQUIRE(found.size() == 2);
  CHECK(found[0].column == 3);
  CHECK(found[1].column == 3 + 40 + 1 + 100'000 + 1);
  found = lint::search_bytes("a\n" + text + "\n  " + kToken, "a.txt");
  REQUIRE(found.size() == 3);
  CHECK(found[1].line == 2);
  CHECK(found[1].column == 3 + 40 + 1 + 100'000 + 1);
  CHECK(found[2].line == 3);
  CHECK(found[2].column == 3);
  text = "-- kairon: allow secret/github revoked\n" + kToken + "\n\n\n" + kToken;
  found = lint::search_bytes(text, "a.txt");
  REQUIRE(found.size() == 1);
  CHECK(found[0].line == 5);
}
