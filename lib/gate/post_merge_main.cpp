#include "gate/guard.h"
#include "gate/hook_chain.h"
#include "gate/hook_names.h"
#include "gate/hook_usage.h"
#include "gate/main.h"
#include "gate/merge_check.h"
#include "gate/push_record.h"

namespace kairon::gate {

namespace {

ExitCode run(int argc, char** argv) {
  if (answered_by_hand(argc, argv, "post-merge",
                       "looks again at what a merge, rebase or checkout brought; it cannot block")) {
    return ExitCode::passed;
  }
  const HookCall call = hook_call(argc, argv);
  if (!is_gated_hook(call.name)) return run_only_chained_hook(call);
  const auto source = git::open();
  if (!source) throw environment_error("this folder lies in no git repository", "run it from a work tree");
  look_after_merge(*source, call);
  if (call.name == "post-merge" || call.name == "post-rewrite") say_unpushed(*source);
  return static_cast<ExitCode>(run_chained_hook(call, *source));
}

}  // namespace

int post_merge_main(int argc, char** argv) {
  return guarded([&] { return run(argc, argv); });
}

}  // namespace kairon::gate
