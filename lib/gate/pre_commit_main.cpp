#include "base/guard.h"
#include "base/terminal.h"
#include "gate/hook_chain.h"
#include "gate/hook_usage.h"
#include "gate/judged.h"
#include "gate/main.h"
#include "gate/pre_commit.h"
#include "git/index_header.h"
#include "install/hook_names.h"

namespace kairon::gate {

namespace {

/// post-commit looks again at what has no note.
ExitCode note_tree(git::GitSource& source) {
  note_judged(source.git_dir(), source.kept_tree().value_or(""));
  return ExitCode::passed;
}

/// A hook that formats and stages files makes another commit than the one that was judged.
ExitCode judge_again() {
  const auto source = git::open({}, git::Network::forbidden);
  if (!source) throw environment_error("the repository is gone", "look at what the earlier pre-commit hook does");
  const git::Oid tree = source->staged_tree();
  const ExitCode verdict = check_staged(*source);
  if (verdict == ExitCode::passed) note_judged(source->git_dir(), tree);
  return verdict;
}

ExitCode run(int argc, char** argv) {
  if (answered_by_hand(argc, argv, "pre-commit", "judges what is staged; git runs it on commit, merge and am"))
    return ExitCode::passed;
  const HookCall call = hook_call(argc, argv);
  if (!install::is_gated_hook(call.name)) return run_only_chained_hook(call);
  const auto source = git::open({}, git::Network::forbidden);
  if (!source) throw environment_error("this folder lies in no git repository", "run it from a work tree");
  const ExitCode verdict = check_staged(*source);
  if (verdict != ExitCode::passed) return verdict;
  const std::string index = git::index_path(source->git_dir());
  const std::string judged = git::index_stamp(index);
  const int status = run_chained_hook(call, *source);
  if (status != 0) return static_cast<ExitCode>(status);
  const bool as_judged = git::index_stamp(index) == judged;
  return as_judged ? note_tree(*source) : judge_again();
}

}  // namespace

int pre_commit_main(int argc, char** argv) {
  return guarded([&] { return run(argc, argv); });
}

}  // namespace kairon::gate
