-- account_limits: the accounts at the limits: of the type energy, of years and
-- months, of places; nothing drawn, nobody there.
\set SHOW_CONTEXT never
\getenv abs_srcdir PG_ABS_SRCDIR
\set fixture :abs_srcdir '/test/fixture/accounts.sql'
\o /dev/null
\set ECHO none
\i :fixture
\set ECHO all
\o
\set generated 'INSERT INTO published_generation (year, province, source, generated, on_grid)'
-- the greatest energy is 9223372036854775807 Wh
\set greatest '''9223372036854775.807 kWh'''

--
-- Energies near the limit
--
-- 2020: all that A generates is as much as can be, and one user draws it: k is 1
:generated VALUES (2020, '650000', 'wind', :greatest, :greatest);
INSERT INTO grid_draw (account_id, region, month, energy) VALUES (101, '650100', '2020-01-01', :greatest);
SELECT pg_temp.run(2020);
SELECT numerator = denominator AS one, round(k, 10) AS k, wh(pool), wh(allocated), loss_residual FROM coefficient WHERE year = 2020;
SELECT wh(grid_draw) AS w, wh(allocation) AS a, wh(non_fossil) AS e FROM user_account WHERE year = 2020;
-- a published k is applied exactly: 9223372036854775807 x 0.999999999999, rounded down
INSERT INTO published_coefficient (year, province, coefficient) VALUES (2020, '650000', 0.999999999999);
SELECT pg_temp.run(2020);
SELECT wh(allocation) AS a, div(9223372036854775807::numeric * 999999999999, 1000000000000) AS exact FROM user_account WHERE year = 2020;
-- and so by month
INSERT INTO published_coefficient (year, province, month, coefficient) VALUES (2020, '650000', '2020-01-01', 0.999999999998);
SELECT pg_temp.run(2020);
SELECT wh(allocation) AS a, div(9223372036854775807::numeric * 999999999998, 1000000000000) AS exact FROM user_account WHERE year = 2020;
SELECT pg_temp.digest(2020) AS former \gset
-- 1 Wh more of anything does not fit, and then nothing is written: of the same
-- user, of another user of the province, of its other facts, of coal, of wind
CREATE FUNCTION pg_temp.attempt(INOUT fact text, OUT code text, OUT message text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE fact;
    PERFORM run_accounts(2020);
    RAISE EXCEPTION SQLSTATE 'DONE0' USING MESSAGE = 'it fits';
EXCEPTION WHEN OTHERS THEN
    code := SQLSTATE;
    message := SQLERRM;
END $$;
SELECT substring(a.fact, 'INTO (\w+)') AS fact, a.code, a.message FROM unnest(ARRAY[
    $$INSERT INTO grid_draw (account_id, region, month, energy) VALUES (101, '650100', '2020-02-01', '0.001 kWh')$$,
    $$INSERT INTO grid_draw (account_id, region, month, energy) VALUES (101, '650101', '2020-02-01', '0.001 kWh')$$,
    $$INSERT INTO grid_draw (account_id, region, month, energy) VALUES (102, '650200', '2020-02-01', '0.001 kWh')$$,
    $$INSERT INTO grid_draw (account_id, region, month, energy) VALUES (102, '540100', '2020-02-01', '0.001 kWh')$$,
    $$INSERT INTO physical_supply (account_id, region, month, kind, energy) VALUES (101, '650100', '2020-02-01', 'self_use', '9223372036854775.807 kWh')$$,
    $$INSERT INTO storage_charge (account_id, region, month, kind, charged) VALUES (101, '650100', '2020-02-01', 'new_storage', '0.001 kWh')$$,
    $$INSERT INTO published_generation (year, province, source, generated, on_grid) VALUES (2020, '650000', 'fossil', '0.001 kWh', '0.001 kWh')$$,
    $$INSERT INTO published_generation (year, province, source, generated, on_grid) VALUES (2020, '650000', 'solar', '0.001 kWh', '0 kWh')$$,
    $$INSERT INTO interprovincial_flow (year, from_province, to_province, flow) VALUES (2020, '500000', '650000', '0.001 kWh')$$]) AS fact, LATERAL pg_temp.attempt(fact) AS a;
SELECT pg_temp.digest(2020) = :'former' AS nothing_written;
-- flows and trade: twice the half of it
SELECT substring(a.fact, 'INTO (\w+)') AS fact, a.code, a.message FROM unnest(ARRAY[
    $$INSERT INTO interprovincial_flow (year, market, from_province, to_province, flow) SELECT 2020, m, '500000', '510000', '5000000000000000 kWh' FROM unnest('{a,b}'::text[]) AS m$$,
    $$INSERT INTO energy_trade (contract, month, kind, from_province, to_province, settled) SELECT c, '2020-01-01', 'conventional', '500000', '510000', '5000000000000000 kWh' FROM unnest('{a,b}'::text[]) AS c$$,
    $$INSERT INTO energy_trade (contract, month, kind, from_province, to_province, settled) SELECT c, '2020-01-01', 'conventional', '500000', '500000', '5000000000000000 kWh' FROM unnest('{a,b}'::text[]) AS c$$,
    $$INSERT INTO published_cap (year, kind, region, month, cap) SELECT 2020, 'voluntary_out', '500000', make_date(2020, m, 1), '5000000000000000 kWh' FROM generate_series(1, 2) AS m$$]) AS fact, LATERAL pg_temp.attempt(fact) AS a;
SELECT pg_temp.digest(2020) = :'former' AS nothing_written;
-- 2021: shares of a residual and its formula with the greatest numbers: A sends B
-- and C half of them each; its mix is 1 / 3
:generated VALUES (2021, '650000', 'wind', '3000000000000000 kWh', '3000000000000000 kWh'), (2021, '650000', 'fossil', '6000000000000000 kWh', '6000000000000000 kWh');
INSERT INTO interprovincial_flow (year, from_province, to_province, flow) VALUES (2021, '650000', '500000', '4500000000000000 kWh'), (2021, '650000', '510000', '4500000000000000 kWh');
SELECT pg_temp.run(2021);
SELECT province, direction, residual, allocation FROM interprovincial_account WHERE year = 2021 ORDER BY province;
SELECT province, non_fossil FROM province_account WHERE year = 2021 ORDER BY province;

--
-- Years and months
--
-- 2028: what belongs to the year are its months, February of 29 days among them
INSERT INTO grid_draw (account_id, region, month, energy) VALUES (5, '500100', '2027-12-01', '1 MWh'), (5, '500100', '2028-01-01', '2 MWh'), (5, '500100', '2028-02-01', '4 MWh'), (5, '500100', '2028-12-01', '8 MWh'), (5, '500100', '2029-01-01', '16 MWh');
INSERT INTO physical_supply (account_id, region, month, kind, energy) VALUES (5, '500100', '2027-12-01', 'park', '1 MWh'), (5, '500100', '2028-02-01', 'park', '4 MWh'), (5, '500100', '2029-01-01', 'park', '16 MWh');
INSERT INTO energy_trade (contract, month, kind, from_province, to_province, buyer, buyer_region, settled) VALUES ('n', '2027-12-01', 'nuclear', '500000', '500000', 5, '500100', '1 MWh'), ('n', '2028-12-01', 'nuclear', '500000', '500000', 5, '500100', '2 MWh'), ('n', '2029-01-01', 'nuclear', '500000', '500000', 5, '500100', '4 MWh');
SELECT pg_temp.run(2027), pg_temp.run(2028), pg_temp.run(2029);
SELECT year, w, p, t FROM users WHERE year BETWEEN 2027 AND 2029 ORDER BY year;
-- what is traded on February 29 is of February, not of March
INSERT INTO interprovincial_flow (year, from_province, to_province, flow) VALUES (2028, '650000', '500000', '1 GWh');
INSERT INTO published_cap (year, kind, region, month, cap) VALUES (2028, 'voluntary_out', '650000', '2028-02-01', '3 MWh'), (2028, 'voluntary_out', '650000', '2028-03-01', '4 MWh');
SELECT pg_temp.claim('leap day', 1, 5, 5, '2028-02-29'), pg_temp.claim('day after', 1, 5, 5, '2028-03-01');
SELECT pg_temp.run(2028);
SELECT document, recognised, reason FROM claims WHERE year = 2028 AND category = 'voluntary_trade' ORDER BY document COLLATE "C" DESC;
-- rules of a year are those of its last day
INSERT INTO rule (name, effective_from, value, unit, description, source, status) SELECT name, '2028-12-31', 'yes', unit, description, 'test', status FROM rule WHERE name = 'pumped_storage_counts';
:generated SELECT y, '520000', 'pumped_storage', '1 MWh', '1 MWh' FROM generate_series(2027, 2028) AS y;
SELECT pg_temp.run(2027), pg_temp.run(2028);
SELECT year, generation FROM province_account WHERE province = '520000' ORDER BY year;
-- the first and the last year
INSERT INTO grid_draw (account_id, region, month, energy) VALUES (5, '500100', '2000-01-01', '1 MWh'), (5, '500100', '2099-12-01', '2 MWh');
SELECT pg_temp.run(2000), pg_temp.run(2099);
SELECT year, w FROM users WHERE year IN (2000, 2099) ORDER BY year;
SELECT close_year(2000), close_year(2099);
SELECT tableoid::regclass, year FROM user_account WHERE year IN (2000, 2028, 2099) GROUP BY 1, 2 ORDER BY year;

--
-- Places: a user in two cities and a county of each, in two provinces, and in
-- counties that no prefecture governs (仙桃 429004, 潜江 429005)
--
:generated SELECT 2022, p, s, '100 MWh', '100 MWh' FROM unnest('{500000,510000,420000}'::region[]) AS p, unnest('{wind,fossil}'::energy_source[]) AS s;
INSERT INTO grid_draw (account_id, region, month, energy) VALUES (5, '500100', '2022-01-01', '1 MWh'), (5, '500101', '2022-01-01', '2 MWh'), (5, '500229', '2022-01-01', '4 MWh'), (5, '510100', '2022-01-01', '8 MWh'), (5, '510104', '2022-02-01', '16 MWh'),
    (5, '429004', '2022-01-01', '32 MWh'), (5, '429005', '2022-01-01', '64 MWh'), (6, '500100', '2022-01-01', '128 MWh');
INSERT INTO physical_supply (account_id, region, month, kind, energy) VALUES (5, '500103', '2022-01-01', 'microgrid', '1 MWh'), (5, '510300', '2022-01-01', 'microgrid', '2 MWh'), (5, '429006', '2022-01-01', 'microgrid', '4 MWh');
SELECT pg_temp.run(2022);
-- k is (100 - 1) / (200 - 1) in B, 98 / 198 in C, 96 / 196 in 湖北
SELECT account, city, w, p, a FROM users WHERE year = 2022 ORDER BY account, city;
SELECT city, trim_scale(mwh(grid_draw)) AS w, trim_scale(mwh(physical)) AS p FROM city_account WHERE year = 2022 ORDER BY city;

--
-- Nothing drawn, nobody there
--
-- 5 draws nothing and claims 3, 6 has 2 of its own alone, 7 is a row of zeros; A
-- generates and has no users, 贵州 has neither but for coal
:generated VALUES (2023, '500000', 'wind', '100 MWh', '100 MWh'), (2023, '650000', 'wind', '10 MWh', '10 MWh'), (2023, '520000', 'fossil', '10 MWh', '9 MWh');
INSERT INTO grid_draw (account_id, region, month, energy) VALUES (5, '500100', '2023-01-01', '0 kWh'), (7, '500200', '2023-01-01', '0 kWh');
INSERT INTO physical_supply (account_id, region, month, kind, energy) VALUES (6, '500100', '2023-01-01', 'microgrid', '2 MWh');
INSERT INTO energy_trade (contract, month, kind, from_province, to_province, buyer, buyer_region, settled) VALUES ('n', '2023-12-01', 'nuclear', '500000', '500000', 5, '500100', '3 MWh');
SELECT pg_temp.run(2023);
SELECT account, city, w, p, t, excess, a, e FROM users WHERE year = 2023 ORDER BY account;
SELECT province, numerator, denominator, round(k, 6) AS k, allocated, loss_residual FROM coefficient WHERE year = 2023 ORDER BY province;
SELECT count(*) AS warnings FROM account_warning WHERE year = 2023;
SELECT identity, region, left_mwh, residual_mwh FROM account_identity WHERE year = 2023 ORDER BY identity, region;
SELECT account_id, non_fossil_share FROM user_report WHERE year = 2023 ORDER BY account_id;
