SET client_min_messages = warning;
DROP EXTENSION IF EXISTS certledger CASCADE;
DROP SCHEMA IF EXISTS certledger CASCADE;
CREATE EXTENSION certledger;
RESET client_min_messages;
SET search_path = certledger, public;
SET datestyle = ISO;
\set SHOW_CONTEXT never
SELECT create_ledger();
SELECT register_account('generator', 'producer', '500100', personal_id => 'a', opened_on => '2022-01-01') AS producer,
       register_account('user', 'buyer', '500100', personal_id => 'b', opened_on => '2022-01-01') AS buyer,
       register_account('generator', 'next owner', '500100', personal_id => 'c', opened_on => '2022-01-01') AS next_owner;
SELECT count(register_project(format('100000000000000%s', n), name, 1, '500100', source, 100, '2020-01-01', registered_on => '2024-01-01', storage => storage))
FROM (VALUES ('01', 'wind', 'wind'::energy_source, 'none'::storage_metering), ('02', 'solar with storage', 'solar', 'shared'),
             ('03', 'old hydro', 'hydro', 'none'), ('04', 'reports late', 'wind', 'none')) AS v(n, name, source, storage);
INSERT INTO generation (project_code, month, volume_class, energy, drawn) VALUES
    ('10000000000000001', '2026-01-01', 'on_grid', '10_400 kWh', '0 kWh'), ('10000000000000001', '2026-02-01', 'on_grid', '5_700 kWh', '0 kWh'),
    ('10000000000000001', '2026-01-01', 'self_use', '3_300 kWh', '0 kWh'), ('10000000000000001', '2026-01-01', 'plant_use', '100 kWh', '0 kWh'),
    ('10000000000000002', '2026-01-01', 'on_grid', '8 MWh', '1_500 kWh'), ('10000000000000003', '2026-01-01', 'on_grid', '20 MWh', '0 kWh'),
    ('10000000000000004', '2026-03-01', 'on_grid', '1 MWh', '0 kWh');
SELECT projects, certificates, carried, refused FROM issue('2026-01-01', 'January', '2026-02-10');
SELECT projects, certificates, carried, refused FROM issue('2026-02-01', 'February', '2026-03-10');

CREATE TEMP VIEW line AS
SELECT right(project_code, 2) AS project, to_char(month, 'YYYY-MM') AS month, volume_class AS class, sequence AS seq, document, former_energy AS former, energy, carried_in, quantity, debited,
       carried_out, serial(lower(certificates)) AS first, serial(lower(certificates)) + quantity - 1 AS last, account_id AS account
FROM issuance_line;
CREATE TEMP VIEW held AS
SELECT right(project_code(last_certificate), 2) AS project, to_char(production_month(last_certificate), 'YYYY-MM') AS month, volume_class(last_certificate) AS class,
       serial(lower(certificates)) AS first, serial(lower(certificates)) + quantity(certificates) - 1 AS last, account_id AS account, state, listing_id, order_id, order_ends_at IS NOT NULL AS order_ends
FROM holding;
-- what a call returned, with serials instead of codes
CREATE FUNCTION pg_temp.moved(p posting, OUT document bigint, OUT first bigint, OUT last bigint, OUT quantity bigint, OUT from_account bigint, OUT from_state holding_state, OUT to_account bigint, OUT to_state holding_state)
    LANGUAGE sql BEGIN ATOMIC SELECT p.document_id, serial(lower(p.certificates)), serial(lower(p.certificates)) + p.quantity - 1, p.quantity, p.from_account, p.from_state, p.to_account, p.to_state; END;

--
-- Upwards: the difference goes into the remainder; what makes a certificate has the next number
--
SELECT (pg_temp.moved(c)).* FROM correct_generation('up 1', '10000000000000001', '2026-01-01', '10_900 kWh', 'meter report 1', effective_on => '2026-03-20') AS c;
SELECT (pg_temp.moved(c)).* FROM correct_generation('up 2', '10000000000000001', '2026-01-01', '12_899.999 kWh', 'meter report 2', effective_on => '2026-03-21') AS c;
SELECT * FROM line WHERE project = '01' AND class = 'on_grid' ORDER BY month, seq;
SELECT energy, drawn FROM generation WHERE project_code = '10000000000000001' AND month = '2026-01-01' AND volume_class = 'on_grid';
SELECT project_code, volume_class, energy FROM accrual WHERE project_code = '10000000000000001' ORDER BY 2;

