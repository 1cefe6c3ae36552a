#pragma once
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "lint/check.h"

namespace kairon::check {

/// Verdicts of files that were judged before, by content identity and path, in one file of the git
/// dir. A verdict counts only for a build with the same fingerprint (base/build_id.h plus what
/// the caller adds). Written as a whole by rename, each record with a checksum, so that a crash or
/// a damaged file costs nothing but time. Bounded: entries that the last run did not use go first.
/// find and remember, of both kinds, may be called from several threads at once.
class VerdictCache {
 public:
  static constexpr std::size_t kMaxBytes = std::size_t{32} << 20U;
  /// Entries that the last run did not use are kept up to this, or up to twice what it did use: every run reads
  /// and writes the whole file, and each commit adds to it.
  static constexpr std::size_t kMinBytes = std::size_t{256} << 10U;

  /// `path` "" keeps nothing. Never fails: a file that cannot be read is an empty cache.
  VerdictCache(std::string path, std::string_view fingerprint);

  [[nodiscard]] std::optional<lint::FileVerdict> find(const std::string& identity, const std::string& file_path);
  void remember(const std::string& identity, const std::string& file_path, const lint::FileVerdict& verdict);
  /// Also keeps other small proofs ("trial of <key> passed"), under a name of their own.
  [[nodiscard]] std::optional<std::string> find_text(const std::string& key);
  void remember_text(const std::string& key, const std::string& text);
  /// Writes new verdicts, if any. Ignores a failure: the next run is slower.
  void save();

 private:
  void load();
  [[nodiscard]] std::optional<std::string_view> payload_of(std::string_view key);
  std::string path_;
  std::string header_;
  std::mutex mutex_;     ///< of fresh_ and used_; the others do not change any more
  std::string content_;  ///< what the views in old_ point into
  std::unordered_map<std::string_view, std::string_view> old_;
  std::unordered_map<std::string, std::string> fresh_;
  std::unordered_set<std::string_view> used_;
};

}  // namespace kairon::check
