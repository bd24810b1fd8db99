SET client_min_messages = warning;
DROP EXTENSION IF EXISTS certledger CASCADE;
DROP SCHEMA IF EXISTS certledger CASCADE;
CREATE EXTENSION certledger;
RESET client_min_messages;
SET search_path = certledger, public;
SET datestyle = ISO;
\set SHOW_CONTEXT never
SELECT create_ledger();
SELECT register_account('generator', 'plants of 重庆', '500100', personal_id => 'a', opened_on => '2022-01-01') AS a1,
       register_account('generator', 'plants of 新疆', '650100', personal_id => 'b', opened_on => '2022-01-01') AS a2,
       register_account('user', 'mill in 重庆', '500100', personal_id => 'c', opened_on => '2022-01-01') AS a3,
       register_account('user', 'works in 四川', '510100', personal_id => 'd', opened_on => '2022-01-01') AS a4,
       register_account('provincial', '重庆', '500000', opened_on => '2022-01-01') AS a5,
       register_account('agent', 'retailer in 四川', '510100', personal_id => 'e', opened_on => '2022-01-01') AS a6;
INSERT INTO project (project_code, name, owner, region, source, capacity_kw, commissioned_on, registered_on) VALUES
    ('10000000000000001', 'wind', 1, '500100', 'wind', 100000, '2020-01-01', '2024-01-01'),
    ('10000000000000002', 'solar', 2, '650100', 'solar', 100000, '2020-01-01', '2024-01-01'),
    ('10000000000000003', 'hydro', 1, '500100', 'hydro', 100000, '2020-01-01', '2024-01-01'),
    ('10000000000000004', 'roof', 1, '500100', 'solar', 100000, '2020-01-01', '2024-01-01');
INSERT INTO generation
SELECT project_code, month, class, make_energy(kwh => 60300)
FROM unnest('{2024-06-01, 2025-03-01, 2026-01-01}'::date[]) AS month,
     (VALUES ('10000000000000001', 'on_grid'::volume_class), ('10000000000000002', 'on_grid'), ('10000000000000003', 'on_grid'),
             ('10000000000000004', 'self_use'), ('10000000000000004', 'off_grid')) AS p(project_code, class);
INSERT INTO issuance (ref, month, effective_on) VALUES
    ('2024-06', '2024-06-01', '2024-07-10'), ('2025-03', '2025-03-01', '2025-04-10'), ('2026-01', '2026-01-01', '2026-02-10');
SELECT count(*), sum(quantity(certificates)) FROM holding;

--
-- A model with one row for each certificate, moved by plain SQL, beside the ledger
--
CREATE TEMP TABLE model AS
SELECT make_gec(p.code, m.month, n, p.class, p.tradable) AS certificate, p.owner AS account, 'issued' AS state, 'production' AS route,
       p.province, p.class, p.tradable, m.month, m.valid_until
FROM (VALUES ('10000000000000001', 1, '50', 'on_grid'::volume_class, true), ('10000000000000002', 2, '65', 'on_grid', true),
             ('10000000000000003', 1, '50', 'existing_hydro', false), ('10000000000000004', 1, '50', 'self_use', false),
             ('10000000000000004', 1, '50', 'off_grid', false)) AS p(code, owner, province, class, tradable),
     (VALUES ('2024-06-01'::date, '2026-05-31'::date, 60), ('2025-03-01', '2027-02-28', 60), ('2026-01-01', '2027-12-31', 60)) AS m(month, valid_until, quantity),
     generate_series(1, m.quantity) AS n;
CREATE INDEX ON model (account);
CREATE TEMP VIEW ledger_against_model AS
WITH held AS (SELECT lower(h.certificates) + step AS certificate, h.account_id::integer AS account, h.state::text, h.route::text, h.valid_until
              FROM holding AS h, generate_series(0, quantity(h.certificates) - 1) AS step),
     modelled AS (SELECT certificate, account, state, route, valid_until FROM model)
(TABLE held EXCEPT ALL TABLE modelled) UNION ALL (TABLE modelled EXCEPT ALL TABLE held);
SELECT count(*) AS differences FROM ledger_against_model;

CREATE TEMP TABLE document (n integer, mode text, from_account integer, to_account integer, quantity bigint, named gecmultirange,
                            out_route text, regime text, year integer, effective_on date);
CREATE TEMP TABLE step (n integer, retirement boolean, documents bigint, expected boolean, outcome text, differences bigint);
SELECT setseed(0.20260601);
DO $$
DECLARE
    d document;
    c model;
    taken bigint;
    expected boolean;
    outcome text;
    retirement boolean;
    anything boolean;
