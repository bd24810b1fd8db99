/*-------------------------------------------------------------------------
 *
 * rule.c
 *	  Parameters of the rules, by effective date: table rule, as C reads it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "executor/spi.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "compat.h"
#include "errcodes.h"
#include "plan.h"
#include "rule.h"

static SavedPlan rule_plan = {
	"SELECT value FROM certledger.rule WHERE name = $1 AND effective_from <= $2"
	" ORDER BY effective_from DESC LIMIT 1",
	2, {PLAN_TEXT, PLAN_DATE}
};

/*
 * The value of a rule on a day, allocated in the caller's context.  Call
 * inside SPI_connect.  Error LC016 when no row is in force.
 */
char *
rule_value(const char *name, DateADT on)
{
	Datum		values[2];
	char	   *value;

	values[0] = CStringGetTextDatum(name);
	values[1] = DateADTGetDatum(on);
	if (plan_execute(&rule_plan, values, NULL, SPI_OK_SELECT) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_NO_RULE),
				 errmsg("no rule \"%s\" is in force", name),
				 errdetail("Table certledger.rule has no such row with effective_from on or before %s.",
						   DatumGetCString(DirectFunctionCall1(date_out, DateADTGetDatum(on)))),
				 errhint("Insert the row; docs/rules.md lists the defaults.")));
	value = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
	SPI_freetuptable(SPI_tuptable);
	return value;
}

/*
 * Refuses a value that its reader cannot use.
 */
pg_noreturn static void
invalid_value(const char *name, const char *value, const char *wanted)
{
	ereport(ERROR,
			(errcode(ERRCODE_NO_RULE),
			 errmsg("rule \"%s\" has an invalid value: \"%s\"", name, value),
			 errdetail("The value must be %s.", wanted),
			 errhint("Insert a corrected row into table certledger.rule.")));
}

/*
 * A rule whose value is a route of trades across provinces.
 */
Route
rule_route(const char *name, DateADT on)
{
	const Vocabulary *v = vocabulary_get();
	char	   *value = rule_value(name, on);

	for (int i = ROUTE_SPOT_TRADE; i <= ROUTE_OUT_OF_PROVINCE_TRADE; i++)
		if (strcmp(value, v->route.words[i]) == 0)
			return (Route) i;
	invalid_value(name, value, "spot_trade, voluntary_trade or out_of_province_trade");
}

/*
 * A rule whose value is a year, 2000 to 2099.
 */
int
rule_year(const char *name, DateADT on)
{
	char	   *value = rule_value(name, on);
	char	   *end;
	long		year = strtol(value, &end, 10);

	if (*value == '\0' || *end != '\0' || year < 2000 || year > 2099)
		invalid_value(name, value, "a year from 2000 to 2099");
	return (int) year;
}
