#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"
#include "install/survey.h"

namespace kairon::install {

/// What the n8n of an environment answered when it was asked for its version.
struct RunningVersion {
  std::string environment;  ///< "prod"
  std::string version;      ///< "" when it cannot be had
  std::string problem;      ///< why, printable
};

/// Asks the n8n servers that this user's own settings name (`[env "NAME"] n8nUrl` never comes from the committed
/// file), production first. One that does not answer within some seconds has a problem in place of a version.
[[nodiscard]] std::vector<RunningVersion> running_versions(const config::Settings& settings);

/// Returns the version that the start page of an n8n's editor carries for its error reports, in a meta tag in base64:
/// n8n 1.123 and 2.x keep it from everybody else who is not logged in. Nothing for another page.
[[nodiscard]] std::optional<std::string> version_in_page(std::string_view page);

/// Adds versions of running servers after those that files state.
void add_running_versions(const std::vector<RunningVersion>& running, Survey& found);

}  // namespace kairon::install
