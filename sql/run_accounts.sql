-- run_accounts: repeated runs, order of facts, empty years, and every corner
-- that a default rule settles with a warning.
\set SHOW_CONTEXT never
\getenv abs_srcdir PG_ABS_SRCDIR
\set fixture :abs_srcdir '/test/fixture/ledger.sql'
\o /dev/null
\i :fixture
\set fixture :abs_srcdir '/test/fixture/model.sql'
\i :fixture
\o
-- a digest of everything that the accounts of a year are
CREATE FUNCTION pg_temp.digest(y integer) RETURNS text LANGUAGE sql AS $$
    SELECT md5(string_agg(line, E'\n' ORDER BY line COLLATE "C"))
    FROM (SELECT 'recognition ' || t::text FROM recognition t WHERE year = y
          UNION ALL SELECT 'recognition_cap ' || t::text FROM recognition_cap t WHERE year = y
          UNION ALL SELECT 'interprovincial_account ' || t::text FROM interprovincial_account t WHERE year = y
          UNION ALL SELECT 'province_account ' || t::text FROM province_account t WHERE year = y
          UNION ALL SELECT 'coefficient ' || t::text FROM coefficient t WHERE year = y
          UNION ALL SELECT 'coefficient_month ' || t::text FROM coefficient_month t WHERE year = y
          UNION ALL SELECT 'city_account ' || t::text FROM city_account t WHERE year = y
          UNION ALL SELECT 'user_account ' || t::text FROM user_account t WHERE year = y
          UNION ALL SELECT 'account_warning ' || t::text FROM account_warning t WHERE year = y) AS l(line)
$$;

-- never run, then run
SELECT account_version(2025);
SELECT phase, lines FROM run_accounts(2025);
SELECT account_version(2025);
SELECT year, version FROM account_year;
SELECT pg_temp.digest(2025) AS first \gset
-- run again: the same lines, the same contents, one version
SELECT phase, lines FROM run_accounts(2025);
SELECT pg_temp.digest(2025) = :'first' AS same;
SELECT count(*) FROM run_accounts(2025);
SELECT pg_temp.digest(2025) = :'first' AS same, (SELECT count(*) FROM account_year) AS years;
-- facts loaded in another order
CREATE TEMP TABLE facts1 AS TABLE energy_trade;
CREATE TEMP TABLE facts2 AS TABLE grid_draw;
CREATE TEMP TABLE facts3 AS TABLE physical_supply;
CREATE TEMP TABLE facts4 AS TABLE interprovincial_flow;
CREATE TEMP TABLE facts5 AS TABLE published_generation;
TRUNCATE energy_trade, grid_draw, physical_supply, interprovincial_flow, published_generation;
-- nothing of the old facts is left in the results
SELECT count(*) FROM run_accounts(2025);
SELECT (SELECT count(*) FROM user_account) AS users, (SELECT sum(recognised) FROM recognition) AS recognised, (SELECT sum(net_received) FROM province_account) AS received;
INSERT INTO energy_trade SELECT * FROM facts1 ORDER BY settled DESC, contract DESC, month DESC;
INSERT INTO grid_draw SELECT * FROM facts2 ORDER BY account_id DESC, month DESC;
INSERT INTO physical_supply SELECT * FROM facts3 ORDER BY energy DESC;
INSERT INTO interprovincial_flow SELECT * FROM facts4 ORDER BY flow;
INSERT INTO published_generation SELECT * FROM facts5 ORDER BY generated;
SELECT count(*) FROM run_accounts(2025);
SELECT pg_temp.digest(2025) = :'first' AS same;
-- a run that is rolled back leaves the former results
UPDATE grid_draw SET energy = energy + '1 kWh' WHERE account_id = 5;
BEGIN;
SELECT count(*) FROM run_accounts(2025);
SELECT pg_temp.digest(2025) = :'first' AS same;
ROLLBACK;
SELECT pg_temp.digest(2025) = :'first' AS same;
UPDATE grid_draw SET energy = energy - '1 kWh' WHERE account_id = 5;

