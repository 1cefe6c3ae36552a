#pragma once
#include <functional>
#include <string>
#include <vector>

#include "backup/manifest.h"
#include "postgres/connection.h"

namespace kairon::backup {

/// What is compared between a dump and what it was restored to, read in the session's transaction when
/// there is one. All throw Error(environment).

/// Takes the limits off this session that a server may set to all of them (statement_timeout, idle_session_timeout
/// and their like): a dump and a proof take as long as they take. What a version does not know is left out.
void lift_limits(postgres::Connection& db);

/// Rows of every table that pg_dump writes, leaf partitions one by one; not those of extensions. By name.
/// `say` hears each table's name.
[[nodiscard]] std::vector<TableRows> count_rows(postgres::Connection& db,
                                                const std::function<void(const std::string&)>& say = {});

[[nodiscard]] std::vector<ObjectSum> read_schema(postgres::Connection& db);

[[nodiscard]] DatabaseShape read_shape(postgres::Connection& db);

/// A SQL probe: one number, 0 is healthy.
struct Probe {
  std::string name;
  std::string query;
};

/// Built in: indexes that are not valid, sequences behind their column. One line for each that fails.
[[nodiscard]] std::vector<std::string> failed_built_in_probes(postgres::Connection& db);

}  // namespace kairon::backup
