#include "base/kairon_child.h"

#include "base/environment.h"
#include "base/format.h"
#include "base/process.h"
#include "base/terminal.h"

namespace kairon {

namespace {

constexpr const char* kParent = "KAIRON_STAGE";

std::string find_kairon() {
  const std::string folder = environment::executable_folder();
  for (const std::string& candidate : {folder + "/kairon", folder + "/../../../bin/kairon", std::string("kairon")}) {
    if (const auto program = environment::find_program(candidate)) return *program;
  }
  throw environment_error("the program `kairon` is missing next to the hooks", "run install.sh again");
}

}  // namespace

bool is_stage_child() { return environment::get(kParent).has_value(); }

namespace {

process::Command kairon_command(const std::vector<std::string>& arguments) {
  process::Command command;
  command.argv = {find_kairon()};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  command.environment = environment::all();
  command.environment->push_back(std::string(kParent) + "=1");
  // After Ctrl-C a deployment rolls back; it ends by itself, at the latest when its server's patience is over.
  command.grace = std::chrono::minutes(5);
  return command;
}

process::Outcome must_run(const process::Command& command) {
  auto outcome = process::run(command);
  if (!outcome.ok())
    throw environment_error(format("cannot start kairon: {}", outcome.failure().text), "run install.sh again");
  return std::move(*outcome);
}

}  // namespace

process::Outcome ask_kairon(const std::vector<std::string>& arguments, const std::string& title) {
  process::Command command = kairon_command(arguments);
  terminal::Progress progress(title);
  command.on_tick = [&progress] { progress.update(""); };
  return must_run(command);
}

ExitCode run_kairon(const std::vector<std::string>& arguments, const std::string& title) {
  process::Command command = kairon_command(arguments);
  command.output = process::Stream::inherit;
  command.errors = process::Stream::inherit;
  terminal::Progress progress(title);
  // On a terminal the child has a live line of its own.
  if (!title.empty() && !terminal::is_terminal(terminal::Channel::err))
    command.on_tick = [&progress] { progress.update("goes on"); };
  switch (must_run(command).status) {
    case 0:
      return ExitCode::passed;
    case 1:
      return ExitCode::blocked;
    case 2:
      return ExitCode::usage;
    case 130:
      return ExitCode::interrupted;
    default:
      return ExitCode::environment;
  }
}

}  // namespace kairon
