#include "diff/file_diff.h"

#include <doctest/doctest.h>

#include "diff/support.h"

namespace kairon {
namespace {

using diff::FileVersion;
using test::node;
using test::workflow;

TEST_CASE("match_files: a renamed file is one file") {
  const std::string one = workflow({node("a", "A", "set"), node("b", "B", "set"), node("c", "C", "set")});
  const std::string edited = workflow({node("a", "A", "set"), node("b", "B", "set"), node("d", "D", "set")});
  CHECK(diff::match_files({{"x.json", one}}, {{"y.json", one}}) == std::vector<std::size_t>{0});
  CHECK(diff::match_files({{"x.json", one}}, {{"y.json", edited}}) == std::vector<std::size_t>{0});
  CHECK(diff::match_files({{"x.json", one}}, {{"y.sql", one}}) == std::vector<std::size_t>{diff::kNone});
  CHECK(diff::match_files({{"x.json", "{"}}, {{"y.json", "["}}) == std::vector<std::size_t>{diff::kNone});
}

TEST_CASE("compare_findings: what is new, what is gone, and a renamed node keeps its findings") {
  const diff::FileDiff file = test::compared(workflow({node("a", "Old", "set")}), workflow({node("a", "New", "set")}));
  lint::Finding finding;
  finding.rule = "node/unreachable";
  finding.node = "Old";
  finding.message.text = "'Old' is unreachable";
  lint::Finding renamed = finding;
  renamed.node = "New";
  renamed.message.text = "'New' is unreachable";
  renamed.line = 99;
  CHECK(diff::compare_findings({finding}, {renamed}, file.workflow.get()).differences.empty());
  // The name as part of what a message cites is not the node.
  finding.message.text = "'Old' does not parse: unexpected `Old x`";
  renamed.message.text = "'New' does not parse: unexpected `Old x`";
  CHECK(diff::compare_findings({finding}, {renamed}, file.workflow.get()).differences.empty());
  const diff::Verdicts gone = diff::compare_findings({finding}, {}, file.workflow.get());
  REQUIRE(gone.differences.size() == 1);
  CHECK(gone.differences.front().state == diff::State::removed);
  CHECK(gone.errors_before == 1);
  CHECK(gone.errors_after == 0);
}

TEST_CASE("FileDiff::empty: n8n's own fields and the order of members are not a change") {
  CHECK(test::compared(workflow({node("a", "A", "set")}, {}, R"(,"versionId":"1")"),
                       workflow({node("b", "A", "set")}, {}, R"(,"versionId":"2")"))
            .empty());
  CHECK_FALSE(test::compared(workflow({node("a", "A", "set")}), workflow({node("a", "B", "set")})).empty());
}

}  // namespace
}  // namespace kairon
