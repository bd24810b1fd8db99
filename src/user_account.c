/*-------------------------------------------------------------------------
 *
 * user_account.c
 *	  The user tier of the accounts, E = P + T + C + A with A = (W - T - C) k
 *	  (发改能源〔2026〕622号 Annex 3), for tens of millions of users.
 *
 * What a user's facts add up to is asked once (user_supply() and user_draw(),
 * by the executor, in parallel, within work_mem), in the order of users,
 * merged and kept in a temporary file, for k needs the sums of all users of a
 * province first.
 * Then the file is read again: each user's A is its share of the pool of its
 * province, as apportion() gives it, and the rows go into user_account through
 * COPY's own machinery, which inserts many at a time.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/namespace.h"
#include "commands/copy.h"
#include "common/int.h"
#include "lib/integerset.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "parser/parse_node.h"
#include "parser/parse_relation.h"
#include "port/pg_bswap.h"
#include "storage/buffile.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"

#include "accounts.h"
#include "compat.h"
#include "region.h"

/* What a user's facts in one city add up to, in Wh. */
typedef struct UserUnit
{
	int64		account_id;
	int64		grid_draw;
	int32		city;			/* 0: no unit */
	bool		draw_only;		/* what follows is 0, and not in the file */
	int64		physical;
	int64		energy_trade;
	int64		certificate_trade;
	int64		excess;
} UserUnit;

/* What the users of one province add up to, and its coefficient. */
typedef struct ProvinceUnits
{
	bool		has_users;
	int64		physical;
	int64		energy_trade;
	int64		certificate_trade;
	int64		remaining;		/* grid draw less T and C */
	int64		pool;			/* numerator and denominator of k */
	int64		total;
	bool		monthly;		/* whether months have coefficients of their own */
	int64		weights;		/* of the users that have their share */
	int64		shared;
	int64		unknown;		/* users that are in no account, and the first */
	int64		first_unknown;
} ProvinceUnits;

/* The account of one city: the sum of its users. */
typedef struct CityUnits
{
	int64		grid_draw;
	int64		physical;
	int64		energy_trade;
	int64		certificate_trade;
	int64		allocation;
	int64		non_fossil;
} CityUnits;

/* The first two digits of a region code. */
#define PROVINCES	100
#define province_index(region)	((region) / 10000)

/* The first four digits of a region code. */
#define CITIES		10000
#define city_index(region)		((region) / 100)

struct UserUnits
{
	BufFile    *file;
	int64		nunits;
	IntegerSet *accounts;		/* of the registry */
	MemoryContext context;
	ProvinceUnits provinces[PROVINCES];
	CityUnits  *cities[CITIES];	/* NULL: no user there */
};

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

/* Sum of two energies that must fit. */
static inline void
add_energy(int64 *sum, int64 energy)
{
	if (unlikely(pg_add_s64_overflow(*sum, energy, sum)))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("sum over the users of a province is out of range for type energy")));
}

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
 * Takes a row of user_draw(): account, region and energy.
 */
