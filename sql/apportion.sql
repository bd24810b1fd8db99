-- apportion: a pool shared out in whole watt-hours, as a window function.
SET client_min_messages = warning; CREATE EXTENSION IF NOT EXISTS certledger; RESET client_min_messages; SET search_path = certledger, public;
\set SHOW_CONTEXT never

-- P6: D of A 76 x 960 / 1460 GWh, shared 66 : 10
SELECT province, apportion('49972602.74 kWh', residual) OVER (ORDER BY province) AS p6
FROM (VALUES ('B', '66 GWh'::energy), ('C', '10 GWh')) AS v(province, residual) ORDER BY province;
-- U7: pool 60 among claims of 40 and 30, pro rata
SELECT claim, apportion('60 GWh', claim) OVER (ORDER BY claim DESC) AS u7
FROM (VALUES ('40 GWh'::energy), ('30 GWh')) AS v(claim) ORDER BY claim DESC;
-- K3, K4: k = 204.397260 / 887, weights 490, 335 and what the network loses 62
SELECT what, apportion('204397260.274 kWh', weight, '887 GWh') OVER (ORDER BY what) AS a
FROM (VALUES ('city 1', '490 GWh'::energy), ('city 2', '335 GWh'), ('network', '62 GWh')) AS v(what, weight) ORDER BY what;

-- shares are whole watt-hours and add up: 0.100 kWh among three
SELECT n, apportion('0.1 kWh', '1 kWh') OVER (ORDER BY n) FROM generate_series(1, 3) AS n ORDER BY n;
-- less to share than there are rows
SELECT n, apportion('0.002 kWh', '7 kWh') OVER (ORDER BY n) FROM generate_series(1, 5) AS n ORDER BY n;
-- who weighs nothing gets nothing, wherever it stands
SELECT n, weight, apportion('0.1 kWh', weight) OVER (ORDER BY n)
FROM (VALUES (1, '0 kWh'::energy), (2, '1 kWh'), (3, '0 kWh'), (4, '2 kWh'), (5, '0 kWh')) AS v(n, weight) ORDER BY n;
-- one row gets all; a pool of nothing gives nothing, whatever the weights
SELECT apportion('0.1 kWh', '0.001 kWh') OVER ();
SELECT apportion('0 kWh', weight) OVER (ORDER BY weight) FROM (VALUES ('0 kWh'::energy), ('0 kWh')) AS v(weight);
SELECT apportion('0 kWh', '5 kWh', '0 kWh') OVER ();
-- no rows, no shares, nothing to complain about
SELECT apportion('1 kWh', weight) OVER () FROM (VALUES ('1 kWh'::energy)) AS v(weight) WHERE false;

-- partitions: a pool each, one of them empty
SELECT province, city, apportion(pool, weight) OVER (PARTITION BY province ORDER BY city)
FROM (VALUES ('B', 1, '1 kWh'::energy, '1 kWh'::energy), ('B', 2, '1 kWh', '2 kWh'), ('C', 1, '10 kWh', '3 kWh'),
             ('D', 1, '0 kWh', '0 kWh'), ('E', 1, '7 kWh', '5 kWh'), ('E', 2, '7 kWh', '5 kWh'), ('E', 3, '7 kWh', '5 kWh')) AS v(province, city, pool, weight)
ORDER BY province, city;
-- frames make no difference; the order moves single watt-hours, not the sum
SELECT n, apportion('0.1 kWh', '1 kWh') OVER (ORDER BY n) AS plain,
       apportion('0.1 kWh', '1 kWh') OVER (ORDER BY n ROWS BETWEEN CURRENT ROW AND CURRENT ROW) AS one_row,
       apportion('0.1 kWh', '1 kWh', '3 kWh') OVER (ORDER BY n ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE CURRENT ROW) AS all_rows,
       apportion('0.1 kWh', '1 kWh') OVER (ORDER BY n DESC) AS other_order
FROM generate_series(1, 3) AS n ORDER BY n;
SELECT sum(share) FROM (SELECT apportion('0.1 kWh', '1 kWh') OVER () AS share FROM generate_series(1, 7)) AS s;

-- a table of one's own: exact sum, and every share within 1 Wh of the exact
-- rational pool x weight / total
CREATE TEMP TABLE meter (meter integer PRIMARY KEY, province text, energy energy);
INSERT INTO meter
SELECT n, 'province ' || n % 7, make_energy(wh => (n::bigint * 7919 % 100003) * (n % 11))
FROM generate_series(1, 20000) AS n;
WITH pool(province, pool) AS (
    SELECT province, make_energy(wh => 1234567890123 + 1000003 * row_number() OVER (ORDER BY province))
    FROM (SELECT DISTINCT province FROM meter) AS p
), share AS (
    SELECT m.province, p.pool, m.energy, sum(m.energy) OVER (PARTITION BY m.province) AS total,
           apportion(p.pool, m.energy) OVER (PARTITION BY m.province ORDER BY m.meter) AS share
    FROM meter m JOIN pool p USING (province)
)
SELECT province, count(*), min(pool) AS pool, sum(share) = min(pool) AS exact,
       bool_and(abs(wh(share)::numeric * wh(total) - wh(pool)::numeric * wh(energy)) < wh(total)) AS within_1_wh,
       bool_and(share >= '0 kWh') AS not_negative
