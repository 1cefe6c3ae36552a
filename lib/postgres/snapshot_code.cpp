#include "postgres/snapshot_parts.h"

namespace kairon::postgres {

const char* const kSnapshotCode = R"sql(
SELECT CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END,
  p.pronamespace::regnamespace || '.' || quote_ident(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')',
  concat_ws(chr(31), 'owner=' || $ROLE(p.proowner)$, 'grants=' || $ACL(p.proacl,f,p.proowner)$,
  CASE WHEN p.prokind <> 'a' THEN 'definition=' || pg_get_functiondef(p.oid) ELSE 'definition=' || concat_ws(' ', pg_get_function_result(p.oid),
    (SELECT concat_ws(' ', a.aggkind, a.aggnumdirectargs, a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggserialfn, a.aggdeserialfn,
       a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn, a.aggfinalextra, a.aggfinalmodify, a.aggsortop::regoperator, a.aggtranstype::regtype,
       a.aggmtranstype::regtype, a.agginitval, a.aggminitval) FROM pg_aggregate a WHERE a.aggfnoid = p.oid), p.proparallel) END)
FROM pg_proc p WHERE p.oid >= 16384 AND $USER(p.pronamespace)$ AND $NOEXT(pg_proc,p.oid)$
UNION ALL
SELECT 'event trigger', quote_ident(e.evtname), concat_ws(chr(31), 'event=' || e.evtevent, 'function=' || e.evtfoid::regprocedure,
  'tags=' || $SORTED(e.evttags)$, 'enabled=' || nullif(e.evtenabled, 'O')::text, 'owner=' || $ROLE(e.evtowner)$)
FROM pg_event_trigger e WHERE $NOEXT(pg_event_trigger,e.oid)$
UNION ALL
SELECT 'language', quote_ident(l.lanname), concat_ws(chr(31), 'owner=' || $ROLE(l.lanowner)$, 'grants=' || $ACL(l.lanacl,l,l.lanowner)$,
  'trusted=' || l.lanpltrusted::text, 'handler=' || nullif(l.lanplcallfoid, 0)::regprocedure, 'validator=' || nullif(l.lanvalidator, 0)::regprocedure)
FROM pg_language l WHERE $NOEXT(pg_language,l.oid)$ OR l.oid < 16384
UNION ALL
SELECT 'transform', t.trftype::regtype || ' for ' || (SELECT quote_ident(lanname) FROM pg_language l WHERE l.oid = t.trflang),
  concat_ws(chr(31), 'from=' || t.trffromsql::regprocedure, 'to=' || t.trftosql::regprocedure)
FROM pg_transform t WHERE t.oid >= 16384 AND $NOEXT(pg_transform,t.oid)$
)sql";

const char* const kSnapshotTypes = R"sql(
SELECT CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range' ELSE 'type' END, t.oid::regtype::text,
  concat_ws(chr(31), 'owner=' || $ROLE(t.typowner)$, 'grants=' || $ACL(t.typacl,T,t.typowner)$, CASE WHEN NOT t.typisdefined THEN 'shell=yes' END,
  'labels=' || (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid),
  CASE WHEN t.typtype = 'd' THEN 'base=' || format_type(t.typbasetype, t.typtypmod) END,
  CASE WHEN t.typnotnull THEN 'not null=yes' END, 'default=' || coalesce(pg_get_expr(t.typdefaultbin, 0), t.typdefault),
  CASE WHEN t.typtype = 'd' AND t.typcollation <> 0 THEN 'collation=' || t.typcollation::regcollation END,
  'subtype=' || (SELECT concat_ws(' ', r.rngsubtype::regtype, nullif(r.rngcollation, 0)::regcollation, o.opcname, r.rngcanonical, r.rngsubdiff)
    FROM pg_range r JOIN pg_opclass o ON o.oid = r.rngsubopc WHERE r.rngtypid = t.oid),
  CASE WHEN t.typtype = 'b' THEN 'definition=' || concat_ws(' ', t.typlen, t.typbyval, t.typinput, t.typoutput, t.typreceive, t.typsend, t.typmodin,
    t.typmodout, t.typalign, t.typstorage, t.typcategory, t.typispreferred, t.typdelim, nullif(t.typelem, 0)::regtype) END)
FROM pg_type t WHERE t.oid >= 16384 AND $USER(t.typnamespace)$ AND $NOEXT(pg_type,t.oid)$ AND t.typtype IN ('b', 'd', 'e', 'r', 'p')
  AND t.oid IS DISTINCT FROM (SELECT e.typarray FROM pg_type e WHERE e.oid = t.typelem)
UNION ALL
SELECT 'constraint', o.contypid::regtype || '.' || quote_ident(o.conname), concat_ws(chr(31), 'definition=' || pg_get_constraintdef(o.oid),
  CASE WHEN NOT o.convalidated THEN 'validated=no' END)
FROM pg_constraint o WHERE o.contypid <> 0 AND o.oid >= 16384 AND o.contype <> 'n' AND $NOEXT(pg_type,o.contypid)$
UNION ALL
SELECT 'collation', c.oid::regcollation::text, concat_ws(chr(31), 'owner=' || $ROLE(c.collowner)$, 'definition=' ||
  (to_jsonb(c) - 'oid' - 'collnamespace' - 'collowner' - 'collname')::text)
FROM pg_collation c WHERE c.oid >= 16384 AND $USER(c.collnamespace)$ AND $NOEXT(pg_collation,c.oid)$
UNION ALL
SELECT 'conversion', c.connamespace::regnamespace || '.' || quote_ident(c.conname), concat_ws(chr(31), 'owner=' || $ROLE(c.conowner)$,
  'definition=' || concat_ws(' ', pg_encoding_to_char(c.conforencoding), pg_encoding_to_char(c.contoencoding), c.conproc, c.condefault))
FROM pg_conversion c WHERE c.oid >= 16384 AND $NOEXT(pg_conversion,c.oid)$
)sql";

