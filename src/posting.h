/*-------------------------------------------------------------------------
 *
 * posting.h
 *	  Posting of documents: which certificates each takes, and what becomes of
 *	  them.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_POSTING_H
#define CERTLEDGER_POSTING_H

#include "utils/tuplestore.h"

#include "posting_document.h"

/*
 * Fills in one document from a row of its table.  May refuse it.
 */
typedef void (*PostingReader) (PostingDocument *document, PostingRow *row,
							   void *arg);

/*
 * Compares a document with the one under which it takes certificates, and
 * fills in what follows from that one.  May refuse it.
 */
typedef void (*PostingOriginReader) (PostingDocument *document, void *arg);

/*
 * Is told of each range that a document takes, and of the document's party.
 */
typedef void (*PostingTaker) (const PostingDocument *document,
							  const AccountFacts *party, const Piece *piece,
							  void *arg);

/* What a document table is to the posting. */
typedef struct PostingKind
{
	DocumentKind kind;
	DocumentKind origin_kind;	/* of documents that others are under */
	PostingReader read;
	PostingOriginReader read_origin;
	PostingTaker taken;			/* or NULL */
} PostingKind;

/* Documents of one statement. */
typedef struct PostingSource
{
	const PostingKind *kind;
	void	   *arg;			/* of the kind's functions */
	Tuplestorestate *rows;
	TupleDesc	desc;
	PostingOutcome *outcomes;	/* one for each row, or NULL: refusals are raised */
} PostingSource;

/* The rights of whoever inserted the documents. */
typedef struct PostingRights
{
	Oid			user_id;
	int			security_context;
} PostingRights;

extern void posting_begin(Relation document_table, PostingRights *caller);
extern void posting_end(const PostingRights *caller);
extern bool posting_is_active(void);

/*
 * What may take the posting of a statement over; returns whether it did.
 */
typedef bool (*PostingHook) (TriggerData *trigdata, const PostingKind *kind,
							 void *arg);

extern PostingHook posting_set_hook(PostingHook hook);
extern void posting_run(TriggerData *trigdata, const PostingKind *kind, void *arg);
extern Datum posting_post(TriggerData *trigdata, const PostingKind *kind);

/*
 * Posts rows of a document table in place of its trigger: fills in what the
 * kind of documents adds to the source.
 */
typedef void (*RowsPoster) (Relation document_table, PostingSource *source);

extern Datum posting_post_row(Relation document_table, RowsPoster post,
							  Tuplestorestate *rows);
extern void posting_run_source(Relation document_table, PostingSource *source);

#endif							/* CERTLEDGER_POSTING_H */
