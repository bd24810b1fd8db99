/*-------------------------------------------------------------------------
 *
 * posting_document.c
 *	  Reading documents from the rows of their tables.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/multirangetypes.h"
#include "utils/rel.h"

#include "posting_document.h"

/*
 * Checks that a posting function was called as the AFTER INSERT statement
 * trigger, with transition table, of its own table of the ledger; returns the
 * trigger data.
 */
TriggerData *
posting_trigger(FunctionCallInfo fcinfo, const char *table_name)
{
	TriggerData *trigdata = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo) ||
		!TRIGGER_FIRED_AFTER(trigdata->tg_event) ||
		!TRIGGER_FIRED_FOR_STATEMENT(trigdata->tg_event) ||
		!TRIGGER_FIRED_BY_INSERT(trigdata->tg_event) ||
		trigdata->tg_newtable == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("posting function must be called as an AFTER INSERT statement trigger with a transition table")));
	if (strcmp(RelationGetRelationName(trigdata->tg_relation), table_name) != 0 ||
		RelationGetNamespace(trigdata->tg_relation) != get_namespace_oid("certledger", false))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("posting function can only be a trigger of table \"certledger.%s\"",
						table_name)));
	return trigdata;
}

/*
 * An attribute of a row, by its name.
 */
Datum
posting_attribute(TupleTableSlot *slot, const char *name, bool *isnull)
{
	TupleDesc	desc = slot->tts_tupleDescriptor;

	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(desc, i);

		if (!attribute->attisdropped &&
			strcmp(NameStr(attribute->attname), name) == 0)
			return slot_getattr(slot, i + 1, isnull);
	}
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_COLUMN),
			 errmsg("document table has no column \"%s\"", name),
			 errhint("Run ALTER EXTENSION certledger UPDATE if the library is newer than the extension.")));
	return (Datum) 0;			/* keep compiler quiet */
}

/*
 * Refuses a row that says itself when and by whom it was posted.
 */
void
posting_check_stamp(TupleTableSlot *slot)
{
	bool		isnull;
	TimestampTz posted_at = DatumGetTimestampTz(posting_attribute(slot, "posted_at", &isnull));
	Name		posted_by = DatumGetName(posting_attribute(slot, "posted_by", &isnull));
	char	   *session_user_name = GetUserNameFromId(GetSessionUserId(), false);

	if (posted_at != GetCurrentTransactionStartTimestamp() ||
		strcmp(NameStr(*posted_by), session_user_name) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("posted_at and posted_by of a document are set by the ledger"),
				 errhint("Leave them out; the day on which a document takes effect is effective_on.")));
}

/*
 * Reads the ranges that a document names in its column certificates, if any.
 */
void
posting_named_ranges(PostingDocument *document, TupleTableSlot *slot)
{
	TypeCacheEntry *typcache;
	MultirangeType *named;
	RangeType **ranges;
	bool		isnull;
	Datum		value = posting_attribute(slot, "certificates", &isnull);

	document->nranges = 0;
	if (isnull)
		return;
	named = DatumGetMultirangeTypeP(value);
	typcache = lookup_type_cache(vocabulary_get()->gecrange, TYPECACHE_RANGE_INFO);
	multirange_deserialize(typcache, named, &document->nranges, &ranges);
	document->firsts = palloc_array(gec, document->nranges);
	document->ends = palloc_array(gec, document->nranges);

	/* quantity = quantity(certificates) is a CHECK, so bounds are finite */
	for (int i = 0; i < document->nranges; i++)
		if (!gecrange_bounds(typcache, ranges[i], &document->firsts[i], &document->ends[i]))
			elog(ERROR, "range of certificates is empty");
}
