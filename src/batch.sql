-- batch.sql: many documents in one call, with an outcome for each.

CREATE TYPE transfer_line AS (
    ref          text,
    from_account bigint,
    to_account   bigint,
    quantity     bigint,
    mode         trade_mode,
    certificates gecmultirange,
    filter       certificate_filter,
    order_ref    text,
    price        numeric,
    contract     text,
    proof        text,
    venue        text,
    route        route,
    pending      boolean,
    effective_on date,
    effective_at timestamptz
);
COMMENT ON TYPE transfer_line IS
    'a line of transfer_batch(): fields as the columns of table transfer; mode defaults to bilateral, or with order_ref to listing';
COMMENT ON COLUMN transfer_line.ref IS 'reference of the document';
COMMENT ON COLUMN transfer_line.from_account IS 'the account that gives; with order_ref the seller';
COMMENT ON COLUMN transfer_line.to_account IS 'the account that receives; with order_ref the buyer';
COMMENT ON COLUMN transfer_line.quantity IS 'whole certificates; with order_ref all that the order locked';
COMMENT ON COLUMN transfer_line.mode IS 'mode of the trade or transfer';
COMMENT ON COLUMN transfer_line.certificates IS 'the very certificates; empty: oldest validity first';
COMMENT ON COLUMN transfer_line.filter IS 'which certificates to take';
COMMENT ON COLUMN transfer_line.order_ref IS 'reference of the order that the line settles';
COMMENT ON COLUMN transfer_line.price IS 'price in yuan per certificate; with order_ref that of the order';
COMMENT ON COLUMN transfer_line.contract IS 'contract of the bundled energy or of energy management';
COMMENT ON COLUMN transfer_line.proof IS 'proof of payment or of settlement, or the filed plan';
COMMENT ON COLUMN transfer_line.venue IS 'platform or exchange';
COMMENT ON COLUMN transfer_line.route IS 'pool that a trade across provinces feeds';
COMMENT ON COLUMN transfer_line.pending IS 'whether the receiver must accept first';
COMMENT ON COLUMN transfer_line.effective_on IS 'day of the trade; default: that of effective_at, or today in China';
COMMENT ON COLUMN transfer_line.effective_at IS 'time of the settlement of an order';

CREATE TYPE retirement_line AS (
    ref              text,
    account_id       bigint,
    consumption_year integer,
    quantity         bigint,
    regime           claim_regime,
    certificates     gecmultirange,
    filter           certificate_filter,
    beneficiary      bigint,
    region           region,
    purpose          text,
    grid_account     text,
    consumed_from    date,
    consumed_to      date,
    effective_on     date
);
COMMENT ON TYPE retirement_line IS
    'a line of retire_batch(): fields as the columns of table retirement; regime defaults to mandatory, beneficiary to the holder, region to that of the beneficiary';
COMMENT ON COLUMN retirement_line.ref IS 'reference of the document';
COMMENT ON COLUMN retirement_line.account_id IS 'the holder';
COMMENT ON COLUMN retirement_line.consumption_year IS 'year of the consumption that is claimed';
COMMENT ON COLUMN retirement_line.quantity IS 'whole certificates';
COMMENT ON COLUMN retirement_line.regime IS 'mandatory accounting or voluntary disclosure';
COMMENT ON COLUMN retirement_line.certificates IS 'the very certificates; empty: oldest validity first';
COMMENT ON COLUMN retirement_line.filter IS 'which certificates to take';
COMMENT ON COLUMN retirement_line.beneficiary IS 'account that claims the consumption';
COMMENT ON COLUMN retirement_line.region IS 'where the power was consumed';
COMMENT ON COLUMN retirement_line.purpose IS 'scenario in free text';
COMMENT ON COLUMN retirement_line.grid_account IS 'account number at the grid company (户号)';
COMMENT ON COLUMN retirement_line.consumed_from IS 'first day of the consumption, within the year';
COMMENT ON COLUMN retirement_line.consumed_to IS 'last day of it';
COMMENT ON COLUMN retirement_line.effective_on IS 'day of retirement; default: today in China';

CREATE TYPE batch_outcome AS (
    line        integer,
    ref         text,
    outcome     text,
    document_id bigint,
    quantity    bigint,
    sqlstate    text,
    reason      text,
    detail      text,
    hint        text
);
COMMENT ON TYPE batch_outcome IS 'what happened to a line of a batch';
COMMENT ON COLUMN batch_outcome.line IS 'number of the line, from 1';
COMMENT ON COLUMN batch_outcome.ref IS 'its reference';
COMMENT ON COLUMN batch_outcome.outcome IS 'posted, repeated (posted by an earlier call or line of equal content), or refused';
COMMENT ON COLUMN batch_outcome.document_id IS 'number of the document; empty when refused, or posted in a dry run';
COMMENT ON COLUMN batch_outcome.quantity IS 'whole certificates; empty when refused';
COMMENT ON COLUMN batch_outcome.sqlstate IS 'error code of the refusal, see docs/errors.md';
COMMENT ON COLUMN batch_outcome.reason IS 'its message';
COMMENT ON COLUMN batch_outcome.detail IS 'its numbers';
COMMENT ON COLUMN batch_outcome.hint IS 'what to do about it';

CREATE FUNCTION transfer_batch(lines transfer_line[], dry_run boolean DEFAULT false)
    RETURNS SETOF batch_outcome
    LANGUAGE c VOLATILE
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_seqscan = off
    SET enable_hashjoin = off
    SET enable_mergejoin = off
    SET plan_cache_mode = force_generic_plan
    SET jit = off
    AS 'MODULE_PATHNAME', 'batch_transfer';
COMMENT ON FUNCTION transfer_batch(transfer_line[], boolean) IS
    'posts many transfers in one call: the good lines are posted, as if one after the other, and each line has its outcome; a line whose ref was posted with equal content counts as repeated; dry_run tells what would happen and leaves nothing behind';
REVOKE ALL ON FUNCTION transfer_batch(transfer_line[], boolean) FROM PUBLIC;

CREATE FUNCTION retire_batch(lines retirement_line[], dry_run boolean DEFAULT false)
    RETURNS SETOF batch_outcome
    LANGUAGE c VOLATILE
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_seqscan = off
    SET enable_hashjoin = off
    SET enable_mergejoin = off
    SET plan_cache_mode = force_generic_plan
    SET jit = off
    AS 'MODULE_PATHNAME', 'batch_retire';
COMMENT ON FUNCTION retire_batch(retirement_line[], boolean) IS
    'posts many retirements in one call: the good lines are posted, as if one after the other, and each line has its outcome; a line whose ref was posted with equal content counts as repeated; dry_run tells what would happen and leaves nothing behind';
REVOKE ALL ON FUNCTION retire_batch(retirement_line[], boolean) FROM PUBLIC;
