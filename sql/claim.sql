SET client_min_messages = warning;
DROP EXTENSION IF EXISTS certledger CASCADE;
DROP SCHEMA IF EXISTS certledger CASCADE;
CREATE EXTENSION certledger;
RESET client_min_messages;
SET search_path = certledger, public;
SET datestyle = ISO;
\set SHOW_CONTEXT never
SELECT create_ledger();
SELECT register_account('generator', 'plant', '500100', personal_id => 'a', opened_on => '2024-01-01') AS plant,
       register_account('user', 'mill', '500100', personal_id => 'b', opened_on => '2024-01-01') AS mill,
       register_account('user', 'works', '500100', personal_id => 'c', opened_on => '2024-01-01') AS works,
       register_account('agent', 'retailer', '500100', personal_id => 'd', opened_on => '2024-01-01') AS retailer,
       register_account('provincial', '重庆', '500000', opened_on => '2024-01-01') AS province;
SELECT register_project('10000000000000001', 'wind', 1, '500100', 'wind', 100000, '2020-01-01', registered_on => '2024-01-01');
SELECT register_project('10000000000000002', 'hydro', 1, '500100', 'hydro', 100000, '2020-01-01', registered_on => '2024-01-01');
INSERT INTO generation VALUES ('10000000000000001', '2026-01-01', 'on_grid', '10000 MWh'), ('10000000000000001', '2026-01-01', 'self_use', '1000 MWh'),
    ('10000000000000001', '2025-12-01', 'on_grid', '10000 MWh'), ('10000000000000002', '2026-01-01', 'on_grid', '1000 MWh');
INSERT INTO issuance (ref, month, effective_on) VALUES ('2025-12', '2025-12-01', '2026-01-10'), ('2026-01', '2026-01-01', '2026-02-10');
-- the mill draws 960 MWh in one city and 40 in another in 2026, and trades 300 MWh of green and 100.5 MWh of nuclear power in the first
INSERT INTO grid_draw (account_id, region, month, energy)
SELECT 2, '500100', make_date(2026, m, 1), '80 MWh' FROM generate_series(1, 12) AS m UNION ALL VALUES (2, '500200'::region, '2026-01-01'::date, '40 MWh'::energy), (2, '500100', '2025-12-01', '5000 MWh'), (2, '500100', '2027-01-01', '5000 MWh');
INSERT INTO energy_trade (contract, month, kind, from_province, to_province, buyer, buyer_region, contracted, settled, certificate_settled, one_to_one) VALUES
    ('green', '2026-03-01', 'green_power', '500000', '500000', 2, '500100', NULL, '350 MWh', '300 MWh', true),
    ('nuclear', '2026-03-01', 'nuclear', '450000', '500000', 2, '500100', '100 MWh', '200 MWh', '0 MWh', false),
    ('nuclear', '2026-12-01', 'nuclear', '450000', '500000', 2, '500100', '100 MWh', '500 kWh', '0 MWh', false),
    ('conventional', '2026-03-01', 'conventional', '500000', '500000', 2, '500100', NULL, '900 MWh', '0 MWh', true),
    ('conventional', '2025-12-01', 'conventional', '500000', '500000', NULL, NULL, NULL, '900 MWh', '0 MWh', true),
    ('green', '2025-12-01', 'green_power', '500000', '500000', 2, '500100', NULL, '350 MWh', '300 MWh', true),
    ('green', '2027-01-01', 'green_power', '500000', '500000', 2, '500100', NULL, '350 MWh', '300 MWh', true),
    ('other', '2026-03-01', 'green_power', '500000', '500000', 3, '500100', NULL, '350 MWh', '300 MWh', true);
