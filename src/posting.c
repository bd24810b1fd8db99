/*-------------------------------------------------------------------------
 *
 * posting.c
 *	  Posts the documents of one statement.
 *
 * The statement trigger of a document table hands over its transition table.
 * It is read twice: once to lock every account that gives certificates, in
 * ascending order so that no two statements wait for each other, and once to
 * post, in chunks, so that memory does not grow with the statement.  The lock
 * is taken in a statement before the one that reads the holdings: under READ
 * COMMITTED what is read is what the former owner of the lock left.
 *
 * Within a chunk all documents choose their certificates in the same way, and
 * none can want what an earlier one of the chunk leaves behind; so lots can
 * be loaded for the whole chunk before any of it is written.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "compat.h"
#include "plan.h"
#include "posting_state.h"
#include "refusal.h"

/* Documents of a chunk: bounds memory, amortises the statements it needs. */
#define CHUNK_DOCUMENTS		4096

static int	posting_depth = 0;
static PostingHook posting_hook = NULL;

static SavedPlan hold_origins_plan = {
	"SELECT hold_id, ref, account_id, buyer, posted_at, effective_on, action, reason,"
	" effective_at"
	" FROM certledger.hold WHERE hold_id = ANY ($1)",
	1, {PLAN_BIGINT_ARRAY}
};

static SavedPlan transfer_origins_plan = {
	"SELECT transfer_id, ref, from_account, to_account, posted_at, effective_on, mode, route,"
	" effective_at"
	" FROM certledger.transfer WHERE transfer_id = ANY ($1)",
	1, {PLAN_BIGINT_ARRAY}
};

/*
 * Opens table holding and the other posted-only tables to this session, and
 * goes on with the rights of the owner of the document table, as foreign keys
 * do: whoever may insert a document may have it posted, and whoever owns the
 * ledger gains no rights beyond his own.  Call posting_end() from PG_FINALLY;
 * after an error the abort gives the rights back too.
 */
void
posting_begin(Relation document_table, PostingRights *caller)
{
	GetUserIdAndSecContext(&caller->user_id, &caller->security_context);
	SetUserIdAndSecContext(RelationGetForm(document_table)->relowner,
						   caller->security_context | SECURITY_LOCAL_USERID_CHANGE |
						   SECURITY_NOFORCE_RLS);
	posting_depth++;
}

/*
 * Ends what posting_begin() began.
 */
void
posting_end(const PostingRights *caller)
{
	Assert(posting_depth > 0);
	posting_depth--;
	SetUserIdAndSecContext(caller->user_id, caller->security_context);
}

/*
 * Whether a posting is under way: what the posted-only guard asks.
 */
bool
posting_is_active(void)
{
	return posting_depth > 0;
}

/*
 * The keys of a hash table of origins, as an array parameter.
 */
static Datum
keys_array(HTAB *table, int *nkeys)
{
	Datum	   *keys = palloc_array(Datum, hash_get_num_entries(table) + 1);
	HASH_SEQ_STATUS sequence;
	void	   *entry;

	*nkeys = 0;
	hash_seq_init(&sequence, table);
	while ((entry = hash_seq_search(&sequence)) != NULL)
		keys[(*nkeys)++] = Int64GetDatum(*(int64 *) entry);
	return PointerGetDatum(construct_array(keys, *nkeys, INT8OID, sizeof(int64),
										   true, TYPALIGN_DOUBLE));
}

/*
 * Keeps the facts of an account.
 */
static void
keep_facts(const AccountFacts *facts, void *arg)
{
	posting_account((PostingState *) arg, facts->account_id)->facts = *facts;
}

/*
 * Reads the accounts of the statement, and locks those that give certificates.
 */
static void
read_accounts(PostingState *state)
{
	int64	   *ids = palloc_array(int64, hash_get_num_entries(state->accounts) + 1);
	int			nids = 0;
	int			nlocked = 0;

	for (int gives = 0; gives <= 1; gives++)
	{
		HASH_SEQ_STATUS sequence;
		PostingAccount *account;

		nlocked = nids;
		hash_seq_init(&sequence, state->accounts);
		while ((account = hash_seq_search(&sequence)) != NULL)
			if (account->gives == gives)
				ids[nids++] = account->facts.account_id;
	}
	account_read_all(ids, nids, nids - nlocked, keep_facts, state);
	pfree(ids);
}

