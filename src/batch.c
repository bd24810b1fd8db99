/*-------------------------------------------------------------------------
 *
 * batch.c
 *	  Many documents in one call, with an outcome for each: the good ones are
 *	  posted.
 *
 * The outcome is that of posting the lines one after the other, but that a
 * line with the reference of an earlier one comes after all others.  How they
 * are posted: batch_post.c.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/resowner.h"

#include "batch.h"
#include "document.h"
#include "ledger.h"
#include "retirement.h"
#include "transfer.h"

PG_FUNCTION_INFO_V1(batch_transfer);
PG_FUNCTION_INFO_V1(batch_retire);

/*
 * Fills in how many certificates repeated lines moved the first time.
 */
static void
fill_repeated(Batch *batch)
{
	Datum	   *ids = palloc_array(Datum, batch->nlines + 1);
	int			n = 0;
	Oid			type = INT8ARRAYOID;
	Datum		array;
	PostingRights caller;

	for (int i = 0; i < batch->nlines; i++)
		if (batch->line[i].result == LINE_REPEATED)
			ids[n++] = Int64GetDatum(batch->line[i].document_id);
	if (n == 0)
		return;
	array = PointerGetDatum(construct_array(ids, n, INT8OID, sizeof(int64), true, TYPALIGN_DOUBLE));
	posting_begin(batch->table, &caller);
	PG_TRY();
	{
		if (SPI_execute_with_args(batch->kind->quantity, 1, &type, &array, NULL, false, 0) != SPI_OK_SELECT ||
			SPI_processed != n)
			elog(ERROR, "could not read the quantities of repeated documents");
	}
	PG_FINALLY();
	{
		posting_end(&caller);
	}
	PG_END_TRY();
	n = 0;
	for (int i = 0; i < batch->nlines; i++)
		if (batch->line[i].result == LINE_REPEATED)
		{
			bool		isnull;

			batch->line[i].outcome.quantity =
				DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[n++], SPI_tuptable->tupdesc, 1, &isnull));
		}
	SPI_freetuptable(SPI_tuptable);
}

/*
 * The lines that are open.
 */
static LineSet
open_lines(Batch *batch)
{
	LineSet		set = {0, palloc_array(int, batch->nlines + 1)};

	for (int i = 0; i < batch->nlines; i++)
		if (batch->line[i].result == LINE_OPEN)
			set.index[set.n++] = i;
	return set;
}

/*
 * Decides every line: all at once; then those whose reference an earlier line
 * had, which mostly repeat it.
 */
static void
post_batch(Batch *batch)
{
	LineSet		set = open_lines(batch);

	batch->table = table_open(get_relname_relid(batch->kind->table_name,
												get_namespace_oid("certledger", false)),
							  RowExclusiveLock);

	/* before anything is told of accounts, or locked */
	if (pg_class_aclcheck(RelationGetRelid(batch->table), GetUserId(), ACL_INSERT) != ACLCHECK_OK &&
		pg_attribute_aclcheck_all(RelationGetRelid(batch->table), GetUserId(), ACL_INSERT,
								  ACLMASK_ANY) != ACLCHECK_OK)
		aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, batch->kind->table_name);

	for (; set.n > 0; set = open_lines(batch))
		batch_post_set(batch, set, false);
	fill_repeated(batch);
	table_close(batch->table, NoLock);
}

/*
 * Whether the document of a line was posted by this call, for the line or for
 * an earlier one that it repeats.
 */
static bool
posted_here(Batch *batch, BatchLine *line)
{
	LineOfRef  *entry;

	if (line->result == LINE_POSTED)
		return true;
	if (line->result != LINE_REPEATED)
		return false;
	entry = hash_search(batch->refs, &line->ref, HASH_FIND, NULL);
	return entry != NULL && batch->line[entry->index].result == LINE_POSTED;
}

/*
 * Returns a row for each line.
 */
