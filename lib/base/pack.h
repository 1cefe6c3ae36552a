#pragma once
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace kairon::pack {

/// Matches T, const or not: `void fields(auto& pack, Is<Place> auto& place)` lists the fields of a Place once, for
/// Writer and Reader.
template <typename Value, typename T>
concept Is = std::same_as<std::remove_const_t<Value>, T>;

/// Appends values to a text: numbers as little-endian base 128, texts with their length in front. Calling it packs
/// each argument: numbers, bool, strings, vectors and optionals of these, and types for which argument-dependent
/// lookup finds `fields(pack, value)`.
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  template <typename... Values>
  void operator()(const Values&... values) {
    (one(values), ...);
  }
  /// Packs an enumerator. `last` is the greatest one; only Reader needs it.
  template <typename Enum>
  void choice(const Enum& value, Enum /*last*/) {
    one(static_cast<std::uint64_t>(value));
  }

 private:
  void one(std::uint64_t value);
  void one(const bool& value) { one(std::uint64_t{value ? 1U : 0U}); }
  void one(const std::string& text);
  template <typename T>
  void one(const std::vector<T>& values) {
    one(std::uint64_t{values.size()});
    for (const T& value : values) one(value);
  }
  template <typename T>
  void one(const std::optional<T>& value) {
    one(value.has_value());
    if (value) one(*value);
  }
  template <typename T>
  requires std::is_class_v<T>
  void one(const T& value) { fields(*this, value); }

  std::string& out_;
};

/// Reads back what Writer appended, in the same order. Never reads past the end and makes no value before
/// its bytes are there: after a damaged or shorter text `ok` is false and the values read are unspecified.
class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  template <typename... Values>
  void operator()(Values&... values) {
    (one(values), ...);
  }
  template <typename Enum>
  void choice(Enum& value, Enum last) {
    const std::uint64_t read = number();
    if (read > static_cast<std::uint64_t>(last)) return fail();
    value = static_cast<Enum>(read);
  }

  /// Returns true when every value could be read.
  [[nodiscard]] bool ok() const noexcept { return ok_; }
  /// Returns true when nothing is left.
  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }

 private:
  [[nodiscard]] std::uint64_t number();
  [[nodiscard]] std::string_view text();
  void fail() {
    ok_ = false;
    rest_ = {};
  }
  void one(std::size_t& value) { value = number(); }
  void one(bool& value) { value = number() != 0; }
  void one(std::string& value) { value = text(); }
  template <typename T>
  void one(std::vector<T>& values) {
    const std::uint64_t count = number();
    if (count > rest_.size()) return fail();  // each value takes a byte at least
    values.clear();
    for (std::uint64_t i = 0; i < count && ok_; ++i) one(values.emplace_back());
  }
  template <typename T>
  void one(std::optional<T>& value) {
    if (number() == 0) return value.reset();
    one(value.emplace());
  }
  template <typename T>
  requires std::is_class_v<T>
  void one(T& value) { fields(*this, value); }

  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace kairon::pack
