/*-------------------------------------------------------------------------
 *
 * retirement.c
 *	  Retirements: documents that use certificates up to claim consumption.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "executor/spi.h"
#include "utils/builtins.h"

#include "document.h"
#include "errcodes.h"
#include "posting.h"
#include "rule.h"

PG_FUNCTION_INFO_V1(retirement_post);
PG_FUNCTION_INFO_V1(retirement_retire);

/* Row #14 of the state table. */
static const PostingRule retirement_rule = {
	"retirement", STATE_BIT(STATE_ISSUED) | STATE_BIT(STATE_TRANSFERRED),
	STATE_RETIRED, false, 0, true, ROUTE_PRODUCTION, 0, 0
};

/* From which consumption year on the vintage must match, read once a day. */
typedef struct RetirementRead
{
	bool		known;
	DateADT		effective_on;
	int			vintage_check_from;
} RetirementRead;

/*
 * Reads one row of table retirement.  Under the mandatory regime the
 * production year must be the consumption year (发改能源〔2026〕622号 art. 5;
 * NEA implementing rules of 2026-01-07), from the year that rule
 * vintage_check_from names.
 */
static void
read_retirement(PostingDocument *document, TupleTableSlot *slot, void *arg)
{
	const Vocabulary *v = vocabulary_get();
	RetirementRead *read = arg;
	bool		isnull;
	ClaimRegime regime;
	int			year;

	document->rule = &retirement_rule;
	document->id = DatumGetInt64(posting_attribute(slot, "retirement_id", &isnull));
	document->ref = TextDatumGetCString(posting_attribute(slot, "ref", &isnull));
	document->account_id = DatumGetInt64(posting_attribute(slot, "account_id", &isnull));
	document->to_account = document->account_id;
	document->quantity = DatumGetInt64(posting_attribute(slot, "quantity", &isnull));
	document->effective_on = DatumGetDateADT(posting_attribute(slot, "effective_on", &isnull));
	document->posted_at = DatumGetTimestampTz(posting_attribute(slot, "posted_at", &isnull));
	document->beneficiary = DatumGetInt64(posting_attribute(slot, "beneficiary", &isnull));
	posting_named_ranges(document, slot);

	regime = (ClaimRegime) word_of_oid(&v->regime,
									   DatumGetObjectId(posting_attribute(slot, "regime", &isnull)));
	year = DatumGetInt32(posting_attribute(slot, "consumption_year", &isnull));
	if (regime == REGIME_MANDATORY)
	{
		if (!read->known || read->effective_on != document->effective_on)
		{
			read->vintage_check_from = rule_year("vintage_check_from", document->effective_on);
			read->effective_on = document->effective_on;
			read->known = true;
		}
		if (year >= read->vintage_check_from)
			document->vintage = year;
	}
}

/*
 * retirement_post() returns trigger
 *
 * AFTER INSERT statement trigger of table retirement: posts every row of the
 * statement or refuses the statement.  Errors: class LC, see errcodes.h.
 */
Datum
retirement_post(PG_FUNCTION_ARGS)
{
	TriggerData *trigdata = posting_trigger(fcinfo, "retirement");
	RetirementRead read = {0};

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	posting_run(trigdata, DOCUMENT_RETIREMENT, read_retirement, &read);
	SPI_finish();
	return PointerGetDatum(NULL);
}

static DocumentFunction retirement_function = {
	.name = "retirement",
	.conflict_hint = "Use a new reference for a new document.",
	.insert =
	"INSERT INTO certledger.retirement (ref, account_id, consumption_year, quantity,"
	"  regime, certificates, beneficiary, region, purpose, grid_account, effective_on)"
	" VALUES ($1, $2, $3, coalesce($4, certledger.quantity($6)), $5, $6, coalesce($7, $2),"
	"  coalesce($8, certledger.account_region(coalesce($7, $2))), $9, $10,"
	"  coalesce($11, certledger.china_today()))"
	" ON CONFLICT (ref) DO NOTHING RETURNING retirement_id",
	.lookup =
	"SELECT retirement_id, ROW(account_id, consumption_year, quantity, regime,"
	"  certificates, beneficiary, region, purpose, grid_account, effective_on)"
	" IS NOT DISTINCT FROM ROW($2, $3, coalesce($4, certledger.quantity($6)), $5,"
	"  $6, coalesce($7, $2), coalesce($8, region), $9, $10, coalesce($11, effective_on))"
	" FROM certledger.retirement WHERE ref = $1",
	.result =
	"SELECT m.document_id, m.certificates, certledger.quantity(m.certificates),"
	"  m.from_account, m.from_state, m.to_account, m.to_state, m.to_route"
	" FROM certledger.movement AS m"
	" WHERE m.document = 'retirement' AND m.document_id = $1"
	"  AND m.posted_at = (SELECT r.posted_at FROM certledger.retirement AS r WHERE r.retirement_id = $1)"
	" ORDER BY m.movement_id"
};

/*
 * retire(ref, account, consumption_year, quantity, regime, certificates,
 *		beneficiary, region, purpose, grid_account, effective_on)
 *		returns setof posting
 *
 * Inserts one retirement and returns the ranges it retired.  A repeated ref
 * with the same content returns the first outcome and posts nothing.
 */
Datum
retirement_retire(PG_FUNCTION_ARGS)
{
	return document_post(fcinfo, &retirement_function);
}
