-- interprovincial_account: allocation between provinces by agreement (option A)
-- beside the formula (option B), line losses, and where a project that moved
-- generated.  GWh; each part has a year of its own.
\set SHOW_CONTEXT never
\getenv abs_srcdir PG_ABS_SRCDIR
\set fixture :abs_srcdir '/test/fixture/accounts.sql'
\o /dev/null
\set ECHO none
\i :fixture
\set ECHO all
\o
-- A generates 300 of wind and 100 of coal, B and C 100 of wind
INSERT INTO published_generation (year, province, source, generated, on_grid)
SELECT y, v.* FROM generate_series(2026, 2030) AS y, (VALUES ('650000'::region, 'wind'::energy_source, '300 GWh'::energy, '300 GWh'::energy), ('650000', 'fossil', '100 GWh', '100 GWh'),
    ('500000', 'wind', '100 GWh', '100 GWh'), ('500000', 'hydro', '0 kWh', '0 kWh'), ('510000', 'wind', '100 GWh', '100 GWh')) AS v;
CREATE TEMP VIEW side AS
SELECT year, market, province, direction, trim_scale(mwh(flow)/1000) AS flow, trim_scale(mwh(fossil_trade)/1000) AS fossil, trim_scale(mwh(energy_trade)/1000) AS t,
       trim_scale(mwh(residual)/1000) AS r, agreed, trim_scale(mwh(allocation)/1000) AS s, trim_scale(mwh(line_loss)/1000) AS l
FROM interprovincial_account;
CREATE TEMP VIEW province AS
SELECT year, province, trim_scale(mwh(generation)/1000) AS g, trim_scale(mwh(energy_trade)/1000) AS t, trim_scale(mwh(allocation)/1000) AS s, trim_scale(mwh(line_loss)/1000) AS l, trim_scale(mwh(non_fossil)/1000) AS e
FROM province_account;
-- the standing identity: E adds up to G less line losses
CREATE TEMP VIEW conserved AS
SELECT year, sum(energy_trade) AS t, sum(allocation) AS s, sum(non_fossil) - sum(generation) + sum(line_loss) AS residual FROM province_account GROUP BY year;

--
-- 2026: market south by agreement, market north by the sellers' mix.
-- South: A sends B 100, 20 of them coal, C sends B 50: R of A 80, of C 50, of B
-- 130.  Agreed are 30 from A and 60 from C, of which 50 can be
-- North: A sends C 40, by its mix 300 / 400 = 30 of them non-fossil
--
INSERT INTO interprovincial_flow (year, market, from_province, to_province, flow) VALUES (2026, 'south', '650000', '500000', '100 GWh'), (2026, 'south', '510000', '500000', '50 GWh'), (2026, 'north', '650000', '510000', '40 GWh');
INSERT INTO energy_trade (contract, month, kind, market, from_province, to_province, settled) VALUES ('coal', '2026-01-01', 'fossil', 'south', '650000', '500000', '20 GWh');
INSERT INTO agreed_allocation (year, market, from_province, to_province, non_fossil) VALUES (2026, 'south', '650000', '500000', '30 GWh'), (2026, 'south', '510000', '500000', '60 GWh'), (2025, 'north', '650000', '510000', '1 GWh');
SELECT pg_temp.run(2026);
SELECT market, province, direction, flow, fossil, r, agreed, s FROM side WHERE year = 2026 ORDER BY market, province, direction;
SELECT warning, region, rule, detail FROM account_warning WHERE year = 2026;
-- E: A 300 - 30 - 30, B 100 + 80, C 100 - 50 + 30
SELECT province, g, s, e FROM province WHERE year = 2026 ORDER BY province;
SELECT * FROM conserved WHERE year = 2026;
-- agreed is nothing at all: the market is by agreement all the same, and nothing is allocated
UPDATE agreed_allocation SET non_fossil = '0 kWh' WHERE year = 2026;
SELECT pg_temp.run(2026);
SELECT market, province, direction, r, agreed, s FROM side WHERE year = 2026 ORDER BY market, province, direction;
SELECT warning, region FROM account_warning WHERE year = 2026 ORDER BY region;

