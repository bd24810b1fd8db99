-- energy.sql: type energy, its accumulator, operators, casts, operator classes
-- and aggregates.
--
-- An energy is stored as a bigint count of watt-hours, so what only looks at
-- the order of the values is PostgreSQL's own code for bigint.

CREATE TYPE energy;

CREATE FUNCTION energy_in(cstring) RETURNS energy
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'energy_in';
COMMENT ON FUNCTION energy_in(cstring) IS
    'reads an energy: a number (kWh when bare) and a unit; 22P02 for what is no energy or is finer than 1 Wh, 22003 for what does not fit';
CREATE FUNCTION energy_out(energy) RETURNS cstring
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'energy_out';
COMMENT ON FUNCTION energy_out(energy) IS
    'text of an energy: kWh with up to three decimals';
CREATE FUNCTION energy_recv(internal) RETURNS energy
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE
    AS 'int8recv';
COMMENT ON FUNCTION energy_recv(internal) IS
    'binary input of an energy: watt-hours as a 64-bit integer';
CREATE FUNCTION energy_send(energy) RETURNS bytea
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE
    AS 'int8send';
COMMENT ON FUNCTION energy_send(energy) IS
    'binary output of an energy: watt-hours as a 64-bit integer';

CREATE TYPE energy (
    INPUT = energy_in,
    OUTPUT = energy_out,
    RECEIVE = energy_recv,
    SEND = energy_send,
    LIKE = pg_catalog.int8,
    CATEGORY = 'U');
COMMENT ON TYPE energy IS
    'energy (电量), exact to the watt-hour: a 64-bit count of Wh; text such as 1234.567 kWh, 3.18亿千瓦时, 12 MWh; a bare number counts kWh; from -9223372036854775.808 kWh to 9223372036854775.807 kWh';

-- Order

CREATE FUNCTION energy_eq(energy, energy) RETURNS boolean
    LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE AS 'int8eq';
COMMENT ON FUNCTION energy_eq(energy, energy) IS 'whether two energies are equal';
CREATE FUNCTION energy_ne(energy, energy) RETURNS boolean
    LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE AS 'int8ne';
COMMENT ON FUNCTION energy_ne(energy, energy) IS 'whether two energies differ';
CREATE FUNCTION energy_lt(energy, energy) RETURNS boolean
    LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE AS 'int8lt';
COMMENT ON FUNCTION energy_lt(energy, energy) IS 'whether the first energy is less than the second';
CREATE FUNCTION energy_le(energy, energy) RETURNS boolean
    LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE AS 'int8le';
COMMENT ON FUNCTION energy_le(energy, energy) IS 'whether the first energy is at most the second';
CREATE FUNCTION energy_gt(energy, energy) RETURNS boolean
    LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE AS 'int8gt';
COMMENT ON FUNCTION energy_gt(energy, energy) IS 'whether the first energy is greater than the second';
CREATE FUNCTION energy_ge(energy, energy) RETURNS boolean
    LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE AS 'int8ge';
COMMENT ON FUNCTION energy_ge(energy, energy) IS 'whether the first energy is at least the second';
CREATE FUNCTION energy_cmp(energy, energy) RETURNS integer
    LANGUAGE internal IMMUTABLE STRICT LEAKPROOF PARALLEL SAFE AS 'btint8cmp';
COMMENT ON FUNCTION energy_cmp(energy, energy) IS 'order of two energies: negative, zero or positive';
CREATE FUNCTION energy_larger(energy, energy) RETURNS energy
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'int8larger';
COMMENT ON FUNCTION energy_larger(energy, energy) IS 'the larger of two energies';
CREATE FUNCTION energy_smaller(energy, energy) RETURNS energy
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'int8smaller';
COMMENT ON FUNCTION energy_smaller(energy, energy) IS 'the smaller of two energies';
CREATE FUNCTION energy_hash(energy) RETURNS integer
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'hashint8';
COMMENT ON FUNCTION energy_hash(energy) IS 'hash of an energy';
CREATE FUNCTION energy_hash_extended(energy, bigint) RETURNS bigint
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'hashint8extended';
COMMENT ON FUNCTION energy_hash_extended(energy, bigint) IS '64-bit hash of an energy with a seed';
CREATE FUNCTION energy_in_range(energy, energy, energy, boolean, boolean) RETURNS boolean
    LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'in_range_int8_int8';
