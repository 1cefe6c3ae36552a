#pragma once
#include <string>

#include "base/error.h"

namespace kairon::backup {

/// `kairon restore credentials FILE [ENV]`: makes those credentials of the file that the n8n of the environment
/// lacks; "-" reads stdin. `word` may be "" for the only environment with an n8n. Blocked when n8n refuses one
/// or the workflows use one that is still missing.
[[nodiscard]] ExitCode restore_credentials(const std::string& path, const std::string& word);

/// `--template`: prints such a file with a blank form for every credential that the workflows use and the server
/// lacks.
[[nodiscard]] ExitCode print_credential_template(const std::string& word);

}  // namespace kairon::backup
