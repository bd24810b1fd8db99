/*-------------------------------------------------------------------------
 *
 * guard.c
 *	  Triggers that keep history from being rewritten.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "commands/trigger.h"
#include "executor/spi.h"
#include "replication/logicalworker.h"
#include "utils/rel.h"

#include "errcodes.h"
#include "posting.h"

PG_FUNCTION_INFO_V1(guard_append_only);
PG_FUNCTION_INFO_V1(guard_posted_only);
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
				 errhint("Insert a document into issuance, transfer or retirement, or call the function of that name."),
				 errtable(trigdata->tg_relation)));
	return PointerGetDatum(NULL);
}

/*
 * guard_issued_generation() returns trigger
 *
 * AFTER UPDATE or DELETE statement trigger of table generation, with the old
 * rows as transition table changed: refuses the statement when certificates
 * were issued for one of them.  A row that moved to another month or class
 * would be issued a second time.  Error LC013.
 */
Datum
guard_issued_generation(PG_FUNCTION_ARGS)
{
	TriggerData *trigdata = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo) ||
		!TRIGGER_FIRED_AFTER(trigdata->tg_event) ||
		!TRIGGER_FIRED_FOR_STATEMENT(trigdata->tg_event) ||
		trigdata->tg_oldtable == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("guard function must be called as an AFTER statement trigger with the old rows as transition table")));

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_register_trigger_data(trigdata) != SPI_OK_TD_REGISTER)
		elog(ERROR, "SPI_register_trigger_data failed");
	if (SPI_execute("SELECT c.project_code, to_char(c.month, 'YYYY-MM')"
					" FROM changed AS c JOIN certledger.issuance_line AS l"
					"  ON l.project_code = c.project_code AND l.month = c.month"
					"   AND l.volume_class = c.volume_class"
					" ORDER BY 1, 2 LIMIT 1", false, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not compare generation with what was issued");
	if (SPI_processed > 0)
		ereport(ERROR,
				(errcode(ERRCODE_APPEND_ONLY),
				 errmsg("generation of project %s in month %s was issued already",
						SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1),
						SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2)),
				 errdetail("Certificates stand for it."),
				 errhint("Only generation that was not issued yet can be changed or removed."),
				 errtable(trigdata->tg_relation)));
	SPI_finish();
	return PointerGetDatum(NULL);
}
