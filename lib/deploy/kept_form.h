#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "n8n/tree.h"

namespace kairon::deploy {

/// Returns the text of a workflow file with the content `wanted`, in the form that the file has: where `base` (the
/// file's own content, made comparable like `wanted`) and `wanted` are equal, its text stays byte for byte, with its
/// indentation, its order of keys, and keys that neither has. `before` has to be JSON.
[[nodiscard]] std::string kept_form(const std::string& before, const n8n::Tree& base, const n8n::Tree& wanted);

/// Returns a path for a new workflow file in `folder` ("" or with a slash at its end): the workflow's name, with a
/// number when `taken` says that another file has it. Control characters and slashes become underscores.
[[nodiscard]] std::string free_path(const std::string& folder, const std::string& name,
                                    const std::function<bool(const std::string&)>& taken);

}  // namespace kairon::deploy
