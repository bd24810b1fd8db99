/*-------------------------------------------------------------------------
 *
 * procurement_plan.c
 *	  How many certificates and how much green power reach a target.
 *
 * 发改能源〔2026〕622号 Annex 3: of the electricity W + P + O that a user
 * consumes (grid draw, physical supply, other supply that is not non-fossil)
 * E = P + T + C + (W - T - C) k is non-fossil, and T + C is at most W.  One more
 * watt-hour of green power (T) or certificates (C) adds 1 - k, for what is
 * bought is no longer allocated.  So a share s is reached by
 *
 *		x = (s (W + P + O) - P - T - C - (W - T - C) k) / (1 - k)
 *
 * more.  Everything is computed with whole watt-hours and exact numerics;
 * ratios are divided only to be shown.
 *
 * Green power is taken before certificates, as experts recommend to users
 * (press report on 发改能源〔2026〕622号); among equals the caller's order holds.
 * All is bought in whole certificates of 1 MWh: only the one that reaches the
 * grid draw may count in part, so that the plan needs as few of them as can be.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"

#include "compat.h"
#include "energy.h"
#include "ledger.h"
#include "region.h"
#include "vocabulary.h"

PG_FUNCTION_INFO_V1(procurement_plan);
PG_FUNCTION_INFO_V1(procurement_plan_account);

/* What an option has no limit of. */
#define UNLIMITED	PG_INT64_MAX

/* A row of type procurement_option, in certificates. */
typedef struct Option
{
	int			number;			/* place in the array, from 1 */
	Route		route;
	int64		volume;
	int64		headroom;
	Datum		price;			/* numeric */
	bool		has_price;
	DateADT		last_day;
	bool		has_last_day;
} Option;

/* Why a step takes no more. */
typedef enum PlanLimit
{
	LIMIT_NONE,
	LIMIT_TARGET,
	LIMIT_GRID_DRAW,
	LIMIT_COEFFICIENT,
	LIMIT_HEADROOM,
	LIMIT_VOLUME,
	LIMIT_DEADLINE,
	LIMIT_NO_OPTION
} PlanLimit;

static const char *const limit_words[] = {
	NULL, "target", "grid_draw", "coefficient", "headroom", "volume", "deadline", "no_option"
};

/* The user, and how far the plan is. */
typedef struct Procurement
{
	/* given */
	int64		grid_draw;		/* W */
	int64		physical;		/* P */
	int64		energy_trade;	/* T */
	int64		certificate_trade;	/* C */
	int64		other_supply;	/* O */
	Numeric		target;
	Numeric		k;				/* numerator of k */
	Numeric		k_denominator;
	DateADT		as_of;
	/* computed */
	int64		room;			/* W - T - C, before the plan */
	int64		need;			/* what reaches the target */
	bool		need_known;		/* otherwise no energy does, or none that fits */
	Numeric		base;			/* W + P + O */
	/* as steps are taken */
	int64		counted;		/* energy so far */
	int64		certificates;
	int64		used[ROUTES];	/* certificates by route */
	Numeric		cost;
	bool		cost_known;
	int			nsteps;
	bool		bound[lengthof(limit_words)];	/* limits that were met */
} Procurement;

/* One row of the result. */
typedef struct Step
{
	const Option *option;		/* NULL in the last row */
	const char *status;
	const char *limited_by;
	int64		quantity;
	int64		certificates;
	Datum		cost;
	bool		has_cost;
} Step;

static inline Numeric
add(Numeric a, Numeric b)
{
	return energy_call_numeric(numeric_add, a, b);
}

static inline Numeric
subtract(Numeric a, Numeric b)
{
	return energy_call_numeric(numeric_sub, a, b);
}

static inline Numeric
multiply(Numeric a, Numeric b)
{
	return energy_call_numeric(numeric_mul, a, b);
}

static inline int
compare(Numeric a, Numeric b)
{
	return DatumGetInt32(DirectFunctionCall2(numeric_cmp, NumericGetDatum(a),
											 NumericGetDatum(b)));
}

static inline char *
text_of(Numeric number)
{
	return DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(number)));
}

/* Whole certificates that hold an energy, the last one perhaps in part. */
static inline int64
certificates_for(int64 wh)
{
	return wh / ENERGY_MWH + (wh % ENERGY_MWH > 0 ? 1 : 0);
}

