SET client_min_messages = warning;
DROP EXTENSION IF EXISTS certledger CASCADE;
DROP SCHEMA IF EXISTS certledger CASCADE;
CREATE EXTENSION certledger;
RESET client_min_messages;
SET search_path = certledger, public;
SET datestyle = ISO;
\set SHOW_CONTEXT never
SELECT create_ledger();
SELECT register_account('generator', 'plant', '500100', personal_id => 'a', opened_on => '2024-01-01') AS plant,
       register_account('user', 'mill', '500100', personal_id => 'b', opened_on => '2024-01-01') AS mill;
SELECT register_project('10000000000000001', 'wind', 1, '500100', 'wind', 100000, '2020-01-01', registered_on => '2024-01-01');
INSERT INTO generation VALUES ('10000000000000001', '2026-01-01', 'on_grid', '100.5 MWh');
SELECT certificates FROM issue('2026-01-01', 'I', '2026-02-10');
SELECT sum(quantity) FROM transfer_certificates('T', 1, 2, 10, effective_on => '2026-03-01');
SELECT sum(quantity) FROM retire('R', 2, 2026, 5, effective_on => '2026-03-02');

-- Tries every way to rewrite a table and says how each ended.
CREATE FUNCTION pg_temp.attempts(relation regclass, assignment text) RETURNS TABLE (attempt text, outcome text) LANGUAGE plpgsql AS $$
DECLARE
    statement text;
BEGIN
    FOREACH statement IN ARRAY ARRAY[
        format('UPDATE %s SET %s', relation, assignment), format('UPDATE %s SET %s WHERE false', relation, assignment),
        format('DELETE FROM %s', relation), format('DELETE FROM %s WHERE false', relation), format('TRUNCATE %s', relation)]
    LOOP
        attempt := regexp_replace(statement, ' SET .*? WHERE| SET .*', '');
        BEGIN
            EXECUTE statement;
            outcome := 'done';
        EXCEPTION WHEN OTHERS THEN
            outcome := SQLSTATE || ' ' || SQLERRM;
        END;
        RETURN NEXT;
    END LOOP;
END $$;

--
-- Documents and lines are never changed or removed, not even no row of them
--
SELECT * FROM pg_temp.attempts('issuance', 'ref = ref');
SELECT * FROM pg_temp.attempts('issuance_line', 'quantity = quantity');
SELECT * FROM pg_temp.attempts('transfer', 'price = 1');
SELECT * FROM pg_temp.attempts('retirement', 'consumption_year = 2027');
SELECT * FROM pg_temp.attempts('movement', 'to_account = 1');
-- nor what is only written by postings
SELECT * FROM pg_temp.attempts('holding', 'account_id = 2');
SELECT * FROM pg_temp.attempts('accrual', 'energy = ''0 kWh''');
-- every partition of movement is guarded as the whole
SELECT c.relname, a.attempt, a.outcome
FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid,
LATERAL pg_temp.attempts(c.oid, 'to_account = 1') AS a
WHERE i.inhparent = 'movement'::regclass AND (a.outcome <> 'LC013 rows of table "' || c.relname || '" cannot be changed or removed')
ORDER BY 1, 2;
SELECT count(*) > 1 AS has_partitions, bool_and(n.triggers = 2) AS both_guards_on_each, bool_and(n.always) AS all_enabled_always
FROM pg_inherits AS i, LATERAL (SELECT count(*) AS triggers, bool_and(t.tgenabled = 'A') AS always FROM pg_trigger AS t
    WHERE t.tgrelid = i.inhrelid AND NOT t.tgisinternal) AS n
WHERE i.inhparent = 'movement'::regclass;
-- an upsert is an update
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, effective_on) VALUES ('T', 'bilateral', 1, 2, 10, '2026-03-01')
ON CONFLICT (ref) DO UPDATE SET quantity = 11;
\echo :LAST_ERROR_SQLSTATE
MERGE INTO transfer AS t USING (VALUES ('T')) AS v(ref) ON t.ref = v.ref WHEN MATCHED THEN DELETE;
\echo :LAST_ERROR_SQLSTATE
INSERT INTO retirement (ref, account_id, quantity, regime, consumption_year, beneficiary, region, effective_on)
VALUES ('new', 2, 1, 'mandatory', 2026, 2, '500100', '2026-03-01') ON CONFLICT (ref) DO UPDATE SET quantity = 2;
\echo :LAST_ERROR_SQLSTATE

