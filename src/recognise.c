/*-------------------------------------------------------------------------
 *
 * recognise.c
 *	  Window function that walks claims in order and recognises each of them
 *	  as far as the caps that apply to it allow.
 *
 * 发改能源〔2026〕622号 art. 7 and Annexes 1 to 3: transaction-identified
 * volume is recognised up to caps of the user, the province and two pools.  A
 * claim may stand under several caps at once; what it gets is taken from all.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"
#include "windowapi.h"

PG_FUNCTION_INFO_V1(recognise_claim);

/* What is left of one cap. */
typedef struct CapKey
{
	const char *name;
	int			length;
} CapKey;

typedef struct CapEntry
{
	CapKey		key;			/* hash key, must be first */
	int64		cap;
	int64		left;
} CapEntry;

/* Per call site, reset when a partition begins. */
typedef struct RecogniseState
{
	MemoryContext context;
	HTAB	   *caps;
	TupleDesc	desc;
} RecogniseState;

static uint32
cap_hash(const void *key, Size keysize)
{
	const CapKey *cap = key;

	return DatumGetUInt32(hash_any((const unsigned char *) cap->name, cap->length));
}

static int
cap_match(const void *a, const void *b, Size keysize)
{
	const CapKey *left = a;
	const CapKey *right = b;

	return left->length == right->length ?
		memcmp(left->name, right->name, left->length) : 1;
}

/*
 * The state of the call site, emptied when a new partition begins.
 */
static RecogniseState *
recognise_state(FunctionCallInfo fcinfo, WindowObject winobj)
{
	RecogniseState *state = fcinfo->flinfo->fn_extra;
	bool	   *begun = WinGetPartitionLocalMemory(winobj, sizeof(bool));

	if (state == NULL)
	{
		MemoryContext old = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);

		state = palloc0_object(RecogniseState);
		if (get_call_result_type(fcinfo, NULL, &state->desc) != TYPEFUNC_COMPOSITE)
			elog(ERROR, "return type must be a row type");
		BlessTupleDesc(state->desc);
		state->context = AllocSetContextCreate(fcinfo->flinfo->fn_mcxt,
											   "certledger caps",
											   ALLOCSET_DEFAULT_SIZES);
		fcinfo->flinfo->fn_extra = state;
		MemoryContextSwitchTo(old);
	}
	if (!*begun)
	{
		HASHCTL		control = {0};

		MemoryContextReset(state->context);
		control.keysize = sizeof(CapKey);
		control.entrysize = sizeof(CapEntry);
		control.hash = cap_hash;
		control.match = cap_match;
		control.hcxt = state->context;
		state->caps = hash_create("certledger caps", 1024, &control,
								  HASH_ELEM | HASH_FUNCTION | HASH_COMPARE | HASH_CONTEXT);
		*begun = true;
	}
	return state;
}

/*
 * The entry of a cap; its name is copied when it is new.
 */
static CapEntry *
cap_entry(RecogniseState *state, Datum name, int64 cap)
{
	text	   *name_text = DatumGetTextPP(name);
	CapKey		key;
	CapEntry   *entry;
	bool		found;

	key.name = VARDATA_ANY(name_text);
	key.length = VARSIZE_ANY_EXHDR(name_text);
	entry = hash_search(state->caps, &key, HASH_ENTER, &found);
	if (!found)
	{
		char	   *copy = MemoryContextAlloc(state->context, Max(key.length, 1));

		memcpy(copy, key.name, key.length);
		entry->key.name = copy;
		entry->cap = cap;
		entry->left = cap;
	}
	else if (entry->cap != cap)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cap \"%s\" has two values in one partition",
						text_to_cstring(name_text)),
				 errdetail("It was given as " INT64_FORMAT " Wh and as " INT64_FORMAT " Wh.",
						   entry->cap, cap),
				 errhint("Give every claim under a cap the whole cap; the function keeps what is left of it.")));
	return entry;
}

/*
 * recognise(claim energy, cap_names text[], caps energy[]) returns recognised
 *		OVER (PARTITION BY ... ORDER BY ...)
 *
 * What the caps leave of a claim, after all claims before it in the window's
 * order: recognised and excess energy, and the name of the cap that was
 * reached, NULL when all is recognised.  A NULL cap does not limit, and
 * needs no name; a NULL claim gives NULL.  Errors: 22023 for a negative claim or cap, for arrays of
 * different lengths, for a cap named twice and for one that changes within the
 * partition.
 */
Datum
recognise_claim(PG_FUNCTION_ARGS)
{
	WindowObject winobj = PG_WINDOW_OBJECT();
	RecogniseState *state = recognise_state(fcinfo, winobj);
	bool		isnull;
	int64		claim;
	Datum		names_datum;
	Datum		caps_datum;
	Datum	   *names = NULL;
	Datum	   *caps = NULL;
	bool	   *name_nulls = NULL;
	bool	   *cap_nulls = NULL;
	int			nnames = 0;
	int			ncaps = 0;
	CapEntry  **entries;
	int			nentries = 0;
	int64		recognised;
	Datum		reached = (Datum) 0;
	bool		cut = false;
	Datum		values[3];
	bool		nulls[3] = {false, false, false};

	claim = DatumGetInt64(WinGetFuncArgCurrent(winobj, 0, &isnull));
	if (isnull)
		PG_RETURN_NULL();
	if (claim < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("claim must not be negative"),
				 errdetail("The claim is " INT64_FORMAT " Wh.", claim)));

	names_datum = WinGetFuncArgCurrent(winobj, 1, &isnull);
	if (!isnull)
		deconstruct_array(DatumGetArrayTypeP(names_datum), TEXTOID, -1, false,
						  TYPALIGN_INT, &names, &name_nulls, &nnames);
	caps_datum = WinGetFuncArgCurrent(winobj, 2, &isnull);
	if (!isnull)
	{
		ArrayType  *array = DatumGetArrayTypeP(caps_datum);

		deconstruct_array(array, ARR_ELEMTYPE(array), sizeof(int64),
						  FLOAT8PASSBYVAL, TYPALIGN_DOUBLE, &caps, &cap_nulls, &ncaps);
	}
	if (nnames != ncaps)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("there must be as many cap names as caps"),
				 errdetail("There are %d names and %d caps.", nnames, ncaps)));

	recognised = claim;
	entries = palloc_array(CapEntry *, ncaps + 1);
	for (int i = 0; i < ncaps; i++)
	{
		CapEntry   *entry;

		if (cap_nulls[i])
			continue;
		if (name_nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("name of a cap must not be null")));
		if (DatumGetInt64(caps[i]) < 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("cap \"%s\" must not be negative",
							TextDatumGetCString(names[i])),
					 errdetail("The cap is " INT64_FORMAT " Wh.", DatumGetInt64(caps[i]))));
		entry = cap_entry(state, names[i], DatumGetInt64(caps[i]));
		for (int j = 0; j < nentries; j++)
			if (entries[j] == entry)
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						 errmsg("claim names cap \"%s\" twice",
								TextDatumGetCString(names[i]))));
		entries[nentries++] = entry;
		if (entry->left < recognised)
		{
			recognised = entry->left;
			reached = names[i];
			cut = true;
		}
	}
	for (int i = 0; i < nentries; i++)
		entries[i]->left -= recognised;

	values[0] = Int64GetDatum(recognised);
	values[1] = Int64GetDatum(claim - recognised);
	values[2] = reached;
	nulls[2] = !cut;
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(state->desc, values, nulls)));
}
