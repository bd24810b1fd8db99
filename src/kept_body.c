/*-------------------------------------------------------------------------
 *
 * kept_body.c
 *	  SQL functions whose plan is kept for the session.
 *
 * The server plans the body of an SQL function anew in every statement that
 * calls it.  Where that takes longer than the answer, the body stands in a
 * function name_row(), and name() is kept_body() of C, which keeps its plan.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_proc.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/syscache.h"

#include "kept_body.h"
#include "plan.h"

PG_FUNCTION_INFO_V1(kept_body);

/* The plan of one function. */
typedef struct KeptBody
{
	Oid			function;		/* that is called; hash key */
	SPIPlanPtr	plan;
	TransactionId xmin;			/* of the version of name_row() that was planned */
	ItemPointerData tid;
} KeptBody;

/*
 * The entry of a function.
 */
static KeptBody *
body_entry(Oid function)
{
	static HTAB *bodies = NULL;
	KeptBody   *body;
	bool		found;

	if (bodies == NULL)
	{
		HASHCTL		control = {0};

		control.keysize = sizeof(Oid);
		control.entrysize = sizeof(KeptBody);
		bodies = hash_create("certledger kept bodies", 16, &control, HASH_ELEM | HASH_BLOBS);
	}
	body = hash_search(bodies, &function, HASH_ENTER, &found);
	if (!found)
		body->plan = NULL;
	return body;
}

/*
 * The function that has the body of another one: of the same schema and
 * arguments, with _row at the end of its name.
 */
static HeapTuple
body_function(Form_pg_proc caller)
{
	char	   *name = psprintf("%s_row", NameStr(caller->proname));
	HeapTuple	tuple = SearchSysCache3(PROCNAMEARGSNSP, CStringGetDatum(name),
										PointerGetDatum(&caller->proargtypes),
										ObjectIdGetDatum(caller->pronamespace));

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "function %s is missing", name);
	return tuple;
}

/*
 * The plan of the function that is called, made on first use and when its
 * body has changed.
 */
static SPIPlanPtr
body_plan(Oid function)
{
	KeptBody   *body = body_entry(function);
	HeapTuple	caller = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	Form_pg_proc form;
	HeapTuple	tuple;

	if (!HeapTupleIsValid(caller))
		elog(ERROR, "cache lookup failed for function %u", function);
	form = (Form_pg_proc) GETSTRUCT(caller);
	tuple = body_function(form);
	if (body->plan == NULL || body->xmin != HeapTupleHeaderGetRawXmin(tuple->t_data) ||
		!ItemPointerEquals(&body->tid, &tuple->t_self))
	{
		bool		isnull;
		Datum		source = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_prosrc, &isnull);

		plan_forget(&body->plan);
		body->plan = plan_keep(TextDatumGetCString(source), form->pronargs,
							   form->proargtypes.values);
		body->xmin = HeapTupleHeaderGetRawXmin(tuple->t_data);
		body->tid = tuple->t_self;
	}
	ReleaseSysCache(tuple);
	ReleaseSysCache(caller);
	return body->plan;
}

/*
 * Executes the body of name_row(), for the function name() that is called, and
 * returns its rows to the caller of that; their number is the result.
 */
uint64
kept_body_return(FunctionCallInfo fcinfo)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	Datum	   *values = palloc_array(Datum, PG_NARGS() + 1);
	char	   *nulls = palloc(PG_NARGS() + 1);
	uint64		nrows;
	int			code;

	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < PG_NARGS(); i++)
	{
		values[i] = PG_ARGISNULL(i) ? (Datum) 0 : PG_GETARG_DATUM(i);
		nulls[i] = PG_ARGISNULL(i) ? 'n' : ' ';
	}
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	code = SPI_execute_plan(body_plan(fcinfo->flinfo->fn_oid), values, nulls, true, 0);
	if (code != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute_plan returned %s", SPI_result_code_string(code));
	if (SPI_tuptable->tupdesc->natts != rsinfo->setDesc->natts)
		elog(ERROR, "a kept body returns %d columns", SPI_tuptable->tupdesc->natts);
	nrows = SPI_processed;
	for (uint64 i = 0; i < nrows; i++)
	{
		CHECK_FOR_INTERRUPTS();
		tuplestore_puttuple(rsinfo->setResult, SPI_tuptable->vals[i]);
	}
	SPI_finish();
	return nrows;
}

/*
 * kept_body(...) returns setof record
 *
 * What any function is that returns the rows of its _row function.
 */
Datum
kept_body(PG_FUNCTION_ARGS)
{
	(void) kept_body_return(fcinfo);
	return (Datum) 0;
}
