/*-------------------------------------------------------------------------
 *
 * run_accounts.c
 *	  Running the accounts of a year: the phases in their order.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "portability/instr_time.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "accounts.h"
#include "compat.h"
#include "errcodes.h"
#include "ledger.h"
#include "region.h"
#include "rule.h"

PG_FUNCTION_INFO_V1(run_accounts);

/* Values of rules that the accounts know. */
static const char *const clamp_words[] = {"clamp", "raise", NULL};
static const char *const unknown_words[] = {"unknown", "raise", NULL};
static const char *const sharing_words[] = {"first_come", "pro_rata", NULL};
static const char *const allocation_words[] = {"on_grid_share", "agreement", NULL};
static const char *const yes_words[] = {"yes", "no", NULL};
static const char *const charging_words[] = {"grid_draw", "ignore", NULL};
static const char *const discharging_words[] = {"ignore", "deduct", NULL};
static const struct
{
	const char *name;
	const char *const *words;
	const char *wanted;
}			known_rules[] = {
	{"interprovincial_allocation", allocation_words, "on_grid_share or agreement"},
	{"negative_residual", clamp_words, "clamp or raise"},
	{"pool_sharing", sharing_words, "first_come or pro_rata"},
	{"green_power_needs_retirement", yes_words, "yes or no"},
	{"coefficient_out_of_range", clamp_words, "clamp or raise"},
	{"coefficient_without_denominator", unknown_words, "unknown or raise"},
	{"published_coefficient_overrides", yes_words, "yes or no"},
	{"pumped_storage_counts", yes_words, "yes or no"},
	{"storage_charging", charging_words, "grid_draw or ignore"},
	{"storage_discharging", discharging_words, "ignore or deduct"},
};

/* Steps of the rules that order claims; each must be named once. */
static const char *const trade_steps[] = {
	"green_power", "conventional", "nuclear", "unified_purchase", NULL
};
static const char *const claim_steps[] = {
	"green_power", "nuclear", "transfer", "in_province_trade", "spot_trade",
	"voluntary_trade", "out_of_province_trade", NULL
};
#define BY_DATE "by_date"

/*
 * Reports a phase that has ended: a row with its name, the lines that it wrote
 * and how long it took.
 */
static void
report_phase(ReturnSetInfo *rsinfo, const char *phase, int64 lines, instr_time *begun)
{
	instr_time	elapsed;
	Interval	interval = {0};
	Datum		row[3];
	bool		nulls[3] = {false, false, false};

	INSTR_TIME_SET_CURRENT(elapsed);
	INSTR_TIME_SUBTRACT(elapsed, *begun);
	interval.time = (TimeOffset) INSTR_TIME_GET_MICROSEC(elapsed);
	row[0] = CStringGetTextDatum(phase);
	row[1] = Int64GetDatum(lines);
	row[2] = IntervalPGetDatum(&interval);
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, row, nulls);
	ereport(DEBUG1,
			(errmsg("accounts: phase %s wrote " INT64_FORMAT " lines", phase, lines)));
	INSTR_TIME_SET_CURRENT(*begun);
}

/*
 * Refuses a rule of the order of steps that does not name each of them once.
 * Error LC023.
 */
static void
check_fill_order(const char *name, DateADT on, const char *const *steps, bool by_date)
{
	RuleCache	cache = {0};
	const RuleList *list;
	StringInfoData wanted;
	uint32		seen = 0;
	int			nsteps = 0;
	char	   *value;

	cache.context = CurrentMemoryContext;
	list = rule_list(&cache, name, on);
	if (by_date && list->nitems == 1 && strcmp(list->items[0], BY_DATE) == 0)
		return;
	initStringInfo(&wanted);
	for (const char *const *step = steps; *step != NULL; step++, nsteps++)
	{
		appendStringInfo(&wanted, "%s%s", nsteps > 0 ? "," : "", *step);
		for (int i = 0; i < list->nitems; i++)
			if (strcmp(list->items[i], *step) == 0)
				seen |= 1 << nsteps;
	}
	if (list->nitems == nsteps && seen == (1 << nsteps) - 1)
		return;
	value = rule_value(name, on);
	ereport(ERROR,
			(errcode(ERRCODE_RULE_INVALID),
			 errmsg("rule \"%s\" must name each step once", name),
			 errdetail("It is \"%s\", and the steps are \"%s\".", value, wanted.data),
			 errhint("Insert a corrected row into table certledger.rule.")));
}

/*
 * Refuses values of rules that the accounts do not know, and returns whether
 * pools are shared pro rata.  Error LC023.
 */
