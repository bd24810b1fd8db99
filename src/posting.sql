-- posting.sql: what posting a document returns.

CREATE TYPE posting AS (
    document_id  bigint,
    certificates gecrange,
    quantity     bigint,
    from_account bigint,
    from_state   holding_state,
    to_account   bigint,
    to_state     holding_state,
    route        route
);
COMMENT ON TYPE posting IS 'one range of certificates that a document moved';
COMMENT ON COLUMN posting.document_id IS 'number of the document';
COMMENT ON COLUMN posting.certificates IS 'the range that moved';
COMMENT ON COLUMN posting.quantity IS 'how many certificates it has';
COMMENT ON COLUMN posting.from_account IS 'account it left';
COMMENT ON COLUMN posting.from_state IS 'state it left';
COMMENT ON COLUMN posting.to_account IS 'account it came to';
COMMENT ON COLUMN posting.to_state IS 'state it came to';
COMMENT ON COLUMN posting.route IS 'route by which the holder now has it';
