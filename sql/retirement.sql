SET client_min_messages = warning;
DROP EXTENSION IF EXISTS certledger CASCADE;
DROP SCHEMA IF EXISTS certledger CASCADE;
CREATE EXTENSION certledger;
RESET client_min_messages;
SET search_path = certledger, public;
SET datestyle = ISO;
SET timezone = 'Asia/Shanghai';
\set SHOW_CONTEXT never
SELECT create_ledger();
\getenv abs_srcdir PG_ABS_SRCDIR
\set helper :abs_srcdir '/test/fixture/helper.sql'
\set ECHO none
\i :helper
\set ECHO all

--
-- A small market
--
SELECT register_account('generator', 'plants of 重庆', '500100', personal_id => 'a', opened_on => '2022-01-01') AS a1,
       register_account('generator', 'plants of 新疆', '650100', personal_id => 'b', opened_on => '2022-01-01') AS a2,
       register_account('user', 'mill in 重庆', '500100', personal_id => 'c', opened_on => '2022-01-01') AS a3,
       register_account('user', 'works in 四川', '510100', personal_id => 'd', opened_on => '2022-01-01') AS a4,
       register_account('agent', 'retailer in 重庆', '500100', personal_id => 'e', opened_on => '2022-01-01') AS a5,
       register_account('provincial', '重庆 provincial account', '500000', opened_on => '2022-01-01') AS a6,
       register_account('provincial', '新疆 provincial account', '650000', opened_on => '2022-01-01') AS a7,
       register_account('user', 'closed user', '500100', personal_id => 'f', opened_on => '2022-01-01') AS a8;
UPDATE account SET closed_on = '2026-07-01' WHERE account_id = 8;
SELECT count(register_project(format('100000000000000%s', n), name, owner, region, source, 100000, commissioned_on,
                              market_based => market_based, registered_on => '2024-01-01'))
FROM (VALUES ('01', 'wind', 1, '500100'::region, 'wind'::energy_source, '2020-01-01'::date, true),
             ('02', 'solar', 2, '650100', 'solar', '2020-01-01', true),
             ('03', 'old hydro', 1, '500100', 'hydro', '2022-12-31', true),
             ('04', 'new hydro, not in the market', 1, '500100', 'hydro', '2023-01-01', false),
             ('05', 'roof', 1, '500100', 'solar', '2020-01-01', true),
             ('06', 'wind in 新疆', 1, '650100', 'wind', '2020-01-01', true)) AS v(n, name, owner, region, source, commissioned_on, market_based);
INSERT INTO generation VALUES
    ('10000000000000001', '2024-06-01', 'on_grid', '50 MWh'), ('10000000000000001', '2025-01-01', 'on_grid', '100 MWh'),
    ('10000000000000001', '2026-01-01', 'on_grid', '1000 MWh'),
    ('10000000000000002', '2026-01-01', 'on_grid', '500 MWh'), ('10000000000000002', '2026-02-01', 'on_grid', '200 MWh'),
    ('10000000000000003', '2026-01-01', 'on_grid', '300 MWh'), ('10000000000000004', '2026-01-01', 'on_grid', '20 MWh'),
    ('10000000000000005', '2026-01-01', 'self_use', '40 MWh'), ('10000000000000005', '2026-01-01', 'off_grid', '30 MWh'),
    ('10000000000000005', '2026-01-01', 'hydrogen_integration', '10 MWh'), ('10000000000000006', '2026-01-01', 'on_grid', '60 MWh');
INSERT INTO issuance (ref, month, effective_on) VALUES
    ('I 2024-06', '2024-06-01', '2024-07-10'), ('I 2025-01', '2025-01-01', '2025-02-10'),
    ('I 2026-01', '2026-01-01', '2026-02-10'), ('I 2026-02', '2026-02-01', '2026-03-10');

-- who holds what, run by run, with the first and the last serial
CREATE TEMP VIEW held AS
SELECT account_id AS account, right(project_code(last_certificate), 2) AS project,
       to_char(production_month(last_certificate), 'YYYY-MM') AS month, volume_class(last_certificate) AS class,
       serial(lower(certificates)) AS first, serial(lower(certificates)) + quantity(certificates) - 1 AS last,
       state, route, valid_until
