-- expiry: certificates whose validity is over.
\getenv abs_srcdir PG_ABS_SRCDIR
\set fixture :abs_srcdir '/test/fixture/market.sql'
\set ECHO none
\o /dev/null
\i :fixture
\o
\set ECHO all

--
-- Every state before the end of its validity: those of June 2023 live until
-- 2025-12-31, of February 2024 until 2026-01-31, of March 2024 until 2026-02-28
--
INSERT INTO generation VALUES
    ('10000000000000001', '2023-06-01', 'on_grid', '50 MWh'), ('10000000000000001', '2024-02-01', 'on_grid', '1000 MWh'), ('10000000000000002', '2024-02-01', 'on_grid', '500 MWh'),
    ('10000000000000005', '2024-02-01', 'self_use', '40 MWh'), ('10000000000000008', '2024-03-01', 'on_grid', '70 MWh');
INSERT INTO issuance (ref, month, effective_on) VALUES ('I 2023-06', '2023-06-01', '2023-07-10'), ('I 2024-02', '2024-02-01', '2024-03-10'), ('I 2024-03', '2024-03-01', '2024-04-10');
SELECT count(*) FROM list_certificates('L1', 1, certificates => pg_temp.run('01', 1, 20, '2023-06-01'), effective_at => '2025-03-20 10:00');
SELECT count(*) FROM lock_order('K1', 1, 3, 'V', certificates => pg_temp.run('01', 1, 10, '2023-06-01'), effective_at => '2025-03-20 11:00');
SELECT sum(quantity) FROM transfer_certificates('T1', 1, 4, certificates => pg_temp.run('01', 21, 10, '2023-06-01'), effective_on => '2025-03-20');
SELECT sum(quantity) FROM freeze('F1', 1, 'dispute', 'file', certificates => pg_temp.run('01', 31, 5, '2023-06-01'), effective_at => '2025-03-20 12:00');
SELECT sum(quantity) FROM transfer_certificates('P1', 1, 3, certificates => pg_temp.run('01', 36, 5, '2023-06-01'), pending => true, effective_on => '2025-03-20');
SELECT sum(quantity) FROM retire('R1', 1, 2024, certificates => pg_temp.run('01', 41, 5, '2023-06-01'), effective_on => '2025-03-20');
-- an order that locks them on the last day, to the day after
BEGIN;
SELECT sum(quantity) FROM lock_order('last day', 1, 3, 'V', certificates => pg_temp.run('01', 11, 5, '2023-06-01'), effective_at => '2025-12-31 12:00');
SELECT expiry_id IS NOT NULL AS numbered, ranges, accounts, certificates FROM expire('2026-01-01', 'sweep');
SELECT * FROM pg_temp.life('01', 11, '2023-06-01');
ROLLBACK;
-- the last day of validity is good: nothing is due
SELECT expiry_id IS NOT NULL AS numbered, ranges, accounts, certificates FROM expire('2025-12-31', 'too early');
SELECT expiry_id IS NOT NULL AS numbered, ranges, accounts, certificates FROM expire('2026-01-01', 'E1');
SELECT ref, effective_on, posted_at <= now() AS stamped, posted_by = session_user AS me FROM expiry ORDER BY expiry_id;
-- an order is cancelled first; what is frozen or offered is left
SELECT account, first, last, state, listing, "order", frozen_by, offered_by FROM held WHERE month = '2023-06' ORDER BY first;
SELECT * FROM pg_temp.life('01', 1, '2023-06-01');
SELECT * FROM pg_temp.life('01', 11, '2023-06-01');
SELECT * FROM pg_temp.life('01', 21, '2023-06-01');
-- LC003: expired is final
SELECT quantity FROM retire('X', 4, 2024, certificates => pg_temp.run('01', 21, 1, '2023-06-01'), effective_on => '2025-12-31');
\echo :LAST_ERROR_SQLSTATE
SELECT n, code FROM pg_temp.refused(
    $$SELECT transfer_certificates('X', 1, 3, certificates => pg_temp.run('01', 46, 1, '2023-06-01'), effective_on => '2025-12-31')$$, $$SELECT settle_order('X', 'K1', effective_at => '2025-03-20 12:00')$$,
    $$SELECT release_order('X', 'K1', effective_at => '2025-03-20 12:00')$$, $$SELECT delist('X', 1, listing => 'L1', effective_at => '2025-03-20 12:00')$$,
    $$SELECT freeze('X', 1, 'dispute', 'P', certificates => pg_temp.run('01', 46, 1, '2023-06-01'), effective_at => '2025-12-31')$$,
    $$SELECT cancel_certificates('X', 'objection', 'P', pg_temp.run('01', 46, 1, '2023-06-01'), objected_on => '2023-08-01', effective_on => '2025-12-31')$$);
