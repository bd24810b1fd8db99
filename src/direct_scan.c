/*-------------------------------------------------------------------------
 *
 * direct_scan.c
 *	  Reading of the ledger's own tables by their indexes, and locking of
 *	  rows, without planner and executor; see direct_table.c.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/tableam.h"
#include "access/visibilitymap.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "storage/predicate.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"

#include "compat.h"
#include "direct_table.h"

/*
 * Makes a snapshot active that sees what the transaction did up to now, and
 * under READ COMMITTED what others did: what a statement of its own has.
 */
void
direct_snapshot_push(void)
{
	CommandCounterIncrement();
	PushActiveSnapshot(GetTransactionSnapshot());
}

void
direct_snapshot_pop(void)
{
	PopActiveSnapshot();
}

/*
 * Whether a snapshot may be older than an index that lacks what only older
 * ones see; see plancat.c.
 */
static bool
is_too_new(Relation index)
{
	return index->rd_index->indcheckxmin &&
		!TransactionIdPrecedes(HeapTupleHeaderGetXmin(index->rd_indextuple->t_data),
							   TransactionXmin);
}

/*
 * Whether an index is a valid btree of the table whose leading keys are these
 * columns of the definition, in ascending order.
 */
static bool
has_keys(DirectTable *table, Relation index, int nkeys, const int *columns)
{
	bool		fits = index->rd_index->indrelid == RelationGetRelid(direct_relation(table)) &&
		index->rd_index->indisvalid && !is_too_new(index) &&
		index->rd_rel->relam == BTREE_AM_OID && index->rd_index->indnkeyatts >= nkeys;

	for (int i = 0; fits && i < nkeys; i++)
		fits = index->rd_index->indkey.values[i] == direct_attnum(table, columns[i]) &&
			index->rd_indoption[i] == 0;
	return fits;
}

/*
 * Opens an index of a table by its name, if it is a valid btree whose leading
 * keys are these columns of the definition, in ascending order; else NULL.  It
 * has all rows, or with partial what the caller finds in its predicate.
 */
Relation
direct_index_open(DirectTable *table, const char *name, bool partial, int nkeys,
				  const int *columns)
{
	Oid			oid = get_relname_relid(name, RelationGetNamespace(direct_relation(table)));
	Relation	index;

	if (!OidIsValid(oid) || get_rel_relkind(oid) != RELKIND_INDEX)
		return NULL;
	index = index_open(oid, AccessShareLock);
	if (has_keys(table, index, nkeys, columns) &&
		(partial || heap_attisnull(index->rd_indextuple, Anum_pg_index_indpred, NULL)))
		return index;
	index_close(index, AccessShareLock);
	return NULL;
}

/*
 * Opens the index of the primary key of a table, if it is a valid btree that
 * holds these columns of the definition and no others, of which the first
 * nkeys are the key; else NULL.
 */
Relation
direct_primary_index(DirectTable *table, int nkeys, int ncolumns, const int *columns)
{
	Relation	index;
	bool		fits;

	list_free(RelationGetIndexList(direct_relation(table)));	/* learns it */
	if (!OidIsValid(direct_relation(table)->rd_pkindex))
		return NULL;
	index = index_open(direct_relation(table)->rd_pkindex, AccessShareLock);
	fits = has_keys(table, index, nkeys, columns) &&
		index->rd_index->indnkeyatts == nkeys && index->rd_index->indnatts == ncolumns;
	for (int i = nkeys; fits && i < ncolumns; i++)
		fits = index->rd_index->indkey.values[i] == direct_attnum(table, columns[i]);
	if (fits)
		return index;
	index_close(index, AccessShareLock);
	return NULL;
}

/*
 * Fills in a key for the scan of an index: column attribute of the index
 * compared with a value of its own type.
 */
void
direct_key(ScanKey key, Relation index, int attribute, StrategyNumber strategy, Datum value)
{
	Oid			type = index->rd_opcintype[attribute - 1];
	Oid			operator = get_opfamily_member(index->rd_opfamily[attribute - 1],
											   type, type, strategy);

	ScanKeyEntryInitialize(key, 0, attribute, strategy, InvalidOid,
						   index->rd_indcollation[attribute - 1],
						   get_opcode(operator), value);
}

/*
 * Begins to read a table by an index, with the active snapshot.
 */
