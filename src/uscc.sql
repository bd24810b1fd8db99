-- uscc.sql: type uscc, unified social credit code (GB 32100-2015), its order,
-- operator classes and aggregates.

CREATE TYPE uscc;

CREATE FUNCTION uscc_in(cstring) RETURNS uscc
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'uscc_in';
COMMENT ON FUNCTION uscc_in(cstring) IS
    'reads a unified social credit code of 18 characters; 22P02 for any other text and when the check character does not fit';
CREATE FUNCTION uscc_out(uscc) RETURNS cstring
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'uscc_out';
COMMENT ON FUNCTION uscc_out(uscc) IS 'the 18 characters in capitals';
CREATE FUNCTION uscc_recv(internal) RETURNS uscc
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'uscc_recv';
COMMENT ON FUNCTION uscc_recv(internal) IS
    'binary input: the 18 characters in capitals; 22P03 for any others and when the check character does not fit';
CREATE FUNCTION uscc_send(uscc) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'uscc_send';
COMMENT ON FUNCTION uscc_send(uscc) IS 'binary output: the 18 characters in capitals';

CREATE TYPE uscc (
    INPUT = uscc_in,
    OUTPUT = uscc_out,
    RECEIVE = uscc_recv,
    SEND = uscc_send,
    INTERNALLENGTH = 18,
    ALIGNMENT = char,
    STORAGE = plain,
    CATEGORY = 'U');
COMMENT ON TYPE uscc IS
    'unified social credit code (统一社会信用代码, GB 32100-2015): 18 characters with the check character verified, such as 91110108551385082Q';

CREATE FUNCTION uscc_check_character(text) RETURNS text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'uscc_check_character';
COMMENT ON FUNCTION uscc_check_character(text) IS
    'check character (校验码) of the first 17 characters of a unified social credit code; 22023 for what cannot be that';

CREATE FUNCTION uscc_eq(uscc, uscc) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'uscc_eq';
COMMENT ON FUNCTION uscc_eq(uscc, uscc) IS 'whether two codes are equal';
CREATE FUNCTION uscc_ne(uscc, uscc) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'uscc_ne';
COMMENT ON FUNCTION uscc_ne(uscc, uscc) IS 'whether two codes differ';
CREATE FUNCTION uscc_lt(uscc, uscc) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'uscc_lt';
COMMENT ON FUNCTION uscc_lt(uscc, uscc) IS 'whether the first code comes before the second';
CREATE FUNCTION uscc_le(uscc, uscc) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'uscc_le';
COMMENT ON FUNCTION uscc_le(uscc, uscc) IS 'whether the first code comes before the second or is equal';
CREATE FUNCTION uscc_gt(uscc, uscc) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'uscc_gt';
COMMENT ON FUNCTION uscc_gt(uscc, uscc) IS 'whether the first code comes after the second';
CREATE FUNCTION uscc_ge(uscc, uscc) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'uscc_ge';
COMMENT ON FUNCTION uscc_ge(uscc, uscc) IS 'whether the first code comes after the second or is equal';
CREATE FUNCTION uscc_cmp(uscc, uscc) RETURNS integer
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'uscc_cmp';
COMMENT ON FUNCTION uscc_cmp(uscc, uscc) IS 'order of two codes by their characters: negative, zero or positive';
CREATE FUNCTION uscc_sortsupport(internal) RETURNS void
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'uscc_sortsupport';
COMMENT ON FUNCTION uscc_sortsupport(internal) IS 'support of sorting, with abbreviated keys';
CREATE FUNCTION uscc_larger(uscc, uscc) RETURNS uscc
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'uscc_larger';
COMMENT ON FUNCTION uscc_larger(uscc, uscc) IS 'the one of two codes that comes later';
CREATE FUNCTION uscc_smaller(uscc, uscc) RETURNS uscc
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'uscc_smaller';
COMMENT ON FUNCTION uscc_smaller(uscc, uscc) IS 'the one of two codes that comes earlier';
CREATE FUNCTION uscc_hash(uscc) RETURNS integer
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'uscc_hash';
COMMENT ON FUNCTION uscc_hash(uscc) IS 'hash of a code';
CREATE FUNCTION uscc_hash_extended(uscc, bigint) RETURNS bigint
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'uscc_hash_extended';
COMMENT ON FUNCTION uscc_hash_extended(uscc, bigint) IS '64-bit hash of a code with a seed';

