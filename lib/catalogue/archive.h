#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "catalogue/sources.h"

namespace kairon::catalogue {

/// Reads the node descriptions out of a package's archive (.tgz). `spec` names the package in
/// failures. Refuses bytes whose SHA-512 is not `integrity` ("sha512-..." as registries state it).
/// None of the package's code runs; what is unpacked lies in a temp folder that is gone afterwards.
[[nodiscard]] Result<NodesJson> read_archive(std::string_view bytes, std::string_view integrity,
                                             const std::string& spec);

}  // namespace kairon::catalogue
