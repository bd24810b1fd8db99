/*-------------------------------------------------------------------------
 *
 * phase.c
 *	  Phases of run_accounts().
 *
 * The phases are SQL functions.  Called one after the other under READ
 * COMMITTED, each would see the facts of its own moment; so their bodies are
 * executed here under one snapshot, taken once the run has the year to
 * itself.  What a phase wrote is seen by the next one all the same.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/params.h"
#include "nodes/plannodes.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"

#include "accounts.h"

/*
 * Prepares the body of a function of schema certledger; cursor options as in
 * SPI_prepare_cursor().
 */
static void
prepare(PhaseBody *body, const char *function, int options)
{
	Oid			text_type = TEXTOID;
	Datum		name = CStringGetTextDatum(function);
	oidvector  *types;
	bool		isnull;
	char	   *source;

	CHECK_FOR_INTERRUPTS();
	if (SPI_execute_with_args("SELECT prosrc, proargtypes FROM pg_proc"
							  " WHERE proname = $1 AND pronamespace = 'certledger'::regnamespace",
							  1, &text_type, &name, NULL, true, 2) != SPI_OK_SELECT ||
		SPI_processed != 1)
		elog(ERROR, "could not read phase %s", function);
	source = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
	types = (oidvector *) DatumGetPointer(SPI_getbinval(SPI_tuptable->vals[0],
														SPI_tuptable->tupdesc, 2, &isnull));
	body->nargs = types->dim1;
	if (body->nargs > PHASE_MAX_ARGUMENTS)
		elog(ERROR, "phase %s has %d arguments", function, body->nargs);
	memcpy(body->types, types->values, body->nargs * sizeof(Oid));
	body->plan = SPI_prepare_cursor(source, body->nargs, body->types, options);
	if (body->plan == NULL)
		elog(ERROR, "SPI_prepare_cursor failed: %s", SPI_result_code_string(SPI_result));
}

void
phase_prepare(PhaseBody *body, const char *function)
{
	prepare(body, function, 0);
}

/*
 * The arguments that most phases have: year, version and, where it has a
 * third, the province, NULL for all.
 */
static void
common_arguments(const AccountsRun *run, Datum *values, char *nulls)
{
	values[0] = Int32GetDatum(run->year);
	values[1] = Int32GetDatum(run->version);
	values[2] = Int32GetDatum(run->province);
	nulls[0] = ' ';
	nulls[1] = ' ';
	nulls[2] = run->province == ALL_PROVINCES ? 'n' : ' ';
}

/*
 * Executes the body of a phase under the snapshot of the run, and frees its
 * plan.  Rows that it returns are in SPI_tuptable.
 */
void
phase_execute(const AccountsRun *run, const char *function, PhaseBody *body,
			  Datum *values, const char *nulls)
{
	int			code = SPI_execute_snapshot(body->plan, values, nulls, run->snapshot,
											InvalidSnapshot, false, true, 0);

	if (code < 0)
		elog(ERROR, "phase %s: %s", function, SPI_result_code_string(code));
	SPI_freeplan(body->plan);
}

/*
 * Runs a phase of common arguments, and returns the number that it gives.
 */
int64
phase_run(const AccountsRun *run, const char *function)
{
	PhaseBody	body;
	Datum		values[3];
	char		nulls[3];
	bool		isnull;

	phase_prepare(&body, function);
	common_arguments(run, values, nulls);
	phase_execute(run, function, &body, values, nulls);
	return DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
}

/*
 * Runs the query of a phase of common arguments into a receiver, row by row as
 * the executor finds them, in parallel where the planner likes.
 */
void
phase_stream(const AccountsRun *run, const char *function, DestReceiver *receiver)
{
	PhaseBody	body;
	Datum		values[3];
	char		nulls[3];
	ParamListInfo params;
	SPIExecuteOptions options = {0};
	int			code;

	prepare(&body, function, CURSOR_OPT_PARALLEL_OK);
	common_arguments(run, values, nulls);
	params = makeParamList(body.nargs);
	for (int i = 0; i < body.nargs; i++)
	{
		params->params[i].value = values[i];
		params->params[i].isnull = nulls[i] == 'n';
		params->params[i].pflags = PARAM_FLAG_CONST;
		params->params[i].ptype = body.types[i];
	}

	/* read only, so that it may run in parallel: it uses the active snapshot */
	CommandCounterIncrement();
	PushCopiedSnapshot(run->snapshot);
	UpdateActiveSnapshotCommandId();
	options.params = params;
	options.read_only = true;
	options.dest = receiver;
	code = SPI_execute_plan_extended(body.plan, &options);
	if (code < 0)
		elog(ERROR, "phase %s: %s", function, SPI_result_code_string(code));
	PopActiveSnapshot();
	SPI_freeplan(body.plan);
}
