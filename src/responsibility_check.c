/*-------------------------------------------------------------------------
 *
 * responsibility_check.c
 *	  Consumption responsibility weights of provinces and ratios of key
 *	  industries: what share of all power consumed was renewable, and how much
 *	  is missing (发改办能源〔2025〕669号 and its yearly successors).
 *
 * What is required is weight x consumption, rounded up to a whole watt-hour:
 * energies are whole watt-hours, so an energy reaches it just when it reaches
 * the exact product.  Limits are inclusive.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "executor/spi.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/tuplestore.h"

#include "compat.h"
#include "energy.h"
#include "energy_text.h"
#include "ledger.h"
#include "region.h"
#include "report.h"
#include "rule.h"
#include "value_check.h"

PG_FUNCTION_INFO_V1(energy_portion);
PG_FUNCTION_INFO_V1(responsibility_check);
PG_FUNCTION_INFO_V1(responsibility_check_province);
PG_FUNCTION_INFO_V1(responsibility_check_industry);

/* ---------- plain values ---------- */

/*
 * energy_portion(amount energy, part energy, whole energy) returns energy
 *
 * amount x part / whole to the nearest watt-hour, half away from zero.  NULL
 * where whole is 0.  Errors: 22023 for a negative part or whole, 22003 when
 * the result does not fit.
 */
Datum
energy_portion(PG_FUNCTION_ARGS)
{
	int64		part = PG_GETARG_ENERGY(1);
	int64		whole = PG_GETARG_ENERGY(2);

	check_energy(part, "part");
	check_energy(whole, "whole");
	if (whole == 0)
		PG_RETURN_NULL();
	PG_RETURN_ENERGY(energy_divide_rounded((int128) PG_GETARG_ENERGY(0) * part, whole));
}

/*
 * Watt-hours that a weight requires of a consumption, rounded up.
 */
static int64
required_energy(Numeric weight, int64 consumption)
{
	Numeric		product = energy_call_numeric(numeric_mul, weight, int64_to_numeric(consumption));

	return DatumGetInt64(DirectFunctionCall1(numeric_int8,
											 DirectFunctionCall1(numeric_ceil,
																 NumericGetDatum(product))));
}

/* Arguments and columns of responsibility_check() on plain values. */
enum
{
	ARG_CONSUMPTION, ARG_RENEWABLE, ARG_WEIGHT, ARG_NON_HYDRO, ARG_NON_HYDRO_WEIGHT
};
enum
{
	COL_KIND, COL_WEIGHT, COL_REQUIRED, COL_COUNTED, COL_SHARE, COL_MET, COL_SHORTFALL,
	COL_CERTIFICATES, COLUMNS
};

/*
 * Returns the row of one weight: argument counted against argument weight.
 * What is not known is NULL, and so is what needs it.
 */
static void
return_kind(FunctionCallInfo fcinfo, const char *kind, int counted_argument, int weight_argument)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	bool		consumption_known = !PG_ARGISNULL(ARG_CONSUMPTION);
	bool		counted_known = !PG_ARGISNULL(counted_argument);
	bool		weight_known = !PG_ARGISNULL(weight_argument);
	int64		consumption = consumption_known ? PG_GETARG_ENERGY(ARG_CONSUMPTION) : 0;
	int64		counted = counted_known ? PG_GETARG_ENERGY(counted_argument) : 0;
	int64		required = 0;
	Datum		values[COLUMNS] = {0};
	bool		nulls[COLUMNS];

	memset(nulls, true, sizeof(nulls));
	values[COL_KIND] = CStringGetTextDatum(kind);
	values[COL_WEIGHT] = PG_GETARG_DATUM(weight_argument);
	values[COL_COUNTED] = EnergyGetDatum(counted);
	nulls[COL_KIND] = false;
	nulls[COL_WEIGHT] = !weight_known;
	nulls[COL_COUNTED] = !counted_known;
	if (weight_known && consumption_known)
	{
		required = required_energy(PG_GETARG_NUMERIC(weight_argument), consumption);
		values[COL_REQUIRED] = EnergyGetDatum(required);
		nulls[COL_REQUIRED] = false;
	}
	if (consumption_known && counted_known && consumption > 0)
	{
		values[COL_SHARE] = NumericGetDatum(energy_call_numeric(numeric_div,
																int64_to_numeric(counted),
																int64_to_numeric(consumption)));
		nulls[COL_SHARE] = false;
	}
	if (!nulls[COL_REQUIRED] && counted_known)
	{
		int64		shortfall = Max(required - counted, 0);

		values[COL_MET] = BoolGetDatum(shortfall == 0);
		values[COL_SHORTFALL] = EnergyGetDatum(shortfall);
		/* a part of a certificate cannot be bought */
		values[COL_CERTIFICATES] = Int64GetDatum(shortfall / ENERGY_MWH +
												 (shortfall % ENERGY_MWH > 0));
		nulls[COL_MET] = nulls[COL_SHORTFALL] = nulls[COL_CERTIFICATES] = false;
	}
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