CREATE FUNCTION pg_temp.run(month date, serial bigint, quantity bigint, class volume_class DEFAULT 'on_grid') RETURNS gecmultirange LANGUAGE sql
RETURN gecmultirange(make_gecrange(make_gec(CASE class WHEN 'existing_hydro' THEN '10000000000000002' ELSE '10000000000000001' END, month, serial, class, class = 'on_grid'), quantity));
SELECT sum(quantity) FROM transfer_certificates('sale', 1, 2, certificates => pg_temp.run('2026-01-01', 1, 3000), effective_on => '2026-03-01');
SELECT sum(quantity) FROM transfer_certificates('last year', 1, 2, certificates => pg_temp.run('2025-12-01', 1, 3000), effective_on => '2026-03-01');
SELECT sum(quantity) FROM transfer_certificates('green', 1, 2, certificates => pg_temp.run('2026-01-01', 3001, 300), mode => 'green_power', price => 5, contract => 'green', effective_on => '2026-03-31');
SELECT sum(quantity) FROM transfer_certificates('roof', 1, 2, certificates => pg_temp.run('2026-01-01', 1, 500, 'self_use'), mode => 'self_use', contract => 'c', proof => 'p', effective_on => '2026-03-31');
SELECT sum(quantity) FROM transfer_certificates('stock', 1, 4, certificates => pg_temp.run('2026-01-01', 4001, 3000), effective_on => '2026-03-01');
SELECT sum(quantity) FROM transfer_certificates('hydro', 1, 5, certificates => pg_temp.run('2026-01-01', 1, 500, 'existing_hydro'), mode => 'existing_hydro', effective_on => '2026-03-01');
SELECT sum(quantity) FROM transfer_certificates('plan', 5, 2, certificates => pg_temp.run('2026-01-01', 1, 100, 'existing_hydro'), mode => 'allocation', proof => 'filed', effective_on => '2026-03-02');

-- the totals, by account and as provinces and cities have them, whatever the slots
CREATE TEMP VIEW claims AS SELECT * FROM claim_total ORDER BY beneficiary, year, region, route, from_province;
CREATE TEMP VIEW pools AS SELECT year, region, route, from_province AS "from", month, sum(certificates) AS certificates FROM claim_pool GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5;
CREATE TEMP VIEW gates AS SELECT year, province, direction, sum(certificates) AS certificates FROM claim_gate GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;

--
-- By default nothing is refused: claims are counted, and the accounts record what is beyond the cap as voluntary
--
SELECT rule_value('excess_policy', '2026-04-01');
SELECT sum(quantity) FROM retire('works 1', 4, 2026, beneficiary => 3, certificates => pg_temp.run('2026-01-01', 4001, 10), effective_on => '2026-04-01');
SELECT sum(quantity) FROM retire('mill 1', 2, 2026, certificates => pg_temp.run('2026-01-01', 1, 100), effective_on => '2026-04-01');
SELECT * FROM claims;
-- what feeds another term of the accounts, or none, is not counted: green power (T), self-use (P), the producer's own
SELECT sum(quantity) FROM retire('mill 2', 2, 2026, certificates => pg_temp.run('2026-01-01', 3001, 300), effective_on => '2026-04-01');
SELECT sum(quantity) FROM retire('mill 3', 2, 2026, certificates => pg_temp.run('2026-01-01', 1, 50, 'self_use'), effective_on => '2026-04-01');
SELECT sum(quantity) FROM retire('plant 1', 1, 2026, beneficiary => 2, certificates => pg_temp.run('2026-01-01', 7001, 50), effective_on => '2026-04-01');
-- nor is a voluntary claim; a claim of another year counts for that year
SELECT sum(quantity) FROM retire('mill 4', 2, 2026, regime => 'voluntary', certificates => pg_temp.run('2026-01-01', 101, 50), effective_on => '2026-04-01');
SELECT sum(quantity) FROM retire('mill 5', 2, 2025, certificates => pg_temp.run('2025-12-01', 1, 40), effective_on => '2026-04-01');
SELECT * FROM claims;
-- repeating a reference counts nothing, nor does a refused statement or one that is rolled back
SELECT sum(quantity) FROM retire('mill 1', 2, 2026, certificates => pg_temp.run('2026-01-01', 1, 100), effective_on => '2026-04-01');
SELECT sum(quantity) FROM retire('mill 6', 2, 2026, certificates => pg_temp.run('2026-01-01', 1, 100), effective_on => '2026-04-01');
BEGIN;
SELECT sum(quantity) FROM retire('mill 7', 2, 2026, certificates => pg_temp.run('2026-01-01', 151, 100), effective_on => '2026-04-01');
SELECT * FROM claims;
ROLLBACK;
SELECT * FROM claims;
-- far beyond the cap: no refusal
BEGIN;
SELECT sum(quantity) FROM retire('mill 8', 2, 2026, certificates => pg_temp.run('2026-01-01', 151, 2500), effective_on => '2026-04-01');
ROLLBACK;
SELECT * FROM pools;
SELECT * FROM gates;
-- totals are written by postings only
INSERT INTO claim_total VALUES (3, 2030, '500100', 'hydro_transfer', '500000', 1);
\echo :LAST_ERROR_SQLSTATE
UPDATE claim_total SET certificates = 1;
DELETE FROM claim_total;
TRUNCATE claim_total;
\set VERBOSITY terse
INSERT INTO claim_pool VALUES (2030, '500000', 'in_province_trade', '500000', 0, 0, 1);
UPDATE claim_pool SET certificates = 1;
DELETE FROM claim_pool;
TRUNCATE claim_pool;
INSERT INTO claim_gate VALUES (2030, '500000', 'in', 0, 1);
UPDATE claim_gate SET certificates = 1;
DELETE FROM claim_gate;
TRUNCATE claim_gate;
\set VERBOSITY default

