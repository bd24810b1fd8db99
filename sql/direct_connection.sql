-- direct_connection: the yearly tests, without a ledger and with one, and
-- self-used power by hour and month.
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS certledger CASCADE;
DROP SCHEMA IF EXISTS certledger CASCADE;
CREATE EXTENSION certledger;
RESET client_min_messages;
SET search_path = certledger, public;
SET datestyle = ISO;
\set SHOW_CONTEXT never
\getenv abs_srcdir PG_ABS_SRCDIR
\set fixture :abs_srcdir '/test/fixture/helper.sql'
\set ECHO none
\i :fixture
\set ECHO all

--
-- Without a ledger, on plain values
--
-- D1: 70 % and 35 % are enough, 25 % fed in are too much
SELECT * FROM direct_connection_test(2026, '95 GWh', '5 GWh', '70 GWh', '200 GWh', '25 GWh');
-- D2: limits are inclusive; 30 % of the load is not enough in 2030
SELECT y.year, t.test, t.ratio, t.comparison, t.threshold, t.passed
FROM (VALUES (2029), (2030)) AS y(year), direct_connection_test(y.year, '100 GWh', '0 kWh', '60 GWh', '200 GWh', '20 GWh') AS t
WHERE t.test <> 'feed_in_without_spot' ORDER BY y.year, t.test;
-- one watt-hour on the wrong side of each limit, where a rounded ratio would not tell
SELECT self_used, fed_in, load, string_agg(test || CASE WHEN passed THEN ' passed' ELSE ' failed' END, ', ' ORDER BY test) FILTER (WHERE passed IS NOT NULL) AS outcome,
       bool_or(round(ratio, 12) = threshold AND NOT passed) AS looks_equal
FROM (VALUES ('5534023222112865.484 kWh'::energy, '1844674407370955.161 kWh'::energy, '9223372036854775.807 kWh'::energy),
             ('5534023222112865.485 kWh', '1844674407370955.161 kWh', '9223372036854775.807 kWh'),
             ('5534023222112865.485 kWh', '1844674407370955.162 kWh', '9223372036854775.807 kWh')) AS v(self_used, fed_in, load),
     direct_connection_test(2026, '9223372036854775.806 kWh', '0.001 kWh', self_used, load, fed_in)
GROUP BY self_used, fed_in, load ORDER BY 1, 2;
SELECT load, passed FROM (VALUES ('100 Wh'::energy), ('101 Wh'), ('99 Wh')) AS v(load), direct_connection_test(2026, '30 Wh', '0 kWh', '30 Wh', load, '0 kWh') WHERE test = 'use_of_load' ORDER BY load;
-- the province's own limit of feed-in, any number of decimals; 0 forbids, 1 allows all
SELECT l.feed_in_limit, t.threshold, t.ratio, t.passed
FROM (VALUES (NULL::numeric), (0.15), (0.2), (0.25), (0.249999999999999999999999999999), (0), (1)) AS l(feed_in_limit),
     direct_connection_test(2026, '95 GWh', '5 GWh', '70 GWh', '200 GWh', '25 GWh', feed_in_limit => l.feed_in_limit) AS t
WHERE t.test = 'feed_in' ORDER BY l.feed_in_limit NULLS FIRST;
-- where the spot market does not run continuously nothing may be fed in
SELECT fed_in, spot_market, part, threshold, passed, undecided
FROM (VALUES ('0 kWh'::energy, false), ('0.001 kWh', false), ('0 kWh', true), ('0.001 kWh', true)) AS v(fed_in, spot_market),
     direct_connection_test(2026, '95 GWh', '5 GWh', '70 GWh', '200 GWh', fed_in, spot_market => spot_market) WHERE test = 'feed_in_without_spot' ORDER BY 1, 2;
