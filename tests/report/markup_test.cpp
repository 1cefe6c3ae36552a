#include "report/markup.h"

#include <doctest/doctest.h>

namespace kairon {
namespace {

using namespace std::string_literals;

TEST_CASE("escape_markup: nothing ends an element or an attribute") {
  CHECK(report::escape_markup("<a href=\"x\" b='y'>&") == "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;");
  CHECK(report::escape_markup("a\x01\x1b\nb\t") == "a  \nb\t");
}

TEST_CASE("escape_mermaid: nothing ends a label or opens a directive") {
  CHECK(report::escape_mermaid("A\"]; x") == "A#34;#93;#59; x");
  CHECK(report::escape_mermaid("%%{init") == "#37;#37;#123;init");
  CHECK(report::escape_mermaid("Route_Event") == "Route_Event");
  CHECK(report::escape_mermaid("_a_ *b* ~c~") == "\uff3fa\uff3f \u2217b\u2217 \u223cc\u223c");
  CHECK(report::escape_mermaid("1. Fetch") == "\u20601. Fetch");
}

TEST_CASE("code_span and fence_for: longer than what the text holds") {
  CHECK(report::code_span("plain") == "`plain`");
  CHECK(report::code_span("a `b` c") == "``a `b` c``");
  CHECK(report::code_span("`b") == "`` `b ``");
  CHECK(report::code_span("two\nlines") == "`two lines`");
  CHECK(report::fence_for("a") == "```");
  CHECK(report::fence_for("x\n`````\n") == "``````");
}

TEST_CASE("Markup: elements close in order, texts and attributes are escaped") {
  report::Markup out;
  out.open("a", {{"href", "x\"y"}}).leaf("b", {}, "<c>").empty("br", {}).close();
  CHECK(out.take() == "<a href=\"x&quot;y\"><b>&lt;c&gt;</b><br/></a>");
}

}  // namespace
}  // namespace kairon
