/*-------------------------------------------------------------------------
 *
 * transfer.c
 *	  Trades and transfers: documents that move certificates from one account
 *	  to another, at once or when the receiver accepts.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/table.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "china_day.h"
#include "direct_table.h"
#include "document.h"
#include "refusal.h"
#include "transfer.h"

PG_FUNCTION_INFO_V1(transfer_post);
PG_FUNCTION_INFO_V1(transfer_certificates);
PG_FUNCTION_INFO_V1(transfer_allocate);
PG_FUNCTION_INFO_V1(transfer_settle_order);

#define TRADE(from_state) \
	"trade", STATE_BIT(from_state), EFFECT_MOVE, .trade = true, \
	.needs_validity = true, .to_route = ROUTE_IN_PROVINCE_TRADE

/*
 * What each mode asks and does: rows #6 to #13 of the state table (NEA
 * implementing rules of 2026-01-07, arts. 23 to 27).  Volume classes are the
 * digits of the certificate code: 2 self-use, 3 off-grid, 4 existing hydro,
 * 6 mechanism price.
 */
static const PostingRule transfer_rules[TRADE_MODES] = {
	[MODE_LISTING] = {TRADE(STATE_LOCKED)},
	[MODE_BILATERAL] = {TRADE(STATE_ISSUED)},
	[MODE_AUCTION] = {TRADE(STATE_ISSUED)},
	[MODE_GREEN_POWER] = {
		"green power settlement", STATE_BIT(STATE_ISSUED), EFFECT_MOVE,
		.trade = true, .needs_validity = true, .to_route = ROUTE_GREEN_POWER
	},
	[MODE_EXISTING_HYDRO] = {
		"existing-hydro transfer", STATE_BIT(STATE_ISSUED), EFFECT_MOVE,
		.needs_validity = true, .volume_digit = 4, .to_route = ROUTE_HYDRO_TRANSFER
	},
	[MODE_SELF_USE] = {
		"self-use transfer", STATE_BIT(STATE_ISSUED), EFFECT_MOVE,
		.needs_validity = true, .volume_digit = 2, .to_route = ROUTE_SELF_USE
	},
	[MODE_OFF_GRID] = {
		"off-grid transfer", STATE_BIT(STATE_ISSUED), EFFECT_MOVE,
		.needs_validity = true, .volume_digit = 3, .to_route = ROUTE_OFF_GRID
	},
	[MODE_MECHANISM_PRICE] = {
		"mechanism-price transfer", STATE_BIT(STATE_ISSUED), EFFECT_MOVE,
		.needs_validity = true, .volume_digit = 6, .to_route = ROUTE_MECHANISM_TRANSFER,
		.to_kinds = KIND_BIT(ACCOUNT_PROVINCIAL)
	},
	[MODE_ALLOCATION] = {
		"allocation", STATE_BIT(STATE_TRANSFERRED), EFFECT_MOVE,
		.needs_validity = true, .to_route = ROUTE_PROVINCIAL_ALLOCATION,
		.from_kinds = KIND_BIT(ACCOUNT_PROVINCIAL), .to_kinds = KIND_BIT(ACCOUNT_USER)
	}
};

/*
 * What a mode asks and does: at once, when it is offered, when it is accepted.
 */
const PostingRule *
transfer_rule(TradeMode mode, TransferStep step)
{
	static PostingRule offers[TRADE_MODES];
	static PostingRule acceptances[TRADE_MODES];

	switch (step)
	{
		case TRANSFER_AT_ONCE:
			break;
		case TRANSFER_OFFER:
			offers[mode] = transfer_rules[mode];
			offers[mode].effect = EFFECT_OFFER;
			return &offers[mode];
		case TRANSFER_ACCEPTANCE:
			acceptances[mode] = transfer_rules[mode];
			acceptances[mode].event = "acceptance";
			acceptances[mode].from_states = STATE_BIT(STATE_FROZEN);
			return &acceptances[mode];
	}
	return &transfer_rules[mode];
}

/*
 * The route of a trade across provinces: the one that the document names, -1
 * for none, or that of rule out_of_province_route.
 */
void
transfer_set_route(PostingDocument *document, int named, RuleCache *rules,
				   DateADT effective_on)
{
	document->out_route_named = named >= 0;
	if (named >= 0)
		document->out_route = (Route) named;
	else if (document->rule->to_route == ROUTE_IN_PROVINCE_TRADE)
		document->out_route = rule_route(rules, "out_of_province_route", effective_on);
}

/*
 * Whether a transfer takes effect only when the receiver accepts: as it says,
 * and always where rule acceptance_modes demands it.
 */
