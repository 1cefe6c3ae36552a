/* Linked and run by lib/smaller.cmake: libpg_query still gives a tree as JSON and parses PL/pgSQL with
   link_pg_query.c in it. */
#include <pg_query.h>
#include <string.h>

int main(void) {
  const PgQueryParseResult tree = pg_query_parse("SELECT 1");
  const PgQueryPlpgsqlParseResult body =
      pg_query_parse_plpgsql("CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END'");
  const PgQuerySplitResult parts = pg_query_split_with_parser("SELECT 1; SELECT 2");
  return tree.error == NULL && strstr(tree.parse_tree, "SelectStmt") != NULL && body.error == NULL && parts.n_stmts == 2 ? 0 : 1;
}
