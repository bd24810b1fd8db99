/*-------------------------------------------------------------------------
 *
 * direct_table.c
 *	  The ledger's own tables without planner and executor.
 *
 * A posting touches a few rows of a few tables, and to start and end a
 * statement for each costs several times what the rows cost.  Here they are
 * read and written as the server reads and writes its catalogs: by index
 * scans and the table access method.  What the executor would see to is seen
 * to here as well: privileges, not-null and check constraints, indexes,
 * identity columns, the partition of a row.  What an owner may have added
 * beyond that, triggers, rules, row security, columns, defaults, child tables,
 * other types or an auditing extension, is the executor's business: then
 * direct_open() returns NULL and the caller executes a statement instead.
 *
 * What must be known of a table, its compiled constraints first of all, is
 * kept for the session, until the server says that the table, a function or a
 * type has changed.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/transam.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "commands/sequence.h"
#include "commands/trigger.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "optimizer/optimizer.h"
#include "partitioning/partbounds.h"
#include "partitioning/partdesc.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/partcache.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "compat.h"
#include "direct_table.h"
#include "vocabulary.h"

/* Rows that are inserted together: one WAL record for those of a page. */
#define BUFFERED_ROWS	128

struct DirectTable
{
	Oid			relid;			/* hash key */
	bool		known;			/* what follows was learnt */
	bool		stale;			/* and has changed since */
	bool		direct;			/* the executor is not needed */
	Oid			parent;			/* of a partition */
	bool		in_use;
	SubTransactionId opener;	/* of a table in use */
	uint32		version;		/* of the vocabulary */
	MemoryContext context;		/* of what follows */
	AttrNumber	attnums[DIRECT_MAX_COLUMNS];
	EState	   *estate;
	ResultRelInfo *result;
	Oid		   *indexes;
	int			nindexes;		/* -1 while they are being learnt */
	MemoryContext index_context;	/* what they keep while the table is open */
	ExprState **checks;
	int			nchecks;
	AttrNumber	identity;		/* column numbered by the server, or 0 */
	Oid			sequence;
	/* while it is open */
	Relation	relation;
	bool		wrote;
	TupleTableSlot *slots[BUFFERED_ROWS];
	int			nslots;			/* made */
	int			nbuffered;		/* and filled */
};

static HTAB *direct_tables = NULL;

/*
 * Forgets what is known of a table, by its OID or that of one of its indexes,
 * or of all.  While a table's indexes are being learnt, which opens them and so
 * may hear of changes, any may be one of them.
 */
static void
forget(Datum arg, Oid relid)
{
	HASH_SEQ_STATUS sequence;
	DirectTable *table;

	hash_seq_init(&sequence, direct_tables);
	while ((table = hash_seq_search(&sequence)) != NULL)
	{
		if (relid == InvalidOid || table->relid == relid || table->parent == relid ||
			table->nindexes < 0)
			table->stale = true;
		for (int i = 0; !table->stale && i < table->nindexes; i++)
			if (table->indexes[i] == relid)
				table->stale = true;
	}
}

static void
forget_all(Datum arg, int cacheid, uint32 hashvalue)
{
	forget(arg, InvalidOid);
}

/*
 * Tables that an error left in use are so no more: the abort closes their
 * relations, and what is known of them is learnt anew.
 */
static void
abandon(SubTransactionId opener)
{
	HASH_SEQ_STATUS sequence;
	DirectTable *table;

	hash_seq_init(&sequence, direct_tables);
	while ((table = hash_seq_search(&sequence)) != NULL)
		if (table->in_use && (opener == InvalidSubTransactionId || table->opener == opener))
		{
			table->in_use = false;
			table->stale = true;
		}
}

static void
at_transaction_end(XactEvent event, void *arg)
{
	if (event == XACT_EVENT_ABORT)
		abandon(InvalidSubTransactionId);
}

static void
at_subtransaction_end(SubXactEvent event, SubTransactionId self,
					  SubTransactionId parent, void *arg)
{
	if (event == SUBXACT_EVENT_ABORT_SUB)
		abandon(self);
}

/*
 * The entry of a table, made when it is new.
 */