static void
return_lines(FunctionCallInfo fcinfo, Batch *batch, bool dry_run)
{
	static const char *const words[] = {"open", "tried", "posted", "repeated", "refused"};
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;

	for (int i = 0; i < batch->nlines; i++)
	{
		BatchLine  *line = &batch->line[i];
		bool		refused = line->result == LINE_REFUSED;
		Datum		values[9];
		bool		nulls[9] = {false};

		values[0] = Int32GetDatum(i + 1);
		nulls[1] = line->ref == NULL;
		values[1] = nulls[1] ? (Datum) 0 : CStringGetTextDatum(line->ref);
		values[2] = CStringGetTextDatum(words[line->result]);
		nulls[3] = refused || (dry_run && posted_here(batch, line));
		values[3] = Int64GetDatum(line->document_id);
		nulls[4] = refused;
		values[4] = Int64GetDatum(line->outcome.quantity);
		nulls[5] = nulls[6] = !refused;
		values[5] = refused ? CStringGetTextDatum(unpack_sql_state(line->outcome.sqlstate)) : (Datum) 0;
		values[6] = refused ? CStringGetTextDatum(line->outcome.reason) : (Datum) 0;
		nulls[7] = !refused || line->outcome.detail == NULL;
		values[7] = nulls[7] ? (Datum) 0 : CStringGetTextDatum(line->outcome.detail);
		nulls[8] = !refused || line->outcome.hint == NULL;
		values[8] = nulls[8] ? (Datum) 0 : CStringGetTextDatum(line->outcome.hint);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
}

static uint32
hash_ref(const void *key, Size keysize)
{
	const char *ref = *(const char *const *) key;

	return DatumGetUInt32(hash_any((const unsigned char *) ref, (int) strlen(ref)));
}

static int
compare_refs(const void *a, const void *b, Size keysize)
{
	return strcmp(*(const char *const *) a, *(const char *const *) b);
}

/*
 * Reads the lines, and their references, which are the first field.
 */
static void
read_lines(Batch *batch, ArrayType *lines)
{
	HASHCTL		control = {0};

	control.keysize = sizeof(char *);
	control.entrysize = sizeof(LineOfRef);
	control.hcxt = batch->context;
	control.hash = hash_ref;
	control.match = compare_refs;
	batch->refs = hash_create("certledger references", 256, &control,
							  HASH_ELEM | HASH_FUNCTION | HASH_COMPARE | HASH_CONTEXT);
	batch->line_type = ARR_ELEMTYPE(lines);
	deconstruct_array(lines, batch->line_type, -1, false, TYPALIGN_DOUBLE,
					  &batch->lines, &batch->nulls, &batch->nlines);
	batch->line = MemoryContextAllocExtended(batch->context,
											 sizeof(BatchLine) * (batch->nlines + 1),
											 MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	for (int i = 0; i < batch->nlines; i++)
	{
		bool		isnull = true;
		Datum		ref = (Datum) 0;

		if (!batch->nulls[i])
			ref = GetAttributeByNum(DatumGetHeapTupleHeader(batch->lines[i]), 1, &isnull);
		batch->line[i].ref = isnull ? NULL : TextDatumGetCString(ref);
		if (!isnull)
		{
			bool		found;
			LineOfRef  *entry = hash_search(batch->refs, &batch->line[i].ref,
											HASH_ENTER, &found);

			entry->index = i;
			entry->attempt = 0;
		}
	}
}

/*
 * Decides every line, then takes everything back.
 */
static void
dry_run_batch(Batch *batch)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;

	BeginInternalSubTransaction(NULL);
	PG_TRY();
	{
		MemoryContextSwitchTo(context);
		post_batch(batch);
	}
	PG_FINALLY();
	{
		document_rollback(context, owner);
	}
	PG_END_TRY();
}

/*
 * Posts the lines of the first argument; the second is dry_run.
 */
static Datum
run_batch(FunctionCallInfo fcinfo, const BatchKind *kind)
{
	bool		dry_run = !PG_ARGISNULL(1) && PG_GETARG_BOOL(1);
	Batch		batch = {.kind = kind, .context = CurrentMemoryContext};

	ledger_require();
	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("lines of a batch must not be null"),
				 errhint("An empty array posts nothing.")));
	InitMaterializedSRF(fcinfo, 0);
	read_lines(&batch, PG_GETARG_ARRAYTYPE_P(0));

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (dry_run)
		dry_run_batch(&batch);
	else
		post_batch(&batch);
	SPI_finish();
	return_lines(fcinfo, &batch, dry_run);
	return (Datum) 0;
}