FROM holding;
-- the same of what a document moved
CREATE FUNCTION pg_temp.moved(p posting, OUT project text, OUT month text, OUT first bigint, OUT last bigint, OUT quantity bigint,
                              OUT move text, OUT route route) LANGUAGE sql AS $$
SELECT right(project_code(lower(p.certificates)), 2), to_char(production_month(lower(p.certificates)), 'YYYY-MM'),
       serial(lower(p.certificates)), serial(lower(p.certificates)) + p.quantity - 1, p.quantity,
       format('%s %s -> %s %s', p.from_account, p.from_state, p.to_account, p.to_state), p.route $$;
-- certificates of a project by their serials
CREATE FUNCTION pg_temp.run(project text, month date, first bigint, quantity bigint, class volume_class DEFAULT 'on_grid',
                            tradable boolean DEFAULT true) RETURNS gecmultirange LANGUAGE sql AS $$
SELECT gecmultirange(make_gecrange(make_gec('100000000000000' || project, month, first, class, tradable), quantity)) $$;
SELECT * FROM held ORDER BY project, month, class, first;
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, certificates, contract, price, proof, effective_on) VALUES
    ('T1', 'bilateral', 1, 3, 50, pg_temp.run('01', '2024-06-01', 1, 50), NULL, NULL, NULL, '2026-03-01'),
    ('T2', 'bilateral', 1, 3, 100, pg_temp.run('01', '2025-01-01', 1, 100), NULL, NULL, NULL, '2026-03-01'),
    ('T3', 'bilateral', 1, 3, 500, pg_temp.run('01', '2026-01-01', 1, 500), NULL, NULL, NULL, '2026-03-01'),
    ('T4', 'bilateral', 2, 3, 100, NULL, NULL, NULL, NULL, '2026-03-01'),
    ('T5', 'green_power', 1, 4, 30, NULL, 'K', 5, NULL, '2026-03-01'),
    ('T6', 'existing_hydro', 1, 6, 200, NULL, NULL, NULL, NULL, '2026-03-01'),
    ('T7', 'allocation', 6, 3, 20, NULL, NULL, NULL, 'plan', '2026-03-01'),
    ('T8', 'self_use', 1, 3, 40, NULL, 'EMC', NULL, 'invoice', '2026-03-01'),
    ('T9', 'bilateral', 1, 5, 60, NULL, NULL, NULL, NULL, '2026-03-01');
SELECT account, month, class, state, route, valid_until, sum(last - first + 1) FROM held
WHERE account > 2 GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 5;

--
-- Retirements.  Mandatory: certificates produced in the year of consumption, oldest validity first, then code
--
SELECT (pg_temp.moved(r)).* FROM retire('R1', 3, 2026, 120, purpose => '2026 accounts', effective_on => '2026-04-01') AS r;
-- the route stays, so that the claim feeds the term it belongs to
SELECT (pg_temp.moved(r)).* FROM retire('R2', 3, 2026, 520, effective_on => '2026-04-01') AS r;
-- a producer retires its own, tradable or not
SELECT (pg_temp.moved(r)).* FROM retire('R3', 1, 2026, certificates => pg_temp.run('05', '2026-01-01', 1, 10, 'hydrogen_integration', false), effective_on => '2026-04-01') AS r;
SELECT (pg_temp.moved(r)).* FROM retire('R4', 1, 2026, certificates => pg_temp.run('01', '2026-01-01', 999, 2), effective_on => '2026-04-01') AS r;
-- an agent for its customer, a provincial account for its province
SELECT (pg_temp.moved(r)).* FROM retire('R5', 5, 2026, 60, beneficiary => 4, grid_account => '5100012345678', effective_on => '2026-04-01') AS r;
SELECT (pg_temp.moved(r)).* FROM retire('R6', 6, 2026, 80, effective_on => '2026-04-01') AS r;
SELECT (pg_temp.moved(r)).* FROM retire('R7', 4, 2026, 10, region => '500112', effective_on => '2026-04-01') AS r;
SELECT retirement_id, ref, account_id, quantity, certificates IS NULL AS oldest, regime, consumption_year, beneficiary, region, purpose, grid_account, effective_on
FROM retirement ORDER BY retirement_id;
SELECT * FROM held WHERE state = 'retired' ORDER BY project, month, class, first;

