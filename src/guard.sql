-- guard.sql: trigger functions that keep history from being rewritten.

CREATE FUNCTION guard_append_only() RETURNS trigger
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'guard_append_only';
COMMENT ON FUNCTION guard_append_only() IS
    'trigger that refuses its event: rows of the ledger are never changed or removed (error LC013)';
REVOKE ALL ON FUNCTION guard_append_only() FROM PUBLIC;

CREATE FUNCTION guard_posted_only() RETURNS trigger
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'guard_posted_only';
COMMENT ON FUNCTION guard_posted_only() IS
    'trigger that refuses its event unless a document is being posted (error LC014)';
REVOKE ALL ON FUNCTION guard_posted_only() FROM PUBLIC;

CREATE FUNCTION guard_run_only() RETURNS trigger
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'guard_run_only';
COMMENT ON FUNCTION guard_run_only() IS
    'trigger that refuses its event unless the accounts of a year are being run, opened or closed (error LC049)';
REVOKE ALL ON FUNCTION guard_run_only() FROM PUBLIC;

CREATE FUNCTION guard_generation_lock() RETURNS trigger
    LANGUAGE c
    AS 'MODULE_PATHNAME', 'guard_generation_lock';
COMMENT ON FUNCTION guard_generation_lock() IS
    'trigger that makes changes of generation and the issue of certificates wait for each other';
REVOKE ALL ON FUNCTION guard_generation_lock() FROM PUBLIC;

CREATE FUNCTION guard_issued_generation() RETURNS trigger
    LANGUAGE c
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS 'MODULE_PATHNAME', 'guard_issued_generation';
COMMENT ON FUNCTION guard_issued_generation() IS
    'trigger that refuses to change or remove generation for which certificates were issued (error LC024)';
REVOKE ALL ON FUNCTION guard_issued_generation() FROM PUBLIC;
