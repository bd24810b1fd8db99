/*-------------------------------------------------------------------------
 *
 * cancellation.c
 *	  Cancellations: documents that end certificates without a claim, because
 *	  their reductions were registered as CCER or an objection was upheld.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/rel.h"

#include "correction.h"
#include "document.h"
#include "issuance.h"
#include "ledger.h"
#include "posting.h"
#include "refusal.h"

PG_FUNCTION_INFO_V1(cancellation_post);
PG_FUNCTION_INFO_V1(cancellation_cancel);
PG_FUNCTION_INFO_V1(cancellation_certificate_account);

/* Rows #18 and #19 of the state table. */
static const PostingRule cancellation_rules[CANCELLATION_REASONS] = {
	[CANCELLATION_CCER] = {
		"CCER cancellation", STATE_BIT(STATE_FROZEN), EFFECT_END,
		.to_state = STATE_CANCELLED
	},
	[CANCELLATION_OBJECTION] = {
		"cancellation", LIVE_STATES, EFFECT_END, .to_state = STATE_CANCELLED
	}
};

/*
 * Reads one row of table cancellation.
 */
static void
read_cancellation(PostingDocument *document, PostingRow *row, void *arg)
{
	CancellationReason reason = (CancellationReason) row_word(row, "reason",
															  &vocabulary_get()->cancellation);
	bool		isnull;
	Datum		certificates;

	document->rule = &cancellation_rules[reason];
	document->id = row_bigint(row, "cancellation_id");
	document->ref = row_text(row, "ref");
	document->account_id = row_bigint(row, "account_id");
	document->to_account = document->account_id;
	document->quantity = row_bigint(row, "quantity");
	document->effective_on = row_date(row, "effective_on");
	document->posted_at = row_timestamp(row, "posted_at");
	document->effective_at = DT_NOEND;
	document->instant = posting_instant(document);
	row_under(row, "ends_hold", document);
	if (document->selection != SELECTION_UNDER)
	{
		certificates = row_value(row, "certificates", &isnull);
		posting_read_ranges(document, certificates);
	}
	if (reason == CANCELLATION_OBJECTION)
	{
		document->objection = true;
		document->objected_on = row_date(row, "objected_on");
		document->objection_window = rule_interval(arg, "objection_window",
												   document->effective_on);
	}
}

/*
 * Compares a cancellation with the freeze under which the certificates are.
 */
static void
read_freeze(PostingDocument *document, void *arg)
{
	Origin	   *freeze = document->origin;
	bool		ccer = !document->objection;

	if (freeze->action != ACTION_FREEZE || (ccer && freeze->reason != FREEZE_CCER))
		refuse(document, ERRCODE_DOCUMENT_MISMATCH,
			   psprintf("hold \"%s\" is no %s", freeze->ref, ccer ? "CCER freeze" : "freeze"),
			   psprintf("Document \"%s\" cancels what is under one.", document->ref),
			   ccer ? "Freeze the certificates first, when the CCER project is registered." :
			   "Name a freeze, or the certificates themselves.");
}

static const PostingKind cancellation_kind = {
	.kind = DOCUMENT_CANCELLATION,
	.origin_kind = DOCUMENT_HOLD,
	.read = read_cancellation,
	.read_origin = read_freeze
};

/* What to do for each row that asks for a re-issue. */
typedef void (*ReissueStep) (TupleTableSlot *slot);

/*
 * Takes the lock under which certificates are numbered.
 */
static void
lock_numbers(TupleTableSlot *slot)
{
	issuance_lock();
}

/*
 * Issues anew what a document has cancelled.
 */
static void
reissue(TupleTableSlot *slot)
{
	bool		isnull;

	correction_reissue(DatumGetInt64(posting_attribute(slot, "cancellation_id", &isnull)),
					   DatumGetDateADT(posting_attribute(slot, "effective_on", &isnull)),
					   DatumGetTimestampTz(posting_attribute(slot, "posted_at", &isnull)));
}

/*
 * Takes a step for each document of the statement that asks for a re-issue.
 */
static void
for_each_reissue(TriggerData *trigdata, ReissueStep step)
{
	TupleTableSlot *slot = MakeSingleTupleTableSlot(RelationGetDescr(trigdata->tg_relation),
													&TTSOpsMinimalTuple);
	PostingRights caller;

	tuplestore_rescan(trigdata->tg_newtable);
	posting_begin(trigdata->tg_relation, &caller);
	PG_TRY();
	{
		while (tuplestore_gettupleslot(trigdata->tg_newtable, true, false, slot))
		{
			bool		isnull;

			CHECK_FOR_INTERRUPTS();
			if (DatumGetBool(posting_attribute(slot, "reissue", &isnull)))
				step(slot);
		}
	}
	PG_FINALLY();
	{
		posting_end(&caller);
	}
	PG_END_TRY();
	ExecDropSingleTupleTableSlot(slot);
}

