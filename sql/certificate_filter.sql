-- certificate_filter: which of its certificates an account gives away.
\getenv abs_srcdir PG_ABS_SRCDIR
\set fixture :abs_srcdir '/test/fixture/market.sql'
\set ECHO none
\o /dev/null
\i :fixture
\o
\set ECHO all

-- what make_certificate_filter() makes
SELECT make_certificate_filter() AS anything, make_certificate_filter(2025) AS vintage, make_certificate_filter(source => 'wind') AS source,
       make_certificate_filter(region => '500000') AS region, make_certificate_filter(project_code => '10000000000000001') AS project,
       make_certificate_filter(volume_class => 'self_use') AS class, make_certificate_filter(route => 'green_power') AS route;
SELECT make_certificate_filter(produced_from => '2025-02-17', produced_to => '2025-03-31') AS months,
       make_certificate_filter(2025, produced_from => '2024-06-01') AS later_of, make_certificate_filter(2025, produced_to => '2025-03-01') AS earlier_of,
       make_certificate_filter(2025, produced_from => '2026-01-01') AS none;
SELECT (make_certificate_filter(2025, 'wind', '500100', '10000000000000001', 'on_grid', 'production')).*;
SELECT make_certificate_filter(0);
\echo :LAST_ERROR_SQLSTATE

--
-- Each field on its own: what a retirement of all that passes takes
--
SELECT sum(quantity) FROM transfer_certificates('T1', 2, 1, 30, 'green_power', price => 1, contract => 'K', effective_on => '2025-03-20');
SELECT sum(quantity) FROM transfer_certificates('T2', 2, 1, 30, route => 'spot_trade', filter => make_certificate_filter(produced_from => '2025-02-01'), effective_on => '2025-03-20');
-- the certificates of account 1, as an independent query counts them
CREATE TEMP VIEW passing AS
SELECT right(project_code(last_certificate), 2) AS project, production_month(last_certificate) AS month, volume_class(last_certificate) AS class, h.source, h.region, h.route, quantity(h.certificates) AS quantity
FROM holding AS h WHERE account_id = 1;
SELECT project, month, class, source, region, route, quantity FROM passing ORDER BY 1, 2, 3, 6;
CREATE TEMP TABLE try (name text, filter certificate_filter, quantity bigint);
INSERT INTO try
SELECT name, filter, (SELECT sum(quantity) FROM passing AS p
    WHERE p.month BETWEEN coalesce((filter).produced_from, '-infinity') AND coalesce((filter).produced_to, 'infinity')
      AND p.source = coalesce((filter).source, p.source) AND ((filter).region IS NULL OR region_within(p.region, (filter).region))
      AND p.project = coalesce(right((filter).project_code, 2), p.project) AND p.class = coalesce((filter).volume_class, p.class) AND p.route = coalesce((filter).route, p.route))
FROM (VALUES ('vintage 2024', make_certificate_filter(2024)), ('vintage 2025', make_certificate_filter(2025)), ('vintage 2023', make_certificate_filter(2023)),
    ('February', make_certificate_filter(produced_from => '2025-02-01', produced_to => '2025-02-01')), ('until January', make_certificate_filter(produced_to => '2025-01-31')),
    ('from 2025', make_certificate_filter(produced_from => '2025-01-01')), ('for ever', make_certificate_filter(produced_from => '-infinity', produced_to => 'infinity')),
    ('from a past century', make_certificate_filter(produced_from => '1900-01-01')), ('to a past century', make_certificate_filter(produced_to => '1999-12-01')),
    ('from a next century', make_certificate_filter(produced_from => '2100-01-01')), ('to a next century', make_certificate_filter(produced_to => '2100-01-01')),
    ('wind', make_certificate_filter(source => 'wind')), ('hydro', make_certificate_filter(source => 'hydro')), ('nuclear', make_certificate_filter(source => 'nuclear')),
    ('a province', make_certificate_filter(region => '650000')), ('a city', make_certificate_filter(region => '650100')), ('a county', make_certificate_filter(region => '650102')),
    ('another city', make_certificate_filter(region => '650200')), ('the nation', make_certificate_filter(region => '000000')),
    ('a project', make_certificate_filter(project_code => '10000000000000006')), ('somebody else''s', make_certificate_filter(project_code => '10000000000000008')),
    ('on grid', make_certificate_filter(volume_class => 'on_grid')), ('existing hydro', make_certificate_filter(volume_class => 'existing_hydro')),
    ('self-use', make_certificate_filter(volume_class => 'self_use')), ('off grid', make_certificate_filter(volume_class => 'off_grid')),
    ('hydrogen', make_certificate_filter(volume_class => 'hydrogen_integration')), ('mechanism price', make_certificate_filter(volume_class => 'mechanism_price')),
    ('of no class', make_certificate_filter(volume_class => 'plant_use')),
    ('production', make_certificate_filter(route => 'production')), ('green power', make_certificate_filter(route => 'green_power')),
    ('spot', make_certificate_filter(route => 'spot_trade')), ('allocated', make_certificate_filter(route => 'provincial_allocation')),
    ('solar of 重庆', make_certificate_filter(source => 'solar', region => '500000')), ('wind of 新疆, 2025', make_certificate_filter(2025, 'wind', '650000')),
    ('all fields', make_certificate_filter(2025, 'solar', '500100', '10000000000000005', 'self_use', 'production', '2025-01-01', '2025-01-01'))) AS v(name, filter);
