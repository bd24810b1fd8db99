/*-------------------------------------------------------------------------
 *
 * emission.c
 *	  Indirect emissions from electricity, by both methods of the questions
 *	  and answers on 发改能源〔2026〕622号.
 *
 * On plain values the arithmetic is numeric's and exact.  On the accounts one
 * query puts the electricity of each city beside the factors and calls the
 * same function; the rules of the year are read before.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "compat.h"
#include "energy.h"
#include "energy_text.h"
#include "ledger.h"
#include "region.h"
#include "report.h"
#include "rule.h"
#include "value_check.h"

PG_FUNCTION_INFO_V1(emission_of_energy);
PG_FUNCTION_INFO_V1(emission_indirect);
PG_FUNCTION_INFO_V1(emission_factor);
PG_FUNCTION_INFO_V1(emission_factor_source);
PG_FUNCTION_INFO_V1(emission_indirect_account);

/* ---------- plain values ---------- */

/*
 * Energy in MWh times a factor, in tonnes.
 */
static Numeric
tonnes(int64 energy, Numeric factor)
{
	return energy_call_numeric(numeric_mul, int64_div_fast_to_numeric(energy, 6), factor);
}

static int
compare(Numeric a, Numeric b)
{
	return DatumGetInt32(DirectFunctionCall2(numeric_cmp, NumericGetDatum(a),
											 NumericGetDatum(b)));
}

/*
 * emission(electricity energy, factor numeric) returns numeric
 *
 * Tonnes of CO2; of the sign of the energy, so that differences can be
 * converted too.  Error 22023 for a factor that is none.
 */
Datum
emission_of_energy(PG_FUNCTION_ARGS)
{
	Numeric		factor = PG_GETARG_NUMERIC(1);

	check_factor(factor, "factor");
	PG_RETURN_NUMERIC(tonnes(PG_GETARG_ENERGY(0), factor));
}

/*
 * Refuses non-fossil power that is more than all electricity.
 */
static void
check_part(int64 non_fossil, int64 electricity)
{
	char		part[ENERGY_TEXT_SIZE];
	char		whole[ENERGY_TEXT_SIZE];

	if (non_fossil <= electricity)
		return;
	energy_text_format(non_fossil, part);
	energy_text_format(electricity, whole);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("non_fossil must not be more than electricity"),
			 errdetail("Non-fossil power is %s, all electricity %s.", part, whole),
			 errhint("Electricity is grid draw and physical supply together.")));
}

static Numeric
difference(Numeric a, Numeric b)
{
	return energy_call_numeric(numeric_sub, a, b);
}

/* What both methods are computed from; NULL pointers are unknown factors. */
typedef struct EmissionTerms
{
	bool		electricity_known;
	bool		non_fossil_known;
	int64		electricity;
	int64		non_fossil;
	Numeric		average_factor;
	Numeric		fossil_factor;
	Numeric		non_fossil_factor;
} EmissionTerms;

/*
 * Emissions with all electricity at the average factor; NULL when unknown.
 */
static Numeric
average_method(const EmissionTerms *terms)
{
	if (!terms->electricity_known || terms->average_factor == NULL)
		return NULL;
	return tonnes(terms->electricity, terms->average_factor);
}

/*
 * Emissions with non-fossil power and the rest each at its factor; NULL when
 * unknown.
 */
static Numeric
split_method(const EmissionTerms *terms)
{
	if (!terms->electricity_known || !terms->non_fossil_known ||
		terms->fossil_factor == NULL || terms->non_fossil_factor == NULL)
		return NULL;
	return energy_call_numeric(numeric_add,
							   tonnes(terms->electricity - terms->non_fossil, terms->fossil_factor),
							   tonnes(terms->non_fossil, terms->non_fossil_factor));
}

/*
 * Non-fossil power as a part of all electricity; NULL when unknown, or when
 * there is none.
 */
