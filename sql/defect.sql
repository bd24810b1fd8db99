-- defect: what goes wrong in comparable systems and cannot here.  Numbers are
-- those of the catalogue of defects; what concerns other rooms is tested there.
\set VERBOSITY terse
\set SHOW_CONTEXT never
\getenv abs_srcdir PG_ABS_SRCDIR
\set fixture :abs_srcdir '/test/fixture/ledger.sql'
\o /dev/null
\i :fixture
\o
SET datestyle = ISO;
SET timezone = 'Asia/Shanghai';
-- For defect 24: this session begins on an empty ledger.

-- account 1 produces, 2 and 3 use, 4 is the provincial account, 5 is for the splits, 6 has nothing
INSERT INTO account (kind, name, personal_id, region, opened_on) VALUES
    ('generator', 'owner', 'a', '500100', '2020-01-01'), ('user', 'buyer', 'b', '500100', '2020-01-01'),
    ('user', 'somebody else', 'c', '500100', '2020-01-01'), ('provincial', 'province', NULL, '500000', '2020-01-01'),
    ('generator', 'owner of runs', 'e', '500100', '2020-01-01'), ('user', 'has nothing', 'f', '500100', '2020-01-01');
INSERT INTO project (project_code, name, owner, region, source, technology, capacity_kw, commissioned_on, registered_on)
SELECT '1000000000000000' || n, 'wind ' || n, 1, '500100', 'wind', 'deep_offshore_wind', 10000, '2020-01-01', '2020-01-01' FROM generate_series(1, 6) AS n;
-- certificates of a project by their serials, and who has which of them
CREATE FUNCTION pg_temp.run(project int, first bigint, quantity bigint, month date DEFAULT '2025-06-01') RETURNS gecmultirange LANGUAGE sql AS $$
SELECT gecmultirange(make_gecrange(make_gec('1000000000000000' || project, month, first), quantity)) $$;
CREATE FUNCTION pg_temp.held(project int, month date DEFAULT '2025-06-01') RETURNS TABLE (account bigint, state holding_state, serials text) LANGUAGE sql AS $$
SELECT account_id, state, string_agg(format('%s-%s', serial(lower(certificates)), serial(lower(certificates)) + quantity(certificates) - 1), ' ' ORDER BY last_certificate)
FROM holding WHERE project_code(last_certificate) = '1000000000000000' || $1 AND production_month(last_certificate) = $2
GROUP BY 1, 2 ORDER BY min(last_certificate) $$;
-- tries statements that must fail, each on its own, and says how; DONE0 is one that did not fail
CREATE FUNCTION pg_temp.refused(VARIADIC statements text[]) RETURNS TABLE (n int, code text, message text) LANGUAGE plpgsql AS $$
BEGIN
    FOR n IN 1 .. array_length(statements, 1) LOOP
        BEGIN
            EXECUTE statements[n];
            RAISE EXCEPTION USING ERRCODE = 'DONE0', MESSAGE = statements[n];
        EXCEPTION WHEN OTHERS THEN
            code := SQLSTATE;
            message := SQLERRM;
        END;
        refused.n := n;
        RETURN NEXT;
    END LOOP;
END $$;
INSERT INTO generation SELECT project_code, '2025-06-01', 'on_grid', '1000 MWh' FROM project;
SELECT certificates FROM issue('2025-06-01', 'June', '2025-07-10');

