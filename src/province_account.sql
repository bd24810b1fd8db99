-- province_account.sql: the province tier, E = G + T + C + S - L
-- (发改能源〔2026〕622号 Annex 1).

CREATE FUNCTION province_generation(year integer)
    RETURNS TABLE (province region, source energy_source, generated energy, on_grid energy,
                   published boolean, facts bigint)
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, certledger, pg_temp
    AS $$
WITH metered AS (
    SELECT g.province, g.source, sum(g.energy) AS generated,
           coalesce(sum(g.energy) FILTER (WHERE g.volume_class IN ('on_grid', 'mechanism_price')), '0 kWh') AS on_grid,
           count(*) AS facts
    FROM (
        -- a project that has moved generated where it stood when the month was
        -- issued; own use, which is not, with the rest of the month
        SELECT province(coalesce(l.region,
                   (SELECT o.region FROM certledger.issuance_line AS o
                    WHERE o.project_code = g.project_code AND o.month = g.month AND o.sequence = 0
                    ORDER BY o.volume_class LIMIT 1),
                   p.region)) AS province, p.source, g.energy, g.volume_class
        FROM certledger.generation AS g
        JOIN certledger.project AS p ON p.project_code = g.project_code
        LEFT JOIN certledger.issuance_line AS l
            ON l.project_code = g.project_code AND l.month = g.month AND l.volume_class = g.volume_class AND l.sequence = 0
        WHERE g.month >= make_date($1, 1, 1) AND g.month < make_date($1 + 1, 1, 1)) AS g
    GROUP BY g.province, g.source
)
SELECT b.province, b.source, b.generated, b.on_grid, true, 1
FROM certledger.published_generation AS b WHERE b.year = $1
UNION ALL
SELECT m.province, m.source, m.generated, m.on_grid, false, m.facts
FROM metered AS m
WHERE NOT EXISTS (SELECT FROM certledger.published_generation AS b
                  WHERE b.year = $1 AND b.province = m.province AND b.source = m.source)
$$;
COMMENT ON FUNCTION province_generation(integer) IS
    'gross generation and on-grid volume of a year by province and source: as published, else summed over registered projects, with the number of rows of generation that it rests on';

CREATE FUNCTION is_non_fossil(source energy_source, year integer) RETURNS boolean
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, certledger, pg_temp
    AS $$
SELECT $1 IN ('wind', 'solar', 'hydro', 'biomass', 'geothermal', 'ocean', 'nuclear')
       OR ($1 = 'pumped_storage'
           AND certledger.rule_value('pumped_storage_counts', make_date($2, 12, 31)) = 'yes')
$$;
COMMENT ON FUNCTION is_non_fossil(energy_source, integer) IS
    'whether generation of a source counts as non-fossil in a year: renewable power and nuclear (发改能源〔2026〕622号 Annex 4); pumped storage by rule pumped_storage_counts';

