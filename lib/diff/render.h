#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/terminal.h"
#include "diff/outline.h"

namespace kairon::diff {

/// A change with all its files, as every renderer takes it.
struct DiffReport {
  std::string before;  ///< what the left side is called: a commit, "HEAD", a file
  std::string after;
  std::vector<FileDiff> files;  ///< those that differ, sorted by path
  Moves moves = Moves::counted;
};

/// For a terminal, coloured when the channel is.
[[nodiscard]] std::string to_text(const DiffReport& report, terminal::Channel channel);

}  // namespace kairon::diff
