#pragma once
// What the benchmarks of the gate share: medians of alternating runs, and a repository to commit in.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/environment.h"
#include "base/file.h"
#include "base/process.h"
#include "base/temp.h"

namespace kairon::bench {

using Clock = std::chrono::steady_clock;

inline const std::string kBuild = KAIRON_BUILD_DIR;

inline double milliseconds(Clock::duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

inline double timed(const std::function<void()>& work) {
  const auto begun = Clock::now();
  work();
  return milliseconds(Clock::now() - begun);
}

/// CPU of the children that `work` starts and waits for, theirs included, in milliseconds.
inline double cpu_of(const std::function<void()>& work) {
  const auto used = [] {
    struct rusage usage {};
    ::getrusage(RUSAGE_CHILDREN, &usage);
    const auto ms = [](const timeval& time) {
      return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
    };
    return ms(usage.ru_utime) + ms(usage.ru_stime);
  };
  const double before = used();
  work();
  return used() - before;
}

inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

inline std::vector<std::string> clean_environment(const std::string& home) {
  std::vector<std::string> variables = environment::without_git();
  for (const char* more : {"GIT_CONFIG_NOSYSTEM=1", "GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.org",
                           "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.org"}) {
    variables.emplace_back(more);
  }
  variables.push_back("HOME=" + home);
  variables.push_back("XDG_CACHE_HOME=" + home + "/cache");
  return variables;
}

/// A repository to commit in, with the hooks of this build.
class Repository {
 public:
  Repository() : folder_("bench") {
    git({"init", "-q", "-b", "main", "."});
    const std::string hooks = folder_.path() + "/hooks";
    std::filesystem::create_directories(hooks);
    std::filesystem::create_symlink(kBuild + "/pre-commit", hooks + "/pre-commit");
    std::filesystem::create_directories(folder_.path() + "/n8n-workflows");
  }
  [[nodiscard]] const std::string& path() const { return folder_.path(); }
  [[nodiscard]] std::string hooks() const { return folder_.path() + "/hooks"; }

  void run(std::vector<std::string> argv) const {
    process::Command command;
    command.argv = std::move(argv);
    command.folder = folder_.path();
    command.environment = clean_environment(folder_.path());
    const auto outcome = process::run(command);
    if (!outcome.ok() || !outcome->ok()) {
      std::fprintf(stderr, "%s failed: %s\n", command.argv[0].c_str(),
                   outcome.ok() ? outcome->errors.c_str() : outcome.failure().text.c_str());
      std::abort();
    }
  }
  void git(std::vector<std::string> argv) const {
    argv.insert(argv.begin(), "git");
    run(std::move(argv));
  }

 private:
  TempFolder folder_;
};

inline void write(const std::string& path, const std::string& content) {
  if (!file::write_atomic(path, content, 0644, file::Durability::cached).ok()) std::abort();
}

}  // namespace kairon::bench
