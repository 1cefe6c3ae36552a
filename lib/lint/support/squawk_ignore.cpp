#include "lint/support/squawk_ignore.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "lint/migration_rule.h"
#include "sql/token.h"

namespace kairon::lint {

namespace {

constexpr std::string_view kPrefix = "migration/";
constexpr std::string_view kFile = "squawk-ignore-file";
constexpr std::string_view kLine = "squawk-ignore";

/// squawk's rules (squawk 2.66, docs "Rules"), which a comment without a name is about.
constexpr std::string_view kSquawkRules =
    " adding-field-with-default adding-foreign-key-constraint adding-not-nullable-field "
    "adding-required-field adding-serial-primary-key-field ban-alter-domain-with-add-constraint "
    "ban-char-field ban-concurrent-index-creation-in-transaction ban-create-domain-with-constraint "
    "ban-drop-column ban-drop-database ban-drop-not-null ban-drop-table ban-duplicate-column-assignments "
    "ban-truncate-cascade ban-uncommitted-transaction changing-column-type constraint-missing-not-valid "
    "disallowed-unique-constraint identifier-too-long prefer-bigint-over-int prefer-bigint-over-smallint "
    "prefer-identity prefer-repack prefer-robust-stmts prefer-text-field prefer-timestamp-tz "
    "renaming-column renaming-table require-concurrent-index-creation require-concurrent-index-deletion "
    "require-concurrent-partition-detach require-concurrent-reindex require-enum-value-ordering "
    "require-lock-timeout require-statement-timeout require-table-schema require-timeout-settings "
    "transaction-nesting ";

bool is_squawk_rule(std::string_view rule) {
  if (!rule.starts_with(kPrefix)) return false;
  return text::contains(kSquawkRules, " " + std::string(rule.substr(kPrefix.size())) + " ");
}

/// A rule that judges one file by itself, unless nothing but `kairon: allow` with its reason may answer it.
bool can_be_ignored(std::string_view rule) {
  if (rule == "migration/syntax" || rule == "migration/server-escape" || rule == "migration/directive") return false;
  const auto rules = migration_rules();
  return std::any_of(rules.begin(), rules.end(), [rule](const MigrationRule* one) { return one->info.id == rule; });
}

void read_names(std::string_view text, SquawkIgnore& ignore) {
  text = text.substr(0, text.find("--"));
  ignore.all = ignore.line == 0 && text::trim(text).empty();
  for (const std::string_view part : text::split(text, ',')) {
    const std::string_view name = text::trim(part);
    if (name.empty()) continue;
    std::string rule = name.starts_with(kPrefix) ? std::string(name) : std::string(kPrefix) + std::string(name);
    if (can_be_ignored(rule)) {
      if (rule == "migration/require-timeout-settings") {
        ignore.rules.emplace_back("migration/require-lock-timeout");
        ignore.rules.emplace_back("migration/require-statement-timeout");
      }
      ignore.rules.push_back(std::move(rule));
    } else {
      ignore.unknown.emplace_back(name);
    }
  }
}

std::optional<SquawkIgnore> read(const migration::File& file, const sql::Comment& comment) {
  const bool whole = comment.text.starts_with(kFile);
  if (!whole && !comment.text.starts_with(kLine)) return std::nullopt;
  SquawkIgnore ignore;
  ignore.offset = static_cast<std::size_t>(comment.text.data() - file.script().text().data());
  if (!whole) ignore.line = file.script().position(ignore.offset).line;
  read_names(comment.text.substr(whole ? kFile.size() : kLine.size()), ignore);
  return ignore;
}

bool covers(const SquawkIgnore& ignore, const Finding& finding) {
  if (ignore.line != 0 && finding.line != ignore.line && finding.line != ignore.line + 1) return false;
  if (ignore.all) return is_squawk_rule(finding.rule);
  return std::find(ignore.rules.begin(), ignore.rules.end(), finding.rule) != ignore.rules.end();
}

}  // namespace

std::vector<SquawkIgnore> squawk_ignores(const migration::File& file) {
  std::vector<SquawkIgnore> ignores;
  for (const sql::Comment& comment : sql::comments(file.script().text()))
    if (auto ignore = read(file, comment)) ignores.push_back(std::move(*ignore));
  return ignores;
}

std::size_t apply_squawk_ignores(const std::vector<SquawkIgnore>& ignores, std::vector<Finding>& findings) {
  return std::erase_if(findings, [&ignores](const Finding& finding) {
    return std::any_of(ignores.begin(), ignores.end(),
                       [&finding](const SquawkIgnore& ignore) { return covers(ignore, finding); });
  });
}

}  // namespace kairon::lint
