/*-------------------------------------------------------------------------
 *
 * document.c
 *	  Functions that insert one document, repeatable by its reference.
 *
 * The function inserts, the trigger of the table does the work, so calling
 * the function and inserting the row are the same.  What the function adds is
 * idempotency: the insert yields to a row of the same reference, also to one
 * that another session is just inserting, and the next statement, which sees
 * that row, compares the content.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/datum.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/resowner.h"
#include "utils/tuplestore.h"

#include "compat.h"
#include "document.h"
#include "errcodes.h"
#include "ledger.h"
#include "vocabulary.h"

/*
 * Prepares the statements of a function on first use, and again when the
 * extension's types have other OIDs than then.
 */
static void
prepare(DocumentFunction *function, Oid *types, int ntypes, Oid key_type)
{
	const Vocabulary *v = vocabulary_get();

	if (function->insert_plan != NULL && function->version != v->version)
	{
		plan_forget(&function->insert_plan);
		plan_forget(&function->lookup_plan);
		plan_forget(&function->result_plan);
	}
	if (function->insert_plan == NULL)
		function->insert_plan = plan_keep(function->insert, ntypes, types);
	if (function->lookup_plan == NULL)
		function->lookup_plan = plan_keep(function->lookup, ntypes, types);
	if (function->result_plan == NULL && function->result != NULL)
		function->result_plan = plan_keep(function->result, 1, &key_type);
	function->version = v->version;
}

/*
 * Executes a plan and returns the number of rows.
 */
static uint64
execute(SPIPlanPtr plan, Datum *values, const char *nulls, int expected)
{
	int			code = SPI_execute_plan(plan, values, nulls, false, 0);

	if (code != expected)
		elog(ERROR, "SPI_execute_plan returned %s", SPI_result_code_string(code));
	return SPI_processed;
}

/*
 * Finds the document of the same reference, if there is one.  *key is set
 * when its content is the same; otherwise the call is refused.
 */
static bool
find_first_outcome(DocumentFunction *function, Datum *values, char *nulls,
				   Oid *types, Datum *key)
{
	char	   *ref;
	bool		isnull;
	Oid			output;
	bool		varlena;

	if (execute(function->lookup_plan, values, nulls, SPI_OK_SELECT) == 0)
		return false;
	*key = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	if (DatumGetBool(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2, &isnull)))
		return true;

	if (function->ref_argument == DOCUMENT_KEY)
		ref = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
	else
	{
		getTypeOutputInfo(types[function->ref_argument], &output, &varlena);
		ref = OidOutputFunctionCall(output, values[function->ref_argument]);
	}
	ereport(ERROR,
			(errcode(ERRCODE_REF_REUSED),
			 errmsg("%s \"%s\" exists already with other content", function->name, ref),
			 errdetail("Repeating a call is harmless only when every argument is the same."),
			 errhint("%s", function->conflict_hint)));
	return false;				/* keep compiler quiet */
}

/* How often a reference is made up that another session has just used. */
#define NUMBERINGS	10

/*
 * Inserts the document, or finds that it is there already (*found), and
 * returns its key.
 */
static Datum
insert_or_find(DocumentFunction *function, Datum *values, char *nulls,
			   Oid *types, bool *found)
{
	Datum		key;
	bool		isnull;

	*found = true;
	if (function->lookup_first &&
		find_first_outcome(function, values, nulls, types, &key))
		return key;
	*found = false;
	for (int attempt = 0; attempt < NUMBERINGS; attempt++)
	{
		if (execute(function->insert_plan, values, nulls, SPI_OK_INSERT_RETURNING) == 1)
			return SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);

		/* a reference that the ledger makes up is nobody's: make up the next */
		if (function->ref_argument == DOCUMENT_KEY || nulls[function->ref_argument] != 'n')
			break;
	}
	*found = find_first_outcome(function, values, nulls, types, &key);
	if (!*found)
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("another session is posting the same %s", function->name),
				 errhint("Repeat the transaction.")));
	return key;
}

/*
 * Copies the rows of the current SPI result to the caller, without the number
 * of a document that will not stay.
 */
