#include <filesystem>

#include "base/file.h"
#include "base/guard.h"
#include "gate/hook_chain.h"
#include "gate/hook_usage.h"
#include "gate/main.h"
#include "gate/pre_push.h"
#include "gate/pre_receive.h"

namespace kairon::gate {

namespace {

ExitCode run(int argc, char** argv) {
  if (answered_by_hand(argc, argv, "pre-receive", "judges on the server what is pushed; git runs it on a push"))
    return ExitCode::passed;
  const auto source = git::open({}, git::Network::forbidden);
  if (!source) throw environment_error("this folder lies in no git repository", "run it from a repository");
  HookCall call = hook_call(argc, argv);
  call.input = read_push_lines();
  const ExitCode verdict = gate_receive(*source, *call.input);
  if (verdict != ExitCode::passed) return verdict;
  const std::string earlier = (std::filesystem::path(argv[0]).parent_path() / kEarlierReceive).string();
  return file::exists(earlier) ? static_cast<ExitCode>(run_hook(call, earlier)) : ExitCode::passed;
}

}  // namespace

int pre_receive_main(int argc, char** argv) {
  return guarded([&] { return run(argc, argv); });
}

}  // namespace kairon::gate
