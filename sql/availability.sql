-- availability: what an account may still sell or retire, and why not the rest.
\getenv abs_srcdir PG_ABS_SRCDIR
\set fixture :abs_srcdir '/test/fixture/market.sql'
\set ECHO none
\o /dev/null
\i :fixture
\o
\set ECHO all

-- a bit of everything
SELECT count(*) FROM list_certificates('L1', 1, certificates => pg_temp.run('01', 1, 30), effective_at => '2025-03-20 10:00');
SELECT count(*) FROM lock_order('K1', 1, 3, 'V', certificates => pg_temp.run('01', 1, 10), effective_at => '2025-03-20 11:00');
SELECT count(*) FROM freeze('F1', 1, 'ccer', 'P', 20, effective_at => '2025-03-20 12:00');
SELECT count(*) FROM transfer_certificates('P1', 1, 3, certificates => pg_temp.run('01', 31, 10), pending => true, effective_on => '2025-03-20');
SELECT sum(quantity) FROM transfer_certificates('T1', 1, 3, certificates => pg_temp.run('01', 1, 200, '2025-02-01'), effective_on => '2025-03-20');
SELECT sum(quantity) FROM transfer_certificates('T2', 2, 3, 50, route => 'spot_trade', effective_on => '2025-03-20');
SELECT sum(quantity) FROM transfer_certificates('T3', 1, 3, 40, 'self_use', contract => 'EMC', proof => 'invoice', effective_on => '2025-03-20');
SELECT sum(quantity) FROM transfer_certificates('T4', 1, 6, 300, 'existing_hydro', effective_on => '2025-03-20');
SELECT sum(quantity) FROM retire('R1', 3, 2025, certificates => pg_temp.run('01', 1, 20, '2025-02-01'), effective_on => '2025-03-20');

--
-- What may be sold, by mode, on a day
--
SELECT * FROM sellable(1, on_date => '2025-03-20');
SELECT * FROM sellable(1, 'listing', '2025-03-20');
SELECT * FROM sellable(1, 'auction', '2025-03-20');
SELECT * FROM sellable(1, 'green_power', '2025-03-20');
SELECT * FROM sellable(1, 'existing_hydro', '2025-03-20');
SELECT * FROM sellable(1, 'self_use', '2025-03-20');
SELECT * FROM sellable(1, 'off_grid', '2025-03-20');
SELECT * FROM sellable(1, 'mechanism_price', '2025-03-20');
SELECT * FROM sellable(6, 'allocation', '2025-03-20');
SELECT * FROM sellable(3, on_date => '2025-03-20');
-- an order that has ended bars no longer as an order
SELECT * FROM sellable(1, on_date => '2025-03-22') WHERE sqlstate IN ('LC009', 'LC025');
-- later: validity; earlier: months that were not over; nothing of an account that holds none; LC015: of no account
SELECT * FROM sellable(2, on_date => '2027-01-01');
SELECT * FROM sellable(2, on_date => '2027-02-01');
SELECT * FROM sellable(2, on_date => '2025-02-28');
SELECT * FROM sellable(7, on_date => '2025-03-20');
SELECT * FROM sellable(99, on_date => '2025-03-20');
\echo :LAST_ERROR_SQLSTATE
-- through a filter
SELECT * FROM sellable(1, 'bilateral', '2025-03-20', make_certificate_filter(region => '500000', source => 'wind'));
SELECT * FROM sellable(1, 'bilateral', '2025-03-20', make_certificate_filter(2024));
-- today is the default
SELECT (SELECT array_agg(s) FROM sellable(1) AS s) = (SELECT array_agg(s) FROM sellable(1, 'bilateral', china_today()) AS s) AS same;

--
-- What may be retired for a year
--
SELECT * FROM retirable(3, 2025, on_date => '2025-03-20');
SELECT * FROM retirable(3, 2026, on_date => '2025-03-20');
SELECT * FROM retirable(3, 2026, 'voluntary', '2025-03-20');
SELECT * FROM retirable(1, 2025, on_date => '2025-03-20');
SELECT * FROM retirable(1, 2025, on_date => '2025-03-20', filter => make_certificate_filter(volume_class => 'mechanism_price'));
SELECT * FROM retirable(6, 2025, on_date => '2027-01-01');
SELECT (SELECT array_agg(s) FROM retirable(3, 2025) AS s) = (SELECT array_agg(s) FROM retirable(3, 2025, 'mandatory', china_today()) AS s) AS same;

-- by the rules of the day
INSERT INTO rule (name, effective_from, value, description, source, status) VALUES
    ('trades_allowed', '2025-04-01', '2', 'a test', 'a test', 'default'), ('subsidised_trade_modes', '2025-04-01', 'listing', 'a test', 'a test', 'default'),
    ('trade_modes', '2025-04-01', 'bilateral', 'a test', 'a test', 'default'), ('vintage_check_from', '2025-04-01', '2025', 'a test', 'a test', 'default'),
    ('retire_by', '2025-04-01', '3 months', 'a test', 'a test', 'default');
