/*-------------------------------------------------------------------------
 *
 * holding.c
 *	  Reads holdings into memory and writes back what documents made of them.
 *
 * Callers hold the row lock of every account whose certificates they take
 * (posting.c), in an earlier statement, so what is read here cannot change
 * under READ COMMITTED; under snapshot isolation the UPDATE of a row that
 * another session changed raises 40001.  Either way nothing is spent twice.
 *
 * Everything is allocated in the caller's memory context.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "holding.h"
#include "plan.h"

/* The columns of a lot, in the order of lot_from_tuple. */
#define LOT_COLUMNS \
	"h.first_certificate, upper(h.certificates), h.account_id, h.transfer_id," \
	" h.state, h.route, h.trades, h.listing_id, h.order_id, h.order_ends_at," \
	" h.freeze_id, h.pending_id, h.region, h.source, h.valid_until"
#define LOT_NCOLUMNS	15

/*
 * Live lots of several accounts, each from its cursor on, oldest validity
 * first, then code.  The lateral form makes every account an index scan of
 * its own, whatever the planner knows of the table's size.
 */
static SavedPlan live_plan = {
	"SELECT " LOT_COLUMNS
	" FROM unnest($1, $2, $3) AS d(account_id, valid_until, first_certificate),"
	" LATERAL (SELECT * FROM certledger.holding AS h"
	"  WHERE h.account_id = d.account_id AND h.state < 'retired'"
	"   AND (h.valid_until, h.first_certificate) > (d.valid_until, d.first_certificate)"
	"  ORDER BY h.valid_until, h.first_certificate LIMIT $4) AS h",
	4, {PLAN_BIGINT_ARRAY, PLAN_DATE_ARRAY, PLAN_GEC_ARRAY, PLAN_BIGINT}
};

/* Every lot that may overlap the given ranges, whoever holds it. */
static SavedPlan ranges_plan = {
	"SELECT " LOT_COLUMNS
	" FROM unnest($1, $2) AS r(first, finish),"
	" LATERAL ((SELECT * FROM certledger.holding AS p"
	"   WHERE p.first_certificate <= r.first"
	"   ORDER BY p.first_certificate DESC LIMIT 1)"
	"  UNION ALL (SELECT * FROM certledger.holding AS n"
	"   WHERE n.first_certificate > r.first AND n.first_certificate < r.finish)) AS h",
	2, {PLAN_GEC_ARRAY, PLAN_GEC_ARRAY}
};

/* Whether a state subsidy is drawn, and the technology, by lot. */
static SavedPlan projects_plan = {
	"SELECT c.ordinality, p.subsidised, p.technology"
	" FROM unnest($1) WITH ORDINALITY AS c(first, ordinality)"
	" JOIN certledger.project AS p ON p.project_code = certledger.project_code(c.first)",
	1, {PLAN_GEC_ARRAY}
};

/* Day of issue, by lot. */
static SavedPlan issues_plan = {
	"SELECT c.ordinality,"
	" CASE l.document"
	"  WHEN 'issuance' THEN (SELECT d.effective_on FROM certledger.issuance AS d"
	"   WHERE d.issuance_id = l.document_id)"
	"  WHEN 'correction' THEN (SELECT d.effective_on FROM certledger.correction AS d"
	"   WHERE d.correction_id = l.document_id)"
	"  ELSE (SELECT d.effective_on FROM certledger.cancellation AS d"
	"   WHERE d.cancellation_id = l.document_id) END"
	" FROM unnest($1) WITH ORDINALITY AS c(first, ordinality)"
	" JOIN certledger.issuance_line AS l"
	"  ON l.project_code = certledger.project_code(c.first)"
	"   AND l.month = certledger.production_month(c.first)"
	"   AND l.certificates @> c.first",
	1, {PLAN_GEC_ARRAY}
};

/* The columns that a posting changes, in the order of Columns. */
#define PLACE_COLUMNS \
	"first_certificate, certificates, account_id, transfer_id, state, route, trades," \
	" listing_id, order_id, order_ends_at, freeze_id, pending_id"
