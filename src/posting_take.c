/*-------------------------------------------------------------------------
 *
 * posting_take.c
 *	  Which certificates the documents of a chunk take: the oldest, or those
 *	  that they name.
 *
 * Callers hold the locks of the accounts that give (posting.c).  What is
 * taken becomes a piece of its lot; nothing is written here.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"

#include "posting_state.h"
#include "refusal.h"

/* Lots read per account in the first round; each further round reads 8 times more. */
#define FIRST_ROUND_LOTS	16
#define LAST_ROUND_LOTS		8192

/*
 * Refuses a document that asks for more than its account can give.  When all
 * that the account holds is barred for one and the same reason, that reason
 * is the refusal.
 */
static void
refuse_shortage(const PostingDocument *document, PostingAccount *account,
				int64 available)
{
	int64		barred[REFUSALS] = {0};
	Lot		   *example[REFUSALS] = {0};
	int			nreasons = 0;
	Refusal		reason = ACCEPTED;
	StringInfoData others;

	for (int i = account->next; i < account->nlots; i++)
	{
		Lot		   *lot = account->lots[i];
		Refusal		refusal;

		if (gec_equal(&lot->front, &lot->end))
			continue;
		refusal = refusal_of_lot(document, lot);
		if (refusal == ACCEPTED)
			continue;
		if (barred[refusal] == 0)
		{
			example[refusal] = lot;

			/* what the filter leaves out is a reason only when it is the only one */
			if (refusal != REFUSED_FILTERED)
			{
				reason = refusal;
				nreasons++;
			}
		}
		barred[refusal] += piece_quantity(&lot->front, &lot->end);
	}
	if (nreasons == 0 && barred[REFUSED_FILTERED] > 0)
	{
		reason = REFUSED_FILTERED;
		nreasons = 1;
	}
	if (available == 0 && nreasons == 1)
	{
		refuse_lot(document, reason, NULL, &example[reason]->front, barred[reason]);
		return;
	}

	initStringInfo(&others);
	for (int i = 1; i < REFUSALS; i++)
		if (barred[i] > 0)
			appendStringInfo(&others, "%s " INT64_FORMAT " %s",
							 others.len > 0 ? "," : " It also holds",
							 barred[i], refusal_phrase((Refusal) i));
	if (others.len > 0)
		appendStringInfoChar(&others, '.');
	refuse(document, ERRCODE_INSUFFICIENT_CERTIFICATES,
		   psprintf("account " INT64_FORMAT " has not enough certificates for this %s",
					document->account_id, document->rule->event),
		   psprintf("Document \"%s\" asks for " INT64_FORMAT ", available are " INT64_FORMAT ".%s",
					document->ref, document->quantity, available, others.data),
		   "Ask for no more than is available, or name the certificates.");
}

/*
 * Loads more lots for accounts that want more than they have loaded, so many
 * for each; of the others nothing is asked.
 */
static void
load_round(PostingState *state, PostingAccount **accounts, int naccounts, int limit)
{
	LotCursor  *cursors = palloc_array(LotCursor, naccounts);
	int			ncursors = 0;
	PostingAccount *account;
	Lot		  **lots;
	uint64		nlots;

	for (int i = 0; i < naccounts; i++)
	{
		LotCursor  *cursor;

		account = accounts[i];
		if (account->exhausted || account->loaded >= account->wanted)
			continue;
		cursor = &cursors[ncursors++];
		cursor->account_id = account->facts.account_id;
		if (account->nlots == 0)
		{
			cursor->valid_until = DATEVAL_NOBEGIN;
			memset(&cursor->last, 0, sizeof(gec));
		}
		else
		{
			cursor->valid_until = account->lots[account->nlots - 1]->valid_until;
			cursor->last = gec_last_before(&account->lots[account->nlots - 1]->end);
		}
		account->exhausted = true;	/* unless a full round comes back */
	}
	if (ncursors == 0)
		return;

	nlots = holding_load_live(cursors, ncursors, limit, &lots);
	posting_complete_lots(state, lots, nlots);
	for (uint64 i = 0; i < nlots;)
	{
		int			count = 0;

		account = posting_account_in_chunk(state, lots[i]->place.account_id);
		for (; i < nlots && lots[i]->place.account_id == account->facts.account_id; i++, count++)
		{
			if (account->nlots == account->capacity)
			{
				account->capacity = Max(FIRST_ROUND_LOTS, account->capacity * 2);
				account->lots = account->lots == NULL ?
					palloc_array(Lot *, account->capacity) :
					repalloc_array(account->lots, Lot *, account->capacity);
			}
			account->lots[account->nlots++] = lots[i];
			account->loaded += piece_quantity(&lots[i]->first, &lots[i]->end);
		}
		if (count == limit)
			account->exhausted = false;
		account->limit = Min(limit * 8, LAST_ROUND_LOTS);
	}
	pfree(cursors);
	pfree(lots);
}

