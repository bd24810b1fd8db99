/*-------------------------------------------------------------------------
 *
 * batch.h
 *	  Many documents in one call, with an outcome for each.
 *
 * For batch.c and batch_post.c only.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_BATCH_H
#define CERTLEDGER_BATCH_H

#include "utils/hsearch.h"

#include "direct_table.h"
#include "posting.h"

/* What happened to a line. */
typedef enum LineResult
{
	LINE_OPEN,
	LINE_TRIED,					/* being inserted, nothing is heard of it yet */
	LINE_POSTED,
	LINE_REPEATED,
	LINE_REFUSED
} LineResult;

typedef struct BatchLine
{
	LineResult	result;
	char	   *ref;
	int64		document_id;
	bool		was_posted;		/* by an attempt that was rolled back */
	int			untaken;		/* attempts after which its row was not there */
	PostingOutcome outcome;
} BatchLine;

/* Entry of a hash table of references. */
typedef struct LineOfRef
{
	const char *ref;			/* hash key, compared as text */
	int			index;			/* the line that was inserted last */
	int			attempt;		/* number of the attempt that inserts it */
} LineOfRef;

/* A kind of document that can be posted in batches. */
typedef struct BatchKind
{
	const char *table_name;
	const DirectDefinition *table;
	RowsPoster	post;			/* in place of the table's trigger */

	/*
	 * $1 lines, $2 their numbers: number of the line, document of the same
	 * reference, whether its content is the same, reference of an order that
	 * does not exist, and the columns of the table by name.
	 */
	const char *rows;
	const char *insert;			/* $1 rows of the table */
	const char *lock;			/* $1 lines: locks the accounts that give */
	const char *quantity;		/* $1 numbers of documents: their quantities */
} BatchKind;

typedef struct Batch
{
	const BatchKind *kind;
	Relation	table;
	Oid			line_type;
	Datum	   *lines;			/* composite values */
	bool	   *nulls;
	BatchLine  *line;
	int			nlines;
	HTAB	   *refs;			/* of LineOfRef */
	int			attempt;
	bool		is_direct;		/* rows are being inserted without a statement */
	bool		by_statement;	/* which is not to be done again */
	MemoryContext context;		/* of the outcomes */
} Batch;

/* Lines that are to be posted together, by their index. */
typedef struct LineSet
{
	int			n;
	int		   *index;
} LineSet;

extern void batch_refuse_line(Batch *batch, BatchLine *line, int sqlstate,
							  const char *reason, const char *detail,
							  const char *hint);
extern void batch_decide_repeated(Batch *batch, BatchLine *line,
								  int64 document_id, bool same);
extern void batch_lock_accounts(Batch *batch, LineSet set);
extern void batch_post_set(Batch *batch, LineSet set, bool locked);

#endif							/* CERTLEDGER_BATCH_H */
