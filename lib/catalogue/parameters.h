#pragma once
#include <string>
#include <vector>

#include "catalogue/catalogue.h"
#include "json/document.h"

namespace kairon::catalogue {

/// One given parameter of a node, at any depth, next to what n8n's description says of it.
struct Parameter {
  /// What the parameter is a member of.
  enum class Place {
    node,              ///< `parameters` itself
    collection,        ///< n8n ignores unknown keys
    fixed_collection,  ///< the key names a group; n8n cannot load the workflow with an unknown one
    group              ///< a field of one entry of a fixedCollection
  };
  enum class Known {
    yes,
    other_version,  ///< only at other versions of the type
    no
  };
  std::string path;   ///< "options.queryBatching", "rules.values[0].outputKey"
  json::Value value;  ///< the member
  Place place = Place::node;
  Known known = Known::yes;
  /// n8n throws at an unknown group only where several entries may be given.
  bool refuses = false;
  bool several = false;  ///< a group of a fixedCollection that takes several entries
  bool certain = false;  ///< n8n shows it and all that it is part of, whatever expressions give
  /// The descriptions that may apply under the node's values: several when expressions leave it
  /// open, none when n8n hides the parameter (and drops it).
  std::vector<Property> descriptions = {};
  /// Names that are known at this place.
  std::vector<std::string_view> siblings = {};
};

/// The given parameters of a node that n8n finds, in the file's order, parents before children.
/// `node` is the node's JSON object, `found` a match of Kind::found.
[[nodiscard]] std::vector<Parameter> read_parameters(const Match& found, const json::Value& node);

/// A required parameter that is shown and empty: n8n refuses to run a workflow where such a node
/// can be reached (workflow-execute.ts, checkReadyForExecution).
struct MissingParameter {
  std::string path;
  json::Value where;  ///< the empty value, or the object that lacks it
};

/// n8n's own check (node-helpers.ts, getParameterIssues) as far as it concerns empty values:
/// parameters of the node and of the entries of its fixedCollections.
[[nodiscard]] std::vector<MissingParameter> missing_parameters(const Match& found, const json::Value& node);

/// The `typeVersion` of a node's JSON object; nothing when it has none.
[[nodiscard]] std::optional<double> version_of(const json::Value& node);

}  // namespace kairon::catalogue
