/*-------------------------------------------------------------------------
 *
 * region_planner.c
 *	  What the planner is told of region <@ region and region @> region.
 *
 * The support functions turn col <@ x into the interval x .. region_last(x)
 * on btree and BRIN indexes, and col @> x into a search for the at most four
 * regions that hold x; the estimators count what the statistics have inside
 * the interval.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "access/stratnum.h"
#include "catalog/pg_am.h"
#include "catalog/pg_opfamily.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_statistic.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/pathnodes.h"
#include "nodes/supportnodes.h"
#include "optimizer/optimizer.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/selfuncs.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "region.h"

#include "compat.h"

/*
 * Shares of rows assumed inside a nation, province, city and county when no
 * statistics are there: 31 provinces, 333 prefectures, 2,978 counties.
 */
static const double region_default_share[] = {
	1.0, 1.0 / 31, 1.0 / 333, 1.0 / 2978
};

/* Share of rows assumed inside a region that is not known when planning. */
#define REGION_UNKNOWN_SHARE	DEFAULT_RANGE_INEQ_SEL

PG_FUNCTION_INFO_V1(region_within_support);
PG_FUNCTION_INFO_V1(region_contains_support);
PG_FUNCTION_INFO_V1(region_withinsel);
PG_FUNCTION_INFO_V1(region_containssel);
PG_FUNCTION_INFO_V1(region_withinjoinsel);
PG_FUNCTION_INFO_V1(region_containsjoinsel);

/* ---------- planner: index conditions ---------- */

/*
 * The function of that name with one argument of type region, in the schema
 * of function sibling; InvalidOid when there is none.  (A catalog lookup
 * rather than a name lookup: whoever plans needs no right on the schema.)
 */
static Oid
region_sibling_function(Oid sibling, const char *name, Oid regiontype)
{
	return GetSysCacheOid3(PROCNAMEARGSNSP, Anum_pg_proc_oid,
						   CStringGetDatum(name),
						   PointerGetDatum(buildoidvector(&regiontype, 1)),
						   ObjectIdGetDatum(get_func_namespace(sibling)));
}

/*
 * The clause key op value, or NULL when the operator family has no such
 * operator.
 */
static Expr *
region_index_clause(Oid opfamily, Oid regiontype, int strategy, Node *key,
					Node *value)
{
	Oid			operator = get_opfamily_member(opfamily, regiontype,
											   regiontype, strategy);

	if (!OidIsValid(operator))
		return NULL;
	return make_opclause(operator, BOOLOID, false, (Expr *) key,
						 (Expr *) value, InvalidOid, InvalidOid);
}

/*
 * A Const of type region.
 */
static Node *
region_const(int32 code, Oid regiontype)
{
	return (Node *) makeConst(regiontype, -1, InvalidOid, sizeof(int32),
							  RegionGetDatum(code), false, true);
}

/*
 * Conditions that an index can search, for: key inside value.
 *
 * Exact: key >= value AND key <= region_last(value); for a constant county,
 * key = value.
 */
static List *
region_inside_conditions(SupportRequestIndexCondition *req, Oid regiontype,
						 Node *key, Node *value)
{
	Node	   *last;
	Expr	   *from;
	Expr	   *to;

	if (IsA(value, Const))
	{
		Const	   *con = (Const *) value;
		int32		code;

		if (con->constisnull)
			return NIL;
		code = DatumGetRegion(con->constvalue);
		if (region_last_of(code) == code)
		{
			from = region_index_clause(req->opfamily, regiontype,
									   BTEqualStrategyNumber, key, value);
			return from != NULL ? list_make1(from) : NIL;
		}
		last = region_const(region_last_of(code), regiontype);
	}
	else
	{
		Oid			function = region_sibling_function(req->funcid,
													   "region_last",
													   regiontype);

		if (!OidIsValid(function))
			return NIL;
		last = (Node *) makeFuncExpr(function, regiontype,
									 list_make1(copyObject(value)),
									 InvalidOid, InvalidOid,
									 COERCE_EXPLICIT_CALL);
	}

	from = region_index_clause(req->opfamily, regiontype,
							   BTGreaterEqualStrategyNumber, key, value);
	to = region_index_clause(req->opfamily, regiontype,
							 BTLessEqualStrategyNumber, key, last);
	if (from == NULL || to == NULL)
		return NIL;
	return list_make2(from, to);
}

/*
 * Conditions that a btree index can search, for: key holds value.
 *
 * Exact: key = ANY (region_path(value)).
 */
