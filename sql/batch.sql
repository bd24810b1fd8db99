-- batch: many documents in one call, with an outcome for each.
\getenv abs_srcdir PG_ABS_SRCDIR
\set fixture :abs_srcdir '/test/fixture/market.sql'
\set ECHO none
\o /dev/null
\i :fixture
\o
\set ECHO all

SELECT count(*) FROM list_certificates('L1', 1, certificates => pg_temp.run('01', 1, 60), effective_at => '2025-03-20 10:00');
SELECT count(*) FROM lock_order('K1', 1, 3, 'V', price => 7, certificates => pg_temp.run('01', 1, 20), ends_at => '2025-03-21 10:00', effective_at => '2025-03-20 11:00');
SELECT count(*) FROM lock_order('K2', 1, 4, 'V', certificates => pg_temp.run('01', 21, 20), effective_at => '2025-03-20 11:00');
SELECT count(*) FROM lock_order('K3', 1, 4, 'V', certificates => pg_temp.run('01', 41, 5), ends_at => '2025-03-20 12:00', effective_at => '2025-03-20 11:00');
SELECT sum(quantity) FROM transfer_certificates('old', 1, 3, certificates => pg_temp.run('01', 61, 10), price => 5, effective_on => '2025-03-20');

--
-- A batch is the same as posting its lines one after the other
--
-- lines as JSON, as a settlement file has them
CREATE TEMP TABLE file (line serial, json jsonb);
INSERT INTO file (json)
SELECT coalesce(j, '{}') || '{"effective_on": "2025-03-21"}' || coalesce(j, '{}') FROM unnest(ARRAY[
    '{"ref": "01 oldest", "from_account": 1, "to_account": 3, "quantity": 10, "price": 5.5}',
    jsonb_build_object('ref', '02 named', 'from_account', 2, 'to_account', 3, 'certificates', pg_temp.run('02', 101, 50)::text),
    '{"ref": "03 too many", "from_account": 2, "to_account": 3, "quantity": 100000}',
    -- named ranges that overlap: the earlier line wins
    jsonb_build_object('ref', '04 overlaps 02', 'from_account', 2, 'to_account', 4, 'certificates', pg_temp.run('02', 150, 10)::text),
    jsonb_build_object('ref', '05 touches 04', 'from_account', 2, 'to_account', 4, 'certificates', pg_temp.run('02', 151, 10)::text),
    jsonb_build_object('ref', '06 overlaps 05', 'from_account', 2, 'to_account', 5, 'certificates', (pg_temp.run('02', 160, 1) + pg_temp.run('02', 171, 1))::text),
    jsonb_build_object('ref', '07 free again', 'from_account', 2, 'to_account', 5, 'certificates', pg_temp.run('02', 171, 1)::text),
    -- references: used before, twice in the batch, none
    '{"ref": "old", "from_account": 1, "to_account": 3, "quantity": 11}',
    jsonb_build_object('ref', 'old', 'from_account', 1, 'to_account', 3, 'certificates', pg_temp.run('01', 61, 10)::text, 'price', 5.00, 'effective_on', NULL),
    '{"ref": "01 oldest", "from_account": 1, "to_account": 3, "quantity": 10, "price": 5.50}',
    '{"ref": "01 oldest", "from_account": 1, "to_account": 3, "quantity": 10, "price": 5.51}',
    '{"ref": "03 too many", "from_account": 2, "to_account": 3, "quantity": 1}',
    '{"ref": "03 too many", "from_account": 2, "to_account": 3, "quantity": 1}',
    '{"ref": "03 too many", "from_account": 2, "to_account": 3, "quantity": 100000}',
    '{"from_account": 2, "to_account": 3, "quantity": 1}', '{"ref": "", "from_account": 2, "to_account": 3, "quantity": 1}',
    -- every kind of constraint
    '{"ref": "17 nobody", "to_account": 3, "quantity": 1}', '{"ref": "18 to nobody", "from_account": 2, "quantity": 1}', '{"ref": "19 none", "from_account": 2, "to_account": 3}',
    '{"ref": "20 zero", "from_account": 2, "to_account": 3, "quantity": 0}', '{"ref": "21 below", "from_account": 2, "to_account": 3, "quantity": -1}',
    '{"ref": "22 itself", "from_account": 2, "to_account": 2, "quantity": 1}', '{"ref": "23 price", "from_account": 2, "to_account": 3, "quantity": 1, "price": -1}',
    '{"ref": "24 NaN", "from_account": 2, "to_account": 3, "quantity": 1, "price": "NaN"}', '{"ref": "25 listing", "from_account": 2, "to_account": 3, "quantity": 1, "mode": "listing"}',
    '{"ref": "26 contract", "from_account": 2, "to_account": 3, "quantity": 1, "mode": "green_power", "price": 1}', '{"ref": "27 proof", "from_account": 6, "to_account": 3, "quantity": 1, "mode": "allocation"}',
    '{"ref": "28 route", "from_account": 2, "to_account": 3, "quantity": 1, "route": "green_power"}', '{"ref": "29 day", "from_account": 2, "to_account": 3, "quantity": 1, "effective_on": "infinity"}',
    jsonb_build_object('ref', '30 both', 'from_account', 2, 'to_account', 3, 'certificates', pg_temp.run('02', 300, 1)::text, 'filter', '{"source": "solar"}'::jsonb),
    jsonb_build_object('ref', '31 count', 'from_account', 2, 'to_account', 3, 'certificates', pg_temp.run('02', 300, 1)::text, 'quantity', 2),
    '{"ref": "32 empty", "from_account": 2, "to_account": 3, "quantity": 1, "certificates": "{}"}',
    -- every kind of refusal
    '{"ref": "33 unknown", "from_account": 99, "to_account": 3, "quantity": 1}', '{"ref": "34 closed", "from_account": 2, "to_account": 8, "quantity": 1, "effective_on": "2025-07-01"}',
    '{"ref": "35 not open", "from_account": 2, "to_account": 3, "quantity": 1, "effective_on": "2021-12-31"}',
    jsonb_build_object('ref', '36 not held', 'from_account', 3, 'to_account', 4, 'certificates', pg_temp.run('02', 300, 1)::text),
    jsonb_build_object('ref', '37 traded', 'from_account', 3, 'to_account', 4, 'certificates', pg_temp.run('01', 61, 1)::text),
    jsonb_build_object('ref', '38 never issued', 'from_account', 2, 'to_account', 4, 'certificates', pg_temp.run('02', 501, 1)::text),
    '{"ref": "39 two runs", "from_account": 2, "to_account": 4, "certificates": "{[10000000000000002250100000000011,10000000000000002250100000000211)}"}',
    jsonb_build_object('ref', '40 not tradable', 'from_account', 1, 'to_account', 4, 'certificates', pg_temp.run('03', 1, 1, class => 'existing_hydro')::text),
    jsonb_build_object('ref', '41 class', 'from_account', 1, 'to_account', 4, 'mode', 'existing_hydro', 'certificates', pg_temp.run('06', 1, 1)::text),
    jsonb_build_object('ref', '42 route', 'from_account', 2, 'to_account', 4, 'route', 'in_province_trade', 'certificates', pg_temp.run('02', 300, 1)::text),
    jsonb_build_object('ref', '43 too early', 'from_account', 2, 'to_account', 4, 'effective_on', '2025-01-31', 'certificates', pg_temp.run('02', 300, 1)::text),
    jsonb_build_object('ref', '44 too late', 'from_account', 2, 'to_account', 4, 'effective_on', '2027-01-01', 'certificates', pg_temp.run('02', 300, 1)::text),
    jsonb_build_object('ref', '45 locked', 'from_account', 1, 'to_account', 4, 'effective_on', '2025-03-20', 'certificates', pg_temp.run('01', 1, 1)::text),
    jsonb_build_object('ref', '46 listed', 'from_account', 1, 'to_account', 4, 'certificates', pg_temp.run('01', 50, 1)::text),
    jsonb_build_object('ref', '47 subsidised', 'from_account', 1, 'to_account', 4, 'mode', 'auction', 'certificates', pg_temp.run('09', 1, 1)::text),
    '{"ref": "48 filtered", "from_account": 1, "to_account": 4, "quantity": 1, "filter": {"source": "biomass"}}',
    '{"ref": "49 project code", "from_account": 1, "to_account": 4, "quantity": 1, "filter": {"project_code": "49"}}',
    '{"ref": "50 kind", "from_account": 1, "to_account": 3, "mode": "mechanism_price", "quantity": 1}', jsonb_build_object('ref', '51 province', 'from_account', 1, 'to_account', 7, 'mode', 'mechanism_price', 'certificates', pg_temp.run('05', 1, 1, class => 'mechanism_price')::text),
    -- other good ones: what an earlier line brought, a filter, an offer, an empty filter
    '{"ref": "52 water", "from_account": 1, "to_account": 6, "mode": "existing_hydro", "quantity": 30}', '{"ref": "53 plan", "from_account": 6, "to_account": 4, "mode": "allocation", "proof": "plan", "quantity": 20}',
    '{"ref": "54 too much", "from_account": 6, "to_account": 4, "mode": "allocation", "proof": "plan", "quantity": 11}',
    '{"ref": "55 wind", "from_account": 1, "to_account": 4, "quantity": 5, "filter": {"produced_from": "2025-02-01", "source": "wind"}}',
    '{"ref": "56 offer", "from_account": 1, "to_account": 4, "quantity": 5, "pending": true}', '{"ref": "57 any", "from_account": 2, "to_account": 4, "quantity": 5, "filter": {}}',
    '{"ref": "58 green", "from_account": 2, "to_account": 4, "quantity": 5, "mode": "green_power", "contract": "K", "price": 1, "venue": "V"}',
    '{"ref": "59 roof", "from_account": 1, "to_account": 3, "quantity": 5, "mode": "self_use", "contract": "K", "proof": "P"}', '{"ref": "60 spot", "from_account": 2, "to_account": 3, "quantity": 5, "route": "spot_trade"}',
    -- orders: part, rest, nothing left, of an unknown one, no order, ended, and of the wrong parties
    '{"ref": "61 part", "order_ref": "K1", "quantity": 15, "effective_on": null, "effective_at": "2025-03-20 12:00+08"}', '{"ref": "62 rest", "order_ref": "K1", "quantity": 5, "price": 8, "effective_on": null, "effective_at": "2025-03-20 13:00+08"}',
    '{"ref": "63 nothing left", "order_ref": "K1", "quantity": 1, "effective_on": null, "effective_at": "2025-03-20 13:00+08"}', '{"ref": "64 all", "order_ref": "K2", "effective_on": null, "effective_at": "2025-03-20 13:00+08"}',
    '{"ref": "65 no order", "order_ref": "L1", "effective_on": null, "effective_at": "2025-03-20 13:00+08"}',
    '{"ref": "66 ended", "order_ref": "K3", "effective_on": null, "effective_at": "2025-03-20 13:00+08"}']::jsonb[]) AS j;
