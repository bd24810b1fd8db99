SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS certledger;
RESET client_min_messages;
SET search_path = certledger, public;
SET datestyle = ISO;

--
-- Input and output: any 32 digits, nothing else
--
SELECT '12345678901234567260100000000111'::gec;
SELECT '00000000000000000000000000000000'::gec, '99999999999999999999999999999999'::gec;
SELECT '1234567890123456726010000000011'::gec;
\echo :LAST_ERROR_SQLSTATE
SELECT '123456789012345672601000000001111'::gec;
\echo :LAST_ERROR_SQLSTATE
SELECT ''::gec;
\echo :LAST_ERROR_SQLSTATE
SELECT '1234567890123456x260100000000111'::gec;
\echo :LAST_ERROR_SQLSTATE
SELECT '123456789012345672601000000001 1'::gec;
\echo :LAST_ERROR_SQLSTATE
SELECT '1234567890123456726010000000011-'::gec;
\echo :LAST_ERROR_SQLSTATE
SELECT '12345678901234567-260100000001-11'::gec;
\echo :LAST_ERROR_SQLSTATE
SELECT ' 12345678901234567260100000000111'::gec;
\echo :LAST_ERROR_SQLSTATE
SELECT '12345678901234567260100000000111'::gec::text;
SELECT pg_column_size('12345678901234567260100000000111'::gec);

-- soft errors where the server has them (16 and later)
SELECT current_setting('server_version_num')::int >= 160000 AS soft \gset
\set bad_is_valid f
\set good_is_valid t
\set range_is_valid f
\if :soft
SELECT pg_input_is_valid('12x', 'gec') AS bad_is_valid,
       pg_input_is_valid('12345678901234567260100000000111', 'gec') AS good_is_valid,
       pg_input_is_valid('[00000000000000000000000000000000,99999999999999999999999999999999]', 'gecrange') AS range_is_valid \gset
\endif
\echo :bad_is_valid :good_is_valid :range_is_valid

-- every text comes back the same: digits in every place
SELECT count(*) AS texts,
       count(*) FILTER (WHERE t::gec::text = t) AS same
FROM (SELECT lpad('', n, '0') || d || lpad('', 31 - n, f) AS t
      FROM generate_series(0, 31) AS n, generate_series(0, 9) AS d,
           (VALUES ('0'), ('7'), ('9')) AS v(f)) AS s;

--
-- Binary input and output: two integers of 64 bits
--
SELECT gec_send('12345678901234567260100000000111') AS sent;
CREATE TABLE gec_binary (g gec, r gecrange, m gecmultirange);
INSERT INTO gec_binary
SELECT g, gecrange(g, g + n), gecmultirange(gecrange(g, g + n))
FROM (VALUES ('12345678901234567260100000000111'::gec, 5::bigint),
             ('00000000000000000000000000000000', 0),
             ('99999999999999999999999999999989', 10)) AS v(g, n);
INSERT INTO gec_binary VALUES (NULL, '(,)', '{}');
SELECT current_setting('data_directory') || '/pg_stat_tmp/certledger_gec.bin' AS binary_file \gset
COPY gec_binary TO :'binary_file' (FORMAT binary);
CREATE TABLE gec_binary2 (LIKE gec_binary);
COPY gec_binary2 FROM :'binary_file' (FORMAT binary);
SELECT count(*) FROM (TABLE gec_binary INTERSECT TABLE gec_binary2) AS s;
-- binary input is as strict as text input
SELECT 99999999999999999::bigint AS project_max, 999999999999999::bigint AS volume_max \gset
-- one column of 16 bytes: written as bytea, read as gec
CREATE TABLE gec_bytes (b bytea);
CREATE TABLE gec_read (g gec);
INSERT INTO gec_bytes VALUES (int8send(:project_max) || int8send(:volume_max));
COPY gec_bytes TO :'binary_file' (FORMAT binary);
COPY gec_read FROM :'binary_file' (FORMAT binary);
SELECT g FROM gec_read;
\set VERBOSITY terse
UPDATE gec_bytes SET b = int8send(:project_max + 1) || int8send(0);
COPY gec_bytes TO :'binary_file' (FORMAT binary);
COPY gec_read FROM :'binary_file' (FORMAT binary);
\echo :LAST_ERROR_SQLSTATE
UPDATE gec_bytes SET b = int8send(0) || int8send(:volume_max + 1);
COPY gec_bytes TO :'binary_file' (FORMAT binary);
COPY gec_read FROM :'binary_file' (FORMAT binary);
\echo :LAST_ERROR_SQLSTATE
UPDATE gec_bytes SET b = int8send(-1) || int8send(0);
COPY gec_bytes TO :'binary_file' (FORMAT binary);
COPY gec_read FROM :'binary_file' (FORMAT binary);
\echo :LAST_ERROR_SQLSTATE
UPDATE gec_bytes SET b = int8send(0);
COPY gec_bytes TO :'binary_file' (FORMAT binary);
COPY gec_read FROM :'binary_file' (FORMAT binary);
\echo :LAST_ERROR_SQLSTATE
UPDATE gec_bytes SET b = int8send(0) || int8send(0) || '\x00';
COPY gec_bytes TO :'binary_file' (FORMAT binary);
COPY gec_read FROM :'binary_file' (FORMAT binary);
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY default
DROP TABLE gec_binary, gec_binary2, gec_bytes, gec_read;

