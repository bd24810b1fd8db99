-- nonfossil: non-fossil consumption by method of identification, as an aggregate.
SET client_min_messages = warning; CREATE EXTENSION IF NOT EXISTS certledger; RESET client_min_messages; SET search_path = certledger, public;
\set SHOW_CONTEXT never
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/test/fixture/helper.sql'
\i :helper
CREATE FUNCTION pg_temp.plan_has(query text, node text, options text DEFAULT 'COSTS OFF') RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE format('EXPLAIN (%s) ', options) || query LOOP
        IF strpos(line, node) > 0 THEN
            RETURN true;
        END IF;
    END LOOP;
    RETURN false;
END $$;

-- U1: P 5, T 30, C 35, A 8.065281 GWh
SELECT (nonfossil(identification, energy)).*
FROM (VALUES ('physical'::identification, '5 GWh'::energy), ('energy_trade', '30 GWh'), ('certificate_trade', '35 GWh'), ('allocation', '8065280.845 kWh')) AS v(identification, energy);
SELECT nonfossil(identification, energy), accumulate(identification, energy)
FROM (VALUES ('physical'::identification, '1 kWh'::energy), ('allocation', '-2.5 kWh'), ('physical', '0.25 kWh')) AS v(identification, energy);

-- NULL energy does not count, with or without identification; nothing gives NULL, as sum() does
SELECT nonfossil(identification, energy), accumulate(identification, energy)
FROM (VALUES ('physical'::identification, NULL::energy), (NULL, NULL), ('allocation', '1 kWh')) AS v(identification, energy);
SELECT nonfossil(identification, energy), nonfossil(identification, energy) IS NULL AS is_null, accumulate(identification, energy)
FROM (VALUES ('physical'::identification, NULL::energy), (NULL, NULL)) AS v(identification, energy);
SELECT nonfossil('physical', '1 kWh'), accumulate('physical', '1 kWh') WHERE false;
-- a method without rows has 0 kWh, and so has nothing at all that adds up to zero
SELECT nonfossil('physical', '0 kWh');
SELECT nonfossil('energy_trade', energy) FROM (VALUES ('1 kWh'::energy), ('-1 kWh')) AS v(energy);
-- an energy that nobody identified is not lost in silence
SELECT nonfossil(identification, energy) FROM (VALUES ('physical'::identification, '1 kWh'::energy), (NULL, '2 kWh')) AS v(identification, energy);
\echo :LAST_ERROR_SQLSTATE
SELECT accumulate(identification, energy) FROM (VALUES (NULL::identification, '2 kWh'::energy)) AS v(identification, energy);
\echo :LAST_ERROR_SQLSTATE
SELECT nonfossil(identification, energy) FILTER (WHERE identification IS NOT NULL)
FROM (VALUES ('physical'::identification, '1 kWh'::energy), (NULL, '2 kWh')) AS v(identification, energy);
SELECT nonfossil(DISTINCT identification, energy)
FROM (VALUES ('physical'::identification, '1 kWh'::energy), ('physical', '1 kWh'), ('allocation', '1 kWh')) AS v(identification, energy);
-- units are the point of the type
SELECT nonfossil('physical', 5);
\echo :LAST_ERROR_SQLSTATE
SELECT nonfossil('solar', '5 kWh');
\echo :LAST_ERROR_SQLSTATE

-- Near the limits: what does not fit in between does not matter, only the end does
SELECT nonfossil(identification, energy)
FROM (VALUES (1, 'physical'::identification, '9223372036854775807 Wh'::energy), (2, 'physical', '9223372036854775807 Wh'), (3, 'physical', '-9223372036854775808 Wh'),
             (4, 'physical', '-9223372036854775807 Wh'), (5, 'physical', '42 Wh')) AS v(n, identification, energy);
SELECT nonfossil(identification, energy)
FROM (VALUES ('physical'::identification, '9223372036854775807 Wh'::energy), ('energy_trade', '-9223372036854775808 Wh'),
             ('certificate_trade', '9223372036854775807 Wh'), ('allocation', '-9223372036854775807 Wh')) AS v(identification, energy);
