SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS certledger;
RESET client_min_messages;
SET search_path = certledger, public;

--
-- Input takes 2, 4 or 6 digits, output gives six
--
SELECT '50'::region, '5001'::region, '500112'::region, '00'::region, '0000'::region, '000000'::region;
SELECT '5'::region;
\echo :LAST_ERROR_SQLSTATE
SELECT ''::region;
\echo :LAST_ERROR_SQLSTATE
SELECT '500'::region;
\echo :LAST_ERROR_SQLSTATE
SELECT '50011'::region;
\echo :LAST_ERROR_SQLSTATE
SELECT '5001120'::region;
\echo :LAST_ERROR_SQLSTATE
SELECT '5a'::region;
\echo :LAST_ERROR_SQLSTATE
SELECT '-50000'::region;
\echo :LAST_ERROR_SQLSTATE
SELECT ' 50'::region;
\echo :LAST_ERROR_SQLSTATE
SELECT '重庆'::region;
\echo :LAST_ERROR_SQLSTATE
SELECT '16'::region;
\echo :LAST_ERROR_SQLSTATE
SELECT '99'::region;
\echo :LAST_ERROR_SQLSTATE
SELECT '000001'::region;
\echo :LAST_ERROR_SQLSTATE
SELECT '0001'::region;
\echo :LAST_ERROR_SQLSTATE
SELECT '500001'::region;
\echo :LAST_ERROR_SQLSTATE

-- soft errors where the server has them (16 and later)
SELECT current_setting('server_version_num')::int >= 160000 AS soft \gset
\set bad_is_valid f
\set unknown_is_valid f
\set county_is_valid f
\set good_is_valid t
\if :soft
SELECT pg_input_is_valid('500', 'region') AS bad_is_valid,
       pg_input_is_valid('99', 'region') AS unknown_is_valid,
       pg_input_is_valid('500001', 'region') AS county_is_valid,
       pg_input_is_valid('5001', 'region') AS good_is_valid \gset
\endif
\echo :bad_is_valid :unknown_is_valid :county_is_valid :good_is_valid

-- casts are explicit, and as strict as the text
SELECT 500112::region, 0::region, '500112'::region::integer, 500000::region::text;
SELECT 500001::region;
\echo :LAST_ERROR_SQLSTATE
SELECT 990000::region;
\echo :LAST_ERROR_SQLSTATE
SELECT 50::region;
\echo :LAST_ERROR_SQLSTATE
SELECT (-500000)::region;
\echo :LAST_ERROR_SQLSTATE
SELECT 1000000::region;
\echo :LAST_ERROR_SQLSTATE
SELECT '500000'::region = 500000;
\echo :LAST_ERROR_SQLSTATE

-- every code by text and by number: 34 provinces, of 99
-- prefectures with 99 counties each, and the nation
CREATE TABLE region_code AS
SELECT lpad(i::text, 6, '0') AS t, i::integer AS n, lpad(i::text, 6, '0')::region AS r
FROM (SELECT p * 10000 + c * 100 + d AS i
      FROM unnest(ARRAY[11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37,
                        41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63, 64, 65,
                        71, 81, 82]) AS p,
           generate_series(0, 99) AS c, generate_series(0, 99) AS d
      WHERE c > 0 OR d = 0
      UNION ALL SELECT 0) AS s;
SELECT count(*) AS codes,
       count(*) FILTER (WHERE r::text = t AND r::integer = n AND n::region = r) AS same,
       count(*) = 1 + 34 * (1 + 99 * 100) AS as_counted
FROM region_code;

