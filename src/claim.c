/*-------------------------------------------------------------------------
 *
 * claim.c
 *	  Claims: how much of its consumption an account may claim by retiring
 *	  certificates.
 *
 * Transaction-identified volume is capped by grid draw (发改能源〔2026〕622号
 * art. 7): T + C of a user is at most its W.  What is beyond the cap is either
 * recorded as voluntary when the accounts are run (rule excess_policy,
 * voluntary: nothing is done here but to count), or refused at the retirement
 * (reject).
 *
 * Which certificates feed C depends on the route by which the holder came to
 * them, so this trigger fires after the one that posts the retirement (by its
 * name, retirement_post_claim) and reads the lines that it wrote.  The total
 * of each beneficiary and year is one row of claim_total, which every mandatory
 * retirement updates, in one order, whatever the policy is: a rule that
 * changes finds the right total, and of two sessions that claim for the same
 * beneficiary the second waits, and then sees the first one's claim in the
 * statement after (READ COMMITTED) or gets 40001 (above).  Accounts are locked
 * before, by the posting, so single statements wait for each other in one
 * direction only.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "utils/array.h"

#include "compat.h"
#include "errcodes.h"
#include "plan.h"
#include "posting.h"
#include "rule.h"

PG_FUNCTION_INFO_V1(claim_post);

/* Values of rule excess_policy. */
#define EXCESS_REJECT	"reject"
static const char *const excess_policies[] = {"voluntary", EXCESS_REJECT, NULL};

/*
 * Certificates of green power count in T, those of self-use and off-grid
 * supply in P, and the producer's own nowhere (recognition.sql, claim.
 * elsewhere).  posted_at of all documents is this transaction's, which leaves
 * one partition of movement to look at.  OFFSET 0 keeps the index probe inside:
 * the planner cannot know how many lines have that time.
 */
#define COUNTING_LINES \
	"SELECT certledger.quantity(r.certificates) AS quantity FROM certledger.movement AS r" \
	" WHERE r.document = 'retirement' AND r.document_id = i.retirement_id AND r.posted_at = now()" \
	"  AND r.from_route NOT IN ('production', 'green_power', 'self_use', 'off_grid') OFFSET 0"

static SavedPlan add_plan = {
	"INSERT INTO certledger.claim_total AS t (beneficiary, consumption_year, certificates)"
	" SELECT i.beneficiary, i.consumption_year, sum(m.quantity)"
	" FROM inserted AS i, LATERAL (" COUNTING_LINES ") AS m"
	" WHERE i.regime = 'mandatory'"
	" GROUP BY 1, 2 ORDER BY 1, 2"
	" ON CONFLICT (beneficiary, consumption_year)"
	" DO UPDATE SET certificates = t.certificates + excluded.certificates",
	0, {0}
};

static SavedPlan days_plan = {
	"SELECT DISTINCT effective_on FROM inserted WHERE regime = 'mandatory'",
	0, {0}
};

/*
 * The first beneficiary and year whose total is beyond the cap: the total, its
 * grid draw and its trade, and how many certificates fit under the cap.  A
 * provincial account claims for the province and has no grid draw of its own.
 */
static SavedPlan excess_plan = {
	"SELECT c.beneficiary, c.consumption_year, t.certificates, d.energy::text, e.energy::text,"
	"  (certledger.wh(greatest(d.energy - e.energy, '0 kWh')) / 1000000)::bigint AS room"
	" FROM (SELECT DISTINCT i.beneficiary, i.consumption_year FROM inserted AS i"
	"  WHERE i.regime = 'mandatory' AND i.effective_on = ANY ($1)) AS c"
	" JOIN certledger.claim_total AS t"
	"  ON t.beneficiary = c.beneficiary AND t.consumption_year = c.consumption_year"
	" JOIN certledger.account AS a ON a.account_id = c.beneficiary AND a.kind <> 'provincial',"
	" LATERAL (SELECT coalesce(sum(g.energy), '0 kWh') AS energy FROM certledger.grid_draw AS g"
	"  WHERE g.account_id = c.beneficiary AND g.month >= make_date(c.consumption_year, 1, 1)"
	"   AND g.month < make_date(c.consumption_year + 1, 1, 1)) AS d,"
	" LATERAL (SELECT coalesce(sum(certledger.energy_trade_counted(s.kind, s.contracted, s.settled,"
	"   s.certificate_settled, s.one_to_one)), '0 kWh') AS energy FROM certledger.energy_trade AS s"
	"  WHERE s.buyer = c.beneficiary AND s.month >= make_date(c.consumption_year, 1, 1)"
	"   AND s.month < make_date(c.consumption_year + 1, 1, 1)"
	"   AND s.kind IN ('green_power', 'nuclear')) AS e"
	" WHERE certledger.make_energy(mwh => t.certificates) > greatest(d.energy - e.energy, '0 kWh')"
	" ORDER BY c.beneficiary, c.consumption_year LIMIT 1",
	1, {PLAN_DATE_ARRAY}
};

