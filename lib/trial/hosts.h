#pragma once
#include <string>

#include "postgres/connection.h"

namespace kairon::trial {

/// Makes what a database has on a host before the first migration: roles (as `admin`, null where none can be made),
/// schemas, tables and functions (as the owner of `db`). Stand-ins: names and columns that migrations refer to, not
/// what the host does with them. `host` is a value of [kairon] host; "" makes nothing.
void make_host(const std::string& host, postgres::Connection& db, postgres::Connection* admin);

/// The host whose schema, role or function an error says is missing; "" when none is known for that name.
[[nodiscard]] std::string host_of(const postgres::SqlError& error);

}  // namespace kairon::trial
