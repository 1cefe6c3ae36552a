#include "install/status.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "base/file.h"
#include "base/format.h"
#include "base/text.h"
#include "install/configured_hooks.h"
#include "install/diff_driver.h"
#include "install/hook_names.h"
#include "install/hooks.h"
#include "install/replaced.h"
#include "install/server_hook.h"

namespace kairon::install {

namespace {

constexpr const char* kTopic = "hooks";

report::Diagnosis ok(std::string detail) { return {report::Health::ok, kTopic, {std::move(detail)}}; }
report::Diagnosis warn(std::string detail, std::string remedy) {
  return {report::Health::warn, kTopic, {std::move(detail), std::move(remedy)}};
}
report::Diagnosis fail(std::string detail, std::string remedy) {
  return {report::Health::fail, kTopic, {std::move(detail), std::move(remedy)}};
}

std::string again(const std::string& folder) { return format("kairon hooks install --repo {}", folder); }

bool is_program(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string magic(4, '\0');
  return in.read(magic.data(), 4) && magic ==
                                         "\x7f"
                                         "ELF";
}

/// What is wrong with one hook in the folder, "" when nothing is.
std::string fault(const std::string& path, std::string_view executable) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return "is missing: git then runs nothing, silently";
  if (!S_ISREG(info.st_mode)) return "is not a regular file";
  if (::access(path.c_str(), X_OK) != 0) return "is not executable: git then skips it";
  if (std::filesystem::path(real_path(path)).filename() != executable) return "leads to another program";
  if (!is_program(path)) return "was overwritten by another tool (`git lfs update --force` does that)";
  return "";
}

report::Diagnosis judge_path(const WorkTree& tree, const std::string& value, const std::string& hooks_folder) {
  if (value == hooks_folder || real_path(value) == real_path(hooks_folder))
    return ok(format("{} is gated", tree.folder));
  if (!value.starts_with('/') && !value.starts_with("~"))
    return fail(
        format("{}: core.hooksPath is {}, which is relative to each work tree and not the gate", tree.folder, value),
        again(tree.folder));
  if (!std::filesystem::is_directory(value))
    return fail(
        format("{}: core.hooksPath is {}, which does not exist: git runs no hook, silently", tree.folder, value),
        again(tree.folder));
  if (is_gate_folder(value))
    return warn(format("{}: gated by another installation, {}", tree.folder, value),
                again(tree.folder) + " makes it this one");
  return fail(format("{}: core.hooksPath was overwritten with {}", tree.folder, value), again(tree.folder));
}

void judge_earlier(const WorkTree& tree, const std::string& hooks_folder, std::vector<report::Diagnosis>& out) {
  const std::string folder = earlier_hooks_folder(tree);
  const bool recorded = folder != tree.common_dir + "/hooks";
  if (recorded && !std::filesystem::is_directory(folder) && folder != "/dev/null") {
    out.push_back(warn(format("{}: the earlier hooks folder {} is gone", tree.folder, folder),
                       format("restore it, or: git -C {} config --unset {}", tree.folder, kPreviousKey)));
    return;
  }
  std::vector<std::string> names = hooks_in(folder);
  for (const std::string& name : names) {
    if (is_gated_hook(name) || file::exists(hooks_folder + "/" + name)) continue;
    out.push_back(
        fail(format("{}: the earlier hook {} is not run: {} has no link of that name", tree.folder, name, hooks_folder),
             again(tree.folder)));
  }
  const std::vector<std::string> retired = retired_hooks(tree);
  std::vector<std::string> off;
  for (const std::string& name : retired)
    if (std::erase(names, name) > 0) off.push_back(name);
  if (!off.empty())
    out.push_back(ok(format("{}: retired, the gate does its work: {} of {}; kairon hooks uninstall brings it back",
                            tree.folder, text::join(off, ", "), folder)));
  if (!names.empty())
    out.push_back(ok(format("{}: run after the gate: {} of {}", tree.folder, text::join(names, ", "), folder)));
}

}  // namespace

std::vector<report::Diagnosis> diagnose_hooks_folder(const std::string& hooks_folder) {
  const std::string remedy = "run install.sh again";
  if (!std::filesystem::is_directory(hooks_folder))
    return {fail(format("{} does not exist: git runs no hook, silently", hooks_folder), remedy)};
  std::vector<report::Diagnosis> out;
  for (const GatedHook& hook : gated_hooks()) {
    const std::string path = format("{}/{}", hooks_folder, hook.name);
    const std::string what = fault(path, hook.executable);
    const bool bit = what.ends_with("git then skips it");
    if (!what.empty()) out.push_back(fail(format("{} {}", path, what), bit ? format("chmod +x {}", path) : remedy));
  }
  if (out.empty()) out.push_back(ok(format("{} is complete", hooks_folder)));
  return out;
}

std::vector<report::Diagnosis> diagnose_repository(const std::string& folder, const std::string& hooks_folder) {
  std::vector<report::Diagnosis> out;
  std::set<std::string> judged;  // linked work trees share the earlier hooks unless their path is relative
  for (const WorkTree& tree : work_trees(folder)) {
    const std::optional<std::string> value = ask_git(tree.folder, {"config", "--type=path", "--get", kHooksPathKey});
    std::vector<report::Diagnosis> others = diagnose_server_hook(tree.folder);
    for (report::Diagnosis& one : diagnose_configured_hooks(tree.folder)) others.push_back(std::move(one));
    const bool gated_otherwise = !others.empty();
    std::move(others.begin(), others.end(), std::back_inserter(out));
    if (!value || (gated_otherwise && !is_gate_folder(*value))) {
      if (!gated_otherwise) out.push_back(fail(format("{} is not gated", tree.folder), again(tree.folder)));
      continue;
    }
    out.push_back(judge_path(tree, *value, hooks_folder));
    if (out.back().health == report::Health::ok && judged.insert(earlier_hooks_folder(tree)).second)
      judge_earlier(tree, hooks_folder, out);
  }
  if (!out.empty()) out.push_back(diagnose_diff_driver(folder));
  return out;
}

std::vector<report::Diagnosis> diagnose_global(const std::string& hooks_folder) {
  const std::optional<std::string> value = GitConfig("", ConfigScope::global).get(kHooksPathKey);
  if (value == hooks_folder) return {ok("the global core.hooksPath is the gate")};
  return {fail(format("the global core.hooksPath is {}", value.value_or("not set")), "kairon hooks install --global")};
}

}  // namespace kairon::install
