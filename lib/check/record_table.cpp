#include "check/record_table.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "base/file.h"

namespace kairon::check {

/// As it is in the file.
struct RecordTable::Slot {
  RecordKey key;
  std::uint64_t sum;         ///< of the record's bytes
  std::uint32_t begin;       ///< of the record, from the block's begin
  std::uint32_t size;        ///< of the record
  std::uint32_t first_link;  ///< of the block's links
  std::uint32_t links;
};

namespace {

/// Numbers in the file are aligned to it.
constexpr std::size_t kWord = sizeof(std::uint64_t);

/// In front of a block. The sum is over the rest of the head, the slots and the links.
struct Head {
  std::uint64_t sum;
  std::uint64_t size;  ///< of the whole block
  std::uint32_t slots;
  std::uint32_t links;
};

std::uint64_t sum_of(std::string_view bytes) {
  __extension__ using Wide = unsigned __int128;
  constexpr std::uint64_t kFactor = 0x9E3779B97F4A7C15ULL;
  std::uint64_t sum = kFactor ^ bytes.size();
  std::uint64_t word = 0;
  const auto take = [&] {
    const Wide product = static_cast<Wide>(sum ^ word) * kFactor;
    sum = (static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U)) + word;
  };
  for (; bytes.size() >= kWord; bytes.remove_prefix(kWord)) {
    std::memcpy(&word, bytes.data(), kWord);
    take();
  }
  word = 0;
  std::memcpy(&word, bytes.data(), bytes.size());
  take();
  return sum;
}

/// The bytes as an array of numbers; they are aligned and checked.
template <typename T>
std::span<const T> array_at(std::string_view bytes, std::size_t begin, std::size_t count) {
  return {reinterpret_cast<const T*>(bytes.data() + begin), count};  // NOLINT: a record of our own file
}

template <typename T>
void append_bytes(std::string& out, const T* values, std::size_t count) {
  out.append(reinterpret_cast<const char*>(values), count * sizeof(T));  // NOLINT: a record of our own file
}

std::string aligned(std::string text) {
  text.resize((text.size() + kWord - 1) / kWord * kWord, '\n');
  return text;
}

}  // namespace

RecordTable::RecordTable(std::string path, std::string_view header)
    : path_(std::move(path)), header_(aligned(std::string(header) + "\n")) {
  if (!path_.empty()) load();
}

RecordTable::~RecordTable() {
  if (!mapped_.empty()) ::munmap(const_cast<char*>(mapped_.data()), mapped_.size());  // NOLINT: what mmap gave
}

void RecordTable::load() {
  const file::Descriptor file(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat info {};
  if (!file || ::fstat(file.get(), &info) != 0) return;
  const auto size = static_cast<std::size_t>(info.st_size);
  damaged_ = true;
  if (!S_ISREG(info.st_mode) || size < header_.size() || size > 2 * kMaxBytes) return;
  void* address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (address == MAP_FAILED) return;  // NOLINT: a cast inside the macro
  mapped_ = {static_cast<const char*>(address), size};
  if (!mapped_.starts_with(header_)) return;
  std::string_view rest = mapped_.substr(header_.size());
  while (load_block(rest)) rest.remove_prefix(blocks_.back().bytes.size());
  // Behind a torn block nothing is found: then the next save rewrites the file.
  damaged_ = !rest.empty();
}

bool RecordTable::load_block(std::string_view rest) {
  Head head{};
  if (rest.size() < sizeof head) return false;
  std::memcpy(&head, rest.data(), sizeof head);
  const std::size_t links = sizeof head + std::size_t{head.slots} * sizeof(Slot);
  const std::size_t records = links + std::size_t{head.links} * kWord;
  if (head.size > rest.size() || records > head.size || head.size % kWord != 0) return false;
  if (sum_of(rest.substr(kWord, records - kWord)) != head.sum) return false;
  Block block;
  block.bytes = rest.substr(0, head.size);
  block.slots = array_at<Slot>(block.bytes, sizeof head, head.slots);
  block.links = array_at<std::uint64_t>(block.bytes, links, head.links);
  block.used.resize(head.slots);
  for (std::size_t i = 0; i < block.slots.size(); ++i) {
    const Slot& slot = block.slots[i];
    if (std::size_t{slot.begin} + slot.size > head.size || std::size_t{slot.first_link} + slot.links > head.links)
      return false;
    if (!blocks_.empty()) recent_[slot.key] = {blocks_.size(), i};
  }
  blocks_.push_back(std::move(block));
  return true;
}

RecordTable::Record RecordTable::record_at(Place place) const {
  const Block& block = blocks_[place.first];
  const Slot& slot = block.slots[place.second];
  return {block.links.subspan(slot.first_link, slot.links), place.first, place.second};
}

std::optional<RecordTable::Record> RecordTable::find(const RecordKey& key) {
  if (blocks_.empty()) return std::nullopt;
  Place place;
  if (const auto hit = recent_.find(key); hit != recent_.end()) {
    place = hit->second;
  } else {
    const auto& slots = blocks_.front().slots;
    const auto slot = std::ranges::lower_bound(slots, key, {}, &Slot::key);
    if (slot == slots.end() || slot->key != key) return std::nullopt;
    place = {0, static_cast<std::size_t>(slot - slots.begin())};
  }
  blocks_[place.first].used[place.second] = true;
  return record_at(place);
}

std::optional<std::string_view> RecordTable::payload(const Record& record) {
  const Block& block = blocks_[record.block];
  const Slot& slot = block.slots[record.slot];
  const std::string_view bytes = block.bytes.substr(slot.begin, slot.size);
  if (sum_of(bytes) == slot.sum) return bytes;
  damaged_ = true;
  return std::nullopt;
}

void RecordTable::add(const RecordKey& key, std::string payload, std::vector<std::uint64_t> links) {
  if (!path_.empty()) added_.push_back({key, std::move(payload), std::move(links)});
}

std::size_t RecordTable::bytes_used() const {
  std::size_t bytes = 0;
  for (const Block& block : blocks_)
    for (std::size_t i = 0; i < block.slots.size(); ++i)
      if (block.used[i]) bytes += block.slots[i].size + sizeof(Slot);
  for (const Added& record : added_) bytes += record.payload.size() + sizeof(Slot);
  return bytes;
}

std::string RecordTable::block_of(std::vector<Added> records) {
  // The last one of a key counts.
  std::ranges::stable_sort(records, {}, &Added::key);
  std::vector<Slot> slots;
  std::vector<std::uint64_t> links;
  std::string bytes;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const Added& record = records[i];
    if (i + 1 < records.size() && records[i + 1].key == record.key) continue;
    if (bytes.size() > kMaxBytes) break;
    slots.push_back({record.key, sum_of(record.payload), static_cast<std::uint32_t>(bytes.size()),
                     static_cast<std::uint32_t>(record.payload.size()), static_cast<std::uint32_t>(links.size()),
                     static_cast<std::uint32_t>(record.links.size())});
    links.insert(links.end(), record.links.begin(), record.links.end());
    bytes += record.payload;
  }
  const std::size_t begin = sizeof(Head) + slots.size() * sizeof(Slot) + links.size() * kWord;
  for (Slot& slot : slots) slot.begin += static_cast<std::uint32_t>(begin);
  bytes = aligned(std::move(bytes));
  Head head{0, begin + bytes.size(), static_cast<std::uint32_t>(slots.size()),
            static_cast<std::uint32_t>(links.size())};
  std::string block;
  block.reserve(head.size);
  append_bytes(block, &head, 1);
  append_bytes(block, slots.data(), slots.size());
  append_bytes(block, links.data(), links.size());
  head.sum = sum_of(std::string_view(block).substr(kWord));
  std::memcpy(block.data(), &head.sum, kWord);
  return block + bytes;
}