BEGIN
    FOR s IN 1 .. 160 LOOP
        retirement := random() < 0.3;
        TRUNCATE document;
        FOR i IN 1 .. 1 + floor(random() ^ 3 * 9) LOOP
            d.n := i;
            -- mostly a document that fits a certificate taken at random
            anything := retirement OR random() < 0.03;
            SELECT * INTO c FROM model WHERE state <> 'retired' AND (anything OR state = 'issued' OR account = 5)
            ORDER BY gec_hash_extended(certificate, 1000 * s + i) LIMIT 1;
            d.from_account := c.account;
            d.mode := CASE WHEN random() < 0.03 THEN 'self_use' WHEN c.state = 'transferred' THEN 'allocation' WHEN c.class <> 'on_grid' THEN c.class::text
                           ELSE (ARRAY['bilateral', 'auction', 'green_power'])[1 + floor(random() * 3)] END;
            d.to_account := (ARRAY[3, 4, 5, 6])[1 + floor(random() * CASE WHEN d.mode = 'allocation' THEN 2.05 ELSE 4 END)];
            CONTINUE WHEN d.from_account = d.to_account AND NOT retirement;
            d.quantity := 1 + floor(random() ^ 4 * 9);
            d.named := NULL;
            d.out_route := CASE WHEN d.mode IN ('bilateral', 'auction') AND random() < 0.1
                                THEN (ARRAY['in_province_trade', 'spot_trade', 'voluntary_trade', 'out_of_province_trade'])[1 + floor(random() * 4)] END;
            d.regime := CASE WHEN random() < 0.6 THEN 'mandatory' ELSE 'voluntary' END;
            d.year := 2025 + floor(random() * 2);
            d.effective_on := '2026-02-11'::date + floor(random() * 200)::integer;
            IF random() < 0.35 THEN
                -- one or two ranges of its like
                SELECT range_agg(make_gecrange(k.certificate, 1 + floor(random() ^ 2 * 5)::bigint)) INTO d.named
                FROM (SELECT m.certificate FROM model AS m WHERE (m.account, m.state, m.class) = (c.account, c.state, c.class)
                      ORDER BY gec_hash_extended(m.certificate, 1000 * s + i) LIMIT 1 + floor(random() * 2)) AS k;
                d.quantity := coalesce(quantity(d.named), d.quantity);
            END IF;
            INSERT INTO document SELECT d.*;
        END LOOP;

        -- the model takes the documents one by one
        expected := true;
        BEGIN
            FOR d IN SELECT * FROM document ORDER BY n LOOP
                WITH pick AS (
                    SELECT m.certificate FROM model AS m
                    WHERE m.account = d.from_account AND m.valid_until >= d.effective_on AND m.month + interval '1 month' <= d.effective_on
                      AND (d.named IS NULL OR m.certificate <@ d.named)
                      AND CASE WHEN retirement THEN m.state IN ('issued', 'transferred')
                                   AND (d.regime = 'voluntary' OR d.year < 2026 OR extract(year FROM m.month) = d.year)
                               WHEN d.mode = 'allocation' THEN m.state = 'transferred' AND d.from_account = 5 AND d.to_account IN (3, 4)
                               WHEN d.mode IN ('existing_hydro', 'self_use', 'off_grid') THEN m.state = 'issued' AND m.class::text = d.mode
                               ELSE m.state = 'issued' AND m.tradable
                                   AND (d.out_route IS NULL OR (d.out_route = 'in_province_trade')
                                        = (m.province = (ARRAY['50', '65', '50', '51', '50', '51'])[d.to_account])) END
                    ORDER BY m.valid_until, m.certificate LIMIT d.quantity),
                changed AS (
                    UPDATE model AS m SET
                        account = CASE WHEN retirement THEN m.account ELSE d.to_account END,
                        state = CASE WHEN retirement THEN 'retired' ELSE 'transferred' END,
                        route = CASE WHEN retirement THEN m.route WHEN d.mode = 'allocation' THEN 'provincial_allocation'
                                     WHEN d.mode = 'existing_hydro' THEN 'hydro_transfer' WHEN d.mode IN ('self_use', 'off_grid', 'green_power') THEN d.mode
                                     WHEN m.province = (ARRAY['50', '65', '50', '51', '50', '51'])[d.to_account] THEN 'in_province_trade'
                                     ELSE coalesce(d.out_route, 'voluntary_trade') END
                    FROM pick WHERE m.certificate = pick.certificate RETURNING 1)
                SELECT count(*) FROM changed INTO taken;
                IF taken < d.quantity THEN
                    RAISE EXCEPTION 'refused' USING ERRCODE = 'ZZ001';
                END IF;
            END LOOP;
        EXCEPTION WHEN SQLSTATE 'ZZ001' THEN
            expected := false;
        END;

        -- the ledger takes them in one statement
        BEGIN
            IF retirement THEN
                INSERT INTO retirement (ref, account_id, quantity, certificates, regime, consumption_year, beneficiary, region, effective_on)
                SELECT format('%s/%s', s, n), from_account, quantity, named, regime::claim_regime, year, from_account, '500100', effective_on
                FROM document ORDER BY n;
            ELSE
                INSERT INTO transfer (ref, mode, from_account, to_account, quantity, certificates, route, price, contract, proof, effective_on)
                SELECT format('%s/%s', s, n), mode::trade_mode, from_account, to_account, quantity, named, out_route::route, 1, 'c', 'p', effective_on
                FROM document ORDER BY n;
            END IF;
            outcome := 'posted';
        EXCEPTION WHEN OTHERS THEN
            outcome := SQLSTATE;
        END;
        INSERT INTO step SELECT s, retirement, (SELECT count(*) FROM document), expected, outcome, (SELECT count(*) FROM ledger_against_model);
    END LOOP;
END $$;
SELECT count(*) FILTER (WHERE outcome = 'posted') > 80 AS many_posted, count(*) FILTER (WHERE outcome <> 'posted') > 30 AS many_refused,
       sum(documents) FILTER (WHERE outcome = 'posted') > 200 AS many_documents,
       count(*) FILTER (WHERE expected <> (outcome = 'posted')) AS decided_otherwise,
       count(*) FILTER (WHERE outcome <> 'posted' AND outcome NOT LIKE 'LC0%') AS other_errors, sum(differences) AS differences
FROM step;
SELECT count(DISTINCT state) AS states, count(DISTINCT route) >= 8 AS many_routes FROM holding;
SELECT * FROM verify();

--
-- Damage that a superuser plants is found
--
-- a small ledger of its own, so that each finding can be checked by hand
SET client_min_messages = warning;
DROP EXTENSION certledger CASCADE;
DROP SCHEMA certledger CASCADE;
CREATE EXTENSION certledger;
RESET client_min_messages;
SELECT create_ledger();
SELECT register_account('generator', 'plant', '500100', personal_id => 'a', opened_on => '2022-01-01') AS a1,
       register_account('user', 'mill', '500100', personal_id => 'b', opened_on => '2022-01-01') AS a2,
       register_account('user', 'works', '510100', personal_id => 'c', opened_on => '2022-01-01') AS a3;
