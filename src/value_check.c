/*-------------------------------------------------------------------------
 *
 * value_check.c
 *	  What plain values of reports must be.
 *
 * Functions on plain values get whatever a caller has at hand: a percentage
 * for a share, grams for kilograms, a NaN of a spreadsheet.  None of these is
 * computed with.  All refusals are 22023.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "energy.h"
#include "value_check.h"

/* From this factor on it is in another unit, as in table emission_factor. */
#define FACTOR_END	2

/*
 * Text of a number, for messages.
 */
static char *
number_text(Numeric value)
{
	return DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(value)));
}

/*
 * Compares a number with a whole one.
 */
static int
compare(Numeric value, int64 whole)
{
	return DatumGetInt32(DirectFunctionCall2(numeric_cmp, NumericGetDatum(value),
											 NumericGetDatum(int64_to_numeric(whole))));
}

/*
 * An energy that cannot be negative.
 */
void
check_energy(int64 wh, const char *name)
{
	if (wh >= 0)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s must not be negative", name),
			 errdetail("It is %s.", energy_cstring(wh))));
}

/*
 * A number from 0 on, infinity included: the greatest of something, which
 * may be unlimited.
 */
void
check_limit(Numeric value, const char *name)
{
	if (numeric_is_nan(value))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be a number", name),
				 errdetail("It is NaN."),
				 errhint("Use NULL where it is not known.")));
	if (compare(value, 0) < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must not be negative", name),
				 errdetail("It is %s.", number_text(value))));
}

/*
 * A finite number from 0 on.
 */
void
check_amount(Numeric value, const char *name)
{
	check_limit(value, name);
	if (numeric_is_inf(value))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be finite", name),
				 errhint("Use NULL where it is not known.")));
}

/*
 * A share, from 0 to 1.
 */
void
check_share(Numeric value, const char *name)
{
	check_amount(value, name);
	if (compare(value, 1) > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be a share from 0 to 1", name),
				 errdetail("It is %s.", number_text(value)),
				 errhint("Write a percentage as its hundredth part: 34.2 %% is 0.342.")));
}

/*
 * An emission factor in tCO2/MWh, which is kgCO2/kWh.
 */
void
check_factor(Numeric value, const char *name)
{
	check_amount(value, name);
	if (compare(value, FACTOR_END) >= 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s is too great for an emission factor of electricity", name),
				 errdetail("It is %s; a factor in tCO2/MWh, which is kgCO2/kWh, is less than %d.",
						   number_text(value), FACTOR_END),
				 errhint("Convert it: 558.1 gCO2/kWh is 0.5581 kgCO2/kWh.")));
}
