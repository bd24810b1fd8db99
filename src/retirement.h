/*-------------------------------------------------------------------------
 *
 * retirement.h
 *	  Retirements, for those that ask what could be retired.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_RETIREMENT_H
#define CERTLEDGER_RETIREMENT_H

#include "posting.h"

extern const PostingRule retirement_rule;

extern void retirement_set_mandatory(PostingDocument *document, int year,
									 RuleCache *rules);

#endif							/* CERTLEDGER_RETIREMENT_H */
