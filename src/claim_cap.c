/*-------------------------------------------------------------------------
 *
 * claim_cap.c
 *	  Claims beyond a cap: refused where rule excess_policy says reject.
 *
 * A claim is refused when together with everything that was claimed before,
 * whichever category comes first by rule claim_fill_order, and with the energy
 * trade, recognised or not yet, it does not fit under a cap.  So nothing that
 * was accepted is displaced by what comes later, and the accounts recognise all
 * of it on the same facts.
 *
 * The caps and what is used of them are those of cap_check() (cap_room(),
 * claim_beyond_draw() and claim_beyond_pool() in cap_check.sql).
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "nodes/pg_list.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "claim.h"
#include "compat.h"
#include "energy.h"
#include "energy_text.h"
#include "errcodes.h"
#include "plan.h"
#include "region.h"

static SavedPlan draw_plan = {
	"SELECT beneficiary, city, cap, traded, claimed, asked"
	" FROM certledger.claim_beyond_draw($1, $2, $3, $4, $5, $6)",
	6, {PLAN_INTEGER, PLAN_BIGINT_ARRAY, PLAN_REGION_ARRAY, PLAN_ROUTE_ARRAY,
		PLAN_BIGINT_ARRAY, PLAN_BOOLEAN_ARRAY}
};

static SavedPlan pool_plan = {
	"SELECT cap_name, cap, traded, claimed, asked"
	" FROM certledger.claim_beyond_pool($1, $2, $3, $4, $5, $6, $7)",
	7, {PLAN_INTEGER, PLAN_REGION_ARRAY, PLAN_ROUTE_ARRAY, PLAN_REGION_ARRAY,
		PLAN_INTEGER_ARRAY, PLAN_BIGINT_ARRAY, PLAN_BOOLEAN_ARRAY}
};

/* What is known of a cap that is exceeded. */
typedef struct Excess
{
	int64		cap;			/* Wh */
	int64		traded;
	int64		claimed;		/* the statement's included */
	int64		asked;			/* certificates that the statement claims */
} Excess;

/* An energy as text. */
static char *
energy_words(int64 energy)
{
	char	   *text = palloc(ENERGY_TEXT_SIZE);

	energy_text_format(energy, text);
	return text;
}

/*
 * Whole certificates that fit beside what was there before the statement.
 */
static int64
room_of(const Excess *excess)
{
	int64		before = excess->claimed - excess->asked * ENERGY_MWH;

	return Max((excess->cap - excess->traded - before) / ENERGY_MWH, 0);
}

static int
hint_room(const Excess *excess)
{
	int64		room = room_of(excess);

	return room > 0 ?
		errhint("Retire no more than " INT64_FORMAT ", or claim the rest under the voluntary regime.", room) :
		errhint("Claim under the voluntary regime.");
}

/*
 * The columns cap, traded, claimed and asked of a row.
 */
static Excess
read_excess(const Datum *row)
{
	Excess		excess;

	excess.cap = DatumGetEnergy(row[0]);
	excess.traded = DatumGetEnergy(row[1]);
	excess.claimed = DatumGetEnergy(row[2]);
	excess.asked = DatumGetInt64(row[3]);
	return excess;
}

/*
 * Room for so many values.
 */
static Datum *
column_make(int n)
{
	return MemoryContextAllocHuge(CurrentMemoryContext, sizeof(Datum) * n);
}

static Datum
boolean_array(Datum *values, int n)
{
	return PointerGetDatum(construct_array(values, n, BOOLOID, sizeof(bool),
										   true, TYPALIGN_CHAR));
}

/*
 * Refuses claims of a year beyond the grid draw of an account.  Error LC036.
 */
