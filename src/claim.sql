-- claim.sql: what becomes of a retirement that claims more than was consumed
-- (发改能源〔2026〕622号 art. 7).

CREATE FUNCTION post_claim() RETURNS trigger
    LANGUAGE c
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_seqscan = off
    SET enable_hashjoin = off
    SET enable_mergejoin = off
    SET plan_cache_mode = force_generic_plan
    SET jit = off
    AS 'MODULE_PATHNAME', 'claim_post';
COMMENT ON FUNCTION post_claim() IS
    'trigger of table retirement, fired after post_retirement(): adds mandatory claims to claim_total and, where rule excess_policy says reject, refuses claims beyond the beneficiary''s grid draw less its green and nuclear power trade (LC036)';
REVOKE ALL ON FUNCTION post_claim() FROM PUBLIC;
