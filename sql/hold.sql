-- hold: certificates on sale, locked for an order, or frozen.
\getenv abs_srcdir PG_ABS_SRCDIR
\set fixture :abs_srcdir '/test/fixture/market.sql'
\set ECHO none
\o /dev/null
\i :fixture
\o
\set ECHO all
SELECT account, project, month, class, first, last, state FROM held ORDER BY project, month, class, first;

--
-- Listings.  No certificates named: oldest validity first, then code; what
-- cannot be traded is passed over
--
SELECT (pg_temp.moved(h)).* FROM list_certificates('L1', 1, 160, 6.5, venue => '北京电力交易中心', effective_at => '2025-03-20 10:00') AS h;
-- by name and by filter
SELECT (pg_temp.moved(h)).* FROM list_certificates('L2', 1, certificates => pg_temp.run('01', 101, 50, '2025-02-01') + pg_temp.run('07', 41, 10), effective_at => '2025-03-20 10:30') AS h;
SELECT (pg_temp.moved(h)).* FROM list_certificates('L3', 1, 20, filter => make_certificate_filter(region => '350000'), effective_at => '2025-03-20 11:00') AS h;
-- a subsidised project lists (发改能源〔2023〕1044号); the last day of validity is good
SELECT (pg_temp.moved(h)).* FROM list_certificates('L4', 1, 10, filter => make_certificate_filter(project_code => '10000000000000009'), effective_at => '2025-03-20 11:00') AS h;
BEGIN;
SELECT (pg_temp.moved(h)).* FROM list_certificates('last day', 2, certificates => pg_temp.run('08', 1, 1), effective_at => '2026-12-31 23:59:59.999999') AS h;
ROLLBACK;
SELECT hold_id, ref, action, account_id, quantity, certificates, filter, price, venue, effective_at, effective_on, posted_at <= now() AS stamped, posted_by = session_user AS me
FROM hold WHERE ref <> 'L2' ORDER BY hold_id;
SELECT project, month, class, first, last, state, listing FROM held WHERE account = 1 AND state = 'listed' ORDER BY project, month, first;
-- a listing counts on the day that it is in China
SELECT (pg_temp.moved(h)).* FROM list_certificates('day', 2, 1, effective_at => '2025-03-20 16:00:00+00') AS h;
SELECT effective_on FROM hold WHERE ref = 'day';

--
-- Refusals of a listing
--
-- LC004, LC005 (G6: list a self-use certificate; list a bought one)
SELECT quantity FROM transfer_certificates('bought', 2, 3, 30, effective_on => '2025-03-20');
SELECT quantity FROM transfer_certificates('self', 1, 3, 10, 'self_use', contract => 'EMC', proof => 'invoice', effective_on => '2025-03-20');
SELECT quantity FROM list_certificates('X', 1, certificates => pg_temp.run('05', 21, 1, class => 'self_use'), effective_at => '2025-03-21');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM list_certificates('X', 3, certificates => pg_temp.run('05', 1, 1, class => 'self_use'), effective_at => '2025-03-21');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM list_certificates('X', 1, certificates => pg_temp.run('03', 1, 1, class => 'existing_hydro'), effective_at => '2025-03-21');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM list_certificates('X', 3, certificates => pg_temp.run('02', 2, 1), effective_at => '2025-03-21');
\echo :LAST_ERROR_SQLSTATE
-- LC001: not enough, and why not the others
SELECT quantity FROM list_certificates('X', 1, 100000, effective_at => '2025-03-21');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM list_certificates('X', 3, 1, effective_at => '2025-03-21');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM list_certificates('X', 7, 1, effective_at => '2025-03-21');
\echo :LAST_ERROR_SQLSTATE
-- LC009: listed already
SELECT quantity FROM list_certificates('X', 1, certificates => pg_temp.run('01', 150, 2, '2025-02-01'), effective_at => '2025-03-21');
\echo :LAST_ERROR_SQLSTATE
-- LC002, LC008, LC019
SELECT quantity FROM list_certificates('X', 2, certificates => pg_temp.run('01', 200, 1, '2025-02-01'), effective_at => '2025-03-21');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM list_certificates('X', 1, certificates => pg_temp.run('01', 1000, 2, '2025-02-01'), effective_at => '2025-03-21');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM list_certificates('X', 1, certificates => '{[10000000000000001250200000000011,10000000000000001250200000000211)}', effective_at => '2025-03-21');
\echo :LAST_ERROR_SQLSTATE
-- LC006: no longer valid on the day after the last; LC017: before the month is over
SELECT quantity FROM list_certificates('X', 2, certificates => pg_temp.run('08', 1, 1), effective_at => '2027-01-01');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM list_certificates('X', 2, certificates => pg_temp.run('08', 1, 1), effective_at => '2025-01-31 23:59');
\echo :LAST_ERROR_SQLSTATE
-- LC015, LC020, LC021: accounts
SELECT quantity FROM list_certificates('X', 99, 1, effective_at => '2025-03-21');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM list_certificates('X', 1, 1, effective_at => '2021-12-31 23:59');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM list_certificates('X', 8, 1, effective_at => '2025-07-01 00:00');
\echo :LAST_ERROR_SQLSTATE
-- LC027: outside the filter
SELECT quantity FROM list_certificates('X', 2, 1, filter => make_certificate_filter(source => 'wind'), effective_at => '2025-03-21');
\echo :LAST_ERROR_SQLSTATE
-- LC045: listing is a mode of trade that a rule opens and closes
BEGIN;
INSERT INTO rule (name, effective_from, value, description, source, status) VALUES ('trade_modes', '2025-06-01', 'bilateral,auction', 'a test', 'a test', 'default');
SELECT quantity FROM list_certificates('the second before', 1, 1, effective_at => '2025-05-31 23:59:59');
SAVEPOINT s;
SELECT quantity FROM list_certificates('X', 1, 1, effective_at => '2025-06-01 00:00');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO s;
SELECT quantity FROM lock_order('X', 1, 3, 'V', 1, effective_at => '2025-06-01 00:00');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
-- constraints, by name
\set VERBOSITY terse
SELECT list_certificates('', 1, 1, effective_at => '2025-03-21');
SELECT list_certificates(NULL, 1, 1, effective_at => '2025-03-21');
SELECT list_certificates('X', NULL, 1, effective_at => '2025-03-21');
SELECT list_certificates('X', 1, effective_at => '2025-03-21');
SELECT list_certificates('X', 1, 0, effective_at => '2025-03-21');
SELECT list_certificates('X', 1, -1, effective_at => '2025-03-21');
SELECT list_certificates('X', 1, certificates => '{}', effective_at => '2025-03-21');
SELECT list_certificates('X', 1, 2, certificates => pg_temp.run('01', 200, 1, '2025-02-01'), effective_at => '2025-03-21');
SELECT list_certificates('X', 1, 1, certificates => pg_temp.run('01', 200, 1, '2025-02-01'), filter => make_certificate_filter(2025), effective_at => '2025-03-21');
SELECT list_certificates('X', 1, 1, price => -0.01, effective_at => '2025-03-21');
SELECT list_certificates('X', 1, 1, price => 'NaN', effective_at => '2025-03-21');
SELECT list_certificates('X', 1, 1, venue => '', effective_at => '2025-03-21');
SELECT list_certificates('X', 1, 1, effective_at => 'infinity');
\set VERBOSITY default

