#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <variant>

#include "base/text.h"
#include "base/unseen.h"
#include "json/document.h"

namespace kairon::json {

namespace {

using Compact = rapidjson::Writer<rapidjson::StringBuffer>;
using Pretty = rapidjson::PrettyWriter<rapidjson::StringBuffer>;

std::string valid_utf8(std::string_view text) {
  std::string out;
  for (;;) {
    const std::size_t bad = text::invalid_utf8(text);
    out += text.substr(0, bad);
    if (bad == std::string_view::npos) return out;
    out += "\xEF\xBF\xBD";
    text.remove_prefix(bad + 1);
  }
}

/// True when the text holds a character that RapidJSON would write as it is and that shows nothing.
bool hides_something(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte == 0x7F || (byte >= 0xC2 && text::unseen_length(text, at) != 0)) return true;
  }
  return false;
}

void append_unit(std::string& out, unsigned unit) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  out += "\\u";
  for (unsigned shift = 16; shift != 0; shift -= 4) out += kHex[unit >> (shift - 4) & 0xFU];
}

/// Returns a JSON string of exactly this text, with every character visible.
std::string escaped(std::string_view text) {
  std::string out = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t unseen = text::unseen_length(text, at);
    const auto code = static_cast<unsigned>(text::code_point(text, at));
    if (unseen != 0 && code > 0xFFFF) append_unit(out, 0xD800U + ((code - 0x10000U) >> 10U));
    if (unseen != 0) append_unit(out, code > 0xFFFF ? 0xDC00U + (code & 0x3FFU) : code);
    if (unseen == 0 && (text[at] == '"' || text[at] == '\\')) out += '\\';
    if (unseen == 0) out += text[at];
    at += std::max<std::size_t>(unseen, 1);
  }
  return out + "\"";
}

}  // namespace

struct Writer::Impl {
  rapidjson::StringBuffer buffer;
  std::variant<std::monostate, Compact, Pretty> writer;

  explicit Impl(Style style) {
    if (style == Style::compact) {
      writer.emplace<Compact>(buffer);
    } else {
      writer.emplace<Pretty>(buffer).SetIndent(' ', 2);
    }
  }
  template <typename F>
  void with(F&& call) {
    if (auto* compact = std::get_if<Compact>(&writer)) call(*compact);
    if (auto* pretty = std::get_if<Pretty>(&writer)) call(*pretty);
  }
};

Writer::Writer(Style style) : impl_(std::make_unique<Impl>(style)) {}
Writer::~Writer() = default;
Writer::Writer(Writer&&) noexcept = default;
Writer& Writer::operator=(Writer&&) noexcept = default;

Writer& Writer::begin_object() {
  impl_->with([](auto& w) { w.StartObject(); });
  return *this;
}
Writer& Writer::end_object() {
  impl_->with([](auto& w) { w.EndObject(); });
  return *this;
}
Writer& Writer::begin_array() {
  impl_->with([](auto& w) { w.StartArray(); });
  return *this;
}
Writer& Writer::end_array() {
  impl_->with([](auto& w) { w.EndArray(); });
  return *this;
}
Writer& Writer::key(std::string_view name) {
  const std::string text = valid_utf8(name);
  if (hides_something(text)) return raw(escaped(text));
  impl_->with([&](auto& w) { w.Key(text.data(), static_cast<rapidjson::SizeType>(text.size())); });
  return *this;
}
Writer& Writer::string(std::string_view value) {
  const std::string text = valid_utf8(value);
  if (hides_something(text)) return raw(escaped(text));
  impl_->with([&](auto& w) { w.String(text.data(), static_cast<rapidjson::SizeType>(text.size())); });
  return *this;
}
Writer& Writer::integer(long long value) {
  impl_->with([&](auto& w) { w.Int64(value); });
  return *this;
}
Writer& Writer::number(double value) {
  impl_->with([&](auto& w) {
    if (!w.Double(value)) w.Null();
  });
  return *this;
}
Writer& Writer::boolean(bool value) {
  impl_->with([&](auto& w) { w.Bool(value); });
  return *this;
}
Writer& Writer::null() {
  impl_->with([](auto& w) { w.Null(); });
  return *this;
}
Writer& Writer::raw(std::string_view json) {
  impl_->with([&](auto& w) { w.RawValue(json.data(), json.size(), rapidjson::kStringType); });
  return *this;
}

Writer& Writer::value(const Value& value) {
  switch (value.type()) {
    case Type::null:
      return null();
    case Type::boolean:
      return boolean(value.boolean());
    case Type::number:
      return raw(value.raw());
    case Type::string:
      return string(value.string());
    case Type::array:
      begin_array();
      for (const Value child : value) this->value(child);
      return end_array();
    case Type::object:
      begin_object();
      for (const Value child : value) {
        key(child.key());
        this->value(child);
      }
      return end_object();
  }
  return *this;
}

std::string Writer::take() {
  std::string text(impl_->buffer.GetString(), impl_->buffer.GetSize());
  return text;
}

}  // namespace kairon::json
