/*-------------------------------------------------------------------------
 *
 * retirement.c
 *	  Retirements: documents that use certificates up to claim consumption.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/timestamp.h"

#include "claim.h"
#include "document.h"
#include "refusal.h"
#include "region.h"
#include "retirement.h"

PG_FUNCTION_INFO_V1(retirement_post);
PG_FUNCTION_INFO_V1(retirement_retire);

/* Row #14 of the state table. */
const PostingRule retirement_rule = {
	"retirement", STATE_BIT(STATE_ISSUED) | STATE_BIT(STATE_TRANSFERRED),
	EFFECT_END, .to_state = STATE_RETIRED, .needs_validity = true
};

/*
 * Sets what the mandatory regime asks: the production year must be the
 * consumption year (发改能源〔2026〕622号 art. 5; NEA implementing rules of
 * 2026-01-07), from the year that rule vintage_check_from names, and the
 * retirement must not come later after that year than rule retire_by says.
 */
void
retirement_set_mandatory(PostingDocument *document, int year, RuleCache *rules)
{
	Interval   *retire_by = rule_interval(rules, "retire_by", document->effective_on);
	DateADT		last = date2j(year, 12, 31) - POSTGRES_EPOCH_JDATE;

	if (year >= rule_year(rules, "vintage_check_from", document->effective_on))
		document->vintage = year;
	if (retire_by == NULL)
		return;
	last = DatumGetDateADT(DirectFunctionCall1(timestamp_date,
											   DirectFunctionCall2(date_pl_interval,
																   DateADTGetDatum(last),
																   IntervalPGetDatum(retire_by))));
	if (document->effective_on > last)
		refuse(document, ERRCODE_RETIREMENT_TOO_LATE,
			   psprintf("certificates can no longer be retired for consumption of %d", year),
			   psprintf("Document \"%s\" takes effect on %s; by rule retire_by the last day was %s.",
						document->ref,
						DatumGetCString(DirectFunctionCall1(date_out, DateADTGetDatum(document->effective_on))),
						DatumGetCString(DirectFunctionCall1(date_out, DateADTGetDatum(last)))),
			   "Claim under the voluntary regime.");
}

/* What a statement needs while its retirements are posted. */
typedef struct RetirementPosting
{
	RuleCache	rules;
	Claims	   *claims;
} RetirementPosting;

/*
 * Reads one row of table retirement.
 */
static void
read_retirement(PostingDocument *document, PostingRow *row, void *arg)
{
	const Vocabulary *v = vocabulary_get();
	RetirementPosting *posting = arg;
	bool		isnull;

	document->rule = &retirement_rule;
	document->id = row_bigint(row, "retirement_id");
	document->ref = row_text(row, "ref");
	document->account_id = row_bigint(row, "account_id");
	document->to_account = document->account_id;
	document->quantity = row_bigint(row, "quantity");
	document->effective_on = row_date(row, "effective_on");
	document->posted_at = row_timestamp(row, "posted_at");
	document->effective_at = DT_NOEND;
	document->instant = posting_instant(document);
	document->party = row_bigint(row, "beneficiary");
	row_selection(row, document);
	if (row_word(row, "regime", &v->regime) == REGIME_MANDATORY)
	{
		document->consumed_in = DatumGetRegion(row_value(row, "region", &isnull));
		retirement_set_mandatory(document,
								 DatumGetInt32(row_value(row, "consumption_year", &isnull)),
								 &posting->rules);
	}
}

/*
 * Notes what a retirement claims.
 */
static void
note_claim(const PostingDocument *document, const AccountFacts *party,
		   const Piece *piece, void *arg)
{
	RetirementPosting *posting = arg;

	claim_add(posting->claims, document, party, piece);
}

static const PostingKind retirement_kind = {
	.kind = DOCUMENT_RETIREMENT,
	.read = read_retirement,
	.taken = note_claim
};

static void
begin_posting(RetirementPosting *posting)
{
	posting->rules.context = CurrentMemoryContext;
	posting->rules.keep_open = true;
	posting->claims = claim_begin(&posting->rules);
}

/*
 * Adds what was claimed to the totals.
 */
static void
end_posting(RetirementPosting *posting, Relation retirements)
{
	rule_cache_end(&posting->rules);
	claim_settle(posting->claims, retirements);
}

/*
 * Posts rows of table retirement in place of its trigger, and adds what was
 * claimed to the totals.  Call inside SPI_connect.
 */
void
retirement_post_rows(Relation retirements, PostingSource *source)
{
	RetirementPosting posting = {0};

	begin_posting(&posting);
	source->kind = &retirement_kind;
	source->arg = &posting;
	posting_run_source(retirements, source);
	end_posting(&posting, retirements);
}

/*
 * retirement_post() returns trigger
 *
 * AFTER INSERT statement trigger of table retirement: posts every row of the
 * statement or refuses the statement, and adds what was claimed to the totals.
 * Errors: class LC, see errcodes.h.
 */
