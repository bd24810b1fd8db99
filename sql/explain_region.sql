-- explain_region: why the account of a city or a province is what it is.
\set SHOW_CONTEXT never
SET datestyle = ISO;
\getenv abs_srcdir PG_ABS_SRCDIR
\set fixture :abs_srcdir '/test/fixture/ledger.sql'
\o /dev/null
\i :fixture
\set fixture :abs_srcdir '/test/fixture/model.sql'
\i :fixture
\set fixture :abs_srcdir '/test/fixture/explain.sql'
\i :fixture
SELECT * FROM run_accounts(2025);
SELECT * FROM run_accounts(2026);
\o
CREATE FUNCTION pg_temp.lines(explanation) RETURNS TABLE (step integer, of integer, term text, month text, line text, mwh text, formula text, rows bigint)
    LANGUAGE sql AS $$
    SELECT $1.step, $1.part_of, $1.term, to_char($1.month, 'YYYY-MM'), repeat('  ', $1.level - 1) || $1.line,
           coalesce(trim_scale($1.quantity_mwh)::text, round($1.ratio, 12)::text), $1.formula, $1.input_rows $$;

-- K3 of the vectors: W 600, T 60, C 50, P 23, A 112.913932, E 245.913932 GWh
SELECT l.* FROM explain_city_account('500100', 2025) AS e, LATERAL pg_temp.lines(e) AS l;
-- storage and a published cap; cuts
SELECT l.*, e.document FROM explain_city_account('500200', 2026) AS e, LATERAL pg_temp.lines(e) AS l WHERE l.step < 12;
SELECT l.*, e.document FROM explain_city_account('510100', 2026) AS e, LATERAL pg_temp.lines(e) AS l WHERE e.term IN ('T', 'C') AND l.step < 12;
SELECT step, term, input, rules, source FROM explain_city_account('500200', 2026) WHERE level = 1;

-- P6b of the vectors: seller A, buyer B
SELECT l.* FROM explain_province_account('650000', 2025) AS e, LATERAL pg_temp.lines(e) AS l WHERE e.term NOT IN ('sum P', 'sum T', 'sum C', 'sum A');
SELECT l.* FROM explain_province_account('500000', 2025) AS e, LATERAL pg_temp.lines(e) AS l;
-- metered and published generation, pumped storage; unified purchase; mode 2
-- under a monthly ceiling; agreement above the residual; others
SELECT l.*, e.document FROM explain_province_account('500000', 2026) AS e, LATERAL pg_temp.lines(e) AS l WHERE l.step < 56;
-- a line loss; monthly minimum under a cap of the buyer
SELECT l.*, e.document FROM explain_province_account('650000', 2026) AS e, LATERAL pg_temp.lines(e) AS l WHERE e.term IN ('L', 'S') OR (e.term = 'T' AND l.step BETWEEN 9 AND 16);
SELECT step, term, input, rules, source FROM explain_province_account('500000', 2026) WHERE level = 1;

