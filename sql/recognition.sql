-- recognition: what is claimed for the accounts, the caps, and what of the
-- claims is recognised.  Each part has a year of its own.
\set SHOW_CONTEXT never
\getenv abs_srcdir PG_ABS_SRCDIR
\set fixture :abs_srcdir '/test/fixture/ledger.sql'
\o /dev/null
\i :fixture
-- 1 generates in 新疆 (A); 2 wind, 3 existing hydro, 4 own use in 重庆 (B); 5
-- to 7 are users of B, 8 is its provincial account, 9 an agent in B, 10 a
-- user of 四川 (C), 11 generates in C
SELECT register_account('generator', 'A wind', '650100', personal_id => 'g1', opened_on => '2020-01-01');
SELECT register_account('generator', 'B wind', '500100', personal_id => 'g2', opened_on => '2020-01-01');
SELECT register_account('generator', 'B hydro', '500100', personal_id => 'g3', opened_on => '2020-01-01');
SELECT register_account('generator', 'B roof', '500100', personal_id => 'g4', opened_on => '2020-01-01');
SELECT register_account('user', 'user 5', '500100', personal_id => 'u5', opened_on => '2020-01-01');
SELECT register_account('user', 'user 6', '500100', personal_id => 'u6', opened_on => '2020-01-01');
SELECT register_account('user', 'user 7', '500200', personal_id => 'u7', opened_on => '2020-01-01');
SELECT register_account('provincial', 'B', '500000', opened_on => '2020-01-01');
SELECT register_account('agent', 'agent', '500100', personal_id => 'a9', opened_on => '2020-01-01');
SELECT register_account('user', 'user of C', '510100', personal_id => 'u10', opened_on => '2020-01-01');
SELECT register_account('generator', 'C wind', '510100', personal_id => 'g11', opened_on => '2020-01-01');
SELECT register_project('65000000000000001', 'A wind', 1, '650100', 'wind', 1000000, '2021-01-01', registered_on => '2021-01-01');
SELECT register_project('50000000000000001', 'B wind', 2, '500100', 'wind', 1000000, '2021-01-01', registered_on => '2021-01-01');
SELECT register_project('50000000000000002', 'B hydro', 3, '500100', 'hydro', 1000000, '2001-01-01', registered_on => '2021-01-01');
SELECT register_project('50000000000000003', 'B roof', 4, '500100', 'solar', 10000, '2021-01-01', registered_on => '2021-01-01');
SELECT register_project('51000000000000001', 'C wind', 11, '510100', 'wind', 1000000, '2021-01-01', registered_on => '2021-01-01');
INSERT INTO generation
SELECT p, make_date(y, 6, 1), c, '1000 MWh'
FROM generate_series(2026, 2030) AS y,
     (VALUES ('65000000000000001', 'on_grid'::volume_class), ('50000000000000001', 'on_grid'), ('50000000000000002', 'on_grid'),
             ('50000000000000003', 'self_use'), ('50000000000000003', 'off_grid'), ('51000000000000001', 'on_grid')) AS g(p, c);
INSERT INTO generation VALUES ('50000000000000001', '2026-12-01', 'on_grid', '10 MWh'), ('50000000000000001', '2027-01-01', 'on_grid', '10 MWh');
INSERT INTO issuance (ref, month, effective_on) SELECT 'issue ' || m, m, m + 50 FROM (SELECT DISTINCT month FROM generation) AS g(m) ORDER BY m;
-- flows that bind nothing, unless a part says otherwise
INSERT INTO interprovincial_flow (year, from_province, to_province, flow)
SELECT y, f, t, '1 GWh' FROM generate_series(2026, 2030) AS y, (VALUES ('650000'::region, '500000'::region), ('510000', '500000'), ('650000', '510000')) AS p(f, t);
\o
CREATE TEMP VIEW claim AS
SELECT year, account_id AS account, city, category, from_province AS "from", document, mwh(claimed)::numeric(9,3) AS claimed,
       mwh(recognised)::numeric(9,3) AS recognised, mwh(excess)::numeric(9,3) AS excess, reason