SELECT * FROM sellable(3, on_date => '2025-03-31');
SELECT * FROM sellable(3, on_date => '2025-04-01');
SELECT * FROM sellable(1, on_date => '2025-04-01') WHERE sqlstate = 'LC038';
SELECT * FROM retirable(1, 2025, on_date => '2025-04-01') WHERE sqlstate = 'LC007';
-- LC045: by no mode that the rule closes; LC035: not after the last day
\set VERBOSITY terse
SELECT * FROM sellable(1, 'auction', '2025-04-01');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM sellable(1, 'listing', '2025-04-01');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM retirable(1, 2024, on_date => '2025-04-01');
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY default
SELECT * FROM retirable(1, 2025, on_date => '2026-03-31') WHERE reason = 'available';
SELECT * FROM retirable(1, 2024, 'voluntary', '2025-04-01') WHERE reason = 'available';
-- LC016: no rule in force
BEGIN;
DELETE FROM rule WHERE name = 'trades_allowed';
SELECT * FROM sellable(1, on_date => '2025-03-20');
\echo :LAST_ERROR_SQLSTATE
ROLLBACK;
DELETE FROM rule WHERE description = 'a test';

--
-- What is called available is available, and not one more
--
CREATE TEMP TABLE asked AS
SELECT a.account_id AS account, m.mode, sum(s.certificates) FILTER (WHERE s.sqlstate IS NULL)::bigint AS available, sum(s.certificates) AS live
FROM generate_series(1, 7) AS a(account_id), unnest('{bilateral,auction,green_power,existing_hydro,self_use,off_grid,mechanism_price,allocation}'::trade_mode[]) AS m(mode),
    LATERAL sellable(a.account_id, m.mode, '2025-03-20') AS s
WHERE m.mode <> 'allocation' OR a.account_id IN (6, 7) GROUP BY 1, 2;
SELECT count(*) AS cases, count(available) AS with_some, bool_and(live = (SELECT sum(quantity(certificates)) FROM holding AS h WHERE h.account_id = a.account AND h.state < 'retired')) AS all_live FROM asked AS a;
CREATE FUNCTION pg_temp.try(account bigint, mode trade_mode, quantity bigint) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN sum(t.quantity) FROM transfer_certificates('try', account, CASE WHEN mode <> 'mechanism_price' THEN 4 WHEN account = 6 THEN 7 ELSE 6 END, quantity, mode,
        price => 1, contract => 'C', proof => 'P', effective_on => '2025-03-20', dry_run => true) AS t;
EXCEPTION WHEN OTHERS THEN
    RETURN SQLSTATE;
END $$;
SELECT account, mode, available, pg_temp.try(account, mode, available) AS all_of_it, pg_temp.try(account, mode, available + 1) AS one_more FROM asked WHERE available > 0 ORDER BY 1, 2;
-- LC022: who cannot allocate at all
SELECT * FROM sellable(3, 'allocation', '2025-03-20');
\echo :LAST_ERROR_SQLSTATE
-- of those who can give nothing, the reason is the refusal, or there are several
SELECT account, mode, pg_temp.try(account, mode, 1) AS refused_with, (SELECT array_agg(DISTINCT s.sqlstate ORDER BY s.sqlstate) FROM sellable(account, mode, '2025-03-20') AS s) AS reasons
FROM asked WHERE available IS NULL ORDER BY 1, 2;
SELECT y.account, y.year, y.regime, sum(r.certificates) FILTER (WHERE r.sqlstate IS NULL) AS available,
    (SELECT sum(t.quantity) FROM retire('try', y.account, y.year, (sum(r.certificates) FILTER (WHERE r.sqlstate IS NULL))::bigint, y.regime, effective_on => '2025-03-20', dry_run => true) AS t) AS all_of_it,
    (SELECT t.code FROM pg_temp.refused(format('SELECT retire(''try'', %s, %s, %s, %L, effective_on => ''2025-03-20'')', y.account, y.year, (sum(r.certificates) FILTER (WHERE r.sqlstate IS NULL)) + 1, y.regime)) AS t) AS one_more
FROM (SELECT a AS account, 2025 AS year, g AS regime FROM unnest('{1,2,3,6}'::int[]) AS a, unnest('{mandatory,voluntary}'::claim_regime[]) AS g) AS y,
    LATERAL retirable(y.account, y.year, y.regime, '2025-03-20') AS r GROUP BY 1, 2, 3 ORDER BY 1, 2, 3;

--
-- More lots than are read at a time
--
INSERT INTO project (project_code, name, owner, region, source, capacity_kw, commissioned_on, registered_on)
SELECT to_char(20000000000000000 + n, 'FM00000000000000000'), 'many', 7, '650200', 'solar', 50, '2024-01-01', '2024-01-01' FROM generate_series(1, 10000) AS n;
INSERT INTO generation SELECT project_code, '2024-12-01', 'on_grid', '2 MWh' FROM project WHERE name = 'many';
INSERT INTO generation SELECT project_code, '2024-12-01', 'self_use', '1 MWh' FROM project WHERE name = 'many';
SELECT certificates FROM issue('2024-12-01', 'I 2024-12', '2025-01-10');
SELECT * FROM sellable(7, on_date => '2025-03-20');
SELECT * FROM retirable(7, 2024, on_date => '2025-03-20');

--
-- Arguments that must not be empty
--
SELECT * FROM sellable(NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM sellable(1, NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM sellable(1, 'bilateral', NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM retirable(1, NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM retirable(1, 2025, NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM retirable(1, 2025, 'mandatory', NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM sellable(1, 'bilateral', '2025-03-20', make_certificate_filter(project_code => 'x'));
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM verify();

SET client_min_messages = warning;
DROP EXTENSION certledger CASCADE;
DROP SCHEMA certledger CASCADE;
