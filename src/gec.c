/*-------------------------------------------------------------------------
 *
 * gec.c
 *	  Type gec: one Green Electricity Certificate.
 *
 * A gec is a fixed-length value of 16 bytes without padding, passed by
 * reference.  gec_text.h says how a code is stored and why.
 *
 * Nothing here keeps state beyond a call, except lookups held in fn_extra.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_enum.h"
#include "common/hashfn.h"
#include "common/int.h"
#include "lib/hyperloglog.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/lsyscache.h"
#include "utils/sortsupport.h"
#include "utils/syscache.h"

#include "gec.h"

#include "compat.h"

/* State of abbreviated sorting, to notice keys that do not tell apart. */
typedef struct GecSortState
{
	int64		input_count;	/* values abbreviated so far */
	uint64		pivot;			/* project whose keys are exact */
	bool		estimating;		/* still counting distinct keys? */
	hyperLogLogState keys;		/* estimate of distinct abbreviated keys */
} GecSortState;

/* OIDs of the values of enum volume_class by digit, kept in fn_extra. */
typedef struct GecVolumeClasses
{
	Oid			value[10];		/* InvalidOid where a digit has none */
} GecVolumeClasses;

PG_FUNCTION_INFO_V1(gec_in);
PG_FUNCTION_INFO_V1(gec_out);
PG_FUNCTION_INFO_V1(gec_recv);
PG_FUNCTION_INFO_V1(gec_send);
PG_FUNCTION_INFO_V1(gec_lt);
PG_FUNCTION_INFO_V1(gec_le);
PG_FUNCTION_INFO_V1(gec_eq);
PG_FUNCTION_INFO_V1(gec_ne);
PG_FUNCTION_INFO_V1(gec_ge);
PG_FUNCTION_INFO_V1(gec_gt);
PG_FUNCTION_INFO_V1(gec_btcmp);
PG_FUNCTION_INFO_V1(gec_sortsupport);
PG_FUNCTION_INFO_V1(gec_in_range);
PG_FUNCTION_INFO_V1(gec_hash);
PG_FUNCTION_INFO_V1(gec_hash_extended);
PG_FUNCTION_INFO_V1(gec_brin_distance);
PG_FUNCTION_INFO_V1(gec_larger);
PG_FUNCTION_INFO_V1(gec_smaller);
PG_FUNCTION_INFO_V1(gec_successor);
PG_FUNCTION_INFO_V1(gec_predecessor);
PG_FUNCTION_INFO_V1(gec_plus);
PG_FUNCTION_INFO_V1(gec_plus_commuted);
PG_FUNCTION_INFO_V1(gec_minus);
PG_FUNCTION_INFO_V1(gec_steps);
PG_FUNCTION_INFO_V1(gec_project_code);
PG_FUNCTION_INFO_V1(gec_production_month);
PG_FUNCTION_INFO_V1(gec_serial);
PG_FUNCTION_INFO_V1(gec_volume_class);
PG_FUNCTION_INFO_V1(gec_tradable);
PG_FUNCTION_INFO_V1(gec_make);

/*
 * A copy of *value in the current memory context, as a Datum.
 */
static Datum
gec_datum(const gec *value)
{
	gec		   *result = (gec *) palloc(sizeof(gec));

	*result = *value;
	return GecPGetDatum(result);
}

/*
 * Raises 22003 for a step n (not 0) from value that leaves the codes.
 */
void
gec_step_error(const gec *value, int64 n)
{
	char		code[GEC_TEXT_LEN + 1];

	gec_text_format(value, code);
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("certificate code out of range"),
			 n > 0
			 ? errdetail("%s + %lld is after the last code.",
						 code, (long long) n)
			 : errdetail("%s - %llu is before the first code.",
						 code, -(unsigned long long) n)));
}

/* ---------- input and output ---------- */