COMMENT ON FUNCTION energy_in_range(energy, energy, energy, boolean, boolean) IS
    'support of window frames RANGE BETWEEN energy PRECEDING AND energy FOLLOWING; 22013 for a negative offset';

CREATE OPERATOR = (
    FUNCTION = energy_eq, LEFTARG = energy, RIGHTARG = energy,
    COMMUTATOR = =, NEGATOR = <>,
    RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
COMMENT ON OPERATOR = (energy, energy) IS 'equal';
CREATE OPERATOR <> (
    FUNCTION = energy_ne, LEFTARG = energy, RIGHTARG = energy,
    COMMUTATOR = <>, NEGATOR = =,
    RESTRICT = neqsel, JOIN = neqjoinsel);
COMMENT ON OPERATOR <> (energy, energy) IS 'not equal';
CREATE OPERATOR < (
    FUNCTION = energy_lt, LEFTARG = energy, RIGHTARG = energy,
    COMMUTATOR = >, NEGATOR = >=,
    RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
COMMENT ON OPERATOR < (energy, energy) IS 'less than';
CREATE OPERATOR <= (
    FUNCTION = energy_le, LEFTARG = energy, RIGHTARG = energy,
    COMMUTATOR = >=, NEGATOR = >,
    RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
COMMENT ON OPERATOR <= (energy, energy) IS 'less than or equal';
CREATE OPERATOR > (
    FUNCTION = energy_gt, LEFTARG = energy, RIGHTARG = energy,
    COMMUTATOR = <, NEGATOR = <=,
    RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
COMMENT ON OPERATOR > (energy, energy) IS 'greater than';
CREATE OPERATOR >= (
    FUNCTION = energy_ge, LEFTARG = energy, RIGHTARG = energy,
    COMMUTATOR = <=, NEGATOR = <,
    RESTRICT = scalargesel, JOIN = scalargejoinsel);
COMMENT ON OPERATOR >= (energy, energy) IS 'greater than or equal';

CREATE OPERATOR CLASS energy_ops DEFAULT FOR TYPE energy USING btree AS
    OPERATOR 1 < ,
    OPERATOR 2 <= ,
    OPERATOR 3 = ,
    OPERATOR 4 >= ,
    OPERATOR 5 > ,
    FUNCTION 1 energy_cmp(energy, energy),
    FUNCTION 2 btint8sortsupport(internal),
    FUNCTION 3 energy_in_range(energy, energy, energy, boolean, boolean),
    FUNCTION 4 btequalimage(oid);
COMMENT ON OPERATOR CLASS energy_ops USING btree IS 'order of energies';
COMMENT ON OPERATOR FAMILY energy_ops USING btree IS 'order of energies';

CREATE OPERATOR CLASS energy_ops DEFAULT FOR TYPE energy USING hash AS
    OPERATOR 1 = ,
    FUNCTION 1 energy_hash(energy),
    FUNCTION 2 energy_hash_extended(energy, bigint);
COMMENT ON OPERATOR CLASS energy_ops USING hash IS 'equality of energies';
COMMENT ON OPERATOR FAMILY energy_ops USING hash IS 'equality of energies';

CREATE OPERATOR CLASS energy_minmax_ops DEFAULT FOR TYPE energy USING brin AS
    OPERATOR 1 < ,
    OPERATOR 2 <= ,
    OPERATOR 3 = ,
    OPERATOR 4 >= ,
    OPERATOR 5 > ,
    FUNCTION 1 brin_minmax_opcinfo(internal),
    FUNCTION 2 brin_minmax_add_value(internal, internal, internal, internal),
    FUNCTION 3 brin_minmax_consistent(internal, internal, internal),
    FUNCTION 4 brin_minmax_union(internal, internal, internal);
COMMENT ON OPERATOR CLASS energy_minmax_ops USING brin IS 'least and greatest energy of a block range';
COMMENT ON OPERATOR FAMILY energy_minmax_ops USING brin IS 'least and greatest energy of a block range';

CREATE OPERATOR CLASS energy_minmax_multi_ops FOR TYPE energy USING brin AS
    OPERATOR 1 < ,
    OPERATOR 2 <= ,
    OPERATOR 3 = ,
    OPERATOR 4 >= ,
    OPERATOR 5 > ,
    FUNCTION 1 brin_minmax_multi_opcinfo(internal),
    FUNCTION 2 brin_minmax_multi_add_value(internal, internal, internal, internal),
    FUNCTION 3 brin_minmax_multi_consistent(internal, internal, internal, integer),
    FUNCTION 4 brin_minmax_multi_union(internal, internal, internal),
    FUNCTION 5 brin_minmax_multi_options(internal),
    FUNCTION 11 brin_minmax_multi_distance_int8(internal, internal);
COMMENT ON OPERATOR CLASS energy_minmax_multi_ops USING brin IS 'several intervals of energies of a block range';
COMMENT ON OPERATOR FAMILY energy_minmax_multi_ops USING brin IS 'several intervals of energies of a block range';

CREATE OPERATOR CLASS energy_bloom_ops FOR TYPE energy USING brin AS
    OPERATOR 1 = ,
    FUNCTION 1 brin_bloom_opcinfo(internal),
    FUNCTION 2 brin_bloom_add_value(internal, internal, internal, internal),
    FUNCTION 3 brin_bloom_consistent(internal, internal, internal, integer),
    FUNCTION 4 brin_bloom_union(internal, internal, internal),
    FUNCTION 5 brin_bloom_options(internal),
    FUNCTION 11 energy_hash(energy);
COMMENT ON OPERATOR CLASS energy_bloom_ops USING brin IS 'Bloom filter of the energies of a block range';
COMMENT ON OPERATOR FAMILY energy_bloom_ops USING brin IS 'Bloom filter of the energies of a block range';

-- Arithmetic

CREATE FUNCTION energy_plus(energy) RETURNS energy
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'energy_plus';
COMMENT ON FUNCTION energy_plus(energy) IS 'the energy itself';
CREATE FUNCTION energy_negate(energy) RETURNS energy
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'energy_negate';
COMMENT ON FUNCTION energy_negate(energy) IS 'the energy with the other sign; 22003 when it does not fit';
CREATE FUNCTION abs(energy) RETURNS energy
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'energy_abs';
COMMENT ON FUNCTION abs(energy) IS 'the energy without its sign; 22003 when it does not fit';
CREATE FUNCTION energy_add(energy, energy) RETURNS energy
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'energy_add';
COMMENT ON FUNCTION energy_add(energy, energy) IS 'sum of two energies; 22003 when it does not fit';
CREATE FUNCTION energy_subtract(energy, energy) RETURNS energy
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'energy_subtract';
COMMENT ON FUNCTION energy_subtract(energy, energy) IS 'difference of two energies; 22003 when it does not fit';
CREATE FUNCTION energy_multiply(energy, numeric) RETURNS energy
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'energy_multiply';
COMMENT ON FUNCTION energy_multiply(energy, numeric) IS
    'an energy times a number, rounded half away from zero to 1 Wh; 22003 when it does not fit or the number is not finite';
CREATE FUNCTION energy_multiply(numeric, energy) RETURNS energy
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'energy_multiply_left';
COMMENT ON FUNCTION energy_multiply(numeric, energy) IS
    'a number times an energy, rounded half away from zero to 1 Wh; 22003 when it does not fit or the number is not finite';
CREATE FUNCTION energy_divide(energy, numeric) RETURNS energy
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'energy_divide';
COMMENT ON FUNCTION energy_divide(energy, numeric) IS
    'an energy divided by a number, rounded half away from zero to 1 Wh; 22012 on zero, 22003 when it does not fit or the number is not finite';
CREATE FUNCTION energy_ratio(energy, energy) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'energy_ratio';
COMMENT ON FUNCTION energy_ratio(energy, energy) IS
    'ratio of two energies, a plain number with at least 16 significant digits; 22012 on zero';
CREATE FUNCTION energy_modulo(energy, energy) RETURNS energy
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'energy_modulo';
COMMENT ON FUNCTION energy_modulo(energy, energy) IS
    'what is left when whole multiples of the second energy are taken from the first, with the sign of the first; 22012 on zero';

CREATE OPERATOR + (FUNCTION = energy_plus, RIGHTARG = energy);
COMMENT ON OPERATOR + (NONE, energy) IS 'the energy itself';
CREATE OPERATOR - (FUNCTION = energy_negate, RIGHTARG = energy);
COMMENT ON OPERATOR - (NONE, energy) IS 'negate';
CREATE OPERATOR + (
    FUNCTION = energy_add, LEFTARG = energy, RIGHTARG = energy, COMMUTATOR = +);
COMMENT ON OPERATOR + (energy, energy) IS 'add';
CREATE OPERATOR - (
    FUNCTION = energy_subtract, LEFTARG = energy, RIGHTARG = energy);
COMMENT ON OPERATOR - (energy, energy) IS 'subtract';
CREATE OPERATOR * (
    FUNCTION = energy_multiply, LEFTARG = energy, RIGHTARG = numeric, COMMUTATOR = *);
COMMENT ON OPERATOR * (energy, numeric) IS 'multiply, rounded half away from zero to 1 Wh';
CREATE OPERATOR * (
    FUNCTION = energy_multiply, LEFTARG = numeric, RIGHTARG = energy, COMMUTATOR = *);
COMMENT ON OPERATOR * (numeric, energy) IS 'multiply, rounded half away from zero to 1 Wh';
CREATE OPERATOR / (
    FUNCTION = energy_divide, LEFTARG = energy, RIGHTARG = numeric);
COMMENT ON OPERATOR / (energy, numeric) IS 'divide, rounded half away from zero to 1 Wh';
CREATE OPERATOR / (
    FUNCTION = energy_ratio, LEFTARG = energy, RIGHTARG = energy);
COMMENT ON OPERATOR / (energy, energy) IS 'ratio, a plain number';
CREATE OPERATOR % (
    FUNCTION = energy_modulo, LEFTARG = energy, RIGHTARG = energy);
COMMENT ON OPERATOR % (energy, energy) IS 'remainder';

-- To and from plain numbers, always with a unit in the name or by a cast that
-- somebody wrote

CREATE FUNCTION wh(energy) RETURNS bigint
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'energy_wh';
COMMENT ON FUNCTION wh(energy) IS 'watt-hours (瓦时), exact';
CREATE FUNCTION kwh(energy) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'energy_kwh';
COMMENT ON FUNCTION kwh(energy) IS 'kilowatt-hours (千瓦时) with three decimals, exact';
CREATE FUNCTION mwh(energy) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'energy_mwh';
COMMENT ON FUNCTION mwh(energy) IS 'megawatt-hours (兆瓦时) with six decimals, exact';

CREATE FUNCTION make_energy(wh bigint DEFAULT 0, kwh numeric DEFAULT 0, mwh numeric DEFAULT 0)
    RETURNS energy
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'energy_make';
COMMENT ON FUNCTION make_energy(bigint, numeric, numeric) IS
    'the energy of so many watt-hours, kilowatt-hours and megawatt-hours together; 22023 when it is finer than 1 Wh, 22003 when it does not fit';

CREATE FUNCTION energy(numeric) RETURNS energy
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'energy_from_numeric';
COMMENT ON FUNCTION energy(numeric) IS
    'the energy of so many kilowatt-hours; 22023 when it is finer than 1 Wh, 22003 when it does not fit';
CREATE FUNCTION energy(bigint) RETURNS energy
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'energy_from_int8';
COMMENT ON FUNCTION energy(bigint) IS
    'the energy of so many kilowatt-hours; 22003 when it does not fit';
CREATE FUNCTION energy(integer) RETURNS energy
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'energy_from_int4';
COMMENT ON FUNCTION energy(integer) IS 'the energy of so many kilowatt-hours';

CREATE CAST (numeric AS energy) WITH FUNCTION energy(numeric) AS ASSIGNMENT;
COMMENT ON CAST (numeric AS energy) IS 'kilowatt-hours; 22023 when it is finer than 1 Wh, 22003 when it does not fit';
CREATE CAST (bigint AS energy) WITH FUNCTION energy(bigint) AS ASSIGNMENT;
COMMENT ON CAST (bigint AS energy) IS 'kilowatt-hours; 22003 when it does not fit';
CREATE CAST (integer AS energy) WITH FUNCTION energy(integer) AS ASSIGNMENT;
COMMENT ON CAST (integer AS energy) IS 'kilowatt-hours';
CREATE CAST (energy AS numeric) WITH FUNCTION kwh(energy);
COMMENT ON CAST (energy AS numeric) IS 'kilowatt-hours with three decimals, only where written out';

-- The accumulator

CREATE TYPE energy_accumulator;

CREATE FUNCTION energy_accumulator_in(cstring) RETURNS energy_accumulator
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'energy_accumulator_in';
COMMENT ON FUNCTION energy_accumulator_in(cstring) IS
    'reads an accumulator: (count,sum in watt-hours); 22P02 for any other text, 22003 for a sum that so many energies cannot have';
CREATE FUNCTION energy_accumulator_out(energy_accumulator) RETURNS cstring
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'energy_accumulator_out';
COMMENT ON FUNCTION energy_accumulator_out(energy_accumulator) IS
    'text of an accumulator: (count,sum in watt-hours)';
CREATE FUNCTION energy_accumulator_recv(internal) RETURNS energy_accumulator
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'energy_accumulator_recv';
COMMENT ON FUNCTION energy_accumulator_recv(internal) IS
    'binary input of an accumulator: count and the two halves of the sum; 22P03 for a sum that so many energies cannot have';
CREATE FUNCTION energy_accumulator_send(energy_accumulator) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'energy_accumulator_send';
COMMENT ON FUNCTION energy_accumulator_send(energy_accumulator) IS
    'binary output of an accumulator: count and the two halves of the sum';

CREATE TYPE energy_accumulator (
    INPUT = energy_accumulator_in,
    OUTPUT = energy_accumulator_out,
    RECEIVE = energy_accumulator_recv,
    SEND = energy_accumulator_send,
    INTERNALLENGTH = 24,
    ALIGNMENT = double,
    STORAGE = plain,
    CATEGORY = 'U');
COMMENT ON TYPE energy_accumulator IS
    'partial sum of energies: how many, and their sum with 128 bits; text (count,sum in Wh); may be stored and accumulated further';

CREATE FUNCTION energy_accumulator_add(energy_accumulator, energy) RETURNS energy_accumulator
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'energy_accumulator_add';
COMMENT ON FUNCTION energy_accumulator_add(energy_accumulator, energy) IS
    'the accumulator with one energy more; 22003 beyond 2^63 - 1 energies';
CREATE FUNCTION energy_accumulator_transition(energy_accumulator, energy) RETURNS energy_accumulator
    LANGUAGE c IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'energy_accumulator_transition';
COMMENT ON FUNCTION energy_accumulator_transition(energy_accumulator, energy) IS
    'the accumulator with one energy more, or as it is when that is NULL; 22003 beyond 2^63 - 1 energies';
CREATE FUNCTION energy_accumulator_remove(energy_accumulator, energy) RETURNS energy_accumulator
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'energy_accumulator_remove';
COMMENT ON FUNCTION energy_accumulator_remove(energy_accumulator, energy) IS
    'the accumulator with one energy less; 22023 when it cannot have been accumulated';
CREATE FUNCTION energy_accumulator_combine(energy_accumulator, energy_accumulator) RETURNS energy_accumulator
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'energy_accumulator_combine';
COMMENT ON FUNCTION energy_accumulator_combine(energy_accumulator, energy_accumulator) IS
    'both accumulators in one; 22003 beyond 2^63 - 1 energies';
CREATE FUNCTION energy_accumulator_uncombine(energy_accumulator, energy_accumulator) RETURNS energy_accumulator
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'energy_accumulator_uncombine';
COMMENT ON FUNCTION energy_accumulator_uncombine(energy_accumulator, energy_accumulator) IS
    'the first accumulator without what the second holds; 22023 when that cannot have been accumulated';
CREATE FUNCTION total(energy_accumulator) RETURNS energy
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'energy_accumulator_total';
COMMENT ON FUNCTION total(energy_accumulator) IS
    'sum of what was accumulated, NULL when nothing was; 22003 when it does not fit';
CREATE FUNCTION total_kwh(energy_accumulator) RETURNS numeric
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'energy_accumulator_total_kwh';
COMMENT ON FUNCTION total_kwh(energy_accumulator) IS
    'sum of what was accumulated in kilowatt-hours with three decimals, exact whatever its size, NULL when nothing was accumulated';
CREATE FUNCTION average(energy_accumulator) RETURNS energy
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'energy_accumulator_average';
COMMENT ON FUNCTION average(energy_accumulator) IS
    'mean of what was accumulated, rounded half away from zero to 1 Wh, NULL when nothing was';
CREATE FUNCTION entries(energy_accumulator) RETURNS bigint
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'energy_accumulator_entries';
COMMENT ON FUNCTION entries(energy_accumulator) IS
    'how many energies were accumulated';

-- Aggregates

CREATE AGGREGATE sum(energy) (
    SFUNC = energy_accumulator_transition,
    STYPE = energy_accumulator,
    SSPACE = 24,
    FINALFUNC = total,
    COMBINEFUNC = energy_accumulator_combine,
    INITCOND = '(0,0)',
    MSFUNC = energy_accumulator_add,
    MINVFUNC = energy_accumulator_remove,
    MSTYPE = energy_accumulator,
    MSSPACE = 24,
    MFINALFUNC = total,
    MINITCOND = '(0,0)',
    PARALLEL = SAFE);
COMMENT ON AGGREGATE sum(energy) IS
    'sum of all energies that are not NULL, NULL when there is none; 22003 when it does not fit, whatever stands in between';

CREATE AGGREGATE avg(energy) (
    SFUNC = energy_accumulator_transition,
    STYPE = energy_accumulator,
    SSPACE = 24,
    FINALFUNC = average,
    COMBINEFUNC = energy_accumulator_combine,
    INITCOND = '(0,0)',
    MSFUNC = energy_accumulator_add,
    MINVFUNC = energy_accumulator_remove,
    MSTYPE = energy_accumulator,
    MSSPACE = 24,
    MFINALFUNC = average,
    MINITCOND = '(0,0)',
    PARALLEL = SAFE);
COMMENT ON AGGREGATE avg(energy) IS
    'mean of all energies that are not NULL, rounded half away from zero to 1 Wh, NULL when there is none';

CREATE AGGREGATE accumulate(energy) (
    SFUNC = energy_accumulator_transition,
    STYPE = energy_accumulator,
    SSPACE = 24,
    COMBINEFUNC = energy_accumulator_combine,
    INITCOND = '(0,0)',
    MSFUNC = energy_accumulator_add,
    MINVFUNC = energy_accumulator_remove,
    MSTYPE = energy_accumulator,
    MSSPACE = 24,
    MINITCOND = '(0,0)',
    PARALLEL = SAFE);
COMMENT ON AGGREGATE accumulate(energy) IS
    'all energies that are not NULL as a partial sum that can be stored and accumulated further';

CREATE AGGREGATE accumulate(energy_accumulator) (
    SFUNC = energy_accumulator_combine,
    STYPE = energy_accumulator,
    SSPACE = 24,
    COMBINEFUNC = energy_accumulator_combine,
    INITCOND = '(0,0)',
    MSFUNC = energy_accumulator_combine,
    MINVFUNC = energy_accumulator_uncombine,
    MSTYPE = energy_accumulator,
    MSSPACE = 24,
    MINITCOND = '(0,0)',
    PARALLEL = SAFE);
COMMENT ON AGGREGATE accumulate(energy_accumulator) IS
    'partial sums rolled up into one';

CREATE AGGREGATE min(energy) (
    SFUNC = energy_smaller,
    STYPE = energy,
    COMBINEFUNC = energy_smaller,
    SORTOP = <,
    PARALLEL = SAFE);
COMMENT ON AGGREGATE min(energy) IS 'least of all energies that are not NULL';
CREATE AGGREGATE max(energy) (
    SFUNC = energy_larger,
    STYPE = energy,
    COMBINEFUNC = energy_larger,
    SORTOP = >,
    PARALLEL = SAFE);
COMMENT ON AGGREGATE max(energy) IS 'greatest of all energies that are not NULL';
