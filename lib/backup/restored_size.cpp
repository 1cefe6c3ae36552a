#include "backup/restored_size.h"

#include <algorithm>
#include <utility>

#include "backup/store.h"
#include "base/format.h"

namespace kairon::backup {

std::string restored_share(long long bytes, long long expected) {
  if (expected <= 0) return shown_bytes(bytes);
  constexpr long long kNotYet = 99;
  const long long share = std::min(kNotYet, bytes * 100 / expected);
  return format("{} of about {} ({} %)", shown_bytes(bytes), shown_bytes(expected), share);
}

RestoredSize::RestoredSize(postgres::Connection& db, std::string database, long long expected,
                           std::function<void(const std::string&)> say)
    : db_(db),
      database_(std::move(database)),
      expected_(expected),
      say_(std::move(say)),
      asked_(std::chrono::steady_clock::now()) {}

void RestoredSize::tick() {
  constexpr std::chrono::milliseconds kPause{500};
  const auto now = std::chrono::steady_clock::now();
  if (!say_ || now - asked_ < kPause) return;
  asked_ = now;
  const std::vector<postgres::Parameter> name = {database_};
  const postgres::Reply size = db_.query("SELECT pg_database_size($1)", name);
  if (size.ok() && size.size() > 0) say_("restoring, " + restored_share(size.integer(0, 0), expected_));
}

}  // namespace kairon::backup
