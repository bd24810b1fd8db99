-- cancellation: certificates that end without a claim.
\getenv abs_srcdir PG_ABS_SRCDIR
\set fixture :abs_srcdir '/test/fixture/market.sql'
\set ECHO none
\o /dev/null
\i :fixture
\o
\set ECHO all

--
-- CCER: frozen when the project is registered, cancelled when the reductions are
--
SELECT count(*) FROM list_certificates('L1', 1, 30, filter => make_certificate_filter(project_code => '10000000000000007'), effective_at => '2025-03-20 10:00');
SELECT sum(quantity) FROM freeze('F1', 1, 'ccer', 'CCER-1', 50, effective_at => '2025-03-21 10:00');
SELECT sum(quantity) FROM freeze('F2', 2, 'ccer', 'CCER-2', 40, effective_at => '2025-03-21 10:00');
SELECT sum(quantity) FROM freeze('F3', 2, 'dispute', 'file', certificates => pg_temp.run('08', 41, 10), effective_at => '2025-03-21 10:00');
SELECT (pg_temp.moved(c)).* FROM cancel_certificates('C1', 'ccer', 'reductions 1', quantity => 35, freeze_ref => 'F1', effective_on => '2025-04-01') AS c;
SELECT (pg_temp.moved(c)).* FROM cancel_certificates('C2', 'ccer', 'reductions 2', freeze_ref => 'F1', effective_on => '2025-04-02') AS c;
SELECT ref, reason, account_id, quantity, certificates, ends_hold = hold_id('F1') AS ends_it, objected_on, reissue, proof, effective_on, posted_at <= now() AS stamped, posted_by = session_user AS me
FROM cancellation ORDER BY cancellation_id;
SELECT account, project, first, last, state, listing, frozen_by FROM held WHERE project IN ('07', '08') ORDER BY project, first;
SELECT * FROM pg_temp.life('07', 1);
-- LC028: nothing left, not enough
SELECT quantity FROM cancel_certificates('X', 'ccer', 'P', freeze_ref => 'F1', effective_on => '2025-04-02');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM cancel_certificates('X', 'ccer', 'P', quantity => 41, freeze_ref => 'F2', effective_on => '2025-04-02');
\echo :LAST_ERROR_SQLSTATE
-- LC030: no CCER freeze, of another account, not begun yet; LC029: unknown
SELECT quantity FROM cancel_certificates('X', 'ccer', 'P', freeze_ref => 'F3', effective_on => '2025-04-02');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM cancel_certificates('X', 'ccer', 'P', freeze_ref => 'L1', effective_on => '2025-04-02');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM cancel_certificates('X', 'ccer', 'P', freeze_ref => 'F2', account => 1, effective_on => '2025-04-02');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM cancel_certificates('X', 'ccer', 'P', freeze_ref => 'F2', effective_on => '2025-03-20');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM cancel_certificates('X', 'ccer', 'P', freeze_ref => 'no such', effective_on => '2025-04-02');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO cancellation (ref, reason, account_id, ends_hold, proof, effective_on) VALUES ('X', 'ccer', 1, 0, 'P', '2025-04-02'), ('Y', 'ccer', 1, 999999, 'P', '2025-04-02');
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY terse
-- CCER ends what is frozen, no named ones, and issues nothing anew
SELECT cancel_certificates('X', 'ccer', 'P', pg_temp.run('07', 1, 1), effective_on => '2025-04-02');
SELECT cancel_certificates('X', 'ccer', 'P', pg_temp.run('07', 1, 1), freeze_ref => 'F2', effective_on => '2025-04-02');
SELECT cancel_certificates('X', 'ccer', 'P', freeze_ref => 'F2', reissue => true, effective_on => '2025-04-02');
SELECT cancel_certificates('X', 'ccer', 'P', freeze_ref => 'F2', objected_on => '2025-04-01', effective_on => '2025-04-02');
\set VERBOSITY default

