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
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/datum.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/resowner.h"
#include "utils/rls.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"
#include "utils/typcache.h"

#include "compat.h"
#include "document.h"
#include "errcodes.h"
#include "holding.h"
#include "ledger.h"
#include "vocabulary.h"

/* The arguments of a call that are parameters of the statements. */
typedef struct DocumentCall
{
	Oid		   *types;
	int			ntypes;
	Oid			key_type;
	Datum		values[FUNC_MAX_ARGS];
	char		nulls[FUNC_MAX_ARGS];
} DocumentCall;

/*
 * Prepares the statements of a function on first use, and again when the
 * extension's types have other OIDs than then.
 */
static void
prepare(DocumentFunction *function, const DocumentCall *call)
{
	const Vocabulary *v = vocabulary_get();
	Oid			key_type = call->key_type;

	if (function->insert_plan != NULL && function->version != v->version)
	{
		plan_forget(&function->insert_plan);
		plan_forget(&function->lookup_plan);
		plan_forget(&function->result_plan);
	}
	if (function->insert_plan == NULL)
		function->insert_plan = plan_keep(function->insert, call->ntypes, call->types);
	if (function->lookup_plan == NULL)
		function->lookup_plan = plan_keep(function->lookup, call->ntypes, call->types);
	if (function->result_plan == NULL && function->result != NULL)
		function->result_plan = plan_keep(function->result, 1, &key_type);
	function->version = v->version;
}

/*
 * Executes a plan and returns the number of rows.
 */
static uint64
execute(SPIPlanPtr plan, const Datum *values, const char *nulls, int expected)
{
	int			code;

	plan_settings_apply();
	code = SPI_execute_plan(plan, unconstify(Datum *, values), nulls, false, 0);

	if (code != expected)
		elog(ERROR, "SPI_execute_plan returned %s", SPI_result_code_string(code));
	return SPI_processed;
}

/*
 * Finds the document of the same reference, if there is one.  *key is set
 * when its content is the same; otherwise the call is refused.
 */
static bool
find_first_outcome(DocumentFunction *function, const DocumentCall *call, Datum *key)
{
	char	   *ref;
	bool		isnull;
	Oid			output;
	bool		varlena;

	if (execute(function->lookup_plan, call->values, call->nulls, SPI_OK_SELECT) == 0)
		return false;
	*key = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	if (DatumGetBool(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2, &isnull)))
		return true;

	if (function->ref_argument == DOCUMENT_KEY)
		ref = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
	else
	{
		getTypeOutputInfo(call->types[function->ref_argument], &output, &varlena);
		ref = OidOutputFunctionCall(output, call->values[function->ref_argument]);
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
insert_or_find(DocumentFunction *function, const DocumentCall *call, bool *found)
{
	Datum		key;
	bool		isnull;
	bool		inserted = false;
	bool		directly = function->insert_directly != NULL &&
		function->insert_directly(call->values, call->nulls, &key, &inserted);

	*found = false;
	if (inserted)
		return key;
	prepare(function, call);
	*found = true;
	if (function->lookup_first && find_first_outcome(function, call, &key))
		return key;
	*found = false;
	for (int attempt = 0; attempt < NUMBERINGS && !directly; attempt++)
	{
		if (execute(function->insert_plan, call->values, call->nulls, SPI_OK_INSERT_RETURNING) == 1)
			return SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);

		/* a reference that the ledger makes up is nobody's: make up the next */
		if (function->ref_argument == DOCUMENT_KEY || call->nulls[function->ref_argument] != 'n')
			break;
	}
	*found = find_first_outcome(function, call, &key);
	if (!*found)
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("another session is posting the same %s", function->name),
				 errhint("Repeat the transaction.")));
	return key;
}

/*
 * Whether the current user may read every movement, and so be told those of
 * a document without a statement that reads them.
 */
static bool
may_read_movements(void)
{
	Oid			relid = get_relname_relid("movement", get_namespace_oid("certledger", false));

	return OidIsValid(relid) &&
		pg_class_aclcheck(relid, GetUserId(), ACL_SELECT) == ACLCHECK_OK &&
		check_enable_rls(relid, InvalidOid, true) != RLS_ENABLED;
}

/*
 * Inserts the document, or finds it, noting the movements that it makes.
 */
static Datum
insert_watched(DocumentFunction *function, const DocumentCall *call, bool *found,
			   MovementWatch *watch)
{
	MovementWatch *former;
	volatile Datum key = (Datum) 0;

	watch->document = function->document;
	watch->context = CurrentMemoryContext;
	watch->movements = NIL;
	former = holding_watch(function->watched ? watch : NULL);
	PG_TRY();
	{
		key = insert_or_find(function, call, found);
	}
	PG_FINALLY();
	{
		holding_watch(former);
	}
	PG_END_TRY();
	return key;
}

/*
 * Returns the movements that a document has just made.
 */
