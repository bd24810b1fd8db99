-- recognition.sql: what is claimed for the accounts and what of it is
-- recognised (发改能源〔2026〕622号 art. 7, Annexes 1 to 3).
--
-- Phases of run_accounts(): each reads facts and what the phases before it
-- wrote, and writes one result table, set-based.

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

CREATE FUNCTION energy_trade_volume(year integer)
    RETURNS TABLE (contract text, kind energy_trade_kind, market text, from_province region,
                   to_province region, buyer bigint, buyer_city region, dedicated boolean,
                   volume energy, settled energy, certificate_settled energy, line_loss energy)
    LANGUAGE sql STABLE STRICT
    SET search_path = pg_catalog, certledger, pg_temp
    AS $$
SELECT t.contract, t.kind, t.market, t.from_province, t.to_province, t.buyer,
       prefecture(t.buyer_region), t.dedicated,
       sum(certledger.energy_trade_counted(t.kind, t.contracted, t.settled, t.certificate_settled, t.one_to_one)),
       sum(t.settled), sum(t.certificate_settled), sum(t.line_loss)
FROM certledger.energy_trade AS t
WHERE t.month >= make_date($1, 1, 1) AND t.month < make_date($1 + 1, 1, 1)
GROUP BY t.contract, t.kind, t.market, t.from_province, t.to_province, t.buyer,
         prefecture(t.buyer_region), t.dedicated
$$;
COMMENT ON FUNCTION energy_trade_volume(integer) IS
    'what the energy trade of a year counts, by contract and buyer: the certificate-settled volume of green power; of conventional and nuclear power the settled volume, or where the relation is not one-to-one the smaller of contract and settlement, month by month (按月取小; 发改能源〔2026〕622号 Annex 1)';

CREATE FUNCTION account_caps(year integer, version integer) RETURNS bigint
    LANGUAGE sql VOLATILE STRICT
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS $$
WITH volume AS MATERIALIZED (
    SELECT * FROM certledger.energy_trade_volume($1)
), computed AS (
    -- received volume less trade of fossil plants dedicated to the channels
    SELECT 'province_in'::cap_kind AS kind, f.province, NULL::region AS from_province,
           sum(f.energy) AS cap
    FROM (SELECT to_province AS province, flow AS energy
          FROM certledger.interprovincial_flow WHERE interprovincial_flow.year = $1
          UNION ALL
          SELECT to_province, - settled FROM volume
          WHERE dedicated AND from_province <> to_province) AS f
    GROUP BY f.province
    UNION ALL
    SELECT 'province_out', f.province, NULL, sum(f.energy)
    FROM (SELECT from_province AS province, flow AS energy
          FROM certledger.interprovincial_flow WHERE interprovincial_flow.year = $1
          UNION ALL
          SELECT from_province, - settled FROM volume
          WHERE dedicated AND from_province <> to_province) AS f
    GROUP BY f.province
    UNION ALL
    -- mode 1: at most each side's own untyped spot volume
    SELECT 'spot_pair', p.to_province, p.from_province, least(s.energy, b.energy)
    FROM (SELECT DISTINCT from_province, to_province FROM volume
          WHERE kind = 'spot' AND from_province <> to_province) AS p
    JOIN (SELECT from_province, sum(settled) AS energy FROM volume
          WHERE kind = 'spot' AND from_province <> to_province
          GROUP BY from_province) AS s ON s.from_province = p.from_province
    JOIN (SELECT to_province, sum(settled) AS energy FROM volume
          WHERE kind = 'spot' AND from_province <> to_province
          GROUP BY to_province) AS b ON b.to_province = p.to_province
    UNION ALL
    -- route 1: renewable volume of conventional trade within the province
    SELECT 'in_province_pool', to_province, NULL, sum(volume) FROM volume
    WHERE kind = 'conventional' AND from_province = to_province
    GROUP BY to_province
    UNION ALL
    -- route 2(b): renewable volume of conventional trade between provinces,
    -- less what moved together with its certificates
    SELECT 'out_of_province_buyer', to_province, NULL, sum(volume - least(certificate_settled, volume))
    FROM volume WHERE kind = 'conventional' AND from_province <> to_province
    GROUP BY to_province
    UNION ALL
    SELECT 'out_of_province_seller', from_province, NULL, sum(volume - least(certificate_settled, volume))
    FROM volume WHERE kind = 'conventional' AND from_province <> to_province
    GROUP BY from_province
), inserted AS (
    INSERT INTO certledger.recognition_cap (year, version, kind, province, from_province, cap, published)
    SELECT $1, $2, coalesce(p.kind, c.kind), coalesce(p.province, c.province),
           coalesce(p.from_province, c.from_province),
           coalesce(p.cap, greatest(c.cap, '0 kWh')), p.cap IS NOT NULL
    FROM (SELECT * FROM computed WHERE tier(province) = 'province') AS c
    FULL JOIN (SELECT * FROM certledger.published_cap WHERE published_cap.year = $1) AS p
        ON (p.kind, p.province, coalesce(p.from_province, '000000'))
         = (c.kind, c.province, coalesce(c.from_province, '000000'))
    RETURNING 1
)
SELECT count(*) FROM inserted
$$;
COMMENT ON FUNCTION account_caps(integer, integer) IS
    'phase of run_accounts(): caps of provinces and pools into recognition_cap, as published or computed (发改能源〔2026〕622号 art. 7, Annexes 1 and 2)';