FROM share GROUP BY province ORDER BY province;
-- the form with a total: the rows get what the rate gives for their sum,
-- rounded down to the watt-hour once
WITH share AS (
    SELECT energy, apportion('887654.321 kWh', energy, '3000000.007 kWh') OVER (ORDER BY meter) AS share FROM meter WHERE meter <= 5000
)
SELECT sum(energy) AS weights, sum(share) AS shares,
       wh(sum(share)) = div(wh(sum(energy))::numeric * 887654321, 3000000007) AS rounded_down_once,
       bool_and(abs(wh(share)::numeric * 3000000007 - 887654321::numeric * wh(energy)) < 3000000007) AS within_1_wh
FROM share;

-- near the limits of the type: pool times weights needs 126 bits
SELECT n, weight, apportion('9223372036854775.807 kWh', weight) OVER (ORDER BY n) AS share
FROM (VALUES (1, '4611686018427387.903 kWh'::energy), (2, '4611686018427387.903 kWh'), (3, '0.001 kWh')) AS v(n, weight) ORDER BY n;
SELECT sum(share) = '9223372036854775.807 kWh' AS exact, min(share), max(share)
FROM (SELECT apportion('9223372036854775.807 kWh', make_energy(wh => 9223372036854775807 / 1000)) OVER () AS share FROM generate_series(1, 1000)) AS s;
SELECT apportion('9223372036854775.807 kWh', '9223372036854775.807 kWh', '9223372036854775.807 kWh') OVER ();
SELECT apportion('0.001 kWh', '9223372036854775.806 kWh', '9223372036854775.807 kWh') OVER () AS rounds_down;

-- errors
SELECT apportion(NULL::energy, '1 kWh'::energy) OVER ();
\echo :LAST_ERROR_SQLSTATE
SELECT apportion('1 kWh'::energy, NULL::energy) OVER ();
\echo :LAST_ERROR_SQLSTATE
SELECT apportion('1 kWh'::energy, '1 kWh'::energy, NULL::energy) OVER ();
\echo :LAST_ERROR_SQLSTATE
SELECT apportion('-1 kWh'::energy, '1 kWh'::energy) OVER ();
\echo :LAST_ERROR_SQLSTATE
SELECT apportion('1 kWh', weight) OVER () FROM (VALUES ('2 kWh'::energy), ('-1 kWh')) AS v(weight);
\echo :LAST_ERROR_SQLSTATE
SELECT apportion('1 kWh'::energy, '1 kWh'::energy, '-1 kWh'::energy) OVER ();
\echo :LAST_ERROR_SQLSTATE
SELECT apportion(pool, '1 kWh') OVER (ORDER BY pool) FROM (VALUES ('1 kWh'::energy), ('2 kWh')) AS v(pool);
\echo :LAST_ERROR_SQLSTATE
SELECT apportion('1 kWh', '1 kWh', total) OVER (ORDER BY total) FROM (VALUES ('1 kWh'::energy), ('2 kWh')) AS v(total);
\echo :LAST_ERROR_SQLSTATE
SELECT apportion('1 kWh', weight) OVER () FROM (VALUES ('0 kWh'::energy), ('0 kWh')) AS v(weight);
\echo :LAST_ERROR_SQLSTATE
SELECT apportion('1 kWh'::energy, '1 kWh'::energy, '0 kWh'::energy) OVER ();
\echo :LAST_ERROR_SQLSTATE
-- weights beyond the type, and shares beyond it
SELECT apportion('1 kWh', weight) OVER () FROM (VALUES ('9223372036854775.807 kWh'::energy), ('0.001 kWh')) AS v(weight);
\echo :LAST_ERROR_SQLSTATE
SELECT apportion('0.001 kWh', weight, '1 kWh') OVER () FROM (VALUES ('9223372036854775.807 kWh'::energy), ('0.001 kWh')) AS v(weight);
\echo :LAST_ERROR_SQLSTATE
SELECT apportion('2 kWh'::energy, '9223372036854775.807 kWh'::energy, '1 kWh'::energy) OVER ();
\echo :LAST_ERROR_SQLSTATE
SELECT apportion('1 kWh'::energy, '1 kWh'::energy);
\echo :LAST_ERROR_SQLSTATE
