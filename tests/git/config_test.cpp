#include <algorithm>

#include "git/both.h"

using namespace kairon;
using namespace kairon::test;

namespace {

Lines listed(const std::vector<git::ConfigEntry>& entries) {
  Lines out;
  for (const auto& entry : entries)
    out.push_back(entry.section + "|" + entry.subsection + "|" + entry.key + "|" + entry.value);
  return out;
}

Lines parsed(std::string_view content) {
  const auto entries = git::parse_config(content, ".kairon");
  REQUIRE_MESSAGE(entries.ok(), entries.failure().text);
  return listed(*entries);
}

}  // namespace

TEST_CASE("parse_config") {
  CHECK(parsed("").empty());
  CHECK(parsed("[kairon]\n\tworkflows = a/*.json ; comment\n\tworkflows = b/*.json\n[lint "
               "\"node/Unreachable\"]\nSeverity = OFF\n") ==
        Lines{"kairon||workflows|a/*.json", "kairon||workflows|b/*.json", "lint|node/Unreachable|severity|OFF"});
  CHECK(parsed("[Gate]\nTrial\n") == Lines{"gate||trial|true"});
  CHECK(parsed("[a \"b.c \\\"d\\\"\"]\nx = \"1 ; 2\\n\" \\\n  3\n") == Lines{"a|b.c \"d\"|x|1 ; 2\n   3"});
  CHECK(parsed("\xef\xbb\xbf[a]\r\nx = 1\r\n") == Lines{"a||x|1"});
  SUBCASE("errors name the file as the user knows it, and the line") {
    for (const std::string bad :
         {"[kairon\n", "[a]\n[b\nx = 2\n", "x = 1\n[a]\ny = 2\n", "[a]\n= 2\n", "[a \"b]\nx = 1\n"}) {
      CAPTURE(bad);
      const auto entries = git::parse_config(bad, ".kairon");
      REQUIRE_FALSE(entries.ok());
      CHECK(entries.failure().text.find(".kairon") != std::string::npos);
      CHECK(entries.failure().text.find("/tmp") == std::string::npos);
    }
    CHECK_FALSE(git::parse_config(std::string_view("[a]\nx = \0", 9), ".kairon").ok());
  }
  SUBCASE("include directives are not followed") {
    const TempFolder folder("include");
    const Repository repository;
    repository.write("other", "[kairon]\nstolen = yes\n");
    const std::string path = repository.path() + "/other";
    for (const std::string section : {"[include]", "[INCLUDE]", "[x] [include]", "[includeIf \"gitdir:/\"]"}) {
      CAPTURE(section);
      const Lines entries = parsed(section + "\npath = " + path + "\n[kairon]\nnote = \"[include] [Include] it\"\n");
      CHECK(entries.back() == "kairon||note|[include] [Include] it");
      CHECK(entries.front().ends_with("|path|" + path));
      CHECK(entries.front().starts_with("include"));
      for (const auto& entry : entries) CHECK(entry.find("stolen") == std::string::npos);
    }
  }
}

TEST_CASE("kairon_config") {
  const Repository repository;
  repository.git({"config", "--global", "kairon.postMerge", "notify"});
  repository.git({"config", "kairon.postMerge", "apply"});
  repository.git({"config", "kairon.env-prod.n8nUrl", "https://n8n.example.org"});
  repository.git({"config", "--bool", "kairon.gate.trial", "false"});
  repository.git({"config", "user.nickname", "x"});
  repository.write(repository.outside() + "/more", "[kairon]\n\tfrom = include\n");
  repository.git({"config", "include.path", repository.outside() + "/more"});
  repository.git({"config", "extensions.worktreeConfig", "true"});
  repository.git({"config", "--worktree", "kairon.here", "worktree"});
  const Lines expected = {"kairon|env-prod|n8nurl|https://n8n.example.org",
                          "kairon|gate|trial|false",
                          "kairon||from|include",
                          "kairon||here|worktree",
                          "kairon||postmerge|apply",
                          "kairon||postmerge|notify"};
  with_both([&](git::GitSource& source) {
    const auto entries = git::kairon_config(&source);
    Lines lines = listed(entries);
    std::sort(lines.begin(), lines.end());
    CHECK(lines == expected);
    int global = 0;
    int local = 0;
    for (const auto& entry : entries) {
      if (entry.value == "notify") global = entry.level;
      if (entry.value == "apply") local = entry.level;
      CHECK_FALSE(entry.origin.empty());
    }
    CHECK(local > global);
  });
  CHECK(listed(git::kairon_config(nullptr)) == Lines{"kairon||postmerge|notify"});
  const Variable other("GIT_CONFIG_GLOBAL", repository.outside() + "/more");
  CHECK(listed(git::kairon_config(nullptr)) == Lines{"kairon||from|include"});
}

TEST_CASE("a broken user configuration is an error") {
  const Repository repository;
  repository.write(".git/config", repository.read(".git/config") + "\n[kairon\n");
  for (const char* implementation : {"libgit2", "git"}) {
    const Variable forced("KAIRON_GIT_SOURCE", implementation);
    CHECK(code_of([] {
            const auto source = git::open();
            static_cast<void>(git::kairon_config(source.get()));
          }) == ExitCode::environment);
  }
}
