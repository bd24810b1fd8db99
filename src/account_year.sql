-- account_year.sql: accounting years and their versions.

CREATE FUNCTION account_version(year integer) RETURNS integer
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, certledger, pg_temp
    AS $$ SELECT max(version) FROM certledger.account_year WHERE account_year.year = $1 AND run_at IS NOT NULL $$;
COMMENT ON FUNCTION account_version(integer) IS
    'current version of a year''s accounts: the last one that was run; NULL when they were never run';

CREATE FUNCTION open_year(year integer) RETURNS integer
    LANGUAGE c VOLATILE
    SET search_path = pg_catalog, certledger, pg_temp
    AS 'MODULE_PATHNAME', 'open_year';
COMMENT ON FUNCTION open_year(integer) IS
    'opens the accounts of a year and returns their version, 1; run_accounts() does so by itself; errors LC046 when the year is closed, LC047 when it is open, 22004, 23514 for a year outside 2000 to 2099';

CREATE FUNCTION close_year(year integer) RETURNS integer
    LANGUAGE c VOLATILE
    SET search_path = pg_catalog, certledger, pg_temp
    SET row_security = off
    AS 'MODULE_PATHNAME', 'close_year';
COMMENT ON FUNCTION close_year(integer) IS
    'closes the open version of a year''s accounts, for ever, and returns its number; errors LC046 when it is closed already, LC047 when it was never run or a province of it is not up to date, 22004';

CREATE FUNCTION restate_year(year integer, reason text) RETURNS integer
    LANGUAGE c VOLATILE
    SET search_path = pg_catalog, certledger, pg_temp
    AS 'MODULE_PATHNAME', 'restate_year';
COMMENT ON FUNCTION restate_year(integer, text) IS
    'opens a further version of a closed year, for a reason, and returns its number; run_accounts() then writes it, and account_difference() shows what it changes; errors LC047 when the year is not closed, 22004, 23514 for an empty reason';
REVOKE ALL ON FUNCTION account_version(integer), open_year(integer), close_year(integer),
    restate_year(integer, text) FROM PUBLIC;