--
-- 2027: agreements above what the buyer has, above what one seller has after an
-- earlier one, and in a market without flow.  A sends B 100 and C 60: agreed with
-- B 120, of which its R of 100 can be, and with C 70, of which 60 can be
--
INSERT INTO interprovincial_flow (year, market, from_province, to_province, flow) VALUES (2027, 'south', '650000', '500000', '100 GWh'), (2027, 'south', '650000', '510000', '60 GWh'), (2027, 'north', '650000', '510000', '40 GWh');
INSERT INTO agreed_allocation (year, market, from_province, to_province, non_fossil) VALUES (2027, 'south', '650000', '500000', '120 GWh'), (2027, 'south', '650000', '510000', '70 GWh'), (2027, 'nowhere', '650000', '500000', '5 GWh');
SELECT pg_temp.run(2027);
SELECT market, province, direction, r, agreed, s FROM side WHERE year = 2027 ORDER BY market, province, direction;
SELECT warning, region, detail FROM account_warning WHERE year = 2027 ORDER BY detail;
SELECT * FROM conserved WHERE year = 2027;
-- B is served first, by its code, and leaves A 160 - 120 = 40 for C: B's R is 130
INSERT INTO interprovincial_flow (year, market, from_province, to_province, flow) VALUES (2027, 'south', '000000', '500000', '30 GWh');
SELECT pg_temp.run(2027);
SELECT market, province, direction, r, agreed, s FROM side WHERE year = 2027 AND market = 'south' ORDER BY market, province, direction;
SELECT warning, region, detail FROM account_warning WHERE year = 2027 AND detail LIKE '%south%' ORDER BY detail;
-- what the table refuses: with oneself, cities, less than nothing
SELECT * FROM pg_temp.refused(
    $$INSERT INTO agreed_allocation (year, from_province, to_province, non_fossil) VALUES (2027, '650000', '650000', '1 GWh')$$,
    $$INSERT INTO agreed_allocation (year, from_province, to_province, non_fossil) VALUES (2027, '650100', '500000', '1 GWh')$$,
    $$INSERT INTO agreed_allocation (year, from_province, to_province, non_fossil) VALUES (2027, '650000', '000000', '1 GWh')$$,
    $$INSERT INTO agreed_allocation (year, from_province, to_province, non_fossil) VALUES (2027, '650000', '500000', '-1 GWh')$$);

--
-- 2028: by rule, what nobody agreed on is not allocated
--
INSERT INTO interprovincial_flow (year, market, from_province, to_province, flow) VALUES (2028, 'south', '650000', '500000', '100 GWh'), (2028, 'north', '650000', '510000', '40 GWh');
INSERT INTO agreed_allocation (year, market, from_province, to_province, non_fossil) VALUES (2028, 'south', '650000', '500000', '70 GWh');
SELECT FROM pg_temp.rule('interprovincial_allocation', 2028, 'agreement');
SELECT pg_temp.run(2028);
SELECT market, province, direction, r, agreed, s FROM side WHERE year = 2028 ORDER BY market, province, direction;
SELECT warning, region, rule, detail FROM account_warning WHERE year = 2028;
SELECT province, g, s, e FROM province WHERE year = 2028 ORDER BY province;
SELECT FROM pg_temp.rule('interprovincial_allocation', 2028, 'line_by_line');
SELECT * FROM run_accounts(2028);
\echo :LAST_ERROR_SQLSTATE

--
-- 2029: by the mix more is offered than the named provinces received: A sends
-- 100 to a counterpart that is not named and 20 to B, 90 of 120 non-fossil
--
INSERT INTO interprovincial_flow (year, from_province, to_province, flow) VALUES (2029, '650000', '000000', '100 GWh'), (2029, '650000', '500000', '20 GWh');
SELECT pg_temp.run(2029);
SELECT market, province, direction, r, s FROM side WHERE year = 2029 ORDER BY province;
SELECT warning, region, rule, detail FROM account_warning WHERE year = 2029;
SELECT * FROM conserved WHERE year = 2029;
-- coal of 30 was sold to B: a residual below 0, taken as 0 and warned of, or
-- refused (LC048), and then nothing is written
INSERT INTO energy_trade (contract, month, kind, from_province, to_province, settled) VALUES ('coal', '2029-01-01', 'fossil', '650000', '500000', '30 GWh');
SELECT pg_temp.digest(2029) AS former \gset
SELECT FROM pg_temp.rule('negative_residual', 2029, 'raise');
SELECT * FROM run_accounts(2029);
\echo :LAST_ERROR_SQLSTATE
SELECT pg_temp.digest(2029) = :'former' AS nothing_written;
SELECT FROM pg_temp.rule('negative_residual', 2029, 'clamp');
SELECT pg_temp.run(2029);
SELECT market, province, direction, r, s FROM side WHERE year = 2029 ORDER BY province;
SELECT warning, region, rule, detail FROM account_warning WHERE year = 2029 ORDER BY detail;
SELECT FROM pg_temp.rule('negative_residual', 2029, 'ignore');
SELECT * FROM run_accounts(2029);
\echo :LAST_ERROR_SQLSTATE