bool
accounts_check_rules(DateADT on)
{
	for (int i = 0; i < lengthof(known_rules); i++)
		(void) rule_word(known_rules[i].name, on, known_rules[i].words, known_rules[i].wanted);
	check_fill_order("energy_trade_fill_order", on, trade_steps, false);
	check_fill_order("claim_fill_order", on, claim_steps, true);
	return strcmp(rule_value("pool_sharing", on), "pro_rata") == 0;
}

/*
 * Claims of users: all in one walk, or step by step where the pools of a step
 * are shared out before the next step begins.
 */
static int64
run_claims(const AccountsRun *run, bool pro_rata)
{
	int64		lines = 0;

	if (!pro_rata)
		return phase_run(run, "account_claims");
	for (int step = 1; claim_steps[step - 1] != NULL; step++)
	{
		PhaseBody	body;
		Datum		values[3];
		bool		isnull;

		phase_prepare(&body, "account_claims_pro_rata");
		values[0] = Int32GetDatum(run->year);
		values[1] = Int32GetDatum(run->version);
		values[2] = Int32GetDatum(step);
		phase_execute(run, "account_claims_pro_rata", &body, values, NULL);
		lines += DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull));
	}
	return lines;
}

/*
 * Waits for whoever empties a table of facts, and keeps others from doing so
 * until the run is over: TRUNCATE does not heed snapshots, so facts that are
 * replaced by it in one transaction would be missing from a run that has its
 * snapshot from before and reads the table after.  Call before the year is
 * taken, as whoever replaces facts and then runs does both in this order.
 */
static void
lock_facts(void)
{
	if (SPI_execute("LOCK TABLE certledger.grid_draw, certledger.storage_charge, certledger.physical_supply,"
					" certledger.energy_trade, certledger.market_province, certledger.unified_purchase,"
					" certledger.agreed_allocation, certledger.interprovincial_flow, certledger.published_generation,"
					" certledger.published_consumption, certledger.published_cap, certledger.published_coefficient,"
					" certledger.rule IN ACCESS SHARE MODE", false, 0) != SPI_OK_UTILITY)
		elog(ERROR, "could not lock the facts of the accounts");
}

/*
 * What the users of other provinces rest on, before this run: two arrays, of
 * provinces and of numbers, for account_stale().
 */