--
-- Binary input and output: the code in 32 bits
--
SELECT region_send('500112') AS sent;
SELECT current_setting('data_directory') || '/pg_stat_tmp/certledger_region.bin' AS binary_file \gset
CREATE TABLE region_bytes (b bytea);
CREATE TABLE region_read (r region);
INSERT INTO region_bytes VALUES (int4send(0)), (int4send(500000)), (int4send(500112)), (NULL);
COPY region_bytes TO :'binary_file' (FORMAT binary);
COPY region_read FROM :'binary_file' (FORMAT binary);
SELECT r FROM region_read ORDER BY r;
\set VERBOSITY terse
TRUNCATE region_bytes;
INSERT INTO region_bytes VALUES (int4send(500001));
COPY region_bytes TO :'binary_file' (FORMAT binary);
COPY region_read FROM :'binary_file' (FORMAT binary);
\echo :LAST_ERROR_SQLSTATE
UPDATE region_bytes SET b = int4send(990000);
COPY region_bytes TO :'binary_file' (FORMAT binary);
COPY region_read FROM :'binary_file' (FORMAT binary);
\echo :LAST_ERROR_SQLSTATE
UPDATE region_bytes SET b = int4send(-1);
COPY region_bytes TO :'binary_file' (FORMAT binary);
COPY region_read FROM :'binary_file' (FORMAT binary);
\echo :LAST_ERROR_SQLSTATE
UPDATE region_bytes SET b = int2send(0::int2);
COPY region_bytes TO :'binary_file' (FORMAT binary);
COPY region_read FROM :'binary_file' (FORMAT binary);
\echo :LAST_ERROR_SQLSTATE
UPDATE region_bytes SET b = int8send(0);
COPY region_bytes TO :'binary_file' (FORMAT binary);
COPY region_read FROM :'binary_file' (FORMAT binary);
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY default
DROP TABLE region_bytes, region_read;

--
-- Order, parts, inside and around
--
SELECT a < b AS lt, a <= b AS le, a = b AS eq, a <> b AS ne, a >= b AS ge, a > b AS gt, region_cmp(a, b) AS cmp
FROM (VALUES ('50'::region, '5001'::region), ('50', '50'), ('5001', '50')) AS v(a, b);
SELECT min(r), max(r) FROM region_code;
SELECT min(r), max(r) FROM region_code WHERE n < 0;
SELECT r, tier(r), province(r), prefecture(r), region_last(r), region_path(r)
FROM unnest(ARRAY['00', '50', '5001', '500112', '8299', '829999']::region[]) AS r ORDER BY r;
SELECT tier(NULL::region) IS NULL AS tier, region_path(NULL) IS NULL AS path, NULL::region <@ '50' IS NULL AS within;
SELECT a, b, a <@ b AS inside, a @> b AS holds
FROM unnest(ARRAY['00', '50', '5001', '500112', '5002', '51']::region[]) AS a,
     unnest(ARRAY['00', '50', '5001', '500112']::region[]) AS b
ORDER BY a, b;
-- against the digits: as many leading digits equal as the outer one has
CREATE TABLE region_sample AS
SELECT r, t FROM region_code
WHERE n % 10000 IN (0, 100, 101, 110, 199, 200, 1000, 1010, 9900, 9999);
SELECT count(*) AS pairs,
       count(*) FILTER (WHERE (a.r <@ b.r) = (left(a.t, b.digits) = left(b.t, b.digits))) AS inside_agrees,
       count(*) FILTER (WHERE (a.r <@ b.r) = (b.r @> a.r)) AS commutes,
       count(*) FILTER (WHERE (a.r <@ b.r) = (b.r = ANY (region_path(a.r)))) AS path_agrees,
       count(*) FILTER (WHERE (a.r <@ b.r) = (a.r BETWEEN b.r AND region_last(b.r))) AS interval_agrees
FROM region_sample AS a,
     (SELECT *, CASE tier(r) WHEN 'nation' THEN 0 WHEN 'province' THEN 2 WHEN 'city' THEN 4 ELSE 6 END AS digits
      FROM region_sample) AS b;
SELECT tier(r), count(*) FROM region_code GROUP BY 1 ORDER BY 1;
-- what is inside a region is inside its province and its prefecture
SELECT count(*) FROM region_code
WHERE NOT r <@ '00' OR NOT coalesce(r <@ province(r), true) OR NOT coalesce(r <@ prefecture(r), true)
   OR NOT region_last(r) <@ r;

