#include "gate/dry_run.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <iterator>
#include <span>

#include "base/proc_stat.h"
#include "base/text.h"

namespace kairon::gate {

namespace {

using Words = std::vector<std::string_view>;

/// git's own options that take the next word as their value (git(1)).
constexpr std::array<std::string_view, 7> kGitValues = {"-C",          "-c",           "--git-dir",    "--work-tree",
                                                        "--namespace", "--config-env", "--attr-source"};
/// And those of git push (git-push(1)); with `=` the value is in the same word.
constexpr std::array<std::string_view, 5> kPushValues = {"--push-option", "--repo", "--receive-pack", "--exec",
                                                         "--recurse-submodules"};

bool holds(std::span<const std::string_view> all, std::string_view word) {
  return std::find(all.begin(), all.end(), word) != all.end();
}

bool is_git(const Words& words) {
  if (words.empty()) return false;
  const std::string_view name = words.front().substr(words.front().rfind('/') + 1);
  return name == "git" || name == "git-push";
}

/// Returns the index of the first word after `push`; 0 for another command.
std::size_t after_push(const Words& words) {
  if (!is_git(words)) return 0;
  if (words.front().ends_with("git-push")) return 1;
  std::size_t i = 1;
  while (i < words.size() && words[i].starts_with('-')) i += holds(kGitValues, words[i]) ? 2 : 1;
  return i < words.size() && words[i] == "push" ? i + 1 : 0;
}

/// A word of short options: whether it has n, and whether its last one takes the next word (o).
struct ShortOptions {
  bool dry = false;
  bool takes_next = false;
};
ShortOptions read_short(std::string_view word) {
  ShortOptions found;
  for (std::size_t i = 1; i < word.size(); ++i) {
    if (word[i] == 'o') {
      found.takes_next = i + 1 == word.size();
      break;
    }
    found.dry = found.dry || word[i] == 'n';
  }
  return found;
}

/// git accepts unambiguous beginnings: --dr, --dry, --no-dr.
bool is_prefix(std::string_view word, std::string_view shortest, std::string_view whole) {
  return word.size() >= shortest.size() && whole.starts_with(word);
}

DryRun judge(const Words& words, std::size_t from) {
  DryRun verdict = DryRun::no;
  for (std::size_t i = from; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (word == "--" || word == "--end-of-options") break;
    if (!word.starts_with('-') || word.size() < 2) continue;
    if (word[1] != '-') {
      const ShortOptions options = read_short(word);
      if (options.dry) verdict = DryRun::yes;
      if (options.takes_next) ++i;
    } else if (is_prefix(word, "--dr", "--dry-run")) {
      verdict = DryRun::yes;
    } else if (is_prefix(word, "--no-dr", "--no-dry-run")) {
      verdict = DryRun::no;
    } else if (holds(kPushValues, word)) {
      ++i;
    }
  }
  return verdict;
}

Words words_of(std::string_view command_line) {
  Words words = text::split(command_line, '\0');
  if (!words.empty() && words.back().empty()) words.pop_back();  // each word has its own end
  return words;
}

std::string command_line_of(int process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/cmdline", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// 0 when it cannot be known.
int parent_of(int process) {
  const std::string field = proc_stat_field(process, 4);
  int parent = 0;
  std::from_chars(field.data(), field.data() + field.size(), parent);
  return parent;
}

}  // namespace

DryRun dry_run_from(std::string_view command_line) {
  const Words words = words_of(command_line);
  const std::size_t from = after_push(words);
  return from == 0 ? DryRun::unknown : judge(words, from);
}

DryRun dry_run_above(const std::vector<std::string>& command_lines) {
  for (const std::string& one : command_lines) {
    if (const DryRun verdict = dry_run_from(one); verdict != DryRun::unknown) return verdict;
  }
  for (const std::string& one : command_lines) {
    const Words words = words_of(one);
    if (!is_git(words)) continue;
    const bool dry = std::any_of(words.begin(), words.end(),
                                 [](std::string_view word) { return word == "-n" || word == "--dry-run"; });
    return dry ? DryRun::yes : DryRun::unknown;
  }
  return DryRun::unknown;
}

DryRun our_dry_run() {
  constexpr int kMaxDepth = 64;
  std::vector<std::string> above;
  int process = ::getppid();
  for (int i = 0; i < kMaxDepth && process > 1; ++i, process = parent_of(process))
    above.push_back(command_line_of(process));
  return dry_run_above(above);
}

}  // namespace kairon::gate