SELECT register_project('10000000000000001', 'wind', 1, '500100', 'wind', 100000, '2020-01-01', registered_on => '2024-01-01');
INSERT INTO generation VALUES ('10000000000000001', '2025-12-01', 'on_grid', '20.2 MWh'), ('10000000000000001', '2026-01-01', 'on_grid', '100.5 MWh');
SELECT certificates, carried FROM issue('2025-12-01', 'December', '2026-01-10');
SELECT certificates, carried FROM issue('2026-01-01', 'January', '2026-02-10');
SELECT sum(quantity) FROM transfer_certificates('sale 1', 1, 2, 20, effective_on => '2026-03-01');
SELECT sum(quantity) FROM transfer_certificates('sale 2', 1, 2, 30, effective_on => '2026-03-02');
SELECT sum(quantity) FROM transfer_certificates('sale 3', 1, 3, 40, effective_on => '2026-03-03');
SELECT sum(quantity) FROM retire('claim', 2, 2026, 10, effective_on => '2026-04-01');
CREATE TEMP VIEW held AS
SELECT to_char(production_month(last_certificate), 'YYYY-MM') AS month, serial(lower(certificates)) AS first,
       serial(lower(certificates)) + quantity(certificates) - 1 AS last, account_id AS account, state, route, transfer_id
FROM holding;
SELECT * FROM held ORDER BY month, first;
CREATE TEMP VIEW found AS
SELECT problem, account_id AS account, state, to_char(production_month(lower(certificates)), 'YYYY-MM') AS month,
       serial(lower(certificates)) AS first, quantity(certificates), detail
FROM verify() WHERE problem NOT IN ('guard not in force', 'documents are not posted');
-- the guards stand in the way only while they are enabled
CREATE PROCEDURE pg_temp.unguard() LANGUAGE plpgsql AS $$
DECLARE
    t regclass;
BEGIN
    FOR t IN SELECT DISTINCT tgrelid FROM pg_trigger AS g JOIN pg_class AS c ON c.oid = tgrelid
             WHERE relnamespace = 'certledger'::regnamespace AND NOT tgisinternal LOOP
        EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', t);
    END LOOP;
