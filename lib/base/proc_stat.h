#pragma once
#include <string>

namespace kairon {

/// A field of /proc/PID/stat by its number in proc(5), from 3 on (4: the parent, 22: when it began); "" when it cannot
/// be read.
[[nodiscard]] std::string proc_stat_field(int process, int field);

}  // namespace kairon
