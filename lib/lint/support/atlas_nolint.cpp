#include "lint/support/atlas_nolint.h"

#include <algorithm>
#include <array>
#include <limits>

#include "base/text.h"
#include "migration/sections.h"
#include "sql/token.h"

namespace kairon::lint {

namespace {

/// A check of Atlas, its class, and the rule that looks for the same (atlasgo.io, "Analyzers").
struct AtlasCheck {
  std::string_view code;
  std::string_view kind;  ///< "" = none is documented
  std::string_view rule;
};
constexpr std::array<AtlasCheck, 20> kAtlasChecks = {{
    {"DS101", "destructive", "migration/drop-schema-cascade"},
    {"DS102", "destructive", "migration/ban-drop-table"},
    {"DS103", "destructive", "migration/ban-drop-column"},
    {"MF101", "data_depend", "migration/disallowed-unique-constraint"},
    {"MF103", "data_depend", "migration/adding-required-field"},
    {"MF104", "data_depend", "migration/adding-not-nullable-field"},
    {"BC101", "incompatible", "migration/renaming-table"},
    {"BC102", "incompatible", "migration/renaming-column"},
    {"PG101", "concurrent_index", "migration/require-concurrent-index-creation"},
    {"PG101", "concurrent_index", "migration/index-on-committed-table"},
    {"PG102", "concurrent_index", "migration/require-concurrent-index-deletion"},
    {"PG104", "concurrent_index", "migration/adding-serial-primary-key-field"},
    {"PG105", "concurrent_index", "migration/disallowed-unique-constraint"},
    {"PG301", "", "migration/changing-column-type"},
    {"PG302", "", "migration/adding-field-with-default"},
    {"PG302", "", "migration/add-serial-column"},
    {"PG303", "", "migration/adding-not-nullable-field"},
    {"PG304", "", "migration/adding-serial-primary-key-field"},
    {"PG305", "", "migration/constraint-missing-not-valid"},
    {"PG305", "", "migration/add-column-check"},
}};

constexpr std::string_view kNolint = "atlas:nolint";

/// The names after the directive's word; false for another comment.
bool read_nolint(std::string_view comment, std::vector<std::string_view>& names) {
  if (!comment.starts_with(kNolint)) return false;
  const std::string_view rest = comment.substr(kNolint.size());
  if (!rest.empty() && rest.front() != ' ') return false;
  for (const std::string_view name : text::split(rest, ' '))
    if (!text::trim(name).empty()) names.push_back(text::trim(name));
  return true;
}

/// The comments of a statement: those before it that no blank line cuts off.
std::vector<sql::Comment> comments_of(std::string_view text, const std::vector<sql::Comment>& comments,
                                      std::size_t after, std::size_t before) {
  std::vector<sql::Comment> own;
  for (const sql::Comment& one : comments) {
    if (one.begin < after || one.end > before) continue;
    own.push_back(one);
    if (text.substr(one.end).starts_with("\n\n")) own.clear();
  }
  return own;
}

bool is_nolinted(const AtlasNolint& ignore, const Finding& finding) {
  if (finding.line < ignore.first_line || finding.line > ignore.last_line) return false;
  return std::any_of(kAtlasChecks.begin(), kAtlasChecks.end(), [&](const AtlasCheck& check) {
    const auto is_named = [&check](std::string_view name) { return name == check.code || name == check.kind; };
    return check.rule == finding.rule &&
           (ignore.names.empty() || std::any_of(ignore.names.begin(), ignore.names.end(), is_named));
  });
}

}  // namespace

std::vector<AtlasNolint> atlas_nolints(const migration::File& file) {
  std::vector<AtlasNolint> ignores;
  const std::string& text = file.script().text();
  if (text.find(kNolint) == std::string::npos) return ignores;
  for (const std::string_view line : migration::atlas_head(file.text())) {
    AtlasNolint whole{0, std::numeric_limits<std::size_t>::max(), {}};
    if (read_nolint(line, whole.names)) ignores.push_back(std::move(whole));
  }
  const std::vector<sql::Comment> comments = sql::comments(text);
  std::size_t after = 0;
  for (const sql::Statement& statement : file.script().statements()) {
    for (const sql::Comment& comment : comments_of(text, comments, after, statement.begin)) {
      AtlasNolint one{file.script().position(statement.begin).line, file.script().position(statement.end).line, {}};
      if (read_nolint(comment.text, one.names)) ignores.push_back(std::move(one));
    }
    after = statement.end;
  }
  return ignores;
}

std::size_t apply_atlas_nolints(const std::vector<AtlasNolint>& ignores, std::vector<Finding>& findings) {
  return std::erase_if(findings, [&ignores](const Finding& finding) {
    return std::any_of(ignores.begin(), ignores.end(),
                       [&finding](const AtlasNolint& ignore) { return is_nolinted(ignore, finding); });
  });
}

}  // namespace kairon::lint
