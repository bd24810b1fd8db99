/*-------------------------------------------------------------------------
 *
 * hold.c
 *	  Holds: documents that put certificates on sale, lock them for the order
 *	  of a buyer, or freeze them, and end that again.  The certificates stay
 *	  with their holder.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "document.h"
#include "refusal.h"
#include "transfer.h"

PG_FUNCTION_INFO_V1(hold_post);
PG_FUNCTION_INFO_V1(hold_id);
PG_FUNCTION_INFO_V1(hold_list);
PG_FUNCTION_INFO_V1(hold_delist);
PG_FUNCTION_INFO_V1(hold_lock_order);
PG_FUNCTION_INFO_V1(hold_release_order);
PG_FUNCTION_INFO_V1(hold_freeze);
PG_FUNCTION_INFO_V1(hold_unfreeze);

/* Row #2 of the state table. */
const PostingRule listing_rule = {
	"listing", STATE_BIT(STATE_ISSUED), EFFECT_LIST,
	.trade = true, .needs_validity = true
};

/*
 * What each other action asks and does: rows #3 to #5, #17 and #20 of the
 * state table.
 */
static const PostingRule hold_rules[HOLD_ACTIONS] = {
	[ACTION_DELIST] = {
		"delisting", STATE_BIT(STATE_LISTED), EFFECT_DELIST, .ends_orders = true
	},
	[ACTION_LOCK] = {
		"order", STATE_BIT(STATE_LISTED), EFFECT_LOCK,
		.trade = true, .needs_validity = true, .ends_orders = true
	},
	[ACTION_RELEASE] = {
		"release", STATE_BIT(STATE_LOCKED) | STATE_BIT(STATE_LISTED), EFFECT_RELEASE
	},
	[ACTION_FREEZE] = {
		"freeze", LIVE_STATES & ~STATE_BIT(STATE_FROZEN), EFFECT_FREEZE
	},
	[ACTION_UNFREEZE] = {
		"unfreezing", STATE_BIT(STATE_FROZEN), EFFECT_UNFREEZE
	}
};

/*
 * Row #16 of the state table: of projects that may choose CCER, what was not
 * traded (NEA and MEE notice of 2024 linking certificates and CCER).  When it
 * is released it is issued, not on sale (row #17).
 */
static const PostingRule ccer_freeze_rule = {
	"CCER freeze", STATE_BIT(STATE_ISSUED) | STATE_BIT(STATE_LISTED),
	EFFECT_FREEZE_DELIST, .ends_orders = true
};

/*
 * A time and an interval later, in China's civil calendar (UTC+8) whatever
 * the time zone of the session.
 */
static TimestampTz
china_later(TimestampTz time, Interval *interval)
{
	Timestamp	local = time + 8 * USECS_PER_HOUR;

	local = DatumGetTimestamp(DirectFunctionCall2(timestamp_pl_interval,
												  TimestampGetDatum(local),
												  IntervalPGetDatum(interval)));
	return local - 8 * USECS_PER_HOUR;
}

/*
 * Sets when an order ends: as it says, but not later than rule order_lifetime
 * allows, or at that time (rules of the Beijing power exchange: 24 hours).
 */
static void
set_end(PostingDocument *document, RuleCache *rules)
{
	Interval   *lifetime = rule_interval(rules, "order_lifetime", document->effective_on);
	TimestampTz latest;

	if (lifetime == NULL)
		latest = DT_NOEND;
	else
		latest = china_later(document->instant, lifetime);
	if (document->ends_at == DT_NOEND)
		document->ends_at = latest;
	else if (document->ends_at > latest)
		refuse(document, ERRCODE_ORDER_TOO_LONG,
			   "order would last longer than rule order_lifetime allows",
			   psprintf("Order \"%s\" ends at %s; the latest end is %s.", document->ref,
						DatumGetCString(DirectFunctionCall1(timestamptz_out,
															TimestampTzGetDatum(document->ends_at))),
						DatumGetCString(DirectFunctionCall1(timestamptz_out,
															TimestampTzGetDatum(latest)))),
			   "Leave ends_at out, and the order lasts as long as it may.");
}

/*
 * Reads one row of table hold.
 */
