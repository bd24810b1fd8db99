/*-------------------------------------------------------------------------
 *
 * document.h
 *	  Functions that insert one document, repeatable by its reference.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_DOCUMENT_H
#define CERTLEDGER_DOCUMENT_H

#include "executor/spi.h"

/*
 * The statements behind such a function; their parameters are the function's
 * arguments.  Declare static.
 */
typedef struct DocumentFunction
{
	const char *name;			/* of the document, for messages */
	const char *insert;			/* ON CONFLICT DO NOTHING RETURNING its key */
	const char *lookup;			/* key, whether the content is the same */
	const char *result;			/* rows to return, $1 is the key; or NULL: the
								 * key itself */
	const char *conflict_hint;	/* what to do when the content differs */
	int			ref_argument;	/* argument that repeats, for messages; or
								 * DOCUMENT_KEY: the key itself */
	bool		lookup_first;	/* repeats are common: do not use a number up */
	SPIPlanPtr	insert_plan;
	SPIPlanPtr	lookup_plan;
	SPIPlanPtr	result_plan;
	uint32		version;
} DocumentFunction;

#define DOCUMENT_KEY	(-1)

extern Datum document_post(FunctionCallInfo fcinfo, DocumentFunction *function);

#endif							/* CERTLEDGER_DOCUMENT_H */
