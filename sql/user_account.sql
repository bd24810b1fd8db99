-- user_account: coefficient, cities and users, vectors K1 to K5 and U1 to U6.
\set SHOW_CONTEXT never
\getenv abs_srcdir PG_ABS_SRCDIR
\set fixture :abs_srcdir '/test/fixture/ledger.sql'
\o /dev/null
\i :fixture
\set fixture :abs_srcdir '/test/fixture/model.sql'
\i :fixture
\o
CREATE FUNCTION pg_temp.gwh(e energy) RETURNS numeric LANGUAGE sql AS 'SELECT round(mwh(e) / 1000, 6)';

SELECT count(*) FROM run_accounts(2025);
SELECT * FROM account_warning;

-- K1, K2
SELECT pg_temp.gwh(physical) AS p, pg_temp.gwh(energy_trade) AS t, pg_temp.gwh(certificate_trade) AS c,
       pg_temp.gwh(numerator) AS k1, pg_temp.gwh(denominator) AS k1_denominator, round(k, 10) AS k2
FROM coefficient WHERE province = '500000';
-- K3, K4
SELECT city, pg_temp.gwh(grid_draw) AS w, pg_temp.gwh(energy_trade) AS t, pg_temp.gwh(certificate_trade) AS c,
       pg_temp.gwh(physical) AS p, pg_temp.gwh(allocation) AS a, pg_temp.gwh(non_fossil) AS e
FROM city_account WHERE province(city) = '500000' ORDER BY city;
-- K5
SELECT pg_temp.gwh(sum(c.non_fossil)) AS k5, pg_temp.gwh(min(k.loss_residual)) AS loss_residual,
       pg_temp.gwh(sum(c.non_fossil) + min(k.loss_residual)) AS together
FROM city_account c, coefficient k WHERE province(c.city) = '500000' AND k.province = '500000';
-- U1
SELECT pg_temp.gwh(grid_draw) AS w, pg_temp.gwh(physical) AS p, pg_temp.gwh(energy_trade) AS t,
       pg_temp.gwh(certificate_trade) AS c, pg_temp.gwh(allocation) AS a, pg_temp.gwh(non_fossil) AS e,
       round(100 * (non_fossil / (grid_draw + physical)), 4) AS share
FROM user_account WHERE account_id = 4;
-- U2, U3: emissions with the factors of 2023, 2022 and 2021; U4: break-even shares
SELECT y.year, round(i.average_method, 3) AS average_method, round(i.split_method, 3) AS split_method,
       round(100 * i.break_even_share, 4) AS break_even_share
FROM user_account u, generate_series(2023, 2021, -1) AS y(year),
     LATERAL indirect_emissions(u.grid_draw + u.physical, u.non_fossil,
         emission_factor('national_average', y.year), emission_factor('national_fossil', y.year)) AS i
WHERE u.account_id = 4 ORDER BY y.year DESC;
-- what was recognised, claim by claim
SELECT tier, account_id, category, from_province, document, pg_temp.gwh(claimed) AS claimed,
       pg_temp.gwh(recognised) AS recognised, reason
FROM recognition ORDER BY tier, account_id, category, document, month;
-- the identities
SELECT identity, region, left_mwh, right_mwh, residual_mwh FROM account_identity ORDER BY 1, 2;

-- U5: W 100, T 70, C 50 of one user
INSERT INTO published_generation (year, province, source, generated, on_grid) VALUES
    (2024, '500000', 'hydro', '140 GWh', '132 GWh'), (2024, '500000', 'wind', '60 GWh', '60 GWh'), (2024, '500000', 'fossil', '630 GWh', '600 GWh');
INSERT INTO grid_draw (account_id, region, month, energy) VALUES
    (4, '500100', '2024-01-01', '100 GWh'), (5, '500100', '2024-01-01', '100 GWh');
INSERT INTO energy_trade (contract, month, kind, from_province, to_province, buyer, buyer_region, settled, certificate_settled) VALUES
    ('green', '2024-01-01', 'green_power', '500000', '500000', 4, '500100', '75 GWh', '70 GWh'),
    ('conventional', '2024-01-01', 'conventional', '500000', '500000', NULL, NULL, '100 GWh', '0 kWh');
INSERT INTO generation VALUES ('50000000000000001', '2024-06-01', 'on_grid', '60 GWh');
SELECT certificates FROM issue('2024-06-01', 'issue 2024', '2024-07-22');
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, effective_on)
VALUES ('u5', 'bilateral', 2, 4, 50000, '2024-08-01');
INSERT INTO retirement (ref, account_id, quantity, regime, consumption_year, beneficiary, region, effective_on)
VALUES ('u5', 4, 50000, 'mandatory', 2024, 4, '500100', '2024-09-01');
SELECT count(*) FROM run_accounts(2024);
SELECT pg_temp.gwh(certificate_trade) AS u5, pg_temp.gwh(excess) AS excess, pg_temp.gwh(allocation) AS a
FROM user_account WHERE year = 2024 AND account_id = 4;
SELECT category, claimed, recognised, excess, reason FROM recognition
WHERE year = 2024 AND account_id = 4 ORDER BY category;

-- U6: k 0 leaves E = P
INSERT INTO grid_draw (account_id, region, month, energy) VALUES (6, '500200', '2023-01-01', '100 GWh');
INSERT INTO physical_supply (account_id, region, month, kind, energy) VALUES (6, '500200', '2023-01-01', 'park', '7 GWh');
INSERT INTO published_generation (year, province, source, generated, on_grid) VALUES (2023, '500000', 'fossil', '200 GWh', '190 GWh');
SELECT count(*) FROM run_accounts(2023);
SELECT k.k, k.numerator, k.denominator, u.physical, u.allocation, u.non_fossil AS u6
FROM user_account u, coefficient k
WHERE u.year = 2023 AND u.account_id = 6 AND k.year = 2023 AND k.province = '500000';
SELECT warning, region, detail FROM account_warning WHERE year = 2023;

-- a published coefficient takes precedence and the computed one stays visible
INSERT INTO published_coefficient (year, province, coefficient) VALUES (2025, '500000', 0.23);
SELECT count(*) FROM run_accounts(2025);
SELECT k, published, numerator, denominator, allocated, loss_residual FROM coefficient WHERE year = 2025 AND province = '500000';
SELECT account_id, allocation FROM user_account WHERE year = 2025 AND province(city) = '500000' ORDER BY account_id;
SELECT identity, region, residual_mwh FROM account_identity WHERE year = 2025 ORDER BY 1, 2;
