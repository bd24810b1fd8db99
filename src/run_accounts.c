/*-------------------------------------------------------------------------
 *
 * run_accounts.c
 *	  Running the accounts of a year.
 *
 * The phases are SQL functions.  Called one after the other under READ
 * COMMITTED, each would see the facts of its own moment; so their bodies are
 * executed here under one snapshot, taken once this run has the year to
 * itself.  What a phase wrote is seen by the next one all the same.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"

#include "ledger.h"

PG_FUNCTION_INFO_V1(run_accounts);

/* The phases, each a function (year integer, version integer). */
static const char *const phases[] = {
	"clear_accounts",
	"account_rules",
	"account_caps",
	"account_energy_trade",
	"account_claims",
	"account_cap_use",
	"account_interprovincial",
	"account_provinces",
	"account_users",
	"account_cities"
};

/* The result tables, whose lines are counted at the end. */
static const char *const results[] = {
	"recognition_cap",
	"recognition",
	"interprovincial_account",
	"province_account",
	"coefficient",
	"city_account",
	"user_account",
	"account_warning"
};

/*
 * Takes the row of the year, so that two runs cannot pass each other, and
 * returns the version to be written.  The row is updated, not only locked:
 * under snapshot isolation a run that comes too late gets 40001.
 */
static int32
begin_run(int32 year)
{
	Oid			types[] = {INT4OID};
	Datum		values[] = {Int32GetDatum(year)};
	bool		isnull;

	if (SPI_execute_with_args("INSERT INTO certledger.account_year AS y (year, version)"
							  " VALUES ($1, coalesce((SELECT max(version) FROM certledger.account_year"
							  "  WHERE year = $1), 1))"
							  " ON CONFLICT ON CONSTRAINT account_year_pkey DO UPDATE SET run_at = now()"
							  " RETURNING version",
							  1, types, values, NULL, false, 0) != SPI_OK_INSERT_RETURNING)
		elog(ERROR, "could not begin the accounts of the year");
	return DatumGetInt32(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
}

/*
 * Executes the body of a phase under the snapshot of the run.
 */
static void
run_phase(const char *phase, Datum *values, Snapshot snapshot)
{
	Oid			types[] = {INT4OID, INT4OID};
	Oid			text_type = TEXTOID;
	Datum		name = CStringGetTextDatum(phase);
	SPIPlanPtr	plan;
	char	   *body;
	int			code;

	CHECK_FOR_INTERRUPTS();
	if (SPI_execute_with_args("SELECT prosrc FROM pg_proc WHERE oid ="
							  " format('certledger.%I(integer,integer)', $1)::regprocedure",
							  1, &text_type, &name, NULL, true, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not read phase %s", phase);
	body = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
	plan = SPI_prepare(body, lengthof(types), types);
	if (plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result));
	code = SPI_execute_snapshot(plan, values, NULL, snapshot, InvalidSnapshot,
								false, true, 0);
	if (code < 0)
		elog(ERROR, "SPI_execute_snapshot returned %s", SPI_result_code_string(code));
	SPI_freeplan(plan);
}

/*
 * Returns the number of lines that a result table has for the year.
 */
static void
return_count(ReturnSetInfo *rsinfo, const char *result, Datum *values)
{
	Oid			types[] = {INT4OID, INT4OID};
	char	   *sql = psprintf("SELECT count(*) FROM certledger.%s WHERE year = $1 AND version = $2",
							   result);
	Datum		row[2];
	bool		nulls[2] = {false, false};
	bool		isnull;

	if (SPI_execute_with_args(sql, lengthof(types), types, values, NULL, false, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not count table %s", result);
	row[0] = CStringGetTextDatum(result);
	row[1] = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, row, nulls);
}

/*
 * run_accounts(year integer) returns setof (result text, lines bigint)
 *
 * Computes the accounts of a year from the facts as they stand when it gets
 * the year to itself.  Errors: 42P01 without a ledger, 23514 for a year outside 2000 to 2099, 40001
 * under snapshot isolation when another run came first.
 */
Datum
run_accounts(PG_FUNCTION_ARGS)
{
	int32		year = PG_GETARG_INT32(0);
	Datum		values[2];
	Snapshot	snapshot;

	ledger_require();
	InitMaterializedSRF(fcinfo, 0);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	values[0] = Int32GetDatum(year);
	values[1] = Int32GetDatum(begin_run(year));

	snapshot = RegisterSnapshot(GetTransactionSnapshot());
	for (int i = 0; i < lengthof(phases); i++)
		run_phase(phases[i], values, snapshot);
	UnregisterSnapshot(snapshot);

	for (int i = 0; i < lengthof(results); i++)
		return_count((ReturnSetInfo *) fcinfo->resultinfo, results[i], values);
	SPI_finish();
	return (Datum) 0;
}
