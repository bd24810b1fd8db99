-- holding.sql: movement, the append-only truth, and holding, its running total.

CREATE TABLE certledger.movement (
    movement_id  bigint GENERATED ALWAYS AS IDENTITY,
    document     document_kind NOT NULL,
    document_id  bigint NOT NULL,
    certificates gecrange NOT NULL,
    from_account bigint,
    from_state   holding_state NOT NULL,
    from_route   route,
    to_account   bigint NOT NULL,
    to_state     holding_state NOT NULL CONSTRAINT movement_to_state_check CHECK (to_state <> 'accrued'),
    to_route     route NOT NULL,
    effective_on date NOT NULL,
    posted_at    timestamptz NOT NULL,
    CONSTRAINT movement_pkey PRIMARY KEY (movement_id, posted_at),
    CONSTRAINT movement_certificates_check CHECK (is_run(certificates)),
    CONSTRAINT movement_from_check
        CHECK ((from_account IS NULL) = (from_state = 'accrued') AND (from_route IS NULL) = (from_state = 'accrued'))
) PARTITION BY RANGE (posted_at);
CREATE INDEX movement_document_idx ON certledger.movement (document_id, document);
CREATE INDEX movement_effective_on_idx ON certledger.movement USING brin (effective_on);
CREATE INDEX movement_certificates_idx ON certledger.movement (lower(certificates));
COMMENT ON TABLE certledger.movement IS 'every movement of certificates, one line per range; append-only, the source of truth; written by postings only';
COMMENT ON COLUMN certledger.movement.movement_id IS 'number of the line';
COMMENT ON COLUMN certledger.movement.document IS 'kind of the document';
COMMENT ON COLUMN certledger.movement.document_id IS 'number of the document';
COMMENT ON COLUMN certledger.movement.certificates IS 'the range that moved';
COMMENT ON COLUMN certledger.movement.from_account IS 'account it left; empty at issue';
COMMENT ON COLUMN certledger.movement.from_state IS 'state it left; accrued at issue';
COMMENT ON COLUMN certledger.movement.from_route IS 'route by which its last holder had it; empty at issue';
COMMENT ON COLUMN certledger.movement.to_account IS 'account it came to';
COMMENT ON COLUMN certledger.movement.to_state IS 'state it came to';
COMMENT ON COLUMN certledger.movement.to_route IS 'route by which the holder now has it';
COMMENT ON COLUMN certledger.movement.effective_on IS 'day on which the document takes effect';
COMMENT ON COLUMN certledger.movement.posted_at IS 'time of posting, equal to the document''s';

CREATE TABLE certledger.holding (
    last_certificate gec,
    certificates     gecrange NOT NULL,
    account_id       bigint NOT NULL,
    state            holding_state NOT NULL CONSTRAINT holding_state_check CHECK (state <> 'accrued'),
    route            route NOT NULL,
    transfer_id      bigint,
    trades           smallint NOT NULL DEFAULT 0 CONSTRAINT holding_trades_check CHECK (trades >= 0),
    listing_id       bigint,
    order_id         bigint,
    order_ends_at    timestamptz,
    freeze_id        bigint,
    pending_id       bigint,
    region           region NOT NULL,
    source           energy_source NOT NULL,
    valid_until      date NOT NULL,
    CONSTRAINT holding_pkey PRIMARY KEY (last_certificate),
    CONSTRAINT holding_last_certificate_check CHECK (last_certificate = upper(certificates) - 1),
    CONSTRAINT holding_certificates_check CHECK (is_run(certificates)),
    CONSTRAINT holding_hold_check
        CHECK ((order_id IS NULL) = (order_ends_at IS NULL)
               AND CASE WHEN state = 'frozen' THEN num_nonnulls(freeze_id, pending_id) = 1
                        ELSE num_nonnulls(freeze_id, pending_id) = 0
                             AND (state IN ('listed', 'locked')) = (listing_id IS NOT NULL)
                             AND (state = 'locked') = (order_id IS NOT NULL) END)
);
CREATE INDEX holding_live_idx ON certledger.holding (account_id, valid_until, last_certificate)
    WHERE state < 'retired';
CREATE INDEX holding_terminal_idx ON certledger.holding (account_id)
    WHERE state >= 'retired';
COMMENT ON TABLE certledger.holding IS 'the place of every certificate ever issued, exactly once: the running total of movement; written by postings only';
COMMENT ON COLUMN certledger.holding.last_certificate IS 'last certificate of the range; a column of its own, so that the key can be replicated, and the last one, so that it stays when certificates are taken off the front';
COMMENT ON COLUMN certledger.holding.certificates IS 'a range of certificates of one project, month and class';
COMMENT ON COLUMN certledger.holding.account_id IS 'the holder; of terminal certificates, the last one';
COMMENT ON COLUMN certledger.holding.state IS 'state of the certificates';
COMMENT ON COLUMN certledger.holding.route IS 'route by which the holder came to them';
COMMENT ON COLUMN certledger.holding.transfer_id IS 'transfer by which the holder came to them; empty for the producer''s own';
COMMENT ON COLUMN certledger.holding.trades IS 'how often they were traded; rule trades_allowed says how often they may be';
COMMENT ON COLUMN certledger.holding.listing_id IS 'the listing (hold) by which they are on sale';
COMMENT ON COLUMN certledger.holding.order_id IS 'the order (hold) for which they are locked';
COMMENT ON COLUMN certledger.holding.order_ends_at IS 'when that order ends: from then on they count as listed, see holding_state_at()';
COMMENT ON COLUMN certledger.holding.freeze_id IS 'the freeze (hold) under which they are; what they were before is kept in the columns before this one';
COMMENT ON COLUMN certledger.holding.pending_id IS 'the pending transfer for whose receiver they are frozen';
COMMENT ON COLUMN certledger.holding.region IS 'where the energy was produced';
COMMENT ON COLUMN certledger.holding.source IS 'primary energy';
COMMENT ON COLUMN certledger.holding.valid_until IS 'last day on which they may be traded or retired, fixed at issue';
