/*-------------------------------------------------------------------------
 *
 * refusal.c
 *	  What a document may do with certificates, and how it is refused.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/datetime.h"

#include "errcodes.h"
#include "refusal.h"

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
 * The route of certificates of a lot after a document.
 */
Route
refusal_route_after(const PostingDocument *document, const Lot *lot)
{
	if (document->rule->keeps_route)
		return lot->route;
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
 * Whether a document may take certificates of a lot, and if not, why.
 * Cites: NEA implementing rules of 2026-01-07, 国能发新能规〔2024〕67号;
 * 发改能源〔2026〕622号 art. 5 for the vintage.
 */
Refusal
refusal_of_lot(const PostingDocument *document, const Lot *lot)
{
	const PostingRule *rule = document->rule;

	if (lot->account_id != document->account_id)
		return REFUSED_NOT_HELD;
	if (lot->state >= STATE_RETIRED)
		return REFUSED_TERMINAL;
	if (rule->trade && gec_trade_digit(&lot->first) != GEC_TRADABLE)
		return REFUSED_NOT_TRADABLE;
	if ((rule->from_states & STATE_BIT(lot->state)) == 0)
		return rule->trade && lot->state == STATE_TRANSFERRED ?
			REFUSED_TRADED_ALREADY : REFUSED_STATE;
	if (rule->volume_digit != 0 && gec_volume_digit(&lot->first) != rule->volume_digit)
		return REFUSED_CLASS;
	if (document->out_route_named &&
		crosses_provinces(document, lot) ==
		(document->out_route == ROUTE_IN_PROVINCE_TRADE))
		return REFUSED_ROUTE;
	if (document->effective_on < first_day_after_month(gec_yymm(&lot->first)))
		return REFUSED_NOT_YET;
	if (lot->valid_until < document->effective_on)
		return REFUSED_EXPIRED;
	if (document->vintage != 0 && 2000 + gec_yymm(&lot->first) / 100 != document->vintage)
		return REFUSED_VINTAGE;
	return ACCEPTED;
}

/*
 * SQLSTATE of a refusal.
 */
static int
refusal_errcode(Refusal refusal)
{
	static const int codes[REFUSALS] = {
		[ACCEPTED] = ERRCODE_INTERNAL_ERROR,
		[REFUSED_NOT_HELD] = ERRCODE_CERTIFICATES_NOT_HELD,
		[REFUSED_TERMINAL] = ERRCODE_CERTIFICATES_TERMINAL,
		[REFUSED_NOT_TRADABLE] = ERRCODE_CERTIFICATES_NOT_TRADABLE,
		[REFUSED_TRADED_ALREADY] = ERRCODE_CERTIFICATES_TRADED_ALREADY,
		[REFUSED_STATE] = ERRCODE_CERTIFICATES_WRONG_STATE,
		[REFUSED_CLASS] = ERRCODE_CERTIFICATES_WRONG_CLASS,
		[REFUSED_ROUTE] = ERRCODE_CERTIFICATES_WRONG_ROUTE,
		[REFUSED_NOT_YET] = ERRCODE_CERTIFICATES_NOT_YET,
		[REFUSED_EXPIRED] = ERRCODE_CERTIFICATES_EXPIRED,
		[REFUSED_VINTAGE] = ERRCODE_CERTIFICATES_WRONG_VINTAGE
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
		[REFUSED_NOT_TRADABLE] = "not tradable",
		[REFUSED_TRADED_ALREADY] = "traded or transferred already",
		[REFUSED_STATE] = "in a state that does not allow it",
		[REFUSED_CLASS] = "of another volume class",
		[REFUSED_ROUTE] = "of a province to which the named route does not apply",
		[REFUSED_NOT_YET] = "of a month that was not over on the effective date",
		[REFUSED_EXPIRED] = "no longer valid",
		[REFUSED_VINTAGE] = "of another production year"
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
		[REFUSED_NOT_TRADABLE] = "Self-use, off-grid and existing-hydro certificates move by a transfer of their own mode, or are retired by their holder.",
		[REFUSED_TRADED_ALREADY] = "A certificate is traded at most once; its buyer can only retire it.",
		[REFUSED_STATE] = "certificate_history() tells the state of a certificate and how it came to it.",
		[REFUSED_CLASS] = "Choose the mode that belongs to the certificates' volume class.",
		[REFUSED_ROUTE] = "Leave the route out, and it follows from the provinces of producer and buyer.",
		[REFUSED_NOT_YET] = "Certificates of a month exist from the next month on; use a later effective date.",
		[REFUSED_EXPIRED] = "Use certificates whose valid_until is not before the effective date.",
		[REFUSED_VINTAGE] = "Retire certificates produced in the consumption year, or claim under the voluntary regime."
	};

	return hints[refusal];
}

/*
 * Refuses a document for one reason.  quantity is how many certificates stand
 * in the way, first the first of them; lot is theirs, or NULL when they are of
 * several.
 */
void
refusal_raise(const PostingDocument *document, Refusal refusal, const Lot *lot,
	   const gec *first, int64 quantity)
{
	/* what others do with their certificates is not told */
	bool		tell_state = lot != NULL && lot->account_id == document->account_id;
	char		code[GEC_TEXT_LEN + 1];

	gec_text_format(first, code);
	code[GEC_TEXT_LEN] = '\0';
	ereport(ERROR,
			(errcode(refusal_errcode(refusal)),
			 errmsg("certificates cannot be used for this %s because they are %s",
					document->rule->event, refusal_phrase(refusal)),
			 errdetail("Document \"%s\" of account " INT64_FORMAT " asks for " INT64_FORMAT
					   " certificates; " INT64_FORMAT " from %s on are %s%s%s.",
					   document->ref, document->account_id, document->quantity,
					   quantity, code, refusal_phrase(refusal),
					   tell_state ? "; their state is " : "",
					   tell_state ? vocabulary_get()->state.words[lot->state] : ""),
			 errhint("%s", refusal_hint(refusal))));
}

/*
 * Refuses a document that names certificates which were never issued.
 */
void
refusal_raise_unknown(const PostingDocument *document, const gec *first)
{
	char		code[GEC_TEXT_LEN + 1];

	gec_text_format(first, code);
	code[GEC_TEXT_LEN] = '\0';
	ereport(ERROR,
			(errcode(ERRCODE_CERTIFICATES_UNKNOWN),
			 errmsg("certificate %s was never issued", code),
			 errdetail("Document \"%s\" names it.", document->ref),
			 errhint("Check the codes against the issued ones in table holding.")));
}

/*
 * Refuses a document with a range that leaves the run in which it begins:
 * between two runs no code is ever issued.
 */
void
refusal_raise_not_one_run(const PostingDocument *document, const gec *first)
{
	char		code[GEC_TEXT_LEN + 1];

	gec_text_format(first, code);
	code[GEC_TEXT_LEN] = '\0';
	ereport(ERROR,
			(errcode(ERRCODE_CERTIFICATES_UNKNOWN),
			 errmsg("range of certificates from %s on was never issued", code),
			 errdetail("Document \"%s\" names a range of more than one project, month or class.",
					   document->ref),
			 errhint("Name a range for each run.")));
}

/*
 * Refuses a statement of which two documents name the same certificates.
 */
void
refusal_raise_named_twice(const PostingDocument *one, const PostingDocument *other,
				   const gec *first)
{
	char		code[GEC_TEXT_LEN + 1];

	gec_text_format(first, code);
	code[GEC_TEXT_LEN] = '\0';
	ereport(ERROR,
			(errcode(ERRCODE_CERTIFICATES_NOT_HELD),
			 errmsg("certificate %s is named twice in one statement", code),
			 errdetail("Documents \"%s\" and \"%s\" name it.", one->ref, other->ref),
			 errhint("A certificate can go only one way.")));
}
