-- sale.sql: the rows of a single sale and the lock that it needs, written by
-- the server's own executor in one call: what a sale costs before any rule is
-- asked.  Tables are copies of the ledger's with their columns, constraints and
-- indexes, without triggers; the lot is taken to be large enough.
--
-- Usage, in a database with a ledger and the market of market.sql:
--
--     psql -X -f test/bench/plain/sale.sql
\set ON_ERROR_STOP 1
SET client_min_messages = warning;

CREATE TABLE bench.sale_account (LIKE certledger.account INCLUDING ALL);
CREATE TABLE bench.sale_transfer (LIKE certledger.transfer INCLUDING ALL);
CREATE TABLE bench.sale_movement (LIKE certledger.movement INCLUDING ALL);
CREATE TABLE bench.sale_holding (LIKE certledger.holding INCLUDING ALL);
INSERT INTO bench.sale_account (account_id, kind, name, uscc, personal_id, region, grid_account, opened_on, closed_on)
OVERRIDING SYSTEM VALUE SELECT account_id, kind, name, uscc, personal_id, region, grid_account, opened_on, closed_on FROM certledger.account;
INSERT INTO bench.sale_transfer OVERRIDING SYSTEM VALUE SELECT * FROM certledger.transfer ORDER BY transfer_id;
INSERT INTO bench.sale_movement OVERRIDING SYSTEM VALUE SELECT * FROM certledger.movement ORDER BY movement_id;
INSERT INTO bench.sale_holding SELECT * FROM certledger.holding;
SELECT setval('bench.sale_transfer_transfer_id_seq', 1000000000), setval('bench.sale_movement_movement_id_seq', 1000000000) \g /dev/null
VACUUM ANALYZE bench.sale_account, bench.sale_transfer, bench.sale_movement, bench.sale_holding;

CREATE FUNCTION bench.sale(ref text, seller bigint, buyer bigint, quantity bigint, price numeric, effective_on date) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path = certledger
    AS $$
DECLARE
    document bigint;
    lot bench.sale_holding;
    sold gecrange;
BEGIN
    INSERT INTO bench.sale_transfer (ref, mode, from_account, to_account, quantity, price, effective_on)
    VALUES (sale.ref, 'bilateral', seller, buyer, sale.quantity, sale.price, sale.effective_on)
    ON CONFLICT DO NOTHING RETURNING transfer_id INTO document;
    IF document IS NULL THEN
        RAISE EXCEPTION 'reference "%" was used', sale.ref;
    END IF;
    PERFORM FROM bench.sale_account AS a WHERE a.account_id = seller FOR NO KEY UPDATE;
    SELECT * INTO lot FROM bench.sale_holding AS h WHERE h.account_id = seller AND h.state < 'retired'
    ORDER BY h.valid_until, h.last_certificate LIMIT 1;
    sold := gecrange(lower(lot.certificates), lower(lot.certificates) + sale.quantity);
    UPDATE bench.sale_holding AS h SET certificates = gecrange(upper(sold), upper(lot.certificates)) WHERE h.last_certificate = lot.last_certificate;
    INSERT INTO bench.sale_holding (last_certificate, certificates, account_id, state, route, transfer_id, trades, region, source, valid_until)
    VALUES (upper(sold) - 1, sold, buyer, 'transferred', 'in_province_trade', document, 1, lot.region, lot.source, lot.valid_until);
    INSERT INTO bench.sale_movement (document, document_id, certificates, from_account, from_state, from_route, to_account, to_state, to_route, effective_on, posted_at)
    VALUES ('transfer', document, sold, seller, 'issued', 'production', buyer, 'transferred', 'in_province_trade', sale.effective_on, now());
    RETURN sale.quantity;
END
$$;
