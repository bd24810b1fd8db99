/*-------------------------------------------------------------------------
 *
 * holding.c
 *	  Reads holdings into memory.
 *
 * Callers hold the row lock of every account whose certificates they take
 * (posting.c), in an earlier statement, so what is read here cannot change
 * under READ COMMITTED; under snapshot isolation the UPDATE of a row that
 * another session changed raises 40001.  Either way nothing is spent twice.
 *
 * Everything is allocated in the caller's memory context.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_operator.h"
#include "miscadmin.h"
#include "nodes/primnodes.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "array_column.h"
#include "holding.h"
#include "plan.h"

/* Table holding, its columns in the order of HoldingColumn. */
const DirectDefinition holding_table = {
	.table_name = "holding",
	.rights = ACL_SELECT | ACL_INSERT | ACL_UPDATE,
	.written = true,
	.ncolumns = HOLDING_NCOLUMNS,
	.columns = {
		[HOLDING_LAST_CERTIFICATE] = {"last_certificate", InvalidOid, "gec"},
		[HOLDING_CERTIFICATES] = {"certificates", InvalidOid, "gecrange"},
		[HOLDING_ACCOUNT_ID] = {"account_id", INT8OID},
		[HOLDING_STATE] = {"state", InvalidOid, "holding_state"},
		[HOLDING_ROUTE] = {"route", InvalidOid, "route"},
		[HOLDING_TRANSFER_ID] = {"transfer_id", INT8OID},
		[HOLDING_TRADES] = {"trades", INT2OID},
		[HOLDING_LISTING_ID] = {"listing_id", INT8OID},
		[HOLDING_ORDER_ID] = {"order_id", INT8OID},
		[HOLDING_ORDER_ENDS_AT] = {"order_ends_at", TIMESTAMPTZOID},
		[HOLDING_FREEZE_ID] = {"freeze_id", INT8OID},
		[HOLDING_PENDING_ID] = {"pending_id", INT8OID},
		[HOLDING_REGION] = {"region", InvalidOid, "region"},
		[HOLDING_SOURCE] = {"source", InvalidOid, "energy_source"},
		[HOLDING_VALID_UNTIL] = {"valid_until", DATEOID}
	}
};

/* The columns of a lot, in the order of HoldingColumn. */
#define LOT_COLUMNS \
	"h.last_certificate, h.certificates, h.account_id, h.state, h.route," \
	" h.transfer_id, h.trades, h.listing_id, h.order_id, h.order_ends_at," \
	" h.freeze_id, h.pending_id, h.region, h.source, h.valid_until"

/*
 * Live lots of several accounts, each from its cursor on, oldest validity
 * first, then code: lots never overlap, so their last certificates are in the
 * order of their first ones.  The lateral form makes every account an index
 * scan of its own, whatever the planner knows of the table's size.
 */
static SavedPlan live_plan = {
	"SELECT " LOT_COLUMNS
	" FROM unnest($1, $2, $3) AS d(account_id, valid_until, last_certificate),"
	" LATERAL (SELECT * FROM certledger.holding AS h"
	"  WHERE h.account_id = d.account_id AND h.state < 'retired'"
	"   AND (h.valid_until, h.last_certificate) > (d.valid_until, d.last_certificate)"
	"  ORDER BY h.valid_until, h.last_certificate LIMIT $4) AS h",
	4, {PLAN_BIGINT_ARRAY, PLAN_DATE_ARRAY, PLAN_GEC_ARRAY, PLAN_BIGINT}
};

/*
 * Every lot that may overlap the given ranges, whoever holds it: those that end
 * in one, and the next.
 */
static SavedPlan ranges_plan = {
	"SELECT " LOT_COLUMNS
	" FROM unnest($1, $2) AS r(first, finish),"
	" LATERAL ((SELECT * FROM certledger.holding AS w"
	"   WHERE w.last_certificate >= r.first AND w.last_certificate < r.finish)"
	"  UNION ALL (SELECT * FROM certledger.holding AS n"
	"   WHERE n.last_certificate >= r.finish"
	"   ORDER BY n.last_certificate LIMIT 1)) AS h",
	2, {PLAN_GEC_ARRAY, PLAN_GEC_ARRAY}
};

/* Whether a state subsidy is drawn, and the technology, by lot. */
static SavedPlan projects_plan = {
	"SELECT c.ordinality, p.subsidised, p.technology"
	" FROM unnest($1) WITH ORDINALITY AS c(first, ordinality)"
	" JOIN certledger.project AS p ON p.project_code = certledger.project_code(c.first)",
	1, {PLAN_GEC_ARRAY}
};