--
-- 1: a split that is off by one.  250 of 1 to 1000 leave 750
--
BEGIN;
SELECT quantity FROM transfer_certificates('split', 1, 2, certificates => pg_temp.run(1, 1, 250), effective_on => '2025-08-01');
SELECT * FROM pg_temp.held(1);
ROLLBACK;
-- every part of every run of 1 to 64 certificates: project n gives blocks of n
-- certificates, one for each part from a to b of a run of n, with somebody
-- else's certificate between two blocks; then each part is sold
INSERT INTO project (project_code, name, owner, region, source, capacity_kw, commissioned_on, registered_on)
SELECT format('300000000000000%s', to_char(n, 'FM00')), 'runs of ' || n, 5, '500100', 'wind', 300000, '2020-01-01', '2020-01-01' FROM generate_series(1, 64) AS n;
INSERT INTO generation
SELECT format('300000000000000%s', to_char(n, 'FM00')), '2025-06-01', 'on_grid', make_energy(mwh => (n + 1) * n * (n + 1) / 2) FROM generate_series(1, 64) AS n;
SELECT certificates FROM issue('2025-06-01', 'runs', '2025-07-10');
CREATE TEMP TABLE block AS
SELECT n, a, b, make_gec(format('300000000000000%s', to_char(n, 'FM00')), '2025-06-01', 1) + (n + 1) * (row_number() OVER (PARTITION BY n ORDER BY a, b) - 1) AS first
FROM generate_series(1, 64) AS n, generate_series(1, n) AS a, generate_series(a, n) AS b;
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, certificates, effective_on)
SELECT format('between %s %s %s', n, a, b), 'bilateral', 5, 3, 1, gecmultirange(make_gecrange(first + n, 1)), '2025-08-01' FROM block;
SELECT count(*) AS runs, count(DISTINCT quantity(certificates)) AS lengths FROM holding WHERE project_code(last_certificate) LIKE '3%' AND account_id = 5;
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, certificates, effective_on)
SELECT format('part %s %s %s', n, a, b), 'bilateral', 5, 2, b - a + 1, gecmultirange(make_gecrange(first + a - 1, b - a + 1)), '2025-08-01' FROM block;
CREATE TEMP VIEW must_be AS
SELECT first + a - 1 AS first, b - a + 1 AS quantity, 2 AS account, 'transferred'::holding_state AS state FROM block
UNION ALL SELECT first, a - 1, 5, 'issued' FROM block WHERE a > 1
UNION ALL SELECT first + b, n - b, 5, 'issued' FROM block WHERE b < n
UNION ALL SELECT first + n, 1, 3, 'transferred' FROM block;
CREATE TEMP VIEW there_is AS
SELECT lower(certificates) AS first, quantity(certificates), account_id, state FROM holding WHERE project_code(last_certificate) LIKE '3%';
SELECT (SELECT count(*) FROM block) AS splits, (SELECT count(*) FROM must_be) AS holdings,
       (SELECT count(*) FROM (TABLE must_be EXCEPT ALL TABLE there_is) AS d) AS missing, (SELECT count(*) FROM (TABLE there_is EXCEPT ALL TABLE must_be) AS d) AS wrong;

--
-- 2: a split that is checked by its sum only: what is taken must be covered
--
SELECT quantity FROM transfer_certificates('hole', 1, 3, certificates => pg_temp.run(3, 400, 10), effective_on => '2025-08-01');
-- the sum is right, and 400 to 409 are somebody else's
SELECT * FROM pg_temp.refused(
    $$SELECT transfer_certificates('X', 1, 2, certificates => pg_temp.run(3, 395, 20), effective_on => '2025-08-02')$$,
    $$SELECT list_certificates('X', 1, certificates => pg_temp.run(3, 395, 20), effective_at => '2025-08-02')$$,
    $$SELECT freeze('X', 1, 'dispute', 'P', certificates => pg_temp.run(3, 395, 20), effective_at => '2025-08-02')$$,
    $$SELECT retire('X', 1, 2025, certificates => pg_temp.run(3, 395, 20), effective_on => '2025-08-02')$$,
    $$SELECT cancel_certificates('X', 'objection', 'P', pg_temp.run(3, 395, 20), account => 1, objected_on => '2025-08-02', effective_on => '2025-08-02')$$);
-- a range that leaves what was issued, and one named twice
SELECT * FROM pg_temp.refused(
    $$SELECT list_certificates('X', 1, certificates => pg_temp.run(3, 991, 11), effective_at => '2025-08-02')$$,
    $$INSERT INTO hold (ref, action, account_id, quantity, certificates, reason, proof, effective_at) VALUES
        ('X', 'freeze', 1, 5, pg_temp.run(3, 1, 5), 'dispute', 'P', '2025-08-02'), ('Y', 'freeze', 1, 5, pg_temp.run(3, 5, 5), 'dispute', 'P', '2025-08-02')$$);

