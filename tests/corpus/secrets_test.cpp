#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "lint/support/search.h"
#include "support/skip.h"

namespace kairon {
namespace {

const std::string kCorpusTop = KAIRON_SOURCE_DIR "/../shared/corpus";

TEST_CASE("213 healthy workflows of real systems hold no secret, as a workflow and as bytes") {
  if (!std::filesystem::exists(kCorpusTop)) return test::skip("corpus not found");
  std::size_t files = 0;
  for (const char* folder : {"/audited", "/third-party"}) {
    for (const auto& entry : std::filesystem::directory_iterator(kCorpusTop + folder)) {
      if (entry.path().extension() != ".json") continue;
      ++files;
      const auto text = file::read(entry.path().string());
      REQUIRE(text.ok());
      const std::string path = entry.path().filename().string();
      for (const auto& findings : {lint::search_workflow(*text, path), lint::search_bytes(*text, path)})
        for (const lint::Finding& finding : findings)
          if (finding.rule.starts_with("secret/")) FAIL_CHECK(path, ": ", finding.rule, ": ", finding.message);
    }
  }
  CHECK(files == 213);
}

}  // namespace
}  // namespace kairon