--
-- Order: project, month, volume class, trade class, serial
--
SELECT g FROM (VALUES
    ('20000000000000000240100000000111'::gec),
    ('10000000000000000240200000000111'),
    ('10000000000000000240100000000211'),
    ('10000000000000000240100000000112'),
    ('10000000000000000240100000000121'),
    ('10000000000000000240199999999911'),
    ('10000000000000000240100000000111')) AS v(g)
ORDER BY g;
SELECT a < b AS lt, a <= b AS le, a = b AS eq, a <> b AS ne, a >= b AS ge, a > b AS gt,
       gec_cmp(a, b)
FROM (VALUES
    ('10000000000000000240100000000111'::gec, '10000000000000000240100000000211'::gec),
    ('10000000000000000240100000000111', '10000000000000000240100000000111'),
    ('10000000000000000240100000000211', '10000000000000000240100000000111'),
    ('20000000000000000240100000000111', '10000000000000000240100000000211')) AS v(a, b);
SELECT min(g), max(g) FROM (VALUES
    ('10000000000000000240100000000211'::gec), (NULL),
    ('10000000000000000240100000000112'),
    ('10000000000000000240199999999911')) AS v(g);
SELECT min(g), max(g) FROM (VALUES (NULL::gec)) AS v(g);

--
-- Steps
--
SELECT gec_successor('10000000000000000240100000000111'),
       gec_predecessor('10000000000000000240100000000111');
-- over the end of a run, of a project, and back
SELECT gec_successor('10000000000000000240199999999911') AS trade_class,
       gec_successor('10000000000000000240199999999919') AS volume_class,
       gec_successor('10000000000000000240199999999999') AS month,
       gec_successor('10000000000000000999999999999999') AS project;
SELECT gec_predecessor('10000000000000000240100000000012'),
       gec_predecessor('10000000000000001000000000000000');
SELECT gec_successor('99999999999999999999999999999999');
\echo :LAST_ERROR_SQLSTATE
SELECT gec_predecessor('00000000000000000000000000000000');
\echo :LAST_ERROR_SQLSTATE
SELECT g + 1000, 1000 + g, g - 1, (g + 1000) - g AS there, g - (g + 1000) AS back, g - g AS zero
FROM (VALUES ('10000000000000000240100000000111'::gec)) AS v(g);
SELECT g + 9223372036854775807 AS far, (g + 9223372036854775807) - g AS steps,
       g + 9223372036854775807 - 9223372036854775807 = g AS home
FROM (VALUES ('10000000000000000240100000000111'::gec)) AS v(g);
SELECT g + (-9223372036854775808) AS far, g - (g + (-9223372036854775808)) AS too_far
FROM (VALUES ('10000000000000000240100000000111'::gec)) AS v(g);
\echo :LAST_ERROR_SQLSTATE
SELECT (g + (-9223372036854775808)) - g AS steps, g - (-9223372036854775808) - 9223372036854775807 - g AS one
FROM (VALUES ('10000000000000000240100000000111'::gec)) AS v(g);
SELECT '99999999999999999999999999999999'::gec - '00000000000000000000000000000000'::gec;
\echo :LAST_ERROR_SQLSTATE
SELECT '99999999999999999999999999999999'::gec + 1;
\echo :LAST_ERROR_SQLSTATE
SELECT 9223372036854775807 + '99999999999999999999999999999999'::gec;
\echo :LAST_ERROR_SQLSTATE
SELECT '00000000000000000000000000000000'::gec - 1;
\echo :LAST_ERROR_SQLSTATE
SELECT '99999999999999999999999999999999'::gec - (-9223372036854775808);
\echo :LAST_ERROR_SQLSTATE
-- exact against numeric: distances and steps over random codes
SELECT setseed(0.2260);
CREATE TABLE gec_random AS
SELECT lpad(trunc(random()::numeric * 1e6)::text, 17, '1')
       || lpad(trunc(random()::numeric * 1e15)::text, 15, '0') AS t,
       trunc((random()::numeric - 0.5) * 1e18)::bigint AS n
