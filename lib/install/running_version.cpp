#include "install/running_version.h"

#include <algorithm>
#include <chrono>
#include <iterator>

#include "base/environments.h"
#include "base/error.h"
#include "base/format.h"
#include "base/text.h"
#include "json/document.h"
#include "lint/support/secrets.h"
#include "target/session.h"

namespace kairon::install {

namespace {

constexpr std::chrono::seconds kPatience{5};

RunningVersion ask(const config::Target& target) {
  try {
    target::DeploySession session(target);
    http::Request request;
    request.url = session.api().base_url() + "/";
    request.timeout = kPatience;
    const http::Response page = session.api().plain(std::move(request));
    if (!page.answered()) return {target.name, {}, page.problem};
    if (const auto version = version_in_page(page.body)) return {target.name, *version, {}};
    return {target.name, {}, format("its start page (status {}) names no version", page.status)};
  } catch (const Error& error) {
    if (error.code() == ExitCode::interrupted) throw;
    return {target.name, {}, error.message().text};
  }
}

}  // namespace

std::optional<std::string> version_in_page(std::string_view page) {
  constexpr std::string_view kTag = "n8n:config:sentry\" content=\"";
  constexpr std::string_view kRelease = "n8n@";
  const std::size_t tag = page.find(kTag);
  if (tag == std::string_view::npos) return std::nullopt;
  const std::string_view rest = page.substr(tag + kTag.size());
  const auto decoded = lint::secret::decode_base64(rest.substr(0, rest.find('"')));
  const auto parsed = json::Document::parse(decoded.value_or(""));
  if (!parsed.document) return std::nullopt;
  std::string_view release = parsed.document->root()["release"].string();
  if (!release.starts_with(kRelease)) return std::nullopt;
  release.remove_prefix(kRelease.size());
  const bool is_version = !release.empty() && release.find_first_not_of("0123456789.") == std::string_view::npos;
  return is_version ? std::optional<std::string>(release) : std::nullopt;
}

std::vector<RunningVersion> running_versions(const config::Settings& settings) {
  std::vector<RunningVersion> out;
  for (auto name = kEnvironments.rbegin(); name != kEnvironments.rend(); ++name)
    if (const config::Target target = settings.target(*name); target.configured()) out.push_back(ask(target));
  return out;
}

void add_running_versions(const std::vector<RunningVersion>& running, Survey& found) {
  for (const RunningVersion& one : running) {
    const bool known = std::any_of(found.n8n_versions.begin(), found.n8n_versions.end(),
                                   [&](const StatedVersion& stated) { return stated.version == one.version; });
    if (one.version.empty() || known) continue;
    // A file may name a part only ("n8nio/n8n:1"): the server completes it.
    const bool completes =
        !found.n8n_versions.empty() && one.version.starts_with(found.n8n_versions.front().version + ".");
    found.n8n_versions.insert(completes ? found.n8n_versions.begin() : found.n8n_versions.end(),
                              {one.version, format("the n8n of {}", one.environment)});
  }
}

}  // namespace kairon::install