CREATE OPERATOR = (
    FUNCTION = uscc_eq, LEFTARG = uscc, RIGHTARG = uscc,
    COMMUTATOR = =, NEGATOR = <>,
    RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
COMMENT ON OPERATOR = (uscc, uscc) IS 'equal';
CREATE OPERATOR <> (
    FUNCTION = uscc_ne, LEFTARG = uscc, RIGHTARG = uscc,
    COMMUTATOR = <>, NEGATOR = =,
    RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR <> (uscc, uscc) IS 'not equal';
CREATE OPERATOR < (
    FUNCTION = uscc_lt, LEFTARG = uscc, RIGHTARG = uscc,
    COMMUTATOR = >, NEGATOR = >=,
    RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
COMMENT ON OPERATOR < (uscc, uscc) IS 'less than';
CREATE OPERATOR <= (
    FUNCTION = uscc_le, LEFTARG = uscc, RIGHTARG = uscc,
    COMMUTATOR = >=, NEGATOR = >,
    RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
COMMENT ON OPERATOR <= (uscc, uscc) IS 'less than or equal';
CREATE OPERATOR > (
    FUNCTION = uscc_gt, LEFTARG = uscc, RIGHTARG = uscc,
    COMMUTATOR = <, NEGATOR = <=,
    RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
COMMENT ON OPERATOR > (uscc, uscc) IS 'greater than';
CREATE OPERATOR >= (
    FUNCTION = uscc_ge, LEFTARG = uscc, RIGHTARG = uscc,
    COMMUTATOR = <=, NEGATOR = <,
    RESTRICT = scalargesel, JOIN = scalargejoinsel);
COMMENT ON OPERATOR >= (uscc, uscc) IS 'greater than or equal';

CREATE OPERATOR CLASS uscc_ops DEFAULT FOR TYPE uscc USING btree AS
    OPERATOR 1 < ,
    OPERATOR 2 <= ,
    OPERATOR 3 = ,
    OPERATOR 4 >= ,
    OPERATOR 5 > ,
    FUNCTION 1 uscc_cmp(uscc, uscc),
    FUNCTION 2 uscc_sortsupport(internal),
    FUNCTION 4 btequalimage(oid);
COMMENT ON OPERATOR CLASS uscc_ops USING btree IS 'order of codes by their characters';
COMMENT ON OPERATOR FAMILY uscc_ops USING btree IS 'order of codes by their characters';

CREATE OPERATOR CLASS uscc_ops DEFAULT FOR TYPE uscc USING hash AS
    OPERATOR 1 = ,
    FUNCTION 1 uscc_hash(uscc),
    FUNCTION 2 uscc_hash_extended(uscc, bigint);
COMMENT ON OPERATOR CLASS uscc_ops USING hash IS 'equality of codes';
COMMENT ON OPERATOR FAMILY uscc_ops USING hash IS 'equality of codes';

CREATE OPERATOR CLASS uscc_minmax_ops DEFAULT FOR TYPE uscc USING brin AS
    OPERATOR 1 < ,
    OPERATOR 2 <= ,
    OPERATOR 3 = ,
    OPERATOR 4 >= ,
    OPERATOR 5 > ,
    FUNCTION 1 brin_minmax_opcinfo(internal),
    FUNCTION 2 brin_minmax_add_value(internal, internal, internal, internal),
    FUNCTION 3 brin_minmax_consistent(internal, internal, internal),
    FUNCTION 4 brin_minmax_union(internal, internal, internal);
COMMENT ON OPERATOR CLASS uscc_minmax_ops USING brin IS 'first and last code of a block range';
COMMENT ON OPERATOR FAMILY uscc_minmax_ops USING brin IS 'first and last code of a block range';

CREATE OPERATOR CLASS uscc_bloom_ops FOR TYPE uscc USING brin AS
    OPERATOR 1 = ,
    FUNCTION 1 brin_bloom_opcinfo(internal),
    FUNCTION 2 brin_bloom_add_value(internal, internal, internal, internal),
    FUNCTION 3 brin_bloom_consistent(internal, internal, internal, integer),
    FUNCTION 4 brin_bloom_union(internal, internal, internal),
    FUNCTION 5 brin_bloom_options(internal),
    FUNCTION 11 uscc_hash(uscc);
COMMENT ON OPERATOR CLASS uscc_bloom_ops USING brin IS 'Bloom filter of the codes of a block range';
COMMENT ON OPERATOR FAMILY uscc_bloom_ops USING brin IS 'Bloom filter of the codes of a block range';

CREATE AGGREGATE min(uscc) (
    SFUNC = uscc_smaller,
    STYPE = uscc,
    COMBINEFUNC = uscc_smaller,
    SORTOP = <,
    PARALLEL = SAFE);
COMMENT ON AGGREGATE min(uscc) IS 'first of all codes that are not NULL';
CREATE AGGREGATE max(uscc) (
    SFUNC = uscc_larger,
    STYPE = uscc,
    COMBINEFUNC = uscc_larger,
    SORTOP = >,
    PARALLEL = SAFE);
COMMENT ON AGGREGATE max(uscc) IS 'last of all codes that are not NULL';
