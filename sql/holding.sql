SET client_min_messages = warning;
DROP EXTENSION IF EXISTS certledger CASCADE;
DROP SCHEMA IF EXISTS certledger CASCADE;
CREATE EXTENSION certledger;
RESET client_min_messages;
SET search_path = certledger, public;
SET datestyle = ISO;
SET timezone = 'Asia/Shanghai';
\set SHOW_CONTEXT never

--
-- A lock whose order has ended counts as listed
--
SELECT state, ends, holding_state_at(state, ends, '2026-03-02 12:00+08') AS state_at_noon
FROM unnest(enum_range(NULL::holding_state)) AS state,
     unnest('{2026-03-02 11:59:59.999999+08,2026-03-02 12:00:00+08,2026-03-02 12:00:00.000001+08,NULL}'::timestamptz[]) AS ends
WHERE state = 'locked' OR ends IS NULL ORDER BY state, ends;
SELECT holding_state_at(NULL, NULL, now()), holding_state_at('locked', '2026-03-02', NULL), holding_state_at('locked', '2026-03-02', 'infinity');
-- it is inlined: no function call is left in a plan
EXPLAIN (VERBOSE, COSTS OFF) SELECT holding_state_at(s, t, '2026-03-02+08') FROM (VALUES ('locked'::holding_state, now())) AS v(s, t) OFFSET 0;

SELECT create_ledger();
SELECT register_account('generator', 'plant', '650100', personal_id => 'a', opened_on => '2024-01-01') AS plant,
       register_account('user', 'mill', '500100', personal_id => 'b', opened_on => '2024-01-01') AS mill,
       register_account('provincial', '重庆', '500000', opened_on => '2024-01-01') AS province;
SELECT register_project('10000000000000001', 'solar', 1, '650100', 'solar', 50000, '2020-01-01', registered_on => '2024-01-01');
SELECT register_project('10000000000000002', 'hydro', 1, '650100', 'hydro', 50000, '2020-01-01', registered_on => '2024-01-01');
INSERT INTO generation VALUES ('10000000000000001', '2024-06-01', 'on_grid', '1000 MWh'), ('10000000000000001', '2026-01-01', 'on_grid', '1000 MWh'),
    ('10000000000000001', '2026-01-01', 'self_use', '300 MWh'), ('10000000000000002', '2026-01-01', 'on_grid', '500 MWh');
INSERT INTO issuance (ref, month, effective_on) VALUES ('June', '2024-06-01', '2024-07-10'), ('January', '2026-01-01', '2026-02-10');

--
-- Sold off the front, a lot keeps its key: its row gets no new index entry
--
-- rows written, those of them without an entry in any index, and what the sales read of the index by which they find the oldest: four lots each
CREATE TEMP VIEW written AS
SELECT n_tup_ins AS inserted, n_tup_upd AS updated, n_tup_hot_upd AS within_page, n_tup_del AS deleted,
       pg_stat_get_xact_tuples_returned('holding_live_idx'::regclass) AS entries_read
FROM pg_stat_xact_user_tables WHERE relid = 'holding'::regclass;
CREATE TEMP VIEW front AS
SELECT account_id, serial(lower(certificates)) AS first, serial(last_certificate) AS last, count(*) OVER (PARTITION BY account_id) AS lots
FROM holding WHERE production_month(last_certificate) = '2024-06-01' ORDER BY last_certificate;
SELECT FROM pg_stat_force_next_flush();
BEGIN;
SELECT sum(t.quantity) FROM generate_series(1, 5) AS n, transfer_certificates('front ' || n, 1, 2, 10, price => 5, effective_on => '2026-03-01') AS t;
SELECT * FROM written;
SELECT * FROM front;
ROLLBACK;
-- several in one statement: one new version of the row
SELECT FROM pg_stat_force_next_flush();
BEGIN;
INSERT INTO transfer (ref, mode, from_account, to_account, quantity, effective_on)
SELECT 'front ' || n, 'bilateral', 1, 2, 10, '2026-03-01' FROM generate_series(1, 5) AS n;
SELECT * FROM written;
ROLLBACK;
-- the same by statements
SELECT FROM pg_stat_force_next_flush();
BEGIN;
ALTER TABLE holding ENABLE ROW LEVEL SECURITY;
SELECT sum(t.quantity) FROM generate_series(1, 5) AS n, transfer_certificates('front ' || n, 1, 2, 10, price => 5, effective_on => '2026-03-01') AS t;
SELECT * FROM written;
SELECT * FROM front;
ROLLBACK;
-- sold off the end, the row with its key goes to the buyer, and what is left gets one of its own; sold out of the middle, what is left behind keeps the row
SELECT FROM pg_stat_force_next_flush();
BEGIN;
SELECT quantity FROM transfer_certificates('end', 1, 2, 10, effective_on => '2026-03-01', certificates => gecmultirange(make_gecrange(make_gec('10000000000000001', '2024-06-01', 991), 10)));
SELECT * FROM written;
SELECT quantity FROM transfer_certificates('middle', 1, 2, 10, effective_on => '2026-03-01', certificates => gecmultirange(make_gecrange(make_gec('10000000000000001', '2024-06-01', 501), 10)));
SELECT * FROM written;
SELECT * FROM front;
ROLLBACK;

