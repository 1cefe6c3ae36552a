#pragma once
#include <cstdint>
#include <string>

#include "postgres/connection.h"

namespace kairon::trial {

/// As whom make_host() is called.
enum class HostRole : std::uint8_t {
  superuser,  ///< of a server of ours: roles and extensions are made too
  owner       ///< of the database
};

/// Makes what a database has on a host before the first migration: roles, schemas, tables, functions and the search
/// path of new sessions of kTrialRole, who owns them. Stand-ins: names and columns that migrations refer to, not what
/// the host does with them. `host` is a value of [kairon] host; "" makes nothing.
void make_host(const std::string& host, postgres::Connection& db, HostRole role);

/// The host whose schema, role or function an error says is missing; "" when none is known for that name.
[[nodiscard]] std::string host_of(const postgres::SqlError& error);

}  // namespace kairon::trial