--
-- Only postings write movements, holdings, remainders and lines
--
INSERT INTO holding (certificates, account_id, state, route, region, source, valid_until)
VALUES (make_gecrange(make_gec('10000000000000009', '2026-01-01', 1), 1000), 2, 'issued', 'production', '500100', 'wind', '2027-12-31');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO movement (document, document_id, certificates, from_account, from_state, to_account, to_state, to_route, effective_on, posted_at)
VALUES ('transfer', 1, make_gecrange(make_gec('10000000000000001', '2026-01-01', 11), 10), 1, 'issued', 2, 'transferred', 'in_province_trade', '2026-03-01', '2026-03-01 00:00+08');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO movement_2026 OVERRIDING SYSTEM VALUE SELECT * FROM movement;
\echo :LAST_ERROR_SQLSTATE
INSERT INTO accrual VALUES ('10000000000000001', 'self_use', '999 kWh');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO issuance_line SELECT * FROM issuance_line WHERE false;
\echo :LAST_ERROR_SQLSTATE
COPY holding (certificates, account_id, state, route, region, source, valid_until) FROM stdin;
\.
COPY movement_other FROM stdin;
\.
-- also after a posting of the same session, in its transaction, and after one that failed
BEGIN;
SELECT sum(quantity) FROM transfer_certificates('T2', 1, 2, 10, effective_on => '2026-03-01');
UPDATE holding SET account_id = 2;
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
SELECT sum(quantity) FROM transfer_certificates('T2', 1, 2, 1000, effective_on => '2026-03-01');
\echo :LAST_ERROR_SQLSTATE
UPDATE holding SET account_id = 2;
\echo :LAST_ERROR_SQLSTATE
INSERT INTO issuance (ref, month, effective_on) VALUES ('I2', '2026-02-01', '2026-03-01'), ('I2', '2026-02-01', '2026-03-01');
\echo :LAST_ERROR_SQLSTATE
DELETE FROM accrual;
\echo :LAST_ERROR_SQLSTATE

--
-- A replica's session (session_replication_role) passes no guard
--
SET session_replication_role = replica;
SELECT t.relation, count(*) AS attempts, count(*) FILTER (WHERE outcome LIKE 'LC013%') AS append_only, count(*) FILTER (WHERE outcome LIKE 'LC014%') AS posted_only
FROM (VALUES ('issuance', 'ref = ref'), ('issuance_line', 'quantity = quantity'), ('transfer', 'price = 1'), ('retirement', 'purpose = ref'),
             ('movement', 'to_account = 1'), ('holding', 'account_id = 2'), ('accrual', 'energy = energy')) AS t(relation, assignment),
LATERAL pg_temp.attempts(t.relation::regclass, t.assignment)
GROUP BY t.relation ORDER BY t.relation;
SELECT count(*) FILTER (WHERE a.outcome NOT LIKE 'LC013%') AS passed
FROM pg_inherits AS i, LATERAL pg_temp.attempts(i.inhrelid, 'to_account = 1') AS a WHERE i.inhparent = 'movement'::regclass;
INSERT INTO accrual VALUES ('10000000000000001', 'self_use', '999 kWh');
\echo :LAST_ERROR_SQLSTATE
UPDATE account SET uscc = NULL;
\echo :LAST_ERROR_SQLSTATE
DELETE FROM account;
\echo :LAST_ERROR_SQLSTATE
DELETE FROM project;
\echo :LAST_ERROR_SQLSTATE
-- a document inserted so is not posted, and verify() tells
BEGIN;
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, effective_on) VALUES ('unposted', 'bilateral', 1, 2, 10, '2026-03-01');
SELECT problem, detail FROM verify();
ROLLBACK;
RESET session_replication_role;

--
-- The trigger functions are of use only as the triggers they are made for
--
SELECT guard_append_only();
\echo :LAST_ERROR_SQLSTATE
CREATE TEMP TABLE t (a int);
CREATE TRIGGER wrong AFTER DELETE ON t FOR EACH STATEMENT EXECUTE FUNCTION guard_append_only();
DELETE FROM t;
\echo :LAST_ERROR_SQLSTATE
DROP TRIGGER wrong ON t;
CREATE TRIGGER wrong BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION guard_posted_only();
INSERT INTO t VALUES (1);
\echo :LAST_ERROR_SQLSTATE
DROP TRIGGER wrong ON t;
CREATE TABLE transfer_copy (LIKE transfer);
CREATE TRIGGER wrong BEFORE INSERT ON transfer_copy FOR EACH STATEMENT EXECUTE FUNCTION post_transfer();
INSERT INTO transfer_copy SELECT * FROM transfer;
\echo :LAST_ERROR_SQLSTATE
DROP TRIGGER wrong ON transfer_copy;
CREATE TRIGGER wrong AFTER INSERT ON transfer_copy FOR EACH STATEMENT EXECUTE FUNCTION post_transfer();
INSERT INTO transfer_copy SELECT * FROM transfer;
\echo :LAST_ERROR_SQLSTATE
DROP TRIGGER wrong ON transfer_copy;
CREATE TRIGGER wrong AFTER INSERT ON transfer_copy REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION post_transfer();
INSERT INTO transfer_copy SELECT * FROM transfer;
\echo :LAST_ERROR_SQLSTATE
DROP TRIGGER wrong ON transfer_copy;
CREATE TRIGGER wrong AFTER INSERT ON transfer_copy REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION post_retirement();
INSERT INTO transfer_copy SELECT * FROM transfer;
\echo :LAST_ERROR_SQLSTATE
DROP TRIGGER wrong ON transfer_copy;
CREATE TRIGGER wrong AFTER INSERT ON transfer_copy REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION post_issuance();
INSERT INTO transfer_copy SELECT * FROM transfer;
\echo :LAST_ERROR_SQLSTATE
DROP TABLE transfer_copy;
-- a table of the same name elsewhere is not the ledger's
CREATE SCHEMA elsewhere;
CREATE TABLE elsewhere.transfer (LIKE transfer);
CREATE TRIGGER wrong AFTER INSERT ON elsewhere.transfer REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION post_transfer();
INSERT INTO elsewhere.transfer SELECT * FROM transfer;
\echo :LAST_ERROR_SQLSTATE
SET client_min_messages = warning;
DROP SCHEMA elsewhere CASCADE;
RESET client_min_messages;