static List *
region_holds_conditions(SupportRequestIndexCondition *req, Oid regiontype,
						Node *key, Node *value)
{
	Oid			arraytype = get_array_type(regiontype);
	Oid			operator = get_opfamily_member(req->opfamily, regiontype,
											   regiontype,
											   BTEqualStrategyNumber);
	ScalarArrayOpExpr *clause;
	Node	   *path;

	if (!OidIsValid(operator) || !OidIsValid(arraytype))
		return NIL;

	if (IsA(value, Const))
	{
		Const	   *con = (Const *) value;

		if (con->constisnull)
			return NIL;
		path = (Node *)
			makeConst(arraytype, -1, InvalidOid, -1,
					  region_path_datum(DatumGetRegion(con->constvalue),
										regiontype),
					  false, false);
	}
	else
	{
		Oid			function = region_sibling_function(req->funcid,
													   "region_path",
													   regiontype);

		if (!OidIsValid(function))
			return NIL;
		path = (Node *) makeFuncExpr(function, arraytype,
									 list_make1(copyObject(value)),
									 InvalidOid, InvalidOid,
									 COERCE_EXPLICIT_CALL);
	}

	clause = makeNode(ScalarArrayOpExpr);
	clause->opno = operator;
	clause->opfuncid = get_opcode(operator);
	clause->useOr = true;
	clause->args = list_make2(key, path);
	clause->location = -1;
	return list_make1(clause);
}

/*
 * Answers SupportRequestIndexCondition; inner is the number of the argument
 * that lies inside the other one.  NULL when the index cannot help.
 */
static Node *
region_index_condition(SupportRequestIndexCondition *req, int inner)
{
	List	   *args;
	Node	   *key;
	Node	   *value;
	Oid			regiontype;
	HeapTuple	tuple;
	Oid			method;
	List	   *conditions = NIL;

	if (is_opclause(req->node))
		args = ((OpExpr *) req->node)->args;
	else if (is_funcclause(req->node))
		args = ((FuncExpr *) req->node)->args;
	else
		return NULL;
	if (list_length(args) != 2 || req->indexarg > 1)
		return NULL;

	key = (Node *) list_nth(args, req->indexarg);
	value = (Node *) list_nth(args, 1 - req->indexarg);
	regiontype = exprType(value);

	/* an operator class of another type may number its strategies otherwise */
	if (req->index->opcintype[req->indexcol] != regiontype)
		return NULL;
	if (!is_pseudo_constant_for_index(req->root, value, req->index))
		return NULL;

	tuple = SearchSysCache1(OPFAMILYOID, ObjectIdGetDatum(req->opfamily));
	if (!HeapTupleIsValid(tuple))
		return NULL;
	method = ((Form_pg_opfamily) GETSTRUCT(tuple))->opfmethod;
	ReleaseSysCache(tuple);

	/* BRIN minmax families number their strategies as btree does */
	if (req->indexarg == inner)
	{
		if (method == BTREE_AM_OID || method == BRIN_AM_OID)
			conditions = region_inside_conditions(req, regiontype, key, value);
	}
	else
	{
		if (method == BTREE_AM_OID)
			conditions = region_holds_conditions(req, regiontype, key, value);
	}

	if (conditions != NIL)
		req->lossy = false;
	return (Node *) conditions;
}

/*
 * Answers SupportRequestSimplify: inside a constant county means equal to it,
 * which every kind of index, join and partitioning understands.
 */
static Node *
region_simplify(SupportRequestSimplify *req, int inner)
{
	List	   *args = req->fcall->args;
	Node	   *key = (Node *) list_nth(args, inner);
	Node	   *outer = (Node *) list_nth(args, 1 - inner);
	Const	   *con = (Const *) outer;
	TypeCacheEntry *typcache;
	int32		code;

	if (!IsA(outer, Const) || con->constisnull || IsA(key, Const))
		return NULL;
	code = DatumGetRegion(con->constvalue);
	if (region_last_of(code) != code)
		return NULL;
	typcache = lookup_type_cache(con->consttype, TYPECACHE_EQ_OPR);
	if (!OidIsValid(typcache->eq_opr))
		return NULL;
	return (Node *) make_opclause(typcache->eq_opr, BOOLOID, false,
								  (Expr *) key, (Expr *) outer, InvalidOid,
								  InvalidOid);
}

/*
 * The common part of both support functions.
 */
static Node *
region_support(Node *request, int inner)
{
	if (IsA(request, SupportRequestIndexCondition))
		return region_index_condition((SupportRequestIndexCondition *) request,
									  inner);
	if (IsA(request, SupportRequestSimplify))
		return region_simplify((SupportRequestSimplify *) request, inner);
	return NULL;
}

/*
 * region_within_support(internal) returns internal; for region_within.
 */
