/*-------------------------------------------------------------------------
 *
 * cap_check.c
 *	  How much an account could still claim: checks the question; the answer
 *	  is cap_check_row()'s (cap_check.sql).
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "executor/spi.h"
#include "utils/builtins.h"
#include "utils/datetime.h"

#include "account.h"
#include "accounts.h"
#include "energy.h"
#include "errcodes.h"
#include "kept_body.h"
#include "ledger.h"
#include "region.h"

PG_FUNCTION_INFO_V1(cap_check);

/* Categories of claims, steps of rule claim_fill_order. */
static const char *const categories[] = {
	"green_power", "nuclear", "transfer", "in_province_trade", "spot_trade",
	"voluntary_trade", "out_of_province_trade"
};

/*
 * Refuses a category that there is not.  Error 22023.
 */
static void
check_category(const char *category)
{
	for (int i = 0; i < lengthof(categories); i++)
		if (strcmp(category, categories[i]) == 0)
			return;
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("\"%s\" is no category of claims", category),
			 errhint("Name green_power, nuclear, transfer, in_province_trade, spot_trade, voluntary_trade or out_of_province_trade, as rule claim_fill_order does.")));
}

/*
 * Refuses a question that has no answer.  Call inside SPI_connect.  Errors
 * LC015, 22023.
 */
static void
check_arguments(FunctionCallInfo fcinfo)
{
	int64		account_id = PG_GETARG_INT64(0);
	int32		year = PG_GETARG_INT32(1);
	AccountFacts account = account_read(account_id);

	if (!account.found)
		ereport(ERROR,
				(errcode(ERRCODE_ACCOUNT_UNKNOWN),
				 errmsg("account " INT64_FORMAT " does not exist", account_id),
				 errhint("Register it with register_account().")));
	if (year < 2000 || year > 2099)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("there are no accounts of the year %d", year),
				 errdetail("Accounting years are 2000 to 2099.")));
	if (!PG_ARGISNULL(2) && PG_GETARG_ENERGY(2) < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("further energy must not be negative")));
	if (!PG_ARGISNULL(3) && account.kind == ACCOUNT_PROVINCIAL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("account " INT64_FORMAT " claims for no city", account_id),
				 errdetail("A provincial account claims for its province."),
				 errhint("Leave the city of consumption out.")));
	if (!PG_ARGISNULL(3) && PG_GETARG_REGION(3) % 10000 == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("region %06d is no city of consumption", PG_GETARG_REGION(3)),
				 errhint("Name a prefecture or a county, or leave it out for all cities of the account.")));
	if (!PG_ARGISNULL(4))
		check_category(text_to_cstring(PG_GETARG_TEXT_PP(4)));
	if (!PG_ARGISNULL(5) && region_tier_of(PG_GETARG_REGION(5)) != REGION_TIER_PROVINCE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("region %06d is no producing province", PG_GETARG_REGION(5)),
				 errhint("Name a province, such as 650000, or leave it out.")));
	if (!PG_ARGISNULL(6) && DATE_NOT_FINITE(PG_GETARG_DATEADT(6)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("day of the trade must be finite")));
	(void) accounts_check_rules(date2j(year, 12, 31) - POSTGRES_EPOCH_JDATE);
}

/*
 * cap_check(account_id bigint, year integer, further energy, consumed_in
 *		region, claimed_as text, produced_in region, traded_on date)
 *		returns setof (city, category, from_province, kind, region, month, cap,
 *		published, used, headroom, binds, recognised, exact)
 *
 * The caps under which a further claim of the account would stand, what is
 * left of each, and what would be recognised of further energy.  Errors:
 * 42P01 without a ledger, 22004 without an account or year, LC015 for an
 * account that there is not, LC023 for a rule that is not understood, 22023
 * for a year, energy, city, category, province or day that cannot be, and for
 * a category that certificates of the named province cannot have.
 */
Datum
cap_check(PG_FUNCTION_ARGS)
{
	ledger_require();
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("account and year must not be null")));
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	check_arguments(fcinfo);
	SPI_finish();
	if (kept_body_return(fcinfo) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("nothing produced in %06d is claimed as %s there",
						PG_GETARG_REGION(5), text_to_cstring(PG_GETARG_TEXT_PP(4))),
				 errdetail("Certificates of the province of consumption are claimed as in_province_trade, those of other provinces by another category."),
				 errhint("Leave one of the two out.")));
	return (Datum) 0;
}
