#include "catalogue/sources.h"

#include <filesystem>
#include <vector>

#include "base/file.h"
#include "base/format.h"

namespace kairon::catalogue {

namespace {

namespace fs = std::filesystem;
constexpr std::string_view kPackages[] = {"n8n-nodes-base", "@n8n/n8n-nodes-langchain"};

/// Of package.json: `field` as text, "" when there is none.
std::string package_field(const std::string& folder, std::string_view field) {
  auto text = file::read(folder + "/package.json");
  if (!text.ok()) return {};
  const auto parsed = json::Document::parse(std::move(*text));
  return parsed.document ? std::string(parsed.document->root()[field].string()) : std::string();
}

/// The nodes whose class is a VersionedNodeType, by their source (dist/known/nodes.json names it).
std::set<std::string, std::less<>> versioned_types(const std::string& folder, const std::string& package) {
  std::set<std::string, std::less<>> types;
  auto known = file::read(folder + "/dist/known/nodes.json");
  if (!known.ok()) return types;
  const auto parsed = json::Document::parse(std::move(*known));
  if (!parsed.document) return types;
  for (const json::Value node : parsed.document->root()) {
    const std::string_view path = node["sourcePath"].string();
    if (path.starts_with('/') || path.find("..") != std::string_view::npos) continue;
    const auto source = file::read(format("{}/{}", folder, path));
    if (source.ok() && source->find("VersionedNodeType") != std::string::npos)
      types.insert(format("{}.{}", package, node.key()));
  }
  return types;
}

Result<NodesJson> read_package(const std::string& folder) {
  const std::string package = package_field(folder, "name");
  if (package.empty()) return Failure{format("{} holds no package.json with a name", folder)};
  auto text = file::read(folder + "/dist/types/nodes.json", json::kMaxBytes);
  if (!text.ok()) return text.failure();
  return NodesJson{package, std::move(*text), versioned_types(folder, package)};
}

/// n8n's version next to the packages: node_modules/n8n, or the folder that node_modules lies in.
std::string version_near(const std::string& modules) {
  std::string version = package_field(modules + "/n8n", "version");
  const std::string parent = fs::path(modules).parent_path().string();
  if (version.empty() && package_field(parent, "name") == "n8n") version = package_field(parent, "version");
  return version;
}

}  // namespace

Result<Source> read_folder(const std::string& folder) {
  std::error_code failed;
  const std::string top = fs::weakly_canonical(folder, failed).string();
  std::vector<std::string> places = {top, top + "/node_modules"};
  const std::string name = package_field(top, "name");
  // A package of an installed n8n stands for all of it: half a catalogue would not know half of the types.
  if (name == "n8n" || name == kPackages[0]) places.push_back(fs::path(top).parent_path().string());
  if (name == kPackages[1]) places.push_back(fs::path(top).parent_path().parent_path().string());
  for (const std::string& modules : places) {
    Source source;
    for (const std::string_view package : kPackages) {
      const std::string home = format("{}/{}", modules, package);
      if (!file::exists(home + "/dist/types/nodes.json")) continue;
      auto read = read_package(home);
      if (!read.ok()) return read.failure();
      source.files.push_back(std::move(*read));
    }
    source.n8n_version = version_near(modules);
    if (!source.files.empty()) return source;
  }
  if (!file::exists(top + "/dist/types/nodes.json"))
    return Failure{format("no n8n below {}", folder),
                   "give the folder that holds node_modules/n8n-nodes-base, or that package's own folder"};
  auto read = read_package(top);
  if (!read.ok()) return read.failure();
  return Source{{std::move(*read)}, {}};
}

Result<Source> read_file(const std::string& path) {
  std::error_code failed;
  const fs::path full = fs::weakly_canonical(path, failed);
  const fs::path package = full.parent_path().parent_path().parent_path();
  if (full.parent_path().filename() == "types" && file::exists((package / "package.json").string()))
    return read_folder(package.string());
  auto text = file::read(path, json::kMaxBytes);
  if (!text.ok()) return text.failure();
  return Source{{{"", std::move(*text)}}, {}};
}

}  // namespace kairon::catalogue