-- G4: a certificate of December is issued in January, and still retired for the year of its production
INSERT INTO generation VALUES ('10000000000000001', '2026-12-01', 'on_grid', '10 MWh');
SELECT certificates FROM issue('2026-12-01', 'I 2026-12', '2027-01-15');
SELECT (pg_temp.moved(r)).* FROM retire('G4', 1, 2026, certificates => pg_temp.run('01', '2026-12-01', 1, 4), effective_on => '2027-02-20') AS r;
SELECT regime, consumption_year, effective_on FROM retirement WHERE ref = 'G4';

-- G5: a certificate of 2025 for the consumption of 2026: refused under the mandatory regime, allowed under the voluntary one
SELECT * FROM retire('G5', 3, 2026, certificates => pg_temp.run('01', '2025-01-01', 1, 5), effective_on => '2026-04-01');
\echo :LAST_ERROR_SQLSTATE
SELECT (pg_temp.moved(r)).* FROM retire('G5', 3, 2026, 5, 'voluntary', pg_temp.run('01', '2025-01-01', 1, 5), effective_on => '2026-04-01') AS r;
-- for 2025 the mandatory regime does not ask yet; chosen by validity, as ever
SELECT (pg_temp.moved(r)).* FROM retire('before', 3, 2025, 5, effective_on => '2026-04-01') AS r;

-- G7: a quota of 34.2 % of 1,234,567 kWh takes 423 certificates; one less is not enough
SELECT '1_234_567 kWh'::energy * 0.342 AS quota, ceil(mwh('1_234_567 kWh'::energy * 0.342)) AS certificates;
BEGIN;
SELECT sum(quantity), sum(energy(certificates)) AS energy, sum(energy(certificates)) >= '1_234_567 kWh'::energy * 0.342 AS fulfilled,
       sum(energy(certificates)) - '1 MWh' >= '1_234_567 kWh'::energy * 0.342 AS with_one_less
FROM retire('G7', 2, 2026, ceil(mwh('1_234_567 kWh'::energy * 0.342))::bigint, effective_on => '2026-04-01');
ROLLBACK;

