#include "catalogue/npm.h"

#include <filesystem>

#include "base/environment.h"
#include "base/file.h"
#include "base/format.h"
#include "base/process.h"
#include "base/temp.h"
#include "base/text.h"
#include "catalogue/archive.h"
#include "catalogue/store.h"

namespace kairon::catalogue {

namespace {

using std::chrono::minutes;

Result<std::string> run(std::vector<std::string> argv, const std::string& folder) {
  const std::string program = argv.front();
  process::Command command{std::move(argv), folder};
  command.environment = environment::for_npm();
  command.timeout = minutes(10);
  auto outcome = process::run(command);
  if (!outcome.ok())
    return Failure{outcome.failure().text, format("install {}, or take the catalogue from a file", program)};
  if (outcome->ok()) return std::move(outcome->output);
  const auto lines = text::lines(outcome->errors);
  return Failure{format("{} failed: {}", program, lines.empty() ? "no message" : text::printable(lines.front())),
                 "check the network and the registry: npm ping"};
}

/// `npm view SPEC FIELD --json`, parsed.
Result<std::unique_ptr<json::Document>> view(const std::string& spec, const std::string& field,
                                             const std::string& folder) {
  auto answer = run({"npm", "view", spec, field, "--json"}, folder);
  if (!answer.ok()) return answer.failure();
  auto parsed = json::Document::parse(std::move(*answer));
  if (!parsed.document) return Failure{format("npm knows no {} of {}", field, spec), "check the version"};
  return std::move(parsed.document);
}

/// An exact version; a range would let the registry choose.
bool is_exact(std::string_view version) { return is_version(version) && version.find('x') == std::string_view::npos; }

Result<NodesJson> fetch_package_with_npm(const std::string& package, const std::string& version,
                                         const std::string& folder) {
  const std::string spec = format("{}@{}", package, version);
  auto promised = view(spec, "dist.integrity", folder);
  if (!promised.ok()) return promised.failure();
  auto packed = run({"npm", "pack", spec, "--json", "--ignore-scripts", "--pack-destination", folder}, folder);
  if (!packed.ok()) return packed.failure();
  std::string archive;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".tgz") archive = entry.path().string();
  const auto bytes = file::read(archive);
  if (!bytes.ok()) return Failure{format("npm packed no archive of {}", spec)};
  return read_archive(*bytes, (*promised)->root().string(), spec);
}

}  // namespace

Result<Source> fetch_npm(std::string_view n8n_version) {
  if (!is_exact(n8n_version))
    return Failure{format("invalid version of n8n '{}'", text::printable(n8n_version)), "write it as 1.123.81"};
  const TempFolder top("catalogue");
  auto dependencies = view(format("n8n@{}", n8n_version), "dependencies", top.path());
  if (!dependencies.ok()) return dependencies.failure();
  Source source{{}, std::string(n8n_version)};
  for (const std::string package : {"n8n-nodes-base", "@n8n/n8n-nodes-langchain"}) {
    const std::string version((*dependencies)->root()[package].string());
    if (!is_exact(version)) return Failure{format("n8n {} names no exact version of {}", n8n_version, package)};
    const TempFolder folder("package", top.path());
    auto nodes = fetch_package_with_npm(package, version, folder.path());
    if (!nodes.ok()) return nodes.failure();
    source.files.push_back(std::move(*nodes));
  }
  return source;
}

}  // namespace kairon::catalogue
