#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "n8n/api.h"
#include "n8n/tree.h"

namespace kairon::n8n {

/// One credential that a node uses.
struct CredentialUse {
  std::string node;
  std::string type;
  std::string id;    ///< "" when null or absent
  std::string name;  ///< "" when absent; the old plain-string form is a name
  bool disabled = false;
};

/// Calls `visit` for every credential of every node; what it returns (id or null, and name) is
/// written in its place, nothing leaves it. A written credential always has the key `id`: without
/// it n8n 1.x takes any credential of the type and overwrites the name.
void rewrite_credentials(Tree& workflow, const std::function<std::optional<Credential>(const CredentialUse&)>& visit);

/// The target's credentials by (type, name).
class CredentialMap {
 public:
  explicit CredentialMap(const std::vector<Credential>& credentials);
  /// The id; fails when there is none or more than one of that type and name.
  [[nodiscard]] Result<std::string> id_of(const CredentialUse& use) const;

 private:
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> ids_;
};

}  // namespace kairon::n8n
