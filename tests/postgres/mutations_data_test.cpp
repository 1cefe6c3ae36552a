// Data for mutations_test.cpp: every kind of object, created, altered in each property, and put back.
#include "postgres/mutations.h"

namespace kairon::test {

const char* mutation_base() {
  return R"sql(
CREATE ROLE m_app; CREATE ROLE m_other;
CREATE SCHEMA side;
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TYPE pair AS (x int, y int);
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE TABLE parent (id int PRIMARY KEY, code text UNIQUE);
CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL DEFAULT 1, b text, p int CONSTRAINT t_p_fk REFERENCES parent, n numeric(10,2), v varchar(20),
  s text, CONSTRAINT t_ck CHECK (a > 0));
CREATE INDEX t_b ON t (b);
CREATE TABLE part (id int, at date) PARTITION BY RANGE (at);
CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE kid () INHERITS (t);
CREATE TABLE loose (id int NOT NULL, at date);
CREATE VIEW vw AS SELECT id, a FROM t;
CREATE MATERIALIZED VIEW mv AS SELECT id FROM t;
CREATE FUNCTION fn(x int) RETURNS int LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION trg() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION evt() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION addup(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE PROCEDURE proc() LANGUAGE sql AS 'SELECT 1';
CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION trg();
CREATE SEQUENCE sq;
CREATE STATISTICS st ON a, b FROM t;
CREATE POLICY po ON t USING (a > 0);
CREATE RULE ru AS ON UPDATE TO parent DO ALSO NOTHING;
CREATE PUBLICATION pub FOR TABLE t;
CREATE FOREIGN DATA WRAPPER fdw;
CREATE SERVER srv FOREIGN DATA WRAPPER fdw;
CREATE TEXT SEARCH CONFIGURATION cfg (COPY = simple);
CREATE TEXT SEARCH DICTIONARY dict (TEMPLATE = simple);
)sql";
}