-- each line on its own, by the function for it
CREATE FUNCTION pg_temp.singly(lines transfer_line[]) RETURNS SETOF batch_outcome LANGUAGE plpgsql AS $$
DECLARE
    l transfer_line;
    o batch_outcome;
BEGIN
    o.line := 0;
    FOREACH l IN ARRAY lines LOOP
        o := (o.line + 1, l.ref, CASE WHEN EXISTS (SELECT FROM transfer WHERE ref = l.ref) THEN 'repeated' ELSE 'posted' END, NULL, NULL, NULL, NULL, NULL, NULL);
        BEGIN
            IF l.order_ref IS NULL THEN
                o.quantity := sum(t.quantity) FROM transfer_certificates(l.ref, l.from_account, l.to_account, l.quantity, coalesce(l.mode, 'bilateral'), l.certificates, l.price, l.contract, l.proof, l.venue,
                    l.route, l.effective_on, CASE WHEN NOT l.filter IS NULL THEN l.filter END, l.pending) AS t;
            ELSE
                o.quantity := sum(t.quantity) FROM settle_order(l.ref, l.order_ref, l.quantity, l.price, l.route, l.effective_at) AS t;
            END IF;
            o.document_id := (SELECT transfer_id FROM transfer WHERE ref = l.ref);
        EXCEPTION WHEN OTHERS THEN
            o.outcome := 'refused';
            o.sqlstate := SQLSTATE;
            GET STACKED DIAGNOSTICS o.reason = MESSAGE_TEXT, o.detail = PG_EXCEPTION_DETAIL, o.hint = PG_EXCEPTION_HINT;
        END;
        RETURN NEXT o;
    END LOOP;
