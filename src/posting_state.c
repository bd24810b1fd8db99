/*-------------------------------------------------------------------------
 *
 * posting_state.c
 *	  What a posting knows while it runs: the accounts that it touches, and
 *	  the pieces that the documents of the current chunk take out of lots.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "posting_state.h"
#include "refusal.h"

/*
 * The entry of an account, made when it is new.
 */
PostingAccount *
posting_account(PostingState *state, int64 account_id)
{
	bool		found;
	PostingAccount *account = hash_search(state->accounts, &account_id,
										  HASH_ENTER, &found);

	if (!found)
	{
		memset(account, 0, sizeof(PostingAccount));
		account->facts.account_id = account_id;
		account->chunk = -1;
	}
	return account;
}

/*
 * The entry of an account as of the current chunk.
 */
PostingAccount *
posting_account_in_chunk(PostingState *state, int64 account_id)
{
	PostingAccount *account = posting_account(state, account_id);

	if (account->chunk != state->chunk)
	{
		account->chunk = state->chunk;
		account->received = 0;
		account->first_end = DT_NOEND;
		account->exhausted = false;
		account->limit = 0;
		account->wanted = 0;
		account->loaded = 0;
		account->lots = NULL;
		account->nlots = 0;
		account->capacity = 0;
		account->next = 0;
	}
	return account;
}

/*
 * Order of lots by their first certificates, for qsort.
 */
int
posting_compare_lots(const void *a, const void *b)
{
	return gec_cmp(&(*(Lot *const *) a)->first, &(*(Lot *const *) b)->first);
}


/*
 * Where certificates are after a document.
 */
static void
place_after(const PostingDocument *document, const Lot *lot, bool ends_order,
			Place *to)
{
	const PostingRule *rule = document->rule;

	*to = lot->place;
	if (ends_order)
		to->order_id = 0;
	switch (rule->effect)
	{
		case EFFECT_MOVE:
			to->account_id = document->to_account;
			to->route = refusal_route_after(document, lot);
			to->transfer_id = document->transfer_id;
			to->trades += rule->trade ? 1 : 0;
			/* FALLTHROUGH */
		case EFFECT_END:
			to->listing_id = 0;
			to->order_id = 0;
			to->freeze_id = 0;
			to->pending_id = 0;
			break;
		case EFFECT_OFFER:
			to->pending_id = document->id;
			break;
		case EFFECT_LIST:
			to->listing_id = document->id;
			break;
		case EFFECT_DELIST:
			to->listing_id = 0;
			break;
		case EFFECT_LOCK:
			to->order_id = document->id;
			to->order_ends_at = document->ends_at;
			break;
		case EFFECT_RELEASE:
			to->order_id = 0;
			break;
		case EFFECT_FREEZE_DELIST:
			to->listing_id = 0;
			/* FALLTHROUGH */
		case EFFECT_FREEZE:
			to->freeze_id = document->id;
			break;
		case EFFECT_UNFREEZE:
			to->freeze_id = 0;
			break;
		case EFFECT_WITHDRAW:
			to->pending_id = 0;
			break;
	}
	to->state = rule->effect == EFFECT_END ? rule->to_state : place_state(to);
}

/*
 * Takes a range out of a lot for a document.
 */
void
posting_add_piece(PostingState *state, int document_index, Lot *lot, const gec *first,
		  const gec *end)
{
	PostingDocument *document = &state->documents[document_index];
	Piece	   *piece;

	if (state->npieces == state->pieces_capacity)
	{
		state->pieces_capacity *= 2;
		state->pieces = repalloc_huge(state->pieces,
									  sizeof(Piece) * state->pieces_capacity);
	}
	piece = &state->pieces[state->npieces++];
	piece->lot = lot;
	piece->first = *first;
	piece->end = *end;
	piece->document = document_index;
	piece->document_id = document->id;
	piece->ends_order = refusal_order_ended(document, lot);
	place_after(document, lot, piece->ends_order, &piece->to);
	piece->effective_on = document->effective_on;
	piece->posted_at = document->posted_at;
}

/*
 * Fills in what documents of the chunk ask of lots beyond their holdings.
 */
void
posting_complete_lots(PostingState *state, Lot **lots, uint64 nlots)
{
	if (nlots > 0 && state->needs_projects)
		holding_add_projects(lots, nlots);
	if (nlots > 0 && state->needs_issues)
		holding_add_issues(lots, nlots);
}