static bool
receive_draw(TupleTableSlot *slot, DestReceiver *self)
{
	UnitReceiver *receiver = (UnitReceiver *) self;
	UserUnit   *draw = &receiver->draw;
	int64		account_id;
	int32		city;

	slot_getallattrs(slot);
	account_id = DatumGetInt64(slot->tts_values[0]);
	city = DatumGetRegion(slot->tts_values[1]);
	city -= city % 100;			/* of a county, its prefecture */
	if (draw->city != city || draw->account_id != account_id)
	{
		end_draw(receiver);
		memset(draw, 0, sizeof(UserUnit));
		draw->account_id = account_id;
		draw->city = city;
	}
	add_energy(&draw->grid_draw, DatumGetInt64(slot->tts_values[2]));
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

static void
rewind_file(BufFile *file)
{
	if (BufFileSeek(file, 0, 0, SEEK_SET) != 0)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not rewind temporary file of the accounts: %m")));
}

/*
 * Reads user_draw().  The primary key of grid_draw holds all that it asks for,
 * in its order, so users can be added up as they come, in next to no memory;
 * hashing them misses the cache with every row.  Its pages are read nearly one
 * after the other: the planner must not take each for a seek.
 */
static void
stream_draws(const AccountsRun *run, DestReceiver *receiver)
{
	int			level = NewGUCNestLevel();

	(void) set_config_option("random_page_cost", "1.1", PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	phase_stream(run, "user_draw", receiver);
	AtEOXact_GUC(true, level);
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
	rewind_file(receiver.supplies);
	next_supply(&receiver);
	receiver.pub.receiveSlot = receive_draw;
	stream_draws(run, &receiver.pub);
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

/* The rows of user_account as COPY reads them in its binary format. */
typedef struct UnitFeed
{
	UserUnits  *units;
	const AccountsRun *run;
	int64		nread;
	int			length;			/* of what is in the buffer */
	int			position;		/* of what COPY has read of it */
	char		buffer[65536];
} UnitFeed;

/* COPY's callback has no argument; there is one run at a time. */
static UnitFeed *feed;

/* 11 fields, each after its length. */
static const char *const user_account_columns[] = {
	"year", "version", "account_id", "city", "grid_draw", "physical",
	"energy_trade", "certificate_trade", "excess", "allocation", "non_fossil"
};
#define ROW_LENGTH	(2 + 3 * (4 + 4) + 8 * (4 + 8))

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
 * Adds the account of a user to that of its city.
 */
static void
add_to_city(UserUnits *units, const UserUnit *unit, int64 allocation, int64 non_fossil)
{
	CityUnits **place = &units->cities[city_index(unit->city)];
	CityUnits  *city = *place;

	if (city == NULL)
		city = *place = MemoryContextAllocZero(units->context, sizeof(CityUnits));
	add_energy(&city->grid_draw, unit->grid_draw);
	add_energy(&city->physical, unit->physical);
	add_energy(&city->energy_trade, unit->energy_trade);
	add_energy(&city->certificate_trade, unit->certificate_trade);
	add_energy(&city->allocation, allocation);
	add_energy(&city->non_fossil, non_fossil);
}

/*
 * One row of user_account.
 */
static char *
put_user_account(char *place, UserUnits *units, const AccountsRun *run, const UserUnit *unit)
{
	int64		allocation = next_share(&units->provinces[province_index(unit->city)],
										unit->grid_draw - unit->energy_trade - unit->certificate_trade);
	int64		non_fossil = unit->physical;

	add_energy(&non_fossil, unit->energy_trade);
	add_energy(&non_fossil, unit->certificate_trade);
	add_energy(&non_fossil, allocation);
	add_to_city(units, unit, allocation, non_fossil);
	place = put_int16(place, lengthof(user_account_columns));
	place = put_field32(place, run->year);
	place = put_field32(place, run->version);
	place = put_field64(place, unit->account_id);
	place = put_field32(place, unit->city);
	place = put_field64(place, unit->grid_draw);
	place = put_field64(place, unit->physical);
	place = put_field64(place, unit->energy_trade);
	place = put_field64(place, unit->certificate_trade);
	place = put_field64(place, unit->excess);
	place = put_field64(place, allocation);
	return put_field64(place, non_fossil);
}

/*
 * Fills the buffer with as many rows as fit, and the trailer after the last.
 */
static void
fill_buffer(UnitFeed *f)
{
	char	   *place = f->buffer;

	CHECK_FOR_INTERRUPTS();
	while (f->nread < f->units->nunits &&
		   place + ROW_LENGTH + 2 <= f->buffer + sizeof(f->buffer))
	{
		UserUnit	unit;

		get_unit(f->units, &unit);
		place = put_user_account(place, f->units, f->run, &unit);
		if (++f->nread == f->units->nunits)
			place = put_int16(place, -1);
	}
	f->length = place - f->buffer;
	f->position = 0;
}

/*
 * COPY's data source: up to maxread bytes.
 */
static int
read_feed(void *outbuf, int minread, int maxread)
{
	int			length;

	if (feed->position == feed->length)
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
 * Phase user_account: writes the account of every user, and returns their
 * number.
 */
int64
user_units_write(UserUnits *units, const AccountsRun *run)
{
	static const char header[] = "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0";
	Relation	rel;
	ParseState *pstate;
	List	   *columns = NIL;
	CopyFromState copy;
	uint64		nrows;

	if (units->nunits == 0)
		return 0;
	rewind_file(units->file);
	rel = table_open(get_relname_relid("user_account", get_namespace_oid("certledger", false)),
					 RowExclusiveLock);
	check_insert(rel);

	feed = palloc0(sizeof(UnitFeed));
	feed->units = units;
	feed->run = run;
	/* the literal ends with a further zero that COPY wants, too */
	feed->length = sizeof(header);
	memcpy(feed->buffer, header, sizeof(header));

	for (int i = 0; i < lengthof(user_account_columns); i++)
		columns = lappend(columns, makeString(pstrdup(user_account_columns[i])));
	pstate = make_parsestate(NULL);
	(void) addRangeTableEntryForRelation(pstate, rel, RowExclusiveLock, NULL, false, false);
	PushCopiedSnapshot(run->snapshot);
	UpdateActiveSnapshotCommandId();
	copy = BeginCopyFrom(pstate, rel, NULL, NULL, false, read_feed, columns,
						 list_make1(makeDefElem("format", (Node *) makeString("binary"), -1)));
	nrows = CopyFrom(copy);
	EndCopyFrom(copy);
	PopActiveSnapshot();
	CommandCounterIncrement();
	free_parsestate(pstate);
	if (nrows != (uint64) units->nunits)
		ereport(ERROR,
				(errcode(ERRCODE_TRIGGERED_ACTION_EXCEPTION),
				 errmsg("accounts of users are missing"),
				 errdetail("Of " INT64_FORMAT " accounts a trigger of table \"%s\" let " UINT64_FORMAT " pass.",
						   units->nunits, RelationGetRelationName(rel), nrows),
				 errtable(rel)));
	table_close(rel, NoLock);
	pfree(feed);
	feed = NULL;
	return (int64) nrows;
}
