/*-------------------------------------------------------------------------
 *
 * posting_under.c
 *	  Which certificates the documents of a chunk take from under other
 *	  documents: what an order still locks, a listing has on sale, a freeze or
 *	  a pending transfer keeps back.
 *
 * Callers hold the locks of the accounts that give (posting.c).  What is
 * taken becomes a piece of its lot; nothing is written here.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "plan.h"
#include "posting_state.h"
#include "refusal.h"

/*
 * The ranges that other documents once put where the documents of the chunk
 * look for them.  Lines by which an order's certificates went back to their
 * listing are of that order too, but put nothing under it.
 */
static SavedPlan hold_ranges_plan = {
	"SELECT d.id, lower(m.certificates), upper(m.certificates)"
	" FROM unnest($1, $2) AS d(id, posted_at), LATERAL (SELECT r.certificates"
	"  FROM certledger.movement AS r WHERE r.document = 'hold' AND r.document_id = d.id"
	"   AND r.posted_at = d.posted_at"
	"   AND NOT (r.from_state = 'locked' AND r.to_state = 'listed')) AS m"
	" ORDER BY d.id, lower(m.certificates)",
	2, {PLAN_BIGINT_ARRAY, PLAN_TIMESTAMPTZ_ARRAY}
};

static SavedPlan transfer_ranges_plan = {
	"SELECT d.id, lower(m.certificates), upper(m.certificates)"
	" FROM unnest($1, $2) AS d(id, posted_at), LATERAL (SELECT r.certificates"
	"  FROM certledger.movement AS r WHERE r.document = 'transfer' AND r.document_id = d.id"
	"   AND r.posted_at = d.posted_at) AS m"
	" ORDER BY d.id, lower(m.certificates)",
	2, {PLAN_BIGINT_ARRAY, PLAN_TIMESTAMPTZ_ARRAY}
};

/* A lot that is still under a document of another kind. */
typedef struct UnderLot
{
	int64		under;
	Lot		   *lot;
} UnderLot;

static int
compare_under_lots(const void *a, const void *b)
{
	const UnderLot *left = a;
	const UnderLot *right = b;
	int			order;

	if (left->under != right->under)
		return left->under < right->under ? -1 : 1;
	order = left->lot->valid_until < right->lot->valid_until ? -1 :
		left->lot->valid_until > right->lot->valid_until;
	return order != 0 ? order : gec_cmp(&left->lot->first, &right->lot->first);
}

/*
 * The documents under which a lot is, of the kind that those of the chunk
 * name, at most two.  A hold that has another one on top of it is out of
 * reach, but an order may have ended.
 */
static int
lot_under(DocumentKind kind, const Lot *lot, int64 under[2])
{
	const Place *place = &lot->place;

	if (kind == DOCUMENT_TRANSFER)
	{
		under[0] = place->pending_id;
		return place->pending_id != 0 ? 1 : 0;
	}
	switch (place->state)
	{
		case STATE_LISTED:
			under[0] = place->listing_id;
			return 1;
		case STATE_LOCKED:
			under[0] = place->order_id;
			under[1] = place->listing_id;
			return 2;
		case STATE_FROZEN:
			under[0] = place->freeze_id;
			return place->freeze_id != 0 ? 1 : 0;
		default:
			return 0;
	}
}

static int
compare_origins(const void *a, const void *b)
{
	int64		left = (*(const Origin *const *) a)->id;
	int64		right = (*(const Origin *const *) b)->id;

	return left < right ? -1 : left > right;
}

/*
 * Loads what is still under the documents that those of the chunk name,
 * ordered by document, then oldest validity, then code.
 */
static UnderLot *
load_under(PostingState *state, int *nunder)
{
	DocumentKind kind = state->source->kind->origin_kind;
	const Origin **origins = palloc_array(const Origin *, state->ndocuments);
	Datum	   *ids = palloc_array(Datum, state->ndocuments);
	Datum	   *times = palloc_array(Datum, state->ndocuments);
	int			nids = 0;
	Datum		values[2];
	uint64		nrows;
	gec		   *firsts;
	gec		   *ends;
	Lot		  **lots;
	uint64		nlots;
	UnderLot   *under;

	/* each once, however many documents name it */
	for (int i = 0; i < state->ndocuments; i++)
		origins[i] = state->documents[i].origin;
	qsort(origins, state->ndocuments, sizeof(Origin *), compare_origins);
	for (int i = 0; i < state->ndocuments; i++)
	{
		if (i > 0 && origins[i] == origins[i - 1])
			continue;
		ids[nids] = Int64GetDatum(origins[i]->id);
		times[nids++] = TimestampTzGetDatum(origins[i]->posted_at);
	}
	values[0] = PointerGetDatum(construct_array(ids, nids, INT8OID, sizeof(int64),
												true, TYPALIGN_DOUBLE));
	values[1] = PointerGetDatum(construct_array(times, nids, TIMESTAMPTZOID,
												sizeof(TimestampTz), true, TYPALIGN_DOUBLE));
	nrows = plan_execute(kind == DOCUMENT_HOLD ? &hold_ranges_plan : &transfer_ranges_plan,
						 values, NULL, SPI_OK_SELECT);
	firsts = palloc_array(gec, nrows);
	ends = palloc_array(gec, nrows);
	for (uint64 i = 0; i < nrows; i++)
	{
		bool		isnull;

		firsts[i] = *DatumGetGecP(SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 2, &isnull));
		ends[i] = *DatumGetGecP(SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 3, &isnull));
	}
	SPI_freetuptable(SPI_tuptable);

	nlots = holding_load_ranges(firsts, ends, nrows, &lots);
	posting_complete_lots(state, lots, nlots);
	qsort(lots, nlots, sizeof(Lot *), posting_compare_lots);
	under = palloc_array(UnderLot, 2 * nlots);
	*nunder = 0;
	for (uint64 i = 0; i < nlots; i++)
	{
		int64		id[2];
		int			n;

		/* a row that touches two ranges was read twice */
		if (i > 0 && gec_equal(&lots[i]->first, &lots[i - 1]->first))
			continue;
		n = lot_under(kind, lots[i], id);
		for (int j = 0; j < n; j++)
		{
			under[*nunder].under = id[j];
			under[(*nunder)++].lot = lots[i];
		}
	}
	qsort(under, *nunder, sizeof(UnderLot), compare_under_lots);
	return under;
}

