#pragma once
#include <map>
#include <string>
#include <vector>

#include "workflow/result_columns.h"
#include "workflow/value.h"

namespace kairon::workflow {

/// What a database and other files say of the data in a workflow. What they do not say is unknown.
struct Surroundings {
  /// The columns that a Postgres node puts into its items, by the node's name.
  std::map<std::string, std::vector<ResultColumn>, std::less<>> columns;
  /// What a called workflow gives back, by its name.
  std::map<std::string, Shape, std::less<>> results;
  /// False when bigint and numeric may arrive as numbers: one node that asks for it changes all of that n8n.
  bool large_numbers_are_text = true;
};

}  // namespace kairon::workflow
