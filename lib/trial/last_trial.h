#pragma once
#include <optional>
#include <string>
#include <vector>

#include "trial/trial.h"

namespace kairon::trial {

/// What the last trial saw of one migration.
struct TriedMigration {
  std::string path;
  std::string sha256;  ///< of the file that was tried
  double milliseconds = 0;
  std::vector<std::string> locks;           ///< "ACCESS EXCLUSIVE on orders", without ACCESS SHARE
  std::vector<std::string> schema_changes;  ///< "+ column orders.note"
};

/// The last trial of this repository.
struct LastTrial {
  std::string server;
  std::string base;
  bool passed = false;
  std::vector<TriedMigration> migrations;
};

/// Keeps a report in the git dir that all work trees share. A disk that is full is not an error.
void keep_last_trial(const std::string& common_dir, const TrialReport& report);

/// Returns what keep_last_trial() kept, nothing when there is none or it cannot be read.
[[nodiscard]] std::optional<LastTrial> read_last_trial(const std::string& common_dir);

}  // namespace kairon::trial
