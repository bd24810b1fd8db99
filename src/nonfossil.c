/*-------------------------------------------------------------------------
 *
 * nonfossil.c
 *	  Non-fossil consumption by method of identification, as an aggregate.
 *
 * E = P + T + C + A (发改能源〔2026〕622号 Annexes 2 and 3): the aggregate
 * nonfossil() adds energies up by the method that identified them.  Its state
 * is a type of its own, nonfossil_accumulator, that can be stored and sent
 * like any other.  So parallel workers and other nodes hand over partial sums
 * without serial functions, and a table may keep them.  Only a final result
 * can be out of range.
 *
 * The transition functions change the state in place when an aggregate calls
 * them, and copy it when anybody else does.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "funcapi.h"
#include "libpq/pqformat.h"
#include "nodes/execnodes.h"

#include "compat.h"
#include "energy.h"
#include "integer_text.h"
#include "nonfossil_text.h"
#include "vocabulary.h"

StaticAssertDecl(NONFOSSIL_METHODS == IDENTIFICATIONS, "methods");
StaticAssertDecl(NONFOSSIL_MAX_COUNT == INT64CONST(281474976710656), "count");

#define PG_GETARG_NONFOSSIL_ACCUMULATOR_P(n) \
	((NonfossilAccumulator *) PG_GETARG_POINTER(n))
#define PG_RETURN_NONFOSSIL_ACCUMULATOR_P(x)	PG_RETURN_POINTER(x)

/* Columns of the composite nonfossil_consumption: the methods, and their sum. */
#define CONSUMPTION_COLUMNS	(NONFOSSIL_METHODS + 1)
#define CONSUMPTION_TOTAL	NONFOSSIL_METHODS

PG_FUNCTION_INFO_V1(nonfossil_accumulator_in);
PG_FUNCTION_INFO_V1(nonfossil_accumulator_out);
PG_FUNCTION_INFO_V1(nonfossil_accumulator_recv);
PG_FUNCTION_INFO_V1(nonfossil_accumulator_send);
PG_FUNCTION_INFO_V1(nonfossil_accumulator_add);
PG_FUNCTION_INFO_V1(nonfossil_accumulator_remove);
PG_FUNCTION_INFO_V1(nonfossil_accumulator_combine);
PG_FUNCTION_INFO_V1(nonfossil_accumulator_uncombine);
PG_FUNCTION_INFO_V1(nonfossil_accumulator_total);
PG_FUNCTION_INFO_V1(nonfossil_accumulator_entries);

/*
 * Says in a sentence what is wrong with a count or sums.
 */
static const char *
nonfossil_explain(NonfossilError error)
{
	return error == NONFOSSIL_COUNT ?
		"An accumulator holds 0 to 281474976710656 energies." :
		"So many energies cannot have these sums.";
}

/*
 * nonfossil_accumulator_in(cstring) returns nonfossil_accumulator
 *
 * Reads "(count,physical,energy_trade,certificate_trade,allocation)", sums in
 * watt-hours, as nonfossil_accumulator_out() writes it.  Errors (soft where
 * the server has them): 22P02 for any other text, 22003 for sums that so many
 * energies cannot have and for a count above 2^48.
 */
Datum
nonfossil_accumulator_in(PG_FUNCTION_ARGS)
{
	char	   *str = PG_GETARG_CSTRING(0);
	NonfossilAccumulator *result = palloc(sizeof(NonfossilAccumulator));
	NonfossilError error;

	error = nonfossil_accumulator_text_parse(str, strlen(str), result);
	switch (error)
	{
		case NONFOSSIL_OK:
			PG_RETURN_NONFOSSIL_ACCUMULATOR_P(result);
		case NONFOSSIL_COUNT:
		case NONFOSSIL_SUM:
			ereturn(fcinfo->context, (Datum) 0,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("value \"%s\" is out of range for type %s",
							str, "nonfossil_accumulator"),
					 errdetail("%s", nonfossil_explain(error))));
		default:
			ereturn(fcinfo->context, (Datum) 0,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("invalid input syntax for type %s: \"%s\"",
							"nonfossil_accumulator", str),
					 errhint("Write the number of energies and, in watt-hours, the sums identified as physical, energy_trade, certificate_trade and allocation, such as (2,1500,0,0,250).")));
	}
}

/*
 * nonfossil_accumulator_out(nonfossil_accumulator) returns cstring
 */
