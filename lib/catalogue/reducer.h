#pragma once
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/document.h"

namespace kairon::catalogue {

/// One nodes.json: n8n's descriptions of all versions of all nodes of a package
/// (n8n-nodes-base/dist/types/nodes.json), or of all packages (GET /types/nodes.json).
struct NodesJson {
  std::string package;  ///< put before names without a dot: "n8n-nodes-base"; "" when they are full
  std::string text;
  /// Types (full names) that are known to be a VersionedNodeType although one description serves
  /// all their versions; nodes.json alone does not tell.
  std::set<std::string, std::less<>> versioned = {};
};

/// Reduces descriptions to an index file's bytes. Fails when a text is not nodes.json.
[[nodiscard]] Result<std::string> reduce(const std::vector<NodesJson>& sources, std::string_view n8n_version);

}  // namespace kairon::catalogue
