-- recognise: what caps leave of claims, as a window function on any table.
SET client_min_messages = warning; CREATE EXTENSION IF NOT EXISTS certledger; RESET client_min_messages; SET search_path = certledger, public;
\set SHOW_CONTEXT never

-- U5: W 100, T 70, C 50: of C 30 is recognised, 20 is excess
SELECT step, claim, (recognise(claim, ARRAY['user'], ARRAY['100 GWh'::energy]) OVER (ORDER BY step)).*
FROM (VALUES (1, '70 GWh'::energy), (2, '50 GWh')) AS v(step, claim) ORDER BY step;
-- U7: pool 60, claims 40 and 30, first come
SELECT step, claim, (recognise(claim, ARRAY['pool'], ARRAY['60 GWh'::energy]) OVER (ORDER BY step)).*
FROM (VALUES (1, '40 GWh'::energy), (2, '30 GWh')) AS v(step, claim) ORDER BY step;
-- the order of the window decides, not that of the rows
SELECT step, claim, (recognise(claim, ARRAY['pool'], ARRAY['60 GWh'::energy]) OVER (ORDER BY step DESC)).*
FROM (VALUES (1, '40 GWh'::energy), (2, '30 GWh')) AS v(step, claim) ORDER BY step;

-- a table of one's own: each claim under the cap of its user and the one of
-- its pool; what it gets is taken from both, and a claim that comes later may
-- still fit where a larger one did not
CREATE TEMP TABLE own_claim (position integer PRIMARY KEY, account text, pool text, claim energy);
INSERT INTO own_claim VALUES
    (1, 'a', 'p', '50 kWh'), (2, 'b', 'p', '40 kWh'), (3, 'a', 'p', '60 kWh'), (4, 'b', 'q', '70 kWh'),
    (5, 'a', NULL, '5 kWh'), (6, 'b', 'q', '0 kWh'), (7, 'c', 'q', NULL), (8, 'c', 'q', '10 kWh');
CREATE TEMP TABLE own_cap (name text PRIMARY KEY, cap energy);
INSERT INTO own_cap VALUES ('a', '90 kWh'), ('b', '100 kWh'), ('c', NULL), ('p', '120 kWh'), ('q', '61 kWh');
CREATE TEMP VIEW own_recognition AS
SELECT c.position, c.account, c.pool, c.claim, r.*
FROM (SELECT c.*, recognise(c.claim, l.names, l.caps) OVER (ORDER BY c.position) AS outcome
      FROM own_claim AS c,
           LATERAL (SELECT array_agg(n.name ORDER BY n.name) AS names, array_agg(n.cap ORDER BY n.name) AS caps
                    FROM own_cap AS n WHERE n.name IN (c.account, c.pool)) AS l) AS c,
     LATERAL (SELECT (c.outcome).*) AS r;
SELECT * FROM own_recognition ORDER BY position;
-- no cap was exceeded, every claim is whole
SELECT n.name, n.cap, sum(o.recognised) AS recognised, sum(o.recognised) <= n.cap AS held
FROM own_cap n JOIN own_recognition o ON n.name IN (o.account, o.pool)
GROUP BY n.name, n.cap ORDER BY n.name;
SELECT count(*) FROM own_recognition WHERE recognised + excess <> claim;

-- partitions are walked apart: the same names with other caps
SELECT year, step, (recognise('40 kWh', ARRAY['pool'], ARRAY[cap]) OVER (PARTITION BY year ORDER BY step)).*
FROM (VALUES (2025, 1, '60 kWh'::energy), (2025, 2, '60 kWh'), (2026, 1, '30 kWh'), (2026, 2, '30 kWh'), (2027, 1, '80 kWh'), (2027, 2, '80 kWh')) AS v(year, step, cap)
ORDER BY year, step;
-- frames make no difference
SELECT step, recognise('40 kWh', ARRAY['pool'], ARRAY['60 kWh'::energy]) OVER (ORDER BY step) AS plain,
       recognise('40 kWh', ARRAY['pool'], ARRAY['60 kWh'::energy]) OVER (ORDER BY step ROWS BETWEEN CURRENT ROW AND CURRENT ROW) AS one_row,
       recognise('40 kWh', ARRAY['pool'], ARRAY['60 kWh'::energy]) OVER (ORDER BY step GROUPS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE CURRENT ROW) AS all_rows
FROM generate_series(1, 3) AS step ORDER BY step;
-- without ORDER BY rows are walked as they come; peers one after the other
SELECT sum(o.recognised), sum(o.excess), count(*) FILTER (WHERE o.cap IS NOT NULL) AS cut
FROM (SELECT (recognise('40 kWh', ARRAY['pool'], ARRAY['60 kWh'::energy]) OVER ()).* FROM generate_series(1, 3)) AS o;
SELECT sum(o.recognised), sum(o.excess), count(*) FILTER (WHERE o.cap IS NOT NULL) AS cut
FROM (SELECT (recognise('40 kWh', ARRAY['pool'], ARRAY['60 kWh'::energy]) OVER (ORDER BY true)).* FROM generate_series(1, 3)) AS o;
-- two windows in one query keep their caps apart
SELECT step, (recognise('40 kWh', ARRAY['pool'], ARRAY['60 kWh'::energy]) OVER (ORDER BY step)).recognised AS forward,
       (recognise('40 kWh', ARRAY['pool'], ARRAY['60 kWh'::energy]) OVER (ORDER BY step DESC)).recognised AS backward
