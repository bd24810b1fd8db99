-- nonfossil.sql: non-fossil consumption by method of identification, as an
-- aggregate.

CREATE TYPE nonfossil_consumption AS (
    physical energy, energy_trade energy, certificate_trade energy, allocation energy, total energy);
COMMENT ON TYPE nonfossil_consumption IS
    'non-fossil power consumption (非化石能源电力消费量) by method of identification: E = P + T + C + A (发改能源〔2026〕622号 Annexes 2 and 3)';
COMMENT ON COLUMN nonfossil_consumption.physical IS 'P, identified physically (物理认定); energy';
COMMENT ON COLUMN nonfossil_consumption.energy_trade IS 'T, identified by energy trade (交易认定-电能量); energy';
COMMENT ON COLUMN nonfossil_consumption.certificate_trade IS 'C, identified by certificate trade or transfer (交易认定-绿证); energy';
COMMENT ON COLUMN nonfossil_consumption.allocation IS 'A, allocated (分摊认定); energy';
COMMENT ON COLUMN nonfossil_consumption.total IS 'E, the sum of the four; energy';

-- The accumulator

CREATE TYPE nonfossil_accumulator;

CREATE FUNCTION nonfossil_accumulator_in(cstring) RETURNS nonfossil_accumulator
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'nonfossil_accumulator_in';
COMMENT ON FUNCTION nonfossil_accumulator_in(cstring) IS
    'reads an accumulator: (count,physical,energy_trade,certificate_trade,allocation), sums in watt-hours; 22P02 for any other text, 22003 for sums that so many energies cannot have and for a count above 2^48';
CREATE FUNCTION nonfossil_accumulator_out(nonfossil_accumulator) RETURNS cstring
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'nonfossil_accumulator_out';
COMMENT ON FUNCTION nonfossil_accumulator_out(nonfossil_accumulator) IS
    'text of an accumulator: (count,physical,energy_trade,certificate_trade,allocation), sums in watt-hours';
CREATE FUNCTION nonfossil_accumulator_recv(internal) RETURNS nonfossil_accumulator
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'nonfossil_accumulator_recv';
COMMENT ON FUNCTION nonfossil_accumulator_recv(internal) IS
    'binary input of an accumulator: count and, for each method, the two halves of the sum in watt-hours; 22P03 for sums that so many energies cannot have and for a count below 0 or above 2^48';
CREATE FUNCTION nonfossil_accumulator_send(nonfossil_accumulator) RETURNS bytea
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'nonfossil_accumulator_send';
COMMENT ON FUNCTION nonfossil_accumulator_send(nonfossil_accumulator) IS
    'binary output of an accumulator: count and, for each method, the two halves of the sum in watt-hours';

CREATE TYPE nonfossil_accumulator (
    INPUT = nonfossil_accumulator_in,
    OUTPUT = nonfossil_accumulator_out,
    RECEIVE = nonfossil_accumulator_recv,
    SEND = nonfossil_accumulator_send,
    INTERNALLENGTH = 64,
    ALIGNMENT = double,
    STORAGE = plain,
    CATEGORY = 'U');
COMMENT ON TYPE nonfossil_accumulator IS
    'partial sums of energies by method of identification: how many energies, and the sum of each method with 112 bits; text (count,physical,energy_trade,certificate_trade,allocation), sums in Wh; may be stored and accumulated further';

CREATE FUNCTION nonfossil_accumulator_add(nonfossil_accumulator, identification, energy) RETURNS nonfossil_accumulator
    LANGUAGE c IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'nonfossil_accumulator_add';
COMMENT ON FUNCTION nonfossil_accumulator_add(nonfossil_accumulator, identification, energy) IS
    'the accumulator with one energy more, or as it is when that is NULL; 22004 for an energy without identification, 22003 beyond 2^48 energies';
CREATE FUNCTION nonfossil_accumulator_remove(nonfossil_accumulator, identification, energy) RETURNS nonfossil_accumulator
    LANGUAGE c IMMUTABLE PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'nonfossil_accumulator_remove';
COMMENT ON FUNCTION nonfossil_accumulator_remove(nonfossil_accumulator, identification, energy) IS
    'the accumulator with one energy less, or as it is when that is NULL; 22004 for an energy without identification, 22023 when it cannot have been accumulated';
CREATE FUNCTION nonfossil_accumulator_combine(nonfossil_accumulator, nonfossil_accumulator) RETURNS nonfossil_accumulator
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'nonfossil_accumulator_combine';
COMMENT ON FUNCTION nonfossil_accumulator_combine(nonfossil_accumulator, nonfossil_accumulator) IS
    'both accumulators in one; 22003 beyond 2^48 energies';