/*
 * A numeric argument between two limits; it must not be NULL.
 */
static Numeric
numeric_argument(FunctionCallInfo fcinfo, int number, const char *name,
				 Numeric highest, const char *wanted, const char *hint)
{
	Numeric		value;

	if (PG_ARGISNULL(number))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s must not be null", name)));
	value = PG_GETARG_NUMERIC(number);
	if (numeric_is_nan(value) || numeric_is_inf(value) ||
		compare(value, int64_to_numeric(0)) < 0 || compare(value, highest) > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be from 0 to %s", name, wanted),
				 errdetail("It is %s.", text_of(value)),
				 errhint("%s", hint)));
	return value;
}

static Numeric
target_argument(FunctionCallInfo fcinfo, int number)
{
	return numeric_argument(fcinfo, number, "target", int64_to_numeric(1), "1",
							"Write 34.2% as 0.342.");
}

/*
 * The day of the plan in an argument.
 */
static DateADT
day_argument(FunctionCallInfo fcinfo, int number)
{
	if (PG_ARGISNULL(number))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("as_of must not be null")));
	return PG_GETARG_DATEADT(number);
}

/*
 * An energy of an option in whole certificates, or UNLIMITED where it is NULL.
 */
static int64
option_certificates(HeapTupleHeader row, int column, int number, const char *name)
{
	bool		isnull;
	int64		wh = DatumGetEnergy(GetAttributeByNum(row, column, &isnull));

	if (isnull)
		return UNLIMITED;
	if (wh < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s of option %d must not be negative", name, number),
				 errdetail("It is %s.", energy_cstring(wh))));
	return wh / ENERGY_MWH;
}

/*
 * Takes a row of type procurement_option apart.
 */
static Option
read_option(HeapTupleHeader row, int number)
{
	const Vocabulary *v = vocabulary_get();
	Option		option = {.number = number};
	bool		isnull;
	Datum		value = GetAttributeByNum(row, 1, &isnull);

	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("route of option %d must not be null", number)));
	option.route = (Route) word_of_oid(&v->route, DatumGetObjectId(value));
	if (option.route == ROUTE_PRODUCTION || option.route == ROUTE_SELF_USE ||
		option.route == ROUTE_OFF_GRID)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("option %d cannot be bought", number),
				 errdetail("Its route is %s.", v->route.words[option.route]),
				 errhint("Self-use and off-grid supply are part of physical; what can be bought has route green_power or that of a certificate trade or transfer.")));

	option.volume = option_certificates(row, 2, number, "volume");
	value = GetAttributeByNum(row, 3, &isnull);
	option.has_price = !isnull;
	if (option.has_price)
	{
		Numeric		price = DatumGetNumeric(value);

		if (numeric_is_nan(price) || numeric_is_inf(price) ||
			compare(price, int64_to_numeric(0)) < 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("price of option %d must not be negative", number),
					 errdetail("It is %s.", text_of(price))));
		option.price = NumericGetDatum(price);
	}
	value = GetAttributeByNum(row, 4, &isnull);
	option.has_last_day = !isnull;
	option.last_day = option.has_last_day ? DatumGetDateADT(value) : DATEVAL_NOEND;
	option.headroom = option_certificates(row, 5, number, "headroom");
	return option;
}

/*
 * The options of an array, green power first, otherwise in its order.
 */
static Option *
read_options(FunctionCallInfo fcinfo, int number, int *noptions)
{
	ArrayType  *array;
	Datum	   *rows;
	bool	   *nulls;
	Option	   *given;
	Option	   *options;
	int			n;

	if (PG_ARGISNULL(number))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("options must not be null"),
				 errhint("Leave them out, or give an empty array, to learn what is missing.")));
	array = PG_GETARG_ARRAYTYPE_P(number);
	deconstruct_array(array, ARR_ELEMTYPE(array), -1, false, TYPALIGN_DOUBLE,
					  &rows, &nulls, &n);
	given = palloc_array(Option, n + 1);
	options = palloc_array(Option, n + 1);
	for (int i = 0; i < n; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("option %d must not be null", i + 1)));
		given[i] = read_option(DatumGetHeapTupleHeader(rows[i]), i + 1);
	}
	*noptions = 0;
	for (int green = 1; green >= 0; green--)
		for (int i = 0; i < n; i++)
			if ((given[i].route == ROUTE_GREEN_POWER) == (green == 1))
				options[(*noptions)++] = given[i];
	return options;
}

