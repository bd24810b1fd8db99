/*-------------------------------------------------------------------------
 *
 * china_day.h
 *	  Days of China's civil calendar (UTC+8), whatever the time zone of the
 *	  session.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_CHINA_DAY_H
#define CERTLEDGER_CHINA_DAY_H

#include "utils/date.h"
#include "utils/timestamp.h"

/*
 * Day of a time.
 */
static inline DateADT
china_day(TimestampTz time)
{
	TimestampTz local = time + 8 * USECS_PER_HOUR;
	int64		day = local / USECS_PER_DAY;

	return (DateADT) (local % USECS_PER_DAY < 0 ? day - 1 : day);
}

#endif							/* CERTLEDGER_CHINA_DAY_H */
