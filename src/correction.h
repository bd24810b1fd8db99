/*-------------------------------------------------------------------------
 *
 * correction.h
 *	  Correction of issued generation, and issue anew of what was cancelled.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_CORRECTION_H
#define CERTLEDGER_CORRECTION_H

#include "utils/date.h"
#include "utils/timestamp.h"

extern void correction_reissue(int64 cancellation_id, DateADT effective_on,
							   TimestampTz posted_at);

#endif							/* CERTLEDGER_CORRECTION_H */