--
-- Delistings: by quantity, by name, by filter, or what is left of a listing
--
SELECT (pg_temp.moved(h)).* FROM delist('D1', 1, 60, effective_at => '2025-03-21 09:00') AS h;
SELECT (pg_temp.moved(h)).* FROM delist('D2', 1, certificates => pg_temp.run('01', 111, 5, '2025-02-01'), effective_at => '2025-03-21 09:00') AS h;
SELECT (pg_temp.moved(h)).* FROM delist('D3', 1, 3, filter => make_certificate_filter(project_code => '10000000000000009'), effective_at => '2025-03-21 09:00') AS h;
SELECT (pg_temp.moved(h)).* FROM delist('D4', 1, 15, listing => 'L2', effective_at => '2025-03-21 09:00') AS h;
SELECT (pg_temp.moved(h)).* FROM delist('D5', 1, listing => 'L2', effective_at => '2025-03-21 09:00') AS h;
SELECT project, month, first, last, state, listing FROM held WHERE listing IS NOT NULL ORDER BY project, month, first;
-- LC028: nothing left, or not enough
SELECT quantity FROM delist('X', 1, listing => 'L2', effective_at => '2025-03-21 10:00');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM delist('X', 1, 21, listing => 'L3', effective_at => '2025-03-21 10:00');
\echo :LAST_ERROR_SQLSTATE
-- LC029: no such listing, by reference and by number
SELECT quantity FROM delist('X', 1, listing => 'no such', effective_at => '2025-03-21 10:00');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO hold (ref, action, account_id, ends_hold, effective_at) VALUES ('X', 'delist', 1, 999999, '2025-03-21 10:00');
\echo :LAST_ERROR_SQLSTATE
-- LC030: of another account, no listing, or not begun yet
SELECT quantity FROM delist('X', 2, listing => 'L1', effective_at => '2025-03-21 10:00');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM delist('X', 1, listing => 'D1', effective_at => '2025-03-21 10:00');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM delist('X', 1, listing => 'L1', effective_at => '2025-03-19 23:59');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM delist('X', 1, listing => 'L1', effective_at => '2025-03-20 09:59:59');
\echo :LAST_ERROR_SQLSTATE
-- LC001, LC002, LC009: what is not on sale
SELECT quantity FROM delist('X', 2, 2, effective_at => '2025-03-21 10:00');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM delist('X', 1, certificates => pg_temp.run('01', 111, 1, '2025-02-01'), effective_at => '2025-03-21 10:00');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM delist('X', 2, certificates => pg_temp.run('07', 1, 1), effective_at => '2025-03-21 10:00');
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY terse
SELECT delist('X', 1, effective_at => '2025-03-21 10:00');
SELECT delist('X', 1, 1, filter => make_certificate_filter(2025), listing => 'L1', effective_at => '2025-03-21 10:00');
SELECT delist('X', 1, 0, listing => 'L1', effective_at => '2025-03-21 10:00');
INSERT INTO hold (ref, action, account_id, ends_hold, price, effective_at) SELECT 'X', 'delist', 1, hold_id, 5, '2025-03-21 10:00' FROM hold WHERE ref = 'L1';
\set VERBOSITY default
-- what is delisted can be listed again, and every listing has its own
SELECT sum(quantity) FROM list_certificates('L5', 1, 60, effective_at => '2025-03-21 11:00');
SELECT project, month, first, last, listing FROM held WHERE listing IS NOT NULL ORDER BY project, month, first;

