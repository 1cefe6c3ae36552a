#include <doctest/doctest.h>

#include "base/file.h"
#include "deploy/record.h"

using namespace kairon;

TEST_CASE("the journal of version 0.1.0 is read whole: it says how to finish and how to undo") {
  const std::string folder = KAIRON_SOURCE_DIR "/tests/fixtures/compat-0.1.0/journal/prod/";
  const auto record = deploy::read_record(file::read(folder + "open.json").value());
  REQUIRE(record.ok());
  CHECK(record->environment == "prod");
  CHECK(record->url == "https://n8n.example.org");
  CHECK(record->by == "ann@build");
  CHECK(record->created == std::vector<std::string>{"Fresh"});
  CHECK(record->known_ids.contains("w1"));
  CHECK(record->gone.contains("Old"));
  CHECK(record->activate.contains("Order"));
  REQUIRE(record->snapshot.size() == 1);
  CHECK(record->snapshot.front()["active"].boolean_or(false));
  REQUIRE(record->locals.size() == 1);
  CHECK(deploy::read_state(file::read(folder + "state.json").value()).at("Order") == deploy::Left{"f00d"});
}
