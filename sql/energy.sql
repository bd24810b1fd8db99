-- Type energy: text, order, arithmetic, casts, indexes, aggregates.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS certledger;
RESET client_min_messages;
SET search_path = certledger, public;
\set VERBOSITY default

-- Input: a bare number counts kilowatt-hours
SELECT t AS input, t::energy AS energy
FROM (VALUES (1, '0'), (2, '1'), (3, '-2.5'), (4, '+3'), (5, '1234.567'),
             (6, '.5'), (7, '5.'), (8, '-0'), (9, '0.001'), (10, '007'),
             (11, '1_000_000'), (12, '1_0.0_0'), (13, '1.5e3'), (14, '15E-1'),
             (15, '1e1_0'), (16, '1500e-3'), (17, '1.0000000'),
             (18, '0e999999999'), (19, '0.000e-99999999999999999999'),
             (20, '0000000000000000000000000000000000001'),
             (21, '1000000000000000000000000e-24')) v(n, t)
ORDER BY n;

-- every unit, in every case but one
SELECT t AS input, t::energy AS energy, wh(t::energy) AS wh
FROM (VALUES (1, '1 Wh'), (2, '1 kWh'), (3, '1 MWh'), (4, '1 GWh'), (5, '1 TWh'),
             (6, '1wh'), (7, '1KWH'), (8, '1kwh'), (9, '1Mwh'), (10, '1mwh'),
             (11, '1MWH'), (12, '1gwh'), (13, '1tWh'), (14, '1 WH'),
             (15, '1瓦时'), (16, '1千瓦时'), (17, '1 兆瓦时'), (18, '1吉瓦时'),
             (19, '1太瓦时'), (20, '1度'),
             (21, '3.18亿千瓦时'), (22, '500 万千瓦时'), (23, '500 万 千瓦时'),
             (24, '2亿 kWh'), (25, '1.2万kwh'), (26, '1.5万亿千瓦时'),
             (27, '0.00001万度'), (28, '12 亿度'), (29, '1_000万千瓦时'),
             (30, '1e-4 万千瓦时')) v(n, t)
ORDER BY n;

-- white space: ASCII and U+3000, around the number and before the unit
SELECT E' \t\n\x0b\f\r1　 kWh 　'::energy AS a, '　2　千瓦时　'::energy AS b,
       '3　'::energy AS c, '4 亿　度'::energy AS d;

-- what is exact is accepted however it is written, what is finer is refused
SELECT '0.000001 MWh'::energy AS a, '1.000 Wh'::energy AS b,
       '123456000e-9 MWh'::energy AS c;
SELECT '0.0001'::energy;
\echo :LAST_ERROR_SQLSTATE
SELECT '1.5 Wh'::energy;
\echo :LAST_ERROR_SQLSTATE
SELECT '1e-999999999 TWh'::energy;
\echo :LAST_ERROR_SQLSTATE
SELECT '1234567.89012345 万千瓦时'::energy;
\echo :LAST_ERROR_SQLSTATE

-- the ends of the range
SELECT '9223372036854775807 Wh'::energy AS largest,
       '-9223372036854775808 Wh'::energy AS smallest,
       '-9223372036854775.808'::energy = '-9223372.036854775808 TWh' AS same;
SELECT '9223372036854775808 Wh'::energy;
\echo :LAST_ERROR_SQLSTATE
SELECT '-9223372036854775809 Wh'::energy;
\echo :LAST_ERROR_SQLSTATE
SELECT '9999999999999999999 Wh'::energy;
\echo :LAST_ERROR_SQLSTATE
SELECT '18446744073709551616 Wh'::energy;
\echo :LAST_ERROR_SQLSTATE
SELECT '-1e999999999'::energy;
\echo :LAST_ERROR_SQLSTATE
SELECT '1e99999999999999999999999999999999'::energy;
\echo :LAST_ERROR_SQLSTATE

-- texts that are no energy
SELECT ''::energy;
\echo :LAST_ERROR_SQLSTATE
SELECT '  '::energy;
\echo :LAST_ERROR_SQLSTATE
SELECT 'kWh'::energy;
\echo :LAST_ERROR_SQLSTATE
SELECT '--5'::energy;
\echo :LAST_ERROR_SQLSTATE
SELECT '- 5'::energy;
\echo :LAST_ERROR_SQLSTATE
SELECT '.'::energy;
\echo :LAST_ERROR_SQLSTATE
SELECT 'NaN'::energy;
\echo :LAST_ERROR_SQLSTATE
SELECT '-Infinity kWh'::energy;
\echo :LAST_ERROR_SQLSTATE
SELECT '1__000'::energy;
\echo :LAST_ERROR_SQLSTATE
SELECT '1,000 kWh'::energy;
\echo :LAST_ERROR_SQLSTATE
SELECT '1e kWh'::energy;
\echo :LAST_ERROR_SQLSTATE
SELECT '1 mWh'::energy;
\echo :LAST_ERROR_SQLSTATE
SELECT '1 kVArh'::energy;
\echo :LAST_ERROR_SQLSTATE
SELECT '3亿'::energy;
\echo :LAST_ERROR_SQLSTATE
SELECT '3万兆瓦时'::energy;
\echo :LAST_ERROR_SQLSTATE