CREATE FUNCTION cap_of(year integer, version integer, kind cap_kind, province region, from_province region)
    RETURNS energy
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, certledger, pg_temp
    AS $$
SELECT coalesce((SELECT c.cap FROM certledger.recognition_cap AS c
                 WHERE c.year = $1 AND c.version = $2 AND c.kind = $3 AND c.province = $4
                   AND c.from_province IS NOT DISTINCT FROM $5), '0 kWh')
$$;
COMMENT ON FUNCTION cap_of(integer, integer, cap_kind, region, region) IS
    'a cap of a year''s accounts; 0 where nothing gives rise to it';

CREATE FUNCTION account_energy_trade(year integer, version integer) RETURNS bigint
    LANGUAGE sql VOLATILE STRICT
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS $$
WITH walked AS (
    SELECT v.*, certledger.recognise(v.volume,
               ARRAY['province_in ' || v.to_province::text, 'province_out ' || v.from_province::text],
               ARRAY[i.cap, o.cap]) OVER (ORDER BY v.kind, v.contract COLLATE "C",
                   v.from_province, v.to_province, v.buyer, v.buyer_city, v.market COLLATE "C",
                   v.dedicated) AS outcome
    FROM certledger.energy_trade_volume($1) AS v,
         LATERAL (SELECT certledger.cap_of($1, $2, 'province_in', v.to_province, NULL) AS cap) AS i,
         LATERAL (SELECT certledger.cap_of($1, $2, 'province_out', v.from_province, NULL) AS cap) AS o
    WHERE v.kind IN ('green_power', 'conventional', 'nuclear') AND v.from_province <> v.to_province
), inserted AS (
    INSERT INTO certledger.recognition (year, version, tier, province, city, account_id,
        identification, category, from_province, market, document, claimed, recognised, excess, reason)
    SELECT $1, $2, 'province', w.to_province, w.buyer_city, w.buyer, 'energy_trade', w.kind::text,
           w.from_province, w.market, w.contract, w.volume, (w.outcome).recognised,
           (w.outcome).excess, split_part((w.outcome).cap, ' ', 1)
    FROM walked AS w
    RETURNING 1
)
SELECT count(*) FROM inserted
$$;
COMMENT ON FUNCTION account_energy_trade(integer, integer) IS
    'phase of run_accounts(): recognises inter-provincial energy trade under the caps of both provinces, so that what the buyer gains the seller loses';

CREATE FUNCTION caps_of_claim(category text, province region, from_province region)
    RETURNS TABLE (kind cap_kind, province region, from_province region)
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, certledger, pg_temp
    AS $$
SELECT k.kind, k.province, k.from_province
FROM (VALUES ('in_province_trade', 'in_province_pool'::cap_kind, $2, NULL::region),
             ('spot_trade', 'spot_pair', $2, $3),
             ('spot_trade', 'province_in', $2, NULL),
             ('spot_trade', 'province_out', $3, NULL),
             ('voluntary_trade', 'province_in', $2, NULL),
             ('voluntary_trade', 'province_out', $3, NULL),
             ('out_of_province_trade', 'out_of_province_buyer', $2, NULL),
             ('out_of_province_trade', 'out_of_province_seller', $3, NULL))
     AS k(category, kind, province, from_province)
WHERE k.category = $1
$$;
COMMENT ON FUNCTION caps_of_claim(text, region, region) IS
    'caps of provinces and pools under which a certificate claim stands, given its category, the province that claims and the one that produced (发改能源〔2026〕622号 Annexes 1 and 2)';

