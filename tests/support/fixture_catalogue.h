#pragma once
#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "base/file.h"
#include "base/temp.h"
#include "catalogue/catalogue.h"
#include "catalogue/reducer.h"

namespace kairon::test {

/// The index of tests/fixtures/catalogue/nodes.json: a few node types in n8n's format, made for the
/// tests and the rules' examples.
inline std::string fixture_index() {
  auto text = file::read(KAIRON_SOURCE_DIR "/tests/fixtures/catalogue/nodes.json");
  REQUIRE(text.ok());
  auto index = catalogue::reduce({{"n8n-nodes-base", *text}}, "1.0.0-fixture");
  REQUIRE_MESSAGE(index.ok(), (index.ok() ? "" : index.failure().text));
  return *index;
}

/// Opens an index given as bytes. The file is gone afterwards: the mapping needs it no longer.
inline Result<std::unique_ptr<const catalogue::Catalogue>> open_index(const std::string& bytes) {
  const TempFolder folder("catalogue-test");
  const std::string path = folder.path() + "/fixture.idx";
  REQUIRE(file::write_atomic(path, bytes).ok());
  return catalogue::Catalogue::open(path);
}

/// The fixture's catalogue, made once per test program.
inline const catalogue::Catalogue& fixture_catalogue() {
  static const auto catalogue = open_index(fixture_index());
  REQUIRE(catalogue.ok());
  return **catalogue;
}

}  // namespace kairon::test