static void
read_basis(const AccountsRun *run, Datum *provinces, Datum *bases)
{
	Oid			types[] = {INT4OID, INT4OID};
	Datum		values[2];
	MemoryContext old;
	bool		isnull;

	values[0] = Int32GetDatum(run->year);
	values[1] = Int32GetDatum(run->version);
	if (SPI_execute_with_args("SELECT coalesce(array_agg(b.province), '{}'), coalesce(array_agg(b.basis), '{}')"
							  " FROM certledger.account_basis($1, $2) AS b",
							  2, types, values, NULL, false, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not read the basis of the accounts");
	old = MemoryContextSwitchTo(run->context);
	*provinces = PointerGetDatum(PG_DETOAST_DATUM_COPY(SPI_getbinval(SPI_tuptable->vals[0],
																	 SPI_tuptable->tupdesc, 1, &isnull)));
	*bases = PointerGetDatum(PG_DETOAST_DATUM_COPY(SPI_getbinval(SPI_tuptable->vals[0],
																 SPI_tuptable->tupdesc, 2, &isnull)));
	MemoryContextSwitchTo(old);
}

/*
 * Marks the provinces whose users a limited run has left behind.
 */
static void
mark_stale(const AccountsRun *run, Datum provinces, Datum bases)
{
	PhaseBody	body;
	Datum		values[5];

	phase_prepare(&body, "account_stale");
	values[0] = Int32GetDatum(run->year);
	values[1] = Int32GetDatum(run->version);
	values[2] = provinces;
	values[3] = bases;
	values[4] = RegionGetDatum(run->province);
	phase_execute(run, "account_stale", &body, values, NULL);
}

/*
 * Refuses accounts with a corner that its rule says not to settle.  Error
 * LC048.
 */
static void
refuse_unsettled(const AccountsRun *run)
{
	Oid			types[] = {INT4OID, INT4OID};
	Datum		values[2];
	char	   *row[4];

	values[0] = Int32GetDatum(run->year);
	values[1] = Int32GetDatum(run->version);
	/* a detail ends with what was done about it, which is undone now */
	if (SPI_execute_with_args("SELECT w.warning, w.region::text, regexp_replace(w.detail, '; [^;]*$', '.'), w.rule"
							  " FROM certledger.account_warning AS w"
							  " WHERE w.year = $1 AND w.version = $2"
							  "  AND certledger.rule_value(w.rule, make_date($1, 12, 31)) = 'raise'"
							  " ORDER BY w.rule COLLATE \"C\", w.warning COLLATE \"C\", w.region, w.detail COLLATE \"C\" LIMIT 1",
							  2, types, values, NULL, false, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not read the warnings of the accounts");
	if (SPI_processed == 0)
		return;
	for (int i = 0; i < lengthof(row); i++)
		row[i] = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, i + 1);
	ereport(ERROR,
			(errcode(ERRCODE_ACCOUNTS_UNSETTLED),
			 errmsg("accounts of %d cannot be settled: %s of %s", run->year, row[0], row[1]),
			 errdetail("%s", row[2]),
			 errhint("Correct the facts, or let rule \"%s\" settle it.", row[3])));
}

/*
 * The phases in their order.
 */
static void
run_phases(AccountsRun *run, ReturnSetInfo *rsinfo)
{
	Datum		provinces = (Datum) 0;
	Datum		bases = (Datum) 0;
	UserUnits  *units;
	instr_time	begun;
	bool		pro_rata = accounts_check_rules(date2j(run->year, 12, 31) - POSTGRES_EPOCH_JDATE);

	INSTR_TIME_SET_CURRENT(begun);
	if (run->province != ALL_PROVINCES)
		read_basis(run, &provinces, &bases);
	report_phase(rsinfo, "clear", phase_run(run, "clear_accounts"), &begun);
	report_phase(rsinfo, "rules", phase_run(run, "account_rules"), &begun);
	report_phase(rsinfo, "caps", phase_run(run, "account_caps"), &begun);
	report_phase(rsinfo, "energy trade", phase_run(run, "account_energy_trade"), &begun);
	report_phase(rsinfo, "claims", run_claims(run, pro_rata), &begun);
	report_phase(rsinfo, "use of caps", phase_run(run, "account_cap_use"), &begun);
	report_phase(rsinfo, "interprovincial", phase_run(run, "account_interprovincial"), &begun);
	units = user_units_read(run);
	report_phase(rsinfo, "facts of users", user_units_count(units), &begun);
	report_phase(rsinfo, "provinces", user_units_provinces(units, run), &begun);
	report_phase(rsinfo, "coefficients", user_units_coefficients(units, run), &begun);
	report_phase(rsinfo, "users", user_units_write(units, run), &begun);
	report_phase(rsinfo, "cities", user_units_cities(units, run), &begun);
	report_phase(rsinfo, "months", user_units_months(units, run), &begun);
	report_phase(rsinfo, "unknown accounts", user_units_unknown(units, run), &begun);
	user_units_close(units);
	if (run->province != ALL_PROVINCES)
		mark_stale(run, provinces, bases);
	refuse_unsettled(run);
}

/*
 * run_accounts(year integer, province region DEFAULT NULL)
 *		returns setof (phase text, lines bigint, elapsed interval)
 *
 * Computes the accounts of a year from the facts as they stand when it gets
 * the year to itself; of cities and users, those of one province where it is
 * named.  Errors: 42P01 without a ledger, 22004 without a year, 22023 for a
 * region that is no province, 23514 for a year outside 2000 to 2099, LC023 for
 * a rule that is not understood, LC046 for a closed year, LC048 for a corner
 * that a rule says not to settle, 40001 under snapshot isolation when another
 * run came first, 55006 from a trigger of a run, 42501 where row-level security
 * hides rows (the function sets row_security off: half of the facts would give
 * accounts that look whole), 09000 when a trigger keeps an account from being
 * written.
 */
Datum
run_accounts(PG_FUNCTION_ARGS)
{
	AccountsRun run = {0};
	MemoryContext old;
	bool		before;

	ledger_require();
	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("year of the accounts must not be null")));
	run.year = PG_GETARG_INT32(0);
	run.province = PG_ARGISNULL(1) ? ALL_PROVINCES : PG_GETARG_REGION(1);
	if (!PG_ARGISNULL(1) && region_tier_of(run.province) != REGION_TIER_PROVINCE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("accounts cannot be limited to region %06d", run.province),
				 errdetail("It is no province."),
				 errhint("Name a province, such as 500000, or none.")));
	if (accounts_are_written())
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_IN_USE),
				 errmsg("accounts cannot be run from within a run of accounts"),
				 errhint("Remove the trigger or function that a run calls and that calls run_accounts().")));
	InitMaterializedSRF(fcinfo, 0);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	run.context = AllocSetContextCreate(CurrentMemoryContext, "certledger accounts",
										ALLOCSET_DEFAULT_SIZES);
	old = CurrentMemoryContext;
	before = accounts_writing(true);
	PG_TRY();
	{
		lock_facts();
		run.version = account_year_begin_run(run.year);
		run.snapshot = RegisterSnapshot(GetTransactionSnapshot());
		run_phases(&run, (ReturnSetInfo *) fcinfo->resultinfo);
		UnregisterSnapshot(run.snapshot);
	}
	PG_FINALLY();
	{
		accounts_writing(before);
	}
	PG_END_TRY();
	MemoryContextSwitchTo(old);
	SPI_finish();
	return (Datum) 0;
}
