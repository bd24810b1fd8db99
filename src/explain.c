/*-------------------------------------------------------------------------
 *
 * explain.c
 *	  What explain_user_account(), its kin and account_difference() are asked
 *	  about: which version of which accounts, or why there is none.
 *
 * The answers themselves are SQL (explain.sql, explain_region.sql,
 * account_difference.sql).  These functions stand first in their FROM, so that
 * no question about accounts that do not exist is answered by silence.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "region.h"
#include "report.h"

PG_FUNCTION_INFO_V1(explained_user_version);
PG_FUNCTION_INFO_V1(explained_region_version);
PG_FUNCTION_INFO_V1(compared_versions);

/* $1 year, $2 a version or NULL. */
static SavedPlan run_plan = {
	"SELECT coalesce(bool_or(version = $2), false), string_agg(version::text, ', ' ORDER BY version)"
	" FROM certledger.account_year WHERE year = $1 AND run_at IS NOT NULL",
	2, {PLAN_BIGINT, PLAN_BIGINT}
};

/* $1 year, $2 version. */
static SavedPlan before_plan = {
	"SELECT max(version)::bigint FROM certledger.account_year"
	" WHERE year = $1 AND version < $2 AND run_at IS NOT NULL",
	2, {PLAN_BIGINT, PLAN_BIGINT}
};

/* $1 account, $2 year, $3 version; a provincial account has claims only. */
static SavedPlan user_plan = {
	"SELECT 1 FROM certledger.user_account"
	" WHERE account_id = $1 AND year = $2::integer AND version = $3::integer"
	" UNION ALL (SELECT 1 FROM certledger.recognition"
	"  WHERE account_id = $1 AND year = $2::integer AND version = $3::integer LIMIT 1)",
	3, {PLAN_BIGINT, PLAN_BIGINT, PLAN_BIGINT}
};

/* $1 region as text, $2 year, $3 version. */
static SavedPlan city_plan = {
	"SELECT 1 FROM certledger.city_account"
	" WHERE city = $1::certledger.region AND year = $2 AND version = $3",
	3, {PLAN_TEXT, PLAN_BIGINT, PLAN_BIGINT}
};
static SavedPlan province_plan = {
	"SELECT 1 FROM certledger.province_account"
	" WHERE province = $1::certledger.region AND year = $2 AND version = $3",
	3, {PLAN_TEXT, PLAN_BIGINT, PLAN_BIGINT}
};

/*
 * The version of a year that a question means: the one in an argument, else
 * the last that was run.  Call inside SPI_connect.  Error 55000 when it was
 * not run.
 */
static int32
version_meant(FunctionCallInfo fcinfo, int argument, int32 year)
{
	Datum		values[2];
	int32		version;
	bool		isnull;

	if (PG_ARGISNULL(argument))
		return report_version(year);
	version = PG_GETARG_INT32(argument);
	values[0] = Int64GetDatum(year);
	values[1] = Int64GetDatum(version);
	plan_read(&run_plan, values, NULL);
	if (!DatumGetBool(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull)))
	{
		char	   *run = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2);

		if (run == NULL)
			report_version(year);	/* refuses */
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("version %d of the accounts of %d was never run", version, year),
				 errdetail("Versions that were run: %s.", run),
				 errhint("Name one of them, or none for the last.")));
	}
	SPI_freetuptable(SPI_tuptable);
	return version;
}

/*
 * explained_version(account_id bigint, year integer, version integer)
 *		returns integer
 *
 * The version in which to explain a user's account: the one named, else the
 * last that was run.  Errors: 22004 without an account or a year, 55000 when
 * it was not run or does not have the user, LC015 for an account that nobody
 * knows.
 */
Datum
explained_user_version(PG_FUNCTION_ARGS)
{
	Datum		values[3];
	int64		account_id;
	int32		year;
	int32		version;

	report_check_argument(fcinfo, 0, "account_id");
	report_check_argument(fcinfo, 1, "year");
	account_id = PG_GETARG_INT64(0);
	year = PG_GETARG_INT32(1);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	version = version_meant(fcinfo, 2, year);
	values[0] = Int64GetDatum(account_id);
	values[1] = Int64GetDatum(year);
	values[2] = Int64GetDatum(version);
	if (plan_read(&user_plan, values, NULL) == 0)
	{
		report_check_account(account_id, year, version);
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("account " INT64_FORMAT " has no account of %d", account_id, year),
				 errdetail("Version %d of the accounts has no consumption, supply or claim of it.", version),
				 errhint("Load its facts and call run_accounts(%d).", year)));
	}
	SPI_finish();
	PG_RETURN_INT32(version);
}

/*
 * explained_version(region region, is_city boolean, year integer,
 *					 version integer) returns integer
 *
 * The version in which to explain the account of a city, or else of a
 * province: the one named, else the last that was run.  Errors: 22004 without
 * a region or a year, 22023 for a region of another tier, 55000 when it was
 * not run or does not have the region.
 */
Datum
explained_region_version(PG_FUNCTION_ARGS)
{
	bool		is_city = PG_GETARG_BOOL(1);
	const char *tier = is_city ? "city" : "province";
	Datum		values[3];
	int32		region;
	int32		year;
	int32		version;

	report_check_argument(fcinfo, 0, tier);
	report_check_argument(fcinfo, 2, "year");
	region = PG_GETARG_REGION(0);
	year = PG_GETARG_INT32(2);
	if (region_tier_of(region) != (is_city ? REGION_TIER_CITY : REGION_TIER_PROVINCE))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("region %06d is no %s", region, tier),
				 is_city ?
				 errhint("Name a prefecture-level division, such as 500100.") :
				 errhint("Name a province, such as 500000.")));
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	version = version_meant(fcinfo, 3, year);
	values[0] = CStringGetTextDatum(psprintf("%06d", region));
	values[1] = Int64GetDatum(year);
	values[2] = Int64GetDatum(version);
	if (plan_read(is_city ? &city_plan : &province_plan, values, NULL) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the accounts of %d do not have %s %06d", year, tier, region),
				 errdetail("No fact of the year named it when version %d was run.", version),
				 errhint("Load its facts and call run_accounts(%d).", year)));
	SPI_finish();
	PG_RETURN_INT32(version);
}

/*
 * compared_versions(year integer, from_version integer, to_version integer,
 *					 OUT former integer, OUT latter integer)
 *
 * Which versions of a year to compare: those named, else the last that was run
 * and the one that was run before it.  Errors: 22004 without a year, 55000
 * when a version was not run or there is none before.
 */
Datum
compared_versions(PG_FUNCTION_ARGS)
{
	Datum		row[2];
	bool		nulls[2] = {false, false};
	int32		year;
	int32		latter;

	report_check_argument(fcinfo, 0, "year");
	year = PG_GETARG_INT32(0);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	latter = version_meant(fcinfo, 2, year);
	if (!PG_ARGISNULL(1))
		row[0] = Int32GetDatum(version_meant(fcinfo, 1, year));
	else
	{
		Datum		values[2];
		bool		isnull;

		values[0] = Int64GetDatum(year);
		values[1] = Int64GetDatum(latter);
		plan_read(&before_plan, values, NULL);
		row[0] = Int32GetDatum((int32) DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0],
																   SPI_tuptable->tupdesc, 1, &isnull)));
		if (isnull)
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					 errmsg("the accounts of %d have no version before %d", year, latter),
					 errhint("A closed year gets a further version by restate_year(%d, reason) and run_accounts(%d).",
							 year, year)));
	}
	SPI_finish();
	row[1] = Int32GetDatum(latter);
	return report_row(fcinfo, row, nulls);
}
