#include "gate/judged.h"

#include <doctest/doctest.h>

#include "base/file.h"
#include "base/temp.h"

using namespace kairon;
using namespace kairon::gate;

TEST_CASE("a note of the same parent counts, one of another process does not") {
  const TempFolder folder("judged");
  CHECK_FALSE(was_judged(folder.path()));
  note_judged(folder.path());
  const std::string path = folder.path() + "/kairon/judged";
  const std::string note = file::read(path).value();
  CHECK(was_judged(folder.path()));
  // It was for one commit.
  CHECK_FALSE(was_judged(folder.path()));
  // The same number, begun at another time.
  REQUIRE(file::write_atomic(path, note + "0"));
  CHECK_FALSE(was_judged(folder.path()));
  REQUIRE(file::write_atomic(path, ""));
  CHECK_FALSE(was_judged(folder.path()));
}