/*
 * gec_in(cstring) returns gec
 *
 * Takes exactly 32 digits and nothing else; 22P02 otherwise (soft where the
 * server has soft errors).  Only the digits are checked: the published rules
 * do not say which months, serials and classes exist (domain 3.8).
 */
Datum
gec_in(PG_FUNCTION_ARGS)
{
	char	   *str = PG_GETARG_CSTRING(0);
	size_t		len = strlen(str);
	size_t		badpos = 0;
	gec			value;

	switch (gec_text_parse(str, len, &value, &badpos))
	{
		case GEC_TEXT_OK:
			break;
		case GEC_TEXT_LENGTH:
			ereturn(fcinfo->context, (Datum) 0,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("invalid input syntax for type %s: \"%s\"",
							"gec", str),
					 errdetail("A certificate code has 32 digits; this has %zu characters.",
							   len),
					 errhint("Write 17 digits of the project, then month (YYMM), serial (9 digits), volume class and trade class, without separators.")));
		case GEC_TEXT_NOT_DIGIT:
			ereturn(fcinfo->context, (Datum) 0,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("invalid input syntax for type %s: \"%s\"",
							"gec", str),
					 errdetail("A certificate code has 32 digits; byte %zu is no digit.",
							   badpos + 1),
					 errhint("Write 17 digits of the project, then month (YYMM), serial (9 digits), volume class and trade class, without separators.")));
	}

	PG_RETURN_DATUM(gec_datum(&value));
}

/*
 * gec_out(gec) returns cstring
 *
 * Gives the 32 digits.
 */
Datum
gec_out(PG_FUNCTION_ARGS)
{
	char	   *buf = (char *) palloc(GEC_TEXT_LEN + 1);

	gec_text_format(PG_GETARG_GEC_P(0), buf);
	PG_RETURN_CSTRING(buf);
}

/*
 * gec_recv(internal) returns gec
 *
 * Takes two 64-bit unsigned integers, big-endian: project and volume as
 * stored.  22P03 when one has more digits than its part of the code.
 */
Datum
gec_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	gec			value;

	value.project = (uint64) pq_getmsgint64(buf);
	value.volume = (uint64) pq_getmsgint64(buf);
	if (!gec_is_valid(&value))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary value for type %s", "gec"),
				 errdetail("The project part must be below 10^17 and the volume part below 10^15.")));

	PG_RETURN_DATUM(gec_datum(&value));
}

/*
 * gec_send(gec) returns bytea
 */
Datum
gec_send(PG_FUNCTION_ARGS)
{
	gec		   *value = PG_GETARG_GEC_P(0);
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendint64(&buf, value->project);
	pq_sendint64(&buf, value->volume);
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

/* ---------- comparison ---------- */

/* gec < gec: by project, then month, classes and serial.  Cannot throw. */
Datum
gec_lt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(gec_cmp(PG_GETARG_GEC_P(0), PG_GETARG_GEC_P(1)) < 0);
}

/* gec <= gec */
Datum
gec_le(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(gec_cmp(PG_GETARG_GEC_P(0), PG_GETARG_GEC_P(1)) <= 0);
}

/* gec = gec */
Datum
gec_eq(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(gec_equal(PG_GETARG_GEC_P(0), PG_GETARG_GEC_P(1)));
}

/* gec <> gec */
Datum
gec_ne(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(!gec_equal(PG_GETARG_GEC_P(0), PG_GETARG_GEC_P(1)));
}

/* gec >= gec */
Datum
gec_ge(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(gec_cmp(PG_GETARG_GEC_P(0), PG_GETARG_GEC_P(1)) >= 0);
}

/* gec > gec */
Datum
gec_gt(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(gec_cmp(PG_GETARG_GEC_P(0), PG_GETARG_GEC_P(1)) > 0);
}

/*
 * gec_cmp(gec, gec) returns integer
 *
 * Negative, zero or positive; btree support function 1.
 */
