-- account.sql: accounts of the registry.

CREATE FUNCTION register_account(
    kind account_kind, name text, region region, uscc uscc DEFAULT NULL,
    personal_id text DEFAULT NULL, grid_account text DEFAULT NULL, opened_on date DEFAULT NULL)
    RETURNS bigint
    LANGUAGE c VOLATILE
    SET search_path = pg_catalog, certledger, pg_temp
    AS 'MODULE_PATHNAME', 'account_register';
COMMENT ON FUNCTION register_account(account_kind, text, region, uscc, text, text, date) IS
    'registers an account and returns its number; one per entity (unified social credit code or personal id) and one provincial account per province; repeating the call with equal content returns the same number (else error LC012); opened_on defaults to today';
REVOKE ALL ON FUNCTION register_account(account_kind, text, region, uscc, text, text, date) FROM PUBLIC;

CREATE FUNCTION account_region(account bigint) RETURNS region
    LANGUAGE c STABLE STRICT
    SET search_path = pg_catalog, certledger, pg_temp
    AS 'MODULE_PATHNAME', 'account_region';
COMMENT ON FUNCTION account_region(bigint) IS
    'where the holder of an account is; error LC015 when there is no such account';
REVOKE ALL ON FUNCTION account_region(bigint) FROM PUBLIC;
