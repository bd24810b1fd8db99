/*-------------------------------------------------------------------------
 *
 * correction.c
 *	  Correction of generation that was issued, and issue anew of what was
 *	  cancelled.
 *
 * A correction says what a project's month was in all, never a difference.
 * The difference to what certificates stand for goes into the remainder;
 * whole certificates that then are missing are issued with the next serial
 * numbers of the run, whole ones too many are cancelled where the producer
 * still has them.
 *
 * The statements below are planned afresh for each statement of documents:
 * they read its transition table, "inserted", and work on all of it at once.
 *
 * Locks, in this order: table issuance_line, so that remainders and serial
 * numbers go through one hand; the accounts that give, ascending; then, in
 * later statements, the holdings are read and written.  Under READ COMMITTED
 * these see what the former owner of a lock left; under REPEATABLE READ the
 * updates of accrual and holding raise 40001.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "correction.h"
#include "document.h"
#include "errcodes.h"
#include "issuance.h"
#include "plan.h"
#include "posting.h"
#include "rule.h"

PG_FUNCTION_INFO_V1(correction_post);
PG_FUNCTION_INFO_V1(correction_correct_generation);

/* How many ranges that have moved on the detail of a refusal lists. */
#define MOVED_ON_LISTED		"10"

/* What is wrong with a correction, in the order of the checks. */
typedef enum CorrectionProblem
{
	CORRECTION_REPEATED = 1,
	CORRECTION_NOT_ISSUED,
	CORRECTION_TOO_EARLY,
	CORRECTION_DRAWN,
	CORRECTION_TOO_GREAT
} CorrectionProblem;

/*
 * The first correction that cannot be right whatever is held.  The month's
 * total is what generation has, with all corrections of the statement in it.
 */
static const char *const find_problem =
"SELECT x.problem, x.ref, x.project_code, to_char(x.month, 'YYYY-MM'), x.volume_class,"
" x.energy, x.drawn, x.storage, x.latest, x.effective_on, trim_scale(x.month_wh * 0.001),"
" certledger.feasible_energy(x.capacity_kw, x.month, x.margin)"
" FROM (SELECT c.*, CASE WHEN c.times > 1 THEN 1"
"   WHEN c.latest IS NULL THEN 2"
"   WHEN c.effective_on < c.latest THEN 3"
"   WHEN c.drawn > '0 kWh' AND c.storage <> 'shared' THEN 4"
"   WHEN c.month_wh > certledger.feasible_wh(c.capacity_kw, c.month, c.margin) THEN 5 END AS problem"
"  FROM (SELECT c.correction_id, c.ref, c.project_code, c.month, c.volume_class, c.energy,"
"    c.drawn, c.effective_on, p.storage, p.capacity_kw, d.effective_on AS latest,"
"    (SELECT r.value FROM certledger.rule AS r WHERE r.name = 'generation_margin'"
"      AND r.effective_from <= c.effective_on"
"     ORDER BY r.effective_from DESC LIMIT 1)::numeric AS margin,"
"    count(*) OVER (PARTITION BY c.project_code, c.month, c.volume_class) AS times,"
"    (SELECT sum(certledger.wh(m.energy)) FROM certledger.generation AS m"
"     WHERE m.project_code = c.project_code AND m.month = c.month)"
"     + sum(certledger.wh(c.energy)::numeric - certledger.wh(g.energy))"
"      OVER (PARTITION BY c.project_code, c.month) AS month_wh"
"   FROM inserted AS c"
"   JOIN certledger.project AS p ON p.project_code = c.project_code"
"   LEFT JOIN certledger.generation AS g ON g.project_code = c.project_code"
"    AND g.month = c.month AND g.volume_class = c.volume_class"
"   LEFT JOIN LATERAL (SELECT l.document, l.document_id FROM certledger.issuance_line AS l"
"    WHERE l.project_code = c.project_code AND l.month = c.month AND l.volume_class = c.volume_class"
"    ORDER BY l.sequence DESC LIMIT 1) AS l ON true"
"   LEFT JOIN LATERAL (SELECT i.effective_on FROM certledger.issuance AS i"
"     WHERE l.document = 'issuance' AND i.issuance_id = l.document_id"
"    UNION ALL SELECT f.effective_on FROM certledger.correction AS f"
"     WHERE l.document = 'correction' AND f.correction_id = l.document_id"
"    UNION ALL SELECT n.effective_on FROM certledger.cancellation AS n"
"     WHERE l.document = 'cancellation' AND n.cancellation_id = l.document_id) AS d ON true"
"  ) AS c) AS x"
" WHERE x.problem IS NOT NULL ORDER BY x.correction_id LIMIT 1";

