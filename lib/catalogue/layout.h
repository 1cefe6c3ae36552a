#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

// The index file: a header, then six sections of fixed-size records, each 8-byte aligned, in the
// byte order of the machine that wrote it. Everything is stored once: equal strings, values, lists
// and properties share one record, which is what makes 15 MB of descriptions fit into 2 MB.

namespace kairon::catalogue::layout {

inline constexpr char kMagic[8] = {'K', 'A', 'I', 'R', 'O', 'N', 'N', 'C'};
/// Counts up when the layout or the meaning of a record changes; older files are then refused.
inline constexpr std::uint32_t kFormat = 1;
inline constexpr std::uint32_t kByteOrder = 0x01020304;
/// "No record" in a field that names one.
inline constexpr std::uint32_t kNone = 0xFFFFFFFF;

/// Bytes of the strings section, or records of another one.
struct Span {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  friend bool operator==(const Span&, const Span&) = default;
};

/// Where a section lies: bytes from the beginning of the file, and the number of its records.
struct Section {
  std::uint32_t offset = 0;
  std::uint32_t count = 0;
};

enum class SectionId : std::size_t { strings, types, entries, properties, values, lists };
inline constexpr std::size_t kSections = 6;

struct Header {
  char magic[8];
  std::uint32_t format;
  std::uint32_t byte_order;
  std::uint64_t length;    ///< of the whole file
  std::uint64_t checksum;  ///< of everything behind this field
  Span version;            ///< n8n's version, in strings
  Section sections[kSections];
};

inline constexpr std::size_t kSummedFrom = offsetof(Header, version);

/// A node type. Sorted by name.
struct Type {
  Span name;
  Span entries;
  std::uint32_t versioned = 0;  ///< n8n refuses a version that no entry has
};

enum EntryFlag : std::uint32_t {
  kTrigger = 1U << 0U,
  kHidden = 1U << 1U,
  kUsableAsTool = 1U << 2U,
  kWebhooks = 1U << 3U,
  kPolling = 1U << 4U,
  kDynamicInputs = 1U << 5U,
  kDynamicOutputs = 1U << 6U
};

/// One description of a type, serving one or more of its versions.
struct Entry {
  double default_version = 0;  ///< 0: none given
  Span versions;               ///< lists: numbers
  Span inputs;                 ///< lists: strings (connection types)
  Span outputs;
  Span properties;  ///< lists: properties
  std::uint32_t flags = 0;
  std::uint32_t unused = 0;
};

enum PropertyFlag : std::uint16_t {
  kRequired = 1U << 0U,
  kHasMultipleValues = 1U << 1U,  ///< typeOptions.multipleValues is given
  kMultipleValues = 1U << 2U,     ///< and true
  kNoDataExpression = 1U << 3U,
  kLoadsOptions = 1U << 4U,  ///< the list of options comes from the service at design time
  kAllowsArbitraryValues = 1U << 5U
};

struct Property {
  Span name;
  std::uint16_t type = 0;  ///< PropertyType
  std::uint16_t flags = 0;
  std::uint32_t default_value = kNone;  ///< values
  std::uint32_t display = kNone;        ///< values: the displayOptions object
  Span children;  ///< lists: properties of a collection or group, groups of a fixedCollection, values of options
  Span modes;     ///< lists: names of a resource locator's modes
};

/// A JSON value. Arrays are lists of values, objects lists of key and value by turns. `bits` is a
/// number's double, a boolean's 0 or 1, else a Span (first in the low half).
struct Value {
  std::uint32_t type = 0;  ///< json::Type
  std::uint32_t unused = 0;
  std::uint64_t bits = 0;

  [[nodiscard]] double number() const { return std::bit_cast<double>(bits); }
  [[nodiscard]] Span span() const {
    return {static_cast<std::uint32_t>(bits), static_cast<std::uint32_t>(bits >> 32U)};
  }
  void set(double number) { bits = std::bit_cast<std::uint64_t>(number); }
  void set(Span span) { bits = span.first | (std::uint64_t{span.count} << 32U); }
};

static_assert(sizeof(Type) == 20 && sizeof(Entry) == 48 && sizeof(Property) == 36 && sizeof(Value) == 16);

/// 64-bit checksum over four independent lanes, so that 2 MB take a tenth of a millisecond. It
/// finds damage; it is not a proof against malice.
[[nodiscard]] std::uint64_t checksum(std::string_view bytes);

}  // namespace kairon::catalogue::layout