--
-- Refusals
--
-- LC001: not enough; the detail tells what else the account holds and why it is barred
SELECT * FROM retire('X', 4, 2026, 100, effective_on => '2026-04-02');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM retire('X', 3, 2026, 200, effective_on => '2026-06-01');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM retire('X', 3, 2026, 1000, 'voluntary', effective_on => '2026-06-01');
\echo :LAST_ERROR_SQLSTATE
-- an account that never held anything, and one that has retired all it had
SELECT * FROM retire('X', 7, 2026, 1, effective_on => '2026-04-02');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM retire('X', 5, 2026, 1, effective_on => '2026-04-02');
\echo :LAST_ERROR_SQLSTATE
-- LC002: not held by the account; not even its beneficiary can
SELECT * FROM retire('X', 2, 2026, certificates => pg_temp.run('01', '2026-01-01', 700, 1), effective_on => '2026-04-02');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM retire('X', 2, 2026, certificates => pg_temp.run('01', '2026-01-01', 700, 1), beneficiary => 1, effective_on => '2026-04-02');
\echo :LAST_ERROR_SQLSTATE
-- LC003: retirement is final
SELECT * FROM retire('X', 3, 2026, certificates => pg_temp.run('01', '2026-01-01', 1, 1), effective_on => '2026-04-02');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 3, 4, certificates => pg_temp.run('01', '2026-01-01', 1, 1), effective_on => '2026-04-02');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 1, 4, certificates => pg_temp.run('01', '2026-01-01', 998, 3), effective_on => '2026-04-02');
\echo :LAST_ERROR_SQLSTATE
-- LC006: no longer valid, under either regime; the last day is still good
SELECT * FROM retire('X', 3, 2024, 1, 'voluntary', pg_temp.run('01', '2024-06-01', 50, 1), effective_on => '2026-06-01');
\echo :LAST_ERROR_SQLSTATE
BEGIN;
SELECT quantity FROM retire('last day', 3, 2024, 1, 'voluntary', pg_temp.run('01', '2024-06-01', 50, 1), effective_on => '2026-05-31');
ROLLBACK;
-- LC007: of another year
SELECT * FROM retire('X', 2, 2027, 1, effective_on => '2027-04-01');
\echo :LAST_ERROR_SQLSTATE
-- LC008: never issued
SELECT * FROM retire('X', 1, 2026, certificates => pg_temp.run('01', '2026-12-01', 10, 2), effective_on => '2027-04-02');
\echo :LAST_ERROR_SQLSTATE
-- LC026, LC025, LC009: frozen, locked, on sale
BEGIN;
SELECT count(*) FROM freeze('F', 2, 'dispute', 'file', certificates => pg_temp.run('02', '2026-02-01', 1, 200), effective_at => '2026-04-02 10:00');
SELECT count(*) FROM list_certificates('L', 2, 400, effective_at => '2026-04-02 10:00');
SELECT count(*) FROM lock_order('K', 2, 3, 'V', 100, effective_at => '2026-04-02 10:00');
SAVEPOINT s;
SELECT * FROM retire('X', 2, 2026, certificates => pg_temp.run('02', '2026-02-01', 1, 1), effective_on => '2026-04-02');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO s;
SELECT * FROM retire('X', 2, 2026, certificates => pg_temp.run('02', '2026-01-01', 101, 1), effective_on => '2026-04-02');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO s;
SELECT * FROM retire('X', 2, 2026, certificates => pg_temp.run('02', '2026-01-01', 500, 1), effective_on => '2026-04-02');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO s;
SELECT * FROM retire('X', 2, 2026, 1, effective_on => '2026-04-02');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
-- LC015: accounts
SELECT * FROM retire('X', 99, 2026, 1, effective_on => '2026-04-02');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM retire('X', 99, 2026, 1, region => '500100', effective_on => '2026-04-02');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM retire('X', 2, 2026, 1, beneficiary => 99, region => '500100', effective_on => '2026-04-02');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM retire('X', 2, 2026, 1, beneficiary => 8, effective_on => '2026-07-01');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM retire('X', 8, 2026, 1, effective_on => '2026-07-01');
\echo :LAST_ERROR_SQLSTATE
-- LC017: before the month of production is over
SELECT * FROM retire('X', 2, 2026, 1, certificates => pg_temp.run('02', '2026-02-01', 1, 1), effective_on => '2026-02-28');
\echo :LAST_ERROR_SQLSTATE

-- constraints, by name
\set VERBOSITY terse
SELECT * FROM retire('', 2, 2026, 1, effective_on => '2026-04-02');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM retire(NULL, 2, 2026, 1, effective_on => '2026-04-02');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM retire('X', NULL, 2026, 1, effective_on => '2026-04-02');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM retire('X', 2, NULL, 1, effective_on => '2026-04-02');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM retire('X', 2, 1999, 1, effective_on => '2026-04-02');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM retire('X', 2, 2100, 1, effective_on => '2026-04-02');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM retire('X', 2, 2026, effective_on => '2026-04-02');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM retire('X', 2, 2026, 0, effective_on => '2026-04-02');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM retire('X', 2, 2026, -5, effective_on => '2026-04-02');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM retire('X', 2, 2026, certificates => '{}', effective_on => '2026-04-02');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM retire('X', 2, 2026, 2, certificates => pg_temp.run('02', '2026-02-01', 1, 1), effective_on => '2026-04-02');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM retire('X', 2, 2026, 1, region => '000000', effective_on => '2026-04-02');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM retire('X', 2, 2026, 1, grid_account => '12345', effective_on => '2026-04-02');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM retire('X', 2, 2026, 1, NULL, effective_on => '2026-04-02');
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY default
SELECT count(*) FROM retirement WHERE ref IN ('X', '', 'last day');

