#include "catalogue/parameters.h"

#include <doctest/doctest.h>

#include "base/format.h"
#include "base/text.h"
#include "support/fixture_catalogue.h"

using namespace kairon;
using catalogue::Parameter;

namespace {

/// One node read against the fixture.
struct Reading {
  Reading(std::string_view type, double version, std::string_view parameters)
      : document(
            json::Document::parse(format(R"({{"typeVersion":{},"parameters":{}}})", version, parameters)).document) {
    REQUIRE(document);
    found = catalogue::match(test::fixture_catalogue(), "n8n-nodes-base." + std::string(type), version);
    REQUIRE(found.kind == catalogue::Match::Kind::found);
  }

  std::string unknown() const {
    std::vector<std::string> paths;
    for (const Parameter& one : catalogue::read_parameters(found, document->root()))
      if (one.known != Parameter::Known::yes)
        paths.push_back(one.path + (one.refuses ? "!" : "") +
                        (one.known == Parameter::Known::other_version ? "@" : ""));
    return text::join(paths, " ");
  }

  /// Parameters that n8n shows or may show.
  std::string shown() const {
    std::vector<std::string> paths;
    for (const Parameter& one : catalogue::read_parameters(found, document->root()))
      if (!one.descriptions.empty()) paths.push_back(format("{}:{}", one.path, one.descriptions.size()));
    return text::join(paths, " ");
  }

  std::string missing() const {
    std::vector<std::string> paths;
    for (const auto& one : catalogue::missing_parameters(found, document->root())) paths.push_back(one.path);
    return text::join(paths, " ");
  }

  std::unique_ptr<json::Document> document;
  catalogue::Match found;
};

std::string unknown(std::string_view type, double version, std::string_view parameters) {
  return Reading(type, version, parameters).unknown();
}
std::string shown(std::string_view type, double version, std::string_view parameters) {
  return Reading(type, version, parameters).shown();
}
std::string missing(std::string_view type, double version, std::string_view parameters) {
  return Reading(type, version, parameters).missing();
}

}  // namespace

TEST_CASE("unknown parameters, options and groups are found at every depth") {
  CHECK(unknown("postgres", 2.4, R"({"operation":"executeQuery","options":{"queryReplacement":"a"}})").empty());
  CHECK(unknown("postgres", 2.4, R"({"options":{"values":"a","queryBatching":"single"},"nope":1})") ==
        "options.values nope");
  CHECK(unknown("postgres", 1, R"({"query":"a","options":{}})") == "options");
  CHECK(unknown("set", 2, R"({"values":{"string":[{"name":"a","valeu":"b"}],"date":[{}]}})") ==
        "values.string[0].valeu values.date!");
  CHECK(unknown("set", 2, R"({"values":{"date":[]}})") == "values.date");
  CHECK(unknown("discord", 2, R"({"extra":{"style":{"look":{"color":"red","size":1},"sound":{}}}})") ==
        "extra.style.look.size extra.style.sound");
  CHECK(unknown("noOp", 1, "{}").empty());
  CHECK(unknown("noOp", 1, "[1]").empty());
}

TEST_CASE("a parameter of another version of the node is told apart") {
  CHECK(unknown("set", 3.4, R"({"fields":{"values":[]}})") == "fields@");
  CHECK(unknown("set", 3.2, R"({"fields":{"values":[]}})").empty());
  CHECK(unknown("set", 3.2, R"({"assignments":{}, "includeOtherFields":true})") == "assignments@ includeOtherFields@");
  CHECK(unknown("set", 3.3, R"({"assignments":{}, "includeOtherFields":true})").empty());
  CHECK(unknown("code", 1, R"({"language":"python"})") == "language@");
}