-- off the grid: no ratio test
SELECT test, ratio, passed, undecided FROM direct_connection_test(2026, '95 GWh', '5 GWh', '10 GWh', '200 GWh', '0 kWh', grid_tied => false);
-- nothing to judge: no available generation, no load, neither
SELECT generated, load, test, part, whole, ratio, passed, undecided
FROM (VALUES ('0 kWh'::energy, '5 kWh'::energy), ('5 kWh', '0 kWh'), ('0 kWh', '0 kWh')) AS v(generated, load), direct_connection_test(2026, generated, '0 kWh', '0 kWh', load, '0 kWh', spot_market => false) WITH ORDINALITY AS t(test, part, whole, ratio, comparison, threshold, passed, undecided, source, n)
ORDER BY generated, load, n;
-- only curtailed: available, and nothing of it used
SELECT test, part, whole, passed FROM direct_connection_test(2026, '0 kWh', '5 kWh', '0 kWh', '5 kWh', '0 kWh');
-- a project passes when none of its tests is failed
SELECT p.project, bool_and(t.passed) AS passed, string_agg(t.test, ', ') FILTER (WHERE NOT t.passed) AS failed
FROM (VALUES ('a', '60 GWh'::energy, '20 GWh'::energy), ('b', '59 GWh', '20 GWh'), ('c', '60 GWh', '21 GWh')) AS p(project, self_used, fed_in), direct_connection_test(2026, '100 GWh', '0 kWh', self_used, '200 GWh', fed_in) AS t
GROUP BY p.project ORDER BY p.project;

-- limits of one's own; what is left out is as published
SELECT make_direct_connection_limits(use_of_load => 0.35, source => 'decision of the province');
SELECT test, threshold, passed, source FROM direct_connection_test(2026, '100 GWh', '0 kWh', '60 GWh', '200 GWh', '20 GWh', limits => make_direct_connection_limits(use_of_load => 0.35, source => 'decision of the province'));
SELECT test, threshold, passed, undecided, source FROM direct_connection_test(2026, '100 GWh', '0 kWh', '60 GWh', '200 GWh', '20 GWh', spot_market => false, feed_in_limit => 0.1, limits => make_direct_connection_limits(0.5, feed_in => 0.3, feed_in_without_spot => true));
SELECT test, passed, undecided FROM direct_connection_test(2026, '100 GWh', '0 kWh', '60 GWh', '200 GWh', '0 kWh', grid_tied => false, limits => make_direct_connection_limits(off_grid_test => true));
SELECT test, threshold, passed FROM direct_connection_test(2019, '100 GWh', '0 kWh', '60 GWh', '200 GWh', '0 kWh', limits => make_direct_connection_limits(0.6, 0.3, 0.2));

-- errors, with their numbers
SELECT * FROM direct_connection_test(2026, '95 GWh', '5 GWh', '70 GWh', '200 GWh', '25.000001 GWh');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM direct_connection_test(2026, '95 GWh', '5 GWh', '70 GWh', '69 GWh', '0 kWh');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM direct_connection_test(2026, '95 GWh', '5 GWh', '70 GWh', '200 GWh', '1 Wh', grid_tied => false);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM direct_connection_test(2026, '-95 GWh', '5 GWh', '70 GWh', '200 GWh', '25 GWh');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM direct_connection_test(2024, '95 GWh', '5 GWh', '70 GWh', '200 GWh', '0 kWh');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM direct_connection_test(2026, '95 GWh', '5 GWh', '70 GWh', '200 GWh', '25 GWh', feed_in_limit => 20);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM pg_temp.refused(
    $$SELECT direct_connection_test(2026, '95 GWh', '-5 GWh', '70 GWh', '200 GWh', '25 GWh')$$,
    $$SELECT direct_connection_test(2026, '95 GWh', '5 GWh', '-70 GWh', '200 GWh', '25 GWh')$$,
    $$SELECT direct_connection_test(2026, '95 GWh', '5 GWh', '70 GWh', '-200 GWh', '25 GWh')$$,
    $$SELECT direct_connection_test(2026, '95 GWh', '5 GWh', '70 GWh', '200 GWh', '-25 GWh')$$,
    $$SELECT direct_connection_test(2026, '9223372036854775.807 kWh', '0.001 kWh', '70 GWh', '200 GWh', '25 GWh')$$,
    $$SELECT direct_connection_test(2026, '9223372036854775.807 kWh', '0 kWh', '9223372036854775.807 kWh', '9223372036854775.807 kWh', '9223372036854775.807 kWh')$$,
    $$SELECT direct_connection_test(NULL, '95 GWh', '5 GWh', '70 GWh', '200 GWh', '25 GWh')$$,
    $$SELECT direct_connection_test(2026, NULL, '5 GWh', '70 GWh', '200 GWh', '25 GWh')$$,
    $$SELECT direct_connection_test(2026, '95 GWh', NULL, '70 GWh', '200 GWh', '25 GWh')$$,
    $$SELECT direct_connection_test(2026, '95 GWh', '5 GWh', NULL, '200 GWh', '25 GWh')$$,
    $$SELECT direct_connection_test(2026, '95 GWh', '5 GWh', '70 GWh', NULL, '25 GWh')$$,
    $$SELECT direct_connection_test(2026, '95 GWh', '5 GWh', '70 GWh', '200 GWh', NULL)$$,
    $$SELECT direct_connection_test(2026, '95 GWh', '5 GWh', '70 GWh', '200 GWh', '25 GWh', grid_tied => NULL)$$,
    $$SELECT direct_connection_test(2026, '95 GWh', '5 GWh', '70 GWh', '200 GWh', '25 GWh', spot_market => NULL)$$,
    $$SELECT direct_connection_test(2026, '95 GWh', '5 GWh', '70 GWh', '200 GWh', '25 GWh', feed_in_limit => -0.1)$$,
    $$SELECT direct_connection_test(2026, '95 GWh', '5 GWh', '70 GWh', '200 GWh', '25 GWh', feed_in_limit => 'NaN')$$,
    $$SELECT direct_connection_test(2026, '95 GWh', '5 GWh', '70 GWh', '200 GWh', '25 GWh', feed_in_limit => 'Infinity')$$,
    $$SELECT direct_connection_test(2026, '95 GWh', '5 GWh', '70 GWh', '200 GWh', '25 GWh', limits => make_direct_connection_limits(60))$$,
    $$SELECT direct_connection_test(2026, '95 GWh', '5 GWh', '70 GWh', '200 GWh', '25 GWh', limits => make_direct_connection_limits(use_of_load => -0.3))$$,
    $$SELECT direct_connection_test(2026, '95 GWh', '5 GWh', '70 GWh', '200 GWh', '25 GWh', limits => make_direct_connection_limits(feed_in => 1.000001))$$,
    $$SELECT direct_connection_test(2024, '95 GWh', '5 GWh', '70 GWh', '200 GWh', '25 GWh', limits => make_direct_connection_limits(0.6, 0.3))$$);

