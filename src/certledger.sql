-- certledger.sql: the extension itself.

-- First of all: nobody else may have a hand in the schema.
CREATE FUNCTION check_schema() RETURNS void
    LANGUAGE c VOLATILE STRICT
    SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'ledger_check_schema';
COMMENT ON FUNCTION check_schema() IS
    'raises 42501 when schema certledger belongs to, or may be filled by, a role that is neither a superuser nor the caller; called by CREATE EXTENSION and create_ledger()';
REVOKE ALL ON FUNCTION check_schema() FROM PUBLIC;
SELECT check_schema();

CREATE FUNCTION library_version() RETURNS text
    LANGUAGE c STABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'certledger_library_version';
COMMENT ON FUNCTION library_version() IS
    'version of the loaded certledger library; differs from the version in pg_extension until ALTER EXTENSION certledger UPDATE has run';
