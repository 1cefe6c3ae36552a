#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace kairon::git {

/// The index that git means: GIT_INDEX_FILE, else that of the git dir.
[[nodiscard]] std::string index_path(const std::string& git_dir);

/// Equal for two states of an index file with the same content, whenever it was written. "" when it cannot be read.
[[nodiscard]] std::string index_stamp(const std::string& path);

/// The id of the tree that the index would make, from its cache tree (gitformat-index(5), "Cache tree"), in a
/// repository whose object ids have `digits` hexadecimal digits. Nothing when the cache tree is out of date or the
/// file is not understood.
[[nodiscard]] std::optional<std::string> index_tree(const std::string& path, std::size_t digits);

/// Which index files must have the checksum of their content.
enum class Checksum { always, of_usual_size };

/// The bytes of an index file, mapped: git replaces the file as a whole and never writes into it.
class IndexBytes {
 public:
  IndexBytes() = default;
  /// Fails as verify_index() does, and when the file is missing.
  [[nodiscard]] static Result<IndexBytes> map(const std::string& path, Checksum wanted = Checksum::always);
  IndexBytes(IndexBytes&& other) noexcept : address_(std::exchange(other.address_, nullptr)), size_(other.size_) {}
  IndexBytes& operator=(IndexBytes&& other) noexcept;
  IndexBytes(const IndexBytes&) = delete;
  IndexBytes& operator=(const IndexBytes&) = delete;
  ~IndexBytes();

  [[nodiscard]] bool empty() const { return address_ == nullptr; }
  [[nodiscard]] std::string_view view() const { return {static_cast<const char*>(address_), empty() ? 0 : size_}; }

 private:
  void* address_ = nullptr;
  std::size_t size_ = 0;
};

/// Fails when an index file is shorter than a header or its checksum is not that of its content.
/// git does not verify it (it would cost time) and answers nonsense with status 0 from an index
/// that was cut short. No file is an empty index; a checksum of zeros says there is none
/// (git-config(1), index.skipHash).
[[nodiscard]] Result<void> verify_index(const std::string& path);

}  // namespace kairon::git