/*
 * Refuses non-hydro consumption that is more than all renewable.
 */
static void
check_non_hydro(int64 non_hydro, int64 renewable)
{
	char		part[ENERGY_TEXT_SIZE];
	char		whole[ENERGY_TEXT_SIZE];

	if (non_hydro <= renewable)
		return;
	energy_text_format(non_hydro, part);
	energy_text_format(renewable, whole);
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("non_hydro must not be more than renewable"),
			 errdetail("Non-hydro consumption is %s, renewable consumption %s.", part, whole),
			 errhint("Renewable consumption is hydro and non-hydro together.")));
}

/*
 * responsibility_check(consumption energy, renewable energy, total_weight numeric,
 * non_hydro energy, non_hydro_weight numeric) returns table
 *
 * A row for the total weight and, where one of the last two is given, one for
 * the non-hydro weight.  Errors 22023 for what cannot be.
 */
Datum
responsibility_check(PG_FUNCTION_ARGS)
{
	bool		with_non_hydro = !PG_ARGISNULL(ARG_NON_HYDRO) || !PG_ARGISNULL(ARG_NON_HYDRO_WEIGHT);

	if (!PG_ARGISNULL(ARG_CONSUMPTION))
		check_energy(PG_GETARG_ENERGY(ARG_CONSUMPTION), "consumption");
	if (!PG_ARGISNULL(ARG_RENEWABLE))
		check_energy(PG_GETARG_ENERGY(ARG_RENEWABLE), "renewable");
	if (!PG_ARGISNULL(ARG_NON_HYDRO))
		check_energy(PG_GETARG_ENERGY(ARG_NON_HYDRO), "non_hydro");
	if (!PG_ARGISNULL(ARG_RENEWABLE) && !PG_ARGISNULL(ARG_NON_HYDRO))
		check_non_hydro(PG_GETARG_ENERGY(ARG_NON_HYDRO), PG_GETARG_ENERGY(ARG_RENEWABLE));
	if (!PG_ARGISNULL(ARG_WEIGHT))
		check_share(PG_GETARG_NUMERIC(ARG_WEIGHT), "total_weight");
	if (!PG_ARGISNULL(ARG_NON_HYDRO_WEIGHT))
		check_share(PG_GETARG_NUMERIC(ARG_NON_HYDRO_WEIGHT), "non_hydro_weight");

	InitMaterializedSRF(fcinfo, 0);
	return_kind(fcinfo, "total", ARG_RENEWABLE, ARG_WEIGHT);
	if (with_non_hydro)
		return_kind(fcinfo, "non_hydro", ARG_NON_HYDRO, ARG_NON_HYDRO_WEIGHT);
	return (Datum) 0;
}

/* ---------- on the accounts ---------- */

/* Words of rule province_completion_by, in the order of its mask. */
static const char *const completions[] = {
	"physical_consumption", "provincial_account_certificates", NULL
};
#define BY_PHYSICAL		1
#define BY_CERTIFICATES	2

/* The only implemented values of other rules. */
static const char *const shortfall_carried[] = {"no", NULL};
static const char *const industry_completion[] = {"certificates", NULL};
static const char *const industry_ratio[] = {"province_total_weight", NULL};
#define ONLY_VALUE	"%s; no other value is implemented"

/*
 * Refuses a rule whose value in force is not the implemented one.  Error
 * LC023, LC016 when there is none.
 */
static void
require_rule(const char *name, DateADT on, const char *const *words)
{
	(void) rule_word(name, on, words, psprintf(ONLY_VALUE, words[0]));
}

/*
 * $1 province or 0 for all, $2 year, $3 version, $4 whether physical
 * consumption counts, $5 whether certificates do.
 *
 * Facts that contradict each other give no figure: physical consumption below
 * zero, or non-hydro above the total.
 */