static DirectTable *
table_entry(Oid relid)
{
	DirectTable *table;
	bool		found;

	if (direct_tables == NULL)
	{
		HASHCTL		control = {.keysize = sizeof(Oid), .entrysize = sizeof(DirectTable)};

		direct_tables = hash_create("certledger direct tables", 16, &control,
									HASH_ELEM | HASH_BLOBS);
		RegisterXactCallback(at_transaction_end, NULL);
		RegisterSubXactCallback(at_subtransaction_end, NULL);
		CacheRegisterRelcacheCallback(forget, (Datum) 0);
		/* compiled constraints have functions inlined and domains checked */
		CacheRegisterSyscacheCallback(PROCOID, forget_all, (Datum) 0);
		CacheRegisterSyscacheCallback(TYPEOID, forget_all, (Datum) 0);
	}
	table = hash_search(direct_tables, &relid, HASH_ENTER, &found);
	if (!found)
	{
		memset(table, 0, sizeof(DirectTable));
		table->relid = relid;
	}
	return table;
}

/*
 * Whether a trigger calls a function of the extension.
 */
static bool
calls(const Trigger *trigger, const char *function)
{
	char	   *name = get_func_name(trigger->tgfoid);

	return name != NULL && strcmp(name, function) == 0 &&
		get_func_namespace(trigger->tgfoid) == get_namespace_oid("certledger", true);
}

/*
 * Whether rows may be written without the executor: no trigger but the
 * ledger's guards, which let postings and runs of the accounts pass, and the
 * one whose work the caller does.
 */
static bool
is_writable(Relation relation, const DirectDefinition *definition)
{
	TriggerDesc *triggers = relation->trigdesc;
	TupleDesc	desc = RelationGetDescr(relation);
	int			nposters = 0;

	if (relation->rd_rules != NULL)
		return false;
	for (int i = 0; triggers != NULL && i < triggers->numtriggers; i++)
	{
		const Trigger *trigger = &triggers->triggers[i];

		if (definition->poster != NULL && calls(trigger, definition->poster) &&
			(trigger->tgenabled == TRIGGER_FIRES_ON_ORIGIN ||
			 trigger->tgenabled == TRIGGER_FIRES_ALWAYS))
			nposters++;
		else if (!calls(trigger, "guard_posted_only") && !calls(trigger, "guard_append_only") &&
				 !calls(trigger, "guard_run_only"))
			return false;
	}
	return nposters == (definition->poster != NULL ? 1 : 0) &&
		(desc->constr == NULL || !desc->constr->has_generated_stored);
}

/*
 * Finds the columns of the definition in the table; false when they are not
 * those.
 */
static bool
find_columns(DirectTable *table, const DirectDefinition *definition, TupleDesc desc)
{
	if (definition->written && desc->natts != definition->ncolumns)
		return false;
	for (int i = 0; i < definition->ncolumns; i++)
	{
		const DirectColumn *column = &definition->columns[i];
		Oid			type = column->own_type == NULL ? column->type :
			vocabulary_type(column->own_type);
		AttrNumber	attnum = 0;
		Form_pg_attribute attribute;

		for (int j = 0; j < desc->natts; j++)
			if (!TupleDescAttr(desc, j)->attisdropped &&
				namestrcmp(&TupleDescAttr(desc, j)->attname, column->name) == 0)
				attnum = j + 1;
		if (attnum == 0)
			return false;
		attribute = TupleDescAttr(desc, attnum - 1);
		if (attribute->atttypid != type ||
			(definition->written && (attnum != i + 1 || attribute->atttypmod != -1)) ||
			(column->left_out && attribute->atthasdef))
			return false;
		table->attnums[i] = attnum;
	}
	return true;
}

/*
 * Finds the sequence of an identity column, if there is one.
 */
static void
find_identity(DirectTable *table, Relation relation)
{
	TupleDesc	desc = RelationGetDescr(relation);

	for (int i = 0; i < desc->natts && table->identity == 0; i++)
		if (TupleDescAttr(desc, i)->attidentity != '\0')
		{
			table->sequence = identity_sequence(relation, i + 1);
			table->identity = i + 1;
		}
}

/*
 * Compiles the constraints of a table, and finds its indexes and the sequence
 * of its identity column, or of its parent's: before PostgreSQL 17 partitions
 * have none.  False when an index asks for more than its entries, or the
 * numbering is another.
 */
