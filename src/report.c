/*-------------------------------------------------------------------------
 *
 * report.c
 *	  Reports on the accounts of a year: what they have in common.
 *
 * A report reads the current version of the accounts, and the rules as they
 * stand on the last day of the year.  It is STABLE: it reads with the
 * snapshot of the query that called it, so that all its rows agree.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "utils/datetime.h"
#include "utils/tuplestore.h"

#include "errcodes.h"
#include "report.h"

/* Years that accounts can be of, as table account_year has them. */
#define FIRST_YEAR	2000
#define LAST_YEAR	2099

/*
 * An argument that a report cannot do without.  Error 22004.
 */
void
report_check_argument(FunctionCallInfo fcinfo, int argument, const char *name)
{
	if (PG_ARGISNULL(argument))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s must not be null", name)));
}

/*
 * The day on which the rules of a year are read: its last.  Error 22023 for
 * a year that accounts cannot be of.
 */
DateADT
report_day(int32 year)
{
	if (year < FIRST_YEAR || year > LAST_YEAR)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("year must be from %d to %d", FIRST_YEAR, LAST_YEAR),
				 errdetail("It is %d.", year)));
	return date2j(year, 12, 31) - POSTGRES_EPOCH_JDATE;
}

static SavedPlan version_plan = {
	"SELECT certledger.account_version($1::integer)",
	1, {PLAN_BIGINT}
};

/*
 * Current version of a year's accounts.  Call inside SPI_connect.  Error
 * 55000 when they were never run.
 */
int32
report_version(int32 year)
{
	Datum		value = Int64GetDatum(year);
	bool		isnull;
	int32		version;

	plan_read(&version_plan, &value, NULL);
	version = DatumGetInt32(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
	if (isnull)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the accounts of %d were never run", year),
				 errhint("Load the facts of the year and call run_accounts(%d).", year)));
	SPI_freetuptable(SPI_tuptable);
	return version;
}

static SavedPlan account_plan = {
	"SELECT 1 FROM certledger.account WHERE account_id = $1"
	" UNION ALL (SELECT 1 FROM certledger.user_account"
	"  WHERE account_id = $1 AND year = $2::integer AND version = $3::integer LIMIT 1)",
	3, {PLAN_BIGINT, PLAN_BIGINT, PLAN_BIGINT}
};

/*
 * Refuses an account that nobody knows: it is not registered, and the
 * accounts of the year, which keep users that are not, do not have it
 * either.  Call inside SPI_connect.  Error LC015.
 */
void
report_check_account(int64 account_id, int32 year, int32 version)
{
	Datum		values[3];

	values[0] = Int64GetDatum(account_id);
	values[1] = Int64GetDatum(year);
	values[2] = Int64GetDatum(version);
	if (plan_read(&account_plan, values, NULL) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_ACCOUNT_UNKNOWN),
				 errmsg("account " INT64_FORMAT " does not exist", account_id),
				 errdetail("It is neither in table account nor in the accounts of %d.", year),
				 errhint("Look it up in table account.")));
	SPI_freetuptable(SPI_tuptable);
}

/*
 * Executes a query and returns its rows as those of the set-returning
 * function that is running, which called InitMaterializedSRF.  Gives the
 * number of rows.
 */
uint64
report_return(FunctionCallInfo fcinfo, SavedPlan *plan, Datum *values, const char *nulls)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	uint64		nrows = plan_read(plan, values, nulls);
	TupleDesc	desc = SPI_tuptable->tupdesc;
	Datum	   *row = palloc_array(Datum, desc->natts);
	bool	   *isnull = palloc_array(bool, desc->natts);

	if (desc->natts != rsinfo->setDesc->natts)
		elog(ERROR, "query returns %d columns, not %d", desc->natts, rsinfo->setDesc->natts);
	for (int i = 0; i < desc->natts; i++)
		if (TupleDescAttr(desc, i)->atttypid != TupleDescAttr(rsinfo->setDesc, i)->atttypid)
			elog(ERROR, "column %d of the query has the wrong type", i + 1);
	for (uint64 i = 0; i < nrows; i++)
	{
		heap_deform_tuple(SPI_tuptable->vals[i], desc, row, isnull);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, row, isnull);
	}
	SPI_freetuptable(SPI_tuptable);
	return nrows;
}

/*
 * The row that a function with several OUT arguments returns.
 */
Datum
report_row(FunctionCallInfo fcinfo, Datum *values, bool *nulls)
{
	TupleDesc	desc;

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	return HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls));
}