SELECT * FROM pg_temp.refused(
    $$SELECT nonfossil('physical', e) FROM (VALUES ('9223372036854775807 Wh'::energy), ('1 Wh')) AS v(e)$$,
    $$SELECT nonfossil('energy_trade', e) FROM (VALUES ('-9223372036854775808 Wh'::energy), ('-1 Wh')) AS v(e)$$,
    $$SELECT nonfossil('certificate_trade', e) FROM (VALUES ('9223372036854775807 Wh'::energy), ('1 Wh')) AS v(e)$$,
    $$SELECT nonfossil('allocation', e) FROM (VALUES ('9223372036854775807 Wh'::energy), ('1 Wh')) AS v(e)$$);
-- each method fits and all together do not; the accumulator does not mind
SELECT accumulate(i, e), entries(accumulate(i, e)) FROM (VALUES ('physical'::identification, '9223372036854775807 Wh'::energy), ('allocation', '1 Wh')) AS v(i, e);
SELECT nonfossil(i, e) FROM (VALUES ('physical'::identification, '9223372036854775807 Wh'::energy), ('allocation', '1 Wh')) AS v(i, e);
\echo :LAST_ERROR_SQLSTATE
SELECT nonfossil(i, e) FROM (VALUES ('certificate_trade'::identification, '-9223372036854775808 Wh'::energy), ('certificate_trade', '-9223372036854775808 Wh')) AS v(i, e);
\echo :LAST_ERROR_SQLSTATE

-- The accumulator: text, binary, errors
SELECT a, entries(a), total(a)
FROM (VALUES (1, '(0,0,0,0,0)'::nonfossil_accumulator), (2, '(1,1500,0,0,0)'), (3, '(1,0,0,0,-9223372036854775808)'), (4, '(4,1,-2,3,-4)'),
             (5, '(3,9223372036854775807,-9223372036854775808,0,1)'), (6, '(281474976710656,0,0,0,0)')) AS v(n, a) ORDER BY n;
SELECT a FROM (VALUES (1, '(281474976710656,2596148429267413813983773187899392,0,0,0)'::nonfossil_accumulator),
                      (2, '(281474976710656,0,0,0,-2596148429267413814265248164610048)'),
                      (3, '(4,18446744073709551614,-18446744073709551616,0,0)')) AS v(n, a) ORDER BY n;
