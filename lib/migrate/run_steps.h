#pragma once
#include "migrate/journal.h"
#include "migrate/run_file.h"

namespace kairon::migrate {

/// Decides whether a failed step is tried again, and waits before that.
using Again = std::function<bool(const postgres::SqlError& error)>;

/// Runs a file that has no transaction around it, or brings its own, statement by statement; each is
/// noted in `journal` (null: nowhere), and what the journal says is done is passed over. A step runs in a
/// transaction together with its row where the server allows that. `at_end` runs when all is done: in the
/// file's own last transaction when the file ends with its COMMIT, else in one of its own.
[[nodiscard]] std::optional<FileFailure> run_stepwise(postgres::Connection& db, const migration::File& file,
                                                      const Send& send, Journal* journal, const Again& again,
                                                      const std::function<postgres::Reply()>& at_end);

}  // namespace kairon::migrate