-- what reads the ledger says that there is none
SELECT direct_connection_limits(2026);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM pg_temp.refused($$SELECT direct_connection_test('50000000000000009', 2026)$$, $$SELECT direct_connection_self_use('50000000000000009', 2026)$$,
    $$SELECT direct_connection_supply('50000000000000009', 2026)$$, $$SELECT direct_connection_gaps('50000000000000009', 2026)$$);

--
-- With a ledger
--
SELECT create_ledger();
-- the limits of table rule are those that plain values get without a ledger
SELECT * FROM direct_connection_limits(2026);
SELECT use_of_load FROM direct_connection_limits(2029) UNION ALL SELECT use_of_load FROM direct_connection_limits(2030);
SELECT count(*) AS years, count(*) FILTER (WHERE p.thresholds IS DISTINCT FROM r.thresholds) AS differ, min(p.thresholds::text) AS first
FROM generate_series(2025, 2099) AS y,
     LATERAL (SELECT array_agg(concat_ws(' ', t.threshold, t.source, t.undecided) ORDER BY t.test) AS thresholds FROM direct_connection_test(y, '10 GWh', '0 kWh', '1 GWh', '10 GWh', '0 kWh') AS t) AS p,
     LATERAL (SELECT array_agg(concat_ws(' ', t.threshold, t.source, t.undecided) ORDER BY t.test) AS thresholds FROM direct_connection_test(y, '10 GWh', '0 kWh', '1 GWh', '10 GWh', '0 kWh', limits => direct_connection_limits(y)) AS t) AS r;

-- three users of two projects; user 2 has two places
SELECT register_account('user', 'mill', '500112', personal_id => 'u1', opened_on => '2025-01-01') AS mill,
       register_account('user', 'works', '500112', personal_id => 'u2', opened_on => '2025-01-01') AS works,
       register_account('user', 'data centre', '500112', personal_id => 'u3', opened_on => '2025-01-01') AS data_centre;
