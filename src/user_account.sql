-- user_account.sql: the user and city tiers, E = P + T + C + A, and the
-- allocation coefficient (发改能源〔2026〕622号 Annexes 2 and 3).

CREATE FUNCTION account_users(year integer, version integer) RETURNS bigint
    LANGUAGE sql VOLATILE STRICT
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS $$
WITH item AS (
    SELECT d.account_id, prefecture(d.region) AS city, d.energy AS grid_draw,
           '0 kWh'::energy AS physical, '0 kWh'::energy AS energy_trade,
           '0 kWh'::energy AS certificate_trade, '0 kWh'::energy AS excess
    FROM certledger.grid_draw AS d
    WHERE d.month >= make_date($1, 1, 1) AND d.month < make_date($1 + 1, 1, 1)
    UNION ALL
    SELECT s.account_id, prefecture(s.region), '0 kWh', s.energy, '0 kWh', '0 kWh', '0 kWh'
    FROM certledger.physical_supply AS s
    WHERE s.month >= make_date($1, 1, 1) AND s.month < make_date($1 + 1, 1, 1)
    UNION ALL
    SELECT r.account_id, r.city, '0 kWh', '0 kWh',
           CASE WHEN r.identification = 'energy_trade' THEN r.recognised ELSE '0 kWh' END,
           CASE WHEN r.identification = 'certificate_trade' THEN r.recognised ELSE '0 kWh' END,
           CASE WHEN r.reason = ANY (enum_range(NULL::cap_kind)::text[]) THEN r.excess ELSE '0 kWh' END
    FROM certledger.recognition AS r
    WHERE r.year = $1 AND r.version = $2 AND r.tier = 'user' AND r.city IS NOT NULL
), unit AS MATERIALIZED (
    SELECT i.account_id, i.city, province(i.city) AS province, sum(i.grid_draw) AS grid_draw,
           sum(i.physical) AS physical, sum(i.energy_trade) AS energy_trade,
           sum(i.certificate_trade) AS certificate_trade, sum(i.excess) AS excess
    FROM item AS i GROUP BY i.account_id, i.city
), identified AS (
    SELECT u.province, sum(u.physical) AS physical, sum(u.energy_trade) AS energy_trade,
           sum(u.certificate_trade) AS certificate_trade,
           sum(u.grid_draw - u.energy_trade - u.certificate_trade) AS remaining
    FROM unit AS u GROUP BY u.province
), fraction AS (
    -- k = (E - P - T - C) / (G - P - T - C + F + IO), both exact
    SELECT p.province, p.non_fossil, s.physical, s.energy_trade, s.certificate_trade, s.remaining,
           p.non_fossil - s.identified AS numerator,
           p.generation - s.identified + p.fossil_on_grid + p.net_received AS denominator,
           b.coefficient AS published
    FROM certledger.province_account AS p
    LEFT JOIN identified AS i ON i.province = p.province
    LEFT JOIN certledger.published_coefficient AS b ON b.year = $1 AND b.province = p.province,
    LATERAL (SELECT coalesce(i.physical, '0 kWh') AS physical,
                    coalesce(i.energy_trade, '0 kWh') AS energy_trade,
                    coalesce(i.certificate_trade, '0 kWh') AS certificate_trade,
                    coalesce(i.remaining, '0 kWh') AS remaining,
                    coalesce(i.physical + i.energy_trade + i.certificate_trade, '0 kWh') AS identified) AS s
    WHERE p.year = $1 AND p.version = $2
), applied AS MATERIALIZED (
    -- a published k has 12 decimals: a whole number of Wh over 10^12 Wh
    SELECT f.*,
           CASE WHEN f.published IS NOT NULL THEN make_energy(wh => (f.published * 1000000000000)::bigint)
                WHEN f.denominator <= '0 kWh' THEN '0 kWh'
                ELSE least(greatest(f.numerator, '0 kWh'), f.denominator) END AS pool,
           CASE WHEN f.published IS NOT NULL THEN make_energy(wh => 1000000000000)
                ELSE greatest(f.denominator, '0 kWh') END AS total
    FROM fraction AS f
), warned AS (
    INSERT INTO certledger.account_warning (year, version, warning, region, detail)
    SELECT $1, $2,
           CASE WHEN a.denominator <= '0 kWh' THEN 'coefficient without denominator'
                WHEN a.numerator < '0 kWh' THEN 'coefficient below 0'
                ELSE 'coefficient above 1' END,
           a.province,
           format('numerator %s, denominator %s; %s', a.numerator, a.denominator,
                  CASE WHEN a.denominator <= '0 kWh' THEN 'nothing is allocated'
                       WHEN a.numerator < '0 kWh' THEN 'taken as 0' ELSE 'taken as 1' END)
    FROM applied AS a
    WHERE a.published IS NULL
      AND (a.denominator <= '0 kWh' OR a.numerator < '0 kWh' OR a.numerator > a.denominator)
    UNION ALL
    SELECT $1, $2, 'grid draw above supply', a.province,
           format('grid draw less T and C is %s, the denominator of k %s; cities and users account for more than the province',
                  a.remaining, a.denominator)
    FROM applied AS a
    WHERE a.remaining > a.denominator AND a.denominator > '0 kWh'
    UNION ALL
    SELECT $1, $2, 'unknown account', u.province,
           format('%s users are not in table account, the first is %s; their accounts are kept by number',
                  count(*), min(u.account_id))
    FROM unit AS u
    WHERE NOT EXISTS (SELECT FROM certledger.account AS c WHERE c.account_id = u.account_id)
    GROUP BY u.province
), coefficients AS (
    INSERT INTO certledger.coefficient (year, version, province, physical, energy_trade,
        certificate_trade, numerator, denominator, k, published, pool, total, allocated, loss_residual)
    SELECT $1, $2, a.province, a.physical, a.energy_trade, a.certificate_trade, a.numerator,
           a.denominator,
           coalesce(a.published, CASE WHEN a.total > '0 kWh' THEN a.pool / a.total END),
           a.published, a.pool, a.total, l.allocated, a.numerator - l.allocated
    FROM applied AS a,
    LATERAL (SELECT CASE WHEN a.total > '0 kWh'
                         THEN make_energy(wh => div(wh(a.pool)::numeric * wh(a.remaining),
                                                    wh(a.total))::bigint)
                         ELSE '0 kWh' END AS allocated) AS l
), allocated AS (
    SELECT u.*,
           -- where there is no k the pool is empty
           apportion(a.pool, u.grid_draw - u.energy_trade - u.certificate_trade, a.total)
               OVER (PARTITION BY u.province ORDER BY u.city, u.account_id) AS allocation
    FROM unit AS u JOIN applied AS a ON a.province = u.province
), inserted AS (
    INSERT INTO certledger.user_account (year, version, account_id, city, grid_draw, physical,
        energy_trade, certificate_trade, excess, allocation, non_fossil)
    SELECT $1, $2, l.account_id, l.city, l.grid_draw, l.physical, l.energy_trade,
           l.certificate_trade, l.excess, l.allocation,
           l.physical + l.energy_trade + l.certificate_trade + l.allocation
    FROM allocated AS l
    RETURNING 1
)
SELECT count(*) FROM inserted
$$;
COMMENT ON FUNCTION account_users(integer, integer) IS
    'phase of run_accounts(): the coefficient k of each province as an exact rational and the accounts of its users, E = P + T + C + A with A = (W - T - C) k, apportioned in whole watt-hours (发改能源〔2026〕622号 Annexes 2 and 3)';

CREATE FUNCTION account_cities(year integer, version integer) RETURNS bigint
    LANGUAGE sql VOLATILE STRICT
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS $$
WITH inserted AS (
    INSERT INTO certledger.city_account (year, version, city, grid_draw, physical, energy_trade,
        certificate_trade, allocation, non_fossil)
    SELECT $1, $2, u.city, sum(u.grid_draw), sum(u.physical), sum(u.energy_trade),
           sum(u.certificate_trade), sum(u.allocation), sum(u.non_fossil)
    FROM certledger.user_account AS u
    WHERE u.year = $1 AND u.version = $2
    GROUP BY u.city
    RETURNING 1
)
SELECT count(*) FROM inserted
$$;
COMMENT ON FUNCTION account_cities(integer, integer) IS
    'phase of run_accounts(): the accounts of the cities, each the exact sum of its users (发改能源〔2026〕622号 Annex 2)';