/*
 * What each correction does.  The remainder of a project and class goes from
 * one correction to the next, in the order of their numbers: after each it is
 * the sum of all differences modulo 1,000 kWh, whichever way that goes.
 */
#define TERMS \
"WITH term AS MATERIALIZED (" \
" SELECT t.*, greatest(t.net, 0) AS quantity, greatest(- t.net, 0) AS debited," \
"  t.run + t.serials AS run_end," \
"  CASE WHEN t.net > 0 THEN certledger.make_gecrange(certledger.make_gec(t.project_code, t.month," \
"   t.serials + 1, t.certificate_class, t.tradable), t.net) END AS certificates," \
"  least((t.effective_on + 1)::timestamp AT TIME ZONE interval '8 hours', t.posted_at) AS at" \
" FROM (SELECT t.*, (t.carried_in_wh + t.change_wh - t.carried_out_wh) / 1000000 AS net" \
"  FROM (SELECT t.*, (t.before_wh % 1000000 + 1000000) % 1000000 AS carried_in_wh," \
"    ((t.before_wh + t.change_wh) % 1000000 + 1000000) % 1000000 AS carried_out_wh" \
"   FROM (SELECT t.*, t.carried_wh + coalesce(sum(t.change_wh)" \
"     OVER (PARTITION BY t.project_code, t.volume_class ORDER BY t.correction_id" \
"      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)::bigint AS before_wh" \
"    FROM (SELECT c.correction_id, c.ref, c.project_code, c.month, c.volume_class, c.energy, c.drawn," \
"      c.effective_on, c.posted_at, f.certificate_class, f.tradable, f.region, f.source, f.valid_until," \
"      p.owner, l.energy AS former_energy, l.sequence + 1 AS sequence," \
"      certledger.wh(a.energy) AS carried_wh," \
"      certledger.wh(c.energy - c.drawn) - certledger.wh(l.energy) AS change_wh," \
"      s.serials, s.accounts," \
"      certledger.make_gec(c.project_code, c.month, 1, f.certificate_class, f.tradable) AS run" \
"     FROM inserted AS c" \
"     JOIN certledger.project AS p ON p.project_code = c.project_code" \
"     JOIN certledger.accrual AS a ON a.project_code = c.project_code AND a.volume_class = c.volume_class" \
"     JOIN certledger.issuance_line AS f ON f.project_code = c.project_code AND f.month = c.month" \
"      AND f.volume_class = c.volume_class AND f.sequence = 0," \
"     LATERAL (SELECT l.energy, l.sequence FROM certledger.issuance_line AS l" \
"      WHERE l.project_code = c.project_code AND l.month = c.month AND l.volume_class = c.volume_class" \
"      ORDER BY l.sequence DESC LIMIT 1) AS l," \
"     LATERAL (SELECT sum(l.quantity)::bigint AS serials, array_agg(DISTINCT l.account_id) AS accounts" \
"      FROM certledger.issuance_line AS l" \
"      WHERE l.project_code = c.project_code AND l.month = c.month AND l.volume_class = c.volume_class) AS s" \
"    ) AS t) AS t) AS t) AS t) "

/*
 * Holdings h of the run that correction t may debit: the producer's own,
 * untraded, nothing on them but a listing.  An order past its end leaves them
 * listed, whether or not a sweep has found it.
 */
