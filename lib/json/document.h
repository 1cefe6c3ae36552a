#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/code_points.h"
#include "base/result.h"

namespace kairon::json {

inline constexpr std::size_t kMaxBytes = std::size_t{32} << 20U;
inline constexpr std::size_t kMaxDepth = 512;

enum class Type : std::uint8_t { null, boolean, number, string, array, object };

/// 1-based; the column counts code points.
struct Position {
  std::size_t line = 1;
  std::size_t column = 1;
};

class Document;

/// A value of a Document: a cheap handle that is valid as long as the Document lives and is not
/// moved from. A default-made Value means "absent"; every getter of an absent value answers like
/// an empty one of its type, so chains like v["a"]["b"].string() need no checks.
class Value {
 public:
  Value() = default;

  [[nodiscard]] bool present() const noexcept { return document_ != nullptr; }
  explicit operator bool() const noexcept { return present(); }
  [[nodiscard]] Type type() const noexcept;                                     ///< null when absent
  [[nodiscard]] bool is_null() const noexcept { return type() == Type::null; }  ///< also when absent
  [[nodiscard]] bool is_string() const noexcept { return type() == Type::string; }
  [[nodiscard]] bool is_number() const noexcept { return type() == Type::number; }
  [[nodiscard]] bool is_boolean() const noexcept { return type() == Type::boolean; }
  [[nodiscard]] bool is_array() const noexcept { return type() == Type::array; }
  [[nodiscard]] bool is_object() const noexcept { return type() == Type::object; }

  [[nodiscard]] std::string_view string() const noexcept;  ///< decoded UTF-8; "" when no string
  [[nodiscard]] double number(double otherwise = 0) const noexcept;
  [[nodiscard]] bool boolean(bool otherwise = false) const noexcept;

  /// Elements of an array or members of an object; 0 for everything else.
  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }
  /// The member's value, absent when there is none (with duplicate keys: the last).
  [[nodiscard]] Value operator[](std::string_view key) const noexcept;
  /// The element (array) or member value (object) at `index`, absent when out of range. Linear.
  [[nodiscard]] Value at(std::size_t index) const noexcept;

  /// Key of this value when it is an object's member, else "".
  [[nodiscard]] std::string_view key() const noexcept;
  /// Handle of the key's text, for positions: a string value. Absent when not a member.
  [[nodiscard]] Value key_value() const noexcept;

  /// Iteration over children: for (Value child : v) - members or elements in file order.
  class Iterator;
  [[nodiscard]] Iterator begin() const noexcept;
  [[nodiscard]] Iterator end() const noexcept;

  /// Bytes in the file: [begin_offset, end_offset), quotes and brackets included.
  [[nodiscard]] std::size_t begin_offset() const noexcept;
  [[nodiscard]] std::size_t end_offset() const noexcept;
  [[nodiscard]] std::string_view raw() const noexcept;
  /// Where the value begins in the file.
  [[nodiscard]] Position position() const;
  /// Returns the place in the file of byte `decoded_offset` of the decoded string, escapes counted.
  [[nodiscard]] Position position_in_string(std::size_t decoded_offset) const;
  [[nodiscard]] std::size_t file_offset_in_string(std::size_t decoded_offset) const;

  [[nodiscard]] const Document* document() const noexcept { return document_; }
  friend bool operator==(const Value& a, const Value& b) noexcept {
    return a.document_ == b.document_ && a.index_ == b.index_;
  }

 private:
  friend class Document;
  friend class Iterator;
  Value(const Document* document, std::uint32_t index) : document_(document), index_(index) {}
  const Document* document_ = nullptr;
  std::uint32_t index_ = 0;
};

/// Why a text is not a JSON document, and where.
struct SyntaxError {
  std::string message;
  std::size_t offset = 0;
  Position position;
};

/// A key that one object has twice.
struct DuplicateKey {
  std::string key;
  Position first;
  Position second;
};

/// A parsed JSON text that knows the place of every value and key. Owns the text. Strict RFC 8259
/// JSON in UTF-8 (a leading BOM is accepted), at most kMaxBytes and kMaxDepth.
class Document {
 public:
  struct Parsed;
  /// Never throws on any input.
  [[nodiscard]] static Parsed parse(std::string text);

  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;
  ~Document();

  [[nodiscard]] Value root() const noexcept;
  [[nodiscard]] std::string_view text() const noexcept { return text_; }
  [[nodiscard]] const std::vector<DuplicateKey>& duplicate_keys() const noexcept { return duplicates_; }
  [[nodiscard]] Position position(std::size_t offset) const;

 private:
  friend class Value;
  friend class Value::Iterator;
  friend class Builder;
  struct Node;
  Document();
  [[nodiscard]] std::string_view string_of(std::uint32_t index) const noexcept;
  std::string text_;
  std::vector<Node> nodes_;
  std::vector<std::unique_ptr<std::string>> decoded_;
  std::vector<DuplicateKey> duplicates_;
  mutable std::vector<std::size_t> line_starts_;
  text::CodePoints counted_;
  /// The string that was asked of last, and where every few thousandth of its decoded bytes is in the file.
  mutable std::size_t mapped_ = static_cast<std::size_t>(-1);
  mutable std::vector<std::pair<std::size_t, std::size_t>> map_;
};

struct Document::Parsed {
  std::unique_ptr<Document> document;  ///< null when there is an error
  std::optional<SyntaxError> error;
};

class Value::Iterator {
 public:
  Value operator*() const noexcept { return current_; }
  Iterator& operator++() noexcept;
  friend bool operator==(const Iterator& a, const Iterator& b) noexcept { return a.current_ == b.current_; }

 private:
  friend class Value;
  explicit Iterator(Value current) : current_(current) {}
  Value current_;
};

/// Writes JSON text: the one way every report and request body is made.
class Writer {
 public:
  enum class Style { compact, pretty };
  explicit Writer(Style style = Style::compact);
  ~Writer();
  Writer(Writer&&) noexcept;
  Writer& operator=(Writer&&) noexcept;

  Writer& begin_object();
  Writer& end_object();
  Writer& begin_array();
  Writer& end_array();
  Writer& key(std::string_view name);
  Writer& string(std::string_view value);  ///< bytes that are not valid UTF-8 become U+FFFD
  Writer& integer(long long value);
  Writer& number(double value);
  Writer& boolean(bool value);
  Writer& null();
  Writer& raw(std::string_view json);  ///< JSON text taken as it is
  /// Copies a value of a document, re-formatted.
  Writer& value(const Value& value);
  /// The text so far.
  [[nodiscard]] std::string take();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kairon::json
