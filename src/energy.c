/*-------------------------------------------------------------------------
 *
 * energy.c
 *	  Type energy: input and output, arithmetic, conversions.
 *
 * An energy is a count of watt-hours in 64 bits, by value.  Comparison, hash
 * and binary input and output are those of PostgreSQL's bigint; energy.sql
 * declares them for energy without any code here.  Arithmetic either is exact
 * or rounds once, half away from zero, to a whole watt-hour; it never wraps
 * around.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/int.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#include "compat.h"
#include "energy.h"
#include "energy_text.h"

PG_FUNCTION_INFO_V1(energy_in);
PG_FUNCTION_INFO_V1(energy_out);
PG_FUNCTION_INFO_V1(energy_from_numeric);
PG_FUNCTION_INFO_V1(energy_from_int8);
PG_FUNCTION_INFO_V1(energy_from_int4);
PG_FUNCTION_INFO_V1(energy_make);
PG_FUNCTION_INFO_V1(energy_wh);
PG_FUNCTION_INFO_V1(energy_kwh);
PG_FUNCTION_INFO_V1(energy_mwh);
PG_FUNCTION_INFO_V1(energy_plus);
PG_FUNCTION_INFO_V1(energy_minus);
PG_FUNCTION_INFO_V1(energy_negate);
PG_FUNCTION_INFO_V1(energy_abs);
PG_FUNCTION_INFO_V1(energy_add);
PG_FUNCTION_INFO_V1(energy_subtract);
PG_FUNCTION_INFO_V1(energy_multiply);
PG_FUNCTION_INFO_V1(energy_multiply_left);
PG_FUNCTION_INFO_V1(energy_divide);
PG_FUNCTION_INFO_V1(energy_ratio);
PG_FUNCTION_INFO_V1(energy_modulo);

#define ENERGY_RANGE_DETAIL \
	"An energy lies between -9223372036854775.808 kWh and 9223372036854775.807 kWh."
#define ENERGY_FINE_DETAIL	"Energy is kept in whole watt-hours (0.001 kWh)."
#define ENERGY_FINE_HINT \
	"Round the figure to three decimals of a kWh before it is entered."

/* Digits of a number that is computed with in 128 bits. */
#define ENERGY_SPLIT_DIGITS	18

/*
 * Raises the error for a result that does not fit (22003).
 */
void
energy_out_of_range(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("energy out of range"),
			 errdetail(ENERGY_RANGE_DETAIL)));
}

/*
 * Raises the error for a division by zero (22012).
 */
static _Noreturn void
energy_division_by_zero(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_DIVISION_BY_ZERO),
			 errmsg("division by zero")));
}

/*
 * Gives wh watt-hours as an energy, or raises 22003.
 */
int64
energy_from_int128(int128 wh)
{
	if (unlikely(wh < PG_INT64_MIN || wh > PG_INT64_MAX))
		energy_out_of_range();
	return (int64) wh;
}

/*
 * Gives dividend / divisor in whole watt-hours, rounded half away from zero.
 * The divisor is positive and less than 2^126.  Raises 22003 when the result
 * does not fit.
 */
int64
energy_divide_rounded(int128 dividend, int128 divisor)
{
	int128		quotient = dividend / divisor;
	int128		rest = dividend % divisor;

	if (rest < 0)
		rest = -rest;
	if (rest >= divisor - rest)
		quotient += dividend < 0 ? -1 : 1;
	return energy_from_int128(quotient);
}

/*
 * Explains why a text is no energy: sets *detail and *hint to sentences, with
 * the Chinese names only where the server's encoding is that of this file.
 */
