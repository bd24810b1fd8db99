-- coefficient: the allocation coefficient k, computed, published for a year and
-- for months, and its corners.  MWh; each part has a year of its own.
\set SHOW_CONTEXT never
\getenv abs_srcdir PG_ABS_SRCDIR
\set fixture :abs_srcdir '/test/fixture/accounts.sql'
\o /dev/null
\set ECHO none
\i :fixture
\set ECHO all
\o
CREATE TEMP VIEW k AS
SELECT year, province, trim_scale(mwh(numerator)) AS numerator, trim_scale(mwh(denominator)) AS denominator, round(k, 10) AS k, published, trim_scale(mwh(allocated)) AS allocated, trim_scale(mwh(loss_residual)) AS loss
FROM coefficient;
CREATE TEMP VIEW months AS
SELECT year, province, to_char(month, 'MM') AS month, round(k, 10) AS k, published, trim_scale(mwh(remaining)) AS remaining, trim_scale(mwh(allocated)) AS allocated
FROM coefficient_month;
\set generated 'INSERT INTO published_generation (year, province, source, generated, on_grid)'
-- what users, months, cities and provinces have of A is the same
CREATE TEMP VIEW agree AS
SELECT k.year, k.province, k.allocated = (SELECT sum(u.allocation) FROM user_account AS u WHERE u.year = k.year AND u.city <@ k.province) AS users,
       k.allocated = (SELECT sum(m.allocated) FROM coefficient_month AS m WHERE m.year = k.year AND m.province = k.province) AS months,
       k.allocated = (SELECT sum(c.allocation) FROM city_account AS c WHERE c.year = k.year AND c.city <@ k.province) AS cities
FROM coefficient AS k;

--
-- 2026: B publishes k of January to March, 0.5, 0.25 and 0.1.  B generates 600 of
-- hydro and 600 of coal; user 5 buys 25 of green power in February, so the k of
-- the year is (600 - 25) / (1200 - 25) = 575 / 1175
--
:generated VALUES (2026, '500000', 'hydro', '600 MWh', '600 MWh'), (2026, '500000', 'wind', '0 kWh', '0 kWh'), (2026, '500000', 'fossil', '700 MWh', '600 MWh');
INSERT INTO grid_draw (account_id, region, month, energy) VALUES (5, '500100', '2026-01-01', '10 MWh'), (5, '500101', '2026-02-01', '10 MWh'), (5, '500103', '2026-03-01', '10 MWh'),
    (7, '500200', '2026-01-01', '100 MWh'), (7, '500200', '2026-02-01', '100 MWh'), (7, '500200', '2026-12-01', '50 MWh');
INSERT INTO energy_trade (contract, month, kind, from_province, to_province, buyer, buyer_region, settled, certificate_settled) VALUES ('green', '2026-02-01', 'green_power', '500000', '500000', 5, '500100', '25 MWh', '25 MWh');
INSERT INTO physical_supply (account_id, region, month, kind, energy) VALUES (6, '500100', '2026-05-01', 'self_use', '0 kWh');
-- without months: A of 5 is 5 x 575 / 1175, of both 255 x 575 / 1175 = 124.787234
SELECT pg_temp.run(2026);
SELECT * FROM k WHERE year = 2026 AND province = '500000';
SELECT account, city, w, t, a, e FROM users WHERE year = 2026 ORDER BY account;
SELECT count(*) FROM months WHERE year = 2026;
INSERT INTO published_coefficient (year, province, month, coefficient) VALUES (2026, '500000', '2026-01-01', 0.5), (2026, '500000', '2026-02-01', 0.25), (2026, '500000', '2026-03-01', 0.1), (2025, '500000', '2025-12-01', 0.9);
-- with them: the 25 of February fill the 10 of February, the 10 of March and 5 of
-- January; what is left of January gets 5 x 0.5.  7 has 100 x 0.5, 100 x 0.25 and
-- in December 50 x 575 / 1175 = 24.468085
SELECT pg_temp.run(2026);
SELECT * FROM k WHERE year = 2026 AND province = '500000';
SELECT account, city, w, t, a, e FROM users WHERE year = 2026 ORDER BY account;
SELECT month, k, published, remaining, allocated FROM months WHERE year = 2026 ORDER BY month;
SELECT * FROM agree WHERE year = 2026 AND province = '500000';
SELECT identity, rule, residual_mwh FROM account_identity WHERE year = 2026 AND region = '500000' ORDER BY identity, rule COLLATE "C";
-- k of the year published, too: 0.4 in December
INSERT INTO published_coefficient (year, province, coefficient) VALUES (2026, '500000', 0.4);
SELECT pg_temp.run(2026);
SELECT * FROM k WHERE year = 2026 AND province = '500000';
SELECT month, k, published, remaining, allocated FROM months WHERE year = 2026 AND remaining > 0 ORDER BY month;
SELECT * FROM agree WHERE year = 2026 AND province = '500000';
-- as a function: of the year, of the month of a day; none where there is none
SELECT coefficient('500000', 2026) AS year, coefficient('500000', 2026, '2026-01-31') AS january, coefficient('500000', 2026, '2026-02-01') AS february, coefficient('500000', 2026, '2026-12-31') AS december,
       coefficient('110000', 2026) AS nobody, coefficient('500000', 2031) AS never_run;
