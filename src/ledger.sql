-- ledger.sql: laying out the ledger.
-- The Makefile puts the parts of src/ledger in place of the marked line.

CREATE FUNCTION ledger_definition() RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $definition$ SELECT $ledger$
@LEDGER_PARTS@
$ledger$::text $definition$;
COMMENT ON FUNCTION ledger_definition() IS
    'the SQL by which create_ledger() lays out tables, views and triggers';

CREATE FUNCTION create_ledger() RETURNS void
    LANGUAGE c VOLATILE
    SET search_path = certledger, pg_catalog, pg_temp
    SET client_min_messages = warning
    AS 'MODULE_PATHNAME', 'ledger_create';
COMMENT ON FUNCTION create_ledger() IS
    'lays out the ledger of this database in schema certledger: tables, views and triggers, owned by the caller, nothing granted to PUBLIC; a database holds one ledger (error 42P07)';
REVOKE ALL ON FUNCTION create_ledger() FROM PUBLIC;
