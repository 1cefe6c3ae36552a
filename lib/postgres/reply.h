#pragma once
// Shared by the .cpp files of this folder only: the libpq side of Reply.
#include <libpq-fe.h>

#include "postgres/connection.h"

namespace kairon::postgres {

struct Reply::Rows {
  explicit Rows(PGresult* result) : result(result) {}
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;
  ~Rows() { PQclear(result); }
  PGresult* result;
};

/// The error fields of a failed result.
[[nodiscard]] SqlError error_of(const PGresult* result);

}  // namespace kairon::postgres
