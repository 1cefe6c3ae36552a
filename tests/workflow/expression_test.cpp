#include "workflow/expression.h"

#include <doctest/doctest.h>

#include "workflow/code.h"

using namespace kairon;
using workflow::Code;
using workflow::Workflow;

namespace {

std::string parts_of(std::string_view text) {
  std::string shown;
  for (const auto& part : workflow::split_expression(text)) {
    shown += "[" + std::string(text.substr(part.begin, part.end - part.begin)) + (part.closed ? "]" : "");
  }
  return shown;
}

Workflow make(std::string_view parameters, std::string_view type = "set") {
  auto parsed = json::Document::parse(R"({"connections":{},"nodes":[{"name":"N","type":"n8n-nodes-base.)" +
                                      std::string(type) + R"(","parameters":)" + std::string(parameters) + "}]}");
  REQUIRE(parsed.document);
  return {std::move(parsed.document), "W.json"};
}

std::string references_of(std::string_view parameters, std::string_view type = "set") {
  const Workflow workflow = make(parameters, type);
  const Code code(workflow);
  std::string names;
  for (const auto& reference : code.references()) names += reference.name + "|";
  return names;
}

}  // namespace

TEST_CASE("split_expression cuts where n8n cuts") {
  CHECK(parts_of("={{ $json.a }}") == "[ $json.a ]");
  CHECK(parts_of("=a {{ b }} c {{ d }} e") == "[ b ][ d ]");
  CHECK(parts_of("={{ '}}' }}") == "[ ']");
  CHECK(parts_of("={{ {a: {b: 1}} }}") == "[ {a: {b: 1]");
  CHECK(parts_of("=\\{{ no }} {{ yes }}") == "[ yes ]");
  CHECK(parts_of("=\\\\{{ yes }}") == "[ yes ]");
  CHECK(parts_of("={{ a \\}} b }}") == "[ a \\}} b ]");
  CHECK(parts_of("={{ open") == "[ open");
  CHECK(parts_of("={{{ a }}}") == "[{ a ]");
  CHECK(parts_of("=text") == "");
  CHECK(parts_of("={{") == "");
  CHECK(parts_of("={{}}") == "[]");
}

TEST_CASE("references in every form and quote") {
  CHECK(references_of(
            R"js({"a":"={{ $('A').item.json.x }}","b":"={{ $(\"B\").all() }}","c":"={{ $(`C`).first() }}"})js") ==
        "A|B|C|");
  CHECK(
      references_of(
          R"js({"a":"={{ $node[\"A\"].json }}","b":"={{ $node.B.json }}","c":"={{ $items('C') }}","d":["={{ $node['D'] }}"]})js") ==
      "A|B|C|D|");
  CHECK(references_of(R"js({"a":"={{ $('It\\'s \\u00fc').item }}"})js") == "It's \xC3\xBC|");
  CHECK(references_of(R"js({"a":"text $('A')","b":"={{ \"$('B')\" }}","c":"={{ 1 /* $('C') */ }}"})js") == "");
}

TEST_CASE("references in Code") {
  CHECK(references_of(R"js({"jsCode":"const n = 'A';\nreturn $(n).first(); // $('B')"})js", "code") == "A|");
  CHECK(references_of(R"js({"jsCode":"const $ = require('cheerio').load('');\nreturn $('B').text();"})js", "code") ==
        "");
  CHECK(references_of(R"js({"jsCode":"return $('B').first();","language":"python"})js", "code") == "");
  CHECK(references_of(R"js({"functionCode":"return $items(`A`);"})js", "function") == "A|");
}

TEST_CASE("texts that the node resolves itself") {
  CHECK(references_of(R"js({"query":"SELECT {{ $('A').item.json.x }}"})js", "postgres") == "A|");
  CHECK(references_of(R"js({"query":"SELECT {{ $('A').item.json.x }}"})js", "snowflakeTool") == "A|");
  CHECK(references_of(R"js({"query":"SELECT {{ $('A').item.json.x }}"})js", "set") == "");
  CHECK(references_of(R"js({"html":"<b>{{ $('A').item.json.x }}</b>"})js", "html") == "A|");
}

TEST_CASE("a piece knows where it stands") {
  const Workflow workflow = make(R"js({"a":"=x\n\"{{ $json.b }}"})js");
  const Code code(workflow);
  REQUIRE(code.pieces().size() == 1);
  const auto& piece = code.pieces()[0];
  CHECK(piece.script.expression().text() == "$json.b");
  CHECK(piece.string.string().substr(piece.offset_of(piece.script.expression()), 7) == "$json.b");
  CHECK_FALSE(piece.is_whole_value());
}

TEST_CASE("modes of a Code node") {
  const auto kind = [](std::string_view parameters, std::string_view type) {
    const Workflow workflow = make(parameters, type);
    return Code(workflow).pieces().at(0).kind;
  };
  CHECK(kind(R"({"jsCode":"return 1"})", "code") == workflow::CodeKind::code_all);
  CHECK(kind(R"({"jsCode":"return 1","mode":"runOnceForEachItem"})", "code") == workflow::CodeKind::code_each);
  CHECK(kind(R"({"functionCode":"return 1"})", "functionItem") == workflow::CodeKind::function_item);
}

TEST_CASE("environment variables") {
  const Workflow workflow = make(R"js({"a":"={{ $env.KEY + $env['OTHER'] + $json.env.NOT }}"})js");
  const Code code(workflow);
  REQUIRE(code.variables().size() == 2);
  CHECK(code.variables()[0].name == "KEY");
  CHECK(code.variables()[1].name == "OTHER");
}
