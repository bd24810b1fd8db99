-- response: transfers that the receiver must accept, and answers to them.
\getenv abs_srcdir PG_ABS_SRCDIR
\set fixture :abs_srcdir '/test/fixture/market.sql'
\set ECHO none
\o /dev/null
\i :fixture
\o
\set ECHO all

--
-- A pending transfer freezes its certificates for the receiver
--
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('P1', 1, 3, 60, price => 5, venue => 'V', pending => true, effective_on => '2025-03-20') AS t;
SELECT transfer_id = transfer_id('P1') AS numbered, ref, mode, from_account, to_account, quantity, pending, effective_on FROM transfer WHERE ref = 'P1';
SELECT account, project, month, first, last, state, route, trades, offered_by FROM held WHERE offered_by = 'P1' ORDER BY project, month, first;
-- nobody can use them meanwhile, neither giver nor receiver: LC026, LC002
SELECT quantity FROM transfer_certificates('X', 1, 4, certificates => pg_temp.run('01', 1, 1, '2024-06-01'), effective_on => '2025-03-21');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM pg_temp.refused(
    $$SELECT retire('X', 1, 2024, certificates => pg_temp.run('01', 1, 1, '2024-06-01'), effective_on => '2025-03-21')$$,
    $$SELECT list_certificates('X', 1, certificates => pg_temp.run('01', 1, 1, '2024-06-01'), effective_at => '2025-03-21')$$,
    $$SELECT freeze('X', 1, 'dispute', 'P', certificates => pg_temp.run('01', 1, 1, '2024-06-01'), effective_at => '2025-03-21')$$,
    $$SELECT transfer_certificates('X', 1, 4, certificates => pg_temp.run('01', 1, 1, '2024-06-01'), pending => true, effective_on => '2025-03-21')$$,
    $$SELECT retire('X', 3, 2024, certificates => pg_temp.run('01', 1, 1, '2024-06-01'), effective_on => '2025-03-21')$$);
-- the next by quantity goes round them
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('P2', 1, 4, 10, 'auction', pending => true, effective_on => '2025-03-20') AS t;
-- an offer is checked as the transfer that it is: who could not give at once cannot offer
SELECT * FROM pg_temp.refused(
    $$SELECT transfer_certificates('X', 1, 3, 1, 'bilateral', pg_temp.run('03', 1, 1, class => 'existing_hydro'), pending => true, effective_on => '2025-03-20')$$,
    $$SELECT transfer_certificates('X', 1, 3, 1, 'existing_hydro', pg_temp.run('01', 1, 1, '2025-02-01'), pending => true, effective_on => '2025-03-20')$$,
    $$SELECT transfer_certificates('X', 1, 3, 1, 'mechanism_price', pending => true, effective_on => '2025-03-20')$$,
    $$SELECT transfer_certificates('X', 1, 8, 1, pending => true, effective_on => '2025-07-01')$$,
    $$SELECT transfer_certificates('X', 1, 99, 1, pending => true, effective_on => '2025-03-20')$$,
    $$SELECT transfer_certificates('X', 1, 3, 1, filter => make_certificate_filter(project_code => '10000000000000009'), mode => 'auction', pending => true, effective_on => '2025-03-20')$$,
    $$SELECT transfer_certificates('X', 1, 3, 1, route => 'spot_trade', certificates => pg_temp.run('01', 1, 1, '2025-02-01'), pending => true, effective_on => '2025-03-20')$$,
    $$SELECT transfer_certificates('X', 2, 3, certificates => pg_temp.run('02', 1, 1), pending => true, effective_on => '2027-01-01')$$);
-- every mode but that of an order can be offered
\set VERBOSITY terse
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, hold_id, pending, effective_on) VALUES ('X', 'listing', 1, 3, 1, 1, true, '2025-03-20');
\set VERBOSITY default
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('P3', 1, 6, 50, 'existing_hydro', pending => true, effective_on => '2025-03-20') AS t;
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('P4', 1, 6, 20, 'mechanism_price', pending => true, effective_on => '2025-03-20') AS t;
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('P5', 1, 3, 15, 'self_use', contract => 'EMC', proof => 'invoice', pending => true, effective_on => '2025-03-20') AS t;
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('P6', 1, 3, 5, 'off_grid', proof => 'settlement', pending => true, effective_on => '2025-03-20') AS t;
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('P7', 2, 3, 30, 'green_power', price => 3, contract => 'K', pending => true, effective_on => '2025-03-20') AS t;
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('P8', 2, 3, 20, route => 'spot_trade', pending => true, effective_on => '2025-03-20') AS t;
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('P9', 2, 3, 20, pending => true, effective_on => '2025-03-20') AS t;

