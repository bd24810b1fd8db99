-- hold.sql: certificates on sale, locked for an order, or frozen.

CREATE FUNCTION post_hold() RETURNS trigger
    LANGUAGE c
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_seqscan = off
    SET enable_hashjoin = off
    SET enable_mergejoin = off
    SET plan_cache_mode = force_generic_plan
    SET jit = off
    AS 'MODULE_PATHNAME', 'hold_post';
COMMENT ON FUNCTION post_hold() IS 'trigger of table hold: posts the documents of a statement';
REVOKE ALL ON FUNCTION post_hold() FROM PUBLIC;

CREATE FUNCTION hold_id(
    ref text)
    RETURNS bigint
    LANGUAGE c STABLE
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_seqscan = off
    AS 'MODULE_PATHNAME', 'hold_id';
COMMENT ON FUNCTION hold_id(text) IS
    'number of a hold (listing, order, freeze and their ends) by its reference; error LC029 when there is none';
REVOKE ALL ON FUNCTION hold_id(text) FROM PUBLIC;

CREATE FUNCTION list_certificates(
    ref text, account bigint, quantity bigint DEFAULT NULL, price numeric DEFAULT NULL,
    certificates gecmultirange DEFAULT NULL, filter certificate_filter DEFAULT NULL,
    venue text DEFAULT NULL, effective_at timestamptz DEFAULT NULL,
    dry_run boolean DEFAULT false)
    RETURNS SETOF posting
    LANGUAGE c VOLATILE
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_seqscan = off
    AS 'MODULE_PATHNAME', 'hold_list';
COMMENT ON FUNCTION list_certificates(text, bigint, bigint, numeric, gecmultirange, certificate_filter, text, timestamptz, boolean) IS
    'puts certificates of an account on sale (挂牌) and returns the ranges; any venue can lock them for an order; price asked in yuan per certificate; effective_at defaults to now; dry_run returns what would happen and leaves nothing behind; repeating a ref with equal content posts nothing and returns the first outcome (else error LC012); refusals of class LC, see docs/errors.md';
REVOKE ALL ON FUNCTION list_certificates(text, bigint, bigint, numeric, gecmultirange, certificate_filter, text, timestamptz, boolean) FROM PUBLIC;

CREATE FUNCTION delist(
    ref text, account bigint, quantity bigint DEFAULT NULL,
    certificates gecmultirange DEFAULT NULL, filter certificate_filter DEFAULT NULL,
    listing text DEFAULT NULL, effective_at timestamptz DEFAULT NULL,
    dry_run boolean DEFAULT false)
    RETURNS SETOF posting
    LANGUAGE c VOLATILE
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_seqscan = off
    AS 'MODULE_PATHNAME', 'hold_delist';
COMMENT ON FUNCTION delist(text, bigint, bigint, gecmultirange, certificate_filter, text, timestamptz, boolean) IS
    'takes certificates of an account off the market (摘牌) and returns the ranges: by quantity, by name, or what is left of a listing, given by its reference; effective_at defaults to now; dry_run returns what would happen and leaves nothing behind; repeating a ref with equal content posts nothing and returns the first outcome (else error LC012); refusals of class LC, see docs/errors.md';
REVOKE ALL ON FUNCTION delist(text, bigint, bigint, gecmultirange, certificate_filter, text, timestamptz, boolean) FROM PUBLIC;

CREATE FUNCTION lock_order(
    ref text, account bigint, buyer bigint, venue text, quantity bigint DEFAULT NULL,
    price numeric DEFAULT NULL, certificates gecmultirange DEFAULT NULL,
    filter certificate_filter DEFAULT NULL, ends_at timestamptz DEFAULT NULL,
    effective_at timestamptz DEFAULT NULL, dry_run boolean DEFAULT false)
    RETURNS SETOF posting
    LANGUAGE c VOLATILE
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_seqscan = off
    AS 'MODULE_PATHNAME', 'hold_lock_order';
COMMENT ON FUNCTION lock_order(text, bigint, bigint, text, bigint, numeric, gecmultirange, certificate_filter, timestamptz, timestamptz, boolean) IS
    'locks certificates that an account has on sale for the order of a buyer (锁定) and returns the ranges; the order ends at ends_at, at the latest after rule order_lifetime, and from then on they are free again; several venues sell from one pool; effective_at defaults to now; dry_run returns what would happen and leaves nothing behind; repeating a ref with equal content posts nothing and returns the first outcome (else error LC012); refusals of class LC, see docs/errors.md';
REVOKE ALL ON FUNCTION lock_order(text, bigint, bigint, text, bigint, numeric, gecmultirange, certificate_filter, timestamptz, timestamptz, boolean) FROM PUBLIC;

CREATE FUNCTION release_order(
    ref text, order_ref text, effective_at timestamptz DEFAULT NULL,
    dry_run boolean DEFAULT false)
    RETURNS SETOF posting
    LANGUAGE c VOLATILE
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_seqscan = off
    AS 'MODULE_PATHNAME', 'hold_release_order';
COMMENT ON FUNCTION release_order(text, text, timestamptz, boolean) IS
    'gives back to their listing the certificates that an order still has locked (释放) and returns the ranges; effective_at defaults to now; dry_run returns what would happen and leaves nothing behind; repeating a ref with equal content posts nothing and returns the first outcome (else error LC012); refusals of class LC, see docs/errors.md';
REVOKE ALL ON FUNCTION release_order(text, text, timestamptz, boolean) FROM PUBLIC;

CREATE FUNCTION freeze(
    ref text, account bigint, reason freeze_reason, proof text,
    quantity bigint DEFAULT NULL, certificates gecmultirange DEFAULT NULL,
    filter certificate_filter DEFAULT NULL, effective_at timestamptz DEFAULT NULL,
    dry_run boolean DEFAULT false)
    RETURNS SETOF posting
    LANGUAGE c VOLATILE
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_seqscan = off
    AS 'MODULE_PATHNAME', 'hold_freeze';
COMMENT ON FUNCTION freeze(text, bigint, freeze_reason, text, bigint, gecmultirange, certificate_filter, timestamptz, boolean) IS
    'freezes certificates of an account (冻结) and returns the ranges: ccer, untraded ones of projects whose technology rule ccer_technology lists; dispute, any live ones; proof is the CCER project or the file; effective_at defaults to now; dry_run returns what would happen and leaves nothing behind; repeating a ref with equal content posts nothing and returns the first outcome (else error LC012); refusals of class LC, see docs/errors.md';
REVOKE ALL ON FUNCTION freeze(text, bigint, freeze_reason, text, bigint, gecmultirange, certificate_filter, timestamptz, boolean) FROM PUBLIC;

CREATE FUNCTION unfreeze(
    ref text, freeze_ref text, proof text, quantity bigint DEFAULT NULL,
    effective_at timestamptz DEFAULT NULL, dry_run boolean DEFAULT false)
    RETURNS SETOF posting
    LANGUAGE c VOLATILE
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_seqscan = off
    AS 'MODULE_PATHNAME', 'hold_unfreeze';
COMMENT ON FUNCTION unfreeze(text, text, text, bigint, timestamptz, boolean) IS
    'ends a freeze (解冻) of all that is left under it unless quantity says how many, and returns the ranges: after ccer they are issued again, after a dispute what they were before; effective_at defaults to now; dry_run returns what would happen and leaves nothing behind; repeating a ref with equal content posts nothing and returns the first outcome (else error LC012); refusals of class LC, see docs/errors.md';
REVOKE ALL ON FUNCTION unfreeze(text, text, text, bigint, timestamptz, boolean) FROM PUBLIC;
