/*-------------------------------------------------------------------------
 *
 * holding_write.c
 *	  Writes what documents made of holdings, and the movements that say so.
 *
 * Callers hold the row lock of every account whose certificates they take
 * (posting.c), in an earlier statement, so what was read cannot change under
 * READ COMMITTED; under snapshot isolation the UPDATE of a row that another
 * session changed raises 40001.  Either way nothing is spent twice.
 *
 * Rows are written directly where the tables are as the ledger laid them out,
 * and by statements where their owner added what only the executor sees to.
 *
 * Everything is allocated in the caller's memory context.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "array_column.h"
#include "china_day.h"
#include "holding.h"
#include "plan.h"

/* The columns that a posting changes, in the order of PlaceColumns. */
#define PLACE_COLUMNS \
	"certificates, account_id, transfer_id, state, route, trades," \
	" listing_id, order_id, order_ends_at, freeze_id, pending_id"
#define PLACE_VALUES \
	"certledger.gecrange(u.first, u.finish), u.account_id, u.transfer_id," \
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
	" WHERE h.last_certificate = u.row_key",
	13, {PLACE_TYPES, PLAN_GEC_ARRAY}
};

static SavedPlan insert_plan = {
	"INSERT INTO certledger.holding (last_certificate, " PLACE_COLUMNS ","
	"  region, source, valid_until)"
	" SELECT u.finish - 1, " PLACE_VALUES ", u.region, u.source, u.valid_until"
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

/* Table movement, its columns in the order of MovementColumn. */
typedef enum MovementColumn
{
	MOVEMENT_ID,
	MOVEMENT_DOCUMENT,
	MOVEMENT_DOCUMENT_ID,
	MOVEMENT_CERTIFICATES,
	MOVEMENT_FROM_ACCOUNT,
	MOVEMENT_FROM_STATE,
	MOVEMENT_FROM_ROUTE,
	MOVEMENT_TO_ACCOUNT,
	MOVEMENT_TO_STATE,
	MOVEMENT_TO_ROUTE,
	MOVEMENT_EFFECTIVE_ON,
	MOVEMENT_POSTED_AT,
	MOVEMENT_NCOLUMNS
} MovementColumn;

static const DirectDefinition movement_table = {
	.table_name = "movement",
	.rights = ACL_INSERT,
	.written = true,
	.numbered = true,
	.ncolumns = MOVEMENT_NCOLUMNS,
	.columns = {
		[MOVEMENT_ID] = {"movement_id", INT8OID},
		[MOVEMENT_DOCUMENT] = {"document", InvalidOid, "document_kind"},
		[MOVEMENT_DOCUMENT_ID] = {"document_id", INT8OID},
		[MOVEMENT_CERTIFICATES] = {"certificates", InvalidOid, "gecrange"},
		[MOVEMENT_FROM_ACCOUNT] = {"from_account", INT8OID},
		[MOVEMENT_FROM_STATE] = {"from_state", InvalidOid, "holding_state"},
		[MOVEMENT_FROM_ROUTE] = {"from_route", InvalidOid, "route"},
		[MOVEMENT_TO_ACCOUNT] = {"to_account", INT8OID},
		[MOVEMENT_TO_STATE] = {"to_state", InvalidOid, "holding_state"},
		[MOVEMENT_TO_ROUTE] = {"to_route", InvalidOid, "route"},
		[MOVEMENT_EFFECTIVE_ON] = {"effective_on", DATEOID},
		[MOVEMENT_POSTED_AT] = {"posted_at", TIMESTAMPTZOID}
	}
};

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

/* A row of table holding as it is to be: part of a lot at a place. */
typedef struct HoldingRow
{
	Lot		   *lot;
	const gec  *first;
	const gec  *end;
	gec			last;			/* its key */
	const Place *place;
} HoldingRow;

/* Rows of lots that change, one for each lot, and rows that are new. */
typedef struct HoldingChange
{
	HoldingRow *changed;
	int			nchanged;
	HoldingRow *added;
	int			nadded;
} HoldingChange;

/*
 * Notes what a part of a lot becomes.  The part that has the lot's last
 * certificate keeps its row, the others become rows of their own; so the key
 * of a row never changes, and no two rows ever contend for one.
 */
static void
change_add(HoldingChange *change, Lot *lot, const gec *first, const gec *end,
		   const Place *place)
{
	HoldingRow *row = gec_equal(end, &lot->end) ? &change->changed[change->nchanged++] :
		&change->added[change->nadded++];

	row->lot = lot;
	row->first = first;
	row->end = end;
	row->last = gec_last_before(end);
	row->place = place;
}

/*
 * Notes what becomes of one lot, given its pieces in order.  What no piece
 * took stays with the holder.  Certificates are sold from the front, so a
 * seller's stock is one row however often it is sold from, of which no
 * indexed column changes: its new version needs no index entry.
 */
static void
change_lot(HoldingChange *change, Piece **pieces, int npieces)
{
	Lot		   *lot = pieces[0]->lot;
	gec		   *from = &lot->first;

	for (int i = 0; i <= npieces; i++)
	{
		gec		   *to = i < npieces ? &pieces[i]->first : &lot->end;

		Assert(gec_cmp(from, to) <= 0);
		if (!gec_equal(from, to))
			change_add(change, lot, from, to, &lot->place);
		if (i < npieces)
			from = &pieces[i]->end;
	}
	for (int i = 0; i < npieces; i++)
		change_add(change, lot, &pieces[i]->first, &pieces[i]->end, &pieces[i]->to);
}

/*
 * Rows were written that should not be, or were not that should: something
 * else had a hand in it, and nothing may be lost.
 */
static void
check_written(uint64 expected, uint64 written)
{
	if (written != expected)
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("holdings changed while they were being posted"),
				 errdetail(UINT64_FORMAT " rows were to be written, and " UINT64_FORMAT " were.",
						   expected, written),
				 errhint("Repeat the transaction; if it fails again, look for triggers and rules on the tables of the ledger.")));
}

