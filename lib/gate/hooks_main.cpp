#include "base/error.h"
#include "gate/guard.h"
#include "gate/main.h"

namespace kairon::gate {

namespace {

int cannot_check() {
  return guarded([]() -> ExitCode { throw environment_error("this hook has no stage yet, so it lets nothing pass"); });
}

}  // namespace

int pre_commit_main(int /*argc*/, char** /*argv*/) { return cannot_check(); }
int pre_push_main(int /*argc*/, char** /*argv*/) { return cannot_check(); }
int post_merge_main(int /*argc*/, char** /*argv*/) { return cannot_check(); }

}  // namespace kairon::gate
