-- accounts.sql: the user tier of the accounts without certledger's types and
-- functions, as a good database administrator would write it: numeric kWh,
-- set-based, in parallel where the planner likes, each table read once.  It is
-- there to be timed against run_accounts(); test/bench/group/run_accounts.pl
-- does so and compares both, cell by cell.
--
-- In a database whose ledger has run its accounts of the year:
--
--     psql -X -v year=2025 -f test/bench/plain/accounts.sql
--     psql -X -c 'CALL plain.run_accounts(2025, 1)'
--
-- This file copies the facts of the year and the results of the tiers above
-- into schema plain, which it creates anew, and defines the procedure, which is
-- what to time: from grid draw, supply and recognition to the coefficients and
-- the accounts of users and cities, in tables of the same columns, keys and
-- checks.  It equals the phases "facts of users", "coefficients", "users" and
-- "cities" of run_accounts(), which does all the others besides; months with
-- coefficients of their own and the warnings are left out.  A version that was
-- run before is replaced.
--
-- Shares are whole watt-hours, three decimals of a kWh: each user has what the
-- users up to it get, rounded down, less what those before it have, so that
-- they add up (docs/apportion.md).  A division of numeric rounds; div() of
-- watt-hours does not, and without it some users are off by 0.001 kWh.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
\if :{?year}
\else
\set year 2025
\endif

DROP SCHEMA IF EXISTS plain CASCADE;
CREATE SCHEMA plain;
SET search_path = plain, certledger;

-- Facts, with the keys that the ledger's tables have
CREATE TABLE grid_draw AS
SELECT account_id, region::text::integer AS region, month, certledger.kwh(energy)::numeric(18, 3) AS energy FROM certledger.grid_draw
WHERE month >= make_date(:year, 1, 1) AND month < make_date(:year + 1, 1, 1);
ALTER TABLE grid_draw ADD PRIMARY KEY (account_id, region, month);
CREATE TABLE physical_supply AS
SELECT account_id, region::text::integer AS region, month, kind::text AS kind, certledger.kwh(energy)::numeric(18, 3) AS energy FROM certledger.physical_supply
WHERE month >= make_date(:year, 1, 1) AND month < make_date(:year + 1, 1, 1);
-- charging as the rules of storage say
CREATE TABLE storage_draw AS
SELECT account_id, city::text::integer AS city, certledger.kwh(energy)::numeric(18, 3) AS energy FROM certledger.storage_draw(:year);
-- claims of users as recognised
CREATE TABLE recognition AS
SELECT account_id, city::text::integer AS city, identification::text AS identification, certledger.kwh(recognised)::numeric(18, 3) AS recognised,
       CASE WHEN reason NOT IN ('counted_in_energy_trade', 'counted_in_physical_supply', 'not_acquired') THEN certledger.kwh(excess) ELSE 0 END::numeric(18, 3) AS excess
FROM certledger.recognition
WHERE year = :year AND version = certledger.account_version(:year) AND tier = 'user' AND city IS NOT NULL;
-- accounts of provinces, and the coefficients that somebody published
CREATE TABLE province_account AS
SELECT p.province::text::integer AS province, certledger.kwh(p.generation) AS generation, certledger.kwh(p.non_fossil) AS non_fossil,
       certledger.kwh(p.fossil_on_grid) AS fossil_on_grid, certledger.kwh(p.net_received) AS net_received, k.published
FROM certledger.province_account AS p
LEFT JOIN certledger.coefficient AS k ON k.year = p.year AND k.version = p.version AND k.province = p.province
WHERE p.year = :year AND p.version = certledger.account_version(:year);
ALTER TABLE province_account ADD PRIMARY KEY (province);

-- Results, shaped as the ledger's
CREATE TABLE coefficient (
    year integer NOT NULL, version integer NOT NULL, province integer NOT NULL,
    physical numeric(18, 3) NOT NULL, energy_trade numeric(18, 3) NOT NULL, certificate_trade numeric(18, 3) NOT NULL,
    numerator numeric(18, 3) NOT NULL, denominator numeric(18, 3) NOT NULL, k numeric, published numeric,
    pool numeric(18, 3) NOT NULL, total numeric(18, 3) NOT NULL, allocated numeric(18, 3) NOT NULL, loss_residual numeric(18, 3) NOT NULL,
    PRIMARY KEY (year, version, province)
);
CREATE TABLE user_account (
    year integer NOT NULL, version integer NOT NULL, account_id bigint NOT NULL, city integer NOT NULL,
    grid_draw numeric(18, 3) NOT NULL, physical numeric(18, 3) NOT NULL, energy_trade numeric(18, 3) NOT NULL, certificate_trade numeric(18, 3) NOT NULL,
    excess numeric(18, 3) NOT NULL, allocation numeric(18, 3) NOT NULL, non_fossil numeric(18, 3) NOT NULL,
    PRIMARY KEY (year, version, account_id, city),
    CHECK (non_fossil = physical + energy_trade + certificate_trade + allocation),
    CHECK (energy_trade + certificate_trade <= grid_draw)
);
CREATE TABLE city_account (
    year integer NOT NULL, version integer NOT NULL, city integer NOT NULL,
    grid_draw numeric(18, 3) NOT NULL, physical numeric(18, 3) NOT NULL, energy_trade numeric(18, 3) NOT NULL, certificate_trade numeric(18, 3) NOT NULL,
    allocation numeric(18, 3) NOT NULL, non_fossil numeric(18, 3) NOT NULL,
    PRIMARY KEY (year, version, city),
    CHECK (non_fossil = physical + energy_trade + certificate_trade + allocation),
    CHECK (energy_trade + certificate_trade <= grid_draw)
);
VACUUM ANALYZE grid_draw, physical_supply, storage_draw, recognition, province_account;

