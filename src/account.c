/*-------------------------------------------------------------------------
 *
 * account.c
 *	  Accounts of the registry.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "executor/spi.h"

#include "account.h"
#include "document.h"
#include "errcodes.h"
#include "ledger.h"
#include "plan.h"

PG_FUNCTION_INFO_V1(account_register);
PG_FUNCTION_INFO_V1(account_region);

static DocumentFunction account_function = {
	.no_dry_run = true,
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

/*
 * Facts of an account from a row of ACCOUNT_COLUMNS.
 */
AccountFacts
account_facts(HeapTuple tuple, TupleDesc desc)
{
	AccountFacts facts = {.found = true};
	Datum		row[5];
	bool		nulls[5];

	heap_deform_tuple(tuple, desc, row, nulls);
	facts.account_id = DatumGetInt64(row[0]);
	facts.kind = (AccountKind) word_of_oid(&vocabulary_get()->account_kind,
										   DatumGetObjectId(row[1]));
	facts.province = DatumGetInt32(row[2]) / 10000 * 10000;
	facts.city = facts.province == DatumGetInt32(row[2]) ? 0 : DatumGetInt32(row[2]) / 100 * 100;
	facts.opened_on = DatumGetDateADT(row[3]);
	facts.closed_on = nulls[4] ? DATEVAL_NOEND : DatumGetDateADT(row[4]);
	return facts;
}

static SavedPlan facts_plan = {
	"SELECT " ACCOUNT_COLUMNS " FROM certledger.account WHERE account_id = $1",
	1, {PLAN_BIGINT}
};

/*
 * Facts of one account, whether or not it is there.  Call inside SPI_connect.
 */
AccountFacts
account_read(int64 account_id)
{
	AccountFacts facts = {.account_id = account_id};
	Datum		value = Int64GetDatum(account_id);

	if (plan_execute(&facts_plan, &value, NULL, SPI_OK_SELECT) > 0)
		facts = account_facts(SPI_tuptable->vals[0], SPI_tuptable->tupdesc);
	SPI_freetuptable(SPI_tuptable);
	return facts;
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
				(errcode(ERRCODE_ACCOUNT_UNKNOWN),
				 errmsg("account " INT64_FORMAT " does not exist", DatumGetInt64(account_id)),
				 errhint("Register it with register_account().")));
	region = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	SPI_finish();
	return region;
}
