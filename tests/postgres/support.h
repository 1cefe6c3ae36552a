#pragma once
#include <memory>

#include "base/error.h"
#include "postgres/embedded.h"
#include "support/skip.h"

namespace kairon::test {

/// One server for a whole test program; null (and the test is skipped, loudly) without PostgreSQL.
inline postgres::EmbeddedServer* shared_server() {
  static std::unique_ptr<postgres::EmbeddedServer> server;
  if (server) return server.get();
  if (postgres::find_binaries().empty()) {
    skip("no PostgreSQL server is installed");
    return nullptr;
  }
  server = std::make_unique<postgres::EmbeddedServer>(postgres::EmbeddedServer::start());
  return server.get();
}

}  // namespace kairon::test