SELECT total('(2,9223372036854775808,0,0,0)'::nonfossil_accumulator);
\echo :LAST_ERROR_SQLSTATE
SELECT ''::nonfossil_accumulator;
\echo :LAST_ERROR_SQLSTATE
SELECT '(1,1,1,0,0)'::nonfossil_accumulator;
\echo :LAST_ERROR_SQLSTATE
SELECT '(281474976710657,0,0,0,0)'::nonfossil_accumulator;
\echo :LAST_ERROR_SQLSTATE
CREATE FUNCTION pg_temp.state_of(query text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE query;
    RETURN 'accepted';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END $$;
SELECT t AS input, pg_temp.state_of(format('SELECT %L::certledger.nonfossil_accumulator', t)) AS state
FROM (VALUES (1, '(1,1,0,0,0'), (2, '1,1,0,0,0)'), (3, '(1)'), (4, '(1,1)'), (5, '(1,1,0,0)'), (6, '(1,1,0,0,)'), (7, '(,1,0,0,0)'), (8, '(1,1,0,0,0,0)'),
             (9, '(1,1,0,0,0))'), (10, ' (1,1,0,0,0)'), (11, '(1,1,0,0,0) '), (12, '(1, 1,0,0,0)'), (13, '(01,1,0,0,0)'), (14, '(1,01,0,0,0)'), (15, '(1,+1,0,0,0)'),
             (16, '(1,-0,0,0,0)'), (17, '(1,0,0,0,-0)'), (18, '(-1,0,0,0,0)'), (19, '(1,1.0,0,0,0)'), (20, '(1,--1,0,0,0)'), (21, '(1,-,0,0,0)'), (22, '(1,1;0,0,0)'),
             (23, '(0,0,1,0,0)'), (24, '(1,0,0,0,-9223372036854775809)'), (25, '(1,0,0,9223372036854775808,0)'), (26, '(2,9223372036854775808,1,0,0)'),
             (27, '(2,-9223372036854775809,0,1,0)'), (28, '(2,1,1,1,0)'), (29, '(3,1,1,1,-1)'), (30, '(281474976710656,2596148429267413813983773187899393,0,0,0)'),
             (31, '(281474976710656,0,-2596148429267413814265248164610049,0,0)'), (32, '(281474976710656,2596148429267413813983773187899392,1,0,0)'),
             (33, '(1,340282366920938463463374607431768211457,0,0,0)'), (34, '(1,-340282366920938463463374607431768211457,0,0,0)'),
             (35, '(340282366920938463463374607431768211457,0,0,0,0)'), (36, '(1,0,0,0,9223372036854775807)'), (37, '(2,9223372036854775808,0,0,0)'),
             (38, '(2,0,-9223372036854775809,0,0)'), (39, '(4,1,-1,1,-1)')) AS v(n, t) ORDER BY n;
-- errors of input are soft where the server knows soft errors
SELECT CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SELECT pg_input_is_valid(''(0,1,0,0,0)'', ''nonfossil_accumulator'')
    OR pg_input_is_valid(''(0)'', ''nonfossil_accumulator'') AS valid' ELSE 'SELECT false AS valid' END AS query \gset
:query;
SELECT nonfossil_accumulator_send('(8,1,-2,18446744073709551617,-18446744073709551617)');
CREATE TEMP TABLE state (n int, a nonfossil_accumulator);
INSERT INTO state VALUES (1, '(4,1,-2,3,-4)'), (2, '(281474976710656,0,0,0,-2596148429267413814265248164610048)'), (3, '(3,18446744073709551614,-1,0,0)'),
    (4, '(0,0,0,0,0)'), (5, '(281474976710656,0,0,2596148429267413813983773187899392,0)');
CREATE TEMP TABLE received (LIKE state);
COPY state TO PROGRAM 'cat > certledger_nonfossil.bin' (FORMAT binary);
COPY received FROM PROGRAM 'cat certledger_nonfossil.bin && rm certledger_nonfossil.bin' (FORMAT binary);
SELECT n, a FROM received ORDER BY n;
-- binary: count 0 with sum 1, count -1, count 2^48 + 1, a sum of 2^127, one energy for two methods, a byte too few, a byte too many
CREATE TEMP TABLE refused (a nonfossil_accumulator);
COPY refused FROM PROGRAM 'z="\000\000\000\000\000\000\000\000"; printf "PGCOPY\n\377\r\n\000$z\000\001\000\000\000\110$z$z\000\000\000\000\000\000\000\001$z$z$z$z$z$z\377\377"' (FORMAT binary);
\echo :LAST_ERROR_SQLSTATE
COPY refused FROM PROGRAM 'z="\000\000\000\000\000\000\000\000"; printf "PGCOPY\n\377\r\n\000$z\000\001\000\000\000\110\377\377\377\377\377\377\377\377$z$z$z$z$z$z$z$z\377\377"' (FORMAT binary);
\echo :LAST_ERROR_SQLSTATE
COPY refused FROM PROGRAM 'z="\000\000\000\000\000\000\000\000"; printf "PGCOPY\n\377\r\n\000$z\000\001\000\000\000\110\000\001\000\000\000\000\000\001$z$z$z$z$z$z$z$z\377\377"' (FORMAT binary);
\echo :LAST_ERROR_SQLSTATE
COPY refused FROM PROGRAM 'z="\000\000\000\000\000\000\000\000"; printf "PGCOPY\n\377\r\n\000$z\000\001\000\000\000\110\000\001\000\000\000\000\000\000\200\000\000\000\000\000\000\000$z$z$z$z$z$z$z\377\377"' (FORMAT binary);
\echo :LAST_ERROR_SQLSTATE
COPY refused FROM PROGRAM 'z="\000\000\000\000\000\000\000\000"; o="\000\000\000\000\000\000\000\001"; printf "PGCOPY\n\377\r\n\000$z\000\001\000\000\000\110$o$z$o$z$o$z$z$z$z\377\377"' (FORMAT binary);
\echo :LAST_ERROR_SQLSTATE
COPY refused FROM PROGRAM 'z="\000\000\000\000\000\000\000\000"; printf "PGCOPY\n\377\r\n\000$z\000\001\000\000\000\107$z$z$z$z$z$z$z$z\000\000\000\000\000\000\000\377\377"' (FORMAT binary);
\echo :LAST_ERROR_SQLSTATE
COPY refused FROM PROGRAM 'z="\000\000\000\000\000\000\000\000"; printf "PGCOPY\n\377\r\n\000$z\000\001\000\000\000\111$z$z$z$z$z$z$z$z$z\000\377\377"' (FORMAT binary);
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) FROM refused;