#define PLACE_VALUES \
	"u.first, certledger.gecrange(u.first, u.finish), u.account_id, u.transfer_id," \
	" u.state, u.route, u.trades, u.listing_id, u.order_id, u.order_ends_at," \
	" u.freeze_id, u.pending_id"
#define PLACE_NAMES \
	"first, finish, account_id, transfer_id, state, route, trades, listing_id," \
	" order_id, order_ends_at, freeze_id, pending_id"
#define PLACE_TYPES \
	PLAN_GEC_ARRAY, PLAN_GEC_ARRAY, PLAN_BIGINT_ARRAY, PLAN_BIGINT_ARRAY, \
	PLAN_STATE_ARRAY, PLAN_ROUTE_ARRAY, PLAN_SMALLINT_ARRAY, PLAN_BIGINT_ARRAY, \
	PLAN_BIGINT_ARRAY, PLAN_TIMESTAMPTZ_ARRAY, PLAN_BIGINT_ARRAY, PLAN_BIGINT_ARRAY
#define PLACE_NCOLUMNS	12

static SavedPlan update_plan = {
	"UPDATE certledger.holding AS h SET (" PLACE_COLUMNS ") = ROW(" PLACE_VALUES ")"
	" FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
	"  AS u(" PLACE_NAMES ", row_key)"
	" WHERE h.first_certificate = u.row_key",
	13, {PLACE_TYPES, PLAN_GEC_ARRAY}
};

static SavedPlan insert_plan = {
	"INSERT INTO certledger.holding (" PLACE_COLUMNS ", region, source, valid_until)"
	" SELECT " PLACE_VALUES ", u.region, u.source, u.valid_until"
	" FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
	"  AS u(" PLACE_NAMES ", region, source, valid_until)",
	15, {PLACE_TYPES, PLAN_REGION_ARRAY, PLAN_SOURCE_ARRAY, PLAN_DATE_ARRAY}
};

static SavedPlan movement_plan = {
	"INSERT INTO certledger.movement (document, document_id, certificates,"
	"  from_account, from_state, from_route, to_account, to_state, to_route,"
	"  effective_on, posted_at)"
	" SELECT u.document, u.document_id, certledger.gecrange(u.first, u.finish),"
	"  u.from_account, u.from_state, u.from_route, u.to_account, u.to_state, u.to_route,"
	"  u.effective_on, u.posted_at"
	" FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
	"  AS u(document, document_id, first, finish, from_account, from_state, from_route,"
	"   to_account, to_state, to_route, effective_on, posted_at)",
	12, {PLAN_DOCUMENT_ARRAY, PLAN_BIGINT_ARRAY, PLAN_GEC_ARRAY, PLAN_GEC_ARRAY,
		 PLAN_BIGINT_ARRAY, PLAN_STATE_ARRAY, PLAN_ROUTE_ARRAY,
		 PLAN_BIGINT_ARRAY, PLAN_STATE_ARRAY, PLAN_ROUTE_ARRAY,
		 PLAN_DATE_ARRAY, PLAN_TIMESTAMPTZ_ARRAY}
};

/* A column that grows row by row and becomes an array parameter. */
typedef struct Column
{
	Datum	   *values;
	bool	   *nulls;
	int			n;
} Column;

static Column
column_make(int capacity)
{
	Column		column;

	column.values = palloc_array(Datum, capacity);
	column.nulls = palloc0_array(bool, capacity);
	column.n = 0;
	return column;
}

static inline void
column_add(Column *column, Datum value)
{
	column->values[column->n++] = value;
}

/* Adds a value that may be NULL. */
static inline void
column_add_nullable(Column *column, Datum value, bool isnull)
{
	column->nulls[column->n] = isnull;
	column->values[column->n++] = value;
}

/* Adds a number that is NULL when it is zero. */
static inline void
column_add_id(Column *column, int64 id)
{
	column_add_nullable(column, Int64GetDatum(id), id == 0);
}

