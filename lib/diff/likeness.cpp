#include "diff/likeness.h"

#include <algorithm>

#include "base/text.h"

namespace kairon::diff {

namespace {

void add_features(const json::Value& value, const std::string& path, Features& out) {
  if (value.is_object() || value.is_array()) {
    for (const json::Value child : value) add_features(child, path + "." + std::string(child.key()), out);
  } else if (value.is_string()) {
    for (const std::string_view line : text::lines(value.string()))
      if (!text::trim(line).empty()) out.push_back(path + "=" + std::string(text::trim(line)));
  } else {
    out.push_back(path + "=" + std::string(value.raw()));
  }
}

}  // namespace

Features features_of(const json::Value& value) {
  Features features;
  if (value) add_features(value, {}, features);
  std::sort(features.begin(), features.end());
  return features;
}

double likeness(const Features& a, const Features& b) {
  if (a.empty() || b.empty()) return 0;
  Features common;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(common));
  return 2.0 * static_cast<double>(common.size()) / static_cast<double>(a.size() + b.size());
}

}  // namespace kairon::diff
