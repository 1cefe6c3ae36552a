#pragma once
#include <cstdint>
#include <string_view>

#include "catalogue/layout.h"
#include "json/document.h"

namespace kairon::catalogue {

class Catalogue;

/// The types of a parameter (n8n-workflow, interfaces.ts: NodePropertyTypes). `group` is ours: one
/// named choice of a fixedCollection.
enum class PropertyType : std::uint16_t {
  other,
  string,
  number,
  boolean,
  options,
  multi_options,
  collection,
  fixed_collection,
  group,
  date_time,
  json,
  resource_locator,
  resource_mapper,
  workflow_selector,
  filter,
  assignment_collection,
  hidden,
  notice
};

/// A JSON value of the catalogue: a default, an option's value, a display condition. A default-made
/// one is absent. Handles live as long as the Catalogue.
class Literal {
 public:
  Literal() = default;
  Literal(const Catalogue* catalogue, const layout::Value* record) : catalogue_(catalogue), record_(record) {}

  [[nodiscard]] bool present() const noexcept { return record_ != nullptr; }
  [[nodiscard]] json::Type type() const noexcept;
  [[nodiscard]] std::string_view string() const noexcept;
  [[nodiscard]] double number() const noexcept;
  [[nodiscard]] bool boolean() const noexcept;
  /// Elements of an array or members of an object.
  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] Literal at(std::size_t index) const noexcept;
  /// Key of an object's member.
  [[nodiscard]] std::string_view key(std::size_t index) const noexcept;
  [[nodiscard]] Literal operator[](std::string_view key) const noexcept;

 private:
  const Catalogue* catalogue_ = nullptr;
  const layout::Value* record_ = nullptr;
};

class Properties;

/// A parameter of a node type.
class Property {
 public:
  Property(const Catalogue* catalogue, const layout::Property* record) : catalogue_(catalogue), record_(record) {}

  [[nodiscard]] std::string_view name() const noexcept;
  [[nodiscard]] PropertyType type() const noexcept { return static_cast<PropertyType>(record_->type); }
  [[nodiscard]] bool has(layout::PropertyFlag flag) const noexcept { return (record_->flags & flag) != 0; }
  [[nodiscard]] Literal default_value() const noexcept;
  /// The displayOptions object, absent when the parameter is always shown.
  [[nodiscard]] Literal display() const noexcept;
  /// Of a collection: its parameters; of a fixedCollection: its groups; of a group: its parameters.
  [[nodiscard]] Properties children() const noexcept;
  /// Of options and multiOptions: the values to choose from.
  [[nodiscard]] std::size_t option_count() const noexcept;
  [[nodiscard]] Literal option(std::size_t index) const noexcept;
  /// Of a resource locator: the names of its modes.
  [[nodiscard]] std::size_t mode_count() const noexcept;
  [[nodiscard]] std::string_view mode(std::size_t index) const noexcept;

 private:
  const Catalogue* catalogue_;
  const layout::Property* record_;
};

/// A list of parameters in n8n's order. A name may stand in it several times, with different
/// display conditions.
class Properties {
 public:
  Properties() = default;
  Properties(const Catalogue* catalogue, layout::Span span) : catalogue_(catalogue), span_(span) {}

  class Iterator {
   public:
    Iterator(const Properties* list, std::size_t index) : list_(list), index_(index) {}
    Property operator*() const { return list_->at(index_); }
    Iterator& operator++() {
      ++index_;
      return *this;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.index_ == b.index_; }

   private:
    const Properties* list_;
    std::size_t index_;
  };

  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] Property at(std::size_t index) const noexcept;
  [[nodiscard]] Iterator begin() const { return {this, 0}; }
  [[nodiscard]] Iterator end() const { return {this, size()}; }
  /// True when some parameter has that name.
  [[nodiscard]] bool contains(std::string_view name) const noexcept;

 private:
  const Catalogue* catalogue_ = nullptr;
  layout::Span span_;
};

}  // namespace kairon::catalogue