-- called outside an aggregate, the functions leave their argument alone
SELECT nonfossil_accumulator_add(a, 'physical', '1') AS added, nonfossil_accumulator_remove(a, 'certificate_trade', '0.003') AS removed,
       nonfossil_accumulator_combine(a, a) AS combined, nonfossil_accumulator_uncombine(a, a) AS uncombined, a AS unchanged
FROM received WHERE n = 1;
SELECT nonfossil_accumulator_add('(1,5,0,0,0)', 'physical', NULL) AS same, nonfossil_accumulator_add('(1,5,0,0,0)', NULL, NULL) AS same_too,
       nonfossil_accumulator_add(NULL, 'physical', '1') AS unknown, nonfossil_accumulator_remove('(1,5,0,0,0)', NULL, NULL) AS nothing_removed,
       nonfossil_accumulator_remove(NULL, 'physical', '1') AS unknown_too, nonfossil_accumulator_combine('(1,5,0,0,0)', NULL) AS strict;
-- carries: across the sign, up to bit 96 and back
SELECT n, nonfossil_accumulator_add(a, 'energy_trade', e) AS added,
       nonfossil_accumulator_remove(nonfossil_accumulator_add(a, 'energy_trade', e), 'energy_trade', e)::text = a::text AS undone
FROM (VALUES (1, '(1,0,-1,0,0)'::nonfossil_accumulator, '0.001'::energy), (2, '(1,0,1,0,0)', '-0.002'), (3, '(3,0,18446744073709551615,0,0)', '0.001'),
             (4, '(3,0,18446744073709551616,0,0)', '-0.001'), (5, '(281474976710655,0,79228162514264337593543950335,0,0)', '0.001'),
             (6, '(281474976710655,0,79228162514264337593543950336,0,0)', '-0.001'), (7, '(281474976710655,0,-79228162514264337593543950336,0,0)', '-0.001'),
             (8, '(281474976710655,0,-79228162514264337593543950337,0,0)', '0.001'), (9, '(3,0,-18446744073709551616,0,0)', '-9223372036854775808 Wh')) AS v(n, a, e) ORDER BY n;
SELECT nonfossil_accumulator_add('(1,5,0,0,0)', NULL, '1');
\echo :LAST_ERROR_SQLSTATE
SELECT nonfossil_accumulator_remove('(1,5,0,0,0)', NULL, '1');
\echo :LAST_ERROR_SQLSTATE
SELECT nonfossil_accumulator_add('(281474976710656,0,0,0,0)', 'physical', '1');
\echo :LAST_ERROR_SQLSTATE
SELECT nonfossil_accumulator_combine('(281474976710656,0,0,0,0)', '(1,0,0,0,0)');
\echo :LAST_ERROR_SQLSTATE
SELECT nonfossil_accumulator_remove('(0,0,0,0,0)', 'physical', '1');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM pg_temp.refused(
    $$SELECT nonfossil_accumulator_remove('(0,0,0,0,0)', 'physical', '0')$$,
    $$SELECT nonfossil_accumulator_remove('(1,5,0,0,0)', 'physical', '1')$$,
    $$SELECT nonfossil_accumulator_remove('(1,5,0,0,0)', 'energy_trade', '0.005')$$,
    $$SELECT nonfossil_accumulator_remove('(281474976710656,0,0,0,-2596148429267413814265248164610048)', 'allocation', '9223372036854775807 Wh')$$,
    $$SELECT nonfossil_accumulator_uncombine('(1,5,0,0,0)', '(2,5,0,0,0)')$$,
    $$SELECT nonfossil_accumulator_uncombine('(2,5,0,0,0)', '(2,4,0,0,0)')$$,
    $$SELECT nonfossil_accumulator_uncombine('(2,5,0,0,0)', '(1,0,5,0,0)')$$,
    $$SELECT nonfossil_accumulator_uncombine('(281474976710656,0,0,0,-2596148429267413814265248164610048)', '(281474976710656,0,0,0,2596148429267413813983773187899392)')$$);

