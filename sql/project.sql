SET client_min_messages = warning;
DROP EXTENSION IF EXISTS certledger CASCADE;
DROP SCHEMA IF EXISTS certledger CASCADE;
CREATE EXTENSION certledger;
RESET client_min_messages;
SET search_path = certledger, public;
SET datestyle = ISO;
\set SHOW_CONTEXT never
SELECT create_ledger();
SELECT register_account('generator', 'owner', '500100', personal_id => 'owner', opened_on => '2024-01-01');

-- a project has the 17-digit code with which its certificates begin
SELECT register_project('10000000000000001', '风电场', 1, '500112', 'wind', 49500, '2021-06-30', registered_on => '2024-01-01');
SELECT register_project('10000000000000002', '分布式光伏', 1, '500100', 'solar', 5.98, '2024-03-15',
                        technology => 'distributed PV', market_based => false, subsidised => true, registered_on => '2024-04-01');
SELECT project_code, name, owner, region, city, source, technology, capacity_kw FROM project ORDER BY project_code;
SELECT project_code, commissioned_on, market_based, subsidised, registered_on FROM project ORDER BY project_code;

-- repeating the call is harmless; other content is refused
SELECT register_project('10000000000000001', '风电场', 1, '500112', 'wind', 49500.0, '2021-06-30') AS day_omitted;
SELECT register_project('10000000000000001', '风电场', 1, '500112', 'wind', 49500, '2021-06-30', registered_on => '2024-01-01') AS same;
SELECT register_project('10000000000000001', '风电场', 1, '500112', 'wind', 99000, '2021-06-30');
\echo :LAST_ERROR_SQLSTATE
SELECT register_project('10000000000000001', '风电场', 1, '500112', 'wind', 49500, '2021-06-30', technology => 'onshore');
\echo :LAST_ERROR_SQLSTATE
SELECT register_project('10000000000000001', '风电场', 1, '500112', 'wind', 49500, '2021-06-30', registered_on => '2024-01-02');
\echo :LAST_ERROR_SQLSTATE

-- constraints, by name
\set VERBOSITY terse
SELECT register_project('1000000000000000', 'sixteen digits', 1, '500100', 'wind', 1, '2021-06-30');
\echo :LAST_ERROR_SQLSTATE
SELECT register_project('1000000000000000X', 'a letter', 1, '500100', 'wind', 1, '2021-06-30');
\echo :LAST_ERROR_SQLSTATE
SELECT register_project('10000000000000003', 'no capacity', 1, '500100', 'wind', 0, '2021-06-30');
\echo :LAST_ERROR_SQLSTATE
SELECT register_project('10000000000000003', 'negative capacity', 1, '500100', 'wind', -1, '2021-06-30');
\echo :LAST_ERROR_SQLSTATE
SELECT register_project('10000000000000003', 'unknown owner', 99, '500100', 'wind', 1, '2021-06-30');
\echo :LAST_ERROR_SQLSTATE
SELECT register_project('10000000000000003', 'unknown city', 1, '509900', 'wind', 1, '2021-06-30');
\echo :LAST_ERROR_SQLSTATE
SELECT register_project('10000000000000003', 'a whole province', 1, '500000', 'wind', 1, '2021-06-30');
\echo :LAST_ERROR_SQLSTATE
SELECT register_project('10000000000000003', 'no such source', 1, '500100', 'coal', 1, '2021-06-30');
\echo :LAST_ERROR_SQLSTATE
SELECT register_project(NULL, 'no code', 1, '500100', 'wind', 1, '2021-06-30');
\echo :LAST_ERROR_SQLSTATE
SELECT register_project('10000000000000003', 'no day', 1, '500100', 'wind', 1, NULL);
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY default

-- inserting is the same, and a repeated code is an error
INSERT INTO project (project_code, name, owner, region, source, capacity_kw, commissioned_on, registered_on)
VALUES ('10000000000000003', 'inserted', 1, '500100', 'hydro', 1000, '2022-12-31', '2024-01-01');
SELECT register_project('10000000000000003', 'inserted', 1, '500100', 'hydro', 1000, '2022-12-31') AS same;
INSERT INTO project (project_code, name, owner, region, source, capacity_kw, commissioned_on)
VALUES ('10000000000000003', 'inserted', 1, '500100', 'hydro', 1000, '2022-12-31');
\echo :LAST_ERROR_SQLSTATE
COPY project (project_code, name, owner, region, source, capacity_kw, commissioned_on, registered_on) FROM stdin;
10000000000000004	copied	1	500100	solar	10	2025-01-01	2025-01-02
10000000000000005	copied	1	500100	solar	20	2025-01-01	2025-01-02
\.
SELECT count(*) FROM project;

-- projects are never removed
DELETE FROM project WHERE project_code = '10000000000000005';
\echo :LAST_ERROR_SQLSTATE
SET client_min_messages = warning;
TRUNCATE project CASCADE;
\echo :LAST_ERROR_SQLSTATE
RESET client_min_messages;

--
-- A hydro station with units on both sides of 2023-01-01 is two projects
--
SELECT register_project('10000000000000006', 'mixed', 1, '500100', 'hydro', 300, '2022-12-31', last_unit_on => '2023-01-01', registered_on => '2024-01-01');
\echo :LAST_ERROR_SQLSTATE
SELECT register_project('10000000000000006', 'old units', 1, '500100', 'hydro', 200, '2021-05-01', last_unit_on => '2022-12-31', registered_on => '2024-01-01') AS old_units,
       register_project('10000000000000007', 'new units', 1, '500100', 'hydro', 100, '2023-01-01', last_unit_on => '2023-08-01', registered_on => '2024-01-01') AS new_units,
       register_project('10000000000000008', 'wind in two phases', 1, '500100', 'wind', 100, '2022-06-01', last_unit_on => '2023-08-01', registered_on => '2024-01-01') AS wind;
