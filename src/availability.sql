-- availability.sql: what an account may still sell or retire.

CREATE FUNCTION sellable(
    account bigint, mode trade_mode DEFAULT 'bilateral', on_date date DEFAULT china_today(),
    filter certificate_filter DEFAULT NULL)
    RETURNS TABLE (vintage integer, reason text, sqlstate text, certificates bigint)
    LANGUAGE c VOLATILE
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_seqscan = off
    SET enable_hashjoin = off
    SET enable_mergejoin = off
    SET plan_cache_mode = force_generic_plan
    SET jit = off
    AS 'MODULE_PATHNAME', 'availability_sellable';
COMMENT ON FUNCTION sellable(bigint, trade_mode, date, certificate_filter) IS
    'how many live certificates of an account a transfer of a mode (listing: a listing) could take on a day, by production year: reason available, or why the others are barred, with the error code that the transfer would raise';
REVOKE ALL ON FUNCTION sellable(bigint, trade_mode, date, certificate_filter) FROM PUBLIC;

CREATE FUNCTION retirable(
    account bigint, consumption_year integer, regime claim_regime DEFAULT 'mandatory',
    on_date date DEFAULT china_today(), filter certificate_filter DEFAULT NULL)
    RETURNS TABLE (vintage integer, reason text, sqlstate text, certificates bigint)
    LANGUAGE c VOLATILE
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_seqscan = off
    SET enable_hashjoin = off
    SET enable_mergejoin = off
    SET plan_cache_mode = force_generic_plan
    SET jit = off
    AS 'MODULE_PATHNAME', 'availability_retirable';
COMMENT ON FUNCTION retirable(bigint, integer, claim_regime, date, certificate_filter) IS
    'how many live certificates of an account could be retired for a consumption year on a day, by production year: reason available, or why the others are barred, with the error code that the retirement would raise; error LC035 after the day of rule retire_by';
REVOKE ALL ON FUNCTION retirable(bigint, integer, claim_regime, date, certificate_filter) FROM PUBLIC;