static void
read_hold(PostingDocument *document, PostingRow *row, void *arg)
{
	const Vocabulary *v = vocabulary_get();
	RuleCache  *rules = arg;
	HoldAction	action = (HoldAction) row_word(row, "action", &v->hold_action);

	document->rule = action == ACTION_LIST ? &listing_rule : &hold_rules[action];
	document->id = row_bigint(row, "hold_id");
	document->ref = row_text(row, "ref");
	document->account_id = row_bigint(row, "account_id");
	document->to_account = document->account_id;
	document->quantity = row_bigint(row, "quantity");
	document->party = row_bigint(row, "buyer");
	document->effective_at = row_timestamp(row, "effective_at");
	document->effective_on = row_date(row, "effective_on");
	document->posted_at = row_timestamp(row, "posted_at");
	document->instant = posting_instant(document);
	row_selection(row, document);
	row_under(row, "ends_hold", document);

	switch (action)
	{
		case ACTION_LIST:
			transfer_set_trade(document, MODE_LISTING, rules);
			break;
		case ACTION_LOCK:
			transfer_set_trade(document, MODE_LISTING, rules);
			document->ends_at = row_timestamp(row, "ends_at");
			if (!IS_REFUSED(document))
				set_end(document, rules);
			break;
		case ACTION_FREEZE:
			if (row_word(row, "reason", &v->freeze_reason) == FREEZE_CCER)
			{
				const RuleList *list = rule_list(rules, "ccer_technology", document->effective_on);

				document->rule = &ccer_freeze_rule;
				document->technologies = list->items;
				document->ntechnologies = list->nitems;
			}
			break;
		case ACTION_DELIST:
		case ACTION_RELEASE:
		case ACTION_UNFREEZE:
			break;
	}
}

/*
 * Compares the end of a hold with that hold.
 */
static void
read_ended_hold(PostingDocument *document, void *arg)
{
	const Wordlist *actions = &vocabulary_get()->hold_action;
	Origin	   *hold = document->origin;
	HoldAction	wanted;

	switch (document->rule->effect)
	{
		case EFFECT_DELIST:
			wanted = ACTION_LIST;
			break;
		case EFFECT_RELEASE:
			wanted = ACTION_LOCK;
			break;
		default:
			wanted = ACTION_FREEZE;
			break;
	}
	if (hold->action != wanted)
		refuse(document, ERRCODE_DOCUMENT_MISMATCH,
			   psprintf("hold \"%s\" cannot be ended by this %s", hold->ref, document->rule->event),
			   psprintf("Document \"%s\" ends a hold of action %s, and this one is of action %s.",
						document->ref, actions->words[wanted], actions->words[hold->action]),
			   "A delisting ends a listing, a release an order, and unfreezing a freeze.");
}

static const PostingKind hold_kind = {
	.kind = DOCUMENT_HOLD,
	.origin_kind = DOCUMENT_HOLD,
	.read = read_hold,
	.read_origin = read_ended_hold
};

/*
 * hold_post() returns trigger
 *
 * AFTER INSERT statement trigger of table hold: posts every row of the
 * statement or refuses the statement.  Errors: class LC, see errcodes.h.
 */
Datum
hold_post(PG_FUNCTION_ARGS)
{
	return posting_post(posting_trigger(fcinfo, "hold"), &hold_kind);
}

static SavedPlan hold_id_plan = {
	"SELECT hold_id FROM certledger.hold WHERE ref = $1",
	1, {PLAN_TEXT}
};

/*
 * hold_id(ref) returns bigint
 *
 * Number of a hold by its reference.  Error LC029 when there is none.
 */
Datum
hold_id(PG_FUNCTION_ARGS)
{
	return document_id_of_ref(fcinfo, &hold_id_plan, "hold");
}

/*
 * What a hold did; not the lines by which the certificates of an order went
 * back to their listing when it had ended.
 */
#define HOLD_RESULT \
	"SELECT " POSTING_COLUMNS \
	" FROM certledger.hold AS h, certledger.movement AS m" \
	" WHERE h.hold_id = $1 AND m.document = 'hold' AND m.document_id = $1" \
	"  AND m.posted_at = h.posted_at" \
	"  AND NOT (h.action = 'lock' AND m.from_state = 'locked')" \
	" ORDER BY m.movement_id"