--
-- Downwards: from the remainder first, then whole certificates, highest numbers first; the rest of their energy is carried
--
SELECT (pg_temp.moved(c)).* FROM correct_generation('down 1', '10000000000000001', '2026-01-01', '12_899.990 kWh', 'meter report 3', effective_on => '2026-03-22') AS c;
SELECT (pg_temp.moved(c)).* FROM correct_generation('down 2', '10000000000000001', '2026-01-01', '9_000 kWh', 'meter report 4', effective_on => '2026-03-23') AS c;
SELECT * FROM line WHERE project = '01' AND month = '2026-01' AND class = 'on_grid' AND seq > 2 ORDER BY seq;
SELECT * FROM held WHERE project = '01' AND class = 'on_grid' ORDER BY month, first;
-- upwards again: numbers that were cancelled are never used again
SELECT (pg_temp.moved(c)).* FROM correct_generation('up 3', '10000000000000001', '2026-01-01', '11_000 kWh', 'meter report 5', effective_on => '2026-03-24') AS c;
-- to nothing, and to the same total
SELECT (pg_temp.moved(c)).* FROM correct_generation('to nothing', '10000000000000001', '2026-01-01', '0 kWh', 'wrong meter', 'self_use', effective_on => '2026-03-24') AS c;
SELECT (pg_temp.moved(c)).* FROM correct_generation('nothing twice', '10000000000000001', '2026-01-01', '0 kWh', 'wrong meter', 'self_use', effective_on => '2026-03-24') AS c;
SELECT * FROM line WHERE class = 'self_use' ORDER BY seq;
-- storage on the same meter: energy less drawn counts
SELECT (pg_temp.moved(c)).* FROM correct_generation('storage', '10000000000000002', '2026-01-01', '9 MWh', 'meter report 6', drawn => '1_000 kWh', effective_on => '2026-03-24') AS c;
-- class and tradability stay as they were issued, whatever the project is called now
UPDATE project SET commissioned_on = '2024-01-01' WHERE project_code = '10000000000000003';
SELECT (pg_temp.moved(c)).* FROM correct_generation('hydro', '10000000000000003', '2026-01-01', '21 MWh', 'meter report 7', effective_on => '2026-03-24') AS c;
SELECT certificate_class, tradable, valid_until FROM issuance_line WHERE project_code = '10000000000000003' ORDER BY sequence;
SELECT * FROM verify();

--
-- Repeating
--
SELECT (pg_temp.moved(c)).* FROM correct_generation('up 2', '10000000000000001', '2026-01-01', '12_899.999 kWh', 'meter report 2', effective_on => '2026-03-21') AS c;
SELECT (pg_temp.moved(c)).* FROM correct_generation('up 2', '10000000000000001', '2026-01-01', '12_899.999 kWh', 'meter report 2') AS c;
SELECT * FROM correct_generation('up 2', '10000000000000001', '2026-01-01', '12_900 kWh', 'meter report 2', effective_on => '2026-03-21');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM correct_generation('up 2', '10000000000000001', '2026-01-01', '12_899.999 kWh', 'meter report 9', effective_on => '2026-03-21');
\echo :LAST_ERROR_SQLSTATE

--
-- Several in one statement: the remainder goes from one to the next; all or nothing
--
BEGIN;
INSERT INTO correction (ref, project_code, month, volume_class, energy, drawn, proof, effective_on) VALUES
    ('several 1', '10000000000000001', '2026-01-01', 'on_grid', '11_600 kWh', '0 kWh', 'report', '2026-04-01'),
    ('several 2', '10000000000000001', '2026-02-01', 'on_grid', '6_400 kWh', '0 kWh', 'report', '2026-04-01'),
    ('several 3', '10000000000000001', '2026-01-01', 'self_use', '2_000 kWh', '0 kWh', 'report', '2026-04-01'),
    ('several 4', '10000000000000002', '2026-01-01', 'on_grid', '5 MWh', '0.001 kWh', 'report', '2026-04-01');
