#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "migration/layout.h"
#include "migration/sqitch_plan.h"
#include "migration/version.h"

namespace kairon::migration {

/// A file below the migrations folder, in some state of the repository.
struct Entry {
  std::string path;
  std::string content_id;  ///< equal for equal content: a git blob id, or a hash
};

/// One migration of a set.
struct Migration {
  Version version;
  Entry forward;
  /// None, one, or (an error) both spellings. In a layout whose files hold both directions: the forward file.
  std::vector<Entry> rollbacks;
  bool repeatable = false;  ///< run again whenever it changes
  Entry companion = {};     ///< beside it, changes how it is sent; no path = none
  Entry verify = {};        ///< script that fails when the migration did not do its work (Sqitch); no path = none
};

/// The migrations of a folder, in the files that its layout reads, rollback files paired with their migration.
class Set {
 public:
  /// `folder` without a final slash ("db/migrations"); entries elsewhere count as archived.
  Set(std::string folder, const std::vector<Entry>& entries, const Layout& layout = kairon_layout());

  /// Puts them in the order of a sqitch.plan; what the plan does not name is none of it.
  void follow(const std::vector<PlannedChange>& plan);

  /// In the order in which they run.
  [[nodiscard]] const std::vector<Migration>& migrations() const { return migrations_; }
  /// Rollback files that undo nothing here.
  [[nodiscard]] const std::vector<Entry>& orphans() const { return orphans_; }
  /// SQL files in sub-folders (archive/): no migrations.
  [[nodiscard]] const std::vector<Entry>& archived() const { return archived_; }
  /// Null when there is none of that stem.
  [[nodiscard]] const Migration* find(std::string_view stem) const;
  [[nodiscard]] const Layout& layout() const { return *layout_; }

 private:
  void pair(const FileName& name, Entry rollback);
  const Layout* layout_;
  std::vector<Migration> migrations_;
  std::vector<Entry> orphans_;
  std::vector<Entry> archived_;
};

}  // namespace kairon::migration