--
-- 3: serials used again after a withdrawal, a cancellation or a rollback
--
SELECT quantity FROM transfer_certificates('offer', 1, 2, certificates => pg_temp.run(3, 991, 10), pending => true, effective_on => '2025-08-01');
SELECT quantity FROM withdraw_transfer('withdrawn', 'offer', effective_on => '2025-08-02');
SELECT quantity FROM cancel_certificates('cancelled', 'objection', 'P', pg_temp.run(3, 991, 10), account => 1, objected_on => '2025-08-02', effective_on => '2025-08-03');
SELECT serial(lower(certificates)) AS first, quantity, from_state, to_state
FROM cancel_certificates('issued anew', 'objection', 'P', pg_temp.run(3, 981, 10), account => 1, objected_on => '2025-08-02', reissue => true, effective_on => '2025-08-03');
BEGIN;
SELECT count(*) FROM cancel_certificates('undone', 'objection', 'P', pg_temp.run(3, 971, 10), account => 1, objected_on => '2025-08-02', reissue => true, effective_on => '2025-08-03');
ROLLBACK;
SELECT count(*) FROM cancel_certificates('again', 'objection', 'P', pg_temp.run(3, 971, 10), account => 1, objected_on => '2025-08-02', reissue => true, effective_on => '2025-08-03');
SELECT * FROM pg_temp.held(3);
-- no certificate was ever issued twice
SELECT count(*) AS lines, sum(quantity(certificates)) = quantity(range_agg(certificates)) AS each_once FROM movement WHERE from_state = 'accrued';
-- issuing the month again finds nothing to issue
SELECT certificates FROM issue('2025-06-01', 'June again', '2025-08-10');

--
-- 4: someone else's certificates moved; 18: in the statement that takes them
--
SELECT * FROM pg_temp.refused(
    $$SELECT transfer_certificates('X', 3, 2, certificates => pg_temp.run(4, 1, 1), effective_on => '2025-08-01')$$,
    $$SELECT list_certificates('X', 3, certificates => pg_temp.run(4, 1, 1), effective_at => '2025-08-01')$$,
    $$SELECT lock_order('X', 3, 2, 'V', certificates => pg_temp.run(4, 1, 1), effective_at => '2025-08-01')$$,
    $$SELECT freeze('X', 3, 'dispute', 'P', certificates => pg_temp.run(4, 1, 1), effective_at => '2025-08-01')$$,
    $$SELECT retire('X', 3, 2025, certificates => pg_temp.run(4, 1, 1), effective_on => '2025-08-01')$$,
    $$SELECT cancel_certificates('X', 'objection', 'P', pg_temp.run(4, 1, 1), account => 3, objected_on => '2025-08-01', effective_on => '2025-08-01')$$,
    $$SELECT allocate_certificates('X', 4, 2, NULL, 'P', certificates => pg_temp.run(4, 1, 1), effective_on => '2025-08-01')$$);
-- an order, a freeze and an offer of one account, named in a document of another
SELECT quantity FROM list_certificates('L', 1, certificates => pg_temp.run(4, 1, 40), effective_at => '2025-08-01 10:00');
SELECT quantity FROM lock_order('K', 1, 2, 'V', certificates => pg_temp.run(4, 1, 20), effective_at => '2025-08-01 11:00');
SELECT quantity FROM freeze('F', 1, 'ccer', 'P', certificates => pg_temp.run(4, 41, 20), effective_at => '2025-08-01 11:00');
SELECT * FROM pg_temp.refused(
    $$SELECT delist('X', 3, listing => 'L', effective_at => '2025-08-01 12:00')$$,
    $$INSERT INTO hold (ref, action, account_id, ends_hold, effective_at) SELECT 'X', 'release', 3, hold_id, '2025-08-01 12:00' FROM hold WHERE ref = 'K'$$,
    $$INSERT INTO transfer (ref, mode, from_account, to_account, quantity, hold_id, effective_on, effective_at) SELECT 'X', 'listing', 3, 2, 20, hold_id, '2025-08-01', '2025-08-01 12:00' FROM hold WHERE ref = 'K'$$,
    $$INSERT INTO transfer (ref, mode, from_account, to_account, quantity, hold_id, effective_on, effective_at) SELECT 'X', 'listing', 1, 3, 20, hold_id, '2025-08-01', '2025-08-01 12:00' FROM hold WHERE ref = 'K'$$,
    $$INSERT INTO hold (ref, action, account_id, ends_hold, proof, effective_at) SELECT 'X', 'unfreeze', 3, hold_id, 'P', '2025-08-01 12:00' FROM hold WHERE ref = 'F'$$,
    $$INSERT INTO cancellation (ref, reason, account_id, ends_hold, proof, effective_on) SELECT 'X', 'ccer', 3, hold_id, 'P', '2025-08-01' FROM hold WHERE ref = 'F'$$,
    -- and one for another purpose
    $$SELECT release_order('X', 'L', effective_at => '2025-08-01 12:00')$$, $$SELECT settle_order('X', 'F', effective_at => '2025-08-01 12:00')$$,
    $$SELECT unfreeze('X', 'K', 'P', effective_at => '2025-08-01 12:00')$$, $$SELECT accept_transfer('X', 'split', effective_on => '2025-08-01')$$,
    $$SELECT accept_transfer('X', 'hole', effective_on => '2025-08-01')$$);
