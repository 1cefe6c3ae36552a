#pragma once
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "postgres/connection.h"

// What stand_in.cpp makes, and how the server's messages name it. Only for that file and its tests.
namespace kairon::trial {

/// Name of the extension that the server says it has no control file of; "" for other errors.
[[nodiscard]] std::string missing_extension(const postgres::SqlError& error);

/// The types that an extension is known for; others are made when they are missed.
[[nodiscard]] std::vector<std::string_view> types_of_extension(const std::string& extension);

/// A table or view that an extension is known for.
struct KnownRelation {
  std::string name;  ///< with its schema, unless that is the extension's
  std::string kind;  ///< "TABLE", "VIEW"
  std::string body;  ///< what stands behind its name in CREATE
};
[[nodiscard]] std::vector<KnownRelation> relations_of_extension(const std::string& extension);

/// Statements that make a type which holds any text, and its names in ALTER EXTENSION ... ADD.
[[nodiscard]] std::vector<std::string> create_type(const std::string& name);
[[nodiscard]] std::vector<std::string> names_of_type(const std::string& name);

/// A function or operator that is missing, from "function f(a, b) does not exist".
struct MissingCall {
  std::string shown;   ///< "f(integer, text)"
  std::string create;  ///< the function's statement
  std::string name;    ///< operators: "<=>"
  std::string left;    ///< operators: type of the operand
  std::string right;
  std::string arguments;  ///< "integer, text"
  std::string function;   ///< "\"f\"(integer, text)"; operators: the name of the function behind it
};
[[nodiscard]] std::optional<MissingCall> missing_function(const std::string& message);
[[nodiscard]] std::optional<MissingCall> missing_operator(const std::string& message);

/// "real[] AS vector" from "cannot cast type real[] to vector".
[[nodiscard]] std::optional<std::string> missing_cast(const postgres::SqlError& error);

/// CREATE INDEX as a hash index (btree for several columns), without the operator classes `lost` and
/// without the method's own options.
[[nodiscard]] std::string plain_index(const std::string& sql, const std::set<std::string>& lost, std::size_t columns);

}  // namespace kairon::trial
