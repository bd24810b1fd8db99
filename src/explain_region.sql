-- explain_region.sql: why the account of a city or a province is what it is
-- (发改能源〔2026〕622号 Annexes 1 and 2).

CREATE FUNCTION explain_city_account(city region, year integer, version integer DEFAULT NULL)
    RETURNS SETOF explanation
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS $$
SELECT e.*
FROM certledger.explained_version($1, true, $2, $3) AS v(version),
LATERAL (
WITH unit AS MATERIALIZED (
    SELECT c.*, province(c.city) AS province, c.grid_draw - c.energy_trade - c.certificate_trade AS remaining
    FROM certledger.city_account AS c WHERE c.city = $1 AND c.year = $2 AND c.version = v.version
), users AS MATERIALIZED (
    SELECT count(*) AS users FROM certledger.user_account AS u
    WHERE u.city = $1 AND u.year = $2 AND u.version = v.version
), claim AS MATERIALIZED (
    -- ranked here, so that claims need not be joined with their kinds
    SELECT r.identification, r.category, r.from_province, r.month, r.document, r.province, r.reason, r.traded_on,
           sum(r.claimed) AS claimed, sum(r.recognised) AS recognised, count(*) AS claims,
           dense_rank() OVER (ORDER BY r.identification, array_position(ARRAY['green_power', 'nuclear', 'transfer', 'in_province_trade', 'spot_trade', 'voluntary_trade', 'out_of_province_trade'], r.category),
                                       r.category, r.from_province) AS part
    FROM certledger.recognition AS r
    WHERE r.city = $1 AND r.tier = 'user' AND r.year = $2 AND r.version = v.version
    GROUP BY r.identification, r.category, r.from_province, r.month, r.document, r.province, r.reason, r.traded_on
), kind AS MATERIALIZED (
    SELECT c.part, c.identification, c.category, c.from_province, sum(c.claimed) AS claimed, sum(c.recognised) AS recognised,
           sum(c.claims)::bigint AS claims
    FROM claim AS c GROUP BY c.part, c.identification, c.category, c.from_province
), rule AS MATERIALIZED (
    SELECT certledger.rule_value('storage_charging', make_date($2, 12, 31)) = 'grid_draw' AS charging,
           certledger.rule_value('storage_discharging', make_date($2, 12, 31)) = 'deduct' AS discharging
), storage AS MATERIALIZED (
    SELECT s.* FROM certledger.storage_charge AS s
    WHERE s.region <@ $1 AND s.month >= make_date($2, 1, 1) AND s.month < make_date($2 + 1, 1, 1)
), coefficient AS MATERIALIZED (
    SELECT c.pool, c.total FROM unit AS u
    JOIN certledger.coefficient AS c ON c.year = $2 AND c.version = v.version AND c.province = u.province
), month AS MATERIALIZED (
    SELECT m.month, CASE WHEN m.published THEN m.k END AS k FROM unit AS u
    JOIN certledger.coefficient_month AS m ON m.year = $2 AND m.version = v.version AND m.province = u.province
), share AS MATERIALIZED (
    -- A, of the year or month by month
    SELECT a.*, x.exact, make_energy(wh => trunc(x.exact)::bigint) AS share
    FROM (SELECT m.month, m.k, coalesce(d.remaining, '0 kWh') AS remaining
          FROM month AS m
          LEFT JOIN (SELECT d.* FROM (SELECT 1 FROM month LIMIT 1) AS any_month, LATERAL certledger.explain_months(NULL, $1, $2, v.version) AS d) AS d
              ON d.month = m.month
          UNION ALL
          SELECT NULL, NULL, u.remaining FROM unit AS u WHERE NOT EXISTS (SELECT FROM month)) AS a,
         coefficient AS c,
         LATERAL (SELECT CASE WHEN a.k IS NOT NULL THEN wh(a.remaining) * a.k
                              WHEN c.total > '0 kWh' THEN wh(a.remaining)::numeric * wh(c.pool) / wh(c.total)
                              ELSE 0 END AS exact) AS x
), line(term_place, part, subpart, level, term, line, formula, quantity, ratio, month, document, input, input_rows, rules, source) AS (
    -- W
    SELECT 1, 0::bigint, 0::bigint, 1, 'W', 'grid draw (下网电量) of all users of the city, up to which T and C count',
           format('W = %s; users: %s', mwh_text(u.grid_draw), n.users), u.grid_draw, NULL::numeric, NULL::date, NULL::text, 'user_account', n.users,
           certledger.rules_in_force(ARRAY['plant_grid_draw', 'storage_charging', 'storage_discharging'], $2),
           '发改能源〔2026〕622号 Annexes 2 and 4'
    FROM unit AS u, users AS n
    UNION ALL
    SELECT 1, row_number() OVER (ORDER BY d.month, d.publication COLLATE "C"), 0, 2, 'W', 'drawn', NULL,
           sum(d.energy), NULL, d.month, d.publication, 'grid_draw', count(*), NULL, NULL
    FROM certledger.grid_draw AS d
    WHERE d.region <@ $1 AND d.month >= make_date($2, 1, 1) AND d.month < make_date($2 + 1, 1, 1)
    GROUP BY d.month, d.publication
    UNION ALL
    SELECT 2, row_number() OVER (ORDER BY s.month, s.kind, s.publication COLLATE "C"), 0, 2, 'W', 'charged by ' || s.kind::text,
           CASE WHEN NOT r.charging THEN mwh_text(sum(s.charged)) || ' charged do not count' END,
           CASE WHEN r.charging THEN sum(s.charged) ELSE '0 kWh' END, NULL, s.month, s.publication, 'storage_charge', count(*), NULL, NULL
    FROM storage AS s, rule AS r GROUP BY s.month, s.kind, s.publication, r.charging
    UNION ALL
    SELECT 2, row_number() OVER (ORDER BY s.month, s.kind, s.publication COLLATE "C"), 1, 2, 'W', 'discharged by ' || s.kind::text,
           CASE WHEN NOT r.discharging THEN mwh_text(sum(s.discharged)) || ' discharged are not deducted' END,
           CASE WHEN r.discharging THEN - sum(s.discharged) ELSE '0 kWh' END, NULL, s.month, s.publication, 'storage_charge', count(*), NULL, NULL
    FROM storage AS s, rule AS r WHERE r.charging GROUP BY s.month, s.kind, s.publication, r.discharging HAVING sum(s.discharged) > '0 kWh'
    UNION ALL
    SELECT 3, 0, 0, 2, 'W', 'discharged beyond what was charged', format('storage of each user draws no less than 0; users: %s', count(*)),
           sum(s.discharged - s.charged), NULL, NULL, NULL, 'storage_charge', sum(s.rows)::bigint, NULL, NULL
    FROM (SELECT sum(s.discharged) AS discharged, sum(s.charged) AS charged, count(*) AS rows
          FROM storage AS s, rule AS r WHERE r.charging AND r.discharging GROUP BY s.account_id) AS s
    WHERE s.discharged > s.charged HAVING count(*) > 0
    -- P
    UNION ALL
    SELECT 11, 0, 0, 1, 'P', 'physical supply (物理认定), production use of generators included', 'P = ' || mwh_text(u.physical), u.physical,
           NULL, NULL, NULL, 'user_account', n.users, NULL, '发改能源〔2026〕622号 Annexes 2 and 4'
    FROM unit AS u, users AS n
    UNION ALL
    SELECT 11, row_number() OVER (ORDER BY s.kind, s.month, s.publication COLLATE "C"), 0, 2, 'P', s.kind::text, NULL, sum(s.energy), NULL, s.month, s.publication,
           'physical_supply', count(*), NULL, NULL
    FROM certledger.physical_supply AS s
    WHERE s.region <@ $1 AND s.month >= make_date($2, 1, 1) AND s.month < make_date($2 + 1, 1, 1)
    GROUP BY s.kind, s.month, s.publication
    -- T and C
    UNION ALL
    SELECT t.term_place, 0, 0, 1, t.term, t.line, t.term || ' = ' || mwh_text(t.quantity), t.quantity, NULL, NULL, NULL, 'user_account', n.users,
           certledger.rules_in_force(t.rules, $2), t.source
    FROM unit AS u, users AS n,
         LATERAL (VALUES (21, 'T', 'green power and nuclear power bought, as recognised (交易认定-电能量)', u.energy_trade,
                          ARRAY['claim_fill_order', 'green_power_needs_retirement'], '发改能源〔2026〕622号 art. 7, Annex 2'),
                         (31, 'C', 'certificates retired in the year of their production, as recognised (交易认定-绿证)', u.certificate_trade,
                          ARRAY['certificate_counts_when', 'accounting_year_of_certificate', 'claim_fill_order', 'pool_sharing', 'out_of_province_route'],
                          '发改能源〔2026〕622号 arts. 5 and 7, Annex 2'))
             AS t(term_place, term, line, quantity, rules, source)
    UNION ALL
    SELECT CASE k.identification WHEN 'energy_trade' THEN 21 ELSE 31 END, k.part, 0, 2,
           CASE k.identification WHEN 'energy_trade' THEN 'T' ELSE 'C' END,
           certledger.explain_category(k.category, k.identification) || CASE k.identification WHEN 'energy_trade' THEN ' from ' ELSE ', produced in ' END || k.from_province::text,
           format('%s claimed, %s recognised', mwh_text(k.claimed), mwh_text(k.recognised)),
           k.recognised, NULL, NULL, NULL, 'recognition', k.claims, NULL, NULL
    FROM kind AS k
    UNION ALL
    SELECT CASE c.identification WHEN 'energy_trade' THEN 21 ELSE 31 END, c.part,
           row_number() OVER (PARTITION BY c.part ORDER BY c.month, c.document COLLATE "C", c.traded_on, c.reason), 3,
           CASE c.identification WHEN 'energy_trade' THEN 'T' ELSE 'C' END,
           CASE c.identification WHEN 'energy_trade' THEN 'contract' ELSE 'retirement' END,
           mwh_text(c.claimed) || ' claimed' || coalesce('; ' || certledger.explain_cap($2, v.version, nullif(c.reason, 'user'), NULL, $1, c.province, c.from_province, c.traded_on),
                                                         CASE c.reason WHEN 'user' THEN '; the grid draw of the users is full' END, ''),
           c.recognised, NULL, c.month, c.document, 'recognition', c.claims, NULL, NULL
    FROM claim AS c
    -- k and A
    UNION ALL
    SELECT 51, k.ordinality, 0, k.level, k.term, k.line, k.formula, k.quantity, k.ratio, k.month, k.document, k.input, k.input_rows, k.rules, k.source
    FROM unit AS u, LATERAL certledger.explain_coefficient(u.province, $2, v.version) WITH ORDINALITY AS k
    UNION ALL
    SELECT 61, 0, 0, 1, 'A', 'allocated (分摊认定)',
           format('A = (W - T - C) x k = (%s - %s - %s) x k%s = %s', mwh_text(u.grid_draw), mwh_text(u.energy_trade), mwh_text(u.certificate_trade),
                  CASE WHEN EXISTS (SELECT FROM month) THEN ' of each month' END, mwh_text(u.allocation)),
           u.allocation, NULL, NULL, NULL, 'user_account', n.users, NULL, '发改能源〔2026〕622号 Annex 2'
    FROM unit AS u, users AS n
    UNION ALL
    SELECT 61, row_number() OVER (ORDER BY s.month), 0, 2, 'A',
           CASE WHEN s.month IS NULL THEN 'share of the year, whole watt-hours' ELSE 'share of the month, whole watt-hours' END,
           CASE WHEN s.k IS NOT NULL THEN format('%s x %s = %s Wh before rounding', mwh_text(s.remaining), trim_scale(s.k), trim_scale(round(s.exact, 6)))
                ELSE format('%s x %s / %s = %s Wh before rounding', mwh_text(s.remaining), mwh_text(c.pool), mwh_text(c.total), trim_scale(round(s.exact, 6))) END,
           s.share, NULL, s.month, NULL, CASE WHEN s.month IS NULL THEN 'coefficient' ELSE 'coefficient_month' END, 1, NULL, NULL
    FROM share AS s, coefficient AS c WHERE s.month IS NULL OR s.remaining > '0 kWh'
    UNION ALL
    -- each share of a user is off by less than 1 Wh, in either direction
    SELECT 62, 0, 0, 2, 'A', 'rounding', 'below 1 Wh in each share of a user, so that all shares of the province add up',
           u.allocation - s.share, NULL, NULL, NULL, 'user_account', n.users, NULL, NULL
    FROM unit AS u, users AS n, (SELECT sum(s.share) AS share, count(*) AS shares FROM share AS s) AS s
    WHERE u.allocation <> s.share AND abs(u.allocation - s.share) <= make_energy(wh => n.users * s.shares)
    -- E
    UNION ALL
    SELECT 71, 0, 0, 1, 'E', 'non-fossil power consumption (非化石能源电力消费量)',
           format('E = P + T + C + A = %s + %s + %s + %s = %s', mwh_text(u.physical), mwh_text(u.energy_trade), mwh_text(u.certificate_trade),
                  mwh_text(u.allocation), mwh_text(u.non_fossil)),
           u.non_fossil, NULL, NULL, NULL, 'city_account', 1, NULL, '发改能源〔2026〕622号 Annex 2'
    FROM unit AS u
    UNION ALL
    SELECT 71, t.part, 0, 2, t.term, t.line, NULL, t.quantity, NULL, NULL, NULL, 'city_account', 1, NULL, NULL
    FROM unit AS u,
         LATERAL (VALUES (1, 'P', 'physical supply', u.physical), (2, 'T', 'energy trade', u.energy_trade),
                         (3, 'C', 'certificates', u.certificate_trade), (4, 'A', 'allocated', u.allocation)) AS t(part, term, line, quantity)
    UNION ALL
    SELECT 81, 0, 0, 1, 'share', 'non-fossil share of consumption', format('E / (W + P) = %s / %s', mwh_text(u.non_fossil), mwh_text(u.grid_draw + u.physical)),
           NULL, u.non_fossil / (u.grid_draw + u.physical), NULL, NULL, 'city_account', 1, NULL, NULL
    FROM unit AS u WHERE u.grid_draw + u.physical > '0 kWh'
)
SELECT array_agg(ROW(NULL, NULL, l.level, $1, l.term, l.line, l.formula, l.quantity, NULL, l.ratio, l.month,
                     l.document, l.input, l.input_rows, l.rules, l.source)::explanation
                 ORDER BY l.term_place, l.part, l.subpart) AS lines
FROM line AS l
) AS x, LATERAL certledger.explain_add_up(x.lines) AS e
ORDER BY e.step
$$;
COMMENT ON FUNCTION explain_city_account(region, integer, integer) IS
    'why the account of a city in a year is what it is, line by line: W and P by month, T and C by category and document, k, A and E; of the version named, else of the last that was run; the parts of a line add up to it, and what facts that changed later leave open is a line of its own (发改能源〔2026〕622号 Annex 2); errors 22004, 22023 for a region that is no city, 55000 when the year was not run or does not have the city';