Datum
nonfossil_accumulator_out(PG_FUNCTION_ARGS)
{
	char	   *buf = palloc(NONFOSSIL_ACCUMULATOR_TEXT_SIZE);

	nonfossil_accumulator_text_format(PG_GETARG_NONFOSSIL_ACCUMULATOR_P(0), buf);
	PG_RETURN_CSTRING(buf);
}

/*
 * nonfossil_accumulator_recv(internal) returns nonfossil_accumulator
 *
 * Nine 64-bit integers in network order: count, and for each method the upper
 * and the lower half of its sum.  Raises 22P03 for sums that so many energies
 * cannot have and for a count below 0 or above 2^48.
 */
Datum
nonfossil_accumulator_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	NonfossilAccumulator *result = palloc(sizeof(NonfossilAccumulator));
	NonfossilSum sums[NONFOSSIL_METHODS];
	NonfossilError error;

	result->count = pq_getmsgint64(buf);
	for (int method = 0; method < NONFOSSIL_METHODS; method++)
	{
		uint64		upper = (uint64) pq_getmsgint64(buf);
		uint64		lower = (uint64) pq_getmsgint64(buf);

		sums[method] = (NonfossilSum) (((uint128) upper << 64) | lower);
	}
	error = nonfossil_accumulator_check(result->count, sums);
	if (error != NONFOSSIL_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary value for type %s",
						"nonfossil_accumulator"),
				 errdetail("%s", nonfossil_explain(error))));
	for (int method = 0; method < NONFOSSIL_METHODS; method++)
		nonfossil_set_sum(result, method, sums[method]);
	PG_RETURN_NONFOSSIL_ACCUMULATOR_P(result);
}

/*
 * nonfossil_accumulator_send(nonfossil_accumulator) returns bytea
 */
Datum
nonfossil_accumulator_send(PG_FUNCTION_ARGS)
{
	NonfossilAccumulator *state = PG_GETARG_NONFOSSIL_ACCUMULATOR_P(0);
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendint64(&buf, state->count);
	for (int method = 0; method < NONFOSSIL_METHODS; method++)
	{
		pq_sendint64(&buf, nonfossil_upper(state, method));
		pq_sendint64(&buf, state->low[method]);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

/*
 * Gives the first argument, or a copy of it when the caller is no aggregate,
 * for the caller may then need it unchanged.
 *
 * AggCheckCallContext() would say the same; looking at the node here saves a
 * call for every row.
 */
static inline NonfossilAccumulator *
nonfossil_accumulator_own(FunctionCallInfo fcinfo)
{
	NonfossilAccumulator *state = PG_GETARG_NONFOSSIL_ACCUMULATOR_P(0);

	if (unlikely(fcinfo->context == NULL ||
				 !(IsA(fcinfo->context, AggState) ||
				   IsA(fcinfo->context, WindowAggState))))
	{
		NonfossilAccumulator *copy = palloc(sizeof(NonfossilAccumulator));

		*copy = *state;
		return copy;
	}
	return state;
}

/*
 * Looks the values of identification up, for as long as the caller lives.
 */
static const Oid *
nonfossil_load_methods(FunctionCallInfo fcinfo)
{
	const Wordlist *list = &vocabulary_get()->identification;
	Oid		   *oids = MemoryContextAlloc(fcinfo->flinfo->fn_mcxt,
										  NONFOSSIL_METHODS * sizeof(Oid));

	memcpy(oids, list->oids, NONFOSSIL_METHODS * sizeof(Oid));
	fcinfo->flinfo->fn_extra = oids;
	return oids;
}

/*
 * Raises the error for an energy without identification (22004).
 */
pg_noreturn static void
nonfossil_not_identified(int64 value)
{
	ereport(ERROR,
			(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
			 errmsg("identification of an energy must not be null"),
			 errdetail("An energy of " INT64_FORMAT " Wh has none.", value),
			 errhint("Leave out what is not identified: FILTER (WHERE identification IS NOT NULL).")));
}

/*
 * Gives the method that the second argument names; value is the energy, for
 * the message.  Raises 22004 when it is NULL.
 *
 * No branch depends on the method, for in most data the next one cannot be
 * predicted from those before it.
 */
static inline int
nonfossil_method(FunctionCallInfo fcinfo, int64 value)
{
	const Oid  *oids = (const Oid *) fcinfo->flinfo->fn_extra;
	Oid			oid = PG_GETARG_OID(1);
	int			method;

	if (unlikely(PG_ARGISNULL(1)))
		nonfossil_not_identified(value);
	if (unlikely(oids == NULL))
		oids = nonfossil_load_methods(fcinfo);
	method = (oid == oids[1]) + 2 * (oid == oids[2]) + 3 * (oid == oids[3]);
	if (unlikely(oid != oids[method]))
		word_of_oid(&vocabulary_get()->identification, oid);	/* raises */
	return method;
}

/*
 * Raises the error for more energies than an accumulator holds (22003).
 */
pg_noreturn static void
nonfossil_accumulator_overflow(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("too many energies in an accumulator"),
			 errdetail("%s", nonfossil_explain(NONFOSSIL_COUNT))));
}

