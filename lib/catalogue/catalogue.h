#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
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
  [[nodiscard]] std::size_t option_count() const noexcept { return record_->children.count; }
  [[nodiscard]] Literal option(std::size_t index) const noexcept;
  /// Of a resource locator: the names of its modes.
  [[nodiscard]] std::size_t mode_count() const noexcept { return record_->modes.count; }
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

  [[nodiscard]] std::size_t size() const noexcept { return span_.count; }
  [[nodiscard]] Property at(std::size_t index) const noexcept;
  [[nodiscard]] Iterator begin() const { return {this, 0}; }
  [[nodiscard]] Iterator end() const { return {this, size()}; }
  /// True when some parameter has that name.
  [[nodiscard]] bool contains(std::string_view name) const noexcept;

 private:
  const Catalogue* catalogue_ = nullptr;
  layout::Span span_;
};

/// What n8n knows of a node type at one version.
class Description {
 public:
  Description(const Catalogue* catalogue, const layout::Entry* record) : catalogue_(catalogue), record_(record) {}

  [[nodiscard]] bool has(layout::EntryFlag flag) const noexcept { return (record_->flags & flag) != 0; }
  [[nodiscard]] double default_version() const noexcept { return record_->default_version; }
  [[nodiscard]] std::size_t version_count() const noexcept { return record_->versions.count; }
  [[nodiscard]] double version(std::size_t index) const noexcept;
  [[nodiscard]] bool serves(double version) const noexcept;
  [[nodiscard]] Properties properties() const noexcept { return {catalogue_, record_->properties}; }
  /// Inputs or outputs of a connection type ("main", "ai_tool"); nothing when they depend on the
  /// node's parameters.
  [[nodiscard]] std::optional<std::size_t> inputs(std::string_view type) const noexcept;
  [[nodiscard]] std::optional<std::size_t> outputs(std::string_view type) const noexcept;

 private:
  [[nodiscard]] std::size_t count(layout::Span list, std::string_view type) const noexcept;
  const Catalogue* catalogue_;
  const layout::Entry* record_;
};

/// A node type.
class Type {
 public:
  Type(const Catalogue* catalogue, const layout::Type* record) : catalogue_(catalogue), record_(record) {}

  [[nodiscard]] std::string_view name() const noexcept;
  /// n8n refuses versions that no description serves (class VersionedNodeType). Of other types it
  /// loads any number.
  [[nodiscard]] bool versioned() const noexcept { return record_->versioned != 0; }
  [[nodiscard]] std::size_t size() const noexcept { return record_->entries.count; }
  [[nodiscard]] Description at(std::size_t index) const noexcept;
  /// The description that n8n takes for a node (versioned-node-type.ts, getNodeType): of an absent
  /// version the default one's, of an unversioned type always the same. Nothing for a version that
  /// a versioned type has not.
  [[nodiscard]] std::optional<Description> describe(std::optional<double> version) const noexcept;

 private:
  const Catalogue* catalogue_;
  const layout::Type* record_;
};

/// n8n's descriptions of its nodes, reduced to an index file that is mapped, not read. Every access
/// is checked against the file's sizes: a damaged file cannot make it read elsewhere.
class Catalogue {
 public:
  /// Maps and validates an index. Fails, naming the file, when it cannot be read, is no index, is
  /// of another format, is cut short or does not match its checksum.
  [[nodiscard]] static Result<std::unique_ptr<const Catalogue>> open(const std::string& path);
  Catalogue(const Catalogue&) = delete;
  Catalogue& operator=(const Catalogue&) = delete;
  ~Catalogue();

  /// n8n's version, "1.123.81".
  [[nodiscard]] std::string_view version() const noexcept;
  /// Changes whenever the content does: part of the key under which verdicts are cached.
  [[nodiscard]] std::string fingerprint() const;
  [[nodiscard]] std::size_t type_count() const noexcept { return section(layout::SectionId::types).count; }
  [[nodiscard]] Type type(std::size_t index) const noexcept;
  /// The type of that full name ("n8n-nodes-base.set"), without the tool variants.
  [[nodiscard]] std::optional<Type> find(std::string_view name) const noexcept;

  [[nodiscard]] std::string_view text(layout::Span span) const noexcept;
  /// Record `index` of a section, a zeroed one when there is none.
  template <typename Record>
  [[nodiscard]] const Record& record(layout::SectionId id, std::size_t index) const noexcept;
  /// Element `index` of a list, kNone when there is none.
  [[nodiscard]] std::uint32_t element(layout::Span list, std::size_t index) const noexcept;

 private:
  struct Mapping;
  explicit Catalogue(std::unique_ptr<const Mapping> mapping);
  [[nodiscard]] const layout::Header& header() const noexcept;
  [[nodiscard]] const layout::Section& section(layout::SectionId id) const noexcept {
    return header().sections[static_cast<std::size_t>(id)];
  }
  std::unique_ptr<const Mapping> mapping_;
  const char* bytes_ = nullptr;
};

/// What n8n would load for a node.
struct Match {
  enum class Kind {
    found,
    unknown_type,
    unknown_version,  ///< `type` is set
    no_tool           ///< "XTool" where X cannot be used as a tool (node-types.ts, getByNameAndVersion)
  };
  Kind kind = Kind::unknown_type;
  bool tool = false;  ///< the tool variant of `type`
  std::optional<Type> type = {};
  std::optional<Description> description = {};
};

/// Looks a node's type and version up as n8n does, "XTool" variants included.
[[nodiscard]] Match match(const Catalogue& catalogue, std::string_view type, std::optional<double> version);

}  // namespace kairon::catalogue
