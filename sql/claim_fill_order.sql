-- claim_fill_order: the order in which claims fill a user's grid draw, by step
-- or by date, and green power that counts once its certificates are retired
-- (rules claim_fill_order and green_power_needs_retirement).  MWh; each part
-- has a year of its own.
\set SHOW_CONTEXT never
\getenv abs_srcdir PG_ABS_SRCDIR
\set fixture :abs_srcdir '/test/fixture/accounts.sql'
\o /dev/null
\set ECHO none
\i :fixture
\set ECHO all
\o
INSERT INTO interprovincial_flow (year, from_province, to_province, flow)
SELECT y, f, t, '1 GWh' FROM generate_series(2026, 2030) AS y, (VALUES ('650000'::region, '500000'::region), ('510000', '500000')) AS p(f, t);
\set trade 'INSERT INTO energy_trade (contract, month, kind, from_province, to_province, buyer, buyer_region, settled, certificate_settled)'

--
-- 2026: user 5 draws 25 and claims 10 each: green power of January, certificates
-- traded in B on February 28, nuclear power of March (its first day), hydro
-- certificates of March 1 and certificates from C traded on March 2
--
INSERT INTO grid_draw (account_id, region, month, energy) VALUES (5, '500100', '2026-01-01', '25 MWh'), (6, '500100', '2026-01-01', '100 MWh');
:trade VALUES ('green', '2026-01-01', 'green_power', '500000', '500000', 5, '500100', '10 MWh', '10 MWh'), ('nuclear', '2026-03-01', 'nuclear', '500000', '500000', 5, '500100', '10 MWh', '0 kWh'),
    ('pool', '2026-01-01', 'conventional', '500000', '500000', NULL, NULL, '100 MWh', '0 kWh');
SELECT pg_temp.claim('in B', 2, 5, 10, '2026-02-28'), pg_temp.claim('hydro', 3, 5, 10, '2026-03-01', mode => 'existing_hydro'), pg_temp.claim('from C', 4, 5, 10, '2026-03-02');
-- by step: green 10, nuclear 10, hydro 5
SELECT pg_temp.run(2026);
SELECT document, category, recognised, excess, reason FROM claims WHERE year = 2026 ORDER BY recognised DESC, document COLLATE "C";
-- by date: green 10, in B 10; on March 1 the certificates, which have a document of
-- their trade, come before the energy: hydro 5
SELECT FROM pg_temp.rule('claim_fill_order', 2026, 'by_date');
SELECT pg_temp.run(2026);
SELECT document, category, recognised, excess, reason FROM claims WHERE year = 2026 ORDER BY recognised DESC, document COLLATE "C";
-- the same by date where pools are shared pro rata
SELECT md5(string_agg(r::text, ',' ORDER BY r::text)) AS recognition FROM recognition AS r WHERE year = 2026 \gset first_
SELECT FROM pg_temp.rule('pool_sharing', 2026, 'pro_rata');
SELECT pg_temp.run(2026);
SELECT md5(string_agg(r::text, ',' ORDER BY r::text)) = :'first_recognition' AS same FROM recognition AS r WHERE year = 2026;
SELECT account, w, t, c, excess FROM users WHERE year = 2026 ORDER BY account;
-- 2031: by date, green and nuclear power of one contract, month and volume differ
-- by their category only, and are walked in its order, however they are stored
SELECT FROM pg_temp.rule('claim_fill_order', 2031, 'by_date');
INSERT INTO grid_draw (account_id, region, month, energy) VALUES (5, '500100', '2031-01-01', '15 MWh');
INSERT INTO energy_trade (contract, month, kind, from_province, to_province, buyer, buyer_region, settled, certificate_settled) VALUES
    ('x', '2031-01-01', 'nuclear', '500000', '500000', 5, '500100', '10 MWh', '0 kWh'),
    ('x', '2031-01-01', 'green_power', '500000', '500000', 5, '500100', '10 MWh', '10 MWh');
SELECT pg_temp.run(2031);
SELECT category, recognised, excess, reason FROM recognition WHERE year = 2031 ORDER BY category;
SET enable_hashagg = off;
SELECT pg_temp.run(2031);
SELECT category, recognised, excess, reason FROM recognition WHERE year = 2031 ORDER BY category;
SELECT FROM pg_temp.rule('pool_sharing', 2031, 'pro_rata');
SELECT pg_temp.run(2031);
RESET enable_hashagg;
SELECT category, recognised, excess, reason FROM recognition WHERE year = 2031 ORDER BY category;

-- each step once: one misses, one is twice, one is unknown, one has a space, by_date is not alone
SELECT FROM pg_temp.rule('claim_fill_order', 2026, 'green_power,nuclear,transfer,in_province_trade,spot_trade,voluntary_trade');
SELECT * FROM run_accounts(2026);
\echo :LAST_ERROR_SQLSTATE
SELECT FROM pg_temp.rule('claim_fill_order', 2026, 'green_power,nuclear,transfer,in_province_trade,spot_trade,voluntary_trade,voluntary_trade');
SELECT * FROM run_accounts(2026);
\echo :LAST_ERROR_SQLSTATE
SELECT FROM pg_temp.rule('claim_fill_order', 2026, 'green_power,nuclear,transfer,in_province_trade,spot_trade,voluntary_trade,self_use');
SELECT * FROM run_accounts(2026);
\echo :LAST_ERROR_SQLSTATE
SELECT FROM pg_temp.rule('claim_fill_order', 2026, 'green_power, nuclear,transfer,in_province_trade,spot_trade,voluntary_trade,out_of_province_trade');
SELECT * FROM run_accounts(2026);
\echo :LAST_ERROR_SQLSTATE
SELECT FROM pg_temp.rule('claim_fill_order', 2026, 'by_date,green_power');
SELECT * FROM run_accounts(2026);
\echo :LAST_ERROR_SQLSTATE

