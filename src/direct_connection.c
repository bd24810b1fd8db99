/*-------------------------------------------------------------------------
 *
 * direct_connection.c
 *	  The yearly tests of a green power direct connection (绿电直连).
 *
 * 发改能源〔2025〕650号: of a project tied to the grid, users must use enough
 * of the available generation and cover enough of their load with it, and feed
 * no more into the grid than the province allows.  Limits are inclusive, and
 * compared as part >= limit x whole, exactly, without dividing.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/fmgrprotos.h"

#include "compat.h"
#include "energy.h"
#include "errcodes.h"
#include "ledger.h"
#include "plan.h"
#include "rule.h"

PG_FUNCTION_INFO_V1(direct_connection_test);
PG_FUNCTION_INFO_V1(direct_connection_test_project);
PG_FUNCTION_INFO_V1(direct_connection_limits);
PG_FUNCTION_INFO_V1(direct_connection_traced_hourly);

extern Datum energy_ratio(PG_FUNCTION_ARGS);

/* The document that sets the tests; this file is UTF-8. */
#define DOCUMENT	"发改能源〔2025〕650号"

/* Columns of type direct_connection_limits. */
typedef enum LimitColumn
{
	LIMIT_USE_OF_GENERATION,
	LIMIT_USE_OF_LOAD,
	LIMIT_FEED_IN,
	LIMIT_FEED_IN_WITHOUT_SPOT,
	LIMIT_OFF_GRID_TEST,
	LIMIT_SOURCE
} LimitColumn;
#define LIMIT_COLUMNS	6
#define LIMIT_SHARES	3		/* the first three are shares from 0 to 1 */

typedef struct Limits
{
	Datum		values[LIMIT_COLUMNS];
	bool		nulls[LIMIT_COLUMNS];
} Limits;

static const char *const limit_names[LIMIT_COLUMNS] = {
	"use_of_generation", "use_of_load", "feed_in", "feed_in_without_spot",
	"off_grid_test", "source"
};

/*
 * Limits as published, the latest first: what table rule has in a fresh
 * ledger, for databases without one (sql/direct_connection.sql compares).
 */
typedef struct PublishedLimits
{
	int			from_year;
	const char *shares[LIMIT_SHARES];
} PublishedLimits;

static const PublishedLimits published[] = {
	{2030, {"0.60", "0.35", "0.20"}},
	{2025, {"0.60", "0.30", "0.20"}}
};

/* A project and its year. */
typedef struct Project
{
	int64		generated;
	int64		curtailed;
	int64		self_used;
	int64		load;
	int64		fed_in;
	bool		grid_tied;
	bool		spot_market;	/* whether it runs continuously */
} Project;

/* One of the tests. */
typedef struct Test
{
	const char *name;
	int64		part;
	int64		whole;
	bool		at_least;		/* otherwise at most */
	Numeric		limit;
	const char *undecided;		/* why it says nothing, or NULL */
} Test;

static Numeric
numeric_of_text(const char *text)
{
	return DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(text),
											   ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
}

/*
 * Text in the server's encoding.
 */
static Datum
text_of_utf8(const char *utf8)
{
	return CStringGetTextDatum(pg_any_to_server(utf8, strlen(utf8), PG_UTF8));
}

/*
 * Refuses a limit that is no share.
 */
static void
check_share(const char *name, Numeric share)
{
	if (numeric_is_nan(share) || numeric_is_inf(share) ||
		DatumGetBool(DirectFunctionCall2(numeric_lt, NumericGetDatum(share),
										 NumericGetDatum(int64_to_numeric(0)))) ||
		DatumGetBool(DirectFunctionCall2(numeric_gt, NumericGetDatum(share),
										 NumericGetDatum(int64_to_numeric(1)))))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("limit %s of a direct connection must be from 0 to 1", name),
				 errdetail("It is %s.",
						   DatumGetCString(DirectFunctionCall1(numeric_out,
															   NumericGetDatum(share)))),
				 errhint("Write 20%% as 0.20.")));
}

/*
 * Fills limits that were not given with those published for the year.
 */
