-- recognition.sql: what is claimed for the accounts and what of it is
-- recognised (发改能源〔2026〕622号 art. 7, Annexes 1 to 3).
--
-- Phases of run_accounts(): each reads facts and what the phases before it
-- wrote, and writes one result table, set-based.

CREATE FUNCTION account_energy_trade(year integer, version integer) RETURNS bigint
    LANGUAGE sql VOLATILE STRICT
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS $$
WITH rule AS MATERIALIZED (
    SELECT string_to_array(certledger.rule_value('energy_trade_fill_order', make_date($1, 12, 31)), ',') AS steps
), volume AS (
    SELECT v.*, array_position(r.steps, v.category) AS step
    FROM certledger.energy_trade_volume($1, true) AS v, rule AS r
    WHERE v.kind IN ('green_power', 'conventional', 'nuclear')
), walked AS (
    SELECT v.*, certledger.recognise(v.volume,
               ARRAY['province_in ' || v.to_province::text, 'province_out ' || v.from_province::text],
               ARRAY[coalesce(i.cap, '0 kWh'), coalesce(o.cap, '0 kWh')])
               OVER (ORDER BY v.step, v.month, v.contract COLLATE "C", v.from_province, v.to_province,
                     v.buyer, v.buyer_city, v.kind, v.market COLLATE "C", v.dedicated) AS outcome
    FROM volume AS v
    LEFT JOIN certledger.recognition_cap AS i
        ON i.year = $1 AND i.version = $2 AND i.kind = 'province_in' AND i.region = v.to_province
    LEFT JOIN certledger.recognition_cap AS o
        ON o.year = $1 AND o.version = $2 AND o.kind = 'province_out' AND o.region = v.from_province
), inserted AS (
    INSERT INTO certledger.recognition (year, version, tier, province, city, account_id, identification,
        category, from_province, market, month, document, claimed, recognised, excess, reason)
    SELECT $1, $2, 'province', w.to_province, w.buyer_city, w.buyer, 'energy_trade', w.category,
           w.from_province, w.market, w.month, w.contract, w.volume, (w.outcome).recognised,
           (w.outcome).excess, split_part((w.outcome).cap, ' ', 1)
    FROM walked AS w
    RETURNING 1
)
SELECT count(*) FROM inserted
$$;
COMMENT ON FUNCTION account_energy_trade(integer, integer) IS
    'phase of run_accounts(): recognises inter-provincial energy trade and unified purchases under the caps of both provinces, in the order of rule energy_trade_fill_order, then by month and contract, so that what the buyer gains the seller loses';

CREATE FUNCTION claim_category(route route, from_province region, province region, on_date date) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    -- a trade is in or out of the province of consumption, whoever held the
    -- certificates before
    RETURN CASE WHEN route IN ('hydro_transfer', 'mechanism_transfer', 'provincial_allocation') THEN 'transfer'
                WHEN route NOT IN ('in_province_trade', 'spot_trade', 'voluntary_trade', 'out_of_province_trade') THEN route::text
                WHEN from_province = province THEN 'in_province_trade'
                WHEN route = 'in_province_trade' THEN rule_value('out_of_province_route', on_date)
                ELSE route::text END;
COMMENT ON FUNCTION claim_category(route, region, region, date) IS
    'step of rule claim_fill_order in which certificates are claimed, or why they do not count as certificate trade, given the route by which the holder acquired them, the province that produced and the one that consumes, and the day whose rule out_of_province_route holds (发改能源〔2026〕622号 Annex 2)';

CREATE FUNCTION claim_support(internal) RETURNS internal
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'claim_support';
COMMENT ON FUNCTION claim_support(internal) IS
    'planner support of user_claim(): as many rows as there are lines of energy trade and retirements';

CREATE FUNCTION user_claim(year integer, version integer)
    RETURNS TABLE (account_id bigint, kind account_kind, province region, city region,
                   identification identification, category text, from_province region, month date,
                   document text, claimed energy, traded_on date, trade_ref text,
                   first_certificate gec)
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    SUPPORT claim_support
    SET search_path = pg_catalog, certledger, pg_temp
    AS $$
