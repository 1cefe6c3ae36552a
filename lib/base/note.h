#pragma once
#include <string_view>

namespace kairon::terminal {

/// A line on stderr that helps a person and that nothing depends on: a note, a hint, the next command.
void note(std::string_view text);

/// For the rest of the run (`kairon -q`) note() prints nothing and Progress shows nothing.
void be_quiet();

}  // namespace kairon::terminal
