/*-------------------------------------------------------------------------
 *
 * claim.c
 *	  Claims: totals of what is claimed by retiring certificates.
 *
 * What trade identifies is capped for users, cities, provinces and pools
 * (发改能源〔2026〕622号 art. 7, Annexes 1 to 3).  What is beyond a cap is
 * recorded as voluntary when the accounts are run (rule excess_policy,
 * voluntary: here it is only counted), or refused at the retirement (reject,
 * claim_cap.c).  Totals are kept whatever the policy, so that a rule that
 * changes finds them right; and of facts only, the route and not the category,
 * which follows by rule.  The year is that of the accounts: of production.
 *
 * Which certificates feed C depends on the route by which the holder came to
 * them, so claims are noted range by range while they are posted, and written
 * when all of the statement is posted.
 *
 * Totals of provinces are spread over slots.  A session adds in the slot of
 * its backend, and first updates that slot of claim_gate of each province
 * concerned; whoever has done so has the rows of claim_pool of that slot to
 * itself.  A session whose claims are judged updates all slots of the gate,
 * so that it waits for whoever is about to add, of either policy, and sees in
 * the next statement what they added (READ COMMITTED), or gets 40001 (above).
 * What it asks of an account is protected by the gate of the province, too.
 *
 * Rows are written in one order: accounts (posting.c), claim_gate by its key,
 * claim_total by its key; so single statements wait for each other in one
 * direction only.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/datetime.h"

#include "claim.h"
#include "plan.h"
#include "posting.h"
#include "region.h"

/* Values of rule excess_policy. */
static const char *const excess_policies[] = {"voluntary", "reject", NULL};
#define EXCESS_REJECT	1

/* A part of claim_pool, before the month of its transfer is known. */
typedef struct PartKey
{
	int64		transfer_id;	/* 0 where the month does not matter */
	int32		year;
	int32		region;
	int32		city;			/* of the account, where region is no city; or 0 */
	int32		route;
	int32		from_province;
	int32		unused;			/* keeps the key free of padding */
} PartKey;

typedef struct Part
{
	PartKey		key;
	int64		certificates;
	int32		month;
	bool		judged;
} Part;

/* The day of a transfer. */
typedef struct TransferDay
{
	int64		transfer_id;
	DateADT		acquired_on;
} TransferDay;

static SavedPlan month_plan = {
	"SELECT t.transfer_id, t.effective_on FROM certledger.transfer AS t"
	" WHERE t.transfer_id = ANY ($1)",
	1, {PLAN_BIGINT_ARRAY}
};

static int32
province_of(int32 region)
{
	return region - region % 10000;
}

/* Whether certificates of a route count as certificate trade. */
static bool
is_certificate_trade(int32 route)
{
	return route != ROUTE_PRODUCTION && route != ROUTE_GREEN_POWER &&
		route != ROUTE_SELF_USE && route != ROUTE_OFF_GRID;
}

/* Whether certificates of a route stand under caps of provinces and pools. */
static bool
is_trade(int32 route)
{
	return route == ROUTE_IN_PROVINCE_TRADE || route == ROUTE_SPOT_TRADE ||
		route == ROUTE_VOLUNTARY_TRADE || route == ROUTE_OUT_OF_PROVINCE_TRADE;
}

/*
 * Whether the seller's monthly ceilings may limit a claim: of voluntary trade,
 * and of certificates bought in their province and consumed in another, which
 * take the route of rule out_of_province_route (claim_category()).
 */
static bool
needs_month(int32 route, int32 from_province, int32 province)
{
	return from_province != province &&
		(route == ROUTE_VOLUNTARY_TRADE || route == ROUTE_IN_PROVINCE_TRADE);
}

/*
 * Makes what gathers the claims of a statement, in the current context.
 */
