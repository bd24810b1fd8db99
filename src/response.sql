-- response.sql: answers to pending transfers.

CREATE FUNCTION post_response() RETURNS trigger
    LANGUAGE c
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_seqscan = off
    SET enable_hashjoin = off
    SET enable_mergejoin = off
    SET plan_cache_mode = force_generic_plan
    SET jit = off
    AS 'MODULE_PATHNAME', 'response_post';
COMMENT ON FUNCTION post_response() IS 'trigger of table response: posts the documents of a statement';
REVOKE ALL ON FUNCTION post_response() FROM PUBLIC;

CREATE FUNCTION transfer_id(
    ref text)
    RETURNS bigint
    LANGUAGE c STABLE
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_seqscan = off
    AS 'MODULE_PATHNAME', 'response_transfer_id';
COMMENT ON FUNCTION transfer_id(text) IS
    'number of a transfer by its reference; error LC029 when there is none';
REVOKE ALL ON FUNCTION transfer_id(text) FROM PUBLIC;

CREATE FUNCTION accept_transfer(
    ref text, transfer_ref text, note text DEFAULT NULL, effective_on date DEFAULT NULL,
    dry_run boolean DEFAULT false)
    RETURNS SETOF posting
    LANGUAGE c VOLATILE
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_seqscan = off
    AS 'MODULE_PATHNAME', 'response_accept';
COMMENT ON FUNCTION accept_transfer(text, text, text, date, boolean) IS
    'the receiver takes what a pending transfer offers (接受): the certificates move as the transfer says, if they are still valid on effective_on; returns the ranges; effective_on defaults to today in China; dry_run returns what would happen and leaves nothing behind; repeating a ref with equal content posts nothing and returns the first outcome (else error LC012); refusals of class LC, see docs/errors.md';
REVOKE ALL ON FUNCTION accept_transfer(text, text, text, date, boolean) FROM PUBLIC;

CREATE FUNCTION reject_transfer(
    ref text, transfer_ref text, note text DEFAULT NULL, effective_on date DEFAULT NULL,
    dry_run boolean DEFAULT false)
    RETURNS SETOF posting
    LANGUAGE c VOLATILE
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_seqscan = off
    AS 'MODULE_PATHNAME', 'response_reject';
COMMENT ON FUNCTION reject_transfer(text, text, text, date, boolean) IS
    'the receiver declines what a pending transfer offers (拒绝): the certificates are the giver''s again, in the state they were in; returns the ranges; effective_on defaults to today in China; dry_run returns what would happen and leaves nothing behind; repeating a ref with equal content posts nothing and returns the first outcome (else error LC012); refusals of class LC, see docs/errors.md';
REVOKE ALL ON FUNCTION reject_transfer(text, text, text, date, boolean) FROM PUBLIC;

CREATE FUNCTION withdraw_transfer(
    ref text, transfer_ref text, note text DEFAULT NULL, effective_on date DEFAULT NULL,
    dry_run boolean DEFAULT false)
    RETURNS SETOF posting
    LANGUAGE c VOLATILE
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_seqscan = off
    AS 'MODULE_PATHNAME', 'response_withdraw';
COMMENT ON FUNCTION withdraw_transfer(text, text, text, date, boolean) IS
    'the giver takes back what a pending transfer offers (撤回), as long as the receiver has not answered; returns the ranges; effective_on defaults to today in China; dry_run returns what would happen and leaves nothing behind; repeating a ref with equal content posts nothing and returns the first outcome (else error LC012); refusals of class LC, see docs/errors.md';
REVOKE ALL ON FUNCTION withdraw_transfer(text, text, text, date, boolean) FROM PUBLIC;
