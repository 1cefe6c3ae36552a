"""Compares kairon's rules of squawk's names with squawk on random migrations.

Usage: squawk.py SQUAWK KAIRON SEED COUNT (in an empty folder)
"""
import collections
import json
import os
import random
import re
import subprocess
import sys

SQUAWK, KAIRON, SEED, COUNT = sys.argv[1], os.path.abspath(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
random.seed(SEED)
RULES = set("""
require-concurrent-index-creation require-concurrent-index-deletion
ban-concurrent-index-creation-in-transaction require-concurrent-reindex require-concurrent-partition-detach
constraint-missing-not-valid adding-foreign-key-constraint disallowed-unique-constraint
adding-serial-primary-key-field adding-field-with-default adding-not-nullable-field adding-required-field
changing-column-type ban-drop-column ban-drop-table ban-drop-database ban-drop-not-null ban-truncate-cascade
renaming-column renaming-table ban-char-field prefer-text-field prefer-timestamp-tz prefer-bigint-over-int
prefer-bigint-over-smallint prefer-identity prefer-repack prefer-robust-stmts transaction-nesting
ban-uncommitted-transaction require-lock-timeout require-statement-timeout require-enum-value-ordering
require-table-schema identifier-too-long ban-duplicate-column-assignments ban-create-domain-with-constraint
ban-alter-domain-with-add-constraint
""".split())


def judged(text, transaction, version):
    """The findings of both, by file name: sets of (rule, line)."""
    files = []
    for number, sql in enumerate(text):
        files.append(f"{number:05d}_x.sql")
        with open(files[-1], "w", encoding="utf-8") as out:
            out.write(sql)
    squawk = collections.defaultdict(set)
    command = [SQUAWK, "--reporter", "json", "--pg-version", version, "--include", "require-table-schema"]
    command += ["--assume-in-transaction"] if transaction else []
    for finding in json.loads(subprocess.run(command + files, capture_output=True, text=True, check=False).stdout):
        squawk[os.path.basename(finding["file"])].add((finding["rule_name"], finding["line"] + 1))
    kairon = collections.defaultdict(set)
    command = [KAIRON, "check", "--format", "json", "--verbose", "--pg-version", version]
    command += ["--transaction", "yes" if transaction else "no"]
    strict = {**os.environ, "KAIRON_LINT_PROFILE": "strict"}
    run = subprocess.run(command + files, capture_output=True, text=True, check=False, env=strict)
    for finding in json.loads(run.stdout)["findings"]:
        kairon[os.path.basename(finding["path"])].add((finding["rule"].split("/")[1], finding["line"]))
    for name in files:
        os.remove(name)
    return files, squawk, kairon


def excused(sql, squawk, kairon):
    """What is no difference of the rules: a text that one of the two does not parse, ROLLBACK TO SAVEPOINT (no
    nesting for us), and squawk's taking a quoted "varchar" for a timestamp."""
    # SET NOT NULL on a table that the file makes reads no rows.
    for rule, line in squawk - kairon:
        if rule == "adding-not-nullable-field" and re.search(r"create (\w+ )*table", sql.lower()):
            squawk.discard((rule, line))
    syntax = any(rule in ("syntax-error", "syntax") for rule, _ in squawk | kairon)
    return syntax or "rollback to" in sql or '"varchar"' in sql or "pg_catalog.varchar" in sql


# {a|b} is one of the alternatives, <name> one line of the table of that name.
GRAMMAR = {
    "table": """t\npublic.t\n"T"\ns.t\nu\nnew_t\nT""",
    "default": """1\n-1\n'x'\nE'x'\nB'1'\n1+1\n(1)\n-(1)\n1::int\ntrue\nnot true\nnull\n'a' || 'b'\nnow()\nNOW()\n"now"()\npg_catalog.now()
public.now()\nnow()::date\n(now() + interval '1 day')\ndate_trunc('day', now())\ncurrent_timestamp\ncurrent_date\nlocaltimestamp
current_user\nsession_user\ncurrent_schema\nrandom()\n(random())\n1 + random()\narray[random()]\narray['a']\narray[]::text[]
gen_random_uuid()\ngen_random_uuid()::text\nuuid_generate_v4()\nclock_timestamp()\nstatement_timestamp()\ntransaction_timestamp()
timeofday()\ntxid_current()\nnextval('s')\nlower('A')\nlength('x')\nmd5('a')\npi()\nversion()\nmake_interval()\nto_timestamp(0)
pg_backend_pid()\njsonb_build_object()\njson_build_array()\nf()\nf(1)\nrow(1,2)\ncoalesce(null, 1)\ncast(1 as bigint)
case when true then 1 else 2 end""",
    "type": """integer\nint\nINT\nint4\nint2\nint8\nsmallint\nbigint\nserial\nserial2\nserial4\nserial8\nsmallserial\nbigserial\ntext
varchar\nvarchar(10)\nVarchar(5)\n"char"\nchar\nchar(3)\ncharacter\ncharacter(10)\ncharacter varying(3)\nbpchar\nnchar(5)
national character\ntimestamp\ntimestamp(3)\ntimestamptz\ntimestamp with time zone\ntimestamp without time zone\n"timestamp"
time\ntimetz\ndate\ninterval\nuuid\njsonb\nxml\ninet\noid\nname\nbytea\nnumeric(10,2)\ndecimal\nfloat\nfloat4\ndouble precision\nmoney
boolean\nbit varying(3)\npg_catalog.int4\npg_catalog.int8\npg_catalog.timestamp\npg_catalog.timestamptz\npg_catalog.bpchar\n"int4"
public.mood\nint[]\nvarchar(3)[]\ntimestamp[]\ninteger array[3]""",
    "limit": """not null\nnull\ndefault <default>\nprimary key\nunique\nreferences u (a)\nreferences u\ncheck (a > 0)\ncollate "C"
generated always as (b + 1) stored\ngenerated {always|by default} as identity\nconstraint q not null\nconstraint k check (a > 1)
constraint r references u\nconstraint un unique""",
    "column": """{a|b|"C"} <type>{|| <limit>| <limit> <limit>}""",
    "constraint": """check (a > 0)\ncheck (a is not null)\nunique (a)\nprimary key (a)\nforeign key (a) references u (a)
foreign key (a) references s.u\nexclude using gist (a with &&)\nunique using index i\nprimary key using index i
unique nulls not distinct (a)""",
    "action": """add {column |column if not exists |}<column>\nadd {column |}<column>\ndrop {column |column if exists |}a{| cascade}
alter {column |}a type <type>\nalter a set data type bigint using a::bigint\nalter column a set not null\nalter a drop not null
alter a set default <default>\nalter a drop default\nadd constraint c <constraint>{|| not valid| deferrable}\nadd <constraint>
drop constraint {|if exists }c{| cascade}\nvalidate constraint c\nenable row level security\ndisable trigger all
set (fillfactor = 70)\nowner to x\nset logged\nset unlogged\nset tablespace x\ninherit p\nalter a add generated always as identity
alter a drop {identity|expression}\nalter a set statistics 5\nreplica identity full\ncluster on i\nalter constraint c deferrable""",
    "alone": """rename {column |}a to b\nrename to z\nrename constraint c to d\nset schema s2\nattach partition q for values in (1)
detach partition q{| concurrently| finalize}""",
    "object": """view\nmaterialized view\nsequence\ntype\nfunction\nschema\ndomain\nextension\nrole\naggregate\nprocedure\nforeign table
server\npublication\nstatistics\ncollation\nevent trigger\nlanguage""",
    "alter": """alter table {||if exists |only }<table> {<action>|<action>|<action>, <action>|<alone>}""",
    "statement": """<alter>\n<alter>\n<alter>\n<alter>\n<alter>\n<alter>\n<alter>\n<alter>\n<alter>\n<alter>\n<alter>\n<alter>
create {||unlogged |temp }table {|if not exists }<table> (<column>{|, <column>|, <constraint>})
create {||unlogged |temp }table {|if not exists }<table> (<column>, <column>)
create table <table> as select 1 as a\ncreate table {|if not exists }<table> (like u)\nselect 1 as a into <table>
create table <table> partition of p for values in (1)
create {|unique }index {||concurrently }{|if not exists }i on {|only }<table> (a)\ncreate index {|concurrently }on <table> (a)
drop index {|concurrently }{|if exists }{i|s.i|i, j}\ndrop table {|if exists }<table>{| cascade}\ndrop database {|if exists }z
drop <object> {|if exists }z{| cascade}\ndrop {trigger|policy|rule} {|if exists }x on <table>\ntruncate {table |}<table>{| cascade|, u}
reindex {|(verbose) |(concurrently) |(concurrently off) |(concurrently false, verbose) }{index|table|schema|database|system} z
reindex {index|table} {|concurrently }z\n{vacuum|vacuum full|vacuum (full)|vacuum (full false)|vacuum analyze|cluster}{| <table>}
set {|local |session }{lock_timeout = '1s'|statement_timeout = '5s'|lock_timeout to 5|search_path = a, b|lock_timeout = 0}
set {|local }{statement_timeout to default|role x}\nselect set_config('lock_timeout', '1s', false)\nreset {lock_timeout|all}
begin\ncommit\nbegin\ncommit\nrollback\nstart transaction\nend\nabort\nsavepoint a\nrelease savepoint a\ncommit and chain\nrollback and chain
update <table> set {a = 1|a = 1, a = 2|(a, b) = (1, 2), a = 3|a[1] = 1, a[2] = 2|"A" = 1, a = 2|A = 1, a = 2}{| where a = 1}
insert into <table> (a, b) values (1, 2){| on conflict (a) do update set b = 1, b = 2}\ninsert into t (a, a) values (1, 2)
delete from <table>\ncreate domain d as <type>{| check (value > 0)| not null| default 1| constraint x check (value is not null)}
alter domain d {add constraint x check (value > 0)|add check (value > 1) not valid|drop constraint x|set not null}
create type {m as enum ('a')|m as (a int, b varchar(3), c timestamp, d char(3))|m}
alter type m {add value 'x'|add value if not exists 'x'|add value 'x' before 'y'|rename value 'a' to 'b'|add attribute z timestamp}
create {|or replace }view <table> as select 1\ncreate materialized view {|if not exists }<table> as select 1
refresh materialized view {|concurrently }<table>\ncreate {|or replace }function f(x <type>) returns <type> language sql as $$ select 1 $$
create {schema|extension} {|if not exists }z\ncreate sequence {|if not exists }z{| as int| as smallint}
create trigger tr before insert on <table> execute function f()\ncomment on table <table> is 'x'\ngrant select on <table> to x
lock table <table>\nanalyze <table>\nalter index {|if exists }i {rename to j|set (fillfactor = 10)|set tablespace x}
alter sequence s owned by t.a\nalter view v {rename to w|rename column a to b|alter a set default 1}
alter foreign table ft {add column a int|drop column a|rename to g}\nselect a::<type> from t\ndo $$ begin perform 1; end $$
create table <table> (a int, xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx{|x} bigint)
create table ééééééééééééééééééééééééééééééé{|é} (a bigint)
with x as (update t set a = 1, a = 2 returning 1) select 1""",
}
TABLES = {name: text.split("\n") for name, text in GRAMMAR.items()}


def stmt():
    """A statement of the grammar."""
    text = "<statement>"
    while True:
        found = re.search(r"<([a-z]+)>|\{([^{}]*)\}", text)
        if not found:
            return text
        choice = random.choice(TABLES[found[1]]) if found[1] else random.choice(found[2].split("|"))
        text = text[: found.start()] + choice + text[found.end() :]


def comment():
    """A comment that asks squawk to ignore something, or nearly so."""
    names = [random.choice(["ban-drop-column", "prefer-robust-stmts", random.choice(sorted(RULES)), "no-such-rule", ""])]
    names += random.choices(sorted(RULES), k=random.choice([0, 0, 1, 2]))
    words = random.choice(["squawk-ignore"] * 8 + ["squawk-ignore-file"] * 2 + ["squawk-ignore:", "SQUAWK-IGNORE", "- squawk-ignore", "squawk-ignored"])
    words += " " + random.choice([", ", ",", " , "]).join(names) + random.choice([""] * 4 + [" -- so", "-- so", " because", ","])
    return random.choice(["-- {}\n"] * 6 + ["--{}\n", "--  {}\t\n", "/* {} */ ", "/* {} */\n", "/*\n{}*/\n", "/* {}\n*/ ", "/*{}\n*/\n", "-- x\n-- {}\n", "-- {}\n\n", "-- {}\n-- x\n"]).format(words)


def commented(text):
    """Some of it before or behind a statement, or where an action begins."""
    for mark in ("add ", "drop ", "alter a ", "create ", "a int", "set not null", "type ", "set data type ", "rename ", "constraint ", "not valid", "unique", "primary key", "references", "default", "generated"):
        if random.random() < 0.15:
            text = text.replace(mark, "\n" + comment() + mark, 1)
    return random.choice([comment() + text, text + " " + comment(), text, text + "\n" + comment()])


cases = []
for _ in range(COUNT):
    statements = [stmt() for _ in range(random.choice([1, 1, 1, 2, 3, 4]))]
    ending = random.choice([";\n", "\n"])
    cases.append(";\n".join(statements) + ending)
    if random.random() < 0.5:
        cases.append(";\n".join(commented(statement) for statement in statements) + ending)
cases = list(dict.fromkeys(cases))
failed = compared = 0
for transaction in (True, False):
    version = random.choice(["15.0", "15.0", "12.3", "10.0", "11", "17.0"])
    names, squawk, kairon = judged(cases, transaction, version)
    for name, sql in zip(names, cases):
        if excused(sql, squawk[name], kairon[name]):
            continue
        compared += 1
        theirs = {found for found in squawk[name] if found[0] in RULES}
        ours = {found for found in kairon[name] if found[0] in RULES}
        if theirs != ours:
            failed = 1
            print(f"FAILED (KAIRON_SEED={SEED}, transaction {transaction}, PostgreSQL {version}):\n{sql}")
            print(f"  only squawk: {sorted(theirs - ours)}\n  only kairon: {sorted(ours - theirs)}")
if compared < COUNT:
    failed = 1
    print(f"FAILED: only {compared} of {2 * len(cases)} could be compared")
print(f"{compared} comparisons, {len(RULES)} rules")
sys.exit(failed)
