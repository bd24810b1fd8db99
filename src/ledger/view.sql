-- view.sql: the ledger for readers.  Plain columns, energies as numeric MWh,
-- names beside codes; the rights of the reader apply (security_invoker).

-- The condition holds always: each of its arms is that of a partial index, so
-- that the balance of one account is read by both, and all balances by one
-- scan.
CREATE VIEW certledger.holding_balance WITH (security_invoker = true) AS
SELECT h.account_id, a.name AS account_name, production_month(h.last_certificate) AS production_month,
       extract(year FROM production_month(h.last_certificate))::integer AS vintage,
       h.source::text AS source, province(h.region)::text AS province,
       holding_state_at(h.state, h.order_ends_at, now())::text AS state,
       h.route::text AS route, volume_class(h.last_certificate)::text AS volume_class,
       tradable(h.last_certificate) AS tradable, h.valid_until,
       sum(quantity(h.certificates)) AS certificates
FROM certledger.holding AS h
JOIN certledger.account AS a ON a.account_id = h.account_id
WHERE h.state < 'retired' OR h.state >= 'retired'
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11;
COMMENT ON VIEW certledger.holding_balance IS 'how many certificates each account has, by production month, source, province, state, route, class and validity';
COMMENT ON COLUMN certledger.holding_balance.account_id IS 'the holder';
COMMENT ON COLUMN certledger.holding_balance.account_name IS 'its name';
COMMENT ON COLUMN certledger.holding_balance.production_month IS 'month of generation, as its first day';
COMMENT ON COLUMN certledger.holding_balance.vintage IS 'year of generation';
COMMENT ON COLUMN certledger.holding_balance.source IS 'primary energy';
COMMENT ON COLUMN certledger.holding_balance.province IS 'province of generation, GB/T 2260';
COMMENT ON COLUMN certledger.holding_balance.state IS 'state now: certificates locked for an order that has ended count as listed';
COMMENT ON COLUMN certledger.holding_balance.route IS 'route by which the holder came to them';
COMMENT ON COLUMN certledger.holding_balance.volume_class IS 'volume class';
COMMENT ON COLUMN certledger.holding_balance.tradable IS 'whether of the tradable class';
COMMENT ON COLUMN certledger.holding_balance.valid_until IS 'last day of validity';
COMMENT ON COLUMN certledger.holding_balance.certificates IS 'number of certificates, 1 MWh each';
