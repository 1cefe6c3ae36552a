#include <doctest/doctest.h>

#include <filesystem>
#include <set>

#include "base/file.h"
#include "lint/support/search.h"
#include "support/skip.h"

namespace kairon {
namespace {

const std::string kCorpusTop = KAIRON_SOURCE_DIR "/../shared/corpus";

// Three of the files give away real keys, looked at by hand: a header x-api-key, a header developer-token, and the
// token of a webhook in pinned data.
const std::set<std::string> kLeaks = {"37be013fb335.json", "5366a4558e25.json", "9574125e71b3.json"};

TEST_CASE("213 healthy workflows of real systems: no false alarm of a secret, as a workflow and as bytes") {
  if (!std::filesystem::exists(kCorpusTop)) return test::skip("corpus not found");
  std::size_t files = 0;
  std::set<std::string> leaks;
  for (const char* folder : {"/audited", "/third-party"}) {
    for (const auto& entry : std::filesystem::directory_iterator(kCorpusTop + folder)) {
      if (entry.path().extension() != ".json") continue;
      ++files;
      const auto text = file::read(entry.path().string());
      REQUIRE(text.ok());
      const std::string path = entry.path().filename().string();
      for (const auto& findings : {lint::search_workflow(*text, path), lint::search_bytes(*text, path)})
        for (const lint::Finding& finding : findings)
          if (finding.rule.starts_with("secret/")) leaks.insert(path);
    }
  }
  CHECK(files == 213);
  CHECK(leaks == kLeaks);
}

}  // namespace
}  // namespace kairon
