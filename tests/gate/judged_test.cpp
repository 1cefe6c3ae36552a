#include "gate/judged.h"

#include <doctest/doctest.h>

#include "base/file.h"
#include "base/temp.h"

using namespace kairon;
using namespace kairon::gate;

TEST_CASE("a note counts for the tree that was judged last, whole") {
  const TempFolder folder("judged");
  const std::string one(40, '1'), two(40, '2'), longer(64, '1');
  CHECK_FALSE(was_judged(folder.path(), one));
  note_judged(folder.path(), one);
  CHECK(was_judged(folder.path(), one));
  CHECK_FALSE(was_judged(folder.path(), two));
  CHECK_FALSE(was_judged(folder.path(), ""));
  CHECK_FALSE(was_judged(folder.path(), one.substr(0, 39)));
  // Written over a longer one.
  note_judged(folder.path(), longer);
  note_judged(folder.path(), two);
  CHECK(was_judged(folder.path(), two));
  CHECK_FALSE(was_judged(folder.path(), one));
  // Torn, and taken away.
  REQUIRE(file::write_atomic(folder.path() + "/kairon/judged", two));
  CHECK_FALSE(was_judged(folder.path(), two));
  note_judged(folder.path(), two);
  note_judged(folder.path(), "");
  CHECK_FALSE(was_judged(folder.path(), two));
}
