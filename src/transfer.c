/*-------------------------------------------------------------------------
 *
 * transfer.c
 *	  Trades and transfers: documents that move certificates from one account
 *	  to another.
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

PG_FUNCTION_INFO_V1(transfer_post);
PG_FUNCTION_INFO_V1(transfer_certificates);

/*
 * What each mode asks and does: rows #7 to #11 and #13 of the state table
 * (NEA implementing rules of 2026-01-07, arts. 23 to 27).  Volume classes are
 * the digits of the certificate code: 2 self-use, 3 off-grid, 4 existing hydro.
 */
static const PostingRule transfer_rules[TRADE_MODES] = {
	[MODE_BILATERAL] = {
		"trade", STATE_BIT(STATE_ISSUED), STATE_TRANSFERRED, true, 0,
		false, ROUTE_IN_PROVINCE_TRADE, 0, 0
	},
	[MODE_AUCTION] = {
		"trade", STATE_BIT(STATE_ISSUED), STATE_TRANSFERRED, true, 0,
		false, ROUTE_IN_PROVINCE_TRADE, 0, 0
	},
	[MODE_GREEN_POWER] = {
		"green power settlement", STATE_BIT(STATE_ISSUED), STATE_TRANSFERRED,
		true, 0, false, ROUTE_GREEN_POWER, 0, 0
	},
	[MODE_EXISTING_HYDRO] = {
		"existing-hydro transfer", STATE_BIT(STATE_ISSUED), STATE_TRANSFERRED,
		false, 4, false, ROUTE_HYDRO_TRANSFER, 0, 0
	},
	[MODE_SELF_USE] = {
		"self-use transfer", STATE_BIT(STATE_ISSUED), STATE_TRANSFERRED,
		false, 2, false, ROUTE_SELF_USE, 0, 0
	},
	[MODE_OFF_GRID] = {
		"off-grid transfer", STATE_BIT(STATE_ISSUED), STATE_TRANSFERRED,
		false, 3, false, ROUTE_OFF_GRID, 0, 0
	},
	[MODE_ALLOCATION] = {
		"allocation", STATE_BIT(STATE_TRANSFERRED), STATE_TRANSFERRED,
		false, 0, false, ROUTE_PROVINCIAL_ALLOCATION,
		KIND_BIT(ACCOUNT_PROVINCIAL), KIND_BIT(ACCOUNT_USER)
	}
};

/* The route of trades across provinces, read from the rules once it is needed. */
typedef struct TransferRead
{
	bool		known;
	DateADT		effective_on;
	Route		out_route;
} TransferRead;

/*
 * Reads one row of table transfer.
 */
static void
read_transfer(PostingDocument *document, TupleTableSlot *slot, void *arg)
{
	const Vocabulary *v = vocabulary_get();
	TransferRead *read = arg;
	bool		isnull;
	Datum		route;
	TradeMode	mode;

	mode = (TradeMode) word_of_oid(&v->mode,
								   DatumGetObjectId(posting_attribute(slot, "mode", &isnull)));
	if (transfer_rules[mode].event == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("transfers of mode \"%s\" are not supported yet", v->mode.words[mode]),
				 errhint("This version posts bilateral, auction, green_power, existing_hydro, self_use, off_grid and allocation.")));
	document->rule = &transfer_rules[mode];
	document->id = DatumGetInt64(posting_attribute(slot, "transfer_id", &isnull));
	document->ref = TextDatumGetCString(posting_attribute(slot, "ref", &isnull));
	document->account_id = DatumGetInt64(posting_attribute(slot, "from_account", &isnull));
	document->to_account = DatumGetInt64(posting_attribute(slot, "to_account", &isnull));
	document->quantity = DatumGetInt64(posting_attribute(slot, "quantity", &isnull));
	document->effective_on = DatumGetDateADT(posting_attribute(slot, "effective_on", &isnull));
	document->posted_at = DatumGetTimestampTz(posting_attribute(slot, "posted_at", &isnull));
	document->acquires = true;
	posting_named_ranges(document, slot);

	route = posting_attribute(slot, "route", &isnull);
	document->out_route_named = !isnull;
	if (!isnull)
		document->out_route = (Route) word_of_oid(&v->route, DatumGetObjectId(route));
	else if (document->rule->to_route == ROUTE_IN_PROVINCE_TRADE)
	{
		if (!read->known || read->effective_on != document->effective_on)
		{
			read->out_route = rule_route("out_of_province_route", document->effective_on);
			read->effective_on = document->effective_on;
			read->known = true;
		}
		document->out_route = read->out_route;
	}
}

/*
 * transfer_post() returns trigger
 *
 * AFTER INSERT statement trigger of table transfer: posts every row of the
 * statement or refuses the statement.  Errors: class LC, see errcodes.h.
 */
Datum
transfer_post(PG_FUNCTION_ARGS)
{
	TriggerData *trigdata = posting_trigger(fcinfo, "transfer");
	TransferRead read = {0};

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	posting_run(trigdata, DOCUMENT_TRANSFER, read_transfer, &read);
	SPI_finish();
	return PointerGetDatum(NULL);
}

static DocumentFunction transfer_function = {
	.name = "transfer",
	.conflict_hint = "Use a new reference for a new document.",
	.insert =
	"INSERT INTO certledger.transfer (ref, from_account, to_account, quantity, mode,"
	"  certificates, price, contract, proof, venue, route, effective_on)"
	" VALUES ($1, $2, $3, coalesce($4, certledger.quantity($6)), $5, $6, $7, $8, $9,"
	"  $10, $11, coalesce($12, certledger.china_today()))"
	" ON CONFLICT (ref) DO NOTHING RETURNING transfer_id",
	.lookup =
	"SELECT transfer_id, ROW(from_account, to_account, quantity, mode, certificates,"
	"  price, contract, proof, venue, route, effective_on)"
	" IS NOT DISTINCT FROM ROW($2, $3, coalesce($4, certledger.quantity($6)), $5, $6,"
	"  $7, $8, $9, $10, $11, coalesce($12, effective_on))"
	" FROM certledger.transfer WHERE ref = $1",
	.result =
	"SELECT m.document_id, m.certificates, certledger.quantity(m.certificates),"
	"  m.from_account, m.from_state, m.to_account, m.to_state, m.to_route"
	" FROM certledger.movement AS m"
	" WHERE m.document = 'transfer' AND m.document_id = $1"
	"  AND m.posted_at = (SELECT t.posted_at FROM certledger.transfer AS t WHERE t.transfer_id = $1)"
	" ORDER BY m.movement_id"
};

/*
 * transfer_certificates(ref, from_account, to_account, quantity, mode,
 *		certificates, price, contract, proof, venue, route, effective_on)
 *		returns setof posting
 *
 * Inserts one transfer and returns the ranges it moved.  A repeated ref with
 * the same content returns the first outcome and posts nothing.
 */
Datum
transfer_certificates(PG_FUNCTION_ARGS)
{
	return document_post(fcinfo, &transfer_function);
}