Datum
region_within_support(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(region_support((Node *) PG_GETARG_POINTER(0), 0));
}

/*
 * region_contains_support(internal) returns internal; for region_contains.
 */
Datum
region_contains_support(PG_FUNCTION_ARGS)
{
	PG_RETURN_POINTER(region_support((Node *) PG_GETARG_POINTER(0), 1));
}

/* ---------- planner: selectivity ---------- */

/* What pg_statistic knows of a column of regions. */
typedef struct RegionStats
{
	bool		known;			/* has statistics at all */
	double		nullfrac;		/* share of nulls */
	double		rest;			/* share neither null nor a common value */
	double		each;			/* share of one value that is not common */
	AttStatsSlot common;		/* most common values, or none */
	AttStatsSlot histogram;		/* histogram of the others, or none */
} RegionStats;

/*
 * Fills *stats; release with region_stats_free().  Only looks at the numbers
 * in the statistics; no operator of the user's is called.
 */
static void
region_stats_get(VariableStatData *vardata, RegionStats *stats)
{
	bool		isdefault;
	double		distinct;

	memset(stats, 0, sizeof(RegionStats));
	if (!HeapTupleIsValid(vardata->statsTuple))
		return;

	stats->known = true;
	stats->nullfrac =
		((Form_pg_statistic) GETSTRUCT(vardata->statsTuple))->stanullfrac;
	stats->rest = 1.0 - stats->nullfrac;
	if (get_attstatsslot(&stats->common, vardata->statsTuple,
						 STATISTIC_KIND_MCV, InvalidOid,
						 ATTSTATSSLOT_VALUES | ATTSTATSSLOT_NUMBERS))
	{
		for (int i = 0; i < stats->common.nnumbers; i++)
			stats->rest -= stats->common.numbers[i];
	}
	CLAMP_PROBABILITY(stats->rest);
	(void) get_attstatsslot(&stats->histogram, vardata->statsTuple,
							STATISTIC_KIND_HISTOGRAM, InvalidOid,
							ATTSTATSSLOT_VALUES);

	distinct = get_variable_numdistinct(vardata, &isdefault) -
		stats->common.nvalues;
	stats->each = stats->rest / Max(distinct, 1.0);
}

static void
region_stats_free(RegionStats *stats)
{
	free_attstatsslot(&stats->common);
	free_attstatsslot(&stats->histogram);
}

/*
 * Share of the histogram's values below code, between its bounds by
 * interpolation.
 */
static double
region_histogram_below(const AttStatsSlot *histogram, int32 code)
{
	int			low = 0;
	int			high = histogram->nvalues - 1;
	double		from;
	double		to;

	if (code <= DatumGetRegion(histogram->values[low]))
		return 0.0;
	if (code > DatumGetRegion(histogram->values[high]))
		return 1.0;
	/* keep values[low] < code <= values[high] */
	while (high - low > 1)
	{
		int			middle = (low + high) / 2;

		if (DatumGetRegion(histogram->values[middle]) < code)
			low = middle;
		else
			high = middle;
	}
	from = DatumGetRegion(histogram->values[low]);
	to = DatumGetRegion(histogram->values[high]);
	return (low + (code - from) / (to - from)) / (histogram->nvalues - 1);
}

/*
 * Share of rows whose region equals code.
 */
static double
region_share_equal(const RegionStats *stats, int32 code)
{
	if (!stats->known)
		return region_default_share[REGION_TIER_COUNTY];
	for (int i = 0; i < stats->common.nvalues; i++)
	{
		if (DatumGetRegion(stats->common.values[i]) == code)
			return stats->common.numbers[i];
	}
	return stats->each;
}

/*
 * Share of rows whose region lies inside code.
 */
static double
region_share_inside(const RegionStats *stats, int32 code)
{
	int32		last = region_last_of(code);
	double		share = 0.0;
	double		assumed = region_default_share[region_tier_of(code)];

	if (!stats->known)
		return assumed;
	if (code == REGION_NATION)
		return 1.0 - stats->nullfrac;
	if (last == code)
		return region_share_equal(stats, code);

	for (int i = 0; i < stats->common.nvalues; i++)
	{
		int32		value = DatumGetRegion(stats->common.values[i]);

		if (value >= code && value <= last)
			share += stats->common.numbers[i];
	}
	if (stats->histogram.nvalues > 1)
	{
		double		inside =
			region_histogram_below(&stats->histogram, last + 1) -
			region_histogram_below(&stats->histogram, code);

		/* an interval between two bounds may still have a value */
		share += Max(inside * stats->rest, stats->each);
	}
	else
		share += assumed * stats->rest;
	CLAMP_PROBABILITY(share);
	return share;
}