CREATE FUNCTION user_claim(year integer, version integer)
    RETURNS TABLE (account_id bigint, kind account_kind, province region, city region,
                   identification identification, category text, from_province region,
                   document text, claimed energy, traded_on date, trade_ref text,
                   first_certificate gec)
    LANGUAGE sql STABLE STRICT
    SET search_path = pg_catalog, certledger, pg_temp
    AS $$
-- green and nuclear power bought: between provinces what the province tier
-- recognised, within a province what was settled
SELECT r.account_id, a.kind, r.province, CASE WHEN a.kind IS DISTINCT FROM 'provincial' THEN r.city END,
       'energy_trade'::identification, r.category,
       r.from_province, r.document, r.recognised, NULL::date, NULL::text, NULL::gec
FROM certledger.recognition AS r
LEFT JOIN certledger.account AS a ON a.account_id = r.account_id
WHERE r.year = $1 AND r.version = $2 AND r.tier = 'province' AND r.account_id IS NOT NULL
  AND r.category IN ('green_power', 'nuclear') AND r.recognised > '0 kWh'
UNION ALL
SELECT v.buyer, a.kind, v.to_province, CASE WHEN a.kind IS DISTINCT FROM 'provincial' THEN v.buyer_city END,
       'energy_trade', v.kind::text, v.from_province, v.contract, v.volume, NULL, NULL, NULL
FROM certledger.energy_trade_volume($1) AS v
LEFT JOIN certledger.account AS a ON a.account_id = v.buyer
WHERE v.kind IN ('green_power', 'nuclear') AND v.from_province = v.to_province AND v.buyer IS NOT NULL
UNION ALL
-- certificates retired for mandatory accounting, in their production year; a
-- trade is in or out of the province of consumption, whoever held them, and a
-- provincial account claims for the province, not for a city
SELECT r.beneficiary, a.kind, province(r.region),
       CASE WHEN a.kind <> 'provincial' THEN prefecture(r.region) END, 'certificate_trade',
       CASE WHEN h.route IN ('hydro_transfer', 'mechanism_transfer', 'provincial_allocation') THEN 'transfer'
            WHEN h.route NOT IN ('in_province_trade', 'spot_trade', 'voluntary_trade', 'out_of_province_trade')
            THEN h.route::text
            WHEN province(h.region) = province(r.region) THEN 'in_province_trade'
            WHEN h.route = 'in_province_trade'
            THEN certledger.rule_value('out_of_province_route', make_date($1, 12, 31))
            ELSE h.route::text END,
       province(h.region), r.ref, sum(energy(h.certificates)), t.effective_on, t.ref,
       min(h.first_certificate)
FROM certledger.retirement AS r
JOIN certledger.account AS a ON a.account_id = r.beneficiary
JOIN certledger.movement AS m
    ON m.document = 'retirement' AND m.document_id = r.retirement_id AND m.posted_at = r.posted_at
JOIN certledger.holding AS h ON h.first_certificate = lower(m.certificates)
LEFT JOIN certledger.transfer AS t ON t.transfer_id = h.transfer_id
WHERE r.regime = 'mandatory'
  AND extract(year FROM production_month(h.first_certificate)) = $1
GROUP BY 1, 2, 3, 4, 6, 7, r.ref, t.effective_on, t.ref
$$;
COMMENT ON FUNCTION user_claim(integer, integer) IS
    'claims of users to transaction identification in a year: green and nuclear power bought, certificates retired under the mandatory regime in their production year (发改能源〔2026〕622号 art. 5)';

