/*-------------------------------------------------------------------------
 *
 * region.h
 *	  Type region for the C of this extension: an int32, passed by value.
 *
 * Include after postgres.h.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_REGION_H
#define CERTLEDGER_REGION_H

#include "fmgr.h"

#include "region_text.h"

#define DatumGetRegion(X)	DatumGetInt32(X)
#define RegionGetDatum(X)	Int32GetDatum(X)
#define PG_GETARG_REGION(n)	PG_GETARG_INT32(n)
#define PG_RETURN_REGION(x)	PG_RETURN_INT32(x)

/* region.c */
extern Datum region_path_datum(int32 code, Oid regiontype);

#endif							/* CERTLEDGER_REGION_H */
