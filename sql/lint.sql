SET client_min_messages = warning;
DROP EXTENSION IF EXISTS certledger CASCADE;
DROP SCHEMA IF EXISTS certledger CASCADE;
CREATE EXTENSION certledger;
RESET client_min_messages;
SELECT certledger.create_ledger();

-- Every query below lists offenders: none is expected.

CREATE TEMP TABLE member AS
SELECT classid, objid, pg_describe_object(classid, objid, 0) AS name
FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
    AND refobjid = (SELECT oid FROM pg_extension WHERE extname = 'certledger');
SELECT count(*) > 200 AS has_members FROM member;

--
-- Everything is described
--
-- members of the extension (array types and constructors of range types come by themselves)
SELECT m.name FROM member AS m
LEFT JOIN pg_type AS t ON m.classid = 'pg_type'::regclass AND t.oid = m.objid
LEFT JOIN pg_proc AS p ON m.classid = 'pg_proc'::regclass AND p.oid = m.objid
WHERE obj_description(m.objid, m.classid::regclass::name) IS NULL
    AND (t.oid IS NULL OR t.typelem = 0 OR t.typsubscript <> 'array_subscript_handler'::regproc)
    AND (p.oid IS NULL OR p.prosrc NOT LIKE ALL (ARRAY['range\_constructor%', 'multirange\_constructor%']))
ORDER BY m.name COLLATE "C";
-- operators in operator classes are described by their function's or their own comment; columns of composite types
SELECT a.attrelid::regclass, a.attname FROM member AS m
JOIN pg_type AS t ON m.classid = 'pg_type'::regclass AND t.oid = m.objid AND t.typtype = 'c'
JOIN pg_attribute AS a ON a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
WHERE col_description(a.attrelid, a.attnum) IS NULL ORDER BY 1, 2;
-- tables, partitions and views of the ledger
SELECT c.relname FROM pg_class AS c
WHERE c.relnamespace = 'certledger'::regnamespace AND c.relkind IN ('r', 'p', 'v') AND obj_description(c.oid, 'pg_class') IS NULL ORDER BY 1;
-- their columns (a partition has those of its table)
SELECT c.relname, a.attname FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'certledger'::regnamespace AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition
    AND col_description(c.oid, a.attnum) IS NULL ORDER BY 1, 2;
-- their triggers
SELECT c.relname, t.tgname FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
WHERE c.relnamespace = 'certledger'::regnamespace AND NOT t.tgisinternal AND obj_description(t.oid, 'pg_trigger') IS NULL ORDER BY 1, 2;

--
-- Functions
--
-- what is immutable can run in parallel
SELECT p.oid::regprocedure FROM member AS m JOIN pg_proc AS p ON m.classid = 'pg_proc'::regclass AND p.oid = m.objid
WHERE p.provolatile = 'i' AND p.proparallel <> 's' ORDER BY p.oid::regprocedure::text COLLATE "C";
-- what writes is not declared stable, and what is declared volatile does not claim to run in parallel
SELECT p.oid::regprocedure FROM member AS m JOIN pg_proc AS p ON m.classid = 'pg_proc'::regclass AND p.oid = m.objid
WHERE p.provolatile = 'v' AND p.proparallel = 's' ORDER BY p.oid::regprocedure::text COLLATE "C";
-- whatever reads or writes tables has its search_path pinned: SQL functions with a text body, and C functions that are not immutable
-- (guards, rule_changed() and the version touch no table; selectivity functions and supports look at statistics only)
SELECT p.oid::regprocedure, l.lanname FROM member AS m
JOIN pg_proc AS p ON m.classid = 'pg_proc'::regclass AND p.oid = m.objid JOIN pg_language AS l ON l.oid = p.prolang
WHERE NOT EXISTS (SELECT FROM unnest(p.proconfig) AS c WHERE c LIKE 'search_path=%pg_temp')
    AND ((l.lanname = 'sql' AND p.prosqlbody IS NULL AND p.proname <> 'ledger_definition')
         OR (l.lanname = 'c' AND p.provolatile <> 'i' AND p.prosrc NOT IN ('guard_append_only', 'guard_posted_only', 'guard_run_only', 'guard_generation_lock', 'rule_changed', 'certledger_library_version')
             AND p.proname NOT LIKE '%sel'))