INSERT INTO direct_connection_generation (project_code, hour, generated, curtailed, fed_in) VALUES
    ('50000000000000009', '2026-06-30 22:00', '100 kWh', '0 kWh', '0 kWh'),
    ('50000000000000009', '2026-06-30 23:00', '100 kWh', '20 kWh', '40 kWh'),
    ('50000000000000009', '2026-07-01 00:00', '90.001 kWh', '0 kWh', '0 kWh'),
    ('50000000000000009', '2026-07-01 01:00', '50 kWh', '0 kWh', '30 kWh'),
    ('50000000000000009', '2026-07-01 03:00', '10 kWh', '0 kWh', '10 kWh'),
    ('50000000000000009', '2026-12-31 23:00', '1 kWh', '0 kWh', '0 kWh'),
    ('50000000000000009', '2027-01-01 00:00', '2 kWh', '0 kWh', '0 kWh'),
    ('50000000000000010', '2026-07-01 00:00', '7 kWh', '0 kWh', '0 kWh');
INSERT INTO direct_connection_load (project_code, hour, account_id, region, load, share) VALUES
    -- contract: 1 has half, 2 has 30 % in its first place, 3 has none
    ('50000000000000009', '2026-06-30 22:00', 1, '500112', '10 kWh', 0.5), ('50000000000000009', '2026-06-30 22:00', 2, '500112', '100 kWh', 0.3), ('50000000000000009', '2026-06-30 22:00', 3, '500112', '30 kWh', NULL),
    -- 60 of 100 stayed, for a load of 60
    ('50000000000000009', '2026-06-30 23:00', 1, '500112', '20 kWh', NULL), ('50000000000000009', '2026-06-30 23:00', 2, '500112', '20 kWh', NULL), ('50000000000000009', '2026-06-30 23:00', 2, '500113', '20 kWh', NULL),
    -- by load, with a watt-hour that does not divide
    ('50000000000000009', '2026-07-01 00:00', 1, '500112', '50 kWh', NULL), ('50000000000000009', '2026-07-01 00:00', 2, '500112', '50 kWh', NULL), ('50000000000000009', '2026-07-01 00:00', 3, '500112', '50 kWh', NULL),
    -- 30 of 50 were fed in beside a load of 40: only 20 were used
    ('50000000000000009', '2026-07-01 01:00', 1, '500112', '40 kWh', NULL),
    -- no generation on record
    ('50000000000000009', '2026-07-01 02:00', 1, '500112', '40 kWh', NULL),
    ('50000000000000009', '2026-12-31 23:00', 3, '500112', '5 kWh', NULL),
    ('50000000000000009', '2027-01-01 00:00', 3, '500112', '5 kWh', NULL),
    ('50000000000000010', '2026-07-01 00:00', 3, '500112', '5 kWh', NULL);
SELECT * FROM direct_connection_self_use('50000000000000009', 2026);
SELECT * FROM direct_connection_self_use('50000000000000009', 2027);
-- a month is China's, whatever the session's time zone
SET timezone = 'America/New_York';
SELECT * FROM direct_connection_supply('50000000000000009', 2026);
RESET timezone;
SELECT hour, gap, detail FROM direct_connection_gaps('50000000000000010', 2026);
SELECT gap, count(*), min(hour), max(hour) FROM direct_connection_gaps('50000000000000009', 2026) GROUP BY gap ORDER BY gap;
SELECT hour, gap, detail FROM direct_connection_gaps('50000000000000009', 2026) WHERE hour <= '2026-07-01 04:00' ORDER BY hour, gap;
SELECT count(*) AS no_such_project FROM direct_connection_self_use('50000000000000011', 2026);
-- the tests: generated 351.001, curtailed 20, self-used 100 + 60 + 90.001 + 20 + 1, load 140 + 60 + 150 + 40 + 40 + 5, fed in 80
SELECT test, part, whole, round(ratio, 6) AS ratio, comparison, threshold, passed, undecided, source FROM direct_connection_test('50000000000000009', 2026);
SELECT sum(self_used) AS as_by_hour FROM direct_connection_self_use('50000000000000009', 2026);
SELECT test, part, whole, threshold, passed, undecided FROM direct_connection_test('50000000000000009', 2026, spot_market => false, feed_in_limit => 0.22);
SELECT test, passed, undecided FROM direct_connection_test('50000000000000010', 2026, grid_tied => false);
-- only generation, only load
INSERT INTO direct_connection_generation (project_code, hour, generated) VALUES ('50000000000000012', '2026-01-01 00:00', '5 kWh');
INSERT INTO direct_connection_load (project_code, hour, account_id, region, load) VALUES ('50000000000000013', '2026-01-01 00:00', 1, '500112', '5 kWh');
SELECT p.project, t.test, t.part, t.whole, t.passed, t.undecided FROM (VALUES ('50000000000000012'), ('50000000000000013')) AS p(project), direct_connection_test(p.project, 2026) AS t WHERE t.test LIKE 'use%' ORDER BY 1, 2;
SELECT p.project, g.* FROM (VALUES ('50000000000000012'), ('50000000000000013')) AS p(project), direct_connection_gaps(p.project, 2026) AS g ORDER BY 1;

