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
SELECT register_project('10000000000000001', 'Solar', 1, '650100', 'solar', 1000, '2024-01-01', registered_on => '2024-01-01');
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

--
-- Every rule that drives the registry is read for the documents it is about:
-- LC016 when there is none in force, LC023 when its value cannot be used
--
\getenv abs_srcdir PG_ABS_SRCDIR
\set fixture :abs_srcdir '/test/fixture/market.sql'
\set ECHO none
\o /dev/null
\i :fixture
\o
\set ECHO all
SELECT count(*) FROM list_certificates('L', 1, 20, effective_at => '2025-03-20 10:00');
INSERT INTO generation VALUES ('10000000000000001', '2025-03-01', 'on_grid', '10 MWh'), ('10000000000000003', '2025-03-01', 'on_grid', '10 MWh');
INSERT INTO grid_draw (account_id, region, month, energy) VALUES (3, '500100', '2025-01-01', '100 MWh');
SELECT sum(quantity) FROM transfer_certificates('T', 1, 3, certificates => pg_temp.run('01', 1, 20, '2025-02-01'), effective_on => '2025-03-20');
CREATE TEMP TABLE reader (rule text, statement text, bad text[]);
INSERT INTO reader VALUES
    ('trades_allowed', $$SELECT transfer_certificates('x', 2, 3, 1, effective_on => '2025-03-20')$$, '{often,-1,1.5,""}'),
    ('trade_modes', $$SELECT transfer_certificates('x', 2, 3, 1, effective_on => '2025-03-20')$$, '{barter,"bilateral,barter","bilateral,,auction"}'),
    ('subsidised_trade_modes', $$SELECT list_certificates('x', 2, 1, effective_at => '2025-03-20')$$, '{barter}'),
    ('acceptance_modes', $$SELECT transfer_certificates('x', 2, 3, 1, effective_on => '2025-03-20')$$, '{all}'),
    ('out_of_province_route', $$SELECT transfer_certificates('x', 2, 3, 1, effective_on => '2025-03-20')$$, '{road,production}'),
    ('order_lifetime', $$SELECT lock_order('x', 1, 3, 'V', 1, effective_at => '2025-03-20 11:00')$$, '{a while,soon}'),
    ('ccer_technology', $$SELECT freeze('x', 1, 'ccer', 'P', 1, effective_at => '2025-03-20 11:00')$$, '{}'),
    ('objection_window', $$SELECT cancel_certificates('x', 'objection', 'P', pg_temp.run('02', 1, 1), objected_on => '2025-03-20', effective_on => '2025-03-20')$$, '{a while}'),
    ('vintage_check_from', $$SELECT retire('x', 2, 2025, 1, effective_on => '2025-03-20')$$, '{soon}'),
    ('retire_by', $$SELECT retire('x', 2, 2025, 1, effective_on => '2025-03-20')$$, '{soon}'),
    ('excess_policy', $$SELECT retire('x', 3, 2025, 1, effective_on => '2025-03-20')$$, '{maybe}'),
    ('certificate_validity', $$SELECT issue('2025-03-01', 'x', '2025-04-10')$$, '{for ever,until then}'),
    ('generation_margin', $$SELECT issue('2025-03-01', 'x', '2025-04-10')$$, '{0,-1,much}'),
    ('tradable_sources', $$SELECT issue('2025-03-01', 'x', '2025-04-10')$$, '{"wind,sun"}'),
    ('tradable_hydro', $$SELECT issue('2025-03-01', 'x', '2025-04-10')$$, '{some}'),
    ('existing_hydro_before', $$SELECT issue('2025-03-01', 'x', '2025-04-10')$$, '{then}');