/*
 * Gives back what a document took before it was refused: from each lot it
 * took at the front.
 */
static void
give_back(PostingState *state, PostingAccount *account, int npieces, int next)
{
	for (int i = state->npieces - 1; i >= npieces; i--)
	{
		Piece	   *piece = &state->pieces[i];

		piece->lot->front = piece->first;
		account->loaded += piece_quantity(&piece->first, &piece->end);
	}
	state->npieces = npieces;
	account->next = next;
}

/*
 * Serves one document that names no certificates.  Loads further lots as they
 * are needed.
 */
static void
serve_oldest(PostingState *state, int document_index)
{
	PostingDocument *document = &state->documents[document_index];
	PostingAccount *account = posting_account_in_chunk(state, document->account_id);
	int64		missing = document->quantity;
	int			position = account->next;
	int			npieces = state->npieces;
	int			next = account->next;

	while (missing > 0)
	{
		Lot		   *lot;
		int64		count;
		gec			end;

		CHECK_FOR_INTERRUPTS();
		if (position == account->nlots)
		{
			if (account->exhausted)
			{
				give_back(state, account, npieces, next);
				refuse_shortage(document, account, document->quantity - missing);
				break;
			}

			/* what is loaded may be barred to this document: ask for more */
			account->wanted = Max(account->wanted, account->loaded + missing);
			load_round(state, &account, 1, account->limit);
			if (position == account->nlots && !account->exhausted)
				elog(ERROR, "no holdings were read of account " INT64_FORMAT,
					 account->facts.account_id);
			continue;
		}
		lot = account->lots[position];
		if (gec_equal(&lot->front, &lot->end) ||
			refusal_of_lot(document, lot) != ACCEPTED)
		{
			if (position == account->next && gec_equal(&lot->front, &lot->end))
				account->next++;
			position++;
			continue;
		}
		count = Min(missing, piece_quantity(&lot->front, &lot->end));
		if (!gec_advance(&lot->front, count, &end))
			elog(ERROR, "range of certificates leaves the codes");
		posting_add_piece(state, document_index, lot, &lot->front, &end);
		lot->front = end;
		account->loaded -= count;
		missing -= count;
	}
	account->wanted -= document->quantity;
}

/*
 * Serves the documents of a chunk that name no certificates: oldest validity
 * first, then code.
 */
void
take_oldest(PostingState *state)
{
	PostingAccount **accounts = palloc_array(PostingAccount *, state->ndocuments);
	int			naccounts = 0;

	for (int i = 0; i < state->ndocuments; i++)
	{
		PostingDocument *document = &state->documents[i];
		PostingAccount *account = posting_account_in_chunk(state, document->account_id);

		if (account->wanted == 0)
			accounts[naccounts++] = account;
		account->wanted += document->quantity;
	}
	load_round(state, accounts, naccounts, FIRST_ROUND_LOTS);
	for (int i = 0; i < state->ndocuments; i++)
		serve_oldest(state, i);
}

/* A range that a document of the chunk names. */
typedef struct NamedRange
{
	gec			first;
	gec			end;
	int			document;
} NamedRange;

static int
compare_named_ranges(const void *a, const void *b)
{
	const NamedRange *left = a;
	const NamedRange *right = b;
	int			order = gec_cmp(&left->first, &right->first);

	if (order != 0)
		return order;
	return left->document < right->document ? -1 : left->document > right->document;
}

/*
 * The ranges that documents of the chunk name, in order, except those of
 * documents that wait or were refused.
 */
static NamedRange *
named_ranges(PostingState *state, const bool *waits, int *nnamed)
{
	NamedRange *named;
	int			capacity = 0;

	for (int i = 0; i < state->ndocuments; i++)
		capacity += state->documents[i].nranges;
	named = palloc_array(NamedRange, capacity);
	*nnamed = 0;
	for (int i = 0; i < state->ndocuments; i++)
	{
		PostingDocument *document = &state->documents[i];

		if (waits[i] || IS_REFUSED(document))
			continue;
		for (int j = 0; j < document->nranges; j++)
		{
			NamedRange *range = &named[(*nnamed)++];

			range->first = document->firsts[j];
			range->end = document->ends[j];
			range->document = i;
		}
	}
	qsort(named, *nnamed, sizeof(NamedRange), compare_named_ranges);
	return named;
}