CREATE PROCEDURE run_accounts(run_year integer, run_version integer) LANGUAGE plpgsql
    SET search_path = plain, pg_temp
AS $$
BEGIN
    DELETE FROM city_account WHERE year = run_year AND version = run_version;
    DELETE FROM user_account WHERE year = run_year AND version = run_version;
    DELETE FROM coefficient WHERE year = run_year AND version = run_version;

    -- what the facts give to each user and city; kept, for k needs the sums first
    CREATE TEMP TABLE unit AS
    SELECT account_id, city, city / 10000 * 10000 AS province, sum(grid_draw) AS grid_draw, sum(physical) AS physical,
           sum(energy_trade) AS energy_trade, sum(certificate_trade) AS certificate_trade, sum(excess) AS excess
    FROM (SELECT account_id, region / 100 * 100 AS city, sum(energy) AS grid_draw, 0 AS physical, 0 AS energy_trade, 0 AS certificate_trade, 0 AS excess
          FROM grid_draw WHERE month >= make_date(run_year, 1, 1) AND month < make_date(run_year + 1, 1, 1) GROUP BY account_id, region / 100 * 100
          UNION ALL
          SELECT account_id, city, energy, 0, 0, 0, 0 FROM storage_draw
          UNION ALL
          SELECT account_id, region / 100 * 100, 0, sum(energy), 0, 0, 0 FROM physical_supply WHERE month >= make_date(run_year, 1, 1) AND month < make_date(run_year + 1, 1, 1) GROUP BY account_id, region / 100 * 100
          UNION ALL
          SELECT account_id, city, 0, 0, coalesce(sum(recognised) FILTER (WHERE identification = 'energy_trade'), 0),
                 coalesce(sum(recognised) FILTER (WHERE identification = 'certificate_trade'), 0), coalesce(sum(excess), 0)
          FROM recognition GROUP BY account_id, city) AS f
    GROUP BY account_id, city;
    ANALYZE unit;

    -- k = (E - P - T - C) / (G - P - T - C + F + IO)
    INSERT INTO coefficient
    SELECT run_year, run_version, s.province, s.physical, s.energy_trade, s.certificate_trade, s.numerator, s.denominator,
           coalesce(s.published, CASE WHEN s.total > 0 THEN s.pool / s.total END), s.published, s.pool, s.total, a.allocated, s.numerator - a.allocated
    FROM (SELECT f.*, CASE WHEN f.published IS NOT NULL THEN f.published * 1000000000 WHEN f.denominator <= 0 THEN 0 ELSE least(greatest(f.numerator, 0), f.denominator) END AS pool,
                 CASE WHEN f.published IS NOT NULL THEN 1000000000 ELSE greatest(f.denominator, 0) END AS total
          FROM (SELECT p.province, p.published, coalesce(u.physical, 0) AS physical, coalesce(u.energy_trade, 0) AS energy_trade, coalesce(u.certificate_trade, 0) AS certificate_trade,
                       coalesce(u.remaining, 0) AS remaining, p.non_fossil - coalesce(u.identified, 0) AS numerator,
                       p.generation - coalesce(u.identified, 0) + p.fossil_on_grid + p.net_received AS denominator
                FROM province_account AS p
                LEFT JOIN (SELECT province, sum(physical) AS physical, sum(energy_trade) AS energy_trade, sum(certificate_trade) AS certificate_trade,
                                  sum(physical + energy_trade + certificate_trade) AS identified, sum(grid_draw - energy_trade - certificate_trade) AS remaining
                           FROM unit GROUP BY province) AS u ON u.province = p.province) AS f) AS s,
         LATERAL (SELECT CASE WHEN s.total > 0 THEN div(s.pool * s.remaining * 1000, s.total) * 0.001 ELSE 0 END AS allocated) AS a;

    -- A = (W - T - C) k, in thousandths that add up
    INSERT INTO user_account
    SELECT run_year, run_version, account_id, city, grid_draw, physical, energy_trade, certificate_trade, excess, allocation, physical + energy_trade + certificate_trade + allocation
    FROM (SELECT w.*, CASE WHEN w.total > 0 THEN (div(w.pool * w.so_far * 1000, w.total) - div(w.pool * (w.so_far - w.remaining) * 1000, w.total)) * 0.001 ELSE 0 END AS allocation
          FROM (SELECT u.*, k.pool, k.total, u.grid_draw - u.energy_trade - u.certificate_trade AS remaining,
                       sum(u.grid_draw - u.energy_trade - u.certificate_trade) OVER (PARTITION BY u.province ORDER BY u.account_id, u.city ROWS UNBOUNDED PRECEDING) AS so_far
                FROM unit AS u JOIN coefficient AS k ON k.year = run_year AND k.version = run_version AND k.province = u.province) AS w) AS a;

    INSERT INTO city_account
    SELECT year, version, city, sum(grid_draw), sum(physical), sum(energy_trade), sum(certificate_trade), sum(allocation), sum(non_fossil)
    FROM user_account WHERE year = run_year AND version = run_version GROUP BY year, version, city;

    DROP TABLE unit;
END
$$;
