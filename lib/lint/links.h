#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "workflow/facts.h"

namespace kairon::lint {

/// What a workflow has to do with others, as numbers that are compared without reading its facts: the names, ids and
/// webhooks that it has, the workflows that it calls, the variables that it reads. Everything by which a rule over all
/// workflows compares two files must be here. Two texts may share a number; then a file too many is looked at.
using Links = std::vector<std::uint64_t>;

[[nodiscard]] Links links_of(const workflow::Facts& facts);

/// Returns which files the rules over all workflows have to see, sorted, so that they find the same as with all of
/// them: at `changed` files, and at others what the change makes of them. These are the changed files, those that share
/// something with one of them, and those that are called from there.
/// `files`: the links of every file. `before`: the links of changed and removed files in the state before.
/// `declared`: the variables that need no declaration any more; nothing when no variable has to be declared.
[[nodiscard]] std::vector<std::size_t> related_files(std::span<const std::span<const std::uint64_t>> files,
                                                     std::span<const std::size_t> changed,
                                                     std::span<const std::span<const std::uint64_t>> before,
                                                     const std::optional<std::vector<std::string>>& declared);

}  // namespace kairon::lint
