#include <algorithm>

#include "base/file.h"
#include "base/text.h"
#include "config/settings.h"

namespace kairon::config {

namespace {

constexpr std::size_t kMaxBytes = std::size_t{1} << 20U;

std::string unquote(std::string_view value) {
  value = text::trim(value);
  if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'')) {
    const char quote = value.front();
    std::string out;
    for (std::size_t i = 1; i < value.size() && value[i] != quote; ++i) {
      if (quote == '"' && value[i] == '\\' && i + 1 < value.size()) {
        ++i;
        out += value[i] == 'n' ? '\n' : value[i];
      } else {
        out += value[i];
      }
    }
    return out;
  }
  if (const std::size_t comment = value.find(" #"); comment != std::string_view::npos)
    value = text::trim(value.substr(0, comment));
  return std::string(value);
}

bool is_tracked(git::GitSource& source, const std::string& path) {
  const std::vector<std::string> folders{path};
  const auto entries = source.index_entries(folders);
  return std::any_of(entries.begin(), entries.end(), [&](const git::Entry& entry) { return entry.path == path; });
}

}  // namespace

std::vector<std::pair<std::string, std::string>> parse_dotenv(std::string_view content) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (std::string_view line : text::lines(content)) {
    line = text::trim(line);
    if (line.starts_with("export ")) line = text::trim(line.substr(7));
    const std::size_t equals = line.find('=');
    if (line.empty() || line.front() == '#' || equals == std::string_view::npos || equals == 0) continue;
    pairs.emplace_back(text::trim(line.substr(0, equals)), unquote(line.substr(equals + 1)));
  }
  return pairs;
}

Settings load(git::GitSource* source, std::optional<std::string> repository_file,
              std::map<std::string, std::string> command_line) {
  Settings::Layers layers;
  layers.repository_file = std::move(repository_file);
  layers.command_line = std::move(command_line);
  layers.git_config = git::kairon_config(source);
  bool tracked = false;
  if (source != nullptr && !source->top().empty()) {
    const auto read = [&](const char* name) -> std::optional<std::string> {
      auto content = file::read(source->top() + "/" + name, kMaxBytes);
      return content.ok() ? std::optional(std::move(*content)) : std::nullopt;
    };
    if (!layers.repository_file) {
      // Committed, it may be a link to the settings of another program, which messages would quote.
      auto committed = file::read_below(source->top(), ".kairon", kMaxBytes);
      if (committed.ok()) layers.repository_file = std::move(*committed);
    }
    layers.dot_env = read(".env");
    tracked = layers.dot_env && is_tracked(*source, ".env");
  }
  // A committed .env is repository content like any other: it must not say where keys are sent.
  if (tracked) layers.dot_env.reset();
  Settings settings = Settings::merge(layers);
  if (tracked) {
    settings.add_notice({{".env is committed, so nothing in it is used",
                          "git rm --cached .env, add it to .gitignore, change the secrets in it"},
                         true});
  }
  return settings;
}

}  // namespace kairon::config
