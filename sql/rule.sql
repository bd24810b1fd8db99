SET client_min_messages = warning;
DROP EXTENSION IF EXISTS certledger CASCADE;
DROP SCHEMA IF EXISTS certledger CASCADE;
CREATE EXTENSION certledger;
RESET client_min_messages;
SET search_path = certledger, public;
SET datestyle = ISO;
\set SHOW_CONTEXT never
SELECT create_ledger();

-- every parameter has one row per effective date, a description, a source and a status
SELECT count(*) > 0 AS filled,
       count(*) FILTER (WHERE description = '' OR source = '' OR status IS NULL) AS bare
FROM rule;

-- the value in force on a day is the latest that began on or before it
SELECT d, rule_value('certificate_validity', d)
FROM (VALUES ('-infinity'::date), ('1999-12-31'), ('2023-12-31'), ('2024-01-01'), ('infinity')) AS v(d)
ORDER BY d;
SELECT rule_value('no_such_rule', '2026-01-01') IS NULL AS unknown,
       rule_value(NULL, '2026-01-01') IS NULL AS no_name,
       rule_value('certificate_validity', NULL) IS NULL AS no_day;

-- G2, G3: 24 months counted from the month of generation; before 2024 to 2025-12-31
SELECT vector, month, certificate_valid_until(month)
FROM (VALUES ('G2', '2024-01-01'::date), ('G2', '2025-06-01'), ('G2', '2026-02-01'),
             ('G3', '2022-05-01'), ('G3', '2023-12-01')) AS v(vector, month)
ORDER BY month;
-- months before a February, with and without a leap day; any day of the month
SELECT certificate_valid_until('2024-03-01') AS common_year, certificate_valid_until('2026-03-01') AS leap_year,
       certificate_valid_until('2024-01-31') AS last_day_of_month, certificate_valid_until(NULL) IS NULL AS no_month;

-- a later row changes the value from its day on, not before
INSERT INTO rule (name, effective_from, value, description, source, status)
VALUES ('certificate_validity', '2028-01-01', '12 months', 'a test', 'a test', 'default');
SELECT certificate_valid_until('2027-12-01') AS before, certificate_valid_until('2028-01-01') AS after;

-- what the table refuses
INSERT INTO rule (name, effective_from, value, description, source, status)
VALUES ('certificate_validity', '2028-01-01', '6 months', 'a test', 'a test', 'default');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO rule (name, value, description, source, status) VALUES ('Bad Name', '1', 'a', 'a', 'default');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO rule (name, value, description, source, status) VALUES ('bad', '', 'a', 'a', 'default');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO rule (name, value, description, source, status) VALUES ('bad', '1', '', 'a', 'default');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO rule (name, value, description, source, status) VALUES ('bad', '1', 'a', '', 'default');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO rule (name, value, description, source, status) VALUES ('bad', '1', 'a', 'a', 'sure');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO rule (name, effective_from, value, description, source, status)
VALUES ('bad', 'infinity', '1', 'a', 'a', 'default');
\echo :LAST_ERROR_SQLSTATE

--
-- How the registry reads rules: by the day of the document
--
SELECT register_account('generator', 'Plant', '650100', personal_id => 'plant', opened_on => '2024-01-01') AS plant,
       register_account('user', 'Mill', '500100', personal_id => 'mill', opened_on => '2024-01-01') AS mill;
SELECT register_project('10000000000000001', 'Solar', 1, '650100', 'solar', 100, '2024-01-01', registered_on => '2024-01-01');
INSERT INTO generation VALUES ('10000000000000001', '2026-01-01', 'on_grid', '100 MWh');
SELECT * FROM issue('2026-01-01', 'I', '2026-02-01');

-- the route of a trade between provinces
INSERT INTO rule (name, effective_from, value, description, source, status)
VALUES ('out_of_province_route', '2026-07-01', 'out_of_province_trade', 'a test', 'a test', 'default');
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, effective_on)
VALUES ('T1', 'bilateral', 1, 2, 1, '2026-06-30'), ('T2', 'bilateral', 1, 2, 1, '2026-07-01'),
       ('T3', 'bilateral', 1, 2, 1, '2026-06-30');
SELECT document_id, to_route FROM movement WHERE document = 'transfer' ORDER BY 1;

-- the consumption year from which the vintage must match
INSERT INTO rule (name, effective_from, value, description, source, status)
VALUES ('vintage_check_from', '2026-09-01', '2028', 'a test', 'a test', 'default');
SELECT quantity FROM retire('R1', 1, 2027, 1, effective_on => '2026-08-31');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM retire('R2', 1, 2027, 1, effective_on => '2026-09-01');
SELECT quantity FROM retire('R3', 1, 2028, 1, effective_on => '2026-09-01');
\echo :LAST_ERROR_SQLSTATE

-- LC016: no value in force
BEGIN;
DELETE FROM rule WHERE name = 'vintage_check_from';
SELECT quantity FROM retire('R4', 1, 2026, 1, effective_on => '2026-03-01');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
BEGIN;
DELETE FROM rule WHERE name = 'out_of_province_route' AND effective_from = '-infinity';
SELECT quantity FROM transfer_certificates('T4', 1, 2, 1, effective_on => '2026-06-30');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
INSERT INTO generation VALUES ('10000000000000001', '2026-02-01', 'on_grid', '1 MWh');
BEGIN;
DELETE FROM rule WHERE name = 'existing_hydro_before';
SELECT certificates FROM issue('2026-02-01', 'I2', '2026-03-01');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
BEGIN;
DELETE FROM rule WHERE name = 'certificate_validity';
SELECT certificates FROM issue('2026-02-01', 'I2', '2026-03-01');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
-- the voluntary regime and a green power trade need no rule
BEGIN;
DELETE FROM rule WHERE name IN ('vintage_check_from', 'out_of_province_route');
SELECT quantity FROM retire('R5', 1, 2024, 1, 'voluntary', effective_on => '2026-03-01');
SELECT quantity FROM transfer_certificates('T5', 1, 2, 1, 'green_power', price => 5, contract => 'K', effective_on => '2026-03-01');
ROLLBACK;

-- LC016: a value that cannot be used
INSERT INTO rule (name, effective_from, value, description, source, status)
SELECT r.name, r.day, r.value, 'a test', 'a test', 'default'
FROM (VALUES ('vintage_check_from', '2027-01-01'::date, 'soon'), ('vintage_check_from', '2027-02-01', '1999'),
             ('vintage_check_from', '2027-03-01', '2026 AD'),
             ('out_of_province_route', '2027-01-01', 'in_province_trade')) AS r(name, day, value);
SELECT quantity FROM retire('R6', 1, 2026, 1, effective_on => '2027-01-31');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM retire('R6', 1, 2026, 1, effective_on => '2027-02-28');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM retire('R6', 1, 2026, 1, effective_on => '2027-03-31');
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM transfer_certificates('T6', 1, 2, 1, effective_on => '2027-01-31');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM verify();

SET client_min_messages = warning;
DROP EXTENSION certledger CASCADE;
DROP SCHEMA certledger CASCADE;
