#pragma once
#include <span>
#include <string>
#include <vector>

#include "config/settings.h"
#include "report/diagnosis.h"

namespace kairon::doctor {

/// Values that are not of their key's kind, and what only looks right: urls, connection strings, time
/// windows, rules that do not exist, environments of another name. Each with the file or variable it
/// comes from.
[[nodiscard]] std::vector<report::Diagnosis> check_values(const config::Settings& settings);

/// One failure for each setting that names files and matches none in the work tree at `top`.
[[nodiscard]] std::vector<report::Diagnosis> check_matches(const config::Settings& settings, const std::string& top);

/// Variables KAIRON_... (NAME=value) that no key and no part of the program reads, with the nearest that one
/// does. `place` says where they stand.
[[nodiscard]] std::vector<report::Diagnosis> check_variables(std::span<const std::string> variables,
                                                             const std::string& place);

/// Files of this machine that hold secrets of the settings, and the folder of the backups: readable by
/// their owner alone.
[[nodiscard]] std::vector<report::Diagnosis> check_secret_files(const config::Settings& settings,
                                                                const std::string& top);

}  // namespace kairon::doctor
