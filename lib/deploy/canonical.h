#pragma once
#include <functional>
#include <string>
#include <vector>

#include "n8n/references.h"
#include "n8n/tree.h"

namespace kairon::deploy {

/// The name that stands for a reference in a canonical form.
using NameOf = std::function<std::string(const n8n::Reference&)>;

/// A workflow as it means the same on every server: sanitised, references and credentials by name,
/// what n8n adds by itself and what equals n8n's defaults left out, members sorted. Two workflows
/// are equal when their canonical forms are.
[[nodiscard]] n8n::Tree canonical(const n8n::Tree& workflow, const NameOf& name_of);

/// SHA-256 of a canonical form.
[[nodiscard]] std::string fingerprint(const n8n::Tree& canonical_form);

/// The differences of two canonical forms, one line per node or setting, e.g.
/// "node 'Parse': parameters.jsCode, position".
[[nodiscard]] std::vector<std::string> differences(const n8n::Tree& before, const n8n::Tree& after);

}  // namespace kairon::deploy
