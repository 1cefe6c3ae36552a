#include "base/guard.h"
#include "base/terminal.h"
#include "gate/hook_chain.h"
#include "gate/hook_usage.h"
#include "gate/main.h"
#include "gate/pre_push.h"
#include "install/hook_names.h"

namespace kairon::gate {

namespace {

ExitCode run(int argc, char** argv) {
  if (answered_by_hand(argc, argv, "pre-push",
                       "judges what is pushed, tries its migrations, deploys the deploy branch"))
    return ExitCode::passed;
  HookCall call = hook_call(argc, argv);
  if (!install::is_gated_hook(call.name)) return run_only_chained_hook(call);
  const auto source = git::open();
  if (!source) throw environment_error("this folder lies in no git repository", "run it from a repository");
  call.input = read_push_lines();
  const ExitCode verdict = gate_push(*source, call);
  if (verdict != ExitCode::passed) return verdict;
  return static_cast<ExitCode>(run_chained_hook(call, *source));
}

}  // namespace

int pre_push_main(int argc, char** argv) {
  return guarded([&] { return run(argc, argv); });
}

}  // namespace kairon::gate
