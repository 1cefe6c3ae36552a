#pragma once
#include <set>
#include <string>
#include <vector>

#include "config/settings.h"
#include "gate/deploy_content.h"
#include "n8n/content.h"
#include "n8n/transform.h"

namespace kairon::gate {

/// How workflows are changed for the dev environment, from settings and the repository's own
/// answers for mocks.
class DevVersion {
 public:
  DevVersion(const config::Settings& settings, const DeployContent& content);
  void apply(n8n::Tree& workflow) const { n8n::transform_for_dev(workflow, options_); }
  /// The workflows that the smoke tests send messages to.
  [[nodiscard]] std::set<std::string> to_activate(const std::vector<n8n::Local>& transformed) const;

 private:
  n8n::TransformOptions options_;
};

}  // namespace kairon::gate