FROM recognition WHERE tier = 'user';
CREATE FUNCTION pg_temp.run(year integer) RETURNS text LANGUAGE sql BEGIN ATOMIC
    SELECT format('%s lines of recognition in %s', sum(lines), year) FROM run_accounts(year) WHERE phase IN ('energy trade', 'claims');
END;

-- 2025: what energy trade counts
\set columns '(contract, month, kind, from_province, to_province, buyer, buyer_region, contracted, settled, certificate_settled, one_to_one, dedicated)'
INSERT INTO energy_trade :columns VALUES
    ('green', '2025-01-01', 'green_power', '650000', '500000', 5, '500100', NULL, '12 MWh', '10 MWh', true, false),
    ('green', '2025-02-01', 'green_power', '650000', '500000', 5, '500100', '1 MWh', '5 MWh', '5 MWh', false, false),
    ('one-to-one', '2025-01-01', 'conventional', '650000', '500000', NULL, NULL, '5 MWh', '9 MWh', '2 MWh', true, false),
    ('monthly', '2025-01-01', 'conventional', '650000', '500000', NULL, NULL, '10 MWh', '12 MWh', '0 kWh', false, false),
    ('monthly', '2025-02-01', 'conventional', '650000', '500000', NULL, NULL, '15 MWh', '9 MWh', '0 kWh', false, false),
    -- by the year it would be 25; by the month 5 + 0
    ('opposite months', '2025-03-01', 'conventional', '510000', '500000', NULL, NULL, '25 MWh', '5 MWh', '0 kWh', false, false),
    ('opposite months', '2025-04-01', 'conventional', '510000', '500000', NULL, NULL, '0 kWh', '20 MWh', '20 MWh', false, false),
    ('nuclear', '2025-05-01', 'nuclear', '510000', '500000', 6, '500100', '3 MWh', '4 MWh', '0 kWh', false, false),
    ('dedicated', '2025-01-01', 'fossil', '650000', '500000', NULL, NULL, NULL, '60 MWh', '0 kWh', true, true),
    ('other fossil', '2025-01-01', 'fossil', '650000', '500000', NULL, NULL, NULL, '30 MWh', '0 kWh', true, false),
    ('spot', '2025-01-01', 'spot', '650000', '500000', NULL, NULL, NULL, '8 MWh', '0 kWh', true, false),
    ('spot', '2025-02-01', 'spot', '650000', '510000', NULL, NULL, NULL, '1 MWh', '0 kWh', true, false),
    ('spot', '2025-03-01', 'spot', '510000', '500000', NULL, NULL, NULL, '4 MWh', '0 kWh', true, false),
    ('in B', '2025-01-01', 'conventional', '500000', '500000', NULL, NULL, '7 MWh', '6 MWh', '6 MWh', false, false),
    ('in B fossil', '2025-01-01', 'fossil', '500000', '500000', NULL, NULL, NULL, '99 MWh', '0 kWh', true, false),
    ('in B nuclear', '2025-01-01', 'nuclear', '500000', '500000', 6, '500100', NULL, '2 MWh', '0 kWh', true, false),
    -- one contract, one buyer: counties of a city are one, cities are two
    ('places', '2025-06-01', 'green_power', '500000', '500000', 7, '500101', NULL, '1 MWh', '1 MWh', true, false),
    ('places', '2025-06-01', 'green_power', '500000', '500000', 7, '500103', NULL, '2 MWh', '2 MWh', true, false),
    ('places', '2025-06-01', 'green_power', '500000', '500000', 7, '500229', NULL, '4 MWh', '4 MWh', true, false),
    -- of other years
    ('green', '2024-12-01', 'green_power', '650000', '500000', 5, '500100', NULL, '1000 MWh', '1000 MWh', true, false),
    ('green', '2026-01-01', 'green_power', '650000', '500000', 5, '500100', NULL, '1 MWh', '1 MWh', true, false);
SELECT contract, kind, from_province AS "from", to_province AS "to", buyer, buyer_city, dedicated,
       mwh(volume)::numeric(9,3) AS volume, mwh(settled)::numeric(9,3) AS settled, mwh(certificate_settled)::numeric(9,3) AS certificate_settled
