/*-------------------------------------------------------------------------
 *
 * account.c
 *	  Accounts of the registry.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "executor/spi.h"

#include "document.h"
#include "errcodes.h"
#include "ledger.h"
#include "plan.h"

PG_FUNCTION_INFO_V1(account_register);
PG_FUNCTION_INFO_V1(account_region);

static DocumentFunction account_function = {
	.name = "account",
	.conflict_hint = "An entity has one account; to correct it, update table certledger.account.",
	.insert =
	"INSERT INTO certledger.account (kind, name, region, uscc, personal_id,"
	"  grid_account, opened_on)"
	" VALUES ($1, $2, $3, $4, $5, $6, coalesce($7, certledger.china_today()))"
	" ON CONFLICT DO NOTHING RETURNING account_id",
	.lookup =
	"SELECT account_id, ROW(kind, name, region, uscc, personal_id, grid_account, opened_on)"
	" IS NOT DISTINCT FROM ROW($1, $2, $3, $4, $5, $6, coalesce($7, opened_on))"
	" FROM certledger.account WHERE uscc = $4 OR personal_id = $5"
	"  OR ($1 = 'provincial' AND kind = 'provincial' AND region = $3)"
	" ORDER BY account_id LIMIT 1",
	.ref_argument = DOCUMENT_KEY,
	.lookup_first = true
};

/*
 * register_account(kind, name, region, uscc, personal_id, grid_account,
 *		opened_on) returns bigint
 *
 * Registers an account and returns its number; repeating the call returns the
 * same number.  One account per entity: error LC012 when its identity is
 * registered with other content.
 */
Datum
account_register(PG_FUNCTION_ARGS)
{
	return document_post(fcinfo, &account_function);
}

static SavedPlan region_plan = {
	"SELECT region FROM certledger.account WHERE account_id = $1",
	1, {PLAN_BIGINT}
};

/*
 * account_region(account) returns region
 *
 * Where the holder of an account is.  Error LC015 when there is no such
 * account.
 */
Datum
account_region(PG_FUNCTION_ARGS)
{
	Datum		account_id = PG_GETARG_DATUM(0);
	Datum		region;
	bool		isnull;

	ledger_require();
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (plan_execute(&region_plan, &account_id, NULL, SPI_OK_SELECT) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_ACCOUNT_UNUSABLE),
				 errmsg("account " INT64_FORMAT " does not exist", DatumGetInt64(account_id)),
				 errhint("Register it with register_account().")));
	region = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	SPI_finish();
	return region;
}