static bool
prepare_writing(DirectTable *table, const DirectDefinition *definition, Relation relation,
				Relation parent)
{
	TupleDesc	desc = RelationGetDescr(relation);
	bool		plain = true;

	table->estate = CreateExecutorState();
	table->result = makeNode(ResultRelInfo);
	InitResultRelInfo(table->result, relation, 0, NULL, 0);
	table->index_context = AllocSetContextCreate(table->context, "certledger direct indexes",
												 ALLOCSET_SMALL_SIZES);
	table->nindexes = -1;
	ExecOpenIndices(table->result, true);
	table->indexes = palloc_array(Oid, table->result->ri_NumIndices + 1);
	for (int i = 0; i < table->result->ri_NumIndices; i++)
	{
		Relation	index = table->result->ri_IndexRelationDescs[i];

		table->indexes[i] = RelationGetRelid(index);
		table->result->ri_IndexRelationInfo[i]->ii_Context = table->index_context;
		plain &= index->rd_index->indimmediate && !index->rd_index->indisexclusion;
		index_close(index, NoLock);
	}
	table->nindexes = table->result->ri_NumIndices;
	table->nchecks = desc->constr == NULL ? 0 : desc->constr->num_check;
	table->checks = palloc_array(ExprState *, table->nchecks + 1);
	for (int i = 0; i < table->nchecks; i++)
		table->checks[i] = IS_ENFORCED(desc->constr->check[i]) ?
			ExecPrepareExpr(stringToNode(desc->constr->check[i].ccbin), table->estate) : NULL;
	find_identity(table, relation);
	if (parent != NULL)
		find_identity(table, parent);
	return plain && table->identity == (definition->numbered ? 1 : 0);
}

/*
 * Opens the indexes of a table for writing.
 */
static void
open_indexes(DirectTable *table)
{
	ResultRelInfo *result = table->result;

	result->ri_RelationDesc = table->relation;
	for (int i = 0; i < result->ri_NumIndices; i++)
		result->ri_IndexRelationDescs[i] = index_open(table->indexes[i], RowExclusiveLock);
}

/*
 * Closes them.  What their access methods keep from one row to the next, brin
 * a pinned page and a pointer to the relation, does not outlive that.
 */
static void
close_indexes(DirectTable *table)
{
	ResultRelInfo *result = table->result;

	for (int i = 0; i < result->ri_NumIndices; i++)
	{
		insert_cleanup(result->ri_IndexRelationDescs[i], result->ri_IndexRelationInfo[i]);
		result->ri_IndexRelationInfo[i]->ii_AmCache = NULL;
		index_close(result->ri_IndexRelationDescs[i], NoLock);
	}
	MemoryContextReset(table->index_context);
}

/*
 * Learns what must be known of an open table, and if it is a partition, of its
 * parent.
 */
static void
learn(DirectTable *table, const DirectDefinition *definition, Relation relation,
	  Relation parent)
{
	MemoryContext old;

	if (table->context == NULL)
		table->context = AllocSetContextCreate(CacheMemoryContext,
											   "certledger direct table",
											   ALLOCSET_SMALL_SIZES);
	table->known = false;
	table->stale = false;
	table->direct = false;
	table->parent = parent == NULL ? InvalidOid : RelationGetRelid(parent);
	table->identity = 0;
	table->result = NULL;
	table->nindexes = 0;
	MemoryContextReset(table->context);
	old = MemoryContextSwitchTo(table->context);
	table->version = vocabulary_get()->version;
	table->direct = relation->rd_rel->relkind == RELKIND_RELATION &&
		!relation->rd_rel->relrowsecurity && !relation->rd_rel->relhassubclass &&
		find_columns(table, definition, RelationGetDescr(relation)) &&
		(!definition->written ||
		 (relation->rd_rel->relispartition == (parent != NULL) &&
		  is_writable(relation, definition) &&
		  prepare_writing(table, definition, relation, parent)));
	table->known = true;
	MemoryContextSwitchTo(old);
}

/*
 * Makes a table of an open relation, which it closes when the executor is
 * needed.
 */
