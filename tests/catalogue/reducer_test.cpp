#include "catalogue/reducer.h"

#include <doctest/doctest.h>

#include "support/fixture_catalogue.h"

using namespace kairon;
using catalogue::match;
using catalogue::Match;
using catalogue::PropertyType;
using test::fixture_catalogue;

namespace {

Match::Kind kind(std::string_view type, std::optional<double> version) {
  return match(fixture_catalogue(), type, version).kind;
}

std::string why_not(std::string text, std::string package = "n8n-nodes-base") {
  const auto index = catalogue::reduce({{std::move(package), std::move(text)}}, "1");
  return index.ok() ? "" : index.failure().text;
}

}  // namespace

TEST_CASE("types are found by their full name, whatever their order was") {
  CHECK(fixture_catalogue().version() == "1.0.0-fixture");
  CHECK(fixture_catalogue().type_count() == 8);
  for (const char* name :
       {"code", "discord", "manualTrigger", "noOp", "postgres", "rssFeedReadTrigger", "set", "switch"})
    CHECK(kind("n8n-nodes-base." + std::string(name), std::nullopt) == Match::Kind::found);
  CHECK(kind("set", 3) == Match::Kind::unknown_type);
  CHECK(kind("n8n-nodes-base.zzz", 1) == Match::Kind::unknown_type);
  CHECK(kind("", 1) == Match::Kind::unknown_type);
}

TEST_CASE("a versioned type knows its versions, an unversioned one takes any") {
  const auto set = [](std::optional<double> version) {
    return match(fixture_catalogue(), "n8n-nodes-base.set", version);
  };
  CHECK(set(2).description->properties().contains("keepOnlySet"));
  CHECK(set(3.3).description->properties().contains("assignments"));
  CHECK(set(std::nullopt).description->properties().contains("assignments"));
  CHECK(set(0).kind == Match::Kind::found);
  CHECK(set(2.5).kind == Match::Kind::unknown_version);
  CHECK(set(2.5).type->name() == "n8n-nodes-base.set");
  CHECK(kind("n8n-nodes-base.code", 99) == Match::Kind::found);
}

TEST_CASE("a type with one description is versioned when its source says so") {
  const std::string text = R"([{"name":"a","version":[1],"properties":[],"inputs":[],"outputs":[],"group":[]}])";
  for (const bool told : {false, true}) {
    catalogue::NodesJson source{"p", text};
    if (told) source.versioned.insert("p.a");
    const auto index = catalogue::reduce({source}, "1");
    REQUIRE(index.ok());
    const auto opened = test::open_index(*index);
    REQUIRE(opened.ok());
    CHECK(match(**opened, "p.a", 7).kind == (told ? Match::Kind::unknown_version : Match::Kind::found));
  }
}

TEST_CASE("tool variants follow from usableAsTool of that version") {
  CHECK(kind("n8n-nodes-base.discordTool", 2) == Match::Kind::found);
  CHECK(match(fixture_catalogue(), "n8n-nodes-base.discordTool", 2).tool);
  CHECK_FALSE(match(fixture_catalogue(), "n8n-nodes-base.discord", 2).tool);
  CHECK(kind("n8n-nodes-base.postgresTool", 2.4) == Match::Kind::found);
  CHECK(kind("n8n-nodes-base.postgresTool", 1) == Match::Kind::no_tool);
  CHECK(kind("n8n-nodes-base.noOpTool", 1) == Match::Kind::no_tool);
  CHECK(kind("n8n-nodes-base.zzzTool", 1) == Match::Kind::unknown_type);
}

TEST_CASE("what a running n8n serves gives the same catalogue") {
  const std::string served = R"([
    {"name":"n8n-nodes-base.a","version":1,"properties":[],"inputs":[],"outputs":[],"group":[],"usableAsTool":true},
    {"name":"n8n-nodes-base.aTool","version":1,"properties":[{"name":"toolDescription","type":"string"}],"inputs":[],"outputs":[],"group":[]},
    {"name":"n8n-nodes-base.ownTool","version":1,"properties":[],"inputs":[],"outputs":[],"group":[]}])";
  const auto index = catalogue::reduce({{"", served}}, "1");
  REQUIRE(index.ok());
  const auto opened = test::open_index(*index);
  REQUIRE(opened.ok());
  CHECK((*opened)->type_count() == 2);
  CHECK(match(**opened, "n8n-nodes-base.aTool", 1).tool);
  CHECK_FALSE(match(**opened, "n8n-nodes-base.ownTool", 1).tool);
}

TEST_CASE("descriptions keep flags, ends and parameters") {
  const auto& all = fixture_catalogue();
  const auto trigger = *match(all, "n8n-nodes-base.rssFeedReadTrigger", 1).description;
  CHECK(trigger.has(catalogue::layout::kTrigger));
  CHECK(trigger.has(catalogue::layout::kPolling));
  CHECK(trigger.inputs("main") == 0);
  CHECK(trigger.outputs("main") == 1);
  const auto router = *match(all, "n8n-nodes-base.switch", 3).description;
  CHECK_FALSE(router.has(catalogue::layout::kTrigger));
  CHECK(router.inputs("main") == 1);
  CHECK(router.inputs("ai_tool") == 0);
  CHECK(router.outputs("main") == std::nullopt);
  const auto table = match(all, "n8n-nodes-base.postgres", 2).description->properties();
  REQUIRE(table.size() == 5);
  CHECK(table.at(0).type() == PropertyType::options);
  CHECK(table.at(0).option_count() == 2);
  CHECK(table.at(0).option(1).string() == "executeQuery");
  CHECK(table.at(0).default_value().string() == "insert");
  CHECK(table.at(0).children().size() == 0);
  CHECK(table.at(1).has(catalogue::layout::kRequired));
  CHECK(table.at(1).display()["show"]["operation"].at(0).string() == "executeQuery");
  CHECK(table.at(2).mode_count() == 2);
  CHECK(table.at(2).mode(1) == "name");
  CHECK(table.at(4).children().size() == 2);
  CHECK(table.at(4).children().contains("queryReplacement"));
  CHECK_FALSE(table.at(4).children().contains("values"));
}

TEST_CASE("what is no nodes.json is refused with a reason") {
  CHECK(why_not("[{]").starts_with("no JSON"));
  CHECK(why_not("{}") == "no list of node descriptions");
  CHECK(why_not("[]") == "no list of node descriptions");
  CHECK(why_not("[{\"name\":1}]") == "no node description at line 1");
  CHECK(why_not(R"([{"name":"a","properties":[]}])", "") == "the type 'a' carries no package name");
  CHECK(why_not(R"([{"name":"a","properties":[]}])").empty());
  CHECK_FALSE(catalogue::reduce({}, "1").ok());
}