FROM generate_series(1, 2000);
ALTER TABLE gec_random ADD g gec, ADD pos numeric;
UPDATE gec_random
SET g = t::gec,
    pos = left(t, 17)::numeric * 1e15
          + (substr(t, 18, 4) || substr(t, 31, 2) || substr(t, 22, 9))::numeric;
SELECT count(*) AS steps,
       count(*) FILTER (WHERE (g + n) - g = n AND (g + n) - n = g) AS exact
FROM gec_random;
SELECT count(*) AS pairs,
       count(*) FILTER (WHERE sign(a.pos - b.pos) = gec_cmp(a.g, b.g)) AS ordered,
       count(*) FILTER (WHERE gec_subdiff(a.g, b.g) = (a.pos - b.pos)::float8) AS float_exact
FROM gec_random AS a, gec_random AS b
WHERE a.t < b.t AND a.n > 4e17;
SELECT count(*) AS out_of_order
FROM (SELECT pos, lag(pos) OVER (ORDER BY g) AS before FROM gec_random) AS s
WHERE before > pos;

--
-- Parts
--
SELECT project_code(g), production_month(g), serial(g), volume_class(g), tradable(g)
FROM (VALUES ('12345678901234567260100000012311'::gec),
             ('00000000000000001991299999999952'),
             ('00000000000000001000100000000022'),
             ('00000000000000001000100000000031'),
             ('00000000000000001000100000000042')) AS v(g);
SELECT production_month('12345678901234567260000000000111');
\echo :LAST_ERROR_SQLSTATE
SELECT production_month('12345678901234567261300000000111');
\echo :LAST_ERROR_SQLSTATE
SELECT volume_class('12345678901234567260100000000101'::gec);
\echo :LAST_ERROR_SQLSTATE
SELECT volume_class('12345678901234567260100000000171'::gec);
\echo :LAST_ERROR_SQLSTATE
SELECT tradable('12345678901234567260100000000110'::gec);
\echo :LAST_ERROR_SQLSTATE
SELECT tradable('12345678901234567260100000000113'::gec);
\echo :LAST_ERROR_SQLSTATE

SELECT make_gec('12345678901234567', '2026-01-01', 123);
SELECT make_gec('12345678901234567', '2026-01-01', 999999999, 'existing_hydro', false);
SELECT make_gec(project_code => '00000000000000000', month => '2000-01-01', serial => 1, tradable => false);
SELECT make_gec('12345678901234567', '2099-12-01', 1, c) AS g, volume_class(make_gec('12345678901234567', '2099-12-01', 1, c)) = c AS same
FROM unnest(enum_range(NULL::volume_class)) AS c WHERE c <> 'plant_use' ORDER BY c;
SELECT make_gec(NULL, '2026-01-01', 123) IS NULL AS strict;
SELECT make_gec('1234567890123456', '2026-01-01', 1);
\echo :LAST_ERROR_SQLSTATE
SELECT make_gec('123456789012345678', '2026-01-01', 1);
\echo :LAST_ERROR_SQLSTATE
SELECT make_gec('1234567890123456a', '2026-01-01', 1);
\echo :LAST_ERROR_SQLSTATE
SELECT make_gec('12345678901234567', '2026-01-02', 1);
\echo :LAST_ERROR_SQLSTATE
SELECT make_gec('12345678901234567', '1999-12-01', 1);
\echo :LAST_ERROR_SQLSTATE
SELECT make_gec('12345678901234567', '2100-01-01', 1);
\echo :LAST_ERROR_SQLSTATE
SELECT make_gec('12345678901234567', 'infinity', 1);
\echo :LAST_ERROR_SQLSTATE
SELECT make_gec('12345678901234567', '2026-01-01', 0);
\echo :LAST_ERROR_SQLSTATE
SELECT make_gec('12345678901234567', '2026-01-01', 1000000000);
\echo :LAST_ERROR_SQLSTATE
SELECT make_gec('12345678901234567', '2026-01-01', 1, 'plant_use');
\echo :LAST_ERROR_SQLSTATE

