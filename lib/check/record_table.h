#pragma once
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace kairon::check {

/// What a record is found by. Keys that are made of git ids keep 128 of their bits.
struct RecordKey {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  auto operator<=>(const RecordKey&) const = default;
};

/// A file of small records, which is mapped, appended to, and rewritten only when much of it is not used any more. Each
/// run appends one block: its sorted slots and the links of its records under one checksum, then the records with a
/// checksum each. What is damaged, torn or of another header is not there, and costs its maker nothing but time.
/// Not for use by several threads at once.
class RecordTable {
 public:
  static constexpr std::size_t kMaxBytes = std::size_t{64} << 20U;
  /// Records that this run did not use are kept up to this, or up to four times what it did use.
  static constexpr std::size_t kMinBytes = std::size_t{4} << 20U;

  /// One record that is in the table: valid as long as the table.
  struct Record {
    std::span<const std::uint64_t> links;
    std::size_t block = 0;
    std::size_t slot = 0;
  };

  /// `path` "" keeps nothing. Never fails: a file that cannot be read is an empty table. A file that begins with
  /// another `header` is replaced.
  RecordTable(std::string path, std::string_view header);
  RecordTable(const RecordTable&) = delete;
  RecordTable& operator=(const RecordTable&) = delete;
  ~RecordTable();

  [[nodiscard]] std::optional<Record> find(const RecordKey& key);
  /// Returns the record's bytes, nothing when they are damaged.
  [[nodiscard]] std::optional<std::string_view> payload(const Record& record);
  /// Adds a record, which is found from the next run on. The last one of a key counts.
  void add(const RecordKey& key, std::string payload, std::vector<std::uint64_t> links = {});
  /// Writes what was added. Ignores a failure: the next run is slower.
  void save();

 private:
  struct Slot;
  struct Block {
    std::span<const Slot> slots;
    std::span<const std::uint64_t> links;
    std::string_view bytes;  ///< of the whole block
    std::vector<bool> used;
  };
  struct Added {
    RecordKey key;
    std::string payload;
    std::vector<std::uint64_t> links;
  };
  struct KeyHash {
    std::size_t operator()(const RecordKey& key) const { return key.high; }
  };
  using Place = std::pair<std::size_t, std::size_t>;  ///< block and slot

  void load();
  [[nodiscard]] bool load_block(std::string_view rest);
  [[nodiscard]] Record record_at(Place place) const;
  [[nodiscard]] std::size_t bytes_used() const;
  [[nodiscard]] static std::string block_of(std::vector<Added> records);
  void append(std::string_view block) const;
  void rewrite(std::size_t limit);

  std::string path_;
  std::string header_;
  std::string_view mapped_;
  std::vector<Block> blocks_;  ///< the first one is the largest, as a rewrite left it
  /// The records of all blocks but the first.
  std::unordered_map<RecordKey, Place, KeyHash> recent_;
  std::vector<Added> added_;
  bool damaged_ = false;
};

}  // namespace kairon::check
