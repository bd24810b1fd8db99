/*-------------------------------------------------------------------------
 *
 * account_year.c
 *	  Accounting years and their versions: opened, run, closed, restated.
 *
 * A version that is closed is never written again: the results are written
 * here and by run_accounts() only (guard_run_only()), and a run takes the row
 * of an open version first.  The row is updated, not only locked: under
 * snapshot isolation whoever comes too late gets 40001.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "accounts.h"
#include "compat.h"
#include "errcodes.h"
#include "ledger.h"

PG_FUNCTION_INFO_V1(open_year);
PG_FUNCTION_INFO_V1(close_year);
PG_FUNCTION_INFO_V1(restate_year);

/* Whether the code at work may write results. */
static bool writing = false;

bool
accounts_are_written(void)
{
	return writing;
}

/*
 * Says whether what follows may write results; returns what held before.
 * Callers restore it, also after an error.
 */
bool
accounts_writing(bool now)
{
	bool		before = writing;

	writing = now;
	return before;
}

/*
 * Executes a statement on account_year with up to two parameters, a year and a
 * text; returns whether it gave a row, whose first column is then in *result.
 */
static bool
execute(const char *sql, int32 year, Datum reason, int32 *result)
{
	Oid			types[] = {INT4OID, TEXTOID};
	Datum		values[2];
	bool		before = accounts_writing(true);
	bool		isnull;

	values[0] = Int32GetDatum(year);
	values[1] = reason;
	PG_TRY();
	{
		int			code = SPI_execute_with_args(sql, reason == (Datum) 0 ? 1 : 2, types,
												 values, NULL, false, 0);

		if (code < 0)
			elog(ERROR, "account_year: %s", SPI_result_code_string(code));
	}
	PG_FINALLY();
	{
		writing = before;
	}
	PG_END_TRY();
	if (SPI_processed == 0)
		return false;
	*result = DatumGetInt32(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
	return true;
}

/*
 * The last version of a year and whether it is closed; false when there is
 * none.
 */
static bool
last_version(int32 year, int32 *version, bool *closed)
{
	bool		isnull;

	if (!execute("SELECT version, state = 'closed' FROM certledger.account_year"
				 " WHERE year = $1 ORDER BY version DESC LIMIT 1", year, (Datum) 0, version))
		return false;
	*closed = DatumGetBool(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2, &isnull));
	return true;
}

/*
 * An argument that must be given.  Error 22004.
 */
static Datum
required(FunctionCallInfo fcinfo, int number, const char *what)
{
	if (PG_ARGISNULL(number))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("%s must not be null", what)));
	return PG_GETARG_DATUM(number);
}

/*
 * Raises the refusal of what a closed version does not allow.  Error LC046.
 */
pg_noreturn static void
refuse_closed(int32 year, int32 version)
{
	ereport(ERROR,
			(errcode(ERRCODE_YEAR_CLOSED),
			 errmsg("accounts of %d are closed", year),
			 errdetail("Version %d is final; it is never opened again.", version),
			 errhint("Open a further version with certledger.restate_year(%d, reason).", year)));
}

/*
 * Raises the refusal of a question about accounts that nobody has run.  Error
 * LC047.
 */
void
account_year_never_run(int32 year)
{
	ereport(ERROR,
			(errcode(ERRCODE_YEAR_WRONG_STATE),
			 errmsg("accounts of %d were never run", year),
			 errhint("Run them with certledger.run_accounts(%d).", year)));
}

/*
 * Takes the open version of a year for a run, opening the first one if nobody
 * did, and returns its number.  Call inside SPI_connect, with results being
 * written.  Error LC046.
 */
int32
account_year_begin_run(int32 year)
{
	int32		version;
	bool		closed;

	/* once more when somebody restated the year in between */
	do
	{
		if (execute("UPDATE certledger.account_year SET run_at = now()"
					" WHERE year = $1 AND state = 'open' RETURNING version",
					year, (Datum) 0, &version))
			return version;
		if (execute("INSERT INTO certledger.account_year AS y (year, version, run_at)"
					" VALUES ($1, 1, now())"
					" ON CONFLICT ON CONSTRAINT account_year_pkey DO UPDATE SET run_at = now()"
					"  WHERE y.state = 'open' RETURNING version",
					year, (Datum) 0, &version))
			return version;
		if (!last_version(year, &version, &closed))
			elog(ERROR, "could not begin the accounts of %d", year);
	} while (!closed);
	refuse_closed(year, version);
}

/*
 * open_year(year integer) returns integer
 *
 * Opens the first version of a year and returns its number, 1.  Errors: LC046
 * when it is closed, LC047 when it is open, 22004 without a year, 23514 for one
 * outside 2000 to 2099, 42P01 without a ledger.
 */