-- nothing of all this changed the ledger
SELECT document, quantity(certificates), from_account, to_account, to_state FROM movement ORDER BY movement_id;
SELECT account_id, state, quantity(certificates) FROM holding ORDER BY last_certificate;
SELECT * FROM verify();

--
-- What was issued is neither changed nor issued a second time
--
INSERT INTO generation VALUES ('10000000000000001', '2026-02-01', 'on_grid', '7 MWh');
UPDATE generation SET volume_class = 'self_use' WHERE month = '2026-01-01';
UPDATE generation SET month = '2026-03-01' WHERE month = '2026-01-01';
UPDATE generation SET energy = '1 GWh';
DELETE FROM generation;
\echo :LAST_ERROR_SQLSTATE
TRUNCATE generation;
UPDATE project SET project_code = '10000000000000002';
\echo :LAST_ERROR_SQLSTATE
-- what was not issued yet is open
UPDATE generation SET energy = '8 MWh' WHERE month = '2026-02-01';
DELETE FROM generation WHERE month = '2026-02-01';
SELECT certificates FROM issue('2026-01-01', 'again', '2026-03-10');

--
-- Documents say neither when nor by whom they were posted, and no number 0
--
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, effective_on, posted_at)
VALUES ('forged', 'bilateral', 1, 2, 1, '2026-03-01', '2020-01-01');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO retirement (ref, account_id, quantity, regime, consumption_year, beneficiary, region, effective_on, posted_by)
VALUES ('forged', 2, 1, 'mandatory', 2026, 2, '500100', '2026-03-01', 'nobody');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO issuance (ref, month, effective_on, posted_at) VALUES ('forged', '2026-02-01', '2026-03-01', '2020-01-01');
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY terse
INSERT INTO transfer (transfer_id, ref, mode, from_account, to_account, quantity, effective_on) OVERRIDING SYSTEM VALUE
VALUES (0, 'zero', 'bilateral', 1, 2, 1, '2026-03-01');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO retirement (ref, account_id, quantity, regime, consumption_year, beneficiary, region, effective_on)
VALUES ('zero', 2, 1, 'mandatory', 2026, 0, '500100', '2026-03-01');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO retirement (ref, account_id, quantity, regime, consumption_year, beneficiary, region, effective_on)
VALUES ('huge', 2, 9223372036854775807, 'mandatory', 2026, 2, '500100', '2026-03-01');
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY default

--
-- A posting runs with the rights of the ledger's owner, not of the extension's
--
CREATE ROLE certledger_test_owner;
GRANT USAGE, CREATE ON SCHEMA certledger TO certledger_test_owner;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA certledger TO certledger_test_owner;
SET client_min_messages = warning;
DO $$
DECLARE
    t regclass;
BEGIN
    FOR t IN SELECT oid::regclass FROM pg_class WHERE relnamespace = 'certledger'::regnamespace AND relkind IN ('r', 'p') LOOP
        EXECUTE format('ALTER TABLE %s OWNER TO certledger_test_owner', t);
    END LOOP;
END $$;
RESET client_min_messages;
CREATE FUNCTION certledger.spring() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE INFO 'posting as % for %', current_user = 'certledger_test_owner', session_user = current_user;
    RETURN NULL;
END $$;
CREATE TRIGGER spring AFTER INSERT ON movement FOR EACH STATEMENT EXECUTE FUNCTION certledger.spring();
SELECT quantity FROM transfer_certificates('owner', 1, 2, 1, effective_on => '2026-03-01');
SELECT current_user = session_user AS rights_given_back;
SET client_min_messages = warning;
DROP FUNCTION certledger.spring CASCADE;
RESET client_min_messages;
SELECT count(*) FROM verify();

SET client_min_messages = warning;
DROP EXTENSION certledger CASCADE;
DROP SCHEMA certledger CASCADE;
DROP ROLE certledger_test_owner;