SELECT sum(quantity) FROM transfer_certificates('sale', 1, 2, 100, price => 5, effective_on => '2026-03-01',
    certificates => gecmultirange(make_gecrange(make_gec('10000000000000001', '2026-01-01', 101), 100)));
SELECT sum(quantity) FROM transfer_certificates('settlement', 1, 3, 200, 'existing_hydro', effective_on => '2026-03-01');
SELECT sum(quantity) FROM transfer_certificates('plan', 3, 2, 50, 'allocation', proof => 'filed', effective_on => '2026-03-02');
SELECT sum(quantity) FROM retire('claim', 2, 2026, 30, effective_on => '2026-04-01');

--
-- Where is this certificate?
--
\pset null -
-- issued and never moved, the first and the last of their run; sold; sold and retired; allocated
SELECT g AS certificate, p.account_id, p.account_name, p.state, p.route, p.valid_until, p.trades, serial(lower(p.certificates)) AS first, quantity(p.certificates), p.transfer_ref
FROM (VALUES (make_gec('10000000000000001', '2024-06-01', 1)), (make_gec('10000000000000001', '2024-06-01', 1000)), (make_gec('10000000000000001', '2026-01-01', 131)),
             (make_gec('10000000000000001', '2026-01-01', 201)), (make_gec('10000000000000001', '2026-01-01', 1, 'self_use', false)),
             (make_gec('10000000000000002', '2026-01-01', 1, 'existing_hydro', false)), (make_gec('10000000000000002', '2026-01-01', 50, 'existing_hydro', false)),
             (make_gec('10000000000000002', '2026-01-01', 51, 'existing_hydro', false)), (make_gec('10000000000000002', '2026-01-01', 201, 'existing_hydro', false))) AS c(g),
     certificate_place(g) AS p;
-- never issued: before the first, after the last, another class, before and after all; nothing asked
SELECT g, p.* FROM (VALUES (make_gec('10000000000000001', '2024-06-01', 1001)), ('10000000000000001240600000000011'), (make_gec('10000000000000001', '2024-06-01', 5, 'self_use', false)),
    ('00000000000000000000000000000000'), ('99999999999999999999999999999999')) AS c(g), certificate_place(g) AS p;
SELECT * FROM certificate_place(NULL);
\set VERBOSITY sqlstate
SELECT * FROM certificate_place('1000000000000000124060000000001');
\set VERBOSITY default
-- every certificate has the place that its holding says
SELECT count(*), count(*) FILTER (WHERE (p.account_id, p.state, p.route, p.valid_until, p.certificates) = (h.account_id, h.state, h.route, h.valid_until, h.certificates)) AS agree
FROM holding AS h, unnest(ARRAY[lower(h.certificates), h.last_certificate]) AS g, certificate_place(g) AS p;

--
-- Who holds anything of this project?
--
SELECT * FROM project_holders('10000000000000001');
SELECT * FROM project_holders('10000000000000002');
SELECT * FROM project_holders('10000000000000000');
SELECT * FROM project_holders('10000000000000003');
SELECT * FROM project_holders('00000000000000000');
SELECT * FROM project_holders('99999999999999999');
SELECT * FROM project_holders(NULL);
SELECT * FROM project_holders('1000000000000001');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM project_holders('100000000000000011');
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM project_holders('1000000000000000x');
\echo :LAST_ERROR_SQLSTATE
-- all holders of all projects are all certificates
SELECT sum(h.certificates) AS by_project, (SELECT sum(quantity(certificates)) FROM issuance_line) AS issued
FROM project AS p, project_holders(p.project_code) AS h;

