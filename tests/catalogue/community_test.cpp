#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <map>

#include "base/file.h"
#include "base/format.h"
#include "base/hash.h"
#include "base/process.h"
#include "base/temp.h"
#include "catalogue/community_source.h"
#include "lint/check.h"
#include "support/fixture_catalogue.h"

using namespace kairon;
using Files = std::map<std::string, std::string>;

namespace {

/// A registry that has one release, 1.2.0, of one package.
class Registry final : public http::Transport {
 public:
  Registry(const std::string& package, const Files& files) {
    const TempFolder folder("community-test");
    for (const auto& [name, text] : files) {
      const std::string path = folder.path() + "/package/" + name;
      std::filesystem::create_directories(std::filesystem::path(path).parent_path());
      REQUIRE(file::write_atomic(path, text).ok());
    }
    REQUIRE(process::run({.argv = {"tar", "-czf", "a.tgz", "package"}, .folder = folder.path()})->ok());
    archive = *file::read(folder.path() + "/a.tgz");
    document_ = format(
        R"({{"dist-tags":{{"latest":"1.2.0"}},"versions":{{"1.2.0":{{"dist":{{"tarball":"https://registry.test/a.tgz","integrity":"sha512-{}"}}}}}}}})",
        hash::sha512_base64(archive));
    place_ = "https://registry.test/" + package;
  }

  http::Response send(const http::Request& request) override {
    http::Response response;
    const bool known = request.url == place_ || request.url == "https://registry.test/a.tgz";
    response.status = known ? 200 : 404;
    response.body = request.url == place_ ? document_ : archive;
    return response;
  }

  std::string archive;

 private:
  std::string document_;
  std::string place_;
};

const char* kWeather = R"("use strict"; exports.Weather = void 0;
class Weather { constructor() { this.help = {name: "other"}; this.description = {
  displayName: 'Weather', name: 'weather', group: ['input'], version: [1, 2], usableAsTool: true,
  inputs: ['main'], properties: [{displayName: 'City', name: 'city', type: 'string'}] }; } })";
const char* kMinified =
    R"(class R{description={displayName:"Rain",name:"rain",group:["input"],usableAsTool:false,inputs:["main"]}})";

Files package_files() {
  return {{"package.json", R"({"name":"n8n-nodes-sky","n8n":{"nodes":["dist/nodes/W.node.js","./dist/R.node.js"]}})"},
          {"dist/nodes/W.node.js", kWeather},
          {"dist/R.node.js", kMinified}};
}

Result<catalogue::CommunityPackage> fetched(const Files& files, std::string_view wanted = "n8n-nodes-sky") {
  Registry registry("n8n-nodes-sky", files);
  return catalogue::fetch_community(registry, "https://registry.test", wanted);
}

std::string failure(const Files& files, std::string_view wanted = "n8n-nodes-sky") {
  const auto package = fetched(files, wanted);
  REQUIRE_FALSE(package.ok());
  return package.failure().text;
}

/// What node/unknown-type says of a node when `package` is known.
std::string said(const catalogue::CommunityPackage& package, std::string_view type) {
  const TempFolder folder("community-test");
  const std::string path = folder.path() + "/fixture.idx";
  REQUIRE(file::write_atomic(path, test::fixture_index()).ok());
  const auto opened = catalogue::Catalogue::open(path, catalogue::Community({package}));
  const std::string text = format(
      R"({{"name":"Demo","nodes":[{{"name":"A","type":"{}","typeVersion":1,"position":[0,0],"parameters":{{}}}}],"connections":{{}}}})",
      type);
  std::string all;
  for (const lint::Finding& one : lint::check_workflow(text, "Demo.json", opened->get()).findings)
    if (one.rule == "node/unknown-type")
      all += format("{}: {}", one.severity == lint::Severity::error ? "error" : "warning", one.message.text);
  return all;
}

}  // namespace

