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

--
-- Trades.  No certificates named: oldest validity first, then code
--
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('B1', 1, 3, 40, price => 5.5, venue => '北京电力交易中心', effective_on => '2026-03-01') AS t;
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('B2', 1, 3, 115, 'auction', effective_on => '2026-03-02') AS t;
SELECT * FROM held WHERE account IN (1, 3) AND project = '01' ORDER BY month, first;
SELECT transfer_id, ref, mode, from_account, to_account, quantity, certificates, route, price, venue, effective_on
FROM transfer ORDER BY transfer_id;

-- routes of a trade: in the province of production, or across provinces as the document or the rule says
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('R1', 2, 3, 10, effective_on => '2026-03-03') AS t;
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('R2', 2, 3, 10, route => 'voluntary_trade', effective_on => '2026-03-03') AS t;
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('R3', 2, 3, 10, route => 'spot_trade', effective_on => '2026-03-03') AS t;
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('R4', 2, 3, 10, route => 'out_of_province_trade', effective_on => '2026-03-03') AS t;
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('R5', 1, 5, 10, route => 'in_province_trade', effective_on => '2026-03-03') AS t;
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('R6', 2, 7, 10, effective_on => '2026-03-03') AS t;
-- it is the province of production that counts, not that of the seller: a named route takes what it applies to
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('R7', 1, 3, 10, route => 'spot_trade', effective_on => '2026-03-03') AS t;
-- without a route both are taken, each by its own
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('R8', 1, 3, certificates =>
    pg_temp.run('01', '2026-01-01', 991, 10) + pg_temp.run('06', '2026-01-01', 51, 10), effective_on => '2026-03-03') AS t;

-- green power: bundled with the energy of a contract, and priced
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('G1', 1, 4, 10, 'green_power', price => 4.2, contract => 'K-1', effective_on => '2026-03-04') AS t;
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('G2', 2, 4, 10, 'green_power', price => 0, contract => 'K-2', effective_on => '2026-03-04') AS t;

-- transfers that are no trade, each of its own volume class
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('H1', 1, 6, 100, 'existing_hydro', effective_on => '2026-03-05') AS t;
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('H2', 1, 4, 50, 'existing_hydro', effective_on => '2026-03-05') AS t;
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('S1', 1, 3, 40, 'self_use', contract => 'EMC-1', proof => 'invoice 1', effective_on => '2026-03-05') AS t;
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('O1', 1, 3, 20, 'off_grid', proof => 'settlement 1', effective_on => '2026-03-05') AS t;
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('A1', 6, 3, 30, 'allocation', proof => 'plan 1', effective_on => '2026-03-06') AS t;
SELECT * FROM held WHERE account <> 1 AND class <> 'on_grid' ORDER BY account, project, class, first;