--
-- 2030: line losses are the seller's.  A sells B 80 with a loss of 3 and of 1 by
-- spot, B sells C 40 of nuclear power with a loss of 0.5 and C B 10 green with 0.25
--
INSERT INTO interprovincial_flow (year, from_province, to_province, flow) VALUES (2030, '650000', '500000', '100 GWh'), (2030, '500000', '510000', '40 GWh'), (2030, '510000', '500000', '10 GWh');
INSERT INTO energy_trade (contract, month, kind, from_province, to_province, settled, certificate_settled, line_loss) VALUES
    ('conventional', '2030-02-01', 'conventional', '650000', '500000', '80 GWh', '0 kWh', '3 GWh'), ('spot', '2030-12-01', 'spot', '650000', '500000', '5 GWh', '0 kWh', '1 GWh'),
    ('nuclear', '2030-02-01', 'nuclear', '500000', '510000', '40 GWh', '0 kWh', '500 MWh'), ('green', '2030-02-01', 'green_power', '510000', '500000', '10 GWh', '10 GWh', '250 MWh');
SELECT pg_temp.run(2030);
SELECT province, direction, flow, t, r, s, l FROM side WHERE year = 2030 ORDER BY province, direction;
-- R of A 100 - 80 = 20, by its mix 15 for B; E: A 300 - 80 - 15 - 4, B 100 + 80 +
-- 10 - 40 + 15 - 0.5, C 100 + 40 - 10 - 0.25
SELECT province, g, t, s, l, e FROM province WHERE year = 2030 ORDER BY province;
SELECT * FROM conserved WHERE year = 2030;
SELECT identity, left_mwh, right_mwh, residual_mwh FROM account_identity WHERE year = 2030 AND identity = 'provinces';
-- a loss within a province, or of coal, is none of these
SELECT * FROM pg_temp.refused(
    $$INSERT INTO energy_trade (contract, month, kind, from_province, to_province, settled, line_loss) VALUES ('x', '2030-01-01', 'conventional', '500000', '500000', '1 GWh', '1 MWh')$$,
    $$INSERT INTO energy_trade (contract, month, kind, from_province, to_province, settled, line_loss) VALUES ('x', '2030-01-01', 'fossil', '650000', '500000', '1 GWh', '1 MWh')$$,
    $$INSERT INTO energy_trade (contract, month, kind, from_province, to_province, settled, line_loss) VALUES ('x', '2030-01-01', 'spot', '650000', '500000', '1 GWh', '-1 MWh')$$);

--
-- 2024: what is sent counts for nothing in the shares of those who receive, and
-- may be 10^10 times as much: no product of the two is out of range
--
INSERT INTO published_generation (year, province, source, generated, on_grid) VALUES (2024, '650000', 'wind', '100000 GWh', '100000 GWh');
INSERT INTO interprovincial_flow (year, from_province, to_province, flow) VALUES (2024, '650000', '000000', '100000 GWh'), (2024, '510000', '500000', '10 kWh');
SELECT pg_temp.run(2024);
SELECT province, direction, residual, allocation FROM interprovincial_account WHERE year = 2024 ORDER BY province;
SELECT warning, region, detail FROM account_warning WHERE year = 2024 ORDER BY warning, region;
SELECT * FROM conserved WHERE year = 2024;

--
-- 2025: a project that is moved to another province generated where it stood
-- when its month was issued.  The wind farm of A, issued for January in A,
-- moves to B and generates 20 in February and, not issued yet, 3 in March; of
-- its own use 5 belong to January, 1 to February, 0.5 to March
--
INSERT INTO generation VALUES ('65000000000000001', '2025-01-01', 'plant_use', '5 GWh');
UPDATE project SET region = '500200' WHERE project_code = '65000000000000001';
INSERT INTO generation VALUES ('65000000000000001', '2025-02-01', 'on_grid', '20 GWh'), ('65000000000000001', '2025-02-01', 'plant_use', '1 GWh');
SELECT certificates FROM issue('2025-02-01', 'February', '2025-03-10');
INSERT INTO generation VALUES ('65000000000000001', '2025-03-01', 'on_grid', '3 GWh'), ('65000000000000001', '2025-03-01', 'plant_use', '500 MWh');
SELECT province, source, trim_scale(mwh(generated)/1000) AS generated, trim_scale(mwh(on_grid)/1000) AS on_grid FROM province_generation(2025) ORDER BY province, source;
SELECT pg_temp.run(2025);
SELECT province, g, e FROM province WHERE year = 2025 ORDER BY province;
-- a correction of January stays in A
SELECT quantity FROM correct_generation('correction', '65000000000000001', '2025-01-01', '101 GWh', 'meter', effective_on => '2025-03-11');
SELECT province, source, trim_scale(mwh(generated)/1000) AS generated, trim_scale(mwh(on_grid)/1000) AS on_grid FROM province_generation(2025) WHERE source = 'wind' ORDER BY province;