-- what is released or handed back later, the next sweep finds
SELECT quantity, to_state FROM unfreeze('U1', 'F1', 'P', effective_at => '2026-01-10');
SELECT quantity, to_state FROM reject_transfer('J1', 'P1', effective_on => '2026-01-10');
SELECT ranges, accounts, certificates FROM expire('2026-01-11', 'E2');
-- the day is an argument: as of a far one all that lives expires
SELECT ranges, accounts, certificates = (SELECT sum(quantity(certificates)) FROM holding WHERE state < 'retired') AS all_live FROM expire('2999-01-01', dry_run => true);
-- nothing is due again, and a sweep of nothing is a document of its own
SELECT ranges, accounts, certificates FROM expire('2026-01-11', 'E3');
-- several months, sources and accounts at once: all that is left
BEGIN;
SELECT ranges, accounts, certificates FROM expire('2026-02-01', 'E4');
SELECT state, month, sum(last - first + 1) FROM held WHERE month < '2024-06' GROUP BY 1, 2 ORDER BY 1, 2;
SELECT ranges, accounts, certificates FROM expire('2026-03-01', 'E5');
SELECT count(*) FROM holding WHERE state < 'retired' AND valid_until < '2026-03-01';
SELECT * FROM verify();
ROLLBACK;

--
-- References: a sweep without one gets a new number of its day
--
SELECT ranges, accounts, certificates FROM expire('2026-01-12');
SELECT ranges, accounts, certificates FROM expire('2026-01-12');
SELECT ranges FROM expire('2026-01-13', 'expiry 2026-01-12 no. 3');
SELECT ranges FROM expire('2026-01-12');
SELECT ref, effective_on FROM expiry WHERE ref LIKE 'expiry %' ORDER BY expiry_id;
BEGIN;
SELECT certificates >= 0 AS swept FROM expire();
SELECT effective_on = china_today() AS today, ref = format('expiry %s no. 1', china_today()) AS numbered FROM expiry ORDER BY expiry_id DESC LIMIT 1;
ROLLBACK;
SELECT count(*) AS movements FROM movement \gset
SELECT ranges, accounts, certificates FROM expire('2026-01-01', 'E1');
SELECT ranges, accounts, certificates FROM expire(ref => 'E1');
SELECT expire('2026-01-02', 'E1');
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) - :movements AS posted_again FROM movement;
INSERT INTO expiry (ref, effective_on) VALUES ('E1', '2026-01-01');
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY terse
SELECT expire('2026-01-01', '');
SELECT expire('infinity', 'X');
SELECT expire('-infinity', 'X');
INSERT INTO expiry (expiry_id, ref, effective_on) VALUES (99, 'X', '2026-01-01');
\set VERBOSITY default

--
-- Inserting is the same as calling; several sweeps in one statement
--
BEGIN;
INSERT INTO expiry (ref, effective_on) VALUES ('M1', '2026-02-01'), ('M2', '2026-02-01'), ('M3', '2026-03-01');
SELECT e.ref, count(m.*), sum(quantity(m.certificates)) FROM expiry AS e LEFT JOIN movement AS m ON m.document = 'expiry' AND m.document_id = e.expiry_id
WHERE e.ref LIKE 'M_' GROUP BY 1 ORDER BY 1;
SELECT * FROM verify();
ROLLBACK;
-- with many holdings, of which few are due
BEGIN;
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, certificates, effective_on)
SELECT 'every other ' || n, 'bilateral', 1, 3 + n % 3, 1, pg_temp.run('01', 2 * n, 1, '2024-02-01'), '2025-03-20' FROM generate_series(1, 500) AS n;
SELECT ranges, accounts, certificates FROM expire('2026-01-31', 'E6');
SELECT ranges, accounts, certificates FROM expire('2026-03-01', 'E7');
SELECT * FROM verify();
ROLLBACK;

--
-- A dry run returns what would happen and leaves nothing behind
--
SELECT pg_temp.fingerprint() AS before \gset
SELECT * FROM expire('2026-02-01', 'dry', true);
SELECT * FROM expire('2026-03-01', dry_run => true);
SELECT expiry_id IS NOT NULL AS numbered, ranges, certificates FROM expire('2026-01-01', 'E1', true);
BEGIN;
SELECT * FROM pg_temp.refused($$SELECT expire('2026-01-02', 'E1', true)$$, $$SELECT expire('2026-03-01', '', true)$$);
SELECT ranges FROM expire('2026-03-01', 'after');
ROLLBACK;
SELECT expire('2026-01-02', 'E1', true);
\echo :LAST_ERROR_SQLSTATE
SELECT pg_temp.fingerprint() = :'before' AS nothing_left_behind;

-- what expires in a while, for those who look ahead
SELECT valid_until, sum(certificates) FROM holding_balance WHERE state IN ('issued', 'listed', 'locked', 'transferred') AND valid_until < '2026-05-01' GROUP BY 1 ORDER BY 1;
SELECT n, code FROM pg_temp.refused('UPDATE expiry SET ref = ''Y''', 'DELETE FROM expiry', 'TRUNCATE expiry');
SELECT count(*) FROM expiry WHERE ref IN ('X', '', 'dry');
SELECT sum(quantity(certificates)) = (SELECT sum(quantity) FROM issuance_line) AS all_there FROM holding;
SELECT * FROM verify();

SET client_min_messages = warning;
DROP EXTENSION certledger CASCADE;
DROP SCHEMA certledger CASCADE;
