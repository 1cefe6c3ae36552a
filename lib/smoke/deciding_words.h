#pragma once
#include <cstddef>
#include <set>
#include <string>

#include "n8n/tree.h"

namespace kairon::smoke {

/// Returns the end of the word of letters and digits that begins at `at`; `at` when none does.
[[nodiscard]] std::size_t word_end(const std::string& text, std::size_t at);

/// Adds the words, in small letters, that decide what a workflow does: names of fields, code without its comments, and
/// texts to compare with. Sticky notes and the names of nodes are left out, and in texts of more than three words the
/// capitalised ones: they may be somebody's name.
void add_deciding_words(const n8n::Tree& workflow, std::set<std::string>& words);

}  // namespace kairon::smoke