#define OF_RUN \
" h.last_certificate >= t.run AND h.last_certificate < t.run_end "
#define DEBITABLE \
" h.account_id = ANY (t.accounts)" \
" AND (h.state IN ('issued', 'listed') OR (h.state = 'locked' AND h.order_ends_at <= t.at)) "

static const char *const lock_accounts = TERMS
"SELECT FROM certledger.account"
" WHERE account_id IN (SELECT unnest(t.accounts) FROM term AS t WHERE t.debited > 0)"
" ORDER BY account_id FOR NO KEY UPDATE OF account";

/* The first correction that debits more than the producer still has. */
static const char *const find_shortage = TERMS
"SELECT t.correction_id, t.ref, t.project_code, to_char(t.month, 'YYYY-MM'), t.debited, s.held,"
" certledger.make_energy(wh => certledger.wh(t.former_energy) + certledger.wh(t.drawn)"
"  - t.carried_in_wh - 1000000 * s.held)"
" FROM term AS t,"
" LATERAL (SELECT coalesce(sum(certledger.quantity(h.certificates)), 0)::bigint AS held"
"  FROM certledger.holding AS h WHERE" OF_RUN "AND" DEBITABLE ") AS s"
" WHERE t.debited > s.held ORDER BY t.correction_id LIMIT 1";

/* Where the others of its run are, cancelled ones last; $1 correction_id. */
static const char *const list_moved_on = TERMS
"SELECT string_agg(format('%s %s', n.certificates, n.state), ', ' ORDER BY n.place)"
"  FILTER (WHERE n.place <= " MOVED_ON_LISTED "),"
" count(*) FILTER (WHERE n.place > " MOVED_ON_LISTED ")"
" FROM (SELECT h.certificates, h.state,"
"   row_number() OVER (ORDER BY h.state = 'cancelled', h.last_certificate) AS place"
"  FROM term AS t JOIN certledger.holding AS h ON" OF_RUN
"  WHERE t.correction_id = $1 AND NOT (" DEBITABLE ")) AS n";

/*
 * Writes all of it.  Of the certificates to debit, issued ones go first, then
 * listed ones, of each the highest serials; these keep the row, whose key is
 * its last certificate, and what is left of a holding becomes a row of its
 * own.  accrual comes first, because its rows are what a
 * concurrent issuance or correction makes this one fail on under REPEATABLE
 * READ.
 */
