#include "catalogue/store.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>

#include "base/error.h"
#include "base/format.h"
#include "catalogue/npm.h"
#include "catalogue/sources.h"
#include "support/fixture_catalogue.h"
#include "support/skip.h"

using namespace kairon;

namespace {

namespace fs = std::filesystem;

/// A cache folder of this test's own.
struct OwnCache {
  OwnCache() { ::setenv("XDG_CACHE_HOME", folder.path().c_str(), 1); }
  ~OwnCache() { ::unsetenv("XDG_CACHE_HOME"); }
  TempFolder folder{"catalogue-store"};
};

void write(const std::string& path, const std::string& content) {
  fs::create_directories(fs::path(path).parent_path());
  REQUIRE(file::write_atomic(path, content).ok());
}

/// An installed n8n in small: two packages, n8n next to them.
void install(const std::string& modules) {
  write(modules + "/n8n/package.json", R"({"name":"n8n","version":"9.8.7"})");
  for (const std::string package : {"n8n-nodes-base", "@n8n/n8n-nodes-langchain"}) {
    const std::string home = modules + "/" + package;
    const std::string name = package.back() == 'e' ? "plain" : "agent";
    write(home + "/package.json", R"({"name":")" + package + "\"}");
    write(home + "/dist/types/nodes.json", format(R"([{{"name":"{}","version":1,"properties":[]}}])", name));
    write(home + "/dist/known/nodes.json", format(R"({{"{}":{{"sourcePath":"dist/A.js"}}}})", name));
    write(home + "/dist/A.js", name == "agent" ? "class A extends VersionedNodeType {}" : "class A {}");
  }
}

}  // namespace

TEST_CASE("versions are kept side by side, the newest counts, a wanted one before it") {
  const OwnCache cache;
  CHECK(catalogue::cached_versions().empty());
  CHECK(catalogue::choose("").catalogue == nullptr);
  CHECK_FALSE(catalogue::choose("").note.empty());
  const std::string bytes = test::fixture_index();
  for (const char* version : {"1.9.0", "1.123.81", "1.123.9"}) catalogue::save_index(version, bytes);
  CHECK(catalogue::cached_versions() == std::vector<std::string>{"1.123.81", "1.123.9", "1.9.0"});
  CHECK(catalogue::choose("").catalogue != nullptr);
  CHECK(catalogue::choose("1.9.0").catalogue != nullptr);
  const catalogue::Choice missing = catalogue::choose("2.0.0");
  CHECK(missing.catalogue == nullptr);
  CHECK(missing.note.find("--npm 2.0.0") != std::string::npos);
}

TEST_CASE("a damaged index is a note, not a failure") {
  const OwnCache cache;
  catalogue::save_index("1.0.0", test::fixture_index().substr(0, 1000));
  const catalogue::Choice choice = catalogue::choose("");
  CHECK(choice.catalogue == nullptr);
  CHECK(choice.note.find("damaged node catalogue") != std::string::npos);
}

TEST_CASE("a version from a settings file cannot name another file") {
  const OwnCache cache;
  for (const char* odd : {"../../etc/passwd", "", "v1", "1.0/../2", "1 2", "1.0\n"}) {
    CAPTURE(odd);
    CHECK_FALSE(catalogue::is_version(odd));
    CHECK_THROWS_AS(static_cast<void>(catalogue::index_path(odd)), Error);
    if (*odd != '\0') CHECK(catalogue::choose(odd).catalogue == nullptr);
  }
  CHECK(catalogue::is_version("1.123.81"));
  CHECK(catalogue::is_version("2.0.0-rc.1"));
  CHECK_FALSE(catalogue::fetch_npm("latest").ok());
  CHECK_FALSE(catalogue::fetch_npm("1.x").ok());
  CHECK_FALSE(catalogue::fetch_npm("1 --registry=http://127.0.0.1").ok());
}

TEST_CASE("an installed n8n is found from each of its folders") {
  const TempFolder top("catalogue-install");
  install(top.path() + "/node_modules");
  for (const std::string inside : {"", "/node_modules", "/node_modules/n8n", "/node_modules/n8n-nodes-base",
                                   "/node_modules/@n8n/n8n-nodes-langchain"}) {
    CAPTURE(inside);
    const auto source = catalogue::read_folder(top.path() + inside);
    REQUIRE(source.ok());
    CHECK(source->files.size() == 2);
    CHECK(source->n8n_version == "9.8.7");
  }
  const auto from_file = catalogue::read_file(top.path() + "/node_modules/n8n-nodes-base/dist/types/nodes.json");
  REQUIRE(from_file.ok());
  CHECK(from_file->files.size() == 2);
  const auto index = catalogue::reduce(from_file->files, "9.8.7");
  REQUIRE(index.ok());
  const auto opened = test::open_index(*index);
  REQUIRE(opened.ok());
  CHECK_FALSE((*opened)->find("n8n-nodes-base.plain")->versioned());
  CHECK((*opened)->find("@n8n/n8n-nodes-langchain.agent")->versioned());
  CHECK_FALSE(catalogue::read_folder(top.path() + "/nowhere").ok());
}

TEST_CASE("a file saved from a running n8n, and one package by itself") {
  const TempFolder top("catalogue-file");
  write(top.path() + "/saved.json", R"([{"name":"n8n-nodes-base.a","version":1,"properties":[]}])");
  const auto saved = catalogue::read_file(top.path() + "/saved.json");
  REQUIRE(saved.ok());
  CHECK(saved->n8n_version.empty());
  CHECK(catalogue::reduce(saved->files, "1").ok());
  write(top.path() + "/package/package.json", R"({"name":"n8n-nodes-other"})");
  write(top.path() + "/package/dist/types/nodes.json", R"([{"name":"a","version":1,"properties":[]}])");
  const auto package = catalogue::read_folder(top.path() + "/package");
  REQUIRE(package.ok());
  CHECK(package->files.front().package == "n8n-nodes-other");
}

TEST_CASE("the descriptions of a real n8n 1.123.81") {
  const char* home = std::getenv("HOME");
  const std::string installed = std::string(home == nullptr ? "" : home) + "/.cache/kairon/n8n-1.123.81";
  if (!fs::is_directory(installed)) return test::skip("no n8n at ~/.cache/kairon/n8n-1.123.81");
  const auto source = catalogue::read_folder(installed);
  REQUIRE(source.ok());
  CHECK(source->n8n_version == "1.123.81");
  const auto index = catalogue::reduce(source->files, source->n8n_version);
  REQUIRE(index.ok());
  CHECK(index->size() < (std::size_t{2} << 20U));
  const auto opened = test::open_index(*index);
  REQUIRE(opened.ok());
  std::size_t versions = 0;
  std::size_t versioned = 0;
  std::size_t triggers = 0;
  for (std::size_t i = 0; i < (*opened)->type_count(); ++i) {
    const catalogue::Type type = (*opened)->type(i);
    versioned += type.versioned() ? 1 : 0;
    triggers += type.at(0).has(catalogue::layout::kTrigger) ? 1 : 0;
    for (std::size_t j = 0; j < type.size(); ++j) versions += type.at(j).version_count();
  }
  CHECK((*opened)->type_count() == 545);
  CHECK(versions == 872);
  CHECK(versioned == 49);
  CHECK(triggers == 109);
  CHECK(match(**opened, "n8n-nodes-base.postgresTool", 2.4).kind == catalogue::Match::Kind::found);
  CHECK(match(**opened, "n8n-nodes-base.httpRequest", 4.9).kind == catalogue::Match::Kind::unknown_version);
}