FROM energy_trade_volume(2025) ORDER BY kind, contract COLLATE "C", from_province, to_province, buyer, buyer_city, month;
SELECT sum(volume) FROM energy_trade_volume(2024);
SELECT count(*) FROM energy_trade_volume(2023);
SELECT count(*) FROM energy_trade_volume(NULL);
-- between provinces and within them: both together are all
SELECT b AS between, count(*), sum(volume) FROM (VALUES (true), (false), (NULL)) AS v(b), LATERAL energy_trade_volume(2025, b) GROUP BY b ORDER BY b;
SELECT count(*) FROM (SELECT * FROM energy_trade_volume(2025) EXCEPT ALL (SELECT * FROM energy_trade_volume(2025, true) UNION ALL SELECT * FROM energy_trade_volume(2025, false))) AS d;
SELECT bool_and(from_province <> to_province) AS between, (SELECT bool_and(from_province = to_province) FROM energy_trade_volume(2025, false)) AS within FROM energy_trade_volume(2025, true);

-- 2025: every kind of cap, computed.  Received by B 250 - 60 dedicated, sent
-- by A 205 - 60; spot sold by A 9 and by C 4, bought by B 12 and by C 1; route
-- 2(b) of A 9 - 2 + 19, of C 5 of March and nothing of April, when certificates
-- of more than what counts moved
INSERT INTO interprovincial_flow (year, market, from_province, to_province, flow) VALUES
    (2025, 'national', '650000', '500000', '200 MWh'), (2025, 'national', '510000', '500000', '20 MWh'),
    (2025, 'southwest', '510000', '500000', '30 MWh'), (2025, 'national', '650000', '000000', '5 MWh'), (2025, 'national', '000000', '510000', '3 MWh');
SELECT pg_temp.run(2025);
CREATE TEMP VIEW cap AS
SELECT year, kind, region, from_province, mwh(cap)::numeric(9,3) AS cap, published, mwh(recognised)::numeric(9,3) AS recognised FROM recognition_cap;
SELECT * FROM pg_temp.cap WHERE year = 2025 ORDER BY kind, region, from_province;
-- and published ones in their place, also where none is computed
INSERT INTO published_cap (year, kind, region, from_province, cap) VALUES
    (2025, 'province_in', '500000', NULL, '18 MWh'), (2025, 'province_out', '650000', NULL, '16 MWh'),
    (2025, 'spot_pair', '500000', '650000', '7 MWh'), (2025, 'spot_pair', '110000', '130000', '1 MWh'),
    (2025, 'in_province_pool', '500000', NULL, '0 kWh'), (2025, 'out_of_province_buyer', '500000', NULL, '27 MWh'),
    (2025, 'out_of_province_seller', '650000', NULL, '28 MWh'), (2025, 'province_in', '540000', NULL, '2 MWh');
SELECT pg_temp.run(2025);
SELECT * FROM pg_temp.cap WHERE year = 2025 ORDER BY kind, region, from_province;
-- energy trade under the caps of both provinces: green power, conventional,
-- nuclear.  A may send 16, B receive 18: green 15; of 21 MWh from A 1, then B has 2 left
SELECT tier, province, city, account_id AS account, category, from_province AS "from", document, mwh(claimed)::numeric(9,3) AS claimed,
       mwh(recognised)::numeric(9,3) AS recognised, mwh(excess)::numeric(9,3) AS excess, reason
FROM recognition WHERE year = 2025 ORDER BY tier, category, document COLLATE "C", city, month;
-- a dedicated trade above the flow leaves no cap below zero
INSERT INTO energy_trade :columns VALUES ('too dedicated', '2024-01-01', 'fossil', '650000', '500000', NULL, NULL, NULL, '60 MWh', '0 kWh', true, true);
INSERT INTO interprovincial_flow (year, from_province, to_province, flow) VALUES (2024, '650000', '500000', '50 MWh');
SELECT pg_temp.run(2024);
SELECT * FROM pg_temp.cap WHERE year = 2024 ORDER BY kind, region;

