-- direct_connection.sql: green power direct connection (绿电直连): the yearly
-- tests of 发改能源〔2025〕650号, and each user's self-used power traced by hour
-- (发改能源〔2026〕688号).

CREATE TYPE direct_connection_limits AS (
    use_of_generation    numeric,
    use_of_load          numeric,
    feed_in              numeric,
    feed_in_without_spot boolean,
    off_grid_test        boolean,
    source               text
);
COMMENT ON TYPE direct_connection_limits IS
    'limits by which a direct connection is tested for a year; make one with make_direct_connection_limits(), or take that of table rule from direct_connection_limits()';
COMMENT ON COLUMN direct_connection_limits.use_of_generation IS 'least share of the available generation that users use, 0 to 1, itself included';
COMMENT ON COLUMN direct_connection_limits.use_of_load IS 'least share of the users'' load that is covered, 0 to 1, itself included';
COMMENT ON COLUMN direct_connection_limits.feed_in IS 'greatest share of the available generation fed into the grid, 0 to 1, itself included';
COMMENT ON COLUMN direct_connection_limits.feed_in_without_spot IS 'whether a project may feed in where the spot market does not run continuously';
COMMENT ON COLUMN direct_connection_limits.off_grid_test IS 'whether projects that are not tied to the grid are tested';
COMMENT ON COLUMN direct_connection_limits.source IS 'documents that set the limits';

CREATE FUNCTION make_direct_connection_limits(
    use_of_generation numeric DEFAULT NULL, use_of_load numeric DEFAULT NULL,
    feed_in numeric DEFAULT NULL, feed_in_without_spot boolean DEFAULT NULL,
    off_grid_test boolean DEFAULT NULL, source text DEFAULT NULL)
    RETURNS direct_connection_limits
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ROW(use_of_generation, use_of_load, feed_in, feed_in_without_spot, off_grid_test,
               source)::direct_connection_limits;
COMMENT ON FUNCTION make_direct_connection_limits(numeric, numeric, numeric, boolean, boolean, text) IS
    'limits of one''s own for direct_connection_test(), as shares from 0 to 1; whatever is left out is as published for the year of the test';

CREATE FUNCTION direct_connection_test(
    year integer, generated energy, curtailed energy, self_used energy, load energy, fed_in energy,
    grid_tied boolean DEFAULT true, spot_market boolean DEFAULT true,
    feed_in_limit numeric DEFAULT NULL, limits direct_connection_limits DEFAULT NULL)
    RETURNS TABLE (test text, part energy, whole energy, ratio numeric, comparison text,
                   threshold numeric, passed boolean, undecided text, source text)
    LANGUAGE c IMMUTABLE PARALLEL SAFE ROWS 4
    AS 'MODULE_PATHNAME', 'direct_connection_test';
COMMENT ON FUNCTION direct_connection_test(integer, energy, energy, energy, energy, energy, boolean, boolean, numeric, direct_connection_limits) IS
    'tests of a direct connection for a year on plain values (发改能源〔2025〕650号), a row for each: use_of_generation, self-used over generated plus curtailed, at least 0.60; use_of_load, self-used over load, at least 0.30, from 2030 on 0.35; feed_in, at most feed_in_limit of the province, else 0.20; feed_in_without_spot, nothing where the spot market does not run continuously. Limits are inclusive, compared without dividing; limits replaces those published. passed is NULL where a test does not apply or has nothing to judge, undecided says why. Errors 22003, 22004, 22023';

CREATE FUNCTION direct_connection_limits(year integer) RETURNS direct_connection_limits
    LANGUAGE c VOLATILE
    SET search_path = pg_catalog, certledger, pg_temp
    AS 'MODULE_PATHNAME', 'direct_connection_limits';
COMMENT ON FUNCTION direct_connection_limits(integer) IS
    'limits of direct connections for a year, 2000 to 2099: rules direct_connection_use_of_generation, direct_connection_use_of_load, direct_connection_feed_in, direct_connection_feed_in_without_spot and direct_connection_off_grid_test on 31 December; errors 22004, 22023, 42P01, LC016, LC023';

CREATE FUNCTION direct_connection_test(
    project text, year integer, grid_tied boolean DEFAULT true,
    spot_market boolean DEFAULT true, feed_in_limit numeric DEFAULT NULL)
    RETURNS TABLE (test text, part energy, whole energy, ratio numeric, comparison text,
                   threshold numeric, passed boolean, undecided text, source text)
    LANGUAGE c VOLATILE ROWS 4
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS 'MODULE_PATHNAME', 'direct_connection_test_project';
COMMENT ON FUNCTION direct_connection_test(text, integer, boolean, boolean, numeric) IS
    'tests of a direct connection for a year on its hours in direct_connection_generation and direct_connection_load, as on plain values, with the limits of direct_connection_limits(year); self-used in an hour is what was generated and not fed in, up to the load; errors as on plain values and 42P01, 55000 without hours, LC016, LC023';

CREATE FUNCTION direct_connection_traced_hourly(tracing text, sharing text) RETURNS boolean
    LANGUAGE c IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'direct_connection_traced_hourly';
COMMENT ON FUNCTION direct_connection_traced_hourly(text, text) IS
    'true where the values of rules direct_connection_tracing and direct_connection_sharing are those that direct_connection_self_use() implements, 1 hour and load_share, or are NULL; error LC023 for others, so that no setting is ignored silently';