--
-- Index conditions for <@ and @>
--
CREATE TABLE region_user AS
SELECT r AS region FROM region_code WHERE tier(r) = 'county' AND n % 7 = 0;
INSERT INTO region_user VALUES (NULL);
CREATE INDEX region_user_btree ON region_user (region);
VACUUM ANALYZE region_user;
SET max_parallel_workers_per_gather = 0;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
-- a constant province, a prefecture; the nation and a county
EXPLAIN (COSTS OFF) SELECT count(*) FROM region_user WHERE region <@ '50';
EXPLAIN (COSTS OFF) SELECT count(*) FROM region_user WHERE region <@ '5001';
EXPLAIN (COSTS OFF) SELECT count(*) FROM region_user WHERE region <@ '00';
EXPLAIN (COSTS OFF) SELECT count(*) FROM region_user WHERE region <@ '500112';
-- the other way round
EXPLAIN (COSTS OFF) SELECT count(*) FROM region_user WHERE '50' @> region;
EXPLAIN (COSTS OFF) SELECT count(*) FROM region_user WHERE '500112' @> region;
-- who holds a region: up to four searches
EXPLAIN (COSTS OFF) SELECT count(*) FROM region_user WHERE region @> '500112';
EXPLAIN (COSTS OFF) SELECT count(*) FROM region_user WHERE '500112' <@ region;
-- the functions by name
EXPLAIN (COSTS OFF) SELECT count(*) FROM region_user WHERE region_within(region, '50');
EXPLAIN (COSTS OFF) SELECT count(*) FROM region_user WHERE region_contains('50', region);
-- a null finds nothing; a volatile argument gives no condition, but the rows
EXPLAIN (COSTS OFF) SELECT count(*) FROM region_user WHERE region <@ NULL;
SELECT count(*) FROM region_user WHERE region <@ (500000 + 0 * random()::int)::region;
SELECT count(*) FROM region_user WHERE region <@ '50';
-- an argument not known when planning
SET plan_cache_mode = force_generic_plan;
PREPARE inside(region) AS SELECT count(*) FROM region_user WHERE region <@ $1;
PREPARE holding(region) AS SELECT count(*) FROM region_user WHERE $1 <@ region;
EXPLAIN (COSTS OFF) EXECUTE inside('50');
EXECUTE inside('50');
EXECUTE inside('00');
EXECUTE inside('500112');
EXECUTE inside(NULL);
EXPLAIN (COSTS OFF) EXECUTE holding('500112');
EXECUTE holding('500112');
RESET plan_cache_mode;
DEALLOCATE inside;
DEALLOCATE holding;
-- a join, either side inside
CREATE TABLE region_place AS SELECT r AS place FROM region_code WHERE r IN ('00', '11', '50', '5001', '500112', '82');
VACUUM ANALYZE region_place;
SET enable_seqscan = on;
EXPLAIN (COSTS OFF) SELECT * FROM region_place JOIN region_user ON region <@ place WHERE place <> '00';
SELECT place, count(region) FROM region_place LEFT JOIN region_user ON region <@ place GROUP BY place ORDER BY place;
EXPLAIN (COSTS OFF) SELECT * FROM region_place JOIN region_user ON region @> place WHERE place <> '00';
SELECT place, count(region) FROM region_place LEFT JOIN region_user ON region @> place GROUP BY place ORDER BY place;
SET enable_seqscan = off;
-- a domain, an expression, and a descending index
CREATE DOMAIN home_region AS region CHECK (tier(VALUE) = 'county');
CREATE TABLE region_home AS SELECT region::home_region AS home FROM region_user;
CREATE INDEX region_home_idx ON region_home (home DESC);
EXPLAIN (COSTS OFF) SELECT count(*) FROM region_home WHERE home <@ '50';
SELECT count(*) FROM region_home WHERE home <@ '50';
CREATE INDEX region_code_prefecture ON region_code (prefecture(r));
EXPLAIN (COSTS OFF) SELECT count(*) FROM region_code WHERE prefecture(r) <@ '50';
SELECT count(*) FROM region_code WHERE prefecture(r) <@ '50';
RESET enable_bitmapscan;