static void
energy_explain_text_error(EnergyTextError error, bool utf8,
						  const char **detail, const char **hint)
{
	*detail = "What follows the number is not a unit of energy.";
	*hint = utf8 ?
		"Units are Wh, kWh, MWh, GWh, TWh, 瓦时, 千瓦时, 兆瓦时, 吉瓦时, 太瓦时 and 度; 万, 亿 and 万亿 may stand before 千瓦时, 度 and kWh." :
		"Units are Wh, kWh, MWh, GWh, TWh and their Chinese names.";

	switch (error)
	{
		case ENERGY_TEXT_NO_NUMBER:
			*detail = "A number must stand first, after at most one sign.";
			*hint = "Write a number and a unit, such as 1234.567 kWh.";
			break;
		case ENERGY_TEXT_NOT_FINITE:
			*detail = "An energy is a finite number.";
			*hint = "Use NULL where the energy is not known.";
			break;
		case ENERGY_TEXT_GROUPING:
			*detail = "An underscore may stand only between two digits.";
			*hint = "Group digits as in 1_234_567.";
			break;
		case ENERGY_TEXT_COMMA:
			*detail = "A comma is neither a decimal point nor a separator of groups.";
			*hint = "Write the decimal point as a point, and group digits as in 1_234_567.";
			break;
		case ENERGY_TEXT_EXPONENT:
			*detail = "An exponent needs digits after the e.";
			*hint = "Write an exponent as in 1.5e3.";
			break;
		case ENERGY_TEXT_MILLIWATT:
			*detail = "\"mWh\" means milliwatt-hour, a billionth of a MWh.";
			*hint = "Write MWh for megawatt-hours.";
			break;
		case ENERGY_TEXT_MULTIPLIER:
			*detail = utf8 ?
				"万, 亿 and 万亿 stand only before 千瓦时, 度 or kWh." :
				"A Chinese multiplier stands only before a kilowatt-hour.";
			*hint = utf8 ?
				"Write the unit in full, such as 3.18亿千瓦时." :
				"Write the unit in full.";
			break;
		case ENERGY_TEXT_OK:
		case ENERGY_TEXT_UNIT:
		case ENERGY_TEXT_TOO_FINE:
		case ENERGY_TEXT_OUT_OF_RANGE:
		case ENERGY_TEXT_SYNTAX:
			break;
	}
}

/*
 * energy_in(cstring) returns energy
 *
 * Reads an energy as docs/energy.md describes.  Errors (soft where the server
 * has them): 22P02 for what is no energy or is finer than a watt-hour, 22003
 * for what does not fit.
 */
Datum
energy_in(PG_FUNCTION_ARGS)
{
	char	   *str = PG_GETARG_CSTRING(0);
	bool		utf8 = GetDatabaseEncoding() == PG_UTF8;
	const char *input = str;
	size_t		len = strlen(str);
	int64		result;
	EnergyTextError error;
	const char *detail;
	const char *hint;

	/* the parser reads UTF-8; a database in another encoding is rare */
	if (unlikely(!utf8))
	{
		input = pg_server_to_any(str, (int) len, PG_UTF8);
		if (input != str)
			len = strlen(input);
	}

	error = energy_text_parse(input, len, &result);
	if (likely(error == ENERGY_TEXT_OK))
		PG_RETURN_ENERGY(result);

	if (error == ENERGY_TEXT_OUT_OF_RANGE)
		ereturn(fcinfo->context, (Datum) 0,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("value \"%s\" is out of range for type %s",
						str, "energy"),
				 errdetail(ENERGY_RANGE_DETAIL)));
	if (error == ENERGY_TEXT_TOO_FINE)
		ereturn(fcinfo->context, (Datum) 0,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("value \"%s\" is finer than a watt-hour", str),
				 errdetail(ENERGY_FINE_DETAIL),
				 errhint(ENERGY_FINE_HINT)));
	energy_explain_text_error(error, utf8, &detail, &hint);
	ereturn(fcinfo->context, (Datum) 0,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("invalid input syntax for type %s: \"%s\"", "energy", str),
			 errdetail_internal("%s", detail),
			 errhint("%s", hint)));
}

/*
 * Text of an energy: kilowatt-hours with up to three decimals and the unit;
 * depends on nothing but the value.
 */
char *
energy_cstring(int64 wh)
{
	char	   *buf = palloc(ENERGY_TEXT_SIZE);

	energy_text_format(wh, buf);
	return buf;
}

/*
 * An energy argument that must not be NULL (22004) or negative (22023); name is
 * what the message calls it.
 */
int64
energy_argument(FunctionCallInfo fcinfo, int number, const char *name)
{
	if (PG_ARGISNULL(number))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s must not be null", name)));
	if (PG_GETARG_ENERGY(number) < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must not be negative", name),
				 errdetail("It is %s.", energy_cstring(PG_GETARG_ENERGY(number)))));
	return PG_GETARG_ENERGY(number);
}

/*
 * energy_out(energy) returns cstring
 */
Datum
energy_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_CSTRING(energy_cstring(PG_GETARG_ENERGY(0)));
}

/*
 * Raises 22003 when a number is NaN or infinite.
 */
static void
energy_check_finite(Numeric number)
{
	if (unlikely(numeric_is_nan(number) || numeric_is_inf(number)))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("cannot compute an energy with %s",
						numeric_is_nan(number) ? "NaN" : "infinity"),
				 errhint("Use NULL where the energy is not known.")));
}

