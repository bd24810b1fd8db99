/*-------------------------------------------------------------------------
 *
 * user_account.c
 *	  The user tier of the accounts, E = P + T + C + A with A = (W - T - C) k
 *	  (发改能源〔2026〕622号 Annex 3), for tens of millions of users.
 *
 * What a user's facts add up to is asked once (user_supply() by the executor,
 * within work_mem, and draws by their primary key), in the order of users,
 * merged and kept in a temporary file, for k needs the sums of all users of a
 * province first.  Then user_account_write.c reads the file again.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"

#include "compat.h"
#include "direct_table.h"
#include "region.h"
#include "user_account.h"

/* Table grid_draw: its primary key, and energy with it. */
enum
{
	DRAW_ACCOUNT, DRAW_REGION, DRAW_MONTH, DRAW_ENERGY, DRAW_COLUMNS
};
static const int draw_columns[] = {DRAW_ACCOUNT, DRAW_REGION, DRAW_MONTH, DRAW_ENERGY};
static const DirectDefinition grid_draw_table = {
	.table_name = "grid_draw",
	.rights = ACL_SELECT,
	.ncolumns = DRAW_COLUMNS,
	.columns = {
		[DRAW_ACCOUNT] = {"account_id", INT8OID},
		[DRAW_REGION] = {"region", InvalidOid, "region"},
		[DRAW_MONTH] = {"month", DATEOID},
		[DRAW_ENERGY] = {"energy", InvalidOid, "energy"}
	}
};

/* The first day of a year. */
#define first_day(year)	(date2j(year, 1, 1) - POSTGRES_EPOCH_JDATE)

/* Receives the rows of the queries below. */
typedef struct UnitReceiver
{
	DestReceiver pub;
	UserUnits  *units;
	BufFile    *supplies;		/* units of user_supply(), in their order */
	int64		nsupplies;		/* of them not yet read */
	UserUnit	supply;			/* the next one */
	UserUnit	draw;			/* draws of one city add up */
} UnitReceiver;

/*
 * Puts a unit that is complete into the file, and adds it to its province.
 */
static void
put_unit(UserUnits *units, UserUnit *unit)
{
	ProvinceUnits *province = &units->provinces[province_index(unit->city)];

	province->has_users = true;
	add_energy(&province->physical, unit->physical);
	add_energy(&province->energy_trade, unit->energy_trade);
	add_energy(&province->certificate_trade, unit->certificate_trade);
	add_energy(&province->remaining,
			   unit->grid_draw - unit->energy_trade - unit->certificate_trade);
	if (unlikely(!intset_is_member(units->accounts, (uint64) unit->account_id)) &&
		province->unknown++ == 0)
		province->first_unknown = unit->account_id; /* they come in order */
	unit->draw_only = (unit->physical | unit->energy_trade |
					   unit->certificate_trade | unit->excess) == 0;
	BufFileWrite(units->file, unit,
				 unit->draw_only ? offsetof(UserUnit, physical) : sizeof(UserUnit));
	units->nunits++;
}

/*
 * The next unit of user_supply(); city 0 after the last.
 */
static void
next_supply(UnitReceiver *receiver)
{
	if (receiver->nsupplies == 0)
		receiver->supply.city = 0;
	else
	{
		BufFileReadExact(receiver->supplies, &receiver->supply, sizeof(UserUnit));
		receiver->nsupplies--;
	}
}

/*
 * Puts the units of user_supply() that come before a draw, or all; and adds
 * the one of the same user and city to it.
 */
static void
merge_supplies(UnitReceiver *receiver, UserUnit *draw)
{
	UserUnit   *supply = &receiver->supply;

	while (supply->city != 0 &&
		   (draw == NULL || supply->account_id < draw->account_id ||
			(supply->account_id == draw->account_id && supply->city < draw->city)))
	{
		CHECK_FOR_INTERRUPTS();
		put_unit(receiver->units, supply);
		next_supply(receiver);
	}
	if (draw != NULL && supply->city == draw->city && supply->account_id == draw->account_id)
	{
		add_energy(&draw->grid_draw, supply->grid_draw);
		draw->physical = supply->physical;
		draw->energy_trade = supply->energy_trade;
		draw->certificate_trade = supply->certificate_trade;
		draw->excess = supply->excess;
		next_supply(receiver);
	}
}

/*
 * Takes a row of user_supply(): account, city and five energies.
 */