-- into the accounts, and once more after a correction
INSERT INTO physical_supply (account_id, region, month, kind, project_code, energy, publication)
SELECT * FROM direct_connection_supply('50000000000000009', 2026)
ON CONFLICT ON CONSTRAINT physical_supply_key DO UPDATE SET energy = excluded.energy, publication = excluded.publication;
UPDATE direct_connection_generation SET generated = '60 kWh' WHERE project_code = '50000000000000009' AND hour = '2026-07-01 00:00';
INSERT INTO physical_supply (account_id, region, month, kind, project_code, energy, publication)
SELECT * FROM direct_connection_supply('50000000000000009', 2026)
ON CONFLICT ON CONSTRAINT physical_supply_key DO UPDATE SET energy = excluded.energy, publication = excluded.publication;
SELECT account_id, region, month, kind, project_code, energy, publication FROM physical_supply ORDER BY month, account_id, region;
SELECT count(*) > 0 AS run FROM run_accounts(2026);
SELECT account_id, city, physical, non_fossil FROM user_account WHERE year = 2026 ORDER BY account_id;

-- rules by effective date
INSERT INTO rule (name, effective_from, value, description, source, status) VALUES
    ('direct_connection_use_of_load', '2026-12-31', '0.50', 'a test', 'decision of the province', 'default'),
    ('direct_connection_feed_in_without_spot', '2026-12-31', 'yes', 'a test', 'decision of the province', 'default'),
    ('direct_connection_off_grid_test', '2027-01-01', 'yes', 'a test', 'decision of the province', 'default'),
    ('direct_connection_feed_in', '2027-01-01', '0', 'a test', 'decision of the province', 'default'),
    ('direct_connection_use_of_generation', '2027-01-01', '1.000', 'a test', 'decision of the province', 'default');
SELECT y AS year, l.* FROM generate_series(2025, 2027) AS y, direct_connection_limits(y) AS l ORDER BY y;
SELECT test, threshold, passed, undecided, source FROM direct_connection_test('50000000000000009', 2026, spot_market => false);
SELECT test, threshold, passed, undecided FROM direct_connection_test('50000000000000009', 2027, grid_tied => false);
-- the province's limit is the province's, also where the rule says 0
SELECT test, threshold FROM direct_connection_test('50000000000000009', 2027, feed_in_limit => 0.1) WHERE test = 'feed_in';

-- errors
SELECT * FROM direct_connection_test('50000000000000099', 2026);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM direct_connection_test('50000000000000009', 2026, grid_tied => false);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM direct_connection_limits(2024);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM pg_temp.refused(
    $$SELECT direct_connection_test(NULL::text, 2026)$$,
    $$SELECT direct_connection_test('50000000000000009', NULL)$$,
    $$SELECT direct_connection_test('50000000000000009', 1999)$$,
    $$SELECT direct_connection_test('50000000000000009', 2100)$$,
    $$SELECT direct_connection_test('50000000000000009', 2026, NULL)$$,
    $$SELECT direct_connection_test('50000000000000009', 2026, spot_market => NULL)$$,
    $$SELECT direct_connection_test('50000000000000009', 2026, feed_in_limit => 2)$$,
    $$SELECT direct_connection_limits(NULL)$$,
    $$SELECT direct_connection_limits(2100)$$);
-- values of rules that cannot be used
INSERT INTO rule (name, effective_from, value, description, source, status)
SELECT name, make_date(2040 + n, 1, 1), value, 'a test', 'a test', 'default'
FROM (VALUES (1, 'direct_connection_use_of_generation', '60'), (2, 'direct_connection_use_of_generation', '0.6.1'), (3, 'direct_connection_use_of_generation', '1.0001'), (4, 'direct_connection_use_of_generation', '-0.5'), (5, 'direct_connection_use_of_generation', '.5'),
             (6, 'direct_connection_use_of_generation', '5.'), (7, 'direct_connection_use_of_generation', 'most'), (8, 'direct_connection_use_of_generation', '0.6'), (9, 'direct_connection_feed_in_without_spot', 'maybe')) AS v(n, name, value);