/* Day of issue, by lot. */
static SavedPlan issues_plan = {
	"SELECT c.ordinality,"
	" CASE l.document"
	"  WHEN 'issuance' THEN (SELECT d.effective_on FROM certledger.issuance AS d"
	"   WHERE d.issuance_id = l.document_id)"
	"  WHEN 'correction' THEN (SELECT d.effective_on FROM certledger.correction AS d"
	"   WHERE d.correction_id = l.document_id)"
	"  ELSE (SELECT d.effective_on FROM certledger.cancellation AS d"
	"   WHERE d.cancellation_id = l.document_id) END"
	" FROM unnest($1) WITH ORDINALITY AS c(first, ordinality)"
	" JOIN certledger.issuance_line AS l"
	"  ON l.project_code = certledger.project_code(c.first)"
	"   AND l.month = certledger.production_month(c.first)"
	"   AND l.certificates @> c.first",
	1, {PLAN_GEC_ARRAY}
};

/*
 * The state of certificates that are live, by what lies on top.
 */
HoldingState
place_state(const Place *place)
{
	if (place->freeze_id != 0 || place->pending_id != 0)
		return STATE_FROZEN;
	if (place->order_id != 0)
		return STATE_LOCKED;
	if (place->listing_id != 0)
		return STATE_LISTED;
	return place->route == ROUTE_PRODUCTION ? STATE_ISSUED : STATE_TRANSFERRED;
}

/*
 * Makes a lot of a row's columns.
 */
static Lot *
lot_make(const Datum *values, const bool *nulls)
{
	const Vocabulary *v = vocabulary_get();
	TypeCacheEntry *range_type = lookup_type_cache(v->gecrange, TYPECACHE_RANGE_INFO);
	Lot		   *lot = palloc0_object(Lot);
	Place	   *place = &lot->place;

#define ID(column) (nulls[column] ? 0 : DatumGetInt64(values[column]))
	if (!gecrange_bounds(range_type, DatumGetRangeTypeP(values[HOLDING_CERTIFICATES]),
						 &lot->first, &lot->end))
		elog(ERROR, "a holding has no certificates");
	lot->front = lot->first;
	place->account_id = DatumGetInt64(values[HOLDING_ACCOUNT_ID]);
	place->state = (HoldingState) word_of_oid(&v->state, DatumGetObjectId(values[HOLDING_STATE]));
	place->route = (Route) word_of_oid(&v->route, DatumGetObjectId(values[HOLDING_ROUTE]));
	place->transfer_id = ID(HOLDING_TRANSFER_ID);
	place->trades = DatumGetInt16(values[HOLDING_TRADES]);
	place->listing_id = ID(HOLDING_LISTING_ID);
	place->order_id = ID(HOLDING_ORDER_ID);
	place->order_ends_at = nulls[HOLDING_ORDER_ENDS_AT] ? 0 :
		DatumGetTimestampTz(values[HOLDING_ORDER_ENDS_AT]);
	place->freeze_id = ID(HOLDING_FREEZE_ID);
	place->pending_id = ID(HOLDING_PENDING_ID);
	lot->region = DatumGetInt32(values[HOLDING_REGION]);
	lot->source = DatumGetObjectId(values[HOLDING_SOURCE]);
	lot->valid_until = DatumGetDateADT(values[HOLDING_VALID_UNTIL]);
#undef ID
	return lot;
}

/* Lots as they are read. */
typedef struct LotList
{
	Lot		  **lots;
	uint64		nlots;
	uint64		capacity;
} LotList;

static LotList
lot_list_make(void)
{
	LotList		list = {.capacity = 16};

	list.lots = palloc_array(Lot *, list.capacity);
	return list;
}

/*
 * Makes a lot of the current row of a scan.
 */
static Lot *
current_lot(DirectScan *scan)
{
	Lot		   *lot;

	slot_getallattrs(scan->slot);
	lot = lot_make(scan->slot->tts_values, scan->slot->tts_isnull);
	lot->tid = scan->slot->tts_tid;
	return lot;
}

/*
 * Adds a lot to the lots.
 */
static void
add_lot(LotList *list, Lot *lot)
{
	if (list->nlots == list->capacity)
	{
		list->capacity *= 2;
		list->lots = repalloc_huge(list->lots, sizeof(Lot *) * list->capacity);
	}
	list->lots[list->nlots++] = lot;
}

/*
 * Whether an index has all rows that are live, and no others: its predicate
 * is state < 'retired'.
 */
static bool
is_of_live(Relation index)
{
	const Vocabulary *v = vocabulary_get();
	List	   *predicate = RelationGetIndexPredicate(index);
	OpExpr	   *less = list_length(predicate) == 1 ? linitial(predicate) : NULL;
	Var		   *state;
	Const	   *retired;

	if (less == NULL || !IsA(less, OpExpr) || get_opcode(less->opno) != F_ENUM_LT)
		return false;
	state = linitial(less->args);
	retired = lsecond(less->args);
	return IsA(state, Var) && state->varattno == HOLDING_STATE + 1 &&
		IsA(retired, Const) && !retired->constisnull &&
		DatumGetObjectId(retired->constvalue) == v->state.oids[STATE_RETIRED];
}

