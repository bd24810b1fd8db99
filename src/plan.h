/*-------------------------------------------------------------------------
 *
 * plan.h
 *	  Saved plans for the statements of the ledger.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_PLAN_H
#define CERTLEDGER_PLAN_H

#include "executor/spi.h"

/* Parameter types that are only known at run time. */
typedef enum PlanType
{
	PLAN_BIGINT,
	PLAN_INTEGER,
	PLAN_GEC,
	PLAN_DATE,
	PLAN_TEXT,
	PLAN_BIGINT_ARRAY,
	PLAN_DATE_ARRAY,
	PLAN_TIMESTAMPTZ_ARRAY,
	PLAN_GEC_ARRAY,
	PLAN_REGION_ARRAY,
	PLAN_STATE_ARRAY,
	PLAN_ROUTE_ARRAY,
	PLAN_SOURCE_ARRAY,
	PLAN_SMALLINT_ARRAY,
	PLAN_INTEGER_ARRAY,
	PLAN_BOOLEAN_ARRAY,
	PLAN_TEXT_ARRAY,
	PLAN_DOCUMENT_ARRAY
} PlanType;

#define PLAN_MAX_PARAMETERS 16

/* A statement and its plan; declare static, initialise the first three. */
typedef struct SavedPlan
{
	const char *sql;
	int			nparameters;
	PlanType	types[PLAN_MAX_PARAMETERS];
	SPIPlanPtr	plan;
	uint32		version;
} SavedPlan;

extern void plan_execute_once(const char *sql, int nargs, Oid *types,
							  Datum *values, int expected);
extern bool plan_settings_begin(void);
extern void plan_settings_end(bool former);
extern void plan_settings_apply(void);
extern SPIPlanPtr plan_keep(const char *sql, int ntypes, Oid *types);
extern void plan_forget(SPIPlanPtr *plan);
extern uint64 plan_execute(SavedPlan *saved, Datum *values,
						   const char *nulls, int expected);
extern uint64 plan_read(SavedPlan *saved, Datum *values, const char *nulls);

#endif							/* CERTLEDGER_PLAN_H */
