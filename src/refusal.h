/*-------------------------------------------------------------------------
 *
 * refusal.h
 *	  What a document may do with certificates, and how it is refused.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_REFUSAL_H
#define CERTLEDGER_REFUSAL_H

#include "compat.h"
#include "posting_document.h"

/* Why certificates cannot be taken, most telling first. */
typedef enum Refusal
{
	ACCEPTED,
	REFUSED_NOT_HELD,
	REFUSED_TERMINAL,
	REFUSED_NOT_TRADABLE,
	REFUSED_TRADED_ALREADY,
	REFUSED_STATE,
	REFUSED_CLASS,
	REFUSED_ROUTE,
	REFUSED_NOT_YET,
	REFUSED_EXPIRED,
	REFUSED_VINTAGE
} Refusal;
#define REFUSALS (REFUSED_VINTAGE + 1)

extern Route refusal_route_after(const PostingDocument *document,
								 const Lot *lot);
extern Refusal refusal_of_lot(const PostingDocument *document, const Lot *lot);
extern const char *refusal_phrase(Refusal refusal);
pg_noreturn extern void refusal_raise(const PostingDocument *document, Refusal refusal,
						  const Lot *lot, const gec *first,
						  int64 quantity);
pg_noreturn extern void refusal_raise_unknown(const PostingDocument *document,
								  const gec *first);
pg_noreturn extern void refusal_raise_not_one_run(const PostingDocument *document,
												  const gec *first);
pg_noreturn extern void refusal_raise_named_twice(const PostingDocument *one,
									  const PostingDocument *other,
									  const gec *first);

#endif							/* CERTLEDGER_REFUSAL_H */
