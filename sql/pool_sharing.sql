-- pool_sharing: the pools of provinces shared first come or pro rata (rule
-- pool_sharing), vector U7.  Each part has a year of its own.
\set SHOW_CONTEXT never
\getenv abs_srcdir PG_ABS_SRCDIR
\set fixture :abs_srcdir '/test/fixture/accounts.sql'
\o /dev/null
\set ECHO none
\i :fixture
\set ECHO all
\o
-- nobody is limited by its grid draw, unless a part says so
INSERT INTO grid_draw (account_id, region, month, energy)
SELECT u, r, make_date(y, 1, 1), '500 GWh' FROM generate_series(2025, 2030) AS y, (VALUES (5, '500100'::region), (6, '500100'), (7, '500200'), (9, '510100')) AS g(u, r);
-- every claim and the pools, in Wh: recognised and claimed add up to
CREATE FUNCTION pg_temp.shared(y integer) RETURNS TABLE (document text, account bigint, "from" region, claimed bigint, recognised bigint, excess bigint, reason text) LANGUAGE sql AS $$
    SELECT document, account_id, from_province, wh(claimed), wh(recognised), wh(excess), reason FROM recognition WHERE year = y AND tier = 'user' ORDER BY document COLLATE "C"
$$;
CREATE FUNCTION pg_temp.pools(y integer) RETURNS TABLE (kind cap_kind, region region, cap bigint, claimed bigint, recognised bigint) LANGUAGE sql AS $$
    SELECT kind, region, wh(cap), wh(claimed), wh(recognised) FROM recognition_cap WHERE year = y AND kind >= 'in_province_pool' ORDER BY kind, region
$$;

-- U7: a pool of 60 GWh, claims of 40 and 30
INSERT INTO published_cap (year, kind, region, cap) VALUES (2025, 'in_province_pool', '500000', '60 GWh');
SELECT pg_temp.claim('U7 a', 2, 5, 40000, '2025-03-01'), pg_temp.claim('U7 b', 2, 7, 30000, '2025-03-02');
-- first come: 40, 20
SELECT pg_temp.run(2025);
SELECT * FROM pg_temp.shared(2025);
-- pro rata: 60 x 40 / 70 = 34.285714..., 60 x 30 / 70 = 25.714285..., which round
-- to whole watt-hours as the first 34,285,714,285 and the rest
SELECT FROM pg_temp.rule('pool_sharing', 2025, 'pro_rata');
SELECT pg_temp.run(2025);
SELECT * FROM pg_temp.shared(2025);
SELECT round(mwh(sum(certificate_trade)) / 1000, 6) AS gwh, sum(certificate_trade) = '60 GWh' AS exactly FROM user_account WHERE year = 2025;
SELECT account_id, round(mwh(certificate_trade) / 1000, 6) AS u7, round(mwh(excess) / 1000, 6) AS excess FROM user_account WHERE year = 2025 AND certificate_trade <> '0 kWh' ORDER BY account_id;
SELECT * FROM pg_temp.pools(2025);
-- with room for all, pro rata gives all; with none, nothing
UPDATE published_cap SET cap = '70 GWh' WHERE year = 2025;
SELECT pg_temp.run(2025);
SELECT * FROM pg_temp.shared(2025);
UPDATE published_cap SET cap = '0 kWh' WHERE year = 2025;
SELECT pg_temp.run(2025);
SELECT * FROM pg_temp.shared(2025);
-- a value that is neither
SELECT FROM pg_temp.rule('pool_sharing', 2025, 'lottery');
SELECT * FROM run_accounts(2025);
\echo :LAST_ERROR_SQLSTATE

-- 2026: route 2(b) has a pool of the buyer and one of the seller.  B may take 30
-- MWh, C 20; A may give 30, B 8.  5 claims 25 from A, 6 and 7 claim 20 and 15 from
-- C; 9 in C claims 24 from A and 10 from B.
-- First come: 5 gets 25 (B 5, A 5 left), 9 gets 5 of A (A 0, C 15 left), 6 gets
-- 5 (B 0), 9 gets 8 of 10 from B (B 0 left), 7 nothing
INSERT INTO published_cap (year, kind, region, cap) VALUES (2026, 'out_of_province_buyer', '500000', '30 MWh'), (2026, 'out_of_province_buyer', '510000', '20 MWh'),
    (2026, 'out_of_province_seller', '650000', '30 MWh'), (2026, 'out_of_province_seller', '500000', '8 MWh'), (2026, 'out_of_province_seller', '510000', '100 MWh');
