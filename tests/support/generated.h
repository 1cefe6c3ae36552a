#pragma once
#include <doctest/doctest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/text.h"

namespace kairon::test {

/// Checks that a committed file, named from the source folder, has the content that it is made from.
/// tests/generated.sh sets KAIRON_WRITE_GENERATED: then the file is written first.
inline void expect_generated(const std::string& name, const std::string& content) {
  const std::string path = std::string(KAIRON_SOURCE_DIR) + "/" + name;
  if (std::getenv("KAIRON_WRITE_GENERATED") != nullptr) REQUIRE(file::write_atomic(path, content).ok());
  const Result<std::string> present = file::read(path);
  REQUIRE(present.ok());
  const std::vector<std::string_view> wanted = text::lines(content);
  const std::vector<std::string_view> lines = text::lines(*present);
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    CAPTURE(i);
    CHECK((i < lines.size() ? lines[i] : std::string_view()) == wanted[i]);
  }
  INFO("tests/generated.sh writes ", name);
  CHECK(*present == content);
}

}  // namespace kairon::test
