-- cap_check.sql: how much could still be claimed, and which cap would end it
-- (认定上限; 发改能源〔2026〕622号 art. 7, Annexes 1 to 3), live: from the totals
-- of claims, the caps as the facts give them now, and the account's facts.

CREATE FUNCTION energy_trade_between(year integer)
    RETURNS TABLE (category text, from_province region, to_province region, volume energy)
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, certledger, pg_temp
    AS $$
SELECT t.kind::text, t.from_province, t.to_province,
       sum(certledger.energy_trade_counted(t.kind, t.contracted, t.settled, t.certificate_settled, t.one_to_one))
FROM certledger.energy_trade AS t
WHERE t.month >= make_date($1, 1, 1) AND t.month < make_date($1 + 1, 1, 1)
  AND t.kind IN ('green_power', 'conventional', 'nuclear') AND t.from_province <> t.to_province
GROUP BY t.kind, t.from_province, t.to_province
UNION ALL
SELECT 'unified_purchase', u.from_province, u.to_province, sum(u.volume)
FROM certledger.unified_purchase_share($1) AS u
WHERE u.to_province <> u.from_province
GROUP BY u.from_province, u.to_province
$$;
COMMENT ON FUNCTION energy_trade_between(integer) IS
    'what energy trade between provinces counts in a year, by step of rule energy_trade_fill_order and pair of provinces, before any cap (发改能源〔2026〕622号 Annex 1)';

CREATE FUNCTION energy_trade_walk(year integer)
    RETURNS TABLE (category text, from_province region, to_province region, buyer bigint, city region, recognised energy)
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, certledger, pg_temp
    AS $$
-- as account_energy_trade() walks it when the accounts are run
WITH cap AS MATERIALIZED (
    SELECT * FROM certledger.cap_volume($1) AS c WHERE c.kind IN ('province_in', 'province_out')
), volume AS (
    SELECT v.*, array_position(string_to_array(certledger.rule_value('energy_trade_fill_order',
                    make_date($1, 12, 31)), ','), v.category) AS step
    FROM certledger.energy_trade_volume($1, true) AS v
    WHERE v.kind IN ('green_power', 'conventional', 'nuclear')
), walked AS (
    SELECT v.*, certledger.recognise(v.volume,
               ARRAY['province_in ' || v.to_province::text, 'province_out ' || v.from_province::text],
               ARRAY[coalesce(i.cap, '0 kWh'), coalesce(o.cap, '0 kWh')])
               OVER (ORDER BY v.step, v.month, v.contract COLLATE "C", v.from_province, v.to_province,
                     v.buyer, v.buyer_city, v.kind, v.market COLLATE "C", v.dedicated) AS outcome
    FROM volume AS v
    LEFT JOIN cap AS i ON i.kind = 'province_in' AND i.region = v.to_province
    LEFT JOIN cap AS o ON o.kind = 'province_out' AND o.region = v.from_province
)
SELECT w.category, w.from_province, w.to_province, w.buyer, w.buyer_city, (w.outcome).recognised
FROM walked AS w
$$;
COMMENT ON FUNCTION energy_trade_walk(integer) IS
    'what of the energy trade between provinces the accounts would recognise now under the caps of both provinces, by contract (发改能源〔2026〕622号 Annex 1)';

CREATE FUNCTION draw_by_city(year integer, accounts bigint[]) RETURNS TABLE (account_id bigint, city region, energy energy)
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, certledger, pg_temp
    AS $$
SELECT d.account_id, d.city, sum(d.energy)
FROM (SELECT g.account_id, prefecture(g.region) AS city, g.energy FROM certledger.grid_draw AS g
      WHERE g.account_id = ANY ($2) AND g.month >= make_date($1, 1, 1) AND g.month < make_date($1 + 1, 1, 1)
      UNION ALL
      SELECT s.account_id, s.city, s.energy FROM certledger.storage_draw($1) AS s
      WHERE s.account_id = ANY ($2)) AS d
GROUP BY d.account_id, d.city
$$;
COMMENT ON FUNCTION draw_by_city(integer, bigint[]) IS
    'grid draw of accounts in a year by city, charging of storage included: the cap of what they claim (发改能源〔2026〕622号 art. 7, Annex 3)';