/*
 * Sets an accumulator to what is left when something is taken out of it.
 * Raises 22023 when it cannot have been taken in.
 */
static void
nonfossil_accumulator_leave(NonfossilAccumulator *state, int64 count,
							const NonfossilSum *sums)
{
	if (unlikely(nonfossil_accumulator_check(count, sums) != NONFOSSIL_OK))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot remove from an accumulator what was not accumulated")));
	state->count = count;
	for (int method = 0; method < NONFOSSIL_METHODS; method++)
		nonfossil_set_sum(state, method, sums[method]);
}

/*
 * nonfossil_accumulator_add(nonfossil_accumulator, identification, energy)
 *		returns nonfossil_accumulator
 *
 * Takes in one energy, or leaves the accumulator as it is when that is NULL.
 * The transition function of the aggregates, not strict: an energy without
 * identification is an error (22004) and not left out in silence.  Raises
 * 22003 when the accumulator is full.
 */
Datum
nonfossil_accumulator_add(PG_FUNCTION_ARGS)
{
	NonfossilAccumulator *state;

	if (unlikely(PG_ARGISNULL(0)))
		PG_RETURN_NULL();
	state = nonfossil_accumulator_own(fcinfo);
	if (likely(!PG_ARGISNULL(2)))
	{
		int64		value = PG_GETARG_ENERGY(2);
		int			method = nonfossil_method(fcinfo, value);

		if (unlikely(state->count == NONFOSSIL_MAX_COUNT))
			nonfossil_accumulator_overflow();
		state->count++;
		nonfossil_add(state, method, value);
	}
	PG_RETURN_NONFOSSIL_ACCUMULATOR_P(state);
}

/*
 * nonfossil_accumulator_remove(nonfossil_accumulator, identification, energy)
 *		returns nonfossil_accumulator
 *
 * Undoes nonfossil_accumulator_add(), for moving windows.  Raises 22023 when
 * the energy cannot have been taken in, 22004 when it has no identification.
 */
Datum
nonfossil_accumulator_remove(PG_FUNCTION_ARGS)
{
	NonfossilAccumulator *state;

	if (unlikely(PG_ARGISNULL(0)))
		PG_RETURN_NULL();
	state = nonfossil_accumulator_own(fcinfo);
	if (likely(!PG_ARGISNULL(2)))
	{
		int64		value = PG_GETARG_ENERGY(2);
		int			removed = nonfossil_method(fcinfo, value);
		NonfossilSum sums[NONFOSSIL_METHODS];

		for (int method = 0; method < NONFOSSIL_METHODS; method++)
			sums[method] = nonfossil_sum(state, method);
		sums[removed] -= value;
		nonfossil_accumulator_leave(state, state->count - 1, sums);
	}
	PG_RETURN_NONFOSSIL_ACCUMULATOR_P(state);
}

/*
 * nonfossil_accumulator_combine(nonfossil_accumulator, nonfossil_accumulator)
 *		returns nonfossil_accumulator
 *
 * Takes in all that the other accumulator holds, which stays as it is.  Raises
 * 22003 when that is too many.
 */
Datum
nonfossil_accumulator_combine(PG_FUNCTION_ARGS)
{
	NonfossilAccumulator *state = nonfossil_accumulator_own(fcinfo);
	NonfossilAccumulator *other = PG_GETARG_NONFOSSIL_ACCUMULATOR_P(1);

	if (unlikely(state->count > NONFOSSIL_MAX_COUNT - other->count))
		nonfossil_accumulator_overflow();
	state->count += other->count;
	for (int method = 0; method < NONFOSSIL_METHODS; method++)
		nonfossil_set_sum(state, method, nonfossil_sum(state, method) +
						  nonfossil_sum(other, method));
	PG_RETURN_NONFOSSIL_ACCUMULATOR_P(state);
}

