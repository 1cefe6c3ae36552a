#include "gate/pre_push.h"

#include "base/format.h"
#include "base/input.h"
#include "deploy/not_on_remote.h"
#include "gate/hook_chain.h"
#include "gate/judge_push.h"
#include "gate/push_pipeline.h"

namespace kairon::gate {

std::string read_push_lines() {
  constexpr std::size_t kMost = std::size_t{1} << 30U;
  Result<std::string> input = read_stdin(kMost);
  // No list of what is pushed is not the same as an empty one.
  if (!input.ok()) throw environment_error(format("cannot read what is pushed: {}", input.failure().text));
  return std::move(*input);
}

ExitCode gate_push(git::GitSource& source, const HookCall& call) {
  const std::string remote = call.argv.empty() ? std::string() : call.argv.front();
  const std::string url = call.argv.size() < 2 ? std::string() : call.argv[1];
  const Push push = read_push(source, repository::parse_push_lines(call.input.value_or("")),
                              repository::known_to_push(source, remote, url));
  if (!push.refs.empty()) {
    const deploy::PushTarget first{push.refs.front(), remote};
    deploy::say_unpushed(source, &first);
  }
  const ExitCode verdict = judge_push(source, push);
  if (verdict != ExitCode::passed) return verdict;
  for (const repository::PushedRef& pushed : push.refs) {
    const ExitCode stage = run_push_stages(source, {pushed, remote}, push.settings.at(pushed.tip));
    if (stage != ExitCode::passed) return stage;
  }
  return ExitCode::passed;
}

}  // namespace kairon::gate
