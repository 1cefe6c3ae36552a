#include "check/verdict_cache.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>

#include "base/build_id.h"
#include "base/file.h"
#include "base/hash.h"
#include "json/document.h"

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
  json::Writer out;
  out.begin_object().key("facts").raw(workflow::serialize(verdict.facts));
  out.key("ignored").integer(static_cast<long long>(verdict.ignored)).key("findings").begin_array();
  for (const Finding& f : verdict.findings) {
    out.begin_array().string(f.rule).integer(static_cast<int>(f.severity)).integer(static_cast<long long>(f.line));
    out.integer(static_cast<long long>(f.column)).string(f.node).string(f.message).string(f.help).end_array();
  }
  return out.end_array().end_object().take();
}

/// A whole number that fits, else nothing: a record may have been written by somebody else.
std::optional<std::size_t> count_of(const json::Value& value, double most) {
  const double number = value.number(-1);
  if (!value.is_number() || !(number >= 0 && number <= most)) return std::nullopt;
  return static_cast<std::size_t>(number);
}

std::optional<FileVerdict> from_text(std::string_view text, const std::string& path) {
  const auto parsed = json::Document::parse(std::string(text));
  if (!parsed.document) return std::nullopt;
  const json::Value root = parsed.document->root();
  auto facts = workflow::deserialize(root["facts"].raw());
  if (!facts) return std::nullopt;
  constexpr double kMost = 1e9;
  const auto ignored = count_of(root["ignored"], kMost);
  if (!ignored) return std::nullopt;
  FileVerdict verdict{{}, std::move(*facts), *ignored};
  for (const json::Value row : root["findings"]) {
    const auto severity = count_of(row.at(1), static_cast<double>(lint::Severity::error));
    const auto line = count_of(row.at(2), kMost);
    const auto column = count_of(row.at(3), kMost);
    if (!severity || !line || !column) return std::nullopt;
    Finding f;
    f.rule = row.at(0).string();
    f.severity = static_cast<lint::Severity>(*severity);
    f.path = path;
    f.line = *line;
    f.column = *column;
    f.workflow = verdict.facts.name;
    f.node = row.at(4).string();
    f.message = row.at(5).string();
    f.help = row.at(6).string();
    verdict.findings.push_back(std::move(f));
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

std::optional<std::string> VerdictCache::find_text(const std::string& key) {
  const auto hit = old_.find(key);
  if (hit == old_.end()) return std::nullopt;
  const std::lock_guard lock(mutex_);
  used_.insert(hit->first);
  return std::string(hit->second);
}

void VerdictCache::remember_text(const std::string& key, const std::string& text) {
  if (path_.empty()) return;
  const std::lock_guard lock(mutex_);
  fresh_[key] = text;
}

std::optional<FileVerdict> VerdictCache::find(const std::string& identity, const std::string& file_path) {
  const auto text = find_text(key_of(identity, file_path));
  return text ? from_text(*text, file_path) : std::nullopt;
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
