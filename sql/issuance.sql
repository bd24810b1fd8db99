SET client_min_messages = warning;
DROP EXTENSION IF EXISTS certledger CASCADE;
DROP SCHEMA IF EXISTS certledger CASCADE;
CREATE EXTENSION certledger;
RESET client_min_messages;
SET search_path = certledger, public;
SET datestyle = ISO;
\set SHOW_CONTEXT never
SELECT create_ledger();
SELECT register_account('generator', 'owner of projects 1 to 3', '500100', personal_id => 'a', opened_on => '2022-01-01') AS one,
       register_account('generator', 'owner of the others', '650100', personal_id => 'b', opened_on => '2022-01-01') AS two;

-- what was issued, one line per run of certificates
CREATE TEMP VIEW issued AS
SELECT right(project_code, 2) AS project, to_char(month, 'YYYY-MM') AS month, volume_class AS reported,
       certificate_class AS class, tradable, energy, carried_in, quantity, carried_out
FROM issuance_line;

--
-- G1: one certificate per 1,000 kWh, the rest is carried to the next month
--
SELECT register_project('10000000000000001', 'G1', 1, '500100', 'wind', 100000, '2020-01-01', registered_on => '2024-01-01');
INSERT INTO generation (project_code, month, energy) VALUES
    ('10000000000000001', '2026-01-01', '1_234_567 kWh'), ('10000000000000001', '2026-02-01', '999_433 kWh'),
    ('10000000000000001', '2026-03-01', '999 kWh'), ('10000000000000001', '2026-04-01', '1 kWh'),
    ('10000000000000001', '2026-05-01', '0 kWh');
SELECT * FROM issue('2026-01-01', 'G1 January', '2026-02-10');
SELECT * FROM issue('2026-02-01', 'G1 February', '2026-03-10');
SELECT * FROM issue('2026-03-01', 'G1 March', '2026-04-10');
SELECT * FROM issue('2026-04-01', 'G1 April', '2026-05-10');
SELECT * FROM issue('2026-05-01', 'G1 May', '2026-06-10');
SELECT month, energy, carried_in, quantity, carried_out FROM issued ORDER BY month;
SELECT energy FROM accrual;
-- the certificates begin with serial 1 each month
SELECT certificates, quantity(certificates), account_id, state, route, region, source, valid_until
FROM holding ORDER BY last_certificate;
SELECT document, document_id, certificates, from_account, from_state, to_account, to_state, to_route, effective_on
FROM movement ORDER BY movement_id;

--
-- Repeating
--
SELECT * FROM issue('2026-01-01', 'G1 January', '2026-02-10');
SELECT * FROM issue('2026-01-01', 'G1 January') AS day_omitted;
SELECT * FROM issue('2026-01-01', 'G1 January', '2026-02-11');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM issue('2026-02-01', 'G1 January', '2026-03-10');
\echo :LAST_ERROR_SQLSTATE
-- without a reference each call is a document of its own, and issues what is new
SELECT projects, certificates, tradable, carried FROM issue('2026-01-01', effective_on => '2026-02-12');
SELECT projects, certificates, tradable, carried FROM issue('2026-01-01', effective_on => '2026-02-12');
SELECT count(*), count(DISTINCT ref) AS refs FROM issuance WHERE month = '2026-01-01';

--
-- What earns which certificates.  G8: hydro units of 2022-12-31 and 2023-01-01, the latter sold wholly in the market or not
--
\set sources '''{wind, solar, biomass, geothermal, ocean}'''
SELECT source, commissioned_on, market_based, class, certificate_tradable(class, source, market_based, :sources, 'market_based') AS tradable
FROM (VALUES ('hydro'::energy_source, '2022-12-31'::date, true), ('hydro', '2022-12-31', false),
             ('hydro', '2023-01-01', true), ('hydro', '2023-01-01', false),
             ('wind', '2010-01-01', false), ('solar', '2010-01-01', false), ('biomass', '2010-01-01', false),
             ('geothermal', '2010-01-01', false), ('ocean', '2010-01-01', false)) AS v(source, commissioned_on, market_based),
     LATERAL certificate_class('on_grid', source, commissioned_on, '2023-01-01') AS class
