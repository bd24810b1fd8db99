-- report.sql: the accounts for readers of every kind.  Plain columns, so that
-- nobody needs to know a type of ours: energies as numeric MWh, codes and words
-- as text, names beside them; current marks the version that was run last.  The
-- rights of the reader apply (security_invoker).

CREATE VIEW certledger.year_report WITH (security_invoker = true) AS
SELECT y.year, y.version,
       y.version IS NOT DISTINCT FROM max(y.version) FILTER (WHERE y.run_at IS NOT NULL) OVER (PARTITION BY y.year) AS current,
       y.state::text AS state, y.reason, y.opened_at, y.run_at, y.closed_at, y.closed_by::text AS closed_by
FROM certledger.account_year AS y;
COMMENT ON VIEW certledger.year_report IS 'accounting years and their versions';
COMMENT ON COLUMN certledger.year_report.year IS 'accounting year';
COMMENT ON COLUMN certledger.year_report.version IS 'version of the accounts';
COMMENT ON COLUMN certledger.year_report.current IS 'whether this version is the one that was run last';
COMMENT ON COLUMN certledger.year_report.state IS 'open, or closed for ever';
COMMENT ON COLUMN certledger.year_report.reason IS 'why a closed version was restated by this one; empty for the first';
COMMENT ON COLUMN certledger.year_report.opened_at IS 'when it was opened';
COMMENT ON COLUMN certledger.year_report.run_at IS 'when its accounts were last run; empty before the first run';
COMMENT ON COLUMN certledger.year_report.closed_at IS 'when it was closed';
COMMENT ON COLUMN certledger.year_report.closed_by IS 'role that closed it';

CREATE VIEW certledger.province_report WITH (security_invoker = true) AS
SELECT p.year, p.version, y.current, p.province::text AS province, n.name AS province_name,
       mwh(p.generation) AS generation_mwh, mwh(p.energy_trade) AS energy_trade_mwh,
       mwh(p.certificate_trade) AS certificate_trade_mwh, mwh(p.allocation) AS allocation_mwh,
       mwh(p.line_loss) AS line_loss_mwh, mwh(p.non_fossil) AS non_fossil_mwh,
       mwh(p.consumption) AS consumption_mwh,
       CASE WHEN p.consumption <> '0 kWh' THEN p.non_fossil / p.consumption END AS non_fossil_share,
       mwh(p.net_received) AS net_received_mwh, mwh(p.fossil_on_grid) AS fossil_on_grid_mwh
FROM certledger.province_account AS p
JOIN certledger.year_report AS y ON y.year = p.year AND y.version = p.version
LEFT JOIN certledger.region_name AS n ON n.region = p.province;
COMMENT ON VIEW certledger.province_report IS 'accounts of the provinces, E = G + T + C + S - L (发改能源〔2026〕622号 Annex 1), in MWh';
COMMENT ON COLUMN certledger.province_report.year IS 'accounting year';
COMMENT ON COLUMN certledger.province_report.version IS 'version of the accounts';
COMMENT ON COLUMN certledger.province_report.current IS 'whether this version is the one that was run last';
COMMENT ON COLUMN certledger.province_report.province IS 'province code, GB/T 2260';
COMMENT ON COLUMN certledger.province_report.province_name IS 'its name';
COMMENT ON COLUMN certledger.province_report.generation_mwh IS 'G: gross non-fossil generation, MWh';
COMMENT ON COLUMN certledger.province_report.energy_trade_mwh IS 'T: inter-provincial energy trade, plus bought, minus sold, MWh';
COMMENT ON COLUMN certledger.province_report.certificate_trade_mwh IS 'C: inter-provincial certificates, plus bought, minus sold, MWh';
COMMENT ON COLUMN certledger.province_report.allocation_mwh IS 'S: allocated share of flows without type, plus received, minus sent, MWh';
COMMENT ON COLUMN certledger.province_report.line_loss_mwh IS 'L: non-fossil line loss borne by the seller, MWh';
COMMENT ON COLUMN certledger.province_report.non_fossil_mwh IS 'E: non-fossil consumption, MWh';
COMMENT ON COLUMN certledger.province_report.consumption_mwh IS 'whole-society consumption as published, MWh; empty where it is not';
COMMENT ON COLUMN certledger.province_report.non_fossil_share IS 'E over whole-society consumption, a ratio';
COMMENT ON COLUMN certledger.province_report.net_received_mwh IS 'IO: received minus sent volume, MWh';
COMMENT ON COLUMN certledger.province_report.fossil_on_grid_mwh IS 'F: on-grid volume of fossil plants, MWh';

CREATE VIEW certledger.city_report WITH (security_invoker = true) AS
SELECT c.year, c.version, y.current, c.city::text AS city, n.name AS city_name,
       province(c.city)::text AS province, p.name AS province_name, mwh(c.grid_draw) AS grid_draw_mwh,
       mwh(c.physical) AS physical_mwh, mwh(c.energy_trade) AS energy_trade_mwh,
       mwh(c.certificate_trade) AS certificate_trade_mwh, mwh(c.allocation) AS allocation_mwh,
       mwh(c.non_fossil) AS non_fossil_mwh,
       CASE WHEN c.grid_draw + c.physical <> '0 kWh' THEN c.non_fossil / (c.grid_draw + c.physical) END AS non_fossil_share,
       mwh(coalesce(s.charged, '0 kWh')) AS storage_charged_mwh,
       mwh(coalesce(s.discharged, '0 kWh')) AS storage_discharged_mwh
FROM certledger.city_account AS c
JOIN certledger.year_report AS y ON y.year = c.year AND y.version = c.version
LEFT JOIN certledger.region_name AS n ON n.region = c.city
LEFT JOIN certledger.region_name AS p ON p.region = province(c.city)
LEFT JOIN (SELECT extract(year FROM s.month)::integer AS year, prefecture(s.region) AS city,
                  sum(s.charged) AS charged, sum(s.discharged) AS discharged
           FROM certledger.storage_charge AS s GROUP BY 1, 2) AS s
    ON s.year = c.year AND s.city = c.city;