SELECT l.* FROM line AS l JOIN issuance_line AS i ON right(i.project_code, 2) = l.project AND i.volume_class = l.class AND i.sequence = l.seq AND to_char(i.month, 'YYYY-MM') = l.month
JOIN correction AS c ON i.document = 'correction' AND i.document_id = c.correction_id WHERE c.ref LIKE 'several%' ORDER BY c.ref;
SELECT document, serial(lower(certificates)) AS first, quantity(certificates), from_state, to_state FROM movement WHERE document_id IN (SELECT correction_id FROM correction WHERE ref LIKE 'several%')
    AND document = 'correction' ORDER BY movement_id;
SELECT * FROM verify();
ROLLBACK;
-- the second cannot be: the first is not posted either
COPY correction (ref, project_code, month, energy, proof, effective_on) FROM stdin;
all	10000000000000001	2026-01-01	12 MWh	report	2026-04-01
or nothing	10000000000000001	2026-02-01	1 GWh	report	2026-04-01
\.
INSERT INTO correction (ref, project_code, month, energy, proof, effective_on) VALUES
    ('once', '10000000000000001', '2026-01-01', '12 MWh', 'report', '2026-04-01'), ('twice', '10000000000000001', '2026-01-01', '13 MWh', 'report', '2026-04-01');
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) FROM correction WHERE ref IN ('all', 'or nothing', 'once', 'twice');

--
-- Refusals
--
-- LC041: not issued: not reported, reported later, of a class or source that earns none, refused
SELECT * FROM correct_generation('X', '10000000000000001', '2026-03-01', '1 MWh', 'report', effective_on => '2026-04-01');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM correct_generation('X', '10000000000000004', '2026-03-01', '1 MWh', 'report', effective_on => '2026-04-01');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM correct_generation('X', '10000000000000001', '2026-01-01', '1 MWh', 'report', 'plant_use', effective_on => '2026-04-01');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM correct_generation('X', '10000000000000001', '2026-01-01', '1 MWh', 'report', 'off_grid', effective_on => '2026-04-01');
\echo :LAST_ERROR_SQLSTATE
-- LC042: 100 kW x 744 h x 1.1 = 81,840 kWh, all classes together: plant use has 100 kWh of it
SELECT * FROM correct_generation('X', '10000000000000001', '2026-01-01', '81_740.001 kWh', 'report', effective_on => '2026-04-01');
\echo :LAST_ERROR_SQLSTATE
BEGIN;
SELECT sum(quantity) FROM correct_generation('X', '10000000000000001', '2026-01-01', '81_740 kWh', 'report', effective_on => '2026-04-01');
ROLLBACK;
INSERT INTO correction (ref, project_code, month, volume_class, energy, proof, effective_on) VALUES
    ('X1', '10000000000000001', '2026-01-01', 'on_grid', '81 MWh', 'report', '2026-04-01'), ('X2', '10000000000000001', '2026-01-01', 'self_use', '1 MWh', 'report', '2026-04-01');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM correct_generation('X', '10000000000000001', '2026-01-01', '9_223_372_036_854_775.807 kWh', 'report', effective_on => '2026-04-01');