/* The column as an array of by-value elements. */
static Datum
column_array(Column *column, Oid type, int length, char align)
{
	int			lower = 1;

	return PointerGetDatum(construct_md_array(column->values, column->nulls, 1,
											  &column->n, &lower, type,
											  length, true, align));
}

static Datum
bigint_array(Column *column)
{
	return column_array(column, INT8OID, sizeof(int64), TYPALIGN_DOUBLE);
}

static Datum
timestamp_array(Column *column)
{
	return column_array(column, TIMESTAMPTZOID, sizeof(TimestampTz), TYPALIGN_DOUBLE);
}

static Datum
date_array(Column *column)
{
	return column_array(column, DATEOID, sizeof(DateADT), TYPALIGN_INT);
}

static Datum
oid_sized_array(Column *column, Oid type)
{
	return column_array(column, type, sizeof(Oid), TYPALIGN_INT);
}

static Datum
gec_array(Column *column)
{
	return PointerGetDatum(construct_array(column->values, column->n,
										   vocabulary_get()->gec, sizeof(gec),
										   false, TYPALIGN_DOUBLE));
}

/*
 * The state of certificates that are live, by what lies on top.
 */
HoldingState
place_state(const Place *place)
{
	if (place->freeze_id != 0 || place->pending_id != 0)
		return STATE_FROZEN;
	if (place->order_id != 0)
		return STATE_LOCKED;
	if (place->listing_id != 0)
		return STATE_LISTED;
	return place->route == ROUTE_PRODUCTION ? STATE_ISSUED : STATE_TRANSFERRED;
}

/*
 * Makes a lot of the current SPI result's row.
 */
static Lot *
lot_from_tuple(HeapTuple tuple, TupleDesc desc)
{
	const Vocabulary *v = vocabulary_get();
	Lot		   *lot = palloc0_object(Lot);
	Place	   *place = &lot->place;
	Datum		values[LOT_NCOLUMNS];
	bool		nulls[LOT_NCOLUMNS];

	heap_deform_tuple(tuple, desc, values, nulls);
	lot->first = *DatumGetGecP(values[0]);
	lot->end = *DatumGetGecP(values[1]);
	lot->front = lot->first;
	place->account_id = DatumGetInt64(values[2]);
	place->transfer_id = nulls[3] ? 0 : DatumGetInt64(values[3]);
	place->state = (HoldingState) word_of_oid(&v->state, DatumGetObjectId(values[4]));
	place->route = (Route) word_of_oid(&v->route, DatumGetObjectId(values[5]));
	place->trades = DatumGetInt16(values[6]);
	place->listing_id = nulls[7] ? 0 : DatumGetInt64(values[7]);
	place->order_id = nulls[8] ? 0 : DatumGetInt64(values[8]);
	place->order_ends_at = nulls[9] ? 0 : DatumGetTimestampTz(values[9]);
	place->freeze_id = nulls[10] ? 0 : DatumGetInt64(values[10]);
	place->pending_id = nulls[11] ? 0 : DatumGetInt64(values[11]);
	lot->region = DatumGetInt32(values[12]);
	lot->source = DatumGetObjectId(values[13]);
	lot->valid_until = DatumGetDateADT(values[14]);
	return lot;
}

/*
 * Makes lots of all rows of the current SPI result and frees it.
 */
static uint64
lots_from_result(uint64 nrows, Lot ***lots)
{
	SPITupleTable *table = SPI_tuptable;

	*lots = palloc_array(Lot *, nrows + 1);
	for (uint64 i = 0; i < nrows; i++)
	{
		CHECK_FOR_INTERRUPTS();
		(*lots)[i] = lot_from_tuple(table->vals[i], table->tupdesc);
	}
	SPI_freetuptable(table);
	return nrows;
}

/*
 * Reads up to limit live lots of each cursor's account, beyond the cursor.
 * Lots of one account come in order; returns how many lots there are.
 */