--
-- Refusals
--
-- a trade by listing settles an order; mechanism-price certificates go to a provincial account
\set VERBOSITY terse
SELECT * FROM transfer_certificates('X', 1, 3, 1, 'listing', effective_on => '2026-03-07');
\set VERBOSITY default
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 1, 3, 1, 'mechanism_price', effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
-- LC001: not enough; the detail tells what else the account holds and why it is barred
SELECT * FROM transfer_certificates('X', 2, 3, 10000, effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 1, 3, 10000, effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 1, 3, 10000, route => 'spot_trade', effective_on => '2026-06-01');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 5, 3, 11, effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
-- an account that holds nothing, or nothing of the class
SELECT * FROM transfer_certificates('X', 8, 3, 1, effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 2, 3, 1, 'existing_hydro', effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
-- LC002: not held by the account
SELECT * FROM transfer_certificates('X', 2, 3, certificates => pg_temp.run('01', '2026-01-01', 500, 3), effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
-- LC004: not tradable (G6: list a self-use certificate)
SELECT * FROM transfer_certificates('X', 3, 4, certificates => pg_temp.run('05', '2026-01-01', 1, 5, 'self_use', false), effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 1, 4, certificates => pg_temp.run('03', '2026-01-01', 200, 5, 'existing_hydro', false), effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 1, 4, 5, 'green_power', pg_temp.run('04', '2026-01-01', 1, 5, 'on_grid', false), 1, 'K', effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
-- LC005: traded already (G6: resell a bought certificate)
SELECT * FROM transfer_certificates('X', 5, 3, 1, effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 3, 4, certificates => pg_temp.run('01', '2024-06-01', 1, 40), effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 4, 3, 1, 'green_power', pg_temp.run('02', '2026-01-01', 51, 1), 1, 'K', effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
-- LC009: moved already by a transfer that is no trade
SELECT * FROM transfer_certificates('X', 4, 3, certificates => pg_temp.run('03', '2026-01-01', 101, 1, 'existing_hydro', false), mode => 'existing_hydro', effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 3, 4, 1, 'self_use', contract => 'c', proof => 'p', effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
-- LC010: of another class
SELECT * FROM transfer_certificates('X', 1, 6, 1, 'existing_hydro', pg_temp.run('01', '2026-01-01', 500, 1), effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 1, 6, 1, 'self_use', pg_temp.run('05', '2026-01-01', 21, 1, 'off_grid', false), contract => 'c', proof => 'p', effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 1, 6, 1, 'off_grid', pg_temp.run('05', '2026-01-01', 1, 1, 'hydrogen_integration', false), proof => 'p', effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
-- LC011: a route that does not apply, in the province and across provinces
SELECT * FROM transfer_certificates('X', 1, 3, 1, 'bilateral', pg_temp.run('01', '2026-01-01', 500, 1), route => 'spot_trade', effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 2, 3, 1, route => 'in_province_trade', effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 1, 3, 1, 'bilateral', pg_temp.run('06', '2026-01-01', 20, 1), route => 'in_province_trade', effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
-- LC008: never issued, also where a range leaves the run
SELECT * FROM transfer_certificates('X', 1, 3, certificates => pg_temp.run('01', '2026-03-01', 1, 1), effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 1, 3, certificates => pg_temp.run('01', '2026-01-01', 990, 12), effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 2, 3, certificates => pg_temp.run('02', '2026-02-01', 200, 2), effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 1, 3, certificates => pg_temp.run('00', '2026-01-01', 1, 1), effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 2, 3, certificates => pg_temp.run('99', '2026-01-01', 1, 1), effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 2, 3, 2, certificates => '{[10000000000000002260200000000011,10000000000000002260200000000211)}', effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
-- LC017: before the month of production is over
SELECT * FROM transfer_certificates('X', 2, 3, certificates => pg_temp.run('02', '2026-02-01', 1, 1), effective_on => '2026-02-28');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 2, 3, 1, effective_on => '2022-01-01');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 2, 3, 500, effective_on => '2026-02-28');
\echo :LAST_ERROR_SQLSTATE
BEGIN;
SELECT quantity FROM transfer_certificates('first day', 2, 3, certificates => pg_temp.run('02', '2026-02-01', 1, 1), effective_on => '2026-03-01');
ROLLBACK;
-- LC006: no longer valid; the last day is still good
SELECT * FROM transfer_certificates('X', 1, 3, certificates => pg_temp.run('01', '2026-01-01', 500, 5), effective_on => '2028-01-01');
\echo :LAST_ERROR_SQLSTATE
BEGIN;
SELECT sum(quantity) FROM transfer_certificates('X', 1, 3, certificates => pg_temp.run('01', '2026-01-01', 500, 5), effective_on => '2027-12-31');
ROLLBACK;
SELECT * FROM transfer_certificates('X', 2, 3, 1, effective_on => '2028-02-01');
\echo :LAST_ERROR_SQLSTATE
-- those that are still valid are found behind those that are not
BEGIN;
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('X', 2, 3, 200, effective_on => '2028-01-31') AS t;
ROLLBACK;
SELECT * FROM transfer_certificates('X', 2, 3, 201, effective_on => '2028-01-31');
\echo :LAST_ERROR_SQLSTATE
-- LC015: accounts
SELECT * FROM transfer_certificates('X', 99, 3, 1, effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 1, 99, 1, effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 1, 8, 1, effective_on => '2026-07-01');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 8, 1, 1, effective_on => '2026-07-01');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 1, 3, 1, effective_on => '2021-12-31');
\echo :LAST_ERROR_SQLSTATE
BEGIN;
SELECT quantity FROM transfer_certificates('the day before', 1, 8, 1, effective_on => '2026-06-30');
ROLLBACK;
SELECT * FROM transfer_certificates('X', 3, 4, 1, 'allocation', proof => 'plan', effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 6, 1, 1, 'allocation', proof => 'plan', effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 6, 7, 1, 'allocation', proof => 'plan', effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 6, 3, 71, 'allocation', proof => 'plan', effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
-- LC026, LC025: a freeze or an order stands in the way
BEGIN;
SELECT count(*) FROM freeze('F', 2, 'dispute', 'file', certificates => pg_temp.run('02', '2026-02-01', 1, 1), effective_at => '2026-03-06 10:00');
SELECT count(*) FROM list_certificates('L', 2, certificates => pg_temp.run('02', '2026-01-01', 61, 440), effective_at => '2026-03-06 10:00');
SELECT count(*) FROM lock_order('K', 2, 3, 'V', certificates => pg_temp.run('02', '2026-01-01', 61, 440), effective_at => '2026-03-06 10:00');
SAVEPOINT s;
SELECT * FROM transfer_certificates('X', 2, 3, certificates => pg_temp.run('02', '2026-02-01', 1, 1), effective_on => '2026-03-06');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO s;
SELECT * FROM transfer_certificates('X', 2, 3, certificates => pg_temp.run('02', '2026-01-01', 70, 5), effective_on => '2026-03-06');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO s;
SELECT * FROM transfer_certificates('X', 2, 3, 200, effective_on => '2026-03-06');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;

-- constraints, by name
\set VERBOSITY terse
SELECT * FROM transfer_certificates('', 1, 3, 1, effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates(NULL, 1, 3, 1, effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 1, 1, 1, effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 1, 3, 0, effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 1, 3, -1, effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 1, 3, effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 1, 3, certificates => '{}', effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 1, 3, 1, certificates => '{}', effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 1, 3, 4, certificates => pg_temp.run('01', '2026-01-01', 500, 5), effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 1, 3, certificates => '{(,)}', effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 1, 3, 1, certificates => '{[10000000000000001260100000000111,)}', effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 1, 3, 1, price => -0.01, effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 1, 3, 1, price => 'NaN', effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 1, 3, 1, price => 'Infinity', effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 1, 3, 1, route => 'hydro_transfer', effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 1, 3, 1, 'green_power', price => 1, contract => 'K', route => 'spot_trade', effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 1, 3, 1, 'green_power', price => 1, effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 1, 3, 1, 'green_power', contract => 'K', effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 1, 3, 1, 'self_use', proof => 'p', effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 1, 3, 1, 'self_use', contract => 'c', effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 1, 3, 1, 'off_grid', effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 6, 3, 1, 'allocation', effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 1, 3, 1, NULL, effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', NULL, 3, 1, effective_on => '2026-03-07');
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY default
-- nothing of all this was left behind
SELECT count(*) FROM transfer WHERE ref IN ('X', 'Y', 'the day before', '');
SELECT * FROM verify();

--
-- References: repeating is harmless, other content is refused
--
SELECT count(*) AS movements FROM movement \gset
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('B2', 1, 3, 115, 'auction', effective_on => '2026-03-02') AS t;
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('B2', 1, 3, 115, 'auction') AS t;
SELECT sum(quantity) FROM transfer_certificates('B1', 1, 3, 40, price => 5.50, venue => '北京电力交易中心');
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('R8', 1, 3, 20, certificates =>
    pg_temp.run('06', '2026-01-01', 51, 10) + pg_temp.run('01', '2026-01-01', 991, 10)) AS t;
SELECT * FROM transfer_certificates('B2', 1, 3, 116, 'auction');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('B2', 1, 3, 115);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('B2', 1, 4, 115, 'auction');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('B2', 2, 3, 115, 'auction');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('B2', 1, 3, 115, 'auction', price => 1);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('B2', 1, 3, 115, 'auction', effective_on => '2026-03-03');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('R8', 1, 3, 20);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('R1', 2, 3, 10, route => 'voluntary_trade');
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) - :movements AS posted_again FROM movement;
-- inserted, a repeated reference is an error of its own
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, effective_on) VALUES ('B2', 'auction', 1, 3, 115, '2026-03-02');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, effective_on) VALUES ('B2', 'auction', 1, 3, 115, '2026-03-02')
ON CONFLICT (ref) DO NOTHING;
SELECT count(*) - :movements AS posted_again FROM movement;

--
-- Inserting is the same as calling
--
BEGIN;
SELECT sum(quantity) FROM transfer_certificates('same', 1, 3, 7, price => 3, effective_on => '2026-03-08');
SELECT md5(string_agg(h::text, ',' ORDER BY last_certificate)) AS called
FROM (SELECT last_certificate, certificates, account_id, state, route, valid_until FROM holding) AS h \gset
ROLLBACK;
BEGIN;
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, price, effective_on) VALUES ('same', 'bilateral', 1, 3, 7, 3, '2026-03-08');
SELECT md5(string_agg(h::text, ',' ORDER BY last_certificate)) AS inserted
FROM (SELECT last_certificate, certificates, account_id, state, route, valid_until FROM holding) AS h \gset
SELECT transfer_id = (SELECT max(document_id) FROM movement WHERE document = 'transfer') AS line_of_it FROM transfer WHERE ref = 'same';
ROLLBACK;
SELECT :'called' = :'inserted' AS same;
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, effective_on) VALUES ('same', 'bilateral', 5, 3, 1, '2026-03-08');
\echo :LAST_ERROR_SQLSTATE

-- a statement is posted whole or not at all
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, effective_on) VALUES
    ('M1', 'bilateral', 1, 3, 5, '2026-03-08'), ('M2', 'bilateral', 2, 3, 5, '2026-03-08'), ('M3', 'bilateral', 5, 3, 5, '2026-03-08');
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) FROM transfer WHERE ref LIKE 'M_';
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, certificates, contract, price, effective_on) VALUES
    ('M1', 'bilateral', 1, 3, 5, NULL, NULL, NULL, '2026-03-08'), ('M2', 'bilateral', 1, 5, 5, NULL, NULL, NULL, '2026-03-08'),
    ('M3', 'auction', 2, 3, 5, pg_temp.run('02', '2026-02-01', 11, 5), NULL, NULL, '2026-03-09'),
    ('M4', 'green_power', 1, 4, 5, NULL, 'K-3', 2.5, '2026-03-08');