ORDER BY source, commissioned_on, market_based;
SELECT class, bool_or(certificate_tradable(class, source, true, :sources, 'market_based')) AS ever_tradable
FROM unnest(enum_range(NULL::volume_class)) AS class, unnest(enum_range(NULL::energy_source)) AS source
GROUP BY class ORDER BY class;
-- new hydro by the word of rule tradable_hydro; the list of sources decides the others
SELECT word, certificate_tradable('on_grid', 'hydro', true, :sources, word) AS in_market,
       certificate_tradable('on_grid', 'hydro', false, :sources, word) AS not_in_market,
       certificate_tradable('existing_hydro', 'hydro', true, :sources, word) AS existing,
       certificate_tradable('on_grid', 'wind', false, '{solar}', word) AS wind, certificate_tradable('on_grid', 'solar', false, '{solar}', word) AS solar
FROM unnest('{market_based, none, all}'::text[]) AS word;

SELECT count(register_project(format('100000000000000%s', n), source::text, 2, '650100', source, 100, commissioned_on,
                              market_based => market_based, registered_on => '2024-01-01'))
FROM (VALUES (11, 'hydro'::energy_source, '2022-12-31'::date, true), (12, 'hydro', '2023-01-01', true),
             (13, 'hydro', '2023-01-01', false), (14, 'nuclear', '2020-01-01', true), (15, 'fossil', '2020-01-01', true),
             (16, 'pumped_storage', '2020-01-01', true), (17, 'storage', '2020-01-01', true),
             (18, 'solar', '2020-01-01', true), (19, 'biomass', '2020-01-01', true),
             (20, 'geothermal', '2020-01-01', true), (21, 'ocean', '2020-01-01', true)) AS v(n, source, commissioned_on, market_based);
INSERT INTO generation (project_code, month, energy)
SELECT format('100000000000000%s', n), '2026-01-01', '10_500 kWh' FROM generate_series(11, 21) AS n;
INSERT INTO generation VALUES
    ('10000000000000018', '2026-01-01', 'mechanism_price', '5_100 kWh'), ('10000000000000018', '2026-01-01', 'self_use', '2_700 kWh'), ('10000000000000018', '2026-01-01', 'off_grid', '3_800 kWh'),
    ('10000000000000018', '2026-01-01', 'hydrogen_integration', '4_900 kWh'), ('10000000000000018', '2026-01-01', 'plant_use', '9_900 kWh'),
    ('10000000000000011', '2026-01-01', 'self_use', '1_100 kWh');
-- what is new in the month is issued by the next document, and only that
SELECT projects, certificates, tradable, carried FROM issue('2026-01-01', 'late data', '2026-02-20');
SELECT * FROM issued WHERE project <> '01' ORDER BY project, reported;
SELECT right(project_code(last_certificate), 2) AS project, lower(certificates) AS first, valid_until FROM holding
WHERE account_id = 2 ORDER BY last_certificate;
-- each class of a project carries its own remainder
SELECT right(project_code, 2) AS project, volume_class, energy FROM accrual ORDER BY 1, 2;

--
-- G2, G3: validity is fixed at issue
--
SELECT register_project('10000000000000002', 'G2', 1, '500100', 'solar', 100000, '2020-01-01', registered_on => '2024-01-01');
INSERT INTO generation (project_code, month, energy)
SELECT '10000000000000002', month, '1 MWh'
FROM unnest('{2022-05-01, 2023-12-01, 2024-01-01, 2025-06-01, 2026-02-01}'::date[]) AS month;
INSERT INTO issuance (ref, month, effective_on)
SELECT format('G2 %s', month), month, '2026-03-20'
FROM unnest('{2022-05-01, 2023-12-01, 2024-01-01, 2025-06-01, 2026-02-01}'::date[]) AS month;
SELECT production_month(last_certificate), valid_until FROM holding
WHERE project_code(last_certificate) = '10000000000000002' ORDER BY last_certificate;