uint64
holding_load_live(const LotCursor *cursors, int ncursors, int limit,
				  Lot ***lots)
{
	Column		accounts = column_make(ncursors);
	Column		dates = column_make(ncursors);
	Column		firsts = column_make(ncursors);
	Datum		values[4];

	for (int i = 0; i < ncursors; i++)
	{
		column_add(&accounts, Int64GetDatum(cursors[i].account_id));
		column_add(&dates, DateADTGetDatum(cursors[i].valid_until));
		column_add(&firsts, GecPGetDatum(&cursors[i].first));
	}
	values[0] = bigint_array(&accounts);
	values[1] = date_array(&dates);
	values[2] = gec_array(&firsts);
	values[3] = Int64GetDatum(limit);
	return lots_from_result(plan_execute(&live_plan, values, NULL, SPI_OK_SELECT), lots);
}

/*
 * Reads every lot that may overlap one of the ranges.  Lots come in no order,
 * some twice, some that only touch; returns how many there are.
 */
uint64
holding_load_ranges(const gec *firsts, const gec *ends, int nranges,
					Lot ***lots)
{
	Column		first_column = column_make(nranges);
	Column		end_column = column_make(nranges);
	Datum		values[2];

	for (int i = 0; i < nranges; i++)
	{
		column_add(&first_column, GecPGetDatum(&firsts[i]));
		column_add(&end_column, GecPGetDatum(&ends[i]));
	}
	values[0] = gec_array(&first_column);
	values[1] = gec_array(&end_column);
	return lots_from_result(plan_execute(&ranges_plan, values, NULL, SPI_OK_SELECT), lots);
}

/*
 * The first certificates of lots as an array parameter.
 */
static Datum
lots_array(Lot **lots, uint64 nlots)
{
	Column		firsts = column_make(nlots);

	for (uint64 i = 0; i < nlots; i++)
		column_add(&firsts, GecPGetDatum(&lots[i]->first));
	return gec_array(&firsts);
}

/*
 * Fills in what documents ask of the lots' projects: subsidy and technology.
 */
void
holding_add_projects(Lot **lots, uint64 nlots)
{
	Datum		firsts = lots_array(lots, nlots);
	uint64		nrows = plan_execute(&projects_plan, &firsts, NULL, SPI_OK_SELECT);

	for (uint64 i = 0; i < nrows; i++)
	{
		HeapTuple	tuple = SPI_tuptable->vals[i];
		TupleDesc	desc = SPI_tuptable->tupdesc;
		bool		isnull;
		Lot		   *lot = lots[DatumGetInt64(SPI_getbinval(tuple, desc, 1, &isnull)) - 1];
		Datum		technology;

		lot->subsidised = DatumGetBool(SPI_getbinval(tuple, desc, 2, &isnull));
		technology = SPI_getbinval(tuple, desc, 3, &isnull);
		lot->technology = isnull ? NULL : TextDatumGetCString(technology);
	}
	SPI_freetuptable(SPI_tuptable);
}

/*
 * Fills in the day on which the lots were issued.
 */
void
holding_add_issues(Lot **lots, uint64 nlots)
{
	Datum		firsts = lots_array(lots, nlots);
	uint64		nrows = plan_execute(&issues_plan, &firsts, NULL, SPI_OK_SELECT);

	for (uint64 i = 0; i < nrows; i++)
	{
		HeapTuple	tuple = SPI_tuptable->vals[i];
		TupleDesc	desc = SPI_tuptable->tupdesc;
		bool		isnull;
		Lot		   *lot = lots[DatumGetInt64(SPI_getbinval(tuple, desc, 1, &isnull)) - 1];

		lot->issued_on = DatumGetDateADT(SPI_getbinval(tuple, desc, 2, &isnull));
		if (isnull)
			elog(ERROR, "issue of certificates has no document");
	}
	SPI_freetuptable(SPI_tuptable);
}

static int
compare_pieces_by_lot(const void *a, const void *b)
{
	const Piece *left = *(Piece *const *) a;
	const Piece *right = *(Piece *const *) b;
	int			order = gec_cmp(&left->lot->first, &right->lot->first);

	return order != 0 ? order : gec_cmp(&left->first, &right->first);
}

