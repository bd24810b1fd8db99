/*-------------------------------------------------------------------------
 *
 * project.c
 *	  Registered generation projects.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "commands/trigger.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/rel.h"

#include "document.h"
#include "errcodes.h"

PG_FUNCTION_INFO_V1(project_register);
PG_FUNCTION_INFO_V1(project_check_units);

static DocumentFunction project_function = {
	.no_dry_run = true,
	.name = "project",
	.conflict_hint = "A project is registered once; to correct it, update table certledger.project.",
	.insert =
	"INSERT INTO certledger.project (project_code, name, owner, region, source,"
	"  capacity_kw, commissioned_on, technology, market_based, subsidised, registered_on,"
	"  last_unit_on, storage)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, coalesce($11, certledger.china_today()),"
	"  $12, $13)"
	" ON CONFLICT (project_code) DO NOTHING RETURNING project_code",
	.lookup =
	"SELECT project_code, ROW(name, owner, region, source, capacity_kw, commissioned_on,"
	"  technology, market_based, subsidised, registered_on, last_unit_on, storage)"
	" IS NOT DISTINCT FROM ROW($2, $3, $4, $5, $6, $7, $8, $9, $10, coalesce($11, registered_on),"
	"  $12, $13)"
	" FROM certledger.project WHERE project_code = $1"
};

/*
 * register_project(project_code, name, owner, region, source, capacity_kw,
 *		commissioned_on, technology, market_based, subsidised, registered_on,
 *		last_unit_on, storage) returns text
 *
 * Registers a project and returns its code; repeating the call is harmless.
 * Error LC012 when the code is registered with other content.
 */
Datum
project_register(PG_FUNCTION_ARGS)
{
	return document_post(fcinfo, &project_function);
}

/*
 * project_check_units() returns trigger
 *
 * AFTER INSERT or UPDATE statement trigger of table project, with the new rows
 * as transition table changed: refuses a hydro project with units on both
 * sides of the day of rule existing_hydro_before, as it stands on the day of
 * registration.  The units before it earn certificates that cannot be traded,
 * so the two parts are two projects (NEA implementing rules of 2026-01-07).
 * Error LC044.
 *
 * Reads table rule with the rights of the owner of table project, as foreign
 * keys do: whoever may register projects need not be able to read the rules.
 */
Datum
project_check_units(PG_FUNCTION_ARGS)
{
	TriggerData *trigdata = (TriggerData *) fcinfo->context;
	Oid			caller;
	int			security_context;

	if (!CALLED_AS_TRIGGER(fcinfo) ||
		!TRIGGER_FIRED_AFTER(trigdata->tg_event) ||
		!TRIGGER_FIRED_FOR_STATEMENT(trigdata->tg_event) ||
		trigdata->tg_newtable == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("project check must be called as an AFTER statement trigger with the new rows as transition table")));

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_register_trigger_data(trigdata) != SPI_OK_TD_REGISTER)
		elog(ERROR, "SPI_register_trigger_data failed");
	GetUserIdAndSecContext(&caller, &security_context);
	SetUserIdAndSecContext(RelationGetForm(trigdata->tg_relation)->relowner,
						   security_context | SECURITY_LOCAL_USERID_CHANGE |
						   SECURITY_NOFORCE_RLS);
	if (SPI_execute("SELECT c.project_code, c.commissioned_on, c.last_unit_on, d.day"
					" FROM (SELECT registered_on,"
					"   certledger.rule_value('existing_hydro_before', registered_on)::date AS day"
					"  FROM changed WHERE source = 'hydro' AND last_unit_on > commissioned_on"
					"  GROUP BY registered_on) AS d"
					" JOIN changed AS c ON c.registered_on = d.registered_on"
					" WHERE c.source = 'hydro' AND c.commissioned_on < d.day AND d.day <= c.last_unit_on"
					" ORDER BY 1 LIMIT 1", true, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not compare projects with the rules");
	/* an error gives the rights back by the abort */
	SetUserIdAndSecContext(caller, security_context);
	if (SPI_processed > 0)
	{
		HeapTuple	row = SPI_tuptable->vals[0];
		TupleDesc	desc = SPI_tuptable->tupdesc;

		ereport(ERROR,
				(errcode(ERRCODE_STATION_MIXED),
				 errmsg("hydro project %s has units on both sides of %s",
						SPI_getvalue(row, desc, 1), SPI_getvalue(row, desc, 4)),
				 errdetail("Its first unit was commissioned on %s, its last on %s; units commissioned before %s are existing hydro.",
						   SPI_getvalue(row, desc, 2), SPI_getvalue(row, desc, 3),
						   SPI_getvalue(row, desc, 4)),
				 errhint("Register the units before that day and those from it on as two projects, and split the metered energy by capacity with apportion()."),
				 errtable(trigdata->tg_relation)));
	}
	SPI_finish();
	return PointerGetDatum(NULL);
}
