// What `.kairon` says after a survey.
#include <algorithm>

#include "base/format.h"
#include "base/text.h"
#include "install/survey.h"

namespace kairon::install {

namespace {

/// A value as git-config(1) wants it written.
std::string as_setting(const std::string& value) {
  if (value.find_first_of("\"\\;# \t") == std::string::npos) return value;
  return "\"" + text::replace_all(text::replace_all(value, "\\", "\\\\"), "\"", "\\\"") + "\"";
}

std::string from(const std::vector<StatedVersion>& versions) {
  if (versions.empty()) return {};
  const std::string& place = versions.front().place;
  return text::contains(place, ":") ? format("from {}", place) : place;
}

}  // namespace

std::string first_few(std::vector<std::string> values) {
  constexpr std::size_t kNamed = 3;
  const std::size_t count = values.size();
  values.resize(std::min(count, kNamed));
  const std::string more = count > kNamed ? format(" and {} more", count - kNamed) : std::string();
  return text::join(values, ", ") + more;
}

std::string settings_text(const Survey& found) {
  std::string out =
      "# Kairon Gate's settings for this repository, in git-config syntax. `kairon doctor` shows what is in\n"
      "# force. Addresses, keys and whatever is executed do not belong here: git config, environment or .env.\n"
      "[kairon]\n";
  const auto add = [&out](std::string_view key, const std::string& value, std::string_view fallback,
                          std::string_view why) {
    if (!value.empty() && value != fallback) out += format("\t{} = {}  ; {}\n", key, as_setting(value), why);
  };
  const bool usual = found.workflow_globs == std::vector<std::string>{"n8n-workflows/*.json"};
  for (const std::string& glob : found.workflow_globs) {
    if (!usual) add("workflows", glob, "", "found here");
  }
  const bool several = !found.named_histories.empty();
  if (!several)
    add("migrations", found.migrations, "db/migrations",
        format("the folder with the highest number, {}", found.last_migration));
  const migration::History* history = found.histories.empty() ? nullptr : &found.histories.front();
  if (!several && history != nullptr && history->folder == found.migrations)
    add("layout", std::string(history->layout->name), "kairon", history->reason);
  if (!several && history != nullptr && history->folder == found.migrations)
    add("versionTable", history->table, "", format("what {} is set to here", history->layout->tool));
  if (history != nullptr && (several || history->folder == found.migrations))
    add("host", history->host, "", "roles and schemas for the trial");
  if (!several) add("schema", found.schema, "db/schema.sql", "base for the trial when there is no backup");
  if (found.workflows > 0 && !found.passes_ctx())
    add("ruleset", "n8n", "kairon", format("{} of {} pass ctx along", found.with_ctx, found.workflows));
  add("n8nVersion", found.n8n_version(), "", from(found.n8n_versions));
  add("postgresVersion", found.postgres_version(), "", from(found.postgres_versions));
  add("deployBranch", found.branch, "main", "the default branch");
  for (const NamedHistory& one : found.named_histories) {
    out += format("[migrations \"{}\"]\n", one.name);
    add("folder", one.history.folder, "", format("the last one is {}", one.history.last));
    add("layout", std::string(one.history.layout->name), "kairon", one.history.reason);
    add("versionTable", one.history.table, "", format("what {} is set to here", one.history.layout->tool));
    add("schema", one.schema, "", "base for its trial");
  }
  return out;
}

}  // namespace kairon::install