/*
 * Gives a finite number without fraction, in watt-hours, as an energy, or
 * raises 22003.
 */
static int64
energy_from_whole_numeric(Numeric wh)
{
	char	   *digits = DatumGetCString(DirectFunctionCall1(numeric_out,
															 NumericGetDatum(wh)));
	const char *p = digits;
	bool		negative = (*p == '-');
	int64		result = 0;

	/* towards the negative end, which reaches one further */
	if (negative)
		p++;
	for (; *p >= '0' && *p <= '9'; p++)
	{
		if (unlikely(pg_mul_s64_overflow(result, 10, &result)) ||
			unlikely(pg_sub_s64_overflow(result, *p - '0', &result)))
			energy_out_of_range();
	}
	if (!negative && unlikely(pg_sub_s64_overflow(0, result, &result)))
		energy_out_of_range();
	pfree(digits);
	return result;
}

/*
 * Gives a number of kilowatt-hours as an energy, just as its text without a
 * unit would be read.  Raises 22003 when it is not finite or does not fit,
 * 22023 when it is finer than a watt-hour.
 */
static int64
energy_from_kwh(Numeric kwh)
{
	char	   *digits;
	int64		result;
	EnergyTextError error;

	energy_check_finite(kwh);
	digits = DatumGetCString(DirectFunctionCall1(numeric_out,
											   NumericGetDatum(kwh)));
	error = energy_text_parse(digits, strlen(digits), &result);
	if (likely(error == ENERGY_TEXT_OK))
	{
		pfree(digits);
		return result;
	}
	if (error == ENERGY_TEXT_TOO_FINE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s kWh is finer than a watt-hour", digits),
				 errdetail(ENERGY_FINE_DETAIL),
				 errhint(ENERGY_FINE_HINT)));
	energy_out_of_range();
}

/*
 * energy_from_numeric(numeric) returns energy
 *
 * Kilowatt-hours; errors as of energy_from_kwh().
 */
Datum
energy_from_numeric(PG_FUNCTION_ARGS)
{
	PG_RETURN_ENERGY(energy_from_kwh(PG_GETARG_NUMERIC(0)));
}

/*
 * energy_from_int8(bigint) returns energy
 *
 * Kilowatt-hours; 22003 when it does not fit.
 */
Datum
energy_from_int8(PG_FUNCTION_ARGS)
{
	int64		result;

	if (unlikely(pg_mul_s64_overflow(PG_GETARG_INT64(0), ENERGY_KWH,
									 &result)))
		energy_out_of_range();
	PG_RETURN_ENERGY(result);
}

/*
 * energy_from_int4(integer) returns energy
 *
 * Kilowatt-hours; always fits.
 */
Datum
energy_from_int4(PG_FUNCTION_ARGS)
{
	PG_RETURN_ENERGY(PG_GETARG_INT32(0) * ENERGY_KWH);
}

/*
 * energy_make(wh bigint, kwh numeric, mwh numeric) returns energy
 *
 * The sum of the three.  Errors as of energy_from_kwh().
 */
Datum
energy_make(PG_FUNCTION_ARGS)
{
	int64		wh = PG_GETARG_INT64(0);
	Numeric		kwh = PG_GETARG_NUMERIC(1);
	Numeric		mwh = PG_GETARG_NUMERIC(2);
	Numeric		sum;

	energy_check_finite(kwh);
	energy_check_finite(mwh);
	sum = energy_call_numeric(numeric_mul, mwh,
							  int64_to_numeric(ENERGY_MWH / ENERGY_KWH));
	sum = energy_call_numeric(numeric_add, sum, kwh);
	sum = energy_call_numeric(numeric_add, sum,
							  int64_div_fast_to_numeric(wh, 3));
	PG_RETURN_ENERGY(energy_from_kwh(sum));
}

/*
 * energy_wh(energy) returns bigint
 *
 * Watt-hours, exact.
 */
Datum
energy_wh(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(PG_GETARG_ENERGY(0));
}

/*
 * energy_kwh(energy) returns numeric
 *
 * Kilowatt-hours with three decimals, exact.
 */
Datum
energy_kwh(PG_FUNCTION_ARGS)
{
	PG_RETURN_NUMERIC(int64_div_fast_to_numeric(PG_GETARG_ENERGY(0), 3));
}

/*
 * energy_mwh(energy) returns numeric
 *
 * Megawatt-hours with six decimals, exact.
 */
