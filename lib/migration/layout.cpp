#include "migration/layout.h"

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <utility>

#include "base/error.h"
#include "base/format.h"
#include "base/text.h"

namespace kairon::migration {
namespace {

constexpr std::array<Layout, 12> kLayouts = {{
    {.name = "kairon",
     .tool = "kairon",
     .folder = "db/migrations",
     .up = "kairon migrate up",
     .down = "kairon migrate down",
     .status = "kairon migrate status",
     .baseline = "kairon migrate baseline",
     .rollback = RollbackNeed::required},
    {.name = "dbmate",
     .tool = "dbmate",
     .folder = "db/migrations",
     .up = "dbmate up",
     .down = "dbmate down",
     .status = "dbmate status",
     .sections = true,
     .one_query = true,
     .any_order = true},
    {.name = "goose",
     .tool = "goose",
     .folder = "migrations",
     .up = "goose up",
     .down = "goose down",
     .status = "goose status",
     .sections = true},
    {.name = "golang-migrate",
     .tool = "golang-migrate",
     .folder = "migrations",
     .up = "migrate -path FOLDER -database URL up",
     .down = "migrate -path FOLDER -database URL down 1",
     .status = "migrate -path FOLDER -database URL version",
     .baseline = "migrate -path FOLDER -database URL force VERSION",
     .wraps = false,
     .one_query = true},
    {.name = "diesel",
     .tool = "diesel",
     .folder = "migrations",
     .up = "diesel migration run",
     .down = "diesel migration revert",
     .status = "diesel migration list",
     .one_query = true,
     .any_order = true},
    {.name = "prisma",
     .tool = "Prisma",
     .folder = "prisma/migrations",
     .up = "prisma migrate deploy",
     .status = "prisma migrate status",
     .baseline = "prisma migrate resolve --applied NAME",
     .rollback = RollbackNeed::none,
     .wraps = false,
     .one_query = true,
     .any_order = true},
    {.name = "supabase",
     .tool = "the Supabase CLI",
     .folder = "supabase/migrations",
     .up = "supabase db push",
     .status = "supabase migration list",
     .baseline = "supabase migration repair --status applied VERSION",
     .rollback = RollbackNeed::none},
    {.name = "flyway",
     .tool = "Flyway",
     .folder = "src/main/resources/db/migration",
     .up = "flyway migrate",
     .down = "flyway undo",
     .status = "flyway info",
     .baseline = "flyway baseline",
     .rollback = RollbackNeed::none},
    {.name = "sqlx",
     .tool = "sqlx",
     .folder = "migrations",
     .up = "sqlx migrate run",
     .down = "sqlx migrate revert",
     .status = "sqlx migrate info",
     .one_query = true,
     .any_order = true},
    {.name = "node-pg-migrate",
     .tool = "node-pg-migrate",
     .folder = "migrations",
     .up = "node-pg-migrate up",
     .down = "node-pg-migrate down",
     .baseline = "node-pg-migrate up --fake",
     .sections = true,
     .one_query = true},
    {.name = "atlas",
     .tool = "Atlas",
     .folder = "migrations",
     .up = "atlas migrate apply",
     .down = "atlas migrate down",
     .status = "atlas migrate status",
     .baseline = "atlas migrate apply --baseline VERSION",
     .rollback = RollbackNeed::none},
    {.name = "sqitch",
     .tool = "Sqitch",
     .folder = "db",
     .up = "sqitch deploy",
     .down = "sqitch revert",
     .status = "sqitch status",
     .baseline = "sqitch deploy --log-only",
     .wraps = false,
     .psql = true},
}};

constexpr std::string_view kDigits = "0123456789";

std::size_t digits_at_front(std::string_view text) { return std::min(text.find_first_not_of(kDigits), text.size()); }

/// Numbers of any usual length, so that their text order is their order.
std::string padded(std::string_view digits) {
  constexpr std::size_t kWidth = 24;
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  return std::string(kWidth - std::min(kWidth, digits.size()), '0') + std::string(digits);
}

std::string_view without_zeros(std::string_view digits) {
  return digits.substr(std::min(digits.find_first_not_of('0'), digits.size() - 1));
}

std::string_view last_part(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string_view folder_above(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : last_part(path.substr(0, slash));
}

FileName named(std::string_view stem, Role role) {
  FileName name;
  name.stem = stem;
  name.role = role;
  name.is_sql = role != Role::none;
  name.is_rollback = role == Role::rollback;
  return name;
}

/// "X.up.sql" and "X.down.sql", and "X.sql" as `plain`; none where no number and separator begins it.
FileName numbered_name(std::string_view file, std::string_view separators, Role plain) {
  const std::size_t digits = digits_at_front(file);
  if (digits == 0 || !file.ends_with(".sql") || separators.find(file[digits]) == std::string_view::npos) return {};
  file.remove_suffix(4);
  if (file.ends_with(".up")) return named(file.substr(0, file.size() - 3), Role::forward);
  if (file.ends_with(".down")) return named(file.substr(0, file.size() - 5), Role::rollback);
  return plain == Role::none ? FileName{} : named(file, plain);
}

/// The version of "V1_2__x": "1.2", without zero parts at its end; "" for a repeatable.
std::string dotted_version(std::string_view stem) {
  const std::string text = text::replace_all(std::string(stem.substr(1, stem.find("__") - 1)), "_", ".");
  std::vector<std::string_view> parts = text::split(text, '.');
  while (parts.size() > 1 && parts.back().find_first_not_of('0') == std::string_view::npos) parts.pop_back();
  std::string version;
  for (const std::string_view part : parts) {
    if (part.empty()) continue;
    version += format("{}{}", version.empty() ? "" : ".", without_zeros(part));
  }
  return version;
}

FileName flyway_name(std::string_view file) {
  if (!file.ends_with(".sql")) return {};
  file.remove_suffix(4);
  const std::size_t split = file.find("__");
  for (const std::string_view event : {"before", "after", "create"})
    if (file.starts_with(event) && file.size() > event.size() && file[event.size()] >= 'A' && file[event.size()] <= 'Z')
      return named(file, Role::callback);
  if (split == std::string_view::npos || file.empty()) return {};
  const bool version =
      split > 1 && file.substr(1, split - 1).find_first_not_of("0123456789._") == std::string_view::npos;
  switch (file.front()) {
    case 'V':
      return version ? named(file, Role::forward) : FileName{};
    case 'U':
      return version ? named(file, Role::rollback) : FileName{};
    case 'B':
      return version ? named(file, Role::callback) : FileName{};
    case 'R':
      return split == 1 ? named(file, Role::repeatable) : FileName{};
    default:
      return {};
  }
}

FileName sqitch_name(std::string_view path) {
  if (!path.ends_with(".sql")) return {};
  const std::string within = "/" + std::string(path.substr(0, path.size() - 4));
  for (const auto& [folder, role] : {std::pair("/deploy/", Role::forward), std::pair("/revert/", Role::rollback),
                                     std::pair("/verify/", Role::verify)}) {
    const std::size_t at = within.find(folder);
    if (at != std::string::npos) return named(within.substr(at + std::string_view(folder).size()), role);
  }
  return {};
}

/// Text before the first "_".
std::string_view before_bar(std::string_view stem) { return stem.substr(0, stem.find('_')); }

bool is_whole_number(std::string_view text) { return !text.empty() && digits_at_front(text) == text.size(); }

/// The value of `key = value` in the text of a companion; "" when it is not there.
std::string value_in(std::string_view text, std::string_view wanted) {
  for (const std::string_view line : text::lines(text)) {
    const std::size_t equal = line.find('=');
    if (equal == std::string_view::npos || text::trim(line.substr(0, equal)) != wanted) continue;
    const std::string_view value = line.substr(equal + 1);
    return text::lower(text::trim(value.substr(0, value.find('#'))));
  }
  return {};
}

}  // namespace

std::span<const Layout> layouts() { return kLayouts; }
const Layout& kairon_layout() { return kLayouts.front(); }

const Layout* find_layout(std::string_view name) {
  const auto* hit =
      std::find_if(kLayouts.begin(), kLayouts.end(), [name](const Layout& one) { return one.name == name; });
  return hit == kLayouts.end() ? nullptr : hit;
}

namespace {

/// Files keep a reference to their layout, so that one with a table of its own stays for good.
const Layout& with_table(const Layout& layout, const std::string& table) {
  if (table.empty() || layout.is_ours()) return layout;
  const std::vector<std::string_view> parts = text::split(table, '.');
  const auto is_name = [](std::string_view part) {
    return !part.empty() &&
           text::lower(part).find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
  };
  if (parts.size() > 2 || !std::all_of(parts.begin(), parts.end(), is_name))
    throw usage_error(format("[kairon] versionTable: invalid table '{}'", text::printable(table)),
                      "write NAME or SCHEMA.NAME, in letters, digits and _");
  static std::mutex mutex;
  static std::map<std::pair<std::string_view, std::string>, Layout> made;
  const std::lock_guard lock(mutex);
  const auto [at, fresh] = made.try_emplace({layout.name, table}, layout);
  if (fresh) at->second.table = at->first.second;
  return at->second;
}

}  // namespace

const Layout& layout_of(const config::Settings& settings) {
  const std::string wanted = settings.value(config::kLayout);
  if (const Layout* found = find_layout(wanted)) return with_table(*found, settings.value(config::kVersionTable));
  std::vector<std::string_view> names;
  std::vector<std::string> shown;
  for (const Layout& one : kLayouts) {
    names.push_back(one.name);
    shown.emplace_back(one.name);
  }
  const std::string_view near = text::nearest(wanted, names);
  throw usage_error(format("{}[kairon] layout: unknown layout '{}'", settings.history_lead(), text::printable(wanted)),
                    near.empty() ? format("use one of {}", text::join(shown, ", ")) : format("did you mean {}?", near));
}

std::vector<const Layout*> layouts_of(const config::Settings& settings) {
  std::vector<const Layout*> all;
  for (const config::Settings& one : settings.histories()) all.push_back(&layout_of(one));
  return all;
}

bool is_program(const Layout& layout, std::string_view path) {
  const std::string_view file = last_part(path);
  if (digits_at_front(file) == 0) return false;
  if (layout.name == "goose")
    return is_whole_number(before_bar(file)) && file.ends_with(".go") && !file.ends_with("_test.go");
  if (layout.name != "node-pg-migrate" || file.ends_with(".d.ts")) return false;
  return file.ends_with(".js") || file.ends_with(".cjs") || file.ends_with(".mjs") || file.ends_with(".ts");
}

FileName file_name(const Layout& layout, std::string_view path) {
  const std::string_view file = last_part(path);
  const std::string_view name = layout.name;
  if (is_program(layout, path)) return named(file.substr(0, file.rfind('.')), Role::forward);
  if (layout.is_ours()) return parse_file_name(path);
  if (name == "prisma") return file == "migration.sql" ? named(folder_above(path), Role::forward) : FileName{};
  if (name == "diesel") {
    if (file == "up.sql") return named(folder_above(path), Role::forward);
    return file == "down.sql" ? named(folder_above(path), Role::rollback) : FileName{};
  }
  if (name == "flyway") return flyway_name(file);
  if (name == "sqitch") return sqitch_name(path);
  if (name == "golang-migrate") return numbered_name(file, "_", Role::none);
  if (name == "sqlx") return numbered_name(file, "_", Role::forward);
  if (name == "node-pg-migrate") return numbered_name(file, "_-", Role::both);
  if (!file.ends_with(".sql") || file.starts_with('.') || file.size() == 4) return {};
  const std::string_view stem = file.substr(0, file.size() - 4);
  if (name == "atlas") return named(stem, Role::forward);
  if (name == "supabase")
    return is_whole_number(before_bar(stem)) && before_bar(stem) != stem ? named(stem, Role::forward) : FileName{};
  if (name == "goose") return is_whole_number(before_bar(stem)) ? named(stem, Role::both) : FileName{};
  return digits_at_front(stem) > 0 ? named(stem, Role::both) : FileName{};
}

Version version_of(const Layout& layout, std::string_view stem) {
  if (layout.is_ours()) return parse_version(stem);
  const std::string_view name = layout.name;
  Version version;
  version.stem = stem;
  version.key = stem;
  if (name == "prisma") {
    version.key = text::lower(stem) + '\0' + std::string(stem);
  } else if (name == "diesel") {
    version.number = text::replace_all(std::string(before_bar(stem)), "-", "");
    version.key = version.number + '\0' + std::string(stem);
  } else if (name == "flyway") {
    if (stem.starts_with('R')) {
      version.key = "~" + std::string(stem);
      return version;
    }
    version.number = dotted_version(stem);
    version.key.clear();
    for (const std::string_view part : text::split(version.number, '.')) version.key += padded(part);
  } else if (name == "dbmate" || name == "supabase" || name == "atlas") {
    version.number = name == "atlas" ? before_bar(stem) : stem.substr(0, digits_at_front(stem));
  } else if (name != "sqitch") {
    const std::string_view digits = stem.substr(0, digits_at_front(stem));
    version.key = padded(digits) + std::string(stem);
    // node-pg-migrate stores the name.
    if (name != "node-pg-migrate" && !digits.empty()) version.number = without_zeros(digits);
  }
  const std::size_t bar = stem.find('_');
  version.name =
      bar == std::string_view::npos ? stem : stem.substr(std::min(stem.find_first_not_of('_', bar), stem.size()));
  return version;
}

bool is_companion(const Layout& layout, std::string_view path) {
  return (layout.name == "diesel" && last_part(path) == "metadata.toml") ||
         (layout.name == "flyway" && path.ends_with(".sql.conf")) ||
         (layout.name == "sqitch" && last_part(path) == "sqitch.plan") || is_program(layout, path);
}

bool is_companion(const std::vector<const Layout*>& layouts, std::string_view path) {
  return std::any_of(layouts.begin(), layouts.end(), [path](const Layout* one) { return is_companion(*one, path); });
}

std::string companion_of(const Layout& layout, std::string_view path) {
  if (layout.name == "flyway") return std::string(path) + ".conf";
  if (layout.name == "diesel") return std::string(path.substr(0, path.rfind('/') + 1)) + "metadata.toml";
  return {};
}

bool turns_transaction_off(const Layout& layout, std::string_view companion) {
  // A metadata.toml without that key means false too.
  if (layout.name == "diesel") return value_in(companion, "run_in_transaction") != "true";
  return layout.name == "flyway" && value_in(companion, "executeInTransaction") == "false";
}

}  // namespace kairon::migration
