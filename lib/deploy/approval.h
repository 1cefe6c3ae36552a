#pragma once
#include <ctime>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "config/settings.h"
#include "git/source.h"

namespace kairon::deploy {

/// What an approval comes from and is timed by: the terminal and the clock, unless a test says otherwise.
struct ApprovalDesk {
  std::function<std::optional<std::string>(const std::string& question)> ask;
  std::function<std::time_t()> now;
  [[nodiscard]] static ApprovalDesk real();
};

/// Asks for what production wants before anything is written (contract A, approval): the
/// environment's name typed on the terminal, outside the window the word `outside-window` as well;
/// without a terminal KAIRON_APPROVE=prod:<full commit id>[,outside-window]. Other environments and
/// `approval = none` are not asked. Throws Error(blocked) when it is not given, Error(usage) when
/// the window cannot be read. The window is looked at again when the name was typed: a question may wait for hours.
void require_approval(const config::Target& target, const std::string& commit,
                      const ApprovalDesk& desk = ApprovalDesk::real());

/// Production gets commits of [kairon] deployBranch only: throws Error(blocked) for a work tree that
/// differs from every commit, for a commit that neither that branch nor its remote one has, and when
/// `branch` ("" = not said) is another one.
void require_branch(git::GitSource& source, const config::Settings& settings, const std::string& commit,
                    const std::string& branch);

}  // namespace kairon::deploy
