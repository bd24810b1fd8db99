/*-------------------------------------------------------------------------
 *
 * refusal.c
 *	  What a document may do with certificates, and how it is refused.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/timestamp.h"

#include "refusal.h"
#include "region.h"

/*
 * Whether a document is a trade by which certificates of a lot leave the
 * province of their production.
 */
static bool
crosses_provinces(const PostingDocument *document, const Lot *lot)
{
	return document->rule->to_route == ROUTE_IN_PROVINCE_TRADE &&
		lot->region / 10000 * 10000 != document->to_province;
}

/*
 * The state of a lot as a document sees it: when the order has ended for
 * which certificates are locked, they are on sale again without anybody
 * having said so (state table, row #5).
 */
HoldingState
refusal_state(const PostingDocument *document, const Lot *lot)
{
	return lot->place.state == STATE_LOCKED &&
		lot->place.order_ends_at <= document->instant ? STATE_LISTED : lot->place.state;
}

/*
 * Whether a document takes certificates back from an order that has ended.
 */
bool
refusal_order_ended(const PostingDocument *document, const Lot *lot)
{
	return document->rule->ends_orders && lot->place.state == STATE_LOCKED &&
		refusal_state(document, lot) == STATE_LISTED;
}

/*
 * The route of certificates of a lot after a document.
 */
Route
refusal_route_after(const PostingDocument *document, const Lot *lot)
{
	if (document->rule->effect != EFFECT_MOVE)
		return lot->place.route;
	if (crosses_provinces(document, lot))
		return document->out_route;
	return document->rule->to_route;
}

/*
 * First day after a month given as YYMM: certificates of the month cannot be
 * issued, and so cannot move, before it.
 */
static DateADT
first_day_after_month(int yymm)
{
	int			year = 2000 + yymm / 100;
	int			month = yymm % 100;

	return date2j(month < 12 ? year : year + 1, month < 12 ? month + 1 : 1, 1) -
		POSTGRES_EPOCH_JDATE;
}

/*
 * Whether certificates of a lot satisfy a filter.
 */
static bool
passes_filter(const CertificateFilter *filter, const Lot *lot)
{
	int			yymm = gec_yymm(&lot->first);

	return yymm >= filter->yymm_from && yymm <= filter->yymm_to &&
		(!OidIsValid(filter->source) || lot->source == filter->source) &&
		region_is_within(lot->region, filter->region) &&
		(!filter->has_project || lot->first.project == filter->project) &&
		(filter->volume_digit == 0 ||
		 gec_volume_digit(&lot->first) == filter->volume_digit) &&
		(filter->route < 0 || (int) lot->place.route == filter->route);
}

/*
 * Whether the technology of a lot's project is one of those that a document
 * is for.
 */
static bool
has_technology(const PostingDocument *document, const Lot *lot)
{
	if (lot->technology != NULL)
		for (int i = 0; i < document->ntechnologies; i++)
			if (strcmp(lot->technology, document->technologies[i]) == 0)
				return true;
	return false;
}

/*
 * Whether a lot was issued too long before an objection.
 */
static bool
objected_too_late(const PostingDocument *document, const Lot *lot)
{
	Datum		last;

	if (document->objection_window == NULL)
		return false;
	last = DirectFunctionCall2(date_pl_interval, DateADTGetDatum(lot->issued_on),
							   IntervalPGetDatum(document->objection_window));
	return document->objected_on >
		DatumGetDateADT(DirectFunctionCall1(timestamp_date, last));
}

/*
 * Whether the state of a lot is one that a document may take it from.
 */
static Refusal
refusal_of_state(const PostingDocument *document, const Lot *lot)
{
	const PostingRule *rule = document->rule;
	HoldingState state = refusal_state(document, lot);

	if ((rule->from_states & STATE_BIT(state)) != 0)
		return ACCEPTED;
	switch (state)
	{
		case STATE_LOCKED:
			return REFUSED_LOCKED;
		case STATE_FROZEN:
			return REFUSED_FROZEN;
		case STATE_TRANSFERRED:
			if (!rule->trade)
				return REFUSED_STATE;

			/* traded before, and may be traded again (rule trades_allowed) */
			return (rule->effect == EFFECT_MOVE || rule->effect == EFFECT_OFFER) &&
				lot->place.trades > 0 && lot->place.trades < document->trades_allowed ?
				ACCEPTED : REFUSED_TRADED_ALREADY;
		default:
			return REFUSED_STATE;
	}
}

/*
 * Whether a document may take certificates of a lot, and if not, why.
 * Cites: NEA implementing rules of 2026-01-07, 国能发新能规〔2024〕67号;
 * 发改能源〔2023〕1044号 for subsidised projects; the NEA and MEE notice of
 * 2024 for CCER; 发改能源〔2026〕622号 art. 5 for the vintage.
 */
