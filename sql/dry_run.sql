-- dry_run: every function that posts a document tells what would happen, and
-- leaves nothing behind.
\getenv abs_srcdir PG_ABS_SRCDIR
\set fixture :abs_srcdir '/test/fixture/market.sql'
\set ECHO none
\o /dev/null
\i :fixture
\o
\set ECHO all

SELECT count(*) FROM list_certificates('L', 1, certificates => pg_temp.run('01', 1, 60), effective_at => '2025-03-20 10:00');
SELECT count(*) FROM lock_order('K', 1, 3, 'V', 20, effective_at => '2025-03-20 11:00');
SELECT count(*) FROM freeze('F', 2, 'ccer', 'P', 20, effective_at => '2025-03-20 11:00');
SELECT count(*) FROM transfer_certificates('P', 1, 3, certificates => pg_temp.run('01', 61, 10), pending => true, effective_on => '2025-03-20');
SELECT count(*) FROM transfer_certificates('H', 1, 6, 50, 'existing_hydro', effective_on => '2025-03-20');
INSERT INTO generation VALUES ('10000000000000001', '2025-03-01', 'on_grid', '100.5 MWh'), ('10000000000000002', '2025-03-01', 'on_grid', '999 kWh');

-- calls without their closing bracket: one that is posted, one that is refused
CREATE TEMP TABLE call (n serial, posted text, refused text);
INSERT INTO call (posted, refused) VALUES
    ($$issue('2025-03-01', 'dry', '2025-04-10'$$, $$issue('2025-03-15', 'dry', '2025-04-10'$$),
    ($$correct_generation('dry', '10000000000000001', '2025-02-01', '1003 MWh', 'P', effective_on => '2025-03-25'$$, $$correct_generation('dry', '10000000000000001', '2025-05-01', '1 MWh', 'P', effective_on => '2025-06-25'$$),
    ($$correct_generation('dry', '10000000000000001', '2025-02-01', '997 MWh', 'P', effective_on => '2025-03-25'$$, $$correct_generation('dry', '10000000000000001', '2025-02-01', '10000000 MWh', 'P', effective_on => '2025-03-25'$$),
    ($$list_certificates('dry', 1, 30, effective_at => '2025-03-20 12:00'$$, $$list_certificates('dry', 1, 30000, effective_at => '2025-03-20 12:00'$$),
    ($$delist('dry', 1, listing => 'L', effective_at => '2025-03-20 12:00'$$, $$delist('dry', 1, listing => 'K', effective_at => '2025-03-20 12:00'$$),
    ($$lock_order('dry', 1, 4, 'V', 30, effective_at => '2025-03-20 12:00'$$, $$lock_order('dry', 1, 4, 'V', 41, effective_at => '2025-03-20 12:00'$$),
    ($$lock_order('dry', 1, 4, 'V', 60, effective_at => '2025-03-22 12:00'$$, $$lock_order('dry', 1, 1, 'V', 1, effective_at => '2025-03-20 12:00'$$),
    ($$release_order('dry', 'K', '2025-03-20 12:00'$$, $$release_order('dry', 'L', '2025-03-20 12:00'$$),
    ($$settle_order('dry', 'K', 5, effective_at => '2025-03-20 12:00'$$, $$settle_order('dry', 'K', effective_at => '2025-03-22 12:00'$$),
    ($$transfer_certificates('dry', 2, 3, 100, price => 5, effective_on => '2025-03-20'$$, $$transfer_certificates('dry', 2, 2, 100, effective_on => '2025-03-20'$$),
    ($$transfer_certificates('dry', 2, 3, 100, pending => true, effective_on => '2025-03-20'$$, $$transfer_certificates('dry', 2, 99, 100, pending => true, effective_on => '2025-03-20'$$),
    ($$allocate_certificates('dry', 6, 3, 20, 'plan', effective_on => '2025-03-20'$$, $$allocate_certificates('dry', 6, 3, 51, 'plan', effective_on => '2025-03-20'$$),
    ($$accept_transfer('dry', 'P', effective_on => '2025-03-21'$$, $$accept_transfer('dry', 'P', effective_on => '2025-03-19'$$),
    ($$reject_transfer('dry', 'P', effective_on => '2025-03-21'$$, $$reject_transfer('dry', 'H', effective_on => '2025-03-21'$$),
    ($$withdraw_transfer('dry', 'P', effective_on => '2025-03-21'$$, $$withdraw_transfer('dry', 'no such', effective_on => '2025-03-21'$$),
    ($$retire('dry', 2, 2025, 100, effective_on => '2025-03-20'$$, $$retire('dry', 2, 2026, 100, effective_on => '2025-03-20'$$),
    ($$freeze('dry', 1, 'dispute', 'P', certificates => pg_temp.run('01', 1, 30), effective_at => '2025-03-20 12:00'$$, $$freeze('dry', 1, 'ccer', 'P', certificates => pg_temp.run('01', 1, 30), effective_at => '2025-03-20 12:00'$$),
    ($$unfreeze('dry', 'F', 'P', 5, '2025-03-20 12:00'$$, $$unfreeze('dry', 'F', 'P', 21, '2025-03-20 12:00'$$),
    ($$cancel_certificates('dry', 'ccer', 'P', freeze_ref => 'F', effective_on => '2025-03-21'$$, $$cancel_certificates('dry', 'ccer', 'P', freeze_ref => 'L', effective_on => '2025-03-21'$$),
    ($$cancel_certificates('dry', 'objection', 'P', pg_temp.run('02', 1, 9), objected_on => '2025-03-21', reissue => true, effective_on => '2025-03-21'$$,
     $$cancel_certificates('dry', 'objection', 'P', pg_temp.run('02', 1, 9), objected_on => '2026-03-21', effective_on => '2026-03-21'$$),
    ($$expire('2027-01-01', 'dry'$$, $$expire('2027-01-01', ''$$),
    ($$transfer_batch(ARRAY[jsonb_populate_record(NULL::transfer_line, '{"ref": "dry", "from_account": 2, "to_account": 3, "quantity": 5, "effective_on": "2025-03-20"}'),
        jsonb_populate_record(NULL::transfer_line, '{"ref": "dry 2", "from_account": 2, "to_account": 3, "quantity": 5000, "effective_on": "2025-03-20"}')]$$, $$transfer_batch(NULL$$),
    ($$retire_batch(ARRAY[jsonb_populate_record(NULL::retirement_line, '{"ref": "dry", "account_id": 2, "consumption_year": 2025, "quantity": 5, "effective_on": "2025-03-20"}')]$$, $$retire_batch(NULL$$);
-- rows of a call, as JSON without the number of the document
CREATE FUNCTION pg_temp.rows_of(call text, OUT outcome jsonb, OUT numbered bigint) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SELECT jsonb_agg(to_jsonb(x) - ''{document_id,issuance_id,expiry_id}''::text[]), count(coalesce(to_jsonb(x) ->> ''document_id'', to_jsonb(x) ->> ''issuance_id'', to_jsonb(x) ->> ''expiry_id'')) FROM %s AS x', call)
    INTO outcome, numbered;
END $$;
-- dry, really, and undone again
CREATE FUNCTION pg_temp.try(call text, OUT rows bigint, OUT dry_numbered bigint, OUT left_behind boolean, OUT really_numbered bigint, OUT same boolean) LANGUAGE plpgsql AS $$
DECLARE
    before text := pg_temp.fingerprint();
    dry jsonb;
    really jsonb;
BEGIN
    SELECT * INTO dry, dry_numbered FROM pg_temp.rows_of(call || ', dry_run => true)');
    rows := jsonb_array_length(dry);
    left_behind := pg_temp.fingerprint() <> before;
    BEGIN
        SELECT * INTO really, really_numbered FROM pg_temp.rows_of(call || ')');
        RAISE EXCEPTION 'undo';
    EXCEPTION WHEN raise_exception THEN
        same := dry = really;
    END;
END $$;
SELECT n, split_part(posted, '(', 1) AS function, t.* FROM call, LATERAL pg_temp.try(posted) AS t ORDER BY n;
-- every function that posts documents was tried
SELECT p.proname FROM pg_proc AS p WHERE p.pronamespace = 'certledger'::regnamespace AND 'dry_run' = ANY (p.proargnames)
EXCEPT SELECT split_part(posted, '(', 1) FROM call ORDER BY 1;

-- refused as without it, in a transaction that goes on afterwards
SELECT pg_temp.fingerprint() AS before \gset
BEGIN;
SELECT count(*) FROM transfer_certificates('kept', 2, 3, 1, effective_on => '2025-03-20');
SELECT call.n, split_part(refused, '(', 1) AS function, d.code, d.message, d.code = r.code AND d.message = r.message AS same
FROM call, LATERAL pg_temp.refused(format('SELECT * FROM %s, dry_run => true)', refused)) AS d, LATERAL pg_temp.refused(format('SELECT * FROM %s)', refused)) AS r ORDER BY call.n;
SELECT count(*) FROM transfer_certificates('kept too', 2, 3, 1, effective_on => '2025-03-20');
SELECT * FROM verify();
ROLLBACK;
SELECT pg_temp.fingerprint() = :'before' AS nothing_left_behind;
-- as a statement of its own, also the last of a failed transaction
SELECT transfer_certificates('dry', 2, 3, 1000000, effective_on => '2025-03-20', dry_run => true);
\echo :LAST_ERROR_SQLSTATE
SELECT 1 AS next_statement;
BEGIN;
SAVEPOINT s;
SELECT transfer_certificates('dry', 2, 3, 1000000, effective_on => '2025-03-20', dry_run => true);
SELECT 1 AS next_statement;
ROLLBACK TO s;
SELECT quantity FROM transfer_certificates('dry', 2, 3, 1, effective_on => '2025-03-20', dry_run => true);
SELECT quantity FROM transfer_certificates('really', 2, 3, 1, effective_on => '2025-03-20');
COMMIT;
SELECT ref FROM transfer WHERE ref IN ('dry', 'really');
-- what a dry run says of a reference that was used is its first outcome, or its refusal
SELECT quantity, document_id = transfer_id('really') AS numbered FROM transfer_certificates('really', 2, 3, 1, effective_on => '2025-03-20', dry_run => true);
SELECT quantity FROM transfer_certificates('really', 2, 3, 2, effective_on => '2025-03-20', dry_run => true);
\echo :LAST_ERROR_SQLSTATE
-- NULL is no
SELECT document_id IS NOT NULL AS posted FROM transfer_certificates('null', 2, 3, 1, effective_on => '2025-03-20', dry_run => NULL);
SELECT count(*) FROM transfer WHERE ref = 'null';
-- in a read-only transaction nothing can be tried
BEGIN READ ONLY;
SELECT quantity FROM transfer_certificates('dry', 2, 3, 1, effective_on => '2025-03-20', dry_run => true);
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
SELECT * FROM verify();

SET client_min_messages = warning;
DROP EXTENSION certledger CASCADE;
DROP SCHEMA certledger CASCADE;
