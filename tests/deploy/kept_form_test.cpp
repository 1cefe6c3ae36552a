#include "deploy/kept_form.h"

#include <doctest/doctest.h>

#include <set>

using namespace kairon;
using n8n::Tree;

namespace {

const std::string kFile =
    "{\n\t\"nodes\": [\n\t\t{\"name\": \"A\", \"parameters\": {\"n\": 1}},\n"
    "\t\t{\n\t\t\t\"parameters\": {},\n\t\t\t\"name\": \"B\"\n\t\t}\n\t],\n"
    "\t\"meta\": {\"x\": 1},\n\t\"name\": \"Flow\"\n}\n";

/// What the comparison sees of the file: without `meta`.
Tree base() {
  Tree tree = *Tree::parse(kFile);
  tree.erase("meta");
  return tree;
}

}  // namespace

TEST_CASE("a file keeps its form where its content stays") {
  CHECK(deploy::kept_form(kFile, base(), base()) == kFile);
  Tree wanted = base();
  wanted.find("nodes")->items()[0].find("parameters")->set("n", Tree::integer(2));
  std::string expected = kFile;
  expected.replace(expected.find("\"n\": 1"), 6, "\"n\": 2");
  CHECK(deploy::kept_form(kFile, base(), wanted) == expected);
}

TEST_CASE("new members and elements take the file's indentation, gone ones leave nothing") {
  Tree wanted = base();
  wanted.find("nodes")->push(*Tree::parse(R"({"name": "C", "parameters": {"k": [1]}})"));
  wanted.set("active", Tree::boolean(true));
  const std::string text = deploy::kept_form(kFile, base(), wanted);
  CHECK(text.find("\n\t\t{\n\t\t\t\"name\": \"C\",\n\t\t\t\"parameters\": {\n\t\t\t\t\"k\": [") != std::string::npos);
  CHECK(text.find("\n\t\"name\": \"Flow\",\n\t\"active\": true\n}\n") != std::string::npos);
  Tree fewer = base();
  fewer.find("nodes")->items().erase(fewer.find("nodes")->items().begin());
  const Tree read = *Tree::parse(deploy::kept_form(kFile, base(), fewer));
  CHECK(read["nodes"] == fewer["nodes"]);
  CHECK(read["meta"]["x"].integer_or(0) == 1);
  const std::string line = R"({"name":"Flow","nodes":[]})";
  Tree longer = *Tree::parse(line);
  longer.find("nodes")->push(Tree::integer(1));
  CHECK(deploy::kept_form(line, *Tree::parse(line), longer) == R"({"name":"Flow","nodes":[1]})");
}

TEST_CASE("a new file takes no other workflow's name") {
  const std::set<std::string> there = {"w/Flow_1.json", "w/Flow_1_2.json"};
  const auto taken = [&there](const std::string& path) { return there.contains(path); };
  CHECK(deploy::free_path("w/", "Flow_1", taken) == "w/Flow_1_3.json");
  CHECK(deploy::free_path("w/", "Other", taken) == "w/Other.json");
  CHECK(deploy::free_path("w/", "../x\x1b[31m", taken) == "w/_._x_[31m.json");
}