/*
 * Share of rows whose region holds code.
 */
static double
region_share_holding(const RegionStats *stats, int32 code)
{
	int32		path[REGION_PATH_MAX];
	int			n = region_path_of(code, path);
	double		share = 0.0;

	for (int i = 0; i < n; i++)
		share += region_share_equal(stats, path[i]);
	CLAMP_PROBABILITY(share);
	return share;
}

/*
 * Restriction estimate; inner is the number of the argument that lies inside
 * the other one.
 */
static double
region_restriction(FunctionCallInfo fcinfo, int inner)
{
	PlannerInfo *root = (PlannerInfo *) PG_GETARG_POINTER(0);
	List	   *args = (List *) PG_GETARG_POINTER(2);
	int			varrelid = PG_GETARG_INT32(3);
	VariableStatData vardata;
	Node	   *other;
	bool		varonleft;
	double		share = REGION_UNKNOWN_SHARE;

	if (!get_restriction_variable(root, args, varrelid, &vardata, &other,
								  &varonleft))
		return share;

	if (IsA(other, Const))
	{
		Const	   *con = (Const *) other;
		RegionStats stats;

		if (con->constisnull)
			share = 0.0;
		else
		{
			int32		code = DatumGetRegion(con->constvalue);

			region_stats_get(&vardata, &stats);
			if (varonleft == (inner == 0))
				share = region_share_inside(&stats, code);
			else
				share = region_share_holding(&stats, code);
			region_stats_free(&stats);
		}
	}
	ReleaseVariableStats(vardata);
	return share;
}

/*
 * Join estimate: the average, over the statistics of the holding side, of the
 * share of the inner side inside each.
 */
static double
region_join(FunctionCallInfo fcinfo, int inner)
{
	PlannerInfo *root = (PlannerInfo *) PG_GETARG_POINTER(0);
	List	   *args = (List *) PG_GETARG_POINTER(2);
	JoinType	jointype = (JoinType) PG_GETARG_INT16(3);
	SpecialJoinInfo *sjinfo = (SpecialJoinInfo *) PG_GETARG_POINTER(4);
	VariableStatData vardata[2];
	bool		reversed;
	RegionStats inside;
	RegionStats holding;
	double		share = REGION_UNKNOWN_SHARE;

	get_join_variables(root, args, sjinfo, &vardata[0], &vardata[1],
					   &reversed);
	region_stats_get(&vardata[inner], &inside);
	region_stats_get(&vardata[1 - inner], &holding);

	if (holding.known)
	{
		double		sum = 0.0;

		share = 0.0;
		for (int i = 0; i < holding.common.nvalues; i++)
			share += holding.common.numbers[i] *
				region_share_inside(&inside,
									DatumGetRegion(holding.common.values[i]));
		if (holding.histogram.nvalues > 0)
		{
			for (int i = 0; i < holding.histogram.nvalues; i++)
			{
				int32		code = DatumGetRegion(holding.histogram.values[i]);

				sum += region_share_inside(&inside, code);
			}
			share += holding.rest * sum / holding.histogram.nvalues;
		}
		else
			share += holding.rest * REGION_UNKNOWN_SHARE;
	}

	if (jointype == JOIN_SEMI || jointype == JOIN_ANTI)
	{
		/* share of the left rows that find a partner */
		RelOptInfo *right = vardata[reversed ? 0 : 1].rel;

		if (right != NULL)
			share *= Max(right->rows, 1.0);
	}

	region_stats_free(&inside);
	region_stats_free(&holding);
	ReleaseVariableStats(vardata[0]);
	ReleaseVariableStats(vardata[1]);
	CLAMP_PROBABILITY(share);
	return share;
}

/*
 * region_withinsel(internal, oid, internal, integer) returns double precision
 *
 * Restriction estimator of <@.
 */
Datum
region_withinsel(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(region_restriction(fcinfo, 0));
}

/*
 * region_containssel(internal, oid, internal, integer) returns double
 * precision
 *
 * Restriction estimator of @>.
 */
Datum
region_containssel(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(region_restriction(fcinfo, 1));
}

/*
 * region_withinjoinsel(internal, oid, internal, smallint, internal) returns
 * double precision
 *
 * Join estimator of <@.
 */
Datum
region_withinjoinsel(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(region_join(fcinfo, 0));
}

/*
 * region_containsjoinsel(internal, oid, internal, smallint, internal) returns
 * double precision
 *
 * Join estimator of @>.
 */
Datum
region_containsjoinsel(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(region_join(fcinfo, 1));
}
