#include <doctest/doctest.h>

#include "base/hash.h"
#include "diff/render.h"
#include "diff/support.h"

namespace kairon {
namespace {

using test::compared;
using test::node;
using test::workflow;

std::string text_of(diff::FileDiff file, diff::Moves moves = diff::Moves::counted) {
  diff::DiffReport report;
  report.moves = moves;
  report.files.push_back(std::move(file));
  return diff::to_text(report, terminal::Channel::out);
}

TEST_CASE("to_text: nodes, parameters by path, connections, and what is reached") {
  const std::string before =
      workflow({node("a", "Order In", "webhook", R"({"path":"orders"})"),
                node("b", "Parse And Split", "code", R"({"jsCode":"const o = $json.order;\nreturn o.lines;"})"),
                node("c", "Store", "postgres",
                     R"j({"operation":"executeQuery","query":"insert into traces(order_id) values ($1)"})j"),
                node("d", "Notify", "discord")},
               {"Order In>Parse And Split", "Parse And Split>Store", "Store>Notify"});
  const std::string after =
      workflow({node("a", "Order In", "webhook", R"({"path":"orders"})"),
                node("b", "Parse Answer", "code", R"({"jsCode":"const o = $json.order;\nreturn o.skus;"})"),
                node("c", "Store", "postgres",
                     R"j({"operation":"executeQuery","query":"insert into traces(order_id, sku) values ($1, $2)"})j"),
                node("d", "Notify", "discord", "{}", "[0, 80]"), node("e", "Split Lines", "code", R"({"jsCode":"x"})")},
               {"Order In>Parse Answer", "Parse Answer>Store", "Store>Split Lines", "Split Lines>Notify"});
  CHECK(text_of(compared(before, after), diff::Moves::shown) == R"(n8n-workflows/W.json  "W"  4 -> 5 nodes
  1 node added, 1 renamed and changed, 1 changed, 1 moved; 2 connections added, 1 removed

  > Parse And Split -> Parse Answer  (code)
      jsCode
       const o = $json.order;
      -return o.lines;
      +return o.skus;
  ~ Store  (postgres)
      query
      -insert into traces(order_id) values ($1)
      +insert into traces(order_id, sku) values ($1, $2)
  . Notify  (discord)  moved 0,+80
  + Split Lines  (code)
      jsCode
      +x

  connections
  + Store -> Split Lines
  + Split Lines -> Notify
  - Store -> Notify

  reaches now: table insert traces(order_id, sku)
  no longer reaches: table insert traces(order_id)
)");
}

TEST_CASE("to_text: a rename alone reports no connection") {
  const std::string out = text_of(compared(workflow({node("a", "A", "set"), node("b", "B", "set")}, {"A>B"}),
                                           workflow({node("a", "A2", "set"), node("b", "B", "set")}, {"A2>B"})));
  CHECK(text::contains(out, "1 node renamed\n"));
  CHECK_FALSE(text::contains(out, "connection"));
}

TEST_CASE("to_text: credentials are named, and an id alone is said to be one") {
  const auto with = [](std::string_view credential) {
    return workflow({format(R"({{"id":"a","name":"A","type":"n8n-nodes-base.postgres","parameters":{{}},)"
                            R"("credentials":{{"postgres":{}}}}})",
                            credential)});
  };
  const std::string other = text_of(compared(with(R"({"id":"1","name":"Test"})"), with(R"({"id":"2","name":"Live"})")));
  CHECK(text::contains(other, "      credential postgres\n      -Test\n      +Live\n"));
  CHECK(text::contains(other, "reaches now: credential Live (postgres)"));
  const std::string same = text_of(compared(with(R"({"id":"1","name":"Test"})"), with(R"({"id":"2","name":"Test"})")));
  CHECK(text::contains(same, "       Test (another id)\n"));
}

TEST_CASE("to_text: settings, webhooks, schedules, calls and hosts") {
  const std::string out = text_of(compared(
      workflow({node("a", "A", "webhook", R"({"path":"old"})"),
                node("h", "H", "httpRequest", R"({"url":"https://a.example/x"})")}),
      workflow(
          {node("a", "A", "webhook", R"({"path":"new","httpMethod":"POST"})"),
           node("h", "H", "httpRequest", R"({"url":"=https://b.example/{{ $json.x }}"})"),
           node("s", "S", "scheduleTrigger", R"({"rule":{"interval":[{"field":"minutes","minutesInterval":5}]}})")},
          {}, R"(,"settings":{"executionOrder":"v1"})")));
  CHECK(text::contains(out, "  settings\n    settings.executionOrder\n    +v1\n"));
  CHECK(text::contains(out, "reaches now: host b.example; webhook POST /new; schedule every 5 minutes"));
  CHECK(text::contains(out, "no longer reaches: host a.example; webhook GET /old"));
}

TEST_CASE("to_text: calls and schedules of old nodes") {
  const std::string out =
      text_of(compared(workflow({node("c", "C", "executeWorkflow", R"({"workflowId":"12"})"),
                                 node("s", "S", "cron", R"({"cronExpression":"0 2 * * *","timezone":"UTC"})")}),
                       workflow({node("c", "C", "executeWorkflow", R"({"workflowId":"13"})"),
                                 node("s", "S", "cron", R"({"cronExpression":"0 3 * * *","timezone":"UTC"})")})));
  CHECK(text::contains(out, "  reaches now: workflow id 13; schedule cron 0 3 * * *\n"));
  CHECK(text::contains(out, "no longer reaches: workflow id 12; schedule cron 0 2 * * *\n"));
}

TEST_CASE("to_text: one side that is not a workflow is shown as text") {
  const std::string good = workflow({node("a", "A", "set")});
  const std::string broken = text_of(compared(good, good.substr(0, good.size() - 1) + "\n!"));
  CHECK(text::contains(broken, "after: invalid JSON in line 2"));
  CHECK(text::contains(broken, "  +!"));
  CHECK(text::contains(text_of(compared(good, "[]")), "not a workflow: 'nodes' or 'connections' is missing"));
  const std::string binary = text_of(compared(good, std::string("\0\x01\xff", 3)));
  CHECK(text::contains(binary, "binary content"));
  CHECK(text_of(compared("", "")).starts_with("n8n-workflows/W.json"));
}

TEST_CASE("to_text: names drive no terminal and reorder nothing") {
  const std::string out = text_of(
      compared(workflow({node("a", "A", "set")}), workflow({node("a", "\\u001b[2J\\u202eevil\\n\\u0007", "set")})));
  CHECK(text::contains(out, "A -> \\x1b[2J\\u202eevil \\x07  (set)"));
}

TEST_CASE("to_text: a migration shows its statements with their locks") {
  const std::string sql =
      "BEGIN;\n-- a note\nALTER TABLE orders\n  ADD COLUMN note text;\n"
      "CREATE INDEX CONCURRENTLY i ON orders (note);\nCOMMIT;\n";
  diff::FileDiff file = diff::diff_file(std::nullopt, diff::FileVersion{"db/migrations/002_note.sql", sql});
  CHECK(text_of(std::move(file)) == R"(db/migrations/002_note.sql  new
  + ALTER TABLE orders ADD COLUMN note text  (ACCESS EXCLUSIVE on orders)
  + CREATE INDEX CONCURRENTLY i ON orders (note)  (SHARE UPDATE EXCLUSIVE on orders)
)");
}

TEST_CASE("to_text: what the last trial saw of this very migration, and of no other") {
  const std::string sql = "ALTER TABLE orders ADD COLUMN note text;\n";
  std::vector<diff::FileDiff> files;
  files.push_back(diff::diff_file(std::nullopt, diff::FileVersion{"db/migrations/002_note.sql", sql}));
  trial::LastTrial last;
  trial::TriedMigration tried{
      "db/migrations/002_note.sql", "another", 3.25, {"ACCESS EXCLUSIVE on orders"}, {"+ column orders.note text"}};
  last.migrations.push_back(tried);
  diff::add_trials(last, files);
  CHECK_FALSE(files.front().tried);
  last.migrations.front().sha256 = hash::sha256(sql);
  diff::add_trials(last, files);
  const std::string out = text_of(std::move(files.front()));
  CHECK(
      text::contains(out, "  schema\n  + column orders.note text\n  last trial: 3.2 ms; ACCESS EXCLUSIVE on orders\n"));
}

TEST_CASE("summary_line: one line for a changed workflow") {
  CHECK(diff::summary_line(compared(workflow({node("a", "A", "set")}),
                                    workflow({node("a", "A", "set"), node("b", "B", "set")}, {"A>B"}))) ==
        "W: 1 node added; 1 connection added");
  CHECK(diff::summary_line(
            diff::diff_file(std::nullopt, diff::FileVersion{"x/W.json", workflow({node("a", "A", "set")})})) ==
        "W: new workflow, 1 node, 0 connections");
  CHECK(diff::summary_line(
            diff::diff_file(std::nullopt, diff::FileVersion{"In/Out", workflow({node("a", "A", "set")})}), "In/Out") ==
        "In/Out: new workflow, 1 node, 0 connections");
}

TEST_CASE("to_text: an output has the name that n8n's editor shows") {
  const auto linked = [](std::string_view outputs) {
    return format(R"({{"name":"W","nodes":[{},{},{}],"connections":{{"Has Text":{{"main":[{}]}}}}}})",
                  node("a", "Has Text", "if"), node("b", "Yes", "noOp"), node("c", "No", "noOp"), outputs);
  };
  const std::string yes = R"([{"node":"Yes","type":"main","index":0}])";
  const std::string no = R"([{"node":"No","type":"main","index":0}])";
  const std::string text = text_of(compared(linked("[]," + no), linked(yes)));
  CHECK(text.find("  + Has Text (true) -> Yes\n") != std::string::npos);
  CHECK(text.find("  - Has Text (false) -> No\n") != std::string::npos);
}

}  // namespace
}  // namespace kairon
