/*-------------------------------------------------------------------------
 *
 * gecrange.c
 *	  Types gecrange and gecmultirange: ranges of certificates.
 *
 * A gec is discrete, and the canonical form of a gecrange is [first, end), so
 * equal sets of certificates are equal ranges, and splitting a range at a code
 * gives two ranges that neither overlap nor leave a gap.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/multirangetypes.h"

#include "gec.h"

#include "compat.h"

PG_FUNCTION_INFO_V1(gecrange_canonical);
PG_FUNCTION_INFO_V1(gecrange_subdiff);
PG_FUNCTION_INFO_V1(gecrange_from_quantity);
PG_FUNCTION_INFO_V1(gecrange_quantity);
PG_FUNCTION_INFO_V1(gecrange_energy);
PG_FUNCTION_INFO_V1(gecmultirange_quantity);
PG_FUNCTION_INFO_V1(gecmultirange_energy);
PG_FUNCTION_INFO_V1(gecrange_is_run);

/* ---------- for C callers ---------- */

/*
 * Reads the bounds of a range into *first and *end (exclusive).  False when
 * the range is empty or lacks a bound; the outputs are then untouched.
 */
bool
gecrange_bounds(TypeCacheEntry *typcache, const RangeType *range,
				gec *first, gec *end)
{
	RangeBound	lower;
	RangeBound	upper;
	bool		empty;

	range_deserialize(typcache, range, &lower, &upper, &empty);
	if (empty || lower.infinite || upper.infinite)
		return false;
	Assert(lower.inclusive && !upper.inclusive);
	*first = *DatumGetGecP(lower.val);
	*end = *DatumGetGecP(upper.val);
	return true;
}

/*
 * Makes the range [first, end) in the current memory context; first must not
 * be after end (22000 otherwise), and when equal the range is empty.
 */
RangeType *
gecrange_make(TypeCacheEntry *typcache, const gec *first, const gec *end)
{
	RangeBound	lower;
	RangeBound	upper;

	lower.val = GecPGetDatum(first);
	lower.infinite = false;
	lower.inclusive = true;
	lower.lower = true;
	upper.val = GecPGetDatum(end);
	upper.infinite = false;
	upper.inclusive = false;
	upper.lower = false;

	/* canonical by construction, so serialize without make_range() */
	return range_serialize(typcache, &lower, &upper, false, NULL);
}

/*
 * True when [first, end) holds at least one certificate and all are of one
 * project, month, volume class and trade class, with serials from 1 on.
 * (End may be the first code of the next series: serial 999999999 is held.)
 */
bool
gecrange_is_one_run(const gec *first, const gec *end)
{
	gec			last;

	if (gec_cmp(first, end) >= 0 || !gec_advance(end, -1, &last))
		return false;
	return gec_same_series(first, &last) && gec_serial_number(first) >= 1;
}

/* ---------- for SQL ---------- */

/*
 * gecrange_canonical(gecrange) returns gecrange
 *
 * Gives the form [first, end).  22003 (soft where the server has soft errors)
 * when a bound would lie after the very last code.
 */
Datum
gecrange_canonical(PG_FUNCTION_ARGS)
{
	RangeType  *range = PG_GETARG_RANGE_P(0);
	char		flags = range_get_flags(range);
	TypeCacheEntry *typcache;
	RangeBound	lower;
	RangeBound	upper;
	bool		empty;
	gec			first;
	gec			end;

	/* most ranges come in this form already: give them back as they are */
	if ((flags & RANGE_EMPTY) != 0 ||
		((flags & (RANGE_LB_INC | RANGE_LB_INF)) != 0 &&
		 (flags & RANGE_UB_INC) == 0))
		PG_RETURN_RANGE_P(range);

	typcache = range_get_typcache(fcinfo, RangeTypeGetOid(range));
	range_deserialize(typcache, range, &lower, &upper, &empty);

	if (!lower.infinite && !lower.inclusive)
	{
		if (!gec_advance(DatumGetGecP(lower.val), 1, &first))
			ereturn(fcinfo->context, (Datum) 0,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("certificate range out of range"),
					 errdetail("There is no certificate code after the last one, where this range would begin.")));
		lower.val = GecPGetDatum(&first);
		lower.inclusive = true;
	}
	if (!upper.infinite && upper.inclusive)
	{
		if (!gec_advance(DatumGetGecP(upper.val), 1, &end))
			ereturn(fcinfo->context, (Datum) 0,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("certificate range out of range"),
					 errdetail("A range is held with the code after its end, and there is none after the last code."),
					 errhint("Leave the upper bound open, or end the range one code earlier.")));
		upper.val = GecPGetDatum(&end);
		upper.inclusive = false;
	}

	PG_RETURN_RANGE_P(range_serialize(typcache, &lower, &upper, false,
									  fcinfo->context));
}

/*
 * gecrange_subdiff(gec, gec) returns double precision
 *
 * Steps from the second to the first, for GiST.  Cannot overflow.
 */
Datum
gecrange_subdiff(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8((float8) gec_distance(PG_GETARG_GEC_P(0),
										   PG_GETARG_GEC_P(1)));
}

/*
 * gecrange_from_quantity(first gec, quantity bigint) returns gecrange
 *
 * The quantity certificates from first on; 22023 when quantity is below 1,
 * 22003 when they go beyond the codes.
 */