-- G4: generated 2026-12, retired 2027-02: accounting year 2026
INSERT INTO energy_trade :columns VALUES
    ('pool', '2026-01-01', 'conventional', '500000', '500000', NULL, NULL, NULL, '100 MWh', '0 kWh', true, false),
    ('pool', '2027-01-01', 'conventional', '500000', '500000', NULL, NULL, NULL, '100 MWh', '0 kWh', true, false);
INSERT INTO grid_draw (account_id, region, month, energy) VALUES (6, '500100', '2026-07-01', '100 MWh'), (6, '500100', '2027-01-01', '100 MWh');
SELECT quantity FROM transfer_certificates('g4', 2, 6, certificates => (SELECT gecmultirange(certificates) FROM issuance_line WHERE month = '2026-12-01'), effective_on => '2027-02-10');
SELECT quantity FROM retire('g4', 6, 2026, 10, effective_on => '2027-02-20');
SELECT pg_temp.run(2026), pg_temp.run(2027);
SELECT * FROM pg_temp.claim WHERE document = 'g4';
-- G5: a certificate of 2027 cannot be claimed for 2026, only disclosed
SELECT quantity FROM transfer_certificates('g4 other', 2, 6, certificates => (SELECT gecmultirange(certificates) FROM issuance_line WHERE month = '2027-01-01'), effective_on => '2027-03-10');
SELECT quantity FROM retire('wrong year', 6, 2026, 10, effective_on => '2027-03-20');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM retire('disclosed', 6, 2026, 10, regime => 'voluntary', effective_on => '2027-03-20');
SELECT pg_temp.run(2026), pg_temp.run(2027);
SELECT count(*) FROM recognition WHERE document = 'disclosed';

-- 2028: the order in which claims fill the grid draw of a user: 10 MWh of each
-- kind, and a grid draw of 65; the later a kind was traded, the earlier it
-- stands in the order, so that time is no help
INSERT INTO energy_trade :columns VALUES
    ('2028 green', '2028-01-01', 'green_power', '500000', '500000', 5, '500100', NULL, '10 MWh', '10 MWh', true, false),
    ('2028 nuclear', '2028-01-01', 'nuclear', '500000', '500000', 5, '500100', NULL, '10 MWh', '0 kWh', true, false),
    ('2028 in B', '2028-01-01', 'conventional', '500000', '500000', NULL, NULL, NULL, '100 MWh', '0 kWh', true, false),
    ('2028 A to B', '2028-01-01', 'conventional', '650000', '500000', NULL, NULL, NULL, '100 MWh', '0 kWh', true, false),
    ('2028 spot', '2028-01-01', 'spot', '650000', '500000', NULL, NULL, NULL, '100 MWh', '0 kWh', true, false);
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, certificates, route, effective_on)
SELECT v.ref, v.mode::trade_mode, v.giver, 5, 10, gecmultirange(gecrange(lower(l.certificates) + v.skip, lower(l.certificates) + v.skip + 10)), v.route::route, v.day::date
FROM (VALUES ('2028 out', 'bilateral', 1, 0, 'out_of_province_trade', '2028-08-01'), ('2028 voluntary', 'bilateral', 1, 10, 'voluntary_trade', '2028-08-02'),
             ('2028 spot', 'bilateral', 1, 20, 'spot_trade', '2028-08-03'), ('2028 in', 'auction', 2, 0, NULL, '2028-08-04'),
             ('2028 hydro', 'existing_hydro', 3, 0, NULL, '2028-08-05')) AS v(ref, mode, giver, skip, route, day)
