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
 * Within a chunk all documents name their certificates or none does, and no
 * document takes from an account that an earlier one of the chunk gave to;
 * so lots can be loaded for the whole chunk before any of it is written.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "compat.h"
#include "errcodes.h"
#include "plan.h"
#include "posting.h"
#include "refusal.h"

/* Documents of a chunk: bounds memory, amortises the statements it needs. */
#define CHUNK_DOCUMENTS		4096

/* Lots read per account in the first round; each further round reads 8 times more. */
#define FIRST_ROUND_LOTS	16
#define LAST_ROUND_LOTS		8192

/* An account that the statement touches. */
typedef struct PostingAccount
{
	int64		account_id;		/* hash key */
	bool		gives;			/* locked by this statement */
	bool		found;
	DateADT		opened_on;
	DateADT		closed_on;		/* DATEVAL_NOEND while open */
	AccountKind kind;
	int32		province;
	/* within a chunk */
	int			chunk;			/* number of the chunk that the rest is of */
	bool		received;		/* an earlier document of the chunk gave to it */
	bool		exhausted;		/* all its live lots are loaded */
	int64		wanted;			/* by documents of the chunk not yet served */
	int64		loaded;			/* certificates in lots from next on */
	Lot		  **lots;
	int			nlots;
	int			capacity;
	int			next;			/* first lot that is not used up */
} PostingAccount;

typedef struct PostingState
{
	DocumentKind kind;
	HTAB	   *accounts;
	MemoryContext chunk_context;
	int			chunk;
	PostingDocument *documents;
	int			ndocuments;
	int			documents_capacity;
	Piece	   *pieces;
	int			npieces;
	int			pieces_capacity;
} PostingState;

static int	posting_depth = 0;

static SavedPlan lock_accounts_plan = {
	"SELECT account_id, kind, region, opened_on, closed_on FROM certledger.account"
	" WHERE account_id = ANY ($1) ORDER BY account_id FOR NO KEY UPDATE",
	1, {PLAN_BIGINT_ARRAY}
};