static void
judge_accounts(const Claim *claims, int nclaims, int32 year)
{
	const Vocabulary *v = vocabulary_get();
	Datum	   *columns[5];
	Datum		values[6];
	Datum		row[6];
	bool		nulls[6];
	Excess		excess;
	int32		city;
	int			n = 0;

	for (int i = 0; i < lengthof(columns); i++)
		columns[i] = column_make(nclaims);
	for (int i = 0; i < nclaims; i++)
	{
		if (claims[i].key.year != year)
			continue;
		columns[0][n] = Int64GetDatum(claims[i].key.beneficiary);
		columns[1][n] = RegionGetDatum(claims[i].key.region);
		columns[2][n] = ObjectIdGetDatum(v->route.oids[claims[i].key.route]);
		columns[3][n] = Int64GetDatum(claims[i].certificates);
		columns[4][n++] = BoolGetDatum(claims[i].judged);
	}
	values[0] = Int32GetDatum(year);
	values[1] = claim_bigint_array(columns[0], n);
	values[2] = claim_type_array(columns[1], n, v->region);
	values[3] = claim_type_array(columns[2], n, v->route.type);
	values[4] = claim_bigint_array(columns[3], n);
	values[5] = boolean_array(columns[4], n);
	if (plan_execute(&draw_plan, values, NULL, SPI_OK_SELECT) == 0)
		return;
	heap_deform_tuple(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, row, nulls);
	excess = read_excess(&row[2]);
	city = nulls[1] ? 0 : DatumGetRegion(row[1]);
	ereport(ERROR,
			(errcode(ERRCODE_CLAIM_ABOVE_CAP),
			 errmsg("account " INT64_FORMAT " cannot claim so much of its consumption of %d",
					DatumGetInt64(row[0]), year),
			 city == 0 ?
			 errdetail("The region of consumption names no city, and the account is in another province.") :
			 errdetail("Its grid draw of the year in city %06d is %s and its green and nuclear power trade %s,"
					   " which leaves room for " INT64_FORMAT " certificates; " INT64_FORMAT
					   " were claimed before, and " INT64_FORMAT " are claimed now.", city,
					   energy_words(excess.cap), energy_words(excess.traded),
					   Max((excess.cap - excess.traded) / ENERGY_MWH, 0),
					   excess.claimed / ENERGY_MWH - excess.asked, excess.asked),
			 city == 0 ? errhint("Name the city in the retirement.") : hint_room(&excess)));
}

/*
 * Refuses claims of one year beyond a cap of a city, province or pool.  Error
 * LC036.
 */
static void
judge_pools(const PoolClaim *pools, int n)
{
	const Vocabulary *v = vocabulary_get();
	Datum	   *columns[6];
	Datum		values[7];
	Datum		row[5];
	bool		nulls[5];
	Excess		excess;

	for (int i = 0; i < lengthof(columns); i++)
		columns[i] = column_make(n);
	for (int i = 0; i < n; i++)
	{
		columns[0][i] = RegionGetDatum(pools[i].region);
		columns[1][i] = ObjectIdGetDatum(v->route.oids[pools[i].route]);
		columns[2][i] = RegionGetDatum(pools[i].from_province);
		columns[3][i] = Int32GetDatum(pools[i].month);
		columns[4][i] = Int64GetDatum(pools[i].certificates);
		columns[5][i] = BoolGetDatum(pools[i].judged);
	}
	values[0] = Int32GetDatum(pools[0].year);
	values[1] = claim_type_array(columns[0], n, v->region);
	values[2] = claim_type_array(columns[1], n, v->route.type);
	values[3] = claim_type_array(columns[2], n, v->region);
	values[4] = claim_int_array(columns[3], n);
	values[5] = claim_bigint_array(columns[4], n);
	values[6] = boolean_array(columns[5], n);
	if (plan_execute(&pool_plan, values, NULL, SPI_OK_SELECT) == 0)
		return;
	heap_deform_tuple(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, row, nulls);
	excess = read_excess(&row[1]);
	ereport(ERROR,
			(errcode(ERRCODE_CLAIM_ABOVE_CAP),
			 errmsg("claims of %d would exceed cap %s", pools[0].year,
					text_to_cstring(DatumGetTextPP(row[0]))),
			 errdetail("The cap is %s, of which energy trade takes %s; " INT64_FORMAT
					   " certificates were claimed before, " INT64_FORMAT
					   " are claimed now, and there is room for " INT64_FORMAT ".",
					   energy_words(excess.cap), energy_words(excess.traded),
					   excess.claimed / ENERGY_MWH - excess.asked, excess.asked, room_of(&excess)),
			 hint_room(&excess)));
}

/*
 * Refuses the claims of a statement, which the totals contain already, where
 * one that is judged is beyond a cap: of its account, then of its city, the
 * provinces and the pools.  Call inside SPI_connect.  Error LC036.
 */
void
claim_judge(const Claim *claims, int nclaims, const PoolClaim *pools, int npools)
{
	List	   *years = NIL;
	ListCell   *cell;

	for (int i = 0; i < nclaims; i++)
		if (claims[i].judged)
			years = list_append_unique_int(years, claims[i].key.year);
	list_sort(years, list_int_cmp);
	foreach(cell, years)
		judge_accounts(claims, nclaims, lfirst_int(cell));
	for (int i = 0; i < npools;)
	{
		int			first = i;
		bool		judged = false;

		for (; i < npools && pools[i].year == pools[first].year; i++)
			judged |= pools[i].judged;
		if (judged)
			judge_pools(&pools[first], i - first);
	}
}