--
-- Rule excess_policy: reject, for documents from 2026-05-01 on
--
INSERT INTO rule (name, effective_from, value, unit, description, source, status)
SELECT name, '2026-05-01', 'reject', unit, description, 'decision of the provincial authority', 'confirmed' FROM rule WHERE name = 'excess_policy';
-- grid draw 960 MWh less 300 MWh of green and 100.5 MWh of nuclear power: 559 certificates, of which 100 were claimed before
SELECT sum(quantity) FROM retire('mill 9', 2, 2026, certificates => pg_temp.run('2026-01-01', 151, 500), effective_on => '2026-05-01');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM retirement WHERE ref = 'mill 9';
-- a day earlier the old policy holds
BEGIN;
SELECT sum(quantity) FROM retire('mill 9', 2, 2026, certificates => pg_temp.run('2026-01-01', 151, 500), effective_on => '2026-04-30');
ROLLBACK;
-- to the brim
SELECT sum(quantity) FROM retire('mill 9', 2, 2026, certificates => pg_temp.run('2026-01-01', 151, 360), effective_on => '2026-05-01');
-- an allocation and an agent's claim count as well; whoever holds the certificates
SELECT sum(quantity) FROM retire('mill 10', 2, 2026, certificates => pg_temp.run('2026-01-01', 1, 100, 'existing_hydro'), effective_on => '2026-05-01');
\echo :LAST_ERROR_SQLSTATE
SELECT sum(quantity) FROM retire('mill 11', 4, 2026, 100, beneficiary => 2, effective_on => '2026-05-01');
SELECT sum(quantity) FROM retire('mill 12', 2, 2026, certificates => pg_temp.run('2026-01-01', 1, 99, 'existing_hydro'), effective_on => '2026-05-01');
SELECT sum(quantity) FROM retire('mill 13', 4, 2026, 1, beneficiary => 2, effective_on => '2026-05-01');
SELECT * FROM claims;
-- what is not counted is not refused: voluntary claims, green power, self-use; and the cap is of one year
SELECT sum(quantity) FROM retire('mill 14', 2, 2026, 100, 'voluntary', effective_on => '2026-05-01');
SELECT sum(quantity) FROM transfer_certificates('green 2', 1, 2, certificates => pg_temp.run('2026-01-01', 3301, 10), mode => 'green_power', price => 5, contract => 'green', effective_on => '2026-04-30');
SELECT sum(quantity) FROM retire('mill 14 green', 2, 2026, certificates => pg_temp.run('2026-01-01', 3301, 10), effective_on => '2026-05-01');
SELECT sum(quantity) FROM retire('mill 15', 2, 2026, certificates => pg_temp.run('2026-01-01', 51, 50, 'self_use'), effective_on => '2026-05-01');
SELECT sum(quantity) FROM retire('mill 16', 2, 2025, certificates => pg_temp.run('2025-12-01', 501, 100), effective_on => '2026-05-01');
-- each city has a grid draw of its own: 40 MWh in the other one
SELECT sum(quantity) FROM retire('mill away', 2, 2026, certificates => pg_temp.run('2026-01-01', 701, 41), region => '500236', effective_on => '2026-05-01');
SELECT sum(quantity) FROM retire('mill away', 2, 2026, certificates => pg_temp.run('2026-01-01', 701, 40), region => '500236', effective_on => '2026-05-01');
-- who names no more than the province claims for the city of the account, if it is the account's province
SELECT sum(quantity) FROM retire('mill anywhere', 4, 2026, 1, beneficiary => 2, region => '500000', effective_on => '2026-05-01');
SELECT sum(quantity) FROM retire('mill abroad', 4, 2026, 1, beneficiary => 2, region => '510000', effective_on => '2026-05-01');
-- no grid draw, no claim; trade beyond grid draw leaves none either
SELECT sum(quantity) FROM retire('retailer', 4, 2026, 1, effective_on => '2026-05-01');
SELECT sum(quantity) FROM retire('works 2', 4, 2026, 1, beneficiary => 3, effective_on => '2026-05-01');
INSERT INTO grid_draw VALUES (3, '500100', '2026-01-01', '100 MWh');
SELECT sum(quantity) FROM retire('works 2', 4, 2026, 1, beneficiary => 3, effective_on => '2026-05-01');
-- charging of storage is grid draw, unless its rule says otherwise: 309 less 300 of green power, 10 claimed before
INSERT INTO storage_charge (account_id, region, month, kind, charged, discharged) VALUES (3, '500112', '2026-02-01', 'new_storage', '209 MWh', '100 MWh');
SELECT sum(quantity) FROM retire('works 2', 4, 2026, 1, beneficiary => 3, effective_on => '2026-05-01');
UPDATE storage_charge SET charged = '211 MWh';
SELECT sum(quantity) FROM retire('works 2', 4, 2026, 1, beneficiary => 3, effective_on => '2026-05-01');
-- a provincial account claims for the province, wherever it says: it has no grid draw of its own
SELECT sum(quantity) FROM retire('province', 5, 2026, certificates => pg_temp.run('2026-01-01', 101, 100, 'existing_hydro'), region => '500100', effective_on => '2026-05-01');
-- more consumption reported, more may be claimed
INSERT INTO grid_draw VALUES (2, '500112', '2026-06-01', '500 kWh');
SELECT sum(quantity) FROM retire('mill 13', 4, 2026, 1, beneficiary => 2, region => '500000', effective_on => '2026-07-01');
SELECT sum(quantity) FROM retire('mill 17', 4, 2026, 1, beneficiary => 2, effective_on => '2026-07-01');
-- a statement is refused whole, and its documents count together; one of them under the old policy does not save it
INSERT INTO grid_draw VALUES (2, '500113', '2026-07-01', '10 MWh');
INSERT INTO retirement (ref, account_id, quantity, regime, consumption_year, beneficiary, region, effective_on)
VALUES ('one', 2, 6, 'mandatory', 2026, 2, '500100', '2026-07-01'), ('two', 2, 5, 'mandatory', 2026, 2, '500100', '2026-07-01');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO retirement (ref, account_id, quantity, regime, consumption_year, beneficiary, region, effective_on)
VALUES ('one', 2, 6, 'mandatory', 2026, 2, '500100', '2026-04-01'), ('two', 2, 5, 'mandatory', 2026, 2, '500100', '2026-07-01');
INSERT INTO retirement (ref, account_id, quantity, regime, consumption_year, beneficiary, region, effective_on)
VALUES ('one', 2, 6, 'mandatory', 2026, 2, '500100', '2026-07-01'), ('two', 2, 4, 'mandatory', 2026, 2, '500100', '2026-07-01');
-- wholly under the old policy it is posted, and what is judged afterwards finds it
BEGIN;
INSERT INTO retirement (ref, account_id, quantity, regime, consumption_year, beneficiary, region, effective_on)
VALUES ('three', 2, 6, 'mandatory', 2026, 2, '500100', '2026-04-01'), ('four', 2, 5, 'mandatory', 2026, 2, '500100', '2026-04-01');
SELECT sum(quantity) FROM retire('five', 2, 2026, 1, effective_on => '2026-07-01');
ROLLBACK;
SELECT * FROM claims;
SELECT * FROM pools;
SELECT * FROM gates;

