#include "postgres/snapshot_parts.h"

namespace kairon::postgres {

const char* const kSnapshotForeign = R"sql(
SELECT 'foreign data wrapper', quote_ident(f.fdwname), concat_ws(chr(31), 'owner=' || $ROLE(f.fdwowner)$, 'grants=' || $ACL(f.fdwacl,F,f.fdwowner)$,
  'handler=' || nullif(f.fdwhandler, 0)::regprocedure, 'validator=' || nullif(f.fdwvalidator, 0)::regprocedure, 'options=' || $SORTED(f.fdwoptions)$)
FROM pg_foreign_data_wrapper f WHERE f.oid >= 16384 AND $NOEXT(pg_foreign_data_wrapper,f.oid)$
UNION ALL
SELECT 'server', quote_ident(s.srvname), concat_ws(chr(31), 'owner=' || $ROLE(s.srvowner)$, 'grants=' || $ACL(s.srvacl,S,s.srvowner)$,
  'wrapper=' || (SELECT quote_ident(f.fdwname) FROM pg_foreign_data_wrapper f WHERE f.oid = s.srvfdw), 'type=' || s.srvtype,
  'version=' || s.srvversion, 'options=' || $SORTED(s.srvoptions)$)
FROM pg_foreign_server s WHERE $NOEXT(pg_foreign_server,s.oid)$
UNION ALL
SELECT 'user mapping', coalesce(quote_ident(u.usename), 'public') || ' on ' || quote_ident(u.srvname), 'options=' || md5($SORTED(u.umoptions)$)
FROM pg_user_mappings u
UNION ALL
SELECT 'publication', quote_ident(p.pubname), concat_ws(chr(31), 'owner=' || $ROLE(p.pubowner)$, 'definition=' ||
  (to_jsonb(p) - 'oid' - 'pubname' - 'pubowner')::text,
  'tables=' || (SELECT string_agg(r.prrelid::regclass || $PUBLISHED$, ', ' ORDER BY r.prrelid::regclass::text) FROM pg_publication_rel r WHERE r.prpubid = p.oid)
  $PUBLISHEDSCHEMAS$)
FROM pg_publication p
)sql";

const char* const kSnapshotAccess = R"sql(
SELECT 'default privileges', concat_ws(' ', 'for', $ROLE(d.defaclrole)$, 'in', nullif(d.defaclnamespace, 0)::regnamespace, 'on', d.defaclobjtype),
  'grants=' || $SORTED(d.defaclacl)$
FROM pg_default_acl d
UNION ALL
SELECT 'comment', i.type || ' ' || i.identity, 'text=' || d.description
FROM pg_description d, pg_identify_object(d.classoid, d.objoid, d.objsubid) i
WHERE (d.objoid >= 16384 OR d.classoid = 'pg_namespace'::regclass) AND NOT EXISTS (SELECT FROM ext WHERE ext.classid = d.classoid AND ext.objid = d.objoid)
UNION ALL
SELECT 'security label', i.type || ' ' || i.identity || ' by ' || d.provider, 'label=' || d.label
FROM pg_seclabel d, pg_identify_object(d.classoid, d.objoid, d.objsubid) i
UNION ALL
SELECT 'large object', o.oid::text, concat_ws(chr(31), 'owner=' || $ROLE(o.lomowner)$, 'grants=' || $ACL(o.lomacl,L,o.lomowner)$)
FROM pg_largeobject_metadata o
UNION ALL
SELECT 'database', quote_ident(d.datname), concat_ws(chr(31), 'owner=' || $ROLE(d.datdba)$, 'grants=' || $ACL(d.datacl,d,d.datdba)$,
  'connections=' || nullif(d.datconnlimit, -1)::text, 'comment=' || (SELECT s.description FROM pg_shdescription s
    WHERE s.classoid = 'pg_database'::regclass AND s.objoid = d.oid))
FROM pg_database d WHERE d.datname = current_database()
UNION ALL
SELECT 'setting', concat_ws(' ', 'of', CASE WHEN s.setrole = 0 THEN 'everybody' ELSE $ROLE(s.setrole)$ END,
  CASE WHEN s.setdatabase <> 0 THEN 'in this database' END), 'values=' || $SORTED(s.setconfig)$
FROM pg_db_role_setting s JOIN pg_database d ON d.datname = current_database() WHERE s.setdatabase IN ($EVERYWHERE$ d.oid)
UNION ALL
SELECT 'system function', p.oid::regprocedure::text, 'grants=' || $ACL(p.proacl,f,p.proowner)$ FROM pg_proc p WHERE p.oid < 16384 AND p.proacl IS NOT NULL
)sql";

const char* const kSnapshotCluster = R"sql(
SELECT 'role', quote_ident(r.rolname), concat_ws(chr(31), 'attributes=' || concat_ws(' ', CASE WHEN r.rolsuper THEN 'superuser' END,
  CASE WHEN NOT r.rolinherit THEN 'noinherit' END, CASE WHEN r.rolcreaterole THEN 'createrole' END, CASE WHEN r.rolcreatedb THEN 'createdb' END,
  CASE WHEN r.rolcanlogin THEN 'login' END, CASE WHEN r.rolreplication THEN 'replication' END, CASE WHEN r.rolbypassrls THEN 'bypassrls' END),
  'connections=' || nullif(r.rolconnlimit, -1)::text, 'valid until=' || r.rolvaliduntil, 'password=' || md5(r.rolpassword),
  'comment=' || (SELECT s.description FROM pg_shdescription s WHERE s.classoid = 'pg_authid'::regclass AND s.objoid = r.oid))
FROM pg_authid r WHERE r.oid >= 16384 OR r.oid = 10
UNION ALL
SELECT 'membership', $ROLE(m.member)$ || ' in ' || $ROLE(m.roleid)$, 'options=' || string_agg((to_jsonb(m) - 'oid' - 'roleid' - 'member' - 'grantor')::text,
  ',' ORDER BY (to_jsonb(m) - 'oid' - 'roleid' - 'member' - 'grantor')::text)
FROM pg_auth_members m WHERE m.member >= 16384 OR m.roleid >= 16384 GROUP BY m.member, m.roleid
UNION ALL
SELECT 'tablespace', quote_ident(t.spcname), concat_ws(chr(31), 'owner=' || $ROLE(t.spcowner)$, 'grants=' || $ACL(t.spcacl,t,t.spcowner)$,
  'options=' || $SORTED(t.spcoptions)$)
FROM pg_tablespace t WHERE t.oid >= 16384
UNION ALL
SELECT 'subscription', quote_ident(s.subname), concat_ws(chr(31), 'owner=' || $ROLE(s.subowner)$, 'connection=' || md5(s.subconninfo),
  'definition=' || (to_jsonb(s) - 'oid' - 'subdbid' - 'subname' - 'subowner' - 'subconninfo' - 'subskiplsn')::text)
FROM pg_subscription s
)sql";

}  // namespace kairon::postgres