/*
 * The type of ranges of certificates.
 */
static TypeCacheEntry *
range_type(void)
{
	return lookup_type_cache(vocabulary_get()->gecrange, TYPECACHE_RANGE_INFO);
}

/*
 * The columns of a row of table holding.
 */
static void
holding_values(const HoldingRow *row, TypeCacheEntry *typcache, Datum *values, bool *nulls)
{
	const Vocabulary *v = vocabulary_get();
	const Place *place = row->place;

	memset(nulls, 0, sizeof(bool) * HOLDING_NCOLUMNS);
#define ID(column, id) (values[column] = Int64GetDatum(id), nulls[column] = (id) == 0)
	values[HOLDING_LAST_CERTIFICATE] = GecPGetDatum(&row->last);
	values[HOLDING_CERTIFICATES] = RangeTypePGetDatum(gecrange_make(typcache, row->first, row->end));
	values[HOLDING_ACCOUNT_ID] = Int64GetDatum(place->account_id);
	values[HOLDING_STATE] = ObjectIdGetDatum(v->state.oids[place->state]);
	values[HOLDING_ROUTE] = ObjectIdGetDatum(v->route.oids[place->route]);
	ID(HOLDING_TRANSFER_ID, place->transfer_id);
	values[HOLDING_TRADES] = Int16GetDatum(place->trades);
	ID(HOLDING_LISTING_ID, place->listing_id);
	ID(HOLDING_ORDER_ID, place->order_id);
	values[HOLDING_ORDER_ENDS_AT] = TimestampTzGetDatum(place->order_ends_at);
	nulls[HOLDING_ORDER_ENDS_AT] = place->order_id == 0;
	ID(HOLDING_FREEZE_ID, place->freeze_id);
	ID(HOLDING_PENDING_ID, place->pending_id);
	values[HOLDING_REGION] = Int32GetDatum(row->lot->region);
	values[HOLDING_SOURCE] = ObjectIdGetDatum(row->lot->source);
	values[HOLDING_VALID_UNTIL] = DateADTGetDatum(row->lot->valid_until);
#undef ID
}

