#include "base/arguments.h"

#include <algorithm>
#include <array>

#include "base/environments.h"
#include "base/error.h"
#include "base/format.h"
#include "base/text.h"

namespace kairon {

namespace {

/// What to do about a word that is none of `known`.
std::string remedy(std::string_view word, std::span<const std::string_view> known, std::string_view before) {
  const std::string_view near = text::nearest(word, known);
  return near.empty() ? format("{}{}", before, text::alternatives(known)) : format("did you mean {}{}?", before, near);
}

}  // namespace

std::string subcommand(std::string_view command, const Options& options, std::span<const Subcommand> known) {
  const std::string before = format("kairon {} ", command);
  std::vector<std::string_view> names;
  for (const Subcommand& one : known) names.push_back(one.name);
  if (options.positional().empty()) throw usage_error("say what to do", before + text::alternatives(names));
  const std::string& word = options.positional().front();
  if (std::find(names.begin(), names.end(), word) != names.end()) return word;
  throw usage_error(format("kairon {} has no '{}'", command, text::printable(word)), remedy(word, names, before));
}

void no_more_words(const Options& options, std::size_t most) {
  if (options.positional().size() <= most) return;
  throw usage_error(format("unexpected argument '{}'", text::printable(options.positional()[most])), "see --help");
}

const std::string& environment_name(const std::string& word, AllEnvironments all) {
  std::vector<std::string_view> names(kEnvironments.begin(), kEnvironments.end());
  if (all == AllEnvironments::allowed) names.push_back("all");
  if (std::find(names.begin(), names.end(), word) != names.end()) return word;
  throw usage_error(format("no environment '{}'", text::printable(word)), remedy(word, names, ""));
}

bool wants_json(const Options& options) { return options.value("--format") == "json"; }

}  // namespace kairon
