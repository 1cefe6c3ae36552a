#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "workflow/value.h"

namespace kairon::workflow {

/// A column of a result: its name, and what its values are in an item.
struct ResultColumn {
  std::string name;
  Value value;
  bool large_number = false;  ///< a bigint or numeric: a text, unless a node asks for numbers
  std::string type;           ///< "bigint", as a schema has it; "" when only the statement tells
};

/// The columns that one SQL statement returns, as the Postgres node puts them into items:
/// `success` for a statement without a result. Nothing when the list is not written out (`*`, several
/// statements, an expression without an alias whose name is not known). The kinds follow from the
/// expressions alone: a bigint or numeric, count(*) too, arrives as text (node-postgres), unless
/// `Output Large-Format Numbers As` says numbers.
[[nodiscard]] std::optional<std::vector<ResultColumn>> result_columns(std::string_view sql);

}  // namespace kairon::workflow