CREATE FUNCTION account_claims(year integer, version integer) RETURNS bigint
    LANGUAGE sql VOLATILE STRICT
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS $$
WITH draw AS (
    SELECT d.account_id, prefecture(d.region) AS city, sum(d.energy) AS grid_draw
    FROM certledger.grid_draw AS d
    WHERE d.month >= make_date($1, 1, 1) AND d.month < make_date($1 + 1, 1, 1)
    GROUP BY d.account_id, prefecture(d.region)
), spent AS (
    -- what inter-provincial energy trade left of the caps of both provinces
    SELECT c.kind, c.province, c.from_province, c.cap - coalesce(sum(r.recognised), '0 kWh') AS cap
    FROM certledger.recognition_cap AS c
    LEFT JOIN certledger.recognition AS r
        ON r.year = $1 AND r.version = $2 AND r.tier = 'province'
       AND ((c.kind = 'province_in' AND r.province = c.province)
            OR (c.kind = 'province_out' AND r.from_province = c.province))
    WHERE c.year = $1 AND c.version = $2
    GROUP BY c.kind, c.province, c.from_province, c.cap
), claim AS (
    SELECT u.*, coalesce(d.grid_draw, '0 kWh') AS grid_draw,
           CASE u.category
               WHEN 'green_power' THEN CASE u.identification WHEN 'certificate_trade' THEN 'counted_in_energy_trade' END
               WHEN 'self_use' THEN 'counted_in_physical_supply'
               WHEN 'off_grid' THEN 'counted_in_physical_supply'
               WHEN 'production' THEN 'not_acquired'
           END AS elsewhere,
           array_position(string_to_array(certledger.rule_value('claim_fill_order',
               make_date($1, 12, 31)), ','), u.category) AS step
    FROM certledger.user_claim($1, $2) AS u
    LEFT JOIN draw AS d ON d.account_id = u.account_id AND d.city = u.city
), capped AS (
    SELECT c.*, l.names, l.caps
    FROM claim AS c,
    LATERAL (
        SELECT array_agg(n.name ORDER BY n.position) AS names, array_agg(n.cap ORDER BY n.position) AS caps
        FROM (
            -- the user's own grid draw; a provincial account has none
            SELECT 1 AS position, format('user %s %s', c.account_id, c.city) AS name, c.grid_draw AS cap
            WHERE c.kind IS DISTINCT FROM 'provincial'
            UNION ALL
            SELECT 2, format('%s %s %s', k.kind, k.province, k.from_province),
                   coalesce((SELECT s.cap FROM spent AS s
                             WHERE s.kind = k.kind AND s.province = k.province
                               AND s.from_province IS NOT DISTINCT FROM k.from_province), '0 kWh')
            FROM certledger.caps_of_claim(c.category, c.province, c.from_province) AS k
        ) AS n
    ) AS l
    WHERE c.elsewhere IS NULL
), walked AS (
    SELECT c.*, certledger.recognise(c.claimed, c.names, c.caps) OVER (
               ORDER BY c.step, c.traded_on, c.trade_ref COLLATE "C", c.document COLLATE "C",
                        c.first_certificate, c.account_id, c.city, c.from_province, c.claimed) AS outcome
    FROM capped AS c
), inserted AS (
    INSERT INTO certledger.recognition (year, version, tier, province, city, account_id,
        identification, category, from_province, document, claimed, recognised, excess, reason)
    SELECT $1, $2, 'user'::tier, w.province, w.city, w.account_id, w.identification, w.category,
           w.from_province, w.document, w.claimed, (w.outcome).recognised, (w.outcome).excess,
           split_part((w.outcome).cap, ' ', 1)
    FROM walked AS w
    UNION ALL
    SELECT $1, $2, 'user', c.province, c.city, c.account_id, c.identification, c.category,
           c.from_province, c.document, c.claimed, '0 kWh', c.claimed, c.elsewhere
    FROM claim AS c WHERE c.elsewhere IS NOT NULL
    RETURNING 1
)
SELECT count(*) FROM inserted
$$;
COMMENT ON FUNCTION account_claims(integer, integer) IS
    'phase of run_accounts(): walks the claims of users in the order of rule claim_fill_order, then by trade time, against grid draw, provinces and pools, and records what is recognised and why not more';

CREATE FUNCTION account_cap_use(year integer, version integer) RETURNS bigint
    LANGUAGE sql VOLATILE STRICT
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS $$
WITH used AS (
    SELECT u.kind, u.province, u.from_province, sum(u.recognised) AS recognised
    FROM (SELECT k.kind, k.province, k.from_province, r.recognised
          FROM certledger.recognition AS r,
               LATERAL certledger.caps_of_claim(r.category, r.province, r.from_province) AS k
          WHERE r.year = $1 AND r.version = $2 AND r.tier = 'user'
          UNION ALL
          SELECT 'province_in', r.province, NULL, r.recognised
          FROM certledger.recognition AS r
          WHERE r.year = $1 AND r.version = $2 AND r.tier = 'province'
          UNION ALL
          SELECT 'province_out', r.from_province, NULL, r.recognised
          FROM certledger.recognition AS r
          WHERE r.year = $1 AND r.version = $2 AND r.tier = 'province') AS u
    GROUP BY u.kind, u.province, u.from_province
), updated AS (
    UPDATE certledger.recognition_cap AS c SET recognised = u.recognised
    FROM used AS u
    WHERE c.year = $1 AND c.version = $2 AND c.kind = u.kind AND c.province = u.province
      AND c.from_province IS NOT DISTINCT FROM u.from_province
    RETURNING 1
)
SELECT count(*) FROM updated
$$;
COMMENT ON FUNCTION account_cap_use(integer, integer) IS
    'phase of run_accounts(): what was recognised under each cap of provinces and pools';
