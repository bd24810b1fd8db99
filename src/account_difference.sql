-- account_difference.sql: what one version of a year's accounts changes against
-- another.

CREATE FUNCTION compared_versions(year integer, from_version integer, to_version integer,
                                  OUT former integer, OUT latter integer)
    LANGUAGE c STABLE PARALLEL SAFE
    SET search_path = pg_catalog, certledger, pg_temp
    AS 'MODULE_PATHNAME', 'compared_versions';
COMMENT ON FUNCTION compared_versions(integer, integer, integer) IS
    'versions of a year to compare: those named, else the last that was run and the one that was run before it; errors 22004 without a year, 55000 when a version was not run or there is none before';

CREATE FUNCTION account_difference(year integer, from_version integer DEFAULT NULL, to_version integer DEFAULT NULL)
    RETURNS TABLE (tier text, region region, account_id bigint, term text, before energy, after energy,
                   difference energy, ratio_before numeric, ratio_after numeric)
    LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS $$
SELECT d.tier, d.region, d.account_id, d.term, d.before, d.after,
       CASE WHEN d.term <> 'k' THEN coalesce(d.after, '0 kWh') - coalesce(d.before, '0 kWh') END,
       d.ratio_before, d.ratio_after
FROM certledger.compared_versions($1, $2, $3) AS v,
LATERAL (
    SELECT 1 AS tier_place, 'province' AS tier, coalesce(b.province, a.province) AS region, NULL::bigint AS account_id,
           t.place, t.term, t.before, t.after, NULL::numeric AS ratio_before, NULL::numeric AS ratio_after
    FROM (SELECT p.* FROM certledger.province_account AS p WHERE p.year = $1 AND p.version = v.former) AS b
    FULL JOIN (SELECT p.* FROM certledger.province_account AS p WHERE p.year = $1 AND p.version = v.latter) AS a ON a.province = b.province,
    LATERAL (VALUES (1, 'G', b.generation, a.generation), (2, 'T', b.energy_trade, a.energy_trade),
                    (3, 'C', b.certificate_trade, a.certificate_trade), (4, 'S', b.allocation, a.allocation),
                    (5, 'L', b.line_loss, a.line_loss), (6, 'E', b.non_fossil, a.non_fossil),
                    (7, 'F', b.fossil_on_grid, a.fossil_on_grid), (8, 'IO', b.net_received, a.net_received),
                    (9, 'consumption', b.consumption, a.consumption)) AS t(place, term, before, after)
    UNION ALL
    SELECT 2, 'coefficient', coalesce(b.province, a.province), NULL, t.place, t.term, t.before, t.after, t.ratio_before, t.ratio_after
    FROM (SELECT c.* FROM certledger.coefficient AS c WHERE c.year = $1 AND c.version = v.former) AS b
    FULL JOIN (SELECT c.* FROM certledger.coefficient AS c WHERE c.year = $1 AND c.version = v.latter) AS a ON a.province = b.province,
    LATERAL (VALUES (1, 'numerator', b.numerator, a.numerator, NULL::numeric, NULL::numeric),
                    (2, 'denominator', b.denominator, a.denominator, NULL, NULL),
                    (3, 'k', NULL, NULL, b.k, a.k), (4, 'allocated', b.allocated, a.allocated, NULL, NULL),
                    (5, 'loss residual', b.loss_residual, a.loss_residual, NULL, NULL)) AS t(place, term, before, after, ratio_before, ratio_after)
    UNION ALL
    SELECT 3, 'city', coalesce(b.city, a.city), NULL, t.place, t.term, t.before, t.after, NULL, NULL
    FROM (SELECT c.* FROM certledger.city_account AS c WHERE c.year = $1 AND c.version = v.former) AS b
    FULL JOIN (SELECT c.* FROM certledger.city_account AS c WHERE c.year = $1 AND c.version = v.latter) AS a ON a.city = b.city,
    LATERAL (VALUES (1, 'W', b.grid_draw, a.grid_draw), (2, 'P', b.physical, a.physical), (3, 'T', b.energy_trade, a.energy_trade),
                    (4, 'C', b.certificate_trade, a.certificate_trade), (5, 'A', b.allocation, a.allocation),
                    (6, 'E', b.non_fossil, a.non_fossil)) AS t(place, term, before, after)
    UNION ALL
    SELECT 4, 'user', coalesce(b.city, a.city), coalesce(b.account_id, a.account_id), t.place, t.term, t.before, t.after, NULL, NULL
    FROM (SELECT u.* FROM certledger.user_account AS u WHERE u.year = $1 AND u.version = v.former) AS b
    FULL JOIN (SELECT u.* FROM certledger.user_account AS u WHERE u.year = $1 AND u.version = v.latter) AS a
        ON a.account_id = b.account_id AND a.city = b.city,
    LATERAL (VALUES (1, 'W', b.grid_draw, a.grid_draw), (2, 'P', b.physical, a.physical), (3, 'T', b.energy_trade, a.energy_trade),
                    (4, 'C', b.certificate_trade, a.certificate_trade), (5, 'excess', b.excess, a.excess),
                    (6, 'A', b.allocation, a.allocation), (7, 'E', b.non_fossil, a.non_fossil)) AS t(place, term, before, after)
) AS d
-- of an account that only one version has, terms of 0 say nothing
WHERE coalesce(d.before, '0 kWh') <> coalesce(d.after, '0 kWh')
   OR d.ratio_before IS DISTINCT FROM d.ratio_after
   OR (d.term = 'E' AND (d.before IS NULL) <> (d.after IS NULL))
ORDER BY d.tier_place, d.region, d.account_id, d.place
$$;
COMMENT ON FUNCTION account_difference(integer, integer, integer) IS
    'what a version of a year''s accounts changes against another: each term of a province, coefficient, city or user that differs, with its energy before and after, or of k the ratio; before or after is empty where that version has no such account; without versions, the last that was run against the one before it; errors 22004, 55000 when a version was not run or there is none before';

REVOKE ALL ON FUNCTION compared_versions(integer, integer, integer), account_difference(integer, integer, integer) FROM PUBLIC;