#define HOLD_CONFLICT_HINT "Use a new reference for a new document."

static DocumentFunction list_function = {
	.name = "hold",
	.conflict_hint = HOLD_CONFLICT_HINT,
	.insert =
	"INSERT INTO certledger.hold (ref, action, account_id, quantity, price, certificates,"
	"  filter, venue, effective_at)"
	" VALUES ($1, 'list', $2, coalesce($3, certledger.quantity($5)), $4, $5, $6, $7,"
	"  coalesce($8, now()))"
	" ON CONFLICT (ref) DO NOTHING RETURNING hold_id",
	.lookup =
	"SELECT hold_id, ROW(action, account_id, quantity, price, certificates, filter, venue,"
	"  effective_at)"
	" IS NOT DISTINCT FROM ROW('list'::certledger.hold_action, $2,"
	"  coalesce($3, certledger.quantity($5)), $4, $5, $6, $7, coalesce($8, effective_at))"
	" FROM certledger.hold WHERE ref = $1",
	.result = HOLD_RESULT
};

/*
 * list_certificates(ref, account, quantity, price, certificates, filter,
 *		venue, effective_at, dry_run) returns setof posting
 *
 * Puts certificates of an account on sale (row #2 of the state table).
 */
Datum
hold_list(PG_FUNCTION_ARGS)
{
	return document_post(fcinfo, &list_function);
}

static DocumentFunction delist_function = {
	.name = "hold",
	.conflict_hint = HOLD_CONFLICT_HINT,
	.insert =
	"INSERT INTO certledger.hold (ref, action, account_id, quantity, certificates, filter,"
	"  ends_hold, effective_at)"
	" VALUES ($1, 'delist', $2, coalesce($3, certledger.quantity($4)), $4, $5,"
	"  CASE WHEN $6 IS NOT NULL THEN certledger.hold_id($6) END, coalesce($7, now()))"
	" ON CONFLICT (ref) DO NOTHING RETURNING hold_id",
	.lookup =
	"SELECT hold_id, ROW(action, account_id, quantity, certificates, filter, ends_hold,"
	"  effective_at)"
	" IS NOT DISTINCT FROM ROW('delist'::certledger.hold_action, $2,"
	"  coalesce($3, certledger.quantity($4)), $4, $5, (SELECT l.hold_id FROM certledger.hold AS l"
	"   WHERE l.ref = $6), coalesce($7, effective_at))"
	" FROM certledger.hold WHERE ref = $1",
	.result = HOLD_RESULT
};

/*
 * delist(ref, account, quantity, certificates, filter, listing, effective_at,
 *		dry_run) returns setof posting
 *
 * Takes certificates of an account off the market (row #3 of the state
 * table); listing names the one whose certificates are taken, all of them
 * unless quantity says how many.
 */
Datum
hold_delist(PG_FUNCTION_ARGS)
{
	return document_post(fcinfo, &delist_function);
}

/* A time that ends_at allowed at first may be over when the call is repeated. */
static DocumentFunction lock_function = {
	.name = "hold",
	.lookup_first = true,
	.conflict_hint = HOLD_CONFLICT_HINT,
	.insert =
	"INSERT INTO certledger.hold (ref, action, account_id, buyer, venue, quantity, price,"
	"  certificates, filter, ends_at, effective_at)"
	" VALUES ($1, 'lock', $2, $3, $4, coalesce($5, certledger.quantity($7)), $6, $7, $8, $9,"
	"  coalesce($10, now()))"
	" ON CONFLICT (ref) DO NOTHING RETURNING hold_id",
	.lookup =
	"SELECT hold_id, ROW(action, account_id, buyer, venue, quantity, price, certificates,"
	"  filter, ends_at, effective_at)"
	" IS NOT DISTINCT FROM ROW('lock'::certledger.hold_action, $2, $3, $4,"
	"  coalesce($5, certledger.quantity($7)), $6, $7, $8, $9, coalesce($10, effective_at))"
	" FROM certledger.hold WHERE ref = $1",
	.result = HOLD_RESULT
};

/*
 * lock_order(ref, account, buyer, venue, quantity, price, certificates,
 *		filter, ends_at, effective_at, dry_run) returns setof posting
 *
 * Locks certificates that an account has on sale for the order of a buyer
 * (row #4 of the state table), until it is settled, released, or ends.
 */
