/*-------------------------------------------------------------------------
 *
 * user_account_write.c
 *	  Writing user_account, for tens of millions of users.
 *
 * The file that user_account.c has filled is read again: each user's A is its
 * share of the pool of its province, as apportion() gives it.  What the version
 * holds from a run before is read in the same order, the primary key's, and
 * merged with it.  An account that is the same stays as it is.  New ones go in
 * many at a time, directly, or through COPY's own machinery where an owner
 * added what only the executor sees to; the others are changed in place or
 * removed.  To remove all and insert them anew would cost more than the
 * accounts: every insertion would have to look up whether the row behind the
 * dead entry of its key is gone.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "commands/copy.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "parser/parse_node.h"
#include "parser/parse_relation.h"
#include "port/pg_bswap.h"
#include "storage/itemptr.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"

#include "compat.h"
#include "direct_table.h"
#include "region.h"
#include "user_account.h"

/* What user_account says of a user in a city, in Wh; no padding between. */
typedef struct Amounts
{
	int64		grid_draw;
	int64		physical;
	int64		energy_trade;
	int64		certificate_trade;
	int64		excess;
	int64		allocation;
	int64		non_fossil;
} Amounts;

#define AMOUNTS	(sizeof(Amounts) / sizeof(int64))

/* A row of user_account; where it stands when it is there already. */
typedef struct UserRow
{
	int64		account_id;
	int32		city;			/* 0: no row */
	ItemPointerData place;
	Amounts		amounts;
} UserRow;

/* Rows in a temporary file. */
typedef struct RowFile
{
	BufFile    *file;
	int64		nrows;
} RowFile;

/* Receives the rows of user_account_written(). */
typedef struct WrittenReceiver
{
	DestReceiver pub;
	RowFile    *rows;
} WrittenReceiver;

/*
 * The accounts of this run, merged with those of a run before, as COPY reads
 * the new ones in its binary format.
 */
typedef struct UnitFeed
{
	UserUnits  *units;
	const AccountsRun *run;
	int64		nread;			/* units */
	int64		nnew;
	bool		ended;			/* whether the trailer was put */
	RowFile		written;		/* rows not yet read */
	UserRow		next_written;
	RowFile		changed;
	RowFile		gone;
	int			length;			/* of what is in the buffer */
	int			position;		/* of what COPY has read of it */
	char		buffer[65536];
} UnitFeed;

/* COPY's callback has no argument; there is one run at a time. */
static UnitFeed *feed;

/* Table user_account: the key and, in their order, the amounts. */
#define KEY_COLUMNS		4
#define COLUMNS			(KEY_COLUMNS + AMOUNTS)
static const DirectDefinition user_account_table = {
	.table_name = "user_account",
	.rights = ACL_INSERT,
	.written = true,
	.ncolumns = COLUMNS,
	.columns = {
		{"year", INT4OID},
		{"version", INT4OID},
		{"account_id", INT8OID},
		{"city", InvalidOid, "region"},
		{"grid_draw", InvalidOid, "energy"},
		{"physical", InvalidOid, "energy"},
		{"energy_trade", InvalidOid, "energy"},
		{"certificate_trade", InvalidOid, "energy"},
		{"excess", InvalidOid, "energy"},
		{"allocation", InvalidOid, "energy"},
		{"non_fossil", InvalidOid, "energy"}
	}
};

/* A row as COPY reads it: fields, each after its length. */
#define ROW_LENGTH	(2 + 3 * (4 + 4) + (1 + AMOUNTS) * (4 + 8))

/* Rows that one statement changes or removes. */
#define BATCH	20000

/*
 * Reads the next unit of the file.
 */
static inline void
get_unit(UserUnits *units, UserUnit *unit)
{
	BufFileReadExact(units->file, unit, offsetof(UserUnit, physical));
	if (unit->draw_only)
		memset(&unit->physical, 0, sizeof(UserUnit) - offsetof(UserUnit, physical));
	else
		BufFileReadExact(units->file, &unit->physical,
						 sizeof(UserUnit) - offsetof(UserUnit, physical));
}

