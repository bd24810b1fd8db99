/*-------------------------------------------------------------------------
 *
 * account.c
 *	  Accounts of the registry.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"

#include "account.h"
#include "array_column.h"
#include "direct_table.h"
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

/* Table account, as far as postings ask for it. */
enum
{
	ACCOUNT_ID,
	ACCOUNT_KIND,
	ACCOUNT_REGION,
	ACCOUNT_OPENED_ON,
	ACCOUNT_CLOSED_ON,
	ACCOUNT_NCOLUMNS
};

#define ACCOUNT_COLUMNS "account_id, kind, region, opened_on, closed_on"

static const DirectDefinition account_table = {
	.table_name = "account",
	.rights = ACL_SELECT | ACL_UPDATE,
	.ncolumns = ACCOUNT_NCOLUMNS,
	.columns = {
		[ACCOUNT_ID] = {"account_id", INT8OID},
		[ACCOUNT_KIND] = {"kind", InvalidOid, "account_kind"},
		[ACCOUNT_REGION] = {"region", InvalidOid, "region"},
		[ACCOUNT_OPENED_ON] = {"opened_on", DATEOID},
		[ACCOUNT_CLOSED_ON] = {"closed_on", DATEOID}
	}
};

static SavedPlan lock_plan = {
	"SELECT " ACCOUNT_COLUMNS " FROM certledger.account"
	" WHERE account_id = ANY ($1) ORDER BY account_id FOR NO KEY UPDATE",
	1, {PLAN_BIGINT_ARRAY}
};

static SavedPlan read_plan = {
	"SELECT " ACCOUNT_COLUMNS " FROM certledger.account WHERE account_id = ANY ($1)",
	1, {PLAN_BIGINT_ARRAY}
};

/*
 * Facts of an account from a row of ACCOUNT_COLUMNS.
 */
static AccountFacts
facts_make(const Datum *row, const bool *nulls)
{
	AccountFacts facts = {.found = true};
	int32		region = DatumGetInt32(row[ACCOUNT_REGION]);

	facts.account_id = DatumGetInt64(row[ACCOUNT_ID]);
	facts.kind = (AccountKind) word_of_oid(&vocabulary_get()->account_kind,
										   DatumGetObjectId(row[ACCOUNT_KIND]));
	facts.province = region / 10000 * 10000;
	facts.city = facts.province == region ? 0 : region / 100 * 100;
	facts.opened_on = DatumGetDateADT(row[ACCOUNT_OPENED_ON]);
	facts.closed_on = nulls[ACCOUNT_CLOSED_ON] ? DATEVAL_NOEND :
		DatumGetDateADT(row[ACCOUNT_CLOSED_ON]);
	return facts;
}

static int
compare_ids(const void *a, const void *b)
{
	int64		left = *(const int64 *) a;
	int64		right = *(const int64 *) b;

	return left < right ? -1 : left > right;
}

/*
 * Tells the facts of one account that a scan finds, if it is there.
 */
static void
scan_account(DirectTable *table, Relation index, DirectScan *scan, int64 account_id,
			 bool lock, AccountReader reader, void *arg)
{
	ScanKeyData id;
	AccountFacts facts;
	Datum		row[ACCOUNT_NCOLUMNS];
	bool		nulls[ACCOUNT_NCOLUMNS];

	direct_key(&id, index, 1, BTEqualStrategyNumber, Int64GetDatum(account_id));
	direct_scan_start(scan, &id);
	if (!direct_scan_next(scan, true) || (lock && !direct_lock_row(scan)))
		return;
	for (int i = 0; i < ACCOUNT_NCOLUMNS; i++)
		row[i] = direct_value(table, scan->slot, i, &nulls[i]);
	facts = facts_make(row, nulls);
	reader(&facts, arg);
}

/*
 * Reads accounts by the primary key, in their order, and locks the last
 * nlocked; false when statements must do it.
 */
static bool
scan_accounts(const int64 *ids, int nids, int nlocked, AccountReader reader, void *arg)
{
	static const int key[] = {ACCOUNT_ID};
	DirectTable *table = direct_open(&account_table,
									 nlocked > 0 ? RowShareLock : AccessShareLock);
	Relation	index;

	if (table == NULL)
		return false;
	index = direct_index_open(table, "account_pkey", false, lengthof(key), key);
	if (index != NULL)
	{
		DirectScan	scan;

		direct_snapshot_push();
		scan = direct_scan_begin(table, index, 1);
		for (int i = 0; i < nids; i++)
		{
			CHECK_FOR_INTERRUPTS();
			scan_account(table, index, &scan, ids[i], i >= nids - nlocked, reader, arg);
		}
		direct_scan_end(&scan);
		direct_snapshot_pop();
		index_close(index, AccessShareLock);
	}
	direct_close(table);
	return index != NULL;
}

/*
 * The same by a statement.
 */
static void
select_accounts(const int64 *ids, int nids, bool lock, AccountReader reader, void *arg)
{
	Column		column = column_make(nids);
	Datum		values[1];
	uint64		nrows;
	SPITupleTable *rows;

	if (nids == 0)
		return;
	for (int i = 0; i < nids; i++)
		column_add(&column, Int64GetDatum(ids[i]));
	values[0] = bigint_array(&column);
	nrows = plan_execute(lock ? &lock_plan : &read_plan, values, NULL, SPI_OK_SELECT);
	rows = SPI_tuptable;
	for (uint64 i = 0; i < nrows; i++)
	{
		AccountFacts facts;
		Datum		row[ACCOUNT_NCOLUMNS];
		bool		nulls[ACCOUNT_NCOLUMNS];

		heap_deform_tuple(rows->vals[i], rows->tupdesc, row, nulls);
		facts = facts_make(row, nulls);
		reader(&facts, arg);
	}
	SPI_freetuptable(rows);
}

/*
 * Tells the facts of each account that is there.  The last nlocked are locked
 * as by SELECT FOR NO KEY UPDATE, in ascending order, so that no two sessions
 * wait for each other, and after the others were read, so that nobody waits
 * for that.  Sorts ids.  Call inside SPI_connect.
 */
void
account_read_all(int64 *ids, int nids, int nlocked, AccountReader reader, void *arg)
{
	int64	   *locked = ids + nids - nlocked;

	qsort(ids, nids - nlocked, sizeof(int64), compare_ids);
	qsort(locked, nlocked, sizeof(int64), compare_ids);
	if (scan_accounts(ids, nids, nlocked, reader, arg))
		return;
	select_accounts(ids, nids - nlocked, false, reader, arg);
	select_accounts(locked, nlocked, true, reader, arg);
}

static void
read_one(const AccountFacts *facts, void *arg)
{
	*(AccountFacts *) arg = *facts;
}

/*
 * Facts of one account, whether or not it is there.  Call inside SPI_connect.
 */
AccountFacts
account_read(int64 account_id)
{
	AccountFacts facts = {.account_id = account_id};

	account_read_all(&account_id, 1, 0, read_one, &facts);
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