COMMENT ON VIEW certledger.city_report IS 'accounts of the cities, E = P + T + C + A (发改能源〔2026〕622号 Annex 2), in MWh';
COMMENT ON COLUMN certledger.city_report.year IS 'accounting year';
COMMENT ON COLUMN certledger.city_report.version IS 'version of the accounts';
COMMENT ON COLUMN certledger.city_report.current IS 'whether this version is the one that was run last';
COMMENT ON COLUMN certledger.city_report.city IS 'prefecture code, GB/T 2260';
COMMENT ON COLUMN certledger.city_report.city_name IS 'its name';
COMMENT ON COLUMN certledger.city_report.province IS 'province code';
COMMENT ON COLUMN certledger.city_report.province_name IS 'name of the province';
COMMENT ON COLUMN certledger.city_report.grid_draw_mwh IS 'W: grid draw of all users of the city, the cap of T + C, MWh';
COMMENT ON COLUMN certledger.city_report.physical_mwh IS 'P: physical supply, MWh';
COMMENT ON COLUMN certledger.city_report.energy_trade_mwh IS 'T: green and nuclear power bought, MWh';
COMMENT ON COLUMN certledger.city_report.certificate_trade_mwh IS 'C: certificates recognised, MWh';
COMMENT ON COLUMN certledger.city_report.allocation_mwh IS 'A: allocated, MWh';
COMMENT ON COLUMN certledger.city_report.non_fossil_mwh IS 'E: non-fossil consumption, MWh';
COMMENT ON COLUMN certledger.city_report.non_fossil_share IS 'E over grid draw plus physical supply, a ratio';
COMMENT ON COLUMN certledger.city_report.storage_charged_mwh IS 'energy that storage in the city took from the grid, by the facts as they stand, MWh; it is part of W by rule storage_charging';
COMMENT ON COLUMN certledger.city_report.storage_discharged_mwh IS 'energy that it gave back, MWh; it is deducted from W by rule storage_discharging only';

CREATE VIEW certledger.user_report WITH (security_invoker = true) AS
SELECT u.year, u.version, y.current, u.account_id, a.name AS account_name, a.kind::text AS account_kind,
       a.uscc::text AS uscc, u.city::text AS city, n.name AS city_name, province(u.city)::text AS province,
       p.name AS province_name, mwh(u.grid_draw) AS grid_draw_mwh, mwh(u.physical) AS physical_mwh,
       mwh(u.energy_trade) AS energy_trade_mwh, mwh(u.certificate_trade) AS certificate_trade_mwh,
       mwh(u.excess) AS excess_mwh, mwh(u.allocation) AS allocation_mwh, mwh(u.non_fossil) AS non_fossil_mwh,
       CASE WHEN u.grid_draw + u.physical <> '0 kWh' THEN u.non_fossil / (u.grid_draw + u.physical) END AS non_fossil_share,
       mwh(coalesce(s.charged, '0 kWh')) AS storage_charged_mwh,
       mwh(coalesce(s.discharged, '0 kWh')) AS storage_discharged_mwh
FROM certledger.user_account AS u
JOIN certledger.year_report AS y ON y.year = u.year AND y.version = u.version
LEFT JOIN certledger.account AS a ON a.account_id = u.account_id
LEFT JOIN certledger.region_name AS n ON n.region = u.city
LEFT JOIN certledger.region_name AS p ON p.region = province(u.city)
LEFT JOIN (SELECT extract(year FROM s.month)::integer AS year, s.account_id, prefecture(s.region) AS city,
                  sum(s.charged) AS charged, sum(s.discharged) AS discharged
           FROM certledger.storage_charge AS s GROUP BY 1, 2, 3) AS s
    ON s.year = u.year AND s.account_id = u.account_id AND s.city = u.city;
COMMENT ON VIEW certledger.user_report IS 'accounts of the users, E = P + T + C + A (发改能源〔2026〕622号 Annex 3), in MWh, one row for each city in which a user consumes';
COMMENT ON COLUMN certledger.user_report.year IS 'accounting year';
COMMENT ON COLUMN certledger.user_report.version IS 'version of the accounts';
COMMENT ON COLUMN certledger.user_report.current IS 'whether this version is the one that was run last';
COMMENT ON COLUMN certledger.user_report.account_id IS 'the user';
COMMENT ON COLUMN certledger.user_report.account_name IS 'its name; empty where the registry does not know it';
COMMENT ON COLUMN certledger.user_report.account_kind IS 'kind of its account';
COMMENT ON COLUMN certledger.user_report.uscc IS 'its unified social credit code';
COMMENT ON COLUMN certledger.user_report.city IS 'prefecture code of consumption, GB/T 2260';
COMMENT ON COLUMN certledger.user_report.city_name IS 'name of the city';
COMMENT ON COLUMN certledger.user_report.province IS 'province code';
COMMENT ON COLUMN certledger.user_report.province_name IS 'name of the province';
COMMENT ON COLUMN certledger.user_report.grid_draw_mwh IS 'W: grid draw, the cap of T + C, MWh';
COMMENT ON COLUMN certledger.user_report.physical_mwh IS 'P: physical supply, MWh';
COMMENT ON COLUMN certledger.user_report.energy_trade_mwh IS 'T: green and nuclear power bought, as recognised, MWh';
COMMENT ON COLUMN certledger.user_report.certificate_trade_mwh IS 'C: certificates retired, as recognised, MWh';
COMMENT ON COLUMN certledger.user_report.excess_mwh IS 'claimed beyond a cap and not recognised, MWh';
COMMENT ON COLUMN certledger.user_report.allocation_mwh IS 'A: allocated, MWh';
COMMENT ON COLUMN certledger.user_report.non_fossil_mwh IS 'E: non-fossil consumption, MWh';
COMMENT ON COLUMN certledger.user_report.non_fossil_share IS 'E over grid draw plus physical supply, a ratio';
COMMENT ON COLUMN certledger.user_report.storage_charged_mwh IS 'energy that its storage took from the grid, by the facts as they stand, MWh; it is part of W by rule storage_charging';
COMMENT ON COLUMN certledger.user_report.storage_discharged_mwh IS 'energy that it gave back, MWh; it is deducted from W by rule storage_discharging only';

