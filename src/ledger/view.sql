-- view.sql: the ledger for readers.  Plain columns, energies as numeric MWh,
-- names beside codes; the rights of the reader apply (security_invoker).

-- The condition holds always: each of its arms is that of a partial index, so
-- that the balance of one account is read by both, and all balances by one
-- scan.
CREATE VIEW certledger.holding_balance WITH (security_invoker = true) AS
SELECT h.account_id, a.name AS account_name, production_month(h.first_certificate) AS production_month,
       extract(year FROM production_month(h.first_certificate))::integer AS vintage,
       h.source::text AS source, province(h.region)::text AS province,
       holding_state_at(h.state, h.order_ends_at, now())::text AS state,
       h.route::text AS route, volume_class(h.first_certificate)::text AS volume_class,
       tradable(h.first_certificate) AS tradable, h.valid_until,
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

CREATE VIEW certledger.province_report WITH (security_invoker = true) AS
SELECT p.year, p.version, p.province::text AS province, n.name AS province_name,
       mwh(p.generation) AS generation_mwh, mwh(p.net_received) AS net_received_mwh,
       mwh(p.energy_trade) AS energy_trade_mwh, mwh(p.certificate_trade) AS certificate_trade_mwh,
       mwh(p.allocation) AS allocation_mwh, mwh(p.line_loss) AS line_loss_mwh,
       mwh(p.non_fossil) AS non_fossil_mwh, mwh(p.consumption) AS consumption_mwh,
       CASE WHEN p.consumption <> '0 kWh' THEN p.non_fossil / p.consumption END AS non_fossil_share
FROM certledger.province_account AS p
LEFT JOIN certledger.region_name AS n ON n.region = p.province;
COMMENT ON VIEW certledger.province_report IS 'accounts of the provinces in MWh';
COMMENT ON COLUMN certledger.province_report.year IS 'accounting year';
COMMENT ON COLUMN certledger.province_report.version IS 'version of the accounts';
COMMENT ON COLUMN certledger.province_report.province IS 'province code, GB/T 2260';
COMMENT ON COLUMN certledger.province_report.province_name IS 'its name';
COMMENT ON COLUMN certledger.province_report.generation_mwh IS 'G, MWh';
COMMENT ON COLUMN certledger.province_report.net_received_mwh IS 'IO, received minus sent, MWh';
COMMENT ON COLUMN certledger.province_report.energy_trade_mwh IS 'T, MWh';
COMMENT ON COLUMN certledger.province_report.certificate_trade_mwh IS 'C, MWh';
COMMENT ON COLUMN certledger.province_report.allocation_mwh IS 'S, MWh';
COMMENT ON COLUMN certledger.province_report.line_loss_mwh IS 'L, MWh';
COMMENT ON COLUMN certledger.province_report.non_fossil_mwh IS 'E, non-fossil consumption, MWh';
COMMENT ON COLUMN certledger.province_report.consumption_mwh IS 'whole-society consumption, MWh';
COMMENT ON COLUMN certledger.province_report.non_fossil_share IS 'non-fossil consumption over whole-society consumption';

CREATE VIEW certledger.city_report WITH (security_invoker = true) AS
SELECT c.year, c.version, c.city::text AS city, n.name AS city_name, province(c.city)::text AS province,
       mwh(c.grid_draw) AS grid_draw_mwh, mwh(c.physical) AS physical_mwh,
       mwh(c.energy_trade) AS energy_trade_mwh, mwh(c.certificate_trade) AS certificate_trade_mwh,
       mwh(c.allocation) AS allocation_mwh, mwh(c.non_fossil) AS non_fossil_mwh
FROM certledger.city_account AS c
LEFT JOIN certledger.region_name AS n ON n.region = c.city;
COMMENT ON VIEW certledger.city_report IS 'accounts of the cities in MWh';
COMMENT ON COLUMN certledger.city_report.year IS 'accounting year';
COMMENT ON COLUMN certledger.city_report.version IS 'version of the accounts';
COMMENT ON COLUMN certledger.city_report.city IS 'prefecture code, GB/T 2260';
COMMENT ON COLUMN certledger.city_report.city_name IS 'its name';
COMMENT ON COLUMN certledger.city_report.province IS 'province code';
COMMENT ON COLUMN certledger.city_report.grid_draw_mwh IS 'W, MWh';
COMMENT ON COLUMN certledger.city_report.physical_mwh IS 'P, MWh';
COMMENT ON COLUMN certledger.city_report.energy_trade_mwh IS 'T, MWh';
COMMENT ON COLUMN certledger.city_report.certificate_trade_mwh IS 'C, MWh';
COMMENT ON COLUMN certledger.city_report.allocation_mwh IS 'A, MWh';
COMMENT ON COLUMN certledger.city_report.non_fossil_mwh IS 'E, non-fossil consumption, MWh';

