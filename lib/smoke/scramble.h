#pragma once
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "n8n/content.h"
#include "n8n/tree.h"

namespace kairon::smoke {

/// Replaces texts by others of the same shape: letter for letter, digit for digit, the same word always by the same
/// one; dates become other dates, numbers of seven digits and more other numbers, keys that are not names of fields
/// other keys. What stays: words that the workflows' code and conditions contain (they decide what happens), texts
/// that are wholly a timestamp, {{run}} and numbers of up to three digits.
class TextScrambler {
 public:
  explicit TextScrambler(const std::vector<n8n::Local>& workflows);
  void apply(n8n::Tree& value) const;
  /// Of a case's `mocks` only the answers and what chooses them change: not the nodes, not the form.
  void apply_to_mocks(n8n::Tree& mocks) const;

 private:
  [[nodiscard]] std::uint64_t seed(std::string_view text) const;
  [[nodiscard]] std::string word(const std::string& text) const;
  [[nodiscard]] std::string line(const std::string& text) const;
  [[nodiscard]] std::string key(const std::string& text) const;
  [[nodiscard]] std::string number(const std::string& text) const;
  [[nodiscard]] std::string grouped_number(const std::string& text) const;
  [[nodiscard]] std::string uuid(const std::string& text) const;
  [[nodiscard]] std::string date(const std::string& text) const;
  [[nodiscard]] std::string any_text(const std::string& text) const;
  void apply_named(n8n::Tree& value, const std::string& name) const;
  std::set<std::string> known_;
  std::uint64_t salt_;  ///< of this run alone, so that nobody can look words up
};

}  // namespace kairon::smoke