static DirectTable *
open_relation(const DirectDefinition *definition, Relation relation, Relation parent,
			  bool to_write)
{
	DirectTable *table = table_entry(RelationGetRelid(relation));

	if (!table->in_use)
	{
		table->relation = NULL;
		if (!table->known || table->stale || table->version != vocabulary_get()->version)
			learn(table, definition, relation, parent);
		if (table->direct)
		{
			table->relation = relation;
			table->wrote = false;
			table->nslots = 0;
			table->nbuffered = 0;
			if (to_write)
			{
				open_indexes(table);
				table->opener = GetCurrentSubTransactionId();
				table->in_use = true;
			}
			return table;
		}
	}
	table_close(relation, NoLock);
	return NULL;
}

/*
 * Whether the current user may do what a definition asks for, and nobody else
 * is to be asked or to be told, as auditing extensions are.
 */
static bool
is_allowed(const DirectDefinition *definition, Oid relid)
{
	return ExecutorCheckPerms_hook == NULL &&
		pg_class_aclmask(relid, GetUserId(), definition->rights, ACLMASK_ALL) == definition->rights;
}

/*
 * Opens a table, locked, or returns NULL when the executor must see to it.
 * To be closed with direct_close(); between, no function of anybody else is
 * called but those of constraints and indexes.
 */
DirectTable *
direct_open(const DirectDefinition *definition, LOCKMODE lock)
{
	Oid			relid = get_relname_relid(definition->table_name,
										  get_namespace_oid("certledger", false));

	if (!OidIsValid(relid) ||
		(definition->poster != NULL && SessionReplicationRole == SESSION_REPLICATION_ROLE_REPLICA) ||
		!is_allowed(definition, relid))
		return NULL;
	return open_relation(definition, table_open(relid, lock), NULL,
						 lock >= RowExclusiveLock);
}

/*
 * The partition that has all rows from one key to another of a table that is
 * partitioned by ranges of one column; InvalidOid when it is not or when there
 * are several, and for the default partition, which only the executor checks
 * for rows that a new partition should get.
 */
static Oid
find_partition(Relation parent, Datum from, Datum to)
{
	PartitionKey by = RelationGetPartitionKey(parent);
	PartitionDesc partitions = RelationGetPartitionDesc(parent, true);
	PartitionBoundInfo bounds = partitions->boundinfo;
	bool		equal;
	int			bound;
	int			index;

	if (by->strategy != PARTITION_STRATEGY_RANGE || by->partnatts != 1 || partitions->nparts == 0)
		return InvalidOid;
	bound = partition_range_datum_bsearch(by->partsupfunc, by->partcollation, bounds, 1, &from, &equal);
	if (bound != partition_range_datum_bsearch(by->partsupfunc, by->partcollation, bounds, 1, &to, &equal))
		return InvalidOid;
	index = bounds->indexes[bound + 1];
	return index < 0 || index == bounds->default_index ? InvalidOid : partitions->oids[index];
}

/*
 * Opens the partition that has the rows from one key to another, both
 * included; likewise.  A table that is read must have no triggers: an extension
 * that keeps the rows elsewhere leaves one.
 */
DirectTable *
direct_open_partition(const DirectDefinition *definition, Datum from, Datum to, LOCKMODE lock)
{
	Oid			relid = get_relname_relid(definition->table_name,
										  get_namespace_oid("certledger", false));
	Relation	parent;
	Oid			partition = InvalidOid;
	DirectTable *table = NULL;

	if (!OidIsValid(relid) || !is_allowed(definition, relid))
		return NULL;
	parent = table_open(relid, lock);
	if (parent->rd_rel->relkind == RELKIND_PARTITIONED_TABLE &&
		!parent->rd_rel->relrowsecurity &&
		(definition->written ? is_writable(parent, definition) : parent->trigdesc == NULL))
		partition = find_partition(parent, from, to);
	if (OidIsValid(partition))
		table = open_relation(definition, table_open(partition, lock), parent,
							  definition->written);
	table_close(parent, NoLock);
	return table;
}

/*
 * Writes what is buffered, closes the table and keeps its lock.
 */
void
direct_close(DirectTable *table)
{
	if (table->in_use)
	{
		direct_flush(table);
		for (int i = 0; i < table->nslots; i++)
			ExecDropSingleTupleTableSlot(table->slots[i]);
		close_indexes(table);
		table->in_use = false;
		if (table->wrote)
			CommandCounterIncrement();
	}
	table_close(table->relation, NoLock);
	table->relation = NULL;
}