--
-- Accepted: they move as the transfer says, by the mode and the route of its day
--
INSERT INTO rule (name, effective_from, value, description, source, status) VALUES ('out_of_province_route', '2025-03-21', 'out_of_province_trade', 'a test', 'a test', 'default');
SELECT (pg_temp.moved(r)).* FROM accept_transfer('A1', 'P1', 'with thanks', '2025-03-21') AS r;
SELECT response_id > 0 AS numbered, ref, kind, transfer_id = transfer_id('P1') AS answers_it, note, effective_on, posted_at <= now() AS stamped, posted_by = session_user AS me FROM response;
SELECT (pg_temp.moved(r)).* FROM accept_transfer('A3', 'P3', effective_on => '2025-03-21') AS r;
SELECT (pg_temp.moved(r)).* FROM accept_transfer('A4', 'P4', effective_on => '2025-03-21') AS r;
SELECT (pg_temp.moved(r)).* FROM accept_transfer('A5', 'P5', effective_on => '2025-03-21') AS r;
SELECT (pg_temp.moved(r)).* FROM accept_transfer('A6', 'P6', effective_on => '2025-03-21') AS r;
SELECT (pg_temp.moved(r)).* FROM accept_transfer('A7', 'P7', effective_on => '2025-03-20') AS r;
SELECT (pg_temp.moved(r)).* FROM accept_transfer('A8', 'P8', effective_on => '2025-03-21') AS r;
SELECT (pg_temp.moved(r)).* FROM accept_transfer('A9', 'P9', effective_on => '2025-03-21') AS r;
SELECT account, project, month, class, first, last, state, route, trades FROM held WHERE account IN (3, 6) ORDER BY account, project, month, class, first;
-- what was accepted counts as traded by the transfer
SELECT * FROM pg_temp.life('01', 1, '2024-06-01');
SELECT (SELECT ref FROM transfer AS t WHERE t.transfer_id = h.transfer_id) AS received_by, h.pending_id FROM holding AS h WHERE lower(certificates) = lower(pg_temp.run('01', 1, 1, '2024-06-01'));
SELECT quantity FROM transfer_certificates('X', 3, 4, certificates => pg_temp.run('01', 1, 1, '2024-06-01'), effective_on => '2025-03-22');
\echo :LAST_ERROR_SQLSTATE
-- and an allocation of what the provincial account has
SELECT (pg_temp.moved(t)).* FROM allocate_certificates('P10', 6, 3, 30, 'plan 1', pending => true, effective_on => '2025-03-22') AS t;
SELECT (pg_temp.moved(r)).* FROM accept_transfer('A10', 'P10', effective_on => '2025-03-22') AS r;

--
-- Rejected by the receiver or withdrawn by the giver: in the state they were in
--
SELECT (pg_temp.moved(r)).* FROM reject_transfer('J2', 'P2', 'too dear', '2025-03-21') AS r;
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('P11', 1, 4, 10, pending => true, effective_on => '2025-03-21') AS t;
SELECT (pg_temp.moved(r)).* FROM withdraw_transfer('W11', 'P11', effective_on => '2025-03-21') AS r;
SELECT (pg_temp.moved(t)).* FROM allocate_certificates('P12', 6, 3, 10, 'plan 2', pending => true, effective_on => '2025-03-22') AS t;
SELECT (pg_temp.moved(r)).* FROM reject_transfer('J12', 'P12', effective_on => '2025-03-23') AS r;
SELECT * FROM pg_temp.life('01', 11);
SELECT ref, kind, note, effective_on FROM response WHERE kind <> 'accept' ORDER BY response_id;
SELECT count(*) FROM held WHERE offered_by IS NOT NULL;
-- they are free again
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('P13', 1, 4, 10, effective_on => '2025-03-23') AS t;

--
-- Refusals
--
-- LC028: answered already, by whomever and however
SELECT quantity FROM accept_transfer('X', 'P1', effective_on => '2025-03-23');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM pg_temp.refused(
    $$SELECT reject_transfer('X', 'P1', effective_on => '2025-03-23')$$, $$SELECT withdraw_transfer('X', 'P1', effective_on => '2025-03-23')$$,
    $$SELECT accept_transfer('X', 'P2', effective_on => '2025-03-23')$$, $$SELECT withdraw_transfer('X', 'P2', effective_on => '2025-03-23')$$,
    $$SELECT accept_transfer('X', 'P11', effective_on => '2025-03-23')$$, $$SELECT reject_transfer('X', 'P11', effective_on => '2025-03-23')$$,
    $$INSERT INTO response (ref, kind, transfer_id, effective_on) VALUES ('X', 'accept', transfer_id('P1'), '2025-03-23')$$);