CREATE VIEW certledger.user_report WITH (security_invoker = true) AS
SELECT u.year, u.version, u.account_id, a.name AS account_name, u.city::text AS city,
       n.name AS city_name, province(u.city)::text AS province, mwh(u.grid_draw) AS grid_draw_mwh,
       mwh(u.physical) AS physical_mwh, mwh(u.energy_trade) AS energy_trade_mwh,
       mwh(u.certificate_trade) AS certificate_trade_mwh, mwh(u.excess) AS excess_mwh,
       mwh(u.allocation) AS allocation_mwh, mwh(u.non_fossil) AS non_fossil_mwh,
       CASE WHEN u.grid_draw + u.physical <> '0 kWh' THEN u.non_fossil / (u.grid_draw + u.physical) END AS non_fossil_share
FROM certledger.user_account AS u
LEFT JOIN certledger.account AS a ON a.account_id = u.account_id
LEFT JOIN certledger.region_name AS n ON n.region = u.city;
COMMENT ON VIEW certledger.user_report IS 'accounts of the users in MWh';
COMMENT ON COLUMN certledger.user_report.year IS 'accounting year';
COMMENT ON COLUMN certledger.user_report.version IS 'version of the accounts';
COMMENT ON COLUMN certledger.user_report.account_id IS 'the user';
COMMENT ON COLUMN certledger.user_report.account_name IS 'its name';
COMMENT ON COLUMN certledger.user_report.city IS 'prefecture code of consumption, GB/T 2260';
COMMENT ON COLUMN certledger.user_report.city_name IS 'its name';
COMMENT ON COLUMN certledger.user_report.province IS 'province code';
COMMENT ON COLUMN certledger.user_report.grid_draw_mwh IS 'W, MWh: the cap of T + C';
COMMENT ON COLUMN certledger.user_report.physical_mwh IS 'P, MWh';
COMMENT ON COLUMN certledger.user_report.energy_trade_mwh IS 'T, MWh';
COMMENT ON COLUMN certledger.user_report.certificate_trade_mwh IS 'C, MWh';
COMMENT ON COLUMN certledger.user_report.excess_mwh IS 'claimed beyond a cap and not recognised, MWh';
COMMENT ON COLUMN certledger.user_report.allocation_mwh IS 'A, MWh';
COMMENT ON COLUMN certledger.user_report.non_fossil_mwh IS 'E, non-fossil consumption, MWh';
COMMENT ON COLUMN certledger.user_report.non_fossil_share IS 'E over grid draw plus physical supply';

CREATE VIEW certledger.account_identity WITH (security_invoker = true) AS
SELECT p.year, p.version, 'provinces' AS identity, NULL::text AS region,
       'sum of provincial consumption = sum of generation less line losses' AS rule,
       mwh(sum(p.non_fossil)) AS left_mwh, mwh(sum(p.generation - p.line_loss)) AS right_mwh,
       mwh(sum(p.non_fossil) - sum(p.generation - p.line_loss)) AS residual_mwh
FROM certledger.province_account AS p
GROUP BY p.year, p.version
UNION ALL
SELECT k.year, k.version, 'cities', k.province::text,
       'provincial consumption less its cities = loss residual',
       mwh(p.non_fossil - coalesce(c.non_fossil, '0 kWh')), mwh(k.loss_residual),
       mwh(p.non_fossil - coalesce(c.non_fossil, '0 kWh') - k.loss_residual)
FROM certledger.coefficient AS k
JOIN certledger.province_account AS p
    ON p.year = k.year AND p.version = k.version AND p.province = k.province
LEFT JOIN (SELECT t.year, t.version, province(t.city) AS province, sum(t.non_fossil) AS non_fossil
           FROM certledger.city_account AS t GROUP BY 1, 2, 3) AS c
    ON c.year = k.year AND c.version = k.version AND c.province = k.province
UNION ALL
SELECT u.year, u.version, 'caps', province(u.city)::text,
       'no user''s T + C is above its grid draw',
       mwh(max(u.energy_trade + u.certificate_trade - u.grid_draw)), 0,
       mwh(greatest(max(u.energy_trade + u.certificate_trade - u.grid_draw), '0 kWh'))
FROM certledger.user_account AS u
GROUP BY u.year, u.version, province(u.city);
COMMENT ON VIEW certledger.account_identity IS 'the standing identities of the accounts; residual_mwh is 0 where they hold';
COMMENT ON COLUMN certledger.account_identity.year IS 'accounting year';
COMMENT ON COLUMN certledger.account_identity.version IS 'version of the accounts';
COMMENT ON COLUMN certledger.account_identity.identity IS 'which identity';
COMMENT ON COLUMN certledger.account_identity.region IS 'province it is of; empty for the nation';
COMMENT ON COLUMN certledger.account_identity.rule IS 'the identity in words';
COMMENT ON COLUMN certledger.account_identity.left_mwh IS 'left side, MWh; of the caps the greatest excess of T + C over grid draw';
COMMENT ON COLUMN certledger.account_identity.right_mwh IS 'right side, MWh';
COMMENT ON COLUMN certledger.account_identity.residual_mwh IS 'difference, MWh';
