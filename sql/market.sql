SET client_min_messages = warning;
DROP EXTENSION IF EXISTS certledger CASCADE;
DROP SCHEMA IF EXISTS certledger CASCADE;
CREATE EXTENSION certledger;
RESET client_min_messages;
SET search_path = certledger, public;
SET datestyle = ISO;
\set SHOW_CONTEXT never
SELECT create_ledger();
SELECT register_account('generator', 'plants', '650100', personal_id => 'a', opened_on => '2023-01-01') AS plants,
       register_account('user', 'mill', '500100', personal_id => 'b', opened_on => '2023-01-01') AS mill,
       register_account('user', 'works', '500100', personal_id => 'c', opened_on => '2023-01-01') AS works,
       register_account('provincial', '重庆', '500000', opened_on => '2023-01-01') AS province;
INSERT INTO project (project_code, name, owner, region, source, capacity_kw, commissioned_on, registered_on) VALUES
    ('10000000000000001', 'wind', 1, '650100', 'wind', 300000000, '2020-01-01', '2023-01-01'),
    ('10000000000000002', 'hydro', 1, '500100', 'hydro', 300000000, '2020-01-01', '2023-01-01'),
    ('10000000000000003', 'roofs', 1, '500100', 'solar', 300000000, '2020-01-01', '2023-01-01');

--
-- Real months: the figures published for December 2025 and January 2026, to the certificate as they could have been
--
CREATE TEMP TABLE published (month date, issued numeric, tradable_share numeric, traded numeric, green_power numeric);
INSERT INTO published VALUES ('2025-12-01', 211e6, 71.32, 202e6, 22.75e6), ('2026-01-01', 196e6, 76.79, 102e6, 33.69e6);
CREATE TEMP TABLE published_price (month date, vintage integer, price numeric);
INSERT INTO published_price VALUES ('2025-12-01', 2024, 1.12), ('2025-12-01', 2025, 5.15), ('2026-01-01', 2024, 1.25), ('2026-01-01', 2025, 5.51);
-- issued in December: 210,871,000, of which 150,393,000 tradable; in January: 196,123,000, of which 150,603,000
INSERT INTO generation VALUES
    ('10000000000000001', '2024-10-01', 'on_grid', make_energy(mwh => 150000000)),
    ('10000000000000001', '2025-11-01', 'on_grid', make_energy(mwh => 150393000)), ('10000000000000002', '2025-11-01', 'on_grid', make_energy(mwh => 40478000)),
    ('10000000000000003', '2025-11-01', 'self_use', make_energy(mwh => 20000000)),
    ('10000000000000001', '2025-12-01', 'on_grid', make_energy(mwh => 120603000)), ('10000000000000003', '2025-12-01', 'on_grid', make_energy(mwh => 30000000)),
    ('10000000000000002', '2025-12-01', 'on_grid', make_energy(mwh => 25520000)), ('10000000000000003', '2025-12-01', 'self_use', make_energy(mwh => 20000000));
INSERT INTO issuance (ref, month, effective_on) VALUES ('2024-10', '2024-10-01', '2024-11-15'), ('2025-11', '2025-11-01', '2025-12-15'), ('2025-12', '2025-12-01', '2026-01-15');
CREATE FUNCTION pg_temp.run(project integer, month date, serial bigint, quantity bigint, class volume_class DEFAULT 'on_grid') RETURNS gecmultirange LANGUAGE sql
RETURN gecmultirange(make_gecrange(make_gec((10000000000000000 + project)::text, month, serial, class, class = 'on_grid'), quantity));
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, certificates, price, contract, effective_on) VALUES
    -- December: 22,748,000 of green power, 179,252,000 alone
    ('d1', 'bilateral', 1, 2, 60000000, pg_temp.run(1, '2024-10-01', 1, 60000000), 1.00, NULL, '2025-12-01'),
    ('d2', 'auction', 1, 2, 60000000, pg_temp.run(1, '2024-10-01', 60000001, 60000000), 1.24, NULL, '2025-12-20'),
    ('d3', 'bilateral', 1, 3, 59252000, pg_temp.run(1, '2025-11-01', 1, 59252000), 5.15, NULL, '2025-12-31'),
    ('d4', 'green_power', 1, 3, 22748000, pg_temp.run(1, '2025-11-01', 100000001, 22748000), 6.00, 'c', '2025-12-31'),
    -- January: 33,688,000 of green power, 6,496,000 of 2024 and 61,876,000 of 2025 alone
    ('j1', 'bilateral', 1, 2, 6496000, pg_temp.run(1, '2024-10-01', 120000001, 6496000), 1.25, NULL, '2026-01-01'),
    ('j2', 'bilateral', 1, 2, 40000000, pg_temp.run(1, '2025-11-01', 59252001, 40000000), 5.00, NULL, '2026-01-31'),
    ('j3', 'auction', 1, 3, 11876000, pg_temp.run(1, '2025-12-01', 1, 11876000), 7.50, NULL, '2026-01-20'),
    ('j4', 'bilateral', 1, 3, 10000000, pg_temp.run(1, '2025-12-01', 20000001, 10000000), 5.18, NULL, '2026-01-20'),
    ('j5', 'green_power', 1, 2, 33688000, pg_temp.run(1, '2025-12-01', 50000001, 33688000), 4.40, 'c', '2026-01-31'),
    ('h1', 'existing_hydro', 1, 4, 40478000, pg_temp.run(2, '2025-11-01', 1, 40478000, 'existing_hydro'), NULL, NULL, '2026-01-31');
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, certificates, contract, proof, effective_on) VALUES
    ('s1', 'self_use', 1, 3, 1000000, pg_temp.run(3, '2025-11-01', 1, 1000000, 'self_use'), 'c', 'p', '2026-02-01'),
    ('a1', 'allocation', 4, 2, 478000, pg_temp.run(2, '2025-11-01', 1, 478000, 'existing_hydro'), NULL, 'filed', '2026-02-28');
