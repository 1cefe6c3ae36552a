#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <random>

#include "base/file.h"
#include "diff/apply.h"
#include "diff/file_diff.h"
#include "diff/render.h"
#include "support/skip.h"

namespace kairon {
namespace {

const std::string kCorpusTop = KAIRON_SOURCE_DIR "/../shared/corpus";

std::vector<std::string> corpus_files() {
  std::vector<std::string> paths;
  if (!std::filesystem::exists(kCorpusTop)) return paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kCorpusTop))
    if (entry.path().extension() == ".json") paths.push_back(entry.path().string());
  std::sort(paths.begin(), paths.end());
  return paths;
}

TEST_CASE("200 random pairs of real workflows: the reported changes, applied to the first, give the second") {
  const std::vector<std::string> paths = corpus_files();
  if (paths.size() < 2) return test::skip("corpus not found");
  std::mt19937 random(17);
  std::uniform_int_distribution<std::size_t> any(0, paths.size() - 1);
  std::size_t compared = 0;
  while (compared < 200) {
    // Neighbours in the list are versions of one workflow more often than any two files.
    const std::size_t first = any(random);
    const std::size_t second = compared % 2 == 0 ? any(random) : std::min(first + 1, paths.size() - 1);
    const auto before = file::read(paths[first]);
    const auto after = file::read(paths[second]);
    REQUIRE(before.ok());
    REQUIRE(after.ok());
    INFO(paths[first], " against ", paths[second]);
    REQUIRE(test::broken_promise(*before, *after) == "");
    diff::DiffReport report;
    report.files.push_back(diff::diff_file(diff::FileVersion{"A.json", *before}, diff::FileVersion{"A.json", *after}));
    REQUIRE_FALSE(diff::to_text(report, terminal::Channel::out).empty());
    ++compared;
  }
}

}  // namespace
}  // namespace kairon
