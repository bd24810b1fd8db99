-- user_account.sql: the user and city tiers, E = P + T + C + A, and the
-- allocation coefficient (发改能源〔2026〕622号 Annexes 2 and 3).
--
-- The hot path is in user_account.c: it reads user_draw() and user_supply(), asks
-- account_coefficients() for k, shares A out and writes user_account.

CREATE FUNCTION user_draw(year integer, version integer, province region)
    RETURNS TABLE (account_id bigint, region region, grid_draw energy)
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, certledger, pg_temp
    AS $$
SELECT d.account_id, d.region, sum(d.energy)
FROM certledger.grid_draw AS d
WHERE d.month >= make_date($1, 1, 1) AND d.month < make_date($1 + 1, 1, 1)
  AND ($3 IS NULL OR d.region <@ $3)
GROUP BY d.account_id, d.region
ORDER BY d.account_id, d.region
$$;
COMMENT ON FUNCTION user_draw(integer, integer, region) IS
    'metered grid draw of a year by user and region, in their order; of one province, or of all where it is NULL';

CREATE FUNCTION user_supply(year integer, version integer, province region)
    RETURNS TABLE (account_id bigint, city region, grid_draw energy, physical energy,
                   energy_trade energy, certificate_trade energy, excess energy)
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, certledger, pg_temp
    AS $$
SELECT o.account_id, o.city, sum(o.grid_draw), sum(o.physical), sum(o.energy_trade), sum(o.certificate_trade), sum(o.excess)
FROM (SELECT s.account_id, s.city, s.energy AS grid_draw, '0 kWh'::energy AS physical,
             '0 kWh'::energy AS energy_trade, '0 kWh'::energy AS certificate_trade, '0 kWh'::energy AS excess
      FROM certledger.storage_draw($1) AS s
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
      WHERE r.year = $1 AND r.version = $2 AND r.tier = 'user' AND r.city IS NOT NULL) AS o
WHERE $3 IS NULL OR o.city <@ $3
GROUP BY o.account_id, o.city
ORDER BY o.account_id, o.city
$$;
COMMENT ON FUNCTION user_supply(integer, integer, region) IS
    'what the other facts and the recognition of a year give to each user, by user and city in their order: charging of storage as grid draw, physical supply, trade recognised and excess; of one province, or of all where it is NULL';

CREATE FUNCTION user_provinces(year integer) RETURNS SETOF region
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, certledger, pg_temp
    AS $$
SELECT province(d.region) FROM certledger.grid_draw AS d
WHERE d.month >= make_date($1, 1, 1) AND d.month < make_date($1 + 1, 1, 1)
UNION
SELECT province(s.region) FROM certledger.physical_supply AS s
WHERE s.month >= make_date($1, 1, 1) AND s.month < make_date($1 + 1, 1, 1)
UNION
SELECT province(s.city) FROM certledger.storage_draw($1) AS s
$$;
COMMENT ON FUNCTION user_provinces(integer) IS
    'provinces in which users have facts in a year';

