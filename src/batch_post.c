/*-------------------------------------------------------------------------
 *
 * batch_post.c
 *	  Posts the lines of a batch, and notes the outcome of each.
 *
 * The lines become rows of the document table, which are checked against the
 * table's own constraints in memory and then inserted with the caller's
 * rights inside a subtransaction, directly or, where the table is not as the
 * ledger laid it out (direct_table.c), in one statement, and posted as by the
 * trigger of the table, but refusals are noted and not raised.  When there are
 * some, the subtransaction is rolled back and repeated without those
 * lines, so that a refused line leaves nothing behind.  Where something
 * raises an error all the same, a claim beyond its cap or a trigger of the
 * table's owner, halves of the lines are tried, down to the line it is about.
 *
 * Locks: first the references, in their order, then the accounts, in theirs.
 * Only where lines are posted in several steps, because one raises an error or
 * repeats the reference of a refused one, a later step takes references while
 * the accounts of an earlier one are locked, and passes gates of provinces
 * (claim.c) while it has those of an earlier one: there another session that
 * uses the same references, or claims in the same provinces, can get 40P01.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/resowner.h"

#include "batch.h"
#include "document.h"
#include "errcodes.h"
#include "row_checks.h"

/* Of the rows that are read, the first column that is one of the table. */
#define FIRST_COLUMN	5

/* Attempts at rows that are neither stored nor found. */
#define UNTAKEN_ATTEMPTS	3

/*
 * Notes why a line is refused.
 */
void
batch_refuse_line(Batch *batch, BatchLine *line, int sqlstate, const char *reason,
			const char *detail, const char *hint)
{
	MemoryContext old = MemoryContextSwitchTo(batch->context);

	line->result = LINE_REFUSED;
	line->outcome.sqlstate = sqlstate;
	line->outcome.reason = pstrdup(reason);
	line->outcome.detail = detail ? pstrdup(detail) : NULL;
	line->outcome.hint = hint ? pstrdup(hint) : NULL;
	MemoryContextSwitchTo(old);
}

/* The call that is inserting rows now, for the trigger of the table. */
static Batch *inserting = NULL;

/*
 * The line that became a row with this reference, or NULL.
 */
static BatchLine *
line_of_ref(Batch *batch, const char *ref)
{
	LineOfRef  *entry = hash_search(batch->refs, &ref, HASH_FIND, NULL);

	return entry == NULL ? NULL : &batch->line[entry->index];
}

/*
 * Whether the rows of a trigger's transition table are those that a call is
 * inserting: then refusals are noted.  Rows that another trigger inserts in
 * the meantime are posted as ever.
 */
static bool
is_inserting(TriggerData *trigdata)
{
	TupleTableSlot *slot;
	bool		ours = false;

	if (inserting == NULL ||
		RelationGetRelid(trigdata->tg_relation) != RelationGetRelid(inserting->table))
		return false;
	slot = MakeSingleTupleTableSlot(RelationGetDescr(trigdata->tg_relation), &TTSOpsMinimalTuple);
	tuplestore_rescan(trigdata->tg_newtable);
	if (tuplestore_gettupleslot(trigdata->tg_newtable, true, false, slot))
	{
		bool		isnull;
		char	   *ref = TextDatumGetCString(posting_attribute(slot, "ref", &isnull));
		BatchLine  *line = line_of_ref(inserting, ref);

		ours = line != NULL && line->result == LINE_TRIED;
	}
	ExecDropSingleTupleTableSlot(slot);
	return ours;
}

/*
 * Room for a row of each line; those that have none stay NULL.
 */
