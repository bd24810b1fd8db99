-- storage_draw: charging of storage as grid draw of its operator (rules
-- storage_charging and storage_discharging).  MWh; each part has a year of its
-- own.
\set SHOW_CONTEXT never
\getenv abs_srcdir PG_ABS_SRCDIR
\set fixture :abs_srcdir '/test/fixture/accounts.sql'
\o /dev/null
\set ECHO none
\i :fixture
\set ECHO all
\o
\set generated 'INSERT INTO published_generation (year, province, source, generated, on_grid)'
:generated SELECT y, '500000', s, '300 MWh', '300 MWh' FROM generate_series(2026, 2027) AS y, unnest('{hydro,wind,fossil}'::energy_source[]) AS s;

-- 2026: 5 draws 20 in its city and has storage there, which charges 10 and 6 and
-- discharges 8 and 5, and in another city, which charges 3 and 1 in two counties.
-- 6 draws 5 and discharges 3 of 1 charged, 7 has storage alone, 2 of 2; other
-- years do not count.  5 buys 30 of green power
INSERT INTO grid_draw (account_id, region, month, energy) VALUES (5, '500100', '2026-01-01', '20 MWh'), (6, '500100', '2026-01-01', '5 MWh');
INSERT INTO storage_charge (account_id, region, month, kind, charged, discharged) VALUES
    (5, '500100', '2026-01-01', 'pumped_storage', '10 MWh', '8 MWh'), (5, '500101', '2026-02-01', 'new_storage', '6 MWh', '5 MWh'), (5, '500229', '2026-01-01', 'new_storage', '3 MWh', '0 kWh'), (5, '500230', '2026-12-01', 'new_storage', '1 MWh', '0 kWh'),
    (6, '500100', '2026-01-01', 'new_storage', '1 MWh', '3 MWh'), (7, '500200', '2026-02-01', 'new_storage', '2 MWh', '2 MWh'), (7, '500200', '2025-12-01', 'new_storage', '100 MWh', '90 MWh'), (7, '500200', '2027-01-01', 'new_storage', '100 MWh', '90 MWh');
INSERT INTO energy_trade (contract, month, kind, from_province, to_province, buyer, buyer_region, settled, certificate_settled) VALUES ('green', '2026-02-01', 'green_power', '500000', '500000', 5, '500100', '30 MWh', '30 MWh');
-- by default W of 5 is 20 + 16 and 4, of 6 5 + 1, of 7 2: 22 + 1 were charged, and
-- 18 discharged are ignored
SELECT account_id, city, trim_scale(mwh(energy)) AS energy, trim_scale(mwh(ignored)) AS ignored FROM storage_draw(2026) ORDER BY account_id, city;
SELECT pg_temp.run(2026);
SELECT account, city, w, t, excess FROM users WHERE year = 2026 ORDER BY account, city;
SELECT warning, region, rule, detail FROM account_warning WHERE year = 2026;
SELECT city, mwh(grid_draw) AS w FROM city_account WHERE year = 2026 ORDER BY city;
-- deducted: 20 + 16 - 13 and 4; 5 + 0, never less than nothing; 0
SELECT FROM pg_temp.rule('storage_discharging', 2026, 'deduct');
SELECT pg_temp.run(2026);
SELECT account, city, w, t, excess FROM users WHERE year = 2026 ORDER BY account, city;
SELECT count(*) FROM account_warning WHERE year = 2026;
-- not counted at all, whatever is done with discharge
SELECT FROM pg_temp.rule('storage_charging', 2026, 'ignore');
SELECT pg_temp.run(2026);
SELECT account, city, w, t, excess FROM users WHERE year = 2026 ORDER BY account, city;
SELECT pg_temp.digest(2026) AS deducted \gset
SELECT FROM pg_temp.rule('storage_discharging', 2026, 'ignore');
SELECT pg_temp.run(2026);
SELECT pg_temp.digest(2026) = :'deducted' AS same, count(*) AS warnings FROM account_warning WHERE year = 2026;
-- of one province only, the warning is about that one
SELECT FROM pg_temp.rule('storage_charging', 2026, 'grid_draw');
INSERT INTO storage_charge (account_id, region, month, kind, charged, discharged) VALUES (9, '510100', '2026-01-01', 'pumped_storage', '2 MWh', '1 MWh');
SELECT pg_temp.run(2026);
SELECT warning, region, detail FROM account_warning WHERE year = 2026 AND warning LIKE 'storage%' ORDER BY region;
SELECT pg_temp.run(2026, '510000');
SELECT warning, region, detail FROM account_warning WHERE year = 2026 AND warning LIKE 'storage%' ORDER BY region;
SELECT FROM pg_temp.rule('storage_charging', 2026, 'supply');
SELECT * FROM run_accounts(2026);
\echo :LAST_ERROR_SQLSTATE
SELECT FROM pg_temp.rule('storage_charging', 2026, 'grid_draw') AS r1, pg_temp.rule('storage_discharging', 2026, 'supply') AS r2;
SELECT * FROM run_accounts(2026);
\echo :LAST_ERROR_SQLSTATE