--
-- Orders: lock what is on sale for a buyer, until they are settled, released or end
--
SELECT (pg_temp.moved(h)).* FROM lock_order('K1', 1, 3, '北京电力交易中心', 20, 6.5, effective_at => '2025-03-22 10:00') AS h;
SELECT (pg_temp.moved(h)).* FROM lock_order('K2', 1, 4, '广州电力交易中心', certificates => pg_temp.run('07', 11, 5), ends_at => '2025-03-22 12:00', effective_at => '2025-03-22 10:00') AS h;
SELECT (pg_temp.moved(h)).* FROM lock_order('X', 1, 4, '绿证交易平台', 2, filter => make_certificate_filter(region => '500112'), effective_at => '2025-03-22 10:00') AS h;
\echo :LAST_ERROR_SQLSTATE
SELECT (pg_temp.moved(h)).* FROM lock_order('K3', 1, 4, '绿证交易平台', 2, filter => make_certificate_filter(region => '350000'), ends_at => '2025-03-23 10:00', effective_at => '2025-03-22 10:00') AS h;
SELECT project, month, first, last, state, listing, "order", order_ends_at FROM held WHERE state = 'locked' ORDER BY project, month, first;
-- several venues sell from one pool, and never too much: of 187 on sale three venues have taken 27
SELECT quantity FROM lock_order('X', 1, 3, 'V', 1000, effective_at => '2025-03-22 10:30');
\echo :LAST_ERROR_SQLSTATE
-- LC025: locked for another
SELECT quantity FROM lock_order('X', 1, 4, 'V', certificates => pg_temp.run('07', 15, 2), effective_at => '2025-03-22 10:30');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM transfer_certificates('X', 1, 4, certificates => pg_temp.run('07', 15, 1), effective_on => '2025-03-21');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM delist('X', 1, certificates => pg_temp.run('07', 15, 1), effective_at => '2025-03-22 10:30');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM retire('X', 1, 2025, certificates => pg_temp.run('07', 15, 1), effective_on => '2025-03-21');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM freeze('X', 1, 'ccer', 'P', certificates => pg_temp.run('07', 15, 1), effective_at => '2025-03-22 10:30');
\echo :LAST_ERROR_SQLSTATE
-- what an order has taken of a listing is left to it
BEGIN;
SELECT sum(quantity) FROM delist('rest', 1, listing => 'L3', effective_at => '2025-03-22 10:30');
SELECT project, first, last, state, "order" FROM held WHERE listing = 'L3' ORDER BY first;
ROLLBACK;
-- LC032: no longer than rule order_lifetime allows, to the second
SELECT quantity FROM lock_order('X', 1, 3, 'V', 1, ends_at => '2025-03-23 10:00:00.000001', effective_at => '2025-03-22 10:00');
\echo :LAST_ERROR_SQLSTATE
-- LC009: not on sale; LC002; LC015 to LC021 of the buyer
SELECT quantity FROM lock_order('X', 1, 3, 'V', certificates => pg_temp.run('01', 200, 1, '2025-02-01'), effective_at => '2025-03-22 10:30');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM lock_order('X', 2, 3, 'V', certificates => pg_temp.run('07', 1, 1), effective_at => '2025-03-22 10:30');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM lock_order('X', 1, 99, 'V', 1, effective_at => '2025-03-22 10:30');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM lock_order('X', 1, 8, 'V', 1, effective_at => '2025-07-01 10:30');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM lock_order('X', 1, 3, 'V', certificates => pg_temp.run('07', 1, 1), effective_at => '2027-01-01');
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY terse
SELECT lock_order('X', 1, 1, 'V', 1, effective_at => '2025-03-22 10:30');
SELECT lock_order('X', 1, NULL, 'V', 1, effective_at => '2025-03-22 10:30');
SELECT lock_order('X', 1, 3, NULL, 1, effective_at => '2025-03-22 10:30');
SELECT lock_order('X', 1, 3, '', 1, effective_at => '2025-03-22 10:30');
SELECT lock_order('X', 1, 3, 'V', NULL, effective_at => '2025-03-22 10:30');
SELECT lock_order('X', 1, 3, 'V', 1, ends_at => '2025-03-22 10:30', effective_at => '2025-03-22 10:30');
SELECT lock_order('X', 1, 3, 'V', 1, ends_at => 'infinity', effective_at => '2025-03-22 10:30');
INSERT INTO hold (ref, action, account_id, quantity, ends_at, effective_at) VALUES ('X', 'list', 1, 1, '2025-03-23', '2025-03-22');
INSERT INTO hold (ref, action, account_id, quantity, buyer, effective_at) VALUES ('X', 'list', 1, 1, 3, '2025-03-22');
\set VERBOSITY default

-- a release gives back what is left under the order
BEGIN;
SELECT (pg_temp.moved(t)).* FROM settle_order('part', 'K1', 8, effective_at => '2025-03-22 11:00') AS t;
SELECT (pg_temp.moved(h)).* FROM release_order('R1', 'K1', effective_at => '2025-03-22 11:30') AS h;
SELECT hold_id = hold_id('R1') AS numbered, action, account_id, ends_hold = hold_id('K1') AS ends_it, quantity, effective_at FROM hold WHERE ref = 'R1';
SELECT quantity FROM release_order('X', 'K1', effective_at => '2025-03-22 11:30');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
SELECT quantity FROM release_order('X', 'no such', effective_at => '2025-03-22 11:30');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM release_order('X', 'L1', effective_at => '2025-03-22 11:30');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM release_order('X', 'K1', effective_at => '2025-03-21 23:59');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO hold (ref, action, account_id, ends_hold, effective_at) SELECT 'X', 'release', 2, hold_id, '2025-03-22 11:30' FROM hold WHERE ref = 'K1';
\echo :LAST_ERROR_SQLSTATE
INSERT INTO hold (ref, action, account_id, ends_hold, effective_at) VALUES ('X', 'release', 1, 0, '2025-03-22 11:30');
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY terse
INSERT INTO hold (ref, action, account_id, quantity, effective_at) VALUES ('X', 'release', 1, 1, '2025-03-22 11:30');
INSERT INTO hold (ref, action, account_id, quantity, ends_hold, effective_at) SELECT 'X', 'list', 1, 1, hold_id, '2025-03-22 11:30' FROM hold WHERE ref = 'K1';
\set VERBOSITY default
-- part of an order can be released by a row that says how many
BEGIN;
INSERT INTO hold (ref, action, account_id, quantity, ends_hold, effective_at) SELECT 'R2', 'release', 1, 5, hold_id, '2025-03-22 11:30' FROM hold WHERE ref = 'K1';
SELECT project, month, first, last, state FROM held WHERE project = '01' AND month = '2024-06' ORDER BY first;
ROLLBACK;