Refusal
refusal_of_lot(const PostingDocument *document, const Lot *lot)
{
	const PostingRule *rule = document->rule;
	Refusal		refusal;

	if (lot->place.account_id != document->account_id)
		return REFUSED_NOT_HELD;
	if (lot->place.state >= STATE_RETIRED)
		return REFUSED_TERMINAL;
	if (document->filter != NULL && !passes_filter(document->filter, lot))
		return REFUSED_FILTERED;
	if (rule->trade && gec_trade_digit(&lot->first) != GEC_TRADABLE)
		return REFUSED_NOT_TRADABLE;
	refusal = refusal_of_state(document, lot);
	if (refusal != ACCEPTED)
		return refusal;
	if (rule->volume_digit != 0 && gec_volume_digit(&lot->first) != rule->volume_digit)
		return REFUSED_CLASS;
	if (document->bars_subsidised && lot->subsidised)
		return REFUSED_SUBSIDISED;
	if (document->technologies != NULL && !has_technology(document, lot))
		return REFUSED_TECHNOLOGY;
	if (document->own_province && lot->region / 10000 * 10000 != document->to_province)
		return REFUSED_PROVINCE;
	if (document->out_route_named &&
		crosses_provinces(document, lot) ==
		(document->out_route == ROUTE_IN_PROVINCE_TRADE))
		return REFUSED_ROUTE;
	if (document->effective_on < first_day_after_month(gec_yymm(&lot->first)))
		return REFUSED_NOT_YET;
	if (rule->needs_validity && lot->valid_until < document->effective_on)
		return REFUSED_EXPIRED;
	if (document->vintage != 0 && 2000 + gec_yymm(&lot->first) / 100 != document->vintage)
		return REFUSED_VINTAGE;
	if (document->objection && objected_too_late(document, lot))
		return REFUSED_OBJECTION;
	return ACCEPTED;
}

/*
 * SQLSTATE of a refusal.
 */
int
refusal_errcode(Refusal refusal)
{
	static const int codes[REFUSALS] = {
		[ACCEPTED] = ERRCODE_SUCCESSFUL_COMPLETION,
		[REFUSED_NOT_HELD] = ERRCODE_CERTIFICATES_NOT_HELD,
		[REFUSED_TERMINAL] = ERRCODE_CERTIFICATES_TERMINAL,
		[REFUSED_FILTERED] = ERRCODE_CERTIFICATES_FILTERED,
		[REFUSED_NOT_TRADABLE] = ERRCODE_CERTIFICATES_NOT_TRADABLE,
		[REFUSED_TRADED_ALREADY] = ERRCODE_CERTIFICATES_TRADED_ALREADY,
		[REFUSED_LOCKED] = ERRCODE_CERTIFICATES_LOCKED,
		[REFUSED_FROZEN] = ERRCODE_CERTIFICATES_FROZEN,
		[REFUSED_STATE] = ERRCODE_CERTIFICATES_WRONG_STATE,
		[REFUSED_CLASS] = ERRCODE_CERTIFICATES_WRONG_CLASS,
		[REFUSED_SUBSIDISED] = ERRCODE_CERTIFICATES_SUBSIDISED,
		[REFUSED_TECHNOLOGY] = ERRCODE_CERTIFICATES_WRONG_TECHNOLOGY,
		[REFUSED_PROVINCE] = ERRCODE_CERTIFICATES_WRONG_PROVINCE,
		[REFUSED_ROUTE] = ERRCODE_CERTIFICATES_WRONG_ROUTE,
		[REFUSED_NOT_YET] = ERRCODE_CERTIFICATES_NOT_YET,
		[REFUSED_EXPIRED] = ERRCODE_CERTIFICATES_EXPIRED,
		[REFUSED_VINTAGE] = ERRCODE_CERTIFICATES_WRONG_VINTAGE,
		[REFUSED_OBJECTION] = ERRCODE_OBJECTION_TOO_LATE
	};

	return codes[refusal];
}

/*
 * What a refusal says of the certificates: "... that are PHRASE".
 */
