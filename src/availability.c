/*-------------------------------------------------------------------------
 *
 * availability.c
 *	  What an account may still sell or retire, and why not the rest.
 *
 * The answer comes from the very function by which postings refuse, so that
 * what is called available is available.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "ledger.h"
#include "refusal.h"
#include "retirement.h"
#include "transfer.h"

PG_FUNCTION_INFO_V1(availability_sellable);
PG_FUNCTION_INFO_V1(availability_retirable);

/* Lots read at a time. */
#define ROUND_LOTS	8192

/* Certificates by production year and refusal. */
typedef int64 Availability[100][REFUSALS];

/*
 * Adds what a document could take of an account's live lots.  Refuses an
 * account that could not give at all.
 */
static void
add_account(const PostingDocument *document, Availability counts)
{
	AccountFacts account = account_read(document->account_id);
	MemoryContext round = AllocSetContextCreate(CurrentMemoryContext,
												"certledger availability",
												ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(round);
	LotCursor	cursor = {.account_id = document->account_id, .valid_until = DATEVAL_NOBEGIN};
	uint64		nlots;

	refusal_check_account(document, &account, document->rule->from_kinds);
	do
	{
		Lot		  **lots;

		CHECK_FOR_INTERRUPTS();
		nlots = holding_load_live(&cursor, 1, ROUND_LOTS, &lots);
		if (nlots > 0 && document->bars_subsidised)
			holding_add_projects(lots, nlots);
		for (uint64 i = 0; i < nlots; i++)
			counts[gec_yymm(&lots[i]->first) / 100][refusal_of_lot(document, lots[i])] +=
				piece_quantity(&lots[i]->first, &lots[i]->end);
		if (nlots > 0)
		{
			cursor.valid_until = lots[nlots - 1]->valid_until;
			cursor.last = gec_last_before(&lots[nlots - 1]->end);
		}
		MemoryContextReset(round);
	} while (nlots == ROUND_LOTS);
	MemoryContextSwitchTo(old);
	MemoryContextDelete(round);
}

/*
 * Returns a row for each production year and refusal that has certificates.
 */
static void
return_counts(FunctionCallInfo fcinfo, Availability counts)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;

	for (int year = 0; year < 100; year++)
		for (int refusal = 0; refusal < REFUSALS; refusal++)
		{
			Datum		values[4];
			bool		nulls[4] = {false};

			if (counts[year][refusal] == 0)
				continue;
			values[0] = Int32GetDatum(2000 + year);
			values[1] = CStringGetTextDatum(refusal_phrase((Refusal) refusal));
			values[2] = CStringGetTextDatum(unpack_sql_state(refusal_errcode((Refusal) refusal)));
			nulls[2] = refusal == ACCEPTED;
			values[3] = Int64GetDatum(counts[year][refusal]);
			tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
		}
}

/*
 * The document that the two functions ask about, with what they share: its
 * account is argument 0, its day argument day, its filter argument filter.
 */
static PostingDocument
question(FunctionCallInfo fcinfo, int day, int filter)
{
	PostingDocument document = {0};

	ledger_require();
	if (PG_ARGISNULL(0) || PG_ARGISNULL(day))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("account and day must not be null")));
	document.ref = get_func_name(fcinfo->flinfo->fn_oid);
	document.account_id = PG_GETARG_INT64(0);
	document.to_account = document.account_id;
	document.effective_on = PG_GETARG_DATEADT(day);
	document.posted_at = GetCurrentTransactionStartTimestamp();
	document.effective_at = DT_NOEND;
	document.instant = posting_instant(&document);
	if (!PG_ARGISNULL(filter))
		document.filter = posting_read_filter(PG_GETARG_HEAPTUPLEHEADER(filter));
	InitMaterializedSRF(fcinfo, 0);
	return document;
}

/*
 * sellable(account, mode, on_date, filter) returns table
 *
 * How many certificates of an account a transfer of the mode could take, by
 * production year, and why not the others.
 */
Datum
availability_sellable(PG_FUNCTION_ARGS)
{
	const Vocabulary *v = vocabulary_get();
	PostingDocument document = question(fcinfo, 2, 3);
	Availability *counts = palloc0(sizeof(Availability));
	RuleCache	rules = {0};
	TradeMode	mode;

	if (PG_ARGISNULL(1))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("mode of transfer must not be null")));
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	rules.context = CurrentMemoryContext;
	mode = (TradeMode) word_of_oid(&v->mode, PG_GETARG_OID(1));
	document.rule = mode == MODE_LISTING ? &listing_rule : transfer_rule(mode, TRANSFER_AT_ONCE);
	if (document.rule->trade)
		transfer_set_trade(&document, mode, &rules);
	add_account(&document, *counts);
	SPI_finish();
	return_counts(fcinfo, *counts);
	return (Datum) 0;
}

/*
 * retirable(account, consumption_year, regime, on_date, filter) returns table
 *
 * How many certificates of an account could be retired for a consumption
 * year, by production year, and why not the others.
 */
Datum
availability_retirable(PG_FUNCTION_ARGS)
{
	const Vocabulary *v = vocabulary_get();
	PostingDocument document = question(fcinfo, 3, 4);
	Availability *counts = palloc0(sizeof(Availability));
	RuleCache	rules = {0};

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("consumption year and regime must not be null")));
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	rules.context = CurrentMemoryContext;
	document.rule = &retirement_rule;
	if (word_of_oid(&v->regime, PG_GETARG_OID(2)) == REGIME_MANDATORY)
		retirement_set_mandatory(&document, PG_GETARG_INT32(1), &rules);
	add_account(&document, *counts);
	SPI_finish();
	return_counts(fcinfo, *counts);
	return (Datum) 0;
}
