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

#include "posting_document.h"

/* Fills in one document from a row of its table. */
typedef void (*PostingReader) (PostingDocument *document, TupleTableSlot *slot,
							   void *arg);

/* The rights of whoever inserted the documents. */
typedef struct PostingRights
{
	Oid			user_id;
	int			security_context;
} PostingRights;

extern void posting_begin(TriggerData *trigdata, PostingRights *caller);
extern void posting_end(const PostingRights *caller);
extern bool posting_is_active(void);
extern void posting_run(TriggerData *trigdata, DocumentKind kind,
						PostingReader reader, void *arg);

#endif							/* CERTLEDGER_POSTING_H */