\echo :LAST_ERROR_SQLSTATE
-- the margin is a rule, as it stands on the day of the correction
BEGIN;
INSERT INTO rule (name, effective_from, value, description, source, status) VALUES ('generation_margin', '2026-04-02', '0.5', 'a test', 'a test', 'default');
SELECT sum(quantity) FROM correct_generation('day before', '10000000000000001', '2026-01-01', '50 MWh', 'report', effective_on => '2026-04-01');
SELECT sum(quantity) FROM correct_generation('that day', '10000000000000001', '2026-01-01', '51 MWh', 'report', effective_on => '2026-04-02');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
-- LC043: no storage on the same meter
SELECT * FROM correct_generation('X', '10000000000000001', '2026-01-01', '11 MWh', 'report', drawn => '0.001 kWh', effective_on => '2026-04-01');
\echo :LAST_ERROR_SQLSTATE
-- LC017: before it was issued, or corrected last
SELECT * FROM correct_generation('X', '10000000000000001', '2026-01-01', '11 MWh', 'report', effective_on => '2026-03-23');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM correct_generation('X', '10000000000000001', '2026-02-01', '11 MWh', 'report', effective_on => '2026-03-09');
\echo :LAST_ERROR_SQLSTATE
-- LC016, LC023
BEGIN;
DELETE FROM rule WHERE name = 'generation_margin';
SELECT * FROM correct_generation('X', '10000000000000001', '2026-01-01', '11 MWh', 'report', effective_on => '2026-04-01');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
BEGIN;
INSERT INTO rule (name, effective_from, value, description, source, status) VALUES ('generation_margin', '2026-04-01', 'none', 'a test', 'a test', 'default');
SELECT * FROM correct_generation('X', '10000000000000001', '2026-01-01', '11 MWh', 'report', effective_on => '2026-04-01');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
-- LC013, LC014
UPDATE correction SET energy = '1 MWh';
\echo :LAST_ERROR_SQLSTATE
DELETE FROM correction;
\echo :LAST_ERROR_SQLSTATE
TRUNCATE correction;
\echo :LAST_ERROR_SQLSTATE
UPDATE generation SET energy = '1 MWh' WHERE project_code = '10000000000000001' AND month = '2026-01-01';
\echo :LAST_ERROR_SQLSTATE
-- plain errors
\set VERBOSITY terse
SELECT * FROM correct_generation('X', '10000000000000009', '2026-01-01', '11 MWh', 'report', effective_on => '2026-04-01');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM correct_generation('', '10000000000000001', '2026-01-01', '11 MWh', 'report', effective_on => '2026-04-01');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM correct_generation('X', '10000000000000001', '2026-01-02', '11 MWh', 'report', effective_on => '2026-04-01');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM correct_generation('X', '10000000000000001', '2026-01-01', '-1 kWh', 'report', effective_on => '2026-04-01');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM correct_generation('X', '10000000000000002', '2026-01-01', '1 kWh', 'report', drawn => '2 kWh', effective_on => '2026-04-01');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM correct_generation('X', '10000000000000001', '2026-01-01', '11 MWh', '', effective_on => '2026-04-01');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM correct_generation('X', '10000000000000001', '2026-01-01', '11 MWh', NULL, effective_on => '2026-04-01');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM correct_generation('X', '10000000000000001', '2026-01-01', '11 MWh', 'report', effective_on => '2026-01-31');
\echo :LAST_ERROR_SQLSTATE
INSERT INTO correction (ref, project_code, month, energy, proof, effective_on, posted_at) VALUES ('X', '10000000000000001', '2026-01-01', '11 MWh', 'report', '2026-04-01', '2026-01-01');
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY default

--
-- LC037: what has moved on cannot be taken back
--
SELECT sum(quantity) FROM transfer_certificates('sale', 1, 2, certificates => gecmultirange(make_gecrange(make_gec('10000000000000001', '2026-01-01', 2), 5)), effective_on => '2026-04-02');
SELECT * FROM held WHERE project = '01' AND month = '2026-01' AND class = 'on_grid' ORDER BY first;
SELECT * FROM correct_generation('X', '10000000000000001', '2026-01-01', '4_399.999 kWh', 'report', effective_on => '2026-04-03');
\echo :LAST_ERROR_SQLSTATE
-- the total that the hint names can be posted, a watt-hour less cannot
SELECT * FROM correct_generation('X', '10000000000000001', '2026-01-01', '5_299.999 kWh', 'report', effective_on => '2026-04-03');
\echo :LAST_ERROR_SQLSTATE
BEGIN;
SELECT (pg_temp.moved(c)).* FROM correct_generation('X', '10000000000000001', '2026-01-01', '5_300 kWh', 'report', effective_on => '2026-04-03') AS c;
SELECT * FROM verify();
ROLLBACK;
-- ten ranges are told, and how many more there are
BEGIN;
INSERT INTO generation (project_code, month, energy) VALUES ('10000000000000004', '2026-02-01', '30 MWh');
SELECT certificates FROM issue('2026-02-01', 'many', '2026-03-11');
SELECT count(*), sum(quantity) FROM transfer_certificates('odd ones', 1, 2, certificates => (SELECT range_agg(make_gecrange(make_gec('10000000000000004', '2026-02-01', n), 1)) FROM generate_series(1, 25, 2) AS n), effective_on => '2026-04-02');
SELECT * FROM correct_generation('X', '10000000000000004', '2026-02-01', '12 MWh', 'report', effective_on => '2026-04-03');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;

