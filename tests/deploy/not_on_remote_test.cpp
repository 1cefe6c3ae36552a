#include "deploy/not_on_remote.h"

#include <doctest/doctest.h>

#include "base/error.h"
#include "deploy/journal.h"
#include "deploy/prerequisite.h"
#include "smoke/proof.h"
#include "support/repository.h"

using namespace kairon;
using namespace kairon::deploy;
using namespace kairon::repository;
using namespace kairon::smoke;

namespace {

std::string last_result(const std::string& common_dir) {
  const std::vector<std::string> history = deploy::Journal(common_dir, "prod").history();
  return history.empty() ? "" : history.back();
}

void deployed(deploy::Journal& journal, const std::string& commit, const std::string& result) {
  journal.note(R"({"at":"t","commit":")" + commit + R"(","result":")" + result + R"(","partial":false})");
}

}  // namespace

TEST_CASE("what was deployed during a push is not on the remote until it is seen there") {
  const test::Repository repository;
  const std::string first = repository.commit("a", "1");
  const std::string second = repository.commit("a", "2");
  const auto source = git::open();
  REQUIRE(source);
  CHECK_FALSE(unpushed(*source, "prod"));

  const std::string remote = "origin";
  const PushedRef pushed{"refs/heads/main", second, first, true};
  note_not_on_remote(source->common_dir(), "prod", {pushed, remote});
  const auto mark = unpushed(*source, "prod");
  REQUIRE(mark);
  CHECK(mark->commit == second);
  CHECK(mark->ref == "refs/heads/main");
  CHECK(last_result(source->common_dir()).find("deployed, not on remote") != std::string::npos);

  SUBCASE("the next push finds that the remote does not have it") {
    const PushTarget next{pushed, remote};
    CHECK(unpushed(*source, "prod", &next));
  }
  SUBCASE("the next push finds that the remote has it") {
    const PushedRef later{"refs/heads/main", second, second, {}};
    const PushTarget next{later, remote};
    CHECK_FALSE(unpushed(*source, "prod", &next));
    CHECK(last_result(source->common_dir()).find("on remote\"") != std::string::npos);
    CHECK_FALSE(unpushed(*source, "prod"));
  }
  SUBCASE("a push to somewhere else proves nothing") {
    const PushedRef later{"refs/heads/main", second, second, {}};
    const std::string other = "elsewhere";
    const PushTarget next{later, other};
    CHECK(unpushed(*source, "prod", &next));
  }
  SUBCASE("the tracking ref of that remote shows it") {
    repository.git({"update-ref", "refs/remotes/other/main", second});
    CHECK(unpushed(*source, "prod"));
    repository.git({"update-ref", "refs/remotes/origin/main", second});
    CHECK_FALSE(unpushed(*source, "prod"));
  }
  SUBCASE("a later deployment overtakes it") {
    deploy::Journal journal(source->common_dir(), "prod");
    deployed(journal, first, "unchanged");
    CHECK(unpushed(*source, "prod"));
    deployed(journal, first, "deployed");
    CHECK_FALSE(unpushed(*source, "prod"));
  }
}

TEST_CASE("smoke tests are proven by a green run of the same content since the last deployment") {
  const test::Repository repository;
  const std::string first = repository.commit("n8n-workflows/A.json", "{}");
  const auto source = git::open();
  const config::Settings settings = config::Settings::merge({});
  deploy::Journal journal(source->common_dir(), "dev");
  const std::string key = smoke_key(*source, settings, first);
  CHECK_FALSE(proven_at(journal, key));
  deployed(journal, first, "deployed");
  CHECK_FALSE(proven_at(journal, key));
  note_smoke(journal, key, first, SmokeVerdict::passed);
  CHECK(proven_at(journal, key));
  deployed(journal, first, "unchanged");
  CHECK(proven_at(journal, key));
  CHECK_FALSE(proven_at(journal, ""));

  const std::string text_only = repository.commit("README", "x");
  CHECK(smoke_key(*source, settings, text_only) == key);
  const std::string changed = repository.commit("n8n-workflows/tests/regression/a.json", "[]");
  CHECK(smoke_key(*source, settings, changed) != key);
  CHECK_FALSE(proven_at(journal, smoke_key(*source, settings, changed)));

  SUBCASE("a deployment in between") { deployed(journal, changed, "deployed"); }
  SUBCASE("a rollback in between") { deployed(journal, changed, "rolled back"); }
  SUBCASE("a red run") { note_smoke(journal, key, first, SmokeVerdict::failed); }
  CHECK_FALSE(proven_at(journal, key));
}

TEST_CASE("requires = staging wants a deployment whose smoke tests did not fail") {
  const test::Repository repository;
  const std::string commit = repository.commit("a", "1");
  const auto source = git::open();
  config::Target prod;
  prod.name = "prod";
  prod.requires_ = "staging";
  const config::Settings settings = config::Settings::merge({});
  DeployContent content;
  content.commit = commit;
  const DeployScene scene{*source, settings, content};
  deploy::Journal journal(source->common_dir(), "staging");
  const auto refused = [&] {
    ExitCode code = ExitCode::passed;
    try {
      require_earlier_stage(scene, prod);
    } catch (const Error& error) {
      code = error.code();
    }
    return code == ExitCode::blocked;
  };
  CHECK(refused());
  deployed(journal, commit, "deployed");
  CHECK_FALSE(refused());
  note_smoke(journal, "key", commit, SmokeVerdict::failed);
  CHECK(refused());
  deployed(journal, commit, "unchanged");
  CHECK(refused());
  note_smoke(journal, "key", commit, SmokeVerdict::passed);
  CHECK_FALSE(refused());
  deployed(journal, commit, "rolled back");
  CHECK(refused());
}