static void
fill_limits(Limits *limits, int year)
{
	const PublishedLimits *p = NULL;

	for (int i = 0; i < lengthof(published) && p == NULL; i++)
		if (year >= published[i].from_year)
			p = &published[i];
	for (int i = 0; i < LIMIT_SHARES; i++)
	{
		if (limits->nulls[i] && p == NULL)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("no limits of direct connections are published for %d", year),
					 errdetail("The first are for %d.",
							   published[lengthof(published) - 1].from_year),
					 errhint("Give all three with limits => make_direct_connection_limits(...).")));
		if (limits->nulls[i])
			limits->values[i] = NumericGetDatum(numeric_of_text(p->shares[i]));
		check_share(limit_names[i], DatumGetNumeric(limits->values[i]));
	}
	for (int i = LIMIT_SHARES; i < LIMIT_SOURCE; i++)
		if (limits->nulls[i])
			limits->values[i] = BoolGetDatum(false);
	if (limits->nulls[LIMIT_SOURCE])
		limits->values[LIMIT_SOURCE] = text_of_utf8(DOCUMENT);
	memset(limits->nulls, false, sizeof(limits->nulls));
}

/*
 * Takes a row of type direct_connection_limits apart; NULL has no column.
 */
static Limits
read_limits(FunctionCallInfo fcinfo, int number)
{
	Limits		limits;

	memset(limits.nulls, true, sizeof(limits.nulls));
	if (!PG_ARGISNULL(number))
	{
		HeapTupleHeader row = PG_GETARG_HEAPTUPLEHEADER(number);

		for (int i = 0; i < LIMIT_COLUMNS; i++)
			limits.values[i] = GetAttributeByNum(row, i + 1, &limits.nulls[i]);
	}
	return limits;
}

/*
 * The limits that table rule has for a year, on its last day.  Call inside
 * SPI_connect.  Errors LC016, LC023.
 */
static Limits
limits_of_rules(int year)
{
	static const char *const yes_or_no[] = {"yes", "no", NULL};
	static SavedPlan source_plan = {
		"SELECT string_agg(DISTINCT r.source, '; ' ORDER BY r.source)"
		" FROM (SELECT DISTINCT ON (name) source FROM certledger.rule"
		"  WHERE name IN ('direct_connection_use_of_generation', 'direct_connection_use_of_load',"
		"   'direct_connection_feed_in', 'direct_connection_feed_in_without_spot',"
		"   'direct_connection_off_grid_test')"
		"   AND effective_from <= $1 ORDER BY name, effective_from DESC) AS r",
		1, {PLAN_DATE}
	};
	DateADT		day = date2j(year, 12, 31) - POSTGRES_EPOCH_JDATE;
	Datum		day_datum = DateADTGetDatum(day);
	Limits		limits = {0};

	limits.values[LIMIT_USE_OF_GENERATION] = rule_share("direct_connection_use_of_generation", day);
	limits.values[LIMIT_USE_OF_LOAD] = rule_share("direct_connection_use_of_load", day);
	limits.values[LIMIT_FEED_IN] = rule_share("direct_connection_feed_in", day);
	limits.values[LIMIT_FEED_IN_WITHOUT_SPOT] =
		BoolGetDatum(*rule_word("direct_connection_feed_in_without_spot", day,
								yes_or_no, "yes or no") == 'y');
	limits.values[LIMIT_OFF_GRID_TEST] =
		BoolGetDatum(*rule_word("direct_connection_off_grid_test", day,
								yes_or_no, "yes or no") == 'y');
	(void) plan_execute(&source_plan, &day_datum, NULL, SPI_OK_SELECT);
	limits.values[LIMIT_SOURCE] =
		CStringGetTextDatum(SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1));
	SPI_freetuptable(SPI_tuptable);
	return limits;
}

/*
 * Opens SPI, and leaves the caller's memory context current.
 */
static void
connect_to_ledger(void)
{
	MemoryContext caller = CurrentMemoryContext;

	ledger_require();
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	MemoryContextSwitchTo(caller);
}

/*
 * A year as the ledger has them.
 */
static int
year_argument(FunctionCallInfo fcinfo, int number)
{
	int			year;

	if (PG_ARGISNULL(number))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("year must not be null")));
	year = PG_GETARG_INT32(number);
	if (year < 2000 || year > 2099)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("year must be from 2000 to 2099"),
				 errdetail("It is %d.", year)));
	return year;
}

