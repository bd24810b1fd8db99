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

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"

#include "document.h"
#include "posting.h"
#include "rule.h"

PG_FUNCTION_INFO_V1(issuance_post);
PG_FUNCTION_INFO_V1(issuance_issue);

/*
 * $1 issuance_id, $2 month, $3 effective_on, $4 posted_at.  One certificate
 * per 1,000 kWh, the rest is carried (国能发新能规〔2024〕67号); classes and
 * tradability by NEA implementing rules of 2026-01-07.  Nuclear, fossil,
 * pumped storage and storage earn none, nor does a plant's own use.
 */
static const char *const post_issuance =
"WITH line AS MATERIALIZED ("
" SELECT g.project_code, g.month, g.volume_class, c.certificate_class, t.tradable,"
"  g.energy, coalesce(a.energy, '0 kWh') AS carried_in, q.quantity,"
"  certledger.make_energy(wh => q.total % 1000000::bigint) AS carried_out,"
"  CASE WHEN q.quantity > 0 THEN certledger.make_gecrange(certledger.make_gec("
"    g.project_code, g.month, 1, c.certificate_class, t.tradable), q.quantity)"
"  END AS certificates,"
"  p.owner AS account_id, p.region, p.source,"
"  (SELECT certledger.certificate_valid_until($2)) AS valid_until"
" FROM certledger.generation AS g"
" JOIN certledger.project AS p ON p.project_code = g.project_code"
" LEFT JOIN certledger.accrual AS a"
"  ON a.project_code = g.project_code AND a.volume_class = g.volume_class,"
" LATERAL (SELECT certledger.certificate_class(g.volume_class, p.source, p.commissioned_on,"
"   (SELECT certledger.rule_value('existing_hydro_before', $3)::date)) AS certificate_class) AS c,"
" LATERAL (SELECT certledger.certificate_tradable(c.certificate_class, p.source,"
"   p.market_based) AS tradable) AS t,"
" LATERAL (SELECT certledger.wh(g.energy) + coalesce(certledger.wh(a.energy), 0) AS total,"
"   (certledger.wh(g.energy) + coalesce(certledger.wh(a.energy), 0)) / 1000000::bigint AS quantity) AS q"
" WHERE g.month = $2 AND g.volume_class <> 'plant_use'"
"  AND p.source IN ('wind', 'solar', 'hydro', 'biomass', 'geothermal', 'ocean')"
"  AND NOT EXISTS (SELECT FROM certledger.issuance_line AS l"
"   WHERE l.project_code = g.project_code AND l.month = g.month"
"    AND l.volume_class = g.volume_class)"
" ORDER BY g.project_code, g.volume_class),"
" lines AS (INSERT INTO certledger.issuance_line (issuance_id, project_code, month,"
"   volume_class, certificate_class, tradable, energy, carried_in, quantity, carried_out,"
"   certificates, account_id, region, source, valid_until)"
"  SELECT $1, project_code, month, volume_class, certificate_class, tradable, energy,"
"   carried_in, quantity, carried_out, certificates, account_id, region, source, valid_until"
"  FROM line),"
" moved AS (INSERT INTO certledger.movement (document, document_id, certificates,"
"   from_state, to_account, to_state, to_route, effective_on, posted_at)"
"  SELECT 'issuance', $1, certificates, 'accrued', account_id, 'issued', 'production', $3, $4"
"  FROM line WHERE quantity > 0),"
" held AS (INSERT INTO certledger.holding (first_certificate, certificates, account_id,"
"   state, route, region, source, valid_until)"
"  SELECT lower(certificates), certificates, account_id, 'issued', 'production', region, source, valid_until"
"  FROM line WHERE quantity > 0)"
" INSERT INTO certledger.accrual AS a (project_code, volume_class, energy)"
" SELECT project_code, volume_class, carried_out FROM line"
" ON CONFLICT (project_code, volume_class) DO UPDATE SET energy = EXCLUDED.energy";

/*
 * Executes a statement that is not worth a saved plan.
 */
static void
execute(const char *sql, int nargs, Oid *types, Datum *values, int expected)
{
	int			code = SPI_execute_with_args(sql, nargs, types, values, NULL, false, 0);

	if (code != expected)
		elog(ERROR, "SPI_execute_with_args returned %s", SPI_result_code_string(code));
}

/*
 * Posts every issuance of the statement.
 */
static void
post_documents(TriggerData *trigdata)
{
	TupleTableSlot *slot = MakeSingleTupleTableSlot(RelationGetDescr(trigdata->tg_relation),
													&TTSOpsMinimalTuple);
	Oid			types[] = {INT8OID, DATEOID, DATEOID, TIMESTAMPTZOID};
	Datum		values[4];
	bool		isnull;

	tuplestore_rescan(trigdata->tg_newtable);
	while (tuplestore_gettupleslot(trigdata->tg_newtable, true, false, slot))
	{
		CHECK_FOR_INTERRUPTS();
		posting_check_stamp(slot);
		values[0] = posting_attribute(slot, "issuance_id", &isnull);
		values[1] = posting_attribute(slot, "month", &isnull);
		values[2] = posting_attribute(slot, "effective_on", &isnull);
		values[3] = posting_attribute(slot, "posted_at", &isnull);
		/* the statement takes a missing rule for NULL: refuse it here */
		(void) rule_value("existing_hydro_before", DatumGetDateADT(values[2]));
		(void) rule_value("certificate_validity", DatumGetDateADT(values[1]));
		execute(post_issuance, 4, types, values, SPI_OK_INSERT);
	}
	ExecDropSingleTupleTableSlot(slot);
}

/*
 * issuance_post() returns trigger
 *
 * AFTER INSERT statement trigger of table issuance.  Issues one at a time:
 * the lock makes the next one see the remainders that this one leaves.
 */
Datum
issuance_post(PG_FUNCTION_ARGS)
{
	TriggerData *trigdata = posting_trigger(fcinfo, "issuance");
	PostingRights caller;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	posting_begin(trigdata, &caller);
	PG_TRY();
	{
		execute("LOCK TABLE certledger.issuance_line IN SHARE ROW EXCLUSIVE MODE",
				0, NULL, NULL, SPI_OK_UTILITY);
		post_documents(trigdata);
	}
	PG_FINALLY();
	{
		posting_end(&caller);
	}
	PG_END_TRY();
	SPI_finish();
	return PointerGetDatum(NULL);
}

static DocumentFunction issuance_function = {
	.name = "issuance",
	.conflict_hint = "Use a new reference for a new document.",
	.insert =
	"INSERT INTO certledger.issuance (ref, month, effective_on)"
	" VALUES (coalesce($2, (SELECT min(format('issue %s no. %s', to_char($1, 'YYYY-MM'), n))"
	"   FROM (SELECT n FROM generate_series(1, (SELECT count(*) + 1 FROM certledger.issuance"
	"       WHERE month = $1)) AS n"
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
	"  coalesce(sum(carried_out), '0 kWh')"
	" FROM certledger.issuance_line WHERE issuance_id = $1",
	.ref_argument = 1
};

/*
 * issue(month, ref, effective_on) returns table
 *
 * Issues certificates for everything that table generation has for the month
 * and that was not issued before.
 */
Datum
issuance_issue(PG_FUNCTION_ARGS)
{
	return document_post(fcinfo, &issuance_function);
}