/*
 * Checks what was given against each other, and computes what reaches the
 * target, rounded up to a watt-hour.
 */
static void
begin_plan(Procurement *plan)
{
	Numeric		direct;
	Numeric		lacking;
	Numeric		gain;

	if ((int128) plan->energy_trade + plan->certificate_trade > plan->grid_draw)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("energy trade and certificates exceed the grid draw"),
				 errdetail("Energy trade is %s and certificates are %s, the grid draw is %s.",
						   energy_cstring(plan->energy_trade),
						   energy_cstring(plan->certificate_trade),
						   energy_cstring(plan->grid_draw)),
				 errhint("Give what is recognised: what exceeds the grid draw does not count.")));
	plan->room = plan->grid_draw - plan->energy_trade - plan->certificate_trade;
	plan->base = add(add(int64_to_numeric(plan->grid_draw), int64_to_numeric(plan->physical)),
					 int64_to_numeric(plan->other_supply));
	plan->cost = int64_to_numeric(0);
	plan->cost_known = true;

	/* all times the denominator of k, so that nothing is divided */
	direct = add(int64_to_numeric(plan->physical),
				 int64_to_numeric(plan->grid_draw - plan->room));
	lacking = subtract(multiply(multiply(plan->target, plan->k_denominator), plan->base),
					   add(multiply(plan->k_denominator, direct),
						   multiply(plan->k, int64_to_numeric(plan->room))));
	gain = subtract(plan->k_denominator, plan->k);
	plan->need_known = true;
	if (compare(lacking, int64_to_numeric(0)) <= 0)
		plan->need = 0;
	else if (compare(gain, int64_to_numeric(0)) == 0)
		plan->need_known = false;
	else
	{
		Numeric		need = energy_call_numeric(numeric_div_trunc, lacking, gain);

		if (compare(multiply(need, gain), lacking) < 0)
			need = add(need, int64_to_numeric(1));
		plan->need_known = compare(need, int64_to_numeric(PG_INT64_MAX)) <= 0;
		if (plan->need_known)
			plan->need = DatumGetInt64(DirectFunctionCall1(numeric_int8, NumericGetDatum(need)));
		else
			plan->need = PG_INT64_MAX;
	}
	if (!plan->need_known && compare(gain, int64_to_numeric(0)) == 0)
		plan->bound[LIMIT_COEFFICIENT] = true;
}

/*
 * The share that the plan has reached so far, for display.
 */
static Datum
share_reached(const Procurement *plan)
{
	Numeric		direct = add(int64_to_numeric(plan->physical),
							 int64_to_numeric(plan->grid_draw - plan->room + plan->counted));
	Numeric		rest = int64_to_numeric(plan->room - plan->counted);
	Numeric		non_fossil = add(multiply(plan->k_denominator, direct),
								 multiply(plan->k, rest));

	return NumericGetDatum(energy_call_numeric(numeric_div, non_fossil,
											   multiply(plan->k_denominator, plan->base)));
}

/*
 * Adds a row to the result.
 */