/* What the statement itself claims for one beneficiary and year. */
static SavedPlan claimed_plan = {
	"SELECT sum(m.quantity)::bigint FROM inserted AS i, LATERAL (" COUNTING_LINES ") AS m"
	" WHERE i.regime = 'mandatory' AND i.beneficiary = $1 AND i.consumption_year = $2",
	2, {PLAN_BIGINT, PLAN_BIGINT}
};

/*
 * The days of the statement's mandatory retirements on which rule
 * excess_policy says reject, as an array of dates; their number in *ndays.
 */
static Datum
days_of_rejection(int *ndays)
{
	uint64		nrows = plan_execute(&days_plan, NULL, NULL, SPI_OK_SELECT);
	SPITupleTable *table = SPI_tuptable;
	Datum	   *days = palloc_array(Datum, nrows + 1);

	*ndays = 0;
	for (uint64 i = 0; i < nrows; i++)
	{
		bool		isnull;
		Datum		day = SPI_getbinval(table->vals[i], table->tupdesc, 1, &isnull);

		if (strcmp(rule_word("excess_policy", DatumGetDateADT(day), excess_policies,
							 "voluntary or reject"), EXCESS_REJECT) == 0)
			days[(*ndays)++] = day;
	}
	SPI_freetuptable(table);
	return PointerGetDatum(construct_array(days, *ndays, DATEOID, sizeof(DateADT),
										   true, TYPALIGN_INT));
}

/*
 * Raises the refusal of the claim that excess_plan found: its row is the
 * current SPI result.  Error LC036.
 */
pg_noreturn static void
refuse_excess(void)
{
	Datum		row[6];
	bool		nulls[6];
	Datum		values[2];
	int64		beneficiary;
	int			year;
	int64		total;
	int64		room;
	int64		claimed;
	char	   *draw = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 4);
	char	   *trade = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 5);

	heap_deform_tuple(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, row, nulls);
	beneficiary = DatumGetInt64(row[0]);
	year = DatumGetInt32(row[1]);
	total = DatumGetInt64(row[2]);
	room = DatumGetInt64(row[5]);

	values[0] = Int64GetDatum(beneficiary);
	values[1] = Int64GetDatum(year);
	plan_execute(&claimed_plan, values, NULL, SPI_OK_SELECT);
	claimed = DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc,
										  1, &nulls[0]));
	ereport(ERROR,
			(errcode(ERRCODE_CLAIM_ABOVE_CAP),
			 errmsg("account " INT64_FORMAT " cannot claim so much of its consumption of %d",
					beneficiary, year),
			 errdetail("Its grid draw of the year is %s and its green and nuclear power trade %s,"
					   " which leaves room for " INT64_FORMAT " certificates; " INT64_FORMAT
					   " were claimed before, and " INT64_FORMAT " are claimed now.",
					   draw, trade, room, total - claimed, claimed),
			 room > total - claimed ?
			 errhint("Retire no more than " INT64_FORMAT ", or claim the rest under the voluntary regime.",
					 room - (total - claimed)) :
			 errhint("Claim under the voluntary regime.")));
}

/*
 * claim_post() returns trigger
 *
 * AFTER INSERT statement trigger of table retirement, fired after
 * retirement_post(): adds the statement's mandatory claims to claim_total, and
 * refuses the statement when one of them is beyond its cap and rule
 * excess_policy says reject on its day.  Errors LC016, LC023, LC036.
 */
Datum
claim_post(PG_FUNCTION_ARGS)
{
	TriggerData *trigdata = posting_trigger(fcinfo, "retirement");
	PostingRights caller;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_register_trigger_data(trigdata) != SPI_OK_TD_REGISTER)
		elog(ERROR, "SPI_register_trigger_data failed");
	posting_begin(trigdata->tg_relation, &caller);
	PG_TRY();
	{
		/* check in a statement after the one that takes the row's lock */
		if (plan_execute(&add_plan, NULL, NULL, SPI_OK_INSERT) > 0)
		{
			Datum		values[1];
			int			ndays;

			values[0] = days_of_rejection(&ndays);
			if (ndays > 0 &&
				plan_execute(&excess_plan, values, NULL, SPI_OK_SELECT) > 0)
				refuse_excess();
		}
	}
	PG_FINALLY();
	{
		posting_end(&caller);
	}
	PG_END_TRY();
	SPI_finish();
	return PointerGetDatum(NULL);
}