CREATE FUNCTION cap_room_row(
    year integer, account_id bigint, provinces region[], cities region[], categories text[],
    from_provinces region[], months integer[], everything boolean[])
    RETURNS TABLE (n bigint, from_province region, place integer, kind cap_kind, region region, month date,
                   cap energy, published boolean, traded energy, claimed energy)
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS $$
WITH asked AS MATERIALIZED (
    SELECT a.* FROM unnest($3, $4, $5, $6, $7, $8) WITH ORDINALITY
        AS a(province, city, category, from_province, month, everything, n)
), rule AS MATERIALIZED (
    SELECT d.day, certledger.rule_value('claim_fill_order', d.day) AS claims,
           certledger.rule_value('energy_trade_fill_order', d.day) AS trades,
           certledger.rule_value('green_power_needs_retirement', d.day) = 'yes' AS needs_retirement
    FROM (SELECT make_date($1, 12, 31)) AS d(day)
), step AS MATERIALIZED (
    SELECT c.category,
           CASE WHEN r.claims = 'by_date' THEN 1 ELSE array_position(string_to_array(r.claims, ','), c.category) END AS claims,
           array_position(string_to_array(r.trades, ','), c.category) AS trades
    FROM rule AS r,
         unnest(ARRAY['green_power', 'nuclear', 'conventional', 'unified_purchase', 'transfer', 'in_province_trade',
                      'spot_trade', 'voluntary_trade', 'out_of_province_trade']) AS c(category)
), stated AS MATERIALIZED (
    SELECT p.kind, p.region, p.from_province, p.cap FROM certledger.published_cap AS p
    WHERE p.year = $1 AND p.kind <> 'voluntary_out'
), need AS MATERIALIZED (
    -- energy trade is read only where something stands beside it
    SELECT t.trade,
           t.trade OR EXISTS (
               SELECT FROM asked AS a,
                    LATERAL certledger.caps_of_claim(a.category, NULL, a.province, a.from_province,
                                                     make_date($1, a.month, 1), $1) AS k
               WHERE NOT EXISTS (SELECT FROM stated AS s
                                 WHERE s.kind = k.kind AND s.region = k.region
                                   AND s.from_province IS NOT DISTINCT FROM k.from_province)) AS computed
    FROM (SELECT EXISTS (SELECT FROM asked AS a
                         WHERE a.category IN ('spot_trade', 'voluntary_trade')
                            OR a.city IN (SELECT s.region FROM stated AS s WHERE s.kind = 'city')
                            OR (a.category IN ('green_power', 'nuclear') AND a.from_province <> a.province))
                 OR EXISTS (SELECT FROM certledger.energy_trade AS e
                            WHERE e.buyer = $2 AND e.month >= make_date($1, 1, 1) AND e.month < make_date($1 + 1, 1, 1)
                              AND e.kind IN ('green_power', 'nuclear') AND e.from_province <> e.to_province) AS trade) AS t
), limits AS MATERIALIZED (
    SELECT v.kind, v.region, v.from_province, v.month, v.cap, v.published
    FROM certledger.cap_volume($1) AS v WHERE (SELECT n.computed FROM need AS n)
    UNION ALL
    SELECT s.kind, s.region, s.from_province, NULL, s.cap, true
    FROM stated AS s WHERE NOT (SELECT n.computed FROM need AS n)
), claim AS MATERIALIZED (
    -- where no producing province is named, each of which something could come
    SELECT a.n, a.province, a.city, a.category, coalesce(a.from_province, f.from_province) AS from_province,
           make_date($1, a.month, 1) AS traded_on, a.everything, s.claims AS step, s.trades AS trade_step,
           a.category IN ('green_power', 'nuclear') AS energy_trade
    FROM asked AS a
    JOIN step AS s ON s.category = a.category
    LEFT JOIN LATERAL (
        SELECT DISTINCT CASE l.kind WHEN 'spot_pair' THEN l.from_province ELSE l.region END AS from_province
        FROM limits AS l
        WHERE a.from_province IS NULL AND (l.cap > '0 kWh' OR l.published)
          AND CASE a.category WHEN 'spot_trade' THEN l.kind = 'spot_pair' AND l.region = a.province
                              WHEN 'voluntary_trade' THEN l.kind = 'province_out' AND l.region <> a.province
                              WHEN 'out_of_province_trade' THEN l.kind = 'out_of_province_seller' AND l.region <> a.province
              END) AS f ON true
), between_provinces AS MATERIALIZED (
    SELECT t.* FROM certledger.energy_trade_between($1) AS t WHERE (SELECT n.trade FROM need AS n)
), cut AS MATERIALIZED (
    -- whether a cap of a province cuts its energy trade
    SELECT $2 IS NOT NULL
           AND EXISTS (SELECT FROM between_provinces AS b,
                            LATERAL (VALUES ('province_in'::cap_kind, b.to_province), ('province_out', b.from_province)) AS s(kind, region)
                       LEFT JOIN limits AS l ON l.kind = s.kind AND l.region = s.region
                       GROUP BY s.kind, s.region, l.cap
                       HAVING sum(b.volume) > coalesce(l.cap, '0 kWh')) AS cut
), walk AS MATERIALIZED (
    SELECT w.* FROM certledger.energy_trade_walk($1) AS w WHERE (SELECT c.cut FROM cut AS c)
), trade AS (
    SELECT b.category, b.from_province, b.to_province, b.volume AS recognised
    FROM between_provinces AS b WHERE NOT (SELECT c.cut FROM cut AS c)
    UNION ALL
    SELECT w.category, w.from_province, w.to_province, sum(w.recognised) FROM walk AS w GROUP BY 1, 2, 3
), settled AS MATERIALIZED (
    -- green and nuclear power that the account bought
    SELECT CASE WHEN a.kind IS DISTINCT FROM 'provincial' THEN t.city END AS city, t.category, sum(t.recognised) AS recognised
    FROM (SELECT e.buyer, prefecture(e.buyer_region) AS city, e.kind::text AS category,
                 certledger.energy_trade_counted(e.kind, e.contracted, e.settled, e.certificate_settled, e.one_to_one) AS recognised
          FROM certledger.energy_trade AS e
          WHERE e.buyer = $2 AND e.month >= make_date($1, 1, 1) AND e.month < make_date($1 + 1, 1, 1)
            AND e.kind IN ('green_power', 'nuclear')
            AND (e.from_province = e.to_province OR NOT (SELECT c.cut FROM cut AS c))
          UNION ALL
          SELECT w.buyer, w.city, w.category, w.recognised FROM walk AS w
          WHERE w.buyer = $2 AND w.category IN ('green_power', 'nuclear')) AS t
    LEFT JOIN certledger.account AS a ON a.account_id = t.buyer
    GROUP BY 1, 2
), city AS MATERIALIZED (
    SELECT DISTINCT s.region AS city FROM asked AS a JOIN stated AS s ON s.kind = 'city' AND s.region = a.city
), city_trade AS MATERIALIZED (
    -- likewise all users of a city that has a cap
    SELECT t.city, t.category, sum(t.recognised) AS recognised
    FROM (SELECT prefecture(e.buyer_region) AS city, e.buyer, e.kind::text AS category,
                 certledger.energy_trade_counted(e.kind, e.contracted, e.settled, e.certificate_settled, e.one_to_one) AS recognised
          FROM certledger.energy_trade AS e
          WHERE EXISTS (SELECT FROM city)
            AND prefecture(e.buyer_region) IN (SELECT c.city FROM city AS c)
            AND e.month >= make_date($1, 1, 1) AND e.month < make_date($1 + 1, 1, 1)
            AND e.kind IN ('green_power', 'nuclear')
            AND (e.from_province = e.to_province OR NOT (SELECT c.cut FROM cut AS c))
          UNION ALL
          SELECT w.city, w.buyer, w.category, w.recognised FROM walk AS w
          WHERE w.city IN (SELECT c.city FROM city AS c) AND w.category IN ('green_power', 'nuclear')) AS t
    LEFT JOIN certledger.account AS a ON a.account_id = t.buyer
    WHERE a.kind IS DISTINCT FROM 'provincial'
    GROUP BY t.city, t.category
), pool AS MATERIALIZED (
    SELECT p.city, p.province, p.from_province, certledger.claim_category(p.route, p.from_province, p.province, r.day) AS category,
           make_date($1, greatest(p.month, 1), 1) AS traded_on, make_energy(mwh => p.certificates) AS claimed
    FROM rule AS r,
         (SELECT CASE WHEN tier(i.region) = 'city' THEN i.region END AS city, province(i.region) AS province, i.route,
                 i.from_province, i.month, sum(i.certificates) AS certificates
          FROM certledger.claim_pool AS i
          WHERE i.year = $1 AND i.region = ANY (ARRAY(SELECT a.province FROM asked AS a UNION SELECT c.city FROM city AS c))
          GROUP BY i.region, i.route, i.from_province, i.month
          UNION ALL
          -- what others claim of the producing provinces, whoever they are
          SELECT NULL, NULL, o.route, o.from_province, o.month, sum(o.certificates)
          FROM certledger.claim_pool AS o
          WHERE o.year = $1 AND tier(o.region) = 'province' AND o.region <> o.from_province
            AND o.from_province = ANY (ARRAY(SELECT k.from_province FROM claim AS k WHERE k.from_province <> k.province))
            AND o.region <> ALL (ARRAY(SELECT a.province FROM asked AS a))
          GROUP BY o.route, o.from_province, o.month) AS p
), used AS MATERIALIZED (
    SELECT k.kind, k.region, k.from_province, k.month, p.category, sum(p.claimed) AS claimed
    FROM pool AS p,
         LATERAL certledger.caps_of_claim(p.category, p.city, p.province, p.from_province, p.traded_on, $1) AS k
    WHERE (k.kind = 'city') = (p.city IS NOT NULL)
    GROUP BY k.kind, k.region, k.from_province, k.month, p.category
    UNION ALL
    -- what names no more than its province, by the city of its account
    SELECT 'city', a.city, NULL, NULL, certledger.claim_category(t.route, t.from_province, t.region, r.day),
           make_energy(mwh => sum(t.certificates)::bigint)
    FROM rule AS r, certledger.claim_total AS t JOIN certledger.account AS a ON a.account_id = t.beneficiary
    WHERE t.year = $1 AND tier(t.region) = 'province' AND a.kind <> 'provincial' AND province(a.region) = t.region
      AND a.city IN (SELECT c.city FROM city AS c) AND t.route <> 'green_power'
    GROUP BY a.city, t.route, t.from_province, t.region, r.day
), own AS MATERIALIZED (
    SELECT o.city, o.category, sum(o.claimed) AS claimed
    FROM (SELECT certledger.city_of_claim(t.region, a.kind, a.region) AS city,
                 certledger.claim_category(t.route, t.from_province, province(t.region), r.day) AS category,
                 make_energy(mwh => t.certificates) AS claimed
          FROM rule AS r, certledger.claim_total AS t JOIN certledger.account AS a ON a.account_id = t.beneficiary
          WHERE t.beneficiary = $2 AND t.year = $1) AS o
    GROUP BY o.city, o.category
), draw AS (
    SELECT d.city, d.energy FROM certledger.draw_by_city($1, ARRAY[$2]) AS d WHERE $2 IS NOT NULL
), own_trade AS (
    SELECT t.city, t.category,
           CASE WHEN t.category = 'green_power' AND r.needs_retirement
                THEN least(t.recognised, coalesce(o.claimed, '0 kWh')) ELSE t.recognised END AS recognised
    FROM rule AS r, settled AS t
    LEFT JOIN own AS o ON o.city IS NOT DISTINCT FROM t.city AND o.category = 'green_power'
)
-- the grid draw of the account
SELECT c.n, c.from_province, 1, 'user'::cap_kind, c.city, NULL::date, coalesce(d.energy, '0 kWh'), false,
       coalesce((SELECT sum(t.recognised) FROM own_trade AS t JOIN step AS s ON s.category = t.category
                 WHERE t.city = c.city AND (c.everything OR s.claims <= c.step)), '0 kWh'),
       coalesce((SELECT sum(o.claimed) FROM own AS o JOIN step AS s ON s.category = o.category
                 WHERE o.city = c.city AND o.category <> 'green_power' AND (c.everything OR s.claims <= c.step)), '0 kWh')