/*
 * cancellation_post() returns trigger
 *
 * AFTER INSERT statement trigger of table cancellation: posts every row of
 * the statement or refuses the statement.  Errors: class LC, see errcodes.h.
 *
 * The lock of the numbers comes before those of the accounts, as it does when
 * certificates are issued and corrected.
 */
Datum
cancellation_post(PG_FUNCTION_ARGS)
{
	TriggerData *trigdata = posting_trigger(fcinfo, "cancellation");
	RuleCache	rules = {0};

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	for_each_reissue(trigdata, lock_numbers);
	rules.context = CurrentMemoryContext;
	posting_run(trigdata, &cancellation_kind, &rules);
	for_each_reissue(trigdata, reissue);
	SPI_finish();
	return PointerGetDatum(NULL);
}

static SavedPlan account_plan = {
	"SELECT h.account_id FROM (SELECT * FROM certledger.holding"
	"  WHERE last_certificate >= $1 ORDER BY last_certificate LIMIT 1) AS h"
	" WHERE h.certificates @> $1",
	1, {PLAN_GEC}
};

/*
 * certificate_account(certificate) returns bigint
 *
 * The account that has a certificate.  Error LC008 when it was never issued.
 */
Datum
cancellation_certificate_account(PG_FUNCTION_ARGS)
{
	Datum		certificate = PG_GETARG_DATUM(0);
	Datum		account;
	bool		isnull;

	ledger_require();
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (plan_execute(&account_plan, &certificate, NULL, SPI_OK_SELECT) == 0)
	{
		PostingDocument question = {.ref = "certificate_account()"};

		refuse_unknown(&question, DatumGetGecP(certificate));
	}
	account = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	SPI_finish();
	return account;
}

static DocumentFunction cancellation_function = {
	.name = "cancellation",
	.conflict_hint = "Use a new reference for a new document.",
	.insert =
	"INSERT INTO certledger.cancellation (ref, reason, proof, certificates, quantity,"
	"  ends_hold, account_id, objected_on, reissue, effective_on)"
	" SELECT $1, $2, $3, $4, coalesce($5, certledger.quantity($4)), h.hold_id,"
	"  coalesce($7, h.account_id, certledger.certificate_account(lower($4))),"
	"  $8, $9, coalesce($10, certledger.china_today())"
	" FROM (SELECT CASE WHEN $6 IS NOT NULL THEN certledger.hold_id($6) END AS id) AS n"
	" LEFT JOIN certledger.hold AS h ON h.hold_id = n.id"
	" ON CONFLICT (ref) DO NOTHING RETURNING cancellation_id",
	.lookup =
	"SELECT c.cancellation_id, ROW(c.reason, c.proof, c.certificates, c.quantity, h.ref,"
	"  c.account_id, c.objected_on, c.reissue, c.effective_on)"
	" IS NOT DISTINCT FROM ROW($2, $3, $4, coalesce($5, certledger.quantity($4)), $6,"
	"  coalesce($7, c.account_id), $8, $9, coalesce($10, c.effective_on))"
	" FROM certledger.cancellation AS c"
	" LEFT JOIN certledger.hold AS h ON h.hold_id = c.ends_hold WHERE c.ref = $1",
	.result =
	"SELECT " POSTING_COLUMNS
	" FROM certledger.movement AS m"
	" WHERE m.document = 'cancellation' AND m.document_id = $1"
	"  AND m.posted_at = (SELECT c.posted_at FROM certledger.cancellation AS c"
	"   WHERE c.cancellation_id = $1)"
	" ORDER BY m.movement_id"
};

/*
 * cancel_certificates(ref, reason, proof, certificates, quantity, freeze_ref,
 *		account, objected_on, reissue, effective_on, dry_run)
 *		returns setof posting
 *
 * Cancels certificates: those under a CCER freeze when their reductions are
 * registered, or any live ones after an upheld objection; these may be issued
 * anew.  The account is the holder's unless given.
 */
Datum
cancellation_cancel(PG_FUNCTION_ARGS)
{
	return document_post(fcinfo, &cancellation_function);
}