/*
 * nonfossil_accumulator_uncombine(nonfossil_accumulator,
 *								   nonfossil_accumulator)
 *		returns nonfossil_accumulator
 *
 * Undoes nonfossil_accumulator_combine(), for moving windows.  Raises 22023
 * when the other cannot have been taken in.
 */
Datum
nonfossil_accumulator_uncombine(PG_FUNCTION_ARGS)
{
	NonfossilAccumulator *state = nonfossil_accumulator_own(fcinfo);
	NonfossilAccumulator *other = PG_GETARG_NONFOSSIL_ACCUMULATOR_P(1);
	NonfossilSum sums[NONFOSSIL_METHODS];

	for (int method = 0; method < NONFOSSIL_METHODS; method++)
		sums[method] = nonfossil_sum(state, method) -
			nonfossil_sum(other, method);
	nonfossil_accumulator_leave(state, state->count - other->count, sums);
	PG_RETURN_NONFOSSIL_ACCUMULATOR_P(state);
}

/*
 * Gives the row type of the result, for as long as the caller lives.
 */
static TupleDesc
nonfossil_consumption_desc(FunctionCallInfo fcinfo)
{
	MemoryContext old_context = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
	TupleDesc	desc;

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE ||
		desc->natts != CONSUMPTION_COLUMNS)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("type \"certledger.nonfossil_consumption\" does not have the columns that the library gives"),
				 errhint("Run ALTER EXTENSION certledger UPDATE if the library is newer than the extension.")));
	fcinfo->flinfo->fn_extra = BlessTupleDesc(desc);
	MemoryContextSwitchTo(old_context);
	return (TupleDesc) fcinfo->flinfo->fn_extra;
}

/*
 * Gives a sum as an energy.  Raises 22003 when it does not fit; column says
 * which one it is.
 */
static inline Datum
nonfossil_consumption_column(NonfossilSum sum, int column)
{
	if (unlikely(sum != (int64) sum))
	{
		char		work[64];
		char	   *end = work + sizeof(work) - 1;

		*end = '\0';
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("energy out of range"),
				 errdetail("Column \"%s\" adds up to %s Wh; an energy lies between " INT64_FORMAT " Wh and " INT64_FORMAT " Wh.",
						   column == CONSUMPTION_TOTAL ? "total" :
						   vocabulary_get()->identification.words[column],
						   integer_text_write(sum, end),
						   PG_INT64_MIN, PG_INT64_MAX)));
	}
	return EnergyGetDatum((int64) sum);
}

/*
 * nonfossil_accumulator_total(nonfossil_accumulator)
 *		returns nonfossil_consumption
 *
 * The sum of each method and E = P + T + C + A, NULL when nothing was taken
 * in.  Raises 22003 when one of them does not fit.
 */
Datum
nonfossil_accumulator_total(PG_FUNCTION_ARGS)
{
	NonfossilAccumulator *state = PG_GETARG_NONFOSSIL_ACCUMULATOR_P(0);
	TupleDesc	desc = (TupleDesc) fcinfo->flinfo->fn_extra;
	Datum		values[CONSUMPTION_COLUMNS];
	bool		nulls[CONSUMPTION_COLUMNS] = {false};
	NonfossilSum total = 0;

	if (state->count == 0)
		PG_RETURN_NULL();
	for (int method = 0; method < NONFOSSIL_METHODS; method++)
	{
		NonfossilSum sum = nonfossil_sum(state, method);

		values[method] = nonfossil_consumption_column(sum, method);
		total += sum;
	}
	values[CONSUMPTION_TOTAL] = nonfossil_consumption_column(total,
															 CONSUMPTION_TOTAL);
	if (unlikely(desc == NULL))
		desc = nonfossil_consumption_desc(fcinfo);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(desc, values, nulls)));
}

/*
 * nonfossil_accumulator_entries(nonfossil_accumulator) returns bigint
 *
 * How many energies were taken in.
 */
Datum
nonfossil_accumulator_entries(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(PG_GETARG_NONFOSSIL_ACCUMULATOR_P(0)->count);
}
