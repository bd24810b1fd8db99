-- province_account.sql: the province tier, E = G + T + C + S - L
-- (发改能源〔2026〕622号 Annex 1).

CREATE FUNCTION province_generation(year integer)
    RETURNS TABLE (province region, source energy_source, generated energy, on_grid energy)
    LANGUAGE sql STABLE STRICT
    SET search_path = pg_catalog, certledger, pg_temp
    AS $$
WITH metered AS (
    SELECT province(p.region) AS province, p.source, sum(g.energy) AS generated,
           coalesce(sum(g.energy) FILTER (WHERE g.volume_class IN ('on_grid', 'mechanism_price')), '0 kWh') AS on_grid
    FROM certledger.generation AS g
    JOIN certledger.project AS p ON p.project_code = g.project_code
    WHERE g.month >= make_date($1, 1, 1) AND g.month < make_date($1 + 1, 1, 1)
    GROUP BY province(p.region), p.source
)
SELECT b.province, b.source, b.generated, b.on_grid
FROM certledger.published_generation AS b WHERE b.year = $1
UNION ALL
SELECT m.province, m.source, m.generated, m.on_grid
FROM metered AS m
WHERE NOT EXISTS (SELECT FROM certledger.published_generation AS b
                  WHERE b.year = $1 AND b.province = m.province AND b.source = m.source)
$$;
COMMENT ON FUNCTION province_generation(integer) IS
    'gross generation and on-grid volume of a year by province and source: as published, else summed over registered projects';

CREATE FUNCTION is_non_fossil(source energy_source, year integer) RETURNS boolean
    LANGUAGE sql STABLE STRICT
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
    SELECT v.* FROM certledger.energy_trade_volume($1) AS v WHERE v.from_province <> v.to_province
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
        FROM certledger.interprovincial_flow AS f WHERE f.year = $1
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
        -- modes 1 and 2: certificates name no market, so they go to the one in
        -- which most power came to the province, from the seller if it can be
        SELECT coalesce((SELECT f.market FROM certledger.interprovincial_flow AS f
                         WHERE f.year = $1 AND f.to_province = r.province
                         ORDER BY f.from_province = r.from_province DESC, f.flow DESC, f.market COLLATE "C"
                         LIMIT 1), 'national'),
               r.from_province, r.province, '0 kWh', '0 kWh', '0 kWh', '0 kWh', '0 kWh',
               r.recognised, '0 kWh'
        FROM certledger.recognition AS r
        WHERE r.year = $1 AND r.version = $2 AND r.tier = 'user'
          AND r.category IN ('spot_trade', 'voluntary_trade')
    ) AS e,
    LATERAL (VALUES (e.from_province, 'sent'), (e.to_province, 'received')) AS s(province, direction)
    WHERE tier(s.province) = 'province'
), side AS (
    SELECT e.market, e.province, e.direction, sum(e.flow) AS flow,
           sum(e.dedicated_fossil) AS dedicated_fossil, sum(e.fossil_trade) AS fossil_trade,
           sum(e.untyped_spot) AS untyped_spot, sum(e.energy_trade) AS energy_trade,
           sum(e.certificate_trade) AS certificate_trade, sum(e.line_loss) AS line_loss,
           sum(e.flow - e.fossil_trade - e.energy_trade - e.certificate_trade) AS residual
    FROM entry AS e
    GROUP BY e.market, e.province, e.direction
), mix AS (
    SELECT g.province, sum(g.on_grid) AS total,
           coalesce(sum(g.on_grid) FILTER (WHERE certledger.is_non_fossil(g.source, $1)), '0 kWh') AS non_fossil
    FROM certledger.province_generation($1) AS g
    GROUP BY g.province
), offered AS (
    -- option B: D = R x non-fossil on-grid / total on-grid, to the nearest Wh
    SELECT s.*, greatest(s.residual, '0 kWh') AS clamped,
           CASE WHEN s.direction = 'sent' AND m.total > '0 kWh'
                THEN make_energy(wh => div(2 * wh(greatest(s.residual, '0 kWh'))::numeric * wh(m.non_fossil)
                                           + wh(m.total), 2 * wh(m.total)::numeric)::bigint)
                ELSE '0 kWh' END AS offer
    FROM side AS s LEFT JOIN mix AS m ON m.province = s.province
), pooled AS (
    SELECT o.*, sum(o.offer) OVER w AS pool,
           sum(CASE WHEN o.direction = 'received' THEN o.clamped ELSE '0 kWh' END) OVER w AS wanted
    FROM offered AS o WINDOW w AS (PARTITION BY o.market)
), shared AS (
    SELECT p.*,
           -- a window function runs for every row, also where CASE drops its
           -- result: it gets an empty pool where nothing is to be shared
           CASE WHEN p.wanted = '0 kWh' THEN '0 kWh'
                WHEN p.direction = 'sent' THEN p.offer
                ELSE apportion(CASE WHEN p.wanted > '0 kWh' THEN p.pool ELSE '0 kWh' END, p.clamped, p.wanted)
                     OVER (PARTITION BY p.market, p.direction ORDER BY p.province)
           END AS allocation
    FROM pooled AS p
), warned AS (
    INSERT INTO certledger.account_warning (year, version, warning, region, detail)
    SELECT $1, $2, 'negative residual', s.province,
           format('%s %s %s is less than fossil trade, T and C by %s; taken as 0',
                  s.market, s.direction, s.flow, - s.residual)
    FROM side AS s WHERE s.residual < '0 kWh'
    UNION ALL
    SELECT $1, $2, 'nothing received to allocate to', p.province,
           format('%s of market %s stay with the seller', p.offer, p.market)
    FROM pooled AS p WHERE p.offer > '0 kWh' AND p.wanted = '0 kWh'
), inserted AS (
    INSERT INTO certledger.interprovincial_account (year, version, market, province, direction, flow,
        dedicated_fossil, fossil_trade, untyped_spot, energy_trade, certificate_trade, residual,
        allocation, line_loss)
    SELECT $1, $2, s.market, s.province, s.direction, s.flow, s.dedicated_fossil, s.fossil_trade,
           s.untyped_spot, s.energy_trade, s.certificate_trade, s.clamped, s.allocation, s.line_loss
    FROM shared AS s
    RETURNING 1
)
SELECT count(*) FROM inserted
$$;
COMMENT ON FUNCTION account_interprovincial(integer, integer) IS
    'phase of run_accounts(): received and sent volume of each province and market, what of it trade identified, and the allocation of the non-fossil part of the residual: by each seller''s on-grid mix (option B), shared among buyers by their residual; a negative residual is taken as 0 and warned about (rule negative_residual)';

CREATE FUNCTION account_provinces(year integer, version integer) RETURNS bigint
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
    -- a province whose users have accounts has one itself
    SELECT DISTINCT u.province, '0 kWh'::energy, '0 kWh'::energy, '0 kWh'::energy,
           '0 kWh'::energy, '0 kWh'::energy, '0 kWh'::energy, '0 kWh'::energy
    FROM (SELECT province(d.region) FROM certledger.grid_draw AS d
          WHERE d.month >= make_date($1, 1, 1) AND d.month < make_date($1 + 1, 1, 1)
          UNION ALL
          SELECT province(p.region) FROM certledger.physical_supply AS p
          WHERE p.month >= make_date($1, 1, 1) AND p.month < make_date($1 + 1, 1, 1)
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
COMMENT ON FUNCTION account_provinces(integer, integer) IS
    'phase of run_accounts(): the accounts of the provinces, E = G + T + C + S - L (发改能源〔2026〕622号 Annex 1)';