END $$;
-- everything that a batch and single calls must have in common, without the numbers of documents
CREATE TEMP VIEW ledger AS
SELECT format('%s %s %s %s', h.last_certificate, h.certificates, h.account_id, h.state) AS what, format('%s %s %s %s %s', route, trades, (SELECT ref FROM transfer AS t WHERE t.transfer_id = h.transfer_id),
    (SELECT ref FROM hold WHERE hold_id = order_id), (SELECT ref FROM transfer AS t WHERE t.transfer_id = pending_id)) AS more FROM holding AS h
UNION ALL SELECT format('%s %s %s %s %s %s', coalesce((SELECT ref FROM transfer WHERE transfer_id = document_id AND document = 'transfer'), (SELECT ref FROM retirement WHERE retirement_id = document_id AND document = 'retirement')),
    certificates, from_account, from_state, to_account, to_state), format('%s %s', to_route, effective_on) FROM movement WHERE document IN ('transfer', 'retirement')
UNION ALL SELECT 'transfer ' || ref, (to_jsonb(t.*) - '{transfer_id,posted_at}'::text[])::text FROM transfer AS t
UNION ALL SELECT 'retirement ' || ref, (to_jsonb(r.*) - '{retirement_id,posted_at}'::text[])::text FROM retirement AS r;
\set lines '(SELECT array_agg(jsonb_populate_record(NULL::transfer_line, json) ORDER BY line) FROM file)'
-- one after the other, undone again
BEGIN;
SELECT jsonb_agg(to_jsonb(o) - 'document_id') AS single FROM pg_temp.singly(:lines) AS o \gset
SELECT jsonb_agg(l ORDER BY l) AS single_ledger FROM ledger AS l \gset
ROLLBACK;
-- a dry run, which leaves nothing behind
SELECT pg_temp.fingerprint() AS before \gset
SELECT jsonb_agg(to_jsonb(o)) AS dry FROM transfer_batch(:lines, dry_run => true) AS o \gset
SELECT pg_temp.fingerprint() = :'before' AS nothing_left_behind, count(*) AS lines, count(*) FILTER (WHERE outcome = 'posted' AND document_id IS NULL) AS would_be_posted, count(document_id) AS numbered_by_the_first_call
FROM jsonb_populate_recordset(NULL::batch_outcome, :'dry');
-- the batch
CREATE TEMP TABLE outcome AS SELECT * FROM transfer_batch(:lines);
SELECT line, ref, outcome, quantity, sqlstate, reason FROM outcome ORDER BY line;
SELECT line, detail, hint FROM outcome WHERE sqlstate LIKE 'LC%' AND line < 36 OR line IN (15, 20, 49) ORDER BY line;
-- posted lines have the number of their document, repeated ones that of the first
SELECT count(*) AS posted, bool_and(o.document_id = t.transfer_id) AS numbered, bool_and(o.quantity = t.quantity) AS counted FROM outcome AS o LEFT JOIN transfer AS t USING (ref) WHERE o.outcome <> 'refused';
-- no difference, but for what PostgreSQL says of a row, and the lines that the dry run could not number
SELECT line, o.outcome, s.outcome, o.quantity, s.quantity, o.sqlstate, s.sqlstate, o.reason, s.reason FROM outcome AS o FULL JOIN jsonb_populate_recordset(NULL::batch_outcome, :'single') AS s USING (line)
WHERE (o.ref, o.outcome, o.quantity, o.sqlstate, o.reason) IS DISTINCT FROM (s.ref, s.outcome, s.quantity, s.sqlstate, s.reason)
    OR o.sqlstate LIKE 'LC%' AND o.sqlstate <> 'LC012' AND (o.detail, o.hint) IS DISTINCT FROM (s.detail, s.hint);
