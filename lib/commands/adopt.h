#pragma once
#include <string>

#include "install/survey.h"

namespace kairon::commands {

/// What `kairon init` may use while it looks for the node catalogue.
enum class CatalogueAccess { cached, fetched };

/// Puts the n8n version that `.kairon` will pin first in `found`: the stated one, completed from the catalogues
/// that are here ("1" becomes "1.123.81"). With CatalogueAccess::fetched a missing catalogue is fetched, and a
/// repository with workflows that states no version gets the newest one. Returns what to tell the user.
std::string pin_catalogue(install::Survey& found, CatalogueAccess access);

/// Puts the gate in force in the work tree at `top`, whose `.kairon` is written: builds the trial server's
/// template, writes the baseline, retires hooks and CI jobs that do the same, installs the hooks, stages what
/// it wrote, and prints what is gated now and what is off. Throws Error(environment).
void adopt(const std::string& top, const install::Survey& found);

}  // namespace kairon::commands
