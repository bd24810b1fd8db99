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
-- the mill draws 1000 MWh in 2026 and trades 300 MWh of green and 100.5 MWh of nuclear power
INSERT INTO grid_draw (account_id, region, month, energy)
SELECT 2, '500100', make_date(2026, m, 1), '80 MWh' FROM generate_series(1, 12) AS m UNION ALL VALUES (2, '500200'::region, '2026-01-01'::date, '40 MWh'::energy), (2, '500100', '2025-12-01', '5000 MWh'), (2, '500100', '2027-01-01', '5000 MWh');
INSERT INTO energy_trade (contract, month, kind, from_province, to_province, buyer, buyer_region, contracted, settled, certificate_settled, one_to_one) VALUES
    ('green', '2026-03-01', 'green_power', '500000', '500000', 2, '500100', NULL, '350 MWh', '300 MWh', true),
    ('nuclear', '2026-03-01', 'nuclear', '450000', '500000', 2, '500100', '100 MWh', '200 MWh', '0 MWh', false),
    ('nuclear', '2026-12-01', 'nuclear', '450000', '500000', 2, '500100', '100 MWh', '500 kWh', '0 MWh', false),
    ('conventional', '2026-03-01', 'conventional', '500000', '500000', 2, '500100', NULL, '900 MWh', '0 MWh', true),
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

--
-- By default nothing is refused: claims are counted, and the accounts record what is beyond the cap as voluntary
--
SELECT rule_value('excess_policy', '2026-04-01');
SELECT sum(quantity) FROM retire('works 1', 4, 2026, beneficiary => 3, certificates => pg_temp.run('2026-01-01', 4001, 10), effective_on => '2026-04-01');
SELECT sum(quantity) FROM retire('mill 1', 2, 2026, certificates => pg_temp.run('2026-01-01', 1, 100), effective_on => '2026-04-01');
TABLE claim_total ORDER BY 1, 2;
-- what feeds another term of the accounts, or none, is not counted: green power (T), self-use (P), the producer's own
SELECT sum(quantity) FROM retire('mill 2', 2, 2026, certificates => pg_temp.run('2026-01-01', 3001, 300), effective_on => '2026-04-01');
SELECT sum(quantity) FROM retire('mill 3', 2, 2026, certificates => pg_temp.run('2026-01-01', 1, 50, 'self_use'), effective_on => '2026-04-01');
SELECT sum(quantity) FROM retire('plant 1', 1, 2026, beneficiary => 2, certificates => pg_temp.run('2026-01-01', 7001, 50), effective_on => '2026-04-01');
-- nor is a voluntary claim; a claim of another year counts for that year
SELECT sum(quantity) FROM retire('mill 4', 2, 2026, regime => 'voluntary', certificates => pg_temp.run('2026-01-01', 101, 50), effective_on => '2026-04-01');
SELECT sum(quantity) FROM retire('mill 5', 2, 2025, certificates => pg_temp.run('2025-12-01', 1, 40), effective_on => '2026-04-01');
TABLE claim_total ORDER BY 1, 2;
-- repeating a reference counts nothing, nor does a refused statement or one that is rolled back
SELECT sum(quantity) FROM retire('mill 1', 2, 2026, certificates => pg_temp.run('2026-01-01', 1, 100), effective_on => '2026-04-01');
SELECT sum(quantity) FROM retire('mill 6', 2, 2026, certificates => pg_temp.run('2026-01-01', 1, 100), effective_on => '2026-04-01');
BEGIN;
SELECT sum(quantity) FROM retire('mill 7', 2, 2026, certificates => pg_temp.run('2026-01-01', 151, 100), effective_on => '2026-04-01');
TABLE claim_total ORDER BY 1, 2;
ROLLBACK;
TABLE claim_total ORDER BY 1, 2;
-- far beyond the cap: no refusal
BEGIN;
SELECT sum(quantity) FROM retire('mill 8', 2, 2026, certificates => pg_temp.run('2026-01-01', 151, 2500), effective_on => '2026-04-01');
ROLLBACK;
-- claim_total is written by postings only
INSERT INTO claim_total VALUES (3, 2030, 1);
\echo :LAST_ERROR_SQLSTATE
UPDATE claim_total SET certificates = 1;
DELETE FROM claim_total;
TRUNCATE claim_total;

