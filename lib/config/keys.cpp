#include "config/keys.h"

#include <array>

#include "base/format.h"
#include "base/text.h"
#include "config/layers.h"

namespace kairon::config {

namespace {

constexpr auto kUser = Trust::user_only;
constexpr auto kAnyone = Trust::anyone;
constexpr auto kSecret = Secrecy::secret;
constexpr auto kOpen = Secrecy::open;

constexpr Key kKeys[] = {
    {"kairon", "", "workflows", "n8n-workflows/*.json", "text", kAnyone, kOpen, "workflow files, repeatable"},
    {"kairon", "", "migrations", "db/migrations", "text", kAnyone, kOpen, "folder of the SQL migrations"},
    {"kairon", "", "schema", "db/schema.sql", "text", kAnyone, kOpen,
     "base schema for the trial when there is no backup"},
    {"kairon", "", "ruleset", "kairon", "kairon|n8n", kAnyone, kOpen, "n8n = without the ctx conventions"},
    {"kairon", "", "n8nVersion", "", "text", kAnyone, kOpen, "which node catalogue"},
    {"kairon", "", "postgresVersion", "", "text", kAnyone, kOpen, "the PostgreSQL version the SQL is for"},
    {"kairon", "", "missingExtensions", "block", "block|stub", kAnyone, kOpen,
     "extensions that the trial server lacks"},
    {"kairon", "", "baseline", "", "text", kAnyone, kOpen, "findings that existed before the gate and do not count"},
    {"kairon", "", "deployBranch", "main", "text", kAnyone, kOpen, "the branch whose push deploys"},
    {"kairon", "", "postMerge", "notify", "notify|apply", kUser, kOpen, "pending migrations after a merge"},
    {"kairon", "", "previousHooksPath", "", "text", kUser, kOpen, "the hooks folder that stood before ours"},
    {"kairon", "", "previousHooksPathInherited", "", "text", kUser, kOpen, "that folder came from a weaker file"},
    {"gate", "", "trial", "on", "on|off", kAnyone, kOpen, "migration trial at push"},
    {"gate", "", "migrate", "on", "on|off", kAnyone, kOpen, "pending migrations before a deployment's workflows"},
    {"gate", "", "deploy", "on", "on|off", kAnyone, kOpen, "deployment at push"},
    {"gate", "", "smoke", "on", "on|off", kAnyone, kOpen, "smoke tests at push"},
    {"gate", "", "fence", "on", "on|off", kUser, kOpen,
     "the fence around trial servers; off: SQL of the repository runs with your rights"},
    {"lint", "*", "severity", "", "error|warning|info|off", kAnyone, kOpen, "severity of one rule"},
    {"env", "*", "n8nUrl", "", "text", kUser, kOpen, "base URL of the n8n"},
    {"env", "*", "n8nApiKey", "", "text", kUser, kSecret, "API key of the n8n"},
    {"env", "*", "n8nDatabase", "", "text", kUser, kSecret, "n8n's own database, for the credential map"},
    {"env", "*", "database", "", "text", kUser, kSecret, "the application's database"},
    {"env", "*", "sshHost", "", "text", kUser, kOpen, "host to tunnel through"},
    {"env", "*", "approval", "prompt", "prompt|none", kUser, kOpen, "who approves a production deployment"},
    {"env", "*", "requires", "", "text", kAnyone, kOpen, "environment that must be green for this commit"},
    {"env", "*", "window", "", "text", kAnyone, kOpen, "quiet hours, `02:00-06:00 Europe/Vienna`"},
    {"env", "*", "smoke", "", "on|off", kUser, kOpen,
     "smoke tests after a deployment at push; unset: on dev and staging"},
    {"env", "*", "allowHost", "", "text", kUser, kOpen, "host that the dev transformation leaves alone, repeatable"},
    {"backup", "", "directory", "", "text", kUser, kOpen, "where dumps are kept"},
    {"backup", "", "keepHourly", "24", "number", kAnyone, kOpen, "hourly dumps kept"},
    {"backup", "", "keepDaily", "7", "number", kAnyone, kOpen, "daily dumps kept"},
    {"backup", "", "keepWeekly", "4", "number", kAnyone, kOpen, "weekly dumps kept"},
    {"backup", "", "encryptTo", "", "text", kUser, kOpen, "age or gpg recipient of the dumps"},
    {"backup", "", "identity", "", "text", kUser, kOpen, "file of the age identity that can decrypt them"},
    {"backup", "", "offsiteCommand", "", "text", kUser, kOpen,
     "command that copies a dump elsewhere, run without a shell"},
    {"backup", "", "maxAge", "26h", "duration", kAnyone, kOpen, "age at which a backup counts as old"},
    {"backup", "", "drillMaxAge", "8d", "duration", kAnyone, kOpen, "age at which a drill counts as old"},
    {"notify", "", "url", "", "text", kUser, kSecret, "where messages go"},
    {"notify", "", "token", "", "text", kUser, kSecret, "sent as `Authorization: Bearer`"},
    {"notify", "", "kind", "", "discord|slack|ntfy|json", kAnyone, kOpen, "form of the message, default by the host"},
    {"notify", "", "on", "failure", "failure|always", kAnyone, kOpen, "when to send"},
    {"n8n", "", "email", "", "text", kUser, kOpen, "account that `kairon catalogue update --n8n` logs in with"},
    {"n8n", "", "password", "", "text", kUser, kSecret, "its password"},
    {"smoke", "", "path", "n8n-workflows/tests/regression/*.json", "text", kAnyone, kOpen,
     "smoke test files, repeatable"},
    {"smoke", "", "timeout", "30s", "duration", kAnyone, kOpen, "patience per case"},
    {"smoke", "", "webhookPath", "", "text", kAnyone, kOpen, "webhook that receives the test messages"},
    {"health", "*", "query", "", "text", kUser, kOpen, "SQL probe: one number, 0 is healthy"},
    {"health", "", "window", "1h", "duration", kAnyone, kOpen, "how far back the pipeline is looked at"},
};

}  // namespace

std::span<const Key> known_keys() { return kKeys; }

const Key* find_key(std::string_view section, std::string_view subsection, std::string_view name) {
  for (const Key& key : kKeys) {
    const bool place = key.section == section && (key.subsection == "*" ? !subsection.empty() : subsection.empty());
    if (place && text::equal_ignoring_case(key.name, name)) return &key;
  }
  return nullptr;
}

std::string variable_name(std::string_view section, std::string_view subsection, std::string_view name) {
  std::string key = section == "kairon" ? "KAIRON" : "KAIRON_" + std::string(section);
  if (!subsection.empty()) key += "_" + std::string(subsection);
  if (section != "lint") key += "_" + std::string(name);
  key = text::upper(key);
  for (char& c : key) {
    const bool plain = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!plain) c = '_';
  }
  return key;
}