/// One write: a run that appends at the same time comes before or after it. Another build may have replaced the file
/// since it was mapped, and must not find our records in it.
void RecordTable::append(std::string_view block) const {
  const file::Descriptor file(::open(path_.c_str(), O_RDWR | O_APPEND | O_CLOEXEC | O_NONBLOCK));
  std::string header(header_.size(), '\0');
  if (file && ::pread(file.get(), header.data(), header.size(), 0) == static_cast<ssize_t>(header.size()) &&
      header == header_)
    static_cast<void>(file::write_all(file.get(), block));
}

/// Keeps what this run used or added, and up to `limit` bytes of the rest, the newest first.
void RecordTable::rewrite(std::size_t limit) {
  std::vector<Added> kept;
  std::size_t size = 0;
  const auto keep = [&](std::size_t block, bool used) {
    for (std::size_t i = 0; i < blocks_[block].slots.size(); ++i) {
      if (blocks_[block].used[i] != used || (!used && size >= limit)) continue;
      const Record record = record_at({block, i});
      const auto bytes = payload(record);
      if (!bytes) continue;
      size += bytes->size() + sizeof(Slot);
      kept.push_back({blocks_[block].slots[i].key, std::string(*bytes), {record.links.begin(), record.links.end()}});
    }
  };
  for (std::size_t block = blocks_.size(); block-- > 0;) keep(block, true);
  for (std::size_t block = blocks_.size(); block-- > 0;) keep(block, false);
  // From the oldest to the newest, so that the newest one of a key counts.
  std::ranges::reverse(kept);
  std::ranges::move(added_, std::back_inserter(kept));
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(path_).parent_path(), ignored);
  // A file that takes the place of another one is written to the disk at once by ext4 (ext4(5), auto_da_alloc),
  // and a commit would wait for it. Without a table for that moment another hook judges for itself.
  // A device stays: as root, remove() would take /dev/full away.
  if (std::filesystem::is_regular_file(std::filesystem::symlink_status(path_, ignored)))
    std::filesystem::remove(path_, ignored);
  static_cast<void>(file::write_atomic(path_, header_ + block_of(std::move(kept)), 0600, file::Durability::cached));
}

void RecordTable::save() {
  if (path_.empty() || (added_.empty() && !damaged_)) return;
  const std::size_t allowed = std::clamp(4 * bytes_used(), kMinBytes, kMaxBytes);
  constexpr std::size_t kMostBlocks = 64;
  constexpr std::size_t kMostRecent = 256;
  const bool scattered = blocks_.size() >= kMostBlocks ||
                         (!blocks_.empty() && recent_.size() > kMostRecent + blocks_.front().slots.size() / 2);
  if (damaged_ || blocks_.empty() || scattered || mapped_.size() > allowed) return rewrite(allowed / 2);
  append(block_of(std::move(added_)));
}

}  // namespace kairon::check
