#pragma once
#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

#include "check/record_table.h"
#include "lint/check.h"

namespace kairon::check {

/// What earlier runs learned, in one file of the git dir (check/record_table.h): the verdict of a file, by content
/// identity and path, and the facts that other files need of it, by content identity alone. Both count only for a build
/// with the same fingerprint (base/build_id.h plus what the caller adds).
/// Every function may be called from several threads at once.
class VerdictCache {
 public:
  static constexpr std::size_t kMinBytes = RecordTable::kMinBytes;

  /// Facts that are in the file and not read yet.
  struct KnownFacts {
    std::span<const std::uint64_t> links;  ///< lint/links.h
    RecordTable::Record record;
  };

  /// `path` "" keeps nothing. Never fails: a file that cannot be read is an empty cache.
  VerdictCache(const std::string& path, std::string_view fingerprint);

  [[nodiscard]] std::optional<lint::FileVerdict> find(const std::string& identity, const std::string& file_path);
  void remember(const std::string& identity, const std::string& file_path, const lint::FileVerdict& verdict);
  /// Returns facts without reading them: what they link to costs a look at a table. `variant` is what decides them
  /// besides the content.
  [[nodiscard]] std::optional<KnownFacts> find_facts(std::string_view identity, std::string_view variant);
  /// Returns nothing when the facts are damaged or not those of this content.
  [[nodiscard]] std::optional<workflow::Facts> read_facts(const KnownFacts& known, std::string_view identity,
                                                          std::string_view variant);
  void remember_facts(std::string_view identity, std::string_view variant, const workflow::Facts& facts);
  /// Also keeps other small proofs ("trial of <key> passed"), under a name of their own.
  [[nodiscard]] std::optional<std::string> find_text(const std::string& key);
  void remember_text(const std::string& key, const std::string& text);
  /// Writes what is new, if anything is. Ignores a failure: the next run is slower.
  void save();

 private:
  std::mutex mutex_;
  RecordTable table_;
};

}  // namespace kairon::check