--
-- Inserting documents is the same as calling; several in one statement carry from month to month
--
SELECT register_project('10000000000000003', 'carry', 1, '500100', 'solar', 100000, '2020-01-01', registered_on => '2024-01-01');
COPY generation FROM stdin;
10000000000000003	2025-01-01	on_grid	1600 kWh	0 kWh
10000000000000003	2025-02-01	on_grid	1600 kWh	0 kWh
10000000000000003	2025-03-01	on_grid	1800.001 kWh	0 kWh
10000000000000003	2025-04-01	on_grid	0.999 kWh	0 kWh
\.
INSERT INTO issuance (ref, month, effective_on) VALUES
    ('carry 1', '2025-01-01', '2025-02-10'), ('carry 2', '2025-02-01', '2025-03-10'), ('carry 3', '2025-03-01', '2025-04-10');
COPY issuance (ref, month, effective_on) FROM stdin;
carry 4	2025-04-01	2025-05-10
\.
SELECT month, energy, carried_in, quantity, carried_out FROM issued WHERE project = '03' ORDER BY month;
SELECT projects, certificates, tradable, carried FROM issue('2025-01-01', 'carry 1');
INSERT INTO issuance (ref, month, effective_on) VALUES ('carry 1', '2025-01-01', '2025-02-10');
\echo :LAST_ERROR_SQLSTATE

-- refusals
\set VERBOSITY terse
SELECT * FROM issue('2026-01-15', 'not a first day', '2026-02-20');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM issue('2026-06-01', 'too early', '2026-06-01');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM issue('2026-06-01', '', '2026-07-01');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM issue(NULL, 'no month', '2026-07-01');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO issuance (issuance_id, ref, month, effective_on) VALUES (99, 'own number', '2026-06-01', '2026-07-01');
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY default
-- a month without generation is a document without lines
SELECT projects, certificates, tradable, carried, refused FROM issue('2026-06-01', 'nothing', '2026-07-01');

--
-- Energy that cannot be right is left out, told, and taken once it is corrected
--
SELECT feasible_energy(100, '2026-02-01', 1.1) AS february, feasible_energy(100, '2024-02-01', 1) AS leap_year, feasible_energy(5.98, '2026-01-01', 1.1) AS roof,
       feasible_energy(1e12, '2026-01-01', 1.1) AS serials_end;
SELECT count(register_project(format('200000000000000%s', n), name, 2, '650100', source, capacity, '2020-01-01', registered_on => '2024-01-01', storage => storage))
FROM (VALUES (31, 'at the limit', 'wind'::energy_source, 100.0, 'none'::storage_metering), (32, 'above it', 'wind', 100.0, 'none'), (33, 'above it in all', 'solar', 100.0, 'none'),
             (34, 'storage of its own meter', 'solar', 100.0, 'separate'), (35, 'storage on the same meter', 'solar', 100.0, 'shared'),
             (36, 'more drawn than fed in', 'solar', 100.0, 'shared'), (37, 'earns none', 'nuclear', 1.0, 'none'), (38, 'absurd', 'wind', 0.001, 'none')) AS v(n, name, source, capacity, storage);
