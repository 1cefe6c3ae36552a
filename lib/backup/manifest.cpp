#include "backup/manifest.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "base/format.h"
#include "base/hash.h"
#include "base/text.h"

namespace kairon::backup {

namespace {

auto key_of(const ObjectSum& object) { return std::tie(object.kind, object.name); }

void compare_schema(const std::vector<ObjectSum>& before, const std::vector<ObjectSum>& after,
                    std::vector<std::string>& lines) {
  auto a = before.begin();
  auto b = after.begin();
  while (a != before.end() || b != after.end()) {
    const bool only_a = b == after.end() || (a != before.end() && key_of(*a) < key_of(*b));
    const bool only_b = a == before.end() || (b != after.end() && key_of(*b) < key_of(*a));
    if (only_a) lines.push_back(format("- {} {}", a->kind, text::printable(a->name)));
    if (only_b) lines.push_back(format("+ {} {}", b->kind, text::printable(b->name)));
    const bool both = !only_a && !only_b;
    if (both && a->sum != b->sum && a->kind != "extension")
      lines.push_back(format("~ {} {}", a->kind, text::printable(a->name)));
    if (!only_b) ++a;
    if (!only_a) ++b;
  }
}

void compare_rows(const std::vector<TableRows>& before, const std::vector<TableRows>& after,
                  std::vector<std::string>& lines) {
  std::map<std::string, long long> present;
  for (const TableRows& table : after) present[table.name] = table.rows;
  for (const TableRows& table : before) {
    const auto found = present.find(table.name);
    const std::string name = text::printable(table.name);
    if (found == present.end()) {
      lines.push_back(format("rows of {}: {} were recorded, the table is not there", name, table.rows));
    } else if (found->second != table.rows) {
      lines.push_back(format("rows of {}: {} were recorded, {} are there", name, table.rows, found->second));
    }
  }
}

}  // namespace

std::string_view name_of(Encryption encryption) {
  switch (encryption) {
    case Encryption::age:
      return "age";
    case Encryption::gpg:
      return "gpg";
    case Encryption::none:
      break;
  }
  return "none";
}

std::string ending_of(Encryption encryption) {
  return encryption == Encryption::none ? std::string() : "." + std::string(name_of(encryption));
}

long long DatabaseRecord::rows() const {
  long long sum = 0;
  for (const TableRows& table : tables) sum += table.rows;
  return sum;
}

std::vector<ObjectSum> sums_of(const postgres::Snapshot& snapshot) {
  constexpr std::array<std::string_view, 3> kLeftOut = {"database", "setting", "user mapping"};
  std::vector<ObjectSum> out;
  for (const postgres::SchemaObject& object : snapshot.objects) {
    if (std::find(kLeftOut.begin(), kLeftOut.end(), object.kind) != kLeftOut.end()) continue;
    std::string content;
    for (const auto& [name, value] : object.attributes)
      if (name != "tablespace") content += name + "=" + value + '\x1f';
    out.push_back({object.kind, object.name, hash::sha256(content).substr(0, 16)});
  }
  return out;
}

std::string sum_over(const std::vector<ObjectSum>& objects) {
  hash::Sha256 sum;
  for (const ObjectSum& object : objects) sum.add(object.kind + '\x1f' + object.name + '\x1f' + object.sum + '\n');
  return sum.finish();
}

std::vector<std::string> differences(const DatabaseRecord& recorded, const std::vector<TableRows>& tables,
                                     const std::vector<ObjectSum>& schema) {
  std::vector<std::string> lines;
  compare_schema(recorded.schema, schema, lines);
  compare_rows(recorded.tables, tables, lines);
  return lines;
}

std::string stamp_of(std::time_t time) {
  std::tm utc{};
  ::gmtime_r(&time, &utc);
  return format("{:04}{:02}{:02}T{:02}{:02}{:02}Z", utc.tm_year + 1900, utc.tm_mon + 1, utc.tm_mday, utc.tm_hour,
                utc.tm_min, utc.tm_sec);
}

std::optional<std::time_t> parse_stamp(std::string_view text) {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
  const auto number = [&](std::size_t from, std::size_t count) {
    int value = 0;
    for (const char c : text.substr(from, count)) value = c < '0' || c > '9' ? -100000 : value * 10 + (c - '0');
    return value;
  };
  std::tm utc{};
  utc.tm_year = number(0, 4) - 1900;
  utc.tm_mon = number(4, 2) - 1;
  utc.tm_mday = number(6, 2);
  utc.tm_hour = number(9, 2);
  utc.tm_min = number(11, 2);
  utc.tm_sec = number(13, 2);
  const std::time_t time = ::timegm(&utc);
  if (stamp_of(time) != text) return std::nullopt;
  return time;
}

}  // namespace kairon::backup