SELECT sum(quantity) FROM retire('r1', 2, 2025, 30000000, regime => 'voluntary', effective_on => '2026-02-10');
SELECT sum(quantity) FROM retire('r2', 3, 2025, 12000000, effective_on => '2026-03-31');
SELECT * FROM market_statistics('2025-11-01', '2026-04-30');
-- any day names its month; a single month; none
SELECT month, issued FROM market_statistics('2026-01-17', '2026-01-02');
SELECT month, issued FROM market_statistics('2026-02-01', '2026-01-01');
SELECT count(*) FROM market_statistics(NULL, '2026-01-01');
\set VERBOSITY sqlstate
SELECT count(*) FROM market_statistics('2026-01-01', 'infinity');
\set VERBOSITY default
-- the published figures come out, rounded as they are
SELECT p.month, round(s.issued, -6) = p.issued AS issued, round(100.0 * s.tradable / s.issued, 2) = p.tradable_share AS share,
       round(s.traded, -6) = p.traded AS traded, round(s.green_power, -4) = p.green_power AS green_power
FROM published AS p JOIN market_statistics('2025-12-01', '2026-01-01') AS s USING (month) ORDER BY month;
SELECT p.month, p.vintage, round(s.average_price, 2) AS average_price, p.price
FROM published_price AS p JOIN market_price('2025-12-01', '2026-01-01') AS s USING (month, vintage) WHERE NOT s.green_power ORDER BY 1, 2;
-- published shares are computed before rounding: rounded figures give another share
SELECT month, round(100 * round(tradable, -6) / round(issued, -6), 2) AS of_rounded, round(100.0 * tradable / issued, 2) AS share
FROM market_statistics('2025-12-01', '2026-01-01');
-- S-4: 650 + 6,188 ten thousands are 6,838, published is 6,837; 1.02 hundred millions less 3,369 ten thousands are 6,831
SELECT round(sum(traded) FILTER (WHERE vintage = 2024) / 1e4) AS vintage_2024, round(sum(traded) FILTER (WHERE vintage = 2025) / 1e4) AS vintage_2025,
       round(sum(traded) FILTER (WHERE vintage IS NULL) / 1e4) AS alone,
       (SELECT round(traded / 1e6) * 100 - round(green_power / 1e4) FROM market_statistics('2026-01-01', '2026-01-01')) AS of_rounded
FROM market_price('2026-01-01', '2026-01-01') WHERE NOT green_power;

--
-- Prices
--
SELECT month, green_power, vintage, traded, priced, round(average_price, 6) AS average_price, lowest_price, highest_price FROM market_price('2025-12-01', '2026-02-01');
-- a trade without a price counts as traded, and not in the average; a price of zero does
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, certificates, price, effective_on) VALUES
    ('f1', 'bilateral', 1, 2, 100, pg_temp.run(3, '2025-12-01', 1, 100), NULL, '2026-03-01'), ('f2', 'bilateral', 1, 2, 200, pg_temp.run(3, '2025-12-01', 101, 200), 6, '2026-03-01'),
    ('f3', 'bilateral', 1, 2, 100, pg_temp.run(3, '2025-12-01', 301, 100), 0, '2026-03-01'), ('f4', 'bilateral', 1, 2, 100, pg_temp.run(3, '2025-12-01', 401, 100), NULL, '2026-04-01');
SELECT month, green_power, vintage, traded, priced, round(average_price, 6) AS average_price, lowest_price, highest_price FROM market_price('2026-03-01', '2026-04-01');
-- months and vintages add up to the statistics
SELECT sum(s.traded) = (SELECT sum(traded) FROM market_price('2025-12-01', '2026-04-01') WHERE vintage IS NULL) AS traded,
       sum(s.green_power) = (SELECT sum(traded) FROM market_price('2025-12-01', '2026-04-01') WHERE green_power AND vintage IS NOT NULL) AS green_power