-- BRIN understands the interval, hash the county
DROP INDEX region_user_btree;
CREATE INDEX region_user_brin ON region_user USING brin (region) WITH (pages_per_range = 1);
EXPLAIN (COSTS OFF) SELECT count(*) FROM region_user WHERE region <@ '50';
SELECT count(*) FROM region_user WHERE region <@ '50';
DROP INDEX region_user_brin;
CREATE INDEX region_user_multi ON region_user USING brin (region region_minmax_multi_ops) WITH (pages_per_range = 1);
EXPLAIN (COSTS OFF) SELECT count(*) FROM region_user WHERE '5001' @> region;
SELECT count(*) FROM region_user WHERE '5001' @> region;
DROP INDEX region_user_multi;
CREATE INDEX region_user_hash ON region_user USING hash (region);
EXPLAIN (COSTS OFF) SELECT count(*) FROM region_user WHERE region <@ '500110';
SELECT count(*) FROM region_user WHERE region <@ '500110';
DROP INDEX region_user_hash;

-- the index gives what the filter gives: every region there can be, by a
-- nested loop into the index and by a plain scan, both ways round
CREATE INDEX region_code_r ON region_code (r);
CREATE TABLE region_asked AS
SELECT r FROM region_code WHERE n % 100 = 0 OR n % 1733 = 0 OR n = 500112;
VACUUM ANALYZE region_code, region_asked;
SET enable_hashjoin = off;
SET enable_mergejoin = off;
CREATE TABLE region_by_index AS
SELECT a.r, count(c.r) AS inside, sum(hashint4(c.n)) AS sum FROM region_asked AS a JOIN region_code AS c ON c.r <@ a.r GROUP BY a.r;
CREATE TABLE region_up_index AS
SELECT a.r, count(c.r) AS holding, sum(hashint4(c.n)) AS sum FROM region_asked AS a JOIN region_code AS c ON c.r @> a.r GROUP BY a.r;
RESET enable_hashjoin;
RESET enable_mergejoin;
RESET enable_seqscan;
SET enable_indexscan = off;
SET enable_indexonlyscan = off;
SET enable_bitmapscan = off;
-- the plain filter, on the digits, for a part of them
WITH asked AS MATERIALIZED
     (SELECT r, regexp_replace(r::text, '(00)+$', '') AS lead FROM region_asked
      WHERE r IN ('00', '11', '50', '5001', '500112', '6590', '829900'))
SELECT count(*) AS asked, count(*) FILTER (WHERE i.inside = s.inside AND i.sum = s.sum) AS same
FROM region_by_index AS i JOIN
     (SELECT a.r, count(*) AS inside, sum(hashint4(c.n)) AS sum
      FROM asked AS a JOIN region_code AS c ON starts_with(c.t, a.lead) GROUP BY a.r) AS s USING (r);
-- all of them, by counting: provinces 9901, prefectures 100, counties 1
SELECT tier(r), inside, count(*) FROM region_by_index GROUP BY 1, 2 ORDER BY 1, 2;
SELECT tier(r), holding, count(*) FROM region_up_index GROUP BY 1, 2 ORDER BY 1, 2;
SELECT count(*) = (SELECT count(*) FROM region_asked) AS all_asked FROM region_by_index;
RESET enable_indexscan;
RESET enable_indexonlyscan;
RESET enable_bitmapscan;

--
-- Estimates: rows that the planner expects, within a factor of 2 of the truth
--
CREATE TABLE region_meter AS
SELECT r AS region, n FROM region_code WHERE tier(r) = 'county' AND n % 4 = 0
UNION ALL
SELECT '500112', n FROM region_code WHERE tier(r) = 'county' AND n % 12 = 0
UNION ALL
SELECT NULL, n FROM region_code WHERE tier(r) = 'county' AND n % 40 = 0;
ANALYZE region_meter;
CREATE TABLE region_province AS SELECT r AS region FROM region_code WHERE tier(r) = 'province';
ANALYZE region_province;
-- (these two only read what EXPLAIN says)
CREATE FUNCTION region_estimate(query text) RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    EXECUTE 'EXPLAIN SELECT 1 FROM ' || query INTO line;
    RETURN (regexp_match(line, 'rows=(\d+)'))[1];
