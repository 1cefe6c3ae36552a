#pragma once
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "n8n/content.h"
#include "n8n/tree.h"

namespace kairon::smoke {

/// Replaces what the secret rules find in the strings of a value by "redacted", and all values of an object called
/// "headers" but the content type. `key` is the name that the value has. Returns how many values changed.
std::size_t redact_secrets(n8n::Tree& value, const std::string& key = {});

/// Replaces texts by others of the same shape: letter for letter, digit for digit, the same word always by the same
/// one. Words that the workflows contain (they decide what happens), times, {{run}} and numbers of up to three digits
/// stay.
class TextScrambler {
 public:
  explicit TextScrambler(const std::vector<n8n::Local>& workflows);
  void apply(n8n::Tree& value) const;

 private:
  [[nodiscard]] std::string word(const std::string& text) const;
  [[nodiscard]] std::string line(const std::string& text) const;
  std::set<std::string> known_;
  std::uint64_t salt_;  ///< of this run alone, so that nobody can look words up
};

}  // namespace kairon::smoke
