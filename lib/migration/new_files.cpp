#include "migration/new_files.h"

#include <algorithm>
#include <array>

#include "base/format.h"
#include "base/text.h"

namespace kairon::migration {
namespace {

std::string time_stamp(std::time_t now, const char* pattern) {
  std::tm broken{};
  ::gmtime_r(&now, &broken);
  std::array<char, 32> out{};
  return {out.data(), std::strftime(out.data(), out.size(), pattern, &broken)};
}

std::string word_of(std::string_view title) {
  std::string name;
  for (const char c : text::lower(title)) name += (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '_';
  return name;
}

std::string_view leading_digits(std::string_view stem) {
  return stem.substr(0, std::min(stem.find_first_not_of("0123456789"), stem.size()));
}

/// The next number; "" where the folder is empty or holds time stamps.
std::string next_number(const std::vector<Version>& existing) {
  constexpr std::size_t kTimeStamp = 10;
  long long highest = -1;
  std::size_t width = 0;
  for (const Version& version : existing) {
    const std::string_view digits = leading_digits(version.stem);
    if (digits.empty()) continue;
    if (digits.size() >= kTimeStamp) return {};
    highest = std::max(highest, std::stoll(std::string(digits)));
    width = std::max(width, digits.size());
  }
  if (highest < 0) return {};
  const std::string number = std::to_string(highest + 1);
  return std::string(width - std::min(width, number.size()), '0') + number;
}

/// The version behind the highest of "V1.2__x"; "1" in an empty folder.
std::string next_flyway(const std::vector<Version>& existing) {
  long long highest = 0;
  for (const Version& version : existing)
    if (const std::string_view digits = leading_digits(version.number); !digits.empty() && digits.size() < 18)
      highest = std::max(highest, std::stoll(std::string(digits)));
  return std::to_string(highest + 1);
}

}  // namespace

std::vector<std::pair<std::string, std::string>> new_files(const Layout& layout, const std::string& folder,
                                                           const std::vector<Version>& existing, std::string_view title,
                                                           std::time_t now) {
  const std::string_view name = layout.name;
  const std::string word = word_of(title);
  if (layout.is_ours()) {
    long long highest = 0;
    for (const Version& version : existing)
      if (!version.number.empty() && version.number.size() < 18)
        highest = std::max(highest, std::stoll(version.number));
    const std::string stem = format("{:03}_{}", highest + 1, word);
    return {{format("{}/{}.sql", folder, stem), format("-- Migration: {}\n\n", title)},
            {format("{}/{}_rollback.sql", folder, stem), format("-- Undoes {}.sql\n\n", stem)}};
  }
  if (name == "flyway")
    return {{format("{}/V{}__{}.sql", folder, next_flyway(existing), word), format("-- {}\n\n", title)}};
  if (name == "diesel") {
    const std::string inside = format("{}/{}_{}", folder, time_stamp(now, "%Y-%m-%d-%H%M%S"), word);
    return {{inside + "/up.sql", format("-- {}\n\n", title)},
            {inside + "/down.sql", format("-- Undoes: {}\n\n", title)}};
  }
  std::string number = name == "prisma" || name == "supabase" ? std::string() : next_number(existing);
  if (number.empty()) number = time_stamp(now, "%Y%m%d%H%M%S");
  const std::string stem = format("{}/{}_{}", folder, number, word);
  if (name == "prisma") return {{stem + "/migration.sql", format("-- {}\n\n", title)}};
  if (name == "golang-migrate" || name == "sqlx")
    return {{stem + ".up.sql", format("-- {}\n\n", title)}, {stem + ".down.sql", format("-- Undoes: {}\n\n", title)}};
  if (name == "dbmate") return {{stem + ".sql", "-- migrate:up\n\n\n-- migrate:down\n\n"}};
  if (name == "goose") return {{stem + ".sql", "-- +goose Up\n\n\n-- +goose Down\n\n"}};
  if (name == "node-pg-migrate") return {{stem + ".sql", "-- Up Migration\n\n\n-- Down Migration\n\n"}};
  return {{stem + ".sql", format("-- {}\n\n", title)}};
}

}  // namespace kairon::migration