END $$;
-- holding extended over its neighbour (overlap)
BEGIN;
CALL pg_temp.unguard();
UPDATE holding SET last_certificate = lower(certificates) + 44, certificates = make_gecrange(lower(certificates), 45) WHERE transfer_id = 3;
SELECT * FROM found;
ROLLBACK;
-- holding shortened (gap)
BEGIN;
CALL pg_temp.unguard();
UPDATE holding SET last_certificate = lower(certificates) + 38, certificates = make_gecrange(lower(certificates), 39) WHERE transfer_id = 3;
SELECT * FROM found;
ROLLBACK;
-- holding removed
BEGIN;
CALL pg_temp.unguard();
DELETE FROM holding WHERE transfer_id = 1;
SELECT * FROM found;
ROLLBACK;
-- holding invented
BEGIN;
CALL pg_temp.unguard();
INSERT INTO holding (last_certificate, certificates, account_id, state, route, region, source, valid_until) VALUES (make_gec('10000000000000001', '2026-01-01', 105), make_gecrange(make_gec('10000000000000001', '2026-01-01', 101), 5), 1, 'issued', 'production', '500100', 'wind', '2027-12-31');
SELECT * FROM found;
ROLLBACK;
-- another owner
BEGIN;
CALL pg_temp.unguard();
UPDATE holding SET account_id = 2 WHERE transfer_id = 3;
SELECT * FROM found;
ROLLBACK;
-- another state: a retired one revived
BEGIN;
CALL pg_temp.unguard();
UPDATE holding SET state = 'transferred' WHERE state = 'retired';
SELECT * FROM found;
ROLLBACK;
-- another state: retired without a document
BEGIN;
CALL pg_temp.unguard();
UPDATE holding SET state = 'retired' WHERE transfer_id = 3;
SELECT * FROM found;
ROLLBACK;
-- another route
BEGIN;
CALL pg_temp.unguard();
UPDATE holding SET route = 'in_province_trade' WHERE transfer_id = 3;
SELECT * FROM found;
ROLLBACK;
-- another transfer
BEGIN;
CALL pg_temp.unguard();
UPDATE holding SET transfer_id = 2 WHERE transfer_id = 1;
SELECT * FROM found;
ROLLBACK;
-- longer validity
BEGIN;
CALL pg_temp.unguard();
UPDATE holding SET valid_until = '2099-12-31' WHERE transfer_id = 3;
SELECT * FROM found;
ROLLBACK;
-- another region of production
BEGIN;
CALL pg_temp.unguard();
UPDATE holding SET region = '510100' WHERE transfer_id = 3;
SELECT * FROM found;
ROLLBACK;
-- another source
BEGIN;
CALL pg_temp.unguard();
UPDATE holding SET source = 'solar' WHERE transfer_id = 3;
SELECT * FROM found;
ROLLBACK;
-- issue line missing, certificates moved on whole
BEGIN;
CALL pg_temp.unguard();
DELETE FROM movement WHERE document = 'issuance' AND document_id = 1;
SELECT * FROM found;
ROLLBACK;
-- issue line missing, certificates moved on in part
BEGIN;
CALL pg_temp.unguard();
DELETE FROM movement WHERE document = 'issuance' AND document_id = 2;
SELECT * FROM found;
ROLLBACK;
-- line of a sale missing
BEGIN;
CALL pg_temp.unguard();
DELETE FROM movement WHERE document = 'transfer' AND document_id = 3;
SELECT * FROM found;
ROLLBACK;
-- line of a retirement missing
BEGIN;
CALL pg_temp.unguard();
DELETE FROM movement WHERE document = 'retirement';
SELECT * FROM found;
ROLLBACK;
-- line of a sale twice
BEGIN;
CALL pg_temp.unguard();
INSERT INTO movement OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record(m, '{"movement_id": 1000}')).* FROM movement AS m WHERE document = 'transfer' AND document_id = 3;
SELECT * FROM found;
ROLLBACK;
-- line of an issue twice
BEGIN;
CALL pg_temp.unguard();
INSERT INTO movement OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record(m, '{"movement_id": 1000}')).* FROM movement AS m WHERE document = 'issuance' AND document_id = 1;
SELECT * FROM found;
ROLLBACK;
-- line to another account
BEGIN;
CALL pg_temp.unguard();
UPDATE movement SET to_account = 2 WHERE document = 'transfer' AND document_id = 3;
SELECT * FROM found;
ROLLBACK;
-- line and holding to another account
BEGIN;
CALL pg_temp.unguard();
UPDATE movement SET to_account = 2 WHERE document = 'transfer' AND document_id = 3; UPDATE holding SET account_id = 2 WHERE transfer_id = 3;
SELECT * FROM found;
ROLLBACK;
-- line from another account
BEGIN;
CALL pg_temp.unguard();
UPDATE movement SET from_account = 2 WHERE document = 'transfer' AND document_id = 3;
SELECT * FROM found;
ROLLBACK;
-- line from another route
BEGIN;
CALL pg_temp.unguard();
UPDATE movement SET from_route = 'green_power' WHERE document = 'retirement';
SELECT * FROM found;
ROLLBACK;
-- line from another state
BEGIN;
CALL pg_temp.unguard();
UPDATE movement SET from_state = 'listed' WHERE document = 'transfer' AND document_id = 3;
SELECT * FROM found;
ROLLBACK;
-- line of another day
BEGIN;
CALL pg_temp.unguard();
UPDATE movement SET effective_on = '2026-03-04' WHERE document = 'transfer' AND document_id = 3;
SELECT * FROM found;
ROLLBACK;
-- line of another range
BEGIN;
CALL pg_temp.unguard();
UPDATE movement SET certificates = make_gecrange(lower(certificates) + 1, 40) WHERE document = 'transfer' AND document_id = 3;
SELECT * FROM found;
ROLLBACK;
-- issue line and holding longer than the issue
BEGIN;
CALL pg_temp.unguard();
UPDATE movement SET certificates = make_gecrange(lower(certificates), 101) WHERE document = 'issuance' AND document_id = 2; UPDATE holding SET last_certificate = last_certificate + 1, certificates = make_gecrange(lower(certificates), quantity(certificates) + 1) WHERE transfer_id IS NULL;
SELECT * FROM found;
ROLLBACK;
-- document of another quantity
BEGIN;
CALL pg_temp.unguard();
UPDATE transfer SET quantity = 41 WHERE transfer_id = 3;
SELECT * FROM found;
ROLLBACK;
-- document to another account
BEGIN;
CALL pg_temp.unguard();
UPDATE transfer SET to_account = 2 WHERE transfer_id = 3;
SELECT * FROM found;
ROLLBACK;
-- document of another day
BEGIN;
CALL pg_temp.unguard();
UPDATE retirement SET effective_on = '2026-04-02';
SELECT * FROM found;
ROLLBACK;
-- document removed
BEGIN;
CALL pg_temp.unguard();
DELETE FROM transfer WHERE transfer_id = 3;
SELECT * FROM found;
ROLLBACK;
-- document without posting
BEGIN;
CALL pg_temp.unguard();
INSERT INTO retirement (ref, account_id, quantity, regime, consumption_year, beneficiary, region, effective_on) VALUES ('unposted', 3, 1, 'mandatory', 2026, 3, '510100', '2026-04-01');
SELECT * FROM found;
ROLLBACK;
-- remainder raised
BEGIN;
CALL pg_temp.unguard();
UPDATE accrual SET energy = '999 kWh';
SELECT * FROM found;
ROLLBACK;
-- remainder removed
BEGIN;
CALL pg_temp.unguard();
DELETE FROM accrual;
SELECT * FROM found;
ROLLBACK;
-- remainder invented
BEGIN;
CALL pg_temp.unguard();
INSERT INTO accrual VALUES ('10000000000000001', 'self_use', '500 kWh');
SELECT * FROM found;
ROLLBACK;
-- issuance line removed
BEGIN;
CALL pg_temp.unguard();
DELETE FROM issuance_line WHERE document = 'issuance' AND document_id = 1;
SELECT * FROM found;
ROLLBACK;
-- generation changed or removed after it was issued
BEGIN;
CALL pg_temp.unguard();
UPDATE generation SET energy = energy + '1 MWh' WHERE (project_code, month) IN (SELECT project_code, month FROM generation ORDER BY 1, 2 LIMIT 1);
SELECT * FROM found;
ROLLBACK;
BEGIN;
CALL pg_temp.unguard();
DELETE FROM generation WHERE (project_code, month) IN (SELECT project_code, month FROM generation ORDER BY 1, 2 LIMIT 1);
SELECT * FROM found;
ROLLBACK;
-- guards that were disabled, or enabled again for origin only
BEGIN;
ALTER TABLE holding DISABLE TRIGGER USER;
ALTER TABLE movement_2026 DISABLE TRIGGER USER;
ALTER TABLE movement_2026 ENABLE TRIGGER USER;
DROP TRIGGER retirement_append_only ON retirement;
SELECT problem, detail FROM verify();
ROLLBACK;
-- and all is as before
SELECT problem, detail FROM verify();


