-- explain: why the account of a user is what it is.
\set SHOW_CONTEXT never
SET datestyle = ISO;
\getenv abs_srcdir PG_ABS_SRCDIR
\set fixture :abs_srcdir '/test/fixture/ledger.sql'
\o /dev/null
\i :fixture
-- nothing is explained before it is run
\o
SELECT * FROM explain_user_account(4, 2026);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM explain_user_account(4, 2026, 1);
\echo :LAST_ERROR_SQLSTATE
SELECT open_year(2026);
SELECT * FROM explain_user_account(4, 2026);
\echo :LAST_ERROR_SQLSTATE
\o /dev/null
\set fixture :abs_srcdir '/test/fixture/model.sql'
\i :fixture
\set fixture :abs_srcdir '/test/fixture/explain.sql'
\i :fixture
SELECT * FROM run_accounts(2025);
SELECT * FROM run_accounts(2026);
\o
-- the columns of an explanation in two halves, so that they can be read
CREATE FUNCTION pg_temp.lines(explanation) RETURNS TABLE (step integer, of integer, term text, month text, line text, mwh text, formula text)
    LANGUAGE sql AS $$
    SELECT $1.step, $1.part_of, $1.term, to_char($1.month, 'YYYY-MM'), repeat('  ', $1.level - 1) || $1.line,
           coalesce(trim_scale($1.quantity_mwh)::text, round($1.ratio, 12)::text), $1.formula $$;

-- U1 of the vectors: W 100, T 30, C 35, P 5, A 8.065281, E 78.065281 GWh
SELECT l.* FROM explain_user_account(4, 2025) AS e, LATERAL pg_temp.lines(e) AS l;
-- what it was read from, and by which rules
SELECT step, level, region, quantity, document, input, input_rows FROM explain_user_account(4, 2025) WHERE term NOT IN ('E', 'share');
SELECT step, term, rules, source FROM explain_user_account(4, 2025) WHERE level = 1;

-- two counties, three months, a contract of two settlements, every kind of cut
SELECT l.* FROM explain_user_account(4, 2026) AS e, LATERAL pg_temp.lines(e) AS l WHERE l.term <> 'k' AND l.step < 26;
-- three cities: storage, published cap of a city, a cut between provinces, sums
SELECT e.region, l.* FROM explain_user_account(10, 2026) AS e, LATERAL pg_temp.lines(e) AS l
WHERE l.step NOT IN (SELECT x.step FROM explain_user_account(10, 2026) AS x WHERE x.line ~ 'province|its users|fossil plants|numerator|denominator');
-- a conventional contract with a buyer counts for the province only; a cap of
-- the province; a provincial account has claims but no grid draw
SELECT l.* FROM explain_user_account(8, 2026) AS e, LATERAL pg_temp.lines(e) AS l WHERE l.step BETWEEN 4 AND 11;
SELECT e.region, l.* FROM explain_user_account(9, 2026) AS e, LATERAL pg_temp.lines(e) AS l;
SELECT l.step, l.term, l.mwh FROM explain_user_account(7, 2025) AS e, LATERAL pg_temp.lines(e) AS l WHERE e.level = 1;

-- everything adds up: parts to their line, terms to the account
CREATE TEMP VIEW explained AS
SELECT u.account_id, u.year, u.version, e.* FROM (SELECT DISTINCT account_id, year, version FROM user_account) AS u,
       LATERAL explain_user_account(u.account_id, u.year, u.version) AS e;
CREATE FUNCTION pg_temp.broken() RETURNS TABLE (what text, lines bigint, broken bigint) LANGUAGE sql SET jit = off AS $$
    WITH explained AS MATERIALIZED (SELECT * FROM pg_temp.explained)
    SELECT 'parts', count(*), count(*) FILTER (WHERE w.quantity <> w.parts)
    FROM (SELECT w.quantity, sum(p.quantity) AS parts FROM explained AS w
          JOIN explained AS p ON (p.account_id, p.year, p.version, p.part_of) = (w.account_id, w.year, w.version, w.step)
          WHERE w.quantity IS NOT NULL GROUP BY w.account_id, w.year, w.version, w.step, w.quantity) AS w
    UNION ALL
    SELECT 'terms', count(*), count(*) FILTER (WHERE e.quantity <> CASE e.term WHEN 'W' THEN u.grid_draw WHEN 'P' THEN u.physical WHEN 'T' THEN u.energy_trade
               WHEN 'C' THEN u.certificate_trade WHEN 'excess' THEN u.excess WHEN 'A' THEN u.allocation WHEN 'E' THEN u.non_fossil END)
    FROM explained AS e JOIN user_account AS u ON (u.account_id, u.year, u.version, u.city) = (e.account_id, e.year, e.version, e.region)
    WHERE e.level = 1 AND e.term NOT IN ('k', 'share')
    UNION ALL
    SELECT 'units', count(*), count(*) FILTER (WHERE quantity_mwh IS DISTINCT FROM mwh(quantity)) FROM explained
    UNION ALL
    SELECT 'levels', count(*), count(*) FILTER (WHERE e.level <> coalesce((SELECT w.level FROM explained AS w WHERE (w.account_id, w.year, w.version, w.step) = (e.account_id, e.year, e.version, e.part_of)), 0) + 1)
    FROM explained AS e
    UNION ALL
    SELECT 'gaps', count(*), count(*) FILTER (WHERE line = 'not in the lines above') FROM explained $$;
