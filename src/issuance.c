/*-------------------------------------------------------------------------
 *
 * issuance.c
 *	  Issue of certificates for a month's generation.
 *
 * One statement per document, set-based over all projects: it reads what was
 * generated and not yet issued, adds the remainder that was carried, and
 * writes lines, remainders, movements and holdings.  It is planned afresh
 * each time, for the sizes that the tables have now.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/fmgrprotos.h"
#include "utils/rel.h"

#include "document.h"
#include "issuance.h"
#include "plan.h"
#include "posting.h"
#include "rule.h"

PG_FUNCTION_INFO_V1(issuance_post);
PG_FUNCTION_INFO_V1(issuance_issue);

/*
 * What an issuance asks the rules, and the documents of the same month that
 * were posted before: parameters of the statements below.
 */
typedef enum IssuanceParameter
{
	ISSUANCE_ID,
	ISSUANCE_MONTH,
	ISSUANCE_EFFECTIVE_ON,
	ISSUANCE_POSTED_AT,
	ISSUANCE_HYDRO_BEFORE,
	ISSUANCE_TRADABLE_SOURCES,
	ISSUANCE_TRADABLE_HYDRO,
	ISSUANCE_MARGIN,
	ISSUANCE_VALID_UNTIL,
	ISSUANCE_FORMER
} IssuanceParameter;
#define ISSUANCE_PARAMETERS 10

/*
 * $1 issuance_id, $2 month, $3 effective_on, $4 posted_at, $5 to $9 the rules,
 * $10 the former issuances of the month.  One certificate per 1,000 kWh, the
 * rest is carried (国能发新能规〔2024〕67号); classes and tradability by NEA
 * implementing rules of 2026-01-07.  Nuclear, fossil, pumped storage and
 * storage earn none, nor does a plant's own use; where storage shares the
 * meter, what it drew from the grid does not count.
 *
 * A project's energy of the month, all classes and issued rows together, must
 * be feasible, or none of its rows is taken.
 *
 * OFFSET 0 keeps a step a step of its own: pulled up, its columns would be
 * computed again wherever they are used.  One sort, by project and class,
 * serves the sum, the joins and the order in which rows go in, so that the
 * indexes grow at one place.  accrual goes first, because its rows are what a
 * concurrent issuance makes this one fail on under REPEATABLE READ.
 */
static const char *const post_issuance =
"WITH line AS MATERIALIZED ("
" SELECT q.*, q.total % '1000 kWh' AS carried_out,"
"  CASE WHEN q.quantity > 0 THEN certledger.make_gecrange(certledger.make_gec("
"    q.project_code, $2, 1, q.certificate_class, q.tradable), q.quantity)"
"  END AS certificates"
" FROM (SELECT c.*, certledger.wh(c.total) / 1000000::bigint AS quantity,"
"   certledger.certificate_tradable(c.certificate_class, c.source, c.market_based, $6, $7) AS tradable"
"  FROM (SELECT r.*,"
"    CASE WHEN r.refused IS NULL THEN r.energy - r.drawn + r.carried_in END AS total,"
"    certledger.certificate_class(r.volume_class, r.source, r.commissioned_on, $5) AS certificate_class"
"   FROM (SELECT g.project_code, g.volume_class, g.energy, g.drawn,"
"     coalesce(a.energy, '0 kWh') AS carried_in, p.owner, p.region, p.source,"
"     p.commissioned_on, p.market_based, p.capacity_kw,"
"     CASE WHEN g.drawn > '0 kWh' AND (p.storage <> 'shared' OR g.drawn > g.energy) THEN 'LC043'"
"      WHEN g.month_wh > certledger.feasible_wh(p.capacity_kw, $2, $8) THEN 'LC042' END AS refused"
"    FROM (SELECT project_code, volume_class, energy, drawn,"
"      sum(certledger.wh(energy)) OVER (PARTITION BY project_code ORDER BY volume_class"
"       ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS month_wh"
"     FROM certledger.generation WHERE month = $2) AS g"
"    JOIN certledger.project AS p ON p.project_code = g.project_code"
"    LEFT JOIN certledger.accrual AS a"
"     ON a.project_code = g.project_code AND a.volume_class = g.volume_class"
"    WHERE g.volume_class <> 'plant_use'"
"     AND p.source IN ('wind', 'solar', 'hydro', 'biomass', 'geothermal', 'ocean')"
"     AND NOT EXISTS (SELECT FROM certledger.issuance_line AS l"
"      WHERE l.project_code = g.project_code AND l.volume_class = g.volume_class"
"       AND l.month = $2 AND l.document = 'issuance' AND l.document_id = ANY ($10))"
"    ORDER BY g.project_code, g.volume_class"
"    OFFSET 0) AS r"
"   OFFSET 0) AS c"
"  OFFSET 0) AS q),"
" refusal AS (INSERT INTO certledger.issuance_refusal (issuance_id, project_code, month,"
"   volume_class, sqlstate, energy, drawn, greatest)"
"  SELECT $1, project_code, $2, volume_class, refused, energy, drawn,"
"   CASE refused WHEN 'LC042' THEN certledger.feasible_energy(capacity_kw, $2, $8) END"
"  FROM line WHERE refused IS NOT NULL),"
" lines AS (INSERT INTO certledger.issuance_line (document, document_id, sequence, project_code,"
"   month, volume_class, certificate_class, tradable, former_energy, energy, carried_in,"
"   quantity, debited, carried_out, certificates, account_id, region, source, valid_until)"
"  SELECT 'issuance', $1, 0, project_code, $2, volume_class, certificate_class, tradable,"
"   '0 kWh', energy - drawn, carried_in, quantity, 0, carried_out, certificates, owner, region,"
"   source, $9"
"  FROM line WHERE refused IS NULL),"
" moved AS (INSERT INTO certledger.movement (document, document_id, certificates,"
"   from_state, to_account, to_state, to_route, effective_on, posted_at)"
"  SELECT 'issuance', $1, certificates, 'accrued', owner, 'issued', 'production', $3, $4"
"  FROM line WHERE quantity > 0),"
" held AS (INSERT INTO certledger.holding (last_certificate, certificates, account_id,"
"   state, route, region, source, valid_until)"
"  SELECT upper(certificates) - 1, certificates, owner, 'issued', 'production', region, source, $9"
"  FROM line WHERE quantity > 0)"
" INSERT INTO certledger.accrual AS a (project_code, volume_class, energy)"
" SELECT project_code, volume_class, carried_out FROM line WHERE refused IS NULL"
" ON CONFLICT (project_code, volume_class) DO UPDATE SET energy = EXCLUDED.energy";