SELECT t.ref, right(project_code(lower(m.certificates)), 2) AS project, serial(lower(m.certificates)) AS first,
       quantity(m.certificates), m.to_account, m.to_route, m.effective_on
FROM transfer AS t JOIN movement AS m ON m.document = 'transfer' AND m.document_id = t.transfer_id
WHERE t.ref LIKE 'M_' ORDER BY m.movement_id;
COPY transfer (ref, mode, from_account, to_account, quantity, price, effective_on) FROM stdin;
C1	bilateral	1	3	2	1.5	2026-03-09
C2	auction	1	4	3	\N	2026-03-09
\.
SELECT t.ref, quantity(m.certificates), m.to_account, m.to_route
FROM transfer AS t JOIN movement AS m ON m.document = 'transfer' AND m.document_id = t.transfer_id
WHERE t.ref LIKE 'C_' ORDER BY t.ref;
COPY transfer (ref, mode, from_account, to_account, quantity, price, effective_on) FROM stdin;
C3	bilateral	1	3	2	1.5	2026-03-09
C4	bilateral	1	3	100000	1.5	2026-03-09
\.
SELECT count(*) FROM transfer WHERE ref IN ('C3', 'C4');

-- documents of one statement are posted in their order: one may give what another of them brought
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, proof, certificates, effective_on) VALUES
    ('D1', 'existing_hydro', 1, 7, 20, NULL, NULL, '2026-03-10'), ('D2', 'allocation', 7, 3, 8, 'plan', NULL, '2026-03-10'),
    ('D3', 'existing_hydro', 1, 7, 5, NULL, pg_temp.run('03', '2026-01-01', 250, 5, 'existing_hydro', false), '2026-03-10'),
    ('D4', 'allocation', 7, 4, 3, 'plan', pg_temp.run('03', '2026-01-01', 251, 3, 'existing_hydro', false), '2026-03-10'),
    ('D5', 'allocation', 7, 4, 14, 'plan', NULL, '2026-03-10');