CREATE FUNCTION direct_connection_self_use(project text, year integer)
    RETURNS TABLE (hour timestamp, account_id bigint, region region, load energy, self_used energy)
    LANGUAGE sql STABLE STRICT PARALLEL SAFE ROWS 100000
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS $$
SELECT l.hour, l.account_id, l.region, l.load,
       direct_connection_share(coalesce(g.generated - g.fed_in, '0 kWh'), l.load, l.share)
           OVER (PARTITION BY l.hour ORDER BY l.account_id, l.region)
FROM certledger.direct_connection_load AS l
LEFT JOIN certledger.direct_connection_generation AS g
    ON g.project_code = l.project_code AND g.hour = l.hour
WHERE l.project_code = $1
  AND l.hour >= make_timestamp($2, 1, 1, 0, 0, 0) AND l.hour < make_timestamp($2 + 1, 1, 1, 0, 0, 0)
  AND certledger.direct_connection_traced_hourly(
          certledger.rule_value('direct_connection_tracing', make_date($2, 12, 31)),
          certledger.rule_value('direct_connection_sharing', make_date($2, 12, 31)))
ORDER BY l.hour, l.account_id, l.region
$$;
COMMENT ON FUNCTION direct_connection_self_use(text, integer) IS
    'self-used power of each user of a direct connection in each hour of a year (发改能源〔2026〕688号): what was generated and not fed in, shared out by direct_connection_share(); users are taken by account and region; an hour without generation gives 0, see direct_connection_gaps(); errors 22003, 22023 for contract shares above 1, LC023';

CREATE FUNCTION direct_connection_supply(project text, year integer)
    RETURNS TABLE (account_id bigint, region region, month date, kind supply_kind,
                   project_code text, energy energy, publication text)
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS $$
SELECT u.account_id, u.region, date_trunc('month', u.hour)::date,
       'direct_connection'::certledger.supply_kind, $1, sum(u.self_used), 'direct_connection_supply()'
FROM certledger.direct_connection_self_use($1, $2) AS u
GROUP BY 1, 2, 3
ORDER BY 3, 1, 2
$$;
COMMENT ON FUNCTION direct_connection_supply(text, integer) IS
    'self-used power of each user of a direct connection by month of a year, in the shape of table physical_supply; docs/direct_connection.md has the INSERT; errors as of direct_connection_self_use()';

CREATE FUNCTION direct_connection_gaps(project text, year integer)
    RETURNS TABLE (hour timestamp, gap text, detail text)
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    SET search_path = pg_catalog, certledger, pg_temp
    SET jit = off
    AS $$
WITH supply AS (
    SELECT g.hour, g.generated, g.fed_in
    FROM certledger.direct_connection_generation AS g
    WHERE g.project_code = $1
      AND g.hour >= make_timestamp($2, 1, 1, 0, 0, 0) AND g.hour < make_timestamp($2 + 1, 1, 1, 0, 0, 0)
), demand AS (
    SELECT l.hour, sum(l.load) AS load, sum(l.share) AS shares
    FROM certledger.direct_connection_load AS l
    WHERE l.project_code = $1
      AND l.hour >= make_timestamp($2, 1, 1, 0, 0, 0) AND l.hour < make_timestamp($2 + 1, 1, 1, 0, 0, 0)
    GROUP BY l.hour
), span AS (
    SELECT least(min(s.hour), min(d.hour)) AS first, greatest(max(s.hour), max(d.hour)) AS last
    FROM supply AS s FULL JOIN demand AS d ON d.hour = s.hour
), calendar AS (
    SELECT c.hour, s.generated, s.fed_in, d.load, d.shares
    FROM span AS p, generate_series(p.first, p.last, interval '1 hour') AS c(hour)
    LEFT JOIN supply AS s ON s.hour = c.hour
    LEFT JOIN demand AS d ON d.hour = c.hour
)
SELECT c.hour, 'no hour', 'neither generation nor load' FROM calendar AS c
WHERE c.generated IS NULL AND c.load IS NULL
UNION ALL
SELECT c.hour, 'no generation', format('self-used is taken as 0 of %s', c.load)
FROM calendar AS c WHERE c.generated IS NULL AND c.load IS NOT NULL
UNION ALL
SELECT c.hour, 'no load', format('%s of %s were not fed in', c.generated - c.fed_in, c.generated)
FROM calendar AS c WHERE c.load IS NULL AND c.generated IS NOT NULL
UNION ALL
SELECT c.hour, 'shares above 1', format('contract shares add up to %s', c.shares)
FROM calendar AS c WHERE c.shares > 1
UNION ALL
SELECT c.hour, 'fed in beside load',
       format('%s were fed in of %s generated, and users consumed %s', c.fed_in, c.generated, c.load)
FROM calendar AS c
WHERE c.load IS NOT NULL AND c.fed_in > greatest(c.generated - c.load, '0 kWh')
ORDER BY 1, 2
$$;
COMMENT ON FUNCTION direct_connection_gaps(text, integer) IS
    'what is odd about the hours of a direct connection in a year, from its first to its last: no hour (neither generation nor load), no generation, no load, shares above 1 (direct_connection_self_use() refuses them), fed in beside load (more fed in than the load left over: self-used is what was not fed in)';

REVOKE ALL ON FUNCTION direct_connection_limits(integer),
    direct_connection_test(text, integer, boolean, boolean, numeric),
    direct_connection_self_use(text, integer), direct_connection_supply(text, integer),
    direct_connection_gaps(text, integer) FROM PUBLIC;