static void
return_movements(FunctionCallInfo fcinfo, List *movements, int64 key, bool hide_key)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	const Vocabulary *v = vocabulary_get();
	TypeCacheEntry *typcache = lookup_type_cache(v->gecrange, TYPECACHE_RANGE_INFO);
	ListCell   *cell;

	foreach(cell, movements)
	{
		Movement   *movement = lfirst(cell);
		Datum		row[8];
		bool		nulls[8] = {hide_key};

		/* others may have been posted by a trigger of the owner's */
		if (movement->document_id != key)
			continue;
		row[0] = Int64GetDatum(key);
		row[1] = RangeTypePGetDatum(gecrange_make(typcache, &movement->first, &movement->end));
		row[2] = Int64GetDatum(piece_quantity(&movement->first, &movement->end));
		row[3] = Int64GetDatum(movement->from_account);
		row[4] = ObjectIdGetDatum(v->state.oids[movement->from_state]);
		row[5] = Int64GetDatum(movement->to_account);
		row[6] = ObjectIdGetDatum(v->state.oids[movement->to_state]);
		row[7] = ObjectIdGetDatum(v->route.oids[movement->to_route]);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, row, nulls);
	}
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
 * Inserts the document and returns its outcome, or that of its first call.
 */
static void
post_and_return(FunctionCallInfo fcinfo, DocumentFunction *function,
				const DocumentCall *call, bool hide_key)
{
	MovementWatch watch;
	bool		found;
	Datum		key = insert_watched(function, call, &found, &watch);

	if (function->watched && !found && may_read_movements())
		return_movements(fcinfo, watch.movements, DatumGetInt64(key), hide_key);
	else
		return_rows(fcinfo, execute(function->result_plan, &key, NULL, SPI_OK_SELECT),
					hide_key && !found);
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
dry_run(FunctionCallInfo fcinfo, DocumentFunction *function, const DocumentCall *call)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;

	BeginInternalSubTransaction(NULL);
	PG_TRY();
	{
		MemoryContextSwitchTo(context);
		post_and_return(fcinfo, function, call, true);
	}
	PG_FINALLY();
	{
		document_rollback(context, owner);
	}
	PG_END_TRY();
}

/*
 * Posts what a call describes and returns its outcome.
 */
static Datum
post_call(FunctionCallInfo fcinfo, DocumentFunction *function, const DocumentCall *call)
{
	int16		length;
	bool		byvalue;
	bool		found;

	if (!function->no_dry_run && !PG_ARGISNULL(call->ntypes) && PG_GETARG_BOOL(call->ntypes))
		dry_run(fcinfo, function, call);
	else if (function->result != NULL)
		post_and_return(fcinfo, function, call, false);
	else
	{
		get_typlenbyval(call->key_type, &length, &byvalue);
		return SPI_datumTransfer(insert_or_find(function, call, &found), byvalue, length);
	}
	return (Datum) 0;
}

/*
 * Inserts the document that the function's arguments describe and returns
 * its outcome: the rows of function->result, or the key.  Errors: LC012 when
 * the reference was used with other content, and those of the posting.
 */
Datum
document_post(FunctionCallInfo fcinfo, DocumentFunction *function)
{
	DocumentCall call;
	volatile Datum key = (Datum) 0;
	bool		direct = function->insert_directly != NULL;
	bool		former = false;

	ledger_require();
	get_func_signature(fcinfo->flinfo->fn_oid, &call.types, &call.ntypes);
	Assert(call.ntypes == PG_NARGS());
	if (!function->no_dry_run)
		call.ntypes--;
	for (int i = 0; i < call.ntypes; i++)
	{
		call.values[i] = PG_GETARG_DATUM(i);
		call.nulls[i] = PG_ARGISNULL(i) ? 'n' : ' ';
	}
	if (function->result != NULL)
	{
		InitMaterializedSRF(fcinfo, 0);
		call.key_type = INT8OID;
	}
	else
		call.key_type = get_func_rettype(fcinfo->flinfo->fn_oid);

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (direct)
		former = plan_settings_begin();
	PG_TRY();
	{
		key = post_call(fcinfo, function, &call);
	}
	PG_FINALLY();
	{
		if (direct)
			plan_settings_end(former);
	}
	PG_END_TRY();
	SPI_finish();
	return key;
}

/*
 * Fills in the last two columns of a document table, posted_at and posted_by,
 * as their defaults do.
 */
void
document_stamp(Datum *values, bool *nulls, int ncolumns)
{
	Name		user = palloc0_object(NameData);

	namestrcpy(user, GetUserNameFromId(GetSessionUserId(), false));
	values[ncolumns - 2] = TimestampTzGetDatum(GetCurrentTransactionStartTimestamp());
	values[ncolumns - 1] = NameGetDatum(user);
	nulls[ncolumns - 2] = nulls[ncolumns - 1] = false;
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