SELECT t.ref, serial(lower(m.certificates)) AS first, quantity(m.certificates), m.from_account, m.from_state, m.to_account, m.to_route
FROM transfer AS t JOIN movement AS m ON m.document = 'transfer' AND m.document_id = t.transfer_id
WHERE t.ref LIKE 'D_' ORDER BY m.movement_id;
SELECT * FROM held WHERE account = 7 ORDER BY project, month, class, first;
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, proof, effective_on) VALUES
    ('D6', 'allocation', 7, 3, 20, 'plan', '2026-03-10'), ('D7', 'existing_hydro', 1, 7, 20, NULL, '2026-03-10');
\echo :LAST_ERROR_SQLSTATE

--
-- Named certificates
--
-- 250 of [1..1000] leave what lies on either side
SELECT register_project('10000000000000007', 'thousand', 2, '650100', 'wind', 100000, '2020-01-01', registered_on => '2024-01-01');
INSERT INTO generation VALUES ('10000000000000007', '2026-02-01', 'on_grid', '1000 MWh'), ('10000000000000007', '2026-03-01', 'on_grid', '1000 MWh');
INSERT INTO issuance (ref, month, effective_on) VALUES ('I7a', '2026-02-01', '2026-03-11'), ('I7b', '2026-03-01', '2026-04-11');
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('N1', 2, 4, certificates => pg_temp.run('07', '2026-02-01', 1, 250), effective_on => '2026-04-12') AS t;
SELECT * FROM held WHERE project = '07' ORDER BY month, first;
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('N2', 2, 4, certificates => pg_temp.run('07', '2026-02-01', 501, 250), effective_on => '2026-04-12') AS t;
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('N3', 2, 4, certificates => pg_temp.run('07', '2026-02-01', 1000, 1), effective_on => '2026-04-12') AS t;
SELECT * FROM held WHERE project = '07' ORDER BY month, first;
-- several ranges, touching ranges, ranges over several lots, in one document and in several
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('N4', 2, 3, certificates =>
    pg_temp.run('07', '2026-02-01', 260, 1) + pg_temp.run('07', '2026-02-01', 261, 4) + pg_temp.run('07', '2026-02-01', 490, 11)
    + pg_temp.run('07', '2026-02-01', 751, 249) + pg_temp.run('07', '2026-03-01', 1, 1), effective_on => '2026-04-12') AS t;
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, certificates, effective_on) VALUES
    ('N5', 'bilateral', 2, 3, 10, pg_temp.run('07', '2026-03-01', 11, 10), '2026-04-12'),
    ('N6', 'bilateral', 2, 4, 10, pg_temp.run('07', '2026-03-01', 21, 10), '2026-04-12'),
    ('N7', 'bilateral', 2, 3, 2, pg_temp.run('07', '2026-03-01', 10, 1) + pg_temp.run('07', '2026-03-01', 31, 1), '2026-04-12');
SELECT * FROM held WHERE project = '07' ORDER BY month, first;
-- a range that lies partly with another account
SELECT * FROM transfer_certificates('X', 2, 3, certificates => pg_temp.run('07', '2026-03-01', 5, 10), effective_on => '2026-04-12');
\echo :LAST_ERROR_SQLSTATE
-- named twice in one statement, by two documents and by two owners
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, certificates, effective_on) VALUES
    ('N8', 'bilateral', 2, 3, 10, pg_temp.run('07', '2026-03-01', 101, 10), '2026-04-12'),
    ('N9', 'bilateral', 2, 4, 10, pg_temp.run('07', '2026-03-01', 110, 10), '2026-04-12');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, certificates, effective_on) VALUES
    ('N8', 'bilateral', 2, 3, 1, pg_temp.run('07', '2026-03-01', 101, 1), '2026-04-12'),
    ('N9', 'bilateral', 2, 3, 1, pg_temp.run('07', '2026-03-01', 101, 1), '2026-04-12');
\echo :LAST_ERROR_SQLSTATE
-- what one document names, the next one by quantity goes round
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, certificates, effective_on) VALUES
    ('N8', 'bilateral', 2, 3, 5, pg_temp.run('02', '2026-01-01', 65, 5), '2026-04-12'),
    ('N9', 'bilateral', 2, 4, 10, NULL, '2026-04-12');
SELECT * FROM held WHERE project = '02' AND month = '2026-01' AND last BETWEEN 61 AND 80 ORDER BY first;
SELECT * FROM verify();