/*
 * Notes that a document takes what is under another one.
 */
static void
note_origin(PostingState *state, int64 id)
{
	bool		found;
	Origin	   *origin = hash_search(state->origins, &id, HASH_ENTER, &found);

	if (!found)
	{
		memset(origin, 0, sizeof(Origin));
		origin->id = id;
	}
}

/*
 * Reads the documents under which others take certificates.  They are never
 * changed, so that they can be read before anything is locked.
 */
static void
read_origins(PostingState *state)
{
	const Vocabulary *v = vocabulary_get();
	bool		holds = state->source->kind->origin_kind == DOCUMENT_HOLD;
	int			nids;
	Datum		ids = keys_array(state->origins, &nids);
	uint64		nrows;

	if (nids == 0)
		return;
	nrows = plan_execute(holds ? &hold_origins_plan : &transfer_origins_plan,
						 &ids, NULL, SPI_OK_SELECT);
	for (uint64 i = 0; i < nrows; i++)
	{
		Datum		row[9];
		bool		nulls[9];
		int64		id;
		Origin	   *origin;

		heap_deform_tuple(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, row, nulls);
		id = DatumGetInt64(row[0]);
		origin = hash_search(state->origins, &id, HASH_FIND, NULL);
		if (origin == NULL)
			elog(ERROR, "a document was read that was not asked for");
		origin->found = true;
		origin->ref = TextDatumGetCString(row[1]);
		origin->account_id = DatumGetInt64(row[2]);
		origin->to_account = nulls[3] ? 0 : DatumGetInt64(row[3]);
		origin->posted_at = DatumGetTimestampTz(row[4]);
		origin->effective_on = DatumGetDateADT(row[5]);
		if (holds)
		{
			origin->action = (HoldAction) word_of_oid(&v->hold_action, DatumGetObjectId(row[6]));
			origin->effective_at = DatumGetTimestampTz(row[8]);
			origin->reason = nulls[7] ? -1 : word_of_oid(&v->freeze_reason, DatumGetObjectId(row[7]));
		}
		else
		{
			origin->mode = (TradeMode) word_of_oid(&v->mode, DatumGetObjectId(row[6]));
			origin->route = nulls[7] ? -1 : word_of_oid(&v->route, DatumGetObjectId(row[7]));

			/* who answers a transfer has what its giver's account offered */
			posting_account(state, origin->account_id)->gives = true;
			posting_account(state, origin->to_account);
		}
	}
	SPI_freetuptable(SPI_tuptable);
}

/*
 * Fills in what follows from the document under which another one takes
 * certificates, or refuses it.
 */
static void
check_origin(PostingState *state, PostingDocument *document)
{
	const PostingKind *kind = state->source->kind;
	const char *what = vocabulary_get()->document.words[kind->origin_kind];

	document->origin = hash_search(state->origins, &document->under, HASH_FIND, NULL);
	if (document->origin == NULL)
		elog(ERROR, "a document changed while it was being posted");
	if (!document->origin->found)
	{
		refuse(document, ERRCODE_DOCUMENT_UNKNOWN,
			   psprintf("%s " INT64_FORMAT " does not exist", what, document->under),
			   psprintf("Document \"%s\" names it.", document->ref),
			   psprintf("Table certledger.%s has the documents.", what));
		return;
	}

	/* of what is not the account's own, nothing more is told */
	if (document->account_id != 0 && document->account_id != document->origin->account_id)
	{
		refuse(document, ERRCODE_DOCUMENT_MISMATCH,
			   psprintf("%s " INT64_FORMAT " is of another account", what, document->under),
			   psprintf("Document \"%s\" names it for account " INT64_FORMAT ".",
						document->ref, document->account_id),
			   "Name the account that holds the certificates.");
		return;
	}
	if (document->effective_on < document->origin->effective_on ||
		(kind->origin_kind == DOCUMENT_HOLD &&
		 document->effective_at < document->origin->effective_at))
	{
		refuse(document, ERRCODE_DOCUMENT_MISMATCH,
			   psprintf("document takes effect before the %s that it names", what),
			   psprintf("Document \"%s\" takes effect on %s, %s \"%s\" on %s%s.", document->ref,
						DatumGetCString(DirectFunctionCall1(date_out, DateADTGetDatum(document->effective_on))),
						what, document->origin->ref,
						DatumGetCString(DirectFunctionCall1(date_out, DateADTGetDatum(document->origin->effective_on))),
						document->effective_on < document->origin->effective_on ? "" :
						", at a later hour"),
			   "Use a later effective date or time.");
		return;
	}
	kind->read_origin(document, state->source->arg);
}