CREATE FUNCTION account_interprovincial(year integer, version integer) RETURNS bigint
    LANGUAGE sql VOLATILE STRICT
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS $$
WITH volume AS MATERIALIZED (
    SELECT v.* FROM certledger.energy_trade_volume($1, true) AS v
), flow AS (
    SELECT f.* FROM certledger.interprovincial_flow AS f WHERE f.year = $1
), certificate AS (
    -- modes 1 and 2: certificates name no market, so they go to the one in
    -- which most power came to the province, from the seller if it can be
    SELECT coalesce((SELECT f.market FROM flow AS f WHERE f.to_province = r.province
                     GROUP BY f.market, f.from_province = r.from_province
                     ORDER BY f.from_province = r.from_province DESC, sum(f.flow) DESC, f.market COLLATE "C"
                     LIMIT 1), 'national') AS market,
           r.from_province, r.province AS to_province, sum(r.recognised) AS energy
    FROM certledger.recognition AS r
    WHERE r.year = $1 AND r.version = $2 AND r.tier = 'user'
      AND r.category IN ('spot_trade', 'voluntary_trade')
    GROUP BY r.province, r.from_province
), entry AS (
    -- every inter-provincial quantity twice: as sent and as received
    SELECT e.market, s.province, s.direction, e.flow, e.dedicated_fossil, e.fossil_trade,
           e.untyped_spot, e.energy_trade, e.certificate_trade,
           CASE WHEN s.direction = 'sent' THEN e.line_loss ELSE '0 kWh' END AS line_loss
    FROM (
        SELECT f.market, f.from_province, f.to_province, f.flow, '0 kWh'::energy AS dedicated_fossil,
               '0 kWh'::energy AS fossil_trade, '0 kWh'::energy AS untyped_spot,
               '0 kWh'::energy AS energy_trade, '0 kWh'::energy AS certificate_trade,
               '0 kWh'::energy AS line_loss
        FROM flow AS f
        UNION ALL
        SELECT v.market, v.from_province, v.to_province, '0 kWh',
               CASE WHEN v.dedicated THEN v.settled ELSE '0 kWh' END,
               CASE WHEN v.kind = 'fossil' THEN v.settled ELSE '0 kWh' END,
               CASE WHEN v.kind = 'spot' THEN v.settled ELSE '0 kWh' END,
               '0 kWh', '0 kWh', v.line_loss
        FROM volume AS v
        UNION ALL
        SELECT r.market, r.from_province, r.province, '0 kWh', '0 kWh', '0 kWh', '0 kWh',
               r.recognised, '0 kWh', '0 kWh'
        FROM certledger.recognition AS r
        WHERE r.year = $1 AND r.version = $2 AND r.tier = 'province'
        UNION ALL
        SELECT c.market, c.from_province, c.to_province, '0 kWh', '0 kWh', '0 kWh', '0 kWh', '0 kWh',
               c.energy, '0 kWh'
        FROM certificate AS c
    ) AS e,
    LATERAL (VALUES (e.from_province, 'sent'), (e.to_province, 'received')) AS s(province, direction)
    WHERE tier(s.province) = 'province'
), side AS MATERIALIZED (
    SELECT e.market, e.province, e.direction, sum(e.flow) AS flow,
           sum(e.dedicated_fossil) AS dedicated_fossil, sum(e.fossil_trade) AS fossil_trade,
           sum(e.untyped_spot) AS untyped_spot, sum(e.energy_trade) AS energy_trade,
           sum(e.certificate_trade) AS certificate_trade, sum(e.line_loss) AS line_loss,
           sum(e.flow) - sum(e.fossil_trade) - sum(e.energy_trade) - sum(e.certificate_trade) AS residual
    FROM entry AS e
    GROUP BY e.market, e.province, e.direction
), mix AS (
    SELECT g.province, sum(g.on_grid) AS total,
           coalesce(sum(g.on_grid) FILTER (WHERE certledger.is_non_fossil(g.source, $1)), '0 kWh') AS non_fossil
    FROM certledger.province_generation($1) AS g
    GROUP BY g.province
), agreement AS (
    -- option A: as agreed, but not above the residual of either side
    SELECT w.*, (w.outcome).recognised AS allocation
    FROM (SELECT a.market, a.from_province, a.to_province, a.non_fossil,
                 certledger.recognise(a.non_fossil,
                     ARRAY['seller ' || a.market || ' ' || a.from_province::text, 'buyer ' || a.market || ' ' || a.to_province::text],
                     ARRAY[greatest(s.residual, '0 kWh'), greatest(b.residual, '0 kWh')])
                     OVER (ORDER BY a.market COLLATE "C", a.from_province, a.to_province) AS outcome
          FROM certledger.agreed_allocation AS a
          LEFT JOIN side AS s ON s.market = a.market AND s.province = a.from_province AND s.direction = 'sent'
          LEFT JOIN side AS b ON b.market = a.market AND b.province = a.to_province AND b.direction = 'received'
          WHERE a.year = $1) AS w
), agreed AS (
    SELECT a.market, s.province, s.direction, sum(a.allocation) AS allocation
    FROM agreement AS a,
         LATERAL (VALUES (a.from_province, 'sent'), (a.to_province, 'received')) AS s(province, direction)
    GROUP BY a.market, s.province, s.direction
), offered AS (
    -- option B: D = R x non-fossil on-grid / total on-grid, to the nearest Wh
    SELECT s.*, greatest(s.residual, '0 kWh') AS clamped, s.market IN (SELECT a.market FROM agreement AS a) AS agreed,
           CASE WHEN s.direction = 'sent' AND m.total > '0 kWh'
                 AND s.market NOT IN (SELECT a.market FROM agreement AS a)
                 AND certledger.rule_value('interprovincial_allocation', make_date($1, 12, 31)) = 'on_grid_share'
                THEN make_energy(wh => div(2 * wh(greatest(s.residual, '0 kWh'))::numeric * wh(m.non_fossil)
                                           + wh(m.total), 2 * wh(m.total)::numeric)::bigint)
                ELSE '0 kWh' END AS offer
    FROM side AS s LEFT JOIN mix AS m ON m.province = s.province
), pooled AS (
    SELECT o.*, sum(o.offer) OVER w AS pool,
           sum(CASE WHEN o.direction = 'received' AND NOT o.agreed THEN o.clamped ELSE '0 kWh' END) OVER w AS wanted
    FROM offered AS o WINDOW w AS (PARTITION BY o.market)
), shared AS (
    SELECT p.*,
           -- a window function runs for every row, also where CASE drops its
           -- result: it gets an empty pool where nothing is to be shared
           CASE WHEN p.agreed THEN coalesce(a.allocation, '0 kWh')
                WHEN p.wanted = '0 kWh' THEN '0 kWh'
                WHEN p.direction = 'sent' THEN p.offer
                ELSE apportion(CASE WHEN p.wanted > '0 kWh' AND p.direction = 'received' THEN p.pool ELSE '0 kWh' END,
                               p.clamped, p.wanted)
                     OVER (PARTITION BY p.market, p.direction ORDER BY p.province)
           END AS allocation
    FROM pooled AS p
    LEFT JOIN agreed AS a ON a.market = p.market AND a.province = p.province AND a.direction = p.direction
), warned AS (
    INSERT INTO certledger.account_warning (year, version, warning, region, rule, detail)
    SELECT $1, $2, 'negative residual', s.province, 'negative_residual',
           format('%s %s %s is less than fossil trade, T and C by %s; taken as 0',
                  s.market, s.direction, s.flow, - s.residual)
    FROM side AS s WHERE s.residual < '0 kWh'
    UNION ALL
    SELECT $1, $2, 'nothing received to allocate to', p.province, NULL,
           format('%s of market %s stay with the seller', p.offer, p.market)
    FROM pooled AS p WHERE p.offer > '0 kWh' AND p.wanted = '0 kWh'
    UNION ALL
    SELECT DISTINCT $1, $2, 'allocated more than received', NULL::region, NULL,
           format('%s of market %s are shared among residuals of %s', p.pool, p.market, p.wanted)
    FROM pooled AS p WHERE p.wanted > '0 kWh' AND p.pool > p.wanted
    UNION ALL
    SELECT $1, $2, 'agreed allocation above residual', a.from_province, NULL,
           format('%s of %s agreed with %s in market %s are above the residual of the %s',
                  (a.outcome).excess, a.non_fossil, a.to_province, a.market, split_part((a.outcome).cap, ' ', 1))
    FROM agreement AS a WHERE (a.outcome).excess > '0 kWh'
    UNION ALL
    SELECT $1, $2, 'nothing agreed', o.province, 'interprovincial_allocation',
           format('no agreement in market %s, where %s were sent without type; nothing is allocated', o.market, o.clamped)
    FROM offered AS o
    WHERE NOT o.agreed AND o.direction = 'sent' AND o.clamped > '0 kWh'
      AND certledger.rule_value('interprovincial_allocation', make_date($1, 12, 31)) <> 'on_grid_share'
    UNION ALL
    SELECT $1, $2, 'on-grid mix not known', o.province, NULL,
           format('nothing was on-grid here, so nothing is non-fossil of %s sent without type in market %s', o.clamped, o.market)
    FROM offered AS o
    WHERE NOT o.agreed AND o.direction = 'sent' AND o.clamped > '0 kWh'
      AND certledger.rule_value('interprovincial_allocation', make_date($1, 12, 31)) = 'on_grid_share'
      AND NOT EXISTS (SELECT FROM mix AS m WHERE m.province = o.province AND m.total > '0 kWh')
    UNION ALL
    SELECT $1, $2, 'unified purchase not shared', u.from_province, 'unified_purchase_sharing',
           format('%s of %s stay with the seller: the provinces of market %s or their consumption are not known',
                  sum(u.volume), u.purchase, u.market)
    FROM certledger.unified_purchase_share($1) AS u WHERE u.to_province IS NULL
    GROUP BY u.from_province, u.purchase, u.market
), inserted AS (
    INSERT INTO certledger.interprovincial_account (year, version, market, province, direction, flow,
        dedicated_fossil, fossil_trade, untyped_spot, energy_trade, certificate_trade, residual,
        agreed, allocation, line_loss)
    SELECT $1, $2, s.market, s.province, s.direction, s.flow, s.dedicated_fossil, s.fossil_trade,
           s.untyped_spot, s.energy_trade, s.certificate_trade, s.clamped, s.agreed, s.allocation, s.line_loss
    FROM shared AS s
    RETURNING 1
)
SELECT count(*) FROM inserted
$$;
COMMENT ON FUNCTION account_interprovincial(integer, integer) IS
    'phase of run_accounts(): received and sent volume of each province and market, what of it trade identified, and the allocation of the non-fossil part of the residual: as agreed (option A) in a market with agreements, else by each seller''s on-grid mix, shared among buyers by their residual (option B); a negative residual is taken as 0 and warned about (rule negative_residual)';

