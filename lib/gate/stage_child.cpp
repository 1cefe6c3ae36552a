#include "gate/stage_child.h"

#include "base/environment.h"
#include "base/format.h"
#include "base/process.h"

namespace kairon::gate {

namespace {

std::string find_kairon() {
  const std::string folder = environment::executable_folder();
  for (const std::string& candidate : {folder + "/../../../bin/kairon", folder + "/kairon", std::string("kairon")}) {
    if (const auto program = environment::find_program(candidate)) return *program;
  }
  throw environment_error("the program `kairon` is missing beside the hooks", "run install.sh again");
}

}  // namespace

ExitCode run_kairon(const std::vector<std::string>& arguments) {
  process::Command command;
  command.argv = {find_kairon()};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  command.environment = environment::all();
  command.output = process::Stream::inherit;
  command.errors = process::Stream::inherit;
  // After Ctrl-C a deployment rolls back; it ends by itself, at the latest when its server's patience is over.
  command.grace = std::chrono::minutes(5);
  const auto outcome = process::run(command);
  if (!outcome.ok())
    throw environment_error(format("cannot start kairon: {}", outcome.failure().message), "run install.sh again");
  switch (outcome->status) {
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

}  // namespace kairon::gate