/*
 * Which documents must wait for others of the chunk that name the same
 * certificates.  Within one statement that is refused; lines of a batch are
 * posted one after the other, as if each were alone.  Of documents whose
 * ranges overlap, the first goes on and the others wait.  On entry, waits has
 * who waited up to now, the others are done.  Returns whether any waits.
 */
bool
take_named_waiting(PostingState *state, bool *waits)
{
	bool	   *done = palloc_array(bool, state->ndocuments);
	bool		any_before = false;
	bool		any = false;
	NamedRange *named;
	int			nnamed;

	for (int i = 0; i < state->ndocuments; i++)
		any_before |= waits[i];
	for (int i = 0; i < state->ndocuments; i++)
	{
		done[i] = any_before && !waits[i];
		waits[i] = false;
	}
	named = named_ranges(state, done, &nnamed);
	for (int start = 0, next; start < nnamed; start = next)
	{
		gec			end = named[start].end;
		int			first = named[start].document;

		for (next = start + 1;
			 next < nnamed && gec_cmp(&named[next].first, &end) < 0; next++)
		{
			if (gec_cmp(&named[next].end, &end) > 0)
				end = named[next].end;
			first = Min(first, named[next].document);
		}
		for (int i = start; i < next; i++)
			if (named[i].document != first)
			{
				PostingDocument *document = &state->documents[named[i].document];

				if (document->outcome == NULL)
					refuse_named_twice(document, &state->documents[first], &named[i].first);
				waits[named[i].document] = true;
				any = true;
			}
	}
	for (int i = 0; i < state->ndocuments; i++)
		if (done[i])
			state->documents[i].nranges = 0;
	return any;
}

/*
 * Takes what one range names from the lots, both in order; *position is the
 * first lot that may matter.  The document may be refused.
 */
static void
serve_range(PostingState *state, const NamedRange *range, Lot **lots,
			uint64 nlots, uint64 *position)
{
	PostingDocument *document = &state->documents[range->document];
	gec			from = range->first;

	while (gec_cmp(&from, &range->end) < 0)
	{
		Lot		   *lot;
		gec			to;
		Refusal		refusal;

		/* skip what lies before; a row that was read twice goes with it */
		while (*position < nlots && gec_cmp(&lots[*position]->end, &from) <= 0)
			(*position)++;
		if (*position == nlots || gec_cmp(&lots[*position]->first, &from) > 0)
		{
			refuse_unknown(document, &from);
			return;
		}
		lot = lots[*position];
		to = gec_cmp(&lot->end, &range->end) < 0 ? lot->end : range->end;
		refusal = refusal_of_lot(document, lot);
		if (refusal != ACCEPTED)
		{
			refuse_lot(document, refusal, lot, &from, piece_quantity(&from, &to));
			return;
		}
		posting_add_piece(state, range->document, lot, &from, &to);
		from = to;
	}
}

/*
 * Serves the documents of a chunk that name their certificates and do not
 * wait, by one merge of the named ranges with the lots, both in order.
 */
void
take_named(PostingState *state, const bool *waits)
{
	int			nnamed;
	NamedRange *named = named_ranges(state, waits, &nnamed);
	gec		   *firsts = palloc_array(gec, nnamed);
	gec		   *ends = palloc_array(gec, nnamed);
	int			nranges = 0;
	Lot		  **lots;
	uint64		nlots;
	uint64		position = 0;

	/* before anything is read, so that nobody can ask for a whole registry */
	for (int i = 0; i < nnamed; i++)
	{
		PostingDocument *document = &state->documents[named[i].document];

		if (IS_REFUSED(document))
			continue;
		if (!gecrange_is_one_run(&named[i].first, &named[i].end))
		{
			refuse_not_one_run(document, &named[i].first);
			continue;
		}
		firsts[nranges] = named[i].first;
		ends[nranges++] = named[i].end;
	}
	nlots = holding_load_ranges(firsts, ends, nranges, &lots);
	posting_complete_lots(state, lots, nlots);
	qsort(lots, nlots, sizeof(Lot *), posting_compare_lots);

	for (int i = 0; i < nnamed; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (!IS_REFUSED(&state->documents[named[i].document]))
			serve_range(state, &named[i], lots, nlots, &position);
	}
}
