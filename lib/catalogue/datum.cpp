#include "catalogue/level.h"

namespace kairon::catalogue {

Datum Datum::of(double number) {
  Datum datum(State::known);
  datum.own_number_ = number;
  return datum;
}

Datum Datum::of_text(std::string_view text) {
  Datum datum(State::known);
  datum.own_text_ = text;
  return datum;
}

json::Type Datum::type() const {
  if (own_number_) return json::Type::number;
  if (own_text_) return json::Type::string;
  if (own_truth_) return json::Type::boolean;
  return file_.present() ? file_.type() : literal_.type();
}

std::string_view Datum::string() const {
  if (own_text_) return *own_text_;
  return file_.present() ? file_.string() : literal_.string();
}

double Datum::number() const {
  if (own_number_) return *own_number_;
  return file_.present() ? file_.number() : literal_.number();
}

bool Datum::boolean() const {
  if (own_truth_) return *own_truth_;
  return file_.present() ? file_.boolean() : literal_.boolean();
}

Datum Datum::member(std::string_view key) const {
  if (state_ == State::unknown) return *this;
  if (file_.present()) return file_[key].present() ? Datum(file_[key]) : Datum();
  return Datum(literal_[key]);
}

std::vector<Datum> Datum::elements() const {
  if (state_ != State::known || type() != json::Type::array) return {*this};
  std::vector<Datum> all;
  for (const json::Value element : file_) all.emplace_back(element);
  for (std::size_t i = 0; i < literal_.size(); ++i) all.emplace_back(literal_.at(i));
  return all;
}

bool Datum::equals(const Literal& other) const {
  if (state_ != State::known || type() != other.type()) return false;
  switch (type()) {
    case json::Type::string:
      return string() == other.string();
    case json::Type::number:
      return number() == other.number();
    case json::Type::boolean:
      return boolean() == other.boolean();
    default:
      return type() == json::Type::null;
  }
}

}  // namespace kairon::catalogue
