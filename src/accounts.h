/*-------------------------------------------------------------------------
 *
 * accounts.h
 *	  Running the accounts of a year.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_ACCOUNTS_H
#define CERTLEDGER_ACCOUNTS_H

#include "executor/spi.h"
#include "tcop/dest.h"
#include "utils/date.h"
#include "utils/snapshot.h"

#include "compat.h"

/* Region code that stands for all provinces. */
#define ALL_PROVINCES	0

/* One run of run_accounts(). */
typedef struct AccountsRun
{
	int32		year;
	int32		version;
	int32		province;		/* region code, or ALL_PROVINCES */
	Snapshot	snapshot;		/* under which all of it runs */
	MemoryContext context;		/* lives as long as the run */
} AccountsRun;

#define PHASE_MAX_ARGUMENTS 12

/* The body of an SQL function that is a phase of the run. */
typedef struct PhaseBody
{
	SPIPlanPtr	plan;
	int			nargs;
	Oid			types[PHASE_MAX_ARGUMENTS];
} PhaseBody;

/* phase.c */
extern void phase_prepare(PhaseBody *body, const char *function);
extern void phase_execute(const AccountsRun *run, const char *function,
						  PhaseBody *body, Datum *values, const char *nulls);
extern int64 phase_run(const AccountsRun *run, const char *function);
extern void phase_stream(const AccountsRun *run, const char *function,
						 DestReceiver *receiver);

/* run_accounts.c */
extern bool accounts_check_rules(DateADT on);

/* account_year.c */
extern int32 account_year_begin_run(int32 year);
pg_noreturn extern void account_year_never_run(int32 year);
extern bool accounts_are_written(void);
extern bool accounts_writing(bool writing);

/* user_account.c and user_account_write.c */
typedef struct UserUnits UserUnits;

extern UserUnits *user_units_read(const AccountsRun *run);
extern int64 user_units_count(const UserUnits *units);
extern int64 user_units_provinces(UserUnits *units, const AccountsRun *run);
extern int64 user_units_coefficients(UserUnits *units, const AccountsRun *run);
extern int64 user_units_write(UserUnits *units, const AccountsRun *run);
extern int64 user_units_months(UserUnits *units, const AccountsRun *run);
extern int64 user_units_cities(UserUnits *units, const AccountsRun *run);
extern int64 user_units_unknown(UserUnits *units, const AccountsRun *run);
extern void user_units_close(UserUnits *units);

#endif							/* CERTLEDGER_ACCOUNTS_H */