namespace {

constexpr Mutation kAll[] = {
    {"create schema", "CREATE SCHEMA n", "DROP SCHEMA n"},
    {"rename schema", "ALTER SCHEMA side RENAME TO side2", "ALTER SCHEMA side2 RENAME TO side"},
    {"schema owner", "ALTER SCHEMA side OWNER TO m_app", "ALTER SCHEMA side OWNER TO postgres"},
    {"grant on schema", "GRANT USAGE ON SCHEMA side TO m_app", "REVOKE USAGE ON SCHEMA side FROM m_app"},
    {"comment on schema", "COMMENT ON SCHEMA side IS 'c'", "COMMENT ON SCHEMA side IS NULL"},
    {"create table", "CREATE TABLE x (id int)", "DROP TABLE x"},
    {"create unlogged table", "CREATE UNLOGGED TABLE x (id int)", "DROP TABLE x"},
    {"rename table", "ALTER TABLE loose RENAME TO tight", "ALTER TABLE tight RENAME TO loose"},
    {"table owner", "ALTER TABLE loose OWNER TO m_app", "ALTER TABLE loose OWNER TO postgres"},
    {"table schema", "ALTER TABLE loose SET SCHEMA side", "ALTER TABLE side.loose SET SCHEMA public"},
    {"table unlogged", "ALTER TABLE loose SET UNLOGGED", "ALTER TABLE loose SET LOGGED"},
    {"table option", "ALTER TABLE t SET (fillfactor = 70)", "ALTER TABLE t RESET (fillfactor)"},
    {"toast option", "ALTER TABLE t SET (toast.autovacuum_enabled = off)",
     "ALTER TABLE t RESET (toast.autovacuum_enabled)"},
    {"row security", "ALTER TABLE t ENABLE ROW LEVEL SECURITY", "ALTER TABLE t DISABLE ROW LEVEL SECURITY"},
    {"forced row security", "ALTER TABLE t FORCE ROW LEVEL SECURITY", "ALTER TABLE t NO FORCE ROW LEVEL SECURITY"},
    {"replica identity full", "ALTER TABLE t REPLICA IDENTITY FULL", "ALTER TABLE t REPLICA IDENTITY DEFAULT"},
    {"replica identity index", "ALTER TABLE t REPLICA IDENTITY USING INDEX t_pkey",
     "ALTER TABLE t REPLICA IDENTITY DEFAULT"},
    {"inherit", "ALTER TABLE kid NO INHERIT t", "ALTER TABLE kid INHERIT t"},
    {"of type", "CREATE TABLE typed OF pair", "DROP TABLE typed"},
    {"grant on table", "GRANT SELECT ON t TO m_app", "REVOKE SELECT ON t FROM m_app"},
    {"grant with grant option", "GRANT SELECT ON t TO m_app WITH GRANT OPTION", "REVOKE SELECT ON t FROM m_app"},
    {"grant on column", "GRANT UPDATE (b) ON t TO m_app", "REVOKE UPDATE (b) ON t FROM m_app"},
    {"comment on table", "COMMENT ON TABLE t IS 'c'", "COMMENT ON TABLE t IS NULL"},
    {"comment on column", "COMMENT ON COLUMN t.b IS 'c'", "COMMENT ON COLUMN t.b IS NULL"},
    {"add column", "ALTER TABLE t ADD COLUMN z int", "ALTER TABLE t DROP COLUMN z"},
    {"rename column", "ALTER TABLE t RENAME b TO bb", "ALTER TABLE t RENAME bb TO b"},
    {"column type", "ALTER TABLE loose ALTER id TYPE bigint", "ALTER TABLE loose ALTER id TYPE int"},
    {"column length", "ALTER TABLE t ALTER v TYPE varchar(30)", "ALTER TABLE t ALTER v TYPE varchar(20)"},
    {"column precision", "ALTER TABLE t ALTER n TYPE numeric(12,2)", "ALTER TABLE t ALTER n TYPE numeric(10,2)"},
    {"column collation", "ALTER TABLE t ALTER s TYPE text COLLATE \"POSIX\"",
     "ALTER TABLE t ALTER s TYPE text COLLATE \"default\""},
    {"column default", "ALTER TABLE t ALTER a SET DEFAULT 2", "ALTER TABLE t ALTER a SET DEFAULT 1"},
    {"drop default", "ALTER TABLE t ALTER a DROP DEFAULT", "ALTER TABLE t ALTER a SET DEFAULT 1"},
    {"not null", "ALTER TABLE t ALTER b SET NOT NULL", "ALTER TABLE t ALTER b DROP NOT NULL"},
    {"identity", "ALTER TABLE loose ALTER id ADD GENERATED ALWAYS AS IDENTITY",
     "ALTER TABLE loose ALTER id DROP IDENTITY"},
    {"generated column", "ALTER TABLE t ADD COLUMN g int GENERATED ALWAYS AS (a * 2) STORED",
     "ALTER TABLE t DROP COLUMN g"},
    {"column storage", "ALTER TABLE t ALTER b SET STORAGE EXTERNAL", "ALTER TABLE t ALTER b SET STORAGE EXTENDED"},
    {"column statistics", "ALTER TABLE t ALTER b SET STATISTICS 500", "ALTER TABLE t ALTER b SET STATISTICS -1"},
    {"column option", "ALTER TABLE t ALTER b SET (n_distinct = 5)", "ALTER TABLE t ALTER b RESET (n_distinct)"},
    {"create index", "CREATE INDEX x ON t (a)", "DROP INDEX x"},
    {"drop index", "DROP INDEX t_b", "CREATE INDEX t_b ON t (b)"},
    {"rename index", "ALTER INDEX t_b RENAME TO t_b2", "ALTER INDEX t_b2 RENAME TO t_b"},
    {"index becomes unique", "DROP INDEX t_b; CREATE UNIQUE INDEX t_b ON t (b)",
     "DROP INDEX t_b; CREATE INDEX t_b ON t (b)"},
    {"index becomes partial", "DROP INDEX t_b; CREATE INDEX t_b ON t (b) WHERE a > 5",
     "DROP INDEX t_b; CREATE INDEX t_b ON t (b)"},
    {"index order", "DROP INDEX t_b; CREATE INDEX t_b ON t (b DESC)", "DROP INDEX t_b; CREATE INDEX t_b ON t (b)"},
    {"index method", "DROP INDEX t_b; CREATE INDEX t_b ON t USING hash (b)",
     "DROP INDEX t_b; CREATE INDEX t_b ON t (b)"},
    {"index include", "DROP INDEX t_b; CREATE INDEX t_b ON t (b) INCLUDE (a)",
     "DROP INDEX t_b; CREATE INDEX t_b ON t (b)"},
    {"index operator class", "DROP INDEX t_b; CREATE INDEX t_b ON t (b text_pattern_ops)",
     "DROP INDEX t_b; CREATE INDEX t_b ON t (b)"},
    {"index option", "ALTER INDEX t_b SET (fillfactor = 60)", "ALTER INDEX t_b RESET (fillfactor)"},
    {"index validity", "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 't_b'::regclass",
     "UPDATE pg_index SET indisvalid = true WHERE indexrelid = 't_b'::regclass"},
    {"clustered index", "ALTER TABLE t CLUSTER ON t_b", "ALTER TABLE t SET WITHOUT CLUSTER"},
    {"expression index statistics", "CREATE INDEX x ON t ((a + 1)); ALTER INDEX x ALTER COLUMN 1 SET STATISTICS 50",
     "DROP INDEX x"},
    {"comment on index", "COMMENT ON INDEX t_b IS 'c'", "COMMENT ON INDEX t_b IS NULL"},
    {"add primary key", "ALTER TABLE loose ADD CONSTRAINT lpk PRIMARY KEY (id)",
     "ALTER TABLE loose DROP CONSTRAINT lpk"},
    {"add unique", "ALTER TABLE t ADD CONSTRAINT tu UNIQUE (v)", "ALTER TABLE t DROP CONSTRAINT tu"},
    {"add check", "ALTER TABLE t ADD CONSTRAINT tc CHECK (n > 0)", "ALTER TABLE t DROP CONSTRAINT tc"},
    {"add check not valid", "ALTER TABLE loose ADD CONSTRAINT lc CHECK (id > 0) NOT VALID",
     "ALTER TABLE loose DROP CONSTRAINT lc"},
    {"drop foreign key", "ALTER TABLE t DROP CONSTRAINT t_p_fk",
     "ALTER TABLE t ADD CONSTRAINT t_p_fk FOREIGN KEY (p) REFERENCES parent"},
    {"foreign key action",
     "ALTER TABLE t DROP CONSTRAINT t_p_fk, ADD CONSTRAINT t_p_fk FOREIGN KEY (p) REFERENCES parent ON DELETE CASCADE",
     "ALTER TABLE t DROP CONSTRAINT t_p_fk, ADD CONSTRAINT t_p_fk FOREIGN KEY (p) REFERENCES parent"},
    {"foreign key deferrable", "ALTER TABLE t ALTER CONSTRAINT t_p_fk DEFERRABLE INITIALLY DEFERRED",
     "ALTER TABLE t ALTER CONSTRAINT t_p_fk NOT DEFERRABLE"},
    {"foreign key not valid",
     "ALTER TABLE t DROP CONSTRAINT t_p_fk, ADD CONSTRAINT t_p_fk FOREIGN KEY (p) REFERENCES parent NOT VALID",
     "ALTER TABLE t VALIDATE CONSTRAINT t_p_fk"},
    {"rename constraint", "ALTER TABLE t RENAME CONSTRAINT t_ck TO t_ck2",
     "ALTER TABLE t RENAME CONSTRAINT t_ck2 TO t_ck"},
    {"exclusion constraint", "ALTER TABLE loose ADD CONSTRAINT ex EXCLUDE USING btree (id WITH =)",
     "ALTER TABLE loose DROP CONSTRAINT ex"},
    {"comment on constraint", "COMMENT ON CONSTRAINT t_ck ON t IS 'c'", "COMMENT ON CONSTRAINT t_ck ON t IS NULL"},
    {"create trigger", "CREATE TRIGGER x AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION trg()", "DROP TRIGGER x ON t"},
    {"disable trigger", "ALTER TABLE t DISABLE TRIGGER tr", "ALTER TABLE t ENABLE TRIGGER tr"},
    {"trigger always", "ALTER TABLE t ENABLE ALWAYS TRIGGER tr", "ALTER TABLE t ENABLE TRIGGER tr"},
    {"disable all triggers", "ALTER TABLE parent DISABLE TRIGGER ALL", "ALTER TABLE parent ENABLE TRIGGER ALL"},
    {"comment on trigger", "COMMENT ON TRIGGER tr ON t IS 'c'", "COMMENT ON TRIGGER tr ON t IS NULL"},
    {"create rule", "CREATE RULE x AS ON DELETE TO loose DO INSTEAD NOTHING", "DROP RULE x ON loose"},
    {"disable rule", "ALTER TABLE parent DISABLE RULE ru", "ALTER TABLE parent ENABLE RULE ru"},
    {"create policy", "CREATE POLICY x ON t FOR SELECT TO m_app USING (true)", "DROP POLICY x ON t"},
    {"alter policy", "ALTER POLICY po ON t USING (a > 1)", "ALTER POLICY po ON t USING (a > 0)"},
    {"policy roles", "ALTER POLICY po ON t TO m_app", "ALTER POLICY po ON t TO PUBLIC"},
    {"create view", "CREATE VIEW x AS SELECT 1 AS one", "DROP VIEW x"},
    {"replace view", "CREATE OR REPLACE VIEW vw AS SELECT id, a FROM t WHERE a > 3",
     "CREATE OR REPLACE VIEW vw AS SELECT id, a FROM t"},
    {"view option", "ALTER VIEW vw SET (security_barrier)", "ALTER VIEW vw RESET (security_barrier)"},
    {"view column default", "ALTER VIEW vw ALTER a SET DEFAULT 9", "ALTER VIEW vw ALTER a DROP DEFAULT"},
    {"view owner", "ALTER VIEW vw OWNER TO m_app", "ALTER VIEW vw OWNER TO postgres"},
    {"materialized view", "CREATE MATERIALIZED VIEW x AS SELECT 1 AS one", "DROP MATERIALIZED VIEW x"},
    {"unpopulated view", "REFRESH MATERIALIZED VIEW mv WITH NO DATA", "REFRESH MATERIALIZED VIEW mv"},
    {"index on materialized view", "CREATE INDEX x ON mv (id)", "DROP INDEX x"},
    {"create partition", "CREATE TABLE part_2 PARTITION OF part FOR VALUES FROM ('2021-01-01') TO ('2022-01-01')",
     "DROP TABLE part_2"},
    {"detach partition", "ALTER TABLE part DETACH PARTITION part_1",
     "ALTER TABLE part ATTACH PARTITION part_1 FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')"},
    {"partitioned index", "CREATE INDEX x ON part (id)", "DROP INDEX x"},
    {"create sequence", "CREATE SEQUENCE x", "DROP SEQUENCE x"},
    {"sequence increment", "ALTER SEQUENCE sq INCREMENT 5", "ALTER SEQUENCE sq INCREMENT 1"},
    {"sequence cycle", "ALTER SEQUENCE sq CYCLE", "ALTER SEQUENCE sq NO CYCLE"},
    {"sequence type", "ALTER SEQUENCE sq AS int", "ALTER SEQUENCE sq AS bigint"},
    {"sequence cache", "ALTER SEQUENCE sq CACHE 20", "ALTER SEQUENCE sq CACHE 1"},
    {"sequence ownership", "ALTER SEQUENCE sq OWNED BY t.id", "ALTER SEQUENCE sq OWNED BY NONE"},
    {"grant on sequence", "GRANT USAGE ON SEQUENCE sq TO m_app", "REVOKE USAGE ON SEQUENCE sq FROM m_app"},
    {"create function", "CREATE FUNCTION x() RETURNS int LANGUAGE sql AS 'SELECT 1'", "DROP FUNCTION x()"},
    {"function body", "CREATE OR REPLACE FUNCTION fn(x int) RETURNS int LANGUAGE sql AS 'SELECT $1 + 1'",
     "CREATE OR REPLACE FUNCTION fn(x int) RETURNS int LANGUAGE sql AS 'SELECT $1'"},
    {"function volatility", "ALTER FUNCTION fn(int) IMMUTABLE", "ALTER FUNCTION fn(int) VOLATILE"},
    {"function security", "ALTER FUNCTION fn(int) SECURITY DEFINER", "ALTER FUNCTION fn(int) SECURITY INVOKER"},
    {"function strictness", "ALTER FUNCTION fn(int) STRICT", "ALTER FUNCTION fn(int) CALLED ON NULL INPUT"},
    {"function setting", "ALTER FUNCTION fn(int) SET work_mem = '1MB'", "ALTER FUNCTION fn(int) RESET work_mem"},
    {"function cost", "ALTER FUNCTION fn(int) COST 7", "ALTER FUNCTION fn(int) COST 100"},
    {"function parallel", "ALTER FUNCTION fn(int) PARALLEL SAFE", "ALTER FUNCTION fn(int) PARALLEL UNSAFE"},
    {"revoke execute", "REVOKE EXECUTE ON FUNCTION fn(int) FROM PUBLIC", "GRANT EXECUTE ON FUNCTION fn(int) TO PUBLIC"},
    {"rename function", "ALTER FUNCTION fn(int) RENAME TO fn2", "ALTER FUNCTION fn2(int) RENAME TO fn"},
    {"comment on function", "COMMENT ON FUNCTION fn(int) IS 'c'", "COMMENT ON FUNCTION fn(int) IS NULL"},
    {"create procedure", "CREATE PROCEDURE x() LANGUAGE sql AS 'SELECT 1'", "DROP PROCEDURE x()"},
    {"create aggregate", "CREATE AGGREGATE x(int) (SFUNC = addup, STYPE = int)", "DROP AGGREGATE x(int)"},
    {"event trigger", "CREATE EVENT TRIGGER x ON ddl_command_end EXECUTE FUNCTION evt()", "DROP EVENT TRIGGER x"},
    {"create enum", "CREATE TYPE x AS ENUM ('a')", "DROP TYPE x"},
    {"rename enum value", "ALTER TYPE mood RENAME VALUE 'ok' TO 'fine'", "ALTER TYPE mood RENAME VALUE 'fine' TO 'ok'"},
    {"create domain", "CREATE DOMAIN x AS text", "DROP DOMAIN x"},
    {"domain default", "ALTER DOMAIN positive SET DEFAULT 1", "ALTER DOMAIN positive DROP DEFAULT"},
    {"domain not null", "ALTER DOMAIN positive SET NOT NULL", "ALTER DOMAIN positive DROP NOT NULL"},
    {"domain constraint", "ALTER DOMAIN positive ADD CONSTRAINT x CHECK (VALUE < 9)",
     "ALTER DOMAIN positive DROP CONSTRAINT x"},
    {"create composite", "CREATE TYPE x AS (q int)", "DROP TYPE x"},
    {"composite attribute", "ALTER TYPE pair ADD ATTRIBUTE z int", "ALTER TYPE pair DROP ATTRIBUTE z"},
    {"create range", "CREATE TYPE x AS RANGE (SUBTYPE = float8)", "DROP TYPE x"},
    {"shell type", "CREATE TYPE x", "DROP TYPE x"},
    {"grant on type", "GRANT USAGE ON TYPE mood TO m_app", "REVOKE USAGE ON TYPE mood FROM m_app"},
    {"type owner", "ALTER TYPE mood OWNER TO m_app", "ALTER TYPE mood OWNER TO postgres"},
    {"create statistics", "CREATE STATISTICS x (dependencies) ON a, n FROM t", "DROP STATISTICS x"},
    {"statistics target", "ALTER STATISTICS st SET STATISTICS 55", "ALTER STATISTICS st SET STATISTICS -1"},
    {"create cast", "CREATE CAST (pair AS text) WITH INOUT", "DROP CAST (pair AS text)"},
    {"create operator", "CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = addup)",
     "DROP OPERATOR === (int, int)"},
    {"operator family", "CREATE OPERATOR FAMILY x USING btree", "DROP OPERATOR FAMILY x USING btree"},
    {"operator class",
     "CREATE OPERATOR CLASS x FOR TYPE int USING btree AS OPERATOR 1 <, FUNCTION 1 btint4cmp(int, int)",
     "DROP OPERATOR FAMILY x USING btree"},
    {"create collation", "CREATE COLLATION x (LOCALE = 'C')", "DROP COLLATION x"},
    {"create conversion", "CREATE CONVERSION x FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8", "DROP CONVERSION x"},
    {"text search configuration", "CREATE TEXT SEARCH CONFIGURATION x (COPY = english)",
     "DROP TEXT SEARCH CONFIGURATION x"},
    {"text search mapping", "ALTER TEXT SEARCH CONFIGURATION cfg ALTER MAPPING FOR asciiword WITH english_stem",
     "ALTER TEXT SEARCH CONFIGURATION cfg ALTER MAPPING FOR asciiword WITH simple"},
    {"text search dictionary option", "ALTER TEXT SEARCH DICTIONARY dict (Accept = false)",
     "ALTER TEXT SEARCH DICTIONARY dict (Accept)"},
    {"text search parser",
     "CREATE TEXT SEARCH PARSER x (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = "
     "prsd_lextype)",
     "DROP TEXT SEARCH PARSER x"},
    {"text search template", "CREATE TEXT SEARCH TEMPLATE x (LEXIZE = dsimple_lexize)", "DROP TEXT SEARCH TEMPLATE x"},
    {"foreign data wrapper", "CREATE FOREIGN DATA WRAPPER x", "DROP FOREIGN DATA WRAPPER x"},
    {"foreign server", "CREATE SERVER x FOREIGN DATA WRAPPER fdw", "DROP SERVER x"},
    {"server option", "ALTER SERVER srv OPTIONS (ADD host 'h')", "ALTER SERVER srv OPTIONS (DROP host)"},
    {"user mapping", "CREATE USER MAPPING FOR m_app SERVER srv OPTIONS (u 'x')",
     "DROP USER MAPPING FOR m_app SERVER srv"},
    {"foreign table", "CREATE FOREIGN TABLE x (id int) SERVER srv", "DROP FOREIGN TABLE x"},
    {"publication", "CREATE PUBLICATION x FOR TABLE parent", "DROP PUBLICATION x"},
    {"publication table", "ALTER PUBLICATION pub ADD TABLE parent", "ALTER PUBLICATION pub DROP TABLE parent"},
    {"publication option", "ALTER PUBLICATION pub SET (publish = 'insert')",
     "ALTER PUBLICATION pub SET (publish = 'insert, update, delete, truncate')"},
    {"subscription", "CREATE SUBSCRIPTION x CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false)",
     "ALTER SUBSCRIPTION x SET (slot_name = NONE); DROP SUBSCRIPTION x"},
    {"default privileges", "ALTER DEFAULT PRIVILEGES IN SCHEMA side GRANT SELECT ON TABLES TO m_app",
     "ALTER DEFAULT PRIVILEGES IN SCHEMA side REVOKE SELECT ON TABLES FROM m_app"},
    {"access method", "CREATE ACCESS METHOD x TYPE TABLE HANDLER heap_tableam_handler", "DROP ACCESS METHOD x"},
    {"extension", "CREATE EXTENSION citext", "DROP EXTENSION citext"},
    {"large object", "SELECT lo_create(4711)", "SELECT lo_unlink(4711)"},
    {"grant on database", "GRANT CREATE ON DATABASE kairon TO m_app", "REVOKE CREATE ON DATABASE kairon FROM m_app"},
    {"comment on database", "COMMENT ON DATABASE kairon IS 'c'", "COMMENT ON DATABASE kairon IS NULL"},
    {"database setting", "ALTER DATABASE kairon SET work_mem = '1MB'", "ALTER DATABASE kairon RESET work_mem"},
    {"role setting", "ALTER ROLE m_app SET work_mem = '1MB'", "ALTER ROLE m_app RESET work_mem"},
    {"create role", "CREATE ROLE x", "DROP ROLE x"},
    {"alter role", "ALTER ROLE m_app CREATEDB", "ALTER ROLE m_app NOCREATEDB"},
    {"membership", "GRANT m_other TO m_app", "REVOKE m_other FROM m_app"},
    {"comment on role", "COMMENT ON ROLE m_app IS 'c'", "COMMENT ON ROLE m_app IS NULL"},
    {"revoke on system function", "REVOKE EXECUTE ON FUNCTION pg_catalog.pg_ls_waldir() FROM pg_monitor",
     "GRANT EXECUTE ON FUNCTION pg_catalog.pg_ls_waldir() TO pg_monitor"},
    {"language privileges", "REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC",
     "GRANT USAGE ON LANGUAGE plpgsql TO PUBLIC"},
    {"transform", "CREATE TRANSFORM FOR int LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal))",
     "DROP TRANSFORM FOR int LANGUAGE sql"},
};

}  // namespace

std::span<const Mutation> mutations() { return kAll; }

}  // namespace kairon::test