-- a run writes no more than what is new: rows of users stay where they are ...
CREATE TEMP TABLE stood AS SELECT account_id, city, ctid AS place, xmin::text AS written FROM user_account WHERE year = 2025;
SELECT phase, lines FROM run_accounts(2025) WHERE phase IN ('clear', 'users');
SELECT count(*) AS users, count(*) FILTER (WHERE u.ctid = s.place AND u.xmin::text = s.written) AS stood
FROM user_account AS u JOIN stood AS s USING (account_id, city) WHERE u.year = 2025;
-- ... also when others change, come and go, and it is as if all were new
BEGIN;
UPDATE grid_draw SET energy = energy + '10 kWh' WHERE account_id = (SELECT min(account_id) FROM grid_draw);
UPDATE grid_draw SET account_id = 1000 + account_id WHERE account_id IN (SELECT DISTINCT account_id FROM grid_draw ORDER BY 1 OFFSET 1 LIMIT 2);
INSERT INTO grid_draw (account_id, region, month, energy)
SELECT n, '650100', '2025-03-01', '1 MWh' FROM generate_series(-20000, -1) AS n;
SELECT lines FROM run_accounts(2025) WHERE phase = 'users';
UPDATE grid_draw SET energy = energy + make_energy(wh => - account_id) WHERE account_id < 0 AND account_id <> -7;
DELETE FROM grid_draw WHERE account_id < -19990 OR account_id = -1;
SELECT lines FROM run_accounts(2025) WHERE phase = 'users';
CREATE TEMP TABLE merged AS SELECT account_id, city, grid_draw, physical, energy_trade, certificate_trade, excess, allocation, non_fossil FROM user_account WHERE year = 2025;
SELECT close_year(2025), restate_year(2025, 'anew');
SELECT lines FROM run_accounts(2025) WHERE phase = 'users';
SELECT count(*) AS users, sum(grid_draw) AS grid_draw FROM merged;
SELECT count(*) AS different FROM (
    SELECT account_id, city, grid_draw, physical, energy_trade, certificate_trade, excess, allocation, non_fossil FROM user_account WHERE year = 2025 AND version = 2
    EXCEPT ALL TABLE merged) AS d;
-- one province only: users of others stay
UPDATE grid_draw SET energy = energy + '1 MWh' WHERE account_id > 0;
DELETE FROM grid_draw WHERE account_id = -7;
CREATE TEMP TABLE others AS SELECT account_id, city, ctid AS place FROM user_account WHERE year = 2025 AND version = 2 AND NOT city <@ '650000';
SELECT lines FROM run_accounts(2025, '650000') WHERE phase = 'users';
SELECT count(*) = (SELECT count(*) FROM others) AS stood FROM user_account AS u JOIN others AS o ON o.account_id = u.account_id AND o.city = u.city AND o.place = u.ctid
WHERE u.year = 2025 AND u.version = 2;
SELECT count(*) AS gone FROM user_account WHERE year = 2025 AND version = 2 AND account_id = -7;
SELECT lines > 0 AS others FROM run_accounts(2025) WHERE phase = 'users';
SELECT lines FROM run_accounts(2025) WHERE phase = 'users';
ROLLBACK;
SELECT pg_temp.digest(2025) = :'first' AS same;

-- draws on pages that everybody sees are read from the index alone
VACUUM grid_draw;
SELECT count(*) FROM run_accounts(2025);
SELECT pg_temp.digest(2025) = :'first' AS same;
-- what an owner added is the executor's business, and it gives the same: a
-- constraint, which is asked, and triggers
BEGIN;
CREATE TEMP TABLE witnessed (by_copy boolean);
CREATE FUNCTION pg_temp.witness() RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE context text;
BEGIN
    GET DIAGNOSTICS context = PG_CONTEXT;
    INSERT INTO pg_temp.witnessed VALUES (context ~ 'COPY user_account');
    RETURN true;