SELECT line FROM outcome AS o FULL JOIN jsonb_populate_recordset(NULL::batch_outcome, :'dry') AS s USING (line)
WHERE (o.ref, o.outcome, o.quantity, o.sqlstate, o.reason, o.detail, o.hint) IS DISTINCT FROM (s.ref, s.outcome, s.quantity, s.sqlstate, s.reason, s.detail, s.hint);
SELECT (SELECT count(*) FROM (TABLE ledger EXCEPT ALL SELECT * FROM jsonb_populate_recordset(NULL::ledger, :'single_ledger')) AS d) AS only_batch,
       (SELECT count(*) FROM (SELECT * FROM jsonb_populate_recordset(NULL::ledger, :'single_ledger') EXCEPT ALL TABLE ledger) AS d) AS only_single;
SELECT * FROM verify();
-- repeated as a whole: what was posted is repeated, nothing is posted again; what was refused for want of its reference is refused for it
SELECT pg_temp.fingerprint() AS before \gset
CREATE TEMP TABLE again AS SELECT * FROM transfer_batch(:lines);
SELECT o.outcome, a.outcome AS again, count(*), bool_and(o.document_id IS NOT DISTINCT FROM a.document_id AND o.quantity IS NOT DISTINCT FROM a.quantity) AS same FROM outcome AS o JOIN again AS a USING (line) GROUP BY 1, 2 ORDER BY 1, 2;
SELECT line, o.ref, o.sqlstate, a.sqlstate AS again FROM outcome AS o JOIN again AS a USING (line) WHERE o.sqlstate IS DISTINCT FROM a.sqlstate ORDER BY line;
SELECT pg_temp.fingerprint() = :'before' AS nothing_posted_again;

--
-- Lines and arrays that are empty
--
SELECT * FROM transfer_batch(NULL);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM retire_batch(NULL, true);
\echo :LAST_ERROR_SQLSTATE
SELECT * FROM transfer_batch('{}');
SELECT * FROM retire_batch('{}');
SELECT line, ref, outcome, quantity, sqlstate, reason FROM transfer_batch(ARRAY[NULL, jsonb_populate_record(NULL::transfer_line, '{"ref": "E1", "from_account": 2, "to_account": 3, "quantity": 1, "effective_on": "2025-03-21"}'), NULL,
    jsonb_populate_record(NULL::transfer_line, '{}')]);
SELECT line, ref, outcome, quantity, sqlstate, reason FROM retire_batch(ARRAY[NULL]::retirement_line[]);
-- an order that does not exist
SELECT line, ref, outcome, sqlstate FROM transfer_batch(ARRAY[jsonb_populate_record(NULL::transfer_line, '{"ref": "E2", "order_ref": "no such", "effective_on": "2025-03-21"}'),
    jsonb_populate_record(NULL::transfer_line, '{"ref": "E3", "order_ref": "K1", "from_account": 2, "quantity": 1, "effective_on": "2025-03-21"}')]);