-- A table of one's own, random with a fixed seed: regions of all tiers, NULLs, small energies and energies of any size
CREATE TABLE public.identified (n int, region region, account int, identification identification, energy energy, wide energy);
INSERT INTO public.identified
SELECT n, ('{500112,500103,500100,500200,500000,510104,510107,513401,650102,650000}'::region[])[1 + account % 10], account,
       (enum_range(NULL::identification))[1 + method % 4], make_energy(wh => small % 2000000000 - 500000000), make_energy(wh => wide)
FROM (SELECT n, ('x' || substr(h, 1, 16))::bit(64)::bigint AS wide, ('x' || substr(h, 17, 8))::bit(32)::bigint AS small,
             ('x' || substr(h, 25, 4))::bit(16)::int % 401 AS account, ('x' || substr(h, 29, 4))::bit(16)::int AS method
      FROM (SELECT n, md5('622 ' || n) AS h FROM generate_series(1, 20000) AS n) AS hash) AS random;
UPDATE public.identified SET energy = NULL, identification = CASE WHEN n % 14 = 0 THEN NULL ELSE identification END, wide = NULL WHERE n % 7 = 0;
ANALYZE public.identified;
-- against numeric: the state to the watt-hour, for energies whose sums pass 64 bits
SELECT count(*) AS accounts, bool_and(state = plain) AS same, bool_and(wide_state = wide_plain) AS wide_same,
       count(*) FILTER (WHERE beyond) > 100 AS many_beyond_64_bits
FROM (SELECT accumulate(identification, energy)::text AS state, accumulate(identification, wide)::text AS wide_state,
             format('(%s,%s,%s,%s,%s)', count(energy), coalesce(sum(wh(energy)) FILTER (WHERE identification = 'physical'), 0), coalesce(sum(wh(energy)) FILTER (WHERE identification = 'energy_trade'), 0),
                    coalesce(sum(wh(energy)) FILTER (WHERE identification = 'certificate_trade'), 0), coalesce(sum(wh(energy)) FILTER (WHERE identification = 'allocation'), 0)) AS plain,
             format('(%s,%s,%s,%s,%s)', count(wide), coalesce(sum(wh(wide)) FILTER (WHERE identification = 'physical'), 0), coalesce(sum(wh(wide)) FILTER (WHERE identification = 'energy_trade'), 0),
                    coalesce(sum(wh(wide)) FILTER (WHERE identification = 'certificate_trade'), 0), coalesce(sum(wh(wide)) FILTER (WHERE identification = 'allocation'), 0)) AS wide_plain,
             abs(sum(wh(wide)) FILTER (WHERE identification = 'physical')) > 9223372036854775807 AS beyond
      FROM public.identified GROUP BY account) AS s;

-- Four tiers in one scan equal plain sums at each tier
PREPARE tiers AS
SELECT grouping(province(region), prefecture(region), account) AS tier, province(region), prefecture(region), account, (nonfossil(identification, energy)).*
FROM public.identified GROUP BY ROLLUP (province(region), prefecture(region), account);
CREATE TEMP TABLE plain AS
WITH m AS (
    SELECT province(region) AS province, prefecture(region) AS prefecture, account, CASE identification WHEN 'physical' THEN wh(energy) END AS p, CASE identification WHEN 'energy_trade' THEN wh(energy) END AS t,
           CASE identification WHEN 'certificate_trade' THEN wh(energy) END AS c, CASE identification WHEN 'allocation' THEN wh(energy) END AS a, wh(energy) AS e FROM public.identified
)
SELECT 0 AS tier, province, prefecture, account, sum(p) AS p, sum(t) AS t, sum(c) AS c, sum(a) AS a, sum(e) AS e FROM m GROUP BY province, prefecture, account
UNION ALL SELECT 1, province, prefecture, NULL, sum(p), sum(t), sum(c), sum(a), sum(e) FROM m GROUP BY province, prefecture
UNION ALL SELECT 3, province, NULL, NULL, sum(p), sum(t), sum(c), sum(a), sum(e) FROM m GROUP BY province
UNION ALL SELECT 7, NULL, NULL, NULL, sum(p), sum(t), sum(c), sum(a), sum(e) FROM m;
CREATE TEMP TABLE tiers AS EXECUTE tiers;
-- prefecture NULL: accounts that report to the province itself
SELECT * FROM tiers WHERE tier > 0 ORDER BY tier DESC, province, prefecture NULLS FIRST;
SELECT tier, count(*) AS plain, count(t.total) AS tiers,
       bool_and((wh(physical), wh(energy_trade), wh(certificate_trade), wh(allocation), wh(total)) = (coalesce(p, 0), coalesce(q.t, 0), coalesce(c, 0), coalesce(a, 0), e)) AS same
