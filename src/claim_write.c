/*-------------------------------------------------------------------------
 *
 * claim_write.c
 *	  Writes the totals of what is claimed; see claim.c.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "common/int.h"
#include "miscadmin.h"
#include "utils/array.h"

#include "claim.h"
#include "compat.h"
#include "direct_table.h"
#include "plan.h"
#include "region.h"

/* Slots over which the totals of a province are spread. */
#define CLAIM_SLOTS		16

static SavedPlan total_plan = {
	"INSERT INTO certledger.claim_total AS t"
	"  (beneficiary, year, region, route, from_province, certificates)"
	" SELECT * FROM unnest($1, $2, $3, $4, $5, $6)"
	" ON CONFLICT (beneficiary, year, region, route, from_province)"
	" DO UPDATE SET certificates = t.certificates + excluded.certificates",
	6, {PLAN_BIGINT_ARRAY, PLAN_INTEGER_ARRAY, PLAN_REGION_ARRAY, PLAN_ROUTE_ARRAY,
		PLAN_REGION_ARRAY, PLAN_BIGINT_ARRAY}
};

/* Slots that nobody used yet are made, or nobody could wait for them. */
static SavedPlan gate_plan = {
	"INSERT INTO certledger.claim_gate AS g (year, province, direction, slot, certificates)"
	" SELECT u.year, u.province, CASE WHEN u.out THEN 'out' ELSE 'in' END, u.slot, u.certificates"
	" FROM unnest($1, $2, $3, $4, $5) AS u(year, province, out, slot, certificates)"
	" ON CONFLICT (year, province, direction, slot)"
	" DO UPDATE SET certificates = g.certificates + excluded.certificates",
	5, {PLAN_INTEGER_ARRAY, PLAN_REGION_ARRAY, PLAN_BOOLEAN_ARRAY, PLAN_INTEGER_ARRAY,
		PLAN_BIGINT_ARRAY}
};

static SavedPlan pool_plan = {
	"INSERT INTO certledger.claim_pool AS p"
	"  (year, region, route, from_province, month, certificates, slot)"
	" SELECT u.*, $7 FROM unnest($1, $2, $3, $4, $5, $6) AS u"
	" ON CONFLICT (year, region, route, from_province, month, slot)"
	" DO UPDATE SET certificates = p.certificates + excluded.certificates",
	7, {PLAN_INTEGER_ARRAY, PLAN_REGION_ARRAY, PLAN_ROUTE_ARRAY, PLAN_REGION_ARRAY,
		PLAN_INTEGER_ARRAY, PLAN_BIGINT_ARRAY, PLAN_INTEGER}
};

/* Values as an array parameter, of a type that is passed like an int. */
Datum
claim_type_array(const Datum *values, int n, Oid type)
{
	return PointerGetDatum(construct_array((Datum *) values, n, type, sizeof(int32),
										   true, TYPALIGN_INT));
}

Datum
claim_int_array(const Datum *values, int n)
{
	return claim_type_array(values, n, INT4OID);
}

Datum
claim_bigint_array(const Datum *values, int n)
{
	return PointerGetDatum(construct_array((Datum *) values, n, INT8OID, sizeof(int64),
										   true, TYPALIGN_DOUBLE));
}

/* Table claim_total. */
enum
{
	TOTAL_BENEFICIARY,
	TOTAL_YEAR,
	TOTAL_REGION,
	TOTAL_ROUTE,
	TOTAL_FROM_PROVINCE,
	TOTAL_CERTIFICATES,
	TOTAL_NCOLUMNS
};

static const DirectDefinition total_table = {
	.table_name = "claim_total",
	.rights = ACL_SELECT | ACL_INSERT | ACL_UPDATE,
	.written = true,
	.ncolumns = TOTAL_NCOLUMNS,
	.columns = {
		[TOTAL_BENEFICIARY] = {"beneficiary", INT8OID},
		[TOTAL_YEAR] = {"year", INT4OID},
		[TOTAL_REGION] = {"region", InvalidOid, "region"},
		[TOTAL_ROUTE] = {"route", InvalidOid, "route"},
		[TOTAL_FROM_PROVINCE] = {"from_province", InvalidOid, "region"},
		[TOTAL_CERTIFICATES] = {"certificates", INT8OID}
	}
};