--
-- Listed trades: an order is settled with its buyer, as it says or as the settlement says
--
SELECT count(*) FROM list_certificates('L1', 2, 200, 6, filter => make_certificate_filter(produced_from => '2026-03-01'), effective_at => '2026-04-13 09:00');
SELECT count(*) FROM lock_order('K1', 2, 3, '北京电力交易中心', 60, 6.5, effective_at => '2026-04-13 10:00');
SELECT count(*) FROM lock_order('K2', 2, 4, '广州电力交易中心', 30, ends_at => '2026-04-13 12:00', effective_at => '2026-04-13 10:00');
SELECT (pg_temp.moved(t)).* FROM settle_order('SO1', 'K1', 40, effective_at => '2026-04-13 11:00') AS t;
SELECT (pg_temp.moved(t)).* FROM settle_order('SO2', 'K1', 20, 6.25, 'spot_trade', '2026-04-13 11:30') AS t;
SELECT (pg_temp.moved(t)).* FROM settle_order('SO3', 'K2', effective_at => '2026-04-13 11:59:59') AS t;
SELECT ref, mode, from_account, to_account, quantity, hold_id = hold_id(CASE ref WHEN 'SO3' THEN 'K2' ELSE 'K1' END) AS settles_it, price, venue, route, effective_on, effective_at FROM transfer WHERE ref LIKE 'SO_' AND mode = 'listing' ORDER BY transfer_id;
SELECT trades, count(*), sum(quantity(h.certificates)) FROM holding AS h JOIN transfer AS t USING (transfer_id) WHERE t.ref LIKE 'SO_' AND t.mode = 'listing' GROUP BY 1;
-- LC028: nothing left, not enough; LC029, LC030: unknown, no order, placed later, of others; LC031: ended
SELECT * FROM settle_order('X', 'K1', 1, effective_at => '2026-04-13 11:59');
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) FROM lock_order('K3', 2, 3, 'V', 10, effective_at => '2026-04-14 10:00');
SELECT * FROM settle_order('X', 'K3', 11, effective_at => '2026-04-14 11:00');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM settle_order('X', 'no such', effective_at => '2026-04-14 11:00');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM settle_order('X', 'L1', effective_at => '2026-04-14 11:00');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM settle_order('X', 'K3', effective_at => '2026-04-13 23:59');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM settle_order('X', 'K3', effective_at => '2026-04-14 09:59:59');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO transfer (ref, mode, hold_id, from_account, to_account, quantity, effective_on, effective_at) VALUES ('X', 'listing', hold_id('K3'), 2, 4, 10, '2026-04-14', '2026-04-14 11:00');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM settle_order('X', 'K3', effective_at => '2026-04-15 10:00');
\echo :LAST_ERROR_SQLSTATE
-- LC011: a route that does not apply to the buyer's province
SELECT * FROM settle_order('X', 'K3', route => 'in_province_trade', effective_at => '2026-04-14 11:00');
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY terse
SELECT settle_order('X', 'K3', 0, effective_at => '2026-04-14 11:00');
SELECT settle_order('', 'K3', effective_at => '2026-04-14 11:00');
SELECT settle_order('X', 'K3', price => -1, effective_at => '2026-04-14 11:00');
SELECT settle_order('X', 'K3', route => 'green_power', effective_at => '2026-04-14 11:00');
INSERT INTO transfer (ref, mode, hold_id, from_account, to_account, quantity, effective_on, effective_at) VALUES ('X', 'listing', hold_id('K3'), 2, 3, 10, '2026-04-15', '2026-04-14 11:00');
INSERT INTO transfer (ref, mode, hold_id, from_account, to_account, quantity, effective_on) VALUES ('X', 'bilateral', hold_id('K3'), 2, 3, 10, '2026-04-14');
INSERT INTO transfer (ref, mode, hold_id, from_account, to_account, quantity, certificates, effective_on) VALUES ('X', 'listing', hold_id('K3'), 2, 3, 1, pg_temp.run('02', '2026-02-01', 1, 1), '2026-04-14');
\set VERBOSITY default
-- a row with the day only is judged by the end of it: the order lasts until the next morning
BEGIN;
INSERT INTO transfer (ref, mode, hold_id, from_account, to_account, quantity, effective_on) VALUES ('by day', 'listing', hold_id('K3'), 2, 3, 4, '2026-04-14');
SELECT quantity(m.certificates), m.to_state FROM transfer AS t JOIN movement AS m ON m.document = 'transfer' AND m.document_id = t.transfer_id WHERE t.ref = 'by day';
ROLLBACK;
INSERT INTO transfer (ref, mode, hold_id, from_account, to_account, quantity, effective_on) VALUES ('X', 'listing', hold_id('K3'), 2, 3, 4, '2026-04-15');
\echo :LAST_ERROR_SQLSTATE
-- repeated
SELECT sum(quantity) FROM settle_order('SO1', 'K1', 40);
SELECT sum(quantity) FROM settle_order('SO3', 'K2', effective_at => '2026-04-13 11:59:59');
SELECT n, code FROM pg_temp.refused($$SELECT settle_order('SO1', 'K1')$$, $$SELECT settle_order('SO1', 'K2', 40)$$, $$SELECT settle_order('SO1', 'K1', 40, 6)$$,
    $$SELECT settle_order('SO1', 'K1', 40, route => 'spot_trade')$$, $$SELECT settle_order('SO1', 'K1', 40, effective_at => '2026-04-13 11:01')$$, $$SELECT settle_order('B1', 'K1', 40)$$);

