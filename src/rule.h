/*-------------------------------------------------------------------------
 *
 * rule.h
 *	  Parameters of the rules, by effective date.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_RULE_H
#define CERTLEDGER_RULE_H

#include "utils/date.h"

#include "vocabulary.h"

extern char *rule_value(const char *name, DateADT on);
extern Route rule_route(const char *name, DateADT on);
extern int	rule_year(const char *name, DateADT on);

#endif							/* CERTLEDGER_RULE_H */