Datum
hold_lock_order(PG_FUNCTION_ARGS)
{
	return document_post(fcinfo, &lock_function);
}

static DocumentFunction release_function = {
	.name = "hold",
	.conflict_hint = HOLD_CONFLICT_HINT,
	.insert =
	"INSERT INTO certledger.hold (ref, action, account_id, ends_hold, effective_at)"
	" SELECT $1, 'release', h.account_id, h.hold_id, coalesce($3, now())"
	" FROM certledger.hold AS h WHERE h.hold_id = certledger.hold_id($2)"
	" ON CONFLICT (ref) DO NOTHING RETURNING hold_id",
	.lookup =
	"SELECT r.hold_id, ROW(r.action, r.ends_hold, r.quantity, r.effective_at)"
	" IS NOT DISTINCT FROM ROW('release'::certledger.hold_action, h.hold_id, NULL::bigint,"
	"  coalesce($3, r.effective_at))"
	" FROM certledger.hold AS r LEFT JOIN certledger.hold AS h ON h.ref = $2"
	" WHERE r.ref = $1",
	.result = HOLD_RESULT
};

/*
 * release_order(ref, order_ref, effective_at, dry_run) returns setof posting
 *
 * Gives back to its listing what an order still has locked (row #5 of the
 * state table).
 */
Datum
hold_release_order(PG_FUNCTION_ARGS)
{
	return document_post(fcinfo, &release_function);
}

static DocumentFunction freeze_function = {
	.name = "hold",
	.conflict_hint = HOLD_CONFLICT_HINT,
	.insert =
	"INSERT INTO certledger.hold (ref, action, account_id, reason, proof, quantity,"
	"  certificates, filter, effective_at)"
	" VALUES ($1, 'freeze', $2, $3, $4, coalesce($5, certledger.quantity($6)), $6, $7,"
	"  coalesce($8, now()))"
	" ON CONFLICT (ref) DO NOTHING RETURNING hold_id",
	.lookup =
	"SELECT hold_id, ROW(action, account_id, reason, proof, quantity, certificates, filter,"
	"  effective_at)"
	" IS NOT DISTINCT FROM ROW('freeze'::certledger.hold_action, $2, $3, $4,"
	"  coalesce($5, certledger.quantity($6)), $6, $7, coalesce($8, effective_at))"
	" FROM certledger.hold WHERE ref = $1",
	.result = HOLD_RESULT
};

/*
 * freeze(ref, account, reason, proof, quantity, certificates, filter,
 *		effective_at, dry_run) returns setof posting
 *
 * Freezes certificates of an account (rows #16 and #20 of the state table).
 */
Datum
hold_freeze(PG_FUNCTION_ARGS)
{
	return document_post(fcinfo, &freeze_function);
}

static DocumentFunction unfreeze_function = {
	.name = "hold",
	.conflict_hint = HOLD_CONFLICT_HINT,
	.insert =
	"INSERT INTO certledger.hold (ref, action, account_id, ends_hold, proof, quantity,"
	"  effective_at)"
	" SELECT $1, 'unfreeze', h.account_id, h.hold_id, $3, $4, coalesce($5, now())"
	" FROM certledger.hold AS h WHERE h.hold_id = certledger.hold_id($2)"
	" ON CONFLICT (ref) DO NOTHING RETURNING hold_id",
	.lookup =
	"SELECT u.hold_id, ROW(u.action, u.ends_hold, u.proof, u.quantity, u.effective_at)"
	" IS NOT DISTINCT FROM ROW('unfreeze'::certledger.hold_action, h.hold_id, $3, $4,"
	"  coalesce($5, u.effective_at))"
	" FROM certledger.hold AS u LEFT JOIN certledger.hold AS h ON h.ref = $2"
	" WHERE u.ref = $1",
	.result = HOLD_RESULT
};

/*
 * unfreeze(ref, freeze_ref, proof, quantity, effective_at, dry_run)
 *		returns setof posting
 *
 * Ends a freeze, of all that is left under it unless quantity says how many
 * (rows #17 and #20 of the state table).
 */
Datum
hold_unfreeze(PG_FUNCTION_ARGS)
{
	return document_post(fcinfo, &unfreeze_function);
}
