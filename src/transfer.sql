-- transfer.sql: trades and transfers of certificates.

-- The settings keep the saved plans to one index scan per key, whatever the
-- planner thinks of a table that was empty when the session began.
-- transfer_certificates() sets them when it executes a statement (plan.c).
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
    venue text DEFAULT NULL, route route DEFAULT NULL, effective_on date DEFAULT NULL,
    filter certificate_filter DEFAULT NULL, pending boolean DEFAULT NULL,
    dry_run boolean DEFAULT false)
    RETURNS SETOF posting
    LANGUAGE c VOLATILE
    SET search_path = pg_catalog, certledger, pg_temp
    AS 'MODULE_PATHNAME', 'transfer_certificates';
COMMENT ON FUNCTION transfer_certificates(text, bigint, bigint, bigint, trade_mode, gecmultirange, numeric, text, text, text, route, date, certificate_filter, boolean, boolean) IS
    'moves certificates from one account to another (交易, 划转) and returns the ranges that moved; names them by certificates, or takes the oldest validity first, of those that pass the filter; price in yuan per certificate; pending freezes them for the receiver, who calls accept_transfer() or reject_transfer(); effective_on defaults to today in China; dry_run returns what would happen and leaves nothing behind; repeating a ref with equal content posts nothing and returns the first outcome (else error LC012); refusals of class LC, see docs/errors.md';
REVOKE ALL ON FUNCTION transfer_certificates(text, bigint, bigint, bigint, trade_mode, gecmultirange, numeric, text, text, text, route, date, certificate_filter, boolean, boolean) FROM PUBLIC;

CREATE FUNCTION allocate_certificates(
    ref text, from_account bigint, to_account bigint, quantity bigint, plan text,
    certificates gecmultirange DEFAULT NULL, filter certificate_filter DEFAULT NULL,
    pending boolean DEFAULT NULL, effective_on date DEFAULT NULL,
    dry_run boolean DEFAULT false)
    RETURNS SETOF posting
    LANGUAGE c VOLATILE
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_seqscan = off
    AS 'MODULE_PATHNAME', 'transfer_allocate';
COMMENT ON FUNCTION allocate_certificates(text, bigint, bigint, bigint, text, gecmultirange, certificate_filter, boolean, date, boolean) IS
    'allocates certificates of a provincial account to a user under a filed plan (省级账户分配; NEA 2026-01-07 implementing rules art. 24): a transfer of mode allocation, which is no trade; dry_run returns what would happen and leaves nothing behind; repeating a ref with equal content posts nothing and returns the first outcome (else error LC012); refusals of class LC, see docs/errors.md';
REVOKE ALL ON FUNCTION allocate_certificates(text, bigint, bigint, bigint, text, gecmultirange, certificate_filter, boolean, date, boolean) FROM PUBLIC;

CREATE FUNCTION settle_order(
    ref text, order_ref text, quantity bigint DEFAULT NULL, price numeric DEFAULT NULL,
    route route DEFAULT NULL, effective_at timestamptz DEFAULT NULL,
    dry_run boolean DEFAULT false)
    RETURNS SETOF posting
    LANGUAGE c VOLATILE
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_seqscan = off
    AS 'MODULE_PATHNAME', 'transfer_settle_order';
COMMENT ON FUNCTION settle_order(text, text, bigint, numeric, route, timestamptz, boolean) IS
    'delivers to the buyer what an order has locked: a trade of mode listing (挂牌交易), of all that the order locked unless quantity says how many, at its price unless another is given; an order that has ended at effective_at (default: now) is refused (LC031); dry_run returns what would happen and leaves nothing behind; repeating a ref with equal content posts nothing and returns the first outcome (else error LC012); refusals of class LC, see docs/errors.md';
REVOKE ALL ON FUNCTION settle_order(text, text, bigint, numeric, route, timestamptz, boolean) FROM PUBLIC;
