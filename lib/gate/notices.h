#pragma once
#include "check/judge.h"
#include "config/settings.h"

namespace kairon::gate {

/// Prints settings that were refused or not understood on stderr.
void say_notices(const config::Settings& settings);

/// Prints the notes of the judge on stderr. With `all` also that rules are off although no catalogue is pinned.
void say_notes(const check::Judgement& judgement, bool all);

}  // namespace kairon::gate
