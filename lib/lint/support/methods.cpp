#include "lint/support/methods.h"

#include <array>

namespace kairon::lint::methods {

namespace {

#include "lint/support/method_names.inc"

}  // namespace

const std::span<const std::string_view> kEvery = kEveryNames;
const std::span<const std::string_view> kText = kTextNames;
const std::span<const std::string_view> kNumber = kNumberNames;
const std::span<const std::string_view> kBoolean = kBooleanNames;
const std::span<const std::string_view> kList = kListNames;
const std::span<const std::string_view> kDate = kDateNames;
const std::span<const std::string_view> kJsDate = kJsDateNames;
const std::span<const std::string_view> kExtensions = kExtensionNames;

namespace {

struct MethodsOf {
  workflow::Kinds kind;
  std::span<const std::string_view> names;
};

constexpr std::array<MethodsOf, 6> kByKind = {{{workflow::kText, kTextNames},
                                               {workflow::kNumber, kNumberNames},
                                               {workflow::kBoolean, kBooleanNames},
                                               {workflow::kList, kListNames},
                                               {workflow::kDate, kDateNames},
                                               {workflow::kJsDate, kJsDateNames}}};

}  // namespace

std::vector<std::string_view> of(workflow::Kinds kinds) {
  std::vector<std::string_view> all;
  if ((kinds & (workflow::kObject | workflow::kFunction)) != 0) return all;
  for (const MethodsOf& one : kByKind)
    if ((kinds & one.kind) != 0) all.insert(all.end(), one.names.begin(), one.names.end());
  return all;
}

}  // namespace kairon::lint::methods
