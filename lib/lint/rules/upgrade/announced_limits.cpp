#include "lint/support/upgrade.h"

namespace kairon::lint {
namespace upgrade_announced_limits {
namespace {

/// True for a host in 100.64.0.0/10, written out.
bool is_shared_address(std::string_view url) {
  const std::size_t scheme = url.find("://");
  std::string_view host = scheme == std::string_view::npos ? url : url.substr(scheme + 3);
  host = host.substr(0, host.find_first_of(":/?#"));
  constexpr std::string_view kFirst = "100.";
  if (!host.starts_with(kFirst) || host.find_first_not_of("0123456789.") != std::string_view::npos) return false;
  const std::string_view second = host.substr(kFirst.size(), host.find('.', kFirst.size()) - kFirst.size());
  if (second.empty() || second.size() > 3) return false;
  int number = 0;
  for (const char digit : second) number = number * 10 + (digit - '0');
  constexpr int kLeast = 64;
  constexpr int kMost = 127;
  return number >= kLeast && number <= kMost;
}

/// What n8n 3 is announced to change for the node, "" for nothing.
std::string_view limit_of(const workflow::Node& node) {
  if (node.is_langchain("chatTrigger") && node.parameters["mode"].string() == "webhook")
    return "an embedded chat: n8n 3 is announced to answer in JSON frames, which pinned chat widgets do not read";
  if (node.is_base("compression") && node.parameters["operation"].string() != "compress")
    return "a decompression: n8n 3 is announced to accept at most 256 MiB and 1,000 entries";
  if (node.is_base("httpRequest") && is_shared_address(node.parameters["url"].string()))
    return "a request to 100.64.0.0/10: n8n 3 is announced to block this range by default";
  const bool named = node.type.find('.') != std::string_view::npos;
  if (named && !node.type.starts_with("n8n-nodes-base.") && !node.type.starts_with("@n8n/"))
    return "a community node: n8n 3 is announced not to install unverified packages by default";
  return {};
}

void check_announced_limits(const WorkflowInput& input, Reporter& report) {
  if (!crosses(input, 3)) return;
  for (const workflow::Node& node : input.workflow.nodes()) {
    const std::string_view limit = limit_of(node);
    if (limit.empty()) continue;
    report.at(node.json["type"], &node, kairon::format("'{}' is {}", node.name, limit),
              "read the notes of 3.0 on it before the upgrade");
  }
}

}  // namespace

}  // namespace upgrade_announced_limits

extern const WorkflowRule kUpgradeAnnouncedLimits;
const WorkflowRule kUpgradeAnnouncedLimits{
    {"upgrade/announced-limits", Severity::info, Scope::always, "uses a node for which n8n 3 announces new limits",
     "n8n's migration report names JSON frames for embedded chats, limits of the Compression node, a list of blocked "
     "address ranges and a ban on installing unverified community packages. Whether they matter depends on the server.",
     "Read the notes of 3.0 on the node."},
    upgrade_announced_limits::check_announced_limits,
    Needs::target};

}  // namespace kairon::lint
