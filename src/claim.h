/*-------------------------------------------------------------------------
 *
 * claim.h
 *	  Claims: what mandatory retirements claim, and how far they may.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_CLAIM_H
#define CERTLEDGER_CLAIM_H

#include "utils/hsearch.h"
#include "utils/rel.h"

#include "posting_document.h"

/* What is claimed for one account: a row of claim_total. */
typedef struct ClaimKey
{
	int64		beneficiary;
	int32		year;			/* of production */
	int32		region;			/* city, or province where none is named */
	int32		route;
	int32		from_province;
} ClaimKey;

typedef struct Claim
{
	ClaimKey	key;
	int64		certificates;
	bool		judged;			/* by a document whose excess is rejected */
} Claim;

/* What is claimed in one province or city: a row of claim_pool. */
typedef struct PoolClaim
{
	int32		year;
	int32		region;
	int32		route;
	int32		from_province;
	int32		month;			/* 0 where it does not matter */
	bool		elsewhere;		/* no row of the city: the retirement names the province */
	int64		certificates;
	bool		judged;
} PoolClaim;

/* What the documents of a statement claim. */
typedef struct Claims
{
	RuleCache  *rules;
	HTAB	   *claims;			/* of Claim */
	HTAB	   *parts;			/* the same by what decides claim_pool */
	bool		judged;			/* any of them */
} Claims;

extern Claims *claim_begin(RuleCache *rules);
extern void claim_add(Claims *claims, const PostingDocument *document,
					  const AccountFacts *beneficiary, const Piece *piece);
extern void claim_settle(Claims *claims, Relation document_table);

/* What passes the gate of a province. */
typedef struct GateClaim
{
	int32		year;
	int32		province;
	bool		out;
	int64		certificates;
	bool		judged;
} GateClaim;

/* claim_write.c */
extern void claim_write_gates(const GateClaim *gates, int ngates);
extern void claim_write_totals(const Claim *claims, int n);
extern void claim_write_pools(const PoolClaim *pools, int npools);
extern Datum claim_int_array(const Datum *values, int n);
extern Datum claim_bigint_array(const Datum *values, int n);
extern Datum claim_type_array(const Datum *values, int n, Oid type);

/* claim_cap.c */
extern void claim_judge(const Claim *claims, int nclaims,
						const PoolClaim *pools, int npools);

#endif							/* CERTLEDGER_CLAIM_H */