JOIN project AS p ON p.owner = v.giver
JOIN issuance_line AS l ON l.project_code = p.project_code AND l.month = '2028-06-01';
SELECT sum(quantity) FROM retire('2028', 5, 2028, 50, effective_on => '2028-09-01');
INSERT INTO grid_draw (account_id, region, month, energy) VALUES (5, '500100', '2028-01-01', '65 MWh');
SELECT pg_temp.run(2028);
SELECT category, claimed, recognised, excess, reason FROM pg_temp.claim WHERE year = 2028 ORDER BY recognised DESC, category COLLATE "C";
SELECT mwh(grid_draw) AS w, mwh(energy_trade) AS t, mwh(certificate_trade) AS c, mwh(excess) AS excess FROM user_account WHERE year = 2028 AND account_id = 5;
-- the grid draw goes down to 25 and up to 70
UPDATE grid_draw SET energy = '25 MWh' WHERE account_id = 5 AND month = '2028-01-01';
SELECT pg_temp.run(2028);
SELECT category, claimed, recognised, excess, reason FROM pg_temp.claim WHERE year = 2028 ORDER BY recognised DESC, category COLLATE "C";
UPDATE grid_draw SET energy = '70 MWh' WHERE account_id = 5 AND month = '2028-01-01';
SELECT pg_temp.run(2028);
SELECT sum(recognised) AS recognised, sum(excess) AS excess FROM pg_temp.claim WHERE year = 2028;
-- a rule may order otherwise
INSERT INTO rule (name, effective_from, value, unit, description, source, status)
SELECT name, '2028-01-01', 'out_of_province_trade,voluntary_trade,spot_trade,in_province_trade,transfer,nuclear,green_power', unit, description, 'test', status
FROM rule WHERE name = 'claim_fill_order';
UPDATE grid_draw SET energy = '25 MWh' WHERE account_id = 5 AND month = '2028-01-01';
SELECT pg_temp.run(2028);
SELECT category, claimed, recognised, excess, reason FROM pg_temp.claim WHERE year = 2028 ORDER BY recognised DESC, category COLLATE "C";
DELETE FROM rule WHERE name = 'claim_fill_order' AND effective_from = '2028-01-01';

-- 2029: caps of provinces and pools, first come by time of trade, whoever
-- retires first; every reason.  In B 60 in the pool (U7: 40 and 20 of 30);
-- route 2(b) 25 for B, 20 of them from A, 5 from C; spot 15; sent by A 76 + 35, received by C 35
INSERT INTO energy_trade :columns VALUES
    ('2029 in B', '2029-01-01', 'conventional', '500000', '500000', NULL, NULL, NULL, '60 MWh', '0 kWh', true, false),
    ('2029 A to B', '2029-01-01', 'conventional', '650000', '500000', NULL, NULL, NULL, '20 MWh', '0 kWh', true, false),
    ('2029 C to B', '2029-01-01', 'conventional', '510000', '500000', NULL, NULL, NULL, '9 MWh', '4 MWh', true, false),
    ('2029 spot', '2029-01-01', 'spot', '650000', '500000', NULL, NULL, NULL, '15 MWh', '0 kWh', true, false);
UPDATE interprovincial_flow SET flow = CASE to_province WHEN '510000' THEN '35 MWh' ELSE '76 MWh' END::energy WHERE year = 2029 AND from_province = '650000';
INSERT INTO grid_draw (account_id, region, month, energy)
SELECT u, r, '2029-01-01', '500 MWh' FROM (VALUES (5, '500100'::region), (6, '500100'), (7, '500200'), (10, '510100')) AS g(u, r);
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, certificates, route, effective_on)
SELECT v.ref, 'bilateral', v.giver, v.taker, v.quantity, gecmultirange(gecrange(lower(l.certificates) + v.skip, lower(l.certificates) + v.skip + v.quantity)), v.route::route, v.day::date
FROM (VALUES ('2029 pool first', 2, 5, 0, 40, NULL, '2029-08-01'), ('2029 pool second', 2, 6, 40, 30, NULL, '2029-08-02'), ('2029 pool third', 2, 7, 70, 5, NULL, '2029-08-03'),
             ('2029 out A', 1, 6, 0, 22, 'out_of_province_trade', '2029-08-01'), ('2029 out C', 11, 7, 0, 7, 'out_of_province_trade', '2029-08-02'), ('2029 out C late', 11, 5, 7, 1, 'out_of_province_trade', '2029-08-04'),
             ('2029 spot', 1, 5, 22, 18, 'spot_trade', '2029-08-05'),
             ('2029 to C', 1, 10, 40, 37, NULL, '2029-08-01'), ('2029 to B', 1, 7, 77, 50, NULL, '2029-08-02'))
     AS v(ref, giver, taker, skip, quantity, route, day)