/*
 * Reads live lots by the index of live holdings: of each account first the
 * other lots of the cursor's day, then those of later days.
 */
static void
scan_live(DirectTable *table, Relation index, const LotCursor *cursors, int ncursors,
		  int limit, LotList *list)
{
	static const gec before_all = {0};
	DirectScan	scan = direct_scan_begin(table, index, 3);

	for (int i = 0; i < ncursors; i++)
	{
		const LotCursor *cursor = &cursors[i];
		bool		begins = cursor->valid_until == DATEVAL_NOBEGIN;
		int			count = 0;

		for (int later = begins ? 1 : 0; later <= 1 && count < limit; later++)
		{
			ScanKeyData keys[3];

			direct_key(&keys[0], index, 1, BTEqualStrategyNumber,
					   Int64GetDatum(cursor->account_id));
			direct_key(&keys[1], index, 2,
					   begins ? BTGreaterEqualStrategyNumber :
					   later ? BTGreaterStrategyNumber : BTEqualStrategyNumber,
					   DateADTGetDatum(cursor->valid_until));
			direct_key(&keys[2], index, 3, BTGreaterStrategyNumber,
					   GecPGetDatum(later ? &before_all : &cursor->last));
			direct_scan_start(&scan, keys);
			while (count < limit && direct_scan_next(&scan, true))
			{
				CHECK_FOR_INTERRUPTS();
				add_lot(list, current_lot(&scan));
				count++;
			}
		}
	}
	direct_scan_end(&scan);
}

/*
 * Reads the lots that overlap ranges by the primary key: from the first that
 * ends in the range or after it, up to one that begins after the range, or
 * that has its end.
 */
static void
scan_ranges(DirectTable *table, Relation index, const gec *firsts, const gec *ends,
			int nranges, LotList *list)
{
	DirectScan	scan = direct_scan_begin(table, index, 1);

	for (int i = 0; i < nranges; i++)
	{
		ScanKeyData key;

		CHECK_FOR_INTERRUPTS();
		direct_key(&key, index, 1, BTGreaterEqualStrategyNumber, GecPGetDatum(&firsts[i]));
		direct_scan_start(&scan, &key);
		while (direct_scan_next(&scan, true))
		{
			Lot		   *lot = current_lot(&scan);

			CHECK_FOR_INTERRUPTS();
			if (gec_cmp(&lot->first, &ends[i]) >= 0)
				break;
			add_lot(list, lot);
			if (gec_cmp(&lot->end, &ends[i]) >= 0)
				break;
		}
	}
	direct_scan_end(&scan);
}

/*
 * Makes lots of all rows of the current SPI result and frees it.
 */
static uint64
lots_from_result(uint64 nrows, Lot ***lots)
{
	SPITupleTable *table = SPI_tuptable;

	*lots = palloc_array(Lot *, nrows + 1);
	for (uint64 i = 0; i < nrows; i++)
	{
		Datum		values[HOLDING_NCOLUMNS];
		bool		nulls[HOLDING_NCOLUMNS];

		CHECK_FOR_INTERRUPTS();
		heap_deform_tuple(table->vals[i], table->tupdesc, values, nulls);
		(*lots)[i] = lot_make(values, nulls);
	}
	SPI_freetuptable(table);
	return nrows;
}

/*
 * What holding_load_live() does, by a statement.
 */
static uint64
select_live(const LotCursor *cursors, int ncursors, int limit, Lot ***lots)
{
	Column		accounts = column_make(ncursors);
	Column		dates = column_make(ncursors);
	Column		lasts = column_make(ncursors);
	Datum		values[4];

	for (int i = 0; i < ncursors; i++)
	{
		column_add(&accounts, Int64GetDatum(cursors[i].account_id));
		column_add(&dates, DateADTGetDatum(cursors[i].valid_until));
		column_add(&lasts, GecPGetDatum(&cursors[i].last));
	}
	values[0] = bigint_array(&accounts);
	values[1] = date_array(&dates);
	values[2] = gec_array(&lasts);
	values[3] = Int64GetDatum(limit);
	return lots_from_result(plan_execute(&live_plan, values, NULL, SPI_OK_SELECT), lots);
}

/*
 * Reads up to limit live lots of each cursor's account, beyond the cursor.
 * Lots of one account come in order; returns how many lots there are.
 */