static void
put_row(RowFile *rows, UserRow *row)
{
	BufFileWrite(rows->file, row, sizeof(UserRow));
	rows->nrows++;
}

/*
 * The next row of a file; city 0 after the last.
 */
static void
get_row(RowFile *rows, UserRow *row)
{
	if (rows->nrows == 0)
		row->city = 0;
	else
	{
		BufFileReadExact(rows->file, row, sizeof(UserRow));
		rows->nrows--;
	}
}

/*
 * A of the next user of a province: what the pool gives to the users so far,
 * rounded down, less what those before have.  apportion() does the same.
 */
static int64
next_share(ProvinceUnits *province, int64 remaining)
{
	int128		shared;
	int64		share;

	if (province->pool == 0 || province->total == 0)
		return 0;
	add_energy(&province->weights, remaining);
	shared = (int128) province->pool * province->weights / province->total;
	if (unlikely(shared > PG_INT64_MAX))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("sum over the users of a province is out of range for type energy")));
	share = (int64) shared - province->shared;
	province->shared = (int64) shared;
	return share;
}

/*
 * Adds the account of a user to that of its city.
 */
static void
add_to_city(UserUnits *units, const UserRow *row)
{
	CityUnits **place = &units->cities[city_index(row->city)];
	CityUnits  *city = *place;

	if (city == NULL)
		city = *place = MemoryContextAllocZero(units->context, sizeof(CityUnits));
	add_energy(&city->grid_draw, row->amounts.grid_draw);
	add_energy(&city->physical, row->amounts.physical);
	add_energy(&city->energy_trade, row->amounts.energy_trade);
	add_energy(&city->certificate_trade, row->amounts.certificate_trade);
	add_energy(&city->allocation, row->amounts.allocation);
	add_energy(&city->non_fossil, row->amounts.non_fossil);
}

/*
 * The account of the next user; city 0 after the last.
 */
static void
next_account(UnitFeed *f, UserRow *row)
{
	UserUnit	unit;
	Amounts    *amounts = &row->amounts;

	if (f->nread == f->units->nunits)
	{
		row->city = 0;
		return;
	}
	get_unit(f->units, &unit);
	f->nread++;
	row->account_id = unit.account_id;
	row->city = unit.city;
	amounts->grid_draw = unit.grid_draw;
	amounts->physical = unit.physical;
	amounts->energy_trade = unit.energy_trade;
	amounts->certificate_trade = unit.certificate_trade;
	amounts->excess = unit.excess;
	amounts->allocation = next_share(&f->units->provinces[province_index(unit.city)],
									 unit.grid_draw - unit.energy_trade - unit.certificate_trade);
	amounts->non_fossil = unit.physical;
	add_energy(&amounts->non_fossil, unit.energy_trade);
	add_energy(&amounts->non_fossil, unit.certificate_trade);
	add_energy(&amounts->non_fossil, amounts->allocation);
	add_to_city(f->units, row);
}

/*
 * Whether what was written of a user is what the run gives.  Where months have
 * coefficients of their own, A is what account_months() says.
 */
static inline bool
same_account(const UserUnits *units, const UserRow *written, const UserRow *row)
{
	return memcmp(&written->amounts, &row->amounts,
				  units->provinces[province_index(row->city)].monthly ?
				  offsetof(Amounts, allocation) : sizeof(Amounts)) == 0;
}

/*
 * Finds the next account that no row is there for, having put those that have
 * changed and those that are gone into their files; city 0 after the last.
 */
static void
next_new_account(UnitFeed *f, UserRow *row)
{
	UserRow    *written = &f->next_written;

	for (;;)
	{
		CHECK_FOR_INTERRUPTS();
		next_account(f, row);
		while (written->city != 0 &&
			   (row->city == 0 || written->account_id < row->account_id ||
				(written->account_id == row->account_id && written->city < row->city)))
		{
			put_row(&f->gone, written);
			get_row(&f->written, written);
		}
		if (row->city == 0 || written->city != row->city || written->account_id != row->account_id)
			return;
		if (!same_account(f->units, written, row))
		{
			row->place = written->place;
			put_row(&f->changed, row);
		}
		get_row(&f->written, written);
	}
}