-- by rule nothing published is applied
SELECT FROM pg_temp.rule('published_coefficient_overrides', 2026, 'no');
SELECT pg_temp.run(2026);
SELECT * FROM k WHERE year = 2026 AND province = '500000';
SELECT count(*) FROM months WHERE year = 2026;
SELECT account, a FROM users WHERE year = 2026 ORDER BY account;
SELECT round(coefficient('500000', 2026), 10) AS year, round(coefficient('500000', 2026, '2026-01-31'), 10) AS january;
SELECT FROM pg_temp.rule('published_coefficient_overrides', 2026, 'maybe');
SELECT * FROM run_accounts(2026);
\echo :LAST_ERROR_SQLSTATE

--
-- 2027: what is left of which month.  In C k is 0.1 in January, 0.01 in February
-- and so on, so that A has what is left of each month as its digits
--
:generated VALUES (2027, '510000', 'wind', '1 GWh', '1 GWh'), (2027, '510000', 'fossil', '1 GWh', '1 GWh');
INSERT INTO published_coefficient (year, province, month, coefficient) SELECT 2027, '510000', make_date(2027, m, 1), 0.1 ^ m FROM generate_series(1, 6) AS m;
INSERT INTO grid_draw (account_id, region, month, energy)
SELECT u, '510100', make_date(2027, m::integer, 1), make_energy(mwh => d) FROM (VALUES
    (101, ARRAY[1, 2, 3, 4, 5, 6]), -- no trade: 123456
    (102, ARRAY[5, 5, 5, 5]),       -- 8 in March: 5 of March and 3 of April, 5502
    (103, ARRAY[5, 5, 5]),          -- 8 in June: from the end 5 of March and 3 of February, 52
    (104, ARRAY[5, 5, 5, 5]),       -- 12 in March: March and April, then 2 of February, 53
    (105, ARRAY[5, 5, 5, 5]),       -- 20 in April: all
    (106, ARRAY[3, 3, 3, 3]),       -- 9 in January: all but April, 0003
    (107, ARRAY[2, 2, 2, 2, 2, 2]), -- 7 in February: February to April and 1 of May; 2 in May: the other 1 and 1 of June, 200001
    (108, ARRAY[0, 4, 0, 4]),       -- 2 in January, February, March and April each: 2 + 2 of February, 2 + 2 of April, 0
    (109, ARRAY[9, 0, 0, 0, 0, 1]), -- 25 in June, of which 10 can be: 0
    (9, ARRAY[3, 3])) AS v(u, draws), unnest(draws) WITH ORDINALITY AS d(d, m); -- certificates of 4 of January: 02
INSERT INTO energy_trade (contract, month, kind, from_province, to_province, buyer, buyer_region, settled)
SELECT 'of ' || u, make_date(2027, m, 1), 'nuclear', '510000', '510000', u, '510100', make_energy(mwh => t) FROM (VALUES
    (102, 3, 8), (103, 6, 8), (104, 3, 12), (105, 4, 20), (106, 1, 9), (107, 2, 7), (107, 5, 2), (108, 1, 2), (108, 2, 2), (108, 3, 2), (108, 4, 2), (109, 6, 25)) AS v(u, m, t);
