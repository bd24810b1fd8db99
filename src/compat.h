/*-------------------------------------------------------------------------
 *
 * compat.h
 *	  Every difference between the supported PostgreSQL versions stands here,
 *	  so that no other file tests PG_VERSION_NUM.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_COMPAT_H
#define CERTLEDGER_COMPAT_H

#if PG_VERSION_NUM < 150000
#error "certledger needs PostgreSQL 15 or later"
#endif

#include "access/tableam.h"

/* before the macro of the same name below */
#include "utils/rangetypes.h"

#if PG_VERSION_NUM >= 160000
#include "nodes/miscnodes.h"
#include "varatt.h"
#else
/*
 * Before 16 there are no soft errors: an input function raises at once.  The
 * context argument is taken and dropped, so that callers read the same.
 */
#define ereturn(context, dummy_value, ...) \
	do { \
		(void) (context); \
		ereport(ERROR, __VA_ARGS__); \
		return dummy_value; \
	} while (0)
#define range_serialize(typcache, lower, upper, empty, escontext) \
	((void) (escontext), (range_serialize) (typcache, lower, upper, empty))
#endif

#if PG_VERSION_NUM >= 180000
#define CERTLEDGER_MODULE_MAGIC \
	PG_MODULE_MAGIC_EXT(.name = "certledger", .version = CERTLEDGER_VERSION)
#else
#define CERTLEDGER_MODULE_MAGIC PG_MODULE_MAGIC
#endif

/* A small number that no other live session has; it may be -1. */
#if PG_VERSION_NUM >= 170000
#include "storage/procnumber.h"
#define MyBackendNumber		((int) MyProcNumber)
#else
#include "storage/backendid.h"
#define MyBackendNumber		((int) MyBackendId)
#endif

/* Whether a check constraint (ConstrCheck) is in force. */
#if PG_VERSION_NUM >= 180000
#define IS_ENFORCED(check)	((check).ccenforced)
#else
#define IS_ENFORCED(check)	(true)
#endif

/* The sequence behind an identity column. */
#if PG_VERSION_NUM >= 170000
#define identity_sequence(relation, attnum) getIdentitySequence(relation, attnum, false)
#else
#define identity_sequence(relation, attnum) \
	getIdentitySequence(RelationGetRelid(relation), attnum, false)
#endif

/* Scans of indexes without a node of the executor. */
#if PG_VERSION_NUM >= 180000
#define begin_index_scan(table, index, snapshot, nkeys) \
	index_beginscan(table, index, snapshot, NULL, nkeys, 0)
#else
#define begin_index_scan(table, index, snapshot, nkeys) \
	index_beginscan(table, index, snapshot, nkeys, 0)
#endif

/* Which indexes an update needs entries in, and adding them. */
#if PG_VERSION_NUM >= 160000
typedef TU_UpdateIndexes UpdateIndexes;
#define UPDATES_INDEXES(indexes)	((indexes) != TU_None)
#define insert_index_tuples(result, slot, estate) \
	ExecInsertIndexTuples(result, slot, estate, false, false, NULL, NIL, false)
#define insert_speculative_index_tuples(result, slot, estate, conflict, arbiters) \
	ExecInsertIndexTuples(result, slot, estate, false, true, conflict, arbiters, false)
#define update_index_tuples(result, slot, estate, indexes) \
	list_free(ExecInsertIndexTuples(result, slot, estate, false, false, NULL, NIL, \
									(indexes) == TU_Summarizing))
#else
typedef bool UpdateIndexes;
#define UPDATES_INDEXES(indexes)	(indexes)
#define insert_index_tuples(result, slot, estate) \
	ExecInsertIndexTuples(result, slot, estate, false, false, NULL, NIL)
#define insert_speculative_index_tuples(result, slot, estate, conflict, arbiters) \
	ExecInsertIndexTuples(result, slot, estate, false, true, conflict, arbiters)
#define update_index_tuples(result, slot, estate, indexes) \
	list_free(insert_index_tuples(result, slot, estate))
#endif

/* The end of inserting into an index. */
#if PG_VERSION_NUM >= 170000
#define insert_cleanup(index, info)	index_insert_cleanup(index, info)
#else
#define insert_cleanup(index, info)	((void) 0)
#endif

/* Whether a row would not violate the indexes that arbitrate. */
#if PG_VERSION_NUM >= 180000
#define check_index_constraints(result, slot, estate, other, arbiters) \
	ExecCheckIndexConstraints(result, slot, estate, other, NULL, arbiters)
#else
#define check_index_constraints(result, slot, estate, other, arbiters) \
	ExecCheckIndexConstraints(result, slot, estate, other, arbiters)
#endif

/* Reading of a temporary file that must not end before. */
#if PG_VERSION_NUM < 160000
#define BufFileReadExact(file, ptr, size) \
	do { \
		if (BufFileRead(file, ptr, size) != (size)) \
			ereport(ERROR, \
					(errcode_for_file_access(), \
					 errmsg("could not read from temporary file"))); \
	} while (0)
#endif

#if PG_VERSION_NUM < 180000
#define pg_noreturn pg_attribute_noreturn()
#endif

#endif							/* CERTLEDGER_COMPAT_H */