static SavedPlan read_accounts_plan = {
	"SELECT account_id, kind, region, opened_on, closed_on FROM certledger.account"
	" WHERE account_id = ANY ($1)",
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
posting_begin(TriggerData *trigdata, PostingRights *caller)
{
	GetUserIdAndSecContext(&caller->user_id, &caller->security_context);
	SetUserIdAndSecContext(RelationGetForm(trigdata->tg_relation)->relowner,
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
 * The entry of an account, made when it is new.
 */
static PostingAccount *
account_entry(PostingState *state, int64 account_id)
{
	bool		found;
	PostingAccount *account = hash_search(state->accounts, &account_id,
										  HASH_ENTER, &found);

	if (!found)
	{
		memset(account, 0, sizeof(PostingAccount));
		account->account_id = account_id;
		account->chunk = -1;
	}
	return account;
}

/*
 * The entry of an account as of the current chunk.
 */
static PostingAccount *
account_in_chunk(PostingState *state, int64 account_id)
{
	PostingAccount *account = account_entry(state, account_id);

	if (account->chunk != state->chunk)
	{
		account->chunk = state->chunk;
		account->received = false;
		account->exhausted = false;
		account->wanted = 0;
		account->loaded = 0;
		account->lots = NULL;
		account->nlots = 0;
		account->capacity = 0;
		account->next = 0;
	}
	return account;
}

/*
 * Reads the accounts that give certificates, locking them, or the others.
 */
static void
read_accounts(PostingState *state, bool gives)
{
	const Vocabulary *v = vocabulary_get();
	long		capacity = hash_get_num_entries(state->accounts);
	Datum	   *ids = palloc_array(Datum, capacity + 1);
	int			nids = 0;
	HASH_SEQ_STATUS sequence;
	PostingAccount *account;
	Datum		values[1];
	uint64		nrows;

	hash_seq_init(&sequence, state->accounts);
	while ((account = hash_seq_search(&sequence)) != NULL)
		if (account->gives == gives)
			ids[nids++] = Int64GetDatum(account->account_id);
	if (nids == 0)
		return;
	values[0] = PointerGetDatum(construct_array(ids, nids, INT8OID,
												sizeof(int64), true,
												TYPALIGN_DOUBLE));
	nrows = plan_execute(gives ? &lock_accounts_plan : &read_accounts_plan,
						 values, NULL, SPI_OK_SELECT);
	for (uint64 i = 0; i < nrows; i++)
	{
		Datum		row[5];
		bool		nulls[5];

		heap_deform_tuple(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, row, nulls);
		account = account_entry(state, DatumGetInt64(row[0]));
		account->found = true;
		account->kind = (AccountKind) word_of_oid(&v->account_kind, DatumGetObjectId(row[1]));
		account->province = DatumGetInt32(row[2]) / 10000 * 10000;
		account->opened_on = DatumGetDateADT(row[3]);
		account->closed_on = nulls[4] ? DATEVAL_NOEND : DatumGetDateADT(row[4]);
	}
	SPI_freetuptable(SPI_tuptable);
}

/*
 * Checks that an account exists, is open on the day, and is of a kind that
 * the event allows.
 */
static void
check_account(PostingState *state, const PostingDocument *document,
			  int64 account_id, uint32 kinds)
{
	const Vocabulary *v = vocabulary_get();
	PostingAccount *account = account_entry(state, account_id);

	if (!account->found)
		ereport(ERROR,
				(errcode(ERRCODE_ACCOUNT_UNUSABLE),
				 errmsg("account " INT64_FORMAT " does not exist", account_id),
				 errdetail("Document \"%s\" names it.", document->ref),
				 errhint("Register it with register_account().")));
	if (document->effective_on < account->opened_on)
		ereport(ERROR,
				(errcode(ERRCODE_ACCOUNT_UNUSABLE),
				 errmsg("account " INT64_FORMAT " is not open yet", account_id),
				 errdetail("Document \"%s\" takes effect before the day of its opening.",
						   document->ref),
				 errhint("Use a later effective date.")));
	if (document->effective_on >= account->closed_on)
		ereport(ERROR,
				(errcode(ERRCODE_ACCOUNT_UNUSABLE),
				 errmsg("account " INT64_FORMAT " is closed", account_id),
				 errdetail("Document \"%s\" takes effect on or after the day of its closing.",
						   document->ref),
				 errhint("Use an open account, or an earlier effective date.")));
	if (kinds != 0 && (kinds & KIND_BIT(account->kind)) == 0)
	{
		StringInfoData allowed;

		initStringInfo(&allowed);
		for (int i = 0; i < ACCOUNT_KINDS; i++)
			if (kinds & KIND_BIT(i))
				appendStringInfo(&allowed, "%s%s", allowed.len > 0 ? " or " : "",
								 v->account_kind.words[i]);
		ereport(ERROR,
				(errcode(ERRCODE_ACCOUNT_UNUSABLE),
				 errmsg("account " INT64_FORMAT " cannot take part in this %s",
						account_id, document->rule->event),
				 errdetail("Document \"%s\" needs an account of kind %s there, and it is of kind %s.",
						   document->ref, allowed.data,
						   v->account_kind.words[account->kind])));
	}
}

/*
 * Checks the accounts that a document names.
 */
static void
check_accounts(PostingState *state, const PostingDocument *document)
{
	check_account(state, document, document->account_id, document->rule->from_kinds);
	check_account(state, document, document->to_account, document->rule->to_kinds);
	if (document->beneficiary != 0)
		check_account(state, document, document->beneficiary, 0);
}

/*
 * Refuses a document that asks for more than its account can give.  When all
 * that the account holds is barred for one and the same reason, that reason
 * is the refusal.
 */
pg_noreturn static void
refuse_shortage(const PostingDocument *document, PostingAccount *account,
				int64 available)
{
	int64		barred[REFUSALS] = {0};
	Lot		   *example[REFUSALS] = {0};
	int			nreasons = 0;
	Refusal		reason = ACCEPTED;
	StringInfoData others;

	for (int i = account->next; i < account->nlots; i++)
	{
		Lot		   *lot = account->lots[i];
		Refusal		refusal;

		if (gec_equal(&lot->front, &lot->end))
			continue;
		refusal = refusal_of_lot(document, lot);
		if (refusal == ACCEPTED)
			continue;
		if (barred[refusal] == 0)
		{
			example[refusal] = lot;
			reason = refusal;
			nreasons++;
		}
		barred[refusal] += piece_quantity(&lot->front, &lot->end);
	}
	if (available == 0 && nreasons == 1)
		refusal_raise(document, reason, NULL, &example[reason]->front, barred[reason]);

	initStringInfo(&others);
	for (int i = 1; i < REFUSALS; i++)
		if (barred[i] > 0)
			appendStringInfo(&others, "%s " INT64_FORMAT " %s",
							 others.len > 0 ? "," : " It also holds",
							 barred[i], refusal_phrase((Refusal) i));
	if (others.len > 0)
		appendStringInfoChar(&others, '.');
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_CERTIFICATES),
			 errmsg("account " INT64_FORMAT " has not enough certificates for this %s",
					document->account_id, document->rule->event),
			 errdetail("Document \"%s\" asks for " INT64_FORMAT ", available are " INT64_FORMAT ".%s",
					   document->ref, document->quantity, available, others.data),
			 errhint("Ask for no more than is available, or name the certificates.")));
}

