-- energy_trade: what energy trade between provinces counts, how a unified
-- purchase is shared, and in which order trade fills the caps of provinces.
-- MWh; each part has a year of its own.
\set SHOW_CONTEXT never
\getenv abs_srcdir PG_ABS_SRCDIR
\set fixture :abs_srcdir '/test/fixture/accounts.sql'
\o /dev/null
\set ECHO none
\i :fixture
\set ECHO all
\o
\set trade 'INSERT INTO energy_trade (contract, month, kind, market, from_province, to_province, settled, certificate_settled)'

-- what one line counts: green power its certificates; conventional and nuclear
-- the settled volume, or the smaller of contract and settlement; others the
-- settled volume
SELECT kind, one_to_one, trim_scale(mwh(energy_trade_counted(kind, '4 MWh', '7 MWh', '3 MWh', one_to_one))) AS contract_4_settled_7_certificates_3,
       trim_scale(mwh(energy_trade_counted(kind, '9 MWh', '7 MWh', '3 MWh', one_to_one))) AS contract_9
FROM unnest(enum_range(NULL::energy_trade_kind)) AS kind, unnest(ARRAY[true, false]) AS one_to_one ORDER BY kind, one_to_one DESC;
-- without a contract volume there is no smaller one: the table demands it
SELECT energy_trade_counted('conventional', NULL, '7 MWh', '3 MWh', true);
\set VERBOSITY terse
INSERT INTO energy_trade (contract, month, kind, from_province, to_province, settled, one_to_one) VALUES ('x', '2026-01-01', 'nuclear', '650000', '500000', '1 MWh', false);
\set VERBOSITY default

--
-- 2026: unified purchase of market east (上海 31, 江苏 32, 浙江 33)
--
-- 浙江 generates nuclear power: 10 for 上海 by agreement, 4 that stay at home by
-- agreement, and 100 and 7 Wh for all.  By consumption 200 : 500 : 300 the 100
-- are 20, 50 and 30; of 7 Wh the first gets 7 x 0.2 = 1, the first two
-- 7 x 0.7 = 4, so they are 1, 3 and 3.  What 浙江 gets itself stays at home.
-- 湖北 (42), no province of the market, sells 50: 10, 25 and 15
INSERT INTO market_province (year, market, province) VALUES (2026, 'east', '310000'), (2026, 'east', '320000'), (2026, 'east', '330000'),
    (2025, 'east', '370000'), (2026, 'north', '110000'), (2026, 'north', '130000');
INSERT INTO published_consumption (year, region, consumption) VALUES (2026, '310000', '200 GWh'), (2026, '320000', '500 GWh'), (2026, '330000', '300 GWh'), (2026, '110000', '100 GWh');
INSERT INTO unified_purchase (purchase, month, kind, market, from_province, to_province, volume) VALUES
    ('Qinshan', '2026-01-01', 'nuclear', 'east', '330000', '310000', '10 MWh'), ('Qinshan', '2026-01-01', 'nuclear', 'east', '330000', '330000', '4 MWh'),
    ('Qinshan', '2026-01-01', 'nuclear', 'east', '330000', NULL, '100 MWh'), ('Qinshan', '2026-12-01', 'nuclear', 'east', '330000', NULL, '0.007 kWh'),
    ('Gezhouba', '2026-02-01', 'conventional', 'east', '420000', NULL, '50 MWh'),
    ('Qinshan', '2027-01-01', 'nuclear', 'east', '330000', NULL, '1000 MWh'), ('Qinshan', '2025-12-01', 'nuclear', 'east', '330000', '310000', '1000 MWh');
SELECT purchase, month, kind, from_province AS "from", to_province AS "to", wh(volume) AS wh, agreed FROM unified_purchase_share(2026)
ORDER BY purchase COLLATE "C" DESC, month, agreed DESC, to_province;
-- every purchase is shared out whole
SELECT purchase, month, sum(volume) FROM unified_purchase_share(2026) GROUP BY purchase, month ORDER BY purchase COLLATE "C", month;
-- only what crosses a border is trade between provinces
SELECT contract, month, category, kind, from_province AS "from", to_province AS "to", wh(volume) AS wh, settled = volume AS settled FROM energy_trade_volume(2026)
ORDER BY contract COLLATE "C" DESC, month, to_province;
-- T: 上海 10 + 20 + 1 Wh + 10, 江苏 50 + 3 Wh + 25, 浙江 15 - 10 - 20 - 50 - 4 Wh, 湖北 -50
INSERT INTO interprovincial_flow (year, market, from_province, to_province, flow) VALUES (2026, 'east', '330000', '310000', '100 MWh'), (2026, 'east', '330000', '320000', '100 MWh'),
    (2026, 'east', '420000', '310000', '30 MWh'), (2026, 'east', '420000', '320000', '30 MWh'), (2026, 'east', '420000', '330000', '30 MWh');