--
-- An order past its end counts as free, without anybody having said so
--
-- K2 has ended at 12:00; at that very moment it is over
SELECT quantity FROM settle_order('X', 'K2', effective_at => '2025-03-22 12:00');
\echo :LAST_ERROR_SQLSTATE
BEGIN;
SELECT (pg_temp.moved(t)).* FROM settle_order('in time', 'K2', effective_at => '2025-03-22 11:59:59.999999') AS t;
ROLLBACK;
SELECT quantity FROM lock_order('X', 1, 3, 'V', certificates => pg_temp.run('07', 11, 5), effective_at => '2025-03-22 11:59:59.999999');
\echo :LAST_ERROR_SQLSTATE
-- a new order takes them: first they go back to their listing, then the order locks them
BEGIN;
SELECT (pg_temp.moved(h)).* FROM lock_order('K4', 1, 3, 'V', certificates => pg_temp.run('07', 11, 3), effective_at => '2025-03-22 12:00') AS h;
SELECT * FROM pg_temp.life('07', 11);
SELECT * FROM pg_temp.life('07', 14);
SELECT project, first, last, state, listing, "order", order_ends_at FROM held WHERE project = '07' AND account = 1 ORDER BY first;
-- and so on, as often as it comes; by quantity the free ones are found
SELECT (pg_temp.moved(h)).* FROM lock_order('K5', 1, 4, 'V', 5, filter => make_certificate_filter(project_code => '10000000000000007'), effective_at => '2025-03-23 11:59:59') AS h;
SELECT (pg_temp.moved(h)).* FROM lock_order('K6', 1, 4, 'V', 20, filter => make_certificate_filter(project_code => '10000000000000007'), effective_at => '2025-03-25 12:00') AS h;
SELECT * FROM pg_temp.life('07', 11);
SELECT * FROM verify();
ROLLBACK;
-- within one statement as in several: the second order takes what the first has given back by its end
BEGIN;
INSERT INTO hold (ref, action, account_id, buyer, venue, quantity, filter, ends_at, effective_at)
SELECT v.ref, 'lock', 1, v.buyer, 'V', 13, make_certificate_filter(project_code => '10000000000000007'), v.ends_at, v.effective_at
FROM (VALUES ('K4', 3, '2025-03-22 13:00'::timestamptz, '2025-03-22 12:00'::timestamptz), ('K5', 4, '2025-03-22 15:00', '2025-03-22 13:00'), ('K6', 3, NULL, '2025-03-22 15:00')) AS v(ref, buyer, ends_at, effective_at);
SELECT "order", sum(last - first + 1), min(order_ends_at) FROM held WHERE state = 'locked' AND project = '07' GROUP BY 1 ORDER BY 1;
SELECT * FROM pg_temp.life('07', 3);
SAVEPOINT s;
INSERT INTO hold (ref, action, account_id, buyer, venue, quantity, filter, ends_at, effective_at)
SELECT v.ref, 'lock', 1, v.buyer, 'V', 13, make_certificate_filter(project_code => '10000000000000007'), v.ends_at, v.effective_at
FROM (VALUES ('K7', 3, '2025-03-23 16:00'::timestamptz, '2025-03-23 15:00'::timestamptz), ('X', 4, NULL, '2025-03-23 15:59:59')) AS v(ref, buyer, ends_at, effective_at);
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO s;
SELECT * FROM verify();
ROLLBACK;
-- a delisting takes them too: by name, by quantity, and of the listing
BEGIN;
SELECT (pg_temp.moved(h)).* FROM delist('D6', 1, certificates => pg_temp.run('07', 11, 1), effective_at => '2025-03-22 12:00') AS h;
SELECT (pg_temp.moved(h)).* FROM delist('D7', 1, 19, filter => make_certificate_filter(project_code => '10000000000000007'), effective_at => '2025-03-23 12:00') AS h;
SELECT * FROM pg_temp.life('07', 12);
ROLLBACK;
BEGIN;
SELECT (pg_temp.moved(h)).* FROM delist('D6', 1, listing => 'L3', effective_at => '2025-03-22 12:00') AS h;
SELECT project, first, last, state, listing, "order" FROM held WHERE project = '07' AND account = 1 ORDER BY first;
SELECT (pg_temp.moved(h)).* FROM delist('D7', 1, listing => 'L3', effective_at => '2025-03-24 12:00') AS h;
SELECT * FROM verify();
ROLLBACK;
-- its release says so, as long as nobody else has taken them
BEGIN;
SELECT (pg_temp.moved(h)).* FROM release_order('late', 'K2', effective_at => '2025-03-24 12:00') AS h;
SELECT quantity FROM release_order('X', 'K2', effective_at => '2025-03-24 12:00');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
-- other documents see them on sale, not locked: LC009
SELECT quantity FROM transfer_certificates('X', 1, 4, certificates => pg_temp.run('07', 11, 1), effective_on => '2025-03-23');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM retire('X', 1, 2025, certificates => pg_temp.run('07', 11, 1), effective_on => '2025-03-23');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM list_certificates('X', 1, certificates => pg_temp.run('07', 11, 1), effective_at => '2025-03-23');
\echo :LAST_ERROR_SQLSTATE
SELECT state, certificates FROM holding_balance WHERE account_id = 1 AND source = 'wind' AND province = '350000' ORDER BY state;

-- how long an order lasts is a rule, counted by China's calendar
INSERT INTO rule (name, effective_from, value, description, source, status) VALUES
    ('order_lifetime', '2025-04-01', '30 minutes', 'a test', 'a test', 'default'), ('order_lifetime', '2025-05-31', '1 month', 'a test', 'a test', 'default'),
    ('order_lifetime', '2025-07-01', 'none', 'a test', 'a test', 'default');
