/*-------------------------------------------------------------------------
 *
 * user_account.h
 *	  What user_account.c reads of the users and user_account_write.c writes.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_USER_ACCOUNT_H
#define CERTLEDGER_USER_ACCOUNT_H

#include "common/int.h"
#include "lib/integerset.h"
#include "storage/buffile.h"

#include "accounts.h"

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

/* Sum of two energies that must fit. */
static inline void
add_energy(int64 *sum, int64 energy)
{
	if (unlikely(pg_add_s64_overflow(*sum, energy, sum)))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("sum over the users of a province is out of range for type energy")));
}

extern void user_units_rewind(BufFile *file);

#endif							/* CERTLEDGER_USER_ACCOUNT_H */