/*
 * A line names either everything itself or the order that it settles, of
 * which the rest follows.  Of a hold that is no order a row is made that
 * satisfies the table's constraints, so that it is refused as such.
 */
static const BatchKind transfer_batch = {
	.table_name = "transfer",
	.table = &transfer_table,
	.post = transfer_post_rows,
	.rows =
	"SELECT l.line, e.transfer_id AS existing,"
	" ROW(e.mode, e.from_account, e.to_account, e.quantity, e.certificates, e.filter, e.hold_id,"
	"  e.route, e.pending, e.price, e.contract, e.proof, e.venue, e.effective_on, e.effective_at)"
	" IS NOT DISTINCT FROM ROW(l.mode, l.from_account, l.to_account, l.quantity, l.certificates,"
	"  l.filter, l.hold_id, l.route, l.pending, l.price, l.contract, l.proof, l.venue,"
	"  coalesce(l.effective_on, e.effective_on), coalesce(l.effective_at, e.effective_at)) AS same,"
	" l.missing_order,"
	" l.ref, l.mode, l.from_account, l.to_account, l.quantity, l.certificates, l.filter, l.hold_id,"
	" l.route, l.pending, l.price, l.contract, l.proof, l.venue,"
	" coalesce(l.effective_on, certledger.china_today()) AS effective_on, l.effective_at"
	" FROM (SELECT u.line, u.ref,"
	"   coalesce(u.mode, CASE WHEN u.order_ref IS NULL THEN 'bilateral'::certledger.trade_mode"
	"    ELSE 'listing' END) AS mode,"
	"   coalesce(u.from_account, o.account_id) AS from_account,"
	"   coalesce(u.to_account, o.buyer, -o.hold_id) AS to_account,"
	"   coalesce(u.quantity, certledger.quantity(u.certificates), o.quantity,"
	"    CASE WHEN o.hold_id IS NOT NULL THEN 1 END) AS quantity,"
	"   u.certificates, CASE WHEN NOT u.filter IS NULL THEN u.filter END AS filter,"
	"   o.hold_id, CASE WHEN o.hold_id IS NULL THEN u.order_ref END AS missing_order,"
	"   u.route, u.pending, coalesce(u.price, o.price) AS price, u.contract, u.proof,"
	"   coalesce(u.venue, o.venue) AS venue,"
	"   coalesce(u.effective_on, (u.effective_at AT TIME ZONE interval '8 hours')::date) AS effective_on,"
	"   u.effective_at"
	"  FROM unnest($1, $2) AS u(ref, from_account, to_account, quantity, mode, certificates,"
	"    filter, order_ref, price, contract, proof, venue, route, pending, effective_on,"
	"    effective_at, line)"
	"  LEFT JOIN certledger.hold AS o ON o.ref = u.order_ref) AS l"
	" LEFT JOIN certledger.transfer AS e ON e.ref = l.ref",
	.insert =
	"INSERT INTO certledger.transfer (ref, mode, from_account, to_account, quantity, certificates,"
	"  filter, hold_id, route, pending, price, contract, proof, venue, effective_on, effective_at)"
	" SELECT r.ref, r.mode, r.from_account, r.to_account, r.quantity, r.certificates, r.filter,"
	"  r.hold_id, r.route, r.pending, r.price, r.contract, r.proof, r.venue, r.effective_on,"
	"  r.effective_at"
	" FROM unnest($1) AS r ON CONFLICT (ref) DO NOTHING",
	.lock =
	"SELECT FROM certledger.account AS a WHERE a.account_id IN ("
	"  SELECT coalesce(u.from_account, o.account_id) FROM unnest($1) AS u"
	"  LEFT JOIN certledger.hold AS o ON o.ref = u.order_ref)"
	" ORDER BY a.account_id FOR NO KEY UPDATE OF a",
	.quantity =
	"SELECT t.quantity FROM unnest($1) WITH ORDINALITY AS d(id, n)"
	" JOIN certledger.transfer AS t ON t.transfer_id = d.id ORDER BY d.n"
};