BEGIN;
SET LOCAL timezone = 'America/New_York';
SELECT count(*) FROM lock_order('24 hours', 1, 3, 'V', certificates => pg_temp.run('01', 51, 1), effective_at => '2025-03-31 23:59:59+08');
SELECT count(*) FROM lock_order('30 minutes', 1, 3, 'V', certificates => pg_temp.run('01', 52, 1), effective_at => '2025-04-01 00:00+08');
SELECT count(*) FROM lock_order('1 month', 1, 3, 'V', certificates => pg_temp.run('01', 53, 1), effective_at => '2025-05-31 00:00+08');
SELECT count(*) FROM lock_order('none', 1, 3, 'V', certificates => pg_temp.run('01', 54, 1), effective_at => '2025-07-01 00:00+08');
SELECT count(*) FROM lock_order('none but an end', 1, 3, 'V', certificates => pg_temp.run('01', 55, 1), ends_at => '2030-01-01 00:00+08', effective_at => '2025-07-01 00:00+08');
SET LOCAL timezone = 'Asia/Shanghai';
SELECT "order", order_ends_at FROM held WHERE state = 'locked' AND "order" NOT LIKE 'K%' ORDER BY order_ends_at;
ROLLBACK;
--
-- Freezes.  CCER: of projects that may choose it, what was not traded; a listing is dropped
--
SELECT (pg_temp.moved(h)).* FROM freeze('F1', 1, 'ccer', 'CCER-1', 30, effective_at => '2025-03-24 10:00') AS h;
SELECT (pg_temp.moved(h)).* FROM freeze('F2', 2, 'ccer', 'CCER-2', certificates => pg_temp.run('08', 1, 40), effective_at => '2025-03-24 10:00') AS h;
SELECT hold_id = hold_id('F2') AS numbered, action, account_id, reason, proof, quantity FROM hold WHERE ref = 'F2';
SELECT project, first, last, state, listing, frozen_by FROM held WHERE frozen_by IS NOT NULL ORDER BY project, first;
SELECT * FROM pg_temp.life('07', 11);
-- LC033: of another technology
SELECT quantity FROM freeze('X', 2, 'ccer', 'P', certificates => pg_temp.run('02', 400, 5), effective_at => '2025-03-24 10:00');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM freeze('X', 2, 'ccer', 'P', 31, effective_at => '2025-03-24 10:00');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM freeze('X', 1, 'ccer', 'P', certificates => pg_temp.run('05', 21, 1, class => 'self_use'), effective_at => '2025-03-24 10:00');
\echo :LAST_ERROR_SQLSTATE
-- what was traded is beyond CCER
BEGIN;
SELECT quantity FROM transfer_certificates('sold', 2, 3, certificates => pg_temp.run('08', 41, 5), effective_on => '2025-03-24');
SELECT quantity FROM freeze('X', 3, 'ccer', 'P', certificates => pg_temp.run('08', 41, 5), effective_at => '2025-03-24 10:00');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
-- LC026: frozen certificates stay where they are
SELECT quantity FROM transfer_certificates('X', 2, 3, certificates => pg_temp.run('08', 40, 2), effective_on => '2025-03-24');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM retire('X', 2, 2025, certificates => pg_temp.run('08', 40, 1), effective_on => '2025-03-24');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM list_certificates('X', 2, certificates => pg_temp.run('08', 40, 1), effective_at => '2025-03-24');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM freeze('X', 2, 'ccer', 'P', certificates => pg_temp.run('08', 40, 1), effective_at => '2025-03-24 10:00');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM freeze('X', 2, 'dispute', 'P', certificates => pg_temp.run('08', 40, 1), effective_at => '2025-03-24 10:00');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM delist('X', 1, certificates => pg_temp.run('07', 1, 1), effective_at => '2025-03-24 11:00');
\echo :LAST_ERROR_SQLSTATE
-- the technologies are a rule
BEGIN;
INSERT INTO rule (name, effective_from, value, description, source, status) VALUES ('ccer_technology', '2025-04-01', 'csp', 'a test', 'a test', 'default');
SELECT quantity FROM freeze('X', 1, 'ccer', 'P', certificates => pg_temp.run('07', 60, 1), effective_at => '2025-04-01 00:00');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;

-- the end of a CCER freeze, all or part of it: issued again, not on sale
SELECT (pg_temp.moved(h)).* FROM unfreeze('U1', 'F1', 'withdrawn', 12, effective_at => '2025-03-25 10:00') AS h;
SELECT (pg_temp.moved(h)).* FROM unfreeze('U2', 'F1', 'rejected', effective_at => '2025-03-25 10:00') AS h;
SELECT project, first, last, state, listing, frozen_by FROM held WHERE project = '07' ORDER BY first;
-- LC028, LC029, LC030
SELECT quantity FROM unfreeze('X', 'F1', 'P', effective_at => '2025-03-25 10:00');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM unfreeze('X', 'F2', 'P', 41, effective_at => '2025-03-25 10:00');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM unfreeze('X', 'no such', 'P', effective_at => '2025-03-25 10:00');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM unfreeze('X', 'K1', 'P', effective_at => '2025-03-25 10:00');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM unfreeze('X', 'F2', 'P', effective_at => '2025-03-23 10:00');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO hold (ref, action, account_id, ends_hold, proof, effective_at) SELECT 'X', 'unfreeze', 1, hold_id, 'P', '2025-03-25 10:00' FROM hold WHERE ref = 'F2';
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY terse
SELECT freeze('X', 2, NULL, 'P', 1, effective_at => '2025-03-24 10:00');
SELECT freeze('X', 2, 'dispute', NULL, 1, effective_at => '2025-03-24 10:00');
SELECT freeze('X', 2, 'dispute', 'P', effective_at => '2025-03-24 10:00');
SELECT unfreeze('X', 'F2', NULL, effective_at => '2025-03-25 10:00');
INSERT INTO hold (ref, action, account_id, quantity, reason, effective_at) VALUES ('X', 'list', 1, 1, 'dispute', '2025-03-22 11:30');
\set VERBOSITY default