--
-- An upheld objection: any live certificates, within rule objection_window of their issue
--
SELECT count(*) FROM list_certificates('L2', 1, certificates => pg_temp.run('01', 1, 40), effective_at => '2025-04-10 08:00');
SELECT count(*) FROM lock_order('K2', 1, 3, 'V', certificates => pg_temp.run('01', 1, 20), effective_at => '2025-04-10 09:00');
SELECT sum(quantity) FROM transfer_certificates('T1', 1, 3, certificates => pg_temp.run('01', 41, 20), effective_on => '2025-04-10');
SELECT sum(quantity) FROM transfer_certificates('T2', 1, 3, certificates => pg_temp.run('01', 61, 10), pending => true, effective_on => '2025-04-10');
SELECT sum(quantity) FROM freeze('F4', 1, 'dispute', 'file 4', certificates => pg_temp.run('01', 71, 10) + pg_temp.run('01', 11, 5), effective_at => '2025-04-10 10:00');
-- issued, listed, locked, frozen and offered, in one document; transferred, of its holder
SELECT (pg_temp.moved(c)).* FROM cancel_certificates('C3', 'objection', 'file 5',
    pg_temp.run('01', 6, 10) + pg_temp.run('01', 31, 5) + pg_temp.run('01', 66, 10) + pg_temp.run('01', 91, 5), objected_on => '2025-05-10', effective_on => '2025-06-20') AS c;
