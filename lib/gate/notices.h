#pragma once
#include "check/judge.h"
#include "config/settings.h"

namespace kairon::gate {

/// Settings that were refused or not understood, on stderr.
void say_notices(const config::Settings& settings);

/// What the judge tells beside the findings, on stderr. With `all` also that rules are off which nobody pinned.
void say_notes(const check::Judgement& judgement, bool all);

}  // namespace kairon::gate
