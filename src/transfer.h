/*-------------------------------------------------------------------------
 *
 * transfer.h
 *	  Trades and transfers, for those that answer or list them.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_TRANSFER_H
#define CERTLEDGER_TRANSFER_H

#include "direct_table.h"
#include "posting.h"

/* The steps of a transfer: one, or two when the receiver must accept. */
typedef enum TransferStep
{
	TRANSFER_AT_ONCE,
	TRANSFER_OFFER,
	TRANSFER_ACCEPTANCE
} TransferStep;

extern const PostingRule listing_rule;	/* hold.c */
extern const DirectDefinition transfer_table;

extern const PostingRule *transfer_rule(TradeMode mode, TransferStep step);
extern void transfer_set_route(PostingDocument *document, int named,
							   RuleCache *rules, DateADT effective_on);
extern void transfer_set_trade(PostingDocument *document, TradeMode mode,
							   RuleCache *rules);
extern void transfer_post_rows(Relation transfers, PostingSource *source);

#endif							/* CERTLEDGER_TRANSFER_H */
