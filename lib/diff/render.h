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
/// For step summaries and comments of pull requests: below GitHub's limit, with a picture for each workflow.
[[nodiscard]] std::string to_markdown(const DiffReport& report);
/// One Mermaid flowchart for each workflow.
[[nodiscard]] std::string to_mermaid(const DiffReport& report);
/// A picture with n8n's positions; workflows stand one below the other. No script.
[[nodiscard]] std::string to_svg(const DiffReport& report);
/// One page without script and network: before, after and both as pictures, a node's diff at a click.
[[nodiscard]] std::string to_html(const DiffReport& report);
/// For programs; lib/diff/diff.schema.json describes it.
[[nodiscard]] std::string to_json(const DiffReport& report);

}  // namespace kairon::diff
