-- direct_connection_share: an hour of a direct connection among its users.
SET client_min_messages = warning; CREATE EXTENSION IF NOT EXISTS certledger; RESET client_min_messages; SET search_path = certledger, public;
\set SHOW_CONTEXT never

-- without contract shares: by load, whole watt-hours that add up
SELECT usr, load, direct_connection_share('100 kWh', load) OVER (ORDER BY usr)
FROM (VALUES ('A', '50 kWh'::energy), ('B', '100 kWh'), ('C', '30 kWh')) AS v(usr, load) ORDER BY usr;
-- the same by apportion()
SELECT usr, apportion(least('100 kWh', total), load) OVER (ORDER BY usr)
FROM (SELECT v.*, sum(load) OVER () AS total FROM (VALUES ('A', '50 kWh'::energy), ('B', '100 kWh'), ('C', '30 kWh')) AS v(usr, load)) AS w ORDER BY usr;
-- more generation than load: everybody's load, and no more
SELECT usr, load, direct_connection_share('1 MWh', load) OVER (ORDER BY usr)
FROM (VALUES ('A', '50 kWh'::energy), ('B', '100 kWh'), ('C', '30 kWh')) AS v(usr, load) ORDER BY usr;
-- no generation; no load; one user; one watt-hour among three
SELECT usr, direct_connection_share('0 kWh', load, 0.5) OVER (ORDER BY usr) FROM (VALUES ('A', '50 kWh'::energy), ('B', '0 kWh')) AS v(usr, load) ORDER BY usr;
SELECT usr, direct_connection_share('7 kWh', '0 kWh', 0.5) OVER (ORDER BY usr) FROM (VALUES ('A'), ('B')) AS v(usr) ORDER BY usr;
SELECT direct_connection_share('7 kWh', '5 kWh') OVER () AS load, direct_connection_share('5 kWh', '7 kWh') OVER () AS generated;
SELECT n, direct_connection_share('0.001 kWh', '1 kWh') OVER (ORDER BY n) FROM generate_series(1, 3) AS n ORDER BY n;
SELECT direct_connection_share('1 kWh', load) OVER () FROM (VALUES ('1 kWh'::energy)) AS v(load) WHERE false;

-- contract shares: A is entitled to 50 and uses them, B to 30, C has no share;
-- the 20 that are left go to B's unmet 70 and C's 30
SELECT usr, load, share, direct_connection_share('100 kWh', load, share) OVER (ORDER BY usr)
FROM (VALUES ('A', '50 kWh'::energy, 0.5), ('B', '100 kWh', 0.3), ('C', '30 kWh', NULL)) AS v(usr, load, share) ORDER BY usr;
-- A uses 10 of its 50: the other 40, and 20 without contract, go to B and C by 70 : 30
SELECT usr, load, share, direct_connection_share('100 kWh', load, share) OVER (ORDER BY usr)
FROM (VALUES ('A', '10 kWh'::energy, 0.5), ('B', '100 kWh', 0.3), ('C', '30 kWh', NULL)) AS v(usr, load, share) ORDER BY usr;
-- what nobody needs stays: A 10, B 20, C 30
SELECT usr, load, share, direct_connection_share('100 kWh', load, share) OVER (ORDER BY usr)
FROM (VALUES ('A', '10 kWh'::energy, 0.5), ('B', '20 kWh', 0.3), ('C', '30 kWh', NULL)) AS v(usr, load, share) ORDER BY usr;
-- all contracted: entitlements add up to the generation, to the watt-hour
SELECT usr, share, direct_connection_share('0.1 kWh', '1 kWh', share) OVER (ORDER BY usr)
FROM (VALUES ('A', 0.333333333333), ('B', 0.333333333333), ('C', 0.333333333334)) AS v(usr, share) ORDER BY usr;
-- a share of 1 is served first; shares of 0 and of NULL are the same
SELECT usr, share, direct_connection_share('10 kWh', '6 kWh', share) OVER (ORDER BY usr)
FROM (VALUES ('A', 0), ('B', NULL), ('C', 1.000)) AS v(usr, share) ORDER BY usr;