static void
return_step(ReturnSetInfo *rsinfo, const Procurement *plan, const Step *step)
{
	const Vocabulary *v = vocabulary_get();
	Datum		values[13];
	bool		nulls[13] = {false};
	int64		missing = Max(plan->need - plan->counted, 0);

	nulls[0] = nulls[1] = nulls[2] = nulls[7] = nulls[12] = true;
	if (step->option != NULL)
	{
		nulls[0] = nulls[1] = nulls[2] = false;
		values[0] = Int32GetDatum(plan->nsteps);
		values[1] = Int32GetDatum(step->option->number);
		values[2] = ObjectIdGetDatum(v->route.oids[step->option->route]);
		nulls[7] = !step->option->has_price;
		values[7] = step->option->price;
		nulls[12] = !step->option->has_last_day;
		values[12] = DateADTGetDatum(step->option->last_day);
	}
	values[3] = CStringGetTextDatum(step->status);
	nulls[4] = step->limited_by == NULL;
	if (!nulls[4])
		values[4] = CStringGetTextDatum(step->limited_by);
	values[5] = EnergyGetDatum(step->quantity);
	values[6] = Int64GetDatum(step->certificates);
	nulls[8] = !step->has_cost;
	values[8] = step->cost;
	nulls[9] = compare(plan->base, int64_to_numeric(0)) == 0;
	if (!nulls[9])
		values[9] = share_reached(plan);
	nulls[10] = nulls[11] = !plan->need_known;
	values[10] = EnergyGetDatum(missing);
	values[11] = Int64GetDatum(certificates_for(missing));
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

/*
 * Takes of an option what the plan still needs and the limits allow, and says
 * which of them stopped it.
 */
static PlanLimit
take(Procurement *plan, const Option *option, Step *step)
{
	int64		missing = plan->need - plan->counted;
	int64		room = plan->room - plan->counted;
	int64		headroom = UNLIMITED;
	int64		n;

	if (option->headroom != UNLIMITED)
		headroom = Max(option->headroom - plan->used[option->route], 0);
	n = Min(certificates_for(missing), certificates_for(room));
	n = Min(n, Min(headroom, option->volume));

	step->certificates = n;
	step->quantity = n == certificates_for(room) ? room : n * ENERGY_MWH;
	plan->counted += step->quantity;
	plan->certificates += n;
	plan->used[option->route] += n;
	if (n > 0)
	{
		step->has_cost = option->has_price;
		if (option->has_price)
		{
			step->cost = NumericGetDatum(multiply(int64_to_numeric(n),
												  DatumGetNumeric(option->price)));
			plan->cost = add(plan->cost, DatumGetNumeric(step->cost));
		}
		else
			plan->cost_known = false;
	}

	if (step->quantity >= missing)
		return LIMIT_TARGET;
	if (step->quantity == room)
		return LIMIT_GRID_DRAW;
	return n == headroom ? LIMIT_HEADROOM : LIMIT_VOLUME;
}

/*
 * One step: an option is bought, not needed, missed or not to be had.
 */
static void
plan_option(ReturnSetInfo *rsinfo, Procurement *plan, const Option *option)
{
	Step		step = {.option = option};
	PlanLimit	limit;

	plan->nsteps++;
	step.cost = NumericGetDatum(int64_to_numeric(0));
	step.has_cost = true;
	if (option->has_last_day && option->last_day < plan->as_of)
	{
		limit = LIMIT_DEADLINE;
		step.status = "missed";
	}
	else if (plan->bound[LIMIT_COEFFICIENT])
	{
		limit = LIMIT_COEFFICIENT;
		step.status = "unavailable";
	}
	else if (plan->counted >= plan->need && plan->need_known)
	{
		limit = LIMIT_NONE;
		step.status = "not_needed";
	}
	else
	{
		limit = take(plan, option, &step);
		step.status = step.certificates > 0 ? "buy" : "unavailable";
	}
	if (limit != LIMIT_TARGET)
		plan->bound[limit] = true;
	step.limited_by = limit_words[limit];
	return_step(rsinfo, plan, &step);
}

/*
 * Which limits stand between the plan and its target, the ones that no option
 * could lift first.
 */
static const char *
limits_met(const Procurement *plan)
{
	StringInfoData words;

	if (plan->bound[LIMIT_COEFFICIENT])
		return limit_words[LIMIT_COEFFICIENT];
	if (plan->counted == plan->room)
		return limit_words[LIMIT_GRID_DRAW];
	initStringInfo(&words);
	for (int i = LIMIT_HEADROOM; i <= LIMIT_DEADLINE; i++)
		if (plan->bound[i])
			appendStringInfo(&words, "%s%s", words.len > 0 ? "," : "", limit_words[i]);
	return words.len > 0 ? words.data : limit_words[LIMIT_NO_OPTION];
}

/*
 * Plans, and returns a row for each option and a last one that sums up.
 */
static void
return_plan(ReturnSetInfo *rsinfo, Procurement *plan, const Option *options, int noptions)
{
	Step		last = {0};

	begin_plan(plan);
	for (int i = 0; i < noptions; i++)
	{
		CHECK_FOR_INTERRUPTS();
		plan_option(rsinfo, plan, &options[i]);
	}
	last.quantity = plan->counted;
	last.certificates = plan->certificates;
	last.cost = NumericGetDatum(plan->cost);
	last.has_cost = plan->cost_known;
	last.status = "reached";
	if (!plan->need_known || plan->counted < plan->need)
	{
		last.status = "short";
		last.limited_by = limits_met(plan);
	}
	return_step(rsinfo, plan, &last);
}

/*
 * procurement_plan(grid_draw energy, target numeric,
 *		options procurement_option[], physical energy, energy_trade energy,
 *		certificate_trade energy, other_supply energy, k numeric,
 *		k_denominator numeric, as_of date) returns table
 *
 * The plan on plain values; k is k over k_denominator.  Errors: 22004 for NULL;
 * 22023 for negative energies and prices, T + C above W, a target or k that is
 * not from 0 to 1, and an option that cannot be bought.
 */
Datum
procurement_plan(PG_FUNCTION_ARGS)
{
	Procurement plan = {0};
	Option	   *options;
	int			noptions;

	plan.grid_draw = energy_argument(fcinfo, 0, "grid draw");
	plan.target = target_argument(fcinfo, 1);
	options = read_options(fcinfo, 2, &noptions);
	plan.physical = energy_argument(fcinfo, 3, "physical supply");
	plan.energy_trade = energy_argument(fcinfo, 4, "energy trade");
	plan.certificate_trade = energy_argument(fcinfo, 5, "certificate trade");
	plan.other_supply = energy_argument(fcinfo, 6, "other supply");
	if (PG_ARGISNULL(8))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("k_denominator must not be null")));
	plan.k_denominator = PG_GETARG_NUMERIC(8);
	if (numeric_is_nan(plan.k_denominator) || numeric_is_inf(plan.k_denominator) ||
		compare(plan.k_denominator, int64_to_numeric(0)) <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("k_denominator must be greater than 0"),
				 errdetail("It is %s.", text_of(plan.k_denominator))));
	plan.k = numeric_argument(fcinfo, 7, "k", plan.k_denominator,
							  text_of(plan.k_denominator),
							  "An allocation coefficient is from 0 to 1, or a numerator of k_denominator.");
	plan.as_of = day_argument(fcinfo, 9);

	InitMaterializedSRF(fcinfo, 0);
	return_plan((ReturnSetInfo *) fcinfo->resultinfo, &plan, options, noptions);
	return (Datum) 0;
}

