#include "workflow/field_path.h"

namespace kairon::workflow {

std::vector<std::string> field_path(std::string_view name) {
  std::vector<std::string> steps;
  std::string step;
  bool fresh = true;  // nothing of this step was read yet
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (c == '.') {
      if (!step.empty() || fresh) steps.push_back(step);
      step.clear();
      fresh = true;
      continue;
    }
    const std::size_t end = c == '[' ? name.find(']', i) : std::string_view::npos;
    if (end == std::string_view::npos) {
      step += c;
      fresh = false;
      continue;
    }
    if (!step.empty()) steps.push_back(step);
    std::string_view inside = name.substr(i + 1, end - i - 1);
    const bool quoted =
        inside.size() > 1 && (inside.front() == '\'' || inside.front() == '"') && inside.front() == inside.back();
    steps.emplace_back(quoted ? inside.substr(1, inside.size() - 2) : inside);
    step.clear();
    fresh = false;
    i = end;
    if (i + 1 < name.size() && name[i + 1] == '.') ++i;
  }
  if (!step.empty() || steps.empty()) steps.push_back(step);
  return steps;
}

}  // namespace kairon::workflow
