// What all installed hooks cost a commit, and many refs a push: CPU of git and its children, next to the budgets of
// DESIGN section 6.
#include "base/format.h"
#include "bench/bench.h"
#include "bench/rows.h"

namespace {

using namespace kairon;
using namespace kairon::bench;

/// A small workflow; `edit` makes one version differ from another.
std::string sample_workflow(int number, int edit) {
  return format(
      "{{\"name\":\"W{}\",\"nodes\":[{{\"id\":\"1\",\"name\":\"Start\",\"type\":\"n8n-nodes-base.manualTrigger\","
      "\"typeVersion\":1,\"position\":[{},0],\"parameters\":{{}}}}],\"connections\":{{}},\"settings\":{{}}}}\n",
      number, edit);
}

/// CPU of a commit of one changed workflow with every hook that is installed, next to no-op hooks and none.
void all_hooks(int rounds) {
  const Repository repository;
  const std::string own = repository.path() + "/all";
  const std::string idle = repository.path() + "/idle";
  for (const std::string& folder : {own, idle}) std::filesystem::create_directories(folder);
  const auto link = [&](const char* name, const char* program) {
    std::filesystem::create_symlink(kBuild + "/" + program, own + "/" + name);
    std::filesystem::create_symlink(KAIRON_NOOP, idle + "/" + name);
  };
  for (const char* name : {"pre-commit", "pre-push", "post-merge", "post-commit"}) link(name, name);
  for (const char* name : {"pre-merge-commit", "pre-applypatch"}) link(name, "pre-commit");
  for (const char* name : {"post-rewrite", "post-checkout"}) link(name, "post-merge");
  for (int w = 0; w < 22; ++w) write(format("{}/n8n-workflows/W{}.json", repository.path(), w), sample_workflow(w, 0));
  repository.git({"add", "n8n-workflows"});
  repository.git({"commit", "-q", "-m", "x"});
  const std::vector<std::string> hooks{"/dev/null", idle, own, repository.hooks()};
  std::vector<std::vector<double>> cpu(hooks.size());
  for (int i = 0; i < static_cast<int>(hooks.size()) * rounds * 2; ++i) {
    write(repository.path() + "/n8n-workflows/W0.json", sample_workflow(0, 1000 + i));
    repository.git({"add", "n8n-workflows"});
    const std::size_t which = static_cast<std::size_t>(i) % hooks.size();
    cpu[which].push_back(cpu_of([&] {
      repository.git({"-c", "core.hooksPath=" + hooks[which], "commit", "-q", "-m", "x"});
    }));
  }
  std::printf("commit   1 of 22 workflows, all hooks, CPU: %4.2f x no hooks, no-op hooks %4.2f x   (budget 1.7 x)\n",
              median(cpu[2]) / median(cpu[0]), median(cpu[1]) / median(cpu[0]));
  std::printf("commit   1 of 22 workflows, pre-commit alone, CPU: %4.2f x no hooks   (budget 1.4 x)\n",
              median(cpu[3]) / median(cpu[0]));
  std::vector<double> leaves;
  std::vector<double> noop;
  for (int i = 0; i < rounds * 4; ++i) {
    leaves.push_back(cpu_of([&] { repository.run({own + "/post-commit"}); }));
    noop.push_back(cpu_of([&] { repository.run({KAIRON_NOOP}); }));
  }
  std::printf("commit   post-commit when all was judged, CPU: %4.2f x a static no-op   (budget 3 x in instructions)\n",
              median(leaves) / median(noop));
}

/// CPU of pre-push for new tags along one history.
void push_of_refs(int rounds, int commits) {
  constexpr int kRefs = 12;
  const Repository repository;
  std::string history;
  for (int i = 0; i < commits; ++i) {
    const std::string text = format("{{\"name\":\"{}\"}}\n", i);
    history += format("commit refs/heads/main\ncommitter a <a@b.c> {} +0000\ndata 1\nx\n", 1700000000 + i);
    history += format("M 100644 inline n8n-workflows/A.json\ndata {}\n{}\n", text.size(), text);
  }
  const auto in_repository = [&](std::vector<std::string> argv, std::string input) {
    process::Command command;
    command.argv = std::move(argv);
    command.folder = repository.path();
    command.environment = clean_environment(repository.path());
    command.input = std::move(input);
    const auto outcome = process::run(command);
    if (!outcome.ok()) std::abort();
    return outcome->output;
  };
  in_repository({"git", "fast-import", "--quiet"}, history);
  const std::string listed = in_repository({"git", "rev-list", "main"}, "");
  const auto lines_of = [&](int refs) {
    std::string lines;
    for (int i = 0; i < refs; ++i) {
      const std::string oid = listed.substr(static_cast<std::size_t>(i) * 20 * 41, 40);
      lines += format("refs/tags/v{0} {1} refs/tags/v{0} {2}\n", i, oid, std::string(40, '0'));
    }
    return lines;
  };
  std::vector<double> one;
  std::vector<double> many;
  std::vector<double> git;
  for (int i = 0; i < rounds; ++i) {
    one.push_back(cpu_of([&] { in_repository({kBuild + "/pre-push", "new", "url"}, lines_of(1)); }));
    many.push_back(cpu_of([&] { in_repository({kBuild + "/pre-push", "new", "url"}, lines_of(kRefs)); }));
    git.push_back(cpu_of([&] {
      in_repository({"git", "rev-list", "main"}, "");
      in_repository({"git", "log", "--raw", "main"}, "");
    }));
  }
  std::printf(
      "push     %d commits on %d new tags, CPU: %4.2f x the same on one (budget 1.3 x), %4.2f x rev-list and log --raw "
      "(budget 4 x)\n",
      commits, kRefs, median(many) / median(one), median(many) / median(git));
}

}  // namespace

void trial_rows(int rounds, bool full) {
  const auto print_output_of = [&](std::vector<std::string> argv) {
    process::Command command;
    command.argv = std::move(argv);
    command.environment = environment::without_git();
    command.environment->push_back(format("ROUNDS={}", rounds));
    const auto outcome = process::run(command);
    if (!outcome.ok()) return std::printf("trial    left out: %s\n", outcome.failure().text.c_str());
    return std::printf("%s%s", outcome->output.c_str(), outcome->ok() ? "" : outcome->errors.c_str());
  };
  const std::string here = KAIRON_BENCH_DIR;
  print_output_of({"bash", here + "/trial.sh", kBuild, KAIRON_NOOP});
  if (full)
    print_output_of({"bash", here + "/build_cost.sh", "bec005e"});
  else
    std::puts("build    left out: KAIRON_FULL=1 builds an old commit and this one in turns (build_cost.sh)");
}

void hook_rows(int rounds, bool full) {
  all_hooks(rounds);
  push_of_refs(full ? 5 : 3, full ? 10000 : 1500);
}