Datum
retirement_post(PG_FUNCTION_ARGS)
{
	TriggerData *trigdata = posting_trigger(fcinfo, "retirement");
	RetirementPosting posting = {0};

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	begin_posting(&posting);
	posting_run(trigdata, &retirement_kind, &posting);
	end_posting(&posting, trigdata->tg_relation);
	SPI_finish();
	return PointerGetDatum(NULL);
}

/* Table retirement. */
enum
{
	RETIREMENT_ID,
	RETIREMENT_REF,
	RETIREMENT_ACCOUNT_ID,
	RETIREMENT_QUANTITY,
	RETIREMENT_CERTIFICATES,
	RETIREMENT_FILTER,
	RETIREMENT_REGIME,
	RETIREMENT_CONSUMPTION_YEAR,
	RETIREMENT_CONSUMED_FROM,
	RETIREMENT_CONSUMED_TO,
	RETIREMENT_BENEFICIARY,
	RETIREMENT_REGION,
	RETIREMENT_PURPOSE,
	RETIREMENT_GRID_ACCOUNT,
	RETIREMENT_EFFECTIVE_ON,
	RETIREMENT_POSTED_AT,
	RETIREMENT_POSTED_BY,
	RETIREMENT_NCOLUMNS
};

const DirectDefinition retirement_table = {
	.table_name = "retirement",
	.rights = ACL_INSERT | ACL_SELECT,
	.written = true,
	.numbered = true,
	.poster = "post_retirement",
	.ncolumns = RETIREMENT_NCOLUMNS,
	.columns = {
		[RETIREMENT_ID] = {"retirement_id", INT8OID},
		[RETIREMENT_REF] = {"ref", TEXTOID},
		[RETIREMENT_ACCOUNT_ID] = {"account_id", INT8OID},
		[RETIREMENT_QUANTITY] = {"quantity", INT8OID},
		[RETIREMENT_CERTIFICATES] = {"certificates", InvalidOid, "gecmultirange"},
		[RETIREMENT_FILTER] = {"filter", InvalidOid, "certificate_filter"},
		[RETIREMENT_REGIME] = {"regime", InvalidOid, "claim_regime"},
		[RETIREMENT_CONSUMPTION_YEAR] = {"consumption_year", INT4OID},
		[RETIREMENT_CONSUMED_FROM] = {"consumed_from", DATEOID},
		[RETIREMENT_CONSUMED_TO] = {"consumed_to", DATEOID},
		[RETIREMENT_BENEFICIARY] = {"beneficiary", INT8OID},
		[RETIREMENT_REGION] = {"region", InvalidOid, "region"},
		[RETIREMENT_PURPOSE] = {"purpose", TEXTOID},
		[RETIREMENT_GRID_ACCOUNT] = {"grid_account", TEXTOID},
		[RETIREMENT_EFFECTIVE_ON] = {"effective_on", DATEOID},
		[RETIREMENT_POSTED_AT] = {"posted_at", TIMESTAMPTZOID},
		[RETIREMENT_POSTED_BY] = {"posted_by", NAMEOID}
	}
};

static DocumentFunction retirement_function = {
	.name = "retirement",
	.conflict_hint = "Use a new reference for a new document.",
	.insert =
	"INSERT INTO certledger.retirement (ref, account_id, consumption_year, quantity,"
	"  regime, certificates, beneficiary, region, purpose, grid_account, effective_on,"
	"  filter, consumed_from, consumed_to)"
	" VALUES ($1, $2, $3, coalesce($4, certledger.quantity($6)), $5, $6, coalesce($7, $2),"
	"  coalesce($8, certledger.account_region(coalesce($7, $2))), $9, $10,"
	"  coalesce($11, certledger.china_today()), $12, $13, $14)"
	" ON CONFLICT (ref) DO NOTHING RETURNING retirement_id",
	.lookup =
	"SELECT retirement_id, ROW(account_id, consumption_year, quantity, regime,"
	"  certificates, beneficiary, region, purpose, grid_account, effective_on, filter,"
	"  consumed_from, consumed_to)"
	" IS NOT DISTINCT FROM ROW($2, $3, coalesce($4, certledger.quantity($6)), $5,"
	"  $6, coalesce($7, $2), coalesce($8, region), $9, $10, coalesce($11, effective_on), $12,"
	"  $13, $14)"
	" FROM certledger.retirement WHERE ref = $1",
	.result =
	"SELECT " POSTING_COLUMNS
	" FROM certledger.movement AS m"
	" WHERE m.document = 'retirement' AND m.document_id = $1"
	"  AND m.posted_at = (SELECT r.posted_at FROM certledger.retirement AS r WHERE r.retirement_id = $1)"
	" ORDER BY m.movement_id",
	.watched = true,
	.document = DOCUMENT_RETIREMENT
};

/*
 * retire(ref, account, consumption_year, quantity, regime, certificates,
 *		beneficiary, region, purpose, grid_account, effective_on, filter,
 *		consumed_from, consumed_to, dry_run)
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
