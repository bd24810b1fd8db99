/*-------------------------------------------------------------------------
 *
 * project.c
 *	  Registered generation projects.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "document.h"

PG_FUNCTION_INFO_V1(project_register);

static DocumentFunction project_function = {
	.name = "project",
	.conflict_hint = "A project is registered once; to correct it, update table certledger.project.",
	.insert =
	"INSERT INTO certledger.project (project_code, name, owner, region, source,"
	"  capacity_kw, commissioned_on, technology, market_based, subsidised, registered_on)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, coalesce($11, certledger.china_today()))"
	" ON CONFLICT (project_code) DO NOTHING RETURNING project_code",
	.lookup =
	"SELECT project_code, ROW(name, owner, region, source, capacity_kw, commissioned_on,"
	"  technology, market_based, subsidised, registered_on)"
	" IS NOT DISTINCT FROM ROW($2, $3, $4, $5, $6, $7, $8, $9, $10, coalesce($11, registered_on))"
	" FROM certledger.project WHERE project_code = $1"
};

/*
 * register_project(project_code, name, owner, region, source, capacity_kw,
 *		commissioned_on, technology, market_based, subsidised, registered_on)
 *		returns text
 *
 * Registers a project and returns its code; repeating the call is harmless.
 * Error LC012 when the code is registered with other content.
 */
Datum
project_register(PG_FUNCTION_ARGS)
{
	return document_post(fcinfo, &project_function);
}
