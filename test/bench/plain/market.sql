-- market.sql: a market for the benchmarks of the registry: producers, buyers,
-- projects all over the country, generation, and lines of trades.  Functions
-- in schema bench; each group asks for the sizes that it needs.
--
-- Usage, in a database with an empty ledger:
--
--     psql -X -f test/bench/plain/market.sql
--
-- Nothing here is timed.  All is set-based and the same in every run: numbers
-- that look random are multiples of a prime, modulo something.
\set ON_ERROR_STOP 1
SET client_min_messages = warning;
SET search_path = certledger, public;

CREATE SCHEMA IF NOT EXISTS bench;

-- Prefectures and the like, numbered from 0: where accounts and plants are.
CREATE TABLE bench.city AS
SELECT row_number() OVER (ORDER BY n.region) - 1 AS number, n.region
FROM certledger.region_name AS n WHERE n.tier = 'city' AND NOT n.pseudo;
ALTER TABLE bench.city ADD PRIMARY KEY (number);

-- Opens so many accounts and returns the number of the first; the others follow.
CREATE FUNCTION bench.add_accounts(kind certledger.account_kind, n bigint) RETURNS bigint
    LANGUAGE sql
    SET search_path = certledger
    AS $$
WITH base AS (
    SELECT coalesce(max(a.account_id), 0) AS number FROM certledger.account AS a
), inserted AS (
    INSERT INTO certledger.account (kind, name, personal_id, region, opened_on)
    SELECT $1, 'account ' || b.number + i, 'p' || b.number + i, c.region, '2020-01-01'
    FROM base AS b, generate_series(1, $2) AS i
    JOIN bench.city AS c ON c.number = i % (SELECT count(*) FROM bench.city)
    ORDER BY i
    RETURNING account_id
)
SELECT min(account_id) FROM inserted
$$;

-- The code of a project by its number.
CREATE FUNCTION bench.project_code(number bigint) RETURNS text
    LANGUAGE sql IMMUTABLE
    RETURN lpad((50000000000000000 + number)::text, 17, '0');

-- Registers projects first to first + n - 1, which belong in turn to so many
-- accounts from an owner on.
CREATE FUNCTION bench.add_projects(first bigint, n bigint, owner bigint, owners bigint, capacity_kw numeric) RETURNS void
    LANGUAGE sql
    SET search_path = certledger
    AS $$
INSERT INTO certledger.project (project_code, name, owner, region, source, capacity_kw, commissioned_on, registered_on)
SELECT bench.project_code(i), 'project ' || i, $3 + (i - $1) % $4, c.region,
       CASE WHEN i % 3 = 0 THEN 'wind' ELSE 'solar' END::certledger.energy_source, $5, '2023-01-01', '2023-06-01'
FROM generate_series($1, $1 + $2 - 1) AS i
JOIN bench.city AS c ON c.number = (i * 7919) % (SELECT count(*) FROM bench.city)
ORDER BY i
$$;

-- Reports generation of a month: enough for fewest to most certificates for
-- each project, and some hundred kWh that are carried.
CREATE FUNCTION bench.add_generation(month date, first bigint, n bigint, fewest bigint, most bigint) RETURNS void
    LANGUAGE sql
    SET search_path = certledger
    AS $$
INSERT INTO certledger.generation (project_code, month, energy)
SELECT bench.project_code(i), $1,
       certledger.make_energy(wh => 1000000 * ($4 + (i * 104729) % ($5 - $4 + 1)) + 1000 * ((i * 7919) % 700))
FROM generate_series($2, $2 + $3 - 1) AS i
ORDER BY i
$$;

-- What a settlement file holds: so many sales of whatever is oldest, in turn
-- by so many sellers from a number on to all buyers across.  Quantities are 1
-- to 479, on average 240, which is the mean of the market.
CREATE FUNCTION bench.trade(name text, n bigint, seller bigint, sellers bigint, buyer bigint, buyers bigint)
    RETURNS TABLE (n bigint, ref text, from_account bigint, to_account bigint, quantity bigint)
    LANGUAGE sql
    SET search_path = certledger
    AS $$
SELECT i, $1 || '/' || i, $3 + i % $4, $5 + (i * 7919) % $6, 1 + (i * 104729) % 479
FROM generate_series(1, $2) AS i
ORDER BY i
$$;

-- Facts of 2026 under which nothing that buyers retire is beyond a cap, though
-- every cap is judged: grid draw of each month for buyers, flows between all
-- provinces, trade within each.
CREATE FUNCTION bench.add_facts(buyer bigint, buyers bigint) RETURNS void
    LANGUAGE sql
    SET search_path = certledger
    AS $$
INSERT INTO certledger.grid_draw (account_id, region, month, energy)
SELECT a.account_id, a.region, make_date(2026, m, 1), '10 GWh'
FROM certledger.account AS a, generate_series(1, 12) AS m
WHERE a.account_id BETWEEN $1 AND $1 + $2 - 1
ORDER BY m, a.account_id;

INSERT INTO certledger.interprovincial_flow (year, from_province, to_province, flow)
SELECT 2026, f.region, t.region, '1000 TWh'
FROM certledger.region_name AS f, certledger.region_name AS t
WHERE f.tier = 'province' AND NOT f.pseudo AND t.tier = 'province' AND NOT t.pseudo AND f.region <> t.region;

INSERT INTO certledger.energy_trade (contract, month, kind, from_province, to_province, settled)
SELECT 'within ' || p.region, make_date(2026, m, 1), 'conventional', p.region, p.region, '100 TWh'
FROM certledger.region_name AS p, generate_series(1, 12) AS m
WHERE p.tier = 'province' AND NOT p.pseudo;
$$;
