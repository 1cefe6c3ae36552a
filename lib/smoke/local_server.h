#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "config/settings.h"
#include "git/source.h"
#include "repository/content.h"
#include "smoke/case.h"
#include "target/session.h"

namespace kairon::smoke {

/// The reserved name of the environment that exists for one run.
inline constexpr const char* kLocalEnvironment = "local";

/// What a local run is made of.
struct LocalOrder {
  git::GitSource& source;
  const config::Settings& settings;
  const repository::DeployContent& content;
  const std::vector<SmokeCase>& cases;
  std::string commit;      ///< whose schema and migrations are loaded; "" = the work tree's
  std::string n8n_folder;  ///< "" = PATH, the cache, npm
};

/// A throw-away environment: a PostgreSQL with the schema and the migrations, and an n8n that has the dev version of
/// the workflows and credentials for that database. All of it goes with the object.
class LocalServer {
 public:
  /// Throws Error(environment) when something cannot be started, Error(blocked) when the schema does not load or the
  /// workflows cannot be deployed.
  LocalServer(const LocalOrder& order, const std::function<void(std::string_view)>& say);
  ~LocalServer();
  LocalServer(const LocalServer&) = delete;
  LocalServer& operator=(const LocalServer&) = delete;

  [[nodiscard]] target::DeploySession& session();
  /// What people should know of it, one line each.
  [[nodiscard]] const std::vector<std::string>& notes() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kairon::smoke