static bool
is_offer(PostingDocument *document, PostingRow *row, TradeMode mode,
		 RuleCache *rules)
{
	bool		isnull;
	bool		pending = DatumGetBool(row_value(row, "pending", &isnull));
	bool		demanded = (rule_words(rules, "acceptance_modes", document->effective_on,
									   &vocabulary_get()->mode) & (1u << mode)) != 0;

	if (mode == MODE_LISTING)
		return false;			/* its buyer has placed the order */
	if (demanded && !isnull && !pending)
		refuse(document, ERRCODE_ACCEPTANCE_REQUIRED,
			   psprintf("transfers of mode \"%s\" must be accepted by their receiver",
						vocabulary_get()->mode.words[mode]),
			   psprintf("Document \"%s\" is not pending, and rule acceptance_modes lists the mode.",
						document->ref),
			   "Post it as pending, and let the receiver call accept_transfer().");
	return demanded || (!isnull && pending);
}

/*
 * Sets which certificates may be traded by a mode: as often as rule
 * trades_allowed says, by the modes of rule trade_modes, and those of
 * subsidised projects by the modes of rule subsidised_trade_modes.
 */
void
transfer_set_trade(PostingDocument *document, TradeMode mode, RuleCache *rules)
{
	const Wordlist *modes = &vocabulary_get()->mode;

	document->trades_allowed = rule_count(rules, "trades_allowed", document->effective_on);
	if (mode == MODE_GREEN_POWER)
		return;					/* trades energy with its certificates */
	if ((rule_words(rules, "trade_modes", document->effective_on, modes) & (1u << mode)) == 0)
		refuse(document, ERRCODE_TRADE_MODE_CLOSED,
			   psprintf("certificates are not traded by mode \"%s\"", modes->words[mode]),
			   psprintf("Rule trade_modes, in force on the effective date of document \"%s\", does not list it.",
						document->ref),
			   "Choose a mode that the rule lists.");
	document->bars_subsidised =
		(rule_words(rules, "subsidised_trade_modes", document->effective_on, modes) &
		 (1u << mode)) == 0;
}

/*
 * Reads one row of table transfer.
 */
static void
read_transfer(PostingDocument *document, PostingRow *row, void *arg)
{
	const Vocabulary *v = vocabulary_get();
	RuleCache  *rules = arg;
	TradeMode	mode = (TradeMode) row_word(row, "mode", &v->mode);

	document->id = row_bigint(row, "transfer_id");
	document->transfer_id = document->id;
	document->ref = row_text(row, "ref");
	document->account_id = row_bigint(row, "from_account");
	document->to_account = row_bigint(row, "to_account");
	document->quantity = row_bigint(row, "quantity");
	document->effective_on = row_date(row, "effective_on");
	document->posted_at = row_timestamp(row, "posted_at");
	document->effective_at = row_timestamp(row, "effective_at");
	document->instant = posting_instant(document);
	row_selection(row, document);
	row_under(row, "hold_id", document);

	document->rule = transfer_rule(mode, is_offer(document, row, mode, rules) ?
								   TRANSFER_OFFER : TRANSFER_AT_ONCE);
	document->own_province = mode == MODE_MECHANISM_PRICE;
	transfer_set_route(document, row_word(row, "route", &v->route), rules,
					   document->effective_on);
	if (document->rule->trade && !IS_REFUSED(document))
		transfer_set_trade(document, mode, rules);
}

/*
 * Compares a trade by listing with the order that it settles.
 */
static void
read_order(PostingDocument *document, void *arg)
{
	Origin	   *order = document->origin;

	if (order->action != ACTION_LOCK)
		refuse(document, ERRCODE_DOCUMENT_MISMATCH,
			   psprintf("hold \"%s\" is no order", order->ref),
			   psprintf("Document \"%s\" settles it, and its action is %s.", document->ref,
						vocabulary_get()->hold_action.words[order->action]),
			   "Name the order by which the certificates were locked.");
	else if (order->to_account != document->to_account)
		refuse(document, ERRCODE_DOCUMENT_MISMATCH,
			   psprintf("order \"%s\" is of another buyer", order->ref),
			   psprintf("Document \"%s\" is to account " INT64_FORMAT ", the order of account "
						INT64_FORMAT ".", document->ref, document->to_account, order->to_account),
			   "An order is settled between the seller and the buyer whom it names.");
}

static const PostingKind transfer_kind = {
	.kind = DOCUMENT_TRANSFER,
	.origin_kind = DOCUMENT_HOLD,
	.read = read_transfer,
	.read_origin = read_order
};

