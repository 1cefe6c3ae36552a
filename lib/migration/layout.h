#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"
#include "migration/version.h"

namespace kairon::migration {

/// Whether a tool undoes migrations by files.
enum class RollbackNeed : std::uint8_t {
  required,  ///< each migration has one, or says why not
  optional,
  none  ///< the tool runs none
};

/// How a migration tool lays its files out and sends them. Knows no database. The commands are what a person types;
/// "" where the tool has none.
struct Layout {
  std::string_view name = {};    ///< value of [kairon] layout
  std::string_view tool = {};    ///< for people
  std::string_view folder = {};  ///< where it looks when nobody says
  std::string_view up = {};
  std::string_view down = {};
  std::string_view status = {};
  std::string_view baseline = {};
  RollbackNeed rollback = RollbackNeed::optional;
  bool sections = false;        ///< both directions share a file, marked by comments
  bool wraps = true;            ///< the tool opens a transaction around a file
  bool one_query = false;       ///< a file (or section) goes to the server as one query
  bool psql = false;            ///< psql runs it: its commands are legal
  std::string_view table = {};  ///< [kairon] versionTable; "" = the name that the tool gives it
  bool any_order = false;       ///< the tool runs a migration that came late as if it had been there

  /// True for the layout whose migrations this program runs itself.
  [[nodiscard]] bool is_ours() const { return name == "kairon"; }
  /// Migrations lie in folders below the migrations folder.
  [[nodiscard]] bool deep() const { return config::has_deep_layout(name); }
};

/// Every layout, ours first.
[[nodiscard]] std::span<const Layout> layouts();
[[nodiscard]] const Layout& kairon_layout();
/// Null when there is none of that name.
[[nodiscard]] const Layout* find_layout(std::string_view name);
/// The layout that [kairon] layout names, with the version table that [kairon] versionTable names. Lives as long as the
/// program. Throws Error(usage) naming the nearest layout, and for a table that is not NAME or SCHEMA.NAME.
[[nodiscard]] const Layout& layout_of(const config::Settings& settings);

/// The layouts of all histories that settings name. Throws what layout_of() throws.
[[nodiscard]] std::vector<const Layout*> layouts_of(const config::Settings& settings);

/// What a file is to the tool, by its name. `path` holds the folders that the name needs (diesel: V_x/up.sql). A file
/// that the tool passes over has role none.
[[nodiscard]] FileName file_name(const Layout& layout, std::string_view path);

/// The version of a migration: its order is the tool's, its number what the tool's table stores ("" = the stem is).
[[nodiscard]] Version version_of(const Layout& layout, std::string_view stem);

/// True for a migration that is a program of the tool's language (goose: .go, node-pg-migrate: .js, .ts), which only
/// the tool runs. Such a file has its place in the order of the others; nobody here reads its SQL.
[[nodiscard]] bool is_program(const Layout& layout, std::string_view path);

/// True for a file beside the SQL that changes what is sent and how: metadata.toml of diesel, *.sql.conf of Flyway, the
/// plan of Sqitch; and for a program.
[[nodiscard]] bool is_companion(const Layout& layout, std::string_view path);
[[nodiscard]] bool is_companion(const std::vector<const Layout*>& layouts, std::string_view path);
/// Path of the companion that a migration's file may have; "" in a layout without.
[[nodiscard]] std::string companion_of(const Layout& layout, std::string_view path);
/// True when the text of a companion turns the transaction off.
[[nodiscard]] bool turns_transaction_off(const Layout& layout, std::string_view companion);

}  // namespace kairon::migration
