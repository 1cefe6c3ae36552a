#include "catalogue/registry.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <map>

#include "base/file.h"
#include "base/format.h"
#include "base/hash.h"
#include "base/process.h"
#include "base/temp.h"

using namespace kairon;

namespace {

/// A registry whose packages are made here.
class Registry final : public http::Transport {
 public:
  http::Response send(const http::Request& request) override {
    http::Response response;
    const auto hit = pages.find(request.url);
    response.status = hit == pages.end() ? 404 : 200;
    if (hit != pages.end()) response.body = hit->second;
    return response;
  }

  /// Publishes one version of a package whose nodes.json has a node of that name.
  void publish(const std::string& package, const std::string& version, const std::string& node) {
    const TempFolder folder("registry-test");
    const std::string types = folder.path() + "/package/dist/types";
    REQUIRE(process::run({.argv = {"mkdir", "-p", types, folder.path() + "/package/dist/known",
                                   folder.path() + "/package/dist/nodes"}})
                ->ok());
    const auto write = [&](const std::string& name, const std::string& text) {
      REQUIRE(file::write_atomic(folder.path() + "/package/" + name, text).ok());
    };
    write("package.json", kairon::format(R"({{"name":"{}"}})", package));
    write("dist/types/nodes.json", kairon::format(R"([{{"name":"{}","version":1,"properties":[]}}])", node));
    write("dist/known/nodes.json", kairon::format(R"({{"{}":{{"sourcePath":"dist/nodes/A.node.js"}}}})", node));
    write("dist/nodes/A.node.js", "class A {}");
    REQUIRE(process::run({.argv = {"tar", "-czf", "a.tgz", "package"}, .folder = folder.path()})->ok());
    const std::string bytes = *file::read(folder.path() + "/a.tgz");
    const std::string url = kairon::format("https://registry.test/{}-{}.tgz", node, version);
    pages[url] = bytes;
    const std::string name = package.front() == '@' ? "@n8n%2fn8n-nodes-langchain" : package;
    std::string& versions = versions_[name];
    if (!versions.empty()) versions += ',';
    versions += kairon::format(R"("{}":{{"dist":{{"tarball":"{}","integrity":"sha512-{}"}}}})", version, url,
                               hash::sha512_base64(bytes));
    pages["https://registry.test/" + name] = kairon::format(R"({{"versions":{{{}}}}})", versions);
  }

  void release(const std::string& version, const std::string& nodes) {
    std::string& versions = versions_["n8n"];
    if (!versions.empty()) versions += ',';
    versions += kairon::format(R"("{}":{{"dependencies":{{"n8n-nodes-base":"{}","@n8n/n8n-nodes-langchain":"{}"}}}})",
                               version, nodes, nodes);
    pages["https://registry.test/n8n"] = kairon::format(R"({{"versions":{{{}}}}})", versions);
  }

  std::map<std::string, std::string> pages;

 private:
  std::map<std::string, std::string> versions_;
};

Registry stocked() {
  Registry registry;
  for (const char* version : {"1.9.0", "1.10.0", "2.0.0"}) {
    registry.publish("n8n-nodes-base", version, "base");
    registry.publish("@n8n/n8n-nodes-langchain", version, "agent");
  }
  registry.release("1.9.1", "1.9.0");
  registry.release("1.10.1", "1.10.0");
  registry.release("2.0.3", "2.0.0");
  registry.release("2.1.0-rc.1", "2.0.0");
  registry.release("2.1.0", "2.1.0");  // its packages are not there yet
  return registry;
}

}  // namespace

TEST_CASE("fetch_registry reads the packages of one release, or of a major version's newest") {
  Registry registry = stocked();
  for (const auto& [wanted, got] :
       std::map<std::string, std::string>{{"1.9.1", "1.9.1"}, {"1", "1.10.1"}, {"2", "2.0.3"}}) {
    CAPTURE(wanted);
    const auto source = catalogue::fetch_registry(registry, "https://registry.test", wanted);
    REQUIRE_MESSAGE(source.ok(), (source.ok() ? "" : source.failure().text));
    CHECK(source->n8n_version == got);
    REQUIRE(source->files.size() == 2);
    CHECK(source->files[0].text.find("\"base\"") != std::string::npos);
    CHECK(source->files[1].text.find("\"agent\"") != std::string::npos);
  }
}

TEST_CASE("fetch_registry refuses what it cannot prove") {
  Registry registry = stocked();
  const auto failure = [&](const char* wanted) {
    const auto source = catalogue::fetch_registry(registry, "https://registry.test", wanted);
    REQUIRE_FALSE(source.ok());
    return source.failure().text;
  };
  CHECK(failure("3").find("has no n8n 3") != std::string::npos);
  CHECK(failure("1.0.7").find("has no n8n 1.0.7") != std::string::npos);
  CHECK(failure("2.1.0").find("has no archive of n8n-nodes-base@2.1.0") != std::string::npos);
  for (const char* odd : {"latest", "1.x", "", "../1", "1 2"})
    CHECK(failure(odd).find("invalid version") != std::string::npos);
  registry.pages["https://registry.test/base-1.9.0.tgz"] += "more";
  CHECK(failure("1.9.1").find("does not match the registry's checksum") != std::string::npos);
  registry.pages["https://registry.test/n8n"] = "<html>";
  CHECK(failure("1.9.1").find("is not a package document") != std::string::npos);
  registry.pages.clear();
  CHECK(failure("1").find("https://registry.test/n8n does not exist") != std::string::npos);
}

TEST_CASE("registry_address follows npm's configuration") {
  const TempFolder home("registry-home");
  const std::string before = std::getenv("HOME");
  ::setenv("HOME", home.path().c_str(), 1);
  ::unsetenv("npm_config_registry");
  REQUIRE(file::write_atomic(home.path() + "/.npmrc",
                             "; mine\n@a:registry=https://other.test\n registry = \"https://mine.test/npm/\"\n")
              .ok());
  CHECK(catalogue::registry_address() == "https://mine.test/npm");
  ::setenv("npm_config_registry", "http://127.0.0.1:4873/", 1);
  CHECK(catalogue::registry_address() == "http://127.0.0.1:4873");
  ::unsetenv("npm_config_registry");
  ::setenv("HOME", before.c_str(), 1);
}