/*
 * transfer_post() returns trigger
 *
 * AFTER INSERT statement trigger of table transfer: posts every row of the
 * statement or refuses the statement.  Errors: class LC, see errcodes.h.
 */
Datum
transfer_post(PG_FUNCTION_ARGS)
{
	return posting_post(posting_trigger(fcinfo, "transfer"), &transfer_kind);
}

/*
 * Posts rows of table transfer in place of its trigger.  Call inside
 * SPI_connect.
 */
void
transfer_post_rows(Relation transfers, PostingSource *source)
{
	RuleCache	rules = {.context = CurrentMemoryContext, .keep_open = true};

	source->kind = &transfer_kind;
	source->arg = &rules;
	posting_run_source(transfers, source);
	rule_cache_end(&rules);
}

/* What a transfer moved, or froze for its receiver. */
#define TRANSFER_RESULT \
	"SELECT " POSTING_COLUMNS \
	" FROM certledger.movement AS m" \
	" WHERE m.document = 'transfer' AND m.document_id = $1" \
	"  AND m.posted_at = (SELECT t.posted_at FROM certledger.transfer AS t WHERE t.transfer_id = $1)" \
	" ORDER BY m.movement_id"

/* Arguments of transfer_certificates() that become columns. */
enum
{
	ARGUMENT_REF,
	ARGUMENT_FROM_ACCOUNT,
	ARGUMENT_TO_ACCOUNT,
	ARGUMENT_QUANTITY,
	ARGUMENT_MODE,
	ARGUMENT_CERTIFICATES,
	ARGUMENT_PRICE,
	ARGUMENT_CONTRACT,
	ARGUMENT_PROOF,
	ARGUMENT_VENUE,
	ARGUMENT_ROUTE,
	ARGUMENT_EFFECTIVE_ON,
	ARGUMENT_FILTER,
	ARGUMENT_PENDING
};

/* Table transfer. */
enum
{
	TRANSFER_ID,
	TRANSFER_REF,
	TRANSFER_MODE,
	TRANSFER_FROM_ACCOUNT,
	TRANSFER_TO_ACCOUNT,
	TRANSFER_QUANTITY,
	TRANSFER_CERTIFICATES,
	TRANSFER_FILTER,
	TRANSFER_HOLD_ID,
	TRANSFER_ROUTE,
	TRANSFER_PENDING,
	TRANSFER_PRICE,
	TRANSFER_CONTRACT,
	TRANSFER_PROOF,
	TRANSFER_VENUE,
	TRANSFER_EFFECTIVE_ON,
	TRANSFER_EFFECTIVE_AT,
	TRANSFER_POSTED_AT,
	TRANSFER_POSTED_BY,
	TRANSFER_NCOLUMNS
};

const DirectDefinition transfer_table = {
	.table_name = "transfer",
	.rights = ACL_INSERT | ACL_SELECT,
	.written = true,
	.numbered = true,
	.poster = "post_transfer",
	.ncolumns = TRANSFER_NCOLUMNS,
	.columns = {
		[TRANSFER_ID] = {"transfer_id", INT8OID},
		[TRANSFER_REF] = {"ref", TEXTOID},
		[TRANSFER_MODE] = {"mode", InvalidOid, "trade_mode"},
		[TRANSFER_FROM_ACCOUNT] = {"from_account", INT8OID},
		[TRANSFER_TO_ACCOUNT] = {"to_account", INT8OID},
		[TRANSFER_QUANTITY] = {"quantity", INT8OID},
		[TRANSFER_CERTIFICATES] = {"certificates", InvalidOid, "gecmultirange"},
		[TRANSFER_FILTER] = {"filter", InvalidOid, "certificate_filter"},
		[TRANSFER_HOLD_ID] = {"hold_id", INT8OID, .left_out = true},
		[TRANSFER_ROUTE] = {"route", InvalidOid, "route"},
		[TRANSFER_PENDING] = {"pending", BOOLOID},
		[TRANSFER_PRICE] = {"price", NUMERICOID},
		[TRANSFER_CONTRACT] = {"contract", TEXTOID},
		[TRANSFER_PROOF] = {"proof", TEXTOID},
		[TRANSFER_VENUE] = {"venue", TEXTOID},
		[TRANSFER_EFFECTIVE_ON] = {"effective_on", DATEOID},
		[TRANSFER_EFFECTIVE_AT] = {"effective_at", TIMESTAMPTZOID, .left_out = true},
		[TRANSFER_POSTED_AT] = {"posted_at", TIMESTAMPTZOID},
		[TRANSFER_POSTED_BY] = {"posted_by", NAMEOID}
	}
};