-- green and nuclear power bought: between provinces what the province tier
-- recognised, within a province what was settled
-- (as energy_trade_volume() counts it, grouped once)
SELECT e.buyer, a.kind, e.province, CASE WHEN a.kind IS DISTINCT FROM 'provincial' THEN e.city END,
       'energy_trade'::identification, e.category, e.from_province, e.month, e.contract,
       sum(e.volume), NULL::date, NULL::text, NULL::gec
FROM (SELECT r.account_id, r.province, r.city, r.category, r.from_province, r.month, r.document, r.recognised
      FROM certledger.recognition AS r
      WHERE r.year = $1 AND r.version = $2 AND r.tier = 'province' AND r.account_id IS NOT NULL
        AND r.category IN ('green_power', 'nuclear') AND r.recognised > '0 kWh'
      UNION ALL
      SELECT t.buyer, t.to_province, prefecture(t.buyer_region), t.kind::text, t.from_province, t.month, t.contract,
             certledger.energy_trade_counted(t.kind, t.contracted, t.settled, t.certificate_settled, t.one_to_one)
      FROM certledger.energy_trade AS t
      WHERE t.month >= make_date($1, 1, 1) AND t.month < make_date($1 + 1, 1, 1)
        AND t.kind IN ('green_power', 'nuclear') AND t.from_province = t.to_province
        AND t.buyer IS NOT NULL) AS e (buyer, province, city, category, from_province, month, contract, volume)
LEFT JOIN certledger.account AS a ON a.account_id = e.buyer
GROUP BY 1, 2, 3, 4, 6, 7, 8, 9
UNION ALL
-- certificates retired for mandatory accounting, in their production year; a
-- provincial account claims for the province, not for a city, and a user that
-- names only its province for the city of its account
SELECT r.beneficiary, a.kind, province(r.region),
       CASE WHEN a.kind <> 'provincial'
            THEN coalesce(prefecture(r.region), CASE WHEN province(a.region) = province(r.region) THEN a.city END) END,
       'certificate_trade', certledger.claim_category(h.route, province(h.region), province(r.region), make_date($1, 12, 31)),
       province(h.region), production_month(h.last_certificate), r.ref, sum(energy(h.certificates)),
       t.effective_on, t.ref, min(lower(h.certificates))
FROM certledger.retirement AS r
JOIN certledger.account AS a ON a.account_id = r.beneficiary
JOIN certledger.movement AS m
    ON m.document = 'retirement' AND m.document_id = r.retirement_id AND m.posted_at = r.posted_at
JOIN certledger.holding AS h ON h.last_certificate = upper(m.certificates) - 1
LEFT JOIN certledger.transfer AS t ON t.transfer_id = h.transfer_id
WHERE r.regime = 'mandatory'
  AND extract(year FROM production_month(h.last_certificate)) = $1
GROUP BY 1, 2, 3, 4, 6, 7, 8, r.ref, t.effective_on, t.ref
$$;
COMMENT ON FUNCTION user_claim(integer, integer) IS
    'claims of users to transaction identification in a year: green and nuclear power bought, certificates retired under the mandatory regime in their production year (发改能源〔2026〕622号 art. 5)';

CREATE FUNCTION storage_draw(year integer) RETURNS TABLE (account_id bigint, city region, energy energy, ignored energy)
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, certledger, pg_temp
    AS $$
SELECT s.account_id, prefecture(s.region),
       CASE r.discharging WHEN 'deduct' THEN greatest(sum(s.charged) - sum(s.discharged), '0 kWh') ELSE sum(s.charged) END,
       CASE r.discharging WHEN 'deduct' THEN '0 kWh' ELSE sum(s.discharged) END
FROM certledger.storage_charge AS s,
     (SELECT certledger.rule_value('storage_charging', make_date($1, 12, 31)) AS charging,
             certledger.rule_value('storage_discharging', make_date($1, 12, 31)) AS discharging) AS r
WHERE s.month >= make_date($1, 1, 1) AND s.month < make_date($1 + 1, 1, 1) AND r.charging = 'grid_draw'
GROUP BY s.account_id, prefecture(s.region), r.discharging
$$;
COMMENT ON FUNCTION storage_draw(integer) IS
    'grid draw of a year by charging storage, by operator and city, and the discharge that was ignored (发改能源〔2026〕622号 Annex 3; rules storage_charging and storage_discharging)';

