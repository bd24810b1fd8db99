/*-------------------------------------------------------------------------
 *
 * energy_aggregate.c
 *	  Type energy_accumulator and the aggregates over energy that use it.
 *
 * The state of sum(), avg() and accumulate() is a type of its own, 24 bytes,
 * that can be stored and sent like any other.  So parallel workers and other
 * nodes hand over partial sums without serial functions, and a table may keep
 * them.  The sum has 128 bits: only a final result can be out of range.
 *
 * The transition functions change the state in place when an aggregate calls
 * them, and copy it when anybody else does.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "libpq/pqformat.h"
#include "nodes/execnodes.h"
#include "utils/fmgrprotos.h"

#include "compat.h"
#include "energy.h"
#include "energy_text.h"

PG_FUNCTION_INFO_V1(energy_accumulator_in);
PG_FUNCTION_INFO_V1(energy_accumulator_out);
PG_FUNCTION_INFO_V1(energy_accumulator_recv);
PG_FUNCTION_INFO_V1(energy_accumulator_send);
PG_FUNCTION_INFO_V1(energy_accumulator_transition);
PG_FUNCTION_INFO_V1(energy_accumulator_add);
PG_FUNCTION_INFO_V1(energy_accumulator_remove);
PG_FUNCTION_INFO_V1(energy_accumulator_combine);
PG_FUNCTION_INFO_V1(energy_accumulator_uncombine);
PG_FUNCTION_INFO_V1(energy_accumulator_total);
PG_FUNCTION_INFO_V1(energy_accumulator_average);
PG_FUNCTION_INFO_V1(energy_accumulator_entries);
PG_FUNCTION_INFO_V1(energy_accumulator_total_kwh);

/*
 * energy_accumulator_in(cstring) returns energy_accumulator
 *
 * Reads "(count,sum in watt-hours)" as energy_accumulator_out() writes it.
 * Errors (soft where the server has them): 22P02 for any other text, 22003 for
 * a sum that so many energies cannot have.
 */
Datum
energy_accumulator_in(PG_FUNCTION_ARGS)
{
	char	   *str = PG_GETARG_CSTRING(0);
	EnergyAccumulator *result = palloc(sizeof(EnergyAccumulator));

	switch (energy_accumulator_text_parse(str, strlen(str), &result->count,
										  &result->hi, &result->lo))
	{
		case ENERGY_TEXT_OK:
			PG_RETURN_ENERGY_ACCUMULATOR_P(result);
		case ENERGY_TEXT_OUT_OF_RANGE:
			ereturn(fcinfo->context, (Datum) 0,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("value \"%s\" is out of range for type %s",
							str, "energy_accumulator"),
					 errdetail("So many energies cannot have this sum.")));
		default:
			ereturn(fcinfo->context, (Datum) 0,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("invalid input syntax for type %s: \"%s\"",
							"energy_accumulator", str),
					 errhint("Write the number of energies and their sum in watt-hours, such as (2,1500).")));
	}
}

/*
 * energy_accumulator_out(energy_accumulator) returns cstring
 */
Datum
energy_accumulator_out(PG_FUNCTION_ARGS)
{
	EnergyAccumulator *state = PG_GETARG_ENERGY_ACCUMULATOR_P(0);
	char	   *buf = palloc(ENERGY_ACCUMULATOR_TEXT_SIZE);

	energy_accumulator_text_format(state->count, state->hi, state->lo, buf);
	PG_RETURN_CSTRING(buf);
}

/*
 * energy_accumulator_recv(internal) returns energy_accumulator
 *
 * Three 64-bit integers in network order: count, sum's upper and lower half.
 * Raises 22P03 for a sum that so many energies cannot have.
 */
Datum
energy_accumulator_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	EnergyAccumulator *result = palloc(sizeof(EnergyAccumulator));

	result->count = pq_getmsgint64(buf);
	result->hi = pq_getmsgint64(buf);
	result->lo = (uint64) pq_getmsgint64(buf);
	if (!energy_accumulator_valid(result->count, result->hi, result->lo))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary value for type %s",
						"energy_accumulator"),
				 errdetail("So many energies cannot have this sum.")));
	PG_RETURN_ENERGY_ACCUMULATOR_P(result);
}

/*
 * energy_accumulator_send(energy_accumulator) returns bytea
 */
