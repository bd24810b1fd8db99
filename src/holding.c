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
#include "utils/lsyscache.h"

#include "holding.h"
#include "plan.h"

/* The columns of a lot, in the order of lot_from_tuple. */
#define LOT_COLUMNS \
	"h.first_certificate, upper(h.certificates), h.account_id, h.transfer_id," \
	" h.state, h.route, h.region, h.source, h.valid_until"

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

static SavedPlan update_plan = {
	"UPDATE certledger.holding AS h"
	" SET first_certificate = u.first, certificates = certledger.gecrange(u.first, u.finish),"
	"  account_id = u.account_id,"
	"  transfer_id = u.transfer_id, state = u.state, route = u.route"
	" FROM unnest($1, $2, $3, $4, $5, $6, $7)"
	"  AS u(row_key, first, finish, account_id, transfer_id, state, route)"
	" WHERE h.first_certificate = u.row_key",
	7, {PLAN_GEC_ARRAY, PLAN_GEC_ARRAY, PLAN_GEC_ARRAY, PLAN_BIGINT_ARRAY,
		PLAN_BIGINT_ARRAY, PLAN_STATE_ARRAY, PLAN_ROUTE_ARRAY}
};

static SavedPlan insert_plan = {
	"INSERT INTO certledger.holding (first_certificate, certificates, account_id,"
	"  transfer_id, state, route, region, source, valid_until)"
	" SELECT u.first, certledger.gecrange(u.first, u.finish), u.account_id, u.transfer_id,"
	"  u.state, u.route, u.region, u.source, u.valid_until"
	" FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)"
	"  AS u(first, finish, account_id, transfer_id, state, route, region, source, valid_until)",
	9, {PLAN_GEC_ARRAY, PLAN_GEC_ARRAY, PLAN_BIGINT_ARRAY, PLAN_BIGINT_ARRAY,
		PLAN_STATE_ARRAY, PLAN_ROUTE_ARRAY, PLAN_REGION_ARRAY,
		PLAN_SOURCE_ARRAY, PLAN_DATE_ARRAY}
};