--
-- What is retired: those that pass a filter; when it was consumed
--
BEGIN;
SELECT (pg_temp.moved(r)).* FROM retire('filter', 3, 2026, 5, filter => make_certificate_filter(route => 'self_use'), effective_on => '2026-04-02') AS r;
SELECT (pg_temp.moved(r)).* FROM retire('another filter', 3, 2026, 50, 'voluntary', filter => make_certificate_filter(2025, route => 'in_province_trade'), effective_on => '2026-04-02') AS r;
SELECT (pg_temp.moved(r)).* FROM retire('month', 2, 2026, 5, filter => make_certificate_filter(produced_from => '2026-02-01'), consumed_from => '2026-02-01', consumed_to => '2026-02-28', effective_on => '2026-04-02') AS r;
SELECT (pg_temp.moved(r)).* FROM retire('day', 2, 2026, 5, consumed_from => '2026-12-31', consumed_to => '2026-12-31', effective_on => '2027-01-02') AS r;
SELECT ref, filter, consumption_year, consumed_from, consumed_to FROM retirement WHERE ref IN ('filter', 'month', 'day') ORDER BY ref;
-- they are part of the content of a reference
SELECT sum(quantity) FROM retire('month', 2, 2026, 5, filter => make_certificate_filter(produced_from => '2026-02-01'), consumed_from => '2026-02-01', consumed_to => '2026-02-28');
SELECT n, code FROM pg_temp.refused($$SELECT retire('month', 2, 2026, 5, consumed_from => '2026-02-01', consumed_to => '2026-02-28')$$,
    $$SELECT retire('month', 2, 2026, 5, filter => make_certificate_filter(produced_from => '2026-02-01'))$$,
    $$SELECT retire('month', 2, 2026, 5, filter => make_certificate_filter(produced_from => '2026-02-01'), consumed_from => '2026-02-01', consumed_to => '2026-02-27')$$);
ROLLBACK;
-- LC027: nothing passes; G5 holds within a filter, too
SELECT * FROM retire('X', 3, 2026, 1, filter => make_certificate_filter(source => 'biomass'), effective_on => '2026-04-02');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM retire('X', 3, 2026, certificates => pg_temp.run('01', '2025-01-01', 20, 1), effective_on => '2026-04-02');
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY terse
SELECT retire('X', 2, 2026, 1, consumed_from => '2026-02-01', effective_on => '2026-04-02');
SELECT retire('X', 2, 2026, 1, consumed_to => '2026-02-01', effective_on => '2026-04-02');
SELECT retire('X', 2, 2026, 1, consumed_from => '2026-02-02', consumed_to => '2026-02-01', effective_on => '2026-04-02');
SELECT retire('X', 2, 2026, 1, consumed_from => '2025-12-31', consumed_to => '2026-01-31', effective_on => '2026-04-02');
SELECT retire('X', 2, 2026, 1, consumed_from => '2026-12-31', consumed_to => '2027-01-01', effective_on => '2026-04-02');
SELECT retire('X', 2, 2026, certificates => pg_temp.run('02', '2026-02-01', 1, 1), filter => make_certificate_filter(2026), effective_on => '2026-04-02');
SELECT retire('X', 2, 2026, 1, effective_on => 'infinity');
\set VERBOSITY default

