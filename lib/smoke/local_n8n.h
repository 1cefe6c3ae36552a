#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/process.h"
#include "base/temp.h"
#include "postgres/embedded.h"
#include "smoke/n8n_install.h"

namespace kairon::smoke {

/// A throw-away n8n on a throw-away PostgreSQL of its own: listens on 127.0.0.1 alone, knows nothing of our
/// environment, and is gone with the object. A database that this version has migrated, with an owner, is kept in the
/// cache, so that later starts need no migration; the API key is new each time.
class LocalN8n {
 public:
  struct Order {
    N8nProgram program;
    postgres::FenceMode fence = postgres::FenceMode::on;
    int postgres_major = 0;
    std::vector<std::string> variables = {};             ///< NAME=value, which workflows read as $env.NAME
    std::function<std::string(std::string)> scrub = {};  ///< masks secrets in what n8n said
  };
  /// Starts it and returns when its API answers. Throws Error(environment) with the cause in its log when it does not.
  LocalN8n(const Order& order, const std::function<void(std::string_view)>& say);
  ~LocalN8n();
  LocalN8n(const LocalN8n&) = delete;
  LocalN8n& operator=(const LocalN8n&) = delete;

  [[nodiscard]] const std::string& url() const noexcept { return url_; }
  [[nodiscard]] const std::string& api_key() const noexcept { return key_; }
  /// Its own database.
  [[nodiscard]] std::string conninfo() const { return server_->conninfo(); }

 private:
  std::optional<postgres::EmbeddedServer> server_;
  std::optional<TempFolder> folder_;
  std::optional<process::Child> process_;
  std::string url_;
  std::string key_;
};

}  // namespace kairon::smoke
