#pragma once
#include "diff/outline.h"

namespace kairon::diff {

/// Appends the lines of one change: its path, then what was and what is there. Texts of several lines
/// are compared line by line; objects and arrays that came or went are listed leaf by leaf.
void add_value_lines(const Change& change, unsigned depth, Outline& out);

/// Appends every leaf of a value as an added one.
void add_leaves(const json::Value& value, const std::string& path, unsigned depth, Mark mark, Outline& out);

}  // namespace kairon::diff