static const char *const post_corrections = TERMS
", taken AS MATERIALIZED ("
" SELECT t.correction_id, t.effective_on, t.posted_at, h.last_certificate, h.certificates,"
"  h.account_id, h.state, h.route, h.trades, h.transfer_id, h.listing_id, h.order_id,"
"  h.order_ends_at, h.region, h.source, h.valid_until, h.quantity > h.taken AS split,"
"  gecrange(upper(h.certificates) - h.taken, upper(h.certificates)) AS debited"
" FROM term AS t,"
" LATERAL (SELECT h.*, least(h.quantity, t.debited - (h.up_to - h.quantity))::bigint AS taken"
"  FROM (SELECT h.*, certledger.quantity(h.certificates) AS quantity,"
"    sum(certledger.quantity(h.certificates))"
"     OVER (ORDER BY h.state <> 'issued', h.last_certificate DESC) AS up_to"
"   FROM certledger.holding AS h WHERE" OF_RUN "AND" DEBITABLE ") AS h) AS h"
" WHERE h.up_to - h.quantity < t.debited),"
" debit AS (UPDATE certledger.holding AS h SET"
"   certificates = k.debited, state = 'cancelled', listing_id = NULL, order_id = NULL, order_ends_at = NULL"
"  FROM taken AS k WHERE h.last_certificate = k.last_certificate),"
" split AS (INSERT INTO certledger.holding (last_certificate, certificates, account_id, state,"
"   route, transfer_id, trades, listing_id, order_id, order_ends_at, region, source, valid_until)"
"  SELECT lower(debited) - 1, gecrange(lower(certificates), lower(debited)), account_id, state,"
"   route, transfer_id, trades, listing_id, order_id, order_ends_at, region, source, valid_until"
"  FROM taken WHERE split),"
" line AS (INSERT INTO certledger.issuance_line (document, document_id, sequence, project_code,"
"   month, volume_class, certificate_class, tradable, former_energy, energy, carried_in,"
"   quantity, debited, carried_out, certificates, account_id, region, source, valid_until)"
"  SELECT 'correction', correction_id, sequence, project_code, month, volume_class,"
"   certificate_class, tradable, former_energy, energy - drawn,"
"   certledger.make_energy(wh => carried_in_wh), quantity, debited,"
"   certledger.make_energy(wh => carried_out_wh), certificates, owner, region, source, valid_until"
"  FROM term),"
" issued AS (INSERT INTO certledger.holding (last_certificate, certificates, account_id,"
"   state, route, region, source, valid_until)"
"  SELECT upper(certificates) - 1, certificates, owner, 'issued', 'production', region, source, valid_until"
"  FROM term WHERE quantity > 0),"
" moved AS (INSERT INTO certledger.movement (document, document_id, certificates, from_account,"
"   from_state, from_route, to_account, to_state, to_route, effective_on, posted_at)"
"  SELECT m.document, m.document_id, m.certificates, m.from_account, m.from_state, m.from_route,"
"   m.to_account, m.to_state, m.to_route, m.effective_on, m.posted_at"
"  FROM (SELECT k.correction_id, 1 AS step, 'hold'::certledger.document_kind AS document,"
"     k.order_id AS document_id, k.debited AS certificates, k.account_id AS from_account,"
"     k.state AS from_state, k.route AS from_route, k.account_id AS to_account,"
"     'listed'::certledger.holding_state AS to_state, k.route AS to_route,"
"     (k.order_ends_at AT TIME ZONE interval '8 hours')::date AS effective_on, k.posted_at"
"    FROM taken AS k WHERE k.state = 'locked'"
"   UNION ALL"
"   SELECT k.correction_id, 2, 'correction', k.correction_id, k.debited, k.account_id,"
"     CASE k.state WHEN 'locked' THEN 'listed' ELSE k.state END, k.route, k.account_id,"
"     'cancelled', k.route, k.effective_on, k.posted_at"
"    FROM taken AS k"
"   UNION ALL"
"   SELECT t.correction_id, 3, 'correction', t.correction_id, t.certificates, NULL, 'accrued', NULL,"
"     t.owner, 'issued', 'production', t.effective_on, t.posted_at"
"    FROM term AS t WHERE t.quantity > 0) AS m"
"  ORDER BY m.correction_id, m.step, lower(m.certificates)),"
" reported AS (UPDATE certledger.generation AS g SET energy = t.energy, drawn = t.drawn"
"  FROM term AS t"
"  WHERE g.project_code = t.project_code AND g.month = t.month AND g.volume_class = t.volume_class)"
" UPDATE certledger.accrual AS a SET energy = certledger.make_energy(wh => t.carried_out_wh)"
" FROM (SELECT DISTINCT ON (project_code, volume_class) project_code, volume_class, carried_out_wh"
"  FROM term ORDER BY project_code, volume_class, correction_id DESC) AS t"
" WHERE a.project_code = t.project_code AND a.volume_class = t.volume_class";

/*
 * Issues anew, with the next serial numbers of each run, as many certificates
 * as a cancellation took out of it: $1 cancellation_id, $2 effective_on, $3
 * posted_at.  The energy does not change, nor does the remainder; its row is
 * updated all the same, see above.
 */