SELECT (pg_temp.moved(c)).* FROM cancel_certificates('C4', 'objection', 'file 6', pg_temp.run('01', 41, 10), objected_on => '2025-05-10', effective_on => '2025-05-20') AS c;
SELECT account, first, last, state, listing, "order", frozen_by, offered_by FROM held WHERE project = '01' AND month = '2025-01' ORDER BY first;
SELECT ref, account_id FROM cancellation WHERE ref IN ('C3', 'C4') ORDER BY ref;
-- the rest of the order, the listing, the freeze and the offer goes on
SELECT (pg_temp.moved(t)).* FROM settle_order('S2', 'K2', 5, effective_at => '2025-04-10 12:00') AS t;
SELECT (pg_temp.moved(h)).* FROM unfreeze('U4', 'F4', 'P', effective_at => '2025-04-11 10:00') AS h;
SELECT (pg_temp.moved(r)).* FROM accept_transfer('A2', 'T2', effective_on => '2025-04-11') AS r;
-- what is under a dispute, all or some of it
SELECT (pg_temp.moved(c)).* FROM cancel_certificates('C5', 'objection', 'file', quantity => 4, freeze_ref => 'F3', objected_on => '2025-05-10', effective_on => '2025-05-20') AS c;
SELECT (pg_temp.moved(c)).* FROM cancel_certificates('C6', 'objection', 'file', freeze_ref => 'F3', objected_on => '2025-05-10', effective_on => '2025-05-20') AS c;
-- and under a CCER freeze, too
BEGIN;
SELECT (pg_temp.moved(c)).* FROM cancel_certificates('C7', 'objection', 'file', quantity => 4, freeze_ref => 'F2', objected_on => '2025-05-10', effective_on => '2025-05-20') AS c;
ROLLBACK;
-- LC034: issued on 2025-02-10, so the last day is 2025-05-10; what counts is the day of the objection
SELECT quantity FROM cancel_certificates('X', 'objection', 'P', pg_temp.run('02', 1, 5), objected_on => '2025-05-11', effective_on => '2025-05-20');
\echo :LAST_ERROR_SQLSTATE
BEGIN;
SELECT quantity FROM cancel_certificates('in time', 'objection', 'P', pg_temp.run('02', 1, 5), objected_on => '2025-05-10', effective_on => '2026-05-20');
ROLLBACK;
-- of certificates issued on different days the oldest decides
SELECT quantity FROM cancel_certificates('X', 'objection', 'P', pg_temp.run('02', 1, 5) + pg_temp.run('02', 1, 5, '2025-02-01'), objected_on => '2025-05-20', effective_on => '2025-05-20');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM cancel_certificates('X', 'objection', 'P', quantity => 5, freeze_ref => 'F2', objected_on => '2025-05-11', effective_on => '2025-05-20');
\echo :LAST_ERROR_SQLSTATE
-- the window is a rule
BEGIN;
INSERT INTO rule (name, effective_from, value, description, source, status) VALUES ('objection_window', '2025-06-01', '10 days', 'a test', 'a test', 'default'), ('objection_window', '2025-07-01', 'none', 'a test', 'a test', 'default');
SELECT quantity FROM cancel_certificates('before', 'objection', 'P', pg_temp.run('02', 1, 5, '2025-02-01'), objected_on => '2025-05-10', effective_on => '2025-05-31');
SELECT quantity FROM cancel_certificates('no window', 'objection', 'P', pg_temp.run('02', 6, 5, '2025-02-01'), objected_on => '2025-07-01', effective_on => '2025-07-01');
SELECT quantity FROM cancel_certificates('X', 'objection', 'P', pg_temp.run('02', 11, 5, '2025-02-01'), objected_on => '2025-05-10', effective_on => '2025-06-01');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
-- LC003: terminal; LC008: never issued; LC002: of several holders, or of another
SELECT sum(quantity) FROM retire('R1', 3, 2025, certificates => pg_temp.run('01', 51, 2), effective_on => '2025-04-12');
SELECT quantity FROM cancel_certificates('X', 'objection', 'P', pg_temp.run('01', 50, 1), objected_on => '2025-05-10', effective_on => '2025-05-20');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM cancel_certificates('X', 'objection', 'P', pg_temp.run('01', 52, 2), objected_on => '2025-05-10', effective_on => '2025-05-20');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM cancel_certificates('X', 'objection', 'P', pg_temp.run('02', 499, 3), objected_on => '2025-05-10', effective_on => '2025-05-20');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM cancel_certificates('X', 'objection', 'P', pg_temp.run('01', 53, 5) + pg_temp.run('01', 81, 5), objected_on => '2025-05-10', effective_on => '2025-05-20');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM cancel_certificates('X', 'objection', 'P', pg_temp.run('02', 1, 3), account => 1, objected_on => '2025-05-10', effective_on => '2025-05-20');
\echo :LAST_ERROR_SQLSTATE
-- LC015, LC030
SELECT quantity FROM cancel_certificates('X', 'objection', 'P', pg_temp.run('02', 1, 3), account => 99, objected_on => '2025-05-10', effective_on => '2025-05-20');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM cancel_certificates('X', 'objection', 'P', freeze_ref => 'L2', objected_on => '2025-05-10', effective_on => '2025-05-20');
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY terse
SELECT cancel_certificates('', 'objection', 'P', pg_temp.run('02', 1, 3), objected_on => '2025-05-10', effective_on => '2025-05-20');
SELECT cancel_certificates(NULL, 'objection', 'P', pg_temp.run('02', 1, 3), objected_on => '2025-05-10', effective_on => '2025-05-20');
SELECT cancel_certificates('X', NULL, 'P', pg_temp.run('02', 1, 3), objected_on => '2025-05-10', effective_on => '2025-05-20');
SELECT cancel_certificates('X', 'objection', NULL, pg_temp.run('02', 1, 3), objected_on => '2025-05-10', effective_on => '2025-05-20');
SELECT cancel_certificates('X', 'objection', '', pg_temp.run('02', 1, 3), objected_on => '2025-05-10', effective_on => '2025-05-20');
SELECT cancel_certificates('X', 'objection', 'P', pg_temp.run('02', 1, 3), effective_on => '2025-05-20');
SELECT cancel_certificates('X', 'objection', 'P', pg_temp.run('02', 1, 3), objected_on => '2025-05-21', effective_on => '2025-05-20');
SELECT cancel_certificates('X', 'objection', 'P', pg_temp.run('02', 1, 3), 4, objected_on => '2025-05-10', effective_on => '2025-05-20');
SELECT cancel_certificates('X', 'objection', 'P', '{}', objected_on => '2025-05-10', effective_on => '2025-05-20');
SELECT cancel_certificates('X', 'objection', 'P', '{}', account => 2, objected_on => '2025-05-10', effective_on => '2025-05-20');
SELECT cancel_certificates('X', 'objection', 'P', account => 2, objected_on => '2025-05-10', effective_on => '2025-05-20');
SELECT cancel_certificates('X', 'objection', 'P', pg_temp.run('02', 1, 3), freeze_ref => 'F2', objected_on => '2025-05-10', effective_on => '2025-05-20');
SELECT cancel_certificates('X', 'objection', 'P', pg_temp.run('02', 1, 3), reissue => NULL, objected_on => '2025-05-10', effective_on => '2025-05-20');
SELECT cancel_certificates('X', 'objection', 'P', pg_temp.run('02', 1, 3), objected_on => '2025-05-10', effective_on => 'infinity');
\set VERBOSITY default

