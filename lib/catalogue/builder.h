#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "catalogue/layout.h"
#include "json/document.h"

namespace kairon::catalogue {

/// Collects the records of an index, each different one once, and lays them out as a file.
class Builder {
 public:
  [[nodiscard]] layout::Span text(std::string_view text);
  /// A JSON value as record; strings are cut after 200 bytes (defaults hold whole programs, of
  /// which only "not empty" matters).
  [[nodiscard]] std::uint32_t value(const json::Value& value);
  [[nodiscard]] std::uint32_t value(std::string_view text);
  [[nodiscard]] std::uint32_t value(double number);
  [[nodiscard]] std::uint32_t property(const layout::Property& property);
  [[nodiscard]] layout::Span list(const std::vector<std::uint32_t>& elements);
  [[nodiscard]] std::uint32_t entry(const layout::Entry& entry);
  /// Types must come sorted by name.
  void type(const layout::Type& type) { types_.push_back(type); }
  [[nodiscard]] std::size_t type_count() const { return types_.size(); }

  /// The file's bytes.
  [[nodiscard]] std::string finish(std::string_view n8n_version);

 private:
  [[nodiscard]] std::uint32_t record(const layout::Value& value);
  std::string strings_;
  std::unordered_map<std::string, layout::Span> known_strings_;
  std::vector<layout::Type> types_;
  std::vector<layout::Entry> entries_;
  std::vector<layout::Property> properties_;
  std::unordered_map<std::string, std::uint32_t> known_properties_;
  std::vector<layout::Value> values_;
  std::unordered_map<std::string, std::uint32_t> known_values_;
  std::vector<std::uint32_t> lists_;
  std::map<std::vector<std::uint32_t>, layout::Span> known_lists_;
};

}  // namespace kairon::catalogue
