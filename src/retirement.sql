-- retirement.sql: retirement of certificates.

CREATE FUNCTION post_retirement() RETURNS trigger
    LANGUAGE c
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_seqscan = off
    SET enable_hashjoin = off
    SET enable_mergejoin = off
    SET plan_cache_mode = force_generic_plan
    SET jit = off
    AS 'MODULE_PATHNAME', 'retirement_post';
COMMENT ON FUNCTION post_retirement() IS 'trigger of table retirement: posts the documents of a statement';
REVOKE ALL ON FUNCTION post_retirement() FROM PUBLIC;

CREATE FUNCTION retire(
    ref text, account bigint, consumption_year integer, quantity bigint DEFAULT NULL,
    regime claim_regime DEFAULT 'mandatory', certificates gecmultirange DEFAULT NULL,
    beneficiary bigint DEFAULT NULL, region region DEFAULT NULL, purpose text DEFAULT NULL,
    grid_account text DEFAULT NULL, effective_on date DEFAULT NULL,
    filter certificate_filter DEFAULT NULL, consumed_from date DEFAULT NULL,
    consumed_to date DEFAULT NULL, dry_run boolean DEFAULT false)
    RETURNS SETOF posting
    LANGUAGE c VOLATILE
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_seqscan = off
    AS 'MODULE_PATHNAME', 'retirement_retire';
COMMENT ON FUNCTION retire(text, bigint, integer, bigint, claim_regime, gecmultirange, bigint, region, text, text, date, certificate_filter, date, date, boolean) IS
    'retires certificates of an account (核销) to claim the consumption of a year, or of days within it, for the holder or a beneficiary, and returns the ranges; under the mandatory regime the production year must be the consumption year; effective_on defaults to today in China; dry_run returns what would happen and leaves nothing behind; repeating a ref with equal content posts nothing and returns the first outcome (else error LC012); refusals of class LC, see docs/errors.md';
REVOKE ALL ON FUNCTION retire(text, bigint, integer, bigint, claim_regime, gecmultirange, bigint, region, text, text, date, certificate_filter, date, date, boolean) FROM PUBLIC;