static MinimalTuple *
rows_of_lines(const Batch *batch)
{
	return MemoryContextAllocExtended(CurrentMemoryContext,
									  sizeof(MinimalTuple) * (batch->nlines + 1),
									  MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
}

/*
 * Posts rows that were inserted, in the order of their lines, and notes the
 * outcome of each with its line.
 */
static void
post_rows(Batch *batch, const MinimalTuple *rows, PostingSource *source, RowsPoster post)
{
	TupleTableSlot *slot;
	int		   *lines = palloc_array(int, batch->nlines + 1);
	int			nrows = 0;

	source->desc = RelationGetDescr(batch->table);
	slot = MakeSingleTupleTableSlot(source->desc, &TTSOpsMinimalTuple);

	/* what is in memory already moves over row by row */
	source->rows = tuplestore_begin_heap(true, false, MAX_KILOBYTES);
	for (int i = 0; i < batch->nlines; i++)
		if (rows[i] != NULL)
		{
			ExecStoreMinimalTuple(rows[i], slot, true);
			tuplestore_puttupleslot(source->rows, slot);
			lines[nrows++] = i;
		}
	source->outcomes = MemoryContextAllocExtended(CurrentMemoryContext,
												  sizeof(PostingOutcome) * (nrows + 1),
												  MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	for (int i = 0; i < nrows; i++)
		source->outcomes[i].context = batch->context;
	post(batch->table, source);

	tuplestore_rescan(source->rows);
	for (int i = 0; tuplestore_gettupleslot(source->rows, true, false, slot); i++)
	{
		BatchLine  *line = &batch->line[lines[i]];
		bool		isnull;

		line->outcome = source->outcomes[i];
		line->document_id = DatumGetInt64(slot_getattr(slot, 1, &isnull));
		line->result = line->outcome.sqlstate == 0 ? LINE_POSTED : LINE_REFUSED;
	}
	ExecDropSingleTupleTableSlot(slot);
	tuplestore_end(source->rows);
}

/*
 * Posts the rows that a call has inserted by a statement, in the order of
 * their references; returns false for rows that somebody else inserts
 * meanwhile.
 */
static bool
post_inserted(TriggerData *trigdata, const PostingKind *kind, void *arg)
{
	Batch	   *batch = inserting;
	PostingSource source = {.kind = kind, .arg = arg};
	TupleTableSlot *slot;
	MinimalTuple *rows;

	if (!is_inserting(trigdata))
		return false;
	rows = rows_of_lines(batch);
	slot = MakeSingleTupleTableSlot(RelationGetDescr(trigdata->tg_relation), &TTSOpsMinimalTuple);
	tuplestore_rescan(trigdata->tg_newtable);
	while (tuplestore_gettupleslot(trigdata->tg_newtable, true, false, slot))
	{
		bool		isnull;
		char	   *ref = TextDatumGetCString(posting_attribute(slot, "ref", &isnull));
		BatchLine  *line = line_of_ref(batch, ref);

		if (line == NULL || line->result != LINE_TRIED)
			elog(ERROR, "row \"%s\" is not of the batch that is inserted", ref);
		rows[line - batch->line] = ExecCopySlotMinimalTuple(slot);
		pfree(ref);
	}
	ExecDropSingleTupleTableSlot(slot);
	post_rows(batch, rows, &source, posting_run_source);
	return true;
}

/*
 * The lines of a set, and their numbers, as array parameters.
 */
static Datum
lines_array(Batch *batch, LineSet set, Datum *numbers)
{
	Datum	   *lines = palloc_array(Datum, set.n);
	bool	   *nulls = palloc_array(bool, set.n);
	Datum	   *number = palloc_array(Datum, set.n);
	int			lower = 1;

	for (int i = 0; i < set.n; i++)
	{
		lines[i] = batch->lines[set.index[i]];
		nulls[i] = batch->nulls[set.index[i]];
		number[i] = Int32GetDatum(set.index[i] + 1);
	}
	*numbers = PointerGetDatum(construct_array(number, set.n, INT4OID, sizeof(int32),
											   true, TYPALIGN_INT));
	return PointerGetDatum(construct_md_array(lines, nulls, 1, &set.n, &lower,
											  batch->line_type, -1, false, TYPALIGN_DOUBLE));
}

/*
 * Reads lines as rows of the table, with the rights of its owner: documents
 * of the same references, and orders, are compared whoever may see them.
 */
static SPITupleTable *
read_rows(Batch *batch, LineSet set, uint64 *nrows)
{
	MemoryContext context = CurrentMemoryContext;
	Oid			types[] = {get_array_type(batch->line_type), INT4ARRAYOID};
	Datum		values[2];
	PostingRights caller;

	values[0] = lines_array(batch, set, &values[1]);
	posting_begin(batch->table, &caller);
	PG_TRY();
	{
		if (SPI_execute_with_args(batch->kind->rows, 2, types, values, NULL, false, 0) != SPI_OK_SELECT)
			elog(ERROR, "could not read the lines of a batch");
	}
	PG_FINALLY();
	{
		posting_end(&caller);
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	*nrows = SPI_processed;
	return SPI_tuptable;
}

/*
 * Turns an SPI row into a row of the table, columns by their names.
 */
static void
fill_slot(TupleTableSlot *slot, const int *columns, HeapTuple tuple, TupleDesc desc)
{
	ExecClearTuple(slot);
	for (int i = 0; i < slot->tts_tupleDescriptor->natts; i++)
		if (columns[i] > 0)
			slot->tts_values[i] = SPI_getbinval(tuple, desc, columns[i], &slot->tts_isnull[i]);
		else
		{
			slot->tts_values[i] = (Datum) 0;
			slot->tts_isnull[i] = true;
		}
	ExecStoreVirtualTuple(slot);
}

/*
 * Decides a line whose reference has a document already.
 */
void
batch_decide_repeated(Batch *batch, BatchLine *line, int64 document_id, bool same)
{
	if (same)
	{
		line->result = LINE_REPEATED;
		line->document_id = document_id;
	}
	else
		batch_refuse_line(batch, line, ERRCODE_REF_REUSED,
					psprintf("%s \"%s\" exists already with other content",
							 batch->kind->table_name, line->ref),
					"Repeating a line is harmless only when every field is the same.",
					"Use a new reference for a new document.");
}

/*
 * Decides a line from what is known before anything is inserted; returns
 * whether it is still open.
 */
static bool
stays_open(Batch *batch, BatchLine *line, RowChecks *checks, HeapTuple tuple, TupleDesc desc)
{
	bool		isnull;
	Datum		value = SPI_getbinval(tuple, desc, 2, &isnull);
	char	   *violation;
	int			sqlstate;

	if (!isnull)
	{
		batch_decide_repeated(batch, line, DatumGetInt64(value),
						DatumGetBool(SPI_getbinval(tuple, desc, 3, &isnull)));
		return false;
	}
	value = SPI_getbinval(tuple, desc, 4, &isnull);
	if (!isnull)
	{
		batch_refuse_line(batch, line, ERRCODE_DOCUMENT_UNKNOWN,
					psprintf("hold \"%s\" does not exist", TextDatumGetCString(value)),
					psprintf("Line \"%s\" settles it.", line->ref ? line->ref : ""),
					"Check the reference of the order that is to be settled.");
		return false;
	}
	violation = row_checks_violation(checks, &sqlstate);
	if (violation == NULL)
		return true;
	batch_refuse_line(batch, line, sqlstate, violation,
				psprintf("Line \"%s\" was to become that row.", line->ref ? line->ref : ""),
				"Correct the fields of the line; docs/errors.md tells what each constraint asks.");
	return false;
}

/* A row to be inserted, and its line. */
typedef struct OpenRow
{
	const char *ref;
	int			line;
	Datum		tuple;
} OpenRow;

static int
compare_open_rows(const void *a, const void *b)
{
	return strcmp(((const OpenRow *) a)->ref, ((const OpenRow *) b)->ref);
}

/*
 * Inserts rows without a statement, as INSERT does, and posts them; returns
 * false when the table is not as the ledger laid it out, another session took
 * a reference, or a row may be met that the snapshot does not see.
 */
static bool
insert_directly(Batch *batch, const OpenRow *open, int nrows)
{
	TupleDesc	desc = RelationGetDescr(batch->table);
	Datum	   *values = palloc_array(Datum, desc->natts);
	bool	   *nulls = palloc_array(bool, desc->natts);
	PostingSource source = {0};
	MinimalTuple *rows;
	Datum		posted[2];
	DirectTable *table = batch->by_statement || IsolationUsesXactSnapshot() ? NULL :
		direct_open(batch->kind->table, RowExclusiveLock);

	if (table == NULL)
		return false;
	PreventCommandIfReadOnly("INSERT");
	rows = rows_of_lines(batch);
	document_stamp(values, nulls, desc->natts);
	memcpy(posted, values + desc->natts - 2, sizeof(posted));
	batch->is_direct = true;
	direct_snapshot_push();
	for (int i = 0; i < nrows; i++)
	{
		HeapTupleHeader header = DatumGetHeapTupleHeader(open[i].tuple);
		HeapTupleData tuple = {.t_len = HeapTupleHeaderGetDatumLength(header), .t_data = header};

		CHECK_FOR_INTERRUPTS();
		heap_deform_tuple(&tuple, desc, values, nulls);
		memcpy(values + desc->natts - 2, posted, sizeof(posted));
		nulls[desc->natts - 2] = nulls[desc->natts - 1] = false;
		rows[open[i].line] = ExecCopySlotMinimalTuple(direct_insert(table, values, nulls));
	}
	direct_close(table);
	direct_snapshot_pop();
	batch->is_direct = false;
	post_rows(batch, rows, &source, batch->kind->post);
	return true;
}

/*
 * Inserts rows by a statement, whose trigger posts them.
 */
static void
insert_by_statement(Batch *batch, const OpenRow *open, int nrows)
{
	Datum	   *tuples = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(Datum) * nrows);
	Oid			row_type = RelationGetForm(batch->table)->reltype;
	Oid			array_type = get_array_type(row_type);
	Datum		array;
	Batch	   *outer = inserting;
	PostingHook outer_hook;

	for (int i = 0; i < nrows; i++)
		tuples[i] = open[i].tuple;
	array = PointerGetDatum(construct_array(tuples, nrows, row_type, -1, false, TYPALIGN_DOUBLE));
	inserting = batch;
	outer_hook = posting_set_hook(post_inserted);
	PG_TRY();
	{
		if (SPI_execute_with_args(batch->kind->insert, 1, &array_type, &array, NULL,
								  false, 0) != SPI_OK_INSERT)
			elog(ERROR, "could not insert the lines of a batch");
	}
	PG_FINALLY();
	{
		inserting = outer;
		(void) posting_set_hook(outer_hook);
	}
	PG_END_TRY();
}

/*
 * The rows of a result by the number of their line, the first column, so that
 * they need not be sorted; NULL where there is none.
 */
static HeapTuple *
rows_by_line(const Batch *batch, const SPITupleTable *table, uint64 nrows)
{
	HeapTuple  *rows = MemoryContextAllocExtended(CurrentMemoryContext,
												  sizeof(HeapTuple) * (batch->nlines + 1),
												  MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);

	for (uint64 i = 0; i < nrows; i++)
	{
		bool		isnull;

		rows[DatumGetInt32(SPI_getbinval(table->vals[i], table->tupdesc, 1, &isnull)) - 1] = table->vals[i];
	}
	return rows;
}

/*
 * Inserts the open lines of a set, in the order of their references, as
 * everybody does who inserts several: first the references are taken, then
 * the trigger locks the accounts.  The trigger notes the outcomes.
 */
static void
insert_lines(Batch *batch, LineSet set)
{
	TupleDesc	desc = RelationGetDescr(batch->table);
	RowChecks	checks;
	int		   *columns = palloc0_array(int, desc->natts);
	bool	   *given = palloc0_array(bool, desc->natts);
	OpenRow    *rows;
	int			nrows = 0;
	uint64		nread;
	SPITupleTable *table = read_rows(batch, set, &nread);
	HeapTuple  *by_line = rows_by_line(batch, table, nread);

	batch->attempt++;

	/* from the fifth on, the columns are those of the table that are given */
	for (int i = 0; i < desc->natts; i++)
		for (int j = FIRST_COLUMN; j <= table->tupdesc->natts; j++)
			if (!TupleDescAttr(desc, i)->attisdropped &&
				namestrcmp(&TupleDescAttr(desc, i)->attname, SPI_fname(table->tupdesc, j)) == 0)
			{
				columns[i] = j;
				given[i] = true;
			}
	checks = row_checks_make(batch->table, given);
	rows = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(OpenRow) * (nread + 1));
	for (int i = 0; i < set.n; i++)
	{
		BatchLine  *line = &batch->line[set.index[i]];
		HeapTuple	tuple = by_line[set.index[i]];
		LineOfRef  *entry;

		CHECK_FOR_INTERRUPTS();
		if (tuple == NULL)
			elog(ERROR, "a line of a batch was not read");
		fill_slot(checks.slot, columns, tuple, table->tupdesc);
		if (!stays_open(batch, line, &checks, tuple, table->tupdesc))
			continue;

		/* a later line of the same reference waits */
		entry = hash_search(batch->refs, &line->ref, HASH_FIND, NULL);
		if (entry == NULL)
			elog(ERROR, "reference of a line is not known");
		if (entry->attempt == batch->attempt)
			continue;
		entry->attempt = batch->attempt;
		entry->index = set.index[i];
		line->result = LINE_TRIED;
		rows[nrows].ref = line->ref;
		rows[nrows].line = set.index[i];
		rows[nrows++].tuple = ExecFetchSlotHeapTupleDatum(checks.slot);
	}
	SPI_freetuptable(table);
	row_checks_end(&checks);
	if (nrows == 0)
		return;

	qsort(rows, nrows, sizeof(OpenRow), compare_open_rows);
	if (!insert_directly(batch, rows, nrows))
		insert_by_statement(batch, rows, nrows);
}

/* What became of an attempt to post a set. */
typedef enum Attempt
{
	ATTEMPT_DONE,				/* every line of the set is decided */
	ATTEMPT_AGAIN,				/* some are refused, or others took their reference */
	ATTEMPT_TAKEN,				/* others took a reference, which only a statement
								 * can pass over */
	ATTEMPT_ERROR				/* something raised an error */
} Attempt;

/*
 * Whether an error is about the line that raised it, and not about the
 * session or the server.
 */
static bool
is_refusal(int sqlstate)
{
	switch (ERRCODE_TO_CATEGORY(sqlstate))
	{
		case MAKE_SQLSTATE('L', 'C', '0', '0', '0'):
		case MAKE_SQLSTATE('2', '2', '0', '0', '0'):
		case MAKE_SQLSTATE('2', '3', '0', '0', '0'):
		case MAKE_SQLSTATE('P', '0', '0', '0', '0'):
			return true;
		default:
			return sqlstate == ERRCODE_INSUFFICIENT_PRIVILEGE;
	}
}

/*
 * Inserts the open lines of a set in a subtransaction.  It stands only when
 * all that was inserted was posted; a refused row must leave nothing behind,
 * nor what the owner's triggers made of it.
 */
static Attempt
try_lines(Batch *batch, LineSet set, ErrorData **error)
{
	MemoryContext context = CurrentMemoryContext;
	MemoryContext attempt_context = AllocSetContextCreate(context, "certledger batch",
														  ALLOCSET_DEFAULT_SIZES);
	ResourceOwner owner = CurrentResourceOwner;
	volatile Attempt attempt = ATTEMPT_DONE;

	BeginInternalSubTransaction(NULL);
	PG_TRY();
	{
		MemoryContextSwitchTo(attempt_context);
		insert_lines(batch, set);
		for (int i = 0; i < set.n; i++)
			if (batch->line[set.index[i]].result == LINE_TRIED ||
				(batch->line[set.index[i]].result == LINE_REFUSED &&
				 batch->line[set.index[i]].document_id != 0))
				attempt = ATTEMPT_AGAIN;
		if (attempt == ATTEMPT_DONE)
		{
			ReleaseCurrentSubTransaction();
			MemoryContextSwitchTo(context);
			CurrentResourceOwner = owner;
		}
		else
			document_rollback(context, owner);
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		*error = CopyErrorData();
		FlushErrorState();
		document_rollback(context, owner);
		if (batch->is_direct && (*error)->sqlerrcode == ERRCODE_UNIQUE_VIOLATION)
		{
			batch->by_statement = true;
			attempt = ATTEMPT_TAKEN;
		}
		else if (is_refusal((*error)->sqlerrcode))
			attempt = ATTEMPT_ERROR;
		else
			ReThrowError(*error);
		batch->is_direct = false;
	}
	PG_END_TRY();
	MemoryContextDelete(attempt_context);
	return attempt;
}

/*
 * Whether a line is refused that an earlier attempt had posted: others went
 * in between, and what was refused because of it may be posted now.
 */
static bool
lost_ground(Batch *batch, LineSet set)
{
	for (int i = 0; i < set.n; i++)
	{
		BatchLine  *line = &batch->line[set.index[i]];

		if (line->result == LINE_REFUSED && line->document_id != 0 && line->was_posted)
		{
			line->was_posted = false;
			line->document_id = 0;
			return true;
		}
	}
	return false;
}

/*
 * The lines of a set that are to be tried again after an attempt was rolled
 * back: those that were posted, and those whose reference was taken.  After
 * an error, all.
 */
static LineSet
lines_to_try(Batch *batch, LineSet set, bool after_error)
{
	LineSet		rest = {0, palloc_array(int, set.n + 1)};

	for (int i = 0; i < set.n; i++)
	{
		BatchLine  *line = &batch->line[set.index[i]];

		if (line->result == LINE_TRIED)
			line->untaken++;
		if (line->result == LINE_POSTED)
			line->was_posted = true;
		if (line->result == LINE_POSTED || line->result == LINE_TRIED ||
			(after_error && line->result == LINE_REFUSED && line->document_id != 0))
			line->result = LINE_OPEN;
		line->document_id = line->result == LINE_REFUSED ? 0 : line->document_id;
		if (line->result == LINE_OPEN)
			rest.index[rest.n++] = set.index[i];
	}
	return rest;
}

/*
 * Locks the accounts of lines in the order that all postings keep, before
 * the lines are posted in several steps: each step alone would keep the
 * order, all together would not.
 */
void
batch_lock_accounts(Batch *batch, LineSet set)
{
	Datum		numbers;
	Oid			type = get_array_type(batch->line_type);
	Datum		lines = lines_array(batch, set, &numbers);
	PostingRights caller;

	posting_begin(batch->table, &caller);
	PG_TRY();
	{
		if (SPI_execute_with_args(batch->kind->lock, 1, &type, &lines, NULL, false, 0) != SPI_OK_SELECT)
			elog(ERROR, "could not lock the accounts of a batch");
	}
	PG_FINALLY();
	{
		posting_end(&caller);
	}
	PG_END_TRY();
	SPI_freetuptable(SPI_tuptable);
}

/*
 * Refuses lines whose rows are neither stored nor found, however often they
 * are inserted: a trigger or a rule of the table leaves them out.  A row whose
 * reference another session took is found at the next attempt.
 */
static void
refuse_untaken(Batch *batch, LineSet set)
{
	for (int i = 0; i < set.n; i++)
		if (batch->line[set.index[i]].result == LINE_TRIED &&
			batch->line[set.index[i]].untaken >= UNTAKEN_ATTEMPTS)
			batch_refuse_line(batch, &batch->line[set.index[i]],
						ERRCODE_TRIGGERED_ACTION_EXCEPTION,
						"row was not stored",
						psprintf("A trigger or a rule of table %s leaves it out.",
								 batch->kind->table_name),
						"Look for triggers and rules on the table.");
}

/*
 * Decides the lines of a set, except those that wait for others: in one
 * attempt, repeated without the lines that it refused; where something raises
 * an error, in halves, so that it meets the line that it is about.
 */
void
batch_post_set(Batch *batch, LineSet set, bool locked)
{
	while (set.n > 0)
	{
		ErrorData  *error = NULL;
		LineSet		half;

		CHECK_FOR_INTERRUPTS();
		switch (try_lines(batch, set, &error))
		{
			case ATTEMPT_DONE:
				return;
			case ATTEMPT_AGAIN:
				refuse_untaken(batch, set);
				set = lines_to_try(batch, set, lost_ground(batch, set));
				break;
			case ATTEMPT_TAKEN:
				set = lines_to_try(batch, set, false);
				break;
			case ATTEMPT_ERROR:
				set = lines_to_try(batch, set, true);
				if (set.n == 0)
					return;
				if (set.n == 1)
				{
					batch_refuse_line(batch, &batch->line[set.index[0]], error->sqlerrcode,
								error->message, error->detail, error->hint);
					return;
				}
				if (!locked)
					batch_lock_accounts(batch, set);
				locked = true;
				half.n = set.n / 2;
				half.index = set.index;
				batch_post_set(batch, half, true);
				set.index += half.n;
				set.n -= half.n;
				break;
		}
	}
}
