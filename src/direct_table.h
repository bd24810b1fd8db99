/*-------------------------------------------------------------------------
 *
 * direct_table.h
 *	  The ledger's own tables without planner and executor.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_DIRECT_TABLE_H
#define CERTLEDGER_DIRECT_TABLE_H

#include "access/genam.h"
#include "access/itup.h"
#include "access/skey.h"
#include "access/tableam.h"
#include "executor/tuptable.h"
#include "storage/buf.h"
#include "storage/lockdefs.h"
#include "utils/acl.h"
#include "utils/rel.h"
#include "utils/tuplestore.h"

#define DIRECT_MAX_COLUMNS	24

/* A column that the C code knows, and its type. */
typedef struct DirectColumn
{
	const char *name;
	Oid			type;			/* of the server; InvalidOid with */
	const char *own_type;		/* the name of a type of the extension */
	bool		left_out;		/* gets no value, so must have no default */
} DirectColumn;

/* A table as the C code knows it; declare static const. */
typedef struct DirectDefinition
{
	const char *table_name;		/* in schema certledger */
	AclMode		rights;			/* that the current user must have */
	bool		written;		/* then columns are all that the table has */
	bool		numbered;		/* the first of them by the server */
	const char *poster;			/* function of the trigger that posts its rows,
								 * which callers do instead; or NULL */
	int			ncolumns;
	DirectColumn columns[DIRECT_MAX_COLUMNS];
} DirectDefinition;

/* An open table. */
typedef struct DirectTable DirectTable;

/* Rows of an index's order. */
typedef struct DirectScan
{
	DirectTable *table;
	IndexScanDesc scan;
	TupleTableSlot *slot;		/* the current row */
} DirectScan;

/* Pages of the visibility map that a scan keeps pinned, and the blocks of one. */
#define DIRECT_MAP_PAGES	16
#define DIRECT_MAP_BLOCKS	32768

/* Entries of an index that holds all columns that are asked for. */
typedef struct DirectEntries
{
	IndexScanDesc scan;
	TupleTableSlot *slot;		/* a row, to see whether it is there */
	Buffer		map[DIRECT_MAP_PAGES];
} DirectEntries;

extern DirectTable *direct_open(const DirectDefinition *definition, LOCKMODE lock);
extern DirectTable *direct_open_partition(const DirectDefinition *definition,
										  Datum from, Datum to, LOCKMODE lock);
extern void direct_close(DirectTable *table);
extern Relation direct_relation(DirectTable *table);
extern AttrNumber direct_attnum(const DirectTable *table, int column);
extern Datum direct_value(const DirectTable *table, TupleTableSlot *slot,
						  int column, bool *isnull);

extern void direct_snapshot_push(void);
extern void direct_snapshot_pop(void);
extern Relation direct_index_open(DirectTable *table, const char *name,
								  bool partial, int nkeys, const int *columns);
extern void direct_key(ScanKey key, Relation index, int attribute,
					   StrategyNumber strategy, Datum value);
extern DirectScan direct_scan_begin(DirectTable *table, Relation index, int nkeys);
extern void direct_scan_start(DirectScan *scan, ScanKey keys);
extern bool direct_scan_next(DirectScan *scan, bool forward);
extern void direct_scan_end(DirectScan *scan);
extern Relation direct_primary_index(DirectTable *table, int nkeys, int ncolumns,
									 const int *columns);
extern DirectEntries direct_entries_begin(DirectTable *table, Relation index);
extern IndexTuple direct_entries_next(DirectEntries *entries);
extern void direct_entries_end(DirectEntries *entries);
extern bool direct_succeeded(TM_Result result);
extern bool direct_lock_row(DirectScan *scan);

extern TupleTableSlot *direct_insert(DirectTable *table, Datum *values, bool *nulls);
extern bool direct_insert_new(DirectTable *table, Datum *values, bool *nulls,
							  int nkeys, const int *columns, Tuplestorestate *inserted);
extern bool direct_update(DirectTable *table, ItemPointer tid, Datum *values,
						  bool *nulls);
extern void direct_flush(DirectTable *table);

#endif							/* CERTLEDGER_DIRECT_TABLE_H */
