/*-------------------------------------------------------------------------
 *
 * row_checks.c
 *	  Whether a row satisfies the constraints of its table, asked before it is
 *	  inserted.
 *
 * The constraints are those of the catalog, so that nothing that the table
 * demands is written down a second time.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/sysattr.h"
#include "nodes/bitmapset.h"
#include "optimizer/optimizer.h"
#include "utils/rel.h"

#include "compat.h"
#include "row_checks.h"

/*
 * Whether an expression asks for columns that are given only.
 */
static bool
is_of_given(Node *expression, TupleDesc desc, const bool *given)
{
	Bitmapset  *columns = NULL;
	int			column = -1;

	pull_varattnos(expression, 1, &columns);
	while ((column = bms_next_member(columns, column)) >= 0)
	{
		int			attnum = column + FirstLowInvalidHeapAttributeNumber;

		if (attnum <= 0 || attnum > desc->natts || !given[attnum - 1])
			return false;
	}
	return true;
}

/*
 * Prepares the constraints of a table for rows of which the given columns are
 * inserted; what the others get, their defaults decide.  The slot of the
 * result takes a row.
 */
RowChecks
row_checks_make(Relation table, const bool *given)
{
	TupleConstr *constraints = RelationGetDescr(table)->constr;
	RowChecks	checks = {.table = table, .given = given};

	checks.slot = MakeSingleTupleTableSlot(RelationGetDescr(table), &TTSOpsVirtual);
	checks.estate = CreateExecutorState();
	checks.nchecks = constraints == NULL ? 0 : constraints->num_check;
	checks.checks = palloc_array(ExprState *, checks.nchecks + 1);
	for (int i = 0; i < checks.nchecks; i++)
	{
		Node	   *expression = stringToNode(constraints->check[i].ccbin);

		checks.checks[i] = IS_ENFORCED(constraints->check[i]) &&
			is_of_given(expression, RelationGetDescr(table), given) ?
			ExecPrepareExpr((Expr *) expression, checks.estate) : NULL;
	}
	return checks;
}

/*
 * What an INSERT of the slot's row would say of the first constraint that it
 * violates, with its SQLSTATE; NULL when it satisfies all.
 */
char *
row_checks_violation(RowChecks *checks, int *sqlstate)
{
	TupleDesc	desc = RelationGetDescr(checks->table);
	ExprContext *econtext = GetPerTupleExprContext(checks->estate);
	const char *name = RelationGetRelationName(checks->table);

	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(desc, i);

		if (attribute->attnotnull && checks->given[i] && checks->slot->tts_isnull[i])
		{
			*sqlstate = ERRCODE_NOT_NULL_VIOLATION;
			return psprintf("null value in column \"%s\" of relation \"%s\" violates not-null constraint",
							NameStr(attribute->attname), name);
		}
	}
	ResetPerTupleExprContext(checks->estate);
	econtext->ecxt_scantuple = checks->slot;
	for (int i = 0; i < checks->nchecks; i++)
		if (checks->checks[i] != NULL && !ExecCheck(checks->checks[i], econtext))
		{
			*sqlstate = ERRCODE_CHECK_VIOLATION;
			return psprintf("new row for relation \"%s\" violates check constraint \"%s\"",
							name, desc->constr->check[i].ccname);
		}
	return NULL;
}

/*
 * Frees what row_checks_make() made.
 */
void
row_checks_end(RowChecks *checks)
{
	ExecDropSingleTupleTableSlot(checks->slot);
	FreeExecutorState(checks->estate);
}
