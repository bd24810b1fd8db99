-- issuance.sql: issue of certificates for a month's generation.

-- The next four are one expression each, so that the planner writes them out
-- in the statement of an issuance; therefore they are not strict.
CREATE FUNCTION certificate_class(
    volume_class volume_class, source energy_source, commissioned_on date, existing_hydro_before date)
    RETURNS volume_class
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN volume_class = 'on_grid' AND source = 'hydro'
                     AND commissioned_on < existing_hydro_before
                THEN 'existing_hydro'::volume_class ELSE volume_class END;
COMMENT ON FUNCTION certificate_class(volume_class, energy_source, date, date) IS
    'volume class written into certificates: on-grid volume of hydro units commissioned before a day (rule existing_hydro_before) becomes existing_hydro 存量常规水电';

CREATE FUNCTION certificate_tradable(
    certificate_class volume_class, source energy_source, market_based boolean,
    tradable_sources energy_source[], tradable_hydro text)
    RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN certificate_class = 'on_grid'
           AND (source = ANY (tradable_sources)
                OR (source = 'hydro' AND (tradable_hydro = 'all' OR (tradable_hydro = 'market_based' AND market_based))));
COMMENT ON FUNCTION certificate_tradable(volume_class, energy_source, boolean, energy_source[], text) IS
    'whether certificates of a class may be traded: on-grid volume of the sources of rule tradable_sources, and of new hydro by rule tradable_hydro (all, none, or market_based: only what is sold wholly in the market) (发改能源〔2023〕1044号)';

CREATE FUNCTION feasible_wh(capacity_kw numeric, month date, margin numeric) RETURNS numeric
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN least(trunc(capacity_kw * (24000 * ((month + interval '1 month')::date - month) * margin)),
                 999999999000000);
COMMENT ON FUNCTION feasible_wh(numeric, date, numeric) IS
    'what feasible_energy() gives, as a number of watt-hours';

CREATE FUNCTION feasible_energy(capacity_kw numeric, month date, margin numeric) RETURNS energy
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN make_energy(wh => feasible_wh(capacity_kw, month, margin)::bigint);
COMMENT ON FUNCTION feasible_energy(numeric, date, numeric) IS
    'greatest energy that a project can have produced in a month (given as its first day): capacity times the hours of the month times a margin (rule generation_margin), and no more than the 999,999,999 certificates for which a run has serial numbers';

-- An issuance reads a month of all projects, often before their statistics are
-- gathered.  A nested loop would be taken for cheap and never end; hash joins
-- of one key over another split badly when they outgrow their estimate, and
-- then outgrow work_mem as well.  Merge joins do neither.
CREATE FUNCTION post_issuance() RETURNS trigger
    LANGUAGE c
    SET search_path = pg_catalog, certledger, pg_temp
    SET enable_nestloop = off
    SET enable_hashjoin = off
    SET jit = off
    AS 'MODULE_PATHNAME', 'issuance_post';
COMMENT ON FUNCTION post_issuance() IS 'trigger of table issuance: posts the documents of a statement';
REVOKE ALL ON FUNCTION post_issuance() FROM PUBLIC;

CREATE FUNCTION issue(
    month date, ref text DEFAULT NULL, effective_on date DEFAULT NULL, dry_run boolean DEFAULT false,
    OUT issuance_id bigint, OUT projects bigint, OUT certificates bigint,
    OUT tradable bigint, OUT carried energy, OUT refused bigint)
    RETURNS SETOF record
    LANGUAGE c VOLATILE
    SET search_path = pg_catalog, certledger, pg_temp
    AS 'MODULE_PATHNAME', 'issuance_issue';
COMMENT ON FUNCTION issue(date, text, date, boolean) IS
    'issues certificates for everything generated in a month (given as its first day) and not issued before: one per 1,000 kWh, the remainder is carried; returns the document, its projects, certificates, tradable certificates, carried remainder, and how many rows of generation it refused (table issuance_refusal says why); ref defaults to a new number, effective_on to today but not before the month is over';
REVOKE ALL ON FUNCTION issue(date, text, date, boolean) FROM PUBLIC;

CREATE FUNCTION generation_gaps(from_month date, to_month date)
    RETURNS TABLE (project_code text, name text, month date, volume_class volume_class, reason text)
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS $$
WITH earning AS (
    SELECT p.project_code, p.name, p.commissioned_on
    FROM certledger.project AS p
    WHERE p.source IN ('wind', 'solar', 'hydro', 'biomass', 'geothermal', 'ocean')
), reported AS (
    SELECT g.project_code, g.month, g.volume_class, g.energy, g.drawn
    FROM certledger.generation AS g
    WHERE g.month BETWEEN date_trunc('month', $1::timestamp) AND $2
), latest AS (
    SELECT i.month, max(i.issuance_id) AS issuance_id
    FROM certledger.issuance AS i
    WHERE i.month BETWEEN date_trunc('month', $1::timestamp) AND $2
    GROUP BY i.month
)
SELECT e.project_code, e.name, m.month::date, NULL::certledger.volume_class, 'no generation'
FROM earning AS e
JOIN generate_series(date_trunc('month', $1::timestamp), $2::timestamp, interval '1 month') AS m(month)
    ON e.commissioned_on < m.month + interval '1 month'
WHERE NOT EXISTS (SELECT FROM reported AS g
                  WHERE g.project_code = e.project_code AND g.month = m.month::date)
UNION ALL
-- a row that was changed since it was refused waits for the next issuance
SELECT e.project_code, e.name, g.month, g.volume_class, coalesce('refused ' || f.sqlstate, 'not issued')
FROM reported AS g
JOIN earning AS e ON e.project_code = g.project_code
LEFT JOIN (latest AS i JOIN certledger.issuance_refusal AS f ON f.issuance_id = i.issuance_id)
    ON f.project_code = g.project_code AND f.month = g.month AND f.volume_class = g.volume_class
   AND f.energy = g.energy AND f.drawn = g.drawn
WHERE g.volume_class <> 'plant_use'
  AND NOT EXISTS (SELECT FROM certledger.issuance_line AS l
                  WHERE l.project_code = g.project_code AND l.month = g.month
                    AND l.volume_class = g.volume_class)
ORDER BY 3, 1, 4
$$;
COMMENT ON FUNCTION generation_gaps(date, date) IS
    'what is missing in the months from one to another: projects of sources that earn certificates, commissioned in the month or before, of which generation has no row (no generation), and rows that earn certificates and have none: left out by the last issuance of the month (refused, with the error code), or not issued yet';
REVOKE ALL ON FUNCTION generation_gaps(date, date) FROM PUBLIC;