-- LC035: rule retire_by, until the end of June of the year after; the voluntary regime does not ask
INSERT INTO rule (name, effective_from, value, description, source, status) VALUES ('retire_by', '2026-06-01', '6 months', 'a test', 'a test', 'default'), ('retire_by', '2028-01-01', 'none', 'a test', 'a test', 'default');
SELECT * FROM retire('X', 2, 2026, 1, effective_on => '2027-07-01');
\echo :LAST_ERROR_SQLSTATE
BEGIN;
SELECT quantity FROM retire('last day', 2, 2026, 1, effective_on => '2027-06-30');
SELECT quantity FROM retire('voluntary', 2, 2026, 1, 'voluntary', effective_on => '2027-07-01');
SELECT quantity FROM retire('before the rule', 1, 2024, 1, effective_on => '2026-05-31');
SELECT quantity FROM retire('after the rule', 2, 2026, 1, certificates => pg_temp.run('02', '2026-02-01', 1, 1), effective_on => '2028-01-01');
SAVEPOINT s;
SELECT quantity FROM retire('X', 1, 2024, 1, effective_on => '2026-06-01');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO s;
SELECT quantity FROM retire('early enough', 1, 2025, 1, effective_on => '2026-06-01');
ROLLBACK;
DELETE FROM rule WHERE name = 'retire_by' AND description = 'a test';

--
-- A dry run returns what would happen and leaves nothing behind
--
SELECT pg_temp.fingerprint() AS before \gset
SELECT (pg_temp.moved(r)).*, document_id FROM retire('dry', 3, 2026, 3, effective_on => '2026-04-02', dry_run => true) AS r;
SELECT (pg_temp.moved(r)).*, document_id FROM retire('dry', 1, 2026, certificates => pg_temp.run('01', '2026-12-01', 5, 2), effective_on => '2027-02-20', dry_run => true) AS r;
SELECT sum(quantity), bool_and(document_id = (SELECT retirement_id FROM retirement WHERE ref = 'R1')) AS numbered FROM retire('R1', 3, 2026, 120, purpose => '2026 accounts', dry_run => true);
BEGIN;
SELECT n, code FROM pg_temp.refused($$SELECT retire('dry', 3, 2026, 100000, effective_on => '2026-04-02', dry_run => true)$$, $$SELECT retire('R1', 3, 2026, 121, dry_run => true)$$,
    $$SELECT retire('dry', 99, 2026, 1, effective_on => '2026-04-02', dry_run => true)$$, $$SELECT retire('', 3, 2026, 1, effective_on => '2026-04-02', dry_run => true)$$);
SELECT sum(quantity) FROM retire('after', 3, 2026, 3, effective_on => '2026-04-02');
ROLLBACK;
SELECT retire('dry', 3, 2026, 100000, effective_on => '2026-04-02', dry_run => true);
\echo :LAST_ERROR_SQLSTATE
SELECT pg_temp.fingerprint() = :'before' AS nothing_left_behind;

--
-- References: repeating is harmless, other content is refused
--
SELECT count(*) AS movements FROM movement \gset
SELECT (pg_temp.moved(r)).* FROM retire('R1', 3, 2026, 120, purpose => '2026 accounts', effective_on => '2026-04-01') AS r;
SELECT (pg_temp.moved(r)).* FROM retire('R1', 3, 2026, 120, purpose => '2026 accounts') AS r;
SELECT sum(quantity) FROM retire('R1', 3, 2026, 120, purpose => '2026 accounts', beneficiary => 3, region => '500100');
SELECT sum(quantity) FROM retire('R4', 1, 2026, 2, certificates => pg_temp.run('01', '2026-01-01', 999, 2));
SELECT sum(quantity) FROM retire('R5', 5, 2026, 60, beneficiary => 4, region => '510100', grid_account => '5100012345678');
SELECT * FROM retire('R1', 3, 2026, 121, purpose => '2026 accounts');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM retire('R1', 3, 2026, 120);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM retire('R1', 3, 2025, 120, purpose => '2026 accounts');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM retire('R1', 3, 2026, 120, 'voluntary', purpose => '2026 accounts');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM retire('R1', 3, 2026, 120, beneficiary => 4, purpose => '2026 accounts');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM retire('R1', 4, 2026, 120, purpose => '2026 accounts');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM retire('R1', 3, 2026, 120, purpose => '2026 accounts', effective_on => '2026-04-02');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM retire('R4', 1, 2026, 2);
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) - :movements AS posted_again FROM movement;