/* Its primary key. */
static const int total_key[] = {
	TOTAL_BENEFICIARY, TOTAL_YEAR, TOTAL_REGION, TOTAL_ROUTE, TOTAL_FROM_PROVINCE
};

/*
 * The row of a claim that is the first of its key.
 */
static void
total_row(const Claim *claim, Datum *values, bool *nulls)
{
	memset(nulls, 0, sizeof(bool) * TOTAL_NCOLUMNS);
	values[TOTAL_BENEFICIARY] = Int64GetDatum(claim->key.beneficiary);
	values[TOTAL_YEAR] = Int32GetDatum(claim->key.year);
	values[TOTAL_REGION] = RegionGetDatum(claim->key.region);
	values[TOTAL_ROUTE] = ObjectIdGetDatum(vocabulary_get()->route.oids[claim->key.route]);
	values[TOTAL_FROM_PROVINCE] = RegionGetDatum(claim->key.from_province);
	values[TOTAL_CERTIFICATES] = Int64GetDatum(claim->certificates);
}

/*
 * Adds one claim: to the row of its key, or as a new row; false when another
 * session has just inserted that row and the snapshot does not see it.
 */
static bool
add_total(DirectTable *table, Relation index, DirectScan *scan, const Claim *claim)
{
	ScanKeyData keys[lengthof(total_key)];
	Datum		values[TOTAL_NCOLUMNS];
	bool		nulls[TOTAL_NCOLUMNS];
	int64		certificates;
	bool		isnull;

	total_row(claim, values, nulls);
	for (int i = 0; i < lengthof(total_key); i++)
		direct_key(&keys[i], index, i + 1, BTEqualStrategyNumber, values[total_key[i]]);
	direct_scan_start(scan, keys);
	if (!direct_scan_next(scan, true) || !direct_lock_row(scan))
		return direct_insert_new(table, values, nulls, lengthof(total_key), total_key, NULL);
	certificates = DatumGetInt64(direct_value(table, scan->slot, TOTAL_CERTIFICATES, &isnull));
	if (pg_add_s64_overflow(certificates, claim->certificates, &certificates))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("bigint out of range")));
	values[TOTAL_CERTIFICATES] = Int64GetDatum(certificates);
	return direct_update(table, &scan->slot->tts_tid, values, nulls);
}

/*
 * Adds claims directly; false when a statement must do it.
 */
static bool
put_totals(const Claim *claims, int n)
{
	DirectTable *table;
	Relation	index;

	if (IsolationUsesXactSnapshot())
		return false;
	table = direct_open(&total_table, RowExclusiveLock);
	if (table == NULL)
		return false;
	index = direct_index_open(table, "claim_total_pkey", false, lengthof(total_key), total_key);
	for (int done = 0; index != NULL && done < n;)
	{
		DirectScan	scan;

		/* with a new snapshot whenever there is a row that the last did not see */
		direct_snapshot_push();
		scan = direct_scan_begin(table, index, lengthof(total_key));
		while (done < n && add_total(table, index, &scan, &claims[done]))
		{
			CHECK_FOR_INTERRUPTS();
			done++;
		}
		direct_scan_end(&scan);
		direct_snapshot_pop();
	}
	if (index != NULL)
		index_close(index, AccessShareLock);
	direct_close(table);
	return index != NULL;
}

/*
 * Adds to claim_total by a statement.
 */
