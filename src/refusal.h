/*-------------------------------------------------------------------------
 *
 * refusal.h
 *	  What a document may do with certificates, and how it is refused.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_REFUSAL_H
#define CERTLEDGER_REFUSAL_H

#include "errcodes.h"
#include "posting_document.h"

/* Why certificates cannot be taken, most telling first. */
typedef enum Refusal
{
	ACCEPTED,
	REFUSED_NOT_HELD,
	REFUSED_TERMINAL,
	REFUSED_FILTERED,
	REFUSED_NOT_TRADABLE,
	REFUSED_TRADED_ALREADY,
	REFUSED_LOCKED,
	REFUSED_FROZEN,
	REFUSED_STATE,
	REFUSED_CLASS,
	REFUSED_SUBSIDISED,
	REFUSED_TECHNOLOGY,
	REFUSED_PROVINCE,
	REFUSED_ROUTE,
	REFUSED_NOT_YET,
	REFUSED_EXPIRED,
	REFUSED_VINTAGE,
	REFUSED_OBJECTION
} Refusal;
#define REFUSALS (REFUSED_OBJECTION + 1)

extern HoldingState refusal_state(const PostingDocument *document, const Lot *lot);
extern bool refusal_order_ended(const PostingDocument *document, const Lot *lot);
extern Route refusal_route_after(const PostingDocument *document,
								 const Lot *lot);
extern Refusal refusal_of_lot(const PostingDocument *document, const Lot *lot);
extern int	refusal_errcode(Refusal refusal);
extern const char *refusal_phrase(Refusal refusal);

extern void refuse(const PostingDocument *document, int sqlstate,
				   const char *reason, const char *detail, const char *hint);
extern void refuse_lot(const PostingDocument *document, Refusal refusal,
					   const Lot *lot, const gec *first, int64 quantity);
extern void refuse_unknown(const PostingDocument *document, const gec *first);
extern void refuse_not_one_run(const PostingDocument *document, const gec *first);
extern void refuse_named_twice(const PostingDocument *document,
							   const PostingDocument *other, const gec *first);

extern bool refusal_check_account(const PostingDocument *document,
								  const AccountFacts *account, uint32 kinds);

#endif							/* CERTLEDGER_REFUSAL_H */