--
-- Indexes
--
CREATE TABLE gec_holding AS
SELECT i, make_gecrange(make_gec('10000000000000000', '2024-01-01', i * 10), 10) AS r
FROM generate_series(1, 20000) AS i;
ALTER TABLE gec_holding ADD g gec;
UPDATE gec_holding SET g = lower(r);
VACUUM ANALYZE gec_holding;
SET enable_seqscan = off;

CREATE INDEX gec_holding_gist ON gec_holding USING gist (r);
EXPLAIN (COSTS OFF)
SELECT i FROM gec_holding WHERE r @> '10000000000000000240100001234511'::gec;
SELECT i FROM gec_holding WHERE r @> '10000000000000000240100001234511'::gec;
SELECT count(*) FROM gec_holding WHERE r && make_gecrange('10000000000000000240100001234511', 100);
DROP INDEX gec_holding_gist;

CREATE INDEX gec_holding_spgist ON gec_holding USING spgist (r);
SELECT i FROM gec_holding WHERE r @> '10000000000000000240100001234511'::gec;
DROP INDEX gec_holding_spgist;

CREATE INDEX gec_holding_range_btree ON gec_holding (r);
EXPLAIN (COSTS OFF)
SELECT i FROM gec_holding WHERE r = make_gecrange('10000000000000000240100001234011', 10);
SELECT i FROM gec_holding WHERE r = make_gecrange('10000000000000000240100001234011', 10);
DROP INDEX gec_holding_range_btree;

CREATE INDEX gec_holding_lower ON gec_holding (lower(r));
EXPLAIN (COSTS OFF)
SELECT i FROM gec_holding WHERE lower(r) <= '10000000000000000240100001234511' ORDER BY lower(r) DESC LIMIT 1;
SELECT i FROM gec_holding WHERE lower(r) <= '10000000000000000240100001234511' ORDER BY lower(r) DESC LIMIT 1;
DROP INDEX gec_holding_lower;

CREATE UNIQUE INDEX gec_holding_btree ON gec_holding (g);
EXPLAIN (COSTS OFF)
SELECT i FROM gec_holding WHERE g BETWEEN '10000000000000000240100001234011' AND '10000000000000000240100001240011' ORDER BY g;
SELECT i FROM gec_holding WHERE g BETWEEN '10000000000000000240100001234011' AND '10000000000000000240100001240011' ORDER BY g;
SELECT min(g), max(g) FROM gec_holding;
INSERT INTO gec_holding (g) SELECT g FROM gec_holding WHERE i = 7;
\echo :LAST_ERROR_SQLSTATE
DROP INDEX gec_holding_btree;

CREATE INDEX gec_holding_hash ON gec_holding USING hash (g);
EXPLAIN (COSTS OFF)
SELECT i FROM gec_holding WHERE g = '10000000000000000240100001234011';
SELECT i FROM gec_holding WHERE g = '10000000000000000240100001234011';
DROP INDEX gec_holding_hash;

CREATE INDEX gec_holding_brin ON gec_holding USING brin (g) WITH (pages_per_range = 2);
EXPLAIN (COSTS OFF)
SELECT i FROM gec_holding WHERE g = '10000000000000000240100001234011';
SELECT i FROM gec_holding WHERE g = '10000000000000000240100001234011';
DROP INDEX gec_holding_brin;

CREATE INDEX gec_holding_multi ON gec_holding USING brin (g gec_minmax_multi_ops) WITH (pages_per_range = 2);
INSERT INTO gec_holding (i, g)
SELECT -i, ('99999999999999999' || lpad(i::text, 15, '0'))::gec FROM generate_series(1, 50) AS i;
SELECT count(*) FROM gec_holding WHERE g > '99999999999999999000000000000011';
SELECT i FROM gec_holding WHERE g = '10000000000000000240100001234011';
DROP INDEX gec_holding_multi;
RESET enable_seqscan;

-- joins and grouping by hash and by merge
SET enable_mergejoin = off;
SET enable_nestloop = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM gec_holding AS a JOIN gec_holding AS b USING (g);
SELECT count(*) FROM gec_holding AS a JOIN gec_holding AS b USING (g);
RESET enable_mergejoin;
SET enable_hashjoin = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM gec_holding AS a JOIN gec_holding AS b USING (g);
SELECT count(*) FROM gec_holding AS a JOIN gec_holding AS b USING (g);
RESET enable_hashjoin;
RESET enable_nestloop;
SELECT count(*) FROM (SELECT g FROM gec_holding GROUP BY g) AS s;

