#pragma once
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "check/judge.h"
#include "config/settings.h"
#include "git/source.h"
#include "repository/push_range.h"

namespace kairon::gate {

/// The pushed refs, and what the other side has. The client's pre-push and the server's pre-receive judge it alike.
struct Push {
  std::vector<repository::PushLine> lines;
  git::Known known;
  std::vector<repository::PushedRef> refs;             ///< the lines that bring commits
  std::map<git::Oid, config::Settings> settings = {};  ///< of each tip
};

/// Resolves the lines, in one walk, and reads the settings of each tip. Throws Error(environment), Error(usage).
[[nodiscard]] Push read_push(git::GitSource& source, std::vector<repository::PushLine> lines, git::Known known);

/// Runs stage 0: judges each tip as a whole, then every byte that leaves. Prints the findings on stderr.
[[nodiscard]] ExitCode judge_push(git::GitSource& source, const Push& push, check::JudgeOptions options = {});

}  // namespace kairon::gate
