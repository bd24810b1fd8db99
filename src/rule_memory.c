/*-------------------------------------------------------------------------
 *
 * rule_memory.c
 *	  Values of rules that a session remembers from one posting to the next.
 *
 * Whoever changes table rule tells all sessions at commit by an invalidation
 * of the table in their caches, sent by its trigger rule_changed; before that
 * the change is of its own transaction only, which forgets at each command,
 * and again when it is rolled back.  Without the trigger, always enabled,
 * nothing is remembered; to disable it is an invalidation, too.
 *
 * Above READ COMMITTED a transaction has the rules of its snapshot, so that
 * it remembers nothing.  Values are remembered for the owner of the table,
 * with whose rights postings run, and told to nobody else.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_trigger.h"
#include "commands/trigger.h"
#include "miscadmin.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "rule.h"

PG_FUNCTION_INFO_V1(rule_changed);

/* A posting asks for some six rules on a day. */
#define REMEMBERED_RULES	64

static struct
{
	Oid			relid;			/* of table rule */
	uint64		changes;		/* that this session was told of */
	Oid			owner;			/* InvalidOid when nothing is remembered */
	int			nrules;
	struct
	{
		const char *name;		/* compared as a pointer */
		DateADT		on;
		char	   *value;
	}			rules[REMEMBERED_RULES];
	MemoryContext context;		/* of the values */
}			memory;

static void
forget(Datum arg, Oid relid)
{
	if (relid == InvalidOid || relid == memory.relid)
	{
		memory.owner = InvalidOid;
		memory.changes++;
	}
}

/*
 * Whether every change of the table is told.
 */
static bool
is_watched(Relation relation)
{
	TriggerDesc *triggers = relation->trigdesc;

	for (int i = 0; triggers != NULL && i < triggers->numtriggers; i++)
	{
		const Trigger *trigger = &triggers->triggers[i];
		char	   *name;

		if (trigger->tgenabled != TRIGGER_FIRES_ALWAYS || trigger->tgqual != NULL ||
			trigger->tgnattr != 0 ||
			trigger->tgtype != (TRIGGER_TYPE_ROW | TRIGGER_TYPE_INSERT |
								TRIGGER_TYPE_UPDATE | TRIGGER_TYPE_DELETE))
			continue;
		name = get_func_name(trigger->tgfoid);
		if (name != NULL && strcmp(name, "rule_changed") == 0 &&
			get_func_namespace(trigger->tgfoid) == get_namespace_oid("certledger", true))
			return true;
	}
	return false;
}

/*
 * The value of a rule on a day, copied into the current context, or NULL when
 * it is not remembered.
 */
char *
rule_recall(const char *name, DateADT on)
{
	if (IsolationUsesXactSnapshot())
		return NULL;

	/* locks held already keep no change from this transaction */
	AcceptInvalidationMessages();
	if (memory.owner != GetUserId())
		return NULL;
	for (int i = 0; i < memory.nrules; i++)
		if (memory.rules[i].name == name && memory.rules[i].on == on)
			return pstrdup(memory.rules[i].value);
	return NULL;
}

/*
 * How many changes of the table this session was told of: to be asked before
 * the snapshot is taken with which values are read that are to be remembered.
 * Whatever that snapshot does not see is told later.
 */
uint64
rule_changes(Relation relation)
{
	if (memory.context == NULL)
	{
		memory.context = AllocSetContextCreate(CacheMemoryContext, "certledger rules",
											   ALLOCSET_SMALL_SIZES);
		CacheRegisterRelcacheCallback(forget, (Datum) 0);
	}
	if (memory.relid != RelationGetRelid(relation))
		memory.owner = InvalidOid;
	memory.relid = RelationGetRelid(relation);
	return memory.changes;
}

/*
 * Remembers the value that a rule has on a day, unless the table has changed
 * since rule_changes() was asked.
 */
void
rule_remember(Relation relation, uint64 changes, const char *name, DateADT on,
			  const char *value)
{
	Oid			owner = RelationGetForm(relation)->relowner;

	if (memory.relid != RelationGetRelid(relation) || memory.changes != changes ||
		IsolationUsesXactSnapshot() || owner != GetUserId() || !is_watched(relation))
		return;
	if (memory.owner != owner || memory.nrules == REMEMBERED_RULES)
	{
		memory.owner = InvalidOid;
		memory.nrules = 0;
		MemoryContextReset(memory.context);
	}
	memory.rules[memory.nrules].name = name;
	memory.rules[memory.nrules].on = on;
	memory.rules[memory.nrules].value = MemoryContextStrdup(memory.context, value);
	memory.nrules++;
	memory.owner = owner;
}

/*
 * rule_changed() returns trigger
 *
 * AFTER row trigger of table rule: has all sessions forget what they
 * remember of it, once the change is committed.
 */
Datum
rule_changed(PG_FUNCTION_ARGS)
{
	TriggerData *trigdata = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo) ||
		!TRIGGER_FIRED_AFTER(trigdata->tg_event) ||
		!TRIGGER_FIRED_FOR_ROW(trigdata->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("rule_changed must be called as an AFTER row trigger")));
	CacheInvalidateRelcache(trigdata->tg_relation);
	return PointerGetDatum(NULL);
}
