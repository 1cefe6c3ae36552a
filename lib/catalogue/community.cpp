#include "catalogue/community.h"

#include <algorithm>
#include <filesystem>

#include "base/environment.h"
#include "base/error.h"
#include "base/file.h"
#include "base/format.h"
#include "base/hash.h"
#include "base/text.h"
#include "json/document.h"

namespace kairon::catalogue {

namespace {

namespace fs = std::filesystem;
constexpr std::size_t kMaxKept = std::size_t{1} << 20U;
constexpr std::string_view kKeptEnding = ".json";

std::string community_folder() { return environment::cache_folder() + "/catalogue/community"; }

CommunityPackage read_kept(const json::Value& root) {
  CommunityPackage package{std::string(root["package"].string()), std::string(root["version"].string()), {}, true};
  package.complete = root["complete"].boolean();
  for (const json::Value type : root["types"]) package.types.emplace_back(type.string());
  return package;
}

}  // namespace

bool CommunityPackage::has(std::string_view type) const { return std::ranges::binary_search(types, type); }

const CommunityPackage* Community::package_of(std::string_view type) const {
  const std::string_view name = type.substr(0, type.rfind('.'));
  const auto found = std::ranges::find(packages_, name, &CommunityPackage::name);
  return found == packages_.end() ? nullptr : &*found;
}

std::string Community::fingerprint() const {
  std::string content;
  for (const CommunityPackage& one : packages_)
    content += format("{} {} {} {}\n", one.name, one.version, one.complete, text::join(one.types, " "));
  return content.empty() ? content : hash::content(content);
}

Community load_community() {
  std::vector<CommunityPackage> packages;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(community_folder(), failed)) {
    if (entry.path().extension() != kKeptEnding) continue;
    auto content = file::read(entry.path().string(), kMaxKept);
    if (!content.ok()) continue;
    const auto parsed = json::Document::parse(std::move(*content));
    if (parsed.document) packages.push_back(read_kept(parsed.document->root()));
  }
  std::ranges::sort(packages, {}, &CommunityPackage::name);
  return Community(std::move(packages));
}

void keep_community(const CommunityPackage& package) {
  json::Writer json(json::Writer::Style::pretty);
  json.begin_object().key("package").string(package.name).key("version").string(package.version);
  json.key("complete").boolean(package.complete).key("types").begin_array();
  for (const std::string& type : package.types) json.string(type);
  json.end_array().end_object();
  std::error_code failed;
  fs::create_directories(community_folder(), failed);
  const std::string path =
      format("{}/{}{}", community_folder(), text::replace_all(package.name, "/", "+"), kKeptEnding);
  if (const auto written = file::write_atomic(path, json.take()); !written.ok())
    throw environment_error(format("cannot write {}", written.failure().text),
                            "make room in the cache folder, or set XDG_CACHE_HOME");
}

}  // namespace kairon::catalogue
