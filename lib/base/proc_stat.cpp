#include "base/proc_stat.h"

#include "base/file.h"

namespace kairon {

std::string proc_stat_field(int process, int field) {
  const auto stat = file::read("/proc/" + std::to_string(process) + "/stat", 4096);
  if (!stat.ok()) return {};
  // Field 2, the program's name in parentheses, may hold blanks and parentheses itself.
  std::size_t at = stat->rfind(')');
  for (int passed = 2; passed < field && at != std::string::npos; ++passed) at = stat->find(' ', at + 1);
  if (at == std::string::npos) return {};
  return stat->substr(at + 1, stat->find_first_of(" \n", at + 1) - at - 1);
}

}  // namespace kairon