FROM claim AS c LEFT JOIN draw AS d ON d.city = c.city
WHERE $2 IS NOT NULL AND c.city IS NOT NULL
UNION ALL
-- green power that counts once its certificates are retired
SELECT c.n, c.from_province, 3, 'green_power_retired', c.city, NULL, coalesce(o.claimed, '0 kWh'), false,
       coalesce((SELECT t.recognised FROM settled AS t
                 WHERE t.city IS NOT DISTINCT FROM c.city AND t.category = 'green_power'), '0 kWh'), '0 kWh'
FROM rule AS r, claim AS c LEFT JOIN own AS o ON o.city IS NOT DISTINCT FROM c.city AND o.category = 'green_power'
WHERE $2 IS NOT NULL AND c.category = 'green_power' AND r.needs_retirement
UNION ALL
-- caps that are shared; energy trade between provinces comes before all claims
SELECT c.n, c.from_province,
       CASE k.kind WHEN 'city' THEN 2 WHEN 'spot_pair' THEN 4 WHEN 'province_in' THEN 5 WHEN 'province_out' THEN 6
                   WHEN 'voluntary_out' THEN 7 WHEN 'in_province_pool' THEN 8 WHEN 'out_of_province_buyer' THEN 9
                   ELSE 10 END,
       k.kind, k.region, k.month, coalesce(l.cap, '0 kWh'), coalesce(l.published, false),
       CASE k.kind
           WHEN 'province_in' THEN coalesce((
               SELECT sum(t.recognised) FROM trade AS t JOIN step AS s ON s.category = t.category
               WHERE t.to_province = k.region AND (NOT c.energy_trade OR s.trades <= c.trade_step)), '0 kWh')
           WHEN 'province_out' THEN coalesce((
               SELECT sum(t.recognised) FROM trade AS t JOIN step AS s ON s.category = t.category
               WHERE t.from_province = k.region AND (NOT c.energy_trade OR s.trades <= c.trade_step)), '0 kWh')
           WHEN 'city' THEN coalesce((
               SELECT sum(t.recognised) FROM city_trade AS t JOIN step AS s ON s.category = t.category
               WHERE t.city = k.region AND (c.everything OR s.claims <= c.step)), '0 kWh')
           ELSE '0 kWh' END,
       CASE WHEN c.energy_trade AND k.kind <> 'city' THEN '0 kWh'
            ELSE coalesce((SELECT sum(u.claimed) FROM used AS u JOIN step AS s ON s.category = u.category
                           WHERE u.kind = k.kind AND u.region = k.region
                             AND u.from_province IS NOT DISTINCT FROM k.from_province
                             AND u.month IS NOT DISTINCT FROM k.month
                             AND (c.everything OR s.claims <= c.step)), '0 kWh') END
