/*-------------------------------------------------------------------------
 *
 * expiry.c
 *	  Expiry of certificates whose validity is over.
 *
 * Two set-based statements for a sweep, planned afresh for the sizes that the
 * tables have now.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/rel.h"

#include "document.h"
#include "plan.h"
#include "posting.h"

PG_FUNCTION_INFO_V1(expiry_post);
PG_FUNCTION_INFO_V1(expiry_expire);

/*
 * Locks every account that holds certificates which expire, in the order that
 * all postings keep.  $1 is the day of the sweep.
 */
static const char *const lock_accounts =
"SELECT coalesce(array_agg(l.account_id), '{}') FROM ("
" SELECT a.account_id FROM certledger.account AS a"
" WHERE EXISTS (SELECT FROM certledger.holding AS h"
"  WHERE h.account_id = a.account_id AND h.state < 'retired' AND h.valid_until < $1)"
" ORDER BY a.account_id FOR NO KEY UPDATE OF a) AS l";

/*
 * Rows #3 and #15 of the state table: what is issued, on sale, locked or
 * transferred expires; what is frozen stays until it is released.  An order
 * is cancelled first (rule locked_at_expiry).  $1 accounts, $2 day of the
 * sweep, $3 expiry_id, $4 posted_at.
 */
static const char *const post_expiry =
"WITH due AS MATERIALIZED ("
" SELECT h.* FROM unnest($1) AS a(account_id), LATERAL ("
"  SELECT * FROM certledger.holding AS l"
"  WHERE l.account_id = a.account_id AND l.state < 'retired' AND l.valid_until < $2) AS h"
" WHERE h.state <> 'frozen'),"
" changed AS (UPDATE certledger.holding AS h"
"  SET state = 'expired', listing_id = NULL, order_id = NULL, order_ends_at = NULL"
"  FROM due AS d WHERE h.last_certificate = d.last_certificate RETURNING 1),"
" moved AS (INSERT INTO certledger.movement (document, document_id, certificates, from_account,"
"  from_state, from_route, to_account, to_state, to_route, effective_on, posted_at)"
" SELECT s.document, s.document_id, d.certificates, d.account_id, s.from_state, d.route,"
"  d.account_id, s.to_state, d.route, s.effective_on, $4"
" FROM due AS d, LATERAL ("
"  SELECT 1, 'hold'::certledger.document_kind, d.order_id, d.state,"
"   'listed'::certledger.holding_state,"
"   least((d.order_ends_at AT TIME ZONE interval '8 hours')::date, $2)"
"  WHERE d.state = 'locked'"
"  UNION ALL"
"  SELECT 2, 'expiry', $3, CASE d.state WHEN 'locked' THEN 'listed' ELSE d.state END,"
"   'expired', $2) AS s(step, document, document_id, from_state, to_state, effective_on)"
" ORDER BY d.last_certificate, s.step)"
" SELECT (SELECT count(*) FROM due) = (SELECT count(*) FROM changed)";

/*
 * Posts one sweep.  The accounts are locked in a statement before the one
 * that reads their holdings.  What an account gets meanwhile, the next sweep
 * finds.
 */
static void
post_sweep(TupleTableSlot *slot)
{
	Oid			types[] = {INT8ARRAYOID, DATEOID, INT8OID, TIMESTAMPTZOID};
	Datum		values[4];
	bool		isnull;

	posting_check_stamp(slot);
	values[1] = posting_attribute(slot, "effective_on", &isnull);
	values[2] = posting_attribute(slot, "expiry_id", &isnull);
	values[3] = posting_attribute(slot, "posted_at", &isnull);
	plan_execute_once(lock_accounts, 1, &types[1], &values[1], SPI_OK_SELECT);
	values[0] = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	plan_execute_once(post_expiry, 4, types, values, SPI_OK_SELECT);
	if (!DatumGetBool(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull)))
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("holdings changed while they were being posted"),
				 errdetail("Not every holding that expires was written."),
				 errhint("Repeat the transaction; if it fails again, look for triggers and rules on the tables of the ledger.")));
}

/*
 * expiry_post() returns trigger
 *
 * AFTER INSERT statement trigger of table expiry: sweeps for every row.
 */
Datum
expiry_post(PG_FUNCTION_ARGS)
{
	TriggerData *trigdata = posting_trigger(fcinfo, "expiry");
	TupleTableSlot *slot = MakeSingleTupleTableSlot(RelationGetDescr(trigdata->tg_relation),
													&TTSOpsMinimalTuple);
	PostingRights caller;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	posting_begin(trigdata->tg_relation, &caller);
	PG_TRY();
	{
		tuplestore_rescan(trigdata->tg_newtable);
		while (tuplestore_gettupleslot(trigdata->tg_newtable, true, false, slot))
		{
			CHECK_FOR_INTERRUPTS();
			post_sweep(slot);
		}
	}
	PG_FINALLY();
	{
		posting_end(&caller);
	}
	PG_END_TRY();
	ExecDropSingleTupleTableSlot(slot);
	SPI_finish();
	return PointerGetDatum(NULL);
}

static DocumentFunction expiry_function = {
	.name = "expiry",
	.conflict_hint = "Use a new reference for a new document.",
	.insert =
	"INSERT INTO certledger.expiry (ref, effective_on)"
	" SELECT coalesce($2, (SELECT min(format('expiry %s no. %s', d.day, n))"
	"   FROM (SELECT n FROM generate_series(1, (SELECT count(*) + 1 FROM certledger.expiry AS e"
	"       WHERE starts_with(e.ref, format('expiry %s no. ', d.day)))) AS n"
	"     WHERE NOT EXISTS (SELECT FROM certledger.expiry AS e"
	"       WHERE e.ref = format('expiry %s no. %s', d.day, n))"
	"     ORDER BY n LIMIT 1) AS free)), d.day"
	" FROM (SELECT coalesce($1, certledger.china_today()) AS day) AS d"
	" ON CONFLICT (ref) DO NOTHING RETURNING expiry_id",
	.lookup =
	"SELECT expiry_id, effective_on = coalesce($1, effective_on)"
	" FROM certledger.expiry WHERE ref = $2",
	.result =
	"SELECT $1, count(m.movement_id), count(DISTINCT m.to_account),"
	"  coalesce(sum(certledger.quantity(m.certificates)), 0)::bigint"
	" FROM certledger.movement AS m WHERE m.document = 'expiry' AND m.document_id = $1"
	"  AND m.posted_at = (SELECT e.posted_at FROM certledger.expiry AS e WHERE e.expiry_id = $1)",
	.ref_argument = 1
};

/*
 * expire(as_of, ref, dry_run) returns table
 *
 * Expires whatever was valid until a day before as_of.
 */
Datum
expiry_expire(PG_FUNCTION_ARGS)
{
	return document_post(fcinfo, &expiry_function);
}