SELECT * FROM pg_temp.held(4);

--
-- 5, 6: a retired, cancelled, expired or split holding brought back
--
SELECT quantity FROM retire('retired', 1, 2025, certificates => pg_temp.run(5, 1, 10), effective_on => '2025-08-01');
SELECT quantity FROM cancel_certificates('cancelled 5', 'objection', 'P', pg_temp.run(5, 11, 10), account => 1, objected_on => '2025-08-01', effective_on => '2025-08-01');
SELECT quantity FROM freeze('F5', 1, 'dispute', 'P', certificates => pg_temp.run(5, 21, 10), effective_at => '2025-08-01 10:00');
SELECT count(*) > 0 AS refused_all, bool_and(code = 'LC003') AS terminal
FROM (VALUES (1), (5), (10), (11), (20)) AS v(serial), LATERAL pg_temp.refused(
    format($$SELECT transfer_certificates('X', 1, 2, certificates => pg_temp.run(5, %s, 1), effective_on => '2025-08-02')$$, serial),
    format($$SELECT list_certificates('X', 1, certificates => pg_temp.run(5, %s, 1), effective_at => '2025-08-02')$$, serial),
    format($$SELECT delist('X', 1, certificates => pg_temp.run(5, %s, 1), effective_at => '2025-08-02')$$, serial),
    format($$SELECT freeze('X', 1, 'dispute', 'P', certificates => pg_temp.run(5, %s, 1), effective_at => '2025-08-02')$$, serial),
    format($$SELECT retire('X', 1, 2025, certificates => pg_temp.run(5, %s, 1), effective_on => '2025-08-02')$$, serial),
    format($$SELECT cancel_certificates('X', 'objection', 'P', pg_temp.run(5, %s, 1), account => 1, objected_on => '2025-08-02', effective_on => '2025-08-02')$$, serial));
-- the whole run is not a holding any more once a part of it has gone another way
SELECT * FROM pg_temp.refused(
    $$SELECT transfer_certificates('X', 1, 2, certificates => pg_temp.run(5, 1, 1000), effective_on => '2025-08-02')$$,
    $$SELECT retire('X', 1, 2025, certificates => pg_temp.run(5, 5, 100), effective_on => '2025-08-02')$$);
-- 6: nor does another way lead there: a freeze that is lifted, an order that is paid, an offer that is accepted
SELECT quantity FROM cancel_certificates('cancelled F5', 'objection', 'P', pg_temp.run(5, 21, 10), account => 1, objected_on => '2025-08-01', effective_on => '2025-08-02');
SELECT quantity FROM transfer_certificates('O5', 1, 2, certificates => pg_temp.run(5, 31, 10), pending => true, effective_on => '2025-08-01');
SELECT quantity FROM cancel_certificates('cancelled O5', 'objection', 'P', pg_temp.run(5, 31, 10), account => 1, objected_on => '2025-08-01', effective_on => '2025-08-02');
SELECT quantity FROM list_certificates('L5', 1, certificates => pg_temp.run(5, 41, 10), effective_at => '2025-08-02 10:00');
SELECT quantity FROM lock_order('K5', 1, 2, 'V', certificates => pg_temp.run(5, 41, 10), effective_at => '2025-08-02 11:00');
SELECT quantity FROM cancel_certificates('cancelled K5', 'objection', 'P', pg_temp.run(5, 41, 10), account => 1, objected_on => '2025-08-02', effective_on => '2025-08-02');
SELECT * FROM pg_temp.refused(
    $$SELECT unfreeze('X', 'F5', 'P', effective_at => '2025-08-02 12:00')$$, $$SELECT accept_transfer('X', 'O5', effective_on => '2025-08-02')$$,
    $$SELECT withdraw_transfer('X', 'O5', effective_on => '2025-08-02')$$, $$SELECT settle_order('X', 'K5', effective_at => '2025-08-02 12:00')$$,
    $$SELECT release_order('X', 'K5', effective_at => '2025-08-02 12:00')$$, $$SELECT delist('X', 1, listing => 'L5', effective_at => '2025-08-02 12:00')$$);