-- ranges hash by their bounds
SET enable_sort = off;
SELECT count(*), sum(n) FROM (SELECT r, count(*) AS n FROM gec_holding WHERE r IS NOT NULL GROUP BY r) AS s;
RESET enable_sort;

-- in parallel
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
EXPLAIN (COSTS OFF) SELECT min(g), max(g), sum(quantity(r)) FROM gec_holding WHERE i > 0;
SELECT min(g), max(g), sum(quantity(r)) FROM gec_holding WHERE i > 0;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET max_parallel_workers_per_gather;

-- sorting more than fits the first estimate: many projects, one project
SELECT count(*) AS out_of_order
FROM (SELECT g, lag(g) OVER (ORDER BY g) AS before
      FROM (SELECT make_gec(lpad(((i + 1500) % 3000)::text, 17, '0'), '2024-01-01', 1 + (i * 7919) % 40009) AS g
            FROM generate_series(1, 40000) AS i OFFSET 0) AS s) AS t
WHERE before > g;
SELECT count(*) AS out_of_order
FROM (SELECT g, lag(g) OVER (ORDER BY g) AS before
      FROM (SELECT make_gec('10000000000000000', '2024-01-01', 1 + (i * 7919) % 40009) AS g
            FROM generate_series(1, 40000) AS i OFFSET 0) AS s) AS t
WHERE before > g;

-- window frames in numbers of certificates
SELECT serial(g), array_agg(serial(g)) OVER (ORDER BY g RANGE BETWEEN 2 PRECEDING AND 1 FOLLOWING) AS near
FROM (SELECT make_gec('10000000000000000', '2024-01-01', i) AS g FROM unnest(ARRAY[1, 2, 3, 6, 7, 20]) AS i) AS s
ORDER BY g;
SELECT count(*) OVER (ORDER BY g RANGE BETWEEN (-1)::bigint PRECEDING AND CURRENT ROW)
FROM (SELECT make_gec('10000000000000000', '2024-01-01', 1) AS g) AS s;
\echo :LAST_ERROR_SQLSTATE

-- partitioning by hash and by range
CREATE TABLE gec_part (g gec PRIMARY KEY) PARTITION BY HASH (g);
CREATE TABLE gec_part0 PARTITION OF gec_part FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE gec_part1 PARTITION OF gec_part FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO gec_part SELECT make_gec('10000000000000000', '2024-01-01', i) FROM generate_series(1, 1000) AS i;
SELECT (SELECT count(*) FROM gec_part0) + (SELECT count(*) FROM gec_part1) AS rows,
       (SELECT count(*) FROM gec_part0) BETWEEN 400 AND 600 AS even;
SELECT g FROM gec_part WHERE g = '10000000000000000240100000012311';
CREATE TABLE gec_byrange (g gec) PARTITION BY RANGE (g);
CREATE TABLE gec_byrange1 PARTITION OF gec_byrange FOR VALUES FROM (MINVALUE) TO ('10000000000000000240100000050011');
CREATE TABLE gec_byrange2 PARTITION OF gec_byrange FOR VALUES FROM ('10000000000000000240100000050011') TO (MAXVALUE);
INSERT INTO gec_byrange TABLE gec_part;
SELECT (SELECT count(*) FROM gec_byrange1) AS below, (SELECT count(*) FROM gec_byrange2) AS from_500;
EXPLAIN (COSTS OFF) SELECT * FROM gec_byrange WHERE g < '10000000000000000240100000012311';

-- equal values hash alike, seeds differ
SELECT gec_hash(a) = gec_hash(b) AS same, gec_hash_extended(a, 0) <> gec_hash_extended(b, 1) AS seeded
FROM (VALUES ('10000000000000000240100000012311'::gec, gec_successor('10000000000000000240100000012211'))) AS v(a, b);

-- every operator class is complete
SELECT amname, opcname, amvalidate(c.oid)
FROM pg_opclass AS c JOIN pg_am AS a ON a.oid = opcmethod
WHERE opcintype = 'gec'::regtype ORDER BY 1, 2;

DROP TABLE gec_random, gec_holding, gec_part, gec_byrange;