--
-- Issued certificates go first, then listed ones, also those whose order is over; locked and frozen ones stay
--
BEGIN;
INSERT INTO generation (project_code, month, energy) VALUES ('10000000000000004', '2026-02-01', '10 MWh');
SELECT certificates FROM issue('2026-02-01', 'states', '2026-03-11');
ALTER TABLE holding DISABLE TRIGGER holding_posted_only;
DELETE FROM holding WHERE project_code(last_certificate) = '10000000000000004';
INSERT INTO holding (last_certificate, certificates, account_id, state, route, listing_id, order_id, order_ends_at, freeze_id, region, source, valid_until)
SELECT upper(r) - 1, r, 1, state, 'production', listing, CASE WHEN ends IS NOT NULL THEN 902 END, ends, frozen_by, '500100', 'wind', '2028-01-31'
FROM (VALUES (1, 2, 'issued'::holding_state, NULL::int, NULL::timestamptz, NULL::int), (3, 2, 'listed', 901, NULL, NULL), (5, 2, 'locked', 901, '2026-04-05 09:00+08', NULL),
             (7, 1, 'issued', NULL, NULL, NULL), (8, 1, 'frozen', NULL, NULL, 903), (9, 2, 'locked', 901, '2026-04-06 00:00:00.000001+08', NULL)) AS v(first, n, state, listing, ends, frozen_by),
     LATERAL make_gecrange(make_gec('10000000000000004', '2026-02-01', first), n) AS r;
ALTER TABLE holding ENABLE ALWAYS TRIGGER holding_posted_only;
SAVEPOINT planted;
SELECT (pg_temp.moved(c)).* FROM correct_generation('S1', '10000000000000004', '2026-02-01', '7 MWh', 'report', effective_on => '2026-04-05') AS c;
SELECT * FROM held WHERE project = '04' ORDER BY first;
SELECT (pg_temp.moved(c)).* FROM correct_generation('S2', '10000000000000004', '2026-02-01', '6 MWh', 'report', effective_on => '2026-04-05') AS c;
SELECT * FROM held WHERE project = '04' ORDER BY first;
SELECT document, document_id, serial(lower(certificates)) AS first, quantity(certificates), from_state, to_state, effective_on FROM movement WHERE document_id = 902 OR (document = 'correction' AND to_state = 'cancelled' AND project_code(lower(certificates)) = '10000000000000004') ORDER BY movement_id;
SELECT (pg_temp.moved(c)).* FROM correct_generation('S3', '10000000000000004', '2026-02-01', '3 MWh', 'report', effective_on => '2026-04-05') AS c;
SELECT * FROM held WHERE project = '04' ORDER BY first;
SELECT * FROM correct_generation('S4', '10000000000000004', '2026-02-01', '2 MWh', 'report', effective_on => '2026-04-05');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK TO planted;
-- a day earlier that order was not over
SELECT * FROM correct_generation('S5', '10000000000000004', '2026-02-01', '4 MWh', 'report', effective_on => '2026-04-04');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;