static void
execute_totals(const Claim *claims, int n)
{
	const Vocabulary *v = vocabulary_get();
	Datum	   *columns[6];
	Datum		values[6];

	for (int i = 0; i < lengthof(columns); i++)
		columns[i] = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(Datum) * n);
	for (int i = 0; i < n; i++)
	{
		columns[0][i] = Int64GetDatum(claims[i].key.beneficiary);
		columns[1][i] = Int32GetDatum(claims[i].key.year);
		columns[2][i] = RegionGetDatum(claims[i].key.region);
		columns[3][i] = ObjectIdGetDatum(v->route.oids[claims[i].key.route]);
		columns[4][i] = RegionGetDatum(claims[i].key.from_province);
		columns[5][i] = Int64GetDatum(claims[i].certificates);
	}
	values[0] = claim_bigint_array(columns[0], n);
	values[1] = claim_int_array(columns[1], n);
	values[2] = claim_type_array(columns[2], n, v->region);
	values[3] = claim_type_array(columns[3], n, v->route.type);
	values[4] = claim_type_array(columns[4], n, v->region);
	values[5] = claim_bigint_array(columns[5], n);
	plan_execute(&total_plan, values, NULL, SPI_OK_INSERT);
	for (int i = 0; i < lengthof(columns); i++)
	{
		pfree(columns[i]);
		pfree(DatumGetPointer(values[i]));
	}
}

/*
 * Adds to claim_total claims that are in the order of its key.
 */
void
claim_write_totals(const Claim *claims, int n)
{
	if (!put_totals(claims, n))
		execute_totals(claims, n);
}

/*
 * The slot of this backend.
 */
static int32
my_slot(void)
{
	return (int32) ((uint32) MyBackendNumber % CLAIM_SLOTS);
}

/*
 * Passes the gates: adds to this backend's slot, and where claims are judged
 * updates the other slots as well.
 */
void
claim_write_gates(const GateClaim *gates, int ngates)
{
	const Vocabulary *v = vocabulary_get();
	int32		mine = my_slot();
	Datum	   *columns[5];
	Datum		values[5];
	int			n = 0;

	for (int i = 0; i < lengthof(columns); i++)
		columns[i] = palloc_array(Datum, ngates * CLAIM_SLOTS);
	for (int i = 0; i < ngates; i++)
		for (int32 slot = 0; slot < CLAIM_SLOTS; slot++)
		{
			if (slot != mine && !gates[i].judged)
				continue;
			columns[0][n] = Int32GetDatum(gates[i].year);
			columns[1][n] = RegionGetDatum(gates[i].province);
			columns[2][n] = BoolGetDatum(gates[i].out);
			columns[3][n] = Int32GetDatum(slot);
			columns[4][n++] = Int64GetDatum(slot == mine ? gates[i].certificates : 0);
		}
	values[0] = claim_int_array(columns[0], n);
	values[1] = claim_type_array(columns[1], n, v->region);
	values[2] = PointerGetDatum(construct_array(columns[2], n, BOOLOID, sizeof(bool),
												true, TYPALIGN_CHAR));
	values[3] = claim_int_array(columns[3], n);
	values[4] = claim_bigint_array(columns[4], n);
	plan_execute(&gate_plan, values, NULL, SPI_OK_INSERT);
}

/*
 * Adds to this backend's slot of claim_pool.
 */
void
claim_write_pools(const PoolClaim *pools, int npools)
{
	const Vocabulary *v = vocabulary_get();
	Datum	   *columns[6];
	Datum		values[7];
	int			n = 0;

	for (int i = 0; i < lengthof(columns); i++)
		columns[i] = palloc_array(Datum, npools + 1);
	for (int i = 0; i < npools; i++)
	{
		if (pools[i].elsewhere)
			continue;
		columns[0][n] = Int32GetDatum(pools[i].year);
		columns[1][n] = RegionGetDatum(pools[i].region);
		columns[2][n] = ObjectIdGetDatum(v->route.oids[pools[i].route]);
		columns[3][n] = RegionGetDatum(pools[i].from_province);
		columns[4][n] = Int32GetDatum(pools[i].month);
		columns[5][n++] = Int64GetDatum(pools[i].certificates);
	}
	values[0] = claim_int_array(columns[0], n);
	values[1] = claim_type_array(columns[1], n, v->region);
	values[2] = claim_type_array(columns[2], n, v->route.type);
	values[3] = claim_type_array(columns[3], n, v->region);
	values[4] = claim_int_array(columns[4], n);
	values[5] = claim_bigint_array(columns[5], n);
	values[6] = Int32GetDatum(my_slot());
	plan_execute(&pool_plan, values, NULL, SPI_OK_INSERT);
}
