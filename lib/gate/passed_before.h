#pragma once
#include <string>

#include "config/settings.h"
#include "git/source.h"
#include "repository/push_range.h"

namespace kairon::gate {

/// The PostgreSQL that the child would start, as folder and version; "" when there is none.
[[nodiscard]] std::string server_version(const config::Settings& settings);

/// Whether the same commits were pushed before and the trial server found nothing to object to. The child remembers
/// the same by content, for commits that were amended or rebased; but to ask it costs the start of a second program.
class PassedBefore {
 public:
  /// The answer depends on both commits with their history, the settings, the variables KAIRON_*, the server, the
  /// newest backup and the build.
  PassedBefore(git::GitSource& source, const repository::PushedRef& pushed, const config::Settings& settings);
  [[nodiscard]] bool known() const;
  /// Never throws: not to remember costs a second trial, nothing else.
  void remember() const;

 private:
  std::string file_;
};

}  // namespace kairon::gate
