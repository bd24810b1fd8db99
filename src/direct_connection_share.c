/*-------------------------------------------------------------------------
 *
 * direct_connection_share.c
 *	  Window function that shares an hour of a direct connection's generation
 *	  out among its users.
 *
 * 发改能源〔2026〕688号 traces self-used green power to each user hour by hour.
 * How an hour is shared is our reading: by contract shares first, where there
 * are any, and what they leave by the load that is not met yet.
 *
 *	1. A user with share s is entitled to s times the generation, and gets
 *	   that or its load, whichever is less.
 *	2. What is left of the generation goes to the loads that are not met, in
 *	   proportion to them, and never beyond them.
 *
 * Without contract shares this is min(generation, load of all) x load / load
 * of all.  Both steps are apportioned (apportion.h): whole watt-hours that add
 * up to min(generation, load of all), exactly.  Nobody gets more than its load,
 * for a part that is at most 1 of a whole number, rounded either way, is at
 * most that number.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/int.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/fmgrprotos.h"
#include "utils/memutils.h"
#include "windowapi.h"

#include "apportion.h"
#include "compat.h"
#include "energy.h"

PG_FUNCTION_INFO_V1(direct_connection_share);

/* Arguments. */
#define ARG_GENERATED	0
#define ARG_LOAD		1
#define ARG_SHARE		2

/* The row that the window is at, instead of a number in the partition. */
#define CURRENT_ROW		(-1)

/* A contract share of 1: shares have up to 12 decimals. */
#define WHOLE			INT64CONST(1000000000000)
#define WHOLE_DECIMALS	12

/* Sums over the rows from the first of the partition on. */
typedef struct Sums
{
	int64		shares;			/* of contract shares, in parts of WHOLE */
	int64		entitled;		/* of what they entitle to */
	int64		unmet;			/* of the load that they leave */
	int64		used;			/* of what their users get of the rest */
} Sums;

/* Kept while a partition is walked. */
typedef struct ShareState
{
	bool		begun;
	int64		generated;
	int64		left;			/* what contract shares leave to the loads */
	int64		unmet;			/* load that they leave */
	Sums		sums;			/* before the current row */
} ShareState;

/*
 * An energy argument of a row; it must not be NULL or negative.
 */
static int64
row_energy(WindowObject winobj, int number, int64 row, const char *name)
{
	bool		isnull;
	bool		isout;
	int64		value;

	if (row == CURRENT_ROW)
		value = DatumGetEnergy(WinGetFuncArgCurrent(winobj, number, &isnull));
	else
		value = DatumGetEnergy(WinGetFuncArgInPartition(winobj, number, row, WINDOW_SEEK_HEAD,
														false, &isnull, &isout));
	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s of a direct connection must not be null", name)));
	if (value < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s of a direct connection must not be negative", name),
				 errdetail("It is %s.", energy_cstring(value))));
	return value;
}

pg_noreturn static void
invalid_share(Numeric share)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("contract share must be from 0 to 1, with at most %d decimals",
					WHOLE_DECIMALS),
			 errdetail("It is %s.",
					   DatumGetCString(DirectFunctionCall1(numeric_out,
														   NumericGetDatum(share)))),
			 errhint("Write 50%% as 0.5; leave the share NULL where the contract names none.")));
}

/*
 * A contract share in parts of WHOLE.
 */
static int64
parts_of_share(Numeric share)
{
	Datum		parts;
	Datum		whole;

	if (numeric_is_nan(share) || numeric_is_inf(share))
		invalid_share(share);
	parts = NumericGetDatum(energy_call_numeric(numeric_mul, share, int64_to_numeric(WHOLE)));
	whole = DirectFunctionCall2(numeric_trunc, parts, Int32GetDatum(0));
	if (!DatumGetBool(DirectFunctionCall2(numeric_eq, parts, whole)) ||
		DatumGetBool(DirectFunctionCall2(numeric_lt, parts,
										 NumericGetDatum(int64_to_numeric(0)))) ||
		DatumGetBool(DirectFunctionCall2(numeric_gt, parts,
										 NumericGetDatum(int64_to_numeric(WHOLE)))))
		invalid_share(share);
	return DatumGetInt64(DirectFunctionCall1(numeric_int8, whole));
}

/*
 * The contract share of a row in parts of WHOLE, 0 where the contract says
 * nothing.  Leaves no memory behind, for a partition may have many rows.
 */