/* How long certificates of the month are valid, and its former issuances. */
static const char *const read_month =
"SELECT certledger.certificate_valid_until($2),"
" ARRAY(SELECT issuance_id FROM certledger.issuance WHERE month = $2 AND issuance_id <> $1)";

/*
 * Fails on rows that were changed since the snapshot: what is read must be
 * what generation has, and a change of rows does not show in accrual.
 */
static const char *const lock_generation =
"SELECT FROM certledger.generation WHERE month = $2 FOR SHARE";

/*
 * Lets one issuance or correction post at a time: the next one sees the
 * remainders and serial numbers that this one leaves.  Take it before any
 * lock on accounts, and in a statement before the one that reads.
 */
void
issuance_lock(void)
{
	plan_execute_once("LOCK TABLE certledger.issuance_line IN SHARE ROW EXCLUSIVE MODE",
					 0, NULL, NULL, SPI_OK_UTILITY);
}

/*
 * Posts one issuance.
 */
static void
post_document(TupleTableSlot *slot)
{
	static const char *const hydro_words[] = {"market_based", "none", "all", NULL};
	const Vocabulary *v = vocabulary_get();
	Oid			types[ISSUANCE_PARAMETERS] = {
		[ISSUANCE_ID] = INT8OID,
		[ISSUANCE_MONTH] = DATEOID,
		[ISSUANCE_EFFECTIVE_ON] = DATEOID,
		[ISSUANCE_POSTED_AT] = TIMESTAMPTZOID,
		[ISSUANCE_HYDRO_BEFORE] = DATEOID,
		[ISSUANCE_TRADABLE_SOURCES] = v->source_array,
		[ISSUANCE_TRADABLE_HYDRO] = TEXTOID,
		[ISSUANCE_MARGIN] = NUMERICOID,
		[ISSUANCE_VALID_UNTIL] = DATEOID,
		[ISSUANCE_FORMER] = INT8ARRAYOID
	};
	Datum		values[ISSUANCE_PARAMETERS];
	DateADT		effective_on;
	bool		isnull;

	posting_check_stamp(slot);
	values[ISSUANCE_ID] = posting_attribute(slot, "issuance_id", &isnull);
	values[ISSUANCE_MONTH] = posting_attribute(slot, "month", &isnull);
	values[ISSUANCE_EFFECTIVE_ON] = posting_attribute(slot, "effective_on", &isnull);
	values[ISSUANCE_POSTED_AT] = posting_attribute(slot, "posted_at", &isnull);
	effective_on = DatumGetDateADT(values[ISSUANCE_EFFECTIVE_ON]);

	values[ISSUANCE_HYDRO_BEFORE] =
		DateADTGetDatum(rule_day("existing_hydro_before", effective_on));
	values[ISSUANCE_TRADABLE_SOURCES] = rule_sources("tradable_sources", effective_on);
	values[ISSUANCE_TRADABLE_HYDRO] =
		CStringGetTextDatum(rule_word("tradable_hydro", effective_on, hydro_words,
									  "market_based, none or all"));
	values[ISSUANCE_MARGIN] = rule_ratio("generation_margin", effective_on);
	/* certificate_valid_until() takes a missing rule for NULL: refuse it here */
	rule_check_validity("certificate_validity", DatumGetDateADT(values[ISSUANCE_MONTH]));

	plan_execute_once(read_month, ISSUANCE_MONTH + 1, types, values, SPI_OK_SELECT);
	values[ISSUANCE_VALID_UNTIL] = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc,
												 1, &isnull);
	values[ISSUANCE_FORMER] = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc,
											2, &isnull);
	if (IsolationUsesXactSnapshot())
		plan_execute_once(lock_generation, ISSUANCE_MONTH + 1, types, values, SPI_OK_SELECT);
	plan_execute_once(post_issuance, ISSUANCE_PARAMETERS, types, values, SPI_OK_INSERT);
}

