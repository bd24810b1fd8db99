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

#include "nodes/pg_list.h"
#include "utils/date.h"
#include "utils/timestamp.h"

#include "direct_table.h"
#include "gec.h"
#include "vocabulary.h"

/*
 * Where certificates are.  The state follows from what lies on top: a freeze
 * or an offer, an order, a listing, or the way by which the holder came to
 * them; so whatever is taken away again leaves what was below.
 */
typedef struct Place
{
	int64		account_id;
	HoldingState state;
	Route		route;
	int64		transfer_id;	/* 0: the producer's own */
	int16		trades;
	int64		listing_id;		/* 0 where there is none, and so below */
	int64		order_id;
	TimestampTz order_ends_at;
	int64		freeze_id;
	int64		pending_id;
} Place;

/* The columns of table holding. */
typedef enum HoldingColumn
{
	HOLDING_LAST_CERTIFICATE,
	HOLDING_CERTIFICATES,
	HOLDING_ACCOUNT_ID,
	HOLDING_STATE,
	HOLDING_ROUTE,
	HOLDING_TRANSFER_ID,
	HOLDING_TRADES,
	HOLDING_LISTING_ID,
	HOLDING_ORDER_ID,
	HOLDING_ORDER_ENDS_AT,
	HOLDING_FREEZE_ID,
	HOLDING_PENDING_ID,
	HOLDING_REGION,
	HOLDING_SOURCE,
	HOLDING_VALID_UNTIL,
	HOLDING_NCOLUMNS
} HoldingColumn;

/* One row of table holding. */
typedef struct Lot
{
	ItemPointerData tid;		/* invalid when it was read by a statement */
	gec			first;			/* first certificate of the row */
	gec			end;			/* the code after its last one, which is its key */
	gec			front;			/* first one that no piece has taken yet */
	Place		place;
	int32		region;
	Oid			source;
	DateADT		valid_until;
	/* of its project and its issue, where a document asks for them */
	bool		subsidised;
	char	   *technology;		/* or NULL */
	DateADT		issued_on;
} Lot;

/* A range that a document takes out of a lot, and what becomes of it. */
typedef struct Piece
{
	Lot		   *lot;
	gec			first;
	gec			end;
	int			document;		/* index of the document in its chunk */
	int64		document_id;
	bool		ends_order;		/* the order of the lot has ended: say so first */
	Place		to;
	DateADT		effective_on;
	TimestampTz posted_at;
} Piece;

/* A range of certificates that a document moved. */
typedef struct Movement
{
	int64		document_id;
	gec			first;
	gec			end;
	int64		from_account;
	HoldingState from_state;
	int64		to_account;
	HoldingState to_state;
	Route		to_route;
} Movement;

/* The movements of one kind of documents, as they are written. */
typedef struct MovementWatch
{
	DocumentKind document;
	MemoryContext context;
	List	   *movements;
} MovementWatch;

/* Where the reading of an account's lots goes on. */
typedef struct LotCursor
{
	int64		account_id;
	DateADT		valid_until;
	gec			last;
} LotCursor;

static inline int64
piece_quantity(const gec *first, const gec *end)
{
	return (int64) gec_distance(end, first);
}

extern const DirectDefinition holding_table;

extern HoldingState place_state(const Place *place);
extern uint64 holding_load_live(const LotCursor *cursors, int ncursors,
								int limit, Lot ***lots);
extern uint64 holding_load_ranges(const gec *firsts, const gec *ends,
								  int nranges, Lot ***lots);
extern void holding_add_projects(Lot **lots, uint64 nlots);
extern void holding_add_issues(Lot **lots, uint64 nlots);
extern MovementWatch *holding_watch(MovementWatch *next);
extern void holding_apply(DocumentKind kind, Piece *pieces, int npieces);

#endif							/* CERTLEDGER_HOLDING_H */