static SavedPlan province_plan = {
	"SELECT p.province, p.kind, w.weight, w.force, c.consumption, p.generation, p.energy_trade,"
	"  p.allocation, p.line_loss, p.certificates, k.counted, k.required, k.share, k.met,"
	"  k.shortfall, k.shortfall_certificates, p.by_mix, w.status, w.publication"
	" FROM (SELECT r.*, max(r.physical) FILTER (WHERE r.kind = 'total')"
	"   OVER (PARTITION BY r.province) AS total_physical"
	"  FROM certledger.renewable_consumption($2::integer, $3::integer) AS r) AS p"
	" LEFT JOIN certledger.published_consumption AS c ON c.year = $2::integer AND c.region = p.province"
	" LEFT JOIN certledger.responsibility_weight AS w ON w.year = $2::integer"
	"  AND w.province = p.province AND w.kind = p.kind AND w.industry IS NULL,"
	" LATERAL certledger.responsibility_check(c.consumption,"
	"  CASE WHEN $4 = 0 THEN '0 kWh'"
	"   WHEN p.physical >= '0 kWh' AND p.physical <= p.total_physical THEN p.physical END"
	"  + CASE WHEN $5 = 0 THEN '0 kWh' ELSE certledger.make_energy(mwh => p.certificates) END,"
	"  w.weight) AS k"
	" WHERE $1 = 0 OR p.province = $1::integer::certledger.region"
	" ORDER BY p.province, p.kind DESC",
	5, {PLAN_BIGINT, PLAN_BIGINT, PLAN_BIGINT, PLAN_BIGINT, PLAN_BIGINT}
};

/*
 * responsibility_check(of_province region, year integer) returns table
 *
 * Both weights of a province, or of every province of the accounts.  Errors:
 * 22004, 22023 for the arguments, 55000 when the accounts of the year were
 * never run or do not have the province, LC016 and LC023 of the rules.
 */
Datum
responsibility_check_province(PG_FUNCTION_ARGS)
{
	int32		province;
	int32		year;
	DateADT		on;
	uint32		completion;
	Datum		values[5];
	char		code[REGION_TEXT_LEN + 1] = {0};

	report_check_argument(fcinfo, 0, "of_province");
	report_check_argument(fcinfo, 1, "year");
	province = PG_GETARG_REGION(0);
	year = PG_GETARG_INT32(1);
	region_text_format(province, code);
	if (region_tier_of(province) > REGION_TIER_PROVINCE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("region %s is not a province", code),
				 errhint("Weights are of provinces; 000000 asks for all of them.")));
	on = report_day(year);
	ledger_require();
	InitMaterializedSRF(fcinfo, 0);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");

	require_rule("responsibility_shortfall_carried", on, shortfall_carried);
	completion = rule_known_words("province_completion_by", on, completions,
								  "physical_consumption and provincial_account_certificates");
	values[0] = Int64GetDatum(province);
	values[1] = Int64GetDatum(year);
	values[2] = Int64GetDatum(report_version(year));
	values[3] = Int64GetDatum(completion & BY_PHYSICAL);
	values[4] = Int64GetDatum(completion & BY_CERTIFICATES);
	if (report_return(fcinfo, &province_plan, values, NULL) == 0 && province != REGION_NATION)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the accounts of %d do not have province %s", year, code),
				 errhint("Load the facts of the province and call run_accounts(%d).", year)));
	SPI_finish();
	return (Datum) 0;
}

/* $1 industry, $2 year. */
static SavedPlan known_industry_plan = {
	"SELECT 1 FROM certledger.responsibility_weight AS w"
	" WHERE w.industry = $1 AND w.year = $2::integer LIMIT 1",
	2, {PLAN_TEXT, PLAN_BIGINT}
};

/*
 * What force the ratio of an industry has by the rules; NULL when they do not
 * know it but table responsibility_weight does.  Error 22023 when neither
 * does.
 */
static const char *
industry_force(char *industry, int32 year, DateADT on)
{
	Datum		values[2];

	if (rule_lists("assessed_industries", on, industry))
		return "assessed";
	if (rule_lists("monitored_industries", on, industry))
		return "monitored";
	values[0] = CStringGetTextDatum(industry);
	values[1] = Int64GetDatum(year);
	if (plan_read(&known_industry_plan, values, NULL) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown key industry: \"%s\"", industry),
				 errdetail("Rule assessed_industries is %s, rule monitored_industries %s.",
						   rule_value("assessed_industries", on),
						   rule_value("monitored_industries", on)),
				 errhint("Use one of these, or insert a row of the industry into table responsibility_weight.")));
	return NULL;
}

/*
 * $1 account, $2 year, $3 version, $4 industry, $5 its force by the rules or
 * NULL, $6 rule that gives its ratio or NULL for the weight of the province,
 * $7 that ratio or NULL, $8 day of the rules.
 *
 * A certificate counts once it is retired, in the year of its production and
 * in the province for whose consumption it was retired.
 */