--
-- A project that changed hands: new certificates go to the owner now, old ones are taken where they were issued to
--
UPDATE project SET owner = 3 WHERE project_code = '10000000000000002';
SELECT (pg_temp.moved(c)).* FROM correct_generation('sold 1', '10000000000000002', '2026-01-01', '11 MWh', 'report', drawn => '1 MWh', effective_on => '2026-04-10') AS c;
SELECT (pg_temp.moved(c)).* FROM correct_generation('sold 2', '10000000000000002', '2026-01-01', '7_500 kWh', 'report', drawn => '1 MWh', effective_on => '2026-04-11') AS c;
SELECT * FROM held WHERE project = '02' ORDER BY first;
SELECT * FROM verify();

--
-- Random corrections and sales against a model in plain SQL: numbers and one row per certificate
--
SELECT setseed(0.2026);
CREATE TEMP TABLE month_model (project text, month date, class volume_class, counted numeric, serials bigint, PRIMARY KEY (project, month, class));
CREATE TEMP TABLE accrual_model (project text, class volume_class, energy numeric, PRIMARY KEY (project, class));
CREATE TEMP TABLE certificate_model (project text, month date, class volume_class, serial bigint, account bigint, state text, PRIMARY KEY (project, month, class, serial));
CREATE TEMP TABLE tally (what text PRIMARY KEY, n bigint);
SELECT count(register_project(format('200000000000000%s', n), 'random', 1, '500100', 'wind', 100, '2020-01-01', registered_on => '2024-01-01', storage => CASE n WHEN '02' THEN 'shared' ELSE 'none' END::storage_metering))
FROM unnest('{01, 02, 03}'::text[]) AS n;
INSERT INTO generation (project_code, month, volume_class, energy)
SELECT p, m, c, make_energy(wh => floor(random() * 12e6)::bigint)
FROM unnest('{20000000000000001, 20000000000000002, 20000000000000003}'::text[]) AS p, unnest('{2025-01-01, 2025-02-01, 2025-03-01}'::date[]) AS m, unnest('{on_grid, self_use}'::volume_class[]) AS c ORDER BY p, m, c;
INSERT INTO issuance (ref, month, effective_on) SELECT 'random ' || m, m, '2025-04-10' FROM unnest('{2025-01-01, 2025-02-01, 2025-03-01}'::date[]) AS m ORDER BY m;

-- one correction in the model: as domain 3.1 says it, in kilowatt-hours
CREATE FUNCTION pg_temp.model_correct(p text, m date, c volume_class, total numeric) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    was month_model;
    due numeric;
    n bigint;
BEGIN
    SELECT * INTO was FROM month_model WHERE project = p AND month = m AND class = c;
    SELECT total - was.counted + energy INTO due FROM accrual_model WHERE project = p AND class = c;
    IF due >= 0 THEN
        n := floor(due / 1000);
        INSERT INTO certificate_model SELECT p, m, c, was.serials + i, 1, 'issued' FROM generate_series(1, n) AS i;
        UPDATE month_model SET serials = serials + n WHERE project = p AND month = m AND class = c;
        due := due - 1000 * n;
    ELSE
        n := ceil(- due / 1000);
        IF n > (SELECT count(*) FROM certificate_model WHERE project = p AND month = m AND class = c AND account = 1 AND state = 'issued') THEN
            RAISE EXCEPTION USING ERRCODE = 'LC037';
        END IF;
        UPDATE certificate_model SET state = 'cancelled' WHERE (project, month, class, serial) IN
            (SELECT project, month, class, serial FROM certificate_model WHERE project = p AND month = m AND class = c AND account = 1 AND state = 'issued' ORDER BY serial DESC LIMIT n);
        due := due + 1000 * n;
    END IF;
    UPDATE month_model SET counted = total WHERE project = p AND month = m AND class = c;
    UPDATE accrual_model SET energy = due WHERE project = p AND class = c;
END $$;
CREATE FUNCTION pg_temp.count_up(w text) RETURNS void LANGUAGE sql BEGIN ATOMIC
    INSERT INTO tally AS t VALUES (w, 1) ON CONFLICT (what) DO UPDATE SET n = t.n + 1;