DirectScan
direct_scan_begin(DirectTable *table, Relation index, int nkeys)
{
	DirectScan	scan = {.table = table};

	scan.scan = begin_index_scan(direct_relation(table), index, GetActiveSnapshot(), nkeys);
	scan.slot = table_slot_create(direct_relation(table), NULL);
	return scan;
}

/*
 * Starts the scan, or starts it again, with keys.
 */
void
direct_scan_start(DirectScan *scan, ScanKey keys)
{
	ExecClearTuple(scan->slot);
	index_rescan(scan->scan, keys, scan->scan->numberOfKeys, NULL, 0);
}

/*
 * Goes to the next row; false when there is none.
 */
bool
direct_scan_next(DirectScan *scan, bool forward)
{
	return index_getnext_slot(scan->scan, forward ? ForwardScanDirection : BackwardScanDirection,
							  scan->slot);
}

void
direct_scan_end(DirectScan *scan)
{
	index_endscan(scan->scan);
	ExecDropSingleTupleTableSlot(scan->slot);
}

/*
 * Begins to read all entries of an index in its order, with the active
 * snapshot, as an index-only scan does.
 */
DirectEntries
direct_entries_begin(DirectTable *table, Relation index)
{
	DirectEntries entries = {.map = {InvalidBuffer}};

	entries.scan = begin_index_scan(direct_relation(table), index, GetActiveSnapshot(), 0);
	entries.scan->xs_want_itup = true;
	entries.slot = table_slot_create(direct_relation(table), NULL);
	index_rescan(entries.scan, NULL, 0, NULL, 0);
	return entries;
}

/*
 * The next entry of a row that the snapshot sees, described by
 * scan->xs_itupdesc, until the next call; NULL after the last.  The row is read
 * only where not everybody sees all of its page.
 */
IndexTuple
direct_entries_next(DirectEntries *entries)
{
	IndexScanDesc scan = entries->scan;
	ItemPointer tid;

	while ((tid = index_getnext_tid(scan, ForwardScanDirection)) != NULL)
	{
		BlockNumber block = ItemPointerGetBlockNumber(tid);

		CHECK_FOR_INTERRUPTS();
		/* the server pins another page where this is not the block's */
		if (VM_ALL_VISIBLE(scan->heapRelation, block,
						   &entries->map[block / DIRECT_MAP_BLOCKS % DIRECT_MAP_PAGES]))
		{
			/* a row that is read is locked by that */
			PredicateLockPage(scan->heapRelation, block, scan->xs_snapshot);
			return scan->xs_itup;
		}
		if (index_fetch_heap(scan, entries->slot))
		{
			ExecClearTuple(entries->slot);
			return scan->xs_itup;
		}
	}
	return NULL;
}

void
direct_entries_end(DirectEntries *entries)
{
	for (int i = 0; i < DIRECT_MAP_PAGES; i++)
		if (BufferIsValid(entries->map[i]))
			ReleaseBuffer(entries->map[i]);
	index_endscan(entries->scan);
	ExecDropSingleTupleTableSlot(entries->slot);
}

/*
 * Whether a row was locked or changed; false when others changed it, which
 * above READ COMMITTED is an error.
 */
bool
direct_succeeded(TM_Result result)
{
	if ((result == TM_Updated || result == TM_Deleted) && IsolationUsesXactSnapshot())
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("could not serialize access due to concurrent update")));
	return result == TM_Ok;
}

/*
 * Locks the current row as SELECT FOR NO KEY UPDATE does, and reads its
 * newest version; false when it is there no more.  Its key must be one that
 * never changes.
 */
bool
direct_lock_row(DirectScan *scan)
{
	ItemPointerData tid = scan->slot->tts_tid;
	TM_FailureData failure;

	return direct_succeeded(table_tuple_lock(direct_relation(scan->table), &tid,
											 GetActiveSnapshot(), scan->slot,
											 GetCurrentCommandId(false),
											 LockTupleNoKeyExclusive, LockWaitBlock,
											 TUPLE_LOCK_FLAG_LOCK_UPDATE_IN_PROGRESS |
											 (IsolationUsesXactSnapshot() ? 0 :
											  TUPLE_LOCK_FLAG_FIND_LAST_VERSION),
											 &failure));
}
