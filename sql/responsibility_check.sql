-- responsibility_check: consumption responsibility weights of provinces and
-- green power ratios of key industries.
\set SHOW_CONTEXT never
SET datestyle = ISO;
\getenv abs_srcdir PG_ABS_SRCDIR
\set ledger :abs_srcdir '/test/fixture/ledger.sql'
\set model :abs_srcdir '/test/fixture/model.sql'
\set helper :abs_srcdir '/test/fixture/helper.sql'
\set ECHO none
SET client_min_messages = warning;
DROP EXTENSION IF EXISTS certledger CASCADE;
DROP SCHEMA IF EXISTS certledger CASCADE;
CREATE EXTENSION certledger;
RESET client_min_messages;
SET search_path = certledger, public;
\i :helper
\set ECHO all

--
-- Plain values, without a ledger
--
-- G7: 34.2 % of 1,234,567 kWh is 422,221.914 kWh, or 423 certificates
SELECT * FROM responsibility_check('1_234_567 kWh', '0 kWh', 0.342);
-- both weights; limits are inclusive, to the watt-hour
SELECT * FROM responsibility_check('1000 GWh', '342 GWh', 0.342, '108 GWh', 0.108);
SELECT kind, required, counted, met, shortfall, shortfall_certificates FROM responsibility_check('1000 GWh', '341999999.999 kWh', 0.342, '107 GWh', 0.108);
-- what is required is rounded up to a whole watt-hour: 1/3 of 1 kWh as the share can be written
SELECT w.weight, r.required, r.counted, r.met FROM (VALUES (0.3333333, '333.333 Wh'), (0.333333333333, '333.333333 Wh')) AS w(weight, exact), (VALUES ('0.333 kWh'::energy), ('0.334 kWh')) AS c(counted),
    responsibility_check('1 kWh', c.counted, w.weight) AS r ORDER BY 1, 3;
-- certificates are whole: 1 Wh needs one, 1 MWh one, 1 MWh and 1 Wh two
SELECT shortfall, shortfall_certificates FROM (VALUES ('0.001 kWh'::energy), ('999.999 kWh'), ('1 MWh'), ('1000.001 kWh')) AS c(consumption), responsibility_check(c.consumption, '0 kWh', 1);
-- more than required; more than consumed, for certificates can be bought beyond it; nothing consumed; no weight at all
SELECT * FROM responsibility_check('1 GWh', '400 MWh', 0.342);
SELECT share, met FROM responsibility_check('1 GWh', '1200 MWh', 1);
SELECT * FROM responsibility_check('0 kWh', '0 kWh', 0.342);
SELECT required, share, met, shortfall FROM responsibility_check('1 GWh', '0 kWh', 0);
-- the limits of the type
SELECT required, share, met, shortfall, shortfall_certificates FROM (VALUES (1.0), (0.999999999999999999999)) AS w(weight), responsibility_check('9223372036854775.807 kWh', '0 kWh', w.weight);
SELECT share, met FROM responsibility_check('9223372036854775.807 kWh', '9223372036854775.807 kWh', 1);
-- what is not known: what needs it is NULL, the rest is not
SELECT u.unknown, r.* FROM (VALUES ('consumption', NULL, '1 MWh'::energy, 0.3, NULL::energy, NULL::numeric), ('renewable', '2 MWh'::energy, NULL, 0.3, NULL, NULL), ('total_weight', '2 MWh', '1 MWh', NULL, NULL, NULL),
    ('non_hydro', '2 MWh', '1 MWh', 0.3, NULL, 0.1), ('non_hydro_weight', '2 MWh', '1 MWh', 0.3, '0.5 MWh', NULL), ('all', NULL, NULL, NULL, NULL, NULL)) AS u(unknown, c, r, w, n, m), responsibility_check(u.c, u.r, u.w, u.n, u.m) AS r;