CREATE VIEW certledger.coefficient_report WITH (security_invoker = true) AS
SELECT c.year, c.version, y.current, c.province::text AS province, n.name AS province_name,
       mwh(c.physical) AS physical_mwh, mwh(c.energy_trade) AS energy_trade_mwh,
       mwh(c.certificate_trade) AS certificate_trade_mwh, mwh(c.numerator) AS numerator_mwh,
       mwh(c.denominator) AS denominator_mwh, c.k,
       round(c.k, certledger.rule_value('coefficient_display_digits', make_date(c.year, 12, 31))::integer) AS k_displayed,
       c.published, mwh(c.allocated) AS allocated_mwh, mwh(c.loss_residual) AS loss_residual_mwh, c.up_to_date
FROM certledger.coefficient AS c
JOIN certledger.year_report AS y ON y.year = c.year AND y.version = c.version
LEFT JOIN certledger.region_name AS n ON n.region = c.province;
COMMENT ON VIEW certledger.coefficient_report IS 'allocation coefficients (分摊系数) k = (E - P - T - C) / (G - P - T - C + F + IO) (发改能源〔2026〕622号 Annex 2)';
COMMENT ON COLUMN certledger.coefficient_report.year IS 'accounting year';
COMMENT ON COLUMN certledger.coefficient_report.version IS 'version of the accounts';
COMMENT ON COLUMN certledger.coefficient_report.current IS 'whether this version is the one that was run last';
COMMENT ON COLUMN certledger.coefficient_report.province IS 'province code, GB/T 2260';
COMMENT ON COLUMN certledger.coefficient_report.province_name IS 'its name';
COMMENT ON COLUMN certledger.coefficient_report.physical_mwh IS 'sum of P over its cities, MWh';
COMMENT ON COLUMN certledger.coefficient_report.energy_trade_mwh IS 'sum of T over its cities, MWh';
COMMENT ON COLUMN certledger.coefficient_report.certificate_trade_mwh IS 'sum of C over its cities, MWh';
COMMENT ON COLUMN certledger.coefficient_report.numerator_mwh IS 'numerator as computed, MWh';
COMMENT ON COLUMN certledger.coefficient_report.denominator_mwh IS 'denominator as computed, MWh';
COMMENT ON COLUMN certledger.coefficient_report.k IS 'k that was applied, a ratio: the published one, else numerator over denominator held within 0 and 1; empty when the denominator is not positive';
COMMENT ON COLUMN certledger.coefficient_report.k_displayed IS 'the same with the decimals of rule coefficient_display_digits';
COMMENT ON COLUMN certledger.coefficient_report.published IS 'k that the provincial authority published, a ratio; empty where there is none';
COMMENT ON COLUMN certledger.coefficient_report.allocated_mwh IS 'sum of A over the users, MWh';
COMMENT ON COLUMN certledger.coefficient_report.loss_residual_mwh IS 'E of the province less E of its cities, MWh';
COMMENT ON COLUMN certledger.coefficient_report.up_to_date IS 'whether the users were accounted on the provincial account as it stands';

CREATE VIEW certledger.coefficient_month_report WITH (security_invoker = true) AS
SELECT m.year, m.version, y.current, m.province::text AS province, n.name AS province_name, m.month, m.k,
       m.published, mwh(m.remaining) AS remaining_mwh, mwh(m.allocated) AS allocated_mwh
FROM certledger.coefficient_month AS m
JOIN certledger.year_report AS y ON y.year = m.year AND y.version = m.version
LEFT JOIN certledger.region_name AS n ON n.region = m.province;
COMMENT ON VIEW certledger.coefficient_month_report IS 'allocation by month in the provinces that published coefficients of months (发改能源〔2026〕622号 Annex 2)';
COMMENT ON COLUMN certledger.coefficient_month_report.year IS 'accounting year';
COMMENT ON COLUMN certledger.coefficient_month_report.version IS 'version of the accounts';
COMMENT ON COLUMN certledger.coefficient_month_report.current IS 'whether this version is the one that was run last';
COMMENT ON COLUMN certledger.coefficient_month_report.province IS 'province code, GB/T 2260';
COMMENT ON COLUMN certledger.coefficient_month_report.province_name IS 'its name';
COMMENT ON COLUMN certledger.coefficient_month_report.month IS 'month, as its first day';
COMMENT ON COLUMN certledger.coefficient_month_report.k IS 'coefficient of the month, a ratio: the published one, else that of the year';
COMMENT ON COLUMN certledger.coefficient_month_report.published IS 'whether the month has a coefficient of its own';
COMMENT ON COLUMN certledger.coefficient_month_report.remaining_mwh IS 'grid draw of the month that T and C did not fill, MWh';
COMMENT ON COLUMN certledger.coefficient_month_report.allocated_mwh IS 'sum of A over the users, MWh';

CREATE VIEW certledger.recognition_report WITH (security_invoker = true) AS
SELECT r.year, r.version, y.current, r.tier::text AS tier, r.province::text AS province, p.name AS province_name,
       r.city::text AS city, n.name AS city_name, r.account_id, a.name AS account_name,
       r.identification::text AS identification, r.category, r.from_province::text AS from_province,
       f.name AS from_province_name, r.market, r.month, r.document, r.traded_on,
       mwh(r.claimed) AS claimed_mwh, mwh(r.recognised) AS recognised_mwh, mwh(r.excess) AS excess_mwh,
       r.reason, k.kind::text AS cap_kind, k.region::text AS cap_region, kn.name AS cap_region_name,
       c.from_province::text AS cap_from_province, c.month AS cap_month,
       mwh(CASE k.kind WHEN 'user' THEN u.grid_draw WHEN 'green_power_retired' THEN NULL
                       ELSE CASE WHEN k.kind IS NOT NULL THEN coalesce(c.cap, '0 kWh') END END) AS cap_mwh,
       mwh(CASE k.kind WHEN 'user' THEN u.energy_trade + u.certificate_trade WHEN 'green_power_retired' THEN NULL
                       ELSE CASE WHEN k.kind IS NOT NULL THEN coalesce(c.recognised, '0 kWh') END END) AS cap_use_mwh
