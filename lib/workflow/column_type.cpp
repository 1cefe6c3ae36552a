#include "workflow/column_type.h"

#include <algorithm>
#include <array>

namespace kairon::workflow {

namespace {

constexpr bool kArray = true;
constexpr bool kLarge = true;

/// Object ids are those of pg_type.dat, which no release changes. A type without a parser of its own arrives as text;
/// timestamps are texts from version 2.1 of the node on and Dates before, and the first node decides for all of them.
constexpr auto kTypes = std::to_array<ColumnType>({{16, "bool", "boolean", kBoolean},
                                                   {18, "char", "\"char\"", kText},
                                                   {19, "name", "name", kText},
                                                   {20, "int8", "bigint", kText, false, kLarge},
                                                   {21, "int2", "smallint", kNumber},
                                                   {23, "int4", "integer", kNumber},
                                                   {25, "text", "text", kText},
                                                   {26, "oid", "oid", kNumber},
                                                   {700, "float4", "real", kNumber},
                                                   {701, "float8", "double precision", kNumber},
                                                   {790, "money", "money", kText},
                                                   {869, "inet", "inet", kText},
                                                   {1000, "_bool", "boolean[]", kBoolean, kArray},
                                                   {1005, "_int2", "smallint[]", kNumber, kArray},
                                                   {1007, "_int4", "integer[]", kNumber, kArray},
                                                   {1009, "_text", "text[]", kText, kArray},
                                                   {1015, "_varchar", "varchar[]", kText, kArray},
                                                   {1016, "_int8", "bigint[]", kText, kArray},
                                                   {1021, "_float4", "real[]", kNumber, kArray},
                                                   {1022, "_float8", "double precision[]", kNumber, kArray},
                                                   {1042, "bpchar", "char", kText},
                                                   {1043, "varchar", "varchar", kText},
                                                   {1082, "date", "date", kJsDate},
                                                   {1083, "time", "time", kText},
                                                   {1114, "timestamp", "timestamp", kJsDate | kText},
                                                   {1184, "timestamptz", "timestamptz", kJsDate | kText},
                                                   {1231, "_numeric", "numeric[]", kNumber, kArray},
                                                   {1266, "timetz", "timetz", kText},
                                                   {1700, "numeric", "numeric", kText, false, kLarge},
                                                   {2950, "uuid", "uuid", kText},
                                                   {2951, "_uuid", "uuid[]", kText, kArray}});

template <typename Matches>
const ColumnType* find(const Matches& matches) {
  const auto known = std::find_if(kTypes.begin(), kTypes.end(), matches);
  return known == kTypes.end() ? nullptr : &*known;
}

}  // namespace

const ColumnType* column_type(std::uint32_t oid) {
  return find([oid](const ColumnType& type) { return type.oid == oid; });
}

const ColumnType* column_type(std::string_view name) {
  return find([name](const ColumnType& type) { return type.name == name; });
}

Value value_of_column(const ColumnType& type) {
  const Value value = Value::of(type.kinds);
  return (type.list ? Value::of_list(value.or_null()) : value).or_null();
}

}  // namespace kairon::workflow
