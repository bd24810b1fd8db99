/*-------------------------------------------------------------------------
 *
 * response.c
 *	  Responses: documents that answer a transfer which was posted as pending.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"


#include "document.h"
#include "refusal.h"
#include "transfer.h"

PG_FUNCTION_INFO_V1(response_post);
PG_FUNCTION_INFO_V1(response_transfer_id);
PG_FUNCTION_INFO_V1(response_accept);
PG_FUNCTION_INFO_V1(response_reject);
PG_FUNCTION_INFO_V1(response_withdraw);

static const PostingRule rejection_rule = {
	"rejection", STATE_BIT(STATE_FROZEN), EFFECT_WITHDRAW
};
static const PostingRule withdrawal_rule = {
	"withdrawal", STATE_BIT(STATE_FROZEN), EFFECT_WITHDRAW
};

/*
 * Reads one row of table response.  Whose certificates it is about, the
 * transfer tells.
 */
static void
read_response(PostingDocument *document, PostingRow *row, void *arg)
{
	ResponseKind kind = (ResponseKind) row_word(row, "kind", &vocabulary_get()->response);

	/* the rule of an acceptance is that of the transfer's mode */
	document->rule = kind == RESPONSE_WITHDRAW ? &withdrawal_rule :
		kind == RESPONSE_REJECT ? &rejection_rule :
		transfer_rule(MODE_BILATERAL, TRANSFER_ACCEPTANCE);
	document->id = row_bigint(row, "response_id");
	document->ref = row_text(row, "ref");
	document->effective_on = row_date(row, "effective_on");
	document->posted_at = row_timestamp(row, "posted_at");
	document->effective_at = DT_NOEND;
	document->instant = posting_instant(document);
	row_under(row, "transfer_id", document);
}

/*
 * Fills in what follows from the transfer that is answered: between whom, and
 * of an acceptance by which mode and route, as of the day of the transfer.
 */
static void
read_transfer(PostingDocument *document, void *arg)
{
	Origin	   *transfer = document->origin;

	document->account_id = transfer->account_id;
	document->to_account = transfer->account_id;
	if (document->rule->effect != EFFECT_MOVE)
		return;
	document->to_account = transfer->to_account;
	document->transfer_id = transfer->id;
	document->rule = transfer_rule(transfer->mode, TRANSFER_ACCEPTANCE);
	transfer_set_route(document, transfer->route, arg, transfer->effective_on);
}

static const PostingKind response_kind = {
	.kind = DOCUMENT_RESPONSE,
	.origin_kind = DOCUMENT_TRANSFER,
	.read = read_response,
	.read_origin = read_transfer
};

/*
 * response_post() returns trigger
 *
 * AFTER INSERT statement trigger of table response: posts every row of the
 * statement or refuses the statement.  Errors: class LC, see errcodes.h.
 */
Datum
response_post(PG_FUNCTION_ARGS)
{
	return posting_post(posting_trigger(fcinfo, "response"), &response_kind);
}

static SavedPlan transfer_id_plan = {
	"SELECT transfer_id FROM certledger.transfer WHERE ref = $1",
	1, {PLAN_TEXT}
};

/*
 * transfer_id(ref) returns bigint
 *
 * Number of a transfer by its reference.  Error LC029 when there is none.
 */
Datum
response_transfer_id(PG_FUNCTION_ARGS)
{
	return document_id_of_ref(fcinfo, &transfer_id_plan, "transfer");
}

/* A function for each kind of answer; the parameters are the same. */
#define RESPONSE_FUNCTION(answer) \
	.name = "response", \
	.conflict_hint = "Use a new reference for a new document.", \
	.insert = \
	"INSERT INTO certledger.response (ref, kind, transfer_id, note, effective_on)" \
	" VALUES ($1, '" answer "', certledger.transfer_id($2), $3," \
	"  coalesce($4, certledger.china_today()))" \
	" ON CONFLICT (ref) DO NOTHING RETURNING response_id", \
	.lookup = \
	"SELECT r.response_id, ROW(r.kind, t.ref, r.note, r.effective_on)" \
	" IS NOT DISTINCT FROM ROW('" answer "'::certledger.response_kind, $2, $3," \
	"  coalesce($4, r.effective_on))" \
	" FROM certledger.response AS r" \
	" JOIN certledger.transfer AS t ON t.transfer_id = r.transfer_id WHERE r.ref = $1", \
	.result = \
	"SELECT " POSTING_COLUMNS \
	" FROM certledger.movement AS m" \
	" WHERE m.document = 'response' AND m.document_id = $1" \
	"  AND m.posted_at = (SELECT r.posted_at FROM certledger.response AS r WHERE r.response_id = $1)" \
	" ORDER BY m.movement_id"

static DocumentFunction acceptance_function = {RESPONSE_FUNCTION("accept")};
static DocumentFunction rejection_function = {RESPONSE_FUNCTION("reject")};
static DocumentFunction withdrawal_function = {RESPONSE_FUNCTION("withdraw")};

/*
 * accept_transfer(ref, transfer_ref, note, effective_on, dry_run)
 *		returns setof posting
 *
 * The receiver takes what a pending transfer offers.
 */
Datum
response_accept(PG_FUNCTION_ARGS)
{
	return document_post(fcinfo, &acceptance_function);
}

/*
 * reject_transfer(ref, transfer_ref, note, effective_on, dry_run)
 *		returns setof posting
 *
 * The receiver declines: the certificates are the giver's again.
 */
Datum
response_reject(PG_FUNCTION_ARGS)
{
	return document_post(fcinfo, &rejection_function);
}

/*
 * withdraw_transfer(ref, transfer_ref, note, effective_on, dry_run)
 *		returns setof posting
 *
 * The giver takes back what was not accepted yet.
 */
Datum
response_withdraw(PG_FUNCTION_ARGS)
{
	return document_post(fcinfo, &withdrawal_function);
}