SELECT * FROM pg_temp.broken();

-- facts that change after the run leave a line of their own, in their month or
-- term; so do contracts that are no longer there
BEGIN;
UPDATE grid_draw SET energy = '90 MWh' WHERE account_id = 4 AND month = '2026-01-01';
DELETE FROM physical_supply WHERE account_id = 4 AND month = '2026-06-01';
DELETE FROM energy_trade WHERE contract = 'green AB' AND month = '2026-01-01';
UPDATE energy_trade SET certificate_settled = '25 MWh' WHERE contract = 'green AB' AND settled = '30 MWh';
SELECT l.* FROM explain_user_account(4, 2026) AS e, LATERAL pg_temp.lines(e) AS l WHERE l.step < 19;
SELECT * FROM pg_temp.broken();
ROLLBACK;

-- discharge deducted: storage draws no less than 0
BEGIN;
INSERT INTO rule (name, effective_from, value, unit, description, source, status) VALUES ('storage_discharging', '2026-01-01', 'deduct', 'word', 'test', 'test', 'default');
UPDATE storage_charge SET discharged = '15 MWh';
SELECT count(*) FROM run_accounts(2026);
SELECT l.* FROM explain_user_account(10, 2026) AS e, LATERAL pg_temp.lines(e) AS l WHERE e.region = '500200' AND e.term = 'W';
SELECT * FROM pg_temp.broken();
INSERT INTO rule (name, effective_from, value, unit, description, source, status) VALUES ('storage_charging', '2026-01-01', 'ignore', 'word', 'test', 'test', 'default');
SELECT count(*) FROM run_accounts(2026);
SELECT l.* FROM explain_user_account(10, 2026) AS e, LATERAL pg_temp.lines(e) AS l WHERE e.region = '500200' AND e.term = 'W';
SELECT rules FROM explain_user_account(10, 2026) WHERE region = '500200' AND term = 'W' AND level = 1;
SELECT * FROM pg_temp.broken();
ROLLBACK;

-- pools shared pro rata: in-province 20 and 20 share 30, and the cuts say so
BEGIN;
INSERT INTO rule (name, effective_from, value, unit, description, source, status) VALUES ('pool_sharing', '2026-01-01', 'pro_rata', 'word', 'test', 'test', 'default');
SELECT count(*) FROM run_accounts(2026);
SELECT l.* FROM explain_user_account(5, 2026) AS e, LATERAL pg_temp.lines(e) AS l WHERE e.term = 'C' AND e.region = '500100' AND l.step < 20;
SELECT * FROM pg_temp.broken();
ROLLBACK;

-- corners of k: published, clamped, none; a limited run leaves others behind
BEGIN;
INSERT INTO published_coefficient (year, province, coefficient, publication) VALUES (2026, '500000', 0.25, 'notice 1');
SELECT count(*) FROM run_accounts(2026);
SELECT l.* FROM explain_user_account(5, 2026) AS e, LATERAL pg_temp.lines(e) AS l WHERE e.term IN ('k', 'A') AND l.step < 40;
SELECT document FROM explain_user_account(5, 2026) WHERE input = 'published_coefficient';
UPDATE published_generation SET generated = '1 GWh', on_grid = '900 MWh' WHERE year = 2026 AND source = 'hydro';
SELECT count(*) FROM run_accounts(2026, '510000');
SELECT formula FROM explain_user_account(5, 2026) WHERE term = 'k' AND level = 1;
SELECT * FROM pg_temp.broken();
ROLLBACK;
BEGIN;
INSERT INTO published_generation (year, province, source, generated, on_grid) VALUES (2024, '110000', 'wind', '100 MWh', '100 MWh'), (2024, '120000', 'wind', '100 MWh', '100 MWh'), (2024, '130000', 'wind', '100 MWh', '100 MWh'), (2024, '130000', 'fossil', '500 MWh', '500 MWh'), (2024, '140000', 'wind', '100 MWh', '100 MWh');
INSERT INTO interprovincial_flow (year, market, from_province, to_province, flow) VALUES (2024, 'north', '110000', '130000', '100 MWh'), (2024, 'coal', '140000', '130000', '50 MWh');
INSERT INTO energy_trade (contract, month, kind, market, from_province, to_province, settled) VALUES ('coal', '2024-01-01', 'fossil', 'coal', '140000', '130000', '50 MWh'), ('coal', '2024-01-01', 'fossil', 'north', '110000', '130000', '30 MWh');
INSERT INTO physical_supply (account_id, region, month, kind, energy) VALUES (4, '130100', '2024-01-01', 'self_use', '400 MWh');
INSERT INTO grid_draw (account_id, region, month, energy) VALUES (4, '110100', '2024-01-01', '10 MWh'), (4, '130100', '2024-01-01', '10 MWh'), (4, '140100', '2024-01-01', '10 MWh');
SELECT count(*) FROM run_accounts(2024);
SELECT e.region, e.term, e.formula, e.quantity, round(e.ratio, 4) AS ratio FROM explain_user_account(4, 2024) AS e WHERE e.level = 1 AND e.term IN ('k', 'A') AND e.region IS NOT NULL;
SELECT e.region, e.formula, e.quantity FROM explain_user_account(4, 2024) AS e WHERE e.level = 2 AND e.term = 'A' AND e.region IS NOT NULL;
SELECT * FROM pg_temp.broken();
ROLLBACK;

