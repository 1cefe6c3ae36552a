#include "catalogue/builder.h"

#include <cstring>
#include <type_traits>

namespace kairon::catalogue {

using layout::Span;

namespace {

constexpr std::size_t kLongestText = 200;

std::uint32_t size32(std::size_t size) { return static_cast<std::uint32_t>(size); }

/// A record's bytes as key. The records hold no padding (asserted in format.h by their sizes), so
/// equal records have equal bytes.
template <typename Record>
std::string key_of(const Record& record) {
  static_assert(std::is_trivially_copyable_v<Record>);
  std::string key(sizeof record, '\0');
  std::memcpy(key.data(), &record, sizeof record);
  return key;
}

template <typename Record>
std::uint32_t intern(const Record& record, std::vector<Record>& records,
                     std::unordered_map<std::string, std::uint32_t>& known) {
  const auto [at, fresh] = known.try_emplace(key_of(record), size32(records.size()));
  if (fresh) records.push_back(record);
  return at->second;
}

template <typename Record>
layout::Section append(std::string& out, const Record* records, std::size_t count) {
  out.resize((out.size() + 7) / 8 * 8);
  const layout::Section section{size32(out.size()), size32(count)};
  if (count > 0) out.append(reinterpret_cast<const char*>(records), count * sizeof(Record));
  return section;
}

}  // namespace

Span Builder::text(std::string_view text) {
  const auto [at, fresh] = known_strings_.try_emplace(std::string(text));
  if (fresh) {
    at->second = {size32(strings_.size()), size32(text.size())};
    strings_.append(text);
  }
  return at->second;
}

std::uint32_t Builder::record(const layout::Value& value) { return intern(value, values_, known_values_); }

std::uint32_t Builder::value(std::string_view text) {
  layout::Value record;
  record.type = static_cast<std::uint32_t>(json::Type::string);
  record.set(this->text(text.substr(0, kLongestText)));
  return this->record(record);
}

std::uint32_t Builder::value(double number) {
  layout::Value record;
  record.type = static_cast<std::uint32_t>(json::Type::number);
  record.set(number);
  return this->record(record);
}

std::uint32_t Builder::value(const json::Value& value) {
  if (value.is_string()) return this->value(value.string());
  if (value.is_number()) return this->value(value.number());
  layout::Value record;
  record.type = static_cast<std::uint32_t>(value.type());
  if (value.is_boolean()) record.bits = value.boolean() ? 1 : 0;
  if (value.is_array() || value.is_object()) {
    std::vector<std::uint32_t> elements;
    for (const json::Value child : value) {
      if (value.is_object()) elements.push_back(this->value(child.key()));
      elements.push_back(this->value(child));
    }
    record.set(list(elements));
  }
  return this->record(record);
}

std::uint32_t Builder::property(const layout::Property& property) {
  return intern(property, properties_, known_properties_);
}

Span Builder::list(const std::vector<std::uint32_t>& elements) {
  if (elements.empty()) return {};
  const auto [at, fresh] = known_lists_.try_emplace(elements);
  if (fresh) {
    at->second = {size32(lists_.size()), size32(elements.size())};
    lists_.insert(lists_.end(), elements.begin(), elements.end());
  }
  return at->second;
}

std::uint32_t Builder::entry(const layout::Entry& entry) {
  entries_.push_back(entry);
  return size32(entries_.size() - 1);
}

std::string Builder::finish(std::string_view n8n_version) {
  layout::Header header{};
  std::memcpy(header.magic, layout::kMagic, sizeof header.magic);
  header.format = layout::kFormat;
  header.byte_order = layout::kByteOrder;
  header.version = text(n8n_version);
  std::string out(sizeof header, '\0');
  // In the order of layout::SectionId.
  header.sections[0] = append(out, strings_.data(), strings_.size());
  header.sections[1] = append(out, types_.data(), types_.size());
  header.sections[2] = append(out, entries_.data(), entries_.size());
  header.sections[3] = append(out, properties_.data(), properties_.size());
  header.sections[4] = append(out, values_.data(), values_.size());
  header.sections[5] = append(out, lists_.data(), lists_.size());
  header.length = out.size();
  std::memcpy(out.data(), &header, sizeof header);
  header.checksum = layout::checksum(std::string_view(out).substr(layout::kSummedFrom));
  std::memcpy(out.data(), &header, sizeof header);
  return out;
}

}  // namespace kairon::catalogue