CREATE FUNCTION account_coefficients(
    year integer, version integer, provinces region[], physicals energy[], energy_trades energy[],
    certificate_trades energy[], remainings energy[], province region)
    RETURNS TABLE (province region, pool energy, total energy, monthly boolean)
    LANGUAGE sql VOLATILE
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS $$
WITH identified AS (
    SELECT u.*, u.physical + u.energy_trade + u.certificate_trade AS identified
    FROM unnest($3, $4, $5, $6, $7) AS u(province, physical, energy_trade, certificate_trade, remaining)
), published AS (
    SELECT b.province, max(b.coefficient) FILTER (WHERE b.month IS NULL) AS k, count(b.month) > 0 AS monthly,
           count(b.month) = 12 AS every_month
    FROM certledger.published_coefficient AS b
    WHERE b.year = $1 AND certledger.rule_value('published_coefficient_overrides', make_date($1, 12, 31)) = 'yes'
    GROUP BY b.province
), fraction AS (
    -- k = (E - P - T - C) / (G - P - T - C + F + IO), both exact
    SELECT p.province, coalesce(i.physical, '0 kWh') AS physical, coalesce(i.energy_trade, '0 kWh') AS energy_trade,
           coalesce(i.certificate_trade, '0 kWh') AS certificate_trade, coalesce(i.remaining, '0 kWh') AS remaining,
           p.non_fossil - coalesce(i.identified, '0 kWh') AS numerator,
           p.generation - coalesce(i.identified, '0 kWh') + p.fossil_on_grid + p.net_received AS denominator,
           b.k AS published, coalesce(b.monthly, false) AS monthly, coalesce(b.every_month, false) AS every_month
    FROM certledger.province_account AS p
    LEFT JOIN identified AS i ON i.province = p.province
    LEFT JOIN published AS b ON b.province = p.province
    WHERE p.year = $1 AND p.version = $2 AND ($8 IS NULL OR p.province = $8)
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
    INSERT INTO certledger.account_warning (year, version, warning, region, rule, detail)
    SELECT $1, $2, c.warning, a.province, c.rule,
           format('numerator %s, denominator %s; %s', a.numerator, a.denominator, c.outcome)
    FROM applied AS a,
         LATERAL (SELECT 'coefficient without denominator', 'coefficient_without_denominator', 'nothing is allocated'
                  WHERE a.denominator <= '0 kWh'
                  UNION ALL
                  SELECT 'coefficient below 0', 'coefficient_out_of_range', 'taken as 0'
                  WHERE a.denominator > '0 kWh' AND a.numerator < '0 kWh'
                  UNION ALL
                  SELECT 'coefficient above 1', 'coefficient_out_of_range', 'taken as 1'
                  WHERE a.denominator > '0 kWh' AND a.numerator > a.denominator) AS c(warning, rule, outcome)
    WHERE a.published IS NULL AND NOT a.every_month
    UNION ALL
    SELECT $1, $2, 'grid draw above supply', a.province, NULL,
           format('grid draw less T and C is %s, the denominator of k %s; cities and users account for more than the province',
                  a.remaining, a.denominator)
    FROM applied AS a
    WHERE a.remaining > a.denominator AND a.denominator > '0 kWh'
    UNION ALL
    SELECT $1, $2, 'storage discharge ignored', province(s.city), 'storage_discharging',
           format('%s were charged as grid draw, %s discharged', sum(s.energy), sum(s.ignored))
    FROM certledger.storage_draw($1) AS s
    WHERE $8 IS NULL OR s.city <@ $8
    GROUP BY province(s.city) HAVING sum(s.ignored) > '0 kWh'
), inserted AS (
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
)
SELECT a.province, a.pool, a.total, a.monthly FROM applied AS a ORDER BY a.province
$$;
COMMENT ON FUNCTION account_coefficients(integer, integer, region[], energy[], energy[], energy[], energy[], region) IS
    'phase of run_accounts(): the coefficient k of each province as an exact rational, pool over total, given what the users of the province have identified (P, T, C) and what of their grid draw remains (发改能源〔2026〕622号 Annex 2); tells in which provinces months have coefficients of their own';

CREATE FUNCTION known_accounts(year integer, version integer) RETURNS SETOF bigint
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, certledger, pg_temp
    AS $$ SELECT a.account_id FROM certledger.account AS a ORDER BY a.account_id $$;
COMMENT ON FUNCTION known_accounts(integer, integer) IS
    'numbers of the accounts of the registry in their order, whatever the year, as run_accounts() reads them to find users that are in none';

CREATE FUNCTION account_unknown_users(year integer, version integer, provinces region[], users bigint[], firsts bigint[])
    RETURNS bigint
    LANGUAGE sql VOLATILE STRICT
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS $$
WITH warned AS (
    INSERT INTO certledger.account_warning (year, version, warning, region, account_id, detail)
    SELECT $1, $2, 'unknown account', u.province, u.first,
           format('%s users are not in table account, the first is %s; their accounts are kept by number', u.users, u.first)
    FROM unnest($3, $4, $5) AS u(province, users, first)
    WHERE u.users > 0
    RETURNING 1
)
SELECT count(*) FROM warned
$$;
COMMENT ON FUNCTION account_unknown_users(integer, integer, region[], bigint[], bigint[]) IS
    'phase of run_accounts(): warns of users whose facts name no account of the registry, given how many there are in each province and the first of them';