/*
 * Takes a range out of a lot for a document.
 */
static void
add_piece(PostingState *state, int document_index, Lot *lot, const gec *first,
		  const gec *end)
{
	PostingDocument *document = &state->documents[document_index];
	Piece	   *piece;

	if (state->npieces == state->pieces_capacity)
	{
		state->pieces_capacity *= 2;
		state->pieces = repalloc_huge(state->pieces,
									  sizeof(Piece) * state->pieces_capacity);
	}
	piece = &state->pieces[state->npieces++];
	piece->lot = lot;
	piece->first = *first;
	piece->end = *end;
	piece->document = document_index;
	piece->document_id = document->id;
	piece->to_account = document->to_account;
	piece->to_state = document->rule->to_state;
	piece->to_route = refusal_route_after(document, lot);
	piece->transfer_id = document->acquires ? document->id : lot->transfer_id;
	piece->effective_on = document->effective_on;
	piece->posted_at = document->posted_at;
}

/*
 * Loads more lots for every account of the chunk that wants more than it has
 * loaded; limit is per account.
 */
static void
load_round(PostingState *state, int limit)
{
	long		capacity = hash_get_num_entries(state->accounts);
	LotCursor  *cursors = palloc_array(LotCursor, capacity);
	int			ncursors = 0;
	HASH_SEQ_STATUS sequence;
	PostingAccount *account;
	Lot		  **lots;
	uint64		nlots;

	hash_seq_init(&sequence, state->accounts);
	while ((account = hash_seq_search(&sequence)) != NULL)
	{
		LotCursor  *cursor;

		if (account->chunk != state->chunk || account->exhausted ||
			account->loaded >= account->wanted)
			continue;
		cursor = &cursors[ncursors++];
		cursor->account_id = account->account_id;
		if (account->nlots == 0)
		{
			cursor->valid_until = DATEVAL_NOBEGIN;
			memset(&cursor->first, 0, sizeof(gec));
		}
		else
		{
			cursor->valid_until = account->lots[account->nlots - 1]->valid_until;
			cursor->first = account->lots[account->nlots - 1]->first;
		}
		account->exhausted = true;	/* unless a full round comes back */
	}
	if (ncursors == 0)
		return;

	nlots = holding_load_live(cursors, ncursors, limit, &lots);
	for (uint64 i = 0; i < nlots;)
	{
		int			count = 0;

		account = account_in_chunk(state, lots[i]->account_id);
		for (; i < nlots && lots[i]->account_id == account->account_id; i++, count++)
		{
			if (account->nlots == account->capacity)
			{
				account->capacity = Max(FIRST_ROUND_LOTS, account->capacity * 2);
				account->lots = account->lots == NULL ?
					palloc_array(Lot *, account->capacity) :
					repalloc_array(account->lots, Lot *, account->capacity);
			}
			account->lots[account->nlots++] = lots[i];
			account->loaded += piece_quantity(&lots[i]->first, &lots[i]->end);
		}
		if (count == limit)
			account->exhausted = false;
	}
}

/*
 * Serves a document that names no certificates: oldest validity first, then
 * code.  Loads further lots as they are needed.
 */