--
-- The caps of cities, provinces and pools: 2027, A is 650000, B is 500000, C is 510000
--
SELECT register_account('generator', 'A wind', '650100', personal_id => 'e', opened_on => '2024-01-01') AS a_wind,
       register_account('user', 'away', '500200', personal_id => 'f', opened_on => '2024-01-01') AS away,
       register_account('user', 'C', '510100', personal_id => 'g', opened_on => '2024-01-01') AS c;
SELECT register_project('65000000000000001', 'A wind', 6, '650100', 'wind', 100000, '2020-01-01', registered_on => '2024-01-01');
INSERT INTO generation VALUES ('10000000000000001', '2027-01-01', 'on_grid', '5000 MWh'), ('10000000000000002', '2027-01-01', 'on_grid', '1000 MWh'), ('65000000000000001', '2027-01-01', 'on_grid', '5000 MWh');
INSERT INTO issuance (ref, month, effective_on) VALUES ('2027-01', '2027-01-01', '2027-02-10');
INSERT INTO grid_draw SELECT u, r, '2027-02-01', '1000 MWh' FROM (VALUES (2, '500100'::region), (3, '500100'), (7, '500200'), (8, '510100')) AS g(u, r);
-- somebody buys certificates from their producer and claims them
CREATE FUNCTION pg_temp.claim(ref text, seller bigint, buyer bigint, quantity bigint, day date DEFAULT '2027-03-01', route route DEFAULT NULL, mode trade_mode DEFAULT 'bilateral')
    RETURNS numeric LANGUAGE sql AS $$
    SELECT count(*) FROM transfer_certificates($1, $2, $3, $4, $7, route => $6, effective_on => $5,
        filter => make_certificate_filter(2027, source => CASE WHEN $7 = 'existing_hydro' THEN 'hydro'::energy_source ELSE 'wind' END));
    SELECT sum(quantity) FROM retire($1, $3, 2027, $4, effective_on => greatest($5, '2027-04-01'));