Datum
gecrange_from_quantity(PG_FUNCTION_ARGS)
{
	gec		   *first = PG_GETARG_GEC_P(0);
	int64		quantity = PG_GETARG_INT64(1);
	TypeCacheEntry *typcache;
	gec			end;

	if (quantity < 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a range of certificates must hold at least one"),
				 errdetail("The quantity is %lld.", (long long) quantity)));
	if (!gec_advance(first, quantity, &end))
		gec_step_error(first, quantity);

	typcache = (TypeCacheEntry *) fcinfo->flinfo->fn_extra;
	if (typcache == NULL)
	{
		Oid			rangetype = get_func_rettype(fcinfo->flinfo->fn_oid);

		typcache = range_get_typcache(fcinfo, rangetype);
		fcinfo->flinfo->fn_extra = typcache;
	}
	PG_RETURN_RANGE_P(gecrange_make(typcache, first, &end));
}

/*
 * Number of certificates between two bounds; 22023 when one is infinite.
 */
static int128
gecrange_count(const RangeBound *lower, const RangeBound *upper)
{
	if (lower->infinite || upper->infinite)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cannot count the certificates of a range without bound"),
				 errhint("Intersect the range with a bounded one first, or test lower_inf() and upper_inf().")));
	return gec_distance(DatumGetGecP(upper->val), DatumGetGecP(lower->val));
}

/*
 * Number of certificates of the gecrange in argument 0.
 */
static int128
gecrange_count_argument(FunctionCallInfo fcinfo)
{
	RangeType  *range = PG_GETARG_RANGE_P(0);
	TypeCacheEntry *typcache = range_get_typcache(fcinfo,
												  RangeTypeGetOid(range));
	RangeBound	lower;
	RangeBound	upper;
	bool		empty;
	int128		count = 0;

	range_deserialize(typcache, range, &lower, &upper, &empty);
	if (!empty)
		count = gecrange_count(&lower, &upper);
	PG_FREE_IF_COPY(range, 0);
	return count;
}

/*
 * Number of certificates of the gecmultirange in argument 0.  Its ranges do
 * not overlap, so the total is below 10^32 and needs no check here.
 */
static int128
gecmultirange_count_argument(FunctionCallInfo fcinfo)
{
	MultirangeType *multirange = PG_GETARG_MULTIRANGE_P(0);
	TypeCacheEntry *typcache =
		multirange_get_typcache(fcinfo, MultirangeTypeGetOid(multirange));
	int128		count = 0;

	for (uint32 i = 0; i < multirange->rangeCount; i++)
	{
		RangeBound	lower;
		RangeBound	upper;

		CHECK_FOR_INTERRUPTS();
		multirange_get_bounds(typcache->rngtype, multirange, i,
							  &lower, &upper);
		count += gecrange_count(&lower, &upper);
	}
	PG_FREE_IF_COPY(multirange, 0);
	return count;
}

/*
 * A number of certificates as bigint Datum; 22003 when it is none.
 */
static Datum
gec_quantity_datum(int128 count)
{
	if (count > PG_INT64_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("number of certificates out of range for type bigint")));
	return Int64GetDatum((int64) count);
}

/*
 * The energy of a number of certificates in watt-hours, as the int64 that
 * type energy is; 22003 when it does not fit.
 */
static Datum
gec_energy_datum(int128 count)
{
	if (count > PG_INT64_MAX / GEC_WH)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("energy out of range"),
				 errdetail("A certificate is 1,000 kWh; at most %lld certificates fit.",
						   (long long) (PG_INT64_MAX / GEC_WH))));
	return Int64GetDatum((int64) count * GEC_WH);
}

/*
 * gecrange_quantity(gecrange) returns bigint
 *
 * Number of certificates, 0 when empty; 22023 without bounds, 22003 beyond
 * bigint.
 */
Datum
gecrange_quantity(PG_FUNCTION_ARGS)
{
	return gec_quantity_datum(gecrange_count_argument(fcinfo));
}

/*
 * gecrange_energy(gecrange) returns energy
 *
 * 1,000 kWh for each certificate; errors as for quantity.
 */
Datum
gecrange_energy(PG_FUNCTION_ARGS)
{
	return gec_energy_datum(gecrange_count_argument(fcinfo));
}

/*
 * gecmultirange_quantity(gecmultirange) returns bigint; as for a range.
 */
Datum
gecmultirange_quantity(PG_FUNCTION_ARGS)
{
	return gec_quantity_datum(gecmultirange_count_argument(fcinfo));
}

/*
 * gecmultirange_energy(gecmultirange) returns energy; as for a range.
 */
Datum
gecmultirange_energy(PG_FUNCTION_ARGS)
{
	return gec_energy_datum(gecmultirange_count_argument(fcinfo));
}

/*
 * gecrange_is_run(gecrange) returns boolean
 *
 * True when the range has bounds, is not empty, and all its certificates are
 * of one project, month, volume class and trade class with serials 1 to
 * 999999999.  Cannot throw.
 */
Datum
gecrange_is_run(PG_FUNCTION_ARGS)
{
	RangeType  *range = PG_GETARG_RANGE_P(0);
	TypeCacheEntry *typcache = range_get_typcache(fcinfo,
												  RangeTypeGetOid(range));
	gec			first;
	gec			end;

	PG_RETURN_BOOL(gecrange_bounds(typcache, range, &first, &end) &&
				   gecrange_is_one_run(&first, &end));
}