END $$;
CREATE FUNCTION pg_temp.nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
ALTER TABLE user_account ADD CONSTRAINT witness CHECK (pg_temp.witness()) NOT VALID;
SELECT close_year(2025), restate_year(2025, 'directly');
SELECT lines FROM run_accounts(2025) WHERE phase = 'users';
SELECT by_copy, count(*) FROM witnessed GROUP BY by_copy;
TRUNCATE witnessed;
CREATE TRIGGER nothing BEFORE INSERT ON user_account FOR EACH ROW EXECUTE FUNCTION pg_temp.nothing();
CREATE TRIGGER nothing BEFORE INSERT ON grid_draw FOR EACH ROW EXECUTE FUNCTION pg_temp.nothing();
SELECT close_year(2025), restate_year(2025, 'by the executor');
SELECT lines FROM run_accounts(2025) WHERE phase = 'users';
SELECT by_copy, count(*) FROM witnessed GROUP BY by_copy;
SELECT count(*) AS versions, count(DISTINCT v.users) AS contents
FROM (SELECT string_agg(format('%s', (account_id, city, grid_draw, physical, energy_trade, certificate_trade, excess, allocation, non_fossil)), ' ' ORDER BY account_id, city) AS users
      FROM user_account WHERE year = 2025 GROUP BY version) AS v;
DROP TRIGGER nothing ON user_account;
ALTER TABLE user_account ADD CONSTRAINT not_that_one CHECK (account_id <> 5) NOT VALID;
SELECT close_year(2025), restate_year(2025, 'refused');
SELECT lines FROM run_accounts(2025) WHERE phase = 'users';
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
-- so are draws in several partitions, and those without their primary key; one
-- partition may have more than the year
BEGIN;
INSERT INTO grid_draw (account_id, region, month, energy)
SELECT 5, '650100', m, make_energy(wh => extract(month FROM m)::bigint) FROM generate_series('2025-12-01'::date, '2027-01-01', '1 month') AS m;
SELECT lines FROM run_accounts(2026) WHERE phase = 'users';
SELECT account_id, city, grid_draw FROM user_account WHERE year = 2026;
CREATE TEMP TABLE draws AS SELECT * FROM grid_draw WHERE month >= '2026-01-01';
DROP TABLE grid_draw_2026, grid_draw_2027;
CREATE TABLE grid_draw_early PARTITION OF grid_draw FOR VALUES FROM ('2026-01-01') TO ('2026-07-01');
CREATE TABLE grid_draw_late PARTITION OF grid_draw FOR VALUES FROM ('2026-07-01') TO ('2028-01-01');
INSERT INTO grid_draw TABLE draws;
SELECT lines FROM run_accounts(2026) WHERE phase = 'users';
SELECT account_id, city, grid_draw FROM user_account WHERE year = 2026;
DROP TABLE grid_draw_early, grid_draw_late;
CREATE TABLE grid_draw_wide PARTITION OF grid_draw FOR VALUES FROM ('2026-01-01') TO ('2028-01-01');
INSERT INTO grid_draw TABLE draws;
SELECT lines FROM run_accounts(2026) WHERE phase = 'users';
SELECT account_id, city, grid_draw FROM user_account WHERE year = 2026;
ALTER TABLE grid_draw DROP CONSTRAINT grid_draw_pkey;
SELECT lines FROM run_accounts(2026) WHERE phase = 'users';
SELECT account_id, city, grid_draw FROM user_account WHERE year = 2026;
ROLLBACK;
SELECT pg_temp.digest(2025) = :'first' AS same;

-- a year without facts has no accounts, and another year's run does not touch
-- this one's
SELECT phase, lines FROM run_accounts(2030);
SELECT pg_temp.digest(2025) = :'first' AS same, pg_temp.digest(2030) IS NULL AS empty;
SELECT count(*) FROM account_identity WHERE year = 2030;
-- which years there are
SELECT phase, lines FROM run_accounts(NULL);
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY terse
SELECT phase, lines FROM run_accounts(1999);
\echo :LAST_ERROR_SQLSTATE
SELECT phase, lines FROM run_accounts(2100);
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY default
SELECT year FROM account_year ORDER BY year;
-- who may run it
SELECT p.proname FROM pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a
WHERE p.pronamespace = 'certledger'::regnamespace AND a.grantee = 0 AND p.proname ~ '^(run_accounts|account_|clear_accounts|user_claim|caps?_of|energy_trade_volume|province_generation|is_non_fossil|emission_factor)'
ORDER BY p.proname;

