/*-------------------------------------------------------------------------
 *
 * posting_document.c
 *	  Reading documents from the rows of their tables.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/multirangetypes.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "posting_document.h"
#include "region.h"

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
 * Number of the column of a row type that has a name.
 */
static int
column_number(TupleDesc desc, const char *name)
{
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(desc, i);

		if (!attribute->attisdropped &&
			strcmp(NameStr(attribute->attname), name) == 0)
			return i + 1;
	}
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_COLUMN),
			 errmsg("document table has no column \"%s\"", name),
			 errhint("Run ALTER EXTENSION certledger UPDATE if the library is newer than the extension.")));
	return 0;					/* keep compiler quiet */
}

/*
 * An attribute of a row, by its name.
 */
Datum
posting_attribute(TupleTableSlot *slot, const char *name, bool *isnull)
{
	return slot_getattr(slot, column_number(slot->tts_tupleDescriptor, name), isnull);
}

/*
 * A value of the current row, by the name of its column, which must be a
 * literal: its address is remembered with the number of the column.
 */
Datum
row_value(PostingRow *row, const char *name, bool *isnull)
{
	int			i;

	for (i = 0; i < row->ncolumns; i++)
		if (row->columns[i].name == name)
			return slot_getattr(row->slot, row->columns[i].attnum, isnull);
	if (i == POSTING_ROW_COLUMNS)
		elog(ERROR, "too many columns of a document table are read");
	row->columns[i].name = name;
	row->columns[i].attnum = column_number(row->slot->tts_tupleDescriptor, name);
	row->ncolumns++;
	return slot_getattr(row->slot, row->columns[i].attnum, isnull);
}

/* A bigint of the current row, 0 for NULL: no number of ours is 0. */
int64
row_bigint(PostingRow *row, const char *name)
{
	bool		isnull;
	Datum		value = row_value(row, name, &isnull);

	return isnull ? 0 : DatumGetInt64(value);
}

/* A date of the current row that is not NULL. */
DateADT
row_date(PostingRow *row, const char *name)
{
	bool		isnull;
	Datum		value = row_value(row, name, &isnull);

	if (isnull)
		elog(ERROR, "column \"%s\" is null", name);
	return DatumGetDateADT(value);
}

/* A time of the current row, DT_NOEND for NULL. */
TimestampTz
row_timestamp(PostingRow *row, const char *name)
{
	bool		isnull;
	Datum		value = row_value(row, name, &isnull);

	return isnull ? DT_NOEND : DatumGetTimestampTz(value);
}

/* A text of the current row, in the current memory context; NULL for NULL. */
char *
row_text(PostingRow *row, const char *name)
{
	bool		isnull;
	Datum		value = row_value(row, name, &isnull);

	return isnull ? NULL : TextDatumGetCString(value);
}

/* An enum value of the current row as C has it, -1 for NULL. */
int
row_word(PostingRow *row, const char *name, const Wordlist *list)
{
	bool		isnull;
	Datum		value = row_value(row, name, &isnull);

	return isnull ? -1 : word_of_oid(list, DatumGetObjectId(value));
}

/*
 * Reads the ranges that a document names.
 */
void
posting_read_ranges(PostingDocument *document, Datum value)
{
	TypeCacheEntry *typcache = lookup_type_cache(vocabulary_get()->gecrange,
												 TYPECACHE_RANGE_INFO);
	RangeType **ranges;

	multirange_deserialize(typcache, DatumGetMultirangeTypeP(value),
						   &document->nranges, &ranges);
	document->selection = SELECTION_NAMED;
	document->firsts = palloc_array(gec, document->nranges);
	document->ends = palloc_array(gec, document->nranges);

	/* quantity = quantity(certificates) is a CHECK, so bounds are finite */
	for (int i = 0; i < document->nranges; i++)
		if (!gecrange_bounds(typcache, ranges[i], &document->firsts[i], &document->ends[i]))
			elog(ERROR, "range of certificates is empty");
}

