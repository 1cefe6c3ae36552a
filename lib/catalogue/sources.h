#pragma once
#include <string>
#include <vector>

#include "base/result.h"
#include "catalogue/reducer.h"

namespace kairon::catalogue {

/// The descriptions of one n8n.
struct Source {
  std::vector<NodesJson> files;
  std::string n8n_version;  ///< "" when the source does not tell
};

/// Reads n8n's own packages below a folder: an installed n8n (its folder, its node_modules, or the
/// folder that holds node_modules), or the folder of one package (n8n-nodes-base).
[[nodiscard]] Result<Source> read_folder(const std::string& folder);

/// Reads a nodes.json: of a package (dist/types/nodes.json, which is then read as read_folder does),
/// or saved from a running n8n (GET /types/nodes.json, for a logged-in user).
[[nodiscard]] Result<Source> read_file(const std::string& path);

}  // namespace kairon::catalogue