CREATE FUNCTION explain_province_account(province region, year integer, version integer DEFAULT NULL)
    RETURNS SETOF explanation
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS $$
SELECT e.*
FROM certledger.explained_version($1, false, $2, $3) AS v(version),
LATERAL (
WITH unit AS MATERIALIZED (
    SELECT p.*, c.physical, c.energy_trade AS users_energy_trade, c.certificate_trade AS users_certificate_trade,
           c.allocated, c.loss_residual, c.numerator
    FROM certledger.province_account AS p
    LEFT JOIN certledger.coefficient AS c ON c.year = p.year AND c.version = p.version AND c.province = p.province
    WHERE p.province = $1 AND p.year = $2 AND p.version = v.version
), generation AS MATERIALIZED (
    SELECT g.*, certledger.is_non_fossil(g.source, $2) AS non_fossil, b.publication
    FROM certledger.province_generation($2) AS g
    LEFT JOIN certledger.published_generation AS b ON b.year = $2 AND b.province = g.province AND b.source = g.source
    WHERE g.province = $1
), mix AS MATERIALIZED (
    SELECT coalesce(sum(g.on_grid), '0 kWh') AS total, coalesce(sum(g.on_grid) FILTER (WHERE g.non_fossil), '0 kWh') AS non_fossil
    FROM generation AS g
), side AS MATERIALIZED (
    SELECT i.*, CASE i.direction WHEN 'received' THEN 1 ELSE -1 END AS sign,
           row_number() OVER (ORDER BY i.direction, i.market COLLATE "C") AS part, m.pool, m.wanted
    FROM certledger.interprovincial_account AS i
    JOIN (SELECT i.market, coalesce(sum(i.allocation) FILTER (WHERE i.direction = 'sent'), '0 kWh') AS pool,
                 coalesce(sum(i.residual) FILTER (WHERE i.direction = 'received'), '0 kWh') AS wanted
          FROM certledger.interprovincial_account AS i WHERE i.year = $2 AND i.version = v.version
          GROUP BY i.market) AS m ON m.market = i.market
    WHERE i.province = $1 AND i.year = $2 AND i.version = v.version
), share AS MATERIALIZED (
    -- what a buyer gets of the pool of a market, before rounding
    SELECT s.part, s.sign, CASE WHEN s.wanted > '0 kWh' THEN wh(s.residual)::numeric * wh(s.pool) / wh(s.wanted) END AS exact
    FROM side AS s WHERE s.direction = 'received' AND NOT s.agreed
), trade AS MATERIALIZED (
    SELECT t.contract, t.month, t.kind, t.market, t.contracted, t.settled, t.certificate_settled, t.one_to_one, t.dedicated,
           t.line_loss, t.publication, s.sign, s.direction, CASE s.sign WHEN 1 THEN t.from_province ELSE t.to_province END AS other
    FROM certledger.energy_trade AS t,
         LATERAL (VALUES (1, 'received', t.to_province), (-1, 'sent', t.from_province)) AS s(sign, direction, province)
    WHERE t.month >= make_date($2, 1, 1) AND t.month < make_date($2 + 1, 1, 1)
      AND t.from_province <> t.to_province AND s.province = $1
), settlement AS MATERIALIZED (
    -- how the energy of a contract counts
    SELECT t.kind::text AS category, t.contract AS document, t.month, t.sign, t.other, t.market,
           CASE WHEN t.kind = 'green_power' THEN 'certificates settled: ' || mwh_text(sum(t.certificate_settled)) || ' of ' || mwh_text(sum(t.settled))
                WHEN bool_and(t.one_to_one) THEN 'settled, one-to-one: ' || mwh_text(sum(t.settled))
                ELSE 'least of contract and settlement, ' || mwh_text(sum(t.settled)) || ' settled: '
                     || mwh_text(sum(certledger.energy_trade_counted(t.kind, t.contracted, t.settled, t.certificate_settled, t.one_to_one))) END AS formula
    FROM trade AS t GROUP BY t.kind, t.contract, t.month, t.sign, t.other, t.market
    UNION ALL
    SELECT 'unified_purchase', u.purchase, u.month, s.sign, s.other, u.market,
           coalesce(mwh_text(sum(u.volume) FILTER (WHERE u.agreed)) || ' by agreement', '')
           || CASE WHEN bool_and(u.agreed) OR NOT bool_or(u.agreed) THEN '' ELSE ', ' END
           || coalesce(mwh_text(sum(u.volume) FILTER (WHERE NOT u.agreed)) || ' of the rest by consumption', '')
    FROM certledger.unified_purchase_share($2) AS u,
         LATERAL (VALUES (1, u.to_province, u.from_province), (-1, u.from_province, u.to_province)) AS s(sign, province, other)
    WHERE s.province = $1 AND s.other <> $1
    GROUP BY u.purchase, u.month, s.sign, s.other, u.market
), claim AS MATERIALIZED (
    -- what moves consumption between provinces, signed, with the settlement
    -- that stands behind it; ranked and matched here, where it costs a sort
    SELECT c.*, dense_rank() OVER (ORDER BY c.identification, c.sign DESC, array_position(ARRAY['green_power', 'conventional', 'nuclear', 'unified_purchase', 'spot_trade', 'voluntary_trade'], c.category),
                                            c.other, c.market COLLATE "C") AS part
    FROM (SELECT m.*, max(m.formula) OVER (PARTITION BY m.category, m.document, m.month, m.sign, m.other, m.market) AS settlement
          FROM (SELECT r.identification, r.category, s.sign, CASE s.sign WHEN 1 THEN r.from_province ELSE r.province END AS other, r.market,
                       r.month, r.document, r.reason, r.province, r.from_province, r.traded_on,
                       sum(r.claimed) AS claimed, s.sign * sum(r.recognised) AS recognised, count(*) AS claims, NULL::text AS formula
                FROM certledger.recognition AS r,
                     LATERAL (VALUES (1, r.province), (-1, r.from_province)) AS s(sign, province)
                WHERE r.year = $2 AND r.version = v.version AND s.province = $1
                  AND (r.tier = 'province' OR r.category IN ('spot_trade', 'voluntary_trade'))
                GROUP BY r.identification, r.category, s.sign, r.from_province, r.province, r.market, r.month, r.document, r.reason, r.traded_on
                UNION ALL
                SELECT NULL, s.category, s.sign, s.other, s.market, s.month, s.document, NULL, NULL, NULL, NULL, NULL, NULL, NULL, s.formula
                FROM settlement AS s) AS m) AS c
    WHERE c.claims IS NOT NULL
), kind AS MATERIALIZED (
    SELECT c.part, c.identification, c.category, c.sign, c.other, c.market, sum(c.claimed) AS claimed, sum(c.recognised) AS recognised,
           sum(c.claims)::bigint AS claims
    FROM claim AS c GROUP BY c.part, c.identification, c.category, c.sign, c.other, c.market
), flow AS MATERIALIZED (
    SELECT f.market, f.flow, f.publication, s.sign, s.direction, CASE s.sign WHEN 1 THEN f.from_province ELSE f.to_province END AS other
    FROM certledger.interprovincial_flow AS f,
         LATERAL (VALUES (1, 'received', f.to_province), (-1, 'sent', f.from_province)) AS s(sign, direction, province)
    WHERE f.year = $2 AND s.province = $1
), city AS MATERIALIZED (
    SELECT c.*, row_number() OVER (ORDER BY c.city) AS part
    FROM certledger.city_account AS c
    WHERE province(c.city) = $1 AND c.year = $2 AND c.version = v.version
), line(term_place, part, subpart, level, term, line, formula, quantity, ratio, month, document, input, input_rows, rules, source) AS (
    -- G
    SELECT 1::numeric, 0::bigint, 0::bigint, 1, 'G', 'gross generation (发电量) of all non-fossil plants', 'G = ' || mwh_text(p.generation), p.generation,
           NULL::numeric, NULL::date, NULL::text, 'province_account', 1::bigint,
           certledger.rules_in_force(ARRAY['pumped_storage_counts'], $2), '发改能源〔2026〕622号 Annexes 1 and 4'
    FROM unit AS p
    UNION ALL
    SELECT 1, row_number() OVER (ORDER BY g.source), 0, 2, 'G', g.source::text,
           CASE WHEN g.non_fossil THEN NULL ELSE mwh_text(g.generated) || ' do not count' END,
           CASE WHEN g.non_fossil THEN g.generated ELSE '0 kWh' END, NULL, NULL, g.publication,
           CASE WHEN g.published THEN 'published_generation' ELSE 'generation' END, g.facts, NULL, NULL
    FROM generation AS g WHERE g.source <> 'fossil'
    -- T and C
    UNION ALL
    SELECT t.term_place, 0, 0, 1, t.term, t.line, t.term || ' = ' || mwh_text(t.quantity), t.quantity, NULL, NULL, NULL, 'province_account', 1,
           certledger.rules_in_force(t.rules, $2), '发改能源〔2026〕622号 art. 7, Annex 1'
    FROM unit AS p,
         LATERAL (VALUES (11, 'T', 'energy trade between provinces, as recognised: plus bought, minus sold', p.energy_trade,
                          ARRAY['energy_trade_fill_order', 'not_one_to_one_volume', 'unified_purchase_sharing']),
                         (21, 'C', 'certificates between provinces, modes 1 and 2, as recognised: plus bought, minus sold', p.certificate_trade,
                          ARRAY['certificate_counts_when', 'accounting_year_of_certificate', 'claim_fill_order', 'spot_cap_default']))
             AS t(term_place, term, line, quantity, rules)
    UNION ALL
    SELECT CASE k.identification WHEN 'energy_trade' THEN 11 ELSE 21 END, k.part, 0, 2,
           CASE k.identification WHEN 'energy_trade' THEN 'T' ELSE 'C' END,
           CASE k.sign WHEN 1 THEN 'bought from ' ELSE 'sold to ' END || k.other::text || ': '
           || certledger.explain_category(k.category, k.identification) || coalesce(', market ' || k.market, ''),
           format('%s claimed, %s recognised', mwh_text(k.claimed), mwh_text(k.sign * k.recognised)),
           k.recognised, NULL, NULL, NULL, 'recognition', k.claims, NULL, NULL
    FROM kind AS k
    UNION ALL
    SELECT CASE c.identification WHEN 'energy_trade' THEN 11 ELSE 21 END, c.part,
           row_number() OVER (PARTITION BY c.part ORDER BY c.month, c.document COLLATE "C", c.traded_on, c.reason), 3,
           CASE c.identification WHEN 'energy_trade' THEN 'T' ELSE 'C' END,
           CASE WHEN c.category = 'unified_purchase' THEN 'purchase' WHEN c.identification = 'energy_trade' THEN 'contract' ELSE 'retirement' END,
           coalesce(c.settlement, mwh_text(c.claimed) || ' claimed')
           || coalesce('; ' || certledger.explain_cap($2, v.version, nullif(c.reason, 'user'), NULL, NULL, c.province, c.from_province, c.traded_on),
                       CASE c.reason WHEN 'user' THEN '; the grid draw of the users is full' END, ''),
           c.recognised, NULL, c.month, c.document, 'recognition', c.claims, NULL, NULL
    FROM claim AS c
    -- R, of which S is a part
    UNION ALL
    SELECT 30 + s.part / 1000000.0, 0, 0, 1, 'R', 'residual ' || s.direction || ' in market ' || s.market || ', without type',
           'R = flow - fossil trade - T - C = ' || mwh_text(s.flow - s.fossil_trade - s.energy_trade - s.certificate_trade)
           || CASE WHEN s.residual > s.flow - s.fossil_trade - s.energy_trade - s.certificate_trade THEN ', taken as 0' ELSE '' END,
           s.residual, NULL, NULL, NULL, 'interprovincial_account', 1,
           certledger.rules_in_force(ARRAY['negative_residual', 'interprovincial_direction'], $2), '发改能源〔2026〕622号 Annex 1'
    FROM side AS s
    UNION ALL
    SELECT 30 + s.part / 1000000.0, t.part, 0, 2, t.term, t.line, NULL, t.quantity, NULL, NULL, NULL, 'interprovincial_account', 1, NULL, NULL
    FROM side AS s,
         LATERAL (VALUES (1, 'flow', s.direction || ' volume (' || CASE s.sign WHEN 1 THEN '受入' ELSE '送出' END || '电量)', s.flow),
                         (2, 'fossil', 'fossil trade', - s.fossil_trade), (3, 'T', 'energy trade recognised', - s.energy_trade),
                         (4, 'C', 'certificates recognised', - s.certificate_trade),
                         (5, 'R', 'below 0, taken as 0', s.residual - (s.flow - s.fossil_trade - s.energy_trade - s.certificate_trade)))
             AS t(part, term, line, quantity)
    WHERE t.part < 5 OR t.quantity > '0 kWh'
    UNION ALL
    SELECT 30 + s.part / 1000000.0, 1, row_number() OVER (PARTITION BY s.part ORDER BY f.other), 3, 'flow',
           CASE f.sign WHEN 1 THEN 'from ' ELSE 'to ' END || CASE WHEN f.other = '000000' THEN 'others' ELSE f.other::text END, NULL, f.flow, NULL, NULL,
           f.publication, 'interprovincial_flow', 1, NULL, NULL
    FROM side AS s JOIN flow AS f ON f.market = s.market AND f.direction = s.direction
    UNION ALL
    SELECT 30 + s.part / 1000000.0, 2, row_number() OVER (PARTITION BY s.part ORDER BY t.month, t.contract COLLATE "C", t.other, t.settled), 3, 'fossil',
           CASE t.sign WHEN 1 THEN 'from ' ELSE 'to ' END || t.other::text || CASE WHEN t.dedicated THEN ', dedicated plants' ELSE '' END,
           NULL, - t.settled, NULL, t.month, coalesce(t.publication, t.contract), 'energy_trade', 1, NULL, NULL
    FROM side AS s JOIN trade AS t ON t.market = s.market AND t.direction = s.direction AND t.kind = 'fossil'
    -- S
    UNION ALL
    SELECT 60, 0, 0, 1, 'S', 'allocated (分摊认定) between provinces: plus received, minus sent', 'S = ' || mwh_text(p.allocation), p.allocation,
           NULL, NULL, NULL, 'province_account', 1, certledger.rules_in_force(ARRAY['interprovincial_allocation'], $2), '发改能源〔2026〕622号 Annex 1'
    FROM unit AS p
    UNION ALL
    SELECT 60, s.part, 0, 2, 'S', s.direction || ' in market ' || s.market,
           CASE WHEN s.agreed THEN 'as agreed (option A), up to the residual of either side'
                WHEN certledger.rule_value('interprovincial_allocation', make_date($2, 12, 31)) <> 'on_grid_share'
                THEN 'nothing is agreed in this market'
                WHEN s.wanted = '0 kWh' THEN 'no province of the market has a residual to receive'
                WHEN s.direction = 'sent' AND m.total = '0 kWh' THEN 'nothing of the province is on the grid'
                WHEN s.direction = 'sent' THEN format('R x non-fossil on-grid / total on-grid = %s x %s / %s (option B), to the nearest Wh',
                                                      mwh_text(s.residual), mwh_text(m.non_fossil), mwh_text(m.total))
                     || CASE WHEN abs(wh(s.allocation) * wh(m.total)::numeric * 2 - wh(s.residual)::numeric * wh(m.non_fossil) * 2) > wh(m.total)
                             THEN '; it was run on another generation' ELSE '' END
                ELSE format('R x what the market sends / all R received = %s x %s / %s = %s Wh (option B), in whole watt-hours that add up',
                            mwh_text(s.residual), mwh_text(s.pool), mwh_text(s.wanted), trim_scale(round(h.exact, 6))) END,
           s.sign * s.allocation, NULL, NULL, NULL, 'interprovincial_account', 1, NULL, NULL
    FROM side AS s CROSS JOIN mix AS m LEFT JOIN share AS h ON h.part = s.part
    UNION ALL
    SELECT 60, s.part, row_number() OVER (PARTITION BY s.part ORDER BY a.from_province, a.to_province), 3, 'S',
           'agreed with ' || CASE s.sign WHEN 1 THEN a.from_province ELSE a.to_province END::text, NULL, s.sign * a.non_fossil, NULL, NULL,
           a.publication, 'agreed_allocation', 1, NULL, NULL
    FROM side AS s
    JOIN certledger.agreed_allocation AS a
        ON a.year = $2 AND a.market = s.market AND CASE s.sign WHEN 1 THEN a.to_province ELSE a.from_province END = $1
    WHERE s.agreed
    UNION ALL
    SELECT 60, s.part, 1000000, 3, 'S', 'above the residual of either side', NULL, s.sign * (s.allocation - a.non_fossil), NULL, NULL,
           NULL, 'agreed_allocation', a.agreements, NULL, NULL
    FROM side AS s,
         LATERAL (SELECT sum(a.non_fossil) AS non_fossil, count(*) AS agreements FROM certledger.agreed_allocation AS a
                  WHERE a.year = $2 AND a.market = s.market AND CASE s.sign WHEN 1 THEN a.to_province ELSE a.from_province END = $1) AS a
    WHERE s.agreed AND s.allocation < a.non_fossil
    -- L
    UNION ALL
    SELECT 61, 0, 0, 1, 'L', 'non-fossil line loss between provinces, borne by the seller', 'L = ' || mwh_text(p.line_loss), p.line_loss,
           NULL, NULL, NULL, 'province_account', 1, certledger.rules_in_force(ARRAY['line_loss_bearer', 'line_loss_default'], $2), '发改能源〔2026〕622号 Annex 1'
    FROM unit AS p
    UNION ALL
    SELECT 61, row_number() OVER (ORDER BY t.month, t.contract COLLATE "C", t.kind, t.other, t.line_loss), 0, 2, 'L', 'to ' || t.other::text || ', ' || t.kind::text, NULL, t.line_loss,
           NULL, t.month, coalesce(t.publication, t.contract), 'energy_trade', 1, NULL, NULL
    FROM trade AS t WHERE t.sign = -1 AND t.line_loss > '0 kWh'
    -- E
    UNION ALL
    SELECT 71, 0, 0, 1, 'E', 'non-fossil power consumption (非化石能源电力消费量)',
           format('E = G + T + C + S - L = %s + (%s) + (%s) + (%s) - %s = %s', mwh_text(p.generation), mwh_text(p.energy_trade), mwh_text(p.certificate_trade),
                  mwh_text(p.allocation), mwh_text(p.line_loss), mwh_text(p.non_fossil)),
           p.non_fossil, NULL, NULL, NULL, 'province_account', 1, NULL, '发改能源〔2026〕622号 Annex 1'
    FROM unit AS p
    UNION ALL
    SELECT 71, t.part, 0, 2, t.term, t.line, NULL, t.quantity, NULL, NULL, NULL, 'province_account', 1, NULL, NULL
    FROM unit AS p,
         LATERAL (VALUES (1, 'G', 'generation', p.generation), (2, 'T', 'energy trade', p.energy_trade), (3, 'C', 'certificates', p.certificate_trade),
                         (4, 'S', 'allocated', p.allocation), (5, 'L', 'line loss', - p.line_loss)) AS t(part, term, line, quantity)
    UNION ALL
    SELECT 72, 0, 0, 1, 'share', 'non-fossil share of whole-society consumption (全社会用电量)', format('E / consumption = %s / %s', mwh_text(p.non_fossil), mwh_text(p.consumption)),
           NULL, p.non_fossil / p.consumption, NULL, c.publication, 'published_consumption', 1, NULL, NULL
    FROM unit AS p LEFT JOIN certledger.published_consumption AS c ON c.year = $2 AND c.region = $1
    WHERE p.consumption > '0 kWh'
    -- F and IO, for k
    UNION ALL
    SELECT 81, 0, 0, 1, 'F', 'on-grid volume (上网电量) of fossil plants, for k', 'F = ' || mwh_text(p.fossil_on_grid), p.fossil_on_grid,
           NULL, NULL, NULL, 'province_account', 1, NULL, '发改能源〔2026〕622号 Annex 2'
    FROM unit AS p
    UNION ALL
    SELECT 81, 1, 0, 2, 'F', g.source::text, NULL, g.on_grid, NULL, NULL, g.publication,
           CASE WHEN g.published THEN 'published_generation' ELSE 'generation' END, g.facts, NULL, NULL
    FROM generation AS g WHERE g.source = 'fossil'
    UNION ALL
    SELECT 82, 0, 0, 1, 'IO', 'received (受入) less sent (送出) volume, for k', 'IO = ' || mwh_text(p.net_received), p.net_received,
           NULL, NULL, NULL, 'province_account', 1, certledger.rules_in_force(ARRAY['interprovincial_direction'], $2), '发改能源〔2026〕622号 Annex 2'
    FROM unit AS p
    UNION ALL
    SELECT 82, row_number() OVER (ORDER BY f.direction, f.market COLLATE "C", f.other), 0, 2, 'IO',
           f.direction || CASE f.sign WHEN 1 THEN ' from ' ELSE ' to ' END || CASE WHEN f.other = '000000' THEN 'others' ELSE f.other::text END || ', market ' || f.market,
           NULL, f.sign * f.flow, NULL, NULL, f.publication, 'interprovincial_flow', 1, NULL, NULL
    FROM flow AS f
    -- what its cities identified, k, and what it allocates to them
    UNION ALL
    SELECT 90 + t.part, 0, 0, 1, t.term, t.line, NULL, t.quantity, NULL, NULL, NULL, 'coefficient', 1, NULL, '发改能源〔2026〕622号 Annex 2'
    FROM unit AS p,
         LATERAL (VALUES (1, 'sum P', 'physical supply of its cities', p.physical), (2, 'sum T', 'energy trade of its cities', p.users_energy_trade),
                         (3, 'sum C', 'certificates of its cities', p.users_certificate_trade), (10, 'sum A', 'allocated to its cities', p.allocated))
             AS t(part, term, line, quantity)
    WHERE t.quantity IS NOT NULL
    UNION ALL
    SELECT 90 + t.part, c.part, 0, 2, t.term, 'city ' || c.city::text, NULL, t.quantity, NULL, NULL, NULL, 'city_account', 1, NULL, NULL
    FROM city AS c,
         LATERAL (VALUES (1, 'P', c.physical), (2, 'T', c.energy_trade), (3, 'C', c.certificate_trade), (10, 'A', c.allocation)) AS t(part, term, quantity)
    UNION ALL
    SELECT 95, k.ordinality, 0, k.level, k.term, k.line, k.formula, k.quantity, k.ratio, k.month, k.document, k.input, k.input_rows, k.rules, k.source
    FROM certledger.explain_coefficient($1, $2, v.version) WITH ORDINALITY AS k
    UNION ALL
    SELECT 101, 0, 0, 1, 'loss residual', 'consumption of the province that is on no account of its cities: k times network losses and draw of nobody',
           'E - sum P - sum T - sum C - sum A = ' || mwh_text(p.loss_residual), p.loss_residual, NULL, NULL, NULL, 'coefficient', 1, NULL, '发改能源〔2026〕622号 Annex 2'
    FROM unit AS p WHERE p.loss_residual IS NOT NULL
    UNION ALL
    SELECT 101, t.part, 0, 2, t.term, t.line, NULL, t.quantity, NULL, NULL, NULL, t.input, 1, NULL, NULL
    FROM unit AS p,
         LATERAL (VALUES (1, 'E', 'consumption of the province', p.non_fossil, 'province_account'), (2, 'sum P', 'physical supply of its cities', - p.physical, 'coefficient'),
                         (3, 'sum T', 'energy trade of its cities', - p.users_energy_trade, 'coefficient'), (4, 'sum C', 'certificates of its cities', - p.users_certificate_trade, 'coefficient'),
                         (5, 'sum A', 'allocated to its cities', - p.allocated, 'coefficient')) AS t(part, term, line, quantity, input)
    WHERE p.loss_residual IS NOT NULL
)
SELECT array_agg(ROW(NULL, NULL, l.level, $1, l.term, l.line, l.formula, l.quantity, NULL, l.ratio, l.month,
                     l.document, l.input, l.input_rows, l.rules, l.source)::explanation
                 ORDER BY l.term_place, l.part, l.subpart) AS lines
FROM line AS l
) AS x, LATERAL certledger.explain_add_up(x.lines) AS e
ORDER BY e.step
$$;
COMMENT ON FUNCTION explain_province_account(region, integer, integer) IS
    'why the account of a province in a year is what it is, line by line: G by source, T and C by counterpart and document, the residual R of each market and its allocation S, L and E; then F, IO and the sums of its cities, k, what it allocates and the loss residual; of the version named, else of the last that was run; the parts of a line add up to it, and what facts that changed later leave open is a line of its own (发改能源〔2026〕622号 Annexes 1 and 2); errors 22004, 22023 for a region that is no province, 55000 when the year was not run or does not have the province';

REVOKE ALL ON FUNCTION explain_city_account(region, integer, integer),
    explain_province_account(region, integer, integer) FROM PUBLIC;