/* Which argument each column gets; the others have their defaults. */
static const int transfer_arguments[TRANSFER_NCOLUMNS] = {
	[TRANSFER_ID] = -1,
	[TRANSFER_REF] = ARGUMENT_REF,
	[TRANSFER_MODE] = ARGUMENT_MODE,
	[TRANSFER_FROM_ACCOUNT] = ARGUMENT_FROM_ACCOUNT,
	[TRANSFER_TO_ACCOUNT] = ARGUMENT_TO_ACCOUNT,
	[TRANSFER_QUANTITY] = ARGUMENT_QUANTITY,
	[TRANSFER_CERTIFICATES] = ARGUMENT_CERTIFICATES,
	[TRANSFER_FILTER] = ARGUMENT_FILTER,
	[TRANSFER_HOLD_ID] = -1,
	[TRANSFER_ROUTE] = ARGUMENT_ROUTE,
	[TRANSFER_PENDING] = ARGUMENT_PENDING,
	[TRANSFER_PRICE] = ARGUMENT_PRICE,
	[TRANSFER_CONTRACT] = ARGUMENT_CONTRACT,
	[TRANSFER_PROOF] = ARGUMENT_PROOF,
	[TRANSFER_VENUE] = ARGUMENT_VENUE,
	[TRANSFER_EFFECTIVE_ON] = ARGUMENT_EFFECTIVE_ON,
	[TRANSFER_EFFECTIVE_AT] = -1,
	[TRANSFER_POSTED_AT] = -1,
	[TRANSFER_POSTED_BY] = -1
};

/*
 * The row of table transfer that transfer_certificates() inserts.
 */
static void
transfer_row(const Datum *arguments, const char *given, Datum *values, bool *nulls)
{
	for (int i = 0; i < TRANSFER_NCOLUMNS; i++)
	{
		int			argument = transfer_arguments[i];

		nulls[i] = argument < 0 || given[argument] == 'n';
		values[i] = nulls[i] ? (Datum) 0 : arguments[argument];
	}
	if (nulls[TRANSFER_EFFECTIVE_ON])
		values[TRANSFER_EFFECTIVE_ON] =
			DateADTGetDatum(china_day(GetCurrentTransactionStartTimestamp()));
	nulls[TRANSFER_EFFECTIVE_ON] = false;
	document_stamp(values, nulls, TRANSFER_NCOLUMNS);
}

/*
 * Inserts the transfer that the arguments describe, unless its reference was
 * used, and posts it, as the statement and the trigger of the table do;
 * returns false when they must.
 */
static bool
transfer_insert_directly(const Datum *arguments, const char *given, Datum *key,
						 bool *inserted)
{
	static const int unique[] = {TRANSFER_REF};
	Datum		values[TRANSFER_NCOLUMNS];
	bool		nulls[TRANSFER_NCOLUMNS];
	Tuplestorestate *rows;
	DirectTable *table;
	Relation	relation;

	/* the quantity of named certificates is for the statement to find */
	if (given[ARGUMENT_QUANTITY] == 'n' || IsolationUsesXactSnapshot())
		return false;
	PreventCommandIfReadOnly("INSERT");
	table = direct_open(&transfer_table, RowExclusiveLock);
	if (table == NULL)
		return false;
	transfer_row(arguments, given, values, nulls);
	rows = tuplestore_begin_heap(true, false, work_mem);
	direct_snapshot_push();
	*inserted = direct_insert_new(table, values, nulls, lengthof(unique), unique, rows);
	direct_snapshot_pop();
	relation = table_open(RelationGetRelid(direct_relation(table)), NoLock);
	direct_close(table);
	if (*inserted)
		*key = posting_post_row(relation, transfer_post_rows, rows);
	tuplestore_end(rows);
	table_close(relation, NoLock);
	return true;
}

static DocumentFunction transfer_function = {
	.insert_directly = transfer_insert_directly,
	.name = "transfer",
	.conflict_hint = "Use a new reference for a new document.",
	.insert =
	"INSERT INTO certledger.transfer (ref, from_account, to_account, quantity, mode,"
	"  certificates, price, contract, proof, venue, route, effective_on, filter, pending)"
	" VALUES ($1, $2, $3, coalesce($4, certledger.quantity($6)), $5, $6, $7, $8, $9,"
	"  $10, $11, coalesce($12, certledger.china_today()), $13, $14)"
	" ON CONFLICT (ref) DO NOTHING RETURNING transfer_id",
	.lookup =
	"SELECT transfer_id, ROW(from_account, to_account, quantity, mode, certificates,"
	"  price, contract, proof, venue, route, effective_on, filter, pending)"
	" IS NOT DISTINCT FROM ROW($2, $3, coalesce($4, certledger.quantity($6)), $5, $6,"
	"  $7, $8, $9, $10, $11, coalesce($12, effective_on), $13, $14)"
	" FROM certledger.transfer WHERE ref = $1",
	.result = TRANSFER_RESULT,
	.watched = true,
	.document = DOCUMENT_TRANSFER
};