/*
 * The condition of a project in an argument; it must not be NULL.
 */
static bool
condition_argument(FunctionCallInfo fcinfo, int number, const char *name)
{
	if (PG_ARGISNULL(number))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s must not be null", name)));
	return PG_GETARG_BOOL(number);
}

/*
 * Refuses a project whose energies contradict each other.
 */
static void
check_balance(const Project *p)
{
	if ((int128) p->self_used + p->fed_in > p->generated)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("more was used and fed in than generated"),
				 errdetail("Generated: %s; self-used: %s; fed in: %s.",
						   energy_cstring(p->generated), energy_cstring(p->self_used),
						   energy_cstring(p->fed_in))));
	if (p->self_used > p->load)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("more was self-used than the load consumed"),
				 errdetail("Self-used: %s; load: %s.",
						   energy_cstring(p->self_used), energy_cstring(p->load))));
	if (!p->grid_tied && p->fed_in > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a project that is not tied to the grid cannot feed in"),
				 errdetail("Fed in: %s.", energy_cstring(p->fed_in)),
				 errhint("Leave grid_tied => true, or give a fed-in energy of 0.")));
}

/*
 * Whether a test is passed: part >= limit x whole, or <=.
 */
static bool
is_passed(const Test *test)
{
	Datum		part = NumericGetDatum(int64_to_numeric(test->part));
	Datum		bound = NumericGetDatum(energy_call_numeric(numeric_mul, test->limit,
															int64_to_numeric(test->whole)));

	return DatumGetBool(test->at_least ? DirectFunctionCall2(numeric_ge, part, bound) :
						DirectFunctionCall2(numeric_le, part, bound));
}

/*
 * Adds a test to the result.
 */
