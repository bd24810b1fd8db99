/*-------------------------------------------------------------------------
 *
 * guard.c
 *	  Triggers that keep history from being rewritten.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "replication/logicalworker.h"
#include "storage/lmgr.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "accounts.h"
#include "errcodes.h"
#include "posting.h"

PG_FUNCTION_INFO_V1(guard_append_only);
PG_FUNCTION_INFO_V1(guard_posted_only);
PG_FUNCTION_INFO_V1(guard_run_only);
PG_FUNCTION_INFO_V1(guard_generation_lock);
PG_FUNCTION_INFO_V1(guard_issued_generation);

/*
 * Checks that a guard was called as a BEFORE statement trigger.
 */
static TriggerData *
guard_trigger(FunctionCallInfo fcinfo)
{
	TriggerData *trigdata = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo) ||
		!TRIGGER_FIRED_BEFORE(trigdata->tg_event) ||
		!TRIGGER_FIRED_FOR_STATEMENT(trigdata->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("guard function must be called as a BEFORE statement trigger")));
	return trigdata;
}

/*
 * guard_append_only() returns trigger
 *
 * Refuses whatever event it stands on.  Error LC013.
 */
Datum
guard_append_only(PG_FUNCTION_ARGS)
{
	TriggerData *trigdata = guard_trigger(fcinfo);

	ereport(ERROR,
			(errcode(ERRCODE_APPEND_ONLY),
			 errmsg("rows of table \"%s\" cannot be changed or removed",
					RelationGetRelationName(trigdata->tg_relation)),
			 errdetail("The ledger is append-only."),
			 errhint("Post a further document instead."),
			 errtable(trigdata->tg_relation)));
	return PointerGetDatum(NULL);	/* keep compiler quiet */
}

/*
 * guard_posted_only() returns trigger
 *
 * Refuses an event unless a posting is under way, or a subscription copies
 * what was posted elsewhere.  Error LC014.
 */
Datum
guard_posted_only(PG_FUNCTION_ARGS)
{
	TriggerData *trigdata = guard_trigger(fcinfo);

	if (!posting_is_active() && !IsLogicalWorker())
		ereport(ERROR,
				(errcode(ERRCODE_POSTED_ONLY),
				 errmsg("table \"%s\" is written by postings only",
						RelationGetRelationName(trigdata->tg_relation)),
				 errhint("Insert a document into its table, or call the function that does; docs/registry.md lists them."),
				 errtable(trigdata->tg_relation)));
	return PointerGetDatum(NULL);
}

/*
 * guard_run_only() returns trigger
 *
 * Refuses an event unless the accounts are being run, opened or closed, or a
 * subscription copies what was computed elsewhere.  Error LC049.
 */
Datum
guard_run_only(PG_FUNCTION_ARGS)
{
	TriggerData *trigdata = guard_trigger(fcinfo);

	if (!accounts_are_written() && !IsLogicalWorker())
		ereport(ERROR,
				(errcode(ERRCODE_RUN_ONLY),
				 errmsg("table \"%s\" is written by the accounts only",
						RelationGetRelationName(trigdata->tg_relation)),
				 errhint("Correct the facts and call certledger.run_accounts(year)."),
				 errtable(trigdata->tg_relation)));
	return PointerGetDatum(NULL);
}

/*
 * guard_generation_lock() returns trigger
 *
 * BEFORE UPDATE or DELETE statement trigger of table generation: takes the
 * lock under which certificates are issued and corrected, until commit.  It
 * comes before the locks of rows, as it does there, and is as strong as
 * theirs, so that changing generation and issuing it in one transaction does
 * not meet another session that does the same half-way.
 */
Datum
guard_generation_lock(PG_FUNCTION_ARGS)
{
	(void) guard_trigger(fcinfo);

	/* without a look at privileges: whoever may change generation waits */
	LockRelationOid(get_relname_relid("issuance_line",
									  get_namespace_oid("certledger", false)),
					ShareRowExclusiveLock);
	return PointerGetDatum(NULL);
}

/*
 * guard_issued_generation() returns trigger
 *
 * AFTER UPDATE or DELETE statement trigger of table generation, with the old
 * rows as transition table changed: refuses the statement when certificates
 * were issued for one of them.  A row that moved to another month or class
 * would be issued a second time.  Error LC024.
 *
 * The lock that guard_generation_lock() took makes an issuance read this
 * change or none, and this looks at what it left, under REPEATABLE READ too.
 */
Datum
guard_issued_generation(PG_FUNCTION_ARGS)
{
	TriggerData *trigdata = (TriggerData *) fcinfo->context;
	SPIPlanPtr	plan;
	PostingRights caller;

	if (!CALLED_AS_TRIGGER(fcinfo) ||
		!TRIGGER_FIRED_AFTER(trigdata->tg_event) ||
		!TRIGGER_FIRED_FOR_STATEMENT(trigdata->tg_event) ||
		trigdata->tg_oldtable == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("guard function must be called as an AFTER statement trigger with the old rows as transition table")));

	/* a correction changes what was issued, and says so */
	if (posting_is_active())
		return PointerGetDatum(NULL);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_register_trigger_data(trigdata) != SPI_OK_TD_REGISTER)
		elog(ERROR, "SPI_register_trigger_data failed");
	plan = SPI_prepare("SELECT c.project_code, to_char(c.month, 'YYYY-MM')"
					   " FROM changed AS c JOIN certledger.issuance_line AS l"
					   "  ON l.project_code = c.project_code AND l.month = c.month"
					   "   AND l.volume_class = c.volume_class"
					   " ORDER BY 1, 2 LIMIT 1", 0, NULL);
	if (plan == NULL)
		elog(ERROR, "SPI_prepare failed: %s", SPI_result_code_string(SPI_result));

	/* whoever may change generation need not see, or be shown, what was issued */
	posting_begin(trigdata->tg_relation, &caller);
	PG_TRY();
	{
		if (SPI_execute_snapshot(plan, NULL, NULL,
								 IsolationUsesXactSnapshot() ? GetLatestSnapshot() : InvalidSnapshot,
								 InvalidSnapshot, false, false, 1) != SPI_OK_SELECT)
			elog(ERROR, "could not compare generation with what was issued");
	}
	PG_FINALLY();
	{
		posting_end(&caller);
	}
	PG_END_TRY();
	if (SPI_processed > 0)
		ereport(ERROR,
				(errcode(ERRCODE_GENERATION_ISSUED),
				 errmsg("generation of project %s in month %s was issued already",
						SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1),
						SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2)),
				 errdetail("Certificates stand for it."),
				 errhint("Correct its total with correct_generation(); only generation that was not issued yet can be changed or removed."),
				 errtable(trigdata->tg_relation)));
	SPI_finish();
	return PointerGetDatum(NULL);
}