--
-- What expires?
--
SELECT * FROM expiring('2027-12-31');
SELECT * FROM expiring('2026-05-31');
SELECT * FROM expiring('2026-05-30');
SELECT * FROM expiring('2027-12-31', 2);
SELECT * FROM expiring('infinity', 99);
SELECT * FROM expiring(NULL);
-- by default what expires in the next 90 days
SELECT count(*) FROM (SELECT * FROM expiring() EXCEPT SELECT * FROM expiring(china_today() + 90, NULL)) AS d;
SELECT sum(certificates) = (SELECT sum(quantity(certificates)) FROM holding WHERE state < 'retired') AS all_live FROM expiring('infinity');

--
-- What an account has
--
SELECT account_id, production_month, vintage, source, province, state, route, volume_class, tradable, valid_until, certificates
FROM holding_balance ORDER BY 1, 2, 4, 6, 7, 8;

--
-- On sale, locked, frozen, waiting for the receiver
--
SELECT sum(quantity) FROM list_certificates('listing', 1, certificates => gecmultirange(make_gecrange(make_gec('10000000000000001', '2026-01-01', 201), 40)), effective_at => '2026-03-01 12:00+08');
SELECT sum(quantity) FROM lock_order('ended', 1, 2, 'Beijing', certificates => gecmultirange(make_gecrange(make_gec('10000000000000001', '2026-01-01', 201), 10)), effective_at => '2026-03-02 12:00+08');
SELECT sum(quantity) FROM lock_order('open', 1, 2, 'Beijing', certificates => gecmultirange(make_gecrange(make_gec('10000000000000001', '2026-01-01', 211), 10)), effective_at => now());
SELECT sum(quantity) FROM freeze('dispute', 1, 'dispute', 'file 1', certificates => gecmultirange(make_gecrange(make_gec('10000000000000001', '2026-01-01', 221), 10)), effective_at => '2026-03-02 12:00+08');
SELECT sum(quantity) FROM transfer_certificates('offer', 1, 2, certificates => gecmultirange(make_gecrange(make_gec('10000000000000001', '2026-01-01', 301), 10)), pending => true, effective_on => '2026-03-02');
-- the first order ended after 24 hours: its certificates count as listed, though nothing has swept them; the order stays on record until then
SELECT serial(g), p.state, h.state AS recorded, p.listing_ref, p.order_ref, p.order_ends_at < now() AS ended, p.freeze_ref, p.pending_ref
FROM (VALUES (201), (211), (221), (231), (301)) AS n(serial), make_gec('10000000000000001', '2026-01-01', n.serial) AS g, certificate_place(g) AS p, holding AS h
WHERE h.certificates = p.certificates ORDER BY 1;
SELECT * FROM project_holders('10000000000000001') WHERE account_id = 1 AND vintage = 2026;
SELECT state, certificates FROM expiring('2027-12-31', 1) WHERE production_month = '2026-01-01';
SELECT state, sum(certificates) FROM holding_balance WHERE account_id = 1 AND vintage = 2026 AND tradable GROUP BY 1 ORDER BY 1;

--
-- At 120,000 holdings all this is read by indexes
--
-- 5,000 projects of 2,500 owners, 24 months each; every third owner retired what it has of the first year
ALTER TABLE holding DISABLE TRIGGER USER;
INSERT INTO account (kind, name, personal_id, region, opened_on)
SELECT 'generator', 'owner ' || n, 'owner ' || n, '500100', '2024-01-01' FROM generate_series(1, 2500) AS n;
INSERT INTO holding (last_certificate, certificates, account_id, state, route, region, source, valid_until)
SELECT c.first + 239, make_gecrange(c.first, 240), c.account_id, c.state::holding_state, 'production', '500100', 'solar', (c.month + interval '24 months')::date - 1
FROM (SELECT make_gec((20000000000000000 + p)::text, m.month::date, 1) AS first, m.month::date, 4 + p % 2500 AS account_id,
             CASE WHEN p % 3 = 0 AND m.month < '2025-01-01' THEN 'retired' ELSE 'issued' END AS state
      FROM generate_series(1, 5000) AS p, generate_series('2024-01-01'::timestamp, '2025-12-01', '1 month') AS m(month)) AS c;