/*
 * Writes holdings directly: first the rows that stay, then the new ones.
 */
static void
put_holdings(DirectTable *table, const HoldingChange *change)
{
	TypeCacheEntry *typcache = range_type();
	Datum		values[HOLDING_NCOLUMNS];
	bool		nulls[HOLDING_NCOLUMNS];

	direct_snapshot_push();
	for (int i = 0; i < change->nchanged; i++)
	{
		CHECK_FOR_INTERRUPTS();
		holding_values(&change->changed[i], typcache, values, nulls);
		if (!direct_update(table, &change->changed[i].lot->tid, values, nulls))
			check_written(change->nchanged, i);
	}
	for (int i = 0; i < change->nadded; i++)
	{
		CHECK_FOR_INTERRUPTS();
		holding_values(&change->added[i], typcache, values, nulls);
		direct_insert(table, values, nulls);
	}
	direct_close(table);
	direct_snapshot_pop();
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
place_columns_add(PlaceColumns *columns, const gec *first, const gec *end,
				  const Place *place)
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

/* The columns of rows, those of PLACE_TYPES as parameters. */
static void
rows_arrays(const HoldingRow *rows, int nrows, Datum *values)
{
	PlaceColumns columns;

	place_columns_make(&columns, nrows);
	for (int i = 0; i < nrows; i++)
		place_columns_add(&columns, rows[i].first, rows[i].end, rows[i].place);
	place_columns_arrays(&columns, values);
}

/*
 * Writes holdings by statements, in the same order.
 */
static void
execute_holdings(const HoldingChange *change)
{
	const Vocabulary *v = vocabulary_get();
	Column		keys = column_make(change->nchanged);
	Column		regions = column_make(change->nadded);
	Column		sources = column_make(change->nadded);
	Column		days = column_make(change->nadded);
	Datum		values[PLAN_MAX_PARAMETERS];

	for (int i = 0; i < change->nchanged; i++)
		column_add(&keys, GecPGetDatum(&change->changed[i].last));
	rows_arrays(change->changed, change->nchanged, values);
	values[PLACE_NCOLUMNS] = gec_array(&keys);
	check_written(change->nchanged, plan_execute(&update_plan, values, NULL, SPI_OK_UPDATE));

	if (change->nadded == 0)
		return;
	for (int i = 0; i < change->nadded; i++)
	{
		Lot		   *lot = change->added[i].lot;

		column_add(&regions, Int32GetDatum(lot->region));
		column_add(&sources, ObjectIdGetDatum(lot->source));
		column_add(&days, DateADTGetDatum(lot->valid_until));
	}
	rows_arrays(change->added, change->nadded, values);
	values[PLACE_NCOLUMNS] = oid_sized_array(&regions, v->region);
	values[PLACE_NCOLUMNS + 1] = column_array(&sources, get_element_type(v->source_array),
											  sizeof(Oid), TYPALIGN_INT);
	values[PLACE_NCOLUMNS + 2] = date_array(&days);
	check_written(change->nadded, plan_execute(&insert_plan, values, NULL, SPI_OK_INSERT));
}

/*
 * Writes the changed holdings.
 */
static void
write_holdings(Piece *pieces, int npieces)
{
	Piece	  **by_lot = palloc_array(Piece *, npieces);
	HoldingChange change = {0};
	bool		read_directly = true;
	DirectTable *table;

	/* a lot of n pieces has at most n + 1 remainders */
	change.changed = palloc_array(HoldingRow, npieces);
	change.added = palloc_array(HoldingRow, 2 * npieces);
	for (int i = 0; i < npieces; i++)
	{
		by_lot[i] = &pieces[i];
		read_directly &= ItemPointerIsValid(&pieces[i].lot->tid);
	}
	qsort(by_lot, npieces, sizeof(Piece *), compare_pieces_by_lot);
	for (int start = 0, next; start < npieces; start = next)
	{
		for (next = start + 1; next < npieces; next++)
			if (by_lot[next]->lot != by_lot[start]->lot)
				break;
		change_lot(&change, by_lot + start, next - start);
	}
	table = read_directly ? direct_open(&holding_table, RowExclusiveLock) : NULL;
	if (table != NULL)
		put_holdings(table, &change);
	else
		execute_holdings(&change);
}

/* A row of table movement as it is to be. */
typedef struct MovementRow
{
	DocumentKind document;
	int64		document_id;
	const Piece *piece;
	HoldingState from_state;
	int64		to_account;
	HoldingState to_state;
	Route		to_route;
	DateADT		effective_on;
} MovementRow;

/* Who is to be told of the movements, see holding_watch(). */
static MovementWatch *watch = NULL;

/*
 * Notes the movements of one kind of documents from now on, for whoever wants
 * to tell what a document did without reading it back; NULL ends it.  Returns
 * what was told before.
 */
MovementWatch *
holding_watch(MovementWatch *next)
{
	MovementWatch *former = watch;

	watch = next;
	return former;
}

/*
 * Tells the movements that are being written.
 */
static void
tell_movements(const MovementRow *rows, int nrows)
{
	MemoryContext old;

	if (watch == NULL)
		return;
	old = MemoryContextSwitchTo(watch->context);
	for (int i = 0; i < nrows; i++)
	{
		const MovementRow *row = &rows[i];
		Movement   *movement;

		if (row->document != watch->document)
			continue;
		movement = palloc_object(Movement);
		movement->document_id = row->document_id;
		movement->first = row->piece->first;
		movement->end = row->piece->end;
		movement->from_account = row->piece->lot->place.account_id;
		movement->from_state = row->from_state;
		movement->to_account = row->to_account;
		movement->to_state = row->to_state;
		movement->to_route = row->to_route;
		watch->movements = lappend(watch->movements, movement);
	}
	MemoryContextSwitchTo(old);
}

/*
 * Appends movements directly.
 */
static void
put_movements(DirectTable *table, const MovementRow *rows, int nrows)
{
	const Vocabulary *v = vocabulary_get();
	TypeCacheEntry *typcache = range_type();
	Datum		values[MOVEMENT_NCOLUMNS];
	bool		nulls[MOVEMENT_NCOLUMNS] = {0};

	direct_snapshot_push();
	for (int i = 0; i < nrows; i++)
	{
		const MovementRow *row = &rows[i];
		const Place *from = &row->piece->lot->place;

		CHECK_FOR_INTERRUPTS();
		values[MOVEMENT_ID] = (Datum) 0;	/* numbered by the table */
		values[MOVEMENT_DOCUMENT] = ObjectIdGetDatum(v->document.oids[row->document]);
		values[MOVEMENT_DOCUMENT_ID] = Int64GetDatum(row->document_id);
		values[MOVEMENT_CERTIFICATES] =
			RangeTypePGetDatum(gecrange_make(typcache, &row->piece->first, &row->piece->end));
		values[MOVEMENT_FROM_ACCOUNT] = Int64GetDatum(from->account_id);
		values[MOVEMENT_FROM_STATE] = ObjectIdGetDatum(v->state.oids[row->from_state]);
		values[MOVEMENT_FROM_ROUTE] = ObjectIdGetDatum(v->route.oids[from->route]);
		values[MOVEMENT_TO_ACCOUNT] = Int64GetDatum(row->to_account);
		values[MOVEMENT_TO_STATE] = ObjectIdGetDatum(v->state.oids[row->to_state]);
		values[MOVEMENT_TO_ROUTE] = ObjectIdGetDatum(v->route.oids[row->to_route]);
		values[MOVEMENT_EFFECTIVE_ON] = DateADTGetDatum(row->effective_on);
		values[MOVEMENT_POSTED_AT] = TimestampTzGetDatum(row->piece->posted_at);
		direct_insert(table, values, nulls);
	}
	direct_close(table);
	direct_snapshot_pop();
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

/*
 * Appends movements by a statement.
 */
static void
execute_movements(const MovementRow *rows, int nrows)
{
	const Vocabulary *v = vocabulary_get();
	MovementColumns columns;
	Column	   *column = (Column *) &columns;
	Datum		values[12];

	StaticAssertStmt(sizeof(MovementColumns) == 12 * sizeof(Column),
					 "a column for each parameter");
	for (int i = 0; i < 12; i++)
		column[i] = column_make(nrows);
	for (int i = 0; i < nrows; i++)
	{
		const MovementRow *row = &rows[i];
		const Place *from = &row->piece->lot->place;

		column_add(&columns.document, ObjectIdGetDatum(v->document.oids[row->document]));
		column_add(&columns.document_id, Int64GetDatum(row->document_id));
		column_add(&columns.first, GecPGetDatum(&row->piece->first));
		column_add(&columns.end, GecPGetDatum(&row->piece->end));
		column_add(&columns.from_account, Int64GetDatum(from->account_id));
		column_add(&columns.from_state, ObjectIdGetDatum(v->state.oids[row->from_state]));
		column_add(&columns.from_route, ObjectIdGetDatum(v->route.oids[from->route]));
		column_add(&columns.to_account, Int64GetDatum(row->to_account));
		column_add(&columns.to_state, ObjectIdGetDatum(v->state.oids[row->to_state]));
		column_add(&columns.to_route, ObjectIdGetDatum(v->route.oids[row->to_route]));
		column_add(&columns.effective_on, DateADTGetDatum(row->effective_on));
		column_add(&columns.posted_at, TimestampTzGetDatum(row->piece->posted_at));
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
	check_written(nrows, plan_execute(&movement_plan, values, NULL, SPI_OK_INSERT));
}

/*
 * Appends the movement lines, in the order of the documents.  Certificates
 * whose order has ended are first given back to their listing, on the day of
 * that end: nobody had looked at them since (state table, row #5).
 */
static void
write_movements(DocumentKind kind, Piece *pieces, int npieces)
{
	MovementRow *rows = palloc_array(MovementRow, 2 * npieces);
	int			nrows = 0;
	bool		one_time = true;
	DirectTable *table;

	qsort(pieces, npieces, sizeof(Piece), compare_pieces_by_document);
	for (int i = 0; i < npieces; i++)
	{
		Piece	   *piece = &pieces[i];
		const Place *from = &piece->lot->place;

		one_time &= piece->posted_at == pieces[0].posted_at;
		if (piece->ends_order)
			rows[nrows++] = (MovementRow) {
				DOCUMENT_HOLD, from->order_id, piece, STATE_LOCKED, from->account_id,
				STATE_LISTED, from->route, china_day(from->order_ends_at)
			};
		rows[nrows++] = (MovementRow) {
			kind, piece->document_id, piece, piece->ends_order ? STATE_LISTED : from->state,
			piece->to.account_id, piece->to.state, piece->to.route, piece->effective_on
		};
	}

	tell_movements(rows, nrows);

	/* rows of one time go into one partition */
	table = !one_time ? NULL :
		direct_open_partition(&movement_table, TimestampTzGetDatum(pieces[0].posted_at),
							  TimestampTzGetDatum(pieces[0].posted_at), RowExclusiveLock);
	if (table != NULL)
		put_movements(table, rows, nrows);
	else
		execute_movements(rows, nrows);
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