static inline char *
put_int16(char *place, int16 value)
{
	uint16		n = pg_hton16((uint16) value);

	memcpy(place, &n, sizeof(n));
	return place + sizeof(n);
}

static inline char *
put_int32(char *place, int32 value)
{
	uint32		n = pg_hton32((uint32) value);

	memcpy(place, &n, sizeof(n));
	return place + sizeof(n);
}

static inline char *
put_field32(char *place, int32 value)
{
	return put_int32(put_int32(place, sizeof(value)), value);
}

static inline char *
put_field64(char *place, int64 value)
{
	uint64		n = pg_hton64((uint64) value);

	place = put_int32(place, sizeof(value));
	memcpy(place, &n, sizeof(n));
	return place + sizeof(n);
}

/*
 * One row of user_account.
 */
static char *
put_user_account(char *place, const AccountsRun *run, const UserRow *row)
{
	place = put_int16(place, COLUMNS);
	place = put_field32(place, run->year);
	place = put_field32(place, run->version);
	place = put_field64(place, row->account_id);
	place = put_field32(place, row->city);
	place = put_field64(place, row->amounts.grid_draw);
	place = put_field64(place, row->amounts.physical);
	place = put_field64(place, row->amounts.energy_trade);
	place = put_field64(place, row->amounts.certificate_trade);
	place = put_field64(place, row->amounts.excess);
	place = put_field64(place, row->amounts.allocation);
	return put_field64(place, row->amounts.non_fossil);
}

/*
 * Fills the buffer with as many new rows as fit, and the trailer after the
 * last.
 */
static void
fill_buffer(UnitFeed *f)
{
	char	   *place = f->buffer;

	while (place + ROW_LENGTH <= f->buffer + sizeof(f->buffer))
	{
		UserRow		row = {0};

		next_new_account(f, &row);
		if (row.city == 0)
		{
			place = put_int16(place, -1);
			f->ended = true;
			break;
		}
		place = put_user_account(place, f->run, &row);
		f->nnew++;
	}
	f->length = place - f->buffer;
	f->position = 0;
}

/*
 * COPY's data source: up to maxread bytes, 0 at the end.
 */
static int
read_feed(void *outbuf, int minread, int maxread)
{
	int			length;

	if (feed->position == feed->length && !feed->ended)
		fill_buffer(feed);
	length = Min(maxread, feed->length - feed->position);
	memcpy(outbuf, feed->buffer + feed->position, length);
	feed->position += length;
	return length;
}

/*
 * Refuses a caller who may not insert into a table as COPY would.
 */
static void
check_insert(Relation rel)
{
	AclResult	acl = pg_class_aclcheck(RelationGetRelid(rel), GetUserId(), ACL_INSERT);

	if (acl != ACLCHECK_OK)
		aclcheck_error(acl, OBJECT_TABLE, RelationGetRelationName(rel));
	/* refuses by itself: row_security is off in a run */
	(void) check_enable_rls(RelationGetRelid(rel), InvalidOid, false);
}

/*
 * Refuses accounts of which a trigger has kept some from being written.  Error
 * 09000.
 */
static void
check_written(Relation rel, int64 wanted, int64 nrows)
{
	if (nrows != wanted)
		ereport(ERROR,
				(errcode(ERRCODE_TRIGGERED_ACTION_EXCEPTION),
				 errmsg("accounts of users are missing"),
				 errdetail("Of " INT64_FORMAT " accounts a trigger of table \"%s\" let " INT64_FORMAT " pass.",
						   wanted, RelationGetRelationName(rel), nrows),
				 errtable(rel)));
}

/*
 * Inserts the new rows without the executor.
 */
static void
insert_directly(UnitFeed *f, DirectTable *table)
{
	UserRow		row = {0};
	Datum		values[COLUMNS];
	bool		nulls[COLUMNS] = {false};

	values[0] = Int32GetDatum(f->run->year);
	values[1] = Int32GetDatum(f->run->version);
	for (next_new_account(f, &row); row.city != 0; next_new_account(f, &row))
	{
		values[2] = Int64GetDatum(row.account_id);
		values[3] = RegionGetDatum(row.city);
		for (int i = 0; i < AMOUNTS; i++)
			values[KEY_COLUMNS + i] = Int64GetDatum(((int64 *) &row.amounts)[i]);
		direct_insert(table, values, nulls);
		f->nnew++;
	}
	direct_close(table);
}