FROM certledger.recognition AS r
JOIN certledger.year_report AS y ON y.year = r.year AND y.version = r.version
CROSS JOIN LATERAL (SELECT certledger.cap_region(r.reason, r.city, r.province, r.from_province) AS region,
                           CASE WHEN certledger.cap_region(r.reason, r.city, r.province, r.from_province) IS NOT NULL
                                THEN r.reason::certledger.cap_kind END AS kind) AS k
LEFT JOIN certledger.user_account AS u
    ON k.kind = 'user' AND u.year = r.year AND u.version = r.version AND u.account_id = r.account_id AND u.city = r.city
LEFT JOIN LATERAL (SELECT c.* FROM certledger.recognition_cap AS c
                   WHERE c.year = r.year AND c.version = r.version AND c.kind = k.kind AND c.region = k.region
                     AND (c.from_province IS NULL OR c.from_province = r.from_province)
                     AND (c.month IS NULL OR extract(month FROM c.month) >= voluntary_month(r.traded_on, r.year))
                   ORDER BY c.recognised < c.cap, c.month LIMIT 1) AS c ON true
LEFT JOIN certledger.account AS a ON a.account_id = r.account_id
LEFT JOIN certledger.region_name AS p ON p.region = r.province
LEFT JOIN certledger.region_name AS n ON n.region = r.city
LEFT JOIN certledger.region_name AS f ON f.region = r.from_province
LEFT JOIN certledger.region_name AS kn ON kn.region = k.region;
COMMENT ON VIEW certledger.recognition_report IS 'every claim beside what was recognised of it, in MWh, and where not all was, the cap that it reached with its volume and its use (发改能源〔2026〕622号 art. 7)';
COMMENT ON COLUMN certledger.recognition_report.year IS 'accounting year';
COMMENT ON COLUMN certledger.recognition_report.version IS 'version of the accounts';
COMMENT ON COLUMN certledger.recognition_report.current IS 'whether this version is the one that was run last';
COMMENT ON COLUMN certledger.recognition_report.tier IS 'province for energy trade between provinces, user for claims of users';
COMMENT ON COLUMN certledger.recognition_report.province IS 'province that claims, GB/T 2260';
COMMENT ON COLUMN certledger.recognition_report.province_name IS 'its name';
COMMENT ON COLUMN certledger.recognition_report.city IS 'city of the user, prefecture code; empty where no user or a provincial account claims';
COMMENT ON COLUMN certledger.recognition_report.city_name IS 'its name';
COMMENT ON COLUMN certledger.recognition_report.account_id IS 'the user, where the claim is one users';
COMMENT ON COLUMN certledger.recognition_report.account_name IS 'its name';
COMMENT ON COLUMN certledger.recognition_report.identification IS 'energy_trade (T) or certificate_trade (C)';
COMMENT ON COLUMN certledger.recognition_report.category IS 'step of the fill order in which it was walked, or why it is counted elsewhere';
COMMENT ON COLUMN certledger.recognition_report.from_province IS 'selling or producing province';
COMMENT ON COLUMN certledger.recognition_report.from_province_name IS 'its name';
COMMENT ON COLUMN certledger.recognition_report.market IS 'region or inter-provincial market, of volume between provinces';
COMMENT ON COLUMN certledger.recognition_report.month IS 'month of the settlement or of the production, as its first day';
COMMENT ON COLUMN certledger.recognition_report.document IS 'contract, name of the unified purchase, or ref of the retirement';
COMMENT ON COLUMN certledger.recognition_report.traded_on IS 'of certificates, day on which the holder acquired them';
COMMENT ON COLUMN certledger.recognition_report.claimed_mwh IS 'claimed, MWh';
COMMENT ON COLUMN certledger.recognition_report.recognised_mwh IS 'what counts, MWh';
COMMENT ON COLUMN certledger.recognition_report.excess_mwh IS 'what does not, MWh';
COMMENT ON COLUMN certledger.recognition_report.reason IS 'why not all of it counts: a kind of cap, or where the energy is counted elsewhere';
COMMENT ON COLUMN certledger.recognition_report.cap_kind IS 'cap that was reached; empty where none was';
COMMENT ON COLUMN certledger.recognition_report.cap_region IS 'city or province whose cap it is';
COMMENT ON COLUMN certledger.recognition_report.cap_region_name IS 'its name';
COMMENT ON COLUMN certledger.recognition_report.cap_from_province IS 'of a cap of two provinces, the selling one';
COMMENT ON COLUMN certledger.recognition_report.cap_month IS 'of a monthly ceiling, the month up to which it is added up';
COMMENT ON COLUMN certledger.recognition_report.cap_mwh IS 'volume of the cap, MWh; of kind user the grid draw; empty for green_power_retired';
COMMENT ON COLUMN certledger.recognition_report.cap_use_mwh IS 'what was recognised under it in all, MWh';

CREATE VIEW certledger.cap_report WITH (security_invoker = true) AS
SELECT c.year, c.version, y.current, c.tier, c.kind, c.region::text AS region, n.name AS region_name,
       c.from_province::text AS from_province, f.name AS from_province_name, c.account_id, a.name AS account_name,
       c.month, c.basis, mwh(c.cap) AS cap_mwh, mwh(c.claimed) AS claimed_mwh,
       mwh(c.recognised) AS recognised_mwh, mwh(c.cap - c.recognised) AS headroom_mwh
