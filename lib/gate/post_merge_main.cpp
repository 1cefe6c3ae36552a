#include "base/guard.h"
#include "deploy/not_on_remote.h"
#include "gate/hook_chain.h"
#include "gate/hook_usage.h"
#include "gate/main.h"
#include "gate/post_merge.h"
#include "install/hook_names.h"

namespace kairon::gate {

namespace {

ExitCode run(int argc, char** argv) {
  if (answered_by_hand(argc, argv, "post-merge",
                       "looks again at what a merge, rebase or checkout brought; it cannot block")) {
    return ExitCode::passed;
  }
  const HookCall call = hook_call(argc, argv);
  if (!install::is_gated_hook(call.name)) return run_only_chained_hook(call);
  const auto source = git::open();
  if (!source) throw environment_error("this folder lies in no git repository", "run it from a work tree");
  look_after_merge(*source, call);
  if (call.name == "post-merge" || call.name == "post-rewrite") deploy::say_unpushed(*source);
  return static_cast<ExitCode>(run_chained_hook(call, *source));
}

}  // namespace

int post_merge_main(int argc, char** argv) {
  return guarded([&] { return run(argc, argv); });
}

}  // namespace kairon::gate