BEGIN;
SELECT certificates > 0 AS expired FROM expire('2027-06-01', 'sweep');
SELECT * FROM pg_temp.refused(
    $$SELECT retire('X', 1, 2025, certificates => pg_temp.run(5, 100, 1), effective_on => '2027-05-31')$$,
    $$SELECT transfer_certificates('X', 1, 2, 1, effective_on => '2027-05-31')$$);
SELECT certificates AS expired_again FROM expire('2027-07-01', 'sweep again');
ROLLBACK;
SELECT * FROM pg_temp.held(5);

--
-- 7: NaN, infinity and absurd numbers
--
SELECT n, code FROM pg_temp.refused(
    $$SELECT list_certificates('X', 1, 1, price => 'NaN', effective_at => '2025-08-01')$$, $$SELECT list_certificates('X', 1, 1, price => 'Infinity', effective_at => '2025-08-01')$$,
    $$SELECT list_certificates('X', 1, 1, price => -1, effective_at => '2025-08-01')$$, $$SELECT lock_order('X', 1, 2, 'V', 1, price => 'NaN', effective_at => '2025-08-01')$$,
    $$SELECT list_certificates('X', 1, 9223372036854775807, effective_at => '2025-08-01')$$, $$SELECT list_certificates('X', 1, 1, effective_at => 'infinity')$$,
    $$SELECT list_certificates('X', 1, 1, effective_at => '-infinity')$$, $$SELECT lock_order('X', 1, 2, 'V', 1, ends_at => 'infinity', effective_at => '2025-08-01')$$,
    $$SELECT expire('infinity', 'X')$$, $$SELECT expire('-infinity', 'X')$$, $$SELECT transfer_certificates('X', 1, 2, 1, effective_on => 'infinity')$$,
    $$INSERT INTO response (ref, kind, transfer_id, effective_on) VALUES ('X', 'accept', 1, 'infinity')$$,
    $$SELECT cancel_certificates('X', 'objection', 'P', pg_temp.run(5, 100, 1), account => 1, objected_on => '2025-08-01', effective_on => 'infinity')$$);

--
-- 9: expiry by the month of production and the document's own day, whenever it is posted
--
SELECT production_month(last_certificate) AS month, valid_until FROM holding GROUP BY 1, 2 ORDER BY 1;
BEGIN;
SELECT quantity FROM retire('last day', 1, 2025, certificates => pg_temp.run(6, 1, 1), effective_on => '2027-05-31');
SELECT code FROM pg_temp.refused($$SELECT retire('X', 1, 2025, certificates => pg_temp.run(6, 2, 1), effective_on => '2027-06-01')$$);
SELECT certificates AS before_its_time FROM expire('2027-05-31', 'early');
SELECT certificates > 0 AS expired FROM expire('2027-06-01', 'sweep');
SELECT * FROM pg_temp.held(6);
ROLLBACK;