--
-- The whole life: every kind of document, and damage to each
--
SET client_min_messages = warning;
DROP EXTENSION certledger CASCADE;
DROP SCHEMA certledger CASCADE;
CREATE EXTENSION certledger;
RESET client_min_messages;
SET timezone = 'Asia/Shanghai';
SELECT create_ledger();
SELECT register_account('generator', 'plant', '500100', personal_id => 'a', opened_on => '2022-01-01') AS a1,
       register_account('user', 'mill', '500100', personal_id => 'b', opened_on => '2022-01-01') AS a2,
       register_account('user', 'works', '510100', personal_id => 'c', opened_on => '2022-01-01') AS a3,
       register_account('provincial', '重庆', '500000', opened_on => '2022-01-01') AS a4;
INSERT INTO project (project_code, name, owner, region, source, technology, capacity_kw, commissioned_on, registered_on) VALUES
    ('10000000000000001', 'wind', 1, '500100', 'wind', NULL, 100000, '2020-01-01', '2024-01-01'),
    ('10000000000000002', 'csp', 1, '500100', 'solar', 'csp', 100000, '2020-01-01', '2024-01-01'),
    ('10000000000000003', 'hydro', 1, '500100', 'hydro', NULL, 100000, '2020-01-01', '2024-01-01');
INSERT INTO generation VALUES ('10000000000000001', '2024-01-01', 'on_grid', '30 MWh'), ('10000000000000001', '2026-01-01', 'on_grid', '100 MWh'),
    ('10000000000000002', '2026-01-01', 'on_grid', '50.5 MWh'), ('10000000000000003', '2026-01-01', 'on_grid', '40 MWh');
SELECT certificates FROM issue('2024-01-01', 'old', '2024-02-10');
SELECT certificates FROM issue('2026-01-01', 'new', '2026-02-10');
CREATE FUNCTION pg_temp.run(project integer, serial bigint, quantity bigint, month date DEFAULT '2026-01-01') RETURNS gecmultirange LANGUAGE sql
RETURN gecmultirange(make_gecrange(make_gec((10000000000000000 + project)::text, month, serial,
    CASE project WHEN 3 THEN 'existing_hydro'::volume_class ELSE 'on_grid' END, project <> 3), quantity));
-- the old ones: 10 listed, of which 5 locked, when they expire
SELECT sum(quantity) FROM list_certificates('old listing', 1, certificates => pg_temp.run(1, 1, 10, '2024-01-01'), effective_at => '2025-12-01 12:00+08');
SELECT sum(quantity) FROM lock_order('old order', 1, 2, 'Beijing', certificates => pg_temp.run(1, 1, 5, '2024-01-01'), effective_at => '2025-12-31 12:00+08');
SELECT sum(quantity) FROM transfer_certificates('old sale', 1, 2, certificates => pg_temp.run(1, 21, 10, '2024-01-01'), effective_on => '2025-12-31');
SELECT certificates FROM expire('2026-01-01', 'sweep');
-- listing, orders that are settled, released, and lapse
SELECT sum(quantity) FROM list_certificates('listing', 1, certificates => pg_temp.run(1, 1, 60), price => 5, effective_at => '2026-03-01 12:00+08');
SELECT sum(quantity) FROM lock_order('order 1', 1, 2, 'Beijing', certificates => pg_temp.run(1, 1, 20), effective_at => '2026-03-01 13:00+08');
SELECT sum(quantity) FROM settle_order('paid 1', 'order 1', 15, effective_at => '2026-03-01 14:00+08');
SELECT sum(quantity) FROM release_order('free 1', 'order 1', effective_at => '2026-03-01 15:00+08');
SELECT sum(quantity) FROM lock_order('order 2', 1, 3, 'Guangzhou', certificates => pg_temp.run(1, 21, 10), ends_at => '2026-03-01 20:00+08', effective_at => '2026-03-01 16:00+08');
SELECT sum(quantity) FROM lock_order('order 3', 1, 2, 'Beijing', certificates => pg_temp.run(1, 21, 6), effective_at => '2026-03-02 12:00+08');
SELECT sum(quantity) FROM delist('off', 1, certificates => pg_temp.run(1, 51, 10), effective_at => '2026-03-02 13:00+08');
-- freezes
SELECT sum(quantity) FROM freeze('dispute', 1, 'dispute', 'file 7', certificates => pg_temp.run(1, 25, 6), effective_at => '2026-03-02 14:00+08');
SELECT sum(quantity) FROM freeze('dispute 2', 2, 'dispute', 'file 8', certificates => pg_temp.run(1, 1, 6), effective_at => '2026-03-02 15:00+08');
SELECT sum(quantity) FROM unfreeze('no dispute', 'dispute 2', 'file 8', 4, effective_at => '2026-03-02 16:00+08');
SELECT sum(quantity) FROM list_certificates('csp', 1, certificates => pg_temp.run(2, 1, 10), effective_at => '2026-03-01 12:00+08');
SELECT sum(quantity) FROM freeze('ccer', 1, 'ccer', 'CCER 9', certificates => pg_temp.run(2, 6, 20), effective_at => '2026-03-02 12:00+08');
SELECT sum(quantity) FROM unfreeze('withdrawn', 'ccer', 'CCER 9', 5, effective_at => '2026-03-03 12:00+08');
SELECT sum(quantity) FROM cancel_certificates('reduced', 'ccer', 'CCER 9', quantity => 10, freeze_ref => 'ccer', effective_on => '2026-03-04');
-- transfers that wait: accepted, rejected, withdrawn, open
SELECT sum(quantity) FROM transfer_certificates('offer 1', 1, 3, certificates => pg_temp.run(1, 61, 10), price => 4, pending => true, effective_on => '2026-03-05');
SELECT sum(quantity) FROM accept_transfer('yes', 'offer 1', effective_on => '2026-03-06');
SELECT sum(quantity) FROM transfer_certificates('hydro', 1, 4, certificates => pg_temp.run(3, 1, 20), mode => 'existing_hydro', pending => true, effective_on => '2026-03-05');
SELECT sum(quantity) FROM accept_transfer('yes too', 'hydro', effective_on => '2026-03-06');
SELECT sum(quantity) FROM allocate_certificates('plan 1', 4, 2, 5, 'filed', certificates => pg_temp.run(3, 1, 5), pending => true, effective_on => '2026-03-07');
SELECT sum(quantity) FROM reject_transfer('no', 'plan 1', effective_on => '2026-03-08');
SELECT sum(quantity) FROM transfer_certificates('offer 2', 1, 3, certificates => pg_temp.run(1, 71, 5), pending => true, effective_on => '2026-03-05');
SELECT sum(quantity) FROM withdraw_transfer('back', 'offer 2', effective_on => '2026-03-06');
SELECT sum(quantity) FROM transfer_certificates('offer 3', 1, 3, certificates => pg_temp.run(1, 76, 5), pending => true, effective_on => '2026-03-05');
-- use, objection with issue anew, corrections down and up
SELECT sum(quantity) FROM retire('claim', 2, 2026, certificates => pg_temp.run(1, 1, 3), effective_on => '2026-04-01');
SELECT sum(quantity) FROM cancel_certificates('wrong', 'objection', 'decision 1', certificates => pg_temp.run(1, 81, 4), account => 1, objected_on => '2026-04-01', reissue => true, effective_on => '2026-04-02');
SELECT sum(quantity) FROM cancel_certificates('wrong too', 'objection', 'decision 2', certificates => pg_temp.run(1, 85, 2), account => 1, objected_on => '2026-04-01', effective_on => '2026-04-02');
SELECT sum(quantity) FROM correct_generation('less', '10000000000000002', '2026-01-01', '47.5 MWh', 'meter', effective_on => '2026-04-03');
SELECT sum(quantity) FROM correct_generation('more', '10000000000000002', '2026-01-01', '52 MWh', 'meter', effective_on => '2026-04-04');
SELECT state, route, sum(quantity(certificates)) AS certificates, array_agg(DISTINCT trades) AS trades, array_agg(DISTINCT listing_id) AS listings, array_agg(DISTINCT order_id) AS orders,
       array_agg(DISTINCT freeze_id) AS freezes, array_agg(DISTINCT pending_id) AS pending FROM holding GROUP BY 1, 2 ORDER BY 1, 2;