-- all that passes can be taken, and not one more
SELECT t.name, t.quantity, CASE WHEN t.quantity > 0 THEN
    (SELECT sum(r.quantity) FROM retire('dry', 1, 2025, t.quantity, 'voluntary', effective_on => '2025-03-21', filter => t.filter, dry_run => true) AS r) = t.quantity END AS taken,
    (SELECT r.code FROM pg_temp.refused(format('SELECT retire(''dry'', 1, 2025, %s, ''voluntary'', effective_on => ''2025-03-21'', filter => %L)', coalesce(t.quantity, 0) + 1, t.filter)) AS r) AS one_more
FROM try AS t;

--
-- LC027: nothing passes; LC001: not enough passes
--
SELECT quantity FROM retire('X', 1, 2025, 1, 'voluntary', effective_on => '2025-03-21', filter => make_certificate_filter(2023));
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM retire('X', 1, 2025, 81, 'voluntary', effective_on => '2025-03-21', filter => make_certificate_filter(region => '350000'));
\echo :LAST_ERROR_SQLSTATE
-- of what passes, why it is barred
SELECT quantity FROM transfer_certificates('X', 1, 3, 1, effective_on => '2025-03-21', filter => make_certificate_filter(source => 'hydro'));
\echo :LAST_ERROR_SQLSTATE
-- an empty filter lets everything pass, as none
SELECT (SELECT sum(quantity) FROM retire('dry', 1, 2025, 1880, 'voluntary', effective_on => '2025-03-21', filter => make_certificate_filter(), dry_run => true)) =
       (SELECT sum(quantity) FROM retire('dry', 1, 2025, 1880, 'voluntary', effective_on => '2025-03-21', dry_run => true)) AS same;
-- oldest validity first, then code, of those that pass
SELECT (pg_temp.moved(r)).* FROM retire('R1', 1, 2025, 150, 'voluntary', effective_on => '2025-03-21', filter => make_certificate_filter(source => 'wind')) AS r;
-- a code that is none
SELECT quantity FROM retire('X', 1, 2025, 1, 'voluntary', effective_on => '2025-03-21', filter => make_certificate_filter(project_code => '123'));
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM transfer_certificates('X', 1, 3, 1, effective_on => '2025-03-21', filter => make_certificate_filter(project_code => '1000000000000000A'));
\echo :LAST_ERROR_SQLSTATE
SELECT quantity FROM list_certificates('X', 1, 1, effective_at => '2025-03-21', filter => make_certificate_filter(project_code => ''));
\echo :LAST_ERROR_SQLSTATE

