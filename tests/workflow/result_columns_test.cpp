#include "workflow/result_columns.h"

#include <doctest/doctest.h>

using namespace kairon;
using workflow::Kinds;

namespace {

/// The kinds of the only column that the statement gives.
Kinds kinds_of(std::string_view sql) {
  const auto columns = workflow::result_columns(sql);
  REQUIRE(columns);
  REQUIRE(columns->size() == 1);
  return columns->front().value.kinds;
}

}  // namespace

TEST_CASE("a bigint arrives as text, an integer as number") {
  CHECK(kinds_of("SELECT count(*) AS n FROM t") == workflow::kText);
  CHECK(kinds_of("SELECT count(*)::int AS n FROM t") == (workflow::kNumber | workflow::kNull));
  CHECK(kinds_of("SELECT id::bigint FROM t") == (workflow::kText | workflow::kNull));
  CHECK(kinds_of("SELECT lower(name) FROM t") == (workflow::kText | workflow::kNull));
  CHECK(kinds_of("SELECT active::boolean FROM t") == (workflow::kBoolean | workflow::kNull));
}

TEST_CASE("what the statement alone does not tell is unknown") {
  CHECK(kinds_of("SELECT id FROM t") == workflow::kAnyKind);
  CHECK(kinds_of("SELECT sum(n) FROM t") == workflow::kAnyKind);
  CHECK(kinds_of("SELECT app.count(n) FROM t") == workflow::kAnyKind);
  CHECK(kinds_of("SELECT list::int[] FROM t") == workflow::kAnyKind);
  CHECK(kinds_of("SELECT x::app.int4 FROM t") == workflow::kAnyKind);
  CHECK(kinds_of("SELECT count(*) AS n FROM t UNION SELECT 1.5") == workflow::kAnyKind);
}
