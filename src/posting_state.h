/*-------------------------------------------------------------------------
 *
 * posting_state.h
 *	  What a posting knows while it runs: the accounts that it touches, the
 *	  documents of the current chunk, and what they take.
 *
 * For the files posting*.c only.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_POSTING_STATE_H
#define CERTLEDGER_POSTING_STATE_H

#include "utils/hsearch.h"

#include "posting.h"

/* An account that the statement touches. */
typedef struct PostingAccount
{
	AccountFacts facts;			/* its account_id is the hash key */
	bool		gives;			/* locked by this statement */
	/* within a chunk */
	int			chunk;			/* number of the chunk that the rest is of */
	uint32		received;		/* states in which documents left certificates */
	TimestampTz first_end;		/* of orders placed by the chunk */
	bool		exhausted;		/* all its live lots are loaded */
	int			limit;			/* lots to be read in the next round */
	int64		wanted;			/* by documents of the chunk not yet served */
	int64		loaded;			/* certificates in lots from next on */
	Lot		  **lots;
	int			nlots;
	int			capacity;
	int			next;			/* first lot that is not used up */
} PostingAccount;

/* Among the states of PostingAccount.received: from another account. */
#define RECEIVED_FROM_OTHERS	(((uint32) 1) << 31)

typedef struct PostingState
{
	PostingSource *source;
	HTAB	   *accounts;
	HTAB	   *origins;
	MemoryContext chunk_context;
	int			chunk;
	PostingDocument *documents;
	int			ndocuments;
	int			documents_capacity;
	Piece	   *pieces;
	int			npieces;
	int			pieces_capacity;
	bool		needs_projects; /* of the lots, by a document of the chunk */
	bool		needs_issues;
} PostingState;

extern PostingAccount *posting_account(PostingState *state, int64 account_id);
extern PostingAccount *posting_account_in_chunk(PostingState *state,
												int64 account_id);
extern void posting_add_piece(PostingState *state, int document_index, Lot *lot,
							  const gec *first, const gec *end);
extern void posting_complete_lots(PostingState *state, Lot **lots, uint64 nlots);
extern int	posting_compare_lots(const void *a, const void *b);
extern void take_oldest(PostingState *state);
extern void take_named(PostingState *state, const bool *waits);
extern bool take_named_waiting(PostingState *state, bool *waits);
extern void take_under(PostingState *state);

#endif							/* CERTLEDGER_POSTING_STATE_H */
