#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <random>

#include "catalogue/parameters.h"
#include "support/fixture_catalogue.h"

using namespace kairon;
using catalogue::Catalogue;
using catalogue::Literal;
using catalogue::Properties;
using catalogue::Property;

namespace {

std::string why_not(const std::string& bytes) {
  const auto opened = test::open_index(bytes);
  return opened.ok() ? "" : opened.failure().text;
}

/// Reads whatever can be reached; returns a number so that nothing is left out.
std::size_t read(const Literal& value, int depth) {
  std::size_t sum = value.string().size() + (value.boolean() ? 1 : 0) + (value.number() > 0 ? 1 : 0);
  for (std::size_t i = 0; depth > 0 && i < value.size() && i < 4; ++i)
    sum += value.key(i).size() + read(value.at(i), depth - 1);
  return sum;
}

std::size_t read(const Properties& properties, int depth) {
  std::size_t sum = 0;
  for (std::size_t i = 0; depth > 0 && i < properties.size() && i < 20; ++i) {
    const Property property = properties.at(i);
    sum += property.name().size() + read(property.default_value(), 2) + read(property.display(), 3);
    for (std::size_t j = 0; j < property.option_count() && j < 8; ++j) sum += read(property.option(j), 1);
    for (std::size_t j = 0; j < property.mode_count() && j < 8; ++j) sum += property.mode(j).size();
    sum += read(property.children(), depth - 1);
  }
  return sum;
}

std::size_t read(const Catalogue& catalogue) {
  std::size_t sum = catalogue.version().size();
  for (std::size_t i = 0; i < catalogue.type_count() && i < 20; ++i) {
    const catalogue::Type type = catalogue.type(i);
    sum += type.name().size() + (catalogue.find(type.name()) ? 1 : 0);
    for (std::size_t j = 0; j < type.size() && j < 4; ++j)
      sum += read(type.at(j).properties(), 3) + type.at(j).inputs("main").value_or(0) + (type.at(j).serves(3) ? 1 : 0);
  }
  return sum;
}

void seal(std::string& bytes) {
  catalogue::layout::Header header{};
  std::memcpy(&header, bytes.data(), sizeof header);
  header.checksum = catalogue::layout::checksum(std::string_view(bytes).substr(catalogue::layout::kSummedFrom));
  std::memcpy(bytes.data(), &header, sizeof header);
}

}  // namespace

TEST_CASE("an index cut short anywhere is refused") {
  const std::string whole = test::fixture_index();
  REQUIRE(why_not(whole).empty());
  const std::size_t step = std::max<std::size_t>(1, whole.size() / 300);
  for (std::size_t length = 0; length < whole.size(); length += length < 128 ? 1 : step) {
    const std::string why = why_not(whole.substr(0, length));
    CAPTURE(length);
    CHECK_FALSE(why.empty());
  }
  CHECK_FALSE(why_not(whole + "x").empty());
}

TEST_CASE("a changed byte anywhere is noticed") {
  const std::string whole = test::fixture_index();
  std::mt19937 random(20261123);
  for (int i = 0; i < 400; ++i) {
    std::string damaged = whole;
    const std::size_t at = i < 120 ? static_cast<std::size_t>(i) : random() % damaged.size();
    damaged[at] = static_cast<char>(damaged[at] ^ static_cast<char>(1U << (random() % 8)));
    CAPTURE(at);
    CHECK_FALSE(why_not(damaged).empty());
  }
}

TEST_CASE("what is wrong is said with the file and the remedy") {
  std::string bytes = test::fixture_index();
  CHECK(
      why_not("{\"not\":\"an index\", \"but\": \"long enough to be looked at, with some more text behind it, and more, "
              "and still more of it so that a header would fit into it\"}")
          .ends_with("no node catalogue"));
  bytes[8] = 99;
  CHECK(why_not(bytes).find("format 99") != std::string::npos);
  const auto missing = Catalogue::open("/nowhere/at/all.idx");
  REQUIRE_FALSE(missing.ok());
  CHECK(missing.failure().text.find("/nowhere/at/all.idx") != std::string::npos);
  CHECK_FALSE(Catalogue::open("/").ok());
}

TEST_CASE("records that point anywhere lead nowhere, and never out of the file") {
  const std::string whole = test::fixture_index();
  const std::size_t honest = read(test::fixture_catalogue());
  CHECK(honest > 500);
  std::mt19937 random(4711);
  std::size_t opened = 0;
  for (int round = 0; round < 200; ++round) {
    std::string damaged = whole;
    for (int i = 0; i < 20; ++i) {
      const std::size_t at =
          sizeof(catalogue::layout::Header) + random() % (damaged.size() - sizeof(catalogue::layout::Header) - 4);
      const std::uint32_t value =
          random() % 3 == 0 ? static_cast<std::uint32_t>(random()) : static_cast<std::uint32_t>(random() % 4000);
      std::memcpy(damaged.data() + at, &value, sizeof value);
    }
    seal(damaged);
    const auto index = test::open_index(damaged);
    if (!index.ok()) continue;
    ++opened;
    (void)read(**index);
  }
  CHECK(opened == 200);
}
