/*-------------------------------------------------------------------------
 *
 * ets_green_offset.c
 *	  Green power in the pilot carbon markets: what it may offset, and what
 *	  credits may.
 *
 * The offset is the least of what the power is worth (energy times factor), a
 * share of the allowance shortfall, and an absolute limit.  Chongqing
 * (allocation plan for compliance year 2024) has all three; Shenzhen
 * (compliance year 2024) stops at the shortfall itself.  The functions on
 * plain values take the limits as arguments; those of a market and year read
 * them from table rule.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "compat.h"
#include "energy.h"
#include "errcodes.h"
#include "ledger.h"
#include "region.h"
#include "report.h"
#include "rule.h"
#include "value_check.h"

PG_FUNCTION_INFO_V1(ets_shortfall);
PG_FUNCTION_INFO_V1(ets_green_offset);
PG_FUNCTION_INFO_V1(ets_green_offset_market);
PG_FUNCTION_INFO_V1(ets_account_green_offset);
PG_FUNCTION_INFO_V1(ets_credit_limit);
PG_FUNCTION_INFO_V1(ets_credit_limit_market);

/* What an offset is computed from. */
typedef struct OffsetTerms
{
	Numeric		shortfall;		/* t */
	int64		green;			/* energy */
	Numeric		factor;			/* tCO2/MWh */
	Numeric		share;			/* greatest part of the shortfall */
	Numeric		limit;			/* t, may be infinite */
} OffsetTerms;

/* A pilot market and its rules; NULL where it has no such limit. */
typedef struct Market
{
	int32		region;
	const char *name;
	const char *factor;
	const char *share;
	const char *limit;
	const char *credit_share;
} Market;

static const Market markets[] = {
	{500000, "Chongqing", "chongqing_ets_green_offset_factor", "chongqing_ets_green_offset_share",
	"chongqing_ets_green_offset_limit", "chongqing_ets_credit_share"},
	{440300, "Shenzhen", "shenzhen_ets_green_factor", NULL, NULL, NULL},
};

static bool
at_most(Numeric a, Numeric b)
{
	return DatumGetBool(DirectFunctionCall2(numeric_le, NumericGetDatum(a),
											NumericGetDatum(b)));
}

/* ---------- plain values ---------- */

/*
 * ets_shortfall(verified numeric, allocation numeric, held numeric) returns numeric
 *
 * max(0, verified - allocation - held), in tonnes.  Error 22023 for a negative
 * argument.
 */
Datum
ets_shortfall(PG_FUNCTION_ARGS)
{
	Numeric		verified = PG_GETARG_NUMERIC(0);
	Numeric		allocation = PG_GETARG_NUMERIC(1);
	Numeric		held = PG_GETARG_NUMERIC(2);
	Numeric		shortfall;

	check_amount(verified, "verified");
	check_amount(allocation, "allocation");
	check_amount(held, "held");
	shortfall = energy_call_numeric(numeric_sub, verified,
									energy_call_numeric(numeric_add, allocation, held));
	PG_RETURN_DATUM(DirectFunctionCall2(numeric_larger, NumericGetDatum(shortfall),
										NumericGetDatum(int64_to_numeric(0))));
}

/* Columns of ets_green_offset(), and the words of bound_by. */
enum
{
	COL_GREEN, COL_FACTOR, COL_BY_ENERGY, COL_BY_SHARE, COL_BY_LIMIT, COL_OFFSET,
	COL_BOUND_BY, COL_REMAINING, COLUMNS
};
static const char *const bounds[] = {"energy", "share", "limit"};

/*
 * Checks the terms and returns the row of ets_green_offset().
 */