FROM (SELECT c.year, c.version, CASE c.kind WHEN 'city' THEN 'city' ELSE 'province' END AS tier, c.kind::text AS kind,
             c.region, c.from_province, NULL::bigint AS account_id, c.month,
             CASE WHEN c.published THEN 'published' ELSE 'computed' END AS basis, c.cap, c.claimed, c.recognised
      FROM certledger.recognition_cap AS c
      UNION ALL
      SELECT c.year, c.version, 'city' AS tier, 'city' AS kind, c.city, NULL AS from_province, NULL AS account_id, NULL AS month,
             'grid draw' AS basis, c.grid_draw,
             c.energy_trade + c.certificate_trade + coalesce(r.excess, '0 kWh'), c.energy_trade + c.certificate_trade
      FROM certledger.city_account AS c
      LEFT JOIN (SELECT r.year, r.version, r.city, sum(r.excess) AS excess
                 FROM certledger.recognition AS r
                 WHERE r.tier = 'user' AND r.reason = ANY (enum_range(NULL::certledger.cap_kind)::text[])
                 GROUP BY r.year, r.version, r.city) AS r
          ON r.year = c.year AND r.version = c.version AND r.city = c.city
      UNION ALL
      SELECT u.year, u.version, 'user' AS tier, 'user' AS kind, u.city, NULL AS from_province, u.account_id, NULL AS month,
             'grid draw' AS basis, u.grid_draw,
             u.energy_trade + u.certificate_trade + u.excess, u.energy_trade + u.certificate_trade
      FROM certledger.user_account AS u) AS c
JOIN certledger.year_report AS y ON y.year = c.year AND y.version = c.version
LEFT JOIN certledger.account AS a ON a.account_id = c.account_id
LEFT JOIN certledger.region_name AS n ON n.region = c.region
LEFT JOIN certledger.region_name AS f ON f.region = c.from_province;
COMMENT ON VIEW certledger.cap_report IS 'caps of provinces, pools, cities and users (认定上限; 发改能源〔2026〕622号 art. 7, Annexes 1 to 3) in MWh: volume, what was claimed and recognised under each, and what is left; a city has a row for the grid draw of its users, and one more where its cap was published';
COMMENT ON COLUMN certledger.cap_report.year IS 'accounting year';
COMMENT ON COLUMN certledger.cap_report.version IS 'version of the accounts';
COMMENT ON COLUMN certledger.cap_report.current IS 'whether this version is the one that was run last';
COMMENT ON COLUMN certledger.cap_report.tier IS 'province (its pools included), city or user';
COMMENT ON COLUMN certledger.cap_report.kind IS 'which cap';
COMMENT ON COLUMN certledger.cap_report.region IS 'the province or city, GB/T 2260; of a spot_pair the buying province, of voluntary_out the selling one';
COMMENT ON COLUMN certledger.cap_report.region_name IS 'its name';
COMMENT ON COLUMN certledger.cap_report.from_province IS 'the selling province of a spot_pair';
COMMENT ON COLUMN certledger.cap_report.from_province_name IS 'its name';
COMMENT ON COLUMN certledger.cap_report.account_id IS 'of kind user, the user';
COMMENT ON COLUMN certledger.cap_report.account_name IS 'its name';
COMMENT ON COLUMN certledger.cap_report.month IS 'of voluntary_out, the month up to which the ceilings of the year are added up';
COMMENT ON COLUMN certledger.cap_report.basis IS 'published, computed from trade and flows, or grid draw';
COMMENT ON COLUMN certledger.cap_report.cap_mwh IS 'volume of the cap, MWh';
COMMENT ON COLUMN certledger.cap_report.claimed_mwh IS 'claimed under it, MWh';
COMMENT ON COLUMN certledger.cap_report.recognised_mwh IS 'recognised under it, MWh';
COMMENT ON COLUMN certledger.cap_report.headroom_mwh IS 'what is left of it, MWh';

CREATE VIEW certledger.interprovincial_report WITH (security_invoker = true) AS
SELECT i.year, i.version, y.current, i.market, i.province::text AS province, n.name AS province_name, i.direction,
       mwh(i.flow) AS flow_mwh, mwh(i.dedicated_fossil) AS dedicated_fossil_mwh, mwh(i.fossil_trade) AS fossil_trade_mwh,
       mwh(i.untyped_spot) AS untyped_spot_mwh, mwh(i.energy_trade) AS energy_trade_mwh,
       mwh(i.certificate_trade) AS certificate_trade_mwh, mwh(i.residual) AS residual_mwh,
       CASE WHEN i.agreed THEN 'agreement' ELSE 'formula' END AS allocated_by,
       mwh(i.allocation) AS allocation_mwh, mwh(i.line_loss) AS line_loss_mwh
FROM certledger.interprovincial_account AS i
JOIN certledger.year_report AS y ON y.year = i.year AND y.version = i.version
LEFT JOIN certledger.region_name AS n ON n.region = i.province;
COMMENT ON VIEW certledger.interprovincial_report IS 'received and sent volume of each province by market (发改能源〔2026〕622号 Annex 1), gross by direction, all positive, in MWh';
COMMENT ON COLUMN certledger.interprovincial_report.year IS 'accounting year';
COMMENT ON COLUMN certledger.interprovincial_report.version IS 'version of the accounts';
COMMENT ON COLUMN certledger.interprovincial_report.current IS 'whether this version is the one that was run last';
COMMENT ON COLUMN certledger.interprovincial_report.market IS 'region or inter-provincial market';
COMMENT ON COLUMN certledger.interprovincial_report.province IS 'province code, GB/T 2260';
COMMENT ON COLUMN certledger.interprovincial_report.province_name IS 'its name';
COMMENT ON COLUMN certledger.interprovincial_report.direction IS 'received or sent';
COMMENT ON COLUMN certledger.interprovincial_report.flow_mwh IS 'received or sent volume, MWh';
COMMENT ON COLUMN certledger.interprovincial_report.dedicated_fossil_mwh IS 'trade of fossil plants dedicated to inter-provincial channels, MWh';
COMMENT ON COLUMN certledger.interprovincial_report.fossil_trade_mwh IS 'all fossil trade, the dedicated included, MWh';
COMMENT ON COLUMN certledger.interprovincial_report.untyped_spot_mwh IS 'spot volume without one-to-one relation or type, MWh';
COMMENT ON COLUMN certledger.interprovincial_report.energy_trade_mwh IS 'T recognised, MWh';
COMMENT ON COLUMN certledger.interprovincial_report.certificate_trade_mwh IS 'C recognised, MWh';
COMMENT ON COLUMN certledger.interprovincial_report.residual_mwh IS 'R: flow less fossil trade, T and C, not below zero, MWh';
COMMENT ON COLUMN certledger.interprovincial_report.allocated_by IS 'agreement of the provinces (option A) or formula (option B)';
COMMENT ON COLUMN certledger.interprovincial_report.allocation_mwh IS 'S: non-fossil part of the residual, MWh';
COMMENT ON COLUMN certledger.interprovincial_report.line_loss_mwh IS 'non-fossil line loss borne by the seller, MWh';