/*
 * transfer_batch(lines, dry_run) returns setof batch_outcome
 *
 * Posts many transfers: the good lines are posted, and each line has its
 * outcome.
 */
Datum
batch_transfer(PG_FUNCTION_ARGS)
{
	return run_batch(fcinfo, &transfer_batch);
}

/*
 * The region of a beneficiary that does not exist is of no matter: the line
 * is refused for the account.
 */
static const BatchKind retirement_batch = {
	.table_name = "retirement",
	.table = &retirement_table,
	.post = retirement_post_rows,
	.rows =
	"SELECT l.line, e.retirement_id AS existing,"
	" ROW(e.account_id, e.quantity, e.certificates, e.filter, e.regime, e.consumption_year,"
	"  e.consumed_from, e.consumed_to, e.beneficiary, e.region, e.purpose, e.grid_account,"
	"  e.effective_on)"
	" IS NOT DISTINCT FROM ROW(l.account_id, l.quantity, l.certificates, l.filter, l.regime,"
	"  l.consumption_year, l.consumed_from, l.consumed_to, l.beneficiary,"
	"  coalesce(l.named_region, e.region), l.purpose, l.grid_account,"
	"  coalesce(l.effective_on, e.effective_on)) AS same,"
	" NULL::text AS missing_order,"
	" l.ref, l.account_id, l.quantity, l.certificates, l.filter, l.regime, l.consumption_year,"
	" l.consumed_from, l.consumed_to, l.beneficiary,"
	" coalesce(l.named_region, a.region, '110000') AS region, l.purpose, l.grid_account,"
	" coalesce(l.effective_on, certledger.china_today()) AS effective_on"
	" FROM (SELECT u.line, u.ref, u.account_id,"
	"   coalesce(u.quantity, certledger.quantity(u.certificates)) AS quantity, u.certificates,"
	"   CASE WHEN NOT u.filter IS NULL THEN u.filter END AS filter,"
	"   coalesce(u.regime, 'mandatory') AS regime, u.consumption_year, u.consumed_from,"
	"   u.consumed_to, coalesce(u.beneficiary, u.account_id) AS beneficiary,"
	"   u.region AS named_region, u.purpose, u.grid_account, u.effective_on"
	"  FROM unnest($1, $2) AS u(ref, account_id, consumption_year, quantity, regime,"
	"    certificates, filter, beneficiary, region, purpose, grid_account, consumed_from,"
	"    consumed_to, effective_on, line)) AS l"
	" LEFT JOIN certledger.account AS a ON a.account_id = l.beneficiary"
	" LEFT JOIN certledger.retirement AS e ON e.ref = l.ref",
	.insert =
	"INSERT INTO certledger.retirement (ref, account_id, quantity, certificates, filter, regime,"
	"  consumption_year, consumed_from, consumed_to, beneficiary, region, purpose, grid_account,"
	"  effective_on)"
	" SELECT r.ref, r.account_id, r.quantity, r.certificates, r.filter, r.regime,"
	"  r.consumption_year, r.consumed_from, r.consumed_to, r.beneficiary, r.region, r.purpose,"
	"  r.grid_account, r.effective_on"
	" FROM unnest($1) AS r ON CONFLICT (ref) DO NOTHING",
	.lock =
	"SELECT FROM certledger.account AS a WHERE a.account_id IN (SELECT u.account_id FROM unnest($1) AS u)"
	" ORDER BY a.account_id FOR NO KEY UPDATE OF a",
	.quantity =
	"SELECT r.quantity FROM unnest($1) WITH ORDINALITY AS d(id, n)"
	" JOIN certledger.retirement AS r ON r.retirement_id = d.id ORDER BY d.n"
};

/*
 * retire_batch(lines, dry_run) returns setof batch_outcome
 *
 * Posts many retirements: the good lines are posted, and each line has its
 * outcome.
 */
Datum
batch_retire(PG_FUNCTION_ARGS)
{
	return run_batch(fcinfo, &retirement_batch);
}
