/*-------------------------------------------------------------------------
 *
 * retirement.h
 *	  Retirements, for those that ask what could be retired.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_RETIREMENT_H
#define CERTLEDGER_RETIREMENT_H

#include "direct_table.h"
#include "posting.h"

extern const PostingRule retirement_rule;
extern const DirectDefinition retirement_table;

extern void retirement_set_mandatory(PostingDocument *document, int year,
									 RuleCache *rules);
extern void retirement_post_rows(Relation retirements, PostingSource *source);

#endif							/* CERTLEDGER_RETIREMENT_H */