END;
-- certificates, remainders and energies in which ledger and model differ
CREATE FUNCTION pg_temp.differences() RETURNS bigint LANGUAGE sql AS $$
SELECT (SELECT count(*) FROM certificate_model AS m
        FULL JOIN (SELECT project_code(g) AS project, production_month(g) AS month, volume_class(g) AS class, serial(g) AS serial, h.account_id, h.state
                   FROM holding AS h, generate_series(0, quantity(h.certificates) - 1) AS i, LATERAL (SELECT lower(h.certificates) + i) AS c(g) WHERE project_code(h.last_certificate) LIKE '2%') AS l
            USING (project, month, class, serial)
        WHERE (m.account, m.state) IS DISTINCT FROM (l.account_id, l.state::text))
     + (SELECT count(*) FROM accrual_model AS m FULL JOIN (SELECT * FROM accrual WHERE project_code LIKE '2%') AS a ON a.project_code = m.project AND a.volume_class = m.class
        WHERE kwh(a.energy) IS DISTINCT FROM m.energy)
     + (SELECT count(*) FROM month_model AS m FULL JOIN (SELECT * FROM generation WHERE project_code LIKE '2%') AS g ON g.project_code = m.project AND g.month = m.month AND g.volume_class = m.class
        WHERE kwh(g.energy - g.drawn) IS DISTINCT FROM m.counted)
$$;
INSERT INTO month_model SELECT project_code, month, volume_class, kwh(energy), 0 FROM generation WHERE project_code LIKE '2%';
DO $$
DECLARE
    m month_model;
    carried numeric;
    n bigint;
BEGIN
    FOR m IN SELECT * FROM month_model ORDER BY month, project, class LOOP
        SELECT energy INTO carried FROM accrual_model WHERE project = m.project AND class = m.class;
        carried := coalesce(carried, 0) + m.counted;
        n := floor(carried / 1000);
        INSERT INTO certificate_model SELECT m.project, m.month, m.class, i, 1, 'issued' FROM generate_series(1, n) AS i;
        UPDATE month_model SET serials = n WHERE project = m.project AND month = m.month AND class = m.class;
        INSERT INTO accrual_model VALUES (m.project, m.class, carried - 1000 * n) ON CONFLICT (project, class) DO UPDATE SET energy = EXCLUDED.energy;
    END LOOP;
END $$;
SELECT pg_temp.differences();
DO $$
DECLARE
    projects text[] := '{20000000000000001, 20000000000000002, 20000000000000003}';
    p text;
    c volume_class;
    months date[];
    at date;
    drawn bigint;
    energies bigint[];
    draws bigint[];
    expected text;
    outcome text;
    sold gecmultirange;
