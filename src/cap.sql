-- cap.sql: the caps on what trade identifies (认定上限; 发改能源〔2026〕622号
-- art. 7, Annexes 1 to 3).

CREATE FUNCTION cap_volume(year integer)
    RETURNS TABLE (kind cap_kind, region region, from_province region, month date, cap energy, published boolean)
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, certledger, pg_temp
    AS $$
WITH line AS MATERIALIZED (
    -- what energy_trade_volume() gives, by provinces only
    SELECT t.kind, t.from_province, t.to_province, t.dedicated, sum(t.settled) AS settled,
           sum(certledger.energy_trade_counted(t.kind, t.contracted, t.settled, t.certificate_settled, t.one_to_one)) AS volume
    FROM certledger.energy_trade AS t
    WHERE t.month >= make_date($1, 1, 1) AND t.month < make_date($1 + 1, 1, 1)
    GROUP BY t.kind, t.from_province, t.to_province, t.dedicated
), between AS (
    SELECT * FROM line WHERE from_province <> to_province
), unmoved AS MATERIALIZED (
    -- conventional trade between provinces less what moved together with its
    -- certificates, by contract, month and buyer
    SELECT g.from_province, g.to_province, g.volume - least(g.certificate_settled, g.volume) AS volume
    FROM (SELECT t.from_province, t.to_province, sum(t.certificate_settled) AS certificate_settled,
                 sum(certledger.energy_trade_counted(t.kind, t.contracted, t.settled, t.certificate_settled, t.one_to_one)) AS volume
          FROM certledger.energy_trade AS t
          WHERE t.month >= make_date($1, 1, 1) AND t.month < make_date($1 + 1, 1, 1)
            AND t.kind = 'conventional' AND t.from_province <> t.to_province
          GROUP BY t.contract, t.month, t.market, t.from_province, t.to_province, t.buyer, prefecture(t.buyer_region)) AS g
    UNION ALL
    SELECT u.from_province, u.to_province, u.volume FROM certledger.unified_purchase_share($1) AS u
    WHERE u.kind = 'conventional' AND u.to_province <> u.from_province
), flow AS (
    SELECT f.from_province, f.to_province, f.flow AS energy
    FROM certledger.interprovincial_flow AS f WHERE f.year = $1
    UNION ALL
    SELECT b.from_province, b.to_province, - b.settled FROM between AS b WHERE b.dedicated
), computed AS (
    -- received volume less trade of fossil plants dedicated to the channels
    SELECT 'province_in'::cap_kind AS kind, f.to_province AS region, NULL::region AS from_province,
           sum(f.energy) AS cap
    FROM flow AS f GROUP BY f.to_province
    UNION ALL
    SELECT 'province_out', f.from_province, NULL, sum(f.energy) FROM flow AS f GROUP BY f.from_province
    UNION ALL
    -- mode 1: at most each side's own untyped spot volume
    SELECT 'spot_pair', p.to_province, p.from_province, least(s.energy, b.energy)
    FROM (SELECT DISTINCT from_province, to_province FROM between WHERE kind = 'spot') AS p
    JOIN (SELECT from_province, sum(settled) AS energy FROM between
          WHERE kind = 'spot' GROUP BY from_province) AS s ON s.from_province = p.from_province
    JOIN (SELECT to_province, sum(settled) AS energy FROM between
          WHERE kind = 'spot' GROUP BY to_province) AS b ON b.to_province = p.to_province
    UNION ALL
    -- route 1: renewable volume of conventional trade within the province
    SELECT 'in_province_pool', v.to_province, NULL, sum(v.volume) FROM line AS v
    WHERE v.kind = 'conventional' AND v.from_province = v.to_province
    GROUP BY v.to_province
    UNION ALL
    -- route 2(b): renewable volume of conventional trade between provinces,
    -- less what moved together with its certificates
    SELECT 'out_of_province_buyer', u.to_province, NULL, sum(u.volume) FROM unmoved AS u GROUP BY u.to_province
    UNION ALL
    SELECT 'out_of_province_seller', u.from_province, NULL, sum(u.volume) FROM unmoved AS u GROUP BY u.from_province
), stated AS (
    SELECT p.kind, p.region, p.from_province, p.cap FROM certledger.published_cap AS p
    WHERE p.year = $1 AND p.kind <> 'voluntary_out'
)
SELECT coalesce(s.kind, c.kind), coalesce(s.region, c.region), coalesce(s.from_province, c.from_province),
       NULL, coalesce(s.cap, greatest(c.cap, '0 kWh')), s.cap IS NOT NULL
FROM (SELECT * FROM computed WHERE tier(region) = 'province') AS c
FULL JOIN stated AS s
    ON (s.kind, s.region, coalesce(s.from_province, '000000'))
     = (c.kind, c.region, coalesce(c.from_province, '000000'))
UNION ALL
-- the seller's monthly ceilings, rolled forward within the year: what moved up
-- to a month is at most what was allowed up to it
SELECT 'voluntary_out', m.region, NULL, m.month, coalesce(sum(p.cap) OVER w, '0 kWh'), true
FROM (SELECT DISTINCT p.region, make_date($1, n, 1) AS month
      FROM certledger.published_cap AS p, generate_series(1, 12) AS n
      WHERE p.year = $1 AND p.kind = 'voluntary_out') AS m
LEFT JOIN certledger.published_cap AS p
    ON p.year = $1 AND p.kind = 'voluntary_out' AND p.region = m.region AND p.month = m.month
