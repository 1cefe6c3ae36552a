#include "check/verdict_cache.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>

#include "base/build_id.h"
#include "base/file.h"
#include "base/hash.h"
#include "workflow/facts_pack.h"

namespace kairon::lint {

void fields(auto& pack, pack::Is<Finding> auto& finding) {
  pack.choice(finding.severity, Severity::error);
  pack(finding.rule, finding.line, finding.column, finding.node, finding.message, finding.help);
}

void fields(auto& pack, pack::Is<FileVerdict> auto& verdict) { pack(verdict.ignored, verdict.facts, verdict.findings); }

}  // namespace kairon::lint

namespace kairon::check {

namespace {

using lint::FileVerdict;
using lint::Finding;

/// Before each record: sizes and a checksum over key and payload.
struct RecordHead {
  std::uint32_t key_size;
  std::uint32_t payload_size;
  std::uint64_t sum;
};

std::uint64_t checksum(std::string_view key, std::string_view payload) {
  return hash::fnv1a(payload, hash::fnv1a(key));
}

void append_record(std::string& out, std::string_view key, std::string_view payload) {
  const RecordHead head{static_cast<std::uint32_t>(key.size()), static_cast<std::uint32_t>(payload.size()),
                        checksum(key, payload)};
  out.append(reinterpret_cast<const char*>(&head), sizeof head);  // NOLINT: a record of our own file
  out += key;
  out += payload;
}

std::string key_of(const std::string& identity, const std::string& path) { return identity + ":" + path; }

std::string to_text(const FileVerdict& verdict) {
  std::string text;
  pack::Writer out(text);
  fields(out, verdict);
  return text;
}

/// Nothing for a record that somebody else wrote.
std::optional<FileVerdict> from_text(std::string_view text, const std::string& path) {
  FileVerdict verdict;
  pack::Reader in(text);
  fields(in, verdict);
  if (!in.ok() || !in.at_end()) return std::nullopt;
  for (Finding& finding : verdict.findings) {
    finding.path = path;
    finding.workflow = verdict.facts.name;
  }
  return verdict;
}

}  // namespace

VerdictCache::VerdictCache(std::string path, std::string_view fingerprint) : path_(std::move(path)) {
  header_ = "kairon verdicts 1 " + std::string(build_id()) + " " + std::string(fingerprint) + "\n";
  if (!path_.empty()) load();
}

void VerdictCache::load() {
  auto content = file::read(path_, 2 * kMaxBytes);
  if (!content.ok() || !content->starts_with(header_)) return;
  content_ = std::move(*content);
  std::string_view rest = std::string_view(content_).substr(header_.size());
  RecordHead head{};
  while (rest.size() >= sizeof head) {
    std::memcpy(&head, rest.data(), sizeof head);
    rest.remove_prefix(sizeof head);
    const std::size_t size = std::size_t{head.key_size} + head.payload_size;
    if (rest.size() < size) return;
    const std::string_view key = rest.substr(0, head.key_size);
    const std::string_view payload = rest.substr(head.key_size, head.payload_size);
    if (checksum(key, payload) == head.sum) old_[key] = payload;
    rest.remove_prefix(size);
  }
}

std::optional<std::string_view> VerdictCache::payload_of(std::string_view key) {
  const auto hit = old_.find(key);
  if (hit == old_.end()) return std::nullopt;
  const std::lock_guard lock(mutex_);
  used_.insert(hit->first);
  return hit->second;
}

std::optional<std::string> VerdictCache::find_text(const std::string& key) {
  const std::optional<std::string_view> payload = payload_of(key);
  return payload ? std::optional<std::string>(*payload) : std::nullopt;
}

void VerdictCache::remember_text(const std::string& key, const std::string& text) {
  if (path_.empty()) return;
  const std::lock_guard lock(mutex_);
  fresh_[key] = text;
}

std::optional<FileVerdict> VerdictCache::find(const std::string& identity, const std::string& file_path) {
  const std::optional<std::string_view> payload = payload_of(key_of(identity, file_path));
  return payload ? from_text(*payload, file_path) : std::nullopt;
}

void VerdictCache::remember(const std::string& identity, const std::string& file_path, const FileVerdict& verdict) {
  if (!path_.empty()) remember_text(key_of(identity, file_path), to_text(verdict));
}

void VerdictCache::save() {
  if (path_.empty() || fresh_.empty()) return;
  std::string out = header_;
  for (const auto& [key, payload] : fresh_) append_record(out, key, payload);
  std::size_t limit = kMaxBytes;
  for (const bool wanted : {true, false}) {
    for (const auto& [key, payload] : old_) {
      const bool superseded = fresh_.contains(std::string(key));
      if (!superseded && used_.contains(key) == wanted && out.size() < limit) append_record(out, key, payload);
    }
    limit = std::clamp(2 * out.size(), kMinBytes, kMaxBytes);
  }
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(path_).parent_path(), ignored);
  // A file that takes the place of another one is written to the disk at once by ext4 (ext4(5), auto_da_alloc),
  // and a commit would wait for it. Without a cache for that moment another hook judges for itself.
  std::filesystem::remove(path_, ignored);
  static_cast<void>(file::write_atomic(path_, out, 0600, file::Durability::cached));
}

}  // namespace kairon::check