CREATE FUNCTION claim_under_cap(year integer, version integer, step integer)
    RETURNS TABLE (account_id bigint, province region, city region, identification identification,
                   category text, from_province region, month date, document text, claimed energy,
                   traded_on date, trade_ref text, first_certificate gec, step integer, elsewhere text,
                   caps text[], lefts energy[], pools text[], pool_lefts energy[])
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, certledger, pg_temp
    AS $$
WITH rule AS MATERIALIZED (
    -- asked once, not for each claim
    SELECT certledger.rule_value('claim_fill_order', make_date($1, 12, 31)) AS fill_order,
           certledger.rule_value('green_power_needs_retirement', make_date($1, 12, 31)) AS retired
), claim AS MATERIALIZED (
    SELECT u.*, CASE WHEN r.fill_order = 'by_date' THEN 1
                     ELSE array_position(string_to_array(r.fill_order, ','), u.category) END AS step,
           CASE u.category
               WHEN 'green_power' THEN CASE u.identification WHEN 'certificate_trade' THEN 'counted_in_energy_trade' END
               WHEN 'self_use' THEN 'counted_in_physical_supply'
               WHEN 'off_grid' THEN 'counted_in_physical_supply'
               WHEN 'production' THEN 'not_acquired'
           END AS elsewhere,
           r.retired = 'yes' AND u.category = 'green_power' AND u.identification = 'energy_trade' AS needs_retirement
    FROM certledger.user_claim($1, $2) AS u, rule AS r
), asked AS (
    SELECT c.* FROM claim AS c WHERE $3 IS NULL OR $3 = CASE WHEN c.elsewhere IS NULL THEN c.step ELSE 1 END
), claimant AS MATERIALIZED (
    SELECT DISTINCT a.account_id FROM asked AS a
), size AS MATERIALIZED (
    -- when more than a tenth of all users claim, one scan of all draws is faster
    -- than a probe for each of them
    SELECT n.claimants > 1000 AND n.claimants * 10 > (SELECT count(*) FROM certledger.account) AS many
    FROM (SELECT count(*) AS claimants FROM claimant) AS n
), own AS (
    -- of those who claim (by the index, or by one scan of all): their grid draw
    -- less what the steps before this one took, and green power retired less what
    -- counts of it; in one sum, for statistics do not know how much was just
    -- recognised, and joins would go by them
    SELECT o.account_id, o.city, sum(o.energy) AS energy, sum(o.retired) AS retired
    FROM (SELECT g.account_id, prefecture(g.region) AS city, g.energy, '0 kWh'::energy AS retired
          FROM certledger.grid_draw AS g
          WHERE g.month >= make_date($1, 1, 1) AND g.month < make_date($1 + 1, 1, 1)
            AND NOT (SELECT z.many FROM size AS z)
            AND g.account_id IN (SELECT k.account_id FROM claimant AS k)
          UNION ALL
          SELECT g.account_id, prefecture(g.region), g.energy, '0 kWh'
          FROM (SELECT d.account_id, d.region, d.energy FROM certledger.grid_draw AS d
                WHERE d.month >= make_date($1, 1, 1) AND d.month < make_date($1 + 1, 1, 1)
                  AND (SELECT z.many FROM size AS z)) AS g
          -- full, with a condition that does not make it less: never one scan of
          -- all claims for each draw, however few the statistics take them for
          FULL JOIN claimant AS k ON k.account_id = g.account_id
          WHERE k.account_id IS NOT DISTINCT FROM g.account_id
          UNION ALL
          SELECT s.account_id, s.city, s.energy, '0 kWh' FROM certledger.storage_draw($1) AS s
          UNION ALL
          SELECT r.account_id, r.city, - r.recognised,
                 CASE r.category WHEN 'green_power' THEN - r.recognised ELSE '0 kWh' END
          FROM certledger.recognition AS r
          WHERE r.year = $1 AND r.version = $2 AND r.tier = 'user' AND r.city IS NOT NULL AND $3 > 1
          UNION ALL
          SELECT c.account_id, c.city, '0 kWh', c.claimed
          FROM claim AS c
          WHERE c.category = 'green_power' AND c.identification = 'certificate_trade') AS o
    GROUP BY o.account_id, o.city
), taken AS (
    -- what those steps took from each cap, and energy trade between provinces before them
    SELECT u.kind, u.region, u.from_province, u.month, sum(u.recognised) AS recognised
    FROM (SELECT k.kind, k.region, k.from_province, k.month, c.recognised
          FROM (SELECT r.category, r.city, r.province, r.from_province,
                       CASE WHEN r.category = 'voluntary_trade' THEN make_date($1, voluntary_month(r.traded_on, $1), 1) END AS traded_on,
                       sum(r.recognised) AS recognised
                FROM certledger.recognition AS r
                WHERE r.year = $1 AND r.version = $2 AND r.tier = 'user'
                GROUP BY 1, 2, 3, 4, 5) AS c,
               LATERAL certledger.caps_of_claim(c.category, c.city, c.province, c.from_province, c.traded_on, $1) AS k
          UNION ALL
          SELECT s.kind, s.region, NULL, NULL, r.recognised
          FROM certledger.recognition AS r,
               LATERAL (VALUES ('province_in'::cap_kind, r.province), ('province_out', r.from_province)) AS s(kind, region)
          WHERE r.year = $1 AND r.version = $2 AND r.tier = 'province') AS u
    GROUP BY u.kind, u.region, u.from_province, u.month
), cap AS MATERIALIZED (
    SELECT c.kind, c.region, c.from_province, c.month,
           concat_ws(' ', c.kind, c.region, c.from_province, c.month) AS name,
           c.cap - coalesce(t.recognised, '0 kWh') AS energy
    FROM certledger.recognition_cap AS c
    LEFT JOIN taken AS t
        ON (t.kind, t.region, coalesce(t.from_province, '000000'), coalesce(t.month, '-infinity'))
         = (c.kind, c.region, coalesce(c.from_province, '000000'), coalesce(c.month, '-infinity'))
    WHERE c.year = $1 AND c.version = $2
), side AS MATERIALIZED (
    -- caps of a province, as the one that claims and as the one that produced
    SELECT c.region,
           max(c.energy) FILTER (WHERE c.kind = 'province_in') AS province_in,
           max(c.energy) FILTER (WHERE c.kind = 'province_out') AS province_out,
           max(c.energy) FILTER (WHERE c.kind = 'in_province_pool') AS in_province_pool,
           max(c.energy) FILTER (WHERE c.kind = 'out_of_province_buyer') AS out_of_province_buyer,
           max(c.energy) FILTER (WHERE c.kind = 'out_of_province_seller') AS out_of_province_seller
    FROM cap AS c
    WHERE c.kind IN ('province_in', 'province_out', 'in_province_pool', 'out_of_province_buyer', 'out_of_province_seller')
    GROUP BY c.region
), ceiling AS (
    -- a transfer of a month counts under its ceiling and those of later months
    SELECT m.region, m.month, array_agg(l.name ORDER BY l.month) AS names, array_agg(l.energy ORDER BY l.month) AS energies
    FROM cap AS m JOIN cap AS l ON l.kind = 'voluntary_out' AND l.region = m.region AND l.month >= m.month
    WHERE m.kind = 'voluntary_out'
    GROUP BY m.region, m.month
)
SELECT a.account_id, a.province, a.city, a.identification, a.category, a.from_province, a.month, a.document,
       a.claimed, a.traded_on, a.trade_ref, a.first_certificate, a.step, a.elsewhere,
       -- only caps that limit have a name, for there are many claims; the user's
       -- own grid draw: a provincial account has none
       ARRAY[CASE WHEN a.kind IS DISTINCT FROM 'provincial' THEN 'user ' || a.account_id || ' ' || coalesce(a.city::text, '') END,
             CASE WHEN ct.energy IS NOT NULL THEN 'city ' || a.city::text END,
             CASE WHEN a.needs_retirement THEN 'green_power_retired ' || a.account_id || ' ' || coalesce(a.city::text, '') END,
             CASE WHEN a.category = 'spot_trade' THEN 'spot_pair ' || a.province::text || ' ' || a.from_province::text END,
             CASE WHEN a.category IN ('spot_trade', 'voluntary_trade') THEN 'province_in ' || a.province::text END,
             CASE WHEN a.category IN ('spot_trade', 'voluntary_trade') THEN 'province_out ' || a.from_province::text END] || l.names,
       ARRAY[CASE WHEN a.kind IS DISTINCT FROM 'provincial' THEN coalesce(o.energy, '0 kWh') END,
             ct.energy,
             CASE WHEN a.needs_retirement THEN coalesce(o.retired, '0 kWh') END,
             CASE WHEN a.category = 'spot_trade' THEN coalesce(sp.energy, '0 kWh') END,
             CASE WHEN a.category IN ('spot_trade', 'voluntary_trade') THEN coalesce(b.province_in, '0 kWh') END,
             CASE WHEN a.category IN ('spot_trade', 'voluntary_trade') THEN coalesce(s.province_out, '0 kWh') END] || l.energies,
       ARRAY[CASE WHEN a.category = 'in_province_trade' THEN 'in_province_pool ' || a.province::text END,
             CASE WHEN a.category = 'out_of_province_trade' THEN 'out_of_province_buyer ' || a.province::text END,
             CASE WHEN a.category = 'out_of_province_trade' THEN 'out_of_province_seller ' || a.from_province::text END],
       ARRAY[CASE WHEN a.category = 'in_province_trade' THEN coalesce(b.in_province_pool, '0 kWh') END,
             CASE WHEN a.category = 'out_of_province_trade' THEN coalesce(b.out_of_province_buyer, '0 kWh') END,
             CASE WHEN a.category = 'out_of_province_trade' THEN coalesce(s.out_of_province_seller, '0 kWh') END]
