-- responsibility_check.sql: consumption responsibility weights of provinces
-- and green power ratios of key industries.

CREATE FUNCTION energy_portion(amount energy, part energy, whole energy) RETURNS energy
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'energy_portion';
COMMENT ON FUNCTION energy_portion(energy, energy, energy) IS
    'amount x part / whole to the nearest watt-hour, half away from zero, computed exactly; NULL where whole is 0; error 22023 for a negative part or whole, 22003 when the result does not fit';

CREATE FUNCTION responsibility_check(
    consumption energy, renewable energy, total_weight numeric,
    non_hydro energy DEFAULT NULL, non_hydro_weight numeric DEFAULT NULL)
    RETURNS TABLE (kind text, weight numeric, required energy, counted energy, share numeric,
                   met boolean, shortfall energy, shortfall_certificates bigint)
    LANGUAGE c IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'responsibility_check';
COMMENT ON FUNCTION responsibility_check(energy, energy, numeric, energy, numeric) IS
    'renewable consumption against a consumption responsibility weight (消纳责任权重): a row of kind total and, where one of the last two arguments is given, one of kind non_hydro. required = weight x consumption rounded up to 1 Wh, share = counted / consumption, met when counted reaches required (inclusive), shortfall also in certificates of 1 MWh, rounded up. NULL is unknown, and so is what needs it; share is NULL where consumption is 0. Error 22023 for negative energy, non_hydro above renewable, a weight outside 0 to 1';