-- 2020: a province without neighbours: E = G; its users share what P leaves
INSERT INTO published_generation (year, province, source, generated, on_grid) VALUES
    (2020, '540000', 'hydro', '100 MWh', '90 MWh'), (2020, '540000', 'fossil', '50 MWh', '50 MWh'), (2020, '540000', 'pumped_storage', '30 MWh', '30 MWh');
INSERT INTO grid_draw (account_id, region, month, energy) VALUES (4, '540100', '2020-01-01', '60 MWh'), (5, '540200', '2020-01-01', '60 MWh');
INSERT INTO physical_supply (account_id, region, month, kind, energy) VALUES (3, '540100', '2020-01-01', 'production_use', '10 MWh');
SELECT count(*) FROM run_accounts(2020);
SELECT province, generation, energy_trade, certificate_trade, allocation, non_fossil, fossil_on_grid, net_received FROM province_account WHERE year = 2020;
SELECT numerator, denominator, round(k, 6) AS k, allocated, loss_residual FROM coefficient WHERE year = 2020;
SELECT account_id, city, grid_draw, physical, allocation, non_fossil FROM user_account WHERE year = 2020 ORDER BY account_id;
SELECT count(*) FROM account_warning WHERE year = 2020;

-- 2021: where k is none.  京: denominator zero, as all is sent away; 津:
-- denominator negative; 冀: numerator negative, P above E; 晋: k above 1, by
-- generation that fed no grid; 辽: users, but nothing was generated
INSERT INTO published_generation (year, province, source, generated, on_grid) VALUES
    (2021, '110000', 'wind', '100 MWh', '100 MWh'), (2021, '120000', 'wind', '100 MWh', '100 MWh'),
    (2021, '130000', 'wind', '100 MWh', '100 MWh'), (2021, '130000', 'fossil', '500 MWh', '500 MWh'), (2021, '140000', 'wind', '100 MWh', '100 MWh');
INSERT INTO interprovincial_flow (year, market, from_province, to_province, flow) VALUES
    (2021, 'north', '110000', '130000', '100 MWh'), (2021, 'north', '120000', '130000', '130 MWh'), (2021, 'coal', '140000', '130000', '50 MWh');
INSERT INTO energy_trade (contract, month, kind, market, from_province, to_province, settled) VALUES
    ('coal', '2021-01-01', 'fossil', 'coal', '140000', '130000', '50 MWh'), ('coal', '2021-01-01', 'fossil', 'north', '110000', '130000', '30 MWh'), ('coal', '2021-01-01', 'fossil', 'north', '120000', '130000', '40 MWh');
INSERT INTO physical_supply (account_id, region, month, kind, energy) VALUES (4, '130100', '2021-01-01', 'self_use', '400 MWh');
INSERT INTO grid_draw (account_id, region, month, energy) VALUES
    (4, '110100', '2021-01-01', '10 MWh'), (4, '120100', '2021-01-01', '10 MWh'), (4, '130100', '2021-01-01', '10 MWh'), (4, '140100', '2021-01-01', '10 MWh'), (4, '210100', '2021-01-01', '10 MWh');
