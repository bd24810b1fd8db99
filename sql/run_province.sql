-- run_accounts() of one province: its cities and users anew on the accounts of
-- all provinces, and what that leaves behind elsewhere.
\set SHOW_CONTEXT never
\getenv abs_srcdir PG_ABS_SRCDIR
\set fixture :abs_srcdir '/test/fixture/accounts.sql'
\o /dev/null
\set ECHO none
\i :fixture
\set ECHO all
\o
-- users in A (101), B (5, 7), C (9) and 西藏 (102), which has nothing else; A sells
-- green power to 5 in B, C to 7; B and C share pools of certificates of A
INSERT INTO grid_draw (account_id, region, month, energy)
SELECT u, r, make_date(y, 1, 1), '50 MWh' FROM generate_series(2026, 2029) AS y, (VALUES (101, '650100'::region), (5, '500100'), (7, '500200'), (9, '510100'), (102, '540100')) AS v(u, r);
INSERT INTO interprovincial_flow (year, from_province, to_province, flow)
SELECT y, f, t, '1 GWh' FROM generate_series(2026, 2029) AS y, (VALUES ('650000'::region, '500000'::region), ('510000', '500000'), ('650000', '510000')) AS p(f, t);
INSERT INTO energy_trade (contract, month, kind, from_province, to_province, buyer, buyer_region, settled, certificate_settled)
SELECT c, make_date(y, 1, 1), k::energy_trade_kind, f, t, u, r, e, e FROM generate_series(2026, 2029) AS y, (VALUES ('A to 5', 'green_power', '650000'::region, '500000'::region, 5, '500100'::region, '20 MWh'::energy), ('C to 7', 'green_power', '510000', '500000', 7, '500200', '10 MWh')) AS v(c, k, f, t, u, r, e);
INSERT INTO published_cap (year, kind, region, cap) VALUES (2026, 'out_of_province_buyer', '500000', '100 MWh'), (2026, 'out_of_province_buyer', '510000', '100 MWh'), (2026, 'out_of_province_seller', '650000', '15 MWh');
SELECT pg_temp.claim('C first', 1, 9, 10, '2026-03-01', 'out_of_province_trade'), pg_temp.claim('B second', 1, 5, 10, '2026-03-02', 'out_of_province_trade');
INSERT INTO published_generation (year, province, source, generated, on_grid) VALUES (2026, '510000', 'fossil', '100 GWh', '100 GWh');
CREATE TEMP VIEW state AS
SELECT p.year, p.province, c.up_to_date, w.detail AS not_run FROM province_account AS p LEFT JOIN coefficient AS c USING (year, version, province)
LEFT JOIN account_warning AS w ON w.year = p.year AND w.version = p.version AND w.region = p.province AND w.warning = 'users not run';

--
-- 2026: when nothing else has changed, it is as a run of all
--
SELECT phase, lines FROM run_accounts(2026);
SELECT pg_temp.digest(2026) AS whole \gset
SELECT phase, lines FROM run_accounts(2026, '500000');
SELECT pg_temp.digest(2026) = :'whole' AS same;
SELECT p, pg_temp.digest(2026) = :'whole' AS same FROM (VALUES ('650000'::region), ('510000'), ('540000'), ('110000')) AS v(p), LATERAL pg_temp.run(2026, p) AS r;
-- facts of its own users change nothing elsewhere
UPDATE grid_draw SET energy = '60 MWh' WHERE account_id = 7 AND month = '2026-01-01';
SELECT pg_temp.run(2026, '500000');
SELECT * FROM state WHERE year = 2026 ORDER BY province;
SELECT pg_temp.digest(2026) AS limited \gset
SELECT pg_temp.run(2026);
SELECT pg_temp.digest(2026) = :'limited' AS same;

