#pragma once
#include <functional>
#include <string>
#include <vector>

#include "n8n/references.h"
#include "n8n/tree.h"

namespace kairon::n8n {

/// The name that stands for a reference in a canonical form.
using NameOf = std::function<std::string(const Reference&)>;

/// A workflow as it means the same on every server: sanitised, references and credentials by name,
/// what n8n adds by itself and what equals n8n's defaults left out, members sorted. Two workflows
/// are equal when their canonical forms are.
[[nodiscard]] Tree canonical(const Tree& workflow, const NameOf& name_of);

/// SHA-256 of a canonical form.
[[nodiscard]] std::string fingerprint(const Tree& canonical_form);

/// The differences of two canonical forms, one line per node or setting, e.g.
/// "node 'Parse': parameters.jsCode, position".
[[nodiscard]] std::vector<std::string> differences(const Tree& before, const Tree& after);

}  // namespace kairon::n8n