-- partitions are hours and projects of their own; frames make no difference
SELECT hour, usr, direct_connection_share(generated, load, share) OVER (PARTITION BY hour ORDER BY usr) AS plain,
       direct_connection_share(generated, load, share) OVER (PARTITION BY hour ORDER BY usr ROWS BETWEEN CURRENT ROW AND CURRENT ROW) AS framed
FROM (VALUES (1, '10 kWh'::energy, 'A', '5 kWh'::energy, 0.9), (1, '10 kWh', 'B', '20 kWh', 0.1), (2, '0 kWh', 'A', '5 kWh', 0.9), (2, '0 kWh', 'B', '1 kWh', 0.1), (3, '3 kWh', 'B', '2 kWh', NULL)) AS v(hour, generated, usr, load, share)
ORDER BY hour, usr;
-- arguments by name
SELECT direct_connection_share(generated => '10 kWh', load => '6 kWh') OVER (), direct_connection_share(load => '6 kWh', share => 0.5, generated => '10 kWh') OVER ();

-- 3,000 hours of up to 12 users, thrown by md5: against plain numeric, and what must hold
CREATE FUNCTION pg_temp.dice(text, bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT (('x' || left(md5($1), 8))::bit(32)::bigint) % $2 $$;
CREATE TEMP TABLE hour AS
SELECT h AS hour, make_energy(wh => pg_temp.dice('g' || h, (10 ^ (1 + h % 8))::bigint)) AS generated, pg_temp.dice('n' || h, 12) + 1 AS users, pg_temp.dice('c' || h, 3) AS contract
FROM generate_series(1, 3000) AS h;
CREATE TEMP TABLE usage AS
SELECT h.hour, h.generated, u AS usr, make_energy(wh => CASE WHEN pg_temp.dice('z' || h.hour || u, 5) = 0 THEN 0 ELSE pg_temp.dice('l' || h.hour || ' ' || u, (10 ^ (h.hour % 8))::bigint) END) AS load,
       CASE h.contract WHEN 0 THEN NULL
                       WHEN 1 THEN trunc(1.0 / h.users, 12)
                       ELSE CASE WHEN pg_temp.dice('s' || h.hour || u, 4) > 0 THEN trunc(pg_temp.dice('t' || h.hour || u, 1000000) / 1000000.0 / h.users, 12) END END AS share
FROM hour AS h, generate_series(1, h.users) AS u;
CREATE TEMP TABLE shared AS
SELECT *, direct_connection_share(generated, load, share) OVER (PARTITION BY hour ORDER BY usr) AS used FROM usage;
WITH entitled AS (
    SELECT u.*, floor(wh(generated) * sum(coalesce(share, 0)) OVER w) - floor(wh(generated) * (sum(coalesce(share, 0)) OVER w - coalesce(share, 0))) AS entitlement
    FROM usage AS u WINDOW w AS (PARTITION BY hour ORDER BY usr)
), first AS (
    SELECT e.*, least(wh(load), entitlement) AS got FROM entitled AS e
), rest AS (
    SELECT f.*, wh(load) - got AS unmet, least(wh(generated), sum(wh(load)) OVER (PARTITION BY hour)) - sum(got) OVER (PARTITION BY hour) AS remaining,
           sum(wh(load) - got) OVER (PARTITION BY hour) AS all_unmet, sum(wh(load) - got) OVER (PARTITION BY hour ORDER BY usr) AS unmet_so_far FROM first AS f
), model AS (
    SELECT r.hour, r.usr, got + CASE WHEN all_unmet > 0 THEN div(remaining * unmet_so_far, all_unmet) - div(remaining * (unmet_so_far - unmet), all_unmet) ELSE 0 END AS used,
           r.got, r.unmet, r.remaining, r.all_unmet
    FROM rest AS r
)
SELECT count(*) AS users, count(*) FILTER (WHERE wh(s.used) <> m.used) AS other_than_model, count(*) FILTER (WHERE s.used > s.load OR s.used < '0 kWh') AS outside_load,
       count(*) FILTER (WHERE s.used < least(s.load, make_energy(wh => (m.got)::bigint))) AS less_than_contract,
       count(*) FILTER (WHERE abs((wh(s.used) - m.got) * m.all_unmet - m.remaining * m.unmet) >= m.all_unmet AND m.all_unmet > 0) AS off_by_1_wh
FROM shared AS s JOIN model AS m USING (hour, usr);
SELECT count(*) AS hours, count(*) FILTER (WHERE used <> least(generated, load)) AS not_exact, count(*) FILTER (WHERE load > generated) AS short, count(*) FILTER (WHERE share > 0) AS contracted, count(*) FILTER (WHERE share = 1 ) AS fully
FROM (SELECT hour, min(generated) AS generated, sum(load) AS load, sum(used) AS used, coalesce(sum(share), 0) AS share FROM shared GROUP BY hour) AS h;
-- without contract it is apportion() of what can be used
SELECT count(*) AS users, count(*) FILTER (WHERE plain <> by_apportion) AS differ
FROM (SELECT u.*, direct_connection_share(generated, load) OVER (PARTITION BY hour ORDER BY usr) AS plain,
             apportion(least(generated, total), load) OVER (PARTITION BY hour ORDER BY usr) AS by_apportion
      FROM (SELECT u.*, sum(load) OVER (PARTITION BY hour) AS total FROM usage AS u) AS u WHERE total > '0 kWh') AS v;
-- the same rows in the same order give the same, whatever the order in which they come
SELECT count(*) AS differ FROM shared AS s JOIN (SELECT hour, usr, direct_connection_share(generated, load, share) OVER (PARTITION BY hour ORDER BY usr) AS used FROM (SELECT * FROM usage ORDER BY md5(hour || ' ' || usr)) AS u) AS o USING (hour, usr) WHERE s.used <> o.used;

-- near the limits of the type
SELECT usr, direct_connection_share('9223372036854775.807 kWh', load, share) OVER (ORDER BY usr)
FROM (VALUES (1, '9223372036854775.807 kWh'::energy, 0.999999999999), (2, '9223372036.855 kWh', 0.000000000001)) AS v(usr, load, share) ORDER BY usr;
SELECT usr, direct_connection_share('9223372036854775.807 kWh', load, share) OVER (ORDER BY usr)
FROM (VALUES (1, '9223372036854775.807 kWh'::energy, 0.5), (2, '4611686018427387.903 kWh', NULL)) AS v(usr, load, share) ORDER BY usr;

-- errors
SELECT direct_connection_share(NULL, '1 kWh') OVER ();
\echo :LAST_ERROR_SQLSTATE
SELECT direct_connection_share('1 kWh', NULL) OVER ();
\echo :LAST_ERROR_SQLSTATE
SELECT direct_connection_share('-1 kWh', '1 kWh') OVER ();
\echo :LAST_ERROR_SQLSTATE
SELECT direct_connection_share('1 kWh', load) OVER (ORDER BY usr) FROM (VALUES (1, '1 kWh'::energy), (2, '-0.001 kWh')) AS v(usr, load);
\echo :LAST_ERROR_SQLSTATE
SELECT direct_connection_share(generated, '1 kWh') OVER (ORDER BY generated) FROM (VALUES ('1 kWh'::energy), ('2 kWh')) AS v(generated);
\echo :LAST_ERROR_SQLSTATE
SELECT direct_connection_share('1 kWh', '1 kWh', -0.1) OVER ();
\echo :LAST_ERROR_SQLSTATE
SELECT direct_connection_share('1 kWh', '1 kWh', 50) OVER ();
\echo :LAST_ERROR_SQLSTATE
SELECT direct_connection_share('1 kWh', '1 kWh', 0.1234567890123) OVER ();
\echo :LAST_ERROR_SQLSTATE
SELECT direct_connection_share('1 kWh', '1 kWh', 'NaN') OVER ();
\echo :LAST_ERROR_SQLSTATE
SELECT direct_connection_share('1 kWh', '1 kWh', 'Infinity') OVER ();
\echo :LAST_ERROR_SQLSTATE
SELECT direct_connection_share('1 kWh', '1 kWh', share) OVER (ORDER BY usr) FROM (VALUES (1, 0.6), (2, NULL), (3, 0.400000000001), (4, 0.1)) AS v(usr, share);
\echo :LAST_ERROR_SQLSTATE
SELECT direct_connection_share('1 kWh', '9223372036854775.807 kWh') OVER () FROM generate_series(1, 2);
\echo :LAST_ERROR_SQLSTATE
SELECT direct_connection_share('1 kWh', '1 kWh');
\echo :LAST_ERROR_SQLSTATE