-- none named
SELECT n, code FROM pg_temp.refused($$SELECT unfreeze('X', NULL, 'P', effective_at => '2025-03-25 10:00')$$,
    $$SELECT release_order('X', NULL, effective_at => '2025-03-25 10:00')$$, $$SELECT settle_order('X', NULL, effective_at => '2025-03-25 10:00')$$);

-- a dispute freezes whatever lives, by quantity the oldest first, and its end gives back what it was
SELECT project, month, class, first, last, state, route FROM held WHERE account = 3 ORDER BY project, month, class, first;
BEGIN;
SELECT (pg_temp.moved(h)).* FROM lock_order('K7', 1, 3, 'V', 10, filter => make_certificate_filter(project_code => '10000000000000001'), effective_at => '2025-03-25 08:00') AS h;
SELECT (pg_temp.moved(h)).* FROM freeze('F3', 1, 'dispute', 'file 3', certificates => pg_temp.run('01', 1, 30, '2024-06-01') + pg_temp.run('01', 101, 2, '2025-02-01') + pg_temp.run('05', 31, 2, class => 'self_use'), effective_at => '2025-03-25 09:00') AS h;
SELECT (pg_temp.moved(h)).* FROM freeze('F4', 3, 'dispute', 'file 4', 35, effective_at => '2025-03-25 09:00') AS h;
SELECT project, month, first, last, state, listing, "order", order_ends_at, frozen_by FROM held WHERE frozen_by IN ('F3', 'F4') ORDER BY project, month, class, first;
-- under it nothing moves: neither the order nor the listing
SELECT * FROM pg_temp.refused(
    $$SELECT settle_order('X', 'K7', effective_at => '2025-03-25 10:00')$$, $$SELECT release_order('X', 'K7', effective_at => '2025-03-25 10:00')$$,
    $$SELECT delist('X', 1, certificates => pg_temp.run('01', 21, 1, '2024-06-01'), effective_at => '2025-03-25 10:00')$$,
    $$SELECT lock_order('X', 1, 3, 'V', certificates => pg_temp.run('01', 21, 1, '2024-06-01'), effective_at => '2025-03-25 10:00')$$,
    $$SELECT retire('X', 3, 2025, certificates => pg_temp.run('02', 2, 1), effective_on => '2025-03-25')$$,
    $$SELECT cancel_certificates('X', 'ccer', 'P', freeze_ref => 'F3', effective_on => '2025-03-25')$$);
SELECT (pg_temp.moved(h)).* FROM unfreeze('U3', 'F3', 'settled', effective_at => '2025-03-25 12:00') AS h;
SELECT (pg_temp.moved(h)).* FROM unfreeze('U4', 'F4', 'settled', 15, effective_at => '2025-03-25 12:00') AS h;
SELECT project, month, first, last, state, listing, "order", order_ends_at, frozen_by FROM held WHERE account = 1 AND project = '01' AND month = '2024-06' ORDER BY project, month, first;
-- the order goes on where it was
SELECT (pg_temp.moved(t)).* FROM settle_order('S7', 'K7', effective_at => '2025-03-25 13:00') AS t;
SELECT * FROM verify();
ROLLBACK;

