#include "repository/environment_example.h"

namespace kairon::repository {

std::optional<std::vector<std::string>> declared_variables(const Snapshot& snapshot) {
  const SnapshotFile* file = snapshot.other(kEnvironmentExample);
  if (file == nullptr) return std::nullopt;
  std::vector<std::string> names;
  for (const auto& [name, value] : config::parse_dotenv(snapshot.read(*file))) names.push_back(name);
  return names;
}

}  // namespace kairon::repository