/*
 * Checks the accounts that a document names.
 */
static bool
check_accounts(PostingState *state, const PostingDocument *document)
{
	const PostingRule *rule = document->rule;

	return refusal_check_account(document, &posting_account(state, document->account_id)->facts,
								 rule->from_kinds) &&
		refusal_check_account(document, &posting_account(state, document->to_account)->facts,
							  rule->to_kinds) &&
		(document->party == 0 ||
		 refusal_check_account(document, &posting_account(state, document->party)->facts, 0));
}

/*
 * Notes what the documents of the chunk took, and drops the pieces of those
 * that were refused.
 */
static void
settle_outcomes(PostingState *state)
{
	int			kept = 0;

	if (state->source->outcomes == NULL)
		return;
	for (int i = 0; i < state->npieces; i++)
	{
		PostingDocument *document = &state->documents[state->pieces[i].document];

		if (IS_REFUSED(document))
			continue;
		document->outcome->quantity += piece_quantity(&state->pieces[i].first,
													  &state->pieces[i].end);
		state->pieces[kept++] = state->pieces[i];
	}
	state->npieces = kept;
}

/*
 * Tells the kind of the documents what they took.
 */
static void
tell_taken(PostingState *state)
{
	const PostingKind *kind = state->source->kind;

	if (kind->taken == NULL)
		return;
	for (int i = 0; i < state->npieces; i++)
	{
		const Piece *piece = &state->pieces[i];
		const PostingDocument *document = &state->documents[piece->document];

		kind->taken(document, &posting_account(state, document->party)->facts, piece,
					state->source->arg);
	}
}

/*
 * Posts the documents gathered in the current chunk and starts the next one.
 */
static void
post_chunk(PostingState *state)
{
	MemoryContext old = MemoryContextSwitchTo(state->chunk_context);
	DocumentKind kind = state->source->kind->kind;
	bool		again = state->ndocuments > 0;
	bool	   *waits = palloc0_array(bool, state->ndocuments + 1);

	while (again)
	{
		again = false;
		state->pieces_capacity = 2 * state->ndocuments;
		state->pieces = palloc_array(Piece, state->pieces_capacity);
		state->npieces = 0;
		switch (state->documents[0].selection)
		{
			case SELECTION_OLDEST:
				take_oldest(state);
				break;
			case SELECTION_NAMED:
				again = take_named_waiting(state, waits);
				take_named(state, waits);
				break;
			case SELECTION_UNDER:
				take_under(state);
				break;
		}
		settle_outcomes(state);
		tell_taken(state);
		holding_apply(kind, state->pieces, state->npieces);
	}
	MemoryContextSwitchTo(old);
	MemoryContextReset(state->chunk_context);
	state->documents_capacity = 8;
	state->documents = MemoryContextAlloc(state->chunk_context,
										  sizeof(PostingDocument) * state->documents_capacity);
	state->ndocuments = 0;
	state->needs_projects = false;
	state->needs_issues = false;
	state->chunk++;
}

/*
 * Whether a document must be posted after the current chunk, not with it.
 */