INSERT INTO published_cap (year, kind, region, cap) VALUES (2027, 'in_province_pool', '510000', '4 MWh');
SELECT pg_temp.claim('certificates', 4, 9, 4, '2027-03-01');
SELECT pg_temp.run(2027);
SELECT account, w, t, c, excess, a FROM users WHERE year = 2027 ORDER BY account;
SELECT month, k, remaining, allocated FROM months WHERE year = 2027 AND published ORDER BY month;
SELECT users, months, cities FROM agree WHERE year = 2027 AND province = '510000';
SELECT sum(m.remaining) = (SELECT sum(w - t - c) FROM users WHERE year = 2027) AS remaining FROM months AS m WHERE year = 2027;

--
-- 2028: whole watt-hours.  k of every month 1 / 3 to 12 decimals, three users with
-- 1 Wh each month: each month's 3 x 0.333333333333 Wh is less than 1, in a year 0.
-- With 0.5: of 3 users 1 Wh a month, the second's
--
:generated VALUES (2028, '510000', 'wind', '1 GWh', '1 GWh'), (2028, '510000', 'fossil', '1 GWh', '1 GWh');
INSERT INTO published_coefficient (year, province, month, coefficient) SELECT 2028, '510000', make_date(2028, m, 1), round(1 / 3.0, 12) FROM generate_series(1, 12) AS m;
INSERT INTO grid_draw (account_id, region, month, energy) SELECT u, '510100', make_date(2028, m, 1), '0.001 kWh' FROM generate_series(101, 103) AS u, generate_series(1, 12) AS m;
SELECT pg_temp.run(2028);
SELECT account_id, wh(allocation) AS a FROM user_account WHERE year = 2028 ORDER BY account_id;
UPDATE published_coefficient SET coefficient = 0.5 WHERE year = 2028;
SELECT pg_temp.run(2028);
SELECT account_id, wh(allocation) AS a FROM user_account WHERE year = 2028 ORDER BY account_id;
SELECT users, months, cities FROM agree WHERE year = 2028 AND province = '510000';

--
-- 2029: corners.  A sends its 100 to C: 0 / 0.  B's users have 150 of their own,
-- more than its E of 100: -50 / (100 - 150 + 500).  C has 100 and 100 from A,
-- and sends 50 of coal to 贵州: 200 / (100 + 100 - 50)
--
:generated VALUES (2029, '650000', 'wind', '100 MWh', '100 MWh'), (2029, '500000', 'wind', '100 MWh', '100 MWh'), (2029, '500000', 'hydro', '0 kWh', '0 kWh'), (2029, '500000', 'fossil', '500 MWh', '500 MWh'), (2029, '510000', 'wind', '100 MWh', '100 MWh');
INSERT INTO interprovincial_flow (year, market, from_province, to_province, flow) VALUES (2029, 'national', '650000', '510000', '100 MWh'), (2029, 'coal', '510000', '520000', '50 MWh');
INSERT INTO energy_trade (contract, month, kind, market, from_province, to_province, settled) VALUES ('coal', '2029-01-01', 'fossil', 'coal', '510000', '520000', '50 MWh');
INSERT INTO physical_supply (account_id, region, month, kind, energy) VALUES (5, '500100', '2029-01-01', 'self_use', '150 MWh');
INSERT INTO grid_draw (account_id, region, month, energy) VALUES (5, '500100', '2029-01-01', '10 MWh'), (9, '510100', '2029-01-01', '10 MWh'), (101, '650100', '2029-01-01', '10 MWh');
-- refused where a rule says so, before the year has any accounts
SELECT FROM pg_temp.rule('coefficient_without_denominator', 2029, 'raise');
SELECT * FROM run_accounts(2029);
\echo :LAST_ERROR_SQLSTATE
SELECT FROM pg_temp.rule('coefficient_without_denominator', 2029, 'unknown') AS r1, pg_temp.rule('coefficient_out_of_range', 2029, 'raise') AS r2;
SELECT * FROM run_accounts(2029);
\echo :LAST_ERROR_SQLSTATE
SELECT pg_temp.digest(2029) IS NULL AS nothing_written, count(*) AS years FROM account_year WHERE year = 2029;
-- settled by default
SELECT FROM pg_temp.rule('coefficient_out_of_range', 2029, 'clamp');
SELECT pg_temp.run(2029);
SELECT * FROM k WHERE year = 2029 ORDER BY province;
SELECT account, w, p, a, e FROM users WHERE year = 2029 ORDER BY account;
SELECT warning, region, rule, detail FROM account_warning WHERE year = 2029 AND rule IS NOT NULL ORDER BY region;
-- a run that is refused leaves what an earlier one wrote
SELECT pg_temp.digest(2029) AS former \gset
UPDATE grid_draw SET energy = '11 MWh' WHERE month = '2029-01-01';
SELECT FROM pg_temp.rule('coefficient_out_of_range', 2029, 'raise');
SELECT count(*) FROM run_accounts(2029);
SELECT pg_temp.digest(2029) = :'former' AS nothing_written;
-- k published for the year needs no settling; nor does one for all months, but one
-- for eleven
INSERT INTO published_coefficient (year, province, coefficient) VALUES (2029, '510000', 1);
SELECT * FROM run_accounts(2029);
INSERT INTO published_coefficient (year, province, month, coefficient) SELECT 2029, '500000', make_date(2029, m, 1), 0.5 FROM generate_series(1, 11) AS m;
SELECT count(*) FROM run_accounts(2029);
INSERT INTO published_coefficient (year, province, month, coefficient) VALUES (2029, '500000', '2029-12-01', 0.5);
SELECT pg_temp.run(2029);
SELECT * FROM k WHERE year = 2029 ORDER BY province;
SELECT account, w, p, a, e FROM users WHERE year = 2029 ORDER BY account;
SELECT warning, region, rule FROM account_warning WHERE year = 2029 AND rule IS NOT NULL ORDER BY region;
-- where there is no denominator, months that have a k of their own are allocated
INSERT INTO published_coefficient (year, province, month, coefficient) VALUES (2029, '650000', '2029-01-01', 0.5);
INSERT INTO grid_draw (account_id, region, month, energy) VALUES (101, '650100', '2029-02-01', '7 MWh');
SELECT pg_temp.run(2029);
SELECT month, k, published, remaining, allocated FROM months WHERE year = 2029 AND province = '650000' AND remaining > 0 ORDER BY month;
SELECT account, w, a FROM users WHERE year = 2029 AND account = 101;
SELECT FROM pg_temp.rule('coefficient_out_of_range', 2029, 'round');
SELECT * FROM run_accounts(2029);
\echo :LAST_ERROR_SQLSTATE
SELECT FROM pg_temp.rule('coefficient_out_of_range', 2029, 'clamp') AS r1, pg_temp.rule('coefficient_without_denominator', 2029, 'clamp') AS r2;
SELECT * FROM run_accounts(2029);
\echo :LAST_ERROR_SQLSTATE