Datum
energy_mwh(PG_FUNCTION_ARGS)
{
	PG_RETURN_NUMERIC(int64_div_fast_to_numeric(PG_GETARG_ENERGY(0), 6));
}

/*
 * energy_plus(energy) returns energy
 *
 * The energy itself.
 */
Datum
energy_plus(PG_FUNCTION_ARGS)
{
	PG_RETURN_ENERGY(PG_GETARG_ENERGY(0));
}

/*
 * energy_negate(energy) returns energy
 *
 * 22003 for the smallest energy, whose opposite does not fit.
 */
Datum
energy_negate(PG_FUNCTION_ARGS)
{
	int64		result;

	if (unlikely(pg_sub_s64_overflow(0, PG_GETARG_ENERGY(0), &result)))
		energy_out_of_range();
	PG_RETURN_ENERGY(result);
}

/*
 * energy_abs(energy) returns energy
 *
 * 22003 for the smallest energy, whose opposite does not fit.
 */
Datum
energy_abs(PG_FUNCTION_ARGS)
{
	int64		value = PG_GETARG_ENERGY(0);

	if (value < 0 && unlikely(pg_sub_s64_overflow(0, value, &value)))
		energy_out_of_range();
	PG_RETURN_ENERGY(value);
}

/*
 * energy_add(energy, energy) returns energy
 *
 * Exact; 22003 when the sum does not fit.
 */
Datum
energy_add(PG_FUNCTION_ARGS)
{
	int64		result;

	if (unlikely(pg_add_s64_overflow(PG_GETARG_ENERGY(0), PG_GETARG_ENERGY(1),
									 &result)))
		energy_out_of_range();
	PG_RETURN_ENERGY(result);
}

/*
 * energy_subtract(energy, energy) returns energy
 *
 * Exact; 22003 when the difference does not fit.
 */
Datum
energy_subtract(PG_FUNCTION_ARGS)
{
	int64		result;

	if (unlikely(pg_sub_s64_overflow(PG_GETARG_ENERGY(0), PG_GETARG_ENERGY(1),
									 &result)))
		energy_out_of_range();
	PG_RETURN_ENERGY(result);
}

/*
 * Takes a finite number apart into significand / 10^scale, both within 18
 * digits, so that 128 bits hold the product of either with an energy.  False
 * for a number with more digits, which is left to numeric's own arithmetic.
 */
static bool
energy_split_number(Numeric number, int64 *significand, int *scale)
{
	char	   *str = DatumGetCString(DirectFunctionCall1(numeric_out,
														   NumericGetDatum(number)));
	const char *p = str;
	bool		negative = (*p == '-');
	int			ndigits = 0;
	int			decimals = 0;
	bool		seen_point = false;
	int64		value = 0;

	if (negative)
		p++;
	for (; *p != '\0' && ndigits <= ENERGY_SPLIT_DIGITS; p++)
	{
		if (*p == '.')
		{
			seen_point = true;
			continue;
		}
		ndigits++;
		decimals += seen_point;
		if (ndigits <= ENERGY_SPLIT_DIGITS)
			value = value * 10 + (*p - '0');
	}
	pfree(str);
	if (ndigits > ENERGY_SPLIT_DIGITS)
		return false;
	*significand = negative ? -value : value;
	*scale = decimals;
	return true;
}

/*
 * Gives 10^scale for a scale of energy_split_number().
 */
static inline int64
energy_power_of_ten(int scale)
{
	int64		power = 1;

	while (scale-- > 0)
		power *= 10;
	return power;
}

/*
 * Gives energy times factor, rounded half away from zero to a whole watt-hour.
 * The product itself is exact, so it is rounded once.  Raises 22003 when the
 * factor is not finite or the product does not fit.
 */
static int64
energy_times(int64 energy, Numeric factor)
{
	Numeric		product;
	int64		significand;
	int			scale;

	energy_check_finite(factor);
	if (likely(energy_split_number(factor, &significand, &scale)))
		return energy_divide_rounded((int128) energy * significand,
									 energy_power_of_ten(scale));

	product = energy_call_numeric(numeric_mul, int64_to_numeric(energy),
								  factor);
	product = DatumGetNumeric(DirectFunctionCall2(numeric_round,
												  NumericGetDatum(product),
												  Int32GetDatum(0)));
	return energy_from_whole_numeric(product);
}

/*
 * energy_multiply(energy, numeric) returns energy
 *
 * As energy_times().
 */
Datum
energy_multiply(PG_FUNCTION_ARGS)
{
	PG_RETURN_ENERGY(energy_times(PG_GETARG_ENERGY(0), PG_GETARG_NUMERIC(1)));
}

