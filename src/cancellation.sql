-- cancellation.sql: cancellation of certificates.

CREATE FUNCTION post_cancellation() RETURNS trigger
    LANGUAGE c
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_seqscan = off
    SET enable_hashjoin = off
    SET enable_mergejoin = off
    SET plan_cache_mode = force_generic_plan
    SET jit = off
    AS 'MODULE_PATHNAME', 'cancellation_post';
COMMENT ON FUNCTION post_cancellation() IS 'trigger of table cancellation: posts the documents of a statement';
REVOKE ALL ON FUNCTION post_cancellation() FROM PUBLIC;

CREATE FUNCTION certificate_account(certificate gec) RETURNS bigint
    LANGUAGE c STABLE STRICT
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_seqscan = off
    AS 'MODULE_PATHNAME', 'cancellation_certificate_account';
COMMENT ON FUNCTION certificate_account(gec) IS
    'account that has a certificate; error LC008 when it was never issued';
REVOKE ALL ON FUNCTION certificate_account(gec) FROM PUBLIC;

CREATE FUNCTION cancel_certificates(
    ref text, reason cancellation_reason, proof text,
    certificates gecmultirange DEFAULT NULL, quantity bigint DEFAULT NULL,
    freeze_ref text DEFAULT NULL, account bigint DEFAULT NULL,
    objected_on date DEFAULT NULL, reissue boolean DEFAULT false,
    effective_on date DEFAULT NULL, dry_run boolean DEFAULT false)
    RETURNS SETOF posting
    LANGUAGE c VOLATILE
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_seqscan = off
    AS 'MODULE_PATHNAME', 'cancellation_cancel';
COMMENT ON FUNCTION cancel_certificates(text, cancellation_reason, text, gecmultirange, bigint, text, bigint, date, boolean, date, boolean) IS
    'cancels certificates (注销) and returns the ranges: ccer, those under a CCER freeze when their reductions are registered; objection, named ones or those under a freeze, when an objection was upheld that was filed within rule objection_window of the issue; reissue issues the same number anew to the owner of the project; account defaults to the holder; effective_on defaults to today in China; dry_run returns what would happen and leaves nothing behind; repeating a ref with equal content posts nothing and returns the first outcome (else error LC012); refusals of class LC, see docs/errors.md';
REVOKE ALL ON FUNCTION cancel_certificates(text, cancellation_reason, text, gecmultirange, bigint, text, bigint, date, boolean, date, boolean) FROM PUBLIC;
