#pragma once
#include <string>
#include <vector>

#include "config/settings.h"
#include "git/source.h"
#include "migrate/state.h"
#include "migration/layout.h"
#include "trial/input.h"

namespace kairon::trial {

/// One of `sources` has the version of `wanted`.
[[nodiscard]] bool holds(const std::vector<migrate::Source>& sources, const migrate::Source& wanted);

/// The migrations of `folder` that `files` name, in their order. A migration that is named with its rollback is wanted
/// once; who names a folder wants what is in it. Throws Error(usage) for a name that is none.
[[nodiscard]] std::vector<migrate::Source> named_files(const std::string& top, const std::string& folder,
                                                       const std::vector<std::string>& files,
                                                       const migration::Layout& layout = migration::kairon_layout());

/// `options.fresh` are named migrations, at least one. They stand on all that run before them, published or not, and on
/// nothing that runs later; what runs between two of them is tried with them.
void stand_on_earlier(TrialOptions& options, const std::vector<migrate::Source>& present);

/// After a squash, whose old files went to an archive below the folder, the new ones are for a new database: they stand
/// on what is left before them, not on a schema or a backup, which have what they make. `present` are all migrations
/// of the tip. False where there was no squash.
[[nodiscard]] bool begin_anew(TrialOptions& options, const std::vector<migrate::Source>& present,
                              git::GitSource& source, const config::Settings& settings, const TrialRequest& request);

}  // namespace kairon::trial