TEST_CASE("only what n8n shows is described") {
  CHECK(shown("discord", 2, R"({"operation":"send"})") == "operation:1");
  CHECK(shown("discord", 2, R"({"resource":"member","limit":5})") == "resource:1 limit:1");
  CHECK(shown("discord", 2, R"({"resource":"message","limit":5})") == "resource:1");
  CHECK(shown("postgres", 2, R"({"operation":"insert","query":"a"})") == "operation:1");
  // The default of `operation` decides when the file does not say.
  CHECK(shown("postgres", 2, R"({"query":"a","columns":["a"]})") == "columns:1");
  // `/operation` looks at the node from inside a collection.
  CHECK(shown("postgres", 2, R"({"options":{"queryReplacement":"a"}})") == "options:1");
  CHECK(shown("postgres", 2, R"({"operation":"executeQuery","options":{"queryReplacement":"a"}})") ==
        "operation:1 options:1 options.queryReplacement:1");
}

TEST_CASE("conditions are compared as n8n compares them") {
  CHECK(shown("switch", 3, R"({"mode":"expression","numberOutputs":2,"span":1})") == "mode:1 numberOutputs:1 span:1");
  CHECK(shown("switch", 3, R"({"mode":"expression","numberOutputs":6,"span":1})") == "mode:1 numberOutputs:1");
  CHECK(shown("switch", 3, R"({"mode":"rules","numberOutputs":2,"span":1})") == "mode:1");
  // "2" is a text for n8n; whether it counts as 2 is left open.
  CHECK(shown("switch", 3, R"({"mode":"expression","numberOutputs":"2","span":1})") == "mode:1 numberOutputs:1 span:1");
}

TEST_CASE("an expression leaves every branch open") {
  CHECK(shown("discord", 2, R"({"resource":"={{ $json.r }}","operation":"send"})") == "resource:1");
  CHECK(shown("switch", 3, R"({"mode":"={{ $json.m }}","numberOutputs":2})") == "mode:1 numberOutputs:1");
  CHECK(missing("switch", 3, R"({"mode":"={{ $json.m }}","rules":{"values":[{"renameOutput":true}]}})").empty());
  // `late` looks into a collection: left open.
  CHECK(shown("switch", 3, R"({"late":"x"})") == "late:1");
}

TEST_CASE("required parameters are missing only where n8n shows them") {
  CHECK(missing("postgres", 2.4, R"({"operation":"executeQuery"})") == "query");
  CHECK(missing("postgres", 2.4, R"({"operation":"executeQuery","query":""})") == "query");
  CHECK(missing("postgres", 2.4, R"({"operation":"executeQuery","query":null})") == "query");
  CHECK(missing("postgres", 2.4, R"({"operation":"executeQuery","query":"="})").empty());
  CHECK(missing("postgres", 2.4, R"({"operation":"executeQuery","query":"SELECT 1"})").empty());
  CHECK(missing("postgres", 2.4, "{}") == "table");
  CHECK(missing("postgres", 2.4, R"({"table":{"__rl":true,"mode":"list","value":""}})") == "table");
  CHECK(missing("postgres", 2.4, R"({"table":{"__rl":true,"mode":"list","value":0}})").empty());
  CHECK(missing("postgres", 2.4, R"({"table":{"__rl":true,"mode":"name","value":"t"}})").empty());
  CHECK(missing("discord", 2, "{}") == "channel text");
  CHECK(missing("discord", 2, R"({"channel":"c","operation":"remove"})").empty());
  CHECK(missing("discord", 2, R"({"resource":"member"})").empty());
}

TEST_CASE("entries of a fixedCollection have required parameters of their own") {
  CHECK(missing("switch", 3, R"({"rules":{"values":[{"renameOutput":true},{"renameOutput":false}]}})") ==
        "rules.values[0].outputKey");
  CHECK(missing("switch", 3, R"({"rules":{"values":[{"renameOutput":true,"outputKey":"a"}]}})").empty());
  CHECK(missing("switch", 3, R"({"mode":"expression","rules":{"values":[{"renameOutput":true}]}})").empty());
}

TEST_CASE("values of the wrong type do no harm") {
  for (const char* odd : {"{\"rules\":7}", "{\"rules\":{\"values\":{}}}", "{\"rules\":{\"values\":[1,null,[]]}}",
                          "{\"options\":[1]}", "{\"options\":null}", "{\"rules\":[]}", "null", "7"}) {
    CAPTURE(odd);
    CHECK(unknown("switch", 3, odd).empty());
    CHECK(missing("switch", 3, odd).empty());
  }
}