$$;
-- nothing was traded yet: all caps are 0
SELECT pg_temp.claim('in', 1, 2, 1);
\echo :LAST_ERROR_SQLSTATE
SELECT pg_temp.claim('spot', 6, 2, 1, route => 'spot_trade');
SELECT pg_temp.claim('voluntary', 6, 2, 1, route => 'voluntary_trade');
SELECT pg_temp.claim('out', 6, 2, 1, route => 'out_of_province_trade');
-- but what the provincial account allocates, or moved with hydropower, stands under grid draw only
SELECT pg_temp.claim('hydro 2027', 1, 2, 5, mode => 'existing_hydro');
-- B trades 100 within; A sends it 200, of which 30 green, 50 conventional (20 with their certificates), 10 nuclear, 5 by a unified purchase, 12 fossil of dedicated plants
INSERT INTO interprovincial_flow (year, from_province, to_province, flow) VALUES (2027, '650000', '500000', '212 MWh'), (2027, '650000', '510000', '20 MWh');
INSERT INTO energy_trade (contract, month, kind, from_province, to_province, buyer, buyer_region, settled, certificate_settled, dedicated) VALUES
    ('in B', '2027-01-01', 'conventional', '500000', '500000', NULL, NULL, '100 MWh', '0 kWh', false), ('green', '2027-01-01', 'green_power', '650000', '500000', 2, '500100', '35 MWh', '30 MWh', false),
    ('conventional', '2027-01-01', 'conventional', '650000', '500000', NULL, NULL, '50 MWh', '20 MWh', false), ('nuclear', '2027-01-01', 'nuclear', '650000', '500000', NULL, NULL, '10 MWh', '0 kWh', false),
    ('spot', '2027-01-01', 'spot', '650000', '500000', NULL, NULL, '40 MWh', '0 kWh', false), ('coal', '2027-01-01', 'fossil', '650000', '500000', NULL, NULL, '12 MWh', '0 kWh', true);
