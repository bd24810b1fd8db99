-- cap: caps on what trade identifies, as computed and as published; the seller's
-- monthly ceiling; several caps at once.  MWh; each part has a year of its own.
\set SHOW_CONTEXT never
\getenv abs_srcdir PG_ABS_SRCDIR
\set fixture :abs_srcdir '/test/fixture/accounts.sql'
\o /dev/null
\set ECHO none
\i :fixture
\set ECHO all
\o
-- nobody is limited by its grid draw, and provinces by no flow, unless a part says so
INSERT INTO grid_draw (account_id, region, month, energy)
SELECT u, r, make_date(y, 1, 1), '500 MWh' FROM generate_series(2026, 2030) AS y, (VALUES (5, '500100'::region), (6, '500100'), (7, '500200'), (9, '510100')) AS g(u, r);
INSERT INTO interprovincial_flow (year, from_province, to_province, flow)
SELECT y, f, t, '1 GWh' FROM generate_series(2026, 2030) AS y, (VALUES ('650000'::region, '500000'::region), ('510000', '500000'), ('650000', '510000')) AS p(f, t);

--
-- 2026: the seller's monthly ceiling.  A allows 10 in March, 20 in May and 3 in
-- November: up to January and February 0, March and April 10, from May 30,
-- from November 33
--
INSERT INTO published_cap (year, kind, region, month, cap) VALUES
    (2026, 'voluntary_out', '650000', '2026-03-01', '10 MWh'), (2026, 'voluntary_out', '650000', '2026-05-01', '20 MWh'), (2026, 'voluntary_out', '650000', '2026-11-01', '3 MWh'),
    (2027, 'voluntary_out', '650000', '2027-01-01', '999 MWh');
SELECT to_char(month, 'MM') AS month, trim_scale(mwh(cap)) AS cap FROM cap_volume(2026) WHERE kind = 'voluntary_out' ORDER BY month;
-- February 25: 0 of 1.  March 31: 8 of 8.  April 1 and 30: 2 of 5, 0 of 1.  May
-- 1 and 2: 18 of 18, 2 of 6.  October 31: 0 of 4.  December 1: 1 of 1.  What is
-- traded after the year falls into December, 2 are left: 2 of 5.  C, which
-- announced nothing, is not limited
SELECT pg_temp.claim(ref, seller, buyer, quantity, day::date, vintage => 2026)
FROM (VALUES ('02-25', 1, 5, 1, '2026-02-25'), ('03-31', 1, 5, 8, '2026-03-31'), ('04-01', 1, 6, 5, '2026-04-01'), ('04-30', 1, 5, 1, '2026-04-30'), ('05-01', 1, 9, 18, '2026-05-01'),
             ('05-02', 1, 7, 6, '2026-05-02'), ('06-01 of C', 4, 5, 50, '2026-06-01'), ('10-31', 1, 5, 4, '2026-10-31'), ('12-01', 1, 5, 1, '2026-12-01'), ('2027-02-20', 1, 6, 5, '2027-02-20')) AS v(ref, seller, buyer, quantity, day);
SELECT pg_temp.run(2026);
SELECT document, account, "from", claimed, recognised, excess, reason FROM claims WHERE year = 2026 ORDER BY document COLLATE "C";
-- under each month what was claimed and recognised up to it
SELECT to_char(month, 'MM') AS month, cap, published, claimed, recognised FROM caps WHERE year = 2026 AND kind = 'voluntary_out' ORDER BY month;
-- shared pro rata where pools are, ceilings are first come all the same
SELECT md5(string_agg(r::text, ',' ORDER BY r::text)) AS recognition FROM recognition AS r WHERE year = 2026 \gset first_
SELECT FROM pg_temp.rule('pool_sharing', 2026, 'pro_rata');
SELECT pg_temp.run(2026);
SELECT md5(string_agg(r::text, ',' ORDER BY r::text)) = :'first_recognition' AS same FROM recognition AS r WHERE year = 2026;
-- months of days in and around a year, February 29 among them
SELECT d AS day, voluntary_month(d, 2028) FROM unnest(ARRAY['-infinity', '2027-12-31', '2028-01-01', '2028-02-29', '2028-03-01', '2028-12-31', '2029-01-01', 'infinity', NULL]::date[]) AS d;

--
-- 2027: several caps at once; the tightest is the reason.  User 5 draws 30,
-- its city may have 50; B receives 200, A sends 120, and by the ceiling 100
-- (January to November) and 130 (December).  Spot trade of A to B 40
--
UPDATE grid_draw SET energy = '30 MWh' WHERE account_id = 5 AND month = '2027-01-01';
UPDATE interprovincial_flow SET flow = '0 kWh' WHERE year = 2027;
DELETE FROM published_cap WHERE year = 2027;
INSERT INTO published_cap (year, kind, region, from_province, month, cap) VALUES
    (2027, 'city', '500100', NULL, NULL, '50 MWh'), (2027, 'province_in', '500000', NULL, NULL, '200 MWh'), (2027, 'province_out', '650000', NULL, NULL, '120 MWh'),
    (2027, 'voluntary_out', '650000', NULL, '2027-01-01', '100 MWh'), (2027, 'voluntary_out', '650000', NULL, '2027-12-01', '30 MWh'), (2027, 'province_in', '510000', NULL, NULL, '1 GWh');
