#pragma once
#include <span>
#include <string_view>

namespace kairon::install {

/// A hook name that the gate answers, and the executable that does.
struct GatedHook {
  std::string_view name;
  std::string_view executable;  ///< "pre-commit", "pre-push", "post-merge" or "post-commit"
};

/// The hooks of DESIGN section 4, in the order git would meet them.
[[nodiscard]] std::span<const GatedHook> gated_hooks();

[[nodiscard]] bool is_gated_hook(std::string_view name);

/// The other names that git looks up in core.hooksPath (githooks(5) of git 2.39 to 2.51). The gate
/// has nothing to do there; it only hands on to an earlier hook.
[[nodiscard]] std::span<const std::string_view> other_hooks();

/// True for names of other_hooks() and for what looks like a hook name (`git hook run` accepts any):
/// lower-case letters and digits with at least one dash inside.
[[nodiscard]] bool is_hook_name(std::string_view name);

}  // namespace kairon::install