SELECT pg_temp.claim('1', 1, 5, 25, '2026-03-01', 'out_of_province_trade'), pg_temp.claim('2', 1, 9, 24, '2026-03-02', 'out_of_province_trade'), pg_temp.claim('3', 4, 6, 20, '2026-03-03', 'out_of_province_trade'),
       pg_temp.claim('4', 2, 9, 10, '2026-03-04', 'out_of_province_trade'), pg_temp.claim('5', 4, 7, 15, '2026-03-05', 'out_of_province_trade');
SELECT pg_temp.run(2026);
SELECT * FROM pg_temp.shared(2026);
-- pro rata, first on the buyers' side: B has 30 of 60, so half of each: 12.5,
-- 10 and 7.5; C has 20 of 34: 24 x 20 / 34 = 14,117,647 Wh and the rest
-- 5,882,353 Wh.  Then on the sellers': A gives 30 of 12.5 + 14.117647, all; B 5.88 of
-- 8, all; C all
SELECT FROM pg_temp.rule('pool_sharing', 2026, 'pro_rata');
SELECT pg_temp.run(2026);
SELECT * FROM pg_temp.shared(2026);
-- A gives 20 and B 4: of A 20 x 12,500,000 / 26,617,647 = 9,392,265.2 Wh, then
-- the rest 10,607,735; of B 4.  Both sides cut claims 1, 2 and 4, the seller last
UPDATE published_cap SET cap = CASE region WHEN '650000' THEN '20 MWh' WHEN '500000' THEN '4 MWh' ELSE cap END::energy WHERE year = 2026 AND kind = 'out_of_province_seller';
SELECT pg_temp.run(2026);
SELECT * FROM pg_temp.shared(2026);
SELECT * FROM pg_temp.pools(2026);
-- the seller alone cuts, and one seller has nothing
UPDATE published_cap SET cap = CASE kind WHEN 'out_of_province_buyer' THEN '100 MWh' ELSE CASE region WHEN '510000' THEN '0 kWh' ELSE cap END END::energy WHERE year = 2026;
-- of A 20 x 25 / 49 = 10,204,081.6 Wh, then 9,795,919; of B 4; of C 0
SELECT pg_temp.run(2026);
SELECT * FROM pg_temp.shared(2026);

-- 2027: what a user's grid draw does not hold takes no part in the sharing.  5
-- draws 12 MWh, of which 5 are filled by hydro certificates, and claims 40; so it
-- wants 12 - 5 = 7, 6 wants 28: of the pool of 20 20 x 7 / 35 = 4 and 16
UPDATE grid_draw SET energy = '12 MWh' WHERE account_id = 5 AND month = '2027-01-01';
INSERT INTO published_cap (year, kind, region, cap) VALUES (2027, 'in_province_pool', '500000', '20 MWh'), (2027, 'out_of_province_buyer', '500000', '5 MWh'), (2027, 'out_of_province_seller', '650000', '50 MWh');
SELECT pg_temp.claim('hydro of 5', 3, 5, 5, '2027-03-01', mode => 'existing_hydro'), pg_temp.claim('pool of 5', 2, 5, 40, '2027-03-02'), pg_temp.claim('pool of 6', 2, 6, 28, '2027-03-03');
SELECT FROM pg_temp.rule('pool_sharing', 2027, 'pro_rata');
SELECT pg_temp.run(2027);
SELECT * FROM pg_temp.shared(2027);
-- what a pool cuts leaves room for the next step: 5 has 12 - 5 - 4 = 3 left for
-- certificates from A, 6 has 484; they share 5 as 3 to 9: 1,250,000 and 3,750,000
SELECT pg_temp.claim('out of 5', 1, 5, 7, '2027-03-04', 'out_of_province_trade'), pg_temp.claim('out of 6', 1, 6, 9, '2027-03-05', 'out_of_province_trade');
SELECT pg_temp.run(2027);
SELECT * FROM pg_temp.shared(2027);
SELECT account, w, t, c, excess FROM users WHERE year = 2027 AND c > 0 ORDER BY account;
-- several claims of one user share as one: 8 of the pool's 20 is 5's share of 14
-- to 21; its draw of 19 holds 5 + 10 + 4 of its claims of 5, 10 and 40
UPDATE grid_draw SET energy = '19 MWh' WHERE account_id = 5 AND month = '2027-01-01';
UPDATE grid_draw SET energy = '21 MWh' WHERE account_id = 6 AND month = '2027-01-01';
SELECT pg_temp.claim('pool of 5, first', 2, 5, 10, '2027-03-01');
SELECT pg_temp.run(2027);
SELECT * FROM pg_temp.shared(2027) WHERE document LIKE 'pool%' OR document LIKE 'hydro%';