uint64
holding_load_live(const LotCursor *cursors, int ncursors, int limit,
				  Lot ***lots)
{
	static const int key[] = {HOLDING_ACCOUNT_ID, HOLDING_VALID_UNTIL, HOLDING_LAST_CERTIFICATE};
	DirectTable *table = direct_open(&holding_table, AccessShareLock);
	Relation	index;
	LotList		list = lot_list_make();

	if (table == NULL)
		return select_live(cursors, ncursors, limit, lots);
	index = direct_index_open(table, "holding_live_idx", true, lengthof(key), key);
	if (index == NULL || !is_of_live(index))
	{
		if (index != NULL)
			index_close(index, AccessShareLock);
		direct_close(table);
		return select_live(cursors, ncursors, limit, lots);
	}
	direct_snapshot_push();
	scan_live(table, index, cursors, ncursors, limit, &list);
	direct_snapshot_pop();
	index_close(index, AccessShareLock);
	direct_close(table);
	*lots = list.lots;
	return list.nlots;
}

/*
 * What holding_load_ranges() does, by a statement.
 */
static uint64
select_ranges(const gec *firsts, const gec *ends, int nranges, Lot ***lots)
{
	Column		first_column = column_make(nranges);
	Column		end_column = column_make(nranges);
	Datum		values[2];

	for (int i = 0; i < nranges; i++)
	{
		column_add(&first_column, GecPGetDatum(&firsts[i]));
		column_add(&end_column, GecPGetDatum(&ends[i]));
	}
	values[0] = gec_array(&first_column);
	values[1] = gec_array(&end_column);
	return lots_from_result(plan_execute(&ranges_plan, values, NULL, SPI_OK_SELECT), lots);
}

/*
 * Reads every lot that overlaps one of the ranges, and perhaps others.  Lots
 * come in no order, some twice; returns how many there are.
 */
uint64
holding_load_ranges(const gec *firsts, const gec *ends, int nranges,
					Lot ***lots)
{
	static const int key[] = {HOLDING_LAST_CERTIFICATE};
	DirectTable *table = direct_open(&holding_table, AccessShareLock);
	Relation	index;
	LotList		list = lot_list_make();

	if (table == NULL)
		return select_ranges(firsts, ends, nranges, lots);
	index = direct_index_open(table, "holding_pkey", false, lengthof(key), key);
	if (index == NULL)
	{
		direct_close(table);
		return select_ranges(firsts, ends, nranges, lots);
	}
	direct_snapshot_push();
	scan_ranges(table, index, firsts, ends, nranges, &list);
	direct_snapshot_pop();
	index_close(index, AccessShareLock);
	direct_close(table);
	*lots = list.lots;
	return list.nlots;
}

/*
 * The first certificates of lots as an array parameter.
 */
static Datum
lots_array(Lot **lots, uint64 nlots)
{
	Column		firsts = column_make(nlots);

	for (uint64 i = 0; i < nlots; i++)
		column_add(&firsts, GecPGetDatum(&lots[i]->first));
	return gec_array(&firsts);
}

/*
 * Fills in what documents ask of the lots' projects: subsidy and technology.
 */
void
holding_add_projects(Lot **lots, uint64 nlots)
{
	Datum		firsts = lots_array(lots, nlots);
	uint64		nrows = plan_execute(&projects_plan, &firsts, NULL, SPI_OK_SELECT);

	for (uint64 i = 0; i < nrows; i++)
	{
		HeapTuple	tuple = SPI_tuptable->vals[i];
		TupleDesc	desc = SPI_tuptable->tupdesc;
		bool		isnull;
		Lot		   *lot = lots[DatumGetInt64(SPI_getbinval(tuple, desc, 1, &isnull)) - 1];
		Datum		technology;

		lot->subsidised = DatumGetBool(SPI_getbinval(tuple, desc, 2, &isnull));
		technology = SPI_getbinval(tuple, desc, 3, &isnull);
		lot->technology = isnull ? NULL : TextDatumGetCString(technology);
	}
	SPI_freetuptable(SPI_tuptable);
}

/*
 * Fills in the day on which the lots were issued.
 */
void
holding_add_issues(Lot **lots, uint64 nlots)
{
	Datum		firsts = lots_array(lots, nlots);
	uint64		nrows = plan_execute(&issues_plan, &firsts, NULL, SPI_OK_SELECT);

	for (uint64 i = 0; i < nrows; i++)
	{
		HeapTuple	tuple = SPI_tuptable->vals[i];
		TupleDesc	desc = SPI_tuptable->tupdesc;
		bool		isnull;
		Lot		   *lot = lots[DatumGetInt64(SPI_getbinval(tuple, desc, 1, &isnull)) - 1];

		lot->issued_on = DatumGetDateADT(SPI_getbinval(tuple, desc, 2, &isnull));
		if (isnull)
			elog(ERROR, "issue of certificates has no document");
	}
	SPI_freetuptable(SPI_tuptable);
}