/*
 * energy_multiply_left(numeric, energy) returns energy
 *
 * As energy_times().
 */
Datum
energy_multiply_left(PG_FUNCTION_ARGS)
{
	PG_RETURN_ENERGY(energy_times(PG_GETARG_ENERGY(1), PG_GETARG_NUMERIC(0)));
}

/*
 * Gives energy / divisor for a finite divisor that is not zero, rounded half
 * away from zero, by numeric's arithmetic.
 *
 * numeric's own quotient is rounded already, and rounding it again could go
 * wrong; so cut the quotient and look at what is left.
 */
static int64
energy_divide_numeric(int64 energy, Numeric divisor)
{
	Numeric		dividend = int64_to_numeric(energy);
	Numeric		quotient;
	Numeric		rest;
	int64		result;
	bool		negative;

	quotient = energy_call_numeric(numeric_div_trunc, dividend, divisor);
	result = energy_from_whole_numeric(quotient);
	rest = energy_call_numeric(numeric_sub, dividend,
							   energy_call_numeric(numeric_mul, quotient,
												   divisor));
	rest = energy_call_numeric(numeric_add, rest, rest);
	negative = DatumGetBool(DirectFunctionCall2(numeric_lt,
												NumericGetDatum(divisor),
												NumericGetDatum(int64_to_numeric(0))));
	rest = DatumGetNumeric(DirectFunctionCall1(numeric_abs,
											   NumericGetDatum(rest)));
	divisor = DatumGetNumeric(DirectFunctionCall1(numeric_abs,
												  NumericGetDatum(divisor)));
	if (DatumGetBool(DirectFunctionCall2(numeric_ge, NumericGetDatum(rest),
										 NumericGetDatum(divisor))) &&
		unlikely(pg_add_s64_overflow(result,
									 (energy < 0) == negative ? 1 : -1,
									 &result)))
		energy_out_of_range();
	return result;
}

/*
 * energy_divide(energy, numeric) returns energy
 *
 * The quotient rounded half away from zero to a whole watt-hour.  Raises 22012
 * on zero, 22003 when the divisor is not finite or the quotient does not fit.
 */
Datum
energy_divide(PG_FUNCTION_ARGS)
{
	int64		dividend = PG_GETARG_ENERGY(0);
	Numeric		divisor = PG_GETARG_NUMERIC(1);
	int64		significand;
	int			scale;
	int128		scaled;

	energy_check_finite(divisor);
	if (unlikely(!energy_split_number(divisor, &significand, &scale)))
	{
		if (DatumGetBool(DirectFunctionCall2(numeric_eq,
											 NumericGetDatum(divisor),
											 NumericGetDatum(int64_to_numeric(0)))))
			energy_division_by_zero();
		PG_RETURN_ENERGY(energy_divide_numeric(dividend, divisor));
	}

	if (unlikely(significand == 0))
		energy_division_by_zero();
	scaled = (int128) dividend * energy_power_of_ten(scale);
	if (significand < 0)
		PG_RETURN_ENERGY(energy_divide_rounded(-scaled, -significand));
	PG_RETURN_ENERGY(energy_divide_rounded(scaled, significand));
}

/*
 * energy_ratio(energy, energy) returns numeric
 *
 * The quotient as numeric divides whole watt-hours: at least 16 significant
 * digits.  Raises 22012 on zero.
 */
Datum
energy_ratio(PG_FUNCTION_ARGS)
{
	int64		dividend = PG_GETARG_ENERGY(0);
	int64		divisor = PG_GETARG_ENERGY(1);

	if (unlikely(divisor == 0))
		energy_division_by_zero();
	PG_RETURN_NUMERIC(energy_call_numeric(numeric_div,
										  int64_to_numeric(dividend),
										  int64_to_numeric(divisor)));
}

/*
 * energy_modulo(energy, energy) returns energy
 *
 * The rest of the division, with the sign of the dividend.  Raises 22012 on
 * zero.
 */
Datum
energy_modulo(PG_FUNCTION_ARGS)
{
	int64		dividend = PG_GETARG_ENERGY(0);
	int64		divisor = PG_GETARG_ENERGY(1);

	if (unlikely(divisor == 0))
		energy_division_by_zero();
	/* the processor traps on the smallest energy modulo -1 */
	if (divisor == -1)
		PG_RETURN_ENERGY(0);
	PG_RETURN_ENERGY(dividend % divisor);
}
