-- account_year: accounting years and their versions: opened, run, closed for
-- ever, restated; nobody else writes results.
\set SHOW_CONTEXT never
\getenv abs_srcdir PG_ABS_SRCDIR
\set fixture :abs_srcdir '/test/fixture/accounts.sql'
\o /dev/null
\set ECHO none
\i :fixture
\set ECHO all
\o
-- a year with something in every result table: users of B, trade of A with B,
-- coefficients of months, a warning
INSERT INTO grid_draw (account_id, region, month, energy) VALUES (5, '500100', '2026-01-01', '30 MWh'), (7, '500200', '2026-02-01', '70 MWh'), (9, '510100', '2026-02-01', '10 MWh');
INSERT INTO interprovincial_flow (year, from_province, to_province, flow) VALUES (2026, '650000', '500000', '1 GWh');
INSERT INTO energy_trade (contract, month, kind, from_province, to_province, buyer, buyer_region, settled, certificate_settled) VALUES ('green', '2026-01-01', 'green_power', '650000', '500000', 5, '500100', '20 MWh', '20 MWh');
INSERT INTO published_coefficient (year, province, month, coefficient) VALUES (2026, '500000', '2026-02-01', 0.5);
INSERT INTO storage_charge (account_id, region, month, kind, charged, discharged) VALUES (7, '500200', '2026-02-01', 'new_storage', '2 MWh', '1 MWh');
CREATE TEMP VIEW years AS
SELECT year, version, state, reason, run_at IS NOT NULL AS run, closed_at IS NOT NULL AS closed, closed_by = session_user AS by_me FROM account_year ORDER BY year, version;