ORDER BY p.oid::regprocedure::text COLLATE "C";
-- so has whatever runs with its owner's rights, and PUBLIC may not call it
SELECT p.oid::regprocedure FROM member AS m JOIN pg_proc AS p ON m.classid = 'pg_proc'::regclass AND p.oid = m.objid
WHERE p.prosecdef AND (has_function_privilege('public', p.oid, 'EXECUTE')
    OR NOT EXISTS (SELECT FROM unnest(p.proconfig) AS c WHERE c LIKE 'search_path=%pg_temp')) ORDER BY p.oid::regprocedure::text COLLATE "C";
-- only PostgreSQL's own languages
SELECT p.oid::regprocedure, l.lanname FROM member AS m JOIN pg_proc AS p ON m.classid = 'pg_proc'::regclass AND p.oid = m.objid
JOIN pg_language AS l ON l.oid = p.prolang WHERE l.lanname NOT IN ('c', 'sql', 'internal') ORDER BY p.oid::regprocedure::text COLLATE "C";
-- nothing is leakproof that can raise an error: comparisons and hashes, and what is made of comparisons alone
SELECT p.oid::regprocedure FROM member AS m JOIN pg_proc AS p ON m.classid = 'pg_proc'::regclass AND p.oid = m.objid
WHERE p.proleakproof AND p.proname !~ '_(lt|le|eq|ne|ge|gt|cmp|hash|hash_extended|larger|smaller|subdiff|contains|within|last)$' ORDER BY p.oid::regprocedure::text COLLATE "C";
-- aggregates: state types are no pseudo-types, so that partial sums can be stored and combined; parallel with a combine function
SELECT a.aggfnoid::regprocedure, format_type(a.aggtranstype, NULL) FROM member AS m
JOIN pg_aggregate AS a ON m.classid = 'pg_proc'::regclass AND a.aggfnoid = m.objid JOIN pg_proc AS p ON p.oid = m.objid
WHERE a.aggtranstype = 'internal'::regtype OR a.aggcombinefn = 0 OR p.proparallel <> 's' ORDER BY a.aggfnoid::regprocedure::text COLLATE "C";

--
-- Operators
--
-- comparisons have commutator, negator, and selectivity for both restriction and join
SELECT o.oid::regoperator, o.oprcom = 0 AS no_commutator, o.oprnegate = 0 AS no_negator, o.oprrest = 0 AS no_restrict, o.oprjoin = 0 AS no_join
FROM member AS m JOIN pg_operator AS o ON m.classid = 'pg_operator'::regclass AND o.oid = m.objid
WHERE o.oprresult = 'boolean'::regtype AND o.oprleft <> 0
    AND (o.oprcom = 0 OR o.oprrest = 0 OR o.oprjoin = 0
         OR (o.oprnegate = 0 AND o.oprname IN ('=', '<>', '<', '<=', '>', '>=')))
ORDER BY o.oid::regoperator::text COLLATE "C";
-- equality can be hashed and merged
SELECT o.oid::regoperator FROM member AS m JOIN pg_operator AS o ON m.classid = 'pg_operator'::regclass AND o.oid = m.objid
WHERE o.oprname = '=' AND NOT (o.oprcanhash AND o.oprcanmerge) ORDER BY o.oid::regoperator::text COLLATE "C";
-- the function of a commutator's operator gives the same type; negator pairs point at each other
SELECT o.oid::regoperator FROM member AS m JOIN pg_operator AS o ON m.classid = 'pg_operator'::regclass AND o.oid = m.objid
LEFT JOIN pg_operator AS c ON c.oid = o.oprcom LEFT JOIN pg_operator AS n ON n.oid = o.oprnegate
WHERE (c.oid IS NOT NULL AND (c.oprcom <> o.oid OR c.oprresult <> o.oprresult)) OR (n.oid IS NOT NULL AND n.oprnegate <> o.oid)
ORDER BY o.oid::regoperator::text COLLATE "C";