JOIN project AS p ON p.owner = v.giver
JOIN issuance_line AS l ON l.project_code = p.project_code AND l.month = '2029-06-01';
INSERT INTO retirement (ref, account_id, quantity, regime, consumption_year, beneficiary, region, effective_on)
SELECT '2029 of ' || u, u, q, 'mandatory', 2029, u, r, d::date
FROM (VALUES (7, 62, '500200'::region, '2029-09-01'), (6, 52, '500100', '2029-09-02'), (5, 59, '500100', '2029-09-03'), (10, 37, '510100', '2029-09-04')) AS v(u, q, r, d);
SELECT pg_temp.run(2029);
SELECT category, "from", account, city, claimed, recognised, excess, reason FROM pg_temp.claim WHERE year = 2029 ORDER BY category COLLATE "C", "from", account;
SELECT * FROM pg_temp.cap WHERE year = 2029 ORDER BY kind, region, from_province;
-- nothing of a user's excess is counted twice or lost
SELECT account_id, mwh(certificate_trade) AS c, mwh(excess) AS excess FROM user_account WHERE year = 2029 ORDER BY account_id;

-- 2030: routes that count elsewhere.  Green power counts in T by its
-- settlement, own use in P by its supply, what a producer made it never
-- acquired; its green certificates do not count once more
INSERT INTO energy_trade :columns VALUES
    ('2030 green', '2030-01-01', 'green_power', '500000', '500000', 5, '500100', NULL, '12 MWh', '12 MWh', true, false),
    ('2030 in B', '2030-01-01', 'conventional', '500000', '500000', NULL, NULL, NULL, '50 MWh', '0 kWh', true, false);
INSERT INTO grid_draw (account_id, region, month, energy) VALUES
    (5, '500100', '2030-01-01', '100 MWh'), (2, '500100', '2030-01-01', '100 MWh'), (4, '500100', '2030-01-01', '100 MWh'),
    (6, '500100', '2030-01-01', '8 MWh'), (6, '500101', '2030-02-01', '1 MWh'), (6, '500200', '2030-01-01', '20 MWh'), (10, '510100', '2030-01-01', '100 MWh');
