-- energy_trade.sql: what the energy trade of a year counts (电能量交易结算;
-- 发改能源〔2026〕622号 Annex 1).

CREATE FUNCTION energy_trade_counted(
    kind energy_trade_kind, contracted energy, settled energy, certificate_settled energy,
    one_to_one boolean)
    RETURNS energy
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN kind = 'green_power' THEN certificate_settled
                WHEN kind IN ('conventional', 'nuclear') AND NOT one_to_one
                THEN least(contracted, settled)
                ELSE settled END;
COMMENT ON FUNCTION energy_trade_counted(energy_trade_kind, energy, energy, energy, boolean) IS
    'what one row of energy_trade counts: the certificate-settled volume of green power; of conventional and nuclear power the settled volume, or where the relation is not one-to-one the smaller of contract and settlement of the month (按月取小; 发改能源〔2026〕622号 Annex 1)';

CREATE FUNCTION unified_purchase_share(year integer)
    RETURNS TABLE (purchase text, month date, kind energy_trade_kind, market text,
                   from_province region, to_province region, volume energy, agreed boolean)
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, certledger, pg_temp
    AS $$
WITH purchase AS (
    SELECT u.* FROM certledger.unified_purchase AS u
    WHERE u.month >= make_date($1, 1, 1) AND u.month < make_date($1 + 1, 1, 1)
), member AS (
    -- all provinces of a market or none: a missing figure would be paid by the others
    SELECT m.market, m.province, c.consumption,
           bool_and(c.consumption IS NOT NULL) OVER w AND sum(c.consumption) OVER w > '0 kWh' AS known
    FROM certledger.market_province AS m
    LEFT JOIN certledger.published_consumption AS c ON c.year = $1 AND c.region = m.province
    WHERE m.year = $1
    WINDOW w AS (PARTITION BY m.market)
)
SELECT u.purchase, u.month, u.kind, u.market, u.from_province, u.to_province, u.volume, true
FROM purchase AS u WHERE u.to_province IS NOT NULL
UNION ALL
SELECT u.purchase, u.month, u.kind, u.market, u.from_province, m.province,
       apportion(u.volume, m.consumption)
           OVER (PARTITION BY u.purchase, u.month, u.kind, u.market, u.from_province ORDER BY m.province),
       false
FROM purchase AS u JOIN member AS m ON m.market = u.market AND m.known
WHERE u.to_province IS NULL
UNION ALL
-- what nobody can share: no province is named
SELECT u.purchase, u.month, u.kind, u.market, u.from_province, NULL, u.volume, false
FROM purchase AS u
WHERE u.to_province IS NULL AND NOT EXISTS (SELECT FROM member AS m WHERE m.market = u.market AND m.known)
$$;
COMMENT ON FUNCTION unified_purchase_share(integer) IS
    'unified purchases (统购统销) of a year by province: what a trade or agreement gives to it, and its share of the rest by whole-society consumption, in whole watt-hours that add up (发改能源〔2026〕622号 Annex 1); to_province is empty where a province of the market, or its consumption, is not known';

CREATE FUNCTION energy_trade_support(internal) RETURNS internal
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'energy_trade_support';
COMMENT ON FUNCTION energy_trade_support(internal) IS
    'planner support of energy_trade_volume(): as many rows as table energy_trade has';

CREATE FUNCTION energy_trade_volume(year integer, between_provinces boolean DEFAULT NULL)
    RETURNS TABLE (contract text, month date, category text, kind energy_trade_kind, market text,
                   from_province region, to_province region, buyer bigint, buyer_city region,
                   dedicated boolean, volume energy, settled energy, certificate_settled energy,
                   line_loss energy)
    LANGUAGE sql STABLE PARALLEL SAFE
    SUPPORT energy_trade_support
    SET search_path = pg_catalog, certledger, pg_temp
    AS $$
SELECT t.contract, t.month, t.kind::text, t.kind, t.market, t.from_province, t.to_province, t.buyer,
       prefecture(t.buyer_region), t.dedicated,
       sum(certledger.energy_trade_counted(t.kind, t.contracted, t.settled, t.certificate_settled, t.one_to_one)),
       sum(t.settled), sum(t.certificate_settled), sum(t.line_loss)
FROM certledger.energy_trade AS t
WHERE t.month >= make_date($1, 1, 1) AND t.month < make_date($1 + 1, 1, 1)
  AND ($2 IS NULL OR (t.from_province <> t.to_province) = $2)
GROUP BY t.contract, t.month, t.kind, t.market, t.from_province, t.to_province, t.buyer,
         prefecture(t.buyer_region), t.dedicated
UNION ALL
SELECT u.purchase, u.month, 'unified_purchase', u.kind, u.market, u.from_province, u.to_province,
       NULL, NULL, false, sum(u.volume), sum(u.volume), '0 kWh', '0 kWh'
FROM certledger.unified_purchase_share($1) AS u
WHERE u.to_province <> u.from_province AND $2 IS NOT FALSE
GROUP BY u.purchase, u.month, u.kind, u.market, u.from_province, u.to_province
$$;
COMMENT ON FUNCTION energy_trade_volume(integer, boolean) IS
    'what the energy trade of a year counts, by contract, month and buyer: the certificate-settled volume of green power; of conventional and nuclear power the settled volume, or where the relation is not one-to-one the smaller of contract and settlement of the month (按月取小); unified purchases as their provinces share them; all of it, or what is between provinces (true) or within one (false; 发改能源〔2026〕622号 Annex 1)';
REVOKE ALL ON FUNCTION unified_purchase_share(integer), energy_trade_volume(integer, boolean) FROM PUBLIC;