-- one reference many times
SELECT line, outcome, quantity, sqlstate FROM transfer_batch((SELECT array_agg(jsonb_populate_record(NULL::transfer_line, format('{"ref": "same", "from_account": 2, "to_account": 3, "quantity": %s, "effective_on": "2025-03-21"}', CASE n WHEN 4 THEN 3 ELSE 2 END)::jsonb) ORDER BY n)
    FROM generate_series(1, 7) AS n));
SELECT count(*) FROM transfer WHERE ref = 'same';

--
-- A trigger of the user's own that refuses a row: the others are posted
--
CREATE FUNCTION pg_temp.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.ref LIKE '%2' THEN
        RAISE EXCEPTION 'not %', NEW.ref USING DETAIL = 'It ends in 2.', HINT = 'Count on.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER refuse BEFORE INSERT ON transfer FOR EACH ROW EXECUTE FUNCTION pg_temp.refuse();
SELECT line, ref, outcome, quantity, sqlstate, reason, detail, hint FROM transfer_batch((SELECT array_agg(jsonb_populate_record(NULL::transfer_line,
    format('{"ref": "own %s", "from_account": 2, "to_account": 3, "quantity": %s, "effective_on": "2025-03-21"}', n, CASE n WHEN 4 THEN 1000000 ELSE n END)::jsonb) ORDER BY n) FROM generate_series(1, 5) AS n));
SELECT t.ref, sum(quantity(m.certificates)) FROM transfer AS t JOIN movement AS m ON m.document = 'transfer' AND m.document_id = t.transfer_id WHERE t.ref LIKE 'own %' GROUP BY 1 ORDER BY 1;
DROP TRIGGER refuse ON transfer;
-- a trigger that changes a row: what it makes of the line is posted, as by a single call
CREATE FUNCTION pg_temp.change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.quantity := NEW.quantity + 1;
    NEW.venue := 'changed';
    RETURN NEW;
END $$;
CREATE TRIGGER change BEFORE INSERT ON transfer FOR EACH ROW EXECUTE FUNCTION pg_temp.change();
BEGIN;
SELECT quantity FROM transfer_certificates('change 0', 2, 3, 5, effective_on => '2025-03-21');
SELECT line, ref, outcome, sqlstate FROM transfer_batch((SELECT array_agg(jsonb_populate_record(NULL::transfer_line,
    format('{"ref": "change %s", "from_account": 2, "to_account": 3, "quantity": %s, "effective_on": "2025-03-21"}', n, n)::jsonb) ORDER BY n) FROM generate_series(1, 3) AS n));
SELECT t.ref, t.quantity, t.venue, sum(quantity(m.certificates)) AS moved FROM transfer AS t JOIN movement AS m ON m.document = 'transfer' AND m.document_id = t.transfer_id WHERE t.ref LIKE 'change %' GROUP BY 1, 2, 3 ORDER BY 1;
SELECT * FROM verify();
ROLLBACK;
DROP TRIGGER change ON transfer;
-- an error that is not about a line ends the call
CREATE FUNCTION pg_temp.give_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'out of order' USING ERRCODE = 'object_not_in_prerequisite_state';
END $$;
CREATE TRIGGER give_up BEFORE INSERT ON transfer FOR EACH ROW EXECUTE FUNCTION pg_temp.give_up();
SELECT pg_temp.fingerprint() AS before \gset
SELECT line, outcome FROM transfer_batch((SELECT array_agg(jsonb_populate_record(NULL::transfer_line,
    format('{"ref": "give up %s", "from_account": 2, "to_account": 3, "quantity": 1, "effective_on": "2025-03-21"}', n)::jsonb) ORDER BY n) FROM generate_series(1, 3) AS n));
\echo :LAST_ERROR_SQLSTATE
SELECT pg_temp.fingerprint() = :'before' AS nothing_left_behind;
DROP TRIGGER give_up ON transfer;

--
-- More lines than are posted at a time, some of which are refused
--
BEGIN;
INSERT INTO generation VALUES ('10000000000000002', '2025-03-01', 'on_grid', '20000 MWh');
SELECT certificates FROM issue('2025-03-01', 'I 2025-03', '2025-04-10');
CREATE TEMP TABLE many ON COMMIT DROP AS SELECT * FROM transfer_batch((SELECT array_agg(jsonb_populate_record(NULL::transfer_line,
    format('{"ref": "many %s", "from_account": %s, "to_account": 3, "quantity": %s, "price": %s, "effective_on": "2025-04-11"}', n, CASE WHEN n % 11 = 0 THEN 99 ELSE 2 END, CASE WHEN n % 7 = 0 THEN 1000000 ELSE 1 + n % 3 END,
        CASE WHEN n % 13 = 0 THEN -1 ELSE 1 END)::jsonb) ORDER BY n) FROM generate_series(1, 6000) AS n));
