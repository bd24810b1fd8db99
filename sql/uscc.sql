-- Type uscc: unified social credit code (GB 32100-2015).
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS certledger;
RESET client_min_messages;
SET search_path = certledger, public;
\set VERBOSITY default

CREATE FUNCTION pg_temp.reason_of(code text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    detail text;
BEGIN
    PERFORM code::certledger.uscc;
    RETURN 'valid';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
    RETURN SQLSTATE || ' ' || detail;
END $$;

-- S-5: valid codes
SELECT code::uscc, uscc_check_character(left(code, 17)) AS check_character
FROM unnest(ARRAY['91330100799655058B', '9144030071526726XG', '914403001922038216',
                  '91440300192317458F', '9111000071093123XX', '91350100M000100Y43',
                  '91110108551385082Q']) AS code;
-- S-6: the check character should be Q, and 1
SELECT '91110000100013428X'::uscc;
\echo :LAST_ERROR_SQLSTATE
SELECT '91500000202823358E'::uscc;
\echo :LAST_ERROR_SQLSTATE

-- codes found in public places, with what was known of their check character
CREATE TEMP TABLE found (code text, check_digit text);
COPY found FROM STDIN (FORMAT csv);
9111000071093123XX,valid
91110000625905205U,valid
91350900587527783P,valid
91440300192317458F,valid
916101047101813521,invalid
91350000157987632G,valid
91310000631696382C,valid
91440606722473344C,valid
91110000710926094P,valid
91110108551385082Q,valid
91440300MA5H0HLK5U,valid
91330100799655058B,valid
9144030071526726XG,valid
914403001922038216,valid
91350100M000100Y43,valid
91110000100013428X,invalid
91500000202823358E,invalid
9131000060738123XX,invalid
91133100MA0D8N1J7G,valid
9111000012345678AU,valid
91350100M000100Y44,invalid
91440101MA5D123456,invalid
91330100757206158J,valid
913305007490121183,valid
91110108671717366X,invalid
91110108551385082C,invalid
913302257995213595,valid
91110000710928345X,invalid
91110000100006440J,invalid
91110111MA01C8JT4A,invalid
91110000123456789X,invalid
91330000123456789X,invalid
\.
SELECT code, check_digit, pg_temp.reason_of(code) AS result FROM found ORDER BY code COLLATE "C";
SELECT check_digit, count(*), count(*) FILTER (WHERE (pg_temp.reason_of(code) = 'valid') = (check_digit = 'valid')) AS agree
FROM found GROUP BY check_digit ORDER BY check_digit;
CREATE TEMP TABLE company AS SELECT code::uscc FROM found WHERE check_digit = 'valid';

-- small letters count as capitals
SELECT '91440300ma5h0hlk5u'::uscc AS folded, '91440300ma5h0hlk5u'::uscc = '91440300MA5H0HLK5U' AS same;
-- Errors: length, character, region, check character
SELECT ''::uscc;
\echo :LAST_ERROR_SQLSTATE
SELECT '91110108551385082'::uscc;
\echo :LAST_ERROR_SQLSTATE
SELECT '91110108551385082Q '::uscc;
\echo :LAST_ERROR_SQLSTATE
SELECT ' 91110108551385082Q'::uscc;
\echo :LAST_ERROR_SQLSTATE
SELECT '91110108-551385082Q'::uscc;
\echo :LAST_ERROR_SQLSTATE
SELECT '91110108551385O82Q'::uscc;
\echo :LAST_ERROR_SQLSTATE
SELECT '9111010855138508２Q'::uscc;
\echo :LAST_ERROR_SQLSTATE
SELECT '911A0108551385082Q'::uscc;
\echo :LAST_ERROR_SQLSTATE
SELECT '91110108551385082C'::uscc;
\echo :LAST_ERROR_SQLSTATE
SELECT c AS character, pg_temp.reason_of('91110108551385' || c || '82Q') AS result
FROM unnest(ARRAY['I', 'O', 'S', 'V', 'Z', 'i', 'o', 's', 'v', 'z', '_', '/', ':', '@', '[', '`', '{', '信', E'\x7f']) AS c;
SELECT n AS position, pg_temp.reason_of(overlay('91110108551385082Q' PLACING 'M' FROM n FOR 1)) AS result
FROM generate_series(1, 9) n;
-- every wrong character at every place is found
SELECT count(*) AS tried, count(*) FILTER (WHERE pg_temp.reason_of(wrong) LIKE '22P02 %') AS refused
FROM (SELECT overlay(c.code::text PLACING a FROM n FOR 1) AS wrong, c.code::text AS right
      FROM company c, generate_series(1, 18) n,
           unnest(string_to_array('0123456789ABCDEFGHJKLMNPQRTUWXY', NULL)) a
      WHERE c.code IN ('91350100M000100Y43', '9144030071526726XG')) v
WHERE wrong <> "right";
-- errors of input are soft where the server knows soft errors
SELECT CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SELECT pg_input_is_valid(''91110108551385082C'', ''uscc'') OR pg_input_is_valid(''9'', ''uscc'')
    OR pg_input_is_valid(''911A0108551385082Q'', ''uscc'') OR pg_input_is_valid(''-'', ''uscc'') AS valid' ELSE 'SELECT false AS valid' END AS query
\gset
:query;

-- the check character of the first 17
SELECT uscc_check_character('91110108551385082') AS q, uscc_check_character('91350100m000100y4') AS three,
       uscc_check_character(NULL) IS NULL AS strict;
SELECT uscc_check_character('91110108551385082Q');
\echo :LAST_ERROR_SQLSTATE
SELECT uscc_check_character('9111010855138508');
\echo :LAST_ERROR_SQLSTATE
SELECT uscc_check_character('9111010855138508O');
\echo :LAST_ERROR_SQLSTATE
SELECT uscc_check_character('9111010855138508号');
\echo :LAST_ERROR_SQLSTATE
SELECT uscc_check_character('91X10108551385082');
\echo :LAST_ERROR_SQLSTATE
-- every remainder: all 31 check characters
SELECT string_agg(uscc_check_character('9111010855138508' || c), '' ORDER BY uscc_check_character('9111010855138508' || c) COLLATE "C") AS check_characters
FROM unnest(string_to_array('0123456789ABCDEFGHJKLMNPQRTUWXY', NULL)) c;

-- Binary input and output
SELECT uscc_send('91110108551385082Q'), pg_column_size('91110108551385082Q'::uscc) AS bytes;
CREATE TEMP TABLE received (LIKE company);
COPY company TO PROGRAM 'cat > certledger_uscc.bin' (FORMAT binary);
COPY received FROM PROGRAM 'cat certledger_uscc.bin && rm certledger_uscc.bin' (FORMAT binary);
SELECT count(*) AS received, count(c.code) AS same FROM received LEFT JOIN company c USING (code);
-- a wrong check character, a small letter, a character of no code, 17 bytes, 19 bytes
COPY received FROM PROGRAM 'printf "PGCOPY\n\377\r\n\000\000\000\000\000\000\000\000\000\000\001\000\000\000\02291110108551385082C\377\377"' (FORMAT binary);
\echo :LAST_ERROR_SQLSTATE
COPY received FROM PROGRAM 'printf "PGCOPY\n\377\r\n\000\000\000\000\000\000\000\000\000\000\001\000\000\000\02291110108551385082q\377\377"' (FORMAT binary);
\echo :LAST_ERROR_SQLSTATE
COPY received FROM PROGRAM 'printf "PGCOPY\n\377\r\n\000\000\000\000\000\000\000\000\000\000\001\000\000\000\0229111010855138508\377Q\377\377"' (FORMAT binary);
\echo :LAST_ERROR_SQLSTATE
COPY received FROM PROGRAM 'printf "PGCOPY\n\377\r\n\000\000\000\000\000\000\000\000\000\000\001\000\000\000\02191110108551385082\377\377"' (FORMAT binary);
\echo :LAST_ERROR_SQLSTATE
COPY received FROM PROGRAM 'printf "PGCOPY\n\377\r\n\000\000\000\000\000\000\000\000\000\000\001\000\000\000\02391110108551385082QQ\377\377"' (FORMAT binary);
\echo :LAST_ERROR_SQLSTATE

-- Order: that of the characters, digits before letters
SELECT a, b, a = b AS eq, a <> b AS ne, a < b AS lt, a <= b AS le, a > b AS gt, a >= b AS ge,
       uscc_cmp(a, b) < 0 AS before, uscc_cmp(a, b) > 0 AS after,
       uscc_larger(a, b) AS larger, uscc_smaller(a, b) AS smaller
FROM (VALUES (1, '91110108551385082Q'::uscc, '91110108551385082q'::uscc),
             (2, '914403001922038216', '91440300MA5H0HLK5U'),
             (3, '91440300MA5H0HLK5U', '91440300192317458F')) v(n, a, b)
ORDER BY n;
SELECT min(code), max(code), count(DISTINCT code) FROM company;
SELECT min(code), max(code) FROM company WHERE false;
SELECT array_agg(code ORDER BY code) = array_agg(code ORDER BY code::text COLLATE "C") AS order_of_characters
FROM company;
SELECT typlen, typbyval, typalign, typstorage, typcategory, typcollation FROM pg_type WHERE oid = 'uscc'::regtype;
SELECT bool_and(proleakproof) AS leakproof
FROM pg_operator o JOIN pg_proc p ON p.oid = o.oprcode WHERE oprleft = 'uscc'::regtype;

-- many codes: sorted with abbreviated keys as without
CREATE TABLE registered (n int, code uscc);
INSERT INTO registered
SELECT n, (body || uscc_check_character(body))::uscc
FROM (SELECT n, '91' || lpad((n * 7919 % 1000000)::text, 6, '0') || 'MA' || lpad(upper(to_hex(n * 2654435761 % 268435456)), 7, '0') AS body
      FROM generate_series(1, 20000) n) b;
SELECT count(*) AS out_of_order
FROM (SELECT code, lag(code) OVER (ORDER BY code) AS previous FROM registered) o
WHERE previous > code;
-- alike up to the 14th character, where an abbreviated key ends
WITH alike AS (SELECT (body || uscc_check_character(body))::uscc AS code
               FROM (SELECT '91110108MA0000' || lpad(n::text, 3, '0') AS body FROM generate_series(0, 999) n) b)
SELECT count(*) AS checked, bool_and(by_code = by_text) AS same
FROM (SELECT row_number() OVER (ORDER BY code) AS by_code,
             row_number() OVER (ORDER BY code::text COLLATE "C") AS by_text FROM alike) o;

-- Operator classes
SELECT amname, opcname, opcdefault, amvalidate(c.oid) AS valid
FROM pg_opclass c JOIN pg_am a ON a.oid = c.opcmethod
WHERE opcintype = 'uscc'::regtype
ORDER BY amname, opcname;
CREATE INDEX registered_btree ON registered (code);
ANALYZE registered;
SET enable_seqscan = off;
SET enable_bitmapscan = off;
SELECT code AS wanted FROM registered WHERE n = 777 \gset
EXPLAIN (COSTS OFF) SELECT n FROM registered WHERE code = '91110108551385082Q';
SELECT n FROM registered WHERE code = :'wanted';
SELECT n, code FROM registered ORDER BY code DESC LIMIT 2;
DROP INDEX registered_btree;
CREATE INDEX registered_hash ON registered USING hash (code);
SELECT n FROM registered WHERE code = :'wanted';
DROP INDEX registered_hash;
RESET enable_bitmapscan;
CREATE INDEX registered_brin ON registered USING brin (code) WITH (pages_per_range = 4);
SELECT n FROM registered WHERE code = :'wanted';
DROP INDEX registered_brin;
CREATE INDEX registered_brin ON registered USING brin (code uscc_bloom_ops) WITH (pages_per_range = 4);
SELECT n FROM registered WHERE code = :'wanted';
DROP INDEX registered_brin;
RESET enable_seqscan;
SET enable_nestloop = off;
SET enable_mergejoin = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM registered a JOIN registered b USING (code);
SELECT count(*) = (SELECT sum(k * k) FROM (SELECT count(*) AS k FROM registered GROUP BY code) g) AS complete
FROM registered a JOIN registered b USING (code);
RESET enable_nestloop;
RESET enable_mergejoin;
SELECT bool_and(uscc_hash(code) = uscc_hash(lower(code::text)::uscc)
                AND uscc_hash_extended(code, 0)::bit(32) = uscc_hash(code)::bit(32)
                AND uscc_hash_extended(code, 1) <> uscc_hash_extended(code, 2)) AS alike
FROM registered;
CREATE TABLE spread (code uscc PRIMARY KEY) PARTITION BY HASH (code);
CREATE TABLE spread_0 PARTITION OF spread FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE spread_1 PARTITION OF spread FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO spread SELECT code FROM registered ON CONFLICT DO NOTHING;
INSERT INTO spread SELECT code FROM registered WHERE n = 777;
\echo :LAST_ERROR_SQLSTATE
SELECT tableoid::regclass AS partition, count(*) > 9000 AS about_half
FROM spread GROUP BY tableoid ORDER BY tableoid::regclass::text;
DROP TABLE spread;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
EXPLAIN (COSTS OFF) SELECT min(code), max(code) FROM registered;
SELECT min(code), max(code) FROM registered;
SET max_parallel_workers_per_gather = 0;
SELECT min(code), max(code) FROM registered;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;
RESET max_parallel_workers_per_gather;
DROP TABLE registered;
