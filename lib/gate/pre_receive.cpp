#include "gate/pre_receive.h"

#include "base/environment.h"
#include "base/format.h"
#include "base/terminal.h"
#include "base/text.h"
#include "config/layers.h"
#include "gate/judge_push.h"
#include "gate/push_pipeline.h"

namespace kairon::gate {

namespace {

using terminal::Channel;

/// True when a push option of this name came with the push (githooks(5), pre-receive).
bool has_push_option(std::string_view name) {
  const long long count = config::parse_integer(environment::get("GIT_PUSH_OPTION_COUNT").value_or("0")).value_or(0);
  for (long long i = 0; i < count; ++i)
    if (environment::get(format("GIT_PUSH_OPTION_{}", i)) == name) return true;
  return false;
}

/// The pusher asks for no judgement, and the server's own configuration lets him.
bool is_skipped(const config::Settings& own) {
  if (!has_push_option("kairon.skip")) return false;
  const bool allowed = own.value(config::kGatePushOptions);
  terminal::print(Channel::err, allowed ? "kairon: not judged: push option kairon.skip"
                                        : "kairon: push option kairon.skip ignored: this server does not allow it");
  return allowed;
}

/// A server tries migrations only when its own configuration says so: the default is for the machines of people.
bool wants_trial(const config::Settings& own) {
  const auto setting = own.find(config::kGateTrial);
  return setting && setting->origin != config::Origin::built_in && own.value(config::kGateTrial);
}

}  // namespace

ExitCode gate_receive(git::GitSource& source, std::string_view lines) {
  const config::Settings own = config::load(&source, "");
  if (is_skipped(own)) return ExitCode::passed;
  check::JudgeOptions options;
  options.fewer_rules = own.value(config::kGateFewerRules);
  const git::Known known{{}, {"refs/"}};
  const Push push = read_push(source, repository::parse_receive_lines(lines), known);
  const ExitCode verdict = judge_push(source, push, options);
  if (verdict != ExitCode::passed || !wants_trial(own)) return verdict;
  for (const repository::PushedRef& pushed : push.refs) {
    const ExitCode trial = try_received(source, pushed, push.settings.at(pushed.tip));
    if (trial != ExitCode::passed) return trial;
  }
  return ExitCode::passed;
}

}  // namespace kairon::gate