static bool
needs_new_chunk(PostingState *state, const PostingDocument *document)
{
	PostingAccount *account;
	uint32		wanted;

	if (state->ndocuments == 0)
		return false;
	if (state->ndocuments == CHUNK_DOCUMENTS ||
		state->documents[0].selection != document->selection)
		return true;
	account = posting_account_in_chunk(state, document->account_id);
	wanted = RECEIVED_FROM_OTHERS | document->rule->from_states;

	/* what another release gave back is no longer under an order */
	if (document->rule->effect == EFFECT_RELEASE)
		wanted &= ~STATE_BIT(STATE_LISTED);
	return (account->received & wanted) != 0 ||
		(document->rule->ends_orders && account->first_end <= document->instant);
}

/*
 * Adds a document to the current chunk and notes in which state it leaves
 * certificates with which account.
 */
static void
add_document(PostingState *state, const PostingDocument *document)
{
	PostingAccount *account = posting_account_in_chunk(state, document->account_id);

	if (state->ndocuments == state->documents_capacity)
	{
		state->documents_capacity *= 2;
		state->documents = repalloc_array(state->documents, PostingDocument,
										  state->documents_capacity);
	}
	state->documents[state->ndocuments++] = *document;
	state->needs_projects |= document->bars_subsidised || document->technologies != NULL;
	state->needs_issues |= document->objection;

	switch (document->rule->effect)
	{
		case EFFECT_MOVE:
			posting_account_in_chunk(state, document->to_account)->received |= RECEIVED_FROM_OTHERS;
			break;
		case EFFECT_END:
			break;
		case EFFECT_LIST:
		case EFFECT_RELEASE:
			account->received |= STATE_BIT(STATE_LISTED);
			break;
		case EFFECT_LOCK:
			account->received |= STATE_BIT(STATE_LOCKED);
			account->first_end = Min(account->first_end, document->ends_at);
			break;
		case EFFECT_DELIST:
			account->received |= STATE_BIT(STATE_ISSUED);
			break;
		case EFFECT_OFFER:
		case EFFECT_FREEZE:
		case EFFECT_FREEZE_DELIST:
			account->received |= STATE_BIT(STATE_FROZEN);
			break;
		case EFFECT_UNFREEZE:
		case EFFECT_WITHDRAW:
			account->received |= LIVE_STATES;
			break;
	}
}

/*
 * Reads the current row as a document, in the chunk's memory.
 */
static void
read_document(PostingState *state, PostingRow *row, int64 position,
			  PostingDocument *document)
{
	MemoryContext old = MemoryContextSwitchTo(state->chunk_context);

	memset(document, 0, sizeof(PostingDocument));
	if (state->source->outcomes != NULL)
		document->outcome = &state->source->outcomes[position];
	state->source->kind->read(document, row, state->source->arg);
	MemoryContextSwitchTo(old);
}

/*
 * Notes the accounts of a document, and the document that it is under.
 */
static void
note_document(PostingState *state, const PostingDocument *document)
{
	if (document->selection == SELECTION_UNDER)
		note_origin(state, document->under);
	if (document->account_id != 0)
	{
		posting_account(state, document->account_id)->gives = true;
		posting_account(state, document->to_account);
	}
	if (document->party != 0)
		posting_account(state, document->party);
}

/*
 * Completes a document from what the statement has read, checks it, and
 * tells whether it goes on.
 */
static bool
check_document(PostingState *state, PostingDocument *document)
{
	MemoryContext old = MemoryContextSwitchTo(state->chunk_context);

	if (document->selection == SELECTION_UNDER)
		check_origin(state, document);
	if (!IS_REFUSED(document) && check_accounts(state, document))
		document->to_province = posting_account(state, document->to_account)->facts.province;
	MemoryContextSwitchTo(old);
	return !IS_REFUSED(document);
}

/*
 * Reads the rows: in the first pass what the documents touch is noted, in the
 * second they are posted.
 */