FROM plain AS q FULL JOIN tiers AS t USING (tier) WHERE (t.province, t.prefecture, t.account) IS NOT DISTINCT FROM (q.province, q.prefecture, q.account) GROUP BY tier ORDER BY tier;
SELECT (SELECT count(*) FROM tiers) = (SELECT count(*) FROM plain) AS same_rows;
-- by hashing, by sorting, without memory, all the same
SELECT pg_temp.plan_has('EXECUTE tiers', 'MixedAggregate') AS hashed;
SET enable_hashagg = off;
DEALLOCATE tiers;
PREPARE tiers AS
SELECT grouping(province(region), prefecture(region), account) AS tier, province(region), prefecture(region), account, (nonfossil(identification, energy)).*
FROM public.identified GROUP BY ROLLUP (province(region), prefecture(region), account);
SELECT pg_temp.plan_has('EXECUTE tiers', 'GroupAggregate') AS sorted;
CREATE TEMP TABLE sorted AS EXECUTE tiers;
RESET enable_hashagg;
SET enable_sort = off; SET work_mem = '64kB'; SET hash_mem_multiplier = 1;
SELECT pg_temp.plan_has('SELECT n, nonfossil(identification, energy) FROM public.identified GROUP BY n', 'Disk Usage', 'ANALYZE, TIMING OFF') AS spilled;
CREATE TEMP TABLE spilled AS SELECT n, (nonfossil(identification, energy)).total FROM public.identified GROUP BY n;
RESET enable_sort; RESET work_mem; RESET hash_mem_multiplier;
SELECT (SELECT count(*) FROM (TABLE tiers EXCEPT ALL TABLE sorted) AS x) AS only_hashed, (SELECT count(*) FROM (TABLE sorted EXCEPT ALL TABLE tiers) AS x) AS only_sorted,
       (SELECT count(*) FROM spilled JOIN public.identified USING (n) WHERE total IS NOT DISTINCT FROM energy) AS spilled;