-- met says the same as exact arithmetic, and the shortfall is the least energy that makes it met
SELECT count(*) AS cases, count(*) FILTER (WHERE r.met <> (wh(r.counted) >= w.weight * wh(c.consumption))) AS wrong,
       count(*) FILTER (WHERE NOT r.met AND (wh(r.counted + r.shortfall) < w.weight * wh(c.consumption) OR wh(r.counted + r.shortfall) - 1 >= w.weight * wh(c.consumption))) AS not_least,
       count(*) FILTER (WHERE r.shortfall_certificates <> ceil(mwh(r.shortfall))) AS certificates_wrong
FROM generate_series(0, 3000, 7) AS s(n), (VALUES (0.0), (0.108), (0.342), (0.3333), (1.0)) AS w(weight), LATERAL (SELECT make_energy(wh => 1000003 * s.n::bigint) AS consumption) AS c,
     (VALUES (0.0), (0.107), (0.108), (0.342), (0.3333), (1.1)) AS p(part), LATERAL responsibility_check(c.consumption, c.consumption * p.part, w.weight) AS r;
-- what cannot be
SELECT responsibility_check('1 GWh', '400 MWh', 34.2);
\echo :LAST_ERROR_SQLSTATE
SELECT responsibility_check('1 GWh', '400 MWh', 0.342, '400000.001 kWh', 0.1);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM pg_temp.refused($$SELECT responsibility_check('-1 kWh', '0 kWh', 0.3)$$, $$SELECT responsibility_check('1 kWh', '-1 kWh', 0.3)$$, $$SELECT responsibility_check('1 kWh', '1 kWh', -0.3)$$, $$SELECT responsibility_check('1 kWh', '1 kWh', 'NaN'::numeric)$$,
    $$SELECT responsibility_check('1 kWh', '1 kWh', 'infinity'::numeric)$$, $$SELECT responsibility_check('1 kWh', '1 kWh', 0.3, '-1 kWh', 0.1)$$, $$SELECT responsibility_check('1 kWh', '1 kWh', 0.3, '1 kWh', 1.1)$$, $$SELECT responsibility_check(NULL, NULL, NULL, '-1 kWh', NULL)$$);

-- a part of an energy, exact and to the nearest watt-hour
SELECT energy_portion('100 GWh', '960 GWh', '1460 GWh') AS two_thirds, energy_portion('0.001 kWh', '1 kWh', '2 kWh') AS half_up, energy_portion('-0.001 kWh', '1 kWh', '2 kWh') AS half_down,
       energy_portion('0.003 kWh', '1 kWh', '4 kWh') AS below_half, energy_portion('9223372036854775.807 kWh', '9223372036854775.806 kWh', '9223372036854775.807 kWh') AS great, energy_portion('1 kWh', '0 kWh', '0 kWh') IS NULL AS of_nothing,
       energy_portion(NULL, '1 kWh', '1 kWh') IS NULL AND energy_portion('1 kWh', NULL, '1 kWh') IS NULL AND energy_portion('1 kWh', '1 kWh', NULL) IS NULL AS unknown;
SELECT * FROM pg_temp.refused($$SELECT energy_portion('1 kWh', '-1 kWh', '1 kWh')$$, $$SELECT energy_portion('1 kWh', '1 kWh', '-1 kWh')$$, $$SELECT energy_portion('9223372036854775 kWh', '2 kWh', '1 kWh')$$);

-- on the accounts it needs a ledger
SELECT * FROM responsibility_check('500000', 2025);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM pg_temp.refused($$SELECT responsibility_check(4, 2025, 'steel')$$);