--
-- Numbers by reference
--
SELECT hold_id('L1') = (SELECT hold_id FROM hold WHERE ref = 'L1') AS found;
SELECT hold_id(NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT hold_id('no such');
\echo :LAST_ERROR_SQLSTATE

--
-- References: repeating is harmless, other content is refused
--
SELECT count(*) AS movements FROM movement \gset
SELECT (pg_temp.moved(h)).* FROM list_certificates('L3', 1, 20, filter => make_certificate_filter(region => '350000'), effective_at => '2025-03-20 11:00') AS h;
SELECT (pg_temp.moved(h)).* FROM list_certificates('L3', 1, 20, filter => make_certificate_filter(region => '350000')) AS h;
SELECT sum(quantity) FROM list_certificates('L2', 1, 60, certificates => pg_temp.run('07', 41, 10) + pg_temp.run('01', 101, 50, '2025-02-01'));
SELECT sum(quantity) FROM delist('D4', 1, 15, listing => 'L2');
SELECT sum(quantity) FROM delist('D5', 1, listing => 'L2');
SELECT sum(quantity) FROM lock_order('K1', 1, 3, '北京电力交易中心', 20, 6.50);
SELECT (pg_temp.moved(h)).* FROM lock_order('K2', 1, 4, '广州电力交易中心', certificates => pg_temp.run('07', 11, 5), ends_at => '2025-03-22 12:00') AS h;
SELECT sum(quantity) FROM freeze('F1', 1, 'ccer', 'CCER-1', 30);
SELECT sum(quantity) FROM unfreeze('U1', 'F1', 'withdrawn', 12);
SELECT list_certificates('L3', 1, 21, filter => make_certificate_filter(region => '350000'));
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM pg_temp.refused(
    $$SELECT list_certificates('L3', 1, 20)$$, $$SELECT list_certificates('L3', 2, 20, filter => make_certificate_filter(region => '350000'))$$,
    $$SELECT list_certificates('L3', 1, 20, 1, filter => make_certificate_filter(region => '350000'))$$,
    $$SELECT list_certificates('L3', 1, 20, filter => make_certificate_filter(region => '350000'), venue => 'V')$$,
    $$SELECT list_certificates('L3', 1, 20, filter => make_certificate_filter(region => '350000'), effective_at => '2025-03-20 11:00:01')$$,
    $$SELECT list_certificates('D1', 1, 60)$$, $$SELECT delist('D1', 1, 61)$$, $$SELECT delist('D4', 1, 15)$$, $$SELECT delist('D4', 1, 15, listing => 'L1')$$,
    $$SELECT delist('D4', 1, 15, listing => 'no such')$$, $$SELECT delist('D5', 1, 1, listing => 'L2')$$, $$SELECT delist('L1', 1, 160)$$,
    $$SELECT lock_order('K1', 1, 4, '北京电力交易中心', 20, 6.5)$$, $$SELECT lock_order('K1', 1, 3, 'V', 20, 6.5)$$, $$SELECT lock_order('K1', 1, 3, '北京电力交易中心', 20, 6.6)$$,
    $$SELECT lock_order('K1', 1, 3, '北京电力交易中心', 20, 6.5, ends_at => '2025-03-23 10:00')$$, $$SELECT lock_order('K1', 1, 3, '北京电力交易中心', 20, 6.5, effective_at => '2025-03-22 10:01')$$,
    $$SELECT freeze('F1', 1, 'dispute', 'CCER-1', 30)$$, $$SELECT freeze('F1', 1, 'ccer', 'CCER-2', 30)$$, $$SELECT freeze('F1', 1, 'ccer', 'CCER-1', 31)$$,
    $$SELECT unfreeze('U1', 'F1', 'withdrawn', 13)$$, $$SELECT unfreeze('U1', 'F1', 'withdrawn')$$, $$SELECT unfreeze('U1', 'F2', 'withdrawn', 12)$$,
    $$SELECT release_order('U2', 'F1')$$, $$SELECT release_order('K1', 'K1')$$);
SELECT count(*) - :movements AS posted_again FROM movement;
-- inserted, a repeated reference is an error of its own
INSERT INTO hold (ref, action, account_id, quantity, effective_at) VALUES ('L1', 'list', 1, 160, '2025-03-20 10:00');
\echo :LAST_ERROR_SQLSTATE

--
-- Inserting is the same as calling, and a statement is posted whole or not at all
--
BEGIN;
SELECT count(*) FROM list_certificates('L8', 2, 60, filter => make_certificate_filter(project_code => '10000000000000002'), effective_at => '2025-03-26 10:00');
SELECT count(*) FROM lock_order('K8', 2, 3, 'V', 30, effective_at => '2025-03-26 11:00');
SELECT count(*) FROM release_order('R8', 'K8', effective_at => '2025-03-26 12:00');
SELECT count(*) FROM delist('D8', 2, 20, listing => 'L8', effective_at => '2025-03-26 12:00');
SELECT count(*) FROM freeze('F8', 2, 'dispute', 'P', 10, effective_at => '2025-03-26 12:00');
SELECT count(*) FROM unfreeze('U8', 'F8', 'P', 4, effective_at => '2025-03-26 12:00');
SELECT md5(string_agg(h::text, ',' ORDER BY project, month, class, first)) AS called FROM held AS h \gset
ROLLBACK;
BEGIN;
INSERT INTO hold (ref, action, account_id, quantity, filter, effective_at) VALUES ('L8', 'list', 2, 60, make_certificate_filter(project_code => '10000000000000002'), '2025-03-26 10:00');
INSERT INTO hold (ref, action, account_id, buyer, venue, quantity, effective_at) VALUES ('K8', 'lock', 2, 3, 'V', 30, '2025-03-26 11:00');
INSERT INTO hold (ref, action, account_id, quantity, ends_hold, reason, proof, effective_at) VALUES
    ('R8', 'release', 2, NULL, hold_id('K8'), NULL, NULL, '2025-03-26 12:00'), ('D8', 'delist', 2, 20, hold_id('L8'), NULL, NULL, '2025-03-26 12:00'),
    ('F8', 'freeze', 2, 10, NULL, 'dispute', 'P', '2025-03-26 12:00');
INSERT INTO hold (ref, action, account_id, quantity, ends_hold, proof, effective_at) VALUES ('U8', 'unfreeze', 2, 4, hold_id('F8'), 'P', '2025-03-26 12:00');
SELECT md5(string_agg(h::text, ',' ORDER BY project, month, class, first)) AS inserted FROM held AS h \gset
ROLLBACK;
SELECT :'called' = :'inserted' AS same;
INSERT INTO hold (ref, action, account_id, quantity, effective_at) VALUES
    ('M1', 'list', 2, 5, '2025-03-26 10:00'), ('M2', 'list', 2, 5, '2025-03-26 10:00'), ('M3', 'list', 2, 100000, '2025-03-26 10:00');
\echo :LAST_ERROR_SQLSTATE
-- documents of one statement are posted in their order: list, lock and freeze one after the other, also by name
BEGIN;
INSERT INTO hold (ref, action, account_id, quantity, certificates, buyer, venue, reason, proof, effective_at) VALUES
    ('M1', 'list', 2, 5, NULL, NULL, NULL, NULL, NULL, '2025-03-26 10:00'), ('M2', 'lock', 2, 3, NULL, 3, 'V', NULL, NULL, '2025-03-26 10:00'),
    ('M3', 'list', 2, 5, pg_temp.run('02', 101, 5, '2025-02-01'), NULL, NULL, NULL, NULL, '2025-03-26 10:00'),
    ('M4', 'freeze', 2, 4, NULL, NULL, NULL, 'dispute', 'P', '2025-03-26 10:00'), ('M5', 'delist', 2, 3, NULL, NULL, NULL, NULL, NULL, '2025-03-26 10:00');
SELECT h.ref, right(project_code(lower(m.certificates)), 2) AS project, serial(lower(m.certificates)) AS first, quantity(m.certificates), m.from_state, m.to_state
FROM hold AS h JOIN movement AS m ON m.document = 'hold' AND m.document_id = h.hold_id WHERE h.ref LIKE 'M_' ORDER BY m.movement_id;
SELECT * FROM verify();
ROLLBACK;
-- LC018: named twice in one statement
INSERT INTO hold (ref, action, account_id, quantity, certificates, effective_at) VALUES
    ('M1', 'list', 2, 5, pg_temp.run('02', 101, 5, '2025-02-01'), '2025-03-26 10:00'), ('M2', 'list', 2, 5, pg_temp.run('02', 105, 5, '2025-02-01'), '2025-03-26 10:00');
\echo :LAST_ERROR_SQLSTATE
COPY hold (ref, action, account_id, quantity, effective_at) FROM stdin;
C1	list	2	3	2025-03-26 10:00+08
C2	list	2	4	2025-03-26 10:00+08
\.
SELECT listing, sum(last - first + 1) FROM held WHERE listing LIKE 'C_' GROUP BY 1 ORDER BY 1;
-- 5,000 documents of one statement, more than are posted at a time: listed, half of them locked, all delisted
BEGIN;
INSERT INTO generation VALUES ('10000000000000002', '2025-03-01', 'on_grid', '5000 MWh');
SELECT certificates FROM issue('2025-03-01', 'I 2025-03', '2025-04-10');
INSERT INTO hold (ref, action, account_id, quantity, certificates, effective_at)
SELECT 'bulk L' || n, 'list', 2, 1, pg_temp.run('02', n, 1, '2025-03-01'), '2025-04-10 09:00' FROM generate_series(1, 5000) AS n;
INSERT INTO hold (ref, action, account_id, buyer, venue, quantity, certificates, effective_at)
SELECT 'bulk K' || n, 'lock', 2, 3, 'V', 1, pg_temp.run('02', 2 * n, 1, '2025-03-01'), '2025-04-10 09:10' FROM generate_series(1, 2500) AS n;
SELECT state, count(*), count(DISTINCT listing) AS listings, count(DISTINCT "order") AS orders FROM held WHERE month = '2025-03' GROUP BY 1 ORDER BY 1;
INSERT INTO hold (ref, action, account_id, ends_hold, effective_at) SELECT 'bulk D' || n, 'delist', 2, hold_id('bulk L' || n), '2025-04-11 09:00' FROM generate_series(1, 5000) AS n;
SELECT state, count(*), sum(last - first + 1) FROM held WHERE month = '2025-03' GROUP BY 1 ORDER BY 1;
SELECT * FROM verify();
ROLLBACK;

--
-- A dry run returns what would happen and leaves nothing behind
--
SELECT pg_temp.fingerprint() AS before \gset
SELECT (pg_temp.moved(h)).*, document_id FROM list_certificates('dry', 2, 3, effective_at => '2025-03-26 10:00', dry_run => true) AS h;
SELECT (pg_temp.moved(h)).*, document_id FROM delist('dry', 2, 2, effective_at => '2025-03-26 10:00', dry_run => true) AS h;
SELECT (pg_temp.moved(h)).*, document_id FROM lock_order('dry', 2, 3, 'V', 2, effective_at => '2025-03-26 10:00', dry_run => true) AS h;
SELECT (pg_temp.moved(h)).*, document_id FROM release_order('dry', 'K1', effective_at => '2025-03-26 10:00', dry_run => true) AS h;
SELECT (pg_temp.moved(h)).*, document_id FROM freeze('dry', 2, 'ccer', 'P', 2, effective_at => '2025-03-26 10:00', dry_run => true) AS h;
SELECT (pg_temp.moved(h)).*, document_id FROM unfreeze('dry', 'F2', 'P', 2, effective_at => '2025-03-26 10:00', dry_run => true) AS h;
-- of a repeated reference the first outcome, which is there
SELECT (pg_temp.moved(h)).*, document_id IS NOT NULL AS numbered FROM list_certificates('L3', 1, 20, filter => make_certificate_filter(region => '350000'), dry_run => true) AS h;
SELECT list_certificates('L3', 1, 21, filter => make_certificate_filter(region => '350000'), dry_run => true);
\echo :LAST_ERROR_SQLSTATE
-- NULL is no
BEGIN;
SELECT document_id IS NOT NULL AS posted FROM list_certificates('not dry', 2, 1, effective_at => '2025-03-26 10:00', dry_run => NULL);
SELECT count(*) FROM hold WHERE ref = 'not dry';
ROLLBACK;
-- refused in a dry run as without; the session and its transaction go on as after any other error
SELECT list_certificates('dry', 2, 100000, effective_at => '2025-03-26 10:00', dry_run => true);
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) FROM hold WHERE ref = 'dry';
BEGIN;
SELECT quantity FROM list_certificates('kept', 2, 1, effective_at => '2025-03-26 10:00');
SAVEPOINT s;
\set VERBOSITY terse
SELECT delist('dry', 2, listing => 'L1', effective_at => '2025-03-26 10:00', dry_run => true);
ROLLBACK TO s;
SELECT unfreeze('dry', 'K3', 'P', effective_at => '2025-03-26 10:00', dry_run => true);
ROLLBACK TO s;
SELECT lock_order('dry', 2, 2, 'V', 2, effective_at => '2025-03-26 10:00', dry_run => true);
\set VERBOSITY default
ROLLBACK TO s;
SELECT * FROM pg_temp.refused($$SELECT freeze('dry', 2, 'ccer', 'P', 100000, effective_at => '2025-03-26 10:00', dry_run => true)$$,
    $$SELECT release_order('dry', 'K9', effective_at => '2025-03-26 10:00', dry_run => true)$$);
SELECT quantity FROM list_certificates('kept too', 2, 1, effective_at => '2025-03-26 10:00');
COMMIT;
SELECT ref FROM hold WHERE ref IN ('kept', 'kept too', 'dry') ORDER BY 1;
SELECT count(*) FROM delist('off again', 2, 1, listing => 'kept', effective_at => '2025-03-26 10:00');
SELECT pg_temp.fingerprint() <> :'before' AS changed_by_what_was_kept;
-- nothing of all that was refused was left behind
SELECT count(*) FROM hold WHERE ref IN ('X', '', 'M1', 'M2', 'M3', 'dry');
SELECT sum(quantity(certificates)) = (SELECT sum(quantity) FROM issuance_line) AS all_there FROM holding;
SELECT * FROM verify();

SET client_min_messages = warning;
DROP EXTENSION certledger CASCADE;
DROP SCHEMA certledger CASCADE;