INSERT INTO generation (project_code, month, volume_class, energy, drawn) VALUES
    ('20000000000000031', '2025-09-01', 'on_grid', '79_200 kWh', '0 kWh'), ('20000000000000032', '2025-09-01', 'on_grid', '79_200.001 kWh', '0 kWh'),
    ('20000000000000033', '2025-09-01', 'on_grid', '40 MWh', '0 kWh'), ('20000000000000033', '2025-09-01', 'self_use', '39_201 kWh', '0 kWh'),
    ('20000000000000034', '2025-09-01', 'on_grid', '40 MWh', '1 Wh'), ('20000000000000034', '2025-09-01', 'self_use', '2.5 MWh', '0 kWh'),
    ('20000000000000035', '2025-09-01', 'on_grid', '40 MWh', '3_300.001 kWh'), ('20000000000000036', '2025-09-01', 'on_grid', '1 MWh', '1_000.001 kWh'),
    ('20000000000000037', '2025-09-01', 'on_grid', '1 TWh', '0 kWh'),
    -- sums beyond any energy are no reason to stop the others
    ('20000000000000038', '2025-09-01', 'on_grid', '9_223_372_036_854_775.807 kWh', '0 kWh'), ('20000000000000038', '2025-09-01', 'off_grid', '9_223_372_036_854_775.807 kWh', '0 kWh');
SELECT projects, certificates, tradable, carried, refused FROM issue('2025-09-01', 'refusing', '2025-10-20');
SELECT right(project_code, 2) AS project, volume_class, sqlstate, energy, drawn, greatest FROM issuance_refusal ORDER BY 1, 2;
SELECT project, reported, energy, quantity, carried_out FROM issued WHERE month = '2025-09' ORDER BY project, reported;
SELECT right(project_code, 2) AS project, name, volume_class, reason FROM generation_gaps('2025-09-01', '2025-09-01') WHERE project_code LIKE '2%' OR reason <> 'no generation' ORDER BY 1, 3;
-- repeating says the same; a further issuance refuses the same again
SELECT projects, certificates, refused FROM issue('2025-09-01', 'refusing', '2025-10-20');
SELECT projects, certificates, refused FROM issue('2025-09-01', 'refusing again', '2025-10-20');
-- a row that is corrected waits for the next issuance, which takes it
UPDATE generation SET energy = '79_200 kWh' WHERE project_code = '20000000000000032';
UPDATE generation SET drawn = '0 kWh' WHERE project_code = '20000000000000034' AND drawn > '0 kWh';
UPDATE project SET capacity_kw = 101 WHERE project_code = '20000000000000033';
DELETE FROM generation WHERE project_code = '20000000000000038';
SELECT right(project_code, 2) AS project, volume_class, reason FROM generation_gaps('2025-09-01', '2025-09-01') WHERE project_code LIKE '2%' ORDER BY 1, 2;
SELECT projects, certificates, refused FROM issue('2025-09-01', 'corrected', '2025-10-21');
-- late rows count beside what was issued: all rows of the month not yet issued are refused
INSERT INTO generation (project_code, month, volume_class, energy) VALUES ('20000000000000031', '2025-09-01', 'self_use', '0.001 kWh'), ('20000000000000035', '2025-09-01', 'self_use', '1 MWh');
SELECT projects, certificates, refused FROM issue('2025-09-01', 'late', '2025-10-22');
SELECT right(project_code, 2) AS project, volume_class, sqlstate, energy, greatest FROM issuance_refusal AS r JOIN issuance AS i USING (issuance_id) WHERE i.ref = 'late' ORDER BY 1, 2;
DELETE FROM generation WHERE project_code = '20000000000000031' AND volume_class = 'self_use';

--
-- The rules as they stand on the day of issue
--
SELECT register_project('20000000000000041', 'new hydro', 2, '650100', 'hydro', 100, '2024-01-01', market_based => false, registered_on => '2024-01-01'),
       register_project('20000000000000042', 'ocean', 2, '650100', 'ocean', 100, '2024-01-01', registered_on => '2024-01-01');
INSERT INTO generation (project_code, month, energy)
SELECT p, m, '60 MWh' FROM unnest('{20000000000000041, 20000000000000042}'::text[]) AS p, unnest('{2025-10-01, 2025-11-01, 2025-12-01}'::date[]) AS m;
INSERT INTO rule (name, effective_from, value, description, source, status) VALUES
    ('tradable_hydro', '2026-01-01', 'all', 'a test', 'a test', 'default'), ('tradable_hydro', '2026-02-01', 'none', 'a test', 'a test', 'default'),
    ('tradable_sources', '2026-01-01', 'wind,solar', 'a test', 'a test', 'default'), ('generation_margin', '2026-02-01', '0.8', 'a test', 'a test', 'default');