/*
 * Refuses a document for which too little is left under the one it names.
 */
static void
refuse_nothing_left(PostingState *state, const PostingDocument *document,
					int64 available)
{
	const char *what = vocabulary_get()->document.words[state->source->kind->origin_kind];

	refuse(document, ERRCODE_CERTIFICATES_NOT_UNDER_HOLD,
		   available == 0 ?
		   psprintf("no certificates are left under %s \"%s\"", what, document->origin->ref) :
		   psprintf("not enough certificates are left under %s \"%s\"", what, document->origin->ref),
		   document->quantity == 0 ?
		   psprintf("Document \"%s\" asks for all, left are 0.", document->ref) :
		   psprintf("Document \"%s\" asks for " INT64_FORMAT ", left are " INT64_FORMAT ".",
					document->ref, document->quantity, available),
		   "It was ended, settled or answered before, or its certificates are frozen; certificate_history() tells.");
}

/*
 * Refuses a document that settles an order after its end.
 */
static void
refuse_ended(const PostingDocument *document, const Lot *lot)
{
	refuse(document, ERRCODE_ORDER_ENDED,
		   psprintf("order \"%s\" has ended", document->origin->ref),
		   psprintf("It ended at %s, document \"%s\" takes effect at %s.",
					DatumGetCString(DirectFunctionCall1(timestamptz_out,
														TimestampTzGetDatum(lot->place.order_ends_at))),
					document->ref,
					DatumGetCString(DirectFunctionCall1(timestamptz_out,
														TimestampTzGetDatum(document->instant)))),
		   "Place a new order; rule order_lifetime says how long an unpaid one lasts.");
}

/*
 * Serves one document from what is under the one it names.
 */
static void
serve_under(PostingState *state, int document_index, UnderLot *under, int nunder)
{
	PostingDocument *document = &state->documents[document_index];
	bool		all = document->quantity == 0;
	int64		missing = all ? PG_INT64_MAX : document->quantity;
	int			npieces = state->npieces;
	int64		taken = 0;

	for (int i = 0; i < nunder && missing > 0 && !IS_REFUSED(document); i++)
	{
		Lot		   *lot = under[i].lot;
		Refusal		refusal;
		int64		count = Min(missing, piece_quantity(&lot->front, &lot->end));
		gec			end;

		CHECK_FOR_INTERRUPTS();
		if (count == 0)
			continue;
		if (document->rule->effect == EFFECT_MOVE && lot->place.state == STATE_LOCKED &&
			refusal_state(document, lot) != STATE_LOCKED)
		{
			refuse_ended(document, lot);
			break;
		}
		refusal = refusal_of_lot(document, lot);
		if (refusal == REFUSED_LOCKED)
			continue;			/* of a listing, what an order has taken */
		if (refusal != ACCEPTED)
			refuse_lot(document, refusal, lot, &lot->front, count);
		else
		{
			if (!gec_advance(&lot->front, count, &end))
				elog(ERROR, "range of certificates leaves the codes");
			posting_add_piece(state, document_index, lot, &lot->front, &end);
			lot->front = end;
			missing -= count;
			taken += count;
		}
	}
	if (!IS_REFUSED(document) && (taken == 0 || (!all && missing > 0)))
		refuse_nothing_left(state, document, taken);
	if (IS_REFUSED(document))
	{
		while (state->npieces > npieces)
		{
			Piece	   *piece = &state->pieces[--state->npieces];

			piece->lot->front = piece->first;
		}
	}
}

/*
 * Serves the documents of a chunk that take what is still under others.
 */
void
take_under(PostingState *state)
{
	int			nunder;
	UnderLot   *under = load_under(state, &nunder);

	for (int i = 0; i < state->ndocuments; i++)
	{
		int64		id = state->documents[i].under;
		int			low = 0;
		int			high = nunder;
		int			last;

		while (low < high)
		{
			int			middle = low + (high - low) / 2;

			if (under[middle].under < id)
				low = middle + 1;
			else
				high = middle;
		}
		for (last = low; last < nunder && under[last].under == id; last++)
			;
		serve_under(state, i, under + low, last - low);
	}
}