-- 2027: with coefficients of months the charge counts in its month: k is 0.1 in
-- January, 0.01 in February and so on, and the digits of A are what is left of
-- each month.  6 charged 5, 4 and 1: 0.541.  7, which drew 1 in May, charged 5
-- and 4 in January and March: 0.50401.  9 is in another province, without k
DELETE FROM storage_charge WHERE account_id = 7 AND month >= '2027-01-01';
INSERT INTO published_coefficient (year, province, month, coefficient) SELECT 2027, '500000', make_date(2027, m, 1), 0.1 ^ m FROM generate_series(1, 6) AS m;
INSERT INTO storage_charge (account_id, region, month, kind, charged, discharged) VALUES (6, '500100', '2027-01-01', 'new_storage', '5 MWh', '3 MWh'), (6, '500101', '2027-02-01', 'new_storage', '4 MWh', '2 MWh'), (6, '500100', '2027-03-01', 'pumped_storage', '1 MWh', '1 MWh'),
    (7, '500200', '2027-01-01', 'new_storage', '5 MWh', '1 MWh'), (7, '500200', '2027-02-01', 'new_storage', '0 kWh', '3 MWh'), (7, '500200', '2027-03-01', 'new_storage', '4 MWh', '4 MWh'), (9, '510100', '2027-02-01', 'new_storage', '5 MWh', '0 kWh');
INSERT INTO grid_draw (account_id, region, month, energy) VALUES (7, '500200', '2027-05-01', '1 MWh');
SELECT pg_temp.run(2027);
SELECT account, w, a FROM users WHERE year = 2027 AND city <@ '500000' ORDER BY account;
-- deducted: 6 has 2, 2 and 0 left, 0.22.  Of 7's 4 in January and 0 in March the
-- 3 of February take from March, then from January: 0.10001
SELECT FROM pg_temp.rule('storage_discharging', 2027, 'deduct');
SELECT pg_temp.run(2027);
SELECT account, w, a FROM users WHERE year = 2027 AND city <@ '500000' ORDER BY account;
-- more is discharged than was ever charged: W is 1, what was drawn
UPDATE storage_charge SET discharged = '7 MWh' WHERE account_id = 7 AND month = '2027-03-01';
SELECT pg_temp.run(2027);
SELECT account, w, a FROM users WHERE year = 2027 AND city <@ '500000' ORDER BY account;
-- trade comes on top: 6 buys 3 of nuclear power in January: 2 of January and 1 of February
INSERT INTO energy_trade (contract, month, kind, from_province, to_province, buyer, buyer_region, settled) VALUES ('nuclear', '2027-01-01', 'nuclear', '500000', '500000', 6, '500100', '3 MWh');
SELECT pg_temp.run(2027);
SELECT account, w, t, a FROM users WHERE year = 2027 AND city <@ '500000' ORDER BY account;
-- without charging nothing is left but what was drawn
SELECT FROM pg_temp.rule('storage_charging', 2027, 'ignore');
SELECT pg_temp.run(2027);
SELECT account, w, t, a FROM users WHERE year = 2027 AND city <@ '500000' ORDER BY account;

-- what the table refuses
SELECT * FROM pg_temp.refused(
    $$INSERT INTO storage_charge (account_id, region, month, kind, charged) VALUES (5, '500000', '2027-01-01', 'new_storage', '1 MWh')$$,
    $$INSERT INTO storage_charge (account_id, region, month, kind, charged) VALUES (5, '500100', '2027-01-02', 'new_storage', '1 MWh')$$,
    $$INSERT INTO storage_charge (account_id, region, month, kind, charged) VALUES (5, '500100', '2027-01-01', 'new_storage', '-1 MWh')$$,
    $$INSERT INTO storage_charge (account_id, region, month, kind, charged, discharged) VALUES (5, '500100', '2027-01-01', 'new_storage', '1 MWh', '-1 MWh')$$,
    $$INSERT INTO storage_charge (account_id, region, month, kind, charged) VALUES (6, '500100', '2027-01-01', 'new_storage', '1 MWh')$$);
