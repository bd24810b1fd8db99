-- account_difference: what a restated version changes.
\set SHOW_CONTEXT never
\getenv abs_srcdir PG_ABS_SRCDIR
\set fixture :abs_srcdir '/test/fixture/ledger.sql'
\o /dev/null
\i :fixture
\set fixture :abs_srcdir '/test/fixture/model.sql'
\i :fixture
\o
-- nothing to compare yet
SELECT * FROM account_difference(2025);
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) FROM run_accounts(2025);
SELECT * FROM account_difference(2025);
\echo :LAST_ERROR_SQLSTATE
SELECT close_year(2025);
SELECT restate_year(2025, 'meter of user 2 was read wrong');
-- opened, but not run
SELECT * FROM account_difference(2025);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM account_difference(2025, 1, 2);
\echo :LAST_ERROR_SQLSTATE
-- run on the same facts it changes nothing
SELECT count(*) FROM run_accounts(2025);
SELECT * FROM account_difference(2025);
-- a draw of user 2 was 40 GWh too high, a flow 1 GWh too low; user 3 moves to
-- 500100; a province appears
UPDATE grid_draw SET energy = '460 GWh' WHERE account_id = 5;
UPDATE interprovincial_flow SET flow = '301 GWh' WHERE to_province = '500000';
UPDATE physical_supply SET region = '500100' WHERE account_id = 7;
INSERT INTO published_generation (year, province, source, generated, on_grid) VALUES (2025, '540000', 'hydro', '2 GWh', '2 GWh');
SELECT count(*) FROM run_accounts(2025);
CREATE TEMP TABLE d AS SELECT row_number() OVER () AS line, * FROM account_difference(2025);
SELECT tier, region, account_id, term, mwh(before) AS before, mwh(after) AS after, mwh(difference) AS difference, round(ratio_before, 8) AS ratio_before, round(ratio_after, 8) AS ratio_after
FROM d ORDER BY line;
-- every term of both versions side by side: each that differs is listed, with its difference
CREATE TEMP VIEW terms AS
SELECT 'province' AS tier, p.version, p.province AS region, NULL::bigint AS account_id, t.* FROM province_account AS p,
    LATERAL (VALUES ('G', p.generation), ('T', p.energy_trade), ('C', p.certificate_trade), ('S', p.allocation), ('L', p.line_loss), ('E', p.non_fossil), ('F', p.fossil_on_grid), ('IO', p.net_received), ('consumption', p.consumption)) AS t(term, quantity)
UNION ALL
SELECT 'coefficient', k.version, k.province, NULL, t.* FROM coefficient AS k, LATERAL (VALUES ('numerator', k.numerator), ('denominator', k.denominator), ('allocated', k.allocated), ('loss residual', k.loss_residual)) AS t
UNION ALL
SELECT 'city', c.version, c.city, NULL, t.* FROM city_account AS c, LATERAL (VALUES ('W', c.grid_draw), ('P', c.physical), ('T', c.energy_trade), ('C', c.certificate_trade), ('A', c.allocation), ('E', c.non_fossil)) AS t
UNION ALL
SELECT 'user', u.version, u.city, u.account_id, t.* FROM user_account AS u, LATERAL (VALUES ('W', u.grid_draw), ('P', u.physical), ('T', u.energy_trade), ('C', u.certificate_trade), ('excess', u.excess), ('A', u.allocation), ('E', u.non_fossil)) AS t;
SELECT count(*) AS compared, count(*) FILTER (WHERE x.differs <> x.listed) AS wrong
FROM (SELECT coalesce(sum(wh(t.quantity)) FILTER (WHERE t.version = 2), 0) <> coalesce(sum(wh(t.quantity)) FILTER (WHERE t.version = 1), 0) AS differs,
             EXISTS (SELECT FROM d WHERE (d.tier, d.region, d.term) = (t.tier, t.region, t.term) AND d.account_id IS NOT DISTINCT FROM t.account_id
                     AND wh(d.difference) = coalesce(sum(wh(t.quantity)) FILTER (WHERE t.version = 2), 0) - coalesce(sum(wh(t.quantity)) FILTER (WHERE t.version = 1), 0)
                     AND d.difference <> '0 kWh') AS listed
      FROM terms AS t WHERE t.version IN (1, 2) GROUP BY t.tier, t.region, t.account_id, t.term) AS x;
-- the other way, and a version against itself
SELECT count(*) AS lines, count(*) FILTER (WHERE r.difference IS DISTINCT FROM - d.difference) AS wrong
FROM account_difference(2025, 2, 1) AS r JOIN d ON (d.tier, d.region, d.term) = (r.tier, r.region, r.term) AND d.account_id IS NOT DISTINCT FROM r.account_id;
SELECT count(*) FROM account_difference(2025, 2, 2);
-- a third version: the last two unless versions are named
SELECT close_year(2025);
SELECT restate_year(2025, 'once more');
UPDATE grid_draw SET energy = '461 GWh' WHERE account_id = 5;
SELECT count(*) FROM run_accounts(2025);
SELECT term, before, after, difference FROM account_difference(2025) WHERE account_id = 5;
SELECT term, before, after, difference FROM account_difference(2025, 1) WHERE account_id = 5;
SELECT term, before, after, difference FROM account_difference(2025, to_version => 2) WHERE account_id = 5;
SELECT term, before, after, difference FROM account_difference(2025, 3, 1) WHERE account_id = 5 AND term = 'W';
-- users that are gone
DELETE FROM grid_draw WHERE account_id = 8;
DELETE FROM physical_supply WHERE account_id = 3;
SELECT count(*) FROM run_accounts(2025);
SELECT tier, region, account_id, term, before, after, difference FROM account_difference(2025) WHERE account_id IN (3, 8);
-- refusals
SELECT * FROM account_difference(NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM account_difference(2025, 1, 9);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM account_difference(2025, 9);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM account_difference(2025, to_version => 1);
\echo :LAST_ERROR_SQLSTATE