Datum
energy_accumulator_send(PG_FUNCTION_ARGS)
{
	EnergyAccumulator *state = PG_GETARG_ENERGY_ACCUMULATOR_P(0);
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendint64(&buf, state->count);
	pq_sendint64(&buf, state->hi);
	pq_sendint64(&buf, state->lo);
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

/*
 * Tells whether an aggregate calls, whose state may be changed in place.
 *
 * AggCheckCallContext() would say the same; looking at the node here saves a
 * call for every row.
 */
static inline bool
energy_accumulator_is_own(FunctionCallInfo fcinfo)
{
	return fcinfo->context != NULL &&
		(IsA(fcinfo->context, AggState) ||
		 IsA(fcinfo->context, WindowAggState));
}

/*
 * Gives the first argument, or a copy of it when the caller is no aggregate,
 * for the caller may then need it unchanged.
 */
static inline EnergyAccumulator *
energy_accumulator_own(FunctionCallInfo fcinfo)
{
	EnergyAccumulator *state = PG_GETARG_ENERGY_ACCUMULATOR_P(0);

	if (unlikely(!energy_accumulator_is_own(fcinfo)))
	{
		EnergyAccumulator *copy = palloc(sizeof(EnergyAccumulator));

		*copy = *state;
		return copy;
	}
	return state;
}

/*
 * Raises the error for more energies than 64 bits count (22003).
 */
static _Noreturn void
energy_accumulator_overflow(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("too many energies in an accumulator")));
}

/*
 * Raises the error for taking out what was not taken in (22023).
 */
static _Noreturn void
energy_accumulator_not_inside(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("cannot remove from an accumulator what was not accumulated")));
}

/*
 * Takes one energy into an accumulator that may be changed.  Raises 22003 when
 * it is full.
 */
static inline void
energy_accumulator_take(EnergyAccumulator *state, int64 value)
{
	if (unlikely(state->count == PG_INT64_MAX))
		energy_accumulator_overflow();
	state->count++;
	energy_accumulator_set_sum(state, energy_accumulator_sum(state) + value);
}

/*
 * energy_accumulator_transition() for every case.
 */
static pg_noinline Datum
energy_accumulator_transition_slow(FunctionCallInfo fcinfo)
{
	EnergyAccumulator *state;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = energy_accumulator_own(fcinfo);
	if (!PG_ARGISNULL(1))
		energy_accumulator_take(state, PG_GETARG_ENERGY(1));
	PG_RETURN_ENERGY_ACCUMULATOR_P(state);
}

/*
 * energy_accumulator_transition(energy_accumulator, energy)
 *		returns energy_accumulator
 *
 * Takes in one energy, or leaves the accumulator as it is when that is NULL.
 * The transition function of the aggregates: not strict, because that saves
 * the executor a step for every row (4 % of a sum).
 *
 * What nearly every row is comes first and calls nothing, so that it needs no
 * stack frame; all else is energy_accumulator_transition_slow()'s.
 */
Datum
energy_accumulator_transition(PG_FUNCTION_ARGS)
{
	if (likely(!PG_ARGISNULL(0) && !PG_ARGISNULL(1) &&
			   energy_accumulator_is_own(fcinfo)))
	{
		EnergyAccumulator *state = PG_GETARG_ENERGY_ACCUMULATOR_P(0);

		if (likely(state->count != PG_INT64_MAX))
		{
			state->count++;
			energy_accumulator_set_sum(state, energy_accumulator_sum(state) +
									   PG_GETARG_ENERGY(1));
			PG_RETURN_ENERGY_ACCUMULATOR_P(state);
		}
	}
	return energy_accumulator_transition_slow(fcinfo);
}

/*
 * energy_accumulator_add(energy_accumulator, energy)
 *		returns energy_accumulator
 *
 * Takes in one energy.  The same, strict: for moving windows, whose inverse is
 * strict, and for whoever calls it.
 */
Datum
energy_accumulator_add(PG_FUNCTION_ARGS)
{
	EnergyAccumulator *state = energy_accumulator_own(fcinfo);

	energy_accumulator_take(state, PG_GETARG_ENERGY(1));
	PG_RETURN_ENERGY_ACCUMULATOR_P(state);
}

/*
 * energy_accumulator_remove(energy_accumulator, energy)
 *		returns energy_accumulator
 *
 * Undoes energy_accumulator_add(), for moving windows.  Raises 22023 when the
 * energy cannot have been taken in.
 */
Datum
energy_accumulator_remove(PG_FUNCTION_ARGS)
{
	EnergyAccumulator *state = energy_accumulator_own(fcinfo);
	int64		value = PG_GETARG_ENERGY(1);

	if (unlikely(state->count <= 0))
		energy_accumulator_not_inside();
	state->count--;
	energy_accumulator_set_sum(state, energy_accumulator_sum(state) - value);
	if (unlikely(!energy_accumulator_valid(state->count, state->hi,
										   state->lo)))
		energy_accumulator_not_inside();
	PG_RETURN_ENERGY_ACCUMULATOR_P(state);
}