Datum
gec_btcmp(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(gec_cmp(PG_GETARG_GEC_P(0), PG_GETARG_GEC_P(1)));
}

/* Full comparison for the sort code. */
static int
gec_sort_compare(Datum x, Datum y, SortSupport ssup)
{
	return gec_cmp(DatumGetGecP(x), DatumGetGecP(y));
}

/*
 * The abbreviated key, order-preserving: two bits that say whether the
 * project is below, at or above that of the first certificate seen; then for
 * the same project the whole volume, and for others all 57 bits of the
 * project and the 5 highest of the volume's 50.  So sorting the certificates
 * of one project never looks at the values, and sorting those of many looks
 * at them for certificates of one project only.
 */
static Datum
gec_sort_abbreviate(Datum original, SortSupport ssup)
{
	GecSortState *state = (GecSortState *) ssup->ssup_extra;
	gec		   *value = DatumGetGecP(original);
	uint64		key;

	if (unlikely(state->input_count == 0))
		state->pivot = value->project;
	if (value->project == state->pivot)
		key = UINT64CONST(1) << 62 | value->volume;
	else
		key = (value->project < state->pivot ? 0 : UINT64CONST(2) << 62) |
			value->project << 5 | value->volume >> 45;

	state->input_count++;
	if (state->estimating)
		addHyperLogLog(&state->keys,
					   DatumGetUInt32(hash_uint32((uint32) key ^
												  (uint32) (key >> 32))));
	return UInt64GetDatum(key);
}

/*
 * Says whether to give up abbreviating: when a few projects share most of the
 * certificates, comparing keys first is wasted.  Same thresholds as the
 * server's uuid.
 */
static bool
gec_sort_abort(int memtupcount, SortSupport ssup)
{
	GecSortState *state = (GecSortState *) ssup->ssup_extra;
	double		distinct;

	if (memtupcount < 10000 || state->input_count < 10000 ||
		!state->estimating)
		return false;

	distinct = estimateHyperLogLog(&state->keys);
	if (distinct > 100000.0)
	{
		/* plenty: stop counting */
		state->estimating = false;
		return false;
	}
	return distinct < state->input_count / 2000.0 + 0.5;
}

/*
 * gec_sortsupport(internal) returns void; btree support function 2.
 */
Datum
gec_sortsupport(PG_FUNCTION_ARGS)
{
	SortSupport ssup = (SortSupport) PG_GETARG_POINTER(0);

	ssup->comparator = gec_sort_compare;
	if (ssup->abbreviate)
	{
		MemoryContext oldcontext = MemoryContextSwitchTo(ssup->ssup_cxt);
		GecSortState *state = (GecSortState *) palloc(sizeof(GecSortState));

		state->input_count = 0;
		state->pivot = 0;
		state->estimating = true;
		initHyperLogLog(&state->keys, 10);

		ssup->ssup_extra = state;
		ssup->comparator = ssup_datum_unsigned_cmp;
		ssup->abbrev_converter = gec_sort_abbreviate;
		ssup->abbrev_abort = gec_sort_abort;
		ssup->abbrev_full_comparator = gec_sort_compare;
		MemoryContextSwitchTo(oldcontext);
	}
	PG_RETURN_VOID();
}

/*
 * gec_in_range(value gec, base gec, steps bigint, sub boolean, less boolean)
 * returns boolean
 *
 * btree support function 3 for window frames RANGE BETWEEN n PRECEDING ...:
 * whether value <= (or >=) base + (or -) steps.  22013 for negative steps.
 */