INSERT INTO energy_trade (contract, month, kind, from_province, to_province, buyer, buyer_region, settled, certificate_settled) VALUES
    ('spot', '2027-01-01', 'spot', '650000', '500000', NULL, NULL, '40 MWh', '0 kWh'), ('green', '2027-01-01', 'green_power', '500000', '500000', 6, '500100', '5 MWh', '5 MWh');
-- T: green power 5 (city 45, user 6 495 left).  Spot trade: 5 gets 30 of 35 (user; city
-- 15, pair 10, in 170, out 90 left); 7 gets 10 of 20 (pair; in 160, out 80).
-- Voluntary: 6 gets 15 of 20 in March (city; in 145, out 65, ceiling 85 and 115);
-- 7 gets 40 in April (in 105, out 25, ceiling 45 and 75); 9 in C 25 of 30 in May
-- (out; ceiling 20 and 50); 7 nothing of 2 in June (out)
SELECT pg_temp.claim(ref, 1, buyer, quantity, day::date, route::route)
FROM (VALUES ('a', 5, 35, '2027-03-01', 'spot_trade'), ('b', 7, 20, '2027-03-02', 'spot_trade'), ('c', 6, 20, '2027-03-03', 'voluntary_trade'), ('d', 7, 40, '2027-04-01', 'voluntary_trade'),
             ('e', 9, 30, '2027-05-01', 'voluntary_trade'), ('f', 7, 2, '2027-06-01', 'voluntary_trade')) AS v(ref, buyer, quantity, day, route);
SELECT pg_temp.run(2027);
SELECT document, account, city, category, claimed, recognised, reason FROM claims WHERE year = 2027 ORDER BY document COLLATE "C";
SELECT kind, region, "from", month, cap, published, claimed, recognised FROM caps
WHERE year = 2027 AND (month IS NULL OR extract(month FROM month) IN (2, 3, 4, 5, 12)) ORDER BY kind, region, month;
-- the ceiling is the tightest: A may send 1000, by November 60; 40 are claimed before May
UPDATE published_cap SET cap = '1 GWh' WHERE year = 2027 AND kind = 'province_out';
UPDATE published_cap SET cap = '60 MWh' WHERE year = 2027 AND kind = 'voluntary_out' AND month = '2027-01-01';
SELECT pg_temp.run(2027);
SELECT document, claimed, recognised, reason FROM claims WHERE year = 2027 AND category = 'voluntary_trade' ORDER BY document COLLATE "C";
-- B receives 45: spot trade takes 40 of it
UPDATE published_cap SET cap = '45 MWh' WHERE year = 2027 AND kind = 'province_in' AND region = '500000';
SELECT pg_temp.run(2027);
SELECT document, claimed, recognised, reason FROM claims WHERE year = 2027 AND category = 'voluntary_trade' ORDER BY document COLLATE "C";

--
-- 2028: mode 1.  Spot trade A to B 40, C to B 10, A to C 5: of A 45, of B 50, so
-- the pair A and B has 45, more than their own 40; C and B 10; A and C 5.
-- Negotiated are 12 for C and B, more than they could have, and 20 for A and B:
-- 15 and 5 of 15, 12 of 15; and 5 of 15 where nothing was negotiated
--
INSERT INTO energy_trade (contract, month, kind, from_province, to_province, settled) VALUES ('spot', '2028-02-01', 'spot', '650000', '500000', '40 MWh'),
    ('spot', '2028-03-01', 'spot', '510000', '500000', '10 MWh'), ('spot', '2028-04-01', 'spot', '650000', '510000', '5 MWh');
SELECT region, from_province AS "from", cap, published FROM cap_volume(2028) WHERE kind = 'spot_pair' ORDER BY region, from_province;
INSERT INTO published_cap (year, kind, region, from_province, cap) VALUES (2028, 'spot_pair', '500000', '510000', '12 MWh'), (2028, 'spot_pair', '500000', '650000', '20 MWh');
SELECT pg_temp.claim(ref, seller, buyer, quantity, '2028-02-29', 'spot_trade')
FROM (VALUES ('A to 5', 1, 5, 15), ('A to 6', 1, 6, 15), ('C to 7', 4, 7, 15), ('A to 9', 1, 9, 15)) AS v(ref, seller, buyer, quantity);
SELECT pg_temp.run(2028);
SELECT document, account, "from", claimed, recognised, reason FROM claims WHERE year = 2028 ORDER BY document COLLATE "C";
SELECT region, "from", cap, published, claimed, recognised FROM caps WHERE year = 2028 AND kind = 'spot_pair' ORDER BY region, "from";

