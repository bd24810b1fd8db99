/*-------------------------------------------------------------------------
 *
 * holding.h
 *	  Holdings in memory while a statement is posted: lots, and the pieces
 *	  that documents take out of them.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_HOLDING_H
#define CERTLEDGER_HOLDING_H

#include "utils/date.h"
#include "utils/timestamp.h"

#include "gec.h"
#include "vocabulary.h"

/* One row of table holding. */
typedef struct Lot
{
	gec			first;			/* first certificate of the row */
	gec			end;			/* the code after its last certificate */
	gec			front;			/* first one that no piece has taken yet */
	int64		account_id;
	int64		transfer_id;	/* 0: the producer's own */
	HoldingState state;
	Route		route;
	int32		region;
	Oid			source;
	DateADT		valid_until;
} Lot;

/* A range that a document takes out of a lot, and what becomes of it. */
typedef struct Piece
{
	Lot		   *lot;
	gec			first;
	gec			end;
	int			document;		/* index of the document in its chunk */
	int64		document_id;
	int64		to_account;
	HoldingState to_state;
	Route		to_route;
	int64		transfer_id;
	DateADT		effective_on;
	TimestampTz posted_at;
} Piece;

/* Where the reading of an account's lots goes on. */
typedef struct LotCursor
{
	int64		account_id;
	DateADT		valid_until;
	gec			first;
} LotCursor;

static inline int64
piece_quantity(const gec *first, const gec *end)
{
	return (int64) gec_distance(end, first);
}

extern uint64 holding_load_live(const LotCursor *cursors, int ncursors,
								int limit, Lot ***lots);
extern uint64 holding_load_ranges(const gec *firsts, const gec *ends,
								  int nranges, Lot ***lots);
extern void holding_apply(DocumentKind kind, Piece *pieces, int npieces);

#endif							/* CERTLEDGER_HOLDING_H */
