#pragma once
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "n8n/tree.h"

namespace kairon::n8n {

/// The webhooks of every workflow that was seen: which methods a path may serve. Whether a workflow
/// is active does not matter, because that changes between the look and the request.
class ServedMethods {
 public:
  /// Adds the webhooks of what the workflow shows and of what it runs.
  void see(const Tree& workflow);
  /// Whether a request of `method` to /webhook/`path` may run a workflow. n8n finds a path with
  /// parameters by the webhookId in front of it and by the number of its parts.
  [[nodiscard]] bool may_run(std::string_view method, std::string_view path) const;

 private:
  struct Hook {
    std::string method;      ///< "" = any
    std::string path;        ///< "" = any
    std::string webhook_id;  ///< of a path with parameters, else ""
    [[nodiscard]] auto operator<=>(const Hook&) const = default;
    [[nodiscard]] bool matches(std::string_view path) const;
  };
  void see_nodes(const Tree& version);
  std::set<Hook> hooks_;
};

}  // namespace kairon::n8n