/*
 * The current version of a year's accounts.  Error 55000 when there is none.
 */
static int32
current_version(int32 year)
{
	Oid			types[] = {INT4OID};
	Datum		values[] = {Int32GetDatum(year)};
	Datum		version;
	bool		isnull;

	if (SPI_execute_with_args("SELECT certledger.account_version($1)", lengthof(types), types,
							  values, NULL, true, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not read the version of the accounts");
	version = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the accounts of %d were never run", year),
				 errhint("Run them with SELECT * FROM certledger.run_accounts(%d).", year)));
	return DatumGetInt32(version);
}

/*
 * Refuses a plan for an account that has several provinces, or none.  The rows
 * of the current SPI result name its provinces.
 */
static void
check_provinces(int64 account_id, int32 year, int32 version, bool province_given,
				int32 province)
{
	StringInfoData provinces;

	if (SPI_processed == 1)
		return;
	if (SPI_processed == 0 && province_given)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("account " INT64_FORMAT " has no account of %d in province %06d",
						account_id, year, province),
				 errdetail("Version %d of the accounts has no consumption, supply or claim of it there.",
						   version)));
	if (SPI_processed == 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("account " INT64_FORMAT " has no account of %d", account_id, year),
				 errdetail("Version %d of the accounts has no consumption, supply or claim of it.",
						   version),
				 errhint("Load its facts and run SELECT * FROM certledger.run_accounts(%d), or plan on plain values.",
						 year)));

	initStringInfo(&provinces);
	for (uint64 i = 0; i < SPI_processed; i++)
		appendStringInfo(&provinces, "%s%s", i > 0 ? ", " : "",
						 SPI_getvalue(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1));
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("account " INT64_FORMAT " consumes in several provinces", account_id),
			 errdetail("They are %s, each with an allocation coefficient of its own.", provinces.data),
			 errhint("Name one with province => ...")));
}

/*
 * Reads W, P, T, C of an account in a province, and the coefficient that was
 * applied there, as the rational that it is.  Where there is none, nothing is
 * allocated.  Call inside SPI_connect; numerics are allocated in the caller's
 * context.
 */