static const char *const reissue =
"WITH term AS MATERIALIZED ("
" SELECT f.project_code, f.month, f.volume_class, f.certificate_class, f.tradable, f.region,"
"  f.source, f.valid_until, p.owner, l.energy, l.sequence + 1 AS sequence, c.quantity,"
"  certledger.make_gecrange(certledger.make_gec(f.project_code, f.month, s.serials + 1,"
"   f.certificate_class, f.tradable), c.quantity) AS certificates"
" FROM (SELECT certledger.project_code(lower(m.certificates)) AS project_code,"
"   certledger.production_month(lower(m.certificates)) AS month,"
"   certledger.volume_class(lower(m.certificates)) AS certificate_class,"
"   sum(certledger.quantity(m.certificates))::bigint AS quantity"
"  FROM certledger.movement AS m"
"  WHERE m.document = 'cancellation' AND m.document_id = $1 AND m.posted_at = $3"
"   AND m.to_state = 'cancelled'"
"  GROUP BY 1, 2, 3) AS c"
" JOIN certledger.issuance_line AS f ON f.project_code = c.project_code AND f.month = c.month"
"  AND f.certificate_class = c.certificate_class AND f.sequence = 0"
" JOIN certledger.project AS p ON p.project_code = f.project_code,"
" LATERAL (SELECT l.energy, l.sequence FROM certledger.issuance_line AS l"
"  WHERE l.project_code = f.project_code AND l.month = f.month AND l.volume_class = f.volume_class"
"  ORDER BY l.sequence DESC LIMIT 1) AS l,"
" LATERAL (SELECT sum(l.quantity)::bigint AS serials FROM certledger.issuance_line AS l"
"  WHERE l.project_code = f.project_code AND l.month = f.month AND l.volume_class = f.volume_class) AS s),"
" line AS (INSERT INTO certledger.issuance_line (document, document_id, sequence, project_code,"
"   month, volume_class, certificate_class, tradable, former_energy, energy, carried_in,"
"   quantity, debited, carried_out, certificates, account_id, region, source, valid_until)"
"  SELECT 'cancellation', $1, sequence, project_code, month, volume_class, certificate_class,"
"   tradable, energy, energy, '0 kWh', quantity, quantity, '0 kWh', certificates, owner, region,"
"   source, valid_until"
"  FROM term),"
" moved AS (INSERT INTO certledger.movement (document, document_id, certificates,"
"   from_state, to_account, to_state, to_route, effective_on, posted_at)"
"  SELECT 'cancellation', $1, certificates, 'accrued', owner, 'issued', 'production', $2, $3"
"  FROM term ORDER BY lower(certificates)),"
" held AS (INSERT INTO certledger.holding (last_certificate, certificates, account_id,"
"   state, route, region, source, valid_until)"
"  SELECT upper(certificates) - 1, certificates, owner, 'issued', 'production', region, source, valid_until"
"  FROM term)"
" UPDATE certledger.accrual AS a SET energy = a.energy"
" WHERE EXISTS (SELECT FROM term AS t"
"  WHERE t.project_code = a.project_code AND t.volume_class = a.volume_class)";

/*
 * A value of the first row of the current result, as text.
 */
static char *
text_of(int column)
{
	return SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, column);
}

/*
 * Refuses the first correction that cannot be right.
 */
