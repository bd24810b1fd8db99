/*-------------------------------------------------------------------------
 *
 * document.h
 *	  Functions that insert one document, repeatable by its reference.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_DOCUMENT_H
#define CERTLEDGER_DOCUMENT_H

#include "utils/resowner.h"

#include "plan.h"
#include "vocabulary.h"

/*
 * The statements behind such a function; their parameters are the function's
 * arguments.  Declare static.
 */
typedef struct DocumentFunction
{
	const char *name;			/* of the document, for messages */
	const char *insert;			/* ON CONFLICT DO NOTHING RETURNING its key */

	/* the same without a statement, or false when it takes one; or NULL */
	bool		(*insert_directly) (const Datum *values, const char *nulls,
									Datum *key, bool *inserted);
	const char *lookup;			/* key, whether the content is the same */
	const char *result;			/* rows to return, $1 is the key; or NULL: the
								 * key itself */
	const char *conflict_hint;	/* what to do when the content differs */
	int			ref_argument;	/* argument that repeats, for messages; or
								 * DOCUMENT_KEY: the key itself */
	bool		lookup_first;	/* repeats are common: do not use a number up */
	bool		no_dry_run;		/* its last argument is not dry_run */
	bool		watched;		/* the rows are the movements of the document, */
	DocumentKind document;		/* which is of this kind */
	SPIPlanPtr	insert_plan;
	SPIPlanPtr	lookup_plan;
	SPIPlanPtr	result_plan;
	uint32		version;
} DocumentFunction;

#define DOCUMENT_KEY	(-1)

/* Columns of type posting, from movement AS m: the rows of most functions. */
#define POSTING_COLUMNS \
	"m.document_id, m.certificates, certledger.quantity(m.certificates)," \
	" m.from_account, m.from_state, m.to_account, m.to_state, m.to_route"

extern Datum document_post(FunctionCallInfo fcinfo, DocumentFunction *function);
extern void document_stamp(Datum *values, bool *nulls, int ncolumns);
extern void document_rollback(MemoryContext context, ResourceOwner owner);
extern Datum document_id_of_ref(FunctionCallInfo fcinfo, SavedPlan *plan,
								const char *name);

#endif							/* CERTLEDGER_DOCUMENT_H */