--
-- Operator classes are complete, and btree, hash and BRIN have one for each type
--
SELECT c.opcname, am.amname FROM member AS m JOIN pg_opclass AS c ON m.classid = 'pg_opclass'::regclass AND c.oid = m.objid
JOIN pg_am AS am ON am.oid = c.opcmethod WHERE NOT amvalidate(c.oid) ORDER BY 1, 2;
SELECT t.typname, am.amname FROM (VALUES ('energy'), ('region'), ('gec'), ('uscc')) AS t(typname), pg_am AS am
WHERE am.amname IN ('btree', 'hash', 'brin') AND NOT EXISTS (SELECT FROM pg_opclass AS c JOIN pg_type AS y ON y.oid = c.opcintype
    WHERE y.typname = t.typname AND y.typnamespace = 'certledger'::regnamespace AND c.opcmethod = am.oid AND c.opcdefault)
ORDER BY 1, 2;
-- hash classes can hash with a seed, btree classes can deduplicate
SELECT c.opcname, am.amname FROM member AS m JOIN pg_opclass AS c ON m.classid = 'pg_opclass'::regclass AND c.oid = m.objid
JOIN pg_am AS am ON am.oid = c.opcmethod
WHERE (am.amname = 'hash' AND NOT EXISTS (SELECT FROM pg_amproc AS a WHERE a.amprocfamily = c.opcfamily AND a.amproclefttype = c.opcintype AND a.amprocnum = 2))
   OR (am.amname = 'btree' AND NOT EXISTS (SELECT FROM pg_amproc AS a WHERE a.amprocfamily = c.opcfamily AND a.amproclefttype = c.opcintype AND a.amprocnum = 4))
ORDER BY 1, 2;
-- base types have binary input and output
SELECT t.typname FROM member AS m JOIN pg_type AS t ON m.classid = 'pg_type'::regclass AND t.oid = m.objid
WHERE t.typtype = 'b' AND (t.typsend = 0 OR t.typreceive = 0) ORDER BY 1;

--
-- The ledger
--
-- constraints and indexes have names of ours: TABLE_WHAT_KIND
SELECT c.conrelid::regclass, c.conname FROM pg_constraint AS c JOIN pg_class AS r ON r.oid = c.conrelid
WHERE r.relnamespace = 'certledger'::regnamespace AND NOT r.relispartition AND c.contype IN ('c', 'f', 'p', 'u', 'x')
    AND (c.conname !~ '_(check|fkey|pkey|key)$' OR c.conname ~ '[0-9]$' OR NOT starts_with(c.conname, r.relname)) ORDER BY 1, 2;
-- views show rows by the rights of who reads them
SELECT c.relname FROM pg_class AS c WHERE c.relnamespace = 'certledger'::regnamespace AND c.relkind = 'v'
    AND NOT coalesce(c.reloptions @> '{security_invoker=true}', false) ORDER BY 1;
-- guards cannot be switched off by session_replication_role
SELECT c.relname, t.tgname FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid JOIN pg_proc AS p ON p.oid = t.tgfoid
WHERE c.relnamespace = 'certledger'::regnamespace AND p.proname LIKE 'guard\_%' AND t.tgenabled <> 'A' ORDER BY 1, 2;
-- partitions of guarded tables are guarded against the same events
SELECT i.inhrelid::regclass, p.tgfoid::regproc FROM pg_inherits AS i JOIN pg_trigger AS p ON p.tgrelid = i.inhparent AND NOT p.tgisinternal
WHERE p.tgfoid::regproc::text LIKE '%guard\_%'
    AND NOT EXISTS (SELECT FROM pg_trigger AS l WHERE l.tgrelid = i.inhrelid AND l.tgfoid = p.tgfoid AND l.tgtype = p.tgtype) ORDER BY 1, 2;
-- every table that is written by postings only says so
SELECT c.relname FROM pg_class AS c WHERE c.relnamespace = 'certledger'::regnamespace AND c.relkind IN ('r', 'p')
    AND obj_description(c.oid, 'pg_class') LIKE '%written by postings only%'
    AND NOT EXISTS (SELECT FROM pg_trigger AS t WHERE t.tgrelid = c.oid AND t.tgfoid = 'certledger.guard_posted_only'::regproc) ORDER BY 1;
-- money and energy are never binary floating point
SELECT c.relname, a.attname FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0
WHERE c.relnamespace = 'certledger'::regnamespace AND a.atttypid IN ('real'::regtype, 'double precision'::regtype, 'money'::regtype) ORDER BY 1, 2;

SET client_min_messages = warning;
DROP EXTENSION certledger CASCADE;
DROP SCHEMA certledger CASCADE;
