#include "catalogue/community_source.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "base/file.h"
#include "base/format.h"
#include "base/text.h"
#include "catalogue/archive.h"
#include "catalogue/registry.h"
#include "js/script.h"
#include "json/document.h"

namespace kairon::catalogue {

namespace {

constexpr std::size_t kMaxSource = std::size_t{8} << 20U;

/// npm's own rule for names, as far as it keeps them safe in paths and addresses.
bool is_package_name(std::string_view name) {
  const std::size_t slash = name.find('/');
  if (name.starts_with('@') != (slash != std::string_view::npos)) return false;
  const auto fits = [](unsigned char c) {
    return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '-' || c == '_';
  };
  std::string_view rest = name.substr(name.starts_with('@') ? 1 : 0);
  return !rest.empty() && name.size() <= 214 &&
         std::all_of(rest.begin(), rest.end(), [&](unsigned char c) { return fits(c) || c == '.' || c == '/'; }) &&
         !text::contains(rest, "..") && std::count(rest.begin(), rest.end(), '/') <= 1;
}

/// What an object literal says of a node.
struct Described {
  std::string name;
  bool as_tool = false;
};

/// n8n's INodeTypeBaseDescription: displayName, name and group.
std::optional<Described> description_in(const js::Node& object) {
  Described described;
  bool shown = false;
  bool grouped = false;
  for (const js::Node member : object.children()) {
    if (!member.is(js::Kind::pair)) continue;
    const auto key = js::property_name(member);
    const js::Node value = member.child(js::Field::value);
    if (!key) continue;
    shown = shown || *key == "displayName";
    grouped = grouped || *key == "group" || *key == "inputs";
    if (*key == "name") described.name = js::string_value(value).value_or("");
    if (*key == "usableAsTool") described.as_tool = value.text() != "false";
  }
  return shown && grouped && !described.name.empty() ? std::optional(described) : std::nullopt;
}

std::optional<Described> description_of(std::string_view source) {
  const js::Script script(source, js::Goal::function_body);
  for (std::uint32_t i = 0; i < script.size(); ++i) {
    if (!script.node(i).is(js::Kind::object)) continue;
    if (auto found = description_in(script.node(i))) return found;
  }
  return std::nullopt;
}

Result<CommunityPackage> read_nodes(const std::string& top, CommunityPackage package) {
  auto manifest = file::read(top + "/package.json", kMaxSource);
  if (!manifest.ok()) return manifest.failure();
  const auto parsed = json::Document::parse(std::move(*manifest));
  if (!parsed.document || !parsed.document->root()["n8n"]["nodes"].is_array())
    return Failure{format("{} is not a package of n8n nodes: its package.json lists none", package.name)};
  for (const json::Value path : parsed.document->root()["n8n"]["nodes"]) {
    const std::string listed(path.string());
    const auto source = file::read_below(top, listed.starts_with("./") ? listed.substr(2) : listed, kMaxSource);
    const auto described = source.ok() ? description_of(*source) : std::nullopt;
    package.complete = package.complete && described.has_value();
    if (!described) continue;
    package.types.push_back(format("{}.{}", package.name, described->name));
    if (described->as_tool) package.types.push_back(package.types.back() + "Tool");
  }
  std::sort(package.types.begin(), package.types.end());
  return package;
}

}  // namespace

Result<CommunityPackage> fetch_community(http::Transport& transport, const std::string& address,
                                         std::string_view wanted) {
  const std::size_t at = wanted.rfind('@');
  const bool exact = at != std::string_view::npos && at > 0;
  CommunityPackage package{std::string(wanted.substr(0, exact ? at : wanted.size())), {}, {}, true};
  if (!is_package_name(package.name))
    return Failure{format("invalid package name '{}'", text::printable(package.name)),
                   "write it as n8n-nodes-example or n8n-nodes-example@1.2.3"};
  auto release = fetch_package(transport, address, package.name, exact ? wanted.substr(at + 1) : "");
  if (!release.ok()) return release.failure();
  package.version = release->version;
  const std::string spec = format("{}@{}", package.name, package.version);
  const auto unpacked = unpack(release->bytes, release->integrity, spec, {"package/package.json", "package/*.js"});
  if (!unpacked.ok()) return unpacked.failure();
  return read_nodes((*unpacked)->path() + "/package", std::move(package));
}

}  // namespace kairon::catalogue
