/*-------------------------------------------------------------------------
 *
 * account.h
 *	  Accounts of the registry, as postings see them.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_ACCOUNT_H
#define CERTLEDGER_ACCOUNT_H

#include "access/htup.h"
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

/* The columns that account_facts() reads. */
#define ACCOUNT_COLUMNS "account_id, kind, region, opened_on, closed_on"

extern AccountFacts account_facts(HeapTuple tuple, TupleDesc desc);
extern AccountFacts account_read(int64 account_id);

#endif							/* CERTLEDGER_ACCOUNT_H */
