#include <sys/resource.h>

#include <csignal>

#include "base/error.h"
#include "deploy/world.h"

using namespace kairon;
using namespace kairon::deploy;
using namespace kairon::n8n;

namespace {

// A disk on which files can grow to `bytes` and no further: write(2) fails with EFBIG.
class SmallDisk {
 public:
  explicit SmallDisk(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    before_signal_ = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small);
  }
  ~SmallDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, before_signal_);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

 private:
  rlimit before_{};
  void (*before_signal_)(int) = SIG_DFL;
};

}  // namespace

TEST_CASE("a disk that is full at any point of the journal: nothing half-done without an entry") {
  std::string before;
  {
    World world(Dialect::one);
    world.deploy(first_version(Dialect::one));
    before = world.server.state();
  }
  bool refused = false;
  bool passed = false;
  for (rlim_t room = 0; room < 20000; room = room * 5 / 4 + 40) {
    CAPTURE(room);
    World world(Dialect::one);
    world.deploy(first_version(Dialect::one));
    Outcome outcome = Outcome::rolled_back;
    try {
      const SmallDisk disk(room);
      outcome = world.deploy(second_version(Dialect::one)).outcome;
    } catch (const Error& error) {
      CHECK(error.code() == ExitCode::environment);
      CHECK(error.message().text.find("the deploy journal") != std::string::npos);
      CHECK(error.message().remedy.find("free space") != std::string::npos);
      refused = true;
    }
    if (world.journal.open_record()) {
      CHECK(outcome == Outcome::rollback_failed);
      CHECK(world.undo().ok());
    }
    if (outcome == Outcome::deployed) {
      passed = true;
    } else {
      CHECK(world.server.state() == before);
    }
    for (const std::string& line : world.journal.history()) CHECK(Tree::parse(line).ok());
    CHECK(world.deploy(second_version(Dialect::one)).rollback.has_value() == false);
  }
  CHECK(refused);
  CHECK(passed);
}

TEST_CASE("a disk that is full only when the deployment is to be noted as done: rolled back, the entry stays") {
  World world(Dialect::one);
  world.deploy(first_version(Dialect::one));
  const std::string before = world.server.state();
  constexpr std::size_t kRoom = 40000;
  world.journal.note(R"({"filler":")" + std::string(kRoom, 'x') + R"("})");
  DeployResult result;
  {
    const SmallDisk disk(kRoom);
    result = world.deploy(second_version(Dialect::one));
  }
  CHECK(result.outcome == Outcome::rollback_failed);
  CHECK(world.server.state() == before);
  REQUIRE(world.journal.open_record());
  CHECK(world.undo().ok());
  CHECK_FALSE(world.journal.open_record());
  CHECK(world.deploy(second_version(Dialect::one)).outcome == Outcome::deployed);
}

TEST_CASE("the history's last line survives a write that had no room") {
  World world(Dialect::one);
  world.journal.note(R"({"a":1})");
  {
    const SmallDisk disk(12);
    CHECK_THROWS_AS(world.journal.note(R"({"b":"too long for what is left"})"), Error);
  }
  world.journal.note(R"({"c":3})");
  CHECK(world.journal.history() == std::vector<std::string>{R"({"a":1})", R"({"c":3})"});
}

TEST_CASE("one process at a time") {
  World world(Dialect::one);
  CHECK(world.journal.holder() == 0);
  const file::Descriptor held = world.journal.hold();
  CHECK(world.journal.holder() != 0);
  CHECK_THROWS_AS((void)world.journal.hold(), Error);
  CHECK_THROWS_AS((void)world.deploy(first_version(Dialect::one)), Error);
  CHECK(world.server.count("Store") == 0);
}
