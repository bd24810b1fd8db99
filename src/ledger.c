/*-------------------------------------------------------------------------
 *
 * ledger.c
 *	  Laying out the ledger.
 *
 * Tables, views and triggers are not members of the extension, so that
 * pg_dump carries them like any others and DROP EXTENSION is refused while
 * they exist.  Their definition is SQL, kept in function ledger_definition().
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_namespace.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "ledger.h"

PG_FUNCTION_INFO_V1(ledger_check_schema);
PG_FUNCTION_INFO_V1(ledger_create);

/*
 * Whether this database has a ledger.
 */
bool
ledger_exists(void)
{
	return OidIsValid(get_relname_relid("holding", get_namespace_oid("certledger", false)));
}

/*
 * Refuses to go on without a ledger.  Error 42P01.
 */
void
ledger_require(void)
{
	if (!ledger_exists())
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("this database has no ledger"),
				 errhint("Lay it out with SELECT certledger.create_ledger().")));
}

/*
 * Whether a role may be trusted with the schema: it is a superuser, or the
 * one that is at work here anyway.
 */
static bool
trusted(Oid role)
{
	return role == GetUserId() || superuser_arg(role);
}

/*
 * check_schema() returns void
 *
 * Refuses a schema certledger in which anybody else could put functions and
 * operators beside ours: such could be preferred to those that postings mean.
 * Error 42501.
 */
Datum
ledger_check_schema(PG_FUNCTION_ARGS)
{
	HeapTuple	tuple = SearchSysCache1(NAMESPACEOID,
										ObjectIdGetDatum(get_namespace_oid("certledger", false)));
	Oid			culprit = InvalidOid;
	Oid			owner;
	Datum		acl_datum;
	bool		isnull;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for schema certledger");
	owner = ((Form_pg_namespace) GETSTRUCT(tuple))->nspowner;
	acl_datum = SysCacheGetAttr(NAMESPACEOID, tuple, Anum_pg_namespace_nspacl, &isnull);
	if (!trusted(owner))
		culprit = owner;
	else if (!isnull)
	{
		Acl		   *acl = DatumGetAclP(acl_datum);

		for (int i = 0; i < ACL_NUM(acl); i++)
		{
			AclItem    *item = &ACL_DAT(acl)[i];

			if ((ACLITEM_GET_PRIVS(*item) & ACL_CREATE) != 0 &&
				item->ai_grantee != owner &&
				(item->ai_grantee == ACL_ID_PUBLIC || !trusted(item->ai_grantee)))
				ereport(ERROR,
						(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
						 errmsg("schema \"certledger\" is open to others"),
						 errdetail("Role %s may create objects in it.",
								   item->ai_grantee == ACL_ID_PUBLIC ? "PUBLIC" :
								   GetUserNameFromId(item->ai_grantee, false)),
						 errhint("Revoke CREATE on the schema first.")));
		}
	}
	ReleaseSysCache(tuple);
	if (OidIsValid(culprit))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("schema \"certledger\" belongs to another role"),
				 errdetail("Its owner %s could put objects of its own into it.",
						   GetUserNameFromId(culprit, false)),
				 errhint("Drop the schema, and CREATE EXTENSION makes it anew.")));
	PG_RETURN_VOID();
}

/*
 * create_ledger() returns void
 *
 * Runs the definition of the ledger with the rights of the caller.  Error
 * 42P07 when there is a ledger already.
 */
Datum
ledger_create(PG_FUNCTION_ARGS)
{
	char	   *definition;
	int			code;

	ledger_check_schema(fcinfo);
	if (ledger_exists())
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_TABLE),
				 errmsg("this database has a ledger already"),
				 errhint("A database holds one ledger; create another database for another one.")));

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_execute("SELECT certledger.ledger_definition()", true, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not read the definition of the ledger");
	definition = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
	code = SPI_execute(definition, false, 0);
	if (code < 0)
		elog(ERROR, "SPI_execute returned %s", SPI_result_code_string(code));
	SPI_finish();
	PG_RETURN_VOID();
}
