#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "json/document.h"
#include "json/node.h"

namespace kairon::json {

namespace {

constexpr std::uint32_t kNone = static_cast<std::uint32_t>(-1);

/// Returns the UTF-8 bytes of the escape at `raw[i]` (a backslash), and its length in the file.
struct Escape {
  std::size_t file_bytes;
  std::size_t decoded_bytes;
};

unsigned hex4(std::string_view raw, std::size_t at) {
  unsigned code = 0;
  if (at + 4 <= raw.size()) std::from_chars(raw.data() + at, raw.data() + at + 4, code, 16);
  return code;
}

Escape escape_at(std::string_view raw, std::size_t i) {
  if (i + 1 >= raw.size() || raw[i + 1] != 'u') return {2, 1};
  const unsigned code = hex4(raw, i + 2);
  const bool pair = code >= 0xD800 && code < 0xDC00;
  if (pair) return {12, 4};
  return {6, code < 0x80 ? 1U : code < 0x800 ? 2U : 3U};
}

}  // namespace

Type Value::type() const noexcept { return document_ == nullptr ? Type::null : document_->nodes_[index_].type; }

std::string_view Value::string() const noexcept {
  return is_string() ? document_->string_of(index_) : std::string_view();
}

double Value::number(double otherwise) const noexcept {
  if (!is_number()) return otherwise;
  const std::string_view digits = raw();
  double value = otherwise;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

bool Value::boolean(bool otherwise) const noexcept { return is_boolean() ? document_->nodes_[index_].flag : otherwise; }

std::size_t Value::size() const noexcept { return document_ == nullptr ? 0 : document_->nodes_[index_].count; }

Value Value::operator[](std::string_view key) const noexcept {
  if (!is_object()) return {};
  Value found;
  for (const Value child : *this) {
    if (child.key() == key) found = child;
  }
  return found;
}

Value Value::at(std::size_t index) const noexcept {
  for (const Value child : *this) {
    if (index-- == 0) return child;
  }
  return {};
}

std::string_view Value::key() const noexcept {
  if (document_ == nullptr) return {};
  const std::uint32_t key = document_->nodes_[index_].key;
  return key == kNone ? std::string_view() : document_->string_of(key);
}

Value Value::key_value() const noexcept {
  if (document_ == nullptr) return {};
  const std::uint32_t key = document_->nodes_[index_].key;
  return key == kNone ? Value() : Value(document_, key);
}

Value::Iterator Value::begin() const noexcept {
  if (document_ == nullptr) return end();
  const std::uint32_t first = document_->nodes_[index_].first_child;
  return first == kNone ? end() : Iterator(Value(document_, first));
}

Value::Iterator Value::end() const noexcept { return Iterator(Value()); }

Value::Iterator& Value::Iterator::operator++() noexcept {
  const std::uint32_t next = current_.document_->nodes_[current_.index_].next;
  current_ = next == kNone ? Value() : Value(current_.document_, next);
  return *this;
}

std::size_t Value::begin_offset() const noexcept { return document_ == nullptr ? 0 : document_->nodes_[index_].begin; }
std::size_t Value::end_offset() const noexcept { return document_ == nullptr ? 0 : document_->nodes_[index_].end; }

std::string_view Value::raw() const noexcept {
  return document_ == nullptr ? std::string_view()
                              : document_->text().substr(begin_offset(), end_offset() - begin_offset());
}

Position Value::position() const { return document_ == nullptr ? Position() : document_->position(begin_offset()); }

std::size_t Value::file_offset_in_string(std::size_t decoded_offset) const {
  constexpr std::size_t kKeptEvery = 4096;
  if (document_ == nullptr) return 0;
  const std::string_view text = raw();
  auto& map = document_->map_;
  if (document_->mapped_ != begin_offset()) {
    document_->mapped_ = begin_offset();
    map.assign(1, {0, 1});  // after the opening quote
  }
  const auto after = std::upper_bound(map.begin() + 1, map.end(), std::pair(decoded_offset, text.size()));
  auto [decoded, i] = *(after - 1);
  while (decoded < decoded_offset && i + 1 < text.size()) {
    const Escape step = text[i] == '\\' ? escape_at(text, i) : Escape{1, 1};
    if (decoded + step.decoded_bytes > decoded_offset) break;
    i += step.file_bytes;
    decoded += step.decoded_bytes;
    if (decoded >= map.back().first + kKeptEvery) map.emplace_back(decoded, i);
  }
  return begin_offset() + i;
}

Position Value::position_in_string(std::size_t decoded_offset) const {
  return document_ == nullptr ? Position() : document_->position(file_offset_in_string(decoded_offset));
}

}  // namespace kairon::json