static void
return_test(ReturnSetInfo *rsinfo, const Test *test, const Limits *limits)
{
	Datum		values[9];
	bool		nulls[9] = {false};

	values[0] = CStringGetTextDatum(test->name);
	values[1] = EnergyGetDatum(test->part);
	values[2] = EnergyGetDatum(test->whole);
	nulls[3] = test->whole == 0;
	if (!nulls[3])
		values[3] = DirectFunctionCall2(energy_ratio, values[1], values[2]);
	values[4] = CStringGetTextDatum(test->at_least ? ">=" : "<=");
	values[5] = NumericGetDatum(test->limit);
	nulls[6] = test->undecided != NULL;
	values[6] = BoolGetDatum(!nulls[6] && is_passed(test));
	nulls[7] = test->undecided == NULL;
	if (!nulls[7])
		values[7] = CStringGetTextDatum(test->undecided);
	values[8] = limits->values[LIMIT_SOURCE];
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

/*
 * Judges a project: a row for each test.
 */
static void
return_tests(ReturnSetInfo *rsinfo, const Project *p, const Limits *limits)
{
	int64		available = energy_from_int128((int128) p->generated + p->curtailed);
	const char *off_grid = NULL;
	const char *no_generation;
	Test		tests[4];

	if (!p->grid_tied && !DatumGetBool(limits->values[LIMIT_OFF_GRID_TEST]))
		off_grid = "not tied to the grid";
	no_generation = off_grid == NULL && available == 0 ? "no available generation" : off_grid;

	tests[0] = (Test) {
		.name = "use_of_generation", .part = p->self_used, .whole = available, .at_least = true,
			.limit = DatumGetNumeric(limits->values[LIMIT_USE_OF_GENERATION]),
			.undecided = no_generation
	};
	tests[1] = (Test) {
		.name = "use_of_load", .part = p->self_used, .whole = p->load, .at_least = true,
			.limit = DatumGetNumeric(limits->values[LIMIT_USE_OF_LOAD]),
			.undecided = off_grid == NULL && p->load == 0 ? "no load" : off_grid
	};
	tests[2] = (Test) {
		.name = "feed_in", .part = p->fed_in, .whole = available,
			.limit = DatumGetNumeric(limits->values[LIMIT_FEED_IN]),
			.undecided = no_generation
	};
	tests[3] = (Test) {
		.name = "feed_in_without_spot", .part = p->fed_in, .whole = available,
			.limit = int64_to_numeric(0),
			.undecided = no_generation
	};
	if (tests[3].undecided == NULL && p->spot_market)
		tests[3].undecided = "the spot market runs continuously";
	else if (tests[3].undecided == NULL && DatumGetBool(limits->values[LIMIT_FEED_IN_WITHOUT_SPOT]))
		tests[3].undecided = "allowed by rule";

	for (int i = 0; i < lengthof(tests); i++)
		return_test(rsinfo, &tests[i], limits);
}

/*
 * Puts the province's own limit of feed-in, argument number, into the limits.
 */
static void
set_feed_in_limit(FunctionCallInfo fcinfo, int number, Limits *limits)
{
	if (PG_ARGISNULL(number))
		return;
	check_share("feed_in_limit", PG_GETARG_NUMERIC(number));
	limits->values[LIMIT_FEED_IN] = PG_GETARG_DATUM(number);
	limits->nulls[LIMIT_FEED_IN] = false;
}

/*
 * direct_connection_test(year integer, generated energy, curtailed energy,
 *		self_used energy, load energy, fed_in energy, grid_tied boolean,
 *		spot_market boolean, feed_in_limit numeric,
 *		limits direct_connection_limits) returns table
 *
 * The tests of a year on plain values.  Limits that are NULL are those
 * published for the year.  Errors: 22004 for NULL; 22023 for negative energies,
 * energies that contradict each other, limits outside 0 to 1, and a year
 * without published limits; 22003 when generated and curtailed do not fit.
 */
Datum
direct_connection_test(PG_FUNCTION_ARGS)
{
	Limits		limits;
	Project		project;
	int			year;

	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("year must not be null")));
	year = PG_GETARG_INT32(0);
	project.generated = energy_argument(fcinfo, 1, "generated energy");
	project.curtailed = energy_argument(fcinfo, 2, "curtailed energy");
	project.self_used = energy_argument(fcinfo, 3, "self-used energy");
	project.load = energy_argument(fcinfo, 4, "load");
	project.fed_in = energy_argument(fcinfo, 5, "fed-in energy");
	project.grid_tied = condition_argument(fcinfo, 6, "grid_tied");
	project.spot_market = condition_argument(fcinfo, 7, "spot_market");
	check_balance(&project);

	limits = read_limits(fcinfo, 9);
	set_feed_in_limit(fcinfo, 8, &limits);
	fill_limits(&limits, year);

	InitMaterializedSRF(fcinfo, 0);
	return_tests((ReturnSetInfo *) fcinfo->resultinfo, &project, &limits);
	return (Datum) 0;
}

/*
 * Sums the hours of a project in a year; an hour's self-used energy is what
 * stayed with the project, up to the load of its users.  Call inside
 * SPI_connect.  Error 55000 when there are none.
 */