-- 2028: three claims of the same size and a pool that cannot be divided: 100 MWh
-- and 1 Wh by three
INSERT INTO published_cap (year, kind, region, cap) VALUES (2028, 'in_province_pool', '500000', '100000.001 kWh');
SELECT pg_temp.claim('x ' || u, 2, u, 50, '2028-02-29') FROM (VALUES (5), (6), (7)) AS v(u);
SELECT FROM pg_temp.rule('pool_sharing', 2028, 'pro_rata');
SELECT pg_temp.run(2028);
SELECT * FROM pg_temp.shared(2028);
-- 1 Wh: one of them gets it
UPDATE published_cap SET cap = '0.001 kWh' WHERE year = 2028;
SELECT pg_temp.run(2028);
SELECT * FROM pg_temp.shared(2028);
-- the provincial account shares like anybody else, without a grid draw: 50 of 200
UPDATE published_cap SET cap = '100 MWh' WHERE year = 2028;
SELECT pg_temp.claim('x 8', 2, 8, 50, '2028-03-01', region => '500000');
SELECT pg_temp.run(2028);
SELECT * FROM pg_temp.shared(2028);
-- of other provinces: pools apart
SELECT pg_temp.claim('y 9', 4, 9, 7, '2028-03-01');
INSERT INTO published_cap (year, kind, region, cap) VALUES (2028, 'in_province_pool', '510000', '5 MWh');
SELECT pg_temp.run(2028);
SELECT * FROM pg_temp.shared(2028) WHERE account IN (5, 9);

-- 2029: by_date makes one step of all claims: each pool is shared among those
-- that stand under it.  5 draws 30: of its claims by day in-province 20, then
-- from A 10 of 20.  The pool of 20 is shared 20 : 20, the other of 15
-- 10 : 20; what the pools leave of the grid draw of 5 is no step's any more
UPDATE grid_draw SET energy = '30 MWh' WHERE account_id = 5 AND month = '2029-01-01';
INSERT INTO published_cap (year, kind, region, cap) VALUES (2029, 'in_province_pool', '500000', '20 MWh'), (2029, 'out_of_province_buyer', '500000', '15 MWh'), (2029, 'out_of_province_seller', '650000', '50 MWh');
SELECT pg_temp.claim('d1', 2, 5, 20, '2029-03-01'), pg_temp.claim('d2', 1, 5, 20, '2029-03-02', 'out_of_province_trade'), pg_temp.claim('d3', 2, 6, 20, '2029-03-03'), pg_temp.claim('d4', 1, 6, 20, '2029-03-04', 'out_of_province_trade');
SELECT FROM pg_temp.rule('pool_sharing', 2029, 'pro_rata');
SELECT FROM pg_temp.rule('claim_fill_order', 2029, 'by_date');
SELECT pg_temp.run(2029);
SELECT * FROM pg_temp.shared(2029);

-- 2030: green power that is not the first step.  Its retired certificates count
-- in the trade, and stand once among the claims whatever the step of the trade
INSERT INTO published_cap (year, kind, region, cap) VALUES (2030, 'in_province_pool', '500000', '100 MWh');
INSERT INTO energy_trade (contract, month, kind, from_province, to_province, buyer, buyer_region, settled, certificate_settled) VALUES ('green', '2030-01-01', 'green_power', '500000', '500000', 5, '500100', '10 MWh', '10 MWh');
UPDATE grid_draw SET energy = '14 MWh' WHERE account_id = 5 AND month = '2030-01-01';
SELECT pg_temp.claim('green', 2, 5, 10, '2030-03-01', mode => 'green_power'), pg_temp.claim('pool', 2, 5, 10, '2030-03-02');
SELECT FROM pg_temp.rule('claim_fill_order', 2030, 'in_province_trade,nuclear,transfer,green_power,spot_trade,voluntary_trade,out_of_province_trade');
SELECT pg_temp.run(2030);
SELECT document, identification, wh(claimed) AS claimed, wh(recognised) AS recognised, reason FROM recognition WHERE year = 2030 ORDER BY 1, 2;
SELECT FROM pg_temp.rule('pool_sharing', 2030, 'pro_rata');
SELECT pg_temp.run(2030);
SELECT document, identification, wh(claimed) AS claimed, wh(recognised) AS recognised, reason FROM recognition WHERE year = 2030 ORDER BY 1, 2;