static void
take_oldest(PostingState *state, int document_index, int *limit)
{
	PostingDocument *document = &state->documents[document_index];
	PostingAccount *account = account_in_chunk(state, document->account_id);
	int64		missing = document->quantity;
	int			position = account->next;

	while (missing > 0)
	{
		Lot		   *lot;
		int64		count;
		gec			end;

		CHECK_FOR_INTERRUPTS();
		if (position == account->nlots)
		{
			if (account->exhausted)
				refuse_shortage(document, account, document->quantity - missing);

			/* what is loaded may be barred to this document: ask for more */
			account->wanted = Max(account->wanted, account->loaded + missing);
			load_round(state, *limit);
			if (position == account->nlots && !account->exhausted)
				elog(ERROR, "no holdings were read of account " INT64_FORMAT,
					 account->account_id);
			*limit = Min(*limit * 8, LAST_ROUND_LOTS);
			continue;
		}
		lot = account->lots[position];
		if (gec_equal(&lot->front, &lot->end) ||
			refusal_of_lot(document, lot) != ACCEPTED)
		{
			if (position == account->next && gec_equal(&lot->front, &lot->end))
				account->next++;
			position++;
			continue;
		}
		count = Min(missing, piece_quantity(&lot->front, &lot->end));
		if (!gec_advance(&lot->front, count, &end))
			elog(ERROR, "range of certificates leaves the codes");
		add_piece(state, document_index, lot, &lot->front, &end);
		lot->front = end;
		account->loaded -= count;
		missing -= count;
	}
	account->wanted -= document->quantity;
}

/* A range that a document of the chunk names. */
typedef struct NamedRange
{
	gec			first;
	gec			end;
	int			document;
} NamedRange;

static int
compare_named_ranges(const void *a, const void *b)
{
	const NamedRange *left = a;
	const NamedRange *right = b;
	int			order = gec_cmp(&left->first, &right->first);

	if (order != 0)
		return order;
	return left->document < right->document ? -1 : left->document > right->document;
}

static int
compare_lots(const void *a, const void *b)
{
	return gec_cmp(&(*(Lot *const *) a)->first, &(*(Lot *const *) b)->first);
}

/*
 * Serves the documents of a chunk that name their certificates, by one merge
 * of the named ranges with the lots, both in order.
 */
static void
take_named(PostingState *state)
{
	NamedRange *named;
	gec		   *firsts;
	gec		   *ends;
	Lot		  **lots;
	int			nnamed = 0;
	uint64		nlots;
	uint64		position = 0;

	for (int i = 0; i < state->ndocuments; i++)
		nnamed += state->documents[i].nranges;
	named = palloc_array(NamedRange, nnamed);
	firsts = palloc_array(gec, nnamed);
	ends = palloc_array(gec, nnamed);
	nnamed = 0;
	for (int i = 0; i < state->ndocuments; i++)
		for (int j = 0; j < state->documents[i].nranges; j++)
		{
			named[nnamed].first = state->documents[i].firsts[j];
			named[nnamed].end = state->documents[i].ends[j];
			named[nnamed++].document = i;
		}
	qsort(named, nnamed, sizeof(NamedRange), compare_named_ranges);

	/* before anything is read, so that nobody can ask for a whole registry */
	for (int i = 0; i < nnamed; i++)
	{
		PostingDocument *document = &state->documents[named[i].document];

		if (i > 0 && gec_cmp(&named[i].first, &named[i - 1].end) < 0)
			refusal_raise_named_twice(&state->documents[named[i - 1].document],
									  document, &named[i].first);
		if (!gecrange_is_one_run(&named[i].first, &named[i].end))
			refusal_raise_not_one_run(document, &named[i].first);
		firsts[i] = named[i].first;
		ends[i] = named[i].end;
	}
	nlots = holding_load_ranges(firsts, ends, nnamed, &lots);
	qsort(lots, nlots, sizeof(Lot *), compare_lots);

	for (int i = 0; i < nnamed; i++)
	{
		PostingDocument *document = &state->documents[named[i].document];
		gec			from = named[i].first;

		CHECK_FOR_INTERRUPTS();
		while (gec_cmp(&from, &named[i].end) < 0)
		{
			Lot		   *lot;
			gec			to;
			Refusal		refusal;

			/* skip what lies before; a row that was read twice goes with it */
			while (position < nlots && gec_cmp(&lots[position]->end, &from) <= 0)
				position++;
			if (position == nlots || gec_cmp(&lots[position]->first, &from) > 0)
				refusal_raise_unknown(document, &from);
			lot = lots[position];
			to = gec_cmp(&lot->end, &named[i].end) < 0 ? lot->end : named[i].end;
			refusal = refusal_of_lot(document, lot);
			if (refusal != ACCEPTED)
				refusal_raise(document, refusal, lot, &from, piece_quantity(&from, &to));
			add_piece(state, named[i].document, lot, &from, &to);
			from = to;
		}
	}
}

/*
 * Posts the documents gathered in the current chunk and starts the next one.
 */