--
-- Mechanism price: to the provincial account of the province of production, which allocates
--
INSERT INTO generation VALUES ('10000000000000005', '2026-02-01', 'mechanism_price', '60 MWh');
SELECT certificates, tradable FROM issue('2026-02-01', 'I 2026-02 again', '2026-04-13');
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('MP1', 1, 6, 40, 'mechanism_price', effective_on => '2026-04-14') AS t;
-- LC039: of another province, by name and by quantity; LC022: no provincial account; LC010: of another class
SELECT * FROM transfer_certificates('X', 1, 7, certificates => pg_temp.run('05', '2026-02-01', 50, 2, 'mechanism_price', false), mode => 'mechanism_price', effective_on => '2026-04-14');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 1, 7, 1, 'mechanism_price', effective_on => '2026-04-14');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 1, 3, 1, 'mechanism_price', effective_on => '2026-04-14');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_certificates('X', 1, 6, certificates => pg_temp.run('03', '2026-01-01', 260, 1, 'existing_hydro', false), mode => 'mechanism_price', effective_on => '2026-04-14');
\echo :LAST_ERROR_SQLSTATE
-- it is not for sale, and moves but once
SELECT n, code FROM pg_temp.refused(
    $$SELECT transfer_certificates('X', 1, 3, certificates => pg_temp.run('05', '2026-02-01', 50, 2, 'mechanism_price', false), effective_on => '2026-04-14')$$,
    $$SELECT list_certificates('X', 1, certificates => pg_temp.run('05', '2026-02-01', 50, 2, 'mechanism_price', false), effective_at => '2026-04-14')$$,
    $$SELECT transfer_certificates('X', 6, 7, certificates => pg_temp.run('05', '2026-02-01', 1, 2, 'mechanism_price', false), mode => 'mechanism_price', effective_on => '2026-04-14')$$);

-- allocation under a filed plan
SELECT (pg_temp.moved(t)).* FROM allocate_certificates('AL1', 6, 3, 30, 'plan 2026', filter => make_certificate_filter(route => 'mechanism_transfer'), effective_on => '2026-04-15') AS t;
SELECT (pg_temp.moved(t)).* FROM allocate_certificates('AL2', 6, 4, NULL, 'plan 2026', pg_temp.run('05', '2026-02-01', 31, 5, 'mechanism_price', false), effective_on => '2026-04-15') AS t;
SELECT ref, mode, quantity, certificates IS NOT NULL AS named, filter, proof, price, effective_on FROM transfer WHERE ref LIKE 'AL_' ORDER BY ref;
SELECT sum(quantity) FROM allocate_certificates('AL1', 6, 3, 30, 'plan 2026', filter => make_certificate_filter(route => 'mechanism_transfer'));
SELECT sum(quantity) FROM transfer_certificates('AL1', 6, 3, 30, 'allocation', proof => 'plan 2026', filter => make_certificate_filter(route => 'mechanism_transfer'));
SELECT n, code, message FROM pg_temp.refused($$SELECT allocate_certificates('AL1', 6, 3, 30, 'plan 2027', filter => make_certificate_filter(route => 'mechanism_transfer'))$$, $$SELECT allocate_certificates('B1', 1, 3, 40, 'plan')$$,
    $$SELECT allocate_certificates('X', 6, 3, 1, NULL)$$, $$SELECT allocate_certificates('X', 6, 3, NULL, 'plan')$$, $$SELECT allocate_certificates('X', 3, 4, 1, 'plan', effective_on => '2026-04-15')$$,
    $$SELECT allocate_certificates('X', 6, 5, 1, 'plan', effective_on => '2026-04-15')$$, $$SELECT allocate_certificates('X', 6, 3, 1000, 'plan', effective_on => '2026-04-15')$$,
    $$SELECT allocate_certificates('X', 6, 3, NULL, 'plan', pg_temp.run('05', '2026-02-01', 1, 1, 'mechanism_price', false), effective_on => '2026-04-15')$$);
-- what was allocated is not allocated again
SELECT * FROM transfer_certificates('X', 3, 4, 1, 'allocation', proof => 'plan', effective_on => '2026-04-15');
\echo :LAST_ERROR_SQLSTATE

--
-- Rules of trade, by the day of the document
--
SELECT register_project('10000000000000009', 'solar with a subsidy', 1, '500100', 'solar', 100000, '2020-01-01', subsidised => true, registered_on => '2024-01-01');
INSERT INTO generation VALUES ('10000000000000009', '2026-02-01', 'on_grid', '50 MWh');
SELECT certificates FROM issue('2026-02-01', 'I 2026-02 subsidised', '2026-04-16');
-- LC038: subsidised projects sell by listing, bilaterally, or with their energy
SELECT * FROM transfer_certificates('X', 1, 3, 1, 'auction', pg_temp.run('09', '2026-02-01', 1, 1), effective_on => '2026-04-16');
\echo :LAST_ERROR_SQLSTATE
BEGIN;
SELECT quantity FROM transfer_certificates('bilateral', 1, 3, 1, 'bilateral', pg_temp.run('09', '2026-02-01', 1, 1), effective_on => '2026-04-16');
SELECT quantity FROM transfer_certificates('with energy', 1, 3, 1, 'green_power', pg_temp.run('09', '2026-02-01', 2, 1), price => 1, contract => 'K', effective_on => '2026-04-16');
SELECT quantity FROM list_certificates('listed', 1, certificates => pg_temp.run('09', '2026-02-01', 3, 1), effective_at => '2026-04-16');
ROLLBACK;
INSERT INTO rule (name, effective_from, value, description, source, status) VALUES
    ('subsidised_trade_modes', '2026-04-17', 'listing,auction', 'a test', 'a test', 'default'), ('trade_modes', '2026-04-18', 'listing,bilateral', 'a test', 'a test', 'default'), ('trades_allowed', '2026-04-20', '2', 'a test', 'a test', 'default'),
    ('trades_allowed', '2026-04-25', '1', 'a test', 'a test', 'default'), ('trade_modes', '2026-05-01', 'listing,bilateral,auction', 'a test', 'a test', 'default'), ('subsidised_trade_modes', '2026-05-01', 'listing,bilateral', 'a test', 'a test', 'default');