INSERT INTO published_generation (year, province, source, generated, on_grid) VALUES (2026, '330000', 'nuclear', '500 MWh', '480 MWh'), (2026, '420000', 'hydro', '300 MWh', '300 MWh'),
    (2026, '650000', 'wind', '0 kWh', '0 kWh'), (2026, '500000', 'wind', '0 kWh', '0 kWh'), (2026, '500000', 'hydro', '0 kWh', '0 kWh'), (2026, '510000', 'wind', '0 kWh', '0 kWh');
SELECT pg_temp.run(2026);
SELECT province, wh(generation) AS g, wh(energy_trade) AS t FROM province_account WHERE year = 2026 AND net_received <> '0 kWh' ORDER BY province;
-- double entry, and conservation: E adds up to what was generated
SELECT sum(energy_trade) AS t, sum(allocation) AS s, sum(non_fossil) AS e, sum(generation) AS g FROM province_account WHERE year = 2026;
SELECT market, sum(energy_trade) FILTER (WHERE direction = 'sent') = sum(energy_trade) FILTER (WHERE direction = 'received') AS balanced FROM interprovincial_account WHERE year = 2026 GROUP BY market;
SELECT * FROM account_warning WHERE year = 2026;

-- a province of the market whose consumption is not known: nobody shares the
-- rest, for the others would pay; what was agreed counts.  So it is where the
-- market has no provinces, or all their consumption is 0
DELETE FROM published_consumption WHERE region = '320000';
INSERT INTO unified_purchase (purchase, month, market, from_province, to_province, volume) VALUES
    ('Xin''an', '2026-03-01', 'nowhere', '330000', NULL, '5 MWh'), ('Fengman', '2026-03-01', 'north', '220000', NULL, '6 MWh'), ('Fengman', '2026-04-01', 'north', '220000', NULL, '1 MWh');
SELECT pg_temp.run(2026);
SELECT warning, region, rule, detail FROM account_warning WHERE year = 2026 ORDER BY region, detail;
SELECT purchase, to_province AS "to", volume, agreed FROM unified_purchase_share(2026) ORDER BY purchase COLLATE "C", month, to_province;
SELECT province, wh(energy_trade) AS t FROM province_account WHERE year = 2026 AND energy_trade <> '0 kWh' ORDER BY province;
SELECT sum(energy_trade) AS t, sum(non_fossil) AS e, sum(generation) AS g FROM province_account WHERE year = 2026;
INSERT INTO published_consumption (year, region, consumption) VALUES (2026, '320000', '0 kWh'), (2026, '130000', '0 kWh');
UPDATE published_consumption SET consumption = '0 kWh' WHERE year = 2026;
SELECT count(*) AS shared FROM unified_purchase_share(2026) WHERE NOT agreed AND to_province IS NOT NULL;
-- one province that consumes gets all
UPDATE published_consumption SET consumption = '1 kWh' WHERE region = '110000';
SELECT purchase, month, to_province AS "to", volume FROM unified_purchase_share(2026) WHERE purchase = 'Fengman' ORDER BY month, to_province;
-- what the table refuses: kinds that have no unified purchase, no market, a city
SELECT * FROM pg_temp.refused(
    $$INSERT INTO unified_purchase (purchase, month, kind, market, from_province, volume) VALUES ('x', '2026-01-01', 'fossil', 'east', '330000', '1 MWh')$$,
    $$INSERT INTO unified_purchase (purchase, month, market, from_province, volume) VALUES ('x', '2026-01-01', '', '330000', '1 MWh')$$,
    $$INSERT INTO unified_purchase (purchase, month, market, from_province, volume) VALUES ('x', '2026-01-01', 'east', '330100', '1 MWh')$$,
    $$INSERT INTO unified_purchase (purchase, month, market, from_province, volume) VALUES ('x', '2026-01-01', 'east', '330000', '-1 MWh')$$,
    $$INSERT INTO unified_purchase (purchase, month, market, from_province, volume) VALUES ('Fengman', '2026-03-01', 'north', '220000', '1 MWh')$$,
    $$INSERT INTO market_province (year, market, province) VALUES (2026, 'east', '310100')$$);

--
-- 2027: the order in which trade fills what B received (25): each kind has 10,
-- the unified purchase in January, the others later
--
INSERT INTO interprovincial_flow (year, from_province, to_province, flow) VALUES (2027, '650000', '500000', '25 MWh');
:trade VALUES
    ('green', '2027-05-01', 'green_power', 'national', '650000', '500000', '10 MWh', '10 MWh'), ('conventional 1', '2027-04-01', 'conventional', 'national', '650000', '500000', '6 MWh', '0 kWh'),
    ('conventional 0', '2027-04-01', 'conventional', 'national', '650000', '500000', '1 MWh', '0 kWh'), ('conventional 2', '2027-03-01', 'conventional', 'national', '650000', '500000', '3 MWh', '0 kWh'),
    ('nuclear', '2027-02-01', 'nuclear', 'national', '650000', '500000', '10 MWh', '0 kWh');
