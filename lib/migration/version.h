#pragma once
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace kairon::migration {

/// What a migration's file name says. The version is the whole stem; its order is the numeric
/// prefix, then the suffix, then the name: 002_a < 002b_a < 003_a < 10_a. Names without a number
/// come last, in plain order.
struct Version {
  std::string stem;    ///< "002b_add_tags"
  std::string number;  ///< digits without leading zeros, "" when there are none ("0" for zero)
  std::string suffix;  ///< up to three letters right behind the digits, lower case: "b"
  std::string name;    ///< the rest without its separators: "add_tags"
  std::string key;     ///< of another tool's layout: its order, compared as bytes; "" in ours

  /// True when both have the same number and suffix: two such files are one version.
  [[nodiscard]] bool same_number(const Version& other) const;
};

[[nodiscard]] Version parse_version(std::string_view stem);
[[nodiscard]] std::strong_ordering compare(const Version& a, const Version& b);
[[nodiscard]] inline bool operator<(const Version& a, const Version& b) { return compare(a, b) < 0; }

/// What a file of the migrations folder is.
enum class Role : std::uint8_t {
  none,  ///< no migration: the tool passes it over
  forward,
  rollback,
  both,        ///< forward, and the rollback behind a marker
  verify,      ///< checks what a migration did
  repeatable,  ///< run again whenever it changed, after the others
  callback     ///< run at an event, not as a migration
};

/// The file's role, from its name: "X_rollback.sql" and "X.down.sql" undo "X.sql"; "X.up.sql" is X.
struct FileName {
  std::string stem;  ///< of the forward migration
  bool is_rollback = false;
  bool is_sql = false;
  Role role = Role::none;
};
[[nodiscard]] FileName parse_file_name(std::string_view path);

}  // namespace kairon::migration