static int
compare_pieces_by_document(const void *a, const void *b)
{
	const Piece *left = a;
	const Piece *right = b;

	if (left->document != right->document)
		return left->document < right->document ? -1 : 1;
	return gec_cmp(&left->first, &right->first);
}

/* Columns of PLACE_COLUMNS. */
typedef struct PlaceColumns
{
	Column		first;
	Column		end;
	Column		account_id;
	Column		transfer_id;
	Column		state;
	Column		route;
	Column		trades;
	Column		listing_id;
	Column		order_id;
	Column		order_ends_at;
	Column		freeze_id;
	Column		pending_id;
} PlaceColumns;

static void
place_columns_make(PlaceColumns *columns, int capacity)
{
	Column	   *column = (Column *) columns;

	StaticAssertStmt(sizeof(PlaceColumns) == PLACE_NCOLUMNS * sizeof(Column),
					 "a column for each of PLACE_COLUMNS");
	for (int i = 0; i < PLACE_NCOLUMNS; i++)
		column[i] = column_make(capacity);
}

static void
place_columns_add(PlaceColumns *columns, gec *first, gec *end, const Place *place)
{
	const Vocabulary *v = vocabulary_get();

	column_add(&columns->first, GecPGetDatum(first));
	column_add(&columns->end, GecPGetDatum(end));
	column_add(&columns->account_id, Int64GetDatum(place->account_id));
	column_add_id(&columns->transfer_id, place->transfer_id);
	column_add(&columns->state, ObjectIdGetDatum(v->state.oids[place->state]));
	column_add(&columns->route, ObjectIdGetDatum(v->route.oids[place->route]));
	column_add(&columns->trades, Int16GetDatum(place->trades));
	column_add_id(&columns->listing_id, place->listing_id);
	column_add_id(&columns->order_id, place->order_id);
	column_add_nullable(&columns->order_ends_at, TimestampTzGetDatum(place->order_ends_at),
						place->order_id == 0);
	column_add_id(&columns->freeze_id, place->freeze_id);
	column_add_id(&columns->pending_id, place->pending_id);
}

/* The columns as parameters, in the order of PLACE_TYPES. */
static void
place_columns_arrays(PlaceColumns *columns, Datum *values)
{
	const Vocabulary *v = vocabulary_get();

	*values++ = gec_array(&columns->first);
	*values++ = gec_array(&columns->end);
	*values++ = bigint_array(&columns->account_id);
	*values++ = bigint_array(&columns->transfer_id);
	*values++ = oid_sized_array(&columns->state, v->state.type);
	*values++ = oid_sized_array(&columns->route, v->route.type);
	*values++ = column_array(&columns->trades, INT2OID, sizeof(int16), TYPALIGN_SHORT);
	*values++ = bigint_array(&columns->listing_id);
	*values++ = bigint_array(&columns->order_id);
	*values++ = timestamp_array(&columns->order_ends_at);
	*values++ = bigint_array(&columns->freeze_id);
	*values++ = bigint_array(&columns->pending_id);
}

/* Rows to change and rows to add in table holding. */
typedef struct HoldingChange
{
	PlaceColumns changed;
	Column		row_key;
	PlaceColumns added;
	Column		region;
	Column		source;
	Column		valid_until;
} HoldingChange;

/*
 * Notes what a part of a lot becomes.  The first part noted keeps the lot's
 * row (*row_kept), the others become rows of their own.
 */
static void
change_add(HoldingChange *change, Lot *lot, bool *row_kept, gec *first,
		   gec *end, const Place *place)
{
	if (*row_kept)
	{
		place_columns_add(&change->added, first, end, place);
		column_add(&change->region, Int32GetDatum(lot->region));
		column_add(&change->source, ObjectIdGetDatum(lot->source));
		column_add(&change->valid_until, DateADTGetDatum(lot->valid_until));
	}
	else
	{
		place_columns_add(&change->changed, first, end, place);
		column_add(&change->row_key, GecPGetDatum(&lot->first));
	}
	*row_kept = true;
}