static void
return_rows(FunctionCallInfo fcinfo, uint64 nrows, bool hide_key)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	TupleDesc	desc = SPI_tuptable->tupdesc;
	Datum	   *values = palloc_array(Datum, desc->natts);
	bool	   *nulls = palloc_array(bool, desc->natts);

	for (uint64 i = 0; i < nrows; i++)
	{
		heap_deform_tuple(SPI_tuptable->vals[i], desc, values, nulls);
		nulls[0] |= hide_key;
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
}

/*
 * Rolls the current subtransaction back, also when an error is on its way out:
 * it must not find the session inside.
 */
void
document_rollback(MemoryContext context, ResourceOwner owner)
{
	RollbackAndReleaseCurrentSubTransaction();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
}

/*
 * Posts the document and gives back its outcome, then takes everything back:
 * what is returned is what would happen.
 */
static void
dry_run(FunctionCallInfo fcinfo, DocumentFunction *function, Datum *values,
		char *nulls, Oid *types)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	Datum		key;
	bool		found;

	BeginInternalSubTransaction(NULL);
	PG_TRY();
	{
		MemoryContextSwitchTo(context);
		key = insert_or_find(function, values, nulls, types, &found);
		return_rows(fcinfo, execute(function->result_plan, &key, NULL, SPI_OK_SELECT), !found);
	}
	PG_FINALLY();
	{
		document_rollback(context, owner);
	}
	PG_END_TRY();
}

/*
 * Inserts the document that the function's arguments describe and returns
 * its outcome: the rows of function->result, or the key.  Errors: LC012 when
 * the reference was used with other content, and those of the posting.
 */
Datum
document_post(FunctionCallInfo fcinfo, DocumentFunction *function)
{
	Oid		   *types;
	int			ntypes;
	Datum		values[FUNC_MAX_ARGS];
	char		nulls[FUNC_MAX_ARGS];
	Datum		key = (Datum) 0;
	int16		length;
	bool		byvalue;
	bool		found;
	Oid			key_type;

	ledger_require();
	get_func_signature(fcinfo->flinfo->fn_oid, &types, &ntypes);
	Assert(ntypes == PG_NARGS());
	if (!function->no_dry_run)
		ntypes--;
	for (int i = 0; i < ntypes; i++)
	{
		values[i] = PG_GETARG_DATUM(i);
		nulls[i] = PG_ARGISNULL(i) ? 'n' : ' ';
	}
	if (function->result != NULL)
	{
		InitMaterializedSRF(fcinfo, 0);
		key_type = INT8OID;
	}
	else
		key_type = get_func_rettype(fcinfo->flinfo->fn_oid);

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	prepare(function, types, ntypes, key_type);
	if (!function->no_dry_run && !PG_ARGISNULL(ntypes) && PG_GETARG_BOOL(ntypes))
		dry_run(fcinfo, function, values, nulls, types);
	else
	{
		key = insert_or_find(function, values, nulls, types, &found);
		get_typlenbyval(key_type, &length, &byvalue);
		if (function->result != NULL)
		{
			return_rows(fcinfo, execute(function->result_plan, &key, NULL, SPI_OK_SELECT), false);
			key = (Datum) 0;
		}
		else
			key = SPI_datumTransfer(key, byvalue, length);
	}
	SPI_finish();
	return key;
}

/*
 * Number of a document by its reference, the only argument: what functions
 * hold_id() and transfer_id() return.  Error LC029 when there is none.
 */
Datum
document_id_of_ref(FunctionCallInfo fcinfo, SavedPlan *plan, const char *name)
{
	Datum		ref;
	Datum		id;
	bool		isnull;

	ledger_require();
	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_DOCUMENT_UNKNOWN),
				 errmsg("%s does not exist", name),
				 errdetail("No reference was given."),
				 errhint("Give the reference of the document that is to be ended, settled or answered.")));
	ref = PG_GETARG_DATUM(0);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (plan_execute(plan, &ref, NULL, SPI_OK_SELECT) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_DOCUMENT_UNKNOWN),
				 errmsg("%s \"%s\" does not exist", name, TextDatumGetCString(ref)),
				 errdetail("Table certledger.%s has no row of this reference.", name),
				 errhint("Check the reference of the document that is to be ended, settled or answered.")));
	id = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	SPI_finish();
	return id;
}