--
-- The table of weights: sample rows of 重庆, and what it refuses
--
\set ECHO none
\o /dev/null
\i :ledger
\o
\set ECHO all
SELECT year, province, kind, industry, weight, force, status FROM responsibility_weight ORDER BY year, industry NULLS FIRST, kind DESC;
SELECT DISTINCT publication FROM responsibility_weight;
-- a table is loaded by COPY
COPY responsibility_weight FROM STDIN WITH (FORMAT csv);
2025,650000,total,,0.30,binding,"a test",recalled
2025,650000,non_hydro,,0.20,binding,"a test",recalled
2025,650000,total,electrolytic_aluminium,0.31,assessed,"a test",recalled
2025,510000,total,brickworks,0.5,monitored,"a test",recalled
\.
SELECT * FROM pg_temp.refused(
    $$INSERT INTO responsibility_weight VALUES (2025, '650000', 'total', NULL, 0.3, 'binding', 'a', 'recalled')$$, $$INSERT INTO responsibility_weight VALUES (2027, '650000', 'total', NULL, 34.2, 'binding', 'a', 'recalled')$$,
    $$INSERT INTO responsibility_weight VALUES (2027, '650000', 'total', NULL, -0.1, 'binding', 'a', 'recalled')$$, $$INSERT INTO responsibility_weight VALUES (2027, '650000', 'total', NULL, 'NaN', 'binding', 'a', 'recalled')$$,
    $$INSERT INTO responsibility_weight VALUES (2027, '650100', 'total', NULL, 0.3, 'binding', 'a', 'recalled')$$, $$INSERT INTO responsibility_weight VALUES (2027, '650000', 'hydro', NULL, 0.3, 'binding', 'a', 'recalled')$$,
    $$INSERT INTO responsibility_weight VALUES (1999, '650000', 'total', NULL, 0.3, 'binding', 'a', 'recalled')$$, $$INSERT INTO responsibility_weight VALUES (2027, '650000', 'total', NULL, 0.3, 'assessed', 'a', 'recalled')$$,
    $$INSERT INTO responsibility_weight VALUES (2027, '650000', 'total', NULL, 0.3, 'strict', 'a', 'recalled')$$, $$INSERT INTO responsibility_weight VALUES (2027, '650000', 'non_hydro', 'steel', 0.3, 'monitored', 'a', 'recalled')$$,
    $$INSERT INTO responsibility_weight VALUES (2027, '650000', 'total', 'steel', 0.3, 'binding', 'a', 'recalled')$$, $$INSERT INTO responsibility_weight VALUES (2027, '650000', 'total', 'Steel works', 0.3, 'monitored', 'a', 'recalled')$$,
    $$INSERT INTO responsibility_weight VALUES (2027, '650000', 'total', NULL, 0.3, 'binding', '', 'recalled')$$, $$INSERT INTO responsibility_weight VALUES (2027, '650000', 'total', NULL, 0.3, 'binding', 'a', 'sure')$$);

--
-- Provinces.  By hand, in GWh: A 650000 sells to B 500000, C 510000 too.
-- On-grid of A: wind 400, hydro 100, nuclear 100, fossil 400: 1000, of which
-- 500 renewable and 400 without hydro; C is all hydro.
--
INSERT INTO published_generation (year, province, source, generated, on_grid) VALUES
    (2025, '650000', 'wind', '400 GWh', '400 GWh'), (2025, '650000', 'hydro', '100 GWh', '100 GWh'), (2025, '650000', 'nuclear', '100 GWh', '100 GWh'), (2025, '650000', 'fossil', '400 GWh', '400 GWh'), (2025, '650000', 'pumped_storage', '50 GWh', '0 kWh'),
    (2025, '500000', 'hydro', '60 GWh', '60 GWh'), (2025, '500000', 'solar', '40 GWh', '40 GWh'), (2025, '500000', 'fossil', '100 GWh', '100 GWh'),
    (2025, '510000', 'hydro', '200 GWh', '200 GWh');
