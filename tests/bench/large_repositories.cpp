#include <sys/wait.h>
#include <unistd.h>

#include "base/format.h"
#include "bench/bench.h"
#include "bench/rows.h"

namespace {

using namespace kairon;
using namespace kairon::bench;

/// A workflow that calls another one; `edit` makes one version differ from another.
std::string sample_workflow(int number, int edit) {
  const auto node = [](const char* name, const char* type, const char* version, const std::string& parameters) {
    return format(
        "{{\"id\":\"{0}\",\"name\":\"{0}\",\"type\":\"n8n-nodes-base.{1}\",\"typeVersion\":{2},\"position\":[0,0],"
        "\"parameters\":{3}}}",
        name, type, version, parameters);
  };
  const std::string code = format("return [{{ json: {{ id: {}, at: {} }} }}];", number, edit);
  return format(
      "{{\"name\":\"W{0}\",\"id\":\"id{0}\",\"nodes\":[{1},{2},{3}],\"connections\":{{\"Start\":{{\"main\":[[{{"
      "\"node\":"
      "\"Work\",\"type\":\"main\",\"index\":0}}]]}},\"Work\":{{\"main\":[[{{\"node\":\"Call\",\"type\":\"main\","
      "\"index\":0}}]]}}}},\"settings\":{{}}}}\n",
      number, node("Start", "executeWorkflowTrigger", "1.1", "{\"inputSource\":\"passthrough\"}"),
      node("Work", "code", "2", format("{{\"jsCode\":\"{}\"}}", code)),
      node("Call", "executeWorkflow", "1.2",
           format("{{\"workflowId\":{{\"__rl\":true,\"mode\":\"list\",\"value\":\"id{0}\",\"cachedResultName\":\"W{0}"
                  "\"}}}}",
                  number / 2)));
}

struct Cost {
  double cpu = 0;     ///< milliseconds
  double memory = 0;  ///< MiB, at most
};

/// Runs a program to its end, as git runs a hook.
Cost cost_of(const Repository& repository, const std::vector<std::string>& argv, const std::string& path) {
  std::vector<std::string> variables = clean_environment(repository.path());
  std::erase_if(variables, [](const std::string& variable) { return variable.starts_with("PATH="); });
  variables.push_back("PATH=" + path);
  const auto pointers = [](const std::vector<std::string>& strings) {
    std::vector<char*> out;
    for (const std::string& one : strings) out.push_back(const_cast<char*>(one.c_str()));
    out.push_back(nullptr);
    return out;
  };
  const std::vector<char*> arguments = pointers(argv);
  const std::vector<char*> environment = pointers(variables);
  const pid_t child = ::fork();
  if (child == 0) {
    if (::chdir(repository.path().c_str()) != 0 || std::freopen("/dev/null", "w", stdout) == nullptr) ::_exit(127);
    ::execve(arguments[0], arguments.data(), environment.data());
    ::_exit(127);
  }
  struct rusage usage {};
  int status = 0;
  if (child < 0 || ::wait4(child, &status, 0, &usage) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
    std::abort();
  const auto ms = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
  };
  return {ms(usage.ru_utime) + ms(usage.ru_stime), static_cast<double>(usage.ru_maxrss) / 1024};
}

/// Commits `workflows` workflows and `others` other files.
void fill(const Repository& repository, int workflows, int others) {
  std::string history =
      "blob\nmark :1\ndata 2\nx\n\ncommit refs/heads/main\ncommitter a <a@b.c> 1700000000 +0000\ndata 1\nx\n";
  for (int i = 0; i < others; ++i)
    history += format("M 100644 :1 src/module{}/part{}/file_{:06}_component.ts\n", i / 500, i / 50 % 10, i);
  for (int i = 0; i < workflows; ++i) {
    const std::string text = sample_workflow(i, 0);
    history += format("M 100644 inline n8n-workflows/W{}.json\ndata {}\n{}\n", i, text.size(), text);
  }
  process::Command command;
  command.argv = {"git", "fast-import", "--quiet"};
  command.folder = repository.path();
  command.environment = clean_environment(repository.path());
  command.input = std::move(history);
  const auto outcome = process::run(command);
  if (!outcome.ok() || !outcome->ok()) std::abort();
  repository.git({"reset", "-q", "--hard", "main"});
}

void one_staged(int rounds, int workflows, int others, const char* budget) {
  const Repository repository;
  fill(repository, workflows, others);
  // A git that notes that it was started.
  const std::string watched = repository.path() + "/.git/watched";
  std::filesystem::create_directories(watched);
  write(watched + "/git", format("#!/bin/sh\necho x >>{}/started\nexec /usr/bin/git \"$@\"\n", watched));
  std::filesystem::permissions(watched + "/git", std::filesystem::perms::owner_all);
  std::vector<double> hook;
  std::vector<double> git;
  std::vector<double> noop;
  double memory = 0;
  for (int i = 0; i < 2 * rounds + 1; ++i) {
    write(repository.path() + "/n8n-workflows/W0.json", sample_workflow(0, 1000 + i));
    repository.git({"add", "n8n-workflows/W0.json"});
    const Cost cost = cost_of(repository, {kBuild + "/pre-commit"}, watched + ":/usr/bin:/bin");
    if (i == 0) continue;  // it reads every workflow once
    hook.push_back(cost.cpu);
    memory = std::max(memory, cost.memory);
    git.push_back(cost_of(repository, {"/usr/bin/git", "diff", "--cached"}, "/usr/bin:/bin").cpu);
    noop.push_back(cost_of(repository, {KAIRON_NOOP}, "/usr/bin:/bin").cpu);
  }
  std::printf(
      "large    %d workflows, %d other files, one staged, CPU: %4.2f x git diff --cached   (budget %s), %4.1f x a "
      "static "
      "no-op, %.1f MiB (budget 40 MiB), git started %s\n",
      workflows, others, median(hook) / median(git), budget, median(hook) / median(noop), memory,
      file::exists(watched + "/started") ? "YES" : "never");
}

}  // namespace