CREATE FUNCTION renewable_consumption(year integer, version integer)
    RETURNS TABLE (province region, kind text, generation energy, energy_trade energy, allocation energy,
                   line_loss energy, physical energy, certificates bigint, by_mix energy)
    LANGUAGE sql STABLE STRICT
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS $$
WITH kinds (kind) AS (
    VALUES ('total'), ('non_hydro')
), source AS MATERIALIZED (
    SELECT g.province, g.generated, g.on_grid,
           g.source IN ('wind', 'solar', 'hydro', 'biomass', 'geothermal', 'ocean') AS renewable,
           g.source = 'hydro' AS hydro, certledger.is_non_fossil(g.source, $1) AS non_fossil
    FROM certledger.province_generation($1) AS g
), mix AS MATERIALIZED (
    -- what of a province's power is of the kind, and of what it is a part
    SELECT s.province, k.kind,
           coalesce(sum(s.generated) FILTER (WHERE c.counts), '0 kWh') AS generation,
           coalesce(sum(s.on_grid) FILTER (WHERE c.counts), '0 kWh') AS part,
           coalesce(sum(s.on_grid) FILTER (WHERE s.renewable), '0 kWh') AS renewable,
           coalesce(sum(s.on_grid) FILTER (WHERE s.non_fossil), '0 kWh') AS non_fossil,
           sum(s.on_grid) AS whole
    FROM source AS s, kinds AS k,
         LATERAL (SELECT s.renewable AND (k.kind = 'total' OR NOT s.hydro) AS counts) AS c
    GROUP BY s.province, k.kind
), line AS (
    -- recognised trade between provinces, and the losses that its sellers bear
    SELECT 'energy_trade' AS term, r.category, r.from_province, r.province, r.account_id, r.document,
           sum(r.recognised) AS energy
    FROM certledger.recognition AS r
    WHERE r.year = $1 AND r.version = $2 AND r.tier = 'province' AND r.recognised > '0 kWh'
    GROUP BY 1, 2, 3, 4, 5, 6
    UNION ALL
    SELECT 'line_loss', t.kind::text, t.from_province, NULL, NULL, NULL, sum(t.line_loss)
    FROM certledger.energy_trade AS t
    WHERE t.month >= make_date($1, 1, 1) AND t.month < make_date($1 + 1, 1, 1)
      AND t.from_province <> t.to_province AND t.line_loss > '0 kWh'
    GROUP BY t.kind, t.from_province
), certified AS (
    -- green power says what it is by the certificates that moved with it
    SELECT t.to_account, t.contract, sum(quantity(m.certificates)) AS certificates,
           coalesce(sum(quantity(m.certificates)) FILTER (WHERE p.source <> 'hydro'), 0) AS non_hydro
    FROM (SELECT DISTINCT l.account_id, l.document FROM line AS l WHERE l.category = 'green_power') AS l
    JOIN certledger.transfer AS t
        ON t.to_account = l.account_id AND t.contract = l.document AND t.mode = 'green_power'
    JOIN certledger.movement AS m
        ON m.document = 'transfer' AND m.document_id = t.transfer_id AND m.posted_at = t.posted_at
       AND m.to_state = 'transferred'
    JOIN certledger.project AS p ON p.project_code = project_code(lower(m.certificates))
    WHERE extract(year FROM production_month(lower(m.certificates))) = $1
    GROUP BY t.to_account, t.contract
), split AS (
    SELECT l.term, l.from_province, l.province, k.kind,
           CASE WHEN l.category = 'nuclear' THEN '0 kWh'
                WHEN l.category IN ('green_power', 'conventional')
                THEN CASE WHEN k.kind = 'total' THEN l.energy
                          WHEN c.certificates IS NOT NULL
                          THEN energy_portion(l.energy, make_energy(mwh => c.non_hydro), make_energy(mwh => c.certificates))
                          ELSE energy_portion(l.energy, x.part, x.renewable) END
                -- of no type, but non-fossil
                ELSE energy_portion(l.energy, x.part, x.non_fossil) END AS energy,
           l.category <> 'nuclear' AND c.certificates IS NULL
           AND (k.kind = 'non_hydro' OR l.category NOT IN ('green_power', 'conventional')) AS by_mix
    FROM line AS l CROSS JOIN kinds AS k
    LEFT JOIN certified AS c ON c.to_account = l.account_id AND c.contract = l.document
    LEFT JOIN mix AS x ON x.province = l.from_province AND x.kind = k.kind
), bought AS (
    -- retired certificates of other provinces that the provincial account
    -- bought; those of route 2(b) belong to energy that the trade counts
    SELECT a.region AS province, h.source, h.route, sum(quantity(h.certificates)) AS certificates
    FROM certledger.account AS a
    JOIN certledger.retirement AS r ON r.beneficiary = a.account_id AND r.regime = 'mandatory'
    JOIN certledger.movement AS m
        ON m.document = 'retirement' AND m.document_id = r.retirement_id AND m.posted_at = r.posted_at
    JOIN certledger.holding AS h ON h.last_certificate = upper(m.certificates) - 1
    WHERE a.kind = 'provincial' AND province(h.region) <> a.region
      AND h.route IN ('spot_trade', 'voluntary_trade')
      AND extract(year FROM production_month(h.last_certificate)) = $1
    GROUP BY a.region, h.source, h.route
), offered AS (
    -- power that flowed without a type: all that fossil and typed trade leave,
    -- at the mix of its seller
    SELECT i.market, i.province, i.direction, k.kind, r.residual,
           CASE WHEN i.direction = 'sent' AND x.whole > '0 kWh'
                THEN energy_portion(r.residual, x.part, x.whole) ELSE '0 kWh' END AS offer
    FROM certledger.interprovincial_account AS i CROSS JOIN kinds AS k
    LEFT JOIN mix AS x ON x.province = i.province AND x.kind = k.kind,
    LATERAL (SELECT greatest(i.flow - i.fossil_trade - i.energy_trade, '0 kWh') AS residual) AS r
    WHERE i.year = $1 AND i.version = $2
), pooled AS (
    SELECT o.*, sum(o.offer) OVER w AS pool,
           sum(CASE WHEN o.direction = 'received' THEN o.residual ELSE '0 kWh' END) OVER w AS wanted
    FROM offered AS o WINDOW w AS (PARTITION BY o.market, o.kind)
), allocated AS (
    SELECT p.province, p.kind, p.direction, p.residual,
           CASE WHEN p.wanted = '0 kWh' THEN '0 kWh'
                WHEN p.direction = 'sent' THEN p.offer
                ELSE apportion(CASE WHEN p.wanted > '0 kWh' THEN p.pool ELSE '0 kWh' END, p.residual, p.wanted)
                     OVER (PARTITION BY p.market, p.kind, p.direction ORDER BY p.province)
           END AS energy
    FROM pooled AS p
), received AS (
    -- certificates of mode 1 say what their part of the flow was
    SELECT a.province, a.kind, sum(a.energy) AS energy, sum(a.residual) AS residual,
           (SELECT coalesce(make_energy(mwh => sum(b.certificates)), '0 kWh')
            FROM bought AS b WHERE b.province = a.province AND b.route = 'spot_trade') AS identified
    FROM allocated AS a WHERE a.direction = 'received' GROUP BY a.province, a.kind
), entry AS (
    SELECT s.term, s.from_province AS province, s.kind,
           CASE s.term WHEN 'line_loss' THEN s.energy ELSE - s.energy END AS energy, s.by_mix
    FROM split AS s
    UNION ALL
    SELECT s.term, s.province, s.kind, s.energy, s.by_mix FROM split AS s WHERE s.term = 'energy_trade'
    UNION ALL
    SELECT 'allocation', a.province, a.kind, - a.energy, true FROM allocated AS a WHERE a.direction = 'sent'
    UNION ALL
    SELECT 'allocation', r.province, r.kind,
           r.energy - coalesce(energy_portion(r.energy, least(r.identified, r.residual), r.residual), '0 kWh'), true
    FROM received AS r
), total AS (
    SELECT e.province, e.kind,
           sum(e.energy) FILTER (WHERE e.term = 'energy_trade') AS energy_trade,
           sum(e.energy) FILTER (WHERE e.term = 'allocation') AS allocation,
           sum(e.energy) FILTER (WHERE e.term = 'line_loss') AS line_loss,
           bool_or(e.energy IS NULL AND e.term = 'energy_trade') AS trade_unknown,
           bool_or(e.energy IS NULL AND e.term = 'line_loss') AS loss_unknown,
           sum(abs(e.energy)) FILTER (WHERE e.by_mix) AS by_mix
    FROM entry AS e GROUP BY e.province, e.kind
)
SELECT p.province, k.kind, x.generation, q.energy_trade, q.allocation, q.line_loss,
       x.generation + q.energy_trade + q.allocation - q.line_loss,
       (SELECT coalesce(sum(b.certificates), 0)::bigint FROM bought AS b
        WHERE b.province = p.province AND (k.kind = 'total' OR b.source <> 'hydro')),
       CASE WHEN NOT coalesce(t.trade_unknown OR t.loss_unknown, false) THEN coalesce(t.by_mix, '0 kWh') END