static bool
receive_supply(TupleTableSlot *slot, DestReceiver *self)
{
	UnitReceiver *receiver = (UnitReceiver *) self;
	UserUnit	unit = {0};

	slot_getallattrs(slot);
	unit.account_id = DatumGetInt64(slot->tts_values[0]);
	unit.city = DatumGetRegion(slot->tts_values[1]);
	unit.grid_draw = DatumGetInt64(slot->tts_values[2]);
	unit.physical = DatumGetInt64(slot->tts_values[3]);
	unit.energy_trade = DatumGetInt64(slot->tts_values[4]);
	unit.certificate_trade = DatumGetInt64(slot->tts_values[5]);
	unit.excess = DatumGetInt64(slot->tts_values[6]);
	BufFileWrite(receiver->supplies, &unit, sizeof(unit));
	receiver->nsupplies++;
	return true;
}

/*
 * Ends the draw of one user and city, if there is one.
 */
static void
end_draw(UnitReceiver *receiver)
{
	if (receiver->draw.city == 0)
		return;
	merge_supplies(receiver, &receiver->draw);
	put_unit(receiver->units, &receiver->draw);
}

/*
 * Takes a draw, or the sum of several, of one account and region.  They come in
 * the order of both.
 */
static inline void
take_draw(UnitReceiver *receiver, int64 account_id, int32 region, int64 energy)
{
	UserUnit   *draw = &receiver->draw;
	int32		city = region - region % 100;	/* of a county, its prefecture */

	if (draw->city != city || draw->account_id != account_id)
	{
		end_draw(receiver);
		memset(draw, 0, sizeof(UserUnit));
		draw->account_id = account_id;
		draw->city = city;
	}
	add_energy(&draw->grid_draw, energy);
}

/*
 * Takes a row of user_draw(): account, region and energy.
 */
static bool
receive_draw(TupleTableSlot *slot, DestReceiver *self)
{
	slot_getallattrs(slot);
	take_draw((UnitReceiver *) self, DatumGetInt64(slot->tts_values[0]),
			  DatumGetRegion(slot->tts_values[1]), DatumGetInt64(slot->tts_values[2]));
	return true;
}

/*
 * Takes a row of known_accounts(), which come in order.
 */
