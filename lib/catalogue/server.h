#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "catalogue/sources.h"
#include "http/transport.h"

namespace kairon::catalogue {

/// An account of an n8n: node descriptions are only for logged-in users, an API key does not open them.
struct Login {
  std::string email;
  std::string password;
};

/// Reads the descriptions of a running n8n: POST /rest/login, GET /rest/settings for its version, GET
/// /types/nodes.json with the session's cookie (all types, community packages included). `url` is the
/// address that a browser opens. Fails with what to do; no message holds the password or the cookie. A
/// plain http address that is not this machine is refused: the password would be readable on the way.
[[nodiscard]] Result<Source> fetch_server(http::Transport& transport, std::string_view url, const Login& login);

}  // namespace kairon::catalogue