static void
read_account(Procurement *plan, int64 account_id, int32 year, bool province_given,
			 int32 province, bool allocation, MemoryContext context)
{
	Oid			types[] = {INT8OID, INT4OID, INT4OID, vocabulary_get()->region};
	Datum		values[4];
	const char *nulls = province_given ? "    " : "   n";
	int32		version = current_version(year);
	HeapTuple	row;
	TupleDesc	desc;
	MemoryContext old;
	bool		isnull;
	int64		pool;
	int64		total;

	values[0] = Int64GetDatum(account_id);
	values[1] = Int32GetDatum(year);
	values[2] = Int32GetDatum(version);
	values[3] = RegionGetDatum(province);
	if (SPI_execute_with_args("SELECT a.province::text, a.grid_draw, a.physical, a.energy_trade,"
							  "  a.certificate_trade, coalesce(k.pool, '0 kWh'), coalesce(k.total, '0 kWh')"
							  " FROM (SELECT province(u.city) AS province, sum(u.grid_draw) AS grid_draw,"
							  "   sum(u.physical) AS physical, sum(u.energy_trade) AS energy_trade,"
							  "   sum(u.certificate_trade) AS certificate_trade"
							  "  FROM certledger.user_account AS u"
							  "  WHERE u.account_id = $1 AND u.year = $2 AND u.version = $3"
							  "   AND ($4 IS NULL OR province(u.city) = $4)"
							  "  GROUP BY 1) AS a"
							  " LEFT JOIN certledger.coefficient AS k"
							  "  ON k.year = $2 AND k.version = $3 AND k.province = a.province"
							  " ORDER BY a.province",
							  lengthof(types), types, values, nulls, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not read the account");
	check_provinces(account_id, year, version, province_given, province);

	row = SPI_tuptable->vals[0];
	desc = SPI_tuptable->tupdesc;
	plan->grid_draw = DatumGetEnergy(SPI_getbinval(row, desc, 2, &isnull));
	plan->physical = DatumGetEnergy(SPI_getbinval(row, desc, 3, &isnull));
	plan->energy_trade = DatumGetEnergy(SPI_getbinval(row, desc, 4, &isnull));
	plan->certificate_trade = DatumGetEnergy(SPI_getbinval(row, desc, 5, &isnull));
	pool = DatumGetEnergy(SPI_getbinval(row, desc, 6, &isnull));
	total = DatumGetEnergy(SPI_getbinval(row, desc, 7, &isnull));

	old = MemoryContextSwitchTo(context);
	if (!allocation || total <= 0)
	{
		pool = 0;
		total = 1;
	}
	plan->k = int64_to_numeric(pool);
	plan->k_denominator = int64_to_numeric(total);
	MemoryContextSwitchTo(old);
}

/*
 * procurement_plan(account_id bigint, year integer, target numeric,
 *		options procurement_option[], allocation boolean, province region,
 *		other_supply energy, as_of date) returns table
 *
 * The plan for an account on the current accounts of a year.  allocation says
 * whether allocated power counts toward the target.  Errors: as on plain values,
 * and 42P01 without a ledger, 55000 when the accounts were never run or do not
 * know the account, 22023 for an account with several provinces.
 */
Datum
procurement_plan_account(PG_FUNCTION_ARGS)
{
	MemoryContext caller = CurrentMemoryContext;
	Procurement plan = {0};
	Option	   *options;
	int			noptions;

	ledger_require();
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(4))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("account, year and allocation must not be null")));
	plan.target = target_argument(fcinfo, 2);
	options = read_options(fcinfo, 3, &noptions);
	plan.other_supply = energy_argument(fcinfo, 6, "other supply");
	plan.as_of = day_argument(fcinfo, 7);

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	read_account(&plan, PG_GETARG_INT64(0), PG_GETARG_INT32(1), !PG_ARGISNULL(5),
				 PG_ARGISNULL(5) ? 0 : PG_GETARG_REGION(5), PG_GETARG_BOOL(4), caller);
	SPI_finish();

	InitMaterializedSRF(fcinfo, 0);
	return_plan((ReturnSetInfo *) fcinfo->resultinfo, &plan, options, noptions);
	return (Datum) 0;
}
