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
    ('10000000000000001', 'wind', 1, '500100', 'wind', 1, '2020-01-01', '2024-01-01'),
    ('10000000000000002', 'solar', 2, '650100', 'solar', 1, '2020-01-01', '2024-01-01'),
    ('10000000000000003', 'hydro', 1, '500100', 'hydro', 1, '2020-01-01', '2024-01-01'),
    ('10000000000000004', 'roof', 1, '500100', 'solar', 1, '2020-01-01', '2024-01-01');
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
WITH held AS (SELECT h.first_certificate + step AS certificate, h.account_id::integer AS account, h.state::text, h.route::text, h.valid_until
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
SELECT register_project('10000000000000001', 'wind', 1, '500100', 'wind', 1, '2020-01-01', registered_on => '2024-01-01');
INSERT INTO generation VALUES ('10000000000000001', '2025-12-01', 'on_grid', '20.2 MWh'), ('10000000000000001', '2026-01-01', 'on_grid', '100.5 MWh');
SELECT certificates, carried FROM issue('2025-12-01', 'December', '2026-01-10');
SELECT certificates, carried FROM issue('2026-01-01', 'January', '2026-02-10');
SELECT sum(quantity) FROM transfer_certificates('sale 1', 1, 2, 20, effective_on => '2026-03-01');
SELECT sum(quantity) FROM transfer_certificates('sale 2', 1, 2, 30, effective_on => '2026-03-02');
SELECT sum(quantity) FROM transfer_certificates('sale 3', 1, 3, 40, effective_on => '2026-03-03');
SELECT sum(quantity) FROM retire('claim', 2, 2026, 10, effective_on => '2026-04-01');
CREATE TEMP VIEW held AS
SELECT to_char(production_month(first_certificate), 'YYYY-MM') AS month, serial(first_certificate) AS first,
       serial(first_certificate) + quantity(certificates) - 1 AS last, account_id AS account, state, route, transfer_id
FROM holding;
SELECT * FROM held ORDER BY month, first;
CREATE TEMP VIEW found AS
SELECT problem, account_id AS account, state, to_char(production_month(lower(certificates)), 'YYYY-MM') AS month,
       serial(lower(certificates)) AS first, quantity(certificates), detail
FROM verify() WHERE problem <> 'guard not in force';
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
UPDATE holding SET certificates = make_gecrange(lower(certificates), 45) WHERE transfer_id = 3;
SELECT * FROM found;
ROLLBACK;
-- holding shortened (gap)
BEGIN;
CALL pg_temp.unguard();
UPDATE holding SET certificates = make_gecrange(lower(certificates), 39) WHERE transfer_id = 3;
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
INSERT INTO holding (first_certificate, certificates, account_id, state, route, region, source, valid_until) VALUES (make_gec('10000000000000001', '2026-01-01', 101), make_gecrange(make_gec('10000000000000001', '2026-01-01', 101), 5), 1, 'issued', 'production', '500100', 'wind', '2027-12-31');
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
UPDATE movement SET certificates = make_gecrange(lower(certificates), 101) WHERE document = 'issuance' AND document_id = 2; UPDATE holding SET certificates = make_gecrange(lower(certificates), quantity(certificates) + 1) WHERE transfer_id IS NULL;
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
DELETE FROM issuance_line WHERE issuance_id = 1;
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

SET client_min_messages = warning;
DROP EXTENSION certledger CASCADE;
DROP SCHEMA certledger CASCADE;
