#pragma once
#include <cstdint>
#include <string_view>

#include "workflow/value.h"

namespace kairon::workflow {

/// How the Postgres node of n8n hands on values of one SQL type (parsers of node-postgres, pg-types 2; NULL is null).
struct ColumnType {
  std::uint32_t oid = 0;
  std::string_view name;      ///< as pg_type has it: "int8"
  std::string_view sql_name;  ///< as a person writes it: "bigint"
  Kinds kinds = kAnyKind;
  bool list = false;          ///< a list whose elements have these kinds
  bool large_number = false;  ///< a text, unless some node asks for numbers (Output Large-Format Numbers As)
};

/// Null for a type that is not listed: its values are unknown.
[[nodiscard]] const ColumnType* column_type(std::uint32_t oid);
[[nodiscard]] const ColumnType* column_type(std::string_view name);

/// The value of a column, which may be NULL.
[[nodiscard]] Value value_of_column(const ColumnType& type);

}  // namespace kairon::workflow