Datum
gec_in_range(PG_FUNCTION_ARGS)
{
	gec		   *value = PG_GETARG_GEC_P(0);
	gec		   *base = PG_GETARG_GEC_P(1);
	int64		steps = PG_GETARG_INT64(2);
	bool		sub = PG_GETARG_BOOL(3);
	bool		less = PG_GETARG_BOOL(4);
	int128		distance;

	if (steps < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PRECEDING_OR_FOLLOWING_SIZE),
				 errmsg("invalid preceding or following size in window function"),
				 errdetail("The number of certificates must not be negative.")));

	/* compare distances: the frame may end beyond the codes */
	distance = gec_distance(value, base);
	if (less)
		PG_RETURN_BOOL(distance <= (sub ? -(int128) steps : (int128) steps));
	else
		PG_RETURN_BOOL(distance >= (sub ? -(int128) steps : (int128) steps));
}

/*
 * gec_hash(gec) returns integer; hash support function 1.
 */
Datum
gec_hash(PG_FUNCTION_ARGS)
{
	return hash_any((unsigned char *) PG_GETARG_GEC_P(0), sizeof(gec));
}

/*
 * gec_hash_extended(gec, bigint) returns bigint; hash support function 2.
 */
Datum
gec_hash_extended(PG_FUNCTION_ARGS)
{
	return hash_any_extended((unsigned char *) PG_GETARG_GEC_P(0), sizeof(gec),
							 PG_GETARG_INT64(1));
}

/*
 * gec_brin_distance(internal, internal) returns double precision
 *
 * How far apart two values of a BRIN minmax-multi summary are; the second is
 * the greater one.
 */
Datum
gec_brin_distance(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8((float8) gec_distance(PG_GETARG_GEC_P(1),
										   PG_GETARG_GEC_P(0)));
}

/*
 * gec_larger(gec, gec) returns gec; step of max(gec).
 */
Datum
gec_larger(PG_FUNCTION_ARGS)
{
	gec		   *a = PG_GETARG_GEC_P(0);
	gec		   *b = PG_GETARG_GEC_P(1);

	PG_RETURN_GEC_P(gec_cmp(a, b) >= 0 ? a : b);
}

/*
 * gec_smaller(gec, gec) returns gec; step of min(gec).
 */
Datum
gec_smaller(PG_FUNCTION_ARGS)
{
	gec		   *a = PG_GETARG_GEC_P(0);
	gec		   *b = PG_GETARG_GEC_P(1);

	PG_RETURN_GEC_P(gec_cmp(a, b) <= 0 ? a : b);
}

/* ---------- steps ---------- */

/*
 * The code n steps on from the first argument; 22003 when there is none.
 */
static Datum
gec_step(const gec *value, int64 n)
{
	gec			result;

	if (!gec_advance(value, n, &result))
		gec_step_error(value, n);
	return gec_datum(&result);
}

/*
 * gec_successor(gec) returns gec
 *
 * The next code; 22003 after the last one.
 */
Datum
gec_successor(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATUM(gec_step(PG_GETARG_GEC_P(0), 1));
}

/*
 * gec_predecessor(gec) returns gec
 *
 * The code before; 22003 before the first one.
 */
Datum
gec_predecessor(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATUM(gec_step(PG_GETARG_GEC_P(0), -1));
}

/*
 * gec + bigint: the code that many steps on; 22003 outside the codes.
 */
Datum
gec_plus(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATUM(gec_step(PG_GETARG_GEC_P(0), PG_GETARG_INT64(1)));
}

/*
 * bigint + gec: the same.
 */
Datum
gec_plus_commuted(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATUM(gec_step(PG_GETARG_GEC_P(1), PG_GETARG_INT64(0)));
}

/*
 * gec - bigint: the code that many steps back; 22003 outside the codes.
 */
Datum
gec_minus(PG_FUNCTION_ARGS)
{
	gec		   *value = PG_GETARG_GEC_P(0);
	int64		n = PG_GETARG_INT64(1);

	/* the least bigint has no negative: go in two parts */
	if (unlikely(n == PG_INT64_MIN))
	{
		gec			half;

		if (!gec_advance(value, PG_INT64_MAX, &half))
			gec_step_error(value, PG_INT64_MAX);
		PG_RETURN_DATUM(gec_step(&half, 1));
	}
	PG_RETURN_DATUM(gec_step(value, -n));
}

