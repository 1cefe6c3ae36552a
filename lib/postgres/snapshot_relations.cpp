#include "postgres/snapshot_parts.h"

// Catalogs: PostgreSQL docs, chapter "System Catalogs". Objects of users have oids from 16384 on
// (access/transam.h, FirstNormalObjectId).
namespace kairon::postgres {

const char* const kSnapshotRelations = R"sql(
SELECT 'schema', quote_ident(n.nspname), concat_ws(chr(31), 'owner=' || $ROLE(n.nspowner)$,
  'grants=' || $ACL(n.nspacl,n,n.nspowner)$)
FROM pg_namespace n WHERE n.nspname !~ '^pg_(toast|temp|catalog)' AND n.nspname <> 'information_schema' AND $NOEXT(pg_namespace,n.oid)$
UNION ALL
SELECT 'extension', quote_ident(e.extname), concat_ws(chr(31), 'version=' || e.extversion, 'schema=' || e.extnamespace::regnamespace,
  'owner=' || $ROLE(e.extowner)$, 'configuration=' || (SELECT string_agg(c::regclass::text, ',' ORDER BY c::regclass::text) FROM unnest(e.extconfig) c))
FROM pg_extension e WHERE e.oid >= 16384
UNION ALL
SELECT CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
    WHEN 'f' THEN 'foreign table' WHEN 'c' THEN 'composite type' END,
  $REL(c)$, concat_ws(chr(31), 'owner=' || $ROLE(c.relowner)$, 'grants=' || $ACL(c.relacl,r,c.relowner)$,
  'persistence=' || nullif(c.relpersistence, 'p')::text, 'options=' || $OPTIONS(c.reloptions)$, 'toast options=' || $SORTED(t.reloptions)$,
  CASE WHEN c.relrowsecurity THEN 'row security=on' END, CASE WHEN c.relforcerowsecurity THEN 'forced row security=on' END,
  'replica identity=' || nullif(c.relreplident, 'd')::text, CASE WHEN c.relkind = 'p' THEN 'partition key=' || pg_get_partkeydef(c.oid) END,
  'partition bound=' || pg_get_expr(c.relpartbound, c.oid),
  'inherits=' || (SELECT string_agg(i.inhparent::regclass::text, ',' ORDER BY i.inhseqno) FROM pg_inherits i WHERE i.inhrelid = c.oid),
  'tablespace=' || (SELECT spcname FROM pg_tablespace s WHERE s.oid = c.reltablespace), 'access method=' || nullif(a.amname, 'heap')::text,
  CASE WHEN c.reloftype <> 0 THEN 'of type=' || c.reloftype::regtype END,
  CASE WHEN c.relkind = 'm' AND NOT c.relispopulated THEN 'populated=no' END,
  'server=' || (SELECT quote_ident(s.srvname) FROM pg_foreign_server s WHERE s.oid = f.ftserver), 'foreign options=' || $SORTED(f.ftoptions)$,
  CASE WHEN c.relkind IN ('v', 'm') THEN 'definition=' || pg_get_viewdef(c.oid) END)
FROM pg_class c LEFT JOIN pg_class t ON t.oid = c.reltoastrelid LEFT JOIN pg_am a ON a.oid = c.relam
  LEFT JOIN pg_foreign_table f ON f.ftrelid = c.oid
WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c') AND $USER(c.relnamespace)$ AND $NOEXT(pg_class,c.oid)$
UNION ALL
SELECT 'column order', $REL(c)$, 'columns=' || string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attrelid >= 16384 AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c') AND $USER(c.relnamespace)$ AND $NOEXT(pg_class,c.oid)$
GROUP BY c.oid, c.relname, c.relnamespace
UNION ALL
SELECT 'sequence', $REL(c)$, concat_ws(chr(31), 'owner=' || $ROLE(c.relowner)$, 'grants=' || $ACL(c.relacl,s,c.relowner)$,
  'persistence=' || nullif(c.relpersistence, 'p')::text, 'definition=' || concat_ws(' ', s.seqtypid::regtype, 'start', s.seqstart, 'increment',
    s.seqincrement, 'minimum', s.seqmin, 'maximum', s.seqmax, 'cache', s.seqcache, CASE WHEN s.seqcycle THEN 'cycle' END),
  'owned by=' || (SELECT string_agg(pg_describe_object(d.refclassid, d.refobjid, d.refobjsubid), ',') FROM pg_depend d
    WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i') AND d.refclassid = 'pg_class'::regclass))
FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid WHERE c.oid >= 16384 AND $USER(c.relnamespace)$ AND $NOEXT(pg_class,c.oid)$
UNION ALL
SELECT 'index', $REL(c)$, concat_ws(chr(31), 'definition=' || pg_get_indexdef(i.indexrelid), CASE WHEN NOT i.indisvalid THEN 'valid=no' END,
  CASE WHEN i.indisclustered THEN 'clustered=yes' END, CASE WHEN i.indisreplident THEN 'replica identity=yes' END,
  CASE WHEN NOT i.indisready THEN 'ready=no' END, 'options=' || $SORTED(c.reloptions)$,
  'tablespace=' || (SELECT spcname FROM pg_tablespace s WHERE s.oid = c.reltablespace),
  'attached to=' || (SELECT h.inhparent::regclass::text FROM pg_inherits h WHERE h.inhrelid = c.oid),
  'statistics=' || (SELECT string_agg(a.attnum || ':' || a.attstattarget, ',' ORDER BY a.attnum) FROM pg_attribute a
    WHERE a.attrelid = c.oid AND a.attstattarget >= 0))
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.oid >= 16384 AND i.indexrelid >= 16384 AND $USER(c.relnamespace)$ AND $NOEXT(pg_class,i.indrelid)$
UNION ALL
SELECT 'constraint', coalesce(o.conrelid::regclass::text, '') || '.' || quote_ident(o.conname), concat_ws(chr(31),
  'definition=' || pg_get_constraintdef(o.oid), CASE WHEN NOT o.convalidated THEN 'validated=no' END,
  CASE WHEN o.coninhcount > 0 THEN 'inherited=yes' END)
FROM pg_constraint o WHERE o.oid >= 16384 AND o.conrelid <> 0 AND o.contype <> 't' AND o.contype <> 'n' AND $USER(o.connamespace)$
  AND $NOEXT(pg_class,o.conrelid)$
UNION ALL
SELECT 'trigger', t.tgrelid::regclass || '.' || quote_ident(t.tgname), concat_ws(chr(31), 'definition=' || pg_get_triggerdef(t.oid),
  'enabled=' || nullif(t.tgenabled, 'O')::text)
FROM pg_trigger t WHERE NOT t.tgisinternal AND $NOEXT(pg_class,t.tgrelid)$
UNION ALL
SELECT 'internal trigger', t.tgrelid::regclass || '.' || quote_ident(coalesce(o.conname, t.tgname)) || '/' || t.tgtype::text,
  'enabled=' || t.tgenabled::text
FROM pg_trigger t LEFT JOIN pg_constraint o ON o.oid = t.tgconstraint WHERE t.tgisinternal AND t.tgenabled <> 'O'
UNION ALL
SELECT 'rule', r.ev_class::regclass || '.' || quote_ident(r.rulename), concat_ws(chr(31), 'definition=' || pg_get_ruledef(r.oid),
  'enabled=' || nullif(r.ev_enabled, 'O')::text)
FROM pg_rewrite r WHERE r.oid >= 16384 AND r.rulename <> '_RETURN' AND $NOEXT(pg_class,r.ev_class)$
UNION ALL
SELECT 'policy', p.polrelid::regclass || '.' || quote_ident(p.polname), concat_ws(chr(31), 'command=' || p.polcmd::text,
  CASE WHEN NOT p.polpermissive THEN 'restrictive=yes' END, 'using=' || pg_get_expr(p.polqual, p.polrelid),
  'check=' || pg_get_expr(p.polwithcheck, p.polrelid),
  'roles=' || (SELECT string_agg(CASE WHEN r = 0 THEN 'public' ELSE $ROLE(r)$ END, ',' ORDER BY r::regrole::text) FROM unnest(p.polroles) r))
FROM pg_policy p
UNION ALL
SELECT 'statistics', s.stxnamespace::regnamespace || '.' || quote_ident(s.stxname), concat_ws(chr(31),
  'definition=' || pg_get_statisticsobjdef(s.oid), 'owner=' || $ROLE(s.stxowner)$, 'target=' || nullif(s.stxstattarget, -1)::text)
FROM pg_statistic_ext s WHERE $USER(s.stxnamespace)$
)sql";

const char* const kSnapshotColumns = R"sql(
SELECT 'column', $REL(c)$ || '.' || quote_ident(a.attname), concat_ws(chr(31), 'type=' || format_type(a.atttypid, a.atttypmod),
  CASE WHEN a.attnotnull THEN 'not null=yes' END,
  CASE WHEN a.attgenerated = '' THEN 'default=' || pg_get_expr(d.adbin, d.adrelid) ELSE 'generated=' || pg_get_expr(d.adbin, d.adrelid) END,
  'identity=' || nullif(a.attidentity, '')::text,
  CASE WHEN a.attcollation <> 0 AND a.attcollation <> y.typcollation THEN 'collation=' || a.attcollation::regcollation END,
  CASE WHEN a.attstorage <> y.typstorage THEN 'storage=' || a.attstorage::text END, $COMPRESSION$
  CASE WHEN a.attstattarget >= 0 THEN 'statistics=' || a.attstattarget END,
  CASE WHEN a.attoptions IS NOT NULL THEN 'options=' || (SELECT string_agg(o, ',' ORDER BY o) FROM unnest(a.attoptions) o
    WHERE o NOT LIKE 'pg_attver=%') END,
  'foreign options=' || $SORTED(a.attfdwoptions)$, CASE WHEN a.attinhcount > 0 THEN 'inherited=yes' END,
  CASE WHEN a.attacl IS NOT NULL THEN 'grants=' || $ACL(a.attacl,c,c.relowner)$ END)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attrelid >= 16384 AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_type y ON y.oid = a.atttypid LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c') AND $USER(c.relnamespace)$ AND $NOEXT(pg_class,c.oid)$
)sql";

}  // namespace kairon::postgres