FROM claim AS c,
     LATERAL (SELECT k.kind, k.region, k.from_province, k.month
              FROM certledger.caps_of_claim(c.category, c.city, c.province, c.from_province, c.traded_on, $1) AS k
              UNION ALL
              SELECT 'province_in', c.province, NULL, NULL WHERE c.energy_trade AND c.from_province <> c.province
              UNION ALL
              SELECT 'province_out', c.from_province, NULL, NULL WHERE c.energy_trade AND c.from_province <> c.province) AS k
LEFT JOIN limits AS l ON l.kind = k.kind AND l.region = k.region
    AND l.from_province IS NOT DISTINCT FROM k.from_province AND l.month IS NOT DISTINCT FROM k.month
WHERE k.kind NOT IN ('city', 'voluntary_out') OR l.kind IS NOT NULL
$$;
COMMENT ON FUNCTION cap_room_row(integer, bigint, region[], region[], text[], region[], integer[], boolean[]) IS
    'the query of cap_room()';

CREATE FUNCTION cap_room(
    year integer, account_id bigint, provinces region[], cities region[], categories text[],
    from_provinces region[], months integer[], everything boolean[])
    RETURNS TABLE (n bigint, from_province region, place integer, kind cap_kind, region region, month date,
                   cap energy, published boolean, traded energy, claimed energy)
    LANGUAGE c STABLE
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_seqscan = on
    SET enable_hashjoin = on
    SET enable_mergejoin = on
    SET plan_cache_mode = force_generic_plan
    SET jit = off
    AS 'MODULE_PATHNAME', 'kept_body';
