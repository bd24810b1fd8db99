-- expiry.sql: expiry of certificates whose validity is over.

CREATE FUNCTION post_expiry() RETURNS trigger
    LANGUAGE c
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_hashjoin = off
    SET enable_mergejoin = off
    SET jit = off
    AS 'MODULE_PATHNAME', 'expiry_post';
COMMENT ON FUNCTION post_expiry() IS 'trigger of table expiry: posts the documents of a statement';
REVOKE ALL ON FUNCTION post_expiry() FROM PUBLIC;

CREATE FUNCTION expire(
    as_of date DEFAULT NULL, ref text DEFAULT NULL, dry_run boolean DEFAULT false,
    OUT expiry_id bigint, OUT ranges bigint, OUT accounts bigint, OUT certificates bigint)
    RETURNS SETOF record
    LANGUAGE c VOLATILE
    SET search_path = pg_catalog, certledger, pg_temp
    AS 'MODULE_PATHNAME', 'expiry_expire';
COMMENT ON FUNCTION expire(date, text, boolean) IS
    'expires (过期) whatever was valid until a day before as_of (default: today in China) and is issued, on sale, locked or transferred; orders are cancelled first, what is frozen stays; returns the document, its ranges, accounts and certificates; ref defaults to a new number; dry_run returns what would happen and leaves nothing behind; repeating a ref with equal content posts nothing and returns the first outcome (else error LC012)';
REVOKE ALL ON FUNCTION expire(date, text, boolean) FROM PUBLIC;
