#include "base/options.h"

#include <algorithm>

#include "base/error.h"
#include "base/format.h"
#include "base/text.h"

namespace kairon {

namespace {

const OptionSpec& find_spec(std::string_view name, std::span<const OptionSpec> specs) {
  std::vector<std::string_view> names;
  for (const OptionSpec& spec : specs) {
    if (spec.name == name) return spec;
    names.push_back(spec.name);
  }
  const std::string_view near = text::nearest(name, names);
  throw usage_error(format("unknown option {}", text::printable(name)),
                    near.empty() ? "see --help" : format("did you mean {}?", near));
}

std::string described(const OptionSpec& spec, const std::string& help) {
  constexpr std::size_t kColumn = 28;
  std::string left(spec.name);
  if (!spec.value.empty()) left += " " + std::string(spec.value);
  return left.size() > kColumn ? format("  {}\n  {:28} {}\n", left, "", help) : format("  {:28} {}\n", left, help);
}

/// A value of a spec such as "text|json" is one of its words.
void check_choice(const OptionSpec& spec, const std::string& value) {
  const std::vector<std::string_view> allowed = text::split(spec.value, '|');
  if (allowed.size() < 2 || std::find(allowed.begin(), allowed.end(), value) != allowed.end()) return;
  const std::string_view near = text::nearest(value, allowed);
  throw usage_error(format("{} {}: use {}", spec.name, text::printable(value), text::alternatives(allowed)),
                    near.empty() ? std::string() : format("did you mean {}?", near));
}

}  // namespace

Options Options::parse(std::span<const std::string> arguments, std::span<const OptionSpec> specs) {
  Options options;
  bool ended = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (ended || argument.size() < 2 || argument.front() != '-') {
      options.positional_.push_back(argument);
      continue;
    }
    if (argument == "--") {
      ended = true;
      continue;
    }
    const std::size_t equals = argument.find('=');
    const OptionSpec& spec = find_spec(std::string_view(argument).substr(0, equals), specs);
    Given given{std::string(spec.name), {}};
    if (spec.value.empty()) {
      if (equals != std::string::npos) throw usage_error(format("{} takes no value", spec.name));
    } else if (equals != std::string::npos) {
      given.value = argument.substr(equals + 1);
    } else if (i + 1 < arguments.size()) {
      given.value = arguments[++i];
    } else {
      throw usage_error(format("{} needs a value: {}", spec.name, spec.value));
    }
    if (!spec.value.empty()) check_choice(spec, given.value);
    options.given_.push_back(std::move(given));
  }
  return options;
}

bool Options::has(std::string_view name) const {
  return std::any_of(given_.begin(), given_.end(), [name](const Given& g) { return g.name == name; });
}

std::optional<std::string> Options::value(std::string_view name) const {
  const auto hit = std::find_if(given_.rbegin(), given_.rend(), [name](const Given& g) { return g.name == name; });
  return hit == given_.rend() ? std::nullopt : std::optional(hit->value);
}

std::vector<std::string> Options::values(std::string_view name) const {
  std::vector<std::string> out;
  for (const Given& g : given_) {
    if (g.name == name) out.push_back(g.value);
  }
  return out;
}

bool takes(std::string_view subcommand, const OptionSpec& spec) {
  if (spec.of.empty()) return true;
  const std::vector<std::string_view> names = text::split(spec.of, '|');
  return std::find(names.begin(), names.end(), subcommand.empty() ? "-" : subcommand) != names.end();
}

std::string describe(std::span<const OptionSpec> specs) {
  std::string out;
  for (const OptionSpec& spec : specs) out += described(spec, std::string(spec.help));
  return out;
}

std::string describe_all(std::span<const OptionSpec> specs) {
  std::string out;
  for (const OptionSpec& spec : specs) {
    const bool by_some = !spec.of.empty() && !text::contains(spec.of, "-");
    const std::string of = by_some ? text::replace_all(std::string(spec.of), "|", ", ") + ": " : std::string();
    out += described(spec, of + std::string(spec.help));
  }
  return out;
}

}  // namespace kairon