COMMENT ON FUNCTION cap_room(integer, bigint, region[], region[], text[], region[], integer[], boolean[]) IS
    'caps of an accounting year, as the facts stand, under which claims would stand, given for each claim the province and the city that claim, the category, the producing province, the month of the trade, and whether everything that is claimed counts or only what comes before it by rule claim_fill_order; with what energy trade and what claims take of each; of an account, its grid draw, too; energy trade as far as the caps of provinces leave it, or in full where no account is given (发改能源〔2026〕622号 art. 7, Annexes 1 to 3)';

CREATE FUNCTION cap_check_row(account_id bigint, year integer, further energy, consumed_in region, claimed_as text,
                              produced_in region, traded_on date)
    RETURNS TABLE (city region, category text, from_province region, kind cap_kind, region region, month date,
                   cap energy, published boolean, used energy, headroom energy, binds boolean, recognised energy,
                   exact boolean)
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS $$
WITH home AS MATERIALIZED (
    SELECT a.kind, a.region, a.city FROM certledger.account AS a WHERE a.account_id = $1
), rule AS MATERIALIZED (
    SELECT d.day, certledger.rule_value('pool_sharing', d.day) = 'pro_rata' AS pro_rata,
           string_to_array(certledger.rule_value('claim_fill_order', d.day), ',') AS steps
    FROM (SELECT make_date($2, 12, 31)) AS d(day)
), step AS MATERIALIZED (
    -- by_date is one step
    SELECT c.category, c.place, coalesce(array_position(r.steps, c.category), 1) AS step
    FROM rule AS r,
         unnest(ARRAY['green_power', 'nuclear', 'transfer', 'in_province_trade', 'spot_trade', 'voluntary_trade',
                      'out_of_province_trade']) WITH ORDINALITY AS c(category, place)
), own AS MATERIALIZED (
    SELECT certledger.city_of_claim(t.region, h.kind, h.region) AS city, province(t.region) AS province,
           certledger.claim_category(t.route, t.from_province, province(t.region), r.day) AS category, t.from_province
    FROM home AS h, rule AS r, certledger.claim_total AS t
    WHERE t.beneficiary = $1 AND t.year = $2 AND t.route <> 'green_power'
    GROUP BY 1, 2, 3, 4
), place AS MATERIALIZED (
    -- where the account draws, has claimed or bought; a provincial account, its province
    SELECT p.city, province(p.city) AS province
    FROM home AS h,
         LATERAL (SELECT prefecture($4) AS city WHERE $4 IS NOT NULL
                  UNION
                  SELECT f.city
                  FROM (SELECT h.city
                        UNION ALL
                        SELECT o.city FROM own AS o
                        UNION ALL
                        SELECT prefecture(g.region) FROM certledger.grid_draw AS g
                        WHERE g.account_id = $1 AND g.month >= make_date($2, 1, 1) AND g.month < make_date($2 + 1, 1, 1)
                        UNION ALL
                        SELECT prefecture(s.region) FROM certledger.storage_charge AS s
                        WHERE s.account_id = $1 AND s.month >= make_date($2, 1, 1) AND s.month < make_date($2 + 1, 1, 1)
                        UNION ALL
                        SELECT prefecture(e.buyer_region) FROM certledger.energy_trade AS e
                        WHERE e.buyer = $1 AND e.month >= make_date($2, 1, 1) AND e.month < make_date($2 + 1, 1, 1)
                          AND e.kind IN ('green_power', 'nuclear')) AS f
                  WHERE $4 IS NULL) AS p
    WHERE h.kind <> 'provincial' AND p.city IS NOT NULL
    UNION ALL
    SELECT NULL, h.region FROM home AS h WHERE h.kind = 'provincial'
), line AS MATERIALIZED (
    -- claims that could be made, and what the account has claimed before them
    SELECT l.*, row_number() OVER (ORDER BY l.everything, l.city, l.place) AS n
    FROM (SELECT p.city, p.province, c.category,
                 CASE c.category WHEN 'transfer' THEN NULL
                                 WHEN 'in_province_trade' THEN p.province
                                 WHEN 'green_power' THEN coalesce($6, p.province)
                                 WHEN 'nuclear' THEN coalesce($6, p.province)
                                 ELSE $6 END AS from_province,
                 voluntary_month(coalesce($7, china_today()), $2) AS month, false AS everything, c.place, c.step
          FROM place AS p, step AS c
          WHERE ($5 IS NULL OR c.category = $5)
            AND CASE WHEN c.category IN ('green_power', 'nuclear', 'transfer') THEN true
                     WHEN c.category = 'in_province_trade' THEN $6 IS NULL OR $6 = p.province
                     ELSE $6 IS NULL OR $6 <> p.province END
          UNION ALL
          SELECT o.city, o.province, o.category, o.from_province, 1, true, 0, c.step
          FROM own AS o JOIN step AS c ON c.category = o.category
          WHERE c.step <= (SELECT max(w.step) FROM step AS w WHERE $5 IS NULL OR w.category = $5)) AS l
), room AS MATERIALIZED (
    SELECT l.n, l.city, l.category, l.place, l.step, l.everything, r.from_province, r.place AS cap_place, r.kind, r.region,
           r.month, r.cap, r.published, r.traded + r.claimed AS used,
           greatest(r.cap - r.traded - r.claimed, '0 kWh') AS headroom, r.claimed
    FROM (SELECT array_agg(l.province ORDER BY l.n) AS provinces, array_agg(l.city ORDER BY l.n) AS cities,
                 array_agg(l.category ORDER BY l.n) AS categories, array_agg(l.from_province ORDER BY l.n) AS from_provinces,
                 array_agg(l.month ORDER BY l.n) AS months, array_agg(l.everything ORDER BY l.n) AS everything
          FROM line AS l) AS a,
         LATERAL certledger.cap_room($2, $1, a.provinces, a.cities, a.categories, a.from_provinces, a.months, a.everything) AS r
    JOIN line AS l ON l.n = r.n
), judged AS MATERIALIZED (
    -- what is used of a cap is certain where no claim stands before that others
    -- or another cap may displace
    SELECT r.*,
           CASE WHEN r.kind = 'user'
                THEN NOT EXISTS (SELECT FROM room AS o
                                 WHERE o.everything AND o.kind <> 'user' AND o.city = r.city AND o.step <= r.step AND o.used > o.cap)
                WHEN r.kind = 'city' THEN r.used = '0 kWh'
                ELSE r.claimed = '0 kWh' END AS exact
    FROM room AS r WHERE NOT r.everything
), outcome AS MATERIALIZED (
    SELECT e.*, CASE WHEN e.seller_cap IS NULL THEN e.shared
                     WHEN NOT e.pro_rata THEN least(e.shared, greatest(e.seller_cap - e.seller_used, '0 kWh'))
                     WHEN wh(e.seller_used)::numeric + wh(e.shared) > wh(e.seller_cap)
                     THEN make_energy(wh => div(wh(e.seller_cap)::numeric * wh(e.shared), wh(e.seller_used)::numeric + wh(e.shared))::bigint)
                     ELSE e.shared END AS recognised
    FROM (SELECT g.*, CASE WHEN g.pool_cap IS NULL THEN g.eligible
                           WHEN NOT g.pro_rata THEN least(g.eligible, greatest(g.pool_cap - g.pool_used, '0 kWh'))
                           WHEN wh(g.pool_used)::numeric + wh(g.eligible) > wh(g.pool_cap)
                           THEN make_energy(wh => div(wh(g.pool_cap)::numeric * wh(g.eligible), wh(g.pool_used)::numeric + wh(g.eligible))::bigint)
                           ELSE g.eligible END AS shared
          FROM (SELECT j.n, j.from_province, r.pro_rata,
                       least($3, min(j.headroom) FILTER (WHERE j.cap_place < 8)) AS eligible, min(j.headroom) AS headroom,
                       max(j.cap) FILTER (WHERE j.cap_place IN (8, 9)) AS pool_cap, max(j.used) FILTER (WHERE j.cap_place IN (8, 9)) AS pool_used,
                       max(j.cap) FILTER (WHERE j.cap_place = 10) AS seller_cap, max(j.used) FILTER (WHERE j.cap_place = 10) AS seller_used
                FROM judged AS j, rule AS r
                GROUP BY j.n, j.from_province, r.pro_rata) AS g) AS e
), row AS (
    SELECT j.*, CASE WHEN $3 IS NOT NULL THEN o.recognised END AS recognised,
           -- the first cap that is reached: of those with least room, the first
           -- one that the accounts look at; a pool that is shared, where it cuts
           ($3 IS NULL OR o.recognised < $3)
           AND row_number() OVER (PARTITION BY j.n, j.from_province
                                  ORDER BY CASE WHEN o.pro_rata AND o.recognised < o.shared THEN j.cap_place = 10
                                                WHEN o.pro_rata AND o.shared < o.eligible THEN j.cap_place IN (8, 9) END DESC NULLS LAST,
                                           j.headroom, j.cap_place, j.month) = 1 AS binds,
           coalesce(o.recognised = $3, false)
           OR bool_or(j.exact AND j.headroom = CASE WHEN $3 IS NULL THEN o.headroom ELSE o.recognised END)
              OVER (PARTITION BY j.n, j.from_province) AS certain
    FROM judged AS j
    JOIN outcome AS o ON o.n = j.n AND o.from_province IS NOT DISTINCT FROM j.from_province
)
SELECT l.city, l.category, coalesce(r.from_province, l.from_province), r.kind, r.region, r.month, r.cap, r.published, r.used,
       r.headroom, coalesce(r.binds, false), CASE WHEN r.n IS NULL THEN $3 ELSE r.recognised END, coalesce(r.certain, true)