SELECT register_project('10000000000000007', 'new units', 1, '500100', 'hydro', 100, '2023-01-01', last_unit_on => '2023-08-01') AS same;
SELECT register_project('10000000000000007', 'new units', 1, '500100', 'hydro', 100, '2023-01-01', last_unit_on => '2023-08-02');
\echo :LAST_ERROR_SQLSTATE
-- by INSERT, COPY and UPDATE too, and the whole statement
INSERT INTO project (project_code, name, owner, region, source, capacity_kw, commissioned_on, last_unit_on) VALUES
    ('10000000000000010', 'wind', 1, '500100', 'wind', 1, '2022-01-01', '2024-01-01'), ('10000000000000009', 'mixed', 1, '500100', 'hydro', 1, '2022-01-01', '2024-01-01');
\echo :LAST_ERROR_SQLSTATE
COPY project (project_code, name, owner, region, source, capacity_kw, commissioned_on, last_unit_on) FROM stdin;
10000000000000009	mixed	1	500100	hydro	1	2022-12-31	2023-01-01
\.
UPDATE project SET last_unit_on = '2023-01-01' WHERE project_code = '10000000000000006';
\echo :LAST_ERROR_SQLSTATE
UPDATE project SET source = 'hydro' WHERE project_code = '10000000000000008';
\echo :LAST_ERROR_SQLSTATE
UPDATE project SET last_unit_on = '2022-12-31' WHERE project_code = '10000000000000006';
-- the day is a rule, as it stands on the day of registration
BEGIN;
INSERT INTO rule (name, effective_from, value, description, source, status) VALUES ('existing_hydro_before', '2026-01-01', '2022-01-01', 'a test', 'a test', 'default');
UPDATE project SET commissioned_on = '2022-01-01', last_unit_on = '2024-01-01', registered_on = '2026-01-01' WHERE project_code = '10000000000000006';
UPDATE project SET registered_on = '2025-12-31' WHERE project_code = '10000000000000006';
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
\set VERBOSITY terse
INSERT INTO project (project_code, name, owner, region, source, capacity_kw, commissioned_on, last_unit_on)
VALUES ('10000000000000009', 'last before first', 1, '500100', 'hydro', 1, '2022-01-02', '2022-01-01');
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY default
-- who may register need not be able to read the rules
CREATE ROLE certledger_test_registrar;
GRANT USAGE ON SCHEMA certledger TO certledger_test_registrar;
GRANT INSERT ON project TO certledger_test_registrar;
SET ROLE certledger_test_registrar;
INSERT INTO project (project_code, name, owner, region, source, capacity_kw, commissioned_on, last_unit_on)
VALUES ('10000000000000009', 'mixed', 1, '500100', 'hydro', 1, '2022-01-01', '2024-01-01');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO project (project_code, name, owner, region, source, capacity_kw, commissioned_on, last_unit_on)
VALUES ('10000000000000009', 'new', 1, '500100', 'hydro', 1, '2023-01-01', '2024-01-01');
SELECT current_user;
SELECT count(*) FROM rule;
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;
REVOKE ALL ON project FROM certledger_test_registrar;
REVOKE ALL ON SCHEMA certledger FROM certledger_test_registrar;
DROP ROLE certledger_test_registrar;
-- one meter for both parts: its energy is split by capacity, to the watt-hour
INSERT INTO generation (project_code, month, energy)
SELECT p.project_code, m.month, apportion(m.energy, energy(p.capacity_kw)) OVER (PARTITION BY m.month ORDER BY p.project_code)
FROM (VALUES ('2025-01-01'::date, '100_000 kWh'::energy), ('2025-02-01', '0.001 kWh'), ('2025-03-01', '123_456.789 kWh')) AS m(month, energy), project AS p
WHERE p.project_code IN ('10000000000000006', '10000000000000007');
SELECT month, project_code, energy, sum(energy) OVER (PARTITION BY month) AS metered FROM generation ORDER BY month, project_code;
DELETE FROM generation;
-- the check is of use only as the trigger it is made for
SET client_min_messages = warning;
CREATE TEMP TABLE t (a int);
CREATE TRIGGER wrong AFTER INSERT ON t FOR EACH STATEMENT EXECUTE FUNCTION check_project_units();
INSERT INTO t VALUES (1);
\echo :LAST_ERROR_SQLSTATE
DROP TABLE t;
RESET client_min_messages;

--
-- What generation of a project may be reported
--
INSERT INTO generation (project_code, month, energy) VALUES ('10000000000000001', '2026-01-01', '12.5 万千瓦时');
INSERT INTO generation VALUES ('10000000000000001', '2026-01-01', 'plant_use', '0 kWh');
SELECT * FROM generation ORDER BY project_code, month, volume_class;
\set VERBOSITY terse
INSERT INTO generation VALUES ('10000000000000001', '2026-01-01', 'on_grid', '1 kWh');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO generation VALUES ('10000000000000001', '2026-01-02', 'on_grid', '1 kWh');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO generation VALUES ('10000000000000003', '2026-01-01', 'existing_hydro', '1 kWh');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO generation VALUES ('10000000000000001', '2026-02-01', 'on_grid', '1 kWh', '-1 kWh');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO generation VALUES ('10000000000000001', '2026-02-01', 'on_grid', '-1 kWh');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO generation VALUES ('10000000000000001', '2026-02-01', 'on_grid', '1 Wh/2');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO generation VALUES ('19999999999999999', '2026-01-01', 'on_grid', '1 kWh');
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY default

SET client_min_messages = warning;
DROP EXTENSION certledger CASCADE;
DROP SCHEMA certledger CASCADE;