static void
check_corrections(void)
{
	bool		isnull;
	int			problem;

	plan_execute_once(find_problem, 0, NULL, NULL, SPI_OK_SELECT);
	if (SPI_processed == 0)
		return;
	problem = DatumGetInt32(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc,
										  1, &isnull));
	switch ((CorrectionProblem) problem)
	{
		case CORRECTION_REPEATED:
			ereport(ERROR,
					(errcode(ERRCODE_CARDINALITY_VIOLATION),
					 errmsg("project %s, month %s and class %s are corrected twice in one statement",
							text_of(3), text_of(4), text_of(5)),
					 errdetail("Document \"%s\" is one of those that do.", text_of(2)),
					 errhint("A correction says the new total: post the last one only, or one statement each.")));
			break;
		case CORRECTION_NOT_ISSUED:
			ereport(ERROR,
					(errcode(ERRCODE_GENERATION_NOT_ISSUED),
					 errmsg("generation of project %s in month %s was not issued",
							text_of(3), text_of(4)),
					 errdetail("Document \"%s\" corrects its volume class %s, for which no certificates stand.",
							   text_of(2), text_of(5)),
					 errhint("Change the row of table certledger.generation; the next issuance of the month takes it.")));
			break;
		case CORRECTION_TOO_EARLY:
			ereport(ERROR,
					(errcode(ERRCODE_CERTIFICATES_NOT_YET),
					 errmsg("correction of project %s and month %s would take effect before what it corrects",
							text_of(3), text_of(4)),
					 errdetail("Document \"%s\" takes effect on %s, the last document of that month on %s.",
							   text_of(2), text_of(10), text_of(9)),
					 errhint("Use a later effective date.")));
			break;
		case CORRECTION_DRAWN:
			ereport(ERROR,
					(errcode(ERRCODE_GENERATION_DRAWN_TOO_GREAT),
					 errmsg("project %s has no storage on the same meter that could have drawn energy",
							text_of(3)),
					 errdetail("Document \"%s\" says that %s of %s were drawn; column storage of the project is %s.",
							   text_of(2), text_of(7), text_of(6), text_of(8)),
					 errhint("Report the plant's own energy and 0 drawn, or register the storage as shared.")));
			break;
		case CORRECTION_TOO_GREAT:
			ereport(ERROR,
					(errcode(ERRCODE_GENERATION_TOO_GREAT),
					 errmsg("project %s cannot have generated that much in month %s",
							text_of(3), text_of(4)),
					 errdetail("With document \"%s\" its energy of the month is %s kWh in all; the greatest that its capacity makes feasible is %s.",
							   text_of(2), text_of(11), text_of(12)),
					 errhint("Correct the energy, or the capacity of the project; the margin is rule generation_margin.")));
	}
	elog(ERROR, "unrecognized problem of a correction: %d", problem);
}

/*
 * Refuses the first correction that must debit more certificates than the
 * producer still has, and says where the others are.
 */
static void
check_shortage(void)
{
	Oid			types[] = {INT8OID};
	Datum		values[1];
	bool		isnull;
	char	   *ref;
	char	   *project;
	char	   *month;
	char	   *wanted;
	char	   *held;
	char	   *least;
	char	   *others;
	int64		more;

	plan_execute_once(find_shortage, 0, NULL, NULL, SPI_OK_SELECT);
	if (SPI_processed == 0)
		return;
	values[0] = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);
	ref = text_of(2);
	project = text_of(3);
	month = text_of(4);
	wanted = text_of(5);
	held = text_of(6);
	least = text_of(7);

	plan_execute_once(list_moved_on, 1, types, values, SPI_OK_SELECT);
	others = text_of(1);
	more = DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2, &isnull));
	ereport(ERROR,
			(errcode(ERRCODE_CERTIFICATES_MOVED_ON),
			 errmsg("certificates of project %s and month %s have moved on", project, month),
			 more == 0 ?
			 errdetail("Document \"%s\" takes back %s certificates, of which the producer has %s issued or listed. The others: %s.",
					   ref, wanted, held, others) :
			 errdetail("Document \"%s\" takes back %s certificates, of which the producer has %s issued or listed. The others: %s, and " INT64_FORMAT " more ranges.",
					   ref, wanted, held, others, more),
			 errhint("A total of %s or more can be posted now.", least)));
}

/*
 * Checks what each row says of itself, and that its rules are in force.  The
 * slot's tuple belongs to the caller's context: the row's context is reset
 * under it.
 */
