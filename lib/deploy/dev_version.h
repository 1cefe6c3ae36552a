#pragma once
#include <set>
#include <string>
#include <vector>

#include "config/settings.h"
#include "deploy/transform.h"
#include "n8n/content.h"
#include "repository/content.h"

namespace kairon::deploy {

/// How workflows are changed for the dev environment, from settings and the repository's own
/// answers for mocks.
class DevVersion {
 public:
  DevVersion(const config::Settings& settings, const repository::DeployContent& content);
  void apply(n8n::Tree& workflow) const { transform_for_dev(workflow, options_); }
  /// The workflows that the smoke tests send messages to.
  [[nodiscard]] std::set<std::string> to_activate(const std::vector<n8n::Local>& transformed) const;

 private:
  TransformOptions options_;
};

}  // namespace kairon::deploy
