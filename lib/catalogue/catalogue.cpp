#include "catalogue/catalogue.h"

#include "base/format.h"
#include "base/hash.h"
#include "catalogue/mapping.h"

namespace kairon::catalogue {

using layout::SectionId;

Result<std::unique_ptr<const Catalogue>> Catalogue::open(const std::string& path, Community community) {
  auto mapping = Mapping::map(path);
  if (!mapping.ok()) return mapping.failure();
  const std::string problem = check_index((*mapping)->bytes());
  if (!problem.empty())
    return Failure{format("{}: {}", path, problem), "run `kairon catalogue update` to make it anew"};
  return std::unique_ptr<const Catalogue>(new Catalogue(std::move(*mapping), std::move(community)));
}

Catalogue::Catalogue(std::unique_ptr<const Mapping> mapping, Community community)
    : mapping_(std::move(mapping)), bytes_(mapping_->bytes().data()), community_(std::move(community)) {}

Catalogue::~Catalogue() = default;

const layout::Header& Catalogue::header() const noexcept { return *reinterpret_cast<const layout::Header*>(bytes_); }

std::string_view Catalogue::version() const noexcept { return text(header().version); }

std::string Catalogue::fingerprint() const {
  return format("{}-{}{}", version(), hash::hex(header().checksum), community_.fingerprint());
}

std::string_view Catalogue::text(layout::Span span) const noexcept {
  const layout::Section& strings = section(SectionId::strings);
  if (span.first > strings.count || span.count > strings.count - span.first) return {};
  return {bytes_ + strings.offset + span.first, span.count};
}

std::uint32_t Catalogue::element(layout::Span list, std::size_t index) const noexcept {
  if (index >= list.count) return layout::kNone;
  const layout::Section& in = section(SectionId::lists);
  const std::size_t at = list.first + index;
  if (at >= in.count) return layout::kNone;
  return reinterpret_cast<const std::uint32_t*>(bytes_ + in.offset)[at];
}

Type Catalogue::type(std::size_t index) const noexcept {
  return {this, &record<layout::Type>(SectionId::types, index)};
}

std::optional<Type> Catalogue::find(std::string_view name) const noexcept {
  std::size_t low = 0;
  std::size_t high = type_count();
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    const int order = type(middle).name().compare(name);
    if (order == 0) return type(middle);
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return std::nullopt;
}

bool Catalogue::covers(std::string_view package) const noexcept {
  for (std::size_t i = 0; i < type_count(); ++i) {
    const std::string_view name = type(i).name();
    if (name.starts_with(package) && name.substr(package.size()).starts_with('.')) return true;
  }
  return false;
}

std::string_view Type::name() const noexcept { return catalogue_->text(record_->name); }

std::size_t Type::size() const noexcept {
  const std::size_t all = catalogue_->section(SectionId::entries).count;
  const layout::Span entries = record_->entries;
  return entries.first <= all && entries.count <= all - entries.first ? entries.count : 0;
}

Description Type::at(std::size_t index) const noexcept {
  return {catalogue_, &catalogue_->record<layout::Entry>(SectionId::entries, record_->entries.first + index)};
}

std::optional<Description> Type::describe(std::optional<double> version) const noexcept {
  if (size() == 0) return std::nullopt;
  if (!versioned()) return at(0);
  double wanted = version.value_or(0);
  if (wanted == 0) wanted = at(0).default_version();
  std::optional<Description> newest;
  for (std::size_t i = 0; i < size(); ++i) {
    const Description description = at(i);
    if (description.serves(wanted)) return description;
    if (!newest || description.version(0) > newest->version(0)) newest = description;
  }
  if (wanted == 0) return newest;
  return std::nullopt;
}

std::size_t Description::version_count() const noexcept { return catalogue_->list_size(record_->versions); }

double Description::version(std::size_t index) const noexcept {
  const std::uint32_t at = catalogue_->element(record_->versions, index);
  return Literal(catalogue_, &catalogue_->record<layout::Value>(SectionId::values, at)).number();
}

bool Description::serves(double version) const noexcept {
  for (std::size_t i = 0; i < version_count(); ++i)
    if (this->version(i) == version) return true;
  return false;
}

std::size_t Description::count(layout::Span list, std::string_view type) const noexcept {
  std::size_t found = 0;
  for (std::size_t i = 0; i < catalogue_->list_size(list); ++i) {
    const std::uint32_t at = catalogue_->element(list, i);
    if (Literal(catalogue_, &catalogue_->record<layout::Value>(SectionId::values, at)).string() == type) ++found;
  }
  return found;
}

std::optional<std::size_t> Description::inputs(std::string_view type) const noexcept {
  if (has(layout::kDynamicInputs)) return std::nullopt;
  return count(record_->inputs, type);
}

std::optional<std::size_t> Description::outputs(std::string_view type) const noexcept {
  if (has(layout::kDynamicOutputs)) return std::nullopt;
  return count(record_->outputs, type);
}

Match match(const Catalogue& catalogue, std::string_view name, std::optional<double> version) {
  constexpr std::string_view kTool = "Tool";
  Match match;
  match.type = catalogue.find(name);
  if (!match.type && name.ends_with(kTool)) {
    match.tool = true;
    match.type = catalogue.find(name.substr(0, name.size() - kTool.size()));
  }
  if (!match.type) return match;
  match.description = match.type->describe(version);
  if (!match.description)
    match.kind = Match::Kind::unknown_version;
  else if (match.tool && !match.description->has(layout::kUsableAsTool))
    match.kind = Match::Kind::no_tool;
  else
    match.kind = Match::Kind::found;
  return match;
}

}  // namespace kairon::catalogue
