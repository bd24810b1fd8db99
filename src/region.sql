-- region.sql: administrative regions by GB/T 2260 code.
-- Held as integer: comparison, hashing and sorting are the server's own.

CREATE TYPE region;

CREATE FUNCTION region_in(cstring) RETURNS region
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'region_in';
COMMENT ON FUNCTION region_in(cstring) IS
    'text input of region: 2, 4 or 6 digits of a GB/T 2260 code; 22P02 otherwise, for unknown provinces, and for a county without a prefecture';

CREATE FUNCTION region_out(region) RETURNS cstring
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'region_out';
COMMENT ON FUNCTION region_out(region) IS
    'text output of region: six digits';

CREATE FUNCTION region_recv(internal) RETURNS region
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'region_recv';
COMMENT ON FUNCTION region_recv(internal) IS
    'binary input of region: the code as a 32-bit integer; 22P03 when it is none';

CREATE FUNCTION region_send(region) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'region_send';
COMMENT ON FUNCTION region_send(region) IS
    'binary output of region: the code as a 32-bit integer';

CREATE TYPE region (
    INPUT = region_in,
    OUTPUT = region_out,
    RECEIVE = region_recv,
    SEND = region_send,
    LIKE = integer
);
COMMENT ON TYPE region IS
    'administrative region (行政区划) by its GB/T 2260 code: nation 000000, province 500000, prefecture 500100 or county 500112; input takes 2, 4 or 6 digits';

-- Comparison

CREATE FUNCTION region_lt(region, region) RETURNS boolean
    LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
    AS 'int4lt';
COMMENT ON FUNCTION region_lt(region, region) IS
    'implementation of operator <';

CREATE FUNCTION region_le(region, region) RETURNS boolean
    LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
    AS 'int4le';
COMMENT ON FUNCTION region_le(region, region) IS
    'implementation of operator <=';

CREATE FUNCTION region_eq(region, region) RETURNS boolean
    LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
    AS 'int4eq';
COMMENT ON FUNCTION region_eq(region, region) IS
    'implementation of operator =';

CREATE FUNCTION region_ne(region, region) RETURNS boolean
    LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
    AS 'int4ne';
COMMENT ON FUNCTION region_ne(region, region) IS
    'implementation of operator <>';

CREATE FUNCTION region_ge(region, region) RETURNS boolean
    LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
    AS 'int4ge';
COMMENT ON FUNCTION region_ge(region, region) IS
    'implementation of operator >=';

CREATE FUNCTION region_gt(region, region) RETURNS boolean
    LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
    AS 'int4gt';
COMMENT ON FUNCTION region_gt(region, region) IS
    'implementation of operator >';

