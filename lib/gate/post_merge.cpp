#include "gate/post_merge.h"

#include <algorithm>
#include <filesystem>

#include "base/format.h"
#include "base/kairon_child.h"
#include "base/terminal.h"
#include "base/text.h"
#include "check/judge.h"
#include "gate/hook_chain.h"
#include "gate/judged.h"
#include "report/findings.h"
#include "repository/published.h"

namespace kairon::gate {

namespace {

using terminal::Channel;

constexpr std::string_view kZeros = "0000000000000000000000000000000000000000";

/// What a hook has to look at: the new HEAD against the state before.
struct Arrival {
  std::string before;  ///< a commit; "" is the empty tree, below the first commit
  std::string head;
  bool own_commit = false;  ///< made here, as opposed to brought in by a merge, rebase or checkout
};

/// True while git replays commits: what comes out of it is looked at when it is done (post-rewrite).
bool is_rebasing(const git::GitSource& source) {
  std::error_code ignored;
  return std::filesystem::exists(source.git_dir() + "/rebase-merge", ignored) ||
         std::filesystem::exists(source.git_dir() + "/rebase-apply", ignored);
}

/// Returns the commit of the work tree before git changed it; nothing when it is unknown or when there is nothing to
/// judge.
std::optional<std::string> state_before(git::GitSource& source, const HookCall& call, const std::string& head) {
  if (call.name != "post-rewrite" && is_rebasing(source)) return std::nullopt;
  if (call.name == "post-checkout") {
    const bool branch_switch = call.argv.size() == 3 && call.argv[2] == "1" && !call.argv[0].starts_with(kZeros);
    return branch_switch ? source.resolve_commit(call.argv[0]) : std::nullopt;
  }
  if (call.name == "post-commit") {
    const auto parents = source.parents(head);
    // A merge is looked at all the same: migrations may have come in with it.
    if (parents.size() < 2 && was_judged(source.git_dir(), tree_of_commit(source, head))) return std::nullopt;
    return parents.empty() ? std::string() : parents.front();
  }
  // An amended commit was seen by pre-commit and post-commit, and ORIG_HEAD is left over from something else.
  if (call.name == "post-rewrite" && !call.argv.empty() && call.argv.front() == "amend") return std::nullopt;
  return source.resolve_commit("ORIG_HEAD");
}

std::optional<Arrival> arrival_of(git::GitSource& source, const HookCall& call) {
  const auto head = source.resolve_commit("HEAD");
  const auto before = head ? state_before(source, call, *head) : std::nullopt;
  if (!before || *before == *head) return std::nullopt;
  const bool own = call.name == "post-commit" && source.parents(*head).size() < 2;
  return Arrival{*before, *head, own};
}

/// The migrations that somebody may have run already. Of a branch that was left, or of commits that a
/// rebase replaced, those that both sides have: what only one side has is not lost on the other.
std::string published_before(git::GitSource& source, const Arrival& arrival, const config::Settings& settings) {
  if (arrival.own_commit) return repository::published_commit(source, settings);
  return source.merge_base(arrival.before, arrival.head).value_or("");
}

}  // namespace

namespace {

/// Migrations came in and the developer has a database: what is pending there, or it is applied.
/// The exit status of the child is its own affair: git ignores ours, and nothing is undone.
void look_at_pending(const std::set<std::string>& paths, const config::Settings& settings) {
  const bool any = std::any_of(paths.begin(), paths.end(),
                               [&](const std::string& path) { return settings.is_migration_path(path); });
  if (!any || settings.target("dev").database.empty()) return;
  const bool apply = settings.value(config::kPostMerge) == "apply";
  terminal::print(Channel::err,
                  apply
                      ? "kairon: migrations came in; they are applied to the dev database ([kairon] postMerge = apply)"
                      : "kairon: migrations came in; the state of the dev database:");
  if (!apply) {
    static_cast<void>(run_kairon({"migrate", "status", "--env", "dev"}));
    return;
  }
  for (const config::Settings& one : settings.histories()) {
    if (std::none_of(paths.begin(), paths.end(), [&](const std::string& path) { return one.is_migration_path(path); }))
      continue;
    std::vector<std::string> words = {"migrate", "up", "--env", "dev"};
    if (!one.history().empty()) words.insert(words.end(), {"--history", one.history()});
    static_cast<void>(run_kairon(words));
  }
}

}  // namespace

void look_after_merge(git::GitSource& source, const HookCall& call) {
  const auto arrival = arrival_of(source, call);
  if (!arrival) return;
  const config::Settings settings =
      arrival->own_commit
          ? config::load(&source, repository::read_tree_file(source, arrival->head, ".kairon").value_or(""))
          : config::load(&source);
  check::Subject subject = check::arrived(source, settings, arrival->before, arrival->head, arrival->own_commit);
  if (subject.empty) return;
  check::add_published(subject, source, settings, published_before(source, *arrival, settings));
  check::Judgement judgement = check::judge(&source, subject, settings);
  std::vector<lint::Finding>& findings = judgement.report.findings;
  std::erase_if(findings, [](const lint::Finding& f) { return f.severity != lint::Severity::error; });
  if (findings.empty()) {
    if (!arrival->own_commit && subject.only) look_at_pending(*subject.only, settings);
    return;
  }
  terminal::write(Channel::err, report::findings_text(findings, Channel::err));
  const std::string count = text::counted(findings.size(), "error");
  terminal::print(
      Channel::err,
      arrival->own_commit
          ? format("kairon: no hook stopped this commit, and it has {}. Fix it before you push.", count)
          : format("kairon: what came in has {}; nothing is undone. Fix it and commit before you push.", count));
}

}  // namespace kairon::gate
