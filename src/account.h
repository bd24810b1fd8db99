/*-------------------------------------------------------------------------
 *
 * account.h
 *	  Accounts of the registry, as postings see them.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_ACCOUNT_H
#define CERTLEDGER_ACCOUNT_H

#include "utils/date.h"

#include "vocabulary.h"

/* What a document's account must be asked for. */
typedef struct AccountFacts
{
	int64		account_id;
	bool		found;
	AccountKind kind;
	int32		province;
	int32		city;			/* 0 of a provincial account */
	DateADT		opened_on;
	DateADT		closed_on;		/* DATEVAL_NOEND while open */
} AccountFacts;

/* Is told the facts of an account. */
typedef void (*AccountReader) (const AccountFacts *facts, void *arg);

extern void account_read_all(int64 *ids, int nids, int nlocked,
							 AccountReader reader, void *arg);
extern AccountFacts account_read(int64 account_id);

#endif							/* CERTLEDGER_ACCOUNT_H */
