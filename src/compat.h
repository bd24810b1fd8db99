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