CREATE VIEW certledger.warning_report WITH (security_invoker = true) AS
SELECT w.year, w.version, y.current, w.warning, w.region::text AS region, n.name AS region_name, w.account_id,
       a.name AS account_name, w.detail, w.rule, r.value AS rule_value, r.description AS rule_description,
       r.source AS rule_source, r.status AS rule_status
FROM certledger.account_warning AS w
JOIN certledger.year_report AS y ON y.year = w.year AND y.version = w.version
LEFT JOIN certledger.region_name AS n ON n.region = w.region
LEFT JOIN certledger.account AS a ON a.account_id = w.account_id
LEFT JOIN LATERAL (SELECT r.* FROM certledger.rule AS r
                   WHERE r.name = w.rule AND r.effective_from <= make_date(w.year, 12, 31)
                   ORDER BY r.effective_from DESC LIMIT 1) AS r ON true;
COMMENT ON VIEW certledger.warning_report IS 'what the accounts settled by a default rule, and facts that they could not use, with the rule, its value in force on the last day of the year and its source';
COMMENT ON COLUMN certledger.warning_report.year IS 'accounting year';
COMMENT ON COLUMN certledger.warning_report.version IS 'version of the accounts';
COMMENT ON COLUMN certledger.warning_report.current IS 'whether this version is the one that was run last';
COMMENT ON COLUMN certledger.warning_report.warning IS 'kind of warning';
COMMENT ON COLUMN certledger.warning_report.region IS 'region concerned, GB/T 2260';
COMMENT ON COLUMN certledger.warning_report.region_name IS 'its name';
COMMENT ON COLUMN certledger.warning_report.account_id IS 'account concerned';
COMMENT ON COLUMN certledger.warning_report.account_name IS 'its name';
COMMENT ON COLUMN certledger.warning_report.detail IS 'what was found, with numbers, and what was done';
COMMENT ON COLUMN certledger.warning_report.rule IS 'rule that settled it, if one did';
COMMENT ON COLUMN certledger.warning_report.rule_value IS 'its value in force';
COMMENT ON COLUMN certledger.warning_report.rule_description IS 'what the rule says';
COMMENT ON COLUMN certledger.warning_report.rule_source IS 'document that it is from';
COMMENT ON COLUMN certledger.warning_report.rule_status IS 'how well the source is known';

-- User by user, each found by index: the planner cannot know how few rows one
-- user has, and sorts of all facts would be slower.
CREATE VIEW certledger.user_month WITH (security_invoker = true) AS
SELECT u.year, u.version, u.account_id, u.city, m.month, m.grid_draw, m.physical, m.energy_trade, m.certificate_trade, m.remaining
FROM certledger.user_account AS u,
LATERAL (
    SELECT f.month, f.grid_draw, f.physical, f.energy_trade, f.certificate_trade,
           f.filled - coalesce(lag(f.filled) OVER (ORDER BY f.month), '0 kWh') AS remaining
    FROM (SELECT r.*, least(greatest(max(r.so_far) OVER (ORDER BY r.month), '0 kWh'),
                            u.grid_draw - u.energy_trade - u.certificate_trade) AS filled
          FROM (SELECT o.month, sum(o.grid_draw) AS grid_draw, sum(o.physical) AS physical, sum(o.energy_trade) AS energy_trade,
                       sum(o.certificate_trade) AS certificate_trade,
                       sum(sum(o.grid_draw - o.energy_trade - o.certificate_trade)) OVER (ORDER BY o.month) AS so_far
                FROM (SELECT d.month, d.energy AS grid_draw, '0 kWh'::certledger.energy AS physical,
                             '0 kWh'::certledger.energy AS energy_trade, '0 kWh'::certledger.energy AS certificate_trade
                      FROM certledger.grid_draw AS d
                      WHERE d.account_id = u.account_id AND prefecture(d.region) = u.city
                        AND d.month >= make_date(u.year, 1, 1) AND d.month < make_date(u.year + 1, 1, 1)
                      UNION ALL
                      -- a discharge that is deducted takes from the charge of months as T and C do from the draw
                      SELECT s.month, s.filled - coalesce(lag(s.filled) OVER (ORDER BY s.month), '0 kWh'), '0 kWh' AS physical,
                             '0 kWh' AS energy_trade, '0 kWh' AS certificate_trade
                      FROM (SELECT s.month, least(greatest(max(s.so_far) OVER (ORDER BY s.month), '0 kWh'), greatest(s.whole, '0 kWh')) AS filled
                            FROM (SELECT s.month, sum(sum(s.net)) OVER (ORDER BY s.month) AS so_far, sum(sum(s.net)) OVER () AS whole
                                  FROM (SELECT c.month, CASE WHEN certledger.rule_value('storage_discharging', r.on_date) = 'deduct'
                                                             THEN c.charged - c.discharged ELSE c.charged END AS net
                                        FROM certledger.storage_charge AS c,
                                             -- of the row, so that it is asked for rows only
                                             LATERAL (SELECT make_date(extract(year FROM c.month)::integer, 12, 31) AS on_date) AS r
                                        WHERE c.account_id = u.account_id AND prefecture(c.region) = u.city
                                          AND c.month >= make_date(u.year, 1, 1) AND c.month < make_date(u.year + 1, 1, 1)
                                          AND certledger.rule_value('storage_charging', r.on_date) = 'grid_draw') AS s
                                  GROUP BY s.month) AS s) AS s
                      UNION ALL
                      SELECT s.month, '0 kWh' AS grid_draw, s.energy, '0 kWh' AS energy_trade, '0 kWh' AS certificate_trade
                      FROM certledger.physical_supply AS s
                      WHERE s.account_id = u.account_id AND prefecture(s.region) = u.city
                        AND s.month >= make_date(u.year, 1, 1) AND s.month < make_date(u.year + 1, 1, 1)
                      UNION ALL
                      SELECT r.month, '0 kWh' AS grid_draw, '0 kWh' AS physical, CASE WHEN r.identification = 'energy_trade' THEN r.recognised ELSE '0 kWh' END,
                             CASE WHEN r.identification = 'certificate_trade' THEN r.recognised ELSE '0 kWh' END
                      FROM certledger.recognition AS r
                      WHERE r.account_id = u.account_id AND r.year = u.year AND r.version = u.version AND r.tier = 'user' AND r.city = u.city) AS o
                GROUP BY o.month) AS r) AS f) AS m;
