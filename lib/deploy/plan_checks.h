#pragma once
#include <vector>

#include "deploy/plan.h"

namespace kairon::deploy {

struct WebhookCheck {
  std::vector<Step>& steps;
  const std::vector<n8n::Tree>& remotes;
  std::vector<Problem>& problems;
};

/// Two active workflows that want the same (method, path), within the plan or with a workflow of
/// the server that the plan does not touch, are problems. A step whose old webhook another step
/// takes over is marked release_first, else n8n refuses the taker (WebhookPathTaken).
void check_webhooks(const WebhookCheck& check);

/// A workflow that is to be deleted and that something which stays still calls is a problem: n8n
/// deletes it without a word, and the caller fails at run time.
void check_pruned(const std::vector<Step>& steps, const std::vector<n8n::Tree>& remotes, const CallGraph& calls,
                  std::vector<Problem>& problems);

/// 2.x publishes a workflow only when those it calls are published: active ones that call each
/// other are a problem.
void check_cycles(const CallGraph& calls, const std::set<std::string>& active, std::vector<Problem>& problems);

}  // namespace kairon::deploy
