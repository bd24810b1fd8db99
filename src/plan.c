/*-------------------------------------------------------------------------
 *
 * plan.c
 *	  Saved plans for the statements of the ledger.
 *
 * A plan is kept for the life of the session and revalidated by the server's
 * plan cache when tables change.  What the cache cannot see is that our types
 * were dropped and created again under other OIDs; then the plan is made anew.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/guc.h"
#include "utils/memutils.h"

#include "plan.h"
#include "vocabulary.h"

/*
 * OID of a parameter type.
 */
static Oid
parameter_type(const Vocabulary *v, PlanType type)
{
	switch (type)
	{
		case PLAN_BIGINT:
			return INT8OID;
		case PLAN_INTEGER:
			return INT4OID;
		case PLAN_GEC:
			return v->gec;
		case PLAN_TEXT:
			return TEXTOID;
		case PLAN_DATE:
			return DATEOID;
		case PLAN_BIGINT_ARRAY:
			return INT8ARRAYOID;
		case PLAN_DATE_ARRAY:
			return DATEARRAYOID;
		case PLAN_TIMESTAMPTZ_ARRAY:
			return TIMESTAMPTZARRAYOID;
		case PLAN_GEC_ARRAY:
			return v->gec_array;
		case PLAN_REGION_ARRAY:
			return v->region_array;
		case PLAN_STATE_ARRAY:
			return v->state.array_type;
		case PLAN_ROUTE_ARRAY:
			return v->route.array_type;
		case PLAN_SOURCE_ARRAY:
			return v->source_array;
		case PLAN_SMALLINT_ARRAY:
			return INT2ARRAYOID;
		case PLAN_INTEGER_ARRAY:
			return INT4ARRAYOID;
		case PLAN_BOOLEAN_ARRAY:
			return BOOLARRAYOID;
		case PLAN_TEXT_ARRAY:
			return TEXTARRAYOID;
		case PLAN_DOCUMENT_ARRAY:
			return v->document.array_type;
	}
	elog(ERROR, "unrecognized parameter type: %d", (int) type);
	return InvalidOid;
}

/*
 * Settings that keep the plans of postings to one index scan per key, whatever
 * the planner thinks of a table that was empty when the session began.
 * Functions that post have them as their own; what usually needs no statement
 * spares their setting until there is one.
 */
static const char *const posting_settings[][2] = {
	{"enable_seqscan", "off"},
	{"enable_hashjoin", "off"},
	{"enable_mergejoin", "off"},
	{"plan_cache_mode", "force_generic_plan"},
	{"jit", "off"}
};

static bool settings_wanted = false;	/* by the first statement */

/*
 * From here on the first statement sets what postings need, until
 * plan_settings_end() is called with what this returns, after an error too.
 * For functions that have a setting of their own, search_path: the server
 * gives back what was set when the function ends.
 */
bool
plan_settings_begin(void)
{
	bool		former = settings_wanted;

	settings_wanted = true;
	return former;
}

void
plan_settings_end(bool former)
{
	settings_wanted = former;
}

/*
 * Sets what postings need, if it is wanted and not set yet.
 */
void
plan_settings_apply(void)
{
	if (!settings_wanted)
		return;
	settings_wanted = false;
	(void) NewGUCNestLevel();
	for (int i = 0; i < lengthof(posting_settings); i++)
		(void) set_config_option(posting_settings[i][0], posting_settings[i][1],
								 PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
}

/*
 * Prepares a statement and keeps its plan for the session.
 */
SPIPlanPtr
plan_keep(const char *sql, int ntypes, Oid *types)
{
	MemoryContext caller = CurrentMemoryContext;
	SPIPlanPtr	plan;

	plan_settings_apply();
	plan = SPI_prepare(sql, ntypes, types);

	/* SPI leaves its own memory context behind */
	MemoryContextSwitchTo(caller);

	if (plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result));
	if (SPI_keepplan(plan) != 0)
		elog(ERROR, "SPI_keepplan failed");
	return plan;
}

/*
 * Frees a kept plan, if there is one.
 */
void
plan_forget(SPIPlanPtr *plan)
{
	SPIPlanPtr	stale = *plan;

	*plan = NULL;
	if (stale != NULL)
		SPI_freeplan(stale);
}

/*
 * Executes a statement with its saved plan, preparing it on first use, and
 * returns the number of rows.  The result is in SPI_tuptable.  Unlike SPI's
 * own, it leaves the caller's memory context current.
 */
static uint64
execute(SavedPlan *saved, Datum *values, const char *nulls, bool read_only, int expected)
{
	const Vocabulary *v = vocabulary_get();
	MemoryContext caller = CurrentMemoryContext;
	int			code;

	if (saved->version != v->version)
		plan_forget(&saved->plan);
	if (saved->plan == NULL)
	{
		Oid			types[PLAN_MAX_PARAMETERS];

		for (int i = 0; i < saved->nparameters; i++)
			types[i] = parameter_type(v, saved->types[i]);
		saved->plan = plan_keep(saved->sql, saved->nparameters, types);
		saved->version = v->version;
	}

	plan_settings_apply();
	code = SPI_execute_plan(saved->plan, values, nulls, read_only, 0);
	MemoryContextSwitchTo(caller);
	if (code != expected)
		elog(ERROR, "SPI_execute_plan returned %s", SPI_result_code_string(code));
	return SPI_processed;
}

/*
 * Executes a statement with its saved plan and returns the number of rows.
 * Call inside SPI_connect; nulls as in SPI_execute_plan.
 */
uint64
plan_execute(SavedPlan *saved, Datum *values, const char *nulls, int expected)
{
	return execute(saved, values, nulls, false, expected);
}

/*
 * The same for a query, with the snapshot of the caller: for STABLE functions.
 */
uint64
plan_read(SavedPlan *saved, Datum *values, const char *nulls)
{
	return execute(saved, values, nulls, true, SPI_OK_SELECT);
}

/*
 * Executes a statement that is not worth a saved plan, or whose plan should
 * suit the sizes that the tables have now.  Call inside SPI_connect.
 */
void
plan_execute_once(const char *sql, int nargs, Oid *types, Datum *values, int expected)
{
	int			code = SPI_execute_with_args(sql, nargs, types, values, NULL, false, 0);

	if (code != expected)
		elog(ERROR, "SPI_execute_with_args returned %s", SPI_result_code_string(code));
}
