#include "gate/merge_check.h"

#include <algorithm>

#include "base/format.h"
#include "base/terminal.h"
#include "gate/check.h"
#include "gate/hook_chain.h"
#include "gate/migration_check.h"
#include "gate/stage_child.h"
#include "report/findings.h"

namespace kairon::gate {

namespace {

using terminal::Channel;

constexpr std::string_view kZeros = "0000000000000000000000000000000000000000";

/// The commit that the work tree stood at before git did its work; "" when it cannot be known or
/// there is nothing to look at.
std::string state_before(git::GitSource& source, const HookCall& call) {
  if (call.name == "post-checkout") {
    const bool branch_switch = call.argv.size() == 3 && call.argv[2] == "1" && !call.argv[0].starts_with(kZeros) &&
                               call.argv[0] != call.argv[1];
    return branch_switch ? source.resolve_commit(call.argv[0]).value_or("") : "";
  }
  if (call.name == "post-commit") {
    // Only a commit that no hook of ours saw is of interest: a merge that was resolved by hand.
    const auto head = source.resolve_commit("HEAD");
    if (!head) return "";
    const auto parents = source.parents(*head);
    return parents.size() > 1 ? parents.front() : "";
  }
  // An amended commit was judged by pre-commit, and ORIG_HEAD is left over from something else.
  if (call.name == "post-rewrite" && !call.argv.empty() && call.argv.front() == "amend") return "";
  return source.resolve_commit("ORIG_HEAD").value_or("");
}

}  // namespace

namespace {

/// Migrations came in and the developer has a database: what is pending there, or it is applied.
/// The exit status of the child is its own affair: git ignores ours, and nothing is undone.
void look_at_pending(const CheckRequest& request, const config::Settings& settings) {
  const auto& paths = *request.only;
  const bool any = std::any_of(paths.begin(), paths.end(),
                               [&](const std::string& path) { return settings.is_migration_path(path); });
  if (!any || settings.target("dev").database.empty()) return;
  const bool apply = settings.text("kairon", "", "postMerge") == "apply";
  terminal::print(Channel::err,
                  apply
                      ? "kairon: migrations came in; they are applied to the dev database ([kairon] postMerge = apply)"
                      : "kairon: migrations came in; on the dev database stands:");
  static_cast<void>(run_kairon({"migrate", apply ? "up" : "status", "--env", "dev"}));
}

}  // namespace

void look_after_merge(git::GitSource& source, const HookCall& call) {
  const std::string before = state_before(source, call);
  const auto head = source.resolve_commit("HEAD");
  if (before.empty() || !head || before == *head) return;
  const config::Settings settings = config::load(&source);
  const Snapshot base = tree_snapshot(source, before, settings);
  const Snapshot now = tree_snapshot(source, *head, settings);
  CheckRequest request;
  request.now = &now;
  request.base = &base;
  request.only = changed_paths(base, now);
  configure_migrations(request, settings);
  request.published = &base;
  if (request.only->empty()) return;
  const catalogue::Choice nodes = catalogue_of(settings);
  request.catalogue = nodes.catalogue.get();
  VerdictCache cache(verdict_path(source), "");
  CheckResult result = run_check(request, ruleset_of(settings), cache);
  cache.save();
  std::erase_if(result.findings, [](const lint::Finding& f) { return f.severity != lint::Severity::error; });
  if (result.findings.empty()) {
    look_at_pending(request, settings);
    return;
  }
  terminal::write(Channel::err, report::findings_text(result.findings, Channel::err));
  terminal::print(Channel::err,
                  format("kairon: what came in has {} error{}; nothing is undone. Mend it and commit before you push.",
                         result.findings.size(), result.findings.size() == 1 ? "" : "s"));
}

}  // namespace kairon::gate