COMMENT ON VIEW certledger.user_month IS 'users'' accounts by month, of every version on the facts as they stand: W, P, T and C, and what of the month''s draw T and C leave; what trade exceeds in a month fills the months after it, then those before, as the allocation by month does (发改能源〔2026〕622号 Annex 2)';
COMMENT ON COLUMN certledger.user_month.year IS 'accounting year';
COMMENT ON COLUMN certledger.user_month.version IS 'version of the accounts';
COMMENT ON COLUMN certledger.user_month.account_id IS 'the user';
COMMENT ON COLUMN certledger.user_month.city IS 'prefecture-level division of consumption';
COMMENT ON COLUMN certledger.user_month.month IS 'month, as its first day';
COMMENT ON COLUMN certledger.user_month.grid_draw IS 'W: metered draw and what storage charged, less discharge where rule storage_discharging deducts it';
COMMENT ON COLUMN certledger.user_month.physical IS 'P: physical supply';
COMMENT ON COLUMN certledger.user_month.energy_trade IS 'T: energy trade recognised';
COMMENT ON COLUMN certledger.user_month.certificate_trade IS 'C: certificates recognised, by month of production';
COMMENT ON COLUMN certledger.user_month.remaining IS 'what k of the month is taken of';

CREATE VIEW certledger.user_month_report WITH (security_invoker = true) AS
SELECT m.year, m.version, m.month, m.account_id, a.name AS account_name, m.city::text AS city, n.name AS city_name,
       province(m.city)::text AS province, p.name AS province_name, mwh(m.grid_draw) AS grid_draw_mwh,
       mwh(m.physical) AS physical_mwh, mwh(m.energy_trade) AS energy_trade_mwh,
       mwh(m.certificate_trade) AS certificate_trade_mwh, mwh(m.remaining) AS remaining_mwh,
       CASE WHEN c.published THEN mwh(m.remaining) * c.k
            WHEN k.total > '0 kWh' THEN mwh(m.remaining) * wh(k.pool) / wh(k.total)
            ELSE 0 END AS allocation_mwh,
       CASE WHEN c.month IS NOT NULL THEN 'k of the month, not rounded' ELSE 'k of the year, not rounded' END AS allocation_basis
FROM certledger.user_month AS m
JOIN certledger.year_report AS y ON y.year = m.year AND y.version = m.version AND y.current
LEFT JOIN certledger.coefficient AS k ON k.year = m.year AND k.version = m.version AND k.province = province(m.city)
LEFT JOIN certledger.coefficient_month AS c
    ON c.year = m.year AND c.version = m.version AND c.province = province(m.city) AND c.month = m.month
LEFT JOIN certledger.account AS a ON a.account_id = m.account_id
LEFT JOIN certledger.region_name AS n ON n.region = m.city
LEFT JOIN certledger.region_name AS p ON p.region = province(m.city);
COMMENT ON VIEW certledger.user_month_report IS 'accounts of the users by month in MWh, of the current version on the facts as they stand; months of a user and city add up to its year (A to less than 1 Wh for each month)';
COMMENT ON COLUMN certledger.user_month_report.year IS 'accounting year';
COMMENT ON COLUMN certledger.user_month_report.version IS 'version of the accounts: the one that was run last';
COMMENT ON COLUMN certledger.user_month_report.month IS 'month, as its first day';
COMMENT ON COLUMN certledger.user_month_report.account_id IS 'the user';
COMMENT ON COLUMN certledger.user_month_report.account_name IS 'its name';
COMMENT ON COLUMN certledger.user_month_report.city IS 'prefecture code of consumption, GB/T 2260';
COMMENT ON COLUMN certledger.user_month_report.city_name IS 'name of the city';
COMMENT ON COLUMN certledger.user_month_report.province IS 'province code';
COMMENT ON COLUMN certledger.user_month_report.province_name IS 'name of the province';
COMMENT ON COLUMN certledger.user_month_report.grid_draw_mwh IS 'W of the month, storage charging included, MWh';
COMMENT ON COLUMN certledger.user_month_report.physical_mwh IS 'P of the month, MWh';
COMMENT ON COLUMN certledger.user_month_report.energy_trade_mwh IS 'T of the month of settlement, MWh';
COMMENT ON COLUMN certledger.user_month_report.certificate_trade_mwh IS 'C of the month of production, MWh';
COMMENT ON COLUMN certledger.user_month_report.remaining_mwh IS 'draw of the month that T and C leave, MWh; what they exceed in a month fills the months after it, then those before';
COMMENT ON COLUMN certledger.user_month_report.allocation_mwh IS 'A: k times what remains, MWh, not rounded to the watt-hour';
COMMENT ON COLUMN certledger.user_month_report.allocation_basis IS 'k of the month, not rounded: the province allocates by month, in whole watt-hours; k of the year, not rounded: it allocates the year, and A of the month is what k gives for it';