--
-- Rule excess_policy: reject, for documents from 2026-05-01 on
--
INSERT INTO rule (name, effective_from, value, unit, description, source, status)
SELECT name, '2026-05-01', 'reject', unit, description, 'decision of the provincial authority', 'confirmed' FROM rule WHERE name = 'excess_policy';
-- grid draw 1000 MWh less 300 MWh of green and 100.5 MWh of nuclear power: 599 certificates, of which 100 were claimed before
SELECT sum(quantity) FROM retire('mill 9', 2, 2026, certificates => pg_temp.run('2026-01-01', 151, 500), effective_on => '2026-05-01');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM retirement WHERE ref = 'mill 9';
-- a day earlier the old policy holds
BEGIN;
SELECT sum(quantity) FROM retire('mill 9', 2, 2026, certificates => pg_temp.run('2026-01-01', 151, 500), effective_on => '2026-04-30');
ROLLBACK;
-- to the brim
SELECT sum(quantity) FROM retire('mill 9', 2, 2026, certificates => pg_temp.run('2026-01-01', 151, 400), effective_on => '2026-05-01');
-- an allocation and an agent's claim count as well; whoever holds the certificates
SELECT sum(quantity) FROM retire('mill 10', 2, 2026, certificates => pg_temp.run('2026-01-01', 1, 100, 'existing_hydro'), effective_on => '2026-05-01');
\echo :LAST_ERROR_SQLSTATE
SELECT sum(quantity) FROM retire('mill 11', 4, 2026, 100, beneficiary => 2, effective_on => '2026-05-01');
SELECT sum(quantity) FROM retire('mill 12', 2, 2026, certificates => pg_temp.run('2026-01-01', 1, 99, 'existing_hydro'), effective_on => '2026-05-01');
SELECT sum(quantity) FROM retire('mill 13', 4, 2026, 1, beneficiary => 2, effective_on => '2026-05-01');
TABLE claim_total ORDER BY 1, 2;
-- what is not counted is not refused: voluntary claims, green power, self-use; and the cap is of one year
SELECT sum(quantity) FROM retire('mill 14', 2, 2026, 100, 'voluntary', effective_on => '2026-05-01');
SELECT sum(quantity) FROM retire('mill 15', 2, 2026, certificates => pg_temp.run('2026-01-01', 51, 50, 'self_use'), effective_on => '2026-05-01');
SELECT sum(quantity) FROM retire('mill 16', 2, 2025, certificates => pg_temp.run('2025-12-01', 501, 100), effective_on => '2026-05-01');
-- no grid draw, no claim; trade beyond grid draw leaves none either
SELECT sum(quantity) FROM retire('retailer', 4, 2026, 1, effective_on => '2026-05-01');
SELECT sum(quantity) FROM retire('works 2', 4, 2026, 1, beneficiary => 3, effective_on => '2026-05-01');
INSERT INTO grid_draw VALUES (3, '500100', '2026-01-01', '100 MWh');
SELECT sum(quantity) FROM retire('works 2', 4, 2026, 1, beneficiary => 3, effective_on => '2026-05-01');
-- a provincial account claims for the province: it has no grid draw of its own
SELECT sum(quantity) FROM retire('province', 5, 2026, certificates => pg_temp.run('2026-01-01', 101, 100, 'existing_hydro'), effective_on => '2026-05-01');
-- more consumption reported, more may be claimed
INSERT INTO grid_draw VALUES (2, '500300', '2026-06-01', '500 kWh');
SELECT sum(quantity) FROM retire('mill 13', 4, 2026, 1, beneficiary => 2, effective_on => '2026-07-01');
SELECT sum(quantity) FROM retire('mill 17', 4, 2026, 1, beneficiary => 2, effective_on => '2026-07-01');
-- a statement is refused whole, and its documents count together; one of them under the old policy does not save it
INSERT INTO grid_draw VALUES (2, '500300', '2026-07-01', '10 MWh');
INSERT INTO retirement (ref, account_id, quantity, regime, consumption_year, beneficiary, region, effective_on)
VALUES ('one', 2, 6, 'mandatory', 2026, 2, '500100', '2026-07-01'), ('two', 2, 5, 'mandatory', 2026, 2, '500100', '2026-07-01');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO retirement (ref, account_id, quantity, regime, consumption_year, beneficiary, region, effective_on)
VALUES ('one', 2, 6, 'mandatory', 2026, 2, '500100', '2026-04-01'), ('two', 2, 5, 'mandatory', 2026, 2, '500100', '2026-07-01');
INSERT INTO retirement (ref, account_id, quantity, regime, consumption_year, beneficiary, region, effective_on)
VALUES ('one', 2, 6, 'mandatory', 2026, 2, '500100', '2026-07-01'), ('two', 2, 4, 'mandatory', 2026, 2, '500100', '2026-07-01');
TABLE claim_total ORDER BY 1, 2;
-- the totals are those of the documents
SELECT count(*) FROM verify();

-- other values are none of the rule
BEGIN;
INSERT INTO rule (name, effective_from, value, unit, description, source, status) VALUES ('excess_policy', '2026-08-01', 'refuse', 'word', 'x', 'x', 'default');
SELECT sum(quantity) FROM retire('mill 18', 4, 2026, 1, beneficiary => 2, effective_on => '2026-08-01');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
-- it is a trigger of this table only
\set VERBOSITY terse
SELECT post_claim();
CREATE TABLE other (retirement_id bigint);
CREATE TRIGGER other_claim AFTER INSERT ON other REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT EXECUTE FUNCTION post_claim();
INSERT INTO other VALUES (1);
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY default
DROP TABLE other;

SET client_min_messages = warning;
DROP EXTENSION certledger CASCADE;
DROP SCHEMA certledger CASCADE;