/*
 * Notes what becomes of one lot, given its pieces in order.  What no piece
 * took stays with the holder, and the first such remainder keeps the row, so
 * that a seller's stock is one row however often it is sold from.
 */
static void
change_lot(HoldingChange *change, Piece **pieces, int npieces)
{
	Lot		   *lot = pieces[0]->lot;
	bool		row_kept = false;
	gec		   *from = &lot->first;

	for (int i = 0; i <= npieces; i++)
	{
		gec		   *to = i < npieces ? &pieces[i]->first : &lot->end;

		Assert(gec_cmp(from, to) <= 0);
		if (!gec_equal(from, to))
			change_add(change, lot, &row_kept, from, to, &lot->place);
		if (i < npieces)
			from = &pieces[i]->end;
	}
	for (int i = 0; i < npieces; i++)
		change_add(change, lot, &row_kept, &pieces[i]->first, &pieces[i]->end,
				   &pieces[i]->to);
}

/*
 * Executes a statement that writes a known number of rows; any other number
 * means that something else had a hand in it, and nothing may be lost.
 */
static void
write_rows(SavedPlan *plan, Datum *values, int expected, uint64 nrows)
{
	uint64		written = plan_execute(plan, values, NULL, expected);

	if (written != nrows)
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("holdings changed while they were being posted"),
				 errdetail(UINT64_FORMAT " rows were to be written, and " UINT64_FORMAT " were.",
						   nrows, written),
				 errhint("Repeat the transaction; if it fails again, look for triggers and rules on the tables of the ledger.")));
}

/*
 * Writes the changed holdings: first the rows that stay, then the new ones,
 * whose first certificates may be keys that the former gave up.
 */
static void
write_holdings(Piece *pieces, int npieces)
{
	const Vocabulary *v = vocabulary_get();
	Piece	  **by_lot = palloc_array(Piece *, npieces);
	HoldingChange change;
	Datum		values[PLAN_MAX_PARAMETERS];

	/* a lot of n pieces has at most n + 1 remainders */
	place_columns_make(&change.changed, npieces);
	change.row_key = column_make(npieces);
	place_columns_make(&change.added, 2 * npieces);
	change.region = column_make(2 * npieces);
	change.source = column_make(2 * npieces);
	change.valid_until = column_make(2 * npieces);

	for (int i = 0; i < npieces; i++)
		by_lot[i] = &pieces[i];
	qsort(by_lot, npieces, sizeof(Piece *), compare_pieces_by_lot);
	for (int start = 0, next; start < npieces; start = next)
	{
		for (next = start + 1; next < npieces; next++)
			if (by_lot[next]->lot != by_lot[start]->lot)
				break;
		change_lot(&change, by_lot + start, next - start);
	}

	place_columns_arrays(&change.changed, values);
	values[PLACE_NCOLUMNS] = gec_array(&change.row_key);
	write_rows(&update_plan, values, SPI_OK_UPDATE, change.row_key.n);

	if (change.region.n == 0)
		return;
	place_columns_arrays(&change.added, values);
	values[PLACE_NCOLUMNS] = oid_sized_array(&change.region, v->region);
	values[PLACE_NCOLUMNS + 1] = column_array(&change.source,
											  get_element_type(v->source_array),
											  sizeof(Oid), TYPALIGN_INT);
	values[PLACE_NCOLUMNS + 2] = date_array(&change.valid_until);
	write_rows(&insert_plan, values, SPI_OK_INSERT, change.region.n);
}

/* Columns of movement_plan. */
typedef struct MovementColumns
{
	Column		document;
	Column		document_id;
	Column		first;
	Column		end;
	Column		from_account;
	Column		from_state;
	Column		from_route;
	Column		to_account;
	Column		to_state;
	Column		to_route;
	Column		effective_on;
	Column		posted_at;
} MovementColumns;