static Numeric
non_fossil_share(const EmissionTerms *terms)
{
	if (!terms->electricity_known || !terms->non_fossil_known || terms->electricity == 0)
		return NULL;
	return energy_call_numeric(numeric_div, int64_to_numeric(terms->non_fossil),
							   int64_to_numeric(terms->electricity));
}

/*
 * The share at which both methods give the same: average x Q = non-fossil x E
 * + fossil x (Q - E), solved for E / Q.  NULL when a factor is unknown, or
 * when fossil power is no dirtier than the other, for then there is none.
 */
static Numeric
break_even_share(const EmissionTerms *terms)
{
	if (terms->average_factor == NULL || terms->fossil_factor == NULL ||
		terms->non_fossil_factor == NULL ||
		compare(terms->fossil_factor, terms->non_fossil_factor) <= 0)
		return NULL;
	return energy_call_numeric(numeric_div,
							   difference(terms->fossil_factor, terms->average_factor),
							   difference(terms->fossil_factor, terms->non_fossil_factor));
}

/*
 * A factor that is an argument, checked; NULL when it is not known.
 */
static Numeric
factor_argument(FunctionCallInfo fcinfo, int argument, const char *name)
{
	Numeric		factor;

	if (PG_ARGISNULL(argument))
		return NULL;
	factor = PG_GETARG_NUMERIC(argument);
	check_factor(factor, name);
	return factor;
}

/*
 * indirect_emissions(electricity energy, non_fossil energy, average_factor
 * numeric, fossil_factor numeric, non_fossil_factor numeric) returns record
 *
 * Both methods side by side.  NULL is unknown: whatever needs it is NULL, the
 * rest is not.  Errors 22023 for what cannot be.
 */
Datum
emission_indirect(PG_FUNCTION_ARGS)
{
	EmissionTerms terms = {0};
	Numeric		numbers[5];
	Datum		values[6];
	bool		nulls[6];

	terms.electricity_known = !PG_ARGISNULL(0);
	if (terms.electricity_known)
		check_energy(terms.electricity = PG_GETARG_ENERGY(0), "electricity");
	terms.non_fossil_known = !PG_ARGISNULL(1);
	if (terms.non_fossil_known)
		check_energy(terms.non_fossil = PG_GETARG_ENERGY(1), "non_fossil");
	if (terms.electricity_known && terms.non_fossil_known)
		check_part(terms.non_fossil, terms.electricity);
	terms.average_factor = factor_argument(fcinfo, 2, "average_factor");
	terms.fossil_factor = factor_argument(fcinfo, 3, "fossil_factor");
	terms.non_fossil_factor = factor_argument(fcinfo, 4, "non_fossil_factor");

	numbers[0] = average_method(&terms);
	numbers[1] = split_method(&terms);
	numbers[2] = non_fossil_share(&terms);
	numbers[3] = break_even_share(&terms);
	numbers[4] = numbers[0] != NULL && numbers[1] != NULL ?
		difference(numbers[0], numbers[1]) : NULL;
	for (int i = 0; i < lengthof(numbers); i++)
	{
		values[i] = NumericGetDatum(numbers[i]);
		nulls[i] = numbers[i] == NULL;
	}
	nulls[5] = nulls[4];
	if (!nulls[5])
	{
		int			order = compare(numbers[0], numbers[1]);

		values[5] = CStringGetTextDatum(order < 0 ? "average" :
										order > 0 ? "split" : "equal");
	}
	return report_row(fcinfo, values, nulls);
}

/* ---------- factors ---------- */

/* Kinds of factors, and the tier of region that each is of. */
static const struct
{
	const char *name;
	bool		national;
}			factor_kinds[] = {
	{"national_average", true},
	{"national_fossil", true},
	{"national_excl_market_nonfossil", true},
	{"regional_average", false},
	{"province_average", false},
};

#define KIND_HINT \
	"Kinds are national_average, national_fossil, national_excl_market_nonfossil, regional_average and province_average."

/*
 * The region whose factor of a kind is meant: the nation, or the province of
 * the given region.  Error 22023 for an unknown kind, or a region that it does
 * not fit.
 */