-- Parallel workers give the same
CREATE TEMP TABLE serial AS SELECT region, nonfossil(identification, energy) AS n, accumulate(identification, wide) AS a FROM public.identified GROUP BY region;
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET max_parallel_workers_per_gather = 2;
EXPLAIN (COSTS OFF) SELECT nonfossil(identification, energy), accumulate(identification, wide) FROM public.identified;
SELECT nonfossil(identification, energy), accumulate(identification, wide) FROM public.identified;
SELECT pg_temp.plan_has('SELECT region, nonfossil(identification, energy), accumulate(identification, wide) FROM public.identified GROUP BY region', 'Partial HashAggregate') AS partial;
CREATE TABLE public.parallel AS SELECT region, nonfossil(identification, energy) AS n, accumulate(identification, wide) AS a FROM public.identified GROUP BY region;
SELECT count(*), bool_and(s.n = p.n AND s.a::text = p.a::text) AS same FROM serial AS s FULL JOIN public.parallel AS p USING (region);
-- the rollup of what the workers summed per account
SELECT pg_temp.plan_has('SELECT province(region), prefecture(region), account, (nonfossil(partial)).*
    FROM (SELECT region, account, accumulate(identification, energy) AS partial FROM public.identified GROUP BY region, account) AS s
    GROUP BY ROLLUP (province(region), prefecture(region), account)', 'Partial HashAggregate') AS partial;
CREATE TABLE public.two_step AS
SELECT grouping(province(region), prefecture(region), account) AS tier, province(region), prefecture(region), account, (nonfossil(partial)).*
FROM (SELECT region, account, accumulate(identification, energy) AS partial FROM public.identified GROUP BY region, account) AS s GROUP BY ROLLUP (province(region), prefecture(region), account);
SELECT (SELECT count(*) FROM (TABLE tiers EXCEPT ALL TABLE public.two_step) AS x) AS only_one_step, (SELECT count(*) FROM (TABLE public.two_step EXCEPT ALL TABLE tiers) AS x) AS only_two_steps;
-- errors of a worker come through
SELECT nonfossil(CASE WHEN n = 19998 THEN NULL ELSE identification END, energy) FROM public.identified;
\echo :LAST_ERROR_SQLSTATE
SET max_parallel_workers_per_gather = 0;
SELECT nonfossil(identification, energy), accumulate(identification, wide) FROM public.identified;
RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size; RESET max_parallel_workers_per_gather;
DROP TABLE public.parallel, public.two_step;

-- Stored states are rolled up
CREATE TEMP TABLE stored AS SELECT region, account, n % 12 + 1 AS month, accumulate(identification, energy) AS partial FROM public.identified GROUP BY 1, 2, 3;
SELECT pg_column_size(partial) AS bytes, partial, total(partial), entries(partial) FROM stored WHERE account = 7 AND month <= 3 ORDER BY month;
SELECT accumulate(partial)::text = (SELECT accumulate(identification, energy)::text FROM public.identified) AS same_state,
       nonfossil(partial) = (SELECT nonfossil(identification, energy) FROM public.identified) AS same, total(accumulate(partial)) = nonfossil(partial) AS same_total FROM stored;
SELECT count(*) FROM (SELECT grouping(province(region), prefecture(region), account), province(region), prefecture(region), account, (nonfossil(partial)).*
    FROM stored GROUP BY ROLLUP (province(region), prefecture(region), account) EXCEPT ALL TABLE tiers) AS x;
SELECT accumulate(a), nonfossil(a) FROM (VALUES (NULL::nonfossil_accumulator), ('(0,0,0,0,0)')) AS v(a);
SELECT accumulate(a), nonfossil(a) FROM state WHERE false;
SELECT accumulate(a) FROM received WHERE n IN (1, 3, 4);
SELECT nonfossil(a) FROM received WHERE n = 3;
\echo :LAST_ERROR_SQLSTATE
SELECT accumulate(a) FROM received;
\echo :LAST_ERROR_SQLSTATE
-- rows that come later are added to a stored state, rows that were wrong are taken out
SELECT nonfossil_accumulator_add(partial, 'physical', '1 MWh')::text = (SELECT accumulate(i, e)::text
           FROM (SELECT identification, energy FROM public.identified WHERE account = 7 AND n % 12 = 0 UNION ALL SELECT 'physical', '1 MWh') AS x(i, e)) AS added,
       nonfossil_accumulator_remove(partial, x.identification, x.energy)::text = (SELECT accumulate(identification, energy)::text
           FROM public.identified WHERE account = 7 AND n % 12 = 0 AND n <> x.n) AS taken_out
FROM stored, LATERAL (SELECT n, identification, energy FROM public.identified WHERE account = 7 AND n % 12 = 0 AND energy IS NOT NULL ORDER BY n LIMIT 1) AS x
WHERE stored.account = 7 AND month = 1;

-- Moving windows take out what leaves the frame
SELECT n, i, e, nonfossil(i, e) OVER w, accumulate(i, e) OVER w
FROM (VALUES (1, 'physical'::identification, '-1'::energy), (2, 'physical', '9223372036854775807 Wh'), (3, NULL, NULL), (4, 'energy_trade', '-1'), (5, 'allocation', '0.001'),
             (6, 'allocation', '-9223372036854775808 Wh'), (7, 'physical', NULL), (8, NULL, NULL)) AS v(n, i, e)
WINDOW w AS (ORDER BY n ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) ORDER BY n;
SELECT n, nonfossil(i, e) OVER (ORDER BY n ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
FROM (VALUES (1, 'physical'::identification, '9223372036854775807 Wh'::energy), (2, 'physical', '1 Wh')) AS v(n, i, e);
\echo :LAST_ERROR_SQLSTATE
SELECT n, nonfossil(i, e) OVER (ORDER BY n ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
FROM (VALUES (1, 'physical'::identification, '1 Wh'::energy), (2, NULL, '1 Wh')) AS v(n, i, e);
\echo :LAST_ERROR_SQLSTATE
SELECT month, nonfossil(partial) OVER w, accumulate(partial) OVER w FROM stored WHERE account = 7 WINDOW w AS (ORDER BY month ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) ORDER BY month LIMIT 3;
-- the same as adding up each frame anew
SELECT count(*) AS frames, bool_and(moving IS NOT DISTINCT FROM anew) AS same, bool_and(moving_state::text = anew_state::text) AS same_state
FROM (SELECT nonfossil(identification, energy) OVER w AS moving, accumulate(identification, wide) OVER w AS moving_state,
             (SELECT nonfossil(i.identification, i.energy) FROM public.identified AS i WHERE i.n BETWEEN o.n - 3 AND o.n + 2 AND i.n <= 200) AS anew,
             (SELECT accumulate(i.identification, i.wide) FROM public.identified AS i WHERE i.n BETWEEN o.n - 3 AND o.n + 2 AND i.n <= 200) AS anew_state
      FROM public.identified AS o WHERE n <= 200 WINDOW w AS (ORDER BY n ROWS BETWEEN 3 PRECEDING AND 2 FOLLOWING)) AS v;
SELECT count(*) AS frames, bool_and(moving::text = anew::text) AS same
FROM (SELECT accumulate(partial) OVER (ORDER BY month ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING) AS moving,
             (SELECT accumulate(i.partial) FROM stored AS i WHERE i.account = 7 AND i.month BETWEEN o.month - 2 AND o.month - 1) AS anew
      FROM stored AS o WHERE account = 7) AS v;
DROP TABLE public.identified;

-- A word or a column that the library does not know
ALTER TYPE identification ADD VALUE 'other';
ALTER TYPE nonfossil_consumption ADD ATTRIBUTE other energy;
\set VERBOSITY sqlstate
SELECT accumulate('other', '1 kWh');
SELECT accumulate('allocation', '1 kWh');
SELECT nonfossil('allocation', '1 kWh');
\set VERBOSITY default

-- In a ledger, in the same session after the extension was created anew: cities and provinces are what their users are together
\o /dev/null
\set fixture :abs_srcdir '/test/fixture/ledger.sql'
\i :fixture
\set fixture :abs_srcdir '/test/fixture/model.sql'
\i :fixture
SELECT * FROM run_accounts(2025);
\o
CREATE TEMP TABLE tier AS
SELECT grouping(province(u.city), u.city, u.account_id) AS tier, province(u.city) AS province, u.city, u.account_id, (nonfossil(i.identification, i.energy)).*
FROM user_account AS u, LATERAL (VALUES ('physical'::identification, u.physical), ('energy_trade', u.energy_trade),
    ('certificate_trade', u.certificate_trade), ('allocation', u.allocation)) AS i(identification, energy)
WHERE u.year = 2025 GROUP BY ROLLUP (province(u.city), u.city, u.account_id);
SELECT * FROM tier ORDER BY tier DESC, province, city, account_id;
SELECT count(*) FILTER (WHERE u.non_fossil = t.total) AS users, count(*) AS of_users FROM user_account AS u LEFT JOIN tier AS t ON t.tier = 0 AND (t.account_id, t.city) = (u.account_id, u.city);
SELECT count(*) FILTER (WHERE (c.physical, c.energy_trade, c.certificate_trade, c.allocation, c.non_fossil) = (t.physical, t.energy_trade, t.certificate_trade, t.allocation, t.total)) AS cities,
       count(*) AS of_cities FROM city_account AS c LEFT JOIN tier AS t ON t.tier = 1 AND t.city = c.city;
