/* libpg_query gives a parse tree as JSON or as protobuf, and one of its files calls both writers. We
   read JSON. This definition of the other writer, found by the linker before the archive's own, keeps
   half a megabyte of it out of the hooks. lib/smaller.cmake tries whether the name still fits. */
#include <pg_query.h>
#include <stddef.h>

PgQueryProtobuf pg_query_nodes_to_protobuf(const void* tree);
PgQueryProtobuf pg_query_nodes_to_protobuf(const void* tree) {
  const PgQueryProtobuf nothing = {0, NULL};
  (void)tree;
  return nothing;
}