CREATE VIEW certledger.account_identity WITH (security_invoker = true) AS
SELECT p.year, p.version, y.current, 'provinces' AS identity, NULL::text AS region,
       'sum of provincial consumption = sum of generation less line losses' AS rule,
       mwh(sum(p.non_fossil)) AS left_mwh, mwh(sum(p.generation - p.line_loss)) AS right_mwh,
       mwh(sum(p.non_fossil) - sum(p.generation - p.line_loss)) AS residual_mwh
FROM certledger.province_account AS p
JOIN certledger.year_report AS y ON y.year = p.year AND y.version = p.version
GROUP BY p.year, p.version, y.current
UNION ALL
SELECT k.year, k.version, y.current, 'cities', k.province::text,
       'provincial consumption less its cities = loss residual',
       mwh(p.non_fossil - coalesce(c.non_fossil, '0 kWh')), mwh(k.loss_residual),
       mwh(p.non_fossil - coalesce(c.non_fossil, '0 kWh') - k.loss_residual)
FROM certledger.coefficient AS k
JOIN certledger.year_report AS y ON y.year = k.year AND y.version = k.version
JOIN certledger.province_account AS p
    ON p.year = k.year AND p.version = k.version AND p.province = k.province
LEFT JOIN (SELECT t.year, t.version, province(t.city) AS province, sum(t.non_fossil) AS non_fossil
           FROM certledger.city_account AS t GROUP BY 1, 2, 3) AS c
    ON c.year = k.year AND c.version = k.version AND c.province = k.province
UNION ALL
SELECT u.year, u.version, y.current, i.identity, u.province::text, i.rule, mwh(i.left_side), mwh(i.right_side), mwh(i.residual)
FROM (SELECT u.year, u.version, province(u.city) AS province, sum(u.allocation) AS allocation,
             sum(u.grid_draw - u.energy_trade - u.certificate_trade) AS remaining,
             max(u.energy_trade + u.certificate_trade - u.grid_draw) AS above
      FROM certledger.user_account AS u GROUP BY 1, 2, 3) AS u
JOIN certledger.year_report AS y ON y.year = u.year AND y.version = u.version
LEFT JOIN (SELECT m.year, m.version, m.province, sum(m.allocated) AS allocation, sum(m.remaining) AS remaining
           FROM certledger.coefficient_month AS m GROUP BY 1, 2, 3) AS m
    ON m.year = u.year AND m.version = u.version AND m.province = u.province,
LATERAL (VALUES ('caps', 'no user''s T + C is above its grid draw', u.above, '0 kWh'::certledger.energy, greatest(u.above, '0 kWh')),
                ('months', 'allocation of the months = allocation of the year', m.allocation, u.allocation, m.allocation - u.allocation),
                ('months', 'what T and C leave of the months = what they leave of the year', m.remaining, u.remaining, m.remaining - u.remaining))
    AS i(identity, rule, left_side, right_side, residual)
WHERE i.identity = 'caps' OR m.province IS NOT NULL
UNION ALL
SELECT c.year, c.version, y.current, 'city caps', province(c.city)::text,
       'no city''s T + C is above the grid draw of its users',
       mwh(max(c.energy_trade + c.certificate_trade - c.grid_draw)), 0.000000,
       mwh(greatest(max(c.energy_trade + c.certificate_trade - c.grid_draw), '0 kWh'))
FROM certledger.city_account AS c
JOIN certledger.year_report AS y ON y.year = c.year AND y.version = c.version
GROUP BY c.year, c.version, y.current, province(c.city)
UNION ALL
SELECT c.year, c.version, y.current, i.identity, province(c.region)::text, i.rule,
       mwh(max(c.recognised - c.cap)), 0.000000, mwh(greatest(max(c.recognised - c.cap), '0 kWh'))
FROM certledger.recognition_cap AS c
JOIN certledger.year_report AS y ON y.year = c.year AND y.version = c.version,
-- constants of branches have names, so that a dump of a restored ledger is the same
LATERAL (SELECT 'province caps' AS identity, 'no more is recognised than the caps of the province and of its pairs' AS rule
         WHERE c.kind IN ('province_in', 'province_out', 'spot_pair', 'voluntary_out')
         UNION ALL
         SELECT 'pool caps' AS identity, 'no more is recognised than the pools of the province' AS rule
         WHERE c.kind IN ('in_province_pool', 'out_of_province_buyer', 'out_of_province_seller')
         UNION ALL
         SELECT 'city caps' AS identity, 'no more is recognised than the published caps of the cities' AS rule
         WHERE c.kind = 'city') AS i(identity, rule)
GROUP BY c.year, c.version, y.current, i.identity, i.rule, province(c.region);
COMMENT ON VIEW certledger.account_identity IS 'the standing identities of the accounts; residual_mwh is 0 where they hold';
COMMENT ON COLUMN certledger.account_identity.year IS 'accounting year';
COMMENT ON COLUMN certledger.account_identity.version IS 'version of the accounts';
COMMENT ON COLUMN certledger.account_identity.current IS 'whether this version is the one that was run last';
COMMENT ON COLUMN certledger.account_identity.identity IS 'which identity';
COMMENT ON COLUMN certledger.account_identity.region IS 'province it is of, GB/T 2260; empty for the nation';
COMMENT ON COLUMN certledger.account_identity.rule IS 'the identity in words';
COMMENT ON COLUMN certledger.account_identity.left_mwh IS 'left side, MWh; of the caps the greatest excess over one, negative where none is reached';
COMMENT ON COLUMN certledger.account_identity.right_mwh IS 'right side, MWh';
COMMENT ON COLUMN certledger.account_identity.residual_mwh IS 'difference, MWh; of the caps what is above';