FROM certledger.province_account AS p CROSS JOIN kinds AS k
LEFT JOIN mix AS x ON x.province = p.province AND x.kind = k.kind
LEFT JOIN total AS t ON t.province = p.province AND t.kind = k.kind,
LATERAL (SELECT CASE WHEN NOT coalesce(t.trade_unknown, false) THEN coalesce(t.energy_trade, '0 kWh') END AS energy_trade,
                coalesce(t.allocation, '0 kWh') AS allocation,
                CASE WHEN NOT coalesce(t.loss_unknown, false) THEN coalesce(t.line_loss, '0 kWh') END AS line_loss) AS q
WHERE p.year = $1 AND p.version = $2
$$;
COMMENT ON FUNCTION renewable_consumption(integer, integer) IS
    'part of responsibility_check(): what each province of a version of the accounts consumed of renewable power (kind total) and of it without hydropower (non_hydro), and the certificates of other provinces that its provincial account bought and retired. physical = generation + energy_trade + allocation - line_loss (本地区发电量, 加输入, 减送出): generation by source; trade between provinces by its kind, green power by the source of its certificates, all else that names no source by the mix of the seller''s on-grid volume, which is by_mix (gross). NULL where facts are missing: no generation of the province, no mix of a seller';
REVOKE ALL ON FUNCTION renewable_consumption(integer, integer) FROM PUBLIC;

CREATE FUNCTION responsibility_check(of_province region, year integer)
    RETURNS TABLE (province region, kind text, weight numeric, force text, consumption energy,
                   generation energy, energy_trade energy, allocation energy, line_loss energy,
                   certificates bigint, counted energy, required energy, share numeric, met boolean,
                   shortfall energy, shortfall_certificates bigint, by_mix energy,
                   status text, publication text)
    LANGUAGE c STABLE
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS 'MODULE_PATHNAME', 'responsibility_check_province';
COMMENT ON FUNCTION responsibility_check(region, integer) IS
    'consumption responsibility weights of a province, or of all provinces of the accounts (000000), in a year: a row for the total and one for the non-hydro weight. What counts says rule province_completion_by: physical consumption (generation + energy_trade + allocation - line_loss, see renewable_consumption()), and certificates of other provinces that the provincial account bought and retired (发改办能源〔2025〕669号). consumption is published_consumption, weight that of table responsibility_weight with its force, status and publication; a shortfall of the year before is not carried over (rule responsibility_shortfall_carried). NULL where facts are missing or contradict each other. Errors: 22004, 22023 for the arguments; 55000 when the accounts of the year were never run or do not have the province; LC016, LC023 of the rules';
REVOKE ALL ON FUNCTION responsibility_check(region, integer) FROM PUBLIC;

CREATE FUNCTION responsibility_check(account_id bigint, year integer, of_industry text)
    RETURNS TABLE (province region, industry text, weight numeric, force text, consumption energy,
                   certificates bigint, counted energy, required energy, share numeric, met boolean,
                   shortfall energy, shortfall_certificates bigint, status text, publication text)
    LANGUAGE c STABLE
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS 'MODULE_PATHNAME', 'responsibility_check_industry';
COMMENT ON FUNCTION responsibility_check(bigint, integer, text) IS
    'green power ratio (绿色电力消费比例) of a key industry for an account and year, a row for each province: certificates retired for it under the mandatory regime, of that production year (rule industry_completion_by), against a weight of its consumption (grid draw and physical supply, user_account). The weight is that of the industry in table responsibility_weight, else rule hub_data_centre_share for hub_data_centre, else the total weight of the province (rule industry_ratio); force assessed or monitored by that table or rules assessed_industries and monitored_industries. NULL where facts are missing. Errors: 22004, 22023 for the arguments; 55000 when the accounts of the year were never run; LC015 for an unknown account; LC016, LC023 of the rules';
REVOKE ALL ON FUNCTION responsibility_check(bigint, integer, text) FROM PUBLIC;
