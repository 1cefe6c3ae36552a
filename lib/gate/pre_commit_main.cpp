#include "base/guard.h"
#include "base/terminal.h"
#include "gate/hook_chain.h"
#include "gate/hook_usage.h"
#include "gate/judged.h"
#include "gate/main.h"
#include "gate/pre_commit.h"
#include "install/hook_names.h"

namespace kairon::gate {

namespace {

ExitCode run(int argc, char** argv) {
  if (answered_by_hand(argc, argv, "pre-commit", "judges what is staged; git runs it on commit, merge and am"))
    return ExitCode::passed;
  const HookCall call = hook_call(argc, argv);
  if (!install::is_gated_hook(call.name)) return run_only_chained_hook(call);
  const auto source = git::open({}, git::Network::forbidden);
  if (!source) throw environment_error("this folder lies in no git repository", "run it from a work tree");
  const ExitCode verdict = check_staged(*source);
  if (verdict != ExitCode::passed) return verdict;
  note_judged(source->git_dir());
  return static_cast<ExitCode>(run_chained_hook(call, *source));
}

}  // namespace

int pre_commit_main(int argc, char** argv) {
  return guarded([&] { return run(argc, argv); });
}

}  // namespace kairon::gate