INSERT INTO interprovincial_flow (year, from_province, to_province, flow) VALUES (2025, '650000', '500000', '300 GWh'), (2025, '510000', '500000', '100 GWh');
INSERT INTO published_consumption VALUES (2025, '650000', '1000 GWh'), (2025, '500000', '600 GWh');
\set ECHO none
\o /dev/null
-- 1 plants of A, 2 plants of B, 3 provincial account of B, 4 and 5 users of B, 6 user of A
SELECT register_account('generator', 'A', '650100', personal_id => 'g1', opened_on => '2020-01-01');
SELECT register_account('generator', 'B', '500100', personal_id => 'g2', opened_on => '2020-01-01');
SELECT register_account('provincial', '重庆', '500000', opened_on => '2020-01-01');
SELECT register_account('user', 'smelter', '500100', personal_id => 'u4', opened_on => '2020-01-01');
SELECT register_account('user', 'mill', '500100', personal_id => 'u5', opened_on => '2020-01-01');
SELECT register_account('user', 'branch', '650100', personal_id => 'u6', opened_on => '2020-01-01');
SELECT register_project('65000000000000001', 'A wind', 1, '650100', 'wind', 1000000, '2021-01-01', registered_on => '2021-01-01');
SELECT register_project('65000000000000002', 'A new hydro', 1, '650100', 'hydro', 1000000, '2023-06-01', registered_on => '2023-06-01');
SELECT register_project('50000000000000001', 'B wind', 2, '500100', 'wind', 1000000, '2021-01-01', registered_on => '2021-01-01');
SELECT register_project('50000000000000002', 'smelter roof', 4, '500100', 'solar', 1000000, '2021-01-01', registered_on => '2021-01-01');
INSERT INTO generation VALUES ('65000000000000001', '2024-06-01', 'on_grid', '5 GWh'), ('65000000000000001', '2025-06-01', 'on_grid', '200 GWh'), ('65000000000000002', '2025-06-01', 'on_grid', '100 GWh'), ('50000000000000001', '2025-06-01', 'on_grid', '50 GWh'), ('50000000000000002', '2025-06-01', 'self_use', '6 GWh');
SELECT count(*) FROM issue('2024-06-01', 'i24', '2024-07-22');
SELECT count(*) FROM issue('2025-06-01', 'i25', '2025-07-22');
\o
\set ECHO all
-- T: green 50 to user 4 with the certificates of 30 wind and 20 hydro; green 20 to nobody's account; conventional 40; nuclear 30; from C conventional 70
INSERT INTO energy_trade (contract, month, kind, from_province, to_province, buyer, buyer_region, settled, certificate_settled, line_loss) VALUES
    ('fossil', '2025-01-01', 'fossil', '650000', '500000', NULL, NULL, '60 GWh', '0 kWh', '0 kWh'),
    ('G1', '2025-06-01', 'green_power', '650000', '500000', 4, '500100', '50 GWh', '50 GWh', '0 kWh'),
    ('G2', '2025-06-01', 'green_power', '650000', '500000', NULL, NULL, '20 GWh', '20 GWh', '1 GWh'),
    ('K1', '2025-06-01', 'conventional', '650000', '500000', NULL, NULL, '40 GWh', '0 kWh', '0 kWh'),
    ('N1', '2025-06-01', 'nuclear', '650000', '500000', NULL, NULL, '30 GWh', '0 kWh', '2 GWh'),
    ('S1', '2025-06-01', 'spot', '650000', '500000', NULL, NULL, '50 GWh', '0 kWh', '6 GWh'),
    ('K2', '2025-06-01', 'conventional', '510000', '500000', NULL, NULL, '70 GWh', '0 kWh', '0 kWh');
