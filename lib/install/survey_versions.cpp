// Which n8n and which PostgreSQL a repository says that it runs.
#include <algorithm>
#include <array>

#include "base/file.h"
#include "base/format.h"
#include "base/text.h"
#include "install/survey.h"
#include "json/document.h"

namespace kairon::install {

namespace {

constexpr std::size_t kMaxBytes = std::size_t{1} << 20U;
constexpr std::array<std::string_view, 4> kPostgresImages = {"postgres", "pgvector/pgvector", "timescale/timescaledb",
                                                             "postgis/postgis"};

std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// The number at the beginning of a tag, after what may stand before it: `pg15`, `${VERSION:-15}`, `latest-pg15`.
std::string leading_version(std::string_view tag) {
  if (tag.starts_with("${")) {
    const std::size_t fallback = tag.find(":-");
    const std::size_t end = tag.find('}');
    if (fallback == std::string_view::npos || fallback > end) return {};
    tag = tag.substr(fallback + 2);
  }
  for (const std::string_view prefix : {"latest-", "pg", "v"})
    if (tag.starts_with(prefix)) tag.remove_prefix(prefix.size());
  tag = tag.substr(0, tag.find_first_not_of("0123456789."));
  while (tag.ends_with('.')) tag.remove_suffix(1);
  return tag.starts_with('.') ? std::string() : std::string(tag);
}

/// Files for development last: what they say is not what production runs.
bool for_development(const std::string& place) {
  return text::contains(place, "dev") || text::contains(place, "test") || text::contains(place, "local");
}

void add(std::vector<StatedVersion>& versions, std::string version, const std::string& path, std::size_t line) {
  const bool known = std::any_of(versions.begin(), versions.end(), [&](const auto& v) { return v.version == version; });
  if (!version.empty() && !known) versions.push_back({std::move(version), format("{}:{}", path, line)});
}

void look_at_images(const std::string& path, const std::string& content, Survey& found) {
  std::size_t number = 0;
  for (const std::string_view line : text::lines(content)) {
    ++number;
    if (text::trim(line).starts_with('#')) continue;
    if (const auto version = image_version(line, "n8nio/n8n")) add(found.n8n_versions, *version, path, number);
    for (const std::string_view image : kPostgresImages)
      if (const auto version = image_version(line, image)) {
        const std::string major = version->substr(0, version->find('.'));
        // postgres:5432 is a host and its port.
        if (major.size() <= 2) add(found.postgres_versions, major, path, number);
      }
  }
}

/// package.json's `n8n`: "^1.123.81" and "~1.123.81" count as the version that they name.
void look_at_package(const std::string& path, const std::string& content, Survey& found) {
  const auto parsed = json::Document::parse(content);
  if (!parsed.document) return;
  for (const std::string_view field : {"dependencies", "devDependencies"}) {
    std::string_view wanted = parsed.document->root()[field]["n8n"].string();
    wanted.remove_prefix(std::min(wanted.find_first_not_of("^~=v "), wanted.size()));
    if (wanted.empty()) continue;
    const auto before = content.substr(0, content.find("\"n8n\""));
    add(found.n8n_versions, leading_version(wanted), path,
        static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1);
  }
}

}  // namespace

std::optional<std::string> image_version(std::string_view text, std::string_view image) {
  for (const std::string_view line : text::lines(text)) {
    const std::string mark = std::string(image) + ":";
    const std::size_t at = line.find(mark);
    if (at == std::string_view::npos) continue;
    const bool whole = at == 0 || text::contains(" /\"'=", line.substr(at - 1, 1));
    std::string version = leading_version(line.substr(at + mark.size()));
    if (whole && !version.empty()) return version;
  }
  return std::nullopt;
}

void find_versions(const std::string& top, const std::vector<std::string>& files, Survey& found) {
  for (const std::string& path : files) {
    const std::string_view name = name_of(path);
    const bool images = (text::contains(name, "compose") && (name.ends_with(".yml") || name.ends_with(".yaml"))) ||
                        name.starts_with("Dockerfile");
    if ((!images && name != "package.json") || text::contains("/" + path, "/tests/")) continue;
    const Result<std::string> content = file::read(top + "/" + path, kMaxBytes);
    if (!content.ok()) continue;
    images ? look_at_images(path, *content, found) : look_at_package(path, *content, found);
  }
  for (auto* versions : {&found.n8n_versions, &found.postgres_versions})
    std::stable_sort(versions->begin(), versions->end(), [](const StatedVersion& a, const StatedVersion& b) {
      return for_development(a.place) < for_development(b.place);
    });
}

}  // namespace kairon::install
