#pragma once
#include <ctime>
#include <optional>
#include <string>

#include "notify/notify.h"

namespace kairon::notify {

/// A failure of a job that people were told of.
struct Told {
  std::string print;  ///< of the summary; its numbers do not count
  std::time_t at = 0;
};

/// What is to be sent of a job's end, and what is remembered once it was.
struct News {
  std::optional<Notice> notice;  ///< nothing: people know already
  std::optional<Told> after;     ///< nothing: the job works
};

/// Compares a job's end with what people were told of it last. The first success after a failure is a
/// recovery; a failure that lasts is told again after a day, another one at once.
[[nodiscard]] News compare_with_told(const std::optional<Told>& before, Notice notice, std::time_t now);

/// notify() of what is new. The memory is a file in `common_dir`, the git dir that all work trees share,
/// or in the cache ("" = no repository); it holds no text of a message. A message that could not be sent
/// is not remembered. Throws nothing; without a memory everything is news.
Delivery notify_news(const config::Settings& settings, Notice notice, const std::string& common_dir);

}  // namespace kairon::notify