-- a coefficient of a month: A month by month, T beyond a month's draw fills the
-- months after it, then those before; the last version is explained unless one is named
SELECT close_year(2026);
SELECT restate_year(2026, 'coefficients of months');
SELECT DISTINCT l.mwh FROM explain_user_account(4, 2026) AS e, LATERAL pg_temp.lines(e) AS l WHERE e.term = 'A' AND e.level = 1;
INSERT INTO published_coefficient (year, province, month, coefficient, publication) VALUES (2026, '500000', '2026-01-01', 0.5, 'notice 2'), (2026, '500000', '2026-12-01', 0.333333333333, NULL);
-- W - T by month is 10, 10 and 20; the 40 certificates of June take all of them
SELECT count(*) FROM run_accounts(2026);
SELECT l.*, e.document FROM explain_user_account(5, 2026) AS e, LATERAL pg_temp.lines(e) AS l WHERE e.term IN ('k', 'A') AND e.level < 3;
SELECT l.* FROM explain_user_account(10, 2026) AS e, LATERAL pg_temp.lines(e) AS l WHERE e.term = 'A' AND e.region = '500200';
SELECT l.* FROM explain_user_account(4, 2026) AS e, LATERAL pg_temp.lines(e) AS l WHERE e.term = 'A' AND l.mwh <> '0';
SELECT l.* FROM explain_user_account(5, 2026, 1) AS e, LATERAL pg_temp.lines(e) AS l WHERE e.term = 'A';
SELECT * FROM pg_temp.broken();

-- refusals
SELECT * FROM explain_user_account(NULL, 2026);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM explain_user_account(4, NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM explain_user_account(4, 2026, 3);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM explain_user_account(99, 2026);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM explain_user_account(11, 2026);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM explain_user_account(4, 2030);
\echo :LAST_ERROR_SQLSTATE

-- a user is found by index among many
INSERT INTO grid_draw (account_id, region, month, energy)
SELECT 5000 + n / 12, '330100', make_date(2026, 1 + n % 12, 1), '1 MWh' FROM generate_series(0, 29999) AS n;
ANALYZE grid_draw;
BEGIN;
SELECT count(*) > 30 AS explained FROM explain_user_account(4, 2026);
SELECT relname, seq_scan FROM pg_stat_xact_user_tables WHERE relname = 'grid_draw_2026';
ROLLBACK;

-- values in words
SELECT mwh_text('1234.567 kWh'), mwh_text('0 kWh'), mwh_text('-5 MWh'), mwh_text(NULL);
SELECT r, cap_region(r, '500100', '500000', '650000') FROM (SELECT unnest(enum_range(NULL::cap_kind))::text UNION ALL SELECT 'not_acquired' UNION ALL SELECT NULL) AS t(r);
SELECT explain_category(c, i) FROM unnest(ARRAY['green_power', 'self_use', 'off_grid', 'production', 'else']) AS c, unnest(ARRAY['energy_trade', 'certificate_trade']::identification[]) AS i WHERE c = 'green_power' OR i = 'certificate_trade';
SELECT rules_in_force(ARRAY['pool_sharing', 'no_such_rule'], 2026);
SELECT explain_cap(2026, 1, r, 4, '500100', '500000', '650000', '2026-08-01')
FROM unnest(ARRAY['counted_in_physical_supply', 'not_acquired', 'green_power_retired', 'spot_pair', 'out_of_province_seller', NULL]) AS r;
-- nobody may ask without rights
SELECT p.oid::regprocedure FROM pg_proc AS p
WHERE p.pronamespace = 'certledger'::regnamespace AND p.proname ~ '^(explain|rules_in_force|compared_versions|account_difference)' AND p.provolatile <> 'i'
  AND has_function_privilege('public', p.oid, 'EXECUTE');