/*
 * The relation of an open table.
 */
Relation
direct_relation(DirectTable *table)
{
	return table->relation;
}

/*
 * The number that a column of the definition has in the table.
 */
AttrNumber
direct_attnum(const DirectTable *table, int column)
{
	return table->attnums[column];
}

/*
 * The value of a column of the definition in a row of the table.
 */
Datum
direct_value(const DirectTable *table, TupleTableSlot *slot, int column, bool *isnull)
{
	return slot_getattr(slot, table->attnums[column], isnull);
}

/*
 * Checks a row as the executor does before it stores one.
 */
static void
check_row(DirectTable *table, TupleTableSlot *slot)
{
	TupleDesc	desc = RelationGetDescr(table->relation);
	ExprContext *econtext = GetPerTupleExprContext(table->estate);
	bool		valid = true;

	econtext->ecxt_scantuple = slot;
	for (int i = 0; i < desc->natts && valid; i++)
		valid = !TupleDescAttr(desc, i)->attnotnull || !slot->tts_isnull[i];
	for (int i = 0; i < table->nchecks && valid; i++)
		valid = table->checks[i] == NULL || ExecCheck(table->checks[i], econtext);
	ResetPerTupleExprContext(table->estate);

	/* let the server say it in its own words */
	if (!valid)
		ExecConstraints(table->result, slot, table->estate);
}

/*
 * A slot filled with a row of all columns; values must stay until it is
 * written.
 */
static TupleTableSlot *
fill_slot(DirectTable *table, int n, Datum *values, bool *nulls)
{
	TupleTableSlot *slot;

	if (n == table->nslots)
		table->slots[table->nslots++] = table_slot_create(table->relation, NULL);
	slot = table->slots[n];
	ExecClearTuple(slot);
	slot->tts_tableOid = RelationGetRelid(table->relation);	/* for constraints */
	for (int i = 0; i < slot->tts_tupleDescriptor->natts; i++)
	{
		slot->tts_values[i] = values[i];
		slot->tts_isnull[i] = nulls[i];
	}
	if (table->identity > 0)
	{
		slot->tts_values[table->identity - 1] = Int64GetDatum(nextval_internal(table->sequence, false));
		slot->tts_isnull[table->identity - 1] = false;
	}
	return ExecStoreVirtualTuple(slot);
}

/*
 * Adds what the indexes say of a row that was written.
 */
static void
index_row(DirectTable *table, TupleTableSlot *slot)
{
	if (table->result->ri_NumIndices > 0)
		list_free(insert_index_tuples(table->result, slot, table->estate));
	ResetPerTupleExprContext(table->estate);
}

/*
 * Inserts a row, at the latest when the table is flushed.  The columns are
 * those of the definition; an identity column is numbered here.  Returns the
 * row as it will be stored, which is there until the next one.
 */
TupleTableSlot *
direct_insert(DirectTable *table, Datum *values, bool *nulls)
{
	TupleTableSlot *slot;

	if (table->nbuffered == BUFFERED_ROWS)
		direct_flush(table);
	slot = fill_slot(table, table->nbuffered, values, nulls);
	check_row(table, slot);
	table->nbuffered++;
	return slot;
}

/*
 * Writes the rows that are buffered.
 */
void
direct_flush(DirectTable *table)
{
	CommandId	command;
	MemoryContext old;

	if (table->nbuffered == 0)
		return;
	command = GetCurrentCommandId(true);
	/* what the access method leaves behind goes with the first row's */
	old = MemoryContextSwitchTo(GetPerTupleMemoryContext(table->estate));
	if (table->nbuffered == 1)
		table_tuple_insert(table->relation, table->slots[0], command, 0, NULL);
	else
		table_multi_insert(table->relation, table->slots, table->nbuffered, command, 0, NULL);
	MemoryContextSwitchTo(old);
	for (int i = 0; i < table->nbuffered; i++)
	{
		index_row(table, table->slots[i]);
		ExecClearTuple(table->slots[i]);
	}
	table->nbuffered = 0;
	table->wrote = true;
}

/*
 * Whether an index has these columns of the definition for its key, in any
 * order.
 */