CREATE FUNCTION pg_temp.without(rule text, bad text, statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    IF bad IS NULL THEN
        DELETE FROM rule WHERE name = without.rule;
    ELSE
        INSERT INTO rule (name, effective_from, value, description, source, status) VALUES (without.rule, '2025-01-15', bad, 'a test', 'a test', 'default');
    END IF;
    EXECUTE statement;
    RAISE EXCEPTION USING ERRCODE = 'DONE0', MESSAGE = 'posted';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
SELECT rule, pg_temp.without(rule, NULL, statement) AS no_row FROM reader;
SELECT rule, bad.value, left(pg_temp.without(rule, bad.value, statement), 5) AS refused_with FROM reader, unnest(bad) AS bad(value) WHERE bad.value <> '' ORDER BY rule, bad.value;
SELECT count(*) FROM rule WHERE description = 'a test';

--
-- Rules are data: a row of a later day changes what is posted for that day and
-- later ones, and nothing that was posted before
--
\getenv abs_srcdir PG_ABS_SRCDIR
\set fixture :abs_srcdir '/test/fixture/market.sql'
\set ECHO none
\o /dev/null
\i :fixture
\o
\set ECHO all
-- the past: some of everything, posted for days before 2025-05-01
INSERT INTO grid_draw (account_id, region, month, energy) VALUES (3, '500100', '2025-01-01', '100 MWh');
INSERT INTO generation VALUES
    ('10000000000000001', '2025-03-01', 'on_grid', '100 MWh'), ('10000000000000002', '2025-03-01', 'on_grid', '100 MWh'), ('10000000000000003', '2025-03-01', 'on_grid', '50 MWh');
SELECT certificates, tradable, refused FROM issue('2025-03-01', 'past issue', '2025-04-10');
SELECT sum(quantity) FROM transfer_certificates('past trade', 1, 3, certificates => pg_temp.run('01', 1, 300, '2025-02-01'), effective_on => '2025-04-10');
SELECT sum(quantity) FROM transfer_certificates('past offer', 1, 3, certificates => pg_temp.run('01', 1, 20), pending => true, effective_on => '2025-04-30');
SELECT sum(quantity) FROM transfer_certificates('past auction', 1, 3, 5, 'auction', pg_temp.run('01', 21, 5), effective_on => '2025-04-30');
SELECT count(*) FROM list_certificates('past listing', 1, certificates => pg_temp.run('01', 31, 40), effective_at => '2025-04-10 10:00');
SELECT count(*) FROM lock_order('past order', 1, 3, 'V', 10, effective_at => '2025-04-30 23:00');
SELECT sum(quantity) FROM retire('past claim', 3, 2025, certificates => pg_temp.run('01', 1, 60, '2025-02-01'), effective_on => '2025-04-30');
SELECT sum(quantity) FROM retire('past vintage', 1, 2024, certificates => pg_temp.run('01', 91, 5), effective_on => '2025-04-30');
SELECT sum(quantity) FROM freeze('past freeze', 1, 'ccer', 'P', 10, effective_at => '2025-04-30 10:00');
SELECT sum(quantity) FROM cancel_certificates('past objection', 'objection', 'P', pg_temp.run('02', 1, 5), objected_on => '2025-04-30', effective_on => '2025-04-30');
SELECT sum(quantity) FROM transfer_certificates('past water', 1, 6, 20, 'existing_hydro', effective_on => '2025-04-30');
SELECT sum(quantity) FROM correct_generation('past correction', '10000000000000002', '2025-03-01', '110 MWh', 'P', effective_on => '2025-04-30');
SELECT max(movement_id) AS last FROM movement \gset
CREATE TEMP VIEW posted AS
SELECT md5(string_agg(r, E'\n' ORDER BY r)) AS hash
FROM (SELECT m::text FROM movement AS m UNION ALL SELECT h::text FROM holding AS h UNION ALL SELECT l::text FROM issuance_line AS l UNION ALL SELECT t::text FROM transfer AS t UNION ALL SELECT x::text FROM hold AS x) AS a(r);
SELECT hash AS past FROM posted \gset
CREATE TEMP TABLE past_movement AS TABLE movement;
CREATE TEMP TABLE past_line AS TABLE issuance_line;
CREATE TEMP TABLE past_holding AS TABLE holding;
SELECT * FROM verify();
-- the future
INSERT INTO rule (name, effective_from, value, description, source, status)
SELECT name, '2025-05-01', value, 'a test', 'a test', 'default'
FROM (VALUES ('trades_allowed', '2'), ('vintage_check_from', '2024'), ('order_lifetime', '1 hour'), ('objection_window', '10 days'), ('excess_policy', 'reject'), ('retire_by', '1 month'),
    ('acceptance_modes', 'bilateral'), ('trade_modes', 'listing,bilateral'), ('subsidised_trade_modes', 'bilateral'), ('generation_margin', '0.001'), ('tradable_sources', 'solar'),
    ('existing_hydro_before', '2022-01-01'), ('tradable_hydro', 'all'), ('ccer_technology', 'csp'), ('out_of_province_route', 'out_of_province_trade')) AS v(name, value);
INSERT INTO rule (name, effective_from, value, description, source, status) VALUES ('certificate_validity', '2025-04-01', '12 months', 'a test', 'a test', 'default'), ('trades_allowed', '2025-06-01', '1', 'a test', 'a test', 'default');
SELECT hash = :'past' AS same FROM posted;
SELECT * FROM verify();
-- repeating the past returns its outcome and posts nothing
SELECT sum(quantity) FROM transfer_certificates('past auction', 1, 3, 5, 'auction', pg_temp.run('01', 21, 5), effective_on => '2025-04-30');
SELECT sum(quantity) FROM retire('past vintage', 1, 2024, certificates => pg_temp.run('01', 91, 5), effective_on => '2025-04-30');
SELECT certificates, tradable, refused FROM issue('2025-03-01', 'past issue', '2025-04-10');
SELECT max(movement_id) = :last AS nothing_posted FROM movement;

-- by the day of the document: the day before as ever, from the day on as the rule says
CREATE TEMP TABLE case_of (rule text, statement text);
INSERT INTO case_of VALUES
    ('trades_allowed', $$SELECT transfer_certificates('{ref}', 3, 4, certificates => pg_temp.run('01', {n}, 2, '2025-02-01'), pending => true, effective_on => '{day}')$$),
    ('vintage_check_from', $$SELECT retire('{ref}', 1, 2025, certificates => pg_temp.run('01', {n} - 200, 2, '2024-06-01'), effective_on => '{day}')$$),
    ('objection_window', $$SELECT cancel_certificates('{ref}', 'objection', 'P', pg_temp.run('02', {n} - 50, 2, '2025-02-01'), objected_on => '2025-04-20', effective_on => '{day}')$$),
    ('excess_policy', $$SELECT retire('{ref}', 3, 2025, certificates => pg_temp.run('01', 5 * {n} - 940, 45, '2025-02-01'), effective_on => '{day}')$$),
    ('retire_by', $$SELECT retire('{ref}', 1, 2024, 2, filter => make_certificate_filter(2024), effective_on => '{day}', dry_run => true)$$),
    ('acceptance_modes', $$SELECT transfer_certificates('{ref}', 2, 3, 2, pending => false, effective_on => '{day}')$$),
    ('trade_modes', $$SELECT transfer_certificates('{ref}', 2, 3, 2, 'auction', effective_on => '{day}')$$),
    ('subsidised_trade_modes', $$SELECT list_certificates('{ref}', 1, certificates => pg_temp.run('09', {n} - 150, 2), effective_at => '{day} 12:00')$$),
    ('ccer_technology', $$SELECT freeze('{ref}', 1, 'ccer', 'P', certificates => pg_temp.run('07', {n} - 180, 2), effective_at => '{day} 12:00')$$);
CREATE FUNCTION pg_temp.outcome(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    RETURN 'posted';
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
SELECT c.rule, pg_temp.outcome(replace(replace(replace(c.statement, '{ref}', c.rule || ' before'), '{day}', '2025-04-30'), '{n}', '201')) AS the_day_before,
       pg_temp.outcome(replace(replace(replace(c.statement, '{ref}', c.rule || ' after'), '{day}', '2025-05-01'), '{n}', '211')) AS from_the_day_on
FROM case_of AS c;
SELECT ref, pending FROM transfer WHERE ref LIKE '%before' OR ref LIKE '%after' ORDER BY transfer_id;
-- order_lifetime: an order has the end that it was given; a new one ends sooner
SELECT (pg_temp.moved(t)).* FROM settle_order('settled later', 'past order', 5, effective_at => '2025-05-01 22:00') AS t;
SELECT count(*) FROM lock_order('new order', 1, 4, 'V', 5, effective_at => '2025-05-01 10:00');
SELECT "order", order_ends_at FROM held WHERE state = 'locked' ORDER BY 1;
-- acceptance and routes: an offer is accepted as of its own day
SELECT (pg_temp.moved(r)).* FROM accept_transfer('accepted later', 'past offer', effective_on => '2025-05-02') AS r;
SELECT to_state, route FROM transfer_certificates('new trade', 2, 3, 5, effective_on => '2025-05-01');
SELECT to_state, route FROM accept_transfer('new acceptance', 'new trade', effective_on => '2025-05-02');
-- trades_allowed: what was offered while two were allowed is accepted when it is one again
SELECT to_state, route FROM accept_transfer('second trade', 'trades_allowed after', effective_on => '2025-06-02');
SELECT pg_temp.outcome($$SELECT transfer_certificates('X', 3, 4, certificates => pg_temp.run('01', 231, 2, '2025-02-01'), pending => true, effective_on => '2025-06-01')$$);
-- generation_margin, tradable_sources, the hydro rules: by the day of issue; certificate_validity: by the month of production
INSERT INTO generation VALUES
    ('10000000000000001', '2025-04-01', 'on_grid', '60 MWh'), ('10000000000000002', '2025-04-01', 'on_grid', '60 MWh'), ('10000000000000003', '2025-04-01', 'on_grid', '60 MWh'), ('10000000000000006', '2025-04-01', 'on_grid', '100 MWh'),
    ('10000000000000006', '2025-03-01', 'on_grid', '100 MWh'), ('10000000000000007', '2025-03-01', 'on_grid', '60 MWh');
SELECT certificates, tradable, refused FROM issue('2025-03-01', 'late issue', '2025-05-10');
SELECT certificates, tradable, refused FROM issue('2025-04-01', 'new issue', '2025-05-10');
SELECT i.ref, right(l.project_code, 2) AS project, l.certificate_class, l.tradable, l.quantity, l.valid_until FROM issuance_line AS l JOIN issuance AS i ON l.document = 'issuance' AND i.issuance_id = l.document_id
WHERE l.month >= '2025-03-01' ORDER BY l.month, project, i.ref;
SELECT i.ref, right(r.project_code, 2) AS project, r.sqlstate, r.energy, r.greatest FROM issuance_refusal AS r JOIN issuance AS i USING (issuance_id) ORDER BY 1, 2;
-- a correction of an old month has the validity of that month
SELECT sum(quantity) FROM correct_generation('new correction', '10000000000000007', '2025-01-01', '90 MWh', 'P', effective_on => '2025-04-30');
SELECT DISTINCT valid_until FROM holding WHERE project_code(last_certificate) = '10000000000000007' AND production_month(last_certificate) = '2025-01-01';
-- and the past is as it was
SELECT (SELECT count(*) FROM (TABLE past_movement EXCEPT TABLE movement) AS d) AS lines_changed, (SELECT count(*) FROM (TABLE past_line EXCEPT TABLE issuance_line) AS d) AS issues_changed;
-- a holding is another one only where a document has touched it since
SELECT count(*) > 0 AS some_touched, count(*) FILTER (WHERE NOT EXISTS (SELECT FROM movement AS m WHERE m.movement_id > :last AND m.certificates && d.certificates)) AS changed_by_nothing
FROM (TABLE past_holding EXCEPT TABLE holding) AS d;
SELECT sum(quantity(certificates)) = (SELECT sum(quantity) FROM issuance_line) AS all_there FROM holding;
SELECT * FROM verify();

SET client_min_messages = warning;
DROP EXTENSION certledger CASCADE;
DROP SCHEMA certledger CASCADE;
