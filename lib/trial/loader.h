#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "migrate/run_file.h"
#include "trial/base.h"

namespace kairon::trial {

/// Why a file does not load. What is not SQL of this server is left out while the file is sent; the first such place
/// before the statement that failed is the cause.
[[nodiscard]] std::string cause_of(const migration::File& file, const std::string& path,
                                   const migrate::FileFailure& failure);

/// Loads the files of a base, each statement by itself; makes the roles, and with `stand_in` the parts of extensions,
/// that they miss.
class Loader {
 public:
  Loader(PlainSession& session, StandIn* stand_in) : session_(session), stand_in_(stand_in) {}

  /// Sends the statements of a file; nothing when it came to its end.
  [[nodiscard]] std::optional<migrate::FileFailure> file(const migration::File& file);

  /// Runs each chain as far as it goes; then those that stopped again, when another one went on meanwhile. Throws
  /// Error(blocked) when `own` does not come to its end; what stops another chain becomes a note.
  void chains(const std::vector<std::vector<migrate::Source>>& others, const std::vector<migrate::Source>& own,
              std::vector<std::string>& notes);

 private:
  enum class Next { go_on, again, give_up };
  struct Chain {
    const std::vector<migrate::Source>* sources;
    std::size_t at = 0;
    std::size_t elsewhere = 0;  ///< what the others had run when it stopped
    std::string why = {};       ///< it stopped
    [[nodiscard]] bool finished() const { return at == sources->size(); }
  };

  Result<void> migration(const migration::File& one);
  std::size_t go(Chain& chain);
  Next after(const migration::File& file, const migrate::Step& step, std::size_t index,
             const postgres::SqlError& error);

  PlainSession& session_;
  StandIn* stand_in_;
};

}  // namespace kairon::trial
