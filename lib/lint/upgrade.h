#pragma once

namespace kairon::lint {

/// An upgrade of n8n that a workflow is looked at for: major versions, 0 when there is none.
struct Upgrade {
  int from = 0;  ///< what runs today; 0: not known
  int to = 0;
};

/// Returns true when the upgrade crosses this major version of n8n.
[[nodiscard]] constexpr bool crosses(const Upgrade& upgrade, int since) {
  return upgrade.from < since && since <= upgrade.to;
}

}  // namespace kairon::lint