BEGIN
    FOR i IN 1 .. 400 LOOP
        p := projects[1 + floor(random() * 3)];
        c := CASE WHEN random() < 0.7 THEN 'on_grid' ELSE 'self_use' END;
        expected := 'posted';
        outcome := 'posted';
        IF random() < 0.25 THEN
            -- some of what the producer still has is sold
            SELECT range_agg(make_gecrange(make_gec(s.project, s.month, s.serial), 1)) INTO sold
            FROM (SELECT * FROM certificate_model WHERE project = p AND class = 'on_grid' AND account = 1 AND state = 'issued' ORDER BY random() LIMIT 1 + floor(random() * 4)) AS s;
            IF sold IS NOT NULL THEN
                PERFORM transfer_certificates('random sale ' || i, 1, 2, certificates => sold, effective_on => '2025-05-01');
                UPDATE certificate_model AS s SET account = 2, state = 'transferred' WHERE s.project = p AND s.class = 'on_grid' AND sold @> make_gec(s.project, s.month, s.serial);
                PERFORM pg_temp.count_up('sales');
            END IF;
            CONTINUE;
        END IF;
        -- one month, or two or three in one statement, in any order; totals near the old ones, or anywhere
        SELECT array_agg(m.m) INTO months FROM (SELECT m FROM unnest('{2025-01-01, 2025-02-01, 2025-03-01}'::date[]) AS m ORDER BY random() LIMIT CASE WHEN random() < 0.6 THEN 1 ELSE 1 + floor(random() * 3) END) AS m;
        energies := '{}';
        draws := '{}';
        FOREACH at IN ARRAY months LOOP
            drawn := CASE WHEN p = projects[2] AND random() < 0.5 THEN floor(random() * 2e6) ELSE 0 END;
            draws := draws || drawn;
            energies := energies || drawn + CASE WHEN random() < 0.5 THEN floor(random() * 14e6)::bigint
                ELSE greatest(0, 1000 * (SELECT m.counted FROM month_model AS m WHERE m.project = p AND m.month = at AND m.class = c) + floor(random() * 4e6 - 2e6))::bigint END;
        END LOOP;
        BEGIN
            FOR k IN 1 .. cardinality(months) LOOP
                PERFORM pg_temp.model_correct(p, months[k], c, (energies[k] - draws[k]) / 1000.0);
            END LOOP;
        EXCEPTION WHEN SQLSTATE 'LC037' THEN
            expected := 'LC037';
        END;
        BEGIN
            INSERT INTO correction (ref, project_code, month, volume_class, energy, drawn, proof, effective_on)
            SELECT format('random %s.%s', i, k), p, months[k], c, make_energy(wh => energies[k]), make_energy(wh => draws[k]), 'random', '2025-05-02'
            FROM generate_series(1, cardinality(months)) AS k ORDER BY k;
        EXCEPTION WHEN OTHERS THEN
            outcome := SQLSTATE;
        END;
        IF outcome <> expected THEN
            RAISE EXCEPTION 'step %: expected %, got %', i, expected, outcome;
        END IF;
        PERFORM pg_temp.count_up('corrections ' || outcome);
        IF pg_temp.differences() > 0 THEN
            RAISE EXCEPTION 'step %: ledger and model differ in %', i, pg_temp.differences();
        END IF;
    END LOOP;
END $$;
SELECT what, n > 40 AS many FROM tally ORDER BY what;
-- a statement that does not fit into work_mem
SET work_mem = '64kB';
INSERT INTO correction (ref, project_code, month, volume_class, energy, drawn, proof, effective_on)
SELECT format('large %s', row_number() OVER (ORDER BY project_code, month, volume_class)), project_code, month, volume_class, energy + '1_000.001 kWh', drawn, repeat('x', 10000), '2025-05-03'
FROM generation WHERE project_code LIKE '2%';
RESET work_mem;
SELECT count(*), sum(quantity) FROM issuance_line AS l JOIN correction AS c ON l.document = 'correction' AND l.document_id = c.correction_id WHERE c.ref LIKE 'large%';
-- energy that counts = 1,000 kWh x (issued - taken back) + remainder, of each project and class
SELECT count(*) AS projects_and_classes, count(*) FILTER (WHERE g.energy <> make_energy(mwh => l.quantity) + a.energy) AS unbalanced
FROM (SELECT project_code, volume_class, sum(energy - drawn) AS energy FROM generation WHERE project_code LIKE '2%' GROUP BY 1, 2) AS g
JOIN (SELECT project_code, volume_class, sum(quantity - debited) AS quantity FROM issuance_line GROUP BY 1, 2) AS l USING (project_code, volume_class)
JOIN accrual AS a USING (project_code, volume_class);
-- no number was used twice, and none left out
SELECT count(*) AS runs, count(*) FILTER (WHERE (l.first, l.last, l.certificates) IS DISTINCT FROM (1, l.certificates, l.distinct_certificates)) AS broken
FROM (SELECT i.project_code, i.month, i.volume_class, min(serial(lower(i.certificates))) AS first, max(serial(lower(i.certificates)) + i.quantity - 1) AS last, sum(i.quantity) AS certificates,
             quantity(range_agg(i.certificates)) AS distinct_certificates
      FROM issuance_line AS i WHERE i.quantity > 0 GROUP BY 1, 2, 3) AS l;
SELECT * FROM verify();

SET client_min_messages = warning;
DROP EXTENSION certledger CASCADE;
DROP SCHEMA certledger CASCADE;
