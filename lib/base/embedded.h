#pragma once
#include <span>
#include <string_view>

/// Files embedded at build time (lib/embed.cmake).
namespace kairon::embedded {

struct File {
  std::string_view path;  ///< relative to the embedded folder
  std::string_view content;
};

/// migrations/*.sql: the suite's own tables.
[[nodiscard]] std::span<const File> suite_migrations();

/// tests/fixtures/rules/<group>/<rule>/{bad,good}/<file>: each rule's examples.
[[nodiscard]] std::span<const File> rule_examples();

/// lib/manual/*.md: the user's manual.
[[nodiscard]] std::span<const File> manual_pages();

}  // namespace kairon::embedded