FROM line AS l
LEFT JOIN row AS r ON r.n = l.n
WHERE NOT l.everything
ORDER BY l.n, r.from_province, r.cap_place, r.month
$$;
COMMENT ON FUNCTION cap_check_row(bigint, integer, energy, region, text, region, date) IS
    'the query of cap_check()';

CREATE FUNCTION cap_check(account_id bigint, year integer, further energy DEFAULT NULL, consumed_in region DEFAULT NULL,
                          claimed_as text DEFAULT NULL, produced_in region DEFAULT NULL, traded_on date DEFAULT NULL)
    RETURNS TABLE (city region, category text, from_province region, kind cap_kind, region region, month date,
                   cap energy, published boolean, used energy, headroom energy, binds boolean, recognised energy,
                   exact boolean)
    LANGUAGE c STABLE
    SET search_path = pg_catalog, certledger, pg_temp
    SET plan_cache_mode = force_generic_plan
    SET jit = off
    AS 'MODULE_PATHNAME', 'cap_check';
COMMENT ON FUNCTION cap_check(bigint, integer, energy, region, text, region, date) IS
    'how much an account could still claim of a year: for each category of claims, in each of its cities or in the one named, a row for each cap under which a further claim would stand, with what is used by what comes before it and what is left, the cap that ends it first, and what would be recognised of a further energy; of certificates from other provinces for each producing province or the one named, traded on a day (today); live, from totals (发改能源〔2026〕622号 art. 7, Annexes 1 to 3); where exact is false, at least that much; errors LC015, LC023, 22004, 22023';