--
-- 10: zero, negative and empty; a quantity that differs from the length of its ranges
--
SELECT n, code FROM pg_temp.refused(
    $$SELECT list_certificates('X', 1, 0, effective_at => '2025-08-01')$$, $$SELECT list_certificates('X', 1, -1, effective_at => '2025-08-01')$$,
    $$SELECT list_certificates('X', 1, effective_at => '2025-08-01')$$, $$SELECT list_certificates('X', 1, certificates => '{}', effective_at => '2025-08-01')$$,
    $$SELECT list_certificates('X', 1, 4, certificates => pg_temp.run(6, 1, 5), effective_at => '2025-08-01')$$,
    $$SELECT delist('X', 1, 0, effective_at => '2025-08-01')$$, $$SELECT delist('X', 1, certificates => '{}', effective_at => '2025-08-01')$$,
    $$SELECT lock_order('X', 1, 2, 'V', 0, effective_at => '2025-08-01')$$, $$SELECT lock_order('X', 1, 2, 'V', 6, certificates => pg_temp.run(6, 1, 5), effective_at => '2025-08-01')$$,
    $$SELECT settle_order('X', 'K', 0, effective_at => '2025-08-01 12:00')$$, $$SELECT settle_order('X', 'K', -1, effective_at => '2025-08-01 12:00')$$,
    $$SELECT freeze('X', 1, 'dispute', 'P', 0, effective_at => '2025-08-01')$$, $$SELECT freeze('X', 1, 'dispute', 'P', effective_at => '2025-08-01')$$,
    $$SELECT freeze('X', 1, 'dispute', 'P', 4, certificates => pg_temp.run(6, 1, 5), effective_at => '2025-08-01')$$,
    $$SELECT unfreeze('X', 'F', 'P', 0, effective_at => '2025-08-01 12:00')$$,
    $$SELECT transfer_certificates('X', 1, 2, 0, effective_on => '2025-08-01')$$, $$SELECT transfer_certificates('X', 1, 2, 6, certificates => pg_temp.run(6, 1, 5), effective_on => '2025-08-01')$$,
    $$SELECT retire('X', 1, 2025, -5, effective_on => '2025-08-01')$$, $$SELECT retire('X', 1, 2025, 6, certificates => pg_temp.run(6, 1, 5), effective_on => '2025-08-01')$$,
    $$SELECT cancel_certificates('X', 'objection', 'P', '{}', account => 1, objected_on => '2025-08-01', effective_on => '2025-08-01')$$,
    $$INSERT INTO cancellation (ref, reason, account_id, quantity, certificates, objected_on, proof, effective_on) VALUES ('X', 'objection', 1, 4, pg_temp.run(6, 1, 5), '2025-08-01', 'P', '2025-08-01')$$,
    $$INSERT INTO hold (ref, action, account_id, effective_at) VALUES ('X', 'list', 1, '2025-08-01')$$);
SELECT make_gecrange('10000000000000006250600000000111', 0);
SELECT min(quantity(certificates)) > 0 AS none_is_empty FROM movement;

--
-- 14: UPDATE blocked but not DELETE or TRUNCATE (every table in every state: test transition)
--
SELECT n, code FROM pg_temp.refused('UPDATE hold SET quantity = 1', 'DELETE FROM hold', 'TRUNCATE hold', 'UPDATE response SET kind = ''accept''', 'DELETE FROM response',
    'TRUNCATE response', 'UPDATE cancellation SET proof = ''''', 'DELETE FROM cancellation', 'TRUNCATE cancellation', 'UPDATE expiry SET ref = ''''', 'DELETE FROM expiry', 'TRUNCATE expiry',
    'TRUNCATE holding', 'DELETE FROM holding', 'UPDATE holding SET freeze_id = NULL', 'TRUNCATE movement', 'INSERT INTO holding SELECT * FROM holding LIMIT 1');

--
-- A freeze of fewer than asked that passes silently; a hold that cannot be ended
--
SELECT * FROM pg_temp.refused(
    $$SELECT freeze('X', 1, 'ccer', 'P', 100000, effective_at => '2025-08-02')$$, $$SELECT freeze('X', 6, 'dispute', 'P', 1, effective_at => '2025-08-02')$$,
    $$SELECT freeze('X', 1, 'ccer', 'P', certificates => pg_temp.run(4, 31, 20), effective_at => '2025-08-02')$$);
SELECT quantity FROM freeze('half', 1, 'dispute', 'P', certificates => pg_temp.run(6, 1, 10), effective_at => '2025-08-02 10:00');
SELECT quantity FROM unfreeze('half a', 'half', 'P', 4, effective_at => '2025-08-02 11:00');
SELECT * FROM pg_temp.refused($$SELECT unfreeze('X', 'half', 'P', 7, effective_at => '2025-08-02 12:00')$$);
SELECT quantity FROM unfreeze('half b', 'half', 'P', effective_at => '2025-08-02 12:00');
SELECT * FROM pg_temp.refused($$SELECT unfreeze('X', 'half', 'P', effective_at => '2025-08-02 13:00')$$);
-- every kind of hold ends: a listing, an order by release, by payment and by its end, a freeze of each reason
SELECT quantity, to_state FROM list_certificates('L6', 1, certificates => pg_temp.run(6, 1, 30), effective_at => '2025-08-03 10:00');
SELECT quantity, to_state FROM lock_order('K6', 1, 2, 'V', certificates => pg_temp.run(6, 1, 10), effective_at => '2025-08-03 11:00');
SELECT quantity, to_state FROM release_order('R6', 'K6', effective_at => '2025-08-03 12:00');
SELECT quantity, to_state FROM lock_order('K6b', 1, 2, 'V', certificates => pg_temp.run(6, 1, 10), effective_at => '2025-08-03 13:00');
SELECT quantity, to_state FROM settle_order('S6', 'K6b', effective_at => '2025-08-03 14:00');
SELECT quantity, to_state FROM lock_order('K6c', 1, 2, 'V', certificates => pg_temp.run(6, 11, 10), effective_at => '2025-08-03 15:00');
SELECT quantity, to_state FROM delist('D6', 1, listing => 'L6', effective_at => '2025-08-04 15:00');
SELECT * FROM pg_temp.held(6);