SELECT n, code FROM pg_temp.refused(
    $$SELECT transfer_certificates('X', 1, 3, 1, 'auction', pg_temp.run('09', '2026-02-01', 1, 1), effective_on => '2026-04-16')$$, $$SELECT transfer_certificates('X', 1, 3, 1, 'bilateral', pg_temp.run('09', '2026-02-01', 1, 1), effective_on => '2026-04-17')$$);
BEGIN;
SELECT quantity FROM transfer_certificates('by auction', 1, 3, 1, 'auction', pg_temp.run('09', '2026-02-01', 1, 1), effective_on => '2026-04-17');
ROLLBACK;
-- LC045: a mode that is closed
SELECT * FROM transfer_certificates('X', 1, 3, 1, 'auction', effective_on => '2026-04-18');
\echo :LAST_ERROR_SQLSTATE
BEGIN;
SELECT quantity FROM transfer_certificates('the day before', 1, 3, 1, 'auction', effective_on => '2026-04-17');
SELECT quantity FROM transfer_certificates('green all the same', 1, 3, 1, 'green_power', price => 1, contract => 'K', effective_on => '2026-04-18');
ROLLBACK;
-- two trades from a day on: a bought one is sold again, once, but not listed; a transferred one that was never traded is not sold
SELECT * FROM transfer_certificates('X', 3, 4, certificates => pg_temp.run('01', '2024-06-01', 1, 10), effective_on => '2026-04-19');
\echo :LAST_ERROR_SQLSTATE
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('TT1', 3, 4, certificates => pg_temp.run('01', '2024-06-01', 1, 10), effective_on => '2026-04-20') AS t;
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('TT2', 3, 4, certificates => pg_temp.run('01', '2024-06-01', 11, 10), pending => true, effective_on => '2026-04-20') AS t;
SELECT (pg_temp.moved(t)).* FROM accept_transfer('TT3', 'TT2', effective_on => '2026-04-20') AS t;
SELECT DISTINCT trades FROM holding WHERE account_id = 4 AND certificates && make_gecrange(make_gec('10000000000000001', '2024-06-01', 1), 20);
SELECT n, code FROM pg_temp.refused(
    $$SELECT transfer_certificates('X', 4, 3, certificates => pg_temp.run('01', '2024-06-01', 1, 1), effective_on => '2026-04-20')$$,
    $$SELECT transfer_certificates('X', 3, 4, certificates => pg_temp.run('05', '2026-01-01', 1, 1, 'self_use', false), effective_on => '2026-04-20')$$,
    $$SELECT transfer_certificates('X', 3, 4, 1, 'green_power', pg_temp.run('01', '2024-06-01', 1, 1), 1, 'K', effective_on => '2026-04-20')$$,
    $$SELECT list_certificates('X', 3, certificates => pg_temp.run('01', '2024-06-01', 21, 1), effective_at => '2026-04-20')$$,
    -- one again from a further day on
    $$SELECT transfer_certificates('X', 3, 4, certificates => pg_temp.run('01', '2024-06-01', 21, 1), effective_on => '2026-04-25')$$);
SELECT * FROM verify();

--
-- A dry run returns what would happen and leaves nothing behind
--
SELECT pg_temp.fingerprint() AS before \gset
SELECT (pg_temp.moved(t)).*, document_id FROM transfer_certificates('dry', 1, 3, 3, price => 4, effective_on => '2026-04-16', dry_run => true) AS t;
SELECT (pg_temp.moved(t)).*, document_id FROM transfer_certificates('dry', 1, 6, 3, 'existing_hydro', effective_on => '2026-04-16', dry_run => true) AS t;
SELECT (pg_temp.moved(t)).*, document_id FROM allocate_certificates('dry', 6, 3, 3, 'plan', effective_on => '2026-04-16', dry_run => true) AS t;
SELECT (pg_temp.moved(t)).*, document_id FROM settle_order('dry', 'K3', 3, effective_at => '2026-04-14 11:00', dry_run => true) AS t;
SELECT count(*) > 0 AS first_outcome, bool_and(document_id = transfer_id('B2')) AS numbered FROM transfer_certificates('B2', 1, 3, 115, 'auction', dry_run => true);
BEGIN;
SELECT n, code FROM pg_temp.refused($$SELECT transfer_certificates('dry', 1, 3, 1000000, effective_on => '2026-04-16', dry_run => true)$$, $$SELECT allocate_certificates('dry', 1, 3, 3, 'plan', effective_on => '2026-04-16', dry_run => true)$$,
    $$SELECT settle_order('dry', 'K1', effective_at => '2026-04-14 11:00', dry_run => true)$$, $$SELECT transfer_certificates('B2', 1, 3, 116, 'auction', dry_run => true)$$, $$SELECT transfer_certificates('dry', 1, 3, 0, dry_run => true)$$);
SELECT quantity FROM transfer_certificates('after', 1, 3, 1, effective_on => '2026-04-16');
ROLLBACK;
SELECT transfer_certificates('dry', 1, 3, 1000000, effective_on => '2026-04-16', dry_run => true);
\echo :LAST_ERROR_SQLSTATE
SELECT pg_temp.fingerprint() = :'before' AS nothing_left_behind;