static void
movement_add(MovementColumns *columns, DocumentKind kind, int64 document_id,
			 Piece *piece, HoldingState from_state, int64 to_account,
			 HoldingState to_state, Route to_route, DateADT effective_on)
{
	const Vocabulary *v = vocabulary_get();
	const Place *from = &piece->lot->place;

	column_add(&columns->document, ObjectIdGetDatum(v->document.oids[kind]));
	column_add(&columns->document_id, Int64GetDatum(document_id));
	column_add(&columns->first, GecPGetDatum(&piece->first));
	column_add(&columns->end, GecPGetDatum(&piece->end));
	column_add(&columns->from_account, Int64GetDatum(from->account_id));
	column_add(&columns->from_state, ObjectIdGetDatum(v->state.oids[from_state]));
	column_add(&columns->from_route, ObjectIdGetDatum(v->route.oids[from->route]));
	column_add(&columns->to_account, Int64GetDatum(to_account));
	column_add(&columns->to_state, ObjectIdGetDatum(v->state.oids[to_state]));
	column_add(&columns->to_route, ObjectIdGetDatum(v->route.oids[to_route]));
	column_add(&columns->effective_on, DateADTGetDatum(effective_on));
	column_add(&columns->posted_at, TimestampTzGetDatum(piece->posted_at));
}

/*
 * Day of a time in China's civil calendar (UTC+8).
 */
static DateADT
day_of(TimestampTz time)
{
	TimestampTz local = time + 8 * USECS_PER_HOUR;
	int64		day = local / USECS_PER_DAY;

	return (DateADT) (local % USECS_PER_DAY < 0 ? day - 1 : day);
}

/*
 * Appends the movement lines, in the order of the documents.  Certificates
 * whose order has ended are first given back to their listing, on the day of
 * that end: nobody had looked at them since (state table, row #5).
 */
static void
write_movements(DocumentKind kind, Piece *pieces, int npieces)
{
	const Vocabulary *v = vocabulary_get();
	MovementColumns columns;
	Column	   *column = (Column *) &columns;
	Datum		values[12];

	StaticAssertStmt(sizeof(MovementColumns) == 12 * sizeof(Column),
					 "a column for each parameter");
	qsort(pieces, npieces, sizeof(Piece), compare_pieces_by_document);
	for (int i = 0; i < 12; i++)
		column[i] = column_make(2 * npieces);
	for (int i = 0; i < npieces; i++)
	{
		Piece	   *piece = &pieces[i];
		const Place *from = &piece->lot->place;

		if (piece->ends_order)
			movement_add(&columns, DOCUMENT_HOLD, from->order_id, piece, STATE_LOCKED,
						 from->account_id, STATE_LISTED, from->route,
						 day_of(from->order_ends_at));
		movement_add(&columns, kind, piece->document_id, piece,
					 piece->ends_order ? STATE_LISTED : from->state,
					 piece->to.account_id, piece->to.state, piece->to.route,
					 piece->effective_on);
	}
	values[0] = oid_sized_array(&columns.document, v->document.type);
	values[1] = bigint_array(&columns.document_id);
	values[2] = gec_array(&columns.first);
	values[3] = gec_array(&columns.end);
	values[4] = bigint_array(&columns.from_account);
	values[5] = oid_sized_array(&columns.from_state, v->state.type);
	values[6] = oid_sized_array(&columns.from_route, v->route.type);
	values[7] = bigint_array(&columns.to_account);
	values[8] = oid_sized_array(&columns.to_state, v->state.type);
	values[9] = oid_sized_array(&columns.to_route, v->route.type);
	values[10] = date_array(&columns.effective_on);
	values[11] = timestamp_array(&columns.posted_at);
	write_rows(&movement_plan, values, SPI_OK_INSERT, columns.document.n);
}

/*
 * Writes what the pieces of a chunk make of their lots, and the movement
 * lines that say so.  Sorts pieces by document.
 */
void
holding_apply(DocumentKind kind, Piece *pieces, int npieces)
{
	if (npieces == 0)
		return;
	write_holdings(pieces, npieces);
	write_movements(kind, pieces, npieces);
}