--
-- 20: holds that the check of what is available does not see
--
-- account 1 has 20 listed, 20 locked, 20 frozen and 5 free
SELECT count(*) > 0 AS cleared FROM transfer_certificates('clear', 1, 3, certificates =>
    (SELECT range_agg(certificates) FROM holding WHERE account_id = 1 AND state = 'issued') - pg_temp.run(4, 61, 5), effective_on => '2025-08-01');
SELECT state, sum(quantity(certificates)) FROM holding WHERE account_id = 1 AND state < 'retired' GROUP BY state ORDER BY state;
SELECT n, code FROM pg_temp.refused(
    $$SELECT transfer_certificates('X', 1, 2, 6, effective_on => '2025-08-01')$$, $$SELECT retire('X', 1, 2025, 6, effective_on => '2025-08-01')$$,
    $$SELECT list_certificates('X', 1, 6, effective_at => '2025-08-01 12:00')$$, $$SELECT lock_order('X', 1, 2, 'V', 21, effective_at => '2025-08-01 12:00')$$,
    $$SELECT delist('X', 1, 21, effective_at => '2025-08-01 12:00')$$, $$SELECT freeze('X', 1, 'ccer', 'P', 26, effective_at => '2025-08-01 12:00')$$,
    $$SELECT freeze('X', 1, 'dispute', 'P', 46, effective_at => '2025-08-01 12:00')$$);
BEGIN;
SELECT sum(quantity) FROM transfer_certificates('all free', 1, 2, 5, effective_on => '2025-08-01');
SELECT sum(quantity) FROM lock_order('all listed', 1, 2, 'V', 20, effective_at => '2025-08-01 12:00');
ROLLBACK;
BEGIN;
SELECT sum(quantity) FROM freeze('all live', 1, 'dispute', 'P', 45, effective_at => '2025-08-01 12:00');
SELECT code FROM pg_temp.refused($$SELECT transfer_certificates('X', 1, 2, 1, effective_on => '2025-08-01')$$);
ROLLBACK;

--
-- 21: released or settled twice
--
BEGIN;
SELECT quantity FROM settle_order('paid', 'K', 15, effective_at => '2025-08-01 12:00');
SELECT * FROM pg_temp.refused($$SELECT settle_order('X', 'K', 6, effective_at => '2025-08-01 12:30')$$);
SELECT quantity FROM release_order('rest', 'K', effective_at => '2025-08-01 12:30');
SELECT * FROM pg_temp.refused($$SELECT settle_order('X', 'K', effective_at => '2025-08-01 13:00')$$, $$SELECT release_order('X', 'K', effective_at => '2025-08-01 13:00')$$);
SELECT * FROM pg_temp.held(4);
ROLLBACK;
-- 34: repeating a call is not posting it twice, also of what failed first
BEGIN;
SELECT quantity FROM settle_order('paid', 'K', effective_at => '2025-08-01 12:00');
SELECT quantity FROM settle_order('paid', 'K', effective_at => '2025-08-01 12:00');
SELECT code FROM pg_temp.refused($$SELECT settle_order('paid', 'K', 3, effective_at => '2025-08-01 12:00')$$, $$SELECT list_certificates('L', 1, certificates => pg_temp.run(4, 1, 39), effective_at => '2025-08-01 10:00')$$);
SELECT quantity FROM list_certificates('L', 1, certificates => pg_temp.run(4, 1, 40), effective_at => '2025-08-01 10:00');
SELECT code FROM pg_temp.refused($$SELECT list_certificates('late', 1, 6, effective_at => '2025-08-01 12:00')$$);
SELECT sum(quantity) FROM list_certificates('late', 1, 5, effective_at => '2025-08-01 12:00');
ROLLBACK;