/*
 * gec - gec: steps from the second to the first, negative when the first is
 * the earlier one; 22003 when that is no bigint.
 */
Datum
gec_steps(PG_FUNCTION_ARGS)
{
	int128		distance = gec_distance(PG_GETARG_GEC_P(0),
										PG_GETARG_GEC_P(1));

	if (distance < PG_INT64_MIN || distance > PG_INT64_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("number of certificate codes out of range for type bigint"),
				 errdetail("The two codes are more than 9223372036854775807 steps apart.")));
	PG_RETURN_INT64((int64) distance);
}

/* ---------- parts of a code ---------- */

/*
 * gec_project_code(gec) returns text
 *
 * The 17 digits of the project's registration code.
 */
Datum
gec_project_code(PG_FUNCTION_ARGS)
{
	char		buf[GEC_PROJECT_LEN + 1];

	gec_text_format_project(PG_GETARG_GEC_P(0)->project, buf);
	PG_RETURN_TEXT_P(cstring_to_text_with_len(buf, GEC_PROJECT_LEN));
}

/*
 * gec_production_month(gec) returns date
 *
 * First day of the month of production; years are 2000 to 2099.  22008 when
 * the digits are no month.
 */
Datum
gec_production_month(PG_FUNCTION_ARGS)
{
	int			yymm = gec_yymm(PG_GETARG_GEC_P(0));
	int			month = yymm % 100;

	if (month < 1 || month > 12)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
				 errmsg("certificate code has no valid production month"),
				 errdetail("Digits 18 to 21 are %04d, which should be year and month (YYMM).",
						   yymm)));

	PG_RETURN_DATEADT(date2j(2000 + yymm / 100, month, 1) -
					  POSTGRES_EPOCH_JDATE);
}

/*
 * gec_serial(gec) returns bigint
 *
 * The serial number within project, month and classes, 0 to 999999999.
 */
Datum
gec_serial(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(gec_serial_number(PG_GETARG_GEC_P(0)));
}

/*
 * gec_volume_class(gec) returns volume_class
 *
 * Digits 1 to 6 give on_grid, self_use, off_grid, existing_hydro,
 * hydrogen_integration and mechanism_price; 22023 for others.  Immutable in
 * truth: a digit's enum value keeps its OID as long as the type exists.
 */
Datum
gec_volume_class(PG_FUNCTION_ARGS)
{
	int			digit = gec_volume_digit(PG_GETARG_GEC_P(0));
	const char *label = gec_volume_class_label(digit);
	GecVolumeClasses *classes;

	if (label == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("certificate code has no known volume class"),
				 errdetail("Digit 31 is %d; 1 to 6 are on_grid, self_use, off_grid, existing_hydro, hydrogen_integration and mechanism_price.",
						   digit)));

	classes = (GecVolumeClasses *) fcinfo->flinfo->fn_extra;
	if (classes == NULL)
	{
		classes = (GecVolumeClasses *)
			MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt,
								   sizeof(GecVolumeClasses));
		fcinfo->flinfo->fn_extra = classes;
	}
	if (!OidIsValid(classes->value[digit]))
	{
		Oid			enumtype = get_func_rettype(fcinfo->flinfo->fn_oid);

		classes->value[digit] = GetSysCacheOid2(ENUMTYPOIDNAME,
												Anum_pg_enum_oid,
												ObjectIdGetDatum(enumtype),
												CStringGetDatum(label));
		if (!OidIsValid(classes->value[digit]))
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_OBJECT),
					 errmsg("type %s has no value \"%s\"",
							format_type_be(enumtype), label)));
	}
	PG_RETURN_OID(classes->value[digit]);
}

/*
 * gec_tradable(gec) returns boolean
 *
 * Trade class 1 is tradable, 2 is not; 22023 for others.
 */