INSERT INTO physical_supply (account_id, region, month, kind, energy) VALUES (5, '500100', '2030-01-01', 'self_use', '5 MWh');
SELECT sum(quantity) FROM transfer_certificates('2030 green', 2, 5, 12, 'green_power', price => 5, contract => '2030 green', effective_on => '2030-08-01', certificates => (SELECT gecmultirange(gecrange(lower(certificates), lower(certificates) + 12)) FROM issuance_line WHERE project_code = '50000000000000001' AND month = '2030-06-01'));
SELECT sum(quantity) FROM retire('2030 green', 5, 2030, 12, effective_on => '2030-09-01');
SELECT sum(quantity) FROM transfer_certificates('2030 self', 4, 5, 5, 'self_use', contract => 'emc', proof => 'paid', effective_on => '2030-08-01', certificates => (SELECT gecmultirange(gecrange(lower(certificates), lower(certificates) + 5)) FROM issuance_line WHERE project_code = '50000000000000003' AND month = '2030-06-01' AND volume_class = 'self_use'));
SELECT sum(quantity) FROM retire('2030 self', 5, 2030, 5, effective_on => '2030-09-01');
SELECT sum(quantity) FROM transfer_certificates('2030 off', 4, 5, 3, 'off_grid', proof => 'paid', effective_on => '2030-08-01', certificates => (SELECT gecmultirange(gecrange(lower(certificates), lower(certificates) + 3)) FROM issuance_line WHERE project_code = '50000000000000003' AND month = '2030-06-01' AND volume_class = 'off_grid'));
SELECT sum(quantity) FROM retire('2030 off', 5, 2030, 3, effective_on => '2030-09-01');
SELECT sum(quantity) FROM retire('2030 own', 2, 2030, certificates => (SELECT gecmultirange(gecrange(lower(certificates) + 12, lower(certificates) + 19)) FROM issuance_line WHERE project_code = '50000000000000001' AND month = '2030-06-01'), effective_on => '2030-09-01');
-- the provincial account: what it allocates counts for the user, what it
-- retires itself counts for the province, under no grid draw, for no city
SELECT sum(quantity) FROM transfer_certificates('2030 hydro', 3, 8, 40, 'existing_hydro', effective_on => '2030-08-01', certificates => (SELECT gecmultirange(gecrange(lower(certificates), lower(certificates) + 40)) FROM issuance_line WHERE project_code = '50000000000000002' AND month = '2030-06-01'));
SELECT sum(quantity) FROM transfer_certificates('2030 allocated', 8, 5, 10, 'allocation', proof => 'plan', effective_on => '2030-08-02');
SELECT sum(quantity) FROM retire('2030 allocated', 5, 2030, 10, effective_on => '2030-09-01');
SELECT sum(quantity) FROM retire('2030 provincial', 8, 2030, 20, effective_on => '2030-09-01');
SELECT sum(quantity) FROM retire('2030 provincial in a city', 8, 2030, 10, region => '500100', effective_on => '2030-09-01');
SELECT sum(quantity) FROM transfer_certificates('2030 bought', 1, 8, 6, effective_on => '2030-08-03', certificates => (SELECT gecmultirange(gecrange(lower(certificates), lower(certificates) + 6)) FROM issuance_line WHERE project_code = '65000000000000001' AND month = '2030-06-01'));
SELECT sum(quantity) FROM retire('2030 bought', 8, 2030, 6, effective_on => '2030-09-01');
-- an agent retires for a user: the user claims, not the holder; in its two
-- cities user 6 has a grid draw each
SELECT sum(quantity) FROM transfer_certificates('2030 agent', 2, 9, 42, effective_on => '2030-08-04', certificates => (SELECT gecmultirange(gecrange(lower(certificates) + 100, lower(certificates) + 142)) FROM issuance_line WHERE project_code = '50000000000000001' AND month = '2030-06-01'));
SELECT sum(quantity) FROM retire('2030 for 6 at home', 9, 2030, 15, beneficiary => 6, effective_on => '2030-09-01');
SELECT sum(quantity) FROM retire('2030 for 6 away', 9, 2030, 15, beneficiary => 6, region => '500236', effective_on => '2030-09-02');
-- what disclosure retires never counts, within the year or not
SELECT sum(quantity) FROM retire('2030 disclosed', 9, 2030, 5, regime => 'voluntary', beneficiary => 5, effective_on => '2030-09-03');
-- consumed in another province it is no certificate of that province any more
SELECT sum(quantity) FROM retire('2030 for C', 9, 2030, 4, beneficiary => 10, effective_on => '2030-09-04');
SELECT pg_temp.run(2030);
SELECT document, account, city, category, "from", claimed, recognised, excess, reason FROM pg_temp.claim WHERE year = 2030 ORDER BY document COLLATE "C", category, recognised DESC;
SELECT account_id, city, mwh(grid_draw) AS w, mwh(physical) AS p, mwh(energy_trade) AS t, mwh(certificate_trade) AS c, mwh(excess) AS excess
FROM user_account WHERE year = 2030 ORDER BY account_id, city;
SELECT province, mwh(energy_trade) AS t, mwh(certificate_trade) AS c FROM province_account WHERE year = 2030 ORDER BY province;
SELECT * FROM pg_temp.cap WHERE year = 2030 AND (recognised > 0 OR kind = 'in_province_pool') ORDER BY kind, region, from_province;

-- every certificate of the mandatory regime is claimed once, others never
SELECT v.vintage, sum(quantity(m.certificates)) FILTER (WHERE r.regime = 'mandatory') AS mandatory,
       sum(quantity(m.certificates)) FILTER (WHERE r.regime = 'voluntary') AS voluntary,
       (SELECT mwh(sum(c.claimed))::numeric(9,3) FROM recognition c WHERE c.year = v.vintage AND c.identification = 'certificate_trade') AS claimed
FROM retirement r JOIN movement m ON m.document = 'retirement' AND m.document_id = r.retirement_id,
     LATERAL (SELECT extract(year FROM production_month(lower(m.certificates)))::integer) AS v(vintage)
GROUP BY v.vintage ORDER BY v.vintage;