--
-- 2030: k as published, from 0 to 1, to the last of 12 decimals
--
:generated VALUES (2030, '510000', 'wind', '1 GWh', '1 GWh'), (2030, '510000', 'fossil', '1 GWh', '1 GWh');
INSERT INTO grid_draw (account_id, region, month, energy) VALUES (101, '510100', '2030-01-01', '999999.999999 MWh');
-- 999999999999 Wh x 0.999999999999 = 999999999998.000000000001
INSERT INTO published_coefficient (year, province, coefficient) VALUES (2030, '510000', 0.999999999999);
SELECT pg_temp.run(2030);
SELECT wh(allocation) AS a FROM user_account WHERE year = 2030;
UPDATE published_coefficient SET coefficient = 0.000000000001 WHERE year = 2030;
SELECT pg_temp.run(2030);
SELECT wh(allocation) AS a FROM user_account WHERE year = 2030;
UPDATE published_coefficient SET coefficient = 1 WHERE year = 2030;
SELECT pg_temp.run(2030);
SELECT wh(allocation) AS a FROM user_account WHERE year = 2030;
-- what the table refuses
SELECT * FROM pg_temp.refused(
    $$INSERT INTO published_coefficient (year, province, coefficient) VALUES (2030, '500000', 1.000000000001)$$,
    $$INSERT INTO published_coefficient (year, province, coefficient) VALUES (2030, '500000', -0.1)$$,
    $$INSERT INTO published_coefficient (year, province, coefficient) VALUES (2030, '500100', 0.1)$$,
    $$INSERT INTO published_coefficient (year, province, month, coefficient) VALUES (2030, '500000', '2031-01-01', 0.1)$$,
    $$INSERT INTO published_coefficient (year, province, month, coefficient) VALUES (2030, '500000', '2030-01-02', 0.1)$$,
    $$INSERT INTO published_coefficient (year, province, coefficient) VALUES (2030, '510000', 0.1)$$);