CREATE FUNCTION pg_temp.run(project text, first int, n int, month date DEFAULT '2025-06-01', class volume_class DEFAULT 'on_grid') RETURNS gecmultirange LANGUAGE sql AS $$
SELECT gecmultirange(make_gecrange(make_gec(project, month, first, class, class = 'on_grid'), n)) $$;
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, certificates, route, price, contract, effective_on) VALUES
    ('g1 wind', 'green_power', 1, 4, 30000, pg_temp.run('65000000000000001', 1, 30000), NULL, 5, 'G1', '2025-08-01'), ('g1 hydro', 'green_power', 1, 4, 20000, pg_temp.run('65000000000000002', 1, 20000), NULL, 5, 'G1', '2025-08-01'),
    -- the provincial account: 20 of mode 1, 8 and 2 of mode 2, 5 of route 2(b), 3 of its own province, 4 that it keeps, 1 of the year before
    ('p spot', 'bilateral', 1, 3, 20000, pg_temp.run('65000000000000001', 30001, 20000), 'spot_trade', 5, NULL, '2025-08-01'), ('p wind', 'bilateral', 1, 3, 8000, pg_temp.run('65000000000000001', 50001, 8000), 'voluntary_trade', 5, NULL, '2025-08-01'),
    ('p hydro', 'bilateral', 1, 3, 2000, pg_temp.run('65000000000000002', 20001, 2000), 'voluntary_trade', 5, NULL, '2025-08-01'), ('p 2b', 'bilateral', 1, 3, 5000, pg_temp.run('65000000000000001', 58001, 5000), 'out_of_province_trade', 5, NULL, '2025-08-01'),
    ('p own', 'bilateral', 2, 3, 3000, pg_temp.run('50000000000000001', 1, 3000), NULL, 5, NULL, '2025-08-01'), ('p kept', 'bilateral', 1, 3, 4000, pg_temp.run('65000000000000001', 63001, 4000), 'voluntary_trade', 5, NULL, '2025-08-01'),
    ('p old', 'bilateral', 1, 3, 1000, pg_temp.run('65000000000000001', 1, 1000, '2024-06-01'), 'voluntary_trade', 5, NULL, '2025-08-01'),
    -- a user's certificates do not count for the province
    ('u', 'bilateral', 1, 5, 5000, pg_temp.run('65000000000000001', 67001, 5000), 'voluntary_trade', 5, NULL, '2025-08-01');