/*
 * transfer_certificates(ref, from_account, to_account, quantity, mode,
 *		certificates, price, contract, proof, venue, route, effective_on,
 *		filter, pending, dry_run) returns setof posting
 *
 * Inserts one transfer and returns the ranges it moved.  A repeated ref with
 * the same content returns the first outcome and posts nothing.
 */
Datum
transfer_certificates(PG_FUNCTION_ARGS)
{
	return document_post(fcinfo, &transfer_function);
}

static DocumentFunction allocation_function = {
	.name = "transfer",
	.conflict_hint = "Use a new reference for a new document.",
	.insert =
	"INSERT INTO certledger.transfer (ref, mode, from_account, to_account, quantity, proof,"
	"  certificates, filter, pending, effective_on)"
	" VALUES ($1, 'allocation', $2, $3, coalesce($4, certledger.quantity($6)), $5, $6, $7, $8,"
	"  coalesce($9, certledger.china_today()))"
	" ON CONFLICT (ref) DO NOTHING RETURNING transfer_id",
	.lookup =
	"SELECT transfer_id, ROW(mode, from_account, to_account, quantity, proof, certificates,"
	"  filter, pending, effective_on, price, contract, venue, route)"
	" IS NOT DISTINCT FROM ROW('allocation'::certledger.trade_mode, $2, $3,"
	"  coalesce($4, certledger.quantity($6)), $5, $6, $7, $8, coalesce($9, effective_on),"
	"  NULL::numeric, NULL::text, NULL::text, NULL::certledger.route)"
	" FROM certledger.transfer WHERE ref = $1",
	.result = TRANSFER_RESULT,
	.watched = true,
	.document = DOCUMENT_TRANSFER
};

/*
 * allocate_certificates(ref, from_account, to_account, quantity, plan,
 *		certificates, filter, pending, effective_on, dry_run)
 *		returns setof posting
 *
 * Inserts one transfer of mode allocation, from a provincial account to a
 * user under a filed plan (NEA implementing rules of 2026-01-07, art. 24).
 */
Datum
transfer_allocate(PG_FUNCTION_ARGS)
{
	return document_post(fcinfo, &allocation_function);
}

static DocumentFunction settlement_function = {
	.name = "transfer",
	.conflict_hint = "Use a new reference for a new document.",
	.insert =
	"INSERT INTO certledger.transfer (ref, mode, hold_id, from_account, to_account, quantity,"
	"  price, venue, route, effective_on, effective_at)"
	" SELECT $1, 'listing', h.hold_id, h.account_id, coalesce(h.buyer, -1),"
	"  coalesce($3, h.quantity, 1),"
	"  coalesce($4, h.price), h.venue, $5, ((t.at AT TIME ZONE interval '8 hours'))::date, t.at"
	" FROM certledger.hold AS h, (SELECT coalesce($6, now()) AS at) AS t"
	" WHERE h.hold_id = certledger.hold_id($2)"
	" ON CONFLICT (ref) DO NOTHING RETURNING transfer_id",
	.lookup =
	"SELECT t.transfer_id, ROW(t.mode, t.hold_id, t.quantity, t.price, t.route, t.effective_at)"
	" IS NOT DISTINCT FROM ROW('listing'::certledger.trade_mode, h.hold_id,"
	"  coalesce($3, h.quantity), coalesce($4, h.price), $5, coalesce($6, t.effective_at))"
	" FROM certledger.transfer AS t LEFT JOIN certledger.hold AS h ON h.ref = $2"
	" WHERE t.ref = $1",
	.result = TRANSFER_RESULT,
	.watched = true,
	.document = DOCUMENT_TRANSFER
};

/*
 * settle_order(ref, order_ref, quantity, price, route, effective_at, dry_run)
 *		returns setof posting
 *
 * Inserts one transfer of mode listing, which delivers to the buyer what an
 * order has locked, all or part of it.  Of a hold that is no order a row is
 * made that satisfies the table's constraints, so that it is refused as such.
 */
Datum
transfer_settle_order(PG_FUNCTION_ARGS)
{
	return document_post(fcinfo, &settlement_function);
}
