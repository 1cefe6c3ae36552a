#include "catalogue/registry.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "base/environment.h"
#include "base/file.h"
#include "base/format.h"
#include "base/text.h"
#include "catalogue/archive.h"
#include "catalogue/store.h"
#include "http/url.h"
#include "json/document.h"

namespace kairon::catalogue {

namespace {

/// 12 MB on a slow line.
constexpr std::chrono::seconds kPatience{180};
constexpr std::size_t kMaxNpmrc = std::size_t{1} << 20U;

/// The value of `registry` in npm's configuration syntax, "" when it is not set there.
std::string registry_of_file(const std::string& path) {
  const auto content = file::read(path, kMaxNpmrc);
  if (!content.ok()) return {};
  for (const std::string_view line : text::lines(*content)) {
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos || text::trim(line.substr(0, equals)) != "registry") continue;
    std::string_view value = text::trim(line.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    return std::string(value);
  }
  return {};
}

std::string configured_registry() {
  for (const char* name : {"npm_config_registry", "NPM_CONFIG_REGISTRY"})
    if (const auto value = environment::get(name); value && !value->empty()) return *value;
  const std::string home = environment::get("HOME").value_or("");
  for (const std::string& path : {home + "/.npmrc", std::string("/etc/npmrc")})
    if (std::string value = registry_of_file(path); !value.empty()) return value;
  return "https://registry.npmjs.org";
}

Result<std::string> get(http::Transport& transport, const std::string& url, std::string_view accept) {
  http::Request request;
  request.url = url;
  request.headers = {{"Accept", std::string(accept)}};
  request.timeout = kPatience;
  http::Response response = transport.send(request);
  constexpr std::string_view kRemedy = "check the network and the registry (npm_config_registry)";
  if (!response.answered()) return Failure{format("{}: {}", url, response.problem), std::string(kRemedy)};
  if (response.status == 404) return Failure{format("{} does not exist", url), std::string(kRemedy)};
  if (response.status != 200)
    return Failure{format("{} answers with status {}", url, response.status), std::string(kRemedy)};
  return std::move(response.body);
}

/// A package's document in the short form that npm itself asks for.
Result<std::unique_ptr<json::Document>> document_of(http::Transport& transport, const std::string& address,
                                                    const std::string& package) {
  const std::string url = format("{}/{}", address, text::replace_all(package, "/", "%2f"));
  auto body = get(transport, url, "application/vnd.npm.install-v1+json, application/json;q=0.5");
  if (!body.ok()) return body.failure();
  auto parsed = json::Document::parse(std::move(*body));
  if (!parsed.document) return Failure{format("{} is not a package document: {}", url, parsed.error->message)};
  return std::move(parsed.document);
}

using Numbers = std::array<int, 3>;

/// {1, 123, 81} for "1.123.81"; nothing for pre-releases and what is not a version.
std::optional<Numbers> release(std::string_view version) {
  const auto parts = text::split(version, '.');
  if (parts.size() != 3) return std::nullopt;
  Numbers numbers{};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto [end, failed] = std::from_chars(parts[i].data(), parts[i].data() + parts[i].size(), numbers[i]);
    if (failed != std::errc() || end != parts[i].data() + parts[i].size()) return std::nullopt;
  }
  return numbers;
}

/// The packages that hold node descriptions, with their documents.
struct Package {
  std::string name;
  std::unique_ptr<json::Document> document;
  [[nodiscard]] json::Value dist(std::string_view version) const {
    return document->root()["versions"][version]["dist"];
  }
};

Result<std::vector<Package>> packages_of(http::Transport& transport, const std::string& address) {
  std::vector<Package> packages;
  for (const char* name : {"n8n-nodes-base", "@n8n/n8n-nodes-langchain"}) {
    auto document = document_of(transport, address, name);
    if (!document.ok()) return document.failure();
    packages.push_back({name, std::move(*document)});
  }
  return packages;
}

/// True when the registry has what this release depends on: n8n is published package by package, and
/// a mirror may have some of them later than others.
bool is_complete(const json::Value& n8n, const std::vector<Package>& packages) {
  return std::all_of(packages.begin(), packages.end(), [&](const Package& package) {
    return package.dist(n8n["dependencies"][package.name].string()).present();
  });
}

/// The newest release of a major version that the registry has as a whole, "" when there is none.
std::string newest_of(const json::Value& versions, std::string_view major, const std::vector<Package>& packages) {
  std::optional<Numbers> best;
  std::string newest;
  for (const json::Value version : versions) {
    const auto numbers = release(version.key());
    if (!numbers || std::to_string((*numbers)[0]) != major || (best && *numbers <= *best)) continue;
    if (!is_complete(version, packages)) continue;
    best = numbers;
    newest = version.key();
  }
  return newest;
}

Result<Release> fetch_dist(http::Transport& transport, const Package& package, std::string_view version) {
  const json::Value dist = package.dist(version);
  const std::string url(dist["tarball"].string());
  if (!is_version(version) || !http::parse_url(url))
    return Failure{format("the registry has no archive of {}@{}", package.name, text::printable(version)),
                   "choose another version"};
  auto bytes = get(transport, url, "*/*");
  if (!bytes.ok()) return bytes.failure();
  return Release{std::string(version), std::move(*bytes), std::string(dist["integrity"].string())};
}

Result<NodesJson> fetch_archive(http::Transport& transport, const Package& package, std::string_view version) {
  const auto release = fetch_dist(transport, package, version);
  if (!release.ok()) return release.failure();
  return read_archive(release->bytes, release->integrity, format("{}@{}", package.name, version));
}

}  // namespace

std::string registry_address() {
  std::string address = configured_registry();
  while (address.ends_with('/')) address.pop_back();
  return address;
}

Result<Source> fetch_registry(http::Transport& transport, const std::string& address, std::string_view wanted) {
  const bool major = !wanted.empty() && wanted.find_first_not_of("0123456789") == std::string_view::npos;
  if (!is_version(wanted) || text::contains(wanted, "x"))
    return Failure{format("invalid version of n8n '{}'", text::printable(wanted)),
                   "write it as 1.123.81, or 1 for its newest"};
  const auto n8n = document_of(transport, address, "n8n");
  if (!n8n.ok()) return n8n.failure();
  const auto packages = packages_of(transport, address);
  if (!packages.ok()) return packages.failure();
  const json::Value versions = (*n8n)->root()["versions"];
  const std::string version = major ? newest_of(versions, wanted, *packages) : std::string(wanted);
  const json::Value dependencies = versions[version]["dependencies"];
  if (!dependencies)
    return Failure{format("the registry {} has no n8n {}", address, wanted),
                   "check the version: https://www.npmjs.com/package/n8n"};
  Source source{{}, version};
  for (const Package& package : *packages) {
    auto nodes = fetch_archive(transport, package, dependencies[package.name].string());
    if (!nodes.ok()) return nodes.failure();
    source.files.push_back(std::move(*nodes));
  }
  return source;
}

Result<Release> fetch_package(http::Transport& transport, const std::string& address, const std::string& package,
                              std::string_view version) {
  auto document = document_of(transport, address, package);
  if (!document.ok()) return document.failure();
  const Package one{package, std::move(*document)};
  const std::string newest(one.document->root()["dist-tags"]["latest"].string());
  return fetch_dist(transport, one, version.empty() ? newest : version);
}

}  // namespace kairon::catalogue