INSERT INTO unified_purchase (purchase, month, market, from_province, to_province, volume) VALUES ('dam', '2027-01-01', 'west', '650000', '500000', '5 MWh');
-- the pool of B: 100
SELECT pg_temp.claim('in 1', 1, 2, 60), pg_temp.claim('in 2', 1, 3, 40);
SELECT pg_temp.claim('in 3', 1, 3, 1);
-- route 2(b): 50 - 20 and the unified purchase for B as for A; B's side is looked at first
SELECT pg_temp.claim('out 1', 6, 2, 36, route => 'out_of_province_trade');
SELECT pg_temp.claim('out 1', 6, 2, 35, route => 'out_of_province_trade');
SELECT pg_temp.claim('out 2', 6, 8, 1, route => 'out_of_province_trade');
INSERT INTO published_cap (year, kind, region, cap) VALUES (2027, 'out_of_province_buyer', '510000', '10 MWh');
SELECT pg_temp.claim('out 2', 6, 8, 1, route => 'out_of_province_trade');
-- mode 1: 40 between A and B
SELECT pg_temp.claim('spot 1', 6, 3, 39, route => 'spot_trade');
SELECT pg_temp.claim('spot 2', 6, 3, 2, route => 'spot_trade');
-- mode 2: received 200 less energy trade 95 less mode 1 39: 66 left for B
SELECT pg_temp.claim('voluntary 1', 6, 3, 67);
SELECT pg_temp.claim('voluntary 1', 6, 3, 66);
-- A sends 220 in all, less 95, 39 and 66: 20 left for C, which received 20
INSERT INTO published_cap (year, kind, region, cap) VALUES (2027, 'province_in', '510000', '30 MWh');
SELECT pg_temp.claim('voluntary 2', 6, 8, 21);
SELECT pg_temp.claim('voluntary 2', 6, 8, 19);
-- monthly ceilings of A, by the day of trade: 60 in February, 10 in March and 30 in June add up to 70 and 100; 66 and 19 were traded in March
INSERT INTO published_cap (year, kind, region, month, cap) VALUES (2027, 'voluntary_out', '650000', '2027-02-01', '60 MWh'), (2027, 'voluntary_out', '650000', '2027-03-01', '10 MWh'), (2027, 'voluntary_out', '650000', '2027-06-01', '30 MWh');
SELECT pg_temp.claim('voluntary 3', 6, 8, 1, '2027-05-31');
SELECT pg_temp.claim('voluntary 3', 6, 8, 1, '2027-06-01');
UPDATE published_cap SET cap = '40 MWh' WHERE kind = 'voluntary_out' AND month = '2027-03-01';
DELETE FROM published_cap WHERE kind = 'voluntary_out' AND month = '2027-06-01';
SELECT pg_temp.claim('voluntary 4', 6, 8, 1, '2027-05-31');
UPDATE published_cap SET cap = '1000 MWh' WHERE kind IN ('voluntary_out', 'province_in') AND cap <> '60 MWh';
UPDATE interprovincial_flow SET flow = '1000 MWh' WHERE year = 2027 AND to_province = '510000';
SELECT pg_temp.claim('voluntary 4', 6, 8, 50, '2027-02-28'), pg_temp.claim('voluntary 5', 6, 8, 200, '2028-01-05');
SELECT pg_temp.claim('voluntary 6', 6, 8, 11, '2027-02-28');
-- what was bought in B and is consumed in C takes the route that the rule says; what was produced in C stays there, however it was bought
SELECT count(*) FROM transfer_certificates('agent', 1, 4, 30, filter => make_certificate_filter(2027), effective_on => '2027-03-02');
SELECT sum(quantity) FROM retire('agent 1', 4, 2027, 4, beneficiary => 8, effective_on => '2027-04-01');
INSERT INTO published_cap (year, kind, region, cap) VALUES (2027, 'province_out', '500000', '10 MWh');
SELECT sum(quantity) FROM retire('agent 1', 4, 2027, 4, beneficiary => 8, effective_on => '2027-04-01');
INSERT INTO rule (name, effective_from, value, unit, description, source, status)
SELECT name, '2027-07-01', 'out_of_province_trade', unit, description, source, status FROM rule WHERE name = 'out_of_province_route';
SELECT sum(quantity) FROM retire('agent 2', 4, 2027, 4, beneficiary => 8, effective_on => '2027-04-01');
INSERT INTO published_cap (year, kind, region, cap) VALUES (2027, 'out_of_province_seller', '500000', '8 MWh');
SELECT sum(quantity) FROM retire('agent 2', 4, 2027, 4, beneficiary => 8, effective_on => '2027-04-01');
SELECT sum(quantity) FROM retire('agent 3', 4, 2027, 1, beneficiary => 8, effective_on => '2027-04-01');
-- a city whose cap is published: 20, of which 5 are green power, 2 nuclear power from A; a claim that names the province only counts there, too
INSERT INTO published_cap (year, kind, region, cap) VALUES (2027, 'city', '500200', '20 MWh'), (2027, 'in_province_pool', '500000', '1000 MWh');
INSERT INTO energy_trade (contract, month, kind, from_province, to_province, buyer, buyer_region, settled, certificate_settled) VALUES
    ('city green', '2027-02-01', 'green_power', '500000', '500000', 7, '500236', '5 MWh', '5 MWh'), ('city nuclear', '2027-02-01', 'nuclear', '650000', '500000', 7, '500200', '2 MWh', '0 kWh'),
    ('of the province', '2027-02-01', 'green_power', '500000', '500000', 5, '500200', '5 MWh', '5 MWh');