static SavedPlan movement_plan = {
	"INSERT INTO certledger.movement (document, document_id, certificates,"
	"  from_account, from_state, from_route, to_account, to_state, to_route,"
	"  effective_on, posted_at)"
	" SELECT $1, u.document_id, certledger.gecrange(u.first, u.finish),"
	"  u.from_account, u.from_state, u.from_route, u.to_account, u.to_state, u.to_route,"
	"  u.effective_on, u.posted_at"
	" FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
	"  AS u(document_id, first, finish, from_account, from_state, from_route, to_account,"
	"   to_state, to_route, effective_on, posted_at)",
	12, {PLAN_DOCUMENT, PLAN_BIGINT_ARRAY, PLAN_GEC_ARRAY, PLAN_GEC_ARRAY,
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

/* Adds a number that is NULL when it is zero. */
static inline void
column_add_id(Column *column, int64 id)
{
	column->nulls[column->n] = (id == 0);
	column->values[column->n++] = Int64GetDatum(id);
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
 * Makes a lot of the current SPI result's row.
 */
static Lot *
lot_from_tuple(HeapTuple tuple, TupleDesc desc)
{
	const Vocabulary *v = vocabulary_get();
	Lot		   *lot = palloc_object(Lot);
	Datum		values[9];
	bool		nulls[9];

	heap_deform_tuple(tuple, desc, values, nulls);
	lot->first = *DatumGetGecP(values[0]);
	lot->end = *DatumGetGecP(values[1]);
	lot->front = lot->first;
	lot->account_id = DatumGetInt64(values[2]);
	lot->transfer_id = nulls[3] ? 0 : DatumGetInt64(values[3]);
	lot->state = (HoldingState) word_of_oid(&v->state, DatumGetObjectId(values[4]));
	lot->route = (Route) word_of_oid(&v->route, DatumGetObjectId(values[5]));
	lot->region = DatumGetInt32(values[6]);
	lot->source = DatumGetObjectId(values[7]);
	lot->valid_until = DatumGetDateADT(values[8]);
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

/* Rows to change and rows to add in table holding. */
typedef struct HoldingChange
{
	Column		row_key;
	Column		first[2];		/* [0] of rows to change, [1] of rows to add */
	Column		end[2];
	Column		account_id[2];
	Column		transfer_id[2];
	Column		state[2];
	Column		route[2];
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
		   gec *end, int64 account_id, int64 transfer_id, HoldingState state,
		   Route route)
{
	const Vocabulary *v = vocabulary_get();
	int			which = *row_kept ? 1 : 0;

	if (*row_kept)
	{
		column_add(&change->region, Int32GetDatum(lot->region));
		column_add(&change->source, ObjectIdGetDatum(lot->source));
		column_add(&change->valid_until, DateADTGetDatum(lot->valid_until));
	}
	else
		column_add(&change->row_key, GecPGetDatum(&lot->first));
	*row_kept = true;
	column_add(&change->first[which], GecPGetDatum(first));
	column_add(&change->end[which], GecPGetDatum(end));
	column_add(&change->account_id[which], Int64GetDatum(account_id));
	column_add_id(&change->transfer_id[which], transfer_id);
	column_add(&change->state[which], ObjectIdGetDatum(v->state.oids[state]));
	column_add(&change->route[which], ObjectIdGetDatum(v->route.oids[route]));
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
			change_add(change, lot, &row_kept, from, to, lot->account_id,
					   lot->transfer_id, lot->state, lot->route);
		if (i < npieces)
			from = &pieces[i]->end;
	}
	for (int i = 0; i < npieces; i++)
		change_add(change, lot, &row_kept, &pieces[i]->first, &pieces[i]->end,
				   pieces[i]->to_account, pieces[i]->transfer_id,
				   pieces[i]->to_state, pieces[i]->to_route);
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
	Datum		values[9];
	int			changed;

	/* a lot of n pieces has at most n + 1 remainders */
	change.row_key = column_make(npieces);
	for (int i = 0; i < 2; i++)
	{
		int			capacity = i == 0 ? npieces : 2 * npieces;

		change.first[i] = column_make(capacity);
		change.end[i] = column_make(capacity);
		change.account_id[i] = column_make(capacity);
		change.transfer_id[i] = column_make(capacity);
		change.state[i] = column_make(capacity);
		change.route[i] = column_make(capacity);
	}
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

	changed = change.row_key.n;
	values[0] = gec_array(&change.row_key);
	values[1] = gec_array(&change.first[0]);
	values[2] = gec_array(&change.end[0]);
	values[3] = bigint_array(&change.account_id[0]);
	values[4] = bigint_array(&change.transfer_id[0]);
	values[5] = oid_sized_array(&change.state[0], v->state.type);
	values[6] = oid_sized_array(&change.route[0], v->route.type);
	write_rows(&update_plan, values, SPI_OK_UPDATE, changed);

	if (change.first[1].n == 0)
		return;
	values[0] = gec_array(&change.first[1]);
	values[1] = gec_array(&change.end[1]);
	values[2] = bigint_array(&change.account_id[1]);
	values[3] = bigint_array(&change.transfer_id[1]);
	values[4] = oid_sized_array(&change.state[1], v->state.type);
	values[5] = oid_sized_array(&change.route[1], v->route.type);
	values[6] = oid_sized_array(&change.region, v->region);
	values[7] = column_array(&change.source, get_element_type(v->source_array),
							 sizeof(Oid), TYPALIGN_INT);
	values[8] = date_array(&change.valid_until);
	write_rows(&insert_plan, values, SPI_OK_INSERT, change.region.n);
}

/*
 * Appends the movement lines, in the order of the documents.
 */
static void
write_movements(DocumentKind kind, Piece *pieces, int npieces)
{
	const Vocabulary *v = vocabulary_get();
	Column		columns[11];
	Datum		values[12];

	qsort(pieces, npieces, sizeof(Piece), compare_pieces_by_document);
	for (int i = 0; i < lengthof(columns); i++)
		columns[i] = column_make(npieces);
	for (int i = 0; i < npieces; i++)
	{
		Piece	   *piece = &pieces[i];
		Lot		   *lot = piece->lot;

		column_add(&columns[0], Int64GetDatum(piece->document_id));
		column_add(&columns[1], GecPGetDatum(&piece->first));
		column_add(&columns[2], GecPGetDatum(&piece->end));
		column_add(&columns[3], Int64GetDatum(lot->account_id));
		column_add(&columns[4], ObjectIdGetDatum(v->state.oids[lot->state]));
		column_add(&columns[5], ObjectIdGetDatum(v->route.oids[lot->route]));
		column_add(&columns[6], Int64GetDatum(piece->to_account));
		column_add(&columns[7], ObjectIdGetDatum(v->state.oids[piece->to_state]));
		column_add(&columns[8], ObjectIdGetDatum(v->route.oids[piece->to_route]));
		column_add(&columns[9], DateADTGetDatum(piece->effective_on));
		column_add(&columns[10], TimestampTzGetDatum(piece->posted_at));
	}
	values[0] = ObjectIdGetDatum(v->document.oids[kind]);
	values[1] = bigint_array(&columns[0]);
	values[2] = gec_array(&columns[1]);
	values[3] = gec_array(&columns[2]);
	values[4] = bigint_array(&columns[3]);
	values[5] = oid_sized_array(&columns[4], v->state.type);
	values[6] = oid_sized_array(&columns[5], v->route.type);
	values[7] = bigint_array(&columns[6]);
	values[8] = oid_sized_array(&columns[7], v->state.type);
	values[9] = oid_sized_array(&columns[8], v->route.type);
	values[10] = date_array(&columns[9]);
	values[11] = column_array(&columns[10], TIMESTAMPTZOID, sizeof(TimestampTz),
							  TYPALIGN_DOUBLE);
	write_rows(&movement_plan, values, SPI_OK_INSERT, npieces);
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