-- the key of a row is the last certificate of its range, and no other
\set VERBOSITY terse
UPDATE holding SET last_certificate = last_certificate - 1 WHERE last_certificate = make_gec('20000000000000001', '2024-01-01', 240);
UPDATE holding SET certificates = make_gecrange(lower(certificates), 239) WHERE last_certificate = make_gec('20000000000000001', '2024-01-01', 240);
UPDATE holding SET last_certificate = NULL WHERE last_certificate = make_gec('20000000000000001', '2024-01-01', 240);
\set VERBOSITY default
ALTER TABLE holding ENABLE ALWAYS TRIGGER holding_posted_only;
ANALYZE holding;
ANALYZE account;
SELECT count(*) AS holdings, sum(quantity(certificates)) AS certificates FROM holding;
-- what a question read: how often and how much, of the tables of the ledger
CREATE TEMP VIEW read AS
SELECT relname, seq_scan AS sequential, idx_scan AS probes, idx_tup_fetch AS rows FROM pg_stat_xact_user_tables
WHERE schemaname = 'certledger' AND coalesce(seq_scan, 0) + coalesce(idx_scan, 0) > 0 ORDER BY relname;
CREATE FUNCTION pg_temp.scans(query text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    line text;
BEGIN
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        IF line ~ 'Scan|BitmapOr' THEN
            RETURN NEXT trim(line, ' ->');
        END IF;
    END LOOP;
END $$;
SELECT FROM pg_stat_force_next_flush();
BEGIN;
SELECT account_id, state, quantity(certificates) FROM certificate_place(make_gec('20000000000004321', '2025-03-01', 77));
-- (a probe for a reference that is not there is counted by some versions only)
SELECT * FROM read WHERE rows > 0;
ROLLBACK;
SELECT FROM pg_stat_force_next_flush();
BEGIN;
SELECT account_id, state, vintage, certificates FROM project_holders('20000000000004323');
SELECT * FROM read;
ROLLBACK;
SELECT FROM pg_stat_force_next_flush();
BEGIN;
SELECT count(*), sum(certificates) FROM expiring('2025-12-31', 1000);
SELECT * FROM read;
ROLLBACK;
SELECT FROM pg_stat_force_next_flush();
BEGIN;
SELECT count(*), sum(certificates) FROM expiring('2026-01-31');
SELECT * FROM read WHERE relname = 'holding';
ROLLBACK;
SELECT FROM pg_stat_force_next_flush();
BEGIN;
SELECT count(*) FROM certificate_history(make_gec('10000000000000001', '2026-01-01', 131));
SELECT relname, sequential FROM read WHERE sequential > 0;
ROLLBACK;
SELECT * FROM pg_temp.scans('SELECT vintage, source, state, volume_class, sum(certificates) FROM holding_balance WHERE account_id = 1000 GROUP BY 1, 2, 3, 4');
SELECT vintage, source, state, volume_class, sum(certificates) FROM holding_balance WHERE account_id = 1000 GROUP BY 1, 2, 3, 4 ORDER BY 1, 3;
-- and all balances by one scan of the table
SELECT * FROM pg_temp.scans('SELECT state, sum(certificates) FROM holding_balance GROUP BY 1') WHERE scans LIKE '%holding%';
-- a session whose plans were made while the tables were empty
SET client_min_messages = warning;
DROP EXTENSION certledger CASCADE;
DROP SCHEMA certledger CASCADE;
CREATE EXTENSION certledger;
RESET client_min_messages;
SELECT create_ledger();
SELECT count(*) FROM certificate_place('20000000000004321250300000007711'), project_holders('20000000000004323'), expiring('2025-12-31', 1000) AS one, expiring() AS every;
ALTER TABLE holding DISABLE TRIGGER USER;
ALTER TABLE holding SET (autovacuum_enabled = off);
INSERT INTO account (kind, name, personal_id, region, opened_on)
SELECT 'generator', 'owner ' || n, 'owner ' || n, '500100', '2024-01-01' FROM generate_series(1, 2500) AS n;
INSERT INTO holding (last_certificate, certificates, account_id, state, route, region, source, valid_until)
SELECT c.first + 239, make_gecrange(c.first, 240), 1 + c.p % 2500, 'issued', 'production', '500100', 'solar', (c.month + interval '24 months')::date - 1
FROM (SELECT make_gec((20000000000000000 + p)::text, m.month::date, 1) AS first, m.month::date, p
      FROM generate_series(1, 5000) AS p, generate_series('2024-01-01'::timestamp, '2025-12-01', '1 month') AS m(month)) AS c;
BEGIN;
SELECT count(*) FROM certificate_place('20000000000004321250300000007711');
SELECT count(*) FROM project_holders('20000000000004323');
SELECT count(*) FROM expiring('2025-12-31', 1000);
SELECT count(*) FROM expiring('2026-01-31');
SELECT relname, sequential FROM read WHERE relname = 'holding';
ROLLBACK;

SET client_min_messages = warning;
DROP EXTENSION certledger CASCADE;
DROP SCHEMA certledger CASCADE;