-- everything adds up: parts to their line, terms to the account
CREATE TEMP VIEW explained AS
SELECT 'city' AS tier, c.city AS of, c.year, c.version, e.* FROM city_account AS c, LATERAL explain_city_account(c.city, c.year, c.version) AS e
UNION ALL
SELECT 'province', p.province, p.year, p.version, e.* FROM province_account AS p, LATERAL explain_province_account(p.province, p.year, p.version) AS e;
CREATE FUNCTION pg_temp.broken() RETURNS TABLE (what text, lines bigint, broken bigint) LANGUAGE sql SET jit = off AS $$
    WITH explained AS MATERIALIZED (SELECT * FROM pg_temp.explained)
    SELECT 'parts', count(*), count(*) FILTER (WHERE w.quantity <> w.parts)
    FROM (SELECT w.quantity, sum(p.quantity) AS parts FROM explained AS w
          JOIN explained AS p ON (p.tier, p.of, p.year, p.version, p.part_of) = (w.tier, w.of, w.year, w.version, w.step)
          WHERE w.quantity IS NOT NULL GROUP BY w.tier, w.of, w.year, w.version, w.step, w.quantity) AS w
    UNION ALL
    SELECT 'cities', count(*), count(*) FILTER (WHERE e.quantity <> CASE e.term WHEN 'W' THEN c.grid_draw WHEN 'P' THEN c.physical WHEN 'T' THEN c.energy_trade
               WHEN 'C' THEN c.certificate_trade WHEN 'A' THEN c.allocation WHEN 'E' THEN c.non_fossil END)
    FROM explained AS e JOIN city_account AS c ON (c.city, c.year, c.version) = (e.of, e.year, e.version)
    WHERE e.tier = 'city' AND e.level = 1 AND e.term NOT IN ('k', 'share')
    UNION ALL
    SELECT 'provinces', count(*), count(*) FILTER (WHERE e.quantity <> CASE e.term WHEN 'G' THEN p.generation WHEN 'T' THEN p.energy_trade WHEN 'C' THEN p.certificate_trade
               WHEN 'S' THEN p.allocation WHEN 'L' THEN p.line_loss WHEN 'E' THEN p.non_fossil WHEN 'F' THEN p.fossil_on_grid WHEN 'IO' THEN p.net_received
               WHEN 'sum P' THEN k.physical WHEN 'sum T' THEN k.energy_trade WHEN 'sum C' THEN k.certificate_trade WHEN 'sum A' THEN k.allocated
               WHEN 'loss residual' THEN k.loss_residual END)
    FROM explained AS e JOIN province_account AS p ON (p.province, p.year, p.version) = (e.of, e.year, e.version)
    JOIN coefficient AS k ON (k.province, k.year, k.version) = (e.of, e.year, e.version)
    WHERE e.tier = 'province' AND e.level = 1 AND e.term NOT IN ('k', 'share', 'R')
    UNION ALL
    SELECT 'residuals', count(*), count(*) FILTER (WHERE e.r <> i.r)
    FROM (SELECT of, year, version, sum(quantity) AS r FROM explained WHERE term = 'R' AND level = 1 GROUP BY of, year, version) AS e
    JOIN (SELECT province, year, version, sum(residual) AS r FROM interprovincial_account GROUP BY province, year, version) AS i
        ON (i.province, i.year, i.version) = (e.of, e.year, e.version)
    UNION ALL
    SELECT 'levels', count(*), count(*) FILTER (WHERE e.level <> coalesce((SELECT w.level FROM explained AS w WHERE (w.tier, w.of, w.year, w.version, w.step) = (e.tier, e.of, e.year, e.version, e.part_of)), 0) + 1)
    FROM explained AS e
    UNION ALL
    SELECT 'gaps', count(*), count(*) FILTER (WHERE line = 'not in the lines above') FROM explained $$;
SELECT * FROM pg_temp.broken();

-- facts that change after the run leave lines of their own
BEGIN;
UPDATE published_generation SET generated = '250 MWh', on_grid = '200 MWh' WHERE year = 2026 AND source = 'hydro';
UPDATE interprovincial_flow SET flow = '510 MWh' WHERE flow = '500 MWh';
DELETE FROM energy_trade WHERE contract = 'fossil AB' AND month = '2026-01-01';
UPDATE storage_charge SET charged = '20 MWh';
SELECT e.term, e.line, l.mwh FROM explain_province_account('500000', 2026) AS e, LATERAL pg_temp.lines(e) AS l WHERE e.line = 'not in the lines above';
SELECT e.term, e.line, l.mwh FROM explain_city_account('500200', 2026) AS e, LATERAL pg_temp.lines(e) AS l WHERE e.line = 'not in the lines above';
UPDATE published_generation SET on_grid = '1000 MWh' WHERE year = 2026 AND source = 'wind' AND province = '650000';
SELECT formula FROM explain_province_account('650000', 2026) WHERE term = 'S' AND level = 2;
SELECT * FROM pg_temp.broken();
ROLLBACK;