--
-- 27: history stamped with the wall clock: a document counts on its own day, and lines keep the order of posting
--
SELECT bool_and(m.posted_at = h.posted_at AND m.effective_on = h.effective_on) AS as_the_document, count(*) > 0 AS any
FROM movement AS m JOIN hold AS h ON m.document = 'hold' AND h.hold_id = m.document_id WHERE h.ref IN ('L', 'K', 'F', 'L6', 'half');
SELECT string_agg(format('%s %s', m.from_state, m.to_state), ', ' ORDER BY m.movement_id) AS life
FROM movement AS m WHERE m.certificates @> make_gec('10000000000000006', '2025-06-01', 2);

--
-- 24: plans made on an empty ledger.  This session began on one; now it is large
--
INSERT INTO project (project_code, name, owner, region, source, capacity_kw, commissioned_on, registered_on)
SELECT to_char(20000000000000000 + n, 'FM00000000000000000'), 'roof', 1, '500100', 'solar', 100, '2020-01-01', '2020-01-01' FROM generate_series(1, 3000) AS n;
INSERT INTO account (kind, name, personal_id, region, opened_on)
SELECT 'user', 'user ' || n, 'n' || n, '500100', '2020-01-01' FROM generate_series(1, 3000) AS n;
INSERT INTO generation SELECT project_code, '2025-07-01', 'on_grid', '5 MWh' FROM project WHERE name = 'roof';
SELECT certificates FROM issue('2025-07-01', 'July', '2025-08-10');
SELECT pg_stat_force_next_flush();
CREATE TEMP TABLE scanned AS SELECT relname, seq_scan, idx_scan FROM pg_stat_user_tables WHERE schemaname = 'certledger';
-- each document once, and many in a statement
DO $$
DECLARE
    m gecmultirange;
BEGIN
    FOR n IN 1 .. 20 LOOP
        m := gecmultirange(make_gecrange(make_gec(to_char(20000000000000000 + n, 'FM00000000000000000'), '2025-07-01', 1), 5));
        PERFORM list_certificates('24 L' || n, 1, certificates => m, effective_at => '2025-08-11 10:00');
        PERFORM lock_order('24 K' || n, 1, 2, 'V', certificates => m, effective_at => '2025-08-11 11:00');
        PERFORM settle_order('24 S' || n, '24 K' || n, 2, effective_at => '2025-08-11 12:00');
        PERFORM release_order('24 R' || n, '24 K' || n, effective_at => '2025-08-11 13:00');
        PERFORM delist('24 D' || n, 1, listing => '24 L' || n, effective_at => '2025-08-11 14:00');
        PERFORM freeze('24 F' || n, 1, 'dispute', 'P', 1, effective_at => '2025-08-11 15:00');
        PERFORM unfreeze('24 U' || n, '24 F' || n, 'P', effective_at => '2025-08-11 16:00');
        PERFORM transfer_certificates('24 T' || n, 1, 3, 2, effective_on => '2025-08-11');
        PERFORM transfer_certificates('24 P' || n, 1, 3, 1, pending => true, effective_on => '2025-08-11');
        PERFORM accept_transfer('24 A' || n, '24 P' || n, effective_on => '2025-08-12');
        PERFORM retire('24 X' || n, 3, 2025, 2, effective_on => '2025-08-12');
    END LOOP;
END $$;
INSERT INTO hold (ref, action, account_id, quantity, effective_at) SELECT '24 many ' || n, 'list', 1, 1, '2025-08-12' FROM generate_series(1, 200) AS n;
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, effective_on) SELECT '24 many ' || n, 'bilateral', 1, 6 + n, 1, '2025-08-12' FROM generate_series(1, 200) AS n;
SELECT pg_stat_force_next_flush();
SELECT s.relname, u.seq_scan - s.seq_scan AS scans FROM scanned AS s JOIN pg_stat_user_tables AS u USING (relname)
WHERE u.schemaname = 'certledger' AND u.seq_scan > s.seq_scan
    AND s.relname ~ '^(account|project|holding|movement|transfer|hold|response|retirement|cancellation|issuance_line)' ORDER BY 1;
-- they were read, by their keys
SELECT s.relname, u.idx_scan - s.idx_scan > 100 AS by_key FROM scanned AS s JOIN pg_stat_user_tables AS u USING (relname)
WHERE u.schemaname = 'certledger' AND s.relname IN ('account', 'holding') ORDER BY 1;
SELECT count(*) > 3000 AS large FROM holding;

SELECT * FROM verify();
SET client_min_messages = warning;
DROP EXTENSION certledger CASCADE;
DROP SCHEMA certledger CASCADE;