SELECT y AS year, r.code, r.message FROM generate_series(2041, 2049) AS y, pg_temp.refused(format('SELECT direct_connection_limits(%s)', y)) AS r;
INSERT INTO rule (name, effective_from, value, description, source, status) VALUES
    ('direct_connection_sharing', '2050-01-01', 'equally', 'a test', 'a test', 'default'),
    ('direct_connection_sharing', '2051-01-01', 'load_share', 'a test', 'a test', 'default'), ('direct_connection_tracing', '2051-01-01', '15 minutes', 'a test', 'a test', 'default');
SELECT * FROM direct_connection_self_use('50000000000000009', 2050);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM direct_connection_supply('50000000000000009', 2051);
\echo :LAST_ERROR_SQLSTATE
-- contract shares above 1 are found, and refused
INSERT INTO direct_connection_load (project_code, hour, account_id, region, load, share) VALUES
    ('50000000000000012', '2026-01-01 00:00', 1, '500112', '1 kWh', 0.6), ('50000000000000012', '2026-01-01 00:00', 2, '500112', '1 kWh', 0.6);
SELECT * FROM direct_connection_gaps('50000000000000012', 2026);
SELECT * FROM direct_connection_self_use('50000000000000012', 2026);
\echo :LAST_ERROR_SQLSTATE

-- what the tables refuse
SELECT * FROM pg_temp.refused(
    $$INSERT INTO direct_connection_generation (project_code, hour, generated) VALUES ('5', '2026-01-01', '1 kWh')$$,
    $$INSERT INTO direct_connection_generation (project_code, hour, generated) VALUES ('50000000000000009', '2026-01-01 00:15', '1 kWh')$$,
    $$INSERT INTO direct_connection_generation (project_code, hour, generated) VALUES ('50000000000000009', '2026-01-01 00:00:00.1', '1 kWh')$$,
    $$INSERT INTO direct_connection_generation (project_code, hour, generated) VALUES ('50000000000000009', '1999-12-31 23:00', '1 kWh')$$,
    $$INSERT INTO direct_connection_generation (project_code, hour, generated) VALUES ('50000000000000009', 'infinity', '1 kWh')$$,
    $$INSERT INTO direct_connection_generation (project_code, hour, generated) VALUES ('50000000000000009', '2026-01-01', '-1 kWh')$$,
    $$INSERT INTO direct_connection_generation (project_code, hour, generated, curtailed) VALUES ('50000000000000009', '2026-01-01', '1 kWh', '-1 kWh')$$,
    $$INSERT INTO direct_connection_generation (project_code, hour, generated, fed_in) VALUES ('50000000000000009', '2026-01-01', '1 kWh', '1.001 kWh')$$,
    $$INSERT INTO direct_connection_generation (project_code, hour, generated, fed_in) VALUES ('50000000000000009', '2026-01-01', '1 kWh', '-1 kWh')$$,
    $$INSERT INTO direct_connection_generation (project_code, hour, generated) VALUES ('50000000000000009', '2026-06-30 22:00', '1 kWh')$$,
    $$INSERT INTO direct_connection_load (project_code, hour, account_id, region, load) VALUES ('5', '2026-01-01', 1, '500112', '1 kWh')$$,
    $$INSERT INTO direct_connection_load (project_code, hour, account_id, region, load) VALUES ('50000000000000009', '2026-01-01 00:00:01', 1, '500112', '1 kWh')$$,
    $$INSERT INTO direct_connection_load (project_code, hour, account_id, region, load) VALUES ('50000000000000009', '2026-01-01', 1, '500000', '1 kWh')$$,
    $$INSERT INTO direct_connection_load (project_code, hour, account_id, region, load) VALUES ('50000000000000009', '2026-01-01', 1, '500112', '-1 kWh')$$,
    $$INSERT INTO direct_connection_load (project_code, hour, account_id, region, load, share) VALUES ('50000000000000009', '2026-01-01', 1, '500112', '1 kWh', 1.1)$$,
    $$INSERT INTO direct_connection_load (project_code, hour, account_id, region, load, share) VALUES ('50000000000000009', '2026-01-01', 1, '500112', '1 kWh', -0.1)$$,
    $$INSERT INTO direct_connection_load (project_code, hour, account_id, region, load, share) VALUES ('50000000000000009', '2026-01-01', 1, '500112', '1 kWh', 0.1234567890123)$$,
    $$INSERT INTO direct_connection_load (project_code, hour, account_id, region, load, share) VALUES ('50000000000000009', '2026-01-01', 1, '500112', '1 kWh', 'NaN')$$,
    $$INSERT INTO direct_connection_load (project_code, hour, account_id, region, load) VALUES ('50000000000000009', '2026-06-30 22:00', 1, '500112', '1 kWh')$$);
