/*-------------------------------------------------------------------------
 *
 * posting_document.h
 *	  A document to be posted, and the rule of its event.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_POSTING_DOCUMENT_H
#define CERTLEDGER_POSTING_DOCUMENT_H

#include "commands/trigger.h"

#include "holding.h"

/*
 * One row of the transition table of states: what an event asks of the
 * certificates and of the parties, and what it makes of the certificates.
 */
typedef struct PostingRule
{
	const char *event;			/* for messages: "trade", "self-use transfer" */
	uint32		from_states;	/* bit mask of HoldingState */
	HoldingState to_state;
	bool		trade;			/* tradable certificates only, and once */
	int			volume_digit;	/* required volume class, 0 for any */
	bool		keeps_route;	/* route stays as it is */
	Route		to_route;		/* else; of trades the in-province route */
	uint32		from_kinds;		/* bit mask of AccountKind, 0 for any */
	uint32		to_kinds;
} PostingRule;

#define STATE_BIT(state)	(((uint32) 1) << (state))
#define KIND_BIT(kind)		(((uint32) 1) << (kind))

/* A document to be posted. */
typedef struct PostingDocument
{
	const PostingRule *rule;
	int64		id;
	char	   *ref;
	int64		account_id;		/* whose certificates it takes */
	int64		to_account;		/* the same, for a retirement */
	int64		beneficiary;	/* of a retirement, else 0 */
	int32		to_province;	/* of to_account */
	int64		quantity;
	int			nranges;		/* 0: oldest validity first, then code */
	gec		   *firsts;			/* the named ranges, in order */
	gec		   *ends;
	Route		out_route;		/* of trades across provinces */
	bool		out_route_named;	/* the document names its route itself */
	bool		acquires;		/* gives the receiver a new transfer_id */
	int			vintage;		/* required production year, 0 for any */
	DateADT		effective_on;
	TimestampTz posted_at;
} PostingDocument;

extern TriggerData *posting_trigger(FunctionCallInfo fcinfo,
									const char *table_name);
extern Datum posting_attribute(TupleTableSlot *slot, const char *name,
							   bool *isnull);
extern void posting_check_stamp(TupleTableSlot *slot);
extern void posting_named_ranges(PostingDocument *document,
								 TupleTableSlot *slot);

#endif							/* CERTLEDGER_POSTING_DOCUMENT_H */
