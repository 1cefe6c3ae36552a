#pragma once
#include "base/error.h"
#include "git/source.h"

namespace kairon::gate {

/// Judges HEAD's tree against the index that git hands over, `.kairon` from the
/// index, content from index blobs. Prints findings to stderr, nothing when all is well.
[[nodiscard]] ExitCode check_staged(git::GitSource& source);

}  // namespace kairon::gate