Datum
gec_tradable(PG_FUNCTION_ARGS)
{
	int			digit = gec_trade_digit(PG_GETARG_GEC_P(0));

	if (digit != GEC_TRADABLE && digit != GEC_NOT_TRADABLE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("certificate code has no known trade class"),
				 errdetail("Digit 32 is %d; 1 is tradable and 2 is not.",
						   digit)));
	PG_RETURN_BOOL(digit == GEC_TRADABLE);
}

/*
 * The digit of a value of enum volume_class, by its label; 22023 when the
 * class earns no certificate.
 */
static int
gec_digit_of_enum(Oid value)
{
	HeapTuple	tuple = SearchSysCache1(ENUMOID, ObjectIdGetDatum(value));
	NameData	label;
	int			digit;

	if (!HeapTupleIsValid(tuple))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid internal value for enum: %u", value)));
	label = ((Form_pg_enum) GETSTRUCT(tuple))->enumlabel;
	ReleaseSysCache(tuple);

	digit = gec_volume_class_digit(NameStr(label));
	if (digit == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("volume class \"%s\" earns no certificate",
						NameStr(label)),
				 errhint("Certificates have the classes on_grid, self_use, off_grid, existing_hydro, hydrogen_integration and mechanism_price.")));
	return digit;
}

/*
 * gec_make(project_code text, month date, serial bigint,
 *			volume_class volume_class, tradable boolean) returns gec
 *
 * project_code has 17 digits (22P02); month is the first day (22023) of a
 * month of the years 2000 to 2099 (22008); serial is 1 to 999999999 (22003);
 * the volume class is one that earns certificates (22023).
 */
Datum
gec_make(PG_FUNCTION_ARGS)
{
	text	   *project_code = PG_GETARG_TEXT_PP(0);
	DateADT		month = PG_GETARG_DATEADT(1);
	int64		serial = PG_GETARG_INT64(2);
	Oid			volume_class = PG_GETARG_OID(3);
	bool		tradable = PG_GETARG_BOOL(4);
	uint64		project = 0;
	size_t		badpos = 0;
	int			year;
	int			mon;
	int			day;
	gec			value;

	switch (gec_text_parse_project(VARDATA_ANY(project_code),
								   VARSIZE_ANY_EXHDR(project_code),
								   &project, &badpos))
	{
		case GEC_TEXT_OK:
			break;
		case GEC_TEXT_LENGTH:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("invalid project code: \"%s\"",
							text_to_cstring(project_code)),
					 errdetail("A project registration code has 17 digits; this has %d characters.",
							   (int) VARSIZE_ANY_EXHDR(project_code))));
			break;
		case GEC_TEXT_NOT_DIGIT:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("invalid project code: \"%s\"",
							text_to_cstring(project_code)),
					 errdetail("A project registration code has 17 digits; byte %zu is no digit.",
							   badpos + 1)));
			break;
	}

	if (DATE_NOT_FINITE(month))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
				 errmsg("production month must be finite")));
	j2date(month + POSTGRES_EPOCH_JDATE, &year, &mon, &day);
	if (year < 2000 || year > 2099)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
				 errmsg("production month out of range"),
				 errdetail("The year is %d; a certificate code holds the years 2000 to 2099.",
						   year)));
	if (day != 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("production month must be the first day of a month"),
				 errdetail("The day is %d.", day),
				 errhint("Use date_trunc('month', ...)::date.")));
	if (serial < 1 || serial > GEC_SERIAL_MAX)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("certificate serial out of range"),
				 errdetail("The serial is %lld; it must be 1 to %d.",
						   (long long) serial, GEC_SERIAL_MAX)));

	gec_pack(&value, project, (year - 2000) * 100 + mon,
			 gec_digit_of_enum(volume_class),
			 tradable ? GEC_TRADABLE : GEC_NOT_TRADABLE, serial);
	PG_RETURN_DATUM(gec_datum(&value));
}