static void
read_project(const char *project_code, int year, Project *project)
{
	static const char sums[] =
		"WITH supply AS (SELECT g.hour, g.generated, g.curtailed, g.fed_in"
		"  FROM certledger.direct_connection_generation AS g"
		"  WHERE g.project_code = $1 AND g.hour >= make_timestamp($2, 1, 1, 0, 0, 0)"
		"   AND g.hour < make_timestamp($2 + 1, 1, 1, 0, 0, 0)),"
		" demand AS (SELECT l.hour, sum(l.load) AS load"
		"  FROM certledger.direct_connection_load AS l"
		"  WHERE l.project_code = $1 AND l.hour >= make_timestamp($2, 1, 1, 0, 0, 0)"
		"   AND l.hour < make_timestamp($2 + 1, 1, 1, 0, 0, 0)"
		"  GROUP BY l.hour)"
		" SELECT count(*) > 0, coalesce(sum(s.generated), '0 kWh'), coalesce(sum(s.curtailed), '0 kWh'),"
		"  coalesce(sum(least(s.generated - s.fed_in, d.load)) FILTER (WHERE s.hour = d.hour), '0 kWh'),"
		"  coalesce(sum(d.load), '0 kWh'), coalesce(sum(s.fed_in), '0 kWh')"
		" FROM supply AS s FULL JOIN demand AS d ON d.hour = s.hour";
	Oid			types[] = {TEXTOID, INT4OID};
	Datum		values[2];
	HeapTuple	row;
	TupleDesc	desc;
	bool		isnull;

	values[0] = CStringGetTextDatum(project_code);
	values[1] = Int32GetDatum(year);
	plan_execute_once(sums, lengthof(types), types, values, SPI_OK_SELECT);
	row = SPI_tuptable->vals[0];
	desc = SPI_tuptable->tupdesc;
	if (!DatumGetBool(SPI_getbinval(row, desc, 1, &isnull)))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("project \"%s\" has no hours in %d", project_code, year),
				 errhint("Load them into direct_connection_generation and direct_connection_load.")));
	project->generated = DatumGetEnergy(SPI_getbinval(row, desc, 2, &isnull));
	project->curtailed = DatumGetEnergy(SPI_getbinval(row, desc, 3, &isnull));
	project->self_used = DatumGetEnergy(SPI_getbinval(row, desc, 4, &isnull));
	project->load = DatumGetEnergy(SPI_getbinval(row, desc, 5, &isnull));
	project->fed_in = DatumGetEnergy(SPI_getbinval(row, desc, 6, &isnull));
	SPI_freetuptable(SPI_tuptable);
}

/*
 * direct_connection_test(project text, year integer, grid_tied boolean,
 *		spot_market boolean, feed_in_limit numeric) returns table
 *
 * The tests of a year on the hours of a project, with the limits of table rule
 * on the last day of the year.  Errors: as on plain values, and 55000 without
 * hours, LC016, LC023.
 */
Datum
direct_connection_test_project(PG_FUNCTION_ARGS)
{
	int			year = year_argument(fcinfo, 1);
	char	   *project_code;
	Limits		limits;
	Project		project;

	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("project must not be null")));
	project_code = text_to_cstring(PG_GETARG_TEXT_PP(0));
	project.grid_tied = condition_argument(fcinfo, 2, "grid_tied");
	project.spot_market = condition_argument(fcinfo, 3, "spot_market");

	InitMaterializedSRF(fcinfo, 0);
	connect_to_ledger();
	read_project(project_code, year, &project);
	check_balance(&project);
	limits = limits_of_rules(year);
	set_feed_in_limit(fcinfo, 4, &limits);
	return_tests((ReturnSetInfo *) fcinfo->resultinfo, &project, &limits);
	SPI_finish();
	return (Datum) 0;
}

/*
 * direct_connection_limits(year integer) returns direct_connection_limits
 *
 * The limits of table rule on the last day of a year.  Errors: 22004, 22023,
 * LC016, LC023.
 */
Datum
direct_connection_limits(PG_FUNCTION_ARGS)
{
	int			year = year_argument(fcinfo, 0);
	TupleDesc	desc;
	Limits		limits;

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	connect_to_ledger();
	limits = limits_of_rules(year);
	SPI_finish();
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc),
													  limits.values, limits.nulls)));
}

/*
 * direct_connection_traced_hourly(tracing text, sharing text) returns boolean
 *
 * True where the values of rules direct_connection_tracing and
 * direct_connection_sharing are those by which hours are shared out, or are
 * NULL, before the rules were in force.  Another value is not ignored: LC023.
 */
Datum
direct_connection_traced_hourly(PG_FUNCTION_ARGS)
{
	static const char *const rules[2][2] = {
		{"direct_connection_tracing", "1 hour"},
		{"direct_connection_sharing", "load_share"}
	};

	for (int i = 0; i < lengthof(rules); i++)
	{
		char	   *value;

		if (PG_ARGISNULL(i))
			continue;
		value = text_to_cstring(PG_GETARG_TEXT_PP(i));
		if (strcmp(value, rules[i][1]) != 0)
			ereport(ERROR,
					(errcode(ERRCODE_RULE_INVALID),
					 errmsg("rule \"%s\" has an invalid value: \"%s\"", rules[i][0], value),
					 errdetail("The value must be %s.", rules[i][1]),
					 errhint("Insert a corrected row into table certledger.rule.")));
	}
	PG_RETURN_BOOL(true);
}