INSERT INTO retirement (ref, account_id, quantity, certificates, regime, consumption_year, beneficiary, region, effective_on)
SELECT 'retire ' || t.ref, t.to_account, t.quantity, t.certificates, 'mandatory', 2025, t.to_account, CASE t.to_account WHEN 3 THEN '500000' ELSE '500100' END::region, '2025-09-01'
FROM transfer AS t WHERE t.ref NOT IN ('p kept', 'g1 wind', 'g1 hydro');
INSERT INTO grid_draw (account_id, region, month, energy) VALUES (4, '500100', '2025-06-01', '160 GWh'), (5, '500100', '2025-06-01', '60 GWh');
SELECT count(*) FROM run_accounts(2025);
-- residual of A 300 - 60 - 140 = 100, of C 100 - 70 = 30, of B 130.  A gives 100 x 500/1000 = 50 (40), C 30 (0), B gets 80 (40);
-- of that 20/130 are identified by mode 1.  B: 60 + 40 + 50 metered + 180 + 80 x 110/130 (90 + 78 + 40 x 110/130); A: 500 - 110 - 50 - 6 (400 - 78 - 40 - 4.8)
SELECT province, kind, generation, energy_trade, allocation, line_loss, physical, certificates, by_mix FROM renewable_consumption(2025, 1) ORDER BY province, kind DESC;
SELECT province, kind, weight, force, consumption, counted, required, round(share, 6) AS share, met, shortfall, shortfall_certificates FROM responsibility_check('000000', 2025);
SELECT * FROM responsibility_check('500000', 2025) \gx
-- what a buyer gains a seller loses: but for what mode 1 identifies, the provinces consume what is generated less losses, with hydropower and without
SELECT c.kind, sum(c.physical) + energy_portion(CASE c.kind WHEN 'total' THEN '80 GWh' ELSE '40 GWh' END::energy, '20 GWh', '130 GWh') AS consumed, sum(c.generation - c.line_loss) AS generated FROM renewable_consumption(2025, 1) AS c GROUP BY c.kind ORDER BY c.kind DESC;
-- rule province_completion_by: what counts
CREATE FUNCTION pg_temp.set_rule(name text, value text, day date DEFAULT '2025-06-01') RETURNS void LANGUAGE sql AS $$
INSERT INTO rule (name, effective_from, value, description, source, status) VALUES ($1, $3, $2, 'a test', 'a test', 'default') $$;
BEGIN;
SELECT pg_temp.set_rule('province_completion_by', 'physical_consumption');
SELECT kind, certificates, counted FROM responsibility_check('500000', 2025);
SELECT pg_temp.set_rule('province_completion_by', 'provincial_account_certificates', '2025-07-01');
SELECT kind, certificates, counted FROM responsibility_check('500000', 2025);
ROLLBACK;
CREATE FUNCTION pg_temp.with_rule(name text, value text, statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    said text;
BEGIN
    IF value IS NULL THEN
        DELETE FROM rule AS r WHERE r.name = with_rule.name;
    ELSE
        PERFORM pg_temp.set_rule(name, value);
    END IF;
    EXECUTE statement;
    RAISE EXCEPTION USING ERRCODE = 'DONE0', MESSAGE = 'no error';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS said = PG_EXCEPTION_DETAIL;
    RETURN SQLSTATE || ' ' || SQLERRM || coalesce(nullif(E'\n' || said, E'\n'), '');
END $$;
SELECT v.name, v.value, pg_temp.with_rule(v.name, v.value, $$SELECT * FROM responsibility_check('500000', 2025)$$)
FROM (VALUES ('province_completion_by', NULL), ('province_completion_by', 'physical_consumption,certificates'), ('responsibility_shortfall_carried', NULL), ('responsibility_shortfall_carried', 'yes')) AS v(name, value);

-- facts that are missing, or contradict each other: 110000 has no generation; 120000 has none and sells 5 of unknown mix; 130000 buys it;
-- 140000 sells more than it has; 150000 sells 13 at 2/12 without hydro, so that more than all that is left would be without hydro
INSERT INTO published_generation (year, province, source, generated, on_grid) VALUES (2025, '130000', 'hydro', '10 GWh', '10 GWh'), (2025, '140000', 'hydro', '1 GWh', '1 GWh'), (2025, '150000', 'hydro', '10 GWh', '10 GWh'), (2025, '150000', 'wind', '10 GWh', '2 GWh');
INSERT INTO interprovincial_flow (year, from_province, to_province, flow) VALUES (2025, '120000', '130000', '5 GWh'), (2025, '140000', '130000', '5 GWh'), (2025, '150000', '130000', '13 GWh');
INSERT INTO energy_trade (contract, month, kind, from_province, to_province, settled, certificate_settled) VALUES ('X2', '2025-06-01', 'conventional', '120000', '130000', '5 GWh', '0 kWh'), ('X4', '2025-06-01', 'green_power', '140000', '130000', '5 GWh', '5 GWh'), ('X5', '2025-06-01', 'conventional', '150000', '130000', '13 GWh', '0 kWh');
INSERT INTO grid_draw (account_id, region, month, energy) VALUES (6, '110100', '2025-06-01', '1 GWh');
INSERT INTO published_consumption VALUES (2025, '130000', '100 GWh'), (2025, '140000', '100 GWh'), (2025, '150000', '100 GWh');
INSERT INTO responsibility_weight SELECT 2025, p.province, k.kind, NULL, 0.1, 'binding', 'a test', 'recalled' FROM (VALUES ('110000'::region), ('130000'), ('140000'), ('150000')) AS p(province), (VALUES ('total'), ('non_hydro')) AS k(kind);
SELECT count(*) FROM run_accounts(2025);
SELECT province, kind, generation, energy_trade, physical, by_mix FROM renewable_consumption(2025, 1) WHERE province <= '150000' ORDER BY province, kind DESC;
SELECT province, kind, weight, consumption, counted, required, share, met, shortfall, shortfall_certificates FROM responsibility_check('000000', 2025) WHERE province <= '150000';
-- the other provinces are as they were
SELECT province, kind, counted FROM responsibility_check('000000', 2025) WHERE province > '150000';
-- line losses of a seller without generation: not known either
INSERT INTO energy_trade (contract, month, kind, from_province, to_province, settled, certificate_settled, line_loss) VALUES ('X6', '2025-06-01', 'spot', '120000', '130000', '1 GWh', '0 kWh', '1 MWh');
SELECT province, kind, energy_trade, line_loss, by_mix FROM renewable_consumption(2025, 1) WHERE province = '120000' ORDER BY kind DESC;

-- another year: the weights of 2026 are indicative; nothing of 2025 is carried over
INSERT INTO published_generation (year, province, source, generated, on_grid) VALUES (2026, '500000', 'hydro', '60 GWh', '60 GWh');
INSERT INTO published_consumption VALUES (2026, '500000', '600 GWh');
SELECT count(*) FROM run_accounts(2026);
SELECT kind, weight, force, counted, required, round(share, 6) AS share, met, shortfall_certificates FROM responsibility_check('500000', 2026);

-- what is refused
SELECT * FROM responsibility_check('500100', 2025);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM responsibility_check('500000', 2027);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM responsibility_check('440000', 2025);
\echo :LAST_ERROR_SQLSTATE
-- no rules of years before 2025
SELECT * FROM responsibility_check('500000', 2024);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM pg_temp.refused($$SELECT responsibility_check(NULL::region, 2025)$$, $$SELECT responsibility_check('500000', NULL::integer)$$, $$SELECT responsibility_check('500000', 1999)$$, $$SELECT responsibility_check('500103', 2025)$$);
BEGIN READ ONLY;
SELECT count(*) FROM responsibility_check('500000', 2025);
ROLLBACK;

--
-- Key industries
--
-- user 4 consumes 160 + 6 GWh in B and 30 in A.  It retires 40,000 of its 50,000 green power certificates for B, 5,000 for A, its own of self-use,
-- 1,000 for voluntary disclosure and one of the year before; user 5 retires 700 for it
INSERT INTO grid_draw (account_id, region, month, energy) VALUES (4, '650100', '2025-06-01', '30 GWh');
INSERT INTO physical_supply (account_id, region, month, kind, energy) VALUES (4, '500100', '2025-06-01', 'self_use', '6 GWh');
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, certificates, route, price, effective_on) VALUES
    ('old', 'bilateral', 1, 4, 1, pg_temp.run('65000000000000001', 1001, 1, '2024-06-01'), 'voluntary_trade', 5, '2025-08-01'), ('u5', 'bilateral', 1, 5, 700, pg_temp.run('65000000000000001', 72001, 700), 'voluntary_trade', 5, '2025-08-01');