CREATE FUNCTION account_months(year integer, version integer, provinces region[]) RETURNS bigint
    LANGUAGE sql VOLATILE
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS $$
WITH charge AS (
    -- discharge that is deducted from the charge of a month or, beyond it, like T
    -- and C below from those of other months
    SELECT s.account_id, prefecture(s.region) AS city, s.month,
           sum(sum(s.charged) - CASE r.discharging WHEN 'deduct' THEN sum(s.discharged) ELSE '0 kWh' END)
               OVER (PARTITION BY s.account_id, prefecture(s.region) ORDER BY s.month) AS so_far
    FROM certledger.storage_charge AS s,
         (SELECT certledger.rule_value('storage_discharging', make_date($1, 12, 31)) AS discharging) AS r
    WHERE s.month >= make_date($1, 1, 1) AND s.month < make_date($1 + 1, 1, 1) AND province(s.region) = ANY ($3)
    GROUP BY s.account_id, prefecture(s.region), s.month, r.discharging
), fact AS (
    SELECT d.account_id, prefecture(d.region) AS city, d.month, d.energy AS remaining
    FROM certledger.grid_draw AS d
    WHERE d.month >= make_date($1, 1, 1) AND d.month < make_date($1 + 1, 1, 1) AND province(d.region) = ANY ($3)
    UNION ALL
    SELECT s.account_id, s.city, s.month,
           s.so_far - coalesce(lag(s.so_far) OVER (PARTITION BY s.account_id, s.city ORDER BY s.month), '0 kWh')
    FROM (SELECT c.account_id, c.city, c.month,
                 least(greatest(max(c.so_far) OVER (PARTITION BY c.account_id, c.city ORDER BY c.month), '0 kWh'), d.energy) AS so_far
          FROM charge AS c JOIN certledger.storage_draw($1) AS d ON d.account_id = c.account_id AND d.city = c.city) AS s
    UNION ALL
    SELECT r.account_id, r.city, r.month, - r.recognised
    FROM certledger.recognition AS r
    WHERE r.year = $1 AND r.version = $2 AND r.tier = 'user' AND r.province = ANY ($3) AND r.city IS NOT NULL
), month AS (
    SELECT f.account_id, f.city, f.month, sum(f.remaining) AS remaining
    FROM fact AS f GROUP BY f.account_id, f.city, f.month
), running AS (
    SELECT m.account_id, m.city, m.month, sum(m.remaining) OVER so_far AS so_far,
           u.grid_draw - u.energy_trade - u.certificate_trade AS year
    FROM month AS m
    JOIN certledger.user_account AS u
        ON u.year = $1 AND u.version = $2 AND u.account_id = m.account_id AND u.city = m.city
    WINDOW so_far AS (PARTITION BY m.account_id, m.city ORDER BY m.month)
), filled AS (
    -- T and C beyond a month's draw fill the months after it, and what is still
    -- left at the end of the year those before: up to a month there remains the
    -- greatest running sum so far, at most what remains of the year
    SELECT r.account_id, r.city, r.month,
           least(greatest(max(r.so_far) OVER so_far, '0 kWh'), r.year) AS so_far
    FROM running AS r
    WINDOW so_far AS (PARTITION BY r.account_id, r.city ORDER BY r.month)
), remained AS (
    SELECT f.account_id, f.city, f.month,
           f.so_far - coalesce(lag(f.so_far) OVER (PARTITION BY f.account_id, f.city ORDER BY f.month), '0 kWh') AS remaining
    FROM filled AS f
), rate AS (
    SELECT c.province, m.month, b.coefficient AS published,
           CASE WHEN b.coefficient IS NULL THEN c.pool ELSE make_energy(wh => (b.coefficient * 1000000000000)::bigint) END AS pool,
           CASE WHEN b.coefficient IS NULL THEN c.total ELSE make_energy(wh => 1000000000000) END AS total,
           coalesce(b.coefficient, c.k) AS k
    FROM certledger.coefficient AS c
    CROSS JOIN (SELECT make_date($1, n, 1) AS month FROM generate_series(1, 12) AS n) AS m
    LEFT JOIN certledger.published_coefficient AS b ON b.year = $1 AND b.province = c.province AND b.month = m.month
    WHERE c.year = $1 AND c.version = $2 AND c.province = ANY ($3)
), allocated AS (
    SELECT r.account_id, r.city, k.province, k.month, k.k, k.published, r.remaining,
           apportion(k.pool, r.remaining, k.total)
               OVER (PARTITION BY k.province, k.month ORDER BY r.account_id, r.city) AS allocation
    FROM remained AS r JOIN rate AS k ON k.province = province(r.city) AND k.month = r.month
), months AS (
    INSERT INTO certledger.coefficient_month (year, version, province, month, k, published, remaining, allocated)
    SELECT $1, $2, k.province, k.month, k.k, k.published IS NOT NULL,
           coalesce(sum(a.remaining), '0 kWh'), coalesce(sum(a.allocation), '0 kWh')
    FROM rate AS k LEFT JOIN allocated AS a ON a.province = k.province AND a.month = k.month
    GROUP BY k.province, k.month, k.k, k.published
    RETURNING province, allocated
), year AS (
    UPDATE certledger.coefficient AS c
    SET allocated = m.allocated, loss_residual = c.numerator - m.allocated
    FROM (SELECT m.province, sum(m.allocated) AS allocated FROM months AS m GROUP BY m.province) AS m
    WHERE c.year = $1 AND c.version = $2 AND c.province = m.province
), cities AS (
    UPDATE certledger.city_account AS t
    SET allocation = a.allocation, non_fossil = t.physical + t.energy_trade + t.certificate_trade + a.allocation
    FROM (SELECT a.city, sum(a.allocation) AS allocation FROM allocated AS a GROUP BY a.city) AS a
    WHERE t.year = $1 AND t.version = $2 AND t.city = a.city
), users AS (
    UPDATE certledger.user_account AS u
    SET allocation = a.allocation, non_fossil = u.physical + u.energy_trade + u.certificate_trade + a.allocation
    FROM (SELECT a.account_id, a.city, sum(a.allocation) AS allocation FROM allocated AS a GROUP BY a.account_id, a.city) AS a
    WHERE u.year = $1 AND u.version = $2 AND u.account_id = a.account_id AND u.city = a.city
      -- it may be so from a run before
      AND u.allocation <> a.allocation
)
SELECT count(*) FROM (SELECT DISTINCT a.account_id, a.city FROM allocated AS a) AS u
$$;
COMMENT ON FUNCTION account_months(integer, integer, region[]) IS
    'phase of run_accounts() in provinces that published coefficients of months: allocates what remains of each user''s grid draw month by month, in whole watt-hours, at the coefficient of the month or else of the year (发改能源〔2026〕622号 Annex 2)';