SELECT outcome, sqlstate, count(*), sum(quantity) FROM many GROUP BY 1, 2 ORDER BY 1, 2;
SELECT bool_and(m.outcome = CASE WHEN m.line % 11 = 0 OR m.line % 7 = 0 OR m.line % 13 = 0 THEN 'refused' ELSE 'posted' END) AS as_expected,
       sum(m.quantity) = (SELECT sum(quantity(v.certificates)) FROM movement AS v JOIN transfer AS t ON v.document = 'transfer' AND v.document_id = t.transfer_id WHERE t.ref LIKE 'many %') AS moved FROM many AS m;
-- by name: neighbours that overlap
SELECT outcome, sqlstate, count(*), sum(quantity) FROM transfer_batch((SELECT array_agg(jsonb_populate_record(NULL::transfer_line,
    format('{"ref": "name %s", "from_account": 2, "to_account": 4, "effective_on": "2025-04-11"}', n)::jsonb || jsonb_build_object('certificates', pg_temp.run('02', 12000 + n, 2, '2025-03-01')::text)) ORDER BY n) FROM generate_series(1, 5000) AS n)) GROUP BY 1, 2 ORDER BY 1, 2;
SELECT * FROM verify();
ROLLBACK;

--
-- Retirements, the same way
--
CREATE FUNCTION pg_temp.singly(lines retirement_line[]) RETURNS SETOF batch_outcome LANGUAGE plpgsql AS $$
DECLARE
    l retirement_line;
    o batch_outcome;
BEGIN
    o.line := 0;
    FOREACH l IN ARRAY lines LOOP
        o := (o.line + 1, l.ref, CASE WHEN EXISTS (SELECT FROM retirement WHERE ref = l.ref) THEN 'repeated' ELSE 'posted' END, NULL, NULL, NULL, NULL, NULL, NULL);
        BEGIN
            o.quantity := sum(r.quantity) FROM retire(l.ref, l.account_id, l.consumption_year, l.quantity, coalesce(l.regime, 'mandatory'), l.certificates, l.beneficiary, l.region, l.purpose, l.grid_account, l.effective_on,
                CASE WHEN NOT l.filter IS NULL THEN l.filter END, l.consumed_from, l.consumed_to) AS r;
        EXCEPTION WHEN OTHERS THEN
            o.outcome := 'refused';
            o.sqlstate := SQLSTATE;
            GET STACKED DIAGNOSTICS o.reason = MESSAGE_TEXT, o.detail = PG_EXCEPTION_DETAIL, o.hint = PG_EXCEPTION_HINT;
        END;
        RETURN NEXT o;
    END LOOP;
END $$;
-- account 3 draws 120 MWh in 2025; from April on claims beyond that, or beyond the pool of the province, are rejected, and a year is closed after 15 months
INSERT INTO published_cap (year, kind, region, cap) VALUES (2025, 'in_province_pool', '500000', '1 GWh'), (2024, 'in_province_pool', '500000', '1 GWh');
INSERT INTO grid_draw (account_id, region, month, energy) VALUES (3, '500100', '2025-01-01', '120 MWh');
INSERT INTO rule (name, effective_from, value, description, source, status) VALUES
    ('excess_policy', '2025-04-01', 'reject', 'a test', 'a test', 'default'), ('retire_by', '2025-04-01', '3 months', 'a test', 'a test', 'default'), ('vintage_check_from', '2025-04-01', '2025', 'a test', 'a test', 'default');
