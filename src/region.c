/*-------------------------------------------------------------------------
 *
 * region.c
 *	  Type region: a GB/T 2260 code of the nation, a province, a prefecture
 *	  or a county.
 *
 * A region is held as the number that its six digits read, so comparison,
 * hashing and sorting are those of integer, and "inside region x" is the
 * interval x .. region_last(x).  region_planner.c tells the planner so.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_enum.h"
#include "catalog/pg_type.h"
#include "libpq/pqformat.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "region.h"

#include "compat.h"

/* OIDs of the values of enum tier, kept in fn_extra. */
typedef struct RegionTiers
{
	Oid			value[REGION_TIER_COUNTY + 1];
} RegionTiers;

PG_FUNCTION_INFO_V1(region_in);
PG_FUNCTION_INFO_V1(region_out);
PG_FUNCTION_INFO_V1(region_recv);
PG_FUNCTION_INFO_V1(region_send);
PG_FUNCTION_INFO_V1(region_from_integer);
PG_FUNCTION_INFO_V1(region_tier);
PG_FUNCTION_INFO_V1(region_province);
PG_FUNCTION_INFO_V1(region_prefecture);
PG_FUNCTION_INFO_V1(region_last);
PG_FUNCTION_INFO_V1(region_path);
PG_FUNCTION_INFO_V1(region_within);
PG_FUNCTION_INFO_V1(region_contains);

/* ---------- input and output ---------- */

/*
 * region_in(cstring) returns region
 *
 * Takes 2, 4 or 6 digits; 22P02 otherwise, for province digits that GB/T 2260
 * does not have, and for a county without a prefecture (soft where the server
 * has soft errors).
 */
Datum
region_in(PG_FUNCTION_ARGS)
{
	char	   *str = PG_GETARG_CSTRING(0);
	size_t		len = strlen(str);
	size_t		badpos = 0;
	int32		code = 0;

	switch (region_text_parse(str, len, &code, &badpos))
	{
		case REGION_OK:
			break;
		case REGION_LENGTH:
			ereturn(fcinfo->context, (Datum) 0,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("invalid input syntax for type %s: \"%s\"",
							"region", str),
					 errdetail("A region code has 2, 4 or 6 digits; this has %zu characters.",
							   len),
					 errhint("Write 00 for the nation, or the GB/T 2260 code of a province (50), prefecture (5001) or county (500112).")));
		case REGION_NOT_DIGIT:
			ereturn(fcinfo->context, (Datum) 0,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("invalid input syntax for type %s: \"%s\"",
							"region", str),
					 errdetail("A region code has 2, 4 or 6 digits; byte %zu is no digit.",
							   badpos + 1),
					 errhint("Write 00 for the nation, or the GB/T 2260 code of a province (50), prefecture (5001) or county (500112).")));
		case REGION_NO_PROVINCE:
			ereturn(fcinfo->context, (Datum) 0,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("invalid region code: \"%s\"", str),
					 errdetail("GB/T 2260 has no province %02d.",
							   code / 10000),
					 errhint("Provinces are 11 to 15, 21 to 23, 31 to 37, 41 to 46, 50 to 54, 61 to 65, 71, 81 and 82; 00 is the nation.")));
		case REGION_NO_PREFECTURE:
			ereturn(fcinfo->context, (Datum) 0,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("invalid region code: \"%s\"", str),
					 errdetail("County %02d stands without a prefecture.",
							   code % 100),
					 errhint("Digits 3 and 4 name the prefecture; counties of a municipality stand under 01 (districts) or 02 (counties), those governed by the province directly under 90.")));
	}

	PG_RETURN_REGION(code);
}

/*
 * region_out(region) returns cstring
 *
 * Gives all six digits.
 */
Datum
region_out(PG_FUNCTION_ARGS)
{
	char	   *buf = (char *) palloc(REGION_TEXT_LEN + 1);

	region_text_format(PG_GETARG_REGION(0), buf);
	PG_RETURN_CSTRING(buf);
}

/*
 * region_recv(internal) returns region
 *
 * Takes the code as a 32-bit integer; 22P03 when it is none.
 */
Datum
region_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buf = (StringInfo) PG_GETARG_POINTER(0);
	int32		code = (int32) pq_getmsgint(buf, sizeof(int32));

	if (region_check(code) != REGION_OK)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary value for type %s", "region"),
				 errdetail("%d is no GB/T 2260 region code.", code)));
	PG_RETURN_REGION(code);
}

/*
 * region_send(region) returns bytea
 */
Datum
region_send(PG_FUNCTION_ARGS)
{
	StringInfoData buf;

	pq_begintypsend(&buf);
	pq_sendint32(&buf, PG_GETARG_REGION(0));
	PG_RETURN_BYTEA_P(pq_endtypsend(&buf));
}