-- one that was never pending
SELECT quantity FROM accept_transfer('X', 'P13', effective_on => '2025-03-23');
\echo :LAST_ERROR_SQLSTATE
-- LC029: no such transfer, by reference and by number
SELECT quantity FROM accept_transfer('X', 'no such', effective_on => '2025-03-23');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO response (ref, kind, transfer_id, effective_on) VALUES ('X', 'accept', 999999, '2025-03-23');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO response (ref, kind, transfer_id, effective_on) VALUES ('X', 'withdraw', 0, '2025-03-23');
\echo :LAST_ERROR_SQLSTATE
-- LC030: before the transfer
SELECT count(*) FROM transfer_certificates('P14', 2, 4, 10, pending => true, effective_on => '2025-03-24');
SELECT quantity FROM accept_transfer('X', 'P14', effective_on => '2025-03-23');
\echo :LAST_ERROR_SQLSTATE
-- LC006: offered certificates do not live longer; they can still go back
SELECT quantity FROM accept_transfer('X', 'P14', effective_on => '2027-01-01');
\echo :LAST_ERROR_SQLSTATE
BEGIN;
SELECT quantity, to_state FROM reject_transfer('late', 'P14', effective_on => '2027-01-01');
ROLLBACK;
BEGIN;
SELECT quantity, to_state FROM accept_transfer('last day', 'P14', effective_on => '2026-12-31');
ROLLBACK;
-- LC021: the receiver has closed its account meanwhile; the giver takes back
SELECT count(*) FROM transfer_certificates('P15', 2, 8, 10, pending => true, effective_on => '2025-03-24');
SELECT quantity FROM accept_transfer('X', 'P15', effective_on => '2025-07-01');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity, to_state FROM withdraw_transfer('W15', 'P15', effective_on => '2025-07-01');
\set VERBOSITY terse
SELECT accept_transfer('', 'P14', effective_on => '2025-03-24');
SELECT accept_transfer(NULL, 'P14', effective_on => '2025-03-24');
SELECT accept_transfer('X', NULL, effective_on => '2025-03-24');
SELECT reject_transfer('X', 'P14', effective_on => 'infinity');
INSERT INTO response (ref, kind, transfer_id, effective_on) VALUES ('X', NULL, transfer_id('P14'), '2025-03-24');
INSERT INTO response (response_id, ref, kind, transfer_id, effective_on) VALUES (99, 'X', 'accept', transfer_id('P14'), '2025-03-24');
\set VERBOSITY default
SELECT transfer_id(NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT transfer_id('no such');
\echo :LAST_ERROR_SQLSTATE

--
-- LC040: modes that must be accepted are a rule
--
INSERT INTO rule (name, effective_from, value, description, source, status) VALUES ('acceptance_modes', '2025-04-01', 'bilateral,existing_hydro', 'a test', 'a test', 'default');
SELECT quantity FROM transfer_certificates('X', 1, 4, 10, pending => false, effective_on => '2025-04-01');
\echo :LAST_ERROR_SQLSTATE
BEGIN;
SELECT quantity, to_state FROM transfer_certificates('the day before', 1, 4, 10, pending => false, effective_on => '2025-03-31');
SELECT quantity, to_state FROM transfer_certificates('by rule', 1, 4, 10, effective_on => '2025-04-01');
SELECT quantity, to_state FROM transfer_certificates('by itself', 1, 4, 10, pending => true, effective_on => '2025-04-01');
SELECT quantity, to_state FROM transfer_certificates('another mode', 1, 4, 10, 'auction', pending => false, effective_on => '2025-04-01');
SELECT quantity, to_state FROM transfer_certificates('water', 1, 6, 10, 'existing_hydro', effective_on => '2025-04-01');
SELECT quantity, to_state FROM accept_transfer('by rule', 'by rule', effective_on => '2025-04-01');
-- what was posted before is answered as it was
SELECT quantity, to_state FROM accept_transfer('before the rule', 'P14', effective_on => '2025-04-02');
SELECT * FROM verify();
ROLLBACK;
-- a batch freezes them as well
SELECT line, ref, outcome, quantity, sqlstate FROM transfer_batch(ARRAY[
    ROW('B1', 1, 4, 10, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2025-04-01', NULL),
    ROW('B2', 1, 4, 10, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, false, '2025-04-01', NULL),
    ROW('B3', 1, 4, 10, 'auction', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2025-04-01', NULL)]::transfer_line[]);
SELECT offered_by, sum(last - first + 1) FROM held WHERE offered_by IS NOT NULL GROUP BY 1 ORDER BY 1;

--
-- References, dry runs, statements
--
SELECT count(*) AS movements FROM movement \gset
SELECT (pg_temp.moved(r)).* FROM accept_transfer('A1', 'P1', 'with thanks', '2025-03-21') AS r;
SELECT sum(quantity) FROM accept_transfer('A1', 'P1', 'with thanks');
SELECT sum(quantity) FROM reject_transfer('J2', 'P2', 'too dear');
SELECT accept_transfer('A1', 'P1');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM pg_temp.refused(
    $$SELECT accept_transfer('A1', 'P1', 'with thanks', '2025-03-22')$$, $$SELECT accept_transfer('A1', 'P2', 'with thanks')$$, $$SELECT reject_transfer('A1', 'P1', 'with thanks')$$,
    $$SELECT withdraw_transfer('J12', 'P12')$$, $$SELECT accept_transfer('A1', 'no such', 'with thanks')$$);
SELECT count(*) - :movements AS posted_again FROM movement;
SELECT pg_temp.fingerprint() AS before \gset
SELECT (pg_temp.moved(r)).*, document_id FROM accept_transfer('dry', 'P14', effective_on => '2025-03-24', dry_run => true) AS r;
SELECT (pg_temp.moved(r)).*, document_id FROM reject_transfer('dry', 'P14', effective_on => '2025-03-24', dry_run => true) AS r;
SELECT (pg_temp.moved(r)).*, document_id FROM withdraw_transfer('dry', 'P14', effective_on => '2025-03-24', dry_run => true) AS r;
SELECT (pg_temp.moved(t)).*, document_id FROM transfer_certificates('dry', 1, 3, 3, pending => true, effective_on => '2025-03-24', dry_run => true) AS t;
BEGIN;
SELECT * FROM pg_temp.refused($$SELECT accept_transfer('dry', 'P1', effective_on => '2025-03-24', dry_run => true)$$,
    $$SELECT reject_transfer('dry', 'no such', dry_run => true)$$, $$SELECT withdraw_transfer('', 'P14', effective_on => '2025-03-24', dry_run => true)$$);
SELECT quantity FROM accept_transfer('after', 'P14', effective_on => '2025-03-24');
ROLLBACK;
SELECT withdraw_transfer('dry', 'P2', effective_on => '2025-03-24', dry_run => true);
\echo :LAST_ERROR_SQLSTATE
SELECT pg_temp.fingerprint() = :'before' AS nothing_left_behind;
-- answers of one statement, whole or not at all; the same offer only once
INSERT INTO response (ref, kind, transfer_id, effective_on) VALUES
    ('M1', 'accept', transfer_id('P14'), '2025-03-24'), ('M2', 'reject', transfer_id('P1'), '2025-03-24');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO response (ref, kind, transfer_id, effective_on) VALUES
    ('M1', 'reject', transfer_id('P14'), '2025-03-24'), ('M2', 'accept', transfer_id('P14'), '2025-03-24');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO response (ref, kind, transfer_id, effective_on) VALUES
    ('M1', 'accept', transfer_id('P14'), '2025-03-24'), ('M2', 'withdraw', transfer_id('B1'), '2025-04-02');
SELECT r.ref, r.kind, m.from_account, m.from_state, m.to_account, m.to_state, sum(quantity(m.certificates))
FROM response AS r JOIN movement AS m ON m.document = 'response' AND m.document_id = r.response_id WHERE r.ref LIKE 'M_' GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1;
-- many offers and many answers in one statement
BEGIN;
INSERT INTO generation VALUES ('10000000000000002', '2025-03-01', 'on_grid', '6000 MWh');
SELECT certificates FROM issue('2025-03-01', 'I 2025-03', '2025-04-10');
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, pending, effective_on)
SELECT 'bulk ' || n, 'auction', 2, 3 + n % 3, 1, true, '2025-04-11' FROM generate_series(1, 5000) AS n;
INSERT INTO response (ref, kind, transfer_id, effective_on)
SELECT 'bulk ' || n, CASE n % 4 WHEN 0 THEN 'reject' WHEN 1 THEN 'withdraw' ELSE 'accept' END::response_kind, transfer_id('bulk ' || n), '2025-04-12' FROM generate_series(1, 5000) AS n;
SELECT r.kind, m.to_state, m.to_account, sum(quantity(m.certificates)) FROM response AS r JOIN movement AS m ON m.document = 'response' AND m.document_id = r.response_id
WHERE r.ref LIKE 'bulk %' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;
SELECT * FROM verify();
ROLLBACK;
SELECT count(*) FROM transfer WHERE ref IN ('X', 'dry');
SELECT count(*) FROM response WHERE ref IN ('X', '', 'dry');
SELECT sum(quantity(certificates)) = (SELECT sum(quantity) FROM issuance_line) AS all_there FROM holding;
SELECT * FROM verify();

SET client_min_messages = warning;
DROP EXTENSION certledger CASCADE;
DROP SCHEMA certledger CASCADE;
