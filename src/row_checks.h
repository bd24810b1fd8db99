/*-------------------------------------------------------------------------
 *
 * row_checks.h
 *	  Whether a row satisfies the constraints of its table, asked before it is
 *	  inserted.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_ROW_CHECKS_H
#define CERTLEDGER_ROW_CHECKS_H

#include "executor/executor.h"

/* NOT NULL and CHECK constraints of a table, ready to be asked. */
typedef struct RowChecks
{
	Relation	table;
	TupleTableSlot *slot;		/* the row that is asked about */
	const bool *given;			/* by column: the INSERT names it */
	EState	   *estate;
	int			nchecks;
	ExprState **checks;
} RowChecks;

extern RowChecks row_checks_make(Relation table, const bool *given);
extern char *row_checks_violation(RowChecks *checks, int *sqlstate);
extern void row_checks_end(RowChecks *checks);

#endif							/* CERTLEDGER_ROW_CHECKS_H */