/*
 * region(integer) returns region
 *
 * The code that a number of six digits (or 0) reads; 22023 when it is none.
 */
Datum
region_from_integer(PG_FUNCTION_ARGS)
{
	int32		code = PG_GETARG_INT32(0);

	switch (region_check(code))
	{
		case REGION_OK:
			break;
		case REGION_NO_PREFECTURE:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("invalid region code: %d", code),
					 errdetail("County %02d stands without a prefecture.",
							   code % 100)));
			break;
		default:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("invalid region code: %d", code),
					 errdetail("A region code is 0 for the nation, or six digits of which the first two are a province of GB/T 2260."),
					 errhint("Multiply a province's two digits by 10000 and a prefecture's four by 100.")));
			break;
	}
	PG_RETURN_REGION(code);
}

/* ---------- parts of a code ---------- */

/*
 * region_tier(region) returns tier
 *
 * nation, province, city or county.  Immutable in truth: a label's enum value
 * keeps its OID as long as the type exists.
 */
Datum
region_tier(PG_FUNCTION_ARGS)
{
	static const char *const labels[] = {
		"nation", "province", "city", "county"
	};
	RegionTier	tier = region_tier_of(PG_GETARG_REGION(0));
	RegionTiers *tiers = (RegionTiers *) fcinfo->flinfo->fn_extra;

	if (tiers == NULL)
	{
		tiers = (RegionTiers *)
			MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt,
								   sizeof(RegionTiers));
		fcinfo->flinfo->fn_extra = tiers;
	}
	if (!OidIsValid(tiers->value[tier]))
	{
		Oid			enumtype = get_func_rettype(fcinfo->flinfo->fn_oid);

		tiers->value[tier] = GetSysCacheOid2(ENUMTYPOIDNAME,
											 Anum_pg_enum_oid,
											 ObjectIdGetDatum(enumtype),
											 CStringGetDatum(labels[tier]));
		if (!OidIsValid(tiers->value[tier]))
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_OBJECT),
					 errmsg("type %s has no value \"%s\"",
							format_type_be(enumtype), labels[tier])));
	}
	PG_RETURN_OID(tiers->value[tier]);
}

/*
 * region_province(region) returns region
 *
 * The province that a region is or lies in; NULL for the nation.
 */
Datum
region_province(PG_FUNCTION_ARGS)
{
	int32		code = PG_GETARG_REGION(0);

	if (code == REGION_NATION)
		PG_RETURN_NULL();
	PG_RETURN_REGION(code - code % 10000);
}

/*
 * region_prefecture(region) returns region
 *
 * The prefecture that a region is or lies in; NULL for a province or the
 * nation.
 */
Datum
region_prefecture(PG_FUNCTION_ARGS)
{
	int32		code = PG_GETARG_REGION(0);

	if (code % 10000 == 0)
		PG_RETURN_NULL();
	PG_RETURN_REGION(code - code % 100);
}

/*
 * region_last(region) returns region
 *
 * The last code inside a region.  Cannot throw.
 */
Datum
region_last(PG_FUNCTION_ARGS)
{
	PG_RETURN_REGION(region_last_of(PG_GETARG_REGION(0)));
}

/*
 * An array of the regions that hold code, as a Datum; regiontype is the OID
 * of type region.
 */
Datum
region_path_datum(int32 code, Oid regiontype)
{
	int32		path[REGION_PATH_MAX];
	Datum		elems[REGION_PATH_MAX];
	int			n = region_path_of(code, path);

	for (int i = 0; i < n; i++)
		elems[i] = RegionGetDatum(path[i]);
	return PointerGetDatum(construct_array(elems, n, regiontype,
										   sizeof(int32), true,
										   TYPALIGN_INT));
}

/*
 * region_path(region) returns region[]
 *
 * The regions that hold a region, from the nation down to itself.
 */
Datum
region_path(PG_FUNCTION_ARGS)
{
	Oid		   *regiontype = (Oid *) fcinfo->flinfo->fn_extra;

	if (regiontype == NULL)
	{
		regiontype = (Oid *) MemoryContextAlloc(fcinfo->flinfo->fn_mcxt,
												sizeof(Oid));
		*regiontype =
			get_element_type(get_func_rettype(fcinfo->flinfo->fn_oid));
		fcinfo->flinfo->fn_extra = regiontype;
	}
	PG_RETURN_DATUM(region_path_datum(PG_GETARG_REGION(0), *regiontype));
}

/* region <@ region: is the first inside the second, or the same? */
Datum
region_within(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(region_is_within(PG_GETARG_REGION(0),
									PG_GETARG_REGION(1)));
}

/* region @> region: does the first hold the second, or equal it? */
Datum
region_contains(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(region_is_within(PG_GETARG_REGION(1),
									PG_GETARG_REGION(0)));
}