--
-- Every document that selects takes a filter: by function and by INSERT
--
BEGIN;
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('T3', 1, 3, 5, effective_on => '2025-03-21', filter => make_certificate_filter(project_code => '10000000000000006')) AS t;
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('T4', 1, 6, 5, 'existing_hydro', effective_on => '2025-03-21', filter => make_certificate_filter(source => 'hydro')) AS t;
SELECT (pg_temp.moved(t)).* FROM allocate_certificates('A1', 6, 3, 2, 'plan', filter => make_certificate_filter(route => 'hydro_transfer'), effective_on => '2025-03-21') AS t;
SELECT (pg_temp.moved(t)).* FROM transfer_certificates('T5', 1, 3, 5, effective_on => '2025-03-21', filter => make_certificate_filter(region => '350100'), pending => true) AS t;
SELECT (pg_temp.moved(h)).* FROM list_certificates('L1', 1, 15, filter => make_certificate_filter(produced_from => '2025-02-01'), effective_at => '2025-03-21') AS h;
SELECT (pg_temp.moved(h)).* FROM lock_order('K1', 1, 3, 'V', 5, filter => make_certificate_filter(source => 'wind'), effective_at => '2025-03-21') AS h;
SELECT (pg_temp.moved(h)).* FROM delist('D1', 1, 5, filter => make_certificate_filter(source => 'wind'), effective_at => '2025-03-21') AS h;
SELECT (pg_temp.moved(h)).* FROM freeze('F1', 1, 'dispute', 'P', 5, filter => make_certificate_filter(route => 'green_power'), effective_at => '2025-03-21') AS h;
SELECT line, outcome, quantity FROM transfer_batch(ARRAY[(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)]::transfer_line[]);
INSERT INTO retirement (ref, account_id, quantity, regime, consumption_year, beneficiary, region, filter, effective_on)
VALUES ('R2', 1, 7, 'voluntary', 2025, 1, '500100', ROW(NULL, NULL, 'hydro', NULL, NULL, NULL, NULL), '2025-03-21');
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, filter, effective_on) VALUES
    ('I1', 'bilateral', 1, 3, 2, '(,,wind,,,,)', '2025-03-21'), ('I2', 'bilateral', 2, 3, 2, '(2025-02-01,2025-02-01,,,,,)', '2025-03-21'), ('I3', 'bilateral', 1, 3, 2, NULL, '2025-03-21');
SELECT t.ref, right(project_code(lower(m.certificates)), 2) AS project, to_char(production_month(lower(m.certificates)), 'YYYY-MM') AS month, serial(lower(m.certificates)) AS first, quantity(m.certificates)
FROM transfer AS t JOIN movement AS m ON m.document = 'transfer' AND m.document_id = t.transfer_id WHERE t.ref LIKE 'I_' ORDER BY m.movement_id;
SELECT * FROM verify();
ROLLBACK;
-- a filter and names are one too many
\set VERBOSITY terse
SELECT transfer_certificates('X', 1, 3, certificates => pg_temp.run('06', 1, 1), effective_on => '2025-03-21', filter => make_certificate_filter(2025));
SELECT retire('X', 1, 2025, 1, 'voluntary', pg_temp.run('06', 1, 1), effective_on => '2025-03-21', filter => make_certificate_filter(2025));
\set VERBOSITY default
-- a filter is part of the content of a reference
SELECT n, code FROM pg_temp.refused($$SELECT retire('R1', 1, 2025, 150, 'voluntary')$$, $$SELECT retire('R1', 1, 2025, 150, 'voluntary', filter => make_certificate_filter(source => 'solar'))$$);
SELECT sum(quantity) FROM retire('R1', 1, 2025, 150, 'voluntary', filter => make_certificate_filter(source => 'wind'));

-- many lots that do not pass before those that do
INSERT INTO project (project_code, name, owner, region, source, capacity_kw, commissioned_on, registered_on)
SELECT format('2000000000000%s', to_char(n, 'FM0000')), 'many', 2, CASE WHEN n <= 900 THEN '650200' ELSE '650201' END::region, 'solar', 50, '2024-01-01', '2024-01-01' FROM generate_series(1, 1000) AS n;
INSERT INTO generation SELECT project_code, '2024-12-01', 'on_grid', '2 MWh' FROM project WHERE name = 'many';
SELECT certificates FROM issue('2024-12-01', 'I 2024-12', '2025-01-10');
SELECT count(*), sum(quantity), min(project_code(lower(certificates))), max(project_code(lower(certificates)))
FROM transfer_certificates('many', 2, 3, 150, effective_on => '2025-03-21', filter => make_certificate_filter(region => '650201'));
SELECT transfer_certificates('X', 2, 3, 51, effective_on => '2025-03-21', filter => make_certificate_filter(region => '650201'));
\echo :LAST_ERROR_SQLSTATE
SELECT count(*) FROM transfer WHERE ref = 'X';
SELECT * FROM verify();

SET client_min_messages = warning;
DROP EXTENSION certledger CASCADE;
DROP SCHEMA certledger CASCADE;