static void
check_rows(TriggerData *trigdata)
{
	TupleTableSlot *slot = MakeSingleTupleTableSlot(RelationGetDescr(trigdata->tg_relation),
													&TTSOpsMinimalTuple);
	DateADT		known = DATEVAL_NOBEGIN;
	MemoryContext row_context = AllocSetContextCreate(CurrentMemoryContext,
													  "certledger correction",
													  ALLOCSET_SMALL_SIZES);

	tuplestore_rescan(trigdata->tg_newtable);
	while (tuplestore_gettupleslot(trigdata->tg_newtable, true, false, slot))
	{
		MemoryContext caller = MemoryContextSwitchTo(row_context);
		bool		isnull;
		DateADT		effective_on;

		CHECK_FOR_INTERRUPTS();
		posting_check_stamp(slot);
		effective_on = DatumGetDateADT(posting_attribute(slot, "effective_on", &isnull));
		if (effective_on != known)
		{
			(void) rule_ratio("generation_margin", effective_on);
			known = effective_on;
		}
		MemoryContextSwitchTo(caller);
		MemoryContextReset(row_context);
	}
	MemoryContextDelete(row_context);
	ExecDropSingleTupleTableSlot(slot);
}

/*
 * correction_post() returns trigger
 *
 * AFTER INSERT statement trigger of table correction: posts every row of the
 * statement or refuses the statement.  Errors: 21000, LC016, LC017, LC023,
 * LC037, LC041, LC042, LC043.
 */
Datum
correction_post(PG_FUNCTION_ARGS)
{
	TriggerData *trigdata = posting_trigger(fcinfo, "correction");
	PostingRights caller;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_register_trigger_data(trigdata) != SPI_OK_TD_REGISTER)
		elog(ERROR, "SPI_register_trigger_data failed");
	posting_begin(trigdata->tg_relation, &caller);
	PG_TRY();
	{
		check_rows(trigdata);
		issuance_lock();
		check_corrections();
		plan_execute_once(lock_accounts, 0, NULL, NULL, SPI_OK_SELECT);
		check_shortage();
		plan_execute_once(post_corrections, 0, NULL, NULL, SPI_OK_UPDATE);
	}
	PG_FINALLY();
	{
		posting_end(&caller);
	}
	PG_END_TRY();
	SPI_finish();
	return PointerGetDatum(NULL);
}

/*
 * Issues anew what a cancellation took back, to the owners that the projects
 * have now.  Call inside SPI_connect and a posting, under issuance_lock(),
 * after the movements of the cancellation are written.
 */
void
correction_reissue(int64 cancellation_id, DateADT effective_on, TimestampTz posted_at)
{
	Oid			types[] = {INT8OID, DATEOID, TIMESTAMPTZOID};
	Datum		values[3];

	values[0] = Int64GetDatum(cancellation_id);
	values[1] = DateADTGetDatum(effective_on);
	values[2] = TimestampTzGetDatum(posted_at);
	plan_execute_once(reissue, 3, types, values, SPI_OK_UPDATE);
}

static DocumentFunction correction_function = {
	.name = "correction",
	.conflict_hint = "Use a new reference for a new document.",
	.insert =
	"INSERT INTO certledger.correction (ref, project_code, month, energy, proof,"
	"  volume_class, drawn, effective_on)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, coalesce($8, certledger.china_today()))"
	" ON CONFLICT (ref) DO NOTHING RETURNING correction_id",
	.lookup =
	"SELECT correction_id, ROW(project_code, month, energy, proof, volume_class, drawn, effective_on)"
	" IS NOT DISTINCT FROM ROW($2, $3, $4, $5, $6, $7, coalesce($8, effective_on))"
	" FROM certledger.correction WHERE ref = $1",
	.result =
	"SELECT " POSTING_COLUMNS
	" FROM certledger.movement AS m"
	" WHERE m.document = 'correction' AND m.document_id = $1"
	"  AND m.posted_at = (SELECT c.posted_at FROM certledger.correction AS c WHERE c.correction_id = $1)"
	" ORDER BY m.movement_id"
};

/*
 * correct_generation(ref, project_code, month, energy, proof, volume_class,
 *		drawn, effective_on, dry_run) returns setof posting
 *
 * Inserts one correction and returns the ranges that it issued or cancelled.
 * A repeated ref with the same content returns the first outcome and posts
 * nothing.
 */
Datum
correction_correct_generation(PG_FUNCTION_ARGS)
{
	return document_post(fcinfo, &correction_function);
}