/*
 * issuance_post() returns trigger
 *
 * AFTER INSERT statement trigger of table issuance: issues for every row of
 * the statement, one after the other.
 */
Datum
issuance_post(PG_FUNCTION_ARGS)
{
	TriggerData *trigdata = posting_trigger(fcinfo, "issuance");
	TupleTableSlot *slot = MakeSingleTupleTableSlot(RelationGetDescr(trigdata->tg_relation),
													&TTSOpsMinimalTuple);
	PostingRights caller;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	posting_begin(trigdata->tg_relation, &caller);
	PG_TRY();
	{
		issuance_lock();
		tuplestore_rescan(trigdata->tg_newtable);
		while (tuplestore_gettupleslot(trigdata->tg_newtable, true, false, slot))
		{
			CHECK_FOR_INTERRUPTS();
			post_document(slot);
		}
	}
	PG_FINALLY();
	{
		posting_end(&caller);
	}
	PG_END_TRY();
	SPI_finish();
	ExecDropSingleTupleTableSlot(slot);
	return PointerGetDatum(NULL);
}

static DocumentFunction issuance_function = {
	.name = "issuance",
	.conflict_hint = "Use a new reference for a new document.",
	.insert =
	"INSERT INTO certledger.issuance (ref, month, effective_on)"
	" VALUES (coalesce($2, (SELECT min(format('issue %s no. %s', to_char($1, 'YYYY-MM'), n))"
	"   FROM (SELECT n FROM generate_series(1, (SELECT count(*) + 1 FROM certledger.issuance AS i"
	"       WHERE starts_with(i.ref, format('issue %s no. ', to_char($1, 'YYYY-MM'))))) AS n"
	"     WHERE NOT EXISTS (SELECT FROM certledger.issuance AS i"
	"       WHERE i.ref = format('issue %s no. %s', to_char($1, 'YYYY-MM'), n))"
	"     ORDER BY n LIMIT 1) AS free)), $1,"
	"  coalesce($3, greatest(certledger.china_today(), ($1 + interval '1 month')::date)))"
	" ON CONFLICT (ref) DO NOTHING RETURNING issuance_id",
	.lookup =
	"SELECT issuance_id, month = $1 AND effective_on = coalesce($3, effective_on)"
	" FROM certledger.issuance WHERE ref = $2",
	.result =
	"SELECT $1, count(DISTINCT project_code), coalesce(sum(quantity), 0)::bigint,"
	"  coalesce(sum(quantity) FILTER (WHERE tradable), 0)::bigint,"
	"  coalesce(sum(carried_out), '0 kWh'),"
	"  (SELECT count(*) FROM certledger.issuance_refusal WHERE issuance_id = $1)"
	" FROM certledger.issuance_line WHERE document = 'issuance' AND document_id = $1",
	.ref_argument = 1
};

/*
 * issue(month, ref, effective_on, dry_run) returns table
 *
 * Issues certificates for everything that table generation has for the month
 * and that was not issued before, and counts the rows that it refuses.
 */
Datum
issuance_issue(PG_FUNCTION_ARGS)
{
	return document_post(fcinfo, &issuance_function);
}
