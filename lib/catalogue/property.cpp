#include "catalogue/property.h"

#include "catalogue/catalogue.h"

namespace kairon::catalogue {

using layout::SectionId;

std::string_view Property::name() const noexcept { return catalogue_->text(record_->name); }

namespace {

Literal literal(const Catalogue* catalogue, std::uint32_t index) {
  if (index == layout::kNone) return {};
  return {catalogue, &catalogue->record<layout::Value>(SectionId::values, index)};
}

}  // namespace

Literal Property::default_value() const noexcept { return literal(catalogue_, record_->default_value); }
Literal Property::display() const noexcept { return literal(catalogue_, record_->display); }

Properties Property::children() const noexcept {
  const bool holds =
      type() == PropertyType::collection || type() == PropertyType::fixed_collection || type() == PropertyType::group;
  return holds ? Properties{catalogue_, record_->children} : Properties{};
}

std::size_t Property::option_count() const noexcept { return catalogue_->list_size(record_->children); }
std::size_t Property::mode_count() const noexcept { return catalogue_->list_size(record_->modes); }

Literal Property::option(std::size_t index) const noexcept {
  return literal(catalogue_, catalogue_->element(record_->children, index));
}

std::string_view Property::mode(std::size_t index) const noexcept {
  return literal(catalogue_, catalogue_->element(record_->modes, index)).string();
}

std::size_t Properties::size() const noexcept { return catalogue_ == nullptr ? 0 : catalogue_->list_size(span_); }

Property Properties::at(std::size_t index) const noexcept {
  return {catalogue_, &catalogue_->record<layout::Property>(SectionId::properties, catalogue_->element(span_, index))};
}

bool Properties::contains(std::string_view name) const noexcept {
  for (const Property property : *this)
    if (property.name() == name) return true;
  return false;
}

json::Type Literal::type() const noexcept {
  return record_ == nullptr ? json::Type::null : static_cast<json::Type>(record_->type);
}

std::string_view Literal::string() const noexcept {
  return type() == json::Type::string ? catalogue_->text(record_->span()) : std::string_view{};
}

double Literal::number() const noexcept { return type() == json::Type::number ? record_->number() : 0; }

bool Literal::boolean() const noexcept { return type() == json::Type::boolean && record_->bits != 0; }

std::size_t Literal::size() const noexcept {
  if (type() == json::Type::array) return catalogue_->list_size(record_->span());
  return type() == json::Type::object ? catalogue_->list_size(record_->span()) / 2 : 0;
}

Literal Literal::at(std::size_t index) const noexcept {
  if (index >= size()) return {};
  return literal(catalogue_,
                 catalogue_->element(record_->span(), type() == json::Type::object ? 2 * index + 1 : index));
}

std::string_view Literal::key(std::size_t index) const noexcept {
  if (type() != json::Type::object) return {};
  return literal(catalogue_, catalogue_->element(record_->span(), 2 * index)).string();
}

Literal Literal::operator[](std::string_view key) const noexcept {
  if (type() != json::Type::object) return {};
  for (std::size_t i = 0; i < size(); ++i)
    if (this->key(i) == key) return at(i);
  return {};
}

}  // namespace kairon::catalogue