-- storage of which discharge is deducted, by user no less than 0; none that counts
BEGIN;
INSERT INTO rule (name, effective_from, value, unit, description, source, status) VALUES ('storage_discharging', '2026-01-01', 'deduct', 'word', 'test', 'test', 'default');
INSERT INTO storage_charge (account_id, region, month, kind, charged, discharged) VALUES (4, '500200', '2026-03-01', 'pumped_storage', '5 MWh', '6 MWh'), (4, '500200', '2026-04-01', 'pumped_storage', '2 MWh', '2 MWh');
SELECT count(*) FROM run_accounts(2026);
SELECT l.* FROM explain_city_account('500200', 2026) AS e, LATERAL pg_temp.lines(e) AS l WHERE e.term = 'W';
SELECT * FROM pg_temp.broken();
INSERT INTO rule (name, effective_from, value, unit, description, source, status) VALUES ('storage_charging', '2026-01-01', 'ignore', 'word', 'test', 'test', 'default');
SELECT count(*) FROM run_accounts(2026);
SELECT l.* FROM explain_city_account('500200', 2026) AS e, LATERAL pg_temp.lines(e) AS l WHERE e.term = 'W';
SELECT * FROM pg_temp.broken();
ROLLBACK;

-- nothing agreed where only agreements count; a negative residual; nobody to
-- receive; nothing on the grid; pumped storage that counts
BEGIN;
INSERT INTO rule (name, effective_from, value, unit, description, source, status) VALUES
    ('interprovincial_allocation', '2026-01-01', 'agreement', 'word', 'test', 'test', 'default'), ('pumped_storage_counts', '2026-01-01', 'yes', 'yes or no', 'test', 'test', 'default');
SELECT count(*) FROM run_accounts(2026);
SELECT l.* FROM explain_province_account('650000', 2026) AS e, LATERAL pg_temp.lines(e) AS l WHERE e.term = 'S';
SELECT l.* FROM explain_province_account('500000', 2026) AS e, LATERAL pg_temp.lines(e) AS l WHERE e.term = 'G';
SELECT * FROM pg_temp.broken();
ROLLBACK;
BEGIN;
UPDATE interprovincial_flow SET flow = '400 MWh' WHERE flow = '500 MWh';
INSERT INTO interprovincial_flow (year, market, from_province, to_province, flow) VALUES (2026, 'abroad', '650000', '000000', '10 MWh'), (2026, 'abroad', '110000', '000000', '10 MWh');
UPDATE energy_trade SET settled = '200 MWh' WHERE contract = 'fossil AB' AND month = '2026-01-01';
SELECT count(*) FROM run_accounts(2026);
SELECT l.* FROM explain_province_account('500000', 2026) AS e, LATERAL pg_temp.lines(e) AS l WHERE e.term IN ('R', 'S') AND e.level < 3;
SELECT l.* FROM explain_province_account('650000', 2026) AS e, LATERAL pg_temp.lines(e) AS l WHERE e.term IN ('R', 'S') AND e.level < 3;
SELECT l.* FROM explain_province_account('110000', 2026) AS e, LATERAL pg_temp.lines(e) AS l WHERE e.term IN ('R', 'S') AND e.level < 3;
SELECT * FROM pg_temp.broken();
ROLLBACK;

-- coefficients of months: A of a city month by month; every version adds up
SELECT close_year(2026);
SELECT restate_year(2026, 'coefficients of months');
INSERT INTO published_coefficient (year, province, month, coefficient) VALUES (2026, '500000', '2026-01-01', 0.123456789012), (2026, '500000', '2026-12-01', 0.333333333333);
SELECT count(*) FROM run_accounts(2026);
SELECT l.* FROM explain_city_account('500100', 2026) AS e, LATERAL pg_temp.lines(e) AS l WHERE e.term = 'A';
SELECT l.* FROM explain_province_account('500000', 2026) AS e, LATERAL pg_temp.lines(e) AS l WHERE e.term = 'k' AND e.level = 2 AND e.month IS NOT NULL;
SELECT l.* FROM explain_city_account('500100', 2026, 1) AS e, LATERAL pg_temp.lines(e) AS l WHERE e.term = 'A';
SELECT * FROM pg_temp.broken();

-- refusals
SELECT * FROM explain_city_account(NULL, 2026);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM explain_city_account('500000', 2026);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM explain_city_account('500103', 2026);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM explain_city_account('500100', NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM explain_city_account('500100', 2030);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM explain_city_account('500100', 2026, 7);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM explain_city_account('330100', 2026);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM explain_province_account(NULL, 2026);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM explain_province_account('500100', 2026);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM explain_province_account('000000', 2026);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM explain_province_account('330000', 2026);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM explain_province_account('500000', NULL);
\echo :LAST_ERROR_SQLSTATE