INSERT INTO retirement (ref, account_id, quantity, certificates, regime, consumption_year, beneficiary, region, effective_on) VALUES
    ('k1', 4, 30000, pg_temp.run('65000000000000001', 1, 30000), 'mandatory', 2025, 4, '500100', '2025-09-01'), ('k2', 4, 10000, pg_temp.run('65000000000000002', 1, 10000), 'mandatory', 2025, 4, '500100', '2025-09-01'),
    ('k3', 4, 5000, pg_temp.run('65000000000000002', 10001, 5000), 'mandatory', 2025, 4, '650100', '2025-09-01'), ('k4', 4, 1000, pg_temp.run('65000000000000002', 15001, 1000), 'voluntary', 2025, 4, '500100', '2025-09-01'),
    ('k5', 4, 6000, pg_temp.run('50000000000000002', 1, 6000, '2025-06-01', 'self_use'), 'mandatory', 2025, 4, '500100', '2025-09-01'), ('k6', 4, 1, pg_temp.run('65000000000000001', 1001, 1, '2024-06-01'), 'mandatory', 2025, 4, '500100', '2025-09-01'),
    ('k7', 5, 700, pg_temp.run('65000000000000001', 72001, 700), 'mandatory', 2025, 4, '500100', '2025-09-01');
SELECT count(*) FROM run_accounts(2025);
-- B: 46,700 of 166 GWh, required 56.772; A has a ratio of its own for aluminium: 5,000 of 30 GWh, required 9.3
SELECT province, industry, weight, force, consumption, certificates, counted, required, round(share, 6) AS share, met, shortfall, shortfall_certificates, status FROM responsibility_check(4, 2025, 'electrolytic_aluminium');
-- a monitored industry without a row of its own takes the weight of its province; one with a row takes that; a hub data centre the rule
SELECT i.name, c.province, c.weight, c.force, c.met, c.shortfall_certificates, c.status, c.publication <> 'a test' AS of_chongqing FROM (VALUES ('steel'), ('cement'), ('polysilicon'), ('hub_data_centre')) AS i(name), responsibility_check(4, 2025, i.name) AS c;
SELECT province, publication FROM responsibility_check(4, 2025, 'hub_data_centre');
-- an industry that only the table knows has a ratio where the table says so
SELECT province, industry, weight, force, required, met FROM responsibility_check(4, 2025, 'brickworks');
-- a province in which it retired but does not consume; an account that has done neither
INSERT INTO retirement (ref, account_id, quantity, certificates, regime, consumption_year, beneficiary, region, effective_on) VALUES ('k8', 4, 100, pg_temp.run('65000000000000002', 16001, 100), 'mandatory', 2025, 4, '510100', '2025-09-01');
SELECT province, weight, consumption, certificates, required, share, met FROM responsibility_check(4, 2025, 'steel');
SELECT count(*) AS rows FROM responsibility_check(1, 2025, 'steel');
-- what is left to retire
SELECT sum(certificates) AS could_still_be_retired FROM retirable(4, 2025, on_date => '2025-09-02') WHERE reason = 'available';
-- rules of industries: what is listed, and other values
BEGIN;
SELECT pg_temp.set_rule('assessed_industries', 'electrolytic_aluminium,steel'), pg_temp.set_rule('monitored_industries', 'none'), pg_temp.set_rule('hub_data_centre_share', '0.85');
SELECT province, industry, weight, force FROM responsibility_check(4, 2025, 'steel') WHERE province = '500000';
DELETE FROM responsibility_weight WHERE industry = 'hub_data_centre';
SELECT * FROM responsibility_check(4, 2025, 'hub_data_centre');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
BEGIN;
SELECT pg_temp.set_rule('hub_data_centre_share', '0.85');
SELECT province, weight, force, publication FROM responsibility_check(4, 2025, 'hub_data_centre');
ROLLBACK;
SELECT v.name, v.value, v.industry, pg_temp.with_rule(v.name, v.value, format('SELECT * FROM responsibility_check(4, 2025, %L)', v.industry))
FROM (VALUES ('industry_completion_by', NULL, 'steel'), ('industry_completion_by', 'certificates,physical_consumption', 'steel'), ('industry_ratio', NULL, 'steel'), ('industry_ratio', 'national_average', 'steel'), ('industry_ratio', 'national_average', 'hub_data_centre'),
    ('hub_data_centre_share', NULL, 'hub_data_centre'), ('hub_data_centre_share', '80', 'hub_data_centre'), ('hub_data_centre_share', '80 %', 'hub_data_centre'), ('assessed_industries', NULL, 'steel'), ('monitored_industries', NULL, 'steel'),
    ('responsibility_shortfall_carried', 'yes', 'steel')) AS v(name, value, industry);
-- what is refused
SELECT * FROM responsibility_check(4, 2025, 'electrolytic_aluminum');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM responsibility_check(99, 2025, 'steel');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM responsibility_check(4, 2027, 'steel');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM pg_temp.refused($$SELECT responsibility_check(NULL::bigint, 2025, 'steel')$$, $$SELECT responsibility_check(4, NULL::integer, 'steel')$$, $$SELECT responsibility_check(4, 2025, NULL::text)$$, $$SELECT responsibility_check(4, 2100, 'steel')$$, $$SELECT responsibility_check(4, 2025, '')$$);
BEGIN READ ONLY;
SELECT count(*) FROM responsibility_check(4, 2025, 'steel');
ROLLBACK;
SELECT * FROM verify();
SET client_min_messages = warning;
DROP EXTENSION certledger CASCADE;
DROP SCHEMA certledger CASCADE;