static Datum
offset_row(FunctionCallInfo fcinfo, const OffsetTerms *terms)
{
	Numeric		parts[lengthof(bounds)];
	Numeric		least;
	Datum		words[lengthof(bounds)];
	int			nwords = 0;
	Datum		values[COLUMNS];
	bool		nulls[COLUMNS] = {false};

	check_amount(terms->shortfall, "shortfall");
	check_energy(terms->green, "green");
	check_factor(terms->factor, "factor");
	check_share(terms->share, "share_limit");
	check_limit(terms->limit, "offset_limit");

	parts[0] = energy_call_numeric(numeric_mul, int64_div_fast_to_numeric(terms->green, 6),
								   terms->factor);
	parts[1] = energy_call_numeric(numeric_mul, terms->shortfall, terms->share);
	parts[2] = terms->limit;
	least = parts[0];
	for (int i = 1; i < lengthof(parts); i++)
		if (at_most(parts[i], least))
			least = parts[i];
	for (int i = 0; i < lengthof(parts); i++)
		if (at_most(parts[i], least))
			words[nwords++] = CStringGetTextDatum(bounds[i]);

	values[COL_GREEN] = EnergyGetDatum(terms->green);
	values[COL_FACTOR] = NumericGetDatum(terms->factor);
	values[COL_BY_ENERGY] = NumericGetDatum(parts[0]);
	values[COL_BY_SHARE] = NumericGetDatum(parts[1]);
	values[COL_BY_LIMIT] = NumericGetDatum(parts[2]);
	values[COL_OFFSET] = NumericGetDatum(least);
	values[COL_BOUND_BY] = PointerGetDatum(construct_array(words, nwords, TEXTOID, -1, false,
														   TYPALIGN_INT));
	values[COL_REMAINING] = NumericGetDatum(energy_call_numeric(numeric_sub, terms->shortfall,
																least));
	return report_row(fcinfo, values, nulls);
}

/*
 * ets_green_offset(shortfall numeric, green energy, factor numeric,
 * share_limit numeric, offset_limit numeric) returns record
 *
 * The least of the three, each of them, and which it was.  Errors 22023 for
 * what cannot be.
 */
Datum
ets_green_offset(PG_FUNCTION_ARGS)
{
	OffsetTerms terms;

	terms.shortfall = PG_GETARG_NUMERIC(0);
	terms.green = PG_GETARG_ENERGY(1);
	terms.factor = PG_GETARG_NUMERIC(2);
	terms.share = PG_GETARG_NUMERIC(3);
	terms.limit = PG_GETARG_NUMERIC(4);
	PG_RETURN_DATUM(offset_row(fcinfo, &terms));
}

/*
 * ets_credit_limit(obligation numeric, share_limit numeric) returns numeric
 *
 * Greatest number of credits that cover an obligation, in tonnes.  Errors
 * 22023 for what cannot be.
 */
Datum
ets_credit_limit(PG_FUNCTION_ARGS)
{
	check_amount(PG_GETARG_NUMERIC(0), "obligation");
	check_share(PG_GETARG_NUMERIC(1), "share_limit");
	PG_RETURN_NUMERIC(energy_call_numeric(numeric_mul, PG_GETARG_NUMERIC(0),
										  PG_GETARG_NUMERIC(1)));
}

/* ---------- by market and year ---------- */

/*
 * The pilot market of a place.  Error 22023 where there is none whose rules
 * are known.
 */
static const Market *
market_of(int32 region)
{
	char		code[REGION_TEXT_LEN + 1] = {0};

	for (int i = 0; i < lengthof(markets); i++)
		if (region_is_within(region, markets[i].region))
			return &markets[i];
	region_text_format(region, code);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("no carbon market with an offset by green power is known in region %s", code),
			 errdetail("Rules are known of Chongqing (500000) and Shenzhen (440300). Beijing, Tianjin and Shanghai deduct green power from indirect emissions instead (rule ets_green_power_deducted_in)."),
			 errhint("Use ets_green_offset(shortfall, green, factor, share_limit, offset_limit) with the limits of the market.")));
	return NULL;				/* keep compiler quiet */
}

/*
 * Fills factor and limits of a market from the rules of a compliance year.  A
 * factor that was given comes before the rule.  Call inside SPI_connect, in
 * whose memory the numbers are.
 */
static void
read_terms(OffsetTerms *terms, const Market *market, int32 year, Numeric factor)
{
	DateADT		on = report_day(year);

	if (factor == NULL)
	{
		factor = DatumGetNumeric(rule_number(market->factor, on));
		check_factor(factor, psprintf("rule %s", market->factor));
	}
	terms->factor = factor;
	terms->share = market->share != NULL ? DatumGetNumeric(rule_share(market->share, on)) :
		int64_to_numeric(1);
	terms->limit = market->limit != NULL ? DatumGetNumeric(rule_number(market->limit, on)) :
		DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum("Infinity"),
											ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
}

/*
 * Reads the terms of a market and returns the row in the memory that SPI was
 * called from, which it finishes.
 */
static Datum
market_row(FunctionCallInfo fcinfo, OffsetTerms *terms, const Market *market, int32 year,
		   Numeric factor)
{
	Datum		row;

	read_terms(terms, market, year, factor);
	row = SPI_datumTransfer(offset_row(fcinfo, terms), false, -1);
	SPI_finish();
	return row;
}