CREATE FUNCTION user_account_written(year integer, version integer, province region)
    RETURNS TABLE (place tid, account_id bigint, city region, grid_draw energy, physical energy, energy_trade energy,
                   certificate_trade energy, excess energy, allocation energy, non_fossil energy)
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, certledger, pg_temp
    AS $$
SELECT u.ctid, u.account_id, u.city, u.grid_draw, u.physical, u.energy_trade, u.certificate_trade, u.excess, u.allocation, u.non_fossil
FROM certledger.user_account AS u
WHERE u.year = $1 AND u.version = $2 AND ($3 IS NULL OR u.city <@ $3)
ORDER BY u.account_id, u.city
$$;
COMMENT ON FUNCTION user_account_written(integer, integer, region) IS
    'accounts of users as an earlier run of the same version left them, in their order, and where the rows stand; of one province, or of all where it is NULL';

CREATE FUNCTION account_users_changed(year integer, version integer, places tid[], users bigint[], cities region[], grid_draws energy[],
                                      physicals energy[], energy_trades energy[], certificate_trades energy[], excesses energy[],
                                      allocations energy[], non_fossils energy[])
    RETURNS bigint
    LANGUAGE sql VOLATILE STRICT
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS $$
WITH updated AS (
    UPDATE certledger.user_account AS u
    SET grid_draw = c.grid_draw, physical = c.physical, energy_trade = c.energy_trade, certificate_trade = c.certificate_trade,
        excess = c.excess, allocation = c.allocation, non_fossil = c.non_fossil
    FROM unnest($3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        AS c(place, account_id, city, grid_draw, physical, energy_trade, certificate_trade, excess, allocation, non_fossil)
    WHERE u.year = $1 AND u.version = $2 AND u.ctid = c.place AND u.account_id = c.account_id AND u.city = c.city
    RETURNING 1
)
SELECT count(*) FROM updated
$$;
COMMENT ON FUNCTION account_users_changed(integer, integer, tid[], bigint[], region[], energy[], energy[], energy[], energy[], energy[], energy[], energy[]) IS
    'phase of run_accounts(): changes accounts of users that an earlier run of the same version left, given where their rows stand';

CREATE FUNCTION account_users_gone(year integer, version integer, places tid[], users bigint[], cities region[]) RETURNS bigint
    LANGUAGE sql VOLATILE STRICT
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS $$
WITH deleted AS (
    DELETE FROM certledger.user_account AS u
    USING unnest($3, $4, $5) AS g(place, account_id, city)
    WHERE u.year = $1 AND u.version = $2 AND u.ctid = g.place AND u.account_id = g.account_id AND u.city = g.city
    RETURNING 1
)
SELECT count(*) FROM deleted
$$;
COMMENT ON FUNCTION account_users_gone(integer, integer, tid[], bigint[], region[]) IS
    'phase of run_accounts(): removes accounts of users that have no facts any more, given where their rows stand';

CREATE FUNCTION account_cities(year integer, version integer, cities region[], grid_draws energy[], physicals energy[],
                               energy_trades energy[], certificate_trades energy[], allocations energy[], non_fossils energy[])
    RETURNS bigint
    LANGUAGE sql VOLATILE STRICT
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS $$
WITH inserted AS (
    INSERT INTO certledger.city_account (year, version, city, grid_draw, physical, energy_trade,
        certificate_trade, allocation, non_fossil)
    SELECT $1, $2, u.* FROM unnest($3, $4, $5, $6, $7, $8, $9) AS u
    RETURNING 1
)
SELECT count(*) FROM inserted
$$;
COMMENT ON FUNCTION account_cities(integer, integer, region[], energy[], energy[], energy[], energy[], energy[], energy[]) IS
    'phase of run_accounts(): the accounts of the cities, each the exact sum of its users, as user_account.c has added them up (发改能源〔2026〕622号 Annex 2)';
CREATE FUNCTION coefficient(province region, year integer, month date DEFAULT NULL) RETURNS numeric
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, certledger, pg_temp
    AS $$
SELECT coalesce((SELECT m.k FROM certledger.coefficient_month AS m
                 WHERE m.year = $2 AND m.version = c.version AND m.province = $1
                   AND m.month = date_trunc('month', $3)::date), c.k)
FROM certledger.coefficient AS c
WHERE c.year = $2 AND c.version = certledger.account_version($2) AND c.province = $1
  AND ($3 IS NULL OR extract(year FROM $3) = $2)
$$;
COMMENT ON FUNCTION coefficient(region, integer, date) IS
    'allocation coefficient k (分摊系数) of a province as the current accounts of a year apply it, or of the month of a day where months have their own; unrounded; NULL where there is none, or the day is of another year (发改能源〔2026〕622号 Annex 2)';
REVOKE ALL ON FUNCTION user_draw(integer, integer, region), user_supply(integer, integer, region), known_accounts(integer, integer), user_provinces(integer),
    account_coefficients(integer, integer, region[], energy[], energy[], energy[], energy[], region),
    account_unknown_users(integer, integer, region[], bigint[], bigint[]), account_months(integer, integer, region[]),
    account_cities(integer, integer, region[], energy[], energy[], energy[], energy[], energy[], energy[]),
    user_account_written(integer, integer, region),
    account_users_changed(integer, integer, tid[], bigint[], region[], energy[], energy[], energy[], energy[], energy[], energy[], energy[]),
    account_users_gone(integer, integer, tid[], bigint[], region[]),
    coefficient(region, integer, date) FROM PUBLIC;