-- the same in short: every one is refused
CREATE FUNCTION pg_temp.state_of(query text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE query;
    RETURN 'accepted';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END $$;
CREATE FUNCTION pg_temp.plan_has(query text, node text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        IF strpos(line, node) > 0 THEN
            RETURN true;
        END IF;
    END LOOP;
    RETURN false;
END $$;
SELECT t AS input, pg_temp.state_of(format('SELECT %L::certledger.energy', t)) AS state
FROM (VALUES (1, '+'), (2, '-'), (3, '+-1'), (4, '_1'), (5, '1_'), (6, '1_.5'),
             (7, '1._5'), (8, '._5'), (9, '1.5.2'), (10, '1..5'), (11, '1e'),
             (12, '1e+'), (13, '1e_1'), (14, '1e1_'), (15, '1e1__0'), (16, '1e1.5'),
             (17, 'e5'), (18, '0x10'), (19, '1 k Wh'), (20, '1 kW h'), (21, '1 kW'),
             (22, '1 h'), (23, '1 W'), (24, '1 J'), (25, '1 kWhx'), (26, '1 kWh 2'),
             (27, '1 2'), (28, '1 mWH'), (29, '1 百万千瓦时'), (30, '1 万'),
             (31, '1 万亿 '), (32, '1 亿万千瓦时'), (33, '1 万Wh'), (34, '1 亿MWh'),
             (35, '1 万瓦时'), (36, '万千瓦时'), (37, '１２'), (38, '1 千瓦'),
             (39, 'Inf'), (40, '+nan'), (41, 'infinity'), (42, '1 kWh;'),
             (43, '1-2'), (44, '1e5e5'), (45, '(1,1000)'),
             (46, '1 ' || chr(160) || 'kWh'), (47, 'one kWh')) v(n, t)
ORDER BY n;

-- errors of input are soft where the server knows soft errors
SELECT CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SELECT pg_input_is_valid(''1 mWh'', ''energy'') OR pg_input_is_valid(''1e99'', ''energy'')
    OR pg_input_is_valid(''0.0001'', ''energy'') OR pg_input_is_valid(''(0,1)'', ''energy_accumulator'')
    OR pg_input_is_valid(''(0)'', ''energy_accumulator'') AS valid' ELSE 'SELECT false AS valid' END AS query
\gset
:query;

-- Output is canonical and depends on no setting
SELECT make_energy(wh => n)::text AS text
FROM (VALUES (0), (1), (10), (100), (999), (1000), (1010), (-1), (-1000), (-12345),
             (9223372036854775807), (-9223372036854775808)) v(n)
ORDER BY n;
SET extra_float_digits = 0;
SET intervalstyle = sql_standard;
SELECT '1234.5'::energy AS unchanged;
RESET extra_float_digits;
RESET intervalstyle;
-- random values of every size come back from their text
SELECT setseed(0.5);
CREATE TEMP TABLE random_energy AS
    SELECT make_energy(wh => ((random() - 0.5) * 2 ^ (random() * 63))::bigint) AS e
    FROM generate_series(1, 10000);
SELECT count(*) AS checked,
       bool_and(e::text::energy = e) AS text,
       bool_and(make_energy(wh => wh(e)) = e) AS wh,
       bool_and(make_energy(kwh => kwh(e)) = e) AS kwh,
       bool_and(make_energy(mwh => mwh(e)) = e) AS mwh,
       bool_and(e::numeric::energy = e) AS "cast"
FROM random_energy;

-- Binary input and output
SELECT energy_send('1.5 kWh') AS sent, energy_send('-1 Wh') AS negative;
INSERT INTO random_energy VALUES (NULL), ('9223372036854775807 Wh'), ('-9223372036854775808 Wh');
CREATE TEMP TABLE received (e energy);
COPY random_energy TO PROGRAM 'cat > certledger_energy.bin' (FORMAT binary);
COPY received FROM PROGRAM 'cat certledger_energy.bin && rm certledger_energy.bin' (FORMAT binary);
SELECT count(*), count(e) FROM received;
SELECT count(*) AS different
FROM (SELECT e FROM random_energy EXCEPT ALL SELECT e FROM received) d;
-- seven bytes are no energy
COPY received FROM PROGRAM 'printf "PGCOPY\n\377\r\n\000\000\000\000\000\000\000\000\000\000\001\000\000\000\007\000\000\000\000\000\000\001\377\377"' (FORMAT binary);
\echo :LAST_ERROR_SQLSTATE

-- Order
SELECT a, b, a = b AS eq, a <> b AS ne, a < b AS lt, a <= b AS le, a > b AS gt,
       a >= b AS ge, energy_cmp(a, b) AS cmp, energy_larger(a, b) AS larger,
       energy_smaller(a, b) AS smaller, greatest(a, b), least(a, b)
FROM (VALUES (1, '1 kWh'::energy, '1000 Wh'::energy), (2, '-1', '1'), (3, '2 MWh', '1999'),
             (4, '-9223372036854775808 Wh', '9223372036854775807 Wh')) v(n, a, b)
ORDER BY n;
SELECT '5' < '10'::energy AS by_value, e IS NULL AS unknown FROM (SELECT NULL::energy + '1') v(e);

-- Arithmetic
SELECT +e AS plus, -e AS minus, abs(e), e + '1 Wh' AS add, e - '3' AS subtract
FROM (VALUES (1, '2.5'::energy), (2, '-2.5'), (3, '0')) v(n, e) ORDER BY n;
SELECT -e AS minus FROM (SELECT '-9223372036854775808 Wh'::energy) v(e);
\echo :LAST_ERROR_SQLSTATE
SELECT abs('-9223372036854775808 Wh'::energy);
\echo :LAST_ERROR_SQLSTATE
SELECT -'-9223372036854775807 Wh'::energy AS fits, abs('-9223372036854775807 Wh'::energy) AS fits;
SELECT '9223372036854775807 Wh'::energy + '1 Wh';
\echo :LAST_ERROR_SQLSTATE
SELECT '-9223372036854775808 Wh'::energy + '-1 Wh';
\echo :LAST_ERROR_SQLSTATE
SELECT '-9223372036854775808 Wh'::energy - '1 Wh';
\echo :LAST_ERROR_SQLSTATE
SELECT '0'::energy - '-9223372036854775808 Wh';
\echo :LAST_ERROR_SQLSTATE

-- times a number of any exact type, on either side
SELECT e * 2 AS int4, 2 * e AS int4_left, e * 2::smallint AS int2, 2::smallint * e AS int2_left,
       e * 2::bigint AS int8, 2::bigint * e AS int8_left, e * 0.342 AS "numeric",
       0.342 * e AS numeric_left, e * '2' AS literal, '2' * e AS literal_left
FROM (SELECT '1.001 kWh'::energy) v(e);
-- rounded once, half away from zero
SELECT n AS wh, make_energy(wh => n) * 0.5 AS half, make_energy(wh => n) * -0.5 AS minus_half,
       make_energy(wh => n) * 0.4999999999999999999999999999999999 AS below,
       make_energy(wh => n) / 2 AS divided, make_energy(wh => n) / -2 AS divided_by_minus,
       make_energy(wh => n) / 2.00000000000000000000000000000000001 AS divided_below
FROM (VALUES (0), (1), (2), (3), (-1), (-2), (-3)) v(n) ORDER BY n;
SELECT '173.502 MWh'::energy * 0.5366 AS exact, '760 GWh'::energy * 0.8426 AS exact,
       '9223372036854775807 Wh'::energy * 1 AS largest,
       '-9223372036854775808 Wh'::energy * 1 AS smallest,
       '9223372036854775807 Wh'::energy * 1.00000000000000000001 AS rounds_into_range,
       '1 Wh'::energy * 1e-1000 AS vanishes, '0'::energy * 1e1000 AS zero;
-- S-1, S-2: energy in MWh times a factor in t/MWh
SELECT mwh('173.502 MWh') * 0.5366 AS "S-1", round(mwh('173.502 MWh') * 0.5366, 2) AS "S-1 rounded",
       round(mwh('760 GWh') * 0.8426) AS "S-2";
SELECT '9223372036854775807 Wh'::energy * 1.0000000000000000001;
\echo :LAST_ERROR_SQLSTATE
SELECT -1 * '-9223372036854775808 Wh'::energy;
\echo :LAST_ERROR_SQLSTATE
SELECT '1'::energy * 1e1000;
\echo :LAST_ERROR_SQLSTATE
SELECT '1'::energy * 'NaN'::numeric;
\echo :LAST_ERROR_SQLSTATE
SELECT '-Infinity'::numeric * '0'::energy;
\echo :LAST_ERROR_SQLSTATE
-- a floating-point factor is no exact number
SELECT '1'::energy * 0.5::double precision;
\echo :LAST_ERROR_SQLSTATE
-- the square of an energy is no energy
SELECT '1'::energy * '1'::energy;
\echo :LAST_ERROR_SQLSTATE

-- divided by a number
SELECT e / 3 AS int4, e / 3::bigint AS int8, e / 1.5 AS "numeric", e / -0.001 AS small,
       e / 1e30 AS large
FROM (SELECT '10 kWh'::energy) v(e);
SELECT '-9223372036854775808 Wh'::energy / 1 AS smallest,
       '9223372036854775807 Wh'::energy / -1 AS largest;
SELECT '-9223372036854775808 Wh'::energy / -1;
\echo :LAST_ERROR_SQLSTATE
-- 18 digits are computed in 128 bits, more by numeric's arithmetic
SELECT '9223372036854775807 Wh'::energy * 0.99999999999999999 AS digits_18,
       '9223372036854775807 Wh'::energy * 0.999999999999999999 AS digits_19,
       '-9223372036854775808 Wh'::energy / 123456789012345678 AS divided_18,
       '-9223372036854775808 Wh'::energy / 1234567890123456789 AS divided_19,
       '9223372036854775807 Wh'::energy * 0.000000000000000001 AS small;
SELECT '9223372036854775807 Wh'::energy / 0.99999999999999999999;
SELECT '9223372036854775807 Wh'::energy / 0.9999999999999999999;
\echo :LAST_ERROR_SQLSTATE
SELECT '1'::energy / 1e-1000;
\echo :LAST_ERROR_SQLSTATE
SELECT '1'::energy / 0;
\echo :LAST_ERROR_SQLSTATE
SELECT '0'::energy / 0.000;
\echo :LAST_ERROR_SQLSTATE
SELECT '1'::energy / 0.000000000000000000000000000000;
\echo :LAST_ERROR_SQLSTATE
SELECT '1'::energy / 'NaN'::numeric;
\echo :LAST_ERROR_SQLSTATE
SELECT '1'::energy / 'Infinity'::numeric;
\echo :LAST_ERROR_SQLSTATE
SELECT 2 / '1'::energy;
\echo :LAST_ERROR_SQLSTATE

-- divided by an energy: a plain number
SELECT '1 MWh'::energy / '4 kWh'::energy AS whole, '1'::energy / '3'::energy AS third,
       '-9223372036854775808 Wh'::energy / '-1 Wh'::energy AS largest,
       '2'::energy / '8' AS literal,
       pg_typeof('1'::energy / '3'::energy) AS type;
SELECT '1'::energy / '0'::energy;
\echo :LAST_ERROR_SQLSTATE
SELECT n, a % b AS rest
FROM (VALUES (1, '7.5'::energy, '2'::energy), (2, '-7.5', '2'), (3, '7.5', '-2'),
             (4, '-9223372036854775808 Wh', '-1 Wh'), (5, '1234567 Wh', '1 MWh')) v(n, a, b)
ORDER BY n;
SELECT '1'::energy % '0'::energy;
\echo :LAST_ERROR_SQLSTATE

-- arithmetic on random values against numeric
SELECT count(*) AS checked,
       bool_and(wh(e * f) = round(wh(e) * f)) AS times,
       bool_and(wh(e / f) = round(wh(e)::numeric(60, 40) / f)) AS divided,
       bool_and(e * f = e * f::numeric(60, 40) AND e / f = e / f::numeric(60, 40)
                AND e * -f = e * -f::numeric(60, 40) AND e / -f = e / -f::numeric(60, 40)) AS with_many_digits
FROM (SELECT e % '1 TWh' AS e, (random() * 100 + 0.01)::numeric(10, 6) AS f
      FROM random_energy WHERE e IS NOT NULL) v;

-- To and from plain numbers
SELECT wh(e), kwh(e), mwh(e), e::numeric AS "cast"
FROM (VALUES (1, '1234.567 kWh'::energy), (2, '-1 Wh'), (3, '0'), (4, '1 GWh'),
             (5, '9223372036854775807 Wh'), (6, '-9223372036854775808 Wh')) v(n, e) ORDER BY n;
SELECT make_energy() AS none, make_energy(5) AS wh, make_energy(kwh => 1.5) AS kwh,
       make_energy(mwh => 2) AS mwh, make_energy(1, 2, 3) AS "all",
       make_energy(kwh => 0.0005, mwh => 0.0000005) AS whole_together,
       make_energy(wh => -9223372036854775808) AS smallest,
       make_energy(wh => NULL) IS NULL AS strict;
SELECT make_energy(kwh => 0.0001);
\echo :LAST_ERROR_SQLSTATE
SELECT make_energy(wh => 9223372036854775807, kwh => 0.001);
\echo :LAST_ERROR_SQLSTATE
SELECT make_energy(mwh => 'NaN');
\echo :LAST_ERROR_SQLSTATE
SELECT make_energy(kwh => '-Infinity');
\echo :LAST_ERROR_SQLSTATE
SELECT 5::energy AS int4, 5::bigint::energy AS int8, 1.5::energy AS "numeric",
       (-2147483648)::energy AS smallest_int4, 1.5000000::energy AS exact,
       9223372036854775.807::energy AS largest, 1e3::energy AS scientific,
       energy(7) AS as_function, '7 MWh'::text::energy AS text, '7 MWh'::energy::text AS to_text;
SELECT 1.0005::energy;
\echo :LAST_ERROR_SQLSTATE
SELECT 9223372036854775.808::energy;
\echo :LAST_ERROR_SQLSTATE
SELECT 9223372036854776::energy;
\echo :LAST_ERROR_SQLSTATE
SELECT (-9223372036854776)::bigint::energy;
\echo :LAST_ERROR_SQLSTATE
SELECT 'NaN'::numeric::energy;
\echo :LAST_ERROR_SQLSTATE
SELECT 'Infinity'::numeric::energy;
\echo :LAST_ERROR_SQLSTATE
-- numbers may be assigned, as kilowatt-hours
CREATE TEMP TABLE assigned (n int, e energy);
INSERT INTO assigned VALUES (1, 5), (2, 5000000000);
INSERT INTO assigned VALUES (3, 1.5);
INSERT INTO assigned VALUES (4, 1.5::double precision);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM assigned ORDER BY n;
-- but an energy never is a number, nor a number an energy, by itself
SELECT '1'::energy = 1;
\echo :LAST_ERROR_SQLSTATE
SELECT '1'::energy + 1;
\echo :LAST_ERROR_SQLSTATE
SELECT round('1'::energy);
\echo :LAST_ERROR_SQLSTATE
SELECT '1'::energy::bigint;
\echo :LAST_ERROR_SQLSTATE
SELECT '1'::energy::double precision;
\echo :LAST_ERROR_SQLSTATE
SELECT coalesce('1'::energy, 0);
\echo :LAST_ERROR_SQLSTATE
INSERT INTO assigned (n) VALUES ('1'::energy);
\echo :LAST_ERROR_SQLSTATE
SELECT castsource::regtype, casttarget::regtype, castcontext, castmethod
FROM pg_cast
WHERE 'energy'::regtype IN (castsource, casttarget)
   OR 'energy_accumulator'::regtype IN (castsource, casttarget)
ORDER BY castsource::regtype::text, casttarget::regtype::text;

-- Operator classes
SELECT amname, opcname, opcdefault, amvalidate(c.oid) AS valid
FROM pg_opclass c JOIN pg_am a ON a.oid = c.opcmethod
WHERE opcintype = 'energy'::regtype
ORDER BY amname, opcname;
SELECT amname, amprocnum, amproc
FROM pg_amproc p JOIN pg_opfamily f ON f.oid = p.amprocfamily JOIN pg_am a ON a.oid = f.opfmethod
WHERE amproclefttype = 'energy'::regtype AND amname IN ('btree', 'hash')
ORDER BY amname, amprocnum;

CREATE TABLE metered (n int, r int, e energy);
INSERT INTO metered SELECT n, n % 3, make_energy(wh => n) FROM generate_series(1, 50000) n;
CREATE INDEX metered_btree ON metered (e);
ANALYZE metered;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
EXPLAIN (COSTS OFF) SELECT n FROM metered WHERE e >= '49.998' ORDER BY e;
SELECT n FROM metered WHERE e >= '49.998' ORDER BY e;
EXPLAIN (COSTS OFF) SELECT e FROM metered ORDER BY e DESC LIMIT 1;
SELECT min(e), max(e) FROM metered;
-- min and max take the end of an index
SELECT pg_temp.plan_has('SELECT max(e) FROM metered', 'Index Only Scan Backward using metered_btree') AS max,
       pg_temp.plan_has('SELECT min(e) FROM metered', 'Index Only Scan using metered_btree') AS min;
DROP INDEX metered_btree;
CREATE INDEX metered_hash ON metered USING hash (e);
EXPLAIN (COSTS OFF) SELECT n FROM metered WHERE e = '77 Wh';
SELECT n FROM metered WHERE e = '77 Wh';
DROP INDEX metered_hash;
RESET enable_bitmapscan;
CREATE INDEX metered_brin ON metered USING brin (e) WITH (pages_per_range = 4);
EXPLAIN (COSTS OFF) SELECT n FROM metered WHERE e = '77 Wh';
SELECT n FROM metered WHERE e = '77 Wh';
DROP INDEX metered_brin;
CREATE INDEX metered_brin ON metered USING brin (e energy_minmax_multi_ops) WITH (pages_per_range = 4);
EXPLAIN (COSTS OFF) SELECT count(*) FROM metered WHERE e < '78 Wh';
SELECT count(*) FROM metered WHERE e < '78 Wh';
DROP INDEX metered_brin;
CREATE INDEX metered_brin ON metered USING brin (e energy_bloom_ops) WITH (pages_per_range = 4);
EXPLAIN (COSTS OFF) SELECT n FROM metered WHERE e = '77 Wh';
SELECT n FROM metered WHERE e = '77 Wh';
DROP INDEX metered_brin;
RESET enable_seqscan;

-- joins by hash and by merge
SET enable_mergejoin = off;
SET enable_nestloop = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM metered a JOIN metered b USING (e);
SELECT count(*) FROM metered a JOIN metered b USING (e);
RESET enable_mergejoin;
SET enable_hashjoin = off;
SELECT count(*) FROM metered a JOIN metered b USING (e);
RESET enable_hashjoin;
RESET enable_nestloop;
-- equal values hash alike wherever they come from
SELECT bool_and(energy_hash(e) = energy_hash(e::text::energy)
                AND energy_hash_extended(e, 0)::bit(32) = energy_hash(e)::bit(32)
                AND energy_hash_extended(e, 1) <> energy_hash_extended(e, 2)) AS alike
FROM random_energy WHERE e IS NOT NULL;

-- hash partitions
CREATE TABLE spread (e energy NOT NULL) PARTITION BY HASH (e);
CREATE TABLE spread_0 PARTITION OF spread FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE spread_1 PARTITION OF spread FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO spread SELECT e FROM metered;
SELECT tableoid::regclass AS partition, count(*) BETWEEN 24000 AND 26000 AS about_half
FROM spread GROUP BY tableoid ORDER BY tableoid::regclass::text;
EXPLAIN (COSTS OFF) SELECT count(*) FROM spread WHERE e = '1';
DROP TABLE spread;
-- range partitions
CREATE TABLE sized (e energy NOT NULL) PARTITION BY RANGE (e);
CREATE TABLE sized_small PARTITION OF sized FOR VALUES FROM (MINVALUE) TO ('1 MWh');
CREATE TABLE sized_large PARTITION OF sized FOR VALUES FROM ('1 MWh') TO (MAXVALUE);
INSERT INTO sized VALUES ('999.999'), ('1000');
SELECT tableoid::regclass AS partition, e FROM sized ORDER BY e;
DROP TABLE sized;

-- The accumulator: text, binary, errors
SELECT a, entries(a), total(a), average(a), total_kwh(a)
FROM (VALUES (1, '(0,0)'::energy_accumulator), (2, '(1,1500)'), (3, '(3,-5)'), (4, '(2,5)'),
             (5, '(2,-5)'), (6, '(2,-9223372036854775808)'),
             (7, '(9223372036854775807,0)')) v(n, a)
ORDER BY n;
SELECT average(a), total_kwh(a)
FROM (VALUES (1, '(2,18446744073709551614)'::energy_accumulator),
             (2, '(2,-18446744073709551616)'),
             (3, '(9223372036854775807,85070591730234615847396907784232501249)'),
             (4, '(9223372036854775807,-85070591730234615856620279821087277056)')) v(n, a)
ORDER BY n;
SELECT total('(2,9223372036854775808)'::energy_accumulator);
\echo :LAST_ERROR_SQLSTATE
SELECT ''::energy_accumulator;
\echo :LAST_ERROR_SQLSTATE
SELECT '(1,9223372036854775808)'::energy_accumulator;
\echo :LAST_ERROR_SQLSTATE
SELECT t AS input, pg_temp.state_of(format('SELECT %L::certledger.energy_accumulator', t)) AS state
FROM (VALUES (1, '(1,1'), (2, '1,1)'), (3, '(1)'), (4, '(1,)'), (5, '(,1)'), (6, '(1,1))'),
             (7, ' (1,1)'), (8, '(1, 1)'), (9, '(01,1)'), (10, '(1,01)'), (11, '(1,+1)'),
             (12, '(1,-0)'), (13, '(-1,0)'), (14, '(1,1.0)'), (15, '(1,--1)'), (16, '(1,-)'),
             (17, '(0,1)'), (18, '(1,-9223372036854775809)'),
             (19, '(9223372036854775808,0)'),
             (20, '(9223372036854775807,85070591730234615847396907784232501250)'),
             (21, '(9223372036854775807,-85070591730234615856620279821087277057)'),
             (22, '(1,170141183460469231731687303715884105728)'),
             (23, '(340282366920938463463374607431768211457,0)'),
             (24, '(1,-9223372036854775808)'), (25, '(1,9223372036854775807)')) v(n, t)
ORDER BY n;
SELECT energy_accumulator_send('(2,-1500)');
CREATE TEMP TABLE partial AS
    SELECT '(1,1500)'::energy_accumulator AS a
    UNION ALL SELECT '(9223372036854775807,-85070591730234615856620279821087277056)'
    UNION ALL SELECT '(3,18446744073709551615)' UNION ALL SELECT '(0,0)';
CREATE TEMP TABLE partial_received (LIKE partial);
COPY partial TO PROGRAM 'cat > certledger_energy.bin' (FORMAT binary);
COPY partial_received FROM PROGRAM 'cat certledger_energy.bin && rm certledger_energy.bin' (FORMAT binary);
SELECT a FROM partial_received ORDER BY a::text COLLATE "C";
-- count 0 with sum 1, count -1, and a byte too few
COPY partial FROM PROGRAM 'printf "PGCOPY\n\377\r\n\000\000\000\000\000\000\000\000\000\000\001\000\000\000\030\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\001\377\377"' (FORMAT binary);
\echo :LAST_ERROR_SQLSTATE
COPY partial FROM PROGRAM 'printf "PGCOPY\n\377\r\n\000\000\000\000\000\000\000\000\000\000\001\000\000\000\030\377\377\377\377\377\377\377\377\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\377\377"' (FORMAT binary);
\echo :LAST_ERROR_SQLSTATE
COPY partial FROM PROGRAM 'printf "PGCOPY\n\377\r\n\000\000\000\000\000\000\000\000\000\000\001\000\000\000\027\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\377\377"' (FORMAT binary);
\echo :LAST_ERROR_SQLSTATE

-- called outside an aggregate, the functions leave their argument alone
SELECT a, energy_accumulator_add(a, '1') AS added, energy_accumulator_remove(a, '1.5') AS removed,
       energy_accumulator_combine(a, a) AS combined, energy_accumulator_uncombine(a, a) AS uncombined,
       a AS unchanged
FROM partial_received WHERE entries(a) = 1;
SELECT energy_accumulator_transition('(1,5)', NULL) AS same, energy_accumulator_transition('(1,5)', '1') AS added,
       energy_accumulator_transition(NULL, '1') AS unknown;
SELECT energy_accumulator_remove('(0,0)', '1');
\echo :LAST_ERROR_SQLSTATE
SELECT energy_accumulator_remove('(1,5)', '1');
\echo :LAST_ERROR_SQLSTATE
SELECT energy_accumulator_uncombine('(1,5)', '(2,5)');
\echo :LAST_ERROR_SQLSTATE
SELECT energy_accumulator_uncombine('(2,5)', '(2,4)');
\echo :LAST_ERROR_SQLSTATE
SELECT energy_accumulator_add('(9223372036854775807,0)', '1');
\echo :LAST_ERROR_SQLSTATE
SELECT energy_accumulator_combine('(9223372036854775807,0)', '(1,0)');
\echo :LAST_ERROR_SQLSTATE

-- Aggregates
SELECT sum(e), avg(e), min(e), max(e), accumulate(e), count(e)
FROM (VALUES ('1'::energy), (NULL), ('2.001'), ('-0.5')) v(e);
SELECT sum(e), avg(e), min(e), max(e), accumulate(e) FROM (SELECT NULL::energy) v(e);
SELECT sum(e), avg(e), min(e), max(e), accumulate(e) FROM metered WHERE false;
-- avg rounds half away from zero
SELECT n, avg(make_energy(wh => wh)) FROM (VALUES (1, 0), (1, 1), (2, 0), (2, -1), (3, 0), (3, 0), (3, 1),
    (4, -1), (4, -1), (4, 0)) v(n, wh) GROUP BY n ORDER BY n;
-- what does not fit in between does not matter, only the end does
SELECT sum(e) FROM (VALUES ('9223372036854775807 Wh'::energy), ('9223372036854775807 Wh'),
    ('-9223372036854775808 Wh'), ('-9223372036854775807 Wh'), ('42 Wh')) v(e);
SELECT sum(e) FROM (VALUES ('9223372036854775807 Wh'::energy), ('1 Wh')) v(e);
\echo :LAST_ERROR_SQLSTATE
SELECT sum(e) FROM (VALUES ('-9223372036854775808 Wh'::energy), ('-1 Wh')) v(e);
\echo :LAST_ERROR_SQLSTATE
SELECT avg(e), total_kwh(accumulate(e))
FROM (VALUES ('9223372036854775807 Wh'::energy), ('9223372036854775806 Wh')) v(e);
SELECT sum(DISTINCT e), sum(e) FILTER (WHERE e > '1') FROM (VALUES ('1'::energy), ('1'), ('2')) v(e);
-- against numeric
SELECT total_kwh(accumulate(e)) = sum(kwh(e)) AS sum, wh(avg(e)) = round(avg(wh(e))) AS avg,
       entries(accumulate(e)) = count(e) AS count
FROM random_energy;

-- partial sums can be stored and accumulated further
CREATE TEMP TABLE monthly AS
    SELECT n % 12 + 1 AS month, accumulate(e) AS partial FROM metered GROUP BY 1;
SELECT month, partial, total(partial) FROM monthly WHERE month < 4 ORDER BY month;
SELECT accumulate(partial), total(accumulate(partial)) AS total,
       total(accumulate(partial)) = (SELECT sum(e) FROM metered) AS same_sum,
       average(accumulate(partial)) = (SELECT avg(e) FROM metered) AS same_avg
FROM monthly;
SELECT accumulate(a) FROM (SELECT NULL::energy_accumulator) v(a);

-- moving windows take out what leaves the frame
SELECT n, e, sum(e) OVER w, avg(e) OVER w, accumulate(e) OVER w, min(e) OVER w, max(e) OVER w
FROM (VALUES (1, '-1'::energy), (2, '9223372036854775807 Wh'), (3, NULL), (4, '-1'), (5, '0.001'),
             (6, '-9223372036854775808 Wh'), (7, NULL), (8, NULL)) v(n, e)
WINDOW w AS (ORDER BY n ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
ORDER BY n;
SELECT n, e, sum(e) OVER (ORDER BY n ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
FROM (VALUES (1, '9223372036854775807 Wh'::energy), (2, '1 Wh')) v(n, e);
\echo :LAST_ERROR_SQLSTATE
SELECT month, accumulate(partial) OVER (ORDER BY month ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
FROM monthly ORDER BY month LIMIT 3;
-- the same as summing each frame anew
WITH first_rows AS MATERIALIZED (SELECT n, e FROM metered WHERE n <= 200)
SELECT count(*) AS frames, bool_and(moving = anew) AS same
FROM (SELECT sum(e) OVER w AS moving,
             (SELECT sum(i.e) FROM first_rows i WHERE i.n BETWEEN o.n - 3 AND o.n + 2) AS anew
      FROM first_rows o
      WINDOW w AS (ORDER BY n ROWS BETWEEN 3 PRECEDING AND 2 FOLLOWING)) v;
-- frames by energy
SELECT e, array_agg(e::text) OVER (ORDER BY e RANGE BETWEEN '1 kWh' PRECEDING AND '500 Wh' FOLLOWING) AS near
FROM (VALUES ('0'::energy), ('0.5'), ('1'), ('1.501'), ('9223372036854775807 Wh')) v(e)
ORDER BY e;
SELECT sum(e) OVER (ORDER BY e RANGE BETWEEN '-1' PRECEDING AND CURRENT ROW)
FROM (VALUES ('0'::energy)) v(e);
\echo :LAST_ERROR_SQLSTATE

-- parallel workers give the same
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
EXPLAIN (COSTS OFF) SELECT sum(e), avg(e), min(e), max(e), accumulate(e) FROM metered;
SELECT sum(e), avg(e), min(e), max(e), accumulate(e) FROM metered;
SELECT pg_temp.plan_has('SELECT r, sum(e) FROM metered GROUP BY r', 'Partial HashAggregate') AS partial;
SELECT r, sum(e) FROM metered GROUP BY r ORDER BY r;
SET max_parallel_workers_per_gather = 0;
SELECT sum(e), avg(e), min(e), max(e), accumulate(e) FROM metered;
SELECT r, sum(e) FROM metered GROUP BY r ORDER BY r;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET max_parallel_workers_per_gather;
DROP TABLE metered;
