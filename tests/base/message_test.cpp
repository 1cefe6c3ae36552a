#include "base/message.h"

#include <doctest/doctest.h>

namespace kairon {

TEST_CASE("rendered") {
  CHECK(rendered("kairon: ", {"no such file", "create it"}) == "kairon: no such file\nhelp: create it");
  CHECK(rendered("FAIL hooks: ", {"missing", "run: kairon hooks install"}, 5) ==
        "FAIL hooks: missing\n     help: run: kairon hooks install");
  SUBCASE("without a remedy there is no help") {
    CHECK(rendered("kairon: ", {"out of memory"}) == "kairon: out of memory");
  }
}

TEST_CASE("printable: control characters of both parts are escaped") {
  const Message shown = printable(Message{"a\x1b[31m", "b\x1b[0m"});
  CHECK(shown.text.find('\x1b') == std::string::npos);
  CHECK(shown.remedy.find('\x1b') == std::string::npos);
}

}  // namespace kairon