FROM market_statistics('2025-12-01', '2026-04-01') AS s;

--
-- What waits counts when it is accepted, what is on sale when it is paid; what is frozen, released, rejected or allocated back never
--
SELECT sum(quantity) FROM transfer_certificates('p1', 1, 2, certificates => pg_temp.run(3, '2025-12-01', 1001, 50), price => 3, pending => true, effective_on => '2026-05-31');
SELECT sum(quantity) FROM transfer_certificates('p2', 1, 2, certificates => pg_temp.run(3, '2025-12-01', 1051, 50), price => 3, pending => true, effective_on => '2026-05-31');
SELECT sum(quantity) FROM allocate_certificates('p3', 4, 2, 70, 'filed', certificates => pg_temp.run(2, '2025-11-01', 1000001, 70, 'existing_hydro'), pending => true, effective_on => '2026-05-31');
SELECT sum(quantity) FROM list_certificates('l1', 1, certificates => pg_temp.run(3, '2025-12-01', 2001, 100), price => 8, effective_at => '2026-05-30 12:00+08');
SELECT sum(quantity) FROM lock_order('o1', 1, 3, 'Beijing', 40, 7, certificates => pg_temp.run(3, '2025-12-01', 2001, 40), effective_at => '2026-05-31 12:00+08');
SELECT sum(quantity) FROM freeze('f', 1, 'dispute', 'file', certificates => pg_temp.run(3, '2025-12-01', 2051, 10), effective_at => '2026-05-31 12:00+08');
SELECT month, issued, traded, transferred, retired, expired, cancelled FROM market_statistics('2026-05-01', '2026-05-01');
SELECT sum(quantity) FROM accept_transfer('y1', 'p1', effective_on => '2026-06-01');
SELECT sum(quantity) FROM reject_transfer('n2', 'p2', effective_on => '2026-06-01');
SELECT sum(quantity) FROM reject_transfer('n3', 'p3', effective_on => '2026-06-01');
SELECT sum(quantity) FROM settle_order('s1-2', 'o1', 30, effective_at => '2026-06-01 11:00+08');
SELECT sum(quantity) FROM unfreeze('u', 'f', 'file', effective_at => '2026-06-01 12:00+08');
-- cancelled and issued anew; corrected; expired
SELECT sum(quantity) FROM cancel_certificates('c1', 'objection', 'decision', certificates => pg_temp.run(3, '2025-12-01', 3001, 7), account => 1, objected_on => '2026-03-01', reissue => true, effective_on => '2026-06-02');
SELECT sum(quantity) FROM correct_generation('c2', '10000000000000001', '2025-11-01', '150392990 MWh', 'meter', effective_on => '2026-06-03');
SELECT month, issued, tradable, projects, traded, transferred, retired, expired, cancelled FROM market_statistics('2026-06-01', '2026-06-01');
-- a trade by listing that names no price has that of its order
SELECT month, green_power, vintage, traded, priced, round(average_price, 6) AS average_price, lowest_price, highest_price FROM market_price('2026-06-01', '2026-06-01');
SELECT certificates > 0 AS swept FROM expire('2026-10-01');
SELECT month, expired = (SELECT sum(quantity(certificates)) FROM holding WHERE state = 'expired') AS expired, retired FROM market_statistics('2026-09-01', '2026-10-01');
SELECT count(*) FROM verify();

--
-- A month is found by the BRIN index: of 240,000 lines of 24 months hardly more than its own are read
--
ALTER TABLE movement DISABLE TRIGGER USER;
INSERT INTO movement (document, document_id, certificates, from_state, to_account, to_state, to_route, effective_on, posted_at)
SELECT 'issuance', 1, make_gecrange(make_gec((20000000000000000 + p)::text, m.month::date, 1), 240), 'accrued', 1, 'issued', 'production',
       (m.month + interval '1 month')::date + p / 400, '2027-06-01 12:00+08'
FROM generate_series('2024-01-01'::timestamp, '2025-12-01', '1 month') AS m(month), generate_series(1, 10000) AS p;
-- the index knows pages that were vacuumed, as autovacuum does
VACUUM ANALYZE movement;
SELECT FROM pg_stat_force_next_flush();
BEGIN;
SELECT month, issued, projects FROM market_statistics('2025-06-01', '2025-06-01');
SELECT seq_scan AS sequential, idx_scan AS probes, idx_tup_fetch < 25000 AS few FROM pg_stat_xact_user_tables WHERE relname = 'movement_2027';
ROLLBACK;
SELECT FROM pg_stat_force_next_flush();
BEGIN;
SELECT count(*) FROM market_price('2025-06-01', '2025-06-01');
SELECT seq_scan AS sequential, idx_scan AS probes, idx_tup_fetch < 25000 AS few FROM pg_stat_xact_user_tables WHERE relname = 'movement_2027';
ROLLBACK;

SET client_min_messages = warning;
DROP EXTENSION certledger CASCADE;
DROP SCHEMA certledger CASCADE;