const char *
refusal_phrase(Refusal refusal)
{
	static const char *const phrases[REFUSALS] = {
		[ACCEPTED] = "available",
		[REFUSED_NOT_HELD] = "not held by the account",
		[REFUSED_TERMINAL] = "retired, expired or cancelled",
		[REFUSED_FILTERED] = "outside the filter",
		[REFUSED_NOT_TRADABLE] = "not tradable",
		[REFUSED_TRADED_ALREADY] = "traded or transferred already",
		[REFUSED_LOCKED] = "locked for an order",
		[REFUSED_FROZEN] = "frozen",
		[REFUSED_STATE] = "in a state that does not allow it",
		[REFUSED_CLASS] = "of another volume class",
		[REFUSED_SUBSIDISED] = "of a subsidised project",
		[REFUSED_TECHNOLOGY] = "of another technology",
		[REFUSED_PROVINCE] = "of another province than the receiver's",
		[REFUSED_ROUTE] = "of a province to which the named route does not apply",
		[REFUSED_NOT_YET] = "of a month that was not over on the effective date",
		[REFUSED_EXPIRED] = "no longer valid",
		[REFUSED_VINTAGE] = "of another production year",
		[REFUSED_OBJECTION] = "too old for the objection"
	};

	return phrases[refusal];
}

/*
 * What to do about a refusal.
 */
static const char *
refusal_hint(Refusal refusal)
{
	static const char *const hints[REFUSALS] = {
		[ACCEPTED] = "",
		[REFUSED_NOT_HELD] = "Only the holder can give certificates away or retire them.",
		[REFUSED_TERMINAL] = "Retirement, expiry and cancellation are final; use other certificates.",
		[REFUSED_FILTERED] = "Widen the filter, or see view holding_balance for what the account has.",
		[REFUSED_NOT_TRADABLE] = "Self-use, off-grid, existing-hydro and mechanism-price certificates move by a transfer of their own mode, or are retired by their holder.",
		[REFUSED_TRADED_ALREADY] = "A certificate is traded as often as rule trades_allowed says; its buyer can retire it.",
		[REFUSED_LOCKED] = "Settle or release the order, or wait for its end.",
		[REFUSED_FROZEN] = "Frozen certificates stay where they are until they are released or cancelled; certificate_history() tells why they are frozen.",
		[REFUSED_STATE] = "certificate_history() tells the state of a certificate and how it came to it; take certificates on sale off the market first.",
		[REFUSED_CLASS] = "Choose the mode that belongs to the certificates' volume class.",
		[REFUSED_SUBSIDISED] = "Rule subsidised_trade_modes lists the modes by which certificates of subsidised projects are traded.",
		[REFUSED_TECHNOLOGY] = "Rule ccer_technology lists the technologies whose projects may choose CCER; correct the technology in table project if it is wrong.",
		[REFUSED_PROVINCE] = "Certificates of mechanism-priced energy go to the provincial account of the province of production.",
		[REFUSED_ROUTE] = "Leave the route out, and it follows from the provinces of producer and buyer.",
		[REFUSED_NOT_YET] = "Certificates of a month exist from the next month on; use a later effective date.",
		[REFUSED_EXPIRED] = "Use certificates whose valid_until is not before the effective date.",
		[REFUSED_VINTAGE] = "Retire certificates produced in the consumption year, or claim under the voluntary regime.",
		[REFUSED_OBJECTION] = "Rule objection_window says how long after the issue an objection can be filed; correct metered energy with correct_generation()."
	};

	return hints[refusal];
}

/*
 * Refuses a document: notes it where the document keeps its outcome, else
 * raises it.  Returns in the first case only.
 */
void
refuse(const PostingDocument *document, int sqlstate, const char *reason,
	   const char *detail, const char *hint)
{
	PostingOutcome *outcome = document->outcome;
	MemoryContext old;

	if (outcome == NULL)
		ereport(ERROR,
				(errcode(sqlstate),
				 errmsg_internal("%s", reason),
				 errdetail_internal("%s", detail),
				 errhint("%s", hint)));

	/* the outcome outlives the chunk that the document is posted with */
	old = MemoryContextSwitchTo(outcome->context);
	outcome->sqlstate = sqlstate;
	outcome->reason = pstrdup(reason);
	outcome->detail = pstrdup(detail);
	outcome->hint = pstrdup(hint);
	MemoryContextSwitchTo(old);
}

/*
 * Text of a certificate's code.
 */
static char *
code_text(const gec *certificate)
{
	char	   *code = palloc(GEC_TEXT_LEN + 1);

	gec_text_format(certificate, code);
	code[GEC_TEXT_LEN] = '\0';
	return code;
}

/*
 * Refuses a document for one reason.  quantity is how many certificates stand
 * in the way, first the first of them; lot is theirs, or NULL when they are of
 * several.
 */
