#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/value.h"

namespace kairon::workflow {

/// A column of a result: its name, and the kinds that its values have in an item.
struct ResultColumn {
  std::string name;
  Kinds kinds = kAnyKind;
};

/// The columns that one SQL statement returns, as the Postgres node puts them into items:
/// `success` for a statement without a result. Nothing when the list is not written out (`*`, several
/// statements, an expression without an alias whose name is not known). The kinds follow from the
/// expressions alone: a bigint or numeric, count(*) too, arrives as text (node-postgres), unless
/// `Output Large-Format Numbers As` says numbers.
[[nodiscard]] std::optional<std::vector<ResultColumn>> result_columns(std::string_view sql);

}  // namespace kairon::workflow