static SavedPlan industry_plan = {
	"WITH used AS (SELECT certledger.province(u.city) AS province,"
	"  sum(u.grid_draw + u.physical) AS consumption FROM certledger.user_account AS u"
	"  WHERE u.account_id = $1 AND u.year = $2::integer AND u.version = $3::integer GROUP BY 1),"
	" retired AS (SELECT certledger.province(r.region) AS province,"
	"  sum(certledger.quantity(m.certificates))::bigint AS certificates"
	"  FROM certledger.retirement AS r JOIN certledger.movement AS m"
	"   ON m.document = 'retirement' AND m.document_id = r.retirement_id AND m.posted_at = r.posted_at"
	"  WHERE r.beneficiary = $1 AND r.regime = 'mandatory'"
	"   AND extract(year FROM certledger.production_month(lower(m.certificates))) = $2 GROUP BY 1),"
	" place AS (SELECT coalesce(u.province, t.province) AS province, u.consumption,"
	"  coalesce(t.certificates, 0) AS certificates"
	"  FROM used AS u FULL JOIN retired AS t ON t.province = u.province)"
	" SELECT b.province, $4, w.weight, w.force, b.consumption, b.certificates, k.counted, k.required,"
	"  k.share, k.met, k.shortfall, k.shortfall_certificates, w.status, w.publication"
	" FROM place AS b LEFT JOIN LATERAL (SELECT x.* FROM ("
	"  SELECT CASE WHEN i.industry IS NULL THEN 2 ELSE 1 END AS step, i.weight,"
	"    CASE WHEN i.industry IS NULL THEN $5 ELSE i.force END AS force, i.status, i.publication"
	"   FROM certledger.responsibility_weight AS i"
	"   WHERE i.year = $2::integer AND i.province = b.province AND i.kind = 'total'"
	"    AND (i.industry = $4 OR (i.industry IS NULL AND $5 IS NOT NULL AND $6 IS NULL))"
	"  UNION ALL (SELECT 2, $7::numeric, $5, r.status, format('rule %s; %s', r.name, r.source)"
	"   FROM certledger.rule AS r WHERE r.name = $6 AND r.effective_from <= $8"
	"   ORDER BY r.effective_from DESC LIMIT 1)) AS x ORDER BY x.step LIMIT 1) AS w ON true,"
	" LATERAL certledger.responsibility_check(b.consumption,"
	"  certledger.make_energy(mwh => b.certificates), w.weight) AS k"
	" ORDER BY b.province",
	8, {PLAN_BIGINT, PLAN_BIGINT, PLAN_BIGINT, PLAN_TEXT, PLAN_TEXT, PLAN_TEXT, PLAN_TEXT, PLAN_DATE}
};

/*
 * responsibility_check(account_id bigint, year integer, of_industry text) returns table
 *
 * The ratio of a key industry for one of its users, in each province in which
 * it consumes.  Errors: 22004, 22023 for the arguments, 55000 when the
 * accounts of the year were never run, LC015 for an unknown account, LC016
 * and LC023 of the rules.
 */
Datum
responsibility_check_industry(PG_FUNCTION_ARGS)
{
	static const char *const hub = "hub_data_centre";
	static const char *const hub_rule = "hub_data_centre_share";
	char	   *industry;
	const char *force;
	int32		year;
	DateADT		on;
	Datum		values[8] = {0};
	char		nulls[9] = "        ";

	report_check_argument(fcinfo, 0, "account_id");
	report_check_argument(fcinfo, 1, "year");
	report_check_argument(fcinfo, 2, "of_industry");
	year = PG_GETARG_INT32(1);
	industry = text_to_cstring(PG_GETARG_TEXT_PP(2));
	on = report_day(year);
	ledger_require();
	InitMaterializedSRF(fcinfo, 0);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");

	require_rule("responsibility_shortfall_carried", on, shortfall_carried);
	require_rule("industry_completion_by", on, industry_completion);
	force = industry_force(industry, year, on);
	values[0] = PG_GETARG_DATUM(0);
	values[1] = Int64GetDatum(year);
	values[2] = Int64GetDatum(report_version(year));
	report_check_account(PG_GETARG_INT64(0), year, DatumGetInt64(values[2]));
	values[3] = PG_GETARG_DATUM(2);
	if (force != NULL)
		values[4] = CStringGetTextDatum(force);
	else
		nulls[4] = 'n';
	if (strcmp(industry, hub) == 0)
	{
		values[5] = CStringGetTextDatum(hub_rule);
		values[6] = CStringGetTextDatum(DatumGetCString(DirectFunctionCall1(numeric_out,
																			rule_share(hub_rule, on))));
	}
	else
	{
		require_rule("industry_ratio", on, industry_ratio);
		nulls[5] = nulls[6] = 'n';
	}
	values[7] = DateADTGetDatum(on);
	report_return(fcinfo, &industry_plan, values, nulls);
	SPI_finish();
	return (Datum) 0;
}