SELECT sum(quantity) FROM transfer_certificates('stock', 1, 3, certificates => pg_temp.run('01', 301, 300, '2025-02-01') + pg_temp.run('01', 16, 30, '2024-06-01'), effective_on => '2025-03-25');
SELECT sum(quantity) FROM retire('old', 3, 2025, certificates => pg_temp.run('01', 301, 20, '2025-02-01'), effective_on => '2025-04-01');
TRUNCATE file RESTART IDENTITY;
INSERT INTO file (json)
SELECT '{"effective_on": "2025-04-02"}' || j FROM unnest(ARRAY[
    jsonb_build_object('ref', '01 named', 'account_id', 3, 'consumption_year', 2025, 'certificates', pg_temp.run('01', 321, 50, '2025-02-01')::text),
    jsonb_build_object('ref', '02 above the cap', 'account_id', 3, 'consumption_year', 2025, 'certificates', pg_temp.run('01', 371, 51, '2025-02-01')::text),
    jsonb_build_object('ref', '03 overlaps 01', 'account_id', 3, 'consumption_year', 2025, 'certificates', pg_temp.run('01', 370, 2, '2025-02-01')::text),
    jsonb_build_object('ref', '04 to the brim', 'account_id', 3, 'consumption_year', 2025, 'certificates', pg_temp.run('01', 371, 50, '2025-02-01')::text),
    jsonb_build_object('ref', '05 one too many', 'account_id', 3, 'consumption_year', 2025, 'certificates', pg_temp.run('01', 421, 1, '2025-02-01')::text),
    jsonb_build_object('ref', '06 voluntary', 'account_id', 3, 'consumption_year', 2030, 'regime', 'voluntary', 'certificates', pg_temp.run('01', 421, 5, '2025-02-01')::text, 'purpose', 'a fair'),
    jsonb_build_object('ref', 'old', 'account_id', 3, 'consumption_year', 2025, 'certificates', pg_temp.run('01', 301, 20, '2025-02-01')::text, 'effective_on', NULL),
    '{"ref": "old", "account_id": 3, "consumption_year": 2025, "quantity": 20}', '{"ref": "09 vintage", "account_id": 2, "consumption_year": 2026, "quantity": 1}', '{"ref": "10 too late", "account_id": 3, "consumption_year": 2024, "quantity": 1}',
    '{"ref": "11 in time", "account_id": 3, "consumption_year": 2024, "quantity": 1, "effective_on": "2025-03-31"}', '{"ref": "12 own", "account_id": 2, "consumption_year": 2025, "quantity": 5, "filter": {"project_code": "10000000000000008"}}',
    '{"ref": "13 for 4", "account_id": 2, "consumption_year": 2025, "quantity": 5, "beneficiary": 4, "consumed_from": "2025-01-01", "consumed_to": "2025-03-31", "grid_account": "5100012345678"}',
    '{"ref": "13 for 4", "account_id": 2, "consumption_year": 2025, "quantity": 5, "beneficiary": 4, "consumed_from": "2025-01-01", "consumed_to": "2025-03-31", "grid_account": "5100012345678", "region": "510100"}',
    '{"ref": "13 for 4", "account_id": 2, "consumption_year": 2025, "quantity": 5, "beneficiary": 4, "consumed_from": "2025-01-01", "consumed_to": "2025-03-30", "grid_account": "5100012345678"}',
    '{"ref": "16 elsewhere", "account_id": 2, "consumption_year": 2025, "quantity": 5, "region": "650200"}', '{"ref": "17 nobody", "account_id": 99, "consumption_year": 2025, "quantity": 5}', '{"ref": "18 for nobody", "account_id": 2, "consumption_year": 2025, "quantity": 5, "beneficiary": 99}',
    '{"ref": "19 no year", "account_id": 2, "quantity": 5}', '{"ref": "20 no such year", "account_id": 2, "consumption_year": 1999, "quantity": 5}', '{"ref": "21 days of another year", "account_id": 2, "consumption_year": 2025, "quantity": 5, "consumed_from": "2024-12-31", "consumed_to": "2025-01-31"}',
    '{"ref": "22 half a period", "account_id": 2, "consumption_year": 2025, "quantity": 5, "consumed_from": "2025-01-01"}', '{"ref": "23 grid account", "account_id": 2, "consumption_year": 2025, "quantity": 5, "grid_account": "5"}',
    '{"ref": "24 the nation", "account_id": 2, "consumption_year": 2025, "quantity": 5, "region": "000000"}', '{"ref": "25 too many", "account_id": 2, "consumption_year": 2025, "quantity": 5000}', '{"ref": "26 zero", "account_id": 2, "consumption_year": 2025, "quantity": 0}',
    '{"ref": "27 beneficiary 0", "account_id": 2, "consumption_year": 2025, "quantity": 5, "beneficiary": 0, "region": "500100"}', '{"account_id": 2, "consumption_year": 2025, "quantity": 5}', '{"ref": "29 last", "account_id": 2, "consumption_year": 2025, "quantity": 5}']::jsonb[]) AS j;
\set lines '(SELECT array_agg(jsonb_populate_record(NULL::retirement_line, json) ORDER BY line) FROM file)'
BEGIN;
SELECT jsonb_agg(to_jsonb(o) - 'document_id') AS single FROM pg_temp.singly(:lines) AS o \gset
SELECT jsonb_agg(l ORDER BY l) AS single_ledger, (SELECT jsonb_agg(c ORDER BY c) FROM (SELECT to_jsonb(t) FROM claim_total AS t UNION ALL SELECT to_jsonb(p) FROM claim_pool AS p UNION ALL SELECT to_jsonb(g) FROM claim_gate AS g) AS c(c)) AS single_claims FROM ledger AS l \gset
ROLLBACK;
SELECT pg_temp.fingerprint() AS before \gset
SELECT jsonb_agg(to_jsonb(o)) AS dry FROM retire_batch(:lines, true) AS o \gset
SELECT pg_temp.fingerprint() = :'before' AS nothing_left_behind;
DROP TABLE outcome, again;
CREATE TEMP TABLE outcome AS SELECT * FROM retire_batch(:lines);
SELECT line, ref, outcome, quantity, sqlstate, reason FROM outcome ORDER BY line;
-- LC036 and LC035 in full
SELECT detail, hint FROM outcome WHERE line IN (2, 10) ORDER BY line;
SELECT line, o.outcome, s.outcome, o.quantity, s.quantity, o.sqlstate, s.sqlstate, o.reason, s.reason FROM outcome AS o FULL JOIN jsonb_populate_recordset(NULL::batch_outcome, :'single') AS s USING (line)
WHERE (o.ref, o.outcome, o.quantity, o.sqlstate, o.reason) IS DISTINCT FROM (s.ref, s.outcome, s.quantity, s.sqlstate, s.reason)
    OR o.sqlstate LIKE 'LC%' AND o.sqlstate NOT IN ('LC012', 'LC015') AND (o.detail, o.hint) IS DISTINCT FROM (s.detail, s.hint);