SELECT count(*) AS lines, count(DISTINCT event) AS events FROM movement_event();
SELECT * FROM verify();
-- every line is in the state table, and the table has no event twice from one state to one state
SELECT e.event, e.from_state, e.to_state, t.number FROM movement_event() AS e LEFT JOIN state_transition() AS t USING (from_state, event, to_state) GROUP BY 1, 2, 3, 4 ORDER BY t.number, 1, 2, 3;
SELECT from_state, event, to_state FROM state_transition() GROUP BY 1, 2, 3 HAVING count(*) > 1;
SELECT number, from_state, event, to_state FROM state_transition() WHERE from_state >= 'retired' OR (from_state = 'transferred' AND to_state IN ('issued', 'listed', 'locked'));

CREATE TEMP VIEW found AS
SELECT problem, account_id AS account, state, to_char(production_month(lower(certificates)), 'YYYY-MM') AS month,
       serial(lower(certificates)) AS first, quantity(certificates), detail
FROM verify() WHERE problem NOT IN ('guard not in force', 'documents are not posted');
-- a holding's hold columns
CREATE PROCEDURE pg_temp.plant(damage text) LANGUAGE plpgsql AS $$
BEGIN
    CALL pg_temp.unguard();
    ALTER TABLE holding DROP CONSTRAINT holding_hold_check;
    EXECUTE damage;
