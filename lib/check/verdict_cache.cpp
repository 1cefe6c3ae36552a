#include "check/verdict_cache.h"

#include <cstring>

#include "base/build_id.h"
#include "base/hash.h"
#include "lint/links.h"
#include "workflow/facts_pack.h"

namespace kairon::lint {

void fields(auto& pack, pack::Is<Finding> auto& finding) {
  pack.choice(finding.severity, Severity::error);
  pack(finding.rule, finding.line, finding.column, finding.node, finding.message.text, finding.message.remedy);
}

void fields(auto& pack, pack::Is<FileVerdict> auto& verdict) { pack(verdict.ignored, verdict.facts, verdict.findings); }

}  // namespace kairon::lint

namespace kairon::check {

namespace {

using lint::FileVerdict;
using lint::Finding;

std::string key_of(const std::string& identity, const std::string& path) { return identity + ":" + path; }

/// The key of a text, which the record repeats in front: two texts of one key are told apart.
RecordKey key_of_text(std::string_view text) {
  return {hash::fnv1a(text), hash::fnv1a(text, hash::fnv1a("the other half"))};
}

/// Eight hexadecimal digits, one in the lower half of each byte.
std::uint64_t nibbles(const char* digits) {
  std::uint64_t word = 0;
  std::memcpy(&word, digits, sizeof word);
  constexpr std::uint64_t kLow = 0x0F0F0F0F0F0F0F0FULL;
  constexpr std::uint64_t kOnes = 0x0101010101010101ULL;
  return ((word & kLow) + 9 * (word >> 6U & kOnes)) & kLow;
}

/// Facts of files that do not change are believed by this key alone, so it keeps 128 bits of the content's id.
RecordKey key_of_facts(std::string_view identity, std::string_view variant) {
  constexpr std::size_t kDigits = 32;
  const std::uint64_t kind = hash::fnv1a(variant, hash::fnv1a("facts"));
  if (identity.size() < kDigits) {
    const RecordKey key = key_of_text(identity);
    return {key.high, key.low ^ kind};
  }
  const char* digits = identity.data();
  return {nibbles(digits) | nibbles(digits + 8) << 4U, (nibbles(digits + 16) | nibbles(digits + 24) << 4U) ^ kind};
}

std::string packed(std::string_view name, const auto& value) {
  std::string text;
  pack::Writer out(text);
  out(std::string(name));
  fields(out, value);
  return text;
}

/// False for a record that somebody else wrote.
bool unpack(std::string_view text, std::string_view name, auto& value) {
  std::string written_for;
  pack::Reader in(text);
  in(written_for);
  if (!in.ok() || written_for != name) return false;
  fields(in, value);
  return in.ok() && in.at_end();
}

struct Text {
  std::string text;
};

void fields(auto& pack, pack::Is<Text> auto& value) { pack(value.text); }

}  // namespace

VerdictCache::VerdictCache(const std::string& path, std::string_view fingerprint)
    : table_(path, "kairon verdicts 2 " + std::string(build_id()) + " " + std::string(fingerprint)) {}

std::optional<std::string> VerdictCache::find_text(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto record = table_.find(key_of_text(key));
  const auto bytes = record ? table_.payload(*record) : std::nullopt;
  Text value;
  if (!bytes || !unpack(*bytes, key, value)) return std::nullopt;
  return std::move(value.text);
}

void VerdictCache::remember_text(const std::string& key, const std::string& text) {
  std::string bytes = packed(key, Text{text});
  const std::lock_guard lock(mutex_);
  table_.add(key_of_text(key), std::move(bytes));
}

std::optional<FileVerdict> VerdictCache::find(const std::string& identity, const std::string& file_path) {
  const std::optional<std::string> text = find_text(key_of(identity, file_path));
  if (!text) return std::nullopt;
  FileVerdict verdict;
  pack::Reader in(*text);
  fields(in, verdict);
  if (!in.ok() || !in.at_end()) return std::nullopt;
  for (Finding& finding : verdict.findings) {
    finding.path = file_path;
    finding.workflow = verdict.facts.name;
  }
  return verdict;
}

void VerdictCache::remember(const std::string& identity, const std::string& file_path, const FileVerdict& verdict) {
  std::string text;
  pack::Writer out(text);
  fields(out, verdict);
  remember_text(key_of(identity, file_path), text);
}

std::optional<VerdictCache::KnownFacts> VerdictCache::find_facts(std::string_view identity, std::string_view variant) {
  const std::lock_guard lock(mutex_);
  const auto record = table_.find(key_of_facts(identity, variant));
  if (!record) return std::nullopt;
  return KnownFacts{record->links, *record};
}

std::optional<workflow::Facts> VerdictCache::read_facts(const KnownFacts& known, std::string_view identity,
                                                        std::string_view variant) {
  const std::lock_guard lock(mutex_);
  const auto bytes = table_.payload(known.record);
  workflow::Facts facts;
  if (!bytes || !unpack(*bytes, std::string(identity) + std::string(variant), facts)) return std::nullopt;
  return facts;
}

void VerdictCache::remember_facts(std::string_view identity, std::string_view variant, const workflow::Facts& facts) {
  std::string bytes = packed(std::string(identity) + std::string(variant), facts);
  std::vector<std::uint64_t> links = lint::links_of(facts);
  const std::lock_guard lock(mutex_);
  table_.add(key_of_facts(identity, variant), std::move(bytes), std::move(links));
}

void VerdictCache::save() {
  const std::lock_guard lock(mutex_);
  table_.save();
}

}  // namespace kairon::check