static void
read_rows(PostingState *state, bool post)
{
	PostingSource *source = state->source;
	TupleTableSlot *slot = MakeSingleTupleTableSlot(source->desc, &TTSOpsMinimalTuple);
	PostingRow	row = {.slot = slot};

	tuplestore_rescan(source->rows);
	for (int64 position = 0;
		 tuplestore_gettupleslot(source->rows, true, false, slot); position++)
	{
		PostingDocument document;

		CHECK_FOR_INTERRUPTS();
		if (source->outcomes != NULL && source->outcomes[position].sqlstate != 0)
			continue;
		read_document(state, &row, position, &document);
		if (IS_REFUSED(&document))
			continue;
		if (!post)
		{
			if (source->outcomes == NULL)
				posting_check_stamp(slot);
			note_document(state, &document);
			MemoryContextReset(state->chunk_context);
			continue;
		}
		if (!check_document(state, &document))
			continue;
		if (needs_new_chunk(state, &document))
		{
			/* the document itself lives in the chunk's memory: read it again */
			post_chunk(state);
			read_document(state, &row, position, &document);
			if (!check_document(state, &document))
				continue;
		}
		add_document(state, &document);
	}
	if (post)
		post_chunk(state);
	ExecDropSingleTupleTableSlot(slot);
}

/*
 * A hash table whose entries begin with a bigint.
 */
static HTAB *
id_table(const char *name, Size entry_size)
{
	HASHCTL		control = {0};

	control.keysize = sizeof(int64);
	control.entrysize = entry_size;
	control.hcxt = CurrentMemoryContext;
	return hash_create(name, 256, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

/*
 * Posts documents with the rights of their table's owner.  Each is posted, or
 * its refusal noted; without outcomes the first refusal is raised.  Call
 * inside SPI_connect.
 */
void
posting_run_source(Relation document_table, PostingSource *source)
{
	PostingState state = {.source = source};
	PostingRights caller;

	state.chunk_context = AllocSetContextCreate(CurrentMemoryContext,
												"certledger posting",
												ALLOCSET_DEFAULT_SIZES);
	state.accounts = id_table("certledger accounts", sizeof(PostingAccount));
	state.origins = id_table("certledger origins", sizeof(Origin));

	posting_begin(document_table, &caller);
	PG_TRY();
	{
		read_rows(&state, false);
		read_origins(&state);
		read_accounts(&state);
		post_chunk(&state);
		read_rows(&state, true);
	}
	PG_FINALLY();
	{
		posting_end(&caller);
	}
	PG_END_TRY();
	MemoryContextDelete(state.chunk_context);
}

/*
 * Sets what may take postings over, or NULL; returns what it was.
 */
PostingHook
posting_set_hook(PostingHook hook)
{
	PostingHook former = posting_hook;

	posting_hook = hook;
	return former;
}

/*
 * Posts every document of the statement that fired the trigger, or raises the
 * first refusal.  Call inside SPI_connect.
 */
void
posting_run(TriggerData *trigdata, const PostingKind *kind, void *arg)
{
	PostingSource source = {
		.kind = kind,
		.arg = arg,
		.rows = trigdata->tg_newtable,
		.desc = RelationGetDescr(trigdata->tg_relation)
	};

	if (posting_hook != NULL && posting_hook(trigdata, kind, arg))
		return;
	posting_run_source(trigdata->tg_relation, &source);
}

/*
 * What the statement trigger of a document table does whose readers ask for
 * nothing but rules: posts every row of the statement or raises the first
 * refusal.
 */
Datum
posting_post(TriggerData *trigdata, const PostingKind *kind)
{
	RuleCache	rules = {0};

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	rules.context = CurrentMemoryContext;
	rules.keep_open = true;
	posting_run(trigdata, kind, &rules);
	rule_cache_end(&rules);
	SPI_finish();
	return PointerGetDatum(NULL);
}

/*
 * Posts one row that was just inserted, in place of the trigger, and returns
 * its number, the first column.  Call inside SPI_connect.
 */
Datum
posting_post_row(Relation document_table, RowsPoster post, Tuplestorestate *rows)
{
	PostingSource source = {.rows = rows, .desc = RelationGetDescr(document_table)};
	TupleTableSlot *slot = MakeSingleTupleTableSlot(source.desc, &TTSOpsMinimalTuple);
	bool		isnull;
	Datum		id;

	post(document_table, &source);
	tuplestore_rescan(rows);
	if (!tuplestore_gettupleslot(rows, true, false, slot))
		elog(ERROR, "the row that was inserted is not there");
	id = slot_getattr(slot, 1, &isnull);
	ExecDropSingleTupleTableSlot(slot);
	return id;
}