static int32
factor_region(const char *kind, int32 region)
{
	char		code[REGION_TEXT_LEN + 1] = {0};

	for (int i = 0; i < lengthof(factor_kinds); i++)
	{
		if (strcmp(kind, factor_kinds[i].name) != 0)
			continue;
		if (factor_kinds[i].national == (region == REGION_NATION))
			return region - region % 10000;
		region_text_format(region, code);
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("there is no factor \"%s\" of region %s", kind, code),
				 factor_kinds[i].national ?
				 errhint("A national factor is of region 000000, the default.") :
				 errhint("Name a province, or a region within one.")));
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("unknown kind of emission factor: \"%s\"", kind),
			 errhint(KIND_HINT)));
	return 0;					/* keep compiler quiet */
}

/* $1 kind, $2 and $3 data years, $4 the region as a number. */
static SavedPlan factor_plan = {
	"SELECT f.factor, f.data_year, f.notice, f.status FROM certledger.emission_factor AS f"
	" WHERE f.kind = $1 AND f.data_year BETWEEN $2::integer AND $3::integer"
	"  AND (f.region = $4::integer::certledger.region"
	"   OR f.region_name = (SELECT n.factor_region FROM certledger.region_name AS n"
	"    WHERE n.region = $4::integer::certledger.region))"
	" ORDER BY f.data_year DESC LIMIT 1",
	4, {PLAN_TEXT, PLAN_BIGINT, PLAN_BIGINT, PLAN_BIGINT}
};
#define FACTOR_COLUMNS	4

/*
 * Finds the factor of an accounting year, by rule factor_year_choice: the row
 * of factor_plan, all NULL where none is published.  Call inside SPI_connect.
 */
static void
find_factor(FunctionCallInfo fcinfo, Datum *values, bool *nulls)
{
	static const char *const without[] = {"unknown", NULL};
	char	   *kind = text_to_cstring(PG_GETARG_TEXT_PP(0));
	int32		year = PG_GETARG_INT32(1);
	int32		region = factor_region(kind, PG_GETARG_REGION(2));
	DateADT		on = report_day(year);
	int			fixed = rule_year_or_word("factor_year_choice", on, "latest_not_after");

	values[0] = CStringGetTextDatum(kind);
	values[1] = Int64GetDatum(fixed);
	values[2] = Int64GetDatum(fixed != 0 ? fixed : year);
	values[3] = Int64GetDatum(region);
	if (plan_read(&factor_plan, values, NULL) > 0)
		heap_deform_tuple(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, values, nulls);
	else
	{
		memset(nulls, true, FACTOR_COLUMNS * sizeof(bool));
		if (region != REGION_NATION)
			(void) rule_word("province_without_factor", on, without,
							 "unknown; no other value is implemented");
	}
}

/*
 * emission_factor(kind text, year integer, region region) returns numeric
 *
 * The factor of an accounting year; NULL where none is published.  Errors
 * 22023 for an unknown kind, a region that does not fit it, or a year outside
 * 2000 to 2099; LC016, LC023 of the rules.
 */
Datum
emission_factor(PG_FUNCTION_ARGS)
{
	Datum		values[FACTOR_COLUMNS];
	bool		nulls[FACTOR_COLUMNS];
	Datum		factor = (Datum) 0;

	ledger_require();
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	find_factor(fcinfo, values, nulls);
	if (!nulls[0])
		factor = SPI_datumTransfer(values[0], false, -1);
	SPI_finish();
	if (nulls[0])
		PG_RETURN_NULL();
	return factor;
}

/*
 * emission_factor_source(kind text, year integer, region region) returns record
 *
 * The same with its data year, the notice and the status.
 */
Datum
emission_factor_source(PG_FUNCTION_ARGS)
{
	Datum		values[FACTOR_COLUMNS];
	bool		nulls[FACTOR_COLUMNS];
	Datum		row;

	ledger_require();
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	find_factor(fcinfo, values, nulls);
	row = SPI_datumTransfer(report_row(fcinfo, values, nulls), false, -1);
	SPI_finish();
	return row;
}

