#include "install/server_hook.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>

#include "base/environment.h"
#include "base/error.h"
#include "base/file.h"
#include "base/format.h"

namespace kairon::install {

namespace {

namespace fs = std::filesystem;

constexpr const char* kProgram = "/libexec/kairon/server/pre-receive";

/// The folder in which git looks for the hooks of this repository.
std::string folder_of_hooks(const std::string& folder) {
  const std::string path = ask_git(folder, {"rev-parse", "--git-path", "hooks"}).value_or("hooks");
  return (fs::path(folder) / path).lexically_normal().string();
}

struct Places {
  explicit Places(const std::string& hooks)
      : hook(hooks + "/pre-receive"), earlier(hook + ".before-kairon"), fresh(hook + ".kairon-new") {}
  std::string hook;
  std::string earlier;  ///< what stood there; gate/hook_chain.h has the same name
  std::string fresh;
};

/// The program that a link of ours leads to, "" when the hook is something else.
std::string target_of(const std::string& hook) {
  std::error_code failed;
  const std::string target = fs::read_symlink(hook, failed).string();
  return !failed && target.ends_with(kProgram) ? target : std::string();
}

Error refused(const std::string& path) {
  return environment_error(format("cannot write {}: {}", path, file::last_error()),
                           "run it as the user who owns the repository");
}

bool is_there(const std::string& path) {
  std::error_code failed;
  return fs::exists(fs::symlink_status(path, failed));
}

}  // namespace

std::string installed_receive_program() {
  const fs::path prefix = fs::path(environment::executable_folder()).parent_path();
  std::string program = prefix.string() + kProgram;
  if (!file::exists(program))
    throw environment_error(format("there is no {}", program), "install the suite: ./install.sh --prefix DIR");
  return program;
}

HookChange install_server_hook(const std::string& folder, const std::string& program) {
  const std::string hooks = folder_of_hooks(folder);
  if (is_gate_folder(hooks))
    throw usage_error(format("core.hooksPath of {} is the gate for commits and pushes made there", folder),
                      "kairon hooks uninstall, then kairon hooks install --server");
  const Places places(hooks);
  const std::string now = target_of(places.hook);
  if (now == program) return {folder, format("pushes to it are judged already by {}", program)};
  std::error_code failed;
  fs::create_directories(hooks, failed);
  const bool keeps = now.empty() && is_there(places.hook);
  if (keeps && is_there(places.earlier))
    throw environment_error(format("both {} and {} exist", places.hook, places.earlier), "remove one of them");
  // There is always a hook at the name, so that no push slips through.
  if (keeps && ::linkat(AT_FDCWD, places.hook.c_str(), AT_FDCWD, places.earlier.c_str(), 0) != 0)
    throw refused(places.earlier);
  ::unlink(places.fresh.c_str());
  if (::symlink(program.c_str(), places.fresh.c_str()) != 0 ||
      std::rename(places.fresh.c_str(), places.hook.c_str()) != 0)
    throw refused(places.hook);
  return {folder, format("pushes to it are judged by {}{}", program,
                         is_there(places.earlier) ? ", then the earlier pre-receive runs" : "")};
}

HookChange uninstall_server_hook(const std::string& folder) {
  const Places places(folder_of_hooks(folder));
  HookChange change{folder, {}};
  if (target_of(places.hook).empty()) return change;
  const bool put_back = is_there(places.earlier);
  const int done = put_back ? std::rename(places.earlier.c_str(), places.hook.c_str()) : ::unlink(places.hook.c_str());
  if (done != 0) throw refused(places.hook);
  change.action = put_back ? "the earlier pre-receive runs again" : "pushes to it are not judged any more";
  return change;
}

std::vector<report::Diagnosis> diagnose_server_hook(const std::string& folder) {
  const Places places(folder_of_hooks(folder));
  const std::string program = target_of(places.hook);
  if (program.empty()) return {};
  const std::string again = format("kairon hooks install --server --repo {}", folder);
  if (::access(program.c_str(), X_OK) != 0)
    return {{report::Health::fail,
             "hooks",
             {format("{}: pre-receive leads to {}, which cannot be run", folder, program), again}}};
  std::vector<report::Diagnosis> out{
      {report::Health::ok, "hooks", {format("{}: pushes to it are judged by {}", folder, program)}}};
  if (is_there(places.earlier) && ::access(places.earlier.c_str(), X_OK) != 0)
    out.push_back(
        {report::Health::warn,
         "hooks",
         {format("{} is not executable: it is not run", places.earlier), format("chmod +x {}", places.earlier)}});
  return out;
}

}  // namespace kairon::install