static bool
receive_account(TupleTableSlot *slot, DestReceiver *self)
{
	slot_getallattrs(slot);
	intset_add_member(((UnitReceiver *) self)->units->accounts,
					  (uint64) DatumGetInt64(slot->tts_values[0]));
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
 * Turns back to the beginning of a temporary file.
 */
void
user_units_rewind(BufFile *file)
{
	if (BufFileSeek(file, 0, 0, SEEK_SET) != 0)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not rewind temporary file of the accounts: %m")));
}

/*
 * Reads user_draw() by the executor, which adds up the draws of a region.  The
 * pages of the primary key are read nearly one after the other: the planner
 * must not take each for a seek.  Nor must it think that every worker passes on
 * every user: each has pages of its own.
 */
static void
stream_draws(const AccountsRun *run, DestReceiver *receiver)
{
	int			level = NewGUCNestLevel();

	(void) set_config_option("random_page_cost", "1.1", PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	(void) set_config_option("parallel_tuple_cost", "0.01", PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	phase_stream(run, "user_draw", receiver);
	AtEOXact_GUC(true, level);
}

/*
 * Adds up the draws of the year, and the province of the run, that the primary
 * key of a table holds.
 */
static void
take_entries(const AccountsRun *run, DirectTable *table, Relation index, UnitReceiver *receiver)
{
	DateADT		from = first_day(run->year);
	DateADT		to = first_day(run->year + 1);
	DirectEntries entries = direct_entries_begin(table, index);
	TupleDesc	desc = entries.scan->xs_itupdesc;
	IndexTuple	entry;
	bool		isnull;

	while ((entry = direct_entries_next(&entries)) != NULL)
	{
		Datum		account_id = index_getattr(entry, DRAW_ACCOUNT + 1, desc, &isnull);
		Datum		region = index_getattr(entry, DRAW_REGION + 1, desc, &isnull);
		Datum		month = index_getattr(entry, DRAW_MONTH + 1, desc, &isnull);
		Datum		energy = index_getattr(entry, DRAW_ENERGY + 1, desc, &isnull);

		if (DatumGetDateADT(month) >= from && DatumGetDateADT(month) < to &&
			(run->province == ALL_PROVINCES ||
			 province_index(DatumGetRegion(region)) == province_index(run->province)))
			take_draw(receiver, DatumGetInt64(account_id), DatumGetRegion(region),
					  DatumGetInt64(energy));
	}
	direct_entries_end(&entries);
}

/*
 * Reads the draws of the year.  The primary key of grid_draw holds all that is
 * asked for, in its order, so users can be added up as they come, in next to no
 * memory; hashing them misses the cache with every row.  Where one partition
 * has the year, its entries are read here, which costs a fraction of what the
 * executor's nodes do.
 */
static void
read_draws(const AccountsRun *run, UnitReceiver *receiver)
{
	DirectTable *table;
	Relation	index = NULL;

	CommandCounterIncrement();
	PushCopiedSnapshot(run->snapshot);
	UpdateActiveSnapshotCommandId();
	table = direct_open_partition(&grid_draw_table, DateADTGetDatum(first_day(run->year)),
								  DateADTGetDatum(first_day(run->year + 1) - 1), AccessShareLock);
	if (table != NULL)
		index = direct_primary_index(table, DRAW_ENERGY, DRAW_COLUMNS, draw_columns);
	if (index != NULL)
	{
		take_entries(run, table, index, receiver);
		index_close(index, AccessShareLock);
	}
	if (table != NULL)
		direct_close(table);
	PopActiveSnapshot();
	if (index == NULL)
		stream_draws(run, &receiver->pub);
}

/*
 * Reads what the facts of all users of the run add up to.
 */
UserUnits *
user_units_read(const AccountsRun *run)
{
	MemoryContext old = MemoryContextSwitchTo(run->context);
	UserUnits  *units = palloc0(sizeof(UserUnits));
	UnitReceiver receiver = {{0}};

	units->file = BufFileCreateTemp(false);
	receiver.supplies = BufFileCreateTemp(false);
	units->accounts = intset_create();
	units->context = run->context;
	MemoryContextSwitchTo(old);

	receiver.pub.rStartup = receive_startup;
	receiver.pub.rShutdown = receive_nothing;
	receiver.pub.rDestroy = receive_nothing;
	receiver.pub.mydest = DestNone;
	receiver.units = units;
	receiver.pub.receiveSlot = receive_account;
	phase_stream(run, "known_accounts", &receiver.pub);
	receiver.pub.receiveSlot = receive_supply;
	phase_stream(run, "user_supply", &receiver.pub);
	user_units_rewind(receiver.supplies);
	next_supply(&receiver);
	receiver.pub.receiveSlot = receive_draw;
	read_draws(run, &receiver);
	end_draw(&receiver);
	merge_supplies(&receiver, NULL);
	BufFileClose(receiver.supplies);
	return units;
}

int64
user_units_count(const UserUnits *units)
{
	return units->nunits;
}

/* What province_array() and city_array() read in place of a number. */
#define REGION_CODE	(-1)

/*
 * An array over the provinces with users: of their codes, or of the number at
 * an offset of ProvinceUnits.
 */
static Datum
province_array(const UserUnits *units, Oid array_type, int offset)
{
	Oid			type = get_element_type(array_type);
	Datum		elements[PROVINCES];
	int			nelements = 0;
	int16		length;
	bool		by_value;
	char		align;

	get_typlenbyvalalign(type, &length, &by_value, &align);
	for (int i = 0; i < PROVINCES; i++)
	{
		const ProvinceUnits *province = &units->provinces[i];

		if (!province->has_users)
			continue;
		elements[nelements++] = offset == REGION_CODE ? RegionGetDatum(i * 10000) :
			Int64GetDatum(*(const int64 *) ((const char *) province + offset));
	}
	return PointerGetDatum(construct_array(elements, nelements, type, length, by_value, align));
}

/*
 * An array over the cities with users, likewise.
 */
static Datum
city_array(const UserUnits *units, Oid array_type, int offset)
{
	Oid			type = get_element_type(array_type);
	Datum	   *elements = palloc_array(Datum, CITIES);
	int			nelements = 0;
	int16		length;
	bool		by_value;
	char		align;

	get_typlenbyvalalign(type, &length, &by_value, &align);
	for (int i = 0; i < CITIES; i++)
	{
		const CityUnits *city = units->cities[i];

		if (city == NULL)
			continue;
		elements[nelements++] = offset == REGION_CODE ? RegionGetDatum(i * 100) :
			Int64GetDatum(*(const int64 *) ((const char *) city + offset));
	}
	return PointerGetDatum(construct_array(elements, nelements, type, length, by_value, align));
}

/*
 * Phase account_provinces(): the accounts of all provinces, of which those
 * with users must have one.
 */
int64
user_units_provinces(UserUnits *units, const AccountsRun *run)
{
	PhaseBody	body;
	Datum		values[3];
	bool		isnull;

	phase_prepare(&body, "account_provinces");
	values[0] = Int32GetDatum(run->year);
	values[1] = Int32GetDatum(run->version);
	values[2] = province_array(units, body.types[2], REGION_CODE);
	phase_execute(run, "account_provinces", &body, values, NULL);
	return DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
}

/*
 * Phase account_coefficients(): the coefficients of the provinces of the run.
 */
int64
user_units_coefficients(UserUnits *units, const AccountsRun *run)
{
	PhaseBody	body;
	Datum		values[8];
	char		nulls[8];

	phase_prepare(&body, "account_coefficients");
	memset(nulls, ' ', sizeof(nulls));
	values[0] = Int32GetDatum(run->year);
	values[1] = Int32GetDatum(run->version);
	values[2] = province_array(units, body.types[2], REGION_CODE);
	values[3] = province_array(units, body.types[3], offsetof(ProvinceUnits, physical));
	values[4] = province_array(units, body.types[4], offsetof(ProvinceUnits, energy_trade));
	values[5] = province_array(units, body.types[5], offsetof(ProvinceUnits, certificate_trade));
	values[6] = province_array(units, body.types[6], offsetof(ProvinceUnits, remaining));
	values[7] = RegionGetDatum(run->province);
	if (run->province == ALL_PROVINCES)
		nulls[7] = 'n';
	phase_execute(run, "account_coefficients", &body, values, nulls);

	for (uint64 i = 0; i < SPI_processed; i++)
	{
		HeapTuple	tuple = SPI_tuptable->vals[i];
		TupleDesc	desc = SPI_tuptable->tupdesc;
		bool		isnull;
		int32		code = DatumGetRegion(SPI_getbinval(tuple, desc, 1, &isnull));
		ProvinceUnits *province = &units->provinces[province_index(code)];

		province->pool = DatumGetInt64(SPI_getbinval(tuple, desc, 2, &isnull));
		province->total = DatumGetInt64(SPI_getbinval(tuple, desc, 3, &isnull));
		province->monthly = DatumGetBool(SPI_getbinval(tuple, desc, 4, &isnull));
	}
	return (int64) SPI_processed;
}

/*
 * Phase account_months(): allocation month by month in the provinces that
 * published coefficients of months.
 */
int64
user_units_months(UserUnits *units, const AccountsRun *run)
{
	PhaseBody	body;
	Datum		values[3];
	Datum		monthly[PROVINCES];
	int			nmonthly = 0;
	int			nest_level;
	bool		isnull;

	for (int i = 0; i < PROVINCES; i++)
		if (units->provinces[i].monthly)
			monthly[nmonthly++] = RegionGetDatum(i * 10000);
	if (nmonthly == 0)
		return 0;
	phase_prepare(&body, "account_months");
	values[0] = Int32GetDatum(run->year);
	values[1] = Int32GetDatum(run->version);
	values[2] = PointerGetDatum(construct_array(monthly, nmonthly, get_element_type(body.types[2]),
												sizeof(int32), true, TYPALIGN_INT));

	/* statistics do not know the users that were just written */
	nest_level = NewGUCNestLevel();
	(void) set_config_option("enable_nestloop", "off", PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	phase_execute(run, "account_months", &body, values, NULL);
	AtEOXact_GUC(true, nest_level);
	return DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
}

/*
 * Phase account_cities(): the accounts of the cities.
 */
int64
user_units_cities(UserUnits *units, const AccountsRun *run)
{
	PhaseBody	body;
	Datum		values[9];
	bool		isnull;

	phase_prepare(&body, "account_cities");
	values[0] = Int32GetDatum(run->year);
	values[1] = Int32GetDatum(run->version);
	values[2] = city_array(units, body.types[2], REGION_CODE);
	values[3] = city_array(units, body.types[3], offsetof(CityUnits, grid_draw));
	values[4] = city_array(units, body.types[4], offsetof(CityUnits, physical));
	values[5] = city_array(units, body.types[5], offsetof(CityUnits, energy_trade));
	values[6] = city_array(units, body.types[6], offsetof(CityUnits, certificate_trade));
	values[7] = city_array(units, body.types[7], offsetof(CityUnits, allocation));
	values[8] = city_array(units, body.types[8], offsetof(CityUnits, non_fossil));
	phase_execute(run, "account_cities", &body, values, NULL);
	return DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
}

/*
 * Phase account_unknown_users(): warns of users that are in no account.
 */
int64
user_units_unknown(UserUnits *units, const AccountsRun *run)
{
	PhaseBody	body;
	Datum		values[5];
	bool		isnull;

	phase_prepare(&body, "account_unknown_users");
	values[0] = Int32GetDatum(run->year);
	values[1] = Int32GetDatum(run->version);
	values[2] = province_array(units, body.types[2], REGION_CODE);
	values[3] = province_array(units, body.types[3], offsetof(ProvinceUnits, unknown));
	values[4] = province_array(units, body.types[4], offsetof(ProvinceUnits, first_unknown));
	phase_execute(run, "account_unknown_users", &body, values, NULL);
	return DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
}

void
user_units_close(UserUnits *units)
{
	BufFileClose(units->file);
}