-- what is known of other provinces changes: C sells 5 more, so E of C and of B
-- change, and the users of B rest on former figures
UPDATE energy_trade SET settled = '15 MWh', certificate_settled = '15 MWh' WHERE contract = 'C to 7' AND month = '2026-01-01';
SELECT pg_temp.run(2026, '510000');
SELECT * FROM state WHERE year = 2026 ORDER BY province;
SELECT province, trim_scale(mwh(energy_trade)) AS t FROM province_account WHERE year = 2026 ORDER BY province;
SELECT account, t FROM users WHERE year = 2026 AND account = 7;
-- the identities show it
SELECT identity, region, residual_mwh <> 0 AS broken FROM account_identity WHERE year = 2026 AND identity = 'cities' ORDER BY region;
SELECT close_year(2026);
\echo :LAST_ERROR_SQLSTATE
-- the province stays behind until it is run, whatever else is
SELECT pg_temp.run(2026, '510000');
SELECT * FROM state WHERE year = 2026 AND NOT up_to_date ORDER BY province;
SELECT pg_temp.run(2026, '650000');
SELECT * FROM state WHERE year = 2026 AND NOT up_to_date ORDER BY province;
SELECT pg_temp.run(2026, '500000');
SELECT * FROM state WHERE year = 2026 ORDER BY province;
SELECT pg_temp.digest(2026) AS limited \gset
SELECT pg_temp.run(2026);
SELECT pg_temp.digest(2026) = :'limited' AS same;
-- claims in one province take a pool from another: 9 in C retired less, so 5 has 10
UPDATE published_cap SET cap = '2 MWh' WHERE year = 2026 AND kind = 'out_of_province_buyer' AND region = '510000';
SELECT pg_temp.run(2026, '510000');
SELECT document, recognised FROM claims WHERE year = 2026 AND category = 'out_of_province_trade' ORDER BY document COLLATE "C";
SELECT * FROM state WHERE year = 2026 ORDER BY province;
SELECT account, c FROM users WHERE year = 2026 AND c > 0 ORDER BY account;
-- a run of all makes everything up to date
SELECT pg_temp.run(2026);
SELECT * FROM state WHERE year = 2026 AND (NOT up_to_date OR not_run IS NOT NULL);
SELECT close_year(2026);

--
-- 2027: the first run of all is limited to a province: the others have no users'
-- accounts yet, and so it is of a version that restates
--
SELECT pg_temp.run(2027, '500000');
SELECT * FROM state WHERE year = 2027 ORDER BY province;
SELECT account, city FROM users WHERE year = 2027 ORDER BY account;
SELECT close_year(2027);
\echo :LAST_ERROR_SQLSTATE
-- one after the other does as well as all at once; 西藏, which has users and
-- nothing else, is not forgotten
SELECT count(*) FROM run_accounts(2027, '650000');
SELECT count(*) FROM run_accounts(2027, '510000');
SELECT * FROM state WHERE year = 2027 ORDER BY province;
SELECT close_year(2027);
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) FROM run_accounts(2027, '540000');
SELECT * FROM state WHERE year = 2027 ORDER BY province;
SELECT pg_temp.digest(2027) AS one_by_one \gset
SELECT count(*) FROM run_accounts(2027);
SELECT pg_temp.digest(2027) = :'one_by_one' AS same;
SELECT close_year(2027);
SELECT restate_year(2027, 'one province');
SELECT count(*) FROM run_accounts(2027, '500000');
SELECT close_year(2027);
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) FROM run_accounts(2027);
SELECT pg_temp.digest(2027, 2) = :'one_by_one' AS same;
SELECT close_year(2027);

--
-- 2028: users alone, in facts of every kind, need an account of their province
--
DELETE FROM grid_draw WHERE month >= '2028-01-01' AND month < '2029-01-01' AND account_id = 102;
SELECT count(*) FROM run_accounts(2028);
INSERT INTO physical_supply (account_id, region, month, kind, energy) VALUES (102, '540100', '2028-01-01', 'self_use', '1 MWh');
INSERT INTO storage_charge (account_id, region, month, kind, charged) VALUES (102, '460100', '2028-01-01', 'new_storage', '1 MWh');
SELECT close_year(2028);
\echo :LAST_ERROR_SQLSTATE
-- storage that is ignored needs none
SELECT FROM pg_temp.rule('storage_charging', 2028, 'ignore');
SELECT count(*) FROM run_accounts(2028);
SELECT close_year(2028);

--
-- 2029: warnings of other provinces stay, those of the province are its last run's
--
SELECT count(*) FROM run_accounts(2029);
SELECT warning, region FROM account_warning WHERE year = 2029 ORDER BY region, warning;
INSERT INTO account (kind, name, personal_id, region, opened_on) SELECT 'user', 'u' || i, 'u' || i, '510100', '2020-01-01' FROM generate_series(10, 102) AS i;
SELECT count(*) FROM run_accounts(2029, '540000');
SELECT warning, region FROM account_warning WHERE year = 2029 ORDER BY region, warning;
SELECT count(*) FROM run_accounts(2029);
SELECT warning, region FROM account_warning WHERE year = 2029 ORDER BY region, warning;

-- no year, no province, no year that is none
SELECT * FROM run_accounts(NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM run_accounts(NULL, '500000');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM run_accounts(2029, '500100');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM run_accounts(2029, '500101');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM run_accounts(2029, '000000');
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY terse
SELECT * FROM run_accounts(2100, '500000');
\echo :LAST_ERROR_SQLSTATE
