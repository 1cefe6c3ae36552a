#include "deploy/approval.h"

#include <doctest/doctest.h>

#include <vector>

#include "base/error.h"
#include "support/repository.h"

using namespace kairon;

namespace {

constexpr std::time_t kDay = 1700006400;  // 2023-11-15 00:00:00 UTC
constexpr std::time_t at(int hour, int minute = 0) { return kDay + hour * 3600 + minute * 60; }

const std::string kCommit(40, 'a');

config::Target production() {
  config::Target target;
  target.name = "prod";
  target.approval = "prompt";
  target.window = "02:00-06:00 UTC";
  return target;
}

/// The questions that were asked; each answer is given at its time.
struct Talk {
  std::vector<std::pair<std::string, std::time_t>> answers;
  std::time_t now = 0;
  std::vector<std::string> asked = {};

  deploy::ApprovalDesk desk() {
    return {[this](const std::string& question) -> std::optional<std::string> {
              asked.push_back(question);
              if (asked.size() > answers.size()) return std::nullopt;
              now = answers[asked.size() - 1].second;
              return answers[asked.size() - 1].first;
            },
            [this] { return now; }};
  }
};

bool approved(const config::Target& target, Talk& talk) {
  const test::Variable none("KAIRON_APPROVE", "");
  try {
    deploy::require_approval(target, kCommit, talk.desk());
    return true;
  } catch (const Error& error) {
    CHECK(error.code() == ExitCode::blocked);
    return false;
  }
}

}  // namespace

TEST_CASE("inside its window production asks for its name") {
  Talk talk{{{"prod", at(3)}}, at(3)};
  CHECK(approved(production(), talk));
  CHECK(talk.asked.size() == 1);
  Talk wrong{{{"staging", at(3)}}, at(3)};
  CHECK_FALSE(approved(production(), wrong));
  Talk nobody{{}, at(3)};
  CHECK_FALSE(approved(production(), nobody));
}

TEST_CASE("outside of it for a word as well") {
  Talk talk{{{"prod", at(8)}, {"outside-window", at(8)}}, at(8)};
  CHECK(approved(production(), talk));
  Talk half{{{"prod", at(8)}}, at(8)};
  CHECK_FALSE(approved(production(), half));
}

TEST_CASE("an answer that comes when the window has closed is one from outside") {
  Talk late{{{"prod", at(6, 1)}}, at(5, 59)};
  CHECK_FALSE(approved(production(), late));
  CHECK(late.asked.size() == 2);
  Talk meant{{{"prod", at(6, 1)}, {"outside-window", at(6, 2)}}, at(5, 59)};
  CHECK(approved(production(), meant));
}

TEST_CASE("approval = none is for inside only") {
  config::Target target = production();
  target.approval = "none";
  Talk inside{{}, at(3)};
  CHECK(approved(target, inside));
  CHECK(inside.asked.empty());
  Talk outside{{}, at(8)};
  CHECK_FALSE(approved(target, outside));
}

TEST_CASE("production gets what the deploy branch's remote has, whatever its name is") {
  const test::Repository repository({"-b", "main"});
  const std::string bare = repository.outside() + "/bare.git";
  repository.git({"init", "-q", "--bare", bare});
  repository.git({"remote", "add", "upstream", bare});
  const std::string published = repository.commit("a", "1");
  repository.git({"push", "-q", "upstream", "main"});
  repository.git({"checkout", "-q", "-b", "topic"});
  repository.git({"branch", "-q", "-D", "main"});
  const std::string topic = repository.commit("a", "2");
  const auto source = git::open();
  const config::Settings settings = config::load(source.get());
  CHECK_NOTHROW(deploy::require_branch(*source, settings, published, ""));
  CHECK_THROWS_AS(deploy::require_branch(*source, settings, topic, ""), Error);
  CHECK_THROWS_AS(deploy::require_branch(*source, settings, published, "topic"), Error);
}