/*
 * energy_accumulator_combine(energy_accumulator, energy_accumulator)
 *		returns energy_accumulator
 *
 * Takes in all that the other accumulator holds, which stays as it is.
 */
Datum
energy_accumulator_combine(PG_FUNCTION_ARGS)
{
	EnergyAccumulator *state = energy_accumulator_own(fcinfo);
	EnergyAccumulator *other = PG_GETARG_ENERGY_ACCUMULATOR_P(1);

	if (unlikely(state->count > PG_INT64_MAX - other->count))
		energy_accumulator_overflow();
	state->count += other->count;
	energy_accumulator_set_sum(state, energy_accumulator_sum(state) +
							   energy_accumulator_sum(other));
	PG_RETURN_ENERGY_ACCUMULATOR_P(state);
}

/*
 * energy_accumulator_uncombine(energy_accumulator, energy_accumulator)
 *		returns energy_accumulator
 *
 * Undoes energy_accumulator_combine(), for moving windows.  Raises 22023 when
 * the other cannot have been taken in.
 */
Datum
energy_accumulator_uncombine(PG_FUNCTION_ARGS)
{
	EnergyAccumulator *state = energy_accumulator_own(fcinfo);
	EnergyAccumulator *other = PG_GETARG_ENERGY_ACCUMULATOR_P(1);

	if (unlikely(state->count < other->count))
		energy_accumulator_not_inside();
	state->count -= other->count;
	energy_accumulator_set_sum(state, energy_accumulator_sum(state) -
							   energy_accumulator_sum(other));
	if (unlikely(!energy_accumulator_valid(state->count, state->hi,
										   state->lo)))
		energy_accumulator_not_inside();
	PG_RETURN_ENERGY_ACCUMULATOR_P(state);
}

/*
 * energy_accumulator_total(energy_accumulator) returns energy
 *
 * The sum, NULL when nothing was taken in.  Raises 22003 when it does not fit.
 */
Datum
energy_accumulator_total(PG_FUNCTION_ARGS)
{
	EnergyAccumulator *state = PG_GETARG_ENERGY_ACCUMULATOR_P(0);

	if (state->count == 0)
		PG_RETURN_NULL();
	PG_RETURN_ENERGY(energy_from_int128(energy_accumulator_sum(state)));
}

/*
 * energy_accumulator_average(energy_accumulator) returns energy
 *
 * The mean, rounded half away from zero to a whole watt-hour; NULL when
 * nothing was taken in.  A mean of energies always fits.
 */
Datum
energy_accumulator_average(PG_FUNCTION_ARGS)
{
	EnergyAccumulator *state = PG_GETARG_ENERGY_ACCUMULATOR_P(0);

	if (state->count == 0)
		PG_RETURN_NULL();
	PG_RETURN_ENERGY(energy_divide_rounded(energy_accumulator_sum(state),
										   state->count));
}

/*
 * energy_accumulator_entries(energy_accumulator) returns bigint
 *
 * How many energies were taken in.
 */
Datum
energy_accumulator_entries(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(PG_GETARG_ENERGY_ACCUMULATOR_P(0)->count);
}

/*
 * energy_accumulator_total_kwh(energy_accumulator) returns numeric
 *
 * The sum in kilowatt-hours with three decimals, exact whatever its size; NULL
 * when nothing was taken in.
 */
Datum
energy_accumulator_total_kwh(PG_FUNCTION_ARGS)
{
	EnergyAccumulator *state = PG_GETARG_ENERGY_ACCUMULATOR_P(0);
	const int64 base = INT64CONST(1000000000000000000); /* 10^18 */
	const int64 base_kwh = base / ENERGY_KWH;
	int128		sum = energy_accumulator_sum(state);
	Numeric		result;

	if (state->count == 0)
		PG_RETURN_NULL();

	/* three parts to the base 10^18; the upper one is below 100 */
	result = energy_call_numeric(numeric_mul,
								 int64_to_numeric((int64) (sum / base / base)),
								 int64_to_numeric(base));
	result = energy_call_numeric(numeric_add, result,
								 int64_to_numeric((int64) (sum / base % base)));
	result = energy_call_numeric(numeric_mul, result,
								 int64_to_numeric(base_kwh));
	result = energy_call_numeric(numeric_add, result,
								 int64_div_fast_to_numeric((int64) (sum % base), 3));
	PG_RETURN_NUMERIC(result);
}
