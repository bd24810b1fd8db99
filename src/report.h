/*-------------------------------------------------------------------------
 *
 * report.h
 *	  Reports on the accounts of a year: what they have in common.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_REPORT_H
#define CERTLEDGER_REPORT_H

#include "fmgr.h"
#include "utils/date.h"

#include "plan.h"

extern void report_check_argument(FunctionCallInfo fcinfo, int argument, const char *name);
extern DateADT report_day(int32 year);
extern int32 report_version(int32 year);
extern void report_check_account(int64 account_id, int32 year, int32 version);
extern uint64 report_return(FunctionCallInfo fcinfo, SavedPlan *plan, Datum *values,
							const char *nulls);
extern Datum report_row(FunctionCallInfo fcinfo, Datum *values, bool *nulls);

#endif							/* CERTLEDGER_REPORT_H */
