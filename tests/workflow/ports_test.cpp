#include "workflow/ports.h"

#include <doctest/doctest.h>

#include <utility>

using namespace kairon;

namespace {

std::vector<std::string> names(const std::string& type, const std::string& version, const std::string& parameters,
                               std::size_t count, const std::string& rest = "") {
  auto parsed = json::Document::parse(R"({"name":"W","nodes":[{"name":"N","type":"n8n-nodes-base.)" + type +
                                      R"(","typeVersion":)" + version + R"(,"parameters":)" + parameters + rest +
                                      R"(}],"connections":{}})");
  REQUIRE(parsed.document);
  const workflow::Workflow workflow(std::move(parsed.document), "w/W.json");
  std::vector<std::string> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(workflow::output_name(*workflow.find("N"), i));
  return out;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("output_name is what n8n's editor shows") {
  CHECK(names("if", "2", "{}", 3) == Names{"true", "false", ""});
  CHECK(names("if", "2", "{}", 3, R"(,"onError":"continueErrorOutput")") == Names{"true", "false", "error"});
  CHECK(names("httpRequest", "4.2", "{}", 2, R"(,"onError":"continueErrorOutput")") == Names{"", "error"});
  CHECK(names("httpRequest", "4.2", "{}", 1) == Names{""});
  CHECK(names("splitInBatches", "3", "{}", 2) == Names{"done", "loop"});
  CHECK(names("splitInBatches", "2", "{}", 2) == Names{"loop", "done"});
  CHECK(names("splitInBatches", "1", "{}", 1) == Names{""});
  CHECK(names("compareDatasets", "2.3", "{}", 4) == Names{"In A only", "Same", "Different", "In B only"});
}

TEST_CASE("output_name of a Switch is its rule's name, where it has one") {
  const std::string rules = R"([{"outputKey":"todo","renameOutput":true},{"outputKey":"left over"},{}])";
  CHECK(names("switch", "3", R"({"rules":{"values":)" + rules + "}}", 3) == Names{"todo", "", ""});
  CHECK(names("switch", "3", R"({"rules":{"values":)" + rules + R"(},"options":{"fallbackOutput":"extra"}})", 4) ==
        Names{"todo", "", "", "Fallback"});
  CHECK(names("switch", "3",
              R"({"rules":{"values":[]},"options":{"fallbackOutput":"extra","renameFallbackOutput":"rest"}})",
              1) == Names{"rest"});
  CHECK(names("switch", "2", R"({"rules":{"rules":)" + rules + "}}", 2) == Names{"todo", "left over"});
  CHECK(names("switch", "1", "{}", 1) == Names{""});
  CHECK(names("switch", "3", R"({"mode":"expression"})", 1) == Names{""});
}