END $$;
BEGIN;
CALL pg_temp.plant('UPDATE holding SET trades = trades + 1 WHERE state = ''retired''');
SELECT * FROM found;
ROLLBACK;
BEGIN;
CALL pg_temp.plant('UPDATE holding SET trades = 0 WHERE trades = 1 AND state = ''expired''');
SELECT * FROM found;
ROLLBACK;
BEGIN;
CALL pg_temp.plant('UPDATE holding SET order_ends_at = order_ends_at + interval ''1 second'' WHERE state = ''locked''');
SELECT * FROM found;
ROLLBACK;
BEGIN;
CALL pg_temp.plant('UPDATE holding SET order_id = (SELECT hold_id FROM hold WHERE ref = ''order 1'') WHERE state = ''locked''');
SELECT * FROM found;
ROLLBACK;
BEGIN;
CALL pg_temp.plant('UPDATE holding SET listing_id = (SELECT hold_id FROM hold WHERE ref = ''csp'') WHERE state = ''locked''');
SELECT * FROM found;
ROLLBACK;
-- freeze column without freeze; listing below a dispute freeze lost; freeze of another
BEGIN;
CALL pg_temp.plant('UPDATE holding SET freeze_id = (SELECT hold_id FROM hold WHERE ref = ''dispute'') WHERE state = ''retired''');
SELECT * FROM found;
ROLLBACK;
BEGIN;
CALL pg_temp.plant('UPDATE holding SET listing_id = NULL, order_id = NULL, order_ends_at = NULL WHERE freeze_id = (SELECT hold_id FROM hold WHERE ref = ''dispute'')');
SELECT * FROM found;
ROLLBACK;
BEGIN;
CALL pg_temp.plant('UPDATE holding SET freeze_id = (SELECT hold_id FROM hold WHERE ref = ''ccer'') WHERE freeze_id = (SELECT hold_id FROM hold WHERE ref = ''dispute 2'')');
SELECT * FROM found;
ROLLBACK;
BEGIN;
CALL pg_temp.plant('UPDATE holding SET pending_id = (SELECT transfer_id FROM transfer WHERE ref = ''offer 2'') WHERE pending_id IS NOT NULL');
SELECT * FROM found;
ROLLBACK;
-- documents of each kind: their lines missing, twice, of another quantity; the document removed
BEGIN;
CALL pg_temp.plant('DELETE FROM movement WHERE document = ''hold'' AND document_id = (SELECT hold_id FROM hold WHERE ref = ''off'')');
SELECT * FROM found;
ROLLBACK;
BEGIN;
CALL pg_temp.plant('INSERT INTO movement OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record(m, ''{"movement_id": 1000}'')).* FROM movement AS m WHERE document = ''hold'' AND document_id = (SELECT hold_id FROM hold WHERE ref = ''free 1'')');
SELECT * FROM found;
ROLLBACK;
BEGIN;
CALL pg_temp.plant('UPDATE hold SET certificates = NULL, quantity = 7 WHERE ref = ''order 3''');
SELECT * FROM found;
ROLLBACK;
BEGIN;
CALL pg_temp.plant('DELETE FROM hold WHERE ref = ''dispute''');
SELECT * FROM found;
ROLLBACK;
BEGIN;
CALL pg_temp.plant('UPDATE cancellation SET quantity = 5, certificates = pg_temp.run(1, 81, 5) WHERE ref = ''wrong''');
SELECT * FROM found;
ROLLBACK;
BEGIN;
CALL pg_temp.plant('DELETE FROM cancellation WHERE ref = ''wrong too''');
SELECT * FROM found;
ROLLBACK;
BEGIN;
CALL pg_temp.plant('UPDATE expiry SET effective_on = ''2026-01-02''');
SELECT * FROM found;
ROLLBACK;
BEGIN;
CALL pg_temp.plant('UPDATE response SET kind = ''accept'' WHERE ref = ''no''');
SELECT * FROM found;
ROLLBACK;
BEGIN;
CALL pg_temp.plant('INSERT INTO response (ref, kind, transfer_id, effective_on) SELECT ''unposted'', ''accept'', transfer_id, ''2026-03-09'' FROM transfer WHERE ref = ''offer 3''');
SELECT * FROM found;
ROLLBACK;
BEGIN;
CALL pg_temp.plant('DELETE FROM movement WHERE document = ''correction'' AND to_state = ''cancelled''');
SELECT * FROM found;
ROLLBACK;
BEGIN;
CALL pg_temp.plant('DELETE FROM correction WHERE ref = ''less''');
SELECT * FROM found;
ROLLBACK;
-- an order that lapses on another day; one that is ended by the release of another
BEGIN;
CALL pg_temp.plant('UPDATE movement SET effective_on = ''2026-03-03'' WHERE document = ''hold'' AND from_state = ''locked'' AND document_id = (SELECT hold_id FROM hold WHERE ref = ''order 2'')');
SELECT * FROM found;
ROLLBACK;
BEGIN;
CALL pg_temp.plant('UPDATE hold SET ends_hold = (SELECT hold_id FROM hold WHERE ref = ''order 2'') WHERE ref = ''free 1''');
SELECT * FROM found;
ROLLBACK;
BEGIN;
CALL pg_temp.plant('UPDATE transfer SET hold_id = (SELECT hold_id FROM hold WHERE ref = ''order 3'') WHERE ref = ''paid 1''');
SELECT * FROM found;
ROLLBACK;
-- forbidden: a certificate that was bought is listed, document, line and holding alike
BEGIN;
CALL pg_temp.plant($d$WITH d AS (INSERT INTO hold (ref, action, account_id, quantity, certificates, effective_at) SELECT 'resale', 'list', 3, 10, pg_temp.run(1, 61, 10), '2026-05-01+08' RETURNING *),
    l AS (INSERT INTO movement (document, document_id, certificates, from_account, from_state, from_route, to_account, to_state, to_route, effective_on, posted_at)
          SELECT 'hold', d.hold_id, h.certificates, 3, 'transferred', h.route, 3, 'listed', h.route, d.effective_on, d.posted_at FROM d, holding AS h WHERE h.account_id = 3 AND h.state = 'transferred')
    UPDATE holding SET state = 'listed', listing_id = d.hold_id FROM d WHERE holding.account_id = 3 AND state = 'transferred'$d$);
SELECT * FROM found;
ROLLBACK;
-- forbidden: retired ones brought back, likewise; a route changed by a hold; sold twice
BEGIN;
CALL pg_temp.plant($d$WITH l AS (INSERT INTO movement (document, document_id, certificates, from_account, from_state, from_route, to_account, to_state, to_route, effective_on, posted_at)
          SELECT 'hold', d.hold_id, h.certificates, 2, 'retired', h.route, 2, 'transferred', h.route, d.effective_on, d.posted_at FROM hold AS d, holding AS h WHERE d.ref = 'no dispute' AND h.state = 'retired')
    UPDATE holding SET state = 'transferred' WHERE state = 'retired'$d$);