Claims *
claim_begin(RuleCache *rules)
{
	Claims	   *claims = palloc0_object(Claims);
	HASHCTL		control = {0};

	claims->rules = rules;
	control.hcxt = CurrentMemoryContext;
	control.keysize = sizeof(ClaimKey);
	control.entrysize = sizeof(Claim);
	claims->claims = hash_create("certledger claims", 256, &control,
								 HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	control.keysize = sizeof(PartKey);
	control.entrysize = sizeof(Part);
	claims->parts = hash_create("certledger parts of claims", 256, &control,
								HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	return claims;
}

/*
 * Whether the policy of a document's day judges its claims.  Green power
 * counts as energy trade, whose room is kept free.  Errors LC016, LC023.
 */
static bool
is_judged(Claims *claims, const PostingDocument *document, int32 route)
{
	return is_certificate_trade(route) &&
		rule_choice(claims->rules, "excess_policy", document->effective_on,
					excess_policies, "voluntary or reject") == EXCESS_REJECT;
}

/*
 * Notes a range that a retirement took.  A provincial account claims for the
 * province, wherever in it.
 */
void
claim_add(Claims *claims, const PostingDocument *document,
		  const AccountFacts *beneficiary, const Piece *piece)
{
	int64		certificates = piece_quantity(&piece->first, &piece->end);
	ClaimKey	key = {0};
	PartKey		part_key = {0};
	int32		province = province_of(document->consumed_in);
	Claim	   *claim;
	Part	   *part;
	bool		judged;
	bool		found;

	key.route = piece->lot->place.route;
	if (document->consumed_in == 0 ||
		(!is_certificate_trade(key.route) && key.route != ROUTE_GREEN_POWER))
		return;
	key.beneficiary = document->party;
	key.year = 2000 + gec_yymm(&piece->first) / 100;
	key.region = beneficiary->kind == ACCOUNT_PROVINCIAL ||
		document->consumed_in == province ? province :
		document->consumed_in - document->consumed_in % 100;
	key.from_province = province_of(piece->lot->region);
	judged = is_judged(claims, document, key.route);
	claims->judged |= judged;
	claim = hash_search(claims->claims, &key, HASH_ENTER, &found);
	if (!found)
	{
		claim->certificates = 0;
		claim->judged = false;
	}
	claim->certificates += certificates;
	claim->judged |= judged;

	part_key.year = key.year;
	part_key.region = key.region;
	part_key.route = key.route;
	part_key.from_province = key.from_province;
	if (key.region == province && beneficiary->province == province)
		part_key.city = beneficiary->city;
	if (needs_month(key.route, key.from_province, province))
		part_key.transfer_id = piece->lot->place.transfer_id;
	part = hash_search(claims->parts, &part_key, HASH_ENTER, &found);
	if (!found)
	{
		part->certificates = 0;
		part->month = 0;
		part->judged = false;
	}
	part->certificates += certificates;
	part->judged |= judged;
}

/* Order of the rows of claim_total. */
static int
compare_claims(const void *a, const void *b)
{
	const ClaimKey *left = &((const Claim *) a)->key;
	const ClaimKey *right = &((const Claim *) b)->key;

	if (left->beneficiary != right->beneficiary)
		return left->beneficiary < right->beneficiary ? -1 : 1;
	if (left->year != right->year)
		return left->year < right->year ? -1 : 1;
	if (left->region != right->region)
		return left->region < right->region ? -1 : 1;
	if (left->route != right->route)
		return left->route < right->route ? -1 : 1;
	return left->from_province < right->from_province ? -1 :
		left->from_province > right->from_province;
}

/* Order of the rows of claim_pool. */
static int
compare_pools(const void *a, const void *b)
{
	const PoolClaim *left = a;
	const PoolClaim *right = b;

	if (left->year != right->year)
		return left->year < right->year ? -1 : 1;
	if (left->region != right->region)
		return left->region < right->region ? -1 : 1;
	if (left->route != right->route)
		return left->route < right->route ? -1 : 1;
	if (left->from_province != right->from_province)
		return left->from_province < right->from_province ? -1 : 1;
	if (left->month != right->month)
		return left->month < right->month ? -1 : 1;
	return (int) left->elsewhere - (int) right->elsewhere;
}

/* Order of the gates. */
static int
compare_gates(const void *a, const void *b)
{
	const GateClaim *left = a;
	const GateClaim *right = b;

	if (left->year != right->year)
		return left->year < right->year ? -1 : 1;
	if (left->province != right->province)
		return left->province < right->province ? -1 : 1;
	return (int) left->out - (int) right->out;
}

/*
 * The month of a year in which certificates that were acquired on a day fall
 * under the seller's ceilings, as voluntary_month() has it.
 */
static int32
ceiling_month(DateADT acquired_on, int32 year)
{
	int			acquired_year;
	int			month;
	int			day;

	j2date(acquired_on + POSTGRES_EPOCH_JDATE, &acquired_year, &month, &day);
	return acquired_year < year ? 1 : acquired_year > year ? 12 : month;
}

/*
 * Fills in the months in which certificates were acquired, where they matter.
 */
static void
read_months(Claims *claims)
{
	Datum	   *ids = palloc_array(Datum, hash_get_num_entries(claims->parts) + 1);
	HASHCTL		control = {0};
	HTAB	   *days;
	HASH_SEQ_STATUS sequence;
	Part	   *part;
	Datum		values[1];
	int			n = 0;
	uint64		nrows;
	TransferDay *day;

	control.hcxt = CurrentMemoryContext;
	control.keysize = sizeof(int64);
	control.entrysize = sizeof(TransferDay);
	days = hash_create("certledger days of transfers", 256, &control,
					   HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	hash_seq_init(&sequence, claims->parts);
	while ((part = hash_seq_search(&sequence)) != NULL)
	{
		bool		found;

		if (part->key.transfer_id == 0)
			continue;
		(void) hash_search(days, &part->key.transfer_id, HASH_ENTER, &found);
		if (!found)
			ids[n++] = Int64GetDatum(part->key.transfer_id);
	}
	if (n == 0)
		return;

	values[0] = claim_bigint_array(ids, n);
	nrows = plan_execute(&month_plan, values, NULL, SPI_OK_SELECT);
	if (nrows != n)
		elog(ERROR, "a transfer by which certificates were acquired is missing");
	for (uint64 i = 0; i < nrows; i++)
	{
		bool		isnull;
		int64		id = DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[i],
													 SPI_tuptable->tupdesc, 1, &isnull));

		day = hash_search(days, &id, HASH_FIND, NULL);
		day->acquired_on = DatumGetDateADT(SPI_getbinval(SPI_tuptable->vals[i],
														 SPI_tuptable->tupdesc, 2, &isnull));
	}
	SPI_freetuptable(SPI_tuptable);
	hash_seq_init(&sequence, claims->parts);
	while ((part = hash_seq_search(&sequence)) != NULL)
		if (part->key.transfer_id != 0)
		{
			day = hash_search(days, &part->key.transfer_id, HASH_FIND, NULL);
			part->month = ceiling_month(day->acquired_on, part->key.year);
		}
	hash_destroy(days);
}

/*
 * The claims of the statement in their order.
 */
static Claim *
sorted_claims(Claims *claims, int *n)
{
	Claim	   *sorted = MemoryContextAllocHuge(CurrentMemoryContext,
												sizeof(Claim) * (hash_get_num_entries(claims->claims) + 1));
	HASH_SEQ_STATUS sequence;
	Claim	   *claim;

	*n = 0;
	hash_seq_init(&sequence, claims->claims);
	while ((claim = hash_seq_search(&sequence)) != NULL)
		sorted[(*n)++] = *claim;
	qsort(sorted, *n, sizeof(Claim), compare_claims);
	return sorted;
}

/*
 * What the statement adds to claim_pool, in order: of trade by province, and
 * everything by city.  A claim that names no more than its province stands
 * under the cap of its account's city, too, but is in no row of the city: the
 * account may move.
 */
static PoolClaim *
sorted_pools(Claims *claims, int *npools)
{
	PoolClaim  *pools = MemoryContextAllocHuge(CurrentMemoryContext,
											   sizeof(PoolClaim) * (2 * hash_get_num_entries(claims->parts) + 1));
	HASH_SEQ_STATUS sequence;
	Part	   *part;
	int			n = 0;
	int			kept = 0;

	hash_seq_init(&sequence, claims->parts);
	while ((part = hash_seq_search(&sequence)) != NULL)
	{
		PoolClaim	pool = {
			.year = part->key.year,
			.region = part->key.region,
			.route = part->key.route,
			.from_province = part->key.from_province,
			.certificates = part->certificates,
			.judged = part->judged
		};

		if (part->key.city != 0)
		{
			pool.region = part->key.city;
			pool.elsewhere = true;
		}
		if (region_tier_of(pool.region) == REGION_TIER_CITY && is_certificate_trade(pool.route))
			pools[n++] = pool;
		pool.elsewhere = false;
		pool.region = province_of(pool.region);
		pool.month = part->month;
		if (is_trade(pool.route))
			pools[n++] = pool;
	}
	qsort(pools, n, sizeof(PoolClaim), compare_pools);
	for (int i = 0; i < n; i++)
		if (kept > 0 && compare_pools(&pools[kept - 1], &pools[i]) == 0)
		{
			pools[kept - 1].certificates += pools[i].certificates;
			pools[kept - 1].judged |= pools[i].judged;
		}
		else
			pools[kept++] = pools[i];
	*npools = kept;
	return pools;
}

/*
 * The gates that the statement passes, in order.
 */
static GateClaim *
sorted_gates(Claims *claims, int *ngates)
{
	GateClaim  *gates = MemoryContextAllocHuge(CurrentMemoryContext,
											   sizeof(GateClaim) * (2 * hash_get_num_entries(claims->parts) + 1));
	HASH_SEQ_STATUS sequence;
	Part	   *part;
	int			n = 0;
	int			kept = 0;

	hash_seq_init(&sequence, claims->parts);
	while ((part = hash_seq_search(&sequence)) != NULL)
	{
		GateClaim	gate = {
			.year = part->key.year,
			.province = province_of(part->key.region),
			.certificates = part->certificates,
			.judged = part->judged
		};

		gates[n++] = gate;
		if (is_trade(part->key.route) && part->key.from_province != gate.province)
		{
			gate.province = part->key.from_province;
			gate.out = true;
			gates[n++] = gate;
		}
	}
	qsort(gates, n, sizeof(GateClaim), compare_gates);
	for (int i = 0; i < n; i++)
		if (kept > 0 && compare_gates(&gates[kept - 1], &gates[i]) == 0)
		{
			gates[kept - 1].certificates += gates[i].certificates;
			gates[kept - 1].judged |= gates[i].judged;
		}
		else
			gates[kept++] = gates[i];
	*ngates = kept;
	return gates;
}

/*
 * Adds the claims of a statement to the totals, and refuses the statement when
 * one that is judged is beyond a cap.  Call inside SPI_connect, once all of
 * the statement is posted.  Errors LC023, LC036.
 */
void
claim_settle(Claims *claims, Relation document_table)
{
	Claim	   *sorted;
	PoolClaim  *pools;
	GateClaim  *gates;
	PostingRights caller;
	int			nclaims;
	int			npools;
	int			ngates;

	sorted = sorted_claims(claims, &nclaims);
	if (nclaims == 0)
		return;
	posting_begin(document_table, &caller);
	PG_TRY();
	{
		read_months(claims);
		pools = sorted_pools(claims, &npools);
		gates = sorted_gates(claims, &ngates);
		claim_write_gates(gates, ngates);
		claim_write_totals(sorted, nclaims);
		if (npools > 0)
			claim_write_pools(pools, npools);

		/* check in a statement after the one that passes the gates */
		if (claims->judged)
			claim_judge(sorted, nclaims, pools, npools);
	}
	PG_FINALLY();
	{
		posting_end(&caller);
	}
	PG_END_TRY();
}
