#include "base/shell_word.h"

#include <doctest/doctest.h>

using namespace kairon;

TEST_CASE("shell_word: one word for the shell, whatever the name is") {
  CHECK(shell_word("Intake_v2") == "Intake_v2");
  CHECK(shell_word("flows/In.json") == "flows/In.json");
  CHECK(shell_word("Route Event") == "'Route Event'");
  CHECK(shell_word("it's; rm -rf ~") == R"('it'\''s; rm -rf ~')");
  CHECK(shell_word("$(reboot)") == "'$(reboot)'");
  CHECK(shell_word("") == "''");
  CHECK(shell_word("a\nb").find('\n') == std::string::npos);
}