-- every year has a partition
SELECT tableoid::regclass, hour FROM direct_connection_load WHERE project_code = '50000000000000009' AND account_id = 3 ORDER BY hour;
INSERT INTO direct_connection_load (project_code, hour, account_id, region, load) VALUES ('50000000000000009', '2019-01-01', 1, '500112', '1 kWh'), ('50000000000000009', '2099-12-31 23:00', 1, '500112', '1 kWh')
RETURNING tableoid::regclass, hour;

-- a role without grants computes on plain values only
SET client_min_messages = error;
DROP ROLE IF EXISTS certledger_nobody;
RESET client_min_messages;
CREATE ROLE certledger_nobody;
GRANT USAGE ON SCHEMA certledger TO certledger_nobody;
SET ROLE certledger_nobody;
SELECT count(*) FROM direct_connection_test(2026, '95 GWh', '5 GWh', '70 GWh', '200 GWh', '25 GWh');
SELECT direct_connection_limits(2026);
\echo :LAST_ERROR_SQLSTATE
SELECT direct_connection_test('50000000000000009', 2026);
\echo :LAST_ERROR_SQLSTATE
SELECT direct_connection_supply('50000000000000009', 2026);
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;
REVOKE USAGE ON SCHEMA certledger FROM certledger_nobody;
DROP ROLE certledger_nobody;

--
-- A year of hours with many users: exact by hour, by month and in all
--
INSERT INTO direct_connection_generation (project_code, hour, generated, curtailed, fed_in)
SELECT '50000000000000020', h, make_energy(wh => g), '0 kWh', make_energy(wh => g / 20)
FROM (SELECT h, (extract(doy FROM h)::bigint * 7919 + extract(hour FROM h)::bigint * 104729) % 300007 AS g FROM generate_series('2028-01-01'::timestamp, '2028-12-31 23:00', '1 hour') AS h) AS x;
INSERT INTO direct_connection_load (project_code, hour, account_id, region, load, share)
SELECT '50000000000000020', h, a, CASE WHEN a % 2 = 0 THEN '500112' ELSE '500113' END::region, make_energy(wh => (a * 7919 + extract(doy FROM h)::bigint * 31 + extract(hour FROM h)::bigint * 1009) % 30011), CASE WHEN a % 3 = 0 THEN 0.2 END
FROM generate_series('2028-01-01'::timestamp, '2028-12-31 23:00', '1 hour') AS h, generate_series(1, 10) AS a;
CREATE TEMP TABLE traced AS SELECT * FROM direct_connection_self_use('50000000000000020', 2028);
SELECT count(*) AS hours, count(*) FILTER (WHERE t.self_used <> least(g.generated - g.fed_in, t.load)) AS not_exact
FROM (SELECT hour, sum(load) AS load, sum(self_used) AS self_used FROM traced GROUP BY hour) AS t JOIN direct_connection_generation AS g ON g.project_code = '50000000000000020' AND g.hour = t.hour;
SELECT count(*) AS users, count(*) FILTER (WHERE self_used > load) AS above_load FROM traced;
SELECT (SELECT sum(self_used) FROM traced) = (SELECT part FROM direct_connection_test('50000000000000020', 2028) WHERE test = 'use_of_load') AS as_tested,
       (SELECT sum(self_used) FROM traced) = (SELECT sum(energy) FROM direct_connection_supply('50000000000000020', 2028)) AS as_by_month;

SET client_min_messages = warning;
DROP EXTENSION certledger CASCADE;
DROP SCHEMA certledger CASCADE;
