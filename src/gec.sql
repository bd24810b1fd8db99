-- gec.sql: certificates (gec).

CREATE TYPE gec;

CREATE FUNCTION gec_in(cstring) RETURNS gec
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gec_in';
COMMENT ON FUNCTION gec_in(cstring) IS
    'text input of gec: exactly 32 digits; 22P02 otherwise';

CREATE FUNCTION gec_out(gec) RETURNS cstring
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gec_out';
COMMENT ON FUNCTION gec_out(gec) IS 'text output of gec: 32 digits';

CREATE FUNCTION gec_recv(internal) RETURNS gec
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gec_recv';
COMMENT ON FUNCTION gec_recv(internal) IS
    'binary input of gec: project part and volume part as stored, two big-endian 64-bit integers; 22P03 when one is out of range';

CREATE FUNCTION gec_send(gec) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gec_send';
COMMENT ON FUNCTION gec_send(gec) IS
    'binary output of gec: project part and volume part as stored, two big-endian 64-bit integers';

CREATE TYPE gec (
    INPUT = gec_in,
    OUTPUT = gec_out,
    RECEIVE = gec_recv,
    SEND = gec_send,
    INTERNALLENGTH = 16,
    ALIGNMENT = double,
    STORAGE = plain
);
COMMENT ON TYPE gec IS
    'one Green Electricity Certificate (绿证) by its 32-digit code (绿证编码): project 17 digits, production month YYMM 4, serial 9, volume class 1, trade class 1; sorts by project, month, classes, serial; discrete, so ranges of it are exact';

-- Comparison

CREATE FUNCTION gec_lt(gec, gec) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gec_lt';
COMMENT ON FUNCTION gec_lt(gec, gec) IS 'implementation of operator <';

CREATE FUNCTION gec_le(gec, gec) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gec_le';
COMMENT ON FUNCTION gec_le(gec, gec) IS 'implementation of operator <=';

CREATE FUNCTION gec_eq(gec, gec) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gec_eq';
COMMENT ON FUNCTION gec_eq(gec, gec) IS 'implementation of operator =';

CREATE FUNCTION gec_ne(gec, gec) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gec_ne';
COMMENT ON FUNCTION gec_ne(gec, gec) IS 'implementation of operator <>';

CREATE FUNCTION gec_ge(gec, gec) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gec_ge';
COMMENT ON FUNCTION gec_ge(gec, gec) IS 'implementation of operator >=';

CREATE FUNCTION gec_gt(gec, gec) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gec_gt';
COMMENT ON FUNCTION gec_gt(gec, gec) IS 'implementation of operator >';

