#include "smoke/rows.h"

#include <doctest/doctest.h>

#include "postgres/support.h"

using namespace kairon;
using namespace kairon::smoke;

namespace {

std::string verdict(RowReader& rows, const std::string& query, n8n::Tree equals) {
  const Result<void> checked = rows.check({query, std::move(equals)}, "id-1");
  return checked.ok() ? "as expected" : checked.failure().text;
}

}  // namespace

TEST_CASE("the questions of a case write nothing, whatever they change in their session") {
  postgres::EmbeddedServer* server = test::shared_server();
  if (server == nullptr) return;
  postgres::Connection db = postgres::Connection::require({.conninfo = server->conninfo()});
  db.must("create table kept (n int)");
  db.must("insert into kept values (1), (2)");
  RowReader rows(server->conninfo());

  CHECK(verdict(rows, "select count(*) from kept", n8n::Tree::integer(2)) == "as expected");
  const std::string deletion = "with gone as (delete from kept returning 1) select count(*) from gone";
  const std::string refused = "sql `" + deletion + "`: cannot execute SELECT in a read-only transaction [25006]";
  for (const char* first :
       {"select set_config('default_transaction_read_only', 'off', false)", "set default_transaction_read_only = off",
        "set session characteristics as transaction read write", "set transaction read write", "commit", "abort",
        "begin read write", "start transaction read write", "reset all", "discard all", "rollback and chain",
        "set session authorization default", "select 1; commit; begin read write"}) {
    CAPTURE(first);
    (void)verdict(rows, first, n8n::Tree("off"));
    CHECK(verdict(rows, deletion, n8n::Tree::integer(2)) == refused);
    CHECK(db.must("select count(*) from kept").integer(0, 0) == 2);
  }
  CHECK(verdict(rows, "select 1; delete from kept", n8n::Tree::integer(1)) ==
        "sql `select 1; delete from kept`: cannot insert multiple commands into a prepared statement [42601]");
  CHECK(verdict(rows, "select 1; delete from kept where $1 = ''", n8n::Tree::integer(1))
            .ends_with("cannot insert multiple commands into a prepared statement [42601]"));
  CHECK(db.must("select count(*) from kept").integer(0, 0) == 2);
}