-- opened, never run: it cannot be closed, has no version yet, and is opened once
SELECT open_year(2026);
SELECT * FROM years;
SELECT account_version(2026) IS NULL AS no_version;
SELECT open_year(2026);
\echo :LAST_ERROR_SQLSTATE
SELECT close_year(2026);
\echo :LAST_ERROR_SQLSTATE
SELECT restate_year(2026, 'not closed');
\echo :LAST_ERROR_SQLSTATE
-- run as often as wanted, closed once
SELECT pg_temp.run(2026);
SELECT pg_temp.run(2026);
SELECT account_version(2026);
CREATE TEMP VIEW results AS
SELECT c.oid::regclass AS relation, relispartition AS partition FROM pg_class AS c
WHERE relnamespace = 'certledger'::regnamespace AND relkind IN ('r', 'p') AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.oid AND attname = 'version');
CREATE FUNCTION pg_temp.filled(relation regclass, OUT filled boolean) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SELECT count(*) > 0 FROM %s', relation) INTO filled;
END $$;
SELECT relation, pg_temp.filled(relation) FROM results WHERE NOT partition ORDER BY relation::text;
SELECT restate_year(2026, 'not closed');
\echo :LAST_ERROR_SQLSTATE
SELECT close_year(2026);
SELECT * FROM years;
SELECT pg_temp.digest(2026, 1) AS version_1 \gset
-- what a closed year does not allow
SELECT close_year(2026);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM run_accounts(2026);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM run_accounts(2026, '500000');
\echo :LAST_ERROR_SQLSTATE
SELECT open_year(2026);
\echo :LAST_ERROR_SQLSTATE
-- a year that was never opened; run_accounts() opens one by itself
SELECT close_year(2027);
\echo :LAST_ERROR_SQLSTATE
SELECT restate_year(2027, 'never opened');
\echo :LAST_ERROR_SQLSTATE
SELECT pg_temp.run(2027);
SELECT * FROM years;
-- which years there are; nothing is named by null
\set VERBOSITY terse
SELECT open_year(1999);
\echo :LAST_ERROR_SQLSTATE
SELECT open_year(2100);
\echo :LAST_ERROR_SQLSTATE
SELECT close_year(1999);
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY default
SELECT * FROM pg_temp.refused('SELECT open_year(NULL)', 'SELECT close_year(NULL)', 'SELECT restate_year(NULL, ''x'')', 'SELECT restate_year(2026, NULL)', 'SELECT restate_year(2026, '''')');

--
-- Restated: a further version beside the closed one
--
-- the facts change: 5 drew 10 more.  The current version stays 1 until 2 is run
UPDATE grid_draw SET energy = '40 MWh' WHERE account_id = 5;
SELECT restate_year(2026, 'meter of user 5 corrected');
SELECT account_version(2026);
SELECT restate_year(2026, 'again');
\echo :LAST_ERROR_SQLSTATE
SELECT close_year(2026);
\echo :LAST_ERROR_SQLSTATE
SELECT open_year(2026);
\echo :LAST_ERROR_SQLSTATE
SELECT pg_temp.run(2026);
SELECT * FROM years WHERE year = 2026;
SELECT account_version(2026);
SELECT pg_temp.digest(2026, 1) = :'version_1' AS version_1_untouched, pg_temp.digest(2026, 2) <> :'version_1' AS version_2_differs;
SELECT version, account, w, t FROM users WHERE year = 2026 ORDER BY version, account;
-- run once more, for one province, too
SELECT pg_temp.run(2026);
SELECT pg_temp.run(2026, '500000');
SELECT pg_temp.digest(2026, 1) = :'version_1' AS version_1_untouched;
SELECT close_year(2026);
SELECT pg_temp.digest(2026, 2) AS version_2 \gset
-- restated again with the first facts: the first results, but for the version
UPDATE grid_draw SET energy = '30 MWh' WHERE account_id = 5;
SELECT restate_year(2026, 'meter was right');
SELECT pg_temp.run(2026);
SELECT pg_temp.digest(2026, 3) = :'version_1' AS as_version_1, pg_temp.digest(2026, 2) = :'version_2' AS version_2_untouched, pg_temp.digest(2026, 1) = :'version_1' AS version_1_untouched;
SELECT close_year(2026);
SELECT * FROM years WHERE year = 2026;
-- the views of reports and identities have every version
SELECT version, count(*) FROM user_report WHERE year = 2026 GROUP BY version ORDER BY version;
SELECT version, identity, region, residual_mwh FROM account_identity WHERE year = 2026 AND residual_mwh <> 0;
-- a transaction that is rolled back restates nothing
BEGIN;
SELECT restate_year(2026, 'rolled back');
SELECT pg_temp.run(2026);
ROLLBACK;
SELECT max(version) FROM account_year WHERE year = 2026;

--
-- Written by the accounts only: every result table and every partition, in every
-- way, even no row of it
--
CREATE FUNCTION pg_temp.writes(relation regclass) RETURNS TABLE (attempt text, code text) LANGUAGE plpgsql AS $$
DECLARE
    statement text;
BEGIN
    FOREACH statement IN ARRAY ARRAY[
        format('INSERT INTO %1$s SELECT * FROM %1$s LIMIT 1', relation), format('INSERT INTO %1$s SELECT * FROM %1$s WHERE false', relation), format('UPDATE %s SET year = year', relation),
        format('UPDATE %s SET version = 1 WHERE false', relation), format('DELETE FROM %s', relation), format('DELETE FROM %s WHERE false', relation), format('TRUNCATE %s', relation)]
    LOOP
        attempt := statement;
        BEGIN
            EXECUTE statement;
            code := 'done';
        EXCEPTION WHEN OTHERS THEN
            code := SQLSTATE;
        END;
        RETURN NEXT;
    END LOOP;
END $$;
SELECT partition, w.code, count(*) > 10 AS attempts FROM results AS r, pg_temp.writes(r.relation) AS w GROUP BY partition, w.code ORDER BY partition;
SET session_replication_role = replica;
SELECT partition, w.code, count(*) > 10 AS attempts FROM results AS r, pg_temp.writes(r.relation) AS w GROUP BY partition, w.code ORDER BY partition;
RESET session_replication_role;
INSERT INTO user_account SELECT * FROM user_account;
\echo :LAST_ERROR_SQLSTATE
DELETE FROM user_account_2026;
\echo :LAST_ERROR_SQLSTATE
-- a year is not opened again by hand
UPDATE account_year SET state = 'open', closed_at = NULL, closed_by = NULL WHERE year = 2026 AND version = 1;
\echo :LAST_ERROR_SQLSTATE
COPY account_warning FROM '/dev/null';
\echo :LAST_ERROR_SQLSTATE
MERGE INTO coefficient AS c USING (SELECT 1) AS s ON c.year = 2026 WHEN MATCHED THEN DELETE;
\echo :LAST_ERROR_SQLSTATE
-- not after a run that failed, either, nor inside a transaction that caught it
SELECT FROM pg_temp.rule('pool_sharing', 2027, 'nobody');
DO $$
BEGIN
    PERFORM run_accounts(2027);
EXCEPTION WHEN OTHERS THEN
    RAISE NOTICE '%', SQLSTATE;
    BEGIN
        DELETE FROM certledger.account_year;
    EXCEPTION WHEN OTHERS THEN
        RAISE NOTICE '%', SQLSTATE;
    END;
END $$;
DELETE FROM account_year;
\echo :LAST_ERROR_SQLSTATE
SELECT pg_temp.digest(2026, 3) = :'version_1' AS as_version_1, pg_temp.digest(2026, 2) = :'version_2' AS version_2_untouched, pg_temp.digest(2026, 1) = :'version_1' AS version_1_untouched;
-- facts can be written at any time: a closed year does not look at them
DELETE FROM grid_draw WHERE month >= '2026-01-01' AND month < '2027-01-01';
SELECT pg_temp.digest(2026, 3) = :'version_1' AS as_version_1;