static void
post_chunk(PostingState *state)
{
	MemoryContext old = MemoryContextSwitchTo(state->chunk_context);

	if (state->ndocuments > 0)
	{
		state->pieces_capacity = 2 * state->ndocuments;
		state->pieces = palloc_array(Piece, state->pieces_capacity);
		state->npieces = 0;
		if (state->documents[0].nranges > 0)
			take_named(state);
		else
		{
			int			limit = FIRST_ROUND_LOTS;

			for (int i = 0; i < state->ndocuments; i++)
				account_in_chunk(state, state->documents[i].account_id)->wanted +=
					state->documents[i].quantity;
			for (int i = 0; i < state->ndocuments; i++)
				take_oldest(state, i, &limit);
		}
		holding_apply(state->kind, state->pieces, state->npieces);
	}
	MemoryContextSwitchTo(old);
	MemoryContextReset(state->chunk_context);
	state->documents_capacity = 8;
	state->documents = MemoryContextAlloc(state->chunk_context,
										  sizeof(PostingDocument) * state->documents_capacity);
	state->ndocuments = 0;
	state->chunk++;
}

/*
 * Reads the transition table and calls what is to be done with each document:
 * in the first pass its accounts are noted, in the second it is posted.
 */
static void
read_documents(PostingState *state, TriggerData *trigdata, bool post,
			   PostingReader reader, void *arg)
{
	TupleTableSlot *slot = MakeSingleTupleTableSlot(RelationGetDescr(trigdata->tg_relation),
													&TTSOpsMinimalTuple);

	tuplestore_rescan(trigdata->tg_newtable);
	while (tuplestore_gettupleslot(trigdata->tg_newtable, true, false, slot))
	{
		PostingDocument document = {0};
		MemoryContext old;

		CHECK_FOR_INTERRUPTS();
		old = MemoryContextSwitchTo(state->chunk_context);
		reader(&document, slot, arg);
		MemoryContextSwitchTo(old);
		if (!post)
		{
			posting_check_stamp(slot);
			account_entry(state, document.account_id)->gives = true;
			account_entry(state, document.to_account);
			if (document.beneficiary != 0)
				account_entry(state, document.beneficiary);
			MemoryContextReset(state->chunk_context);
			continue;
		}

		check_accounts(state, &document);
		if (state->ndocuments == CHUNK_DOCUMENTS ||
			(state->ndocuments > 0 &&
			 ((state->documents[0].nranges > 0) != (document.nranges > 0) ||
			  account_in_chunk(state, document.account_id)->received)))
		{
			/* the document itself lives in the chunk's memory: read it again */
			post_chunk(state);
			old = MemoryContextSwitchTo(state->chunk_context);
			memset(&document, 0, sizeof(PostingDocument));
			reader(&document, slot, arg);
			MemoryContextSwitchTo(old);
		}
		document.to_province = account_entry(state, document.to_account)->province;
		if (state->ndocuments == state->documents_capacity)
		{
			state->documents_capacity *= 2;
			state->documents = repalloc_array(state->documents, PostingDocument,
											  state->documents_capacity);
		}
		state->documents[state->ndocuments++] = document;
		if (document.to_account != document.account_id)
			account_in_chunk(state, document.to_account)->received = true;
	}
	if (post)
		post_chunk(state);
	ExecDropSingleTupleTableSlot(slot);
}

/*
 * Posts every document of the statement that fired the trigger, or raises the
 * first refusal.  Call inside SPI_connect.
 */
void
posting_run(TriggerData *trigdata, DocumentKind kind, PostingReader reader,
			void *arg)
{
	PostingState state = {0};
	HASHCTL		control = {0};
	PostingRights caller;

	state.kind = kind;
	state.chunk_context = AllocSetContextCreate(CurrentMemoryContext,
												"certledger posting",
												ALLOCSET_DEFAULT_SIZES);
	control.keysize = sizeof(int64);
	control.entrysize = sizeof(PostingAccount);
	control.hcxt = CurrentMemoryContext;
	state.accounts = hash_create("certledger accounts", 256, &control,
								 HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);

	posting_begin(trigdata, &caller);
	PG_TRY();
	{
		read_documents(&state, trigdata, false, reader, arg);
		read_accounts(&state, true);
		read_accounts(&state, false);
		post_chunk(&state);
		read_documents(&state, trigdata, true, reader, arg);
	}
	PG_FINALLY();
	{
		posting_end(&caller);
	}
	PG_END_TRY();
	MemoryContextDelete(state.chunk_context);
}
