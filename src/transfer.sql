-- transfer.sql: trades and transfers of certificates.

-- The settings keep the saved plans to one index scan per key, whatever the
-- planner thinks of a table that was empty when the session began.
CREATE FUNCTION post_transfer() RETURNS trigger
    LANGUAGE c
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_seqscan = off
    SET enable_hashjoin = off
    SET enable_mergejoin = off
    SET plan_cache_mode = force_generic_plan
    SET jit = off
    AS 'MODULE_PATHNAME', 'transfer_post';
COMMENT ON FUNCTION post_transfer() IS 'trigger of table transfer: posts the documents of a statement';
REVOKE ALL ON FUNCTION post_transfer() FROM PUBLIC;

CREATE FUNCTION transfer_certificates(
    ref text, from_account bigint, to_account bigint, quantity bigint DEFAULT NULL,
    mode trade_mode DEFAULT 'bilateral', certificates gecmultirange DEFAULT NULL,
    price numeric DEFAULT NULL, contract text DEFAULT NULL, proof text DEFAULT NULL,
    venue text DEFAULT NULL, route route DEFAULT NULL, effective_on date DEFAULT NULL)
    RETURNS SETOF posting
    LANGUAGE c VOLATILE
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_seqscan = off
    AS 'MODULE_PATHNAME', 'transfer_certificates';
COMMENT ON FUNCTION transfer_certificates(text, bigint, bigint, bigint, trade_mode, gecmultirange, numeric, text, text, text, route, date) IS
    'moves certificates from one account to another (交易, 划转) and returns the ranges that moved; names them by certificates, or takes the oldest validity first; price in yuan per certificate; effective_on defaults to today in China; repeating a ref with equal content posts nothing and returns the first outcome (else error LC012); refusals: LC001 to LC011, LC015 to LC017';
REVOKE ALL ON FUNCTION transfer_certificates(text, bigint, bigint, bigint, trade_mode, gecmultirange, numeric, text, text, text, route, date) FROM PUBLIC;
