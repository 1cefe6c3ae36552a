#pragma once
#include <vector>

#include "n8n/plan.h"

namespace kairon::n8n {

struct WebhookCheck {
  std::vector<Step>& steps;
  const std::vector<Tree>& remotes;
  std::vector<Problem>& problems;
};

/// Two active workflows that want the same (method, path), within the plan or with a workflow of
/// the server that the plan does not touch, are problems. A step whose old webhook another step
/// takes over is marked release_first, else n8n refuses the taker (WebhookPathTaken).
void check_webhooks(const WebhookCheck& check);

}  // namespace kairon::n8n
