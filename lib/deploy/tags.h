#pragma once
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "n8n/api.h"

namespace kairon::deploy {

/// The tags of a server, read when the first one is needed.
class Tags {
 public:
  explicit Tags(n8n::Api& api) : api_(api) {}

  /// Gives a workflow exactly these tags; creates those that the server does not have.
  [[nodiscard]] Result<void> give(const std::string& workflow_id, const std::vector<std::string>& names);

 private:
  [[nodiscard]] Result<std::string> id_of(const std::string& name);
  void read();

  n8n::Api& api_;
  bool read_ = false;
  std::map<std::string, std::string> ids_;
};

}  // namespace kairon::deploy