INSERT INTO issuance (ref, month, effective_on) VALUES
    ('rules 1', '2025-10-01', '2025-12-31'), ('rules 2', '2025-11-01', '2026-01-01'), ('rules 3', '2025-12-01', '2026-02-01');
SELECT project, month, class, tradable, quantity FROM issued WHERE project IN ('41', '42') ORDER BY project, month;
SELECT right(project_code, 2) AS project, month, sqlstate, greatest FROM issuance_refusal WHERE month = '2025-12-01' ORDER BY 1;
-- values that cannot be read
BEGIN;
INSERT INTO rule (name, effective_from, value, description, source, status) VALUES ('tradable_hydro', '2026-03-01', 'some', 'a test', 'a test', 'default');
SELECT * FROM issue('2025-12-01', 'bad', '2026-03-01');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
BEGIN;
INSERT INTO rule (name, effective_from, value, description, source, status) VALUES ('tradable_sources', '2026-03-01', 'wind,sun', 'a test', 'a test', 'default');
SELECT * FROM issue('2025-12-01', 'bad', '2026-03-01');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
BEGIN;
INSERT INTO rule (name, effective_from, value, description, source, status) VALUES ('generation_margin', '2026-03-01', '110%', 'a test', 'a test', 'default');
SELECT * FROM issue('2025-12-01', 'bad', '2026-03-01');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
BEGIN;
INSERT INTO rule (name, effective_from, value, description, source, status) VALUES ('generation_margin', '2026-03-01', '0.0', 'a test', 'a test', 'default');
SELECT * FROM issue('2025-12-01', 'bad', '2026-03-01');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
BEGIN;
DELETE FROM rule WHERE name = 'generation_margin';
SELECT * FROM issue('2025-12-01', 'bad', '2026-03-01');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;

--
-- Gaps: projects that earn certificates, from the month of their commissioning on
--
SELECT register_project('20000000000000051', 'commissioned in March', 2, '650100', 'wind', 100, '2023-03-31', registered_on => '2023-04-01');
INSERT INTO generation (project_code, month, volume_class, energy) VALUES
    ('20000000000000051', '2023-04-01', 'on_grid', '1 MWh'), ('20000000000000051', '2023-04-01', 'plant_use', '1 MWh'), ('20000000000000051', '2023-05-01', 'plant_use', '1 MWh');
SELECT * FROM generation_gaps('2023-02-15', '2023-06-01') WHERE project_code = '20000000000000051';
SELECT count(*) FROM generation_gaps('2023-06-01', '2023-05-01');
SELECT count(*) FROM generation_gaps(NULL, '2023-05-01');
SELECT DISTINCT p.source FROM generation_gaps('2023-02-01', '2023-02-01') AS g JOIN project AS p USING (project_code) ORDER BY p.source;

-- nothing is lost, nothing invented: energy = certificates + remainders
SELECT (SELECT sum(g.energy - g.drawn) FROM generation AS g JOIN project AS p USING (project_code)
        WHERE p.source NOT IN ('nuclear', 'fossil', 'pumped_storage', 'storage') AND g.volume_class <> 'plant_use'
            AND NOT EXISTS (SELECT FROM generation_gaps('2022-01-01', '2026-12-01') AS m
                            WHERE m.project_code = g.project_code AND m.month = g.month AND m.volume_class = g.volume_class))
     = (SELECT sum(energy(certificates)) FROM holding) + (SELECT sum(energy) FROM accrual) AS balanced;
SELECT * FROM verify();

SET client_min_messages = warning;
DROP EXTENSION certledger CASCADE;
DROP SCHEMA certledger CASCADE;
