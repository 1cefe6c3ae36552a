#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace kairon::catalogue {

/// The node types of a package that is not n8n's own.
struct CommunityPackage {
  std::string name;                ///< "n8n-nodes-example", "@someone/n8n-nodes-example"
  std::string version;             ///< "1.2.3"
  std::vector<std::string> types;  ///< "n8n-nodes-example.example"; with the tool variants
  bool complete = true;            ///< false: some node's name cannot be told without running the package
  [[nodiscard]] bool has(std::string_view type) const;
};

/// The community packages that the user asked for, as they are kept in the cache.
class Community {
 public:
  Community() = default;
  explicit Community(std::vector<CommunityPackage> packages) : packages_(std::move(packages)) {}
  [[nodiscard]] const std::vector<CommunityPackage>& packages() const noexcept { return packages_; }
  /// The package of a node type; null when nobody asked for it.
  [[nodiscard]] const CommunityPackage* package_of(std::string_view type) const;
  /// Changes whenever the packages do; "" without any.
  [[nodiscard]] std::string fingerprint() const;

 private:
  std::vector<CommunityPackage> packages_;
};

/// Reads the packages in the cache, by name. A damaged file counts as none.
[[nodiscard]] Community load_community();

/// Keeps a package in the cache in place of an earlier version. Throws Error(environment) when it cannot be written.
void keep_community(const CommunityPackage& package);

}  // namespace kairon::catalogue