CREATE FUNCTION claim_beyond_draw_row(year integer, beneficiaries bigint[], regions region[], routes route[],
                                  certificates bigint[], judged boolean[])
    RETURNS TABLE (beneficiary bigint, city region, cap energy, traded energy, claimed energy, asked bigint)
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS $$
WITH suspect AS MATERIALIZED (
    -- grid draw without storage: a few index probes each
    SELECT u.beneficiary, u.city, u.asked, t.claimed, e.energy AS traded
    FROM (SELECT c.beneficiary, certledger.city_of_claim(c.region, a.kind, a.region) AS city, a.kind, a.region AS home,
                 coalesce(sum(c.certificates) FILTER (WHERE c.route <> 'green_power'), 0)::bigint AS asked
          FROM unnest($2, $3, $4, $5, $6) AS c(beneficiary, region, route, certificates, judged)
          JOIN certledger.account AS a ON a.account_id = c.beneficiary AND a.kind <> 'provincial'
          GROUP BY 1, 2, 3, 4 HAVING bool_or(c.judged)) AS u,
         LATERAL (SELECT make_energy(mwh => sum(t.certificates)) AS claimed
                  FROM certledger.claim_total AS t
                  WHERE t.beneficiary = u.beneficiary AND t.year = $1 AND t.route <> 'green_power'
                    AND certledger.city_of_claim(t.region, u.kind, u.home) IS NOT DISTINCT FROM u.city) AS t,
         LATERAL (SELECT coalesce(sum(g.energy), '0 kWh') AS energy FROM certledger.grid_draw AS g
                  WHERE g.account_id = u.beneficiary AND g.month >= make_date($1, 1, 1) AND g.month < make_date($1 + 1, 1, 1)
                    AND prefecture(g.region) = u.city) AS d,
         LATERAL (SELECT coalesce(sum(certledger.energy_trade_counted(e.kind, e.contracted, e.settled,
                                      e.certificate_settled, e.one_to_one)), '0 kWh') AS energy
                  FROM certledger.energy_trade AS e
                  WHERE e.buyer = u.beneficiary AND e.month >= make_date($1, 1, 1) AND e.month < make_date($1 + 1, 1, 1)
                    AND e.kind IN ('green_power', 'nuclear') AND prefecture(e.buyer_region) = u.city) AS e
    WHERE t.claimed + e.energy > d.energy
), draw AS MATERIALIZED (
    SELECT d.*
    FROM (SELECT coalesce(array_agg(DISTINCT s.beneficiary), '{}') AS ids FROM suspect AS s) AS a,
         LATERAL certledger.draw_by_city($1, a.ids) AS d
    WHERE a.ids <> '{}'
)
SELECT s.beneficiary, s.city, coalesce(d.energy, '0 kWh'), s.traded, s.claimed, s.asked
FROM suspect AS s
LEFT JOIN draw AS d ON d.account_id = s.beneficiary AND d.city = s.city
WHERE s.claimed + s.traded > coalesce(d.energy, '0 kWh')
ORDER BY s.beneficiary, s.city LIMIT 1
$$;
COMMENT ON FUNCTION claim_beyond_draw_row(integer, bigint[], region[], route[], bigint[], boolean[]) IS
    'the query of claim_beyond_draw()';