CREATE FUNCTION account_provinces(year integer, version integer, provinces region[]) RETURNS bigint
    LANGUAGE sql VOLATILE STRICT
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS $$
WITH item AS (
    SELECT g.province, g.generated AS generation, '0 kWh'::energy AS energy_trade,
           '0 kWh'::energy AS certificate_trade, '0 kWh'::energy AS allocation,
           '0 kWh'::energy AS line_loss, '0 kWh'::energy AS fossil_on_grid,
           '0 kWh'::energy AS net_received
    FROM certledger.province_generation($1) AS g WHERE certledger.is_non_fossil(g.source, $1)
    UNION ALL
    SELECT g.province, '0 kWh', '0 kWh', '0 kWh', '0 kWh', '0 kWh', g.on_grid, '0 kWh'
    FROM certledger.province_generation($1) AS g WHERE g.source = 'fossil'
    UNION ALL
    SELECT i.province, '0 kWh', s.sign * i.energy_trade, s.sign * i.certificate_trade,
           s.sign * i.allocation, i.line_loss, '0 kWh', s.sign * i.flow
    FROM certledger.interprovincial_account AS i,
         LATERAL (SELECT CASE i.direction WHEN 'received' THEN 1 ELSE -1 END AS sign) AS s
    WHERE i.year = $1 AND i.version = $2
    UNION ALL
    -- a province whose users have accounts (of this run, or of others that were
    -- limited to their province), or for which somebody claims, has one itself
    SELECT DISTINCT u.province, '0 kWh'::energy, '0 kWh'::energy, '0 kWh'::energy,
           '0 kWh'::energy, '0 kWh'::energy, '0 kWh'::energy, '0 kWh'::energy
    FROM (SELECT unnest($3)
          UNION ALL
          SELECT c.province FROM certledger.coefficient AS c WHERE c.year = $1 AND c.version = $2
          UNION ALL
          SELECT r.province FROM certledger.recognition AS r
          WHERE r.year = $1 AND r.version = $2) AS u(province)
), total AS (
    SELECT i.province, sum(i.generation) AS generation, sum(i.energy_trade) AS energy_trade,
           sum(i.certificate_trade) AS certificate_trade, sum(i.allocation) AS allocation,
           sum(i.line_loss) AS line_loss, sum(i.fossil_on_grid) AS fossil_on_grid,
           sum(i.net_received) AS net_received
    FROM item AS i GROUP BY i.province
), inserted AS (
    INSERT INTO certledger.province_account (year, version, province, generation, energy_trade,
        certificate_trade, allocation, line_loss, non_fossil, consumption, fossil_on_grid, net_received)
    SELECT $1, $2, t.province, t.generation, t.energy_trade, t.certificate_trade, t.allocation,
           t.line_loss,
           t.generation + t.energy_trade + t.certificate_trade + t.allocation - t.line_loss,
           c.consumption, t.fossil_on_grid, t.net_received
    FROM total AS t
    LEFT JOIN certledger.published_consumption AS c ON c.year = $1 AND c.region = t.province
    RETURNING 1
)
SELECT count(*) FROM inserted
$$;
COMMENT ON FUNCTION account_provinces(integer, integer, region[]) IS
    'phase of run_accounts(): the accounts of the provinces, E = G + T + C + S - L, of those named (in which users have accounts) and of those that generated or traded (发改能源〔2026〕622号 Annex 1)';
