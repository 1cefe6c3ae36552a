#include "check/record_table.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "base/file.h"
#include "base/format.h"
#include "base/temp.h"

using namespace kairon;
using check::RecordKey;
using check::RecordTable;

namespace {

constexpr std::string_view kHeader = "table of a test";

RecordKey key(std::uint64_t number) { return {number * 0x9E3779B97F4A7C15ULL, number}; }

/// The record's bytes and links as one text, "none" for an unknown one.
std::string found(RecordTable& table, std::uint64_t number) {
  const auto record = table.find(key(number));
  const auto bytes = record ? table.payload(*record) : std::nullopt;
  if (!bytes) return "none";
  std::string text(*bytes);
  for (const std::uint64_t link : record->links) text += format(" {}", link);
  return text;
}

struct Place {
  TempFolder folder{"table"};
  std::string path = folder.path() + "/deep/table";
  [[nodiscard]] std::string content() const { return file::read(path).value(); }
  void write(const std::string& text) const { REQUIRE(file::write_atomic(path, text).ok()); }
  void add(std::uint64_t number, std::string text, std::vector<std::uint64_t> links = {}) const {
    RecordTable table(path, kHeader);
    table.add(key(number), std::move(text), std::move(links));
    table.save();
  }
  [[nodiscard]] std::string find(std::uint64_t number) const {
    RecordTable table(path, kHeader);
    return found(table, number);
  }
};

}  // namespace

TEST_CASE("records of several runs, each appended after those before") {
  const Place place;
  place.add(1, "one", {7, 8});
  const std::string first = place.content();
  place.add(2, "two");
  place.add(3, "", {9});
  CHECK(place.content().starts_with(first));
  CHECK(place.content().size() > first.size());
  CHECK(place.find(1) == "one 7 8");
  CHECK(place.find(2) == "two");
  CHECK(place.find(3) == " 9");
  CHECK(place.find(4) == "none");
  place.add(1, "another");
  CHECK(place.find(1) == "another");
}

TEST_CASE("nothing new, nothing written") {
  const Place place;
  place.add(1, "one");
  const std::string before = place.content();
  RecordTable table(place.path, kHeader);
  CHECK(found(table, 1) == "one");
  table.save();
  CHECK(place.content() == before);
}

TEST_CASE("the last record of a key counts, also in one run and in a table that was rewritten") {
  const Place place;
  RecordTable table(place.path, kHeader);
  table.add(key(1), "first");
  table.add(key(1), "second");
  table.save();
  CHECK(place.find(1) == "second");
  for (std::uint64_t run = 0; run < 200; ++run) place.add(1, format("run {}", run));
  CHECK(place.find(1) == "run 199");
  CHECK(place.content().size() < 20'000);
}

TEST_CASE("cut anywhere, what is whole is found and the next run repairs the file") {
  const Place place;
  place.add(1, "one");
  const std::size_t one = place.content().size();
  place.add(2, "two");
  const std::string whole = place.content();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    place.write(whole.substr(0, size));
    CHECK(place.find(1) == (size < one ? "none" : "one"));
    CHECK(place.find(2) == "none");
    place.add(3, "three");
    CHECK(place.find(1) == (size < one ? "none" : "one"));
    CHECK(place.find(3) == "three");
  }
}

TEST_CASE("a damaged byte takes records away, and never changes one") {
  const Place place;
  place.add(1, "one", {7, 8});
  place.add(2, "two", {9});
  const std::string whole = place.content();
  for (std::size_t at = 0; at < whole.size(); ++at)
    for (const int bit : {0x01, 0x80}) {
      CAPTURE(at);
      std::string damaged = whole;
      damaged[at] = static_cast<char>(damaged[at] ^ bit);
      place.write(damaged);
      RecordTable table(place.path, kHeader);
      for (const auto& [number, text] : {std::pair{1, "one 7 8"}, std::pair{2, "two 9"}}) {
        const std::string now = found(table, static_cast<std::uint64_t>(number));
        CHECK((now == text || now == "none"));
      }
    }
}

TEST_CASE("a table of another header is replaced, and never appended to") {
  const Place place;
  place.add(1, "one");
  RecordTable stranger(place.path, "another header");
  CHECK(found(stranger, 1) == "none");
  stranger.add(key(2), "two");
  RecordTable ours(place.path, kHeader);  // mapped before the other one writes
  stranger.save();
  ours.add(key(3), "three");
  ours.save();
  RecordTable again(place.path, "another header");
  CHECK(found(again, 2) == "two");
  CHECK(found(again, 3) == "none");
  CHECK(place.find(1) == "none");
}

TEST_CASE("what is no table of ours does no harm") {
  const Place place;
  std::filesystem::create_directories(place.path + "/folder");
  place.add(1, "one");
  CHECK(place.find(1) == "none");
  std::filesystem::remove_all(place.path);
  place.write(std::string(100'000, '\xFF'));
  CHECK(place.find(1) == "none");
  place.add(1, "one");
  CHECK(place.find(1) == "one");
  RecordTable nowhere("/proc/no/such/table", kHeader);
  nowhere.add(key(1), "one");
  nowhere.save();
  RecordTable nothing("", kHeader);
  nothing.add(key(1), "one");
  nothing.save();
  CHECK(found(nothing, 1) == "none");
}

TEST_CASE("what no run uses goes first") {
  const Place place;
  const std::string text(64 << 10, 'x');
  for (std::uint64_t run = 1; run <= 200; ++run) {
    RecordTable table(place.path, kHeader);
    CHECK(table.find(key(0)).has_value() == (run > 1));
    if (run == 1) table.add(key(0), text);
    table.add(key(run), text);
    table.save();
  }
  CHECK(place.content().size() <= RecordTable::kMinBytes + text.size());
  CHECK(place.content().size() > RecordTable::kMinBytes / 2);
  CHECK(place.find(0) == text);
  CHECK(place.find(200) == text);
  CHECK(place.find(1) == "none");
}