CREATE OPERATOR < (
    LEFTARG = region, RIGHTARG = region, FUNCTION = region_lt,
    COMMUTATOR = >, NEGATOR = >=, RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
COMMENT ON OPERATOR < (region, region) IS 'is the code of the first region less than that of the second?';

CREATE OPERATOR <= (
    LEFTARG = region, RIGHTARG = region, FUNCTION = region_le,
    COMMUTATOR = >=, NEGATOR = >, RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
COMMENT ON OPERATOR <= (region, region) IS 'is the code of the first region less than that of the second, or the same?';

CREATE OPERATOR = (
    LEFTARG = region, RIGHTARG = region, FUNCTION = region_eq,
    COMMUTATOR = =, NEGATOR = <>, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
COMMENT ON OPERATOR = (region, region) IS 'are the two regions the same?';

CREATE OPERATOR <> (
    LEFTARG = region, RIGHTARG = region, FUNCTION = region_ne,
    COMMUTATOR = <>, NEGATOR = =, RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR <> (region, region) IS 'are the two regions different?';

CREATE OPERATOR >= (
    LEFTARG = region, RIGHTARG = region, FUNCTION = region_ge,
    COMMUTATOR = <=, NEGATOR = <, RESTRICT = scalargesel, JOIN = scalargejoinsel);
COMMENT ON OPERATOR >= (region, region) IS 'is the code of the first region greater than that of the second, or the same?';

CREATE OPERATOR > (
    LEFTARG = region, RIGHTARG = region, FUNCTION = region_gt,
    COMMUTATOR = <, NEGATOR = <=, RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
COMMENT ON OPERATOR > (region, region) IS 'is the code of the first region greater than that of the second?';

CREATE FUNCTION region_cmp(region, region) RETURNS integer
    LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
    AS 'btint4cmp';
COMMENT ON FUNCTION region_cmp(region, region) IS
    'order of two region codes: negative, zero or positive';

CREATE FUNCTION region_hash(region) RETURNS integer
    LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
    AS 'hashint4';
COMMENT ON FUNCTION region_hash(region) IS
    '32-bit hash of a region';

CREATE FUNCTION region_hash_extended(region, bigint) RETURNS bigint
    LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
    AS 'hashint4extended';
COMMENT ON FUNCTION region_hash_extended(region, bigint) IS
    '64-bit hash of a region, with seed';

CREATE OPERATOR FAMILY region_ops USING btree;
COMMENT ON OPERATOR FAMILY region_ops USING btree IS 'btree order of region codes';
CREATE OPERATOR CLASS region_ops
    DEFAULT FOR TYPE region USING btree FAMILY region_ops AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
    FUNCTION 1 region_cmp(region, region),
    FUNCTION 2 btint4sortsupport(internal),
    FUNCTION 4 btequalimage(oid);
COMMENT ON OPERATOR CLASS region_ops USING btree IS
    'btree indexes on regions; also searched by <@ and @>';

CREATE OPERATOR FAMILY region_ops USING hash;
COMMENT ON OPERATOR FAMILY region_ops USING hash IS 'hashing of regions';
CREATE OPERATOR CLASS region_ops
    DEFAULT FOR TYPE region USING hash FAMILY region_ops AS
    OPERATOR 1 =,
    FUNCTION 1 region_hash(region),
    FUNCTION 2 region_hash_extended(region, bigint);
COMMENT ON OPERATOR CLASS region_ops USING hash IS
    'hash indexes, hash joins and hash partitioning by region';

CREATE OPERATOR FAMILY region_minmax_ops USING brin;
COMMENT ON OPERATOR FAMILY region_minmax_ops USING brin IS
    'BRIN summaries of region codes: least and greatest';
CREATE OPERATOR CLASS region_minmax_ops
    DEFAULT FOR TYPE region USING brin FAMILY region_minmax_ops AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
    FUNCTION 1 brin_minmax_opcinfo(internal),
    FUNCTION 2 brin_minmax_add_value(internal, internal, internal, internal),
    FUNCTION 3 brin_minmax_consistent(internal, internal, internal),
    FUNCTION 4 brin_minmax_union(internal, internal, internal);
COMMENT ON OPERATOR CLASS region_minmax_ops USING brin IS
    'BRIN indexes on regions: least and greatest of each block range; also searched by <@';

CREATE OPERATOR FAMILY region_minmax_multi_ops USING brin;
COMMENT ON OPERATOR FAMILY region_minmax_multi_ops USING brin IS
    'BRIN summaries of region codes: several intervals';
CREATE OPERATOR CLASS region_minmax_multi_ops
    FOR TYPE region USING brin FAMILY region_minmax_multi_ops AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
    FUNCTION 1 brin_minmax_multi_opcinfo(internal),
    FUNCTION 2 brin_minmax_multi_add_value(internal, internal, internal, internal),
    FUNCTION 3 brin_minmax_multi_consistent(internal, internal, internal, integer),
    FUNCTION 4 brin_minmax_multi_union(internal, internal, internal),
    FUNCTION 5 brin_minmax_multi_options(internal),
    FUNCTION 11 brin_minmax_multi_distance_int4(internal, internal);
COMMENT ON OPERATOR CLASS region_minmax_multi_ops USING brin IS
    'BRIN indexes on regions that tolerate outliers; also searched by <@';

CREATE FUNCTION region_larger(region, region) RETURNS region
    LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
    AS 'int4larger';
COMMENT ON FUNCTION region_larger(region, region) IS
    'the greater of two region codes; step of max';

CREATE FUNCTION region_smaller(region, region) RETURNS region
    LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
    AS 'int4smaller';
COMMENT ON FUNCTION region_smaller(region, region) IS
    'the lesser of two region codes; step of min';

CREATE AGGREGATE max(region) (
    SFUNC = region_larger, STYPE = region, COMBINEFUNC = region_larger,
    SORTOP = >, PARALLEL = SAFE);
COMMENT ON AGGREGATE max(region) IS
    'greatest region code of all; NULL when there is none';

CREATE AGGREGATE min(region) (
    SFUNC = region_smaller, STYPE = region, COMBINEFUNC = region_smaller,
    SORTOP = <, PARALLEL = SAFE);
COMMENT ON AGGREGATE min(region) IS
    'least region code of all; NULL when there is none';

-- Parts of a code

CREATE FUNCTION tier(region) RETURNS tier
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'region_tier';
COMMENT ON FUNCTION tier(region) IS
    'tier of a region: nation, province, city (prefecture level) or county';

CREATE FUNCTION province(region) RETURNS region
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'region_province';
COMMENT ON FUNCTION province(region) IS
    'the province that a region is or lies in; NULL for the nation';

CREATE FUNCTION prefecture(region) RETURNS region
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'region_prefecture';
COMMENT ON FUNCTION prefecture(region) IS
    'the prefecture that a region is or lies in; NULL for a province or the nation';

CREATE FUNCTION region_last(region) RETURNS region
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'region_last';
COMMENT ON FUNCTION region_last(region) IS
    'the last code inside a region: all codes inside x are x to region_last(x)';

CREATE FUNCTION region_path(region) RETURNS region[]
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'region_path';
COMMENT ON FUNCTION region_path(region) IS
    'the regions that hold a region, from the nation down to itself';

-- Inside and around, with what the planner needs to use indexes for it

CREATE FUNCTION region_within_support(internal) RETURNS internal
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'region_within_support';
COMMENT ON FUNCTION region_within_support(internal) IS
    'planner support of region <@ region: on btree and BRIN indexes the inner side is searched as an interval, on btree indexes the outer side among the at most four regions around';

CREATE FUNCTION region_contains_support(internal) RETURNS internal
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'region_contains_support';
COMMENT ON FUNCTION region_contains_support(internal) IS
    'planner support of region @> region: on btree and BRIN indexes the inner side is searched as an interval, on btree indexes the outer side among the at most four regions around';

CREATE FUNCTION region_withinsel(internal, oid, internal, integer) RETURNS double precision
    LANGUAGE c STABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'region_withinsel';
COMMENT ON FUNCTION region_withinsel(internal, oid, internal, integer) IS
    'restriction selectivity of region <@ region';

CREATE FUNCTION region_withinjoinsel(internal, oid, internal, smallint, internal) RETURNS double precision
    LANGUAGE c STABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'region_withinjoinsel';
COMMENT ON FUNCTION region_withinjoinsel(internal, oid, internal, smallint, internal) IS
    'join selectivity of region <@ region';

CREATE FUNCTION region_containssel(internal, oid, internal, integer) RETURNS double precision
    LANGUAGE c STABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'region_containssel';
COMMENT ON FUNCTION region_containssel(internal, oid, internal, integer) IS
    'restriction selectivity of region @> region';

CREATE FUNCTION region_containsjoinsel(internal, oid, internal, smallint, internal) RETURNS double precision
    LANGUAGE c STABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'region_containsjoinsel';
COMMENT ON FUNCTION region_containsjoinsel(internal, oid, internal, smallint, internal) IS
    'join selectivity of region @> region';

CREATE FUNCTION region_within(region, region) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE SUPPORT region_within_support
    AS 'MODULE_PATHNAME', 'region_within';
COMMENT ON FUNCTION region_within(region, region) IS
    'implementation of operator <@';

CREATE FUNCTION region_contains(region, region) RETURNS boolean
    LANGUAGE c IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE SUPPORT region_contains_support
    AS 'MODULE_PATHNAME', 'region_contains';
COMMENT ON FUNCTION region_contains(region, region) IS
    'implementation of operator @>';

CREATE OPERATOR <@ (
    LEFTARG = region, RIGHTARG = region, FUNCTION = region_within,
    COMMUTATOR = @>, RESTRICT = region_withinsel, JOIN = region_withinjoinsel);
COMMENT ON OPERATOR <@ (region, region) IS
    'is the first region inside the second, or the same?';

CREATE OPERATOR @> (
    LEFTARG = region, RIGHTARG = region, FUNCTION = region_contains,
    COMMUTATOR = <@, RESTRICT = region_containssel, JOIN = region_containsjoinsel);
COMMENT ON OPERATOR @> (region, region) IS
    'does the first region hold the second, or equal it?';

-- Casts

CREATE FUNCTION region(integer) RETURNS region
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'region_from_integer';
COMMENT ON FUNCTION region(integer) IS
    'region of a code given as a number of six digits, or 0 for the nation; 22023 when there is none';

CREATE CAST (integer AS region) WITH FUNCTION region(integer);
COMMENT ON CAST (integer AS region) IS
    'region of a code given as a number of six digits, or 0 for the nation; 22023 when there is none';

CREATE CAST (region AS integer) WITHOUT FUNCTION;
COMMENT ON CAST (region AS integer) IS
    'the number that the six digits of the code read';