static bool
has_key(const DirectTable *table, const Form_pg_index index, int nkeys, const int *columns)
{
	if (index->indnkeyatts != nkeys)
		return false;
	for (int i = 0; i < nkeys; i++)
	{
		bool		found = false;

		for (int j = 0; j < nkeys; j++)
			found |= index->indkey.values[j] == table->attnums[columns[i]];
		if (!found)
			return false;
	}
	return true;
}

/*
 * The indexes that keep columns unique, as a list of their OIDs; NIL if none
 * does.  While one is rebuilt concurrently there are two, and neither may raise
 * an error for what the other finds.
 */
static List *
unique_indexes(DirectTable *table, int nkeys, const int *columns)
{
	List	   *indexes = NIL;

	for (int i = 0; i < table->result->ri_NumIndices; i++)
	{
		Form_pg_index index = table->result->ri_IndexRelationDescs[i]->rd_index;
		const IndexInfo *info = table->result->ri_IndexRelationInfo[i];

		if (index->indisunique && has_key(table, index, nkeys, columns) &&
			info->ii_Predicate == NIL && info->ii_ReadyForInserts)
			indexes = lappend_oid(indexes, table->indexes[i]);
	}
	return indexes;
}

/*
 * Inserts a row and adds it to inserted, if that is not NULL, unless there is
 * one already that has the same values in columns that a unique index keeps,
 * which another session may just be inserting: INSERT ... ON CONFLICT DO
 * NOTHING, by the same means.  Not for isolation levels above READ COMMITTED,
 * where a row must not be met that the snapshot does not see.
 */
bool
direct_insert_new(DirectTable *table, Datum *values, bool *nulls, int nkeys,
				  const int *columns, Tuplestorestate *inserted)
{
	ResultRelInfo *result = table->result;
	TupleTableSlot *slot = fill_slot(table, 0, values, nulls);
	List	   *arbiters = unique_indexes(table, nkeys, columns);
	bool		conflict;

	Assert(table->nbuffered == 0 && !IsolationUsesXactSnapshot());
	check_row(table, slot);
	if (arbiters == NIL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_COLUMN_REFERENCE),
				 errmsg("there is no unique or exclusion constraint matching the ON CONFLICT specification")));
	do
	{
		ItemPointerData other;
		uint32		token;

		CHECK_FOR_INTERRUPTS();
		if (!check_index_constraints(result, slot, table->estate, &other, arbiters))
		{
			ResetPerTupleExprContext(table->estate);
			list_free(arbiters);
			return false;
		}
		token = SpeculativeInsertionLockAcquire(GetCurrentTransactionId());
		table_tuple_insert_speculative(table->relation, slot, GetCurrentCommandId(true), 0,
									   NULL, token);
		conflict = false;
		list_free(insert_speculative_index_tuples(result, slot, table->estate, &conflict, arbiters));
		table_tuple_complete_speculative(table->relation, slot, token, !conflict);
		SpeculativeInsertionLockRelease(GetCurrentTransactionId());
		ResetPerTupleExprContext(table->estate);
	} while (conflict);
	if (inserted != NULL)
		tuplestore_puttupleslot(inserted, slot);
	ExecClearTuple(slot);
	list_free(arbiters);
	table->wrote = true;
	return true;
}

/*
 * Changes a row that was read under a lock that keeps others from changing
 * it.  Returns false when it was changed all the same.
 */
bool
direct_update(DirectTable *table, ItemPointer tid, Datum *values, bool *nulls)
{
	TupleTableSlot *slot;
	TM_FailureData failure;
	LockTupleMode mode;
	UpdateIndexes indexes;

	Assert(table->nbuffered == 0 && table->identity == 0);
	CheckCmdReplicaIdentity(table->relation, CMD_UPDATE);
	slot = fill_slot(table, 0, values, nulls);
	check_row(table, slot);
	if (!direct_succeeded(table_tuple_update(table->relation, tid, slot,
											 GetCurrentCommandId(true),
											 GetActiveSnapshot(), InvalidSnapshot, true,
											 &failure, &mode, &indexes)))
		return false;
	if (UPDATES_INDEXES(indexes))
		update_index_tuples(table->result, slot, table->estate, indexes);
	ResetPerTupleExprContext(table->estate);
	ExecClearTuple(slot);
	table->wrote = true;
	return true;
}
