#pragma once
#include <string>
#include <unordered_set>
#include <vector>

#include "config/settings.h"
#include "git/source.h"
#include "lint/finding.h"
#include "lint/ruleset.h"

namespace kairon::check {

/// The objects that leave for a remote.
struct OutgoingRequest {
  std::vector<git::Oid> tips;  ///< objects of any type: commits, tags, trees, blobs
  git::Known known;            ///< what the other side has
  /// Blobs that are judged as a part of a tip (`blob id` + path), where their findings are reported.
  std::unordered_set<std::string> judged;
};

/// Searches every new object for secrets: blobs of all paths, messages of commits and tags, notes, names of
/// files; and new workflows for pinned data. Linear in the bytes. Findings name the oldest commit that brings
/// them. Throws Error(environment) when an object cannot be read.
[[nodiscard]] std::vector<lint::Finding> search_outgoing(git::GitSource& source, const config::Settings& settings,
                                                         const lint::Ruleset& ruleset, const OutgoingRequest& request);

}  // namespace kairon::check
