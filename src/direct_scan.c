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
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
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
	bool		fits;

	if (!OidIsValid(oid) || get_rel_relkind(oid) != RELKIND_INDEX)
		return NULL;
	index = index_open(oid, AccessShareLock);
	fits = index->rd_index->indrelid == RelationGetRelid(direct_relation(table)) &&
		index->rd_index->indisvalid && !is_too_new(index) &&
		index->rd_rel->relam == BTREE_AM_OID && index->rd_index->indnkeyatts >= nkeys &&
		(partial || heap_attisnull(index->rd_indextuple, Anum_pg_index_indpred, NULL));
	for (int i = 0; fits && i < nkeys; i++)
		fits = index->rd_index->indkey.values[i] == direct_attnum(table, columns[i]) &&
			index->rd_indoption[i] == 0;
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