--
-- Many lots and many documents
--
-- 300 small lots in one purchase, oldest first, behind 300 older ones that cannot be traded
SELECT register_account('generator', 'roofs', '500100', personal_id => 'roofs', opened_on => '2022-01-01') AS roofs,
       register_account('user', 'buyer', '500100', personal_id => 'buyer', opened_on => '2022-01-01') AS buyer \gset
INSERT INTO project (project_code, name, owner, region, source, capacity_kw, commissioned_on, registered_on)
SELECT format('2000000000000%s', to_char(n, 'FM0000')), 'roof', :roofs, '500100', 'solar', 50, '2024-01-01', '2024-01-01' FROM generate_series(1, 300) AS n;
INSERT INTO generation SELECT project_code, '2026-04-01', 'on_grid', make_energy(mwh => 1 + right(project_code, 4)::int % 3) FROM project WHERE owner = :roofs;
INSERT INTO generation SELECT project_code, '2026-05-01', 'on_grid', '20 MWh' FROM project WHERE owner = :roofs;
INSERT INTO generation SELECT project_code, '2026-03-01', 'self_use', '1 MWh' FROM project WHERE owner = :roofs;
SELECT projects, certificates FROM issue('2026-03-01', 'roofs March', '2026-06-10');
SELECT projects, certificates FROM issue('2026-05-01', 'roofs May', '2026-06-10');
SELECT projects, certificates FROM issue('2026-04-01', 'roofs April', '2026-06-10');
SELECT count(*), sum(quantity), max(upper(certificates)) FROM transfer_certificates('L1', :roofs, :buyer, 590, effective_on => '2026-06-11');
SELECT * FROM held WHERE account = :roofs AND month = '2026-04' ORDER BY project, first;
SELECT count(*), sum(quantity) FROM transfer_certificates('L2', :roofs, :buyer, 30, effective_on => '2026-06-11');
SELECT * FROM transfer_certificates('L3', :roofs, :buyer, 5981, effective_on => '2026-06-11');
\echo :LAST_ERROR_SQLSTATE
SELECT count(*), sum(quantity) FROM transfer_certificates('L4', :roofs, :buyer, 5980, effective_on => '2026-06-11');
SELECT account, count(*), sum(last - first + 1) FROM held WHERE account IN (:roofs, :buyer) GROUP BY 1 ORDER BY 1;
SELECT * FROM transfer_certificates('L5', :buyer, :roofs, 1, effective_on => '2026-06-11');
\echo :LAST_ERROR_SQLSTATE

-- 5,000 documents in a statement: more than are posted at a time, by quantity and by name
SELECT register_account('generator', 'bulk seller', '500100', personal_id => 'bulk', opened_on => '2022-01-01') AS bulk \gset
INSERT INTO project (project_code, name, owner, region, source, capacity_kw, commissioned_on, registered_on)
SELECT format('3000000000000%s', to_char(n, 'FM0000')), 'farm', :bulk, '500100', 'wind', 5000, '2024-01-01', '2024-01-01' FROM generate_series(1, 50) AS n;
INSERT INTO generation SELECT project_code, '2026-04-01', 'on_grid', '1000 MWh' FROM project WHERE owner = :bulk;
SELECT certificates FROM issue('2026-04-01', 'bulk April', '2026-06-10');
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, effective_on)
SELECT 'bulk ' || n, 'bilateral', :bulk, CASE n % 2 WHEN 0 THEN 3 ELSE 4 END, 1 + n % 3, '2026-06-11' FROM generate_series(1, 5000) AS n;
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, certificates, effective_on)
SELECT 'bulk ' || 5001 + n, 'bilateral', :bulk, :buyer, 2, gecmultirange(make_gecrange(make_gec(
    format('3000000000000%s', to_char(50 - n / 250, 'FM0000')), '2026-04-01', 1 + 4 * (n % 250)), 2)), '2026-06-11'
FROM generate_series(0, 4999) AS n;
SELECT account_id AS account, count(*) AS lots, sum(quantity(certificates)), min(project_code(last_certificate)), max(project_code(last_certificate))
FROM holding WHERE project_code(last_certificate) LIKE '3%' GROUP BY 1 ORDER BY 1;
SELECT count(*) AS documents, sum(t.quantity) AS asked,
       count(*) FILTER (WHERE t.quantity = m.quantity AND t.to_account = m.to_account) AS posted_as_asked
FROM transfer AS t
JOIN (SELECT document_id, to_account, sum(quantity(certificates)) AS quantity FROM movement WHERE document = 'transfer' GROUP BY 1, 2) AS m
    ON m.document_id = t.transfer_id
WHERE t.ref LIKE 'bulk %';
-- one too many in the last of them, and nothing is posted
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, effective_on)
SELECT 'more ' || n, 'bilateral', :bulk, 3, CASE n WHEN 5000 THEN 40000 ELSE 1 END, '2026-06-11' FROM generate_series(1, 5000) AS n;
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) FROM transfer WHERE ref LIKE 'more %';
SELECT sum(quantity(certificates)) = (SELECT sum(quantity) FROM issuance_line) AS all_there FROM holding;
SELECT * FROM verify();

SET client_min_messages = warning;
DROP EXTENSION certledger CASCADE;
DROP SCHEMA certledger CASCADE;