SELECT line FROM outcome AS o FULL JOIN jsonb_populate_recordset(NULL::batch_outcome, :'dry') AS s USING (line)
WHERE (o.ref, o.outcome, o.quantity, o.sqlstate, o.reason, o.detail, o.hint) IS DISTINCT FROM (s.ref, s.outcome, s.quantity, s.sqlstate, s.reason, s.detail, s.hint);
SELECT (SELECT count(*) FROM (TABLE ledger EXCEPT ALL SELECT * FROM jsonb_populate_recordset(NULL::ledger, :'single_ledger')) AS d) AS only_batch,
       (SELECT count(*) FROM (SELECT * FROM jsonb_populate_recordset(NULL::ledger, :'single_ledger') EXCEPT ALL TABLE ledger) AS d) AS only_single,
       (SELECT jsonb_agg(c ORDER BY c) FROM (SELECT to_jsonb(t) FROM claim_total AS t UNION ALL SELECT to_jsonb(p) FROM claim_pool AS p UNION ALL SELECT to_jsonb(g) FROM claim_gate AS g) AS c(c)) = :'single_claims' AS same_claims;
SELECT r.ref, r.account_id, r.beneficiary, r.region, r.consumed_from, r.consumed_to FROM retirement AS r WHERE r.ref LIKE '1%' ORDER BY r.ref;
SELECT pg_temp.fingerprint() AS before \gset
SELECT a.outcome AS again, count(*), bool_and(o.document_id IS NOT DISTINCT FROM a.document_id) AS same FROM outcome AS o JOIN retire_batch(:lines) AS a USING (line) GROUP BY 1 ORDER BY 1;
SELECT pg_temp.fingerprint() = :'before' AS nothing_posted_again;
SELECT * FROM verify();

--
-- Rights: who may insert the documents
--
CREATE ROLE certledger_test_batch;
GRANT USAGE ON SCHEMA certledger TO certledger_test_batch;
SET ROLE certledger_test_batch;
SELECT * FROM transfer_batch('{}');
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;
GRANT EXECUTE ON FUNCTION transfer_batch, retire_batch TO certledger_test_batch;
\set good 'ARRAY[jsonb_populate_record(NULL::transfer_line, \'{"ref": "right", "from_account": 2, "to_account": 3, "quantity": 1, "effective_on": "2025-03-21"}\')]'
\set bad 'ARRAY[jsonb_populate_record(NULL::transfer_line, \'{"ref": "wrong", "from_account": 2, "to_account": 3, "quantity": 1000000, "effective_on": "2025-03-21"}\')]'
SET ROLE certledger_test_batch;
SELECT outcome FROM transfer_batch(:good);
\echo :LAST_ERROR_SQLSTATE
SELECT outcome FROM transfer_batch(:good, true);
\echo :LAST_ERROR_SQLSTATE
-- nor is anybody told about holdings who may not post
SELECT outcome FROM transfer_batch(:bad);
\echo :LAST_ERROR_SQLSTATE
SELECT outcome FROM retire_batch(ARRAY[jsonb_populate_record(NULL::retirement_line, '{"ref": "wrong", "account_id": 2, "consumption_year": 2025, "quantity": 1000000, "effective_on": "2025-03-21"}')]);
\echo :LAST_ERROR_SQLSTATE
RESET ROLE;
GRANT SELECT, INSERT ON transfer TO certledger_test_batch;
SET ROLE certledger_test_batch;
SELECT outcome, quantity FROM transfer_batch(:good);
SELECT outcome, quantity FROM transfer_batch(:good);
SELECT outcome, sqlstate FROM transfer_batch(:bad);
RESET ROLE;
SELECT posted_by = session_user AS by_login FROM transfer WHERE ref = 'right';
DROP OWNED BY certledger_test_batch;
DROP ROLE certledger_test_batch;
SELECT sum(quantity(certificates)) = (SELECT sum(quantity) FROM issuance_line) AS all_there FROM holding;
SELECT * FROM verify();

SET client_min_messages = warning;
DROP EXTENSION certledger CASCADE;
DROP SCHEMA certledger CASCADE;