void large_repositories(int rounds, bool full) {
  one_staged(rounds, full ? 2000 : 400, 0, full ? "2 x" : "2 x at 2,000");
  one_staged(rounds, 20, full ? 100'000 : 20'000, full ? "0.5 x" : "0.5 x at 100,000");
}

void sizes() {
  const TempFolder folder("bench");
  const auto megabytes = [&](const std::string& path) {
    process::Command strip;
    strip.argv = {"strip", "-o", folder.path() + "/stripped", path};
    const auto outcome = process::run(strip);
    if (!outcome.ok() || !outcome->ok()) std::abort();
    return static_cast<double>(std::filesystem::file_size(folder.path() + "/stripped")) / 1e6;
  };
  for (const char* name : {"pre-commit", "pre-push", "post-merge", "pre-receive"}) {
    const std::string path = kBuild + "/" + name;
    if (file::exists(path)) std::printf("size     %-12s %5.2f MB   (budget 7 MB, stripped)\n", name, megabytes(path));
  }
  std::printf("size     post-commit  %5.0f KB more than a static no-op   (budget 150 KB, stripped)\n",
              1e3 * (megabytes(kBuild + "/post-commit") - megabytes(KAIRON_NOOP)));
}

void other_managers(int rounds, bool full) {
  const Repository repository;
  if (!full) {
    std::printf("others   left out: KAIRON_FULL=1 fetches lefthook and prek from npm\n");
    return;
  }
  process::Command install;
  install.argv = {
      "npm",      "install",   "--silent", "--no-audit", "--no-fund", "--prefix", repository.path() + "/.git/npm",
      "lefthook", "@j178/prek"};
  install.folder = repository.path();
  install.environment = clean_environment(repository.path());
  install.timeout = std::chrono::minutes(3);
  const auto outcome = process::run(install);
  const std::string programs = repository.path() + "/.git/npm/node_modules/.bin/";
  if (!outcome.ok() || !outcome->ok()) std::printf("others   npm could not fetch lefthook and prek\n");
  write(repository.path() + "/lefthook.yml",
        "pre-commit:\n  commands:\n    none:\n      glob: \"*.none\"\n      run: true\n");
  write(repository.path() + "/.pre-commit-config.yaml",
        "repos:\n- repo: local\n  hooks:\n  - {id: none, name: none, entry: 'true', language: system, files: "
        "'[.]none$'}\n");
  repository.git({"add", "-A", "."});
  const std::vector<std::pair<std::string, std::string>> managers = {
      {"lefthook", "exec " + programs + "lefthook run pre-commit\n"}, {"prek", "exec " + programs + "prek run\n"}};
  for (const auto& [name, command] : managers) {
    if (!file::exists(programs + name)) {
      std::printf("others   %s left out: npm has none for this machine\n", name.c_str());
      continue;
    }
    const std::string hooks = repository.path() + "/.git/" + name + "-hooks";
    std::filesystem::create_directories(hooks);
    write(hooks + "/pre-commit", "#!/bin/sh\n" + command);
    std::filesystem::permissions(hooks + "/pre-commit", std::filesystem::perms::owner_all);
    std::vector<double> with;
    std::vector<double> without;
    for (int i = 0; i < 2 * rounds; ++i) {
      write(repository.path() + "/notes.txt", std::to_string(i));
      repository.git({"add", "notes.txt"});
      const std::string folder = i % 2 == 0 ? hooks : std::string("/dev/null");
      (i % 2 == 0 ? with : without).push_back(cpu_of([&] {
        repository.git({"-c", "core.hooksPath=" + folder, "commit", "-q", "-m", "x"});
      }));
    }
    std::printf("others   commit with %s and nothing to do, CPU: %4.2f x no hooks\n", name.c_str(),
                median(with) / median(without));
  }
}
