#pragma once
#include <functional>
#include <string>

namespace kairon::deploy {

/// Puts a change of a workflow into words; both texts are JSON, "" = there is none. Given by the command, as
/// this floor does not compare workflows.
struct ChangeWords {
  using Describe =
      std::function<std::string(const std::string& path, const std::string& before, const std::string& after)>;
  Describe line = {};   ///< "Route_Event: 2 nodes added"; "" when nothing differs that people look at
  Describe whole = {};  ///< all of it, with line ends; called for --diff only
};

}  // namespace kairon::deploy