--
-- Inserting is the same as calling
--
BEGIN;
SELECT sum(quantity) FROM retire('same', 2, 2026, 7, effective_on => '2026-04-03');
SELECT md5(string_agg(h::text, ',' ORDER BY last_certificate)) AS called FROM holding AS h \gset
ROLLBACK;
BEGIN;
INSERT INTO retirement (ref, account_id, quantity, regime, consumption_year, beneficiary, region, effective_on)
VALUES ('same', 2, 7, 'mandatory', 2026, 2, '650100', '2026-04-03');
SELECT md5(string_agg(h::text, ',' ORDER BY last_certificate)) AS inserted FROM holding AS h \gset
ROLLBACK;
SELECT :'called' = :'inserted' AS same;
INSERT INTO retirement (ref, account_id, quantity, regime, consumption_year, beneficiary, region, effective_on)
VALUES ('R1', 3, 120, 'mandatory', 2026, 3, '500100', '2026-04-01');
\echo :LAST_ERROR_SQLSTATE
-- a statement is posted whole or not at all
INSERT INTO retirement (ref, account_id, quantity, regime, consumption_year, beneficiary, region, effective_on) VALUES
    ('M1', 2, 5, 'mandatory', 2026, 2, '650100', '2026-04-03'), ('M2', 2, 5, 'mandatory', 2025, 2, '650100', '2026-04-03'),
    ('M3', 2, 5, 'mandatory', 2027, 2, '650100', '2026-04-03');
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) FROM retirement WHERE ref LIKE 'M_';
COPY retirement (ref, account_id, quantity, regime, consumption_year, beneficiary, region, effective_on) FROM stdin;
M1	2	5	mandatory	2026	2	650100	2026-04-03
M2	1	5	voluntary	2030	4	510100	2026-04-03
M3	2	400	mandatory	2026	2	650100	2026-04-03
\.
SELECT r.ref, right(project_code(lower(m.certificates)), 2) AS project, serial(lower(m.certificates)) AS first, quantity(m.certificates),
       m.from_account, m.from_state, m.to_account, m.to_state, m.to_route
FROM retirement AS r JOIN movement AS m ON m.document = 'retirement' AND m.document_id = r.retirement_id
WHERE r.ref LIKE 'M_' ORDER BY m.movement_id;
-- two documents for the same certificates
INSERT INTO retirement (ref, account_id, quantity, certificates, regime, consumption_year, beneficiary, region, effective_on) VALUES
    ('N1', 1, 10, pg_temp.run('01', '2026-01-01', 801, 10), 'mandatory', 2026, 1, '500100', '2026-04-03'),
    ('N2', 1, 10, pg_temp.run('01', '2026-01-01', 810, 10), 'mandatory', 2026, 1, '500100', '2026-04-03');
\echo :LAST_ERROR_SQLSTATE
-- 6,000 documents in one statement, more than are posted at a time
INSERT INTO generation VALUES ('10000000000000006', '2026-03-01', 'on_grid', '20000 MWh');
SELECT certificates FROM issue('2026-03-01', 'I 2026-03', '2026-04-10');
INSERT INTO retirement (ref, account_id, quantity, regime, consumption_year, beneficiary, region, effective_on)
SELECT 'bulk ' || n, 1, 1 + n % 4, 'mandatory', 2026, 3 + n % 2, '500100', '2026-04-11' FROM generate_series(1, 6000) AS n;
SELECT count(*) AS lines, count(DISTINCT document_id) AS documents, sum(quantity(certificates)) AS retired,
       count(*) FILTER (WHERE to_state <> 'retired' OR to_account <> 1 OR from_account <> 1) AS wrong
FROM movement WHERE document = 'retirement' AND effective_on = '2026-04-11';
SELECT sum(quantity(certificates)) = (SELECT sum(quantity) FROM issuance_line) AS all_there FROM holding;
SELECT * FROM verify();

SET client_min_messages = warning;
DROP EXTENSION certledger CASCADE;
DROP SCHEMA certledger CASCADE;