FROM asked AS a
LEFT JOIN own AS o ON o.account_id = a.account_id AND coalesce(o.city, '000000') = coalesce(a.city, '000000')
LEFT JOIN cap AS ct ON ct.kind = 'city' AND ct.region = a.city
LEFT JOIN cap AS sp ON sp.kind = 'spot_pair' AND sp.region = a.province AND sp.from_province = a.from_province
LEFT JOIN side AS b ON b.region = a.province
LEFT JOIN side AS s ON s.region = a.from_province
LEFT JOIN ceiling AS l ON a.category = 'voluntary_trade' AND l.region = a.from_province
    AND l.month = make_date($1, voluntary_month(a.traded_on, $1), 1)
$$;
COMMENT ON FUNCTION claim_under_cap(integer, integer, integer) IS
    'claims of users in a year with the caps under which each stands and what the claims before left of them: all claims, or those of one step of rule claim_fill_order (claims that count elsewhere come with the first); pools of a province are apart, for they may be shared pro rata';

CREATE FUNCTION account_claims(year integer, version integer) RETURNS bigint
    LANGUAGE sql VOLATILE STRICT
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS $$
WITH walked AS (
    SELECT c.*, CASE WHEN c.elsewhere IS NOT NULL THEN ROW('0 kWh', c.claimed, c.elsewhere)::recognised
                     ELSE certledger.recognise(c.claimed, c.caps || c.pools, c.lefts || c.pool_lefts) OVER w END AS outcome
    FROM certledger.claim_under_cap($1, $2, NULL) AS c
    -- within a step by day of trade, whoever retired first
    WINDOW w AS (PARTITION BY c.elsewhere IS NULL
                 ORDER BY c.step, coalesce(c.traded_on, c.month), c.trade_ref COLLATE "C", c.document COLLATE "C",
                          c.first_certificate, c.account_id, c.city, c.from_province, c.month, c.claimed,
                          c.category COLLATE "C", c.province)
), inserted AS (
    INSERT INTO certledger.recognition (year, version, tier, province, city, account_id, identification,
        category, from_province, month, document, traded_on, claimed, recognised, excess, reason)
    SELECT $1, $2, 'user', w.province, w.city, w.account_id, w.identification, w.category, w.from_province,
           w.month, w.document, w.traded_on, w.claimed, (w.outcome).recognised, (w.outcome).excess,
           split_part((w.outcome).cap, ' ', 1)
    FROM walked AS w
    RETURNING 1
)
SELECT count(*) FROM inserted
$$;
COMMENT ON FUNCTION account_claims(integer, integer) IS
    'phase of run_accounts() where rule pool_sharing is first_come: walks the claims of users in the order of rule claim_fill_order, then by time of trade, against grid draw, provinces and pools, and records what is recognised and why not more';

