#include "postgres/fenced_client.h"

#include <fcntl.h>

#include <filesystem>

#include "base/error.h"
#include "base/format.h"
#include "postgres/fence_check.h"
#include "postgres/installation.h"
#include "postgres/launch.h"

namespace kairon::postgres {

namespace {

/// A schema of this size is not a schema.
constexpr std::size_t kMostOutput = std::size_t{64} << 20U;

/// In /usr/bin of Debian lies a script that chooses a version; inside the fence it could start nothing.
void require_program(const std::string& path) {
  if (interpreter_of(path).empty())
    throw environment_error(kairon::format("{} is a script, which the fence does not run", path),
                            "install PostgreSQL's client programs: sudo apt-get install -y postgresql");
}

}  // namespace

Result<process::Outcome> run_fenced(const FencedClient& client) {
  const bool fenced = client.fence == FenceMode::on;
  const std::string program = client.clients.folder + "/pg_restore";
  const Account account = server_account();
  const Installation installation = installation_of(client.clients);
  process::Command command;
  command.argv = {program};
  command.argv.insert(command.argv.end(), client.arguments.begin(), client.arguments.end());
  command.environment = server_environment(installation);
  command.output_limit = kMostOutput;
  command.timeout = client.timeout;
  command.on_tick = client.on_tick;
  std::error_code failed;
  const std::string dump = std::filesystem::absolute(client.dump, failed).string();
  const file::Descriptor input(::open(dump.c_str(), O_RDONLY | O_CLOEXEC));
  if (!input) return Failure{kairon::format("{}: {}", client.dump, file::last_error())};
  if (account.change || client.jobs == 1) {
    command.input_fd = input.get();
  } else {
    // Several jobs read the file at several places.
    command.argv.push_back(kairon::format("--jobs={}", client.jobs));
    command.argv.push_back(dump);
  }
  if (!fenced) {
    command.in_child = become(account);
    return process::run(command);
  }
  require_fence();
  require_program(program);
  std::vector<PathRule> rules = readable(installation, program);
  rules.push_back({dump, PathUse::read});
  Fence fence({command.argv, *command.environment, std::move(rules), account, Peers::unix_sockets});
  command.in_child = [&fence] { fence.enter(); };
  Result<process::Outcome> outcome = process::run(command);
  if (const auto failure = fence.failure()) throw fence_error(*failure);
  return outcome;
}

}  // namespace kairon::postgres