SELECT pg_temp.claim('city 1', 1, 7, 9);
SELECT count(*) FROM transfer_certificates('city', 1, 7, 30, filter => make_certificate_filter(2027), effective_on => '2027-03-02');
SELECT sum(quantity) FROM retire('city 2', 7, 2027, 3, region => '500000', effective_on => '2027-04-01');
SELECT sum(quantity) FROM retire('city 3', 7, 2027, 2, effective_on => '2027-04-01');
SELECT sum(quantity) FROM retire('city 3', 7, 2027, 2, region => '500000', effective_on => '2027-04-01');
SELECT sum(quantity) FROM retire('city 3', 7, 2027, 1, effective_on => '2027-04-01');
-- an account that moves takes such claims along
UPDATE account SET region = '500100' WHERE account_id = 7;
SELECT sum(quantity) FROM retire('city 4', 7, 2027, 4, region => '500200', effective_on => '2027-04-01');
SELECT sum(quantity) FROM retire('city 4', 7, 2027, 3, region => '500200', effective_on => '2027-04-01');
-- before rule vintage_check_from the year of consumption may be another: what counts is the year of production, each with its own
INSERT INTO rule (name, effective_from, value, unit, description, source, status)
SELECT name, '2027-01-01', '2029', unit, description, source, status FROM rule WHERE name = 'vintage_check_from';
INSERT INTO energy_trade (contract, month, kind, from_province, to_province, settled) VALUES ('2026 in B', '2026-05-01', 'conventional', '500000', '500000', '100 MWh');
SELECT sum(quantity) FROM retire('two years', 2, 2028, certificates => pg_temp.run('2026-01-01', 801, 2) + pg_temp.run('2025-12-01', 801, 3), effective_on => '2027-05-01');
INSERT INTO grid_draw VALUES (2, '500114', '2026-07-01', '2 MWh');
SELECT sum(quantity) FROM retire('two years', 2, 2028, certificates => pg_temp.run('2026-01-01', 801, 2) + pg_temp.run('2025-12-01', 801, 3), effective_on => '2027-05-01');
SELECT sum(quantity) FROM retire('next year', 2, 2028, certificates => pg_temp.run('2026-01-01', 803, 1), effective_on => '2027-05-01');
SELECT * FROM claims;
SELECT * FROM pools;
SELECT * FROM gates;
-- the totals are those of the documents
SELECT * FROM verify();

-- other values are none of the rule
BEGIN;
INSERT INTO rule (name, effective_from, value, unit, description, source, status) VALUES ('excess_policy', '2026-08-01', 'refuse', 'word', 'x', 'x', 'default');
SELECT sum(quantity) FROM retire('mill 18', 2, 2026, 1, effective_on => '2026-08-01');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
BEGIN;
DELETE FROM rule WHERE name = 'excess_policy';
SELECT sum(quantity) FROM retire('mill 18', 2, 2026, 1, effective_on => '2026-08-01');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;

SET client_min_messages = warning;
DROP EXTENSION certledger CASCADE;
DROP SCHEMA certledger CASCADE;
