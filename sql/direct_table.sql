-- direct_table: postings read and write the ledger's tables directly, and by
-- statements where an owner added what only the executor sees to.  Both ways
-- post the same, and what an owner changes holds from the next statement on.
\getenv abs_srcdir PG_ABS_SRCDIR
\set fixture :abs_srcdir '/test/fixture/market.sql'

-- what is kept while the extension comes and goes
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS direct CASCADE;
RESET client_min_messages;
CREATE SCHEMA direct;
CREATE TABLE direct.step (n serial, call text);
CREATE TABLE direct.outcome (run text, n int, code text, outcome jsonb);
CREATE TABLE direct.contents (run text, name text, content jsonb);
CREATE TABLE direct.written (name text, directly boolean);
-- one document, and what became of it
CREATE FUNCTION direct.post(run text, n int, call text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    code text := '00000';
    outcome jsonb;
BEGIN
    BEGIN
        EXECUTE format('WITH x AS (%s) SELECT jsonb_agg(to_jsonb(x)) FROM x', call) INTO outcome;
    EXCEPTION WHEN OTHERS THEN
        code := SQLSTATE;
        outcome := to_jsonb(SQLERRM);
    END;
    INSERT INTO direct.outcome VALUES (run, n, code, outcome);
END $$;
-- all of them, each in a transaction of its own, and what the ledger has then
CREATE PROCEDURE direct.play(run text) LANGUAGE plpgsql AS $$
DECLARE
    step direct.step;
    name text;
BEGIN
    FOR step IN SELECT * FROM direct.step ORDER BY n LOOP
        PERFORM direct.post(run, step.n, step.call);
        COMMIT;
    END LOOP;
    FOREACH name IN ARRAY '{holding,movement,transfer,retirement,hold,response,expiry}'::text[] LOOP
        EXECUTE format('INSERT INTO direct.contents SELECT %L, %L, to_jsonb(x) - ''posted_at'' FROM certledger.%I AS x', run, name, name);
    END LOOP;
END $$;
-- a constraint that is always met, and tells how its row is written: a
-- statement of the ledger stands in the context, or does not
CREATE FUNCTION direct.witness(name text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    context text;
BEGIN
    GET DIAGNOSTICS context = PG_CONTEXT;
    INSERT INTO direct.written VALUES (name, context !~ format('"[^"]*(INSERT INTO|UPDATE) (certledger\.)?%s ', name));
    IF current_setting('direct.fails', true) = name THEN
        RAISE 'no row of % today', name;
    ELSIF current_setting('direct.posts', true) = name THEN
        PERFORM set_config('direct.posts', '', false);
        PERFORM certledger.transfer_certificates('posted by ' || name, 2, 4, 3, effective_on => '2025-03-20');
    END IF;
    RETURN true;
END $$;
-- how rows were written since the last call
CREATE FUNCTION direct.how() RETURNS TABLE (name text, directly bigint, by_statement bigint) LANGUAGE sql AS $$
WITH w AS (DELETE FROM direct.written RETURNING *)
SELECT name, count(*) FILTER (WHERE directly), count(*) FILTER (WHERE NOT directly) FROM w GROUP BY name ORDER BY name $$;

INSERT INTO direct.step (call) VALUES
    -- oldest first, and named: with quantity, without, ranges of several runs, the ends of a run
    ($$SELECT * FROM transfer_certificates('T1', 1, 3, 120, price => 5.5, venue => '北京电力交易中心', effective_on => '2025-03-20')$$),
    ($$SELECT * FROM transfer_certificates('T2', 2, 4, 25, certificates => pg_temp.run('02', 11, 25), effective_on => '2025-03-20')$$),
    ($$SELECT * FROM transfer_certificates('T3', 2, 4, certificates => pg_temp.run('02', 101, 7), effective_on => '2025-03-20')$$),
    ($$SELECT * FROM transfer_certificates('T4', 2, 3, 31, certificates => pg_temp.run('02', 201, 10) + pg_temp.run('02', 301, 11) + pg_temp.run('08', 1, 10), effective_on => '2025-03-20')$$),
    ($$SELECT * FROM transfer_certificates('T5', 2, 3, 10, certificates => pg_temp.run('08', 61, 10), effective_on => '2025-03-20')$$),
    ($$SELECT * FROM transfer_certificates('T6', 2, 3, 5, filter => jsonb_populate_record(NULL::certificate_filter, '{"source": "solar"}'), effective_on => '2025-03-20')$$),
    ($$SELECT * FROM transfer_certificates('T7', 1, 3, 40, 'self_use', contract => 'C', proof => (SELECT string_agg(md5(i::text), '') FROM generate_series(1, 2000) AS i), effective_on => '2025-03-20')$$),
    -- the same again, and with other content
    ($$SELECT * FROM transfer_certificates('T1', 1, 3, 120, price => 5.5, venue => '北京电力交易中心', effective_on => '2025-03-20')$$),
    ($$SELECT * FROM transfer_certificates('T1', 1, 3, 121, price => 5.5, venue => '北京电力交易中心', effective_on => '2025-03-20')$$),
    ($$SELECT (transfer_certificates('T8', 1, 4, 1, effective_on => '2025-03-20')).quantity FROM generate_series(1, 3)$$),
    -- refused by the ledger and by constraints
    ($$SELECT * FROM transfer_certificates('N1', 1, 3, 1000000, effective_on => '2025-03-20')$$),
    ($$SELECT * FROM transfer_certificates('N2', 1, 3, 10, certificates => pg_temp.run('02', 401, 10), effective_on => '2025-03-20')$$),
    ($$SELECT * FROM transfer_certificates(NULL, 1, 3, 1, effective_on => '2025-03-20')$$),
    ($$SELECT * FROM transfer_certificates('N3', 1, 3, 0, effective_on => '2025-03-20')$$),
    ($$SELECT * FROM transfer_certificates('N4', 1, 1, 1, effective_on => '2025-03-20')$$),
    ($$SELECT * FROM transfer_certificates('N5', 1, 99, 1, effective_on => '2025-03-20')$$),
    ($$SELECT * FROM transfer_certificates('N6', 1, 8, 1, effective_on => '2025-07-01')$$),
    ($$SELECT * FROM transfer_certificates('N7', 1, 3, 2, certificates => pg_temp.run('01', 1, 3), effective_on => '2025-03-20')$$),
    ($$SELECT * FROM transfer_certificates('N8', 1, 3, 2, price => -1, effective_on => '2025-03-20')$$),
    ($$SELECT * FROM transfer_certificates('N9', NULL, 3, 2, effective_on => '2025-03-20')$$),
    -- by INSERT: several rows, a row that is refused, a reference that is used
    ($$INSERT INTO transfer (ref, mode, from_account, to_account, quantity, effective_on) VALUES ('D1', 'bilateral', 1, 3, 2, '2025-03-20'), ('D2', 'auction', 1, 4, 3, '2025-03-20'), ('D3', 'bilateral', 2, 4, 4, '2025-03-20') RETURNING ref, transfer_id$$),
    ($$INSERT INTO transfer (ref, mode, from_account, to_account, quantity, effective_on) VALUES ('D4', 'bilateral', 1, 3, 2, '2025-03-20'), ('D5', 'auction', 1, 4, 30000, '2025-03-20') RETURNING ref, transfer_id$$),
    ($$INSERT INTO transfer (ref, mode, from_account, to_account, quantity, effective_on) VALUES ('T1', 'bilateral', 1, 3, 2, '2025-03-20') RETURNING ref, transfer_id$$),
    ($$SELECT * FROM transfer_certificates('D1', 1, 3, 2, effective_on => '2025-03-20')$$),
    -- offered and answered
    ($$SELECT * FROM transfer_certificates('P1', 1, 4, 9, pending => true, effective_on => '2025-03-20')$$),
    ($$SELECT * FROM transfer_certificates('P2', 1, 4, 8, pending => true, effective_on => '2025-03-20')$$),
    ($$SELECT * FROM accept_transfer('A1', 'P1', effective_on => '2025-03-21')$$),
    ($$SELECT * FROM reject_transfer('A2', 'P2', effective_on => '2025-03-21')$$),
    -- on sale: locked and delivered in parts, given back, and an order that ends while nobody looks
    ($$SELECT * FROM list_certificates('L1', 1, 60, effective_at => '2025-03-20 10:00')$$),
    ($$SELECT * FROM list_certificates('L2', 1, certificates => pg_temp.run('01', 901, 20, '2025-02-01'), effective_at => '2025-03-20 10:00')$$),
    ($$SELECT * FROM lock_order('O1', 1, 3, 'V', 20, price => 3, effective_at => '2025-03-20 11:00', ends_at => '2025-03-20 12:00')$$),
    ($$SELECT * FROM settle_order('S1', 'O1', 7, effective_at => '2025-03-20 11:30')$$),
    ($$SELECT * FROM lock_order('O2', 1, 4, 'V', 70, effective_at => '2025-03-20 13:00', ends_at => '2025-03-20 14:00')$$),
    ($$SELECT * FROM settle_order('S2', 'O2', effective_at => '2025-03-20 14:30')$$),
    ($$SELECT * FROM settle_order('S3', 'O2', effective_at => '2025-03-20 13:30')$$),
    ($$SELECT * FROM delist('L3', 1, 2, effective_at => '2025-03-20 15:00')$$),
    -- frozen and not
    ($$SELECT * FROM freeze('F1', 2, 'dispute', 'P', 20, effective_at => '2025-03-20 16:00')$$),
    ($$SELECT * FROM unfreeze('F2', 'F1', 'P', 5, effective_at => '2025-03-20 17:00')$$),
    -- retired
    ($$SELECT * FROM retire('R1', 3, 2025, 40, effective_on => '2025-03-25')$$),
    ($$SELECT * FROM retire('R2', 4, 2025, certificates => pg_temp.run('02', 13, 5), effective_on => '2025-03-25')$$),
    ($$SELECT * FROM retire('R2', 4, 2025, certificates => pg_temp.run('02', 13, 5), effective_on => '2025-03-25')$$),
    ($$SELECT * FROM retire('R3', 3, 2024, 1, effective_on => '2025-03-25')$$),
    -- a batch with lines that are refused and references that repeat
    ($$SELECT * FROM transfer_batch(ARRAY(SELECT jsonb_populate_record(NULL::transfer_line, l || '{"effective_on": "2025-03-26"}') FROM jsonb_array_elements('[{"ref": "B1", "from_account": 1, "to_account": 3, "quantity": 2}, {"ref": "B2", "from_account": 1, "to_account": 3, "quantity": 20000}, {"ref": "B1", "from_account": 1, "to_account": 3, "quantity": 2}, {"ref": "T1", "from_account": 1, "to_account": 3, "quantity": 2}, {"ref": "B3", "from_account": 2, "to_account": 99, "quantity": 2}, {"ref": "B4", "from_account": 2, "to_account": 4, "quantity": 6}]') AS l))$$),
    -- what would happen
    ($$SELECT * FROM transfer_certificates('Y1', 1, 3, 17, effective_on => '2025-03-27', dry_run => true)$$),
    ($$SELECT * FROM transfer_certificates('Y2', 1, 3, 17000, effective_on => '2025-03-27', dry_run => true)$$),
    ($$SELECT * FROM retire('Y3', 3, 2025, 2, effective_on => '2025-03-27', dry_run => true)$$),
    -- many documents of one statement, more rows than are written together
    ($$INSERT INTO transfer (ref, mode, from_account, to_account, quantity, effective_on) SELECT 'M' || i, 'bilateral', 1, 3 + i % 2, 1, '2025-03-28' FROM generate_series(1, 300) AS i RETURNING ref$$),
    -- expiries have statements of their own
    ($$SELECT * FROM expire('2026-08-01', 'E1')$$);

--
-- Once as laid out, once with an owner's triggers that do nothing, and once
-- as laid out but for the witness, in one session
--
\set ECHO none
\o /dev/null
\i :fixture
\o
\set ECHO all
CALL direct.play('as laid out');
SELECT * FROM verify();
SELECT n, code, CASE WHEN code = '00000' THEN jsonb_array_length(outcome)::text ELSE outcome #>> '{}' END AS rows
FROM direct.outcome WHERE run = 'as laid out' ORDER BY n;

\set ECHO none
\o /dev/null
\i :fixture
\o
\set ECHO all
CREATE FUNCTION direct.nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER nothing BEFORE INSERT OR UPDATE ON holding FOR EACH ROW EXECUTE FUNCTION direct.nothing();
CREATE TRIGGER nothing BEFORE INSERT ON movement FOR EACH ROW EXECUTE FUNCTION direct.nothing();
CREATE TRIGGER nothing BEFORE INSERT ON transfer FOR EACH ROW EXECUTE FUNCTION direct.nothing();
ALTER TABLE holding ADD CONSTRAINT witness CHECK (direct.witness('holding')) NOT VALID;
ALTER TABLE movement ADD CONSTRAINT witness CHECK (direct.witness('movement')) NOT VALID;
ALTER TABLE transfer ADD CONSTRAINT witness CHECK (direct.witness('transfer')) NOT VALID;
CALL direct.play('with triggers');
-- a batch checks constraints of its lines before it inserts them
SELECT name, by_statement > 0 AS by_statement, directly FROM direct.how();
SELECT * FROM verify();

\set ECHO none
\o /dev/null
\i :fixture
\o
\set ECHO all
ALTER TABLE holding ADD CONSTRAINT witness CHECK (direct.witness('holding')) NOT VALID;
ALTER TABLE movement ADD CONSTRAINT witness CHECK (direct.witness('movement')) NOT VALID;
ALTER TABLE transfer ADD CONSTRAINT witness CHECK (direct.witness('transfer')) NOT VALID;
CALL direct.play('with witness');
-- by statement: rows of transfer that somebody inserted, that a settlement or a call without quantity did, and the expiry
SELECT name, directly > 0 AS directly, by_statement FROM direct.how();
SELECT * FROM verify();

-- the same outcomes, and the same rows under the same numbers
SELECT run, count(*) AS steps, count(*) FILTER (WHERE (code, outcome) IS DISTINCT FROM
    (SELECT (f.code, f.outcome) FROM direct.outcome AS f WHERE f.run = 'as laid out' AND f.n = o.n)) AS different
FROM direct.outcome AS o GROUP BY run ORDER BY run;
SELECT run, name, count(*), count(DISTINCT content) AS "distinct",
       (SELECT count(*) FROM (SELECT content FROM direct.contents AS a WHERE (a.run, a.name) = (c.run, c.name)
                              EXCEPT SELECT content FROM direct.contents AS b WHERE b.run = 'as laid out' AND b.name = c.name) AS d) AS different
FROM direct.contents AS c GROUP BY run, name ORDER BY name, run;

--
-- What is changed holds for the next statement
--
\set SHOW_CONTEXT never
\set VERBOSITY terse
CREATE SEQUENCE direct.ref;
CREATE FUNCTION pg_temp.sell(buyer bigint DEFAULT 3, quantity bigint DEFAULT 1, price numeric DEFAULT 1) RETURNS bigint LANGUAGE sql AS $$
SELECT sum(t.quantity) FROM transfer_certificates('sold ' || nextval('direct.ref'), 1, buyer, $2, price => $3, effective_on => '2025-03-29') AS t $$;
SELECT pg_temp.sell(), pg_temp.sell();
SELECT * FROM direct.how();

-- constraints of each table
ALTER TABLE holding ADD CONSTRAINT extra CHECK (account_id <> 4) NOT VALID;
SELECT pg_temp.sell(4);
SELECT pg_temp.sell();
ALTER TABLE holding DROP CONSTRAINT extra;
SELECT pg_temp.sell(4);
ALTER TABLE movement ADD CONSTRAINT extra CHECK (to_account <> 4) NOT VALID;
SELECT replace(message, extract(year FROM now())::text, 'YEAR') AS message FROM pg_temp.refused('SELECT pg_temp.sell(4)');
SELECT pg_temp.sell();
ALTER TABLE movement DROP CONSTRAINT extra;
SELECT pg_temp.sell(4);
ALTER TABLE transfer ADD CONSTRAINT extra CHECK (price < 10) NOT VALID;
SELECT pg_temp.sell(price => 10);
SELECT pg_temp.sell(price => 9);
ALTER TABLE transfer DROP CONSTRAINT extra;
SELECT pg_temp.sell(price => 10);
-- with a function that is replaced, a domain that is changed, the table itself
CREATE FUNCTION direct.few(quantity bigint) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN quantity < 100;
ALTER TABLE transfer ADD CONSTRAINT extra CHECK (direct.few(quantity)) NOT VALID;
SELECT pg_temp.sell(quantity => 5);
CREATE OR REPLACE FUNCTION direct.few(quantity bigint) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN quantity < 5;
SELECT pg_temp.sell(quantity => 5);
ALTER TABLE transfer DROP CONSTRAINT extra;
CREATE DOMAIN direct.price AS numeric;
ALTER TABLE transfer ADD CONSTRAINT extra CHECK (price::direct.price > 0) NOT VALID;
SELECT pg_temp.sell(price => 5);
ALTER DOMAIN direct.price ADD CONSTRAINT low CHECK (value < 5);
SELECT pg_temp.sell(price => 5);
ALTER TABLE transfer DROP CONSTRAINT extra;
ALTER TABLE transfer ADD CONSTRAINT extra CHECK (tableoid = 'certledger.transfer'::regclass) NOT VALID;
SELECT pg_temp.sell();
ALTER TABLE transfer DROP CONSTRAINT extra;
SELECT name, directly > 0 AS directly, by_statement FROM direct.how();

-- indexes of several kinds get their entries
CREATE INDEX extra_valid ON holding (valid_until);
CREATE INDEX extra_to ON movement (to_account);
SELECT pg_temp.sell(), pg_temp.sell(4);
CREATE INDEX CONCURRENTLY extra_source ON holding (source) WHERE account_id = 3;
CREATE INDEX CONCURRENTLY extra_mode ON transfer (upper(ref)) WHERE from_account < to_account;
CREATE INDEX CONCURRENTLY extra_ref ON transfer USING hash (ref);
CREATE INDEX CONCURRENTLY extra_words ON transfer USING gin (to_tsvector('simple', ref));
CREATE INDEX CONCURRENTLY extra_posted ON transfer USING brin (transfer_id) WITH (pages_per_range = 1);
SELECT pg_temp.sell(), pg_temp.sell(4), pg_temp.sell(quantity => 50);
REINDEX INDEX CONCURRENTLY transfer_ref_key;
REINDEX INDEX CONCURRENTLY holding_live_idx;
REINDEX INDEX holding_pkey;
CREATE UNIQUE INDEX extra_unique ON transfer (ref);
SELECT pg_temp.sell(), pg_temp.sell(4);
SELECT quantity FROM transfer_certificates('sold 1', 1, 3, 1, price => 1, effective_on => '2025-03-29');
-- counts by each index, and by none
CREATE FUNCTION pg_temp.count_by(name text, condition text, OUT by_index bigint, OUT by_table bigint, OUT uses_index boolean) LANGUAGE plpgsql AS $$
DECLARE
    query text := format('SELECT count(*) FROM certledger.%s WHERE %s', name, condition);
    line text;
BEGIN
    uses_index := false;
    SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_indexonlyscan = off; SET LOCAL enable_seqscan = on;
    EXECUTE query INTO by_table;
    SET LOCAL enable_indexscan = on; SET LOCAL enable_bitmapscan = on; SET LOCAL enable_indexonlyscan = on; SET LOCAL enable_seqscan = off;
    EXECUTE query INTO by_index;
    FOR line IN EXECUTE 'EXPLAIN (COSTS OFF) ' || query LOOP
        uses_index := uses_index OR line ~ 'extra_|_pkey|_key|_live|to_account_idx';
    END LOOP;
END $$;
SELECT n, by_index = by_table AS same, by_table > 0 AS some, uses_index
FROM (VALUES (1, 'holding', 'valid_until > ''2000-01-01'''), (2, 'movement', 'to_account IN (3, 4)'),
             (3, 'holding', 'account_id = 3 AND source IN (''wind'', ''solar'')'), (4, 'transfer', 'upper(ref) > ''SOLD'' AND from_account < to_account'),
             (5, 'transfer', format('ref = %L', 'sold ' || (SELECT last_value FROM direct.ref))), (6, 'transfer', 'to_tsvector(''simple'', ref) @@ ''sold'''),
             (7, 'transfer', 'transfer_id > 100'), (8, 'transfer', 'ref > ''sold'''), (9, 'holding', 'account_id = 1 AND state < ''retired'''),
             (10, 'holding', 'last_certificate > ''10000000000000001000000000000000''')) AS v(n, name, condition), pg_temp.count_by(name, condition) ORDER BY n;
DROP INDEX extra_valid, extra_to, extra_mode, extra_ref, extra_unique;
DROP INDEX CONCURRENTLY extra_source;
DROP INDEX CONCURRENTLY extra_words;
DROP INDEX CONCURRENTLY extra_posted;
SELECT pg_temp.sell(4);
SELECT name, directly > 0 AS directly, by_statement FROM direct.how();

-- columns, row security, defaults, lengths, children, another numbering: the
-- executor's business, as long as they are there
BEGIN;
ALTER TABLE holding ADD COLUMN note text DEFAULT 'none';
SELECT pg_temp.sell();
SELECT count(*) > 0 AS noted FROM holding WHERE note = 'none';
ROLLBACK;
SELECT * FROM direct.how();
BEGIN;
ALTER TABLE holding ADD COLUMN note text DEFAULT 'none';
SELECT pg_temp.sell();
SELECT name, directly, by_statement FROM direct.how();
ALTER TABLE holding DROP COLUMN note;
SELECT pg_temp.sell();
SELECT name, directly, by_statement FROM direct.how();
ROLLBACK;
SELECT pg_temp.sell();
SELECT * FROM direct.how();
ALTER TABLE holding ENABLE ROW LEVEL SECURITY;
SELECT pg_temp.sell();
SELECT * FROM direct.how();
ALTER TABLE holding DISABLE ROW LEVEL SECURITY;
SELECT pg_temp.sell();
SELECT * FROM direct.how();
BEGIN;
ALTER TABLE transfer ALTER effective_at SET DEFAULT '2025-03-29 09:00+08';
SELECT pg_temp.sell();
SELECT * FROM direct.how();
SELECT effective_at FROM transfer ORDER BY transfer_id DESC LIMIT 1;
ROLLBACK;
BEGIN;
CREATE SEQUENCE direct.number START 5000;
ALTER TABLE transfer ALTER transfer_id DROP IDENTITY;
ALTER TABLE transfer ALTER transfer_id SET DEFAULT nextval('direct.number');
SELECT pg_temp.sell();
SELECT * FROM direct.how();
SELECT max(transfer_id) FROM transfer;
ROLLBACK;
BEGIN;
CREATE SEQUENCE direct.number START 50000;
ALTER TABLE movement ALTER movement_id DROP IDENTITY;
ALTER TABLE movement ALTER movement_id SET DEFAULT nextval('direct.number');
SELECT pg_temp.sell();
SELECT * FROM direct.how();
SELECT max(movement_id) FROM movement;
ALTER TABLE movement ALTER movement_id DROP DEFAULT;
ALTER TABLE movement ALTER movement_id ADD GENERATED ALWAYS AS IDENTITY (START 60000);
SELECT pg_temp.sell();
SELECT max(movement_id) FROM movement;
SELECT * FROM direct.how();
ROLLBACK;
BEGIN;
CREATE TABLE direct.child () INHERITS (certledger.holding);
SELECT pg_temp.sell();
SELECT * FROM direct.how();
ROLLBACK;
BEGIN;
CREATE RULE nothing AS ON UPDATE TO holding WHERE false DO INSTEAD NOTHING;
SELECT pg_temp.sell();
SELECT name, directly, by_statement FROM direct.how();
ROLLBACK;
-- the indexes that are read by have another name, or are others of that name
ALTER TABLE account RENAME CONSTRAINT account_pkey TO account_key;
ALTER INDEX holding_live_idx RENAME TO holding_lively_idx;
CREATE INDEX holding_live_idx ON holding (account_id, valid_until, last_certificate) WHERE account_id = 2;
CREATE INDEX account_pkey ON account (account_id) WHERE account_id = 2;
SELECT pg_temp.sell();
DROP INDEX holding_live_idx, account_pkey;
ALTER TABLE account RENAME CONSTRAINT account_key TO account_pkey;
ALTER INDEX holding_lively_idx RENAME TO holding_live_idx;
SELECT pg_temp.sell();
SELECT * FROM direct.how();

-- a rule of today, and one of a child table
BEGIN;
INSERT INTO rule (name, effective_from, value, unit, description, source, status)
SELECT name, '2025-03-29', 'bilateral', unit, description, source, status FROM rule WHERE name = 'acceptance_modes' LIMIT 1;
SELECT quantity, to_account, to_state FROM transfer_certificates('by rule', 1, 3, 1, effective_on => '2025-03-29');
ROLLBACK;
SELECT quantity, to_account, to_state FROM transfer_certificates('by rule', 1, 3, 1, effective_on => '2025-03-29');
BEGIN;
CREATE TABLE direct.rules () INHERITS (certledger.rule);
INSERT INTO direct.rules (name, effective_from, value, unit, description, source, status)
SELECT name, '2025-03-29', 'bilateral', unit, description, source, status FROM rule WHERE name = 'acceptance_modes' LIMIT 1;
SELECT quantity, to_account, to_state FROM transfer_certificates('by a child', 1, 3, 1, effective_on => '2025-03-29');
ROLLBACK;
SELECT count(*) FROM transfer WHERE ref = 'by a child';
SELECT * FROM direct.how();

-- an error in the middle, at each table: in a transaction of its own, and in a
-- subtransaction of one that goes on
SET direct.fails = 'transfer';
SELECT pg_temp.sell();
SET direct.fails = 'holding';
SELECT pg_temp.sell();
SET direct.fails = 'movement';
SELECT pg_temp.sell();
RESET direct.fails;
SELECT pg_temp.sell();
SELECT * FROM direct.how();
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY '{transfer,holding,movement}'::text[] LOOP
        BEGIN
            PERFORM set_config('direct.fails', name, true);
            PERFORM pg_temp.sell(4, 2);
        EXCEPTION WHEN OTHERS THEN
            RAISE NOTICE '%', SQLERRM;
        END;
        PERFORM set_config('direct.fails', '', true);
        RAISE NOTICE 'sold %', pg_temp.sell(4, 2);
    END LOOP;
END $$;
SELECT * FROM direct.how();
-- by a trigger, which comes and goes
CREATE FUNCTION direct.stop() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'no more of this'; END$$;
CREATE TRIGGER stop BEFORE INSERT ON movement FOR EACH ROW EXECUTE FUNCTION direct.stop();
SELECT pg_temp.sell();
DROP TRIGGER stop ON movement;
SELECT pg_temp.sell();
SELECT * FROM direct.how();
-- a constraint that posts while its table is being written
SET direct.posts = 'holding';
SELECT pg_temp.sell();
SET direct.posts = 'movement';
SELECT pg_temp.sell();
SET direct.posts = 'transfer';
SELECT pg_temp.sell();
SELECT * FROM direct.how();
SELECT ref, quantity FROM transfer WHERE ref LIKE 'posted by%' ORDER BY ref;

-- levels of isolation; nothing is written that must not be
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT pg_temp.sell();
SELECT * FROM direct.how();
COMMIT;
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT pg_temp.sell();
SELECT * FROM direct.how();
COMMIT;
BEGIN READ ONLY;
SELECT quantity FROM transfer_certificates('in vain', 1, 3, 1, effective_on => '2025-03-29');
ROLLBACK;

-- the partition of today is another, is gone, is back
SELECT c.relname AS partition, pg_get_expr(c.relpartbound, c.oid) AS bound
FROM pg_class AS c WHERE c.oid = (SELECT tableoid FROM movement ORDER BY movement_id DESC LIMIT 1) \gset
\set ECHO none
BEGIN;
ALTER TABLE movement DETACH PARTITION :partition;
SELECT pg_temp.sell();
SELECT tableoid::regclass FROM movement WHERE posted_at = now();
SELECT * FROM direct.how();
ROLLBACK;
SELECT pg_temp.sell();
SELECT * FROM direct.how();
ALTER TABLE movement DETACH PARTITION :partition;
ALTER TABLE movement ATTACH PARTITION :partition :bound;
SELECT pg_temp.sell();
SELECT * FROM direct.how();
BEGIN;
ALTER TABLE movement DETACH PARTITION :partition;
CREATE TABLE direct.part PARTITION OF movement :bound;
SELECT pg_temp.sell();
SELECT tableoid::regclass FROM movement WHERE posted_at = now();
SELECT * FROM direct.how();
ROLLBACK;
\set ECHO all

-- who may not read movements is not told them, the first time or again
SET client_min_messages = warning;
DROP ROLE IF EXISTS regress_certledger_clerk;
RESET client_min_messages;
CREATE ROLE regress_certledger_clerk;
GRANT USAGE ON SCHEMA certledger, direct TO regress_certledger_clerk;
GRANT INSERT, SELECT ON direct.written TO regress_certledger_clerk;
GRANT INSERT, SELECT ON transfer TO regress_certledger_clerk;
GRANT EXECUTE ON FUNCTION transfer_certificates TO regress_certledger_clerk;
SET ROLE regress_certledger_clerk;
SELECT quantity FROM transfer_certificates('by a clerk', 1, 3, 1, effective_on => '2025-03-29');
RESET ROLE;
GRANT SELECT ON movement TO regress_certledger_clerk;
SET ROLE regress_certledger_clerk;
SELECT quantity FROM transfer_certificates('by a clerk', 1, 3, 1, effective_on => '2025-03-29');
RESET ROLE;
ALTER TABLE movement ENABLE ROW LEVEL SECURITY;
CREATE POLICY none ON movement TO regress_certledger_clerk USING (false);
SET ROLE regress_certledger_clerk;
SELECT quantity FROM transfer_certificates('by a clerk again', 1, 3, 1, effective_on => '2025-03-29');
SELECT quantity FROM transfer_certificates('by a clerk again', 1, 3, 1, effective_on => '2025-03-29');
RESET ROLE;
DROP POLICY none ON movement;
ALTER TABLE movement DISABLE ROW LEVEL SECURITY;
REVOKE INSERT ON transfer FROM regress_certledger_clerk;
SET ROLE regress_certledger_clerk;
SELECT quantity FROM transfer_certificates('by a clerk at last', 1, 3, 1, effective_on => '2025-03-29');
RESET ROLE;

SELECT * FROM verify();
SELECT sum(quantity) AS sold FROM transfer WHERE ref LIKE 'sold %';

-- the extension goes and comes back in this session
\set ECHO none
\o /dev/null
\i :fixture
\o
\set ECHO all
SELECT quantity, to_account FROM transfer_certificates('new', 1, 3, 2, venue => 'V', effective_on => '2025-03-29');
-- and a column must not be empty any more
ALTER TABLE transfer ALTER venue SET NOT NULL;
SELECT quantity, to_account FROM transfer_certificates('new 2', 1, 3, 2, effective_on => '2025-03-29');
SELECT quantity, to_account FROM transfer_certificates('new 2', 1, 3, 2, venue => 'V', effective_on => '2025-03-29');
ALTER TABLE transfer ALTER venue DROP NOT NULL;
SELECT quantity, to_account FROM transfer_certificates('new 3', 1, 3, 2, effective_on => '2025-03-29');
SELECT * FROM verify();
SET client_min_messages = warning;
DROP OWNED BY regress_certledger_clerk;
DROP ROLE regress_certledger_clerk;
DROP SCHEMA direct CASCADE;
