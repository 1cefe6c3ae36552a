#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "catalogue/community.h"
#include "catalogue/layout.h"
#include "catalogue/property.h"

namespace kairon::catalogue {

class Catalogue;

/// What n8n knows of a node type at one version.
class Description {
 public:
  Description(const Catalogue* catalogue, const layout::Entry* record) : catalogue_(catalogue), record_(record) {}

  [[nodiscard]] bool has(layout::EntryFlag flag) const noexcept { return (record_->flags & flag) != 0; }
  [[nodiscard]] double default_version() const noexcept { return record_->default_version; }
  [[nodiscard]] std::size_t version_count() const noexcept;
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
  [[nodiscard]] std::size_t size() const noexcept;
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
  /// Maps and validates an index. Fails, naming the file, when it cannot be read, is not an index, is
  /// of another format, is cut short or does not match its checksum.
  /// `community`: what else is known, besides n8n's own nodes.
  [[nodiscard]] static Result<std::unique_ptr<const Catalogue>> open(const std::string& path, Community community = {});
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

  [[nodiscard]] const layout::Section& section(layout::SectionId id) const noexcept {
    return header().sections[static_cast<std::size_t>(id)];
  }
  /// Some type of that package ("n8n-nodes-base") is in it.
  [[nodiscard]] bool covers(std::string_view package) const noexcept;

  [[nodiscard]] const Community& community() const noexcept { return community_; }

  [[nodiscard]] std::string_view text(layout::Span span) const noexcept;
  /// Record `index` of a section, a zeroed one when there is none.
  template <typename Record>
  [[nodiscard]] const Record& record(layout::SectionId id, std::size_t index) const noexcept {
    static const Record kAbsent{};
    const layout::Section& in = section(id);
    return index < in.count ? reinterpret_cast<const Record*>(bytes_ + in.offset)[index] : kAbsent;
  }
  /// The length of a list, 0 when it does not lie in the file.
  [[nodiscard]] std::size_t list_size(layout::Span list) const noexcept {
    const std::size_t all = section(layout::SectionId::lists).count;
    return list.first <= all && list.count <= all - list.first ? list.count : 0;
  }
  /// Element `index` of a list, kNone when there is none.
  [[nodiscard]] std::uint32_t element(layout::Span list, std::size_t index) const noexcept;

 private:
  struct Mapping;
  Catalogue(std::unique_ptr<const Mapping> mapping, Community community);
  [[nodiscard]] const layout::Header& header() const noexcept;
  std::unique_ptr<const Mapping> mapping_;
  const char* bytes_ = nullptr;
  Community community_;
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