/* A month as YYMM, held within the four digits of a certificate's code. */
static int
yymm_of_date(DateADT date)
{
	int			year;
	int			month;
	int			day;

	if (DATE_IS_NOBEGIN(date))
		return 0;
	if (DATE_IS_NOEND(date))
		return 9999;
	j2date(date + POSTGRES_EPOCH_JDATE, &year, &month, &day);
	return year < 2000 ? -1 : year > 2099 ? 10000 : (year - 2000) * 100 + month;
}

/*
 * Reads a filter of certificates: see type certificate_filter.
 */
CertificateFilter *
posting_read_filter(HeapTupleHeader record)
{
	const Vocabulary *v = vocabulary_get();
	CertificateFilter *filter = palloc0_object(CertificateFilter);
	TupleDesc	desc = lookup_rowtype_tupdesc(HeapTupleHeaderGetTypeId(record),
											  HeapTupleHeaderGetTypMod(record));
	HeapTupleData tuple;
	Datum		values[7];
	bool		nulls[7];

	if (desc->natts != lengthof(values))
		elog(ERROR, "certificate filter has %d fields", desc->natts);
	tuple.t_len = HeapTupleHeaderGetDatumLength(record);
	ItemPointerSetInvalid(&tuple.t_self);
	tuple.t_tableOid = InvalidOid;
	tuple.t_data = record;
	heap_deform_tuple(&tuple, desc, values, nulls);
	ReleaseTupleDesc(desc);

	filter->yymm_from = nulls[0] ? 0 : yymm_of_date(DatumGetDateADT(values[0]));
	filter->yymm_to = nulls[1] ? 9999 : yymm_of_date(DatumGetDateADT(values[1]));
	filter->source = nulls[2] ? InvalidOid : DatumGetObjectId(values[2]);
	filter->region = nulls[3] ? REGION_NATION : DatumGetRegion(values[3]);
	if (!nulls[4])
	{
		char	   *code = TextDatumGetCString(values[4]);
		size_t		length = strlen(code);

		if (length != 17 || strspn(code, "0123456789") != length)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("invalid project code in a certificate filter: \"%s\"", code),
					 errdetail("A project code has 17 digits.")));
		filter->has_project = true;
		filter->project = strtoull(code, NULL, 10);
	}
	if (!nulls[5])
	{
		Datum		label = DirectFunctionCall1(enum_out, values[5]);

		filter->volume_digit = gec_volume_class_digit(DatumGetCString(label));
		if (filter->volume_digit == 0)
			filter->volume_digit = -1;
	}
	filter->route = nulls[6] ? -1 : word_of_oid(&v->route, DatumGetObjectId(values[6]));
	return filter;
}

/*
 * Reads which certificates a document takes: columns certificates and filter.
 * Documents that take what is under another one say so themselves.
 */
void
row_selection(PostingRow *row, PostingDocument *document)
{
	bool		isnull;
	Datum		value = row_value(row, "certificates", &isnull);

	if (!isnull)
		posting_read_ranges(document, value);
	value = row_value(row, "filter", &isnull);
	if (!isnull)
		document->filter = posting_read_filter(DatumGetHeapTupleHeader(value));
}

/*
 * Reads the number of the document under which a document takes certificates,
 * if it names one.
 */
void
row_under(PostingRow *row, const char *name, PostingDocument *document)
{
	bool		isnull;
	Datum		value = row_value(row, name, &isnull);

	if (isnull)
		return;
	document->selection = SELECTION_UNDER;
	document->under = DatumGetInt64(value);
}

/*
 * The time by which a document judges the end of orders: the one that it
 * names, or the end of its day in China's civil calendar (UTC+8), but never
 * later than the posting, so that nobody can wait for an end by writing a
 * later time.
 */
TimestampTz
posting_instant(const PostingDocument *document)
{
	if (document->effective_at != DT_NOEND)
		return Min(document->effective_at, document->posted_at);

	/* compared as days: a date may be beyond all times */
	if (document->effective_on >= (document->posted_at + 8 * USECS_PER_HOUR) / USECS_PER_DAY)
		return document->posted_at;
	return ((TimestampTz) document->effective_on + 1) * USECS_PER_DAY - 8 * USECS_PER_HOUR;
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