--
-- 2029: the cap of a city.  Its users draw 500 each; the city may have 30.
-- Green power 10 of user 5, nuclear power 15 of user 6, certificates 10 of user
-- 5: 10, 15 and 5.  What counts elsewhere is not claimed under it, so 35 are
--
INSERT INTO published_cap (year, kind, region, cap) VALUES (2029, 'city', '500100', '30 MWh'), (2029, 'city', '500200', '0 kWh');
INSERT INTO energy_trade (contract, month, kind, from_province, to_province, buyer, buyer_region, settled, certificate_settled) VALUES
    ('green', '2029-02-01', 'green_power', '500000', '500000', 5, '500101', '10 MWh', '10 MWh'), ('nuclear', '2029-02-01', 'nuclear', '500000', '500000', 6, '500103', '15 MWh', '0 kWh'),
    ('pool', '2029-02-01', 'conventional', '500000', '500000', NULL, NULL, '100 MWh', '0 kWh');
SELECT pg_temp.claim('certificates', 2, 5, 10, '2029-03-01'), pg_temp.claim('of another city', 2, 7, 10, '2029-03-02'), pg_temp.claim('of 6 there', 2, 6, 10, '2029-03-03', region => '500200'),
       pg_temp.claim('green', 2, 5, 10, '2029-03-04', mode => 'green_power');
SELECT pg_temp.run(2029);
SELECT document, account, city, category, claimed, recognised, reason FROM claims WHERE year = 2029 ORDER BY document COLLATE "C", category;
SELECT kind, region, cap, claimed, recognised FROM caps WHERE year = 2029 AND kind IN ('city', 'in_province_pool') ORDER BY kind, region;
-- the city's account stays within it
SELECT city, mwh(energy_trade + certificate_trade) AS t_and_c FROM city_account WHERE year = 2029 AND province(city) = '500000' ORDER BY city;

--
-- 2030: no flow at all between B and A: nothing comes from there
--
DELETE FROM interprovincial_flow WHERE year = 2030;
SELECT pg_temp.claim('voluntary', 1, 5, 10, '2030-03-01', 'voluntary_trade'), pg_temp.claim('spot', 1, 5, 10, '2030-03-02', 'spot_trade'), pg_temp.claim('out', 1, 5, 10, '2030-03-03', 'out_of_province_trade'),
       pg_temp.claim('in', 2, 5, 10, '2030-03-04');
SELECT pg_temp.run(2030);
SELECT document, category, claimed, recognised, reason FROM claims WHERE year = 2030 ORDER BY document COLLATE "C";
SELECT count(*) AS caps FROM caps WHERE year = 2030;

-- what the table of published caps refuses: those that facts alone decide, a
-- pair without seller, a seller without pair, a ceiling without month, a month
-- without ceiling, a month of another year, a day, a city that is none, a
-- province's cap of a city, less than nothing
SELECT * FROM pg_temp.refused(
    $$INSERT INTO published_cap (year, kind, region, cap) VALUES (2026, 'user', '500000', '1 MWh')$$,
    $$INSERT INTO published_cap (year, kind, region, cap) VALUES (2026, 'green_power_retired', '500000', '1 MWh')$$,
    $$INSERT INTO published_cap (year, kind, region, cap) VALUES (2026, 'spot_pair', '500000', '1 MWh')$$,
    $$INSERT INTO published_cap (year, kind, region, from_province, cap) VALUES (2026, 'province_in', '500000', '650000', '1 MWh')$$,
    $$INSERT INTO published_cap (year, kind, region, cap) VALUES (2026, 'voluntary_out', '650000', '1 MWh')$$,
    $$INSERT INTO published_cap (year, kind, region, month, cap) VALUES (2026, 'province_out', '650000', '2026-01-01', '1 MWh')$$,
    $$INSERT INTO published_cap (year, kind, region, month, cap) VALUES (2026, 'voluntary_out', '650000', '2027-01-01', '1 MWh')$$,
    $$INSERT INTO published_cap (year, kind, region, month, cap) VALUES (2026, 'voluntary_out', '650000', '2026-01-02', '1 MWh')$$,
    $$INSERT INTO published_cap (year, kind, region, cap) VALUES (2026, 'city', '500101', '1 MWh')$$,
    $$INSERT INTO published_cap (year, kind, region, cap) VALUES (2026, 'in_province_pool', '500100', '1 MWh')$$,
    $$INSERT INTO published_cap (year, kind, region, cap) VALUES (2026, 'in_province_pool', '500000', '-1 MWh')$$,
    $$INSERT INTO published_cap (year, kind, region, month, cap) VALUES (2026, 'voluntary_out', '650000', '2026-03-01', '1 MWh')$$);
