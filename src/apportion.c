/*-------------------------------------------------------------------------
 *
 * apportion.c
 *	  Window functions that share a pool of energy out in whole watt-hours.
 *
 * The share of a row is floor(pool * W / total) - floor(pool * V / total),
 * where V and W are the sums of the weights before and including the row.  So
 * shares are integers, differ from the exact share by less than 1 Wh, and any
 * run of rows adds up to the difference of its ends: the whole partition to
 * the pool, exactly, however many rows there are.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/int.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "windowapi.h"

#include "apportion.h"
#include "compat.h"

PG_FUNCTION_INFO_V1(apportion_by_sum);
PG_FUNCTION_INFO_V1(apportion_by_total);

/* Kept while a partition is walked. */
typedef struct ApportionState
{
	bool		begun;
	int64		pool;
	int64		total;
	int64		weights;		/* sum of the weights so far */
	int64		shared;			/* sum of the shares so far */
} ApportionState;

/*
 * An energy argument of the current row; it must not be NULL or negative.
 */
static int64
argument(WindowObject winobj, int number, const char *name)
{
	bool		isnull;
	int64		value = DatumGetInt64(WinGetFuncArgCurrent(winobj, number, &isnull));

	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s to apportion must not be null", name)));
	if (value < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s to apportion must not be negative", name),
				 errdetail("It is " INT64_FORMAT " Wh.", value)));
	return value;
}

pg_noreturn static void
weights_out_of_range(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("sum of the weights is out of range for type energy")));
}

/*
 * Sum of the weights of the whole partition.
 */
static int64
sum_of_weights(WindowObject winobj)
{
	int64		nrows = WinGetPartitionRowCount(winobj);
	int64		sum = 0;

	for (int64 i = 0; i < nrows; i++)
	{
		bool		isnull;
		bool		isout;
		int64		weight;

		CHECK_FOR_INTERRUPTS();
		weight = DatumGetInt64(WinGetFuncArgInPartition(winobj, 1, i, WINDOW_SEEK_HEAD,
														false, &isnull, &isout));
		/* a NULL or negative weight is refused when its row comes */
		if (!isnull && weight > 0 && pg_add_s64_overflow(sum, weight, &sum))
			weights_out_of_range();
	}
	return sum;
}

/*
 * Share of the current row.  total is read from the third argument, or is the
 * sum of the weights.
 */
static Datum
apportion(FunctionCallInfo fcinfo, bool by_total)
{
	WindowObject winobj = PG_WINDOW_OBJECT();
	ApportionState *state = WinGetPartitionLocalMemory(winobj, sizeof(ApportionState));
	int64		pool = argument(winobj, 0, "pool");
	int64		weight = argument(winobj, 1, "weight");
	int64		total = by_total ? argument(winobj, 2, "total") : state->total;
	int128		shared;
	int64		share;

	if (!state->begun)
	{
		if (!by_total)
			total = sum_of_weights(winobj);
		state->begun = true;
		state->pool = pool;
		state->total = total;
	}
	if (pool != state->pool || total != state->total)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("pool and total must be the same in all rows of a partition"),
				 errhint("Use PARTITION BY to share several pools out.")));
	if (pool == 0)
		PG_RETURN_INT64(0);
	if (total == 0)
		ereport(ERROR,
				(errcode(ERRCODE_DIVISION_BY_ZERO),
				 errmsg("a pool cannot be apportioned by weights that are all zero"),
				 errdetail("The pool is " INT64_FORMAT " Wh.", pool)));

	if (pg_add_s64_overflow(state->weights, weight, &state->weights))
		weights_out_of_range();
	shared = apportioned(pool, state->weights, total);
	if (shared > PG_INT64_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("sum of the shares is out of range for type energy")));
	share = (int64) shared - state->shared;
	state->shared = (int64) shared;
	PG_RETURN_INT64(share);
}

/*
 * apportion(pool energy, weight energy) returns energy OVER (...)
 *
 * Shares the pool out among the rows of the partition by their weights.
 * Errors: 22023 for negative or changing arguments, 22004 for NULL, 22012
 * when all weights are zero and the pool is not.
 */
Datum
apportion_by_sum(PG_FUNCTION_ARGS)
{
	return apportion(fcinfo, false);
}

/*
 * apportion(pool energy, weight energy, total energy) returns energy OVER (...)
 *
 * The same with pool / total as the rate: the weights need not add up to
 * total, and the rows get what the rate gives for their sum.
 */
Datum
apportion_by_total(PG_FUNCTION_ARGS)
{
	return apportion(fcinfo, true);
}
