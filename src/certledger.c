/*-------------------------------------------------------------------------
 *
 * certledger.c
 *	  The module itself: magic block and version.
 *
 * certledger keeps no shared memory, no hooks and no settings of its own, so
 * it needs neither shared_preload_libraries nor a restart.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "compat.h"

CERTLEDGER_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(certledger_library_version);

/*
 * certledger_library_version() returns text
 *
 * The version of the loaded library.  After a package upgrade it is ahead of
 * the catalog's version until ALTER EXTENSION certledger UPDATE has run.
 */
Datum
certledger_library_version(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(CERTLEDGER_VERSION));
}