SELECT * FROM found;
ROLLBACK;
BEGIN;
CALL pg_temp.plant($d$UPDATE movement SET to_route = 'self_use' WHERE document = 'hold' AND document_id = (SELECT hold_id FROM hold WHERE ref = 'dispute 2')$d$);
SELECT * FROM found;
ROLLBACK;
BEGIN;
CALL pg_temp.plant($d$WITH d AS (INSERT INTO transfer (ref, mode, from_account, to_account, quantity, certificates, effective_on) SELECT 'resale', 'bilateral', 3, 2, 10, pg_temp.run(1, 61, 10), '2026-05-01' RETURNING *),
    l AS (INSERT INTO movement (document, document_id, certificates, from_account, from_state, from_route, to_account, to_state, to_route, effective_on, posted_at)
          SELECT 'transfer', d.transfer_id, h.certificates, 3, 'transferred', h.route, 2, 'transferred', h.route, d.effective_on, d.posted_at FROM d, holding AS h WHERE h.account_id = 3 AND h.state = 'transferred')
    UPDATE holding SET account_id = 2, trades = 2, transfer_id = d.transfer_id FROM d WHERE holding.account_id = 3 AND state = 'transferred'$d$);
SELECT * FROM found;
ROLLBACK;
-- lines that change places: nothing is missing, but not in this order
BEGIN;
CALL pg_temp.plant($d$ALTER TABLE movement ALTER movement_id SET GENERATED BY DEFAULT; UPDATE movement SET movement_id = CASE movement_id WHEN a.list THEN a.lock ELSE a.list END
    FROM (SELECT (SELECT min(movement_id) FROM movement WHERE document = 'hold' AND document_id = (SELECT hold_id FROM hold WHERE ref = 'listing')) AS list,
                 (SELECT min(movement_id) FROM movement WHERE document = 'hold' AND document_id = (SELECT hold_id FROM hold WHERE ref = 'order 1')) AS lock) AS a
    WHERE movement_id IN (a.list, a.lock)$d$);
SELECT * FROM found;
ROLLBACK;
-- serials used again, and left out; lines of issue that do not follow; another total of generation
BEGIN;
CALL pg_temp.plant($d$UPDATE issuance_line SET certificates = make_gecrange(lower(certificates) - 2, quantity) WHERE document = 'cancellation'$d$);
SELECT * FROM found;
ROLLBACK;
BEGIN;
CALL pg_temp.plant($d$UPDATE issuance_line SET certificates = make_gecrange(lower(certificates) + 2, quantity) WHERE document = 'cancellation'$d$);
SELECT * FROM found;
ROLLBACK;
BEGIN;
CALL pg_temp.plant($d$UPDATE issuance_line SET sequence = 5 WHERE document = 'correction' AND sequence = 2$d$);
SELECT * FROM found;
ROLLBACK;
BEGIN;
CALL pg_temp.plant($d$UPDATE issuance_line SET former_energy = '46.5 MWh', energy = '51 MWh' WHERE document = 'correction' AND sequence = 2$d$);
SELECT * FROM found;
ROLLBACK;
BEGIN;
CALL pg_temp.plant($d$UPDATE generation SET drawn = '1 MWh' WHERE project_code = '10000000000000002'$d$);
SELECT * FROM found;
ROLLBACK;
-- totals of claims: of an account, a province or city, a gate; altered, missing, too many, elsewhere
BEGIN;
CALL pg_temp.plant('UPDATE claim_total SET certificates = 2');
SELECT * FROM found;
ROLLBACK;
BEGIN;
CALL pg_temp.plant('DELETE FROM claim_total');
SELECT * FROM found;
ROLLBACK;
BEGIN;
CALL pg_temp.plant('INSERT INTO claim_total VALUES (3, 2026, ''510100'', ''spot_trade'', ''500000'', 1)');
SELECT * FROM found;
ROLLBACK;
BEGIN;
CALL pg_temp.plant('UPDATE claim_total SET region = ''500000'', year = 2025');
SELECT * FROM found;
ROLLBACK;
BEGIN;
CALL pg_temp.plant('UPDATE claim_pool SET certificates = certificates + 1 WHERE region = ''500100''');
SELECT * FROM found;
ROLLBACK;
BEGIN;
CALL pg_temp.plant('DELETE FROM claim_pool WHERE region = ''500000''');
SELECT * FROM found;
ROLLBACK;
BEGIN;
CALL pg_temp.plant('UPDATE claim_pool SET route = ''voluntary_trade'', from_province = ''650000'', month = 3 WHERE region = ''500000''');
SELECT * FROM found;
ROLLBACK;
BEGIN;
CALL pg_temp.plant('INSERT INTO claim_gate VALUES (2026, ''500000'', ''out'', 5, 4), (2026, ''500000'', ''in'', 77, 0)');
SELECT * FROM found;
ROLLBACK;
BEGIN;
CALL pg_temp.plant('UPDATE claim_gate SET certificates = 0');
SELECT * FROM found;
ROLLBACK;
-- in another slot they are as good
BEGIN;
CALL pg_temp.plant('UPDATE claim_gate SET slot = slot + 100; UPDATE claim_pool SET slot = 99');
SELECT * FROM found;
ROLLBACK;
-- triggers that post are off, or gone; guards of the later tables too
BEGIN;
ALTER TABLE hold DISABLE TRIGGER hold_post;
DROP TRIGGER expiry_post ON expiry;
ALTER TABLE claim_total DISABLE TRIGGER USER;
ALTER TABLE claim_pool DISABLE TRIGGER USER;
DROP TRIGGER claim_gate_posted_only ON claim_gate;
ALTER TABLE retirement DISABLE TRIGGER retirement_post;
DROP TRIGGER response_append_only ON response;
SELECT problem, detail FROM verify();
ROLLBACK;
SELECT problem, detail FROM verify();

SET client_min_messages = warning;
DROP EXTENSION certledger CASCADE;
DROP SCHEMA certledger CASCADE;