END
$$;
CREATE FUNCTION region_truth(query text) RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE
    n numeric;
BEGIN
    EXECUTE 'SELECT count(*) FROM ' || query INTO n;
    RETURN n;
END
$$;
SELECT query, truth,
       CASE WHEN estimate BETWEEN truth / 2 AND truth * 2 THEN 'near'
            ELSE format('estimate %s', estimate) END AS estimate
FROM (SELECT n, query, region_truth(query) AS truth, region_estimate(query) AS estimate
      FROM (VALUES (1, 'region_meter WHERE region <@ ''00'''),
                   (2, 'region_meter WHERE region <@ ''11'''),
                   (3, 'region_meter WHERE region <@ ''50'''),
                   (4, 'region_meter WHERE ''50'' @> region'),
                   (5, 'region_meter WHERE region <@ ''3405'''),
                   (6, 'region_meter WHERE region <@ ''5001'''),
                   (7, 'region_meter WHERE region <@ ''500112'''),
                   (8, 'region_meter WHERE region @> ''500112'''),
                   (9, 'region_meter WHERE NOT region <@ ''50'''),
                   (10, 'region_meter WHERE region <@ ''50'' AND n > 0'),
                   (11, 'region_province WHERE region <@ ''50'''),
                   (13, 'region_meter AS m JOIN region_province AS p ON m.region <@ p.region'),
                   (14, 'region_meter AS m JOIN region_province AS p ON p.region @> m.region'),
                   (15, 'region_province AS p WHERE EXISTS (SELECT FROM region_meter AS m WHERE m.region <@ p.region)')) AS v(n, query)) AS s
ORDER BY n;
-- without statistics, the shares of the divisions that exist: 31, 333, 2978
CREATE TABLE region_unknown AS SELECT r AS region FROM region_code LIMIT 0;
SELECT region_estimate('region_unknown') BETWEEN 1000 AND 4000 AS pages_assumed,
       round(region_estimate('region_unknown') / region_estimate('region_unknown WHERE region <@ ''50''')) BETWEEN 30 AND 32 AS province,
       region_estimate('region_unknown WHERE region <@ ''00''') = region_estimate('region_unknown') AS nation;

-- hash partitioning, and pruning by county
CREATE TABLE region_part (r region) PARTITION BY HASH (r);
CREATE TABLE region_part0 PARTITION OF region_part FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE region_part1 PARTITION OF region_part FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO region_part SELECT r FROM region_sample;
SELECT count(*) FROM region_part WHERE r <@ '50';
CREATE TABLE region_list (r region) PARTITION BY RANGE (r);
CREATE TABLE region_list1 PARTITION OF region_list FOR VALUES FROM ('00') TO ('50');
CREATE TABLE region_list2 PARTITION OF region_list FOR VALUES FROM ('50') TO ('51');
CREATE TABLE region_list3 PARTITION OF region_list FOR VALUES FROM ('51') TO (MAXVALUE);
INSERT INTO region_list SELECT r FROM region_sample;
EXPLAIN (COSTS OFF) SELECT * FROM region_list WHERE r <@ '500112';
SELECT count(*) FROM region_list2;

-- hash join and merge join
SELECT count(*) FROM region_part AS a JOIN region_list AS b USING (r);
SET enable_hashjoin = off;
SELECT count(*) FROM region_part AS a JOIN region_list AS b USING (r);
RESET enable_hashjoin;
SELECT region_hash('50') = region_hash('500000') AS same, region_hash_extended('50', 0) <> region_hash_extended('50', 1) AS seeded;

-- every operator class is complete
SELECT amname, opcname, amvalidate(c.oid)
FROM pg_opclass AS c JOIN pg_am AS a ON a.oid = opcmethod
WHERE opcintype = 'region'::regtype ORDER BY 1, 2;

DROP TABLE region_code, region_sample, region_user, region_place, region_home, region_asked, region_by_index,
    region_up_index, region_meter, region_province, region_unknown, region_part, region_list;
DROP FUNCTION region_estimate(text), region_truth(text);
DROP DOMAIN home_region;