std::optional<std::string> subsection_of_variable(std::string_view section, std::string_view name,
                                                  std::string_view variable) {
  const std::string begin = text::upper(format("KAIRON_{}_", section));
  const std::string end = text::upper(format("_{}", name));
  if (variable.size() <= begin.size() + end.size() || !variable.starts_with(begin) || !variable.ends_with(end))
    return std::nullopt;
  return text::lower(variable.substr(begin.size(), variable.size() - begin.size() - end.size()));
}

std::string kind_problem(const Key& key, std::string_view value) {
  if (key.kind == "text") return {};
  if (key.kind == "on|off") return parse_boolean(value) ? "" : "is neither on nor off";
  if (key.kind == "duration") return parse_duration(value) ? "" : "is no duration: write 500ms, 30s, 5m or 2h";
  if (key.kind == "number") {
    const auto number = parse_integer(value);
    return number && *number >= 0 ? "" : "is no whole number";
  }
  const std::vector<std::string_view> words = text::split(key.kind, '|');
  for (const std::string_view word : words)
    if (word == value) return {};
  const std::string_view near = text::nearest(value, words);
  return near.empty() ? format("is none of {}", text::replace_all(key.kind, "|", ", "))
                      : format("is none of {}; did you mean {}?", text::replace_all(key.kind, "|", ", "), near);
}

std::string shown_key(std::string_view section, std::string_view subsection, std::string_view name) {
  return subsection.empty() ? format("[{}] {}", section, name) : format("[{} \"{}\"] {}", section, subsection, name);
}

}  // namespace kairon::config