CREATE FUNCTION account_claims_pro_rata(year integer, version integer, step integer) RETURNS bigint
    LANGUAGE sql VOLATILE STRICT
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS $$
WITH eligible AS (
    -- what every cap but the pools leaves of a claim
    SELECT c.*, CASE WHEN c.elsewhere IS NOT NULL THEN ROW('0 kWh', c.claimed, c.elsewhere)::recognised
                     ELSE certledger.recognise(c.claimed, c.caps, c.lefts) OVER w END AS outcome,
           row_number() OVER w AS place
    FROM certledger.claim_under_cap($1, $2, $3) AS c
    WINDOW w AS (PARTITION BY c.elsewhere IS NULL
                 ORDER BY c.step, coalesce(c.traded_on, c.month), c.trade_ref COLLATE "C", c.document COLLATE "C",
                          c.first_certificate, c.account_id, c.city, c.from_province, c.month, c.claimed,
                          c.category COLLATE "C", c.province)
), own AS (
    -- the pool of the province that claims: of in-province certificates, or of
    -- route 2(b) on the buyer's side
    SELECT e.*, (e.outcome).recognised AS energy, s.pool_left,
           sum((e.outcome).recognised) OVER (PARTITION BY e.province, e.category) AS wanted
    FROM eligible AS e,
         LATERAL (SELECT coalesce(e.pool_lefts[1], e.pool_lefts[2]) AS pool_left) AS s
), own_shared AS (
    SELECT o.*, CASE WHEN o.pool_left < o.wanted
                     THEN apportion(CASE WHEN o.pool_left < o.wanted THEN o.pool_left ELSE '0 kWh' END, o.energy)
                          OVER (PARTITION BY o.province, o.category ORDER BY o.place)
                     ELSE o.energy END AS own_share
    FROM own AS o
), other AS (
    -- and on the seller's side
    SELECT o.*, o.pool_lefts[3] AS seller_left,
           sum(o.own_share) OVER (PARTITION BY o.from_province, o.category) AS offered
    FROM own_shared AS o
), shared AS (
    SELECT o.*, CASE WHEN o.seller_left < o.offered
                     THEN apportion(CASE WHEN o.seller_left < o.offered THEN o.seller_left ELSE '0 kWh' END, o.own_share)
                          OVER (PARTITION BY o.from_province, o.category ORDER BY o.province, o.place)
                     ELSE o.own_share END AS share
    FROM other AS o
), inserted AS (
    INSERT INTO certledger.recognition (year, version, tier, province, city, account_id, identification,
        category, from_province, month, document, traded_on, claimed, recognised, excess, reason)
    SELECT $1, $2, 'user', s.province, s.city, s.account_id, s.identification, s.category, s.from_province,
           s.month, s.document, s.traded_on, s.claimed, s.share, s.claimed - s.share,
           CASE WHEN s.share < s.own_share THEN 'out_of_province_seller'
                WHEN s.own_share < s.energy THEN split_part(s.pools[CASE s.category WHEN 'in_province_trade' THEN 1 ELSE 2 END], ' ', 1)
                ELSE split_part((s.outcome).cap, ' ', 1) END
    FROM shared AS s
    RETURNING 1
)
SELECT count(*) FROM inserted
$$;
COMMENT ON FUNCTION account_claims_pro_rata(integer, integer, integer) IS
    'phase of run_accounts() where rule pool_sharing is pro_rata: one step of rule claim_fill_order; what grid draw and other caps leave of the claims of the step shares the pools of the provinces in proportion, in whole watt-hours that add up';

REVOKE ALL ON FUNCTION account_energy_trade(integer, integer), claim_category(route, region, region, date),
    user_claim(integer, integer), storage_draw(integer), claim_under_cap(integer, integer, integer),
    account_claims(integer, integer), account_claims_pro_rata(integer, integer, integer) FROM PUBLIC;