CREATE OPERATOR < (
    LEFTARG = gec, RIGHTARG = gec, FUNCTION = gec_lt,
    COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
COMMENT ON OPERATOR < (gec, gec) IS 'is the first certificate before the second?';

CREATE OPERATOR <= (
    LEFTARG = gec, RIGHTARG = gec, FUNCTION = gec_le,
    COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
COMMENT ON OPERATOR <= (gec, gec) IS 'is the first certificate before the second, or the same?';

CREATE OPERATOR = (
    LEFTARG = gec, RIGHTARG = gec, FUNCTION = gec_eq,
    COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
COMMENT ON OPERATOR = (gec, gec) IS 'are the two certificates the same?';

CREATE OPERATOR <> (
    LEFTARG = gec, RIGHTARG = gec, FUNCTION = gec_ne,
    COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR <> (gec, gec) IS 'are the two certificates different?';

CREATE OPERATOR >= (
    LEFTARG = gec, RIGHTARG = gec, FUNCTION = gec_ge,
    COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel);
COMMENT ON OPERATOR >= (gec, gec) IS 'is the first certificate after the second, or the same?';

CREATE OPERATOR > (
    LEFTARG = gec, RIGHTARG = gec, FUNCTION = gec_gt,
    COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
COMMENT ON OPERATOR > (gec, gec) IS 'is the first certificate after the second?';

CREATE FUNCTION gec_cmp(gec, gec) RETURNS integer
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gec_btcmp';
COMMENT ON FUNCTION gec_cmp(gec, gec) IS
    'order of two certificates: negative, zero or positive';

CREATE FUNCTION gec_sortsupport(internal) RETURNS void
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gec_sortsupport';
COMMENT ON FUNCTION gec_sortsupport(internal) IS
    'fast sorting of gec, with abbreviated keys';

CREATE FUNCTION gec_in_range(gec, gec, bigint, boolean, boolean) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gec_in_range';
COMMENT ON FUNCTION gec_in_range(gec, gec, bigint, boolean, boolean) IS
    'window frames RANGE BETWEEN n PRECEDING AND n FOLLOWING over gec, n a number of codes; 22013 when negative';

CREATE FUNCTION gec_hash(gec) RETURNS integer
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gec_hash';
COMMENT ON FUNCTION gec_hash(gec) IS
    '32-bit hash of a certificate';

CREATE FUNCTION gec_hash_extended(gec, bigint) RETURNS bigint
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gec_hash_extended';
COMMENT ON FUNCTION gec_hash_extended(gec, bigint) IS
    '64-bit hash of a certificate, with seed';

CREATE FUNCTION gec_brin_distance(internal, internal) RETURNS double precision
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gec_brin_distance';
COMMENT ON FUNCTION gec_brin_distance(internal, internal) IS
    'distance of two certificates for BRIN minmax-multi summaries';

CREATE OPERATOR FAMILY gec_ops USING btree;
COMMENT ON OPERATOR FAMILY gec_ops USING btree IS 'btree order of certificates';
CREATE OPERATOR CLASS gec_ops
    DEFAULT FOR TYPE gec USING btree FAMILY gec_ops AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
    FUNCTION 1 gec_cmp(gec, gec),
    FUNCTION 2 gec_sortsupport(internal),
    FUNCTION 3 (gec, bigint) gec_in_range(gec, gec, bigint, boolean, boolean),
    FUNCTION 4 btequalimage(oid);
COMMENT ON OPERATOR CLASS gec_ops USING btree IS
    'btree indexes on certificates, with deduplication';

CREATE OPERATOR FAMILY gec_ops USING hash;
COMMENT ON OPERATOR FAMILY gec_ops USING hash IS 'hashing of certificates';
CREATE OPERATOR CLASS gec_ops
    DEFAULT FOR TYPE gec USING hash FAMILY gec_ops AS
    OPERATOR 1 =,
    FUNCTION 1 gec_hash(gec),
    FUNCTION 2 gec_hash_extended(gec, bigint);
COMMENT ON OPERATOR CLASS gec_ops USING hash IS
    'hash indexes, hash joins and hash partitioning by certificate';

CREATE OPERATOR FAMILY gec_minmax_ops USING brin;
COMMENT ON OPERATOR FAMILY gec_minmax_ops USING brin IS
    'BRIN summaries of certificates: least and greatest';
CREATE OPERATOR CLASS gec_minmax_ops
    DEFAULT FOR TYPE gec USING brin FAMILY gec_minmax_ops AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
    FUNCTION 1 brin_minmax_opcinfo(internal),
    FUNCTION 2 brin_minmax_add_value(internal, internal, internal, internal),
    FUNCTION 3 brin_minmax_consistent(internal, internal, internal),
    FUNCTION 4 brin_minmax_union(internal, internal, internal);
COMMENT ON OPERATOR CLASS gec_minmax_ops USING brin IS
    'BRIN indexes on certificates: least and greatest of each block range';

CREATE OPERATOR FAMILY gec_minmax_multi_ops USING brin;
COMMENT ON OPERATOR FAMILY gec_minmax_multi_ops USING brin IS
    'BRIN summaries of certificates: several intervals';
CREATE OPERATOR CLASS gec_minmax_multi_ops
    FOR TYPE gec USING brin FAMILY gec_minmax_multi_ops AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
    FUNCTION 1 brin_minmax_multi_opcinfo(internal),
    FUNCTION 2 brin_minmax_multi_add_value(internal, internal, internal, internal),
    FUNCTION 3 brin_minmax_multi_consistent(internal, internal, internal, integer),
    FUNCTION 4 brin_minmax_multi_union(internal, internal, internal),
    FUNCTION 5 brin_minmax_multi_options(internal),
    FUNCTION 11 gec_brin_distance(internal, internal);
COMMENT ON OPERATOR CLASS gec_minmax_multi_ops USING brin IS
    'BRIN indexes on certificates that tolerate outliers: several intervals for each block range';

CREATE FUNCTION gec_larger(gec, gec) RETURNS gec
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gec_larger';
COMMENT ON FUNCTION gec_larger(gec, gec) IS
    'the later of two certificates; step of max';

CREATE FUNCTION gec_smaller(gec, gec) RETURNS gec
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gec_smaller';
COMMENT ON FUNCTION gec_smaller(gec, gec) IS
    'the earlier of two certificates; step of min';

CREATE AGGREGATE max(gec) (
    SFUNC = gec_larger, STYPE = gec, COMBINEFUNC = gec_larger,
    SORTOP = >, PARALLEL = SAFE);
COMMENT ON AGGREGATE max(gec) IS
    'last certificate of all; NULL when there is none';

CREATE AGGREGATE min(gec) (
    SFUNC = gec_smaller, STYPE = gec, COMBINEFUNC = gec_smaller,
    SORTOP = <, PARALLEL = SAFE);
COMMENT ON AGGREGATE min(gec) IS
    'first certificate of all; NULL when there is none';

-- Steps from code to code

CREATE FUNCTION gec_successor(gec) RETURNS gec
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gec_successor';
COMMENT ON FUNCTION gec_successor(gec) IS
    'the next certificate code; 22003 after the last one';

CREATE FUNCTION gec_predecessor(gec) RETURNS gec
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gec_predecessor';
COMMENT ON FUNCTION gec_predecessor(gec) IS
    'the certificate code before; 22003 before the first one';

CREATE FUNCTION gec_plus(gec, bigint) RETURNS gec
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gec_plus';
COMMENT ON FUNCTION gec_plus(gec, bigint) IS
    'the certificate code that many steps on; 22003 outside the codes';

CREATE FUNCTION gec_plus_commuted(bigint, gec) RETURNS gec
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gec_plus_commuted';
COMMENT ON FUNCTION gec_plus_commuted(bigint, gec) IS
    'the certificate code that many steps on; 22003 outside the codes';

CREATE FUNCTION gec_minus(gec, bigint) RETURNS gec
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gec_minus';
COMMENT ON FUNCTION gec_minus(gec, bigint) IS
    'the certificate code that many steps back; 22003 outside the codes';

CREATE FUNCTION gec_distance(gec, gec) RETURNS bigint
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gec_steps';
COMMENT ON FUNCTION gec_distance(gec, gec) IS
    'steps from the second certificate to the first, negative when the first comes earlier; 22003 when beyond bigint';

CREATE OPERATOR + (
    LEFTARG = gec, RIGHTARG = bigint, FUNCTION = gec_plus, COMMUTATOR = +);
COMMENT ON OPERATOR + (gec, bigint) IS
    'the certificate code that many steps on; 22003 outside the codes';

CREATE OPERATOR + (
    LEFTARG = bigint, RIGHTARG = gec, FUNCTION = gec_plus_commuted,
    COMMUTATOR = +);
COMMENT ON OPERATOR + (bigint, gec) IS
    'the certificate code that many steps on; 22003 outside the codes';

CREATE OPERATOR - (
    LEFTARG = gec, RIGHTARG = bigint, FUNCTION = gec_minus);
COMMENT ON OPERATOR - (gec, bigint) IS
    'the certificate code that many steps back; 22003 outside the codes';

CREATE OPERATOR - (
    LEFTARG = gec, RIGHTARG = gec, FUNCTION = gec_distance);
COMMENT ON OPERATOR - (gec, gec) IS
    'steps from the second certificate to the first; 22003 when beyond bigint';

-- Parts of a code

CREATE FUNCTION project_code(gec) RETURNS text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gec_project_code';
COMMENT ON FUNCTION project_code(gec) IS
    'registration code of the project (项目编码), 17 digits';

CREATE FUNCTION production_month(gec) RETURNS date
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gec_production_month';
COMMENT ON FUNCTION production_month(gec) IS
    'month of production (生产月), as its first day; 22008 when the digits are no month';

CREATE FUNCTION serial(gec) RETURNS bigint
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gec_serial';
COMMENT ON FUNCTION serial(gec) IS
    'serial number within project, month and classes, 0 to 999999999';

CREATE FUNCTION volume_class(gec) RETURNS volume_class
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gec_volume_class';
COMMENT ON FUNCTION volume_class(gec) IS
    'where the energy went (电量类型): 1 on_grid, 2 self_use, 3 off_grid, 4 existing_hydro, 5 hydrogen_integration, 6 mechanism_price; 22023 for other digits';

CREATE FUNCTION tradable(gec) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gec_tradable';
COMMENT ON FUNCTION tradable(gec) IS
    'whether the certificate may be traded: trade class 1 yes (可交易绿证), 2 no (不可交易绿证); 22023 for other digits';

CREATE FUNCTION make_gec(project_code text, month date, serial bigint,
        volume_class volume_class DEFAULT 'on_grid',
        tradable boolean DEFAULT true) RETURNS gec
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'gec_make';
COMMENT ON FUNCTION make_gec(text, date, bigint, volume_class, boolean) IS
    'certificate code from its parts: project code of 17 digits (22P02), first day of a month (22023) of the years 2000 to 2099 (22008), serial 1 to 999999999 (22003), a volume class that earns certificates (22023)';
