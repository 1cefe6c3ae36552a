#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kairon::workflow {

/// The column names that one SQL statement returns, as the Postgres node puts them into items:
/// `success` for a statement without a result. Nothing when the list is not written out (`*`, several
/// statements, an expression without an alias whose name is not known).
[[nodiscard]] std::optional<std::vector<std::string>> result_columns(std::string_view sql);

}  // namespace kairon::workflow