--
-- 2027: what was bought in one day fills by its document, whoever retires first
--
INSERT INTO published_cap (year, kind, region, cap) VALUES (2027, 'in_province_pool', '500000', '25 MWh');
INSERT INTO grid_draw (account_id, region, month, energy) VALUES (5, '500100', '2027-01-01', '100 MWh'), (6, '500100', '2027-01-01', '100 MWh');
SELECT quantity FROM transfer_certificates('trade 2', 2, 5, 20, filter => make_certificate_filter(2027), effective_on => '2027-03-01');
SELECT quantity FROM transfer_certificates('trade 1', 2, 6, 20, filter => make_certificate_filter(2027), effective_on => '2027-03-01');
SELECT quantity FROM retire('retired 1', 5, 2027, 20, effective_on => '2027-03-02');
SELECT quantity FROM retire('retired 2', 6, 2027, 20, effective_on => '2027-03-03');
SELECT pg_temp.run(2027);
SELECT document, account, recognised, reason FROM claims WHERE year = 2027 ORDER BY document COLLATE "C";

--
-- 2028: green power counts for its buyer once its certificates are retired.
-- 5 bought 10 and 5 in B and retired 12: 10 and 2.  6 bought 20 from A and
-- retired 12 at home, 4 in its other city, where it bought 3: 12 and 3.  7
-- bought 5 and retired 8: 5.  Nuclear power has no certificates: 6.  The
-- provincial account bought 9 and retired 4: 4.  9 in C retired none: 0
--
INSERT INTO grid_draw (account_id, region, month, energy)
SELECT u, r, '2028-01-01', '100 MWh' FROM (VALUES (5, '500100'::region), (6, '500100'), (6, '500200'), (7, '500200'), (9, '510100')) AS g(u, r);
:trade VALUES ('green 5 a', '2028-01-01', 'green_power', '500000', '500000', 5, '500100', '10 MWh', '10 MWh'), ('green 5 b', '2028-02-01', 'green_power', '500000', '500000', 5, '500100', '5 MWh', '5 MWh'),
    ('green 6', '2028-01-01', 'green_power', '650000', '500000', 6, '500100', '20 MWh', '20 MWh'), ('green 6 there', '2028-01-01', 'green_power', '500000', '500000', 6, '500200', '3 MWh', '3 MWh'),
    ('green 7', '2028-01-01', 'green_power', '500000', '500000', 7, '500200', '5 MWh', '5 MWh'), ('nuclear 7', '2028-01-01', 'nuclear', '500000', '500000', 7, '500200', '6 MWh', '0 kWh'),
    ('green 8', '2028-01-01', 'green_power', '500000', '500000', 8, '500100', '9 MWh', '9 MWh'), ('green 9', '2028-01-01', 'green_power', '510000', '510000', 9, '510100', '7 MWh', '7 MWh');
SELECT pg_temp.claim('certificates 5', 2, 5, 12, '2028-02-29', mode => 'green_power'), pg_temp.claim('certificates 6', 1, 6, 12, '2028-03-01', mode => 'green_power'),
       pg_temp.claim('certificates 6 there', 2, 6, 4, '2028-03-01', region => '500236', mode => 'green_power'), pg_temp.claim('certificates 7', 2, 7, 8, '2028-03-01', mode => 'green_power'),
       pg_temp.claim('certificates 8', 2, 8, 4, '2028-03-01', region => '500000', mode => 'green_power');
-- by default what was settled counts, retired or not
SELECT pg_temp.run(2028);
SELECT sum(recognised) AS t, sum(excess) FILTER (WHERE reason <> 'counted_in_energy_trade') AS excess FROM claims WHERE year = 2028 AND category IN ('green_power', 'nuclear');
SELECT FROM pg_temp.rule('green_power_needs_retirement', 2028, 'yes');
SELECT pg_temp.run(2028);
SELECT document, account, city, category, claimed, recognised, reason FROM claims WHERE year = 2028 ORDER BY document COLLATE "C";
SELECT account, city, w, t, c, excess FROM users WHERE year = 2028 AND account > 4 ORDER BY account, city;
-- between the provinces the settled volume counts either way
SELECT document, recognised FROM trades WHERE year = 2028;
SELECT province, mwh(energy_trade) AS t FROM province_account WHERE year = 2028 ORDER BY province;
-- step by step it is the same
SELECT pg_temp.digest(2028) AS first \gset
SELECT FROM pg_temp.rule('pool_sharing', 2028, 'pro_rata');
SELECT pg_temp.run(2028);
SELECT pg_temp.digest(2028) = :'first' AS same;
-- the grid draw may be the tighter one: 5 draws 11, 10 and 1
UPDATE grid_draw SET energy = '11 MWh' WHERE account_id = 5 AND month = '2028-01-01';
SELECT pg_temp.run(2028);
SELECT document, recognised, reason FROM claims WHERE year = 2028 AND account = 5 ORDER BY document COLLATE "C";
SELECT FROM pg_temp.rule('green_power_needs_retirement', 2028, 'perhaps');
SELECT * FROM run_accounts(2028);
\echo :LAST_ERROR_SQLSTATE
