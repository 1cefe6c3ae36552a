#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <variant>

#include "base/text.h"
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
  impl_->with([&](auto& w) { w.Key(text.data(), static_cast<rapidjson::SizeType>(text.size())); });
  return *this;
}
Writer& Writer::string(std::string_view value) {
  const std::string text = valid_utf8(value);
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