static int64
row_share(FunctionCallInfo fcinfo, WindowObject winobj, int64 row)
{
	MemoryContext caller = CurrentMemoryContext;
	int64		parts = 0;
	Datum		share;
	bool		isnull;
	bool		isout;

	if (fcinfo->flinfo->fn_extra == NULL)
		fcinfo->flinfo->fn_extra = AllocSetContextCreate(fcinfo->flinfo->fn_mcxt,
														 "certledger contract share",
														 ALLOCSET_SMALL_SIZES);
	MemoryContextSwitchTo(fcinfo->flinfo->fn_extra);
	if (row == CURRENT_ROW)
		share = WinGetFuncArgCurrent(winobj, ARG_SHARE, &isnull);
	else
		share = WinGetFuncArgInPartition(winobj, ARG_SHARE, row, WINDOW_SEEK_HEAD,
										 false, &isnull, &isout);
	if (!isnull)
		parts = parts_of_share(DatumGetNumeric(share));
	MemoryContextSwitchTo(caller);
	MemoryContextReset(fcinfo->flinfo->fn_extra);
	return parts;
}

/*
 * What a row gets by its contract share; adds the row to the sums.
 */
static int64
by_contract(Sums *sums, int64 generated, int64 load, int64 parts)
{
	int64		before = sums->entitled;
	int64		got;

	sums->shares += parts;
	sums->entitled = (int64) apportioned(generated, sums->shares, WHOLE);
	got = Min(sums->entitled - before, load);
	if (pg_add_s64_overflow(sums->unmet, load - got, &sums->unmet))
		energy_out_of_range();
	return got;
}

/*
 * Walks a partition once to learn what contract shares leave, and to whom.
 */
static void
begin_partition(FunctionCallInfo fcinfo, ShareState *state, int64 generated)
{
	WindowObject winobj = PG_WINDOW_OBJECT();
	int64		nrows = WinGetPartitionRowCount(winobj);
	int64		contracted = 0;
	Sums		sums = {0};

	for (int64 row = 0; row < nrows; row++)
	{
		int64		load = row_energy(winobj, ARG_LOAD, row, "load");
		int64		parts = row_share(fcinfo, winobj, row);

		CHECK_FOR_INTERRUPTS();
		contracted += by_contract(&sums, generated, load, parts);
		if (sums.shares > WHOLE)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("contract shares of an hour must not add up to more than 1"),
					 errdetail("Those of the first " INT64_FORMAT " users add up to %d.%0*lld.",
							   row + 1, (int) (sums.shares / WHOLE), WHOLE_DECIMALS,
							   (long long) (sums.shares % WHOLE))));
	}
	state->begun = true;
	state->generated = generated;
	state->left = Min(generated - contracted, sums.unmet);
	state->unmet = sums.unmet;
}

/*
 * direct_connection_share(generated energy, load energy, share numeric)
 *		returns energy OVER (PARTITION BY hour ORDER BY user)
 *
 * What a user uses of the generation of an hour, which is a partition.
 * Errors: 22004 for a generation or load of NULL; 22023 for negative ones, for
 * a generation that changes within the hour, for a share that is not from 0 to
 * 1 or has more than 12 decimals, and for shares that add up to more than 1;
 * 22003 when the loads add up to more than an energy holds.
 */
Datum
direct_connection_share(PG_FUNCTION_ARGS)
{
	WindowObject winobj = PG_WINDOW_OBJECT();
	ShareState *state = WinGetPartitionLocalMemory(winobj, sizeof(ShareState));
	int64		generated = row_energy(winobj, ARG_GENERATED, CURRENT_ROW, "generation");
	int64		load;
	int64		got;

	if (!state->begun)
		begin_partition(fcinfo, state, generated);
	if (generated != state->generated)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("generation of a direct connection must be the same in all rows of an hour"),
				 errdetail("It was given as %s and as %s.",
						   energy_cstring(state->generated), energy_cstring(generated)),
				 errhint("Use PARTITION BY to share several hours or projects out.")));

	load = row_energy(winobj, ARG_LOAD, CURRENT_ROW, "load");
	got = by_contract(&state->sums, generated, load,
					  row_share(fcinfo, winobj, CURRENT_ROW));
	if (state->left > 0)
	{
		int64		used = (int64) apportioned(state->left, state->sums.unmet, state->unmet);

		got += used - state->sums.used;
		state->sums.used = used;
	}
	PG_RETURN_ENERGY(got);
}