/* ---------- on the accounts ---------- */

/* Scopes of indirect_emissions(account_id, year, scope). */
#define SCOPE_PARK	"zero_carbon_park"
static const struct
{
	const char *name;
	const char *average;		/* kind of the average factor */
}			scopes[] = {
	{"national", "national_average"},
	{"regional", "regional_average"},
	{"provincial", "province_average"},
	{SCOPE_PARK, NULL},
};

/* Words of rule emission_methods, in the order of its mask. */
static const char *const emission_methods[] = {"average", "split", NULL};
#define METHOD_AVERAGE	1
#define METHOD_SPLIT	2

/*
 * $1 account, $2 year, $3 version, $4 kind of the average factor or NULL,
 * $5 whether to split, $6 factor of non-fossil power, $7 fossil factor of the
 * zero-carbon park method or NULL for the published one.
 *
 * The park method has only physical supply and green power at zero.  The total
 * is the sum of the cities; where their factors differ it has none, and its
 * break-even share is that of the factor which the sum comes to.
 */
static SavedPlan account_plan = {
	"WITH part AS ("
	" SELECT u.city, u.grid_draw + u.physical AS electricity,"
	"  CASE WHEN $7 IS NULL THEN u.non_fossil ELSE u.physical + g.energy END AS non_fossil"
	" FROM certledger.user_account AS u"
	" LEFT JOIN LATERAL (SELECT coalesce(sum(r.recognised), '0 kWh') AS energy"
	"  FROM certledger.recognition AS r"
	"  WHERE r.account_id = u.account_id AND r.year = u.year AND r.version = u.version"
	"   AND r.tier = 'user' AND r.identification = 'energy_trade' AND r.category = 'green_power'"
	"   AND r.city = u.city) AS g ON $7 IS NOT NULL"
	" WHERE u.account_id = $1 AND u.year = $2::integer AND u.version = $3::integer),"
	" rated AS (SELECT p.city, p.electricity, p.non_fossil, a.factor AS average_factor,"
	"  a.data_year AS average_year, f.factor AS fossil_factor, f.data_year AS fossil_year, e.*"
	" FROM part AS p"
	" LEFT JOIN LATERAL certledger.emission_factor_source($4, $2::integer,"
	"   CASE WHEN $4 = 'national_average' THEN '000000' ELSE certledger.province(p.city) END) AS a"
	"  ON $4 IS NOT NULL"
	" LEFT JOIN LATERAL (SELECT $7::numeric AS factor, NULL::integer AS data_year WHERE $7 IS NOT NULL"
	"  UNION ALL SELECT s.factor, s.data_year"
	"  FROM certledger.emission_factor_source('national_fossil', $2::integer) AS s WHERE $7 IS NULL) AS f"
	"  ON $5 <> 0,"
	" LATERAL certledger.indirect_emissions(p.electricity, p.non_fossil, a.factor, f.factor, $6::numeric) AS e),"
	" total AS (SELECT sum(r.electricity) AS electricity, sum(r.non_fossil) AS non_fossil,"
	"  CASE WHEN count(DISTINCT r.average_factor) = 1 AND bool_and(r.average_factor IS NOT NULL)"
	"   THEN min(r.average_factor) END AS average_factor,"
	"  CASE WHEN count(DISTINCT r.average_year) = 1 AND bool_and(r.average_year IS NOT NULL)"
	"   THEN min(r.average_year) END AS average_year,"
	"  min(r.fossil_factor) AS fossil_factor, min(r.fossil_year) AS fossil_year,"
	"  CASE WHEN bool_and(r.average_method IS NOT NULL) THEN sum(r.average_method) END AS average_method,"
	"  CASE WHEN bool_and(r.split_method IS NOT NULL) THEN sum(r.split_method) END AS split_method"
	" FROM rated AS r)"
	" SELECT r.city, r.electricity, r.non_fossil, r.average_factor, r.average_year, r.fossil_factor,"
	"  r.fossil_year, r.average_method, r.split_method, r.difference, r.lower_method,"
	"  r.non_fossil_share, r.break_even_share"
	" FROM (SELECT r.* FROM rated AS r UNION ALL"
	"  SELECT NULL, t.electricity, t.non_fossil, t.average_factor, t.average_year, t.fossil_factor,"
	"   t.fossil_year, t.average_method, t.split_method, e.non_fossil_share, e.break_even_share,"
	"   t.average_method - t.split_method,"
	"   CASE sign(t.average_method - t.split_method)"
	"    WHEN -1 THEN 'average' WHEN 0 THEN 'equal' WHEN 1 THEN 'split' END"
	"  FROM total AS t, LATERAL certledger.indirect_emissions(t.electricity, t.non_fossil,"
	"   coalesce(t.average_factor, t.average_method / nullif(certledger.mwh(t.electricity), 0)),"
	"   t.fossil_factor, $6::numeric) AS e"
	"  WHERE t.electricity IS NOT NULL) AS r"
	" ORDER BY r.city NULLS LAST",
	7, {PLAN_BIGINT, PLAN_BIGINT, PLAN_BIGINT, PLAN_TEXT, PLAN_BIGINT, PLAN_TEXT, PLAN_TEXT}
};

