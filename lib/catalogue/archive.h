#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/temp.h"
#include "catalogue/sources.h"

namespace kairon::catalogue {

/// Unpacks the files of a package's archive (.tgz) that match `patterns` (of tar, "package/*.js") into a temp folder.
/// `spec` names the package in failures. Refuses bytes whose SHA-512 is not `integrity` ("sha512-..." as registries
/// state it).
[[nodiscard]] Result<std::unique_ptr<TempFolder>> unpack(std::string_view bytes, std::string_view integrity,
                                                         const std::string& spec,
                                                         const std::vector<std::string>& patterns);

/// Reads the node descriptions out of a package's archive, which unpack() takes. None of the package's code runs.
[[nodiscard]] Result<NodesJson> read_archive(std::string_view bytes, std::string_view integrity,
                                             const std::string& spec);

}  // namespace kairon::catalogue