const char* const kSnapshotOperators = R"sql(
SELECT 'cast', c.castsource::regtype || ' to ' || c.casttarget::regtype,
  concat_ws(chr(31), 'function=' || nullif(c.castfunc, 0)::regprocedure, 'context=' || c.castcontext::text, 'method=' || c.castmethod::text)
FROM pg_cast c WHERE c.oid >= 16384 AND $NOEXT(pg_cast,c.oid)$
UNION ALL
SELECT 'operator', o.oid::regoperator::text, concat_ws(chr(31), 'owner=' || $ROLE(o.oprowner)$, 'definition=' || concat_ws(' ', o.oprresult::regtype,
  o.oprcode, o.oprrest, o.oprjoin, 'commutator', nullif(o.oprcom, 0)::regoperator, 'negator', nullif(o.oprnegate, 0)::regoperator, o.oprcanmerge,
  o.oprcanhash))
FROM pg_operator o WHERE o.oid >= 16384 AND $NOEXT(pg_operator,o.oid)$
UNION ALL
SELECT 'operator family', f.opfnamespace::regnamespace || '.' || quote_ident(f.opfname) || ' using ' || m.amname, concat_ws(chr(31),
  'owner=' || $ROLE(f.opfowner)$,
  'operators=' || (SELECT string_agg(concat_ws(' ', a.amopstrategy, a.amopopr::regoperator, a.amoppurpose), ', '
    ORDER BY a.amopstrategy, a.amopopr::regoperator::text) FROM pg_amop a WHERE a.amopfamily = f.oid),
  'functions=' || (SELECT string_agg(concat_ws(' ', a.amprocnum, a.amproclefttype::regtype, a.amprocrighttype::regtype, a.amproc), ', '
    ORDER BY a.amprocnum, a.amproclefttype::regtype::text, a.amprocrighttype::regtype::text) FROM pg_amproc a WHERE a.amprocfamily = f.oid))
FROM pg_opfamily f JOIN pg_am m ON m.oid = f.opfmethod WHERE f.oid >= 16384 AND $NOEXT(pg_opfamily,f.oid)$
UNION ALL
SELECT 'operator class', c.opcnamespace::regnamespace || '.' || quote_ident(c.opcname) || ' using ' || m.amname, concat_ws(chr(31),
  'owner=' || $ROLE(c.opcowner)$, 'definition=' || concat_ws(' ', c.opcintype::regtype, f.opfname, c.opcdefault, nullif(c.opckeytype, 0)::regtype))
FROM pg_opclass c JOIN pg_am m ON m.oid = c.opcmethod JOIN pg_opfamily f ON f.oid = c.opcfamily WHERE c.oid >= 16384 AND $NOEXT(pg_opclass,c.oid)$
UNION ALL
SELECT 'access method', quote_ident(a.amname), concat_ws(chr(31), 'handler=' || a.amhandler::text, 'type=' || a.amtype::text)
FROM pg_am a WHERE a.oid >= 16384 AND $NOEXT(pg_am,a.oid)$
)sql";

const char* const kSnapshotSearch = R"sql(
SELECT 'text search configuration', c.cfgnamespace::regnamespace || '.' || quote_ident(c.cfgname), concat_ws(chr(31), 'owner=' || $ROLE(c.cfgowner)$,
  'parser=' || (SELECT quote_ident(p.prsname) FROM pg_ts_parser p WHERE p.oid = c.cfgparser),
  'mapping=' || (SELECT string_agg(m.maptokentype || ':' || m.mapdict::regdictionary, ',' ORDER BY m.maptokentype, m.mapseqno)
    FROM pg_ts_config_map m WHERE m.mapcfg = c.oid))
FROM pg_ts_config c WHERE c.oid >= 16384 AND $NOEXT(pg_ts_config,c.oid)$
UNION ALL
SELECT 'text search dictionary', d.oid::regdictionary::text, concat_ws(chr(31), 'owner=' || $ROLE(d.dictowner)$,
  'template=' || (SELECT quote_ident(t.tmplname) FROM pg_ts_template t WHERE t.oid = d.dicttemplate), 'options=' || d.dictinitoption)
FROM pg_ts_dict d WHERE d.oid >= 16384 AND $NOEXT(pg_ts_dict,d.oid)$
UNION ALL
SELECT 'text search parser', p.prsnamespace::regnamespace || '.' || quote_ident(p.prsname), concat_ws(chr(31),
  'definition=' || concat_ws(' ', p.prsstart, p.prstoken, p.prsend, p.prsheadline, p.prslextype))
FROM pg_ts_parser p WHERE p.oid >= 16384 AND $NOEXT(pg_ts_parser,p.oid)$
UNION ALL
SELECT 'text search template', t.tmplnamespace::regnamespace || '.' || quote_ident(t.tmplname), concat_ws(chr(31),
  'definition=' || concat_ws(' ', t.tmplinit, t.tmpllexize))
FROM pg_ts_template t WHERE t.oid >= 16384 AND $NOEXT(pg_ts_template,t.oid)$
)sql";

}  // namespace kairon::postgres