--
-- Re-issue: the same number with the next numbers, for the owner of the project, whoever held them
--
SELECT (pg_temp.moved(c)).* FROM cancel_certificates('N1', 'objection', 'wrong owner', pg_temp.run('01', 53, 8), objected_on => '2025-05-10', reissue => true, effective_on => '2025-05-20') AS c;
SELECT l.sequence, l.former_energy, l.energy, l.carried_in, l.carried_out, l.quantity, l.debited, serial(lower(l.certificates)) AS first, l.account_id, l.valid_until
FROM issuance_line AS l JOIN cancellation AS c ON l.document = 'cancellation' AND l.document_id = c.cancellation_id WHERE c.ref = 'N1';
SELECT * FROM pg_temp.life('01', 101);
SELECT * FROM pg_temp.life('01', 53);
-- of two months and two projects at once, and what the re-issue made can be cancelled again
SELECT (pg_temp.moved(c)).* FROM cancel_certificates('N2', 'objection', 'P', pg_temp.run('02', 1, 3) + pg_temp.run('02', 1, 2, '2025-02-01') + pg_temp.run('08', 60, 2), objected_on => '2025-05-10', reissue => true, effective_on => '2025-05-20') AS c;
SELECT (pg_temp.moved(c)).* FROM cancel_certificates('N3', 'objection', 'P', pg_temp.run('01', 101, 8), objected_on => '2025-08-20', reissue => true, effective_on => '2025-08-21') AS c;
SELECT quantity FROM cancel_certificates('X', 'objection', 'P', pg_temp.run('01', 109, 8), objected_on => '2025-11-22', reissue => true, effective_on => '2025-11-22');
\echo :LAST_ERROR_SQLSTATE
-- the new ones are tradable as the old ones were
SELECT quantity, to_state FROM transfer_certificates('new', 1, 4, certificates => pg_temp.run('01', 109, 8), effective_on => '2025-08-22');
-- the owner on the day of the re-issue gets them
UPDATE project SET owner = 5 WHERE project_code = '10000000000000006';
SELECT (pg_temp.moved(c)).* FROM cancel_certificates('N4', 'objection', 'P', pg_temp.run('06', 1, 3), objected_on => '2025-05-10', reissue => true, effective_on => '2025-05-20') AS c;
SELECT * FROM verify();

--
-- References, dry runs, statements
--
SELECT count(*) AS movements FROM movement \gset
SELECT sum(quantity) FROM cancel_certificates('C1', 'ccer', 'reductions 1', quantity => 35, freeze_ref => 'F1');
SELECT sum(quantity) FROM cancel_certificates('C2', 'ccer', 'reductions 2', freeze_ref => 'F1', effective_on => '2025-04-02');
SELECT sum(quantity) FROM cancel_certificates('C4', 'objection', 'file 6', pg_temp.run('01', 41, 10), objected_on => '2025-05-10');
SELECT count(*), sum(quantity) FROM cancel_certificates('N1', 'objection', 'wrong owner', pg_temp.run('01', 53, 8), objected_on => '2025-05-10', reissue => true);
SELECT cancel_certificates('C1', 'ccer', 'reductions 1', quantity => 36, freeze_ref => 'F1');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM pg_temp.refused(
    $$SELECT cancel_certificates('C1', 'ccer', 'reductions 2', quantity => 35, freeze_ref => 'F1')$$, $$SELECT cancel_certificates('C1', 'ccer', 'reductions 1', quantity => 35, freeze_ref => 'F2')$$,
    $$SELECT cancel_certificates('C2', 'ccer', 'reductions 2', freeze_ref => 'F1', effective_on => '2025-04-03')$$,
    $$SELECT cancel_certificates('N1', 'objection', 'wrong owner', pg_temp.run('01', 53, 8), objected_on => '2025-05-10')$$,
    $$SELECT cancel_certificates('N1', 'objection', 'wrong owner', pg_temp.run('01', 53, 8), objected_on => '2025-05-09', reissue => true)$$,
    $$SELECT cancel_certificates('N1', 'objection', 'wrong owner', pg_temp.run('01', 53, 7), objected_on => '2025-05-10', reissue => true)$$,
    $$SELECT cancel_certificates('N1', 'objection', 'wrong owner', pg_temp.run('01', 53, 8), account => 1, objected_on => '2025-05-10', reissue => true)$$);