CREATE FUNCTION nonfossil_accumulator_uncombine(nonfossil_accumulator, nonfossil_accumulator) RETURNS nonfossil_accumulator
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'nonfossil_accumulator_uncombine';
COMMENT ON FUNCTION nonfossil_accumulator_uncombine(nonfossil_accumulator, nonfossil_accumulator) IS
    'the first accumulator without what the second holds; 22023 when that cannot have been accumulated';
CREATE FUNCTION total(nonfossil_accumulator) RETURNS nonfossil_consumption
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'nonfossil_accumulator_total';
COMMENT ON FUNCTION total(nonfossil_accumulator) IS
    'sum of what was accumulated, by method and in total, NULL when nothing was; 22003 when one of them does not fit';
CREATE FUNCTION entries(nonfossil_accumulator) RETURNS bigint
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE
    AS 'MODULE_PATHNAME', 'nonfossil_accumulator_entries';
COMMENT ON FUNCTION entries(nonfossil_accumulator) IS
    'how many energies were accumulated';

-- Aggregates.  A state takes as much memory as one of sum(bigint), so SSPACE is
-- PostgreSQL's figure for that one: the planner then chooses the same plans for
-- both, a hash table where the groups fit.

CREATE AGGREGATE nonfossil(identification identification, energy energy) (
    SFUNC = nonfossil_accumulator_add,
    STYPE = nonfossil_accumulator,
    SSPACE = 48,
    FINALFUNC = total,
    COMBINEFUNC = nonfossil_accumulator_combine,
    INITCOND = '(0,0,0,0,0)',
    MSFUNC = nonfossil_accumulator_add,
    MINVFUNC = nonfossil_accumulator_remove,
    MSTYPE = nonfossil_accumulator,
    MSSPACE = 48,
    MFINALFUNC = total,
    MINITCOND = '(0,0,0,0,0)',
    PARALLEL = SAFE);
COMMENT ON AGGREGATE nonfossil(identification, energy) IS
    'non-fossil consumption, E = P + T + C + A (发改能源〔2026〕622号 Annexes 2 and 3): sum of all energies that are not NULL, by method of identification and in total; NULL when there is none, 0 kWh for a method that has none; 22004 for an energy without identification, 22003 when a sum does not fit, whatever stands in between';

CREATE AGGREGATE nonfossil(partial nonfossil_accumulator) (
    SFUNC = nonfossil_accumulator_combine,
    STYPE = nonfossil_accumulator,
    SSPACE = 48,
    FINALFUNC = total,
    COMBINEFUNC = nonfossil_accumulator_combine,
    INITCOND = '(0,0,0,0,0)',
    MSFUNC = nonfossil_accumulator_combine,
    MINVFUNC = nonfossil_accumulator_uncombine,
    MSTYPE = nonfossil_accumulator,
    MSSPACE = 48,
    MFINALFUNC = total,
    MINITCOND = '(0,0,0,0,0)',
    PARALLEL = SAFE);
COMMENT ON AGGREGATE nonfossil(nonfossil_accumulator) IS
    'non-fossil consumption, E = P + T + C + A, from partial sums; NULL when they hold nothing; 22003 when a sum does not fit';

CREATE AGGREGATE accumulate(identification identification, energy energy) (
    SFUNC = nonfossil_accumulator_add,
    STYPE = nonfossil_accumulator,
    SSPACE = 48,
    COMBINEFUNC = nonfossil_accumulator_combine,
    INITCOND = '(0,0,0,0,0)',
    MSFUNC = nonfossil_accumulator_add,
    MINVFUNC = nonfossil_accumulator_remove,
    MSTYPE = nonfossil_accumulator,
    MSSPACE = 48,
    MINITCOND = '(0,0,0,0,0)',
    PARALLEL = SAFE);
COMMENT ON AGGREGATE accumulate(identification, energy) IS
    'all energies that are not NULL as partial sums by method of identification that can be stored and accumulated further; 22004 for an energy without identification';

CREATE AGGREGATE accumulate(partial nonfossil_accumulator) (
    SFUNC = nonfossil_accumulator_combine,
    STYPE = nonfossil_accumulator,
    SSPACE = 48,
    COMBINEFUNC = nonfossil_accumulator_combine,
    INITCOND = '(0,0,0,0,0)',
    MSFUNC = nonfossil_accumulator_combine,
    MINVFUNC = nonfossil_accumulator_uncombine,
    MSTYPE = nonfossil_accumulator,
    MSSPACE = 48,
    MINITCOND = '(0,0,0,0,0)',
    PARALLEL = SAFE);
COMMENT ON AGGREGATE accumulate(nonfossil_accumulator) IS
    'partial sums by method of identification rolled up into one';
