/*-------------------------------------------------------------------------
 *
 * apportion.h
 *	  The arithmetic by which a pool of energy is shared out.
 *
 * Include after postgres.h.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CERTLEDGER_APPORTION_H
#define CERTLEDGER_APPORTION_H

/*
 * What rows together get of a pool whose weights add up to weights, of total:
 * rounded down to whole watt-hours.  A row gets the difference between the sum
 * with it and the sum before it, so that no watt-hour is lost.  None of the
 * arguments is negative, and total is not zero.
 */
static inline int128
apportioned(int64 pool, int64 weights, int64 total)
{
	return (int128) pool * weights / total;
}

#endif							/* CERTLEDGER_APPORTION_H */