WINDOW w AS (PARTITION BY m.region ORDER BY m.month)
$$;
COMMENT ON FUNCTION cap_volume(integer) IS
    'caps of provinces and pools of a year from the facts as they stand, as published or computed (发改能源〔2026〕622号 art. 7, Annexes 1 and 2); a cap that is not listed is 0, except of cities, which are limited by the grid draw of their users, and of voluntary_out, which limits the provinces that announced it';

CREATE FUNCTION voluntary_month(traded_on date, year integer) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN traded_on < make_date(year, 1, 1) THEN 1
                WHEN traded_on < make_date(year + 1, 1, 1) THEN extract(month FROM traded_on)::integer
                ELSE 12 END;
COMMENT ON FUNCTION voluntary_month(date, integer) IS
    'month of a year, 1 to 12, in which certificates traded on a day fall under the seller''s monthly ceiling: what is traded after the year falls into its last month';

CREATE FUNCTION caps_of_claim(category text, city region, province region, from_province region, traded_on date, year integer)
    RETURNS TABLE (kind cap_kind, region region, from_province region, month date)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    BEGIN ATOMIC
        SELECT k.kind, k.region, k.from_province, k.month
        FROM (VALUES ('in_province_trade', 'in_province_pool'::cap_kind, $3, NULL::region, NULL::date),
                     ('spot_trade', 'spot_pair', $3, $4, NULL),
                     ('spot_trade', 'province_in', $3, NULL, NULL),
                     ('spot_trade', 'province_out', $4, NULL, NULL),
                     ('voluntary_trade', 'province_in', $3, NULL, NULL),
                     ('voluntary_trade', 'province_out', $4, NULL, NULL),
                     ('out_of_province_trade', 'out_of_province_buyer', $3, NULL, NULL),
                     ('out_of_province_trade', 'out_of_province_seller', $4, NULL, NULL))
             AS k(category, kind, region, from_province, month)
        WHERE k.category = $1
        UNION ALL
        SELECT 'voluntary_out', $4, NULL, make_date($6, n, 1)
        FROM generate_series(voluntary_month($5, $6), 12) AS n
        WHERE $1 = 'voluntary_trade'
        UNION ALL
        SELECT 'city', $2, NULL, NULL WHERE $2 IS NOT NULL;
    END;
COMMENT ON FUNCTION caps_of_claim(text, region, region, region, date, integer) IS
    'caps of cities, provinces and pools under which a certificate claim stands, given its category, the city and province that claim, the province that produced, the day of the trade and the accounting year (发改能源〔2026〕622号 Annexes 1 and 2)';

CREATE FUNCTION account_caps(year integer, version integer) RETURNS bigint
    LANGUAGE sql VOLATILE STRICT
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS $$
WITH inserted AS (
    INSERT INTO certledger.recognition_cap (year, version, kind, region, from_province, month, cap, published)
    SELECT $1, $2, v.kind, v.region, v.from_province, v.month, v.cap, v.published
    FROM certledger.cap_volume($1) AS v
    RETURNING 1
)
SELECT count(*) FROM inserted
$$;
COMMENT ON FUNCTION account_caps(integer, integer) IS
    'phase of run_accounts(): caps of provinces and pools into recognition_cap';

CREATE FUNCTION account_cap_use(year integer, version integer) RETURNS bigint
    LANGUAGE sql VOLATILE STRICT
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS $$
WITH claim AS (
    SELECT r.tier, r.identification, r.category, r.city, r.province, r.from_province,
           CASE WHEN r.category = 'voluntary_trade' THEN make_date($1, voluntary_month(r.traded_on, $1), 1) END AS traded_on,
           sum(r.claimed) AS claimed, sum(r.recognised) AS recognised
    FROM certledger.recognition AS r
    WHERE r.year = $1 AND r.version = $2
      -- what counts elsewhere is claimed under no cap
      AND (r.reason IS NULL OR r.reason = ANY (enum_range(NULL::cap_kind)::text[]))
    GROUP BY 1, 2, 3, 4, 5, 6, 7
), used AS (
    SELECT u.kind, u.region, u.from_province, u.month, sum(u.claimed) AS claimed, sum(u.recognised) AS recognised
    FROM (SELECT k.kind, k.region, k.from_province, k.month, c.claimed, c.recognised
          FROM claim AS c,
               LATERAL certledger.caps_of_claim(c.category, c.city, c.province, c.from_province, c.traded_on, $1) AS k
          WHERE c.tier = 'user'
          UNION ALL
          SELECT 'province_in', c.province, NULL, NULL, c.claimed, c.recognised FROM claim AS c WHERE c.tier = 'province'
          UNION ALL
          SELECT 'province_out', c.from_province, NULL, NULL, c.claimed, c.recognised FROM claim AS c
          WHERE c.tier = 'province') AS u
    GROUP BY u.kind, u.region, u.from_province, u.month
), updated AS (
    UPDATE certledger.recognition_cap AS c SET claimed = u.claimed, recognised = u.recognised
    FROM used AS u
    WHERE c.year = $1 AND c.version = $2
      AND (c.kind, c.region, coalesce(c.from_province, '000000'), coalesce(c.month, '-infinity'))
        = (u.kind, u.region, coalesce(u.from_province, '000000'), coalesce(u.month, '-infinity'))
    RETURNING 1
)
SELECT count(*) FROM updated
$$;
COMMENT ON FUNCTION account_cap_use(integer, integer) IS
    'phase of run_accounts(): what was claimed and recognised under each cap of cities, provinces and pools';
REVOKE ALL ON FUNCTION cap_volume(integer), account_caps(integer, integer),
    account_cap_use(integer, integer) FROM PUBLIC;