SELECT count(*) FROM run_accounts(2021);
SELECT warning, region, detail FROM account_warning WHERE year = 2021 ORDER BY region, warning, detail;
SELECT province, numerator, denominator, k, pool, total, allocated, loss_residual FROM coefficient WHERE year = 2021 ORDER BY province;
SELECT city, grid_draw, physical, allocation, non_fossil FROM user_account WHERE year = 2021 ORDER BY city;
-- an official k is applied where there is no computed one, and then nothing
-- needs a warning
INSERT INTO published_coefficient (year, province, coefficient) VALUES (2021, '110000', 0.25), (2021, '120000', 1), (2021, '140000', 0);
SELECT count(*) FROM run_accounts(2021);
SELECT province, numerator, denominator, round(k, 4) AS k, published, allocated, loss_residual FROM coefficient WHERE year = 2021 ORDER BY province;
SELECT warning, region FROM account_warning WHERE year = 2021 ORDER BY region, warning;
SELECT identity, region, residual_mwh FROM account_identity WHERE year = 2021 ORDER BY identity, region;

-- 2022: a negative residual on either side is taken as 0; what is offered in a
-- market in which nobody named receives stays with the seller; facts of a
-- buyer and a user that are in no account; P in a province without any other fact
INSERT INTO published_generation (year, province, source, generated, on_grid) VALUES (2022, '650000', 'wind', '100 MWh', '80 MWh'), (2022, '650000', 'fossil', '100 MWh', '80 MWh');
INSERT INTO interprovincial_flow (year, market, from_province, to_province, flow) VALUES
    (2022, 'west', '650000', '500000', '50 MWh'), (2022, 'abroad', '650000', '000000', '10 MWh');
INSERT INTO energy_trade (contract, month, kind, market, from_province, to_province, buyer, buyer_region, settled, certificate_settled) VALUES
    ('coal', '2022-01-01', 'fossil', 'west', '650000', '500000', NULL, NULL, '30 MWh', '0 kWh'),
    ('green', '2022-01-01', 'green_power', 'west', '650000', '500000', 777, '500100', '25 MWh', '25 MWh'),
    ('no flow', '2022-01-01', 'green_power', 'west', '650000', '510000', NULL, NULL, '5 MWh', '5 MWh');
INSERT INTO grid_draw (account_id, region, month, energy) VALUES (777, '500100', '2022-01-01', '20 MWh');
INSERT INTO physical_supply (account_id, region, month, kind, energy) VALUES (5, '330100', '2022-01-01', 'park', '7 MWh');
SELECT count(*) FROM run_accounts(2022);
SELECT warning, region, account_id, detail FROM account_warning WHERE year = 2022 ORDER BY region, warning, detail;
SELECT market, province, direction, flow, fossil_trade, energy_trade, residual, allocation FROM interprovincial_account WHERE year = 2022 ORDER BY market, province, direction;
SELECT tier, province, account_id, document, claimed, recognised, reason FROM recognition WHERE year = 2022 ORDER BY tier, document;
SELECT province, generation, energy_trade, allocation, non_fossil FROM province_account WHERE year = 2022 ORDER BY province;
SELECT account_id, city, grid_draw, physical, energy_trade, excess, allocation FROM user_account WHERE year = 2022 ORDER BY account_id;
SELECT identity, region, residual_mwh FROM account_identity WHERE year = 2022 ORDER BY identity, region;
SELECT pg_temp.digest(2025) = :'first' AS same;

-- 2019: rules whose value is not what the accounts implement: they say so, by
-- name, and compute as they always do
INSERT INTO rule (name, effective_from, value, unit, description, source, status)
SELECT v.name, v.day::date, coalesce(v.value, r.value), r.unit, r.description, 'test', r.status
FROM (SELECT n.name, d.day, d.value
      FROM unnest('{not_one_to_one_volume,unified_purchase_sharing,spot_cap_default,line_loss_bearer,line_loss_default,interprovincial_direction,accounting_year_of_certificate,certificate_counts_when,plant_grid_draw,sub_province_grid,accounting_period}'::text[]) AS n(name),
           (VALUES ('2019-12-31', 'otherwise'), ('2020-01-01', NULL)) AS d(day, value)) AS v
