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

#include "account.h"
#include "holding.h"
#include "rule.h"

/* What becomes of the certificates that an event takes. */
typedef enum PostingEffect
{
	EFFECT_MOVE,				/* to another account, transferred */
	EFFECT_OFFER,				/* frozen for another account that must accept */
	EFFECT_END,					/* terminal */
	EFFECT_LIST,
	EFFECT_DELIST,
	EFFECT_LOCK,
	EFFECT_RELEASE,
	EFFECT_FREEZE,
	EFFECT_FREEZE_DELIST,		/* frozen, and no longer on sale afterwards */
	EFFECT_UNFREEZE,
	EFFECT_WITHDRAW				/* no longer frozen for another account */
} PostingEffect;

/*
 * One row of the transition table of states: what an event asks of the
 * certificates and of the parties, and what it makes of the certificates.
 */
typedef struct PostingRule
{
	const char *event;			/* for messages: "trade", "self-use transfer" */
	uint32		from_states;	/* bit mask of HoldingState */
	PostingEffect effect;
	HoldingState to_state;		/* of EFFECT_END */
	bool		trade;			/* tradable certificates only, and so often */
	bool		needs_validity; /* not of certificates that have expired */
	bool		ends_orders;	/* an order past its end counts as listed */
	int			volume_digit;	/* required volume class, 0 for any */
	Route		to_route;		/* of EFFECT_MOVE; of trades the in-province one */
	uint32		from_kinds;		/* bit mask of AccountKind, 0 for any */
	uint32		to_kinds;
} PostingRule;

/* Whether a document was refused and the refusal noted. */
#define IS_REFUSED(document) \
	((document)->outcome != NULL && (document)->outcome->sqlstate != 0)

#define STATE_BIT(state)	(((uint32) 1) << (state))
#define KIND_BIT(kind)		(((uint32) 1) << (kind))
#define LIVE_STATES			(STATE_BIT(STATE_ISSUED) | STATE_BIT(STATE_LISTED) | \
							 STATE_BIT(STATE_LOCKED) | STATE_BIT(STATE_TRANSFERRED) | \
							 STATE_BIT(STATE_FROZEN))

/* How a document says which certificates it takes. */
typedef enum Selection
{
	SELECTION_OLDEST,			/* oldest validity first, then code */
	SELECTION_NAMED,			/* these very ranges */
	SELECTION_UNDER				/* what is still under another document */
} Selection;

/* Which certificates an account gives, table column filter. */
typedef struct CertificateFilter
{
	int			yymm_from;		/* production months, as YYMM */
	int			yymm_to;
	Oid			source;			/* InvalidOid for any */
	int32		region;			/* this region and all inside it */
	bool		has_project;
	uint64		project;
	int			volume_digit;	/* 0 for any, -1 for a class without certificates */
	int			route;			/* -1 for any */
} CertificateFilter;

/* Why a document was not posted, where that is told instead of raised. */
typedef struct PostingOutcome
{
	MemoryContext context;		/* where its texts live */
	int			sqlstate;		/* 0: not refused */
	char	   *reason;
	char	   *detail;
	char	   *hint;
	int64		quantity;		/* certificates taken, when not refused */
} PostingOutcome;

/* The document under which certificates are that another one takes. */
typedef struct Origin
{
	int64		id;				/* hash key */
	bool		found;
	char	   *ref;
	int64		account_id;		/* who gives */
	int64		to_account;		/* buyer or receiver, or 0 */
	TimestampTz posted_at;
	DateADT		effective_on;
	/* of a hold */
	TimestampTz effective_at;
	HoldAction	action;
	int			reason;			/* of a freeze, else -1 */
	/* of a transfer */
	TradeMode	mode;
	int			route;			/* the one it names, else -1 */
} Origin;

/* A document to be posted. */
typedef struct PostingDocument
{
	const PostingRule *rule;
	int64		id;
	char	   *ref;
	PostingOutcome *outcome;	/* where a refusal goes; NULL: it is raised */
	int64		account_id;		/* whose certificates it takes */
	int64		to_account;		/* the same, unless they move */
	int64		party;			/* beneficiary or buyer, to be checked; 0 */
	int32		to_province;	/* of to_account */
	int32		consumed_in;	/* region, of a mandatory retirement; else 0 */
	int64		quantity;		/* 0: all that is under another document */
	Selection	selection;
	int			nranges;
	gec		   *firsts;			/* the named ranges, in order */
	gec		   *ends;
	CertificateFilter *filter;	/* of SELECTION_OLDEST, or NULL */
	int64		under;			/* of SELECTION_UNDER, number of the other document */
	Origin	   *origin;			/* its row */
	Route		out_route;		/* of trades across provinces */
	bool		out_route_named;	/* the document names its route itself */
	int64		transfer_id;	/* by which the receiver gets them, or 0 */
	int			trades_allowed; /* of trades */
	int			vintage;		/* required production year, 0 for any */
	bool		own_province;	/* only certificates of to_account's province */
	bool		bars_subsidised;
	char	  **technologies;	/* allowed ones, or NULL for any */
	int			ntechnologies;
	bool		objection;		/* of certificates issued not too long before */
	DateADT		objected_on;
	Interval   *objection_window;
	TimestampTz effective_at;	/* DT_NOEND: it names a day only */
	TimestampTz instant;		/* by which the end of orders is judged */
	TimestampTz ends_at;		/* of an order */
	DateADT		effective_on;
	TimestampTz posted_at;
} PostingDocument;

/* A row of a document table, read by the names of its columns. */
#define POSTING_ROW_COLUMNS 32
typedef struct PostingRow
{
	TupleTableSlot *slot;
	int			ncolumns;
	struct
	{
		const char *name;		/* compared as a pointer: use literals */
		int			attnum;
	}			columns[POSTING_ROW_COLUMNS];
} PostingRow;

extern TriggerData *posting_trigger(FunctionCallInfo fcinfo,
									const char *table_name);
extern Datum posting_attribute(TupleTableSlot *slot, const char *name,
							   bool *isnull);
extern void posting_check_stamp(TupleTableSlot *slot);

extern Datum row_value(PostingRow *row, const char *name, bool *isnull);
extern int64 row_bigint(PostingRow *row, const char *name);
extern DateADT row_date(PostingRow *row, const char *name);
extern TimestampTz row_timestamp(PostingRow *row, const char *name);
extern char *row_text(PostingRow *row, const char *name);
extern int	row_word(PostingRow *row, const char *name, const Wordlist *list);
extern CertificateFilter *posting_read_filter(HeapTupleHeader record);
extern void posting_read_ranges(PostingDocument *document, Datum value);
extern void row_selection(PostingRow *row, PostingDocument *document);
extern void row_under(PostingRow *row, const char *name, PostingDocument *document);
extern TimestampTz posting_instant(const PostingDocument *document);

#endif							/* CERTLEDGER_POSTING_DOCUMENT_H */
