#include "commands/command.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "base/text.h"

using namespace kairon;

TEST_CASE("a command's options are in its table alone: the usage line names none that the table lacks") {
  std::set<std::string_view> names;
  for (const commands::Command* command : commands::commands()) {
    CAPTURE(command->name);
    CHECK(names.insert(command->name).second);
    CHECK_FALSE(command->summary.empty());
    CHECK_FALSE(text::contains(text::lower(command->arguments), "[options]"));
    const std::string words = text::replace_all(command->arguments, "|", " ");
    for (const std::string_view word : text::split(words, ' ')) {
      if (!word.starts_with("--")) continue;
      CAPTURE(word);
      CHECK(std::ranges::any_of(command->options, [&](const OptionSpec& option) { return option.name == word; }));
    }
    for (const OptionSpec& option : command->options) {
      CAPTURE(option.name);
      CHECK(option.name.starts_with("-"));
      CHECK_FALSE(option.help.empty());
      if (option.of.empty()) continue;
      for (const std::string_view of : text::split(option.of, '|')) {
        CAPTURE(of);
        const bool known =
            std::ranges::any_of(command->subcommands, [&](const Subcommand& one) { return one.name == of; });
        CHECK((known || (of == "-" && !command->arguments.empty())));
      }
    }
  }
  CHECK(names.size() > 15);
}