FROM generate_series(1, 3) AS step ORDER BY step;
-- run again for each outer row
SELECT o.cap, sum((w.outcome).recognised) AS recognised
FROM (VALUES ('50 kWh'::energy), ('70 kWh'), ('500 kWh')) AS o(cap),
     LATERAL (SELECT recognise('40 kWh', ARRAY['pool'], ARRAY[o.cap]) OVER (ORDER BY s) AS outcome
              FROM generate_series(1, 3) AS s) AS w
GROUP BY o.cap ORDER BY o.cap;

-- no cap, NULL and empty arrays, NULL caps: nothing limits
SELECT (recognise('40 kWh', NULL, NULL) OVER ()).*;
SELECT (recognise('40 kWh', '{}', '{}') OVER ()).*;
SELECT (recognise('40 kWh', ARRAY['a', 'b'], ARRAY[NULL, NULL]::energy[]) OVER ()).*;
SELECT (recognise('40 kWh', ARRAY[NULL, 'b', NULL], ARRAY[NULL, '30 kWh', NULL]::energy[]) OVER ()).*;
-- the cap named is the one with the least left; of equals the first
SELECT (recognise('40 kWh', ARRAY['a', 'b', 'c'], ARRAY['30 kWh', '20 kWh', '20 kWh']::energy[]) OVER ()).*;
-- a cap used up to the watt-hour is not reached by a claim that just fits
SELECT step, (recognise(claim, ARRAY['a'], ARRAY['100 kWh'::energy]) OVER (ORDER BY step)).*
FROM (VALUES (1, '99.999 kWh'::energy), (2, '0.001 kWh'), (3, '0 kWh'), (4, '0.001 kWh')) AS v(step, claim) ORDER BY step;
-- a NULL claim gives NULL and takes nothing
SELECT step, recognise(claim, ARRAY['a'], ARRAY['100 kWh'::energy]) OVER (ORDER BY step) AS outcome
FROM (VALUES (1, NULL::energy), (2, '100 kWh')) AS v(step, claim) ORDER BY step;
-- names are told apart byte by byte: case, blanks, the empty one, Chinese
SELECT step, name, (recognise('80 kWh', ARRAY[name], ARRAY['100 kWh'::energy]) OVER (ORDER BY step)).recognised
FROM (VALUES (1, 'a'), (2, 'A'), (3, 'a '), (4, ''), (5, '重庆'), (6, '重慶'), (7, 'a'), (8, ''), (9, '重庆')) AS v(step, name)
ORDER BY step;
-- many caps, long names: 5,000 caps of 5 kWh, and two that end 1 kWh earlier
SELECT count(*), sum((o.outcome).recognised) AS recognised, count((o.outcome).cap) AS cut
FROM (SELECT recognise('3 kWh', ARRAY['cap ' || n % 5000, repeat('x', 5000) || n % 2], ARRAY['5 kWh', '12.499 MWh']::energy[]) OVER (ORDER BY n) AS outcome
      FROM generate_series(1, 15000) AS n) AS o;
-- near the limits of the type
SELECT step, (recognise(claim, ARRAY['a'], ARRAY['9223372036854775.807 kWh'::energy]) OVER (ORDER BY step)).*
FROM (VALUES (1, '9223372036854775.806 kWh'::energy), (2, '9223372036854775.807 kWh'), (3, '9223372036854775.807 kWh')) AS v(step, claim) ORDER BY step;

-- errors
SELECT recognise('-1 kWh', ARRAY['a'], ARRAY['1 kWh'::energy]) OVER ();
\echo :LAST_ERROR_SQLSTATE
SELECT recognise('1 kWh', ARRAY['a'], ARRAY['-0.001 kWh'::energy]) OVER ();
\echo :LAST_ERROR_SQLSTATE
SELECT recognise('1 kWh', ARRAY['a', 'b'], ARRAY['1 kWh'::energy]) OVER ();
\echo :LAST_ERROR_SQLSTATE
SELECT recognise('1 kWh', NULL, ARRAY['1 kWh'::energy]) OVER ();
\echo :LAST_ERROR_SQLSTATE
SELECT recognise('1 kWh', ARRAY[NULL::text], ARRAY['1 kWh'::energy]) OVER ();
\echo :LAST_ERROR_SQLSTATE
SELECT recognise('1 kWh', ARRAY['pool'], ARRAY[cap]) OVER (ORDER BY cap) FROM (VALUES ('1 kWh'::energy), ('2 kWh')) AS v(cap);
\echo :LAST_ERROR_SQLSTATE
-- one cap named twice by one claim would be taken from twice
SELECT recognise('30 kWh', ARRAY['a', 'a'], ARRAY['100 kWh', '100 kWh']::energy[]) OVER (ORDER BY n) FROM generate_series(1, 5) AS n;
\echo :LAST_ERROR_SQLSTATE
SELECT recognise('1 kWh', ARRAY['a'], ARRAY['1 kWh'::energy]);
\echo :LAST_ERROR_SQLSTATE
