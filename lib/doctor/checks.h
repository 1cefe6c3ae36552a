#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"
#include "git/source.h"
#include "report/diagnosis.h"

namespace kairon::doctor {

/// Programs that some stage calls: present, and new enough. What only a stage that is switched off
/// needs is not asked for.
[[nodiscard]] std::vector<report::Diagnosis> check_tools(const config::Settings& settings);

/// Every setting that differs from its default, with where it comes from (secrets masked), what was
/// refused or not understood, and which environments are configured.
[[nodiscard]] std::vector<report::Diagnosis> check_settings(const config::Settings& settings);

/// The untracked `.env` of a work tree: readable by its owner alone, ignored by git, and with every
/// name that `.env.example` has. Names are shown, values never. Nothing when there is neither file.
[[nodiscard]] std::vector<report::Diagnosis> check_dotenv(const std::string& top);

/// The names that `example` has and `actual` lacks or leaves empty, in the order of `example`.
[[nodiscard]] std::vector<std::string> missing_names(std::string_view example, std::string_view actual);

/// The first version number in a program's output: {2, 39} for "git version 2.39.5".
struct Version {
  int major = 0;
  int minor = 0;
};
[[nodiscard]] std::optional<Version> find_version(std::string_view output);

}  // namespace kairon::doctor