SELECT count(*) - :movements AS posted_again FROM movement;
SELECT pg_temp.fingerprint() AS before \gset
SELECT (pg_temp.moved(c)).*, document_id FROM cancel_certificates('dry', 'ccer', 'P', quantity => 3, freeze_ref => 'F2', effective_on => '2025-05-20', dry_run => true) AS c;
SELECT (pg_temp.moved(c)).*, document_id FROM cancel_certificates('dry', 'objection', 'P', pg_temp.run('02', 11, 3), objected_on => '2025-05-10', reissue => true, effective_on => '2025-05-20', dry_run => true) AS c;
BEGIN;
SELECT * FROM pg_temp.refused($$SELECT cancel_certificates('dry', 'ccer', 'P', freeze_ref => 'F1', effective_on => '2025-05-20', dry_run => true)$$,
    $$SELECT cancel_certificates('dry', 'objection', 'P', pg_temp.run('02', 11, 3), objected_on => '2025-05-11', reissue => true, effective_on => '2025-05-20', dry_run => true)$$);
SELECT sum(quantity) FROM cancel_certificates('after', 'objection', 'P', pg_temp.run('02', 11, 3), objected_on => '2025-05-10', reissue => true, effective_on => '2025-05-20');
SELECT * FROM verify();
ROLLBACK;
SELECT cancel_certificates('dry', 'objection', 'P', pg_temp.run('01', 50, 1), objected_on => '2025-05-10', effective_on => '2025-05-20', dry_run => true);
\echo :LAST_ERROR_SQLSTATE
SELECT pg_temp.fingerprint() = :'before' AS nothing_left_behind;
-- whole or not at all, and nothing twice
INSERT INTO cancellation (ref, reason, account_id, quantity, certificates, objected_on, reissue, proof, effective_on) VALUES
    ('M1', 'objection', 2, 5, pg_temp.run('02', 21, 5), '2025-05-10', true, 'P', '2025-05-20'), ('M2', 'objection', 2, 5, pg_temp.run('02', 25, 5), '2025-05-10', true, 'P', '2025-05-20');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO cancellation (ref, reason, account_id, quantity, certificates, objected_on, reissue, proof, effective_on) VALUES
    ('M1', 'objection', 2, 5, pg_temp.run('02', 21, 5), '2025-05-10', true, 'P', '2025-05-20'), ('M2', 'objection', 1, 5, pg_temp.run('02', 31, 5), '2025-05-10', true, 'P', '2025-05-20');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO cancellation (ref, reason, account_id, quantity, certificates, ends_hold, objected_on, reissue, proof, effective_on) VALUES
    ('M1', 'objection', 2, 5, pg_temp.run('02', 21, 5), NULL, '2025-05-10', true, 'P', '2025-05-20'), ('M2', 'ccer', 2, 5, NULL, hold_id('F2'), NULL, false, 'P', '2025-05-20'),
    ('M3', 'objection', 2, 5, pg_temp.run('02', 31, 5), NULL, '2025-05-10', true, 'P', '2025-05-21'), ('M4', 'ccer', 2, NULL, NULL, hold_id('F2'), NULL, false, 'P', '2025-05-21');
SELECT c.ref, right(project_code(lower(m.certificates)), 2) AS project, serial(lower(m.certificates)) AS first, quantity(m.certificates), m.from_state, m.to_state, m.to_account
FROM cancellation AS c JOIN movement AS m ON m.document = 'cancellation' AND m.document_id = c.cancellation_id WHERE c.ref LIKE 'M_' ORDER BY m.movement_id;
-- what is cancelled stays so
SELECT n, code FROM pg_temp.refused(
    $$SELECT unfreeze('X', 'F2', 'P', effective_at => '2025-05-22')$$, $$SELECT freeze('X', 2, 'dispute', 'P', certificates => pg_temp.run('02', 21, 5), effective_at => '2025-05-22')$$,
    $$SELECT retire('X', 2, 2025, certificates => pg_temp.run('02', 21, 5), effective_on => '2025-05-22')$$, $$DELETE FROM cancellation$$, $$UPDATE cancellation SET proof = 'Q'$$, $$TRUNCATE cancellation$$);
SELECT count(*) FROM cancellation WHERE ref IN ('X', '', 'dry');
SELECT sum(quantity(certificates)) = (SELECT sum(quantity) FROM issuance_line) AS all_there FROM holding;
SELECT * FROM verify();

SET client_min_messages = warning;
DROP EXTENSION certledger CASCADE;
DROP SCHEMA certledger CASCADE;