INSERT INTO unified_purchase (purchase, month, market, from_province, to_province, volume) VALUES ('purchase', '2027-01-01', 'national', '650000', '500000', '10 MWh');
-- green power 10, conventional 10, nuclear 5 of 10
SELECT pg_temp.run(2027);
SELECT category, month, document, claimed, recognised, reason FROM trades WHERE year = 2027 ORDER BY recognised DESC, document COLLATE "C";
-- the other way round: purchase 10, nuclear 10; then of conventional trade
-- March 3, and in April by contract 1 and 1 of 6
SELECT FROM pg_temp.rule('energy_trade_fill_order', 2027, 'unified_purchase,nuclear,conventional,green_power');
SELECT pg_temp.run(2027);
SELECT category, month, document, claimed, recognised, reason FROM trades WHERE year = 2027 ORDER BY recognised DESC, document COLLATE "C";
-- a unified purchase of nuclear power is a purchase, and has its place
UPDATE unified_purchase SET kind = 'nuclear' WHERE purchase = 'purchase';
SELECT pg_temp.run(2027);
SELECT category, sum(recognised) AS recognised FROM trades WHERE year = 2027 GROUP BY category ORDER BY recognised DESC, category COLLATE "C";
-- each step once: one misses, one is twice, one is unknown, by_date is for claims
\set VERBOSITY default
SELECT FROM pg_temp.rule('energy_trade_fill_order', 2027, 'green_power,conventional,nuclear');
SELECT * FROM run_accounts(2027);
\echo :LAST_ERROR_SQLSTATE
SELECT FROM pg_temp.rule('energy_trade_fill_order', 2027, 'green_power,conventional,nuclear,nuclear');
SELECT * FROM run_accounts(2027);
\echo :LAST_ERROR_SQLSTATE
SELECT FROM pg_temp.rule('energy_trade_fill_order', 2027, 'green_power,conventional,nuclear,unified_purchase,unified_purchase');
SELECT * FROM run_accounts(2027);
\echo :LAST_ERROR_SQLSTATE
SELECT FROM pg_temp.rule('energy_trade_fill_order', 2027, 'green_power,conventional,nuclear,fossil');
SELECT * FROM run_accounts(2027);
\echo :LAST_ERROR_SQLSTATE
SELECT FROM pg_temp.rule('energy_trade_fill_order', 2027, 'by_date');
SELECT * FROM run_accounts(2027);
\echo :LAST_ERROR_SQLSTATE
-- a refused run leaves the last results
SELECT category, sum(recognised) AS recognised FROM trades WHERE year = 2027 GROUP BY category ORDER BY recognised DESC, category COLLATE "C";

--
-- 2028: caps on both sides of a trade.  A may send 12 and received 5 from C; B
-- received 30, C 9.  Trade fills by month: January A to B 8; February A to C 3 and C
-- to B 10; March A to B 6, of which A can send 1; April C to B 12: B has room
-- for 30 - 8 - 10 - 1 = 11, C for 20 - 10 = 10
--
INSERT INTO published_cap (year, kind, region, cap) VALUES (2028, 'province_out', '650000', '12 MWh'), (2028, 'province_out', '510000', '20 MWh'),
    (2028, 'province_in', '500000', '30 MWh'), (2028, 'province_in', '510000', '9 MWh');
:trade VALUES
    ('1', '2028-01-01', 'green_power', 'national', '650000', '500000', '8 MWh', '8 MWh'), ('2', '2028-02-01', 'green_power', 'national', '650000', '510000', '3 MWh', '3 MWh'),
    ('3', '2028-02-01', 'green_power', 'national', '510000', '500000', '10 MWh', '10 MWh'), ('4', '2028-03-01', 'green_power', 'national', '650000', '500000', '6 MWh', '6 MWh'),
    ('5', '2028-04-01', 'green_power', 'national', '510000', '500000', '12 MWh', '12 MWh'), ('6', '2028-05-01', 'green_power', 'national', '500000', '650000', '1 MWh', '1 MWh');
SELECT pg_temp.run(2028);
-- B announced nothing to send, and A nothing to receive: 0
SELECT document, "from", "to", claimed, recognised, reason FROM trades WHERE year = 2028 ORDER BY document COLLATE "C";
SELECT kind, region, cap, published, claimed, recognised FROM caps WHERE year = 2028 ORDER BY kind, region;
SELECT sum(energy_trade) AS t, sum(non_fossil) = sum(generation) AS conserved FROM province_account WHERE year = 2028;
