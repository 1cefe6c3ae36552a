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
  REQUIRE(note.ends_with('\n'));
  const std::string identity = note.substr(0, note.size() - 1);
  REQUIRE(file::write_atomic(path, identity + "0\n"));
  CHECK_FALSE(was_judged(folder.path()));
  // Torn.
  REQUIRE(file::write_atomic(path, identity));
  CHECK_FALSE(was_judged(folder.path()));
  // Written over a longer one.
  REQUIRE(file::write_atomic(path, std::string(100, '9') + "\n"));
  note_judged(folder.path());
  CHECK(was_judged(folder.path()));
  REQUIRE(file::write_atomic(path, ""));
  CHECK_FALSE(was_judged(folder.path()));
}
