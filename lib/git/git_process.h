#pragma once
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/dialogue.h"
#include "base/error.h"
#include "base/process.h"
#include "base/result.h"
#include "git/source.h"

namespace kairon::git {

/// Runs the `git` program for reading: argv only, no pager, no locks taken, no prompts, pathspecs
/// literal, replacement objects not followed (what is pushed are the real ones), English messages.
class GitProcess {
 public:
  /// Children run in `folder` ("" = ours) and see git's variables, as a hook's children should. Where the
  /// network is forbidden, an object that a partial clone left out is missing.
  explicit GitProcess(std::string folder, Network network = Network::allowed)
      : folder_(std::move(folder)), network_(network) {}

  /// Runs `git ARGUMENTS`. Throws Error(environment) when git cannot be started or is killed.
  [[nodiscard]] process::Outcome run(const std::vector<std::string>& arguments,
                                     std::optional<std::string> input = std::nullopt) const;
  /// run(), and throws Error(environment) with git's own words unless it succeeded.
  [[nodiscard]] std::string must(const std::vector<std::string>& arguments,
                                 std::optional<std::string> input = std::nullopt) const;
  /// A kept-open `git cat-file --batch`.
  [[nodiscard]] process::Dialogue cat_file() const;

  /// Builds the Error(environment) for a call that failed.
  [[nodiscard]] static Error failed(const std::vector<std::string>& arguments, const process::Outcome& outcome);
  /// True when git would have fetched an object and was not allowed to.
  [[nodiscard]] static bool wanted_to_fetch(const process::Outcome& outcome);

 private:
  std::string folder_;
  Network network_;
};

}  // namespace kairon::git