/*
 * A rule whose value is an emission factor, as text.
 */
static Datum
factor_rule(const char *name, DateADT on)
{
	Datum		factor = rule_number(name, on);

	check_factor(DatumGetNumeric(factor), psprintf("rule %s", name));
	return CStringGetTextDatum(DatumGetCString(DirectFunctionCall1(numeric_out, factor)));
}

/*
 * indirect_emissions(account_id bigint, year integer, scope text) returns table
 *
 * Both methods for an account's electricity of a year, by city and in total.
 * Errors: 22004, 22023 for the arguments, 55000 when the accounts of the year
 * were never run, LC015 for an unknown account, LC016 and LC023 of the rules.
 */
Datum
emission_indirect_account(PG_FUNCTION_ARGS)
{
	char	   *scope;
	int			chosen = 0;
	DateADT		on;
	uint32		methods;
	Datum		values[7];
	char		nulls[8] = "       ";

	report_check_argument(fcinfo, 0, "account_id");
	report_check_argument(fcinfo, 1, "year");
	report_check_argument(fcinfo, 2, "scope");
	scope = text_to_cstring(PG_GETARG_TEXT_PP(2));
	while (chosen < lengthof(scopes) && strcmp(scope, scopes[chosen].name) != 0)
		chosen++;
	if (chosen == lengthof(scopes))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown scope of emission factors: \"%s\"", scope),
				 errhint("Scopes are national, regional, provincial and %s.", SCOPE_PARK)));
	on = report_day(PG_GETARG_INT32(1));
	ledger_require();
	InitMaterializedSRF(fcinfo, 0);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");

	values[0] = PG_GETARG_DATUM(0);
	values[1] = Int64GetDatum(PG_GETARG_INT32(1));
	values[2] = Int64GetDatum(report_version(PG_GETARG_INT32(1)));
	report_check_account(PG_GETARG_INT64(0), PG_GETARG_INT32(1), DatumGetInt64(values[2]));
	if (scopes[chosen].average != NULL)
	{
		methods = rule_known_words("emission_methods", on, emission_methods,
								   "average and split");
		values[3] = CStringGetTextDatum(scopes[chosen].average);
		nulls[3] = methods & METHOD_AVERAGE ? ' ' : 'n';
		values[4] = Int64GetDatum(methods & METHOD_SPLIT);
		values[5] = factor_rule("non_fossil_emission_factor", on);
		nulls[6] = 'n';
	}
	else
	{
		nulls[3] = 'n';
		values[4] = Int64GetDatum(METHOD_SPLIT);
		values[5] = CStringGetTextDatum("0");
		values[6] = factor_rule("zero_carbon_park_fossil_factor", on);
	}
	report_return(fcinfo, &account_plan, values, nulls);
	SPI_finish();
	return (Datum) 0;
}
