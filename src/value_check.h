/*-------------------------------------------------------------------------
 *
 * value_check.h
 *	  What plain values of reports must be.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_VALUE_CHECK_H
#define CERTLEDGER_VALUE_CHECK_H

#include "utils/numeric.h"

extern void check_energy(int64 wh, const char *name);
extern void check_amount(Numeric value, const char *name);
extern void check_limit(Numeric value, const char *name);
extern void check_share(Numeric value, const char *name);
extern void check_factor(Numeric value, const char *name);

#endif							/* CERTLEDGER_VALUE_CHECK_H */