void
refuse_lot(const PostingDocument *document, Refusal refusal, const Lot *lot,
		   const gec *first, int64 quantity)
{
	StringInfoData detail;

	initStringInfo(&detail);
	appendStringInfo(&detail, "Document \"%s\" of account " INT64_FORMAT " asks for ",
					 document->ref, document->account_id);
	if (document->quantity > 0)
		appendStringInfo(&detail, INT64_FORMAT " certificates; ", document->quantity);
	else
		appendStringInfoString(&detail, "all that is left; ");
	appendStringInfo(&detail, INT64_FORMAT " from %s on are %s", quantity,
					 code_text(first), refusal_phrase(refusal));

	/* what others do with their certificates is not told */
	if (lot != NULL && lot->place.account_id == document->account_id)
	{
		appendStringInfo(&detail, "; their state is %s",
						 vocabulary_get()->state.words[refusal_state(document, lot)]);
		if (refusal == REFUSED_LOCKED)
			appendStringInfo(&detail, " until %s",
							 DatumGetCString(DirectFunctionCall1(timestamptz_out,
																 TimestampTzGetDatum(lot->place.order_ends_at))));
	}
	appendStringInfoChar(&detail, '.');
	refuse(document, refusal_errcode(refusal),
		   psprintf("certificates cannot be used for this %s because they are %s",
					document->rule->event, refusal_phrase(refusal)),
		   detail.data, refusal_hint(refusal));
}

/*
 * Refuses a document that names certificates which were never issued.
 */
void
refuse_unknown(const PostingDocument *document, const gec *first)
{
	refuse(document, ERRCODE_CERTIFICATES_UNKNOWN,
		   psprintf("certificate %s was never issued", code_text(first)),
		   psprintf("Document \"%s\" names it.", document->ref),
		   "Check the codes against the issued ones in table holding.");
}

/*
 * Refuses a document with a range that leaves the run in which it begins:
 * between two runs no code is ever issued.
 */
void
refuse_not_one_run(const PostingDocument *document, const gec *first)
{
	refuse(document, ERRCODE_CERTIFICATES_NOT_ONE_RUN,
		   psprintf("range of certificates from %s on was never issued", code_text(first)),
		   psprintf("Document \"%s\" names a range of more than one project, month or class.",
					document->ref),
		   "Name a range for each run.");
}

/*
 * Refuses a document that names certificates which another document of the
 * same statement names too.
 */
void
refuse_named_twice(const PostingDocument *document, const PostingDocument *other,
				   const gec *first)
{
	refuse(document, ERRCODE_CERTIFICATES_NAMED_TWICE,
		   psprintf("certificate %s is named twice in one statement", code_text(first)),
		   psprintf("Documents \"%s\" and \"%s\" name it.", other->ref, document->ref),
		   "A certificate can go only one way.");
}

/*
 * Whether an account exists, is open on the day, and is of a kind that the
 * event allows (0: any); refuses the document when not.
 */
bool
refusal_check_account(const PostingDocument *document, const AccountFacts *account,
					  uint32 kinds)
{
	const Vocabulary *v = vocabulary_get();
	int64		account_id = account->account_id;
	StringInfoData allowed;

	if (!account->found)
	{
		refuse(document, ERRCODE_ACCOUNT_UNKNOWN,
			   psprintf("account " INT64_FORMAT " does not exist", account_id),
			   psprintf("Document \"%s\" names it.", document->ref),
			   "Register it with register_account().");
		return false;
	}
	if (document->effective_on < account->opened_on)
	{
		refuse(document, ERRCODE_ACCOUNT_NOT_OPEN,
			   psprintf("account " INT64_FORMAT " is not open yet", account_id),
			   psprintf("Document \"%s\" takes effect before the day of its opening.",
						document->ref),
			   "Use a later effective date.");
		return false;
	}
	if (document->effective_on >= account->closed_on)
	{
		refuse(document, ERRCODE_ACCOUNT_CLOSED,
			   psprintf("account " INT64_FORMAT " is closed", account_id),
			   psprintf("Document \"%s\" takes effect on or after the day of its closing.",
						document->ref),
			   "Use an open account, or an earlier effective date.");
		return false;
	}
	if (kinds == 0 || (kinds & KIND_BIT(account->kind)) != 0)
		return true;

	initStringInfo(&allowed);
	for (int i = 0; i < ACCOUNT_KINDS; i++)
		if (kinds & KIND_BIT(i))
			appendStringInfo(&allowed, "%s%s", allowed.len > 0 ? " or " : "",
							 v->account_kind.words[i]);
	refuse(document, ERRCODE_ACCOUNT_WRONG_KIND,
		   psprintf("account " INT64_FORMAT " cannot take part in this %s",
					account_id, document->rule->event),
		   psprintf("Document \"%s\" needs an account of kind %s there, and it is of kind %s.",
					document->ref, allowed.data, v->account_kind.words[account->kind]),
		   "Use an account of that kind, or another mode of transfer.");
	return false;
}