CREATE FUNCTION claim_beyond_draw(year integer, beneficiaries bigint[], regions region[], routes route[],
                                  certificates bigint[], judged boolean[])
    RETURNS TABLE (beneficiary bigint, city region, cap energy, traded energy, claimed energy, asked bigint)
    LANGUAGE c STABLE STRICT
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_seqscan = on
    SET enable_hashjoin = on
    SET enable_mergejoin = on
    SET plan_cache_mode = force_generic_plan
    SET jit = off
    AS 'MODULE_PATHNAME', 'kept_body';
COMMENT ON FUNCTION claim_beyond_draw(integer, bigint[], region[], route[], bigint[], boolean[]) IS
    'of claims of a year that are in claim_total already, given by beneficiary, region and route with the certificates that a statement claims and whether they are judged, the first account whose claims and green and nuclear power trade are beyond its grid draw in a city (发改能源〔2026〕622号 art. 7)';

CREATE FUNCTION claim_beyond_pool_row(year integer, regions region[], routes route[], from_provinces region[], months integer[],
                                  certificates bigint[], judged boolean[])
    RETURNS TABLE (cap_name text, cap energy, traded energy, claimed energy, asked bigint)
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS $$
WITH pool AS MATERIALIZED (
    -- a row of a city stands under the cap of the city only
    SELECT CASE WHEN tier(p.region) = 'city' THEN p.region END AS city, province(p.region) AS province, p.from_province,
           CASE WHEN tier(p.region) = 'city' THEN 'transfer'
                ELSE certledger.claim_category(p.route, p.from_province, province(p.region), make_date($1, 12, 31)) END AS category,
           greatest(p.month, 1) AS month, p.certificates, p.judged
    FROM unnest($2, $3, $4, $5, $6, $7) AS p(region, route, from_province, month, certificates, judged)
), asked AS (
    SELECT k.kind, k.region, k.from_province, k.month, sum(p.certificates)::bigint AS asked
    FROM pool AS p,
         LATERAL certledger.caps_of_claim(p.category, p.city, p.province, p.from_province, make_date($1, p.month, 1), $1) AS k
    GROUP BY 1, 2, 3, 4
)
SELECT concat_ws(' ', r.kind::text, 'of', r.region::text, 'from ' || CASE WHEN r.kind = 'spot_pair' THEN r.from_province END::text,
                 'up to ' || to_char(r.month, 'YYYY-MM')),
       r.cap, r.traded, r.claimed, a.asked
FROM (SELECT array_agg(p.province) AS provinces, array_agg(p.city) AS cities, array_agg(p.category) AS categories,
             array_agg(p.from_province) AS from_provinces, array_agg(p.month) AS months, array_agg(true) AS everything
      FROM (SELECT DISTINCT p.province, p.city, p.category, p.from_province, p.month
            FROM pool AS p WHERE p.judged) AS p) AS j,
     LATERAL certledger.cap_room($1, NULL, j.provinces, j.cities, j.categories, j.from_provinces, j.months, j.everything) AS r
JOIN asked AS a ON a.kind = r.kind AND a.region = r.region AND a.month IS NOT DISTINCT FROM r.month
    AND (a.kind <> 'spot_pair' OR a.from_province = r.from_province)
WHERE r.claimed + r.traded > r.cap
ORDER BY r.place, r.region, r.from_province, r.month LIMIT 1
$$;
COMMENT ON FUNCTION claim_beyond_pool_row(integer, region[], route[], region[], integer[], bigint[], boolean[]) IS
    'the query of claim_beyond_pool()';

CREATE FUNCTION claim_beyond_pool(year integer, regions region[], routes route[], from_provinces region[], months integer[],
                                  certificates bigint[], judged boolean[])
    RETURNS TABLE (cap_name text, cap energy, traded energy, claimed energy, asked bigint)
    LANGUAGE c STABLE STRICT
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_seqscan = on
    SET enable_hashjoin = on
    SET enable_mergejoin = on
    SET plan_cache_mode = force_generic_plan
    SET jit = off
    AS 'MODULE_PATHNAME', 'kept_body';
COMMENT ON FUNCTION claim_beyond_pool(integer, region[], route[], region[], integer[], bigint[], boolean[]) IS
    'of claims of a year that are in claim_pool already, given by its columns with the certificates that a statement claims and whether they are judged, the first cap of a city, province or pool beyond which all claims and energy trade are (发改能源〔2026〕622号 art. 7, Annexes 1 and 2)';

REVOKE ALL ON FUNCTION energy_trade_between(integer), energy_trade_walk(integer), draw_by_city(integer, bigint[]),
    claim_beyond_draw(integer, bigint[], region[], route[], bigint[], boolean[]),
    claim_beyond_draw_row(integer, bigint[], region[], route[], bigint[], boolean[]),
    claim_beyond_pool(integer, region[], route[], region[], integer[], bigint[], boolean[]),
    claim_beyond_pool_row(integer, region[], route[], region[], integer[], bigint[], boolean[]),
    cap_room(integer, bigint, region[], region[], text[], region[], integer[], boolean[]),
    cap_room_row(integer, bigint, region[], region[], text[], region[], integer[], boolean[]),
    cap_check_row(bigint, integer, energy, region, text, region, date),
    cap_check(bigint, integer, energy, region, text, region, date) FROM PUBLIC;