Datum
open_year(PG_FUNCTION_ARGS)
{
	int32		year = DatumGetInt32(required(fcinfo, 0, "year of the accounts"));
	int32		version;
	bool		closed;

	ledger_require();
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (!execute("INSERT INTO certledger.account_year (year, version)"
				 " SELECT $1, 1 WHERE NOT EXISTS (SELECT FROM certledger.account_year WHERE year = $1)"
				 " ON CONFLICT DO NOTHING RETURNING version", year, (Datum) 0, &version))
	{
		if (last_version(year, &version, &closed) && closed)
			refuse_closed(year, version);
		ereport(ERROR,
				(errcode(ERRCODE_YEAR_WRONG_STATE),
				 errmsg("accounts of %d are open already", year),
				 errhint("Run them with certledger.run_accounts(%d).", year)));
	}
	SPI_finish();
	PG_RETURN_INT32(version);
}

/*
 * Refuses to close a version of which a province is missing or not up to
 * date: one that has an account, or users.  Error LC047.
 */
static void
check_complete(int32 year, int32 version)
{
	Oid			types[] = {INT4OID, INT4OID};
	Datum		values[2];

	values[0] = Int32GetDatum(year);
	values[1] = Int32GetDatum(version);
	if (SPI_execute_with_args("SELECT string_agg(p.province::text, ', ' ORDER BY p.province)"
							  " FROM (SELECT a.province FROM certledger.province_account AS a"
							  "   WHERE a.year = $1 AND a.version = $2"
							  "  UNION SELECT u.province FROM certledger.user_provinces($1) AS u(province)) AS p"
							  " LEFT JOIN certledger.coefficient AS c"
							  "  ON c.year = $1 AND c.version = $2 AND c.province = p.province"
							  " WHERE c.up_to_date IS NOT TRUE"
							  " HAVING count(*) > 0",
							  2, types, values, NULL, false, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not check the accounts of %d", year);
	if (SPI_processed > 0)
		ereport(ERROR,
				(errcode(ERRCODE_YEAR_WRONG_STATE),
				 errmsg("accounts of %d are not complete", year),
				 errdetail("Users of these provinces were not accounted on the provincial accounts as they stand: %s.",
						   SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1)),
				 errhint("Run certledger.run_accounts(%d) for all provinces first.", year)));
}

/*
 * close_year(year integer) returns integer
 *
 * Closes the open version of a year, for ever, and returns its number.
 * Errors: LC046 when it is closed, LC047 when there is none, when it was never
 * run or is not complete, 22004 without a year, 42P01 without a ledger.
 */
Datum
close_year(PG_FUNCTION_ARGS)
{
	int32		year = DatumGetInt32(required(fcinfo, 0, "year of the accounts"));
	int32		version;
	bool		closed;

	ledger_require();
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (!execute("UPDATE certledger.account_year"
				 " SET state = 'closed', closed_at = now(), closed_by = session_user"
				 " WHERE year = $1 AND state = 'open' AND run_at IS NOT NULL RETURNING version",
				 year, (Datum) 0, &version))
	{
		if (last_version(year, &version, &closed) && closed)
			refuse_closed(year, version);
		account_year_never_run(year);
	}
	check_complete(year, version);
	SPI_finish();
	PG_RETURN_INT32(version);
}

/*
 * restate_year(year integer, reason text) returns integer
 *
 * Opens a further version of a closed year and returns its number; the closed
 * ones stay as they are.  Errors: LC047 when the last version is open or there
 * is none, 22004 without a year or a reason, 23514 for an empty reason, 42P01
 * without a ledger.
 */
Datum
restate_year(PG_FUNCTION_ARGS)
{
	int32		year = DatumGetInt32(required(fcinfo, 0, "year of the accounts"));
	int32		version;

	ledger_require();
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (!execute("INSERT INTO certledger.account_year (year, version, reason)"
				 " SELECT y.year, y.version + 1, $2 FROM (SELECT year, version, state"
				 "  FROM certledger.account_year WHERE year = $1 ORDER BY version DESC LIMIT 1) AS y"
				 " WHERE y.state = 'closed' ON CONFLICT DO NOTHING RETURNING version",
				 year, required(fcinfo, 1, "reason"), &version))
		ereport(ERROR,
				(errcode(ERRCODE_YEAR_WRONG_STATE),
				 errmsg("accounts of %d are not closed", year),
				 errhint("Only a closed year can be restated; an open one is run again with certledger.run_accounts(%d).",
						 year)));
	SPI_finish();
	PG_RETURN_INT32(version);
}