/*
 * ets_green_offset(market region, year integer, shortfall numeric, green
 * energy, factor numeric) returns record
 *
 * By the rules of a pilot market for a compliance year.  Errors: 22004, 22023
 * for the arguments, LC016 and LC023 of the rules.
 */
Datum
ets_green_offset_market(PG_FUNCTION_ARGS)
{
	OffsetTerms terms;
	const Market *market;

	report_check_argument(fcinfo, 0, "market");
	report_check_argument(fcinfo, 1, "year");
	report_check_argument(fcinfo, 2, "shortfall");
	report_check_argument(fcinfo, 3, "green");
	market = market_of(PG_GETARG_REGION(0));
	terms.shortfall = PG_GETARG_NUMERIC(2);
	terms.green = PG_GETARG_ENERGY(3);
	(void) report_day(PG_GETARG_INT32(1));
	ledger_require();
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	return market_row(fcinfo, &terms, market, PG_GETARG_INT32(1),
					  PG_ARGISNULL(4) ? NULL : PG_GETARG_NUMERIC(4));
}

static SavedPlan place_plan = {
	"SELECT a.region::integer FROM certledger.account AS a WHERE a.account_id = $1",
	1, {PLAN_BIGINT}
};

/* $1 account, $2 year, $3 version, $4 market. */
static SavedPlan green_plan = {
	"SELECT coalesce(sum(r.recognised), '0 kWh') FROM certledger.recognition AS r"
	" WHERE r.account_id = $1 AND r.year = $2::integer AND r.version = $3::integer"
	"  AND r.tier = 'user' AND r.identification = 'energy_trade' AND r.category = 'green_power'"
	"  AND r.city <@ $4::integer::certledger.region",
	4, {PLAN_BIGINT, PLAN_BIGINT, PLAN_BIGINT, PLAN_BIGINT}
};

/*
 * ets_account_green_offset(account_id bigint, year integer, shortfall numeric,
 * factor numeric) returns record
 *
 * The same for the green power that the accounts of the year recognised for an
 * account in the market of its region.  Errors as above, 55000 when the
 * accounts were never run, LC015 for an account that is not registered.
 */
Datum
ets_account_green_offset(PG_FUNCTION_ARGS)
{
	OffsetTerms terms;
	const Market *market;
	Datum		values[4];
	bool		isnull;
	int32		year;

	report_check_argument(fcinfo, 0, "account_id");
	report_check_argument(fcinfo, 1, "year");
	report_check_argument(fcinfo, 2, "shortfall");
	year = PG_GETARG_INT32(1);
	terms.shortfall = PG_GETARG_NUMERIC(2);
	(void) report_day(year);
	ledger_require();
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	values[0] = PG_GETARG_DATUM(0);
	values[1] = Int64GetDatum(year);
	values[2] = Int64GetDatum(report_version(year));
	if (plan_read(&place_plan, values, NULL) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_ACCOUNT_UNKNOWN),
				 errmsg("account " INT64_FORMAT " does not exist", PG_GETARG_INT64(0)),
				 errhint("Look it up in table account.")));
	market = market_of(DatumGetInt32(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc,
												   1, &isnull)));
	values[3] = Int64GetDatum(market->region);
	plan_read(&green_plan, values, NULL);
	terms.green = DatumGetEnergy(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc,
											   1, &isnull));
	return market_row(fcinfo, &terms, market, year,
					  PG_ARGISNULL(3) ? NULL : PG_GETARG_NUMERIC(3));
}

/*
 * ets_credit_limit(market region, year integer, obligation numeric) returns numeric
 *
 * By the rules of a pilot market for a compliance year.  Errors: 22023 for the
 * arguments, LC016 and LC023 of the rules.
 */
Datum
ets_credit_limit_market(PG_FUNCTION_ARGS)
{
	const Market *market = market_of(PG_GETARG_REGION(0));
	Numeric		obligation = PG_GETARG_NUMERIC(2);
	DateADT		on = report_day(PG_GETARG_INT32(1));
	Datum		limit;

	check_amount(obligation, "obligation");
	if (market->credit_share == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the limit of credits in %s is not known", market->name),
				 errhint("Use ets_credit_limit(obligation, share_limit) with the share of the market.")));
	ledger_require();
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	limit = DirectFunctionCall2(numeric_mul, NumericGetDatum(obligation),
								rule_share(market->credit_share, on));
	limit = SPI_datumTransfer(limit, false, -1);
	SPI_finish();
	PG_RETURN_DATUM(limit);
}