/*
 * Inserts the new rows as COPY does, which calls the triggers of an owner and
 * looks for the partition of each.
 */
static void
insert_by_copy(UnitFeed *f, Relation rel)
{
	static const char header[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0";
	ParseState *pstate = make_parsestate(NULL);
	List	   *columns = NIL;
	CopyFromState copy;
	uint64		nrows;

	/* the literal ends with a further zero that COPY wants, too */
	f->length = sizeof(header);
	memcpy(f->buffer, header, sizeof(header));
	for (int i = 0; i < COLUMNS; i++)
		columns = lappend(columns, makeString(pstrdup(user_account_table.columns[i].name)));
	(void) addRangeTableEntryForRelation(pstate, rel, RowExclusiveLock, NULL, false, false);
	copy = BeginCopyFrom(pstate, rel, NULL, NULL, false, read_feed, columns,
						 list_make1(makeDefElem("format", (Node *) makeString("binary"), -1)));
	nrows = CopyFrom(copy);
	EndCopyFrom(copy);
	CommandCounterIncrement();
	free_parsestate(pstate);
	check_written(rel, f->nnew, (int64) nrows);
}

/*
 * Merges what was written before with the accounts of the run, and inserts
 * those that are new.
 */
static void
insert_new(UnitFeed *f, Relation rel)
{
	DirectTable *table;

	/* for functions that constraints and triggers call */
	PushCopiedSnapshot(f->run->snapshot);
	UpdateActiveSnapshotCommandId();
	table = direct_open_partition(&user_account_table, Int32GetDatum(f->run->year),
								  Int32GetDatum(f->run->year), RowExclusiveLock);
	if (table != NULL)
		insert_directly(f, table);
	else
		insert_by_copy(f, rel);
	PopActiveSnapshot();
}

/*
 * Takes a row of user_account_written(): its place, account, city and amounts.
 */
static bool
receive_written(TupleTableSlot *slot, DestReceiver *self)
{
	UserRow		row = {0};

	slot_getallattrs(slot);
	row.place = *(ItemPointer) DatumGetPointer(slot->tts_values[0]);
	row.account_id = DatumGetInt64(slot->tts_values[1]);
	row.city = DatumGetRegion(slot->tts_values[2]);
	for (int i = 0; i < AMOUNTS; i++)
		((int64 *) &row.amounts)[i] = DatumGetInt64(slot->tts_values[3 + i]);
	put_row(((WrittenReceiver *) self)->rows, &row);
	return true;
}

static void
receive_startup(DestReceiver *self, int operation, TupleDesc desc)
{
}

static void
receive_nothing(DestReceiver *self)
{
}

/*
 * Sets a planner's setting until AtEOXact_GUC().
 */
static void
set_planner(const char *name, const char *value)
{
	(void) set_config_option(name, value, PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
}

/*
 * Reads what a run before has written, in the order of the primary key.
 * Statistics do not know yet how much that is, nor that the table lies in this
 * order.
 */
static void
read_written(UnitFeed *f)
{
	WrittenReceiver receiver = {{0}};
	int			level = NewGUCNestLevel();

	receiver.pub.receiveSlot = receive_written;
	receiver.pub.rStartup = receive_startup;
	receiver.pub.rShutdown = receive_nothing;
	receiver.pub.rDestroy = receive_nothing;
	receiver.pub.mydest = DestNone;
	receiver.rows = &f->written;
	set_planner("enable_sort", "off");
	set_planner("enable_bitmapscan", "off");
	phase_stream(f->run, "user_account_written", &receiver.pub);
	AtEOXact_GUC(true, level);
	user_units_rewind(f->written.file);
	get_row(&f->written, &f->next_written);
}

/*
 * Executes a phase that changes or removes rows of user_account, given where
 * they stand, for some of those in a file; with their amounts where it takes
 * them.  Returns how many rows it wrote.
 */
static int64
write_batch(const AccountsRun *run, const char *function, RowFile *rows)
{
	PhaseBody	body;
	Datum		values[PHASE_MAX_ARGUMENTS];
	Datum	   *elements[PHASE_MAX_ARGUMENTS];
	UserRow    *batch = palloc_array(UserRow, BATCH);
	int			nrows = 0;
	int64		written;
	bool		isnull;

	phase_prepare(&body, function);
	values[0] = Int32GetDatum(run->year);
	values[1] = Int32GetDatum(run->version);
	for (int i = 2; i < body.nargs; i++)
		elements[i] = palloc_array(Datum, BATCH);
	for (; nrows < BATCH && rows->nrows > 0; nrows++)
	{
		UserRow    *row = &batch[nrows];

		get_row(rows, row);
		elements[2][nrows] = PointerGetDatum(&row->place);
		elements[3][nrows] = Int64GetDatum(row->account_id);
		elements[4][nrows] = RegionGetDatum(row->city);
		for (int i = 5; i < body.nargs; i++)
			elements[i][nrows] = Int64GetDatum(((int64 *) &row->amounts)[i - 5]);
	}
	for (int i = 2; i < body.nargs; i++)
	{
		Oid			type = get_element_type(body.types[i]);
		int16		length;
		bool		by_value;
		char		align;

		get_typlenbyvalalign(type, &length, &by_value, &align);
		values[i] = PointerGetDatum(construct_array(elements[i], nrows, type, length, by_value, align));
	}
	phase_execute(run, function, &body, values, NULL);
	written = DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
	SPI_freetuptable(SPI_tuptable);
	return written;
}

/*
 * Executes a phase for all rows of a file, by the batch.
 */
static void
write_rows(UnitFeed *f, Relation rel, const char *function, RowFile *rows)
{
	MemoryContext context;
	int64		wanted = rows->nrows;
	int64		written = 0;
	int			level;

	if (wanted == 0)
		return;
	context = AllocSetContextCreate(CurrentMemoryContext, "certledger user accounts",
									ALLOCSET_DEFAULT_SIZES);
	/* row by row at its place, however few the planner takes the others for */
	level = NewGUCNestLevel();
	set_planner("enable_seqscan", "off");
	set_planner("enable_indexscan", "off");
	set_planner("enable_bitmapscan", "off");
	set_planner("enable_hashjoin", "off");
	set_planner("enable_mergejoin", "off");
	user_units_rewind(rows->file);
	while (rows->nrows > 0)
	{
		MemoryContext old = MemoryContextSwitchTo(context);

		CHECK_FOR_INTERRUPTS();
		written += write_batch(f->run, function, rows);
		MemoryContextSwitchTo(old);
		MemoryContextReset(context);
	}
	AtEOXact_GUC(true, level);
	MemoryContextDelete(context);
	check_written(rel, wanted, written);
}

/*
 * Phase user_account: writes the accounts of users that are not there yet as
 * they are, and removes those of users that have none any more.  Returns how
 * many.
 */
int64
user_units_write(UserUnits *units, const AccountsRun *run)
{
	Relation	rel = table_open(get_relname_relid("user_account", get_namespace_oid("certledger", false)),
								 RowExclusiveLock);
	int64		written = 0;

	check_insert(rel);
	feed = palloc0(sizeof(UnitFeed));
	feed->units = units;
	feed->run = run;
	feed->written.file = BufFileCreateTemp(false);
	feed->changed.file = BufFileCreateTemp(false);
	feed->gone.file = BufFileCreateTemp(false);
	user_units_rewind(units->file);
	read_written(feed);
	if (units->nunits > 0 || feed->next_written.city != 0)
	{
		insert_new(feed, rel);
		written = feed->nnew + feed->changed.nrows + feed->gone.nrows;
		write_rows(feed, rel, "account_users_changed", &feed->changed);
		write_rows(feed, rel, "account_users_gone", &feed->gone);
	}
	BufFileClose(feed->written.file);
	BufFileClose(feed->changed.file);
	BufFileClose(feed->gone.file);
	table_close(rel, NoLock);
	pfree(feed);
	feed = NULL;
	return written;
}