JOIN rule AS r ON r.name = v.name AND r.effective_from = '-infinity';
SELECT phase, lines FROM run_accounts(2019) WHERE lines > 0;
SELECT warning, region, rule, detail FROM account_warning WHERE year = 2019 ORDER BY rule;
-- in force in that year only
SELECT count(*) FROM run_accounts(2018);
SELECT count(*) FROM account_warning WHERE year = 2018;
BEGIN;
DELETE FROM rule WHERE name = 'plant_grid_draw';
SELECT count(*) FROM run_accounts(2018);
SELECT warning, rule, detail FROM account_warning WHERE year = 2018;
ROLLBACK;
-- a rule of which they know several values must be in force
BEGIN;
DELETE FROM rule WHERE name = 'pool_sharing';
SELECT count(*) FROM run_accounts(2018);
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
BEGIN;
UPDATE rule SET value = 'some' WHERE name = 'pumped_storage_counts';
SELECT count(*) FROM run_accounts(2018);
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;

-- what stands on the tables of the results cannot break a run: a trigger that
-- runs accounts itself, or drops rows of them
CREATE FUNCTION pg_temp.nest() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM FROM certledger.run_accounts(2024); RETURN NULL; END';
CREATE TRIGGER nest BEFORE INSERT ON user_account FOR EACH STATEMENT EXECUTE FUNCTION pg_temp.nest();
SELECT count(*) FROM run_accounts(2025);
\echo :LAST_ERROR_SQLSTATE
DROP TRIGGER nest ON user_account;
CREATE FUNCTION pg_temp.drop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER drop BEFORE INSERT OR UPDATE OR DELETE ON user_account FOR EACH ROW EXECUTE FUNCTION pg_temp.drop();
-- (nothing is written, so nothing is dropped)
SELECT count(*) FROM run_accounts(2025);
SELECT pg_temp.digest(2025) = :'first' AS same;
BEGIN;
UPDATE grid_draw SET energy = energy + '1 kWh' WHERE account_id = 5;
SELECT count(*) FROM run_accounts(2025);
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
BEGIN;
UPDATE grid_draw SET account_id = 50 WHERE account_id = 5;
SELECT count(*) FROM run_accounts(2025);
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
BEGIN;
CREATE TEMP TABLE had AS SELECT account_id FROM user_account WHERE year = 2025 AND allocation > '0 kWh' AND physical = '0 kWh' LIMIT 1;
DELETE FROM grid_draw WHERE account_id IN (TABLE had);
DELETE FROM energy_trade WHERE buyer IN (TABLE had);
UPDATE rule SET value = 'ignore' WHERE name = 'storage_charging';
SELECT count(*) FROM run_accounts(2025);
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
DROP TRIGGER drop ON user_account;
SELECT pg_temp.digest(2025) = :'first' AS same;

-- nor can half of the facts: who may not see all of them runs and closes nothing
CREATE ROLE certledger_test_accountant;
GRANT USAGE ON SCHEMA certledger TO certledger_test_accountant;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA certledger TO certledger_test_accountant;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA certledger TO certledger_test_accountant;
SET ROLE certledger_test_accountant;
SELECT count(*) FROM run_accounts(2025);
RESET ROLE;
SELECT pg_temp.digest(2025) = :'first' AS same;
ALTER TABLE grid_draw ENABLE ROW LEVEL SECURITY;
CREATE POLICY one ON grid_draw USING (account_id = 5);
SET ROLE certledger_test_accountant;
SELECT count(*) FROM run_accounts(2025);
\echo :LAST_ERROR_SQLSTATE
SELECT close_year(2025);
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;
ALTER TABLE grid_draw DISABLE ROW LEVEL SECURITY;
DROP POLICY one ON grid_draw;
ALTER TABLE user_account ENABLE ROW LEVEL SECURITY;
SET ROLE certledger_test_accountant;
SELECT count(*) FROM run_accounts(2025);
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;
ALTER TABLE user_account DISABLE ROW LEVEL SECURITY;
SELECT count(*) FROM run_accounts(2025);
SELECT pg_temp.digest(2025) = :'first' AS same;
DROP OWNED BY certledger_test_accountant;
DROP ROLE certledger_test_accountant;
