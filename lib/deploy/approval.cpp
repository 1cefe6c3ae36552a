#include "deploy/approval.h"

#include <algorithm>
#include <ctime>

#include "base/environment.h"
#include "base/error.h"
#include "base/format.h"
#include "base/signals.h"
#include "base/terminal.h"
#include "base/text.h"
#include "deploy/window.h"
#include "repository/published.h"

namespace kairon::deploy {

namespace {

constexpr std::string_view kOutside = "outside-window";

bool is_outside_window(const config::Target& target, std::time_t now) {
  if (target.window.empty()) return false;
  const Result<Window> window = parse_window(target.window);
  if (!window.ok())
    throw usage_error(format("[env \"{}\"] window: {}", target.name, window.failure().text), window.failure().remedy);
  return !is_inside(*window, now);
}

Error not_approved(const config::Target& target, const std::string& commit, bool outside) {
  const std::string id = commit.empty() ? "<full commit id>" : commit;
  std::string remedy = commit.empty() ? std::string("commit first; then ") : std::string();
  remedy +=
      format("approve on a terminal, or set KAIRON_APPROVE={}:{}{}", target.name, id, outside ? ",outside-window" : "");
  return {ExitCode::blocked,
          format("the deployment to {} was not approved{}", target.name,
                 outside ? format(" (and it is outside the window {})", target.window) : ""),
          remedy};
}

bool approved_by_variable(const config::Target& target, const std::string& commit, bool outside) {
  const std::string given = environment::get("KAIRON_APPROVE").value_or("");
  if (given.empty() || commit.empty()) return false;
  const std::string wanted = target.name + ":" + commit;
  return given == wanted + "," + std::string(kOutside) || (!outside && given == wanted);
}

bool asked_for(const ApprovalDesk& desk, const std::string& question, std::string_view word) {
  const std::optional<std::string> answer = desk.ask(question);
  signals::check();  // Ctrl-C at the question
  return answer && text::trim(*answer) == word;
}

}  // namespace

ApprovalDesk ApprovalDesk::real() {
  return {[](const std::string& question) { return terminal::ask(question); }, [] { return std::time(nullptr); }};
}

void require_approval(const config::Target& target, const std::string& commit, const ApprovalDesk& desk) {
  if (target.name != "prod") return;
  const bool outside = is_outside_window(target, desk.now());
  if (target.approval == "none" && !outside) return;
  if (approved_by_variable(target, commit, outside)) return;
  if (target.approval != "none" && !asked_for(desk, format("Type {} to deploy there: ", target.name), target.name))
    throw not_approved(target, commit, outside);
  if (is_outside_window(target, desk.now()) &&
      !asked_for(desk, format("It is outside the window {}. Type {} to go on: ", target.window, kOutside), kOutside))
    throw not_approved(target, commit, true);
}

void require_branch(git::GitSource& source, const config::Settings& settings, const std::string& commit,
                    const std::string& branch) {
  const std::string wanted = settings.value(config::kDeployBranch);
  if (commit.empty())
    throw Error(ExitCode::blocked, "the work tree differs from every commit, and production gets commits only",
                "commit first");
  if (branch == wanted) return;
  if (branch.empty())
    for (const auto& tip :
         {source.resolve_commit("refs/heads/" + wanted), repository::remote_deploy_branch(source, settings)})
      if (tip && source.merge_base(commit, *tip) == commit) return;
  throw Error(
      ExitCode::blocked,
      format("commit {} is not on {}, the branch that production is deployed from", commit.substr(0, 12), wanted),
      format("merge it there, or set [kairon] deployBranch; --branch {} says that it is about to be pushed there",
             wanted));
}

}  // namespace kairon::deploy