TEST_CASE("fetch_community reads the names of nodes out of their sources") {
  const auto package = fetched(package_files());
  REQUIRE_MESSAGE(package.ok(), (package.ok() ? "" : package.failure().text));
  CHECK(package->version == "1.2.0");
  CHECK(package->complete);
  CHECK(package->types ==
        std::vector<std::string>{"n8n-nodes-sky.rain", "n8n-nodes-sky.weather", "n8n-nodes-sky.weatherTool"});
  CHECK(fetched(package_files(), "n8n-nodes-sky@1.2.0").ok());
}

TEST_CASE("a name that the source computes makes a package incomplete") {
  Files files = package_files();
  files["dist/R.node.js"] =
      "class R { constructor() { this.description = {displayName: 'R', name: NAME, group: []}; } }";
  CHECK_FALSE(fetched(files)->complete);
  CHECK(fetched(files)->types.size() == 2);
  files.erase("dist/R.node.js");
  CHECK_FALSE(fetched(files)->complete);
  files["package.json"] = R"({"n8n":{"nodes":["../../etc/passwd","dist/nodes/W.node.js"]}})";
  CHECK_FALSE(fetched(files)->complete);
}

TEST_CASE("fetch_community names what is wrong with a package") {
  CHECK(failure(package_files(), "n8n-nodes-sky@9.9.9") == "the registry has no archive of n8n-nodes-sky@9.9.9");
  CHECK(failure(package_files(), "n8n-nodes-sea") == "https://registry.test/n8n-nodes-sea does not exist");
  Files files = package_files();
  files["package.json"] = R"({"name":"n8n-nodes-sky"})";
  CHECK(failure(files) == "n8n-nodes-sky is not a package of n8n nodes: its package.json lists none");
  for (const char* odd : {"", "../x", "@a", "a/b", "A b", "@a/../b", "https://x"})
    CHECK(failure(package_files(), odd).find("invalid package name") != std::string::npos);
  Registry registry("n8n-nodes-sky", package_files());
  registry.archive += "more";
  const auto changed = catalogue::fetch_community(registry, "https://registry.test", "n8n-nodes-sky");
  CHECK(changed.failure().text == "the archive of n8n-nodes-sky@1.2.0 does not match the registry's checksum");
}

TEST_CASE("a community package that is known decides about its nodes") {
  const catalogue::CommunityPackage package = *fetched(package_files());
  CHECK(said(package, "n8n-nodes-sky.weather").empty());
  CHECK(said(package, "n8n-nodes-sky.weatherTool").empty());
  CHECK(said(package, "n8n-nodes-sky.wether") == "error: n8n-nodes-sky 1.2.0 has no node type 'n8n-nodes-sky.wether'");
  CHECK(said(package, "n8n-nodes-sea.wave") == "warning: 'n8n-nodes-sea.wave' is not a node of n8n itself");
  catalogue::CommunityPackage incomplete = package;
  incomplete.complete = false;
  CHECK(said(incomplete, "n8n-nodes-sky.wether").empty());
}

TEST_CASE("packages are kept in the cache") {
  const TempFolder cache("community-test");
  ::setenv("XDG_CACHE_HOME", cache.path().c_str(), 1);
  CHECK(catalogue::load_community().fingerprint().empty());
  catalogue::keep_community({"@a/n8n-nodes-b", "1.0.0", {"@a/n8n-nodes-b.c"}, true});
  const std::string first = catalogue::load_community().fingerprint();
  catalogue::keep_community({"@a/n8n-nodes-b", "1.1.0", {"@a/n8n-nodes-b.c"}, false});
  const catalogue::Community kept = catalogue::load_community();
  REQUIRE(kept.packages().size() == 1);
  CHECK(kept.packages().front().version == "1.1.0");
  CHECK_FALSE(kept.packages().front().complete);
  CHECK(kept.package_of("@a/n8n-nodes-b.c") == &kept.packages().front());
  CHECK(kept.package_of("@a/n8n-nodes.c") == nullptr);
  CHECK(kept.fingerprint() != first);
  REQUIRE(file::write_atomic(cache.path() + "/kairon/catalogue/community/@a+n8n-nodes-b.json", "{").ok());
  CHECK(catalogue::load_community().packages().empty());
  ::unsetenv("XDG_CACHE_HOME");
}
